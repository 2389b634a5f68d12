//! Drop-downs of evaluation workbooks: choices with commas, and more of them than a rule in a cell could hold.

use std::io::Read;

use quorate::evaluation::workbook::issue;
use quorate::sheet::{self, Limits};

use super::Small;

/// A part of an xlsx file as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect("the part is there").read_to_string(&mut text).expect("it is text");
    text
}

#[test]
fn choices_with_commas_or_of_any_length_are_offered_from_a_hidden_sheet() {
    let small = Small::new();
    let framework = small.text("framework.toml");
    let named = "Good, with much that others could learn from, and little that stands in the way of doing better still than now";
    let framework = framework
        .replace("name = \"Good\"", &format!("name = \"{named}\""))
        .replace("name = \"Adequate\"", "name = \"Adequate, but strengths only just outweigh weaknesses in most of what was looked at by the team\"")
        .replace("name = \"Weak\"", "name = \"Weak, and in need of early attention by senior managers, who should hear of it within the month\"");
    small.write("framework.toml", &framework);
    let issued = issue(&small.gather(), "lead").expect("a workbook");
    let book = sheet::read_bytes(std::path::Path::new("lead.xlsx"), &issued, &Limits::default()).expect("it reads");
    let lists = book.sheet("Lists").expect("the sheet of lists");
    let column: Vec<String> = (1..7).map(|row| lists.text(row, 0)).collect();
    assert!(column.iter().map(String::len).sum::<usize>() > 255, "more than a rule could hold");
    assert_eq!(column[2], format!("4 {named}"));
    let area = part(&issued, "xl/worksheets/sheet2.xml");
    assert!(area.contains("<formula1>Lists!$A$2:$A$7</formula1>"), "the level is chosen from the range");
    let rules: Vec<&str> =
        area.split("<formula1>").skip(1).filter_map(|rest| rest.split_once('<')).map(|(r, _)| r).collect();
    assert!(rules.iter().all(|rule| rule.starts_with("Lists!$")), "{rules:?}");
    assert!(part(&issued, "xl/workbook.xml").contains("name=\"Lists\" sheetId"), "it is there");
    assert!(part(&issued, "xl/workbook.xml").contains("state=\"hidden\""), "and hidden");
    // Sent back as it is, it brings no finding.
    quorate::files::write_file(&small.path("returned/lead.xlsx"), &issued).expect("it can be written");
    let merged = quorate::evaluation::workbook::merge::merge(&small.gather()).expect("it merges");
    assert!(merged.findings.is_empty(), "{:?}", merged.findings);
}
