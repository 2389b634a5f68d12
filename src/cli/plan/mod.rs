//! `quorate plan`: improvement actions, from an area for improvement to progress that an auditor accepts.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Subcommand;

use super::check::rows as finding_rows;
use super::{Common, Format, Outcome, Talk, write_rows, write_text};
use crate::error::{Error, Result};
use crate::files::write_file;
use crate::finding::{Finding, Severity, sort};
use crate::plan::study::Study;
use crate::plan::{Plan, store, study, when};
use crate::returns::DateOrder;
use crate::workbook;

mod owners;
mod reports;
mod start;

/// The arguments of `quorate plan`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lay out a plan's folder
    New(start::New),
    /// Draft an action for each area for improvement: what it must say stands in it, empty
    Draft(start::Draft),
    /// Take over a plan that exists as a workbook or csv
    Import(start::Import),
    /// Report what actions lack and what is wrong in them
    Check(reports::Check),
    /// Write a workbook for each owner, to report progress in
    Issue(owners::Issue),
    /// Take owners' workbooks back
    Update(owners::Update),
    /// List the actions as they stand at a date
    List(reports::List),
    /// Say of each target on a question whether it was met
    Targets(reports::Targets),
    /// Say what has changed between two dates
    Changes(reports::Changes),
    /// Write the action plan, the progress report, and "you said, we did"
    Report(reports::Write),
}

/// Runs `quorate plan`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    match args.command {
        Command::New(args) => start::new(&args, common, talk),
        Command::Draft(args) => start::draft(&args, talk),
        Command::Import(args) => start::import(&args, common, talk),
        Command::Check(args) => reports::check(&args, common, talk),
        Command::Issue(args) => owners::issue(&args, common, talk),
        Command::Update(args) => owners::update(&args, common, talk),
        Command::List(args) => reports::list(&args, common),
        Command::Targets(args) => reports::targets(&args, common),
        Command::Changes(args) => reports::changes(&args, common),
        Command::Report(args) => reports::write(&args, common, talk),
    }
}

/// A plan with the studies that its targets are judged by.
fn read(path: &Path) -> Result<(Plan, Vec<Study>)> {
    let plan = store::read(path)?;
    let studies = study::read_all(&plan)?;
    Ok((plan, studies))
}

/// A date on the command line: a day, or a month, of which the last day is meant.
fn day(text: &str) -> std::result::Result<NaiveDate, String> {
    when::day(text, DateOrder::Undeclared)
        .ok_or_else(|| "expected a day or a month, such as 2026-12-31 or 2026-12".to_owned())
}

/// Writes findings where the common flags say, and as a workbook to send back where that is asked for.
fn tell(mut findings: Vec<Finding>, title: &str, file: Option<&PathBuf>, common: &Common) -> Result<Outcome> {
    sort(&mut findings);
    if let Some(file) = file {
        if file.exists() && !common.force {
            return Err(Error::file(file, "the file is there already").hint("choose another name, or add --force"));
        }
        write_file(file, &workbook::findings(&findings, title, None)?)?;
    }
    if common.format() == Format::Table {
        write_text(&findings.iter().map(|finding| format!("{finding}\n\n")).collect::<String>(), common)?;
    } else {
        write_rows(&finding_rows(&findings), common)?;
    }
    let faults = findings.iter().any(|finding| finding.severity >= Severity::Error);
    Ok(if faults { Outcome::Findings } else { Outcome::Done })
}
