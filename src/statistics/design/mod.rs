//! How the units came into the sample: strata, stages of clusters, population counts, weights.
//!
//! A design is of the *responding units of a sample*, whatever they answered. Domains and missing answers never change
//! it: a PSU with nobody in the domain still counts in n_h.

mod builder;
mod collapse;
mod error;
mod single;

use super::weighting::{Adjusted, Residual};

pub use builder::Builder;
pub use error::DesignError;
pub use single::SinglePsu;

/// The units of one stage: which rows belong to which, and which stratum each is in.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    /// For each row its sampling unit; none when each row is a unit of its own.
    pub unit: Option<Vec<u32>>,
    /// For each sampling unit its stratum.
    pub stratum: Vec<u32>,
    /// For each stratum its size.
    pub strata: Vec<Size>,
}

/// The size of a stratum of a stage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Sampled units, n_h.
    pub sampled: u32,
    /// Units in the population, N_h; infinite without a correction.
    pub population: f64,
    /// What the variance within it is multiplied by: the sampling fractions of the stages above.
    pub multiplier: f64,
    /// The first row in it, for messages.
    pub row: u32,
}

impl Size {
    /// 1 - n/N.
    pub fn correction(&self) -> f64 {
        if self.population.is_infinite() { 1.0 } else { (self.population - f64::from(self.sampled)) / self.population }
    }

    /// Whether all of its units were sampled, so that it has no sampling variance.
    pub fn is_whole(&self) -> bool {
        self.correction() < 1e-7
    }

    /// Whether it has one unit of several, so that its variance cannot be estimated from itself.
    pub fn is_single(&self) -> bool {
        self.sampled == 1 && !self.is_whole()
    }
}

/// A sample design: see the [module](self).
///
/// ```
/// use quorate::statistics::Design;
/// // Two strata of 100, with 3 and 2 answers.
/// let design = Design::of(&[100.0 / 3.0, 100.0 / 3.0, 100.0 / 3.0, 50.0, 50.0])
///     .strata(&[0, 0, 0, 1, 1])
///     .population(&[100.0; 5])
///     .build()?;
/// assert_eq!(design.degrees_of_freedom(), 3.0);
/// # Ok::<(), quorate::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Design {
    weights: Vec<f64>,
    stages: Vec<Stage>,
    single_psu: SinglePsu,
    has_strata: bool,
    residuals: Vec<Residual>,
    /// The strata that were joined: a row of each.
    collapsed: Vec<Vec<usize>>,
    /// The weights that follow from the population counts, where joining strata changed those.
    weights_before: Option<Vec<f64>>,
}

