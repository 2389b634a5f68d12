//! `quorate status`: how fieldwork stands, whom to remind, which reserve comes next.

use std::path::PathBuf;

use super::{Cell, Common, Format, Outcome, Rows, Talk, draw, write_rows, write_text};
use crate::error::Result;
use crate::files::write_file;
use crate::finding::Severity;
use crate::{page, pipeline};

mod object;

/// The arguments of `quorate status`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "No answers are shown, and no names: what ties serials to people lies in the study's key folder.\n\n\
    Examples:\n  \
    quorate status pipelines/carers-survey.toml\n  \
    quorate status pipelines/carers-survey.toml --remind --format csv --out remind.csv\n  \
    quorate status pipelines/case-file-audit.toml --reserves\n  \
    quorate status pipelines/carers-survey.toml --as-at 2026-04-30 --page status.html\n  \
    quorate status pipelines/carers-survey.toml --format json --out status.json\n  \
    quorate status pipelines/case-file-audit.toml --why S-0042-S"
)]
pub struct Args {
    /// The pipeline file of the study
    pipeline: PathBuf,
    /// List who has not replied, and was not struck off, instead
    #[arg(long, group = "instead")]
    remind: bool,
    /// Only those of this wave
    #[arg(long, value_name = "NAME", requires = "remind")]
    wave: Option<String>,
    /// List the reserves instead: those in use, and which one of each stratum comes next
    #[arg(long, group = "instead")]
    reserves: bool,
    /// How it stood at the end of this day; returns that say no day count always
    #[arg(long, value_name = "DATE", conflicts_with = "why")]
    as_at: Option<chrono::NaiveDate>,
    /// Write the page with its chart; to status.html among the outputs if no file is named
    #[arg(long, value_name = "FILE", group = "instead")]
    page: Option<Option<PathBuf>>,
    /// Say why this unit is in the sample, in reserve or in neither, where it was sent, what came back and what the register says
    #[arg(long, value_name = "ID|SERIAL", group = "instead")]
    why: Option<String>,
}

/// Runs `quorate status`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let definition = pipeline::read(&args.pipeline)?;
    if let Some(id) = &args.why {
        return draw::tell(&pipeline::why(&definition, common.seed.as_deref(), id)?, common);
    }
    if let Some(wave) = args.wave.as_ref().filter(|name| definition.issue.waves.iter().all(|wave| wave.name != **name)) {
        let known: Vec<&str> = definition.issue.waves.iter().map(|wave| wave.name.as_str()).collect();
        return Err(crate::Error::usage("the pipeline names no such wave")
            .found(wave)
            .expected(if known.is_empty() { "a pipeline with [[issue.wave]]".to_owned() } else { known.join(", ") }));
    }
    let status = pipeline::status(&definition, common.seed.as_deref(), args.as_at)?;
    if let Some(file) = &args.page {
        let among_outputs = definition.resolve(&definition.publish.folder).join("status.html");
        let file = file.clone().unwrap_or(among_outputs);
        write_file(&file, page::status::render(&status)?.as_bytes())?;
        talk.say(format!("How fieldwork stands is in {}.", file.display()));
    }
    if args.remind {
        write_rows(&remind(&status, args.wave.as_deref()), common)?;
    } else if args.reserves {
        write_rows(&reserves(&status), common)?;
    } else if common.format() == Format::Json {
        write_text(&object::render(&status)?, common)?;
    } else {
        write_rows(&overview(&status), common)?;
    }
    status.findings.iter().for_each(|finding| talk.say(finding.to_string()));
    if !args.remind && !args.reserves {
        if !status.outstanding.is_empty() {
            talk.say(format!("{} have not replied; add --remind to list their serials.", status.outstanding.len()));
        }
        let due: Vec<&str> =
            status.reserves.iter().filter(|reserve| reserve.state == "due").map(|r| r.serial.as_str()).collect();
        if !due.is_empty() {
            talk.say(format!("To be released now, for units that were lost: {}.", due.join(", ")));
        }
        let next = status.reserves.iter().filter(|reserve| reserve.state == "next");
        let next: Vec<String> = next.map(|reserve| format!("{} in {}", reserve.serial, reserve.stratum)).collect();
        if !next.is_empty() {
            talk.say(format!("Next to be released, should a unit drop out: {}.", next.join(", ")));
        }
    }
    let wrong = status.findings.iter().any(|finding| finding.severity >= Severity::Error);
    Ok(if wrong { Outcome::Findings } else { Outcome::Done })
}

fn overview(status: &pipeline::Status) -> Rows {
    let mut rows = Rows::new(&[
        "part",
        "name",
        "date",
        "population",
        "issued",
        "returned",
        "struck_off",
        "response_rate",
        "margin_points",
        "planned",
        "expected",
        "expected_margin_points",
    ]);
    rows.rows = status
        .rows
        .iter()
        .map(|row| {
            vec![
                row.part.into(),
                text(&row.name),
                text(&row.date),
                row.population.into(),
                row.issued.into(),
                row.returned.into(),
                row.struck_off.into(),
                row.response_rate().into(),
                row.margin_points.into(),
                row.planned.into(),
                row.expected.into(),
                row.expected_margin_points.into(),
            ]
        })
        .collect();
    rows
}

fn remind(status: &pipeline::Status, wave: Option<&str>) -> Rows {
    let mut rows = Rows::new(&["serial", "stratum", "to", "wave"]);
    let is_of = |waves: &[String]| wave.is_none_or(|wave| waves.iter().any(|name| name == wave));
    rows.rows = status
        .outstanding
        .iter()
        .filter(|unit| is_of(&unit.waves))
        .map(|unit| {
            vec![text(&unit.serial), text(&unit.stratum), text(&unit.to.join("; ")), text(&unit.waves.join("; "))]
        })
        .collect();
    rows
}

fn reserves(status: &pipeline::Status) -> Rows {
    let mut rows = Rows::new(&["stratum", "place", "serial", "state", "stands_for", "date"]);
    rows.rows = status
        .reserves
        .iter()
        .map(|reserve| {
            vec![
                text(&reserve.stratum),
                reserve.place.into(),
                text(&reserve.serial),
                reserve.state.into(),
                text(&reserve.stands_for),
                text(&reserve.date),
            ]
        })
        .collect();
    rows
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { text.into() }
}
