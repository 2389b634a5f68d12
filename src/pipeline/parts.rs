//! `[weigh.population]`: questions and scores that speak for a part of the population, which is counted in the frame.

use std::collections::BTreeMap;

use super::{Definition, Ineligible, Sampling};
use crate::draw::Selected;
use crate::error::Result;
use crate::estimate::{Basis, Part};
use crate::expression::Expression;
use crate::instrument::{Instrument, nearest};
use crate::results::Method;

/// Checks what can be told without the frame: that the questions are there, and that conditions can be read.
pub(super) fn examine(definition: &Definition, instrument: &Instrument) -> Result<()> {
    for (id, condition) in &definition.weigh.population {
        let known = || instrument.questions.iter().map(|q| &q.id).chain(instrument.scores.iter().map(|s| &s.id));
        if known().all(|other| other != id) {
            let problem = "the pipeline gives a population to what the instrument does not ask";
            let error = definition.fault_at_key(id, problem, "no such question or score");
            return Err(match nearest(id, known().map(String::as_str)) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error.hint("name a question or a score of the instrument"),
            });
        }
        let alone = "[weigh.population] needs weights of each question by itself";
        if definition.weigh.basis != Basis::PerQuestion {
            let error = definition.fault(condition.span(), alone, "a population of its own");
            return Err(error.expected("basis = \"per-question\" under [weigh]"));
        }
        if definition.weigh.ineligible == Ineligible::Estimate {
            let error = definition.fault(condition.span(), alone, "not with ineligible = \"estimate\"");
            return Err(error.hint("keep ineligible units in the population, or take this one away"));
        }
        if let Err(fault) = Expression::parse(condition.get_ref()) {
            let error = definition.fault(condition.span(), fault.problem.clone(), "in this condition");
            return Err(error.expected(fault.expected));
        }
    }
    Ok(())
}

/// The parts, counted in the frame; `answered` are the places among the units in use of those that answered.
pub(super) fn of(
    definition: &Definition,
    sampling: &Sampling,
    in_use: &[&Selected],
    answered: &[usize],
) -> Result<BTreeMap<String, Part>> {
    let strata = &sampling.sample.strata;
    let mut parts = BTreeMap::new();
    for (id, condition) in &definition.weigh.population {
        let place = format!("{}, {id} under [weigh.population]", definition.path.display());
        let holds = sampling.frame.holding(condition.get_ref(), &place)?;
        let mut populations = vec![0; strata.len()];
        for (unit, _) in sampling.frame.units.iter().zip(&holds).filter(|(_, holds)| **holds) {
            if let Some(at) = strata.iter().position(|stratum| stratum.stratum == unit.stratum) {
                populations[at] += 1;
            }
        }
        let inside = answered.iter().map(|&at| holds[in_use[at].unit]).collect();
        parts.insert(id.clone(), Part { populations, inside });
    }
    Ok(parts)
}

/// What is said of them among the methods.
pub(super) fn method(definition: &Definition, parts: &BTreeMap<String, Part>) -> Option<Method> {
    let count = |part: &Part| part.populations.iter().sum::<usize>();
    let rules: Vec<String> = parts.iter().map(|(id, part)| format!("{id} {}", count(part))).collect();
    let who = parts.keys().filter_map(|id| Some(format!("{id}: {}", definition.weigh.population.get(id)?.get_ref())));
    let who: Vec<String> = who.collect();
    (!parts.is_empty()).then(|| Method {
        choice: "Populations of their own".to_owned(),
        rule: rules.join(", "),
        meaning: format!(
            "These speak for a part of the frame only; in each stratum an answer stands for as many of that part as there are to an \
             answer. {}.",
            who.join("; ")
        ),
    })
}
