//! Why a unit is in the sample, in reserve, or in neither.

use std::fmt;

use serde::Serialize;

use super::number::{CLUSTER_RECIPE, RandomNumber, labelled, permanent};
use super::{DrawDesign, Method, Role, Sample, Unit};
use crate::error::{Error, Result};
use crate::frame::ExclusionRule;

/// What kept a unit out of the population.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhyNot {
    /// The identifier.
    pub id: String,
    /// The rule that left it out before the draw.
    #[serde(flatten)]
    pub rule: ExclusionRule,
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was left out before the draw and could not be drawn.", self.id)?;
        if !self.rule.reason.is_empty() {
            write!(f, "\n  reason         {}", self.rule.reason)?;
        }
        write!(f, "\n  rule           {}", self.rule.rule)
    }
}

/// What decided about a unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// The identifier.
    pub id: String,
    /// Main, reserve, or nothing where it was not drawn.
    pub role: Option<Role>,
    /// Its serial, where it has one.
    pub serial: Option<String>,
    /// Its stratum.
    pub stratum: String,
    /// Its permanent random number, as 16 hexadecimal digits.
    pub number: RandomNumber,
    /// The same as a fraction of one.
    pub fraction: f64,
    /// Its place by random number, from 1, among the units of its stratum (of its cluster, where clusters are drawn).
    pub place: usize,
    /// Among how many.
    pub among: usize,
    /// The units of its stratum in the main sample.
    pub drawn: usize,
    /// The units of its stratum in reserve.
    pub reserve: usize,
    /// How units are selected.
    pub method: Method,
    /// Where on the circle of numbers the draw begins.
    pub shift: f64,
    /// The random start of its stratum, where the method has one.
    pub start: Option<RandomNumber>,
    /// Its cluster and the cluster's random number, where clusters are drawn.
    pub cluster: Option<(String, RandomNumber)>,
}

/// Says why a unit is in the sample, in reserve, or in neither.
///
/// # Errors
/// When no unit has the identifier.
pub fn why(units: &[Unit], design: &DrawDesign, sample: &Sample, id: &str) -> Result<Why> {
    let Some(unit) = units.iter().find(|unit| unit.id == id) else {
        let error = Error::data(format!("no unit that could be drawn has the identifier \"{id}\""));
        let near = units.iter().map(|u| (strsim_distance(&u.id, id), u.id.as_str())).min();
        return Err(match near.filter(|(distance, _)| *distance <= 2) {
            Some((_, near)) => error.hint(format!("did you mean \"{near}\"?")),
            None => error.hint("it is not in the frame"),
        });
    };
    let number = permanent(&design.seed, id);
    let peers = || {
        units.iter().filter(|u| u.stratum == unit.stratum && (design.clusters.is_none() || u.cluster == unit.cluster))
    };
    let seen = |id: &str| permanent(&design.seed, id).seen_from(design.origin());
    let before = peers().filter(|u| (seen(&u.id), u.id.as_str()) < (seen(id), id)).count();
    let selected = sample.units.iter().find(|s| s.id == id);
    let stratum = sample.strata.iter().find(|s| s.stratum == unit.stratum);
    let cluster = unit.cluster.as_ref().filter(|_| design.clusters.is_some());
    Ok(Why {
        id: id.to_owned(),
        role: selected.map(|s| s.role),
        serial: selected.map(|s| s.serial.clone()),
        stratum: unit.stratum.clone(),
        number,
        fraction: number.fraction(),
        place: before + 1,
        among: peers().count(),
        drawn: stratum.map_or(0, |s| s.sample),
        reserve: stratum.map_or(0, |s| s.reserve),
        method: design.method,
        shift: design.shift,
        start: stratum.and_then(|s| s.start),
        cluster: cluster.map(|name| (name.clone(), labelled(CLUSTER_RECIPE, &design.seed, name))),
    })
}

fn strsim_distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 2 { usize::MAX } else { strsim::osa_distance(a, b) }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = match self.role {
            Some(Role::Main) => "is in the main sample",
            Some(Role::Reserve) => "is in reserve",
            None => "was not drawn",
        };
        write!(f, "{} {status}", self.id)?;
        if let Some(serial) = &self.serial {
            write!(f, ", with the serial {serial}")?;
        }
        writeln!(f, ".")?;
        writeln!(f, "  random number  {} = {} / 2^64", self.number, self.number.hex())?;
        writeln!(f, "  stratum        {}: {} drawn, {} in reserve", self.stratum, self.drawn, self.reserve)?;
        let within = if self.cluster.is_some() { "cluster" } else { "stratum" };
        writeln!(f, "  place          {} of {} by random number in its {within}", self.place, self.among)?;
        if self.shift > 0.0 {
            writeln!(f, "  shift          counted upwards from {}, and on from 0 after 1", self.shift)?;
        }
        if let Some((name, number)) = &self.cluster {
            writeln!(f, "  cluster        {name}, with the random number {number} = {} / 2^64", number.hex())?;
        }
        if let Some(start) = self.start {
            let list = if self.method == Method::Pps { "measures laid end to end" } else { "sorted list" };
            writeln!(f, "  random start   {start} = {} / 2^64 of an interval of the {list}", start.hex())?;
        }
        write!(f, "  rule           {}", self.rule())
    }
}

impl Why {
    fn rule(&self) -> String {
        let reserve = "the reserve is the next by random number";
        match (self.method, &self.cluster) {
            (Method::Simple, None) => {
                let after = match self.reserve {
                    0 => String::new(),
                    1 => ", the next is the reserve".to_owned(),
                    reserve => format!(", the next {reserve} are the reserve"),
                };
                format!("the {} smallest numbers of the stratum are the main sample{after}", self.drawn)
            }
            (Method::Simple, Some(_)) => {
                "the clusters with the smallest numbers are drawn, then the units with the smallest within each"
                    .to_owned()
            }
            (Method::Systematic, _) => format!("every interval of the sorted list gives one; {reserve}"),
            (Method::PpsPoisson, _) => format!(
                "those whose number lies below their working probability are taken, tried again until the size is met; {reserve}"
            ),
            (Method::Pps, _) => format!("every interval of the measures laid end to end gives one; {reserve}"),
        }
    }
}
