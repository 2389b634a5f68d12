//! The page that lists the packs: every team with its response, its bases and what stands out.

use maud::{Markup, html};

use super::standing::{News, others, standings};
use super::{Links, UNAVAILABLE, confidential, count, percent};
use crate::chart::figure::{counted, share};
use crate::page::grid::{Row, Table, figures, words as text};
use crate::page::shell::Shell;
use crate::results::{Results, Team};

/// What the list says of a team's results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    others: News,
    published: News,
}

impl Entry {
    /// Of the results [of the team](Results::of_team).
    pub(crate) fn of(results: &Results, team: &Team) -> Self {
        if team.withheld.is_some() {
            return Entry { others: News::default(), published: News::default() };
        }
        let all = standings(results);
        Entry { others: News::others(&all), published: News::published(&all) }
    }
}

/// The list of the packs, `packs/index.html`.
pub(crate) fn index(results: &Results, teams: &[(&Team, &Entry)], links: &Links) -> String {
    let withheld = teams.iter().filter(|(team, _)| team.withheld.is_some()).count();
    let by = teams.first().map_or_else(String::new, |(team, _)| results.grouping_label(&team.by));
    let sections = html! {
        section id="packs" aria-labelledby="packs-heading" tabindex="-1" {
            h2 id="packs-heading" { "Packs by " (crate::chart::figure::lower_first(&by)) }
            p.lead {
                (counted(teams.len(), "group", "groups")) ": the same results for one at a time, from one run."
                @if withheld > 0 {
                    " " (count(withheld)) @if withheld == 1 { " has" } @else { " have" } " no pack, to keep answers confidential."
                }
            }
            (table(results, teams, links, &by))
            p { "The figures are those of the whole run. What it hides no pack shows, and no pack has another grouping within its group: "
                "packs laid side by side, or taken from the results for everyone, tell no more than the run's own tables." }
        }
    };
    let shell = Shell {
        title: &results.title,
        organisation: &results.organisation,
        edition: format!("Packs by {}. {}", crate::chart::figure::lower_first(&by), results.period),
        imprint: vec![
            ("Run", results.run_id.clone()),
            ("Program", format!("quorate {}", results.version)),
            ("Intervals", percent(results.level)),
        ],
        notice: results.notice.as_deref(),
        skip: ("packs", "Skip to the packs"),
        class: None,
        sheet: "@media (min-width:72rem){main{display:block}}",
        version: &results.version,
        foot: format!(
            "Packs: {}, {}, {}. Run {}, made with quorate {}.",
            results.title, results.organisation, results.period, results.run_id, results.version
        ),
    };
    shell.around(&sections)
}

fn table(results: &Results, teams: &[(&Team, &Entry)], links: &Links, by: &str) -> Markup {
    let against = others(results).map_or("everyone else", |family| family.against.as_str());
    let published = teams.iter().any(|(_, entry)| entry.published.all() > 0);
    // What stands out comes first, where no screen is too narrow for it.
    let mut columns =
        vec![text(by), figures(&format!("Better than {against}")), figures(&format!("Worse than {against}"))];
    if published {
        columns.extend([figures("Better than published"), figures("Worse than published")]);
    }
    columns.extend(["Per cent returned", "Returned", "Drawn", "Population", "Bases", "Findings"].map(figures));
    if links.quality.is_some() {
        columns.push(text("Data"));
    }
    let row = |team: &Team, entry: &Entry| {
        let target = |file: &str| format!("{}/{file}", team.slug);
        // A withheld pack has a page that says why.
        let report = if team.withheld.is_some() { Some(links.withheld.as_str()) } else { links.report.as_deref() };
        let mut cells = vec![
            html! { @match report { Some(file) => a href=(target(file)) { (team.group) }, None => (team.group) } },
        ];
        let nothing = || {
            if team.returned == Some(0) {
                html! { (UNAVAILABLE) }
            } else {
                confidential()
            }
        };
        let withheld = team.withheld.is_some();
        let of = |n: usize, news: News| {
            if withheld {
                nothing()
            } else {
                html! { (n) " of " (news.all()) }
            }
        };
        cells.extend([of(entry.others.better, entry.others), of(entry.others.worse, entry.others)]);
        if published {
            cells.extend([of(entry.published.better, entry.published), of(entry.published.worse, entry.published)]);
        }
        match team.returned {
            Some(returned) => cells.extend([html! { (share(team.response_rate())) }, html! { (count(returned)) }]),
            None => cells.extend([confidential(), confidential()]),
        }
        cells.extend([html! { (count(team.drawn)) }, html! { (count(team.population)) }]);
        if withheld {
            cells.extend((cells.len()..columns.len()).map(|_| nothing()));
            return Row::new(cells);
        }
        cells.push(match team.bases() {
            Some((least, most)) if least == most => html! { (count(least)) },
            Some((least, most)) => html! { (count(least)) " to " (count(most)) },
            None => html! { (UNAVAILABLE) },
        });
        cells.push(html! { (count(team.findings())) });
        if let Some(file) = &links.quality {
            cells.push(html! { a href=(target(file)) { "Quality" } });
        }
        Row::new(cells)
    };
    let rows = teams.iter().map(|(team, entry)| row(team, entry)).collect();
    Table {
        id: "teams",
        caption: html! { "Every group with its response and what stands out" },
        columns,
        rows,
        note: html! { p {
            "Better and worse count results that differ by more than chance explains. Bases: answers behind the figures that are shown, from the "
            "smallest to the largest. " (crate::chart::figure::CONFIDENTIAL) " not shown: fewer than " (results.suppress_below)
            " returned, or it would give such a group away. Run " (results.run_id) "."
        } },
        sorts: true,
    }
    .render()
}
