//! What each step did to the weights: kept for every row, and shown.

use super::super::args::Args;
use super::super::data::Columns;
use crate::cli::{Cell, Common, Format, Rows, Talk, write_text};
use crate::error::{Error, Result};
use crate::statistics::weighting::Spread;

/// The weights after a step.
#[derive(Debug)]
pub(in crate::cli::estimate) struct Made {
    /// The step's name in the `method` column.
    pub(in crate::cli::estimate) name: String,
    /// For every row of the data its weight; none for rows that are no longer in.
    pub(in crate::cli::estimate) weights: Vec<f64>,
    /// The rows' places in the file.
    pub(in crate::cli::estimate) origin: Vec<usize>,
    /// Rounds until the figures were met; none without iteration.
    pub(in crate::cli::estimate) rounds: Option<usize>,
    /// The figure furthest from being met, and how far, relative to it.
    pub(in crate::cli::estimate) worst: Option<(String, f64)>,
}

/// The weights from the first to the last step.
#[derive(Debug, Default)]
pub(in crate::cli::estimate) struct History {
    pub(in crate::cli::estimate) steps: Vec<Made>,
}

const REPORT: [&str; 13] = [
    "step",
    "n",
    "sum",
    "min",
    "quartile_1",
    "median",
    "quartile_3",
    "max",
    "effective_n",
    "loss",
    "rounds",
    "worst",
    "worst_off",
];

impl History {
    /// How the weights were spread after each step.
    fn report(&self) -> Rows {
        let mut rows = Rows::new(&REPORT);
        for step in &self.steps {
            let spread = Spread::of(&step.weights);
            let mut row: Vec<Cell> = vec![step.name.as_str().into(), spread.n.into(), spread.sum.into()];
            row.extend(spread.five.map(Cell::from));
            row.extend([spread.effective.into(), spread.loss.into(), step.rounds.into()]);
            let (worst, off) = step.worst.clone().unzip();
            row.extend([worst.into(), off.into()]);
            rows.rows.push(row);
        }
        rows
    }

    /// Says it, where there was any step.
    pub(in crate::cli::estimate) fn tell(&self, talk: &Talk) {
        if self.steps.len() > 1 {
            talk.say(self.report().render(Format::Table).trim_end());
        }
    }

    /// Writes the files that were asked for.
    pub(in crate::cli::estimate) fn write(&self, args: &Args, common: &Common, columns: &Columns<'_>) -> Result<()> {
        let to = |path: &std::path::Path| Common { out: Some(path.to_owned()), ..common.clone() };
        let files = [&args.weights_report, &args.weights_out, &common.out];
        // All or none: a name that is taken is found before anything is written.
        if let Some(path) = files.into_iter().flatten().find(|path| path.exists() && !common.force) {
            return Err(Error::file(path, "the file is there already").hint("choose another name, or add --force"));
        }
        if let Some(path) = &args.weights_report {
            let common = Common { format: None, ..to(path) };
            // A file without a telling name is a csv.
            let format = if common.format() == Format::Json { Format::Json } else { Format::Csv };
            write_text(&self.report().render(format), &common)?;
        }
        if let Some(path) = &args.weights_out {
            write_text(&self.table(columns), &to(path))?;
        }
        Ok(())
    }

    /// A row for each row of the data, numbered from one, and its weight after each step.
    fn table(&self, columns: &Columns<'_>) -> String {
        let rows = self.steps.first().map_or(0, |step| step.weights.len());
        let mut header = vec!["row".to_owned()];
        // The first word of a step's name; no step is made twice.
        header.extend(self.steps.iter().map(|step| {
            let words: Vec<&str> = step.name.split([' ', ',']).collect();
            words[0].to_owned()
        }));
        header.push("weight".to_owned());
        let cells: Vec<Vec<String>> = self
            .steps
            .iter()
            .map(|step| {
                let mut cells = vec![String::new(); rows];
                for (&at, weight) in step.origin.iter().zip(&step.weights) {
                    cells[at] = weight.to_string();
                }
                cells
            })
            .collect();
        debug_assert!(columns.rows() <= rows, "rows only leave");
        let mut writer = csv::Writer::from_writer(Vec::new());
        let last = cells.last();
        let record = |row: usize| {
            let mut record = vec![(row + 1).to_string()];
            record.extend(cells.iter().chain(last).map(|cells| cells[row].clone()));
            record
        };
        let wrote = writer
            .write_record(&header)
            .and_then(|()| (0..rows).try_for_each(|row| writer.write_record(record(row))));
        debug_assert!(wrote.is_ok(), "writing to memory, rows as long as the header");
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}
