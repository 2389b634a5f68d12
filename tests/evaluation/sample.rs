//! The sample evaluation on the carers' survey and the case-file audit, as a user runs it.

use super::program::{Ended, clone_parts, copy, quorate};
use super::studies;

const DEFINITION: &str = "sample-data/self-evaluation/2026/evaluation.toml";

#[test]
fn one_command_goes_from_the_studies_to_the_report() {
    let folder = studies();
    let Ended { code, talk, .. } = quorate(folder, &["evaluate", DEFINITION]);
    assert_eq!(code, 1, "two cells of the returned workbook cannot be read: {talk}");
    assert!(talk.contains("returned/peer.xlsx > Area 5 > D29"), "{talk}");
    assert!(talk.contains("0 workbooks merged now"), "what was merged is not merged twice: {talk}");
    let page = std::fs::read_to_string(folder.join("output/self-evaluation/evaluation.html")).expect("the page");
    // Evidence came in by itself, with estimate, margin, base, comparison and readers' agreement.
    for wanted in ["74% Agree ± 6.9 (157 answers)", "65% in Scotland", "Readers: ", "up from 3", "stale"] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert!(page.contains("default-src 'none'"), "nothing is loaded from anywhere");
    assert!(!page.contains("http://") && !page.contains("https://"));
    // The published workbook keeps the rules.
    let Ended { code, talk, .. } = quorate(folder, &["check", "output/self-evaluation/evaluation.xlsx", DEFINITION]);
    assert_eq!(code, 0, "{talk}");
    assert!(talk.contains("by the rules for published statistics, 0 findings"), "{talk}");
    // Again, the same bytes.
    quorate(folder, &["evaluate", DEFINITION, "-q", "--out", "output/again"]);
    for name in ["evaluation.html", "evaluation.xlsx", "evidence.csv", "findings.xlsx", "issue/peer.xlsx"] {
        let read = |from: &str| std::fs::read(folder.join(from).join(name)).expect("an output");
        assert!(read("output/self-evaluation") == read("output/again"), "{name}");
    }
}

#[test]
fn one_command_runs_the_studies_the_evaluation_and_the_plan_and_the_records_repeat_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    clone_parts(&["instruments", "pipelines", "sample-data"], folder);
    let readme = include_str!("../../README.md");
    let command = format!("cargo run --release -- run {DEFINITION}");
    assert!(readme.lines().any(|line| line == command), "the README says so");
    let Ended { code, talk, .. } = quorate(folder, &["run", DEFINITION]);
    assert_eq!(code, 1, "faults on purpose: {talk}");
    for title in ["Carers' survey", "file audit", "Self-evaluation 2026", "Carers' improvement plan"] {
        assert!(talk.contains(title), "{title}: {talk}");
    }
    for (record, definition) in
        [("output/self-evaluation", DEFINITION), ("output/plan-2026", "sample-data/plan/plan.toml")]
    {
        let Ended { code, out, talk } = quorate(folder, &["verify", record, "--format", "csv"]);
        assert_eq!(code, 0, "{out}{talk}");
        assert!(out.contains("output made again") && !out.contains("differs"), "{out}");
        // Whatever changes in what was read is seen.
        let path = folder.join(definition);
        let before = std::fs::read(&path).expect("the definition");
        std::fs::write(&path, [b"# A change.\n".as_slice(), &before].concat()).expect("it can be written");
        let Ended { code, out, .. } = quorate(folder, &["verify", record, "--format", "csv"]);
        assert_eq!(code, 1);
        assert!(out.lines().any(|line| line.starts_with("input,") && line.ends_with(",differs")), "{out}");
        std::fs::write(&path, before).expect("it can be written");
    }
    // Again, the same bytes; and what belongs to one study is refused.
    let names =
        ["self-evaluation/run.json", "self-evaluation/evaluation.html", "plan-2026/run.json", "plan-2026/plan.xlsx"];
    let read = || names.map(|name| std::fs::read(folder.join("output").join(name)).expect("an output"));
    let before = read();
    let Ended { code, talk, .. } = quorate(folder, &["run", DEFINITION, "-q"]);
    assert_eq!(code, 1, "{talk}");
    assert!(read() == before);
    let Ended { code, talk, .. } = quorate(folder, &["run", DEFINITION, "--until", "draw"]);
    assert_eq!(code, 2);
    assert!(talk.contains("--until belongs to a study"), "{talk}");
    // A draft carries the questions that its area's judgement relies on, and leaves the targets open.
    let plan = "output/plan-new";
    let Ended { code, talk, .. } = quorate(folder, &["plan", "new", plan, "--title", "Our plan"]);
    assert_eq!(code, 0, "{talk}");
    let head = std::fs::read_to_string(folder.join(plan).join("plan.toml")).expect("a plan");
    let survey = "\n[[survey]]\nid = \"carers\"\ndate = \"2026-05\"\nrun = \"../carers\"\n";
    std::fs::write(folder.join(plan).join("plan.toml"), head + survey).expect("it can be written");
    let Ended { code, talk, .. } = quorate(folder, &["plan", "draft", plan, "--areas", DEFINITION, "--only", "2.1-a2"]);
    assert_eq!(code, 0, "{talk}");
    let action = std::fs::read_to_string(folder.join(plan).join("actions/A-001.toml")).expect("an action");
    assert!(action.contains("origin = ") && action.contains("carers:q08 positive >= ?%"), "{action}");
    let Ended { code, out, .. } = quorate(folder, &["plan", "check", plan, "--format", "csv"]);
    assert_eq!(code, 1);
    assert!(out.lines().any(|line| line.contains("A012") && line.contains("left open")), "{out}");
}

