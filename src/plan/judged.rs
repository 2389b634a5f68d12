//! Targets held against the results of studies, in the words of the reports.

use chrono::NaiveDate;

use super::action::Action;
use super::store::Plan;
use super::study::{Found, Study};
use super::target::{Criterion, Measure, Measured, Rule, Target, Verdict};
use super::when;

/// A target on a question.
#[derive(Debug, Clone)]
pub struct TargetRow {
    /// The action's id.
    pub action: String,
    /// The role that answers for it.
    pub responsible: String,
    /// The target as written.
    pub text: String,
    /// The target in words: "at least 65% by June 2027".
    pub goal: String,
    /// The question's id and its wording.
    pub question: (String, String),
    /// What is measured, and of whom.
    pub measure: String,
    /// Of whom, where it is not everyone: "area Harbourside".
    pub group: String,
    /// The figure before the plan was agreed.
    pub start: Option<Figure>,
    /// The latest figure since.
    pub latest: Option<Figure>,
    /// Whether it was met.
    pub verdict: Verdict,
    /// The verdict in a sentence.
    pub words: String,
    /// The target, in the units of the figures.
    pub value: f64,
    /// Whether the figures are shares.
    pub share: bool,
    /// There is a latest figure, and it may not be shown.
    pub suppressed: bool,
}

/// A figure of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The study and when it asked: "May 2026".
    pub when: String,
    /// The run.
    pub run_id: String,
    /// The estimate.
    pub value: f64,
    /// The ends of the interval that the target is held against.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The margin of error by the same rule.
    pub margin: f64,
    /// Answers behind it.
    pub n: usize,
}

/// Every target of a plan, judged by the studies up to a date.
pub(super) fn targets(plan: &Plan, studies: &[Study], as_at: NaiveDate) -> Vec<TargetRow> {
    let mut rows = Vec::new();
    for action in &plan.actions {
        for criterion in action.criteria(plan.dates) {
            if let Criterion::Target(target) = criterion {
                rows.push(target_row(plan, action, &target, studies, as_at));
            }
        }
    }
    rows
}

/// A target held against the latest study since the plan was agreed. Studies from before show where it started and decide
/// nothing: an action cannot have changed what people said before it.
fn target_row(plan: &Plan, action: &Action, target: &Target, studies: &[Study], as_at: NaiveDate) -> TargetRow {
    let of_survey = || studies.iter().filter(|study| study.survey.id == target.survey && study.survey.date <= as_at);
    let is_start = |study: &&Study| plan.agreed.is_some_and(|agreed| study.survey.date <= agreed);
    let start = of_survey().filter(is_start).max_by_key(|study| study.survey.date);
    let latest = of_survey().filter(|study| !is_start(study)).max_by_key(|study| study.survey.date);
    let figure = |study: Option<&Study>| match study.map(|study| (study, study.find(target))) {
        Some((study, Found::Figure(measured))) => plan.rule.map(|rule| figure(study, &measured, &rule)),
        _ => None,
    };
    let found = latest.map(|study| study.find(target));
    let due = target.by.is_none_or(|by| as_at >= by);
    let (verdict, words) = match (&found, &plan.rule) {
        (_, None) => (Verdict::CannotBeSaid, "Cannot be said: the plan names no rule by which to judge.".to_owned()),
        (Some(Found::Figure(measured)), Some(rule)) => {
            let verdict = rule.judge(target, measured);
            (verdict, sentence(verdict, target, due))
        }
        (Some(Found::Suppressed), _) => {
            (Verdict::CannotBeSaid, "Cannot be said: too few answers to show without telling who gave them.".to_owned())
        }
        (Some(Found::NoQuestion | Found::NoFigure), _) => {
            (Verdict::CannotBeSaid, "Cannot be said: the study has no such figure.".to_owned())
        }
        (None, _) if start.is_some() => {
            (Verdict::CannotBeSaid, "Cannot be said yet: not measured since the plan was agreed.".to_owned())
        }
        (None, _) => (Verdict::CannotBeSaid, "Cannot be said: not measured by this date.".to_owned()),
    };
    let known = latest.or(start).or(studies.iter().find(|study| study.survey.id == target.survey));
    TargetRow {
        action: action.id.clone(),
        responsible: action.responsible.clone(),
        text: target.text.clone(),
        goal: target.goal(),
        question: (
            format!("{}:{}", target.survey, target.question),
            known.and_then(|study| study.wording(&target.question)).unwrap_or("").to_owned(),
        ),
        measure: measure(target, known),
        group: target.group.as_ref().map_or_else(String::new, |(by, group)| format!("{by} {group}")),
        start: figure(start),
        latest: figure(latest),
        verdict,
        words,
        value: target.value,
        share: target.measure != Measure::Mean,
        suppressed: matches!(found, Some(Found::Suppressed)),
    }
}

/// A figure of a study, with the interval of a rule.
pub(super) fn figure(study: &Study, measured: &Measured, rule: &Rule) -> Figure {
    let interval = rule.interval(measured);
    Figure {
        when: month(study.survey.date),
        run_id: study.run_id.clone(),
        value: measured.value,
        low: interval.low,
        high: interval.high,
        margin: rule.margin(measured),
        n: if measured.n.is_finite() { measured.n as usize } else { 0 },
    }
}

fn sentence(verdict: Verdict, target: &Target, due: bool) -> String {
    match (verdict, due) {
        (Verdict::Met, true) => "Met.".to_owned(),
        (Verdict::Met, false) => "Met already, ahead of its date.".to_owned(),
        (Verdict::NotMet, true) => "Not met.".to_owned(),
        (Verdict::NotMet, false) => {
            let by = target.by.map_or(String::new(), |by| format!(" (due {})", when::long(by)));
            format!("Not met so far{by}.")
        }
        (Verdict::CannotBeSaid, _) => "Cannot be said: the target lies within the margin of error.".to_owned(),
    }
}

fn measure(target: &Target, study: Option<&Study>) -> String {
    let what = match &target.measure {
        Measure::Mean => "mean".to_owned(),
        Measure::Positive => {
            let label = study.and_then(|study| study.positive(&target.question)).map(|(label, _)| label);
            label
                .filter(|label| !label.is_empty())
                .map_or("positive share".to_owned(), |label| format!("share who say \u{201C}{label}\u{201D}"))
        }
        Measure::Response(code) => format!("share of response {code}"),
    };
    match &target.group {
        Some((by, group)) => format!("{what}, {by} {group}"),
        None => what,
    }
}

/// A success criterion for people who have not seen the form.
pub(super) fn in_words(criterion: &Criterion, studies: &[Study]) -> String {
    match criterion {
        Criterion::Words(text) | Criterion::Unread(text, _) => text.clone(),
        Criterion::Target(target) => {
            let study = studies.iter().find(|study| study.survey.id == target.survey);
            let asked = study.and_then(|study| study.wording(&target.question)).filter(|wording| !wording.is_empty());
            let asked = asked.map_or_else(
                || format!("{}:{}", target.survey, target.question),
                |wording| format!("\u{201C}{wording}\u{201D} ({}:{})", target.survey, target.question),
            );
            format!("{asked}: {} {}", measure(target, study), target.goal())
        }
    }
}

/// A month in words.
pub(super) fn month(day: NaiveDate) -> String {
    day.format("%B %Y").to_string()
}
