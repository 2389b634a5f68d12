//! The tables that a manager reads first: positive shares at a glance, and every comparison.

use crate::estimate::Statistic;
use crate::results::Results;
use crate::workbook::fit::Names;
use crate::workbook::notes::{Note, percent};
use crate::workbook::published::{Column, Mark, Table, Value};

use super::{Shown, about, label, positive_label, published};

/// The positive share of every question that has one, with its base, margin, benchmark and verdict.
pub(super) fn summary(results: &Results, names: &mut Names) -> Option<Table> {
    let rows: Vec<Vec<Value>> = results
        .questions
        .iter()
        .filter_map(|result| {
            let positive = result.overall.positive.as_ref()?;
            let shown = Shown::within(&result.overall, positive);
            let mut row = vec![
                Value::words(&result.id),
                Value::words(label(results, &result.id)),
                Value::words(&positive_label(results.instrument.question(&result.id))),
                shown.value(),
                shown.low(),
                shown.high(),
                shown.margin(),
                shown.base(),
            ];
            match positive.comparisons.first() {
                Some(comparison) => row.extend([
                    published(positive, comparison.value),
                    Value::words(&comparison.label),
                    shown.compared(comparison.difference),
                    shown.verdict(comparison),
                ]),
                None => row.extend(std::iter::repeat_n(Value::from(Mark::NotApplicable), 4)),
            }
            row.push(match shown.hidden {
                true => Mark::Suppressed.into(),
                false if !positive.moe.is_finite() => Mark::NotAvailable.into(),
                false if positive.holds_within(results.rule) => Value::Text("yes".to_owned()),
                false => Value::Marked(Mark::Uncertain, "no".to_owned()),
            });
            row.push(match (shown.hidden, result.more_returns) {
                (true, _) => Mark::Suppressed.into(),
                (false, Some(more)) => Value::count(more),
                (false, None) => Mark::NotApplicable.into(),
            });
            Some(row)
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let points = percent(results.rule);
    Some(Table {
        sheet: names.sheet("Summary"),
        name: names.table("summary"),
        title: format!("Summary: positive shares of every question, {}", results.title),
        about: about(results, "It shows the share of positive answers to each question beside the published figure."),
        columns: vec![
            Column::words("Question", 24.0),
            Column::words("Statement", 40.0),
            Column::words("Counted as positive", 28.0).note(Note::Positive),
            Column::numbers("Positive share (%)"),
            Column::numbers("Lower limit (%)").note(Note::Margin),
            Column::numbers("Upper limit (%)"),
            Column::numbers("Margin of error (percentage points)"),
            Column::numbers("Base (answers)").note(Note::Base),
            Column::numbers("Published figure (%)"),
            Column::words("Published figure from", 30.0),
            Column::numbers("Difference (percentage points)"),
            Column::words("Verdict", 20.0).note(Note::Comparison),
            Column::words(format!("Known to within ±{points} points"), 14.0).note(Note::Rule),
            Column::numbers(format!("More returns needed for ±{points} points")).note(Note::MoreReturns),
        ],
        rows,
    })
}

/// Every comparison of every estimate with every published figure, for everyone and by group.
pub(super) fn comparisons(results: &Results, names: &mut Names) -> Option<Table> {
    let mut rows = Vec::new();
    for result in &results.questions {
        for group in std::iter::once(&result.overall).chain(&result.groups) {
            for estimate in group.estimates() {
                let shown = Shown::within(group, estimate);
                for comparison in &estimate.comparisons {
                    rows.push(vec![
                        Value::words(&result.id),
                        Value::words(label(results, &result.id)),
                        Value::words(grouping_label(results, &group.by)),
                        Value::words(if group.group.is_empty() { "Everyone" } else { &group.group }),
                        Value::words(&estimate.label),
                        Value::words(unit(estimate.statistic)),
                        shown.value(),
                        shown.margin(),
                        shown.base(),
                        published(estimate, comparison.value),
                        match comparison.se {
                            Some(se) => published(estimate, se),
                            None => Value::Marked(Mark::NotAvailable, "treated as exact".to_owned()),
                        },
                        Value::words(&comparison.label),
                        Value::words(&comparison.source),
                        shown.compared(comparison.difference),
                        shown.compared(comparison.ci_low),
                        shown.compared(comparison.ci_high),
                        if shown.hidden { Mark::Suppressed.into() } else { Value::number(comparison.p_value, 4) },
                        shown.verdict(comparison),
                    ]);
                }
            }
        }
    }
    if rows.is_empty() {
        return None;
    }
    Some(Table {
        sheet: names.sheet("Comparisons"),
        name: names.table("comparisons"),
        title: format!("Comparisons with published figures, {}", results.title),
        about: about(results, "It shows every estimate beside every published figure that its question names."),
        columns: vec![
            Column::words("Question", 24.0),
            Column::words("Statement", 25.0),
            Column::words("Grouping", 16.0),
            Column::words("Group", 26.0),
            Column::words("Measure", 18.0),
            Column::words("Unit", 12.0),
            Column::numbers("Estimate"),
            Column::numbers("Margin of error").note(Note::Margin),
            Column::numbers("Base (answers)").note(Note::Base),
            Column::numbers("Published figure"),
            Column::numbers("Standard error of the published figure"),
            Column::words("Published figure from", 18.0),
            // Wider, the table would be printed on two pages side by side, and the verdict parted from its figure.
            Column::words("Source", 20.0),
            Column::numbers("Difference"),
            Column::numbers("Lower limit of the difference"),
            Column::numbers("Upper limit of the difference"),
            Column::numbers("p-value"),
            Column::words("Verdict", 20.0).note(Note::Comparison),
        ],
        rows,
    })
}

/// The heading of a grouping; words for everyone.
pub(in crate::workbook) fn grouping_label<'a>(results: &'a Results, by: &'a str) -> &'a str {
    if by.is_empty() {
        return "Everyone";
    }
    results.groupings.iter().find(|grouping| grouping.by == by).map_or(by, |grouping| &grouping.label)
}

/// The unit of a statistic's estimates.
pub(in crate::workbook) fn unit(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Proportion | Statistic::Positive | Statistic::Net => "per cent",
        Statistic::Mean | Statistic::Median => "points",
    }
}
