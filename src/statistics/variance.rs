//! From the scores of the units to variances and covariances.
//!
//! Notation: z_i the score of unit i (its influence on the estimate, weight included), t_hj the sum of scores in PSU j
//! of stratum h, n_h and N_h the PSUs in sample and population, f_h = n_h / N_h. The variance of the estimate is
//!
//! ```text
//! v = sum_h (1 - f_h) n_h / (n_h - 1) sum_j (t_hj - mean_h t)^2  +  sum over PSUs of f_h v(second stage within it)
//! ```
//!
//! with the second stage computed in the same way from the units within each PSU, and so on down. Source: Sarndal,
//! Swensson, Wretman, *Model Assisted Survey Sampling* (1992), 4.3 and 5.5; R: `svyrecvar`.

use super::design::{Design, SinglePsu, Stage};

/// A square symmetric matrix of covariances.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    size: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(size: usize) -> Self {
        Matrix { size, values: vec![0.0; size * size] }
    }

    /// The number of rows, which is the number of columns.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The value in a row and column, both counted from zero.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.size + column]
    }

    /// Adds to a value and to its mirror image.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        self.values[row * self.size + column] += value;
        if row != column {
            self.values[column * self.size + row] += value;
        }
    }

    /// The variance of a linear combination: c' V c.
    pub fn quadratic(&self, coefficients: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (i, a) in coefficients.iter().enumerate() {
            for (j, b) in coefficients.iter().enumerate() {
                sum += a * b * self.at(i, j);
            }
        }
        sum
    }
}

impl Design {
    /// The variance of an estimate from the scores of all units (zero outside its domain).
    ///
    /// NaN when the policy for single PSUs leaves nothing to average.
    pub fn variance(&self, scores: &[f64]) -> f64 {
        self.covariance(&[scores]).at(0, 0)
    }

    /// The covariances of several estimates from the scores of all units, each slice as long as the design.
    pub fn covariance(&self, scores: &[&[f64]]) -> Matrix {
        let mut sum = Matrix::zeros(scores.len());
        let unexplained: Vec<Vec<f64>>;
        let mut scores: Vec<&[f64]> = scores.to_vec();
        if !self.residuals().is_empty() {
            unexplained = scores
                .iter()
                .map(|z| {
                    let mut z = z.to_vec();
                    self.residuals().iter().for_each(|residual| residual.apply(&mut z));
                    z
                })
                .collect();
            scores = unexplained.iter().map(Vec::as_slice).collect();
        }
        for stage in self.stages() {
            let totals: Vec<Vec<f64>> = scores.iter().map(|z| stage.totals(z)).collect();
            let totals: Vec<&[f64]> = totals.iter().map(Vec::as_slice).collect();
            stage.add_covariance(&totals, self.single_psu(), &mut sum);
        }
        sum
    }
}

impl Stage {
    /// The sums of scores over the sampling units.
    fn totals(&self, scores: &[f64]) -> Vec<f64> {
        match &self.unit {
            None => scores.to_vec(),
            Some(unit) => {
                let mut totals = vec![0.0; self.stratum.len()];
                for (&u, z) in unit.iter().zip(scores) {
                    totals[u as usize] += z;
                }
                totals
            }
        }
    }

