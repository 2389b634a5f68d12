//! Rules about one sheet: its title, its table, its cells.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{CellFacts, CellValue, Facts, SheetFacts, TableFacts};
use super::some;
use super::whole::{Purpose, name, purpose};
use crate::finding::{Finding, Place, cell_name};

/// Symbols that tables use for what is not a number, outside the harmonised shorthand.
const OTHER_SYMBOLS: [&str; 17] =
    ["-", "--", "–", "—", ".", "..", "...", "*", "**", ":", "~", "#", "n/a", "na", "nil", "x", "c"];

pub(super) fn check(facts: &Facts, sheet: &SheetFacts, file: &str) -> Vec<Finding> {
    let place = || Place::file(file).sheet(&sheet.name);
    let mut findings = Vec::new();
    if sheet.hidden {
        // Nobody sees the rest of it.
        return vec![Finding::new("X015", place())];
    }
    if sheet.cells.is_empty() {
        return findings;
    }
    let purpose = purpose(sheet);
    findings.extend(layout(sheet, place));
    findings.extend(title(sheet, purpose, place));
    if purpose != Purpose::Cover {
        findings.extend(tables(sheet, place));
        findings.extend(gaps(sheet, place));
    }
    for table in sheet.tables.iter().take(100) {
        findings.extend(headers(sheet, table, place));
        findings.extend(empty_cells(sheet, table, place));
    }
    findings.extend(values(sheet, place));
    findings.extend(shorthand(facts, sheet, place));
    findings
}

fn text(sheet: &SheetFacts, at: (u32, u32)) -> Option<&str> {
    match &sheet.cells.get(&at)?.value {
        CellValue::Text(text) => Some(text),
        _ => None,
    }
}

fn at(mut place: Place, cell: impl Into<String>) -> Place {
    place.cell = cell.into();
    place
}

/// Merges, panes, filters, the cursor, what is hidden, and pictures.
fn layout(sheet: &SheetFacts, place: impl Fn() -> Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(first) = sheet.merges.first() {
        let cell = first.split(':').next().unwrap_or_default();
        let found = format!("{} merged ranges: {}", sheet.merges.len(), some(&sheet.merges));
        findings.push(Finding::new("X001", at(place(), cell)).found(found));
    }
    if sheet.filter || sheet.tables.iter().any(|table| table.filter) {
        findings.push(Finding::new("X008", place()));
    }
    if sheet.panes {
        findings.push(Finding::new("X009", place()));
    }
    if let Some(cursor) = &sheet.cursor {
        findings.push(Finding::new("X013", at(place(), cursor)).found(format!("the cursor is in {cursor}")));
    }
    let bottom = sheet.cells.keys().map(|(row, _)| *row).max().unwrap_or(0);
    let right = sheet.cells.keys().map(|(_, column)| *column).max().unwrap_or(0);
    let rows: Vec<String> =
        sheet.hidden_rows.iter().filter(|row| **row <= bottom).map(|row| format!("row {}", row + 1)).collect();
    // What is hidden beyond the last cell hides nothing.
    let columns = sheet.hidden_columns.iter().filter(|(first, _)| *first <= right).map(|(first, last)| {
        let letters = |column| cell_name(0, column).trim_end_matches('1').to_owned();
        format!("columns {} to {}", letters(*first), letters((*last).min(right)))
    });
    let hidden: Vec<String> = rows.into_iter().chain(columns).collect();
    if !hidden.is_empty() {
        findings.push(Finding::new("X016", place()).found(some(&hidden)));
    }
    if !sheet.drawings.is_empty() && !sheet.tables.is_empty() {
        findings.push(Finding::new("X031", place()).found(format!("{} charts or pictures", sheet.drawings.len())));
    }
    let silent = sheet.drawings.iter().filter(|described| !**described).count();
    if silent > 0 {
        findings.push(Finding::new("X032", place()).found(format!("{silent} of {}", sheet.drawings.len())));
    }
    findings
}

fn title(sheet: &SheetFacts, purpose: Purpose, place: impl Fn() -> Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    let top = |row| at(place(), cell_name(row, 0));
    match sheet.cells.get(&(0, 0)) {
        Some(CellFacts { value: CellValue::Text(_), heading, .. }) => {
            if !heading {
                findings.push(Finding::new("X011", top(0)));
            }
        }
        _ => findings.push(Finding::new("X010", top(0)).found("no words in A1")),
    }
    // A cover says what it is by itself.
    if purpose != Purpose::Cover {
        let taken = sheet.tables.iter().any(|table| table.rows.0 <= 1 && table.columns.0 == 0);
        if taken || text(sheet, (1, 0)).is_none() {
            findings.push(Finding::new("X012", top(1)));
        }
    }
    findings
}

