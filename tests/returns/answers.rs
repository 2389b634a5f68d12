//! What stands in a cell, and what is made of it.

use quorate::returns::{DateOrder, Returned, Rules};
use rust_xlsxwriter::{Format, Formula, Workbook};

use super::{Folder, answer, csv, picture, raw};

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

#[test]
fn an_abbreviation_is_suggested_and_never_taken() {
    let returned = csv("serial,plan,quality\nS001,n/a,\nS002,Yes,dk \n");
    assert_eq!(answer(&returned, "S001", "plan"), "[unreadable]");
    let hints: Vec<&str> = returned.findings.iter().filter(|f| f.code == "R012").map(|f| f.hint.as_str()).collect();
    assert_eq!(hints, ["if \"Not applicable\" is meant, choose it from the list"]);
    // The code of the response is DK.
    assert_eq!(answer(&returned, "S002", "quality"), "[dont-know]");
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
    for typed in ["3/4", "3 & 4", "3-4", "Good; Adequate"] {
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
            "R039 concern r.csv B4 S002 danger |  | Yes | No | Not applicable",
        ]
    );
    assert!(!lines.iter().any(|line| line.contains("told somebody")), "words of open answers are not repeated");
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
    assert_eq!(about(&returned, "danger"), [("R039", "")]);
}
