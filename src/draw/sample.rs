//! From units and a design to the sample.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::clusters::draw_clusters;
use super::coordination::{self, ClassDrawn};
use super::design::listed;
use super::frame_hash::row_marks;
use super::number::{RandomNumber, SERIAL_RECIPE, labelled, permanent};
use super::stage::{Element, SortOrder, check_measures, select};
use super::{DrawDesign, LevelDrawn, Past, frame_hash, minimums, serial};
use crate::error::{Error, Result};
use crate::statistics::allocation::{AllocationError, StratumSize, allocate, allocate_within};
use crate::statistics::margins::{MarginError, allocate_margins};

/// One line of the frame, as far as the draw needs it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Unit {
    /// The identifier, unique in the frame.
    pub id: String,
    /// The stratum: the values of the strata columns joined by `|`, or `all` where there are none.
    pub stratum: String,
    /// The cluster, where clusters are drawn.
    pub cluster: Option<String>,
    /// The measure of size, where one is used.
    pub measure: Option<f64>,
    /// The values of the sort columns, for a systematic selection.
    pub sort: Vec<String>,
    /// Where it stood in every earlier wave that the design names; see [`Wave::place`](super::Wave::place).
    pub past: Vec<Past>,
}

/// Whether a unit is in the sample from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// In the sample.
    Main,
    /// Held in reserve, to be used in the order in which they stand, within the stratum.
    Reserve,
}

impl Role {
    /// The name as it stands in sample files.
    pub fn name(self) -> &'static str {
        match self {
            Role::Main => "main",
            Role::Reserve => "reserve",
        }
    }
}

/// A unit that was drawn, or that is held in reserve.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// Its place in the sample, from 1: main before reserve, by stratum, then by random number.
    pub order: usize,
    /// What is printed on its form; see [`serial`].
    pub serial: String,
    /// Its identifier.
    pub id: String,
    /// Its stratum.
    pub stratum: String,
    /// Its inclusion probability at every stage of the draw.
    pub stage_probabilities: Vec<f64>,
    /// Its inclusion probability: the product of those of the stages. A reserve has the probability with which it might
    /// have been in the main sample.
    pub probability: f64,
    /// 1 / probability: how many units of the population it stands for. A reserve that takes a place takes this weight.
    pub design_weight: f64,
    /// The units of its stratum, N_h.
    pub population: usize,
    /// Main or reserve.
    pub role: Role,
    /// Its permanent random number.
    pub number: RandomNumber,
    /// Its position among the units that the draw was given.
    pub unit: usize,
}

/// What happened in one stratum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StratumDrawn {
    /// The stratum.
    pub stratum: String,
    /// The units in the frame, N_h.
    #[serde(rename = "N_h")]
    pub population: usize,
    /// The units in the main sample, n_h.
    #[serde(rename = "n_h")]
    pub sample: usize,
    /// The units in reserve.
    pub reserve: usize,
    /// The clusters in the frame, where clusters are drawn.
    #[serde(default, rename = "M_h", skip_serializing_if = "Option::is_none")]
    pub clusters: Option<usize>,
    /// The clusters drawn.
    #[serde(default, rename = "m_h", skip_serializing_if = "Option::is_none")]
    pub clusters_drawn: Option<usize>,
    /// The random start, where the method has one, as 16 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<RandomNumber>,
    /// The units by their history, where earlier waves were taken into account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassDrawn>,
}

/// A sample: the units, and what happened in every stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Main sample and reserve, in order.
    pub units: Vec<Selected>,
    /// The strata, in the order of their names.
    pub strata: Vec<StratumDrawn>,
    /// The levels of the columns that have minimums.
    pub levels: Vec<LevelDrawn>,
    /// The hash of the frame; see [`frame_hash`].
    pub frame_hash: String,
    /// How many units the frame had.
    pub population: usize,
    /// The joint inclusion probabilities of the main sample where the method knows them: pairs of places in `units`, for
    /// units of one stratum. Units of different strata are drawn independently.
    pub joint: Vec<(usize, usize, f64)>,
    /// A mark for every row of the frame; see [`DrawRecord::rows`](super::DrawRecord::rows).
    pub rows: String,
}

impl Sample {
    /// The main sample.
    pub fn main(&self) -> impl Iterator<Item = &Selected> {
        self.units.iter().filter(|unit| unit.role == Role::Main)
    }

    /// The reserve, in the order to be used.
    pub fn reserve(&self) -> impl Iterator<Item = &Selected> {
        self.units.iter().filter(|unit| unit.role == Role::Reserve)
    }
}

