//! Paper forms that were keyed: numbers of boxes become answers, and two clerks are compared to the cell.

use quorate::finding::Finding;
use quorate::issue::key_entry::{self, Entry};
use quorate::issue::paper::box_numbers;

use super::*;

/// A key-entry workbook with the forms that `typed` holds, by serial.
fn keyed(entry: Entry, typed: &[(&str, &[(&str, &str)])]) -> Vec<u8> {
    let mut batch = batch(10);
    typed.iter().for_each(|(serial, answers)| fill(&mut batch, serial, answers));
    let serials: Vec<String> = batch.rows.iter().map(|row| row.serial.clone()).collect();
    key_entry::workbook(&instrument(), &batch, &serials, entry).expect("a workbook")
}

const S002: (&str, &[(&str, &str)]) = (
    "S002",
    // Yes; Very good; Care home; Health and Police (boxes 1 and 2); the rest as written.
    &[
        ("plan", "1"),
        ("quality", "5"),
        ("setting", "2"),
        ("partners", "1;2"),
        ("police", "4"),
        ("hours", "7.5"),
        ("reviewed", "2025-03-31"),
        ("note", "as written"),
        ("danger", "2"),
    ],
);

fn places(findings: &[Finding], code: &str) -> Vec<String> {
    let of_code = findings.iter().filter(|finding| finding.code == code);
    of_code.map(|f| format!("{} {} {}", f.place.file, f.place.cell, f.place.question)).collect()
}

#[test]
fn numbers_of_boxes_are_read_as_answers() {
    // Yes-no without a scale has no numbers among its codes; the rating's codes are its numbers, and "Don't know" is 7.
    assert_eq!(box_numbers(["yes", "no", "na"]), [1, 2, 3]);
    assert_eq!(box_numbers(["6", "5", "4", "3", "2", "1", "DK"]), [6, 5, 4, 3, 2, 1, 7]);
    let folder = Folder::new().with("k.xlsx", keyed(Entry::Only, &[S002, ("S007", &[("plan", "2")])]));
    let returned = folder.read();
    assert_eq!(returned.workbooks[0].recognised, "key entry");
    assert_eq!((returned.responses.len(), returned.set_aside.len(), returned.blank.len()), (2, 0, 0));
    let codes = |at: usize| -> Vec<String> {
        let answers = &returned.responses[at].answers;
        instrument().questions.iter().zip(answers).map(|(question, given)| question.code(&given.answer)).collect()
    };
    assert_eq!(codes(0), ["yes", "5", "care", "h;p", "4", "7.5", "2025-03-31", "as written", "no"]);
    assert_eq!(codes(1)[0], "no");
    assert_eq!(returned.findings.iter().filter(|f| f.severity > quorate::finding::Severity::Warning).count(), 0);
}

#[test]
fn a_number_of_no_box_and_a_mistyped_serial_are_found_at_their_cells() {
    let folder = Folder::new()
        .with("k.xlsx", keyed(Entry::Only, &[("S001", &[("quality", "8"), ("plan", "1"), ("setting", "1;2")])]));
    let returned = folder.read();
    assert_eq!(places(&returned.findings, "R012"), ["k.xlsx D4 quality"]);
    assert_eq!(places(&returned.findings, "R014"), ["k.xlsx E4 setting"]);
    let text = "_serial,plan\nS-0043-S,Yes\n";
    let found = csv(text).findings.into_iter().find(|f| f.code == "R010").expect("nobody's").found;
    assert!(found.contains("mistyped"), "{found}");
}

#[test]
fn two_clerks_are_compared_and_differences_stand_at_both_cells() {
    let mut other = S002.1.to_vec();
    other[1] = ("quality", "4");
    other[3] = ("partners", "1");
    other[7] = ("note", "As it is written");
    let folder = Folder::new()
        .with("b1-first.xlsx", keyed(Entry::First, &[S002, ("S003", &[("plan", "1")])]))
        .with("b1-second.xlsx", keyed(Entry::Second, &[("S004", &[("plan", "2")]), ("S002", &other)]));
    let returned = folder.read();
    assert_eq!(returned.responses.len(), 3);
    assert_eq!(returned.set_aside.len(), 1);
    assert_eq!(returned.set_aside[0].reason, "keyed a second time, and compared");
    let first = returned.responses.iter().find(|response| response.serial == "S002").expect("it is used");
    assert_eq!(instrument().questions[1].code(&first.answers[1].answer), "5", "the first clerk's");
    // The form stands in the first row of one workbook and in the second row of the other.
    assert_eq!(
        places(&returned.findings, "K001"),
        [
            "b1-first.xlsx D4 quality",
            "b1-first.xlsx F4 partners",
            "b1-first.xlsx M4 note",
            "b1-second.xlsx D4 quality",
            "b1-second.xlsx F4 partners",
            "b1-second.xlsx M4 note",
        ]
    );
    let words = returned
        .findings
        .iter()
        .filter(|f| f.code == "K001")
        .any(|f| f.found.contains("written") || f.expected.contains("written"));
    assert!(!words, "open answers are not repeated");
    assert_eq!(places(&returned.findings, "K002").len(), 2, "S003 and S004 were keyed once");
}

#[test]
fn a_form_that_was_mended_by_its_clerk_is_compared_as_it_stands_now() {
    let mut wrong = S002.1.to_vec();
    wrong[1] = ("quality", "4");
    let folder = Folder::new()
        .with("a.xlsx", keyed(Entry::First, &[S002]))
        .with("b v1.xlsx", keyed(Entry::Second, &[("S002", &wrong)]))
        .with("b v2.xlsx", keyed(Entry::Second, &[S002]));
    let returned = folder.read();
    assert_eq!(places(&returned.findings, "K001"), [] as [&str; 0]);
    assert_eq!((returned.responses.len(), returned.set_aside.len()), (1, 2));
}

#[test]
fn the_workbook_opens_in_libreoffice_and_says_what_is_wrong_with_a_serial() {
    let batch = Batch { rows: (0..4).map(|_| issue::Row::default()).collect(), ..batch(1) };
    let serials = ["S-0001-C".to_owned(), "S-0042-S".to_owned()];
    let typed = ["S-0042-S", "S-0043-S", "S-0002-E", "S-0001-C"];
    let filled: Vec<issue::Row> = typed
        .iter()
        .map(|serial| issue::Row { serial: (*serial).to_owned(), reading: 1, ..issue::Row::default() })
        .collect();
    let mut batch = Batch { rows: filled, ..batch };
    typed.iter().for_each(|serial| fill(&mut batch, serial, &[("plan", "1")]));
    let bytes = key_entry::workbook(&instrument(), &batch, &serials, Entry::Only).expect("a workbook");
    assert_eq!(bytes, key_entry::workbook(&instrument(), &batch, &serials, Entry::Only).expect("the same"));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("k.xlsx");
    std::fs::write(&file, bytes).expect("written");
    let Some(saved) = fieldwork::saved_by_libreoffice(&file, "ods", folder.path()) else { return };
    let book = quorate::sheet::read(&saved, &quorate::sheet::Limits::default()).expect("it opens");
    let sheet = book.sheet(issue::ANSWERS_SHEET).expect("the sheet");
    let says: Vec<String> = (3..7).map(|row| sheet.text(row, 1)).collect();
    assert_eq!(says, ["ok", "mistyped", "not issued", "ok"]);
}
