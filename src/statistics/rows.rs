//! Estimates over rows that are nested in units: visits of a person, children of a household, services in a file.
//!
//! Units are sampled, and of a unit every row is taken. So a row has its unit's weight, and what chance there is lies between
//! units: the score of a unit is the sum of the scores of its rows, and the variance is that of these sums under the
//! design of the units. Units without rows score zero and stay in the design.
//!
//! | estimate | value | score of unit i |
//! | --- | --- | --- |
//! | mean, proportion | m = sum_i w_i sum_j y_ij / sum_i w_i k_i | w_i (sum_j y_ij - k_i m) / W |
//!
//! with k_i the rows of unit i in the domain that have an answer, and W = sum_i w_i k_i. It is a ratio of two totals over units.
//! Source: Sarndal, Swensson, Wretman (1992), 4.2 and 5.6 (one-stage cluster sampling, ratio of totals). R: `svymean` on
//! `svydesign(ids = ~unit, ...)` with one line for each row, and a line outside of the domain for units without rows.

use super::design::Design;
use super::interval::Critical;
use super::linearised::{Base, Linearised};
use super::quantile::{self, How, Ordered, Quantile};

/// Rows, each with its unit.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// The design of the units.
    pub design: &'a Design,
    /// For each row its unit, by its place in the design.
    pub unit_of: &'a [usize],
}

impl Rows<'_> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.unit_of.len()
    }

    /// Whether no unit has any row.
    pub fn is_empty(&self) -> bool {
        self.unit_of.is_empty()
    }

    /// The weight of every row: that of its unit.
    pub fn weights(&self) -> Vec<f64> {
        self.unit_of.iter().map(|&unit| self.design.weights()[unit]).collect()
    }

    /// How many units have a row in `domain` with an answer (NaN is none). Both slices as long as the rows.
    pub fn units(&self, domain: &[bool], values: &[f64]) -> usize {
        let mut met = vec![false; self.design.len()];
        self.answered(domain, values).for_each(|row| met[self.unit_of[row]] = true);
        met.iter().filter(|met| **met).count()
    }

    /// The mean of `values` (NaN for a missing answer) over the rows in `domain`, with a score for every unit of the design; its base
    /// counts rows. Both slices as long as the rows.
    pub fn mean(&self, domain: &[bool], values: &[f64]) -> Linearised {
        let weights = self.weights();
        let inside: Vec<bool> = (0..self.len()).map(|row| domain[row] && !values[row].is_nan()).collect();
        let base = Base::of(&weights, &inside);
        let sum: f64 = self.answered(domain, values).map(|row| weights[row] * values[row]).sum();
        let value = sum / base.sum_weights;
        let mut spread = 0.0;
        let mut scores = vec![0.0; self.design.len()];
        for row in self.answered(domain, values) {
            let deviation = values[row] - value;
            spread += weights[row] * deviation * deviation;
            scores[self.unit_of[row]] += weights[row] * deviation / base.sum_weights;
        }
        let n = base.n as f64;
        Linearised { value, scores, base, srs_variance: spread / base.sum_weights / (n - 1.0) }
    }

    /// The quantile of `values` at `p` over the rows in `domain`, with the design's degrees of freedom; otherwise as
    /// [`quantile::quantile`].
    pub fn quantile(&self, domain: &[bool], values: &[f64], p: f64, how: How, critical: Critical) -> Quantile {
        let ordered = Ordered::of(&self.weights(), domain, values);
        quantile::woodruff(&ordered, p, how, critical, |limit| {
            self.mean(domain, &quantile::at_or_below(values, limit)).estimate(self.design)
        })
    }

    fn answered<'s>(&'s self, domain: &'s [bool], values: &'s [f64]) -> impl Iterator<Item = usize> + 's {
        (0..self.len()).filter(|&row| domain[row] && !values[row].is_nan())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::linearised;

    fn design() -> Design {
        let weights = [25.0, 25.0, 25.0, 25.0, 40.0, 40.0, 40.0];
        let population = [100.0, 100.0, 100.0, 100.0, 120.0, 120.0, 120.0];
        Design::of(&weights).strata(&[0, 0, 0, 0, 1, 1, 1]).population(&population).build().expect("a sound design")
    }

    #[test]
    fn one_row_in_every_unit_is_the_plain_mean() {
        let design = design();
        let values = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
        let rows = Rows { design: &design, unit_of: &[0, 1, 2, 3, 4, 5, 6] };
        assert_eq!(rows.mean(&[true; 7], &values), linearised::mean(&design, &[true; 7], &values));
    }

    #[test]
    fn a_mean_over_rows_is_the_ratio_of_the_units_totals() {
        let design = design();
        let unit_of = [0, 0, 0, 2, 4, 4, 6];
        let values = [3.0, 5.0, 1.0, 2.0, 8.0, f64::NAN, 4.0];
        let rows = Rows { design: &design, unit_of: &unit_of };
        let found = rows.mean(&[true; 7], &values);
        let (totals, counts) = ([9.0, 0.0, 2.0, 0.0, 8.0, 0.0, 4.0], [3.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
        let ratio = linearised::ratio(&design, &[true; 7], &totals, &counts);
        let (found_error, ratio_error) = (found.estimate(&design), ratio.estimate(&design));
        assert!((found.value - ratio.value).abs() < 1e-14);
        assert!((found_error.se - ratio_error.se).abs() < 1e-14);
        assert_eq!((found.base.n, rows.units(&[true; 7], &values), found_error.df), (6, 4, 5.0));
    }

    /// Each row given twice is the same sample: the number of rows alone makes nothing more precise.
    #[test]
    fn rows_of_one_unit_are_no_more_people() {
        let design = design();
        let once = Rows { design: &design, unit_of: &[0, 1, 2, 3, 4, 5, 6] };
        let twice = Rows { design: &design, unit_of: &[0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6] };
        let values = [1.0, 4.0, 2.0, 2.0, 7.0, 1.0, 5.0];
        let doubled: Vec<f64> = values.iter().flat_map(|&value| [value, value]).collect();
        let (one, two) = (once.mean(&[true; 7], &values), twice.mean(&[true; 14], &doubled));
        assert!((one.estimate(&design).se - two.estimate(&design).se).abs() < 1e-14);
        assert_eq!((one.base.n, two.base.n), (7, 14));
    }

    #[test]
    fn without_rows_there_is_no_number() {
        let design = design();
        let rows = Rows { design: &design, unit_of: &[] };
        let found = rows.mean(&[], &[]).estimate(&design);
        assert!(found.value.is_nan() && found.se.is_nan() && rows.is_empty());
    }
}
