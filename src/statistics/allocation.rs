//! Allocation: how a sample of n is shared out over strata, in whole numbers that add up exactly.
//!
//! Every rule gives each stratum h a share w_h; the real-valued allocation is x_h = λ w_h kept within its bounds
//! lo_h <= x_h <= hi_h, with λ such that the x_h add up to n:
//!
//! | rule | share w_h | source |
//! | --- | --- | --- |
//! | proportional | N_h | Cochran, *Sampling Techniques* (1977), 5.6 |
//! | equal | 1 | Cochran 5A.13 |
//! | Neyman | N_h S_h | Neyman (1934); Cochran 5.26 |
//! | power | N_h^q | Bankier (1988), with equal coefficients of variation |
//! | fixed | the numbers given | |
//!
//! Whole numbers come by **largest remainders**: every stratum gets the whole part of x_h; what is still missing is given
//! out one by one to the largest fractional parts. Parts that differ by less than 1e-9 count as equal; among equals the
//! larger population goes first, then the stratum that stands first. So the result does not depend on chance.

use std::fmt;

/// What is known of a stratum before the draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StratumSize {
    /// The number of units, N_h.
    pub population: usize,
    /// The standard deviation S_h of what is to be measured; only the Neyman rule uses it.
    pub deviation: f64,
}

/// How the shares of the strata follow from their sizes.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// In proportion to the population.
    Proportional,
    /// The same number in every stratum.
    Equal,
    /// In proportion to population times standard deviation: the smallest variance of an overall mean.
    Neyman,
    /// In proportion to the population to a power: 1 is proportional, 0 is equal, 0.5 lies between.
    Power {
        /// The exponent q, from 0 to 1 in practice.
        exponent: f64,
    },
    /// Numbers that were fixed beforehand, one for each stratum; they must add up to the size.
    Fixed(Vec<usize>),
}

/// A rule and the bounds that hold whatever the rule says.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// How the shares follow.
    pub rule: Rule,
    /// At least so many in every stratum; a stratum that has fewer is taken whole.
    pub minimum: usize,
    /// At most so many in any stratum, except where it is taken whole by `take_all`.
    pub maximum: Option<usize>,
    /// A stratum of at most so many units is taken whole.
    pub take_all: usize,
    /// Strata that are taken whole whatever their size, counted from zero.
    pub whole: Vec<usize>,
}

impl Rules {
    /// A rule without bounds.
    pub fn new(rule: Rule) -> Self {
        Rules { rule, minimum: 0, maximum: None, take_all: 0, whole: Vec::new() }
    }

    /// Sets the minimum for every stratum.
    #[must_use]
    pub fn minimum(mut self, minimum: usize) -> Self {
        self.minimum = minimum;
        self
    }

    /// The least and the most that a stratum of so many units can get.
    pub(super) fn bounds(&self, stratum: usize, population: usize) -> (usize, usize) {
        if population <= self.take_all || self.whole.contains(&stratum) {
            return (population, population);
        }
        let high = self.maximum.map_or(population, |maximum| maximum.min(population));
        (self.minimum.min(population), high)
    }
}

/// Why a sample cannot be shared out as asked.
#[derive(Debug, Clone, PartialEq)]
pub enum AllocationError {
    /// There are no strata.
    NoStrata,
    /// A stratum has no units.
    EmptyStratum {
        /// Which one, counted from zero.
        stratum: usize,
    },
    /// More units are wanted than there are.
    OverPopulation {
        /// The size asked for.
        size: usize,
        /// The units that there are.
        population: usize,
    },
    /// The minimums (and the strata taken whole) need more than the size.
    MinimumsOverSize {
        /// What the minimums need together.
        needed: usize,
        /// The size asked for.
        size: usize,
    },
    /// The maximums leave room for less than the size.
    MaximumsUnderSize {
        /// What the maximums allow together.
        possible: usize,
        /// The size asked for.
        size: usize,
    },
    /// The maximum is below the minimum.
    MaximumUnderMinimum {
        /// The minimum.
        minimum: usize,
        /// The maximum.
        maximum: usize,
    },
    /// A standard deviation or an exponent is not a number of zero or more.
    NotAShare {
        /// The stratum, counted from zero.
        stratum: usize,
        /// The value.
        value: f64,
    },
    /// The fixed numbers are not one for each stratum.
    FixedCount {
        /// How many numbers there are.
        given: usize,
        /// How many strata there are.
        strata: usize,
    },
    /// The fixed numbers do not add up to the size.
    FixedTotal {
        /// What they add up to.
        total: usize,
        /// The size asked for.
        size: usize,
    },
    /// A fixed number lies outside its stratum's bounds.
    FixedOutside {
        /// The stratum, counted from zero.
        stratum: usize,
        /// The number fixed.
        fixed: usize,
        /// The least that the bounds allow.
        low: usize,
        /// The most that the bounds allow.
        high: usize,
    },
}

