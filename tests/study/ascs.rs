//! England's Adult Social Care Survey: the return read by mapping, its checks as findings, its measures as the survey package
//! gives them.

use std::collections::BTreeMap;
use std::path::Path;

use super::Clone;

const PIPELINE: &str = "pipelines/adult-social-care-survey.toml";

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a row")).collect()
}

fn run() -> Clone {
    let clone = Clone::new();
    let ended = clone.quorate(&["run", PIPELINE]);
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.talk);
    clone
}

/// What `quorate run` calls each of the survey's measures.
const MEASURES: [(&str, &str, &str); 10] = [
    ("1A", "scrqol", "mean"),
    ("1B", "q3a", "positive"),
    ("1I1", "q8a", "positive"),
    ("3A", "q1", "positive"),
    ("3D1", "q12", "positive"),
    ("4A", "q7a", "positive"),
    ("4B", "q7b", "positive"),
    ("Q2a", "q2a", "positive"),
    ("1J", "impact", "mean"),
    ("Q2c", "q2c", "positive"),
];

#[test]
fn the_measures_are_those_of_the_survey_package() {
    let clone = Clone::new();
    // Nothing is hidden, so that nothing has to be told in whole points.
    clone.edit(PIPELINE, "suppress_below = 5", "suppress_below = 1");
    let ended = clone.quorate(&["run", PIPELINE]);
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.talk);
    let found = rows(&clone.text("output/adult-social-care/estimates.csv"));
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/expected-ascs.csv");
    let expected = rows(&std::fs::read_to_string(reference).expect("tests/reference/ascs.R wrote it"));
    let workbook = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/expected-ascs-workbook.csv");
    let workbook = rows(&std::fs::read_to_string(workbook).expect("tests/reference/ascs-workbook.py wrote it"));
    assert_eq!((expected.len(), workbook.len()), (MEASURES.len(), MEASURES.len()));
    for (row, (measure, question, statistic)) in expected.iter().zip(MEASURES) {
        assert_eq!(row["measure"], measure);
        let ours = found
            .iter()
            .find(|r| r["variable"] == question && r["statistic"] == statistic && r["by"].is_empty())
            .unwrap_or_else(|| panic!("{measure} is published"));
        assert_eq!(ours["n"], row["n"], "{measure}");
        for (column, name) in [("estimate", "estimate"), ("se", "se")] {
            let [a, b] = [&ours[column], &row[name]].map(|text| text.parse::<f64>().expect("a number"));
            assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{measure} {column}: {a} is not {b}");
        }
        // What the survey's own workbook works out, which keeps fifteen digits.
        let theirs = workbook.iter().find(|other| other["measure"] == measure).expect("the workbook has it");
        let [a, b] = [&ours["estimate"], &theirs["estimate"]].map(|text| text.parse::<f64>().expect("a number"));
        assert!((a - b).abs() < 1e-12 * b.abs().max(1.0), "{measure}: {a} is not the workbook's {b}");
    }
}

#[test]
fn each_check_of_the_return_is_a_finding_at_its_cell() {
    let clone = run();
    let findings = rows(&clone.text("output/adult-social-care/findings.csv"));
    let has = |code: &str, question: &str, rule: &str| {
        let is = |row: &&BTreeMap<String, String>| {
            row["code"] == code && row["question"] == question && row["expected"].contains(rule)
        };
        findings.iter().filter(is).count()
    };
    for (code, question, rule) in [
        ("R012", "q4a", ""),
        ("R012", "q1", ""),
        ("R019", "budget", ""),
        ("R023", "q2c", "Easy-read"),
        ("R024", "q5a", ""),
        ("R025", "q7a", ""),
        ("R052", "", "V13"),
        ("R051", "reason", "V14"),
        ("R051", "delivery", "V15"),
        ("R051", "contributions", "V17"),
        ("R051", "autism", "V18"),
        ("R051", "advocate", "V19"),
        ("R051", "questionnaire", "V20"),
        ("R051", "questionnaire", "V22"),
        ("R051", "questionnaire", "V23"),
        ("R051", "mailing", "V24"),
        ("R051", "q13", "V26"),
        ("R051", "q19", "V31"),
        ("R051", "q21", "V49"),
        ("R071", "q20", ""),
        ("R071", "q22", ""),
    ] {
        assert!(has(code, question, rule) > 0, "{code} {question} {rule} is among the findings");
    }
    // The easy-read form is known by its own codes: 6 is none of them.
    assert_eq!(has("R012", "q1", ""), 1);
}

#[test]
fn both_forms_are_counted_and_traced() {
    let clone = run();
    let record: serde_json::Value =
        serde_json::from_str(&clone.text("output/adult-social-care/run.json")).expect("a record");
    let ingest = record["stages"].as_array().expect("stages").iter().find(|stage| stage["stage"] == "ingest");
    let counts = &ingest.expect("the stage")["counts"];
    let count = |name: &str| counts[name].as_u64().unwrap_or_else(|| panic!("{name} is counted"));
    assert!(count("returned: Easy-read form") > 40);
    assert_eq!(count("returned: Easy-read form") + count("returned: Standard form"), count("returned"));
    let ended = clone.quorate(&["trace", "output/adult-social-care", "q1 positive", "--format", "csv"]);
    assert_eq!(ended.code, 0, "{}", ended.talk);
    let traced = rows(&ended.out);
    for row in &traced {
        assert_eq!(row["found"], row["as_given"], "{row:?}");
        let positive = match row["form"].as_str() {
            "standard" => ["1", "2"].contains(&row["as_given"].as_str()),
            "easy-read" => row["as_given"] == "1",
            other => panic!("{other} is no form"),
        };
        assert_eq!(row["value"], if positive { "1" } else { "0" }, "{row:?}");
        assert_eq!(row["answer"] == "1", positive, "{row:?}");
    }
    for form in ["standard", "easy-read"] {
        assert!(
            traced.iter().any(|row| row["form"] == form && row["as_given"] != row["answer"]) == (form == "standard")
        );
    }
}
