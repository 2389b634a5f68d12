//! The pages of packs: one team's report, how good its data are, and the page that lists all teams.

use maud::{Markup, html};

use super::grid::{Row, Table, figures, flagged, words as text};
use super::shell::Shell;
use super::words::{self, cell, confidential, margin_words, marked, may_show};
use super::{charts_at, differences, glossary, methods, question, question_links};
use crate::chart::figure::{self, UNAVAILABLE, count, counted, in_units, interval, percent};
use crate::chart::{Chart, ChartPlace};
use crate::results::{QuestionResult, Results, Team};

mod index;
mod quality;
mod standing;

pub(crate) use index::{Entry, index};
pub(crate) use quality::report as quality_report;
use standing::{Standing, standings};

/// Where the other files of the packs are, from a pack's folder.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    /// The page that lists the packs.
    pub index: String,
    /// A pack's report, if packs have one.
    pub report: Option<String>,
    /// The page in place of a pack that says why there is none.
    pub withheld: String,
    /// A pack's data-quality report, if packs have one.
    pub quality: Option<String>,
    /// A pack's workbook, if packs have one.
    pub workbook: Option<String>,
}

/// The report of one team. `results` are those [of the team](Results::of_team).
pub(crate) fn render(results: &Results, team: &Team, charts: &[Chart], links: &Links) -> String {
    let sections = html! {
        (summary(results, team, charts))
        (contents(results, links))
        (questions(results, team, charts))
        (scores(results))
        (quality(results, team, links))
        (methods::section(results))
        (glossary::section(results))
    };
    frame(results, team, &team.group, ("summary", "Skip to the summary"), &sections)
}

/// In place of the report of a team of which nothing may be shown.
pub(crate) fn withheld(results: &Results, team: &Team, links: &Links) -> String {
    let sections = html! {
        section id="summary" aria-labelledby="summary-heading" tabindex="-1" {
            h2 id="summary-heading" { "There are no results to show" }
            p.lead { (team.withheld.as_deref().unwrap_or_default()) }
            p { "The answers count in the results for everyone. To be shown apart, a group needs at least "
                (results.suppress_below) " returns, and must not give another away that has fewer." }
            p { a href=(links.index) { "All packs" } }
        }
    };
    frame(results, team, &team.group, ("summary", "Skip to the summary"), &sections)
}

fn frame(results: &Results, team: &Team, title: &str, skip: (&str, &str), sections: &Markup) -> String {
    let shell = Shell {
        title,
        organisation: &results.organisation,
        edition: [results.title.as_str(), &results.period]
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        imprint: vec![
            ("Pack", format!("{}: {}", results.grouping_label(&team.by), team.group)),
            ("Run", results.run_id.clone()),
            ("Program", format!("quorate {}", results.version)),
            ("Intervals", percent(results.level)),
        ],
        notice: results.notice.as_deref(),
        skip,
        class: None,
        sheet: "",
        version: &results.version,
        foot: format!(
            "{}: {}, {}, {}. Run {}, made with quorate {}.",
            team.group, results.title, results.organisation, results.period, results.run_id, results.version
        ),
    };
    shell.around(sections)
}

fn contents(results: &Results, links: &Links) -> Markup {
    html! {
        nav.contents aria-labelledby="contents-heading" {
            h2 id="contents-heading" { "Contents" }
            ol {
                li { a href="#summary" { "Summary" } }
                li {
                    a href="#questions" { "Questions" }
                    (question_links(results, shown(results)))
                }
                @if !results.scores.is_empty() { li { a href="#scores" { "Scores" } } }
                li { a href="#quality" { "Data quality" } }
                li { a href="#methods" { "Methods" } }
                @if !results.sources.is_empty() { li { a href="#sources" { "Sources" } } }
                li { a href="#glossary" { "Glossary" } }
                li { a href=(links.index) { "All packs" } }
            }
        }
    }
}

