//! How fieldwork stands: what has come of what went out, who has not replied, which reserve comes next, and why a unit is
//! where it is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use super::run::Silent;
use super::{Definition, Sampling, fieldwork, plan, quality};
use crate::draw::{self, Selected, Why, WhyNot};
use crate::error::Result;
use crate::fieldwork::Disposition;
use crate::finding::{self, Finding};
use crate::frame;
use crate::returns::Returned;
use crate::statistics::Critical;
use crate::terms::StudyKind;

mod progress;
mod unit;

pub use progress::{Course, Progress};
pub use unit::Since;

/// How fieldwork stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// The study's title, organisation, period and notice, as pages carry them.
    pub study: StudyNamed,
    /// One row a stratum, then one a wave, then one a reader or batch, then one a way in which returns came, then one a day,
    /// then the whole.
    pub rows: Vec<StatusRow>,
    /// How it goes over the days.
    pub progress: Progress,
    /// Who has not replied and was not struck off, in the sample's order.
    pub outstanding: Vec<Outstanding>,
    /// The reserves, stratum by stratum in their order: those in use, and which one comes next.
    pub reserves: Vec<ReserveRow>,
    /// What is wrong with the release log.
    pub findings: Vec<Finding>,
}

/// The study, as a page about it names it.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyNamed {
    /// Its title.
    pub title: String,
    /// Who it is for.
    pub organisation: String,
    /// When fieldwork takes place, in words.
    pub period: String,
    /// What to know before anything else.
    pub notice: Option<String>,
    /// Whether people or readers answer.
    pub kind: StudyKind,
    /// The margin that figures for everyone should keep to, in points.
    pub rule: f64,
}

/// How one part of fieldwork stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusRow {
    /// `stratum`, `wave`, `reader`, `batch`, `mode`, `day` or `all`.
    pub part: &'static str,
    /// Its name.
    pub name: String,
    /// The day on which a wave goes out; empty otherwise.
    pub date: String,
    /// Units of the population; none for waves, readers and batches.
    pub population: Option<usize>,
    /// Forms sent out or files given to read; none for ways and days.
    pub issued: Option<usize>,
    /// Forms or readings that came back; of a day those that came on it.
    pub returned: usize,
    /// Units struck off by the release log that did not return.
    pub struck_off: usize,
    /// The 95% margin of a share of one half, in points, with what has come; none without returns, or where the part is no
    /// part of the population.
    pub margin_points: Option<f64>,
    /// What should have come by the day as at which it is told, of a day by that day; none where nothing was planned.
    pub planned: Option<f64>,
    /// What is expected to have come at the close; none where no response was said to be expected.
    pub expected: Option<f64>,
    /// The margin with what is expected to have come at the close.
    pub expected_margin_points: Option<f64>,
}

impl StatusRow {
    /// The share of what was issued that came back; none where nothing was issued, as for ways and days.
    pub fn response_rate(&self) -> Option<f64> {
        self.issued.filter(|issued| *issued > 0).map(|issued| self.returned as f64 / issued as f64)
    }
}

/// A unit that has not replied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outstanding {
    /// Its serial.
    pub serial: String,
    /// Its stratum.
    pub stratum: String,
    /// The batch or the readers that it went to.
    pub to: Vec<String>,
    /// The waves that it was written to in.
    pub waves: Vec<String>,
}

/// A reserve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReserveRow {
    /// Its stratum.
    pub stratum: String,
    /// Its place in the order of the stratum, from 1.
    pub place: usize,
    /// Its serial.
    pub serial: String,
    /// `released`; `due` where a unit was lost that no reserve stands for yet; `next`; or `waiting`.
    pub state: &'static str,
    /// The unit that it stands for.
    pub stands_for: String,
    /// The day of its release.
    pub date: String,
}

/// Why a unit of a study is where it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Reasons {
    /// It was left out before the draw.
    LeftOut(WhyNot),
    /// What the draw and the release log say about it.
    Drawn {
        /// The draw.
        #[serde(flatten)]
        why: Box<Why>,
        /// What the release log says, in sentences.
        release_log: Vec<String>,
        /// What became of it since.
        #[serde(flatten)]
        since: Since,
    },
}

impl std::fmt::Display for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reasons::LeftOut(why) => why.fmt(f),
            Reasons::Drawn { why, release_log, since } => {
                why.fmt(f)?;
                let log = release_log.iter().map(|line| ("release log", line.as_str()));
                log.chain(since.lines()).try_for_each(|(name, line)| write!(f, "\n  {name:<15}{line}"))
            }
        }
    }
}

