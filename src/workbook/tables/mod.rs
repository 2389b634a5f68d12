//! From results to published tables: what each table shows, before anything is laid out on a sheet.

use std::ops::Range;

use crate::estimate::{Comparison, Estimate, Flag};
use crate::instrument::Question;
use crate::results::{GroupResult, QuestionResult, Results, Team};

use super::fit::Names;
use super::notes::percent;
use super::published::{Mark, Table, Value};

mod differences;
mod evidence;
mod fieldwork;
mod overview;
mod quality;
mod questions;
mod readers;
mod scales;
mod team;

pub(super) use overview::{grouping_label, unit};
pub(super) use scales::{FIRST_SHARE, ScaleTable};

/// Every table of the workbook, in the order of the sheets.
#[derive(Debug)]
pub(super) struct Tables {
    /// Positive shares at a glance; none if no question has any.
    pub summary: Option<Table>,
    /// One for each scale that several questions share.
    pub scales: Vec<ScaleTable>,
    /// All other tables.
    pub others: Vec<Table>,
    /// Those of the scores among them.
    pub scores: Range<usize>,
    /// That of the trends among them.
    pub trends: Option<usize>,
    /// That of the funnels among them.
    pub funnels: Option<usize>,
}

impl Tables {
    /// Builds all tables; every one has at least one row.
    pub fn new(results: &Results, names: &mut Names) -> Tables {
        let summary = overview::summary(results, names);
        let scales = scales::tables(results, names);
        let mut others = Vec::new();
        others.extend(overview::comparisons(results, names));
        others.extend(results.questions.iter().filter_map(|question| questions::table(results, question, names)));
        others.extend(results.questions.iter().filter_map(|question| questions::words(results, question, names)));
        let repeated = || results.repeats.iter().flat_map(|repeat| &repeat.questions);
        others.extend(repeated().filter_map(|question| questions::table(results, question, names)));
        let first_score = others.len();
        others.extend(results.scores.iter().filter_map(|score| questions::table(results, score, names)));
        let scores = first_score..others.len();
        others.extend(differences::changes(results, names));
        let trends = differences::trends(results, names).map(|table| added(&mut others, table));
        others.extend(differences::families(results, names));
        let funnels = differences::funnels(results, names).map(|table| added(&mut others, table));
        others.extend(differences::detectable(results, names));
        others.extend(evidence::ratings(results, names));
        others.extend(evidence::agreement(results, names));
        others.extend(readers::table(results, names));
        others.extend(readers::training(results, names));
        others.extend(quality::response(results, names));
        others.extend(quality::weighting(results, names));
        others.extend(quality::item_response(results, names));
        others.extend(fieldwork::checks(results, names));
        others.extend(fieldwork::dispositions(results, names));
        others.extend(fieldwork::rates(results, names));
        others.extend(fieldwork::edits(results, names));
        others.push(quality::counts(results, names));
        others.extend(quality::findings(results, names));
        others.extend(quality::methods(results, names));
        others.extend(quality::sources(results, names));
        Tables { summary, scales, others, scores, trends, funnels }
    }

    /// The tables of one team's results, in the order of the sheets.
    pub fn of_team(results: &Results, about: &Team, names: &mut Names) -> Tables {
        let mut others = Vec::new();
        others.extend(team::summary(results, about, names));
        others.extend(overview::comparisons(results, names));
        others.extend(results.questions.iter().filter_map(|question| questions::table(results, question, names)));
        let repeated = || results.repeats.iter().flat_map(|repeat| &repeat.questions);
        others.extend(repeated().filter_map(|question| questions::table(results, question, names)));
        others.extend(results.scores.iter().filter_map(|score| questions::table(results, score, names)));
        others.extend(differences::changes(results, names));
        others.extend(differences::families(results, names));
        others.push(team::response(results, about, names));
        others.extend(team::items(results, about, names));
        others.extend(team::findings(results, about, names));
        others.extend(quality::methods(results, names));
        others.extend(quality::sources(results, names));
        Tables { summary: None, scales: Vec::new(), others, scores: 0..0, trends: None, funnels: None }
    }