/// The questions of which the team has any figure that may be shown.
fn shown(results: &Results) -> impl Iterator<Item = &QuestionResult> {
    let has_any = |question: &&QuestionResult| {
        question.own().is_some_and(|group| group.estimates().any(|estimate| may_show(group, estimate)))
    };
    let repeated = results.repeats.iter().flat_map(|repeat| &repeat.questions);
    results.questions.iter().chain(repeated).filter(has_any)
}

/// The questions of which it has none.
fn hidden(results: &Results) -> Vec<String> {
    let shown: Vec<&str> = shown(results).map(|question| question.id.as_str()).collect();
    let those = results.questions.iter().filter(|question| !shown.contains(&question.id.as_str()));
    those.map(|question| results.label(&question.id)).collect()
}

fn summary(results: &Results, team: &Team, charts: &[Chart]) -> Markup {
    let all = standings(results);
    html! {
        section id="summary" aria-labelledby="summary-heading" tabindex="-1" {
            h2 id="summary-heading" { "Summary" }
            p.lead { (standing::lead(results, team, &all)) }
            (standing::tiles(results, team, &all))
            (charts_at(charts, &ChartPlace::Summary))
            (standing::lists(results, &all))
            (at_a_glance(results, team, &all))
            @let hidden = hidden(results);
            @if !hidden.is_empty() {
                h3 { "What is not shown" }
                p { (confidential()) " " (figure::lower_first(&words::too_few(results))) ", or the figure would give another away: "
                    (hidden.join("; ")) "." }
            }
        }
    }
}

/// Every figure of the team beside the others' and the published one.
fn at_a_glance(results: &Results, team: &Team, all: &[Standing<'_>]) -> Markup {
    let published = all.iter().any(|standing| standing.published.is_some());
    let changed = all.iter().any(|standing| standing.change.is_some());
    let against = standing::others(results);
    let mut columns = vec![text("Question"), flagged(&team.group)];
    columns.extend(against.map(|family| figures(&standing::capital(&family.against))));
    columns.extend(against.map(|_| text("Difference")));
    if published {
        columns.extend([figures("Published"), text("Difference")]);
    }
    columns.extend(changed.then(|| text("Since last time")));
    columns.extend([figures("Interval"), figures("Base")]);
    let row = |standing: &Standing<'_>| {
        let group = standing.group;
        let statistic = standing.own.statistic;
        let mut cells = vec![
            html! { a href={ "#question-" (standing.id) } { (results.label(standing.id)) } },
            marked(group, standing.own),
        ];
        if against.is_some() {
            match standing.others {
                Some(other) => cells.extend([
                    html! { (in_units(statistic, other.other)) },
                    standing::told(statistic, other.test.difference, other.verdict, other.high_is),
                ]),
                None => cells.extend([confidential(), confidential()]),
            }
        }
        if published {
            match standing.published {
                Some(figure) => cells.extend([
                    html! { (in_units(statistic, figure.value)) },
                    standing::told(statistic, figure.difference, figure.verdict, figure.high_is),
                ]),
                None => cells.extend((0..2).map(|_| html! { (UNAVAILABLE) })),
            }
        }
        if changed {
            cells.push(match standing.change {
                Some(change) => standing::told(statistic, change.test.difference, change.verdict, change.high_is),
                None => html! { (UNAVAILABLE) },
            });
        }
        cells.push(cell(group, standing.own, interval));
        cells.push(cell(group, standing.own, |own| count(own.n)));
        Row::new(cells)
    };
    html! {
        h3 { "Every result" }
        (Table {
            id: "at-a-glance",
            caption: html! { (team.group) " beside the others" @if published { " and beside published figures" } },
            columns,
            rows: all.iter().map(row).collect(),
            note: html! { p {
                "Shares of positive answers in per cent, means in points of the score; differences in points. ▲ higher, ▼ lower by more than "
                "chance explains; ● no real difference; ? too few to say. "
                @if all.iter().any(|s| s.own.flags.contains(&crate::estimate::Flag::Wide)) {
                    (figure::UNCERTAIN) " uncertain: the margin is wider than ±" (figure::number(results.rule * 100.0, 0)) " points. "
                }
                @if published && all.iter().any(|s| s.published.is_none()) { (UNAVAILABLE) " no published figure. " }
                @if let Some(family) = against { (differences::tested(family)) " " }
                (words::method(results, all.iter().map(|standing| standing.own)))
            } },
            sorts: true,
        }
        .render())
    }
}

