//! Returns: ugly spreadsheets, each with one fault, and everything that is said about them.

use std::path::Path;

use proptest::prelude::*;
use quorate::instrument::Answer;
use quorate::issue::{self, Batch, row_token};
use quorate::returns::{DateOrder, Duplicates, Expected, Returned, Rules, Sampled, SampledUnit, ingest};
use quorate::terms::Missing;
use rust_xlsxwriter::{Format, Formula, Workbook};

mod fieldwork;

use fieldwork::{batch, fill, instrument, saved_by_libreoffice};

/// Ten files, S001 to S010, numbers 0101 to 0110; the frame has a few more. S010 is read twice, by A and by B.
fn sampled() -> Sampled {
    let units = (1..=10)
        .map(|i| SampledUnit {
            serial: format!("S{i:03}"),
            id: format!("0{}", 100 + i),
            readings: match i {
                10 => vec![Expected { reading: 1, reader: "A".into() }, Expected { reading: 2, reader: "B".into() }],
                _ => vec![Expected { reading: 1, reader: "A".into() }],
            },
        })
        .collect();
    let frame_ids = (101..=120).map(|id| format!("0{id}")).chain(["105".to_owned()]).collect();
    Sampled { study: "audit".into(), sample: "0f3a".into(), id_column: "file_no".into(), units, frame_ids }
}

/// A folder of returns.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Folder {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("written");
        self
    }

    fn issued(self, name: &str, batch: &Batch) -> Folder {
        let bytes = issue::workbook(&instrument(), batch).expect("a workbook");
        self.with(name, bytes)
    }

    fn read(&self) -> Returned {
        self.read_by(&Rules::default())
    }

    fn read_by(&self, rules: &Rules) -> Returned {
        let returned = ingest(&instrument(), &sampled(), self.0.path(), rules, &|| {}).expect("the folder is there");
        assert!(returned.reconciles(), "{:#?}", returned.workbooks);
        returned
    }
}

fn csv(text: &str) -> Returned {
    Folder::new().with("r.csv", text).read()
}

/// Each finding in one line: code, severity, place, found, expected.
fn picture(returned: &Returned) -> Vec<String> {
    let line = |f: &quorate::finding::Finding| {
        let place = [&f.place.file, &f.place.sheet, &f.place.cell, &f.place.unit, &f.place.question];
        let place: Vec<&str> = place.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        format!("{} {} {} | {} | {}", f.code, f.severity, place.join(" "), f.found, f.expected)
    };
    returned.findings.iter().map(line).collect()
}

/// The answer of a unit as in data files, or the kind of missing in brackets.
fn answer(returned: &Returned, serial: &str, question: &str) -> String {
    let instrument = instrument();
    let place = instrument.position(question).expect("a question");
    let response =
        returned.responses.iter().find(|r| r.serial == serial).unwrap_or_else(|| panic!("no row for {serial}"));
    match &response.answers[place].answer {
        Answer::Missing(kind) => format!("[{kind}]"),
        answer => instrument.questions[place].code(answer),
    }
}

fn raw(returned: &Returned, serial: &str, question: &str) -> String {
    let place = instrument().position(question).expect("a question");
    let response = returned.responses.iter().find(|r| r.serial == serial).expect("a row");
    response.answers[place].raw.clone()
}

fn reasons(returned: &Returned) -> Vec<(String, String)> {
    returned.set_aside.iter().map(|row| (row.serial.clone(), row.reason.clone())).collect()
}

fn one_reason(serial: &str, reason: &str) -> Vec<(String, String)> {
    vec![(serial.to_owned(), reason.to_owned())]
}

const HEAD: &str = "serial,plan,quality,setting,partners,police,hours,reviewed,note,danger\n";

