//! What is to be said about one answer of a row: what was wrong in its cell, and what the edit rules made of it.

use super::answer::{Fault, Read};
use super::spelling::quoted;
use crate::editing::{Edit, Edited};
use crate::finding::{Finding, Place};
use crate::instrument::{Answer, EditAction, EditRule, EditTest, Instrument, Question, QuestionKind};

/// What is to be said about the answer to one question. `place` is that of a column of the row, or of the question's first.
pub(super) fn about(
    instrument: &Instrument,
    number: usize,
    read: &mut Read,
    edited: &Edited,
    place: &dyn Fn(Option<u32>) -> Place,
) -> Vec<Finding> {
    let question = &instrument.questions[number];
    let here =
        || edited.edits.iter().filter(|edit| edit.question == number).map(|edit| (edit, &instrument.edits[edit.rule]));
    let by_condition = |rule: &EditRule| matches!(rule.test, EditTest::When(_));
    let mut findings = Vec::new();
    let settled = here().any(|(_, rule)| by_condition(rule));
    let way = here().rfind(|(_, rule)| rule.test == EditTest::Routing);
    let kept = way.is_some_and(|(edit, rule)| rule.action.keeps() && edit.before == edit.after);
    let passed_by = !edited.asked[number] && !read.blank;
    if passed_by && !kept && !settled {
        let expected = why_not_asked(instrument, question, &edited.answers);
        findings.push(Finding::new("R023", place(None)).found(words(question, &read.raw)).expected(expected));
    } else {
        let conflict =
            here().find(|(_, rule)| matches!(rule.test, EditTest::OneBox | EditTest::Exclusive | EditTest::Range));
        // A number out of bounds of which a rule asks in so many words is that rule's alone: one finding for one fault.
        let spoken_for = here().any(|(_, rule)| match &rule.test {
            EditTest::When(condition) => rule.action != EditAction::Keep && condition.looks_at_cell(number),
            _ => false,
        });
        for fault in read.faults.drain(..).filter(|fault| !(spoken_for && fault.code == "R019")) {
            let rule = conflict.filter(|_| CONFLICTS.contains(&fault.code));
            match rule.map(|(edit, rule)| (edit, rule, &rule.action)) {
                None | Some((_, _, EditAction::SetMissing(_))) => findings.push(finding(fault, place)),
                Some((edit, rule, _)) => findings.extend(applied(question, edit, rule, &read.raw, place)),
            }
        }
    }
    for (edit, rule) in here() {
        let gate = matches!(rule.action, EditAction::SetGate(_)) && !rule.questions.contains(&number);
        let warned = rule.test == EditTest::Routing && rule.action == EditAction::Warn && edit.before == edit.after;
        if by_condition(rule) || gate || warned {
            findings.extend(applied(question, edit, rule, &read.raw, place));
        }
    }
    findings
}

/// The findings about answers that contradict themselves or the question, whose treatment a rule may declare.
const CONFLICTS: [&str; 4] = ["R014", "R015", "R019", "R022"];

/// What a declared rule did; nothing where it only counts.
fn applied(
    question: &Question,
    edit: &Edit,
    rule: &EditRule,
    raw: &str,
    place: &dyn Fn(Option<u32>) -> Place,
) -> Option<Finding> {
    let about = format!("edit rule {}: {}", rule.id, rule.label);
    match rule.action {
        EditAction::Keep => None,
        EditAction::Warn => Some(Finding::new("R051", place(None)).found(words(question, raw)).expected(about)),
        _ => {
            let becomes = match &edit.after {
                Answer::Missing(kind) => format!("no answer ({})", kind.label().to_lowercase()),
                _ if question.kind == QuestionKind::Text => "other words".to_owned(),
                after => quoted(&question.code(after)),
            };
            let finding = Finding::new("R050", place(None)).found(words(question, raw));
            Some(finding.expected(format!("read as {becomes} by {about}")))
        }
    }
}

/// What stands in a cell; open answers are not repeated.
pub(super) fn words(question: &Question, raw: &str) -> String {
    if question.kind == QuestionKind::Text { "words".to_owned() } else { quoted(raw) }
}

fn finding(fault: Fault, place: &dyn Fn(Option<u32>) -> Place) -> Finding {
    let finding = Finding::new(fault.code, place(fault.column)).found(fault.found).expected(fault.expected);
    match fault.hint {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// Why nothing should stand in a cell.
fn why_not_asked(instrument: &Instrument, question: &Question, answers: &[Answer]) -> String {
    let Some(condition) = &question.ask_if else {
        return match &question.written.relevant {
            Some(formula) => format!("nothing: the question is asked only if {}", formula.text),
            None => "nothing: the form that was filled in does not ask it".to_owned(),
        };
    };
    let gate = &instrument.questions[condition.question];
    let label = |code: &String| {
        let response = gate.scale.as_ref().and_then(|scale| scale.responses.iter().find(|r| r.code == *code));
        format!("{:?}", response.map_or(code.as_str(), |r| r.label.as_str()))
    };
    let leads = condition.codes.iter().map(label).collect::<Vec<_>>().join(" or ");
    let answer = &answers[condition.question];
    let is = match (answer, &gate.scale) {
        (Answer::Response(response), Some(scale)) => {
            scale.responses.get(*response).map_or(String::new(), |r| format!("{:?}", r.label))
        }
        (Answer::Missing(kind), _) => kind.label().to_lowercase(),
        (answer, _) => format!("{:?}", gate.code(answer)),
    };
    format!("nothing: {:?} is {is}, and the question is asked only after {leads}", gate.label)
}
