//! The outputs of an evaluation: every file whole or not at all.

use std::path::{Path, PathBuf};

use super::definition::AGREED;
use super::{Evaluation, page, tables, workbook};
use crate::error::Result;
use crate::files::write_file;

/// Writes the report, its tables and the findings into the output folder; gives the files' names.
///
/// # Errors
/// When a file cannot be written.
pub fn publish(evaluation: &Evaluation, folder: &Path) -> Result<Vec<&'static str>> {
    let title = &evaluation.definition.evaluation.title;
    let files: [(&str, Vec<u8>); 7] = [
        ("evaluation.html", page::render(evaluation).into_bytes()),
        ("evaluation.xlsx", tables::workbook(evaluation)?),
        ("evidence.csv", tables::evidence_csv(evaluation)?),
        ("consultations.csv", tables::consultations_csv(evaluation)?),
        ("improvements.csv", tables::improvements_csv(evaluation)?),
        ("findings.csv", crate::workbook::findings_csv(&evaluation.findings)?),
        ("findings.xlsx", crate::workbook::findings(&evaluation.findings, title, None)?),
    ];
    for (name, bytes) in &files {
        write_file(&folder.join(name), bytes)?;
    }
    Ok(files.into_iter().map(|(name, _)| name).collect())
}

/// Writes the evaluators' workbooks into `issue` in the output folder: those of everyone, or of one; and the one for what
/// the team agrees. Gives their paths.
///
/// # Errors
/// When there is no such evaluator, or a file cannot be written.
pub fn issue(evaluation: &Evaluation, folder: &Path, only: Option<&str>) -> Result<Vec<PathBuf>> {
    let everyone = evaluation.definition.evaluators.iter().map(|e| e.code.as_str()).chain([AGREED]);
    let codes: Vec<&str> = match only {
        Some(code) => vec![code],
        None => everyone.collect(),
    };
    let mut written = Vec::new();
    for code in codes {
        let path = folder.join("issue").join(format!("{code}.xlsx"));
        write_file(&path, &workbook::issue(evaluation, code)?)?;
        written.push(path);
    }
    Ok(written)
}
