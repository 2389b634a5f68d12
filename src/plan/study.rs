//! The results of a study, as a target needs them: from `estimates.csv` and `run.json` in a run's folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::store::{Plan, Survey};
use super::target::{Measure, Measured, Target};
use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex};
use crate::instrument;
use crate::pipeline::MADE_UP;
use crate::record::Record;

/// One run of a study.
#[derive(Debug, Clone)]
pub struct Study {
    /// What the plan says of it.
    pub survey: Survey,
    /// What its pipeline calls the study.
    pub study: String,
    /// The run's identifier.
    pub run_id: String,
    /// Whether the estimates are, byte for byte, those that the run recorded.
    pub as_recorded: bool,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    statistic: String,
    question: String,
    response: String,
    group: Option<(String, String)>,
    wording: String,
    label: String,
    measured: Measured,
    suppressed: bool,
}

/// What a study says about a target.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// A figure.
    Figure(Measured),
    /// There is one, and it is held back to protect people.
    Suppressed,
    /// The study has no such question.
    NoQuestion,
    /// The question has no such figure: another response, another group, no mean.
    NoFigure,
}

/// Reads all studies that a plan names, in the order of its file.
///
/// # Errors
/// When a run's folder lacks its files, or they are not what a run writes.
pub fn read_all(plan: &Plan) -> Result<Vec<Study>> {
    plan.surveys.iter().map(read).collect()
}

/// The record and the estimates in a run's folder; those of a pilot say in their names that the answers are made up.
pub(super) fn files(survey: &Survey) -> [PathBuf; 2] {
    let named = |before: &str| ["run.json", "estimates.csv"].map(|name| survey.run.join(format!("{before}{name}")));
    Some(named(MADE_UP)).filter(|[record, _]| record.is_file()).unwrap_or_else(|| named(""))
}

fn read(survey: &Survey) -> Result<Study> {
    let [record, path] = files(survey);
    let record = Record::read(&record)?;
    let bytes = read_file(&path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let as_recorded = record.outputs.get(&name).is_some_and(|hash| *hash == sha256_hex(&bytes));
    // The name of the run stands beside every figure from it, so that nobody takes made-up answers for real ones.
    let run_id = if name.starts_with(MADE_UP) { format!("{}, made-up answers", record.run_id) } else { record.run_id };
    Ok(Study { survey: survey.clone(), study: record.study, run_id, as_recorded, rows: rows(&path, &bytes)? })
}

fn rows(path: &Path, bytes: &[u8]) -> Result<Vec<Row>> {
    let fault = |error: csv::Error| Error::file(path, "the estimates cannot be read").found(error.to_string());
    let mut reader = csv::Reader::from_reader(bytes);
    let headings = reader.headers().map_err(fault)?.clone();
    let place: HashMap<&str, usize> = headings.iter().enumerate().map(|(at, name)| (name, at)).collect();
    let needed =
        ["statistic", "variable", "response", "by", "group", "n", "estimate", "se", "df", "flags", "question", "label"];
    if let Some(missing) = needed.iter().find(|name| !place.contains_key(*name)) {
        return Err(Error::file(path, format!("the estimates have no column \"{missing}\""))
            .expected("an estimates.csv that quorate run wrote"));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(fault)?;
        let text = |name: &str| place.get(name).and_then(|at| record.get(*at)).unwrap_or("").to_owned();
        let number = |name: &str| text(name).parse::<f64>().unwrap_or(f64::NAN);
        let statistic = text("statistic");
        let flags = text("flags");
        let has = |flag: &str| flags.split('|').any(|f| f == flag);
        rows.push(Row {
            question: text("variable"),
            response: text("response"),
            group: (!text("by").is_empty()).then(|| (text("by"), text("group"))),
            wording: text("question"),
            label: instrument::alone(&text("label")).to_owned(),
            measured: Measured {
                value: number("estimate"),
                se: number("se"),
                n: number("n"),
                df: number("df"),
                share: !matches!(statistic.as_str(), "mean" | "median"),
                census: has("census"),
            },
            suppressed: has("suppressed"),
            statistic,
        });
    }
    Ok(rows)
}

impl Study {
    /// What the study says about a target.
    pub fn find(&self, target: &Target) -> Found {
        let mut of_question = self.rows.iter().filter(|row| row.question == target.question).peekable();
        if of_question.peek().is_none() {
            return Found::NoQuestion;
        }
        let statistic = match target.measure {
            Measure::Positive => "positive",
            Measure::Mean => "mean",
            Measure::Response(_) => "proportion",
        };
        let response = if let Measure::Response(code) = &target.measure { code } else { "" };
        let wanted = |row: &&Row| row.statistic == statistic && row.response == response && row.group == target.group;
        match of_question.find(wanted) {
            None => Found::NoFigure,
            Some(row) if row.suppressed => Found::Suppressed,
            Some(row) => Found::Figure(row.measured),
        }
    }

    /// The wording of a question.
    pub fn wording(&self, question: &str) -> Option<&str> {
        self.rows.iter().find(|row| row.question == question).map(|row| row.wording.as_str())
    }

    /// The share of positive answers to a question, with what they are called; none if it has none or it is held back.
    pub fn positive(&self, question: &str) -> Option<(&str, &Measured)> {
        let wanted = |row: &&Row| row.question == question && row.statistic == "positive" && row.group.is_none();
        self.rows.iter().find(wanted).filter(|row| !row.suppressed).map(|row| (row.label.as_str(), &row.measured))
    }

    /// What a target on a question would measure, with its figure left open: the positive share, or else the mean.
    pub fn headline(&self, question: &str) -> Option<(&'static str, &'static str)> {
        let of_everyone = |statistic: &str| {
            self.rows.iter().any(|row| row.question == question && row.statistic == statistic && row.group.is_none())
        };
        match (of_everyone("positive"), of_everyone("mean")) {
            (true, _) => Some(("positive", "?%")),
            (false, true) => Some(("mean", "?")),
            (false, false) => None,
        }
    }

    /// The ids of its questions, each once.
    pub fn questions(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.rows.iter().map(|row| row.question.as_str()).collect();
        ids.dedup();
        ids
    }
}
