//! Issue: the workbooks that readers and key-entry staff fill in, and the list from which letters are addressed.
//!
//! A return workbook is made to survive its users. Every row carries a token in a hidden column, every column the id of
//! its question, and a sheet that is not shown says which study, instrument and sample the workbook belongs to. So a
//! return is recognised whatever was moved, sorted or renamed, and even a sheet copied into another file can be read.
//!
//! | part | makes |
//! | --- | --- |
//! | `columns` | the plan of the sheet `Answers`: which column holds what |
//! | `guidance` | the sheet that says what to do and how to judge |
//! | `answers` | the sheet that is filled in |
//! | `repeats` | a sheet for each repeat, one row for each of the several |
//! | `rules` | drop-downs, ranges, input messages, the colours of routing |
//! | `spreadsheet` | written-out conditions and calculations as spreadsheet formulas |
//! | `mend` | the findings of one return beside its answers, to be mended and sent back |
//! | `identity` | the sheet `quorate`, never shown, and the row tokens |
//! | [`key_entry`] | the workbook into which returned paper forms are keyed |
//! | [`paper`] | the form as a printed questionnaire (PDF) |
//! | `mailing` | the mailing list, the only place where serials and identities meet |

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::error::{Error, Result};
use crate::instrument::{Instrument, Question, QuestionKind, Variant};
use crate::terms::StudyKind;

mod answers;
mod columns;
mod guidance;
mod identity;
pub mod key_entry;
mod mailing;
mod mend;
pub mod paper;
mod repeats;
mod rules;
mod spreadsheet;
pub(crate) mod style;

pub(crate) use columns::ordinal;
pub(crate) use identity::headers;
pub use identity::{
    ANSWERS_SHEET, BROUGHT_HEADER, FORMAT, GUIDANCE_SHEET, IDENTITY_SHEET, LISTS_SHEET, NUMBER_HEADER, PROPERTY_PREFIX,
    RESERVED_HEADERS, rank_header, row_token, tick_header,
};
pub(crate) use rules::Lists;

pub use mailing::{mailing_list_csv, mailing_list_xlsx};
pub use mend::{FINDINGS_SHEET, ToMend};

/// The heading of the column that marks the files of the training batch, where there is one.
pub const BATCH: &str = "Batch";

/// What stands there for a file that all readers read before they begin with their own.
pub const TRAINING: &str = "training";

/// One workbook to issue: to a reader, or for a batch of forms to be keyed in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// The study's short name.
    pub study: String,
    /// The study's title as printed at the head of the guidance; the instrument's title if empty.
    pub title: String,
    /// The id of the draw that the rows come from; part of every row token.
    pub sample: String,
    /// The reader's code or the batch's name.
    pub name: String,
    /// Whom to tell at once about a concern; a general sentence if empty.
    pub contact: String,
    /// The rows, in the order in which they are to be worked through.
    pub rows: Vec<Row>,
    /// Answers to fill in: for made-up data and pilots, and to be mended; empty in a workbook that goes out.
    pub fill: Fill,
    /// Answers to fill into the rows of repeats: for each row and repeat one map for each of the several, in order.
    pub repeated: BTreeMap<(String, u8), RepeatFill>,
    /// Rows that stand ready for each unit on the sheet of a repeat, where the form does not say how many there are.
    pub repeat_rows: u32,
    /// The SHA-256 of the returned file that the workbook takes the place of, once it is mended and sent back.
    pub mends: Option<String>,
    /// What is to be mended.
    pub findings: Vec<ToMend>,
    /// The form that it asks, where the instrument has two; the standard form if not said.
    pub variant: Option<Variant>,
}

/// One row to fill in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The unit's serial.
    pub serial: String,
    /// The number of the case file; none in a survey, where identities stay in the key file.
    pub id: Option<String>,
    /// 1, or 2 for the second reading of a file, and so on.
    pub reading: u8,
    /// What else the person sees beside the serial: heading and value, the same headings in every row.
    pub context: Vec<(String, String)>,
}

/// Answers to the questions of repeats: by the repeat's id one map for each of the several, in order.
pub type RepeatFill = BTreeMap<String, Vec<BTreeMap<String, String>>>;

/// Answers as a person would type them: by serial and reading, then by the question's id.
///
/// A code, a label or any other text; several responses to one question divided by `;`, in their order where they are put
/// in order; dates as `2026-03-31`, times as `14:30`. A column's own id in place of the question's says what stands in that
/// column alone.
pub type Fill = BTreeMap<(String, u8), BTreeMap<String, String>>;

/// Makes a return workbook (xlsx). The same instrument and batch give the same bytes.
///
/// # Errors
/// When the batch has no rows, holds a row twice, or does not fit into a spreadsheet.
pub fn workbook(instrument: &Instrument, batch: &Batch) -> Result<Vec<u8>> {
    examine(batch)?;
    let as_put;
    let instrument = match instrument.has_variants() {
        true => {
            as_put = instrument.in_variant(batch.variant.unwrap_or(Variant::Standard));
            &as_put
        }
        false => instrument,
    };
    let plan = columns::plan(instrument, batch);
    build(instrument, batch, &plan).map_err(|error| {
        Error::data("the return workbook cannot be made")
            .at(batch.name.clone())
            .found(error.to_string())
            .hint("make the batches smaller, or the texts of the instrument shorter")
    })
}