/// Whether a sheet without a marked table has what looks like one: two columns side by side in two rows.
fn looks_like_a_table(sheet: &SheetFacts) -> Option<(u32, u32)> {
    let beside = |row: u32, column: u32| sheet.cells.contains_key(&(row, column + 1));
    sheet.cells.keys().copied().find(|&(row, column)| {
        beside(row, column) && sheet.cells.contains_key(&(row + 1, column)) && beside(row + 1, column)
    })
}

fn tables(sheet: &SheetFacts, place: impl Fn() -> Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    if sheet.tables.is_empty() {
        if let Some(first) = looks_like_a_table(sheet) {
            findings.push(Finding::new("X002", at(place(), name(first))));
        }
        return findings;
    }
    if sheet.tables.len() > 1 {
        let names: Vec<String> = sheet.tables.iter().map(|table| table.name.clone()).collect();
        findings.push(Finding::new("X003", place()).found(format!("{} tables: {}", names.len(), some(&names))));
    }
    for table in &sheet.tables {
        let first = (table.rows.0, table.columns.0);
        if table.columns.0 != 0 {
            findings.push(Finding::new("X004", at(place(), name(first))).found(format!(
                "{} starts in {}",
                table.name,
                name(first)
            )));
        }
        let default = table.name.strip_prefix("Table").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
        if default {
            findings.push(Finding::new("X029", at(place(), name(first))).found(&table.name));
        }
    }
    findings
}

fn headers(sheet: &SheetFacts, table: &TableFacts, place: impl Fn() -> Place) -> Vec<Finding> {
    let mut faults = Vec::new();
    if !table.headers {
        let first = (table.rows.0, table.columns.0);
        return vec![
            Finding::new("X005", at(place(), name(first))).found(format!("{} has no row of headers", table.name)),
        ];
    }
    let mut seen = BTreeSet::new();
    for column in table.columns.0..=table.columns.1 {
        let cell = (table.rows.0, column);
        match text(sheet, cell).map(str::trim) {
            None | Some("") => faults.push((cell, "empty".to_owned())),
            Some(header) => {
                let made_up = header.strip_prefix("Column").is_some_and(|rest| rest.parse::<u32>().is_ok());
                if made_up || !seen.insert(header.to_lowercase()) {
                    faults.push((cell, format!("{header:?}")));
                }
            }
        }
    }
    let Some((first, _)) = faults.first() else { return Vec::new() };
    let list: Vec<String> = faults.iter().map(|(cell, what)| format!("{} {what}", name(*cell))).collect();
    vec![Finding::new("X005", at(place(), name(*first))).found(some(&list))]
}

/// Rows and columns without anything between those with something.
fn gaps(sheet: &SheetFacts, place: impl Fn() -> Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    let between = |used: &BTreeSet<u32>| -> Vec<u32> {
        let pairs = used.iter().zip(used.iter().skip(1));
        // A gap may be a million rows: its first few say enough.
        pairs.flat_map(|(a, b)| (a + 1..*b).take(1_000)).take(10_000).collect()
    };
    // A chart lies over empty cells.
    if sheet.drawings.is_empty() {
        let rows = between(&sheet.cells.keys().map(|(row, _)| *row).collect());
        if let Some(first) = rows.first() {
            let list: Vec<String> = rows.iter().map(|row| (row + 1).to_string()).collect();
            findings.push(Finding::new("X006", place().row(*first)).found(format!("row {}", some(&list))));
        }
    }
    let columns = between(&sheet.cells.keys().map(|(_, column)| *column).collect());
    if let Some(first) = columns.first() {
        let letters = |column: u32| cell_name(0, column).trim_end_matches('1').to_owned();
        let list: Vec<String> = columns.iter().map(|column| letters(*column)).collect();
        findings.push(Finding::new("X007", at(place(), letters(*first))).found(format!("column {}", some(&list))));
    }
    findings
}

fn empty_cells(sheet: &SheetFacts, table: &TableFacts, place: impl Fn() -> Place) -> Option<Finding> {
    let first_row = table.rows.0 + u32::from(table.headers);
    let bottom = sheet.cells.keys().map(|(row, _)| *row).max().unwrap_or(0);
    // A table may claim a million rows below its last cell.
    let last_row = table.rows.1.min(bottom.saturating_add(1));
    let right = sheet.cells.keys().map(|(_, column)| *column).max().unwrap_or(0);
    let last_column = table.columns.1.min(right.saturating_add(1));
    let blank = |cell: &(u32, u32)| {
        !sheet.cells.get(cell).is_some_and(|c| !matches!(&c.value, CellValue::Text(t) if t.trim().is_empty()))
    };
    let empty: Vec<(u32, u32)> = (first_row..=last_row)
        .flat_map(|row| (table.columns.0..=last_column).map(move |column| (row, column)))
        .filter(blank)
        .take(10_000)
        .collect();
    let first = *empty.first()?;
    let list: Vec<String> = empty.iter().map(|cell| name(*cell)).collect();
    Some(Finding::new("X026", at(place(), name(first))).found(format!("{} empty cells: {}", list.len(), some(&list))))
}

