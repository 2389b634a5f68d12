//! Confidence intervals for means, totals and proportions.
//!
//! For a proportion p with standard error s from a design, the effective sample size is n* = p (1 - p) / s^2: the size
//! of the simple random sample drawn with replacement that would know p as well. With c the critical value (t with the
//! design's degrees of freedom, unless asked otherwise) and alpha = 1 - level:
//!
//! | method | interval |
//! | --- | --- |
//! | `wald` | p -+ c s |
//! | `logit` | on the log-odds: ln(p / (1 - p)) -+ c s / (p (1 - p)), transformed back (R: `xlogit`) |
//! | `wilson` | score interval with n* and c |
//! | `agresti-coull` | Wald about (n* p + c^2 / 2) / (n* + c^2) with n* + c^2 |
//! | `arcsine` | on asin(sqrt(p)), transformed back (R: `asin`) |
//! | `likelihood` | all q with 2 n* (p ln(p / q) + (1 - p) ln((1 - p) / (1 - q))) at most c^2 |
//! | `clopper-pearson` | beta quantiles with n* |
//! | `beta` | the same with n* (t_{n-1} / t_df)^2 (R: `beta`) |
//! | `korn-graubard` | the same, the size truncated at n |
//! | `jeffreys` | beta quantiles of parameters n* p + 1/2, n* (1 - p) + 1/2 |
//!
//! Where p is 0 or 1 the standard error is zero and says nothing. Then the interval is an exact one-sided statement: at
//! p = 0 it goes up to the largest share of which n answers show none with probability alpha, 1 - alpha^(1/n). The exact
//! binomial methods (`clopper-pearson`, `beta`, `korn-graubard`) keep half of alpha for the side that is not there, as
//! they are defined: 1 - (alpha/2)^(1/n). [`Method::rule_at_the_ends`] names which.
//!
//! Sources: Wilson (1927); Clopper and Pearson (1934); Agresti and Coull (1998); Korn and Graubard (1998); Brown, Cai,
//! DasGupta (2001); Rao and Scott (1984) for `likelihood`. R: `svyciprop`.

use std::fmt;
use std::str::FromStr;

use super::distribution::{beta_quantile, normal_upper, normal_upper_quantile, t_upper_quantile};
use crate::error::Error;

/// How wide an interval is, in standard errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Critical {
    /// Student's t at this confidence level (0.95), with the degrees of freedom of the estimate.
    T(f64),
    /// The normal distribution at this confidence level.
    Normal(f64),
    /// A given number, such as 1.96.
    Fixed(f64),
    /// Student's t for one number of degrees of freedom, solved once: see [`Critical::solved`].
    Solved {
        /// The probability left over on each side.
        tail: f64,
        /// The number of standard errors.
        value: f64,
    },
}

impl Critical {
    /// The number of standard errors; NaN when there are no degrees of freedom.
    pub fn value(self, df: f64) -> f64 {
        match self {
            Critical::T(level) => t_upper_quantile((1.0 - level) / 2.0, df),
            Critical::Normal(level) => normal_upper_quantile((1.0 - level) / 2.0),
            Critical::Fixed(value) | Critical::Solved { value, .. } => value,
        }
    }

    /// The probability left over on each side.
    pub fn tail(self) -> f64 {
        match self {
            Critical::T(level) | Critical::Normal(level) => (1.0 - level) / 2.0,
            Critical::Fixed(value) => normal_upper(value),
            Critical::Solved { tail, .. } => tail,
        }
    }

    /// The same for estimates that all have `df` degrees of freedom, so that the quantile is found once.
    #[must_use]
    pub fn solved(self, df: f64) -> Self {
        match self {
            Critical::T(_) => Critical::Solved { tail: self.tail(), value: self.value(df) },
            other => other,
        }
    }
}

impl fmt::Display for Critical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Critical::T(_) | Critical::Solved { .. } => f.write_str("t"),
            Critical::Normal(_) => f.write_str("normal"),
            Critical::Fixed(value) => write!(f, "z={value}"),
        }
    }
}

