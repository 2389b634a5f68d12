//! Return workbooks: what goes out can be read back, whoever saved it in between.

use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{Data, DataType, Reader, SheetVisible, Sheets, open_workbook_auto_from_rs};
use quorate::issue::{self, ANSWERS_SHEET, Batch, FORMAT, IDENTITY_SHEET, row_token};

mod fieldwork;

use fieldwork::{batch, fill, instrument, saved_by_libreoffice};

fn filled() -> Batch {
    let mut batch = batch(3);
    fill(
        &mut batch,
        "S001",
        &[
            ("plan", "Yes"),
            ("quality", "5"),
            ("setting", "At home"),
            ("partners", "Health; p"),
            ("police", "2"),
            ("hours", "7.5"),
            ("reviewed", "2025-03-31"),
            ("note", "=1+1"),
            ("danger", "No"),
        ],
    );
    fill(&mut batch, "S002", &[("plan", "No"), ("partners", "None")]);
    batch
}

fn open(bytes: Vec<u8>) -> Sheets<Cursor<Vec<u8>>> {
    open_workbook_auto_from_rs(Cursor::new(bytes)).expect("a workbook that opens")
}

/// The text of a part of the workbook.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut text = String::new();
    archive.by_name(name).expect("the part").read_to_string(&mut text).expect("text");
    text
}

/// What stands in the row of `serial`, by the id above each column.
fn row_of(workbook: &mut Sheets<Cursor<Vec<u8>>>, serial: &str) -> Vec<(String, Data)> {
    let range = workbook.worksheet_range(ANSWERS_SHEET).expect("the sheet");
    let ids: Vec<String> = range.rows().next().expect("ids").iter().map(ToString::to_string).collect();
    let row = range.rows().find(|row| row.iter().any(|cell| *cell == serial)).expect("the row");
    ids.into_iter().zip(row.iter().cloned()).filter(|(id, _)| !id.is_empty()).collect()
}

#[test]
fn the_same_batch_gives_the_same_bytes() {
    let make = || issue::workbook(&instrument(), &filled()).expect("a workbook");
    assert_eq!(make(), make());
}

