//! From a cell to an answer: one reader for each kind of question.
//!
//! Every reader gives what it read and what a person should know about it; nothing is guessed. A text that cannot be read
//! is [`Missing::Unreadable`], with the cell's content kept beside it.

use std::sync::Arc;

use crate::editing::Conflict;
use crate::instrument::{Answer, Instrument, Put, Question, QuestionKind, Scale, Variant};
use crate::sheet::{Cell, Value};
use crate::terms::Missing;

use super::recognise::Columns;
use super::spelling::{is_empty, quoted, tidy, words};

mod choice;
mod date;
mod moment;
mod number;
mod rank;
mod several;
mod tick_codes;

use choice::Choices;
pub use date::DateOrder;
pub(super) use date::day;
pub use tick_codes::TickCodes;

/// Something about one cell that becomes a finding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub code: &'static str,
    /// The column; the first one of the question if not said.
    pub column: Option<u32>,
    pub found: String,
    pub expected: String,
    /// In place of the catalogue's remedy.
    pub hint: Option<String>,
    /// What was given, where it can be told and contradicts itself or the question.
    pub given: Option<Box<(Answer, Conflict)>>,
}

impl Fault {
    fn new(code: &'static str, found: impl Into<String>, expected: impl Into<String>) -> Fault {
        Fault { code, column: None, found: found.into(), expected: expected.into(), hint: None, given: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }

    fn given(mut self, answer: Answer, conflict: Conflict) -> Fault {
        self.given = Some(Box::new((answer, conflict)));
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
    /// As read; of an answer that contradicts itself or the question all of it.
    pub answer: Answer,
    pub conflict: Option<Conflict>,
    /// As it stood in the cell or cells.
    pub raw: Arc<str>,
    pub faults: Vec<Fault>,
    /// Nothing stands there.
    pub blank: bool,
    /// The code on the form's own scale, where the forms have scales of their own.
    pub original: Option<String>,
}

impl Read {
    fn blank() -> Read {
        let answer = Answer::Missing(Missing::NotAnswered);
        Read { answer, conflict: None, raw: Arc::default(), faults: Vec::new(), blank: true, original: None }
    }

    /// Whether what stands there is an answer.
    pub fn is_readable(&self) -> bool {
        self.answer != Answer::Missing(Missing::Unreadable) && self.conflict.is_none()
    }
}

/// An answer, and what is to be said about it. `Err` is a text that cannot be read.
type Reading = Result<(Answer, Option<Fault>), Fault>;

/// The readers of an instrument's questions, made once.
pub(super) struct Readers<'a> {
    questions: Vec<Reader<'a>>,
    dates: DateOrder,
    ticks: TickCodes,
}

/// The reader of one question.
struct Reader<'a> {
    question: &'a Question,
    choices: Option<Choices>,
    /// For the standard and the easy-read form, where they offer responses of their own.
    forms: Option<[(&'a Put, Choices); 2]>,
}

impl<'a> Reader<'a> {
    fn of(question: &'a Question, translated: &[Scale]) -> Self {
        let form = |variant| {
            let put = question.put(variant)?;
            Some((put, Choices::of(question.kind, put.scale.as_ref()?, &[])))
        };
        let [standard, easy] = Variant::ALL.map(form);
        let choices = question.scale.as_ref().map(|scale| Choices::of(question.kind, scale, translated));
        Reader { question, choices, forms: standard.zip(easy).map(|(standard, easy)| [standard, easy]) }
    }
}

impl<'a> Readers<'a> {
    /// The readers of a form's questions, in all its languages.
    pub fn new(form: &'a Instrument, dates: DateOrder, ticks: &TickCodes) -> Self {
        let one = |question: &'a Question| {
            let translated = form.translations.values().filter_map(|translation| {
                let mut other = question.clone();
                translation.translate(&mut other);
                other.scale
            });
            Reader::of(question, &translated.collect::<Vec<Scale>>())
        };
        Readers { questions: form.questions.iter().map(one).collect(), dates, ticks: ticks.clone() }
    }

    /// The same readers for questions in other words.
    pub fn of<'b>(&self, questions: &'b [Question]) -> Readers<'b> {
        let questions = questions.iter().map(|question| Reader::of(question, &[])).collect();
        Readers { questions, dates: self.dates, ticks: self.ticks.clone() }
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
        let Reader { question, choices: common, forms } = &self.questions[question];
        match columns {
            Columns::None => Read::blank(),
            Columns::One(column) => match (cell(*column).filter(|cell| !cell.value.is_blank()), forms) {
                (Some(cell), Some(forms)) => {
                    let (put, choices) = &forms[variant as usize];
                    let read = self.one(question, Some(choices), cell);
                    match common {
                        Some(common) => combined(put, common, read),
                        None => read,
                    }
                }
                (Some(cell), None) => self.one(question, common.as_ref(), cell),
                (None, _) => Read::blank(),
            },
            // The columns of ticks stand for the responses that both forms have in common.
            Columns::Ticks(ticks) => match common {
                Some(common) if question.kind == QuestionKind::Rank => rank::from_places(common, ticks, cell),
                Some(common) => several::from_ticks(common, ticks, &self.ticks, cell),
                None => Read::blank(),
            },
        }
    }

    fn one(&self, question: &Question, choices: Option<&Choices>, cell: &Cell) -> Read {
        let raw = cell.shared_text();
        let reading = match (&cell.value, choices) {
            (Value::Error(error), _) => Err(Fault::new("R016", error.to_string(), "an answer")),
            (_, Some(choices)) if question.kind == QuestionKind::Multiple => several::from_text(choices, cell, &raw),
            (_, Some(choices)) if question.kind == QuestionKind::Rank => rank::from_text(choices, &raw),
            (_, Some(choices)) => choices.read(question.kind, cell, &raw),
            (_, None) => match question.kind {
                kind if kind.is_number() => number::read(question, cell, &raw),
                QuestionKind::Time => moment::time(cell, &raw),
                QuestionKind::DateTime => moment::moment(question, cell, &raw, self.dates),
                QuestionKind::Date => date::read(question, cell, &raw, self.dates),
                _ => text(&raw),
            },
        };
        let mut faults = Vec::new();
        let mut conflict = None;
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
            Err(mut fault) => {
                let given = fault.given.take();
                faults.push(fault);
                match given {
                    Some(given) => {
                        conflict = Some(given.1);
                        given.0
                    }
                    None => Answer::Missing(Missing::Unreadable),
                }
            }
        };
        let faults: Vec<Fault> = faults.into_iter().map(|fault| fault.at(cell.column)).collect();
        // A formula that gives nothing, or blanks that only a careful look shows.
        let nothing = answer == Answer::Missing(Missing::NotAnswered) && is_empty(&raw);
        let blank = faults.is_empty() && nothing;
        Read { answer, conflict, raw, faults, blank, original: None }
    }
}

