//! The study's life in one function.

use std::path::{Path, PathBuf};

use super::analysis::{self, Analysis};
use super::vault::{self, Vault};
use super::{Definition, Kept, Sampling, Stage, fieldwork, methods, paper, plan, publish, quality, send_back};
use crate::error::Result;
use crate::files::Delivery;
use crate::finding::{self, Finding};
use crate::frame::Frame;
use crate::instrument::Instrument;
use crate::record;
use crate::results::Results;

/// What the caller may ask of a run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Stop after this stage.
    pub until: Option<Stage>,
    /// Draw again although a draw was made; the old one is kept beside the new.
    pub redraw: bool,
    /// A seed in place of the pipeline file's.
    pub seed: Option<String>,
    /// A folder for the outputs in place of the pipeline file's.
    pub folder: Option<PathBuf>,
    /// Leave the key folder shut: neither read it nor write to it. The draw is made again from frame and seed.
    pub without_key: bool,
    /// What opens the key where it is encrypted: an age identity file.
    pub identity: Option<PathBuf>,
}

/// Somebody to tell how the run goes.
pub trait Witness: Sync {
    /// A stage is done; `line` says with what.
    fn done(&self, stage: Stage, line: &str);
    /// A stage begins that has so many steps.
    fn begins(&self, stage: Stage, steps: usize);
    /// One step of it is done.
    fn step(&self);
}

/// Nobody to tell.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Witness for Silent {
    fn done(&self, _: Stage, _: &str) {}
    fn begins(&self, _: Stage, _: usize) {}
    fn step(&self) {}
}

/// How far a run came.
#[derive(Debug)]
pub struct Reached {
    /// The last stage that was done.
    pub stage: Stage,
    /// What the next stage waits for, if it waits.
    pub waits_for: Option<String>,
    /// The folder of the outputs.
    pub folder: PathBuf,
    /// Everything wrong in frame and returns, sorted for reading.
    pub findings: Vec<Finding>,
    /// The results, if it came that far.
    pub results: Option<Box<Results>>,
}

/// Takes a study through every stage that can be done now.
///
/// # Errors
/// When a definition does not hold, the frame cannot be read, or the draw that was made would change. Faults in returns
/// are findings and stop nothing.
pub fn run(definition: &Definition, options: &Options, witness: &dyn Witness) -> Result<Reached> {
    let folder = options.folder.clone().unwrap_or_else(|| definition.resolve(&definition.publish.folder));
    let mut delivery = Delivery::into(&folder)?;
    match stages(definition, options, &mut delivery, witness) {
        Ok(reached) => delivery.deliver().map(|()| reached),
        // What was found in the returns is worth having, even where the analysis of them cannot be made.
        Err(error) => delivery.deliver_what_is_complete().and(Err(error)),
    }
}

/// The stages in their order, up to the one that was asked for or the last that can be done.
fn stages(
    definition: &Definition,
    options: &Options,
    delivery: &mut Delivery,
    witness: &dyn Witness,
) -> Result<Reached> {
    let instrument = definition.instrument()?;
    let analysis = Analysis::prepare(definition, &instrument)?;
    let printed = paper::printed(definition)?;
    let folder = delivery.folder().to_owned();
    let reached = |stage, findings: Vec<Finding>| Reached {
        stage,
        waits_for: None,
        folder: folder.clone(),
        findings,
        results: None,
    };
    let stops = |stage| options.until == Some(stage);

    let frame = Sampling::frame(definition)?;
    about_strata(definition, &instrument, &frame)?;
    witness.done(Stage::Frame, &frame_line(&frame));
    if stops(Stage::Frame) {
        return Ok(reached(Stage::Frame, sorted(frame.findings)));
    }

    let sampling = Sampling::draw(definition, frame, options.seed.as_deref())?;
    // A pilot leaves the study's draw and forms alone, and writes no identities.
    let vault = match definition.made_up || options.without_key {
        true => None,
        false => Some(Vault::of(definition, &folder, options.identity.as_deref())?),
    };
    let kept = match &vault {
        Some(vault) => sampling.keep(vault, delivery, options.redraw)?,
        None => Kept::Unopened,
    };
    let links = match definition.made_up {
        true => None,
        false => vault::links(definition, &sampling, delivery, vault.as_ref(), kept)?,
    };
    delivery.complete();
    witness.done(Stage::Draw, &draw_line(&sampling, kept));
    if stops(Stage::Draw) {
        return Ok(reached(Stage::Draw, sorted(sampling.frame.findings)));
    }

    let plan = plan::plan(definition, &sampling)?;
    let study = send_back::Study { definition, instrument: &instrument, sampling: &sampling, plan: &plan };
    let mut issued = match definition.made_up {
        true => fieldwork::Issued::default(),
        false => fieldwork::issue(&study, &printed, delivery, witness)?,
    };
    if let Some(vault) = &vault {
        for (name, list) in fieldwork::mailing_lists(definition, &sampling, &plan)? {
            vault.write(delivery, &name, &list)?;
        }
    }
    delivery.complete();
    witness.done(Stage::Issue, &issued.line(&folder));
    if stops(Stage::Issue) {
        return Ok(reached(Stage::Issue, sorted(sampling.frame.findings)));
    }

    let Some(returned) = fieldwork::ingest(definition, &instrument, &sampling, &plan, witness)? else {
        fieldwork::release_log(definition, &sampling, &Default::default(), delivery)?;
        let waits_for = format!("returns in {}", definition.resolve(&definition.returns.folder).display());
        let findings = sorted(sampling.frame.findings);
        return Ok(Reached { waits_for: Some(waits_for), ..reached(Stage::Issue, findings) });
    };
    witness.done(Stage::Ingest, &fieldwork::ingest_line(&returned));
    let mut findings = sampling.frame.findings.clone();
    findings.extend(returned.findings.iter().cloned());
    findings.extend(sampling.releases.returned_all_the_same(&fieldwork::replied(&returned)));
    findings.extend(quality::settle(definition, &instrument, &sampling, &returned)?.findings);
    let findings = sorted(findings);
    publish::findings(definition, delivery, &findings)?;
    if !definition.made_up {
        let replied = fieldwork::replied(&returned);
        issued.files.extend(fieldwork::release_log(definition, &sampling, &replied, delivery)?);
        issued.files.extend(links.is_some().then(|| "link.csv".to_owned()));
        issued.files.extend(send_back::write(&study, &returned, delivery)?);
    }
    if let (Some(vault), Some(list)) = (&vault, fieldwork::reminder_list(definition, &sampling, &returned)?) {
        vault.write(delivery, fieldwork::REMINDERS, &list)?;
    }
    delivery.complete();
    if stops(Stage::Ingest) {
        return Ok(reached(Stage::Ingest, findings));
    }
    if returned.responses.is_empty() {
        let waits_for =
            format!("returns that can be used: none of the {} rows that came can", returned.set_aside.len());
        return Ok(Reached { waits_for: Some(waits_for), ..reached(Stage::Ingest, findings) });
    }

    let units = analysis.weigh(&sampling, &returned)?;
    witness.done(Stage::Weigh, &units.line());
    if stops(Stage::Weigh) {
        return Ok(reached(Stage::Weigh, findings));
    }

    let mut questions = analysis.estimate(&units)?;
    witness.done(Stage::Estimate, &analysis::estimate_line(&instrument, &questions));
    if stops(Stage::Estimate) {
        return Ok(reached(Stage::Estimate, findings));
    }

    analysis.compare(&mut questions);
    witness.done(Stage::Compare, &analysis.compare_line(&questions));
    if stops(Stage::Compare) {
        return Ok(reached(Stage::Compare, findings));
    }

    let inputs = publish::inputs(&analysis, &returned)?;
    let run_id = record::run_id(env!("CARGO_PKG_VERSION"), &inputs);
    let mut results =
        analysis.results(&sampling, links.as_ref(), &returned, &units, questions, findings.clone(), run_id)?;
    if definition.made_up {
        results.methods.insert(0, methods::made_up());
    }
    let finished = publish::Finished {
        analysis: &analysis,
        sampling: &sampling,
        issued: &issued,
        returned: &returned,
        units: &units,
        results: &results,
        inputs,
    };
    let written = publish::publish(&finished, delivery, witness)?;
    witness.done(Stage::Publish, &format!("{written} files in {}", folder.display()));
    Ok(Reached { results: Some(Box::new(results)), ..reached(Stage::Publish, findings) })
}