    /// All tables in the order of their sheets.
    pub fn all(&self) -> impl Iterator<Item = &Table> {
        self.summary.iter().chain(self.scales.iter().map(|scale| &scale.table)).chain(&self.others)
    }
}

/// The place of a table that is put behind others.
fn added(others: &mut Vec<Table>, table: Table) -> usize {
    others.push(table);
    others.len() - 1
}

/// The statistical choices, for a workbook of another style.
pub(super) fn methods(results: &Results, names: &mut Names) -> Option<Table> {
    quality::methods(results, names)
}

/// What stands above every table: what it shows, how it was made, and the run that it belongs to.
pub(super) fn about(results: &Results, what: &str) -> Vec<String> {
    let mut lines = vec![format!("This worksheet contains one table. {what}")];
    lines.extend(results.notice.iter().cloned());
    let methods: Vec<String> =
        results.methods.iter().map(|method| format!("{}: {}", method.choice, method.rule)).collect();
    // A line as long as a screen is wide, never broken within a choice.
    const LONGEST: usize = 120;
    let mut line = String::new();
    for method in methods {
        if !line.is_empty() && line.chars().count() + method.chars().count() > LONGEST {
            lines.push(format!("{}.", std::mem::take(&mut line)));
        }
        line.push_str(if line.is_empty() { "" } else { "; " });
        line.push_str(&method);
    }
    if !line.is_empty() {
        lines.push(format!("{line}."));
    }
    lines.push(format!(
        "Confidence level {}%. Run {} of quorate {}.",
        percent(results.level),
        results.run_id,
        results.version
    ));
    lines
}

/// The few words that stand for a question, or its identifier if the instrument does not know it.
pub(super) fn label<'a>(results: &'a Results, id: &'a str) -> &'a str {
    let score = || results.instrument.scores.iter().find(|score| score.id == id).map(|score| score.label.as_str());
    results.asked(id).map(|question| question.label.as_str()).or_else(score).unwrap_or(id)
}

/// Whether nothing may be said of a question for everyone.
fn is_hidden(question: &QuestionResult) -> bool {
    let overall = &question.overall;
    let mut estimates = overall.estimates().peekable();
    overall.suppressed || (estimates.peek().is_some() && estimates.all(Estimate::is_suppressed))
}

/// What counts as positive for a question.
fn positive_label(question: Option<&Question>) -> String {
    let Some(scale) = question.and_then(|q| q.scale.as_ref()) else { return String::new() };
    if !scale.positive_label.is_empty() {
        return scale.positive_together();
    }
    let words: Vec<&str> = scale
        .responses
        .iter()
        .filter(|r| r.valence == crate::instrument::Valence::Positive)
        .map(|r| r.label.as_str())
        .collect();
    words.join(" or ")
}

/// The numbers of an estimate as cells, or the symbol for what it may not say.
pub(super) struct Shown<'a> {
    pub estimate: &'a Estimate,
    pub hidden: bool,
}

