//! Who reads or returns what, and which wave of mailing it goes out with.

use std::collections::{BTreeMap, BTreeSet};

use super::{Definition, Sampling, WaveTo};
use crate::draw::Selected;
use crate::draw::number::permanent;
use crate::draw::readers::{self, Assignment, CaseFile, Change};
use crate::error::Result;
use crate::instrument::Variant;

/// The name of the batches and the mailing list of reserves, where the sample is mailed in parts.
pub(super) const RESERVES: &str = "reserves";

/// Who reads or returns what.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// The workbooks, in order: each a batch of units with the number of the reading.
    pub batches: Vec<PlannedBatch>,
    /// Places in [`Sampling::in_use`] of the files that all readers read first.
    pub training: BTreeSet<usize>,
    /// The waves of mailing; none where the pipeline names none.
    pub waves: Vec<PlannedWave>,
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
    /// The form that they get, where the frame says who gets which.
    pub variant: Option<Variant>,
}

/// Whom a wave of mailing goes to.
#[derive(Debug, Clone)]
pub(super) struct PlannedWave {
    /// Its name.
    pub name: String,
    /// Its name as part of a file's.
    pub file_name: String,
    /// The day on which it goes out; empty for reserves, which go out when they are released.
    pub date: String,
    /// Places in [`Sampling::in_use`].
    pub units: Vec<usize>,
}

/// Shares the units in use among readers, or into waves and batches.
pub(super) fn plan(definition: &Definition, sampling: &Sampling) -> Result<Plan> {
    let in_use = sampling.in_use();
    if definition.issue.readers.is_empty() {
        return Ok(mailing(definition, sampling, &in_use));
    }
    reading(definition, sampling, &in_use)
}

/// Waves and batches: the main sample wave by wave, then the reserves in the order of their release, so that a reserve
/// never moves into a batch that has gone out.
fn mailing(definition: &Definition, sampling: &Sampling, in_use: &[&Selected]) -> Plan {
    let main = sampling.sample.main().count();
    let waves = waves(definition, sampling, in_use, main);
    let has_parts = definition.issue.waves.iter().any(|wave| wave.to == WaveTo::Part);
    let lots: Vec<Vec<usize>> = match has_parts {
        true => {
            let part = |name: &str| definition.issue.waves.iter().any(|w| w.name == name && w.to == WaveTo::Part);
            waves.iter().filter(|wave| part(&wave.name)).map(|wave| wave.units.clone()).collect()
        }
        false => vec![(0..main).collect()],
    };
    let size = definition.issue.batch_size.max(1);
    let named = |lots: Vec<Vec<usize>>, name: &str| -> Vec<PlannedBatch> {
        let lots = lots.into_iter().flat_map(|lot| by_form(definition, sampling, in_use, lot));
        let chunks =
            lots.flat_map(|(variant, lot)| lot.chunks(size).map(|chunk| (variant, chunk.to_vec())).collect::<Vec<_>>());
        let batch = |(number, (variant, units)): (usize, (Option<Variant>, Vec<usize>))| PlannedBatch {
            name: match variant {
                Some(Variant::EasyRead) => format!("{name}-{:02}-easy-read", number + 1),
                _ => format!("{name}-{:02}", number + 1),
            },
            is_reader: false,
            units: units.into_iter().map(|place| (place, 1)).collect(),
            variant,
        };
        chunks.enumerate().map(batch).collect()
    };
    let mut batches = named(lots, "batch");
    batches.extend(named(vec![(main..in_use.len()).collect()], RESERVES));
    Plan { batches, waves, ..Plan::default() }
}

/// Units apart by the form that they get, where the frame says it: nobody gets a workbook of two forms.
fn by_form(
    definition: &Definition,
    sampling: &Sampling,
    in_use: &[&Selected],
    units: Vec<usize>,
) -> Vec<(Option<Variant>, Vec<usize>)> {
    if definition.returns.variant_column().is_none() {
        return vec![(None, units)];
    }
    let form = |at: &usize| {
        let said = definition.returns.variant_in_frame(|column| sampling.value(in_use[*at], column));
        said.unwrap_or(Variant::Standard)
    };
    let (standard, easy): (Vec<usize>, Vec<usize>) = units.into_iter().partition(|at| form(at) == Variant::Standard);
    vec![(Some(Variant::Standard), standard), (Some(Variant::EasyRead), easy)]
}

