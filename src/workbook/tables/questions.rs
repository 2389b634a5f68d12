//! One table for each question: every response, the positive share and the mean, for everyone and by group.

use crate::estimate::{Estimate, Statistic};
use crate::instrument::{Question, Score};
use crate::results::{QuestionResult, Results};
use crate::workbook::fit::Names;
use crate::workbook::notes::{Note, percent};
use crate::workbook::published::{Column, Mark, Table, Value};

use super::overview::{grouping_label, unit};
use super::{Shown, about, is_hidden, label};

/// Whether a figure is that of the row of one response again: the positive share, where one response is all that is positive.
fn says_it_again(results: &Results, result: &QuestionResult, estimate: &Estimate) -> bool {
    let only = results.asked(&result.id).is_some_and(Question::has_single_positive);
    only && estimate.statistic == Statistic::Positive
}

/// The table of one question; none if it has no estimates.
pub(super) fn table(results: &Results, result: &QuestionResult, names: &mut Names) -> Option<Table> {
    let mut rows = Vec::new();
    for group in std::iter::once(&result.overall).chain(&result.groups) {
        for estimate in group.estimates().filter(|estimate| !says_it_again(results, result, estimate)) {
            let shown = Shown::within(group, estimate);
            let mut row = vec![
                Value::words(grouping_label(results, &group.by)),
                Value::words(if group.group.is_empty() { "Everyone" } else { &group.group }),
                Value::words(&estimate.label),
                Value::words(unit(estimate.statistic)),
                shown.value(),
                shown.low(),
                shown.high(),
                shown.margin(),
                shown.standard_error(),
                shown.base(),
                shown.weighted_base(),
                shown.design_effect(),
                shown.degrees_of_freedom(),
                shown.reliability(results.rule),
                Value::words(&estimate.method),
            ];
            if result.overall.units.is_some() {
                row.insert(10, if shown.hidden { Mark::Suppressed.into() } else { Value::count(group.people()) });
            }
            rows.push(row);
        }
    }
    if rows.is_empty() {
        return None;
    }
    let wording = results.asked(&result.id).map_or("", |question| question.text.as_str());
    let mut about = about(results, "It shows every response to one question, for everyone and by group.");
    if !wording.is_empty() {
        about.insert(1, format!("The question as asked: {wording}"));
    }
    if let Some(score) = results.instrument.scores.iter().find(|score| score.id == result.id) {
        about[0] =
            "This worksheet contains one table. It shows a score over several questions, for everyone and by group."
                .to_owned();
        about.insert(1, score_words(results, score));
    }
    let mut columns = vec![
        Column::words("Grouping", 16.0),
        Column::words("Group", 26.0),
        Column::words("Response", 30.0).note(Note::Positive),
        Column::words("Unit", 10.0),
        Column::numbers("Estimate"),
        Column::numbers("Lower limit").note(Note::Margin),
        Column::numbers("Upper limit"),
        Column::numbers("Margin of error"),
        Column::numbers("Standard error"),
        Column::numbers("Unweighted base (answers)").note(Note::Base),
        Column::numbers("Weighted base").note(Note::WeightedBase),
        Column::numbers("Design effect").note(Note::DesignEffect),
        Column::numbers("Degrees of freedom"),
        Column::words(format!("Reliability (rule of ±{} points)", percent(results.rule)), 30.0).note(Note::Rule),
        Column::words("Method", 40.0),
    ];
    if result.overall.units.is_some() {
        let (one, many) = results.instrument.kind.unit();
        about.push(format!("The base counts rows; every row belongs to one {one}, whose weight it has."));
        columns[9] = Column::numbers("Unweighted base (rows)").note(Note::Base);
        columns.insert(10, Column::numbers(format!("Base in {many}")));
    }
    Some(Table {
        sheet: names.sheet(&result.id),
        name: names.table(&format!("question_{}", result.id)),
        title: format!("{}: {}", result.id, label(results, &result.id)),
        about,
        columns,
        rows,
    })
}

/// How a score is made, in a sentence.
fn score_words(results: &Results, score: &Score) -> String {
    let items: Vec<&str> =
        score.items.iter().map(|item| results.instrument.questions[item.question].label.as_str()).collect();
    let range = score.range_in_words().map_or(String::new(), |(low, high)| format!(" It runs from {low} to {high}."));
    format!("The {} ({}).{range}", score.rule(), items.join("; "))
}

/// What people wrote in answer to an open question; none if nobody wrote anything, or too few to keep it confidential.
pub(super) fn words(results: &Results, result: &QuestionResult, names: &mut Names) -> Option<Table> {
    if result.words.is_empty() || is_hidden(result) {
        return None;
    }
    Some(Table {
        sheet: names.sheet(&format!("{}_words", result.id)),
        name: names.table(&format!("words_{}", result.id)),
        title: format!("{}: {} (what people wrote)", result.id, label(results, &result.id)),
        about: about(results, "It lists the answers to one open question, unweighted."),
        columns: vec![Column::numbers("Number"), Column::words("Answer", 100.0).note(Note::Words)],
        rows: (1..).zip(&result.words).map(|(number, text)| vec![Value::count(number), Value::words(text)]).collect(),
    })
}
