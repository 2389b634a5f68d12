//! `estimates.csv` and `estimates.parquet`: one row an estimate.

use std::borrow::Cow;

use super::{Values, csv, digits, parquet};
use crate::error::Result;
use crate::estimate::{COLUMNS, Comparison, Contrast, Estimate, Family, Flag};
use crate::results::{GroupResult, Results};

/// What `estimates.csv` tells beyond the columns that every estimate has.
const MORE_COLUMNS: [&str; 8] =
    ["question", "label", "indicator", "benchmark", "benchmark_source", "difference", "p_value", "verdict"];

/// How many units the rows behind an estimate belong to: where the form has a repeat.
const UNITS: &str = "units";

/// All columns, in order.
fn columns(results: &Results) -> impl Iterator<Item = &'static str> {
    let in_repeats = (!results.repeats.is_empty()).then_some(UNITS);
    COLUMNS.into_iter().chain(MORE_COLUMNS).chain(in_repeats)
}

/// One value of a row.
enum Cell<'a> {
    Text(Cow<'a, str>),
    Count(Option<usize>),
    Number(Option<f64>),
}

/// The estimates as csv.
///
/// Columns: `statistic, variable, response, by, group, n, sum_weights, estimate, se, df, ci_low, ci_high, moe, deff,
/// method, flags, question, label, indicator, benchmark, benchmark_source, difference, p_value, verdict`; where the form has a
/// repeat also `units`: of an estimate over rows, whose `n` counts rows, how many units these belong to.
///
/// Shares are 0 to 1. `variable` is the question's id and `question` its wording; `response` is a code and `label` its
/// words; `benchmark` is the published figure in the estimate's units. The row of an estimate carries its first
/// comparison. Each further one is a row of statistic `difference`, whose estimate is the difference; so are differences between
/// groups, between questions and from the last wave, with the other side's figure as `benchmark`, its name as `benchmark_source`
/// and the adjusted p-value. Where an estimate
/// is suppressed, all of its numbers are empty, and what identifies it stays. What cannot be had is empty.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn estimates_csv(results: &Results) -> Result<Vec<u8>> {
    let rows = rows(results).into_iter().map(|row| {
        row.into_iter()
            .map(|cell| match cell {
                Cell::Text(text) => text,
                Cell::Count(count) => count.map_or(Cow::Borrowed(""), |n| n.to_string().into()),
                Cell::Number(number) => number.map_or(Cow::Borrowed(""), |x| digits(x).into()),
            })
            .collect()
    });
    csv(&columns(results).collect::<Vec<_>>(), rows)
}

/// The estimates as Parquet: the rows and columns of [`estimates_csv`]; empty texts and numbers are null.
///
/// # Errors
/// When the writer refuses the columns, which would be a bug.
pub fn estimates_parquet(results: &Results) -> Result<Vec<u8>> {
    let rows = rows(results);
    // Without rows the columns still have their types.
    let mut values: Vec<Values> = columns(results)
        .map(|name| match name {
            "n" | UNITS => Values::Whole(Vec::with_capacity(rows.len())),
            "sum_weights" | "estimate" | "se" | "df" | "ci_low" | "ci_high" | "moe" | "deff" | "benchmark"
            | "difference" | "p_value" => Values::Number(Vec::with_capacity(rows.len())),
            _ => Values::Text(Vec::with_capacity(rows.len())),
        })
        .collect();
    for row in rows {
        for (cell, column) in row.into_iter().zip(&mut values) {
            match (cell, column) {
                (Cell::Text(text), Values::Text(values)) => {
                    values.push((!text.is_empty()).then(|| text.into_owned()));
                }
                (Cell::Count(count), Values::Whole(values)) => {
                    values.push(count.and_then(|n| i64::try_from(n).ok()));
                }
                (Cell::Number(number), Values::Number(values)) => values.push(number),
                _ => unreachable!("each column has cells of one kind"),
            }
        }
    }
    parquet(columns(results).map(str::to_owned).zip(values).collect())
}

