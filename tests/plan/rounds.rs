//! A plan from areas for improvement through rounds of progress: workbooks out, back, mended, and what became of them.

use chrono::NaiveDate;
use quorate::plan::{Fill, Progress, issue, store};
use quorate::sheet::{self, Limits, Visibility};

use super::{Desk, of, words_of};

const AREAS: &str = "id,text,priority,indicator,questions\n\
    2.1-a1,Carers find it hard to get information,high,2.1,\n5.2-a1,Help comes late,medium,5.2,\n6.4-a1,Nobody listens,low,6.4,\n";

fn action(id: &str, owner: &str, due: &str) -> String {
    format!(
        "id = \"{id}\"\ntheme = \"Carers\"\naction = \"Action {id}\"\noutcome = \"Better\"\nresponsible = \"{owner}\"\n\
         due = \"{due}\"\nresources = \"Within existing resources\"\ncriteria = [\"Shown to the board\"]\n"
    )
}

/// A plan of three actions of two owners.
fn desk() -> Desk {
    let desk = Desk::with_plan();
    desk.write("plan/actions/A-001.toml", &action("A-001", "Head of Adults", "September 2026"));
    desk.write("plan/actions/A-002.toml", &action("A-002", "Head of Adults", "March 2027"));
    desk.write("plan/actions/A-003.toml", &action("A-003", "Head of Children/families", "Ongoing"));
    desk
}

fn report(grade: &str, extent: &str, evidence: &str, follow_up: &str) -> Progress {
    Progress {
        grade: grade.to_owned(),
        extent: extent.to_owned(),
        evidence: evidence.to_owned(),
        follow_up: follow_up.to_owned(),
        ..Progress::default()
    }
}

/// Fills in the workbooks of a round as owners would; gives their names.
fn filled(desk: &Desk, as_at: &str, folder: &str, reports: &[(&str, Progress)]) -> Vec<String> {
    let plan = store::read(&desk.path("plan")).expect("the plan reads");
    let fill: Fill = reports.iter().map(|(id, report)| ((*id).to_owned(), report.clone())).collect();
    let day: NaiveDate = as_at.parse().expect("a day");
    let issued = issue(&plan, day, &fill).expect("workbooks");
    std::fs::create_dir_all(desk.path(folder)).expect("a folder");
    issued
        .into_iter()
        .map(|workbook| {
            let name = format!("{folder}/{}", workbook.name);
            std::fs::write(desk.path(&name), workbook.bytes).expect("written");
            name
        })
        .collect()
}

#[test]
fn areas_become_drafts_and_drafts_say_what_they_lack() {
    let desk = Desk::with_plan();
    desk.write("areas.csv", AREAS);
    desk.done(&["plan", "draft", "plan", "--areas", "areas.csv", "--only", "5.2-a1"]);
    desk.done(&["plan", "draft", "plan", "--areas", "areas.csv"]);
    desk.done(&["plan", "draft", "plan", "--areas", "areas.csv"]);
    let plan = store::read(&desk.path("plan")).expect("the plan reads");
    let from: Vec<&str> = plan.actions.iter().map(|a| a.from.as_str()).collect();
    assert_eq!(from, ["5.2-a1", "2.1-a1", "6.4-a1"], "each area once");
    let findings = desk.findings(&["plan", "check", "plan", "--areas", "areas.csv"]);
    for code in ["A001", "A002", "A004", "A008", "A009", "A010"] {
        assert_eq!(of(&findings, code).len(), 3, "{code}");
    }
    let missing = findings.iter().find(|f| f["code"] == "A002").expect("no owner");
    assert_eq!(missing["file"], "actions/A-001.toml");
    let line: usize =
        missing["cell"].as_str().and_then(|c| c.strip_prefix("line ")).expect("a line").parse().expect("a number");
    let text = desk.text("plan/actions/A-001.toml");
    assert!(text.lines().nth(line - 1).expect("the line is there").starts_with("responsible"));
    // An area that is in no list is told, with the one that may be meant.
    desk.write("plan/actions/A-002.toml", &text.replace("5.2-a1", "5.2-a9").replace("A-001", "A-002"));
    assert_eq!(of(&desk.findings(&["plan", "check", "plan", "--areas", "areas.csv"]), "A035").len(), 1);
    let unknown = desk.quorate(&["plan", "draft", "plan", "--areas", "areas.csv", "--only", "9.9"]);
    assert_eq!(unknown.code, 2);
}

