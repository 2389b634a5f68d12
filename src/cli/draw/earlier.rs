//! Earlier waves, as `--avoid` and `--keep` name them and as a record has them.

use std::path::{Path, PathBuf};

use super::Talk;
use super::listing::{Faults, read_listing};
use crate::draw::{Earlier, Exclusion, Purpose, Unit, Wave};
use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex};
use crate::frame::ExclusionRule;

/// `SAMPLE` or `SAMPLE:SHARE`.
pub(super) fn file_and_share(text: &str) -> (PathBuf, f64) {
    match text.rsplit_once(':').and_then(|(file, share)| Some((file, share.parse().ok()?))) {
        Some((file, share)) => (PathBuf::from(file), share),
        None => (PathBuf::from(text), 1.0),
    }
}

/// Reads the earlier waves of a draw and says of every unit where it stood in each.
pub(super) fn asked(avoid: &[PathBuf], keep: Option<&str>, units: &mut [Unit], talk: &Talk) -> Result<Vec<Earlier>> {
    let avoid = avoid.iter().map(|path| (path.clone(), Purpose::Avoid, 1.0));
    let keep = keep.map(file_and_share).map(|(path, share)| (path, Purpose::Keep, share));
    avoid
        .chain(keep)
        .map(|(path, purpose, share)| {
            // A record must be the same wherever the files lie.
            let name = if path.is_absolute() { path.file_name().map(PathBuf::from) } else { None };
            let name = name.as_deref().unwrap_or(&path).to_string_lossy().replace('\\', "/");
            place(Wave::read(&path, &name, purpose, share)?, &path, units, talk)
        })
        .collect()
}

/// Finds the earlier waves of a record again, by the hash of their sample files.
pub(super) fn recorded(
    earlier: &[Earlier],
    record: &Path,
    given: &[PathBuf],
    units: &mut [Unit],
    talk: &Talk,
) -> Result<Vec<Earlier>> {
    let found = |wave: &Earlier| {
        let name = Path::new(&wave.file);
        let own = name.file_name().map(|name| record.with_file_name(name));
        let near = [Some(record.with_file_name(name)), Some(name.to_owned()), own].into_iter().flatten();
        given.iter().cloned().chain(near).find(|path| {
            path.is_file() && read_file(path).is_ok_and(|bytes| sha256_hex(&bytes) == wave.sample_hash)
        })
    };
    earlier
        .iter()
        .map(|wave| {
            let path = found(wave).ok_or_else(|| {
                Error::file(record, format!("the earlier sample \"{}\" is not to be found as it was then", wave.file))
                    .expected(format!("a file with the SHA-256 {}", wave.sample_hash))
                    .hint("say where it is with --earlier FILE; its record must lie beside it")
            })?;
            place(Wave::read(&path, &wave.file, wave.purpose, wave.share)?, &path, units, talk)
        })
        .collect()
}

fn place(wave: Wave, path: &Path, units: &mut [Unit], talk: &Talk) -> Result<Earlier> {
    if !wave.needs_frame() {
        return wave.place(units, None);
    }
    let record = wave.record();
    let name = PathBuf::from(&record.frame);
    let frame = [path.with_file_name(&name), name].into_iter().find(|frame| frame.is_file());
    let rules: Vec<ExclusionRule> = record.excluded.iter().map(Exclusion::again).collect();
    let frame = match frame {
        Some(frame) => Some(read_listing(&frame, &record.columns, &rules, Faults::PassedOver, talk)?.units),
        None => None,
    };
    wave.place(units, frame.as_deref())
}
