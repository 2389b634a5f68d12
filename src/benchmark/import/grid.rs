//! One published table: cells that mean something by the headings above and the label beside them.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::pack::tidy;
use super::declaration::{Import, Rows, Table};
use crate::error::{Error, Result};
use crate::finding::cell_name;
use crate::sheet::{Cell, Sheet, Shown};

/// What a figure is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The organisation; empty for the nation.
    pub organisation: String,
    /// Its code, if the table has codes.
    pub code: String,
    /// The group of people; empty for everyone.
    pub group: String,
    /// The question, as its heading words it.
    pub question: String,
    /// The response, as its heading words it.
    pub response: String,
}

impl Key {
    /// Everything it is about in one line, for messages.
    pub fn words(&self) -> String {
        let parts = [&self.organisation, &self.group, &self.question, &self.response];
        parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
    }
}

/// A figure of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it is about.
    pub key: Key,
    /// The cell that it stands in.
    pub cell: String,
    /// The figure.
    pub number: f64,
    /// What stands in the base column of its question.
    pub base: Option<f64>,
}

/// What a table holds.
#[derive(Debug, Default)]
pub struct Grid {
    /// The figures by row and then by column.
    pub entries: Vec<Entry>,
    /// Cells with shorthand in place of a figure, by shorthand.
    pub left_out: BTreeMap<String, usize>,
}

/// Marks that stand for a missing figure in official tables.
const SHORTHAND: &[&str] =
    &["[c]", "[e]", "[er]", "[f]", "[low]", "[u]", "[w]", "[x]", "[z]", "-", "–", "..", "...", ":", "*", "n/a"];

/// A column of figures.
struct Heading {
    column: u32,
    question: String,
    response: String,
    base: bool,
}

/// Reads a table of a sheet as the declaration describes it.
pub fn read(sheet: &Sheet, table: &Table, import: &Import, workbook: &Path) -> Result<Grid> {
    let headings = headings(sheet, table);
    let mut grid = Grid::default();
    let mut section = String::new();
    let first = table.first_row.map_or(table.header_row, |row| row.saturating_sub(1));
    let last = table.last_row.map_or(u32::MAX, |row| row.saturating_sub(1));
    for (row, cells) in sheet.rows().filter(|(row, _)| (first..=last).contains(row)) {
        let label = plain(&sheet.text(row, table.label_column.0));
        let cell_of = |column: u32| cells.iter().find(|cell| cell.column == column && !cell.value.is_blank());
        if headings.iter().all(|heading| cell_of(heading.column).is_none()) {
            // The name of a section, a footnote or an empty row: no figure either way.
            section = label;
            continue;
        }
        let place = |column: u32| format!("{} > {} > {}", workbook.display(), sheet.name, cell_name(row, column));
        if label.is_empty() {
            return Err(Error::file(workbook, "a row of figures has no label")
                .at(place(table.label_column.0))
                .hint("bound the table with last_row, or mend label_column"));
        }
        let national = import.national.as_deref() == Some(label.as_str());
        let (organisation, group) = match table.rows {
            _ if national => (String::new(), String::new()),
            Rows::Organisations => (label, String::new()),
            Rows::Groups if section.is_empty() => (String::new(), label),
            Rows::Groups => (String::new(), format!("{section}: {label}")),
        };
        let code = table.code_column.map(|column| sheet.text(row, column.0)).unwrap_or_default();
        let figure = |column: u32, left_out: &mut BTreeMap<String, usize>| match cell_of(column) {
            None => Ok(None),
            Some(cell) => match number(cell, import) {
                Held::Number(number) => Ok(Some(number)),
                Held::Shorthand(mark) => {
                    *left_out.entry(mark).or_default() += 1;
                    Ok(None)
                }
                Held::Other => Err(Error::file(workbook, "a text stands where a figure belongs")
                    .at(place(column))
                    .found(format!("{:?}", cell.text()))
                    .expected("a number, or shorthand such as [c] or [x]")
                    .hint("bound the table, or say under [import.shorthand] what the text stands for")),
            },
        };
        let mut bases: BTreeMap<&str, f64> = BTreeMap::new();
        for heading in headings.iter().filter(|heading| heading.base) {
            if let Some(base) = figure(heading.column, &mut grid.left_out)? {
                bases.insert(&heading.question, tidy(base));
            }
        }
        for heading in headings.iter().filter(|heading| !heading.base) {
            let Some(number) = figure(heading.column, &mut grid.left_out)? else { continue };
            grid.entries.push(Entry {
                key: Key {
                    organisation: organisation.clone(),
                    code: code.clone(),
                    group: group.clone(),
                    question: heading.question.clone(),
                    response: heading.response.clone(),
                },
                cell: cell_name(row, heading.column),
                number: tidy(number * table.times),
                base: bases.get(heading.question.as_str()).copied(),
            });
        }
    }
    Ok(grid)
}

/// The columns of figures, each under the question that spans it: a heading above holds for all columns up to the next.
fn headings(sheet: &Sheet, table: &Table) -> Vec<Heading> {
    let beside = table.code_column.map_or(table.label_column.0, |code| code.0.max(table.label_column.0)) + 1;
    let first = table.first_column.map_or(beside, |column| column.0);
    let spans: Vec<(u32, String)> = match table.questions_row {
        Some(row) => filled(sheet, row, first),
        None => Vec::new(),
    };
    filled(sheet, table.header_row, first)
        .into_iter()
        .map(|(column, response)| Heading {
            column,
            question: spans
                .iter()
                .rev()
                .find(|(start, _)| *start <= column)
                .map_or_else(String::new, |(_, q)| q.clone()),
            base: table.base_heading.as_deref().is_some_and(|heading| plain(heading) == response),
            response,
        })
        .collect()
}

fn filled(sheet: &Sheet, row: u32, first: u32) -> Vec<(u32, String)> {
    sheet
        .row(row.saturating_sub(1))
        .iter()
        .filter(|cell| cell.column >= first)
        .map(|cell| (cell.column, plain(&cell.text())))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// A heading without its references to notes (`[note 4]`, `[Notes 1, 3 and 8]`) and with single spaces.
fn plain(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some(start) = rest.find('[') {
        let Some(end) = rest[start..].find(']').map(|end| start + end) else { break };
        kept.push_str(&rest[..start]);
        if !rest[start + 1..end].trim_start().to_lowercase().starts_with("note") {
            kept.push_str(&rest[start..=end]);
        }
        rest = &rest[end + 1..];
    }
    kept.push_str(rest);
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

enum Held {
    Number(f64),
    Shorthand(String),
    Other,
}

fn number(cell: &Cell, import: &Import) -> Held {
    if let Some(number) = cell.value.number() {
        return Held::Number(if cell.shown == Shown::Percent { number * 100.0 } else { number });
    }
    let text = cell.text().trim().to_owned();
    if SHORTHAND.contains(&text.to_lowercase().as_str()) || import.shorthand.contains_key(&text) {
        return Held::Shorthand(text);
    }
    // A figure as text: with commas between thousands, a per cent sign, or a mark such as [r] behind it.
    let bare = text.split_once('[').map_or(text.as_str(), |(figure, _)| figure).trim().trim_end_matches('%').trim();
    let digits = bare.replace(',', "");
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
    match digits.parse::<f64>() {
        Ok(number) if plain => Held::Number(number),
        _ => Held::Other,
    }
}
