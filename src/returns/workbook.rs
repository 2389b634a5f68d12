//! One returned file: read, recognised, and taken apart into rows.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDateTime;

use super::answer::Readers;
use super::assign::{self, Hint, Keyed};
use super::folder::{Found, last_saved};
use super::headings::Headings;
use super::recognise::{self, Columns, Table};
use super::row;
use super::sampled::{Index, looks_like_token};
use super::spelling::{fold, quoted, tidy};
use super::{Blank, Given, Origin, ReturnedWorkbook, SetAside};
use crate::error::Error;
use crate::files::{read_file, sha256_hex};
use crate::finding::{Finding, Place, Severity};
use crate::instrument::Instrument;
use crate::sheet::{self, Book, Cell, Limits, Sheet, Visibility};

/// What all files are read with.
pub(super) struct Reading<'a> {
    pub instrument: &'a Instrument,
    pub index: Index<'a>,
    pub headings: Headings,
    pub readers: Readers<'a>,
    pub limits: Limits,
}

/// A row that could be read and belongs to a unit of the sample.
pub(super) struct Candidate {
    pub unit: usize,
    pub reading: u8,
    pub reader: String,
    /// The return says who the reader is, rather than the sample.
    pub reader_known: bool,
    pub origin: Origin,
    /// The sheet's place in the workbook; hidden ones come first.
    pub sheet: usize,
    pub given: Vec<Given>,
    pub filled: usize,
    pub findings: Vec<Finding>,
    cells: Cells,
}

impl Candidate {
    /// The row as one that is not used.
    pub fn set_aside(self, serial: &str, reason: &str) -> SetAside {
        SetAside {
            origin: self.origin,
            serial: serial.to_owned(),
            reason: reason.to_owned(),
            cells: self.cells.into_vec(),
        }
    }

    /// Whether two rows say the same.
    pub fn same_answers(&self, other: &Candidate) -> bool {
        self.given.iter().zip(&other.given).all(|(a, b)| tidy(&a.raw) == tidy(&b.raw))
    }
}

/// The cells of a row as they stood, in one piece: rows are many and few of them are set aside.
#[derive(Default)]
struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    fn of(cells: &[Cell]) -> Cells {
        let mut kept = Cells::default();
        let mut next = 0;
        for cell in cells {
            while next < cell.column {
                kept.ends.push(kept.text.len());
                next += 1;
            }
            kept.text.push_str(&cell.text());
            kept.ends.push(kept.text.len());
            next = cell.column + 1;
        }
        kept
    }

    fn into_vec(self) -> Vec<String> {
        let mut start = 0;
        let piece = |end: usize| {
            let text = self.text[start..end].to_owned();
            start = end;
            text
        };
        self.ends.into_iter().map(piece).collect()
    }
}

/// What one file gave.
pub(super) struct Outcome {
    pub workbook: ReturnedWorkbook,
    pub saved: Option<NaiveDateTime>,
    pub candidates: Vec<Candidate>,
    pub set_aside: Vec<SetAside>,
    pub blank: Vec<Blank>,
    pub findings: Vec<Finding>,
}

/// Why rows are not used; the words by which they are counted.
pub(super) mod reason {
    pub const FOREIGN: &str = "a return for another survey";
    pub const NO_HEADINGS: &str = "the headings are gone";
    pub const NOT_SAMPLED: &str = "not in the sample";
    pub const NO_IDENTIFIER: &str = "no identifier";
    pub const NOTE: &str = "a note, not answers";
    pub const CONTRADICTION: &str = "identifiers contradict each other";
    pub const DOUBT: &str = "identifier in doubt";
    pub const WHICH_READING: &str = "which reading it is cannot be told";
    pub const SAME_FILE: &str = "the same file twice";
    pub const IDENTICAL: &str = "the same answers twice";
    pub const VERSION: &str = "another version of the same return";
}

