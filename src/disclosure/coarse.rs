//! Figures in whole points, where something is hidden.
//!
//! A figure in full precision is a sum of weights that are known (the strata's populations and returns are published). Where the
//! weights of two hidden groups differ, only one pair of whole numbers adds up to what is missing from a total; and
//! a standard error, a test or a sum of weights to fifteen digits says of any guess whether it is right. So what is published of a
//! question of which something is hidden is no finer than what people read: shares and their intervals in whole
//! points, means in three digits, margins in tenths of a point. Everyone's figures, from which hidden ones would be the rest, are
//! no finer than the threshold of people: in multiples of 2, 5 or 10 points where few answered.

use crate::estimate::{Contrast, Estimate, Family, Statistic};
use crate::results::{GroupResult, QuestionResult};

/// Shares and the ends of their intervals.
const POINT: f64 = 0.01;
/// Standard errors, margins and p-values.
const TENTH: f64 = 0.001;

/// Whether anything of a question is hidden.
pub fn hides(question: &QuestionResult) -> bool {
    let hidden = |group: &GroupResult| group.suppressed || group.estimates().any(Estimate::is_suppressed);
    hidden(&question.overall) || question.groups.iter().any(hidden)
}

/// Publishes a question no finer than people read it, and everyone's figures no finer than `fewest` people.
pub fn coarsen(question: &mut QuestionResult, fewest: usize) {
    let times = everyone(question.overall.people(), fewest);
    question.overall.estimates_mut().for_each(|estimate| coarsen_estimate(estimate, times));
    question
        .groups
        .iter_mut()
        .flat_map(GroupResult::estimates_mut)
        .for_each(|estimate| coarsen_estimate(estimate, 1.0));
    question.more_returns = question.more_returns.map(|more| more.next_multiple_of(5));
}

/// Between what a figure lies when it is read as it is published: `answered` is how many answered, where it is everyone's.
pub fn told(estimate: &Estimate, answered: Option<usize>, fewest: usize) -> (f64, f64) {
    let step = steps(estimate.statistic, estimate.estimate).0 * answered.map_or(1.0, |n| everyone(n, fewest));
    let figure = to(estimate.estimate, step);
    (figure - step / 2.0, figure + step / 2.0)
}

/// How many points everyone's figures are told to the nearest multiple of.
fn everyone(n: usize, fewest: usize) -> f64 {
    let enough = |points: &f64| points * POINT * n as f64 >= fewest as f64;
    [1.0, 2.0, 5.0].into_iter().find(enough).unwrap_or(10.0)
}

fn coarsen_estimate(estimate: &mut Estimate, times: f64) {
    let (step, fine) = steps(estimate.statistic, estimate.estimate);
    let step = step * times;
    let all_same = estimate.se == 0.0;
    for figure in [&mut estimate.estimate, &mut estimate.ci_low, &mut estimate.ci_high] {
        *figure = to(*figure, step);
    }
    let nearest = match (estimate.statistic.is_share(), (step / POINT).round()) {
        (true, points) if points <= 1.0 => "whole point".to_owned(),
        (true, points) => format!("{points} points"),
        (false, _) => step.to_string(),
    };
    estimate.method.push_str(&format!("; told to the nearest {nearest}, as something is hidden"));
    estimate.se = to(estimate.se, fine);
    // Never better than it is: a margin that breaks the rule still breaks it.
    estimate.moe = if all_same { to(estimate.moe, step) } else { up_to(estimate.moe, fine) };
    estimate.sum_weights = estimate.sum_weights.round();
    estimate.deff = to(estimate.deff, 0.1);
    for comparison in &mut estimate.comparisons {
        comparison.difference = to(estimate.estimate - comparison.value, fine);
        comparison.ci_low = to(comparison.ci_low, step);
        comparison.ci_high = to(comparison.ci_high, step);
        comparison.p_value = to(comparison.p_value, TENTH);
    }
}

/// Publishes the differences of a family that concern a coarse question no finer than the question itself. `answered` gives
/// how many answered a coarse question, and nothing for others.
pub fn coarsen_family(family: &mut Family, fewest: usize, answered: impl Fn(&str) -> Option<usize>) {
    for contrast in &mut family.contrasts {
        let other = Some(&contrast.other_question).filter(|other| !other.is_empty()).and_then(|other| answered(other));
        if let Some(n) = answered(&contrast.question).or(other) {
            coarsen_contrast(contrast, everyone(n, fewest));
        }
    }
}

/// The other side of a group is everyone, or everyone less the group: it tells as much as everyone's figure.
fn coarsen_contrast(contrast: &mut Contrast, times: f64) {
    let (step, fine) = steps(contrast.statistic, contrast.estimate);
    contrast.estimate = to(contrast.estimate, if contrast.by.is_empty() { step * times } else { step });
    contrast.other = to(contrast.other, step * times);
    let test = &mut contrast.test;
    // What is left when the two figures are read off is the difference.
    test.difference = to(contrast.estimate - contrast.other, step);
    test.se = to(test.se, fine);
    test.df = test.df.round();
    test.t = to(test.t, 0.1);
    test.p_value = to(test.p_value, TENTH);
    test.ci_low = to(test.ci_low, step * times);
    test.ci_high = to(test.ci_high, step * times);
    contrast.adjusted = to(contrast.adjusted, TENTH);
}

/// The steps of a figure, and those of its error.
fn steps(statistic: Statistic, figure: f64) -> (f64, f64) {
    match statistic {
        _ if !statistic.is_share() => {
            let size = if figure.is_finite() { figure.abs().max(1.0).log10().floor() } else { 0.0 };
            let step = POINT * 10_f64.powi(size as i32);
            (step, step)
        }
        _ => (POINT, TENTH),
    }
}

/// The nearest multiple of a step, as the shortest decimal number; what is not finite stays.
fn to(figure: f64, step: f64) -> f64 {
    multiple((figure / step).round(), step)
}

fn up_to(figure: f64, step: f64) -> f64 {
    // What is a multiple but for the last digit stays.
    multiple((figure / step - 1e-9).ceil(), step)
}

fn multiple(times: f64, step: f64) -> f64 {
    let per_unit = 1.0 / step;
    let whole = per_unit.round() >= 1.0 && (per_unit - per_unit.round()).abs() < 1e-9;
    let figure = if whole { times / per_unit.round() } else { times * step };
    // No minus zero.
    figure + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_go_to_whole_points_and_margins_upwards() {
        assert_eq!([0.625, 0.6149, -0.004, 1.0].map(|x| to(x, POINT)), [0.63, 0.61, 0.0, 1.0]);
        assert_eq!([400, 200, 70, 20].map(|n| everyone(n, 3)), [1.0, 2.0, 5.0, 10.0]);
        assert_eq!([0.02, 0.05, 0.1].map(|step| to(0.63, step)), [0.64, 0.65, 0.6]);
        assert_eq!([0.1001, 0.1, 0.0999].map(|x| up_to(x, TENTH)), [0.101, 0.1, 0.1]);
        assert!(to(f64::NAN, POINT).is_nan());
        assert_eq!(steps(Statistic::Mean, 4.237), (0.01, 0.01));
        assert_eq!(to(42.37, steps(Statistic::Mean, 42.37).0), 42.4);
        assert_eq!(to(1234.0, steps(Statistic::Mean, 1234.0).0), 1230.0);
    }
}
