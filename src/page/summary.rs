//! The summary: what a manager needs in a minute, and what cannot be said.

use maud::{Markup, html};

use super::words::{against, headline, margin_words};
use super::{charts_at, words};
use crate::chart::figure::{count, counted, number, percent};
use crate::chart::{Chart, ChartPlace};
use crate::estimate::{Comparison, Estimate, Verdict};
use crate::finding::Severity;
use crate::instrument::HighIs;
use crate::results::{QuestionResult, Results};
use crate::terms::StudyKind;

pub(super) fn section(results: &Results, charts: &[Chart]) -> Markup {
    let compared = compared(results);
    html! {
        section id="summary" aria-labelledby="summary-heading" tabindex="-1" {
            h2 id="summary-heading" { "Summary" }
            (concerns(results))
            p.lead { (lead(results, &compared)) }
            (tiles(results, &compared))
            (charts_at(charts, &ChartPlace::Summary))
            @if compared.is_empty() {
                (highest_and_lowest(results))
            } @else {
                (standing(results, &compared))
            }
            (uncertain(results))
        }
    }
}

type Compared<'a> = (&'a QuestionResult, &'a Estimate, &'a Comparison);

/// The questions that compare with a published figure, the largest difference first.
fn compared(results: &Results) -> Vec<Compared<'_>> {
    let mut found: Vec<Compared<'_>> = results
        .questions
        .iter()
        .filter_map(|question| {
            let estimate = headline(question)?;
            Some((question, estimate, estimate.comparisons.first()?))
        })
        .collect();
    found.sort_by(|a, b| b.2.difference.abs().total_cmp(&a.2.difference.abs()).then_with(|| a.0.id.cmp(&b.0.id)));
    found
}

fn of_verdict<'a, 'b>(compared: &'b [Compared<'a>], verdict: Verdict) -> Vec<&'b Compared<'a>> {
    compared.iter().filter(|(_, _, comparison)| comparison.verdict == verdict).collect()
}

/// Somebody may be at risk: said first, without saying who.
fn concerns(results: &Results) -> Markup {
    let concerns = results.findings.iter().filter(|finding| finding.severity == Severity::Concern).count();
    html! {
        @if concerns > 0 {
            div.alert role="note" aria-label="Immediate concerns" {
                p { strong { (counted(concerns, "concern was", "concerns were")) " marked for immediate action." }
                    " Follow the agreed route to senior managers now. The places are in findings.xlsx; this page names nobody." }
            }
        }
    }
}