/// Reads a file of the returns folder. Whatever is wrong with it is in the outcome; nothing stops the other files.
pub(super) fn read(found: &Found, with: &Reading<'_>) -> Outcome {
    let mut outcome = Outcome {
        workbook: ReturnedWorkbook {
            file: found.name.clone(),
            hash: String::new(),
            recognised: String::new(),
            rows_read: 0,
            accepted: 0,
            blank: 0,
        },
        saved: None,
        candidates: Vec::new(),
        set_aside: Vec::new(),
        blank: Vec::new(),
        findings: Vec::new(),
    };
    if !found.spreadsheet {
        outcome.workbook.recognised = "not a spreadsheet".to_owned();
        outcome.findings.push(Finding::new("R002", Place::file(&found.name)));
        return outcome;
    }
    match open(&found.path, with, &mut outcome) {
        Ok(book) => take_apart(&book, with, &mut outcome),
        Err(error) => {
            outcome.workbook.recognised = format!("not read: {}", error.problem);
            outcome.findings.push(unreadable(&found.name, &error));
        }
    }
    outcome.workbook.rows_read = outcome.candidates.len() + outcome.set_aside.len();
    outcome.workbook.blank = outcome.blank.len();
    outcome
}

fn open(path: &Path, with: &Reading<'_>, outcome: &mut Outcome) -> crate::Result<Book> {
    // The door to spreadsheets looks at the size before it reads, and refuses what is too large.
    if std::fs::metadata(path).is_ok_and(|about| about.len() > with.limits.file_bytes) {
        return sheet::read(path, &with.limits);
    }
    let bytes = read_file(path)?;
    outcome.workbook.hash = sha256_hex(&bytes);
    outcome.saved = last_saved(&bytes);
    sheet::read_bytes(path, &bytes, &with.limits)
}

fn unreadable(name: &str, error: &Error) -> Finding {
    let found = match &error.found {
        Some(found) => format!("{}: {found}", error.problem),
        None => error.problem.clone(),
    };
    let finding = Finding::new("R001", Place::file(name))
        .found(found)
        .expected(error.expected.clone().unwrap_or_else(|| "a spreadsheet that opens without a password".to_owned()));
    match &error.hint {
        Some(hint) => finding.hint(hint.clone()),
        None => finding,
    }
}

fn take_apart(book: &Book, with: &Reading<'_>, outcome: &mut Outcome) {
    let file = outcome.workbook.file.clone();
    let marks = recognise::marks(book);
    if let Some(marks) = &marks {
        if let Some((found, expected, means)) = marks.foreign(with.instrument, &with.index) {
            outcome.workbook.recognised = reason::FOREIGN.to_owned();
            let finding = Finding::new("R003", Place::file(&file)).found(format!("{found}: {means}"));
            outcome.findings.push(finding.expected(expected));
            set_all_aside(book, reason::FOREIGN, outcome);
            return;
        }
        if marks.version != with.instrument.version {
            let finding = Finding::new("R005", Place::file(&file)).found(format!("version {:?}", marks.version));
            outcome.findings.push(finding.expected(format!("version {:?}", with.instrument.version)));
        }
    }
    let identity = recognise::identity_sheet(book).map(|sheet| sheet.name.as_str());
    // Hidden sheets first: where a visible one says something else, it is the later word.
    let mut sheets: Vec<&Sheet> =
        book.sheets.iter().filter(|sheet| Some(sheet.name.as_str()) != identity || sheet.name.is_empty()).collect();
    sheets.sort_by_key(|sheet| sheet.visibility == Visibility::Visible);
    let tables: Vec<(usize, &Sheet, Table)> = sheets
        .into_iter()
        .enumerate()
        .filter_map(|(place, sheet)| {
            let table = recognise::table(sheet, with.instrument, &with.headings, &with.index)?;
            Some((place, sheet, table))
        })
        .collect();
    if tables.is_empty() {
        nothing_found(book, marks.is_some(), outcome, &file);
        return;
    }
    let tokens: Vec<&Cell> = tables.iter().flat_map(|(_, sheet, table)| tokens_of(sheet, table)).collect();
    let known = tokens.iter().filter(|cell| with.index.token(&cell.text()).is_some()).count();
    if known == 0 && !tokens.is_empty() {
        outcome.workbook.recognised = reason::FOREIGN.to_owned();
        let found = format!("{} row tokens, none of this sample", tokens.len());
        let expected = format!("row tokens of sample {}", with.index.sampled.sample);
        outcome.findings.push(Finding::new("R003", Place::file(&file)).found(found).expected(expected));
        set_all_aside(book, reason::FOREIGN, outcome);
        return;
    }
    outcome.workbook.recognised = if known > 0 { "token" } else { "identifiers" }.to_owned();
    let batch = marks.map(|marks| marks.batch).unwrap_or_default();
    for (place, sheet, table) in &tables {
        about_columns(sheet, table, with, outcome);
        rows(sheet, *place, table, &batch, with, outcome);
    }
    if !outcome.blank.is_empty() {
        let rows = outcome.blank.len() + outcome.candidates.len();
        let found = format!("{} of {rows} rows without an answer", outcome.blank.len());
        outcome.findings.push(Finding::new("R034", Place::file(&file)).found(found));
    }
}

