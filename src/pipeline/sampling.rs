//! Frame and draw: read, drawn, and kept.

use super::vault::{KeyVerdict, Vault};
use super::{Definition, draw_design};
use crate::draw::release::{Log, Releases};
use crate::draw::{self, Carried, Columns, DrawRecord, Exclusion, Sample, Selected, Source};
use crate::error::{Error, Result};
use crate::fieldwork::Register;
use crate::files::{Delivery, read_file, sha256_hex};
use crate::finding::{Finding, Place};
use crate::frame::{self, Excluded, Frame, Reading, Unit};

/// The frame and the sample drawn from it.
#[derive(Debug, Clone)]
pub struct Sampling {
    /// The frame.
    pub frame: Frame,
    /// The sample, with its reserve.
    pub sample: Sample,
    /// How it was drawn.
    pub record: DrawRecord,
    /// The sample file: what ties serials to identifiers.
    pub key: String,
    /// What became of units that could not be used, and of reserves.
    pub releases: Releases,
    /// What the office's register says of how units ended.
    pub register: Register,
}

/// What became of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// There was none before.
    New,
    /// It is the one that was made before.
    Unchanged,
    /// It takes the place of another, which was kept.
    Redrawn,
    /// Nobody looked: the key stays shut.
    Unopened,
}

impl Sampling {
    /// Reads the study's frame and leaves out what its rules exclude.
    pub(super) fn frame(definition: &Definition) -> Result<Frame> {
        let source = &definition.frame;
        let issue = &definition.issue;
        let sort = draw_design::sort(definition);
        let weighed = definition.weigh.columns();
        let others = source.groups.iter().chain(&issue.mailing).chain(&issue.context).chain(&issue.team);
        let others = others.chain(weighed).chain(&sort).chain(definition.returns.variant_column());
        let reading = Reading {
            sheet: source.sheet.clone(),
            id: source.id.clone(),
            strata: source.strata.clone(),
            others: others.cloned().collect(),
            levels: source.levels.clone(),
        };
        let path = definition.resolve(source.file.get_ref());
        let mut frame = Frame::read(&path, &reading).map_err(|error| missing_column(definition, &reading, error))?;
        frame.exclude(&source.exclude, "exclude under [frame]").map_err(|error| match &error.place {
            Some(place) => {
                let place = format!("{}, {place}", definition.path.display());
                error.at(place)
            }
            None => error,
        })?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let about = |code: &str, count: usize, excluded: &Excluded| {
            let rows = if count == 1 { "row" } else { "rows" };
            Finding::new(code, Place::file(&file)).found(format!("{count} {rows}: {}", excluded.rule.label()))
        };
        let mut findings = Vec::new();
        for excluded in &frame.exclusions {
            if excluded.rows > 0 {
                findings.push(about("F006", excluded.rows, excluded));
            }
            if excluded.undecided > 0 {
                findings.push(about("F007", excluded.undecided, excluded).expected(excluded.rule.rule.clone()));
            }
        }
        frame.findings.extend(findings);
        Ok(frame)
    }

    /// Reads the study's frame and draws its sample from it.
    pub(super) fn of(definition: &Definition, seed: Option<&str>) -> Result<Sampling> {
        Self::draw(definition, Self::frame(definition)?, seed)
    }