impl fmt::Display for AllocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStrata => write!(f, "there are no strata to share the sample out over"),
            Self::EmptyStratum { stratum } => write!(f, "stratum {} has no units", stratum + 1),
            Self::OverPopulation { size, population } => {
                write!(f, "the size {size} is more than the {population} units that there are")
            }
            Self::MinimumsOverSize { needed, size } => {
                write!(f, "the minimums need {needed} together, more than the size {size}")
            }
            Self::MaximumsUnderSize { possible, size } => {
                write!(f, "the maximums leave room for {possible}, less than the size {size}")
            }
            Self::MaximumUnderMinimum { minimum, maximum } => {
                write!(f, "the maximum {maximum} is below the minimum {minimum}")
            }
            Self::NotAShare { stratum, value } => {
                write!(f, "stratum {} has the share {value}, which is not a number of zero or more", stratum + 1)
            }
            Self::FixedCount { given, strata } => write!(f, "{given} fixed numbers for {strata} strata"),
            Self::FixedTotal { total, size } => {
                write!(f, "the fixed numbers add up to {total}, not to the size {size}")
            }
            Self::FixedOutside { stratum, fixed, low, high } => {
                write!(f, "stratum {} is fixed at {fixed}, outside the {low} to {high} that are possible", stratum + 1)
            }
        }
    }
}

impl std::error::Error for AllocationError {}

/// Shares a sample of `size` out over the strata; the numbers are in the order of `strata` and add up to `size`.
///
/// # Errors
/// When the size cannot be met within the bounds, or the shares are not numbers; see [`AllocationError`].
///
/// ```
/// use quorate::statistics::allocation::{Rule, Rules, StratumSize, allocate};
/// let strata = [500, 300, 200].map(|population| StratumSize { population, deviation: 0.5 });
/// assert_eq!(allocate(&strata, 25, &Rules::new(Rule::Proportional)), Ok(vec![13, 7, 5]));
/// ```
pub fn allocate(strata: &[StratumSize], size: usize, rules: &Rules) -> Result<Vec<usize>, AllocationError> {
    let (allocation, bounds) = real_valued(strata, size, rules)?;
    let populations: Vec<usize> = strata.iter().map(|s| s.population).collect();
    Ok(whole_numbers(&allocation, &populations, &bounds, size))
}

/// The least and the most that every stratum can get.
pub(super) type Bounds = Vec<(usize, usize)>;

/// The real-valued allocation (of fixed numbers, these) and the bounds of every stratum.
pub(super) fn real_valued(
    strata: &[StratumSize],
    size: usize,
    rules: &Rules,
) -> Result<(Vec<f64>, Bounds), AllocationError> {
    if strata.is_empty() {
        return Err(AllocationError::NoStrata);
    }
    if let Some(stratum) = strata.iter().position(|s| s.population == 0) {
        return Err(AllocationError::EmptyStratum { stratum });
    }
    let population = strata.iter().map(|s| s.population).sum();
    if size > population {
        return Err(AllocationError::OverPopulation { size, population });
    }
    if let Some(maximum) = rules.maximum.filter(|&maximum| maximum < rules.minimum) {
        return Err(AllocationError::MaximumUnderMinimum { minimum: rules.minimum, maximum });
    }
    let bounds: Vec<(usize, usize)> = strata.iter().enumerate().map(|(h, s)| rules.bounds(h, s.population)).collect();
    if let Rule::Fixed(fixed) = &rules.rule {
        check_fixed(fixed, &bounds, size)?;
        return Ok((fixed.iter().map(|&n| n as f64).collect(), bounds));
    }
    let needed = bounds.iter().map(|b| b.0).sum();
    if needed > size {
        return Err(AllocationError::MinimumsOverSize { needed, size });
    }
    let possible = bounds.iter().map(|b| b.1).sum();
    if possible < size {
        return Err(AllocationError::MaximumsUnderSize { possible, size });
    }
    let shares = shares(strata, &rules.rule)?;
    let populations: Vec<usize> = strata.iter().map(|s| s.population).collect();
    Ok((within_bounds(&shares, &populations, &bounds, size), bounds))
}

