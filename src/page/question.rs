//! Each question: its wording, its finding, its chart, its tables.

use maud::{Markup, html};

use super::grid::{Column, Row, Table, by_group, figures, flagged, words as text};
use super::words::{self, cell, confidential, headline, margin, margin_words, marked, may_show};
use super::{charts_at, places};
use crate::chart::figure::{self, count, counted, difference, interval, p_value, weight};
use crate::chart::{Chart, ChartPlace};
use crate::estimate::{Estimate, Flag, Statistic};
use crate::instrument::{Question, QuestionKind, Scale, Valence};
use crate::results::{GroupResult, QuestionResult, Results};

pub(super) fn section(results: &Results, charts: &[Chart]) -> Markup {
    let parts = &results.instrument.sections;
    html! {
        section id="questions" aria-labelledby="questions-heading" tabindex="-1" {
            h2 id="questions-heading" { "Questions" }
            p { "Every question with its answers. The base is the number of answers counted, before weighting; shares are weighted. "
                "An interval holds the true figure in " (figure::percent(results.level)) " of samples like this one." }
            (charts_at(charts, &ChartPlace::Overview))
            @for (i, part) in parts.iter().enumerate() {
                @let asked: Vec<(&QuestionResult, &Question)> = results.questions.iter()
                    .filter_map(|result| Some((result, results.instrument.question(&result.id)?)))
                    .filter(|(_, question)| question.section == i).collect();
                @if !asked.is_empty() {
                    h3.part { (part.title) }
                    @for (result, question) in asked { (article(results, charts, result, question)) }
                }
            }
        }
    }
}

pub(super) fn article(results: &Results, charts: &[Chart], result: &QuestionResult, question: &Question) -> Markup {
    let heading = format!("question-{}", question.id);
    let group = &result.overall;
    html! {
        article.question id=(heading) aria-labelledby={ (heading) "-heading" } tabindex="-1" {
            h4 id={ (heading) "-heading" } { (question.label) }
            p.wording { "“" (question.text) "”" span.tag { (question.id) } }
            @if group.suppressed {
                p { (confidential()) " Nothing is shown for this question, because too few people answered it." }
            } @else {
                (verdict(results, result))
                (charts_at(charts, &ChartPlace::Question(question.id.clone())))
                @if !group.shares.is_empty() || group.mean.is_some() {
                    (responses(results, result, question))
                }
                (comparisons(results, result, question))
                (groups(results, result, question))
                @if !result.groups.is_empty() { (places::table(results, result, question)) }
                (missing(result))
                (open_answers(result, question))
            }
        }
    }
}

/// The finding in a paragraph.
fn verdict(results: &Results, result: &QuestionResult) -> Markup {
    html! {
        @if let Some(estimate) = headline(result) {
            p.finding {
                strong { (estimate.label) ": " (figure::percent(estimate.estimate)) } " (" (margin_words(estimate)) ", base "
                (words::base(results, &result.overall, estimate.n)) "). "
                @for comparison in &estimate.comparisons {
                    (words::verdict_on(comparison.verdict)) " " (comparison.label) ": "
                    (words::against(estimate, comparison)) ". "
                }
                (words::rule(results, result, estimate))
            }
        } @else if let Some(mean) = result.overall.mean.as_ref().filter(|mean| may_show(&result.overall, mean)) {
            p.finding {
                strong { "Mean: " (figure::value(mean)) } " (" (margin_words(mean)) ", base " (words::base(results, &result.overall, mean.n)) ")."
            }
        }
    }
}

fn responses(results: &Results, result: &QuestionResult, question: &Question) -> Markup {
    let group = &result.overall;
    let row = |estimate: &Estimate| {
        vec![
            html! { (estimate.label) },
            marked(group, estimate),
            cell(group, estimate, interval),
            cell(group, estimate, margin),
            cell(group, estimate, |e| count(e.n)),
            cell(group, estimate, |e| figure::number(e.deff, 2)),
        ]
    };
    let mut rows: Vec<Row> = group.shares.iter().map(|estimate| Row::new(row(estimate))).collect();
    let alone = question.has_single_positive();
    rows.extend(group.positive.iter().filter(|_| !alone).map(|estimate| {
        let mut cells = row(estimate);
        cells[0] = html! { (question.scale.as_ref().map_or_else(|| estimate.label.clone(), Scale::positive_together)) };
        Row::total(cells)
    }));
    rows.extend(group.nets.iter().map(|estimate| Row::total(row(estimate))));
    rows.extend(group.mean.iter().chain(&group.more).map(|estimate| Row::total(row(estimate))));
    let several = question.kind == QuestionKind::Multiple;
    let ranked = question.kind == QuestionKind::Rank;
    let weighted = group.shares.iter().chain(&group.mean).find(|e| may_show(group, e)).map(|e| e.sum_weights);
    let all = || group.estimates();
    let unit = if group.shares.is_empty() { "Estimate" } else { "Per cent" };
    Table {
        id: &format!("responses-{}", question.id),
        caption: html! { "Answers of everyone: " (question.label) },
        columns: vec![
            text("Response"),
            flagged(unit),
            figures(&format!("{} interval", figure::percent(results.level))),
            figures("Margin"),
            figures("Base"),
            figures("Design effect"),
        ],
        rows,
        note: html! {
            p {
                @if several { "Several responses may be given, so the shares add to more than 100; the base is everyone who ticked at least one. " }
                @if ranked { "The shares are of first choices, among everyone who put any in order; a mean place is among those who gave a place, 1 being the first. " }
                @if group.mean.is_some() && !group.shares.is_empty() { "The mean, its interval and its margin are in points of the score. " }
                (shorthand(results, all()))
                @if group.units.is_some() { "The base counts rows: " (words::base(results, group, group.n)) ". " }
                @if let Some(weighted) = weighted { "Weighted base " (weight(weighted)) ". " }
                @for remark in words::remarks(all()) { (remark) " " }
                (words::method(results, all()))
            }
        },
        sorts: false,
    }
    .render()
}

