//! Multi-way minimums: an allocation with a least number for every level of several columns at once.
//!
//! The strata are the cross-classification of the columns (client group by team by area); a level, such as one team, is a set
//! of strata. Let t_h be the real-valued allocation of the chosen rule within the bounds of every stratum (see
//! [`allocation`](super::allocation)). If its whole numbers meet all minimums, they stand. Otherwise:
//!
//! 1. **Can it be?** The least total that meets every minimum within the bounds is found in whole numbers, by branch and bound.
//!    The minimums can be met exactly if it is not above the size: one more in a stratum never breaks a minimum.
//! 2. **The nearest allocation**: x minimises Σ (x_h - t_h)² / t_h subject to Σ x_h = n, the bounds, and Σ_{h in l} x_h >= m_l. So
//!    x_h = t_h (1 + λ + Σ_{l with h} μ_l) kept within its bounds, with μ_l > 0 only where a minimum binds: every stratum
//!    of a level that is short is raised by the same factor, and what that costs is taken from all in proportion. It is the
//!    calibration of the allocation to its margins (Deville and Särndal 1992, the linear method), with inequalities.
//! 3. **Whole numbers**: the nearest box of whole numbers around x in which the minimums can be met (whole part to next whole
//!    number, then one wider, two, four, ...) gives numbers that meet them; what is missing to n is given out where
//!    Σ (n_h - x_h)² / x_h grows least, and places are exchanged between two strata as long as that sum falls.
//!
//! Feasibility and x are exact; the whole numbers are such that no exchange of one place comes closer to x.

use std::fmt;

use super::allocation::{AllocationError, Rule, Rules, StratumSize, allocate, real_valued};

mod covering;

use covering::{Cover, cover, levels_of};

/// Strata that together must have a least number in the sample: one level of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The strata, counted from zero.
    pub members: Vec<usize>,
    /// At least so many in them together.
    pub minimum: usize,
}

/// Why the minimums cannot be met.
#[derive(Debug, Clone, PartialEq)]
pub enum MarginError {
    /// There is no allocation even without the levels.
    Allocation(AllocationError),
    /// A level has less room than its minimum: its strata have fewer units, or their maximums are lower.
    LevelOverRoom {
        /// Which level, counted from zero.
        level: usize,
        /// The most that its strata can have.
        possible: usize,
    },
    /// Numbers that were fixed beforehand do not meet the minimum of a level.
    FixedUnderLevel {
        /// Which level, counted from zero.
        level: usize,
        /// What the fixed numbers give it.
        fixed: usize,
    },
    /// All minimums together need more than the size.
    LevelsOverSize {
        /// The least total that meets them all.
        needed: usize,
        /// The size asked for.
        size: usize,
    },
    /// The search for whole numbers gave up: nothing is known.
    Unsettled,
}

impl fmt::Display for MarginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allocation(error) => error.fmt(f),
            Self::LevelOverRoom { level, possible } => {
                write!(f, "level {} has room for {possible}, less than its minimum", level + 1)
            }
            Self::FixedUnderLevel { level, fixed } => {
                write!(f, "the fixed numbers give level {} {fixed}, less than its minimum", level + 1)
            }
            Self::LevelsOverSize { needed, size } => {
                write!(f, "the minimums need {needed} together, more than the size {size}")
            }
            Self::Unsettled => write!(f, "whether the minimums can be met together could not be settled"),
        }
    }
}

impl std::error::Error for MarginError {}

