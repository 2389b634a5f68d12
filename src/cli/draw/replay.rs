//! A draw made again from its record and its frame: `quorate verify SAMPLE.draw.json`.

use std::path::{Path, PathBuf};

use super::earlier;
use super::listing::{Faults, Listing, read_listing};
use super::{Common, Outcome, Talk};
use crate::cli::{Rows, write_rows};
use crate::draw::{DrawRecord, Exclusion, RowChanges, Unit, draw, frame_hash, write_sample};
use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex};
use crate::frame::ExclusionRule;
use crate::key::Identity;

/// Whether a file is the record of a draw, as far as its name tells.
pub(in crate::cli) fn is_draw_record(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".draw.json"))
}

/// Draws again as the record says, and compares the frame and the sample with what it has.
///
/// The frame is looked for under its name beside the record, then where the command was given, unless `frame` says where
/// it is; so are the samples of earlier waves, unless `given` has them. Rows of a changed frame are named as far as the record can tell them.
///
/// # Errors
/// When the record or the frame cannot be read.
pub(in crate::cli) fn replay(
    path: &Path,
    frame: Option<&Path>,
    given: &[PathBuf],
    identity: Option<&Path>,
    common: &Common,
    talk: &Talk,
) -> Result<Outcome> {
    let text = String::from_utf8_lossy(&read_file(path)?).into_owned();
    let record = DrawRecord::from_json(&text).map_err(|error| error.at(path.display().to_string()))?;
    let place = place_of_frame(&record, path, frame)?;
    let rules: Vec<ExclusionRule> = record.excluded.iter().map(Exclusion::again).collect();
    let Listing { mut units, carried, .. } = read_listing(&place, &record.columns, &rules, Faults::PassedOver, talk)?;

    let waves = earlier::recorded(&record.design.earlier, path, given, &mut units, talk)?;

    let mut rows = Rows::new(&["what", "file", "verdict"]);
    let name_of = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut row = |what: &str, file: &str, same: bool| {
        rows.rows.push(vec![what.into(), file.into(), if same { "same" } else { "differs" }.into()]);
        same
    };
    let mut same = row("frame", &record.frame, frame_hash(&units) == record.frame_hash);
    for (wave, then) in waves.iter().zip(&record.design.earlier) {
        same &= row("earlier wave", &then.file, wave == then);
    }
    let changes = if same { Vec::new() } else { told(&record, &units) };
    // A frame that lost people may not carry the design any more; that it differs was said already.
    let again = draw(&units, &record.design).and_then(|sample| write_sample(&sample, &record.columns.id, &carried));
    let again = again.map(|text| sha256_hex(text.as_bytes()) == record.sample_hash);
    same &= row("sample drawn again", "", again.unwrap_or(false));
    let what = "sample as it lies";
    let sample = sample_beside(path);
    let sealed = sample.as_ref().map(|sample| sample.with_extension("csv.age")).filter(|sealed| sealed.exists());
    if let Some(sample) = sample.filter(|sample| sample.exists()) {
        same &= row(what, &name_of(&sample), sha256_hex(&read_file(&sample)?) == record.sample_hash);
    } else if let Some(sealed) = sealed {
        match identity.map(Identity::read).transpose()? {
            Some(identity) => {
                let opened = Identity::open(Some(&identity), &read_file(&sealed)?, &sealed)?;
                same &= row(what, &name_of(&sealed), sha256_hex(&opened) == record.sample_hash);
            }
            None => talk.say(format!("{} is encrypted and was not compared: give --identity FILE", name_of(&sealed))),
        }
    }
    write_rows(&rows, common)?;
    changes.iter().for_each(|line| talk.say(line));
    if record.program_version != env!("CARGO_PKG_VERSION") {
        talk.say(format!("drawn by version {}, this is {}", record.program_version, env!("CARGO_PKG_VERSION")));
    }
    Ok(if same { Outcome::Done } else { Outcome::Findings })
}

fn place_of_frame(record: &DrawRecord, path: &Path, frame: Option<&Path>) -> Result<PathBuf> {
    if let Some(frame) = frame {
        return Ok(frame.to_owned());
    }
    let beside = path.with_file_name(&record.frame);
    let here = PathBuf::from(&record.frame);
    [beside, here].into_iter().find(|place| place.exists()).ok_or_else(|| {
        Error::file(path, format!("the frame \"{}\" is not beside the record", record.frame))
            .hint("say where it is with --frame FILE")
    })
}

/// `SAMPLE.csv` for `SAMPLE.draw.json`.
fn sample_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    Some(path.with_file_name(format!("{}.csv", name.strip_suffix(".draw.json")?)))
}

/// What changed in the frame, in lines.
fn told(record: &DrawRecord, units: &[Unit]) -> Vec<String> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for unit in units {
        match counts.iter_mut().find(|(name, _)| *name == unit.stratum) {
            Some((_, count)) => *count += 1,
            None => counts.push((unit.stratum.clone(), 1)),
        }
    }
    counts.sort();
    let mut lines = record.changes(&record.design, &frame_hash(units), &counts);
    let Some(RowChanges { added, altered, gone }) = record.changed_rows(units) else { return lines };
    let mut named = |what: &str, ids: &[String]| {
        if !ids.is_empty() {
            lines.push(format!("{} {what}: {}", ids.len(), ids.join(", ")));
        }
    };
    named("not there when drawn", &added);
    named("with another stratum, cluster, measure or sort value", &altered);
    if gone > 0 {
        lines.push(format!("{gone} that were there when drawn are gone"));
    }
    lines
}
