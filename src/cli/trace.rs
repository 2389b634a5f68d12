//! `quorate trace`: how a published figure came about, down to the cells.

use std::path::PathBuf;

use super::{Common, Format, Outcome, Rows, Talk, write_rows, write_text};
use crate::error::{Error, Result};
use crate::pipeline::{self, CellName, Figure, TracedCell};
use crate::record::{self, Record};

/// The arguments of `quorate trace`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Serials are shown, never names: what ties them to people lies in the study's key folder.\n\n\
    Examples:\n  \
    quorate trace output/carers \"q04 positive by area=Harbourside\"\n  \
    quorate trace output/carers --cell \"returns/batch-01.xlsx!Answers!F12\""
)]
pub struct Args {
    /// The record of the run (run.json), or the folder that it is in
    run: PathBuf,
    /// The figure: QUESTION positive|mean|median|CODE [by COLUMN=GROUP]; a score is named like a question
    #[arg(required_unless_present = "cell")]
    figure: Option<String>,
    /// Say what became of this cell of a return instead: FILE!SHEET!F12, or FILE!F12 of a text file
    #[arg(long, value_name = "CELL", conflicts_with = "figure")]
    cell: Option<String>,
}

/// Runs `quorate trace`.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let cell: Option<CellName> = args.cell.as_deref().map(str::parse).transpose()?;
    let figure: Option<Figure> = args.figure.as_deref().map(str::parse).transpose()?;
    let path = if args.run.is_dir() { args.run.join("run.json") } else { args.run };
    let record = Record::read(&path)?;
    let folder = path.parent().unwrap_or(std::path::Path::new(""));
    let definition = pipeline::read(&record::resolve(folder, &record.pipeline))?;
    if let Some(cell) = cell {
        return tell(&pipeline::trace_cell(&definition, Some(&record.seed), &cell)?, common);
    }
    let Some(figure) = figure else { return Ok(Outcome::Done) };
    let traced = pipeline::trace(&definition, Some(&record.seed), &figure)?;
    let estimate = &traced.estimate;
    talk.say(format!(
        "{figure}: {} ({} to {}), from {} answers, weights {:.1}; {}",
        estimate.estimate, estimate.ci_low, estimate.ci_high, estimate.n, estimate.sum_weights, estimate.method
    ));
    for compared in &estimate.comparisons {
        let (label, value, verdict) = (&compared.label, compared.value, compared.verdict.told(compared.high_is));
        let p = if compared.p_value.is_finite() { format!(", p {:.4}", compared.p_value) } else { String::new() };
        talk.say(format!("Against {label}, {value}: difference {:.4}{p}, {verdict}.", compared.difference));
    }
    if !traced.set_missing.is_empty() {
        let rules: Vec<String> = traced.set_missing.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        talk.say(format!("Set missing by edit rules, in the whole study: {}; edits.csv lists each.", rules.join(", ")));
    }
    let mut columns = vec!["serial", "stratum", "workbook", "sheet", "cell", "found", "answer", "value", "weight", "rule", "in_place_of"];
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
            unit.in_place_of.into(),
        ];
        if traced.has_forms {
            row.splice(6..6, [unit.form.into(), unit.as_given.into()]);
        }
        rows.rows.push(row);
    }
    write_rows(&rows, common)?;
    Ok(Outcome::Done)
}

/// What became of a cell: an object in JSON, else pairs of a name and a text.
fn tell(traced: &TracedCell, common: &Common) -> Result<Outcome> {
    let lines = traced.lines();
    match common.format() {
        Format::Json => {
            let text = serde_json::to_string_pretty(traced)
                .map_err(|error| Error::data("the answer cannot be written").found(error.to_string()))?;
            write_text(&(text + "\n"), common)?;
        }
        Format::Csv => {
            let mut rows = Rows::new(&["name", "value"]);
            rows.rows = lines.into_iter().map(|(name, text)| vec![name.into(), text.into()]).collect();
            write_rows(&rows, common)?;
        }
        Format::Table => {
            let text: String = lines.iter().map(|(name, text)| format!("{name:<10}{text}\n")).collect();
            write_text(&text, common)?;
        }
    }
    Ok(Outcome::Done)
}
