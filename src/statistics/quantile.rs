//! Quantiles of a weighted sample, with Woodruff's interval.
//!
//! The rule is the mathematical inverse of the weighted distribution function (R: `qrule = "math"`): the smallest value at
//! which the share of weights at or below it reaches p. The interval (Woodruff 1952): that of the share at or below the
//! quantile, its ends taken back through the same rule; the standard error is its width over twice the critical value
//! (R: `svyquantile`).

use super::interval::{Critical, symmetric};
use super::linearised::Base;
use super::sample::Sample;

/// A quantile with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The quantile; NaN when nobody in the domain has an answer.
    pub value: f64,
    /// Half the interval's width over the critical value; NaN when an end is open.
    pub se: f64,
    /// Lower end; NaN when the sample does not reach so far down.
    pub low: f64,
    /// Upper end; NaN when the sample does not reach so far up.
    pub high: f64,
    /// What stands behind it.
    pub base: Base,
}

/// The answers of a domain in order of size.
#[derive(Debug, Clone)]
pub struct Ordered {
    values: Vec<f64>,
    cumulative: Vec<f64>,
    total: f64,
}

impl Ordered {
    /// Sorts the answers (NaN is missing) of a domain; zero weights are left out.
    pub fn of(weights: &[f64], domain: &[bool], values: &[f64]) -> Self {
        let mut rows: Vec<usize> =
            (0..values.len()).filter(|&i| domain[i] && !values[i].is_nan() && weights[i] != 0.0).collect();
        rows.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        // Sums are carried in two parts: whether a share is exactly reached must not hang on rounding.
        let (mut sum, mut rest) = (0.0f64, 0.0f64);
        let cumulative: Vec<f64> = rows
            .iter()
            .map(|&i| {
                let next = sum + weights[i];
                rest +=
                    if sum.abs() >= weights[i].abs() { (sum - next) + weights[i] } else { (weights[i] - next) + sum };
                sum = next;
                sum + rest
            })
            .collect();
        let total = cumulative.last().copied().unwrap_or(0.0);
        Ordered { values: rows.iter().map(|&i| values[i]).collect(), cumulative, total }
    }

    /// The quantile at `p`; NaN without answers or for a `p` outside 0 to 1.
    pub fn at(&self, p: f64) -> f64 {
        if self.values.is_empty() || !(0.0..=1.0).contains(&p) {
            return f64::NAN;
        }
        let reached = self.cumulative.partition_point(|&sum| sum <= p * self.total);
        // The last one at or below p is the quantile when its share is p to the last digit, else the next one.
        match reached {
            0 => self.values[0],
            _ if p - self.cumulative[reached - 1] / self.total == 0.0 => self.values[reached - 1],
            _ => self.values[reached.min(self.values.len() - 1)],
        }
    }
}

/// The quantile of `values` (NaN is missing) at `p` in a domain.
pub fn quantile(sample: &Sample, domain: &[bool], values: &[f64], p: f64, df: f64, critical: Critical) -> Quantile {
    let ordered = Ordered::of(sample.weights(), domain, values);
    let value = ordered.at(p);
    let below: Vec<f64> =
        values.iter().map(|y| if y.is_nan() { f64::NAN } else { f64::from(u8::from(*y <= value)) }).collect();
    let share = sample.mean(domain, &below);
    let estimate = sample.estimate(&share, df);
    let ends = symmetric(estimate.value, estimate.se, df, critical);
    let (low, high) = (ordered.at(ends.low), ordered.at(ends.high));
    Quantile { value, se: (high - low) / (2.0 * critical.value(df)), low, high, base: estimate.base }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_reached_exactly_counts() {
        let ordered = Ordered::of(&[1.0; 4], &[true; 4], &[4.0, 1.0, 3.0, 2.0]);
        assert_eq!([0.0, 0.25, 0.26, 0.5, 0.75, 1.0].map(|p| ordered.at(p)), [1.0, 1.0, 2.0, 2.0, 3.0, 4.0]);
        assert!(ordered.at(1.1).is_nan());
    }

    #[test]
    fn tenths_add_up() {
        // 0.1 summed ten times is not 1 in plain arithmetic.
        let ordered = Ordered::of(&[0.1; 10], &[true; 10], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
        assert_eq!(ordered.at(0.3), 3.0);
        assert_eq!(ordered.at(0.8), 8.0);
    }
}
