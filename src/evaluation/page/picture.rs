//! The one-page picture: every area and indicator with its level, its direction, and the strength of its evidence; drawn,
//! and as a table with links.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::area::target;
use crate::chart::{Chart, ChartPlace};
use crate::evaluation::Evaluation;
use crate::evaluation::cycle::Direction;
use crate::evaluation::standing::Shown;
use crate::evaluation::tables::{in_order, items_on, strength_of_evidence};
use crate::evidence::framework::Leaning;
use crate::page::charts_at;

pub(super) fn glance(evaluation: &Evaluation, charts: &[Chart]) -> Markup {
    let framework = &evaluation.framework;
    let subjects = in_order(evaluation);
    let count = |areas: bool| {
        let of: Vec<_> = subjects.iter().filter(|(_, is_area)| *is_area == areas).collect();
        let judged = of.iter().filter(|(subject, _)| evaluation.standing(subject).level().is_some()).count();
        (judged, of.len())
    };
    // The first area in scope under each key question.
    let mut opens = BTreeMap::new();
    for question in &framework.key_questions {
        let of = |subject: &&(&str, bool)| framework.area(subject.0).is_some_and(|a| a.key_question == question.number);
        if let Some((first, _)) = subjects.iter().find(of) {
            opens.insert(*first, question);
        }
    }
    let ((areas, all_areas), (indicators, all_indicators)) = (count(true), count(false));
    html! {
        p.lead { "A level stands for " (areas) " of " (all_areas) " areas and " (indicators) " of " (all_indicators)
            " indicators in scope. Levels are judgements, and nothing adds them up." }
        (charts_at(charts, &ChartPlace::Glance))
        details.as-table {
            summary { "The same as a table, with links to each area and indicator" }
            div.scroll role="group" tabindex="0" aria-labelledby="picture-caption" {
                table.picture {
                    caption { span id="picture-caption" { "Every area and indicator: level, direction, strength of the evidence" } }
                    thead { tr {
                        th scope="col" { "Area or indicator" } th scope="col" { "Level" } th scope="col" { "In words" }
                        @if !evaluation.earlier.is_empty() { th scope="col" { "Direction" } }
                        th scope="col" { "Evidence" }
                    } }
                    tbody {
                        @for (subject, is_area) in &subjects {
                            @if let Some(asked) = opens.get(subject) {
                                tr.question { th scope="rowgroup" colspan=(if evaluation.earlier.is_empty() { 4 } else { 5 }) { (asked.number) ". " (asked.text) } }
                            }
                            (row(evaluation, subject, *is_area))
                        }
                    }
                }
            }
            div.note { p { "A filled square is the level that stands: blue leans to strengths, grey to neither, orange to weaknesses. Framed squares are separate judgements that have not been brought together; an asterisk marks the judgement of one evaluator that the team has not yet agreed. Evidence counts, in this order, firm figures (within ±"
                (evaluation.definition.evidence.rule) " points), figures known less well, and evidence that is not a figure." } }
        }
    }
}

fn row(evaluation: &Evaluation, subject: &str, is_area: bool) -> Markup {
    let Shown { levels, apart, words } = evaluation.shown(subject);
    let [firm, less, other] = strength_of_evidence(items_on(evaluation, subject));
    html! {
        tr.area[is_area] {
            th scope="row" { a href={ "#" (target(evaluation, subject)) } { (subject) " " (evaluation.framework.title(subject).unwrap_or_default()) } }
            td { (steps(evaluation, &levels, !apart)) }
            td.open[levels.is_empty()] { (words) }
            @if !evaluation.earlier.is_empty() { td.way { (way(evaluation.direction(subject))) } }
            td.evidence { @if firm + less + other == 0 { span.open { "none" } } @else { (firm) " · " (less) " · " (other) } }
        }
    }
}

/// The scale as squares from the lowest level up, with the levels in question marked; read aloud as their numbers.
pub(super) fn steps(evaluation: &Evaluation, levels: &[u8], stands: bool) -> Markup {
    let said: Vec<String> = levels.iter().map(u8::to_string).collect();
    let label = if said.is_empty() { "no level".to_owned() } else { format!("level {}", said.join(" and ")) };
    html! {
        span.steps role="img" aria-label=(label) {
            @for level in evaluation.framework.levels.iter().rev() {
                @let class = match (levels.contains(&level.number), stands, level.leans) {
                    (false, _, _) => None,
                    (true, false, _) => Some("one"),
                    (true, true, Leaning::Strong) => Some("strong"),
                    (true, true, Leaning::Middle) => Some("middle"),
                    (true, true, Leaning::Weak) => Some("weak"),
                };
                span class=[class] { (level.number) }
            }
        }
    }
}

/// The direction with its mark and in words.
pub(super) fn way(direction: Option<Direction>) -> Markup {
    html! { @if let Some(direction) = direction { span.mark aria-hidden="true" { (direction.mark()) } " " (direction.words()) } }
}
