//! Observed agreement, as a share of pairs of ratings.

use super::ratings::total;
use super::{Figures, Ratings, Settings, Undefined, remaining};
use crate::statistics::distribution::t_upper_quantile;

/// The mean over units with two ratings at least of the share of their pairs that are at most `reach` apart.
///
/// The standard error is that of a mean over units. The interval is Wilson's (1927) with the t quantile and the
/// effective number of units p (1 - p) / se^2, or the number of units where all agree or none: it stays between 0 and 1
/// and does not shrink to a point.
pub(super) fn percent(ratings: &Ratings, reach: f64, settings: &Settings) -> (usize, Result<Figures, Undefined>) {
    let positions = ratings.positions();
    let shares: Vec<f64> = ratings
        .counts()
        .iter()
        .filter(|counts| total(counts) >= 2.0)
        .map(|counts| {
            let mut close = 0.0;
            for (i, &(k, count)) in counts.iter().enumerate() {
                close += count * (count - 1.0);
                let near = counts[i + 1..].iter().take_while(|(l, _)| positions[*l] - positions[k] <= reach + 1e-9);
                close += 2.0 * count * near.map(|(_, other)| other).sum::<f64>();
            }
            let ratings = total(counts);
            close / (ratings * (ratings - 1.0))
        })
        .collect();
    let n = shares.len() as f64;
    if shares.is_empty() {
        return (0, Err(Undefined::NoPairs));
    }
    let estimate = shares.iter().sum::<f64>() / n;
    if shares.len() < 2 {
        return (1, Ok(Figures { estimate, se: None, interval: None }));
    }
    let squares: f64 = shares.iter().map(|share| (share - estimate) * (share - estimate)).sum();
    let variance = remaining(ratings, settings) * squares / (n * (n - 1.0));
    let t = t_upper_quantile((1.0 - settings.level) / 2.0, n - 1.0);
    let spread = estimate * (1.0 - estimate);
    let effective = if variance > 0.0 && spread > 0.0 { spread / variance } else { n };
    (shares.len(), Ok(Figures { estimate, se: Some(variance.sqrt()), interval: wilson(estimate, effective, t) }))
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
