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

mod calibration;
mod error;
mod trimming;

use super::linear::Basis;

pub use calibration::{Distance, calibrate};
pub use error::WeightingError;
pub use trimming::{Excess, Trimming, mean_plus_deviations, trim};

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
    /// The figure that is furthest from being met; none where there are no figures.
    pub worst: Option<Worst>,
    pub(crate) residual: Option<Residual>,
}

/// The population figure that the weights are furthest from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worst {
    /// Which margin (0 for post-stratification and calibration).
    pub margin: usize,
    /// Which level or term.
    pub level: usize,
    /// How far the sum of weights is from the figure, relative to the figure.
    pub off: f64,
}

impl Worst {
    /// The furthest of some figures, the first of equals; one that is no number is the worst.
    fn of(figures: impl Iterator<Item = Worst>) -> Option<Worst> {
        figures.reduce(|worst, next| if next.off > worst.off || next.off.is_nan() { next } else { worst })
    }

    /// How far weights are from a margin's figures.
    fn of_margin(margin: usize, sums: &[f64], figures: &[f64]) -> Option<Worst> {
        let off = |sum: f64, figure: f64| if figure > 0.0 { (sum / figure - 1.0).abs() } else { 0.0 };
        let each = sums.iter().zip(figures).enumerate();
        Worst::of(each.map(|(level, (&sum, &figure))| Worst { margin, level, off: off(sum, figure) }))
    }
}

/// How weights are spread: what is shown before and after each step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Weights that are not zero.
    pub n: usize,
    /// Their sum.
    pub sum: f64,
    /// Smallest, quartiles (the value at which a quarter of them is reached) and largest.
    pub five: [f64; 5],
    /// Kish's effective size, (sum w)^2 / sum w^2.
    pub effective: f64,
    /// What unequal weights lose of precision: n sum w^2 / (sum w)^2 - 1, the relative variance of the weights (Kish 1992).
    pub loss: f64,
}

impl Spread {
    /// Of the weights that are not zero.
    pub fn of(weights: &[f64]) -> Self {
        let mut sorted: Vec<f64> = weights.iter().copied().filter(|w| *w != 0.0).collect();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let (sum, squares) = sorted.iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
        let at = |quarter: usize| sorted.get((n * quarter).div_ceil(4).max(1) - 1).copied().unwrap_or(f64::NAN);
        let effective = sum * sum / squares;
        Spread { n, sum, five: [0, 1, 2, 3, 4].map(at), effective, loss: n as f64 / effective - 1.0 }
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
    let worst = Worst::of_margin(0, &cell_sums(&new, cells, figures.len()), figures);
    Ok(Adjusted { weights: new, iterations: 1, worst, residual: Some(residual) })
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
    let mut worst = None;
    for iterations in 1..=most {
        for (margin, step) in margins.iter().zip(&mut steps) {
            let sums = cell_sums(&new, &margin.cells, margin.figures.len());
            for (w, &cell) in new.iter_mut().zip(&margin.cells) {
                *w *= margin.figures[cell as usize] / sums[cell as usize];
            }
            step.clone_from(&new);
        }
        let of_margin = |(number, margin): (usize, &Margin)| {
            Worst::of_margin(number, &cell_sums(&new, &margin.cells, margin.figures.len()), &margin.figures)
        };
        worst = Worst::of(margins.iter().enumerate().filter_map(of_margin));
        if worst.is_none_or(|worst| worst.off <= tolerance) {
            let cells = margins.iter().map(|margin| margin.cells.clone());
            let residual = Residual::Margins(cells.zip(steps).collect());
            return Ok(Adjusted { weights: new, iterations, worst, residual: Some(residual) });
        }
    }
    let Worst { margin, level, off } = worst.unwrap_or(Worst { margin: 0, level: 0, off: f64::NAN });
    Err(WeightingError::NotConverged { margin, level, worst: off, iterations: most })
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
    fn the_worst_figure_is_reported() {
        let new = post_stratify(&[1.0, 3.0, 2.0], &[0, 0, 1], &[8.0, 5.0]).expect("sound");
        assert!(new.worst.is_some_and(|worst| worst.off < 1e-15));
        let worst = Worst::of_margin(2, &[1.0, 4.0], &[1.0, 5.0]).expect("two levels");
        assert_eq!((worst.margin, worst.level), (2, 1));
        assert!((worst.off - 0.2).abs() < 1e-15);
    }

    #[test]
    fn the_spread_of_weights() {
        let spread = Spread::of(&[4.0, 0.0, 1.0, 2.0, 3.0]);
        assert_eq!((spread.n, spread.sum, spread.five), (4, 10.0, [1.0, 1.0, 2.0, 3.0, 4.0]));
        assert!((spread.effective - 100.0 / 30.0).abs() < 1e-15 && (spread.loss - 0.2).abs() < 1e-15);
    }
}
