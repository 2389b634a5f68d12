//! Weights made to agree with known population figures, as the arguments say: target files in, steps out.

mod history;
pub(super) mod nonresponse;
mod targets;
pub(super) mod trimming;

use super::args::Args;
use super::data::Columns;
use super::derived::Names;
use crate::cli::Talk;
use crate::error::{Error, Result};
use crate::statistics::nonresponse::Raised;
use crate::statistics::weighting::{
    Adjusted, Distance, Margin, Trimming, WeightingError, calibrate, post_stratify, rake, trim,
};

pub(super) use history::{History, Made};

/// Margins are met to this part of each figure.
const RAKE_TOLERANCE: f64 = 1e-12;
/// Rounds of raking before giving up.
const RAKE_MOST: usize = 1000;

/// One step from weights to weights.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Its name in the `method` column.
    pub(super) name: String,
    /// The file with its figures, for messages.
    file: String,
    /// The names of its margins' levels, or of its terms, for messages.
    labels: Vec<Vec<String>>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    PostStratify { cells: Vec<u32>, figures: Vec<f64> },
    Rake(Vec<Margin>),
    Calibrate { terms: Vec<Vec<f64>>, totals: Vec<f64>, distance: Distance, bounds: Option<(f64, f64)> },
    Trim(trimming::Bounds, Trimming),
}

impl Step {
    /// New weights from old ones.
    pub(super) fn apply(&self, weights: &[f64]) -> Result<Adjusted> {
        let adjusted = match &self.kind {
            Kind::PostStratify { cells, figures } => post_stratify(weights, cells, figures),
            Kind::Rake(margins) => rake(weights, margins, RAKE_TOLERANCE, RAKE_MOST),
            Kind::Calibrate { terms, totals, distance, bounds } => {
                calibrate(weights, terms, totals, *distance, *bounds)
            }
            Kind::Trim(_, trimming) => trim(weights, *trimming),
        };
        adjusted.map_err(|error| self.explained(error))
    }

    /// The same step with bounds that follow from the weights set for these, so that replicates are cut at the same.
    pub(super) fn fixed(mut self, weights: &[f64]) -> Self {
        if let Kind::Trim(bounds, trimming) = &mut self.kind {
            (trimming.low, trimming.high) = bounds.of(weights);
        }
        self
    }

    /// The name of a figure.
    fn label(&self, margin: usize, level: usize) -> Option<String> {
        self.labels.get(margin).and_then(|labels| labels.get(level)).cloned()
    }

    /// What is kept of the weights that it made.
    pub(super) fn made(&self, adjusted: &Adjusted, columns: &Columns<'_>) -> Made {
        let worst = adjusted.worst.map(|worst| (self.label(worst.margin, worst.level).unwrap_or_default(), worst.off));
        Made {
            name: self.name.clone(),
            weights: adjusted.weights.clone(),
            origin: (0..columns.rows()).map(|row| columns.origin(row)).collect(),
            rounds: (!matches!(self.kind, Kind::PostStratify { .. })).then_some(adjusted.iterations),
            worst,
        }
    }

    fn explained(&self, error: WeightingError) -> Error {
        let (margin, level) = match error {
            WeightingError::Figure { margin, level, .. }
            | WeightingError::EmptyCell { margin, level }
            | WeightingError::NoPopulation { margin, level }
            | WeightingError::NotConverged { margin, level, .. } => (margin, Some(level)),
            WeightingError::MarginsDisagree { margin, .. } => (margin, None),
            WeightingError::Trim { .. } => return Error::from(error).at("--trim"),
            WeightingError::Bounds { .. } => return Error::from(error).at("--calibrate-bounds"),
        };
        let labels = match self.kind {
            // Calibration names its terms in one list and reports the one furthest off as a margin.
            Kind::Calibrate { .. } => self.label(0, margin.max(level.unwrap_or(0))),
            _ => match level {
                Some(level) => self.label(margin, level),
                None => self.label(margin, 0).map(|l| l.split(" = ").next().unwrap_or_default().to_owned()),
            },
        };
        let place = match labels {
            Some(label) => format!("{} > {label}", self.file),
            None => self.file.clone(),
        };
        Error::from(error).at(place)
    }
}

