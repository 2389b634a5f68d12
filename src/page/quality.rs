//! How good the data are: counts that reconcile, response, item response, what was found wrong, readers' agreement.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::charts_at;
use super::grid::{Row, Table, figures, words as text};
use super::words::confidential;
use crate::chart::figure::{UNAVAILABLE, count, counted, number, percent, share};
use crate::chart::{Chart, ChartPlace};
use crate::finding::{self, Finding, Severity};
use crate::results::{QuestionAgreement, QuestionResult, Results};
use crate::terms::Missing;

pub(super) fn section(results: &Results, charts: &[Chart]) -> Markup {
    html! {
        section id="quality" aria-labelledby="quality-heading" tabindex="-1" {
            h2 id="quality-heading" { "Data quality" }
            h3 { "What asks for an explanation" }
            (super::fieldwork::checks(results))
            h3 { "From the frame to the results" }
            (reconciliation(results))
            h3 { "Response" }
            (charts_at(charts, &ChartPlace::Response))
            (strata(results))
            (super::fieldwork::outcomes(results))
            (super::precision::weighting(results, charts))
            h3 { "Answers to each question" }
            (item_response(results))
            (super::fieldwork::edits(results))
            h3 { "What was found in the returns" }
            (findings(results))
            @if !results.counts.releases.reasons.is_empty() || results.counts.releases.released > 0 {
                h3 { "Units that could not be used" }
                (releases(results))
            }
            @if !results.agreement.is_empty() {
                h3 { "Agreement between readers" }
                (charts_at(charts, &ChartPlace::Agreement))
                (agreement(results))
                (super::readers::table(results))
            }
            @if !results.training.is_empty() {
                h3 { "Training of readers" }
                (super::readers::training(results))
            }
        }
    }
}

fn reconciliation(results: &Results) -> Markup {
    let counts = &results.counts;
    let row = |what: &str, n: usize, how: Markup| Row::new(vec![html! { (what) }, html! { (count(n)) }, how]);
    let total = |what: &str, n: usize, how: Markup| Row::total(vec![html! { (what) }, html! { (count(n)) }, how]);
    let outcome = |sum: usize, of: usize| if sum == of { "agrees" } else { "does not agree" };
    let reasons: Vec<String> =
        counts.set_aside_reasons.iter().map(|(reason, n)| format!("{reason} {}", count(*n))).collect();
    let left_out = counts.frame_rows.saturating_sub(counts.population);
    let excluded: Vec<String> = counts.excluded.iter().map(|(reason, n)| format!("{reason} {}", count(*n))).collect();
    let by_rule: usize = counts.excluded.iter().map(|(_, n)| n).sum();
    Table {
        id: "reconciliation",
        caption: html! { "Counts at every stage" },
        columns: vec![text("Stage"), figures("Count"), text("How it adds up")],
        rows: [vec![
            row("Rows in the frame", counts.frame_rows, html! {}),
            row("Population", counts.population, html! {
                (count(left_out)) " rows left out: "
                @if !excluded.is_empty() { (excluded.join(", ")) "; " }
                (count(left_out.saturating_sub(by_rule))) " blank or listed twice"
            }),
            total("Drawn", counts.drawn, html! {
                (count(counts.returned)) " returned + " (count(counts.not_returned)) " not returned = "
                (count(counts.returned + counts.not_returned)) ": " strong { (outcome(counts.returned + counts.not_returned, counts.drawn)) }
            }),
            row("Returned", counts.returned, html! { (percent(counts.response_rate())) " of those drawn" }),
        ],
        counts.forms.iter().map(|(form, n)| row(form, *n, html! { (percent(*n as f64 / counts.returned as f64)) " of the returns" })).collect(),
        vec![
            row("Not returned", counts.not_returned, html! {}),
            row("Files in the returns folder", counts.workbooks, html! {}),
            total("Rows read in them", counts.rows_read, html! {
                (count(counts.accepted)) " accepted + " (count(counts.set_aside)) " set aside = "
                (count(counts.accepted + counts.set_aside)) ": " strong { (outcome(counts.accepted + counts.set_aside, counts.rows_read)) }
            }),
            row("Rows accepted", counts.accepted, html! {
                @if counts.accepted > counts.returned { (count(counts.accepted - counts.returned)) " of them second or further readings" }
            }),
            row("Rows set aside", counts.set_aside, html! { (reasons.join(", ")) }),
        ]]
        .into_iter()
        .flatten()
        .collect(),
        note: html! { p { "Run " (results.run_id) ". Every row set aside is listed in findings.csv with its place and its reason." } },
        sorts: false,
    }
    .render()
}

