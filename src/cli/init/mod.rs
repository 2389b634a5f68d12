//! `quorate init`: a folder of a study or a self-evaluation to start from, which runs as it stands.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{Common, Outcome, Talk};
use crate::error::{Error, Result};
use crate::files::write_file;

mod evaluation;

/// The arguments of `quorate init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to lay out; made if it is not there
    folder: PathBuf,
    /// What to lay out
    #[arg(long)]
    kind: Kind,
}

/// What to lay out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// People answer a questionnaire
    Survey,
    /// Readers judge case files on a form
    FileAudit,
    /// A team judges services by a framework, on evidence
    Evaluation,
}

const FRAMEWORK: &str = include_str!("../../../instruments/frameworks/pim.toml");
const BENCHMARK: &str = include_str!("../../../pipelines/benchmarks/scotland-2008.toml");

/// Runs `quorate init`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let occupied = std::fs::read_dir(&args.folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied && !common.force {
        return Err(Error::file(&args.folder, "there is something in the folder already")
            .hint("choose another name, or add --force to write the files into it"));
    }
    match args.kind {
        Kind::Evaluation => lay_out_evaluation(&args.folder, common, talk),
        Kind::Survey => {
            let instrument = include_str!("../../../instruments/carers-survey.toml");
            lay_out_study(&args.folder, (include_str!("survey.toml"), instrument, &people()), common, talk)
        }
        Kind::FileAudit => {
            let instrument = include_str!("../../../instruments/case-file-audit.toml");
            lay_out_study(&args.folder, (include_str!("file-audit.toml"), instrument, &files()), common, talk)
        }
    }
}

fn lay_out_study(
    folder: &Path,
    (pipeline, instrument, frame): (&str, &str, &str),
    common: &Common,
    talk: &Talk,
) -> Result<Outcome> {
    let seed = common.seed.clone().unwrap_or_else(|| "write your own words here before the draw".to_owned());
    // The seed becomes a TOML string: its own quotes and backslashes are escaped as TOML asks.
    let pipeline = pipeline.replace("\"SEED\"", &toml::Value::String(seed).to_string());
    let files = [
        ("pipeline.toml", pipeline.as_str()),
        ("instrument.toml", instrument),
        ("framework.toml", FRAMEWORK),
        ("benchmark.toml", BENCHMARK),
        ("frame.csv", frame),
    ];
    write(folder, &files, &["returns"])?;
    talk.say(format!("A study is laid out in {}.", folder.display()));
    talk.say("Replace frame.csv (made-up units) by your own list and change the seed, then:");
    talk.say(format!("  quorate run {}", folder.join("pipeline.toml").display()));
    Ok(Outcome::Done)
}

fn lay_out_evaluation(folder: &Path, common: &Common, talk: &Talk) -> Result<Outcome> {
    if common.seed.is_some() {
        return Err(Error::usage("--seed belongs to a study: nothing is drawn in an evaluation"));
    }
    write(folder, &evaluation::FILES, &evaluation::FOLDERS)?;
    talk.say(format!("A self-evaluation is laid out in {}; its README.md says what is what.", folder.display()));
    talk.say("Fill in evaluation.toml and replace register.csv (made-up evidence) by your own, then:");
    talk.say(format!("  quorate run {}", folder.join("evaluation.toml").display()));
    Ok(Outcome::Done)
}

fn write(folder: &Path, files: &[(&str, &str)], folders: &[&str]) -> Result<()> {
    for (name, text) in files {
        write_file(&folder.join(name), text.as_bytes())?;
    }
    for name in folders {
        let path = folder.join(name);
        std::fs::create_dir_all(&path)
            .map_err(|error| Error::file(&path, "the folder cannot be made").found(error.to_string()))?;
    }
    Ok(())
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
