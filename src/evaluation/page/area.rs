//! Each area's page: its judgement and those on its indicators, with reasons and evidence.

use maud::{Markup, html};

use super::{anchor, lines, picture, stale};
use crate::chart::{Chart, ChartPlace};
use crate::evaluation::judgement::Judgement;
use crate::evaluation::standing::{self, Standing};
use crate::evaluation::tables::{day, role, stands};
use crate::evaluation::{Evaluation, words};
use crate::evidence::framework::{Area, Indicator};
use crate::page::charts_at;
use crate::page::grid::{Row, Table, words as text};

pub(super) fn all(evaluation: &Evaluation, charts: &[Chart]) -> Markup {
    let framework = &evaluation.framework;
    html! {
        @for area in framework.areas.iter().filter(|area| evaluation.definition.in_scope(framework, &area.number)) {
            (one(evaluation, charts, area))
        }
    }
}

/// Where a subject stands on the page.
pub(super) fn target(evaluation: &Evaluation, subject: &str) -> String {
    let what = if evaluation.framework.area(subject).is_some() { "area" } else { "indicator" };
    format!("{what}-{}", anchor(subject))
}

fn one(evaluation: &Evaluation, charts: &[Chart], area: &Area) -> Markup {
    let id = target(evaluation, &area.number);
    let weak: Vec<&str> = match evaluation.standing(&area.number).judgement() {
        Some(judgement) => judgement.weak_prompts.iter().map(String::as_str).collect(),
        None => Vec::new(),
    };
    html! {
        article.area-page id=(id) aria-labelledby={ (id) "-heading" } tabindex="-1" {
            h3.part id={ (id) "-heading" } { (area.number) " " (area.title) }
            @if !area.about.is_empty() { p.wording { (area.about) } }
            (judged(evaluation, &area.number))
            @if !area.prompts.is_empty() {
                div.heavy {
                    p { "What weighs heavily in this area:" }
                    ul { @for prompt in &area.prompts { li { (prompt.text) @if weak.contains(&prompt.id.as_str()) { strong { " Found weak." } } } } }
                }
            }
            (charts_at(charts, &ChartPlace::Area(area.number.clone())))
            @for indicator in &area.indicators {
                @if evaluation.definition.in_scope(&evaluation.framework, &indicator.number) { (of_indicator(evaluation, indicator)) }
            }
        }
    }
}

fn of_indicator(evaluation: &Evaluation, indicator: &Indicator) -> Markup {
    let id = target(evaluation, &indicator.number);
    let items: Vec<_> = evaluation.bearing_on(&indicator.number).collect();
    let relied = evaluation.standing(&indicator.number).judgement().map(|judgement| judgement.evidence.clone());
    html! {
        section.indicator id=(id) aria-labelledby={ (id) "-heading" } tabindex="-1" {
            h4 id={ (id) "-heading" } { span.numeral { (indicator.number) } " " (indicator.title) }
            @if !indicator.about.is_empty() { p.wording { (indicator.about) } }
            (judged(evaluation, &indicator.number))
            @if items.is_empty() {
                p.none { "No evidence is registered for this indicator." }
            } @else {
                (Table {
                    id: &format!("evidence-{}", anchor(&indicator.number)),
                    caption: html! { "Evidence on " (indicator.number) },
                    columns: vec![text("Evidence"), text("What it says"), text("Weight"), text("From"), text("Relied on")],
                    rows: items.iter().map(|item| Row::new(vec![
                        html! { (item.title) br; span.of { (item.kind.name()) " · " (item.id) } },
                        html! { (lines(&words::says(item))) },
                        html! { span.strength { (item.weight()) } },
                        html! { (item.date.map_or_else(|| "no date".to_owned(), day)) (stale(evaluation, item)) },
                        html! { @match &relied { Some(ids) if ids.contains(&item.id) => { "yes" } Some(_) => { "no" } None => { "not agreed" } } },
                    ])).collect(),
                    note: html! {},
                    sorts: false,
                }.render())
            }
        }
    }
}

/// What is judged of a subject: the level that stands, why, and the separate judgements behind it.
fn judged(evaluation: &Evaluation, subject: &str) -> Markup {
    let standing = evaluation.standing(subject);
    let separate = standing::separate(&evaluation.judgements.list, subject);
    let several = separate.len() > 1 || (matches!(standing, Standing::Agreed(_)) && !separate.is_empty());
    html! {
        @match standing.judgement() {
            Some(judgement) => {
                p.awarded {
                    (picture::steps(evaluation, &judgement.level.into_iter().collect::<Vec<_>>(), true))
                    @match judgement.level { Some(_) => { (evaluation.level_words(judgement.level)) } None => { "No level yet" } }
                    @if !evaluation.earlier.is_empty() { " " span.of { (picture::way(evaluation.direction(subject))) } }
                }
                (reasons(evaluation, judgement))
            }
            None => {
                @let levels: Vec<u8> = separate.iter().filter_map(|judgement| judgement.level).collect();
                p.awarded { (picture::steps(evaluation, &levels, false)) @if separate.is_empty() { "Not judged" } @else { "Not yet agreed" } }
            }
        }
        @if several {
            (Table {
                id: &format!("separate-{}", anchor(subject)),
                caption: html! { "Separate judgements on " (subject) },
                columns: vec![text("Who"), text("Level"), text("Why")],
                rows: separate.iter().map(|judgement| Row::new(vec![
                    html! { (role(evaluation, &judgement.evaluator)) @if let Some(evaluator) = evaluation.definition.evaluator(&judgement.evaluator) { br; span.of { (evaluator.part.words()) } } },
                    html! { (evaluation.level_words(judgement.level)) },
                    html! { (lines(&judgement.rationale)) },
                ])).collect(),
                note: html! {},
                sorts: false,
            }.render())
        }
    }
}

fn reasons(evaluation: &Evaluation, judgement: &Judgement) -> Markup {
    let who = if judgement.is_agreed() {
        let by: Vec<String> = judgement.by.iter().map(|code| role(evaluation, code)).collect();
        if by.is_empty() { "Agreed".to_owned() } else { format!("Agreed by {}", by.join(", ")) }
    } else {
        let words = stands(evaluation, &judgement.subject);
        words[..1].to_uppercase() + &words[1..]
    };
    html! {
        dl.judged {
            @if !judgement.rationale.is_empty() { dt { "Why" } dd { (judgement.rationale) } }
            @if !judgement.strengths.is_empty() {
                dt { "Strengths" }
                dd { ul { @for strength in &judgement.strengths { li { (strength) } } } }
            }
            @if !judgement.improvements.is_empty() {
                dt { "What should be better" }
                dd { ul { @for improvement in &judgement.improvements {
                    li { (improvement.text) " " span.of { "(" (improvement.id) @if let Some(priority) = improvement.priority { ", " (priority.word()) " priority" } ")" } }
                } } }
            }
            @if !judgement.reconciliation.is_empty() { dt { "How views were brought together" } dd { (judgement.reconciliation) } }
            @if !judgement.overrides.is_empty() {
                dt { "Checks overridden" }
                @for over in &judgement.overrides { dd.reason { (over.check) ": " (over.reason) } }
            }
            @if !judgement.evidence.is_empty() { dt { "Evidence relied on" } dd { (evaluation.evidence_in_words(&judgement.evidence)) } }
            dd.of { (who) @if let Some(date) = judgement.date { ", " (day(date)) } "." }
        }
    }
}
