//! Whole files: whose they are, in how many versions they came, what they went through.

use std::path::Path;

use quorate::issue::{self, row_token};
use quorate::returns::{Duplicates, Returned, Rules, ingest};
use rust_xlsxwriter::Workbook;

use super::fieldwork::{instrument, saved_by_libreoffice};
use super::{Folder, HEAD, answer, csv, filled, one_reason, picture, reasons, sampled};

#[test]
fn a_workbook_filled_in_as_asked_needs_no_word_but_for_its_empty_rows() {
    let returned = Folder::new().issued("a.xlsx", &filled()).read();
    assert_eq!(picture(&returned), ["R034 note a.xlsx | 1 of 3 rows without an answer | "]);
    let answers: Vec<String> =
        instrument().questions.iter().map(|question| answer(&returned, "S001", &question.id)).collect();
    assert_eq!(answers, ["yes", "5", "home", "h;p", "2", "7.5", "2025-03-31", "clear", "no"]);
    assert_eq!(answer(&returned, "S002", "quality"), "[not-asked]");
    assert_eq!(answer(&returned, "S002", "partners"), "n");
    assert_eq!(answer(&returned, "S002", "hours"), "[not-answered]");
    assert_eq!(returned.workbooks[0].recognised, "token");
    assert_eq!(
        (returned.workbooks[0].rows_read, returned.workbooks[0].accepted, returned.workbooks[0].blank),
        (2, 2, 1)
    );
    assert_eq!(returned.responses[0].reader, "A");
    assert_eq!(returned.blank[0].serial, "S003");
}

#[test]
fn a_plain_table_is_read_by_its_headings() {
    let returned = csv(&format!("{HEAD}S001,Yes,4.0,care,h;p,3,40,2025-03-31,\"a, b\",No\n"));
    assert_eq!(picture(&returned), ["R013 note r.csv C2 S001 quality | \"4.0\" | read as \"Good\""]);
    assert_eq!(answer(&returned, "S001", "setting"), "care");
    assert_eq!(answer(&returned, "S001", "partners"), "h;p");
    assert_eq!(returned.workbooks[0].recognised, "identifiers");
}

#[test]
fn a_return_for_another_survey_is_set_aside_whole() {
    let mut other = filled();
    other.sample = "9999".to_owned();
    let by_sheet = Folder::new().issued("other.xlsx", &other).read();
    assert!(by_sheet.responses.is_empty());
    assert_eq!(by_sheet.set_aside.len(), 3);
    assert_eq!(
        picture(&by_sheet),
        ["R003 error other.xlsx | sample \"9999\": it was issued for another draw | sample \"0f3a\""]
    );
    let token = row_token("9999", "S001", 1);
    let by_token = csv(&format!("_token,_serial,plan\n{token},S001,Yes\n"));
    assert_eq!(reasons(&by_token), one_reason("", "a return for another survey"));
    assert_eq!(by_token.findings[0].code, "R003");
}

#[test]
fn a_concern_in_a_return_for_an_earlier_draw_is_raised() {
    let mut other = filled();
    other.sample = "9999".to_owned();
    other.fill.entry(("S002".to_owned(), 1)).or_default().insert("danger".to_owned(), "Yes".to_owned());
    let by_sheet = Folder::new().issued("other.xlsx", &other).read();
    let codes: Vec<&str> = by_sheet.findings.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["R025", "R003"]);
    assert_eq!(by_sheet.set_aside.len(), 3);
    let by_token = csv(&format!("_token,_serial,plan,danger\n{},S001,Yes,Yes\n", row_token("9999", "S001", 1)));
    let codes: Vec<&str> = by_token.findings.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["R025", "R003"]);
}

#[test]
fn a_return_made_with_another_version_of_the_form() {
    let mut instrument_before = instrument();
    instrument_before.version = "1".to_owned();
    let bytes = issue::workbook(&instrument_before, &filled()).expect("a workbook");
    let returned = Folder::new().with("a.xlsx", bytes).read();
    assert_eq!(returned.responses.len(), 2);
    assert_eq!(picture(&returned)[0], "R005 warning a.xlsx | version \"1\" | version \"2\"");
}

