//! What came back about each of several: the rows of a repeat, on a sheet of their own, brought to the row of their unit.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::answer::Readers;
use super::assign::{self, Keyed};
use super::headings::{Headings, Role};
use super::recognise::{self, Columns, Table};
use super::rows::cells_as_they_stood;
use super::workbook::{Reading, reason};
use super::{AnswerColumns, Origin, Repeated, Rules, SetAside, row};
use crate::finding::{Finding, Place};
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Repeat, Row};
use crate::sheet::{Cell, Sheet};

/// What the rows of a repeat are read with.
pub(super) struct Known<'a> {
    pub repeat: &'a Repeat,
    pub headings: Headings,
    pub readers: Readers<'a>,
}

/// A row of a repeat with answers.
struct Found<'b> {
    row: u32,
    cells: &'b [Cell],
    reading: Option<u8>,
    number: Option<u32>,
}

/// The rows of a repeat in one file, by unit.
struct Rows<'b> {
    sheet: &'b Sheet,
    table: Table,
    of_unit: BTreeMap<usize, Vec<Found<'b>>>,
    /// Rows of which nobody knows whose they are.
    nobodys: Vec<u32>,
}

/// All repeats in one file.
pub(super) struct Repeats<'b> {
    file: &'b str,
    rows: Vec<Option<Rows<'b>>>,
    /// Units of which a row was read, so that their rows have a home.
    homes: RefCell<BTreeSet<usize>>,
}

impl<'b> Repeats<'b> {
    /// Finds the sheets of the repeats among those that hold answers.
    pub fn find(sheets: &[&'b Sheet], with: &Reading<'_>, file: &'b str) -> Repeats<'b> {
        let one = |known: &Known<'_>| {
            let table = |sheet: &&'b Sheet| {
                let table = recognise::table(sheet, &known.repeat.form, &known.headings, with.index, None)?;
                Some((*sheet, table))
            };
            let (sheet, table) = sheets.iter().rev().find_map(table)?;
            Some(Rows::of(sheet, table, &known.repeat.form.questions, with))
        };
        let rows = with.repeats.iter().map(one).collect();
        Repeats { file, rows, homes: RefCell::default() }
    }

