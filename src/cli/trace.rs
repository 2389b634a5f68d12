//! `quorate trace`: how a published figure came about, down to the cells.

use std::path::PathBuf;

use super::{Common, Outcome, Rows, Talk, write_rows};
use crate::error::Result;
use crate::pipeline::{self, Figure};
use crate::record::{self, Record};

/// The arguments of `quorate trace`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record of the run (run.json), or the folder that it is in
    run: PathBuf,
    /// The figure: QUESTION positive|mean|CODE [by COLUMN=GROUP]; a score is named like a question
    figure: String,
}

/// Runs `quorate trace`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let figure: Figure = args.figure.parse()?;
    let path = if args.run.is_dir() { args.run.join("run.json") } else { args.run };
    let record = Record::read(&path)?;
    let folder = path.parent().unwrap_or(std::path::Path::new(""));
    let definition = pipeline::read(&record::resolve(folder, &record.pipeline))?;
    let traced = pipeline::trace(&definition, Some(&record.seed), &figure)?;
    let estimate = &traced.estimate;
    talk.say(format!(
        "{figure}: {} ({} to {}), from {} answers, weights {:.1}; {}",
        estimate.estimate, estimate.ci_low, estimate.ci_high, estimate.n, estimate.sum_weights, estimate.method
    ));
    if !traced.set_missing.is_empty() {
        let rules: Vec<String> = traced.set_missing.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        talk.say(format!("Set missing by edit rules, in the whole study: {}; edits.csv lists each.", rules.join(", ")));
    }
    let mut columns = vec!["serial", "stratum", "workbook", "sheet", "cell", "found", "answer", "value", "weight", "rule"];
    if traced.has_forms {
        columns.splice(6..6, ["form", "as_given"]);
    }
    let mut rows = Rows::new(&columns);
    for unit in traced.units {
        let mut row = vec![
            unit.serial.into(),
            unit.stratum.into(),
            unit.workbook.into(),
            unit.sheet.into(),
            unit.cell.into(),
            unit.found.into(),
            unit.answer.into(),
            unit.value.into(),
            unit.weight.into(),
            unit.rule.into(),
        ];
        if traced.has_forms {
            row.splice(6..6, [unit.form.into(), unit.as_given.into()]);
        }
        rows.rows.push(row);
    }
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}