    /// Adds the stage's part of the covariances of estimates whose unit totals are given.
    fn add_covariance(&self, totals: &[&[f64]], policy: SinglePsu, sum: &mut Matrix) {
        let k = totals.len();
        let strata = self.strata.len();
        // Means per stratum first, so that products are of deviations: raw sums of squares would lose all digits.
        let mut means = vec![0.0; strata * k];
        for (unit, &h) in self.stratum.iter().enumerate() {
            for (e, total) in totals.iter().enumerate() {
                means[h as usize * k + e] += total[unit];
            }
        }
        for (h, size) in self.strata.iter().enumerate() {
            for mean in &mut means[h * k..(h + 1) * k] {
                *mean =
                    if size.is_single() && policy == SinglePsu::Centre { 0.0 } else { *mean / f64::from(size.sampled) };
            }
        }
        let pairs = k * (k + 1) / 2;
        let mut squares = vec![0.0; strata * pairs];
        let mut deviation = vec![0.0; k];
        for (unit, &h) in self.stratum.iter().enumerate() {
            let h = h as usize;
            for e in 0..k {
                deviation[e] = totals[e][unit] - means[h * k + e];
            }
            let mut at = h * pairs;
            for i in 0..k {
                for j in 0..=i {
                    squares[at] += deviation[i] * deviation[j];
                    at += 1;
                }
            }
        }
        let scaled = (0..strata).map(|h| (&self.strata[h], &squares[h * pairs..(h + 1) * pairs]));
        combine_strata(scaled.map(|(size, squares)| (StratumFactor::of(size), squares)), policy, sum);
    }
}

/// What a stratum's sum of squared deviations is multiplied by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StratumFactor {
    /// multiplier (1 - f) n / (n - 1), or multiplier (1 - f) for one unit.
    factor: f64,
    single: bool,
}

impl StratumFactor {
    pub(crate) fn of(size: &super::design::Size) -> Self {
        let n = f64::from(size.sampled);
        let spread = if size.sampled > 1 { n / (n - 1.0) } else { 1.0 };
        let correction = size.correction();
        let factor = if correction < 1e-7 { 0.0 } else { size.multiplier * correction * spread };
        StratumFactor { factor, single: size.is_single() }
    }
}

/// Adds up the strata's parts; with [`SinglePsu::Average`] those of one unit get the mean of the others.
///
/// The slice of each stratum holds the lower triangle of its sums of products, row by row.
pub(crate) fn combine_strata<'a>(
    strata: impl Iterator<Item = (StratumFactor, &'a [f64])>,
    policy: SinglePsu,
    sum: &mut Matrix,
) {
    let size = sum.size();
    let mut part = vec![0.0; size * (size + 1) / 2];
    let (mut sound, mut single) = (0u32, 0u32);
    for (factor, squares) in strata {
        if factor.single && policy == SinglePsu::Average {
            single += 1;
            continue;
        }
        sound += 1;
        for (p, s) in part.iter_mut().zip(squares) {
            *p += factor.factor * s;
        }
    }
    let raise = match (single, sound) {
        (0, _) => 1.0,
        (_, 0) => f64::NAN,
        (single, sound) => f64::from(single + sound) / f64::from(sound),
    };
    let mut at = 0;
    for i in 0..size {
        for j in 0..=i {
            sum.add(i, j, part[at] * raise);
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design(policy: SinglePsu) -> Design {
        Design::of(&[1.0; 5]).strata(&[0, 0, 1, 1, 2]).single_psu(policy).build().expect("a sound design")
    }

    #[test]
    fn single_psus_follow_the_policy() {
        // Stratum sums of squares by hand: 2 * ((1-2)^2 + (3-2)^2) = 4, 2 * ((0-2)^2 + (4-2)^2) = 16.
        let scores = [1.0, 3.0, 0.0, 4.0, -8.0];
        assert_eq!(design(SinglePsu::Certainty).variance(&scores), 20.0);
        assert_eq!(design(SinglePsu::Centre).variance(&scores), 84.0);
        assert_eq!(design(SinglePsu::Average).variance(&scores), 30.0);
    }

    #[test]
    fn a_combination_has_the_variance_of_its_scores() {
        let design = design(SinglePsu::Certainty);
        let (a, b) = ([1.0, 3.0, 0.0, 4.0, -8.0], [0.5, 0.0, 2.0, 1.0, 0.0]);
        let both = design.covariance(&[&a, &b]);
        let difference: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - b).collect();
        assert!((both.quadratic(&[1.0, -1.0]) - design.variance(&difference)).abs() < 1e-12);
    }
}
