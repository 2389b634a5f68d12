//! The charts of a plan: grades by theme, the timeline, figures against targets; each as a picture, in words and as data.

use super::{Desk, targets};

/// An action's file.
fn action(id: &str, theme: &str, start: &str, due: &str, more: &str) -> String {
    format!(
        "id = \"{id}\"\ntheme = \"{theme}\"\naction = \"Do {id}\"\noutcome = \"Better\"\nresponsible = \"Head of Service\"\n\
         start = \"{start}\"\ndue = \"{due}\"\n{more}"
    )
}

fn graded(as_at: &str, grade: &str) -> String {
    format!("\n[[progress]]\nas_at = \"{as_at}\"\ngrade = \"{grade}\"\n")
}

/// A plan with every kind of action, reported as at the end of July 2027.
fn reported() -> Desk {
    let desk = targets::desk();
    let criteria = r#"criteria = ["carers:q1 positive >= 63% by 2027-06", "carers:q1 positive >= 77% by 2027-06", "carers:q1 positive >= 70%", "carers:q2 mean >= 3.8", "carers:q3 positive >= 50%"]
"#;
    for (id, theme, start, due, more) in [
        ("A-001", "Access", "April 2026", "June 2027", format!("{criteria}{}", graded("2027-07-15", "A"))),
        ("A-002", "Access", "", "May 2027", graded("2027-03-31", "B")),
        ("A-003", "Access", "January 2027", "Ongoing", graded("2027-07-01", "C")),
        ("A-004", "Staff & <care>", "", "Already achieved", String::new()),
        ("A-005", "Staff & <care>", "", "when we can", graded("2027-07-01", "D")),
        ("A-006", "Staff & <care>", "", "", String::new()),
        ("A-007", "Staff & <care>", "", "March 2060", String::new()),
    ] {
        desk.write(&format!("plan/actions/{id}.toml"), &action(id, theme, start, due, &more));
    }
    let ended = desk.quorate(&["plan", "report", "plan", "--as-at", "2027-07-31", "--folder", "out"]);
    assert!(ended.code < 2, "{}", ended.talk);
    desk
}

