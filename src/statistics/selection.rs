//! Selection: which positions of an ordered list are in the sample, and with what probability.
//!
//! Chance comes in as 64-bit numbers, so that every selection can be recomputed; positions count from zero.
//! Sources: Cochran, *Sampling Techniques* (1977), chapters 8 and 9A; Särndal, Swensson and Wretman, *Model Assisted
//! Survey Sampling* (1992), 3.4 and 3.6.

use std::fmt;

/// Why no selection can be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SelectionError {
    /// More is wanted than there is.
    OverPopulation {
        /// The size asked for.
        size: usize,
        /// The number of elements.
        population: usize,
    },
    /// A measure of size is not a number above zero.
    Measure {
        /// The element, counted from zero.
        element: usize,
        /// Its measure.
        value: f64,
    },
}

impl fmt::Display for SelectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OverPopulation { size, population } => {
                write!(f, "the size {size} is more than the {population} that there are")
            }
            Self::Measure { element, value } => {
                write!(f, "element {} has the measure of size {value}, which is not above zero", element + 1)
            }
        }
    }
}

impl std::error::Error for SelectionError {}

/// Systematic selection of `size` of `population` positions with a fractional interval.
///
/// With the interval I = N/n and the start u = `start` / 2^64, the positions are floor((u + j) I), j = 0 .. n-1, in whole
/// numbers throughout: every position has the probability n/N to within 2^-64, and exactly n are selected.
///
/// # Errors
/// [`SelectionError::OverPopulation`].
///
/// ```
/// use quorate::statistics::selection::systematic;
/// // Half way into the first of three intervals of 10/3: 1.67, 5, 8.33.
/// assert_eq!(systematic(10, 3, 1 << 63), Ok(vec![1, 5, 8]));
/// ```
pub fn systematic(population: usize, size: usize, start: u64) -> Result<Vec<usize>, SelectionError> {
    if size > population {
        return Err(SelectionError::OverPopulation { size, population });
    }
    let (total, count) = (population as u128, size as u128);
    // (u + j) N / n with u = start / 2^64: the whole part of j N / n and its rest are taken apart, so that nothing overflows.
    let position = |j: u128| {
        let (whole, rest) = (j * total / count, j * total % count);
        let (start_whole, start_rest) = (total / count, total % count);
        let numerator = (rest << 64) + u128::from(start) * start_rest;
        let fraction = u128::from(start) * start_whole + numerator / count;
        // `fraction` holds 64 bits after the point, cut off downwards: the whole part is exact.
        whole + (fraction >> 64)
    };
    Ok((0..count).map(|j| position(j) as usize).collect())
}

/// The inclusion probabilities of `size` elements drawn in proportion to their measures, with certainties taken out.
///
/// π_i = n x_i / Σ x; an element with π_i >= 1 is in the sample with certainty (π_i = 1), and the rest is shared out
/// among the others, again and again until none reaches 1. The probabilities add up to `size`.
///
/// # Errors
/// When a measure is missing (not a number), zero or negative, or there are fewer elements than `size`.
///
/// ```
/// use quorate::statistics::selection::inclusion_probabilities;
/// // 3 of 90, 4, 3, 2, 1: 2.7 is a certainty; the other two of 4, 3, 2, 1 have 0.8, 0.6, 0.4, 0.2.
/// assert_eq!(inclusion_probabilities(&[90.0, 4.0, 3.0, 2.0, 1.0], 3), Ok(vec![1.0, 0.8, 0.6, 0.4, 0.2]));
/// ```
pub fn inclusion_probabilities(measures: &[f64], size: usize) -> Result<Vec<f64>, SelectionError> {
    if let Some(element) = measures.iter().position(|x| !x.is_finite() || *x <= 0.0) {
        return Err(SelectionError::Measure { element, value: measures[element] });
    }
    if size > measures.len() {
        return Err(SelectionError::OverPopulation { size, population: measures.len() });
    }
    let mut probabilities = vec![0.0; measures.len()];
    let mut certain = vec![false; measures.len()];
    loop {
        let left = size - certain.iter().filter(|c| **c).count();
        let total: f64 = measures.iter().zip(&certain).filter(|(_, c)| !**c).map(|(x, _)| x).sum();
        let mut more = false;
        for i in 0..measures.len() {
            if certain[i] {
                continue;
            }
            probabilities[i] = left as f64 * measures[i] / total;
            // Within rounding of one counts as one: a probability of 0.9999999999999999 is n equal measures for n places.
            if left > 0 && probabilities[i] >= 1.0 - 1e-12 {
                more = true;
            }
        }
        if !more {
            return Ok(probabilities);
        }
        for i in 0..measures.len() {
            if !certain[i] && probabilities[i] >= 1.0 - 1e-12 {
                certain[i] = true;
                probabilities[i] = 1.0;
            }
        }
    }
}

