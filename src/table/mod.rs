//! The door to data files: columns in from csv, Parquet, SPSS files and spreadsheets.
//!
//! A [`Table`] is an open file whose column names are known; [`Table::read`] brings in the columns that are wanted, each
//! as [`Values`]: texts or numbers coded into levels, which is what tallies need, and what numbers are made from.

mod coder;
mod delimited;
mod parquet;
mod sav;
mod spreadsheet;
mod stream;
pub mod write;

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

use coder::Coder;
pub use coder::{Arrangement, MISSING, Values};
pub use stream::{As, Batch, Passed, Piece};

/// A data file, open for reading.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    names: Vec<String>,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Delimited(delimited::Delimited),
    Parquet(parquet::Parquet),
    Sav(sav::Sav),
    Spreadsheet(spreadsheet::Spreadsheet),
}

impl Table {
    /// Opens a data file and reads its column names.
    ///
    /// # Errors
    /// When the file is missing, not of a kind that can be read, or has no header row.
    pub fn open(path: &Path) -> Result<Self> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let (names, source) = match extension.as_str() {
            "csv" | "tsv" | "txt" => {
                let (names, delimited) = delimited::open(path)?;
                (names, Source::Delimited(delimited))
            }
            "parquet" => {
                let (names, parquet) = parquet::open(path)?;
                (names, Source::Parquet(parquet))
            }
            "xlsx" | "xlsm" | "xls" | "xlsb" | "ods" => {
                let (names, spreadsheet) = spreadsheet::open(path)?;
                (names, Source::Spreadsheet(spreadsheet))
            }
            "sav" | "zsav" => {
                let (names, sav) = sav::open(path)?;
                (names, Source::Sav(sav))
            }
            _ => {
                return Err(Error::file(path, "this is no kind of data file that can be read")
                    .found(if extension.is_empty() {
                        "a name without an ending".into()
                    } else {
                        format!(".{extension}")
                    })
                    .expected("csv, tsv, parquet, sav, xlsx, xls, xlsb or ods"));
            }
        };
        Ok(Table { path: path.to_owned(), names, source })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The column names, in the file's order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The place of a column.
    ///
    /// # Errors
    /// When there is none of that name (the nearest name is given), or more than one.
    pub fn column(&self, name: &str) -> Result<usize> {
        let mut found = (0..self.names.len()).filter(|&i| self.names[i] == name);
        match (found.next(), found.next()) {
            (Some(column), None) => Ok(column),
            (Some(_), Some(_)) => {
                Err(Error::file(&self.path, format!("the file has more than one column named {name:?}"))
                    .hint("rename one of them"))
            }
            (None, _) => Err(self.no_column(name)),
        }
    }

    /// The error that there is no such column, with the nearest name.
    pub fn no_column(&self, name: &str) -> Error {
        let error = Error::file(&self.path, format!("there is no column named {name:?}"));
        let lower = name.to_lowercase();
        let near = self
            .names
            .iter()
            .map(|known| (strsim::damerau_levenshtein(&known.to_lowercase(), &lower), known))
            .filter(|(distance, known)| *distance <= 1 + known.chars().count().max(lower.chars().count()) / 3)
            .min_by_key(|(distance, _)| *distance);
        let columns = if self.names.len() > 30 {
            format!("{}, ... ({} columns)", self.names[..30].join(", "), self.names.len())
        } else {
            self.names.join(", ")
        };
        match near {
            Some((_, near)) => error.found(format!("columns: {columns}")).hint(format!("did you mean {near:?}?")),
            None => error.found(format!("columns: {columns}")),
        }
    }

    /// The columns that a name, a comma list of names or a pattern with `*`, `?`, `[...]` stands for, in that order; each
    /// once. A column's exact name goes before its reading as a list or pattern.
    ///
    /// # Errors
    /// When a name is no column, or a pattern fits none.
    pub fn columns(&self, pattern: &str) -> Result<Vec<usize>> {
        if self.names.iter().any(|name| name == pattern) {
            return Ok(vec![self.column(pattern)?]);
        }
        let mut found: Vec<usize> = Vec::new();
        for part in pattern.split(',').map(str::trim) {
            if self.names.iter().any(|name| name == part) || !part.contains(['*', '?', '[']) {
                found.push(self.column(part)?);
                continue;
            }
            let glob = globset::Glob::new(part)
                .map_err(|error| Error::usage("this is no pattern for column names").found(error.to_string()))?
                .compile_matcher();
            let before = found.len();
            found.extend((0..self.names.len()).filter(|&i| glob.is_match(&self.names[i])));
            if found.len() == before {
                return Err(Error::file(&self.path, format!("no column fits the pattern {part:?}"))
                    .found(format!("columns: {}", self.names.join(", "))));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|column| seen.insert(*column));
        Ok(found)
    }

    /// Reads columns, given by their places; the result is in the same order.
    ///
    /// # Errors
    /// When the file cannot be read to its end.
    pub fn read(&self, columns: &[usize]) -> Result<Vec<Values>> {
        match &self.source {
            Source::Delimited(delimited) => delimited.read(&self.path, columns, self.names.len()),
            Source::Parquet(parquet) => parquet.read(&self.path, columns, &self.names),
            Source::Sav(sav) => sav.read(&self.path, columns),
            Source::Spreadsheet(spreadsheet) => Ok(spreadsheet.read(columns)),
        }
    }

    /// Where the value of a column in a row stands, for messages; `row` counts the data rows from zero.
    pub fn place(&self, row: usize, column: &str) -> String {
        let first = match &self.source {
            Source::Delimited(_) => 2,
            Source::Parquet(_) | Source::Sav(_) => 1,
            Source::Spreadsheet(spreadsheet) => {
                let place = self.names.iter().position(|name| name == column);
                return format!("{} > {} ({column})", self.path.display(), spreadsheet.place(row, place));
            }
        };
        format!("{} > row {} > {column}", self.path.display(), row + first)
    }

    /// The numbers of a column, NaN where there is none.
    ///
    /// # Errors
    /// When a value is no number: names the first row where that is so.
    pub fn numbers(&self, name: &str, values: &Values) -> Result<Vec<f64>> {
        self.numbers_of_rows(name, values, |row| row)
    }

    /// As [`numbers`](Table::numbers) of some rows of the column; `origin` gives the row of the file for each.
    pub(crate) fn numbers_of_rows(
        &self,
        name: &str,
        values: &Values,
        origin: impl Fn(usize) -> usize,
    ) -> Result<Vec<f64>> {
        values.numbers().map_err(|row| {
            Error::data(format!("the column {name:?} must hold numbers"))
                .at(self.place(origin(row), name))
                .found(format!("{:?}", values.label_at(row).unwrap_or_default()))
                .expected("a number, or nothing where there is none")
                .hint("mend the value, or delete the row")
        })
    }
}
