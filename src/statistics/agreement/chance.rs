//! Coefficients corrected for chance, (p_a - p_e) / (1 - p_e), over any number of raters with missing ratings.
//!
//! All have the observed agreement p_a, the mean over the units with two ratings at least of
//! sum_k r_ik (r*_ik - 1) / (r_i (r_i - 1)) with r*_ik = sum_l w_kl r_il; they differ in the agreement p_e by chance.
//! Means over units are weighted by what each unit counts, w_i. With W the sum of the weights of all units and W' that of
//! the units with two ratings, a unit's score is
//! (W/W') (p_a,i - p_e [r_i >= 2]) / (1 - p_e) - 2 (1 - kappa) (p_e,i - p_e) / (1 - p_e).
//! Source: Gwet (2014), chapters 2 to 5, for units that count the same; the weighted form puts Horvitz and Thompson's
//! sums in the place of every sum over units. Gwet takes W' as known. With weights it is an estimate, and the first term
//! becomes kappa + (W/W') [r_i >= 2] ((p_a,i - p_e) / (1 - p_e) - kappa): the same where every unit has two ratings.

use super::ratings::total;
use super::sampling::{Sampling, Score};
use super::{Figures, Ratings, Undefined, Weights};

type Outcome = (usize, Result<Figures, Undefined>);

/// The observed agreement of every unit (none with fewer than two ratings), their mean, and the sum of their weights.
fn observed(ratings: &Ratings, weights: &Weights, sampling: &Sampling<'_>) -> Option<(Vec<Option<f64>>, f64, f64)> {
    let units: Vec<Option<f64>> = ratings
        .counts()
        .iter()
        .map(|counts| {
            let all = total(counts);
            let agreeing: f64 = counts
                .iter()
                .map(|&(k, count)| {
                    let weighted: f64 = counts.iter().map(|&(l, other)| weights.of(k, l) * other).sum();
                    count * (weighted - 1.0)
                })
                .sum();
            (all >= 2.0).then(|| agreeing / (all * (all - 1.0)))
        })
        .collect();
    let paired = || units.iter().enumerate().filter_map(|(unit, agreed)| Some((unit, (*agreed)?)));
    let sum = sampling.sum(paired().map(|(unit, _)| unit));
    let mean = paired().map(|(unit, agreed)| sampling.weight(unit) * agreed).sum::<f64>() / sum;
    (sum > 0.0).then_some((units, mean, sum))
}

/// The coefficient from the agreement by chance, over all units and for each of them.
fn corrected(ratings: &Ratings, weights: &Weights, chance: f64, of_unit: &[f64], sampling: &Sampling<'_>) -> Outcome {
    let n = ratings.units();
    let Some((observed, agreed, paired)) = observed(ratings, weights, sampling) else {
        return (0, Err(Undefined::NoPairs));
    };
    let left = 1.0 - chance;
    if left < 1e-14 {
        return (n, Err(Undefined::OneAnswer));
    }
    let kappa = (agreed - chance) / left;
    let scale = sampling.sum(0..n) / paired;
    let scores: Vec<Score> = observed
        .iter()
        .zip(of_unit)
        .map(|(observed, by_chance)| {
            let own = observed.map(|observed| (observed - chance) / left);
            let own = match sampling.is_weighted() {
                true => kappa + own.map_or(0.0, |own| scale * (own - kappa)),
                false => own.map_or(0.0, |own| scale * own),
            };
            own - 2.0 * (1.0 - kappa) * (by_chance - chance) / left
        })
        .enumerate()
        .collect();
    (n, Ok(sampling.figures(kappa, &scores, kappa)))
}

/// pi_k, the mean over units of the share of their ratings in category k.
fn prevalence(ratings: &Ratings, sampling: &Sampling<'_>) -> Vec<f64> {
    let mut shares = vec![0.0; ratings.categories()];
    for (unit, counts) in ratings.counts().iter().enumerate() {
        let all = total(counts);
        for &(k, count) in counts {
            shares[k] += sampling.weight(unit) * count / all;
        }
    }
    let whole = sampling.sum(0..ratings.units());
    shares.iter().map(|share| share / whole).collect()
}

/// For every unit the mean of a value of the categories over its ratings.
fn mean_over_ratings(ratings: &Ratings, value: &[f64]) -> Vec<f64> {
    let mean =
        |counts: &Vec<(usize, f64)>| counts.iter().map(|&(k, count)| count * value[k]).sum::<f64>() / total(counts);
    ratings.counts().iter().map(mean).collect()
}

/// Fleiss: p_e = sum_kl w_kl pi_k pi_l.
pub(super) fn fleiss(ratings: &Ratings, weights: &Weights, sampling: &Sampling<'_>) -> Outcome {
    let shares = prevalence(ratings, sampling);
    let weighted = weights.apply(&shares);
    let chance = shares.iter().zip(&weighted).map(|(share, weighted)| share * weighted).sum();
    corrected(ratings, weights, chance, &mean_over_ratings(ratings, &weighted), sampling)
}

