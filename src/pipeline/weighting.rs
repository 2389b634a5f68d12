//! The weights of a study, step by step: design, non-response, bounds, margins.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{Definition, Ineligible, MarginChoice, Nonresponse, Sampling};
use crate::draw::Selected;
use crate::error::{Error, Result};
use crate::estimate::{Adjusted, Basis, Respondents};
use crate::results::{Method, WeightStep};
use crate::statistics::weighting::{Excess, Trimming};
use crate::statistics::{nonresponse, weighting};
use crate::weights::SingleAnswer;

/// What the steps came to.
pub(super) struct Weighed {
    /// Weights in place of those that follow from the strata; none if the pipeline asks for none.
    pub adjusted: Option<Adjusted>,
    /// The weights after each step.
    pub steps: Vec<WeightStep>,
    /// What was done beyond the strata, in words.
    pub methods: Vec<Method>,
}

/// Adjusted weights are one for each unit; weights by question are made anew from its answers.
pub(super) fn examine(definition: &Definition) -> Result<()> {
    let weigh = &definition.weigh;
    if let (Basis::PerQuestion, Some(span)) = (weigh.basis, weigh.first_adjustment()) {
        return Err(definition
            .fault(span, "weights by question cannot be adjusted", "needs one weight for each return")
            .expected("basis = \"per-unit\" under [weigh]")
            .hint("change the basis, or take the adjustment away"));
    }
    if let (Ineligible::Estimate, Some(span)) = (weigh.ineligible, weigh.first_adjustment()) {
        return Err(definition
            .fault(
                span,
                "weights cannot be adjusted beside an estimated population",
                "not with ineligible = \"estimate\"",
            )
            .expected("either this adjustment, or ineligible = \"estimate\" under [weigh]")
            .hint("keep ineligible units in the population, or take the adjustment away"));
    }
    let too_low = |choice: &&Spanned<Nonresponse>| {
        choice.get_ref().largest.is_some_and(|largest| largest.is_nan() || largest < 1.0)
    };
    if let Some(choice) = weigh.nonresponse.as_ref().filter(too_low) {
        return Err(definition
            .fault(choice.span(), "no class can have a factor below 1", "largest is out of range")
            .expected("largest = 3 or another number above 1"));
    }
    if let Some(choice) = &weigh.trim {
        let bounds = choice.get_ref();
        let sound = bounds.low >= 0.0 && bounds.low < 1.0 && bounds.high > 1.0;
        if !sound {
            return Err(definition
                .fault(choice.span(), "these bounds cannot hold weights", "out of range")
                .expected("low below 1 and high above 1: multiples of the mean weight, such as low = 0.3, high = 3"));
        }
    }
    for (place, margin) in weigh.margins.iter().enumerate() {
        let column = &margin.get_ref().column;
        if weigh.margins[..place].iter().any(|other| other.get_ref().column.get_ref() == column.get_ref()) {
            return Err(definition.fault(column.span(), "one column has two margins", "the second one"));
        }
        if let Some((level, figure)) =
            margin.get_ref().figures.iter().find(|(_, figure)| figure.is_nan() || **figure < 0.0)
        {
            return Err(definition
                .fault(margin.span(), format!("the population of {level:?} cannot be"), format!("{figure}"))
                .expected("a number of zero or more"));
        }
    }
    Ok(())
}

