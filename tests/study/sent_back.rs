//! Return workbooks in two languages, with rows of a repeat standing ready; what comes back wrong goes out again to be mended.

use std::collections::BTreeMap;
use std::path::PathBuf;

use quorate::instrument::{self, Instrument};
use quorate::issue::{self, Batch, Row};
use tempfile::TempDir;

use super::fieldwork::rows;
use super::piloted::{FORM, PIPELINE};
use super::program::{Ended, quorate};

/// The study of [`PIPELINE`], on few people, in Welsh too and with room for three visits.
fn pipeline() -> String {
    let issue = "[issue]\nbatch_size = 6\nlanguages = [\"cy\"]\nrepeat_rows = 3\n\n[returns]";
    PIPELINE.replace("size = 400", "size = 12").replace("[returns]", issue)
}

struct Study(TempDir);

impl Study {
    fn new() -> Study {
        let study = Study(tempfile::tempdir().expect("a folder"));
        let frame: String = (1..=12).map(|at| format!("P{at:02},{}\n", ["a", "b"][at % 2])).collect();
        for (name, text) in
            [("form.toml", FORM), ("study.toml", &pipeline()), ("frame.csv", &format!("id,area\n{frame}"))]
        {
            std::fs::write(study.path(name), text).expect("written");
        }
        study
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self) -> Ended {
        let ended = quorate(self.0.path(), &["run", "study.toml"]);
        assert!(ended.code < 2, "{}", ended.talk);
        ended
    }

    fn form(&self) -> Instrument {
        instrument::read(&self.path("form.toml")).expect("a sound form")
    }

    /// A sheet of a workbook as rows of text.
    fn sheet(&self, book: &str, sheet: &str) -> Vec<Vec<String>> {
        use calamine::{Data, Reader};
        let mut book = calamine::open_workbook_auto(self.path(book)).unwrap_or_else(|error| panic!("{book}: {error}"));
        let range = book.worksheet_range(sheet).expect("the sheet");
        range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
    }

    /// What a workbook says of itself.
    fn identity(&self, book: &str) -> BTreeMap<String, String> {
        self.sheet(book, "quorate").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
    }

    /// The serials of a workbook, in its order.
    fn serials(&self, book: &str) -> Vec<String> {
        let lines = self.sheet(book, "Answers");
        lines.into_iter().map(|line| line[1].clone()).filter(|serial| serial.starts_with("S-")).collect()
    }

    /// The workbook as its people return it.
    fn filled(&self, book: &str, language: Option<&str>, fill: &dyn Fn(&mut Batch, usize, &str)) -> Vec<u8> {
        let identity = self.identity(book);
        let serials = self.serials(book);
        let row = |serial: &String| Row { serial: serial.clone(), id: None, reading: 1, context: Vec::new() };
        let mut batch = Batch {
            study: identity["study"].clone(),
            sample: identity["sample"].clone(),
            name: identity["batch"].clone(),
            rows: serials.iter().map(row).collect(),
            ..Batch::default()
        };
        serials.iter().enumerate().for_each(|(at, serial)| fill(&mut batch, at, serial));
        let form = self.form();
        let form = language.map_or(form.clone(), |code| form.in_language(code).expect("the language"));
        issue::workbook(&form, &batch).expect("a workbook")
    }

    fn comes_back(&self, name: &str, bytes: &[u8]) {
        std::fs::create_dir_all(self.path("returns")).expect("a folder");
        std::fs::write(self.path(&format!("returns/{name}")), bytes).expect("written");
    }

    fn findings(&self, code: &str) -> Vec<BTreeMap<String, String>> {
        let text = std::fs::read_to_string(self.path("output/findings.csv")).expect("findings");
        rows(&text).into_iter().filter(|finding| finding["code"] == code).collect()
    }