/// Gwet: p_e = T_w / (q (q - 1)) sum_k pi_k (1 - pi_k), with T_w the sum of all weights.
///
/// With a single category nobody can disagree by chance on anything else: p_e is 0, its limit.
pub(super) fn gwet(ratings: &Ratings, weights: &Weights, sampling: &Sampling<'_>) -> Outcome {
    let shares = prevalence(ratings, sampling);
    let q = ratings.categories() as f64;
    let factor = if q > 1.0 { weights.total() / (q * (q - 1.0)) } else { 0.0 };
    let chance = factor * shares.iter().map(|share| share * (1.0 - share)).sum::<f64>();
    let others: Vec<f64> = shares.iter().map(|share| factor * (1.0 - share)).collect();
    corrected(ratings, weights, chance, &mean_over_ratings(ratings, &others), sampling)
}

/// Conger: p_e = sum_kl w_kl (pbar_k pbar_l - s_kl / r), with p_gk the share of rater g's ratings in category k, pbar_k
/// its mean over raters and s_kl its covariance; that is the mean of Cohen's over all pairs of raters.
pub(super) fn conger(ratings: &Ratings, weights: &Weights, sampling: &Sampling<'_>) -> Outcome {
    let (r, q) = (ratings.raters(), ratings.categories());
    let whole = sampling.sum(0..ratings.units());
    let mut shares = vec![vec![0.0; q]; r];
    let mut rated = vec![0.0; r];
    for (unit, row) in ratings.rows().enumerate() {
        let weight = sampling.weight(unit);
        for (g, k) in row.iter().enumerate().filter_map(|(g, cell)| Some((g, (*cell)?))) {
            shares[g][k] += weight;
            rated[g] += weight;
        }
    }
    if rated.contains(&0.0) {
        return (ratings.units(), Err(Undefined::IdleRater));
    }
    for (shares, rated) in shares.iter_mut().zip(&rated) {
        shares.iter_mut().for_each(|share| *share /= rated);
    }
    let sum: Vec<f64> = (0..q).map(|k| shares.iter().map(|shares| shares[k]).sum()).collect();
    // What the other raters together expect of a rating in each category: sum_l w_kl sum_(h != g) p_hl.
    let expected: Vec<Vec<f64>> = shares
        .iter()
        .map(|own| weights.apply(&sum.iter().zip(own).map(|(sum, own)| sum - own).collect::<Vec<f64>>()))
        .collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let with_others: Vec<f64> = shares.iter().zip(&expected).map(|(own, expected)| dot(own, expected)).collect();
    let pairs = (r * (r - 1)) as f64;
    let chance = with_others.iter().sum::<f64>() / pairs;
    let of_unit: Vec<f64> = ratings
        .rows()
        .map(|row| {
            let part = |(g, cell): (usize, &Option<usize>)| {
                let (own, given) = cell.map_or((0.0, 0.0), |k| (expected[g][k], 1.0));
                whole / rated[g] * (own - (given - rated[g] / whole) * with_others[g])
            };
            row.iter().enumerate().map(part).sum::<f64>() / pairs
        })
        .collect();
    corrected(ratings, weights, chance, &of_unit, sampling)
}

/// Cohen: two raters, the units that both rated, p_e = sum_kl w_kl p_1k p_2l.
///
/// The standard error is that of large samples: Fleiss, Cohen and Everitt (1969); with weights, that of the design. The
/// interval has the t quantile with n - 1 degrees of freedom, or those of the design.
pub(super) fn cohen(ratings: &Ratings, weights: &Weights, sampling: &Sampling<'_>) -> Outcome {
    let pairs: Vec<(usize, usize, usize)> =
        ratings.rows().enumerate().filter_map(|(unit, row)| Some((unit, row[0]?, row[1]?))).collect();
    if pairs.is_empty() {
        return (0, Err(Undefined::NoPairs));
    }
    let whole = sampling.sum(pairs.iter().map(|(unit, ..)| *unit));
    let mut shares = [vec![0.0; ratings.categories()], vec![0.0; ratings.categories()]];
    for &(unit, first, second) in &pairs {
        shares[0][first] += sampling.weight(unit) / whole;
        shares[1][second] += sampling.weight(unit) / whole;
    }
    let (of_first, of_second) = (weights.apply(&shares[1]), weights.apply(&shares[0]));
    let agreed = pairs.iter().map(|&(unit, a, b)| sampling.weight(unit) * weights.of(a, b)).sum::<f64>() / whole;
    let chance: f64 = shares[0].iter().zip(&of_first).map(|(share, weighted)| share * weighted).sum();
    let left = 1.0 - chance;
    if left < 1e-14 {
        return (pairs.len(), Err(Undefined::OneAnswer));
    }
    let kappa = (agreed - chance) / left;
    let scores: Vec<Score> = pairs
        .iter()
        .map(|&(unit, a, b)| (unit, (weights.of(a, b) - (1.0 - kappa) * (of_first[a] + of_second[b])) / left))
        .collect();
    let centre = (agreed - 2.0 * (1.0 - kappa) * chance) / left;
    (pairs.len(), Ok(sampling.figures_of_large_samples(kappa, &scores, centre)))
}
