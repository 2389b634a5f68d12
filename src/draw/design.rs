//! The design of a draw: what is decided before chance comes in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::number::RandomNumber;
use super::{Earlier, MinimumBy, coordination};
use crate::error::{Error, Result};
use crate::statistics::allocation::{Rule, Rules, StratumSize};

/// How units are selected within a stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Simple random sampling without replacement: the smallest permanent random numbers.
    #[default]
    Simple,
    /// Every I-th of the list in the order of the sort columns, from a random start, with a fractional interval I.
    Systematic,
    /// Systematic with probability proportional to a measure of size.
    Pps,
    /// Conditional Poisson with probability proportional to a measure of size: fixed size, known joint probabilities.
    PpsPoisson,
}

impl Method {
    /// Whether probabilities go by a measure of size.
    pub fn by_size(self) -> bool {
        matches!(self, Method::Pps | Method::PpsPoisson)
    }

    /// The name as it stands on the command line and in records.
    pub fn name(self) -> &'static str {
        match self {
            Method::Simple => "simple",
            Method::Systematic => "systematic",
            Method::Pps => "pps",
            Method::PpsPoisson => "pps-poisson",
        }
    }
}

/// How the sample is shared out over strata; see [`crate::statistics::allocation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allocation {
    /// In proportion to the population.
    #[default]
    Proportional,
    /// The same number in every stratum.
    Equal,
    /// By population times standard deviation.
    Neyman,
    /// By a power of the population.
    Power,
    /// Numbers fixed beforehand.
    Fixed,
}

impl Allocation {
    /// The name as it stands on the command line and in records.
    pub fn name(self) -> &'static str {
        match self {
            Allocation::Proportional => "proportional",
            Allocation::Equal => "equal",
            Allocation::Neyman => "neyman",
            Allocation::Power => "power",
            Allocation::Fixed => "fixed",
        }
    }
}

/// That clusters are drawn, and how many units of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clusters {
    /// How many units are drawn in each cluster by simple random sampling; all of them where this is absent. A cluster
    /// with fewer is taken whole.
    pub per_cluster: Option<usize>,
}

/// What is decided before chance comes in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawDesign {
    /// The text from which every random number follows.
    pub seed: String,
    /// How many units (clusters, where clusters are drawn) the main sample has.
    pub size: usize,
    /// How the size is shared out over strata.
    #[serde(default)]
    pub allocation: Allocation,
    /// At least so many in every stratum; a smaller stratum is taken whole. Never less than 1: a stratum without a unit
    /// in the sample could not be estimated.
    #[serde(default = "one")]
    pub minimum: usize,
    /// At most so many in any stratum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<usize>,
    /// Strata of at most so many units are taken whole.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub take_all: usize,
    /// Strata that are taken whole whatever their size.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certain: Vec<String>,
    /// The exponent of the power allocation.
    #[serde(default = "half")]
    pub exponent: f64,
    /// The standard deviation in each stratum, for the Neyman allocation; where there are none, those of the measure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deviations: BTreeMap<String, f64>,
    /// The numbers of a fixed allocation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<String, usize>,
    /// How units (clusters) are selected within a stratum.
    #[serde(default)]
    pub method: Method,
    /// Whether clusters are drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clusters: Option<Clusters>,
    /// Where on the circle of random numbers the draw begins, as a fraction of one: waves under one seed that begin far
    /// enough apart have nobody in common.
    #[serde(default, skip_serializing_if = "is_none_at_all")]
    pub shift: f64,
    /// How many are held in reserve, in all, shared out over strata as the main sample is.
    #[serde(default)]
    pub reserve: usize,
    /// A least number for every level of some of the strata columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub minimums: Vec<MinimumBy>,
    /// The earlier waves that are avoided or kept; every unit says where it stood in each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
}

fn one() -> usize {
    1
}

fn half() -> f64 {
    0.5
}

