//! How fieldwork stands: what has come of what went out, who has not replied, which reserve comes next, and why a unit is
//! where it is.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::run::Silent;
use super::{Definition, Sampling, fieldwork, plan};
use crate::draw::{self, Selected, Why, WhyNot};
use crate::error::Result;
use crate::finding::{self, Finding};
use crate::statistics::Critical;

/// How fieldwork stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// One row a stratum, then one a wave, then one a reader or batch, then the whole.
    pub rows: Vec<StatusRow>,
    /// Who has not replied and was not struck off, in the sample's order.
    pub outstanding: Vec<Outstanding>,
    /// The reserves, stratum by stratum in their order: those in use, and which one comes next.
    pub reserves: Vec<ReserveRow>,
    /// What is wrong with the release log.
    pub findings: Vec<Finding>,
}

/// How one part of fieldwork stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusRow {
    /// `stratum`, `wave`, `reader`, `batch` or `all`.
    pub part: &'static str,
    /// Its name.
    pub name: String,
    /// The day on which a wave goes out; empty otherwise.
    pub date: String,
    /// Units of the population; none for waves, readers and batches.
    pub population: Option<usize>,
    /// Forms sent out or files given to read.
    pub issued: usize,
    /// Forms or readings that came back.
    pub returned: usize,
    /// Units struck off by the release log that did not return.
    pub struck_off: usize,
    /// The 95% margin of a share of one half, in points, with what has come; none without returns, or where the part is no
    /// part of the population.
    pub margin_points: Option<f64>,
}

/// A unit that has not replied.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReserveRow {
    /// Its stratum.
    pub stratum: String,
    /// Its place in the order of the stratum, from 1.
    pub place: usize,
    /// Its serial.
    pub serial: String,
    /// `released`, `next` or `waiting`.
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
    },
}

impl std::fmt::Display for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reasons::LeftOut(why) => why.fmt(f),
            Reasons::Drawn { why, release_log } => {
                why.fmt(f)?;
                release_log.iter().try_for_each(|line| write!(f, "\n  release log    {line}"))
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
    let release_log = named.map_or(Vec::new(), |unit| told(&sampling, &unit.serial));
    Ok(Reasons::Drawn { why: Box::new(why), release_log })
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
pub fn status(definition: &Definition, seed: Option<&str>) -> Result<Status> {
    let instrument = definition.instrument()?;
    let sampling = Sampling::of(definition, seed)?;
    let plan = plan::plan(definition, &sampling)?;
    let returned = fieldwork::ingest(definition, &instrument, &sampling, &plan, &Silent)?.unwrap_or_default();
    let came: BTreeSet<(&str, u8)> =
        returned.responses.iter().map(|response| (response.serial.as_str(), response.reading)).collect();
    let replied = fieldwork::replied(&returned);
    let in_use = sampling.in_use();
    let is_closed = |unit: &Selected| {
        sampling.releases.struck_off(&unit.serial).is_some() && !replied.contains(unit.serial.as_str())
    };
    let row = |part, name: &str, units: &[&Selected]| StatusRow {
        part,
        name: name.to_owned(),
        date: String::new(),
        population: None,
        issued: units.len(),
        returned: units.iter().filter(|unit| replied.contains(unit.serial.as_str())).count(),
        struck_off: units.iter().filter(|unit| is_closed(unit)).count(),
        margin_points: None,
    };
    let mut rows = Vec::new();
    let mut variance = 0.0;
    for stratum in &sampling.sample.strata {
        let units: Vec<&Selected> = in_use.iter().copied().filter(|unit| unit.stratum == stratum.stratum).collect();
        let row = row("stratum", &stratum.stratum, &units);
        let share = stratum.population as f64 / sampling.sample.population as f64;
        let one = variance_of_half(row.returned, stratum.population);
        variance += share * share * one;
        rows.push(StatusRow { population: Some(stratum.population), margin_points: margin(one), ..row });
    }
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
    let all = row("all", "", &in_use);
    rows.push(StatusRow { population: Some(sampling.sample.population), margin_points: margin(variance), ..all });
    let mut findings: Vec<Finding> =
        sampling.frame.findings.iter().filter(|finding| finding.code.starts_with('D')).cloned().collect();
    findings.extend(sampling.releases.returned_all_the_same(&replied));
    finding::sort(&mut findings);
    Ok(Status { rows, outstanding: outstanding(&sampling, &plan, &replied), reserves: reserves(&sampling), findings })
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

fn reserves(sampling: &Sampling) -> Vec<ReserveRow> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    sampling
        .sample
        .reserve()
        .map(|unit| {
            let place = places.entry(&unit.stratum).or_default();
            *place += 1;
            let decision = sampling.releases.release_of(&unit.serial);
            let next = sampling.releases.next(&sampling.sample, &unit.stratum);
            ReserveRow {
                stratum: unit.stratum.clone(),
                place: *place,
                serial: unit.serial.clone(),
                state: match decision {
                    Some(_) => "released",
                    None if next.is_some_and(|next| next.serial == unit.serial) => "next",
                    None => "waiting",
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
fn variance_of_half(n: usize, population: usize) -> f64 {
    let (n, population) = (n as f64, population as f64);
    (1.0 - n / population) * 0.25 / n
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
        let of = |n| (margin(variance_of_half(n, 500)).unwrap_or(0.0) * 100.0).round() / 100.0;
        assert_eq!((of(90), of(100)), (9.35, 8.77));
        assert_eq!(margin(variance_of_half(0, 500)), None);
    }
}
