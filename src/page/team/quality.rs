//! How good a team's data are: response, answers to each question, what was found wrong, weights, readers.

use maud::{Markup, html};

use super::standing::standings;
use super::{Links, UNAVAILABLE, confidential, count, counted, percent};
use crate::chart::figure::{self, number, share, weight};
use crate::estimate::{Estimate, Statistic};
use crate::finding;
use crate::page::grid::{Row, Table, figures, words as text};
use crate::page::words::margin_words;
use crate::results::{Results, Team};

/// The data-quality report of a team. `results` are those [of the team](Results::of_team).
pub(crate) fn report(results: &Results, team: &Team, links: &Links) -> String {
    let sections = html! {
        section id="quality" aria-labelledby="quality-heading" tabindex="-1" {
            h2 id="quality-heading" { "Data quality" }
            p.lead { (lead(results, team)) }
            (sections(results, team))
        }
        nav.contents aria-labelledby="contents-heading" {
            h2 id="contents-heading" { "Contents" }
            ol {
                li { a href="#response" { "Response" } }
                li { a href="#items" { "Answers to each question" } }
                li { a href="#found" { "Findings" } }
                li { a href="#weighted" { "Weights" } }
                li { a href="#protected" { "What is not shown" } }
                @if let Some(link) = &links.report { li { a href=(link) { "Results of " (team.group) } } }
                li { a href=(links.index) { "All packs" } }
            }
        }
    };
    let title = format!("Data quality: {}", team.group);
    super::frame(results, team, &title, ("quality", "Skip to the report"), &sections)
}

fn lead(results: &Results, team: &Team) -> String {
    let all = standings(results);
    let shares: Vec<_> = all.iter().map(|s| s.own).filter(|own| own.statistic != Statistic::Mean).collect();
    let within = shares.iter().filter(|own| own.holds_within(results.rule)).count();
    let rates: Vec<f64> = team.quality.items.iter().map(|item| item.rate()).filter(|rate| rate.is_finite()).collect();
    let mut out = format!(
        "{} of {} drawn in {} came back ({}); of everyone {}.",
        count(team.returned.unwrap_or(0)),
        count(team.drawn),
        team.group,
        percent(team.response_rate()),
        percent(results.counts.response_rate())
    );
    if let Some(least) = rates.iter().copied().min_by(f64::total_cmp) {
        out.push_str(&format!(" Every question was answered by at least {} of those asked.", percent(least)));
    }
    if !shares.is_empty() {
        out.push_str(&format!(
            " {} of {} shares are known to within ±{} points.",
            count(within),
            count(shares.len()),
            number(results.rule * 100.0, 0)
        ));
    }
    out
}

/// The parts of the report.
pub(super) fn sections(results: &Results, team: &Team) -> Markup {
    html! {
        h3 id="response" tabindex="-1" { "Response" }
        (response(results, team))
        (struck_off(results, team))
        h3 id="items" tabindex="-1" { "Answers to each question" }
        (items(results, team))
        h3 id="found" tabindex="-1" { "What was found in the returns" }
        (findings(results, team))
        h3 id="weighted" tabindex="-1" { "Weights" }
        (weights(team))
        @if let Some(rereading) = team.quality.rereading {
            h3 { "Agreement between readers" }
            p {
                (counted(rereading.files, "file", "files")) " of " (team.group) " were read twice. "
                @match rereading.same {
                    Some(same) => { "The two readers gave the same answer to " strong { (percent(same)) } " of the questions that both answered." }
                    None => { "That is too few to say how far readers agree; the report for everyone says it for all files." }
                }
            }
        }
        h3 id="protected" tabindex="-1" { "What is not shown" }
        p { "Figures that fewer than " (results.suppress_below) " answers stand behind, and those that would give them away. "
            @if results.suppress_cells_below > 1 {
                "Responses that fewer than " (results.suppress_cells_below) " people gave, and those that would give them away. "
            }
            "Concerns that need action go to senior managers by the agreed route and stand in no pack." }
    }
}

fn response(results: &Results, team: &Team) -> Markup {
    let counts = &results.counts;
    let row = |name: &str, population: usize, drawn: usize, returned: usize, rate: f64| {
        vec![
            html! { (name) },
            html! { (count(population)) },
            html! { (count(drawn)) },
            html! { (count(returned)) },
            html! { (count(drawn.saturating_sub(returned))) },
            html! { (share(rate)) },
        ]
    };
    let returned = team.returned.unwrap_or(0);
    Table {
        id: "response-table",
        caption: html! { "How many there are, were drawn and returned" },
        columns: vec![
            text("Who"),
            figures("Population"),
            figures("Drawn"),
            figures("Returned"),
            figures("Not returned"),
            figures("Per cent returned"),
        ],
        rows: vec![
            Row::new(row(&team.group, team.population, team.drawn, returned, team.response_rate())),
            Row::total(row("Everyone", counts.population, counts.drawn, counts.returned, counts.response_rate())),
        ],
        note: html! { p { "Run " (results.run_id) "." } },
        sorts: false,
    }
    .render()
}

