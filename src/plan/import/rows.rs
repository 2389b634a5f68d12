//! The rows of a sheet: headings, themes, actions, rows that go on with the one above, and texts that belong to nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::headings::{self, Role};
use super::{Options, Other, field};
use crate::finding::{Finding, Place};
use crate::plan::action::Reference;
use crate::sheet::Sheet;

/// The columns below one row of headings.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub heading_row: u32,
    columns: Vec<(u32, Option<Role>)>,
    texts: Vec<String>,
    as_at: Option<NaiveDate>,
}

impl Table {
    pub fn column(&self, role: Role) -> Option<u32> {
        self.columns.iter().find(|(_, of)| *of == Some(role)).map(|(column, _)| *column)
    }

    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.column(*role).is_some())
    }
}

/// An action as it is gathered from one row or several.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub id: String,
    pub number: Option<u32>,
    pub number_written: String,
    pub theme: String,
    pub texts: BTreeMap<Role, String>,
    pub other: Other,
    pub indicators: Vec<String>,
    pub reference: Vec<Reference>,
    pub sheet: String,
    pub rows: Vec<u32>,
    pub as_at: Option<NaiveDate>,
    columns: Vec<(u32, Option<Role>)>,
}

impl Draft {
    /// The cell of a role in the draft's first row, or the row.
    pub fn place(&self, role: Role, options: &Options<'_>) -> Place {
        let place = Place::file(options.file).sheet(&self.sheet).unit(&self.id);
        let row = self.rows.first().copied().unwrap_or(0);
        match self.columns.iter().find(|(_, of)| *of == Some(role)) {
            Some((column, _)) => place.cell(row, *column),
            None => place.row(row),
        }
    }

    /// The cell that a field of the action comes from.
    pub fn place_of(&self, key: &str, options: &Options<'_>) -> Place {
        let role = self.columns.iter().filter_map(|(_, role)| *role).find(|role| match key {
            "grade" => matches!(role, Role::Grade | Role::Extent),
            "criteria" => matches!(role, Role::Criteria | Role::OutcomeAndMeasure),
            _ => field(*role) == key,
        });
        role.map_or_else(|| self.place(Role::Number, options), |role| self.place(role, options))
    }

    pub fn has_any(&self, roles: &[Role]) -> bool {
        self.columns.iter().any(|(_, role)| role.is_some_and(|role| roles.contains(&role)))
    }

    fn add(&mut self, role: Role, text: &str) {
        let known = self.texts.entry(role).or_default();
        // A merged cell is read in every row that it covers.
        if known.lines().any(|line| line == text) {
            return;
        }
        if !known.is_empty() {
            known.push('\n');
        }
        known.push_str(text);
    }
}

/// What a sheet holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub tables: Vec<Table>,
    pub drafts: Vec<Draft>,
}

/// A cell with something in it: its column, its text, and whether it is read for a merged area that began above.
struct Filled {
    column: u32,
    text: String,
    from_above: bool,
}

pub(super) fn read(sheet: &Sheet, options: &Options<'_>, findings: &mut Vec<Finding>) -> Found {
    let mut found = Found::default();
    let mut theme = String::new();
    let mut area = String::new();
    let (height, width) = (sheet.height(), sheet.width());
    let mut first = true;
    for row in 0..height {
        let cells = filled(sheet, row, width);
        if cells.iter().all(|cell| cell.from_above) {
            continue;
        }
        let place = || Place::file(options.file).sheet(&sheet.name);
        if let Some(table) = table(&cells, row, found.tables.last(), options) {
            let again = found.tables.last().is_some_and(|known| known.texts == table.texts);
            if !again {
                for cell in cells.iter().filter(|cell| table.role(cell.column).is_none()) {
                    findings
                        .push(Finding::new("A021", place().cell(row, cell.column)).found(format!("{:?}", cell.text)));
                }
            }
            found.tables.push(table);
            area.clear();
            first = false;
            continue;
        }
        if let [only] = cells.as_slice() {
            let next = (row + 1..height).map(|row| filled(sheet, row, width)).find(|cells| !cells.is_empty());
            let before_table = next.is_some_and(|cells| table_at(&cells, found.tables.last()));
            let across =
                sheet.merged.iter().any(|a| a.top == row && a.left == only.column && (a.right - a.left) * 2 >= width);
            let title = first || only.text.trim_end_matches(':').contains(": ");
            first = false;
            if (before_table || across && !found.tables.is_empty()) && (!title || only.text.ends_with(':')) {
                theme = only.text.trim_end_matches(':').trim().to_owned();
                area.clear();
                continue;
            }
            if found.tables.is_empty() || before_table || is_remark(&only.text) {
                findings.push(Finding::new("A023", place().cell(row, only.column)).found(&only.text));
                continue;
            }
        }
        first = false;
        let Some(table) = found.tables.last() else {
            for cell in &cells {
                findings.push(Finding::new("A023", place().cell(row, cell.column)).found(&cell.text));
            }
            continue;
        };
        let own_action = cells.iter().any(|cell| table.role(cell.column) == Some(Role::Action) && !cell.from_above);
        let continues = !own_action && found.drafts.last().is_some_and(|draft| draft.sheet == sheet.name);
        if continues {
            findings.push(Finding::new("A032", place().row(row)).found(shown(&cells)));
        } else {
            found.drafts.push(Draft {
                theme: theme.clone(),
                sheet: sheet.name.clone(),
                as_at: table.as_at,
                columns: table.columns.clone(),
                ..Draft::default()
            });
        }
        let Some(draft) = found.drafts.last_mut() else { continue };
        draft.rows.push(row);
        for cell in &cells {
            match table.role(cell.column) {
                Some(Role::Number) => number(draft, &cell.text),
                Some(Role::Action) => {
                    let (digits, rest) = leading_number(&cell.text);
                    if let Some(digits) = digits.filter(|_| draft.number.is_none()) {
                        number(draft, digits);
                    }
                    draft.add(Role::Action, rest);
                }
                Some(role) => draft.add(role, &cell.text),
                None => {
                    let heading = table.heading(cell.column);
                    let known = draft.other.entry(heading).or_default();
                    if !known.is_empty() {
                        known.push('\n');
                    }
                    known.push_str(&cell.text);
                }
            }
        }
        if !continues {
            match draft.texts.get(&Role::Area) {
                Some(own) => area.clone_from(own),
                // An area stands once, above all its actions.
                None if !area.is_empty() => draft.add(Role::Area, &area),
                None => {}
            }
        }
    }
    found
}

