//! Tests of differences: against a benchmark, between domains, of a part against the whole; many tests at once.
//!
//! All are design-based t tests: the difference over its standard error, with the design's degrees of freedom.

use super::design::Design;
use super::distribution::t_two_sided;
use super::interval::{Critical, symmetric};
use super::linearised::Linearised;

/// A difference with its test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// The difference.
    pub difference: f64,
    /// Its standard error.
    pub se: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// The difference over its standard error.
    pub t: f64,
    /// Of no difference, two-sided; NaN when it cannot be tested.
    pub p_value: f64,
    /// Lower end of the difference's interval.
    pub ci_low: f64,
    /// Upper end of the difference's interval.
    pub ci_high: f64,
}

impl Test {
    /// The test of a difference with a known standard error.
    ///
    /// The p-value follows the critical value: t with `df` for [`Critical::T`], else normal. With a standard error of
    /// zero there is nothing to test, and the p-value is NaN.
    pub fn of(difference: f64, se: f64, df: f64, critical: Critical) -> Self {
        let t = difference / se;
        let p_value = match critical {
            _ if se.is_nan() || se <= 0.0 => f64::NAN,
            Critical::T(_) | Critical::Solved { .. } => t_two_sided(t, df),
            Critical::Normal(_) | Critical::Fixed(_) => t_two_sided(t, f64::INFINITY),
        };
        let interval = symmetric(difference, se, df, critical);
        Test { difference, se, df, t, p_value, ci_low: interval.low, ci_high: interval.high }
    }
}

/// An estimate against a published figure that is taken as fixed.
pub fn against_fixed(value: f64, se: f64, df: f64, benchmark: f64, critical: Critical) -> Test {
    Test::of(value - benchmark, se, df, critical)
}

/// An estimate against a figure that was itself estimated, from another sample: the variances add.
pub fn against_estimated(value: f64, se: f64, df: f64, benchmark: f64, benchmark_se: f64, critical: Critical) -> Test {
    Test::of(value - benchmark, se.hypot(benchmark_se), df, critical)
}

/// Two estimates of one design, the covariance counted: two domains, two questions, or a part against the whole of
/// which it is part (R: `svycontrast`).
pub fn difference(design: &Design, one: &Linearised, other: &Linearised, df: f64, critical: Critical) -> Test {
    let contrast = one.minus(other);
    Test::of(contrast.value, design.variance(&contrast.scores).max(0.0).sqrt(), df, critical)
}

/// Bonferroni's adjusted p-values: each times the number of tests, in the order of the input; NaN stays NaN and does not count
/// (R: `p.adjust`).
pub fn bonferroni(p_values: &[f64]) -> Vec<f64> {
    let tests = p_values.iter().filter(|p| !p.is_nan()).count() as f64;
    p_values.iter().map(|p| if p.is_nan() { f64::NAN } else { (p * tests).min(1.0) }).collect()
}

/// Holm's adjusted p-values (1979), in the order of the input; NaN stays NaN and does not count (R: `p.adjust`).
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let order = ranked(p_values);
    let tests = order.len();
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut largest: f64 = 0.0;
    for (rank, &i) in order.iter().enumerate() {
        largest = largest.max(((tests - rank) as f64 * p_values[i]).min(1.0));
        adjusted[i] = largest;
    }
    adjusted
}

/// Benjamini and Hochberg's adjusted p-values (1995), in the order of the input; NaN stays NaN and does not count.
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let order = ranked(p_values);
    let tests = order.len() as f64;
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut smallest: f64 = 1.0;
    for (rank, &i) in order.iter().enumerate().rev() {
        smallest = smallest.min(tests / (rank + 1) as f64 * p_values[i]);
        adjusted[i] = smallest;
    }
    adjusted
}

fn ranked(p_values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p_values.len()).filter(|&i| !p_values[i].is_nan()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]).then(a.cmp(&b)));
    order
}

#[cfg(test)]
mod tests {
    use super::super::linearised::{everyone, mean};
    use super::*;

    #[test]
    fn adjusted_as_in_r() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.5), "holm" / "BH" / "bonferroni")
        let p = [0.01, 0.04, 0.03, f64::NAN, 0.5];
        let near = |found: Vec<f64>, expected: [f64; 5]| {
            for (f, e) in found.iter().zip(expected) {
                assert!(f.is_nan() && e.is_nan() || (f - e).abs() < 1e-15, "{found:?}");
            }
        };
        near(holm(&p), [0.04, 0.09, 0.09, f64::NAN, 0.5]);
        near(benjamini_hochberg(&p), [0.04, 0.16 / 3.0, 0.16 / 3.0, f64::NAN, 0.5]);
        near(bonferroni(&p), [0.04, 0.16, 0.12, f64::NAN, 1.0]);
    }

    #[test]
    fn a_part_against_the_whole_counts_the_covariance() {
        let design = Design::of(&[1.0; 6]).build().expect("a sound design");
        let values = [1.0, 2.0, 4.0, 3.0, 5.0, 9.0];
        let part = mean(&design, &[true, true, true, false, false, false], &values);
        let rest = mean(&design, &[false, false, false, true, true, true], &values);
        let whole = mean(&design, &everyone(&design), &values);
        let against_whole = difference(&design, &part, &whole, 5.0, Critical::T(0.95));
        let against_rest = difference(&design, &part, &rest, 5.0, Critical::T(0.95));
        // The whole is half part and half rest, so the difference and its error are half of those against the rest -
        // but for the share of the part in the whole, which is estimated too; with equal halves the tests agree.
        assert!((against_whole.difference * 2.0 - against_rest.difference).abs() < 1e-12);
        assert!(against_whole.se < against_rest.se);
    }

    #[test]
    fn an_estimated_benchmark_adds_its_variance() {
        let test = against_estimated(0.6, 0.03, 50.0, 0.5, 0.04, Critical::T(0.95));
        assert!((test.se - 0.05).abs() < 1e-15);
        assert!((test.t - 2.0).abs() < 1e-12);
        assert!(against_fixed(0.6, 0.03, 50.0, 0.5, Critical::T(0.95)).p_value < test.p_value);
        assert!(against_fixed(0.6, 0.0, 50.0, 0.5, Critical::T(0.95)).p_value.is_nan());
    }
}