    /// Draws the study's sample from its frame.
    pub(super) fn draw(definition: &Definition, mut frame: Frame, seed: Option<&str>) -> Result<Sampling> {
        let choices = &definition.draw;
        let seed = seed.or(choices.seed.as_deref()).filter(|seed| !seed.trim().is_empty()).ok_or_else(|| {
            Error::definition(&definition.path, "the draw has no seed")
                .expected("seed = \"any text\" under [draw], written down before the draw")
                .hint("add it, or give --seed TEXT; the text decides who is drawn, and lets anyone recompute it")
        })?;
        let sort = draw_design::sort(definition);
        let mut units = units(&frame, &sort);
        let design = draw_design::design(definition, seed, &mut units)?;
        let sample = draw::draw(&units, &design).map_err(|error| error.at(definition.path.display().to_string()))?;
        let carried: Vec<Carried> = definition
            .frame
            .strata
            .iter()
            .filter_map(|name| frame.position(name).map(|at| (name, at)))
            .map(|(name, at)| Carried {
                name: name.clone(),
                values: frame.units.iter().map(|unit| unit.values[at].clone()).collect(),
            })
            .collect();
        let key = draw::write_sample(&sample, &definition.frame.id, &carried)?;
        let file = definition.frame.file.get_ref();
        let source = Source {
            frame: file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            frame_rows: frame.units.len() + frame.excluded(),
            excluded: frame.exclusions.iter().map(Exclusion::of).collect(),
            columns: Columns {
                id: definition.frame.id.clone(),
                strata: definition.frame.strata.clone(),
                sheet: definition.frame.sheet.clone(),
                sort,
                ..Columns::default()
            },
        };
        let record = DrawRecord::new(source, &design, &sample, &key);
        let mut releases = Releases::default();
        if let Some(path) = &choices.releases {
            let log = Log::read(&definition.resolve(path))?;
            releases = Releases::follow(&log, &sample, definition.instrument()?.kind);
        }
        frame.findings.append(&mut releases.findings);
        let register = Register::default();
        let mut sampling = Sampling { frame, sample, record, key, releases, register };
        if let Some(path) = &definition.dispositions.register {
            let serials: Vec<String> = sampling.in_use().iter().map(|unit| unit.serial.clone()).collect();
            let path = definition.resolve(path);
            sampling.register = Register::read(&path, serials.iter().map(String::as_str))?;
            sampling.frame.findings.append(&mut sampling.register.findings);
        }
        Ok(sampling)
    }

    /// Keeps the draw in the study's key folder. A draw that was made stays; one that would differ is an error, unless
    /// `redraw` asks for it: then the old one moves to `key/superseded`.
    pub(super) fn keep(&self, vault: &Vault, delivery: &mut Delivery, redraw: bool) -> Result<Kept> {
        let record_path = vault.path("sample.draw.json");
        let record = self.record_for(vault);
        let mut kept = Kept::New;
        if record_path.exists() {
            let text = String::from_utf8_lossy(&read_file(&record_path)?).into_owned();
            let old = DrawRecord::from_json(&text).map_err(|error| error.at(record_path.display().to_string()))?;
            let populations: Vec<(String, usize)> =
                self.sample.strata.iter().map(|s| (s.stratum.clone(), s.population)).collect();
            let mut changes = old.changes(&record.design, &self.sample.frame_hash, &populations);
            let same_sample = match vault.compare("sample.csv", self.key.as_bytes())? {
                // What cannot be read is known by its hash.
                KeyVerdict::Encrypted => old.sample_hash == record.sample_hash,
                verdict => verdict == KeyVerdict::Same,
            };
            if old.columns.sort != record.columns.sort {
                let (then, now) = (old.columns.sort.join(", "), record.columns.sort.join(", "));
                changes.push(format!("sort: \"{then}\" when drawn, \"{now}\" now"));
            }
            if changes.is_empty() && !same_sample {
                changes.push("the sample file: it is not as the draw wrote it".to_owned());
            }
            if changes.is_empty() {
                vault.close(delivery, "sample.csv")?;
                if vault.seals() && !old.rows.is_empty() {
                    delivery.put_private("key/sample.draw.json", record.to_json().as_bytes())?;
                }
                return Ok(Kept::Unchanged);
            }
            if !redraw {
                return Err(Error::data("the sample was drawn already, and would come out differently now")
                    .at(record_path.display().to_string())
                    .found(changes.join("; "))
                    .expected("the frame, the seed and the design as when it was drawn")
                    .hint("put back what changed, or add --redraw to draw anew and keep the old draw beside it"));
            }
            let superseded = format!("superseded/{}", &old.sample_hash[..old.sample_hash.len().min(8)]);
            vault.supersede(delivery, "sample.draw.json", &superseded)?;
            vault.supersede(delivery, "sample.csv", &superseded)?;
            kept = Kept::Redrawn;
        }
        delivery.put("key/README.txt", KEY_NOTE.as_bytes())?;
        vault.write(delivery, "sample.csv", self.key.as_bytes())?;
        delivery.put_private("key/sample.draw.json", record.to_json().as_bytes())?;
        Ok(kept)
    }

