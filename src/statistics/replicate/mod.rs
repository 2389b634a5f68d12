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
//! | `brr` | 1 / R | 1 | McCarthy (1966): half samples balanced by a Hadamard matrix |
//! | `fay` | 1 / (R (1 - rho)^2) | 1 | Judkins (1990) |
//! | `bootstrap` | 1 / (R - 1) | 1 | Rao, Wu, Yue (1992): n_h - 1 PSUs drawn with replacement, rescaled |
//!
//! Replicates that give no number are left out. R: `as.svrepdesign`, `svrepdesign`, with `mse = FALSE`.

mod hadamard;
mod made;

use std::fmt;

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
    /// Balanced half samples where a stratum has not two PSUs.
    NotPairs {
        /// A unit of the stratum, counted from zero.
        row: usize,
        /// Its PSUs.
        psus: usize,
    },
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
            ReplicateError::NotPairs { .. } => f.write_str("balanced half samples need two PSUs in every stratum"),
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
            ReplicateError::NotPairs { psus, .. } => base
                .found(format!("a stratum with {psus}"))
                .hint("use jkn or a bootstrap, or declare strata of two PSUs"),
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

impl Replicates {
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
    fn given_weights_are_checked() {
        assert_eq!(
            Replicates::given(Kind::Brr, &[1.0, 1.0], vec![vec![1.0, 2.0], vec![1.0, -2.0]]),
            Err(ReplicateError::Weight { replicate: 1, row: 1 })
        );
        assert_eq!(Replicates::given(Kind::Brr, &[1.0], vec![vec![1.0]]), Err(ReplicateError::TooFew));
    }
}
