//! Each rater against the others: who reads higher or lower, and who differs more often.

use super::Ratings;

/// A rater against the others, over the units that both the rater and somebody else rated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// The rater's index.
    pub rater: usize,
    /// The shared units.
    pub units: usize,
    /// The mean over shared units of the rater's position less the mean of the others' positions; above 0 reads higher.
    pub mean_difference: f64,
    /// Its standard error, that of a mean over units; none with fewer than two.
    pub se: Option<f64>,
    /// The mean over shared units of the share of the others who chose the same category.
    pub agreement: f64,
}

/// Every rater's drift; raters who share no unit are left out.
pub fn drift(ratings: &Ratings) -> Vec<Drift> {
    (0..ratings.raters()).filter_map(|rater| of_rater(ratings, rater)).collect()
}

fn of_rater(ratings: &Ratings, rater: usize) -> Option<Drift> {
    let positions = ratings.positions();
    let (mut differences, mut agreement) = (Vec::new(), 0.0);
    for row in ratings.rows() {
        let Some(own) = row[rater] else { continue };
        let others: Vec<usize> =
            row.iter().enumerate().filter(|(g, _)| *g != rater).filter_map(|(_, cell)| *cell).collect();
        if others.is_empty() {
            continue;
        }
        let count = others.len() as f64;
        differences.push(others.iter().map(|&other| positions[own] - positions[other]).sum::<f64>() / count);
        agreement += others.iter().filter(|&&other| other == own).count() as f64 / count;
    }
    let n = differences.len() as f64;
    if differences.is_empty() {
        return None;
    }
    let mean = differences.iter().sum::<f64>() / n;
    let squares: f64 = differences.iter().map(|difference| (difference - mean).powi(2)).sum();
    let se = (n > 1.0).then(|| (squares / (n * (n - 1.0))).sqrt());
    Some(Drift { rater, units: differences.len(), mean_difference: mean, se, agreement: agreement / n })
}
