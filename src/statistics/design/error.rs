//! What can be wrong with a design.

use std::fmt;

use crate::error::Error;

/// What is wrong with a design. Rows, strata and clusters are given by the indices the caller used.
#[derive(Debug, Clone, PartialEq)]
pub enum DesignError {
    /// There are no units.
    Empty,
    /// A column is not as long as the others.
    Length {
        /// Which column.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The number of units.
        expected: usize,
    },
    /// A weight is not a finite number above zero.
    Weight {
        /// The unit, counted from zero.
        row: usize,
        /// Its weight.
        weight: f64,
    },
    /// A population count or sampling fraction is not a finite number above zero.
    Population {
        /// The unit, counted from zero.
        row: usize,
        /// The stage, counted from one.
        stage: usize,
        /// What stands there.
        value: f64,
    },
    /// Population counts (above 1) and sampling fractions (below 1) stand in one column.
    PopulationMixed {
        /// A unit, counted from zero, that differs in kind from the first.
        row: usize,
        /// The stage, counted from one.
        stage: usize,
    },
    /// The population count varies within a stratum.
    PopulationVaries {
        /// A unit, counted from zero, that differs from the stratum's first unit.
        row: usize,
        /// The stage, counted from one.
        stage: usize,
    },
    /// The population of a stratum is smaller than its sample.
    PopulationTooSmall {
        /// A unit of the stratum, counted from zero.
        row: usize,
        /// The stage, counted from one.
        stage: usize,
        /// The population count.
        population: f64,
        /// The number of sampled units.
        sampled: usize,
    },
    /// A cluster's code stands in more than one stratum.
    ClusterInSeveralStrata {
        /// A unit, counted from zero, where the code stands in a second stratum.
        row: usize,
    },
    /// A stratum has one PSU, and the policy is to refuse.
    SinglePsu {
        /// A unit of the stratum, counted from zero.
        row: usize,
        /// The stage, counted from one.
        stage: usize,
    },
}

impl fmt::Display for DesignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DesignError::Empty => write!(f, "there are no units"),
            DesignError::Length { what, .. } => write!(f, "the {what} are not as many as the units"),
            DesignError::Weight { .. } => write!(f, "a weight is not a number above zero"),
            DesignError::Population { stage, .. } => {
                write!(f, "a population count or sampling fraction of stage {stage} is not a number above zero")
            }
            DesignError::PopulationMixed { stage, .. } => {
                write!(f, "population counts and sampling fractions are mixed at stage {stage}")
            }
            DesignError::PopulationVaries { stage, .. } => {
                write!(f, "the population count varies within a stratum of stage {stage}")
            }
            DesignError::PopulationTooSmall { stage, .. } => {
                write!(f, "the population of a stratum of stage {stage} is smaller than its sample")
            }
            DesignError::ClusterInSeveralStrata { .. } => write!(f, "a cluster stands in more than one stratum"),
            DesignError::SinglePsu { stage, .. } => write!(f, "a stratum of stage {stage} has only one sampling unit"),
        }
    }
}

impl std::error::Error for DesignError {}

impl DesignError {
    /// The unit at fault, counted from zero.
    pub fn row(&self) -> Option<usize> {
        match *self {
            DesignError::Empty | DesignError::Length { .. } => None,
            DesignError::Weight { row, .. }
            | DesignError::Population { row, .. }
            | DesignError::PopulationMixed { row, .. }
            | DesignError::PopulationVaries { row, .. }
            | DesignError::PopulationTooSmall { row, .. }
            | DesignError::ClusterInSeveralStrata { row }
            | DesignError::SinglePsu { row, .. } => Some(row),
        }
    }
}

impl From<DesignError> for Error {
    fn from(error: DesignError) -> Self {
        let base = Error::data(error.to_string());
        match error {
            DesignError::Empty => base.hint("give at least two units"),
            DesignError::Length { found, expected, .. } => base.found(found.to_string()).expected(expected.to_string()),
            DesignError::Weight { row, weight } => base
                .at(format!("unit {}", row + 1))
                .found(weight.to_string())
                .expected("a finite number above zero")
                .hint("mend the weight, or leave the unit out before estimating"),
            DesignError::Population { row, value, .. } => base
                .at(format!("unit {}", row + 1))
                .found(value.to_string())
                .expected("a population count, or a sampling fraction of at most 1"),
            DesignError::PopulationMixed { row, .. } => {
                base.at(format!("unit {}", row + 1)).expected("either counts everywhere or fractions everywhere")
            }
            DesignError::PopulationVaries { row, .. } => {
                base.at(format!("unit {}", row + 1)).expected("the same count for all units of the stratum")
            }
            DesignError::PopulationTooSmall { row, population, sampled, .. } => base
                .at(format!("unit {}", row + 1))
                .found(format!("population {population}, sample {sampled}"))
                .expected("a population at least as large as the sample"),
            DesignError::ClusterInSeveralStrata { row } => base
                .at(format!("unit {}", row + 1))
                .hint("if clusters are numbered anew in each stratum, say that they are nested"),
            DesignError::SinglePsu { row, .. } => base
                .at(format!("the stratum of unit {}", row + 1))
                .hint("choose what to do with such strata (certainty, centre, average or collapse), or merge strata"),
        }
    }
}
