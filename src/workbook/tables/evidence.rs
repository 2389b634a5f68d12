//! The evidence for each quality indicator, and how well readers agreed.

use crate::results::{EvidenceItem, QuestionAgreement, Results, Strength};
use crate::workbook::fit::Names;
use crate::workbook::notes::Note;
use crate::workbook::published::{Column, Mark, Table, Value};

use super::{Shown, about, label, positive_label, published};

/// What the results say about each indicator; evidence for a judgement, never a rating.
pub(super) fn ratings(results: &Results, names: &mut Names) -> Option<Table> {
    let items = || results.evidence.iter().flat_map(|indicator| indicator.items.iter().map(move |i| (indicator, i)));
    // A survey has no six-point ratings: columns that would apply to no row are left out.
    let distribution = items().any(|(_, item)| !item.distribution.is_empty());
    let means = items().any(|(_, item)| item.mean.is_some());
    let agreement = items().any(|(_, item)| item.agreement.is_some());
    let rows: Vec<Vec<Value>> = items()
        .map(|(indicator, item)| {
            let mut row = vec![
                Value::words(&indicator.indicator),
                Value::words(&indicator.name),
                Value::words(&indicator.area),
                Value::words(&item.question),
                Value::words(label(results, &item.question)),
                Value::words(&positive_label(results.instrument.question(&item.question))),
            ];
            row.extend(share(results, item));
            if means {
                row.extend(mean(results, item));
            }
            if distribution {
                row.extend(points(results, item));
            }
            row.extend(comparison(results, item));
            if agreement {
                row.extend(readers(results, item));
            }
            row.push(strength(results, item));
            row
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut columns = vec![
        Column::words("Quality indicator", 10.0),
        Column::words("Indicator's name", 34.0),
        Column::words("Area", 28.0),
        Column::words("Question", 24.0),
        Column::words("Statement", 36.0),
        Column::words("Counted as positive", 20.0).note(Note::Positive),
        Column::numbers("Positive share, 4 and better for ratings (%)"),
        Column::numbers("Lower limit (%)").note(Note::Margin),
        Column::numbers("Upper limit (%)"),
        Column::numbers("Margin of error (percentage points)"),
        Column::numbers("Base (answers)").note(Note::Base),
    ];
    if means {
        columns.push(Column::numbers("Mean (points)"));
        columns.push(Column::numbers("Margin of error of the mean (points)"));
    }
    if distribution {
        columns.extend((1..=6).map(|point| Column::numbers(format!("Rated {point} (%)"))));
    }
    columns.extend([
        Column::numbers("Published figure (%)"),
        Column::words("Published figure from", 30.0),
        Column::numbers("Difference (percentage points)"),
        Column::words("Verdict", 20.0).note(Note::Comparison),
    ]);
    if agreement {
        columns.push(Column::numbers("Files read twice"));
        columns.push(Column::numbers("Readers agree exactly (%)").note(Note::Agreement));
        columns.push(Column::numbers("Agreement coefficient"));
    }
    columns.push(Column::words("Strength of evidence", 14.0).note(Note::Strength));
    Some(Table {
        sheet: names.sheet("Ratings_evidence"),
        name: names.table("ratings_evidence"),
        title: format!("Ratings evidence by quality indicator, {}", results.title),
        about: about(results, "It lays the evidence beside each quality indicator; no rating is computed from it."),
        columns,
        rows,
    })
}

fn share(results: &Results, item: &EvidenceItem) -> Vec<Value> {
    let Some(positive) = &item.positive else {
        return vec![Mark::NotApplicable.into(); 5];
    };
    let shown = Shown::overall(results, positive);
    vec![shown.value(), shown.low(), shown.high(), shown.margin(), shown.base()]
}

fn mean(results: &Results, item: &EvidenceItem) -> Vec<Value> {
    let Some(mean) = &item.mean else {
        return vec![Mark::NotApplicable.into(); 2];
    };
    let shown = Shown::overall(results, mean);
    vec![shown.value(), shown.margin()]
}

fn points(results: &Results, item: &EvidenceItem) -> Vec<Value> {
    (0..6)
        .map(|place| match item.distribution.get(place) {
            Some(estimate) => Shown::overall(results, estimate).value(),
            None => Mark::NotApplicable.into(),
        })
        .collect()
}

fn comparison(results: &Results, item: &EvidenceItem) -> Vec<Value> {
    let found = item.positive.as_ref().and_then(|estimate| Some((estimate, estimate.comparisons.first()?)));
    let Some((estimate, comparison)) = found else {
        return vec![Mark::NotApplicable.into(); 4];
    };
    let shown = Shown::overall(results, estimate);
    vec![
        published(estimate, comparison.value),
        Value::words(&comparison.label),
        shown.compared(comparison.difference),
        shown.verdict(comparison),
    ]
}

fn readers(results: &Results, item: &EvidenceItem) -> Vec<Value> {
    let Some(agreement) = item.agreement.and_then(|row| results.agreement.get(row)) else {
        return vec![Mark::NotApplicable.into(); 3];
    };
    vec![Value::count(agreement.units), Value::percent(agreement.exact), coefficient(agreement)]
}

fn coefficient(agreement: &QuestionAgreement) -> Value {
    agreement.coefficient.as_ref().map_or(Mark::NotApplicable.into(), |c| Value::number(c.estimate, 2))
}

fn strength(results: &Results, item: &EvidenceItem) -> Value {
    let hidden = [item.positive.as_ref(), item.mean.as_ref()]
        .into_iter()
        .flatten()
        .all(|estimate| Shown::overall(results, estimate).hidden);
    let any = item.positive.is_some() || item.mean.is_some();
    match (any && hidden, item.strength) {
        (true, _) => Value::Marked(Mark::Suppressed, Strength::TooFew.word().to_owned()),
        (false, Strength::Indicative) => Value::Marked(Mark::Uncertain, Strength::Indicative.word().to_owned()),
        (false, strength) => Value::words(strength.word()),
    }
}

/// How well two readers of the same files agreed, question by question.
pub(super) fn agreement(results: &Results, names: &mut Names) -> Option<Table> {
    if results.agreement.is_empty() {
        return None;
    }
    let rows = results
        .agreement
        .iter()
        .map(|row| {
            let mut cells = vec![
                Value::words(&row.question),
                Value::words(label(results, &row.question)),
                Value::count(row.units),
                Value::percent(row.exact),
                row.within_one.map_or(Mark::NotApplicable.into(), Value::percent),
            ];
            match &row.coefficient {
                Some(c) => cells.extend([
                    Value::words(&c.coefficient),
                    Value::words(&c.weights),
                    Value::number(c.estimate, 2),
                    Value::number(c.ci_low, 2),
                    Value::number(c.ci_high, 2),
                ]),
                None => cells.extend(std::iter::repeat_n(Value::from(Mark::NotApplicable), 5)),
            }
            cells.push(Value::words(&row.words));
            cells
        })
        .collect();
    Some(Table {
        sheet: names.sheet("Reader_agreement"),
        name: names.table("reader_agreement"),
        title: format!("Agreement between readers, {}", results.title),
        about: about(
            results,
            "It shows how often two readers of the same file gave the same answer, weighted to all files.",
        ),
        columns: vec![
            Column::words("Question", 24.0),
            Column::words("Statement", 40.0),
            Column::numbers("Files read twice").note(Note::Agreement),
            Column::numbers("Agree exactly (%)"),
            Column::numbers("Agree within one point (%)"),
            Column::words("Coefficient", 18.0),
            Column::words("Weights of disagreement", 14.0),
            Column::numbers("Agreement"),
            Column::numbers("Lower limit"),
            Column::numbers("Upper limit"),
            Column::words("In words", 50.0),
        ],
        rows,
    })
}
