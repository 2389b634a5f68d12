//! The little linear algebra that calibration and tests of tables need.

/// Solves A X = B for a symmetric A (row by row) and several right-hand sides, by Gauss-Jordan elimination with pivoting.
///
/// A dependent row gets the solution zero, so that redundant calibration terms do no harm.
pub(crate) fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let size = a.len();
    let scale: Vec<f64> = (0..size).map(|i| a[i][i].abs()).collect();
    let mut used = vec![false; size];
    let mut pivot_of = vec![None; size];
    for column in 0..size {
        let pivot = (0..size)
            .filter(|&row| !used[row])
            .max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs()))
            .filter(|&row| a[row][column].abs() > 1e-12 * scale[column]);
        let Some(pivot) = pivot else { continue };
        used[pivot] = true;
        pivot_of[column] = Some(pivot);
        let (lead, right) = (a[pivot].clone(), b[pivot].clone());
        for row in (0..size).filter(|&row| row != pivot) {
            let factor = a[row][column] / lead[column];
            if factor != 0.0 {
                a[row].iter_mut().zip(&lead).for_each(|(value, l)| *value -= factor * l);
                b[row].iter_mut().zip(&right).for_each(|(value, r)| *value -= factor * r);
            }
        }
    }
    (0..size)
        .map(|column| match pivot_of[column] {
            Some(pivot) => b[pivot].iter().map(|value| value / a[pivot][column]).collect(),
            None => vec![0.0; b.first().map_or(0, Vec::len)],
        })
        .collect()
}

/// An orthonormal basis of the space that some columns span.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Basis {
    columns: Vec<Vec<f64>>,
}

impl Basis {
    /// Gram-Schmidt, twice over for orthogonality to the last digits; columns that depend on earlier ones (a remainder
    /// below `tolerance` of their length) are left out.
    pub(crate) fn of(columns: impl IntoIterator<Item = Vec<f64>>, tolerance: f64) -> Self {
        let mut basis = Basis { columns: Vec::new() };
        for mut column in columns {
            let before = dot(&column, &column).sqrt();
            basis.take_out(&mut column);
            let after = dot(&column, &column).sqrt();
            if after <= tolerance * before || after == 0.0 {
                continue;
            }
            column.iter_mut().for_each(|value| *value /= after);
            basis.columns.push(column);
        }
        basis
    }

    /// The number of dimensions.
    pub(crate) fn rank(&self) -> usize {
        self.columns.len()
    }

    /// Takes the part in the space out of a vector: leaves the residual of the regression on the columns.
    pub(crate) fn take_out(&self, vector: &mut [f64]) {
        for _ in 0..2 {
            for column in &self.columns {
                let part = dot(column, vector);
                vector.iter_mut().zip(column).for_each(|(value, c)| *value -= part * c);
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_and_leaves_dependent_rows_alone() {
        let x = solve(vec![vec![2.0, 1.0], vec![1.0, 3.0]], vec![vec![3.0], vec![5.0]]);
        assert!((x[0][0] - 0.8).abs() < 1e-15 && (x[1][0] - 1.4).abs() < 1e-15);
        let x = solve(vec![vec![2.0, 2.0], vec![2.0, 2.0]], vec![vec![4.0], vec![4.0]]);
        assert_eq!(x, [[2.0], [0.0]]);
    }

    #[test]
    fn residuals_are_orthogonal() {
        let basis = Basis::of([vec![1.0; 4], vec![1.0, 2.0, 3.0, 4.0], vec![2.0, 3.0, 4.0, 5.0]], 1e-9);
        assert_eq!(basis.rank(), 2);
        let mut y = [1.0, 4.0, 9.0, 16.0];
        basis.take_out(&mut y);
        // The residuals of squares on a line: 1, -1, -1, 1.
        for (found, expected) in y.iter().zip([1.0, -1.0, -1.0, 1.0]) {
            assert!((found - expected).abs() < 1e-13);
        }
    }
}