#[test]
fn a_return_of_an_earlier_version_is_read_with_the_labels_of_that_version() {
    // Between the versions the two labels changed places and the question was put in other words.
    let swapped = ["Care home, or supported housing", "At home"];
    let mut earlier = instrument();
    earlier.version = "1".to_owned();
    let place = earlier.position("setting").expect("a question");
    earlier.questions[place].text = "Where?".to_owned();
    let mut now = instrument();
    now.questions[place].previous.insert("1".to_owned(), "Where?".to_owned());
    for (code, label) in swapped.into_iter().enumerate() {
        let old = earlier.questions[place].scale.as_mut().expect("a scale");
        old.responses[code].label = label.to_owned();
        let new = now.questions[place].scale.as_mut().expect("a scale");
        new.responses[code].previous.insert("1".to_owned(), label.to_owned());
    }
    let folder =
        Folder::new().with("a.xlsx", issue::workbook(&earlier, &filled()).expect("a workbook")).with("b.xlsx", {
            let mut batch = super::fieldwork::batch(6);
            super::fieldwork::fill(&mut batch, "S005", &[("plan", "Yes"), ("quality", "5"), ("setting", "At home")]);
            issue::workbook(&now, &batch).expect("a workbook")
        });
    let returned = ingest(&now, &sampled(), folder.0.path(), &Rules::default(), &|| {}).expect("the folder is there");
    // "At home" is the care home in version 1, and the home in version 2.
    assert_eq!(answer(&returned, "S001", "setting"), "care");
    assert_eq!(answer(&returned, "S005", "setting"), "home");
    assert_eq!(picture(&returned).iter().filter(|line| line.starts_with("R005 note a.xlsx")).count(), 1);
    assert!(
        !picture(&returned).iter().any(|line| line.starts_with("R012") || line.starts_with("R013")),
        "{returned:?}"
    );
}

#[test]
fn bad_files_never_stop_the_others() {
    let whole = issue::workbook(&instrument(), &filled()).expect("a workbook");
    let returned = Folder::new()
        .with("cut.xlsx", &whole[..whole.len() / 2])
        .with("empty.csv", "")
        .with("letter.docx", "PK")
        .with("picture.xlsx", b"\x89PNG\r\n")
        .with("unrelated.csv", "name,colour\nx,red\n")
        .with("~$good.xlsx", "lock")
        .with(".hidden.csv", "serial,plan\nS003,Yes\n")
        .with("sub/good.xlsx", &whole)
        .read();
    assert_eq!(returned.responses.len(), 2);
    let codes: Vec<(&str, &str)> = returned.findings.iter().map(|f| (f.code.as_str(), f.place.file.as_str())).collect();
    assert_eq!(
        codes,
        [
            ("R001", "cut.xlsx"),
            ("R001", "empty.csv"),
            ("R001", "picture.xlsx"),
            ("R004", "unrelated.csv"),
            ("R002", "letter.docx"),
            ("R034", "sub/good.xlsx"),
        ]
    );
    let files: Vec<&str> = returned.workbooks.iter().map(|w| w.file.as_str()).collect();
    assert_eq!(files, ["cut.xlsx", "empty.csv", "letter.docx", "picture.xlsx", "sub/good.xlsx", "unrelated.csv"]);
}

#[test]
fn a_missing_folder_is_an_error_and_an_empty_one_is_not() {
    let rules = Rules::default();
    let error = ingest(&instrument(), &sampled(), Path::new("no/such/folder"), &rules, &|| {}).expect_err("no folder");
    assert_eq!(error.problem, "there is no such folder of returns");
    assert!(Folder::new().read().workbooks.is_empty());
}

#[test]
fn the_same_file_twice() {
    let returned = Folder::new().issued("a.xlsx", &filled()).issued("copy of a.xlsx", &filled()).read();
    assert_eq!(returned.responses.len(), 2);
    assert!(returned.responses.iter().all(|r| r.origin.workbook == "a.xlsx"));
    assert!(picture(&returned)[0].starts_with("R026 warning copy of a.xlsx | the same bytes as a.xlsx |"));
    assert_eq!(returned.set_aside.iter().filter(|row| row.reason == "the same file twice").count(), 2);
}

