//! How long a draw takes beside reading the frame it is drawn from.
//!
//! `cargo bench --bench draw` (rows: `ROWS=100000 cargo bench --bench draw`). Reading is timed twice: by the program's own reader, and
//! by Polars. All in one run on the same machine, so that the ratios mean something where the seconds do not.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

#[path = "draw/frame.rs"]
mod made_up;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use polars_io::SerReader;
use polars_io::csv::read::CsvReadOptions;
use quorate::draw::{DrawDesign, Method, Minimum, MinimumBy, Unit, draw, write_sample};
use quorate::frame::{Frame, Reading};

const SIZE: usize = 2_000;

fn main() {
    let rows: usize = std::env::var("ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("frame-{rows}.csv"));
    if !path.exists() {
        made_up::write_csv(&path, rows).expect("the frame can be written");
    }
    let strata = ["area", "group"].map(str::to_owned).to_vec();
    let reading = Reading {
        id: "file".to_owned(),
        strata: strata.clone(),
        others: vec!["cases".to_owned(), "months".to_owned()],
        ..Reading::default()
    };
    let (frame, own) = best_of_three(|| Frame::read(&path, &reading).expect("the frame can be read"));
    let (_, polars) = best_of_three(|| polars_reads(&path));
    println!("{rows} rows, {} strata, {SIZE} drawn", frame.populations().len());
    let show = |name: &str, took: Duration| {
        let seconds = took.as_secs_f64();
        let ratio = |of: Duration| seconds / of.as_secs_f64();
        println!("{name:<34} {seconds:>8.3} s {:>7.2} x reading {:>7.2} x Polars", ratio(own), ratio(polars));
    };
    show("the program reads the csv", own);
    show("Polars reads the csv", polars);

    let plain = DrawDesign { reserve: 200, ..DrawDesign::new("bench", SIZE) };
    let by = |column: &str, minimum| {
        MinimumBy::new(column, Minimum::Every(minimum), &strata).expect("a column of the strata")
    };
    let designs = [
        ("simple", plain.clone()),
        (
            "simple, minimums by area and group",
            DrawDesign { minimums: vec![by("area", 70), by("group", 500)], ..plain.clone() },
        ),
        ("systematic, sorted", DrawDesign { method: Method::Systematic, ..plain.clone() }),
        ("in proportion to size", DrawDesign { method: Method::Pps, ..plain.clone() }),
    ];
    for (name, mut design) in designs {
        if !design.minimums.is_empty() {
            design.size = 3_000;
        }
        let units = units(&frame, &design);
        let (_, took) = best_of_three(|| {
            let sample = draw(&units, &design).expect("a sample");
            write_sample(&sample, "file", &[]).expect("a sample file")
        });
        show(name, took);
    }
    let ((), took) = best_of_three(|| whole(&path, &folder));
    show("quorate draw, from csv to files", took);
}

fn units(frame: &Frame, design: &DrawDesign) -> Vec<Unit> {
    let at = |name: &str| frame.position(name).expect("a column");
    let (cases, months) = (at("cases"), at("months"));
    let sort = |values: &[String]| match design.method {
        Method::Systematic => vec![values[months].clone()],
        _ => Vec::new(),
    };
    let unit = |row: &quorate::frame::Unit| Unit {
        id: row.id.clone(),
        stratum: row.stratum.clone(),
        measure: row.values[cases].parse().ok().filter(|_| design.method.by_size()),
        sort: sort(&row.values),
        ..Unit::default()
    };
    frame.units.iter().map(unit).collect()
}

fn polars_reads(path: &Path) -> polars::prelude::DataFrame {
    CsvReadOptions::default()
        .try_into_reader_with_file_path(Some(path.to_owned()))
        .and_then(SerReader::finish)
        .expect("Polars can read the frame")
}

/// The whole program.
fn whole(frame: &Path, folder: &Path) {
    let size = SIZE.to_string();
    let status = Command::new(env!("CARGO_BIN_EXE_quorate"))
        .arg("draw")
        .arg(frame)
        .args([
            "--id",
            "file",
            "--strata",
            "area,group",
            "--size",
            &size,
            "--reserve",
            "200",
            "--seed",
            "bench",
            "--force",
        ])
        .arg("--out")
        .arg(folder.join("sample.csv"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program runs");
    assert!(status.success());
}

fn best_of_three<T>(mut run: impl FnMut() -> T) -> (T, Duration) {
    let mut best: Option<(T, Duration)> = None;
    for _ in 0..3 {
        let start = Instant::now();
        let result = run();
        let took = start.elapsed();
        if best.as_ref().is_none_or(|(_, least)| took < *least) {
            best = Some((result, took));
        }
    }
    best.expect("three runs were made")
}
