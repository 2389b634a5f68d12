//! England's Adult Social Care Survey estimator: percentages with margins from counts per stratum.
//!
//! Each question is weighted by itself: with N_h people in stratum h and n_h valid answers to the question there, a
//! person counts N_h / n_h. The share of a response is sum_h (N_h / N) p_h, its variance
//! sum_h (N_h / N)^2 (1 - n_h / N_h) p_h (1 - p_h) / (n_h - 1), the margin 1.96 standard errors. It is the stratified
//! [`Design`](super::Design) of the valid answers, with Wald intervals and z = 1.96; this is the form from counts.
//! Source: NHS England, *Personal Social Services Adult Social Care Survey*, methodology.

use super::design::DesignError;

/// The critical value that the survey uses.
pub const Z: f64 = 1.96;

/// One stratum's answers to one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Stratum {
    /// People in the stratum, N_h.
    pub population: f64,
    /// How many gave each response, in the same order in every stratum.
    pub counts: Vec<usize>,
}

/// The share of one response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share, 0 to 1.
    pub share: f64,
    /// Its standard error.
    pub se: f64,
    /// 1.96 standard errors.
    pub margin: f64,
}

/// The share of every response.
///
/// # Errors
/// When there are no strata, when one has fewer than two answers but more than one person, or when it has more answers
/// than people.
pub fn shares(strata: &[Stratum]) -> Result<Vec<Share>, DesignError> {
    let responses = strata.iter().map(|stratum| stratum.counts.len()).max().ok_or(DesignError::Empty)?;
    for (row, stratum) in strata.iter().enumerate() {
        let sampled: usize = stratum.counts.iter().sum();
        let population = stratum.population;
        if population.is_nan() || population <= 0.0 {
            return Err(DesignError::Population { row, stage: 1, value: population });
        }
        if population < sampled as f64 {
            return Err(DesignError::PopulationTooSmall { row, stage: 1, population, sampled });
        }
        if sampled == 0 || (sampled == 1 && population > 1.0) {
            return Err(DesignError::SinglePsu { row, stage: 1 });
        }
    }
    let everyone: f64 = strata.iter().map(|stratum| stratum.population).sum();
    let share = |response: usize| {
        let (mut share, mut variance) = (0.0, 0.0);
        for stratum in strata {
            let n = stratum.counts.iter().sum::<usize>() as f64;
            let p = stratum.counts.get(response).map_or(0.0, |&count| count as f64 / n);
            let part = stratum.population / everyone;
            share += part * p;
            if n > 1.0 {
                variance += part * part * (1.0 - n / stratum.population) * p * (1.0 - p) / (n - 1.0);
            }
        }
        Share { share, se: variance.sqrt(), margin: Z * variance.sqrt() }
    };
    Ok((0..responses).map(share).collect())
}

#[cfg(test)]
mod tests {
    use super::super::interval::Critical;
    use super::super::linearised::{everyone, proportions};
    use super::super::{Design, SinglePsu};
    use super::*;

    fn stratum(population: f64, counts: [usize; 3]) -> Stratum {
        Stratum { population, counts: counts.to_vec() }
    }

    /// Percentages and margins, by the counts and by the design of the answering units: they must be the same.
    fn check(strata: &[Stratum], expected: &[(f64, f64)]) {
        let found = shares(strata).expect("sound strata");
        let (mut weights, mut codes, mut stratum, mut population) = (vec![], vec![], vec![], vec![]);
        for (h, s) in strata.iter().enumerate() {
            let n: usize = s.counts.iter().sum();
            for (code, &count) in s.counts.iter().enumerate() {
                for _ in 0..count {
                    weights.push(s.population / n as f64);
                    codes.push(code as u32);
                    stratum.push(h as u32);
                    population.push(s.population);
                }
            }
        }
        let design = Design::of(&weights)
            .strata(&stratum)
            .population(&population)
            .single_psu(SinglePsu::Fail)
            .build()
            .expect("a sound design");
        let linearised = proportions(&design, &everyone(&design), &codes, 3);
        for ((share, estimate), &(percentage, margin)) in found.iter().zip(linearised).zip(expected) {
            let estimate = estimate.estimate(&design);
            assert!((100.0 * share.share - percentage).abs() < 1e-12, "{share:?}");
            assert!((100.0 * share.margin - margin).abs() < 1e-12, "{share:?}");
            assert!((100.0 * estimate.value - percentage).abs() < 1e-12, "{estimate:?}");
            let from_design = 100.0 * Critical::Fixed(Z).value(estimate.df) * estimate.se;
            assert!((from_design - margin).abs() < 1e-12, "{estimate:?}");
        }
    }

    #[test]
    fn the_worked_examples_come_out() {
        check(
            &[stratum(100.0, [2, 2, 6]), stratum(100.0, [3, 1, 1])],
            &[(40.0, 26.47814192876834), (20.0, 22.77314207569961), (40.0, 24.401803212057917)],
        );
        check(
            &[stratum(1000.0, [0, 3, 0]), stratum(3000.0, [2, 2, 0])],
            &[(37.5, 42.40694518590086), (62.5, 42.40694518590086)],
        );
        check(
            &[stratum(100.0, [1, 4, 0]), stratum(100.0, [0, 3, 0])],
            &[(10.0, 19.10371691582557), (90.0, 19.10371691582557)],
        );
    }

    #[test]
    fn one_answer_is_refused() {
        let found = shares(&[stratum(100.0, [1, 4, 0]), stratum(100.0, [1, 0, 0])]);
        assert_eq!(found, Err(DesignError::SinglePsu { row: 1, stage: 1 }));
    }
}
