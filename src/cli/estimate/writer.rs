//! Rows of estimates: intervals, words, flags.

use std::sync::OnceLock;

use super::Choices;
use super::args::Reference;
use crate::cli::Cell;
use crate::statistics::interval::{Interval, Proportion, symmetric};
use crate::statistics::{Critical, Estimate};

/// What one row is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) statistic: &'a str,
    pub(super) variable: &'a str,
    pub(super) response: &'a str,
    pub(super) by: &'a str,
    pub(super) group: &'a str,
}

/// What an estimate stands on in its domain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Footing {
    /// Degrees of freedom.
    pub(super) df: f64,
    /// Whether every unit of the domain was sampled with certainty, so that nothing is left to chance.
    pub(super) census: bool,
}

/// Makes rows of one sample.
pub(super) struct Writer {
    method: Vec<String>,
    /// What to beware of in every row.
    flags: Vec<&'static str>,
    pub(super) choices: Choices,
    /// The critical value for the degrees of freedom that came first: mostly those of all rows.
    solved: OnceLock<(f64, Critical)>,
}

impl Writer {
    /// A writer whose `method` column starts with these words, and whose rows all have these flags.
    pub(super) fn new(method: Vec<String>, flags: Vec<&'static str>, choices: Choices) -> Self {
        Writer { method, flags, choices, solved: OnceLock::new() }
    }

    fn critical(&self, df: f64) -> Critical {
        let (known, critical) = self.solved.get_or_init(|| (df, self.choices.critical.solved(df)));
        if *known == df { *critical } else { self.choices.critical.solved(df) }
    }

    /// The interval of a share, its margin, the rule that made it, and what to beware of.
    pub(super) fn share(&self, estimate: &Estimate, footing: Footing) -> (Interval, f64, String, Vec<&'static str>) {
        let share = Proportion { p: estimate.value, se: estimate.se, n: estimate.base.n as f64, df: estimate.df };
        let method = self.choices.interval;
        if footing.census && !share.p.is_nan() {
            return (Interval { low: share.p, high: share.p }, 0.0, method.name().to_owned(), vec!["census"]);
        }
        let critical = self.critical(estimate.df);
        let interval = share.interval(method, critical);
        if !share.is_certain() {
            return (interval, critical.value(estimate.df) * estimate.se, method.name().to_owned(), Vec::new());
        }
        // The standard error is zero and says nothing; the interval's far end does.
        let margin = (interval.high - share.p).max(share.p - interval.low);
        let flag = if share.p <= 0.0 { "zero-cell" } else { "all-same" };
        let rule = format!("{}, at 0 and 1 {}", method.name(), method.rule_at_the_ends());
        (interval, margin, rule, vec![flag])
    }

    /// A row with the interval that is chosen for proportions; `how` are words for how the variable is made.
    pub(super) fn share_row(
        &self,
        subject: Subject<'_>,
        estimate: &Estimate,
        footing: Footing,
        how: &[&str],
    ) -> Vec<Cell> {
        let (interval, margin, rule, mut flags) = self.share(estimate, footing);
        let mut estimate = *estimate;
        if estimate.base.n == 1 && !footing.census {
            (estimate.se, flags) = (f64::NAN, [flags, vec!["one-unit"]].concat());
        }
        self.row(subject, &estimate, interval, margin, &[how, &[rule.as_str()]].concat(), flags)
    }

    /// A row with a symmetric interval.
    pub(super) fn number_row(
        &self,
        subject: Subject<'_>,
        estimate: &Estimate,
        footing: Footing,
        how: &[&str],
    ) -> Vec<Cell> {
        let (mut estimate, mut flags) = (*estimate, Vec::new());
        let known = estimate.base.n > 0 && estimate.value.is_finite();
        if footing.census && known {
            flags.push("census");
        } else if subject.statistic != "total" && estimate.base.n == 1 {
            // One unit tells nothing of the spread of the others: its error is unknown, not zero.
            estimate.se = f64::NAN;
            flags.push("one-unit");
        } else if known && estimate.se <= 1e-12 * estimate.value.abs() {
            flags.push("all-same");
        } else if estimate.base.n > 0 && !known {
            estimate.se = f64::NAN;
            flags.push("undefined");
        }
        let critical = self.critical(estimate.df);
        let interval = symmetric(estimate.value, estimate.se, estimate.df, critical);
        let margin = critical.value(estimate.df) * estimate.se;
        self.row(subject, &estimate, interval, margin, &[how, &["wald"]].concat(), flags)
    }

    /// A row; `how` are the words for variable, interval and test.
    pub(super) fn row(
        &self,
        subject: Subject<'_>,
        estimate: &Estimate,
        interval: Interval,
        moe: f64,
        how: &[&str],
        mut flags: Vec<&'static str>,
    ) -> Vec<Cell> {
        if estimate.base.n == 0 && !flags.contains(&"empty") {
            flags.push("empty");
        }
        flags.extend(&self.flags);
        if estimate.df <= 0.0 {
            flags.push("no-df");
        }
        let deff = match self.choices.deff {
            Reference::Without => estimate.deff_without,
            Reference::With => estimate.deff_with,
        };
        let mut method = self.method.clone();
        method.extend(how.iter().map(|&word| word.to_owned()));
        method.push(self.choices.critical.to_string());
        method.push(format!("df={}", self.choices.domain_df.name()));
        method.push(format!("deff={}", self.choices.deff.name()));
        vec![
            subject.statistic.into(),
            subject.variable.into(),
            text(subject.response),
            text(subject.by),
            text(subject.group),
            estimate.base.n.into(),
            estimate.base.sum_weights.into(),
            estimate.value.into(),
            estimate.se.into(),
            estimate.df.into(),
            interval.low.into(),
            interval.high.into(),
            moe.into(),
            deff.into(),
            method.join("; ").into(),
            text(&flags.join("; ")),
        ]
    }
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { text.into() }
}
