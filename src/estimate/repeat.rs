//! The results of a repeat: what was answered about each of several, estimated over rows.
//!
//! A row has the weight that its unit has among all returns, whatever the basis of the study: to leave a row's question out is no
//! reason to take another person's rows for it. Thresholds count units, since many rows of one person are one person's.

use super::estimator::Estimator;
use super::respondents::Respondents;
use super::{Basis, Choices, protect, question};
use crate::error::Result;
use crate::instrument::{Answer, Repeat};
use crate::results::{QuestionResult, RepeatResult};

/// The rows of a repeat.
#[derive(Debug, Clone, Default)]
pub struct Rows<'a> {
    /// The unit of each row by its place among the respondents, ascending.
    pub unit_of: Vec<usize>,
    /// The answers of each row, in the order of the repeat's questions.
    pub answers: Vec<Vec<&'a Answer>>,
}

/// Estimates the questions of a repeat that have shares or a mean.
///
/// # Errors
/// As [`question`](super::question()).
pub fn repeat(repeat: &Repeat, rows: &Rows<'_>, respondents: &Respondents, choices: &Choices) -> Result<RepeatResult> {
    let choices = Choices { basis: Basis::PerUnit, ..choices.clone() };
    let everyone = vec![true; respondents.len()];
    let weighted = respondents.weighted(&repeat.id, &everyone, &choices)?;
    let of_row = |group_of: &Vec<Option<usize>>| rows.unit_of.iter().map(|&unit| group_of[unit]).collect();
    let group_of: Vec<Vec<Option<usize>>> = respondents.group_of.iter().map(of_row).collect();
    let estimate = |place: usize| {
        let answers: Vec<&Answer> = rows.answers.iter().map(|row| row[place]).collect();
        let valid: Vec<bool> = answers.iter().map(|answer| answer.missing().is_none()).collect();
        let question = &repeat.form.questions[place];
        let unit_of = Some(rows.unit_of.as_slice());
        let estimator = Estimator { id: &question.id, valid: &valid, weighted: &weighted, choices: &choices, unit_of };
        let guards_cells = choices.suppress_cells_below > 1 && question.scale.is_some();
        let (groupings, all) = (&respondents.groupings, |_| true);
        question::results(&estimator, question, &answers, groupings, &group_of, &all, |result| {
            if guards_cells {
                protect::whole_groupings(result);
            }
        })
    };
    let has_figures = |result: &QuestionResult| result.overall.estimates().next().is_some();
    let questions = (0..repeat.form.questions.len()).map(estimate).filter(has_figures).collect();
    Ok(RepeatResult { id: repeat.id.clone(), label: repeat.label.clone(), questions })
}

#[cfg(test)]
mod tests;