/// What definitions say of strata, now that the frame says which there are.
fn about_strata(definition: &Definition, instrument: &Instrument, frame: &Frame) -> Result<()> {
    let strata: Vec<&str> = frame.populations().into_keys().collect();
    definition.examine_explanations(instrument, Some(&strata))?;
    definition.examine_edit_columns(instrument, frame)
}

fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    finding::sort(&mut findings);
    findings
}

fn frame_line(frame: &Frame) -> String {
    let excluded = match frame.excluded() {
        0 => String::new(),
        rows => format!(", {rows} excluded by rule"),
    };
    format!(
        "{} rows, {} units in {} strata{excluded}, {} findings",
        frame.rows,
        frame.units.len(),
        frame.populations().len(),
        frame.findings.len()
    )
}

fn draw_line(sampling: &Sampling, kept: Kept) -> String {
    let sample = &sampling.sample;
    let how = match kept {
        Kept::New => "drawn",
        Kept::Unchanged => "as drawn before",
        Kept::Redrawn => "drawn again; the earlier draw is kept in key/superseded",
        Kept::Unopened => "as the seed gives them; the key stays shut",
    };
    let capped = |level: &&crate::draw::LevelDrawn| level.is_capped();
    let less =
        sample.levels.iter().filter(capped).map(|l| {
            format!("; {} {} has only {}, all drawn in place of {}", l.column, l.level, l.population, l.minimum)
        });
    let less: String = less.collect();
    format!("{} units and {} in reserve, {how}{less}", sample.main().count(), sample.reserve().count())
}

/// What is wrong with a study before it runs: its definitions, its frame and its release log; with a seed also whether the
/// sample can be drawn and shared out.
///
/// # Errors
/// When a definition does not hold or the frame cannot be read.
pub fn check(definition: &Definition) -> Result<Vec<Finding>> {
    let instrument = definition.instrument()?;
    Analysis::prepare(definition, &instrument)?;
    paper::printed(definition)?;
    let frame = Sampling::frame(definition)?;
    about_strata(definition, &instrument, &frame)?;
    if definition.draw.seed.is_none() {
        return Ok(sorted(frame.findings));
    }
    let sampling = Sampling::draw(definition, frame, None)?;
    plan::plan(definition, &sampling)?;
    Ok(sorted(sampling.frame.findings))
}

/// What is wrong with one returned workbook of a study.
///
/// # Errors
/// As [`run`], and when the file is not there.
pub fn check_return(definition: &Definition, file: &Path) -> Result<Vec<Finding>> {
    let instrument = definition.instrument()?;
    let sampling = Sampling::of(definition, None)?;
    let plan = plan::plan(definition, &sampling)?;
    let returned = fieldwork::ingest_file(definition, &instrument, &sampling, &plan, file)?;
    Ok(sorted(returned.findings))
}
