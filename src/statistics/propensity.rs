//! The propensity to respond, by logistic regression on what is known of everyone who was asked.
//!
//! The model is ln(p / (1 - p)) = x' b, fitted by maximum likelihood without weights (iteratively reweighted least
//! squares; R: `glm(responded ~ ..., family = binomial)`). Its fitted values make the groups of
//! [`propensity_groups`](super::nonresponse::propensity_groups) (Rosenbaum and Rubin 1984; Little 1986): only their order
//! counts then, so that a model that is not quite right does little harm.

use std::fmt;

use super::linear::solve;

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// One coefficient for each term; zero for a term that depends on those before it.
    pub coefficients: Vec<f64>,
    /// For every unit its estimated propensity.
    pub propensities: Vec<f64>,
    /// Rounds until the deviance no longer moved.
    pub iterations: usize,
}

/// Why no model can be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropensityError {
    /// A term is not as long as the responses, or holds a number that is not finite.
    Term {
        /// Which term.
        term: usize,
    },
    /// Everybody responded, or nobody.
    NothingToTell,
    /// The deviance still moves after as many rounds as allowed.
    NotConverged {
        /// Rounds made.
        iterations: usize,
    },
}

impl fmt::Display for PropensityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PropensityError::Term { .. } => f.write_str("a term of the response model has no number for every unit"),
            PropensityError::NothingToTell => {
                f.write_str("a response model needs both people who responded and people who did not")
            }
            PropensityError::NotConverged { iterations } => {
                write!(f, "the response model does not settle within {iterations} rounds")
            }
        }
    }
}

impl std::error::Error for PropensityError {}

impl From<PropensityError> for crate::Error {
    fn from(error: PropensityError) -> Self {
        let base = crate::Error::data(error.to_string());
        match error {
            PropensityError::NotConverged { .. } => {
                base.hint("leave out columns that tell response from non-response without fail, or use classes")
            }
            PropensityError::NothingToTell => base.hint("use classes, or no adjustment"),
            PropensityError::Term { .. } => base,
        }
    }
}

/// Fits the model. `terms` holds a column for each term, as long as `responded`; the intercept is a term of ones.
///
/// # Errors
/// See [`PropensityError`].
pub fn logistic(terms: &[Vec<f64>], responded: &[bool]) -> Result<Fitted, PropensityError> {
    const MOST: usize = 100;
    let units = responded.len();
    if let Some(term) = terms.iter().position(|x| x.len() != units || x.iter().any(|value| !value.is_finite())) {
        return Err(PropensityError::Term { term });
    }
    if !(responded.contains(&true) && responded.contains(&false)) {
        return Err(PropensityError::NothingToTell);
    }
    let y: Vec<f64> = responded.iter().map(|&yes| f64::from(u8::from(yes))).collect();
    let fitted = |b: &[f64]| -> Vec<f64> {
        (0..units).map(|i| 1.0 / (1.0 + (-terms.iter().zip(b).map(|(x, b)| x[i] * b).sum::<f64>()).exp())).collect()
    };
    let deviance = |p: &[f64]| -> f64 {
        p.iter().zip(responded).map(|(p, &yes)| -2.0 * if yes { p.ln() } else { (-p).ln_1p() }).sum()
    };
    let mut coefficients = vec![0.0; terms.len()];
    let mut propensities = fitted(&coefficients);
    let mut last = deviance(&propensities);
    for iterations in 1..=MOST {
        let information: Vec<Vec<f64>> = terms
            .iter()
            .map(|a| {
                terms
                    .iter()
                    .map(|b| (0..units).map(|i| a[i] * b[i] * propensities[i] * (1.0 - propensities[i])).sum())
                    .collect()
            })
            .collect();
        let score = terms.iter().map(|x| vec![(0..units).map(|i| x[i] * (y[i] - propensities[i])).sum()]).collect();
        let step = solve(information, score);
        let mut size = 1.0;
        let (next, next_propensities, next_deviance) = loop {
            let next: Vec<f64> = coefficients.iter().zip(&step).map(|(b, s)| b + size * s[0]).collect();
            let p = fitted(&next);
            let moved = deviance(&p);
            // A step that makes it worse is halved.
            if (moved.is_finite() && moved <= last + 1e-9 * last.abs()) || size < 1e-6 {
                break (next, p, moved);
            }
            size /= 2.0;
        };
        let settled = (next_deviance - last).abs() <= 1e-14 * (last.abs() + 0.1);
        (coefficients, propensities, last) = (next, next_propensities, next_deviance);
        if settled {
            return Ok(Fitted { coefficients, propensities, iterations });
        }
    }
    Err(PropensityError::NotConverged { iterations: MOST })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_factor_gives_the_response_rates() {
        // With a term for each group the fitted values are the groups' rates: 3/4 and 1/3.
        let group = vec![0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
        let responded = [true, true, true, false, true, false, false];
        let found = logistic(&[vec![1.0; 7], group], &responded).expect("converges");
        assert!((found.propensities[0] - 0.75).abs() < 1e-12 && (found.propensities[6] - 1.0 / 3.0).abs() < 1e-12);
        assert!((found.coefficients[0] - 3f64.ln()).abs() < 1e-12);
        assert!((found.coefficients[1] - (0.5f64.ln() - 3f64.ln())).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_fitted_is_refused() {
        assert_eq!(logistic(&[vec![1.0; 2]], &[true, true]), Err(PropensityError::NothingToTell));
        assert_eq!(logistic(&[vec![1.0, f64::NAN]], &[true, false]), Err(PropensityError::Term { term: 0 }));
    }

    #[test]
    fn a_group_that_all_responded_still_comes_first() {
        let x = vec![0.0, 0.0, 0.0, 1.0, 1.0];
        let found = logistic(&[vec![1.0; 5], x], &[true, false, false, true, true]).expect("settles");
        assert!((found.propensities[0] - 1.0 / 3.0).abs() < 1e-6 && found.propensities[4] > 0.999_999);
    }
}
