//! How the units came to be rated: what each counts, and the variance that follows.
//!
//! Every coefficient gives each unit a score s_i with sum_i w_i s_i / W = the coefficient's centre, W being the sum of the
//! weights of the units that count in it; z_i = w_i (s_i - centre) / W is then the unit's influence on the coefficient,
//! weight included (Taylor linearisation; Deville 1999). Units drawn at random have weights of 1 and the variance
//! (1 - n/N) n / (n - 1) sum_i z_i^2; a [`Design`] has the one of [`statistics::variance`](crate::statistics::variance).

use std::borrow::Cow;

use super::{Figures, RatingsError, Settings};
use crate::statistics::Design;
use crate::statistics::distribution::t_upper_quantile;

/// The weights of the units of a table of ratings, and how they were drawn.
#[derive(Debug, Clone)]
pub(super) struct Sampling<'a> {
    weights: Cow<'a, [f64]>,
    drawn: Drawn<'a>,
    level: f64,
}

#[derive(Debug, Clone, Copy)]
enum Drawn<'a> {
    /// At random; the share of the population that was not drawn. Units count that have one rating only: they were
    /// drawn as well.
    AtRandom {
        remaining: f64,
    },
    ByDesign(&'a Design),
}

/// The score of a unit, by the unit's place.
pub(super) type Score = (usize, f64);

/// A variance with its degrees of freedom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    pub(super) variance: f64,
    pub(super) df: f64,
}

impl<'a> Sampling<'a> {
    pub(super) fn at_random(n: usize, settings: &Settings) -> Self {
        let remaining = settings.population.map_or(1.0, |population| (1.0 - n as f64 / population).max(0.0));
        Sampling { weights: vec![1.0; n].into(), drawn: Drawn::AtRandom { remaining }, level: settings.level }
    }

    pub(super) fn by_design(n: usize, design: &'a Design, level: f64) -> Result<Self, RatingsError> {
        if design.len() != n {
            return Err(RatingsError::Design);
        }
        Ok(Sampling { weights: design.weights().into(), drawn: Drawn::ByDesign(design), level })
    }

    /// What a unit counts.
    pub(super) fn weight(&self, unit: usize) -> f64 {
        self.weights[unit]
    }

    /// The sum of the weights of some units.
    pub(super) fn sum(&self, units: impl Iterator<Item = usize>) -> f64 {
        units.map(|unit| self.weights[unit]).sum()
    }

    /// Kish's effective number of some units, (sum w)^2 / sum w^2: with equal weights their number.
    pub(super) fn effective(&self, units: impl Iterator<Item = usize>) -> f64 {
        let (sum, squares) =
            units.map(|unit| self.weights[unit]).fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
        sum * sum / squares
    }

    /// Whether the units have weights of their own.
    pub(super) fn is_weighted(&self) -> bool {
        matches!(self.drawn, Drawn::ByDesign(_))
    }

    /// The variance of a coefficient whose scores have the mean `centre`; none with fewer than two units, or where the
    /// design leaves no degrees of freedom.
    pub(super) fn spread(&self, scores: &[Score], centre: f64) -> Option<Spread> {
        if scores.len() < 2 {
            return None;
        }
        let spread = match self.drawn {
            Drawn::AtRandom { remaining } => {
                let n = scores.len() as f64;
                let squares: f64 = scores.iter().map(|(_, score)| (score - centre) * (score - centre)).sum();
                Spread { variance: remaining * squares / (n * (n - 1.0)), df: n - 1.0 }
            }
            Drawn::ByDesign(design) => {
                let whole = self.sum(scores.iter().map(|(unit, _)| *unit));
                let mut influence = vec![0.0; self.weights.len()];
                let mut counts = vec![false; self.weights.len()];
                for &(unit, score) in scores {
                    influence[unit] = self.weights[unit] * (score - centre) / whole;
                    counts[unit] = true;
                }
                // A reader who shares three files knows no more than three files tell, however many others there are.
                Spread { variance: design.variance(&influence), df: design.domain_degrees_of_freedom(&counts) }
            }
        };
        (spread.df > 0.0 && spread.variance.is_finite()).then_some(spread)
    }

    /// The value with its standard error and t interval, cut off above at 1.
    pub(super) fn figures(&self, estimate: f64, scores: &[Score], centre: f64) -> Figures {
        self.with_interval(estimate, self.spread(scores, centre))
    }

    /// As [`figures`](Self::figures); of units drawn at random with the variance that large samples have, which divides
    /// by n where the other divides by n - 1.
    pub(super) fn figures_of_large_samples(&self, estimate: f64, scores: &[Score], centre: f64) -> Figures {
        let n = scores.len() as f64;
        let spread = self.spread(scores, centre).map(|spread| match self.drawn {
            Drawn::AtRandom { .. } => Spread { variance: spread.variance * (n - 1.0) / n, ..spread },
            Drawn::ByDesign(_) => spread,
        });
        self.with_interval(estimate, spread)
    }

    fn with_interval(&self, estimate: f64, spread: Option<Spread>) -> Figures {
        let Some(spread) = spread else { return Figures { estimate, se: None, interval: None } };
        let se = spread.variance.max(0.0).sqrt();
        let half = self.critical(spread.df) * se;
        let interval = (se > NOTHING && half.is_finite()).then(|| (estimate - half, (estimate + half).min(1.0)));
        Figures { estimate, se: Some(se), interval }
    }

    /// The t quantile of the level.
    pub(super) fn critical(&self, df: f64) -> f64 {
        t_upper_quantile((1.0 - self.level) / 2.0, df)
    }

    pub(super) fn level(&self) -> f64 {
        self.level
    }
}

/// Scores that differ by rounding only are the same.
pub(super) const NOTHING: f64 = 1e-12;