/// The two ends of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The interval `value -+ critical * se`.
pub fn symmetric(value: f64, se: f64, df: f64, critical: Critical) -> Interval {
    let margin = critical.value(df) * se;
    Interval { low: value - margin, high: value + margin }
}

/// How the interval of a proportion is made: see the [module](self).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Symmetric about the estimate.
    Wald,
    /// Symmetric on the log-odds.
    Logit,
    /// Score interval on the effective size.
    Wilson,
    /// Clopper-Pearson on the effective size adjusted for degrees of freedom, at most n.
    KornGraubard,
    /// Korn-Graubard not truncated at n.
    Beta,
    /// Exact binomial on the effective size.
    ClopperPearson,
    /// Beta posterior of Jeffreys' prior.
    Jeffreys,
    /// Wald about the Wilson centre.
    AgrestiCoull,
    /// Symmetric on the arcsine of the root.
    Arcsine,
    /// Likelihood ratio scaled to the effective size.
    Likelihood,
}

impl Method {
    /// The method used unless another is named, chosen by the coverage table of `STATISTICS.md`.
    pub const DEFAULT: Method = Method::Wilson;

    /// All methods.
    pub const ALL: [Method; 10] = [
        Method::Wald,
        Method::Logit,
        Method::Wilson,
        Method::KornGraubard,
        Method::Beta,
        Method::ClopperPearson,
        Method::Jeffreys,
        Method::AgrestiCoull,
        Method::Arcsine,
        Method::Likelihood,
    ];

    /// The name on the command line and in the `method` column.
    pub fn name(self) -> &'static str {
        match self {
            Method::Wald => "wald",
            Method::Logit => "logit",
            Method::Wilson => "wilson",
            Method::KornGraubard => "korn-graubard",
            Method::Beta => "beta",
            Method::ClopperPearson => "clopper-pearson",
            Method::Jeffreys => "jeffreys",
            Method::AgrestiCoull => "agresti-coull",
            Method::Arcsine => "arcsine",
            Method::Likelihood => "likelihood",
        }
    }

    /// Whether it is made of exact binomial tails.
    fn is_exact(self) -> bool {
        matches!(self, Method::ClopperPearson | Method::Beta | Method::KornGraubard)
    }

    /// The rule by which the interval of a share of 0 or 1 is made, as the `method` column names it.
    pub fn rule_at_the_ends(self) -> &'static str {
        if self.is_exact() { "exact binomial on n" } else { "exact one-sided on n" }
    }
}

impl FromStr for Method {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Method::ALL.into_iter().find(|method| method.name() == name).ok_or_else(|| {
            let names: Vec<&str> = Method::ALL.iter().map(|method| method.name()).collect();
            Error::usage("this is no interval for proportions").found(name).expected(names.join(", "))
        })
    }
}

/// A proportion with what its interval rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// The share, 0 to 1.
    pub p: f64,
    /// Its standard error under the design.
    pub se: f64,
    /// Answers that it is made from.
    pub n: f64,
    /// Degrees of freedom.
    pub df: f64,
}

impl Proportion {
    /// The share in a plain simple random sample drawn with replacement: se = sqrt(p (1 - p) / n), df = n - 1.
    pub fn plain(p: f64, n: f64) -> Self {
        Proportion { p, se: (p * (1.0 - p) / n).sqrt(), n, df: n - 1.0 }
    }

    /// Whether all answers are the same, so that the standard error says nothing.
    pub fn is_certain(&self) -> bool {
        self.p <= 0.0 || self.p >= 1.0
    }

