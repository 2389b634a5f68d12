//! How the units came into the sample: strata, stages of clusters, population counts, weights.
//!
//! A design is of the *responding units of a sample*, whatever they answered. Domains and missing answers never change
//! it: a PSU with nobody in the domain still counts in n_h.

mod collapse;
mod error;
mod single;

use super::weighting::{Adjusted, Residual};

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

/// A [`Design`] in the making.
#[derive(Debug, Clone)]
pub struct Builder<'a> {
    weights: &'a [f64],
    strata: Option<&'a [u32]>,
    clusters: Vec<&'a [u32]>,
    populations: Vec<&'a [f64]>,
    nest: bool,
    single_psu: SinglePsu,
}

impl Design {
    /// Starts a design from the weights of its units; without more it is simple random sampling with replacement.
    pub fn of(weights: &[f64]) -> Builder<'_> {
        Builder {
            weights,
            strata: None,
            clusters: Vec::new(),
            populations: Vec::new(),
            nest: false,
            single_psu: SinglePsu::default(),
        }
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

impl<'a> Builder<'a> {
    /// The stratum code of every unit.
    #[must_use]
    pub fn strata(mut self, strata: &'a [u32]) -> Self {
        self.strata = Some(strata);
        self
    }

    /// The cluster code of every unit; called again for each further stage. Without it each unit is its own PSU.
    #[must_use]
    pub fn clusters(mut self, clusters: &'a [u32]) -> Self {
        self.clusters.push(clusters);
        self
    }

    /// For every unit the population count of its stratum (or its sampling fraction, when all are at most 1); called
    /// again for each further stage. A stage without it counts as sampled with replacement.
    #[must_use]
    pub fn population(mut self, population: &'a [f64]) -> Self {
        self.populations.push(population);
        self
    }

    /// Clusters are numbered anew in each stratum.
    #[must_use]
    pub fn nested(mut self, nest: bool) -> Self {
        self.nest = nest;
        self
    }

    /// What to do with strata of one PSU.
    #[must_use]
    pub fn single_psu(mut self, policy: SinglePsu) -> Self {
        self.single_psu = policy;
        self
    }

    /// Checks and builds the design.
    ///
    /// # Errors
    /// See [`DesignError`]. A single PSU is refused here when the policy is [`SinglePsu::Fail`], or when
    /// [`SinglePsu::Collapse`] finds no stratum to join it with.
    pub fn build(self) -> Result<Design, DesignError> {
        let n = self.weights.len();
        if n == 0 {
            return Err(DesignError::Empty);
        }
        if let Some(row) = self.weights.iter().position(|w| !w.is_finite() || *w <= 0.0) {
            return Err(DesignError::Weight { row, weight: self.weights[row] });
        }
        if let Some(strata) = self.strata {
            check_length("strata", strata.len(), n)?;
        }
        for clusters in &self.clusters {
            check_length("clusters", clusters.len(), n)?;
        }
        for population in &self.populations {
            check_length("population counts", population.len(), n)?;
        }
        let stages = self.stages(n)?;
        let mut design = Design {
            weights: self.weights.to_vec(),
            stages,
            single_psu: self.single_psu,
            has_strata: self.strata.is_some(),
            residuals: Vec::new(),
            collapsed: Vec::new(),
            weights_before: None,
        };
        if let (SinglePsu::Collapse, Some(strata), true) = (self.single_psu, self.strata, design.has_single_psu()) {
            design.weights_before = Some(design.weights_from_population());
            design.collapsed = collapse::collapse(&mut design.stages, strata);
        }
        if matches!(self.single_psu, SinglePsu::Fail | SinglePsu::Collapse) {
            for (stage, sizes) in design.stages.iter().enumerate() {
                if let Some(size) = sizes.strata.iter().find(|size| size.is_single()) {
                    return Err(DesignError::SinglePsu { row: size.row as usize, stage: stage + 1 });
                }
            }
        }
        Ok(design)
    }

