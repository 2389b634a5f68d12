//! `quorate pilot`: the whole study on made-up answers, and the precision to expect.

use std::path::PathBuf;
use std::time::Instant;

use super::{Cell, Common, Outcome, Rows, Talk, write_rows};
use crate::error::{Error, Result};
use crate::pipeline::{self, Assumptions, Silent};
use crate::results::Results;

/// The arguments of `quorate pilot`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The pipeline file of the study
    pipeline: PathBuf,
    /// The share of those drawn who are expected to reply
    #[arg(long, default_value_t = 0.35, value_name = "RATE")]
    response_rate: f64,
    /// The folder for what the pilot writes [default: `pilot` in the study's output folder]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Runs `quorate pilot`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let begun = Instant::now();
    let definition = pipeline::read(&args.pipeline)?;
    let folder = args.folder.unwrap_or_else(|| definition.resolve(&definition.publish.folder).join("pilot"));
    let assumptions = Assumptions {
        response_rate: args.response_rate,
        seed: common.seed.clone().unwrap_or_else(|| "pilot".to_owned()),
        folder: folder.clone(),
    };
    let reached = pipeline::pilot(&definition, &assumptions, &Silent)?;
    let Some(results) = reached.results else {
        return Err(Error::data("nobody would reply at this response rate").hint("expect a higher --response-rate"));
    };
    write_rows(&precision(&results), common)?;
    talk.say(format!(
        "Made up: {} of {} returned, {} findings, {:.1} s; everything is in {}",
        results.counts.returned,
        results.counts.drawn,
        reached.findings.len(),
        begun.elapsed().as_secs_f64(),
        folder.display()
    ));
    Ok(Outcome::Done)
}

/// The precision to expect, for every question and group with a positive share.
fn precision(results: &Results) -> Rows {
    let mut rows =
        Rows::new(&["question", "by", "group", "returns", "margin_points", "within_rule", "smallest_gap_points"]);
    for question in &results.questions {
        for group in std::iter::once(&question.overall).chain(&question.groups) {
            let Some(positive) = &group.positive else { continue };
            let margin = (!group.suppressed).then_some(100.0 * positive.moe);
            let holds = if group.suppressed {
                "suppressed"
            } else if positive.holds_within(results.rule) {
                "yes"
            } else {
                "no"
            };
            // A gap from a fixed figure is found with 80% power when it is (critical + 0.8416) standard errors wide.
            let gap = margin.map(|margin| margin + 100.0 * POWER_80 * positive.se);
            rows.rows.push(vec![
                question.id.as_str().into(),
                text(&group.by),
                text(&group.group),
                group.n.into(),
                margin.into(),
                holds.into(),
                gap.into(),
            ]);
        }
    }
    rows
}

/// The 80% point of the normal distribution: the power that `quorate size --detect` plans with by default.
const POWER_80: f64 = 0.841_621_233_572_914_3;

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { text.into() }
}