    /// The interval by a method. NaN ends when there are no answers or no degrees of freedom.
    ///
    /// ```
    /// use quorate::statistics::{Critical, Method, interval::Proportion};
    /// let wilson = Proportion::plain(0.65, 100.0).interval(Method::Wilson, Critical::Normal(0.95));
    /// assert!((wilson.low - 0.5525444329688797).abs() < 1e-12);
    /// ```
    pub fn interval(&self, method: Method, critical: Critical) -> Interval {
        let Proportion { p, se, n, df } = *self;
        let c = critical.value(df);
        if p.is_nan() || n.is_nan() || n <= 0.0 || c.is_nan() || se.is_nan() {
            return Interval { low: f64::NAN, high: f64::NAN };
        }
        if self.is_certain() {
            let certain = self.certain(method, critical);
            return if p >= 1.0 { certain.mirrored() } else { certain };
        }
        if se <= 0.0 {
            return Interval { low: p, high: p };
        }
        let size = p * (1.0 - p) / (se * se);
        match method {
            Method::Wald => Interval { low: p - c * se, high: p + c * se },
            Method::Logit => {
                let (centre, margin) = ((p / (1.0 - p)).ln(), c * se / (p * (1.0 - p)));
                Interval { low: expit(centre - margin), high: expit(centre + margin) }
            }
            Method::Wilson => wilson(p, size, c),
            Method::AgrestiCoull => {
                let total = size + c * c;
                let centre = (size * p + c * c / 2.0) / total;
                let margin = c * (centre * (1.0 - centre) / total).sqrt();
                Interval { low: (centre - margin).max(0.0), high: (centre + margin).min(1.0) }
            }
            Method::Arcsine => {
                let (centre, margin) = (p.sqrt().asin(), c * se / (2.0 * (p * (1.0 - p)).sqrt()));
                let back = |angle: f64| angle.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
                Interval { low: back(centre - margin), high: back(centre + margin) }
            }
            Method::Likelihood => likelihood(p, size, c),
            Method::ClopperPearson => clopper_pearson(p, size, critical.tail()),
            Method::Beta => clopper_pearson(p, size * self.size_factor(critical), critical.tail()),
            Method::KornGraubard => clopper_pearson(p, (size * self.size_factor(critical)).min(n), critical.tail()),
            Method::Jeffreys => jeffreys(p, size, critical.tail()),
        }
    }

    /// (t_{n-1} / t_df)^2, by which Korn and Graubard adjust the effective size.
    fn size_factor(&self, critical: Critical) -> f64 {
        match critical {
            Critical::T(_) | Critical::Solved { .. } => {
                (t_upper_quantile(critical.tail(), self.n - 1.0) / critical.value(self.df)).powi(2)
            }
            Critical::Normal(_) | Critical::Fixed(_) => 1.0,
        }
    }

    /// The interval when no answer counts (p = 0).
    fn certain(&self, method: Method, critical: Critical) -> Interval {
        let tail = if method.is_exact() { critical.tail() } else { 2.0 * critical.tail() };
        Interval { low: 0.0, high: 1.0 - tail.powf(1.0 / self.n) }
    }
}

impl Interval {
    fn mirrored(self) -> Self {
        Interval { low: 1.0 - self.high, high: 1.0 - self.low }
    }
}

fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn wilson(p: f64, n: f64, c: f64) -> Interval {
    let total = n + c * c;
    let centre = (n * p + c * c / 2.0) / total;
    let margin = c / total * (n * p * (1.0 - p) + c * c / 4.0).sqrt();
    Interval { low: (centre - margin).max(0.0), high: (centre + margin).min(1.0) }
}

fn clopper_pearson(p: f64, n: f64, tail: f64) -> Interval {
    Interval {
        low: beta_quantile(tail, n * p, n * (1.0 - p) + 1.0),
        high: beta_quantile(1.0 - tail, n * p + 1.0, n * (1.0 - p)),
    }
}

fn jeffreys(p: f64, n: f64, tail: f64) -> Interval {
    let (a, b) = (n * p + 0.5, n * (1.0 - p) + 0.5);
    Interval { low: beta_quantile(tail, a, b), high: beta_quantile(1.0 - tail, a, b) }
}

