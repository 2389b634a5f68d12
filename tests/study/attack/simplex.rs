//! Linear programmes by the simplex method, in two phases on a dense table: small, and owing nothing to the program.

/// What is known of some numbers, none of which is below zero: `low <= row · x <= high`.
#[derive(Debug, Clone, Default)]
pub struct System {
    pub variables: usize,
    pub rows: Vec<(Vec<f64>, f64, f64)>,
}

/// A system with a point that fits it, from which other points are looked for.
pub struct Simplex {
    /// One row a condition, over variables, slacks and the right-hand side.
    table: Vec<Vec<f64>>,
    basis: Vec<usize>,
    variables: usize,
    columns: usize,
}

const SMALL: f64 = 1e-9;

impl System {
    /// Nothing if no numbers fit.
    pub fn solve(&self) -> Option<Simplex> {
        // a·x + s = high; -a·x + s = -low.
        let mut conditions: Vec<(Vec<f64>, f64)> = Vec::new();
        for (row, low, high) in &self.rows {
            if high.is_finite() {
                conditions.push((row.clone(), *high));
            }
            if low.is_finite() && !(*low <= 0.0 && row.iter().all(|x| *x >= 0.0)) {
                conditions.push((row.iter().map(|x| -x).collect(), -low));
            }
        }
        let (rows, slack) = (conditions.len(), self.variables);
        let negative = conditions.iter().filter(|(_, right)| *right < 0.0).count();
        let columns = slack + rows + negative;
        let mut simplex = Simplex { table: Vec::new(), basis: Vec::new(), variables: self.variables, columns };
        let mut artificial = slack + rows;
        for (at, (row, right)) in conditions.into_iter().enumerate() {
            let sign = if right < 0.0 { -1.0 } else { 1.0 };
            let mut line = vec![0.0; columns + 1];
            for (to, from) in line.iter_mut().zip(&row) {
                *to = sign * from;
            }
            line[slack + at] = sign;
            line[columns] = sign * right;
            if right < 0.0 {
                line[artificial] = 1.0;
                simplex.basis.push(artificial);
                artificial += 1;
            } else {
                simplex.basis.push(slack + at);
            }
            simplex.table.push(line);
        }
        let mut cost = vec![0.0; columns];
        cost[slack + rows..].fill(-1.0);
        let short = simplex.climb(&cost)?;
        if short < -1e-6 {
            return None;
        }
        // No artificial column may stay in the basis, where it could grow again; a row without others says nothing.
        for at in (0..simplex.table.len()).rev() {
            if simplex.basis[at] >= slack + rows {
                match (0..slack + rows).find(|&column| simplex.table[at][column].abs() > 1e-7) {
                    Some(column) => simplex.pivot(at, column, &mut vec![0.0; columns + 1]),
                    None => {
                        simplex.table.swap_remove(at);
                        simplex.basis.swap_remove(at);
                    }
                }
            }
        }
        // Artificial columns are closed from now on.
        for line in &mut simplex.table {
            line[slack + rows..columns].fill(0.0);
        }
        Some(simplex)
    }
}

impl Simplex {
    /// The largest value of a sum over the variables; infinite where there is none.
    pub fn most(&mut self, of: &[f64]) -> f64 {
        let mut cost = of.to_vec();
        cost.resize(self.columns, 0.0);
        self.climb(&cost).unwrap_or(f64::INFINITY)
    }

    /// The smallest and the largest value of a sum over the variables.
    pub fn range(&mut self, of: &[f64]) -> (f64, f64) {
        let less: Vec<f64> = of.iter().map(|x| -x).collect();
        (-self.most(&less), self.most(of))
    }

    /// Climbs to the largest value of `cost`; nothing if it has no end.
    fn climb(&mut self, cost: &[f64]) -> Option<f64> {
        let mut gain = cost.to_vec();
        gain.push(0.0);
        for (line, &basic) in self.table.iter().zip(&self.basis) {
            let worth = cost[basic];
            if worth != 0.0 {
                gain.iter_mut().zip(line).for_each(|(gain, x)| *gain -= worth * x);
            }
        }
        for step in 0.. {
            // Steepest first; by the smallest place once it may go in circles (Bland's rule).
            let open = (0..self.columns).filter(|&at| gain[at] > SMALL);
            let enters = if step < 500 { open.max_by(|&a, &b| gain[a].total_cmp(&gain[b])) } else { open.min() };
            let Some(enters) = enters else { break };
            let mut leaves: Option<(f64, usize)> = None;
            for (at, line) in self.table.iter().enumerate().filter(|(_, line)| line[enters] > 1e-7) {
                let ratio = line[self.columns] / line[enters];
                let better = leaves.is_none_or(|(best, other)| {
                    ratio < best - 1e-12 || (ratio <= best + 1e-12 && self.basis[at] < self.basis[other])
                });
                if better {
                    leaves = Some((ratio, at));
                }
            }
            let (_, leaves) = leaves?;
            self.pivot(leaves, enters, &mut gain);
        }
        Some(-gain[self.columns])
    }

    fn pivot(&mut self, leaves: usize, enters: usize, gain: &mut [f64]) {
        let by = self.table[leaves][enters];
        self.table[leaves].iter_mut().for_each(|x| *x /= by);
        let pivot = self.table[leaves].clone();
        let others =
            self.table.iter_mut().enumerate().filter(|(at, _)| *at != leaves).map(|(_, line)| line.as_mut_slice());
        for line in others.chain([gain]) {
            let times = line[enters];
            if times != 0.0 {
                line.iter_mut().zip(&pivot).for_each(|(x, p)| *x -= times * p);
                line[enters] = 0.0;
            }
        }
        self.basis[leaves] = enters;
    }

    /// How many variables there are.
    pub fn variables(&self) -> usize {
        self.variables
    }
}

#[test]
fn a_programme_by_hand() {
    // x + y <= 4, x + 3y = 6: y is 1 to 2, x + y from 2 to 4.
    let system =
        System { variables: 2, rows: vec![(vec![1.0, 1.0], f64::NEG_INFINITY, 4.0), (vec![1.0, 3.0], 6.0, 6.0)] };
    let mut simplex = system.solve().expect("it can be solved");
    assert_eq!(simplex.variables(), 2);
    let close = |(low, high): (f64, f64), expected: (f64, f64)| {
        (low - expected.0).abs() < 1e-9 && (high - expected.1).abs() < 1e-9
    };
    assert!(close(simplex.range(&[0.0, 1.0]), (1.0, 2.0)));
    assert!(close(simplex.range(&[1.0, 1.0]), (2.0, 4.0)));
    assert!(close(simplex.range(&[1.0, 0.0]), (0.0, 3.0)));
    let none = System { variables: 1, rows: vec![(vec![1.0], 3.0, 5.0), (vec![1.0], 6.0, 7.0)] };
    assert!(none.solve().is_none());
    let free = System { variables: 1, rows: vec![(vec![1.0], 3.0, f64::INFINITY)] };
    assert_eq!(free.solve().expect("it can be solved").range(&[1.0]).1, f64::INFINITY);
}