/// A unit that a stage chose, not yet put in order.
#[derive(Debug)]
pub(super) struct Chosen {
    pub unit: usize,
    pub role: Role,
    /// Probability and weight at every stage. The weight is kept beside its inverse, because N / n is exact where
    /// 1 / (n / N) is off in the last digit.
    pub stages: Vec<(f64, f64)>,
}

/// Pairs of units of the frame and their joint inclusion probabilities.
type Joint = Vec<(usize, usize, f64)>;

/// The units of the frame by stratum, in the order of their names.
pub(super) type Strata<'a> = BTreeMap<&'a str, Vec<usize>>;

/// Draws a sample.
///
/// The same units in any order give the same sample. Within a stratum a simple random sample has the units with the
/// smallest permanent random numbers, and the reserve is the next ones.
///
/// # Errors
/// When the design asks for what the frame cannot give: no seed, an identifier or stratum that is blank or stands twice,
/// a size over the population, a minimum that cannot be met, a measure of size that is not above zero.
///
/// ```
/// use quorate::draw::{DrawDesign, Unit, draw};
/// let units: Vec<Unit> = (1..=40)
///     .map(|i| Unit { id: format!("C-{i:03}"), stratum: if i > 30 { "South" } else { "North" }.into(), ..Unit::default() })
///     .collect();
/// let sample = draw(&units, &DrawDesign { reserve: 4, ..DrawDesign::new("carers-2026", 12) })?;
/// assert_eq!((sample.main().count(), sample.reserve().count()), (12, 4));
/// assert_eq!(sample.strata[0].sample, 9); // 30 of the 40 live in the North
/// # Ok::<(), quorate::Error>(())
/// ```
pub fn draw(units: &[Unit], design: &DrawDesign) -> Result<Sample> {
    let (chosen, drawn, joint) = choose(units, design)?;
    let populations: BTreeMap<&str, usize> = drawn.iter().map(|s| (s.stratum.as_str(), s.population)).collect();
    let places: HashMap<usize, usize> = chosen.iter().enumerate().map(|(place, c)| (c.unit, place)).collect();
    let place = |unit: usize| places.get(&unit).copied();
    let mut joint: Joint = joint
        .into_iter()
        .filter_map(|(a, b, p)| Some((place(a)?, place(b)?, p)))
        .map(|(a, b, p)| (a.min(b), a.max(b), p))
        .collect();
    joint.sort_by_key(|pair| (pair.0, pair.1));
    let serials = serials(&chosen, units, &design.seed);
    let selected = chosen.into_iter().zip(serials).enumerate().map(|(i, (chosen, serial))| {
        let unit = &units[chosen.unit];
        let (probabilities, weights): (Vec<f64>, Vec<f64>) = chosen.stages.into_iter().unzip();
        Selected {
            order: i + 1,
            serial,
            id: unit.id.clone(),
            stratum: unit.stratum.clone(),
            probability: probabilities.iter().product(),
            design_weight: weights.iter().product(),
            stage_probabilities: probabilities,
            population: populations.get(unit.stratum.as_str()).copied().unwrap_or(0),
            role: chosen.role,
            number: permanent(&design.seed, &unit.id),
            unit: chosen.unit,
        }
    });
    Ok(Sample {
        units: selected.collect(),
        levels: minimums::levels_drawn(&design.minimums, &drawn)?,
        strata: drawn,
        frame_hash: frame_hash(units),
        population: units.len(),
        joint,
        rows: row_marks(units),
    })
}

/// Who is chosen, in order, and what happened in every stratum.
fn choose(units: &[Unit], design: &DrawDesign) -> Result<(Vec<Chosen>, Vec<StratumDrawn>, Joint)> {
    design.check()?;
    check_units(units)?;
    if units.iter().any(|unit| unit.past.len() != design.earlier.len()) {
        return Err(Error::data("not every unit says where it stood in the earlier waves"));
    }
    let origin = design.origin();
    let numbers: Vec<RandomNumber> =
        units.par_iter().map(|unit| permanent(&design.seed, &unit.id).seen_from(origin)).collect();
    let order = in_order(units, &numbers)?;
    let strata = by_stratum(units, &order);
    let (mut chosen, drawn, joint) = match design.clusters {
        Some(clusters) => {
            let (chosen, drawn) = draw_clusters(units, &numbers, &strata, design, clusters)?;
            (chosen, drawn, Joint::new())
        }
        None => draw_units(units, &numbers, &strata, design)?,
    };
    chosen.sort_by(|a, b| {
        let key = |c: &Chosen| (c.role, units[c.unit].stratum.as_str(), numbers[c.unit], units[c.unit].id.as_str());
        key(a).cmp(&key(b))
    });
    Ok((chosen, drawn, joint))
}

