//! Krippendorff's alpha: 1 less observed over expected disagreement, with the metric of the scale.
//!
//! Alpha is computed as a coefficient of agreement with weights 1 - d^2_kl / max d^2, which is the same number (Gwet
//! 2014, chapter 5); its variance is Gwet's, the weights taken as fixed.

use super::ratings::total;
use super::sampling::{Sampling, Score};
use super::{Figures, Ratings, Scale, Undefined};

/// Over units with two ratings at least (with rbar ratings on average and N in all): pi_k = sum_i w_i r_ik / sum_i w_i r_i,
/// p_e = sum_kl w_kl pi_k pi_l, p'_a the weighted mean over units of sum_k r_ik (r*_ik - 1) / (rbar (r_i - 1)),
/// p_a = (1 - 1/N) p'_a + 1/N.
///
/// 1/N stands for pairs of a rating with itself, which chance agreement must leave out. Of the weighted sum over all pairs
/// they are sum_i w_i^2 r_i / (sum_i w_i r_i)^2, which is 1/N with equal weights.
pub(super) fn krippendorff(
    ratings: &Ratings,
    scale: Scale,
    sampling: &Sampling<'_>,
) -> (usize, Result<Figures, Undefined>) {
    let paired = || ratings.counts().iter().enumerate().filter(|(_, counts)| total(counts) >= 2.0);
    let units = paired().count();
    if units == 0 {
        return (0, Err(Undefined::NoPairs));
    }
    let mut frequencies = vec![0.0; ratings.categories()];
    let (mut whole, mut squares) = (0.0, 0.0);
    for (unit, counts) in paired() {
        let weight = sampling.weight(unit);
        for &(k, count) in counts {
            frequencies[k] += weight * count;
            whole += weight * count;
            squares += weight * weight * count;
        }
    }
    let sum = sampling.sum(paired().map(|(unit, _)| unit));
    let (mean, itself) = (whole / sum, squares / (whole * whole));
    let metric = Metric::new(scale, ratings.positions(), &frequencies);
    let shares: Vec<f64> = frequencies.iter().map(|frequency| frequency / whole).collect();
    let used: Vec<usize> = (0..shares.len()).filter(|&k| shares[k] > 0.0).collect();
    let mut weighted = vec![0.0; shares.len()];
    for &k in &used {
        weighted[k] = used.iter().map(|&l| metric.weight(k, l) * shares[l]).sum();
    }
    let chance: f64 = shares.iter().zip(&weighted).map(|(share, weighted)| share * weighted).sum();
    let left = 1.0 - chance;
    if used.len() < 2 || left < 1e-14 {
        return (units, Err(Undefined::OneAnswer));
    }
    let own: Vec<OfUnit<'_>> = paired()
        .map(|(unit, counts)| {
            let agreeing: f64 = counts
                .iter()
                .map(|&(k, count)| {
                    let near: f64 = counts.iter().map(|&(l, other)| metric.weight(k, l) * other).sum();
                    count * (near - 1.0)
                })
                .sum();
            OfUnit { unit, counts, agreed: agreeing / (mean * (total(counts) - 1.0)) }
        })
        .collect();
    let agreed_raw = own.iter().map(|own| sampling.weight(own.unit) * own.agreed).sum::<f64>() / sum;
    let agreed = (1.0 - itself) * agreed_raw + itself;
    let alpha = (agreed - chance) / left;
    let raw = (agreed_raw - chance) / left;
    let scores: Vec<Score> = own
        .iter()
        .map(|&OfUnit { unit, counts, agreed: own }| {
            let excess = (total(counts) - mean) / mean;
            let by_chance = counts.iter().map(|&(k, count)| count * weighted[k]).sum::<f64>() / mean - chance * excess;
            (unit, (own - agreed * excess - chance) / left - 2.0 * (1.0 - raw) * (by_chance - chance) / left)
        })
        .collect();
    (units, Ok(sampling.figures(alpha, &scores, raw)))
}

/// A unit with two ratings at least, and its part in the observed agreement.
#[derive(Clone, Copy)]
struct OfUnit<'a> {
    unit: usize,
    counts: &'a [(usize, f64)],
    agreed: f64,
}

/// The weights 1 - d^2_kl / max d^2 of a scale's metric.
struct Metric<'a> {
    scale: Scale,
    positions: &'a [f64],
    /// How many ratings are in the categories before each, and half of those in it.
    ranks: Vec<f64>,
    /// The largest distance.
    span: f64,
}

impl<'a> Metric<'a> {
    /// Ordinal: d_kl = sum of the frequencies from k to l, less half of those of k and of l (Krippendorff 2011).
    fn new(scale: Scale, positions: &'a [f64], frequencies: &[f64]) -> Self {
        let mut before = 0.0;
        let ranks: Vec<f64> = frequencies
            .iter()
            .map(|frequency| {
                let rank = before + frequency / 2.0;
                before += frequency;
                rank
            })
            .collect();
        let places = if scale == Scale::Ordinal { &ranks } else { positions };
        let span = places.last().unwrap_or(&0.0) - places.first().unwrap_or(&0.0);
        Metric { scale, positions, ranks, span }
    }

    fn weight(&self, k: usize, l: usize) -> f64 {
        if k == l {
            return 1.0;
        }
        let distance = match self.scale {
            Scale::Nominal => return 0.0,
            Scale::Ordinal => self.ranks[k] - self.ranks[l],
            Scale::Interval => self.positions[k] - self.positions[l],
        };
        1.0 - (distance / self.span).powi(2)
    }
}
