//! The report as one self-contained page: figures first, every figure with its base, margin and method.
//!
//! The page asks for nothing from any network and needs no script to be read; a small script lets tables be sorted. A
//! policy in its head forbids everything else, and whatever a respondent wrote is escaped besides.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::chart::figure::percent;
use crate::chart::{Chart, ChartPlace};
use crate::results::Results;

mod differences;
mod evidence;
mod formula;
mod glossary;
pub(crate) mod grid;
mod methods;
pub mod plan;
mod precision;
mod quality;
mod question;
mod readers;
mod scores;
pub(crate) mod style;
mod summary;
mod words;

/// The page. The same results and charts give the same bytes.
pub fn render(results: &Results, charts: &[Chart]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(style::policy());
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "quorate " (results.version) };
                title { (results.title) " – " (results.organisation) }
                style { (PreEscaped(style::sheet())) }
            }
            body {
                a.skip href="#summary" { "Skip to the summary" }
                (head(results))
                main {
                    (summary::section(results, charts))
                    (contents(results))
                    (question::section(results, charts))
                    (scores::section(results))
                    (differences::section(results, charts))
                    (evidence::section(results, charts))
                    (quality::section(results, charts))
                    (methods::section(results))
                    (glossary::section(results))
                }
                footer {
                    p { (results.title) ". " (results.organisation) ", " (results.period) ". Run " (results.run_id)
                        ", made with quorate " (results.version) "." }
                    p { a href="#top" { "Back to the top" } }
                }
                script { (PreEscaped(style::SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn head(results: &Results) -> Markup {
    html! {
        header.masthead id="top" {
            div.inner {
                p.organisation { (results.organisation) }
                h1 { (results.title) }
                p.edition { (results.period) }
                dl.imprint {
                    div { dt { "Run" } dd { (results.run_id) } }
                    div { dt { "Form" } dd { (results.instrument.title) ", version " (results.instrument.version) } }
                    div { dt { "Program" } dd { "quorate " (results.version) } }
                    div { dt { "Intervals" } dd { (percent(results.level)) } }
                }
            }
            @if let Some(notice) = &results.notice {
                p.notice { strong { "Please note. " } (notice) }
            }
        }
    }
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
                       ol {
                           @for question in &results.questions {
                               li { a href={ "#question-" (question.id) } { (results.label(&question.id)) } }
                           }
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
fn charts_at(charts: &[Chart], place: &ChartPlace) -> Markup {
    html! {
        @for chart in charts.iter().filter(|chart| chart.place == *place) {
            figure.chart id={ "chart-" (chart.name) } {
                figcaption { (chart.title) }
                div.scroll role="group" tabindex="0" aria-label={ "Chart: " (chart.title) } {
                    (PreEscaped(chart.inline()))
                }
                p.note { (chart.note) }
            }
        }
    }
}