fn filled() -> Batch {
    let mut batch = batch(3);
    fill(
        &mut batch,
        "S001",
        &[
            ("plan", "Yes"),
            ("quality", "5"),
            ("setting", "At home"),
            ("partners", "h;p"),
            ("police", "2"),
            ("hours", "7.5"),
            ("reviewed", "2025-03-31"),
            ("note", "clear"),
            ("danger", "No"),
        ],
    );
    fill(&mut batch, "S002", &[("plan", "No"), ("partners", "None")]);
    batch
}

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
fn a_response_off_the_list() {
    let returned = csv("serial,plan\nS001,yes (verbal)\n");
    assert_eq!(answer(&returned, "S001", "plan"), "[unreadable]");
    assert_eq!(raw(&returned, "S001", "plan"), "yes (verbal)");
    assert_eq!(
        picture(&returned),
        [
            "R012 error r.csv B2 S001 plan | \"yes (verbal)\" | Yes | No | Not applicable",
            "R006 warning r.csv | no column for quality, setting, partners, police, hours, reviewed, note, danger | ",
        ]
    );
    assert_eq!(returned.findings[0].hint, "if \"Yes\" is meant, choose it from the list");
}

/// The findings about one question, without those about columns.
fn about<'r>(returned: &'r Returned, question: &str) -> Vec<(&'r str, &'r str)> {
    let about = returned.findings.iter().filter(|finding| finding.place.question == question);
    about.map(|finding| (finding.code.as_str(), finding.found.as_str())).collect()
}

#[test]
fn spellings_that_can_mean_one_thing_are_read_and_noted() {
    for (typed, code, noted) in [
        ("Yes", "yes", false),
        ("yes", "yes", false),
        ("na", "[not-applicable]", false),
        (" Yes ", "yes", true),
        ("YES", "yes", true),
        ("Not\u{a0}applicable", "[not-applicable]", true),
    ] {
        let returned = csv(&format!("serial,plan\nS001,{typed}\n"));
        assert_eq!(answer(&returned, "S001", "plan"), code, "{typed:?}");
        let expected = if noted { vec![("R013", format!("{typed:?}"))] } else { vec![] };
        let found: Vec<(&str, String)> =
            about(&returned, "plan").into_iter().map(|(code, found)| (code, found.to_owned())).collect();
        // A no-break space is shown as an escape, so that a person can see it.
        assert_eq!(found, expected, "{typed:?}");
        assert_eq!(raw(&returned, "S001", "plan"), typed, "kept as it stood");
    }
    for (typed, code) in [
        ("6", "6"),
        ("Excellent", "6"),
        ("6 Excellent", "6"),
        ("6 - excellent", "6"),
        ("Very good (5)", "5"),
        ("04", "4"),
        ("Don\u{2019}t know", "[dont-know]"),
    ] {
        let returned = csv(&format!("serial,plan,quality\nS001,Yes,{typed}\n"));
        assert_eq!(answer(&returned, "S001", "quality"), code, "{typed:?}");
    }
}

#[test]
fn two_answers_where_one_is_asked() {
    for typed in ["3/4", "3 & 4", "Good; Adequate"] {
        let returned = csv(&format!("serial,plan,quality\nS001,Yes,{typed}\n"));
        assert_eq!(answer(&returned, "S001", "quality"), "[unreadable]");
        assert_eq!(about(&returned, "quality"), [("R014", format!("{typed:?}").as_str())]);
    }
}

#[test]
fn several_responses_in_one_cell() {
    for (typed, code) in [
        ("\"h,p\"", "h;p"),
        ("Police; Health", "h;p"),
        ("\"Health, Police\"", "h;p"),
        ("h p", "h;p"),
        ("h|p", "h;p"),
        ("\"Health\nPolice\"", "h;p"),
        ("None", "n"),
        ("x", "[refused]"),
    ] {
        let returned = csv(&format!("serial,partners\nS001,{typed}\n"));
        assert_eq!(answer(&returned, "S001", "partners"), code, "{typed}");
    }
    let returned = csv("serial,partners\nS001,Health; Housing\n");
    assert_eq!(about(&returned, "partners"), [("R012", "\"Health; Housing\"")]);
}

