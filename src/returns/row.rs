//! One row: its answers, edited and checked against the routing, with everything that is wrong about them.

use std::borrow::Cow;

use super::answer::{Read, Readers};
use super::recognise::{Columns, Table};
use super::repeats::{self, Repeats};
use super::spelling::{quoted, tidy};
use super::told;
use super::workbook::Reading;
use super::{Given, Origin, Repeated};
use crate::editing::{self, AsGiven, Beside, Edit};
use crate::finding::{Finding, Place, Severity};
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Row, Variant};
use crate::sheet::Cell;
use crate::terms::Missing;

/// The answers of a row.
pub(super) struct Answered {
    pub given: Vec<Given>,
    /// For each repeat what was answered about each of the several.
    pub repeats: Vec<Vec<Repeated>>,
    /// What the edit rules did to the answers.
    pub edits: Vec<Edit>,
    /// The edit rule by which nothing is left of them.
    pub blank: Option<usize>,
    pub findings: Vec<Finding>,
    /// Questions in whose cells something stands.
    pub filled: usize,
    /// Questions other than open ones with an answer that could be read.
    pub readable: usize,
    /// What the office enters about everybody stands there, at least in part.
    pub recorded: bool,
}

impl Answered {
    /// What the office entered, by the places of the questions.
    pub fn record(&self, form: &Instrument) -> Vec<(usize, Given)> {
        let given = self.given.iter().enumerate().filter(|(at, _)| form.is_record(&form.questions[*at]));
        given.map(|(at, given)| (at, given.clone())).collect()
    }
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
    /// The form that was filled in, where there are two and one is told.
    pub variant: Option<Variant>,
    /// What the frame says of the unit, where it is known.
    pub frame: &'a [(String, String)],
}

impl Around<'_> {
    /// The answers of the row, as formulas see them.
    fn row<'r>(&'r self, form: &'r Instrument, answers: &'r [Answer], repeats: &'r [Vec<Vec<Answer>>]) -> Row<'r> {
        Row { outer: self.outer, number: self.number, ..Row::of(form, answers, repeats) }
    }

    /// Reads the rows of the repeats that come next and stand before a question, given the answers before them.
    fn read_repeats(
        &self,
        form: &Instrument,
        before: usize,
        answers: &[Answer],
        rows: &mut Vec<Vec<Vec<Answer>>>,
        (serial, with): (&str, &Reading<'_>),
        findings: &mut Vec<Finding>,
    ) -> Vec<Vec<Repeated>> {
        let mut read = Vec::new();
        while form.repeats.get(rows.len()).is_some_and(|repeat| repeat.after <= before) {
            let place = rows.len();
            let outer = self.row(form, answers, rows);
            let found = self.repeats.map_or_else(Vec::new, |repeats| {
                repeats.read(place, self.unit, self.reading, (&outer, serial), with, findings)
            });
            rows.push(repeats::answers(&found));
            read.push(found);
        }
        read
    }
}

