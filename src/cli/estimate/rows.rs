//! From what was asked to the rows of the result.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::asked::Asked;
use super::compare;
use super::data::Columns;
use super::domain::Domain;
use super::sample::Sample;
use super::{Choices, DomainDf, Reference};
use crate::cli::{Cell, Rows};
use crate::error::Result;
use crate::estimate::COLUMNS;
use crate::statistics::crosstab::{RaoScott, rao_scott};
use crate::statistics::interval::{Interval, Proportion, symmetric};
use crate::statistics::linearised::{Base, Linearised, MISSING};
use crate::statistics::quantile::quantile;
use crate::statistics::{self, Critical, Estimate};

/// What one row is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) statistic: &'a str,
    pub(super) variable: &'a str,
    pub(super) response: &'a str,
    pub(super) by: &'a str,
    pub(super) group: &'a str,
}

impl<'a> Subject<'a> {
    fn of(statistic: &'a str, variable: &'a str, domain: &'a Domain) -> Self {
        Subject { statistic, variable, response: "", by: &domain.by, group: &domain.group }
    }

    fn response(self, response: &'a str) -> Self {
        Subject { response, ..self }
    }
}

/// Everything asked, for every domain.
pub(super) fn rows(
    asked: &[Asked],
    columns: &Columns<'_>,
    sample: &Sample,
    domains: &[Domain],
    compared: Option<usize>,
    choices: Choices,
) -> Result<Rows> {
    let made: Vec<Vec<Vec<Cell>>> = asked
        .par_iter()
        .map(|one| {
            let writer = Writer::new(sample.method.clone(), sample.sample.design.has_single_psu(), choices);
            let maker = Maker { sample, writer };
            let mut rows = maker.of_one(one, columns, domains)?;
            if let Some(compared) = compared {
                rows.extend(compare::rows(&maker, one, columns, domains, compared)?);
            }
            Ok(rows)
        })
        .collect::<Result<_>>()?;
    Ok(Rows { columns: COLUMNS.to_vec(), rows: made.into_iter().flatten().collect() })
}

/// Makes rows of one sample.
pub(super) struct Maker<'a> {
    sample: &'a Sample,
    pub(super) writer: Writer,
}

impl Maker<'_> {
    pub(super) fn sample(&self) -> &statistics::Sample {
        &self.sample.sample
    }

    fn of_one(&self, asked: &Asked, columns: &Columns<'_>, domains: &[Domain]) -> Result<Vec<Vec<Cell>>> {
        let mut rows = Vec::new();
        match *asked {
            Asked::Proportion(column) => {
                let values = columns.values(column);
                let levels = values.levels();
                for domain in domains {
                    let subject = Subject::of("proportion", columns.name(column), domain);
                    let shares = self.sample().proportions(&domain.members, values.codes(), levels.len());
                    for (share, level) in shares.iter().zip(levels) {
                        rows.push(self.proportion(subject.response(level), domain, share));
                    }
                    if levels.is_empty() {
                        // Nobody has an answer: a row that says so, rather than none.
                        let df = self.df(&domain.members);
                        let nothing = Estimate::new(f64::NAN, f64::NAN, df, Base::default(), f64::NAN);
                        rows.push(self.writer.share_row(subject, &nothing));
                    }
                }
            }
            Asked::Mean(column) => {
                let numbers = columns.numbers(column)?;
                for domain in domains {
                    let subject = Subject::of("mean", columns.name(column), domain);
                    rows.push(self.number(subject, domain, &self.sample().mean(&domain.members, &numbers)));
                }
            }
            Asked::Total(column) => {
                let numbers = columns.numbers(column)?;
                for domain in domains {
                    let subject = Subject::of("total", columns.name(column), domain);
                    rows.push(self.number(subject, domain, &self.sample().total(&domain.members, &numbers)));
                }
            }
            Asked::Ratio(numerator, denominator) => {
                let variable = format!("{}/{}", columns.name(numerator), columns.name(denominator));
                let (above, below) = (columns.numbers(numerator)?, columns.numbers(denominator)?);
                for domain in domains {
                    let subject = Subject::of("ratio", &variable, domain);
                    rows.push(self.number(subject, domain, &self.sample().ratio(&domain.members, &above, &below)));
                }
            }
            Asked::Quantile(column, ref shares) => {
                let numbers = columns.numbers(column)?;
                for domain in domains {
                    for &share in shares {
                        let response = share.to_string();
                        let subject = Subject::of("quantile", columns.name(column), domain).response(&response);
                        rows.push(self.quantile(subject, domain, &numbers, share));
                    }
                }
            }
            Asked::Crosstab(row, column) => rows.extend(self.crosstab(columns, domains, row, column)),
        }
        Ok(rows)
    }

    /// The degrees of freedom of a domain.
    pub(super) fn df(&self, members: &[bool]) -> f64 {
        match (self.writer.choices.domain_df, &self.sample().replicates) {
            (DomainDf::Domain, None) => self.sample().design.domain_degrees_of_freedom(members),
            _ => self.sample().degrees_of_freedom(),
        }
    }

    /// A row with the interval that is chosen for proportions.
    fn proportion(&self, subject: Subject<'_>, domain: &Domain, share: &Linearised) -> Vec<Cell> {
        let estimate = self.sample().estimate(share, self.df(&domain.members));
        self.writer.share_row(subject, &estimate)
    }

    /// A row with a symmetric interval.
    fn number(&self, subject: Subject<'_>, domain: &Domain, linearised: &Linearised) -> Vec<Cell> {
        self.writer.number_row(subject, &self.sample().estimate(linearised, self.df(&domain.members)))
    }

    fn quantile(&self, subject: Subject<'_>, domain: &Domain, numbers: &[f64], share: f64) -> Vec<Cell> {
        let df = self.df(&domain.members);
        let found = quantile(self.sample(), &domain.members, numbers, share, df, self.writer.choices.critical);
        let mut estimate = Estimate::new(found.value, f64::NAN, df, found.base, f64::NAN);
        estimate.se = found.se;
        let critical = self.writer.choices.critical;
        let interval = Interval { low: found.low, high: found.high };
        let flags = if found.se.is_nan() && found.base.n > 0 { vec!["open-interval"] } else { Vec::new() };
        let moe = critical.value(df) * estimate.se;
        self.writer.row(subject, &estimate, interval, moe, &["math rule", "woodruff"], flags)
    }

    fn crosstab(&self, columns: &Columns<'_>, domains: &[Domain], row: usize, column: usize) -> Vec<Vec<Cell>> {
        let (across, down) = (columns.values(row), columns.values(column));
        let variable = format!("{}|{}", columns.name(row), columns.name(column));
        let width = down.levels().len() as u32;
        let codes: Vec<u32> = across
            .codes()
            .iter()
            .zip(down.codes())
            .map(|(&a, &b)| if a == MISSING || b == MISSING { MISSING } else { a * width + b })
            .collect();
        let mut rows = Vec::new();
        for domain in domains {
            let cells = self.sample().proportions(&domain.members, &codes, across.levels().len() * width as usize);
            for (cell, share) in cells.iter().enumerate() {
                let (a, b) = (cell / width as usize, cell % width as usize);
                let response = format!("{}|{}", across.levels()[a], down.levels()[b]);
                let subject = Subject::of("proportion", &variable, domain).response(&response);
                rows.push(self.proportion(subject, domain, share));
            }
            let df = self.df(&domain.members);
            let test = rao_scott(self.sample(), &cells, across.levels().len(), width as usize, df);
            rows.extend(self.test_rows(Subject::of("chi-square", &variable, domain), &test));
        }
        rows
    }

    /// The test of a table: F with its numerator's degrees of freedom, and each number of it in a row of its own.
    fn test_rows(&self, subject: Subject<'_>, test: &RaoScott) -> Vec<Vec<Cell>> {
        let words = format!("F on {} and {} df", test.numerator_df, test.denominator_df);
        let p = format!("p={}", test.p_value);
        [
            ("F", test.f, test.numerator_df),
            ("df1", test.numerator_df, f64::NAN),
            ("df2", test.denominator_df, f64::NAN),
            ("p", test.p_value, f64::NAN),
            ("pearson", test.pearson, f64::NAN),
        ]
        .into_iter()
        .map(|(response, value, df)| {
            let mut estimate = Estimate::new(value, f64::NAN, df, test.base, f64::NAN);
            estimate.se = f64::NAN;
            let open = Interval { low: f64::NAN, high: f64::NAN };
            let how = ["rao-scott second order", &words, &p];
            self.writer.row(subject.response(response), &estimate, open, f64::NAN, &how, Vec::new())
        })
        .collect()
    }
}