/// The sample in waves: dealt out in the order of strata and of the permanent random numbers in them, so that every wave is a
/// random part of the sample with the same number, give or take one, of every stratum.
fn waves(definition: &Definition, sampling: &Sampling, in_use: &[&Selected], main: usize) -> Vec<PlannedWave> {
    let waves = &definition.issue.waves;
    let seed = &sampling.record.design.seed;
    let mut order: Vec<usize> = (0..main).collect();
    order.sort_by_cached_key(|&at| {
        let unit = in_use[at];
        (unit.stratum.clone(), permanent(seed, &unit.id), unit.id.clone())
    });
    let parts = waves.iter().filter(|wave| wave.to == WaveTo::Part).count();
    let mut part = 0;
    let mut planned: Vec<PlannedWave> = waves
        .iter()
        .map(|wave| {
            let mut units: Vec<usize> = match wave.to {
                WaveTo::All => (0..main).collect(),
                WaveTo::Part => {
                    part += 1;
                    order.iter().copied().skip(part - 1).step_by(parts).collect()
                }
            };
            units.sort_unstable();
            PlannedWave { name: wave.name.clone(), file_name: wave.file_name(), date: wave.date.clone(), units }
        })
        .collect();
    if !planned.is_empty() && in_use.len() > main {
        planned.push(PlannedWave {
            name: RESERVES.to_owned(),
            file_name: RESERVES.to_owned(),
            date: String::new(),
            units: (main..in_use.len()).collect(),
        });
    }
    planned
}

/// A workbook for every reader: the training batch, then the reader's own files, then reserves as they were released.
fn reading(definition: &Definition, sampling: &Sampling, in_use: &[&Selected]) -> Result<Plan> {
    let choices = &definition.issue;
    let main = sampling.sample.main().count();
    let training = training(definition, sampling, &in_use[..main])?;
    let file = |place: usize| CaseFile {
        serial: in_use[place].serial.clone(),
        stratum: in_use[place].stratum.clone(),
        team: team(definition, sampling, in_use[place]),
        training: training.contains(&place),
    };
    let files: Vec<CaseFile> = (0..main).map(file).collect();
    let people: Vec<readers::Reader> = choices
        .readers
        .iter()
        .map(|reader| readers::Reader {
            code: reader.code.clone(),
            team: reader.team.clone().unwrap_or_default(),
            capacity: reader.capacity,
        })
        .collect();
    let seed = &sampling.record.design.seed;
    let placed = |error: crate::Error| error.at(definition.path.display().to_string());
    let mut assignments = readers::share_files(&files, &people, choices.read_twice, seed).map_err(placed)?;
    let place: BTreeMap<&str, usize> = in_use.iter().enumerate().map(|(at, unit)| (unit.serial.as_str(), at)).collect();
    let changes: Vec<Change> = sampling
        .releases
        .decisions
        .iter()
        .map(|decision| Change {
            struck_off: decision.unit.clone(),
            reserve: decision.reserve.as_deref().and_then(|serial| place.get(serial)).map(|&at| file(at)),
        })
        .collect();
    let reserves = readers::share_reserves(&files, &people, &assignments, &changes, seed).map_err(placed)?;
    assignments.extend(reserves);
    let batch = |reader: &readers::Reader| {
        let own = |assignment: &&Assignment| assignment.reader == reader.code;
        let found = assignments.iter().filter(own);
        let mut units: Vec<(usize, u8)> =
            found.filter_map(|a| Some((*place.get(a.serial.as_str())?, a.reading))).collect();
        units.sort_unstable_by_key(|&(at, reading)| (!training.contains(&at), at, reading));
        PlannedBatch { name: reader.code.clone(), is_reader: true, units, variant: None }
    };
    Ok(Plan { batches: people.iter().map(batch).collect(), training: training.clone(), waves: Vec::new() })
}

/// The serials of the files that all readers read first.
pub(super) fn training_serials(definition: &Definition, sampling: &Sampling) -> Result<BTreeSet<String>> {
    let main: Vec<&Selected> = sampling.sample.main().collect();
    Ok(training(definition, sampling, &main)?.into_iter().map(|at| main[at].serial.clone()).collect())
}

fn team(definition: &Definition, sampling: &Sampling, unit: &Selected) -> String {
    definition.issue.team.as_deref().map_or(String::new(), |column| sampling.value(unit, column).to_owned())
}

/// The training batch: of the files that every reader may read, those with the smallest permanent random numbers.
fn training(definition: &Definition, sampling: &Sampling, main: &[&Selected]) -> Result<BTreeSet<usize>> {
    let choices = &definition.issue;
    let teams: BTreeSet<&str> = choices.readers.iter().filter_map(|r| r.team.as_deref()).map(str::trim).collect();
    let mut open: Vec<usize> = (0..main.len())
        .filter(|&at| {
            let team = team(definition, sampling, main[at]);
            team.trim().is_empty() || !teams.contains(team.trim())
        })
        .collect();
    if open.len() < choices.training {
        return Err(definition
            .fault_at_key("training", "there are not enough files that all readers may read", "read by all readers")
            .found(format!("{} files in the sample are of teams that no reader belongs to", open.len()))
            .expected(format!("{} or more", choices.training))
            .hint("lower training, or take readers of other teams"));
    }
    let seed = &sampling.record.design.seed;
    open.sort_by_cached_key(|&at| (permanent(seed, &main[at].id), main[at].id.clone()));
    Ok(open.into_iter().take(choices.training).collect())
}
