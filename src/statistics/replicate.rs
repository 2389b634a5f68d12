//! Replicate weights: the variance from how an estimate moves when parts of the sample are left out or drawn again.
//!
//! With theta_r the estimate under the weights of replicate r and theta. the mean of all of them,
//!
//! ```text
//! v = scale * sum_r rscale_r (theta_r - theta.)^2
//! ```
//!
//! | kind | scale | rscale_r | source |
//! | --- | --- | --- | --- |
//! | `jk1` | (1 - f) (n - 1) / n | 1 | Quenouille, Tukey |
//! | `jkn` | 1 | (1 - f_h) (n_h - 1) / n_h | Rust and Rao (1996) |
//! | `brr` | 1 / R | 1 | McCarthy (1966) |
//! | `fay` | 1 / (R (1 - rho)^2) | 1 | Judkins (1990) |
//! | `bootstrap` | 1 / (R - 1) | 1 | Rao, Wu, Yue (1992): n_h - 1 PSUs drawn with replacement, rescaled |
//!
//! Replicates that give no number are left out. R: `as.svrepdesign`, `svrepdesign`, with `mse = FALSE`.

use std::fmt;

use super::design::{Design, SinglePsu};
use super::linear::Basis;

/// A kind of replicates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Delete-one jackknife without strata.
    Jk1,
    /// Delete-one jackknife within strata.
    Jkn,
    /// Balanced half samples.
    Brr,
    /// Balanced half samples with weights moved by 1 - rho.
    Fay(f64),
    /// Bootstrap.
    Bootstrap,
}

impl Kind {
    /// The name on the command line and in the `method` column.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Jk1 => "jk1",
            Kind::Jkn => "jkn",
            Kind::Brr => "brr",
            Kind::Fay(_) => "fay",
            Kind::Bootstrap => "bootstrap",
        }
    }
}

/// Why replicates cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplicateError {
    /// Fewer than two replicates.
    TooFew,
    /// The table of replicate weights would be too large to hold.
    TooMany {
        /// Units times replicates.
        numbers: usize,
    },
    /// A column of replicate weights is not as long as the others.
    Length,
    /// A replicate weight is missing, infinite or negative.
    Weight {
        /// The replicate, counted from zero.
        replicate: usize,
        /// The unit, counted from zero.
        row: usize,
    },
    /// JK1 on a design with strata.
    Strata,
}

impl fmt::Display for ReplicateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReplicateError::TooFew => f.write_str("there are fewer than two replicates"),
            ReplicateError::TooMany { numbers } => {
                write!(f, "the table of replicate weights would hold {numbers} numbers, too many for memory")
            }
            ReplicateError::Length => f.write_str("the replicate weights are not as many as the units"),
            ReplicateError::Weight { .. } => f.write_str("a replicate weight is not a number of at least zero"),
            ReplicateError::Strata => f.write_str("the jackknife jk1 is for designs without strata"),
        }
    }
}

impl std::error::Error for ReplicateError {}

impl From<ReplicateError> for crate::Error {
    fn from(error: ReplicateError) -> Self {
        let base = crate::Error::data(error.to_string());
        match error {
            ReplicateError::TooMany { .. } => base.hint("use linearisation, or a bootstrap with fewer replicates"),
            ReplicateError::Strata => base.hint("use jkn"),
            ReplicateError::TooFew => base.hint("give at least two columns of replicate weights"),
            ReplicateError::Length | ReplicateError::Weight { .. } => base,
        }
    }
}

/// Replicate weights with the factors of their variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    weights: Vec<Vec<f64>>,
    scale: f64,
    rscales: Vec<f64>,
    df: f64,
}

/// More numbers than this (1.6 GB) are refused.
const MOST: usize = 200_000_000;

