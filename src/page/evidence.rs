//! What the results say about each quality indicator: evidence laid beside the scale, never a rating.

use maud::{Markup, html};

use super::charts_at;
use super::grid::{Row, Table, figures, words as text};
use super::words::{self, confidential, margin, may_show};
use crate::chart::figure::{self, UNAVAILABLE, count, number, share};
use crate::chart::{Chart, ChartPlace};
use crate::estimate::Estimate;
use crate::results::{EvidenceItem, IndicatorEvidence, Results};

pub(super) fn section(results: &Results, charts: &[Chart]) -> Markup {
    if results.evidence.is_empty() {
        return html! {};
    }
    let mut areas: Vec<(&str, Vec<&IndicatorEvidence>)> = Vec::new();
    for indicator in &results.evidence {
        match areas.last_mut() {
            Some((area, list)) if *area == indicator.area => list.push(indicator),
            _ => areas.push((&indicator.area, vec![indicator])),
        }
    }
    html! {
        section id="evidence" aria-labelledby="evidence-heading" tabindex="-1" {
            h2 id="evidence-heading" { "Ratings evidence" }
            div.statement {
                p { strong { "Evidence for a judgement, not a judgement." }
                    " A level from 1 to 6 is awarded by people who weigh all the evidence, of which this is a part. Nothing here computes a rating, and no average of these figures is one." }
            }
            (charts_at(charts, &ChartPlace::Evidence))
            @for (area, indicators) in &areas {
                h3.part { (area) }
                @for indicator in indicators { (one(results, indicator)) }
            }
        }
    }
}

fn one(results: &Results, indicator: &IndicatorEvidence) -> Markup {
    let number_id = indicator.indicator.replace('.', "-");
    let rows = indicator.items.iter().map(|item| Row::new(cells(results, item))).collect();
    let mut columns = vec![
        text("Question"),
        figures("Positive, per cent"),
        figures("Margin"),
        figures("Base"),
        figures("Mean"),
        text("Beside published figures"),
    ];
    if !results.agreement.is_empty() {
        columns.push(text("Readers agree"));
    }
    columns.push(text("Strength"));
    let estimates = || indicator.items.iter().flat_map(|item| item.positive.iter().chain(&item.mean));
    html! {
        article.indicator id={ "indicator-" (number_id) } aria-labelledby={ "indicator-" (number_id) "-heading" } {
            h4 id={ "indicator-" (number_id) "-heading" } { span.numeral { (indicator.indicator) } " " (indicator.name) }
            (Table {
                id: &format!("evidence-{number_id}"),
                caption: html! { "What bears on " (indicator.indicator) },
                columns,
                rows,
                note: html! { p { (words::method(results, estimates())) } },
                sorts: false,
            }
            .render())
            (distributions(results, indicator, &number_id))
        }
    }
}

/// Whether everyone's result of the question may be shown at all.
fn hidden(results: &Results, item: &EvidenceItem) -> bool {
    results.question(&item.question).is_some_and(|question| question.overall.suppressed)
}

fn cells(results: &Results, item: &EvidenceItem) -> Vec<Markup> {
    let hidden = hidden(results, item);
    let figure_of = |estimate: &Option<Estimate>, print: &dyn Fn(&Estimate) -> String| match estimate {
        Some(estimate) if hidden || estimate.is_suppressed() => confidential(),
        Some(estimate) => html! { (print(estimate)) },
        None => html! { abbr title="not available" { (UNAVAILABLE) } },
    };
    let first = if item.positive.is_some() { &item.positive } else { &item.mean };
    let mut cells = vec![
        html! { a href={ "#question-" (item.question) } { (results.label(&item.question)) }
        @if let Some(positive) = item.positive.as_ref().filter(|_| !hidden) { br; span.of { (positive.label) } } },
        figure_of(&item.positive, &figure::value),
        figure_of(first, &margin),
        figure_of(first, &|e| count(e.n)),
        figure_of(&item.mean, &figure::value),
        comparison(item, hidden),
    ];
    if !results.agreement.is_empty() {
        cells.push(agreement(results, item));
    }
    cells.push(html! { span.strength { (item.strength.word()) } });
    cells
}

fn comparison(item: &EvidenceItem, hidden: bool) -> Markup {
    let shown = item.positive.as_ref().filter(|estimate| !hidden && !estimate.is_suppressed());
    html! {
        @match shown {
            Some(estimate) if !estimate.comparisons.is_empty() => {
                @for comparison in &estimate.comparisons {
                    span.block { (words::verdict(comparison.verdict, comparison.high_is)) " ("
                        (figure::difference(estimate.statistic, comparison.difference)) ")" br;
                        span.of { (comparison.label) ", " (figure::in_units(estimate.statistic, comparison.value)) } }
                }
            }
            _ => { "none" }
        }
    }
}

fn agreement(results: &Results, item: &EvidenceItem) -> Markup {
    let Some(agreement) = item.agreement.and_then(|row| results.agreement.get(row)) else {
        return html! { "not read twice" };
    };
    html! {
        (figure::percent(agreement.exact)) " the same"
        @if let Some(coefficient) = agreement.coefficient.as_ref().filter(|c| c.estimate.is_finite()) {
            ", " (coefficient.title()) " " (number(coefficient.estimate, 2))
        }
        br; span.of { (agreement.words) }
    }
}

/// The distribution of ratings 1 to 6 with the share of 4 and better.
fn distributions(results: &Results, indicator: &IndicatorEvidence, number_id: &str) -> Markup {
    let rated: Vec<&EvidenceItem> = indicator.items.iter().filter(|item| !item.distribution.is_empty()).collect();
    let Some(first) = rated.first() else { return html! {} };
    let mut columns = vec![text("Question")];
    columns.extend(first.distribution.iter().map(|point| figures(&point.label)));
    let positive_label = first.positive.as_ref().map_or("4 and better", |positive| positive.label.as_str());
    columns.extend([figures(positive_label), figures("Margin"), figures("Base")]);
    let width = first.distribution.len();
    let rows = rated
        .iter()
        .map(|item| {
            let nothing = hidden(results, item);
            let group = results.question(&item.question).map(|question| &question.overall);
            let show = |estimate: &Estimate| !nothing && group.is_none_or(|group| may_show(group, estimate));
            let mut cells = vec![html! { (results.label(&item.question)) }];
            for i in 0..width {
                cells.push(match item.distribution.get(i) {
                    Some(point) if show(point) => html! { (share(point.estimate)) },
                    Some(_) => confidential(),
                    None => html! { (UNAVAILABLE) },
                });
            }
            match &item.positive {
                Some(positive) if show(positive) => cells.extend([
                    html! { strong { (share(positive.estimate)) } },
                    html! { (margin(positive)) },
                    html! { (count(positive.n)) },
                ]),
                Some(_) => cells.extend((0..3).map(|_| confidential())),
                None => cells.extend((0..3).map(|_| html! { (UNAVAILABLE) })),
            }
            Row::new(cells)
        })
        .collect();
    Table {
        id: &format!("distribution-{number_id}"),
        caption: html! { "Distribution of ratings for " (indicator.indicator) ", per cent" },
        columns,
        rows,
        note: html! { p { (words::method(results, rated.iter().flat_map(|item| &item.distribution))) } },
        sorts: false,
    }
    .render()
}
