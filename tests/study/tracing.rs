//! From a published figure to the cells behind it, and from a cell to what became of it.

use quorate::editing::read_log;

use super::Clone;
use super::editing::{CARERS, with_rules};
use super::fieldwork::rows;

#[test]
fn every_answer_says_what_it_stands_in_place_of() {
    let clone = Clone::new();
    with_rules(&clone);
    clone.quorate(&["run", CARERS]);
    let log = read_log(&clone.read("output/carers/edits.csv")).expect("a log");
    let opened: Vec<_> = log.iter().filter(|row| row.rule == "E01" && row.question == "q06").collect();
    assert!(!opened.is_empty());
    let traced = clone.quorate(&["trace", "output/carers", "q06 yes", "--format", "csv"]);
    let units = rows(&traced.out);
    let mut changed = 0;
    for unit in &units {
        match opened.iter().find(|row| row.serial == unit["serial"]) {
            Some(row) => {
                let before = match row.before.0.as_str() {
                    "" => format!("({})", row.before.1.replace('-', " ")),
                    code => code.to_owned(),
                };
                assert_eq!((unit["in_place_of"].as_str(), unit["rule"].as_str()), (before.as_str(), "E01"));
                assert_eq!(unit["answer"], "yes");
                changed += 1;
            }
            None => assert_eq!((unit["in_place_of"].as_str(), unit["rule"].as_str()), ("", ""), "{unit:?}"),
        }
        assert!(!unit["workbook"].is_empty() && !unit["cell"].is_empty());
    }
    assert_eq!(changed, opened.len());
    // The test of the figure is told: the published figure, the difference, the verdict.
    let positive = clone.quorate(&["trace", "output/carers", "q04 positive"]);
    assert!(positive.talk.contains("Against ") && positive.talk.contains(", p "), "{}", positive.talk);
}

#[test]
fn a_cell_tells_what_became_of_it() {
    let clone = Clone::new();
    with_rules(&clone);
    clone.quorate(&["run", CARERS]);
    let log = read_log(&clone.read("output/carers/edits.csv")).expect("a log");
    let names: Vec<String> =
        rows(&clone.text("output/carers/key/mailing-list.csv")).iter().map(|r| r["name"].clone()).collect();
    assert!(names.len() > 100);
    let cell = |row: &quorate::editing::Logged| {
        let name = match row.sheet.as_str() {
            "" => format!("sample-data/carers/returns/{}!{}", row.workbook, row.cell),
            sheet => format!("sample-data/carers/returns/{}!{sheet}!{}", row.workbook, row.cell),
        };
        let ended = clone.quorate(&["trace", "output/carers", "--cell", &name, "--format", "json"]);
        assert_eq!(ended.code, 0, "{name}: {}", ended.talk);
        assert!(names.iter().all(|name| !ended.out.contains(name)), "a name stands in {}", ended.out);
        serde_json::from_str::<serde_json::Value>(&ended.out).expect("JSON")
    };
    // An answer that was changed, and what it stands in place of.
    let row = log.iter().find(|row| row.rule == "E01" && row.cell.starts_with(char::is_alphabetic)).expect("an edit");
    let told = cell(row);
    assert_eq!((&told["serial"], &told["question"]), (&row.serial.as_str().into(), &row.question.as_str().into()));
    assert_eq!(told["answer"], row.after.0);
    assert_eq!((&told["edits"][0]["rule"], &told["edits"][0]["after"]), (&"E01".into(), &row.after.0.as_str().into()));
    assert_eq!(told["row"], "used");
    assert!(told["findings"].as_array().expect("a list").iter().any(|finding| finding["code"] == "R050"), "{told}");
    // It enters figures, and each of them lists it.
    let figures = told["figures"].as_array().expect("a list");
    let name = |figure: &serde_json::Value| figure["figure"].as_str().expect("a name").to_owned();
    assert!(figures.iter().any(|figure| name(figure) == "q06 yes" && figure["value"] == 1.0), "{told}");
    assert!(figures.iter().any(|figure| name(figure).contains(" by area=")), "{told}");
    for figure in figures {
        let ended = clone.quorate(&["trace", "output/carers", &name(figure), "--format", "csv"]);
        assert_eq!(ended.code, 0, "{}: {}", name(figure), ended.talk);
        let unit = rows(&ended.out).into_iter().find(|unit| unit["serial"] == row.serial).expect("it stands there");
        assert_eq!(unit["value"].parse::<f64>().ok(), figure["value"].as_f64(), "{}", name(figure));
        assert_eq!(rows(&ended.out).len() as u64, figure["n"].as_u64().expect("a count"));
    }
    // One that was set missing enters none.
    let row = log.iter().find(|row| row.rule == "E03" && row.cell.starts_with(char::is_alphabetic)).expect("an edit");
    let told = cell(row);
    assert_eq!(told["answer"], "(not answered)");
    let own = |figure: &serde_json::Value| name(figure).starts_with(&format!("{} ", row.question));
    assert!(!told["figures"].as_array().expect("a list").iter().any(own), "{told}");
    let readable =
        clone.quorate(&["trace", "output/carers", "--cell", &format!("{}!{}!{}", row.workbook, row.sheet, row.cell)]);
    assert!(readable.out.contains("E03") && readable.out.contains("in place of"), "{}{}", readable.out, readable.talk);
}

#[test]
fn a_cell_without_an_answer_is_told_apart() {
    let clone = Clone::new();
    clone.quorate(&["run", CARERS]);
    let trace = |cell: &str| clone.quorate(&["trace", "output/carers", "--cell", cell]);
    let given = rows(&clone.text("output/carers/findings.csv"));
    let known = given.iter().find(|row| row["code"] == "R010" && !row["sheet"].is_empty());
    for (cell, says) in [
        ("batch-01.xlsx!A1", "no answer can stand in this cell"),
        ("batch-1.xlsx!Answers!F12", "did you mean \"batch-01.xlsx\"?"),
        ("batch-01.xlsx!Nowhere!F12", "a sheet with answers"),
        ("users 2025.xlsx!F12", "the file was not used"),
        ("F12", "FILE!SHEET!CELL"),
    ] {
        let ended = trace(cell);
        assert_eq!(ended.code, 2, "{cell}: {}{}", ended.out, ended.talk);
        assert!(ended.talk.contains(says), "{cell}: {}", ended.talk);
    }
    // A row that was set aside says why.
    let Some(row) = known else { panic!("the sample has a row that is nobody's") };
    let number: String = row["cell"].chars().filter(char::is_ascii_digit).collect();
    let ended = trace(&format!("{}!{}!F{number}", row["workbook"], row["sheet"]));
    assert!(ended.out.contains("set aside: not in the sample"), "{}{}", ended.out, ended.talk);
    assert_eq!(clone.quorate(&["trace", "output/carers"]).code, 2);
    assert_eq!(clone.quorate(&["trace", "output/carers", "q04 positive", "--cell", "a!A1"]).code, 2);
}
