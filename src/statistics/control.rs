//! A control chart of individual values over time (XmR): which of them lie outside what the series' own variation allows.
//!
//! Centre line: the mean of the values. Limits: centre -+ 3 / d2 times the mean moving range, with d2 = 2 / sqrt(pi) for ranges
//! of two (so 2.6587; often rounded to 2.66). Source: Shewhart (1931); Wheeler and Chambers, *Understanding Statistical
//! Process Control* (1992). The mean moving range serves because a shift of the level inflates it far less than it does the
//! standard deviation of all values.

use std::f64::consts::PI;

/// Fewest values from which limits are drawn.
pub const LEAST: usize = 10;

/// Values on one side of the centre line in a row that count as a shift.
pub const RUN: usize = 8;

/// The centre line, the limits, and what stands out.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// The mean of the values.
    pub centre: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// For every value what it signals.
    pub signals: Vec<Option<Signal>>,
}

/// Why a value stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Outside the limits.
    Outside,
    /// One of [`RUN`] or more in a row on one side of the centre line.
    Shift,
}

impl Control {
    /// From a series in order of time; none with fewer than [`LEAST`] values or with one that is no number.
    pub fn of(values: &[f64]) -> Option<Control> {
        if values.len() < LEAST || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let n = values.len() as f64;
        let centre = values.iter().sum::<f64>() / n;
        let range = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (n - 1.0);
        let reach = 1.5 * PI.sqrt() * range;
        let (low, high) = (centre - reach, centre + reach);
        let side = |value: f64| (value - centre).partial_cmp(&0.0).filter(|order| order.is_ne());
        let mut signals = vec![None; values.len()];
        let mut start = 0;
        for at in 0..values.len() {
            if side(values[at]).is_none() || side(values[at]) != side(values[start]) {
                start = at;
            }
            if side(values[at]).is_some() && at + 1 - start >= RUN {
                signals[start..=at].fill(Some(Signal::Shift));
            }
        }
        for (value, signal) in values.iter().zip(&mut signals) {
            if *value < low || *value > high {
                *signal = Some(Signal::Outside);
            }
        }
        Some(Control { centre, low, high, signals })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tests/reference/funnel.R has the same series: mean 10.2, mean moving range 12/9.
    #[test]
    fn limits_follow_from_the_mean_moving_range() {
        let values = [10.0, 11.0, 9.0, 12.0, 10.0, 10.0, 9.0, 11.0, 10.0, 10.0];
        let found = Control::of(&values).expect("ten values");
        assert!((found.centre - 10.2).abs() < 1e-12);
        assert!((found.low - 6.655_092_298_189).abs() < 1e-9, "{}", found.low);
        assert!((found.high - 13.744_907_701_811).abs() < 1e-9, "{}", found.high);
        assert!(found.signals.iter().all(Option::is_none));
        assert_eq!(Control::of(&values[..9]), None);
    }

    #[test]
    fn outliers_and_shifts_are_signals() {
        let mut values = [10.0, 10.5, 9.5, 10.0, 10.5, 9.5, 10.0, 10.5, 9.5, 10.0, 10.5, 20.0];
        assert_eq!(Control::of(&values).expect("twelve").signals[11], Some(Signal::Outside));
        values = [9.0, 9.1, 9.0, 9.1, 9.0, 9.1, 9.0, 9.1, 11.0, 11.1, 11.0, 11.1];
        let found = Control::of(&values).expect("twelve");
        assert!(found.signals[..8].iter().all(|signal| signal.is_some()), "{found:?}");
        assert!(found.signals[8..].iter().all(|signal| *signal != Some(Signal::Shift)));
    }
}
