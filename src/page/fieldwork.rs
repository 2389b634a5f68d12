//! How fieldwork ended and what editing did, within data quality.

use maud::{Markup, html};

use super::grid::{Row, Table, figures, words as text};
use super::words::confidential;
use crate::chart::figure::{count, counted, number, share};
use crate::results::{EditResult, Results};

/// What asks for an explanation: what is not explained yet comes first and stands out.
pub(super) fn checks(results: &Results) -> Markup {
    let checks = &results.fieldwork.checks;
    let open = checks.iter().filter(|check| check.explanation.is_none()).count();
    if checks.is_empty() {
        return html! { p { "Response, item response, the strata's shares of the sample and replacements lie within their limits." } };
    }
    let mut sorted: Vec<_> = checks.iter().collect();
    sorted.sort_by_key(|check| check.explanation.is_some());
    html! {
        p {
            (counted(checks.len(), "figure lies", "figures lie")) " beyond a limit and should be explained"
            @if open == 0 { "; all are." } @else if open == checks.len() { "; none is yet." } @else { "; " (open) " are not yet." }
        }
        ul.findings.checks {
            @for check in sorted {
                li.unexplained[check.explanation.is_none()] {
                    strong { (check.found) } " (expected: " (check.expected) "). "
                    @match &check.explanation {
                        Some(words) => { (words) }
                        None => { span.open { "Not explained" } " – " code { (check.id) } }
                    }
                }
            }
        }
    }
}

/// How the units drawn ended, and the rates made of that.
pub(super) fn outcomes(results: &Results) -> Markup {
    let fieldwork = &results.fieldwork;
    let all: usize = fieldwork.dispositions.iter().map(|one| one.units).sum();
    if all == 0 {
        return html! {};
    }
    let weight: f64 = fieldwork.dispositions.iter().map(|one| one.weighted).sum();
    let cells = |name: &str, units: usize, weighted: f64| {
        vec![
            html! { (name) },
            html! { (count(units)) },
            html! { (share(units as f64 / all as f64)) },
            html! { (share(weighted / weight)) },
        ]
    };
    let mut rows: Vec<Row> =
        fieldwork.dispositions.iter().map(|one| Row::new(cells(&one.disposition, one.units, one.weighted))).collect();
    rows.push(Row::total(cells("All drawn", all, weight)));
    let rate = |rate: &crate::results::OutcomeRate| {
        Row::new(vec![
            html! { (rate.name) },
            html! { (share(rate.unweighted)) },
            html! { (share(rate.weighted)) },
            html! { (rate.formula) },
        ])
    };
    html! {
        (Table {
            id: "dispositions",
            caption: html! { "How the units drawn ended" },
            columns: vec![text("Disposition"), figures("Units"), figures("Per cent"), figures("Weighted per cent")],
            rows,
            note: html! { p { "Weighted by the draw: each unit counts as those of the population that it stands for. Run " (results.run_id) "." } },
            sorts: false,
        }.render())
        (Table {
            id: "outcome-rates",
            caption: html! { "Outcome rates in standard definitions" },
            columns: vec![text("Rate"), figures("Per cent"), figures("Weighted per cent"), text("How it is made")],
            rows: fieldwork.rates.iter().map(rate).collect(),
            note: html! { p {
                "I complete, P partial, R refused, broken off or returned blank, NC not reached, O unable, U unknown whether eligible; e, the share of U "
                "taken to be eligible, is " (number(fieldwork.eligible.0, 3)) " (weighted " (number(fieldwork.eligible.1, 3)) "). "
                "Definitions of the American Association for Public Opinion Research. Run " (results.run_id) "."
            } },
            sorts: false,
        }.render())
    }
}

/// The edit rules, in the order in which they were applied.
pub(super) fn edits(results: &Results) -> Markup {
    let rules = &results.fieldwork.edits;
    if rules.is_empty() {
        return html! {};
    }
    let row = |rule: &EditResult| {
        let mut cells = vec![html! { (rule.id) }, html! { (rule.label) }, html! { (rule.action) }];
        match rule.counts {
            Some(counts) => {
                cells.extend([counts.returns, counts.answers].map(|n| html! { (count(n)) }));
                cells.extend(match counts.answered {
                    Some((before, after)) => [before, after].map(|n| html! { (count(n)) }),
                    None => [confidential(), confidential()],
                });
            }
            None => cells.extend((0..4).map(|_| confidential())),
        }
        Row::new(cells)
    };
    html! {
        h3 { "Editing" }
        p { "Where answers contradict each other or the question, these rules say what is used. What was given is kept beside it in "
            "responses-as-given.csv, and edits.csv lists every case." }
        (Table {
            id: "edits",
            caption: html! { "Edit rules, in the order in which they are applied" },
            columns: vec![
                text("Rule"), text("What it is about"), text("What it does"),
                figures("Returns"), figures("Answers"), figures("Answered before"), figures("Answered after"),
            ],
            rows: rules.iter().map(row).collect(),
            note: html! { p { "Before and after count the answers to all questions of the rule. All readings of a file count. Run " (results.run_id) "." } },
            sorts: false,
        }.render())
    }
}
