//! The rows of repeats in the analysis of a study.

use super::analysis::{Analysis, Units};
use crate::disclosure;
use crate::error::Result;
use crate::estimate::{self, Rows};
use crate::instrument::{Answer, Repeat};
use crate::results::{Method, RepeatResult};

impl Analysis<'_> {
    /// Estimates every repeat whose rows have shares or a mean, protected and rounded as everything is.
    pub(super) fn repeats(&self, units: &Units<'_>) -> Result<Vec<RepeatResult>> {
        let publish = &self.definition.publish;
        let fewest = self.choices.fewest_told();
        let estimate = |(place, repeat): (usize, &Repeat)| {
            let rows = rows(units, place);
            let mut result = estimate::repeat(repeat, &rows, &units.respondents, &self.choices)?;
            for question in &mut result.questions {
                if self.choices.suppress_cells_below > 1 || disclosure::hides(question) {
                    disclosure::coarsen(question, fewest);
                }
                disclosure::round(question, publish.round_bases, publish.round_people);
            }
            Ok(result)
        };
        let results: Result<Vec<RepeatResult>> = self.instrument.repeats.iter().enumerate().map(estimate).collect();
        Ok(results?.into_iter().filter(|repeat| !repeat.questions.is_empty()).collect())
    }
}

/// The rows of a repeat, in the order of the units.
fn rows<'r>(units: &Units<'r>, place: usize) -> Rows<'r> {
    let mut rows = Rows::default();
    for (unit, response) in units.responses.iter().enumerate() {
        for row in response.repeats.get(place).into_iter().flatten() {
            rows.unit_of.push(unit);
            rows.answers.push(row.answers.iter().map(|given| &given.answer).collect::<Vec<&Answer>>());
        }
    }
    rows
}

/// How rows are estimated, in words.
pub(super) fn method(units: &str) -> Method {
    Method {
        choice: "Rows of repeats".to_owned(),
        rule: "per-unit weights, variance between units".to_owned(),
        meaning: format!(
            "What is asked about each of several is estimated over rows: each row has the weight of its unit among all \
             returns, and the rows of a unit count together in the error, as {units} were sampled and rows were not. Bases count \
             rows and {units}; what is too small to show is decided by {units}."
        ),
    }
}
