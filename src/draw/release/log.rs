//! The release log as it is kept: read from a table, and written out again with what followed from each row.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Decision, Reason, Releases};
use crate::error::{Error, Result};
use crate::finding::{Finding, Place};
use crate::frame::read_table;
use crate::instrument::nearest;

/// The columns that a log has.
pub const COLUMNS: [&str; 5] = ["date", "serial", "reason", "reserve", "decided_by"];

/// The column that it may have.
const STRATUM: &str = "stratum";

/// A log as it was read.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// One for each row with anything in it.
    pub entries: Vec<Entry>,
    /// What is wrong with the file.
    pub findings: Vec<Finding>,
}

/// One row of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The day of the decision.
    pub date: String,
    /// The unit that cannot be used.
    pub serial: String,
    /// Why.
    pub reason: String,
    /// The reserve that is released.
    pub reserve: String,
    /// The stratum, where no unit says it.
    pub stratum: String,
    /// The role of who decided.
    pub decided_by: String,
    /// The file, the sheet, the row (from zero) and the column of each cell.
    pub origin: (String, String, u32, [u32; 6]),
}

/// A cell of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The date.
    Date,
    /// The unit.
    Serial,
    /// The reason.
    Reason,
    /// The reserve.
    Reserve,
    /// The role of who decided.
    DecidedBy,
    /// The stratum.
    Stratum,
}

impl Entry {
    /// Where a cell of the row stands.
    pub fn place(&self, mark: Mark) -> Place {
        let (file, sheet, row, columns) = &self.origin;
        Place::file(file).sheet(sheet).cell(*row, columns[mark as usize]).unit(&self.serial)
    }
}

impl Log {
    /// Reads a log from csv, xlsx, xls, xlsb, ods or parquet.
    ///
    /// # Errors
    /// When the file cannot be read or lacks a column; the nearest name is given.
    pub fn read(path: &Path) -> Result<Log> {
        let table = read_table(path, None, &COLUMNS)
            .map_err(|error| error.hint(format!("a release log begins with the headings {}", COLUMNS.join(","))))?;
        let at = |name: &str| table.columns.iter().position(|column| column == name);
        for name in COLUMNS {
            if at(name).is_none() {
                let error = Error::file(path, format!("the release log has no column {name:?}"))
                    .found(format!("columns {}", table.columns.join(", ")))
                    .expected(COLUMNS.join(", "));
                return Err(match nearest(name, table.columns.iter().map(String::as_str)) {
                    Some(near) => error.hint(format!("rename the column {near:?} to {name:?}")),
                    None => error.hint("add the column, also where it stays empty"),
                });
            }
        }
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let places = [COLUMNS[0], COLUMNS[1], COLUMNS[2], COLUMNS[3], COLUMNS[4], STRATUM].map(at);
        let columns = places.map(|place| table.first_column + place.unwrap_or(0) as u32);
        let entries = table.rows.iter().map(|(row, values)| {
            let text = |mark: Mark| places[mark as usize].map_or(String::new(), |at| values[at].trim().to_owned());
            Entry {
                date: text(Mark::Date),
                serial: text(Mark::Serial),
                reason: text(Mark::Reason),
                reserve: text(Mark::Reserve),
                stratum: text(Mark::Stratum),
                decided_by: text(Mark::DecidedBy),
                origin: (file.clone(), table.sheet.clone(), *row, columns),
            }
        });
        Ok(Log { entries: entries.collect(), findings: Vec::new() })
    }
}

impl Releases {
    /// The log as an inspector follows it: every decision with the unit, the reason and what it means for the population,
    /// the reserve with its place in the stratum's order, and a remark where something is odd. Serials only.
    ///
    /// # Errors
    /// None that can be foreseen: writing is to memory.
    pub fn csv(&self, returned: &BTreeSet<&str>) -> Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let fail = |error: csv::Error| Error::data("the release log cannot be written").found(error.to_string());
        let header = "number,date,stratum,serial,reason,in_population,outcome,reserve,reserve_place,decided_by,remark";
        writer.write_record(header.split(',')).map_err(fail)?;
        for (number, decision) in (1..).zip(&self.decisions) {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let number: i32 = number;
            writer
                .write_record([
                    number.to_string(),
                    decision.date.clone(),
                    decision.stratum.clone(),
                    text(&decision.unit),
                    decision.reason.map_or("not stated", Reason::words).to_owned(),
                    decision.in_population().to_owned(),
                    decision.outcome().to_owned(),
                    text(&decision.reserve),
                    decision.reserve_place.map_or(String::new(), |(place, of)| format!("{place} of {of}")),
                    crate::workbook::harmless(&decision.decided_by).into_owned(),
                    decision.remark(returned),
                ])
                .map_err(fail)?;
        }
        writer.into_inner().map_err(|error| Error::data("the release log cannot be written").found(error.to_string()))
    }
}

impl Decision {
    fn in_population(&self) -> &'static str {
        match (&self.unit, self.reason) {
            (None, _) => "",
            (Some(_), Some(reason)) if reason.is_ineligible() => "no",
            (Some(_), _) => "yes",
        }
    }

    /// Replaced, not replaced, or added.
    pub fn outcome(&self) -> &'static str {
        match (&self.unit, self.replaces) {
            (None, _) => "added",
            (Some(_), true) => "replaced",
            (Some(_), false) => "not replaced",
        }
    }

    fn remark(&self, returned: &BTreeSet<&str>) -> String {
        let mut remarks = Vec::new();
        if self.out_of_order {
            remarks.push("out of order");
        }
        if self.unit.is_some() && self.reserve.is_some() && !self.replaces {
            remarks.push("a reserve of another stratum, which stands for itself");
        }
        if self.unit.as_deref().is_some_and(|serial| returned.contains(serial)) {
            remarks.push("the unit returned all the same");
        }
        remarks.join("; ")
    }
}
