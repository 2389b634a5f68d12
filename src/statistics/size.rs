//! How many returns a precision takes, and what precision a number of returns gives.
//!
//! Notation: n returns of a population of N, an expected proportion p, a margin of error e (half the interval, as a
//! proportion), z the standard normal quantile at 1 - (1 - level) / 2.
//!
//! n0 = z² p (1 - p) / e² is the size for a population without limit. For a finite one:
//!
//! | method | n | the margin that belongs to it |
//! | --- | --- | --- |
//! | ascs | n0 N / (n0 + N) | e² = z² p (1 - p) (1/n - 1/N) |
//! | cochran | n0 / (1 + (n0 - 1) / N) | e² = z² p (1 - p) / n · (N - n) / (N - 1) |
//! | infinite | n0 | e² = z² p (1 - p) / n |
//!
//! Sources: the sample-size calculator of England's Adult Social Care Survey (ascs); Cochran, *Sampling Techniques* (1977),
//! 4.4 (cochran, 4.1 for n0); Fleiss, Levin and Paik, *Statistical Methods for Rates and Proportions* (2003), 2.5 and 4.2
//! (differences); Kish (1965), 11.7 (design effect of unequal weights).

use statrs::distribution::{ContinuousCDF, Normal};

/// How a finite population shortens the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// n0 N / (n0 + N), as England's Adult Social Care Survey has it.
    #[default]
    Ascs,
    /// n0 / (1 + (n0 - 1) / N).
    Cochran,
    /// No correction.
    Infinite,
}

/// The standard normal quantile that leaves `level` in the middle: 1.96 for 0.95.
///
/// `level` lies strictly between 0 and 1; outside it the answer is not a number.
pub fn z_of_level(level: f64) -> f64 {
    quantile(0.5 + level / 2.0)
}

fn quantile(probability: f64) -> f64 {
    if probability > 0.0 && probability < 1.0 { Normal::standard().inverse_cdf(probability) } else { f64::NAN }
}

/// n0 = z² p (1 - p) / e²: the size for a population without limit, not rounded; `margin` is a proportion.
pub fn infinite_size(z: f64, proportion: f64, margin: f64) -> f64 {
    z * z * proportion * (1.0 - proportion) / (margin * margin)
}

/// The size that n0 shortens to in a population, not rounded.
///
/// ```
/// use quorate::statistics::size::{Method, finite_size, infinite_size};
/// let n = finite_size(Method::Ascs, infinite_size(1.96, 0.7, 0.05), 300);
/// assert_eq!(format!("{n:.2}"), "155.47");
/// ```
pub fn finite_size(method: Method, n0: f64, population: usize) -> f64 {
    let all = population as f64;
    match method {
        Method::Ascs => n0 * all / (n0 + all),
        Method::Cochran => n0 / (1.0 + (n0 - 1.0) / all),
        Method::Infinite => n0,
    }
}

/// The variance of a proportion estimated from `returns` of `population`, p (1 - p) times the factor of the method.
fn variance(method: Method, proportion: f64, returns: f64, population: Option<usize>) -> f64 {
    let factor = match (method, population.map(|all| all as f64)) {
        (Method::Infinite, _) | (_, None) => 1.0 / returns,
        (Method::Ascs, Some(all)) => 1.0 / returns - 1.0 / all,
        (Method::Cochran, Some(all)) if all > 1.0 => (all - returns) / (all - 1.0) / returns,
        (Method::Cochran, Some(_)) => 0.0,
    };
    proportion * (1.0 - proportion) * factor.max(0.0)
}

/// The margin of error, as a proportion, that `returns` give; no population means one without limit.
///
/// ```
/// use quorate::statistics::size::{Method, margin, z_of_level};
/// // 900 issued to 1000 people of whom 40% answer.
/// let e = margin(Method::Ascs, z_of_level(0.95), 0.5, 360.0, Some(1000));
/// assert_eq!(format!("{:.1}", 100.0 * e), "4.1");
/// ```
pub fn margin(method: Method, z: f64, proportion: f64, returns: f64, population: Option<usize>) -> f64 {
    z * variance(method, proportion, returns, population).sqrt()
}

/// The overall margin of a stratified sample: z √(Σ W_h² V_h), W_h = N_h / N; every stratum is (returns, population).
pub fn stratified_margin(method: Method, z: f64, proportion: f64, strata: &[(f64, usize)]) -> f64 {
    let total: f64 = strata.iter().map(|s| s.1 as f64).sum();
    let sum: f64 = strata
        .iter()
        .map(|&(returns, population)| {
            (population as f64 / total).powi(2) * variance(method, proportion, returns, Some(population))
        })
        .sum();
    z * sum.sqrt()
}

