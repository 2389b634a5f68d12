//! How every unit of the sample ended: its disposition, from what came back, from the release log, and from the register that
//! the office keeps.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::instrument::{Answer, Instrument, QuestionKind};
use crate::returns::{Response, Returned};
use crate::statistics::response_rates::Outcomes;
use crate::terms::Missing;

mod disposition;
mod register;

pub use disposition::Disposition;
pub use register::{Entry, Register};

/// What a return is measured by.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// Places of the questions that count.
    pub questions: Vec<usize>,
    /// The least share of the questions that a return is asked which makes it complete.
    pub complete: f64,
    /// The least share that makes it partial; below it is broken off.
    pub partial: f64,
}

impl Thresholds {
    /// Every question but the open ones, and those that the office answers.
    pub fn closed_questions(instrument: &Instrument) -> Vec<usize> {
        let closed = |at: &usize| {
            let question = &instrument.questions[*at];
            question.kind != QuestionKind::Text && !instrument.is_record(question)
        };
        (0..instrument.questions.len()).filter(closed).collect()
    }

    /// How complete a return is: of the questions that it was asked those to which it says something, be it that nobody knows,
    /// that it does not apply or that nothing shall be said. 1 where none was asked.
    pub fn share(&self, response: &Response) -> f64 {
        let answers = || self.questions.iter().map(|&at| &response.answers[at].answer);
        let asked = answers().filter(|answer| answer.missing() != Some(Missing::NotAsked)).count();
        let silent = |answer: &&Answer| {
            matches!(answer.missing(), Some(Missing::NotAnswered | Missing::NotAsked | Missing::Unreadable))
        };
        let said = answers().filter(|answer| !silent(answer)).count();
        if asked == 0 { 1.0 } else { said as f64 / asked as f64 }
    }

    fn of(&self, response: &Response) -> Disposition {
        let share = self.share(response);
        if share >= self.complete {
            Disposition::Complete
        } else if share >= self.partial {
            Disposition::Partial
        } else {
            Disposition::BreakOff
        }
    }
}

/// The dispositions of units, and what contradicts itself.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// By serial.
    pub dispositions: BTreeMap<String, Disposition>,
    /// Where the register says one thing and the returns another.
    pub findings: Vec<Finding>,
}

/// Settles how units ended. What came back says most, then the log of units struck off (`struck_off` gives what it says),
/// then the register.
pub fn settle<'a>(
    serials: impl Iterator<Item = &'a str>,
    returned: &Returned,
    thresholds: &Thresholds,
    struck_off: impl Fn(&str) -> Option<Disposition>,
    register: &Register,
) -> Settled {
    let mut first: BTreeMap<&str, &Response> = BTreeMap::new();
    for response in &returned.responses {
        let kept = first.entry(&response.serial).or_insert(response);
        if response.reading < kept.reading {
            *kept = response;
        }
    }
    let nothing_left = returned.set_aside.iter().filter(|row| row.rule.is_some()).map(|row| row.serial.as_str());
    let nothing_left: BTreeSet<&str> = nothing_left.collect();
    let blank: BTreeSet<&str> = returned.blank.iter().map(|row| row.serial.as_str()).collect();
    let mut settled = Settled::default();
    for serial in serials {
        let registered = register.of(serial);
        let entered = registered.map(|entry| entry.disposition);
        let logged = struck_off(serial);
        let disposition = match first.get(serial) {
            Some(response) => thresholds.of(response),
            None => match logged.or(entered.filter(|entered| !entered.has_answers())) {
                Some(known) if known != Disposition::NotReturned => known,
                // An empty row of a workbook is no return yet; that one came has to be said.
                _ if nothing_left.contains(serial) => Disposition::ReturnedBlank,
                _ if blank.contains(serial) && entered.is_some_and(Disposition::has_answers) => {
                    Disposition::ReturnedBlank
                }
                _ => Disposition::NotReturned,
            },
        };
        if let Some(entry) = registered {
            let came = first.contains_key(serial);
            let contradicts = match entry.disposition {
                Disposition::ReturnedBlank => came,
                entered if entered.has_answers() => !disposition.has_answers(),
                entered => came || logged.is_some_and(|logged| logged != entered),
            };
            if contradicts {
                let finding = Finding::new("D022", entry.place.clone()).found(entry.disposition.words());
                let used = match (came, logged) {
                    (true, _) => "a return with answers, which counts".to_owned(),
                    (false, Some(logged)) => format!("{} by the release log, which counts", logged.words()),
                    (false, None) => "no return has come".to_owned(),
                };
                settled.findings.push(finding.expected(used));
            }
        }
        settled.dispositions.insert(serial.to_owned(), disposition);
    }
    settled
}

/// The outcomes of units, each with its weight.
pub fn outcomes(units: impl Iterator<Item = (Disposition, f64)>, not_returned: NotReturned) -> Outcomes {
    let mut sums = Outcomes::default();
    for (disposition, weight) in units {
        let part = match disposition {
            Disposition::Complete => &mut sums.complete,
            Disposition::Partial => &mut sums.partial,
            Disposition::BreakOff | Disposition::ReturnedBlank | Disposition::Refused => &mut sums.refusal,
            Disposition::NotReached => &mut sums.non_contact,
            Disposition::Unable => &mut sums.other,
            Disposition::Ineligible => &mut sums.ineligible,
            Disposition::Undeliverable => &mut sums.unknown,
            Disposition::NotReturned => match not_returned {
                NotReturned::Unknown => &mut sums.unknown,
                NotReturned::NotReached => &mut sums.non_contact,
            },
        };
        *part += weight;
    }
    sums
}

/// What somebody counts as of whom nothing was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotReturned {
    /// Unknown whether eligible, as in surveys by mail.
    #[default]
    Unknown,
    /// Eligible and not reached: the frame leaves no doubt that they belong to the population.
    NotReached,
}
