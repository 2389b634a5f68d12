//! Weights made to agree with known population figures: post-stratification, raking, calibration; trimming.
//!
//! Each gives new weights and, for the first three, what the population figures explain, which is taken out of the
//! scores, so that the linearised variance credits the gain (R: `postStratify`, `rake`, `calibrate`).
//!
//! | method | weight of unit i | source |
//! | --- | --- | --- |
//! | post-stratification | w_i N_c / sum_c w | Holt and Smith (1979) |
//! | raking | post-stratification to each margin in turn until none moves | Deming and Stephan (1940) |
//! | calibration | w_i F(x_i' lambda), lambda so that the totals of x are met | Deville and Sarndal (1992) |

use std::fmt;

use super::linear::{Basis, solve};
use crate::error::Error;

/// What a variance takes out of the scores: the part that population figures explain.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Residual {
    /// Within cells, the mean of z / new weight, weighted by the old weights.
    Cells { cells: Vec<u32>, old: Vec<f64>, new: Vec<f64> },
    /// Margin by margin, the mean of z / weight within levels, ten times over (as R has it).
    Margins(Vec<(Vec<u32>, Vec<f64>)>),
    /// The regression of z / scale on the calibration terms.
    Regression { basis: Basis, scale: Vec<f64> },
}

impl Residual {
    /// Takes the explained part out of the scores.
    pub(crate) fn apply(&self, scores: &mut [f64]) {
        match self {
            Residual::Cells { cells, old, new } => {
                let count = cells.iter().map(|&c| c as usize + 1).max().unwrap_or(0);
                let (mut above, mut below) = (vec![0.0; count], vec![0.0; count]);
                for (i, &cell) in cells.iter().enumerate() {
                    above[cell as usize] += scores[i] * old[i] / new[i];
                    below[cell as usize] += old[i];
                }
                for (i, &cell) in cells.iter().enumerate() {
                    scores[i] -= above[cell as usize] / below[cell as usize] * new[i];
                }
            }
            Residual::Margins(margins) => {
                for _ in 0..10 {
                    for (cells, weights) in margins {
                        let count = cells.iter().map(|&c| c as usize + 1).max().unwrap_or(0);
                        let (mut sum, mut n) = (vec![0.0; count], vec![0.0; count]);
                        for (i, &cell) in cells.iter().enumerate() {
                            sum[cell as usize] += scores[i] / weights[i];
                            n[cell as usize] += 1.0;
                        }
                        for (i, &cell) in cells.iter().enumerate() {
                            scores[i] -= weights[i] * sum[cell as usize] / n[cell as usize];
                        }
                    }
                }
            }
            Residual::Regression { basis, scale } => {
                let mut scaled: Vec<f64> =
                    scores.iter().zip(scale).map(|(z, s)| if *s == 0.0 { 0.0 } else { z / s }).collect();
                basis.take_out(&mut scaled);
                for ((z, r), s) in scores.iter_mut().zip(scaled).zip(scale) {
                    *z = r * s;
                }
            }
        }
    }
}

/// New weights and what they explain.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjusted {
    /// The new weights.
    pub weights: Vec<f64>,
    /// Rounds until nothing moved; 1 where there is no iteration.
    pub iterations: usize,
    pub(crate) residual: Option<Residual>,
}

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
            WeightingError::Figure { value, .. } => base.found(value.to_string()),
            WeightingError::EmptyCell { .. } | WeightingError::NoPopulation { .. } => {
                base.hint("merge groups until each has both respondents and a population")
            }
            WeightingError::MarginsDisagree { first, sum, .. } => {
                base.found(format!("{first} and {sum}")).expected("margins of one population")
            }
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

fn cell_sums(weights: &[f64], cells: &[u32], count: usize) -> Vec<f64> {
    let mut sums = vec![0.0; count];
    for (w, &cell) in weights.iter().zip(cells) {
        sums[cell as usize] += w;
    }
    sums
}

fn check_cells(margin: usize, sums: &[f64], figures: &[f64]) -> Result<(), WeightingError> {
    for (level, (&sum, &value)) in sums.iter().zip(figures).enumerate() {
        if !value.is_finite() || value < 0.0 {
            return Err(WeightingError::Figure { margin, level, value });
        }
        if sum == 0.0 && value > 0.0 {
            return Err(WeightingError::EmptyCell { margin, level });
        }
        if sum != 0.0 && value == 0.0 {
            return Err(WeightingError::NoPopulation { margin, level });
        }
    }
    Ok(())
}

