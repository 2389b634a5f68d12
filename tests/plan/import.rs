//! The two plans of the source documents, taken over from workbooks and printed as both reports.

use quorate::plan::{Grade, store};

use super::typed::{Sheet, T};
use super::{Desk, joint_review, of, progress_report, words_of};

/// Takes a workbook over; gives the desk and the findings.
fn taken_over(sheet: &Sheet) -> (Desk, Vec<serde_json::Value>) {
    let desk = Desk::with_plan();
    sheet.save(&desk.path("existing.xlsx"));
    let findings = desk.findings(&["plan", "import", "plan", "existing.xlsx"]);
    (desk, findings)
}

/// Every line of every cell that was typed below the headings stands in an action's file or in a finding; the headings are in
/// the copy of the workbook.
fn nothing_is_lost(desk: &Desk, sheet: &Sheet, headings: T, findings: &[serde_json::Value]) {
    let plan = store::read(&desk.path("plan")).expect("the plan reads");
    let mut kept: Vec<String> = plan.actions.iter().map(|action| letters(&action.text)).collect();
    kept.push(letters(&serde_json::to_string(findings).expect("JSON")));
    for text in sheet.texts().filter(|text| !headings.contains(text)) {
        for line in text.lines().map(letters).filter(|line| !line.is_empty()) {
            let line = line.trim_start_matches(|c: char| c.is_ascii_digit());
            assert!(kept.iter().any(|file| file.contains(line)), "lost: {text:?}");
        }
    }
    assert_eq!(
        std::fs::read(desk.path("existing.xlsx")).expect("typed"),
        std::fs::read(desk.path("plan/imported/existing.xlsx")).expect("kept as it came")
    );
}

