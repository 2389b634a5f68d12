//! `quorate verify`: run again from the record, and compare byte for byte.

use std::path::{Path, PathBuf};

use super::{Common, Outcome, Rows, Talk, write_rows};
use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex};
use crate::pipeline::{self, KeyVerdict, Options, Silent};
use crate::plan::publish::Dates;
use crate::record::{self, Record, Subject};
use crate::{evaluation, plan};

/// The arguments of `quorate verify`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record of a run, an evaluation or a plan's report (run.json, or its folder), or of a draw (SAMPLE.draw.json)
    record: PathBuf,
    /// The frame of a draw, where it does not lie beside the record
    #[arg(long, value_name = "FILE")]
    frame: Option<PathBuf>,
    /// The sample of an earlier wave that a draw avoided or kept, where it does not lie beside the record; may be given more
    /// than once
    #[arg(long, value_name = "SAMPLE")]
    earlier: Vec<PathBuf>,
    /// What opens an encrypted key, to compare the text inside: an identity file as age-keygen writes it
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
}

/// Runs `quorate verify`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    if super::draw::is_draw_record(&args.record) {
        return super::draw::replay(&args.record, args.frame.as_deref(), &args.earlier, args.identity.as_deref(), common, talk);
    }
    let path = if args.record.is_dir() { args.record.join("run.json") } else { args.record };
    let record = Record::read(&path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    if record.version != env!("CARGO_PKG_VERSION") {
        talk.say(format!("The record is of version {}, this is {}.", record.version, env!("CARGO_PKG_VERSION")));
    }
    let definition = record::resolve(folder, &record.pipeline);
    let mut rows = Rows::new(&["what", "file", "verdict"]);
    let mut differs = false;
    let base = definition.parent().unwrap_or(Path::new(""));
    for (name, hash) in &record.inputs {
        let verdict = verdict(&record::resolve(base, name), hash);
        differs |= verdict != SAME;
        rows.rows.push(vec!["input".into(), name.as_str().into(), verdict.into()]);
    }
    // The key is compared for itself, as what is encrypted has different bytes every time.
    let outputs: Vec<(&String, &String)> = record.outputs.iter().filter(|(name, _)| !name.starts_with("key/")).collect();
    for &(name, hash) in &outputs {
        let verdict = verdict(&folder.join(name), hash);
        differs |= verdict != SAME;
        rows.rows.push(vec!["output as it lies".into(), name.as_str().into(), verdict.into()]);
    }
    let fresh = tempfile::tempdir()
        .map_err(|error| Error::usage("no temporary folder can be made").found(error.to_string()))?;
    again(&record, &definition, folder, fresh.path())?;
    for &(name, hash) in &outputs {
        let verdict = verdict(&fresh.path().join(name), hash);
        differs |= verdict != SAME;
        rows.rows.push(vec!["output made again".into(), name.as_str().into(), verdict.into()]);
    }
    if record.subject == Subject::Study {
        let options =
            Options { seed: Some(record.seed.clone()), identity: args.identity.clone(), ..Options::default() };
        for (name, verdict) in pipeline::verify_key(&pipeline::read(&definition)?, folder, &options)? {
            differs |= verdict == KeyVerdict::Differs;
            rows.rows.push(vec!["key as it lies".into(), name.as_str().into(), of_key(verdict).into()]);
        }
    }
    write_rows(&rows, common)?;
    talk.say(if differs {
        "Not everything is as recorded."
    } else {
        "Every input is as recorded, and running again gave the same bytes."
    });
    Ok(if differs { Outcome::Findings } else { Outcome::Done })
}

/// Makes the outputs of a record again, in another folder; of a study without its key, so that nobody's name is written
/// anywhere else.
fn again(record: &Record, definition: &Path, lying: &Path, folder: &Path) -> Result<()> {
    match record.subject {
        Subject::Study => {
            let definition = pipeline::read(definition)?;
            pipeline::carry_links(lying, folder)?;
            let options = Options {
                seed: Some(record.seed.clone()),
                folder: Some(folder.to_owned()),
                without_key: true,
                ..Options::default()
            };
            pipeline::run(&definition, &options, &Silent).map(drop)
        }
        Subject::Evaluation => {
            evaluation::publish::everything(&evaluation::gather_with_returns(definition)?, folder).map(drop)
        }
        Subject::Plan => {
            let plan = plan::store::read(definition)?;
            let studies = plan::study::read_all(&plan)?;
            plan::publish::publish(&plan, &studies, Dates::of_record(record)?, folder, false).map(drop)
        }
    }
}

const SAME: &str = "same";

fn of_key(verdict: KeyVerdict) -> &'static str {
    match verdict {
        KeyVerdict::Same => SAME,
        KeyVerdict::Differs => "differs",
        KeyVerdict::NotHere => "not here",
        KeyVerdict::Encrypted => "not compared: encrypted, and no --identity is given",
        KeyVerdict::NoSeries => "not compared: the secret of the series is not here",
    }
}

fn verdict(path: &Path, hash: &str) -> &'static str {
    match read_file(path) {
        Ok(bytes) if sha256_hex(&bytes) == hash => SAME,
        Ok(_) => "differs",
        Err(_) => "missing",
    }
}
