//! The frame as a draw needs it: units, the columns carried along, and what was left out by rule.

use std::path::Path;

use super::Talk;
use crate::draw::{Carried, Columns, Exclusion, Unit};
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::frame::{ExclusionRule, Frame, Reading, Unit as Row};

/// A frame that was read, reduced by its rules, and found without fault.
pub(super) struct Listing {
    /// What can be drawn.
    pub units: Vec<Unit>,
    /// The columns that the sample file carries along.
    pub carried: Vec<Carried>,
    /// What was left out, by rule.
    pub excluded: Vec<Exclusion>,
    /// The frame as the rules left it.
    pub frame: Frame,
}

/// What becomes of faults in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Faults {
    /// They stop the draw: a plain draw has no findings file in which they could be sent back.
    Refused,
    /// They are passed over as [`Frame::read`] does it: for replaying a study's draw, which reported them.
    PassedOver,
}

/// Reads a frame for a draw.
///
/// # Errors
/// When the frame cannot be read; with [`Faults::Refused`] also when an identifier is missing or stands twice, or a row
/// has no stratum.
pub(super) fn read_listing(
    path: &Path,
    columns: &Columns,
    rules: &[ExclusionRule],
    faults: Faults,
    talk: &Talk,
) -> Result<Listing> {
    let others = columns.measure.iter().chain(&columns.sort).chain(&columns.clusters);
    let reading = Reading {
        sheet: columns.sheet.clone(),
        id: columns.id.clone(),
        strata: columns.strata.clone(),
        others: others.cloned().collect(),
        ..Reading::default()
    };
    let mut frame = Frame::read(path, &reading)?;
    if faults == Faults::Refused {
        refuse_faults(path, &frame)?;
    }
    frame.findings.iter().for_each(|finding| talk.detail(finding.to_string()));
    frame.exclude(rules, "--exclude")?;
    for left in frame.exclusions.iter().filter(|left| left.undecided > 0) {
        let (rows, rule) = (left.undecided, &left.rule.rule);
        talk.say(format!("{rows} rows stay in because a value that --exclude {rule:?} asks for is missing"));
    }
    if faults == Faults::Refused {
        refuse_blank_strata(path, &frame, columns)?;
    }
    let excluded = frame.exclusions.iter().map(Exclusion::of).collect();
    Ok(Listing { units: units(path, &frame, columns)?, carried: carried(&frame, columns), excluded, frame })
}

fn refuse_faults(path: &Path, frame: &Frame) -> Result<()> {
    let faults: Vec<&Finding> = frame.findings.iter().filter(|f| f.severity >= Severity::Error).collect();
    let Some(first) = faults.first() else { return Ok(()) };
    let found = if first.found.is_empty() { "nothing" } else { &first.found };
    let more = if faults.len() > 1 { format!("; {} such rows in all", faults.len()) } else { String::new() };
    Err(Error::file(path, first.problem.clone())
        .at(first.place.to_string())
        .found(format!("{found}{more}"))
        .expected(first.expected.clone())
        .hint(first.hint.clone()))
}

fn refuse_blank_strata(path: &Path, frame: &Frame, columns: &Columns) -> Result<()> {
    let positions: Vec<usize> = columns.strata.iter().filter_map(|name| frame.position(name)).collect();
    let is_blank = |unit: &&Row| positions.iter().any(|&at| unit.values[at].is_empty());
    let blank: Vec<&Row> = frame.units.iter().filter(is_blank).collect();
    let Some(first) = blank.first() else { return Ok(()) };
    Err(Error::file(path, format!("{} of {} rows have no stratum", blank.len(), frame.units.len()))
        .found(format!("{} has nothing in {}", first.id, columns.strata.join(" or ")))
        .hint("fill in the cells, or leave the rows out with --exclude"))
}

fn units(path: &Path, frame: &Frame, columns: &Columns) -> Result<Vec<Unit>> {
    let at = |name: &String| frame.position(name);
    let measure = columns.measure.as_ref().and_then(at);
    let cluster = columns.clusters.as_ref().and_then(at);
    let sort: Vec<usize> = columns.sort.iter().filter_map(at).collect();
    let unit = |row: &Row| {
        let measure = match measure.map(|at| row.values[at].as_str()) {
            None | Some("") => None,
            Some(text) => Some(text.parse::<f64>().ok().filter(|x| x.is_finite()).ok_or_else(|| {
                Error::file(path, "a measure of size is not a number").found(format!("\"{text}\" for {}", row.id))
            })?),
        };
        Ok(Unit {
            id: row.id.clone(),
            stratum: row.stratum.clone(),
            cluster: cluster.map(|at| row.values[at].clone()),
            measure,
            sort: sort.iter().map(|&at| row.values[at].clone()).collect(),
            past: Vec::new(),
        })
    };
    frame.units.iter().map(unit).collect()
}

/// The strata columns, and the clusters' where there are clusters.
fn carried(frame: &Frame, columns: &Columns) -> Vec<Carried> {
    let mut names: Vec<&String> = Vec::new();
    for name in columns.strata.iter().chain(&columns.clusters) {
        if !names.contains(&name) && *name != columns.id {
            names.push(name);
        }
    }
    let column = |name: &String| {
        let at = frame.position(name)?;
        Some(Carried { name: name.clone(), values: frame.units.iter().map(|row| row.values[at].clone()).collect() })
    };
    names.into_iter().filter_map(column).collect()
}