/// What was read on a form's own scale, on the scale that the forms have in common.
fn combined(put: &Put, common: &Choices, read: Read) -> Read {
    let Some(scale) = &put.scale else { return read };
    let code = |at: &usize| scale.responses.get(*at).map(|response| response.code.as_str());
    let codes = |chosen: &[usize]| Some(chosen.iter().filter_map(code).collect::<Vec<_>>().join(";"));
    let place = |at: &usize| match put.combined.get(*at) {
        Some(place) => *place,
        // The missing ones come after the others.
        None => {
            let missing = scale.missing.get(at - put.combined.len());
            missing.and_then(|m| common.responses.iter().position(|(code, _)| *code == m.code)).unwrap_or(common.valid)
        }
    };
    let places = |chosen: &[usize]| {
        let mut places: Vec<usize> = chosen.iter().map(place).collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    if let Some(Conflict::Several(chosen)) = &read.conflict {
        let places = places(chosen);
        let original = codes(chosen);
        let answer = common.all_of(&places);
        return Read { answer, conflict: Some(Conflict::Several(places)), original, ..read };
    }
    match &read.answer {
        Answer::Response(at) => {
            let original = code(at).map(str::to_owned);
            Read { answer: Answer::Response(place(at)), original, ..read }
        }
        Answer::Responses(chosen) => {
            Read { answer: Answer::Responses(places(chosen)), original: codes(chosen), ..read }
        }
        _ => read,
    }
}

/// An open answer.
fn text(raw: &str) -> Reading {
    let words = words(raw);
    Ok((if words.is_empty() { Answer::Missing(Missing::NotAnswered) } else { Answer::Text(words) }, None))
}

/// The kinds of missing that people write into cells for numbers and dates.
fn said_missing(raw: &str) -> Option<(Answer, Option<Fault>)> {
    if raw.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let tidied = tidy(raw);
    [Missing::DontKnow, Missing::NotApplicable, Missing::Refused]
        .into_iter()
        .find(|kind| kind.label().eq_ignore_ascii_case(&tidied))
        .map(|kind| {
            let fault = Fault::new("R013", quoted(raw), format!("read as no answer: {}", kind.label().to_lowercase()));
            (Answer::Missing(kind), Some(fault))
        })
}
