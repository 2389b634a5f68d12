//! Estimates whose samples have people in common: two waves of a survey, or two questions weighted by question.
//!
//! The variance of a difference is v1 + v2 - 2 c. With z the scores of each sample, centred in its strata, n_1 and n_2 the
//! units sampled in a stratum of N, and n_c of them in both samples,
//!
//! ```text
//! c = sum over strata (1 - n_1 n_2 / (n_c N)) sum over units in both of z_1 z_2
//! ```
//!
//! which for means of simple random samples is Tam's (n_c / (n_1 n_2) - 1 / N) S_12 (*American Statistician* 38, 1984):
//! samples that overlap as far as chance has it have no covariance, samples of the same units that of a paired test. Where
//! a stratum's population changed, N is the larger of the two. Units that moved to another stratum count without the term
//! in N.

use std::collections::BTreeMap;

/// One of two samples.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// For every unit its stratum, by codes that mean the same on both sides.
    pub strata: &'a [u32],
    /// For every unit the population of its stratum.
    pub populations: &'a [f64],
    /// For every unit its score; zero outside the domain.
    pub scores: &'a [f64],
}

impl Side<'_> {
    /// For every stratum its units, its population and the mean score.
    fn strata(&self) -> BTreeMap<u32, (f64, f64, f64)> {
        let mut strata: BTreeMap<u32, (f64, f64, f64)> = BTreeMap::new();
        for ((&stratum, &population), &score) in self.strata.iter().zip(self.populations).zip(self.scores) {
            let known = strata.entry(stratum).or_insert((0.0, population, 0.0));
            known.0 += 1.0;
            known.2 += score;
        }
        for (n, _, mean) in strata.values_mut() {
            *mean /= *n;
        }
        strata
    }
}

/// The covariance of two estimates; `pairs` are the places of every unit that is in both samples.
pub fn covariance(one: &Side<'_>, other: &Side<'_>, pairs: &[(usize, usize)]) -> f64 {
    let (first, second) = (one.strata(), other.strata());
    let mut cells: BTreeMap<(u32, u32), (f64, f64)> = BTreeMap::new();
    for &(a, b) in pairs {
        let (g, h) = (one.strata[a], other.strata[b]);
        let product = (one.scores[a] - first[&g].2) * (other.scores[b] - second[&h].2);
        let cell = cells.entry((g, h)).or_default();
        cell.0 += 1.0;
        cell.1 += product;
    }
    cells
        .into_iter()
        .map(|((g, h), (common, products))| {
            let ((n1, p1, _), (n2, p2, _)) = (first[&g], second[&h]);
            // A variance of deviations has n - 1 below; so has this covariance.
            let unbiased = if common > 1.0 { common / (common - 1.0) } else { 1.0 };
            let population = p1.max(p2);
            let expected = if g == h && population.is_finite() { n1 * n2 / population } else { 0.0 };
            (1.0 - expected / common) * unbiased * products
        })
        .sum()
}

/// Welch and Satterthwaite's degrees of freedom of a difference of two estimates.
pub fn degrees_of_freedom((se1, df1): (f64, f64), (se2, df2): (f64, f64)) -> f64 {
    let (v1, v2) = (se1 * se1, se2 * se2);
    let part = |v: f64, df: f64| if v == 0.0 { 0.0 } else { v * v / df };
    let below = part(v1, df1) + part(v2, df2);
    if below > 0.0 { (v1 + v2) * (v1 + v2) / below } else { df1.min(df2) }
}

#[cfg(test)]
mod tests {
    use super::super::design::Design;
    use super::super::linearised::{Linearised, everyone, mean};
    use super::*;