fn comparisons(results: &Results, result: &QuestionResult, question: &Question) -> Markup {
    let Some(estimate) = headline(result).filter(|estimate| !estimate.comparisons.is_empty()) else {
        return html! {};
    };
    let in_units = |value: f64| figure::in_units(estimate.statistic, value);
    let rows = estimate
        .comparisons
        .iter()
        .map(|comparison| {
            Row::new(vec![
                html! { (comparison.label) },
                words::verdict(comparison.verdict, comparison.high_is),
                html! { (in_units(comparison.value)) @if comparison.se.is_none() { " (fixed)" } },
                html! { (figure::value(estimate)) },
                html! { (difference(estimate.statistic, comparison.difference)) },
                html! { (difference(estimate.statistic, comparison.ci_low)) " to " (difference(estimate.statistic, comparison.ci_high)) },
                html! { (p_value(comparison.p_value)) },
            ])
        })
        .collect();
    let mut sources: Vec<String> = estimate.comparisons.iter().map(|c| format!("{}: {}.", c.label, c.source)).collect();
    sources.dedup();
    Table {
        id: &format!("comparison-{}", question.id),
        caption: html! { "Beside published figures: " (question.label) },
        columns: vec![
            text("Published figure"),
            text("Verdict"),
            figures("Published"),
            figures("This study"),
            figures("Difference"),
            figures(&format!("{} interval", figure::percent(results.level))),
            figures("P-value"),
        ],
        rows,
        note: html! {
            p { @for source in &sources { "Source: " (source) " " }
                "A figure marked fixed was published without a base, so no error of its own is counted. Base here: " (count(estimate.n)) ". "
                (words::method(results, std::iter::once(estimate))) }
        },
        sorts: false,
    }
    .render()
}

pub(super) fn groups(results: &Results, result: &QuestionResult, question: &Question) -> Markup {
    if result.groups.is_empty() {
        return html! {};
    }
    let labels: Vec<(usize, &str)> = match &question.scale {
        Some(scale) => (scale.responses.iter().enumerate())
            .filter(|(_, response)| !(question.has_single_positive() && response.valence == Valence::Positive))
            .map(|(i, response)| (i, response.label.as_str()))
            .collect(),
        None => Vec::new(),
    };
    let all = || std::iter::once(&result.overall).chain(&result.groups);
    let has_positive = all().any(|group| group.positive.is_some());
    let has_mean = all().any(|group| group.mean.is_some());
    let tested = results
        .contrasts
        .iter()
        .find(|family| family.contrasts.iter().any(|c| c.question == result.id && !c.by.is_empty()));
    // The figure that speaks for the question and its verdict come first, where no screen is too narrow for them.
    let mut columns: Vec<Column> = vec![text("Group")];
    columns.extend(match &question.scale {
        Some(scale) if has_positive => Some(flagged(&scale.positive_together())),
        _ if has_mean => Some(flagged("Mean")),
        _ => None,
    });
    columns.extend(tested.map(|family| text(&format!("Against {}", family.against))));
    if has_positive || has_mean {
        columns.extend([figures("Interval"), figures("Margin")]);
    }
    columns.extend(match result.overall.units {
        Some(_) => vec![figures("Base in rows"), figures(&format!("Base in {}", results.instrument.kind.unit().1))],
        None => vec![figures("Base")],
    });
    columns.extend(labels.iter().map(|(_, label)| flagged(label)));
    columns.extend(result.overall.nets.iter().map(|net| flagged(&net.label)));
    if has_positive && has_mean {
        columns.push(flagged("Mean"));
    }
    let medians = || result.overall.more.iter().filter(|estimate| estimate.statistic == Statistic::Median);
    columns.extend(medians().flat_map(|_| [figures("Median"), figures("Its interval")]));
    let verdict = |group: &GroupResult| {
        let found = || results.contrasts.iter().flat_map(|family| &family.contrasts);
        let contrast = found().find(|c| c.question == result.id && c.by == group.by && c.group == group.group);
        html! {
            @match contrast {
                _ if group.by.is_empty() => {}
                Some(contrast) if !contrast.suppressed => (words::verdict(contrast.verdict, contrast.high_is)),
                _ if group.n == 0 && !group.suppressed => (figure::UNAVAILABLE),
                _ => (confidential()),
            }
        }
    };
    let shape = Shape { labels: &labels, has_positive, has_mean, width: columns.len() };
    let row_of = |name: &str, group: &GroupResult| group_cells(name, group, &shape, tested.map(|_| verdict(group)));
    let rows = by_group(results, result, row_of);
    let every = || all().flat_map(GroupResult::estimates);
    Table {
        id: &format!("groups-{}", question.id),
        caption: html! { "By group: " (question.label) @if !labels.is_empty() { ", per cent" } },
        columns,
        rows,
        note: html! {
            p {
                @if result.groups.iter().any(|group| group.suppressed) && !every().any(Estimate::is_suppressed) {
                    (hidden_meaning(results))
                }
                (shorthand(results, every()))
                @for remark in words::remarks(result.groups.iter().filter(|g| !g.suppressed).flat_map(GroupResult::estimates)) {
                    (remark) " "
                }
                (words::method(results, every()))
                @if let Some(family) = tested {
                    " " (super::differences::tested(family))
                }
            }
        },
        sorts: false,
    }
    .render()
}