    /// Reads the rows of a unit in one repeat, in the order of their numbers; what is to be said of them goes to `findings`.
    pub fn read(
        &self,
        place: usize,
        unit: usize,
        reading: Option<u8>,
        (outer, serial): (&Row<'_>, &str),
        with: &Reading<'_>,
        findings: &mut Vec<Finding>,
    ) -> Vec<Repeated> {
        self.homes.borrow_mut().insert(unit);
        let (Some(Some(rows)), Some(known)) = (self.rows.get(place), with.repeats.get(place)) else {
            return Vec::new();
        };
        let of_unit = rows.of_unit.get(&unit).map_or(&[][..], Vec::as_slice);
        let mine = of_unit.iter().filter(|row| row.reading.is_none() || reading.is_none() || row.reading == reading);
        let mut found: Vec<&Found<'_>> = mine.collect();
        found.sort_by_key(|row| (row.number.unwrap_or(u32::MAX), row.row));
        let mut list: Vec<Repeated> = Vec::new();
        for row in found {
            let at = |row: &Found<'_>| Place::file(self.file).sheet(&rows.sheet.name).row(row.row).unit(serial);
            let last = list.last().map_or(0, |before| before.number);
            let number = match row.number {
                Some(number) if number > last => number,
                Some(number) => {
                    let finding = Finding::new("R067", at(row)).found(format!("the number {number} again"));
                    findings.push(finding.expected(format!("each number once; it is read as {}", last + 1)));
                    last + 1
                }
                None => last + 1,
            };
            let origin = Origin { workbook: self.file.to_owned(), sheet: rows.sheet.name.clone(), row: row.row };
            let around =
                row::Around { outer: Some(outer), number, repeats: None, unit, reading, variant: None, frame: &[] };
            let answered =
                row::read(&known.repeat.form, &known.readers, &rows.table, row.cells, (&origin, serial), &around, with);
            findings.extend(answered.findings);
            list.push(Repeated { number, origin, answers: answered.given, edits: answered.edits });
        }
        self.count(known.repeat, (outer, serial), &list, rows, findings);
        list
    }

    /// Says where fewer came than another answer says there are; that there are more is said of each of them.
    fn count(
        &self,
        repeat: &Repeat,
        (outer, serial): (&Row<'_>, &str),
        list: &[Repeated],
        rows: &Rows<'_>,
        findings: &mut Vec<Finding>,
    ) {
        let Some(count) = repeat.count.as_ref().filter(|_| repeat.fixed().is_none()) else { return };
        let asked = repeat.relevant.as_ref().is_none_or(|formula| outer.holds(formula));
        let expected = outer.value(count).number();
        if asked && (list.len() as f64) < expected {
            let place = Place::file(self.file).sheet(&rows.sheet.name).unit(serial).question(&repeat.id);
            let finding = Finding::new("R068", place).found(format!("{} of {:?}", list.len(), repeat.label));
            findings.push(finding.expected(format!("{expected}, as other answers say")));
        }
    }

    /// The rows of which no unit's row came: set aside, each with a finding.
    pub fn homeless(&self) -> (Vec<SetAside>, Vec<Finding>) {
        let homes = self.homes.borrow();
        let mut aside = Vec::new();
        let mut findings = Vec::new();
        for rows in self.rows.iter().flatten() {
            let strays = rows.of_unit.iter().filter(|(unit, _)| !homes.contains(unit)).flat_map(|(_, rows)| rows);
            let mut strays: Vec<u32> = strays.map(|row| row.row).chain(rows.nobodys.iter().copied()).collect();
            strays.sort_unstable();
            for row in strays {
                let origin = Origin { workbook: self.file.to_owned(), sheet: rows.sheet.name.clone(), row };
                findings.push(Finding::new("R066", Place::file(self.file).sheet(&rows.sheet.name).row(row)));
                let cells = rows.sheet.rows().find(|(at, _)| *at == row).map(|(_, cells)| cells_as_they_stood(cells));
                aside.push(SetAside {
                    origin,
                    serial: String::new(),
                    reason: reason::NO_HOME.to_owned(),
                    rule: None,
                    record: Vec::new(),
                    cells: cells.unwrap_or_default(),
                    read: None,
                });
            }
        }
        (aside, findings)
    }
}

impl Repeats<'_> {
    /// Where the answers of the repeats stand.
    pub fn columns(&self) -> impl Iterator<Item = AnswerColumns> {
        let found = self.rows.iter().enumerate().filter_map(|(place, rows)| Some((place, rows.as_ref()?)));
        found.map(|(place, rows)| rows.table.answers_on(&rows.sheet.name, Some(place)))
    }

    /// Whether the rows of a repeat stand on a sheet, under numbers.
    pub fn is_on(&self, sheet: &str) -> bool {
        self.rows.iter().flatten().any(|rows| rows.sheet.name == sheet && rows.table.number.is_some())
    }
}

impl<'b> Rows<'b> {
    fn of(sheet: &'b Sheet, table: Table, questions: &[Question], with: &Reading<'_>) -> Rows<'b> {
        let by_people: Vec<bool> = (0u32..)
            .zip(&table.roles)
            .map(|(_, role)| match role {
                Some(Role::Answer { question, .. }) => questions[*question].kind != QuestionKind::Calculate,
                _ => false,
            })
            .collect();
        let answered =
            |cell: &Cell| by_people.get(cell.column as usize).copied().unwrap_or(false) && !cell.value.is_blank();
        let mut of_unit: BTreeMap<usize, Vec<Found<'b>>> = BTreeMap::new();
        let mut nobodys = Vec::new();
        for (row, cells) in sheet.rows().filter(|(row, cells)| *row >= table.first_row && cells.iter().any(answered)) {
            match assign::keys(&table, cells, with.index) {
                Keyed::Unit { unit, reading, .. } => {
                    let number = table.number.and_then(|column| cells.iter().find(|cell| cell.column == column));
                    let number = number.and_then(|cell| cell.value.number()).filter(|n| *n >= 1.0 && *n < 1e6);
                    let number = number.map(|number| number as u32);
                    of_unit.entry(unit).or_default().push(Found { row, cells, reading, number });
                }
                _ => nobodys.push(row),
            }
        }
        Rows { sheet, table, of_unit, nobodys }
    }
}

/// The answers of the rows of a repeat, as formulas see them.
pub(super) fn answers(rows: &[Repeated]) -> Vec<Vec<Answer>> {
    rows.iter().map(|row| row.answers.iter().map(|given| given.answer.clone()).collect()).collect()
}

/// What an instrument's repeats are read with.
pub(super) fn known<'a>(instrument: &'a Instrument, id_column: &str, rules: &Rules) -> Vec<Known<'a>> {
    let one = |repeat: &'a Repeat| Known {
        repeat,
        headings: Headings::new(&repeat.form, id_column, &rules.mapping, &[], &[]).with_numbers(),
        readers: Readers::new(&repeat.form, rules.dates, &rules.ticks),
    };
    instrument.repeats.iter().map(one).collect()
}

/// Whether a question has no column in a table.
pub(super) fn is_gone(table: &Table, place: usize) -> bool {
    table.columns.get(place).is_none_or(|columns| *columns == Columns::None)
}
