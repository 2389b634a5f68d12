//! Disclosure control of a question's results: the flag `suppressed` tells whoever shows them.

use std::collections::BTreeSet;

use super::{Choices, Estimate, Flag};
use crate::disclosure::{self, Table, Thresholds};
use crate::instrument::{Question, QuestionKind, Valence};
use crate::results::{GroupResult, QuestionResult};

/// How many people of a group gave each response, and what they stand for in thousandths of a unit.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// People by response.
    pub counts: Vec<u64>,
    /// What they stand for.
    pub weighted: Vec<u64>,
    /// What all who answered stand for.
    pub base: u64,
    /// The most that one of them stands for.
    pub most: u64,
}

/// Hides a group.
pub fn hide(result: &mut GroupResult) {
    result.suppressed = true;
    for estimate in result.estimates_mut() {
        flag(estimate);
    }
}

/// Hides what is rare among everyone's answers; gives the responses that are hidden.
pub fn everyone(question: &Question, result: &mut GroupResult, tally: Tally, choices: &Choices) -> Vec<bool> {
    let table = table(question, std::slice::from_ref(result), vec![tally]);
    let rare = disclosure::everyone(&table, thresholds(choices));
    if rare.contains(&true) {
        let hidden = disclosure::protect(&table, &rare, Thresholds { base: 0, cell: 0 });
        hide_cells(result, &rare, hidden.nets[1], hidden.means[1]);
    }
    rare
}

/// Hides what is rare or small among the groups of one grouping, and what would give it away.
pub fn groups(question: &Question, groups: &mut [GroupResult], tallies: Vec<Tally>, rare: &[bool], choices: &Choices) {
    let hidden = disclosure::protect(&table(question, groups, tallies), rare, thresholds(choices));
    for (place, group) in groups.iter_mut().enumerate() {
        if hidden.bases[place] {
            hide(group);
        } else {
            hide_cells(group, &hidden.cells[place], hidden.nets[place], hidden.means[place]);
        }
    }
}

/// Hides every net of a question of which a response is hidden anywhere while its group is shown: nets add responses up, and the
/// range that a hidden count lies in was found without them.
pub fn nets(overall: &mut GroupResult, groups: &mut [GroupResult]) {
    let all = || std::iter::once(&*overall).chain(&*groups);
    if all().any(|group| !group.suppressed && group.shares.iter().any(Estimate::is_suppressed)) {
        let all = std::iter::once(&mut *overall).chain(&mut *groups);
        all.flat_map(|group| group.nets.iter_mut().chain(&mut group.more)).for_each(flag);
    }
    for group in std::iter::once(overall).chain(groups) {
        // A median or a mean place tells what a hidden mean does.
        if group.mean.as_ref().is_some_and(Estimate::is_suppressed) {
            group.more.iter_mut().for_each(flag);
        }
    }
}

/// Hides a score's mean wherever an answer to one of its items is hidden: less the means of the other items it would be the mean
/// of that item, which is hidden because it gives the counts away. `items` are the results of its items.
pub fn of_items(score: &mut QuestionResult, items: &[&QuestionResult]) {
    for group in std::iter::once(&mut score.overall).chain(&mut score.groups) {
        let twin = |item: &&QuestionResult| {
            let groups = std::iter::once(&item.overall).chain(&item.groups);
            groups.into_iter().find(|other| other.by == group.by && other.group == group.group).is_some_and(|other| {
                other.suppressed || other.shares.iter().chain(&other.mean).any(Estimate::is_suppressed)
            })
        };
        if items.iter().any(twin) {
            group.mean.iter_mut().for_each(flag);
        }
    }
}

/// Hides the small groups of a score, and what would give them away.
pub fn small(groups: &mut [GroupResult], choices: &Choices) {
    let bases: Vec<u64> = groups.iter().map(|group| group.people() as u64).collect();
    let hidden = disclosure::small_bases(&bases, choices.suppress_below as u64);
    groups.iter_mut().zip(hidden).filter(|(_, hidden)| *hidden).for_each(|(group, _)| hide(group));
}

/// Hides every grouping of a repeat's question in which anything is hidden, where there is another one: two tables of the same rows
/// may tell together what each alone does not.
pub fn whole_groupings(result: &mut QuestionResult) {
    let hides = |group: &&GroupResult| group.suppressed || group.estimates().any(Estimate::is_suppressed);
    let hidden: BTreeSet<String> = result.groups.iter().filter(hides).map(|group| group.by.clone()).collect();
    let several = result.groups.iter().any(|group| group.by != result.groups[0].by);
    result.groups.iter_mut().filter(|group| several && hidden.contains(&group.by)).for_each(hide);
}

fn hide_cells(result: &mut GroupResult, cells: &[bool], net: bool, mean: bool) {
    let shares = result.shares.iter_mut().zip(cells).filter(|(_, hidden)| **hidden).map(|(share, _)| share);
    let net = result.positive.iter_mut().filter(|_| net);
    let mean = result.mean.iter_mut().filter(|_| mean);
    shares.chain(net).chain(mean).for_each(flag);
}

pub(super) fn flag(estimate: &mut Estimate) {
    // These say something of the answers: that all are alike, or how wide the margin is.
    estimate.flags.retain(|flag| !matches!(flag, Flag::AllSame | Flag::Wide));
    if !estimate.is_suppressed() {
        estimate.flags.push(Flag::Suppressed);
    }
}

fn thresholds(choices: &Choices) -> Thresholds {
    Thresholds { base: choices.suppress_below as u64, cell: choices.suppress_cells_below as u64 }
}

/// Whether everybody gives one response: not where several boxes may be ticked, nor where there are no boxes.
pub(super) fn is_exclusive(question: &Question) -> bool {
    question.kind.has_scale() && question.kind != QuestionKind::Multiple
}

/// The responses in the positive share, if it is shown.
fn net(question: &Question, result: &GroupResult) -> Vec<bool> {
    let responses = question.scale.iter().flat_map(|scale| &scale.responses);
    responses.map(|response| result.positive.is_some() && response.valence == Valence::Positive).collect()
}

fn table(question: &Question, groups: &[GroupResult], tallies: Vec<Tally>) -> Table {
    Table {
        bases: groups.iter().map(|group| group.people() as u64).collect(),
        weighted_bases: tallies.iter().map(|tally| tally.base).collect(),
        most: tallies.iter().map(|tally| tally.most).collect(),
        weighted: tallies.iter().map(|tally| tally.weighted.clone()).collect(),
        counts: tallies.into_iter().map(|tally| tally.counts).collect(),
        exclusive: is_exclusive(question),
        net: groups.first().map_or_else(Vec::new, |group| net(question, group)),
    }
}