fn likelihood(p: f64, n: f64, c: f64) -> Interval {
    let distance = |q: f64| 2.0 * n * (p * (p / q).ln() + (1.0 - p) * ((1.0 - p) / (1.0 - q)).ln()) - c * c;
    // The distance grows from the estimate outward, on the log-odds without end: halve the bracket.
    let centre = (p / (1.0 - p)).ln();
    let search = |sign: f64| {
        let (mut near, mut far) = (0.0, 1.0);
        while distance(expit(centre + sign * far)) < 0.0 && far < 700.0 {
            far *= 2.0;
        }
        for _ in 0..200 {
            let middle = 0.5 * (near + far);
            if middle <= near || middle >= far {
                break;
            }
            if distance(expit(centre + sign * middle)) < 0.0 {
                near = middle;
            } else {
                far = middle;
            }
        }
        expit(centre + sign * near)
    };
    Interval { low: search(-1.0), high: search(1.0) }
}

#[cfg(test)]
#[allow(clippy::excessive_precision, reason = "the digits are those that R prints")]
mod tests {
    use super::*;

    fn near(found: Interval, low: f64, high: f64) {
        assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12, "{found:?} is not {low}..{high}");
    }

    #[test]
    fn wilson_of_65_in_100() {
        let share = Proportion::plain(0.65, 100.0);
        near(share.interval(Method::Wilson, Critical::Normal(0.95)), 0.5525444329688797, 0.7363575175690247);
        near(share.interval(Method::Wilson, Critical::Normal(0.998)), 0.4954946574070431, 0.7783540614089697);
    }

    #[test]
    fn clopper_pearson_as_binom_test_in_r() {
        // R: binom.test(65, 100)$conf.int
        let found = Proportion::plain(0.65, 100.0).interval(Method::ClopperPearson, Critical::Normal(0.95));
        near(found, 0.54815063817603038, 0.74270622146854881);
    }

    #[test]
    fn all_or_none_is_a_one_sided_statement() {
        for method in Method::ALL {
            let none = Proportion::plain(0.0, 20.0).interval(method, Critical::T(0.95));
            assert_eq!(none.low, 0.0, "{method:?}");
            assert!(none.high > 0.08 && none.high < 0.25, "{method:?} {none:?}");
            let all = Proportion::plain(1.0, 20.0).interval(method, Critical::T(0.95));
            near(all, 1.0 - none.high, 1.0);
        }
        // None of 20 with probability 5%; binom.test(0, 20) in R leaves 2.5%.
        let none = |method| Proportion::plain(0.0, 20.0).interval(method, Critical::T(0.95));
        assert!(((1.0 - none(Method::Wilson).high).powi(20) - 0.05).abs() < 1e-12);
        near(none(Method::ClopperPearson), 0.0, 0.16843347098308506);
        assert_eq!(Method::Wilson.rule_at_the_ends(), "exact one-sided on n");
    }

    #[test]
    fn every_method_covers_the_estimate_and_mirrors() {
        for method in Method::ALL {
            let of = |p: f64| Proportion { p, se: 0.06, n: 60.0, df: 40.0 }.interval(method, Critical::T(0.95));
            let (low, high) = (of(0.3), of(0.7));
            assert!(low.low < 0.3 && 0.3 < low.high, "{method:?}");
            near(high, 1.0 - low.high, 1.0 - low.low);
        }
    }

    #[test]
    fn korn_graubard_is_truncated_at_the_answers() {
        let share = Proportion { p: 0.4, se: 0.01, n: 50.0, df: 49.0 };
        let plain = Proportion::plain(0.4, 50.0).interval(Method::ClopperPearson, Critical::T(0.95));
        let found = share.interval(Method::KornGraubard, Critical::T(0.95));
        near(found, plain.low, plain.high);
        assert!(share.interval(Method::Beta, Critical::T(0.95)).high < found.high);
    }
}