/// Systematic selection with unequal probabilities: the probabilities are laid end to end, and the elements are taken in
/// which the points u, u + 1, u + 2, ... fall, u = `start` / 2^64.
///
/// Certainties are taken first; the others must add up to a whole number, as [`inclusion_probabilities`] gives them.
/// The positions come in rising order, and are as many as the probabilities add up to.
pub fn systematic_unequal(probabilities: &[f64], start: u64) -> Vec<usize> {
    let drawn: Vec<usize> = (0..probabilities.len()).filter(|&i| probabilities[i] < 1.0).collect();
    let total: f64 = drawn.iter().map(|&i| probabilities[i]).sum();
    let wanted = total.round() as usize;
    let u = (start >> 11) as f64 / (1_u64 << 53) as f64;
    let mut taken: Vec<usize> = (0..probabilities.len()).filter(|&i| probabilities[i] >= 1.0).collect();
    let certainties = taken.len();
    let mut cumulated = 0.0;
    for (rank, &i) in drawn.iter().enumerate() {
        cumulated += probabilities[i];
        let found = taken.len() - certainties;
        // Rounding in the sum must not lose the last place: as many elements as places left are all taken.
        let last = drawn.len() - rank == wanted - found.min(wanted);
        if found < wanted && (cumulated > u + found as f64 || last) {
            taken.push(i);
        }
    }
    taken.sort_unstable();
    taken
}