/// What the rows of a table by group have.
struct Shape<'a> {
    /// Responses that have a column, by their places in the scale.
    labels: &'a [(usize, &'a str)],
    has_positive: bool,
    has_mean: bool,
    width: usize,
}

fn group_cells(name: &str, group: &GroupResult, shape: &Shape<'_>, verdict: Option<Markup>) -> Vec<Markup> {
    let mut cells = vec![html! { (name) }];
    if group.suppressed {
        cells.extend((1..shape.width).map(|_| confidential()));
        return cells;
    }
    let unavailable = || html! { (figure::UNAVAILABLE) };
    let or_none = |estimate: &Option<Estimate>, print: &dyn Fn(&Estimate) -> Markup| {
        estimate.as_ref().map_or_else(unavailable, print)
    };
    let first = match (shape.has_positive, shape.has_mean) {
        (true, _) => Some(&group.positive),
        (false, true) => Some(&group.mean),
        (false, false) => None,
    };
    cells.extend(first.map(|estimate| or_none(estimate, &|e| marked(group, e))));
    cells.extend(verdict);
    if let Some(estimate) = first {
        cells.push(or_none(estimate, &|e| cell(group, e, interval)));
        cells.push(or_none(estimate, &|e| cell(group, e, margin)));
    }
    // The base stays away as well where every figure of the group does.
    let all_hidden = group.estimates().all(Estimate::is_suppressed);
    let has_figures = !group.shares.is_empty() || group.mean.is_some();
    for base in std::iter::once(group.n).chain(group.units) {
        cells.push(if all_hidden && has_figures {
            confidential()
        } else {
            html! { (count(base)) }
        });
    }
    let responses = shape.labels.iter().map(|(place, _)| group.shares.get(*place));
    cells.extend(responses.map(|share| share.map_or_else(unavailable, |share| marked(group, share))));
    cells.extend(group.nets.iter().map(|net| marked(group, net)));
    if shape.has_positive && shape.has_mean {
        cells.push(or_none(&group.mean, &|e| marked(group, e)));
    }
    for median in group.more.iter().filter(|estimate| estimate.statistic == Statistic::Median) {
        cells.extend([marked(group, median), cell(group, median, interval)]);
    }
    cells
}

/// What the marks among some estimates mean.
fn shorthand<'a>(results: &Results, estimates: impl Iterator<Item = &'a Estimate> + Clone) -> Markup {
    html! {
        @if estimates.clone().any(Estimate::is_suppressed) { (hidden_meaning(results)) }
        @if estimates.filter(|estimate| !estimate.is_suppressed()).any(|estimate| estimate.flags.contains(&Flag::Wide)) {
            (figure::UNCERTAIN) " uncertain: the margin is wider than ±" (figure::number(results.rule * 100.0, 0)) " points. "
        }
    }
}

fn hidden_meaning(results: &Results) -> Markup {
    html! {
        (figure::CONFIDENTIAL) " not shown: " (words::too_few(results)) ", or it would give another figure away. "
    }
}

fn missing(result: &QuestionResult) -> Markup {
    html! {
        @if !result.missing.is_empty() {
            p.missing {
                strong { "Not in the base: " }
                @for (i, (kind, n)) in result.missing.iter().enumerate() {
                    @if i > 0 { ", " }
                    (figure::lower_first(kind)) " " (count(*n))
                }
                "."
            }
        }
    }
}

/// What people wrote, as they wrote it.
fn open_answers(result: &QuestionResult, question: &Question) -> Markup {
    let heading = format!("words-{}", question.id);
    html! {
        @if !result.words.is_empty() {
            div.words {
                p id=(heading) { strong { (counted(result.words.len(), "answer", "answers")) " in people's own words" }
                    ", in no particular order:" }
                ul data-filters aria-labelledby=(heading) {
                    @for words in &result.words { li { bdi { (words) } } }
                }
            }
        }
    }
}
