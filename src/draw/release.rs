//! The release log: which units of the sample could not be used, why, and which reserves were put to use.
//!
//! The log is a table (csv or a spreadsheet) that the study keeps while fieldwork goes on, one row for each decision:
//!
//! | column | what stands there |
//! | --- | --- |
//! | `date` | the day of the decision, `2026-03-31` |
//! | `serial` | the unit that cannot be used; empty where a reserve is released because more are needed |
//! | `reason` | one of [`Reason`]'s words |
//! | `reserve` | the serial of the reserve that is released, or `next` for the next in order; empty: not replaced |
//! | `decided_by` | the role of who decided, never a name |
//! | `stratum` | only where `serial` is empty and `reserve` is `next`; the column may be left out |
//!
//! It holds serials and no identities. A reserve that is released belongs to the sample from then on; the unit that it
//! stands for stays in the sample as one that did not return, so that a substitution never passes for a reply.

use std::collections::BTreeSet;

use super::{Role, Sample, Selected};
use crate::finding::{Finding, Place, Severity};
use crate::instrument::nearest;
use crate::terms::StudyKind;

mod log;
mod reason;

pub use log::{COLUMNS, Entry, Log, Mark};
pub use reason::Reason;

/// The word in the column `reserve` for the next reserve of the stratum.
const NEXT: &str = "next";

/// One decision of the log, followed through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The day, as the log has it.
    pub date: String,
    /// The stratum of the unit, or of the reserve where there is no unit.
    pub stratum: String,
    /// The serial of the unit that cannot be used.
    pub unit: Option<String>,
    /// Why; none where the log does not say it in one of the words for it.
    pub reason: Option<Reason>,
    /// The serial of the reserve that was released.
    pub reserve: Option<String>,
    /// The reserve's place in the order of its stratum, from 1, and how many reserves the stratum has.
    pub reserve_place: Option<(usize, usize)>,
    /// Whether the reserve stands for the unit; not where it belongs to another stratum.
    pub replaces: bool,
    /// Whether the reserve was released before others that came first.
    pub out_of_order: bool,
    /// The role of who decided, as the log has it.
    pub decided_by: String,
    /// Where it stands.
    pub place: Place,
}

/// The log followed through: what became of which unit, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Releases {
    /// The decisions that could be followed, in the log's order.
    pub decisions: Vec<Decision>,
    /// What is wrong with the log.
    pub findings: Vec<Finding>,
}

/// The log in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Reserves released.
    pub released: usize,
    /// Units struck off for which a reserve of their stratum stands.
    pub replaced: usize,
    /// Units struck off for which nobody stands.
    pub not_replaced: usize,
    /// Units struck off that do not belong to the population, and did not return all the same.
    pub ineligible: usize,
    /// Why units were struck off: in words, with how many were replaced and how many were not.
    pub reasons: Vec<(String, usize, usize)>,
}

impl Releases {
    /// Follows a log through. Rows that cannot be followed are findings, and change nothing.
    pub fn follow(log: &Log, sample: &Sample, kind: StudyKind) -> Self {
        let mut releases = Releases { decisions: Vec::new(), findings: log.findings.clone() };
        for entry in &log.entries {
            let decision = releases.decide(entry, sample, kind);
            releases.decisions.extend(decision);
        }
        releases
    }

    /// The serials of the reserves in use, in the order of their release.
    pub fn released(&self) -> impl Iterator<Item = &str> {
        self.decisions.iter().filter_map(|decision| decision.reserve.as_deref())
    }