fn questions(results: &Results, team: &Team, charts: &[Chart]) -> Markup {
    html! {
        section id="questions" aria-labelledby="questions-heading" tabindex="-1" {
            h2 id="questions-heading" { "Questions" }
            p { "Every question with the answers of " (team.group) " beside those of everyone. The base is the number of answers counted, "
                "before weighting; shares are weighted." }
            @for result in shown(results) {
                @if let Some(asked) = results.asked(&result.id) {
                    @let heading = format!("question-{}", result.id);
                    article.question id=(heading) aria-labelledby={ (heading) "-heading" } tabindex="-1" {
                        h3 id={ (heading) "-heading" } { (asked.label) }
                        p.wording { "“" (asked.text) "”" span.tag { (asked.id) } }
                        (finding(results, result))
                        (charts_at(charts, &ChartPlace::Question(result.id.clone())))
                        (question::groups(results, result, asked))
                    }
                }
            }
        }
    }
}

/// What the question says of the team, in a paragraph.
fn finding(results: &Results, result: &QuestionResult) -> Markup {
    let Some(standing) = Standing::of(results, result) else { return html! {} };
    let own = standing.own;
    html! {
        p.finding {
            strong { (own.label) ": " (figure::brief(own.statistic, own.estimate)) } " (" (margin_words(own)) ", base " (count(own.n)) "). "
            @if let (Some(other), Some(family)) = (standing.others, standing::others(results)) {
                (standing::sentence(own.statistic, other.other, other.test.difference, other.verdict, other.high_is, &family.against)) " "
            }
            @for figure in &own.comparisons {
                (standing::sentence(own.statistic, figure.value, figure.difference, figure.verdict, figure.high_is, &figure.label)) " "
            }
            @if let (Some(change), Some(waves)) = (standing.change, &results.waves) {
                (standing::sentence(own.statistic, change.other, change.test.difference, change.verdict, change.high_is, &waves.change.against)) " "
            }
        }
    }
}

fn scores(results: &Results) -> Markup {
    html! {
        @if !results.scores.is_empty() {
            section id="scores" aria-labelledby="scores-heading" tabindex="-1" {
                h2 id="scores-heading" { "Scores" }
                @for result in &results.scores {
                    article.question id={ "question-" (result.id) } tabindex="-1" {
                        h3 { (results.label(&result.id)) }
                        (finding(results, result))
                        (super::scores::score_groups(results, result))
                    }
                }
            }
        }
    }
}

/// A paragraph that leads to the data-quality report, or what it says where there is none.
fn quality(results: &Results, team: &Team, links: &Links) -> Markup {
    let returned = team.returned.unwrap_or(0);
    html! {
        section id="quality" aria-labelledby="quality-heading" tabindex="-1" {
            h2 id="quality-heading" { "Data quality" }
            @match &links.quality {
                Some(link) => p {
                    (count(returned)) " of " (count(team.drawn)) " drawn came back (" (percent(team.response_rate())) "), with "
                    (counted(team.findings(), "finding", "findings")) ". "
                    a href=(link) { "The data-quality report of " (team.group) } " has response, answers to each question, findings and weights."
                },
                None => (quality::sections(results, team)),
            }
            @if let Some(workbook) = &links.workbook {
                p { "The same figures as a spreadsheet: " a href=(workbook) { (workbook) } "." }
            }
        }
    }
}
