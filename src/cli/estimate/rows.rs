//! From what was asked to the rows of the result.

use rayon::prelude::*;

use super::asked::Asked;
use super::data::Columns;
use super::domain::Domain;
use super::sample::Sample;
use super::{Choices, DomainDf, Reference};
use crate::cli::{Cell, Rows};
use crate::error::Result;
use crate::statistics::interval::{Interval, Proportion, symmetric};
use crate::statistics::linearised::{self, Linearised};
use crate::statistics::{Design, Estimate};

/// The columns of the contract.
pub(super) const COLUMNS: [&str; 16] = [
    "statistic",
    "variable",
    "response",
    "by",
    "group",
    "n",
    "sum_weights",
    "estimate",
    "se",
    "df",
    "ci_low",
    "ci_high",
    "moe",
    "deff",
    "method",
    "flags",
];

/// What one row is about.
struct Subject<'a> {
    statistic: &'a str,
    variable: &'a str,
    response: &'a str,
    domain: &'a Domain,
}

/// Everything asked, for every domain.
pub(super) fn rows(
    asked: &[Asked],
    columns: &Columns<'_>,
    sample: &Sample,
    domains: &[Domain],
    choices: Choices,
) -> Result<Rows> {
    let made: Vec<Vec<Vec<Cell>>> =
        asked.par_iter().map(|one| of_one(one, columns, sample, domains, choices)).collect::<Result<_>>()?;
    Ok(Rows { columns: COLUMNS.to_vec(), rows: made.into_iter().flatten().collect() })
}

fn of_one(
    asked: &Asked,
    columns: &Columns<'_>,
    sample: &Sample,
    domains: &[Domain],
    choices: Choices,
) -> Result<Vec<Vec<Cell>>> {
    let maker = Maker { sample, choices };
    let design = &sample.design;
    let mut rows = Vec::new();
    match *asked {
        Asked::Proportion(column) => {
            let values = columns.values(column);
            for domain in domains {
                let levels = values.levels();
                let shares = linearised::proportions(design, &domain.members, values.codes(), levels.len());
                for (share, response) in shares.iter().zip(levels) {
                    let subject = Subject { statistic: "proportion", variable: columns.name(column), response, domain };
                    rows.push(maker.proportion(&subject, share));
                }
            }
        }
        Asked::Mean(column) => {
            let numbers = columns.numbers(column)?;
            for domain in domains {
                let subject = Subject { statistic: "mean", variable: columns.name(column), response: "", domain };
                rows.push(maker.number(&subject, &linearised::mean(design, &domain.members, &numbers)));
            }
        }
        Asked::Total(column) => {
            let numbers = columns.numbers(column)?;
            for domain in domains {
                let subject = Subject { statistic: "total", variable: columns.name(column), response: "", domain };
                rows.push(maker.number(&subject, &linearised::total(design, &domain.members, &numbers)));
            }
        }
        Asked::Ratio(numerator, denominator) => {
            let variable = format!("{}/{}", columns.name(numerator), columns.name(denominator));
            let (above, below) = (columns.numbers(numerator)?, columns.numbers(denominator)?);
            for domain in domains {
                let subject = Subject { statistic: "ratio", variable: &variable, response: "", domain };
                rows.push(maker.number(&subject, &linearised::ratio(design, &domain.members, &above, &below)));
            }
        }
    }
    Ok(rows)
}

struct Maker<'a> {
    sample: &'a Sample,
    choices: Choices,
}

impl Maker<'_> {
    fn design(&self) -> &Design {
        &self.sample.design
    }

    fn estimate(&self, domain: &Domain, linearised: &Linearised) -> Estimate {
        let mut estimate = linearised.estimate(self.design());
        if self.choices.domain_df == DomainDf::Domain {
            estimate.df = self.design().domain_degrees_of_freedom(&domain.members);
        }
        estimate
    }

    /// A row with the interval that is chosen for proportions.
    fn proportion(&self, subject: &Subject<'_>, linearised: &Linearised) -> Vec<Cell> {
        let estimate = self.estimate(subject.domain, linearised);
        let share =
            Proportion { p: estimate.value, se: estimate.se, n: estimate.base.n as f64, df: estimate.df };
        let interval = share.interval(self.choices.interval, self.choices.critical);
        let mut flags = Vec::new();
        let mut moe = self.choices.critical.value(estimate.df) * estimate.se;
        if share.is_certain() {
            flags.push(if share.p <= 0.0 { "zero-cell" } else { "all-same" });
            // The standard error is zero and says nothing; the interval's far end does.
            moe = (interval.high - share.p).max(share.p - interval.low);
        }
        self.row(subject, &estimate, interval, moe, self.choices.interval.name(), flags)
    }

    /// A row with a symmetric interval.
    fn number(&self, subject: &Subject<'_>, linearised: &Linearised) -> Vec<Cell> {
        let estimate = self.estimate(subject.domain, linearised);
        let interval = symmetric(estimate.value, estimate.se, estimate.df, self.choices.critical);
        let moe = self.choices.critical.value(estimate.df) * estimate.se;
        self.row(subject, &estimate, interval, moe, "wald", Vec::new())
    }

    fn row(
        &self,
        subject: &Subject<'_>,
        estimate: &Estimate,
        interval: Interval,
        moe: f64,
        interval_name: &str,
        mut flags: Vec<&'static str>,
    ) -> Vec<Cell> {
        if estimate.base.n == 0 {
            flags.push("empty");
        }
        if self.design().has_single_psu() {
            flags.push("single-psu");
        }
        if estimate.df <= 0.0 {
            flags.push("no-df");
        }
        let deff = match self.choices.deff {
            Reference::Without => estimate.deff_without,
            Reference::With => estimate.deff_with,
        };
        let mut method = self.sample.method.clone();
        method.push(interval_name.to_owned());
        method.push(self.choices.critical.to_string());
        method.push(format!("df={}", self.choices.domain_df.name()));
        method.push(format!("deff={}", self.choices.deff.name()));
        vec![
            subject.statistic.into(),
            subject.variable.into(),
            text(subject.response),
            text(&subject.domain.by),
            text(&subject.domain.group),
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
