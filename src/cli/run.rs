//! `quorate run`: a study through every stage that can be done now; or an evaluation with its studies and its plan.

use std::path::PathBuf;
use std::sync::Mutex;

use indicatif::ProgressBar;

use super::{Common, Outcome, Talk};
use crate::error::{Error, Result};
use crate::evaluation::definition::defines_evaluation;
use crate::finding::{Finding, Severity};
use crate::pipeline::{self, Definition, Options, Reached, Stage, Witness};

mod whole;

/// The arguments of `quorate run`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The pipeline file of a study, or an evaluation's definition: its studies, the evaluation, and the report of its plan
    pipeline: PathBuf,
    /// Stop after this stage
    #[arg(long, value_name = "STAGE")]
    until: Option<Stage>,
    /// Draw again although a sample was drawn; the old draw is kept
    #[arg(long)]
    redraw: bool,
    /// Leave the key folder shut: make the forms and the results from frame, seed and returns alone
    #[arg(long, conflicts_with = "redraw")]
    without_key: bool,
    /// What opens an encrypted key: an identity file as age-keygen writes it
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
}

/// How many findings are printed; all of them are in findings.csv and findings.xlsx.
const SHOWN: usize = 10;

/// Runs `quorate run`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    if defines_evaluation(&args.pipeline) {
        return evaluation(&args, common, talk);
    }
    let definition = pipeline::read(&args.pipeline)?;
    let options = Options {
        until: args.until,
        redraw: args.redraw,
        seed: common.seed.clone(),
        folder: common.out.clone(),
        without_key: args.without_key,
        identity: args.identity.clone(),
    };
    let reached = study(&definition, &options, talk)?;
    Ok(outcome(&reached.findings))
}

/// An evaluation with everything before and after it. What is asked for a stage or a draw belongs to one study.
fn evaluation(args: &Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let of_a_study = [
        ("--until", args.until.is_some()),
        ("--redraw", args.redraw),
        ("--without-key", args.without_key),
        ("--identity", args.identity.is_some()),
        ("--seed", common.seed.is_some()),
    ];
    match of_a_study.iter().find(|(_, given)| *given) {
        None => whole::run(&args.pipeline, common, talk),
        Some((flag, _)) => Err(Error::usage(format!("{flag} belongs to a study, and this is an evaluation"))
            .at(args.pipeline.display().to_string())
            .hint("give the pipeline file of the study")),
    }
}

/// Takes a study as far as it goes, and tells of it.
fn study(definition: &Definition, options: &Options, talk: &Talk) -> Result<Reached> {
    talk.say(format!("{} ({})", definition.study.title, definition.study.organisation));
    let voice = Voice { talk: *talk, bar: Mutex::new(ProgressBar::hidden()) };
    let reached = pipeline::run(definition, options, &voice)?;
    report(&reached.findings, talk);
    match (&reached.waits_for, reached.stage) {
        (Some(what), _) => talk.say(format!("Waiting for {what}; run the same command again when they have come.")),
        (None, Stage::Publish) => {
            talk.say(format!("Open {} to read the results.", reached.folder.join("report.html").display()));
        }
        (None, stage) => talk.say(format!("Stopped after {stage}, as asked.")),
    }
    Ok(reached)
}

fn outcome(findings: &[Finding]) -> Outcome {
    let errors = findings.iter().any(|finding| finding.severity >= Severity::Error);
    if errors { Outcome::Findings } else { Outcome::Done }
}

/// Concerns first and always; then the other findings, the most serious ones in full.
fn report(findings: &[Finding], talk: &Talk) {
    let (concerns, others): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| finding.severity == Severity::Concern);
    for concern in &concerns {
        talk.insist(concern.to_string());
    }
    let serious: Vec<&&Finding> = others.iter().filter(|finding| finding.severity >= Severity::Error).collect();
    for finding in serious.iter().take(SHOWN) {
        talk.say(finding.to_string());
    }
    let count = |severity| others.iter().filter(|finding| finding.severity == severity).count();
    if !findings.is_empty() {
        talk.say(format!(
            "{} findings: {} concerns, {} errors, {} warnings, {} notes; all in findings.xlsx",
            findings.len(),
            concerns.len(),
            count(Severity::Error),
            count(Severity::Warning),
            count(Severity::Note)
        ));
    }
}

/// Tells of stages on standard error, with a bar for those that last.
struct Voice {
    talk: Talk,
    bar: Mutex<ProgressBar>,
}

impl Voice {
    fn bar(&self) -> std::sync::MutexGuard<'_, ProgressBar> {
        self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Witness for Voice {
    fn done(&self, stage: Stage, line: &str) {
        self.bar().finish_and_clear();
        self.talk.say(format!("  {:<9}{line}", stage.name()));
    }

    fn begins(&self, stage: Stage, steps: usize) {
        *self.bar() = self.talk.progress(steps as u64, stage.name());
    }

    fn step(&self) {
        self.bar().inc(1);
    }
}