fn rows(desk: &Desk, name: &str) -> Vec<Vec<String>> {
    let text = desk.text(&format!("out/charts/{name}.csv"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_plans_charts_are_beside_its_page_in_it_and_in_its_record() {
    let desk = reported();
    let (page, record) = (desk.text("out/plan.html"), desk.text("out/run.json"));
    let run: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    for name in ["progress-by-theme", "timeline", "targets", "targets-means"] {
        for ending in ["svg", "png", "csv"] {
            let file = format!("charts/{name}.{ending}");
            assert!(desk.path("out").join(&file).exists() && record.contains(&file), "{file}");
        }
        assert!(page.contains(&format!("id=\"chart-{name}\"")), "{name} is in the page");
        let svg = desk.text(&format!("out/charts/{name}.svg"));
        assert!(svg.contains(run["run_id"].as_str().expect("a run")), "{name}: run");
        assert!(svg.contains("<desc") && svg.contains("<text") && !svg.contains("<path"), "{name}");
        assert!(!svg.contains("<care>"), "{name}: what people wrote is text");
    }
    let verified = desk.quorate(&["verify", "out"]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.talk);
    // The same bytes again, and a report as at another day is not written over unasked.
    desk.quorate(&["plan", "report", "plan", "--as-at", "2027-07-31", "--folder", "again"]);
    let read = |folder: &str| std::fs::read(desk.path(folder).join("charts/timeline.png")).expect("a picture");
    assert!(read("out") == read("again"));
}

#[test]
fn grades_are_counted_theme_by_theme() {
    let desk = reported();
    assert_eq!(
        rows(&desk, "progress-by-theme"),
        [
            vec!["theme", "actions", "a", "b", "c", "d", "no_grade", "complete", "overdue"],
            vec!["Access", "3", "1", "1", "1", "0", "0", "1", "1"],
            vec!["Staff & <care>", "4", "0", "0", "0", "1", "2", "1", "0"],
        ]
    );
    let svg = desk.text("out/charts/progress-by-theme.svg");
    assert!(svg.contains("1 of 7 actions is graded A; 1 is overdue on 31 July 2027, 2 without a grade"), "{svg}");
    assert!(svg.contains("no longer intended") && svg.contains("achieved, not graded"), "letters have their meaning");
}

#[test]
fn the_timeline_has_a_row_for_every_milestone_and_says_what_is_late() {
    let desk = reported();
    let short: Vec<String> = rows(&desk, "timeline")
        .iter()
        .skip(1)
        .map(|row| format!("{} {} {} {} {}", row[0], row[2], row[4], row[6], row[8]))
        .collect();
    assert_eq!(
        short,
        [
            "A-001 2026-04-01 due 2027-06-30 ",
            "A-002  due 2027-05-31 2027-05-31",
            "A-003 2027-01-01 ongoing  ",
            "A-004  achieved  ",
            "A-005  not read  ",
            "A-006  no date  ",
            "A-007  due 2060-03-31 ",
        ]
    );
    let svg = desk.text("out/charts/timeline.svg");
    for words in ["As at 31 July 2027", "Overdue since", "achieved, no date", "no date that can be read", "no date"] {
        assert!(svg.contains(words), "{words}");
    }
    assert!(svg.contains("1 of 7 actions is overdue on 31 July 2027; 1 goes on without an end"));
    assert!(!svg.contains("2040"), "one slip of the pen does not stretch the axis over decades");
}

#[test]
fn figures_stand_against_their_targets_with_the_verdict_in_words() {
    let desk = reported();
    let shares = rows(&desk, "targets");
    let verdicts: Vec<(&str, &str, &str)> =
        shares.iter().skip(1).map(|row| (row[3].as_str(), row[6].as_str(), row[11].as_str())).collect();
    assert_eq!(verdicts.len(), 4);
    let of = |place: usize| (verdicts[place].1, verdicts[place].2);
    assert_eq!([of(0), of(1), of(2)], [("70.0", "met"), ("70.0", "not met"), ("70.0", "cannot be said")]);
    assert_eq!(shares[4][4..10], ["", "", "[c]", "[c]", "[c]", "[c]"], "what is suppressed stays so");
    let svg = desk.text("out/charts/targets.svg");
    assert!(svg.contains("1 of 4 targets met, 1 not met; of 2 neither can be said"), "{svg}");
    for words in [">not met", ">met", "two-sided 95%"] {
        assert!(svg.replace('\n', "").contains(words), "{words}");
    }
    let means = rows(&desk, "targets-means");
    assert_eq!((means[1][6].as_str(), means[1][11].as_str()), ("4.100", "met"));
}

#[test]
fn a_large_plan_has_a_timeline_for_each_theme() {
    let desk = Desk::with_plan();
    for number in 1..=30 {
        let theme = if number % 2 == 0 { "Even" } else { "Odd" };
        let id = format!("A-{number:03}");
        desk.write(&format!("plan/actions/{id}.toml"), &action(&id, theme, "", "June 2027", ""));
    }
    desk.quorate(&["plan", "report", "plan", "--as-at", "2027-07-31", "--folder", "out"]);
    let page = desk.text("out/plan.html");
    for (name, theme) in [("timeline-1", "Odd"), ("timeline-2", "Even")] {
        assert!(
            desk.text(&format!("out/charts/{name}.svg")).contains(&format!("{theme}: 15 of 15 actions are overdue"))
        );
        assert!(page.contains(&format!("id=\"chart-{name}\"")));
        assert_eq!(rows(&desk, name).len(), 16);
    }
    assert!(!desk.path("out/charts/timeline.svg").exists());
    assert_eq!(rows(&desk, "progress-by-theme").len(), 3);
}
