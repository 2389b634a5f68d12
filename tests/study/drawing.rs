//! How a study's sample is selected, and what becomes of files that all readers read.

use std::collections::BTreeSet;

use super::Clone;

const CARERS: &str = "pipelines/carers-survey.toml";
const FILES: &str = "pipelines/case-file-audit.toml";

#[test]
fn a_study_is_drawn_systematically_and_says_so() {
    let clone = Clone::new();
    clone.edit(CARERS, "size = 300\n", "size = 300\nmethod = \"systematic\"\nsort = [\"age_band\"]\n");
    let piloted = clone.quorate(&["pilot", CARERS, "--folder", "try"]);
    assert_eq!(piloted.code, 1, "the sample frame has somebody twice: {}", piloted.talk);
    let choices = &clone.json("try/made-up-run.json")["choices"];
    assert_eq!(choices["Sample"], "stratified systematic, sorted by age_band, proportional allocation");
    let variance = choices["Variance"].as_str().expect("text");
    assert!(variance.ends_with("; systematic taken as simple random"), "{variance}");
    assert!(clone.text("try/made-up-report.html").contains("One systematic sample cannot tell its own error"));

    let ended = clone.quorate(&["run", CARERS, "--until", "draw"]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let record = clone.json("output/carers/key/sample.draw.json");
    assert_eq!((&record["method"], &record["columns"]["sort"][0]), (&"systematic".into(), &"age_band".into()));
    assert!(record["strata"].as_array().expect("strata").iter().all(|stratum| stratum["start"].is_string()));
    let verify = ["verify", "output/carers/key/sample.draw.json", "--frame", "sample-data/carers/frame.xlsx"];
    let verified = clone.quorate(&verify);
    assert_eq!(verified.code, 0, "{} {}", verified.out, verified.talk);
    let first = clone.text("output/carers/key/sample.csv");
    let drawn = first.lines().nth(1).and_then(|line| line.split(',').nth(2)).expect("an identifier");
    let why = clone.quorate(&["status", CARERS, "--why", drawn]);
    assert!(why.out.contains("every interval of the sorted list gives one"), "{}{}", why.out, why.talk);

    // Another order would be another draw.
    clone.edit(CARERS, "sort = [\"age_band\"]", "sort = [\"carer_id\"]");
    let ended = clone.quorate(&["run", CARERS, "--until", "draw"]);
    assert_eq!(ended.code, 2);
    assert!(ended.talk.contains("sort: \"age_band\" when drawn, \"carer_id\" now"), "{}", ended.talk);
    assert_eq!(clone.text("output/carers/key/sample.csv"), first, "the draw that was made stays");
}

#[test]
fn what_a_study_cannot_weigh_is_refused_with_the_remedy() {
    let clone = Clone::new();
    let before = clone.text(CARERS);
    for (keys, part) in [
        ("method = \"pps\"", "quorate estimate"),
        ("method = \"pps-poisson\"\nmeasure = \"carer_id\"", "quorate estimate"),
        ("clusters = \"area\"", "quorate draw"),
        ("per_cluster = 4", "quorate draw"),
        ("sort = [\"age_band\"]", "method = \"systematic\""),
        ("method = \"systematic\"\nsort = [\"age\"]", "age_band"),
        ("method = \"random\"", "systematic"),
        ("method = \"systematic\"\navoid = [\"sample.csv\"]", "in simple random samples only"),
    ] {
        std::fs::write(clone.path(CARERS), before.replacen("size = 300", &format!("size = 300\n{keys}"), 1))
            .expect("the file can be written");
        let ended = clone.quorate(&["run", CARERS, "--until", "draw"]);
        assert!(ended.code == 2 && ended.talk.contains(part), "{keys}: {}", ended.talk);
        assert!(!clone.path("output").exists(), "{keys}: nothing is written");
    }
}

/// The coefficients of a pilot's agreement: the question, and the files that count in it.
fn agreement(clone: &Clone, folder: &str) -> Vec<(String, usize)> {
    let text = clone.text(&format!("{folder}/made-up-agreement.csv"));
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows = reader.deserialize::<std::collections::BTreeMap<String, String>>().map(|row| row.expect("a row"));
    rows.map(|row| (row["question"].clone(), row["units"].parse().expect("a count"))).collect()
}

#[test]
fn the_training_batch_has_no_part_in_agreement_and_a_table_of_its_own() {
    let clone = Clone::new();
    clone.edit(FILES, "read_twice = 0.15", "read_twice = 0.15\ntraining = 4");
    let piloted = clone.quorate(&["pilot", FILES, "--folder", "try"]);
    assert_eq!(piloted.code, 1, "{}", piloted.talk);
    let most = agreement(&clone, "try").into_iter().map(|(_, units)| units).max();
    assert_eq!(most, Some(14), "of the other 96 files 15 in 100 are read twice");
    assert_eq!(clone.json("try/made-up-run.json")["choices"]["Training batch"], "apart from agreement");
    let book = quorate::sheet::read(&clone.path("try/made-up-results.xlsx"), &quorate::sheet::Limits::default())
        .expect("it reads");
    let sheet = book.sheet("Training").expect("the sheet");
    let rows = sheet.rows().map(|(row, _)| (sheet.text(row, 0), sheet.text(row, 1)));
    let readers: BTreeSet<(String, String)> = rows.filter(|(reader, _)| reader.starts_with("RD")).collect();
    assert!(readers.iter().all(|(_, files)| files == "4"), "{readers:?}");
    assert_eq!(readers.len(), 6);
    assert!(clone.text("try/made-up-report.html").contains("Each reader beside the others on the training batch"));

    // Without files read twice there is no agreement to speak of, and the training batch is still shown.
    clone.edit(FILES, "read_twice = 0.15", "read_twice = 0.0");
    let piloted = clone.quorate(&["pilot", FILES, "--folder", "once"]);
    assert_eq!(piloted.code, 1, "{}", piloted.talk);
    assert!(!clone.path("once/made-up-agreement.csv").exists());
    assert!(clone.text("once/made-up-report.html").contains("Each reader beside the others on the training batch"));
}
