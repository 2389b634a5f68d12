//! Editing: what is done where the answers of a return contradict each other or the questions themselves.
//!
//! [`edit`] takes the answers of one return as they were given and applies the rules of the instrument to them, in this
//! order:
//!
//! 1. each answer by itself: several responses in one box, "none" with others, numbers and dates out of bounds;
//! 2. answers beside each other: the conditions that the instrument writes out, and gates set from their follow-ups, pass by
//!    pass, each after those that change what it looks at (circles are refused when the instrument is read);
//! 3. the way through the form: what was answered where the answers now lead past;
//! 4. the return as a whole: whether anything is left of it.
//!
//! Every change is an [`Edit`] with what stood before. Taken back in reverse order ([`undo`]) they give the answers as they
//! were given, exactly.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::expression::{Lookup, Value};
use crate::instrument::{
    Answer, EditAction, EditCondition, EditPart, EditRule, EditSlot, EditTest, Instrument, Question, QuestionKind,
    Row as FormRow, Take,
};
use crate::terms::Missing;

mod count;
mod log;

pub use count::{RuleCount, count};
pub use log::{Coded, LOG_COLUMNS, Logged, Slot, log, read_log, take_back};

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct AsGiven<'a> {
    /// As read. Of an answer with a conflict all of it: the codes of all responses with `;` between them, the number, the date.
    pub answer: Cow<'a, Answer>,
    /// What is wrong with it by itself.
    pub conflict: Option<Conflict>,
    /// Nothing stands there.
    pub blank: bool,
    /// The return has no place for it.
    pub no_column: bool,
    /// The form that was filled in does not ask the question.
    pub other_form: bool,
    /// As it stood in the cell.
    pub raw: &'a str,
}

/// What is wrong with an answer by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// Several responses that cannot stand together, by their places in the scale; those that stand for missing come after
    /// the others.
    Several(Vec<usize>),
    /// Out of bounds.
    Range,
}

/// One application of a rule to one answer. Where the rule keeps the answer, `before` is `after`.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The rule, as its place in [`Instrument::edits`].
    pub rule: usize,
    /// The place of the question.
    pub question: usize,
    /// The answer before.
    pub before: Answer,
    /// The answer after.
    pub after: Answer,
}

impl Edit {
    /// Whether an answer that somebody gave is concerned, rather than why there is none.
    pub fn concerns_an_answer(&self) -> bool {
        let nothing = |answer: &Answer| {
            matches!(answer, Answer::Missing(Missing::NotAnswered) | Answer::Missing(Missing::NotAsked))
        };
        !nothing(&self.before) || !nothing(&self.after)
    }
}

/// The answers of one return after editing.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// One for each question.
    pub answers: Vec<Answer>,
    /// What was done, in the order in which it was done.
    pub edits: Vec<Edit>,
    /// Whether each question is asked, given the answers after editing.
    pub asked: Vec<bool>,
    /// The rule by which nothing is left of the return, as its place in [`Instrument::edits`].
    pub blank: Option<usize>,
}

/// What stands beside the answers of a return, as formulas see it.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// For each repeat its rows, each with the answers to its questions.
    pub repeats: &'a [Vec<Vec<Answer>>],
    /// The row of the form that a row of a repeat belongs to.
    pub outer: Option<&'a FormRow<'a>>,
    /// The number of the row within its repeat.
    pub number: u32,
    /// What the frame says of the unit, by column; nothing where nobody knows whose return it is.
    pub frame: &'a [(String, String)],
}

impl Beside<'_> {
    /// Of a form without repeats.
    pub const NOTHING: Beside<'static> = Beside { repeats: &[], outer: None, number: 1, frame: &[] };
}

