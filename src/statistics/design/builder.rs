//! From codes and counts to a design, every fault of it found.

use super::{Design, DesignError, SinglePsu, Size, Stage, check_length, collapse};

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

impl<'a> Builder<'a> {
    pub(super) fn of(weights: &'a [f64]) -> Self {
        Builder {
            weights,
            strata: None,
            clusters: Vec::new(),
            populations: Vec::new(),
            nest: false,
            single_psu: SinglePsu::default(),
        }
    }

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