/// Post-stratification: weights in each cell are scaled to the cell's population.
///
/// `cells` gives each unit's cell, an index into `figures`.
///
/// # Errors
/// When a figure is no number, a cell has a population but no units, or units but no population.
pub fn post_stratify(weights: &[f64], cells: &[u32], figures: &[f64]) -> Result<Adjusted, WeightingError> {
    let sums = cell_sums(weights, cells, figures.len());
    check_cells(0, &sums, figures)?;
    let new: Vec<f64> =
        weights.iter().zip(cells).map(|(w, &cell)| w * figures[cell as usize] / sums[cell as usize]).collect();
    let residual = Residual::Cells { cells: cells.to_vec(), old: weights.to_vec(), new: new.clone() };
    Ok(Adjusted { weights: new, iterations: 1, residual: Some(residual) })
}

/// One margin to rake to.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin {
    /// Each unit's level, an index into `figures`.
    pub cells: Vec<u32>,
    /// The population of each level.
    pub figures: Vec<f64>,
}

/// Raking to any number of margins, until every figure is met to within `tolerance` of itself.
///
/// # Errors
/// As [`post_stratify`] for each margin; when margins add up to different populations (by more than a millionth), or do
/// not converge within `most` rounds.
pub fn rake(weights: &[f64], margins: &[Margin], tolerance: f64, most: usize) -> Result<Adjusted, WeightingError> {
    let mut first = None;
    for (number, margin) in margins.iter().enumerate() {
        check_cells(number, &cell_sums(weights, &margin.cells, margin.figures.len()), &margin.figures)?;
        let sum: f64 = margin.figures.iter().sum();
        let first = *first.get_or_insert(sum);
        if (sum - first).abs() > 1e-6 * first {
            return Err(WeightingError::MarginsDisagree { margin: number, first, sum });
        }
    }
    let mut new = weights.to_vec();
    let mut steps = vec![Vec::new(); margins.len()];
    let mut worst = (0, 0, f64::INFINITY);
    for iterations in 1..=most {
        for (margin, step) in margins.iter().zip(&mut steps) {
            let sums = cell_sums(&new, &margin.cells, margin.figures.len());
            for (w, &cell) in new.iter_mut().zip(&margin.cells) {
                *w *= margin.figures[cell as usize] / sums[cell as usize];
            }
            step.clone_from(&new);
        }
        worst = (0, 0, 0.0);
        for (number, margin) in margins.iter().enumerate() {
            let sums = cell_sums(&new, &margin.cells, margin.figures.len());
            for (level, (sum, figure)) in sums.iter().zip(&margin.figures).enumerate() {
                let off = if *figure > 0.0 { (sum / figure - 1.0).abs() } else { 0.0 };
                if off > worst.2 || off.is_nan() {
                    worst = (number, level, off);
                }
            }
        }
        if worst.2 <= tolerance {
            let cells = margins.iter().map(|margin| margin.cells.clone());
            let residual = Residual::Margins(cells.zip(steps).collect());
            return Ok(Adjusted { weights: new, iterations, residual: Some(residual) });
        }
    }
    let (margin, level, worst) = worst;
    Err(WeightingError::NotConverged { margin, level, worst, iterations: most })
}

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
            return Ok(Adjusted { weights, iterations, residual: Some(residual) });
        }
    }
    Err(WeightingError::NotConverged { margin: worst.0, level: 0, worst: worst.1, iterations: MOST })
}

