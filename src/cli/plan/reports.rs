//! What a plan lacks, how it stands, and the reports.

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::{day, read, tell};
use crate::cli::{Cell, Common, Outcome, Rows, Talk, write_rows};
use crate::error::Result;
use crate::finding::Severity;
use crate::plan::judged::Figure;
use crate::plan::publish::{Dates, publish};
use crate::plan::report::report;
use crate::plan::{area, examine};

/// The arguments of `quorate plan check`.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// The plan's folder
    plan: PathBuf,
    /// The areas for improvement that actions may follow from: an evaluation.toml, a spreadsheet or csv
    #[arg(long, value_name = "FILE")]
    areas: Option<PathBuf>,
}

/// Runs `quorate plan check`.
pub fn check(args: &Check, common: &Common, talk: &Talk) -> Result<Outcome> {
    let (plan, studies) = read(&args.plan)?;
    let areas = args.areas.as_deref().map(area::read).transpose()?;
    let ids = areas.map(|areas| areas.into_iter().map(|area| area.id).collect::<BTreeSet<_>>());
    let findings = examine(&plan, &studies, ids.as_ref());
    talk.say(format!("{}: {} actions, {} findings", args.plan.display(), plan.actions.len(), findings.len()));
    tell(findings, &plan.title, None, common)
}

/// The arguments of `quorate plan list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// The plan's folder
    plan: PathBuf,
    /// The date at which the plan stands so
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_at: NaiveDate,
    /// Only what is overdue or has no grade
    #[arg(long)]
    standing_out: bool,
}

/// Runs `quorate plan list`.
pub fn list(args: &List, common: &Common) -> Result<Outcome> {
    let (plan, studies) = read(&args.plan)?;
    let report = report(&plan, &studies, args.as_at, None);
    let mut rows = Rows::new(&["id", "theme", "action", "responsible", "due", "grade", "reported", "standing"]);
    for row in report.rows().filter(|row| !args.standing_out || row.late || row.ungraded) {
        let one_line = |text: &str| Cell::from(text.lines().collect::<Vec<_>>().join("; "));
        rows.rows.push(vec![
            row.id.as_str().into(),
            row.theme.as_str().into(),
            one_line(&row.action),
            row.responsible.as_str().into(),
            one_line(&row.timescale),
            row.grade.map(|grade| grade.letter().to_string()).into(),
            row.reported.map(|day| day.to_string()).into(),
            row.standing.as_str().into(),
        ]);
    }
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}

/// The arguments of `quorate plan targets`.
#[derive(Debug, clap::Args)]
pub struct Targets {
    /// The plan's folder
    plan: PathBuf,
    /// The date at which the targets are judged, from the studies up to then
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_at: NaiveDate,
}

/// Runs `quorate plan targets`.
pub fn targets(args: &Targets, common: &Common) -> Result<Outcome> {
    let (plan, studies) = read(&args.plan)?;
    let report = report(&plan, &studies, args.as_at, None);
    let columns = [
        "action", "question", "measure", "target", "start", "estimate", "ci_low", "ci_high", "moe", "n", "measured",
        "verdict", "words", "method",
    ];
    let mut rows = Rows::new(&columns);
    let method = report.rule.as_ref().map(|(method, _)| method.clone());
    for row in &report.targets {
        let of = |part: fn(&Figure) -> f64| Cell::from(row.latest.as_ref().map(part));
        rows.rows.push(vec![
            row.action.as_str().into(),
            row.question.0.as_str().into(),
            row.measure.as_str().into(),
            row.goal.as_str().into(),
            row.start.as_ref().map(|figure| figure.value).into(),
            of(|figure| figure.value),
            of(|figure| figure.low),
            of(|figure| figure.high),
            of(|figure| figure.margin),
            row.latest.as_ref().map(|figure| figure.n).into(),
            row.latest.as_ref().map(|figure| figure.when.clone()).into(),
            row.verdict.words().into(),
            row.words.as_str().into(),
            method.clone().into(),
        ]);
    }
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}

/// The arguments of `quorate plan changes`.
#[derive(Debug, clap::Args)]
pub struct Changes {
    /// The plan's folder
    plan: PathBuf,
    /// The earlier date
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: NaiveDate,
    /// The later date
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_at: NaiveDate,
}

/// Runs `quorate plan changes`.
pub fn changes(args: &Changes, common: &Common) -> Result<Outcome> {
    Dates::new(args.as_at, Some(args.since))?;
    let (plan, studies) = read(&args.plan)?;
    let mut rows = Rows::new(&["action", "what", "before", "after", "responsible"]);
    for change in report(&plan, &studies, args.as_at, Some(args.since)).changes {
        rows.rows.push(vec![
            change.id.into(),
            change.what.into(),
            change.before.into(),
            change.after.into(),
            change.responsible.into(),
        ]);
    }
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}

/// The arguments of `quorate plan report`.
#[derive(Debug, clap::Args)]
pub struct Write {
    /// The plan's folder
    plan: PathBuf,
    /// The date at which the plan stands so
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_at: NaiveDate,
    /// The date of the last report, to say what has changed since
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<NaiveDate>,
    /// The folder to write plan.html, plan.xlsx, you-said-we-did.html and their record into
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
}

/// Runs `quorate plan report`.
pub fn write(args: &Write, common: &Common, talk: &Talk) -> Result<Outcome> {
    let dates = Dates::new(args.as_at, args.since)?;
    let (plan, studies) = read(&args.plan)?;
    for path in publish(&plan, &studies, dates, &args.folder, common.force)? {
        talk.say(path.display().to_string());
    }
    let findings = examine(&plan, &studies, None);
    let faults = findings.iter().filter(|finding| finding.severity >= Severity::Error).count();
    if !findings.is_empty() {
        talk.say(format!("{} findings in the plan: quorate plan check {}", findings.len(), args.plan.display()));
    }
    Ok(if faults > 0 { Outcome::Findings } else { Outcome::Done })
}
