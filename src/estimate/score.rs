//! The results of a score over several questions: its mean, for everyone and by group.

use super::estimator::Estimator;
use super::question::elsewhere;
use super::respondents::Respondents;
use super::{Choices, Estimate, Statistic, protect};
use crate::error::Result;
use crate::instrument::Score;
use crate::results::{GroupResult, QuestionResult};

/// Estimates a score from its value for every respondent (NaN where too few items have one). What the results of its items
/// hide is not shown by the score either.
///
/// # Errors
/// As [`question`](super::question()).
pub fn score(
    score: &Score,
    values: &[f64],
    items: &[&QuestionResult],
    respondents: &Respondents,
    choices: &Choices,
) -> Result<QuestionResult> {
    let valid: Vec<bool> = values.iter().map(|value| !value.is_nan()).collect();
    let weighted = respondents.weighted(&score.id, &valid, choices)?;
    let estimator = Estimator { id: &score.id, valid: &valid, weighted: &weighted, choices, unit_of: None };
    let numbers = estimator.values(|unit| values[unit]);
    let group = |by: &str, name: &str, member: &dyn Fn(usize) -> bool| {
        let domain = estimator.domain(member);
        let mut result = GroupResult::of(by, name, domain.iter().filter(|&&inside| inside).count());
        let mean = estimator.estimate(Statistic::Mean, &domain, &numbers);
        result.mean = Some(Estimate {
            label: "Mean score".to_owned(),
            by: by.to_owned(),
            group: name.to_owned(),
            method: format!("{}; score: {}", mean.method, score.rule()),
            ..mean
        });
        if result.n > 0 && result.n < choices.suppress_below {
            protect::hide(&mut result);
        }
        result
    };
    let overall = group("", "", &|_| true);
    let mut groups = Vec::new();
    for (grouping, group_of) in respondents.groupings.iter().zip(&respondents.group_of) {
        let mut results: Vec<GroupResult> = (grouping.groups.iter().enumerate())
            .map(|(place, name)| group(&grouping.by, name, &|unit| group_of[unit] == Some(place)))
            .collect();
        protect::small(&mut results, choices);
        groups.extend(results);
    }
    let without = (0..valid.len()).filter(|&unit| !valid[unit] && respondents.counts_in(&score.id, unit)).count();
    let missing = [("Too few items answered".to_owned(), without), elsewhere(&score.id, respondents)];
    let missing = missing.into_iter().filter(|(_, count)| *count > 0).collect();
    let mut result =
        QuestionResult { id: score.id.clone(), overall, groups, missing, more_returns: None, words: Vec::new() };
    protect::of_items(&mut result, items);
    Ok(result)
}