/// The steps that the arguments name, in the order in which they are made: post-stratification, raking, calibration,
/// trimming.
pub(super) fn steps(args: &Args, columns: &Columns<'_>) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    if let Some(text) = &args.poststratify {
        steps.push(targets::post_strata(text, columns)?);
    }
    if let Some(path) = &args.rake {
        steps.push(targets::margins(path, columns)?);
    }
    if let Some(path) = &args.calibrate {
        steps.push(targets::totals(args, path, columns)?);
    }
    if let Some(bounds) = args.trim {
        let (excess, strict) = (args.trim_excess.meant(), args.trim_strict);
        let trimming = Trimming { low: f64::NEG_INFINITY, high: f64::INFINITY, excess, strict };
        let strictly = if strict { ", strict" } else { "" };
        let name = format!("trimmed {}, excess {}{strictly}", bounds.words(), excess.name());
        steps.push(Step { name, file: "--trim".into(), labels: Vec::new(), kind: Kind::Trim(bounds, trimming) });
    }
    Ok(steps)
}

/// The columns of the data that the target files speak of.
pub(super) fn wanted(args: &Args, names: &Names<'_>) -> Result<Vec<usize>> {
    let mut wanted = args.nonresponse.as_ref().map_or_else(|| Ok(Vec::new()), |way| way.wanted(names))?;
    if let Some(text) = &args.poststratify {
        for name in targets::post_strata_names(text)?.0 {
            wanted.push(names.column(name)?);
        }
    }
    if let Some(path) = &args.rake {
        let (file, read) = targets::targets(path, &["variable", "level", "population"])?;
        for name in read[0].levels() {
            wanted.push(names.column(name).map_err(|error| error.hint(format!("{} names it", file.path().display())))?);
        }
    }
    if let Some(path) = &args.calibrate {
        let (_, read) = targets::targets(path, &["term", "total"])?;
        for term in read[0].levels() {
            if let Some(name) = targets::term_column(term, names)? {
                wanted.push(names.column(name)?);
            }
        }
    }
    Ok(wanted)
}

/// `LOW,HIGH`; an end left out is open.
fn pair(text: &str, flag: &str) -> Result<(f64, f64)> {
    let number = |part: &str, open: f64| match part.trim() {
        "" => Some(open),
        part => part.parse::<f64>().ok().filter(|number| !number.is_nan()),
    };
    let parts = text
        .split_once(',')
        .and_then(|(low, high)| Some((number(low, f64::NEG_INFINITY)?, number(high, f64::INFINITY)?)));
    parts.filter(|(low, high)| low < high).ok_or_else(|| {
        Error::usage(format!("{flag} needs two bounds")).found(text).expected(format!("{flag} LOW,HIGH, such as 0.5,3"))
    })
}

fn missing(columns: &Columns<'_>, row: usize, name: &str) -> Error {
    Error::data("a row has no value in a column that weights are adjusted by")
        .at(columns.place(row, name))
        .hint("fill in the value, or delete the row")
}

/// Raises the weights of those who responded, if that is asked for: who they are, and what became of the weights.
pub(super) fn raised(
    args: &Args,
    columns: &Columns<'_>,
    weights: &[f64],
    talk: &Talk,
) -> Result<Option<(Vec<usize>, Raised, String)>> {
    let Some(way) = &args.nonresponse else { return Ok(None) };
    let responded = nonresponse::responded(args, columns)?;
    let raised = way.raise(columns, weights, &responded, talk)?;
    let rows = (0..columns.rows()).filter(|&row| responded[row]).collect();
    Ok(Some((rows, raised, way.words())))
}
