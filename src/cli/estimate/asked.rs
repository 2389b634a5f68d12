//! What is to be estimated: statistics of columns, as meant.

use super::Args;
use crate::error::{Error, Result};
use crate::table::Table;

/// One statistic to estimate; columns by their places in the table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    /// The share of every level.
    Proportion(usize),
    /// The mean.
    Mean(usize),
    /// The population total.
    Total(usize),
    /// The ratio of two totals.
    Ratio(usize, usize),
    /// Quantiles at these shares.
    Quantile(usize, Vec<f64>),
    /// The shares of the cells of a table, and the test of no association.
    Crosstab(usize, usize),
}

impl Asked {
    /// The columns that it is made from.
    pub(super) fn columns(&self) -> Vec<usize> {
        match *self {
            Asked::Proportion(column) | Asked::Mean(column) | Asked::Total(column) | Asked::Quantile(column, _) => {
                vec![column]
            }
            Asked::Ratio(one, other) | Asked::Crosstab(one, other) => vec![one, other],
        }
    }
}

/// Everything that is to be estimated, kind by kind, columns in the order given.
pub(super) fn asked(args: &Args, table: &Table) -> Result<Vec<Asked>> {
    let mut asked: Vec<Asked> = Vec::new();
    let mut add = |one: Asked| {
        if !asked.contains(&one) {
            asked.push(one);
        }
    };
    for (patterns, make) in [
        (&args.proportion, Asked::Proportion as fn(usize) -> Asked),
        (&args.mean, Asked::Mean),
        (&args.total, Asked::Total),
    ] {
        for pattern in patterns {
            table.columns(pattern)?.into_iter().map(make).for_each(&mut add);
        }
    }
    for text in &args.ratio {
        let (numerator, denominator) = ratio(text, table)?;
        add(Asked::Ratio(numerator, denominator));
    }
    for text in &args.quantile {
        let (pattern, shares) = quantile(text)?;
        for column in table.columns(pattern)? {
            add(Asked::Quantile(column, shares.clone()));
        }
    }
    for text in &args.crosstab {
        let (row, column) = crosstab(text, table)?;
        add(Asked::Crosstab(row, column));
    }
    if asked.is_empty() {
        return Err(Error::usage("there is nothing to estimate").hint(
            "name columns with --proportion, --mean, --total, --ratio, --quantile or --crosstab; a pattern such as 'q*' names several",
        ));
    }
    Ok(asked)
}

/// The two columns of `NUM/DEN`; a column's name may hold a stroke itself.
fn ratio(text: &str, table: &Table) -> Result<(usize, usize)> {
    let splits: Vec<(&str, &str)> = text.match_indices('/').map(|(at, _)| (&text[..at], &text[at + 1..])).collect();
    let known = |name: &str| table.names().iter().any(|known| known == name);
    match splits.iter().find(|(numerator, denominator)| known(numerator) && known(denominator)).or(splits.first()) {
        Some((numerator, denominator)) => Ok((table.column(numerator)?, table.column(denominator)?)),
        None => Err(Error::usage("a ratio needs two columns").found(text).expected("--ratio NUMERATOR/DENOMINATOR")),
    }
}

/// `COL@0.25,0.5`; without shares the median.
fn quantile(text: &str) -> Result<(&str, Vec<f64>)> {
    let Some((pattern, shares)) = text.rsplit_once('@') else { return Ok((text, vec![0.5])) };
    let shares: Option<Vec<f64>> = shares
        .split(',')
        .map(|share| share.trim().parse().ok().filter(|share: &f64| *share > 0.0 && *share < 1.0))
        .collect();
    shares.map(|shares| (pattern, shares)).ok_or_else(|| {
        Error::usage("the shares of a quantile must lie between 0 and 1")
            .found(text)
            .expected("--quantile COL@0.25,0.5,0.75")
    })
}

/// The two columns of `ROW,COL`; a column's name may hold a comma itself.
fn crosstab(text: &str, table: &Table) -> Result<(usize, usize)> {
    let splits: Vec<(&str, &str)> =
        text.match_indices(',').map(|(at, _)| (text[..at].trim(), text[at + 1..].trim())).collect();
    let known = |name: &str| table.names().iter().any(|known| known == name);
    match splits.iter().find(|(row, column)| known(row) && known(column)).or(splits.first()) {
        Some((row, column)) => Ok((table.column(row)?, table.column(column)?)),
        None => Err(Error::usage("a table needs two columns").found(text).expected("--crosstab ROW,COL")),
    }
}
