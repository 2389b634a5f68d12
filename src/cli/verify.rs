//! `quorate verify`: run again from the record, and compare byte for byte.

use std::path::{Path, PathBuf};

use super::{Common, Outcome, Rows, Talk, write_rows};
use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex};
use crate::pipeline::{self, Options, Silent};
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
}

/// Runs `quorate verify`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    if super::draw::is_draw_record(&args.record) {
        return super::draw::replay(&args.record, args.frame.as_deref(), &args.earlier, common, talk);
    }
    let path = if args.record.is_dir() { args.record.join("run.json") } else { args.record };
    let record = Record::read(&path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    if record.version != env!("CARGO_PKG_VERSION") {
        talk.say(format!("The record is of version {}, this is {}.", record.version, env!("CARGO_PKG_VERSION")));
    }
    let pipeline = record::resolve(folder, &record.pipeline);
    let mut rows = Rows::new(&["what", "file", "verdict"]);
    let mut differs = false;
    let base = pipeline.parent().unwrap_or(Path::new(""));
    for (name, hash) in &record.inputs {
        let verdict = verdict(&record::resolve(base, name), hash);
        differs |= verdict != SAME;
        rows.rows.push(vec!["input".into(), name.as_str().into(), verdict.into()]);
    }
    for (name, hash) in &record.outputs {
        let verdict = verdict(&folder.join(name), hash);
        differs |= verdict != SAME;
        rows.rows.push(vec!["output as it lies".into(), name.as_str().into(), verdict.into()]);
    }
    let fresh = tempfile::tempdir()
        .map_err(|error| Error::usage("no temporary folder can be made").found(error.to_string()))?;
    again(&record, &pipeline, fresh.path())?;
    for (name, hash) in &record.outputs {
        let verdict = verdict(&fresh.path().join(name), hash);
        differs |= verdict != SAME;
        rows.rows.push(vec!["output made again".into(), name.as_str().into(), verdict.into()]);
    }
    write_rows(&rows, common)?;
    talk.say(if differs {
        "Not everything is as recorded."
    } else {
        "Every input is as recorded, and running again gave the same bytes."
    });
    Ok(if differs { Outcome::Findings } else { Outcome::Done })
}

/// Makes the outputs of a record again, in another folder.
fn again(record: &Record, definition: &Path, folder: &Path) -> Result<()> {
    match record.subject {
        Subject::Study => {
            let definition = pipeline::read(definition)?;
            let options =
                Options { seed: Some(record.seed.clone()), folder: Some(folder.to_owned()), ..Options::default() };
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

fn verdict(path: &Path, hash: &str) -> &'static str {
    match read_file(path) {
        Ok(bytes) if sha256_hex(&bytes) == hash => SAME,
        Ok(_) => "differs",
        Err(_) => "missing",
    }
}