/// Shares a sample of `size` out over the strata such that every level has its minimum; see the head of this file.
///
/// # Errors
/// When the minimums cannot be met ([`MarginError::LevelsOverSize`] has the least size that would do), or there is no allocation
/// at all.
///
/// ```
/// use quorate::statistics::allocation::{Rule, Rules, StratumSize};
/// use quorate::statistics::margins::{Level, allocate_margins};
/// // Two groups (rows) in two areas (columns): 70, 20, 8, 2. The second row must have 5, the second column 6.
/// let strata = [70, 20, 8, 2].map(|population| StratumSize { population, deviation: 1.0 });
/// let levels = [Level { members: vec![2, 3], minimum: 5 }, Level { members: vec![1, 3], minimum: 6 }];
/// let rules = Rules::new(Rule::Proportional).minimum(1);
/// assert_eq!(allocate_margins(&strata, 20, &rules, &levels), Ok(vec![11, 4, 3, 2]));
/// ```
pub fn allocate_margins(
    strata: &[StratumSize],
    size: usize,
    rules: &Rules,
    levels: &[Level],
) -> Result<Vec<usize>, MarginError> {
    let met = |numbers: &[usize], level: &Level| level.members.iter().map(|&h| numbers[h]).sum::<usize>();
    let plain = match allocate(strata, size, rules) {
        // The strata's own minimums are too much already; what is needed with those of the levels is the better answer.
        Err(AllocationError::MinimumsOverSize { .. }) if !matches!(rules.rule, Rule::Fixed(_)) => {
            let needed = least_total(&bounds(strata, rules), levels, 0)?;
            return Err(MarginError::LevelsOverSize { needed, size });
        }
        other => other.map_err(MarginError::Allocation)?,
    };
    let Some(short) = levels.iter().position(|level| met(&plain, level) < level.minimum) else { return Ok(plain) };
    if matches!(rules.rule, Rule::Fixed(_)) {
        return Err(MarginError::FixedUnderLevel { level: short, fixed: met(&plain, &levels[short]) });
    }
    let (targets, bounds) = real_valued(strata, size, rules).map_err(MarginError::Allocation)?;
    let needed = least_total(&bounds, levels, size)?;
    if needed > size {
        return Err(MarginError::LevelsOverSize { needed, size });
    }
    let nearest = nearest(&targets, &bounds, levels, size);
    let numbers = whole_numbers(&nearest, &bounds, levels, size).ok_or(MarginError::Unsettled)?;
    debug_assert!(levels.iter().all(|level| met(&numbers, level) >= level.minimum));
    Ok(numbers)
}

/// The least total within the bounds that meets the minimums of all levels. A total of `enough` or less need not be the least.
///
/// # Errors
/// [`MarginError::LevelOverRoom`], and [`MarginError::Unsettled`] where the search gave up.
pub fn least_total(bounds: &[(usize, usize)], levels: &[Level], enough: usize) -> Result<usize, MarginError> {
    for (l, level) in levels.iter().enumerate() {
        let possible = level.members.iter().map(|&h| bounds[h].1).sum();
        if possible < level.minimum {
            return Err(MarginError::LevelOverRoom { level: l, possible });
        }
    }
    match cover(bounds, levels, enough) {
        Cover::Found(numbers) => Ok(numbers.iter().sum()),
        Cover::Impossible | Cover::Unsettled => Err(MarginError::Unsettled),
    }
}

/// The bounds of every stratum under the rules, for [`least_total`].
pub fn bounds(strata: &[StratumSize], rules: &Rules) -> Vec<(usize, usize)> {
    strata.iter().enumerate().map(|(h, s)| rules.bounds(h, s.population)).collect()
}

/// The real-valued allocation nearest to the targets, by ascent along one multiplier after the other.
fn nearest(targets: &[f64], bounds: &[(usize, usize)], levels: &[Level], size: usize) -> Vec<f64> {
    const ROUNDS: usize = 3_000;
    const CLOSE: f64 = 1e-10;
    let of = levels_of(targets.len(), levels);
    let every: Vec<usize> = (0..targets.len()).collect();
    let mut prices = vec![0.0; levels.len()];
    // 1 + λ.
    let mut common = 1.0;
    let value = |h: usize, factor: f64| (targets[h] * factor).clamp(bounds[h].0 as f64, bounds[h].1 as f64);
    for _ in 0..ROUNDS {
        let before = common;
        let priced = |h: usize, prices: &[f64]| of[h].iter().map(|&l| prices[l]).sum::<f64>();
        common = root(&every, size as f64, |h, x| value(h, x + priced(h, &prices)));
        let mut moved = (common - before).abs();
        for (l, level) in levels.iter().enumerate() {
            let before = prices[l];
            prices[l] = 0.0;
            let sum =
                |prices: &[f64]| -> f64 { level.members.iter().map(|&h| value(h, common + priced(h, prices))).sum() };
            if sum(&prices) < level.minimum as f64 {
                let others: Vec<f64> = level.members.iter().map(|&h| common + priced(h, &prices)).collect();
                let places: Vec<usize> = (0..others.len()).collect();
                let at = |i: usize, x: f64| value(level.members[i], others[i] + x);
                prices[l] = root(&places, level.minimum as f64, at).max(0.0);
            }
            moved = f64::max(moved, (prices[l] - before).abs());
        }
        if moved < CLOSE {
            break;
        }
    }
    (0..targets.len()).map(|h| value(h, common + of[h].iter().map(|&l| prices[l]).sum::<f64>())).collect()
}

