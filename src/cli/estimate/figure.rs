//! A number that can be estimated in any domain with the scores of its units, and so compared.

use super::Choices;
use super::args::DomainDf;
use super::asked::Asked;
use super::data::Columns;
use crate::error::Result;
use crate::statistics::linearised::{Linearised, MISSING};
use crate::statistics::{Sample, quantile, score};

/// A number to estimate.
#[derive(Debug)]
pub(super) enum Figure<'a> {
    /// The share of a level.
    Level { codes: &'a [u32], code: u32 },
    /// The share of ones among ones and zeros.
    Share(Vec<f64>),
    /// The mean.
    Mean(Vec<f64>),
    /// The total.
    Total(Vec<f64>),
    /// The ratio of two totals.
    Ratio(Vec<f64>, Vec<f64>),
    /// A quantile, to be compared: its own row is made by itself.
    Quantile { values: Vec<f64>, share: f64, choices: Choices },
}

impl Figure<'_> {
    /// Its estimate in a domain.
    pub(super) fn of(&self, sample: &Sample, members: &[bool]) -> Linearised {
        match self {
            Figure::Level { codes, code } => sample.proportion(members, codes, |c| c == *code),
            Figure::Share(values) | Figure::Mean(values) => sample.mean(members, values),
            Figure::Total(values) => sample.total(members, values),
            Figure::Ratio(above, below) => sample.ratio(members, above, below),
            Figure::Quantile { values, share, choices } => {
                let df = match (choices.domain_df, &sample.replicates) {
                    (DomainDf::Domain, None) => sample.design.domain_degrees_of_freedom(members),
                    _ => sample.degrees_of_freedom(),
                };
                quantile::linearised(sample, members, values, *share, choices.quantile, df, choices.critical)
            }
        }
    }

    /// Whether a unit has an answer that it is made from.
    pub(super) fn is_answered(&self, row: usize) -> bool {
        match self {
            Figure::Level { codes, .. } => codes[row] != MISSING,
            Figure::Share(values)
            | Figure::Mean(values)
            | Figure::Total(values)
            | Figure::Quantile { values, .. } => !values[row].is_nan(),
            Figure::Ratio(above, below) => !above[row].is_nan() && !below[row].is_nan(),
        }
    }

    /// The statistic's name.
    pub(super) fn statistic(&self) -> &'static str {
        match self {
            Figure::Level { .. } | Figure::Share(_) => "proportion",
            Figure::Mean(_) => "mean",
            Figure::Total(_) => "total",
            Figure::Ratio(..) => "ratio",
            Figure::Quantile { .. } => "quantile",
        }
    }

    /// Whether it is a share, with the interval of shares.
    pub(super) fn is_share(&self) -> bool {
        self.statistic() == "proportion"
    }
}

/// A figure with its name in the result.
#[derive(Debug)]
pub(super) struct Named<'a> {
    pub(super) variable: String,
    pub(super) response: String,
    /// How the variable is made from columns, for the `method` column.
    pub(super) words: Option<String>,
    pub(super) figure: Figure<'a>,
}

/// The figures that were asked for; none for quantiles and tables.
pub(super) fn figures<'a>(asked: &Asked, columns: &'a Columns<'_>) -> Result<Option<Vec<Named<'a>>>> {
    let words = |column: usize| columns.names.made(column).map(|made| made.kind.words());
    let name = |column: usize| columns.name(column).to_owned();
    let single = |column: usize, figure| {
        vec![Named { variable: name(column), response: String::new(), words: words(column), figure }]
    };
    Ok(Some(match asked {
        Asked::Proportion(column) => {
            let values = columns.values(*column);
            let of_level = |(code, level): (u32, &String)| Named {
                variable: name(*column),
                response: level.clone(),
                words: words(*column),
                figure: Figure::Level { codes: values.codes(), code },
            };
            (0..).zip(values.levels()).map(of_level).collect()
        }
        Asked::Net(column) => {
            let sources = columns.names.sources(*column);
            let of = columns.names.made(*column).and_then(|made| made.kind.of_set()).map(str::to_owned);
            // The column whose levels it nets, just before itself.
            let variable = of.unwrap_or_else(|| name(sources[sources.len().saturating_sub(2)]));
            let figure = Figure::Share(columns.numbers(*column)?);
            vec![Named { variable, response: name(*column), words: words(*column), figure }]
        }
        Asked::Multiple(set) => {
            let options = set.options(columns);
            let of_option = |(&column, ticked): (&usize, &Vec<f64>)| Named {
                variable: set.name.clone(),
                response: name(column),
                words: Some(format!("several answers, base {}", set.base.name())),
                figure: Figure::Share(ticked.clone()),
            };
            set.columns.iter().zip(options.shares()).map(of_option).collect()
        }
        Asked::Mean(column) => single(*column, Figure::Mean(columns.numbers(*column)?)),
        Asked::Total(column) => single(*column, Figure::Total(columns.numbers(*column)?)),
        Asked::Ratio(above, below) => {
            let figure = Figure::Ratio(columns.numbers(*above)?, columns.numbers(*below)?);
            let variable = format!("{}/{}", columns.name(*above), columns.name(*below));
            vec![Named { variable, response: String::new(), words: None, figure }]
        }
        Asked::Quantile(..) | Asked::Crosstab(..) => return Ok(None),
    }))
}

/// The quantiles that were asked for, as figures to compare; none for anything else.
pub(super) fn quantiles(asked: &Asked, columns: &Columns<'_>, choices: Choices) -> Result<Vec<Named<'static>>> {
    let Asked::Quantile(column, shares) = asked else { return Ok(Vec::new()) };
    let values = columns.numbers(*column)?;
    let of_share = |&share: &f64| Named {
        variable: columns.name(*column).to_owned(),
        response: share.to_string(),
        words: columns.names.made(*column).map(|made| made.kind.words()),
        figure: Figure::Quantile { values: values.clone(), share, choices },
    };
    Ok(shares.iter().map(of_share).collect())
}

/// The share of a level of a column, as ones and zeros.
pub(super) fn share_of(columns: &Columns<'_>, column: usize, code: u32) -> Figure<'static> {
    Figure::Share(score::net(columns.values(column).codes(), |c| c == code))
}
