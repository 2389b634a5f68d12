//! The plan of the sheet `Answers`: which column holds what, how it is headed, how wide it is.

use super::{Batch, identity, unit_word};
use crate::instrument::{Instrument, QuestionKind};

/// The columns in order.
pub(super) struct Plan {
    pub columns: Vec<Column>,
}

/// One column.
pub(super) struct Column {
    pub holds: Holds,
    /// What stands in the machine's row.
    pub header: String,
    /// What people read above the column.
    pub heading: String,
    /// Width in characters.
    pub width: f64,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Token,
    Serial,
    File,
    /// The place of the value in [`super::Row::context`].
    Context(usize),
    ToGo,
    /// The place of the question, and for one with several responses the place of the response among all choices.
    Answer {
        question: usize,
        choice: Option<usize>,
    },
}

/// Lays out the columns for a batch.
pub(super) fn plan(instrument: &Instrument, batch: &Batch) -> Plan {
    let [token, serial, file, to_go, context] = identity::RESERVED_HEADERS;
    let mut columns = Vec::new();
    let mut add = |holds, header: &str, heading: &str, width: f64| {
        columns.push(Column { holds, header: header.to_owned(), heading: heading.to_owned(), width });
    };
    add(Holds::Token, token, "Row token", 13.0);
    let longest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0) as f64;
    let serials = longest(&mut batch.rows.iter().map(|row| row.serial.chars().count()));
    add(Holds::Serial, serial, "Serial", (serials + 2.5).clamp(9.0, 24.0));
    if batch.rows.iter().any(|row| row.id.is_some()) {
        let ids = longest(&mut batch.rows.iter().filter_map(|row| row.id.as_ref()).map(|id| id.chars().count()));
        let mut heading = unit_word(instrument).to_owned();
        heading[..1].make_ascii_uppercase();
        add(Holds::File, file, &heading, (ids + 2.5).clamp(11.0, 24.0));
    }
    let headings: Vec<String> =
        batch.rows.first().map(|row| row.context.iter().map(|(h, _)| h.clone()).collect()).unwrap_or_default();
    for (place, heading) in headings.iter().enumerate() {
        let values =
            longest(&mut batch.rows.iter().filter_map(|r| r.context.get(place)).map(|(_, v)| v.chars().count()));
        add(Holds::Context(place), &format!("{context}_{}", place + 1), heading, (values + 2.0).clamp(10.0, 26.0));
    }
    add(Holds::ToGo, to_go, "Still to answer", 9.5);
    for (question, asked) in instrument.questions.iter().enumerate() {
        let headers = identity::headers(asked);
        if asked.kind == QuestionKind::Multiple {
            for (choice, ((_, label), header)) in super::choices(asked).iter().zip(&headers).enumerate() {
                let heading = format!("{}: {label}", asked.label);
                add(Holds::Answer { question, choice: Some(choice) }, header, &heading, 16.0);
            }
        } else if let Some(header) = headers.first() {
            add(Holds::Answer { question, choice: None }, header, &asked.text, width(asked.kind, &asked.text));
        }
    }
    Plan { columns }
}

/// Wide enough for the answers, and for the wording not to become a tower.
fn width(kind: QuestionKind, wording: &str) -> f64 {
    let answers: f64 = match kind {
        QuestionKind::YesNo => 15.0,
        QuestionKind::Single | QuestionKind::Rating => 20.0,
        QuestionKind::Multiple => 16.0,
        QuestionKind::Integer | QuestionKind::Decimal => 13.0,
        QuestionKind::Date => 15.0,
        QuestionKind::Text => 42.0,
    };
    let wording = wording.chars().count() as f64 / 6.0;
    answers.max(wording.min(30.0))
}

impl Plan {
    /// The place of the first column of answers; everything before stays in view.
    pub fn first_answer(&self) -> usize {
        self.columns.iter().position(|c| matches!(c.holds, Holds::Answer { .. })).unwrap_or(self.columns.len())
    }

    /// The first and the last column of a question.
    pub fn of_question(&self, wanted: usize) -> Option<(usize, usize)> {
        let belongs = |c: &Column| matches!(c.holds, Holds::Answer { question, .. } if question == wanted);
        Some((self.columns.iter().position(belongs)?, self.columns.iter().rposition(belongs)?))
    }
}
