//! Differences between the groups of a column, and of each group from all, with tests.

use super::asked::Asked;
use super::data::Columns;
use super::domain::Domain;
use super::rows::{Maker, Subject};
use crate::cli::Cell;
use crate::error::Result;
use crate::statistics::Estimate;
use crate::statistics::compare::{Test, holm};
use crate::statistics::interval::Interval;
use crate::statistics::linearised::{Base, Linearised};

/// A difference to test.
struct Pair {
    group: String,
    one: usize,
    other: usize,
}

/// The rows of all differences for one statistic; none for quantiles and tables.
pub(super) fn rows(
    maker: &Maker<'_>,
    asked: &Asked,
    columns: &Columns<'_>,
    domains: &[Domain],
    compared: usize,
) -> Result<Vec<Vec<Cell>>> {
    let groups = columns.values(compared);
    let mut rows = Vec::new();
    for domain in domains {
        // The groups that the domain meets, and last the whole domain.
        let mut labels: Vec<&str> = Vec::new();
        let mut members: Vec<Vec<bool>> = Vec::new();
        for (code, level) in groups.levels().iter().enumerate() {
            let inside: Vec<bool> =
                domain.members.iter().zip(groups.codes()).map(|(&is, &c)| is && c as usize == code).collect();
            if inside.contains(&true) {
                labels.push(level);
                members.push(inside);
            }
        }
        let groups_met = labels.len();
        labels.push("(all)");
        members.push(domain.members.clone());
        let mut pairs = Vec::new();
        for (one, label) in labels.iter().enumerate().take(groups_met) {
            // Each with every later group; with all at the end.
            for (other, against) in labels.iter().enumerate().take(groups_met).skip(one + 1) {
                pairs.push(Pair { group: format!("{label} - {against}"), one, other });
            }
        }
        for (one, label) in labels.iter().enumerate().take(groups_met) {
            pairs.push(Pair { group: format!("{label} - (all)"), one, other: groups_met });
        }
        let by = joined(&domain.by, columns.name(compared));
        let df = maker.df(&domain.members);
        for (variable, response, what, estimates) in estimates(maker, asked, columns, &members)? {
            let tests: Vec<Test> = pairs
                .iter()
                .map(|pair| {
                    let contrast = estimates[pair.one].minus(&estimates[pair.other]);
                    let se = maker.sample().estimate(&contrast, df).se;
                    Test::of(contrast.value, se, df, maker.writer.choices.critical)
                })
                .collect();
            let adjusted = holm(&tests.iter().map(|test| test.p_value).collect::<Vec<_>>());
            for ((pair, test), holm) in pairs.iter().zip(&tests).zip(adjusted) {
                let group = joined(&domain.group, &pair.group);
                let subject = Subject {
                    statistic: "difference",
                    variable: &variable,
                    response: &response,
                    by: &by,
                    group: &group,
                };
                let base = both(estimates[pair.one].base, estimates[pair.other].base, pair.other == groups_met);
                let estimate = Estimate {
                    value: test.difference,
                    se: test.se,
                    df: test.df,
                    base,
                    deff_without: f64::NAN,
                    deff_with: f64::NAN,
                };
                let interval = Interval { low: test.ci_low, high: test.ci_high };
                let moe = (test.ci_high - test.ci_low) / 2.0;
                let (p, holm) = (format!("p={}", test.p_value), format!("holm={holm}"));
                let how = ["wald", what, &p, &holm];
                rows.push(maker.writer.row(subject, &estimate, interval, moe, &how, Vec::new()));
            }
        }
    }
    Ok(rows)
}

/// One number to compare: variable, response, what it is, and its estimate in every group.
type Compared = (String, String, &'static str, Vec<Linearised>);

fn estimates(maker: &Maker<'_>, asked: &Asked, columns: &Columns<'_>, members: &[Vec<bool>]) -> Result<Vec<Compared>> {
    let sample = maker.sample();
    Ok(match *asked {
        Asked::Proportion(column) => {
            let values = columns.values(column);
            let of_level = |(code, level): (usize, &String)| {
                let shares = members
                    .iter()
                    .map(|inside| sample.proportion(inside, values.codes(), |c| c as usize == code))
                    .collect();
                (columns.name(column).to_owned(), level.clone(), "t-test of proportions", shares)
            };
            values.levels().iter().enumerate().map(of_level).collect()
        }
        Asked::Mean(column) => {
            let numbers = columns.numbers(column)?;
            let means = members.iter().map(|inside| sample.mean(inside, &numbers)).collect();
            vec![(columns.name(column).to_owned(), String::new(), "t-test of means", means)]
        }
        Asked::Total(column) => {
            let numbers = columns.numbers(column)?;
            let totals = members.iter().map(|inside| sample.total(inside, &numbers)).collect();
            vec![(columns.name(column).to_owned(), String::new(), "t-test of totals", totals)]
        }
        Asked::Ratio(numerator, denominator) => {
            let (above, below) = (columns.numbers(numerator)?, columns.numbers(denominator)?);
            let ratios = members.iter().map(|inside| sample.ratio(inside, &above, &below)).collect();
            let variable = format!("{}/{}", columns.name(numerator), columns.name(denominator));
            vec![(variable, String::new(), "t-test of ratios", ratios)]
        }
        Asked::Quantile(..) | Asked::Crosstab(..) => Vec::new(),
    })
}

fn joined(outer: &str, inner: &str) -> String {
    if outer.is_empty() { inner.to_owned() } else { format!("{outer}|{inner}") }
}

/// What stands behind a difference: both groups, or the whole when one is part of it.
fn both(one: Base, other: Base, part: bool) -> Base {
    if part {
        return other;
    }
    Base {
        n: one.n + other.n,
        sum_weights: one.sum_weights + other.sum_weights,
        sum_squares: one.sum_squares + other.sum_squares,
    }
}