fn draw_units(
    units: &[Unit],
    numbers: &[RandomNumber],
    strata: &Strata<'_>,
    design: &DrawDesign,
) -> Result<(Vec<Chosen>, Vec<StratumDrawn>, Joint)> {
    let element = |&i: &usize| Element {
        number: numbers[i],
        name: &units[i].id,
        measure: units[i].measure,
        sort: &units[i].sort,
    };
    if design.method.by_size() {
        check_measures(&(0..units.len()).map(|i| element(&i)).collect::<Vec<_>>(), "a measure of size")?;
    }
    let order = SortOrder::of(units.iter().map(|unit| unit.sort.as_slice()));
    let populations: Vec<usize> = strata.values().map(Vec::len).collect();
    let free: Vec<usize> = strata
        .values()
        .map(|members| {
            members.len() - coordination::barred(members.iter().map(|&i| units[i].past.as_slice()), &design.earlier)
        })
        .collect();
    let (sizes, reserves) = share_out(units, strata, &populations, &free, design, "units")?;
    let (mut chosen, mut drawn, mut joint) = (Vec::new(), Vec::new(), Joint::new());
    for (h, (stratum, members)) in strata.iter().enumerate() {
        let elements: Vec<Element<'_>> = members.iter().map(element).collect();
        let (stage, classes) = if design.earlier.is_empty() {
            (select(&elements, sizes[h], design, stratum, &order)?, Vec::new())
        } else {
            let pasts: Vec<&[Past]> = members.iter().map(|&i| units[i].past.as_slice()).collect();
            coordination::select(&elements, &pasts, sizes[h], reserves[h], design, stratum)?
        };
        let mut take = |i: usize, role| {
            chosen.push(Chosen { unit: members[i], role, stages: vec![stage.stages[i]] });
        };
        stage.main.iter().for_each(|&i| take(i, Role::Main));
        stage.rest.iter().take(reserves[h]).for_each(|&i| take(i, Role::Reserve));
        drawn.push(StratumDrawn {
            stratum: (*stratum).to_owned(),
            population: members.len(),
            sample: sizes[h],
            reserve: reserves[h],
            clusters: None,
            clusters_drawn: None,
            start: stage.start,
            classes,
        });
        joint.extend(stage.joint.iter().map(|&(a, b, p)| (members[a], members[b], p)));
    }
    Ok((chosen, drawn, joint))
}

/// How many of the `populations` (units or clusters, by stratum) are drawn and held in reserve; no more than `free` can be.
pub(super) fn share_out(
    units: &[Unit],
    strata: &Strata<'_>,
    populations: &[usize],
    free: &[usize],
    design: &DrawDesign,
    what: &str,
) -> Result<(Vec<usize>, Vec<usize>)> {
    let names: Vec<&str> = strata.keys().copied().collect();
    let mut sizes: Vec<StratumSize> = strata
        .values()
        .zip(populations)
        .map(|(members, &population)| StratumSize { population, deviation: deviation(units, members) })
        .collect();
    let rules = design.rules(&names, &mut sizes)?;
    let plain = |error: &AllocationError| explained(error, &names, populations, what);
    let main = if design.minimums.is_empty() {
        allocate(&sizes, design.size, &rules).map_err(|error| plain(&error))?
    } else {
        let (levels, _) = minimums::levels(&design.minimums, &names, populations)?;
        allocate_margins(&sizes, design.size, &rules, &levels).map_err(|error| match &error {
            MarginError::Allocation(error) => plain(error),
            _ => minimums::explained(&error, &design.minimums, &names, &sizes, &rules),
        })?
    };
    if design.reserve == 0 {
        return Ok((main, vec![0; names.len()]));
    }
    let left: Vec<usize> = free.iter().zip(&main).map(|(all, drawn)| all.saturating_sub(*drawn)).collect();
    let reserve = allocate_within(&main, &left, design.reserve).map_err(|_| {
        let left: usize = left.iter().sum();
        Error::data(format!(
            "the reserve of {} is more than the {left} {what} that the main sample leaves",
            design.reserve
        ))
        .hint("ask for a smaller reserve")
    })?;
    Ok((main, reserve))
}

