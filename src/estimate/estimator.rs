//! One estimate after another from one set of weighted answers, and what may be shown of them.

use super::respondents::Weighted;
use super::{Choices, Estimate, Flag, Statistic};
use crate::statistics::interval::Proportion;
use crate::statistics::quantile::{self, How};
use crate::statistics::{Sample, linearised};

/// What the estimates of a question or a score have in common.
pub(super) struct Estimator<'a> {
    /// The id of the question or score.
    pub(super) id: &'a str,
    /// Whether each respondent has a valid answer.
    pub(super) valid: &'a [bool],
    pub(super) weighted: &'a Weighted,
    pub(super) choices: &'a Choices,
}

impl Estimator<'_> {
    /// The units of the design that have an answer and of which `member` holds.
    pub(super) fn domain(&self, member: impl Fn(usize) -> bool) -> Vec<bool> {
        self.weighted.domain(|unit| self.valid[unit] && member(unit))
    }

    /// A value for every unit of the design.
    pub(super) fn values(&self, of: impl Fn(usize) -> f64) -> Vec<f64> {
        self.weighted.values(of)
    }

    /// The median of values in a domain, with Woodruff's interval (R: `svyquantile`); words and group are the caller's.
    pub(super) fn median(&self, domain: &[bool], values: &[f64]) -> Estimate {
        let mut row = self.estimate(Statistic::Median, domain, values);
        let (Some(design), true) = (&self.weighted.design, row.n > 0) else { return row };
        let sample = Sample::from(design.clone());
        let found = quantile::quantile(&sample, domain, values, 0.5, How::default(), row.df, self.choices.critical);
        row.estimate = found.value;
        row.deff = f64::NAN;
        if row.se.is_finite() {
            (row.se, row.ci_low, row.ci_high) = (found.se, found.low, found.high);
            row.moe = (found.high - found.value).max(found.value - found.low);
        }
        row
    }

    /// The estimate of one statistic in a domain; words and group are the caller's.
    pub(super) fn estimate(&self, statistic: Statistic, domain: &[bool], values: &[f64]) -> Estimate {
        let choices = self.choices;
        let mut row = Estimate {
            statistic,
            question: self.id.to_owned(),
            response: String::new(),
            label: String::new(),
            by: String::new(),
            group: String::new(),
            n: 0,
            sum_weights: 0.0,
            estimate: f64::NAN,
            se: f64::NAN,
            df: f64::NAN,
            ci_low: f64::NAN,
            ci_high: f64::NAN,
            moe: f64::NAN,
            deff: f64::NAN,
            method: choices.describe(statistic),
            flags: Vec::new(),
            comparisons: Vec::new(),
        };
        if let Some(part) = self.weighted.part {
            row.method.push_str(&format!("; population: {part}"));
        }
        let Some(design) = &self.weighted.design else {
            row.flags.push(Flag::Empty);
            return row;
        };
        let found = linearised::mean(design, domain, values).estimate(design);
        row.n = found.base.n;
        row.sum_weights = found.base.sum_weights;
        if row.n == 0 {
            row.flags.push(Flag::Empty);
            return row;
        }
        row.estimate = found.value;
        row.df = found.df;
        if self.weighted.weights.is_collapsed() {
            row.flags.push(Flag::Collapsed);
        }
        if !self.weighted.weights.unrepresented.is_empty() {
            row.flags.push(Flag::StrataMissing);
        }
        let is_census = self.weighted.weights.classes.iter().all(|class| class.answers == class.population);
        if is_census {
            row.flags.push(Flag::Census);
        }
        if self.weighted.unseen || (found.df < 1.0 && !is_census) {
            return row;
        }
        row.se = found.se;
        row.deff = found.deff_without;
        row.moe = choices.critical.value(found.df) * found.se;
        let (low, high) = if !statistic.is_share() {
            (found.value - row.moe, found.value + row.moe)
        } else {
            let share = Proportion { p: found.value, se: found.se, n: row.n as f64, df: found.df };
            let interval = share.interval(choices.interval, choices.critical);
            (interval.low, interval.high)
        };
        (row.ci_low, row.ci_high) = (low, high);
        if found.se == 0.0 && !is_census {
            row.flags.push(Flag::AllSame);
            // The standard error of answers that are all the same says nothing; the exact interval does.
            row.moe = if statistic.is_share() { (high - found.value).max(found.value - low) } else { f64::NAN };
        }
        if row.moe > choices.rule && statistic.is_share() {
            row.flags.push(Flag::Wide);
        }
        row
    }
}
