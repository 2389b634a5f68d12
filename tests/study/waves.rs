//! A study's draw with minimums by column, and with an earlier wave in view.

use std::collections::BTreeSet;

use super::Clone;

const CARERS: &str = "pipelines/carers-survey.toml";

fn drawn(clone: &Clone, name: &str) -> BTreeSet<String> {
    let text = clone.text(name);
    let column = |line: &str, at: usize| line.split(',').nth(at).expect("a column").to_owned();
    assert_eq!(column(text.lines().next().expect("a header"), 2), "carer_id");
    text.lines().skip(1).map(|line| column(line, 2)).collect()
}

/// Draws the study's first wave and puts its files where a year later they lie.
fn first_wave(clone: &Clone) {
    clone.quorate(&["run", CARERS, "--until", "draw"]);
    std::fs::create_dir_all(clone.path("last-year")).expect("a folder");
    for name in ["sample.csv", "sample.draw.json"] {
        std::fs::copy(clone.path(&format!("output/carers/key/{name}")), clone.path(&format!("last-year/{name}")))
            .expect("a copy");
    }
}

#[test]
fn a_later_wave_asks_others_or_the_same_people() {
    let clone = Clone::new();
    first_wave(&clone);
    let before = drawn(&clone, "last-year/sample.csv");
    clone.edit(CARERS, "size = 300", "size = 180\navoid = [\"../last-year/sample.csv\"]");
    clone.edit(CARERS, "minimum = 30", "minimum = 15");
    // The one person whose area nobody wrote down is a stratum, drawn whole, and was drawn before.
    let refused = clone.quorate(&["run", CARERS, "--until", "draw", "--redraw"]);
    assert_eq!(refused.code, 2);
    assert!(refused.talk.contains("the stratum is taken whole"), "{}", refused.talk);
    clone.edit(CARERS, "strata = [\"area\"]", "strata = [\"area\"]\nexclude = \"area is missing\"");
    let ended = clone.quorate(&["run", CARERS, "--until", "draw", "--redraw"]);
    assert_eq!(ended.code, 1, "the frame has faults: {}", ended.talk);
    assert!(drawn(&clone, "output/carers/key/sample.csv").is_disjoint(&before));
    let verify = ["verify", "output/carers/key/sample.draw.json", "--frame", "sample-data/carers/frame.xlsx"];
    let missing = clone.quorate(&verify);
    assert_eq!(missing.code, 2, "{}", missing.talk);
    let verified = clone.quorate(&[&verify[..], &["--earlier", "last-year/sample.csv"]].concat());
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.talk);
    assert!(verified.out.contains("earlier wave"), "{}", verified.out);

    clone.edit(
        CARERS,
        "avoid = [\"../last-year/sample.csv\"]",
        "keep = { sample = \"../last-year/sample.csv\", share = 0.5 }",
    );
    assert_eq!(clone.quorate(&["run", CARERS, "--until", "draw", "--redraw"]).code, 1);
    let record = clone.json("output/carers/key/sample.draw.json");
    let sum = |key: &str| -> u64 {
        let classes =
            record["strata"].as_array().expect("strata").iter().flat_map(|s| s["classes"].as_array().expect("classes"));
        classes.map(|class| class[key].as_u64().unwrap_or(0)).sum()
    };
    assert!(sum("kept").abs_diff(sum("panel") / 2) <= 3, "{} of {}", sum("kept"), sum("panel"));
}

#[test]
fn a_study_has_minimums_by_column() {
    let clone = Clone::new();
    clone.edit(CARERS, "size = 300", "size = 300\nminimums = { area = 45 }");
    assert_eq!(clone.quorate(&["run", CARERS, "--until", "draw"]).code, 1);
    let record = clone.json("output/carers/key/sample.draw.json");
    let levels = record["levels"].as_array().expect("levels").clone();
    assert!(levels.len() >= 6);
    for level in &levels {
        let count = |key: &str| level[key].as_u64().expect("a count");
        assert!(count("n") >= count("N").min(45), "{level}");
    }
    clone.edit(CARERS, "minimums = { area = 45 }", "minimums = { age_band = 45 }");
    let refused = clone.quorate(&["run", CARERS, "--until", "draw", "--redraw"]);
    assert_eq!(refused.code, 2);
    for part in ["age_band", "not one of the strata", "minimums = {"] {
        assert!(refused.talk.contains(part), "{}", refused.talk);
    }
    clone.edit(CARERS, "minimums = { age_band = 45 }", "avoid = [\"../nowhere/sample.csv\"]");
    let refused = clone.quorate(&["run", CARERS, "--until", "draw", "--redraw"]);
    assert_eq!(refused.code, 2);
    assert!(refused.talk.contains("the earlier sample is not there"), "{}", refused.talk);
}
