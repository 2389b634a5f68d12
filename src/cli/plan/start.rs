//! How a plan begins: a folder, drafts from areas for improvement, or a plan that exists already.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::{day, tell};
use crate::cli::{Common, Outcome, Talk};
use crate::error::{Error, Result};
use crate::files::{read_file, write_file};
use crate::evaluation::definition::defines_evaluation;
use crate::plan::area::{self, Area};
use crate::plan::{import, store};
use crate::sheet::{self, Limits};

/// The arguments of `quorate plan new`.
#[derive(Debug, clap::Args)]
pub struct New {
    /// The folder to lay out; made if it is not there
    folder: PathBuf,
    /// The plan's title, as printed
    #[arg(long)]
    title: String,
    /// The plan's short name; from the title if not given
    #[arg(long)]
    id: Option<String>,
    /// Whose plan it is
    #[arg(long, default_value = "")]
    organisation: String,
}

/// Runs `quorate plan new`.
pub fn new(args: &New, common: &Common, talk: &Talk) -> Result<Outcome> {
    let head = args.folder.join("plan.toml");
    if head.exists() && !common.force {
        return Err(Error::file(&head, "there is a plan already").hint("choose another folder, or add --force"));
    }
    let id = args.id.clone().unwrap_or_else(|| {
        let words = args.title.to_lowercase();
        let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.join("-")
    });
    write_file(&head, store::head_toml(&id, &args.title, &args.organisation).as_bytes())?;
    let actions = args.folder.join("actions");
    std::fs::create_dir_all(&actions)
        .map_err(|error| Error::file(&actions, "the folder cannot be made").found(error.to_string()))?;
    talk.say(format!("A plan is laid out in {}. Next:", args.folder.display()));
    talk.say(format!("  quorate plan draft {} --areas AREAS.csv", args.folder.display()));
    Ok(Outcome::Done)
}

/// The arguments of `quorate plan draft`.
#[derive(Debug, clap::Args)]
pub struct Draft {
    /// The plan's folder
    plan: PathBuf,
    /// The areas for improvement: an evaluation.toml, or a spreadsheet or csv with id, text, and perhaps priority,
    /// indicator, questions
    #[arg(long, value_name = "FILE")]
    areas: PathBuf,
    /// Only these areas, by their ids; otherwise all that no action answers yet
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    only: Vec<String>,
    /// What the actions' ids begin with
    #[arg(long, default_value = "A")]
    prefix: String,
}

/// Runs `quorate plan draft`.
pub fn draft(args: &Draft, talk: &Talk) -> Result<Outcome> {
    let (mut plan, studies) = super::read(&args.plan)?;
    let evaluated = defines_evaluation(&args.areas);
    let areas: Vec<Area> = area::read(&args.areas)?
        .into_iter()
        .map(|area| area.as_the_plan_calls_them(&studies, evaluated))
        .collect();
    if let Some(unknown) = args.only.iter().find(|id| !areas.iter().any(|area| area.id == **id)) {
        let error = Error::usage(format!("there is no area for improvement \"{unknown}\" in the list"));
        return Err(match crate::instrument::nearest(unknown, areas.iter().map(|area| area.id.as_str())) {
            Some(near) => error.hint(format!("did you mean \"{near}\"?")),
            None => error,
        });
    }
    let wanted = |id: &str| args.only.is_empty() || args.only.iter().any(|only| only == id);
    let mut drafted = 0;
    for area in areas.iter().filter(|area| wanted(&area.id)) {
        // An area that has an action keeps it; a second one is asked for by name.
        if args.only.is_empty() && plan.actions.iter().any(|action| action.from == area.id) {
            continue;
        }
        let action = area::draft(&plan.next_id(&args.prefix), area, &studies);
        let path = plan.action_file(&action.id);
        write_file(&path, area::draft_toml(&action).as_bytes())?;
        talk.say(format!("{}: {} ({})", path.display(), area.text, area.id));
        plan.actions.push(action);
        drafted += 1;
    }
    if studies.is_empty() {
        talk.say("The plan names no study, so that no criterion could be made of a question: [[survey]] in plan.toml.");
    }
    talk.say(format!("{drafted} actions drafted. Write them out, then: quorate plan check {}", args.plan.display()));
    Ok(Outcome::Done)
}

/// The arguments of `quorate plan import`.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The plan's folder
    plan: PathBuf,
    /// The workbook or csv with the plan that exists
    file: PathBuf,
    /// The date that reports of progress speak of, where no heading says it
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_at: Option<NaiveDate>,
    /// What the actions' ids begin with
    #[arg(long, default_value = "A")]
    prefix: String,
    /// Also write the findings as a workbook, to send back
    #[arg(long, value_name = "FILE.xlsx")]
    findings: Option<PathBuf>,
}

/// Runs `quorate plan import`.
pub fn import(args: &Import, common: &Common, talk: &Talk) -> Result<Outcome> {
    let plan = store::read(&args.plan)?;
    let bytes = read_file(&args.file)?;
    let book = sheet::read_bytes(&args.file, &bytes, &Limits::default())?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let options = import::Options { file: &name, prefix: &args.prefix, as_at: args.as_at, dates: plan.dates };
    let mut imported = import::read(&book, &options)?;
    let taken: Vec<&str> =
        imported.actions.iter().map(|action| action.id.as_str()).filter(|id| plan.action_file(id).exists()).collect();
    if !taken.is_empty() && !common.force {
        return Err(Error::usage("the plan has actions of these numbers already")
            .at(args.plan.display().to_string())
            .found(taken.join(", "))
            .hint(
                "add --prefix with other letters, or --force to replace them; what they said is kept under earlier/",
            ));
    }
    let (kept, _) = plan.keep("imported", &name, &bytes)?;
    for action in &mut imported.actions {
        if let Some(source) = &mut action.source {
            source.file.clone_from(&kept);
        }
        for report in &mut action.progress {
            report.file.clone_from(&kept);
        }
        plan.write_action(action)?;
    }
    talk.say(format!("{} actions from {name}, which is kept as {kept}.", imported.actions.len()));
    tell(imported.findings, &plan.title, args.findings.as_ref(), common)
}
