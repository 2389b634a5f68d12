//! Which differences could be found: power after the fact, from the errors that a survey turned out to have.
//!
//! Observed power (the power to find the difference that was found) says no more than the p-value does; the difference that
//! *would have been* found with a given power says what the survey was able to see.

use super::distribution::{normal_upper_quantile, t_upper_quantile};
use super::interval::Critical;

/// The smallest true difference that a two-sided test finds with probability `power`: (t + t') se, with t the critical value
/// and t' the quantile of the power, both on `df` degrees of freedom. NaN without a standard error or degrees of freedom.
///
/// Source: the minimum detectable effect of Bloom (1995), *Evaluation Review* 19.
pub fn detectable(se: f64, df: f64, critical: Critical, power: f64) -> f64 {
    let further = match critical {
        Critical::T(_) | Critical::Solved { .. } => t_upper_quantile(1.0 - power, df),
        Critical::Normal(_) | Critical::Fixed(_) => normal_upper_quantile(1.0 - power),
    };
    if se > 0.0 { (critical.value(df) + further) * se } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_in_r() {
        // R: (qt(0.975, 40) + qt(0.8, 40)) * 0.05; (qnorm(0.975) + qnorm(0.8)) * 0.05
        assert!((detectable(0.05, 40.0, Critical::T(0.95), 0.8) - 0.143_588_759_3).abs() < 1e-9);
        assert!((detectable(0.05, 40.0, Critical::Normal(0.95), 0.8) - 0.140_079_260_9).abs() < 1e-9);
        assert!(detectable(0.0, 40.0, Critical::T(0.95), 0.8).is_nan());
    }
}
