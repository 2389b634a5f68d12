//! Each rater against the others: who reads higher or lower, and who differs more often.

use super::sampling::{NOTHING, Sampling, Score};
use super::{Ratings, RatingsError, Settings};
use crate::statistics::Design;
use crate::statistics::compare::holm;
use crate::statistics::distribution::t_two_sided;

/// A rater against the others, over the units that both the rater and somebody else rated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// The rater's index.
    pub rater: usize,
    /// The shared units.
    pub units: usize,
    /// The mean over shared units of the rater's position less the mean of the others' positions; above 0 reads higher.
    pub mean_difference: f64,
    /// Its standard error, that of a mean over units; none with fewer than two.
    pub se: Option<f64>,
    /// Degrees of freedom of the standard error.
    pub df: Option<f64>,
    /// Its confidence interval; none where the differences are all the same.
    pub interval: Option<(f64, f64)>,
    /// The t test of no difference, two-sided.
    pub p_value: Option<f64>,
    /// The p-value adjusted for the number of raters by Holm (1979). Two raters are one comparison.
    pub p_adjusted: Option<f64>,
    /// The mean over shared units of the share of the others who chose the same category.
    pub agreement: f64,
}

/// What a rater said of a unit beside what the others said of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beside {
    /// The unit, by its place.
    pub unit: usize,
    /// The rater's position less the mean of the others' positions, d_i; over several items their mean.
    pub difference: f64,
    /// The share of the others who chose the same category; over several items their mean.
    pub same: f64,
}

/// Every rater's drift, units drawn at random; raters who share no unit are left out.
///
/// With d_i the rater's position less the mean position of the others who rated unit i, the drift is the mean of d_i and
/// its standard error that of a mean; the interval has the t quantile.
pub fn drift(ratings: &Ratings, settings: &Settings) -> Vec<Drift> {
    of_all(&beside(ratings), &Sampling::at_random(ratings.units(), settings))
}

/// Every rater's drift with the weights of a design, one of its units for each unit of the ratings: sum w d / sum w over
/// the shared units, and the variance of that ratio.
///
/// # Errors
/// When the design has not as many units as the ratings.
pub fn drift_in_design(ratings: &Ratings, design: &Design, level: f64) -> Result<Vec<Drift>, RatingsError> {
    drift_over_units(&beside(ratings), ratings.units(), Some(design), level)
}

/// Every rater's drift from what each said of the units beside the others: one list a rater, of `units` units in all. A
/// unit is what was drawn, however many items it was rated on, so the items' dependence counts.
///
/// # Errors
/// When there is a design and it has not as many units.
pub fn drift_over_units(
    by_rater: &[Vec<Beside>],
    units: usize,
    design: Option<&Design>,
    level: f64,
) -> Result<Vec<Drift>, RatingsError> {
    let sampling = match design {
        Some(design) => Sampling::by_design(units, design, level)?,
        None => Sampling::at_random(units, &Settings { level, ..Settings::default() }),
    };
    Ok(of_all(by_rater, &sampling))
}

/// For every rater the units that the rater and somebody else rated.
fn beside(ratings: &Ratings) -> Vec<Vec<Beside>> {
    let positions = ratings.positions();
    let of_unit = |rater: usize, unit: usize, row: &[Option<usize>]| {
        let own = row[rater]?;
        let others: Vec<usize> =
            row.iter().enumerate().filter(|(g, _)| *g != rater).filter_map(|(_, cell)| *cell).collect();
        let count = others.len() as f64;
        (!others.is_empty()).then(|| Beside {
            unit,
            difference: others.iter().map(|&other| positions[own] - positions[other]).sum::<f64>() / count,
            same: others.iter().filter(|&&other| other == own).count() as f64 / count,
        })
    };
    let of_rater = |rater| ratings.rows().enumerate().filter_map(|(unit, row)| of_unit(rater, unit, row)).collect();
    (0..ratings.raters()).map(of_rater).collect()
}

fn of_all(by_rater: &[Vec<Beside>], sampling: &Sampling<'_>) -> Vec<Drift> {
    let mut found: Vec<Drift> = by_rater
        .iter()
        .enumerate()
        .filter(|(_, units)| !units.is_empty())
        .map(|(rater, units)| of_rater(rater, units, sampling))
        .collect();
    let p_values: Vec<f64> = found.iter().map(|drift| drift.p_value.unwrap_or(f64::NAN)).collect();
    let adjusted = if by_rater.len() == 2 { p_values } else { holm(&p_values) };
    for (drift, p) in found.iter_mut().zip(adjusted) {
        drift.p_adjusted = Some(p).filter(|p| p.is_finite());
    }
    found
}

fn of_rater(rater: usize, units: &[Beside], sampling: &Sampling<'_>) -> Drift {
    let differences: Vec<Score> = units.iter().map(|beside| (beside.unit, beside.difference)).collect();
    let whole = sampling.sum(units.iter().map(|beside| beside.unit));
    let mean_of = |of: fn(&Beside) -> f64| {
        units.iter().map(|beside| sampling.weight(beside.unit) * of(beside)).sum::<f64>() / whole
    };
    let mean = mean_of(|beside| beside.difference);
    let spread = sampling.spread(&differences, mean);
    let se = spread.map(|spread| spread.variance.max(0.0).sqrt());
    let tested = spread.zip(se).filter(|(_, se)| *se > NOTHING).map(|(spread, se)| (spread.df, se));
    let half = tested.map(|(df, se)| sampling.critical(df) * se).filter(|half| half.is_finite());
    Drift {
        rater,
        units: units.len(),
        mean_difference: mean,
        se,
        df: spread.map(|spread| spread.df),
        interval: half.map(|half| (mean - half, mean + half)),
        p_value: tested.map(|(df, se)| t_two_sided(mean / se, df)),
        p_adjusted: None,
        agreement: mean_of(|beside| beside.same),
    }
}
