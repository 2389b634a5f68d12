//! `quorate evaluate`: evidence, judgements, checks and the report of a self-evaluation.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Cell, Common, Format, Outcome, Rows, Talk, write_rows, write_text};
use crate::error::{Error, Result};
use crate::evaluation::workbook::merge;
use crate::evaluation::{self, Evaluation, cycle, improvement, publish, words};
use crate::finding::{Finding, Severity};

/// The arguments of `quorate evaluate`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    #[command(subcommand)]
    part: Option<Part>,
    /// The evaluation's definition; does everything that can be done now
    #[arg(value_name = "EVALUATION", required = true)]
    evaluation: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Write the evaluators' workbooks
    Issue {
        /// The evaluation's definition
        #[arg(value_name = "EVALUATION")]
        evaluation: PathBuf,
        /// Only for this evaluator, or `agreed` for what the team agrees
        #[arg(long, value_name = "CODE")]
        evaluator: Option<String>,
    },
    /// Take returned workbooks into the study folder and merge them
    Take {
        /// The evaluation's definition
        #[arg(value_name = "EVALUATION")]
        evaluation: PathBuf,
        /// The returned workbooks; they are kept as they came
        #[arg(value_name = "WORKBOOK", required = true)]
        workbooks: Vec<PathBuf>,
    },
    /// Check judgements and registers
    Check {
        /// The evaluation's definition
        #[arg(value_name = "EVALUATION")]
        evaluation: PathBuf,
    },
    /// List the register of evidence
    Evidence {
        /// The evaluation's definition
        #[arg(value_name = "EVALUATION")]
        evaluation: PathBuf,
        /// Only what bears on this indicator
        #[arg(long, value_name = "NUMBER")]
        indicator: Option<String>,
    },
    /// List the areas for improvement of the judgements that stand
    Improvements {
        /// The evaluation's definition
        #[arg(value_name = "EVALUATION")]
        evaluation: PathBuf,
    },
    /// Set the levels of several evaluations side by side
    Compare {
        /// The evaluations' definitions, the earliest first
        #[arg(value_name = "EVALUATION", required = true, num_args = 2..)]
        evaluations: Vec<PathBuf>,
    },
    /// List the ten steps and the lead evaluator's checklist
    Steps {
        /// The evaluation's definition
        #[arg(value_name = "EVALUATION")]
        evaluation: PathBuf,
    },
}

/// How many findings are printed; all of them are in findings.csv and findings.xlsx.
const SHOWN: usize = 10;

/// Runs `quorate evaluate`.
///
/// # Errors
/// When a definition does not hold, or a file cannot be read or written.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    match (args.part, args.evaluation) {
        (Some(Part::Issue { evaluation, evaluator }), _) => issue(&evaluation, evaluator.as_deref(), common, talk),
        (Some(Part::Take { evaluation, workbooks }), _) => take(&evaluation, &workbooks, common, talk),
        (Some(Part::Check { evaluation }), _) => check(&evaluation, common),
        (Some(Part::Evidence { evaluation, indicator }), _) => evidence(&evaluation, indicator.as_deref(), common),
        (Some(Part::Improvements { evaluation }), _) => improvements(&evaluation, common),
        (Some(Part::Compare { evaluations }), _) => compare(&evaluations, common),
        (Some(Part::Steps { evaluation }), _) => steps(&evaluation, common),
        (None, Some(evaluation)) => everything(&evaluation, common, talk),
        (None, None) => Err(Error::usage("there is nothing to evaluate").expected("an evaluation's definition")),
    }
}

/// The output folder: that under `--out`, or else the definition's.
fn folder(evaluation: &Evaluation, common: &Common) -> PathBuf {
    let declared = evaluation.definition.resolve(&evaluation.definition.publish.folder);
    common.out.clone().unwrap_or(declared)
}

/// Merges what came back, checks, and writes the report and the workbooks.
pub(super) fn everything(path: &Path, common: &Common, talk: &Talk) -> Result<Outcome> {
    let before = evaluation::gather(path)?;
    let head = &before.definition.evaluation;
    talk.say(format!("{} ({})", head.title, head.organisation));
    let merged = merge::merge(&before)?;
    let evaluation = evaluation::gather_with_returns(path)?;
    let stale = evaluation.items.iter().filter(|item| evaluation.is_stale(item)).count();
    talk.say(format!(
        "  evidence {} pieces, {stale} stale; {} consultations",
        evaluation.items.len(),
        evaluation.consultations.len()
    ));
    talk.say(format!(
        "  returned {} workbooks merged now, {} judgements written; {} stand in the folder",
        merged.workbooks,
        merged.written,
        evaluation.judgements.list.len()
    ));
    let folder = folder(&evaluation, common);
    let (issued, files) = publish::everything(&evaluation, &folder)?;
    talk.say(format!("  issue    {} workbooks in {}", issued.len(), folder.join("issue").display()));
    talk.say(format!("  publish  {} files and run.json in {}", files.len(), folder.display()));
    let outcome = tell(&evaluation.findings, talk);
    talk.say(format!("Open {} to read the report.", folder.join("evaluation.html").display()));
    Ok(outcome)
}

