//! Which columns and which rows are whose.

use quorate::issue::row_token;
use quorate::returns::{Expected, Returned, Rules};

use super::{Folder, answer, csv, instrument, one_reason, picture, reasons, sampled};

#[test]
fn columns_moved_renamed_inserted_and_deleted() {
    let text = "Our team's return,,,,,\nPlease send by Friday,,,,,\n,,,,,\n\
        What stands out?,Serial No,IS THERE A CARE  PLAN ON FILE?,Remarks,Quality of care plans,hours\n\
        fine,S001,Yes,my remark,4,3\n,S002,No,,,\nThanks - all done,,,,,\n";
    let returned = csv(text);
    assert_eq!(answer(&returned, "S001", "plan"), "yes");
    assert_eq!(answer(&returned, "S001", "note"), "fine");
    assert_eq!(answer(&returned, "S001", "hours"), "3");
    assert_eq!(
        picture(&returned),
        [
            "R006 warning r.csv | no column for quality, setting, partners, police, reviewed, danger | ",
            "R008 warning r.csv D4 | \"Remarks\" | ",
            "R008 warning r.csv E4 | \"Quality of care plans\" | ",
            "R007 note r.csv C4 plan | \"IS THERE A CARE PLAN ON FILE?\" | \"Care plan on file\"",
            "R037 note r.csv 7 |  | ",
        ]
    );
    let hint = returned.findings.iter().find(|f| f.place.cell == "E4").map(|f| f.hint.clone()).expect("a finding");
    assert_eq!(hint, "if \"Quality of care plan\" is meant, write that above the column");
    assert_eq!(reasons(&returned), one_reason("", "a note, not answers"));
    assert_eq!(returned.set_aside[0].cells[0], "Thanks - all done");
}

#[test]
fn two_columns_for_one_question() {
    let returned = csv("serial,Care plan on file,plan\nS001,No,Yes\n");
    assert_eq!(answer(&returned, "S001", "plan"), "yes");
    assert!(picture(&returned)[1].starts_with(
        "R009 warning r.csv B1 plan | \"Care plan on file\" | one column for each question; the one headed in C1"
    ));
}

#[test]
fn keys_are_found_by_what_stands_in_a_column() {
    let returned = csv("Ref,plan\n0101,Yes\n0102,No\n");
    assert_eq!(returned.responses.len(), 2);
    assert_eq!(answer(&returned, "S002", "plan"), "no");
}

#[test]
fn lost_zeros_are_made_up_only_without_doubt() {
    let returned = csv("file_no,plan\n101,Yes\n105,Yes\n00105,No\n");
    assert_eq!(answer(&returned, "S001", "plan"), "yes");
    let lines = picture(&returned);
    assert!(lines.contains(&"R029 warning r.csv A2 S001 | \"101\" | \"0101\"".to_owned()), "{lines:#?}");
    assert!(
        lines.contains(&"R010 error r.csv A3 | 105, which is in the frame but was not drawn | ".to_owned()),
        "{lines:#?}"
    );
    assert!(lines.contains(&"R033 error r.csv A4 | \"00105\" | ".to_owned()), "{lines:#?}");
}

#[test]
fn a_row_added_by_hand() {
    let returned = csv("serial,plan,quality\nS001,Yes,4\nS099,Yes,5\n,Yes,3\n");
    assert_eq!(returned.responses.len(), 1);
    assert_eq!(
        reasons(&returned),
        [(String::new(), "not in the sample".to_owned()), (String::new(), "no identifier".to_owned())]
    );
    assert_eq!(returned.set_aside[0].cells, ["S099", "Yes", "5"]);
    assert!(picture(&returned)[0].starts_with("R010 error r.csv A3 | S099 |"));
    assert!(picture(&returned)[1].starts_with("R011 error r.csv 4 |"));
}