/// Applies the rules of an instrument to the answers of one return, one for each question. What is worked out from other
/// answers is worked out again wherever it counts.
pub fn edit(instrument: &Instrument, given: &[AsGiven<'_>], beside: &Beside<'_>) -> Edited {
    let mut row = Row { instrument, given, beside, answers: Vec::with_capacity(given.len()), edits: Vec::new() };
    for (at, as_given) in given.iter().enumerate() {
        if row.question(at).kind == QuestionKind::Calculate {
            let worked_out = row.works_out(at);
            row.answers.push(worked_out);
            continue;
        }
        // What was left empty is told apart by the answers as given: passed by, or not answered.
        let passed_by = as_given.blank && !row.is_asked(at);
        row.answers.push(if passed_by {
            Answer::Missing(Missing::NotAsked)
        } else {
            as_given.answer.clone().into_owned()
        });
    }
    let mut blank = None;
    let mut routed = None;
    for (place, rule) in instrument.edits.iter().enumerate() {
        match &rule.test {
            EditTest::OneBox | EditTest::Exclusive | EditTest::Range => row.settle(place, rule),
            EditTest::When(condition) => {
                row.work_out();
                row.when(place, rule, condition);
            }
            EditTest::Routing => match &rule.action {
                EditAction::SetGate(gates) => row.set_gates(place, rule, gates),
                _ => _ = routed.get_or_insert_with(|| row.route()),
            },
            EditTest::Blank => {
                routed.get_or_insert_with(|| row.route());
                if row.is_blank(rule) {
                    match rule.action {
                        EditAction::SetMissing(_) => blank = blank.or(Some(place)),
                        _ => row.note(place, rule.questions[0]),
                    }
                }
            }
        }
    }
    let asked = routed.unwrap_or_else(|| row.route());
    Edited { answers: row.answers, edits: row.edits, asked, blank }
}

/// What was done to the answer to one question that somebody gave, in the order in which it was done.
pub fn of_question(edits: &[Edit], question: usize) -> impl Iterator<Item = &Edit> {
    edits.iter().filter(move |edit| edit.question == question && edit.concerns_an_answer())
}

/// Takes edits back: the answers as they were given. `answers` are those after the edits, one for each question.
pub fn undo(edits: &[Edit], answers: &mut [Answer]) {
    for edit in edits.iter().rev() {
        answers[edit.question] = edit.before.clone();
    }
}

struct Row<'a> {
    instrument: &'a Instrument,
    given: &'a [AsGiven<'a>],
    beside: &'a Beside<'a>,
    answers: Vec<Answer>,
    edits: Vec<Edit>,
}

