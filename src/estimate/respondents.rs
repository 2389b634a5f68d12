//! Those who answered, as the estimates see them: a stratum, and a group in every grouping. No names, no serials.

use std::collections::BTreeMap;

use crate::estimate::{Basis, Choices};
use crate::results::Grouping;
use crate::statistics::{Design, SinglePsu, weighting};
use crate::weights::{SingleAnswer, Weights, weigh};

/// Weights of the units that answered, made from more than their strata, and what known figures explain of them.
pub type Adjusted = weighting::Adjusted;

/// Those who answered, and the population they stand for.
#[derive(Debug, Clone, Default)]
pub struct Respondents {
    /// Names of the strata.
    pub strata: Vec<String>,
    /// Units of the population in each stratum.
    pub populations: Vec<usize>,
    /// The stratum of each unit that answered, by its place.
    pub stratum_of: Vec<usize>,
    /// Units of each stratum that were found not to belong to the population, where that is to make it smaller: they count
    /// in the design and in no domain. None in any stratum if empty.
    pub ineligible: Vec<usize>,
    /// The columns by which results are shown.
    pub groupings: Vec<Grouping>,
    /// For each grouping, the group of each unit, by its place; none where the frame has no value.
    pub group_of: Vec<Vec<Option<usize>>>,
    /// Weights in place of those that follow from the strata, one for each unit; with
    /// [`Basis::PerUnit`] only.
    pub adjusted: Option<Adjusted>,
    /// Questions and scores that speak for a part of the population only, by id; with [`Basis::PerQuestion`] only.
    pub parts: BTreeMap<String, Part>,
}

/// The part of the population that a question or a score speaks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Units of it in each stratum.
    pub populations: Vec<usize>,
    /// Whether each unit that answered is one of them.
    pub inside: Vec<bool>,
}

/// The units behind one question, with their weights and design.
#[derive(Debug, Clone)]
pub(super) struct Weighted {
    /// The units in the design, by their place among the respondents, ascending.
    pub units: Vec<usize>,
    /// How they are weighted.
    pub weights: Weights,
    /// Units in the design after those, which are in no domain.
    pub outside: usize,
    /// The design; none without units.
    pub design: Option<Design>,
    /// Whether the variance of a stratum cannot be seen.
    pub unseen: bool,
    /// Units of the part of the population that is spoken for; none where it is all of it.
    pub part: Option<usize>,
}

impl Weighted {
    /// Whether each unit of the design is in a domain; those outside the population are in none.
    pub fn domain(&self, member: impl Fn(usize) -> bool) -> Vec<bool> {
        let outside = std::iter::repeat_n(false, self.outside);
        self.units.iter().map(|&unit| member(unit)).chain(outside).collect()
    }

    /// A value for every unit of the design; nothing for those outside the population.
    pub fn values(&self, of: impl Fn(usize) -> f64) -> Vec<f64> {
        self.units.iter().map(|&unit| of(unit)).chain(std::iter::repeat_n(0.0, self.outside)).collect()
    }
}

impl Respondents {
    /// How many units answered.
    pub fn len(&self) -> usize {
        self.stratum_of.len()
    }

    /// Whether nobody answered.
    pub fn is_empty(&self) -> bool {
        self.stratum_of.is_empty()
    }

    /// The weights when every unit that answered counts, whatever it answered.
    pub fn weights(&self, single: SingleAnswer) -> Weights {
        self.weights_of(&(0..self.len()).collect::<Vec<_>>(), &self.populations, single)
    }

    /// Whether a unit belongs to the population that a question or score speaks for.
    pub fn counts_in(&self, id: &str, unit: usize) -> bool {
        self.parts.get(id).is_none_or(|part| part.inside[unit])
    }

    fn weights_of(&self, units: &[usize], populations: &[usize], single: SingleAnswer) -> Weights {
        let mut answers = vec![0; self.strata.len()];
        answers.iter_mut().zip(&self.ineligible).for_each(|(count, ineligible)| *count += ineligible);
        for &unit in units {
            answers[self.stratum_of[unit]] += 1;
        }
        weigh(populations, &answers, single)
    }

    /// The weight of every unit for the question or score called `id`; NaN for those that do not count in it.
    ///
    /// # Errors
    /// As [`question`](super::question).
    pub fn question_weights(&self, id: &str, valid: &[bool], choices: &Choices) -> crate::Result<Vec<f64>> {
        let weighted = self.weighted(id, valid, choices)?;
        let mut weights = vec![f64::NAN; self.len()];
        if let Some(design) = &weighted.design {
            for (&unit, &weight) in weighted.units.iter().zip(design.weights()) {
                weights[unit] = weight;
            }
        }
        Ok(weights)
    }

    /// The units behind the question or score called `id`, given which of them have a valid answer to it.
    pub(super) fn weighted(&self, id: &str, valid: &[bool], choices: &Choices) -> crate::Result<Weighted> {
        let part = self.parts.get(id).filter(|_| choices.basis == Basis::PerQuestion);
        let units: Vec<usize> = match choices.basis {
            Basis::PerQuestion => (0..self.len()).filter(|&unit| valid[unit] && self.counts_in(id, unit)).collect(),
            Basis::PerUnit => (0..self.len()).collect(),
        };
        let populations = part.map_or(&self.populations, |part| &part.populations);
        let weights = self.weights_of(&units, populations, choices.single);
        let class_of = |stratum: usize| weights.class_of[stratum].map(|class| class as u32);
        let mut classes: Vec<u32> = units.iter().filter_map(|&unit| class_of(self.stratum_of[unit])).collect();
        let inside = classes.len();
        for (stratum, &count) in self.ineligible.iter().enumerate() {
            classes.extend(class_of(stratum).into_iter().flat_map(|class| std::iter::repeat_n(class, count)));
        }
        let outside = classes.len() - inside;
        let weight_of = |class: &crate::weights::Class| {
            let among =
                |all: &[usize]| class.strata.iter().map(|&stratum| all.get(stratum).unwrap_or(&0)).sum::<usize>();
            match among(&self.ineligible) {
                0 => class.weight(),
                // Those who left a question out belong to the population: only among all returns do the others show it.
                ineligible => {
                    let returned = self.stratum_of.iter().filter(|stratum| class.strata.contains(stratum)).count();
                    let counted = (class.answers - ineligible) as f64;
                    class.population as f64 / (returned + ineligible) as f64 * returned as f64 / counted.max(1.0)
                }
            }
        };
        let of_class = |value: &dyn Fn(&crate::weights::Class) -> f64| -> Vec<f64> {
            let values: Vec<f64> = weights.classes.iter().map(value).collect();
            classes.iter().map(|&class| values[class as usize]).collect()
        };
        let (weight, population) = (of_class(&weight_of), of_class(&|c| c.population as f64));
        let unseen = weights.classes.iter().any(|class| class.answers == 1 && class.population > 1);
        let design = if units.is_empty() {
            None
        } else {
            // A class of one whose variance is unseen is dealt with by the caller: no margin at all is printed.
            let policy = SinglePsu::Certainty;
            let design = Design::of(&weight).strata(&classes).population(&population).single_psu(policy).build()?;
            Some(match &self.adjusted {
                Some(adjusted) if choices.basis == Basis::PerUnit => design.adjusted(adjusted)?,
                _ => design,
            })
        };
        let part = part.map(|part| part.populations.iter().sum());
        Ok(Weighted { units, weights, outside, design, unseen, part })
    }
}