/// Whole numbers whose expectations over `start` are the shares, each the share rounded down or up: the shares are laid end to
/// end, and each gets as many as there are points u, u + 1, u + 2, ... in it, u = `start` / 2^64.
///
/// The shares must add up to a whole number, which the numbers then add up to.
///
/// ```
/// use quorate::statistics::selection::rounded_at_random;
/// assert_eq!(rounded_at_random(&[1.5, 0.25, 2.25], 0), [2, 0, 2]); // 0, 1 | | 2, 3
/// assert_eq!(rounded_at_random(&[1.5, 0.25, 2.25], 5 << 61), [1, 1, 2]); // 0.625 | 1.625 | 2.625, 3.625
/// ```
pub fn rounded_at_random(shares: &[f64], start: u64) -> Vec<usize> {
    const SAME: f64 = 1e-9;
    let u = (start >> 11) as f64 / (1_u64 << 53) as f64;
    let (mut cumulated, mut before) = (0.0_f64, 0);
    shares
        .iter()
        .map(|share| {
            cumulated += share;
            // A sum that should be whole is whole, however it was rounded.
            let end = if (cumulated - cumulated.round()).abs() < SAME { cumulated.round() } else { cumulated };
            let points = (end - u).ceil().max(0.0) as usize;
            let here = points.saturating_sub(before);
            before = before.max(points);
            here
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random numbers with even coverage for tests of probabilities: multiples of the golden ratio.
    fn starts(count: u64) -> impl Iterator<Item = u64> {
        (0..count).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    #[test]
    fn systematic_by_hand() {
        assert_eq!(systematic(10, 5, 0), Ok(vec![0, 2, 4, 6, 8]));
        assert_eq!(systematic(10, 5, u64::MAX), Ok(vec![1, 3, 5, 7, 9]));
        assert_eq!(systematic(7, 7, 1 << 62), Ok((0..7).collect()));
        assert_eq!(systematic(7, 0, 1 << 62), Ok(vec![]));
        assert_eq!(systematic(3, 4, 0), Err(SelectionError::OverPopulation { size: 4, population: 3 }));
        // A quarter into intervals of 7/3: 0.58, 2.92, 5.25.
        assert_eq!(systematic(7, 3, 1 << 62), Ok(vec![0, 2, 5]));
    }

    #[test]
    fn systematic_gives_every_position_the_same_chance() {
        let mut counts = [0_u32; 11];
        for start in starts(11_000) {
            for i in systematic(11, 4, start).expect("4 of 11 can be drawn") {
                counts[i] += 1;
            }
        }
        assert!(counts.iter().all(|c| c.abs_diff(4000) < 20), "{counts:?}");
    }

    #[test]
    fn probabilities_without_certainties_are_proportional() {
        // As R: sampling::inclusionprobabilities(1:4, 2)
        assert_eq!(inclusion_probabilities(&[1.0, 2.0, 3.0, 4.0], 2), Ok(vec![0.2, 0.4, 0.6, 0.8]));
        assert_eq!(inclusion_probabilities(&[5.0; 3], 3), Ok(vec![1.0; 3]));
        assert_eq!(inclusion_probabilities(&[5.0, 1.0], 0), Ok(vec![0.0; 2]));
    }

    #[test]
    fn certainties_make_further_certainties() {
        // 3 of 100, 20, 2, 2, 2: 100 is certain; 2 of 26 makes 20 certain (40/26); one of 2, 2, 2 is left.
        let third = 1.0 / 3.0;
        let probabilities = inclusion_probabilities(&[100.0, 20.0, 2.0, 2.0, 2.0], 3).expect("3 of 5 can be drawn");
        for (p, expected) in probabilities.iter().zip([1.0, 1.0, third, third, third]) {
            assert!((p - expected).abs() < 1e-15, "{probabilities:?}");
        }
    }

    #[test]
    fn probabilities_are_those_of_r() {
        // tests/reference/inclusion.R: sampling 2.9, inclusionprobabilities(x, n).
        let measures = [3.0, 8.0, 1.0, 12.0, 40.0, 5.0, 7.0, 2.0, 9.0, 150.0, 6.0, 4.0, 11.0, 10.0, 33.0];
        let reference = include_str!("../../tests/reference/inclusion.csv");
        let mut checked = 0;
        for line in reference.lines().skip(1) {
            let mut fields = line.split(',').map(|field| field.parse::<f64>().expect("a number"));
            let (size, element) = (fields.next().expect("n") as usize, fields.next().expect("i") as usize);
            let expected = fields.next().expect("pi");
            let found = inclusion_probabilities(&measures, size).expect("the size is possible")[element - 1];
            assert!((found - expected).abs() < 1e-14, "n = {size}, element {element}: {found}, R has {expected}");
            checked += 1;
        }
        assert_eq!(checked, 60);
    }

    #[test]
    fn systematic_selections_are_those_of_r() {
        // tests/reference/margins.R: sampling 2.9, UPsystematic(inclusionprobabilities(x, 5)) at these starts.
        let measures = [3.0, 8.0, 1.0, 12.0, 5.0, 7.0, 2.0, 9.0, 6.0, 4.0, 11.0, 10.0];
        let probabilities = inclusion_probabilities(&measures, 5).expect("5 of 12 can be drawn");
        for (start, units) in [
            (0.2655086631421, [2, 4, 6, 9, 11]),
            (0.18488225992769, [1, 4, 6, 9, 11]),
            (0.168041526339948, [1, 4, 6, 9, 11]),
            (0.585800305008888, [2, 5, 8, 10, 12]),
            (0.200214452575892, [2, 4, 6, 9, 11]),
            (0.606268297648057, [2, 5, 8, 10, 12]),
        ] {
            let taken = systematic_unequal(&probabilities, (start * 2.0_f64.powi(64)) as u64);
            assert_eq!(taken, units.map(|unit| unit - 1), "start {start}");
        }
    }

    #[test]
    fn measures_must_be_above_zero() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let answer = inclusion_probabilities(&[1.0, bad], 1);
            assert!(matches!(answer, Err(SelectionError::Measure { element: 1, .. })), "{bad}");
        }
        assert!(inclusion_probabilities(&[1.0], 2).is_err());
    }

    #[test]
    fn unequal_systematic_keeps_its_probabilities_and_its_size() {
        let probabilities = inclusion_probabilities(&[90.0, 4.0, 3.0, 2.0, 1.0], 3).expect("3 of 5 can be drawn");
        let mut counts = [0_u32; 5];
        for start in starts(10_000) {
            let taken = systematic_unequal(&probabilities, start);
            assert_eq!(taken.len(), 3);
            taken.into_iter().for_each(|i| counts[i] += 1);
        }
        for (count, p) in counts.iter().zip(&probabilities) {
            assert!((f64::from(*count) - 10_000.0 * p).abs() < 20.0, "{counts:?}");
        }
    }

    #[test]
    fn random_rounding_keeps_its_expectations() {
        let shares = [0.3, 2.0, 1.1, 0.6, 3.0];
        let mut sums = [0.0; 5];
        for start in starts(10_000) {
            let numbers = rounded_at_random(&shares, start);
            assert_eq!(numbers.iter().sum::<usize>(), 7);
            for ((sum, n), share) in sums.iter_mut().zip(numbers).zip(shares) {
                assert!((n as f64 - share).abs() < 1.0, "{n} for {share}");
                *sum += n as f64 / 10_000.0;
            }
        }
        assert!(sums.iter().zip(shares).all(|(sum, share)| (sum - share).abs() < 0.002), "{sums:?}");
    }

    proptest::proptest! {
        #[test]
        fn the_size_is_always_met(
            measures in proptest::collection::vec(0.001_f64..1e6, 1..60), share in 0.0_f64..=1.0, start: u64,
        ) {
            let size = (share * measures.len() as f64) as usize;
            let probabilities = inclusion_probabilities(&measures, size).expect("the measures are above zero");
            proptest::prop_assert!((probabilities.iter().sum::<f64>() - size as f64).abs() < 1e-9);
            let taken = systematic_unequal(&probabilities, start);
            proptest::prop_assert_eq!(taken.len(), size);
            proptest::prop_assert!(taken.windows(2).all(|w| w[0] < w[1]));
            let even = systematic(measures.len(), size, start).expect("the size is within the population");
            proptest::prop_assert!(even.windows(2).all(|w| w[0] < w[1]));
            proptest::prop_assert!(even.iter().all(|&i| i < measures.len()));
        }
    }
}
