//! Returns: ugly spreadsheets, each with one fault, and everything that is said about them.
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use proptest::prelude::*;
use quorate::instrument::Answer;
use quorate::issue::{self, Batch};
use quorate::returns::{Duplicates, Expected, Returned, Rules, Sampled, SampledUnit, ingest};
use quorate::terms::Missing;

mod answers;
mod exports;
#[path = "../fieldwork/mod.rs"]
mod fieldwork;
mod files;
mod grids;
mod keyed;
mod kinds;
mod rows;
mod variants;
mod versions;

use fieldwork::{batch, fill, instrument};

/// Ten files, S001 to S010, numbers 0101 to 0110; the frame has a few more. S010 is read twice, by A and by B.
fn sampled() -> Sampled {
    let units = (1..=10)
        .map(|i| SampledUnit {
            serial: format!("S{i:03}"),
            id: format!("0{}", 100 + i),
            readings: match i {
                10 => vec![Expected { reading: 1, reader: "A".into() }, Expected { reading: 2, reader: "B".into() }],
                _ => vec![Expected { reading: 1, reader: "A".into() }],
            },
            variant: None,
        })
        .collect();
    let frame_ids = (101..=120).map(|id| format!("0{id}")).chain(["105".to_owned()]).collect();
    Sampled {
        study: "audit".into(),
        sample: "0f3a".into(),
        id_column: "file_no".into(),
        units,
        frame_ids,
        strata: Vec::new(),
    }
}

/// A folder of returns.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Folder {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("written");
        self
    }

    fn issued(self, name: &str, batch: &Batch) -> Folder {
        let bytes = issue::workbook(&instrument(), batch).expect("a workbook");
        self.with(name, bytes)
    }

    fn read(&self) -> Returned {
        self.read_by(&Rules::default())
    }

    fn read_by(&self, rules: &Rules) -> Returned {
        let returned = ingest(&instrument(), &sampled(), self.0.path(), rules, &|| {}).expect("the folder is there");
        assert!(returned.reconciles(), "{:#?}", returned.workbooks);
        returned
    }
}

fn csv(text: &str) -> Returned {
    Folder::new().with("r.csv", text).read()
}

/// Each finding in one line: code, severity, place, found, expected.
fn picture(returned: &Returned) -> Vec<String> {
    let line = |f: &quorate::finding::Finding| {
        let place = [&f.place.file, &f.place.sheet, &f.place.cell, &f.place.unit, &f.place.question];
        let place: Vec<&str> = place.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        format!("{} {} {} | {} | {}", f.code, f.severity, place.join(" "), f.found, f.expected)
    };
    returned.findings.iter().map(line).collect()
}

/// The answer of a unit as in data files, or the kind of missing in brackets.
fn answer(returned: &Returned, serial: &str, question: &str) -> String {
    let instrument = instrument();
    let place = instrument.position(question).expect("a question");
    let response =
        returned.responses.iter().find(|r| r.serial == serial).unwrap_or_else(|| panic!("no row for {serial}"));
    match &response.answers[place].answer {
        Answer::Missing(kind) => format!("[{kind}]"),
        answer => instrument.questions[place].code(answer),
    }
}

fn raw(returned: &Returned, serial: &str, question: &str) -> String {
    let place = instrument().position(question).expect("a question");
    let response = returned.responses.iter().find(|r| r.serial == serial).expect("a row");
    response.answers[place].raw.to_string()
}

fn reasons(returned: &Returned) -> Vec<(String, String)> {
    returned.set_aside.iter().map(|row| (row.serial.clone(), row.reason.clone())).collect()
}

fn one_reason(serial: &str, reason: &str) -> Vec<(String, String)> {
    vec![(serial.to_owned(), reason.to_owned())]
}

const HEAD: &str = "serial,plan,quality,setting,partners,police,hours,reviewed,note,danger\n";

