//! The published workbook as OpenDocument: the same cells, the same rules.

use std::io::{Cursor, Read};
use std::path::Path;

use quorate::sheet::{self, Limits, Value};
use quorate::workbook;

use super::support::results::{FORMULA, audit, survey};
use super::{codes, parts};

fn read(name: &str, bytes: &[u8]) -> sheet::Book {
    sheet::read_bytes(Path::new(name), bytes, &Limits::default()).unwrap()
}

#[test]
fn every_cell_is_that_of_the_xlsx() {
    for results in [audit(), survey()] {
        let (ods, xlsx) = (workbook::results_ods(&results).unwrap(), workbook::results(&results).unwrap());
        let (ods, xlsx) = (read("results.ods", &ods), read("results.xlsx", &xlsx));
        assert_eq!(ods.format, sheet::Format::Ods);
        let tables: Vec<&sheet::Sheet> = xlsx.sheets.iter().filter(|sheet| !sheet.name.starts_with("Chart_")).collect();
        let names = |sheets: &[&sheet::Sheet]| sheets.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&ods.sheets.iter().collect::<Vec<_>>()), names(&tables));
        for (one, other) in ods.sheets.iter().zip(tables) {
            let cells = |sheet: &sheet::Sheet| -> Vec<(u32, u32, Value)> {
                sheet.cells.iter().map(|cell| (cell.row, cell.column, cell.value.clone())).collect()
            };
            match one.name.as_str() {
                // They speak of charts in the xlsx.
                "Cover" => assert_eq!(cells(one).len(), cells(other).len()),
                "Contents" => {
                    let words: Vec<Value> = cells(other).into_iter().map(|(.., value)| value).collect();
                    assert!(cells(one).iter().all(|(.., value)| words.contains(value)));
                }
                name => assert_eq!(cells(one), cells(other), "{name}"),
            }
            assert!(one.merged.is_empty() && one.cells.iter().all(|cell| !cell.formula));
        }
    }
}

#[test]
fn it_keeps_all_rules_and_is_the_same_bytes_twice() {
    for results in [audit(), survey()] {
        let bytes = workbook::results_ods(&results).unwrap();
        assert_eq!(bytes, workbook::results_ods(&results).unwrap());
        let found = lint(&bytes);
        assert!(found.is_empty(), "{}", found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}

fn lint(bytes: &[u8]) -> Vec<quorate::finding::Finding> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("results.ods");
    std::fs::write(&path, bytes).unwrap();
    workbook::lint(&path).unwrap()
}

#[test]
fn its_type_comes_first_and_as_it_is() {
    let bytes = workbook::results_ods(&audit()).unwrap();
    assert_eq!(&bytes[30..38], b"mimetype");
    assert_eq!(&bytes[38..84], b"application/vnd.oasis.opendocument.spreadsheet");
    let parts = parts(&bytes);
    let meta = &parts["meta.xml"];
    assert!(meta.contains("<dc:title>Case-file audit 2026</dc:title>"), "{meta}");
    assert!(meta.contains("<dc:creator>Strathord Council Social Work</dc:creator>"), "{meta}");
    let content = &parts["content.xml"];
    assert!(content.contains("table:name=\"table_summary\"") && content.contains("<table:table-header-rows>"));
    assert!(content.contains("xlink:href=\"#'Contents'.A1\""));
}

#[test]
fn what_people_write_survives_and_is_no_formula() {
    let mut results = audit();
    let written = format!("{FORMULA}  <b>&amp;\u{1}</b>\ttwo  blanks \nnew line");
    results.questions.iter_mut().for_each(|question| question.words = vec![written.clone()]);
    results.title = written.clone();
    let bytes = workbook::results_ods(&results).unwrap();
    assert!(!parts(&bytes)["content.xml"].contains("table:formula"));
    let book = read("results.ods", &bytes);
    let cell = |sheet: &str, row: u32| {
        let cells = &book.sheet(sheet).unwrap().cells;
        cells.iter().filter(|cell| cell.row >= row).map(|cell| cell.value.text()).collect::<Vec<_>>()
    };
    assert!(cell("remarks_words", 1).contains(&written.replace('\u{1}', "")), "{:?}", cell("remarks_words", 1));
}

/// The document with texts of its parts replaced.
fn replaced(replacements: &[(&str, &str, &str)]) -> Vec<u8> {
    use std::io::Write;
    let bytes = workbook::results_ods(&audit()).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        for (_, from, to) in replacements.iter().filter(|(of, ..)| *of == name) {
            assert!(text.contains(from), "{from} in {name}");
            text = text.replacen(from, to, 1);
        }
        writer.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn broken_rules_are_found_in_it_as_well() {
    let cell = "<table:table-cell table:style-name=\"heading\"";
    let merged = "<table:table-cell table:number-columns-spanned=\"3\" table:style-name=\"line\"";
    let cursor = "config:name=\"CursorPositionX\" config:type=\"int\">0";
    let split = "config:name=\"HorizontalSplitMode\" config:type=\"short\">0";
    let found = lint(&replaced(&[
        ("content.xml", cell, merged),
        ("content.xml", "display-filter-buttons=\"false\"", "display-filter-buttons=\"true\""),
        ("content.xml", "<table:database-range table:name=\"table_methods\"", "<table:database-gone"),
        ("settings.xml", cursor, &cursor.replace(">0", ">3")),
        ("settings.xml", split, &split.replace(">0", ">2")),
        (
            "settings.xml",
            "config:name=\"ActiveTable\" config:type=\"string\">Cover",
            "config:name=\"ActiveTable\" config:type=\"string\">Notes",
        ),
        ("meta.xml", "<dc:title>Case-file audit 2026</dc:title>", ""),
    ]));
    assert_eq!(codes(&found), ["X001", "X002", "X008", "X009", "X011", "X013", "X014", "X017"]);
}
