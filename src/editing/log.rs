//! `edits.csv`: every application of a rule, with what stood before, and the way back from it.

use std::collections::BTreeMap;

use super::Edit;
use crate::error::{Error, Result};
use crate::finding::cell_name;
use crate::instrument::{Answer, Instrument};
use crate::returns::{Origin, Response};

/// The columns of the log.
pub const LOG_COLUMNS: [&str; 14] = [
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
    "repeat",
    "row",
];

/// An answer as it stands in data files: its code, or why there is none.
pub type Coded = (String, String);

/// One row of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logged {
    /// The unit's serial.
    pub serial: String,
    /// 1, or 2 for the second reading of a file, and so on.
    pub reading: u8,
    /// The question's id; empty where the rule is about the whole return.
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
    /// The repeat that the question is asked in; empty where it is asked once.
    pub repeat: String,
    /// The number of the row in the repeat; 0 where the question is asked once.
    pub row: u32,
}

/// Whose answer to what: a place that holds one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// The unit's serial.
    pub serial: String,
    /// 1, or 2 for the second reading of a file, and so on.
    pub reading: u8,
    /// The repeat that the question is asked in; empty where it is asked once.
    pub repeat: String,
    /// The number of the row in the repeat; 0 where the question is asked once.
    pub row: u32,
    /// The question's id.
    pub question: String,
}

/// The log of all returns, in their order, each in the order in which the rules were applied. Those that a rule counts as blank
/// come last, each with that rule.
pub fn log(instrument: &Instrument, responses: &[Response], blank: &[(Response, usize)]) -> Vec<Logged> {
    let mut rows = Vec::new();
    for response in responses.iter().chain(blank.iter().map(|(response, _)| response)) {
        let answers = |question: usize| response.answers[question].column;
        rows.extend(response.edits.iter().map(|edit| {
            let at = (&response.origin, answers(edit.question));
            logged(instrument, response, edit, at)
        }));
        for (repeat, several) in instrument.repeats.iter().zip(&response.repeats) {
            for row in several {
                rows.extend(row.edits.iter().map(|edit| Logged {
                    repeat: repeat.id.clone(),
                    row: row.number,
                    ..logged(&repeat.form, response, edit, (&row.origin, row.answers[edit.question].column))
                }));
            }
        }
    }
    rows.extend(blank.iter().map(|(response, rule)| {
        let rule = &instrument.edits[*rule];
        Logged {
            serial: response.serial.clone(),
            reading: response.reading,
            rule: rule.id.clone(),
            action: rule.action.name().to_owned(),
            workbook: response.origin.workbook.clone(),
            sheet: response.origin.sheet.clone(),
            cell: (response.origin.row + 1).to_string(),
            ..Logged::default()
        }
    }));
    rows
}

fn logged(form: &Instrument, response: &Response, edit: &Edit, (origin, column): (&Origin, Option<u32>)) -> Logged {
    let rule = &form.edits[edit.rule];
    let question = &form.questions[edit.question];
    let coded = |answer: &Answer| (question.code(answer), answer.missing().map_or("", |kind| kind.name()).to_owned());
    Logged {
        serial: response.serial.clone(),
        reading: response.reading,
        question: question.id.clone(),
        rule: rule.id.clone(),
        action: rule.action.name().to_owned(),
        before: coded(&edit.before),
        after: coded(&edit.after),
        workbook: origin.workbook.clone(),
        sheet: origin.sheet.clone(),
        cell: column.map_or((origin.row + 1).to_string(), |column| cell_name(origin.row, column)),
        repeat: String::new(),
        row: 0,
    }
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
            repeat: text(12),
            row: match record.get(13).unwrap_or_default() {
                "" => 0,
                number => number.parse().map_err(|_| fault(number.to_owned()).expected("the number of a row"))?,
            },
        });
    }
    Ok(rows)
}

/// Takes a log back: from cleaned answers to those as given. A rule that counts a whole return as blank changed no answer.
///
/// # Errors
/// When the answers are not those that the log ends with.
pub fn take_back(log: &[Logged], answers: &mut BTreeMap<Slot, Coded>) -> Result<()> {
    for row in log.iter().rev().filter(|row| !row.question.is_empty()) {
        let slot = Slot {
            serial: row.serial.clone(),
            reading: row.reading,
            repeat: row.repeat.clone(),
            row: row.row,
            question: row.question.clone(),
        };
        let place = format!("{} question {}", row.serial, row.question);
        match answers.get_mut(&slot) {
            Some(answer) if *answer == row.after => *answer = row.before.clone(),
            Some(_) => return Err(Error::data("the log of edits does not go with the answers").at(place)),
            None => return Err(Error::data("the log of edits is about an answer that is not there").at(place)),
        }
    }
    Ok(())
}
