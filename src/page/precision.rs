//! What the study could see: which gaps it could have found, and what its weights cost.

use maud::{Markup, html};

use super::charts_at;
use super::differences::linked;
use super::grid::{Row, Table, figures, words as text};
use crate::chart::figure::{self, count, number, percent, signed};
use crate::chart::{Chart, ChartPlace};
use crate::estimate::Statistic;
use crate::results::{Detectable, Results, WeightStep};

/// Power after the fact: the smallest gaps, as a table and in words.
pub(super) fn detectable(results: &Results) -> Markup {
    let groupings: Vec<&str> = (results.contrasts.iter())
        .filter(|family| !family.is_items())
        .map(|family| family.contrasts.first().map_or("", |contrast| contrast.by.as_str()))
        .collect();
    let size = |statistic, value: f64| match statistic {
        Statistic::Mean | Statistic::Median => number(value, 2),
        _ => number(value * 100.0, 1),
    };
    let row = |found: &Detectable| {
        let mut cells = vec![linked(results, &found.question), html! { (count(found.n)) }];
        cells.push(html! { (size(found.statistic, found.from_figure)) });
        cells.extend(found.between_groups.iter().map(|&gap| html! { (size(found.statistic, gap)) }));
        Row::new(cells)
    };
    let mut columns = vec![text("Question"), figures("Base"), figures("From a published figure")];
    columns.extend(groupings.iter().map(|by| figures(&format!("Between groups: {}", results.grouping_label(by)))));
    html! {
        h3 id="detectable" tabindex="-1" { "Which gaps this study could have found" }
        p { (gaps(results, &groupings)) }
        (Table {
            id: "detectable-table",
            caption: html! { "The smallest true gap that would be found four times in five" },
            columns,
            rows: results.detectable.iter().map(row).collect(),
            note: html! { p { "In points; for means in points of the score. Two-sided test at the " (percent(1.0 - results.level))
                " level, power 80%: (t + t′) times the standard error; a test stands alone here, and allowing for many tests makes gaps "
                "larger. Between groups: the middle group's. Run " (results.run_id) "." } },
            sorts: true,
        }
        .render())
    }
}

/// The gaps in words: of the shares, from the smallest to the largest.
fn gaps(results: &Results, groupings: &[&str]) -> String {
    let shares: Vec<&Detectable> =
        results.detectable.iter().filter(|found| found.statistic != Statistic::Mean).collect();
    let span = |of: &dyn Fn(&Detectable) -> f64| {
        let sizes = shares.iter().map(|found| of(found) * 100.0).filter(|size| size.is_finite());
        let (low, high) = sizes.fold((f64::INFINITY, 0.0f64), |(low, high), size| (low.min(size), high.max(size)));
        (low <= high).then(|| {
            let (low, high) = (number(low, 0), number(high, 0));
            if low == high {
                format!("{low} points")
            } else {
                format!("{low} to {high} points, depending on the question")
            }
        })
    };
    let mut out = String::from("A gap that is smaller than these may well be there without having been found. ");
    if let Some(from) = span(&|found| found.from_figure) {
        out.push_str(&format!(
            "Against a published figure, a share had to differ by {from}, to be found four times in five. "
        ));
    }
    for (place, by) in groupings.iter().enumerate() {
        if let Some(between) = span(&|found| found.between_groups.get(place).copied().unwrap_or(f64::NAN)) {
            let label = figure::lower_first(&results.grouping_label(by));
            out.push_str(&format!("Between one group by {label} and the others: {between}. "));
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// How the weights came about, and what they cost.
pub(super) fn weighting(results: &Results, charts: &[Chart]) -> Markup {
    let row = |step: &WeightStep| {
        let at = |p: f64| html! { (number(step.quantile(p), 2)) };
        Row::new(vec![
            html! { (step.name) },
            html! { (step.rule) },
            html! { (figure::weight(step.sum())) },
            at(0.0),
            at(0.25),
            at(0.5),
            at(0.75),
            at(1.0),
            html! { (number(step.worth(), 1)) },
            html! { (signed(step.told_loss() * 100.0, 1)) },
        ])
    };
    let Some(last) = results.weighting.last() else { return html! {} };
    html! {
        h3 { "Weights" }
        p { "The weights make variances " (number(last.told_loss() * 100.0, 0)) "% larger than equal weights would, for answers that have "
            "nothing to do with the weights: " (count(last.count())) " answers are worth " (number(last.worth(), 0)) "." }
        (charts_at(charts, &ChartPlace::Weights))
        (Table {
            id: "weights",
            caption: html! { "The weights of those who returned, step by step" },
            columns: vec![
                text("Step"),
                text("Rule"),
                figures("Sum"),
                figures("Lowest"),
                figures("First quarter"),
                figures("Median"),
                figures("Third quarter"),
                figures("Highest"),
                figures("Effective size"),
                figures("Loss, %"),
            ],
            rows: results.weighting.iter().map(row).collect(),
            note: html! { p { "Effective size: Kish's, the square of the sum over the sum of squares. Loss: how much it takes from the "
                "precision, n over effective size less 1. Run " (results.run_id) "." } },
            sorts: false,
        }
        .render())
    }
}
