//! Krippendorff's alpha: 1 less observed over expected disagreement, with the metric of the scale.
//!
//! Alpha is computed as a coefficient of agreement with weights 1 - d^2_kl / max d^2, which is the same number (Gwet
//! 2014, chapter 5); its variance is Gwet's, the weights taken as fixed.

use super::ratings::total;
use super::{Figures, Ratings, Scale, Settings, Undefined, from_scores, remaining};

/// Over units with two ratings at least (n of them, with rbar ratings on average and N in all): pi_k = sum_i r_ik / N,
/// p_e = sum_kl w_kl pi_k pi_l, p'_a = 1/n sum_i sum_k r_ik (r*_ik - 1) / (rbar (r_i - 1)), p_a = (1 - 1/N) p'_a + 1/N.
pub(super) fn krippendorff(
    ratings: &Ratings,
    scale: Scale,
    settings: &Settings,
) -> (usize, Result<Figures, Undefined>) {
    let units: Vec<&Vec<(usize, f64)>> = ratings.counts().iter().filter(|counts| total(counts) >= 2.0).collect();
    if units.is_empty() {
        return (0, Err(Undefined::NoPairs));
    }
    let n = units.len() as f64;
    let all: f64 = units.iter().map(|counts| total(counts)).sum();
    let mean = all / n;
    let mut frequencies = vec![0.0; ratings.categories()];
    for &(k, count) in units.iter().copied().flatten() {
        frequencies[k] += count;
    }
    let metric = Metric::new(scale, ratings.positions(), &frequencies);
    let shares: Vec<f64> = frequencies.iter().map(|frequency| frequency / all).collect();
    let used: Vec<usize> = (0..shares.len()).filter(|&k| shares[k] > 0.0).collect();
    let mut weighted = vec![0.0; shares.len()];
    for &k in &used {
        weighted[k] = used.iter().map(|&l| metric.weight(k, l) * shares[l]).sum();
    }
    let chance: f64 = shares.iter().zip(&weighted).map(|(share, weighted)| share * weighted).sum();
    let left = 1.0 - chance;
    if left < 1e-14 {
        return (units.len(), Err(Undefined::OneAnswer));
    }
    let own: Vec<f64> = units
        .iter()
        .map(|counts| {
            let agreeing: f64 = counts
                .iter()
                .map(|&(k, count)| {
                    let near: f64 = counts.iter().map(|&(l, other)| metric.weight(k, l) * other).sum();
                    count * (near - 1.0)
                })
                .sum();
            agreeing / (mean * (total(counts) - 1.0))
        })
        .collect();
    let agreed_raw = own.iter().sum::<f64>() / n;
    let agreed = (1.0 - 1.0 / all) * agreed_raw + 1.0 / all;
    let alpha = (agreed - chance) / left;
    let raw = (agreed_raw - chance) / left;
    let scores: Vec<f64> = units
        .iter()
        .zip(&own)
        .map(|(counts, own)| {
            let excess = (total(counts) - mean) / mean;
            let by_chance = counts.iter().map(|&(k, count)| count * weighted[k]).sum::<f64>() / mean - chance * excess;
            (own - agreed * excess - chance) / left - 2.0 * (1.0 - raw) * (by_chance - chance) / left
        })
        .collect();
    (units.len(), Ok(from_scores(alpha, &scores, raw, remaining(ratings, settings), settings.level)))
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
