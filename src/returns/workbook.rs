//! One returned file: read, recognised, and taken apart into rows.

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDateTime;

use super::answer::Readers;
use super::folder::{Found, last_saved};
use super::headings::Headings;
use super::recognise::{self, Columns, Marks, Table};
use super::repeats::{self, Known, Repeats};
use super::rows::{self, Became, Candidate, OnSheet, Said, cells_as_they_stood};
use super::sampled::{Index, looks_like_token};
use super::spelling::fold;
use super::version;
use super::{Blank, Mapping, Origin, ReturnedWorkbook, Rules, SetAside, VariantRule};
use crate::error::Error;
use crate::files::{read_file, sha256_hex};
use crate::finding::{Finding, Place, Severity};
use crate::instrument::{Instrument, Variant};
use crate::issue::key_entry::as_keyed;
use crate::issue::{FINDINGS_SHEET, GUIDANCE_SHEET, LISTS_SHEET};
use crate::sheet::{self, Book, Cell, Limits, Sheet, Visibility};

/// What all files are read with.
pub(super) struct Reading<'a> {
    pub instrument: &'a Instrument,
    pub index: &'a Index<'a>,
    pub headings: Headings,
    pub readers: Readers<'a>,
    pub repeats: Vec<Known<'a>>,
    pub mapping: &'a Mapping,
    /// How a row says which form it is.
    pub variant: Option<&'a VariantRule>,
    rules: &'a Rules,
    pub limits: Limits,
}

impl<'a> Reading<'a> {
    pub fn new(instrument: &'a Instrument, index: &'a Index<'a>, rules: &'a Rules) -> Self {
        let id_column = &index.sampled.id_column;
        let variant = rules.variant.as_ref();
        Reading {
            instrument,
            index,
            headings: Headings::new(instrument, id_column, &rules.mapping, headings_of(variant), &days_of(rules)),
            readers: Readers::new(instrument, rules.dates, &rules.ticks),
            repeats: repeats::known(instrument, id_column, rules),
            mapping: &rules.mapping,
            variant,
            rules,
            limits: Limits::default(),
        }
    }
}

/// The headings of a column that says which form was filled in.
fn headings_of(rule: Option<&VariantRule>) -> &[String] {
    rule.map_or(&[], |rule| &rule.headings)
}

/// The headings of columns that say on which day a row was answered.
fn days_of(rules: &Rules) -> Vec<String> {
    rules.versions.iter().flat_map(|rule| &rule.headings).cloned().collect()
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
    pub const KEYED_TWICE: &str = "keyed a second time, and compared";
    pub const NOTHING_LEFT: &str = "returned blank";
    pub const VERSION: &str = "another version of the same return";
    pub const MENDED: &str = "a mended return took its place";
    pub const NO_HOME: &str = "a row of a repeat without the row that it belongs to";
}

/// The sheets of a return workbook that hold no answers.
const OTHER_SHEETS: [&str; 3] = [GUIDANCE_SHEET, LISTS_SHEET, FINDINGS_SHEET];

