//! The register of dispositions that the office keeps: serial, disposition, date, and how the return came.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use super::Disposition;
use crate::error::{Error, Result};
use crate::finding::{Finding, Place};
use crate::frame::read_table;
use crate::instrument::nearest;

/// The columns that a register has.
const COLUMNS: [&str; 3] = ["serial", "disposition", "date"];

/// The column that it may have: how the return came (post, telephone, online).
const MODE: &str = "mode";

/// A register as it was read: the last row of every unit counts.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// By serial.
    pub entries: BTreeMap<String, Entry>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
}

/// What the register says about a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// How it ended.
    pub disposition: Disposition,
    /// The day; none where it says none.
    pub date: Option<NaiveDate>,
    /// How the return came; empty where it is not said.
    pub mode: String,
    /// Where that stands.
    pub place: Place,
}

impl Register {
    /// What the register says about a unit.
    pub fn of(&self, serial: &str) -> Option<&Entry> {
        self.entries.get(serial)
    }

    /// Whether a unit was found not to belong to the population.
    pub fn is_ineligible(&self, serial: &str) -> bool {
        self.of(serial).is_some_and(|entry| entry.disposition == Disposition::Ineligible)
    }

    /// Reads a register from csv, xlsx, xls, xlsb, ods or parquet. `serials` are those of the units that something was issued
    /// to.
    ///
    /// # Errors
    /// When the file cannot be read or lacks a column; the nearest name is given. Whatever else is wrong is a finding.
    pub fn read<'s>(path: &Path, serials: impl Iterator<Item = &'s str>) -> Result<Register> {
        let table = read_table(path, None, &COLUMNS)
            .map_err(|error| error.hint(format!("a register begins with the headings {}", COLUMNS.join(","))))?;
        let at = |name: &str| table.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        let column = |name: &str| {
            at(name).ok_or_else(|| {
                let error = Error::file(path, format!("the register of dispositions has no column {name:?}"))
                    .found(format!("columns {}", table.columns.join(", ")))
                    .expected(COLUMNS.join(", "));
                match nearest(name, table.columns.iter().map(String::as_str)) {
                    Some(near) => error.hint(format!("rename the column {near:?} to {name:?}")),
                    None => error.hint("add the column, also where it stays empty"),
                }
            })
        };
        let (serial, disposition, date) = (column(COLUMNS[0])?, column(COLUMNS[1])?, column(COLUMNS[2])?);
        let known: BTreeMap<String, &str> = serials.map(|serial| (serial.to_lowercase(), serial)).collect();
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut register = Register::default();
        for (row, values) in &table.rows {
            let text = |at: usize| values.get(at).map_or("", |value| value.trim());
            if [serial, disposition, date].iter().all(|&at| text(at).is_empty()) {
                continue;
            }
            let place = |at: usize| {
                let column = table.first_column + u32::try_from(at).unwrap_or(u32::MAX);
                Place::file(&file).sheet(&table.sheet).cell(*row, column).unit(text(serial))
            };
            let Some(unit) = known.get(&text(serial).to_lowercase()) else {
                register.findings.push(Finding::new("D020", place(serial)).found(text(serial)));
                continue;
            };
            let Some(ended) = Disposition::parse(text(disposition)) else {
                let words: Vec<&str> = Disposition::ALL.iter().map(|(_, words)| *words).collect();
                let mut finding = Finding::new("D021", place(disposition)).found(text(disposition));
                finding = finding.expected(words.join(" | "));
                if let Some(near) = nearest(text(disposition), words.iter().copied()) {
                    finding = finding.hint(format!("did they mean {near:?}?"));
                }
                register.findings.push(finding);
                continue;
            };
            let day = NaiveDate::parse_from_str(text(date).get(..10).unwrap_or(text(date)), "%Y-%m-%d").ok();
            if day.is_none() && !text(date).is_empty() {
                let finding = Finding::new("D023", place(date)).found(text(date));
                register.findings.push(finding.expected("a date such as 2026-03-31"));
            }
            let mode = at(MODE).map_or("", text).to_owned();
            let entry = Entry { disposition: ended, date: day, mode, place: place(disposition) };
            if let Some(before) = register.entries.insert((*unit).to_owned(), entry)
                && before.disposition != ended
                && before.disposition.is_closed()
            {
                let finding = Finding::new("D024", place(disposition)).found(ended.words());
                register.findings.push(finding.expected(before.disposition.words()));
            }
        }
        Ok(register)
    }
}
