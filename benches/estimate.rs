//! How long `quorate estimate` takes, beside reading the same file with Polars, a NumPy pass and R's survey package.
//!
//! `cargo bench --bench estimate` (rows: `ROWS=10000000 cargo bench --bench estimate`). Whole processes are timed, on the
//! same machine in one run, so that the ratios mean something where the seconds do not. NumPy and R are timed where they
//! are installed; R on a tenth of the rows and a tenth of the items, which it is linear in.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

#[path = "estimate/survey.rs"]
mod survey;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use polars_io::SerReader;
use polars_io::csv::read::CsvReadOptions;
use polars_io::parquet::write::ParquetWriter;

const ARGS: [&str; 10] =
    ["--weight", "weight", "--strata", "stratum", "--proportion", "q*", "--by", "area", "--format", "csv"];

fn main() {
    let rows: usize = std::env::var("ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (csv, parquet) = (folder.join(format!("survey-{rows}.csv")), folder.join(format!("survey-{rows}.parquet")));
    if !csv.exists() {
        survey::write_csv(&csv, rows).expect("the survey can be written");
    }
    let (table, polars) = best_of_three(|| read(&csv));
    if !parquet.exists() {
        let file = std::fs::File::create(&parquet).expect("a file");
        ParquetWriter::new(file).finish(&mut table.clone()).expect("Parquet can be written");
    }
    drop(table);
    println!("{rows} rows, {} items, 20 strata, 30 areas", survey::ITEMS);
    show("Polars reads the csv", polars, polars);
    for (name, path) in [("quorate, csv", &csv), ("quorate, Parquet", &parquet)] {
        let (peak, took) = best_of_three(|| quorate(path));
        show(name, took, polars);
        if let Some(peak) = peak {
            println!("{:>28} {peak} MB at most", "");
        }
    }
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/estimate");
    if let Some(took) = timed(Command::new("python3").arg(scripts.join("pass.py")).arg(&csv)) {
        show("NumPy pass, csv by pandas", took, polars);
    }
    if let Some(took) = timed(Command::new("Rscript").arg(scripts.join("survey.R")).arg(&csv).arg(rows.to_string())) {
        show("R survey (a hundredth x100)", took * 100, polars);
    }
}

fn show(name: &str, took: Duration, polars: Duration) {
    println!("{name:<28} {:>9.3} s {:>8.2} x", took.as_secs_f64(), took.as_secs_f64() / polars.as_secs_f64());
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

fn read(path: &Path) -> polars::prelude::DataFrame {
    CsvReadOptions::default()
        .try_into_reader_with_file_path(Some(path.to_owned()))
        .and_then(SerReader::finish)
        .expect("Polars can read the survey")
}

/// Runs the program; gives the most memory it held in MB, where the system tells.
fn quorate(data: &Path) -> Option<u64> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_quorate"))
        .arg("estimate")
        .arg(data)
        .args(ARGS)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find(|line| line.starts_with("VmHWM:"));
            peak = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kb| kb.parse::<u64>().ok()).or(peak);
        }
        match child.try_wait().expect("the program can be waited for") {
            Some(status) => {
                assert!(status.success());
                return peak.map(|kb| kb / 1024);
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// The time of a command, if it is there and does its work.
fn timed(command: &mut Command) -> Option<Duration> {
    let start = Instant::now();
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    done.success().then(|| start.elapsed())
}