#[test]
fn every_owner_gets_their_own_actions_and_nothing_else() {
    let desk = desk();
    desk.done(&["plan", "issue", "plan", "--as-at", "2026-12-31", "--folder", "out"]);
    let names: Vec<String> = std::fs::read_dir(desk.path("out"))
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let book = sheet::read(&desk.path("out/Head of Adults.xlsx"), &Limits::default()).expect("it reads");
    let progress = book.sheet("Progress").expect("the sheet");
    let ids: Vec<String> = (2..progress.height()).map(|row| progress.text(row, 0)).collect();
    assert_eq!(ids, ["A-001", "A-002"]);
    assert_eq!(progress.text(1, 10), "Progress as at 31 December 2026");
    let hidden: Vec<(&str, Visibility)> = book.sheets.iter().map(|s| (s.name.as_str(), s.visibility)).collect();
    assert!(hidden.contains(&("Lists", Visibility::Hidden)) && hidden.contains(&("quorate", Visibility::VeryHidden)));
    // What is filled in there is not written over.
    assert_eq!(desk.quorate(&["plan", "issue", "plan", "--as-at", "2026-12-31", "--folder", "out"]).code, 2);
    // An action without an owner is in no workbook, and that is said.
    desk.write("plan/actions/A-004.toml", &action("A-004", "", "May 2027"));
    let findings = desk.findings(&["plan", "issue", "plan", "--as-at", "2026-12-31", "--folder", "more"]);
    assert_eq!(of(&findings, "A002").len(), 1);
}

#[test]
fn reports_come_back_with_findings_and_mended_ones_supersede() {
    let desk = desk();
    let before = desk.text("plan/actions/A-001.toml");
    let first =
        [("A-001", report("E", "Half done", "Minutes", "soon")), ("A-003", report("A", "Going well", "", "June 2027"))];
    let files = filled(&desk, "2026-12-31", "back", &first);
    let findings = desk.findings(&["plan", "update", "plan", &files[0], &files[1], "--findings", "to-send.xlsx"]);
    assert_eq!(of(&findings, "A014"), [("G3", "\"E\"")]);
    assert_eq!(of(&findings, "A005"), [("J3", "follow-up \"soon\": no date in it")]);
    assert_eq!(of(&findings, "A029"), [("G4", "")], "A-002 was left empty");
    assert_eq!(of(&findings, "A018"), [("I3", "grade A")], "no evidence");
    assert!(desk.path("to-send.xlsx").exists());
    // What came is kept as it came, and the action's file only grew.
    let kept = desk.path("plan/returns/2026-12-31/Head of Adults.xlsx");
    assert_eq!(std::fs::read(kept).expect("kept"), std::fs::read(desk.path(&files[0])).expect("sent"));
    assert!(desk.text("plan/actions/A-001.toml").starts_with(&before));

    // The same workbook again changes nothing.
    let grown = desk.text("plan/actions/A-001.toml");
    assert_eq!(of(&desk.findings(&["plan", "update", "plan", &files[0]]), "A027").len(), 1);
    assert_eq!(desk.text("plan/actions/A-001.toml"), grown);

    // A mended one counts instead, and what it replaces stays.
    let mended = [
        ("A-001", report("b", "Half done", "Minutes", "March 2027")),
        ("A-002", report("A", "On target", "Plan", "N/A")),
    ];
    let files = filled(&desk, "2026-12-31", "back", &mended);
    let findings = desk.findings(&["plan", "update", "plan", &files[0]]);
    assert_eq!(of(&findings, "A028").len(), 1);
    assert!(desk.path("plan/returns/2026-12-31/Head of Adults-2.xlsx").exists());
    let text = desk.text("plan/actions/A-001.toml");
    assert!(text.starts_with(&grown) && text.matches("[[progress]]").count() == 2);
    let listed = desk.done(&["plan", "list", "plan", "--as-at", "2026-12-31", "--format", "csv"]);
    assert!(
        listed.contains(
            "A-001,Carers,Action A-001,Head of Adults,September 2026,B,2026-12-31,Overdue since 30 September 2026"
        ),
        "{listed}"
    );
    // Before that date nothing was known.
    let earlier = desk.done(&["plan", "list", "plan", "--as-at", "2026-12-30", "--format", "csv"]);
    assert!(!earlier.contains("2026-12-31"), "{earlier}");
}