/// Symbols, numbers as text, errors and formulas.
fn values(sheet: &SheetFacts, place: impl Fn() -> Place) -> Vec<Finding> {
    let mut numbers: BTreeMap<u32, usize> = BTreeMap::new();
    for ((_, column), cell) in &sheet.cells {
        *numbers.entry(*column).or_default() += usize::from(matches!(cell.value, CellValue::Number(_)));
    }
    let among_numbers = |column: u32| numbers.get(&column).is_some_and(|count| *count > 0);
    let (mut symbols, mut texts, mut errors, mut formulas) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (cell, facts) in &sheet.cells {
        if facts.formula {
            formulas.push(name(*cell));
        }
        match &facts.value {
            CellValue::Error(error) => errors.push(format!("{} {error}", name(*cell))),
            CellValue::Text(text) if among_numbers(cell.1) => {
                let text = text.trim();
                if OTHER_SYMBOLS.contains(&text.to_lowercase().as_str()) {
                    symbols.push(format!("{} {text:?}", name(*cell)));
                } else if is_number(text) && !is_header(sheet, *cell) {
                    texts.push(format!("{} {text:?}", name(*cell)));
                }
            }
            CellValue::Text(_) | CellValue::Number(_) => {}
        }
    }
    [("X025", symbols), ("X027", texts), ("X028", errors), ("X033", formulas)]
        .into_iter()
        .filter_map(|(code, list)| {
            let first = list.first()?.split(' ').next().unwrap_or_default().to_owned();
            let found = format!("{} cells: {}", list.len(), some(&list));
            Some(Finding::new(code, at(place(), first)).found(found))
        })
        .collect()
}

/// Years and the like stand as text in the headers of marked tables.
fn is_header(sheet: &SheetFacts, (row, column): (u32, u32)) -> bool {
    sheet
        .tables
        .iter()
        .any(|table| table.headers && table.rows.0 == row && (table.columns.0..=table.columns.1).contains(&column))
}

fn is_number(text: &str) -> bool {
    let plain: String = text.trim_end_matches('%').chars().filter(|c| *c != ',').collect();
    plain.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.') && plain.parse::<f64>().is_ok()
}

/// A symbol in square brackets at the beginning of a text.
fn symbol(text: &str) -> Option<String> {
    let inside = text.trim_start().strip_prefix('[')?.split_once(']')?.0;
    let is_symbol = (1..=3).contains(&inside.len()) && inside.chars().all(|c| c.is_ascii_alphabetic());
    is_symbol.then(|| format!("[{}]", inside.to_lowercase()))
}

/// Symbols in a table that neither the rows above it, nor the cover, nor the notes explain.
fn shorthand(facts: &Facts, sheet: &SheetFacts, place: impl Fn() -> Place) -> Vec<Finding> {
    if matches!(purpose(sheet), Purpose::Cover | Purpose::Notes) {
        return Vec::new();
    }
    let header = match sheet.tables.iter().map(|table| table.rows.0).min() {
        Some(row) => row,
        None => looks_like_a_table(sheet).map_or(0, |(row, _)| row),
    };
    let mut used: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut explained = String::new();
    for (cell, facts) in &sheet.cells {
        let CellValue::Text(text) = &facts.value else { continue };
        if cell.0 < header {
            explained.push_str(&text.to_lowercase());
        } else if let Some(symbol) = symbol(text) {
            used.entry(symbol).or_insert(*cell);
        }
    }
    if used.is_empty() {
        return Vec::new();
    }
    for other in facts.sheets.iter().filter(|s| matches!(purpose(s), Purpose::Cover | Purpose::Notes)) {
        for cell in other.cells.values() {
            if let CellValue::Text(text) = &cell.value {
                explained.push_str(&text.to_lowercase());
            }
        }
    }
    used.into_iter()
        .filter(|(symbol, _)| !explained.contains(symbol.as_str()))
        .map(|(symbol, cell)| Finding::new("X024", at(place(), name(cell))).found(symbol))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_told_from_words_and_notes() {
        assert_eq!(symbol("[c]").as_deref(), Some("[c]"));
        assert_eq!(symbol("[LOW] within").as_deref(), Some("[low]"));
        for other in ["[note 1]", "c", "[]", "[12]", "see [c]"] {
            assert_eq!(symbol(other), None, "{other}");
        }
    }

    #[test]
    fn numbers_as_text_are_told_from_names() {
        for text in ["12", "1,234", "4.5%", "-3"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["2020-21", "5.3a", "", "inf", "NaN", "E12000001"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
