//! Everything that the reports of a plan show, as one value: worked out here, so that page and workbook only choose words,
//! places and colours.

use chrono::NaiveDate;

use super::action::{Action, Grade};
use super::standing::{Standing, moves};
use super::store::Plan;
use super::study::{Found, Study};
use super::target::{Criterion, Measure, Measured, Side, Target, Verdict};
use super::when;

/// A plan as at a date.
#[derive(Debug, Clone)]
pub struct Report {
    /// The plan's title.
    pub title: String,
    /// Whose plan it is.
    pub organisation: String,
    /// What to know before anything else.
    pub notice: Option<String>,
    /// The date that the user asked about.
    pub as_at: NaiveDate,
    /// The earlier date to compare with.
    pub since: Option<NaiveDate>,
    /// How many actions there are of each kind.
    pub counts: Counts,
    /// The actions, by theme, in the plan's order.
    pub themes: Vec<Theme>,
    /// Targets on questions.
    pub targets: Vec<TargetRow>,
    /// The rule by which they were judged: its name and its meaning; none if there is none.
    pub rule: Option<(String, String)>,
    /// What has changed since the earlier date.
    pub changes: Vec<Change>,
    /// What people said and what was done about it.
    pub said: Vec<Said>,
    /// The studies, in words: "carers, May 2026 (run 1a2b3c4d)".
    pub studies: Vec<String>,
    /// The program's version.
    pub version: String,
}

/// How many actions there are of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// All actions.
    pub actions: usize,
    /// With grade A, B, C, D.
    pub grades: [usize; 4],
    /// Without a grade, and not said to be achieved.
    pub ungraded: usize,
    /// Overdue.
    pub late: usize,
    /// Complete.
    pub complete: usize,
    /// With a day of follow-up that has passed.
    pub follow_ups: usize,
    /// Targets met, not met, and of which neither can be said.
    pub targets: [usize; 3],
}

/// The actions under one heading.
#[derive(Debug, Clone)]
pub struct Theme {
    /// The heading; empty if the plan has none.
    pub title: String,
    /// Its actions.
    pub actions: Vec<Row>,
}

/// An action as the reports show it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// The heading under which it stands.
    pub theme: String,
    /// The area for improvement.
    pub area: String,
    /// The area's id in the evaluation and its priority, as far as they are known.
    pub from: String,
    /// What is to be done.
    pub action: String,
    /// What is to be better.
    pub outcome: String,
    /// The senior responsible owner.
    pub responsible: String,
    /// The others.
    pub with: Vec<String>,
    /// When it begins and is done, as written.
    pub timescale: String,
    /// What it takes, as written.
    pub resources: String,
    /// How one will see that it worked.
    pub measures: Vec<String>,
    /// The national and quality indicators.
    pub indicators: Vec<String>,
    /// References that were looked up: "outcome: as for A-011".
    pub references: Vec<String>,
    /// The grade, or none.
    pub grade: Option<Grade>,
    /// What stands in the grade's place if it is none: empty, or what was written.
    pub grade_written: String,
    /// When the report that counts was made.
    pub reported: Option<NaiveDate>,
    /// To what extent it has been implemented.
    pub extent: String,
    /// What can be shown.
    pub evidence: String,
    /// When it is looked at again.
    pub follow_up: String,
    /// How it stood.
    pub progress: String,
    /// How it stands, in words.
    pub standing: String,
    /// It is overdue.
    pub late: bool,
    /// It has no grade and is not said to be achieved.
    pub ungraded: bool,
    /// It is complete.
    pub complete: bool,
}

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

/// What has changed about an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The action's id.
    pub id: String,
    /// What is to be done.
    pub action: String,
    /// The role that answers for it.
    pub responsible: String,
    /// How it stood.
    pub before: String,
    /// How it stands.
    pub after: String,
    /// What has changed, in words.
    pub what: String,
}

