//! The design of a study's draw, as `[draw]` of the pipeline file has it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Definition;
use crate::draw::{DrawDesign, Method, MinimumBy, Purpose, Unit, Wave};
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

/// How units are selected within strata.
pub(super) fn method(definition: &Definition) -> Method {
    definition.draw.method.as_ref().map_or(Method::Simple, |method| *method.get_ref())
}

/// Looks for selections that a study cannot be weighed and estimated by.
///
/// A study's weights are the population of a stratum over those of it who answered: right where all of a stratum have the
/// same chance and nobody comes in company, so clusters and measures of size are left to the commands that know them.
pub(super) fn examine(definition: &Definition) -> Result<()> {
    let choices = &definition.draw;
    let by_size = choices.method.as_ref().filter(|method| method.get_ref().by_size()).map(|method| method.span());
    let keys = [&choices.clusters, &choices.per_cluster, &choices.measure];
    let unequal = by_size.or_else(|| keys.into_iter().flatten().map(|value| value.span()).next());
    if let Some(span) = unequal {
        let problem = "a study's sample is drawn with equal chances within strata, unit by unit";
        return Err(definition
            .fault(span, problem, "clusters, or chances by a measure of size")
            .expected("method = \"simple\" or \"systematic\", without clusters and measure")
            .hint(
                "draw with `quorate draw` (--clusters, --method pps) and analyse what comes back with `quorate estimate`, \
                 whose --weight, --strata, --psu and --fpc take what the sample file has",
            ));
    }
    let earlier = choices.avoid.first().map(|path| path.span()).or(choices.keep.as_ref().map(|keep| keep.span()));
    if let (Method::Systematic, Some(span)) = (method(definition), earlier) {
        return Err(definition
            .fault(span, "earlier waves can be avoided or kept in simple random samples only", "an earlier wave")
            .found("method = \"systematic\"")
            .hint("take method and sort under [draw] out, or draw without regard to the earlier wave"));
    }
    match choices.sort.first() {
        Some(column) if method(definition) != Method::Systematic => Err(definition
            .fault(column.span(), "the order of the list has no say in a simple random sample", "sorted by this")
            .hint("add method = \"systematic\" under [draw], or take sort out")),
        _ => Ok(()),
    }
}

/// The columns that the list is sorted by.
pub(super) fn sort(definition: &Definition) -> Vec<String> {
    definition.draw.sort.iter().map(|column| column.get_ref().clone()).collect()
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
        method: method(definition),
        shift: choices.shift,
        reserve: choices.reserve,
        minimums,
        earlier,
        ..DrawDesign::new(seed, *choices.size.get_ref())
    })
}
