//! Estimates that carry the score of every unit (Taylor linearisation).
//!
//! The score z_i of a unit is its influence on the estimate, weight included. An estimate's variance is that of the sum
//! of its scores under the design ([`variance`](super::variance)), so any combination of estimates from one design
//! (differences of domains, a part against the whole, nets) has its variance too, covariances included.
//!
//! | estimate | value | score |
//! | --- | --- | --- |
//! | total | Y = sum w y | w y |
//! | mean, proportion | m = sum w y / W | w (y - m) / W |
//! | ratio | r = sum w y / sum w x | w (y - r x) / X |
//!
//! Sums run over the units of the domain that have an answer; all other units have the score zero and stay in the
//! design. Source: Woodruff (1971); Sarndal, Swensson, Wretman (1992), 5.5-5.7. R: `svymean`, `svytotal`, `svyratio`
//! on `subset(design, ...)` with `na.rm = TRUE`.

use super::design::Design;

/// The code of a missing answer among response codes.
pub const MISSING: u32 = u32::MAX;

/// What stands behind an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Base {
    /// Units that it is made from, unweighted.
    pub n: usize,
    /// Sum of their weights, W.
    pub sum_weights: f64,
    /// Sum of the squares of their weights.
    pub sum_squares: f64,
}

impl Base {
    /// What the units of a domain stand for.
    pub fn of(weights: &[f64], domain: &[bool]) -> Self {
        let mut base = Base::default();
        weights.iter().zip(domain).filter(|(_, inside)| **inside).for_each(|(&w, _)| base.add(w));
        base
    }

    fn add(&mut self, weight: f64) {
        self.n += usize::from(weight != 0.0);
        self.sum_weights += weight;
        self.sum_squares += weight * weight;
    }

    /// Kish's effective sample size, W^2 / sum w^2.
    pub fn effective(&self) -> f64 {
        self.sum_weights * self.sum_weights / self.sum_squares
    }

    /// What simple random sampling of n out of W is better by than sampling with replacement: 1 - n / W.
    fn correction(&self) -> f64 {
        let n = self.n as f64;
        if self.sum_weights < n { f64::NAN } else { (self.sum_weights - n) / self.sum_weights }
    }
}

/// An estimate with the scores of all units of the design.
#[derive(Debug, Clone, PartialEq)]
pub struct Linearised {
    /// The estimate; NaN when nobody in the domain has an answer.
    pub value: f64,
    /// For every unit of the design its score.
    pub scores: Vec<f64>,
    /// What stands behind it; for a combination what stands behind its first part.
    pub base: Base,
    /// Its variance had the base been a simple random sample drawn with replacement; NaN for combinations.
    pub srs_variance: f64,
}

/// An estimate with its error: what a table shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error, in the same units.
    pub se: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// What stands behind it.
    pub base: Base,
    /// Design effect against simple random sampling without replacement of n out of the sum of weights.
    pub deff_without: f64,
    /// Design effect against simple random sampling with replacement.
    pub deff_with: f64,
}

impl Estimate {
    /// From a variance and the variance under simple random sampling with replacement.
    pub fn new(value: f64, variance: f64, df: f64, base: Base, srs_variance: f64) -> Self {
        let without = srs_variance * base.correction();
        let deff = |reference: f64| if reference > 0.0 { variance / reference } else { f64::NAN };
        let se = if variance >= 0.0 && !value.is_nan() { variance.sqrt() } else { f64::NAN };
        Estimate { value, se, df, base, deff_without: deff(without), deff_with: deff(srs_variance) }
    }
}

impl Linearised {
    /// The estimate with its error under the design, with the design's degrees of freedom.
    pub fn estimate(&self, design: &Design) -> Estimate {
        Estimate::new(
            self.value,
            design.variance(&self.scores),
            design.degrees_of_freedom(),
            self.base,
            self.srs_variance,
        )
    }

    /// A linear combination of estimates from one design: `sum c_k value_k`, with covariances counted.
    pub fn combination(parts: &[(f64, &Linearised)]) -> Linearised {
        let units = parts.first().map_or(0, |(_, part)| part.scores.len());
        let mut scores = vec![0.0; units];
        let mut value = 0.0;
        for (coefficient, part) in parts {
            value += coefficient * part.value;
            for (sum, z) in scores.iter_mut().zip(&part.scores) {
                *sum += coefficient * z;
            }
        }
        let base = parts.first().map_or_else(Base::default, |(_, part)| part.base);
        Linearised { value, scores, base, srs_variance: f64::NAN }
    }

    /// This estimate less another from the same design.
    #[must_use]
    pub fn minus(&self, other: &Linearised) -> Linearised {
        Self::combination(&[(1.0, self), (-1.0, other)])
    }
}

/// The domain of all units.
pub fn everyone(design: &Design) -> Vec<bool> {
    vec![true; design.len()]
}

/// The mean of `values` (NaN for a missing answer) over the units in `domain`. All slices as long as the design.
pub fn mean(design: &Design, domain: &[bool], values: &[f64]) -> Linearised {
    let weights = design.weights();
    let mut base = Base::default();
    let mut sum = 0.0;
    for ((&w, &y), _) in answers(weights, values, domain) {
        base.add(w);
        sum += w * y;
    }
    let value = sum / base.sum_weights;
    let mut spread = 0.0;
    let mut scores = vec![0.0; design.len()];
    for ((&w, &y), row) in answers(weights, values, domain) {
        let deviation = y - value;
        spread += w * deviation * deviation;
        scores[row] = w * deviation / base.sum_weights;
    }
    let n = base.n as f64;
    Linearised { value, scores, base, srs_variance: spread / base.sum_weights / (n - 1.0) }
}

