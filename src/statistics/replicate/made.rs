//! Replicates made from a design: jackknife, balanced half samples, bootstrap.

use super::super::design::{Design, SinglePsu};
use super::{ReplicateError, Replicates, hadamard};

/// More numbers than this (1.6 GB) are refused.
const MOST: usize = 200_000_000;

fn check_size(design: &Design, replicates: usize) -> Result<(), ReplicateError> {
    let numbers = design.len().saturating_mul(replicates);
    if numbers > MOST { Err(ReplicateError::TooMany { numbers }) } else { Ok(()) }
}

/// The first-stage strata with their PSUs, both in the order in which they come along `order`.
fn strata_in(design: &Design, order: &[usize]) -> Vec<(usize, Vec<usize>)> {
    let mut strata: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut place = vec![usize::MAX; design.strata_count()];
    let mut seen = vec![false; design.psu_count()];
    for &row in order {
        let (stratum, psu) = (design.stratum(row), design.psu(row));
        if place[stratum] == usize::MAX {
            place[stratum] = strata.len();
            strata.push((stratum, Vec::new()));
        }
        if !std::mem::replace(&mut seen[psu], true) {
            strata[place[stratum]].1.push(psu);
        }
    }
    strata
}

impl Replicates {
    /// The delete-one jackknife of a design's PSUs: JKn with strata, JK1 without.
    ///
    /// Strata that were sampled whole have no replicates. A stratum with one PSU follows the design's policy.
    ///
    /// # Errors
    /// When the table would be too large, or fewer than two replicates remain.
    pub fn jackknife(design: &Design) -> Result<Self, ReplicateError> {
        check_size(design, design.psu_count())?;
        let strata = design.strata_count() as f64;
        let mut stratum_of = vec![0; design.psu_count()];
        for row in 0..design.len() {
            stratum_of[design.psu(row)] = design.stratum(row);
        }
        let (mut weights, mut rscales) = (Vec::new(), Vec::new());
        let mut passed = 0.0;
        for (psu, &stratum) in stratum_of.iter().enumerate() {
            let (sampled, population) = design.stratum_size(stratum);
            let n = sampled as f64;
            let correction = if population.is_finite() { (population - n) / population } else { 1.0 };
            if correction <= 0.0 {
                continue;
            }
            let (inside, outside, rscale) = if sampled > 1 {
                (n / (n - 1.0), 1.0, correction * (n - 1.0) / n)
            } else if design.single_psu() == SinglePsu::Centre {
                (0.0, strata / (strata - 1.0), (strata - 1.0) / strata)
            } else {
                passed += 1.0;
                continue;
            };
            weights.push(
                (0..design.len())
                    .map(|row| {
                        let factor = if design.psu(row) == psu {
                            0.0
                        } else if design.stratum(row) == stratum {
                            inside
                        } else {
                            outside
                        };
                        design.weights()[row] * factor
                    })
                    .collect(),
            );
            rscales.push(rscale);
        }
        if weights.len() < 2 {
            return Err(ReplicateError::TooFew);
        }
        let made = weights.len() as f64;
        let scale = if design.single_psu() == SinglePsu::Average { (made + passed) / made } else { 1.0 };
        Ok(Replicates { weights, scale, rscales, df: design.degrees_of_freedom() })
    }

