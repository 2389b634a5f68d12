//! Frame and draw: read, drawn, and kept.

use std::path::Path;

use super::Definition;
use crate::draw::{self, Carried, Columns, DrawDesign, DrawRecord, Exclusion, Role, Sample, Selected, Source};
use crate::error::{Error, Result};
use crate::expression::{Expression, Lookup, Value, underlined};
use crate::files::{read_file, sha256_hex, write_file};
use crate::finding::{Finding, Place};
use crate::frame::{Frame, Reading, Unit};

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
    /// How many reserves of each stratum are in use.
    released: std::collections::BTreeMap<String, usize>,
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
}

impl Sampling {
    /// Reads the study's frame and leaves out what its rule excludes.
    pub(super) fn frame(definition: &Definition) -> Result<Frame> {
        let source = &definition.frame;
        let issue = &definition.issue;
        let weighed = definition.weigh.columns();
        let others = source.groups.iter().chain(&issue.mailing).chain(&issue.context).chain(&issue.team).chain(weighed);
        let reading = Reading {
            sheet: source.sheet.clone(),
            id: source.id.clone(),
            strata: source.strata.clone(),
            others: others.cloned().collect(),
            levels: source.levels.clone(),
        };
        let path = definition.resolve(source.file.get_ref());
        let mut frame = Frame::read(&path, &reading)?;
        if let Some(rule) = &source.exclude {
            let text = rule.get_ref();
            let condition = Expression::parse(text).map_err(|error| error.into_error("exclude under [frame]", text))?;
            let mut columns = Vec::new();
            for name in condition.names() {
                columns.push(frame.position(&name.name).ok_or_else(|| {
                    let error = Error::definition(
                        &definition.path,
                        "the exclusion rule names a column that the frame does not have",
                    )
                    .expected(frame.columns.join(", "));
                    underlined("exclude under [frame]", text, name.span.clone(), "no such column", error)
                })?);
            }
            frame.exclude(|unit| condition.holds(&Row { unit, columns: &columns }));
            if frame.excluded > 0 {
                let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                frame.findings.push(Finding::new("F006", Place::file(file)).found(format!("{} rows", frame.excluded)));
            }
        }
        Ok(frame)
    }

    /// Reads the study's frame and draws its sample from it.
    pub(super) fn of(definition: &Definition, seed: Option<&str>) -> Result<Sampling> {
        Self::draw(definition, Self::frame(definition)?, seed)
    }

