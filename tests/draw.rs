//! `quorate draw`, as users type it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

#[path = "draw/formats.rs"]
mod formats;
#[path = "draw/minimums.rs"]
mod minimums;
#[path = "draw/waves.rs"]
mod waves;

/// A folder with a frame of 200 carers in three areas: 120, 60 and 20.
struct Study {
    folder: tempfile::TempDir,
}

impl Study {
    fn new() -> Self {
        let study = Study { folder: tempfile::tempdir().expect("a folder") };
        study.write("frame.csv", &frame_text(|rows| rows));
        study
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::cargo_bin("quorate").expect("the program is built");
        command.current_dir(self.folder.path()).args(line.split_whitespace());
        command
    }

    /// Draws from the frame with these further flags.
    fn draw(&self, flags: &str) -> Vec<BTreeMap<String, String>> {
        self.command(&format!("draw frame.csv --id carer --seed test --out s.csv --force {flags}")).assert().success();
        rows(&self.read("s.csv"))
    }

    fn record(&self) -> Value {
        serde_json::from_str(&self.read("s.draw.json")).expect("JSON")
    }

    /// A draw that must fail with one error and leave nothing behind.
    fn error(&self, line: &str) -> String {
        self.error_with(line, &[])
    }

    /// The same with further arguments, which may hold spaces.
    fn error_with(&self, line: &str, more: &[String]) -> String {
        let before = self.files();
        let assert = self.command(line).args(more).assert().code(2).stdout("");
        assert_eq!(self.files(), before, "{line}: nothing is written");
        let text = String::from_utf8(assert.get_output().stderr.clone()).expect("text");
        assert_eq!(text.matches("error:").count(), 1, "{line}: {text}");
        text
    }

    fn files(&self) -> BTreeSet<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path()).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }
}

/// The frame as csv, with its rows put in another order.
fn frame_text(order: impl Fn(Vec<String>) -> Vec<String>) -> String {
    let row = |i: usize| {
        let area = if i <= 120 {
            "North"
        } else if i <= 180 {
            "South"
        } else {
            "Isles"
        };
        let group = if i.is_multiple_of(2) { "adult" } else { "child" };
        format!("{i:04},{area},{group},{area}-{},{},{}\n", i % 12, i % 9 + 1, i % 30)
    };
    let rows = order((1..=200).map(row).collect());
    format!("carer,area,group,team,cases,months\n{}", rows.concat())
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|record| header.iter().cloned().zip(record.expect("a row").iter().map(str::to_owned)).collect())
        .collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().expect("a number")
}

fn weights(rows: &[BTreeMap<String, String>]) -> f64 {
    rows.iter().filter(|row| row["role"] == "main").map(|row| number(row, "design_weight")).sum()
}

