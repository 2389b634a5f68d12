//! The sample data are what the generator makes, and what is true of them is what the documents say.

#[path = "../examples/sample-data/main.rs"]
mod sample_data;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use quorate::finding::Severity;
use quorate::pipeline::{self, Options, Silent, Stage};
use quorate::sheet::{self, Book, Limits, Sheet};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

fn book(name: &str, bytes: &[u8]) -> Book {
    sheet::read_bytes(Path::new(name), bytes, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What stands on a sheet, but for the column that counts by formula.
fn texts(sheet: &Sheet) -> BTreeMap<(u32, u32), String> {
    let counted: Vec<u32> = (0..sheet.width()).filter(|&column| sheet.text(0, column) == "_to_go").collect();
    let cells = sheet.cells.iter().filter(|cell| !counted.contains(&cell.column));
    cells.map(|cell| ((cell.row, cell.column), cell.text())).filter(|(_, text)| !text.trim().is_empty()).collect()
}

fn truth(name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder().join(name)).expect("it ships");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

#[test]
fn the_lists_and_the_true_answers_are_those_of_the_generator() {
    let made = sample_data::lists(sample_data::SEED).expect("they can be made");
    assert_eq!(made.len(), 5);
    for (path, bytes) in made {
        let name = path.display().to_string();
        let kept = std::fs::read(folder().join(&path)).expect("it ships");
        if name.ends_with(".csv") {
            assert!(kept == bytes, "{name} is not what the generator makes");
            continue;
        }
        let (made, kept) = (book(&name, &bytes), book(&name, &kept));
        let names = |book: &Book| book.sheets.iter().map(|sheet| sheet.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&made), names(&kept));
        for (a, b) in made.sheets.iter().zip(&kept.sheets) {
            assert!(texts(a) == texts(b), "{name}, sheet {}, is not what the generator makes", a.name);
        }
    }
}

#[test]
fn another_seed_makes_other_people() {
    let csv = |seed: &str| {
        let made = sample_data::lists(seed).expect("they can be made");
        made.into_iter().find(|(path, _)| path.ends_with("carers/truth.csv")).expect("it is made").1
    };
    assert!(csv("one") == csv("one"));
    assert!(csv("one") != csv("two"));
}

#[test]
fn the_returns_are_those_of_the_generator_whatever_they_were_saved_with() {
    let made = sample_data::returned(&folder(), sample_data::SEED).expect("they can be made");
    assert_eq!(made.len(), 16);
    for (path, bytes) in made {
        let name = path.display().to_string();
        let endings = ["xlsx", "ods", "xls", "csv"];
        let kept = endings.iter().map(|ending| folder().join(&path).with_extension(ending)).find(|path| path.exists());
        let kept =
            std::fs::read(kept.unwrap_or_else(|| panic!("{name} is not there in any format"))).expect("readable");
        let (made, kept) = (book(&name, &bytes), book(&name, &kept));
        for sheet_name in ["Answers", "quorate", "Sheet1", "Service User Data", ""] {
            let Some(made) = made.sheets.iter().find(|sheet| sheet.name == sheet_name) else { continue };
            let kept = kept.sheets.iter().find(|sheet| sheet.name == sheet_name).expect("the same sheets");
            let (made, kept) = (texts(made), texts(kept));
            let differs = made.iter().find(|(place, text)| kept.get(place) != Some(text));
            assert_eq!(differs.map(|(place, text)| (place, text, kept.get(place))), None, "{name}");
            assert_eq!(made.len(), kept.len(), "{name} holds more than the generator makes");
        }
    }
}

#[test]
fn what_is_true_of_the_carers_was_quoted_in_2008() {
    let people = truth("carers/truth.csv");
    assert_eq!(people.len(), 1400);
    for (question, quoted) in
        [("q04", 76.0), ("q05", 66.0), ("q09", 63.0), ("q10", 69.0), ("q11", 63.0), ("q08", 54.0), ("q07", 49.0)]
    {
        let count = |codes: &[&str]| people.iter().filter(|carer| codes.contains(&carer[question].as_str())).count();
        let valid = count(&["SA", "A", "D", "SD"]);
        let per_cent = 100.0 * count(&["SA", "A"]) as f64 / valid as f64;
        // To within one person's half: the shares of a whole number of people.
        assert!((per_cent - quoted).abs() <= 50.0 / valid as f64 + 1e-9, "{question}: {per_cent} of {valid}");
    }
    let strongly = people.iter().filter(|carer| carer["q07"] == "SD").count() as f64;
    let asked = people.iter().filter(|carer| ["SA", "A", "D", "SD"].contains(&carer["q07"].as_str())).count() as f64;
    assert!((100.0 * strongly / asked - 36.0).abs() <= 100.0 / asked);
    // Areas differ, or there would be nothing to find.
    let agree = |area: &str| {
        let there: Vec<&str> = people.iter().filter(|c| c["area"] == area).map(|c| c["q09"].as_str()).collect();
        let count = |codes: &[&str]| there.iter().filter(|code| codes.contains(code)).count() as f64;
        count(&["SA", "A"]) / count(&["SA", "A", "D", "SD"])
    };
    assert!(agree("Westfield") - agree("Glen Isle") > 0.3);
}

#[test]
fn nobody_answers_what_they_were_not_asked() {
    for carer in truth("carers/truth.csv") {
        assert_eq!(carer["q06"] == "yes", !carer["q07"].is_empty(), "{}", carer["carer_id"]);
        assert_eq!(carer["q12"] == "yes", !carer["q13"].is_empty(), "{}", carer["carer_id"]);
    }
    for file in truth("case-files/truth.csv") {
        for (gate, routed) in [("assessed", "assessment"), ("plan-done", "plan"), ("superv-done", "supervision")] {
            assert_eq!(file[gate] == "yes", !file[routed].is_empty(), "{}", file["file_no"]);
        }
    }
}

/// What a study finds in its list and its returns, as code, file and cell.
fn found(pipeline: &str) -> Vec<(Severity, String, String, String)> {
    let path = folder().with_file_name("pipelines").join(pipeline);
    let definition = pipeline::read(&path).expect("it ships");
    let output = tempfile::tempdir().expect("a folder");
    let options = Options { until: Some(Stage::Ingest), folder: Some(output.path().to_owned()), ..Options::default() };
    let reached = pipeline::run(&definition, &options, &Silent).expect("the study runs");
    assert_eq!(reached.stage, Stage::Ingest);
    let place = |finding: &quorate::finding::Finding| {
        let place = &finding.place;
        (finding.severity, finding.code.clone(), place.file.clone(), place.cell.clone())
    };
    reached.findings.iter().map(place).collect()
}

/// Every fault that was put in is found where it is, and nothing else is an error.
fn finds(pipeline: &str, expected: &[(&str, &str, &str)]) {
    let found = found(pipeline);
    for (code, file, cell) in expected {
        let hit = found.iter().any(|(_, c, f, at)| c == code && f == file && at == cell);
        assert!(hit, "{code} in {file} at {cell:?} is not among {found:#?}");
    }
    for (severity, code, file, cell) in found {
        let known = expected.contains(&(code.as_str(), file.as_str(), cell.as_str()));
        assert!(known || severity < Severity::Error, "{code} in {file} at {cell:?} was not put in on purpose");
    }
}

#[test]
fn the_faults_of_the_survey_are_found_where_they_were_put() {
    finds(
        "carers-survey.toml",
        &[
            ("F005", "frame.xlsx", "A59"),
            ("F005", "frame.xlsx", "A215"),
            ("F003", "frame.xlsx", "E491"),
            ("F001", "frame.xlsx", "A123"),
            ("F001", "frame.xlsx", "A1293"),
            ("F002", "frame.xlsx", "A1013"),
            ("R026", "Copy of batch-01.xlsx", ""),
            ("R013", "batch-01.xlsx", "M4"),
            ("R013", "batch-01.xlsx", "Q5"),
            ("R013", "batch-01.xlsx", "S8"),
            ("R013", "batch-01.xlsx", "T6"),
            ("R012", "batch-01.xlsx", "R9"),
            ("R012", "batch-01.xlsx", "AC10"),
            ("R028", "batch-02 draft.xlsx", "4"),
            ("R028", "batch-02 draft.xlsx", "5"),
            ("R013", "batch-02.ods", "L4"),
            ("R020", "batch-02.ods", "L5"),
            ("R018", "batch-02.ods", "D6"),
            ("R019", "batch-02.ods", "D7"),
            ("R015", "batch-03.xls", "W6"),
            ("R023", "batch-03.xls", "P8"),
            ("R010", "batch-04 copied.xlsx", "J62"),
            ("R012", "batch-05 telephone.csv", "K2"),
            ("R013", "batch-05 telephone.csv", "F3"),
            ("R003", "users 2025.xlsx", ""),
        ],
    );
}

#[test]
fn the_faults_of_the_audit_are_found_where_they_were_put() {
    finds(
        "case-file-audit.toml",
        &[
            ("F001", "frame.xlsx", "A1502"),
            ("F005", "frame.xlsx", "A1205"),
            ("R013", "RD1.xlsx", "F4"),
            ("R014", "RD1.xlsx", "Y6"),
            ("R013", "RD2.ods", "AF5"),
            ("R018", "RD3.xls", "AB4"),
            ("R013", "RD3.xls", "Z6"),
            ("R020", "RD4.xlsx", "Q4"),
            ("R015", "RD4.xlsx", "S6"),
            ("R027", "RD5 draft.xlsx", ""),
            ("R012", "RD6.xlsx", "H4"),
            ("R025", "RD3.xls", "AH8"),
            ("R025", "RD6.xlsx", "AH8"),
        ],
    );
}
