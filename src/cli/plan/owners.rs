//! Workbooks to the owners of actions, and back.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::{day, tell};
use crate::cli::{Common, Outcome, Talk};
use crate::error::{Error, Result};
use crate::files::{read_file, write_file};
use crate::finding::{Finding, Place};
use crate::plan::{store, update as take_back};
use crate::sheet::{self, Limits};

/// The arguments of `quorate plan issue`.
#[derive(Debug, clap::Args)]
pub struct Issue {
    /// The plan's folder
    plan: PathBuf,
    /// The date that the reports are to speak of
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_at: NaiveDate,
    /// The folder to write the workbooks into
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
}

/// Runs `quorate plan issue`.
pub fn issue(args: &Issue, common: &Common, talk: &Talk) -> Result<Outcome> {
    let plan = store::read(&args.plan)?;
    let issued = crate::plan::issue(&plan, args.as_at, &crate::plan::Fill::new())?;
    for workbook in &issued {
        let path = args.folder.join(&workbook.name);
        if path.exists() && !common.force {
            return Err(Error::file(&path, "the file is there already")
                .hint("choose another folder, or add --force; what is filled in there would be lost"));
        }
    }
    for workbook in &issued {
        let path = args.folder.join(&workbook.name);
        write_file(&path, &workbook.bytes)?;
        talk.say(format!("{}: {} actions", path.display(), workbook.actions));
    }
    let nobody: Vec<Finding> = plan
        .actions
        .iter()
        .filter(|action| action.responsible.is_empty())
        .map(|action| Finding::new("A002", action.place("responsible")))
        .collect();
    talk.say(format!("{} workbooks; {} actions have no owner and are in none.", issued.len(), nobody.len()));
    tell(nobody, &plan.title, None, common)
}

/// The arguments of `quorate plan update`.
#[derive(Debug, clap::Args)]
pub struct Update {
    /// The plan's folder
    plan: PathBuf,
    /// The workbooks that came back; a later one replaces an earlier one, and both are kept
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Also write the findings as a workbook, to send back
    #[arg(long, value_name = "FILE.xlsx")]
    findings: Option<PathBuf>,
}

/// Runs `quorate plan update`. A file that cannot be read is a finding; the others are taken back.
pub fn update(args: &Update, common: &Common, talk: &Talk) -> Result<Outcome> {
    let mut findings = Vec::new();
    let mut title = String::new();
    for file in &args.files {
        // Read anew for every file: what one adds, the next may supersede.
        let plan = store::read(&args.plan)?;
        title.clone_from(&plan.title);
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = read_file(file)?;
        let book = match sheet::read_bytes(file, &bytes, &Limits::default()) {
            Ok(book) => book,
            Err(error) => {
                let found =
                    error.found.clone().map_or(error.problem.clone(), |found| format!("{}: {found}", error.problem));
                let (kept, _) = plan.keep("returns/unread", &name, &bytes)?;
                findings.push(Finding::new("A024", Place::file(&name)).found(format!("{found}; kept as {kept}")));
                continue;
            }
        };
        let updated = take_back(&plan, &book, &name);
        let folder = if updated.as_at.is_empty() { "unread" } else { &updated.as_at };
        let (kept, again) = plan.keep(&format!("returns/{folder}"), &name, &bytes)?;
        if again && !updated.as_at.is_empty() {
            findings.push(Finding::new("A027", Place::file(&name)).found(kept));
            talk.say(format!("{name}: came before"));
            continue;
        }
        for (id, report) in &updated.reports {
            plan.add_progress(id, &crate::plan::Progress { file: kept.clone(), ..report.clone() })?;
        }
        talk.say(format!(
            "{name}: {} reports added, {} unchanged, {} findings; kept as {kept}",
            updated.reports.len(),
            updated.unchanged,
            updated.findings.len()
        ));
        findings.extend(updated.findings);
    }
    tell(findings, &title, args.findings.as_ref(), common)
}
