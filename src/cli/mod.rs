//! The command line: one file per command; parsing, running and rendering kept apart.
//!
//! Standard output carries data, standard error carries talk. Exit codes: 0 done; 1 done, with findings of level error;
//! 2 could not run; 101 is a bug.

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::error::Error;

mod output;
mod talk;

pub use output::{Cell, Rows, write_rows, write_text};
pub use talk::Talk;

macro_rules! commands {
    ($($(#[$meta:meta])* $variant:ident => $module:ident),+ $(,)?) => {
        $(mod $module;)+

        #[derive(Debug, Subcommand)]
        #[allow(clippy::large_enum_variant, reason = "made once, from the command line")]
        enum Command {
            $($(#[$meta])* $variant($module::Args)),+
        }

        fn dispatch(command: Command, common: &Common, talk: &Talk) -> Result<Outcome, Error> {
            match command {
                $(Command::$variant(args) => $module::run(args, common, talk)),+
            }
        }
    };
}

commands! {
    /// Take a study through its life: every stage that can be done now
    Run => run,
    /// Lay out a study or a self-evaluation to start from, which runs as it stands
    Init => init,
    /// Report what is wrong in instruments, pipelines, frames and workbooks
    Check => check,
    /// Put an instrument into another format: XLSForm, REDCap, LimeSurvey, codebooks
    Convert => convert,
    /// Plan how many to issue or to read, for a precision
    Size => size,
    /// Draw a sample from any frame
    Draw => draw,
    /// Make the secret by which the waves of a study are linked
    Series => series,
    /// Make design-based estimates from any data set
    Estimate => estimate,
    /// Measure the agreement between readers
    Agree => agree,
    /// Try the whole study on made-up answers, before it starts
    Pilot => pilot,
    /// Show how fieldwork stands, and whom to remind
    Status => status,
    /// Evaluate the service by a framework: evidence, judgements, checks, report
    Evaluate => evaluate,
    /// Carry improvement actions from an area for improvement to progress that an auditor accepts
    Plan => plan,
    /// Show how a published figure came about, down to the cells
    Trace => trace,
    /// Run again from the record and compare byte for byte
    Verify => verify,
    /// Say what a finding means and what to do
    Explain => explain,
    /// Print a completion script for a shell
    Completions => completions,
    /// Print the manual page
    Manual => manual,
}

/// Surveys and case-file audits for social-work services, from the sampling frame to the published figure.
#[derive(Debug, Parser)]
#[command(name = "quorate", version, about, propagate_version = true, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every command understands.
#[derive(Debug, Clone, clap::Args)]
pub struct Common {
    /// The form of the result
    #[arg(long, global = true, value_name = "FORM", help_heading = "Common")]
    pub format: Option<Format>,
    /// Where to write the result instead of standard output
    #[arg(long, global = true, value_name = "FILE", help_heading = "Common")]
    pub out: Option<std::path::PathBuf>,
    /// The text from which every random number follows
    #[arg(long, global = true, value_name = "TEXT", help_heading = "Common")]
    pub seed: Option<String>,
    /// Overwrite files that are there already
    #[arg(long, global = true, help_heading = "Common")]
    pub force: bool,
    /// Say nothing but errors
    #[arg(short, long, global = true, help_heading = "Common")]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "Common")]
    pub verbose: bool,
}

/// The form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// Columns for reading on a terminal
    #[default]
    Table,
    /// Comma-separated values, numbers in full precision
    Csv,
    /// JSON, numbers in full precision
    Json,
}

impl Common {
    /// The form asked for, or else the one that the ending of the file under `--out` names, or else a table.
    pub fn format(&self) -> Format {
        let ending = self.out.as_deref().and_then(|out| out.extension()).and_then(|ending| ending.to_str());
        match (self.format, ending) {
            (Some(format), _) => format,
            (None, Some("csv")) => Format::Csv,
            (None, Some("json")) => Format::Json,
            (None, _) => Format::Table,
        }
    }
}

/// How a command ended that could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Done, with findings of level error.
    Findings,
}

/// Parses the arguments, runs the command, prints an error in one place, and gives the exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let talk = Talk::new(&cli.common);
    match dispatch(cli.command, &cli.common, &talk) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            talk.error(&error);
            ExitCode::from(2)
        }
    }
}

/// The command-line definition, for completions and the manual.
pub(crate) fn definition() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
