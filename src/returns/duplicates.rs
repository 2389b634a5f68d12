//! Several returns for one reading of one unit: which one counts is a declared rule, and the others are kept beside it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::folder::{natural_order, version_order};
use super::row::outlives_its_row;
use super::rows::Candidate;
use super::sampled::Index;
use super::workbook::{Outcome, reason};
use super::{Duplicates, SetAside, double};
use crate::finding::{Finding, Place};
use crate::instrument::Instrument;

/// Sets aside the files that are copies of another one, byte by byte; the one with the shortest name stays, because copies
/// are called "Copy of return.xlsx" or "return (1).xlsx".
pub(super) fn same_files(outcomes: &mut [Outcome], index: &Index<'_>) {
    let mut order: Vec<usize> = (0..outcomes.len()).filter(|&at| !outcomes[at].workbook.hash.is_empty()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&outcomes[a].workbook.file, &outcomes[b].workbook.file);
        a.chars().count().cmp(&b.chars().count()).then_with(|| natural_order(a, b))
    });
    let mut originals: BTreeMap<String, String> = BTreeMap::new();
    for at in order {
        let copy = &mut outcomes[at];
        let Some(original) = originals.get(&copy.workbook.hash) else {
            originals.insert(copy.workbook.hash.clone(), copy.workbook.file.clone());
            continue;
        };
        copy.workbook.recognised = reason::SAME_FILE.to_owned();
        copy.workbook.blank = 0;
        copy.blank.clear();
        copy.findings.clear();
        let place = Place::file(&copy.workbook.file);
        copy.findings.push(Finding::new("R026", place).found(format!("the same bytes as {original}")));
        for row in &mut copy.set_aside {
            reason::SAME_FILE.clone_into(&mut row.reason);
        }
        for candidate in std::mem::take(&mut copy.candidates) {
            let serial = &index.sampled.units[candidate.unit].serial;
            copy.set_aside.push(candidate.set_aside(serial, reason::SAME_FILE));
        }
    }
}

/// A row with what its file says about it.
pub(super) struct Dated {
    pub row: Candidate,
    pub saved: Option<chrono::NaiveDateTime>,
}

/// The rows that count, those that do not, and what is to be said about them.
#[derive(Default)]
pub(super) struct Settled {
    pub kept: Vec<Candidate>,
    pub set_aside: Vec<SetAside>,
    pub findings: Vec<Finding>,
}

/// Keeps one row for each reading of each unit.
pub(super) fn settle(rows: Vec<Dated>, rule: Duplicates, instrument: &Instrument, index: &Index<'_>) -> Settled {
    let mut groups: BTreeMap<(usize, u8), Vec<Dated>> = BTreeMap::new();
    for dated in rows {
        groups.entry((dated.row.unit, dated.row.reading)).or_default().push(dated);
    }
    let mut settled = Settled::default();
    // Rows that say the same are many when a whole return comes again, and need one word for each pair of files.
    let mut identical: BTreeMap<(String, String), Vec<(Place, Place)>> = BTreeMap::new();
    unexpected_readings(&mut groups, index, &mut settled);
    for ((unit, _), mut group) in groups {
        let serial = &index.sampled.units[unit].serial;
        by_age(&mut group);
        double::compare(&mut group, rule, instrument, serial, &mut settled);
        let winner = winner(&group, rule);
        let kept = group.remove(winner).row;
        for other in group {
            // A concern that somebody wrote down once is not taken back by a later version.
            settled.findings.extend(other.row.findings.iter().filter(|finding| outlives_its_row(finding)).cloned());
            let place = |row: &Candidate| {
                Place::file(&row.origin.workbook).sheet(&row.origin.sheet).row(row.origin.row).unit(serial)
            };
            let used = Place { unit: String::new(), ..place(&kept) };
            if other.row.same_answers(&kept) {
                let files = (other.row.origin.workbook.clone(), kept.origin.workbook.clone());
                identical.entry(files).or_default().push((place(&other.row), used));
                settled.set_aside.push(other.row.set_aside(serial, reason::IDENTICAL));
                continue;
            }
            let code = if other.row.origin.workbook == kept.origin.workbook { "R038" } else { "R028" };
            let finding = Finding::new(code, place(&other.row)).found(format!("used instead: {used}"));
            settled.findings.push(finding.expected(in_words(rule)));
            settled.set_aside.push(other.row.set_aside(serial, reason::VERSION));
        }
        settled.kept.push(kept);
    }
    for ((file, used), rows) in identical {
        settled.findings.push(match rows.as_slice() {
            [(place, used)] => Finding::new("R027", place.clone()).found(format!("used instead: {used}")),
            rows => Finding::new("R027", Place::file(file)).found(format!("{} rows; used instead: {used}", rows.len())),
        });
    }
    settled
}

