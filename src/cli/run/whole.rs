//! An evaluation with the studies before it and the plan after it, in one go.

use std::collections::BTreeSet;
use std::path::Path;

use super::{outcome, study};
use crate::cli::{Common, Outcome, Talk, evaluate};
use crate::error::Result;
use crate::evaluation::definition::{self, PlanThatFollows, RunSource};
use crate::pipeline::{self, Options};
use crate::plan::publish::{Dates, is_of, publish};
use crate::plan::{area, examine, store, study as results};
use crate::record;

/// Runs the studies that the evaluation names pipelines of, then the evaluation, then the check and report of its plan.
/// A study that waits for its first returns holds up what rests on it.
pub(super) fn run(path: &Path, common: &Common, talk: &Talk) -> Result<Outcome> {
    let (definition, _, _) = definition::read(path)?;
    let mut ended = Vec::new();
    let mut waits = Vec::new();
    for source in &definition.runs {
        let Some(outcome) = of_study(&definition, source, talk)? else { continue };
        ended.push(outcome);
        let folder = definition.resolve(source.folder.get_ref());
        if !folder.join("run.json").exists() {
            waits.push(folder.display().to_string());
        }
    }
    if !waits.is_empty() {
        talk.say(format!("The evaluation waits for results in {}.", waits.join(" and ")));
        return Ok(worst(&ended));
    }
    ended.push(evaluate::everything(path, common, talk)?);
    if let Some(plan) = &definition.plan {
        ended.push(of_plan(&definition, plan, common, talk)?);
    }
    Ok(worst(&ended))
}

fn worst(ended: &[Outcome]) -> Outcome {
    if ended.contains(&Outcome::Findings) { Outcome::Findings } else { Outcome::Done }
}

/// Runs a study, if the evaluation names its pipeline. What is up to date is made again, byte for byte, so that nobody has
/// to judge whether it is.
fn of_study(evaluation: &definition::Definition, source: &RunSource, talk: &Talk) -> Result<Option<Outcome>> {
    let Some(pipeline) = &source.pipeline else { return Ok(None) };
    let file = evaluation.resolve(pipeline.get_ref());
    if !file.exists() {
        return Err(evaluation
            .fault(pipeline.span(), "there is no such pipeline file", "here")
            .expected(file.display().to_string()));
    }
    let definition = pipeline::read(&file)?;
    let (its, wanted) =
        (definition.resolve(&definition.publish.folder), evaluation.resolve(source.folder.get_ref()));
    if record::relative(Path::new(""), &its) != record::relative(Path::new(""), &wanted) {
        return Err(evaluation
            .fault(source.folder.span(), "the pipeline writes its results elsewhere", "not its folder")
            .found(its.display().to_string())
            .hint("name the folder that stands under [publish] in the pipeline file"));
    }
    let reached = study(&definition, &Options::default(), talk)?;
    Ok(Some(outcome(&reached.findings)))
}

/// Checks the plan against the areas for improvement, and writes its report.
fn of_plan(
    evaluation: &definition::Definition,
    follows: &PlanThatFollows,
    common: &Common,
    talk: &Talk,
) -> Result<Outcome> {
    let plan = store::read(&evaluation.resolve(&follows.folder))?;
    let of = if plan.organisation.is_empty() { String::new() } else { format!(" ({})", plan.organisation) };
    talk.say(format!("{}{of}", plan.title));
    let (folder, areas) = (plan.folder.display(), evaluation.path.display());
    if plan.actions.is_empty() {
        talk.say(format!("Waiting for actions: quorate plan draft {folder} --areas {areas}"));
        return Ok(Outcome::Done);
    }
    let studies = results::read_all(&plan)?;
    let ids: BTreeSet<String> = area::read(&evaluation.path)?.into_iter().map(|area| area.id).collect();
    let answered: BTreeSet<&str> = plan.actions.iter().map(|action| action.from.as_str()).collect();
    let open = ids.iter().filter(|id| !answered.contains(id.as_str())).count();
    let findings = examine(&plan, &studies, Some(&ids));
    talk.say(format!(
        "  check    {} actions, {} findings; {open} of {} areas for improvement have none",
        plan.actions.len(),
        findings.len(),
        ids.len()
    ));
    if !findings.is_empty() {
        talk.say(format!("           quorate plan check {folder} --areas {areas}"));
    }
    let dates = Dates::new(follows.as_at, follows.since)?;
    let report = evaluation.resolve(&follows.report);
    let replace = common.force || is_of(&report, &plan, dates);
    let files = publish(&plan, &studies, dates, &report, replace)?;
    talk.say(format!("  publish  {} files in {}", files.len(), report.display()));
    talk.say(format!("Open {} to see how the plan stands.", report.join("plan.html").display()));
    Ok(outcome(&findings))
}