fn number(draft: &mut Draft, text: &str) {
    draft.number = text.trim().trim_end_matches(['.', ')']).parse().ok();
    if draft.number.is_none() {
        text.trim().clone_into(&mut draft.number_written);
    }
}

/// A number at the beginning of an action: "12. Write a guide".
fn leading_number(text: &str) -> (Option<&str>, &str) {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    match text[digits..].strip_prefix(['.', ')']) {
        Some(rest) if (1..=3).contains(&digits) && rest.starts_with(char::is_whitespace) => {
            (Some(&text[..digits]), rest.trim_start())
        }
        _ => (None, text),
    }
}

/// Notes below a table, which stand where actions would.
fn is_remark(text: &str) -> bool {
    let lower = text.trim_start_matches(['*', '\u{2022}', '-', '\u{2013}', ' ']).to_lowercase();
    let begins = ["note", "exhibit", "source", "key to", "grade"].iter().any(|word| lower.starts_with(word));
    let legend = lower.split_once(' ').is_some_and(|(word, rest)| {
        matches!(word, "a" | "b" | "c" | "d") && rest.starts_with(['-', '\u{2013}', '=', ':'])
    });
    begins || legend || text.trim_start().starts_with('*')
}

fn shown(cells: &[Filled]) -> String {
    cells.iter().filter(|cell| !cell.from_above).map(|cell| format!("{:?}", cell.text)).collect::<Vec<_>>().join(", ")
}

/// The cells of a row that hold something, those of areas merged downwards among them.
fn filled(sheet: &Sheet, row: u32, width: u32) -> Vec<Filled> {
    let mut cells = Vec::new();
    for column in 0..width {
        let text = sheet.text(row, column);
        if !text.is_empty() {
            cells.push(Filled { column, text, from_above: false });
            continue;
        }
        let area = sheet.merged.iter().find(|a| a.left == column && a.top < row && row <= a.bottom);
        if let Some(area) = area {
            let text = sheet.text(area.top, area.left);
            if !text.is_empty() {
                cells.push(Filled { column, text, from_above: true });
            }
        }
    }
    cells
}

impl Table {
    fn role(&self, column: u32) -> Option<Role> {
        self.columns.iter().find(|(of, _)| *of == column).and_then(|(_, role)| *role)
    }

    fn heading(&self, column: u32) -> String {
        let at = self.columns.iter().position(|(of, _)| *of == column);
        at.and_then(|at| self.texts.get(at))
            .cloned()
            .unwrap_or_else(|| crate::finding::cell_name(0, column).replace('1', ""))
    }
}

/// Whether a row is one of headings: the same as before, or enough of them are understood.
fn table_at(cells: &[Filled], before: Option<&Table>) -> bool {
    let again = before.is_some_and(|table| {
        let same =
            cells.iter().filter(|cell| headings::plain(&table.heading(cell.column)) == headings::plain(&cell.text));
        same.count() * 3 >= table.columns.len() * 2
    });
    // Once there are headings, a row of others must look like one: short texts only.
    let short = before.is_none() || cells.iter().all(|cell| cell.text.chars().count() <= 40);
    let mut roles: Vec<Role> = cells.iter().filter_map(|cell| headings::role(&cell.text)).collect();
    roles.sort_unstable();
    roles.dedup();
    let enough = roles.len() >= if before.is_none() { 3 } else { 4 };
    again || short && enough && roles.contains(&Role::Action)
}

fn table(cells: &[Filled], row: u32, before: Option<&Table>, options: &Options<'_>) -> Option<Table> {
    if !table_at(cells, before) {
        return None;
    }
    let mut table = Table { heading_row: row, ..Table::default() };
    for cell in cells {
        let role = headings::role(&cell.text).filter(|role| table.column(*role).is_none());
        if role == Some(Role::Progress) {
            table.as_at = headings::as_at(&cell.text, options.dates);
        }
        table.columns.push((cell.column, role));
        table.texts.push(cell.text.clone());
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_remarks_are_told_from_actions() {
        assert_eq!(leading_number("12. Write a guide"), (Some("12"), "Write a guide"));
        assert_eq!(leading_number("2.5 posts to be filled"), (None, "2.5 posts to be filled"));
        assert_eq!(leading_number("2004 review"), (None, "2004 review"));
        for text in ["Note: grades are explained below", "* provisional", "A - as planned", "Exhibit 1: grades"] {
            assert!(is_remark(text), "{text}");
        }
        for text in ["A guide for carers", "Write to all carers", "Need for benchmarks - costs"] {
            assert!(!is_remark(text), "{text}");
        }
    }
}