impl<'a> Shown<'a> {
    /// An estimate within its group: a group held back hides all of its estimates.
    pub fn within(group: &GroupResult, estimate: &'a Estimate) -> Shown<'a> {
        Shown { estimate, hidden: group.suppressed || estimate.is_suppressed() }
    }

    /// An estimate for everyone.
    fn overall(results: &Results, estimate: &'a Estimate) -> Shown<'a> {
        let group = results.question(&estimate.question).is_some_and(|q| q.overall.suppressed);
        Shown { estimate, hidden: group || estimate.is_suppressed() }
    }

    fn is_share(&self) -> bool {
        self.estimate.statistic.is_share()
    }

    /// A number in the estimate's units: per cent and points for shares, points of the score for means.
    fn in_units(&self, number: f64) -> Value {
        match (self.hidden, self.is_share()) {
            (true, _) => Mark::Suppressed.into(),
            (false, true) => Value::percent(number),
            (false, false) => Value::number(number, 2),
        }
    }

    pub fn value(&self) -> Value {
        self.in_units(self.estimate.estimate)
    }

    pub fn low(&self) -> Value {
        self.in_units(self.estimate.ci_low)
    }

    pub fn high(&self) -> Value {
        self.in_units(self.estimate.ci_high)
    }

    pub fn margin(&self) -> Value {
        self.in_units(self.estimate.moe)
    }

    pub fn standard_error(&self) -> Value {
        self.in_units(self.estimate.se)
    }

    pub fn base(&self) -> Value {
        if self.hidden { Mark::Suppressed.into() } else { Value::count(self.estimate.n) }
    }

    pub fn weighted_base(&self) -> Value {
        if self.hidden { Mark::Suppressed.into() } else { Value::number(self.estimate.sum_weights, 0) }
    }

    pub fn design_effect(&self) -> Value {
        match (self.hidden, self.estimate.deff.is_finite()) {
            (true, _) => Mark::Suppressed.into(),
            (false, true) => Value::Number(self.estimate.deff, 2),
            (false, false) => Mark::NotApplicable.into(),
        }
    }

    pub fn degrees_of_freedom(&self) -> Value {
        if self.hidden { Mark::Suppressed.into() } else { Value::number(self.estimate.df, 0) }
    }

    /// How far the estimate can be relied on, in words with the symbol that fits, and what to beware of.
    fn reliability(&self, rule: f64) -> Value {
        if self.hidden {
            return Value::Marked(Mark::Suppressed, "not shown".to_owned());
        }
        let estimate = self.estimate;
        let points = percent(rule);
        let beware: Vec<&str> = estimate.flags.iter().filter_map(|flag| beware(*flag)).collect();
        let with = |mark: Option<Mark>, words: String| {
            let words = std::iter::once(words).chain(beware.iter().map(|s| (*s).to_owned())).collect::<Vec<_>>();
            match mark {
                Some(mark) => Value::Marked(mark, words.join("; ")),
                None => Value::Text(words.join("; ")),
            }
        };
        if !estimate.estimate.is_finite() {
            return Value::Marked(Mark::NotAvailable, "no answers".to_owned());
        }
        if !estimate.moe.is_finite() {
            return with(Some(Mark::NotAvailable), "the margin cannot be estimated".to_owned());
        }
        if !self.is_share() {
            return with(None, "see the margin of error".to_owned());
        }
        if !estimate.holds_within(rule) {
            return with(Some(Mark::Uncertain), format!("wider than ±{points} points"));
        }
        let within = format!("within ±{points} points");
        if estimate.estimate == 0.0 {
            with(Some(Mark::NoneRecorded), within)
        } else if estimate.estimate < 0.0005 {
            with(Some(Mark::Low), within)
        } else {
            with(None, within)
        }
    }

    /// A comparison's number in the estimate's units.
    fn compared(&self, number: f64) -> Value {
        self.in_units(number)
    }

    fn verdict(&self, comparison: &Comparison) -> Value {
        if self.hidden { Mark::Suppressed.into() } else { Value::Text(comparison.verdict.told(comparison.high_is)) }
    }
}

fn beware(flag: Flag) -> Option<&'static str> {
    match flag {
        Flag::AllSame => Some("all answers are the same"),
        Flag::Collapsed => Some("strata with one answer were merged"),
        Flag::StrataMissing => Some("strata without answers are not represented"),
        Flag::Census => Some("everybody in the population answered"),
        Flag::Suppressed | Flag::Wide | Flag::Empty => None,
    }
}

/// A published figure in the estimate's units; it is public, so it is shown even where the estimate is not.
fn published(estimate: &Estimate, figure: f64) -> Value {
    if estimate.statistic.is_share() { Value::percent(figure) } else { Value::number(figure, 2) }
}