/// Kish's design effect of unequal weights N_h / n_h: n Σ n_h w_h² / (Σ n_h w_h)²; 1 where all weights are equal.
pub fn weighting_effect(strata: &[(f64, usize)]) -> f64 {
    let returns: f64 = strata.iter().map(|s| s.0).sum();
    let total: f64 = strata.iter().map(|s| s.1 as f64).sum();
    let squares: f64 = strata.iter().map(|&(n, all)| (all as f64).powi(2) / n).sum();
    returns * squares / (total * total)
}

/// How many returns tell a proportion that differs by `difference` from a fixed figure with the power given, not rounded.
///
/// n = (z √(p0 q0) + z_power √(p1 q1))² / d². The proportion p1 is p0 + d or p0 - d, whichever is possible and needs more.
pub fn size_against_figure(z: f64, power: f64, figure: f64, difference: f64) -> f64 {
    let one = |p1: f64| {
        let root = z * (figure * (1.0 - figure)).sqrt() + quantile(power) * (p1 * (1.0 - p1)).sqrt();
        (root / difference).powi(2)
    };
    largest_possible(figure, difference, one)
}

/// How many returns *in each of* two groups (or waves) tell proportions p and p ± `difference` apart, not rounded.
///
/// n = (z √(2 p̄ q̄) + z_power √(p1 q1 + p2 q2))² / d², p̄ the mean of the two.
pub fn size_between_groups(z: f64, power: f64, proportion: f64, difference: f64) -> f64 {
    let two = |other: f64| {
        let mean = f64::midpoint(proportion, other);
        let apart = proportion * (1.0 - proportion) + other * (1.0 - other);
        let root = z * (2.0 * mean * (1.0 - mean)).sqrt() + quantile(power) * apart.sqrt();
        (root / difference).powi(2)
    };
    largest_possible(proportion, difference, two)
}

/// The larger of the sizes for p + d and p - d, as far as these are proportions; not a number where neither is.
fn largest_possible(proportion: f64, difference: f64, size: impl Fn(f64) -> f64) -> f64 {
    [proportion + difference, proportion - difference]
        .into_iter()
        .filter(|p| (0.0..=1.0).contains(p))
        .map(size)
        .fold(f64::NAN, f64::max)
}

/// How many files find at least one poor one with probability `level` if a share of `rate` is poor.
///
/// Without a population, or in one without limit: ln(1 - level) / ln(1 - rate), rounded up. In a population of N with
/// D = rate N poor files (rounded down, at least one) the smallest n for which C(N - D, n) / C(N, n) <= 1 - level.
///
/// ```
/// use quorate::statistics::size::discovery_size;
/// assert_eq!([0.01, 0.02, 0.05, 0.1].map(|rate| discovery_size(0.95, rate, None)), [299, 149, 59, 29]);
/// ```
pub fn discovery_size(level: f64, rate: f64, population: Option<usize>) -> usize {
    let Some(all) = population else {
        return if rate >= 1.0 { 1 } else { whole((1.0 - level).ln() / (1.0 - rate).ln()).max(1) };
    };
    let poor = ((rate * all as f64 + 1e-9).floor() as usize).clamp(1, all.max(1));
    let mut missed = 1.0;
    for n in 1..=all {
        // The n-th file is good as well: (N - D - (n - 1)) of the N - (n - 1) that are left.
        missed *= (all.saturating_sub(poor + n - 1)) as f64 / (all - (n - 1)) as f64;
        if missed <= 1.0 - level + 1e-12 {
            return n;
        }
    }
    all
}

