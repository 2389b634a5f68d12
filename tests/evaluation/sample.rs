//! The sample evaluation on the carers' survey and the case-file audit, as a user runs it.

use super::{quorate, studies};

const DEFINITION: &str = "sample-data/self-evaluation/2026/evaluation.toml";

#[test]
fn one_command_goes_from_the_studies_to_the_report() {
    let folder = studies();
    let (code, _, talk) = quorate(folder, &["evaluate", DEFINITION]);
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
    let (code, _, talk) = quorate(folder, &["check", "output/self-evaluation/evaluation.xlsx", DEFINITION]);
    assert_eq!(code, 0, "{talk}");
    assert!(talk.contains("a published workbook, 0 findings"), "{talk}");
    // Again, the same bytes.
    let (_, _, _) = quorate(folder, &["evaluate", DEFINITION, "-q", "--out", "output/again"]);
    for name in ["evaluation.html", "evaluation.xlsx", "evidence.csv", "findings.xlsx", "issue/peer.xlsx"] {
        let read = |from: &str| std::fs::read(folder.join(from).join(name)).expect("an output");
        assert!(read("output/self-evaluation") == read("output/again"), "{name}");
    }
}

#[test]
fn the_parts_of_the_command_give_data() {
    let folder = studies();
    let (code, out, talk) = quorate(folder, &["evaluate", "evidence", DEFINITION, "--indicator", "5.1", "--format", "csv"]);
    assert_eq!(code, 0, "{talk}");
    assert!(out.starts_with("id,kind,title,indicators,figure,margin,base,weight,points_to,date,age,says\n"), "{out}");
    let row = out.lines().find(|line| line.starts_with("carers-2026/q04,")).expect("the question");
    assert!(row.contains(",survey,") && row.contains(",157,firm,strength,2026-05-31,current,"), "{row}");
    let (code, out, _) = quorate(folder, &["evaluate", "improvements", DEFINITION, "--format", "json"]);
    assert_eq!(code, 0);
    let list: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let ids: Vec<&str> = list.as_array().expect("rows").iter().filter_map(|row| row["id"].as_str()).collect();
    assert!(ids.contains(&"5.2-a1") && ids.contains(&"2.1-a3"), "{ids:?}");
    let earlier = "sample-data/self-evaluation/2023/evaluation.toml";
    let (code, out, _) = quorate(folder, &["evaluate", "compare", earlier, DEFINITION, "--format", "csv"]);
    assert_eq!(code, 0);
    assert!(out.contains("5.2,Day-to-day planning and resource allocation,Self-evaluation 2026,High-level scan,2026-06-30,2,down from 3"));
    let (code, out, _) = quorate(folder, &["evaluate", "steps", DEFINITION, "--format", "csv"]);
    assert_eq!((code, out.lines().count()), (0, 1 + 10 + 7));
    let (code, _, talk) = quorate(folder, &["evaluate", "issue", DEFINITION, "--evaluator", "nobody"]);
    assert_eq!(code, 2);
    assert!(talk.contains("one of lead, team-1, peer, agreed"), "{talk}");
}

#[test]
fn taking_the_returned_workbook_writes_what_lies_in_the_sample() {
    let from = studies();
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["instruments", "pipelines", "sample-data"] {
        super::copy(&from.join(part), &folder.path().join(part));
    }
    super::copy(&from.join("output"), &folder.path().join("output"));
    let judgements = folder.path().join("sample-data/self-evaluation/2026/judgements");
    let returned = folder.path().join("sample-data/self-evaluation/2026/returned/peer.xlsx");
    let sent = folder.path().join("peer.xlsx");
    std::fs::rename(&returned, &sent).expect("it can be moved");
    std::fs::remove_dir_all(judgements.join("peer")).expect("it can be removed");
    std::fs::remove_file(judgements.join("taken.csv")).expect("it can be removed");
    let (code, out, talk) = quorate(folder.path(), &["evaluate", "take", DEFINITION, "peer.xlsx", "--format", "csv"]);
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