    /// The record as it lies beside the key: where that is encrypted without the marks of single rows, which a list of
    /// likely identifiers would give away.
    pub(super) fn record_for(&self, vault: &Vault) -> DrawRecord {
        let mut record = self.record.clone();
        if vault.seals() {
            record.rows.clear();
        }
        record
    }

    /// The units in use: the main sample in its order, then the reserves that were released, in the order of their release.
    pub fn in_use(&self) -> Vec<&Selected> {
        let named = |serial: &str| self.sample.reserve().find(|unit| unit.serial == serial);
        self.sample.main().chain(self.releases.released().filter_map(named)).collect()
    }

    /// Whether a unit was found not to belong to the population, by the release log or the register.
    pub fn is_ineligible(&self, serial: &str) -> bool {
        self.releases.is_ineligible(serial)
            || (self.releases.struck_off(serial).is_none() && self.register.is_ineligible(serial))
    }

    /// Whether nothing more is to be had of a unit that has not returned.
    pub fn is_closed(&self, serial: &str) -> bool {
        let registered = self
            .register
            .of(serial)
            .is_some_and(|entry| entry.disposition.is_closed() && !entry.disposition.has_answers());
        registered || self.releases.struck_off(serial).is_some()
    }

    /// The frame as the draw saw it.
    pub(super) fn units(&self) -> Vec<draw::Unit> {
        units(&self.frame, &self.record.columns.sort)
    }

    /// The row of the frame that a selected unit is.
    pub fn unit(&self, selected: &Selected) -> &Unit {
        &self.frame.units[selected.unit]
    }

    /// The value of a frame column for a selected unit; empty when there is no such column.
    pub fn value(&self, selected: &Selected, column: &str) -> &str {
        self.frame.position(column).map_or("", |at| self.unit(selected).values[at].as_str())
    }

    /// A short name of the sample, for the tokens in return workbooks: it follows from who was drawn under which serial,
    /// and from nothing else.
    pub fn token(&self) -> String {
        let mut text = String::from("quorate-sample-1\n");
        for unit in &self.sample.units {
            text.push_str(&format!("{}\t{}\n", unit.serial, unit.id));
        }
        sha256_hex(text.as_bytes())[..12].to_owned()
    }
}

/// The error that a column is not in the frame, where the pipeline file names it; others as they are.
fn missing_column(definition: &Definition, reading: &Reading, error: Error) -> Error {
    let mut columns = std::iter::once(&reading.id).chain(&reading.strata).chain(&reading.others);
    let Some(name) = columns.find(|name| error.problem.starts_with(&frame::lacks(name))) else { return error };
    let placed = match definition.weigh.span_of(name) {
        Some(span) => definition.fault(span, error.problem.clone(), "no such column"),
        None => definition.fault_at(name, error.problem.clone(), "no such column"),
    };
    let file = error.place.clone().unwrap_or_default();
    let placed = placed.found(format!("{file}: {}", error.found.clone().unwrap_or_default()));
    match &error.hint {
        Some(hint) => placed.hint(hint.clone()),
        None => placed,
    }
}

/// What the draw knows of the units of a frame.
fn units(frame: &Frame, sort: &[String]) -> Vec<draw::Unit> {
    let sort: Vec<usize> = sort.iter().filter_map(|column| frame.position(column)).collect();
    let unit = |unit: &Unit| draw::Unit {
        id: unit.id.clone(),
        stratum: unit.stratum.clone(),
        sort: sort.iter().map(|&at| unit.values[at].clone()).collect(),
        ..draw::Unit::default()
    };
    frame.units.iter().map(unit).collect()
}

const KEY_NOTE: &str = "\
This folder ties serials to people. Keep it apart from the results, give it to nobody who does not need it, and
delete it when the study is over. Nothing that makes results reads it: quorate run --without-key goes on where it is
kept elsewhere. Files that end in .age are encrypted: age --decrypt --identity FILE opens them.

sample.csv         who was drawn, with serial, stratum and weight
sample.draw.json   how they were drawn: with the frame, enough to draw the same again
mailing-list.csv   serials with what the pipeline file asked for under mailing; with waves, one list for each besides
reminder-list.csv  the same of those who have not replied
superseded/        draws that --redraw replaced
";