/// Rounds a size up; what lies less than a billionth above a whole number is that number.
pub fn whole(size: f64) -> usize {
    (size - 1e-9).ceil().max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }

    #[test]
    fn z_is_the_inverse_normal() {
        // R: qnorm(c(0.95, 0.975, 0.995, 0.999))
        let expected = [1.6448536269514722, 1.959963984540054, 2.575829303548901, 3.090232306167813];
        for (level, z) in [0.9, 0.95, 0.99, 0.998].into_iter().zip(expected) {
            close(z_of_level(level), z, 1e-12);
        }
        assert!(z_of_level(1.0).is_nan() && z_of_level(2.0).is_nan());
    }

    #[test]
    fn the_adult_social_care_form() {
        let size = |p, e, all| finite_size(Method::Ascs, infinite_size(1.96, p, e), all);
        close(size(0.5, 0.05, 1000), 277.54, 0.005);
        close(size(0.7, 0.05, 300), 155.47, 0.005);
        close(size(0.5, 0.05, 500), 217.25, 0.005);
    }

    #[test]
    fn cochrans_form() {
        let n0 = infinite_size(1.96, 0.5, 0.08);
        close(n0, 150.0625, 1e-9);
        let expected = [(100, 60.25), (500, 115.60), (1000, 130.60), (5000, 145.72), (10_000, 147.86)];
        for (all, n) in expected {
            close(finite_size(Method::Cochran, n0, all), n, 0.005);
        }
        assert_eq!(finite_size(Method::Infinite, n0, 100), n0);
    }

    #[test]
    fn the_margin_undoes_the_size() {
        for method in [Method::Ascs, Method::Cochran, Method::Infinite] {
            for (p, e, all) in [(0.5, 0.05, 1000), (0.7, 0.08, 300), (0.2, 0.02, 50_000)] {
                let n = finite_size(method, infinite_size(1.96, p, e), all);
                close(margin(method, 1.96, p, n, Some(all)), e, 1e-12);
            }
        }
        assert_eq!(margin(Method::Ascs, 1.96, 0.5, 300.0, Some(300)), 0.0);
        assert_eq!(margin(Method::Cochran, 1.96, 0.5, 1.0, Some(1)), 0.0);
    }

    #[test]
    fn the_guides_rule_of_90_to_100() {
        let points = |n, all| 100.0 * margin(Method::Ascs, z_of_level(0.95), 0.5, n, all);
        for (n, expected) in [(90.0, 10.33), (96.0, 10.00), (100.0, 9.80)] {
            close(points(n, None), expected, 0.005);
        }
        close(points(90.0, Some(500)), 9.35, 0.005);
        close(points(100.0, Some(500)), 8.77, 0.005);
    }

    #[test]
    fn a_proportional_stratified_sample_has_the_simple_margin() {
        let strata = [(50.0, 500), (30.0, 300), (20.0, 200)];
        let simple = margin(Method::Ascs, 1.96, 0.5, 100.0, Some(1000));
        close(stratified_margin(Method::Ascs, 1.96, 0.5, &strata), simple, 1e-12);
        close(weighting_effect(&strata), 1.0, 1e-12);
        // By hand: 100 (500²/20 + 500²/80) / 1000² = 1.5625.
        close(weighting_effect(&[(20.0, 500), (80.0, 500)]), 1.5625, 1e-12);
    }

    #[test]
    fn differences_by_hand() {
        // p0 = 0.5, d = 0.1: (1.959964 · 0.5 + 0.841621 · √0.24)² / 0.01 = 193.87.
        let z = z_of_level(0.95);
        let n = (z * 0.5 + 0.841_621_233_572_914_3 * 0.24_f64.sqrt()).powi(2) / 0.01;
        close(size_against_figure(z, 0.8, 0.5, 0.1), n, 1e-9);
        assert_eq!(whole(n), 194);
        // R: power.prop.test(p1 = 0.5, p2 = 0.6, power = 0.8) gives n = 387.3385 in each group.
        close(size_between_groups(z, 0.8, 0.5, 0.1), 387.3385, 0.001);
        // Towards the middle more are needed; where only one side is possible, that side counts.
        close(size_between_groups(z, 0.8, 0.6, 0.1), 387.3385, 0.001);
        assert!(size_against_figure(z, 0.8, 0.95, 0.1).is_finite());
        assert!(size_against_figure(z, 0.8, 0.5, 0.6).is_nan());
    }

    #[test]
    fn discovery_in_a_finite_population() {
        // N = 20, 2 poor: C(18, n) / C(20, n) = (20 - n)(19 - n) / 380 <= 0.05 first at n = 16 (12 / 380 = 0.032).
        assert_eq!(discovery_size(0.95, 0.1, Some(20)), 16);
        assert_eq!(discovery_size(0.95, 0.05, Some(1_000_000)), 59);
        assert_eq!(discovery_size(0.95, 1.0, None), 1);
        assert_eq!(discovery_size(0.95, 0.001, Some(10)), 10);
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!([277.53, 278.0, 278.000_000_000_1, 0.0].map(whole), [278, 278, 278, 0]);
    }
}