fn struck_off(results: &Results, team: &Team) -> Markup {
    if team.quality.struck_off.is_empty() {
        return html! {};
    }
    let row = |(why, n): &(String, Option<usize>)| {
        Row::new(vec![html! { (why) }, n.map_or_else(confidential, |n| html! { (count(n)) })])
    };
    Table {
        id: "struck-off",
        caption: html! { "Units drawn that could not be used, by reason" },
        columns: vec![text("Reason"), figures("Units")],
        rows: team.quality.struck_off.iter().map(row).collect(),
        note: html! { p { (figure::CONFIDENTIAL) " not shown: fewer than " (results.suppress_below) ", or it would give such a number away. Run "
            (results.run_id) "." } },
        sorts: false,
    }
    .render()
}

fn items(results: &Results, team: &Team) -> Markup {
    let all = standings(results);
    let row = |item: &crate::results::TeamItem| {
        let told = |n: Option<usize>| n.map_or_else(confidential, |n| html! { (count(n)) });
        let own = all.iter().find(|standing| standing.id == item.question).map(|standing| standing.own);
        Row::new(vec![
            html! { (results.label(&item.question)) },
            told(item.answered),
            told(item.unanswered),
            told(item.not_asked),
            html! { @if item.unanswered.is_none() { (confidential()) } @else { (share(item.rate())) } },
            html! { @match own {
                Some(own) => (margin_words(own)),
                None if is_hidden(results, &item.question) => (confidential()),
                None => (UNAVAILABLE),
            } },
        ])
    };
    Table {
        id: "items-table",
        caption: html! { "Answers to each question" },
        columns: vec![
            text("Question"),
            figures("Answered"),
            figures("Asked and not answered"),
            figures("Not asked, or does not apply"),
            figures("Per cent answered of those asked"),
            figures("Margin of the figure"),
        ],
        rows: team.quality.items.iter().map(row).collect(),
        note: html! { p { (figure::CONFIDENTIAL) " not shown, to keep answers confidential. " (UNAVAILABLE)
        " no single figure. Run " (results.run_id) "." } },
        sorts: true,
    }
    .render()
}

/// Whether a question has a figure of the team's that may not be shown.
fn is_hidden(results: &Results, question: &str) -> bool {
    let mut own = results.question(question).into_iter().flat_map(|question| &question.groups);
    own.any(|group| group.suppressed || group.estimates().any(Estimate::is_suppressed))
}

fn findings(results: &Results, team: &Team) -> Markup {
    if team.quality.findings.is_empty() {
        return html! { p { "Nothing was found wrong in the returns of " (team.group) "." } };
    }
    let row = |found: &crate::results::FindingCount| {
        let entry = finding::entry(&found.code);
        Row::new(vec![
            html! { (found.code) },
            html! { (found.severity) },
            html! { (entry.map_or("", |entry| entry.title)) },
            html! { (entry.map_or("", |entry| entry.means)) },
            html! { (count(found.count)) },
        ])
    };
    Table {
        id: "found-table",
        caption: html! { "Findings by code" },
        columns: vec![text("Code"), text("Level"), text("What is wrong"), text("What it means"), figures("Count")],
        rows: team.quality.findings.iter().map(row).collect(),
        note: html! { p { "How many, and neither what was answered nor by whom. Each is placed at its workbook, sheet and cell in findings.xlsx, "
            "which is not part of a pack. Run " (results.run_id) "." } },
        sorts: true,
    }
    .render()
}

fn weights(team: &Team) -> Markup {
    let Some(weights) = team.quality.weights else { return html! { p { "There are no weights." } } };
    html! {
        p {
            "The returns stand for " (weight(weights.sum)) " of the population. "
            @if weights.highest - weights.lowest < 1e-9 {
                "Each stands for " (number(weights.lowest, 2)) "."
            } @else {
                "Each stands for " (number(weights.lowest, 2)) " to " (number(weights.highest, 2)) ": for answers that have nothing to do with the "
                "weights they are worth as much as " (number(weights.effective, 0)) " with equal weights."
            }
        }
    }
}
