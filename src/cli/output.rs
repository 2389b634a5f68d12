//! Data to standard output or to a file, as a table, csv or JSON; files whole or not at all.
#![allow(clippy::print_stdout, reason = "the one place that writes data to standard output")]

use std::io::Write;

use serde_json::Value;

use super::{Common, Format};
use crate::error::{Error, Result};
use crate::files::write_file;

/// One value of a result.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Not applicable.
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Count(u64),
    /// A number, kept in full precision; not finite counts as not applicable.
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        if number.is_finite() { Cell::Number(number) } else { Cell::Empty }
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Cell::Count(count as u64)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

impl Cell {
    fn csv(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Number(number) => number.to_string(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Empty => Value::Null,
            Cell::Text(text) => Value::from(text.clone()),
            Cell::Count(count) => Value::from(*count),
            Cell::Number(number) => Value::from(*number),
        }
    }

    fn table(&self) -> String {
        match self {
            Cell::Number(number) => format!("{number:.4}"),
            other => other.csv(),
        }
    }
}

/// A result: named columns, rows of cells.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// The column names.
    pub columns: Vec<&'static str>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
}

impl Rows {
    /// No rows yet, under these columns.
    pub fn new(columns: &[&'static str]) -> Self {
        Rows { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// The rows in the form asked for, with a line end at the end.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Csv => self.csv(),
            Format::Json => {
                // Written out here, so that the keys keep the order of the columns.
                let object = |row: &Vec<Cell>| {
                    let pairs: Vec<String> = self
                        .columns
                        .iter()
                        .zip(row)
                        .map(|(name, cell)| format!("    {}: {}", Value::from(*name), cell.json()))
                        .collect();
                    format!("  {{\n{}\n  }}", pairs.join(",\n"))
                };
                let rows: Vec<String> = self.rows.iter().map(object).collect();
                if rows.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", rows.join(",\n")) }
            }
            Format::Table => self.table(),
        }
    }

    fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let wrote = writer
            .write_record(&self.columns)
            .and_then(|()| self.rows.iter().try_for_each(|row| writer.write_record(row.iter().map(Cell::csv))));
        debug_assert!(wrote.is_ok(), "writing to memory, rows as long as the header");
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    /// Columns with nothing in them are left out of a table meant for reading.
    fn table(&self) -> String {
        let shown: Vec<usize> =
            (0..self.columns.len()).filter(|&i| self.rows.iter().any(|row| row[i] != Cell::Empty)).collect();
        let width = |text: &str| text.chars().count();
        let mut lines: Vec<Vec<(String, bool)>> =
            vec![shown.iter().map(|&i| (self.columns[i].to_owned(), self.numeric(i))).collect()];
        for row in &self.rows {
            lines.push(shown.iter().map(|&i| (row[i].table(), self.numeric(i))).collect());
        }
        let widths: Vec<usize> =
            (0..shown.len()).map(|c| lines.iter().map(|line| width(&line[c].0)).max().unwrap_or(0)).collect();
        let mut out = String::new();
        for line in lines {
            let cells: Vec<String> = line
                .iter()
                .zip(&widths)
                .map(|((text, right), w)| {
                    let pad = " ".repeat(w - width(text));
                    if *right { format!("{pad}{text}") } else { format!("{text}{pad}") }
                })
                .collect();
            out.push_str(cells.join("  ").trim_end());
            out.push('\n');
        }
        out
    }

    fn numeric(&self, column: usize) -> bool {
        self.rows.iter().all(|row| !matches!(row[column], Cell::Text(_)))
    }
}

/// Writes a result where the common flags say.
///
/// # Errors
/// As [`write_text`].
pub fn write_rows(rows: &Rows, common: &Common) -> Result<()> {
    write_text(&rows.render(common.format()), common)
}

/// Writes text to the file under `--out`, or else to standard output.
///
/// # Errors
/// When the file is there already (without `--force`) or cannot be written.
pub fn write_text(text: &str, common: &Common) -> Result<()> {
    match &common.out {
        Some(path) => {
            if path.exists() && !common.force {
                return Err(Error::file(path, "the file is there already").hint("choose another name, or add --force"));
            }
            write_file(path, text.as_bytes())
        }
        None => {
            let mut out = std::io::stdout();
            match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
                // A reader that stops early (`head`) is no fault of ours.
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                    Err(Error::file("standard output", "the result cannot be written").found(error.to_string()))
                }
                _ => Ok(()),
            }
        }
    }
}