fn is_none_at_all(fraction: &f64) -> bool {
    *fraction == 0.0
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl DrawDesign {
    /// A simple random sample of `size`, proportionally allocated, without reserve; set the other fields as needed.
    ///
    /// ```
    /// use quorate::draw::DrawDesign;
    /// let design = DrawDesign { minimum: 5, reserve: 40, ..DrawDesign::new("carers-2026", 200) };
    /// assert_eq!(design.allocation.name(), "proportional");
    /// ```
    pub fn new(seed: impl Into<String>, size: usize) -> Self {
        DrawDesign {
            seed: seed.into(),
            size,
            allocation: Allocation::Proportional,
            minimum: 1,
            maximum: None,
            take_all: 0,
            certain: Vec::new(),
            exponent: half(),
            deviations: BTreeMap::new(),
            fixed: BTreeMap::new(),
            method: Method::Simple,
            clusters: None,
            shift: 0.0,
            reserve: 0,
            minimums: Vec::new(),
            earlier: Vec::new(),
        }
    }

    /// The point from which random numbers are seen.
    pub(super) fn origin(&self) -> RandomNumber {
        RandomNumber::at(self.shift).unwrap_or(RandomNumber { k: 0 })
    }

    /// Looks for what no frame could satisfy.
    pub(super) fn check(&self) -> Result<()> {
        if self.seed.trim().is_empty() {
            return Err(Error::usage("a draw needs a seed")
                .expected("any text that is fixed before the draw, such as a date or a lottery number")
                .hint("give --seed TEXT, or seed under [draw] in the pipeline file"));
        }
        if self.seed.contains(['\n', '\r']) {
            return Err(Error::usage("the seed must be one line").found(format!("{:?}", self.seed)));
        }
        if RandomNumber::at(self.shift).is_none() {
            return Err(Error::usage("--shift must be at least 0 and less than 1").found(self.shift.to_string()));
        }
        if self.size == 0 {
            return Err(Error::usage("the size of a sample must be at least 1"));
        }
        if self.clusters.is_some_and(|c| c.per_cluster == Some(0)) {
            return Err(Error::usage("at least 1 unit must be drawn in each cluster"));
        }
        if self.clusters.is_some() && !self.minimums.is_empty() {
            return Err(Error::usage("minimums by column count units, and clusters are drawn whole")
                .hint("take the minimums by column or the clusters away"));
        }
        coordination::check(self)
    }

    /// The allocation rules for strata of these names (in order) and sizes.
    pub(super) fn rules(&self, names: &[&str], sizes: &mut [StratumSize]) -> Result<Rules> {
        let by_name = |map: &BTreeMap<String, f64>, what: &str| -> Result<Vec<f64>> {
            known_strata(map.keys(), names, what)?;
            names.iter().map(|name| map.get(*name).copied().ok_or_else(|| lacks(name, what))).collect()
        };
        let rule = match self.allocation {
            Allocation::Proportional => Rule::Proportional,
            Allocation::Equal => Rule::Equal,
            Allocation::Power => Rule::Power { exponent: self.exponent },
            Allocation::Neyman => {
                if !self.deviations.is_empty() {
                    let deviations = by_name(&self.deviations, "standard deviation")?;
                    sizes.iter_mut().zip(deviations).for_each(|(size, s)| size.deviation = s);
                } else if sizes.iter().any(|size| size.deviation.is_nan()) {
                    return Err(Error::usage("the Neyman allocation needs the standard deviation of every stratum")
                        .hint("give --deviations NAME=S,... or --measure COL, a column whose deviations are taken"));
                }
                Rule::Neyman
            }
            Allocation::Fixed => {
                known_strata(self.fixed.keys(), names, "fixed number")?;
                let fixed =
                    names.iter().map(|name| self.fixed.get(*name).copied().ok_or_else(|| lacks(name, "fixed number")));
                Rule::Fixed(fixed.collect::<Result<_>>()?)
            }
        };
        let minimum = if self.allocation == Allocation::Fixed { 0 } else { self.minimum.max(1) };
        known_strata(self.certain.iter(), names, "certainty")?;
        let whole = (0..names.len()).filter(|&h| self.certain.iter().any(|name| name == names[h])).collect();
        Ok(Rules { rule, minimum, maximum: self.maximum, take_all: self.take_all, whole })
    }
}

fn lacks(stratum: &str, what: &str) -> Error {
    Error::usage(format!("no {what} is given for the stratum \"{stratum}\""))
}

fn known_strata<'a>(mut given: impl Iterator<Item = &'a String>, names: &[&str], what: &str) -> Result<()> {
    match given.find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Error::usage(format!("a {what} is given for a stratum that the frame does not have"))
            .found(name.clone())
            .expected(listed(names))),
    }
}

/// A list of names for a message, cut short.
pub(super) fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    let mut text = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}
