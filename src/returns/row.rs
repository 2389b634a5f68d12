//! One row: its answers, checked against the routing, with everything that is wrong about them.

use super::answer::{Fault, Readers};
use super::recognise::Table;
use super::repeats::{self, Repeats};
use super::spelling::{quoted, tidy};
use super::workbook::Reading;
use super::{Given, Origin, Repeated};
use crate::finding::{Finding, Place, Severity};
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Row};
use crate::sheet::Cell;
use crate::terms::Missing;

/// The answers of a row.
pub(super) struct Answered {
    pub given: Vec<Given>,
    /// For each repeat what was answered about each of the several.
    pub repeats: Vec<Vec<Repeated>>,
    pub findings: Vec<Finding>,
    /// Questions in whose cells something stands.
    pub filled: usize,
    /// Questions other than open ones with an answer that could be read.
    pub readable: usize,
}

/// What stands around a row.
pub(super) struct Around<'a> {
    /// The row that a row of a repeat belongs to.
    pub outer: Option<&'a Row<'a>>,
    /// The number of the row within its repeat.
    pub number: u32,
    /// The rows of the repeats in the same file, where the row's unit is known.
    pub repeats: Option<&'a Repeats<'a>>,
    pub unit: usize,
    pub reading: Option<u8>,
}

/// Reads the answers of a row in the order of the questions, so that routing follows what was answered before, and what is
/// worked out rests on answers and never on what a cell says of them.
pub(super) fn read(
    form: &Instrument,
    readers: &Readers<'_>,
    table: &Table,
    cells: &[Cell],
    (origin, unit): (&Origin, &str),
    around: &Around<'_>,
    with: &Reading<'_>,
) -> Answered {
    let cell = |column: u32| cells.binary_search_by_key(&column, |cell| cell.column).ok().map(|at| &cells[at]);
    let mut answers: Vec<Answer> = vec![Answer::Missing(Missing::NotAnswered); form.questions.len()];
    let (given, repeats, findings) = (Vec::with_capacity(answers.len()), Vec::new(), Vec::new());
    let mut result = Answered { given, repeats, findings, filled: 0, readable: 0 };
    let mut rows: Vec<Vec<Vec<Answer>>> = Vec::new();
    for (number, question) in form.questions.iter().enumerate() {
        read_repeats(form, number, around, &answers, &mut rows, (unit, with), &mut result);
        let columns = &table.columns[number];
        let mut read = readers.read(number, columns, &cell);
        let first = columns.first();
        let place = |column: Option<u32>| {
            let place = Place::file(&origin.workbook).sheet(&origin.sheet).unit(unit).question(&question.id);
            match column.or(first) {
                Some(column) => place.cell(origin.row, column),
                None => place.row(origin.row),
            }
        };
        let row = Row { outer: around.outer, number: around.number, ..Row::of(form, &answers, &rows) };
        if question.kind == QuestionKind::Calculate {
            let answer = match row.is_asked(question) {
                true => row.works_out(question),
                false => Answer::Missing(Missing::NotAsked),
            };
            let typed = first.and_then(&cell).filter(|cell| !cell.formula && !cell.value.is_blank());
            if let Some(differs) = typed.and_then(|cell| differs(question, cell, &answer)) {
                result
                    .findings
                    .push(Finding::new("R061", place(None)).found(differs).expected(worked_out(question, &answer)));
            }
            answers[number] = answer.clone();
            result.given.push(Given { answer, raw: read.raw, column: first });
            continue;
        }
        let unreadable = read.answer == Answer::Missing(Missing::Unreadable);
        result.filled += usize::from(!read.blank);
        result.readable += usize::from(!read.blank && !unreadable && question.kind != QuestionKind::Text);
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
        let answer = if is_asked(&row, table, question, read.blank) {
            if read.blank && first.is_some() && row.is_required(question) {
                result.findings.push(Finding::new("R024", place(None)).expected("an answer"));
            }
            result.findings.extend(read.faults.into_iter().map(|fault| finding(fault, &place)));
            match unfitting(&row, question, &read.answer) {
                Some((code, expected)) => {
                    let found =
                        if question.kind == QuestionKind::Text { "words".to_owned() } else { quoted(&read.raw) };
                    result.findings.push(Finding::new(code, place(None)).found(found).expected(expected));
                    Answer::Missing(Missing::Unreadable)
                }
                None => read.answer,
            }
        } else {
            if !read.blank {
                let found = if question.kind == QuestionKind::Text { "words".to_owned() } else { quoted(&read.raw) };
                let expected = why_not_asked(form, question, &row);
                result.findings.push(Finding::new("R023", place(None)).found(found).expected(expected));
            }
            Answer::Missing(Missing::NotAsked)
        };
        answers[number] = answer.clone();
        result.given.push(Given { answer, raw: read.raw, column: first });
    }
    read_repeats(form, form.questions.len(), around, &answers, &mut rows, (unit, with), &mut result);
    untick(form, &mut result);
    result
}