/// Where the sum of rising functions reaches `wanted`, by halving.
fn root(places: &[usize], wanted: f64, value: impl Fn(usize, f64) -> f64) -> f64 {
    let sum = |x: f64| places.iter().map(|&i| value(i, x)).sum::<f64>();
    let (mut low, mut high) = (-1.0, 1.0);
    const FAR: f64 = 1e6;
    while sum(high) < wanted && high < FAR {
        high *= 2.0;
    }
    while sum(low) > wanted && low > -FAR {
        low *= 2.0;
    }
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if sum(middle) < wanted { low = middle } else { high = middle }
    }
    high
}

/// Whole numbers near `x` that add up to `size` and meet all minimums.
fn whole_numbers(x: &[f64], bounds: &[(usize, usize)], levels: &[Level], size: usize) -> Option<Vec<usize>> {
    const SAME: f64 = 1e-6;
    let widest = bounds.iter().map(|b| b.1).max().unwrap_or(0);
    let mut around = 0;
    let mut numbers = loop {
        let near: Vec<(usize, usize)> = x
            .iter()
            .zip(bounds)
            .map(|(x, &(low, high))| {
                let (down, up) = ((x + SAME).floor() as usize, (x - SAME).ceil() as usize);
                (low.max(down.saturating_sub(around)), high.min(up + around).max(low))
            })
            .collect();
        let room: usize = near.iter().map(|b| b.1).sum();
        match cover(&near, levels, size) {
            Cover::Found(numbers) if room >= size && numbers.iter().sum::<usize>() <= size => break numbers,
            _ if around > widest => return None,
            _ => around = (2 * around).max(1),
        }
    };
    let cost = |h: usize, n: usize| (n as f64 - x[h]).powi(2) / x[h].max(SAME);
    for _ in numbers.iter().sum::<usize>()..size {
        let growth = |h: usize| cost(h, numbers[h] + 1) - cost(h, numbers[h]);
        let open = (0..numbers.len()).filter(|&h| numbers[h] < bounds[h].1);
        let h = open.min_by(|&a, &b| growth(a).total_cmp(&growth(b)).then(a.cmp(&b)))?;
        numbers[h] += 1;
    }
    exchange(&mut numbers, bounds, levels, &cost);
    Some(numbers)
}

/// Exchanges places between two strata as long as the cost falls and every minimum holds.
fn exchange(numbers: &mut [usize], bounds: &[(usize, usize)], levels: &[Level], cost: &dyn Fn(usize, usize) -> f64) {
    let of = levels_of(numbers.len(), levels);
    let sum = |level: &Level, numbers: &[usize]| level.members.iter().map(|&h| numbers[h]).sum::<usize>();
    let mut spare: Vec<usize> = levels.iter().map(|level| sum(level, numbers) - level.minimum).collect();
    loop {
        let mut best = (-1e-9, None);
        for from in (0..numbers.len()).filter(|&h| numbers[h] > bounds[h].0) {
            let saved = cost(from, numbers[from] - 1) - cost(from, numbers[from]);
            let bound: Vec<usize> = of[from].iter().copied().filter(|&l| spare[l] == 0).collect();
            for to in (0..numbers.len()).filter(|&h| h != from && numbers[h] < bounds[h].1) {
                let change = saved + cost(to, numbers[to] + 1) - cost(to, numbers[to]);
                if change < best.0 && bound.iter().all(|l| of[to].contains(l)) {
                    best = (change, Some((from, to)));
                }
            }
        }
        let Some((from, to)) = best.1 else { return };
        numbers[from] -= 1;
        numbers[to] += 1;
        of[to].iter().for_each(|&l| spare[l] += 1);
        of[from].iter().for_each(|&l| spare[l] -= 1);
    }
}

#[cfg(test)]
mod tests;