    /// Balanced half samples of strata with two PSUs each: one PSU of each stratum counts 2 - rho times its weight, the
    /// other rho times (BRR for a `rho` of 0, else Fay's method). Which one is said by a Hadamard matrix of the smallest
    /// order above the number of strata: its rows are the replicates, its columns but the first the strata, and where it
    /// has a one the first PSU of the stratum counts more.
    ///
    /// Strata and PSUs are taken in the order in which they come along `order`, the rows in an order that follows from
    /// what they are. Strata that were sampled whole, or that have one PSU and count as certain, keep their weights. There
    /// is no finite population correction.
    ///
    /// # Errors
    /// When a stratum has not two PSUs, or the table would be too large.
    pub fn balanced(design: &Design, order: &[usize], rho: f64) -> Result<Self, ReplicateError> {
        let is_halved = |stratum: usize, psus: &[usize]| {
            let (sampled, population) = design.stratum_size(stratum);
            let whole = population <= sampled as f64;
            let certain = psus.len() == 1 && design.single_psu() == SinglePsu::Certainty;
            !(whole || certain)
        };
        let strata: Vec<Vec<usize>> = strata_in(design, order)
            .into_iter()
            .filter(|(stratum, psus)| is_halved(*stratum, psus))
            .map(|(_, psus)| psus)
            .collect();
        if let Some(psus) = strata.iter().find(|psus| psus.len() != 2) {
            let row = (0..design.len()).find(|&row| design.psu(row) == psus[0]).unwrap_or_default();
            return Err(ReplicateError::NotPairs { row, psus: psus.len() });
        }
        let matrix = hadamard::above(strata.len());
        check_size(design, matrix.len())?;
        let weights: Vec<Vec<f64>> = matrix
            .iter()
            .map(|signs| {
                let mut factor = vec![1.0; design.psu_count()];
                for (psus, &first) in strata.iter().zip(&signs[1..]) {
                    let (more, less) = if first { (psus[0], psus[1]) } else { (psus[1], psus[0]) };
                    (factor[more], factor[less]) = (2.0 - rho, rho);
                }
                (0..design.len()).map(|row| design.weights()[row] * factor[design.psu(row)]).collect()
            })
            .collect();
        if weights.len() < 2 {
            return Err(ReplicateError::TooFew);
        }
        let count = weights.len();
        let scale = 1.0 / (count as f64 * (1.0 - rho).powi(2));
        Ok(Replicates { weights, scale, rscales: vec![1.0; count], df: design.degrees_of_freedom() })
    }

    /// The rescaled bootstrap of Rao, Wu and Yue: in each stratum n_h - 1 PSUs are drawn with replacement, and a PSU drawn
    /// r times counts 1 - l + l r n_h / (n_h - 1) times its weight, with l = sqrt(1 - f_h).
    ///
    /// Strata and PSUs are drawn in the order in which they come along `order`, the rows in an order that follows from
    /// what they are, so that the same sample gives the same replicates however its file is sorted. `below` gives a random
    /// whole number from zero to below its argument.
    ///
    /// # Errors
    /// When the table would be too large, or fewer than two replicates are asked for.
    pub fn bootstrap(
        design: &Design,
        order: &[usize],
        replicates: usize,
        mut below: impl FnMut(u32) -> u32,
    ) -> Result<Self, ReplicateError> {
        if replicates < 2 {
            return Err(ReplicateError::TooFew);
        }
        check_size(design, replicates)?;
        let strata = strata_in(design, order);
        let weights = (0..replicates)
            .map(|_| {
                let mut factor = vec![1.0; design.psu_count()];
                for (stratum, psus) in strata.iter().filter(|(_, psus)| psus.len() > 1) {
                    let (_, population) = design.stratum_size(*stratum);
                    let n = psus.len() as f64;
                    let rescale =
                        if population.is_finite() { ((population - n) / population).max(0.0).sqrt() } else { 1.0 };
                    let mut drawn = vec![0u32; psus.len()];
                    for _ in 1..psus.len() {
                        drawn[below(psus.len() as u32) as usize] += 1;
                    }
                    for (&psu, &times) in psus.iter().zip(&drawn) {
                        factor[psu] = 1.0 - rescale + rescale * f64::from(times) * n / (n - 1.0);
                    }
                }
                (0..design.len()).map(|row| design.weights()[row] * factor[design.psu(row)]).collect()
            })
            .collect();
        let df = design.degrees_of_freedom().min(replicates as f64 - 1.0);
        Ok(Replicates { weights, scale: 1.0 / (replicates as f64 - 1.0), rscales: vec![1.0; replicates], df })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theta(weights: &[f64], values: &[f64]) -> f64 {
        weights.iter().zip(values).map(|(w, y)| w * y).sum::<f64>() / weights.iter().sum::<f64>()
    }

    /// A generator small enough for a test.
    fn chance() -> impl FnMut(u32) -> u32 {
        let mut state = 7u32;
        move |n| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % n
        }
    }

