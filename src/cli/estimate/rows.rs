//! From what was asked to the rows of the result.

use rayon::prelude::*;

use super::args::DomainDf;
use super::asked::Asked;
use super::benchmark::Benchmarks;
use super::contrast::Contrast;
use super::data::Columns;
use super::domain::Domain;
use super::figure::{Named, figures, quantiles};
use super::sample::Sample;
use super::tested::{Line, finished};
use super::writer::{Footing, Subject, Writer};
use super::{Choices, benchmark, compare, contrast, label};
use crate::cli::{Cell, Rows, Talk};
use crate::error::Result;
use crate::estimate::COLUMNS;
use crate::statistics::crosstab::{RaoScott, rao_scott};
use crate::statistics::interval::Interval;
use crate::statistics::linearised::{Base, Linearised, MISSING};
use crate::statistics::quantile::quantile;
use crate::statistics::{self, Estimate, Method};

/// Everything that is wanted of the sample.
pub(super) struct Wishes<'a> {
    pub(super) asked: &'a [Asked],
    pub(super) contrasts: &'a [Contrast],
    pub(super) compared: Option<usize>,
    pub(super) benchmarks: Option<&'a Benchmarks>,
}

/// Everything wanted, for every domain.
pub(super) fn rows(
    wishes: &Wishes<'_>,
    columns: &Columns<'_>,
    sample: &Sample,
    domains: &[Domain],
    choices: Choices,
    talk: &Talk,
) -> Result<Rows> {
    let maker = Maker { sample, writer: Writer::new(sample.method.clone(), sample.flags.clone(), choices) };
    let of_one = |one: &Asked| -> Result<Vec<Line>> {
        let figures = figures(one, columns)?;
        let mut lines = match &figures {
            Some(figures) => maker.figures(figures, one, columns, domains, wishes),
            None => maker.others(one, columns, domains, wishes)?,
        };
        if let Some(compared) = wishes.compared {
            let figures = figures.map_or_else(|| quantiles(one, columns, choices), Ok)?;
            lines.extend(compare::lines(&maker, &figures, columns, domains, compared));
        }
        Ok(lines)
    };
    let made: Vec<Vec<Line>> = wishes.asked.par_iter().map(of_one).collect::<Result<_>>()?;
    let mut lines: Vec<Line> = made.into_iter().flatten().collect();
    for one in wishes.contrasts {
        lines.extend(contrast::lines(&maker, one, columns, domains)?);
    }
    if let Some(benchmarks) = wishes.benchmarks {
        benchmarks.check_used(&lines, talk)?;
    }
    Ok(Rows { columns: COLUMNS.to_vec(), rows: finished(lines, &maker.writer) })
}

/// Makes lines of one sample.
pub(super) struct Maker<'a> {
    sample: &'a Sample,
    pub(super) writer: Writer,
}

