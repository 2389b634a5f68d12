//! The scores over several questions.

use maud::{Markup, html};

use super::grid::{Table, by_group, figures, words as text};
use super::words::{self, cell, confidential, margin, margin_words, marked, may_show};
use crate::chart::figure::{self, UNAVAILABLE, count, interval};
use crate::instrument::Score;
use crate::results::{GroupResult, QuestionResult, Results};

/// The scores over several questions; nothing without any.
pub(super) fn section(results: &Results) -> Markup {
    html! {
        @if !results.scores.is_empty() {
            section id="scores" aria-labelledby="scores-heading" tabindex="-1" {
                h2 id="scores-heading" { "Scores" }
                p { "Each score puts the answers of one person to several questions together; what is shown is its mean." }
                @for result in &results.scores {
                    @if let Some(score) = results.instrument.scores.iter().find(|score| score.id == result.id) {
                        (one_score(results, result, score))
                    }
                }
            }
        }
    }
}

fn one_score(results: &Results, result: &QuestionResult, score: &Score) -> Markup {
    let heading = format!("question-{}", score.id);
    let overall = &result.overall;
    html! {
        article.question id=(heading) aria-labelledby={ (heading) "-heading" } tabindex="-1" {
            h3 id={ (heading) "-heading" } { (score.label) }
            p.wording { @if !score.text.is_empty() { (score.text) " " } span.tag { (score.id) } }
            p { "The " (score.rule()) ": "
                @for (i, item) in score.items.iter().enumerate() {
                    @if i > 0 { "; " }
                    @let question = &results.instrument.questions[item.question];
                    // What the office holds has no results of its own.
                    @if results.instrument.is_record(question) { (question.label) }
                    @else { a href={ "#question-" (question.id) } { (question.label) } }
                }
                "."
                @if let Some((low, high)) = score.range_in_words() { " It runs from " (low) " to " (high) "." }
            }
            @match overall.mean.as_ref().filter(|mean| may_show(overall, mean) && mean.estimate.is_finite()) {
                Some(mean) => p.finding {
                    strong { "Mean score: " (figure::value(mean)) } " (" (margin_words(mean)) ", base " (count(mean.n)) ")."
                },
                None => p { (confidential()) " Nothing is shown for this score, because too few people have one." },
            }
            (score_groups(results, result))
            @for (kind, n) in &result.missing {
                p.missing { strong { "Not in the base: " } (figure::lower_first(kind)) " " (count(*n)) "." }
            }
        }
    }
}

pub(super) fn score_groups(results: &Results, result: &QuestionResult) -> Markup {
    let tested =
        results.contrasts.iter().find(|f| f.contrasts.iter().any(|c| c.question == result.id && !c.by.is_empty()));
    let row = |name: &str, group: &GroupResult| {
        let mut cells = vec![html! { (name) }];
        match &group.mean {
            Some(mean) => cells.extend([
                cell(group, mean, |e| count(e.n)),
                marked(group, mean),
                cell(group, mean, interval),
                cell(group, mean, margin),
            ]),
            None => cells.extend((0..4).map(|_| html! { (UNAVAILABLE) })),
        }
        let found = results.contrasts.iter().flat_map(|family| &family.contrasts);
        let mut found = found.filter(|c| c.question == result.id && c.by == group.by && c.group == group.group);
        cells.extend(tested.map(|_| match found.next() {
            _ if group.by.is_empty() => html! {},
            Some(contrast) if !contrast.suppressed => words::verdict(contrast.verdict, contrast.high_is),
            // Nobody is in the group, so that there is nothing to hide.
            _ if group.n == 0 && !group.suppressed => html! { (UNAVAILABLE) },
            _ => confidential(),
        }));
        cells
    };
    let mut columns = vec![text("Group"), figures("Base"), figures("Mean"), figures("Interval"), figures("Margin")];
    columns.extend(tested.map(|family| text(&format!("Against {}", family.against))));
    let rows = by_group(results, result, row);
    Table {
        id: &format!("groups-{}", result.id),
        caption: html! { "By group: " (results.label(&result.id)) },
        columns,
        rows,
        note: html! { p {
            (words::method(results, std::iter::once(&result.overall).chain(&result.groups).flat_map(GroupResult::estimates)))
            @if let Some(family) = tested { " " (super::differences::tested(family)) }
        } },
        sorts: false,
    }
    .render()
}
