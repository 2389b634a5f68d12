//! The test of no association in a table of two questions (Rao and Scott 1984, second order).
//!
//! With p the cell shares, V their covariances under the design, D = diag(p), C a basis of the interactions and
//! Delta = n (C' D^-1 C)^-1 (C' D^-1 V D^-1 C), Pearson's statistic X^2 over the trace of Delta is compared with F on
//! k* = tr(Delta)^2 / tr(Delta^2) and k* x design degrees of freedom (R: `svychisq(..., statistic = "F")`).

use super::distribution::f_upper;
use super::linear::solve;
use super::linearised::{Base, Linearised};
use super::sample::Sample;

/// The test of no association.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RaoScott {
    /// The statistic.
    pub f: f64,
    /// Numerator degrees of freedom, k*.
    pub numerator_df: f64,
    /// Denominator degrees of freedom, k* times those of the design.
    pub denominator_df: f64,
    /// The probability of a larger F without association.
    pub p_value: f64,
    /// Pearson's X^2 of the weighted table scaled to n.
    pub pearson: f64,
    /// What stands behind the table.
    pub base: Base,
}

/// The share of every cell of a table, row by row, and the test of no association.
///
/// `cells` are the estimated shares of the `rows` x `columns` cells; rows and columns without weight do not count. NaN
/// when fewer than two rows or columns are left.
pub fn rao_scott(sample: &Sample, cells: &[Linearised], rows: usize, columns: usize, df: f64) -> RaoScott {
    let base = cells.first().map_or_else(Base::default, |cell| cell.base);
    let value = |i: usize, j: usize| cells[i * columns + j].value;
    let live_rows: Vec<usize> = (0..rows).filter(|&i| (0..columns).any(|j| value(i, j) > 0.0)).collect();
    let live_columns: Vec<usize> = (0..columns).filter(|&j| (0..rows).any(|i| value(i, j) > 0.0)).collect();
    let (r, c) = (live_rows.len(), live_columns.len());
    if r < 2 || c < 2 {
        let nan = f64::NAN;
        return RaoScott { f: nan, numerator_df: nan, denominator_df: nan, p_value: nan, pearson: nan, base };
    }
    let live: Vec<&Linearised> =
        live_rows.iter().flat_map(|&i| live_columns.iter().map(move |&j| &cells[i * columns + j])).collect();
    let share: Vec<f64> = live.iter().map(|cell| cell.value).collect();
    let row_share: Vec<f64> = (0..r).map(|i| share[i * c..(i + 1) * c].iter().sum()).collect();
    let column_share: Vec<f64> = (0..c).map(|j| (0..r).map(|i| share[i * c + j]).sum()).collect();
    let n = base.n as f64;
    let pearson: f64 = (0..r * c)
        .map(|cell| {
            let expected = row_share[cell / c] * column_share[cell % c];
            n * (share[cell] - expected).powi(2) / expected
        })
        .sum();
    let covariance = sample.covariance(&live);
    // Interactions: products of contrasts of a row, and of a column, with the first.
    let contrast = |level: usize, at: usize| match level {
        0 => -1.0,
        _ if level == at + 1 => 1.0,
        _ => 0.0,
    };
    let size = (r - 1) * (c - 1);
    let basis: Vec<Vec<f64>> = (0..size)
        .map(|k| {
            let inverse = |cell: usize| if share[cell] > 0.0 { 1.0 / share[cell] } else { 0.0 };
            (0..r * c)
                .map(|cell| contrast(cell / c, k / (c - 1)) * contrast(cell % c, k % (c - 1)) * inverse(cell))
                .collect()
        })
        .collect();
    let mut below = vec![vec![0.0; size]; size];
    let mut above = vec![vec![0.0; size]; size];
    for a in 0..size {
        for b in 0..size {
            for i in 0..r * c {
                // C' D^-1 C = (D^-1 C)' D (D^-1 C).
                below[a][b] += basis[a][i] * share[i] * basis[b][i];
                for j in 0..r * c {
                    above[a][b] += basis[a][i] * covariance.at(i, j) * basis[b][j];
                }
            }
            above[a][b] *= n;
        }
    }
    let delta = solve(below, above);
    let trace: f64 = (0..size).map(|i| delta[i][i]).sum();
    let squared: f64 =
        (0..size).flat_map(|i| (0..size).map(move |j| (i, j))).map(|(i, j)| delta[i][j] * delta[j][i]).sum();
    let numerator_df = trace * trace / squared;
    let denominator_df = numerator_df * df;
    let f = pearson / trace;
    RaoScott { f, numerator_df, denominator_df, p_value: f_upper(f, numerator_df, denominator_df), pearson, base }
}