    #[test]
    fn the_jackknife_of_a_mean_is_its_textbook_variance() {
        let design = Design::of(&[1.0; 4]).population(&[40.0; 4]).build().expect("sound");
        let replicates = Replicates::jackknife(&design).expect("sound");
        let thetas: Vec<f64> = replicates.weights().iter().map(|w| theta(w, &[1.0, 2.0, 3.0, 6.0])).collect();
        assert!((replicates.covariance(&[&thetas]).at(0, 0) - 1.05).abs() < 1e-14);
        assert_eq!(replicates.degrees_of_freedom(), 3.0);
    }

    #[test]
    fn bootstrap_weights_keep_the_stratum_total() {
        let design = Design::of(&[2.0, 2.0, 2.0, 5.0, 5.0]).strata(&[0, 0, 0, 1, 1]).build().expect("sound");
        let replicates = Replicates::bootstrap(&design, &[0, 1, 2, 3, 4], 50, chance()).expect("sound");
        for weights in replicates.weights() {
            assert!((weights[..3].iter().sum::<f64>() - 6.0).abs() < 1e-12);
            assert!((weights[3..].iter().sum::<f64>() - 10.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_bootstrap_follows_the_order_that_is_given() {
        let one = Design::of(&[1.0; 5]).strata(&[0, 0, 0, 1, 1]).build().expect("sound");
        let other = Design::of(&[1.0; 5]).strata(&[1, 0, 1, 0, 0]).build().expect("sound");
        // Row r of the first stands at place[r] of the second.
        let place = [1, 3, 4, 0, 2];
        let a = Replicates::bootstrap(&one, &[0, 1, 2, 3, 4], 20, chance()).expect("sound");
        let b = Replicates::bootstrap(&other, &place, 20, chance()).expect("sound");
        for (a, b) in a.weights().iter().zip(b.weights()) {
            assert!((0..5).all(|row| a[row] == b[place[row]]));
        }
    }

    /// Half samples in balance give the variance of a total exactly: sum_h (t_h1 - t_h2)^2.
    #[test]
    fn half_samples_in_balance_give_the_variance_of_a_total() {
        let strata: Vec<u32> = (0..10).map(|row| row / 2).collect();
        let design = Design::of(&[3.0; 10]).strata(&strata).build().expect("sound");
        let values: [f64; 10] = [1.0, 4.0, 2.0, 2.5, 9.0, 3.0, 0.0, 1.0, 5.0, 6.5];
        let order: Vec<usize> = (0..10).collect();
        let expected: f64 = values.chunks(2).map(|pair| 9.0 * (pair[0] - pair[1]).powi(2)).sum();
        for rho in [0.0, 0.3] {
            let replicates = Replicates::balanced(&design, &order, rho).expect("pairs");
            assert_eq!((replicates.len(), replicates.degrees_of_freedom()), (8, 5.0));
            let total = |w: &Vec<f64>| w.iter().zip(&values).map(|(w, y)| w * y).sum::<f64>();
            let totals: Vec<f64> = replicates.weights().iter().map(total).collect();
            let found = replicates.covariance(&[&totals]).at(0, 0);
            assert!((found - expected).abs() < 1e-9 * expected, "{rho}: {found} is not {expected}");
        }
    }

    #[test]
    fn half_samples_need_pairs() {
        let design = Design::of(&[1.0; 5]).strata(&[0, 0, 1, 1, 1]).build().expect("sound");
        let order = [0, 1, 2, 3, 4];
        assert_eq!(Replicates::balanced(&design, &order, 0.0), Err(ReplicateError::NotPairs { row: 2, psus: 3 }));
    }
}