fn tokens_of<'b>(sheet: &'b Sheet, table: &Table) -> Vec<&'b Cell> {
    let (column, first) = (table.token, table.first_row);
    let is_token = |cell: &&Cell| cell.row >= first && Some(cell.column) == column && looks_like_token(&cell.text());
    sheet.cells.iter().filter(is_token).collect()
}

/// No table of answers on any sheet.
fn nothing_found(book: &Book, ours: bool, outcome: &mut Outcome, file: &str) {
    if ours {
        outcome.workbook.recognised = reason::NO_HEADINGS.to_owned();
        outcome.findings.push(Finding::new("R035", Place::file(file)));
        set_all_aside(book, reason::NO_HEADINGS, outcome);
    } else {
        outcome.workbook.recognised = "not recognised".to_owned();
        let sheets: Vec<String> = book.sheets.iter().take(8).map(|sheet| format!("{:?}", sheet.name)).collect();
        let found = match book.sheets.as_slice() {
            [only] if only.name.is_empty() => "a text file without such columns".to_owned(),
            _ => format!("sheets {}", sheets.join(", ")),
        };
        outcome.findings.push(Finding::new("R004", Place::file(file)).found(found));
    }
}

/// Sets every row of answers aside: those with a row token, or where there are none those below the three rows of headings.
fn set_all_aside(book: &Book, why: &str, outcome: &mut Outcome) {
    let identity = recognise::identity_sheet(book).map(|sheet| sheet.name.as_str());
    let is_answers = |sheet: &&Sheet| {
        sheet.visibility == Visibility::Visible
            && Some(sheet.name.as_str()) != identity
            && sheet.name != "Guidance"
            && sheet.name != "Lists"
    };
    let has_token = |cells: &[Cell]| cells.iter().any(|cell| looks_like_token(&cell.text()));
    let sheets: Vec<&Sheet> = book.sheets.iter().filter(is_answers).collect();
    let tokens = sheets.iter().any(|sheet| sheet.rows().any(|(_, cells)| has_token(cells)));
    for sheet in sheets {
        for (row, cells) in sheet.rows().filter(|(row, cells)| if tokens { has_token(cells) } else { *row >= 3 }) {
            if cells.iter().all(|cell| cell.value.is_blank()) {
                continue;
            }
            let origin = Origin { workbook: outcome.workbook.file.clone(), sheet: sheet.name.clone(), row };
            let cells = Cells::of(cells).into_vec();
            outcome.set_aside.push(SetAside { origin, serial: String::new(), reason: why.to_owned(), cells });
        }
    }
}

/// What is to be said about the columns of a table.
fn about_columns(sheet: &Sheet, table: &Table, with: &Reading<'_>, outcome: &mut Outcome) {
    let place = |column: u32| Place::file(&outcome.workbook.file).sheet(&sheet.name).cell(table.heading_row, column);
    let question_at = |column: u32| {
        let place = table.columns.iter().position(|columns| match columns {
            Columns::None => false,
            Columns::One(at) => *at == column,
            Columns::Ticks(ticks) => ticks.iter().any(|(_, at)| *at == column),
        });
        place.map(|place| &with.instrument.questions[place])
    };
    let mut findings = Vec::new();
    for &column in &table.loose {
        if let Some(question) = question_at(column) {
            let finding = Finding::new("R007", place(column).question(&question.id)).found(table.heading(column));
            findings.push(finding.expected(format!("{:?}", question.label)));
        }
    }
    for &(column, before) in &table.again {
        let id = question_at(before).map_or("", |question| question.id.as_str());
        let finding = Finding::new("R009", place(column).question(id)).found(table.heading(column));
        let used = crate::finding::cell_name(table.heading_row, before);
        findings.push(finding.expected(format!("one column for each question; the one headed in {used} is used")));
    }
    let gone: Vec<&str> = with
        .instrument
        .questions
        .iter()
        .zip(&table.columns)
        .filter(|(_, columns)| **columns == Columns::None)
        .map(|(question, _)| question.id.as_str())
        .collect();
    if !gone.is_empty() {
        let mut place = Place::file(&outcome.workbook.file).sheet(&sheet.name);
        if let [only] = gone.as_slice() {
            place = place.question(*only);
        }
        findings.push(Finding::new("R006", place).found(format!("no column for {}", gone.join(", "))));
    }
    for &column in &table.unknown {
        let heading = table.headings.get(column as usize).map_or("", String::as_str);
        let finding = Finding::new("R008", place(column)).found(table.heading(column));
        findings.push(match with.headings.suggestion(heading) {
            Some(near) if !gone.is_empty() => {
                finding.severity(Severity::Warning).hint(format!("if {near:?} is meant, write that above the column"))
            }
            _ if !gone.is_empty() => finding.severity(Severity::Warning),
            _ => finding,
        });
    }
    outcome.findings.append(&mut findings);
}