#[test]
fn an_earlier_draft_gives_way_by_the_declared_rule() {
    let folder = Folder::new()
        .with("return v2.csv", "serial,plan,quality\nS001,Yes,4\n")
        .with("return v10.csv", "serial,plan,quality\nS001,No,\n");
    for (duplicates, plan, aside) in [
        (Duplicates::Latest, "no", "return v2.csv"),
        (Duplicates::First, "yes", "return v10.csv"),
        (Duplicates::MostComplete, "yes", "return v10.csv"),
    ] {
        let returned = folder.read_by(&Rules { duplicates, ..Rules::default() });
        assert_eq!(answer(&returned, "S001", "plan"), plan, "{duplicates:?}");
        assert_eq!(returned.set_aside[0].origin.workbook, aside, "{duplicates:?}");
        assert_eq!(reasons(&returned), one_reason("S001", "another version of the same return"));
        assert!(picture(&returned).iter().any(|line| line.starts_with(&format!("R028 warning {aside} 2 S001"))));
    }
}

/// A workbook that says when it was saved.
fn dated(day: u8, plan: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let saved = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 3, day).expect("a day");
    workbook.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&saved));
    let sheet = workbook.add_worksheet();
    for (column, (head, value)) in (0..).zip([("serial", "S001"), ("plan", plan)]) {
        sheet.write(0, column, head).expect("written");
        sheet.write(1, column, value).expect("written");
    }
    workbook.save_to_buffer().expect("a workbook")
}

#[test]
fn the_date_of_saving_goes_before_the_name() {
    let returned = Folder::new().with("a.xlsx", dated(20, "Yes")).with("b.xlsx", dated(10, "No")).read();
    assert_eq!(answer(&returned, "S001", "plan"), "yes");
    let undated = Folder::new()
        .with("a.xlsx", dated(20, "Yes"))
        .with("b.xlsx", dated(10, "No"))
        .with("c.csv", "serial,plan\nS001,na\n")
        .read();
    assert_eq!(answer(&undated, "S001", "plan"), "[not-applicable]", "one without a date: the names decide");
}

#[test]
fn a_concern_in_a_superseded_draft_is_still_raised() {
    let returned = Folder::new()
        .with("v1.csv", "serial,danger,plan\nS001,Yes,maybe\n")
        .with("v2.csv", "serial,danger,plan\nS001,No,Yes\n")
        .read();
    assert_eq!(answer(&returned, "S001", "danger"), "no");
    let codes: Vec<&str> = returned.findings.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["R025", "R006", "R028", "R006"], "the draft's own faults no longer matter");
}

#[test]
fn a_workbook_without_its_headings_is_set_aside() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, row_token("0f3a", "S001", 1)).expect("written");
    sheet.write(0, 1, "Yes").expect("written");
    let hidden = workbook.add_worksheet().set_name("quorate").expect("a name").set_very_hidden(true);
    for (row, (name, value)) in (0..).zip([
        ("format", "quorate-return-1"),
        ("study", "audit"),
        ("instrument", "file-form"),
        ("version", "2"),
        ("sample", "0f3a"),
        ("batch", "A"),
    ]) {
        hidden.write(row, 0, name).expect("written");
        hidden.write(row, 1, value).expect("written");
    }
    let returned = Folder::new().with("r.xlsx", workbook.save_to_buffer().expect("a workbook")).read();
    assert_eq!(reasons(&returned), one_reason("", "the headings are gone"));
    assert_eq!(returned.findings[0].code, "R035");
}

/// A workbook as it comes back from an office: title rows above, the machine's row gone, columns moved, a sheet before it,
/// a note below, the token column and the hidden sheet gone.
fn mangled() -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .set_name("Cover")
        .expect("a name")
        .write(0, 0, "Return of the East team")
        .expect("written");
    let sheet = workbook.add_worksheet().set_name("East team").expect("a name");
    sheet.write(0, 0, "East team, spring").expect("written");
    let heads = [
        "Which partners take part?",
        "How good is the care plan?",
        "Case file",
        "Is there a care plan on file?",
        "When was the last review?",
    ];
    for (column, head) in (0..).zip(heads) {
        sheet.write(3, column, head).expect("written");
    }
    for (row, values) in (4..).zip([
        ["Health, Police", "Very good ", "0101", "yes", "31.03.2025"],
        ["none", "", "0102", "No", ""],
        ["", "\u{201C}Good\u{201D}", "0103", "Yes", "03/04/2025"],
    ]) {
        for (column, value) in (0..).zip(values) {
            sheet.write(row, column, value).expect("written");
        }
    }
    sheet.write(9, 3, "Please ask me if anything is unclear").expect("written");
    workbook.save_to_buffer().expect("a workbook")
}