#[test]
fn the_workbook_says_what_it_is() {
    let mut workbook = open(issue::workbook(&instrument(), &filled()).expect("a workbook"));
    let visible: Vec<(String, SheetVisible)> =
        workbook.sheets_metadata().iter().map(|s| (s.name.clone(), s.visible)).collect();
    assert_eq!(
        visible,
        [
            ("Guidance".to_owned(), SheetVisible::Visible),
            (ANSWERS_SHEET.to_owned(), SheetVisible::Visible),
            ("Lists".to_owned(), SheetVisible::Hidden),
            (IDENTITY_SHEET.to_owned(), SheetVisible::VeryHidden),
        ]
    );
    let range = workbook.worksheet_range(IDENTITY_SHEET).expect("the sheet");
    let text = |row: u32, column: u32| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    let head: Vec<(String, String)> = (0..6).map(|row| (text(row, 0), text(row, 1))).collect();
    let expected = [
        ("format", FORMAT),
        ("study", "audit"),
        ("instrument", "file-form"),
        ("version", "2"),
        ("sample", "0f3a"),
        ("batch", "A"),
    ];
    assert_eq!(head, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!((text(8, 0), text(8, 1), text(8, 2)), (row_token("0f3a", "S001", 1), "S001".into(), "1".into()));
    let columns: Vec<(String, String)> = (8..20).map(|row| (text(row, 4), text(row, 5))).collect();
    assert_eq!(columns[3], ("partners/h".to_owned(), "partners".to_owned()));
    assert_eq!(columns[6], ("partners/x".to_owned(), "partners".to_owned()));
}

#[test]
fn answers_stand_as_a_person_types_them() {
    let mut workbook = open(issue::workbook(&instrument(), &filled()).expect("a workbook"));
    let row = row_of(&mut workbook, "S001");
    let get = |id: &str| row.iter().find(|(header, _)| header == id).map(|(_, cell)| cell.clone()).expect("a column");
    assert_eq!(get("_token"), Data::String(row_token("0f3a", "S001", 1)));
    assert_eq!(get("_file"), Data::String("0101".to_owned()));
    assert_eq!(get("plan"), Data::String("Yes".to_owned()));
    assert_eq!(get("quality"), Data::Float(5.0));
    assert_eq!(get("partners/h"), Data::String("Yes".to_owned()));
    assert_eq!(get("partners/p"), Data::String("Yes".to_owned()));
    assert_eq!(get("partners/n"), Data::Empty);
    assert_eq!(get("hours"), Data::Float(7.5));
    assert!(matches!(get("reviewed"), Data::DateTime(day) if day.as_f64() == 45747.0), "31 March 2025");
    assert_eq!(get("note"), Data::String("=1+1".to_owned()));
    assert_eq!(get("_to_go").as_f64(), Some(0.0));
}

#[test]
fn progress_counts_required_questions_that_are_asked_and_empty() {
    let mut batch = batch(3);
    fill(&mut batch, "S001", &[("plan", "yes ")]);
    fill(&mut batch, "S002", &[("plan", "No")]);
    let mut workbook = open(issue::workbook(&instrument(), &batch).expect("a workbook"));
    let mut to_go = |serial: &str| {
        row_of(&mut workbook, serial).iter().find(|(id, _)| id == "_to_go").and_then(|(_, c)| c.as_f64())
    };
    assert_eq!((to_go("S001"), to_go("S002"), to_go("S003")), (Some(1.0), Some(0.0), Some(1.0)));
}

#[test]
fn cells_are_guarded() {
    let bytes = issue::workbook(&instrument(), &filled()).expect("a workbook");
    let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
    assert!(sheet.contains("<sheetProtection") && !sheet.contains("password="), "protected, without a password");
    for rule in [
        "<formula1>Lists!$B$2:$B$4</formula1>",
        "<formula1>Lists!$A$2:$A$2</formula1>",
        "type=\"whole\"",
        "type=\"decimal\"",
        "type=\"date\"",
    ] {
        assert!(sheet.contains(rule), "no {rule}");
    }
    // Routing: grey where the gate says no, by label and by code.
    assert!(sheet.contains("NOT(OR(TRIM($F4)=\"Yes\"))"), "{sheet}");
    assert!(sheet.contains("<pane xSplit=\"5\" ySplit=\"3\""), "frozen");
}

#[test]
fn a_batch_that_cannot_be_is_an_error() {
    let error = issue::workbook(&instrument(), &batch(0)).expect_err("no rows");
    assert_eq!(error.problem, "a return workbook without rows");
    let mut twice = batch(2);
    twice.rows[1] = twice.rows[0].clone();
    let error = issue::workbook(&instrument(), &twice).expect_err("a row twice");
    assert_eq!(error.found.as_deref(), Some("serial S001, reading 1"));
}

#[test]
fn a_long_instrument_still_makes_a_workbook() {
    let mut instrument = instrument();
    let long = "word ".repeat(200);
    for question in &mut instrument.questions {
        question.guidance.clone_from(&long);
        question.label.clone_from(&long);
        if let Some(scale) = &mut question.scale {
            scale.responses[0].label = long.trim().to_owned();
        }
    }
    let template = instrument.questions[1].clone();
    for i in 0..400 {
        instrument.questions.push(quorate::instrument::Question { id: format!("extra{i}"), ..template.clone() });
    }
    issue::workbook(&instrument, &batch(2)).expect("a workbook");
}

#[test]
fn copies_saved_by_libreoffice_keep_tokens_and_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let original = folder.path().join("return.xlsx");
    std::fs::write(&original, issue::workbook(&instrument(), &filled()).expect("a workbook")).expect("written");
    for format in ["xlsx:Calc MS Excel 2007 XML", "ods", "xls"] {
        let out = folder.path().join(format.split(':').next().expect("a name"));
        std::fs::create_dir(&out).expect("a folder");
        let Some(saved) = saved_by_libreoffice(&original, format, &out) else { return };
        let mut workbook = open(std::fs::read(&saved).expect("the copy"));
        for serial in ["S001", "S002", "S003"] {
            let row = row_of(&mut workbook, serial);
            let text = |id: &str| row.iter().find(|(h, _)| h == id).map(|(_, c)| c.to_string()).expect("a column");
            assert_eq!(text("_token"), row_token("0f3a", serial, 1), "{format}");
            assert_eq!(text("_file"), format!("0{}", 100 + serial[1..].parse::<u32>().expect("a number")), "{format}");
        }
        let row = row_of(&mut workbook, "S001");
        let get = |id: &str| row.iter().find(|(h, _)| h == id).map(|(_, c)| c.clone()).expect("a column");
        assert_eq!(get("quality").as_f64(), Some(5.0), "{format}");
        assert_eq!(get("partners/p").to_string(), "Yes", "{format}");
        assert_eq!(get("note").to_string(), "=1+1", "{format}");
        assert_eq!(get("_to_go").as_f64(), Some(0.0), "{format}");
        assert!(workbook.worksheet_range(IDENTITY_SHEET).is_ok(), "{format}");
        if format.starts_with("xlsx") {
            let bytes = std::fs::read(&saved).expect("the copy");
            let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
            assert!(sheet.contains("Lists!$B$2:$B$4") && sheet.contains("<sheetProtection"), "{format}");
        }
    }
    assert!(Path::new(&original).exists());
}