/// Says why a unit of a study is in the sample, in reserve or in neither, and what became of it since.
///
/// # Errors
/// As [`run`](super::run()), and when no unit of the frame has the identifier or serial.
pub fn why(definition: &Definition, seed: Option<&str>, id: &str) -> Result<Reasons> {
    let sampling = Sampling::of(definition, seed)?;
    let named = sampling.sample.units.iter().find(|unit| unit.id == id || unit.serial.eq_ignore_ascii_case(id));
    let id = named.map_or(id, |unit| unit.id.as_str());
    if let Some(rule) = sampling.frame.excluded_by(id) {
        return Ok(Reasons::LeftOut(WhyNot { id: id.to_owned(), rule: rule.clone() }));
    }
    let why = draw::why(&sampling.units(), &sampling.record.design, &sampling.sample, id)?;
    let Some(unit) = named else {
        return Ok(Reasons::Drawn { why: Box::new(why), release_log: Vec::new(), since: Since::default() });
    };
    let release_log = told(&sampling, &unit.serial);
    Ok(Reasons::Drawn { why: Box::new(why), release_log, since: unit::since(definition, &sampling, &unit.serial)? })
}

/// What the release log says about a unit, in sentences.
fn told(sampling: &Sampling, serial: &str) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(decision) = sampling.releases.release_of(serial) {
        let (place, of) = decision.reserve_place.unwrap_or((0, 0));
        let order = if decision.out_of_order { ", before others that come first" } else { "" };
        let instead = match (&decision.unit, decision.replaces) {
            (Some(unit), true) => format!(" in place of {unit}"),
            _ => " in nobody's place".to_owned(),
        };
        lines.push(format!(
            "released on {}, as reserve {place} of {of} of its stratum{order},{instead}; decided by {}",
            decision.date, decision.decided_by
        ));
    }
    if let Some(decision) = sampling.releases.struck_off(serial) {
        let reason = decision.reason.map_or("a reason not stated", |reason| reason.words());
        let instead = match (&decision.reserve, decision.replaces) {
            (Some(reserve), true) => format!("replaced by {reserve}"),
            _ => "not replaced".to_owned(),
        };
        lines.push(format!("struck off on {}: {reason}; {instead}; decided by {}", decision.date, decision.decided_by));
    }
    lines
}