    /// Draws the study's sample from its frame.
    pub(super) fn draw(definition: &Definition, frame: Frame, seed: Option<&str>) -> Result<Sampling> {
        let choices = &definition.draw;
        let seed = seed.or(choices.seed.as_deref()).filter(|seed| !seed.trim().is_empty()).ok_or_else(|| {
            Error::definition(&definition.path, "the draw has no seed")
                .expected("seed = \"any text\" under [draw], written down before the draw")
                .hint("add it, or give --seed TEXT; the text decides who is drawn, and lets anyone recompute it")
        })?;
        let design = DrawDesign {
            allocation: choices.allocation,
            minimum: choices.minimum.max(1),
            reserve: choices.reserve,
            ..DrawDesign::new(seed, *choices.size.get_ref())
        };
        let units: Vec<draw::Unit> = frame
            .units
            .iter()
            .map(|unit| draw::Unit { id: unit.id.clone(), stratum: unit.stratum.clone(), ..draw::Unit::default() })
            .collect();
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
            frame_rows: frame.units.len() + frame.excluded,
            excluded: definition
                .frame
                .exclude
                .iter()
                .map(|rule| Exclusion { rule: rule.get_ref().clone(), rows: frame.excluded })
                .collect(),
            columns: Columns {
                id: definition.frame.id.clone(),
                strata: definition.frame.strata.clone(),
                sheet: definition.frame.sheet.clone(),
                ..Columns::default()
            },
        };
        let record = DrawRecord::new(source, &design, &sample, &key);
        let sampling = Sampling { frame, sample, record, key, released: choices.released.clone() };
        sampling.examine_released(definition)?;
        Ok(sampling)
    }

    fn examine_released(&self, definition: &Definition) -> Result<()> {
        for (name, &count) in &self.released {
            let Some(stratum) = self.sample.strata.iter().find(|stratum| stratum.stratum == *name) else {
                return Err(definition.fault_at(
                    name,
                    "reserves are released in a stratum that is not there",
                    "no such stratum",
                ));
            };
            if count > stratum.reserve {
                return Err(definition
                    .fault_at(name, "more reserves are released than were drawn", format!("{count} released"))
                    .found(format!("{} in reserve", stratum.reserve)));
            }
        }
        Ok(())
    }

    /// Keeps the draw in the study's key folder. A draw that was made stays; one that would differ is an error, unless
    /// `redraw` asks for it: then the old one moves to `key/superseded`.
    pub(super) fn keep(&self, folder: &Path, redraw: bool) -> Result<Kept> {
        let key = folder.join("key");
        let (sample_path, record_path) = (key.join("sample.csv"), key.join("sample.draw.json"));
        let mut kept = Kept::New;
        if record_path.exists() {
            let text = String::from_utf8_lossy(&read_file(&record_path)?).into_owned();
            let old = DrawRecord::from_json(&text).map_err(|error| error.at(record_path.display().to_string()))?;
            let populations: Vec<(String, usize)> =
                self.sample.strata.iter().map(|s| (s.stratum.clone(), s.population)).collect();
            let mut changes = old.changes(&self.record.design, &self.sample.frame_hash, &populations);
            let same_sample = sample_path.exists() && read_file(&sample_path)? == self.key.as_bytes();
            if changes.is_empty() && !same_sample {
                changes.push("the sample file: it is not as the draw wrote it".to_owned());
            }
            if changes.is_empty() {
                return Ok(Kept::Unchanged);
            }
            if !redraw {
                return Err(Error::data("the sample was drawn already, and would come out differently now")
                    .at(record_path.display().to_string())
                    .found(changes.join("; "))
                    .expected("the frame, the seed and the design as when it was drawn")
                    .hint("put back what changed, or add --redraw to draw anew and keep the old draw beside it"));
            }
            let superseded = key.join("superseded").join(&old.sample_hash[..old.sample_hash.len().min(8)]);
            write_file(&superseded.join("sample.draw.json"), text.as_bytes())?;
            if sample_path.exists() {
                write_file(&superseded.join("sample.csv"), &read_file(&sample_path)?)?;
            }
            kept = Kept::Redrawn;
        }
        write_file(&key.join("README.txt"), KEY_NOTE.as_bytes())?;
        write_file(&sample_path, self.key.as_bytes())?;
        write_file(&record_path, self.record.to_json().as_bytes())?;
        Ok(kept)
    }

    /// The units in use: the main sample and the reserves released, in the sample's order.
    pub fn in_use(&self) -> Vec<&Selected> {
        let mut left = self.released.clone();
        self.sample
            .units
            .iter()
            .filter(|unit| match unit.role {
                Role::Main => true,
                Role::Reserve => match left.get_mut(&unit.stratum) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        true
                    }
                    _ => false,
                },
            })
            .collect()
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

/// A unit of the frame, as the exclusion rule looks at it.
struct Row<'a> {
    unit: &'a Unit,
    /// The column of each name in the rule.
    columns: &'a [usize],
}

impl Lookup for Row<'_> {
    fn value(&self, slot: usize, _: &str) -> Value<'_> {
        let text = self.unit.values[self.columns[slot]].as_str();
        match text.parse::<f64>() {
            _ if text.is_empty() => Value::Missing,
            // An identifier with zeros in front is a text, whatever it looks like.
            Ok(number) if number.is_finite() && (text == "0" || !text.starts_with('0') || text.starts_with("0.")) => {
                Value::Number(number)
            }
            _ => Value::Text(text),
        }
    }
}

const KEY_NOTE: &str = "\
This folder ties serials to people. Keep it apart from the results, give it to nobody who does not need it, and
delete it when the study is over. The stages after issue read no names: results are made from serials alone.

sample.csv         who was drawn, with serial, stratum and weight
sample.draw.json   how they were drawn: with the frame, enough to draw the same again
mailing-list.csv   serials with what the pipeline file asked for under mailing
superseded/        draws that --redraw replaced
";
