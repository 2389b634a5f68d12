//! The life of a study: what it leaves, what stays the same, what is kept.

use super::Clone;

const CARERS: &str = "pipelines/carers-survey.toml";

/// What the contract says a run leaves.
const OUTPUTS: [&str; 14] = [
    "report.html",
    "results.xlsx",
    "results.ods",
    "analyst.xlsx",
    "estimates.csv",
    "estimates.parquet",
    "responses.parquet",
    "responses.sav",
    "responses-as-given.csv",
    "edits.csv",
    "codebook.csv",
    "findings.csv",
    "findings.xlsx",
    "run.json",
];

/// The counts of one stage of a run's record.
fn counts(record: &serde_json::Value, stage: &str) -> std::collections::BTreeMap<String, u64> {
    let stages = record["stages"].as_array().expect("stages");
    let found = stages.iter().find(|entry| entry["stage"] == stage).expect("the stage");
    serde_json::from_value(found["counts"].clone()).expect("counts")
}

#[test]
fn a_survey_and_an_audit_go_from_frame_to_report() {
    let clone = Clone::new();
    for (pipeline, folder) in [(CARERS, "output/carers"), ("pipelines/case-file-audit.toml", "output/case-files")] {
        let ended = clone.quorate(&["run", pipeline]);
        assert_eq!(ended.code, 1, "the sample returns have faults: {}", ended.talk);
        for name in OUTPUTS {
            assert!(!clone.read(&format!("{folder}/{name}")).is_empty(), "{folder}/{name}");
        }
        let record = clone.json(&format!("{folder}/run.json"));
        let ingest = counts(&record, "ingest");
        assert_eq!(ingest["rows_read"], ingest["accepted"] + ingest["set_aside"]);
        assert_eq!(ingest["drawn"], ingest["returned"] + ingest["not_returned"]);
        assert!(ingest["set_aside"] > 0, "some sample rows cannot be used");
        // Every output is recorded with its hash, and nothing else lies in the folder but the record itself and the key.
        let mut recorded: Vec<String> =
            record["outputs"].as_object().expect("outputs").keys().cloned().chain(["run.json".to_owned()]).collect();
        recorded.sort();
        let written = clone.files(folder).into_iter().map(|(name, _)| name).filter(|name| !name.starts_with("key/"));
        let written: Vec<String> = written.collect();
        assert_eq!(recorded, written);
    }
    // A concern is said first, whatever else there is to say.
    let quiet = clone.quorate(&["run", "pipelines/case-file-audit.toml", "-q"]);
    assert!(quiet.talk.starts_with("concern["), "{}", quiet.talk);
    let findings = clone.text("output/case-files/findings.csv");
    assert!(findings.lines().nth(1).is_some_and(|line| line.contains("concern")), "{findings}");
}

#[test]
fn nothing_that_is_published_names_anybody() {
    let clone = Clone::new();
    clone.quorate(&["run", CARERS]);
    let frame = quorate::frame::read_table(&clone.path("sample-data/carers/frame.xlsx"), Some("Carers"), &["carer_id"])
        .expect("the frame reads");
    let column = |name: &str| frame.columns.iter().position(|c| c == name).expect("the column");
    let secrets: Vec<&str> = frame
        .rows
        .iter()
        .flat_map(|(_, row)| [row[column("carer_id")].trim(), row[column("name")].trim()])
        .filter(|secret| !secret.is_empty())
        .collect();
    for name in ["report.html", "estimates.csv", "codebook.csv", "run.json"] {
        let text = clone.text(&format!("output/carers/{name}"));
        for secret in &secrets {
            let whole = text.match_indices(secret).any(|(at, _)| {
                let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '.');
                !touches(text[..at].chars().next_back()) && !touches(text[at + secret.len()..].chars().next())
            });
            assert!(!whole, "{name} holds {secret}");
        }
    }
}

#[test]
fn a_second_run_writes_the_same_bytes_at_any_number_of_threads() {
    let clone = Clone::new();
    clone.quorate(&["run", CARERS]);
    let first = clone.files("output/carers");
    let ended = assert_cmd::Command::new(env!("CARGO_BIN_EXE_quorate"))
        .current_dir(clone.path("."))
        .env("RAYON_NUM_THREADS", "1")
        .args(["run", CARERS])
        .output()
        .expect("the program runs");
    assert_eq!(ended.status.code(), Some(1));
    let second = clone.files("output/carers");
    assert_eq!(first.len(), second.len());
    for (a, b) in first.iter().zip(&second) {
        assert_eq!(a.0, b.0);
        assert!(a.1 == b.1, "{} differs", a.0);
    }
    let verified = clone.quorate(&["verify", "output/carers/run.json", "--format", "csv"]);
    assert_eq!(verified.code, 0, "{}", verified.talk);
    std::fs::write(clone.path("output/carers/estimates.csv"), "tampered").expect("the file can be written");
    let tampered = clone.quorate(&["verify", "output/carers/run.json", "--format", "csv"]);
    assert_eq!(tampered.code, 1);
    assert!(tampered.out.contains("output as it lies,estimates.csv,differs"), "{}", tampered.out);
}

