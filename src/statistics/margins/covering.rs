//! The least sample that meets every minimum: a covering problem in whole numbers, solved by branch and bound.
//!
//! Minimise Σ n_h subject to lo_h <= n_h <= hi_h and Σ_{h in l} n_h >= m_l for every level l. The bound of a branch is that of
//! linear programming, taken from its dual: for any prices μ_l >= 0,
//!
//! Σ n_h >= Σ lo_h + Σ_l d_l μ_l - Σ_h u_h max(0, Σ_{l with h} μ_l - 1), d_l = m_l - Σ_{h in l} lo_h, u_h = hi_h - lo_h,
//!
//! which holds whatever rounding did to the prices. So nothing is called impossible because of an inexact calculation.
//! Source: Wolsey, *Integer Programming* (1998), chapters 2 and 7.

use super::Level;

/// How many branches are looked at before the search gives up.
const BRANCHES: usize = 5_000;

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cover {
    /// The least numbers that do (or, where that was all that was asked for, numbers that are few enough).
    Found(Vec<usize>),
    /// No numbers within the bounds do.
    Impossible,
    /// The search gave up: too many branches.
    Unsettled,
}

/// The least numbers within `bounds` that meet the minimums of all `levels`; the first found that add up to `enough` or less
/// will do.
pub(super) fn cover(bounds: &[(usize, usize)], levels: &[Level], enough: usize) -> Cover {
    let mut search = Search { levels, of: levels_of(bounds.len(), levels), best: None, enough, left: BRANCHES };
    search.branch(bounds);
    match search.best {
        Some((total, numbers)) if search.left > 0 || total <= enough => Cover::Found(numbers),
        None if search.left > 0 => Cover::Impossible,
        _ => Cover::Unsettled,
    }
}

/// The levels that each stratum belongs to.
pub(super) fn levels_of(strata: usize, levels: &[Level]) -> Vec<Vec<usize>> {
    let mut of = vec![Vec::new(); strata];
    for (l, level) in levels.iter().enumerate() {
        level.members.iter().for_each(|&h| of[h].push(l));
    }
    of
}

struct Search<'a> {
    levels: &'a [Level],
    of: Vec<Vec<usize>>,
    best: Option<(usize, Vec<usize>)>,
    enough: usize,
    left: usize,
}

impl Search<'_> {
    fn branch(&mut self, bounds: &[(usize, usize)]) {
        let total = |of: &dyn Fn(&(usize, usize)) -> usize, level: &Level| -> usize {
            level.members.iter().map(|&h| of(&bounds[h])).sum()
        };
        if self.levels.iter().any(|level| total(&|b| b.1, level) < level.minimum) || self.is_done() {
            return;
        }
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let lacks: Vec<f64> =
            self.levels.iter().map(|level| level.minimum as f64 - total(&|b| b.0, level) as f64).collect();
        let room: Vec<usize> = bounds.iter().map(|b| b.1 - b.0).collect();
        let Relaxed { extra, prices } = relaxed(&lacks, &room, &self.of);
        let low: usize = bounds.iter().map(|b| b.0).sum();
        let bound = low + (self.price_bound(&lacks, &room, &prices) - 1e-6).ceil().max(0.0) as usize;
        if self.best.as_ref().is_some_and(|(best, _)| bound >= *best) {
            return;
        }
        self.round_up(bounds, &extra);
        if self.is_done() || self.best.as_ref().is_some_and(|(best, _)| bound >= *best) {
            return;
        }
        // The most undecided stratum; without one (rounding hid it), the first that has room.
        let undecided = |h: usize| 0.5 - (extra[h] - extra[h].floor() - 0.5).abs();
        let by = |&a: &usize, &b: &usize| undecided(a).total_cmp(&undecided(b)).then(b.cmp(&a));
        let Some(h) = (0..bounds.len()).filter(|&h| room[h] > 0).max_by(by) else { return };
        let at = (bounds[h].0 + (extra[h] + 1e-9).floor().max(0.0) as usize).min(bounds[h].1 - 1);
        let mut part = bounds.to_vec();
        part[h].0 = at + 1;
        self.branch(&part);
        part[h] = (bounds[h].0, at);
        self.branch(&part);
    }

    fn is_done(&self) -> bool {
        self.best.as_ref().is_some_and(|(total, _)| *total <= self.enough)
    }

    /// What the prices say that must come on top of the lower bounds.
    fn price_bound(&self, lacks: &[f64], room: &[usize], prices: &[f64]) -> f64 {
        let gain: f64 = lacks.iter().zip(prices).map(|(d, p)| d * p).sum();
        let price = |h: usize| self.of[h].iter().map(|&l| prices[l]).sum::<f64>();
        gain - room.iter().enumerate().map(|(h, &u)| u as f64 * (price(h) - 1.0).max(0.0)).sum::<f64>()
    }

    /// Rounds a relaxed solution up, mends what rounding lost, takes back what is not needed, and keeps it if it is the
    /// least so far.
    fn round_up(&mut self, bounds: &[(usize, usize)], extra: &[f64]) {
        let mut numbers: Vec<usize> =
            bounds.iter().zip(extra).map(|(b, x)| (b.0 + (x - 1e-7).ceil().max(0.0) as usize).min(b.1)).collect();
        let mut over: Vec<i64> = self
            .levels
            .iter()
            .map(|level| level.members.iter().map(|&h| numbers[h] as i64).sum::<i64>() - level.minimum as i64)
            .collect();
        while over.iter().any(|&o| o < 0) {
            let helps = |h: usize| self.of[h].iter().filter(|&&l| over[l] < 0).count();
            let open = (0..numbers.len()).filter(|&h| numbers[h] < bounds[h].1);
            let Some(h) = open.max_by_key(|&h| (helps(h), std::cmp::Reverse(h))).filter(|&h| helps(h) > 0) else {
                return;
            };
            numbers[h] += 1;
            self.of[h].iter().for_each(|&l| over[l] += 1);
        }
        for h in 0..numbers.len() {
            let spare = self.of[h].iter().map(|&l| over[l] as usize).min().unwrap_or(usize::MAX);
            let back = spare.min(numbers[h] - bounds[h].0);
            numbers[h] -= back;
            self.of[h].iter().for_each(|&l| over[l] -= back as i64);
        }
        let total = numbers.iter().sum();
        if self.best.as_ref().is_none_or(|(best, _)| total < *best) {
            self.best = Some((total, numbers));
        }
    }
}

