//! What comes back: spreadsheets recognised, read to the cell, checked, and reconciled with the sample.
//!
//! [`ingest`] reads every spreadsheet of a folder. Nothing that a person returned is altered or dropped without a record:
//! every row with anything in it is accepted or set aside with its reason, every answer keeps what stood in its cell, and
//! whatever is wrong is a [`Finding`] placed at the cell. One bad workbook never stops the others, and the result does not
//! depend on the order in which the folder lists its files.
//!
//! | step | part |
//! | --- | --- |
//! | which files, in which order | `folder` |
//! | what a file says it is, where its table stands, what its headings mean | `recognise`, `headings`, `exports` |
//! | which unit a row is about | `assign`, `sampled` |
//! | what stands in a cell | `answer`, `spelling` |
//! | what became of each row, what should have been answered | `rows`, `row` |
//! | the rows of a repeat, on a sheet of their own | `repeats` |
//! | which of several returns counts, what a mended one takes the place of | `duplicates`, `mended` |
//! | what two clerks keyed differently | `double` |
//! | counts that add up | `ingest`, [`Returned::reconciles`] |

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::editing::{self, Edit};
use crate::error::Result;
use crate::finding::Finding;
use crate::instrument::{Answer, Instrument, Variant};

mod answer;
mod assign;
mod double;
mod duplicates;
mod exports;
mod folder;
mod headings;
mod mapping;
mod mended;
mod recognise;
mod repeats;
mod row;
mod rows;
mod sampled;
mod spelling;
mod told;
mod variant;
mod version;
mod workbook;

pub use answer::{DateOrder, TickCodes};
pub use mapping::{Headed, Mapping};
pub use sampled::{Expected, Sampled, SampledUnit};
pub use variant::VariantRule;
pub use version::VersionRule;

/// What has been declared about the returns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Which of several returns for one reading counts.
    pub duplicates: Duplicates,
    /// Which number is the day in dates such as `03/04/2026`.
    pub dates: DateOrder,
    /// Where answers stand in spreadsheets that are headed in words of their own.
    pub mapping: Mapping,
    /// What stands in tick columns that hold codes.
    pub ticks: TickCodes,
    /// How a return says which form it is, where the instrument has two.
    pub variant: Option<VariantRule>,
    /// Which version of the form returns are that do not say it themselves; the first that holds.
    pub versions: Vec<VersionRule>,
}

/// Reads everything in a folder of returns and the folders in it. `progress` is called once for each file when it has been
/// read, in no particular order and from several threads.
///
/// Paths in the result count from `folder`, with forward slashes.
///
/// # Errors
/// When the folder does not exist or cannot be listed. Whatever is wrong with a file in it is a finding.
pub fn ingest(
    instrument: &Instrument,
    sampled: &Sampled,
    folder: &Path,
    rules: &Rules,
    progress: &(dyn Fn() + Sync),
) -> Result<Returned> {
    Ok(read_files(instrument, sampled, &folder::list(folder)?, rules, progress))
}

/// Reads one returned file, as [`ingest`] would in a folder that holds nothing else.
///
/// # Errors
/// When there is no such file. Whatever is wrong with it is a finding.
pub fn ingest_file(instrument: &Instrument, sampled: &Sampled, file: &Path, rules: &Rules) -> Result<Returned> {
    Ok(read_files(instrument, sampled, &[folder::one(file)?], rules, &|| ()))
}

fn read_files(
    instrument: &Instrument,
    sampled: &Sampled,
    files: &[folder::Found],
    rules: &Rules,
    progress: &(dyn Fn() + Sync),
) -> Returned {
    let index = sampled::Index::new(sampled);
    let with = workbook::Reading::new(instrument, &index, rules);
    let mut outcomes: Vec<workbook::Outcome> = files
        .par_iter()
        .map(|file| {
            let outcome = workbook::read(file, &with);
            progress();
            outcome
        })
        .collect();
    duplicates::same_files(&mut outcomes, with.index);
    let mended = mended::settle(&mut outcomes, instrument, with.index);
    let mut returned = reconcile(outcomes, rules, instrument, with.index);
    returned.findings.extend(mended);
    crate::finding::sort(&mut returned.findings);
    returned
}

/// How many files [`ingest`] will look at.
///
/// # Errors
/// As [`ingest`].
pub fn count_files(folder: &Path) -> Result<usize> {
    Ok(folder::list(folder)?.len())
}

