//! The draw record: all that an outsider needs to recompute a draw, and all that would show that something changed.

use serde::{Deserialize, Serialize};

use super::frame_hash::{RowChanges, row_changes};
use super::number::RECIPE;
use super::{DrawDesign, LevelDrawn, Sample, StratumDrawn, Unit};
use crate::frame::{Excluded, ExclusionRule};

/// Rows that were left out before the draw, by one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// The reason, where one was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The rule as it was given.
    pub rule: String,
    /// How many rows it left out, of those that earlier rules had left.
    pub rows: usize,
}

impl Exclusion {
    /// What a rule left out, for the record.
    pub fn of(excluded: &Excluded) -> Self {
        let ExclusionRule { reason, rule } = excluded.rule.clone();
        Exclusion { reason, rule, rows: excluded.rows }
    }

    /// The rule, to be used again.
    pub fn again(&self) -> ExclusionRule {
        ExclusionRule { reason: self.reason.clone(), rule: self.rule.clone() }
    }
}

/// How a draw came about. Written as JSON beside the sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawRecord {
    /// The recipe of the random numbers.
    pub recipe: String,
    /// The program that made the draw.
    pub program: String,
    /// Its version.
    pub program_version: String,
    /// The name of the frame's file, without its folder.
    pub frame: String,
    /// The hash of the frame as the draw saw it, whatever the order of its rows; see [`frame_hash`](super::frame_hash).
    pub frame_hash: String,
    /// The rows of the frame that have an identifier, before exclusions.
    pub frame_rows: usize,
    /// Rows left out by rule.
    pub excluded: Vec<Exclusion>,
    /// The units that could be drawn, N.
    pub population: usize,
    /// The columns that the draw used.
    pub columns: Columns,
    /// The seed, the method, and what else was decided beforehand.
    #[serde(flatten)]
    pub design: DrawDesign,
    /// The strata: N_h, n_h, reserve.
    pub strata: Vec<StratumDrawn>,
    /// The levels of the columns that have minimums.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelDrawn>,
    /// The SHA-256 of the sample file.
    pub sample_hash: String,
    /// A mark for every row of the frame, so that a changed frame can be told apart row by row: 12 hexadecimal digits of
    /// the identifier's hash and 8 of the row's, sorted. Frames of more than 100,000 units have none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rows: String,
}

/// The columns of the frame that a draw used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// The sheet, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The identifier.
    pub id: String,
    /// The strata; none where the frame is one stratum.
    #[serde(default)]
    pub strata: Vec<String>,
    /// The measure of size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// What a systematic selection is sorted by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<String>,
    /// The clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clusters: Option<String>,
}

/// Where the units of a draw came from: the part of the record that the draw itself does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The name of the frame's file, without its folder.
    pub frame: String,
    /// The rows of the frame that have an identifier, before exclusions.
    pub frame_rows: usize,
    /// Rows left out by rule.
    pub excluded: Vec<Exclusion>,
    /// The columns that the draw used.
    pub columns: Columns,
}

impl DrawRecord {
    /// The record of a sample: where the units came from, what was decided, what was drawn, and the text of the sample file.
    pub fn new(source: Source, design: &DrawDesign, sample: &Sample, sample_file: &str) -> Self {
        DrawRecord {
            recipe: RECIPE.to_owned(),
            program: env!("CARGO_PKG_NAME").to_owned(),
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            frame: source.frame,
            frame_hash: sample.frame_hash.clone(),
            frame_rows: source.frame_rows,
            excluded: source.excluded,
            population: sample.population,
            columns: source.columns,
            design: design.clone(),
            strata: sample.strata.clone(),
            levels: sample.levels.clone(),
            sample_hash: crate::files::sha256_hex(sample_file.as_bytes()),
            rows: sample.rows.clone(),
        }
    }

    /// The record as JSON text.
    pub fn to_json(&self) -> String {
        // A structure of texts and finite numbers with text keys always serialises.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// Reads a record.
    ///
    /// # Errors
    /// When the text is not a draw record.
    pub fn from_json(text: &str) -> crate::Result<Self> {
        serde_json::from_str(text).map_err(|error| {
            crate::Error::data("this is not a draw record")
                .found(crate::instrument::in_plain_words(&error.to_string()))
                .hint("use the file as the draw wrote it")
        })
    }

    /// The rows of a frame that are not as when drawn; nothing where the record cannot tell.
    pub fn changed_rows(&self, units: &[Unit]) -> Option<RowChanges> {
        row_changes(&self.rows, units)
    }

    /// What is no longer as this record has it, in words; nothing where a new draw would give the same sample.
    ///
    /// Told apart: the seed, each part of the design, the frame (with the strata whose population changed).
    pub fn changes(&self, design: &DrawDesign, frame_hash: &str, populations: &[(String, usize)]) -> Vec<String> {
        let mut changes = Vec::new();
        let mut changed = |what: &str, before: String, now: String| {
            if before != now {
                changes.push(format!("{what}: {before} when drawn, {now} now"));
            }
        };
        let (before, now) = (&self.design, design);
        changed("seed", format!("\"{}\"", before.seed), format!("\"{}\"", now.seed));
        changed("size", before.size.to_string(), now.size.to_string());
        changed("reserve", before.reserve.to_string(), now.reserve.to_string());
        changed("method", before.method.name().to_owned(), now.method.name().to_owned());
        changed("allocation", before.allocation.name().to_owned(), now.allocation.name().to_owned());
        changed("minimum", before.minimum.to_string(), now.minimum.to_string());
        changed("shift", before.shift.to_string(), now.shift.to_string());
        let named = changes.len();
        if named == 0 && before != now {
            changes.push(
                "the design: its maximum, fixed numbers, deviations, clusters, minimums by column or earlier waves are not as \
                 when drawn"
                    .to_owned(),
            );
        }
        if self.frame_hash != frame_hash {
            let mut moved: Vec<String> = Vec::new();
            for (name, count) in populations {
                match self.strata.iter().find(|s| s.stratum == *name) {
                    None => moved.push(format!("{name} is new, with {count}")),
                    Some(s) if s.population != *count => {
                        moved.push(format!("{name} {} when drawn, {count} now", s.population))
                    }
                    Some(_) => {}
                }
            }
            let gone = self.strata.iter().filter(|s| populations.iter().all(|(name, _)| *name != s.stratum));
            moved.extend(gone.map(|s| format!("{} is gone", s.stratum)));
            let detail = if moved.is_empty() {
                "the counts are the same, the rows are not".to_owned()
            } else {
                moved.join("; ")
            };
            changes.push(format!("the frame: {detail}"));
        }
        changes
    }
}