/// The standard deviation of the measure in a stratum, with the divisor N - 1; not a number where a measure is missing.
fn deviation(units: &[Unit], members: &[usize]) -> f64 {
    let values: Option<Vec<f64>> = members.iter().map(|&i| units[i].measure).collect();
    let Some(mut values) = values else { return f64::NAN };
    if values.len() < 2 {
        return 0.0;
    }
    // Sorted, so that the sum does not depend on the order of the frame.
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt()
}

fn explained(error: &AllocationError, names: &[&str], populations: &[usize], what: &str) -> Error {
    let of = |stratum: usize| format!("stratum \"{}\", with {} {what}", names[stratum], populations[stratum]);
    match *error {
        AllocationError::OverPopulation { size, population } => {
            Error::data(format!("the size {size} is more than the {population} {what} that can be drawn"))
                .expected(format!("at most {population}"))
        }
        AllocationError::MinimumsOverSize { needed, size } => {
            Error::data(format!("the minimums need {needed} {what} together, more than the size {size}"))
                .found(format!("{} strata: {}", names.len(), listed(names)))
                .hint(format!("raise --size to {needed} or more, lower --minimum, or join strata together"))
        }
        AllocationError::EmptyStratum { stratum }
        | AllocationError::NotAShare { stratum, .. }
        | AllocationError::FixedOutside { stratum, .. } => {
            Error::data("the sample cannot be shared out over the strata").at(of(stratum)).found(error.to_string())
        }
        _ => Error::data("the sample cannot be shared out over the strata").found(error.to_string()),
    }
}

fn check_units(units: &[Unit]) -> Result<()> {
    if units.is_empty() {
        return Err(Error::data("the frame has no units that can be drawn"));
    }
    let blank = |what: &str, count: usize| match count {
        0 => Ok(()),
        count => Err(Error::data(format!("{count} of {} units have no {what}", units.len()))
            .hint("mend the frame, or leave these rows out with --exclude")),
    };
    blank("identifier", units.iter().filter(|u| u.id.trim().is_empty()).count())?;
    blank("stratum", units.iter().filter(|u| u.stratum.trim().is_empty()).count())?;
    if let Some(unit) = units.iter().find(|u| u.id.contains(['\n', '\r'])) {
        return Err(Error::data("an identifier runs over more than one line").found(format!("{:?}", unit.id)));
    }
    Ok(())
}

/// The units in the order of their numbers. Who stands twice has one number twice, so that twins stand side by side.
fn in_order(units: &[Unit], numbers: &[RandomNumber]) -> Result<Vec<usize>> {
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.par_sort_unstable_by_key(|&i| (numbers[i], units[i].id.as_str()));
    let twins = order.windows(2).filter(|pair| numbers[pair[0]] == numbers[pair[1]]);
    let mut twice: Vec<&str> =
        twins.filter(|pair| units[pair[0]].id == units[pair[1]].id).map(|pair| units[pair[0]].id.as_str()).collect();
    if twice.is_empty() {
        return Ok(order);
    }
    twice.sort_unstable();
    twice.dedup();
    Err(Error::data(format!("{} identifiers stand in the frame more than once", twice.len()))
        .found(listed(&twice))
        .hint("find out whether it is one unit listed twice or two units with one identifier, and mend the frame"))
}

/// The units of each stratum, in the order given. A stratum is looked up where its unit stands in memory, not where the order
/// leads: that halves the time for a million units.
fn by_stratum<'a>(units: &'a [Unit], order: &[usize]) -> Strata<'a> {
    let mut codes: HashMap<&str, usize> = HashMap::new();
    let code_of: Vec<usize> = units
        .iter()
        .map(|unit| {
            let next = codes.len();
            *codes.entry(unit.stratum.as_str()).or_insert(next)
        })
        .collect();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); codes.len()];
    order.iter().for_each(|&i| members[code_of[i]].push(i));
    codes.into_iter().map(|(stratum, code)| (stratum, std::mem::take(&mut members[code]))).collect()
}

/// Serials for the chosen, numbered in the order of a hash that has nothing to do with the selection.
fn serials(chosen: &[Chosen], units: &[Unit], seed: &str) -> Vec<String> {
    let mut order: Vec<usize> = (0..chosen.len()).collect();
    let key = |i: usize| {
        let id = units[chosen[i].unit].id.as_str();
        (labelled(SERIAL_RECIPE, seed, id), id)
    };
    order.sort_by_cached_key(|&i| key(i));
    let mut serials = vec![String::new(); chosen.len()];
    for (rank, i) in order.into_iter().enumerate() {
        serials[i] = serial(rank + 1);
    }
    serials
}

#[cfg(test)]
mod tests;
