//! Calibration to totals (Deville and Sarndal 1992).

use super::super::linear::{Basis, solve};
use super::{Adjusted, Residual, WeightingError, Worst};

/// How calibration moves weights: the function F with F(0) = 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// F(u) = 1 + u: the generalised regression estimator; weights can fall below zero.
    Linear,
    /// F(u) = exp(u): weights stay above zero.
    Raking,
    /// F between the bounds along a logistic curve.
    Logit,
}

impl Distance {
    /// F and its derivative.
    fn at(self, u: f64, low: f64, high: f64) -> (f64, f64) {
        let clamped = |value: f64, slope: f64| {
            if value < low {
                (low, 0.0)
            } else if value > high {
                (high, 0.0)
            } else {
                (value, slope)
            }
        };
        match self {
            Distance::Linear => clamped(1.0 + u, 1.0),
            Distance::Raking => clamped(u.exp(), u.exp()),
            Distance::Logit => {
                let a = (high - low) / ((high - 1.0) * (1.0 - low));
                let e = (a * u).exp();
                if e.is_infinite() {
                    return (high, 0.0);
                }
                let below = (high - 1.0) + (1.0 - low) * e;
                ((low * (high - 1.0) + high * (1.0 - low) * e) / below, (high - low).powi(2) * e / (below * below))
            }
        }
    }
}

/// Calibration: weights as near as possible to the old ones under which each term's total is its population total.
///
/// `terms` holds a column for each term, as long as the weights; `bounds` limit new weight over old weight, and are
/// needed for [`Distance::Logit`]. Solved by Newton's method with step halving until every total is met to 1e-10.
///
/// # Errors
/// When a total is not finite, bounds do not enclose 1, or the totals cannot be met.
pub fn calibrate(
    weights: &[f64],
    terms: &[Vec<f64>],
    totals: &[f64],
    distance: Distance,
    bounds: Option<(f64, f64)>,
) -> Result<Adjusted, WeightingError> {
    const MOST: usize = 200;
    const TOLERANCE: f64 = 1e-10;
    if let Some(level) = totals.iter().position(|total| !total.is_finite()) {
        return Err(WeightingError::Figure { margin: 0, level, value: totals[level] });
    }
    let (low, high) = bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    if !(low < 1.0 && high > 1.0) || (distance == Distance::Logit && !(low.is_finite() && high.is_finite())) {
        return Err(WeightingError::Bounds { low, high });
    }
    let count = terms.len();
    let mut lambda = vec![0.0; count];
    let ratios = |lambda: &[f64]| -> Vec<(f64, f64)> {
        (0..weights.len())
            .map(|i| distance.at(terms.iter().zip(lambda).map(|(x, l)| x[i] * l).sum(), low, high))
            .collect()
    };
    let misfit = |g: &[(f64, f64)]| -> Vec<f64> {
        terms
            .iter()
            .zip(totals)
            .map(|(x, total)| total - x.iter().zip(weights).zip(g).map(|((x, w), g)| x * w * g.0).sum::<f64>())
            .collect()
    };
    let worst_of = |misfit: &[f64]| {
        let off = misfit.iter().zip(totals).map(|(m, t)| m.abs() / (1.0 + t.abs()));
        off.enumerate().fold((0, 0.0), |worst, (at, off)| if off > worst.1 || off.is_nan() { (at, off) } else { worst })
    };
    let mut g = ratios(&lambda);
    let mut off = misfit(&g);
    let mut worst = worst_of(&off);
    for iterations in 1..=MOST {
        let slopes: Vec<Vec<f64>> = terms
            .iter()
            .map(|a| {
                terms.iter().map(|b| (0..weights.len()).map(|i| a[i] * b[i] * weights[i] * g[i].1).sum()).collect()
            })
            .collect();
        let step = solve(slopes, off.iter().map(|&m| vec![m]).collect());
        let mut size = 1.0;
        loop {
            let next: Vec<f64> = lambda.iter().zip(&step).map(|(l, s)| l + size * s[0]).collect();
            let (next_g, halve) = {
                let next_g = ratios(&next);
                let halve = next_g.iter().any(|g| !g.0.is_finite() || !g.1.is_finite());
                (next_g, halve)
            };
            if halve && size > 1e-6 {
                size /= 2.0;
                continue;
            }
            (lambda, g) = (next, next_g);
            break;
        }
        off = misfit(&g);
        worst = worst_of(&off);
        if worst.1 < TOLERANCE {
            let half: Vec<f64> = weights.iter().map(|w| w.sqrt()).collect();
            let columns = terms.iter().map(|x| x.iter().zip(&half).map(|(x, h)| x * h).collect());
            let residual = Residual::Regression {
                basis: Basis::of(columns, 1e-9),
                scale: half.iter().zip(&g).map(|(h, g)| h * g.0).collect(),
            };
            let weights = weights.iter().zip(&g).map(|(w, g)| w * g.0).collect();
            let worst = Some(Worst { margin: 0, level: worst.0, off: worst.1 });
            return Ok(Adjusted { weights, iterations, worst, residual: Some(residual) });
        }
    }
    Err(WeightingError::NotConverged { margin: worst.0, level: 0, worst: worst.1, iterations: MOST })
}