impl Replicates {
    /// The delete-one jackknife of a design's PSUs: JKn with strata, JK1 without.
    ///
    /// Strata that were sampled whole have no replicates. A stratum with one PSU follows the design's policy.
    ///
    /// # Errors
    /// When the table would be too large, or fewer than two replicates remain.
    pub fn jackknife(design: &Design) -> Result<Self, ReplicateError> {
        let numbers = design.len() * design.psu_count();
        if numbers > MOST {
            return Err(ReplicateError::TooMany { numbers });
        }
        let strata = design.strata_count() as f64;
        let mut stratum_of = vec![0; design.psu_count()];
        for row in 0..design.len() {
            stratum_of[design.psu(row)] = design.stratum(row);
        }
        let (mut weights, mut rscales) = (Vec::new(), Vec::new());
        let mut passed = 0.0;
        for (psu, &stratum) in stratum_of.iter().enumerate() {
            let (sampled, population) = design.stratum_size(stratum);
            let n = sampled as f64;
            let correction = if population.is_finite() { (population - n) / population } else { 1.0 };
            if correction <= 0.0 {
                continue;
            }
            let (inside, outside, rscale) = if sampled > 1 {
                (n / (n - 1.0), 1.0, correction * (n - 1.0) / n)
            } else if design.single_psu() == SinglePsu::Centre {
                (0.0, strata / (strata - 1.0), (strata - 1.0) / strata)
            } else {
                passed += 1.0;
                continue;
            };
            weights.push(
                (0..design.len())
                    .map(|row| {
                        let factor = if design.psu(row) == psu {
                            0.0
                        } else if design.stratum(row) == stratum {
                            inside
                        } else {
                            outside
                        };
                        design.weights()[row] * factor
                    })
                    .collect(),
            );
            rscales.push(rscale);
        }
        if weights.len() < 2 {
            return Err(ReplicateError::TooFew);
        }
        let made = weights.len() as f64;
        let scale = if design.single_psu() == SinglePsu::Average { (made + passed) / made } else { 1.0 };
        Ok(Replicates { weights, scale, rscales, df: design.degrees_of_freedom() })
    }