#[test]
fn an_evaluation_whose_study_has_no_returns_yet_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    clone_parts(&["instruments", "pipelines", "sample-data"], folder);
    let pipeline = std::fs::read_to_string(folder.join("pipelines/carers-survey.toml")).expect("a pipeline");
    let returns = pipeline.lines().skip_while(|line| *line != "[returns]").find(|line| line.starts_with("folder"));
    let none = pipeline.replace(returns.expect("a folder of returns"), "folder = \"../no-returns\"");
    std::fs::write(folder.join("pipelines/carers-survey.toml"), none).expect("it can be written");
    let Ended { talk, .. } = quorate(folder, &["run", DEFINITION]);
    assert!(talk.contains("The evaluation waits for results in"), "{talk}");
    assert!(!folder.join("output/self-evaluation").exists());
}

#[test]
fn the_parts_of_the_command_give_data() {
    let folder = studies();
    let Ended { code, out, talk } =
        quorate(folder, &["evaluate", "evidence", DEFINITION, "--indicator", "5.1", "--format", "csv"]);
    assert_eq!(code, 0, "{talk}");
    assert!(out.starts_with("id,kind,title,indicators,figure,margin,base,weight,points_to,date,age,says\n"), "{out}");
    let row = out.lines().find(|line| line.starts_with("carers-2026/q04,")).expect("the question");
    assert!(row.contains(",survey,") && row.contains(",157,firm,strength,2026-05-31,current,"), "{row}");
    let Ended { code, out, .. } = quorate(folder, &["evaluate", "improvements", DEFINITION, "--format", "json"]);
    assert_eq!(code, 0);
    let list: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let ids: Vec<&str> = list.as_array().expect("rows").iter().filter_map(|row| row["id"].as_str()).collect();
    assert!(ids.contains(&"5.2-a1") && ids.contains(&"2.1-a3"), "{ids:?}");
    let earlier = "sample-data/self-evaluation/2023/evaluation.toml";
    let Ended { code, out, .. } = quorate(folder, &["evaluate", "compare", earlier, DEFINITION, "--format", "csv"]);
    assert_eq!(code, 0);
    assert!(out.contains(
        "5.2,Day-to-day planning and resource allocation,Self-evaluation 2026,High-level scan,2026-06-30,2,down from 3"
    ));
    let Ended { code, out, .. } = quorate(folder, &["evaluate", "steps", DEFINITION, "--format", "csv"]);
    assert_eq!((code, out.lines().count()), (0, 1 + 10 + 7));
    let Ended { code, talk, .. } = quorate(folder, &["evaluate", "issue", DEFINITION, "--evaluator", "nobody"]);
    assert_eq!(code, 2);
    assert!(talk.contains("one of lead, team-1, peer, agreed"), "{talk}");
}

#[test]
fn taking_the_returned_workbook_writes_what_lies_in_the_sample() {
    let from = studies();
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["instruments", "pipelines", "sample-data"] {
        copy(&from.join(part), &folder.path().join(part));
    }
    copy(&from.join("output"), &folder.path().join("output"));
    let judgements = folder.path().join("sample-data/self-evaluation/2026/judgements");
    let returned = folder.path().join("sample-data/self-evaluation/2026/returned/peer.xlsx");
    let sent = folder.path().join("peer.xlsx");
    std::fs::rename(&returned, &sent).expect("it can be moved");
    std::fs::remove_dir_all(judgements.join("peer")).expect("it can be removed");
    std::fs::remove_file(judgements.join("taken.csv")).expect("it can be removed");
    let Ended { code, out, talk } =
        quorate(folder.path(), &["evaluate", "take", DEFINITION, "peer.xlsx", "--format", "csv"]);
    assert_eq!(code, 1, "{talk}");
    assert!(talk.contains("1 workbooks merged, 5 judgements written"), "{talk}");
    assert_eq!(out.matches("E032").count(), 2, "{out}");
    assert_eq!(std::fs::read(&returned).expect("kept"), std::fs::read(&sent).expect("sent"), "kept as it came");
    let stored = super::root("sample-data/self-evaluation/2026/judgements/peer");
    for entry in std::fs::read_dir(stored).expect("the sample").flatten() {
        let now = std::fs::read_to_string(judgements.join("peer").join(entry.file_name())).expect("written");
        assert_eq!(now, std::fs::read_to_string(entry.path()).expect("the sample"));
    }
}