/// Makes the weights of those who answered (`answered`: their places among the units in use).
pub(super) fn weigh(
    definition: &Definition,
    sampling: &Sampling,
    in_use: &[&Selected],
    answered: &[usize],
    respondents: &Respondents,
    single: SingleAnswer,
) -> Result<Weighed> {
    let choices = &definition.weigh;
    let design: Vec<f64> = in_use.iter().map(|unit| unit.design_weight).collect();
    let of_those = |weights: &[f64]| answered.iter().map(|&at| weights[at]).collect::<Vec<f64>>();
    let mut steps = vec![WeightStep::new("Design weights", "one over the chance of being drawn", &of_those(&design))];
    let mut methods = Vec::new();
    let mut weights = match &choices.nonresponse {
        None => {
            let strata = respondents.weights(single);
            let weight = |stratum: &usize| strata.class_of[*stratum].map_or(f64::NAN, |at| strata.classes[at].weight());
            let weights: Vec<f64> = respondents.stratum_of.iter().map(weight).collect();
            steps.push(WeightStep::new("Non-response", "raised within strata", &weights));
            weights
        }
        Some(choice) => {
            let span = choice.span();
            let choice = choice.get_ref();
            let columns: Vec<&str> = choice.by.iter().map(|column| column.get_ref().as_str()).collect();
            let cell =
                |unit: &Selected| columns.iter().map(|c| sampling.value(unit, c)).collect::<Vec<_>>().join(" | ");
            let cells: Vec<String> = in_use.iter().map(|unit| cell(unit)).collect();
            let mut names: Vec<&String> = cells.iter().collect();
            names.sort_unstable();
            names.dedup();
            let code = |cell: &String| names.binary_search(&cell).map_or(0, |at| at as u32);
            let classes: Vec<u32> = cells.iter().map(code).collect();
            let mut responded = vec![false; in_use.len()];
            answered.iter().for_each(|&at| responded[at] = true);
            let largest = choice.largest.unwrap_or(f64::INFINITY);
            let raised =
                nonresponse::raise(&design, &responded, &classes, choice.smallest, largest).map_err(|error| {
                    definition
                        .fault(span, "the non-response classes cannot be made", "these classes")
                        .found(error.to_string())
                })?;
            let by = columns.iter().map(|column| definition.frame.label(column)).collect::<Vec<_>>().join(" and ");
            let limit = choice.largest.map_or(String::new(), |most| format!(", factors up to {most}"));
            let rule = format!(
                "classes by {by}, at least {} returns each{limit}: {} of {} classes left",
                choice.smallest,
                raised.factors.len(),
                names.len()
            );
            methods.push(Method {
                choice: "Non-response".to_owned(),
                rule: rule.clone(),
                meaning:
                    "Within a class a return stands for those of the class who did not reply as well. Small classes \
                          are merged with the neighbour whose response rate is nearest."
                        .to_owned(),
            });
            let weights = of_those(&raised.weights);
            steps.push(WeightStep::new("Non-response", rule, &weights));
            weights
        }
    };
    if let Some(choice) = &choices.trim {
        let bounds = choice.get_ref();
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        let (low, high) = (bounds.low * mean, bounds.high * mean);
        let trimming = Trimming { low, high, excess: Excess::Even, strict: true };
        let trimmed = weighting::trim(&weights, trimming).map_err(|error| {
            definition.fault(choice.span(), "the weights cannot be trimmed", "these bounds").found(error.to_string())
        })?;
        weights = trimmed.weights;
        let rule = format!(
            "between {} and {} times the mean, spread over the others until none is outside",
            bounds.low, bounds.high
        );
        methods.push(Method {
            choice: "Trimming".to_owned(),
            rule: rule.clone(),
            meaning: "A few large weights make results uncertain; bounding them trades a little bias for it."
                .to_owned(),
        });
        steps.push(WeightStep::new("Trimming", rule, &weights));
    }
    let as_they_are = Trimming { low: 0.0, high: f64::INFINITY, excess: Excess::Dropped, strict: false };
    let mut adjusted = weighting::trim(&weights, as_they_are)?;
    if !choices.margins.is_empty() {
        let margins: Vec<weighting::Margin> = (choices.margins.iter())
            .map(|choice| margin(definition, choice, sampling, in_use, answered))
            .collect::<Result<_>>()?;
        let (name, found) = match margins.as_slice() {
            [one] => ("post-stratification", weighting::post_stratify(&weights, &one.cells, &one.figures)),
            _ => ("raking", weighting::rake(&weights, &margins, RAKED_TO, RAKING_ROUNDS)),
        };
        adjusted = found.map_err(|error| {
            let span = choices.margins.first().map_or(0..0, Spanned::span);
            definition
                .fault(span, "the weights cannot be made to agree with the margins", "these margins")
                .found(error.to_string())
        })?;
        let columns: Vec<String> =
            choices.margins.iter().map(|margin| definition.frame.label(margin.get_ref().column.get_ref())).collect();
        let rounds = if margins.len() > 1 { format!(", {} rounds", adjusted.iterations) } else { String::new() };
        let rule = format!("{name} to {}{rounds}", columns.join(" and "));
        methods.push(Method {
            choice: "Margins".to_owned(),
            rule: rule.clone(),
            meaning: "The weights add up to the known population of each value. What the figures explain is taken out of the \
                      errors."
                .to_owned(),
        });
        steps.push(WeightStep::new("Margins", rule, &adjusted.weights));
    }
    let is_adjusted = choices.first_adjustment().is_some();
    Ok(Weighed { adjusted: is_adjusted.then_some(adjusted), steps, methods })
}

/// How nearly raking meets its figures, relative to each.
const RAKED_TO: f64 = 1e-10;
const RAKING_ROUNDS: usize = 1000;

/// A margin: the level of everyone who answered, and the population of the levels.
fn margin(
    definition: &Definition,
    choice: &Spanned<MarginChoice>,
    sampling: &Sampling,
    in_use: &[&Selected],
    answered: &[usize],
) -> Result<weighting::Margin> {
    let MarginChoice { column, figures } = choice.get_ref();
    let mut known: BTreeMap<&str, f64> = figures.iter().map(|(level, figure)| (level.as_str(), *figure)).collect();
    if let (true, Some(at)) = (known.is_empty(), sampling.frame.position(column.get_ref())) {
        sampling.frame.units.iter().for_each(|unit| *known.entry(unit.values[at].as_str()).or_default() += 1.0);
    }
    let fault = |level: &str, problem: &str| -> Error {
        definition
            .fault(
                column.span(),
                format!("{problem}: {:?}", if level.is_empty() { "(no value)" } else { level }),
                "this margin",
            )
            .expected("every value with a population, and with a return")
            .hint("join it with another value in the frame, or leave the margin out")
    };
    let mut cells = Vec::new();
    let mut levels: BTreeMap<&str, u32> = BTreeMap::new();
    let mut populations = Vec::new();
    for (level, figure) in &known {
        if *figure > 0.0 {
            levels.insert(level, populations.len() as u32);
            populations.push(*figure);
        }
    }
    for &at in answered {
        let level = sampling.value(in_use[at], column.get_ref());
        cells.push(*levels.get(level).ok_or_else(|| fault(level, "a return has a value without a population"))?);
    }
    if let Some((level, _)) = levels.iter().find(|(_, code)| !cells.contains(code)) {
        return Err(fault(level, "nobody who replied has a value that the margin has"));
    }
    Ok(weighting::Margin { cells, figures: populations })
}