/// Shares `size` out in proportion to `weights`, no stratum getting more than its `capacity`: for reserves, which follow
/// the main sample.
///
/// # Errors
/// [`AllocationError::OverPopulation`] when the capacities together are less than the size,
/// [`AllocationError::NoStrata`] when there are none.
pub fn allocate_within(weights: &[usize], capacities: &[usize], size: usize) -> Result<Vec<usize>, AllocationError> {
    if weights.is_empty() || weights.len() != capacities.len() {
        return Err(AllocationError::NoStrata);
    }
    let population = capacities.iter().sum();
    if size > population {
        return Err(AllocationError::OverPopulation { size, population });
    }
    let bounds: Vec<(usize, usize)> = capacities.iter().map(|&capacity| (0, capacity)).collect();
    let shares: Vec<f64> = weights.iter().map(|&w| w as f64).collect();
    let allocation = within_bounds(&shares, capacities, &bounds, size);
    Ok(whole_numbers(&allocation, capacities, &bounds, size))
}

fn check_fixed(fixed: &[usize], bounds: &[(usize, usize)], size: usize) -> Result<(), AllocationError> {
    if fixed.len() != bounds.len() {
        return Err(AllocationError::FixedCount { given: fixed.len(), strata: bounds.len() });
    }
    for (stratum, (&fixed, &(low, high))) in fixed.iter().zip(bounds).enumerate() {
        if fixed < low || fixed > high {
            return Err(AllocationError::FixedOutside { stratum, fixed, low, high });
        }
    }
    let total = fixed.iter().sum();
    if total != size {
        return Err(AllocationError::FixedTotal { total, size });
    }
    Ok(())
}

fn shares(strata: &[StratumSize], rule: &Rule) -> Result<Vec<f64>, AllocationError> {
    let share = |s: &StratumSize| match rule {
        Rule::Equal => 1.0,
        Rule::Neyman => s.population as f64 * s.deviation,
        Rule::Power { exponent } => (s.population as f64).powf(*exponent),
        Rule::Proportional | Rule::Fixed(_) => s.population as f64,
    };
    let shares: Vec<f64> = strata.iter().map(share).collect();
    match shares.iter().position(|&w| !w.is_finite() || w < 0.0) {
        Some(stratum) => Err(AllocationError::NotAShare { stratum, value: shares[stratum] }),
        None => Ok(shares),
    }
}

/// λ w_h kept within bounds and adding up to `size`.
///
/// The strata that break their bounds are fixed round by round, those below or those above, whichever break them by
/// more in total: this finds the one λ that there is, because the sum of the clamped shares never falls as λ grows.
fn within_bounds(shares: &[f64], populations: &[usize], bounds: &[(usize, usize)], size: usize) -> Vec<f64> {
    let mut allocation: Vec<Option<usize>> =
        bounds.iter().map(|&(low, high)| if low == high { Some(low) } else { None }).collect();
    loop {
        let left = size as f64 - allocation.iter().flatten().map(|&n| n as f64).sum::<f64>();
        let free: Vec<usize> = (0..shares.len()).filter(|&h| allocation[h].is_none()).collect();
        let total: f64 = free.iter().map(|&h| shares[h]).sum();
        let spread: f64 = free.iter().map(|&h| populations[h] as f64).sum();
        // Where no free stratum has a share (deviations of zero), what is left goes by population.
        let target = |h: usize| {
            if total > 0.0 { left * shares[h] / total } else { left * populations[h] as f64 / spread }
        };
        let (mut short, mut excess) = (0.0, 0.0);
        for &h in &free {
            short += (bounds[h].0 as f64 - target(h)).max(0.0);
            excess += (target(h) - bounds[h].1 as f64).max(0.0);
        }
        if short <= 0.0 && excess <= 0.0 {
            let fixed = |h: usize| allocation[h].map(|n| n as f64);
            return (0..shares.len()).map(|h| fixed(h).unwrap_or_else(|| target(h))).collect();
        }
        let targets: Vec<(usize, f64)> = free.iter().map(|&h| (h, target(h))).collect();
        for (h, x) in targets {
            if short >= excess && x < bounds[h].0 as f64 {
                allocation[h] = Some(bounds[h].0);
            } else if excess >= short && x > bounds[h].1 as f64 {
                allocation[h] = Some(bounds[h].1);
            }
        }
    }
}

