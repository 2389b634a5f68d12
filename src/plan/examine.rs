//! What an action lacks to be specific, measurable, achievable, realistic and time-limited, placed to the line of its file.

use std::collections::BTreeSet;

use super::action::Action;
use super::progress::{Grade, Progress};
use super::store::Plan;
use super::study::{Found, Study};
use super::target::{Criterion, Target};
use super::when::{self, When};
use crate::finding::{Finding, Place};
use crate::instrument::nearest;
use crate::returns::DateOrder;

/// Everything that is wrong with a plan. `studies` are those that its targets are judged by; `areas` the ids of the areas
/// for improvement that actions may follow from, if a list of them was given.
pub fn examine(plan: &Plan, studies: &[Study], areas: Option<&BTreeSet<String>>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for study in studies.iter().filter(|study| !study.as_recorded) {
        let place = Place::file("plan.toml");
        findings.push(
            Finding::new("A033", place)
                .found(format!("estimates.csv of study {:?}, run {}", study.survey.id, study.run_id)),
        );
    }
    for action in &plan.actions {
        findings.extend(wanting(action, plan.dates, &|key| action.place(key)));
        findings.extend(targets(action, plan, studies));
        if let Some(areas) = areas.filter(|areas| !action.from.is_empty() && !areas.contains(&action.from)) {
            let finding = Finding::new("A035", action.place("from")).found(format!("{:?}", action.from));
            findings.push(match nearest(&action.from, areas.iter().map(String::as_str)) {
                Some(near) => finding.hint(format!("did you mean {near:?}?")),
                None => finding,
            });
        }
        for (nth, progress) in action.progress.iter().enumerate() {
            // What was superseded is history: its faults were told when it came.
            if action.progress[nth + 1..].iter().any(|later| later.as_at == progress.as_at) {
                continue;
            }
            let linked = action.reference.iter().any(|r| r.field == "follow_up" && r.written == progress.follow_up);
            let place = action.place_of_progress(nth);
            findings.extend(report(progress, plan.dates, linked, &|_| place.clone()));
        }
    }
    let named = plan
        .actions
        .iter()
        .find(|action| action.criteria(plan.dates).iter().any(|criterion| matches!(criterion, Criterion::Target(_))));
    if let Some(action) = named.filter(|_| plan.rule.is_none()) {
        findings.push(Finding::new("A034", Place::file("plan.toml")).found(format!("a target in {}", action.id)));
    }
    findings
}

/// The elements that an action lacks.
///
/// `place` gives where a field stands or should stand.
pub(super) fn wanting(action: &Action, order: DateOrder, place: &dyn Fn(&str) -> Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut missing = |text: &str, code: &str, key: &str| {
        if text.trim().is_empty() {
            findings.push(Finding::new(code, place(key)));
        }
    };
    missing(&action.action, "A001", "action");
    missing(&action.responsible, "A002", "responsible");
    missing(&action.outcome, "A008", "outcome");
    missing(&action.criteria.concat(), "A009", "criteria");
    missing(&action.resources, "A010", "resources");
    if !action.said.is_empty() || !action.origin.is_empty() {
        missing(&action.said, "A036", "said");
    }
    if action.resources().to_be_determined {
        findings.push(Finding::new("A011", place("resources")).found(format!("{:?}", action.resources)));
    }
    findings.extend(dates(action, order, place));
    for doubtful in action.national().doubtful {
        findings.push(
            Finding::new("A030", place("criteria")).found(doubtful).expected("PAF A1 to E61, or DIS and four digits"),
        );
    }
    findings
}

fn dates(action: &Action, order: DateOrder, place: &dyn Fn(&str) -> Place) -> Vec<Finding> {
    let mut findings = Vec::new();
    let milestones = action.milestones(order);
    if milestones.is_empty() {
        findings.push(Finding::new("A004", place("due")).expected("a month, a range, or milestones with dates"));
    }
    for (key, text) in [("due", &action.due), ("start", &action.start)] {
        for milestone in when::read(text, order) {
            if let When::Unread(fault) = milestone.when {
                let found = if milestone.what.is_empty() { text.clone() } else { milestone.what };
                findings.push(Finding::new("A005", place(key)).found(format!("{found:?}: {}", fault.words())));
            }
        }
    }
    let all_ongoing = milestones.iter().all(|milestone| milestone.when == When::Ongoing);
    if all_ongoing && !milestones.is_empty() {
        findings.push(Finding::new("A006", place("due")).found(format!("{:?}", action.due)));
    }
    if let (Some(start), Some(end)) = (when::day(&action.start, order), action.last_due(order))
        && start > end
    {
        let found = format!("from {} to {}", when::long(start), when::long(end));
        findings.push(Finding::new("A007", place("due")).found(found));
    }
    findings
}

fn targets(action: &Action, plan: &Plan, studies: &[Study]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let place = || action.place("criteria");
    for criterion in action.criteria(plan.dates) {
        match criterion {
            Criterion::Words(_) => {}
            Criterion::Unread(text, why) => {
                findings.push(Finding::new("A012", place()).found(format!("{text:?}")).expected(why));
            }
            Criterion::Target(target) => findings.extend(unknown(&target, studies).map(|(found, expected)| {
                Finding::new("A013", place()).found(format!("{:?}: {found}", target.text)).expected(expected)
            })),
        }
    }
    for origin in &action.origin {
        let known = origin.split_once(':').is_some_and(|(survey, question)| {
            studies.iter().any(|study| study.survey.id == survey && study.wording(question).is_some())
        });
        if !known {
            let finding = Finding::new("A013", action.place("origin")).found(format!("{origin:?}"));
            findings.push(finding.expected("study:question, of a study in plan.toml"));
        }
    }
    findings
}

