//! `edits.csv` and `responses-as-given.csv`: what editing did to the answers, and the answers without it.

use std::borrow::Cow;

use super::csv;
use crate::editing::{LOG_COLUMNS, Logged};
use crate::error::Result;
use crate::instrument::Instrument;
use crate::returns::Response;

/// The log of edits as csv, one row for each application of a rule to an answer.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn edits_csv(log: &[Logged]) -> Result<Vec<u8>> {
    let rows = log.iter().map(|row| {
        vec![
            Cow::from(&row.serial),
            Cow::from(row.reading.to_string()),
            Cow::from(&row.question),
            Cow::from(&row.rule),
            Cow::from(&row.action),
            Cow::from(&row.before.0),
            Cow::from(&row.before.1),
            Cow::from(&row.after.0),
            Cow::from(&row.after.1),
            Cow::from(&row.workbook),
            Cow::from(&row.sheet),
            Cow::from(&row.cell),
        ]
    });
    csv(&LOG_COLUMNS, rows)
}

/// The answers as given, one row for each of the responses: `serial`, `reading`, then for each question `ID` with the code
/// (several with `;` between them) and `ID_missing` with why there is none. With the answers of `responses.parquet` and the
/// log, the one can be made from the other.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn as_given_csv(instrument: &Instrument, responses: &[Response]) -> Result<Vec<u8>> {
    let mut header = vec!["serial".to_owned(), "reading".to_owned()];
    for question in &instrument.questions {
        header.extend([question.id.clone(), format!("{}_missing", question.id)]);
    }
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let rows = responses.iter().map(|response| {
        let mut row = vec![Cow::from(&response.serial), Cow::from(response.reading.to_string())];
        for (question, answer) in instrument.questions.iter().zip(&response.as_given()) {
            row.push(Cow::from(question.code(answer)));
            row.push(Cow::from(answer.missing().map_or("", |kind| kind.name())));
        }
        row
    });
    csv(&header, rows)
}
