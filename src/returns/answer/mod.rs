//! From a cell to an answer: one reader for each kind of question.
//!
//! Every reader gives what it read and what a person should know about it; nothing is guessed. A text that cannot be read
//! is [`Missing::Unreadable`], with the cell's content kept beside it.

use crate::instrument::{Answer, Put, Question, QuestionKind, Variant};
use crate::sheet::{Cell, Value};
use crate::terms::Missing;

use super::recognise::Columns;
use super::spelling::{fold, quoted, words};

mod choice;
mod date;
mod number;
mod several;

use choice::Choices;
pub use date::DateOrder;

/// Something about one cell that becomes a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub code: &'static str,
    /// The column; the first one of the question if not said.
    pub column: Option<u32>,
    pub found: String,
    pub expected: String,
    /// In place of the catalogue's remedy.
    pub hint: Option<String>,
}

impl Fault {
    fn new(code: &'static str, found: impl Into<String>, expected: impl Into<String>) -> Fault {
        Fault { code, column: None, found: found.into(), expected: expected.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    fn at(mut self, column: u32) -> Fault {
        self.column.get_or_insert(column);
        self
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    pub answer: Answer,
    /// As it stood in the cell or cells.
    pub raw: String,
    pub faults: Vec<Fault>,
    /// Nothing stands there.
    pub blank: bool,
    /// The code on the form's own scale, where the forms have scales of their own.
    pub original: Option<String>,
}

impl Read {
    fn blank() -> Read {
        Read { answer: Answer::Missing(Missing::NotAnswered), raw: String::new(), faults: Vec::new(), blank: true, original: None }
    }

    /// Whether what stands there is an answer.
    pub fn is_readable(&self) -> bool {
        self.answer != Answer::Missing(Missing::Unreadable)
    }
}

/// An answer, and what is to be said about it. `Err` is a text that cannot be read.
type Reading = Result<(Answer, Option<Fault>), Fault>;

/// The readers of an instrument's questions, made once.
pub(super) struct Readers<'a> {
    questions: Vec<Reader<'a>>,
    dates: DateOrder,
}

/// The reader of one question.
struct Reader<'a> {
    question: &'a Question,
    choices: Option<Choices>,
    /// For the standard and the easy-read form, where they offer responses of their own.
    forms: Option<[(&'a Put, Choices); 2]>,
}

impl<'a> Reader<'a> {
    fn of(question: &'a Question) -> Self {
        let form = |variant| {
            let put = question.put(variant)?;
            Some((put, Choices::of(question.kind, put.scale.as_ref()?)))
        };
        let [standard, easy] = Variant::ALL.map(form);
        let choices = question.scale.as_ref().map(|scale| Choices::of(question.kind, scale));
        Reader { question, choices, forms: standard.zip(easy).map(|(standard, easy)| [standard, easy]) }
    }
}

impl<'a> Readers<'a> {
    pub fn new(questions: &'a [Question], dates: DateOrder) -> Self {
        Readers { questions: questions.iter().map(Reader::of).collect(), dates }
    }

    /// The same readers for questions in other words.
    pub fn of<'b>(&self, questions: &'b [Question]) -> Readers<'b> {
        Readers::new(questions, self.dates)
    }

    /// Reads the answer to a question from the cells of a row, as one of the forms puts it. `cell` gives the cell of a column,
    /// if something stands there.
    pub fn read<'c>(
        &self,
        question: usize,
        columns: &Columns,
        cell: &dyn Fn(u32) -> Option<&'c Cell>,
        variant: Variant,
    ) -> Read {
        let Reader { question, choices, forms } = &self.questions[question];
        match columns {
            Columns::None => Read::blank(),
            Columns::One(column) => match (cell(*column).filter(|cell| !cell.value.is_blank()), forms) {
                (Some(cell), Some(forms)) => {
                    let (put, choices) = &forms[variant as usize];
                    combined(put, self.one(question, Some(choices), cell))
                }
                (Some(cell), None) => self.one(question, choices.as_ref(), cell),
                (None, _) => Read::blank(),
            },
            // The columns of ticks stand for the responses that both forms have in common.
            Columns::Ticks(ticks) => match choices {
                Some(choices) => several::from_ticks(choices, ticks, cell),
                None => Read::blank(),
            },
        }
    }

    fn one(&self, question: &Question, choices: Option<&Choices>, cell: &Cell) -> Read {
        let raw = cell.text();
        let reading = match (&cell.value, choices) {
            (Value::Error(error), _) => Err(Fault::new("R016", error.to_string(), "an answer")),
            (_, Some(choices)) if question.kind == QuestionKind::Multiple => several::from_text(choices, cell, &raw),
            (_, Some(choices)) => choices.read(question.kind, cell, &raw),
            (_, None) => match question.kind {
                QuestionKind::Integer | QuestionKind::Decimal => number::read(question, cell, &raw),
                QuestionKind::Date => date::read(question, cell, &raw, self.dates),
                _ => text(&raw),
            },
        };
        let mut faults = Vec::new();
        let answer = match reading {
            Ok((answer, fault)) => {
                faults.extend(fault);
                if cell.formula {
                    // The words of an open answer are never repeated in a finding.
                    let found = if question.kind == QuestionKind::Text { "words".to_owned() } else { quoted(&raw) };
                    faults.push(Fault::new("R017", found, "an answer that was typed or chosen"));
                }
                answer
            }
            Err(fault) => {
                faults.push(fault);
                Answer::Missing(Missing::Unreadable)
            }
        };
        let faults: Vec<Fault> = faults.into_iter().map(|fault| fault.at(cell.column)).collect();
        // A formula that gives nothing, or blanks that only a careful look shows.
        let blank = faults.is_empty() && answer == Answer::Missing(Missing::NotAnswered);
        Read { answer, raw, faults, blank, original: None }
    }
}

/// What was read on a form's own scale, on the scale that the forms have in common.
fn combined(put: &Put, read: Read) -> Read {
    let code = |at: &usize| put.scale.as_ref().and_then(|scale| scale.responses.get(*at)).map(|r| r.code.as_str());
    let (answer, original) = match &read.answer {
        Answer::Response(at) => (Answer::Response(put.combined[*at]), code(at).map(str::to_owned)),
        Answer::Responses(chosen) => {
            let mut places: Vec<usize> = chosen.iter().map(|at| put.combined[*at]).collect();
            places.sort_unstable();
            places.dedup();
            (Answer::Responses(places), Some(chosen.iter().filter_map(code).collect::<Vec<_>>().join(";")))
        }
        _ => return read,
    };
    Read { answer, original, ..read }
}

/// An open answer.
fn text(raw: &str) -> Reading {
    let words = words(raw);
    Ok((if words.is_empty() { Answer::Missing(Missing::NotAnswered) } else { Answer::Text(words) }, None))
}

/// The kinds of missing that people write into cells for numbers and dates.
fn said_missing(raw: &str) -> Option<(Answer, Option<Fault>)> {
    let folded = fold(raw);
    [Missing::DontKnow, Missing::NotApplicable, Missing::Refused]
        .into_iter()
        .find(|kind| fold(kind.label()) == folded)
        .map(|kind| {
            let fault = Fault::new("R013", quoted(raw), format!("read as no answer: {}", kind.label().to_lowercase()));
            (Answer::Missing(kind), Some(fault))
        })
}
