//! How often each rule applied, and what it left.

use std::collections::BTreeSet;

use super::Edit;
use crate::instrument::{Answer, EditTest, Instrument};

/// One rule in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCount {
    /// The rule, as its place in [`Instrument::edits`].
    pub rule: usize,
    /// Returns that it applied to.
    pub returns: usize,
    /// Answers that it applied to; of a rule about whole returns the returns.
    pub answers: usize,
    /// Answers to its questions just before it.
    pub before: usize,
    /// Answers to its questions just after it.
    pub after: usize,
    /// The places of the questions that it acts on, a gate that it opened among them.
    pub touched: Vec<usize>,
}

/// Counts the rules of an instrument, in their order. `returns` gives for each return its answers after editing and its
/// edits; `blank` the rule of every return of which nothing was left.
pub fn count<'a>(
    instrument: &Instrument,
    returns: impl Iterator<Item = (Vec<&'a Answer>, &'a [Edit])>,
    blank: &[usize],
) -> Vec<RuleCount> {
    let questions = instrument.questions.len();
    // Answers as given to each question, then by how much each rule changes that.
    let mut answered = vec![0i64; questions];
    let mut change = vec![vec![0i64; questions]; instrument.edits.len()];
    let mut applied = vec![(0usize, 0usize); instrument.edits.len()];
    let is = |answer: &Answer| i64::from(answer.missing().is_none());
    for (answers, edits) in returns {
        for (at, answer) in answers.iter().enumerate() {
            let first = edits.iter().find(|edit| edit.question == at);
            answered[at] += is(first.map_or(answer, |edit| &edit.before));
        }
        for edit in edits {
            change[edit.rule][edit.question] += is(&edit.after) - is(&edit.before);
        }
        let concerned = || edits.iter().filter(|edit| edit.concerns_an_answer() || is_of_whole(instrument, edit.rule));
        for rule in concerned().map(|edit| edit.rule).collect::<BTreeSet<_>>() {
            applied[rule].0 += 1;
            applied[rule].1 += concerned().filter(|edit| edit.rule == rule).count();
        }
    }
    for &rule in blank {
        applied[rule].0 += 1;
        applied[rule].1 += 1;
    }
    let mut counts = Vec::with_capacity(instrument.edits.len());
    for (place, rule) in instrument.edits.iter().enumerate() {
        // A gate that is set is not among the rule's questions, but it is what the rule changes.
        let touched: Vec<usize> =
            (0..questions).filter(|at| rule.questions.contains(at) || change[place][*at] != 0).collect();
        let sum = |answered: &[i64]| touched.iter().map(|&at| answered[at]).sum::<i64>();
        let before = sum(&answered);
        for (total, by) in answered.iter_mut().zip(&change[place]) {
            *total += by;
        }
        let number = |count: i64| usize::try_from(count).unwrap_or_default();
        let (returns, answers) = applied[place];
        let after = sum(&answered);
        counts.push(RuleCount { rule: place, returns, answers, before: number(before), after: number(after), touched });
    }
    counts
}

fn is_of_whole(instrument: &Instrument, rule: usize) -> bool {
    instrument.edits[rule].test == EditTest::Blank
}
