//! What figures mean, in sentences that several sections share.

use maud::{Markup, html};

use crate::chart::figure::{self, CONFIDENTIAL, UNCERTAIN};
use crate::estimate::{self, Comparison, Estimate, Flag, Statistic, Verdict};
use crate::instrument::{HighIs, Question};
use crate::results::{GroupResult, QuestionResult, Results};

/// Whether an estimate may be shown in its group.
pub(super) fn may_show(group: &GroupResult, estimate: &Estimate) -> bool {
    !group.suppressed && !estimate.is_suppressed()
}

/// Whether a high share is good: not where an answer raises a concern, or the form says otherwise.
pub(super) fn is_directed(results: &Results, question: &QuestionResult) -> bool {
    let directed = |question: &Question| question.concern.is_empty() && question.high_is == HighIs::Good;
    results.asked(&question.id).is_none_or(directed)
}

/// The overall positive share, if it may be shown and is a number.
pub(super) fn headline(question: &QuestionResult) -> Option<&Estimate> {
    let group = &question.overall;
    group.positive.as_ref().filter(|positive| may_show(group, positive) && positive.estimate.is_finite())
}

/// The base in a sentence: how many answers, in a repeat how many rows of how many people.
pub(super) fn base(results: &Results, group: &GroupResult, n: usize) -> String {
    let (one, many) = results.instrument.kind.unit();
    match group.units {
        Some(units) => format!("{} of {}", figure::counted(n, "row", "rows"), figure::counted(units, one, many)),
        None => figure::count(n),
    }
}

/// The mark for what must not be shown.
pub(super) fn confidential() -> Markup {
    html! { abbr title="confidential: not shown" { (CONFIDENTIAL) } }
}

/// A figure, or what stands for it.
pub(super) fn cell(group: &GroupResult, estimate: &Estimate, print: impl Fn(&Estimate) -> String) -> Markup {
    if may_show(group, estimate) {
        html! { (print(estimate)) }
    } else {
        confidential()
    }
}

/// The estimate with its mark of uncertainty.
pub(super) fn marked(group: &GroupResult, estimate: &Estimate) -> Markup {
    if !may_show(group, estimate) {
        return confidential();
    }
    html! {
        (figure::value(estimate))
        @if estimate.flags.contains(&Flag::Wide) {
            abbr.flag title="uncertain: the margin is wider than the rule asks" { (UNCERTAIN) }
        }
    }
}

/// The margin of error: `±4.9`.
pub(super) fn margin(estimate: &Estimate) -> String {
    match figure::in_units(estimate.statistic, estimate.moe) {
        text if estimate.moe.is_finite() => format!("±{text}"),
        text => text,
    }
}

/// The margin in a sentence: `±4.9 points`.
pub(super) fn margin_words(estimate: &Estimate) -> String {
    match estimate.statistic {
        Statistic::Mean | Statistic::Median => margin(estimate),
        _ if estimate.moe.is_finite() => format!("{} points", margin(estimate)),
        _ => "unknown".to_owned(),
    }
}

/// The verdict with its mark; the words say what the mark does.
pub(super) fn verdict(verdict: Verdict, high_is: HighIs) -> Markup {
    html! { span.verdict { span.mark aria-hidden="true" { (verdict.mark()) } " " (verdict.told(high_is)) } }
}

/// The verdict with its mark, up to the name of what it is beside: "higher than".
pub(super) fn verdict_on(of: Verdict) -> Markup {
    let joint = match of {
        Verdict::Higher | Verdict::Lower => "than",
        Verdict::NoRealDifference => "from",
        Verdict::TooFewToSay => "against",
    };
    // Whether it is good news follows the whole of the sentence, not the word.
    html! { (verdict(of, HighIs::Neither)) " " (joint) }
}

/// "76% against 65% in Scotland so far (2008): 11 points more".
pub(super) fn against(estimate: &Estimate, comparison: &Comparison) -> String {
    let here = figure::brief(estimate.statistic, estimate.estimate);
    let there = figure::brief(estimate.statistic, comparison.value);
    let size = match estimate.statistic {
        Statistic::Mean | Statistic::Median => figure::number(comparison.difference.abs(), 2),
        _ => format!("{} points", figure::number(comparison.difference.abs() * 100.0, 1)),
    };
    let way = if comparison.difference < 0.0 { "less" } else { "more" };
    let news = match comparison.verdict.is_good(comparison.high_is) {
        Some(true) => ", which is better",
        Some(false) => ", which is worse",
        None => "",
    };
    format!("{here} against {there}, {size} {way}{news}")
}

/// Whether the guide's rule holds, and if not, what would bring it about.
pub(super) fn rule(results: &Results, question: &QuestionResult, estimate: &Estimate) -> Markup {
    let points = figure::number(results.rule * 100.0, 0);
    let holds = estimate.holds_within(results.rule);
    html! {
        @if holds {
            strong { "Known to within ±" (points) " points: yes" } " (margin " (margin_words(estimate)) ")."
        } @else {
            strong { "Known to within ±" (points) " points: no" } " (margin " (margin_words(estimate)) ")."
            @if let Some(more) = question.more_returns {
                " About " (figure::counted(more, "more return", "more returns")) " would bring it there."
            }
        }
    }
}

/// Why a figure is hidden.
pub(super) fn too_few(results: &Results) -> String {
    match results.suppress_cells_below {
        0 | 1 => format!("fewer than {} answers stand behind the figure", results.suppress_below),
        cells => format!(
            "fewer than {} answers stand behind the figure, fewer than {cells} people gave the response",
            results.suppress_below
        ),
    }
}

/// The remarks that estimates carry besides being suppressed or wide, each once.
pub(super) fn remarks<'a>(estimates: impl Iterator<Item = &'a Estimate>) -> Vec<&'static str> {
    let mut flags: Vec<Flag> = estimates.filter(|e| !e.is_suppressed()).flat_map(|e| e.flags.iter().copied()).collect();
    flags.sort_unstable();
    flags.dedup();
    flags.into_iter().filter_map(remark).collect()
}

fn remark(flag: Flag) -> Option<&'static str> {
    match flag {
        Flag::Suppressed | Flag::Wide => None,
        Flag::AllSame => Some(
            "Where all answers are the same, the standard error is nought and the interval comes from the exact method.",
        ),
        Flag::Collapsed => {
            Some("Strata with a single answer were merged with others, so that a variance could be had.")
        }
        Flag::StrataMissing => Some("Some strata gave no answer and are not represented."),
        Flag::Census => Some("Everybody in the population answered: there is no sampling error."),
        Flag::Empty => Some("Where nobody answered there is no figure."),
    }
}

/// How estimates were made, each method once, and the run they belong to.
pub(super) fn method<'a>(results: &Results, estimates: impl Iterator<Item = &'a Estimate>) -> Markup {
    let said = estimate::in_words(estimates.map(|estimate| estimate.method.as_str()));
    html! {
        @if !said.is_empty() { "Method: " (said) ". " }
        "Run " (results.run_id) "."
    }
}
