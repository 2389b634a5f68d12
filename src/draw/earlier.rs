//! An earlier wave: its sample file and its record, and where the units of a later frame stood in it.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::frame_hash::{frame_hash, id_mark, line_mark, marks_by_id};
use super::{DrawRecord, Method, Role, Unit, read_sample};
use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex};

/// What an earlier wave is to a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Whoever stands in its sample file, in the main sample or in reserve, is not drawn again.
    Avoid,
    /// Its main sample is drawn again, in full or a share of it.
    Keep,
}

/// An earlier wave as a later draw takes it into account, and as its record has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// The sample file.
    pub file: String,
    /// Whether its people are avoided or kept.
    pub purpose: Purpose,
    /// How much of its main sample is kept.
    pub share: f64,
    /// The SHA-256 of the sample file.
    pub sample_hash: String,
    /// The hash of the frame that it was drawn from.
    pub frame_hash: String,
    /// Its seed.
    pub seed: String,
    /// Whether it was itself drawn with earlier waves in view.
    #[serde(default, skip_serializing_if = "is_false")]
    pub coordinated: bool,
    /// The samples, by their hashes, that it avoided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub avoided: Vec<String>,
    /// The cells within which it drew simple random samples: its strata or, where it was coordinated, their classes.
    pub cells: BTreeMap<String, Cell>,
}

/// Units among which an earlier wave drew a simple random sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// How many there were.
    pub population: usize,
    /// The fewest and the most of them that could be drawn or held in reserve.
    pub possible: [usize; 2],
    /// The probability of being drawn or held in reserve: so many of so many.
    pub chance: [usize; 2],
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Where a unit stood in an earlier wave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// The cell of the earlier wave that it was in; empty where it was not in that frame.
    pub cell: String,
    /// Main or reserve, where it was drawn.
    pub role: Option<Role>,
}

/// An earlier wave that was read from its files.
#[derive(Debug, Clone)]
pub struct Wave {
    earlier: Earlier,
    record: DrawRecord,
    roles: HashMap<String, (String, Role)>,
    /// Every cell as the stratum and the history that its units had.
    places: Vec<(String, Vec<String>)>,
}

impl Wave {
    /// Puts an earlier wave together from its sample file and the record beside it.
    ///
    /// # Errors
    /// When the two do not belong together, or the wave was not drawn by simple random sampling of units: then nobody could say
    /// what probabilities a draw has that looks at who was in it.
    pub fn new(file: &str, purpose: Purpose, share: f64, sample: &str, record: &str) -> Result<Wave> {
        let placed = |error: Error| error.at(file.to_owned());
        let record = DrawRecord::from_json(record).map_err(placed)?;
        let sample_hash = sha256_hex(sample.as_bytes());
        if sample_hash != record.sample_hash {
            return Err(placed(
                Error::data("the earlier sample is not as its record has it")
                    .found(format!("SHA-256 {}...", &sample_hash[..12]))
                    .expected(format!("{}...", record.sample_hash.get(..12).unwrap_or(&record.sample_hash)))
                    .hint("use SAMPLE.csv and SAMPLE.draw.json as the draw wrote them"),
            ));
        }
        if record.design.method != Method::Simple || record.design.clusters.is_some() {
            let method = if record.design.clusters.is_some() { "clusters" } else { record.design.method.name() };
            return Err(placed(
                Error::data("an earlier sample that was not drawn by simple random sampling cannot be avoided or kept")
                    .found(method)
                    .expected("simple random sampling of units, with or without strata")
                    .hint("the probabilities would not be known; waves of other methods can be drawn apart by rule, with --exclude"),
            ));
        }
        let (units, _, _) = read_sample(sample, &record.design.seed).map_err(placed)?;
        let roles = units.into_iter().map(|unit| (unit.id, (unit.stratum, unit.role))).collect();
        let mut places = Vec::new();
        let mut cells = BTreeMap::new();
        for stratum in &record.strata {
            let drawn = stratum.sample + stratum.reserve;
            let chance = [drawn, stratum.population];
            if stratum.classes.is_empty() {
                let cell = Cell { population: stratum.population, possible: [drawn; 2], chance };
                places.push((stratum.stratum.clone(), Vec::new()));
                cells.insert(cell_name(&stratum.stratum, &[]), cell);
            }
            for class in &stratum.classes {
                let cell = Cell { population: class.population, possible: class.possible, chance };
                places.push((stratum.stratum.clone(), class.history.clone()));
                cells.insert(cell_name(&stratum.stratum, &class.history), cell);
            }
        }
        let design = &record.design;
        let avoided = design.earlier.iter().filter(|wave| wave.purpose == Purpose::Avoid);
        let earlier = Earlier {
            file: file.to_owned(),
            purpose,
            share: if purpose == Purpose::Keep { share } else { 1.0 },
            sample_hash,
            frame_hash: record.frame_hash.clone(),
            seed: design.seed.clone(),
            coordinated: !design.earlier.is_empty(),
            avoided: avoided.map(|wave| wave.sample_hash.clone()).collect(),
            cells,
        };
        Ok(Wave { earlier, record, roles, places })
    }

