//! Lines of the result: rows that are done, and tests whose p-values are still to be adjusted over their family.

use std::collections::BTreeMap;

use super::args::Family;
use super::writer::{Subject, Writer};
use crate::cli::Cell;
use crate::statistics::compare::{Test, benjamini_hochberg, holm};
use crate::statistics::interval::Interval;
use crate::statistics::linearised::Base;
use crate::statistics::Estimate;

/// A line of the result.
#[derive(Debug)]
pub(super) enum Line {
    /// A finished row.
    Done(Vec<Cell>),
    /// A difference or contrast with its test.
    Tested(Box<Tested>),
}

/// A difference or contrast with its test.
#[derive(Debug)]
pub(super) struct Tested {
    pub(super) statistic: &'static str,
    pub(super) variable: String,
    pub(super) response: String,
    pub(super) by: String,
    pub(super) group: String,
    pub(super) base: Base,
    pub(super) test: Test,
    /// What was compared with what, for the `method` column.
    pub(super) how: Vec<String>,
    pub(super) flags: Vec<&'static str>,
    /// The comparisons of the same number have the same text.
    pub(super) family: String,
}

/// The rows of all lines, p-values adjusted.
pub(super) fn finished(lines: Vec<Line>, writer: &Writer) -> Vec<Vec<Cell>> {
    let mut families: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        if let Line::Tested(tested) = line {
            let family = if writer.choices.family == Family::Run { "" } else { &tested.family };
            families.entry(family).or_default().push(at);
        }
    }
    // Holm's and Benjamini and Hochberg's p-value, and the size of the family.
    let mut adjusted = vec![(f64::NAN, f64::NAN, 0); lines.len()];
    for members in families.values() {
        let p_of = |&at: &usize| match &lines[at] {
            Line::Tested(tested) => tested.test.p_value,
            Line::Done(_) => f64::NAN,
        };
        let p_values: Vec<f64> = members.iter().map(p_of).collect();
        let tests = p_values.iter().filter(|p| !p.is_nan()).count();
        for ((&at, holm), bh) in members.iter().zip(holm(&p_values)).zip(benjamini_hochberg(&p_values)) {
            adjusted[at] = (holm, bh, tests);
        }
    }
    let finish = |(line, (holm, bh, tests)): (Line, (f64, f64, usize))| match line {
        Line::Done(row) => row,
        Line::Tested(tested) => tested.row(writer, holm, bh, tests),
    };
    lines.into_iter().zip(adjusted).map(finish).collect()
}

impl Tested {
    fn row(&self, writer: &Writer, holm: f64, bh: f64, tests: usize) -> Vec<Cell> {
        let test = &self.test;
        let estimate = Estimate {
            value: test.difference,
            se: test.se,
            df: test.df,
            base: self.base,
            deff_without: f64::NAN,
            deff_with: f64::NAN,
        };
        let mut how = vec!["wald".to_owned()];
        how.extend(self.how.iter().cloned());
        if test.p_value.is_nan() {
            how.push("not tested".to_owned());
        } else {
            how.push(format!("p={}", test.p_value));
            how.push(format!("holm={holm}"));
            how.push(format!("bh={bh}"));
            how.push(format!("family={} of {tests}", writer.choices.family.name()));
        }
        let subject = Subject {
            statistic: self.statistic,
            variable: &self.variable,
            response: &self.response,
            by: &self.by,
            group: &self.group,
        };
        let interval = Interval { low: test.ci_low, high: test.ci_high };
        let how: Vec<&str> = how.iter().map(String::as_str).collect();
        writer.row(subject, &estimate, interval, (test.ci_high - test.ci_low) / 2.0, &how, self.flags.clone())
    }
}
