//! A table taken apart: every row with anything in it becomes a candidate, a row set aside, or a blank.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::answer::Readers;
use super::assign::{self, Hint, Keyed};
use super::headings::Role;
use super::recognise::Table;
use super::repeats::Repeats;
use super::row;
use super::sampled::Index;
use super::spelling::{fold, quoted, tidy};
use super::variant;
use super::version::{self, Version};
use super::workbook::{Reading, reason};
use super::{Blank, Given, Origin, Repeated, Response, SetAside, VariantRule};
use crate::draw;
use crate::editing::Edit;
use crate::finding::{Finding, Place, Severity};
use crate::instrument::{Instrument, Variant};
use crate::issue::key_entry::Entry;
use crate::sheet::{Book, Cell, Sheet};

/// A row that could be read and belongs to a unit of the sample.
pub(super) struct Candidate {
    pub unit: usize,
    pub reading: u8,
    pub reader: String,
    /// The return says who the reader is, rather than the sample.
    pub reader_known: bool,
    /// Which clerk keyed it, where it was keyed from paper.
    pub entry: Option<Entry>,
    pub origin: Origin,
    /// The sheet's place in the order in which they are read; hidden ones come first.
    pub sheet: usize,
    pub given: Vec<Given>,
    pub repeats: Vec<Vec<Repeated>>,
    pub edits: Vec<Edit>,
    pub filled: usize,
    /// The form, where there are two and one is told.
    pub variant: Option<Variant>,
    /// The version of the form, as its place among those that the table's rows may be read with.
    pub version: Option<usize>,
    pub findings: Vec<Finding>,
    /// Where its cells still stand: rows are many and few of them are set aside.
    book: Arc<Book>,
    number: usize,
}

impl Candidate {
    /// The row as one that is not used.
    pub fn set_aside(self, serial: &str, reason: &str) -> SetAside {
        let row = self.origin.row;
        SetAside {
            origin: self.origin,
            serial: serial.to_owned(),
            reason: reason.to_owned(),
            rule: None,
            record: Vec::new(),
            cells: cells_as_they_stood(self.book.sheets[self.number].row(row)),
            read: None,
        }
    }

    /// Whether two rows say the same.
    pub fn same_answers(&self, other: &Candidate) -> bool {
        let same = |a: &[Given], b: &[Given]| a.iter().zip(b).all(|(a, b)| tidy(&a.raw) == tidy(&b.raw));
        let same_rows = |a: &Vec<Repeated>, b: &Vec<Repeated>| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&a.answers, &b.answers))
        };
        same(&self.given, &other.given) && self.repeats.iter().zip(&other.repeats).all(|(a, b)| same_rows(a, b))
    }
}

/// A table of answers, and the sheet that it stands on.
pub(super) struct OnSheet<'b> {
    pub book: &'b Arc<Book>,
    /// The sheet's number in the workbook.
    pub number: usize,
    /// The sheet's place in the order in which the sheets are read.
    pub place: usize,
    pub table: Table,
}

impl<'b> OnSheet<'b> {
    pub fn sheet(&self) -> &'b Sheet {
        &self.book.sheets[self.number]
    }
}

/// The cells of a row as they stood, each in the place of its column; without the empty ones where nearly all are empty, so
/// that a stray cell at the far end of a million rows costs nothing.
pub(super) fn cells_as_they_stood(cells: &[Cell]) -> Vec<String> {
    let width = cells.last().map_or(0, |cell| cell.column as usize + 1);
    let in_place = width <= 2 * cells.len() + 16;
    let mut stood = Vec::with_capacity(if in_place { width } else { cells.len() });
    for cell in cells {
        if in_place {
            stood.resize(cell.column as usize, String::new());
        }
        stood.push(cell.text());
    }
    stood
}

/// What a row became, and what is to be said about it.
pub(super) struct Row {
    pub became: Became,
    pub findings: Vec<Finding>,
}

impl Row {
    /// The findings that matter whatever becomes of the row.
    pub fn concerns(self) -> impl Iterator<Item = Finding> {
        let of_candidate = match self.became {
            Became::Candidate(candidate) => candidate.findings,
            _ => Vec::new(),
        };
        self.findings.into_iter().chain(of_candidate).filter(row::outlives_its_row)
    }
}

/// What a row became.
pub(super) enum Became {
    /// It can be used, unless another one for the same reading counts instead. Its findings go with it.
    Candidate(Box<Candidate>),
    SetAside(SetAside),
    Blank(Blank),
}

/// What a workbook says about all its rows.
#[derive(Default)]
pub(super) struct Said<'a> {
    /// The name that it goes by.
    pub batch: &'a str,
    /// The form that it is.
    pub form: Option<Variant>,
    /// The versions of the form that its rows may be read with, where it does not say its own.
    pub versions: Vec<Version<'a>>,
}

/// What it takes to tell a row's form.
pub(super) struct Which<'a> {
    pub instrument: &'a Instrument,
    pub readers: &'a Readers<'a>,
    pub rule: Option<&'a VariantRule>,
}

