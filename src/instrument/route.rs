//! What follows from the answers of a row: which questions are asked, which responses are offered, what is worked out.

use super::{Answer, Instrument, Question};
use crate::formula::{Answers, Formula, Value};
use crate::terms::Missing;

/// The answers of a row so far, as formulas see them.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// The form that they answer.
    pub form: &'a Instrument,
    /// The answers to its questions, in their order.
    pub answers: &'a [Answer],
    /// For every repeat of the form that was read already its rows, each with the answers to its questions.
    pub repeats: &'a [Vec<Vec<Answer>>],
    /// The row of the form that a row of a repeat belongs to.
    pub outer: Option<&'a Row<'a>>,
    /// The number of the row within its repeat.
    pub number: u32,
}

impl<'a> Row<'a> {
    /// A row of a form.
    pub fn of(form: &'a Instrument, answers: &'a [Answer], repeats: &'a [Vec<Vec<Answer>>]) -> Row<'a> {
        Row { form, answers, repeats, outer: None, number: 1 }
    }

    /// Whether a question is asked.
    pub fn is_asked(&self, question: &Question) -> bool {
        self.leads_to(question) && question.written.relevant.as_ref().is_none_or(|formula| self.holds(formula))
    }

    /// Whether a question is asked, in a return that may lack columns: where there is none for a question that leads to it, an
    /// answer speaks for itself, since the person who gave it saw the routing.
    pub fn is_asked_of(&self, question: &Question, blank: bool, is_gone: impl Fn(usize) -> bool) -> bool {
        let leads = question.ask_if.iter().map(|condition| condition.question);
        let written = question.written.relevant.iter().flat_map(Formula::references);
        let mut gates = leads.chain(written.filter_map(|(name, _)| self.form.position(name)));
        self.is_asked(question) || (!blank && gates.any(is_gone))
    }

    /// Whether the question that leads to it was answered so.
    fn leads_to(&self, question: &Question) -> bool {
        let Some(condition) = &question.ask_if else { return true };
        let gate = &self.form.questions[condition.question];
        let holds = |i: usize| {
            gate.scale.as_ref().and_then(|s| s.responses.get(i)).is_some_and(|r| condition.codes.contains(&r.code))
        };
        match &self.answers[condition.question] {
            Answer::Response(i) => holds(*i),
            Answer::Responses(chosen) => chosen.iter().any(|&i| holds(i)),
            _ => false,
        }
    }

    /// Whether a formula holds.
    pub fn holds(&self, formula: &Formula) -> bool {
        formula.holds(&View { row: self, itself: Value::Nothing, columns: None })
    }

    /// What a formula gives.
    pub fn value(&self, formula: &Formula) -> Value {
        formula.value(&View { row: self, itself: Value::Nothing, columns: None })
    }

    /// Whether an answer is needed.
    pub fn is_required(&self, question: &Question) -> bool {
        question.required || question.written.required.as_ref().is_some_and(|formula| self.holds(formula))
    }

    /// Whether an answer is what the question's constraint asks for; no answer always is.
    pub fn allows(&self, question: &Question, answer: &Answer) -> bool {
        let Some(formula) = &question.written.constraint else { return true };
        let itself = of_answer(question, answer);
        itself.is_nothing() || formula.holds(&View { row: self, itself, columns: None })
    }

    /// Whether a response is offered, given the answers before.
    pub fn offers(&self, question: &Question, response: usize) -> bool {
        let Some(filter) = &question.written.filter else { return true };
        let Some(columns) = filter.columns.get(response) else { return true };
        filter.formula.holds(&View { row: self, itself: Value::Nothing, columns: Some(columns) })
    }

    /// What is worked out for a question; nothing where its parts are missing.
    pub fn works_out(&self, question: &Question) -> Answer {
        let Some(formula) = &question.written.calculation else { return Answer::Missing(Missing::NotAnswered) };
        let value = self.value(formula);
        if value.is_nothing() {
            return Answer::Missing(Missing::NotAnswered);
        }
        match question.written.numeric {
            // The last digits of a sum of decimals say nothing.
            true => Answer::Number((value.number() * 1e9).round() / 1e9),
            false => Answer::Text(value.text()),
        }
    }

    fn find(&self, name: &str) -> Option<(&'a Question, &'a Answer)> {
        let here = self.form.position(name).and_then(|at| Some((self.form.questions.get(at)?, self.answers.get(at)?)));
        here.or_else(|| self.outer.and_then(|outer| outer.find(name)))
    }
}

/// A row with what formulas may ask about beside its answers.
struct View<'a> {
    row: &'a Row<'a>,
    itself: Value,
    columns: Option<&'a std::collections::BTreeMap<String, String>>,
}

impl Answers for View<'_> {
    fn answer(&self, name: &str) -> Value {
        self.row.find(name).map_or(Value::Nothing, |(question, answer)| of_answer(question, answer))
    }

    fn each(&self, name: &str) -> Vec<Value> {
        let mut at = Some(self.row);
        while let Some(row) = at {
            for (repeat, rows) in row.form.repeats.iter().zip(row.repeats) {
                if repeat.id == name {
                    return rows.iter().map(|_| Value::Truth(true)).collect();
                }
                if let Some(place) = repeat.form.position(name) {
                    let question = &repeat.form.questions[place];
                    return rows.iter().filter_map(|row| Some(of_answer(question, row.get(place)?))).collect();
                }
            }
            at = row.outer;
        }
        Vec::new()
    }

    fn label(&self, name: &str) -> String {
        let Some((question, Answer::Response(at))) = self.row.find(name) else { return String::new() };
        question.scale.as_ref().and_then(|scale| scale.responses.get(*at)).map_or(String::new(), |r| r.label.clone())
    }

    fn itself(&self) -> Value {
        self.itself.clone()
    }

    fn column(&self, name: &str) -> Value {
        self.columns.and_then(|columns| columns.get(name)).map_or(Value::Nothing, |text| Value::Text(text.clone()))
    }

    fn position(&self) -> f64 {
        f64::from(self.row.number)
    }
}

/// An answer as formulas see it: codes in place of labels.
fn of_answer(question: &Question, answer: &Answer) -> Value {
    match answer {
        Answer::Response(_) => Value::Text(question.code(answer)),
        Answer::Responses(chosen) | Answer::Order(chosen) => {
            let code = |&at: &usize| question.scale.as_ref().and_then(|s| s.responses.get(at)).map(|r| r.code.clone());
            Value::Codes(chosen.iter().filter_map(code).collect())
        }
        Answer::Number(number) => Value::Number(*number),
        Answer::Date(date) => Value::Moment(date.and_time(chrono::NaiveTime::default())),
        Answer::Time(time) => Value::Time(*time),
        Answer::DateTime(moment) => Value::Moment(*moment),
        Answer::Text(text) => Value::Text(text.clone()),
        Answer::Missing(_) => Value::Nothing,
    }
}
