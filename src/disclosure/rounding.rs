//! Rounded bases: what is left to tell when differences between tables are as coarse as the rounding.

use crate::results::{Counts, QuestionResult, StratumResult, WeightStep};

/// Rounds the bases of a question's results to the nearest multiple of `bases`, half up, and the weighted bases to that of
/// `people`. Estimates, margins and everything that was decided by the true bases stay.
pub fn round(question: &mut QuestionResult, bases: usize, people: usize) {
    for group in std::iter::once(&mut question.overall).chain(&mut question.groups) {
        group.n = nearest(group.n, bases);
        group.units = group.units.map(|units| nearest(units, bases));
        for estimate in group.estimates_mut() {
            estimate.n = nearest(estimate.n, bases);
            if people > 1 {
                estimate.sum_weights = (estimate.sum_weights / people as f64).round() * people as f64;
            }
        }
    }
    for (_, count) in &mut question.missing {
        *count = nearest(*count, bases);
    }
    question.missing.retain(|(_, count)| *count > 0);
}

/// Rounds what would tell a base: how many returned, in all and in every stratum, and the weights that follow from it. The
/// counts still reconcile.
pub fn round_returns(counts: &mut Counts, strata: &mut [StratumResult], weighting: &mut [WeightStep], bases: usize) {
    if bases == 1 {
        return;
    }
    counts.returned = nearest(counts.returned, bases).min(counts.drawn);
    counts.not_returned = counts.drawn - counts.returned;
    counts.accepted = nearest(counts.accepted, bases);
    counts.rows_read = counts.accepted + counts.set_aside;
    for stratum in strata {
        stratum.returned = nearest(stratum.returned, bases).min(stratum.drawn);
        stratum.weight = stratum.weight.round();
    }
    for step in weighting {
        step.multiple = bases;
    }
}

/// A share of `of` people, to so many points that it tells no finer number of them than a multiple of `bases`.
pub fn nearest_share(share: f64, of: usize, bases: usize) -> f64 {
    if bases == 1 {
        return share;
    }
    let enough = |points: &f64| points * of as f64 >= 100.0 * bases as f64;
    let points = [1.0, 2.0, 5.0, 10.0, 20.0].into_iter().find(enough).unwrap_or(50.0);
    (share * 100.0 / points).round() * points / 100.0
}

/// The nearest multiple of a count, half up.
pub fn nearest(count: usize, multiple: usize) -> usize {
    (count + multiple / 2) / multiple * multiple
}

#[cfg(test)]
mod tests {
    use super::{nearest, nearest_share};

    #[test]
    fn shares_tell_no_finer_number_than_counts_do() {
        assert_eq!(nearest_share(0.845, 200, 1), 0.845);
        assert_eq!(nearest_share(0.845, 500, 5), 0.85);
        assert_eq!(nearest_share(0.845, 200, 5), 0.85);
        assert_eq!(nearest_share(0.845, 8, 5), 1.0);
        assert!(nearest_share(f64::NAN, 0, 5).is_nan());
    }

    #[test]
    fn counts_go_to_the_nearest_multiple() {
        assert_eq!([0, 2, 3, 7, 8, 163].map(|count| nearest(count, 5)), [0, 0, 5, 5, 10, 165]);
        assert_eq!([4, 5, 14].map(|count| nearest(count, 10)), [0, 10, 10]);
        assert_eq!(nearest(163, 1), 163);
    }
}