fn lead(results: &Results, compared: &[Compared<'_>]) -> String {
    let counts = &results.counts;
    let (_, units) = results.instrument.kind.unit();
    let replied = match results.instrument.kind {
        StudyKind::Survey => format!("{} of {} {units} drawn replied", count(counts.returned), count(counts.drawn)),
        StudyKind::FileAudit => {
            format!("{} of {} {units} drawn were read", count(counts.returned), count(counts.drawn))
        }
    };
    let mut out =
        format!("{replied} ({}), out of {} {units} in all.", percent(counts.response_rate()), count(counts.population));
    if !compared.is_empty() {
        let n = |verdict| of_verdict(compared, verdict).len();
        out.push_str(&format!(
            " Of {} with a published figure, {} {} higher, {} {} lower, and {} cannot be told apart from it.",
            counted(compared.len(), "result", "results"),
            n(Verdict::Higher),
            if n(Verdict::Higher) == 1 { "is" } else { "are" },
            n(Verdict::Lower),
            if n(Verdict::Lower) == 1 { "is" } else { "are" },
            n(Verdict::NoRealDifference) + n(Verdict::TooFewToSay),
        ));
    }
    // Higher is not always better: then it is said which is which.
    let turned: Vec<String> = (compared.iter())
        .filter(|(_, _, comparison)| comparison.high_is == HighIs::Bad)
        .map(|(question, _, _)| results.label(&question.id))
        .collect();
    if !turned.is_empty() {
        let news = |good| compared.iter().filter(|(_, _, c)| c.verdict.is_good(c.high_is) == Some(good)).count();
        out.push_str(&format!(
            " That is better on {} and worse on {}; lower is better for: {}.",
            news(true),
            news(false),
            turned.join("; ")
        ));
    }
    out
}

fn tiles(results: &Results, compared: &[Compared<'_>]) -> Markup {
    let counts = &results.counts;
    let shown: Vec<&Estimate> = results.questions.iter().filter_map(headline).collect();
    let holding = shown.iter().filter(|estimate| estimate.holds_within(results.rule)).count();
    let n = |verdict| of_verdict(compared, verdict).len();
    let replied = if results.instrument.kind == StudyKind::Survey { "Replied" } else { "Read" };
    html! {
        dl.tiles {
            div { dt { (replied) } dd { (percent(counts.response_rate())) span.of { (count(counts.returned)) " of " (count(counts.drawn)) } } }
            @if !compared.is_empty() {
                div { dt { span.mark aria-hidden="true" { "▲" } " Higher than published" } dd { (n(Verdict::Higher)) span.of { "of " (compared.len()) } } }
                div { dt { span.mark aria-hidden="true" { "▼" } " Lower than published" } dd { (n(Verdict::Lower)) span.of { "of " (compared.len()) } } }
            }
            @if !shown.is_empty() {
                div { dt { "Known to within ±" (number(results.rule * 100.0, 0)) " points" } dd { (holding) span.of { "of " (shown.len()) " questions" } } }
            }
        }
    }
}

/// Higher, lower, no real difference, each with its figures.
fn standing(results: &Results, compared: &[Compared<'_>]) -> Markup {
    let groups = [
        (Verdict::Higher, "Higher than the published figure"),
        (Verdict::Lower, "Lower than the published figure"),
        (Verdict::NoRealDifference, "No real difference"),
        (Verdict::TooFewToSay, "Too few answers to say"),
    ];
    let chance = 1.0 - results.level;
    let expected = compared.len() as f64 * chance;
    html! {
        div.standing {
            @for (verdict, heading) in groups {
                @let found = of_verdict(compared, verdict);
                @if !found.is_empty() || matches!(verdict, Verdict::Higher | Verdict::Lower) {
                    div {
                        h3 { span.mark aria-hidden="true" { (verdict.mark()) } " " (heading) }
                        @if found.is_empty() { p.none { "None." } } @else {
                            ul.findings {
                                @for (question, estimate, comparison) in found {
                                    li {
                                        a href={ "#question-" (question.id) } { (results.label(&question.id)) }
                                        span.detail {
                                            (against(estimate, comparison)) " (" (margin_words(estimate)) ", base "
                                            (count(estimate.n)) ")."
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        p.note {
            (counted(compared.len(), "comparison was", "comparisons were")) " made, each at the " (percent(chance)) " level. If there were no true difference anywhere, about "
            (number(expected, 1)) " of them would still be expected to look like one. The published figure is "
            (sources_words(compared)) "."
        }
    }
}

fn sources_words(compared: &[Compared<'_>]) -> String {
    let mut labels: Vec<&str> = compared.iter().map(|(_, _, comparison)| comparison.label.as_str()).collect();
    labels.sort_unstable();
    labels.dedup();
    labels.join("; ")
}

/// Without published figures: the ends of the list.
fn highest_and_lowest(results: &Results) -> Markup {
    let mut ranked: Vec<(&QuestionResult, &Estimate)> = results
        .questions
        .iter()
        .filter(|question| words::is_directed(results, question))
        .filter_map(|question| Some((question, headline(question)?)))
        .collect();
    ranked.sort_by(|a, b| b.1.estimate.total_cmp(&a.1.estimate).then_with(|| a.0.id.cmp(&b.0.id)));
    let end = (ranked.len() / 2).min(3);
    let list = |heading: &str, some: Vec<&(&QuestionResult, &Estimate)>| {
        html! {
            div {
                h3 { (heading) }
                ul.findings {
                    @for (question, estimate) in some {
                        li {
                            a href={ "#question-" (question.id) } { (results.label(&question.id)) }
                            span.detail {
                                (estimate.label) ": " (percent(estimate.estimate)) " (" (margin_words(estimate)) ", base "
                                (count(estimate.n)) ")."
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if end > 0 {
            div.standing {
                (list("Highest", ranked.iter().take(end).collect()))
                (list("Lowest", ranked.iter().rev().take(end).collect()))
            }
            p.note { "In order of the positive share. Neighbours in this order may differ by chance alone: compare their margins. "
                "No published figure was given to compare with."
                @if results.evidence.iter().any(|indicator| indicator.items.iter().any(|item| !item.distribution.is_empty())) {
                    " How the ratings from 1 to 6 spread is drawn under " a href="#evidence" { "ratings evidence" } "."
                } }
        }
    }
}

/// What the study cannot say.
fn uncertain(results: &Results) -> Markup {
    let points = number(results.rule * 100.0, 0);
    let wide: Vec<(&QuestionResult, &Estimate)> = results
        .questions
        .iter()
        .filter_map(|question| Some((question, headline(question)?)))
        .filter(|(_, estimate)| !estimate.holds_within(results.rule))
        .collect();
    let hidden: Vec<&QuestionResult> = results
        .questions
        .iter()
        .filter(|q| q.overall.suppressed || q.overall.positive.as_ref().is_some_and(Estimate::is_suppressed))
        .collect();
    html! {
        h3 { "What is too uncertain to say" }
        @if results.questions.iter().all(|question| headline(question).is_none()) {
            p { "There are no answers that could be shown as a share, so nothing can be said yet." }
        } @else if wide.is_empty() && hidden.is_empty() {
            p { "Every question's overall result is known to within ±" (points) " points, the rule of the guide to self-evaluation. "
                "Results by group rest on fewer answers: those marked " (crate::chart::figure::UNCERTAIN) " are known less well." }
        } @else {
            @if !wide.is_empty() {
                p { "Known less well than ±" (points) " points, the rule of the guide to self-evaluation:" }
                ul.findings {
                    @for (question, estimate) in wide {
                        li {
                            a href={ "#question-" (question.id) } { (results.label(&question.id)) }
                            span.detail { (percent(estimate.estimate)) ". " (words::rule(results, question, estimate)) }
                        }
                    }
                }
            }
            @if !hidden.is_empty() {
                p { "Not shown, because too few people answered: "
                    (hidden.iter().map(|question| results.label(&question.id)).collect::<Vec<_>>().join("; ")) "." }
            }
        }
    }
}
