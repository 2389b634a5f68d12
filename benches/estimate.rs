//! How long `quorate estimate` takes, beside reading the same file with Polars, a NumPy pass and R's survey package.
//!
//! `cargo bench --bench estimate`, or with another number of rows `cargo bench --bench estimate -- 10000000` (or
//! `QUORATE_BENCH_ROWS`). Whole processes are timed, on the same machine in one run, so that the ratios mean something
//! where the seconds do not; beside each, the processor time of all its threads, which other work on the machine leaves
//! alone. NumPy and R are timed where they are installed (`PYTHON` names another Python); R on a tenth of the rows and a
//! tenth of the items, which it is linear in.
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
    // Cargo adds `--bench` to what it is given.
    let given = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let given = given.or_else(|| std::env::var("QUORATE_BENCH_ROWS").ok());
    let rows: usize = given.map_or(1_000_000, |rows| rows.parse().expect("a number of rows"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (csv, parquet) = (folder.join(format!("survey-{rows}.csv")), folder.join(format!("survey-{rows}.parquet")));
    if !csv.exists() {
        survey::write_csv(&csv, rows).expect("the survey can be written");
    }
    let ((), polars) = best_of_three(|| drop(read(&csv)));
    if !parquet.exists() {
        let file = std::fs::File::create(&parquet).expect("a file");
        ParquetWriter::new(file).finish(&mut read(&csv)).expect("Parquet can be written");
    }
    println!("{rows} rows, {} items, 20 strata, 30 areas", survey::ITEMS);
    println!("{:<28} {:>11} {:>10} {:>13}", "", "wall", "of Polars", "processor");
    show("Polars reads the csv", polars, polars);
    for (name, path) in [("quorate, csv", &csv), ("quorate, Parquet", &parquet)] {
        let (peak, took) = best_of_three(|| quorate(path));
        show(name, took, polars);
        if let Some(peak) = peak {
            println!("{:>28} {peak} MB at most", "");
        }
    }
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/estimate");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    match timed(Command::new(&python).arg(scripts.join("pass.py")).arg(&csv)) {
        Ok(took) => show("NumPy pass, csv by pandas", took, polars),
        Err(why) => println!("NumPy pass: {why}"),
    }
    match timed(Command::new("Rscript").arg(scripts.join("survey.R")).arg(&csv).arg(rows.to_string())) {
        Ok(took) => {
            show("R survey (a hundredth x100)", Took { wall: took.wall * 100.0, cpu: took.cpu * 100.0 }, polars)
        }
        Err(why) => println!("R survey: {why}"),
    }
}

/// Seconds by the clock, and of all processors together.
#[derive(Debug, Clone, Copy)]
struct Took {
    wall: f64,
    cpu: f64,
}

/// Runs something and measures it, child processes included.
fn measured<T>(run: impl FnOnce() -> T) -> (T, Took) {
    let (start, before) = (Instant::now(), cpu());
    let result = run();
    (result, Took { wall: start.elapsed().as_secs_f64(), cpu: cpu() - before })
}

/// The processor time of this process and of the children that it has waited for; NaN where the system does not tell.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in brackets may hold anything; after it the times are the 12th to 15th field, in hundredths of a second.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: Option<f64> = (11..15).map(|at| fields.get(at)?.parse::<f64>().ok()).sum();
    ticks.map_or(f64::NAN, |ticks| ticks / 100.0)
}

fn show(name: &str, took: Took, polars: Took) {
    println!("{name:<28} {:>9.3} s {:>8.2} x {:>11.2} s", took.wall, took.wall / polars.wall, took.cpu);
}

fn best_of_three<T>(mut run: impl FnMut() -> T) -> (T, Took) {
    let mut best: Option<(T, Took)> = None;
    for _ in 0..3 {
        let (result, took) = measured(&mut run);
        if best.as_ref().is_none_or(|(_, least)| took.wall < least.wall) {
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

/// The time of a command, or why there is none.
fn timed(command: &mut Command) -> Result<Took, String> {
    let (done, took) = measured(|| command.stdout(Stdio::null()).output());
    match done {
        Ok(output) if output.status.success() => Ok(took),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("not timed: {}", said.lines().last().unwrap_or("it failed and said nothing")))
        }
        Err(error) => Err(format!("not timed: {error}")),
    }
}
