//! Linear programmes by the simplex method: how small and how large a sum over unknown numbers can be (Dantzig, *Linear
//! Programming and Extensions*, 1963; two phases on a dense table). Small programmes only: the work is bounded, and what would
//! take more has no answer.

/// What is known of numbers of which none is below zero: `low <= row * x <= high`.
#[derive(Debug, Clone, Default)]
pub(super) struct System {
    pub variables: usize,
    pub rows: Vec<(Vec<f64>, f64, f64)>,
}

/// A system at a corner, from which others are reached.
#[derive(Debug)]
pub(super) struct Simplex {
    /// A line for each condition: variables, slacks, artificial variables, right-hand side.
    lines: Vec<Vec<f64>>,
    /// The variable that each line stands for.
    basis: Vec<usize>,
    columns: usize,
}

/// What counts as nothing in a gain.
const NO_GAIN: f64 = 1e-9;
/// What is too small to divide by.
const NO_PIVOT: f64 = 1e-7;
/// Steps of steepest gain, before the rule that cannot go in circles (Bland's).
const STEEPEST: usize = 400;
/// Steps in all.
const MOST: usize = 4_000;

impl System {
    /// A corner of the system; none where no numbers fit, or none is found within the bound.
    pub fn solve(&self) -> Option<Simplex> {
        let mut conditions: Vec<(Vec<f64>, f64)> = Vec::new();
        for (row, low, high) in &self.rows {
            if high.is_finite() {
                conditions.push((row.clone(), *high));
            }
            if low.is_finite() {
                conditions.push((row.iter().map(|x| -x).collect(), -low));
            }
        }
        let real = self.variables + conditions.len();
        let columns = real + conditions.iter().filter(|(_, right)| *right < 0.0).count();
        let (mut lines, mut basis, mut artificial) = (Vec::new(), Vec::new(), real);
        for (at, (row, right)) in conditions.into_iter().enumerate() {
            let sign = if right < 0.0 { -1.0 } else { 1.0 };
            let mut line: Vec<f64> = row.iter().map(|x| sign * x).collect();
            line.resize(columns + 1, 0.0);
            line[self.variables + at] = sign;
            line[columns] = sign * right;
            if right < 0.0 {
                line[artificial] = 1.0;
                basis.push(artificial);
                artificial += 1;
            } else {
                basis.push(self.variables + at);
            }
            lines.push(line);
        }
        let mut simplex = Simplex { lines, basis, columns };
        let mut cost = vec![0.0; columns];
        cost[real..].fill(-1.0);
        if simplex.climb(&cost)? < -1e-6 {
            return None;
        }
        simplex.close(real);
        Some(simplex)
    }

    /// How many numbers the table of the system has at most.
    pub fn size(&self) -> usize {
        let sides =
            |(_, low, high): &(Vec<f64>, f64, f64)| usize::from(low.is_finite()) + usize::from(high.is_finite());
        let lines: usize = self.rows.iter().map(sides).sum();
        lines * (self.variables + 2 * lines)
    }
}

impl Simplex {
    /// The smallest and the largest value of a sum; none where it is not found within the bound.
    pub fn range(&mut self, of: &[f64]) -> Option<(f64, f64)> {
        let mut cost = of.to_vec();
        cost.resize(self.columns, 0.0);
        let high = self.climb(&cost)?;
        cost.iter_mut().for_each(|x| *x = -*x);
        Some((-self.climb(&cost)?, high))
    }

    /// Takes the artificial variables, from `real` on, out for good.
    fn close(&mut self, real: usize) {
        for at in (0..self.lines.len()).rev().filter(|&at| self.basis[at] >= real).collect::<Vec<_>>() {
            match (0..real).find(|&column| self.lines[at][column].abs() > NO_PIVOT) {
                Some(column) => self.pivot(at, column, &mut []),
                // The condition follows from others.
                None => {
                    self.lines.swap_remove(at);
                    self.basis.swap_remove(at);
                }
            }
        }
        for line in &mut self.lines {
            let right = line[self.columns];
            line.truncate(real);
            line.push(right);
        }
        self.columns = real;
    }

    /// Goes to the corner where the sum is largest; infinite where it has no end, none beyond the bound.
    fn climb(&mut self, cost: &[f64]) -> Option<f64> {
        let mut gain = cost.to_vec();
        gain.push(0.0);
        for (line, &basic) in self.lines.iter().zip(&self.basis).filter(|(_, basic)| cost[**basic] != 0.0) {
            gain.iter_mut().zip(line).for_each(|(gain, x)| *gain -= cost[basic] * x);
        }
        for step in 0..MOST {
            let mut open = (0..self.columns).filter(|&at| gain[at] > NO_GAIN);
            let enters = if step < STEEPEST { open.max_by(|&a, &b| gain[a].total_cmp(&gain[b])) } else { open.next() };
            let Some(enters) = enters else { return Some(-gain[self.columns]) };
            let mut leaves: Option<(f64, usize)> = None;
            for (at, line) in self.lines.iter().enumerate().filter(|(_, line)| line[enters] > NO_PIVOT) {
                let ratio = line[self.columns] / line[enters];
                let first = leaves.is_none_or(|(least, other)| {
                    ratio < least - 1e-12 || (ratio <= least + 1e-12 && self.basis[at] < self.basis[other])
                });
                if first {
                    leaves = Some((ratio, at));
                }
            }
            let Some((_, leaves)) = leaves else { return Some(f64::INFINITY) };
            self.pivot(leaves, enters, &mut gain);
        }
        None
    }

    fn pivot(&mut self, leaves: usize, enters: usize, gain: &mut [f64]) {
        let by = self.lines[leaves][enters];
        self.lines[leaves].iter_mut().for_each(|x| *x /= by);
        let pivot = std::mem::take(&mut self.lines[leaves]);
        let lines = self.lines.iter_mut().map(Vec::as_mut_slice).chain([gain]);
        for line in lines.filter(|line| line.get(enters).is_some_and(|x| *x != 0.0)) {
            let times = line[enters];
            line.iter_mut().zip(&pivot).for_each(|(x, p)| *x -= times * p);
            line[enters] = 0.0;
        }
        self.lines[leaves] = pivot;
        self.basis[leaves] = enters;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programmes_by_hand() {
        // Of x + y = 4 and x >= 1, 2y <= 5: y is from 0 to 2.5, x - y from -1 to 4.
        let rows = vec![
            (vec![1.0, 1.0], 4.0, 4.0),
            (vec![1.0, 0.0], 1.0, f64::INFINITY),
            (vec![0.0, 2.0], f64::NEG_INFINITY, 5.0),
        ];
        let mut simplex = System { variables: 2, rows }.solve().expect("it can be solved");
        let mut is = |of: &[f64], low: f64, high: f64| {
            let range = simplex.range(of).expect("within the bound");
            assert!((range.0 - low).abs() < 1e-9 && (range.1 - high).abs() < 1e-9, "{range:?}");
        };
        is(&[0.0, 1.0], 0.0, 2.5);
        is(&[1.0, -1.0], -1.0, 4.0);
        is(&[1.0, 1.0], 4.0, 4.0);
        let none = System { variables: 1, rows: vec![(vec![1.0], 3.0, 5.0), (vec![1.0], 6.0, 7.0)] };
        assert!(none.solve().is_none());
        let free = System { variables: 1, rows: vec![(vec![1.0], 3.0, f64::INFINITY)] };
        assert_eq!(free.solve().expect("it can be solved").range(&[1.0]), Some((3.0, f64::INFINITY)));
    }
}