    fn side<'a>(design: &Design, found: &'a Linearised, strata: &'a [u32], populations: &'a [f64]) -> Side<'a> {
        assert_eq!(design.len(), found.scores.len());
        Side { strata, populations, scores: &found.scores }
    }

    #[test]
    fn the_same_units_are_a_paired_test() {
        let (strata, populations) = ([0, 0, 0, 1, 1, 1], [30.0, 30.0, 30.0, 60.0, 60.0, 60.0]);
        let weights = [10.0, 10.0, 10.0, 20.0, 20.0, 20.0];
        let design = Design::of(&weights).strata(&strata).population(&populations).build().expect("a sound design");
        let all = everyone(&design);
        let (a, b) = (
            mean(&design, &all, &[1.0, 4.0, 2.0, 8.0, 5.0, 7.0]),
            mean(&design, &all, &[2.0, 3.0, 1.0, 9.0, 4.0, 9.0]),
        );
        let pairs: Vec<(usize, usize)> = (0..6).map(|unit| (unit, unit)).collect();
        let c =
            covariance(&side(&design, &a, &strata, &populations), &side(&design, &b, &strata, &populations), &pairs);
        let paired = design.variance(&a.minus(&b).scores);
        let apart = design.variance(&a.scores) + design.variance(&b.scores) - 2.0 * c;
        assert!((paired - apart).abs() < 1e-14, "{paired} {apart}");
    }

    #[test]
    fn nobody_in_both_is_no_covariance() {
        let side = Side { strata: &[0, 0], populations: &[9.0, 9.0], scores: &[0.5, -0.5] };
        assert_eq!(covariance(&side, &side, &[]), 0.0);
    }

    /// Two waves of 60 out of 400, of which 30 are the same people by design: over many draws, the variance of the change is
    /// what the formula says, and without the covariance it would be far too large.
    #[test]
    fn over_many_draws_the_change_varies_as_estimated() {
        let (population, n, kept) = (400usize, 60usize, 30usize);
        let mut state = 20260u64;
        let mut draw = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as usize) % below
        };
        let before: Vec<f64> = (0..population).map(|_| draw(100) as f64).collect();
        let after: Vec<f64> = before.iter().map(|y| 0.8 * y + draw(30) as f64).collect();
        let truth = (after.iter().sum::<f64>() - before.iter().sum::<f64>()) / population as f64;
        let (strata, populations, weights) = (vec![0; n], vec![400.0; n], vec![400.0 / 60.0; n]);
        let design = Design::of(&weights).population(&populations).build().expect("a sound design");
        let all = everyone(&design);
        let (mut squares, mut estimated, mut apart, rounds) = (0.0, 0.0, 0.0, 1500);
        for _ in 0..rounds {
            let mut order: Vec<usize> = (0..population).collect();
            for at in 0..2 * n {
                let other = at + draw(population - at);
                order.swap(at, other);
            }
            let (first, second) = (&order[..n], &order[n - kept..2 * n - kept]);
            let pick = |units: &[usize], of: &[f64]| units.iter().map(|&unit| of[unit]).collect::<Vec<f64>>();
            let (a, b) = (mean(&design, &all, &pick(first, &before)), mean(&design, &all, &pick(second, &after)));
            let pairs: Vec<(usize, usize)> = (0..kept).map(|at| (n - kept + at, at)).collect();
            let c = covariance(
                &side(&design, &a, &strata, &populations),
                &side(&design, &b, &strata, &populations),
                &pairs,
            );
            let sum = design.variance(&a.scores) + design.variance(&b.scores);
            squares += (b.value - a.value - truth).powi(2);
            estimated += sum - 2.0 * c;
            apart += sum;
        }
        let ratio = estimated / squares;
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
        assert!(apart / squares > 1.4, "{}", apart / squares);
    }

    #[test]
    fn degrees_of_freedom_are_welchs() {
        // R: t.test of groups with standard errors 3 and 4 on 10 and 20 degrees of freedom.
        assert!((degrees_of_freedom((3.0, 10.0), (4.0, 20.0)) - 625.0 / (8.1 + 12.8)).abs() < 1e-12);
        assert_eq!(degrees_of_freedom((0.0, 10.0), (0.0, 20.0)), 10.0);
    }
}