    /// The decision by which a unit was struck off.
    pub fn struck_off(&self, serial: &str) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.unit.as_deref() == Some(serial))
    }

    /// The decision by which a reserve was released.
    pub fn release_of(&self, serial: &str) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.reserve.as_deref() == Some(serial))
    }

    /// Whether a unit was found not to belong to the population.
    pub fn is_ineligible(&self, serial: &str) -> bool {
        self.struck_off(serial).and_then(|decision| decision.reason).is_some_and(Reason::is_ineligible)
    }

    /// The next reserve of a stratum that has not been released.
    pub fn next<'s>(&self, sample: &'s Sample, stratum: &str) -> Option<&'s Selected> {
        reserves(sample, stratum).find(|reserve| self.release_of(&reserve.serial).is_none())
    }

    /// The log in numbers, given the serials that returned.
    pub fn tally(&self, returned: &BTreeSet<&str>) -> Tally {
        let mut tally = Tally { released: self.released().count(), ..Tally::default() };
        for decision in &self.decisions {
            let Some(unit) = &decision.unit else { continue };
            let words = decision.reason.map_or("not stated", Reason::words);
            if !tally.reasons.iter().any(|(known, ..)| known == words) {
                tally.reasons.push((words.to_owned(), 0, 0));
            }
            let (replaced, not) = (usize::from(decision.replaces), usize::from(!decision.replaces));
            tally.replaced += replaced;
            tally.not_replaced += not;
            if let Some(counts) = tally.reasons.iter_mut().find(|(known, ..)| known == words) {
                (counts.1, counts.2) = (counts.1 + replaced, counts.2 + not);
            }
            tally.ineligible += usize::from(self.is_ineligible(unit) && !returned.contains(unit.as_str()));
        }
        tally.reasons.sort();
        tally
    }

    /// What is to be said about units that were struck off and returned something all the same.
    pub fn returned_all_the_same(&self, returned: &BTreeSet<&str>) -> Vec<Finding> {
        let came = |decision: &&Decision| decision.unit.as_deref().is_some_and(|serial| returned.contains(serial));
        let finding = |decision: &Decision| {
            let reason = decision.reason.map_or("no reason in the log's words", Reason::words);
            let finding = Finding::new("D009", decision.place.clone()).found(reason);
            match decision.reason.is_some_and(Reason::is_ineligible) {
                true => finding.severity(Severity::Error),
                false => finding,
            }
        };
        self.decisions.iter().filter(came).map(finding).collect()
    }

    fn decide(&mut self, entry: &Entry, sample: &Sample, kind: StudyKind) -> Option<Decision> {
        let found = |serial: &str| sample.units.iter().find(|unit| unit.serial.eq_ignore_ascii_case(serial));
        let mut unit = None;
        if !entry.serial.is_empty() {
            let place = entry.place(Mark::Serial);
            let Some(named) = found(&entry.serial) else {
                self.findings.push(Finding::new("D001", place).found(entry.serial.clone()));
                return None;
            };
            if named.role == Role::Reserve && self.release_of(&named.serial).is_none() {
                let found = format!("{}, a reserve that was not released before", named.serial);
                self.findings.push(Finding::new("D001", place).found(found));
                return None;
            }
            if let Some(before) = self.struck_off(&named.serial) {
                let found = format!("{}, as in row {} already", named.serial, before.place.cell);
                self.findings.push(Finding::new("D002", place).found(found));
                return None;
            }
            unit = Some(named);
        }
        let reserve = self.reserve(entry, unit, sample);
        if unit.is_none() && reserve.is_none() {
            if entry.reserve.is_empty() {
                self.findings.push(Finding::new("D001", entry.place(Mark::Serial)).found("neither serial nor reserve"));
            }
            return None;
        }
        let reason = self.reason(entry, unit.is_some(), kind);
        self.examine_date_and_role(entry);
        let stratum = unit.or(reserve).map_or(String::new(), |unit| unit.stratum.clone());
        let replaces = unit.zip(reserve).is_some_and(|(unit, reserve)| unit.stratum == reserve.stratum);
        let order: Vec<&Selected> = reserve.map_or(Vec::new(), |reserve| reserves(sample, &reserve.stratum).collect());
        let at = reserve.and_then(|reserve| order.iter().position(|other| other.serial == reserve.serial));
        let passed_over = at.map(|at| &order[..at]).unwrap_or_default();
        let passed_over = passed_over.iter().find(|other| self.release_of(&other.serial).is_none());
        if let Some(first) = passed_over {
            self.findings.push(
                Finding::new("D006", entry.place(Mark::Reserve)).found(entry.reserve.clone()).expected(&*first.serial),
            );
        }
        Some(Decision {
            date: entry.date.clone(),
            stratum,
            unit: unit.map(|unit| unit.serial.clone()),
            reason,
            reserve: reserve.map(|reserve| reserve.serial.clone()),
            reserve_place: at.map(|at| (at + 1, order.len())),
            replaces,
            out_of_order: passed_over.is_some(),
            decided_by: entry.decided_by.clone(),
            place: entry.place(Mark::Serial),
        })
    }

    /// The reserve that an entry releases.
    fn reserve<'s>(&mut self, entry: &Entry, unit: Option<&Selected>, sample: &'s Sample) -> Option<&'s Selected> {
        if entry.reserve.is_empty() {
            return None;
        }
        let place = entry.place(Mark::Reserve);
        if entry.reserve.eq_ignore_ascii_case(NEXT) {
            let stratum = unit.map_or(entry.stratum.as_str(), |unit| unit.stratum.as_str());
            if !sample.strata.iter().any(|known| known.stratum == stratum) {
                let known: Vec<&str> = sample.strata.iter().map(|known| known.stratum.as_str()).collect();
                let mut finding = Finding::new("D005", entry.place(Mark::Stratum))
                    .found(if stratum.is_empty() { "no stratum" } else { stratum })
                    .expected(known.join(" | "));
                if let Some(near) = nearest(stratum, known.iter().copied()) {
                    finding = finding.hint(format!("did they mean {near:?}?"));
                }
                self.findings.push(finding);
                return None;
            }
            let next = self.next(sample, stratum);
            if next.is_none() {
                self.findings.push(Finding::new("D008", place).found(format!("none left in {stratum}")));
            }
            return next;
        }
        let named = sample.units.iter().find(|unit| unit.serial.eq_ignore_ascii_case(&entry.reserve));
        let Some(reserve) = named.filter(|unit| unit.role == Role::Reserve) else {
            let found = match named {
                Some(unit) => format!("{}, which is in the main sample", unit.serial),
                None => entry.reserve.clone(),
            };
            self.findings.push(Finding::new("D003", place).found(found).expected("a serial of the reserve, or next"));
            return None;
        };
        if let Some(before) = self.release_of(&reserve.serial) {
            let found = format!("{}, as in row {} already", reserve.serial, before.place.cell);
            self.findings.push(Finding::new("D004", place).found(found));
            return None;
        }
        if let Some(unit) = unit.filter(|unit| unit.stratum != reserve.stratum) {
            let finding = Finding::new("D007", place).found(format!("a reserve of {}", reserve.stratum));
            self.findings.push(finding.expected(format!("a reserve of {}", unit.stratum)));
        }
        Some(reserve)
    }

    fn reason(&mut self, entry: &Entry, has_unit: bool, kind: StudyKind) -> Option<Reason> {
        let reason = Reason::parse(&entry.reason, kind);
        // That more are needed is no reason why a unit cannot be used.
        let fits = reason.is_some_and(|reason| !has_unit || reason != Reason::MoreNeeded);
        if !fits {
            let known: Vec<&str> = Reason::of(kind).iter().map(|reason| reason.words()).collect();
            let mut finding = Finding::new("D010", entry.place(Mark::Reason))
                .found(if entry.reason.is_empty() { "nothing" } else { &entry.reason })
                .expected(known.join(" | "));
            if let Some(near) = nearest(&entry.reason, known.iter().copied()).filter(|_| reason.is_none()) {
                finding = finding.hint(format!("did they mean {near:?}?"));
            }
            self.findings.push(finding);
        }
        reason.filter(|_| fits)
    }

    fn examine_date_and_role(&mut self, entry: &Entry) {
        if chrono::NaiveDate::parse_from_str(&entry.date, "%Y-%m-%d").is_err() {
            let found = if entry.date.is_empty() { "nothing" } else { &entry.date };
            self.findings
                .push(Finding::new("D011", entry.place(Mark::Date)).found(found).expected("a date such as 2026-03-31"));
        }
        if entry.decided_by.is_empty() {
            let finding = Finding::new("D011", entry.place(Mark::DecidedBy)).found("nothing");
            self.findings.push(finding.expected("the role of who decided"));
        }
    }
}

/// The reserves of a stratum in their order.
fn reserves<'s>(sample: &'s Sample, stratum: &str) -> impl Iterator<Item = &'s Selected> {
    sample.units.iter().filter(move |unit| unit.role == Role::Reserve && unit.stratum == stratum)
}

#[cfg(test)]
mod tests;
