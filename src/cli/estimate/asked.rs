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
}

impl Asked {
    /// The columns that it is made from.
    pub(super) fn columns(&self) -> Vec<usize> {
        match *self {
            Asked::Proportion(column) | Asked::Mean(column) | Asked::Total(column) => vec![column],
            Asked::Ratio(numerator, denominator) => vec![numerator, denominator],
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
    if asked.is_empty() {
        return Err(Error::usage("there is nothing to estimate").hint(
            "name columns with --proportion, --mean, --total or --ratio; a pattern such as 'q*' names several",
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