/// Brings the files together: one row for each reading, everything in an order that does not depend on the files'.
fn reconcile(
    outcomes: Vec<workbook::Outcome>,
    rules: &Rules,
    instrument: &Instrument,
    index: &sampled::Index<'_>,
) -> Returned {
    let mut returned = Returned::default();
    let mut rows = Vec::new();
    for outcome in outcomes {
        let saved = outcome.saved;
        let mut workbook = outcome.workbook;
        workbook.saved = saved.map(|moment| moment.date());
        rows.extend(outcome.candidates.into_iter().map(|row| duplicates::Dated { row, saved }));
        returned.set_aside.extend(outcome.set_aside);
        returned.blank.extend(outcome.blank);
        returned.findings.extend(outcome.findings);
        returned.workbooks.push(workbook);
    }
    let settled = duplicates::settle(rows, rules.duplicates, instrument, index);
    returned.set_aside.extend(settled.set_aside);
    returned.findings.extend(settled.findings);
    for row in settled.kept {
        if let Ok(at) = returned.workbooks.binary_search_by(|workbook| workbook.file.cmp(&row.origin.workbook)) {
            returned.workbooks[at].accepted += 1;
        }
        returned.findings.extend(row.findings);
        returned.responses.push(Response {
            serial: index.sampled.units[row.unit].serial.clone(),
            reader: row.reader,
            reading: row.reading,
            origin: row.origin,
            variant: row.variant,
            answers: row.given,
            repeats: row.repeats,
            edits: row.edits,
        });
    }
    returned.set_aside.sort_by(|a, b| a.origin.cmp(&b.origin));
    returned.blank.sort_by(|a, b| a.origin.cmp(&b.origin));
    crate::finding::sort(&mut returned.findings);
    returned
}

/// Which of several returns for one reading counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duplicates {
    /// The latest version: by the date when each workbook was last saved, as it says itself. Where one of them does not
    /// say it, or the dates are the same, by the names of the files: a draft before what is none, then as people order
    /// names, `return v2` before `return v10`; within one file by sheet and row.
    #[default]
    Latest,
    /// The one with the most answers; of equals, as [`Duplicates::Latest`].
    MostComplete,
    /// The first in the order of dates and names.
    First,
}

/// Everything that came back.
#[derive(Debug, Clone, Default)]
pub struct Returned {
    /// The accepted rows, in the order of the sample, the readings of a file in the order of their numbers.
    pub responses: Vec<Response>,
    /// The rows set aside, each with its reason.
    pub set_aside: Vec<SetAside>,
    /// Everything wrong.
    pub findings: Vec<Finding>,
    /// The files read, with what each held, in the order of their paths.
    pub workbooks: Vec<ReturnedWorkbook>,
    /// The rows that came back without any answer; they count neither as read nor as returned.
    pub blank: Vec<Blank>,
}

impl Returned {
    /// The readings of every unit, in the order of their numbers: one for each reader who returned it.
    pub fn readings(&self) -> BTreeMap<&str, Vec<&Response>> {
        let mut readings: BTreeMap<&str, Vec<&Response>> = BTreeMap::new();
        for response in &self.responses {
            readings.entry(&response.serial).or_default().push(response);
        }
        readings.values_mut().for_each(|list| list.sort_by_key(|response| response.reading));
        readings
    }

    /// Whether the counts add up: over all files and in each of them, rows read are rows accepted and rows set aside.
    pub fn reconciles(&self) -> bool {
        let total = |count: &dyn Fn(&ReturnedWorkbook) -> usize| self.workbooks.iter().map(count).sum::<usize>();
        let aside = |file: &str| self.set_aside.iter().filter(|row| row.origin.workbook == file).count();
        total(&|workbook| workbook.accepted) == self.responses.len()
            && total(&|workbook| workbook.rows_read) == self.responses.len() + self.set_aside.len()
            && total(&|workbook| workbook.blank) == self.blank.len()
            && self.workbooks.iter().all(|workbook| workbook.rows_read == workbook.accepted + aside(&workbook.file))
    }
}

/// A row that was issued and came back without any answer.
#[derive(Debug, Clone)]
pub struct Blank {
    /// The unit's serial.
    pub serial: String,
    /// 1, or 2 for the second reading of a file, and so on.
    pub reading: u8,
    /// Where the row stands.
    pub origin: Origin,
    /// What the office entered there, by the places of the questions.
    pub record: Vec<(usize, Given)>,
}

