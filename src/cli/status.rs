//! `quorate status`: how fieldwork stands, and whom to remind.

use std::path::PathBuf;

use super::{Cell, Common, Outcome, Rows, Talk, write_rows};
use crate::error::Result;
use crate::pipeline;

/// The arguments of `quorate status`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The pipeline file of the study
    pipeline: PathBuf,
    /// List the serials that have not replied instead
    #[arg(long)]
    remind: bool,
}

/// Runs `quorate status`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let definition = pipeline::read(&args.pipeline)?;
    let status = pipeline::status(&definition, common.seed.as_deref())?;
    let mut rows;
    if args.remind {
        rows = Rows::new(&["serial"]);
        rows.rows = status.outstanding.iter().map(|serial| vec![serial.as_str().into()]).collect();
    } else {
        rows = Rows::new(&["part", "name", "population", "issued", "returned", "response_rate", "margin_points"]);
        for row in &status.rows {
            let rate = row.returned as f64 / row.issued as f64;
            rows.rows.push(vec![
                row.part.into(),
                if row.name.is_empty() { Cell::Empty } else { row.name.as_str().into() },
                row.population.into(),
                row.issued.into(),
                row.returned.into(),
                rate.into(),
                row.margin_points.into(),
            ]);
        }
    }
    write_rows(&rows, common)?;
    if !args.remind && !status.outstanding.is_empty() {
        talk.say(format!("{} have not replied; add --remind to list their serials.", status.outstanding.len()));
    }
    Ok(Outcome::Done)
}
