//! Quantiles of a weighted sample, with Woodruff's interval.
//!
//! The default rule is the mathematical inverse of the weighted distribution function (R: `qrule = "math"`): the smallest
//! value at which the share of weights at or below it reaches p. Others are named by [`Rule`]. The interval (Woodruff
//! 1952): that of the share at or below the quantile, its ends taken back through the same rule; the standard error is its
//! width over twice the critical value (R: `svyquantile`).

use std::str::FromStr;

use super::interval::{Critical, Interval, Method, Proportion};
use super::linearised::{Base, Estimate, Linearised};
use super::sample::Sample;
use crate::error::Error;

/// The rule by which a share becomes a value: those of Hyndman and Fan (1996) with weights, as R's survey has them.
///
/// With values in order of size, C_k the sum of the first k weights and W of all: a rule with positions takes the value at
/// p on the broken line through (position of k, y_k).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Rule {
    /// The smallest value whose share reaches p (type 1).
    #[default]
    Math,
    /// The same, and the mean of it and the next where p is reached exactly (type 2).
    School,
    /// Positions C_k / W (type 4).
    Hf4,
    /// Positions (C_k - w_k / 2) / W (type 5).
    Hf5,
    /// Positions C_k / (W + w_n) (type 6).
    Hf6,
    /// Positions C_(k-1) / C_(n-1) (type 7, R's default without weights).
    Hf7,
    /// Positions (C_(k-1) / 3 + 2 C_k / 3) / (W + w_n / 3) (type 8).
    Hf8,
    /// Positions (3 C_(k-1) / 8 + 5 C_k / 8) / (W + w_n / 4) (type 9).
    Hf9,
}

impl Rule {
    /// All rules.
    pub const ALL: [Rule; 8] =
        [Rule::Math, Rule::School, Rule::Hf4, Rule::Hf5, Rule::Hf6, Rule::Hf7, Rule::Hf8, Rule::Hf9];

    /// The name on the command line and in the `method` column: that of R's `qrule`.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Math => "math",
            Rule::School => "school",
            Rule::Hf4 => "hf4",
            Rule::Hf5 => "hf5",
            Rule::Hf6 => "hf6",
            Rule::Hf7 => "hf7",
            Rule::Hf8 => "hf8",
            Rule::Hf9 => "hf9",
        }
    }
}

impl FromStr for Rule {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let known = match name {
            "hf1" => "math",
            "hf2" => "school",
            other => other,
        };
        Rule::ALL.into_iter().find(|rule| rule.name() == known).ok_or_else(|| {
            let names: Vec<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
            Error::usage("this is no rule for quantiles").found(name).expected(names.join(", "))
        })
    }
}

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
        // Equal values by weight, so that the order of the rows has no say.
        rows.sort_by(|&a, &b| values[a].total_cmp(&values[b]).then(weights[a].total_cmp(&weights[b])));
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
    pub fn at(&self, p: f64, rule: Rule) -> f64 {
        if self.values.is_empty() || !(0.0..=1.0).contains(&p) {
            return f64::NAN;
        }
        match rule {
            Rule::Math | Rule::School => self.reached(p, rule),
            _ => self.on_the_line(p, rule),
        }
    }

    fn reached(&self, p: f64, rule: Rule) -> f64 {
        let reached = self.cumulative.partition_point(|&sum| sum <= p * self.total);
        // The last one at or below p is the quantile when its share is p to the last digit, else the next one.
        let next = self.values[reached.min(self.values.len() - 1)];
        match reached {
            0 => self.values[0],
            _ if p - self.cumulative[reached - 1] / self.total == 0.0 => match rule {
                Rule::School => (self.values[reached - 1] + next) / 2.0,
                _ => self.values[reached - 1],
            },
            _ => next,
        }
    }

    fn on_the_line(&self, p: f64, rule: Rule) -> f64 {
        let last = self.values.len() - 1;
        let before = |k: usize| if k == 0 { 0.0 } else { self.cumulative[k - 1] };
        let last_weight = self.cumulative[last] - before(last);
        let position = |k: usize| {
            let (below, upto) = (before(k), self.cumulative[k]);
            match rule {
                Rule::Hf5 => (below + upto) / 2.0 / self.total,
                Rule::Hf6 => upto / (self.total + last_weight),
                Rule::Hf7 => below / before(last),
                Rule::Hf8 => (below / 3.0 + upto * 2.0 / 3.0) / (self.total + last_weight / 3.0),
                Rule::Hf9 => (below * 3.0 / 8.0 + upto * 5.0 / 8.0) / (self.total + last_weight / 4.0),
                Rule::Math | Rule::School | Rule::Hf4 => upto / self.total,
            }
        };
        // Between the last position at or below p and the next one.
        let mut places: (usize, usize) = (0, self.values.len());
        while places.0 < places.1 {
            let middle = (places.0 + places.1) / 2;
            if position(middle) <= p { places.0 = middle + 1 } else { places.1 = middle }
        }
        match places.0 {
            0 => self.values[0],
            next if next > last => self.values[last],
            next => {
                let (from, to) = (position(next - 1), position(next));
                let along = (p - from) / (to - from);
                // From the lower value on, so that between equal values no rounding leaves them.
                let (low, high) = (self.values[next - 1], self.values[next]);
                low + (high - low) * along
            }
        }
    }
}

