//! Later waves: others than before, or the same people again.

use std::collections::BTreeSet;

use super::{Study, frame_text, rows};

/// A year later: 12 are gone, 3 moved, 8 are new.
fn a_year_later(study: &Study) {
    let text = frame_text(|mut rows| {
        rows.drain(40..52);
        for row in rows.iter_mut().take(3) {
            *row = row.replace("North,", "South,");
        }
        rows.extend((901..909).map(|i| format!("{i:04},North,adult,North-1,2,9\n")));
        rows
    });
    study.write("later.csv", &text);
}

fn ids(study: &Study, name: &str) -> BTreeSet<String> {
    rows(&study.read(name)).into_iter().map(|row| row["carer"].clone()).collect()
}

fn two_waves(flags: &str) -> Study {
    let study = Study::new();
    a_year_later(&study);
    study.draw("--strata area --size 50 --reserve 5 --minimum 6");
    let line = format!("draw later.csv --id carer --strata area --size 50 --minimum 6 --seed two --out t.csv {flags}");
    study.command(&line).assert().success();
    study
}

#[test]
fn nobody_is_asked_twice_and_the_weights_are_those_of_the_frame() {
    let study = two_waves("--avoid s.csv --reserve 4");
    assert!(ids(&study, "s.csv").is_disjoint(&ids(&study, "t.csv")));
    let sample = rows(&study.read("t.csv"));
    assert_eq!(sample.iter().filter(|row| row["role"] == "main").count(), 50);
    let sum: f64 = sample
        .iter()
        .filter(|row| row["role"] == "main")
        .map(|row| row["design_weight"].parse::<f64>().expect("a weight"))
        .sum();
    assert!((sum - 196.0).abs() < 1e-9, "{sum}");
    let drawn = ids(&study, "s.csv").iter().next().cloned().expect("somebody was drawn");
    let line =
        format!("draw later.csv --id carer --strata area --size 50 --minimum 6 --seed two --avoid s.csv --why {drawn}");
    let said = String::from_utf8_lossy(&study.command(&line).assert().success().get_output().stdout).into_owned();
    assert!(said.contains("in the earlier wave s.csv, so it is not drawn again"), "{said}");
}

#[test]
fn a_panel_is_asked_again() {
    let study = two_waves("--keep s.csv");
    let main = |name: &str| -> BTreeSet<String> {
        rows(&study.read(name))
            .into_iter()
            .filter(|row| row["role"] == "main")
            .map(|row| row["carer"].clone())
            .collect()
    };
    let later = frame_ids(&study.read("later.csv"));
    let left = main("s.csv").intersection(&later).count();
    let kept = main("s.csv").intersection(&main("t.csv")).count();
    assert!(kept <= left && kept + 5 >= left, "{kept} of {left}");
    let study = two_waves("--keep s.csv:0.5");
    let half = ids(&study, "s.csv").intersection(&ids(&study, "t.csv")).count();
    assert!(half.abs_diff(left / 2) <= 3, "{half} of {left}");
}

fn frame_ids(text: &str) -> BTreeSet<String> {
    rows(text).into_iter().map(|row| row["carer"].clone()).collect()
}

#[test]
fn a_later_wave_is_verified_with_the_earlier_one() {
    let study = two_waves("--avoid s.csv");
    let verify = |more: &str, code: i32| {
        let output = study.command(&format!("verify t.draw.json --format csv {more}")).assert().code(code);
        String::from_utf8_lossy(&output.get_output().stdout).into_owned()
    };
    let same = "what,file,verdict\nframe,later.csv,same\nearlier wave,s.csv,same\nsample drawn again,,same\n\
        sample as it lies,t.csv,same\n";
    assert_eq!(verify("", 0), same);
    // The record holds no identifiers of the earlier wave.
    let record = study.read("t.draw.json");
    let written: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    assert!(!written["earlier"].to_string().contains(&ids(&study, "s.csv").into_iter().next().expect("one")));
    std::fs::create_dir(study.path("kept")).expect("a folder");
    for name in ["s.csv", "s.draw.json"] {
        std::fs::rename(study.path(name), study.path(&format!("kept/{name}"))).expect("it moves");
    }
    assert!(study.error("verify t.draw.json").contains("--earlier"));
    assert_eq!(verify("--earlier kept/s.csv", 0), same);
}

#[test]
fn what_cannot_be_coordinated_is_one_clear_error_and_nothing_is_written() {
    let study = two_waves("--avoid s.csv");
    study.write("alone.csv", &study.read("s.csv"));
    let frame = "draw later.csv --id carer --strata area --seed two --out u.csv";
    study.draw("--size 50 --method systematic");
    for (line, part) in [
        (format!("{frame} --size 50 --avoid none.csv"), "none.csv"),
        (format!("{frame} --size 50 --avoid alone.csv"), "the record of the earlier sample is not there"),
        (format!("{frame} --size 50 --avoid s.csv"), "that was not drawn by simple random sampling"),
        (format!("{frame} --size 190 --avoid t.csv"), "cannot be avoided in the stratum"),
        (format!("{frame} --size 50 --keep t.csv:1.5"), "from 0 to 1"),
        (format!("{frame} --size 50 --avoid t.csv --keep t.csv"), "named twice"),
        (
            format!("{frame} --size 50 --avoid t.csv --method pps --measure cases"),
            "simple random sampling of units only",
        ),
        (format!("{frame} --size 5 --clusters team --avoid t.csv"), "simple random sampling of units only"),
        ("draw later.csv --id carer --size 50 --seed x --out t.csv --avoid t.csv --force".to_owned(), "overwrite"),
    ] {
        let text = study.error(&line);
        assert!(text.contains(part), "{line}: {text} does not say {part:?}");
    }
}

/// The example of a later wave in DRAW.md.
#[test]
fn the_later_wave_on_the_page_comes_out() {
    let page = include_str!("../../DRAW.md");
    let study = Study::new();
    let frame = &page[page.find("carer,area\n").expect("the frame")..];
    study.write("frame.csv", &frame[..frame.find("```").expect("its end")]);
    let commands: Vec<&str> =
        page.split("drawn with `quorate ").skip(1).filter_map(|rest| rest.split('`').next()).collect();
    assert_eq!(commands.len(), 2);
    commands.iter().for_each(|line| drop(study.command(line).assert().success()));
    assert!(page.contains(&study.read("wave-2.csv")), "{}", study.read("wave-2.csv"));
}
