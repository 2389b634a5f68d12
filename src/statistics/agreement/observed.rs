//! Observed agreement, as a share of pairs of ratings.

use super::ratings::total;
use super::sampling::{Sampling, Score};
use super::{Figures, Ratings, Undefined};

/// The weighted mean over units with two ratings at least of the share of their pairs that are at most `reach` apart.
///
/// The standard error is that of a mean over units. The interval is Wilson's (1927) with the t quantile and the
/// effective number of units p (1 - p) / se^2, or Kish's where all agree or none: it stays between 0 and 1 and does not
/// shrink to a point.
pub(super) fn percent(ratings: &Ratings, reach: f64, sampling: &Sampling<'_>) -> (usize, Result<Figures, Undefined>) {
    let positions = ratings.positions();
    let shares: Vec<Score> = ratings
        .counts()
        .iter()
        .enumerate()
        .filter(|(_, counts)| total(counts) >= 2.0)
        .map(|(unit, counts)| {
            let mut close = 0.0;
            for (i, &(k, count)) in counts.iter().enumerate() {
                close += count * (count - 1.0);
                let near = counts[i + 1..].iter().take_while(|(l, _)| positions[*l] - positions[k] <= reach + 1e-9);
                close += 2.0 * count * near.map(|(_, other)| other).sum::<f64>();
            }
            let ratings = total(counts);
            (unit, close / (ratings * (ratings - 1.0)))
        })
        .collect();
    if shares.is_empty() {
        return (0, Err(Undefined::NoPairs));
    }
    let units = || shares.iter().map(|(unit, _)| *unit);
    let sum: f64 = shares.iter().map(|&(unit, share)| sampling.weight(unit) * share).sum();
    // All is exact, whatever the weights.
    let all = |wanted: f64| shares.iter().all(|(_, share)| *share == wanted);
    let estimate = if all(1.0) { 1.0 } else { sum / sampling.sum(units()) };
    let Some(found) = sampling.spread(&shares, estimate) else {
        return (shares.len(), Ok(Figures { estimate, se: None, interval: None }));
    };
    let variance = if all(1.0) || all(0.0) { 0.0 } else { found.variance.max(0.0) };
    let possible = estimate * (1.0 - estimate);
    let effective = if variance > 0.0 && possible > 0.0 { possible / variance } else { sampling.effective(units()) };
    let interval = wilson(estimate, effective, sampling.critical(found.df));
    (shares.len(), Ok(Figures { estimate, se: Some(variance.sqrt()), interval }))
}

fn wilson(p: f64, n: f64, t: f64) -> Option<(f64, f64)> {
    let t2 = t * t;
    let centre = (p + t2 / (2.0 * n)) / (1.0 + t2 / n);
    let half = t / (1.0 + t2 / n) * (p * (1.0 - p) / n + t2 / (4.0 * n * n)).sqrt();
    let bounds = ((centre - half).max(0.0), (centre + half).min(1.0));
    (t.is_finite()).then_some(match p {
        1.0 => (bounds.0, 1.0),
        0.0 => (0.0, bounds.1),
        _ => bounds,
    })
}