    /// The rescaled bootstrap of Rao, Wu and Yue: in each stratum n_h - 1 PSUs are drawn with replacement, and a PSU drawn
    /// r times counts 1 - l + l r n_h / (n_h - 1) times its weight, with l = sqrt(1 - f_h).
    ///
    /// `below` gives a random whole number from zero to below its argument.
    ///
    /// # Errors
    /// When the table would be too large, or fewer than two replicates are asked for.
    pub fn bootstrap(
        design: &Design,
        replicates: usize,
        mut below: impl FnMut(u32) -> u32,
    ) -> Result<Self, ReplicateError> {
        if replicates < 2 {
            return Err(ReplicateError::TooFew);
        }
        let numbers = design.len().saturating_mul(replicates);
        if numbers > MOST {
            return Err(ReplicateError::TooMany { numbers });
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); design.strata_count()];
        let mut seen = vec![false; design.psu_count()];
        for row in 0..design.len() {
            let psu = design.psu(row);
            if !std::mem::replace(&mut seen[psu], true) {
                members[design.stratum(row)].push(psu);
            }
        }
        let weights = (0..replicates)
            .map(|_| {
                let mut factor = vec![1.0; design.psu_count()];
                for (stratum, psus) in members.iter().enumerate().filter(|(_, psus)| psus.len() > 1) {
                    let (_, population) = design.stratum_size(stratum);
                    let n = psus.len() as f64;
                    let rescale =
                        if population.is_finite() { ((population - n) / population).max(0.0).sqrt() } else { 1.0 };
                    let mut drawn = vec![0u32; psus.len()];
                    for _ in 1..psus.len() {
                        drawn[below(psus.len() as u32) as usize] += 1;
                    }
                    for (&psu, &times) in psus.iter().zip(&drawn) {
                        factor[psu] = 1.0 - rescale + rescale * f64::from(times) * n / (n - 1.0);
                    }
                }
                (0..design.len()).map(|row| design.weights()[row] * factor[design.psu(row)]).collect()
            })
            .collect();
        let df = design.degrees_of_freedom().min(replicates as f64 - 1.0);
        Ok(Replicates { weights, scale: 1.0 / (replicates as f64 - 1.0), rscales: vec![1.0; replicates], df })
    }

    /// From columns of replicate weights that include the base weights, one column per replicate.
    ///
    /// What a file of replicate weights does not say is worked out as R does: for `jk1` n is the number of replicates, for
    /// `jkn` n_h / (n_h - 1) is the largest ratio of a replicate's weight to the base weight. Degrees of freedom: the rank
    /// of the table less one.
    ///
    /// # Errors
    /// When columns are fewer than two, not as long as `base`, or hold anything but numbers of at least zero.
    pub fn given(kind: Kind, base: &[f64], weights: Vec<Vec<f64>>) -> Result<Self, ReplicateError> {
        let count = weights.len();
        if count < 2 {
            return Err(ReplicateError::TooFew);
        }
        for (replicate, column) in weights.iter().enumerate() {
            if column.len() != base.len() {
                return Err(ReplicateError::Length);
            }
            if let Some(row) = column.iter().position(|w| !w.is_finite() || *w < 0.0) {
                return Err(ReplicateError::Weight { replicate, row });
            }
        }
        let r = count as f64;
        let scale = match kind {
            Kind::Jk1 => (r - 1.0) / r,
            Kind::Jkn => 1.0,
            Kind::Brr => 1.0 / r,
            Kind::Fay(rho) => 1.0 / (r * (1.0 - rho).powi(2)),
            Kind::Bootstrap => 1.0 / (r - 1.0),
        };
        let rscales = match kind {
            Kind::Jkn => weights
                .iter()
                .map(|column| {
                    let ratios = column.iter().zip(base).filter(|(_, b)| **b > 0.0).map(|(w, b)| w / b);
                    1.0 / ratios.fold(1.0, f64::max)
                })
                .collect(),
            _ => vec![1.0; count],
        };
        let df = Basis::of(weights.iter().cloned(), 1e-5).rank() as f64 - 1.0;
        Ok(Replicates { weights, scale, rscales, df })
    }

    /// The number of replicates.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there are none (never, once made).
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The weights of each replicate.
    pub fn weights(&self) -> &[Vec<f64>] {
        &self.weights
    }

    /// Degrees of freedom.
    pub fn degrees_of_freedom(&self) -> f64 {
        self.df
    }

    /// The same replicates with every replicate's weights adjusted as the full sample's were.
    ///
    /// # Errors
    /// The first that `adjust` gives.
    pub fn adjusted<E>(self, adjust: impl Fn(&[f64]) -> Result<Vec<f64>, E>) -> Result<Self, E> {
        let weights = self.weights.iter().map(|weights| adjust(weights)).collect::<Result<_, E>>()?;
        Ok(Replicates { weights, ..self })
    }

    /// The covariances of estimates from their values under every replicate, centred at the replicates' mean.
    pub(crate) fn covariance(&self, values: &[&[f64]]) -> super::variance::Matrix {
        let mut sum = super::variance::Matrix::zeros(values.len());
        let sound: Vec<usize> = (0..self.len()).filter(|&r| values.iter().all(|v| v[r].is_finite())).collect();
        let count = sound.len() as f64;
        let means: Vec<f64> = values.iter().map(|v| sound.iter().map(|&r| v[r]).sum::<f64>() / count).collect();
        for i in 0..values.len() {
            for j in 0..=i {
                let products =
                    sound.iter().map(|&r| self.rscales[r] * (values[i][r] - means[i]) * (values[j][r] - means[j]));
                let total: f64 = products.sum();
                sum.add(i, j, if sound.is_empty() { f64::NAN } else { self.scale * total });
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jackknife_of_a_mean_is_its_textbook_variance() {
        let design = Design::of(&[1.0; 4]).population(&[40.0; 4]).build().expect("sound");
        let replicates = Replicates::jackknife(&design).expect("sound");
        let values = [1.0, 2.0, 3.0, 6.0];
        let thetas: Vec<f64> = replicates
            .weights()
            .iter()
            .map(|w| w.iter().zip(&values).map(|(w, y)| w * y).sum::<f64>() / w.iter().sum::<f64>())
            .collect();
        assert!((replicates.covariance(&[&thetas]).at(0, 0) - 1.05).abs() < 1e-14);
        assert_eq!(replicates.degrees_of_freedom(), 3.0);
    }

    #[test]
    fn bootstrap_weights_keep_the_stratum_total() {
        let design = Design::of(&[2.0, 2.0, 2.0, 5.0, 5.0]).strata(&[0, 0, 0, 1, 1]).build().expect("sound");
        let mut state = 7u32;
        let replicates = Replicates::bootstrap(&design, 50, |n| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % n
        })
        .expect("sound");
        for weights in replicates.weights() {
            assert!((weights[..3].iter().sum::<f64>() - 6.0).abs() < 1e-12);
            assert!((weights[3..].iter().sum::<f64>() - 10.0).abs() < 1e-12);
        }
    }

    #[test]
    fn given_weights_are_checked() {
        assert_eq!(
            Replicates::given(Kind::Brr, &[1.0, 1.0], vec![vec![1.0, 2.0], vec![1.0, -2.0]]),
            Err(ReplicateError::Weight { replicate: 1, row: 1 })
        );
        assert_eq!(Replicates::given(Kind::Brr, &[1.0], vec![vec![1.0]]), Err(ReplicateError::TooFew));
    }
}
