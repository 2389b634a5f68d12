//! Funnel plots: how far a share may lie from a baseline by chance alone, given the answers behind it.
//!
//! | method | limits at n | source |
//! | --- | --- | --- |
//! | normal | p0 -+ z sqrt(p0 (1 - p0) / n) | Spiegelhalter (2005), *Statistics in Medicine* 24, appendix A.1.1 |
//! | exact | binomial quantiles, interpolated | the same |

use super::distribution::{beta_lower, normal_upper_quantile};
use super::interval::Interval;

/// How the limits are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limits {
    /// The normal approximation to the binomial distribution.
    #[default]
    Normal,
    /// Quantiles of the binomial distribution, interpolated between its steps.
    Exact,
}

impl Limits {
    /// The name as it stands in pipeline files and methods.
    pub fn name(self) -> &'static str {
        match self {
            Limits::Normal => "normal",
            Limits::Exact => "exact",
        }
    }

    /// The limits at `level` (0.95, 0.998) around a baseline share for `n` answers (for [`Limits::Exact`] rounded to whole
    /// ones), within 0 and 1. NaN for a baseline outside 0 to 1 or fewer than one answer.
    ///
    /// ```
    /// use quorate::statistics::funnel::Limits;
    /// let limits = Limits::Normal.at(0.80642448, 5.0, 0.998);
    /// assert!((limits.low - 0.26039864).abs() < 1e-8 && limits.high == 1.0);
    /// ```
    pub fn at(self, baseline: f64, n: f64, level: f64) -> Interval {
        let sound = (0.0..=1.0).contains(&baseline) && n >= 1.0;
        if !sound {
            return Interval { low: f64::NAN, high: f64::NAN };
        }
        let tail = (1.0 - level) / 2.0;
        let (low, high) = match self {
            Limits::Normal => {
                let reach = normal_upper_quantile(tail) * (baseline * (1.0 - baseline) / n).sqrt();
                (baseline - reach, baseline + reach)
            }
            Limits::Exact => {
                let n = n.round();
                (interpolated(tail, baseline, n), interpolated(1.0 - tail, baseline, n))
            }
        };
        Interval { low: low.clamp(0.0, 1.0), high: high.clamp(0.0, 1.0) }
    }
}

/// (r - a) / n with r the smallest count whose distribution function F reaches `p`, and a = (F(r) - p) / (F(r) - F(r - 1)).
fn interpolated(p: f64, baseline: f64, n: f64) -> f64 {
    // F(r) = P(X <= r) is the probability that a beta number with n - r and r + 1 is below 1 - p0.
    let below = |r: f64| match r {
        r if r < 0.0 => 0.0,
        r if r >= n => 1.0,
        r => beta_lower(1.0 - baseline, n - r, r + 1.0),
    };
    let (mut low, mut high) = (-1.0, n);
    while high - low > 1.0 {
        let middle = ((low + high) / 2.0_f64).floor();
        if below(middle) >= p { high = middle } else { low = middle }
    }
    let step = below(high) - below(high - 1.0);
    let back = if step > 0.0 { (below(high) - p) / step } else { 0.0 };
    (high - back) / n
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: p0 - qnorm(0.975) * sqrt(p0 * (1 - p0) / 5); exact: see tests/reference/funnel.R.
    #[test]
    fn limits_as_in_r() {
        let p0 = 0.806_424_48;
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-8, "{found} {expected}");
        near(Limits::Normal.at(p0, 5.0, 0.95).low, 0.460_110_39);
        near(Limits::Normal.at(p0, 5.0, 0.998).low, 0.260_398_64);
        near(Limits::Exact.at(p0, 5.0, 0.95).low, 0.280_839_871_2);
        near(Limits::Exact.at(p0, 5.0, 0.998).low, 0.025_724_338_1);
        near(Limits::Exact.at(p0, 400.0, 0.95).low, 0.765_707_646_2);
        near(Limits::Exact.at(p0, 400.0, 0.95).high, 0.843_186_719_7);
    }

    #[test]
    fn limits_stay_between_nothing_and_all() {
        assert_eq!(Limits::Normal.at(0.8, 5.0, 0.998).high, 1.0);
        for limits in [Limits::Normal, Limits::Exact] {
            assert_eq!(limits.at(0.0, 5.0, 0.95), Interval { low: 0.0, high: 0.0 });
            assert!(limits.at(1.2, 5.0, 0.95).low.is_nan() && limits.at(0.5, 0.0, 0.95).high.is_nan());
        }
    }
}