#[test]
fn none_together_with_others() {
    for typed in ["None; Health", "Health; Rather not say"] {
        let returned = csv(&format!("serial,partners\nS001,{typed}\n"));
        assert_eq!(answer(&returned, "S001", "partners"), "[unreadable]");
        assert_eq!(about(&returned, "partners"), [("R015", format!("{typed:?}").as_str())]);
    }
    let ticks =
        csv("serial,partners/h,partners/p,partners/n\nS001,Yes,,Yes\nS002,x,no,\nS003,Yes,perhaps,\nS004,0,1,0\n");
    assert_eq!(answer(&ticks, "S001", "partners"), "[unreadable]");
    assert_eq!(answer(&ticks, "S002", "partners"), "h");
    assert_eq!(answer(&ticks, "S003", "partners"), "[unreadable]");
    assert_eq!(answer(&ticks, "S004", "partners"), "p");
    assert_eq!(about(&ticks, "partners"), [("R015", "\"h=Yes; n=Yes\""), ("R012", "\"perhaps\""), ("R013", "\"x\"")]);
}

#[test]
fn numbers_are_checked() {
    for (typed, read, code) in [
        ("12", "12", None),
        ("\"1,5\"", "1.5", Some("R013")),
        ("twelve", "[unreadable]", Some("R018")),
        ("5%", "[unreadable]", Some("R018")),
        ("169", "[unreadable]", Some("R019")),
        ("-1", "[unreadable]", Some("R019")),
        ("don't know", "[dont-know]", Some("R013")),
        ("inf", "[unreadable]", Some("R018")),
        ("1e999", "[unreadable]", Some("R018")),
    ] {
        let returned = csv(&format!("serial,hours\nS001,{typed}\n"));
        assert_eq!(answer(&returned, "S001", "hours"), read, "{typed}");
        let codes: Vec<&str> = about(&returned, "hours").into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{typed}");
    }
    let returned = csv("serial,partners,police\nS001,p,2.5\n");
    assert_eq!(about(&returned, "police"), [("R018", "\"2.5\"")]);
}

#[test]
fn dates_are_checked() {
    for (typed, read, code) in [
        ("2025-03-31", "2025-03-31", None),
        ("31/03/2025", "2025-03-31", Some("R013")),
        ("31 March 2025", "2025-03-31", Some("R013")),
        ("45747", "2025-03-31", Some("R013")),
        ("03/04/2025", "[unreadable]", Some("R021")),
        ("31/02/2025", "[unreadable]", Some("R020")),
        ("last spring", "[unreadable]", Some("R020")),
        ("2019-12-31", "[unreadable]", Some("R022")),
    ] {
        let returned = csv(&format!("serial,reviewed\nS001,{typed}\n"));
        assert_eq!(answer(&returned, "S001", "reviewed"), read, "{typed}");
        let codes: Vec<&str> = about(&returned, "reviewed").into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{typed}");
    }
    let folder = Folder::new().with("r.csv", "serial,reviewed\nS001,03/04/2025\n");
    for (dates, read) in [(DateOrder::DayFirst, "2025-04-03"), (DateOrder::MonthFirst, "2025-03-04")] {
        let returned = folder.read_by(&Rules { dates, ..Rules::default() });
        assert_eq!(answer(&returned, "S001", "reviewed"), read);
    }
}

