//! Intraclass correlations of single ratings, over the units that all raters rated.
//!
//! Shrout and Fleiss, "Intraclass correlations" (1979). Of units drawn at random, the intervals of McGraw and Wong (1996),
//! which let raters be a sample too; of a design, its linearised variance and Fisher's transformation (1925), the raters
//! being those they are.

use super::sampling::{Sampling, Score};
use super::{Coefficient, Figures, Ratings, Undefined};
use crate::statistics::distribution::beta_quantile;

/// With mean squares between units (B), within units (W), between raters (J) and of the rest (E), n units, k raters:
/// (1,1) = (B - W) / (B + (k-1) W); (2,1) = (B - E) / (B + (k-1) E + k (J - E) / n); (3,1) = (B - E) / (B + (k-1) E).
///
/// With weights, the sums over units in B, W, E and in the raters' means are weighted means, and n is Kish's effective
/// number.
pub(super) fn intraclass(
    ratings: &Ratings,
    coefficient: Coefficient,
    sampling: &Sampling<'_>,
) -> (usize, Result<Figures, Undefined>) {
    let rows = ratings.complete();
    if rows.len() < 2 {
        return (rows.len(), Err(Undefined::TooFewUnits));
    }
    let squares = Squares::of(&rows, sampling);
    let parts = match coefficient {
        Coefficient::Icc11 => squares.one_way(),
        Coefficient::Icc21 => squares.absolute(),
        _ => squares.consistent(),
    };
    let Parts { numerator, whole } = parts;
    if whole <= 0.0 {
        return (rows.len(), Err(Undefined::NoVariation));
    }
    let estimate = numerator / whole;
    let (se, interval) = if sampling.is_weighted() {
        squares.linearised(&rows, coefficient, estimate, whole, sampling)
    } else {
        let interval = match coefficient {
            Coefficient::Icc11 => squares.simple_interval(squares.within, squares.n * (squares.k - 1.0), sampling),
            Coefficient::Icc21 => squares.absolute_interval(estimate, sampling),
            _ => squares.simple_interval(squares.rest, (squares.n - 1.0) * (squares.k - 1.0), sampling),
        };
        (None, interval)
    };
    let interval = interval.filter(|(low, high)| low.is_finite() && high.is_finite());
    (rows.len(), Ok(Figures { estimate, se, interval }))
}

/// A coefficient as a quotient.
struct Parts {
    numerator: f64,
    whole: f64,
}

/// Mean squares of a table of units by raters.
struct Squares {
    n: f64,
    k: f64,
    units: f64,
    within: f64,
    raters: f64,
    rest: f64,
    /// The means of every unit and of every rater, and of all, about the origin.
    of_unit: Vec<f64>,
    of_rater: Vec<f64>,
    mean: f64,
    origin: f64,
}

impl Squares {
    fn of(rows: &[(usize, Vec<f64>)], sampling: &Sampling<'_>) -> Self {
        let k = rows[0].1.len() as f64;
        let whole = sampling.sum(rows.iter().map(|(unit, _)| *unit));
        let n = sampling.effective(rows.iter().map(|(unit, _)| *unit));
        // About the first value, so that large numbers close together keep their digits.
        let origin = rows[0].1[0];
        let value = |x: f64| x - origin;
        let over_units = |of: &dyn Fn(usize, &[f64]) -> f64| {
            rows.iter().enumerate().map(|(i, (unit, row))| sampling.weight(*unit) * of(i, row)).sum::<f64>() / whole
        };
        let of_unit: Vec<f64> = rows.iter().map(|(_, row)| row.iter().map(|&x| value(x)).sum::<f64>() / k).collect();
        let of_rater: Vec<f64> = (0..rows[0].1.len()).map(|j| over_units(&|_, row| value(row[j]))).collect();
        let mean = over_units(&|i, _| of_unit[i]);
        let square = |x: f64| x * x;
        let units = k * over_units(&|i, _| square(of_unit[i] - mean));
        let raters = of_rater.iter().map(|&m| square(m - mean)).sum::<f64>();
        let within = over_units(&|i, row| row.iter().map(|&x| square(value(x) - of_unit[i])).sum());
        let rest = over_units(&|i, row| {
            row.iter().zip(&of_rater).map(|(&x, rater)| square(value(x) - of_unit[i] - rater + mean)).sum()
        });
        Squares {
            n,
            k,
            units: units * n / (n - 1.0),
            within: within / (k - 1.0),
            raters: n * raters / (k - 1.0),
            rest: rest * n / ((n - 1.0) * (k - 1.0)),
            of_unit,
            of_rater,
            mean,
            origin,
        }
    }

    fn one_way(&self) -> Parts {
        self.simple(self.within)
    }

