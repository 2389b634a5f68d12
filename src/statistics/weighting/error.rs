//! Why weights cannot be made to agree.

use std::fmt;

use crate::error::Error;

/// Why weights cannot be made to agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WeightingError {
    /// A population figure is negative, infinite or missing.
    Figure {
        /// Which margin (0 for post-stratification and calibration).
        margin: usize,
        /// Which level or term.
        level: usize,
        /// What stands there.
        value: f64,
    },
    /// Nobody in the sample is in a cell with a population, so that no weight can stand for it.
    EmptyCell {
        /// Which margin.
        margin: usize,
        /// Which level.
        level: usize,
    },
    /// The sample has units in a cell whose population is zero.
    NoPopulation {
        /// Which margin.
        margin: usize,
        /// Which level.
        level: usize,
    },
    /// Two margins add up to different populations.
    MarginsDisagree {
        /// The margin that differs from the first.
        margin: usize,
        /// The sum of the first.
        first: f64,
        /// Its own sum.
        sum: f64,
    },
    /// The figures are not met after as many rounds as allowed.
    NotConverged {
        /// The margin or term that is furthest off.
        margin: usize,
        /// The level that is furthest off (0 for calibration).
        level: usize,
        /// How far, relative to the figure.
        worst: f64,
        /// Rounds made.
        iterations: usize,
    },
    /// Bounds that no weights can satisfy: the lower must lie below 1, the upper above.
    Bounds {
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
    /// Bounds that trimming cannot keep to: they leave out every weight, or their sum.
    Trim {
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
}

impl fmt::Display for WeightingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WeightingError::Figure { .. } => "a population figure is not a number of at least zero",
            WeightingError::EmptyCell { .. } => "a group of the population has nobody in the sample",
            WeightingError::NoPopulation { .. } => "a group of the sample has no population figure above zero",
            WeightingError::MarginsDisagree { .. } => "the margins do not add up to the same population",
            WeightingError::NotConverged { .. } => "the weights cannot be made to meet the population figures",
            WeightingError::Bounds { .. } => "no weights can keep to the bounds",
            WeightingError::Trim { .. } => "the weights cannot be trimmed to the bounds",
        })
    }
}

impl std::error::Error for WeightingError {}

impl From<WeightingError> for Error {
    fn from(error: WeightingError) -> Self {
        let base = Error::data(error.to_string());
        match error {
            WeightingError::Figure { value, .. } => base
                .found(value.to_string())
                .expected("a number of at least zero")
                .hint("mend the figure, or leave out what it is of"),
            WeightingError::EmptyCell { .. } | WeightingError::NoPopulation { .. } => base.hint(
                "mend the spelling of the group, or merge groups until each has both respondents and a population",
            ),
            WeightingError::MarginsDisagree { first, sum, .. } => base
                .found(format!("{first} and {sum}"))
                .expected("margins of one population")
                .hint("mend the figures until every margin has the same sum"),
            WeightingError::NotConverged { worst, iterations, .. } => base
                .found(format!("still off by {worst:e} of the figure after {iterations} rounds"))
                .hint("merge small groups, use fewer margins, or widen the bounds"),
            WeightingError::Bounds { low, high } => {
                base.found(format!("{low} to {high}")).expected("a lower bound below 1 and an upper bound above 1")
            }
            WeightingError::Trim { low, high } => {
                base.found(format!("{low} to {high}")).expected("bounds that some weights lie between")
            }
        }
    }
}