/// What of a target no study has: what is missing, and what there is.
fn unknown(target: &Target, studies: &[Study]) -> Option<(String, String)> {
    let of_survey: Vec<&Study> = studies.iter().filter(|study| study.survey.id == target.survey).collect();
    let Some(last) = of_survey.last() else {
        let mut known: Vec<&str> = studies.iter().map(|study| study.survey.id.as_str()).collect();
        known.dedup();
        let expected = if known.is_empty() {
            "[[survey]] in plan.toml".to_owned()
        } else {
            format!("one of {}", known.join(", "))
        };
        return Some((format!("no study {:?}", target.survey), expected));
    };
    let found: Vec<Found> = of_survey.iter().map(|study| study.find(target)).collect();
    let all = |what: Found| found.iter().all(|found| *found == what);
    if all(Found::NoQuestion) {
        let expected = match nearest(&target.question, last.questions()) {
            Some(near) => format!("a question of the study, such as {near}"),
            None => "a question of the study".to_owned(),
        };
        return Some((format!("no question {:?} in study {:?}", target.question, target.survey), expected));
    }
    let nothing = found.iter().all(|found| matches!(found, Found::NoQuestion | Found::NoFigure));
    nothing.then(|| {
        (
            "no such figure of this question".to_owned(),
            "a measure, response and group that estimates.csv has".to_owned(),
        )
    })
}

/// What is wrong with a report of progress; `place` gives where a field of it stands. A follow-up that is `linked` to
/// another action needs no date of its own.
pub(super) fn report(
    progress: &Progress,
    order: DateOrder,
    linked: bool,
    place: &dyn Fn(&str) -> Place,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let at = || place("grade");
    match (progress.grade.trim(), progress.grade()) {
        ("", _) => findings.push(Finding::new("A015", at())),
        (text, None) if letters(text) > 1 => {
            findings.push(Finding::new("A016", at()).found(format!("{text:?}")).expected("one of A, B, C, D"));
        }
        (text, None) => {
            findings.push(Finding::new("A014", at()).found(format!("{text:?}")).expected("one of A, B, C, D"));
        }
        (_, Some(Grade::D)) if !has_words(&progress.extent) && !has_words(&progress.progress) => {
            findings.push(Finding::new("A017", at()).expected("the reason, where the extent is described"));
        }
        (_, Some(grade)) if grade != Grade::D && when::says_none(&progress.evidence) => {
            findings.push(Finding::new("A018", place("evidence")).found(format!("grade {}", grade.letter())));
        }
        _ => {}
    }
    for milestone in when::read(&progress.follow_up, order) {
        if let (When::Unread(fault), false) = (milestone.when, linked) {
            let found = if milestone.what.is_empty() { progress.follow_up.clone() } else { milestone.what };
            findings.push(
                Finding::new("A005", place("follow_up")).found(format!("follow-up {found:?}: {}", fault.words())),
            );
        }
    }
    findings
}

/// Whether a text says more than a grade: "(D)" does not.
fn has_words(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| !word.is_empty() && Grade::read(word).is_none())
}

/// How many of the letters A to D stand alone in a text.
fn letters(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() == 1 && Grade::read(word).is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(progress: &Progress) -> Vec<String> {
        let findings = report(progress, DateOrder::Undeclared, false, &|_| Place::file("a"));
        findings.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn reports_are_held_to_what_grades_ask_for() {
        let of = |grade: &str, extent: &str, evidence: &str, follow_up: &str| Progress {
            grade: grade.to_owned(),
            extent: extent.to_owned(),
            evidence: evidence.to_owned(),
            follow_up: follow_up.to_owned(),
            ..Progress::default()
        };
        assert_eq!(codes(&of("A", "Done", "Minute", "N/A")), [""; 0]);
        assert_eq!(codes(&of("E", "Done", "Minute", "")), ["A014"]);
        assert_eq!(codes(&of("A, D", "Half of it", "Minute", "")), ["A016"]);
        assert_eq!(codes(&of("", "Half of it", "Minute", "soon")), ["A015", "A005"]);
        assert_eq!(codes(&of("D", "(D)", "", "")), ["A017"]);
        assert_eq!(codes(&of("B", "Begun", "", "May 2027")), ["A018"]);
    }

    #[test]
    fn a_bare_action_lacks_every_element() {
        let bare = Action { id: "A-001".to_owned(), ..Action::default() };
        let found = |action: &Action| wanting(action, DateOrder::Undeclared, &|_| Place::file("a"));
        let codes: Vec<String> = found(&bare).into_iter().map(|f| f.code).collect();
        assert_eq!(codes, ["A001", "A002", "A008", "A009", "A010", "A004"]);
        let whole = Action {
            action: "Write a guide".to_owned(),
            responsible: "Head of Service".to_owned(),
            outcome: "People know".to_owned(),
            criteria: vec!["It is in print".to_owned()],
            resources: "£500".to_owned(),
            due: "March 2027".to_owned(),
            ..bare
        };
        assert!(found(&whole).is_empty());
        let late = Action { start: "May 2027".to_owned(), ..whole };
        assert_eq!(found(&late)[0].code, "A007");
    }
}