    fn consistent(&self) -> Parts {
        self.simple(self.rest)
    }

    fn simple(&self, error: f64) -> Parts {
        Parts { numerator: self.units - error, whole: self.units + (self.k - 1.0) * error }
    }

    fn absolute(&self) -> Parts {
        let raters = self.k * (self.raters - self.rest) / self.n;
        Parts { numerator: self.units - self.rest, whole: self.units + (self.k - 1.0) * self.rest + raters }
    }

    /// The standard error by linearisation over units, and the interval on Fisher's scale,
    /// 1/2 ln((1 + (k-1) r) / (1 - r)).
    fn linearised(
        &self,
        rows: &[(usize, Vec<f64>)],
        coefficient: Coefficient,
        icc: f64,
        whole: f64,
        sampling: &Sampling<'_>,
    ) -> (Option<f64>, Option<(f64, f64)>) {
        let (n, k) = (self.n, self.k);
        let raise = n / (n - 1.0);
        let influence = |(i, (unit, row)): (usize, &(usize, Vec<f64>))| -> Score {
            let value = |x: f64| x - self.origin;
            let own = self.of_unit[i];
            let squares = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
                row.iter().zip(&self.of_rater).map(|(&x, &rater)| of(value(x), rater)).sum()
            };
            let b = k * raise * (own - self.mean).powi(2) - self.units;
            let w = squares(&|x, _| (x - own).powi(2)) / (k - 1.0) - self.within;
            let e = raise * squares(&|x, rater| (x - own - rater + self.mean).powi(2)) / (k - 1.0) - self.rest;
            // Of the raters' mean square over n.
            let j = 2.0 * squares(&|x, rater| (rater - self.mean) * (x - rater)) / (k - 1.0);
            let (top, bottom) = match coefficient {
                Coefficient::Icc11 => (b - w, b + (k - 1.0) * w),
                Coefficient::Icc21 => (b - e, b + (k - 1.0) * e + k * (j - e / n)),
                _ => (b - e, b + (k - 1.0) * e),
            };
            (*unit, (top - icc * bottom) / whole)
        };
        let scores: Vec<Score> = rows.iter().enumerate().map(influence).collect();
        let Some(spread) = sampling.spread(&scores, 0.0) else { return (None, None) };
        let se = spread.variance.max(0.0).sqrt();
        let (above, below) = (1.0 + (k - 1.0) * icc, 1.0 - icc);
        if !(above > 0.0 && below > 0.0 && se > super::sampling::NOTHING) {
            return (Some(se), None);
        }
        let centre = (above / below).ln() / 2.0;
        let half = sampling.critical(spread.df) * se * k / (2.0 * above * below);
        let back = |z: f64| 1.0 - k / ((2.0 * z).exp() + k - 1.0);
        (Some(se), Some((back(centre - half), back(centre + half))))
    }

    fn simple_interval(&self, error: f64, df: f64, sampling: &Sampling<'_>) -> Option<(f64, f64)> {
        if error <= 0.0 {
            return None;
        }
        let (k, between) = (self.k, self.n - 1.0);
        let tail = (1.0 - sampling.level()) / 2.0;
        let f = self.units / error;
        let low = f / f_upper_quantile(tail, between, df);
        let high = f * f_upper_quantile(tail, df, between);
        let bound = |f: f64| (f - 1.0) / (f + k - 1.0);
        Some((bound(low), bound(high)))
    }

    fn absolute_interval(&self, icc: f64, sampling: &Sampling<'_>) -> Option<(f64, f64)> {
        let (n, k, b, j, e) = (self.n, self.k, self.units, self.raters, self.rest);
        if e <= 0.0 {
            return None;
        }
        let fj = j / e;
        let other = n * (1.0 + (k - 1.0) * icc) - k * icc;
        let df = (n - 1.0) * (k - 1.0) * (k * icc * fj + other).powi(2)
            / ((n - 1.0) * (k * icc * fj).powi(2) + other.powi(2));
        let tail = (1.0 - sampling.level()) / 2.0;
        let f_low = f_upper_quantile(tail, n - 1.0, df);
        let f_high = f_upper_quantile(tail, df, n - 1.0);
        let raters = k * j + (k * n - k - n) * e;
        let low = n * (b - f_low * e) / (f_low * raters + n * b);
        let high = n * (f_high * b - e) / (raters + n * f_high * b);
        Some((low, high))
    }
}

/// The value that F exceeds with probability `tail`, by way of the beta distribution.
fn f_upper_quantile(tail: f64, numerator: f64, denominator: f64) -> f64 {
    let y = beta_quantile(tail, denominator / 2.0, numerator / 2.0);
    denominator * (1.0 - y) / (numerator * y)
}
