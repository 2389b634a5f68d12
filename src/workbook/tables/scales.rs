//! The questions that share a scale side by side: one row a question, one column a response.

use crate::estimate::Estimate;
use crate::instrument::{QuestionKind, Response, Scale};
use crate::results::{QuestionResult, Results};
use crate::workbook::fit::Names;
use crate::workbook::notes::Note;
use crate::workbook::published::{Column, Mark, Table, Value};

use super::{Shown, about, label};

/// A scale's table, and what a chart of it needs to know.
#[derive(Debug)]
pub(in crate::workbook) struct ScaleTable {
    /// The table; its columns from [`FIRST_SHARE`] on are the responses.
    pub table: Table,
    /// The scale's responses.
    pub responses: Vec<Response>,
}

/// The column of the first response's share.
pub(in crate::workbook) const FIRST_SHARE: u16 = 3;

/// One table for each scale that a rating or several questions with one answer use, in the order of the questions.
pub(super) fn tables(results: &Results, names: &mut Names) -> Vec<ScaleTable> {
    let mut scales: Vec<(&Scale, Vec<&QuestionResult>, bool)> = Vec::new();
    for result in &results.questions {
        let Some(question) = results.instrument.question(&result.id) else { continue };
        // Shares of a multiple choice do not add up to a whole.
        if !question.kind.gives_one_response() {
            continue;
        }
        let Some(scale) = question.scale.as_ref().filter(|s| s.responses.len() == result.overall.shares.len()) else {
            continue;
        };
        let rating = question.kind == QuestionKind::Rating;
        match scales.iter_mut().find(|(known, ..)| known.id == scale.id && known.responses == scale.responses) {
            Some((_, list, any)) => {
                list.push(result);
                *any |= rating;
            }
            None => scales.push((scale, vec![result], rating)),
        }
    }
    scales
        .into_iter()
        .filter(|(scale, list, rating)| !scale.responses.is_empty() && (*rating || list.len() > 1))
        .map(|(scale, list, rating)| table(results, scale, &list, rating, names))
        .collect()
}

fn table(
    results: &Results,
    scale: &Scale,
    questions: &[&QuestionResult],
    rating: bool,
    names: &mut Names,
) -> ScaleTable {
    let positive = scale.has_positive();
    let mean = questions.iter().any(|result| result.overall.mean.is_some());
    let mut columns = vec![
        Column::words("Question", 24.0),
        Column::words("Statement", 40.0),
        Column::numbers("Base (answers)").note(Note::Base),
    ];
    columns.extend(scale.responses.iter().map(|response| Column::numbers(format!("{} (%)", response.label))));
    if positive {
        columns.push(Column::numbers("Positive share (%)").note(Note::Positive));
        columns.push(Column::numbers("Margin of error of the positive share (percentage points)").note(Note::Margin));
    }
    if mean {
        columns.push(Column::numbers("Mean (points)"));
        columns.push(Column::numbers("Margin of error of the mean (points)"));
    }
    let rows = questions
        .iter()
        .map(|result| {
            let shown = |estimate: Option<&Estimate>, what: fn(&Shown<'_>) -> Value| {
                estimate.map_or(Mark::NotApplicable.into(), |e| what(&Shown::within(&result.overall, e)))
            };
            let mut row = vec![
                Value::words(&result.id),
                Value::words(label(results, &result.id)),
                shown(result.overall.shares.first(), |s| s.base()),
            ];
            row.extend(result.overall.shares.iter().map(|share| shown(Some(share), |s| s.value())));
            if positive {
                row.push(shown(result.overall.positive.as_ref(), |s| s.value()));
                row.push(shown(result.overall.positive.as_ref(), |s| s.margin()));
            }
            if mean {
                row.push(shown(result.overall.mean.as_ref(), |s| s.value()));
                row.push(shown(result.overall.mean.as_ref(), |s| s.margin()));
            }
            row
        })
        .collect();
    let what = if rating { "Distribution of ratings" } else { "Answers side by side" };
    ScaleTable {
        table: Table {
            sheet: names.sheet(&format!("Scale_{}", scale.id)),
            name: names.table(&format!("scale_{}", scale.id)),
            title: format!("{what}: questions on the scale {}", scale.id),
            about: about(results, "It shows the questions that share a scale side by side, for everyone."),
            columns,
            rows,
        },
        responses: scale.responses.clone(),
    }
}
