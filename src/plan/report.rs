//! Everything that the reports of a plan show, as one value: worked out here, so that page and workbook only choose words,
//! places and colours.

use chrono::NaiveDate;

use super::action::{Action, Reference};
use super::judged::{Figure, TargetRow, figure, in_words, month, targets};
use super::progress::Grade;
use super::standing::{Standing, moves};
use super::store::Plan;
use super::study::Study;
use super::when::{self, Milestone, When};

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
    /// How many of its actions there are of each kind.
    pub counts: Counts,
    /// Its actions.
    pub actions: Vec<Row>,
}

/// An action as the reports show it.
#[derive(Debug, Clone, Default)]
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
    /// The day on which it begins, where one is given.
    pub begins: Option<NaiveDate>,
    /// What happens when, as read from the due dates.
    pub milestones: Vec<Milestone>,
    /// The date that has passed without what was due by it.
    pub late_since: Option<NaiveDate>,
    /// What it takes, as written.
    pub resources: String,
    /// How one will see that it worked.
    pub measures: Vec<String>,
    /// The national and quality indicators.
    pub indicators: Vec<String>,
    /// References that were looked up.
    pub references: Vec<LookedUp>,
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

/// A reference to another action, as it was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedUp {
    /// It stands in a report of progress, and not in the plan.
    pub reported: bool,
    /// In words: "outcome: written “As above”, means A-011".
    pub words: String,
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
        let place = themes.iter().position(|theme| theme.title == action.theme).unwrap_or_else(|| {
            let title = action.theme.clone();
            themes.push(Theme { title, counts: Counts::default(), actions: Vec::new() });
            themes.len() - 1
        });
        themes[place].counts.add(&standing);
        themes[place].actions.push(row(plan, action, &standing, studies));
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
        said: plan
            .actions
            .iter()
            .filter(|action| !action.said.is_empty())
            .map(|action| said(plan, action, studies, as_at))
            .collect(),
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

fn row(plan: &Plan, action: &Action, standing: &Standing<'_>, studies: &[Study]) -> Row {
    let said =
        |of: fn(&super::Progress) -> &String| standing.report.map(|report| of(report).clone()).unwrap_or_default();
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
        begins: when::read(&action.start, plan.dates).iter().find_map(|milestone| match milestone.when {
            When::Dated(span) => Some(span.first),
            _ => None,
        }),
        milestones: action.milestones(plan.dates),
        late_since: standing.late_since,
        resources: action.resources.clone(),
        measures: action.criteria(plan.dates).iter().map(|criterion| in_words(criterion, studies)).collect(),
        indicators: action.national().indicators,
        references: action.reference.iter().map(looked_up).collect(),
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

fn looked_up(reference: &Reference) -> LookedUp {
    let Reference { field, written, means } = reference;
    LookedUp {
        reported: matches!(field.as_str(), "extent" | "evidence" | "follow_up" | "progress"),
        words: format!("{}: written \u{201C}{written}\u{201D}, means {means}", field.replace('_', " ")),
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