/// Reads the rows of the repeats that stand before a question.
fn read_repeats(
    form: &Instrument,
    before: usize,
    around: &Around<'_>,
    answers: &[Answer],
    rows: &mut Vec<Vec<Vec<Answer>>>,
    (serial, with): (&str, &Reading<'_>),
    result: &mut Answered,
) {
    while form.repeats.get(result.repeats.len()).is_some_and(|repeat| repeat.after <= before) {
        let outer = Row::of(form, answers, rows);
        let place = result.repeats.len();
        let read = around.repeats.map_or_else(Vec::new, |repeats| {
            repeats.read(place, around.unit, around.reading, (&outer, serial), with, &mut result.findings)
        });
        result.filled += read.len();
        result.readable += read.len();
        rows.push(repeats::answers(&read));
        result.repeats.push(read);
    }
}

/// A box that was left empty in a row that was filled in is not ticked.
fn untick(form: &Instrument, result: &mut Answered) {
    if result.filled == 0 {
        return;
    }
    for (question, given) in form.questions.iter().zip(&mut result.given) {
        let empty = given.column.is_some() && given.answer == Answer::Missing(Missing::NotAnswered);
        if question.kind == QuestionKind::Acknowledge && empty {
            given.answer = Answer::Response(1);
        }
    }
}

/// What a cell says in place of what is worked out, where the two differ.
fn differs(question: &Question, cell: &Cell, answer: &Answer) -> Option<String> {
    let text = cell.text();
    let same = match answer {
        Answer::Number(number) => {
            cell.value.number().is_some_and(|found| (found - number).abs() <= 1e-6 * number.abs().max(1.0))
        }
        answer => tidy(&text) == tidy(&question.code(answer)),
    };
    (!same && tidy(&text) != WHEN_READ).then(|| quoted(&text))
}

/// What a workbook says where a spreadsheet cannot work something out.
const WHEN_READ: &str = "when it is read";

fn worked_out(question: &Question, answer: &Answer) -> String {
    match answer.missing() {
        Some(_) => "nothing, because what it rests on was not answered".to_owned(),
        None => format!("{}, which is used", question.code(answer)),
    }
}

/// Why an answer cannot stand beside the others: the finding's code, and what is expected.
fn unfitting(row: &Row<'_>, question: &Question, answer: &Answer) -> Option<(&'static str, String)> {
    if !row.allows(question, answer) {
        let written = question.written.constraint.as_ref().map_or("", |formula| formula.text.as_str());
        let message = question.written.constraint_message.trim();
        return Some(("R062", if message.is_empty() { written.to_owned() } else { message.to_owned() }));
    }
    let scale = question.scale.as_ref()?;
    let given: &[usize] = match answer {
        Answer::Response(one) => std::slice::from_ref(one),
        Answer::Responses(several) | Answer::Order(several) => several,
        _ => return None,
    };
    if given.iter().all(|&response| row.offers(question, response)) {
        return None;
    }
    let offered = scale.responses.iter().enumerate().filter(|(at, _)| row.offers(question, *at));
    let labels: Vec<&str> = offered.map(|(_, response)| response.label.as_str()).collect();
    Some(("R063", labels.join(" | ")))
}

/// Whether a question is asked. Where the return has no column for the question that leads to it, an answer speaks for
/// itself: the person who filled it in saw the routing.
fn is_asked(row: &Row<'_>, table: &Table, question: &Question, blank: bool) -> bool {
    let leads = question.ask_if.as_ref().map(|condition| condition.question);
    let written = question.written.relevant.iter().flat_map(|formula| formula.references());
    let mut gates = leads.into_iter().chain(written.filter_map(|(name, _)| row.form.position(name)));
    let gate_is_gone = gates.any(|gate| repeats::is_gone(table, gate));
    row.is_asked(question) || (gate_is_gone && !blank)
}

/// Why nothing should stand in a cell.
fn why_not_asked(instrument: &Instrument, question: &Question, row: &Row<'_>) -> String {
    let answers = row.answers;
    let Some(condition) = &question.ask_if else {
        return match &question.written.relevant {
            Some(formula) => format!("nothing: the question is asked only if {}", formula.text),
            None => "nothing".to_owned(),
        };
    };
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