/// Reads a file of the returns folder. Whatever is wrong with it is in the outcome; nothing stops the other files.
pub(super) fn read(found: &Found, with: &Reading<'_>) -> Outcome {
    let mut outcome = Outcome {
        workbook: ReturnedWorkbook {
            file: found.name.clone(),
            hash: String::new(),
            saved: None,
            recognised: String::new(),
            batch: String::new(),
            language: String::new(),
            mends: None,
            superseded_by: None,
            rows_read: 0,
            accepted: 0,
            blank: 0,
            sheets: Vec::new(),
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
        Ok(book) => take_apart(&Arc::new(book), with, &mut outcome),
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
    let (hash, book) = rayon::join(|| sha256_hex(&bytes), || sheet::read_bytes(path, &bytes, &with.limits));
    outcome.workbook.hash = hash;
    outcome.saved = last_saved(&bytes);
    book
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

fn take_apart(book: &Arc<Book>, with: &Reading<'_>, outcome: &mut Outcome) {
    let file = outcome.workbook.file.clone();
    let marks = recognise::marks(book);
    if let Some(marks) = &marks {
        outcome.workbook.batch.clone_from(&marks.batch);
        outcome.workbook.language.clone_from(&marks.language);
        outcome.workbook.mends = Some(marks.mends.clone()).filter(|hash| !hash.is_empty());
        if let Some((found, expected, means)) = marks.foreign(with.instrument, with.index) {
            outcome.workbook.recognised = reason::FOREIGN.to_owned();
            let finding = Finding::new("R003", Place::file(&file)).found(format!("{found}: {means}"));
            outcome.findings.push(finding.expected(expected));
            if marks.instrument == with.instrument.id {
                concerns(&tables(book, true, with), with, outcome);
            }
            set_all_aside(book, reason::FOREIGN, outcome);
            return;
        }
        if marks.version != with.instrument.version {
            let finding = Finding::new("R005", Place::file(&file))
                .found(format!("version {:?}", marks.version))
                .expected(format!("version {:?}", with.instrument.version));
            if let Some(earlier) = with.instrument.in_version(&marks.version) {
                let hint = "it is read with the wordings and labels of its own version, as the instrument lists them";
                outcome.findings.push(finding.severity(Severity::Note).hint(hint));
                let with = Reading::new(&earlier, with.index, with.rules);
                return take_answers(book, Some(marks), &with, outcome, &file);
            }
            outcome.findings.push(finding);
        }
    }
    take_answers(book, marks.as_ref(), with, outcome, &file);
}

/// Takes the rows out of the tables of a workbook that is known not to be another survey's.
fn take_answers(book: &Arc<Book>, marks: Option<&Marks>, with: &Reading<'_>, outcome: &mut Outcome, file: &str) {
    let entry = marks.and_then(|marks| marks.entry);
    // What was keyed from paper stands for boxes by their numbers.
    let keyed = entry.map(|_| as_keyed(&with.instrument.questions)).unwrap_or_default();
    let by_number = entry
        .map(|_| Reading { readers: with.readers.of(&keyed), ..Reading::new(with.instrument, with.index, with.rules) });
    let with = by_number.as_ref().unwrap_or(with);
    let repeats = repeats_of(book, with, file);
    let mut tables = tables(book, marks.is_some(), with);
    // The sheet of a repeat may have a heading that stands on the main sheet too.
    if let Some(repeats) = &repeats
        && tables.iter().any(|on| !repeats.is_on(&on.sheet().name))
    {
        tables.retain(|on| !repeats.is_on(&on.sheet().name));
    }
    if tables.is_empty() {
        nothing_found(book, marks.is_some(), outcome, file);
        return;
    }
    let tokens: Vec<&Cell> = tables.iter().flat_map(tokens_of).collect();
    let known = tokens.iter().filter(|cell| with.index.token(&cell.text()).is_some()).count();
    if known == 0 && !tokens.is_empty() {
        outcome.workbook.recognised = reason::FOREIGN.to_owned();
        let found = format!("{} row tokens, none of this sample", tokens.len());
        let expected = format!("row tokens of sample {}", with.index.sampled.sample);
        outcome.findings.push(Finding::new("R003", Place::file(file)).found(found).expected(expected));
        concerns(&tables, with, outcome);
        set_all_aside(book, reason::FOREIGN, outcome);
        return;
    }
    let export = tables.iter().find_map(|on| on.table.export).filter(|_| known == 0);
    outcome.workbook.recognised = match export {
        Some(export) => format!("identifiers, {} export", export.name()),
        None if entry.is_some() => "key entry".to_owned(),
        None => if known > 0 { "token" } else { "identifiers" }.to_owned(),
    };
    let chosen = match marks {
        Some(_) => Vec::new(),
        None => version::of_file(with.rules, with.instrument, file),
    };
    outcome.workbook.sheets.extend(repeats.iter().flat_map(Repeats::columns));
    for on in &tables {
        outcome.workbook.sheets.push(on.table.answers_on(&on.sheet().name, None));
        let said = Said {
            batch: marks.map_or("", |marks| marks.batch.as_str()),
            form: marks.and_then(Marks::variant),
            versions: version::of_table(&chosen, with.instrument, with.rules, &on.table),
        };
        about_columns(on.sheet(), &on.table, said.form, with, outcome);
        for row in rows::read(on, &said, with, repeats.as_ref(), file) {
            outcome.findings.extend(row.findings);
            match row.became {
                Became::Candidate(mut candidate) => {
                    candidate.entry = entry;
                    outcome.candidates.push(*candidate);
                }
                Became::SetAside(aside) => outcome.set_aside.push(aside),
                Became::Blank(blank) => outcome.blank.push(blank),
            }
        }
    }
    if marks.is_none() {
        outcome.findings.extend(version::about_labels(with.instrument, &chosen, &mut outcome.candidates));
    }
    if let Some(repeats) = repeats {
        let (aside, findings) = repeats.homeless();
        outcome.set_aside.extend(aside);
        outcome.findings.extend(findings);
    }
    if !outcome.blank.is_empty() {
        let rows = outcome.blank.len() + outcome.candidates.len();
        let found = format!("{} of {rows} rows without an answer", outcome.blank.len());
        outcome.findings.push(Finding::new("R034", Place::file(file)).found(found));
    }
}

/// The rows of the instrument's repeats; none where it has none.
fn repeats_of<'b>(book: &'b Book, with: &Reading<'_>, file: &'b str) -> Option<Repeats<'b>> {
    if with.repeats.is_empty() {
        return None;
    }
    // The sheet that says what the workbook is lists tokens and questions too.
    let identity = recognise::identity_sheet(book).map(|sheet| sheet.name.as_str()).filter(|name| !name.is_empty());
    let holds_rows =
        |sheet: &&Sheet| !OTHER_SHEETS.contains(&sheet.name.as_str()) && Some(sheet.name.as_str()) != identity;
    let sheets: Vec<&Sheet> = book.sheets.iter().filter(holds_rows).collect();
    Some(Repeats::find(&sheets, with, file))
}

/// The tables of a workbook, each on its sheet; `ours` if the workbook says that it was issued.
fn tables<'b>(book: &'b Arc<Book>, ours: bool, with: &Reading<'_>) -> Vec<OnSheet<'b>> {
    let identity = recognise::identity_sheet(book).map(|sheet| sheet.name.as_str());
    let holds_answers = |sheet: &&Sheet| {
        let is_identity = !sheet.name.is_empty() && Some(sheet.name.as_str()) == identity;
        let explains = ours && OTHER_SHEETS.contains(&sheet.name.as_str());
        let elsewhere = !ours && with.mapping.sheet.as_ref().is_some_and(|name| fold(name) != fold(&sheet.name));
        !(is_identity || explains || elsewhere)
    };
    let mut sheets: Vec<(usize, &Sheet)> =
        book.sheets.iter().enumerate().filter(|(_, sheet)| holds_answers(sheet)).collect();
    // Hidden sheets first: where a visible one says something else, it is the later word.
    sheets.sort_by_key(|(_, sheet)| sheet.visibility == Visibility::Visible);
    let declared = with.mapping.header_row.filter(|_| !ours);
    let table = |sheet: &Sheet| recognise::table(sheet, with.instrument, &with.headings, with.index, declared);
    let on = |(place, (number, sheet))| Some(OnSheet { book, number, place, table: table(sheet)? });
    sheets.into_iter().enumerate().filter_map(on).collect()
}

/// Raises the concerns in a return that is not used otherwise: nobody who may be at risk waits for the right folder.
fn concerns(tables: &[OnSheet<'_>], with: &Reading<'_>, outcome: &mut Outcome) {
    for on in tables {
        let rows = rows::read(on, &Said::default(), with, None, &outcome.workbook.file);
        // The same serial is somebody else's in another draw.
        let unnamed = |mut finding: Finding| {
            finding.place.unit.clear();
            finding
        };
        outcome.findings.extend(rows.into_iter().flat_map(rows::Row::concerns).map(unnamed));
    }
}

fn tokens_of<'b>(on: &OnSheet<'b>) -> Vec<&'b Cell> {
    let (column, first) = (on.table.token, on.table.first_row);
    let is_token = |cell: &&Cell| cell.row >= first && Some(cell.column) == column && looks_like_token(&cell.text());
    on.sheet().cells.iter().filter(is_token).collect()
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
            && !OTHER_SHEETS.contains(&sheet.name.as_str())
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
            let cells = cells_as_they_stood(cells);
            let (serial, reason) = (String::new(), why.to_owned());
            outcome.set_aside.push(SetAside {
                origin,
                serial,
                reason,
                rule: None,
                record: Vec::new(),
                cells,
                read: None,
            });
        }
    }
}

/// What is to be said about the columns of a table.
fn about_columns(sheet: &Sheet, table: &Table, form: Option<Variant>, with: &Reading<'_>, outcome: &mut Outcome) {
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
        .filter(|(question, columns)| **columns == Columns::None && form.is_none_or(|form| question.is_in(form)))
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
