//! One estimate beside one published figure.

use super::Figure;
use crate::estimate::{Comparison, Verdict};
use crate::instrument::HighIs;
use crate::statistics::{Critical, compare as test};

/// An estimate as the comparison needs it; shares 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error; zero or NaN when it cannot be had.
    pub se: f64,
    /// Degrees of freedom; infinite for the normal distribution.
    pub df: f64,
    /// The interval, which decides when the standard error cannot.
    pub interval: (f64, f64),
    /// Whether a high figure is good.
    pub high_is: HighIs,
}

/// Compares an estimate with a published figure.
///
/// The difference is tested with t = (p - b) / sqrt(se(p)^2 + se(b)^2) on the design's degrees of freedom, where se(b) is
/// zero for a figure without a base or margin (treated as fixed). When everybody gave the same answer there is no standard
/// error: then the exact interval decides.
///
/// `wide` says that the estimate is less precise than the rule asks: a difference that is not significant is then
/// "too few to say" rather than "no real difference".
pub fn compare(judged: Judged, figure: &Figure, critical: Critical, level: f64, wide: bool) -> Comparison {
    let se = figure.se();
    let difference = judged.estimate - figure.value;
    let has_error = judged.se > 0.0;
    let (p_value, ci_low, ci_high, differs) = if has_error {
        let found =
            test::against_estimated(judged.estimate, judged.se, judged.df, figure.value, se.unwrap_or(0.0), critical);
        (found.p_value, found.ci_low, found.ci_high, found.p_value < 1.0 - level)
    } else {
        let (low, high) = judged.interval;
        (f64::NAN, low - figure.value, high - figure.value, figure.value < low || figure.value > high)
    };
    let verdict = match (differs, difference > 0.0) {
        _ if !judged.estimate.is_finite() || judged.se.is_nan() => Verdict::TooFewToSay,
        (true, true) => Verdict::Higher,
        (true, false) => Verdict::Lower,
        (false, _) if wide => Verdict::TooFewToSay,
        (false, _) => Verdict::NoRealDifference,
    };
    Comparison {
        benchmark: figure.id.clone(),
        label: figure.label.clone(),
        source: figure.source.clone(),
        value: figure.value,
        se,
        difference,
        ci_low,
        ci_high,
        p_value,
        verdict,
        high_is: judged.high_is,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, margin: Option<f64>) -> Figure {
        Figure {
            id: "f".into(),
            label: "figure".into(),
            question: String::new(),
            response: String::new(),
            organisation: String::new(),
            code: String::new(),
            group: String::new(),
            value,
            base: None,
            margin,
            people: None,
            population: None,
            national: true,
            source: "test".into(),
            as_of: String::new(),
            note: String::new(),
        }
    }

    fn judged(estimate: f64, se: f64) -> Judged {
        Judged { estimate, se, df: 60.0, interval: (estimate - 2.0 * se, estimate + 2.0 * se), high_is: HighIs::Good }
    }

    /// R: 2 * pt(-2, 60) is 0.05003304; 2 * pt(-2.5, 60) is 0.01517172.
    #[test]
    fn a_difference_of_two_standard_errors_is_just_not_real() {
        let c = compare(judged(0.60, 0.05), &figure(0.50, None), Critical::T(0.95), 0.95, false);
        assert!((c.p_value - 0.050_033_041).abs() < 1e-8, "{}", c.p_value);
        assert_eq!(c.verdict, Verdict::NoRealDifference);
        let wide = compare(judged(0.60, 0.05), &figure(0.50, None), Critical::T(0.95), 0.95, true);
        assert_eq!(wide.verdict, Verdict::TooFewToSay);
        let real = compare(judged(0.625, 0.05), &figure(0.50, None), Critical::T(0.95), 0.95, true);
        assert_eq!(real.verdict, Verdict::Higher);
    }

    #[test]
    fn the_margin_of_the_benchmark_counts() {
        let c = compare(judged(0.625, 0.05), &figure(0.50, Some(0.098)), Critical::T(0.95), 0.95, false);
        assert!((c.se.unwrap_or(0.0) - 0.05).abs() < 1e-12);
        assert_eq!(c.verdict, Verdict::NoRealDifference);
    }

    #[test]
    fn without_a_standard_error_the_interval_decides() {
        let all = Judged { estimate: 1.0, se: 0.0, df: 30.0, interval: (0.91, 1.0), high_is: HighIs::Good };
        assert_eq!(compare(all, &figure(0.80, None), Critical::T(0.95), 0.95, false).verdict, Verdict::Higher);
        assert_eq!(
            compare(all, &figure(0.95, None), Critical::T(0.95), 0.95, false).verdict,
            Verdict::NoRealDifference
        );
    }
}