#[test]
fn routing_is_followed_and_contradictions_are_kept_apart() {
    let returned =
        csv("serial,plan,quality,partners,police\nS001,No,4,,\nS002,,4,p,\nS003,Yes,,h,3\nS004,perhaps,2,,\n");
    assert_eq!(answer(&returned, "S001", "quality"), "[not-asked]");
    assert_eq!(raw(&returned, "S001", "quality"), "4");
    assert_eq!(answer(&returned, "S002", "quality"), "[not-asked]");
    assert_eq!(answer(&returned, "S002", "police"), "[not-answered]");
    assert_eq!(answer(&returned, "S003", "quality"), "[not-answered]");
    assert_eq!(answer(&returned, "S003", "police"), "[not-asked]");
    let lines = picture(&returned);
    let gate = "asked only after \"Yes\"";
    for line in [
        format!("R023 warning r.csv C2 S001 quality | \"4\" | nothing: \"Care plan on file\" is \"No\", and the question is {gate}"),
        "R024 warning r.csv B3 S002 plan |  | an answer".to_owned(),
        format!("R023 warning r.csv C3 S002 quality | \"4\" | nothing: \"Care plan on file\" is not answered, and the question is {gate}"),
        "R024 warning r.csv C4 S003 quality |  | an answer".to_owned(),
        "R023 warning r.csv E4 S003 police | \"3\" | nothing: \"Partners\" is \"h\", and the question is asked only after \"Police\"".to_owned(),
        format!("R023 warning r.csv C5 S004 quality | \"2\" | nothing: \"Care plan on file\" is unreadable, and the question is {gate}"),
    ] {
        assert!(lines.contains(&line), "no {line}\nin {lines:#?}");
    }
}

#[test]
fn a_deleted_gate_does_not_take_its_follow_up_with_it() {
    let returned = csv("serial,quality\nS001,4\nS002,\n");
    assert_eq!(answer(&returned, "S001", "quality"), "4");
    assert_eq!(returned.blank.len(), 1);
}