fn mangled_picture(returned: &Returned) {
    assert_eq!(answer(returned, "S001", "quality"), "5");
    assert_eq!(answer(returned, "S001", "partners"), "h;p");
    assert_eq!(answer(returned, "S001", "reviewed"), "2025-03-31");
    assert_eq!(answer(returned, "S002", "partners"), "n");
    assert_eq!(answer(returned, "S003", "quality"), "4");
    assert_eq!(reasons(returned), one_reason("", "a note, not answers"));
    let codes: Vec<(&str, &str)> = returned.findings.iter().map(|f| (f.code.as_str(), f.place.cell.as_str())).collect();
    assert_eq!(
        codes,
        [("R021", "E7"), ("R006", ""), ("R013", "B5"), ("R013", "E5"), ("R013", "A6"), ("R013", "B7"), ("R037", "10")]
    );
}

#[test]
fn a_workbook_as_it_comes_back_from_an_office() {
    mangled_picture(&Folder::new().with("east.xlsx", mangled()).read());
}

#[test]
fn saved_by_libreoffice_it_says_the_same() {
    let workshop = tempfile::tempdir().expect("a folder");
    let original = workshop.path().join("east.xlsx");
    std::fs::write(&original, mangled()).expect("written");
    let issued = workshop.path().join("issued.xlsx");
    std::fs::write(&issued, issue::workbook(&instrument(), &filled()).expect("a workbook")).expect("written");
    for format in ["ods", "xls", "xlsx"] {
        let out = workshop.path().join(format!("in-{format}"));
        std::fs::create_dir(&out).expect("a folder");
        let Some(saved) = saved_by_libreoffice(&original, format, &out) else { return };
        let returned = Folder::new().with(&format!("east.{format}"), std::fs::read(saved).expect("a copy")).read();
        assert_eq!(returned.workbooks[0].recognised, "identifiers", "{format}: {:#?}", picture(&returned));
        mangled_picture(&returned);
        let saved = saved_by_libreoffice(&issued, format, &out).expect("LibreOffice was there");
        let returned = Folder::new().with(&format!("a.{format}"), std::fs::read(saved).expect("a copy")).read();
        let codes: Vec<&str> = returned.findings.iter().map(|f| f.code.as_str()).collect();
        assert_eq!(codes, ["R034"], "{format}");
        let answers: Vec<String> =
            instrument().questions.iter().map(|question| answer(&returned, "S001", &question.id)).collect();
        assert_eq!(answers, ["yes", "5", "home", "h;p", "2", "7.5", "2025-03-31", "clear", "no"], "{format}");
        assert_eq!(returned.workbooks[0].recognised, "token", "{format}");
    }
}

#[test]
fn a_sheet_copied_out_as_text_is_still_recognised() {
    let workshop = tempfile::tempdir().expect("a folder");
    let issued = workshop.path().join("issued.xlsx");
    std::fs::write(&issued, issue::workbook(&instrument(), &filled()).expect("a workbook")).expect("written");
    // Sheet 2 of the workbook, in UTF-8, with semicolons.
    let format = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,2";
    let Some(_) = saved_by_libreoffice_named(&issued, format, workshop.path()) else { return };
    let csv = std::fs::read_dir(workshop.path())
        .expect("the folder")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .find(|path| path.extension().is_some_and(|ending| ending == "csv"))
        .expect("a text file");
    let returned = Folder::new().with("a.csv", std::fs::read(csv).expect("a copy")).read();
    assert_eq!(returned.workbooks[0].recognised, "token");
    assert_eq!(returned.responses.len(), 2);
    assert_eq!(answer(&returned, "S001", "partners"), "h;p");
    assert_eq!(answer(&returned, "S001", "reviewed"), "2025-03-31");
}

/// LibreOffice names a single sheet's file after the sheet, so that the name is not known before.
fn saved_by_libreoffice_named(file: &Path, format: &str, folder: &Path) -> Option<()> {
    let profile = tempfile::tempdir().expect("a folder for LibreOffice's profile");
    std::process::Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.path().display()))
        .args(["--headless", "--convert-to", format, "--outdir"])
        .arg(folder)
        .arg(file)
        .output()
        .ok()
        .map(|_| ())
}
