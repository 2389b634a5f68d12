//! The bounds of `--trim`, as typed.

use std::str::FromStr;

use super::pair;
use crate::error::{Error, Result};
use crate::statistics::weighting::mean_plus_deviations;

/// Where weights are cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::cli::estimate) enum Bounds {
    /// At these weights.
    Weights(f64, f64),
    /// So many standard deviations above the mean weight.
    Deviations(f64),
}

impl FromStr for Bounds {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some(deviations) = text.trim().strip_prefix("mean+").and_then(|rest| rest.strip_suffix("sd")) else {
            return pair(text, "--trim").map(|(low, high)| Bounds::Weights(low, high));
        };
        let number = deviations.trim().parse::<f64>().ok().filter(|k| k.is_finite() && *k > 0.0);
        number.map(Bounds::Deviations).ok_or_else(|| {
            Error::usage("this is no bound for weights").found(text).expected("mean+Ksd, such as mean+3sd")
        })
    }
}

impl Bounds {
    /// The lower and the upper bound for these weights.
    pub(super) fn of(self, weights: &[f64]) -> (f64, f64) {
        match self {
            Bounds::Weights(low, high) => (low, high),
            Bounds::Deviations(k) => (f64::NEG_INFINITY, mean_plus_deviations(weights, k)),
        }
    }

    /// The words in the `method` column.
    pub(super) fn words(self) -> String {
        match self {
            Bounds::Weights(low, high) => format!("{low} to {high}"),
            Bounds::Deviations(k) => format!("mean+{k}sd"),
        }
    }
}