#[test]
fn what_changed_since_last_time_is_told() {
    let desk = desk();
    for (as_at, reports) in [
        (
            "2026-12-31",
            vec![("A-001", report("B", "Half", "Minutes", "")), ("A-002", report("A", "On target", "Plan", ""))],
        ),
        (
            "2027-06-30",
            vec![("A-001", report("A", "Done", "Minutes", "")), ("A-002", report("D", "Money was cut", "", ""))],
        ),
    ] {
        let files = filled(&desk, as_at, as_at, &reports);
        desk.quorate(&["plan", "update", "plan", &files[0]]);
    }
    let changes =
        desk.done(&["plan", "changes", "plan", "--since", "2026-12-31", "--as-at", "2027-06-30", "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&changes).expect("JSON");
    let what: Vec<(&str, &str)> =
        rows.iter().map(|row| (row["action"].as_str().unwrap_or(""), row["what"].as_str().unwrap_or(""))).collect();
    assert_eq!(what, [("A-001", "better grade, no longer overdue"), ("A-002", "worse grade")]);
    assert_eq!(desk.quorate(&["plan", "changes", "plan", "--since", "2027-06-30", "--as-at", "2026-12-31"]).code, 2);
    desk.done(&["plan", "report", "plan", "--as-at", "2027-06-30", "--since", "2026-12-31", "--folder", "out"]);
    let page = words_of(&desk.text("out/plan.html"));
    assert!(
        page.contains("What has changed since 31 December 2026") && page.contains("better grade, no longer overdue")
    );
    assert!(page.contains("Money was cut") && page.contains("No longer intended"));
}

#[test]
fn workbooks_that_are_not_the_plans_are_kept_and_not_used() {
    let desk = desk();
    let mine = filled(&desk, "2026-12-31", "back", &[("A-001", report("A", "Done", "Minutes", ""))]);
    let other = Desk::new();
    other.done(&["plan", "new", "plan", "--title", "Another plan"]);
    other.write("plan/actions/A-001.toml", &action("A-001", "Head of Adults", "May 2027"));
    std::fs::copy(desk.path(&mine[0]), other.path("foreign.xlsx")).expect("copied");
    other.write("noise.xlsx", "this is no workbook");
    other.write("list.csv", "id,grade\nA-001,A\n");
    let before = other.text("plan/actions/A-001.toml");
    let findings = other.findings(&["plan", "update", "plan", "foreign.xlsx", "noise.xlsx", "list.csv"]);
    assert_eq!(of(&findings, "A024").len(), 3, "{findings:?}");
    assert_eq!(other.text("plan/actions/A-001.toml"), before);
    assert!(other.path("plan/returns/unread/foreign.xlsx").exists());

    // An action that is gone, and cells that were changed.
    std::fs::remove_file(desk.path("plan/actions/A-001.toml")).expect("removed");
    desk.write("plan/actions/A-002.toml", &action("A-002", "Head of Adults", "May 2028"));
    let findings = desk.findings(&["plan", "update", "plan", &mine[0]]);
    assert_eq!(of(&findings, "A025").len(), 1);
    assert_eq!(of(&findings, "A026"), [("D4", "\"March 2027\"")]);
}

#[test]
fn two_peoples_changes_are_in_different_files_and_a_fault_is_underlined() {
    let desk = desk();
    desk.write("plan/actions/A-002.toml", &desk.text("plan/actions/A-002.toml").replace("outcome", "outcom"));
    let ended = desk.quorate(&["plan", "check", "plan"]);
    assert_eq!(ended.code, 2);
    assert!(ended.talk.contains("A-002.toml") && ended.talk.contains("did you mean \"outcome\"?"), "{}", ended.talk);
    let missing = desk.quorate(&["plan", "check", "nowhere"]);
    assert_eq!(missing.code, 2);
    assert!(missing.talk.contains("quorate plan new"), "{}", missing.talk);
}
