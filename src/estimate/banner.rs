//! Which columns of a banner table differ: every pair of groups, and of a group and everyone, from one covariance matrix.
//!
//! The difference of the columns i and j has the variance V_ii + V_jj - 2 V_ij, with V the covariances of the columns' estimates
//! under the design ([`Design::covariance`](crate::statistics::Design::covariance)). Columns of separate people have a covariance
//! where they share strata or adjusted weights; a group and everyone have one because the group is among them. R: `svyby` with
//! `covmat = TRUE`, then `svycontrast`.

use serde::Deserialize;

use super::respondents::{Respondents, Weighted};
use super::{Adjust, Choices, Estimate, Flag, Statistic};
use crate::disclosure;
use crate::error::Result;
use crate::results::{
    Banner, BannerColumn, BannerRow, ColumnDifference, GroupResult, QuestionResult, Standing, letters,
};
use crate::statistics::{Critical, Linearised, Test, linearised};

/// `[compare.banner]`: how columns are compared. Nothing of it has a default.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparing {
    /// The level of the tests, such as 0.05.
    pub level: f64,
    /// What is done about the many pairs of a row.
    pub adjust: Adjust,
    /// Fewest answers of a column that is compared.
    pub minimum: usize,
    /// What becomes of the column of everyone.
    pub everyone: WholeColumn,
}

/// Whether the column of everyone is compared with the groups, which are parts of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WholeColumn {
    /// It has no letter.
    LeftOut,
    /// As part against whole, the people in both counted.
    Compared,
}

impl Comparing {
    /// The choices by name.
    pub fn rule(&self) -> String {
        let everyone = match self.everyone {
            WholeColumn::LeftOut => "everyone left out",
            WholeColumn::Compared => "everyone compared",
        };
        format!("t test, {}% level, {}, bases from {}, {everyone}", self.per_cent(), self.adjust.name(), self.minimum)
    }

    /// The choices in a sentence or two.
    pub fn words(&self) -> String {
        let adjusted = match self.adjust {
            Adjust::None => "p-values not adjusted".to_owned(),
            adjust => format!("p-values adjusted by {} over the pairs of columns in a row", adjust.words()),
        };
        let everyone = match self.everyone {
            WholeColumn::LeftOut => "everyone is not compared with the groups",
            WholeColumn::Compared => "everyone is compared with the groups as whole with part",
        };
        format!(
            "Two-sided t tests of the difference of two columns, design-based, their covariance counted; level {}%; {adjusted}; \
             columns of fewer than {} answers are not compared, nor shares of 0 or 100%; {everyone}.",
            self.per_cent(),
            self.minimum
        )
    }

    fn per_cent(&self) -> f64 {
        (self.level * 1000.0).round() / 10.0
    }
}

/// Most columns of a banner that are compared: letters beyond would say nothing to anybody.
pub const MOST_COLUMNS: usize = 60;

/// The banners of a question or score, one for each grouping; one of everyone where there are no groupings.
///
/// `valid` says which respondents have an answer; `rows` has for each estimate of `result`, in the order of
/// [`GroupResult::estimates`], the number of every respondent. Bases are shown to the nearest multiple of `round_bases`, and the
/// least base is one of those.
///
/// # Errors
/// As [`question`](super::question()).
pub fn banners(
    result: &QuestionResult,
    valid: &[bool],
    rows: &[Vec<f64>],
    respondents: &Respondents,
    choices: &Choices,
    comparing: Option<&Comparing>,
    round_bases: usize,
) -> Result<Vec<Banner>> {
    let weighted = respondents.weighted(&result.id, valid, choices)?;
    let mut banners = Vec::new();
    let mut groupings: Vec<(&str, &[Option<usize>])> = (respondents.groupings.iter().zip(&respondents.group_of))
        .map(|(grouping, group_of)| (grouping.by.as_str(), group_of.as_slice()))
        .collect();
    if groupings.is_empty() {
        groupings.push(("", &[]));
    }
    for (by, group_of) in groupings {
        let of_grouping = result.groups.iter().filter(|group| group.by == by);
        let groups: Vec<&GroupResult> = std::iter::once(&result.overall).chain(of_grouping).collect();
        let asked = comparing.filter(|_| groups.len() <= MOST_COLUMNS);
        let domains: Vec<Vec<bool>> = (0..groups.len())
            .map(|place| {
                // The first column is everyone, so that the groups are one further on.
                weighted.domain(|unit| valid[unit] && (place == 0 || group_of[unit] == Some(place - 1)))
            })
            .collect();
        let columns = columns(&groups, &domains, &weighted, asked, round_bases);
        let rows = (rows.iter().enumerate())
            .map(|(place, values)| {
                let row = Row { weighted: &weighted, domains: &domains, groups: &groups, columns: &columns, place };
                row.compare(values, choices.critical, asked)
            })
            .collect();
        banners.push(Banner { question: result.id.clone(), by: by.to_owned(), columns, rows });
    }
    Ok(banners)
}