/// What people said and what was done about it, for the public.
#[derive(Debug, Clone)]
pub struct Said {
    /// The action's id.
    pub id: String,
    /// What people said.
    pub said: String,
    /// What was done; empty if nothing was yet.
    pub did: String,
    /// How far it is, in a word or two.
    pub state: &'static str,
    /// The questions that it came from.
    pub questions: Vec<Asked>,
}

/// A question that an action came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The study and question: `carers:q08`.
    pub id: String,
    /// Its wording; empty if the study is not there.
    pub wording: String,
    /// The positive share, what it is called, its margin and when it was asked, if it may be shown.
    pub share: Option<(String, Figure)>,
}

/// The report of a plan as at a date, compared with an earlier one if it is given.
pub fn report(plan: &Plan, studies: &[Study], as_at: NaiveDate, since: Option<NaiveDate>) -> Report {
    let mut themes: Vec<Theme> = Vec::new();
    let (mut changes, mut counts) = (Vec::new(), Counts::default());
    for action in &plan.actions {
        let standing = Standing::at(action, as_at, plan.dates);
        counts.add(&standing);
        changes.extend(since.and_then(|since| change(action, &Standing::at(action, since, plan.dates), &standing)));
        let row = row(action, &standing);
        match themes.iter_mut().find(|theme| theme.title == action.theme) {
            Some(theme) => theme.actions.push(row),
            None => themes.push(Theme { title: action.theme.clone(), actions: vec![row] }),
        }
    }
    let targets = targets(plan, studies, as_at);
    for target in &targets {
        counts.targets[target.verdict as usize] += 1;
    }
    Report {
        title: plan.title.clone(),
        organisation: plan.organisation.clone(),
        notice: plan.notice.clone(),
        as_at,
        since,
        counts,
        themes,
        targets,
        rule: plan.rule.map(|rule| (rule.method(), rule.sentence())),
        changes,
        said: plan.actions.iter().filter(|action| !action.said.is_empty()).map(|action| said(plan, action, studies, as_at)).collect(),
        studies: studies
            .iter()
            .map(|study| format!("{}, {} (run {})", study.survey.id, month(study.survey.date), study.run_id))
            .collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

impl Report {
    /// All actions, theme by theme.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.themes.iter().flat_map(|theme| &theme.actions)
    }
}

impl Counts {
    fn add(&mut self, standing: &Standing<'_>) {
        self.actions += 1;
        if let Some(grade) = standing.grade {
            self.grades[grade as usize] += 1;
        }
        self.ungraded += usize::from(standing.is_ungraded());
        self.late += usize::from(standing.is_late());
        self.complete += usize::from(standing.complete);
        self.follow_ups += usize::from(standing.follow_up_passed.is_some());
    }
}

fn row(action: &Action, standing: &Standing<'_>) -> Row {
    let said = |of: fn(&super::Progress) -> &String| standing.report.map(|report| of(report).clone()).unwrap_or_default();
    let from = [action.from.as_str(), action.priority.as_str()].into_iter().filter(|text| !text.is_empty());
    let timescale = match (action.start.is_empty(), action.due.is_empty()) {
        (false, false) => format!("From {}\n{}", action.start, action.due),
        (false, true) => format!("From {}", action.start),
        _ => action.due.clone(),
    };
    Row {
        id: action.id.clone(),
        theme: action.theme.clone(),
        area: action.area.clone(),
        from: from.collect::<Vec<_>>().join(", "),
        action: action.action.clone(),
        outcome: action.outcome.clone(),
        responsible: action.responsible.clone(),
        with: action.with.clone(),
        timescale,
        resources: action.resources.clone(),
        measures: action.criteria.clone(),
        indicators: action.national().indicators,
        references: action.reference.iter().map(|r| format!("{}: \u{201C}{}\u{201D} is {}", r.field.replace('_', " "), r.written, r.means)).collect(),
        grade: standing.grade,
        grade_written: said(|report| &report.grade),
        reported: standing.report.and_then(super::Progress::day),
        extent: said(|report| &report.extent),
        evidence: said(|report| &report.evidence),
        follow_up: said(|report| &report.follow_up),
        progress: said(|report| &report.progress),
        standing: standing.words(),
        late: standing.is_late(),
        ungraded: standing.is_ungraded(),
        complete: standing.complete,
    }
}

fn change(action: &Action, before: &Standing<'_>, after: &Standing<'_>) -> Option<Change> {
    let moves = moves(before, after);
    let words = |standing: &Standing<'_>| match standing.grade {
        Some(grade) => format!("{}: {}", grade.letter(), standing.words()),
        None => standing.words(),
    };
    (!moves.is_empty()).then(|| Change {
        id: action.id.clone(),
        action: action.action.clone(),
        responsible: action.responsible.clone(),
        before: words(before),
        after: words(after),
        what: moves.iter().map(|of| of.words()).collect::<Vec<_>>().join(", "),
    })
}