#[test]
fn identifiers_that_contradict_each_other() {
    let returned = csv("serial,file_no,plan\nS001,0102,Yes\nS002,0102,No\n");
    assert_eq!(returned.responses.len(), 1);
    assert_eq!(reasons(&returned), one_reason("", "identifiers contradict each other"));
    assert!(picture(&returned)[0].starts_with("R032 error r.csv A2 | S001 and 0102 |"));
}

#[test]
fn a_sheet_sorted_without_its_hidden_column() {
    let token = |serial: &str| row_token("0f3a", serial, 1);
    let returned =
        csv(&format!("_token,_serial,_file,plan\n{},S002,0102,No\n{},S001,0101,Yes\n", token("S001"), token("S002")));
    assert_eq!(answer(&returned, "S001", "plan"), "yes");
    assert_eq!(answer(&returned, "S002", "plan"), "no");
    assert_eq!(picture(&returned).iter().filter(|line| line.starts_with("R031 warning")).count(), 2);
}

#[test]
fn a_copied_row_with_a_file_number_typed_over() {
    let token = row_token("0f3a", "S001", 1);
    let returned = csv(&format!("_token,_serial,_file,plan\n{token},S001,0101,Yes\n{token},S001,0777,No\n"));
    assert_eq!(answer(&returned, "S001", "plan"), "yes");
    assert_eq!(reasons(&returned), one_reason("", "identifiers contradict each other"));
}

#[test]
fn a_token_alone_is_enough() {
    let returned = csv(&format!("Row token,plan\n{},Yes\n", row_token("0f3a", "S004", 1)));
    assert_eq!(answer(&returned, "S004", "plan"), "yes");
}

#[test]
fn two_rows_for_one_unit_in_one_file() {
    let same = csv("serial,plan\nS001,Yes\nS001,Yes\n");
    assert_eq!(reasons(&same), one_reason("S001", "the same answers twice"));
    assert!(picture(&same).iter().any(|line| line.starts_with("R027 note r.csv 2 S001 | used instead: r.csv > 3 |")));
    let different = csv("serial,plan\nS001,Yes\nS001,No\n");
    assert_eq!(answer(&different, "S001", "plan"), "no");
    assert!(picture(&different)[0].starts_with("R038 error r.csv 2 S001"));
}

#[test]
fn a_second_reading_is_no_duplicate() {
    let token = |reading| row_token("0f3a", "S010", reading);
    let by_token = Folder::new()
        .with("a.csv", format!("_token,plan\n{},Yes\n", token(1)))
        .with("b.csv", format!("_token,plan\n{},No\n", token(2)))
        .read();
    let who = |returned: &Returned| -> Vec<(String, u8, String)> {
        returned.responses.iter().map(|r| (r.serial.clone(), r.reading, r.reader.clone())).collect()
    };
    let both = [("S010".to_owned(), 1, "A".to_owned()), ("S010".to_owned(), 2, "B".to_owned())];
    assert_eq!(who(&by_token), both);
    let by_column = csv("serial,reader,plan\nS010,B,No\nS010,a,Yes\n");
    assert_eq!(who(&by_column), both);
    let unknown = csv("serial,plan\nS010,No\n");
    assert_eq!(reasons(&unknown), one_reason("S010", "which reading it is cannot be told"));
    // All other rows of this file were issued to A only.
    let by_company = csv("serial,plan\nS010,No\nS001,Yes\n");
    assert_eq!(who(&by_company)[1], both[0]);
}

#[test]
fn another_reader_than_the_one_expected_gives_a_second_reading() {
    let returned = csv("serial,reader,plan\nS001,A,Yes\nS001,B,No\nS002,B,No\n");
    let who: Vec<(&str, u8, &str)> =
        returned.responses.iter().map(|r| (r.serial.as_str(), r.reading, r.reader.as_str())).collect();
    assert_eq!(who, [("S001", 1, "A"), ("S001", 2, "B"), ("S002", 1, "B")]);
    assert!(picture(&returned).iter().any(|line| line.starts_with("R040 note r.csv 3 S001")));
}