/// How quantiles and their intervals are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct How {
    /// From a share to a value.
    pub rule: Rule,
    /// The interval of the share at or below the quantile.
    pub interval: Method,
}

impl Default for How {
    /// R's defaults: the mathematical inverse, Woodruff's interval.
    fn default() -> Self {
        How { rule: Rule::Math, interval: Method::Wald }
    }
}

/// The quantile with scores, so that it can be compared with others of the same sample, covariances counted.
///
/// A quantile moves against the share below it, by one over the density there (Francisco and Fuller 1991); the density is
/// the one that Woodruff's interval implies, so that the variance of the scores is that of [`quantile`].
pub fn linearised(
    sample: &Sample,
    domain: &[bool],
    values: &[f64],
    p: f64,
    how: How,
    df: f64,
    critical: Critical,
) -> Linearised {
    let found = quantile(sample, domain, values, p, how, df, critical);
    let share = sample.mean(domain, &at_or_below(values, found.value));
    let slope = match sample.estimate(&share, df).se {
        // No spread below the quantile, as when it is the largest value.
        0.0 => f64::NAN,
        se => -found.se / se,
    };
    let scores = share.scores.iter().map(|z| slope * z).collect();
    Linearised { value: found.value, scores, base: found.base, srs_variance: f64::NAN }
}

/// 1 for values up to a limit, 0 for those above, NaN where missing.
pub(super) fn at_or_below(values: &[f64], limit: f64) -> Vec<f64> {
    values.iter().map(|y| if y.is_nan() { f64::NAN } else { f64::from(u8::from(*y <= limit)) }).collect()
}

/// The quantile of `values` (NaN is missing) at `p` in a domain.
pub fn quantile(
    sample: &Sample,
    domain: &[bool],
    values: &[f64],
    p: f64,
    how: How,
    df: f64,
    critical: Critical,
) -> Quantile {
    let ordered = Ordered::of(sample.weights(), domain, values);
    woodruff(&ordered, p, how, critical, |limit| sample.estimate(&sample.mean(domain, &at_or_below(values, limit)), df))
}

/// The quantile at `p` of ordered answers, given the estimate of the share at or below a value.
pub(super) fn woodruff(
    ordered: &Ordered,
    p: f64,
    how: How,
    critical: Critical,
    share_up_to: impl FnOnce(f64) -> Estimate,
) -> Quantile {
    let value = ordered.at(p, how.rule);
    let estimate = share_up_to(value);
    let (p, se, n, df) = (estimate.value, estimate.se, estimate.base.n as f64, estimate.df);
    let ends = match how.interval {
        // A share of 1 (the largest value) leaves an interval of no width, as in R.
        Method::Wald => Interval { low: p - critical.value(df) * se, high: p + critical.value(df) * se },
        method => Proportion { p, se, n, df }.interval(method, critical),
    };
    let (low, high) = (ordered.at(ends.low, how.rule), ordered.at(ends.high, how.rule));
    Quantile { value, se: (high - low) / (2.0 * critical.value(df)), low, high, base: estimate.base }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_reached_exactly_counts() {
        let ordered = Ordered::of(&[1.0; 4], &[true; 4], &[4.0, 1.0, 3.0, 2.0]);
        assert_eq!(
            [0.0, 0.25, 0.26, 0.5, 0.75, 1.0].map(|p| ordered.at(p, Rule::Math)),
            [1.0, 1.0, 2.0, 2.0, 3.0, 4.0]
        );
        assert!(ordered.at(1.1, Rule::Math).is_nan());
    }

    #[test]
    fn tenths_add_up() {
        // 0.1 summed ten times is not 1 in plain arithmetic.
        let ordered = Ordered::of(&[0.1; 10], &[true; 10], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
        assert_eq!(ordered.at(0.3, Rule::Math), 3.0);
        assert_eq!(ordered.at(0.8, Rule::Math), 8.0);
    }

    #[test]
    fn equal_weights_give_the_textbook_rules() {
        // R: quantile(c(1, 2, 4, 8), 0.4, type = 1:9), without 3.
        let ordered = Ordered::of(&[2.0; 4], &[true; 4], &[8.0, 1.0, 4.0, 2.0]);
        let expected = [2.0, 2.0, 1.6, 2.2, 2.0, 2.4, 32.0 / 15.0, 2.15];
        for (rule, expected) in Rule::ALL.into_iter().zip(expected) {
            assert!((ordered.at(0.4, rule) - expected).abs() < 1e-12, "{rule:?}: {}", ordered.at(0.4, rule));
        }
        assert_eq!(ordered.at(0.5, Rule::School), 3.0);
        assert_eq!(Rule::ALL.map(|rule| ordered.at(1.0, rule)), [8.0; 8]);
    }
}
