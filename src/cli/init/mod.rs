//! `quorate init`: a study folder to start from, which runs as it stands.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Common, Outcome, Talk};
use crate::error::{Error, Result};
use crate::files::write_file;

/// The arguments of `quorate init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to lay out; made if it is not there
    folder: PathBuf,
    /// What sort of study
    #[arg(long)]
    kind: Kind,
}

/// What sort of study to lay out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// People answer a questionnaire
    Survey,
    /// Readers judge case files on a form
    FileAudit,
}

const FRAMEWORK: &str = include_str!("../../../instruments/frameworks/pim.toml");
const BENCHMARK: &str = include_str!("../../../pipelines/benchmarks/scotland-2008.toml");

/// Runs `quorate init`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let occupied = std::fs::read_dir(&args.folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied && !common.force {
        return Err(Error::file(&args.folder, "there is something in the folder already")
            .hint("choose another name, or add --force to write the study's files into it"));
    }
    let seed = common.seed.clone().unwrap_or_else(|| "write your own words here before the draw".to_owned());
    let (pipeline, instrument, frame) = match args.kind {
        Kind::Survey => (include_str!("survey.toml"), include_str!("../../../instruments/carers-survey.toml"), people()),
        Kind::FileAudit => {
            (include_str!("file-audit.toml"), include_str!("../../../instruments/case-file-audit.toml"), files())
        }
    };
    // The seed becomes a TOML string: its own quotes and backslashes are escaped as TOML asks.
    let pipeline = pipeline.replace("\"SEED\"", &toml::Value::String(seed).to_string());
    let files = [
        ("pipeline.toml", pipeline.as_str()),
        ("instrument.toml", instrument),
        ("framework.toml", FRAMEWORK),
        ("benchmark.toml", BENCHMARK),
        ("frame.csv", frame.as_str()),
    ];
    for (name, text) in files {
        write_file(&args.folder.join(name), text.as_bytes())?;
    }
    let returns = args.folder.join("returns");
    std::fs::create_dir_all(&returns)
        .map_err(|error| Error::file(&returns, "the folder cannot be made").found(error.to_string()))?;
    let pipeline = args.folder.join("pipeline.toml");
    talk.say(format!("A study is laid out in {}.", args.folder.display()));
    talk.say("Replace frame.csv (made-up units) by your own list and change the seed, then:");
    talk.say(format!("  quorate run {}", pipeline.display()));
    Ok(Outcome::Done)
}

/// Made-up carers: 240 in three areas.
fn people() -> String {
    let areas = ["North", "South", "East"];
    let ages = ["18 to 64", "65 to 74", "75 and over"];
    let mut text = String::from("carer_id,name,area,age_band\n");
    for number in 1..=240_usize {
        let area = areas[[0, 1, 0, 2, 1, 0][number % 6]];
        text.push_str(&format!("{number:04},Made-up person {number},{area},{}\n", ages[number * 7 / 5 % 3]));
    }
    text
}

/// Made-up case files: 300 in three teams.
fn files() -> String {
    let teams = ["Adults North", "Adults South", "Children"];
    let mut text = String::from("file_no,team,opened\n");
    for number in 1..=300_usize {
        let team = teams[[0, 1, 2, 0, 2][number % 5]];
        text.push_str(&format!("F{number:04},{team},2025-{:02}-{:02}\n", number % 12 + 1, number % 28 + 1));
    }
    text
}