/// Why an answer cannot stand beside the others: the finding's code, and what is expected.
type Unfit = Option<(&'static str, String)>;

/// Reads the answers of a row, edits them, and says what is wrong with them. What is worked out rests on answers and never
/// on what a cell says of them.
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
    let asked_as = around.variant.unwrap_or(Variant::Standard);
    let questions = form.questions.iter().enumerate();
    let mut reads: Vec<Read> =
        questions.clone().map(|(number, _)| readers.read(number, &table.columns[number], &cell, asked_as)).collect();
    let (mut unfit, rows) = beside_each_other(form, table, &reads, around, (unit, with));
    let given: Vec<AsGiven<'_>> = questions
        .clone()
        .map(|(number, question)| AsGiven {
            answer: match unfit[number] {
                Some(_) => Cow::Owned(Answer::Missing(Missing::Unreadable)),
                None => Cow::Borrowed(&reads[number].answer),
            },
            conflict: reads[number].conflict.clone(),
            blank: reads[number].blank,
            no_column: table.columns[number] == Columns::None,
            other_form: around.variant.is_some_and(|variant| !question.is_in(variant)),
            raw: &reads[number].raw,
        })
        .collect();
    let mut edited = editing::edit(
        form,
        &given,
        &Beside { repeats: &rows, outer: around.outer, number: around.number, frame: around.frame },
    );
    drop(given);
    let mut result = Answered {
        given: Vec::new(),
        repeats: Vec::new(),
        edits: Vec::new(),
        blank: edited.blank,
        findings: Vec::new(),
        filled: 0,
        readable: 0,
        recorded: false,
    };
    let answers = around.row(form, &edited.answers, &rows);
    for (number, question) in questions {
        let read = &mut reads[number];
        let first = table.columns[number].first();
        let place = |column: Option<u32>| {
            let place = Place::file(&origin.workbook).sheet(&origin.sheet).unit(unit).question(&question.id);
            match column.or(first) {
                Some(column) => place.cell(origin.row, column),
                None => place.row(origin.row),
            }
        };
        let answer = &edited.answers[number];
        if question.kind == QuestionKind::Calculate {
            let typed = first.and_then(&cell).filter(|cell| !cell.formula && !cell.value.is_blank());
            if let Some(differs) = typed.and_then(|cell| differs(question, cell, answer)) {
                result
                    .findings
                    .push(Finding::new("R061", place(None)).found(differs).expected(worked_out(question, answer)));
            }
            read.original = None;
            continue;
        }
        let unreadable = !read.is_readable();
        let counts = !read.blank && !form.is_record(question);
        result.recorded |= !read.blank && !counts;
        result.filled += usize::from(counts);
        result.readable += usize::from(counts && !unreadable && question.kind != QuestionKind::Text);
        if read.conflict.is_none() && question.is_concern(&read.answer) {
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
        if edited.asked[number] && read.blank && answers.is_required(question) && first.is_some() {
            let filled_in = answer.missing().is_none();
            result.findings.extend((!filled_in).then(|| Finding::new("R024", place(None)).expected("an answer")));
        }
        let told = told::about(form, number, read, &edited, &place);
        result.findings.extend(told);
        if let Some((code, expected)) = unfit[number].take().filter(|_| edited.asked[number]) {
            let finding = Finding::new(code, place(None)).found(told::words(question, &read.raw));
            result.findings.push(finding.expected(expected));
        }
    }
    let mut rows = Vec::new();
    let all = form.questions.len();
    result.repeats = around.read_repeats(form, all, &edited.answers, &mut rows, (unit, with), &mut result.findings);
    let of_repeats = result.repeats.iter().map(Vec::len).sum::<usize>();
    result.filled += of_repeats;
    result.readable += of_repeats;
    let given = reads.into_iter().zip(std::mem::take(&mut edited.answers)).zip(&table.columns);
    result.given = given
        .map(|((read, answer), columns)| Given {
            answer,
            raw: read.raw,
            original: read.original,
            column: columns.first(),
        })
        .collect();
    result.edits = edited.edits;
    untick(form, &mut result);
    result
}

/// The answers as they were given, in the order of the questions: those that cannot stand beside the ones before them, and the
/// rows of the repeats.
fn beside_each_other(
    form: &Instrument,
    table: &Table,
    reads: &[Read],
    around: &Around<'_>,
    whose: (&str, &Reading<'_>),
) -> (Vec<Unfit>, Vec<Vec<Vec<Answer>>>) {
    let mut unfit: Vec<Unfit> = vec![None; reads.len()];
    let mut rows: Vec<Vec<Vec<Answer>>> = Vec::new();
    let is_written = |question: &Question| question.written.constraint.is_some() || question.written.filter.is_some();
    if form.repeats.is_empty() && !form.questions.iter().any(is_written) {
        return (unfit, rows);
    }
    let mut answers: Vec<Answer> = vec![Answer::Missing(Missing::NotAnswered); reads.len()];
    for (number, question) in form.questions.iter().enumerate() {
        // What is to be said about them is said when they are read beside the answers after editing.
        around.read_repeats(form, number, &answers, &mut rows, whose, &mut Vec::new());
        let row = around.row(form, &answers, &rows);
        let read = &reads[number];
        answers[number] = if question.kind == QuestionKind::Calculate {
            if row.is_asked(question) { row.works_out(question) } else { Answer::Missing(Missing::NotAsked) }
        } else if !row.is_asked_of(question, read.blank, |gate| repeats::is_gone(table, gate)) {
            Answer::Missing(Missing::NotAsked)
        } else {
            unfit[number] = unfitting(&row, question, &read.answer).filter(|_| read.conflict.is_none());
            if unfit[number].is_some() { Answer::Missing(Missing::Unreadable) } else { read.answer.clone() }
        };
    }
    around.read_repeats(form, form.questions.len(), &answers, &mut rows, whose, &mut Vec::new());
    (unfit, rows)
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

/// Why an answer cannot stand beside the others.
fn unfitting(row: &Row<'_>, question: &Question, answer: &Answer) -> Unfit {
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

/// Whether a finding matters even when its row is not used.
pub(super) fn outlives_its_row(finding: &Finding) -> bool {
    finding.severity == Severity::Concern
}