/// Looks at what came back so far.
///
/// # Errors
/// As [`run`](super::run()).
pub fn status(definition: &Definition, seed: Option<&str>, as_at: Option<NaiveDate>) -> Result<Status> {
    let instrument = definition.instrument()?;
    let sampling = Sampling::of(definition, seed)?;
    let plan = plan::plan(definition, &sampling)?;
    let mut returned = fieldwork::ingest(definition, &instrument, &sampling, &plan, &Silent)?.unwrap_or_default();
    let receipts = progress::receipts(definition, &sampling, &returned)?;
    if let Some(day) = as_at {
        progress::as_at(&mut returned, &receipts, day);
    }
    let kind = instrument.kind;
    let mut progress = progress::progress(definition, &sampling, kind, &returned, &receipts, as_at)?;
    let (opens, closes, day) = (progress.opens, progress.closes, progress.as_at);
    let planned = |course: &Course| course.planned(opens, closes, day?);
    let came: BTreeSet<(&str, u8)> =
        returned.responses.iter().map(|response| (response.serial.as_str(), response.reading)).collect();
    let replied = fieldwork::replied(&returned);
    let in_use = sampling.in_use();
    let is_closed = |unit: &Selected| sampling.is_closed(&unit.serial) && !replied.contains(unit.serial.as_str());
    let row = |part, name: &str, units: &[&Selected]| StatusRow {
        part,
        name: name.to_owned(),
        date: String::new(),
        population: None,
        issued: Some(units.len()),
        returned: units.iter().filter(|unit| replied.contains(unit.serial.as_str())).count(),
        struck_off: units.iter().filter(|unit| is_closed(unit)).count(),
        margin_points: None,
        planned: None,
        expected: None,
        expected_margin_points: None,
    };
    let mut rows = Vec::new();
    let (mut variance, mut at_close) = (0.0, 0.0);
    for (stratum, (_, course)) in sampling.sample.strata.iter().zip(&progress.strata) {
        let units: Vec<&Selected> = in_use.iter().copied().filter(|unit| unit.stratum == stratum.stratum).collect();
        let row = row("stratum", &stratum.stratum, &units);
        let share = stratum.population as f64 / sampling.sample.population as f64;
        let one = variance_of_half(row.returned as f64, stratum.population);
        variance += share * share * one;
        // What has come already cannot fall short of what was expected.
        let end = course.expected.map(|expected| expected.max(row.returned as f64));
        let closing = end.map_or(f64::NAN, |end| variance_of_half(end, stratum.population));
        at_close += share * share * closing;
        rows.push(StatusRow {
            population: Some(stratum.population),
            margin_points: margin(one),
            planned: planned(course),
            expected: end,
            expected_margin_points: margin(closing),
            ..row
        });
    }
    rows.sort_by_key(|row| frame::is_blank(&row.name));
    progress.strata.sort_by_key(|(name, _)| frame::is_blank(name));
    for wave in &plan.waves {
        let units: Vec<&Selected> = wave.units.iter().map(|&at| in_use[at]).collect();
        rows.push(StatusRow { date: wave.date.clone(), ..row("wave", &wave.name, &units) });
    }
    for batch in &plan.batches {
        let units: Vec<&Selected> = batch.units.iter().map(|&(at, _)| in_use[at]).collect();
        // Of a file that several readers read, every reading comes back by itself.
        let back = |(at, reading): &&(usize, u8)| came.contains(&(in_use[*at].serial.as_str(), *reading));
        let returned = batch.units.iter().filter(back).count();
        let part = if batch.is_reader { "reader" } else { "batch" };
        rows.push(StatusRow { returned, ..row(part, &batch.name, &units) });
    }
    rows.extend(modes(&sampling, &returned).into_iter().map(|(mode, count)| count_row("mode", mode, count)));
    rows.extend(days(&progress));
    let all = row("all", "", &in_use);
    let strata = rows.iter().filter(|row| row.part == "stratum");
    let expected = strata.map(|row| row.expected).sum::<Option<f64>>();
    rows.push(StatusRow {
        population: Some(sampling.sample.population),
        margin_points: margin(variance),
        planned: planned(&progress.all),
        expected,
        expected_margin_points: margin(at_close),
        ..all
    });
    let mut findings: Vec<Finding> =
        sampling.frame.findings.iter().filter(|finding| finding.code.starts_with('D')).cloned().collect();
    findings.extend(sampling.releases.returned_all_the_same(&replied));
    if as_at.is_none() {
        findings.extend(quality::settle(definition, &instrument, &sampling, &returned)?.findings);
    }
    finding::sort(&mut findings);
    Ok(Status {
        study: StudyNamed {
            title: definition.study.title.clone(),
            organisation: definition.study.organisation.clone(),
            period: definition.study.period.clone(),
            notice: definition.study.notice.clone(),
            kind,
            rule: definition.publish.rule,
        },
        rows,
        progress,
        outstanding: outstanding(&sampling, &plan, &replied),
        reserves: reserves(&sampling, &replied),
        findings,
    })
}

fn outstanding(sampling: &Sampling, plan: &plan::Plan, replied: &BTreeSet<&str>) -> Vec<Outstanding> {
    let in_use = sampling.in_use();
    let mut to: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for batch in &plan.batches {
        for &(at, _) in &batch.units {
            to.entry(in_use[at].serial.as_str()).or_default().push(&batch.name);
        }
    }
    let mut waves: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for wave in &plan.waves {
        for &at in &wave.units {
            waves.entry(in_use[at].serial.as_str()).or_default().push(&wave.name);
        }
    }
    fieldwork::outstanding(sampling, replied)
        .into_iter()
        .map(|unit| Outstanding {
            serial: unit.serial.clone(),
            stratum: unit.stratum.clone(),
            to: to.get(unit.serial.as_str()).into_iter().flatten().map(|name| (*name).to_owned()).collect(),
            waves: waves.get(unit.serial.as_str()).into_iter().flatten().map(|name| (*name).to_owned()).collect(),
        })
        .collect()
}

/// A row that only counts.
fn count_row(part: &'static str, name: String, returned: usize) -> StatusRow {
    StatusRow {
        part,
        name,
        date: String::new(),
        population: None,
        issued: None,
        returned,
        struck_off: 0,
        margin_points: None,
        planned: None,
        expected: None,
        expected_margin_points: None,
    }
}