    fn sent_back(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.path("output/send-back")).into_iter().flatten().flatten();
        let mut names: Vec<String> = files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn answers(batch: &mut Batch, serial: &str, given: &[(&str, &str)], minutes: &[&str]) {
    let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    batch.fill.insert((serial.to_owned(), 1), own(given));
    let visits = minutes.iter().map(|minutes| own(&[("minutes", minutes)])).collect();
    batch.repeated.insert((serial.to_owned(), 1), [("visits".to_owned(), visits)].into());
}

#[test]
fn a_run_issues_in_languages_and_sends_back_what_is_to_be_mended() {
    let study = Study::new();
    study.run();
    // Every batch in both languages, with three rows for each person's visits.
    let issued = std::fs::read_dir(study.path("output/issue")).expect("issued").flatten();
    let mut names: Vec<String> = issued.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, ["batch-01.cy.xlsx", "batch-01.xlsx", "batch-02.cy.xlsx", "batch-02.xlsx"]);
    let (english, welsh) = ("output/issue/batch-01.xlsx", "output/issue/batch-01.cy.xlsx");
    assert_eq!(study.serials(english), study.serials(welsh));
    assert!(study.sheet(welsh, "Answers").concat().iter().any(|cell| cell == "Ble ydych chi'n byw?"));
    assert_eq!(
        (study.identity(english)["language"].as_str(), study.identity(welsh)["language"].as_str()),
        ("en", "cy")
    );
    for serial in study.serials(english) {
        let ready = study.sheet(english, "Visits").iter().filter(|line| line[1] == serial).count();
        assert_eq!(ready, 3, "{serial}");
    }

    // One batch comes back in Welsh with a region that there is none of, the other in English and in order.
    let well = study.filled("output/issue/batch-02.xlsx", None, &|batch, _, serial| {
        answers(batch, serial, &[("read", "Yes"), ("region", "South"), ("score", "8")], &["40", "50", "60", "70"]);
    });
    let broken = study.filled(welsh, Some("cy"), &|batch, at, serial| {
        let region = if at == 0 { "Gogled" } else { "Gogledd" };
        answers(batch, serial, &[("read", "Yes"), ("region", region), ("score", "8")], &["40"]);
    });
    study.comes_back("one.xlsx", &broken);
    study.comes_back("two.xlsx", &well);
    study.run();
    let unknown = study.findings("R012");
    let serial = study.serials(english)[0].clone();
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    assert_eq!((unknown[0]["unit"].as_str(), unknown[0]["question"].as_str()), (serial.as_str(), "region"));
    // Only the file with something to mend goes back, in its language, with its own answers and rows.
    assert_eq!(study.sent_back(), ["one.xlsx"]);
    let back = "output/send-back/one.xlsx";
    let identity = study.identity(back);
    assert_eq!((identity["language"].as_str(), identity["batch"].as_str()), ("cy", "batch-01"));
    assert_eq!(identity["mends"], quorate::files::sha256_hex(&broken));
    assert_eq!(study.serials(back), study.serials(english));
    let cells = study.sheet(back, "Answers").concat();
    assert!(cells.iter().any(|cell| cell == "Gogled") && !cells.iter().any(|cell| cell == "South"), "{cells:?}");
    let findings = study.sheet(back, "Findings").concat();
    assert!(findings.contains(&serial), "{findings:?}");
    let visits = |serial: &str| -> Vec<String> {
        let lines = study.sheet(back, "Visits");
        let at = lines[0].iter().position(|id| id == "minutes").expect("minutes");
        lines.iter().filter(|line| line[1] == serial).map(|line| line[at].clone()).collect()
    };
    assert_eq!(visits(&serial), ["40", "", ""]);
    // More visits than rows stood ready for were all read, and the rows are in the data file under their people.
    let ended = quorate(
        study.0.path(),
        &["estimate", "output/responses-visits.parquet", "--mean", "minutes", "--weight", "weight", "--format", "csv"],
    );
    let n = rows(&ended.out)[0]["n"].clone();
    assert_eq!(n, (6 + 6 * 4).to_string(), "{}{}", ended.out, ended.talk);

    // Mended as it was sent back, it takes the first one's place; a copy of it changes nothing.
    let mended = study.filled(welsh, Some("cy"), &|batch, _, serial| {
        answers(batch, serial, &[("read", "Yes"), ("region", "Gogledd"), ("score", "8")], &["40"]);
        batch.mends = Some(identity["mends"].clone());
    });
    study.comes_back("one mended.xlsx", &mended);
    study.comes_back("one mended (1).xlsx", &mended);
    study.run();
    assert!(study.findings("R012").is_empty() && study.findings("R028").is_empty());
    let took = study.findings("R060");
    assert_eq!(took.len(), 1, "{took:?}");
    assert!(took[0]["found"].contains(&format!("{serial}: region")), "{took:?}");
    assert_eq!(study.findings("R026").len(), 1);
    assert_eq!(study.sent_back(), Vec::<String>::new(), "nothing is left to mend");
    assert!(study.path("returns/one.xlsx").exists(), "what came first stays where it is");
}