fn month(day: NaiveDate) -> String {
    day.format("%B %Y").to_string()
}

fn targets(plan: &Plan, studies: &[Study], as_at: NaiveDate) -> Vec<TargetRow> {
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
        goal: goal(target),
        question: (
            format!("{}:{}", target.survey, target.question),
            known.and_then(|study| study.wording(&target.question)).unwrap_or("").to_owned(),
        ),
        measure: measure(target, known),
        start: figure(start),
        latest: figure(latest),
        verdict,
        words,
        value: target.value,
        share: target.measure != Measure::Mean,
    }
}

fn figure(study: &Study, measured: &Measured, rule: &super::target::Rule) -> Figure {
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

fn goal(target: &Target) -> String {
    let number = match target.measure {
        Measure::Mean => target.value.to_string(),
        _ => format!("{}%", (target.value * 1e4).round() / 1e2),
    };
    let side = match (target.side, target.strict) {
        (Side::AtLeast, false) => "at least",
        (Side::AtLeast, true) => "more than",
        (Side::AtMost, false) => "at most",
        (Side::AtMost, true) => "less than",
    };
    let by = target.by.map_or(String::new(), |by| format!(" by {}", when::long(by)));
    format!("{side} {number}{by}")
}

fn measure(target: &Target, study: Option<&Study>) -> String {
    let what = match &target.measure {
        Measure::Mean => "mean".to_owned(),
        Measure::Positive => {
            let label = study.and_then(|study| study.positive(&target.question)).map(|(label, _)| label);
            label.filter(|label| !label.is_empty()).map_or("positive share".to_owned(), |label| format!("share who say \u{201C}{label}\u{201D}"))
        }
        Measure::Response(code) => format!("share of response {code}"),
    };
    match &target.group {
        Some((by, group)) => format!("{what}, {by} {group}"),
        None => what,
    }
}

fn said(plan: &Plan, action: &Action, studies: &[Study], as_at: NaiveDate) -> Said {
    let standing = Standing::at(action, as_at, plan.dates);
    let questions = action.origin.iter().map(|origin| {
        let (survey, question) = origin.split_once(':').unwrap_or(("", origin));
        // The study that the action came from is the first one, not the latest.
        let study = studies.iter().filter(|study| study.survey.id == survey).min_by_key(|study| study.survey.date);
        let share = study.and_then(|study| {
            let (label, measured) = study.positive(question)?;
            Some((label.to_owned(), figure(study, measured, plan.rule.as_ref()?)))
        });
        Asked { id: origin.clone(), wording: study.and_then(|s| s.wording(question)).unwrap_or("").to_owned(), share }
    });
    Said {
        id: action.id.clone(),
        said: action.said.clone(),
        did: action.did.clone(),
        state: match standing.grade {
            _ if standing.complete => "Done",
            Some(Grade::D) => "Not going ahead",
            Some(_) => "Under way",
            None if action.did.is_empty() => "Planned",
            None => "Under way",
        },
        questions: questions.collect(),
    }
}
