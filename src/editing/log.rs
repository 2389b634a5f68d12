//! `edits.csv`: every application of a rule, with what stood before, and the way back from it.

use std::collections::BTreeMap;

use super::Edit;
use crate::error::{Error, Result};
use crate::finding::cell_name;
use crate::instrument::{Answer, Instrument};
use crate::returns::Response;

/// The columns of the log.
pub const LOG_COLUMNS: [&str; 12] = [
    "serial",
    "reading",
    "question",
    "rule",
    "action",
    "before",
    "before_missing",
    "after",
    "after_missing",
    "workbook",
    "sheet",
    "cell",
];

/// An answer as it stands in data files: its code, or why there is none.
pub type Coded = (String, String);

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The unit's serial.
    pub serial: String,
    /// 1, or 2 for the second reading of a file, and so on.
    pub reading: u8,
    /// The question's id.
    pub question: String,
    /// The rule's number.
    pub rule: String,
    /// What the rule did.
    pub action: String,
    /// The answer before.
    pub before: Coded,
    /// The answer after.
    pub after: Coded,
    /// The returned workbook, as a path from the returns folder.
    pub workbook: String,
    /// Its sheet.
    pub sheet: String,
    /// The cell; of a question without a column the row.
    pub cell: String,
}

/// The log of all returns, in their order, each in the order in which the rules were applied.
pub fn log(instrument: &Instrument, responses: &[Response]) -> Vec<Logged> {
    let coded = |question: usize, answer: &Answer| {
        let missing = answer.missing().map_or("", |kind| kind.name());
        (instrument.questions[question].code(answer), missing.to_owned())
    };
    let one = |response: &Response, edit: &Edit| {
        let rule = &instrument.edits[edit.rule];
        let column = response.answers[edit.question].column;
        Logged {
            serial: response.serial.clone(),
            reading: response.reading,
            question: instrument.questions[edit.question].id.clone(),
            rule: rule.id.clone(),
            action: rule.action.name().to_owned(),
            before: coded(edit.question, &edit.before),
            after: coded(edit.question, &edit.after),
            workbook: response.origin.workbook.clone(),
            sheet: response.origin.sheet.clone(),
            cell: column.map_or((response.origin.row + 1).to_string(), |column| cell_name(response.origin.row, column)),
        }
    };
    responses.iter().flat_map(|response| response.edits.iter().map(move |edit| one(response, edit))).collect()
}

/// Reads the log back.
///
/// # Errors
/// When it is no log: other columns, or a reading that is no number.
pub fn read_log(bytes: &[u8]) -> Result<Vec<Logged>> {
    let fault = |what: String| Error::data("the log of edits cannot be read").found(what);
    let mut reader = csv::Reader::from_reader(bytes);
    let headings = reader.headers().map_err(|error| fault(error.to_string()))?;
    if headings.iter().ne(LOG_COLUMNS) {
        return Err(fault(headings.iter().collect::<Vec<_>>().join(", ")).expected(LOG_COLUMNS.join(", ")));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| fault(error.to_string()))?;
        let text = |at: usize| record.get(at).unwrap_or_default().to_owned();
        rows.push(Logged {
            serial: text(0),
            reading: text(1).parse().map_err(|_| fault(text(1)).expected("the number of a reading"))?,
            question: text(2),
            rule: text(3),
            action: text(4),
            before: (text(5), text(6)),
            after: (text(7), text(8)),
            workbook: text(9),
            sheet: text(10),
            cell: text(11),
        });
    }
    Ok(rows)
}

/// Takes a log back: from cleaned answers, by serial, reading and question, to those as given.
///
/// # Errors
/// When the answers are not those that the log ends with.
pub fn take_back(log: &[Logged], answers: &mut BTreeMap<(String, u8, String), Coded>) -> Result<()> {
    for row in log.iter().rev() {
        let key = (row.serial.clone(), row.reading, row.question.clone());
        let place = format!("{} question {}", row.serial, row.question);
        match answers.get_mut(&key) {
            Some(answer) if *answer == row.after => *answer = row.before.clone(),
            Some(_) => return Err(Error::data("the log of edits does not go with the answers").at(place)),
            None => return Err(Error::data("the log of edits is about an answer that is not there").at(place)),
        }
    }
    Ok(())
}
