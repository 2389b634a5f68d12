//! One row: its answers, checked against the routing, with everything that is wrong about them.

use super::answer::{Fault, Readers};
use super::recognise::{Columns, Table};
use super::spelling::quoted;
use super::{Given, Origin};
use crate::finding::{Finding, Place, Severity};
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Variant};
use crate::sheet::Cell;
use crate::terms::Missing;

/// The answers of a row.
pub(super) struct Answered {
    pub given: Vec<Given>,
    pub findings: Vec<Finding>,
    /// Questions in whose cells something stands.
    pub filled: usize,
    /// Questions other than open ones with an answer that could be read.
    pub readable: usize,
    /// What the office enters about everybody stands there, at least in part.
    pub recorded: bool,
}

/// Reads the answers of a row in the order of the questions, so that routing follows what was answered before.
pub(super) fn read(
    instrument: &Instrument,
    readers: &Readers<'_>,
    table: &Table,
    cells: &[Cell],
    variant: Option<Variant>,
    origin: &Origin,
    unit: &str,
) -> Answered {
    let cell = |column: u32| cells.binary_search_by_key(&column, |cell| cell.column).ok().map(|at| &cells[at]);
    let mut answers: Vec<Answer> = vec![Answer::Missing(Missing::NotAnswered); instrument.questions.len()];
    let mut result =
        Answered { given: Vec::with_capacity(answers.len()), findings: Vec::new(), filled: 0, readable: 0, recorded: false };
    for (number, question) in instrument.questions.iter().enumerate() {
        let columns = &table.columns[number];
        let mut read = readers.read(number, columns, &cell, variant.unwrap_or(Variant::Standard));
        let first = columns.first();
        let place = |column: Option<u32>| {
            let place = Place::file(&origin.workbook).sheet(&origin.sheet).unit(unit).question(&question.id);
            match column.or(first) {
                Some(column) => place.cell(origin.row, column),
                None => place.row(origin.row),
            }
        };
        let unreadable = read.answer == Answer::Missing(Missing::Unreadable);
        let counts = !read.blank && !instrument.is_record(question);
        result.recorded |= !read.blank && !counts;
        result.filled += usize::from(counts);
        result.readable += usize::from(counts && !unreadable && question.kind != QuestionKind::Text);
        if question.is_concern(&read.answer) {
            let label = question.scale.as_ref().and_then(|scale| match &read.answer {
                Answer::Response(response) => scale.responses.get(*response).map(|r| r.label.clone()),
                _ => None,
            });
            let found = format!("{:?}: {}", question.label, label.unwrap_or_else(|| question.code(&read.answer)));
            result.findings.push(Finding::new("R025", place(None)).found(found));
        } else if unreadable && !question.concern.is_empty() {
            // What stands there is not repeated: it may be about somebody.
            let expected = read.faults.first().map_or(String::new(), |fault| fault.expected.clone());
            result.findings.push(Finding::new("R039", place(None)).expected(expected));
            read.faults.clear();
        }
        let other_form = variant.filter(|variant| !question.is_in(*variant));
        let answer = if other_form.is_none() && is_asked(instrument, table, question, &answers, read.blank) {
            if read.blank && question.required && first.is_some() {
                result.findings.push(Finding::new("R024", place(None)).expected("an answer"));
            }
            result.findings.extend(read.faults.into_iter().map(|fault| finding(fault, &place)));
            read.answer
        } else {
            if !read.blank {
                let found = if question.kind == QuestionKind::Text { "words".to_owned() } else { quoted(&read.raw) };
                let expected = match other_form {
                    Some(variant) => format!("nothing: the {} form does not ask it", variant.name()),
                    None => why_not_asked(instrument, question, &answers),
                };
                result.findings.push(Finding::new("R023", place(None)).found(found).expected(expected));
            }
            Answer::Missing(Missing::NotAsked)
        };
        answers[number] = answer.clone();
        result.given.push(Given { answer, raw: read.raw, original: read.original, column: first });
    }
    result
}

/// Whether a question is asked. Where the return has no column for the question that leads to it, an answer speaks for
/// itself: the person who filled it in saw the routing.
fn is_asked(instrument: &Instrument, table: &Table, question: &Question, answers: &[Answer], blank: bool) -> bool {
    let gate_is_gone =
        question.ask_if.as_ref().is_some_and(|condition| table.columns[condition.question] == Columns::None);
    question.is_asked(instrument, answers) || (gate_is_gone && !blank)
}

/// Why nothing should stand in a cell.
fn why_not_asked(instrument: &Instrument, question: &Question, answers: &[Answer]) -> String {
    let Some(condition) = &question.ask_if else { return "nothing".to_owned() };
    let gate = &instrument.questions[condition.question];
    let label = |code: &String| {
        let response = gate.scale.as_ref().and_then(|scale| scale.responses.iter().find(|r| r.code == *code));
        format!("{:?}", response.map_or(code.as_str(), |r| r.label.as_str()))
    };
    let leads = condition.codes.iter().map(label).collect::<Vec<_>>().join(" or ");
    let answer = &answers[condition.question];
    let is = match (answer, &gate.scale) {
        (Answer::Response(response), Some(scale)) => {
            scale.responses.get(*response).map_or(String::new(), |r| format!("{:?}", r.label))
        }
        (Answer::Missing(kind), _) => kind.label().to_lowercase(),
        (answer, _) => format!("{:?}", gate.code(answer)),
    };
    format!("nothing: {:?} is {is}, and the question is asked only after {leads}", gate.label)
}

fn finding(fault: Fault, place: &dyn Fn(Option<u32>) -> Place) -> Finding {
    let finding = Finding::new(fault.code, place(fault.column)).found(fault.found).expected(fault.expected);
    match fault.hint {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// Whether a finding matters even when its row is not used.
pub(super) fn outlives_its_row(finding: &Finding) -> bool {
    finding.severity == Severity::Concern
}
