//! Forms out, returns in.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Definition, Sampling, Stage, Witness};
use crate::draw::Selected;
use crate::draw::readers::{self, CaseFile};
use crate::error::{Error, Result};
use crate::files::write_file;
use crate::instrument::Instrument;
use crate::issue::{self, Batch, Fill, Row};
use crate::returns::{self, Expected, Returned, Rules, Sampled, SampledUnit};
use crate::terms::StudyKind;

/// Who reads or returns what.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The workbooks, in order: each a batch of units with the number of the reading.
    pub batches: Vec<PlannedBatch>,
}

/// The units of one workbook.
#[derive(Debug, Clone)]
pub(super) struct PlannedBatch {
    /// The reader's code, or the batch's name.
    pub name: String,
    /// Whether `name` is a reader's code.
    pub is_reader: bool,
    /// Places in [`Sampling::in_use`], with the number of the reading.
    pub units: Vec<(usize, u8)>,
}

/// What was written.
#[derive(Debug, Clone)]
pub(super) struct Issued {
    /// Files written, as paths from the output folder.
    pub files: Vec<String>,
    /// Workbooks among them.
    pub workbooks: usize,
}

impl Issued {
    pub(super) fn line(&self, folder: &Path) -> String {
        format!("{} return workbooks in {}", self.workbooks, folder.join("issue").display())
    }
}

/// Shares the units in use among readers, or into batches.
pub(super) fn plan(definition: &Definition, sampling: &Sampling) -> Result<Plan> {
    let in_use = sampling.in_use();
    let choices = &definition.issue;
    if choices.readers.is_empty() {
        let batches = in_use
            .iter()
            .enumerate()
            .collect::<Vec<_>>()
            .chunks(choices.batch_size.max(1))
            .enumerate()
            .map(|(number, chunk)| PlannedBatch {
                name: format!("batch-{:02}", number + 1),
                is_reader: false,
                units: chunk.iter().map(|(place, _)| (*place, 1)).collect(),
            })
            .collect();
        return Ok(Plan { batches });
    }
    let team = |unit: &Selected| {
        choices.team.as_deref().map_or(String::new(), |column| sampling.value(unit, column).to_owned())
    };
    let files: Vec<CaseFile> = in_use
        .iter()
        .map(|unit| CaseFile { serial: unit.serial.clone(), stratum: unit.stratum.clone(), team: team(unit) })
        .collect();
    let people: Vec<readers::Reader> = choices
        .readers
        .iter()
        .map(|reader| readers::Reader {
            code: reader.code.clone(),
            team: reader.team.clone().unwrap_or_default(),
            capacity: reader.capacity,
        })
        .collect();
    let assignments = readers::share_files(&files, &people, choices.read_twice, &sampling.record.design.seed)
        .map_err(|error| error.at(definition.path.display().to_string()))?;
    let place: BTreeMap<&str, usize> = in_use.iter().enumerate().map(|(at, unit)| (unit.serial.as_str(), at)).collect();
    let batches = people
        .iter()
        .map(|reader| {
            let mut units: Vec<(usize, u8)> = assignments
                .iter()
                .filter(|assignment| assignment.reader == reader.code)
                .filter_map(|assignment| Some((*place.get(assignment.serial.as_str())?, assignment.reading)))
                .collect();
            units.sort_unstable();
            PlannedBatch { name: reader.code.clone(), is_reader: true, units }
        })
        .collect();
    Ok(Plan { batches })
}

/// Writes the return workbooks and, where the pipeline asks for one, the mailing list.
pub(super) fn issue(
    definition: &Definition,
    instrument: &Instrument,
    sampling: &Sampling,
    plan: &Plan,
    folder: &Path,
    witness: &dyn Witness,
) -> Result<Issued> {
    let in_use = sampling.in_use();
    witness.begins(Stage::Issue, plan.batches.len());
    let mut files = Vec::new();
    for planned in &plan.batches {
        let batch = batch(definition, instrument, sampling, &in_use, planned);
        let name = format!("issue/{}.xlsx", file_name(&planned.name));
        write_file(&folder.join(&name), &issue::workbook(instrument, &batch)?)?;
        files.push(name);
        witness.step();
    }
    let columns = &definition.issue.mailing;
    if !columns.is_empty() {
        let rows: Vec<(String, Vec<String>)> = in_use
            .iter()
            .map(|unit| {
                let values = columns.iter().map(|column| sampling.value(unit, column).to_owned()).collect();
                (unit.serial.clone(), values)
            })
            .collect();
        write_file(&folder.join("key/mailing-list.csv"), &issue::mailing_list_csv(columns, &rows)?)?;
        files.push("key/mailing-list.csv".to_owned());
    }
    Ok(Issued { files, workbooks: plan.batches.len() })
}