impl Row<'_> {
    fn question(&self, at: usize) -> &Question {
        &self.instrument.questions[at]
    }

    /// Whether a question is asked, by the form that was filled in.
    fn is_asked(&self, at: usize) -> bool {
        // What is worked out needs no column.
        let is_gone = |gate: usize| self.given[gate].no_column && self.question(gate).kind != QuestionKind::Calculate;
        let leads_here = self.as_form_row().is_asked_of(self.question(at), self.given[at].blank, is_gone);
        leads_here && !self.given[at].other_form
    }

    /// The answers as formulas see them.
    fn as_form_row(&self) -> FormRow<'_> {
        let Beside { repeats, outer, number, .. } = *self.beside;
        FormRow { form: self.instrument, answers: &self.answers, repeats, outer, number }
    }

    /// What an answer is that follows from others.
    fn works_out(&self, at: usize) -> Answer {
        match self.is_asked(at) {
            true => self.as_form_row().works_out(self.question(at)),
            false => Answer::Missing(Missing::NotAsked),
        }
    }

    /// Works out again what follows from other answers. Nobody gave it, so that is no edit.
    fn work_out(&mut self) {
        for at in 0..self.answers.len() {
            if self.question(at).kind == QuestionKind::Calculate {
                self.answers[at] = self.works_out(at);
            }
        }
    }

    fn change(&mut self, rule: usize, question: usize, after: Answer) {
        let before = std::mem::replace(&mut self.answers[question], after.clone());
        if before != after {
            self.edits.push(Edit { rule, question, before, after });
        }
    }

    /// Records that a rule applies and leaves the answer as it is.
    fn note(&mut self, rule: usize, question: usize) {
        let answer = self.answers[question].clone();
        self.edits.push(Edit { rule, question, before: answer.clone(), after: answer });
    }

    /// Contradictions within one answer.
    fn settle(&mut self, place: usize, rule: &EditRule) {
        for &at in &rule.questions {
            let Some(conflict) = &self.given[at].conflict else { continue };
            match (conflict, &rule.action) {
                (Conflict::Range, EditAction::Keep | EditAction::Warn) => self.note(place, at),
                (Conflict::Several(chosen), EditAction::Keep | EditAction::Warn) => {
                    let valid = self.question(at).scale.as_ref().map_or(0, |scale| scale.responses.len());
                    let kept: Vec<usize> = chosen.iter().copied().filter(|&response| response < valid).collect();
                    self.change(place, at, several(kept));
                }
                (Conflict::Several(chosen), EditAction::Take(take)) => {
                    let after = part(self.question(at), chosen, *take);
                    self.change(place, at, after);
                }
                (_, EditAction::SetMissing(kind)) => self.change(place, at, Answer::Missing(*kind)),
                _ => self.change(place, at, Answer::Missing(Missing::Unreadable)),
            }
        }
    }

    /// A condition that is written out.
    fn when(&mut self, place: usize, rule: &EditRule, condition: &EditCondition) {
        let holds = |row: &Self, of: usize| condition.expression.holds(&Held::of(row, condition, of));
        // Asked of each question by itself, before any of them is changed; else once for all.
        let applies: Vec<bool> = match (condition.is_of_each(), rule.questions.first()) {
            (false, Some(&first)) => vec![holds(self, first); rule.questions.len()],
            _ => rule.questions.iter().map(|&at| holds(self, at)).collect(),
        };
        for (number, &at) in rule.questions.iter().enumerate().filter(|(number, _)| applies[*number]) {
            match &rule.action {
                EditAction::Keep | EditAction::Warn => self.note(place, at),
                // Why there was none before is not made another reason.
                EditAction::SetMissing(_) if self.answers[at].missing().is_some() => {}
                EditAction::SetMissing(kind) => self.change(place, at, Answer::Missing(*kind)),
                EditAction::Set(answers) => self.change(place, at, answers[number].clone()),
                EditAction::Take(_) | EditAction::SetGate(_) => {}
            }
        }
    }

    /// The questions that lead to those that were answered all the same, the last question first, so that a gate behind a
    /// gate is opened too.
    fn set_gates(&mut self, place: usize, rule: &EditRule, gates: &[usize]) {
        for (&at, &response) in rule.questions.iter().zip(gates).rev() {
            let Some(condition) = &self.question(at).ask_if else { continue };
            let gate = condition.question;
            if self.answers[at].missing().is_some() || self.is_asked(at) {
                continue;
            }
            let after = match (self.question(gate).kind, &self.answers[gate]) {
                (QuestionKind::Multiple, Answer::Responses(chosen)) => {
                    let scale = self.question(gate).scale.as_ref();
                    let excludes = |at: usize| scale.and_then(|s| s.responses.get(at)).is_some_and(|r| r.exclusive);
                    let mut chosen: Vec<usize> = match excludes(response) {
                        true => Vec::new(),
                        false => chosen.iter().copied().filter(|&other| !excludes(other)).collect(),
                    };
                    chosen.push(response);
                    several(chosen)
                }
                (QuestionKind::Multiple, _) => several(vec![response]),
                _ => Answer::Response(response),
            };
            self.change(place, gate, after);
        }
    }

    /// The way through the form: what was answered although the answers lead past it, and what is empty for another reason
    /// than before. Gives whether each question is asked.
    fn route(&mut self) -> Vec<bool> {
        let mut asked = Vec::with_capacity(self.answers.len());
        for at in 0..self.answers.len() {
            let is = self.is_asked(at);
            asked.push(is);
            if self.question(at).kind == QuestionKind::Calculate {
                self.answers[at] = self.works_out(at);
                continue;
            }
            let rule = self.instrument.edits.iter().position(|rule| {
                let gate = matches!(rule.action, EditAction::SetGate(_));
                rule.test == EditTest::Routing && !gate && rule.questions.contains(&at)
            });
            // A question whose gates are set has no other rule; what the gate could not mend is not asked.
            let rule = rule.or_else(|| {
                let covers = |rule: &EditRule| rule.test == EditTest::Routing && rule.questions.contains(&at);
                self.instrument.edits.iter().position(covers)
            });
            let Some(rule) = rule else { continue };
            let edited = self
                .edits
                .iter()
                .any(|edit| edit.question == at && matches!(self.instrument.edits[edit.rule].test, EditTest::When(_)));
            let answer = &self.answers[at];
            match (is, answer) {
                (true, Answer::Missing(Missing::NotAsked)) if self.given[at].blank && !edited => {
                    self.change(rule, at, Answer::Missing(Missing::NotAnswered));
                }
                (false, Answer::Missing(_)) if edited => {}
                (false, Answer::Missing(_)) if self.given[at].blank => {
                    self.change(rule, at, Answer::Missing(Missing::NotAsked));
                }
                (false, _) => match &self.instrument.edits[rule].action {
                    EditAction::Keep | EditAction::Warn => self.note(rule, at),
                    EditAction::SetMissing(kind) => self.change(rule, at, Answer::Missing(*kind)),
                    _ => self.change(rule, at, Answer::Missing(Missing::NotAsked)),
                },
                (true, _) => {}
            }
        }
        asked
    }

    fn is_blank(&self, rule: &EditRule) -> bool {
        rule.questions
            .iter()
            .all(|&at| matches!(self.answers[at], Answer::Missing(Missing::NotAnswered | Missing::NotAsked)))
    }
}

