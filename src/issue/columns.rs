//! The plan of the sheet `Answers`: which column holds what, how it is headed, how wide it is.

use super::{Batch, identity, unit_word};
use crate::instrument::{Instrument, Question, QuestionKind, Repeat};

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
    /// The number of the row within its repeat.
    Number,
    /// In a repeat: what stands in a column of the main sheet, by its place there.
    Brought(usize),
    /// The place of the question; for one with several responses the place of the response among all choices, for one
    /// that puts responses in order the rank, counted from 0.
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
    columns.extend(of_questions(instrument));
    Plan { columns }
}

/// Lays out the columns of a repeat's sheet. `brought` are the places of the columns of the main sheet that its conditions
/// look at.
pub(super) fn plan_repeat(repeat: &Repeat, main: &Plan, brought: &[usize]) -> Plan {
    let [token, serial, _, to_go, _] = identity::RESERVED_HEADERS;
    let column = |holds, header: &str, heading: &str, width| Column {
        holds,
        header: header.to_owned(),
        heading: heading.to_owned(),
        width,
    };
    let width = main.columns.iter().find(|c| c.holds == Holds::Serial).map_or(13.0, |c| c.width);
    let mut columns = vec![
        column(Holds::Token, token, "Row token", 13.0),
        column(Holds::Serial, serial, "Serial", width),
        column(Holds::Number, identity::NUMBER_HEADER, "Number", 9.0),
    ];
    for &at in brought {
        let from = &main.columns[at];
        let header = format!("{}{}", identity::BROUGHT_HEADER, from.header);
        columns.push(column(Holds::Brought(at), &header, &from.heading, 13.0));
    }
    columns.push(column(Holds::ToGo, to_go, "Still to answer", 9.5));
    columns.extend(of_questions(&repeat.form));
    Plan { columns }
}

/// The columns of the answers.
fn of_questions(form: &Instrument) -> Vec<Column> {
    let mut columns = Vec::new();
    for (question, asked) in form.questions.iter().enumerate() {
        let headers = identity::headers(asked);
        let mut add = |choice, header: &String, heading: String, width| {
            columns.push(Column { holds: Holds::Answer { question, choice }, header: header.clone(), heading, width });
        };
        match asked.kind {
            QuestionKind::Multiple => {
                for (choice, ((_, label), header)) in super::choices(asked).iter().zip(&headers).enumerate() {
                    add(Some(choice), header, format!("{}: {label}", asked.label), 16.0);
                }
            }
            QuestionKind::Rank => {
                for (rank, header) in headers.iter().enumerate() {
                    add(Some(rank), header, format!("{}: {}", asked.label, ordinal(rank + 1)), 20.0);
                }
            }
            kind => {
                if let Some(header) = headers.first() {
                    let text = super::spoken(form, &asked.text);
                    let width = width(kind, &text);
                    add(None, header, text, width);
                }
            }
        }
    }
    columns
}

/// 1st, 2nd, 3rd, 4th, 11th, 21st.
pub(crate) fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Wide enough for the answers, and for the wording not to become a tower.
fn width(kind: QuestionKind, wording: &str) -> f64 {
    let answers: f64 = match kind {
        QuestionKind::YesNo => 15.0,
        QuestionKind::Single | QuestionKind::Rating | QuestionKind::Rank => 20.0,
        QuestionKind::Multiple | QuestionKind::Acknowledge => 16.0,
        QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Range | QuestionKind::Time => 13.0,
        QuestionKind::Date => 15.0,
        QuestionKind::DateTime => 18.0,
        QuestionKind::Calculate => 16.0,
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

    /// The column that has this role.
    pub fn column(&self, holds: Holds) -> Option<usize> {
        self.columns.iter().position(|column| column.holds == holds)
    }

    /// The columns that people fill in, in runs that stand side by side: first and last of each.
    pub fn filled_in(&self, form: &Instrument) -> Vec<(usize, usize)> {
        let by_people = |column: &Column| match column.holds {
            Holds::Answer { question, .. } => !is_worked_out(&form.questions[question]),
            _ => false,
        };
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (at, _) in self.columns.iter().enumerate().filter(|(_, column)| by_people(column)) {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == at => *last = at,
                _ => runs.push((at, at)),
            }
        }
        runs
    }
}

/// Whether the workbook works a question out.
pub(super) fn is_worked_out(question: &Question) -> bool {
    question.kind == QuestionKind::Calculate
}
