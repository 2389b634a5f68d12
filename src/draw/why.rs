//! Why a unit is in the sample, in reserve, or in neither.

use std::fmt;

use serde::Serialize;

use super::coordination::ClassDrawn;
use super::number::{CLUSTER_RECIPE, RandomNumber, labelled, permanent};
use super::{DrawDesign, Method, Purpose, Role, Sample, Unit};
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
    /// Where it stood in the earlier waves, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<String>,
    /// The units of its stratum with the same history, where earlier waves were taken into account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<ClassDrawn>,
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
    let history: Vec<&str> = unit.past.iter().map(|past| past.cell.as_str()).collect();
    let class = stratum.and_then(|s| s.classes.iter().find(|class| class.history == history)).cloned();
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
        earlier: stood(unit, design, selected.map(|s| s.role)),
        class,
    })
}

/// Where a unit stood in the earlier waves, and what follows.
fn stood(unit: &Unit, design: &DrawDesign, now: Option<Role>) -> Vec<String> {
    let of_panel =
        |(past, wave): (&super::Past, &super::Earlier)| wave.purpose == Purpose::Keep && past.role == Some(Role::Main);
    let in_panel = unit.past.iter().zip(&design.earlier).any(of_panel);
    let said = |(past, wave): (&super::Past, &super::Earlier)| {
        let file = &wave.file;
        let then = match (past.role, past.cell.is_empty()) {
            (Some(Role::Main), _) => format!("drawn in the earlier wave {file}"),
            (Some(Role::Reserve), _) => format!("held in reserve in the earlier wave {file}"),
            (None, false) => return format!("not drawn in the earlier wave {file}, in which it could have been"),
            (None, true) => return format!("not in the frame of the earlier wave {file}"),
        };
        let so = match (wave.purpose, past.role, now) {
            (Purpose::Keep, Some(Role::Main), Some(Role::Main)) => "so it is drawn again",
            (Purpose::Keep, Some(Role::Main), _) => "but more of its panel were there than were to be kept",
            (Purpose::Keep, ..) => "and only those of the main sample are kept",
            (Purpose::Avoid, ..) if in_panel => "but it is of the panel that is kept",
            (Purpose::Avoid, ..) => "so it is not drawn again",
        };
        format!("{then}, {so}")
    };
    unit.past.iter().zip(&design.earlier).map(said).collect()
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
            if self.class.is_some() {
                writeln!(f, "  rounding       {start} = {} / 2^64, for the shares of the histories", start.hex())?;
                return self.finish(f);
            }
            let list = if self.method == Method::Pps { "measures laid end to end" } else { "sorted list" };
            writeln!(f, "  random start   {start} = {} / 2^64 of an interval of the {list}", start.hex())?;
        }
        self.finish(f)
    }
}

impl Why {
    /// The lines about earlier waves, and the rule.
    fn finish(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.earlier {
            writeln!(f, "  earlier        {line}")?;
        }
        if let Some(class) = &self.class {
            let ClassDrawn { population, barred, panel, sample, kept, .. } = class;
            write!(f, "  history        {population} of its stratum have the same: ")?;
            writeln!(f, "{barred} to be avoided, {panel} of the panel; {sample} drawn, of whom {kept} of the panel")?;
        }
        write!(f, "  rule           {}", self.rule())
    }

    fn rule(&self) -> String {
        let reserve = "the reserve is the next by random number";
        if self.class.is_some() {
            return format!(
                "of those with the same history, the panel's largest numbers stay, and of the others who are not avoided the \
                 smallest are drawn (after a panel, the next); {reserve}"
            );
        }
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
