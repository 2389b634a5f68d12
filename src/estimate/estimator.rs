//! One estimate after another from one set of weighted answers, and what may be shown of them.

use super::respondents::Weighted;
use super::{Choices, Estimate, Flag, Statistic};
use crate::statistics::interval::Proportion;
use crate::statistics::quantile::{self, How};
use crate::statistics::rows::Rows;
use crate::statistics::{Design, Linearised, linearised};

/// What a base counts in a repeat.
const ROWS: &str = "; variance between units; base: rows";

/// What the estimates of a question or a score have in common.
pub(super) struct Estimator<'a> {
    /// The id of the question or score.
    pub(super) id: &'a str,
    /// Whether each respondent, or each row of a repeat, has a valid answer.
    pub(super) valid: &'a [bool],
    pub(super) weighted: &'a Weighted,
    pub(super) choices: &'a Choices,
    /// In a repeat, the unit of each row by its place in the design, ascending; none where answers are those of units.
    pub(super) unit_of: Option<&'a [usize]>,
}

impl Estimator<'_> {
    /// The units of the design, or the rows, that have an answer and of which `member` holds.
    pub(super) fn domain(&self, member: impl Fn(usize) -> bool) -> Vec<bool> {
        match self.unit_of {
            Some(rows) => (0..rows.len()).map(|row| self.valid[row] && member(row)).collect(),
            None => self.weighted.domain(|unit| self.valid[unit] && member(unit)),
        }
    }

    /// A value for every unit of the design, or for every row.
    pub(super) fn values(&self, of: impl Fn(usize) -> f64) -> Vec<f64> {
        match self.unit_of {
            Some(rows) => (0..rows.len()).map(of).collect(),
            None => self.weighted.values(of),
        }
    }

    /// Who answered: each respondent or row with a valid answer, its unit's place in the design, and its weight.
    pub(super) fn answered(&self) -> Vec<(usize, usize, f64)> {
        let weights = self.weighted.design.as_ref().map_or(&[][..], |design| design.weights());
        match self.unit_of {
            Some(rows) => {
                let of_row = |(row, &unit): (usize, &usize)| Some((row, unit, *weights.get(unit)?));
                rows.iter().enumerate().filter(|(row, _)| self.valid[*row]).filter_map(of_row).collect()
            }
            None => {
                let units = self.weighted.units.iter().enumerate().zip(weights);
                units.map(|((at, &unit), &w)| (unit, at, w)).filter(|(unit, ..)| self.valid[*unit]).collect()
            }
        }
    }

    /// In a repeat, how many units the rows of a domain belong to.
    pub(super) fn units(&self, domain: &[bool]) -> Option<usize> {
        let mut units: Vec<usize> =
            self.unit_of?.iter().zip(domain).filter(|(_, inside)| **inside).map(|(unit, _)| *unit).collect();
        units.dedup();
        Some(units.len())
    }

    fn mean(&self, design: &Design, domain: &[bool], values: &[f64]) -> Linearised {
        match self.unit_of {
            Some(unit_of) => Rows { design, unit_of }.mean(domain, values),
            None => linearised::mean(design, domain, values),
        }
    }

    /// The median of values in a domain, with Woodruff's interval (R: `svyquantile`); words and group are the caller's.
    pub(super) fn median(&self, domain: &[bool], values: &[f64]) -> Estimate {
        let mut row = self.estimate(Statistic::Median, domain, values);
        let (Some(design), true) = (&self.weighted.design, row.n > 0) else { return row };
        let (how, critical) = (How::default(), self.choices.critical);
        let found = match self.unit_of {
            Some(unit_of) => Rows { design, unit_of }.quantile(domain, values, 0.5, how, critical),
            None => quantile::quantile(&design.clone().into(), domain, values, 0.5, how, row.df, critical),
        };
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
        if self.unit_of.is_some() {
            row.method.push_str(ROWS);
        }
        if let Some(part) = self.weighted.part {
            row.method.push_str(&format!("; population: {part}"));
        }
        let Some(design) = &self.weighted.design else {
            row.flags.push(Flag::Empty);
            return row;
        };
        let found = self.mean(design, domain, values).estimate(design);
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
        // Rows of a single unit say nothing of how units differ.
        let units = self.unit_of.map_or(row.n, |unit_of| Rows { design, unit_of }.units(domain, values));
        let alone = self.unit_of.is_some() && units < 2;
        if self.weighted.unseen || ((found.df < 1.0 || alone) && !is_census) {
            return row;
        }
        row.se = found.se;
        row.deff = found.deff_without;
        row.moe = choices.critical.value(found.df) * found.se;
        let (low, high) = if !statistic.is_share() {
            (found.value - row.moe, found.value + row.moe)
        } else {
            // Where all rows are the same they are so many units' word, and no more.
            let share = Proportion { p: found.value, se: found.se, n: row.n as f64, df: found.df };
            let n = if share.is_certain() { units } else { row.n } as f64;
            let share = Proportion { n, ..share };
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
