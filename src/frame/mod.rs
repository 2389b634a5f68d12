//! The sampling frame: the list of people or case files that a sample is drawn from.
//!
//! Identifiers stay text: `0123` is not `123`. Rows that cannot be drawn (no identifier, an identifier seen before) are
//! findings, never silently gone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use crate::error::{Error, Result};
use crate::finding::{Finding, Place};
use crate::instrument::nearest;

mod exclude;
mod source;

pub use exclude::{Excluded, ExclusionRule, deserialize_rules};
pub use source::{TextTable, read_table};

/// The name of the stratum of units whose stratum cells are empty.
pub const BLANK: &str = "(blank)";

/// Whether a stratum is one of units of which something is not known: such strata are shown last.
pub fn is_blank(stratum: &str) -> bool {
    stratum.split('|').any(|part| part == BLANK)
}

/// How to read a frame.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The sheet; the first visible one if not said.
    pub sheet: Option<String>,
    /// The column of identifiers.
    pub id: String,
    /// The columns whose values together make the strata; one stratum if empty.
    pub strata: Vec<String>,
    /// Other columns that must be there.
    pub others: Vec<String>,
    /// The values that a column may have; others are findings.
    pub levels: BTreeMap<String, Vec<String>>,
}

/// A frame, ready to be drawn from.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The column of identifiers.
    pub id_column: String,
    /// All columns, in the file's order.
    pub columns: Vec<String>,
    /// The units that can be drawn, in the file's order.
    pub units: Vec<Unit>,
    /// Rows of the file with anything in them.
    pub rows: usize,
    /// What the exclusion rules left out, in their order.
    pub exclusions: Vec<Excluded>,
    /// For every unit left out by rule, the place of the rule in `exclusions`.
    left_out: BTreeMap<String, usize>,
    /// What is wrong with the file.
    pub findings: Vec<Finding>,
}

/// One person or case file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its identifier, as text.
    pub id: String,
    /// Its stratum: the values of the strata columns joined by `|`; `all` without strata columns.
    pub stratum: String,
    /// One value for each column.
    pub values: Vec<String>,
    /// Its row in the file, counted from zero.
    pub row: u32,
}

impl Frame {
    /// Reads a frame from csv, xlsx, xls, xlsb, ods or parquet.
    ///
    /// # Errors
    /// When the file cannot be read, a column is not there (the nearest name is given), or nobody is in it.
    pub fn read(path: &Path, reading: &Reading) -> Result<Frame> {
        let mut wanted = vec![reading.id.as_str()];
        wanted.extend(reading.strata.iter().map(String::as_str));
        wanted.extend(reading.others.iter().map(String::as_str));
        let table = read_table(path, reading.sheet.as_deref(), &wanted)?;
        Frame::from_table(path, table, reading)
    }

    fn from_table(path: &Path, table: TextTable, reading: &Reading) -> Result<Frame> {
        let id = column(path, &table, &reading.id, "the identifiers")?;
        let strata =
            reading.strata.iter().map(|name| column(path, &table, name, "the strata")).collect::<Result<Vec<_>>>()?;
        for name in &reading.others {
            column(path, &table, name, "what the pipeline asks for")?;
        }
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let place = |row: u32, column: usize| {
            Place::file(&file).sheet(&table.sheet).cell(row, table.first_column + column as u32)
        };
        let mut findings = Vec::new();
        let mut seen: HashMap<String, u32> = HashMap::new();
        let mut units = Vec::new();
        let rows = table.rows.len();
        for (row, values) in table.rows {
            let raw = &values[id];
            let name = plain(raw);
            if name.is_empty() {
                findings.push(Finding::new("F002", place(row, id)).expected("an identifier"));
                continue;
            }
            if name != *raw {
                findings.push(
                    Finding::new("F005", place(row, id))
                        .found(format!("{} marks around it", raw.chars().count() - name.chars().count()))
                        .expected("the identifier alone"),
                );
            }
            if let Some(first) = seen.get(&name) {
                let first = first + 1;
                findings.push(
                    Finding::new("F001", place(row, id))
                        .found(format!("the identifier of row {first} again"))
                        .expected("each identifier once"),
                );
                continue;
            }
            seen.insert(name.clone(), row);
            let values: Vec<String> = values.iter().map(|value| plain(value)).collect();
            let mut parts = Vec::new();
            for (&at, heading) in strata.iter().zip(&reading.strata) {
                if values[at].is_empty() {
                    findings.push(Finding::new("F003", place(row, at)).expected(format!("a value for {heading}")));
                    parts.push(BLANK);
                } else {
                    parts.push(values[at].as_str());
                }
            }
            let stratum = if parts.is_empty() { "all".to_owned() } else { parts.join("|") };
            units.push(Unit { id: name, stratum, values, row });
        }
        if units.is_empty() {
            return Err(Error::file(path, "the frame lists nobody")
                .found(format!("{rows} rows below the headings"))
                .expected("one row a unit, each with its identifier"));
        }
        let mut frame = Frame {
            id_column: reading.id.clone(),
            columns: table.columns,
            units,
            rows,
            exclusions: Vec::new(),
            left_out: BTreeMap::new(),
            findings,
        };
        frame.examine_levels(&file, &table.sheet, table.first_column, &reading.levels);
        Ok(frame)
    }