/// Units struck off in the field, by reason, and what became of their places.
fn releases(results: &Results) -> Markup {
    let releases = &results.counts.releases;
    let cells = |name: &str, replaced: usize, not: usize| {
        vec![html! { (name) }, html! { (count(replaced + not)) }, html! { (count(replaced)) }, html! { (count(not)) }]
    };
    let mut rows: Vec<Row> =
        releases.reasons.iter().map(|(why, replaced, not)| Row::new(cells(why, *replaced, *not))).collect();
    rows.push(Row::total(cells("All reasons", releases.replaced, releases.not_replaced)));
    Table {
        id: "releases",
        caption: html! { "Units that could not be used, by reason" },
        columns: vec![text("Reason"), figures("Units"), figures("Replaced"), figures("Not replaced")],
        rows,
        note: html! { p {
            (counted(releases.released, "reserve was", "reserves were")) " released. A unit that a reserve stands for still counts as drawn and not "
            "returned. " (count(releases.ineligible)) " do not belong to the population. Every decision stands in release-log.csv. Run " (results.run_id) "."
        } },
        sorts: false,
    }
    .render()
}

fn strata(results: &Results) -> Markup {
    let rate = |returned: usize, drawn: usize| {
        if drawn == 0 { UNAVAILABLE.to_owned() } else { share(returned as f64 / drawn as f64) }
    };
    let mut rows: Vec<Row> = results
        .strata
        .iter()
        .map(|stratum| {
            Row::new(vec![
                html! { (stratum.name) },
                html! { (count(stratum.population)) },
                html! { (count(stratum.drawn)) },
                html! { (count(stratum.returned)) },
                html! { (rate(stratum.returned, stratum.drawn)) },
                html! { (number(stratum.weight, 2)) },
            ])
        })
        .collect();
    let sum = |of: fn(&crate::results::StratumResult) -> usize| results.strata.iter().map(of).sum::<usize>();
    let (population, drawn, returned) = (sum(|s| s.population), sum(|s| s.drawn), sum(|s| s.returned));
    rows.push(Row::total(vec![
        html! { "All strata" },
        html! { (count(population)) },
        html! { (count(drawn)) },
        html! { (count(returned)) },
        html! { (rate(returned, drawn)) },
        html! { @if returned > 0 { (number(population as f64 / returned as f64, 2)) } @else { (UNAVAILABLE) } },
    ]));
    Table {
        id: "strata",
        caption: html! { "Response by stratum" },
        columns: vec![
            text("Stratum"),
            figures("Population"),
            figures("Drawn"),
            figures("Returned"),
            figures("Per cent returned"),
            figures("Each return stands for"),
        ],
        rows,
        note: html! { p { "Run " (results.run_id) "." } },
        sorts: true,
    }
    .render()
}