/// Whole numbers by largest remainders; see the head of this file.
fn whole_numbers(allocation: &[f64], populations: &[usize], bounds: &[(usize, usize)], size: usize) -> Vec<usize> {
    const SAME: f64 = 1e-9;
    let mut whole: Vec<usize> = allocation.iter().map(|&x| (x + SAME).floor().max(0.0) as usize).collect();
    let remainder = |h: usize| ((allocation[h] - whole[h] as f64).max(0.0) / SAME).round() as u64;
    let mut order: Vec<usize> = (0..whole.len()).filter(|&h| whole[h] < bounds[h].1).collect();
    order.sort_by(|&a, &b| remainder(b).cmp(&remainder(a)).then(populations[b].cmp(&populations[a])).then(a.cmp(&b)));
    let missing = size.saturating_sub(whole.iter().sum());
    for h in order.into_iter().take(missing) {
        whole[h] += 1;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strata(populations: &[usize]) -> Vec<StratumSize> {
        populations.iter().map(|&population| StratumSize { population, deviation: 0.5 }).collect()
    }

    fn proportional(populations: &[usize], size: usize, minimum: usize) -> Result<Vec<usize>, AllocationError> {
        allocate(&strata(populations), size, &Rules::new(Rule::Proportional).minimum(minimum))
    }

    #[test]
    fn proportional_by_hand() {
        // 10 * 47/100 = 4.7, 16/100 = 1.6, 37/100 = 3.7: whole parts 4, 1, 3; two are missing; 0.7 twice comes first.
        assert_eq!(proportional(&[47, 16, 37], 10, 0), Ok(vec![5, 1, 4]));
        assert_eq!(proportional(&[50, 30, 20], 10, 0), Ok(vec![5, 3, 2]));
    }

    #[test]
    fn equal_remainders_go_to_the_larger_population_then_to_the_first() {
        // 5 * 30/100 = 1.5 and 5 * 70/100 = 3.5: one is missing, the larger stratum gets it.
        assert_eq!(proportional(&[30, 70], 5, 0), Ok(vec![1, 4]));
        assert_eq!(proportional(&[50, 50], 3, 0), Ok(vec![2, 1]));
    }

    #[test]
    fn a_minimum_takes_from_the_others_in_proportion() {
        // Without it 20 over 900, 60, 40 is 18, 1.2, 0.8; with 3 each the first keeps the other 14.
        assert_eq!(proportional(&[900, 60, 40], 20, 3), Ok(vec![14, 3, 3]));
        // A stratum of two is taken whole where three are asked for; 15 are left over 900 and 98.
        assert_eq!(proportional(&[900, 98, 2], 20, 3), Ok(vec![15, 3, 2]));
    }

    #[test]
    fn neyman_by_hand() {
        // N S = 400*3, 300*5, 300*1 = 1200, 1500, 300, of 3000; n = 100: 40, 50, 10.
        let strata: Vec<StratumSize> = [(400, 3.0), (300, 5.0), (300, 1.0)]
            .map(|(population, deviation)| StratumSize { population, deviation })
            .to_vec();
        assert_eq!(allocate(&strata, 100, &Rules::new(Rule::Neyman)), Ok(vec![40, 50, 10]));
    }

    #[test]
    fn neyman_never_takes_more_than_there_are() {
        // N S = 10*50, 100*1 = 500, 100: 30 would be 25 and 5; only 10 are there, the other stratum gets 20.
        let strata = [StratumSize { population: 10, deviation: 50.0 }, StratumSize { population: 100, deviation: 1.0 }];
        assert_eq!(allocate(&strata, 30, &Rules::new(Rule::Neyman)), Ok(vec![10, 20]));
        // Deviations of zero everywhere: by population.
        let flat = [StratumSize { population: 10, deviation: 0.0 }, StratumSize { population: 30, deviation: 0.0 }];
        assert_eq!(allocate(&flat, 8, &Rules::new(Rule::Neyman)), Ok(vec![2, 6]));
    }

    #[test]
    fn power_lies_between_equal_and_proportional() {
        let populations = [10_000, 100];
        let power = |exponent| allocate(&strata(&populations), 110, &Rules::new(Rule::Power { exponent }));
        assert_eq!(power(1.0), Ok(vec![109, 1]));
        assert_eq!(power(0.5), Ok(vec![100, 10]));
        assert_eq!(power(0.0), Ok(vec![55, 55]));
        assert_eq!(allocate(&strata(&populations), 110, &Rules::new(Rule::Equal)), Ok(vec![55, 55]));
    }

    #[test]
    fn small_strata_are_taken_whole_and_large_ones_are_capped() {
        let rules = Rules { take_all: 12, maximum: Some(40), ..Rules::new(Rule::Proportional) };
        // 12 whole; 38 left over 800 and 200: 30.4 and 7.6.
        assert_eq!(allocate(&strata(&[800, 12, 200]), 50, &rules), Ok(vec![30, 12, 8]));
        let certain = Rules { whole: vec![2], ..Rules::new(Rule::Proportional) };
        assert_eq!(allocate(&strata(&[60, 20, 10]), 26, &certain), Ok(vec![12, 4, 10]));
        // 60: 48 left, 38.4 and 9.6; 100: 88 left, the cap of 40 twice leaves room for 92 in all.
        assert_eq!(allocate(&strata(&[800, 12, 200]), 92, &rules), Ok(vec![40, 12, 40]));
        assert_eq!(
            allocate(&strata(&[800, 12, 200]), 93, &rules),
            Err(AllocationError::MaximumsUnderSize { possible: 92, size: 93 })
        );
    }

    #[test]
    fn what_cannot_be_is_said() {
        assert_eq!(proportional(&[5, 5], 11, 0), Err(AllocationError::OverPopulation { size: 11, population: 10 }));
        assert_eq!(proportional(&[50, 50], 9, 5), Err(AllocationError::MinimumsOverSize { needed: 10, size: 9 }));
        assert_eq!(proportional(&[50, 0], 9, 5), Err(AllocationError::EmptyStratum { stratum: 1 }));
        assert_eq!(proportional(&[], 9, 5), Err(AllocationError::NoStrata));
        let fixed =
            |numbers: &[usize], size| allocate(&strata(&[10, 20]), size, &Rules::new(Rule::Fixed(numbers.to_vec())));
        assert_eq!(fixed(&[4, 6], 10), Ok(vec![4, 6]));
        assert_eq!(fixed(&[4], 4), Err(AllocationError::FixedCount { given: 1, strata: 2 }));
        assert_eq!(fixed(&[4, 6], 11), Err(AllocationError::FixedTotal { total: 10, size: 11 }));
        assert_eq!(fixed(&[14, 6], 20), Err(AllocationError::FixedOutside { stratum: 0, fixed: 14, low: 0, high: 10 }));
        let nan = [StratumSize { population: 10, deviation: f64::NAN }];
        assert!(matches!(
            allocate(&nan, 1, &Rules::new(Rule::Neyman)),
            Err(AllocationError::NotAShare { stratum: 0, .. })
        ));
        let upside_down = Rules { maximum: Some(2), ..Rules::new(Rule::Equal).minimum(3) };
        assert!(matches!(allocate(&strata(&[9]), 3, &upside_down), Err(AllocationError::MaximumUnderMinimum { .. })));
    }

    #[test]
    fn reserves_follow_the_main_sample_as_far_as_units_are_left() {
        assert_eq!(allocate_within(&[10, 5], &[100, 100], 6), Ok(vec![4, 2]));
        assert_eq!(allocate_within(&[10, 5], &[1, 100], 6), Ok(vec![1, 5]));
        assert_eq!(allocate_within(&[10, 5], &[0, 4], 3), Ok(vec![0, 3]));
        assert_eq!(
            allocate_within(&[10, 5], &[1, 1], 3),
            Err(AllocationError::OverPopulation { size: 3, population: 2 })
        );
    }

    proptest::proptest! {
        #[test]
        fn numbers_add_up_and_keep_their_bounds(
            given in proptest::collection::vec((1_usize..2000, 0.0_f64..10.0), 1..12),
            share in 0.0_f64..1.0, minimum in 0_usize..6, cap in 6_usize..900, take_all in 0_usize..9, which in 0_usize..4,
        ) {
            let strata: Vec<StratumSize> =
                given.iter().map(|&(population, deviation)| StratumSize { population, deviation }).collect();
            let rule = [Rule::Proportional, Rule::Equal, Rule::Neyman, Rule::Power { exponent: 0.3 }][which].clone();
            let rules = Rules { rule, minimum, maximum: Some(cap), take_all, whole: vec![1] };
            let population: usize = strata.iter().map(|s| s.population).sum();
            let size = (share * population as f64) as usize;
            if let Ok(numbers) = allocate(&strata, size, &rules) {
                proptest::prop_assert_eq!(numbers.iter().sum::<usize>(), size);
                for (h, (n, s)) in numbers.iter().zip(&strata).enumerate() {
                    let (low, high) = rules.bounds(h, s.population);
                    proptest::prop_assert!(*n >= low && *n <= high, "{} outside {}..={}", n, low, high);
                }
            }
        }
    }
}
