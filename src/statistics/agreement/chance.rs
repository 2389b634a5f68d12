//! Coefficients corrected for chance, (p_a - p_e) / (1 - p_e), over any number of raters with missing ratings.
//!
//! All have the observed agreement p_a, the mean over the n' units with two ratings at least of
//! sum_k r_ik (r*_ik - 1) / (r_i (r_i - 1)) with r*_ik = sum_l w_kl r_il; they differ in the agreement p_e by chance.
//! A unit's score is (n/n') (p_a,i - p_e [r_i >= 2]) / (1 - p_e) - 2 (1 - kappa) (p_e,i - p_e) / (1 - p_e).
//! Source: Gwet (2014), chapters 2 to 5.

use super::ratings::total;
use super::{Figures, Ratings, Settings, Undefined, Weights, from_scores, remaining, t_interval};

type Outcome = (usize, Result<Figures, Undefined>);

/// The observed agreement of every unit (none with fewer than two ratings), and their mean.
fn observed(ratings: &Ratings, weights: &Weights) -> Option<(Vec<Option<f64>>, f64, f64)> {
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
    let paired = units.iter().flatten().count() as f64;
    let mean = units.iter().flatten().sum::<f64>() / paired;
    (paired > 0.0).then_some((units, mean, paired))
}

/// The coefficient from the agreement by chance, over all units and for each of them.
fn corrected(ratings: &Ratings, weights: &Weights, chance: f64, of_unit: &[f64], settings: &Settings) -> Outcome {
    let n = ratings.units();
    let Some((observed, agreed, paired)) = observed(ratings, weights) else { return (0, Err(Undefined::NoPairs)) };
    let left = 1.0 - chance;
    if left < 1e-14 {
        return (n, Err(Undefined::OneAnswer));
    }
    let kappa = (agreed - chance) / left;
    let scale = n as f64 / paired;
    let scores: Vec<f64> = observed
        .iter()
        .zip(of_unit)
        .map(|(observed, by_chance)| {
            let own = observed.map_or(0.0, |observed| scale * (observed - chance) / left);
            own - 2.0 * (1.0 - kappa) * (by_chance - chance) / left
        })
        .collect();
    (n, Ok(from_scores(kappa, &scores, kappa, remaining(ratings, settings), settings.level)))
}

/// pi_k, the mean over units of the share of their ratings in category k.
fn prevalence(ratings: &Ratings) -> Vec<f64> {
    let mut shares = vec![0.0; ratings.categories()];
    for counts in ratings.counts() {
        let all = total(counts);
        for &(k, count) in counts {
            shares[k] += count / all;
        }
    }
    let n = ratings.units() as f64;
    shares.iter().map(|share| share / n).collect()
}

/// For every unit the mean of a value of the categories over its ratings.
fn mean_over_ratings(ratings: &Ratings, value: &[f64]) -> Vec<f64> {
    let mean =
        |counts: &Vec<(usize, f64)>| counts.iter().map(|&(k, count)| count * value[k]).sum::<f64>() / total(counts);
    ratings.counts().iter().map(mean).collect()
}

/// Fleiss: p_e = sum_kl w_kl pi_k pi_l.
pub(super) fn fleiss(ratings: &Ratings, weights: &Weights, settings: &Settings) -> Outcome {
    let shares = prevalence(ratings);
    let weighted = weights.apply(&shares);
    let chance = shares.iter().zip(&weighted).map(|(share, weighted)| share * weighted).sum();
    corrected(ratings, weights, chance, &mean_over_ratings(ratings, &weighted), settings)
}

/// Gwet: p_e = T_w / (q (q - 1)) sum_k pi_k (1 - pi_k), with T_w the sum of all weights.
///
/// With a single category nobody can disagree by chance on anything else: p_e is 0, its limit.
pub(super) fn gwet(ratings: &Ratings, weights: &Weights, settings: &Settings) -> Outcome {
    let shares = prevalence(ratings);
    let q = ratings.categories() as f64;
    let factor = if q > 1.0 { weights.total() / (q * (q - 1.0)) } else { 0.0 };
    let chance = factor * shares.iter().map(|share| share * (1.0 - share)).sum::<f64>();
    let others: Vec<f64> = shares.iter().map(|share| factor * (1.0 - share)).collect();
    corrected(ratings, weights, chance, &mean_over_ratings(ratings, &others), settings)
}

/// Conger: p_e = sum_kl w_kl (pbar_k pbar_l - s_kl / r), with p_gk the share of rater g's ratings in category k, pbar_k
/// its mean over raters and s_kl its covariance; that is the mean of Cohen's over all pairs of raters.
pub(super) fn conger(ratings: &Ratings, weights: &Weights, settings: &Settings) -> Outcome {
    let (r, q, n) = (ratings.raters(), ratings.categories(), ratings.units() as f64);
    let mut shares = vec![vec![0.0; q]; r];
    let mut rated = vec![0.0; r];
    for row in ratings.rows() {
        for (g, k) in row.iter().enumerate().filter_map(|(g, cell)| Some((g, (*cell)?))) {
            shares[g][k] += 1.0;
            rated[g] += 1.0;
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
                n / rated[g] * (own - (given - rated[g] / n) * with_others[g])
            };
            row.iter().enumerate().map(part).sum::<f64>() / pairs
        })
        .collect();
    corrected(ratings, weights, chance, &of_unit, settings)
}

/// Cohen: two raters, the units that both rated, p_e = sum_kl w_kl p_1k p_2l.
///
/// The standard error is that of large samples: Fleiss, Cohen and Everitt (1969). The interval has the t quantile with
/// n - 1 degrees of freedom.
pub(super) fn cohen(ratings: &Ratings, weights: &Weights, settings: &Settings) -> Outcome {
    let pairs: Vec<(usize, usize)> = ratings.rows().filter_map(|row| Some((row[0]?, row[1]?))).collect();
    let n = pairs.len() as f64;
    if pairs.is_empty() {
        return (0, Err(Undefined::NoPairs));
    }
    let mut shares = [vec![0.0; ratings.categories()], vec![0.0; ratings.categories()]];
    for &(first, second) in &pairs {
        shares[0][first] += 1.0 / n;
        shares[1][second] += 1.0 / n;
    }
    let (of_first, of_second) = (weights.apply(&shares[1]), weights.apply(&shares[0]));
    let agreed = pairs.iter().map(|&(first, second)| weights.of(first, second)).sum::<f64>() / n;
    let chance: f64 = shares[0].iter().zip(&of_first).map(|(share, weighted)| share * weighted).sum();
    let left = 1.0 - chance;
    if left < 1e-14 {
        return (pairs.len(), Err(Undefined::OneAnswer));
    }
    let kappa = (agreed - chance) / left;
    if pairs.len() < 2 {
        return (1, Ok(Figures { estimate: kappa, se: None, interval: None }));
    }
    let score = |&(first, second): &(usize, usize)| {
        weights.of(first, second) - (1.0 - kappa) * (of_first[first] + of_second[second])
    };
    let mean = pairs.iter().map(score).sum::<f64>() / n;
    let squares: f64 = pairs.iter().map(|pair| (score(pair) - mean).powi(2)).sum();
    let se = (remaining(ratings, settings) * squares / n / n).sqrt() / left;
    let interval = t_interval(kappa, se, n - 1.0, settings.level);
    (pairs.len(), Ok(Figures { estimate: kappa, se: Some(se), interval }))
}
