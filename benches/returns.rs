//! How long returns take to read, check and reconcile, beside reading their cells alone.
//!
//! `cargo bench --bench returns`: 200 return workbooks of 100 rows by 70 questions, and one sheet of 100,000 by 70, each read
//! by `returns::ingest` (as many threads as there are) and by `calamine`, cell by cell on one thread, which looks at
//! nothing. Every measurement is a process of its own, so that its memory is too. All in one run on the same machine, so
//! that the ratios mean something where the seconds do not.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use quorate::instrument::{Instrument, parse};
use quorate::issue::{self, Batch, Fill, Row};
use quorate::returns::{Expected, Rules, Sampled, SampledUnit, ingest};
use quorate::sheet::{self, Limits};
use rust_xlsxwriter::Workbook;

const QUESTIONS: usize = 70;

/// What is read: workbooks, and rows in each.
const SHAPES: [(&str, usize, usize); 2] = [("workbooks", 200, 100), ("sheet", 1, 100_000)];

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [what, how] = given.as_slice() {
        let (_, books, rows) = SHAPES.into_iter().find(|(name, ..)| name == what).expect("a shape");
        return measure(&folder(what), how, books * rows);
    }
    for (name, books, rows) in SHAPES {
        let folder = folder(name);
        if !folder.join("done").exists() {
            make(&folder, books, rows);
        }
        println!("{books} of {rows} rows by {QUESTIONS} questions");
        let cells = best_of_three(name, "calamine");
        let own_cells = best_of_three(name, "cells");
        let own = best_of_three(name, "quorate");
        for (reader, took) in [
            ("calamine, cells alone, one thread", cells),
            ("quorate, cells alone, one thread", own_cells),
            ("quorate, read and reconciled", own),
        ] {
            let ratio = took.seconds / cells.seconds;
            println!("  {reader:<36} {:>7.2} s {ratio:>6.2} x {:>6.0} MB at most", took.seconds, took.megabytes);
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Took {
    seconds: f64,
    megabytes: f64,
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("returns-{name}"))
}

/// Runs this program again for one measurement, three times; gives the fastest.
fn best_of_three(what: &str, how: &str) -> Took {
    let runs = (0..3).map(|_| {
        let program = std::env::current_exe().expect("this program");
        let output = Command::new(program).args([what, how]).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8_lossy(&output.stdout);
        let mut numbers = said.split_whitespace().map(|number| number.parse().unwrap_or(f64::NAN));
        let mut next = || numbers.next().unwrap_or(f64::NAN);
        Took { seconds: next(), megabytes: next() }
    });
    runs.min_by(|a, b| a.seconds.total_cmp(&b.seconds)).expect("three runs")
}

/// Reads the folder in one way, and prints seconds and the most memory held.
fn measure(folder: &Path, how: &str, rows: usize) {
    let (instrument, sampled) = (instrument(), sampled(rows));
    let start = Instant::now();
    let seconds = || start.elapsed().as_secs_f64();
    let seconds = match how {
        "quorate" => {
            let returned = ingest(&instrument, &sampled, &folder.join("returns"), &Rules::default(), &|| {});
            let returned = returned.expect("the folder is there");
            let took = seconds();
            assert_eq!(returned.responses.len(), rows, "every row is read");
            assert!(returned.reconciles());
            took
        }
        "cells" => {
            let threads = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
            let cells = threads.install(|| own_reads(&folder.join("returns")));
            assert!(cells > rows * QUESTIONS, "it has seen every answer");
            seconds()
        }
        _ => {
            assert!(calamine_reads(&folder.join("returns")) > rows * QUESTIONS, "it has seen every answer");
            seconds()
        }
    };
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|line| line.split_whitespace().next());
    println!("{seconds} {}", peak.and_then(|kb| kb.parse::<f64>().ok()).map_or(f64::NAN, |kb| kb / 1024.0));
}

/// As [`calamine_reads`], and keeps the cells of one file at a time.
fn own_reads(folder: &Path) -> usize {
    let files = std::fs::read_dir(folder).expect("the folder is there").flatten();
    let read = |file: std::fs::DirEntry| sheet::read(&file.path(), &Limits::default()).expect("a workbook");
    files.map(|file| read(file).sheets.iter().map(|sheet| sheet.cells.len()).sum::<usize>()).sum()
}

/// Reads every cell of every sheet; gives how many hold something.
fn calamine_reads(folder: &Path) -> usize {
    use calamine::{DataRef, Reader, Xlsx, open_workbook};
    let mut cells = 0;
    for file in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        let mut book: Xlsx<_> = open_workbook(file.path()).expect("a workbook");
        for sheet in book.sheet_names() {
            let mut reader = book.worksheet_cells_reader(&sheet).expect("a sheet");
            while let Some(cell) = reader.next_cell().expect("a cell") {
                cells += usize::from(!matches!(cell.get_value(), DataRef::Empty));
            }
        }
    }
    cells
}

