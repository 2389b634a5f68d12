//! One row: its answers, checked against the routing, with everything that is wrong about them.

use super::answer::{Read, Readers};
use super::recognise::{Columns, Table};
use super::told;
use super::{Given, Origin};
use crate::editing::{self, AsGiven, Edit};
use crate::finding::{Finding, Place, Severity};
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Variant};
use crate::sheet::Cell;

/// The answers of a row.
pub(super) struct Answered {
    pub given: Vec<Given>,
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

fn as_given<'r>((read, columns): (&'r Read, &Columns)) -> AsGiven<'r> {
    AsGiven {
        answer: read.answer.clone(),
        conflict: read.conflict.clone(),
        blank: read.blank,
        no_column: *columns == Columns::None,
        other_form: false,
        raw: &read.raw,
    }
}

/// Reads the answers of a row, edits them, and says what is wrong with them.
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
    let form = variant.unwrap_or(Variant::Standard);
    let questions = instrument.questions.iter().enumerate();
    let mut reads: Vec<Read> =
        questions.clone().map(|(number, _)| readers.read(number, &table.columns[number], &cell, form)).collect();
    let other_form = |question: &Question| variant.is_some_and(|variant| !question.is_in(variant));
    let given: Vec<AsGiven<'_>> = (reads.iter().zip(&table.columns).zip(&instrument.questions))
        .map(|(read, question)| AsGiven { other_form: other_form(question), ..as_given(read) })
        .collect();
    let edited = editing::edit(instrument, &given);
    drop(given);
    let mut result = Answered {
        given: Vec::with_capacity(reads.len()),
        edits: Vec::new(),
        blank: edited.blank,
        findings: Vec::new(),
        filled: 0,
        readable: 0,
        recorded: false,
    };
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
        let unreadable = !read.is_readable();
        let counts = !read.blank && !instrument.is_record(question);
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
        if edited.asked[number] && read.blank && question.required && first.is_some() {
            let filled_in = edited.answers[number].missing().is_none();
            result.findings.extend((!filled_in).then(|| Finding::new("R024", place(None)).expected("an answer")));
        }
        let told = told::about(instrument, number, read, &edited, &place);
        result.findings.extend(told);
        result.given.push(Given {
            answer: edited.answers[number].clone(),
            raw: std::mem::take(&mut read.raw),
            original: read.original.take(),
            column: first,
        });
    }
    result.edits = edited.edits;
    result
}

/// Whether a finding matters even when its row is not used.
pub(super) fn outlives_its_row(finding: &Finding) -> bool {
    finding.severity == Severity::Concern
}
