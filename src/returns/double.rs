//! Forms that two clerks keyed: what they typed differently becomes a finding at both cells, and the first clerk's row is
//! used until they agree.

use super::duplicates::{Dated, Settled, winner};
use super::rows::Candidate;
use super::spelling::{quoted, tidy};
use super::workbook::reason;
use super::{Duplicates, Given};
use crate::finding::{Finding, Place};
use crate::instrument::{Answer, Instrument, Question, QuestionKind};
use crate::issue::key_entry::Entry;
use crate::terms::Missing;

/// Compares the rows of one form, in order of age, and takes the second clerk's out.
pub(super) fn compare(
    group: &mut Vec<Dated>,
    rule: Duplicates,
    instrument: &Instrument,
    serial: &str,
    settled: &mut Settled,
) {
    let keyed = |dated: &Dated, entry: Entry| dated.row.entry == Some(entry);
    let (mut second, rest): (Vec<Dated>, Vec<Dated>) =
        std::mem::take(group).into_iter().partition(|dated| keyed(dated, Entry::Second));
    *group = rest;
    if second.is_empty() || group.is_empty() {
        let lonely = second.first().or_else(|| group.iter().find(|dated| keyed(dated, Entry::First)));
        settled.findings.extend(lonely.map(|dated| Finding::new("K002", row_of(&dated.row, serial))));
        group.append(&mut second);
        return;
    }
    let used = second.remove(winner(&second, rule)).row;
    for earlier in second {
        settled
            .findings
            .push(Finding::new("R028", row_of(&earlier.row, serial)).found("keyed again by the same clerk"));
        settled.set_aside.push(earlier.row.set_aside(serial, reason::VERSION));
    }
    let first = &group[winner(group, rule)].row;
    for (question, (ours, theirs)) in instrument.questions.iter().zip(first.given.iter().zip(&used.given)) {
        if agree(ours, theirs) {
            continue;
        }
        let here = cell_of(first, ours, question, serial);
        let there = cell_of(&used, theirs, question, serial);
        let finding = |place: &Place, given: &Given, other: &Place, meant: &Given| {
            let other = Place { unit: String::new(), question: String::new(), ..other.clone() };
            Finding::new("K001", place.clone())
                .found(typed(question, given))
                .expected(format!("the same as in {other}: {}", typed(question, meant)))
        };
        settled.findings.push(finding(&here, ours, &there, theirs));
        settled.findings.push(finding(&there, theirs, &here, ours));
    }
    settled.set_aside.push(used.set_aside(serial, reason::KEYED_TWICE));
}

/// Whether two clerks typed the same: the same to the letter, or two spellings of one answer. Routing has no say: where a
/// question was not asked only because another was keyed differently, that other one is the difference.
fn agree(a: &Given, b: &Given) -> bool {
    let told = !matches!(a.answer, Answer::Missing(Missing::Unreadable | Missing::NotAsked));
    tidy(&a.raw) == tidy(&b.raw) || (told && a.answer == b.answer)
}

fn row_of(row: &Candidate, serial: &str) -> Place {
    Place::file(&row.origin.workbook).sheet(&row.origin.sheet).row(row.origin.row).unit(serial)
}

fn cell_of(row: &Candidate, given: &Given, question: &Question, serial: &str) -> Place {
    let place = Place::file(&row.origin.workbook).sheet(&row.origin.sheet).unit(serial).question(&question.id);
    match given.column {
        Some(column) => place.cell(row.origin.row, column),
        None => place.row(row.origin.row),
    }
}

/// What was typed, but for words, which are never repeated in a finding.
fn typed(question: &Question, given: &Given) -> String {
    match question.kind {
        _ if tidy(&given.raw).is_empty() => "nothing".to_owned(),
        QuestionKind::Text => "words".to_owned(),
        _ => quoted(&given.raw),
    }
}
