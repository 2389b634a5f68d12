//! Trimming: weights put within bounds.

use super::{Adjusted, WeightingError};

/// What becomes of the weight that trimming takes away (or adds at the lower bound).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Excess {
    /// Spread over the untrimmed, the same for each (R: `trimWeights`).
    #[default]
    Even,
    /// Spread over the untrimmed in proportion to their weights.
    Proportional,
    /// Not spread: the sum of the weights changes.
    Dropped,
}

impl Excess {
    /// The name on the command line and in the `method` column.
    pub fn name(self) -> &'static str {
        match self {
            Excess::Even => "even",
            Excess::Proportional => "proportional",
            Excess::Dropped => "dropped",
        }
    }
}

/// How weights are trimmed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trimming {
    /// The lower bound; minus infinity for none.
    pub low: f64,
    /// The upper bound; infinity for none.
    pub high: f64,
    /// Where the excess goes.
    pub excess: Excess,
    /// Whether to go on until no weight is outside the bounds; else the excess, spread once, may take one past them.
    pub strict: bool,
}

/// The upper bound that lies `deviations` standard deviations (with n - 1) above the mean weight.
pub fn mean_plus_deviations(weights: &[f64], deviations: f64) -> f64 {
    let n = weights.len() as f64;
    let mean = weights.iter().sum::<f64>() / n;
    let squares: f64 = weights.iter().map(|w| (w - mean).powi(2)).sum();
    mean + deviations * (squares / (n - 1.0)).sqrt()
}

/// Weights outside the bounds are put on them, and the excess goes where `trimming` says. A weight of zero is of no unit (one
/// that a replicate leaves out) and stays.
///
/// # Errors
/// When the bounds exclude all weights, or `strict` finds no weights within them.
pub fn trim(weights: &[f64], trimming: Trimming) -> Result<Adjusted, WeightingError> {
    let Trimming { low, high, excess, strict } = trimming;
    let fault = WeightingError::Trim { low, high };
    if low.is_nan() || high.is_nan() || low > high {
        return Err(fault);
    }
    let mut new = weights.to_vec();
    for iterations in 1..=1000 {
        let is_outside = |w: &f64| *w != 0.0 && !(low..=high).contains(w);
        let free: Vec<bool> = new.iter().map(|w| *w != 0.0 && !is_outside(w)).collect();
        if !new.iter().any(is_outside) {
            return Ok(Adjusted { weights: new, iterations, worst: None, residual: None });
        }
        if !free.contains(&true) && excess != Excess::Dropped {
            break;
        }
        let mut taken = 0.0;
        for w in new.iter_mut().filter(|w| **w != 0.0) {
            let bounded = w.clamp(low, high);
            taken += *w - bounded;
            *w = bounded;
        }
        let untrimmed = || new.iter().zip(&free).filter(|(_, free)| **free).map(|(w, _)| *w);
        let (each, factor) = match excess {
            Excess::Even => (taken / untrimmed().count() as f64, 1.0),
            Excess::Proportional => (0.0, 1.0 + taken / untrimmed().sum::<f64>()),
            Excess::Dropped => (0.0, 1.0),
        };
        for (w, _) in new.iter_mut().zip(&free).filter(|(_, free)| **free) {
            *w = *w * factor + each;
        }
        if !strict {
            return Ok(Adjusted { weights: new, iterations, worst: None, residual: None });
        }
    }
    Err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trimmed(weights: &[f64], excess: Excess, strict: bool) -> Vec<f64> {
        trim(weights, Trimming { low: 1.0, high: 5.0, excess, strict }).expect("sound").weights
    }

    #[test]
    fn the_excess_goes_where_it_is_said_to() {
        // R: trimWeights(design, upper = 5, lower = 1) on these weights.
        assert_eq!(trimmed(&[0.5, 2.0, 3.0, 9.0], Excess::Even, false), [1.0, 3.75, 4.75, 5.0]);
        let near = |found: Vec<f64>, expected: [f64; 4]| {
            assert!(found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-12), "{found:?}");
        };
        near(trimmed(&[0.5, 2.0, 3.0, 9.0], Excess::Proportional, false), [1.0, 3.4, 5.1, 5.0]);
        near(trimmed(&[0.5, 2.0, 3.0, 9.0], Excess::Dropped, true), [1.0, 2.0, 3.0, 5.0]);
    }

    #[test]
    fn a_unit_left_out_stays_out() {
        assert_eq!(trimmed(&[0.0, 2.0, 3.0, 9.0], Excess::Even, false), [0.0, 4.0, 5.0, 5.0]);
        assert_eq!(trimmed(&[0.0, 2.0], Excess::Dropped, true), [0.0, 2.0]);
    }

    #[test]
    fn strict_goes_on_until_all_are_within() {
        for excess in [Excess::Even, Excess::Proportional] {
            let found = trimmed(&[0.5, 3.9, 3.0, 9.0], excess, true);
            assert!((found.iter().sum::<f64>() - 16.4).abs() < 1e-9);
            assert!(found.iter().all(|w| (1.0..=5.0).contains(w)), "{found:?}");
        }
        let all = Trimming { low: 0.0, high: 5.0, excess: Excess::Even, strict: true };
        assert!(matches!(trim(&[9.0, 8.0], all), Err(WeightingError::Trim { .. })));
    }

    #[test]
    fn a_bound_from_the_spread_of_the_weights() {
        // mean 2.5, sd sqrt(5/3).
        assert!((mean_plus_deviations(&[1.0, 2.0, 3.0, 4.0], 2.0) - (2.5 + 2.0 * (5.0f64 / 3.0).sqrt())).abs() < 1e-15);
    }
}
