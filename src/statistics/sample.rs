//! A sample: its design, and replicate weights where these make the variance.

use super::design::Design;
use super::linearised::{self, Estimate, Linearised};
use super::replicate::Replicates;
use super::variance::Matrix;

/// A sample from which estimates are made, by linearisation or by replicates.
///
/// Both ways give [`Linearised`] estimates whose combinations are estimates again: by linearisation `scores` holds the
/// score of every unit, by replicates the estimate under every replicate.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The design, with the full sample's weights.
    pub design: Design,
    /// The replicates, when they make the variance.
    pub replicates: Option<Replicates>,
}

impl From<Design> for Sample {
    fn from(design: Design) -> Self {
        Sample { design, replicates: None }
    }
}

impl Sample {
    /// The full sample's weights.
    pub fn weights(&self) -> &[f64] {
        self.design.weights()
    }

    /// The degrees of freedom of the whole sample.
    pub fn degrees_of_freedom(&self) -> f64 {
        match &self.replicates {
            Some(replicates) => replicates.degrees_of_freedom(),
            None => self.design.degrees_of_freedom(),
        }
    }

    /// As [`linearised::mean`].
    pub fn mean(&self, domain: &[bool], values: &[f64]) -> Linearised {
        let rows: Vec<usize> = (0..domain.len()).filter(|&i| domain[i] && !values[i].is_nan()).collect();
        self.by_replicates(linearised::mean(&self.design, domain, values), |weights| {
            let (mut above, mut below) = (0.0, 0.0);
            for &i in &rows {
                above += weights[i] * values[i];
                below += weights[i];
            }
            above / below
        })
    }

    /// As [`linearised::total`].
    pub fn total(&self, domain: &[bool], values: &[f64]) -> Linearised {
        let rows: Vec<usize> = (0..domain.len()).filter(|&i| domain[i] && !values[i].is_nan()).collect();
        self.by_replicates(linearised::total(&self.design, domain, values), |weights| {
            rows.iter().map(|&i| weights[i] * values[i]).sum()
        })
    }

    /// As [`linearised::ratio`].
    pub fn ratio(&self, domain: &[bool], numerator: &[f64], denominator: &[f64]) -> Linearised {
        let sound = |i: &usize| domain[*i] && !numerator[*i].is_nan() && !denominator[*i].is_nan();
        let rows: Vec<usize> = (0..domain.len()).filter(sound).collect();
        self.by_replicates(linearised::ratio(&self.design, domain, numerator, denominator), |weights| {
            let (mut above, mut below) = (0.0, 0.0);
            for &i in &rows {
                above += weights[i] * numerator[i];
                below += weights[i] * denominator[i];
            }
            above / below
        })
    }

    /// As [`linearised::proportion`].
    pub fn proportion(&self, domain: &[bool], codes: &[u32], counts: impl Fn(u32) -> bool) -> Linearised {
        let indicator: Vec<f64> = codes
            .iter()
            .map(|&code| if code == linearised::MISSING { f64::NAN } else { f64::from(u8::from(counts(code))) })
            .collect();
        self.mean(domain, &indicator)
    }

    /// As [`linearised::proportions`].
    pub fn proportions(&self, domain: &[bool], codes: &[u32], levels: usize) -> Vec<Linearised> {
        (0..levels as u32).map(|level| self.proportion(domain, codes, |code| code == level)).collect()
    }

    fn by_replicates(&self, full: Linearised, estimate: impl Fn(&[f64]) -> f64) -> Linearised {
        match &self.replicates {
            None => full,
            Some(replicates) => {
                Linearised { scores: replicates.weights().iter().map(|weights| estimate(weights)).collect(), ..full }
            }
        }
    }

    /// The covariances of several estimates.
    pub fn covariance(&self, estimates: &[&Linearised]) -> Matrix {
        let scores: Vec<&[f64]> = estimates.iter().map(|estimate| estimate.scores.as_slice()).collect();
        match &self.replicates {
            None => self.design.covariance(&scores),
            Some(replicates) => replicates.covariance(&scores),
        }
    }

    /// An estimate with its error and the given degrees of freedom.
    pub fn estimate(&self, linearised: &Linearised, df: f64) -> Estimate {
        let variance = self.covariance(&[linearised]).at(0, 0);
        Estimate::new(linearised.value, variance, df, linearised.base, linearised.srs_variance)
    }
}
