//! Intraclass correlations of single ratings, over the units that all raters rated.
//!
//! Shrout and Fleiss, "Intraclass correlations" (1979); intervals by McGraw and Wong (1996).

use super::{Coefficient, Figures, Ratings, Settings, Undefined};
use crate::statistics::distribution::beta_quantile;

/// With mean squares between units (B), within units (W), between raters (J) and of the rest (E), n units, k raters:
/// (1,1) = (B - W) / (B + (k-1) W); (2,1) = (B - E) / (B + (k-1) E + k (J - E) / n); (3,1) = (B - E) / (B + (k-1) E).
pub(super) fn intraclass(
    ratings: &Ratings,
    coefficient: Coefficient,
    settings: &Settings,
) -> (usize, Result<Figures, Undefined>) {
    let rows = ratings.complete();
    if rows.len() < 2 {
        return (rows.len(), Err(Undefined::TooFewUnits));
    }
    let squares = Squares::of(&rows);
    let Some((estimate, interval)) = (match coefficient {
        Coefficient::Icc11 => squares.one_way(settings.level),
        Coefficient::Icc21 => squares.absolute(settings.level),
        _ => squares.consistent(settings.level),
    }) else {
        return (rows.len(), Err(Undefined::NoVariation));
    };
    let interval = interval.filter(|(low, high)| low.is_finite() && high.is_finite());
    (rows.len(), Ok(Figures { estimate, se: None, interval }))
}

/// Mean squares of a table of units by raters.
struct Squares {
    n: f64,
    k: f64,
    units: f64,
    within: f64,
    raters: f64,
    rest: f64,
}

type Found = Option<(f64, Option<(f64, f64)>)>;

impl Squares {
    fn of(rows: &[Vec<f64>]) -> Self {
        let (n, k) = (rows.len() as f64, rows[0].len() as f64);
        // About the first value, so that large numbers close together keep their digits.
        let origin = rows[0][0];
        let value = |x: f64| x - origin;
        let mean = rows.iter().flatten().map(|&x| value(x)).sum::<f64>() / (n * k);
        let of_unit: Vec<f64> = rows.iter().map(|row| row.iter().map(|&x| value(x)).sum::<f64>() / k).collect();
        let of_rater: Vec<f64> =
            (0..rows[0].len()).map(|j| rows.iter().map(|row| value(row[j])).sum::<f64>() / n).collect();
        let square = |x: f64| x * x;
        let units = k * of_unit.iter().map(|&m| square(m - mean)).sum::<f64>();
        let raters = n * of_rater.iter().map(|&m| square(m - mean)).sum::<f64>();
        let (mut within, mut rest) = (0.0, 0.0);
        for (row, unit) in rows.iter().zip(&of_unit) {
            for (&x, rater) in row.iter().zip(&of_rater) {
                within += square(value(x) - unit);
                rest += square(value(x) - unit - rater + mean);
            }
        }
        Squares {
            n,
            k,
            units: units / (n - 1.0),
            within: within / (n * (k - 1.0)),
            raters: raters / (k - 1.0),
            rest: rest / ((n - 1.0) * (k - 1.0)),
        }
    }

    fn one_way(&self, level: f64) -> Found {
        self.simple(self.within, self.n * (self.k - 1.0), level)
    }

    fn consistent(&self, level: f64) -> Found {
        self.simple(self.rest, (self.n - 1.0) * (self.k - 1.0), level)
    }

    fn simple(&self, error: f64, df: f64, level: f64) -> Found {
        let (k, between) = (self.k, self.n - 1.0);
        let whole = self.units + (k - 1.0) * error;
        if whole <= 0.0 {
            return None;
        }
        let tail = (1.0 - level) / 2.0;
        let f = self.units / error;
        let low = f / f_upper_quantile(tail, between, df);
        let high = f * f_upper_quantile(tail, df, between);
        let bound = |f: f64| (f - 1.0) / (f + k - 1.0);
        Some(((self.units - error) / whole, (error > 0.0).then(|| (bound(low), bound(high)))))
    }

    fn absolute(&self, level: f64) -> Found {
        let (n, k, b, j, e) = (self.n, self.k, self.units, self.raters, self.rest);
        let whole = b + (k - 1.0) * e + k * (j - e) / n;
        if whole <= 0.0 {
            return None;
        }
        let icc = (b - e) / whole;
        if e <= 0.0 {
            return Some((icc, None));
        }
        let fj = j / e;
        let other = n * (1.0 + (k - 1.0) * icc) - k * icc;
        let df = (n - 1.0) * (k - 1.0) * (k * icc * fj + other).powi(2)
            / ((n - 1.0) * (k * icc * fj).powi(2) + other.powi(2));
        let tail = (1.0 - level) / 2.0;
        let f_low = f_upper_quantile(tail, n - 1.0, df);
        let f_high = f_upper_quantile(tail, df, n - 1.0);
        let raters = k * j + (k * n - k - n) * e;
        let low = n * (b - f_low * e) / (f_low * raters + n * b);
        let high = n * (f_high * b - e) / (raters + n * f_high * b);
        Some((icc, Some((low, high))))
    }
}

/// The value that F exceeds with probability `tail`, by way of the beta distribution.
fn f_upper_quantile(tail: f64, numerator: f64, denominator: f64) -> f64 {
    let y = beta_quantile(tail, denominator / 2.0, numerator / 2.0);
    denominator * (1.0 - y) / (numerator * y)
}