/// Makes rows of estimates: intervals, words, flags.
pub(super) struct Writer {
    method: Vec<String>,
    single_psu: bool,
    pub(super) choices: Choices,
    /// The critical value for the degrees of freedom that came first: mostly those of all rows.
    solved: OnceLock<(f64, Critical)>,
}

impl Writer {
    /// A writer whose `method` column starts with these words.
    pub(super) fn new(method: Vec<String>, single_psu: bool, choices: Choices) -> Self {
        Writer { method, single_psu, choices, solved: OnceLock::new() }
    }

    fn critical(&self, df: f64) -> Critical {
        let (known, critical) = self.solved.get_or_init(|| (df, self.choices.critical.solved(df)));
        if *known == df { *critical } else { self.choices.critical.solved(df) }
    }

    pub(super) fn share_row(&self, subject: Subject<'_>, estimate: &Estimate) -> Vec<Cell> {
        let share = Proportion { p: estimate.value, se: estimate.se, n: estimate.base.n as f64, df: estimate.df };
        let critical = self.critical(estimate.df);
        let interval = share.interval(self.choices.interval, critical);
        let mut flags = Vec::new();
        let mut moe = critical.value(estimate.df) * estimate.se;
        if share.is_certain() {
            flags.push(if share.p <= 0.0 { "zero-cell" } else { "all-same" });
            // The standard error is zero and says nothing; the interval's far end does.
            moe = (interval.high - share.p).max(share.p - interval.low);
        }
        self.row(subject, estimate, interval, moe, &[self.choices.interval.name()], flags)
    }

    pub(super) fn number_row(&self, subject: Subject<'_>, estimate: &Estimate) -> Vec<Cell> {
        let critical = self.critical(estimate.df);
        let interval = symmetric(estimate.value, estimate.se, estimate.df, critical);
        self.row(subject, estimate, interval, critical.value(estimate.df) * estimate.se, &["wald"], Vec::new())
    }

    /// A row; `how` are the words for interval or test.
    pub(super) fn row(
        &self,
        subject: Subject<'_>,
        estimate: &Estimate,
        interval: Interval,
        moe: f64,
        how: &[&str],
        mut flags: Vec<&'static str>,
    ) -> Vec<Cell> {
        if estimate.base.n == 0 {
            flags.push("empty");
        }
        if self.single_psu {
            flags.push("single-psu");
        }
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