/// The solution of the linear programme: what comes on top of the lower bounds, and the prices of the levels.
struct Relaxed {
    extra: Vec<f64>,
    prices: Vec<f64>,
}

/// Minimises Σ y_h subject to Σ_{h in l} y_h >= d_l and 0 <= y_h <= u_h, by the simplex method on the dual: maximise
/// Σ d_l μ_l - Σ u_h ν_h subject to Σ_{l with h} μ_l - ν_h <= 1. The dual begins feasible at nothing.
fn relaxed(lacks: &[f64], room: &[usize], of: &[Vec<usize>]) -> Relaxed {
    const TINY: f64 = 1e-9;
    let priced: Vec<usize> = (0..lacks.len()).filter(|&l| lacks[l] > 0.0).collect();
    let open: Vec<usize> = (0..room.len()).filter(|&h| room[h] > 0 && of[h].iter().any(|&l| lacks[l] > 0.0)).collect();
    let (rows, columns) = (open.len(), priced.len() + open.len());
    // A dictionary: row i says basic_i = table[i][columns] - Σ table[i][j] nonbasic_j; the last row is the objective.
    let mut table = vec![vec![0.0; columns + 1]; rows + 1];
    for (i, &h) in open.iter().enumerate() {
        for (j, &l) in priced.iter().enumerate() {
            table[i][j] = f64::from(u8::from(of[h].contains(&l)));
        }
        table[i][priced.len() + i] = -1.0;
        table[i][columns] = 1.0;
        table[rows][priced.len() + i] = room[h] as f64;
    }
    priced.iter().enumerate().for_each(|(j, &l)| table[rows][j] = -lacks[l]);
    // Variables: the columns at first, then the slacks of the rows.
    let mut nonbasic: Vec<usize> = (0..columns).collect();
    let mut basic: Vec<usize> = (columns..columns + rows).collect();
    let patient = 20 * (rows + columns) + 100;
    for step in 0..4 * patient {
        let gains = (0..columns).filter(|&j| table[rows][j] < -TINY);
        // Bland's rule after a while, against going round in circles.
        let enters = if step < patient {
            gains.min_by(|&a, &b| table[rows][a].total_cmp(&table[rows][b]).then(nonbasic[a].cmp(&nonbasic[b])))
        } else {
            gains.min_by_key(|&j| nonbasic[j])
        };
        let Some(enters) = enters else { break };
        let ratio = |i: usize| table[i][columns] / table[i][enters];
        let leaves = (0..rows)
            .filter(|&i| table[i][enters] > TINY)
            .min_by(|&a, &b| ratio(a).total_cmp(&ratio(b)).then(basic[a].cmp(&basic[b])));
        let Some(leaves) = leaves else { break };
        pivot(&mut table, leaves, enters);
        std::mem::swap(&mut basic[leaves], &mut nonbasic[enters]);
    }
    let mut result = Relaxed { extra: vec![0.0; room.len()], prices: vec![0.0; lacks.len()] };
    for (i, &variable) in basic.iter().enumerate() {
        if variable < priced.len() {
            result.prices[priced[variable]] = table[i][columns].max(0.0);
        }
    }
    for (j, &variable) in nonbasic.iter().enumerate() {
        if variable >= columns {
            let h = open[variable - columns];
            result.extra[h] = table[rows][j].clamp(0.0, room[h] as f64);
        }
    }
    result
}