/// Makes a reading of its own of what another reader returned beside the one who was expected: the one that was expected of
/// that reader, or else a further one, with the next number. So every reader's reading is kept, under the reader's code.
fn unexpected_readings(groups: &mut BTreeMap<(usize, u8), Vec<Dated>>, index: &Index<'_>, settled: &mut Settled) {
    let keys: Vec<(usize, u8)> = groups.keys().copied().collect();
    for key @ (unit, reading) in keys {
        let Some(group) = groups.get_mut(&key) else { continue };
        let expected = index.reader(unit, reading).to_owned();
        let is_other = |dated: &Dated| dated.row.reader_known && dated.row.reader != expected;
        if group.iter().all(is_other) {
            // Nobody else has this reading: somebody took it over.
            continue;
        }
        let (others, own): (Vec<Dated>, Vec<Dated>) = std::mem::take(group).into_iter().partition(is_other);
        *group = own;
        let mut by_reader: BTreeMap<String, Vec<Dated>> = BTreeMap::new();
        for dated in others {
            by_reader.entry(dated.row.reader.clone()).or_default().push(dated);
        }
        for (reader, rows) in by_reader {
            let readings = &index.sampled.units[unit].readings;
            let asked_for = readings.iter().find(|expected| expected.reader == reader).map(|expected| expected.reading);
            let theirs = asked_for.or_else(|| {
                let taken = groups.range((unit, 0)..=(unit, u8::MAX)).map(|((_, number), _)| *number);
                taken.chain(readings.iter().map(|expected| expected.reading)).max()?.checked_add(1)
            });
            let theirs = theirs.unwrap_or(u8::MAX);
            let to = groups.entry((unit, theirs)).or_default();
            for mut dated in rows {
                dated.row.reading = theirs;
                if asked_for.is_none() {
                    let origin = &dated.row.origin;
                    let serial = &index.sampled.units[unit].serial;
                    let place = Place::file(&origin.workbook).sheet(&origin.sheet).row(origin.row).unit(serial);
                    settled.findings.push(Finding::new("R040", place));
                }
                to.push(dated);
            }
        }
    }
}

/// Puts versions in order, the earliest first: by the dates when the workbooks were last saved if all of them say it, else
/// by the names of the files; within one file by sheet and row.
fn by_age(group: &mut [Dated]) {
    let dated = group.iter().all(|dated| dated.saved.is_some());
    group.sort_by(|a, b| {
        let date = if dated { a.saved.cmp(&b.saved) } else { Ordering::Equal };
        date.then_with(|| version_order(&a.row.origin.workbook, &b.row.origin.workbook))
            .then_with(|| (a.row.sheet, a.row.origin.row).cmp(&(b.row.sheet, b.row.origin.row)))
    });
}

/// The place of the row that counts among versions in order of age.
pub(super) fn winner(group: &[Dated], rule: Duplicates) -> usize {
    let last = group.len().saturating_sub(1);
    match rule {
        Duplicates::First => 0,
        Duplicates::Latest => last,
        // The last of equals.
        Duplicates::MostComplete => {
            (0..group.len()).max_by_key(|&place| (group[place].row.filled, place)).unwrap_or(last)
        }
    }
}

fn in_words(rule: Duplicates) -> &'static str {
    match rule {
        Duplicates::Latest => "one return for each reading; by the rule \"latest\" the last one saved counts",
        Duplicates::MostComplete => {
            "one return for each reading; by the rule \"most-complete\" the one with the most answers counts"
        }
        Duplicates::First => "one return for each reading; by the rule \"first\" the first one saved counts",
    }
}