/// The total of `values` (NaN for a missing answer) over the units in `domain`. All slices as long as the design.
pub fn total(design: &Design, domain: &[bool], values: &[f64]) -> Linearised {
    let mut scores = vec![0.0; design.len()];
    let mut value = 0.0;
    for ((&w, &y), row) in answers(design.weights(), values, domain) {
        scores[row] = w * y;
        value += w * y;
    }
    // The same spread as that of a mean, times the square of the sum of weights.
    let Linearised { base, srs_variance, .. } = mean(design, domain, values);
    Linearised { value, scores, base, srs_variance: srs_variance * base.sum_weights * base.sum_weights }
}

/// The ratio of two totals over the units in `domain` that have both values. All slices as long as the design.
pub fn ratio(design: &Design, domain: &[bool], numerator: &[f64], denominator: &[f64]) -> Linearised {
    let both: Vec<bool> =
        (0..design.len()).map(|i| domain[i] && !numerator[i].is_nan() && !denominator[i].is_nan()).collect();
    let (mut above, mut below) = (0.0, 0.0);
    for (row, &w) in design.weights().iter().enumerate().filter(|(row, _)| both[*row]) {
        above += w * numerator[row];
        below += w * denominator[row];
    }
    let value = above / below;
    let residuals: Vec<f64> = (0..design.len())
        .map(|row| match (both[row], value.is_finite()) {
            (false, _) => f64::NAN,
            // A denominator of zero: who is behind it is known, its error is not.
            (true, false) => 0.0,
            (true, true) => (numerator[row] - value * denominator[row]) / below,
        })
        .collect();
    Linearised { value, ..total(design, &both, &residuals) }
}

/// The share of each response code `0..levels` among the units in `domain` with an answer ([`MISSING`] otherwise).
pub fn proportions(design: &Design, domain: &[bool], codes: &[u32], levels: usize) -> Vec<Linearised> {
    (0..levels as u32).map(|level| proportion(design, domain, codes, |code| code == level)).collect()
}

/// The share of the response codes that `counts` accepts (a net, a positive share) among the units in `domain` with an
/// answer.
pub fn proportion(design: &Design, domain: &[bool], codes: &[u32], counts: impl Fn(u32) -> bool) -> Linearised {
    let indicator: Vec<f64> =
        codes.iter().map(|&code| if code == MISSING { f64::NAN } else { f64::from(u8::from(counts(code))) }).collect();
    mean(design, domain, &indicator)
}

fn answers<'a>(
    weights: &'a [f64],
    values: &'a [f64],
    domain: &'a [bool],
) -> impl Iterator<Item = ((&'a f64, &'a f64), usize)> {
    weights.iter().zip(values).zip(0..).filter(|((_, y), row)| domain[*row] && !y.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simple_random_sample_has_the_textbook_error() {
        let design = Design::of(&[10.0; 4]).population(&[40.0; 4]).build().expect("a sound design");
        let found = mean(&design, &everyone(&design), &[1.0, 2.0, 3.0, 6.0]).estimate(&design);
        // s^2 = 14/3, (1 - 4/40) s^2 / 4 = 1.05.
        assert!((found.value - 3.0).abs() < 1e-15);
        assert!((found.se - 1.05f64.sqrt()).abs() < 1e-15);
        assert!((found.deff_without - 1.0).abs() < 1e-14);
        assert!((found.deff_with - 0.9).abs() < 1e-14);
        assert_eq!(found.df, 3.0);
    }

    #[test]
    fn a_domain_keeps_the_design() {
        // The same values, with two units outside: zeros in the variance, not a smaller sample.
        let design = Design::of(&[1.0; 4]).build().expect("a sound design");
        let found = mean(&design, &[true, true, false, false], &[1.0, 3.0, f64::NAN, 5.0]).estimate(&design);
        // Scores -0.5, 0.5, 0, 0: 4/3 * 0.5.
        assert!((found.se * found.se - 2.0 / 3.0).abs() < 1e-15);
        assert_eq!(found.base.n, 2);
    }

    #[test]
    fn nobody_gives_no_number() {
        let design = Design::of(&[1.0; 3]).build().expect("a sound design");
        let found = mean(&design, &[false; 3], &[1.0, 2.0, 3.0]).estimate(&design);
        assert!(found.value.is_nan());
        assert_eq!(found.base.n, 0);
    }

    #[test]
    fn a_ratio_of_a_value_to_one_is_its_mean() {
        let design = Design::of(&[1.0, 2.0, 3.0]).build().expect("a sound design");
        let all = everyone(&design);
        let values = [3.0, 1.0, 2.0];
        let (a, b) = (ratio(&design, &all, &values, &[1.0; 3]), mean(&design, &all, &values));
        assert!((a.value - b.value).abs() < 1e-15);
        assert!((a.estimate(&design).se - b.estimate(&design).se).abs() < 1e-15);
        assert!((a.estimate(&design).deff_with - b.estimate(&design).deff_with).abs() < 1e-14);
    }
}