/// Takes a table apart into rows.
fn rows(sheet: &Sheet, sheet_place: usize, table: &Table, batch: &str, with: &Reading<'_>, outcome: &mut Outcome) {
    let known_readers = readers_of(&with.index);
    let by_batch = known_readers.iter().find(|reader| fold(reader) == fold(batch)).cloned();
    let mut keyed: Vec<(u32, &[Cell], Keyed)> = Vec::new();
    for (row, cells) in sheet.rows().filter(|(row, _)| *row >= table.first_row) {
        let content = |cell: &Cell| {
            !cell.value.is_blank()
                && table.roles.get(cell.column as usize).copied().flatten() != Some(super::headings::Role::Ours)
        };
        if !cells.iter().any(content)
            || table.is_headings(cells, &with.headings)
            || (!table.has_key(cells) && table.is_section_titles(cells, with.instrument))
        {
            continue;
        }
        keyed.push((row, cells, assign::keys(table, cells, &with.index)));
    }
    let by_coverage = match by_batch {
        Some(_) => None,
        None => only_reader(keyed.iter().map(|(_, _, keyed)| keyed), &with.index),
    };
    for (row, cells, keyed) in keyed {
        let by_column = table
            .reader
            .and_then(|column| cells.iter().find(|cell| cell.column == column))
            .and_then(|cell| known_readers.iter().find(|reader| fold(reader) == fold(&cell.text())).cloned());
        let reader = by_column.or_else(|| by_batch.clone()).or_else(|| by_coverage.clone());
        let origin = Origin { workbook: outcome.workbook.file.clone(), sheet: sheet.name.clone(), row };
        one_row(cells, keyed, origin, sheet_place, reader, table, with, outcome);
    }
}

fn readers_of(index: &Index<'_>) -> BTreeSet<String> {
    let expected = index.sampled.units.iter().flat_map(|unit| &unit.readings);
    expected.map(|expected| expected.reader.clone()).filter(|reader| !reader.is_empty()).collect()
}

/// The only reader to whom all units of a table were issued, if there is just one.
fn only_reader<'k>(keyed: impl Iterator<Item = &'k Keyed>, index: &Index<'_>) -> Option<String> {
    let mut common: Option<BTreeSet<&str>> = None;
    for keyed in keyed {
        let Keyed::Unit { unit, .. } = keyed else { continue };
        let readers: BTreeSet<&str> =
            index.sampled.units[*unit].readings.iter().map(|expected| expected.reader.as_str()).collect();
        common = Some(match common {
            None => readers,
            Some(before) => before.intersection(&readers).copied().collect(),
        });
    }
    let common = common?;
    let only = common.iter().next().filter(|reader| common.len() == 1 && !reader.is_empty())?;
    Some((*only).to_owned())
}

