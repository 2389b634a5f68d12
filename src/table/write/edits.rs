//! `edits.csv` and `responses-as-given.csv`: what editing did to the answers, and the answers without it.

use std::borrow::Cow;

use super::csv;
use crate::editing::{LOG_COLUMNS, Logged};
use crate::error::Result;
use crate::instrument::{Answer, Instrument, Question};
use crate::returns::{Given, Response};

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
            Cow::from(&row.repeat),
            Cow::from(if row.repeat.is_empty() { String::new() } else { row.row.to_string() }),
        ]
    });
    csv(&LOG_COLUMNS, rows)
}

/// Which answers of a return are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// As they were given, before any rule.
    AsGiven,
    /// As they are used, after all rules.
    Cleaned,
}

/// Answers as csv, one row for each of the responses: `serial`, `reading`, then for each question `ID` with the code (several
/// with `;` between them) and `ID_missing` with why there is none. With the cleaned answers and the log, those as given can be
/// made again.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn answers_csv<'r>(
    instrument: &Instrument,
    responses: impl IntoIterator<Item = &'r Response>,
    stand: Stand,
) -> Result<Vec<u8>> {
    let rows = responses.into_iter().map(|response| {
        let row = vec![Cow::from(&response.serial), Cow::from(response.reading.to_string())];
        let answers = match stand {
            Stand::AsGiven => response.as_given(),
            Stand::Cleaned => cleaned(&response.answers),
        };
        with_answers(row, &instrument.questions, &answers)
    });
    csv(&header(&["serial", "reading"], &instrument.questions), rows)
}

/// The same of a repeat, one row for each of the several that were answered about; `row` is its number.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn repeated_csv<'r>(
    instrument: &Instrument,
    repeat: usize,
    responses: impl IntoIterator<Item = &'r Response>,
    stand: Stand,
) -> Result<Vec<u8>> {
    let questions = &instrument.repeats[repeat].form.questions;
    let rows = responses.into_iter().flat_map(|response| {
        response.repeats.get(repeat).into_iter().flatten().map(move |several| {
            let (reading, number) = (response.reading.to_string(), several.number.to_string());
            let row = vec![Cow::from(&response.serial), Cow::from(reading), Cow::from(number)];
            let answers = match stand {
                Stand::AsGiven => several.as_given(),
                Stand::Cleaned => cleaned(&several.answers),
            };
            with_answers(row, questions, &answers)
        })
    });
    csv(&header(&["serial", "reading", "row"], questions), rows)
}

fn cleaned(given: &[Given]) -> Vec<Answer> {
    given.iter().map(|given| given.answer.clone()).collect()
}

fn header(first: &[&str], questions: &[Question]) -> Vec<String> {
    let of_question = |question: &Question| [question.id.clone(), format!("{}_missing", question.id)];
    first.iter().map(|name| (*name).to_owned()).chain(questions.iter().flat_map(of_question)).collect()
}

fn with_answers<'r>(mut row: Vec<Cow<'r, str>>, questions: &[Question], answers: &[Answer]) -> Vec<Cow<'r, str>> {
    for (question, answer) in questions.iter().zip(answers) {
        row.push(Cow::from(question.code(answer)));
        row.push(Cow::from(answer.missing().map_or("", |kind| kind.name())));
    }
    row
}