/// A training batch is read by everybody; a file read twice may be read by a third all the same.
#[test]
fn every_readers_reading_is_kept_under_the_readers_code() {
    let reading = |(reading, reader): (u8, &str)| Expected { reading, reader: reader.into() };
    let mut sampled = sampled();
    sampled.units[8].readings = [(1, "C"), (2, "A"), (3, "B")].map(reading).into();
    let folder = Folder::new().with("r.csv", "serial,reader,plan\nS009,A,Yes\nS009,B,No\nS009,C,Yes\nS010,C,No\nS010,A,Yes\nS010,B,No\nS001,C,No\nS001,B,No\nS001,A,Yes\n");
    let returned = quorate::returns::ingest(&instrument(), &sampled, folder.0.path(), &Rules::default(), &|| ())
        .expect("the folder reads");
    let who: Vec<(&str, u8, &str)> =
        returned.responses.iter().map(|r| (r.serial.as_str(), r.reading, r.reader.as_str())).collect();
    let expected = [
        ("S001", 1, "A"),
        ("S001", 2, "B"),
        ("S001", 3, "C"),
        ("S009", 1, "C"),
        ("S009", 2, "A"),
        ("S009", 3, "B"),
        ("S010", 1, "A"),
        ("S010", 2, "B"),
        ("S010", 3, "C"),
    ];
    assert_eq!(who, expected);
    assert!(returned.reconciles() && returned.set_aside.is_empty(), "{:?}", reasons(&returned));
    assert_eq!(picture(&returned).iter().filter(|line| line.starts_with("R040")).count(), 3);
    let readings = returned.readings();
    assert_eq!(readings["S009"].iter().map(|r| r.reader.as_str()).collect::<Vec<_>>(), ["C", "A", "B"]);
}

#[test]
fn short_numbers_are_not_taken_for_identifiers() {
    // Ages that agree with file numbers but for zeros; the serial is under no heading that is known.
    let returned = csv("Ref,Age,plan\nS001,101,Yes\nS002,101,No\nS003,102,Yes\n");
    assert_eq!(returned.responses.len(), 3);
    assert!(returned.set_aside.is_empty(), "{:?}", picture(&returned));
}

#[test]
fn serials_written_otherwise_are_matched_and_noted() {
    let returned = csv("serial,plan\ns001,No\n\" S002\u{a0}\",No\n");
    assert_eq!(returned.responses.len(), 2);
    let lines = picture(&returned);
    assert!(lines.contains(&"R030 note r.csv A2 S001 | \"s001\" | \"S001\"".to_owned()), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("R030")).count(), 2);
}

#[test]
fn names_in_the_place_of_identifiers_are_not_repeated() {
    let returned = csv("serial,plan\nS001,Yes\nMary Example,No\n");
    let lines = picture(&returned);
    assert!(!lines.iter().any(|line| line.contains("Mary")), "{lines:#?}");
    assert_eq!(reasons(&returned), one_reason("", "not in the sample"));
    assert_eq!(returned.set_aside[0].cells[0], "Mary Example", "kept, for those who may see it");
}

#[test]
fn a_page_that_explains_the_questions_is_no_table() {
    let mut sampled_like_numbers = sampled();
    for (number, unit) in (1..).zip(&mut sampled_like_numbers.units) {
        unit.id = format!("00{number}");
    }
    sampled_like_numbers.frame_ids.clear();
    let instrument = instrument();
    let text: String = (1..).zip(&instrument.questions).map(|(number, q)| format!("{number},{}\n", q.text)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("guidance.csv"), text).expect("written");
    let rules = Rules::default();
    let returned = quorate::returns::ingest(&instrument, &sampled_like_numbers, folder.path(), &rules, &|| {})
        .expect("the folder is there");
    assert!(returned.responses.is_empty() && returned.set_aside.is_empty());
    assert_eq!(returned.findings[0].code, "R004");
}