/// How many returns came in each way: as the register says, else by the kind of file that they came in.
fn modes(sampling: &Sampling, returned: &Returned) -> BTreeMap<String, usize> {
    let kinds: BTreeMap<&str, &str> =
        returned.workbooks.iter().map(|file| (file.file.as_str(), file.recognised.as_str())).collect();
    let mut modes: BTreeMap<String, usize> = BTreeMap::new();
    for response in &returned.responses {
        let registered = sampling.register.of(&response.serial).map_or("", |entry| entry.mode.as_str());
        let kind = kinds.get(response.origin.workbook.as_str()).copied().unwrap_or_default();
        let mode = match (registered, kind.split_once(", ")) {
            ("", Some((_, export))) => export,
            ("", None) => "spreadsheet",
            (said, _) => said,
        };
        *modes.entry(mode.to_owned()).or_default() += 1;
    }
    modes
}

/// A row for every day on which something came.
fn days(progress: &Progress) -> Vec<StatusRow> {
    let mut before = 0;
    let mut rows = Vec::new();
    for &(day, sum) in &progress.all.returned {
        let planned = progress.all.planned(progress.opens, progress.closes, day);
        let row = count_row("day", String::new(), sum - before);
        rows.push(StatusRow { date: day.to_string(), planned, ..row });
        before = sum;
    }
    rows
}

/// How many units of a stratum were lost, not by their own will, and have no reserve that stands for them.
fn lost(sampling: &Sampling, stratum: &str, replied: &BTreeSet<&str>) -> usize {
    let is_lost = |unit: &&Selected| {
        let serial = unit.serial.as_str();
        let logged = sampling.releases.struck_off(serial);
        let registered = sampling.register.of(serial).map(|entry| entry.disposition);
        let gone = match (logged, registered) {
            (Some(decision), _) => !decision.replaces && decision.reason != Some(draw::release::Reason::Refused),
            (None, Some(Disposition::Ineligible | Disposition::Undeliverable | Disposition::Unable)) => true,
            _ => false,
        };
        unit.stratum == stratum && gone && !replied.contains(serial)
    };
    sampling.in_use().iter().filter(|unit| is_lost(unit)).count()
}

fn reserves(sampling: &Sampling, replied: &BTreeSet<&str>) -> Vec<ReserveRow> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let strata = sampling.sample.strata.iter().map(|stratum| stratum.stratum.as_str());
    let mut due: BTreeMap<&str, usize> = strata.map(|name| (name, lost(sampling, name, replied))).collect();
    let mut is_next: BTreeSet<&str> = BTreeSet::new();
    sampling
        .sample
        .reserve()
        .map(|unit| {
            let place = places.entry(&unit.stratum).or_default();
            *place += 1;
            let decision = sampling.releases.release_of(&unit.serial);
            ReserveRow {
                stratum: unit.stratum.clone(),
                place: *place,
                serial: unit.serial.clone(),
                state: match decision {
                    Some(_) => "released",
                    None => match due.get_mut(unit.stratum.as_str()) {
                        Some(left) if *left > 0 => {
                            *left -= 1;
                            "due"
                        }
                        _ if is_next.insert(&unit.stratum) => "next",
                        _ => "waiting",
                    },
                },
                stands_for: decision
                    .filter(|decision| decision.replaces)
                    .and_then(|decision| decision.unit.clone())
                    .unwrap_or_default(),
                date: decision.map_or(String::new(), |decision| decision.date.clone()),
            }
        })
        .collect()
}

/// (1 - n/N) p (1 - p) / n for p = 1/2; infinite without returns.
fn variance_of_half(n: f64, population: usize) -> f64 {
    (1.0 - n / population as f64) * 0.25 / n
}

fn margin(variance: f64) -> Option<f64> {
    variance.is_finite().then(|| 100.0 * Critical::Normal(0.95).value(f64::INFINITY) * variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The guide's rule of thumb with N = 500: 90 and 100 returns give 9.35 and 8.77 points.
    #[test]
    fn the_margin_is_that_of_the_rule_of_thumb() {
        let of = |n: f64| (margin(variance_of_half(n, 500)).unwrap_or(0.0) * 100.0).round() / 100.0;
        assert_eq!((of(90.0), of(100.0)), (9.35, 8.77));
        assert_eq!(margin(variance_of_half(0.0, 500)), None);
    }
}
