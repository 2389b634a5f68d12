//! The table of ratings: units by raters, with the categories that the ratings are.

use super::{Weighting, Weights};

/// Ratings of units by raters, any of which may be missing.
///
/// Units without any rating are left out. Categories have positions: their numbers, or for names in order 1, 2, 3, ...
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    raters: usize,
    /// Row by row, the category's index.
    cells: Vec<Option<usize>>,
    positions: Vec<f64>,
    /// For every unit its categories and how many raters chose each, by index.
    counts: Vec<Vec<(usize, f64)>>,
}

/// Why a table of ratings makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RatingsError {
    /// Fewer than two raters.
    FewRaters,
    /// No ratings at all.
    NoRatings,
    /// The cells are not units times raters.
    Ragged,
    /// A rating that is not finite.
    NotFinite,
    /// A category that is not among the positions, or positions that do not rise.
    OffScale,
    /// A design that has not one unit for each unit with a rating.
    Design,
}

impl std::fmt::Display for RatingsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            RatingsError::FewRaters => "agreement needs two readers at least",
            RatingsError::NoRatings => "there are no ratings",
            RatingsError::Ragged => "the table of ratings is not units times raters",
            RatingsError::NotFinite => "a rating is not a finite number",
            RatingsError::OffScale => "a rating is not on the scale, or the scale does not rise",
            RatingsError::Design => "the design has not one unit for each unit with a rating",
        })
    }
}

impl std::error::Error for RatingsError {}

impl Ratings {
    /// Ratings that are numbers, row by row (unit by unit); the categories are the numbers that occur.
    ///
    /// # Errors
    /// With fewer than two raters, no ratings, a number that is not finite, or cells that are not full rows.
    pub fn from_values(raters: usize, cells: &[Option<f64>]) -> Result<Self, RatingsError> {
        if cells.iter().flatten().any(|value| !value.is_finite()) {
            return Err(RatingsError::NotFinite);
        }
        let mut positions: Vec<f64> = cells.iter().flatten().copied().collect();
        positions.sort_by(f64::total_cmp);
        positions.dedup();
        // Both zeros are one category; only the first of them has been kept.
        let indices =
            cells.iter().map(|cell| cell.map(|value| positions.partition_point(|&position| position < value)));
        let indices: Vec<Option<usize>> = indices.collect();
        Self::from_categories(raters, &indices, positions)
    }

    /// Ratings that are categories by their index, row by row (unit by unit), with the position of every category.
    ///
    /// # Errors
    /// As [`from_values`](Self::from_values); when an index is beyond the positions, or the positions do not rise.
    pub fn from_categories(raters: usize, cells: &[Option<usize>], positions: Vec<f64>) -> Result<Self, RatingsError> {
        if raters < 2 {
            return Err(RatingsError::FewRaters);
        }
        if !cells.len().is_multiple_of(raters) {
            return Err(RatingsError::Ragged);
        }
        if cells.iter().flatten().any(|&index| index >= positions.len()) || !positions.is_sorted_by(|a, b| a < b) {
            return Err(RatingsError::OffScale);
        }
        let rows: Vec<&[Option<usize>]> = cells.chunks(raters).filter(|row| row.iter().any(Option::is_some)).collect();
        if rows.is_empty() {
            return Err(RatingsError::NoRatings);
        }
        let counts = rows.iter().map(|row| count(row)).collect();
        Ok(Ratings { raters, cells: rows.concat(), positions, counts })
    }

    /// The number of raters.
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// The number of units with a rating.
    pub fn units(&self) -> usize {
        self.counts.len()
    }

    /// The number of units with two ratings at least.
    pub fn paired_units(&self) -> usize {
        self.counts.iter().filter(|counts| total(counts) >= 2.0).count()
    }

    /// The number of categories, used or not.
    pub fn categories(&self) -> usize {
        self.positions.len()
    }

    /// The share of all ratings that are in each category; with weights of the units, each rating counts its unit's.
    pub fn shares(&self, weights: Option<&[f64]>) -> Vec<f64> {
        let mut shares = vec![0.0; self.positions.len()];
        let mut whole = 0.0;
        for (unit, counts) in self.counts.iter().enumerate() {
            let weight = weights.and_then(|weights| weights.get(unit)).copied().unwrap_or(1.0);
            for &(k, count) in counts {
                shares[k] += weight * count;
                whole += weight * count;
            }
        }
        shares.iter_mut().for_each(|share| *share /= whole);
        shares
    }

    /// The position of every category, rising.
    pub(super) fn positions(&self) -> &[f64] {
        &self.positions
    }

    /// The units' ratings, one rater after the other.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Option<usize>]> {
        self.cells.chunks(self.raters)
    }

    /// For every unit the categories chosen and by how many.
    pub(super) fn counts(&self) -> &[Vec<(usize, f64)>] {
        &self.counts
    }

    /// The units that all raters rated, by their place, as numbers.
    pub(super) fn complete(&self) -> Vec<(usize, Vec<f64>)> {
        let numbers = |row: &[Option<usize>]| {
            row.iter().map(|cell| cell.map(|k| self.positions[k])).collect::<Option<Vec<f64>>>()
        };
        self.rows().enumerate().filter_map(|(unit, row)| Some((unit, numbers(row)?))).collect()
    }

    pub(super) fn weights(&self, kind: Weighting) -> Weights {
        Weights { kind, positions: self.positions.clone() }
    }
}

fn count(row: &[Option<usize>]) -> Vec<(usize, f64)> {
    let mut counts: Vec<(usize, f64)> = Vec::new();
    let mut chosen: Vec<usize> = row.iter().flatten().copied().collect();
    chosen.sort_unstable();
    for k in chosen {
        match counts.last_mut() {
            Some((last, count)) if *last == k => *count += 1.0,
            _ => counts.push((k, 1.0)),
        }
    }
    counts
}

/// r_i, the number of ratings of a unit.
pub(super) fn total(counts: &[(usize, f64)]) -> f64 {
    counts.iter().map(|(_, count)| count).sum()
}
