//! Minimums for several columns at once.

use serde_json::Value;

use super::Study;

fn levels(record: &Value) -> Vec<(String, u64, u64)> {
    let text = |level: &Value, key: &str| level[key].as_str().expect("a text").to_owned();
    let count = |level: &Value, key: &str| level[key].as_u64().expect("a count");
    let level = |level: &Value| {
        (format!("{} {}", text(level, "column"), text(level, "level")), count(level, "N"), count(level, "n"))
    };
    record["levels"].as_array().expect("levels").iter().map(level).collect()
}

#[test]
fn every_level_has_its_minimum_and_the_sizes_add_up() {
    let study = Study::new();
    let flags =
        "--strata area,group,team --minimum-by area:Isles=14 --minimum-by group=30 --minimum-by team=2 --size 90";
    let sample = study.draw(flags);
    assert_eq!(sample.len(), 90);
    let record = study.record();
    let levels = levels(&record);
    assert_eq!(levels.len(), 1 + 2 + 36);
    for (name, population, drawn) in &levels {
        let minimum = if name.starts_with("area") {
            14
        } else if name.starts_with("group") {
            30
        } else {
            2
        };
        assert!(*drawn >= minimum.min(*population), "{name}: {drawn}");
    }
    for stratum in record["strata"].as_array().expect("strata") {
        let count = |key: &str| stratum[key].as_u64().expect("a count");
        assert!((1..=count("N_h")).contains(&count("n_h")));
    }
    let weights: f64 = sample.iter().map(|row| row["design_weight"].parse::<f64>().expect("a weight")).sum();
    assert!((weights - 200.0).abs() < 1e-9);
}

#[test]
fn a_level_that_is_smaller_than_its_minimum_is_drawn_whole_and_said() {
    let study = Study::new();
    let line = "draw frame.csv --id carer --strata area,group --minimum-by area=25 --size 100 --seed s --out s.csv";
    let said = study.command(line).assert().success().get_output().stderr.clone();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(said.contains("area Isles has only 20: all are drawn in place of the minimum of 25"), "{said}");
    assert!(levels(&study.record()).contains(&("area Isles".to_owned(), 20, 20)));
}

#[test]
fn minimums_that_cannot_all_be_met_say_which_and_what_would_do() {
    let study = Study::new();
    let start = "draw frame.csv --id carer --strata area,group --seed s --out s.csv";
    let text = study.error(&format!("{start} --size 40 --minimum-by area=15 --minimum-by group=22"));
    for part in [
        "together they need 45",
        "15 of each of 3 area need 45",
        "22 of each of 2 group need 44",
        "size of at least 45",
    ] {
        assert!(text.contains(part), "{text} does not say {part:?}");
    }
    study.command(&format!("{start} --size 45 --minimum-by area=15 --minimum-by group=22")).assert().success();
    let start = start.replace("s.csv", "t.csv");
    for (flags, part) in [
        ("--size 40 --minimum-by team=2", "make it part of the strata: area, group, team"),
        ("--size 40 --minimum-by area=5 --minimum-by area=6", "twice"),
        ("--size 60 --minimum-by area=30 --maximum 12", "the minimum of area"),
        ("--size 40 --minimum-by area", "NAME=NUMBER"),
        ("--size 3 --clusters team --minimum-by area=2", "clusters"),
    ] {
        let text = study.error(&format!("{start} {flags}"));
        assert!(text.contains(part), "{flags}: {text} does not say {part:?}");
    }
}

#[test]
fn the_deviations_of_the_previous_wave_steer_the_neyman_allocation() {
    let study = Study::new();
    // Standard deviations 9, 1, 1 as in the other test, from data: 0 and 18 thrice give 9.859; here -9, 0, 9 gives 9.
    study.write(
        "before.csv",
        "area,score\nIsles,-9\nIsles,0\nIsles,9\nNorth,1\nNorth,2\nNorth,3\nSouth,5\nSouth,6\nSouth,7\nSouth,\n",
    );
    study.draw("--strata area --size 30 --allocation neyman --deviations-from before.csv:score");
    let record = study.record();
    let sizes: Vec<u64> =
        record["strata"].as_array().expect("strata").iter().map(|s| s["n_h"].as_u64().expect("a count")).collect();
    assert_eq!(sizes, [15, 10, 5]);
    assert_eq!(record["deviations"]["Isles"], 9.0);
    let start =
        "draw frame.csv --id carer --strata area --size 30 --allocation neyman --seed s --out t.csv --deviations-from";
    for (data, part) in
        [("before.csv:mark", "no column \"mark\""), ("before.csv", "names no column"), ("no.csv:score", "no.csv")]
    {
        assert!(study.error(&format!("{start} {data}")).contains(part), "{data}");
    }
    study.write("before.csv", "area,score\nIsles,-9\nIsles,0\nNorth,1\nNorth,2\nSouth,5\n");
    assert!(study.error(&format!("{start} before.csv:score")).contains("fewer than two values"));
}