    /// Values off a column's declared list, one finding a value, placed where it first stands.
    fn examine_levels(&mut self, file: &str, sheet: &str, first_column: u32, levels: &BTreeMap<String, Vec<String>>) {
        for (name, known) in levels {
            let Some(at) = self.position(name) else { continue };
            let mut odd: BTreeMap<&str, (u32, usize)> = BTreeMap::new();
            for unit in &self.units {
                let value = unit.values[at].as_str();
                if !value.is_empty() && !known.iter().any(|level| level == value) {
                    odd.entry(value).or_insert((unit.row, 0)).1 += 1;
                }
            }
            for (value, (row, count)) in odd {
                let place = Place::file(file).sheet(sheet).cell(row, first_column + at as u32);
                let mut finding = Finding::new("F004", place)
                    .found(format!(
                        "{value:?} in column {name:?}, on {count} {}",
                        if count == 1 { "row" } else { "rows" }
                    ))
                    .expected(known.join(" | "));
                if let Some(near) = nearest(value, known.iter().map(String::as_str)) {
                    finding = finding
                        .hint(format!("did they mean {near:?}? Mend the cells, or add the name under [frame.levels]"));
                }
                self.findings.push(finding);
            }
        }
    }

    /// The place of a column.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// How many units each stratum has, in the order of the strata's names.
    pub fn populations(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for unit in &self.units {
            *counts.entry(unit.stratum.as_str()).or_insert(0) += 1;
        }
        counts
    }

    /// The groups of a column, in the order of their names.
    pub fn groups(&self, column: usize) -> BTreeSet<&str> {
        self.units.iter().map(|unit| unit.values[column].as_str()).filter(|value| !value.is_empty()).collect()
    }
}

/// How the error begins that says of a column that it is not there.
pub(crate) fn lacks(name: &str) -> String {
    format!("the frame has no column {name:?}")
}

fn column(path: &Path, table: &TextTable, name: &str, of: &str) -> Result<usize> {
    if let Some(at) = table.columns.iter().position(|column| column == name) {
        return Ok(at);
    }
    let error =
        Error::file(path, format!("{} for {of}", lacks(name))).found(format!("columns {}", table.columns.join(", ")));
    Err(match nearest(name, table.columns.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("did you mean {near:?}?")),
        None => error.hint("name a column of the file's heading row"),
    })
}

/// A cell without the invisible marks that spreadsheets leave around text: spaces of all kinds, and zero-width ones.
fn plain(text: &str) -> String {
    let invisible = |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{2060}');
    text.trim_matches(invisible).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[[&str; 2]]) -> TextTable {
        TextTable {
            sheet: "People".into(),
            columns: vec!["id".into(), "area".into()],
            first_column: 0,
            rows: rows.iter().enumerate().map(|(i, row)| (i as u32 + 1, row.map(str::to_owned).to_vec())).collect(),
        }
    }

    fn reading() -> Reading {
        Reading {
            id: "id".into(),
            strata: vec!["area".into()],
            levels: [("area".to_owned(), vec!["North".to_owned(), "South".to_owned()])].into(),
            ..Reading::default()
        }
    }

    #[test]
    fn faults_are_placed_and_zeros_are_kept() -> Result<()> {
        let rows =
            [["007", "North"], ["7", "South"], ["007", "South"], ["", "South"], [" 8\u{a0}", ""], ["9", "Sotuh"]];
        let frame = Frame::from_table(Path::new("x/frame.csv"), table(&rows), &reading())?;
        let ids: Vec<&str> = frame.units.iter().map(|unit| unit.id.as_str()).collect();
        assert_eq!(ids, ["007", "7", "8", "9"]);
        let found: Vec<(String, String)> =
            frame.findings.iter().map(|finding| (finding.code.clone(), finding.place.cell.clone())).collect();
        let expected = [("F001", "A4"), ("F002", "A5"), ("F005", "A6"), ("F003", "B6"), ("F004", "B7")];
        assert_eq!(found, expected.map(|(code, cell)| (code.to_owned(), cell.to_owned())));
        assert!(frame.findings[4].hint.contains("\"South\""));
        assert_eq!(
            frame.populations().into_iter().collect::<Vec<_>>(),
            [(BLANK, 1), ("North", 1), ("Sotuh", 1), ("South", 1)]
        );
        assert!(is_blank(BLANK) && is_blank("North|(blank)") && !is_blank("North") && !is_blank("not (blank)"));
        Ok(())
    }

    #[test]
    fn a_missing_column_is_an_error_with_the_nearest_name() {
        let reading = Reading { id: "ids".into(), ..reading() };
        let error =
            Frame::from_table(Path::new("frame.csv"), table(&[["1", "North"]]), &reading).expect_err("no such column");
        assert_eq!(error.hint.as_deref(), Some("did you mean \"id\"?"));
    }
}
