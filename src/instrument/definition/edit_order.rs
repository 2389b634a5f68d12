//! The order of edit rules: a rule comes after those that change what it looks at. Where that has no end, nobody could say
//! what the rules do, and the instrument is refused.

use std::ops::Range;

use super::Resolver;
use crate::error::Result;
use crate::instrument::{EditAction, EditRule, EditTest, Question};

/// What a rule looks at and changes, by questions.
struct Reach {
    reads: Vec<usize>,
    /// With what becomes of the answer.
    writes: Vec<(usize, Becomes)>,
}

/// What becomes of an answer: two rules with the same outcome do not disturb each other.
#[derive(Clone, Copy, PartialEq)]
enum Becomes {
    Missing,
    /// The answer of the rule with this place, for its question with this place.
    Answer(usize, usize),
}

impl Resolver<'_> {
    /// The rules pass by pass, within a pass in an order in which each comes after those that change what it looks at, and
    /// else as written.
    pub(super) fn edits_in_order(
        &self,
        rules: Vec<(EditRule, Range<usize>)>,
        questions: &[Question],
    ) -> Result<Vec<EditRule>> {
        let reach: Vec<Reach> =
            rules.iter().enumerate().map(|(place, (rule, _))| reach(place, rule, questions)).collect();
        let disturbs = |a: usize, b: usize| {
            let same = |x: Becomes, y: Becomes| match (x, y) {
                (Becomes::Answer(a, i), Becomes::Answer(b, j)) => same_answer(&rules[a].0, i, &rules[b].0, j),
                (x, y) => x == y,
            };
            a != b
                && rules[a].0.pass == rules[b].0.pass
                && reach[a].writes.iter().any(|(question, becomes)| {
                    let agrees = |(other, outcome): &(usize, Becomes)| other == question && same(*becomes, *outcome);
                    reach[b].reads.contains(question) && !reach[b].writes.iter().any(agrees)
                })
        };
        let mut order: Vec<usize> = Vec::new();
        let mut left: Vec<usize> = (0..rules.len()).collect();
        left.sort_by_key(|&place| (rules[place].0.pass, place));
        while let Some(&first) = left.first() {
            let pass = rules[first].0.pass;
            let free = |place: usize| rules[place].0.pass == pass && !left.iter().any(|&other| disturbs(other, place));
            match left.iter().position(|&place| free(place)) {
                Some(at) => order.push(left.remove(at)),
                None => {
                    let circle = circle(&left, pass, &disturbs, &rules);
                    let names: Vec<&str> = circle.iter().map(|&place| rules[place].0.id.as_str()).collect();
                    let place = rules[circle[0]].1.clone();
                    return Err(self
                        .fault(place, "edit rules go round in a circle", "from here and back")
                        .found(format!("{} -> {}", names.join(" -> "), names[0]))
                        .expected("rules of which none changes what an earlier one looks at")
                        .hint("say which comes last with pass = 2: the rules of a later pass do not call earlier ones again"));
                }
            }
        }
        let mut rules: Vec<Option<EditRule>> = rules.into_iter().map(|(rule, _)| Some(rule)).collect();
        Ok(order.into_iter().filter_map(|place| rules[place].take()).collect())
    }
}

/// A circle among rules of which each is disturbed by another: backwards from any of them until one comes again.
fn circle(
    left: &[usize],
    pass: u8,
    disturbs: &dyn Fn(usize, usize) -> bool,
    rules: &[(EditRule, Range<usize>)],
) -> Vec<usize> {
    let here: Vec<usize> = left.iter().copied().filter(|&place| rules[place].0.pass == pass).collect();
    let mut way = vec![here[0]];
    loop {
        let last = way[way.len() - 1];
        let Some(&before) = here.iter().find(|&&other| disturbs(other, last)) else { return way };
        if let Some(start) = way.iter().position(|&place| place == before) {
            let mut circle = way.split_off(start);
            // It was followed against its direction; it is told from the rule that is written first.
            circle.reverse();
            let first = (0..circle.len()).min_by_key(|&at| circle[at]).unwrap_or(0);
            circle.rotate_left(first);
            return circle;
        }
        way.push(before);
    }
}

fn reach(place: usize, rule: &EditRule, questions: &[Question]) -> Reach {
    // Contradictions within one answer are settled before, and whole returns and routing after the rules in order.
    let mut reads: Vec<usize> = match &rule.test {
        EditTest::When(condition) => {
            let each = rule.questions.iter().copied().filter(|_| condition.is_of_each());
            condition.questions().chain(each).collect()
        }
        EditTest::Routing if matches!(rule.action, EditAction::SetGate(_)) => rule.questions.clone(),
        _ => Vec::new(),
    };
    let mut writes = Vec::new();
    let questions_of = || rule.questions.iter().copied().enumerate();
    match (&rule.test, &rule.action) {
        (EditTest::When(_), EditAction::SetMissing(_)) => {
            writes.extend(rule.questions.iter().map(|&question| (question, Becomes::Missing)));
        }
        (EditTest::When(_), EditAction::Set(_)) => {
            writes.extend(questions_of().map(|(at, question)| (question, Becomes::Answer(place, at))));
        }
        (EditTest::Routing, EditAction::SetGate(_)) => {
            for (at, question) in questions_of() {
                if let Some(condition) = &questions[question].ask_if {
                    reads.push(condition.question);
                    writes.push((condition.question, Becomes::Answer(place, at)));
                }
            }
        }
        _ => {}
    }
    Reach { reads, writes }
}

fn same_answer(a: &EditRule, i: usize, b: &EditRule, j: usize) -> bool {
    match (&a.action, &b.action) {
        (EditAction::Set(x), EditAction::Set(y)) => x[i] == y[j],
        (EditAction::SetGate(x), EditAction::SetGate(y)) => x[i] == y[j],
        _ => false,
    }
}
