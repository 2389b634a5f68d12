//! The sample plan: its workbooks that came back, and the commands of its README, run as they are written.

use std::collections::BTreeSet;
use std::process::Command;

use quorate::plan::{Fill, Progress, issue, store};

use super::program::clone_parts;
use super::{Desk, of, project};

/// What the owners report as at 30 June 2027: first with faults on purpose, then mended by one of them.
fn rounds() -> [(&'static str, Fill); 2] {
    let report = |grade: &str, extent: &str, evidence: &str, follow_up: &str, progress: &str| Progress {
        grade: grade.to_owned(),
        extent: extent.to_owned(),
        evidence: evidence.to_owned(),
        follow_up: follow_up.to_owned(),
        progress: progress.to_owned(),
        ..Progress::default()
    };
    let fill = |list: Vec<(&str, Progress)>| list.into_iter().map(|(id, report)| (id.to_owned(), report)).collect();
    [
        (
            "",
            fill(vec![
                (
                    "A-001",
                    report(
                        "A",
                        "The guide came out in April, a month late, and is in 31 of 34 places.",
                        "The guide; list of places",
                        "N/A",
                        "Complete but for three surgeries",
                    ),
                ),
                (
                    "A-002",
                    report(
                        "C",
                        "Plans of 140 of 210 carers are on the system. No money for the duty line.",
                        "Count from the case system, 11 June 2027",
                        "soon",
                        "",
                    ),
                ),
                (
                    "A-003",
                    report(
                        "A",
                        "Nine in ten talks within ten working days, in all areas.",
                        "Weekly list of the waiting times",
                        "December 2027",
                        "On target",
                    ),
                ),
                (
                    "A-004",
                    report("E", "Both forms are in use.", "The forms; training records of 118 staff", "N/A", "Done"),
                ),
                (
                    "A-005",
                    report(
                        "A",
                        "The panel met five times.",
                        "Notes of the meetings, with answers",
                        "December 2027",
                        "Going well",
                    ),
                ),
                (
                    "A-006",
                    report(
                        "",
                        "Two of three training days held; file reading has begun.",
                        "Training records",
                        "October 2027",
                        "Behind by two months",
                    ),
                ),
                ("A-008", report("D", "", "", "", "")),
            ]),
        ),
        (
            " mended",
            fill(vec![
                (
                    "A-002",
                    report(
                        "C",
                        "Plans of 140 of 210 carers are on the system. No money for the duty line.",
                        "Count from the case system, 11 June 2027",
                        "October 2027",
                        "",
                    ),
                ),
                (
                    "A-003",
                    report(
                        "A",
                        "Nine in ten talks within ten working days, in all areas.",
                        "Weekly list of the waiting times",
                        "December 2027",
                        "On target",
                    ),
                ),
                (
                    "A-008",
                    report(
                        "D",
                        "The corporate supervision form, brought in this spring, asks for decisions already.",
                        "Corporate form",
                        "",
                        "Closed",
                    ),
                ),
            ]),
        ),
    ]
}

/// The workbooks under `sample-data/plan-returns`, by name.
fn returned() -> Vec<(String, Vec<u8>)> {
    let plan = store::read(&project("sample-data/plan")).expect("the sample plan reads");
    let day = "2027-06-30".parse().expect("a day");
    let mut files = Vec::new();
    for (mark, fill) in rounds() {
        let owners: BTreeSet<&str> =
            plan.actions.iter().filter(|a| fill.contains_key(&a.id)).map(|a| a.responsible.as_str()).collect();
        for workbook in issue(&plan, day, &fill).expect("workbooks") {
            if owners.contains(workbook.owner.as_str()) {
                files.push((workbook.name.replace(".xlsx", &format!("{mark}.xlsx")), workbook.bytes));
            }
        }
    }
    files
}

#[test]
fn the_returned_workbooks_of_the_sample_are_those_that_the_plan_issues() {
    for (name, bytes) in returned() {
        let path = project("sample-data/plan-returns").join(&name);
        assert!(
            std::fs::read(&path).is_ok_and(|there| there == bytes),
            "{name}: run `cargo test --test plan -- --ignored`"
        );
    }
}

#[test]
#[ignore = "writes sample-data/plan-returns anew, after the sample plan or the workbooks have changed"]
fn write_the_returned_workbooks_of_the_sample() {
    for (name, bytes) in returned() {
        let folder = project("sample-data/plan-returns");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), bytes).expect("written");
    }
}

/// Every line of the README's blocks, in order, in a copy of the project's definitions and sample data.
#[test]
fn the_commands_of_the_sample_plan_run_as_they_are_written() {
    let desk = Desk::new();
    clone_parts(&["instruments", "pipelines", "sample-data"], desk.folder.path());
    let readme = include_str!("../../sample-data/plan/README.md");
    let mut in_block = false;
    let mut ran = 0;
    for line in readme.lines() {
        if line.starts_with("```") {
            in_block = line == "```sh";
            continue;
        }
        if !in_block || line.is_empty() {
            continue;
        }
        let command = line.replacen("cargo run --release --", "\"$QUORATE\"", 1);
        let output = Command::new("sh")
            .args(["-c", &command])
            .env("QUORATE", env!("CARGO_BIN_EXE_quorate"))
            .env("NO_COLOR", "1")
            .current_dir(desk.path("."))
            .output()
            .expect("a shell");
        let talk = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().expect("an exit code");
        // The sample returns have faults on purpose: those of the studies, in their frame, which a pilot tells of too, those of the
        // owners, and the grade E that its owner has not mended.
        let faults =
            [" run pipelines/", " pilot pipelines/", "plan update output/plan sample-data", "plan report output/plan "];
        assert_eq!(code, i32::from(faults.iter().any(|of| line.contains(of))), "{line}\n{talk}");
        ran += 1;
    }
    assert!(ran >= 8, "{ran} commands");
    let text = desk.text("output/plan/actions/A-002.toml");
    assert_eq!(text.matches("[[progress]]").count(), 3, "one before, one with a fault, one mended");
    let targets = desk.done(&["plan", "targets", "output/plan", "--as-at", "2027-06-30", "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&targets).expect("JSON");
    let verdicts: BTreeSet<&str> = rows.iter().filter_map(|row| row["verdict"].as_str()).collect();
    assert!(verdicts.contains("not met") && verdicts.contains("cannot be said"), "{targets}");
    for file in ["plan.html", "plan.xlsx", "you-said-we-did.html"] {
        assert!(desk.path("output/plan-report").join(file).exists(), "{file}");
    }
    let checked = desk.quorate(&["check", "output/plan-report/plan.xlsx", "--format", "json"]);
    assert_eq!((checked.code, checked.out.trim()), (0, "[]"));
    let findings =
        desk.findings(&["plan", "check", "output/plan", "--areas", "sample-data/self-evaluation/2026/evaluation.toml"]);
    assert!(of(&findings, "A035").is_empty(), "every action answers an area of the list");
}