#[test]
fn a_draw_is_kept_and_never_silently_made_again() {
    let clone = Clone::new();
    assert_eq!(clone.quorate(&["run", CARERS, "--until", "draw"]).code, 1);
    let drawn = clone.read("output/carers/key/sample.csv");
    assert!(!clone.path("output/carers/issue").exists(), "issue comes after draw");
    clone.edit(CARERS, "size = 300", "size = 290");
    let refused = clone.quorate(&["run", CARERS, "--until", "draw"]);
    assert_eq!(refused.code, 2);
    assert!(refused.talk.contains("size: 300 when drawn, 290 now"), "{}", refused.talk);
    assert!(refused.talk.contains("--redraw"), "{}", refused.talk);
    assert_eq!(clone.read("output/carers/key/sample.csv"), drawn);
    assert_eq!(clone.quorate(&["run", CARERS, "--until", "draw", "--redraw"]).code, 1);
    assert_ne!(clone.read("output/carers/key/sample.csv"), drawn);
    let kept = clone.files("output/carers/key/superseded");
    assert!(kept.iter().any(|(_, bytes)| *bytes == drawn), "the old draw is kept");
}

#[test]
fn a_new_study_runs_as_it_stands_and_waits_for_returns() {
    for kind in ["survey", "file-audit"] {
        let clone = Clone::new();
        assert_eq!(clone.quorate(&["init", "study", "--kind", kind]).code, 0);
        let again = clone.quorate(&["init", "study", "--kind", kind]);
        assert_eq!(again.code, 2, "{}", again.talk);
        let ended = clone.quorate(&["run", "study/pipeline.toml"]);
        assert_eq!(ended.code, 0, "{}", ended.talk);
        assert!(ended.talk.contains("Waiting for returns in study/returns"), "{}", ended.talk);
        assert!(clone.files("study/output/issue").len() > 1);
        // The pilot goes the whole way on made-up answers, and says so.
        let pilot = clone.quorate(&["pilot", "study/pipeline.toml", "--response-rate", "0.7", "--format", "csv"]);
        assert_eq!(pilot.code, 0, "{}", pilot.talk);
        assert!(pilot.out.starts_with("question,by,group,returns,margin_points,within_rule,smallest_gap_points"));
        assert!(clone.text("study/output/pilot/made-up-report.html").contains("MADE-UP ANSWERS"));
    }
}

/// The weighted mean of what the trace lists is the published figure.
#[test]
fn a_figure_is_traced_to_its_cells() {
    let clone = Clone::new();
    clone.quorate(&["run", CARERS]);
    let estimates = clone.text("output/carers/estimates.csv");
    let mut reader = csv::Reader::from_reader(estimates.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    let at = |name: &str| headings.iter().position(|heading| heading == name).expect("the column");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let mut traced = 0;
    let shown = || rows.iter().filter(|row| !row[at("estimate")].is_empty());
    let positive = shown().filter(|row| &row[at("statistic")] == "positive").take(8);
    let scores = shown().filter(|row| &row[at("statistic")] == "mean" && &row[at("variable")] == "contact").take(2);
    for row in positive.chain(scores) {
        let what = &row[at("statistic")];
        let by = if row[at("by")].is_empty() {
            String::new()
        } else {
            format!(" by {}={}", &row[at("by")], &row[at("group")])
        };
        let figure = format!("{} {what}{by}", &row[at("variable")]);
        let ended = clone.quorate(&["trace", "output/carers", &figure, "--format", "csv"]);
        assert_eq!(ended.code, 0, "{figure}: {}", ended.talk);
        let mut trace = csv::Reader::from_reader(ended.out.as_bytes());
        let (mut sum, mut weights, mut n) = (0.0, 0.0, 0);
        for unit in trace.records() {
            let unit = unit.expect("a row");
            let (value, weight): (f64, f64) = (unit[7].parse().expect("a value"), unit[8].parse().expect("a weight"));
            assert!(!unit[2].is_empty() && !unit[4].is_empty(), "workbook and cell are named");
            // A score has the cells of all its questions.
            assert_eq!(unit[4].split("; ").count(), if what == "mean" { 3 } else { 1 });
            sum += value * weight;
            weights += weight;
            n += 1;
        }
        let published: f64 = row[at("estimate")].parse().expect("an estimate");
        assert!((sum / weights - published).abs() < 1e-12, "{figure}: {} {published}", sum / weights);
        assert_eq!(n.to_string(), row[at("n")]);
        traced += 1;
    }
    assert_eq!(traced, 10);
}

#[test]
fn status_counts_what_came_and_lists_whom_to_remind() {
    let clone = Clone::new();
    let ended = clone.quorate(&["status", CARERS, "--format", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.talk);
    let rows: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    let all = rows["rows"].as_array().and_then(|rows| rows.last()).expect("rows");
    let (issued, returned) = (all["issued"].as_u64().expect("a count"), all["returned"].as_u64().expect("a count"));
    let remind = clone.quorate(&["status", CARERS, "--remind", "--format", "csv"]);
    assert_eq!(remind.out.lines().count() as u64 - 1, issued - returned);
}

#[test]
fn the_definitions_and_outputs_pass_their_own_check() {
    let clone = Clone::new();
    clone.quorate(&["run", CARERS]);
    let files = [
        "instruments/users-survey.toml",
        "instruments/carers-survey.toml",
        "instruments/case-file-audit.toml",
        "instruments/frameworks/pim.toml",
        "pipelines/benchmarks/scotland-2008.toml",
        "pipelines/benchmarks/england-ascs-2020-21.csv",
        "output/carers/results.xlsx",
        "output/carers/results.ods",
    ];
    let mut arguments = vec!["check", "--no-hints"];
    arguments.extend(files);
    let ended = clone.quorate(&arguments);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{}", ended.talk);
    let returned = "sample-data/carers/returns/batch-01.xlsx";
    let ended = clone.quorate(&["check", returned, "--pipeline", CARERS, "--format", "csv"]);
    assert!(ended.code <= 1, "{}", ended.talk);
    assert_eq!(clone.quorate(&["check", returned]).code, 2, "a return needs its study");
}