fn filled() -> Batch {
    let mut batch = batch(3);
    fill(
        &mut batch,
        "S001",
        &[
            ("plan", "Yes"),
            ("quality", "5"),
            ("setting", "At home"),
            ("partners", "h;p"),
            ("police", "2"),
            ("hours", "7.5"),
            ("reviewed", "2025-03-31"),
            ("note", "clear"),
            ("danger", "No"),
        ],
    );
    fill(&mut batch, "S002", &[("plan", "No"), ("partners", "None")]);
    batch
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever stands in the cells, every row is accepted or set aside, and the files' order does not matter.
    #[test]
    fn rows_always_reconcile(
        files in proptest::collection::vec(
            proptest::collection::vec(
                (
                    prop_oneof!["S00[0-9]", "S0[0-9]{2}", Just(String::new()), "01[0-9]{2}", "[ -~]{0,6}"],
                    prop_oneof!["Yes", "No", "yes ", Just(String::new()), "[ -~]{0,8}"],
                    prop_oneof!["[1-7]", Just(String::new()), "\\PC{0,6}"],
                    prop_oneof!["h;p", "None;h", "[hpnx, ;]{0,6}"],
                    prop_oneof!["[0-9]{1,2}/[0-9]{1,2}/20[0-9]{2}", "\\PC{0,10}"],
                ),
                0..12,
            ),
            1..4,
        ),
        rule in prop_oneof![Just(Duplicates::Latest), Just(Duplicates::First), Just(Duplicates::MostComplete)],
    ) {
        let mut folder = Folder::new();
        let mut rows_typed = 0;
        for (number, rows) in files.iter().enumerate() {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["serial", "plan", "quality", "partners", "reviewed"]).expect("written");
            for (serial, plan, quality, partners, reviewed) in rows {
                writer.write_record([serial, plan, quality, partners, reviewed]).expect("written");
                rows_typed += 1;
            }
            let bytes = writer.into_inner().expect("the text");
            folder = folder.with(&format!("r{number}.csv"), bytes);
        }
        let rules = Rules { duplicates: rule, ..Rules::default() };
        let returned = folder.read_by(&rules);
        let read: usize = returned.workbooks.iter().map(|workbook| workbook.rows_read).sum();
        prop_assert!(read + returned.blank.len() <= rows_typed);
        let mut seen = std::collections::BTreeSet::new();
        for response in &returned.responses {
            prop_assert!(seen.insert((response.serial.clone(), response.reading)), "one row for each reading");
            prop_assert_eq!(response.answers.len(), instrument().questions.len());
            for given in &response.answers {
                let missing = given.answer.missing();
                let nothing = matches!(missing, Some(Missing::NotAnswered | Missing::NotAsked)) || given.raw.is_empty();
                prop_assert!(!nothing || given.raw.trim().is_empty() || missing.is_some());
            }
        }
        let again = folder.read_by(&rules);
        prop_assert_eq!(picture(&returned), picture(&again));
    }

    /// Columns may be moved and rows sorted: what is read stays the same.
    #[test]
    fn the_order_of_columns_and_rows_means_nothing(
        columns in Just((0..10_usize).collect::<Vec<_>>()).prop_shuffle(),
        rows in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let head: Vec<&str> = HEAD.trim().split(',').collect();
        let table = [
            ["S001", "Yes", "4", "home", "h;p", "3", "1.5", "2025-03-31", "fine", "No"],
            ["S002", "No", "", "care", "n", "", "", "31/03/2025", "", "No"],
            ["S003", "no ", "2", "", "h", "", "200", "", "", ""],
            ["S004", "maybe", "9", "home;care", "n;h", "x", "7,5", "03/04/2025", "words", "Yes"],
            ["S099", "Yes", "1", "", "", "", "", "", "", ""],
            ["S005", "", "", "", "", "", "", "", "", ""],
        ];
        let write = |columns: &[usize], rows: &[usize]| {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(columns.iter().map(|&c| head[c])).expect("written");
            for &row in rows {
                writer.write_record(columns.iter().map(|&c| table[row][c])).expect("written");
            }
            Folder::new().with("r.csv", writer.into_inner().expect("the text")).read()
        };
        // Places differ; everything else must not.
        let said = |returned: &Returned| {
            let mut said: Vec<_> = returned
                .findings
                .iter()
                .map(|f| (f.code.clone(), f.place.unit.clone(), f.place.question.clone(), f.found.clone()))
                .collect();
            said.sort();
            let answers: Vec<_> = returned
                .responses
                .iter()
                .map(|r| (r.serial.clone(), r.answers.iter().map(|g| format!("{:?}", g.answer)).collect::<Vec<_>>()))
                .collect();
            (said, answers, returned.set_aside.len(), returned.blank.len())
        };
        let straight = write(&(0..10).collect::<Vec<_>>(), &(0..6).collect::<Vec<_>>());
        prop_assert_eq!(said(&write(&columns, &rows)), said(&straight));
    }
}