fn rows(results: &Results) -> Vec<Vec<Cell<'_>>> {
    let mut rows: Vec<([Cell<'_>; 24], Option<usize>)> = Vec::new();
    for question in results.estimated() {
        for group in std::iter::once(&question.overall).chain(&question.groups) {
            for estimate in group.estimates() {
                let units = group.units.filter(|_| !group.suppressed && !estimate.is_suppressed());
                rows.push((row(results, group, estimate, estimate.comparisons.first(), false), units));
                for comparison in estimate.comparisons.iter().skip(1) {
                    rows.push((row(results, group, estimate, Some(comparison), true), units));
                }
            }
        }
    }
    let families = results.contrasts.iter().chain(results.waves.iter().map(|waves| &waves.change));
    rows.extend(families.flat_map(|family| family.contrasts.iter().map(move |c| (contrast(results, family, c), None))));
    let in_repeats = !results.repeats.is_empty();
    let whole = |(cells, units): ([_; 24], _)| cells.into_iter().chain(in_repeats.then_some(Cell::Count(units)));
    rows.into_iter().map(|row| whole(row).collect()).collect()
}

/// The row of a difference within the study, or from an earlier wave: the other side's figure is the benchmark.
fn contrast<'a>(results: &'a Results, family: &'a Family, contrast: &'a Contrast) -> [Cell<'a>; 24] {
    let test = &contrast.test;
    let number = |x: f64| Cell::Number((!contrast.suppressed && x.is_finite()).then_some(x));
    let text = |text: &'a str| Cell::Text(Cow::Borrowed(text));
    let question = results.asked(&contrast.question);
    let broken = contrast.broken.as_deref();
    let unbroken = |x: f64| number(if broken.is_some() { f64::NAN } else { x });
    let (method, adjust) = (&family.method, family.adjust.name());
    [
        text("difference"),
        text(&contrast.question),
        text(""),
        text(&contrast.by),
        text(&contrast.group),
        Cell::Count((!contrast.suppressed).then_some(contrast.n)),
        number(f64::NAN),
        unbroken(test.difference),
        unbroken(test.se),
        unbroken(test.df),
        unbroken(test.ci_low),
        unbroken(test.ci_high),
        unbroken((test.ci_high - test.ci_low) / 2.0),
        number(f64::NAN),
        Cell::Text(format!("{method}; p adjusted: {adjust} over {}", family.together).into()),
        text(match (contrast.suppressed, broken) {
            (true, _) => Flag::Suppressed.name(),
            (false, Some(_)) => "break-in-series",
            (false, None) => "",
        }),
        text(question.map_or("", |q| q.text.as_str())),
        text(&contrast.label),
        Cell::Text(question.map_or(Cow::Borrowed(""), |q| q.indicators.join("|").into())),
        number(contrast.other),
        text(if contrast.other_question.is_empty() { &family.against } else { &contrast.other_question }),
        unbroken(test.difference),
        number(contrast.adjusted),
        text(if contrast.suppressed || broken.is_some() { "" } else { contrast.verdict.words() }),
    ]
}

/// The row of an estimate with a comparison, or that of a further difference.
fn row<'a>(
    results: &'a Results,
    group: &'a GroupResult,
    estimate: &'a Estimate,
    comparison: Option<&'a Comparison>,
    further: bool,
) -> [Cell<'a>; 24] {
    let hidden = group.suppressed || estimate.is_suppressed();
    let number = |x: f64| Cell::Number((!hidden && x.is_finite()).then_some(x));
    let own = |x: f64| number(if further { f64::NAN } else { x });
    let text = |text: &'a str| Cell::Text(Cow::Borrowed(text));
    let question = results.asked(&estimate.question);
    let compared = |of: fn(&Comparison) -> f64| number(comparison.map_or(f64::NAN, of));
    let mut flags: Vec<&str> = estimate.flags.iter().map(|flag| flag.name()).collect();
    if hidden && !estimate.is_suppressed() {
        flags.insert(0, Flag::Suppressed.name());
    }
    let (value, low, high) = match comparison.filter(|_| further) {
        Some(c) => (c.difference, c.ci_low, c.ci_high),
        None => (estimate.estimate, estimate.ci_low, estimate.ci_high),
    };
    [
        text(if further { "difference" } else { estimate.statistic.name() }),
        text(&estimate.question),
        text(&estimate.response),
        text(&estimate.by),
        text(&estimate.group),
        Cell::Count((!hidden).then_some(estimate.n)),
        number(estimate.sum_weights),
        number(value),
        own(estimate.se),
        own(estimate.df),
        number(low),
        number(high),
        own(estimate.moe),
        own(estimate.deff),
        text(&estimate.method),
        Cell::Text(flags.join("|").into()),
        text(question.map_or("", |q| q.text.as_str())),
        text(&estimate.label),
        Cell::Text(question.map_or(Cow::Borrowed(""), |q| q.indicators.join("|").into())),
        // The published figure is public, whatever becomes of the estimate.
        Cell::Number(comparison.map(|c| c.value).filter(|x| x.is_finite())),
        Cell::Text(comparison.map_or(Cow::Borrowed(""), |c| match (c.label.is_empty(), c.source.is_empty()) {
            (false, false) => format!("{}: {}", c.label, c.source).into(),
            _ => format!("{}{}", c.label, c.source).into(),
        })),
        compared(|c| c.difference),
        compared(|c| c.p_value),
        text(comparison.filter(|_| !hidden).map_or("", |c| c.verdict.words())),
    ]
}
