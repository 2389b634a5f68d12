//! The checks of judgements: each asks for a reason, none changes a level.

use std::collections::BTreeMap;

use super::evidence::{Item, Says};
use super::judgement::{Improvement, Judgement};
use super::{Evaluation, standing};
use crate::evidence::framework::Leaning;
use crate::finding::{Finding, Place};
use crate::instrument::nearest;
use crate::results::Strength;

/// The checks that an evaluator may override with a reason; the others say that something is missing or wrong.
pub const OVERRIDABLE: [&str; 5] = ["E003", "E004", "E005", "E006", "E009"];

/// Everything the checks find in judgements and statements of confidence, in no order.
pub(super) fn check(evaluation: &Evaluation) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        evaluation.judgements.list.iter().flat_map(|judgement| of_one(evaluation, judgement)).collect();
    findings.extend(together(evaluation));
    findings.extend(improvements(&evaluation.judgements.list));
    findings.extend(confidence(evaluation));
    findings.extend(evaluation.judgements.conflicts.iter().map(|file| conflict(file)));
    findings
}

/// What could not be merged: a file such as `judgements/lead/5.3.conflict-0a1b2c3d.toml` beside the one that stands.
pub(super) fn conflict(beside: &str) -> Finding {
    let (stands, _) = beside.split_once(".conflict-").unwrap_or((beside, ""));
    let subject = stands.rsplit('/').next().unwrap_or_default();
    Finding::new("E031", Place::file(format!("{stands}.toml")).unit(subject)).found(format!("{beside} says otherwise"))
}

/// What is wrong with one judgement, with overrides applied.
fn of_one(evaluation: &Evaluation, judgement: &Judgement) -> Vec<Finding> {
    let place = || Place::file(&judgement.file).unit(&judgement.subject);
    let framework = &evaluation.framework;
    if framework.title(&judgement.subject).is_none()
        || !evaluation.definition.in_scope(framework, &judgement.subject)
    {
        let finding = Finding::new("E019", place()).found(&judgement.subject);
        return vec![match nearest(&judgement.subject, framework.subjects()) {
            Some(near) => finding.hint(format!("did you mean {near:?}? Mend the number, or widen the scope")),
            None => finding,
        }];
    }
    let mut found = Vec::new();
    for id in judgement.evidence.iter().filter(|id| evaluation.item(id).is_none()) {
        let finding = Finding::new("E008", place()).found(id);
        let known = evaluation.items.iter().map(|item| item.id.as_str());
        found.push(match nearest(id, known) {
            Some(near) => finding.hint(format!("did they mean {near:?}? Mend the id, or register it")),
            None => finding,
        });
    }
    if let Some(number) = judgement.level {
        match framework.level(number) {
            Some(level) => found.extend(of_rating(evaluation, judgement, level.leans, &place)),
            None => {
                let levels: Vec<String> = framework.levels.iter().map(|level| level.number.to_string()).collect();
                let expected = format!("one of {}", levels.join(", "));
                found.push(Finding::new("E018", place()).found(number.to_string()).expected(expected));
            }
        }
        if judgement.date.is_none() {
            found.push(Finding::new("E025", place()).expected("date = 2026-06-30"));
        }
    }
    let known = |code: &&String| judgement.is_agreed() && evaluation.definition.evaluator(code).is_none();
    if let Some(stranger) = judgement.by.iter().find(known) {
        found.push(Finding::new("E025", place()).found(stranger).expected("the codes of evaluators in the team"));
    }
    if judgement.is_agreed() && judgement.by.is_empty() {
        found.push(Finding::new("E025", place()).expected("by = [...], the codes of those who agreed"));
    }
    overridden(judgement, found, place)
}