/// A row with its keys and the reader whose it is.
struct Found<'b> {
    row: u32,
    cells: &'b [Cell],
    keyed: Keyed,
    reader: Option<String>,
}

/// Takes a table apart into rows, in their order.
pub(super) fn read(
    on: &OnSheet<'_>,
    said: &Said<'_>,
    with: &Reading<'_>,
    repeats: Option<&Repeats<'_>>,
    file: &str,
) -> Vec<Row> {
    let (sheet, table) = (on.sheet(), &on.table);
    let content = |cell: &Cell| {
        let role = table.roles.get(cell.column as usize).copied().flatten();
        // What a formula works out in a column of no question is nothing that somebody entered.
        !cell.value.is_blank() && role != Some(Role::Ours) && !(cell.formula && role.is_none())
    };
    let mut found: Vec<Found<'_>> = Vec::new();
    for (row, cells) in sheet.rows().filter(|(row, cells)| *row >= table.first_row && cells.iter().any(content)) {
        let keyed = assign::keys(table, cells, with.index);
        let nobody = matches!(keyed, Keyed::Nothing | Keyed::Unknown { .. });
        if nobody && (table.is_headings(cells, &with.headings) || with.headings.are_section_titles(cells)) {
            continue;
        }
        found.push(Found { row, cells, keyed, reader: None });
    }
    let known = &with.index.readers;
    let by_batch = known.iter().find(|reader| fold(reader) == fold(said.batch)).cloned();
    let of_all = by_batch.or_else(|| only_reader(&found, with.index));
    for row in &mut found {
        let cell = table.reader.and_then(|column| row.cells.iter().find(|cell| cell.column == column));
        let by_column = cell.and_then(|cell| known.iter().find(|reader| fold(reader) == fold(&cell.text())).cloned());
        row.reader = by_column.or_else(|| of_all.clone());
    }
    let origin = |row: u32| Origin { workbook: file.to_owned(), sheet: sheet.name.clone(), row };
    let one = |found: Found<'_>| {
        let at = origin(found.row);
        one(found, at, on, said, with, repeats)
    };
    match repeats {
        None => found
            .into_par_iter()
            .map(|found| {
                let at = origin(found.row);
                self::one(found, at, on, said, with, None)
            })
            .collect(),
        // Which rows of repeats found a home is noted one after the other.
        Some(_) => found.into_iter().map(one).collect(),
    }
}

