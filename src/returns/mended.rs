//! Returns that were sent back to be mended: each takes the place of the file whose hash it carries.
//!
//! The first file stays where it is and what it is; its rows are set aside where the mended one has them too, and what
//! changed is said. So a run shows which of the two was used, and why.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::Candidate;
use super::sampled::Index;
use super::spelling::tidy;
use super::workbook::{Outcome, reason};
use super::{Given, Repeated};
use crate::finding::{Finding, Place, Severity};
use crate::instrument::{Instrument, Question};

/// Findings about the columns and the version of a file, which say nothing of the one that took its place.
const OF_THE_FILE: [&str; 6] = ["R005", "R006", "R007", "R008", "R009", "R034"];

/// Sets aside what a mended return takes the place of; gives what is to be said.
pub(super) fn settle(outcomes: &mut [Outcome], instrument: &Instrument, index: &Index<'_>) -> Vec<Finding> {
    // Of several copies the one that was read: the others gave no rows.
    let read = outcomes.iter().enumerate().filter(|(_, outcome)| outcome.workbook.recognised != reason::SAME_FILE);
    let by_hash: BTreeMap<String, usize> =
        read.rev().map(|(at, outcome)| (outcome.workbook.hash.clone(), at)).collect();
    let mut pairs: Vec<(usize, usize)> = (0..outcomes.len())
        .filter(|&at| outcomes[at].workbook.recognised != reason::SAME_FILE)
        .filter_map(|at| Some((*by_hash.get(outcomes[at].workbook.mends.as_ref()?)?, at)))
        .filter(|(first, mended)| first != mended)
        .collect();
    // What was mended twice over: the first file gives way before the second.
    let before: BTreeMap<usize, usize> = pairs.iter().map(|&(first, mended)| (mended, first)).collect();
    let depth = |at: usize| std::iter::successors(before.get(&at), |at| before.get(at)).take(outcomes.len()).count();
    pairs.sort_by_key(|&(first, mended)| (depth(first), first, mended));
    let mut findings = Vec::new();
    for group in pairs.chunk_by(|a, b| a.0 == b.0) {
        findings.extend(take_the_place(outcomes, group, instrument, index));
    }
    findings
}

/// Sets aside the rows of a file that others mend. Where several mend one file all take its place, and the rule for duplicates decides
/// between them.
fn take_the_place(
    outcomes: &mut [Outcome],
    pairs: &[(usize, usize)],
    instrument: &Instrument,
    index: &Index<'_>,
) -> Vec<Finding> {
    let Some(&(first, _)) = pairs.first() else { return Vec::new() };
    let has = |outcome: &Outcome, row: &Candidate| {
        outcome.candidates.iter().position(|other| (other.unit, other.reading) == (row.unit, row.reading))
    };
    let earlier = std::mem::take(&mut outcomes[first].candidates);
    let (gone, kept): (Vec<Candidate>, Vec<Candidate>) =
        earlier.into_iter().partition(|row| pairs.iter().any(|&(_, mended)| has(&outcomes[mended], row).is_some()));
    let mut findings = Vec::new();
    for &(_, mended) in pairs {
        let outcome = &outcomes[mended];
        let mut changed = Vec::new();
        for row in &gone {
            let Some(later) = has(outcome, row).map(|at| &outcome.candidates[at]) else { continue };
            let differ = changes(instrument, row, later);
            if !differ.is_empty() {
                let serial = &index.sampled.units[row.unit].serial;
                changed.push(format!("{serial}: {}", differ.into_iter().collect::<Vec<_>>().join(", ")));
            }
        }
        let mut found = format!("in place of {}; ", outcomes[first].workbook.file);
        found.push_str(&match changed.as_slice() {
            [] => "no answer changed".to_owned(),
            rows => format!("changed in {}", rows.join("; ")),
        });
        if pairs.len() > 1 {
            found.push_str(&format!("; one of {} that do, and the rule for several returns decides", pairs.len()));
        }
        findings.push(Finding::new("R060", Place::file(&outcome.workbook.file)).found(found));
    }
    let last = pairs.last().map(|&(_, mended)| outcomes[mended].workbook.file.clone());
    let outcome = &mut outcomes[first];
    outcome.candidates = kept;
    outcome
        .findings
        .retain(|finding| finding.severity == Severity::Concern || !OF_THE_FILE.contains(&finding.code.as_str()));
    for row in gone {
        // A concern that somebody wrote down once is not taken back by a later version.
        outcome.findings.extend(row.findings.iter().filter(|f| super::row::outlives_its_row(f)).cloned());
        let serial = index.sampled.units[row.unit].serial.clone();
        outcome.set_aside.push(row.set_aside(&serial, reason::MENDED));
    }
    outcome.workbook.superseded_by = last;
    findings
}

/// The questions whose cells hold something else, by id; what stands in them is not repeated.
fn changes(instrument: &Instrument, first: &Candidate, later: &Candidate) -> BTreeSet<String> {
    let differ = |questions: &[Question], a: &[Given], b: &[Given]| -> Vec<String> {
        let all = questions.iter().zip(a.iter().zip(b));
        all.filter(|(_, (a, b))| tidy(&a.raw) != tidy(&b.raw)).map(|(question, _)| question.id.clone()).collect()
    };
    let mut found: BTreeSet<String> = differ(&instrument.questions, &first.given, &later.given).into_iter().collect();
    for (repeat, (a, b)) in instrument.repeats.iter().zip(first.repeats.iter().zip(&later.repeats)) {
        let row = |rows: &[Repeated], number: u32| rows.iter().find(|row| row.number == number).cloned();
        let numbers: BTreeSet<u32> = a.iter().chain(b).map(|row| row.number).collect();
        for number in numbers {
            match (row(a, number), row(b, number)) {
                (Some(a), Some(b)) => found.extend(differ(&repeat.form.questions, &a.answers, &b.answers)),
                _ => _ = found.insert(repeat.id.clone()),
            }
        }
    }
    found
}
