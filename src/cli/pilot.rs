//! `quorate pilot`: the whole study on made-up answers, and the precision to expect.

use std::path::PathBuf;
use std::time::Instant;

use super::{Cell, Common, Outcome, Rows, Talk, write_rows};
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::pipeline::{self, Assumptions, Expectation, Silent};

/// The arguments of `quorate pilot`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Mistakes in made-up answers are meant to be there and change nothing about the exit code; it is 1 where the\n\
    study's own files have findings of level error: the frame, the release log.\n\n\
    Examples:\n  \
    quorate pilot pipelines/carers-survey.toml --response-rate 40%\n  \
    quorate pilot pipelines/carers-survey.toml --response-rate 'Glen Isle=55%,40%' --previous output/carers-2025\n  \
    quorate pilot pipelines/case-file-audit.toml --comparisons"
)]
pub struct Args {
    /// The pipeline file of the study
    pipeline: PathBuf,
    /// The share of those drawn who are expected to reply, and that in single strata; without it what the pipeline says, or
    /// 35% of people and all files
    #[arg(long, value_delimiter = ',', value_parser = rate, value_name = "[STRATUM=]RATE,...")]
    response_rate: Vec<(Option<String>, f64)>,
    /// The output folder of an earlier run, or its estimates.csv: where the answers take their shares from
    #[arg(long, value_name = "PATH")]
    previous: Option<PathBuf>,
    /// Show which differences between groups could be told, instead of the precision
    #[arg(long)]
    comparisons: bool,
    /// The folder for what the pilot writes [default: `pilot` in the study's output folder]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// `0.35`, `35%` or `STRATUM=35%`.
fn rate(text: &str) -> Result<(Option<String>, f64), String> {
    let (stratum, number) = match text.rsplit_once('=') {
        Some((stratum, number)) => (Some(stratum.trim().to_owned()), number.trim()),
        None => (None, text.trim()),
    };
    let value = match number.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => number.parse::<f64>(),
    };
    value.map(|value| (stratum, value)).map_err(|_| "write 0.35, 35% or STRATUM=35%".to_owned())
}

/// Runs `quorate pilot`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let begun = Instant::now();
    let definition = pipeline::read(&args.pipeline)?;
    let folder = args.folder.unwrap_or_else(|| definition.resolve(&definition.publish.folder).join("pilot"));
    let for_all: Vec<f64> = args.response_rate.iter().filter(|(name, _)| name.is_none()).map(|(_, rate)| *rate).collect();
    if for_all.len() > 1 {
        return Err(Error::usage("--response-rate gives several shares for all")
            .expected("one for all, and STRATUM=RATE for single strata"));
    }
    let assumptions = Assumptions {
        response_rate: for_all.first().copied(),
        response: args.response_rate.into_iter().filter_map(|(name, rate)| Some((name?, rate))).collect(),
        previous: args.previous,
        seed: common.seed.clone().unwrap_or_else(|| "pilot".to_owned()),
        folder: folder.clone(),
    };
    let piloted = pipeline::pilot(&definition, &assumptions, &Silent)?;
    let (Some(results), Some(expectation)) = (&piloted.reached.results, &piloted.expectation) else {
        return Err(Error::data("nobody would reply at this response rate").hint("expect a higher --response-rate"));
    };
    let rows = if args.comparisons { comparisons(expectation) } else { precision(expectation) };
    write_rows(&rows, common)?;
    for (stratum, rate) in &piloted.response {
        talk.detail(format!("  {stratum}: {:.0}% reply", 100.0 * rate));
    }
    let (own, made_up): (Vec<&Finding>, Vec<&Finding>) =
        piloted.reached.findings.iter().partition(|finding| finding.code.starts_with(['F', 'D']));
    let possible = expectation.comparisons.iter().filter(|gap| gap.points.is_some()).count();
    talk.say(format!(
        "Made up: {} of {} returned, {} findings in the returns; {possible} of {} comparisons between groups possible; {:.1} s; \
         everything is in {}",
        results.counts.returned,
        results.counts.drawn,
        made_up.len(),
        expectation.comparisons.len(),
        begun.elapsed().as_secs_f64(),
        folder.display()
    ));
    let wrong = own.iter().filter(|finding| finding.severity >= Severity::Error).count();
    if wrong > 0 {
        talk.say(format!("Not made up: {wrong} errors in the study's own files, which quorate check lists."));
    }
    Ok(if wrong > 0 { Outcome::Findings } else { Outcome::Done })
}

/// The precision to expect, for every question and group with a positive share.
fn precision(expectation: &Expectation) -> Rows {
    let mut rows = Rows::new(&[
        "question",
        "by",
        "group",
        "returns",
        "margin_points",
        "within_rule",
        "smallest_gap_points",
        "shares_from",
        "figures",
    ]);
    rows.rows = expectation
        .precision
        .iter()
        .map(|row| {
            vec![
                row.question.as_str().into(),
                text(&row.by),
                text(&row.group),
                row.returns.into(),
                row.margin_points.into(),
                row.within_rule.into(),
                row.smallest_gap_points.into(),
                row.shares_from.into(),
                row.figures.into(),
            ]
        })
        .collect();
    rows
}

/// The differences that could be told.
fn comparisons(expectation: &Expectation) -> Rows {
    let mut rows = Rows::new(&["question", "by", "group", "other", "possible", "smallest_gap_points"]);
    rows.rows = expectation
        .comparisons
        .iter()
        .map(|gap| {
            let possible = if gap.points.is_some() { "yes" } else { "no" };
            let [question, by, group, other] = [&gap.question, &gap.by, &gap.group, &gap.other].map(|name| text(name));
            vec![question, by, group, other, possible.into(), gap.points.into()]
        })
        .collect();
    rows
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { text.into() }
}