/// One accepted row: the answers about one unit.
#[derive(Debug, Clone)]
pub struct Response {
    /// The unit's serial.
    pub serial: String,
    /// The reader's code in a file audit; empty in a survey.
    pub reader: String,
    /// 1, or 2 for the second reading of a file, and so on.
    pub reading: u8,
    /// Where the row stands.
    pub origin: Origin,
    /// The form, where the instrument has two and it could be told; answers are read as the standard form's otherwise.
    pub variant: Option<Variant>,
    /// One for each question of the instrument, in its order.
    pub answers: Vec<Given>,
    /// For each repeat of the instrument what was answered about each of the several.
    pub repeats: Vec<Vec<Repeated>>,
    /// What edit rules did to the answers, in the order in which they did it.
    pub edits: Vec<Edit>,
}

impl Response {
    /// The answers as they were given, before any edit rule.
    pub fn as_given(&self) -> Vec<Answer> {
        let mut answers: Vec<Answer> = self.answers.iter().map(|given| given.answer.clone()).collect();
        editing::undo(&self.edits, &mut answers);
        answers
    }
}

/// The answers about one of several, in a repeat.
#[derive(Debug, Clone)]
pub struct Repeated {
    /// Its number, 1 for the first.
    pub number: u32,
    /// Where the row stands.
    pub origin: Origin,
    /// One for each question of the repeat, in its order.
    pub answers: Vec<Given>,
    /// What the usual rules of the repeat's form did to them, in the order in which they did it.
    pub edits: Vec<Edit>,
}

impl Repeated {
    /// The answers as they were given, before any edit rule.
    pub fn as_given(&self) -> Vec<Answer> {
        let mut answers: Vec<Answer> = self.answers.iter().map(|given| given.answer.clone()).collect();
        editing::undo(&self.edits, &mut answers);
        answers
    }
}

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The workbook, as a path from the returns folder.
    pub workbook: String,
    /// The sheet; empty in a text file.
    pub sheet: String,
    /// The row, counted from zero.
    pub row: u32,
}

/// One answer as it was given and as it was read.
#[derive(Debug, Clone)]
pub struct Given {
    /// As read, after editing.
    pub answer: Answer,
    /// As it stood in the cell, untouched; from tick columns the code and the text of each filled one (`h=Yes; p=x`).
    pub raw: Arc<str>,
    /// The code of the answer on the scale of the form that was filled in, where the forms have scales of their own.
    pub original: Option<String>,
    /// The column, counted from zero; none when the return has no column for the question.
    pub column: Option<u32>,
}

/// A row that was not used.
#[derive(Debug, Clone)]
pub struct SetAside {
    /// Where it stands.
    pub origin: Origin,
    /// The serial, if one could be read.
    pub serial: String,
    /// Why, in a few words that group such rows ("not in the sample", "earlier version of a return").
    pub reason: String,
    /// The edit rule by which nothing is left of it, as its place in the instrument; none if it was for another reason.
    pub rule: Option<usize>,
    /// What the office entered there, by the places of the questions, where nothing else is left of a return.
    pub record: Vec<(usize, Given)>,
    /// The cells as they stood, untouched, each in the place of its column; without the empty ones where nearly all are.
    pub cells: Vec<String>,
    /// What was read, where an edit rule set the row aside, so that the rule can be taken back.
    pub read: Option<Box<Response>>,
}

/// One file of the returns folder.
#[derive(Debug, Clone)]
pub struct ReturnedWorkbook {
    /// Path from the returns folder.
    pub file: String,
    /// SHA-256 of its bytes.
    pub hash: String,
    /// How it was recognised ("token", "identifiers", "identifiers, KoboToolbox export"), or why it was not used.
    pub recognised: String,
    /// The batch or the reader that it was issued to, as it says itself; empty where it does not.
    pub batch: String,
    /// The language of its texts, as it says itself.
    pub language: String,
    /// The SHA-256 of the file that it takes the place of, as it says itself.
    pub mends: Option<String>,
    /// The mended return that takes its place, as a path from the returns folder.
    pub superseded_by: Option<String>,
    /// The day on which it was last saved, as it says itself.
    pub saved: Option<chrono::NaiveDate>,
    /// Rows with anything in them below the headings; rows that were issued and came back empty are not among them.
    pub rows_read: usize,
    /// Rows accepted.
    pub accepted: usize,
    /// Rows that came back without any answer.
    pub blank: usize,
    /// Where answers stand on its sheets.
    pub sheets: Vec<AnswerColumns>,
}

/// Where answers stand on a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerColumns {
    /// The sheet; empty in a text file.
    pub sheet: String,
    /// The repeat whose rows they are, as its place in the instrument; none for the form itself.
    pub repeat: Option<usize>,
    /// The first row that may hold answers, counted from zero.
    pub first_row: u32,
    /// Column by column, counted from zero: the place of its question, and of the response where each has its own column.
    pub questions: Vec<(u32, usize, Option<usize>)>,
}