fn columns(
    groups: &[&GroupResult],
    domains: &[Vec<bool>],
    weighted: &Weighted,
    comparing: Option<&Comparing>,
    round_bases: usize,
) -> Vec<BannerColumn> {
    let mut next = 0;
    let mut columns = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        let shown = disclosure::nearest(group.n, round_bases);
        let standing = match comparing {
            _ if group.suppressed => Standing::Suppressed,
            None => Standing::NotAsked,
            Some(comparing) if place == 0 && comparing.everyone == WholeColumn::LeftOut => Standing::LeftOut,
            Some(comparing) if shown < comparing.minimum => Standing::LowBase,
            Some(_) => Standing::Compared,
        };
        let may_have_letter = comparing.is_some_and(|c| place > 0 || c.everyone == WholeColumn::Compared);
        let effective = match &weighted.design {
            Some(design) if group.n > 0 && !group.suppressed => {
                let effective = linearised::Base::of(design.weights(), &domains[place]).effective();
                // Where the base is rounded its effective size is as coarse, or equal weights would give the base away.
                if round_bases > 1 { effective * shown as f64 / group.n as f64 } else { effective }
            }
            _ => f64::NAN,
        };
        columns.push(BannerColumn {
            group: group.group.clone(),
            letter: if may_have_letter { letters(next) } else { String::new() },
            effective,
            standing,
        });
        next += usize::from(may_have_letter);
    }
    columns
}

/// One statistic over the columns of a banner, while it is compared.
struct Row<'a> {
    weighted: &'a Weighted,
    domains: &'a [Vec<bool>],
    groups: &'a [&'a GroupResult],
    columns: &'a [BannerColumn],
    /// Its place among the estimates of a group.
    place: usize,
}

impl Row<'_> {
    fn estimate(&self, column: usize) -> Option<&Estimate> {
        self.groups[column].estimates().nth(self.place).filter(|_| !self.groups[column].suppressed)
    }

    /// Only what is shown is compared: neither a letter nor the number of pairs tells anything of a cell that is not. A share of
    /// 0 or 1 has a standard error of zero, which says nothing about its error.
    fn is_compared(&self, column: usize) -> bool {
        let sound = |estimate: &Estimate| {
            estimate.se.is_finite() && !estimate.flags.contains(&Flag::AllSame) && !estimate.is_suppressed()
        };
        self.columns[column].standing == Standing::Compared && self.estimate(column).is_some_and(sound)
    }

    fn compare(&self, values: &[f64], critical: Critical, comparing: Option<&Comparing>) -> BannerRow {
        let mut row =
            BannerRow { deviations: vec![f64::NAN; self.columns.len()], compared: 0, differences: Vec::new() };
        let is_mean = self.estimate(0).is_some_and(|estimate| estimate.statistic == Statistic::Mean);
        let Some(design) = self.weighted.design.as_ref().filter(|_| is_mean || comparing.is_some()) else { return row };
        let values = self.weighted.values(|unit| values[unit]);
        let means: Vec<Linearised> =
            self.domains.iter().map(|domain| linearised::mean(design, domain, &values)).collect();
        for (column, mean) in means.iter().enumerate() {
            let shown = |estimate: &Estimate| is_mean && !estimate.is_suppressed();
            if self.estimate(column).is_some_and(shown) {
                row.deviations[column] = (mean.srs_variance * mean.base.n as f64).sqrt();
            }
        }
        let compared: Vec<usize> = (0..means.len()).filter(|&column| self.is_compared(column)).collect();
        let Some(comparing) = comparing.filter(|_| compared.len() > 1) else { return row };
        let scores: Vec<&[f64]> = compared.iter().map(|&column| means[column].scores.as_slice()).collect();
        let covariances = design.covariance(&scores);
        let df = design.degrees_of_freedom();
        let mut found = Vec::new();
        for (b, &than) in compared.iter().enumerate() {
            for (a, &column) in compared.iter().enumerate().take(b) {
                let variance = covariances.at(a, a) + covariances.at(b, b) - 2.0 * covariances.at(a, b);
                let difference = means[column].value - means[than].value;
                let (column, than) = if difference < 0.0 { (than, column) } else { (column, than) };
                let test = Test::of(difference.abs(), variance.max(0.0).sqrt(), df, critical);
                found.push(ColumnDifference { column, than, test, adjusted: f64::NAN });
            }
        }
        let p_values: Vec<f64> = found.iter().map(|difference| difference.test.p_value).collect();
        for (difference, adjusted) in found.iter_mut().zip(comparing.adjust.adjust(&p_values)) {
            difference.adjusted = adjusted;
        }
        row.compared = p_values.iter().filter(|p| !p.is_nan()).count();
        row.differences = found.into_iter().filter(|difference| difference.adjusted < comparing.level).collect();
        row.differences.sort_by_key(|difference| (difference.column, difference.than));
        row
    }
}

#[cfg(test)]
mod tests;