/// How many answered each question, and why the others did not.
fn item_response(results: &Results) -> Markup {
    let said =
        || results.questions.iter().flat_map(|q| &q.missing).filter(|(_, n)| *n > 0).map(|(kind, _)| kind.as_str());
    let mut kinds: Vec<&str> =
        Missing::ALL.iter().map(|kind| kind.label()).filter(|label| said().any(|kind| kind == *label)).collect();
    // And those whom a question does not speak for.
    for kind in said() {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut columns = vec![text("Question"), figures("Answered")];
    columns.extend(kinds.iter().map(|kind| figures(kind)));
    columns.push(figures("Per cent of those asked"));
    let row = |question: &QuestionResult| {
        let mut cells = vec![html! { a href={ "#question-" (question.id) } { (results.label(&question.id)) } }];
        if question.overall.suppressed {
            cells.extend((0..kinds.len() + 2).map(|_| confidential()));
            return Row::new(cells);
        }
        let of = |label: &str| question.missing.iter().filter(|(kind, _)| kind == label).map(|(_, n)| n).sum::<usize>();
        cells.push(html! { (count(question.overall.n)) });
        if results.fieldwork.untold.tells_kinds(&question.id) {
            cells.extend(kinds.iter().map(|kind| html! { (count(of(kind))) }));
            cells.push(html! { (share(results.fieldwork.item_response(&question.id))) });
        } else {
            cells.extend((0..=kinds.len()).map(|_| confidential()));
        }
        Row::new(cells)
    };
    Table {
        id: "item-response",
        caption: html! { "Answers and kinds of missing, by question" },
        columns,
        rows: results.questions.iter().map(row).collect(),
        note: html! { p { "Those asked are all returns less those led past the question and those to whom it does not apply. Run " (results.run_id) "." } },
        sorts: true,
    }
    .render()
}

/// Findings by code: how many, and where the first ones are. Neither what stood in a cell nor whom it is about is
/// repeated here, and of a concern not even the place.
fn findings(results: &Results) -> Markup {
    if results.findings.is_empty() {
        return html! { p { "Nothing was found wrong in the returns." } };
    }
    let untold = &results.fieldwork.untold;
    let mut codes: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in results.counted_findings() {
        codes.entry((std::cmp::Reverse(finding.severity), &finding.code)).or_default().push(finding);
    }
    let rows = codes
        .iter()
        .map(|((severity, code), list)| {
            let title = finding::entry(code).map_or(list[0].problem.as_str(), |entry| entry.title);
            Row::new(vec![
                html! { (code) },
                html! { (severity.0) },
                html! { (title) },
                html! { (count(list.len())) },
                places(severity.0, list),
            ])
        })
        .collect();
    html! {
        p { (counted(results.counted_findings().count(), "finding", "findings")) " in all. Each is placed at its workbook, sheet and cell in findings.xlsx; "
            "quorate explain CODE says what a code means."
            @if !untold.findings.is_empty() {
                " Not counted: " (untold.findings.join(" and ")) ", because the number of a rule that few returns met would follow."
            }
        }
        (Table {
            id: "findings",
            caption: html! { "Findings by code" },
            columns: vec![text("Code"), text("Level"), text("What is wrong"), figures("Count"), text("First places")],
            rows,
            note: html! { p { "Run " (results.run_id) "." } },
            sorts: true,
        }
        .render())
    }
}

fn places(severity: Severity, list: &[&Finding]) -> Markup {
    if severity == Severity::Concern {
        return html! { "in findings.xlsx only" };
    }
    let place = |finding: &Finding| {
        let place = &finding.place;
        let parts = [&place.file, &place.sheet, &place.cell];
        parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" › ")
    };
    let mut names: Vec<String> = list.iter().map(|finding| place(finding)).filter(|name| !name.is_empty()).collect();
    names.dedup();
    html! {
        @for name in names.iter().take(3) { span.block { (name) } }
        @if names.len() > 3 { span.block.of { "and " (names.len() - 3) " more" } }
    }
}

fn agreement(results: &Results) -> Markup {
    let row = |question: &QuestionAgreement| {
        let coefficient = question.coefficient.as_ref();
        Row::new(vec![
            html! { (results.label(&question.question)) },
            html! { (count(question.units)) },
            html! { (share(question.exact)) },
            html! { @match question.within_one { Some(within) => { (share(within)) } None => { (UNAVAILABLE) } } },
            html! { @match coefficient { Some(c) => { (c.title()) } None => { "not defined" } } },
            html! { @match coefficient { Some(c) => { (number(c.estimate, 2)) } None => { (UNAVAILABLE) } } },
            html! { @match coefficient { Some(c) if c.ci_low.is_finite() && c.ci_high.is_finite() => {
            (number(c.ci_low, 2)) " to " (number(c.ci_high, 2)) } _ => { (UNAVAILABLE) } } },
            html! { (question.words) },
        ])
    };
    Table {
        id: "agreement",
        caption: html! { "Agreement where files were read twice" },
        columns: vec![
            text("Question"),
            figures("Files"),
            figures("Same answer, per cent"),
            figures("Within a point, per cent"),
            text("Coefficient"),
            figures("Value"),
            figures("Interval"),
            text("In words"),
        ],
        rows: results.agreement.iter().map(row).collect(),
        note: html! { p {
            "A coefficient is 1 for full agreement and 0 for what chance alone would bring. "
            @if let Some(warning) = crate::agreement::words::few_files(&results.agreement) { (warning) " " }
            "Run " (results.run_id) "."
        } },
        sorts: true,
    }
    .render()
}
