//! Forms out, returns in.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use super::plan::{Plan, PlannedBatch};
use super::send_back::Study;
use super::{Definition, Sampling, Stage, Witness, paper};
use crate::draw::Selected;
use crate::error::{Error, Result};
use crate::files::Delivery;
use crate::instrument::Instrument;
use crate::issue::{self, Batch, Fill, Row};
use crate::returns::{self, Expected, Returned, Rules, Sampled, SampledUnit};
use crate::terms::StudyKind;

/// What was written.
#[derive(Debug, Clone, Default)]
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

/// The list of those who have not replied, in the key folder.
pub(super) const REMINDERS: &str = "reminder-list.csv";

/// Puts on their way the return workbooks, and the forms on paper that are laid out already.
pub(super) fn issue(
    study: &Study<'_>,
    printed: &[paper::Printed],
    delivery: &mut Delivery,
    witness: &dyn Witness,
) -> Result<Issued> {
    let Study { definition, instrument, sampling, plan } = *study;
    let forms = languages(definition, instrument)?;
    witness.begins(Stage::Issue, plan.batches.len());
    let mut files = Vec::new();
    for planned in &plan.batches {
        let batch = batch(definition, instrument, sampling, plan, planned);
        for (language, form) in &forms {
            let name = format!("issue/{}{language}.xlsx", file_name(&planned.name));
            delivery.put(&name, &issue::workbook(form, &batch)?)?;
            files.push(name);
        }
        witness.step();
    }
    let workbooks = files.len();
    files.extend(paper::key_entry(definition, instrument, sampling, plan, delivery)?);
    files.extend(paper::issue(printed, sampling, plan, delivery)?);
    Ok(Issued { files, workbooks })
}

/// The instrument in every language that workbooks are issued in, with what their names end in: a row may come back from
/// any of them.
fn languages<'i>(definition: &Definition, instrument: &'i Instrument) -> Result<Vec<(String, Cow<'i, Instrument>)>> {
    let mut forms = vec![(String::new(), Cow::Borrowed(instrument))];
    for language in &definition.issue.languages {
        let name = language.get_ref();
        let Some(form) = instrument.in_language(name) else {
            let known: Vec<&str> = instrument.translations.keys().map(String::as_str).collect();
            return Err(definition
                .fault_at(name, "the instrument has no texts in this language", "this language")
                .expected(if known.is_empty() { "no other language".to_owned() } else { known.join(", ") })
                .hint("write the texts under translations in the instrument, or take the language out"));
        };
        forms.push((format!(".{}", file_name(name)), Cow::Owned(form)));
    }
    Ok(forms)
}

/// The mailing lists that the pipeline asks for, of everybody and of every wave, by their names in the key folder.
pub(super) fn mailing_lists(
    definition: &Definition,
    sampling: &Sampling,
    plan: &Plan,
) -> Result<Vec<(String, Vec<u8>)>> {
    if definition.issue.mailing.is_empty() {
        return Ok(Vec::new());
    }
    let in_use = sampling.in_use();
    let everybody: Vec<usize> = (0..in_use.len()).collect();
    let waves = plan.waves.iter().map(|wave| (format!("mailing-list-{}.csv", wave.file_name), &wave.units));
    std::iter::once(("mailing-list.csv".to_owned(), &everybody))
        .chain(waves)
        .map(|(name, units)| Ok((name, mailing_list(definition, sampling, units.iter().map(|&at| in_use[at]))?)))
        .collect()
}

/// The list of those who have not replied, where there is a mailing list.
pub(super) fn reminder_list(
    definition: &Definition,
    sampling: &Sampling,
    returned: &Returned,
) -> Result<Option<Vec<u8>>> {
    if definition.issue.mailing.is_empty() {
        return Ok(None);
    }
    let open = outstanding(sampling, &replied(returned));
    mailing_list(definition, sampling, open.into_iter()).map(Some)
}

/// The mailing list of some units: serials, with what the pipeline asks for.
fn mailing_list<'s>(
    definition: &Definition,
    sampling: &Sampling,
    units: impl Iterator<Item = &'s Selected>,
) -> Result<Vec<u8>> {
    let columns = &definition.issue.mailing;
    let rows: Vec<(String, Vec<String>)> = units
        .map(|unit| {
            let values = columns.iter().map(|column| sampling.value(unit, column).to_owned()).collect();
            (unit.serial.clone(), values)
        })
        .collect();
    issue::mailing_list_csv(columns, &rows)
}

/// Writes the release log as an inspector follows it, where the study keeps one.
pub(super) fn release_log(
    definition: &Definition,
    sampling: &Sampling,
    replied: &BTreeSet<&str>,
    delivery: &mut Delivery,
) -> Result<Vec<String>> {
    if definition.draw.releases.is_none() {
        return Ok(Vec::new());
    }
    delivery.put("release-log.csv", &sampling.releases.csv(replied)?)?;
    Ok(vec!["release-log.csv".to_owned()])
}

/// The serials of the units of which something usable came.
pub(super) fn replied(returned: &Returned) -> BTreeSet<&str> {
    returned.responses.iter().map(|response| response.serial.as_str()).collect()
}

/// The units in use that have not replied and were not struck off, in the order of use.
pub(super) fn outstanding<'s>(sampling: &'s Sampling, replied: &BTreeSet<&str>) -> Vec<&'s Selected> {
    let open = |unit: &&Selected| !replied.contains(unit.serial.as_str()) && !sampling.is_closed(&unit.serial);
    sampling.in_use().into_iter().filter(open).collect()
}

/// The content of one workbook; case files show their number, people only their serial.
pub(super) fn batch(
    definition: &Definition,
    instrument: &Instrument,
    sampling: &Sampling,
    plan: &Plan,
    planned: &PlannedBatch,
) -> Batch {
    let in_use = sampling.in_use();
    let rows = planned
        .units
        .iter()
        .map(|&(place, reading)| {
            let unit = in_use[place];
            let mut context: Vec<(String, String)> = Vec::new();
            if !plan.training.is_empty() {
                let mark = if plan.training.contains(&place) { issue::TRAINING } else { "" };
                context.push((issue::BATCH.to_owned(), mark.to_owned()));
            }
            let columns = definition.issue.context.iter();
            context.extend(columns.map(|column| (column.clone(), sampling.value(unit, column).to_owned())));
            Row {
                serial: unit.serial.clone(),
                id: (instrument.kind == StudyKind::FileAudit).then(|| unit.id.clone()),
                reading,
                context,
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
        repeat_rows: definition.issue.repeat_rows,
        variant: planned.variant,
        ..Batch::default()
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
    definition.examine_edit_columns(instrument, &sampling.frame)?;
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
    definition.examine_edit_columns(instrument, &sampling.frame)?;
    returns::ingest_file(instrument, &sampled(definition, sampling, plan), file, &rules(definition))
}

fn rules(definition: &Definition) -> Rules {
    let returns = &definition.returns;
    Rules {
        duplicates: returns.duplicates,
        dates: returns.dates,
        mapping: returns.mapping(),
        variant: returns.variant(),
        ticks: returns.ticks.clone(),
        versions: returns.versions(),
    }
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
            let variant = definition.returns.variant_in_frame(|column| sampling.value(unit, column));
            SampledUnit { serial: unit.serial.clone(), id: unit.id.clone(), readings, variant }
        })
        .collect();
    let strata = in_use.iter().map(|unit| {
        let columns = definition.frame.strata.iter();
        columns.map(|column| (column.clone(), sampling.value(unit, column).to_owned())).collect()
    });
    Sampled {
        strata: strata.collect(),
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
