//! Made-up answers follow the form: who is not asked leaves blank, and what is written down is what the form takes.

use std::collections::BTreeMap;
use std::path::Path;

use super::fieldwork::rows;
use super::program::quorate;

/// A form with a repeat.
pub const FORM: &str = include_str!("../returns/kinds.toml");

/// A study that asks it, its frame beside it.
pub const PIPELINE: &str = r#"
[study]
id = "home-visits"
title = "Home visits"
organisation = "A council"
instrument = "form.toml"

[frame]
file = "frame.csv"
id = "id"
strata = ["area"]

[draw]
seed = "home visits"
size = 400

[returns]
folder = "returns"

[weigh]
basis = "per-unit"

[publish]
folder = "output"
suppress_below = 1
"#;

/// The sheets of the made-up return by name, each as lines by column.
fn returned(path: &Path) -> BTreeMap<String, Vec<BTreeMap<String, String>>> {
    use calamine::{Data, Reader};
    let mut book = calamine::open_workbook_auto(path).expect("it opens");
    let mut sheets = BTreeMap::new();
    for name in ["Answers", "Visits"] {
        let range = book.worksheet_range(name).expect("the sheet");
        let mut lines = range.rows().map(|row| row.iter().map(Data::to_string).collect::<Vec<String>>());
        let ids = lines.find(|line| line.iter().any(|id| id == "_serial")).expect("ids");
        let line = |cells: Vec<String>| ids.iter().cloned().zip(cells).collect();
        sheets.insert(name.to_owned(), lines.skip(2).map(line).collect());
    }
    sheets
}

#[test]
fn made_up_answers_follow_routing_repeats_and_constraints() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    // Visits are asked about in the north only, and as many as were said.
    let form = FORM
        .replace(
            "id = \"visits\"\ntext = \"Visits\"\nkind = \"repeat\"",
            "id = \"said\"\ntext = \"How many visits?\"\nlabel = \"Visits\"\nkind = \"integer\"\nminimum = 2\nmaximum = 7\n\
             relevant = \"${region} = 'n'\"\n[[section.question]]\nid = \"visits\"\ntext = \"Visits\"\nkind = \"repeat\"\n\
             relevant = \"${region} = 'n'\"\nrepeat_count = \"${said}\"",
        )
        .replace("id = \"paid\"\ntext = \"How many of these hours", "id = \"paid\"\nminimum = 0\ntext = \"How many of these hours");
    write("form.toml", &form);
    write("study.toml", PIPELINE);
    let frame: String = (1..=400).map(|at| format!("P{at:03},{}\n", ["a", "b"][at % 2])).collect();
    write("frame.csv", &format!("id,area\n{frame}"));
    let ended = quorate(folder.path(), &["pilot", "study.toml", "--folder", "try", "--response-rate", "100%"]);
    assert_eq!(ended.code, 0, "{}", ended.talk);

    let files: Vec<_> = std::fs::read_dir(folder.path().join("try/returns")).expect("returns").flatten().collect();
    let (mut people, mut unasked_blank, mut unasked_given) = (0, 0, 0);
    let (mut visits, mut early_blank, mut early_given) = (0, 0, 0);
    for file in &files {
        let sheets = returned(&file.path());
        for line in &sheets["Answers"] {
            if line["region"].is_empty() {
                continue;
            }
            people += 1;
            // `why` is asked of those who are not satisfied.
            if line["score"].parse::<f64>().is_ok_and(|score| score >= 5.0) {
                if line["why"].is_empty() { unasked_blank += 1 } else { unasked_given += 1 }
            }
            let of_them = |visit: &&BTreeMap<String, String>| visit["_serial"] == line["_serial"];
            let filled = |visit: &&BTreeMap<String, String>| !visit["minutes"].is_empty() || !visit["early"].is_empty();
            let rows = sheets["Visits"].iter().filter(of_them).filter(filled).count();
            if line["region"] == "South" {
                assert_eq!(rows, 0, "nobody is asked about visits in the south: {line:?}");
            } else if let Ok(said) = line["said"].parse::<usize>() {
                assert!(rows <= said || said > 7, "{rows} rows of {said}");
            }
        }
        for visit in sheets["Visits"].iter().filter(|visit| !visit["minutes"].is_empty()) {
            visits += 1;
            if visit["minutes"].parse::<f64>().is_ok_and(|minutes| (30.0..=600.0).contains(&minutes)) {
                if visit["early"].is_empty() { early_blank += 1 } else { early_given += 1 }
            }
        }
    }
    assert!(
        people > 350 && unasked_blank > 100 && visits > 400 && early_blank > 300,
        "{people} {unasked_blank} {visits}"
    );
    // One in a hundred writes something down all the same.
    assert!(unasked_given * 20 < unasked_blank && early_given * 20 < early_blank, "{unasked_given}, {early_given}");

    let findings = rows(&std::fs::read_to_string(folder.path().join("try/made-up-findings.csv")).expect("findings"));
    let of = |code: &str| findings.iter().filter(|finding| finding["code"] == code).count();
    assert_eq!(of("R038") + of("R037") + of("R006"), 0, "the rows of visits are no second answers of a person");
    // Where the region is written down wrongly no town is offered; elsewhere the town is one of the region's.
    assert!(of("R063") * 30 < people, "towns that are not offered: {}", of("R063"));
    assert!(of("R062") * 50 < people, "more hours than there were: {}", of("R062"));
    assert_eq!((of("R066"), of("R067")), (0, 0), "rows have a home and a number each");
    let estimates = rows(&std::fs::read_to_string(folder.path().join("try/made-up-estimates.csv")).expect("estimates"));
    assert!(estimates.iter().any(|line| line["variable"] == "early" && !line["units"].is_empty()));
}