/// Trimming: weights outside the bounds are put on them, and what that takes or adds is spread evenly over the others
/// (R: `trimWeights`). With `strict`, again until none is outside.
///
/// # Errors
/// When the bounds exclude all weights, or `strict` finds no weights within them.
pub fn trim(weights: &[f64], low: f64, high: f64, strict: bool) -> Result<Adjusted, WeightingError> {
    if low.is_nan() || high.is_nan() || low > high {
        return Err(WeightingError::Trim { low, high });
    }
    let mut new = weights.to_vec();
    for iterations in 1..=1000 {
        let outside: Vec<bool> = new.iter().map(|w| *w < low || *w > high).collect();
        let free = outside.iter().filter(|outside| !**outside).count();
        if free == new.len() {
            return Ok(Adjusted { weights: new, iterations, residual: None });
        }
        if free == 0 {
            break;
        }
        let mut excess = 0.0;
        for w in new.iter_mut() {
            let bounded = w.clamp(low, high);
            excess += *w - bounded;
            *w = bounded;
        }
        for (w, _) in new.iter_mut().zip(&outside).filter(|(_, outside)| !**outside) {
            *w += excess / free as f64;
        }
        if !strict {
            return Ok(Adjusted { weights: new, iterations, residual: None });
        }
    }
    Err(WeightingError::Trim { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (f, e) in found.iter().zip(expected) {
            assert!((f - e).abs() < 1e-9, "{found:?} is not {expected:?}");
        }
    }

    #[test]
    fn post_strata_are_hit() {
        let new = post_stratify(&[1.0, 3.0, 2.0], &[0, 0, 1], &[8.0, 5.0]).expect("sound");
        near(&new.weights, &[2.0, 6.0, 5.0]);
        assert_eq!(post_stratify(&[1.0], &[0], &[1.0, 2.0]), Err(WeightingError::EmptyCell { margin: 0, level: 1 }));
    }

    #[test]
    fn margins_are_hit() {
        let margins = [
            Margin { cells: vec![0, 0, 1, 1], figures: vec![60.0, 40.0] },
            Margin { cells: vec![0, 1, 0, 1], figures: vec![30.0, 70.0] },
        ];
        let new = rake(&[1.0, 2.0, 3.0, 4.0], &margins, 1e-12, 100).expect("converges");
        for margin in &margins {
            near(&cell_sums(&new.weights, &margin.cells, 2), &margin.figures);
        }
        let mut bad = margins.to_vec();
        bad[1].figures = vec![30.0, 71.0];
        assert!(matches!(rake(&[1.0; 4], &bad, 1e-12, 100), Err(WeightingError::MarginsDisagree { .. })));
    }

    #[test]
    fn calibration_meets_totals_within_bounds() {
        let weights = [2.0, 2.0, 2.0, 2.0, 2.0];
        let terms = [vec![1.0; 5], vec![1.0, 2.0, 3.0, 4.0, 6.0]];
        let totals = [11.0, 40.0];
        for (distance, bounds) in [
            (Distance::Linear, None),
            (Distance::Raking, None),
            (Distance::Logit, Some((0.3, 3.0))),
            (Distance::Linear, Some((0.5, 2.0))),
        ] {
            let new = calibrate(&weights, &terms, &totals, distance, bounds).expect("converges");
            for (x, total) in terms.iter().zip(totals) {
                let sum: f64 = x.iter().zip(&new.weights).map(|(x, w)| x * w).sum();
                assert!((sum - total).abs() < 1e-8, "{distance:?}");
            }
            if let Some((low, high)) = bounds {
                assert!(new.weights.iter().all(|w| (2.0 * low - 1e-9..=2.0 * high + 1e-9).contains(w)));
            }
        }
        let impossible = calibrate(&weights, &terms, &[10.0, 70.0], Distance::Raking, None);
        assert!(matches!(impossible, Err(WeightingError::NotConverged { .. })), "{impossible:?}");
    }

    #[test]
    fn trimming_keeps_the_sum() {
        // R: trimWeights(design, upper = 5, lower = 1) on these weights.
        let new = trim(&[0.5, 2.0, 3.0, 9.0], 1.0, 5.0, false).expect("sound");
        near(&new.weights, &[1.0, 3.75, 4.75, 5.0]);
        let strict = trim(&[0.5, 3.9, 3.0, 9.0], 1.0, 5.0, true).expect("sound");
        assert!((strict.weights.iter().sum::<f64>() - 16.4).abs() < 1e-9);
        assert!(strict.weights.iter().all(|w| (1.0..=5.0).contains(w)), "{strict:?}");
        assert!(matches!(trim(&[9.0, 8.0], 0.0, 5.0, true), Err(WeightingError::Trim { .. })));
    }
}
