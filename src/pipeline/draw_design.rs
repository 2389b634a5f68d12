//! The design of a study's draw, as `[draw]` of the pipeline file has it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Definition;
use crate::draw::{DrawDesign, MinimumBy, Purpose, Unit, Wave};
use crate::error::Result;

/// `keep` under `[draw]`: the sample file of an earlier wave, or that and how much of its main sample is drawn again.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum KeepChoice {
    /// All of it, as far as the probabilities allow.
    All(PathBuf),
    /// A share of it.
    Share {
        /// The sample file.
        sample: PathBuf,
        /// From 0 to 1.
        share: f64,
    },
}

impl KeepChoice {
    fn parts(&self) -> (&Path, f64) {
        match self {
            KeepChoice::All(sample) => (sample, 1.0),
            KeepChoice::Share { sample, share } => (sample, *share),
        }
    }
}

/// The earlier samples that a definition names, with where each stands in its text.
fn waves(definition: &Definition) -> impl Iterator<Item = (&Path, Purpose, f64, std::ops::Range<usize>)> {
    let avoid = &definition.draw.avoid;
    let avoid = avoid.iter().map(|path| (path.get_ref().as_path(), Purpose::Avoid, 1.0, path.span()));
    let keep = definition.draw.keep.iter().map(|keep| {
        let (path, share) = keep.get_ref().parts();
        (path, Purpose::Keep, share, keep.span())
    });
    avoid.chain(keep)
}

/// The files of earlier waves that a draw reads: every sample and its record.
pub(super) fn files(definition: &Definition) -> Vec<PathBuf> {
    let sample = |(path, ..): (&Path, _, _, _)| definition.resolve(path);
    waves(definition).map(sample).flat_map(|path| [path.with_extension("draw.json"), path]).collect()
}

/// The design of the study's draw; every unit gets to know where it stood in the earlier waves.
pub(super) fn design(definition: &Definition, seed: &str, units: &mut [Unit]) -> Result<DrawDesign> {
    let choices = &definition.draw;
    let mut minimums = Vec::new();
    for (column, minimum) in &choices.minimums {
        let (name, strata) = (column.get_ref(), &definition.frame.strata);
        minimums.push(MinimumBy::new(name, minimum.clone(), strata).map_err(|error| {
            let fault = definition.fault(column.span(), error.problem.clone(), "not one of the strata");
            let (found, hint) = (error.found.clone().unwrap_or_default(), error.hint.clone().unwrap_or_default());
            fault.found(found).hint(format!("{hint} (strata under [frame])"))
        })?);
    }
    let mut earlier = Vec::new();
    for (path, purpose, share, span) in waves(definition) {
        let at = definition.resolve(path);
        if !at.is_file() {
            return Err(definition
                .fault(span, "the earlier sample is not there", "no such file")
                .found(at.display().to_string())
                .hint("name the sample file of the wave before, such as \"../wave-1/output/key/sample.csv\""));
        }
        let name = path.to_string_lossy().replace('\\', "/");
        earlier.push(Wave::read(&at, &name, purpose, share)?.place(units, None)?);
    }
    Ok(DrawDesign {
        allocation: choices.allocation,
        minimum: choices.minimum.max(1),
        maximum: choices.maximum,
        take_all: choices.take_all,
        certain: choices.certain.clone(),
        exponent: choices.exponent,
        deviations: choices.deviations.clone(),
        fixed: choices.fixed.clone(),
        shift: choices.shift,
        reserve: choices.reserve,
        minimums,
        earlier,
        ..DrawDesign::new(seed, *choices.size.get_ref())
    })
}
