//! The change between two runs in the register of evidence, against R's survey package (`tests/reference/trend.R`).

use std::collections::BTreeMap;

use quorate::record::Record;

use super::{DEFINITION, Small};

#[test]
fn the_trend_between_two_runs_is_that_of_r() {
    let small = Small::new();
    let record = Record {
        subject: Default::default(),
        program: "quorate".to_owned(),
        version: "0".to_owned(),
        run_id: "12345678".to_owned(),
        study: "waves".to_owned(),
        pipeline: "gone.toml".to_owned(),
        seed: String::new(),
        inputs: BTreeMap::new(),
        stages: Vec::new(),
        choices: BTreeMap::new(),
        outputs: BTreeMap::new(),
    };
    small.write("now/run.json", &record.json());
    small.write("now/estimates.csv", include_str!("../reference/trend/now.csv"));
    small.write("before/estimates.csv", include_str!("../reference/trend/before.csv"));
    let run = "[[run]]\nfolder = \"now\"\nearlier = \"before\"\ndate = 2026-05-31\n\n[publish]";
    small.write("evaluation.toml", &DEFINITION.replace("[publish]", run));
    let evaluation = small.gather();
    let mut verdicts = Vec::new();
    for line in include_str!("../reference/expected-trend.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |place: usize| cells[place].parse::<f64>().expect("a number");
        let item = evaluation.item(&format!("waves/{}", cells[0])).expect("a piece of evidence");
        let trend = item.figure.as_ref().and_then(|figure| figure.trend.as_ref()).expect("a trend");
        let (low, high) = trend.interval.expect("an interval");
        for (found, expected) in [(trend.difference, number(1)), (low, number(2)), (high, number(3))] {
            assert!((found - expected).abs() < 1e-9, "{line}: {found}");
        }
        assert_eq!(trend.verdict, cells[4], "{line}");
        verdicts.push(trend.verdict);
    }
    verdicts.sort_unstable();
    verdicts.dedup();
    assert_eq!(verdicts, ["fallen", "no real change", "risen"]);
}
