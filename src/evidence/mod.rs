//! What the results say about each quality indicator: evidence for a judgement, never a rating.

use std::collections::BTreeMap;

use crate::estimate::Choices;
use crate::instrument::{Instrument, Question, QuestionKind};
use crate::results::{EvidenceItem, IndicatorEvidence, QuestionAgreement, QuestionResult, Strength};

pub mod framework;

pub use framework::{Framework, Mapping};

/// Lays the results out by quality indicator: in the framework's order, and those that the framework does not know
/// behind it in the order of their numbers.
pub fn lay_out(
    framework: Option<&Framework>,
    instrument: &Instrument,
    results: &[QuestionResult],
    agreement: &[QuestionAgreement],
    choices: &Choices,
) -> Vec<IndicatorEvidence> {
    let mut by_indicator: BTreeMap<Vec<u32>, (&str, Vec<&Question>)> = BTreeMap::new();
    for (number, questions) in instrument.by_indicator() {
        by_indicator.insert(order(number), (number, questions));
    }
    let known = |number: &str| framework.and_then(|framework| framework.indicator(number));
    by_indicator
        .into_values()
        .filter_map(|(number, questions)| {
            let items: Vec<EvidenceItem> = questions
                .iter()
                .filter_map(|question| {
                    let result = results.iter().find(|result| result.id == question.id)?;
                    item(question, result, agreement, choices)
                })
                .collect();
            let (area, name) = known(number).map_or((String::new(), String::new()), |(area, indicator)| {
                (area.title.clone(), indicator.title.clone())
            });
            (!items.is_empty()).then(|| IndicatorEvidence { indicator: number.to_owned(), name, area, items })
        })
        .collect()
}

/// The parts of a number as numbers, so that `5.10` comes after `5.9`.
pub fn order(number: &str) -> Vec<u32> {
    number.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect()
}

/// What one question says; nothing for questions without a share or a mean.
fn item(
    question: &Question,
    result: &QuestionResult,
    agreement: &[QuestionAgreement],
    choices: &Choices,
) -> Option<EvidenceItem> {
    let overall = &result.overall;
    if overall.positive.is_none() && overall.mean.is_none() {
        return None;
    }
    let strength = match &overall.positive {
        _ if overall.n == 0 || overall.suppressed => Strength::TooFew,
        Some(positive) if positive.holds_within(choices.rule) => Strength::Firm,
        Some(positive) if positive.moe <= 2.0 * choices.rule => Strength::Indicative,
        Some(_) => Strength::TooFew,
        None => Strength::Indicative,
    };
    Some(EvidenceItem {
        question: question.id.clone(),
        positive: overall.positive.clone(),
        mean: overall.mean.clone(),
        distribution: if question.kind == QuestionKind::Rating { overall.shares.clone() } else { Vec::new() },
        agreement: agreement.iter().position(|row| row.question == question.id),
        strength,
    })
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn indicators_are_ordered_as_numbers() {
        let mut numbers = ["10.1", "5.10", "5.9", "1.2"];
        numbers.sort_by_key(|number| order(number));
        assert_eq!(numbers, ["1.2", "5.9", "5.10", "10.1"]);
    }
}