fn several(mut chosen: Vec<usize>) -> Answer {
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.is_empty() { Answer::Missing(Missing::Unreadable) } else { Answer::Responses(chosen) }
}

/// One part of an answer whose responses cannot stand together.
fn part(question: &Question, chosen: &[usize], take: Take) -> Answer {
    let Some(scale) = &question.scale else { return Answer::Missing(Missing::Unreadable) };
    let one = |at: usize| match (scale.responses.get(at), question.kind) {
        (Some(_), QuestionKind::Multiple) => Answer::Responses(vec![at]),
        (Some(_), _) => Answer::Response(at),
        (None, _) => {
            let kind = scale.missing.get(at - scale.responses.len()).map_or(Missing::Unreadable, |m| m.kind);
            Answer::Missing(kind)
        }
    };
    let excludes = |at: usize| scale.responses.get(at).is_none_or(|response| response.exclusive);
    let found = match take {
        Take::First => chosen.iter().min().copied(),
        Take::Last => chosen.iter().filter(|&&at| at < scale.responses.len()).max().or(chosen.iter().max()).copied(),
        Take::Exclusive => chosen.iter().copied().filter(|&at| excludes(at)).min(),
        Take::Others => return several(chosen.iter().copied().filter(|&at| !excludes(at)).collect()),
    };
    found.map_or(Answer::Missing(Missing::Unreadable), one)
}

/// The answers of a row as a condition sees them.
struct Held<'a> {
    condition: &'a EditCondition,
    row: &'a Row<'a>,
    /// The question that "it" is.
    it: usize,
    /// Dates and times as texts, made when they are asked for.
    moments: Vec<OnceCell<String>>,
}

impl<'a> Held<'a> {
    fn of(row: &'a Row<'a>, condition: &'a EditCondition, it: usize) -> Self {
        Held { condition, row, it, moments: vec![OnceCell::new(); condition.slots.len()] }
    }
}

impl Lookup for Held<'_> {
    fn value(&self, slot: usize, _: &str) -> Value<'_> {
        let (at, part) = match &self.condition.slots[slot] {
            EditSlot::Question { question, part } => (*question, *part),
            EditSlot::It(part) => (self.it, *part),
            EditSlot::Frame(column) => {
                let known = self.row.beside.frame.iter().find(|(name, _)| name == column);
                return known
                    .filter(|(_, value)| !value.is_empty())
                    .map_or(Value::Missing, |(_, value)| Value::Text(value));
            }
        };
        let answer = &self.row.answers[at];
        let question = &self.row.instrument.questions[at];
        let code = |at: &usize| {
            let scale = question.scale.as_ref();
            scale.and_then(|scale| scale.responses.get(*at)).map_or("", |response| response.code.as_str())
        };
        match part {
            EditPart::Answer => match answer {
                Answer::Response(at) => Value::Text(code(at)),
                Answer::Responses(chosen) | Answer::Order(chosen) => Value::Several(chosen.iter().map(code).collect()),
                Answer::Number(number) => Value::Number(*number),
                Answer::Date(_) | Answer::Time(_) | Answer::DateTime(_) => {
                    Value::Text(self.moments[slot].get_or_init(|| question.code(answer)))
                }
                Answer::Text(text) => Value::Text(text),
                Answer::Missing(_) => Value::Missing,
            },
            EditPart::Missing => answer.missing().map_or(Value::Missing, |kind| Value::Text(kind.name())),
            EditPart::Found => match self.row.given[at].raw.trim() {
                "" => Value::Missing,
                found => Value::Text(found),
            },
            EditPart::Count => Value::Number(match answer {
                Answer::Responses(chosen) | Answer::Order(chosen) => chosen.len() as f64,
                Answer::Missing(_) => 0.0,
                _ => 1.0,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