/// What a rating has to stand up to.
fn of_rating(
    evaluation: &Evaluation,
    judgement: &Judgement,
    leans: Leaning,
    place: &dyn Fn() -> Place,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let relied: Vec<&Item> = judgement.evidence.iter().filter_map(|id| evaluation.item(id)).collect();
    let area = evaluation.framework.area(&judgement.subject);
    // An area may rest on the judgements of its indicators.
    let rests_on_indicators = area.is_some_and(|area| {
        area.indicators.iter().any(|indicator| {
            evaluation.judgements.list.iter().any(|other| {
                other.evaluator == judgement.evaluator && other.subject == indicator.number && other.level.is_some()
            })
        })
    });
    if judgement.evidence.is_empty() && !rests_on_indicators {
        found.push(Finding::new("E001", place()).found(evaluation.level_words(judgement.level)));
    }
    if judgement.rationale.is_empty() {
        found.push(Finding::new("E002", place()).found(evaluation.level_words(judgement.level)));
    }
    found.extend(prompts(evaluation, judgement, place));
    let against = match leans {
        Leaning::Strong => Some(Says::Weakness),
        Leaning::Weak => Some(Says::Strength),
        Leaning::Middle => None,
    };
    let bearing = evaluation.items.iter().filter(|item| item.bears_on(&judgement.subject));
    let contrary: Vec<&str> = relied
        .iter()
        .copied()
        .chain(bearing.filter(|item| !judgement.evidence.contains(&item.id)))
        .filter(|item| Some(item.says) == against)
        .map(|item| item.id.as_str())
        .collect();
    if !contrary.is_empty() {
        let which = against.map_or("", Says::name);
        found.push(Finding::new("E004", place()).found(format!(
            "{}, while {} {} to a {which}",
            evaluation.level_words(judgement.level),
            contrary.join(", "),
            if contrary.len() == 1 { "points" } else { "point" }
        )));
    }
    found.extend(uncertain(&relied, place));
    let stale: Vec<&str> = relied.iter().filter(|i| evaluation.is_stale(i)).map(|item| item.id.as_str()).collect();
    if !stale.is_empty() {
        let months = evaluation.definition.evidence.stale_after_months;
        let expected = format!("evidence of the last {months} months before {}", evaluation.definition.evaluation.date);
        found.push(Finding::new("E006", place()).found(stale.join(", ")).expected(expected));
    }
    if leans == Leaning::Weak && judgement.improvements.is_empty() {
        found.push(Finding::new("E009", place()).found(evaluation.level_words(judgement.level)));
    }
    let mut kinds: Vec<_> = relied.iter().map(|item| item.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if let [kind] = kinds.as_slice()
        && !rests_on_indicators
    {
        found.push(Finding::new("E026", place()).found(kind.name()));
    }
    found
}

/// The guidance prompts of an area: weak if the evaluator says so, or if an indicator that the prompt names is.
fn prompts(evaluation: &Evaluation, judgement: &Judgement, place: &dyn Fn() -> Place) -> Vec<Finding> {
    let (Some(area), Some(level)) = (evaluation.framework.area(&judgement.subject), judgement.level) else {
        return Vec::new();
    };
    let level_of = |indicator: &str| {
        let list = &evaluation.judgements.list;
        list.iter().find(|j| j.evaluator == judgement.evaluator && j.subject == indicator).and_then(|j| j.level)
    };
    let mut found = Vec::new();
    for prompt in area.prompts.iter().filter(|prompt| level > prompt.area_at_most) {
        let mut why: Vec<String> = prompt
            .indicators
            .iter()
            .filter_map(|indicator| Some((indicator, level_of(indicator)?)))
            .filter(|(_, level)| *level <= prompt.weak_at)
            .map(|(indicator, level)| format!("{indicator} is rated {}", evaluation.level_words(Some(level))))
            .collect();
        if judgement.weak_prompts.contains(&prompt.id) {
            why.push(format!("{} is marked weak", prompt.id));
        }
        if !why.is_empty() {
            let found_words = format!("{}, while {}", evaluation.level_words(Some(level)), why.join(" and "));
            let most = evaluation.level_words(Some(prompt.area_at_most));
            let expected = format!("no better than {most} where this is weak: {}", prompt.text);
            found.push(Finding::new("E003", place()).found(found_words).expected(expected));
        }
    }
    found
}

/// Results that cannot carry what is put on them: one that says nothing, or nothing but uncertain ones.
fn uncertain(relied: &[&Item], place: &dyn Fn() -> Place) -> Option<Finding> {
    let too_few = |item: &&&Item| item.figure.as_ref().is_some_and(|f| f.strength == Some(Strength::TooFew));
    let nothing: Vec<&str> = relied.iter().filter(too_few).map(|item| item.id.as_str()).collect();
    if !nothing.is_empty() {
        let found = format!("{}: too few answers to say anything", nothing.join(", "));
        return Some(Finding::new("E005", place()).found(found));
    }
    let all = !relied.is_empty() && relied.iter().all(|item| item.is_uncertain());
    all.then(|| {
        let list: Vec<String> = relied.iter().map(|item| format!("{} ({})", item.id, item.weight())).collect();
        Finding::new("E005", place()).found(format!("nothing but {}", list.join(", ")))
    })
}

/// Findings that the evaluator overrides with a reason become notes that print it.
fn overridden(judgement: &Judgement, mut found: Vec<Finding>, place: impl Fn() -> Place) -> Vec<Finding> {
    for over in &judgement.overrides {
        let code = over.check.to_uppercase();
        if over.reason.trim().is_empty() {
            found.push(Finding::new("E016", place()).found(&code));
            continue;
        }
        let mut any = false;
        for finding in found.iter_mut().filter(|f| f.code == code && OVERRIDABLE.contains(&f.code.as_str())) {
            any = true;
            let what = format!("{code}, {}: {}", finding.problem, finding.found);
            *finding = Finding::new("E010", place()).found(what).expected(format!("reason: {}", over.reason.trim()));
        }
        if !any {
            let finding = Finding::new("E017", place()).found(&code);
            found.push(finding.expected(format!("one of {} that was found", OVERRIDABLE.join(", "))));
        }
    }
    found
}

/// Judgements of one subject beside each other, and what is not judged.
fn together(evaluation: &Evaluation) -> Vec<Finding> {
    let list = &evaluation.judgements.list;
    let framework = &evaluation.framework;
    let mut found = Vec::new();
    for subject in framework.subjects().filter(|subject| evaluation.definition.in_scope(framework, subject)) {
        let separate = standing::separate(list, subject);
        let mut levels: Vec<u8> = separate.iter().filter_map(|judgement| judgement.level).collect();
        levels.sort_unstable();
        levels.dedup();
        let standing = standing::of(list, subject);
        let place = |file: &str| Place::file(file).unit(subject);
        let words = || {
            let one = |j: &&Judgement| {
                let level = j.level.map_or_else(|| "open".to_owned(), |level| level.to_string());
                format!("{} {level}", j.evaluator)
            };
            separate.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        match standing {
            standing::Standing::Apart(_) if levels.len() > 1 => {
                let folder = format!("judgements/agreed/{subject}.toml");
                found.push(Finding::new("E007", place(&folder)).found(words()));
            }
            standing::Standing::Agreed(agreed) if levels.len() > 1 && agreed.reconciliation.is_empty() => {
                let finding = Finding::new("E007", place(&agreed.file)).found(words());
                found.push(finding.expected("reconciliation = \"how the views were brought together\""));
            }
            standing::Standing::Open => {
                found.push(Finding::new("E020", place("judgements")).found(framework.title(subject).unwrap_or_default()));
            }
            _ => {}
        }
    }
    found
}

/// Areas for improvement: ids of their own, priorities.
fn improvements(judgements: &[Judgement]) -> Vec<Finding> {
    let mut found = Vec::new();
    // Evaluators number their own; what was agreed has to be unique by itself.
    let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for judgement in judgements {
        let place = || Place::file(&judgement.file).unit(&judgement.subject);
        for Improvement { id, text, .. } in &judgement.improvements {
            let own = id.strip_prefix(&format!("{}-a", judgement.subject)).is_some_and(|n| n.parse::<u32>().is_ok());
            let twin = seen.insert((&judgement.evaluator, id), text);
            if !own || twin.is_some() {
                let expected = format!("{}-a and a number, each once", judgement.subject);
                found.push(Finding::new("E021", place()).found(id).expected(expected));
            }
        }
        let open = judgement.improvements.iter().filter(|improvement| improvement.priority.is_none());
        let open: Vec<&str> = open.map(|improvement| improvement.id.as_str()).collect();
        if !open.is_empty() {
            found.push(Finding::new("E022", place()).found(open.join(", ")));
        }
    }
    found
}

/// The statements on the capacity for improvement.
fn confidence(evaluation: &Evaluation) -> Vec<Finding> {
    let Some(asked) = &evaluation.framework.confidence else { return Vec::new() };
    if !evaluation.definition.in_scope(&evaluation.framework, &asked.area) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if evaluation.judgements.confidence.is_empty() {
        let finding = Finding::new("E024", Place::file("judgements").unit(&asked.area));
        found.push(finding.found("no statement yet"));
    }
    for made in &evaluation.judgements.confidence {
        let place = || Place::file(&made.file).unit(&asked.area);
        for component in &made.components {
            if !(1..=asked.components.len()).contains(&component.number) {
                let expected = format!("a component from 1 to {}", asked.components.len());
                let finding = Finding::new("E023", place()).found(component.number.to_string());
                found.push(finding.expected(expected));
            } else if !component.statement.is_empty() && !asked.statements.contains(&component.statement) {
                let expected = format!("one of {}", asked.statements.join(" | "));
                found.push(Finding::new("E023", place()).found(&component.statement).expected(expected));
            }
            for id in component.evidence.iter().filter(|id| evaluation.item(id).is_none()) {
                found.push(Finding::new("E008", place()).found(id));
            }
        }
        for (number, text) in (1..).zip(&asked.components) {
            let stated = made.components.iter().find(|c| c.number == number).filter(|c| !c.statement.is_empty());
            match stated {
                None => found.push(Finding::new("E024", place()).found(format!("nothing on {number}: {text}"))),
                Some(stated) if stated.caveats.is_empty() && asked.statements.last() == Some(&stated.statement) => {
                    let finding = Finding::new("E024", place()).found(format!("{number}: {}", stated.statement));
                    found.push(finding.expected("what is still missing, as a caveat"));
                }
                Some(_) => {}
            }
        }
    }
    found
}
