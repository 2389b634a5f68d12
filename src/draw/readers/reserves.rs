//! Reserves that are released while reading goes on: given to readers without moving anybody else's files.

use std::collections::{BTreeMap, BTreeSet};

use super::{Assignment, CaseFile, READER_RECIPE, Reader, labelled};
use crate::error::{Error, Result};

/// What one decision of the release log changes for the readers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The serial of a file that cannot be read: its readers have room for another one.
    pub struck_off: Option<String>,
    /// The file that is to be read from now on.
    pub reserve: Option<CaseFile>,
}

/// Gives the reserves of a release log to readers, one decision after the other; earlier assignments stay as they are.
///
/// A reserve goes to those who had the file that it stands for, as often as that was read (once, where all read it to
/// train), or else to whoever has the fewest files; never to a reader of its own team, and never over a capacity. The
/// assignments of the reserves come in the order of release.
///
/// # Errors
/// When nobody who may read a reserve has room for it.
pub fn share_reserves(
    files: &[CaseFile],
    readers: &[Reader],
    assignments: &[Assignment],
    changes: &[Change],
    seed: &str,
) -> Result<Vec<Assignment>> {
    let training: BTreeSet<&str> = files.iter().filter(|file| file.training).map(|f| f.serial.as_str()).collect();
    let mut load: BTreeMap<&str, usize> = readers.iter().map(|reader| (reader.code.as_str(), 0)).collect();
    for assignment in assignments {
        *load.entry(assignment.reader.as_str()).or_default() += 1;
    }
    let mut given: Vec<Assignment> = Vec::new();
    for change in changes {
        let struck = change.struck_off.as_deref().unwrap_or_default();
        let before: Vec<String> = assignments
            .iter()
            .chain(&given)
            .filter(|assignment| assignment.serial == struck)
            .map(|assignment| assignment.reader.clone())
            .collect();
        for (code, count) in &mut load {
            *count -= before.iter().filter(|reader| reader.as_str() == *code).count().min(*count);
        }
        let Some(reserve) = &change.reserve else { continue };
        let times = if training.contains(struck) { 1 } else { before.len().max(1) };
        let own = |reader: &Reader| !reserve.team.trim().is_empty() && reader.team.trim() == reserve.team.trim();
        let mut able: Vec<&Reader> = readers
            .iter()
            .filter(|reader| !own(reader) && reader.capacity.is_none_or(|most| load[reader.code.as_str()] < most))
            .collect();
        able.sort_by_cached_key(|reader| {
            let place = before.iter().position(|code| *code == reader.code).unwrap_or(usize::MAX);
            let hash = labelled(READER_RECIPE, seed, &reader.code);
            (if training.contains(struck) { 0 } else { place }, load[reader.code.as_str()], hash, reader.code.clone())
        });
        if able.len() < times {
            return Err(Error::data("nobody has room for a reserve that was released")
                .found(format!("{}, to be read {times} times; {} may read it", reserve.serial, able.len()))
                .hint("raise the capacities under [[issue.reader]], or add a reader from another team"));
        }
        for (reader, reading) in able.into_iter().take(times).zip(1..) {
            if let Some(count) = load.get_mut(reader.code.as_str()) {
                *count += 1;
            }
            given.push(Assignment { serial: reserve.serial.clone(), reader: reader.code.clone(), reading });
        }
    }
    Ok(given)
}