/// The content of one workbook; case files show their number, people only their serial.
pub(super) fn batch(
    definition: &Definition,
    instrument: &Instrument,
    sampling: &Sampling,
    in_use: &[&Selected],
    planned: &PlannedBatch,
) -> Batch {
    let rows = planned
        .units
        .iter()
        .map(|&(place, reading)| {
            let unit = in_use[place];
            let context = |column: &String| (column.clone(), sampling.value(unit, column).to_owned());
            Row {
                serial: unit.serial.clone(),
                id: (instrument.kind == StudyKind::FileAudit).then(|| unit.id.clone()),
                reading,
                context: definition.issue.context.iter().map(context).collect(),
            }
        })
        .collect();
    Batch {
        study: definition.study.id.clone(),
        title: definition.study.title.clone(),
        sample: sampling.token(),
        name: planned.name.clone(),
        contact: definition.issue.contact.clone(),
        rows,
        fill: Fill::new(),
    }
}

/// A reader's code as a file name.
pub(super) fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' }).collect()
}

/// Reads what came back; none when the folder is not there or holds nothing.
pub(super) fn ingest(
    definition: &Definition,
    instrument: &Instrument,
    sampling: &Sampling,
    plan: &Plan,
    witness: &dyn Witness,
) -> Result<Option<Returned>> {
    let folder = definition.resolve(&definition.returns.folder);
    let any = folder.is_dir()
        && std::fs::read_dir(&folder)
            .map_err(|error| Error::file(&folder, "the returns folder cannot be read").found(error.to_string()))?
            .next()
            .is_some();
    if !any {
        return Ok(None);
    }
    let sampled = sampled(definition, sampling, plan);
    witness.begins(Stage::Ingest, returns::count_files(&folder)?);
    returns::ingest(instrument, &sampled, &folder, &rules(definition), &|| witness.step()).map(Some)
}

/// Reads one returned workbook of the study.
pub(super) fn ingest_file(
    definition: &Definition,
    instrument: &Instrument,
    sampling: &Sampling,
    plan: &Plan,
    file: &Path,
) -> Result<Returned> {
    returns::ingest_file(instrument, &sampled(definition, sampling, plan), file, &rules(definition))
}

fn rules(definition: &Definition) -> Rules {
    let returns = &definition.returns;
    Rules { duplicates: returns.duplicates, dates: returns.dates, mapping: returns.mapping() }
}

/// What returns are expected: every unit in use with its readings.
fn sampled(definition: &Definition, sampling: &Sampling, plan: &Plan) -> Sampled {
    let in_use = sampling.in_use();
    let mut expected: Vec<Vec<Expected>> = vec![Vec::new(); in_use.len()];
    for batch in &plan.batches {
        for &(place, reading) in &batch.units {
            let reader = if batch.is_reader { batch.name.clone() } else { String::new() };
            expected[place].push(Expected { reading, reader });
        }
    }
    let units = in_use
        .iter()
        .zip(expected)
        .map(|(unit, mut readings)| {
            readings.sort_by_key(|expected| expected.reading);
            SampledUnit { serial: unit.serial.clone(), id: unit.id.clone(), readings }
        })
        .collect();
    Sampled {
        study: definition.study.id.clone(),
        sample: sampling.token(),
        id_column: definition.frame.id.clone(),
        units,
        frame_ids: sampling.frame.units.iter().map(|unit| unit.id.clone()).collect(),
    }
}

/// What came back, in a line.
pub(super) fn ingest_line(returned: &Returned) -> String {
    format!(
        "{} files; {} rows accepted, {} set aside, {} findings",
        returned.workbooks.len(),
        returned.responses.len(),
        returned.set_aside.len(),
        returned.findings.len()
    )
}