impl Design {
    /// Starts a design from the weights of its units; without more it is simple random sampling with replacement.
    pub fn of(weights: &[f64]) -> Builder<'_> {
        Builder::of(weights)
    }

    /// The number of units.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there are no units (a built design always has some).
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The units' weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// What is done with strata of one PSU.
    pub fn single_psu(&self) -> SinglePsu {
        self.single_psu
    }

    /// Whether strata were declared.
    pub fn has_strata(&self) -> bool {
        self.has_strata
    }

    /// Whether any stage has a finite population correction.
    pub fn has_correction(&self) -> bool {
        self.stages.iter().any(|stage| stage.strata.iter().any(|size| size.population.is_finite()))
    }

    /// Whether units are sampled in clusters.
    pub fn has_clusters(&self) -> bool {
        self.stages[0].unit.is_some()
    }

    /// The strata that [`SinglePsu::Collapse`] joined: for each stratum made of several a row of each of these.
    pub fn collapsed(&self) -> &[Vec<usize>] {
        &self.collapsed
    }

    /// Whether nothing about a domain is left to chance: every unit of it was sampled with certainty at every stage.
    pub fn is_census(&self, domain: &[bool]) -> bool {
        let whole = |stage: &Stage, row: usize| {
            let unit = stage.unit.as_ref().map_or(row, |unit| unit[row] as usize);
            stage.strata[stage.stratum[unit] as usize].is_whole()
        };
        (0..self.len()).filter(|&row| domain[row]).all(|row| self.stages.iter().all(|stage| whole(stage, row)))
    }

    /// For every unit the population count of its stratum at a stage (infinite without one); `None` when the design has
    /// no such stage.
    pub fn populations(&self, stage: usize) -> Option<Vec<f64>> {
        let stage = self.stages.get(stage)?;
        let of_row = |row: usize| {
            let unit = stage.unit.as_ref().map_or(row, |unit| unit[row] as usize);
            stage.strata[stage.stratum[unit] as usize].population
        };
        Some((0..self.len()).map(of_row).collect())
    }

    /// Whether a first-stage stratum has one PSU of several.
    pub fn has_single_psu(&self) -> bool {
        self.stages[0].strata.iter().any(Size::is_single)
    }

    /// The PSU of a unit, counted from zero.
    pub fn psu(&self, row: usize) -> usize {
        self.stages[0].unit.as_ref().map_or(row, |unit| unit[row] as usize)
    }

    /// The first-stage stratum of a unit, as an index from zero in order of first appearance.
    pub fn stratum(&self, row: usize) -> usize {
        self.stages[0].stratum[self.psu(row)] as usize
    }

    /// The number of first-stage strata.
    pub fn strata_count(&self) -> usize {
        self.stages[0].strata.len()
    }

    /// The number of PSUs.
    pub fn psu_count(&self) -> usize {
        self.stages[0].stratum.len()
    }

    /// Sampled and population units (infinite without a correction) of a first-stage stratum.
    pub fn stratum_size(&self, stratum: usize) -> (usize, f64) {
        let size = self.stages[0].strata[stratum];
        (size.sampled as usize, size.population)
    }

    /// Degrees of freedom of the design: PSUs less strata (R: `degf(design)`).
    pub fn degrees_of_freedom(&self) -> f64 {
        self.psu_count() as f64 - self.strata_count() as f64
    }

    /// Degrees of freedom of a domain: the PSUs less the strata that it meets (R: `degf(subset(design, ...))`).
    pub fn domain_degrees_of_freedom(&self, domain: &[bool]) -> f64 {
        let mut psus = vec![false; self.psu_count()];
        let mut strata = vec![false; self.strata_count()];
        for row in (0..self.len()).filter(|&row| domain[row]) {
            psus[self.psu(row)] = true;
            strata[self.stratum(row)] = true;
        }
        let count = |met: &[bool]| met.iter().filter(|&&m| m).count() as f64;
        count(&psus) - count(&strata)
    }

    /// The same design with other weights, as post-stratification, calibration or a replicate makes them; they may be
    /// zero or below.
    ///
    /// # Errors
    /// When they are not as many as the units.
    pub fn reweighted(&self, weights: Vec<f64>) -> Result<Design, DesignError> {
        check_length("weights", weights.len(), self.len())?;
        Ok(Design { weights, ..self.clone() })
    }

    /// The same design with weights that agree with population figures; variances credit what the figures explain.
    ///
    /// # Errors
    /// When the weights are not as many as the units.
    pub fn adjusted(&self, adjusted: &Adjusted) -> Result<Design, DesignError> {
        let mut design = self.reweighted(adjusted.weights.clone())?;
        design.residuals.extend(adjusted.residual.clone());
        Ok(design)
    }

    pub(crate) fn residuals(&self) -> &[Residual] {
        &self.residuals
    }

    /// The weights that follow from the population counts: the product over the stages of N / n (R: weights of a design
    /// given by `fpc` alone). A stage without counts adds nothing to the product.
    ///
    /// Joined strata keep the weights that each had by itself.
    pub fn weights_from_population(&self) -> Vec<f64> {
        if let Some(weights) = &self.weights_before {
            return weights.clone();
        }
        let mut weights = vec![1.0; self.len()];
        for stage in &self.stages {
            for (row, weight) in weights.iter_mut().enumerate() {
                let unit = stage.unit.as_ref().map_or(row, |unit| unit[row] as usize);
                let size = &stage.strata[stage.stratum[unit] as usize];
                if size.population.is_finite() {
                    *weight *= size.population / f64::from(size.sampled);
                }
            }
        }
        weights
    }

    pub(crate) fn stages(&self) -> &[Stage] {
        &self.stages
    }
}

fn check_length(what: &'static str, found: usize, expected: usize) -> Result<(), DesignError> {
    if found == expected { Ok(()) } else { Err(DesignError::Length { what, found, expected }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_the_unit() {
        let weights = [1.0, 1.0, 1.0];
        assert_eq!(Design::of(&[1.0, -2.0]).build().map(|_| ()), Err(DesignError::Weight { row: 1, weight: -2.0 }));
        assert_eq!(
            Design::of(&weights).strata(&[4, 4, 9]).build().map(|_| ()),
            Err(DesignError::SinglePsu { row: 2, stage: 1 })
        );
        assert_eq!(
            Design::of(&weights).population(&[2.0; 3]).build().map(|_| ()),
            Err(DesignError::PopulationTooSmall { row: 0, stage: 1, population: 2.0, sampled: 3 })
        );
        assert_eq!(
            Design::of(&weights).strata(&[0, 0, 1]).clusters(&[1, 2, 2]).build().map(|_| ()),
            Err(DesignError::ClusterInSeveralStrata { row: 2 })
        );
        assert_eq!(
            Design::of(&weights).population(&[0.5, 0.5, 7.0]).build().map(|_| ()),
            Err(DesignError::PopulationMixed { row: 2, stage: 1 })
        );
    }

    #[test]
    fn a_census_stratum_of_one_is_not_single() {
        let design = Design::of(&[1.0, 2.0, 2.0]).strata(&[0, 1, 1]).population(&[1.0, 4.0, 4.0]).build();
        assert!(design.is_ok());
    }

    #[test]
    fn fractions_are_population_counts() {
        let design = Design::of(&[4.0; 3]).population(&[0.25; 3]).build().expect("a sound design");
        assert_eq!(design.stratum_size(0), (3, 12.0));
    }
}