fn examine(batch: &Batch) -> Result<()> {
    if batch.rows.is_empty() {
        return Err(Error::data("a return workbook without rows").at(batch.name.clone()).expected("at least one unit"));
    }
    let mut seen = std::collections::BTreeSet::new();
    for row in &batch.rows {
        if !seen.insert((&row.serial, row.reading)) {
            return Err(Error::data("a return workbook asks for the same reading twice")
                .at(batch.name.clone())
                .found(format!("serial {}, reading {}", row.serial, row.reading))
                .expected("each serial once for each reading"));
        }
    }
    Ok(())
}

fn build(instrument: &Instrument, batch: &Batch, plan: &columns::Plan) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(instrument, batch)?);
    let sheets = repeats::plans(instrument, plan);
    if !batch.findings.is_empty() {
        mend::write(workbook.add_worksheet(), instrument, batch, plan, &sheets)?;
    }
    guidance::write(workbook.add_worksheet(), instrument, batch, &sheets)?;
    let lists = Lists::of(instrument);
    answers::write(workbook.add_worksheet(), instrument, batch, plan, &lists, &sheets)?;
    for sheet in &sheets {
        repeats::write(workbook.add_worksheet(), instrument, batch, (plan, sheet), &lists)?;
    }
    lists.write(workbook.add_worksheet())?;
    identity::write(workbook.add_worksheet(), instrument, batch)?;
    workbook.save_to_buffer()
}

/// The document's properties. The date is fixed, so that the same batch gives the same bytes on every day.
fn properties(instrument: &Instrument, batch: &Batch) -> Result<DocProperties, XlsxError> {
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let mut properties = DocProperties::new()
        .set_title(format!("{} - {}", instrument.title, batch.name))
        .set_subject(batch.study.as_str())
        .set_creation_datetime(&made);
    for (key, value) in identity::marks(instrument, batch) {
        properties = properties.set_custom_property(format!("{PROPERTY_PREFIX}{key}"), value);
    }
    Ok(properties)
}

/// Whether a workbook is one that [`workbook`] made, whatever became of it since.
pub fn is_return(book: &crate::sheet::Book) -> bool {
    book.properties.get(&format!("{PROPERTY_PREFIX}format")).is_some_and(|format| format == FORMAT)
        || book.sheets.iter().any(|sheet| sheet.name == IDENTITY_SHEET)
}

/// What the drop-down offers for a response: its label, with the code in front for ratings, so that the number can be seen.
pub fn offered(kind: QuestionKind, code: &str, label: &str) -> String {
    if kind == QuestionKind::Rating && !label.trim_start().starts_with(code) {
        format!("{code} {label}")
    } else {
        label.to_owned()
    }
}

/// All that the drop-down of a question offers, valid responses first: code and text.
fn choices(question: &Question) -> Vec<(&str, String)> {
    let Some(scale) = &question.scale else { return Vec::new() };
    let valid = scale.responses.iter().map(|r| (r.code.as_str(), r.label.as_str()));
    let missing = scale.missing.iter().map(|r| (r.code.as_str(), r.label.as_str()));
    let mut all: Vec<(&str, String)> = valid.map(|(code, label)| (code, offered(question.kind, code, label))).collect();
    all.extend(missing.map(|(code, label)| (code, label.to_owned())));
    all
}

/// The routing of a question in words, if it has any.
fn routing_in_words(instrument: &Instrument, question: &Question) -> Option<String> {
    let Some(condition) = &question.ask_if else {
        let written = question.written.relevant.as_ref()?;
        return Some(format!("Only if {}", spoken(instrument, &written.text)));
    };
    let gate = instrument.questions.get(condition.question)?;
    let labels: Vec<String> = gate
        .scale
        .iter()
        .flat_map(|scale| &scale.responses)
        .filter(|response| condition.codes.contains(&response.code))
        .map(|response| format!("\"{}\"", response.label))
        .collect();
    Some(format!("Only if \"{}\" is {}", gate.label, labels.join(" or ")))
}

/// A text with the labels of the questions that it refers to in place of `${id}`.
fn spoken(instrument: &Instrument, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let Some((id, after)) = after.split_once('}') else { break };
        let repeated = instrument.repeats.iter().find_map(|repeat| repeat.form.question(id.trim()));
        match instrument.question(id.trim()).or(repeated) {
            Some(question) => out.push_str(&format!("[{}]", question.label)),
            None => out.push_str(&format!("[{}]", id.trim())),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What one row of the workbook is about, in a sentence.
fn unit_word(instrument: &Instrument) -> &'static str {
    match instrument.kind {
        StudyKind::Survey => "form",
        StudyKind::FileAudit => "case file",
    }
}
