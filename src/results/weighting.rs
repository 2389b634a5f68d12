//! How weights came about, and what they cost.

/// The weights after one step.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightStep {
    /// What was done ("Design weights", "Non-response").
    pub name: String,
    /// The rule, by name and in words.
    pub rule: String,
    /// Every weight, ascending.
    pub weights: Vec<f64>,
    /// Numbers of returns are told to the nearest multiple of this, and weights to the nearest whole number where it is not 1.
    pub multiple: usize,
}

impl WeightStep {
    /// The weights that are above zero, put in order.
    pub fn new(name: &str, rule: impl Into<String>, weights: &[f64]) -> Self {
        let mut weights: Vec<f64> = weights.iter().copied().filter(|w| *w > 0.0).collect();
        weights.sort_by(f64::total_cmp);
        WeightStep { name: name.to_owned(), rule: rule.into(), weights, multiple: 1 }
    }

    /// How many there are, as it may be told.
    pub fn count(&self) -> usize {
        self.told(self.weights.len())
    }

    /// Kish's effective sample size, as it may be told.
    pub fn worth(&self) -> f64 {
        if self.multiple == 1 { self.effective() } else { self.told(self.effective().round() as usize) as f64 }
    }

    /// A number of returns, as it may be told.
    pub fn told(&self, returns: usize) -> usize {
        crate::disclosure::nearest(returns, self.multiple)
    }

    /// Kish's loss, as it may be told.
    pub fn told_loss(&self) -> f64 {
        if self.multiple == 1 { self.loss() } else { (self.loss() * 100.0).round() / 100.0 }
    }

    /// Their sum.
    pub fn sum(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// Kish's effective sample size, (sum w)^2 / sum w^2.
    pub fn effective(&self) -> f64 {
        let squares: f64 = self.weights.iter().map(|w| w * w).sum();
        self.sum() * self.sum() / squares
    }

    /// Kish's weighting loss, n sum w^2 / (sum w)^2 - 1: how much larger variances are than with equal weights, for answers
    /// that have nothing to do with the weights.
    pub fn loss(&self) -> f64 {
        self.weights.len() as f64 / self.effective() - 1.0
    }

    /// The weight at a quantile, interpolated between the two nearest (R's type 7); NaN without weights.
    pub fn quantile(&self, p: f64) -> f64 {
        let Some(last) = self.weights.len().checked_sub(1) else { return f64::NAN };
        let place = p.clamp(0.0, 1.0) * last as f64;
        let (below, share) = (place.floor() as usize, place.fract());
        let above = self.weights[(below + 1).min(last)];
        let weight = self.weights[below] + share * (above - self.weights[below]);
        // The largest and smallest weights are a population over its returns.
        if self.multiple == 1 { weight } else { weight.round() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: w <- c(1, 1, 2, 4); sum(w)^2 / sum(w^2); quantile(w, 0.75).
    #[test]
    fn weights_cost_what_kish_says() {
        let step = WeightStep::new("weights", "", &[4.0, 1.0, 0.0, 2.0, 1.0]);
        assert!((step.effective() - 64.0 / 22.0).abs() < 1e-15);
        assert!((step.loss() - 0.375).abs() < 1e-15);
        assert_eq!((step.quantile(0.0), step.quantile(0.75), step.quantile(1.0)), (1.0, 2.5, 4.0));
        assert!(WeightStep::new("none", "", &[]).quantile(0.5).is_nan());
    }
}