/// Single, multiple, number, date and text in turn.
fn instrument() -> Instrument {
    let mut text = String::from(
        "[instrument]\nid = \"bench\"\nversion = \"1\"\ntitle = \"Bench\"\nkind = \"survey\"\n\
         [scales.five]\nresponses = [\n\
         { code = 1, label = \"Very satisfied\" }, { code = 2, label = \"Satisfied\" }, { code = 3, label = \"Neither\" },\n\
         { code = 4, label = \"Dissatisfied\" }, { code = 5, label = \"Very dissatisfied\" } ]\n\
         [[section]]\nid = \"s\"\ntitle = \"Questions\"\n",
    );
    for place in 0..QUESTIONS {
        let kind = match place % 10 {
            0..6 => "kind = \"single\"\nscale = \"five\"",
            6 => "kind = \"multiple\"\nscale = \"five\"",
            7 => "kind = \"integer\"\nminimum = 0\nmaximum = 100",
            8 => "kind = \"date\"",
            _ => "kind = \"text\"",
        };
        text.push_str(&format!(
            "[[section.question]]\nid = \"q{place:02}\"\ntext = \"Question {place:02}?\"\n{kind}\n"
        ));
    }
    parse(Path::new("bench.toml"), &text).expect("a sound instrument")
}

fn serial(row: usize) -> String {
    format!("S{row:06}")
}

fn sampled(rows: usize) -> Sampled {
    let unit = |row: usize| SampledUnit {
        serial: serial(row),
        id: format!("P{row:06}"),
        readings: vec![Expected { reading: 1, reader: String::new() }],
        variant: None,
    };
    Sampled {
        study: "bench".to_owned(),
        sample: "0f3a".to_owned(),
        id_column: "person".to_owned(),
        units: (0..rows).map(unit).collect(),
        frame_ids: (0..rows).map(|row| format!("P{row:06}")).collect(),
        ..Sampled::default()
    }
}

/// What somebody answers; no two rows the same.
fn answer(row: usize, question: usize) -> String {
    let labels = ["Very satisfied", "Satisfied", "Neither", "Dissatisfied", "Very dissatisfied"];
    let mixed = row.wrapping_mul(2_654_435_761).wrapping_add(question * 97) >> 4;
    match question % 10 {
        0..6 => labels[mixed % 5].to_owned(),
        6 => format!("{}; {}", labels[mixed % 2], labels[2 + mixed % 3]),
        7 => (mixed % 101).to_string(),
        8 => format!("2026-{:02}-{:02}", 1 + mixed % 12, 1 + mixed % 28),
        _ => format!("Somebody came on day {} of the week, and again later ({row})", mixed % 7),
    }
}

/// Writes what is to be read: issued workbooks filled in, or one table with a heading for each question.
fn make(folder: &Path, books: usize, rows: usize) {
    let returns = folder.join("returns");
    std::fs::create_dir_all(&returns).expect("a folder");
    let instrument = instrument();
    if books == 1 {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory().expect("a sheet");
        sheet.write_string(0, 0, "serial").expect("a cell");
        for (column, question) in (1..).zip(&instrument.questions) {
            sheet.write_string(0, column, &question.id).expect("a cell");
        }
        for (line, row) in (1..).zip(0..rows) {
            sheet.write_string(line, 0, serial(row)).expect("a cell");
            for (column, place) in (1..).zip(0..QUESTIONS) {
                sheet.write_string(line, column, answer(row, place)).expect("a cell");
            }
        }
        book.save(returns.join("all.xlsx")).expect("written");
    } else {
        for book in 0..books {
            let numbers = book * rows..(book + 1) * rows;
            let filled = |row: usize| {
                let answers = instrument.questions.iter().enumerate();
                ((serial(row), 1), answers.map(|(place, question)| (question.id.clone(), answer(row, place))).collect())
            };
            let batch = Batch {
                study: "bench".to_owned(),
                sample: "0f3a".to_owned(),
                name: format!("batch-{book:03}"),
                rows: numbers.clone().map(|row| Row { serial: serial(row), reading: 1, ..Row::default() }).collect(),
                fill: numbers.map(filled).collect::<Fill>(),
                ..Batch::default()
            };
            let bytes = issue::workbook(&instrument, &batch).expect("a workbook");
            std::fs::write(returns.join(format!("batch-{book:03}.xlsx")), bytes).expect("written");
        }
    }
    std::fs::write(folder.join("done"), "").expect("written");
}
