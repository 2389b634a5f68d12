//! `quorate size`

use super::{Cell, Common, Format, Outcome, Rows, Talk, write_rows, write_text};
use crate::error::{Error, Result};
use crate::planning::groups::read_groups;
use crate::planning::words::words;
use crate::planning::{Plan, Wish, plan};
use crate::statistics::size::Method;

/// The arguments of `quorate size`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Shares are written as 0.35 or 35%, margins and differences in percentage points.\n\
    Several margins or response rates, parted by commas, give a table of all combinations.\n\n\
    Examples:\n  \
    quorate size --population 1000 --margin 5 --response-rate 40%\n  \
    quorate size --groups Adults=900,Children=400 --margin 10\n  \
    quorate size --groups Adults=900,Children=400 --margin 5 --equal\n  \
    quorate size --population 250 --discover 5%")]
pub struct Args {
    /// How many people or files there are; without it the population has no limit
    #[arg(long, value_name = "N")]
    population: Option<usize>,
    /// The margin of error wanted, in percentage points
    #[arg(long, value_name = "POINTS", value_delimiter = ',', value_parser = points)]
    margin: Vec<f64>,
    /// The confidence level
    #[arg(long, value_name = "SHARE", default_value = "0.95", value_parser = share)]
    level: f64,
    /// The proportion to expect; 0.5 needs most
    #[arg(long, value_name = "SHARE", default_value = "0.5", value_parser = share)]
    proportion: f64,
    /// The share of the issued that will come back
    #[arg(long, value_name = "SHARE", value_delimiter = ',', value_parser = share)]
    response_rate: Vec<f64>,
    /// The groups that will be compared: NAME=N,... or a csv file with the columns group and population
    #[arg(long, value_name = "FILE|NAME=N,...")]
    groups: Option<String>,
    /// At least so many returns in every group, the margin then being that of the whole
    #[arg(long, value_name = "M")]
    minimum: Option<usize>,
    /// Share the returns out equally over the groups, the margin then being that of the whole, weighted
    #[arg(long)]
    equal: bool,
    /// The formula: n0 N / (n0 + N), n0 / (1 + (n0 - 1) / N), or n0 = z² p (1 - p) / e²
    #[arg(long, value_enum, default_value = "ascs")]
    method: MethodName,
    /// The design effect to expect; the returns are multiplied by it
    #[arg(long, value_name = "D", default_value = "1")]
    design_effect: f64,
    /// A difference, in percentage points, that is to be told from a fixed figure, between groups, between waves
    #[arg(long, value_name = "POINTS", value_parser = points)]
    detect: Option<f64>,
    /// The probability of telling that difference, if it is there
    #[arg(long, value_name = "SHARE", default_value = "0.8", value_parser = share)]
    power: f64,
    /// A share of poor files, of which at least one is to be found
    #[arg(long, value_name = "RATE", value_parser = share)]
    discover: Option<f64>,
    /// What will this many issued give?
    #[arg(long, value_name = "N")]
    issued: Option<usize>,
}

/// The formulas by name.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum MethodName {
    Ascs,
    Cochran,
    Infinite,
}

fn number(text: &str) -> Result<f64, String> {
    text.trim().parse::<f64>().ok().filter(|x| x.is_finite()).ok_or_else(|| "this is not a number".to_owned())
}

/// A share: `0.35` or `35%`.
fn share(text: &str) -> Result<f64, String> {
    let value = match text.trim().strip_suffix('%') {
        Some(percent) => number(percent)? / 100.0,
        None => number(text)?,
    };
    if value > 1.0 {
        return Err(format!("a share lies between 0 and 1: write {} or {}%", value / 100.0, value));
    }
    Ok(value)
}

/// Percentage points: `10` or `10%`.
fn points(text: &str) -> Result<f64, String> {
    number(text.trim().strip_suffix('%').unwrap_or(text))
}

/// Runs `quorate size`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let groups = args.groups.as_deref().map(read_groups).transpose()?.unwrap_or_default();
    let one_or_more = |values: &[f64]| match values {
        [] => vec![None],
        values => values.iter().copied().map(Some).collect(),
    };
    let method = match args.method {
        MethodName::Ascs => Method::Ascs,
        MethodName::Cochran => Method::Cochran,
        MethodName::Infinite => Method::Infinite,
    };
    let mut answers = Vec::new();
    for margin_points in one_or_more(&args.margin) {
        for response_rate in one_or_more(&args.response_rate) {
            let wish = Wish {
                population: args.population,
                margin_points,
                level: args.level,
                proportion: args.proportion,
                response_rate,
                groups: groups.clone(),
                minimum: args.minimum,
                equal: args.equal,
                method,
                design_effect: args.design_effect,
                detect: args.detect.map(|points| (points, args.power)),
                discover: args.discover,
                issued: args.issued,
            };
            let plan = plan(&wish)?;
            answers.push((wish, plan));
        }
    }
    match common.format() {
        Format::Json => write_text(&json(&answers)?, common)?,
        Format::Csv => write_rows(&rows(&answers), common)?,
        Format::Table => match &answers[..] {
            [(wish, plan)] => write_text(&words(wish, plan), common)?,
            _ => write_rows(&rows(&answers), common)?,
        },
    }
    for (_, plan) in &answers {
        if let (Some(short), true) = (&plan.shortfall, common.format() != Format::Table || answers.len() > 1) {
            talk.say(format!(
                "warning: {} returns are needed, but if all {} are issued only about {} will come back",
                plan.returns_needed, short.issued, short.returns_expected
            ));
        }
    }
    Ok(Outcome::Done)
}

/// One object for one combination; for several a list, each with its response rate.
fn json(answers: &[(Wish, Plan)]) -> Result<String> {
    #[derive(serde::Serialize)]
    struct Combination<'a> {
        response_rate: Option<f64>,
        #[serde(flatten)]
        plan: &'a Plan,
    }
    let text = match answers {
        [(_, plan)] => serde_json::to_string_pretty(plan),
        several => {
            let list: Vec<Combination<'_>> =
                several.iter().map(|(wish, plan)| Combination { response_rate: wish.response_rate, plan }).collect();
            serde_json::to_string_pretty(&list)
        }
    };
    text.map(|text| text + "\n").map_err(|error| Error::data("the plan cannot be written").found(error.to_string()))
}

/// A row for every combination, followed by those of its groups.
fn rows(answers: &[(Wish, Plan)]) -> Rows {
    let mut rows = Rows::new(&[
        "group",
        "population",
        "margin_points",
        "level",
        "response_rate",
        "method",
        "returns_needed",
        "to_issue",
        "margin_points_if_met",
        "interval",
    ]);
    for (wish, plan) in answers {
        let mut row = |group: Cell, population: Option<usize>, needed: usize, issue: usize, met: f64, interval| {
            rows.rows.push(vec![
                group,
                population.into(),
                plan.margin_points.into(),
                plan.level.into(),
                wish.response_rate.into(),
                plan.method.into(),
                needed.into(),
                issue.into(),
                met.into(),
                Option::<f64>::into(interval),
            ]);
        };
        for g in &plan.groups {
            let name = Cell::from(g.group.as_str());
            row(name, Some(g.population), g.returns_needed, g.to_issue, g.margin_points_if_met, Some(g.interval));
        }
        let (needed, issue) = (plan.returns_needed, plan.to_issue);
        row(Cell::Empty, plan.population, needed, issue, plan.margin_points_if_met, plan.interval);
    }
    rows
}