fn pivot(table: &mut [Vec<f64>], row: usize, column: usize) {
    let factor = table[row][column];
    for (j, value) in table[row].iter_mut().enumerate() {
        *value = if j == column { 1.0 / factor } else { *value / factor };
    }
    let pivot_row = table[row].clone();
    for (_, other) in table.iter_mut().enumerate().filter(|(i, _)| *i != row) {
        let times = other[column];
        if times != 0.0 {
            other[column] = 0.0;
            other.iter_mut().zip(&pivot_row).for_each(|(value, p)| *value -= times * p);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(members: &[usize], minimum: usize) -> Level {
        Level { members: members.to_vec(), minimum }
    }

    fn total(found: &Cover) -> Option<usize> {
        match found {
            Cover::Found(numbers) => Some(numbers.iter().sum()),
            _ => None,
        }
    }

    /// Every combination of numbers within the bounds.
    fn by_trying(bounds: &[(usize, usize)], levels: &[Level]) -> Option<usize> {
        let mut best = None;
        let mut numbers: Vec<usize> = bounds.iter().map(|b| b.0).collect();
        loop {
            if levels.iter().all(|l| l.members.iter().map(|&h| numbers[h]).sum::<usize>() >= l.minimum) {
                let total = numbers.iter().sum::<usize>();
                best = Some(best.map_or(total, |b: usize| b.min(total)));
            }
            let Some(h) = (0..bounds.len()).find(|&h| numbers[h] < bounds[h].1) else { return best };
            numbers[h] += 1;
            (0..h).for_each(|g| numbers[g] = bounds[g].0);
        }
    }

    #[test]
    fn a_table_needs_the_larger_of_its_margins() {
        // Two rows of 5, three columns of 2: ten in all.
        let bounds = [(0, 9); 6];
        let levels =
            [level(&[0, 1, 2], 5), level(&[3, 4, 5], 5), level(&[0, 3], 2), level(&[1, 4], 2), level(&[2, 5], 2)];
        assert_eq!(total(&cover(&bounds, &levels, 0)), Some(10));
        // Only the corner of row and column is left of the second row: 5 there, 5 in the first row.
        let tight = [(0, 9), (0, 9), (0, 9), (0, 0), (0, 0), (0, 4)];
        assert_eq!(cover(&tight, &levels, 0), Cover::Impossible);
    }

    #[test]
    fn three_ways_may_need_more_than_the_linear_programme_says() {
        // The corners of a cube in which no two strata share... each level of three ways is met by two strata: the linear
        // programme halves all four and is content with 2, in whole numbers it takes 2 or more.
        let bounds = [(0, 1); 4];
        let levels = [level(&[0, 1], 1), level(&[1, 2], 1), level(&[0, 2], 1), level(&[3], 0)];
        // A triangle: one half each covers all three pairs, in whole numbers it takes two.
        assert_eq!(total(&cover(&bounds, &levels, 0)), Some(2));
        assert_eq!(by_trying(&bounds, &levels), Some(2));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(150))]
        #[test]
        fn the_least_total_is_that_of_trying_everything(
            highs in proptest::collection::vec((0_usize..2, 0_usize..3), 8),
            picks in proptest::collection::vec((0_usize..3, 0_usize..3, 0_usize..3), 8),
            minimums in proptest::collection::vec(0_usize..5, 9),
        ) {
            let bounds: Vec<(usize, usize)> = highs.iter().map(|&(low, more)| (low, low + more)).collect();
            let member = |way: usize, at: usize| -> Vec<usize> {
                (0..8).filter(|&h| [picks[h].0, picks[h].1, picks[h].2][way] == at).collect()
            };
            let levels: Vec<Level> =
                (0..9).map(|l| Level { members: member(l / 3, l % 3), minimum: minimums[l] }).collect();
            let found = cover(&bounds, &levels, 0);
            proptest::prop_assert_eq!(total(&found), by_trying(&bounds, &levels));
            if let Cover::Found(numbers) = found {
                for level in &levels {
                    proptest::prop_assert!(level.members.iter().map(|&h| numbers[h]).sum::<usize>() >= level.minimum);
                }
            }
        }
    }
}