    fn stages(&self, n: usize) -> Result<Vec<Stage>, DesignError> {
        let mut stages: Vec<Stage> = Vec::new();
        let mut parents: Vec<u32> = match self.strata {
            Some(strata) => dense(strata.iter().map(|&s| (0, s))).0,
            None => vec![0; n],
        };
        for number in 0..self.clusters.len().max(1) {
            let stage_number = number + 1;
            // A further stage counts only where the stage above has a correction: else n/N there is zero.
            if number > 0 && stages[number - 1].strata.iter().all(|size| size.population.is_infinite()) {
                break;
            }
            let unit = self.clusters.get(number).map(|codes| {
                if number == 0 && !self.nest {
                    dense(codes.iter().map(|&c| (0, c))).0
                } else {
                    dense(parents.iter().zip(*codes).map(|(&p, &c)| (p, c))).0
                }
            });
            let units = unit.as_ref().map_or(n, |unit| unit.iter().map(|&u| u as usize + 1).max().unwrap_or(0));
            let mut stratum = vec![u32::MAX; units];
            let mut strata: Vec<Size> = Vec::new();
            for row in 0..n {
                let parent = parents[row];
                let u = unit.as_ref().map_or(row, |unit| unit[row] as usize);
                if stratum[u] == u32::MAX {
                    stratum[u] = parent;
                    if parent as usize == strata.len() {
                        let multiplier = match number.checked_sub(1).map(|above| &stages[above]) {
                            None => 1.0,
                            Some(above) => {
                                // The parent of a later stage is a unit of the stage above, with the same index.
                                let size = &above.strata[above.stratum[parent as usize] as usize];
                                size.multiplier * f64::from(size.sampled) / size.population
                            }
                        };
                        strata.push(Size { sampled: 0, population: f64::INFINITY, multiplier, row: row as u32 });
                    }
                    strata[parent as usize].sampled += 1;
                } else if stratum[u] != parent {
                    return Err(DesignError::ClusterInSeveralStrata { row });
                }
            }
            if let Some(population) = self.populations.get(number) {
                set_population(population, stage_number, &parents, &mut strata)?;
            }
            let last = unit.is_none();
            if let Some(unit) = &unit {
                parents.clone_from(unit);
            }
            stages.push(Stage { unit, stratum, strata });
            if last {
                break;
            }
        }
        Ok(stages)
    }
}

fn set_population(population: &[f64], stage: usize, parents: &[u32], strata: &mut [Size]) -> Result<(), DesignError> {
    if let Some(row) = population.iter().position(|p| p.is_nan() || *p <= 0.0) {
        return Err(DesignError::Population { row, stage, value: population[row] });
    }
    let fractions = population[0] < 1.0 || population.iter().all(|&p| p <= 1.0);
    if let Some(row) = population.iter().position(|&p| if fractions { p > 1.0 } else { p < 1.0 }) {
        return Err(DesignError::PopulationMixed { row, stage });
    }
    let mut first: Vec<f64> = vec![f64::NAN; strata.len()];
    for (row, (&value, &parent)) in population.iter().zip(parents).enumerate() {
        let known = &mut first[parent as usize];
        if known.is_nan() {
            *known = value;
        } else if (value - *known).abs() > 1e-9 * known.abs() {
            return Err(DesignError::PopulationVaries { row, stage });
        }
    }
    for (size, value) in strata.iter_mut().zip(first) {
        let sampled = f64::from(size.sampled);
        size.population = if fractions { sampled / value } else { value };
        if size.population < sampled * (1.0 - 1e-12) {
            return Err(DesignError::PopulationTooSmall {
                row: size.row as usize,
                stage,
                population: size.population,
                sampled: size.sampled as usize,
            });
        }
    }
    Ok(())
}

fn check_length(what: &'static str, found: usize, expected: usize) -> Result<(), DesignError> {
    if found == expected { Ok(()) } else { Err(DesignError::Length { what, found, expected }) }
}

/// Codes from zero in order of first appearance, and how many there are.
fn dense(codes: impl Iterator<Item = (u32, u32)>) -> (Vec<u32>, u32) {
    let mut known = std::collections::HashMap::new();
    let dense = codes
        .map(|code| {
            let next = known.len() as u32;
            *known.entry(code).or_insert(next)
        })
        .collect();
    (dense, known.len() as u32)
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
