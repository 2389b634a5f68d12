//! What is to be estimated: statistics of columns, as meant.

use super::args::Args;
use super::derived::{Kind, Names, Set};
use crate::error::{Error, Result};

/// One statistic to estimate; columns by their places in the table.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    /// The share of every level.
    Proportion(usize),
    /// The share of several levels, or options, together.
    Net(usize),
    /// The share of each option of a question that takes several answers.
    Multiple(Set),
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
        match self {
            Asked::Proportion(column)
            | Asked::Net(column)
            | Asked::Mean(column)
            | Asked::Total(column)
            | Asked::Quantile(column, _) => vec![*column],
            Asked::Multiple(set) => set.columns.clone(),
            Asked::Ratio(one, other) | Asked::Crosstab(one, other) => vec![*one, *other],
        }
    }
}

/// Everything that is to be estimated, kind by kind, columns in the order given.
pub(super) fn asked(args: &Args, names: &Names<'_>) -> Result<Vec<Asked>> {
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
            names.columns(pattern)?.into_iter().map(make).for_each(&mut add);
        }
    }
    names.sets.iter().cloned().map(Asked::Multiple).for_each(&mut add);
    for derived in &names.derived {
        let column = names.column(&derived.name)?;
        add(if matches!(derived.kind, Kind::Score { .. }) { Asked::Mean(column) } else { Asked::Net(column) });
    }
    for text in &args.ratio {
        let (numerator, denominator) = ratio(text, names)?;
        add(Asked::Ratio(numerator, denominator));
    }
    for text in &args.quantile {
        let (pattern, shares) = quantile(text)?;
        for column in names.columns(pattern)? {
            add(Asked::Quantile(column, shares.clone()));
        }
    }
    for text in &args.crosstab {
        let (row, column) = crosstab(text, names)?;
        add(Asked::Crosstab(row, column));
    }
    if asked.is_empty() && args.contrast.is_empty() {
        return Err(Error::usage("there is nothing to estimate").hint(
            "name columns with --proportion, --mean, --total, --ratio, --quantile, --crosstab, --score, --net or --multiple; a pattern such as 'q*' names several",
        ));
    }
    let tabled = asked.iter().any(|one| matches!(one, Asked::Crosstab(..)));
    if let (Some(compared), true) = (&args.compare, tabled) {
        return Err(Error::usage("--compare is not for tables")
            .found(format!("--compare {compared}"))
            .hint("a table has a test of its own: compare its shares with --proportion"));
    }
    Ok(asked)
}

/// The two columns of `NUM/DEN`; a column's name may hold a stroke itself.
pub(super) fn ratio(text: &str, names: &Names<'_>) -> Result<(usize, usize)> {
    let splits: Vec<(&str, &str)> = text.match_indices('/').map(|(at, _)| (&text[..at], &text[at + 1..])).collect();
    let known = |name: &str| names.has(name);
    match splits.iter().find(|(numerator, denominator)| known(numerator) && known(denominator)).or(splits.first()) {
        Some((numerator, denominator)) => Ok((names.column(numerator)?, names.column(denominator)?)),
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
fn crosstab(text: &str, names: &Names<'_>) -> Result<(usize, usize)> {
    let splits: Vec<(&str, &str)> =
        text.match_indices(',').map(|(at, _)| (text[..at].trim(), text[at + 1..].trim())).collect();
    let known = |name: &str| names.has(name);
    match splits.iter().find(|(row, column)| known(row) && known(column)).or(splits.first()) {
        Some((row, column)) => Ok((names.column(row)?, names.column(column)?)),
        None => Err(Error::usage("a table needs two columns").found(text).expected("--crosstab ROW,COL")),
    }
}
