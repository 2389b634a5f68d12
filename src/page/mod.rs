//! The report as one self-contained page: figures first, every figure with its base, margin and method.
//!
//! The page asks for nothing from any network and needs no script to be read; a small script lets tables be sorted. A
//! policy in its head forbids everything else, and whatever a respondent wrote is escaped besides.

use maud::{Markup, PreEscaped, html};

use self::shell::Shell;
use crate::chart::figure::percent;
use crate::chart::{Chart, ChartPlace};
use crate::results::{QuestionResult, Results};

mod differences;
mod evidence;
mod fieldwork;
mod formula;
mod glossary;
pub(crate) mod grid;
mod methods;
mod places;
pub mod plan;
mod precision;
mod quality;
mod question;
mod readers;
mod repeats;
mod scores;
pub(crate) mod shell;
pub mod status;
pub(crate) mod style;
mod summary;
pub(crate) mod team;
mod words;

/// The page. The same results and charts give the same bytes.
pub fn render(results: &Results, charts: &[Chart]) -> String {
    let sections = html! {
        (summary::section(results, charts))
        (contents(results))
        (question::section(results, charts))
        (repeats::section(results))
        (scores::section(results))
        (differences::section(results, charts))
        (evidence::section(results, charts))
        (quality::section(results, charts))
        (methods::section(results))
        (glossary::section(results))
    };
    let shell = Shell {
        title: &results.title,
        organisation: &results.organisation,
        edition: results.period.clone(),
        imprint: vec![
            ("Run", results.run_id.clone()),
            ("Form", format!("{}, version {}", results.instrument.title, results.instrument.version)),
            ("Program", format!("quorate {}", results.version)),
            ("Intervals", percent(results.level)),
        ],
        notice: results.notice.as_deref(),
        skip: ("summary", "Skip to the summary"),
        class: None,
        sheet: "",
        version: &results.version,
        foot: format!(
            "{}. {}, {}. Run {}, made with quorate {}.",
            results.title, results.organisation, results.period, results.run_id, results.version
        ),
    };
    shell.around(&sections)
}

/// The sections in order, with the questions by name.
fn contents(results: &Results) -> Markup {
    html! {
           nav.contents aria-labelledby="contents-heading" {
               h2 id="contents-heading" { "Contents" }
               ol {
                   li { a href="#summary" { "Summary" } }
                   li {
                       a href="#questions" { "Questions" }
                       (question_links(results, results.questions.iter()))
                   }
    @if !results.repeats.is_empty() {
                       li {
                           a href="#repeats" { "Asked about each of several" }
                           (question_links(results, results.repeats.iter().flat_map(|repeat| &repeat.questions)))
                       }
                   }
                   @if !results.scores.is_empty() {
                       li { a href="#scores" { "Scores" } }
                   }
                   @if differences::has_any(results) {
                       li { a href="#differences" { "Differences" } }
                   }
                   @if !results.evidence.is_empty() {
                       li { a href="#evidence" { "Ratings evidence" } }
                   }
                   li { a href="#quality" { "Data quality" } }
                   li { a href="#methods" { "Methods" } }
                   @if !results.sources.is_empty() {
                       li { a href="#sources" { "Sources" } }
                   }
                   li { a href="#glossary" { "Glossary" } }
               }
           }
       }
}

/// The charts that belong to a place.
pub(crate) fn charts_at(charts: &[Chart], place: &ChartPlace) -> Markup {
    html! {
        @for chart in charts.iter().filter(|chart| chart.place == *place) { (figure(chart)) }
    }
}

/// A chart with its title and its note, at both widths: the style sheet shows one of them, to eyes and ears alike.
fn figure(chart: &Chart) -> Markup {
    html! {
        figure.chart id={ "chart-" (chart.name) } {
            figcaption { (chart.title) }
            div.wide { (PreEscaped(chart.wide())) }
            div.narrow { (PreEscaped(chart.narrow())) }
            p.note { (chart.note) }
        }
    }
}

/// Links to questions, by name.
fn question_links<'q>(results: &Results, questions: impl Iterator<Item = &'q QuestionResult>) -> Markup {
    html! {
        ol {
            @for question in questions {
                li { a href={ "#question-" (question.id) } { (results.label(&question.id)) } }
            }
        }
    }
}
