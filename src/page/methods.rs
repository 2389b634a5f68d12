//! How the figures were made: every choice in words, the formulas, the sources.

use maud::{Markup, PreEscaped, html};

use super::formula::{display, grouped, hat, name, num, over, root, row, sign, squared, sub, sum};
use super::grid::{Row, Table, words as text};
use crate::chart::figure::{number, percent};
use crate::results::Results;

pub(super) fn section(results: &Results) -> Markup {
    let rows = results
        .methods
        .iter()
        .map(|method| Row::new(vec![html! { (method.choice) }, html! { (method.rule) }, html! { (method.meaning) }]))
        .collect();
    html! {
        section id="methods" aria-labelledby="methods-heading" tabindex="-1" {
            h2 id="methods-heading" { "Methods" }
            p { "Every statistical choice was made on purpose and is named here and under each table. "
                "A different choice would give different margins, and some different figures." }
            (Table {
                id: "choices",
                caption: html! { "The choices that were made" },
                columns: vec![text("Choice"), text("Rule"), text("What it means")],
                rows,
                note: html! { p { "Run " (results.run_id) ". The record run.json holds the same with the hashes of all inputs." } },
                sorts: false,
            }
            .render())
            h3 { "Formulas" }
            p { "There are strata h with N" sub { "h" } " in the population and n" sub { "h" } " answers, N in all; p" sub { "h" }
                " is the share of a response among the answers of stratum h." }
            dl.formulas {
                @for (words, formula) in formulas(results) {
                    div { dt { (words) } dd { (PreEscaped(formula)) } }
                }
            }
            @if !results.sources.is_empty() { (sources(results)) }
        }
    }
}

/// The formulas that apply to this run, each with what it is.
fn formulas(results: &Results) -> Vec<(String, String)> {
    let share_of_stratum = || over(sub("N", "h"), name("N"));
    let variance = || row(&[name("v"), grouped(hat("p"))]);
    let mut list = vec![
        (
            "The weight of an answer: how many of its stratum it stands for".to_owned(),
            display("w h equals N h over n h", &[sub("w", "h"), sign("="), over(sub("N", "h"), sub("n", "h"))]),
        ),
        (
            "A share over all strata".to_owned(),
            display(
                "p hat equals the sum over strata of N h over N times p h",
                &[hat("p"), sign("="), sum(row(&[share_of_stratum(), sub("p", "h")]))],
            ),
        ),
        (
            "Its variance, with the finite population correction".to_owned(),
            display(
                "v of p hat equals the sum over strata of N h over N squared, times 1 minus n h over N h, times p h times 1 \
                 minus p h, over n h minus 1",
                &[
                    variance(),
                    sign("="),
                    sum(row(&[
                        squared(grouped(share_of_stratum())),
                        grouped(row(&[num("1"), sign("−"), over(sub("n", "h"), sub("N", "h"))])),
                        over(
                            row(&[sub("p", "h"), grouped(row(&[num("1"), sign("−"), sub("p", "h")]))]),
                            row(&[sub("n", "h"), sign("−"), num("1")]),
                        ),
                    ])),
                ],
            ),
        ),
        (
            format!("The margin of error, with the critical value z for {}", percent(results.level)),
            display("m equals z times the root of v", &[name("m"), sign("="), name("z"), root(variance())]),
        ),
    ];
    list.extend(intervals(results));
    if results.questions.iter().any(|q| q.overall.positive.as_ref().is_some_and(|p| !p.comparisons.is_empty())) {
        list.push((
            "The difference from a published figure b, whose own error s is nought where none was published, in units of its error"
                .to_owned(),
            display(
                "t equals p hat minus b over the root of v plus s squared",
                &[
                    name("t"),
                    sign("="),
                    over(
                        row(&[hat("p"), sign("−"), name("b")]),
                        root(row(&[variance(), sign("+"), squared(name("s"))])),
                    ),
                ],
            ),
        ));
    }
    list.push((
        "The design effect: how much wider the design makes the variance than a simple random sample of the same size"
            .to_owned(),
        display(
            "deff equals v over v of a simple random sample",
            &[name("deff"), sign("="), over(variance(), row(&[sub("v", "srs"), grouped(hat("p"))]))],
        ),
    ));
    list.push((
        format!("The answers needed for a margin e, such as {} points", number(results.rule * 100.0, 0)),
        display(
            "n equals n 0 N over n 0 plus N, where n 0 equals z squared p times 1 minus p over e squared",
            &[
                name("n"),
                sign("="),
                over(row(&[sub("n", "0"), name("N")]), row(&[sub("n", "0"), sign("+"), name("N")])),
                sign(","),
                sub("n", "0"),
                sign("="),
                over(
                    row(&[squared(name("z")), name("p"), grouped(row(&[num("1"), sign("−"), name("p")]))]),
                    squared(name("e")),
                ),
            ],
        ),
    ));
    list
}

/// The interval that the estimates name in their method.
fn intervals(results: &Results) -> Vec<(String, String)> {
    let named = |word: &str| results.estimates().any(|estimate| estimate.method.to_lowercase().contains(word));
    let mut list = Vec::new();
    if named("wald") {
        list.push((
            "The Wald interval: the estimate, less and plus the margin, cut at 0 and 1".to_owned(),
            display("p hat plus or minus m", &[hat("p"), sign("±"), name("m")]),
        ));
    }
    if named("logit") {
        let odds = || over(hat("p"), row(&[num("1"), sign("−"), hat("p")]));
        let error = || {
            over(
                row(&[name("z"), root(row(&[name("v"), grouped(hat("p"))]))]),
                row(&[hat("p"), grouped(row(&[num("1"), sign("−"), hat("p")]))]),
            )
        };
        list.push((
            "The logit interval: made on the scale of log odds and turned back, so that it stays between 0 and 1"
                .to_owned(),
            display(
                "log of p hat over 1 minus p hat, plus or minus z times the root of v over p hat times 1 minus p hat",
                &[name("log"), grouped(odds()), sign("±"), error()],
            ),
        ));
    }
    if named("wilson") {
        let z_over = |n: &str| over(squared(name("z")), row(&[num(n), name("n")]));
        let centre = row(&[hat("p"), sign("+"), z_over("2")]);
        let spread = root(row(&[
            over(row(&[hat("p"), grouped(row(&[num("1"), sign("−"), hat("p")]))]), name("n")),
            sign("+"),
            over(squared(name("z")), row(&[num("4"), squared(name("n"))])),
        ]));
        list.push((
            "The Wilson interval, with the effective sample size n".to_owned(),
            display(
                "p hat plus z squared over 2 n, plus or minus z times the root of p hat times 1 minus p hat over n plus z squared \
                 over 4 n squared, all over 1 plus z squared over n",
                &[over(
                    row(&[centre, sign("±"), name("z"), spread]),
                    row(&[num("1"), sign("+"), over(squared(name("z")), name("n"))]),
                )],
            ),
        ));
    }
    list
}

fn sources(results: &Results) -> Markup {
    let rows = results
        .sources
        .iter()
        .map(|source| {
            Row::new(vec![
                html! { (source.label) },
                html! { (source.source) },
                html! { (source.as_of) },
                html! { (source.note) },
            ])
        })
        .collect();
    html! {
        h3 id="sources" tabindex="-1" { "Sources of published figures" }
        (Table {
            id: "sources-table",
            caption: html! { "Where published figures come from" },
            columns: vec![text("Figure"), text("Source"), text("As of"), text("How it is treated")],
            rows,
            note: html! { p { "Run " (results.run_id) "." } },
            sorts: false,
        }
        .render())
    }
}