#[allow(clippy::too_many_arguments, reason = "one row and all that is known around it")]
fn one_row(
    cells: &[Cell],
    keyed: Keyed,
    origin: Origin,
    sheet: usize,
    reader: Option<String>,
    table: &Table,
    with: &Reading<'_>,
    outcome: &mut Outcome,
) {
    let unit = match &keyed {
        Keyed::Unit { unit, .. } => Some(*unit),
        _ => None,
    };
    let serial = unit.map_or(String::new(), |unit| with.index.sampled.units[unit].serial.clone());
    let mut answered = row::read(with.instrument, &with.readers, table, cells, &origin, &serial);
    let place = |column: u32| Place::file(&origin.workbook).sheet(&origin.sheet).cell(origin.row, column).unit(&serial);
    let whole_row = || Place::file(&origin.workbook).sheet(&origin.sheet).row(origin.row).unit(&serial);
    let (why, finding) = match keyed {
        Keyed::Unit { unit, reading, hints } => {
            if answered.filled == 0 {
                let reading = reading.unwrap_or(1);
                outcome.blank.push(Blank { serial, reading, origin });
                return;
            }
            match reading.or_else(|| reading_of(unit, reader.as_deref(), &with.index)) {
                Some(reading) => {
                    answered.findings.extend(hints.into_iter().map(|hint| about_key(hint, &place)));
                    let expected = with.index.reader(unit, reading);
                    outcome.candidates.push(Candidate {
                        unit,
                        reading,
                        reader_known: reader.is_some(),
                        reader: reader.unwrap_or_else(|| expected.to_owned()),
                        origin,
                        sheet,
                        given: answered.given,
                        filled: answered.filled,
                        findings: answered.findings,
                        cells: Cells::of(cells),
                    });
                    return;
                }
                None => (reason::WHICH_READING, Finding::new("R036", whole_row())),
            }
        }
        Keyed::Nothing if answered.readable == 0 => (reason::NOTE, Finding::new("R037", whole_row())),
        Keyed::Nothing => (reason::NO_IDENTIFIER, Finding::new("R011", whole_row())),
        Keyed::Unknown { .. } if answered.filled == 0 && cells.iter().filter(|c| !c.value.is_blank()).count() == 1 => {
            (reason::NOTE, Finding::new("R037", whole_row()))
        }
        Keyed::Unknown { found, column } => {
            let in_frame = cells.iter().any(|cell| Some(cell.column) == table.id && with.index.in_frame(&cell.text()));
            let found = if in_frame { format!("{found}, which is in the frame but was not drawn") } else { found };
            let finding = Finding::new("R010", place(column)).found(found);
            (reason::NOT_SAMPLED, if answered.filled == 0 { finding.severity(Severity::Note) } else { finding })
        }
        Keyed::Contradiction { found, column } => {
            (reason::CONTRADICTION, Finding::new("R032", place(column)).found(found))
        }
        Keyed::Doubt { found, column } => (reason::DOUBT, Finding::new("R033", place(column)).found(quoted(&found))),
    };
    outcome.findings.push(finding);
    outcome.findings.extend(answered.findings.into_iter().filter(row::outlives_its_row));
    let cells = Cells::of(cells).into_vec();
    outcome.set_aside.push(SetAside { origin, serial, reason: why.to_owned(), cells });
}

/// The reading that a row is, where no token says it: the only one expected, or the reader's.
fn reading_of(unit: usize, reader: Option<&str>, index: &Index<'_>) -> Option<u8> {
    let expected = &index.sampled.units[unit].readings;
    let by_reader = expected.iter().find(|expected| reader.is_some_and(|reader| reader == expected.reader));
    match (by_reader, expected.as_slice()) {
        (Some(expected), _) | (None, [expected]) => Some(expected.reading),
        (None, []) => Some(1),
        _ => None,
    }
}

fn about_key(hint: Hint, place: &dyn Fn(u32) -> Place) -> Finding {
    match hint {
        Hint::Zeros { column, found, meant } => {
            Finding::new("R029", place(column)).found(quoted(&found)).expected(quoted(&meant))
        }
        Hint::Tidied { column, found, meant } => {
            Finding::new("R030", place(column)).found(quoted(&found)).expected(quoted(&meant))
        }
        Hint::TokenElsewhere { column } => Finding::new("R031", place(column)),
    }
}

#[cfg(test)]
mod tests {
    use super::Cells;
    use crate::sheet::{Cell, Shown};

    #[test]
    fn cells_that_are_kept_stand_where_they_stood() {
        let cell =
            |column, text: &str| Cell { row: 0, column, value: text.into(), formula: false, shown: Shown::Plain };
        let kept = Cells::of(&[cell(1, "b"), cell(4, " e ")]).into_vec();
        assert_eq!(kept, ["", "b", "", "", " e "]);
        assert!(Cells::of(&[]).into_vec().is_empty());
    }
}