fn issue(path: &Path, evaluator: Option<&str>, common: &Common, talk: &Talk) -> Result<Outcome> {
    let evaluation = evaluation::gather(path)?;
    for written in publish::issue(&evaluation, &folder(&evaluation, common), evaluator)? {
        talk.say(format!("wrote {}", written.display()));
    }
    Ok(Outcome::Done)
}

fn take(path: &Path, workbooks: &[PathBuf], common: &Common, talk: &Talk) -> Result<Outcome> {
    let evaluation = evaluation::gather(path)?;
    for workbook in workbooks {
        merge::keep(&evaluation, workbook)?;
    }
    let mut merged = merge::merge(&evaluation)?;
    crate::finding::sort(&mut merged.findings);
    talk.say(format!("{} workbooks merged, {} judgements written", merged.workbooks, merged.written));
    list(&merged.findings, common)
}

fn check(path: &Path, common: &Common) -> Result<Outcome> {
    list(&evaluation::gather(path)?.findings, common)
}

/// The findings as the result.
fn list(findings: &[Finding], common: &Common) -> Result<Outcome> {
    if common.format() == Format::Table {
        let text: String = findings.iter().map(|finding| format!("{finding}\n\n")).collect();
        write_text(&text, common)?;
    } else {
        write_rows(&super::check::rows(findings), common)?;
    }
    Ok(outcome(findings))
}

fn outcome(findings: &[Finding]) -> Outcome {
    let errors = findings.iter().any(|finding| finding.severity >= Severity::Error);
    if errors { Outcome::Findings } else { Outcome::Done }
}

/// The most serious findings in full, and how many there are.
fn tell(findings: &[Finding], talk: &Talk) -> Outcome {
    let serious = findings.iter().filter(|finding| finding.severity >= Severity::Warning);
    for finding in serious.clone().take(SHOWN) {
        talk.say(finding.to_string());
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    if !findings.is_empty() {
        talk.say(format!(
            "{} findings: {} errors, {} warnings, {} notes; all in findings.xlsx",
            findings.len(),
            count(Severity::Error),
            count(Severity::Warning),
            count(Severity::Note)
        ));
    }
    outcome(findings)
}

fn evidence(path: &Path, indicator: Option<&str>, common: &Common) -> Result<Outcome> {
    let evaluation = evaluation::gather(path)?;
    if let Some(number) = indicator.filter(|number| evaluation.framework.indicator(number).is_none()) {
        return Err(Error::usage("the framework has no such indicator").found(number));
    }
    let mut rows = Rows::new(&[
        "id", "kind", "title", "indicators", "figure", "margin", "base", "weight", "points_to", "date", "age", "says",
    ]);
    for item in evaluation.items.iter().filter(|item| indicator.is_none_or(|number| item.bears_on(number))) {
        let figure = item.figure.as_ref();
        rows.rows.push(vec![
            item.id.as_str().into(),
            item.kind.name().into(),
            item.title.as_str().into(),
            item.indicators.join(" ").into(),
            figure.and_then(|figure| figure.value).into(),
            figure.and_then(|figure| figure.margin).into(),
            figure.and_then(|figure| figure.base).into(),
            item.weight().into(),
            item.says.name().into(),
            item.date.map(|date| date.to_string()).into(),
            if evaluation.is_stale(item) { "stale" } else { "current" }.into(),
            words::says(item).replace('\n', "; ").into(),
        ]);
    }
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}

fn improvements(path: &Path, common: &Common) -> Result<Outcome> {
    let mut rows = Rows::new(&["id", "priority", "subject", "title", "text", "file"]);
    for improvement in improvement::read(path)? {
        rows.rows.push(vec![
            improvement.id.into(),
            improvement.priority.map(|priority| priority.word()).into(),
            improvement.subject.into(),
            improvement.title.into(),
            improvement.text.into(),
            improvement.file.into(),
        ]);
    }
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}

fn compare(paths: &[PathBuf], common: &Common) -> Result<Outcome> {
    let (first, framework) = cycle::past(&paths[0], None)?;
    let mut all = vec![first];
    for path in &paths[1..] {
        all.push(cycle::past(path, Some(&framework))?.0);
    }
    let mut rows = Rows::new(&["subject", "title", "evaluation", "kind", "date", "level", "direction"]);
    for subject in framework.subjects() {
        for (place, past) in all.iter().enumerate() {
            let level = past.level(subject);
            let direction = level.map(|level| cycle::direction(&all[..place], subject, level).words());
            rows.rows.push(vec![
                subject.into(),
                framework.title(subject).into(),
                past.title.as_str().into(),
                past.kind.words().into(),
                past.date.to_string().into(),
                level.map(usize::from).into(),
                direction.into(),
            ]);
        }
    }
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}

fn steps(path: &Path, common: &Common) -> Result<Outcome> {
    let (definition, _, _) = evaluation::definition::read(path)?;
    let mut rows = Rows::new(&["list", "number", "what", "done", "note"]);
    for (list, lines) in [("step", cycle::steps(&definition)), ("check", cycle::checklist(&definition))] {
        for line in lines {
            rows.rows.push(vec![
                list.into(),
                line.number.into(),
                line.text.into(),
                line.done.map(|date| date.to_string()).into(),
                if line.note.is_empty() { Cell::Empty } else { line.note.into() },
            ]);
        }
    }
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}