#[test]
fn a_concern_comes_first_wherever_it_stands() {
    let returned = csv("serial,danger,note\nS001,Yes,\nS999,yes,told somebody\nS002,yes - see note,\nS003,no,\n");
    let lines = picture(&returned);
    assert_eq!(
        lines[..3],
        [
            "R025 concern r.csv B2 S001 danger | \"Danger now\": Yes | ",
            "R025 concern r.csv B3 danger | \"Danger now\": Yes | ",
            "R039 concern r.csv B4 S002 danger | \"yes - see note\" | ",
        ]
    );
    assert!(!lines.iter().any(|line| line.contains("told somebody")), "words of open answers are not repeated");
}

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
            "R037 note r.csv 7 |  | ",
            "R007 note r.csv C4 plan | \"IS THERE A CARE PLAN ON FILE?\" | \"Care plan on file\"",
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
    assert!(picture(&returned)[0].starts_with("R011 error r.csv 4 |"));
    assert!(picture(&returned)[1].starts_with("R010 error r.csv A3 | S099 |"));
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
fn a_return_made_with_another_version_of_the_form() {
    let mut instrument_before = instrument();
    instrument_before.version = "1".to_owned();
    let bytes = issue::workbook(&instrument_before, &filled()).expect("a workbook");
    let returned = Folder::new().with("a.xlsx", bytes).read();
    assert_eq!(returned.responses.len(), 2);
    assert_eq!(picture(&returned)[0], "R005 warning a.xlsx | version \"1\" | version \"2\"");
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

#[test]
fn cells_of_every_kind() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2025, 4, 3).expect("a day");
    for (column, head) in (0..).zip(["serial", "plan", "quality", "hours", "reviewed", "setting", "danger"]) {
        sheet.write(0, column, head).expect("written");
    }
    sheet.write(1, 0, "S001").expect("written");
    sheet.write(1, 1, true).expect("written");
    sheet.write(1, 2, 4.0).expect("written");
    sheet.write(1, 3, Formula::new("=3*4").set_result("12")).expect("written");
    sheet.write_with_format(1, 4, &day, &date).expect("written");
    sheet.write(1, 5, Formula::new("=NA()").set_result("#N/A")).expect("written");
    sheet.write_with_format(1, 6, &day, &date).expect("written");
    let returned = Folder::new().with("r.xlsx", workbook.save_to_buffer().expect("a workbook")).read();
    assert_eq!(answer(&returned, "S001", "plan"), "yes");
    assert_eq!(answer(&returned, "S001", "quality"), "4");
    assert_eq!(answer(&returned, "S001", "hours"), "12");
    assert_eq!(answer(&returned, "S001", "reviewed"), "2025-04-03");
    assert_eq!(answer(&returned, "S001", "setting"), "[unreadable]");
    assert_eq!(about(&returned, "setting")[0].0, "R016");
    assert_eq!(about(&returned, "hours"), [("R017", "\"12\"")]);
    assert_eq!(about(&returned, "plan"), [("R013", "\"TRUE\"")]);
    assert_eq!(about(&returned, "danger"), [("R039", "\"2025-04-03\""), ("R012", "\"2025-04-03\"")]);
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
    assert_eq!(answer(returned, "S003", "quality"), "[unreadable]");
    assert_eq!(reasons(returned), one_reason("", "a note, not answers"));
    let codes: Vec<(&str, &str)> = returned.findings.iter().map(|f| (f.code.as_str(), f.place.cell.as_str())).collect();
    assert_eq!(
        codes,
        [("R012", "B7"), ("R021", "E7"), ("R006", ""), ("R037", "10"), ("R013", "A6"), ("R013", "B5"), ("R013", "E5"),]
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever stands in the cells, every row is accepted or set aside, and the files' order does not matter.
    #[test]
    fn rows_always_reconcile(
        files in proptest::collection::vec(
            proptest::collection::vec(
                (
                    prop_oneof!["S00[0-9]", "S0[0-9]{2}", Just(String::new()), "01[0-9]{2}", "[ -~]{0,6}"],
                    prop_oneof!["Yes", "No", "yes ", Just(String::new()), "[ -~]{0,8}"],
                    prop_oneof!["[1-7]", Just(String::new()), "\\PC{0,6}"],
                    prop_oneof!["h;p", "None;h", "[hpnx, ;]{0,6}"],
                    prop_oneof!["[0-9]{1,2}/[0-9]{1,2}/20[0-9]{2}", "\\PC{0,10}"],
                ),
                0..12,
            ),
            1..4,
        ),
        rule in prop_oneof![Just(Duplicates::Latest), Just(Duplicates::First), Just(Duplicates::MostComplete)],
    ) {
        let mut folder = Folder::new();
        let mut rows_typed = 0;
        for (number, rows) in files.iter().enumerate() {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["serial", "plan", "quality", "partners", "reviewed"]).expect("written");
            for (serial, plan, quality, partners, reviewed) in rows {
                writer.write_record([serial, plan, quality, partners, reviewed]).expect("written");
                rows_typed += 1;
            }
            let bytes = writer.into_inner().expect("the text");
            folder = folder.with(&format!("r{number}.csv"), bytes);
        }
        let rules = Rules { duplicates: rule, dates: DateOrder::Undeclared };
        let returned = folder.read_by(&rules);
        let read: usize = returned.workbooks.iter().map(|workbook| workbook.rows_read).sum();
        prop_assert!(read + returned.blank.len() <= rows_typed);
        let mut seen = std::collections::BTreeSet::new();
        for response in &returned.responses {
            prop_assert!(seen.insert((response.serial.clone(), response.reading)), "one row for each reading");
            prop_assert_eq!(response.answers.len(), instrument().questions.len());
            for given in &response.answers {
                let missing = given.answer.missing();
                let nothing = matches!(missing, Some(Missing::NotAnswered | Missing::NotAsked)) || given.raw.is_empty();
                prop_assert!(!nothing || given.raw.trim().is_empty() || missing.is_some());
            }
        }
        let again = folder.read_by(&rules);
        prop_assert_eq!(picture(&returned), picture(&again));
    }
}
