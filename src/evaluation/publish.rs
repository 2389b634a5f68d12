//! The outputs of an evaluation: all of them together or none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::definition::AGREED;
use super::{Evaluation, page, tables, workbook};
use crate::chart;
use crate::error::Result;
use crate::files::Delivery;
use crate::record::{self, Record, StageRecord, Subject};

/// Writes everything: the evaluators' workbooks, the report and the record of both. Gives the paths of the workbooks and
/// the names of the report's files.
///
/// # Errors
/// When a file cannot be written.
pub fn everything(evaluation: &Evaluation, folder: &Path) -> Result<(Vec<PathBuf>, Vec<String>)> {
    let mut delivery = Delivery::into(folder)?;
    let issued = put_workbooks(evaluation, &mut delivery, None)?;
    let files = put_report(evaluation, &mut delivery)?;
    let written = issued.iter().map(String::as_str).chain(files.iter().map(String::as_str));
    let record = record_of(evaluation, &delivery, written)?;
    delivery.put("run.json", record.json().as_bytes())?;
    delivery.deliver()?;
    Ok((issued.iter().map(|name| folder.join(name)).collect(), files))
}

/// What the report rests on: everything by which `quorate verify` makes it again.
fn record_of<'n>(
    evaluation: &Evaluation,
    delivery: &Delivery,
    written: impl Iterator<Item = &'n str>,
) -> Result<Record> {
    let mut outputs = BTreeMap::new();
    for name in written {
        outputs.insert(name.to_owned(), delivery.hash(name)?);
    }
    let count = |name: &str, count: usize| (name.to_owned(), count);
    let counts = BTreeMap::from([
        count("evidence", evaluation.items.len()),
        count("stale", evaluation.items.iter().filter(|item| evaluation.is_stale(item)).count()),
        count("consultations", evaluation.consultations.len()),
        count("judgements", evaluation.judgements.list.len()),
        count("findings", evaluation.findings.len()),
    ]);
    let head = &evaluation.definition.evaluation;
    let evidence = &evaluation.definition.evidence;
    let choices = [
        ("date", head.date.to_string()),
        ("framework", evaluation.framework.id.clone()),
        ("stale_after_months", evidence.stale_after_months.to_string()),
        ("rule", evidence.rule.to_string()),
        ("strength_above", evidence.strength_above.to_string()),
        ("weakness_below", evidence.weakness_below.to_string()),
    ];
    Ok(Record {
        subject: Subject::Evaluation,
        program: "quorate".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        run_id: evaluation.run_id.clone(),
        study: head.id.clone(),
        pipeline: record::relative(delivery.folder(), &evaluation.definition.path),
        seed: String::new(),
        inputs: evaluation.inputs.clone(),
        stages: vec![StageRecord { stage: "publish".to_owned(), counts }],
        choices: choices.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        outputs,
    })
}

/// Writes the report, its charts and tables and the findings into the output folder; gives the files' names.
///
/// # Errors
/// When a file cannot be written.
pub fn publish(evaluation: &Evaluation, folder: &Path) -> Result<Vec<String>> {
    let mut delivery = Delivery::into(folder)?;
    let files = put_report(evaluation, &mut delivery)?;
    delivery.deliver().map(|()| files)
}

fn put_report(evaluation: &Evaluation, delivery: &mut Delivery) -> Result<Vec<String>> {
    let title = &evaluation.definition.evaluation.title;
    let charts = chart::evaluation::all(evaluation)?;
    let tables: [(&str, Vec<u8>); 7] = [
        ("evaluation.html", page::render(evaluation, &charts).into_bytes()),
        ("evaluation.xlsx", tables::workbook(evaluation)?),
        ("evidence.csv", tables::evidence_csv(evaluation)?),
        ("consultations.csv", tables::consultations_csv(evaluation)?),
        ("improvements.csv", tables::improvements_csv(evaluation)?),
        ("findings.csv", crate::workbook::findings_csv(&evaluation.findings)?),
        ("findings.xlsx", crate::workbook::findings(&evaluation.findings, title, None)?),
    ];
    let mut files = chart::files(&charts)?;
    files.extend(tables.map(|(name, bytes)| (name.to_owned(), bytes)));
    for (name, bytes) in &files {
        delivery.put(name, bytes)?;
    }
    Ok(files.into_iter().map(|(name, _)| name).collect())
}

/// Writes the evaluators' workbooks into `issue` in the output folder: those of everyone, or of one; and the one for what
/// the team agrees. Gives their paths.
///
/// # Errors
/// When there is no such evaluator, or a file cannot be written.
pub fn issue(evaluation: &Evaluation, folder: &Path, only: Option<&str>) -> Result<Vec<PathBuf>> {
    let mut delivery = Delivery::into(folder)?;
    let written = put_workbooks(evaluation, &mut delivery, only)?;
    delivery.deliver()?;
    Ok(written.iter().map(|name| folder.join(name)).collect())
}

fn put_workbooks(evaluation: &Evaluation, delivery: &mut Delivery, only: Option<&str>) -> Result<Vec<String>> {
    let everyone = evaluation.definition.evaluators.iter().map(|e| e.code.as_str()).chain([AGREED]);
    let codes: Vec<&str> = match only {
        Some(code) => vec![code],
        None => everyone.collect(),
    };
    let mut written = Vec::new();
    for code in codes {
        let name = format!("issue/{code}.xlsx");
        delivery.put(&name, &workbook::issue(evaluation, code)?)?;
        written.push(name);
    }
    Ok(written)
}