impl Maker<'_> {
    pub(super) fn sample(&self) -> &statistics::Sample {
        &self.sample.sample
    }

    /// What estimates stand on in a domain.
    pub(super) fn footing(&self, members: &[bool]) -> Footing {
        let sample = self.sample();
        let df = match (self.writer.choices.domain_df, &sample.replicates) {
            (DomainDf::Domain, None) => sample.design.domain_degrees_of_freedom(members),
            _ => sample.degrees_of_freedom(),
        };
        Footing { df, census: sample.design.is_census(members) }
    }

    fn figures(
        &self,
        figures: &[Named<'_>],
        asked: &Asked,
        columns: &Columns<'_>,
        domains: &[Domain],
        wishes: &Wishes<'_>,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for domain in domains {
            let footing = self.footing(&domain.members);
            for Named { variable, response, words, figure } in figures {
                let (by, group) = (&domain.by, &domain.group);
                let subject = Subject { statistic: figure.statistic(), variable, response, by, group };
                let linearised = figure.of(self.sample(), &domain.members);
                let estimate = self.sample().estimate(&linearised, footing.df);
                let how: Vec<&str> = words.iter().map(String::as_str).collect();
                lines.push(Line::Done(if figure.is_share() {
                    self.writer.share_row(subject, &estimate, footing, &how)
                } else {
                    self.writer.number_row(subject, &estimate, footing, &how)
                }));
                if let Some(benchmarks) = wishes.benchmarks {
                    lines.extend(benchmark::line(self, benchmarks, subject, &estimate, footing));
                }
            }
            if let (true, Asked::Proportion(column)) = (figures.is_empty(), asked) {
                // Nobody has an answer: a row that says so, rather than none.
                let (variable, by, group) = (columns.name(*column), &domain.by, &domain.group);
                let subject = Subject { statistic: "proportion", variable, response: "", by, group };
                let nothing = Estimate::new(f64::NAN, f64::NAN, footing.df, Base::default(), f64::NAN);
                lines.push(Line::Done(self.writer.share_row(subject, &nothing, footing, &[])));
            }
        }
        lines
    }

    /// Quantiles and tables.
    fn others(&self, asked: &Asked, columns: &Columns<'_>, domains: &[Domain], wishes: &Wishes<'_>) -> Result<Vec<Line>> {
        match *asked {
            Asked::Quantile(column, ref shares) => {
                let numbers = columns.numbers(column)?;
                let words = columns.names.made(column).map(|made| made.kind.words());
                let mut lines = Vec::new();
                for domain in domains {
                    for &share in shares {
                        let (response, variable) = (share.to_string(), columns.name(column));
                        let (by, group) = (&domain.by, &domain.group);
                        let subject = Subject { statistic: "quantile", variable, response: &response, by, group };
                        lines.extend(self.quantile(subject, domain, &numbers, share, words.as_deref(), wishes));
                    }
                }
                Ok(lines)
            }
            Asked::Crosstab(row, column) => {
                Ok(self.crosstab(columns, domains, row, column).into_iter().map(Line::Done).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn quantile(
        &self,
        subject: Subject<'_>,
        domain: &Domain,
        numbers: &[f64],
        share: f64,
        words: Option<&str>,
        wishes: &Wishes<'_>,
    ) -> Vec<Line> {
        let footing = self.footing(&domain.members);
        let choices = self.writer.choices;
        let (df, critical) = (footing.df, choices.critical);
        let found = quantile(self.sample(), &domain.members, numbers, share, choices.quantile, df, critical);
        let mut estimate = Estimate::new(found.value, f64::NAN, df, found.base, f64::NAN);
        let mut interval = Interval { low: found.low, high: found.high };
        estimate.se = found.se;
        let mut flags = Vec::new();
        if footing.census && found.base.n > 0 {
            (estimate.se, interval) = (0.0, Interval { low: found.value, high: found.value });
            flags.push("census");
        } else if found.base.n == 1 {
            (estimate.se, interval) = (f64::NAN, Interval { low: f64::NAN, high: f64::NAN });
            flags.push("one-unit");
        } else if found.se.is_nan() && found.base.n > 0 {
            flags.push("open-interval");
        }
        let rule = format!("{} rule", choices.quantile.rule.name());
        let ends = match choices.quantile.interval {
            Method::Wald => "woodruff".to_owned(),
            method => format!("woodruff by {}", method.name()),
        };
        let how: Vec<&str> = words.into_iter().chain([rule.as_str(), ends.as_str()]).collect();
        let margin = critical.value(df) * estimate.se;
        let mut lines = vec![Line::Done(self.writer.row(subject, &estimate, interval, margin, &how, flags))];
        if let Some(benchmarks) = wishes.benchmarks {
            lines.extend(benchmark::line(self, benchmarks, subject, &estimate, footing));
        }
        lines
    }

    fn crosstab(&self, columns: &Columns<'_>, domains: &[Domain], row: usize, column: usize) -> Vec<Vec<Cell>> {
        let (across, down) = (columns.values(row), columns.values(column));
        let variable = label::joined([columns.name(row), columns.name(column)]);
        let width = down.levels().len() as u32;
        let codes: Vec<u32> = across
            .codes()
            .iter()
            .zip(down.codes())
            .map(|(&a, &b)| if a == MISSING || b == MISSING { MISSING } else { a * width + b })
            .collect();
        let mut rows = Vec::new();
        for domain in domains {
            let footing = self.footing(&domain.members);
            let (by, group) = (&domain.by, &domain.group);
            let share = Subject { statistic: "proportion", variable: &variable, response: "", by, group };
            let cells = self.sample().proportions(&domain.members, &codes, across.levels().len() * width as usize);
            for (cell, linearised) in cells.iter().enumerate() {
                let (a, b) = (cell / width as usize, cell % width as usize);
                let response = label::joined([across.levels()[a].as_str(), &down.levels()[b]]);
                let estimate = self.sample().estimate(linearised, footing.df);
                let subject = Subject { response: &response, ..share };
                rows.push(self.writer.share_row(subject, &estimate, footing, &[]));
            }
            let test = rao_scott(self.sample(), &cells, across.levels().len(), width as usize, footing.df);
            rows.extend(self.test_rows(Subject { statistic: "chi-square", ..share }, &test));
        }
        rows
    }

    /// The test of a table: F with its numerator's degrees of freedom, and each number of it in a row of its own.
    fn test_rows(&self, subject: Subject<'_>, test: &RaoScott) -> Vec<Vec<Cell>> {
        let words = format!("F on {} and {} df", test.numerator_df, test.denominator_df);
        let p = format!("p={}", test.p_value);
        let how =
            if test.p_value.is_nan() { vec!["not tested"] } else { vec![words.as_str(), p.as_str()] };
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
            let how = [&["rao-scott second order"], how.as_slice()].concat();
            self.writer.row(Subject { response, ..subject }, &estimate, open, f64::NAN, &how, Vec::new())
        })
        .collect()
    }
}

/// What stands behind a difference: both groups, or the whole when one is part of it.
pub(super) fn both(one: &Linearised, other: &Linearised, part: bool) -> Base {
    let (one, other) = (one.base, other.base);
    if part {
        return other;
    }
    Base {
        n: one.n + other.n,
        sum_weights: one.sum_weights + other.sum_weights,
        sum_squares: one.sum_squares + other.sum_squares,
    }
}