    /// Reads an earlier wave: the sample file, and the record that lies beside it as `SAMPLE.draw.json`.
    ///
    /// # Errors
    /// When one of them cannot be read, and as [`Wave::new`].
    pub fn read(path: &Path, name: &str, purpose: Purpose, share: f64) -> Result<Wave> {
        let text = |path: &Path| Ok::<_, Error>(String::from_utf8_lossy(&read_file(path)?).into_owned());
        let sample = text(path)?;
        let beside = path.with_extension("draw.json");
        if !beside.is_file() {
            return Err(Error::file(&beside, "the record of the earlier sample is not there")
                .hint("keep SAMPLE.draw.json beside SAMPLE.csv: without it nobody knows who could have been drawn"));
        }
        Wave::new(name, purpose, share, &sample, &text(&beside)?)
    }

    /// The record of the wave.
    pub fn record(&self) -> &DrawRecord {
        &self.record
    }

    /// Whether the record alone cannot tell which cell a unit was in, so that the frame of the wave is needed.
    pub fn needs_frame(&self) -> bool {
        let design = &self.record.design;
        design.earlier.is_empty()
            && (self.record.rows.is_empty()
                || self.record.columns.measure.is_some()
                || !self.record.columns.sort.is_empty())
    }

    /// Adds to every unit of a later frame where it stood in this wave; `frame` are the units of the wave's own frame, where they
    /// are needed.
    ///
    /// # Errors
    /// When it cannot be told for all.
    pub fn place(self, units: &mut [Unit], frame: Option<&[Unit]>) -> Result<Earlier> {
        let lost = |problem: &str| {
            Error::data(problem.to_owned())
                .at(self.earlier.file.clone())
                .found(format!("a frame of {} units", self.record.population))
                .hint(format!("keep the frame of that wave, \"{}\", beside its sample", self.record.frame))
        };
        let cells: HashMap<String, String> = if self.needs_frame() {
            let frame =
                frame.ok_or_else(|| lost("the record of the earlier wave does not say who was in which stratum"))?;
            if frame_hash(frame) != self.record.frame_hash {
                return Err(lost("the frame of the earlier wave is not as it was drawn from"));
            }
            frame.iter().map(|unit| (unit.id.clone(), cell_name(&unit.stratum, &[]))).collect()
        } else {
            self.cells_by_marks(units)
                .ok_or_else(|| lost("the record of the earlier wave does not say who was in which stratum"))?
        };
        for unit in units {
            let role = self.roles.get(&unit.id).map(|(_, role)| *role);
            let cell = cells.get(&unit.id).cloned().unwrap_or_default();
            if role.is_some() && cell.is_empty() {
                return Err(lost("a unit of the earlier sample is not in the record of that wave"));
            }
            unit.past.push(Past { cell, role });
        }
        Ok(self.earlier)
    }

    /// The cells of the units that were in the wave's frame, by the row marks of its record; nothing where a mark fits no cell.
    fn cells_by_marks(&self, units: &[Unit]) -> Option<HashMap<String, String>> {
        let marks = marks_by_id(&self.record.rows);
        let mut cells = HashMap::new();
        for unit in units {
            let Some(mark) = marks.get(id_mark(&unit.id).as_str()) else { continue };
            let place = self.places.iter().find(|(stratum, history)| {
                let past = history.iter().map(|cell| Past { cell: cell.clone(), role: None }).collect();
                let then = Unit { id: unit.id.clone(), stratum: stratum.clone(), past, ..Unit::default() };
                line_mark(&then) == *mark
            })?;
            cells.insert(unit.id.clone(), cell_name(&place.0, &place.1));
        }
        Some(cells)
    }
}

/// One name for a stratum and the history of its class: `North`, or `North < West` for those of the North who had been in the
/// West in the wave before.
fn cell_name(stratum: &str, history: &[String]) -> String {
    let plain = |text: &str| text.replace('\\', "\\\\").replace('<', "\\<");
    let mut parts = vec![plain(stratum)];
    parts.extend(history.iter().map(|cell| plain(cell)));
    parts.join(" < ")
}