#[test]
fn the_sample_and_its_record_are_as_the_contract_has_them() {
    let study = Study::new();
    let sample = study.draw("--strata area --size 40 --minimum 8 --reserve 10");
    let header = study.read("s.csv").lines().next().map(str::to_owned);
    let expected = "order,serial,carer,stratum,stage_1_probability,probability,design_weight,population,role,area";
    assert_eq!(header.as_deref(), Some(expected));
    assert_eq!(sample.len(), 50);
    let roles: Vec<&str> = sample.iter().map(|row| row["role"].as_str()).collect();
    assert!(roles[..40].iter().all(|r| *r == "main") && roles[40..].iter().all(|r| *r == "reserve"));
    assert!((weights(&sample) - 200.0).abs() < 1e-9);
    assert!(sample.iter().all(|row| row["carer"].len() == 4), "zeros are kept");
    assert!(sample.iter().all(|row| row["stratum"] == row["area"]));
    let serials: BTreeSet<&String> = sample.iter().map(|row| &row["serial"]).collect();
    assert_eq!(serials.len(), 50);

    let record = study.record();
    // 32 are left after 8 for the Isles: 21.3 and 10.7 in proportion to 120 and 60.
    let strata: Vec<(&str, u64, u64, u64)> = record["strata"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|s| {
            let count = |name: &str| s[name].as_u64().expect("a count");
            (s["stratum"].as_str().expect("a name"), count("N_h"), count("n_h"), count("reserve"))
        })
        .collect();
    assert_eq!(strata, [("Isles", 20, 8, 2), ("North", 120, 21, 5), ("South", 60, 11, 3)]);
    assert_eq!(record["seed"], "test");
    assert_eq!(record["method"], "simple");
    assert_eq!(record["program_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(record["recipe"], "quorate-draw-1");
    assert_eq!(record["population"], 200);
    assert_eq!(record["frame_hash"].as_str().map(str::len), Some(64));
}

#[test]
fn the_rows_in_any_order_give_the_same_files() {
    let study = Study::new();
    for flags in [
        "--strata area,group --size 40 --reserve 12",
        "--size 31 --method systematic --sort area,months",
        "--size 31 --method pps --measure cases --reserve 5",
        "--size 31 --method pps-poisson --measure cases --reserve 5",
        "--size 9 --clusters team --per-cluster 3 --method pps --reserve 4",
        "--strata area --size 40 --allocation neyman --measure cases",
    ] {
        study.write("frame.csv", &frame_text(|rows| rows));
        study.draw(flags);
        let (sample, record) = (study.read("s.csv"), study.read("s.draw.json"));
        study.write(
            "frame.csv",
            &frame_text(|mut rows| {
                rows.reverse();
                rows.rotate_right(77);
                rows
            }),
        );
        study.draw(flags);
        assert_eq!(study.read("s.csv"), sample, "{flags}");
        assert_eq!(study.read("s.draw.json"), record, "{flags}");
    }
}

/// The sample of a plain draw, recomputed by the recipe of DRAW.md with the tools of the system.
#[test]
fn an_outsider_with_sha256sum_gets_the_same_sample() {
    let study = Study::new();
    let sample = study.draw("--size 25 --reserve 5");
    let script = r#"
        tail -n +2 frame.csv | cut -d, -f1 | while read -r id; do
            printf '%s %s\n' "$(printf 'quorate-draw-1\n%s\n%s' test "$id" | sha256sum | cut -c1-16)" "$id"
        done | LC_ALL=C sort | head -n 30 | cut -d' ' -f2"#;
    let Ok(output) = std::process::Command::new("sh").args(["-c", script]).current_dir(study.folder.path()).output()
    else {
        return;
    };
    let by_hand: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    if by_hand.len() != 30 {
        return; // A machine without these tools.
    }
    assert_eq!(sample.iter().map(|row| row["carer"].clone()).collect::<Vec<_>>(), by_hand);
}

#[test]
fn every_method_has_the_probabilities_it_states() {
    let study = Study::new();
    let sample = study.draw("--strata area --size 30 --method systematic --sort months");
    assert!((weights(&sample) - 200.0).abs() < 1e-9);

    let sample = study.draw("--size 30 --method pps --measure cases");
    let total: f64 = (1..=200).map(|i| (i % 9 + 1) as f64).sum();
    for row in &sample {
        let i: usize = row["carer"].parse().expect("a number");
        assert!((number(row, "probability") - 30.0 * (i % 9 + 1) as f64 / total).abs() < 1e-12);
    }

    let sample = study.draw("--size 30 --method pps-poisson --measure cases");
    assert_eq!(sample.len(), 30);
    for row in &sample {
        let i: usize = row["carer"].parse().expect("a number");
        assert!((number(row, "probability") - 30.0 * (i % 9 + 1) as f64 / total).abs() < 1e-12);
    }
    let joint = rows(&study.read("s.joint.csv"));
    assert_eq!(joint.len(), 30 * 29 / 2);
    assert!(joint.iter().all(|pair| number(pair, "probability") > 0.0));

    // One stage: 6 of 36 teams, whole.
    let sample = study.draw("--size 6 --clusters team");
    let teams: BTreeSet<&String> = sample.iter().map(|row| &row["team"]).collect();
    assert_eq!(teams.len(), 6);
    assert!(sample.iter().all(|row| (number(row, "probability") - 6.0 / 36.0).abs() < 1e-15));

    // Two stages: the product; a stage of its own for the units.
    let sample = study.draw("--strata area --size 9 --clusters team --per-cluster 2");
    for row in &sample {
        let product = number(row, "stage_1_probability") * number(row, "stage_2_probability");
        assert_eq!(number(row, "probability"), product);
    }
    let header = study.read("s.csv").lines().next().map(str::to_owned);
    let expected = "order,serial,carer,stratum,stage_1_probability,stage_2_probability,probability,design_weight,\
        population,role,area,team";
    assert_eq!(header.as_deref(), Some(expected));
}

#[test]
fn allocations_differ_as_they_should() {
    let study = Study::new();
    let sizes = |flags: &str| {
        study.draw(&format!("--strata area --size 30 {flags}"));
        let strata = study.record()["strata"].as_array().cloned().expect("a list");
        strata.iter().map(|s| s["n_h"].as_u64().expect("a count")).collect::<Vec<_>>()
    };
    assert_eq!(sizes(""), [3, 18, 9]);
    assert_eq!(sizes("--allocation equal"), [10, 10, 10]);
    assert_eq!(sizes("--allocation power --exponent 0"), [10, 10, 10]);
    // 20 * 9, 120 * 1, 60 * 1 of 360.
    assert_eq!(sizes("--allocation neyman --deviations Isles=9,North=1,South=1"), [15, 10, 5]);
    assert_eq!(sizes("--allocation fixed --fixed Isles=1,North=2,South=27"), [1, 2, 27]);
    assert_eq!(sizes("--take-all 20"), [20, 7, 3]);
    assert_eq!(sizes("--certainty Isles"), [20, 7, 3]);
    assert_eq!(sizes("--allocation neyman --deviations Isles=9,North=1,South=1 --certainty Isles"), [20, 7, 3]);
    assert_eq!(sizes("--maximum 12"), [6, 12, 12]);
}

#[test]
fn rows_are_left_out_by_rule_and_counted() {
    let study = Study::new();
    let mut command = study.command("draw frame.csv --id carer --size 20 --seed test --out s.csv --exclude");
    command.args(["months < 12", "--exclude", "area = 'Isles'"]).assert().success();
    let kept = (1..=180).filter(|i| i % 30 >= 12).count();
    let early = (1..=200).filter(|i| i % 30 < 12).count();
    let record = study.record();
    assert_eq!(record["population"], kept);
    assert_eq!(record["frame_rows"], 200);
    assert_eq!(record["excluded"][0]["rows"], early);
    assert_eq!(record["excluded"][1]["rows"], 200 - kept - early);
    assert!((weights(&rows(&study.read("s.csv"))) - kept as f64).abs() < 1e-9);
    let mut command = study.command("draw frame.csv --id carer --size 20 --seed test --out t.csv --exclude");
    let assert = command.args(["mnths < 12"]).assert().code(2);
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("mnths") && said.contains("months"), "{said}");
}

#[test]
fn why_tells_about_every_unit() {
    let study = Study::new();
    let sample = study.draw("--strata area --size 20 --reserve 6");
    let line = "draw frame.csv --id carer --seed test --strata area --size 20 --reserve 6 --why";
    let why = |id: &str| {
        let assert = study.command(&format!("{line} {id}")).assert().success();
        String::from_utf8(assert.get_output().stdout.clone()).expect("text")
    };
    let of = |role: &str| sample.iter().find(|row| row["role"] == role).map(|row| row["carer"].clone()).expect("a row");
    assert!(why(&of("main")).contains("is in the main sample, with the serial S-"));
    assert!(why(&of("reserve")).contains("is in reserve"));
    let drawn: BTreeSet<&String> = sample.iter().map(|row| &row["carer"]).collect();
    let out = (1..=200).map(|i| format!("{i:04}")).find(|id| !drawn.contains(id)).expect("somebody was not drawn");
    let text = why(&out);
    assert!(text.contains("was not drawn") && text.contains("random number"), "{text}");
    assert!(study.error(&format!("{line} 0xyz")).contains("no unit"));
}

#[test]
fn what_cannot_be_is_one_clear_error_and_nothing_is_written() {
    let study = Study::new();
    let write = |name: &str, from: &str, to: &str| study.write(name, &frame_text(|r| r).replacen(from, to, 1));
    write("twice.csv", "\n0002,", "\n0001,");
    write("noid.csv", "\n0002,", "\n,");
    write("nostratum.csv", "\n0002,North", "\n0002,");
    write("nosize.csv", "North-2,3,", "North-2,,");
    write("negative.csv", "North-2,3,", "North-2,-3,");
    write("zero.csv", "North-2,3,", "North-2,0,");
    write("word.csv", "North-2,3,", "North-2,many,");
    study.write("empty.csv", "");
    study.write("headings.csv", "carer,area\n");
    let end = "--seed test --out s.csv";
    for (line, part) in [
        ("frame.csv --id carer --size 20 --out s.csv".to_owned(), "seed"),
        ("frame.csv --id carer --size 20 --seed test".to_owned(), "--out"),
        (format!("frame.csv --id career --size 20 {end}"), "did you mean \"carer\""),
        (format!("frame.csv --id carer --strata aera --size 20 {end}"), "area"),
        (format!("frame.csv --id carer --size 201 {end}"), "more than the 200 units"),
        (format!("frame.csv --id carer --size 0 {end}"), "at least 1"),
        (format!("frame.csv --id carer --strata area --size 20 --minimum 9 {end}"), "the minimums need 27"),
        (format!("frame.csv --id carer --size 190 --reserve 11 {end}"), "the reserve of 11"),
        (format!("frame.csv --id carer --size 20 --method pps {end}"), "measure of size"),
        (format!("nosize.csv --id carer --size 20 --method pps --measure cases {end}"), "0002"),
        (format!("negative.csv --id carer --size 20 --method pps --measure cases {end}"), "negative"),
        (format!("zero.csv --id carer --size 20 --method pps --measure cases {end}"), "zero"),
        (format!("word.csv --id carer --size 20 --method pps --measure cases {end}"), "\"many\" for 0002"),
        (format!("twice.csv --id carer --size 20 {end}"), "the identifier of row 2 again"),
        (format!("noid.csv --id carer --size 20 {end}"), "no identifier"),
        (format!("nostratum.csv --id carer --strata area --size 20 {end}"), "0002 has nothing in area"),
        (format!("empty.csv --id carer --size 20 {end}"), "empty.csv"),
        (format!("headings.csv --id carer --size 20 {end}"), "headings.csv"),
        (format!("absent.csv --id carer --size 20 {end}"), "absent.csv"),
        ("frame.csv --id carer --size 20 --seed test --out frame.csv --force".to_owned(), "overwrite the frame"),
    ] {
        let text = study.error(&format!("draw {line}"));
        assert!(text.contains(part), "{line}: {text} does not say {part:?}");
    }
}

#[test]
fn a_draw_is_not_overwritten_unasked() {
    let study = Study::new();
    study.draw("--size 20");
    let text = study.error("draw frame.csv --id carer --size 21 --seed test --out s.csv");
    assert!(text.contains("there already"), "{text}");
    std::fs::remove_file(study.path("s.csv")).expect("the sample is there");
    let text = study.error("draw frame.csv --id carer --size 21 --seed test --out s.csv");
    assert!(text.contains("s.draw.json"), "{text}");
}

#[test]
fn workbooks_are_frames_too() {
    let study = Study::new();
    let sample = study.draw("--strata area --size 20");
    workbook(&study.path("frame.xlsx"));
    study.command("draw frame.xlsx --id carer --strata area --size 20 --seed test --out x.csv").assert().success();
    assert_eq!(rows(&study.read("x.csv")), sample);
}

/// The same frame as a workbook, with identifiers as text.
fn workbook(path: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (r, line) in frame_text(|rows| rows).lines().enumerate() {
        for (c, value) in line.split(',').enumerate() {
            sheet.write_string(r as u32, c as u16, value).expect("a cell");
        }
    }
    book.save(path).expect("a workbook");
}

#[test]
fn a_draw_is_verified_from_its_record() {
    let study = Study::new();
    let mut command =
        study.command("draw frame.csv --id carer --strata area --size 40 --reserve 6 --seed test --out s.csv");
    command.args(["--exclude", "months < 3"]).assert().success();
    let verify = |code: i32| {
        let assert = study.command("verify s.draw.json --format csv").assert().code(code);
        let output = assert.get_output();
        (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let same = "what,file,verdict\nframe,frame.csv,same\nsample drawn again,,same\nsample as it lies,s.csv,same\n";
    assert_eq!(verify(0).0, same);

    // One person moved from North to South, one is new, and one row is gone.
    let changed = frame_text(|mut rows| {
        rows.remove(155);
        rows[10] = rows[10].replace("North,", "South,");
        rows.push("0999,South,adult,South-1,2,9\n".to_owned());
        rows
    });
    study.write("frame.csv", &changed);
    let (rows, said) = verify(1);
    assert!(rows.contains("frame,frame.csv,differs\n") && rows.contains("as it lies,s.csv,same\n"), "{rows}");
    for part in ["1 not there when drawn: 0999", "sort value: 0011", "1 that were there when drawn are gone", "North"] {
        assert!(said.contains(part), "{said:?} does not say {part:?}");
    }

    study.write("frame.csv", &frame_text(|rows| rows));
    study.write("s.csv", &study.read("s.csv").replacen("main", "reserve", 1));
    assert!(verify(1).0.contains("sample as it lies,s.csv,differs\n"));
    std::fs::remove_file(study.path("frame.csv")).expect("the frame is there");
    assert!(study.error("verify s.draw.json").contains("--frame"));
}

/// The example of DRAW.md, followed to the letter.
#[test]
fn the_page_for_outsiders_tells_the_truth() {
    let page = include_str!("../DRAW.md");
    let block = |begin: &str| {
        let from = page.find(begin).expect("the block is on the page");
        let text = &page[from..];
        text[..text.find("```").expect("the block ends")].to_owned()
    };
    let study = Study::new();
    study.write("frame.csv", &block("carer,area\n"));
    let line = page.lines().find_map(|line| line.strip_prefix("drawn with `quorate ")).expect("the command");
    study.command(line.trim_end_matches("`.")).assert().success();
    assert_eq!(study.read("sample.csv"), block("order,serial,"));
    let record: Value = serde_json::from_str(&study.read("sample.draw.json")).expect("JSON");
    assert!(page.contains(record["frame_hash"].as_str().expect("a hash")));

    let commands: String = page
        .lines()
        .filter_map(|line| line.strip_prefix("$ ").or_else(|| line.strip_prefix("> ")))
        .map(|line| format!("{line}\n"))
        .collect();
    let Ok(output) = std::process::Command::new("sh").args(["-c", &commands]).current_dir(study.folder.path()).output()
    else {
        return;
    };
    if !output.status.success() {
        return; // A machine without these tools.
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said.lines().count(), 11);
    for line in said.lines() {
        assert!(page.lines().any(|l| l == line), "{line} is not on the page");
    }
}