/// Letters and digits alone: quoting, bullets and line ends do not count.
fn letters(text: &str) -> String {
    text.replace("\\n", " ").chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

#[test]
fn the_22_actions_of_the_progress_report_are_taken_over() {
    let sheet = progress_report::sheet();
    let (desk, findings) = taken_over(&sheet);
    let plan = store::read(&desk.path("plan")).expect("the plan reads");
    assert_eq!(plan.actions.len(), 22);
    let action = |id: &str| plan.action(id).unwrap_or_else(|| panic!("no action {id}"));
    let report = |id: &str| action(id).progress.first().unwrap_or_else(|| panic!("no report of {id}"));
    for (id, grade) in
        [("A-001", "B"), ("A-002", "A"), ("A-004", ""), ("A-006", "A"), ("A-008", "A, D"), ("A-017", "D")]
    {
        assert_eq!(report(id).grade, grade, "{id}");
    }
    assert_eq!(plan.actions.iter().filter(|a| a.progress[0].grade() == Some(Grade::A)).count(), 10);
    assert_eq!(plan.actions.iter().filter(|a| a.progress[0].grade() == Some(Grade::B)).count(), 9);
    // The heading of the last column says when.
    assert!(plan.actions.iter().all(|a| a.progress[0].as_at == "2003-06-30"));
    // A page ends within the sixth action.
    assert!(report("A-006").extent.contains("every quarter") && report("A-006").extent.contains("x 4(A)"));
    // "As above" is what the action above it says, however far up.
    assert_eq!(action("A-013").outcome, action("A-011").outcome);
    assert_eq!(action("A-014").outcome, action("A-011").outcome);
    assert_eq!(action("A-020").outcome, action("A-015").outcome);
    assert_eq!(action("A-022").outcome, action("A-021").outcome);
    assert_eq!(report("A-014").follow_up, "LINK TO POINT 4");
    let means = |id: &str, field: &str| {
        action(id).reference.iter().find(|r| r.field == field).map(|r| r.means.clone()).unwrap_or_default()
    };
    assert_eq!(means("A-012", "outcome"), "A-011");
    assert_eq!(means("A-013", "due"), "A-011");
    assert_eq!(means("A-014", "follow_up"), "A-004");
    assert_eq!(means("A-020", "outcome"), "A-015");

    assert_eq!(of(&findings, "A015").len(), 1, "the fourth action has no grade");
    assert_eq!(of(&findings, "A016").len(), 1, "the eighth has two");
    assert_eq!(of(&findings, "A017").len(), 1, "the seventeenth was dropped without a reason");
    assert_eq!(of(&findings, "A031").len(), 1, "the column of milestone dates holds none");
    assert_eq!(of(&findings, "A020").len(), 1, "newsletters as above will help");
    assert_eq!(of(&findings, "A022").len(), 1, "no column for owners, resources, criteria");
    assert!(of(&findings, "A005").is_empty(), "all follow-ups are dates, none, or links");
    nothing_is_lost(&desk, &sheet, progress_report::HEADINGS, &findings);
}

#[test]
fn the_joint_review_plan_is_taken_over() {
    let sheet = joint_review::sheet();
    let (desk, findings) = taken_over(&sheet);
    let plan = store::read(&desk.path("plan")).expect("the plan reads");
    assert_eq!(plan.actions.len(), 69);
    let themes: std::collections::BTreeSet<&str> = plan.actions.iter().map(|a| a.theme.as_str()).collect();
    assert_eq!(themes.len(), 6);
    let with = |words: &str| {
        plan.actions.iter().find(|a| a.action.contains(words)).unwrap_or_else(|| panic!("no action with {words:?}"))
    };
    // An area stands once, above all its actions.
    assert_eq!(with("Leaflets are at all access points").area, "ACCESS TO SERVICES");
    assert_eq!(with("fair access").area, "SERVICE THRESHOLDS / ELIGIBILITY CRITERIA");
    // Several officers: the first leads, the others take part.
    assert_eq!(with("second round").responsible, "Head of Business Services");
    assert_eq!(with("second round").with, ["Head of Adult Services"]);
    assert_eq!(with("emergency team").with.len(), 2);
    assert_eq!(with("Find the money").with.len(), 0, "one officer, named three times");
    assert!(of(&findings, "A003").len() >= 8);
    // Dates.
    assert_eq!(with("3 bands").milestones(plan.dates).len(), 3);
    assert_eq!(with("independent audit").milestones(plan.dates).len(), 2);
    let unread: Vec<&str> = of(&findings, "A005").into_iter().map(|(_, found)| found).collect();
    assert!(unread.iter().any(|found| found.contains("being developed")), "{unread:?}");
    assert!(unread.iter().any(|found| found.contains("no such day")), "September 2004 / 2005: {unread:?}");
    // Rows without an action go on with the one above.
    assert_eq!(of(&findings, "A032").len(), 2);
    assert!(with("seven council homes").due.contains("Cabinet Report November 2003"));
    // Money.
    assert_eq!(with("£1.3 million").resources().amounts.len(), 0);
    assert_eq!(with("training team").resources().amounts[0].value, 30_000.0);
    assert!(with("training team").resources().amounts[0].yearly);
    assert!(with("Find the money").resources().to_be_determined);
    // Indicators, and those that stand above.
    let national = |words: &str| with(words).national().indicators;
    assert_eq!(national("second round"), ["DIS 3501-3506", "PAF E49", "PAF E50", "PAF D40", "PAF D39"]);
    assert_eq!(national("new arrangements work"), ["DIS 2129", "DIS 2130", "DIS 2131", "PAF D41"]);
    assert_eq!(national("£1.3 million"), ["PAF B11", "PAF C28", "PAF C29", "PAF C30", "PAF C31", "PAF C32"]);
    assert_eq!(national("recording of data"), ["PAF D42"]);
    // A reference to a page leads nowhere in a workbook, and so does one to something above that is not said.
    let nowhere: Vec<&str> = of(&findings, "A020").into_iter().map(|(_, found)| found).collect();
    for words in ["page 4", "Page 10", "page 5", "See above and page 16", "See above SITREPS", "As Above and Staff"] {
        assert!(nowhere.iter().any(|found| found.contains(words)), "{words}: {nowhere:?}");
    }
    nothing_is_lost(&desk, &sheet, joint_review::HEADINGS, &findings);
}

#[test]
fn both_plans_come_out_as_both_reports() {
    for (sheet, as_at) in [(progress_report::sheet(), "2003-06-30"), (joint_review::sheet(), "2004-06-30")] {
        let (desk, _) = taken_over(&sheet);
        let ended = desk.quorate(&["plan", "report", "plan", "--as-at", as_at, "--folder", "out"]);
        assert!(ended.code <= 1, "{}", ended.talk);
        let page = words_of(&desk.text("out/plan.html"));
        let plan = store::read(&desk.path("plan")).expect("the plan reads");
        for action in &plan.actions {
            for text in [&action.action, &action.outcome, &action.due, &action.resources, &action.responsible] {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(page.contains(&text), "{}: {text}", action.id);
            }
        }
        let checked = desk.quorate(&["check", "out/plan.xlsx", "--format", "json"]);
        assert_eq!((checked.code, checked.out.trim()), (0, "[]"), "the published workbook keeps all rules");
        // The same plan gives the same bytes.
        let before = std::fs::read(desk.path("out/plan.xlsx")).expect("written");
        desk.quorate(&["plan", "report", "plan", "--as-at", as_at, "--folder", "again"]);
        assert_eq!(before, std::fs::read(desk.path("again/plan.xlsx")).expect("written"));
    }
}

#[test]
fn overdue_and_ungraded_actions_stand_out() {
    let (desk, _) = taken_over(&joint_review::sheet());
    let listed = desk.done(&["plan", "list", "plan", "--as-at", "2004-06-30", "--standing-out", "--format", "csv"]);
    assert!(listed.contains("Overdue since 31 October 2003"), "{listed}");
    assert!(!listed.contains("Already achieved,") && listed.contains("no grade"), "{listed}");
    let early = desk.done(&["plan", "list", "plan", "--as-at", "2003-07-31", "--standing-out", "--format", "csv"]);
    assert!(early.matches("Overdue").count() < listed.matches("Overdue").count());
}

#[test]
fn merged_cells_odd_grades_and_unknown_columns_are_read_or_reported() {
    const ROWS: &[T] = &[
        &[
            "Ref",
            "Area",
            "Improvement action",
            "Owner",
            "By when",
            "Outcome",
            "Success criteria",
            "Resources",
            "Grade",
            "Evidence",
            "Shoe size",
        ],
        &[
            "7",
            "Access",
            "Answer calls",
            "Team manager",
            "03/04/2004",
            "Calls are answered",
            "9 in 10 answered",
            "£5,000",
            "E",
            "Log",
            "42",
        ],
        &["8", "", "Answer letters", "", "", "Letters are answered", "", "", "b", "Log", ""],
        &[
            "7",
            "Voice",
            "Ask carers",
            "Team manager / Carers' lead",
            "31 June 2004",
            "",
            "See page 3",
            "Someone pays",
            "",
            "",
            "",
        ],
    ];
    let mut sheet = Sheet::new("Plan", 11);
    for row in ROWS {
        sheet.row(row);
    }
    sheet.down.push((1, 2, 1));
    let desk = Desk::with_plan();
    sheet.save(&desk.path("odd.xlsx"));
    // Reports need a date, and no heading says one.
    let refused = desk.quorate(&["plan", "import", "plan", "odd.xlsx"]);
    assert_eq!(refused.code, 2);
    assert!(refused.talk.contains("--as-at"), "{}", refused.talk);
    let findings = desk.findings(&["plan", "import", "plan", "odd.xlsx", "--as-at", "2004-05"]);
    let plan = store::read(&desk.path("plan")).expect("the plan reads");
    let ids: Vec<&str> = plan.actions.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(ids, ["A-001", "A-007", "A-008"], "a number that is taken gives way to one that is free");
    assert_eq!(plan.action("A-008").expect("there").area, "Access", "merged downwards");
    assert_eq!(plan.action("A-007").expect("there").other.get("Shoe size").map(String::as_str), Some("42"));
    assert_eq!(of(&findings, "A014"), [("I2", "\"E\"")]);
    assert_eq!(of(&findings, "A002"), [("D3", "")]);
    assert_eq!(of(&findings, "A004"), [("E3", "")]);
    assert_eq!(of(&findings, "A003").len(), 1);
    assert_eq!(of(&findings, "A021"), [("K1", "\"Shoe size\"")]);
    let unread: Vec<&str> = of(&findings, "A005").into_iter().map(|(place, _)| place).collect();
    assert_eq!(unread, ["E2", "E4"], "either number could be the day; no such day");
    // A second import of the same numbers is refused, and with --force keeps what was there.
    assert_eq!(desk.quorate(&["plan", "import", "plan", "odd.xlsx", "--as-at", "2004-05"]).code, 2);
    desk.write("plan/actions/A-008.toml", &format!("# by hand\n{}", desk.text("plan/actions/A-008.toml")));
    desk.findings(&["plan", "import", "plan", "odd.xlsx", "--as-at", "2004-05", "--force"]);
    assert!(desk.text("plan/earlier/A-008.toml").starts_with("# by hand"));
}

#[test]
fn what_is_no_plan_is_refused_with_what_is_expected() {
    let desk = Desk::with_plan();
    desk.write("list.csv", "name,size\nA,3\nB,4\n");
    let ended = desk.quorate(&["plan", "import", "plan", "list.csv"]);
    assert_eq!(ended.code, 2);
    assert!(ended.talk.contains("headings of an action plan"), "{}", ended.talk);
    assert!(std::fs::read_dir(desk.path("plan/actions")).expect("a folder").next().is_none());
    assert!(!desk.path("plan/imported").exists());
}