/// One row.
fn one(
    found: Found<'_>,
    origin: Origin,
    on: &OnSheet<'_>,
    said: &Said<'_>,
    with: &Reading<'_>,
    repeats: Option<&Repeats<'_>>,
) -> Row {
    let Found { cells, keyed, reader, .. } = found;
    let table = &on.table;
    let unit = match &keyed {
        Keyed::Unit { unit, .. } => Some(*unit),
        _ => None,
    };
    let serial = unit.map_or(String::new(), |unit| with.index.sampled.units[unit].serial.clone());
    let reading = match &keyed {
        Keyed::Unit { reading, .. } => *reading,
        _ => None,
    };
    let by_frame = unit.and_then(|unit| with.index.sampled.units[unit].variant);
    let cell_of = |column: Option<u32>| {
        let row = Place::file(&origin.workbook).sheet(&origin.sheet).unit(&serial);
        match column {
            Some(column) => row.cell(origin.row, column),
            None => row.row(origin.row),
        }
    };
    let (version, undated) = version::of_row(&said.versions, cells, &cell_of);
    let worded = version.map(|at| &said.versions[at]);
    let (instrument, readers) = worded.map_or((with.instrument, &with.readers), |v| (v.instrument, &v.readers));
    let which = Which { instrument, readers, rule: with.variant };
    let (variant, doubt) = variant::of_row(&which, table, cells, said.form, by_frame, &cell_of);
    // Whose a row is has to be known before anything that stands elsewhere is said to belong to it.
    let around = row::Around {
        outer: None,
        number: 1,
        repeats: repeats.zip(unit).map(|(r, _)| r),
        unit: unit.unwrap_or(0),
        reading,
        variant,
        frame: unit.and_then(|unit| with.index.sampled.strata.get(unit)).map_or(&[], Vec::as_slice),
    };
    let mut answered = row::read(instrument, readers, table, cells, (&origin, &serial), &around, with);
    answered.findings.extend(doubt.into_iter().chain(undated).filter(|_| answered.filled > 0));
    let place = |column: u32| Place::file(&origin.workbook).sheet(&origin.sheet).cell(origin.row, column).unit(&serial);
    let whole_row = || Place::file(&origin.workbook).sheet(&origin.sheet).row(origin.row).unit(&serial);
    let recorded = |finding: &Finding| {
        with.instrument.question(&finding.place.question).is_some_and(|q| with.instrument.is_record(q))
    };
    let (why, finding) = match keyed {
        Keyed::Unit { reading, .. } if answered.filled == 0 => {
            let record = answered.record(with.instrument);
            let blank = Blank { serial, reading: reading.unwrap_or(1), origin, record };
            // Of somebody who gave no answer, only what the office entered can be wrong.
            let findings =
                if answered.recorded { answered.findings.into_iter().filter(recorded).collect() } else { Vec::new() };
            return Row { became: Became::Blank(blank), findings };
        }
        Keyed::Unit { .. } if answered.blank.is_some() => {
            let rule = answered.blank.and_then(|rule| with.instrument.edits.get(rule));
            let found = rule.map_or(String::new(), |rule| format!("edit rule {}: {}", rule.id, rule.label));
            let record = answered.record(with.instrument);
            // Where a rule speaks of one of the cells, that is what is to be mended.
            let by_rule = |finding: &Finding| ["R050", "R051"].contains(&finding.code.as_str());
            let spoken_of = answered.findings.iter().any(|finding| by_rule(finding) && !recorded(finding));
            let kept = |finding: &Finding| row::outlives_its_row(finding) || recorded(finding) || by_rule(finding);
            let blank = Finding::new("R052", whole_row()).expected(found);
            let findings = answered.findings.into_iter().filter(kept);
            let findings = findings.chain((!spoken_of).then_some(blank)).collect();
            let cells = cells_as_they_stood(cells);
            let (reason, rule) = (reason::NOTHING_LEFT.to_owned(), answered.blank);
            let read = Some(Box::new(Response {
                serial: serial.clone(),
                reader: reader.unwrap_or_default(),
                reading: reading.unwrap_or(1),
                origin: origin.clone(),
                variant,
                answers: answered.given,
                repeats: answered.repeats,
                edits: answered.edits,
            }));
            return Row {
                became: Became::SetAside(SetAside { origin, serial, reason, rule, record, cells, read }),
                findings,
            };
        }
        Keyed::Unit { unit, reading, hints } => {
            match reading.or_else(|| reading_of(unit, reader.as_deref(), with.index)) {
                Some(reading) => {
                    answered.findings.extend(hints.into_iter().map(|hint| about_key(hint, &place)));
                    let expected = with.index.reader(unit, reading);
                    let candidate = Candidate {
                        unit,
                        reading,
                        reader_known: reader.is_some(),
                        entry: None,
                        reader: reader.unwrap_or_else(|| expected.to_owned()),
                        origin,
                        sheet: on.place,
                        given: answered.given,
                        repeats: answered.repeats,
                        edits: answered.edits,
                        filled: answered.filled,
                        variant,
                        version,
                        findings: answered.findings,
                        book: on.book.clone(),
                        number: on.number,
                    };
                    return Row { became: Became::Candidate(Box::new(candidate)), findings: Vec::new() };
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
            let mistyped = Some(column) == table.serial && draw::is_mistyped(&found);
            let found =
                if mistyped { format!("{found}, whose last letter does not fit its digits: mistyped") } else { found };
            let finding = Finding::new("R010", place(column)).found(found);
            (reason::NOT_SAMPLED, if answered.filled == 0 { finding.severity(Severity::Note) } else { finding })
        }
        Keyed::Contradiction { found, column } => {
            (reason::CONTRADICTION, Finding::new("R032", place(column)).found(found))
        }
        Keyed::Doubt { found, column } => (reason::DOUBT, Finding::new("R033", place(column)).found(quoted(&found))),
    };
    let mut findings = vec![finding];
    findings.extend(answered.findings.into_iter().filter(row::outlives_its_row));
    let (reason, cells) = (why.to_owned(), cells_as_they_stood(cells));
    let aside = SetAside { origin, serial, reason, rule: None, record: Vec::new(), cells, read: None };
    Row { became: Became::SetAside(aside), findings }
}

/// The only reader to whom all units of a table were issued, if there is just one.
fn only_reader(rows: &[Found<'_>], index: &Index<'_>) -> Option<String> {
    let mut common: Option<BTreeSet<&str>> = None;
    for row in rows {
        let Keyed::Unit { unit, .. } = &row.keyed else { continue };
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

/// The reading that a row is, where no token says it: the only one expected, or the reader's; what a reader returned of
/// whom none was expected is told apart later.
fn reading_of(unit: usize, reader: Option<&str>, index: &Index<'_>) -> Option<u8> {
    let expected = &index.sampled.units[unit].readings;
    let by_reader = expected.iter().find(|expected| reader.is_some_and(|reader| reader == expected.reader));
    match (by_reader, expected.as_slice()) {
        (Some(expected), _) | (None, [expected]) => Some(expected.reading),
        (None, []) => Some(1),
        (None, _) if reader.is_some() => Some(1),
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
    use super::cells_as_they_stood;
    use crate::sheet::{Cell, Shown};

    #[test]
    fn cells_that_are_kept_stand_where_they_stood() {
        let cell =
            |column, text: &str| Cell { row: 0, column, value: text.into(), formula: false, shown: Shown::Plain };
        let kept = cells_as_they_stood(&[cell(1, "b"), cell(4, " e ")]);
        assert_eq!(kept, ["", "b", "", "", " e "]);
        assert!(cells_as_they_stood(&[]).is_empty());
        assert_eq!(cells_as_they_stood(&[cell(0, "a"), cell(16_383, "far")]), ["a", "far"]);
    }
}
