//! The mean places of what was put in order, by group.

use maud::{Markup, html};

use super::grid::{Column, Table, by_group, figures, words as text};
use super::words::{self, cell, may_show};
use crate::chart::figure::{self, count, interval};
use crate::estimate::Estimate;
use crate::instrument::{Question, QuestionKind};
use crate::results::{GroupResult, QuestionResult, Results};

/// A row a group, and for each response its mean place with its interval; nothing for other questions.
pub(super) fn table(results: &Results, result: &QuestionResult, question: &Question) -> Markup {
    let Some(scale) = question.scale.as_ref().filter(|_| question.kind == QuestionKind::Rank) else { return html! {} };
    let mut all = std::iter::once(&result.overall).chain(&result.groups);
    if !all.any(|group| group.more.iter().any(|place| may_show(group, place))) {
        return html! {};
    }
    let figure = |group: &GroupResult, estimate: &Estimate| {
        cell(group, estimate, |e| match e.n {
            0 => figure::UNAVAILABLE.to_owned(),
            n => format!("{} ({}; base {})", figure::value(e), interval(e), count(n)),
        })
    };
    let row = |name: &str, group: &GroupResult| {
        std::iter::once(html! { (name) }).chain(group.more.iter().map(|place| figure(group, place))).collect()
    };
    let rows = by_group(results, result, row);
    let columns: Vec<Column> =
        std::iter::once(text("Group")).chain(scale.responses.iter().map(|response| figures(&response.label))).collect();
    let all = || std::iter::once(&result.overall).chain(&result.groups).flat_map(|group| &group.more);
    Table {
        id: &format!("places-{}", question.id),
        caption: html! { "Mean places by group: " (question.label) },
        columns,
        rows,
        note: html! {
            p { "1 is the first place. In brackets the interval, and the base: those who gave the response a place. "
                (words::method(results, all())) }
        },
        sorts: false,
    }
    .render()
}
