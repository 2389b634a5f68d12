//! What came back beside what stands in the folder: three-way, so that two copies of one evaluator, or a workbook and a
//! file edited by hand, merge; where both changed the same judgement, both are kept and it is reported.

use std::path::{Path, PathBuf};

use super::read::{Returned, read};
use crate::error::{Error, Result};
use crate::evaluation::Evaluation;
use crate::evaluation::check::conflict;
use crate::evaluation::judgement::{CONFIDENCE, ConfidenceStatement, Judgement, entries};
use crate::files::{read_file, sha256_hex, write_file};
use crate::finding::Finding;
use crate::instrument::is_conflict_mark;

/// The list of workbooks that were merged: their hash and name, so that none is merged twice.
const TAKEN: &str = "taken.csv";

/// What became of the returned workbooks.
#[derive(Debug, Clone, Default)]
pub struct Merged {
    /// What was wrong in them, and where both sides changed.
    pub findings: Vec<Finding>,
    /// How many workbooks were merged now.
    pub workbooks: usize,
    /// How many judgements were written.
    pub written: usize,
}

/// Puts a workbook into the folder of returns as it came: under its own name, or with the beginning of its hash where
/// another workbook has that name.
///
/// # Errors
/// When it cannot be read or written.
pub fn keep(evaluation: &Evaluation, workbook: &Path) -> Result<()> {
    let bytes = read_file(workbook)?;
    let folder = evaluation.definition.resolve(&evaluation.definition.evaluation.returned);
    let name = workbook.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    for file in entries(&folder)? {
        if read_file(&folder.join(&file)).is_ok_and(|known| known == bytes) {
            return Ok(());
        }
    }
    let path = folder.join(&name);
    let path = if path.exists() { folder.join(format!("{}-{name}", &sha256_hex(&bytes)[..8])) } else { path };
    write_file(&path, &bytes)
}

/// Merges every workbook in the folder of returns that was not merged before; reads the others again for what is wrong
/// in them.
///
/// # Errors
/// When a file cannot be read or written.
pub fn merge(evaluation: &Evaluation) -> Result<Merged> {
    let head = &evaluation.definition.evaluation;
    let judgements = evaluation.definition.resolve(&head.judgements);
    let ledger_path = judgements.join(TAKEN);
    let mut ledger = Ledger::read(&ledger_path)?;
    let mut merged = Merged::default();
    // What one workbook changed is what the next one is merged with.
    let mut standing = evaluation.clone();
    for (path, name) in workbooks(evaluation)? {
        let hash = sha256_hex(&read_file(&path)?);
        let returned = read(&standing, &path, &name)?;
        merged.findings.extend(returned.findings.iter().cloned());
        if returned.evaluator.is_empty() || ledger.holds(&hash) {
            continue;
        }
        merged.workbooks += 1;
        one(&mut standing, &returned, &judgements, &hash, &mut merged)?;
        let file = path.file_name().map_or_else(String::new, |file| file.to_string_lossy().into_owned());
        ledger.rows.push((hash, file));
        ledger.write(&ledger_path)?;
    }
    Ok(merged)
}

/// What is wrong in the workbooks that came back, whether they were merged or not.
///
/// # Errors
/// When a file cannot be read.
pub fn examine(evaluation: &Evaluation) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (path, name) in workbooks(evaluation)? {
        findings.extend(read(evaluation, &path, &name)?.findings);
    }
    Ok(findings)
}

/// The files in the folder of returns, each with what findings call it.
fn workbooks(evaluation: &Evaluation) -> Result<Vec<(PathBuf, String)>> {
    let returned = &evaluation.definition.evaluation.returned;
    let folder = evaluation.definition.resolve(returned);
    let files =
        entries(&folder)?.into_iter().map(|file| (folder.join(&file), format!("{}/{file}", returned.display())));
    Ok(files.filter(|(path, _)| !path.is_dir()).collect())
}

fn one(standing: &mut Evaluation, returned: &Returned, folder: &Path, hash: &str, merged: &mut Merged) -> Result<()> {
    let code = &returned.evaluator;
    let base = |subject: &str| returned.base.get(subject).map_or("", String::as_str);
    for (subject, theirs) in &returned.judgements {
        let ours = super::issue::present(standing, code, subject);
        let made = decide(base(subject), &ours.content(), &theirs.content());
        let file = format!("judgements/{code}/{subject}.toml");
        match made {
            Decision::Keep => {}
            Decision::Take => {
                let theirs = Judgement { file: file.clone(), ..theirs.clone() };
                write_file(&folder.join(code).join(format!("{subject}.toml")), theirs.toml().as_bytes())?;
                standing.judgements.list.retain(|j| !(j.evaluator == *code && j.subject == *subject));
                standing.judgements.list.push(theirs);
                merged.written += 1;
            }
            Decision::Conflict => {
                let beside = format!("{subject}.conflict-{}.toml", &hash[..8]);
                write_file(&folder.join(code).join(&beside), theirs.toml().as_bytes())?;
                merged.findings.push(conflict(&format!("judgements/{code}/{beside}")));
            }
        }
    }
    if let Some(theirs) = &returned.confidence {
        let ours = super::issue::present_confidence(standing, code);
        let file = format!("judgements/{code}/{CONFIDENCE}.toml");
        match decide(base(CONFIDENCE), &ours.content(), &theirs.content()) {
            Decision::Keep => {}
            Decision::Take => {
                let theirs = ConfidenceStatement { file, ..theirs.clone() };
                write_file(&folder.join(code).join(format!("{CONFIDENCE}.toml")), theirs.toml().as_bytes())?;
                standing.judgements.confidence.retain(|made| made.evaluator != *code);
                standing.judgements.confidence.push(theirs);
                merged.written += 1;
            }
            Decision::Conflict => {
                let beside = format!("{CONFIDENCE}.conflict-{}.toml", &hash[..8]);
                write_file(&folder.join(code).join(&beside), theirs.toml().as_bytes())?;
                merged.findings.push(conflict(&format!("judgements/{code}/{beside}")));
            }
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Keep,
    Take,
    Conflict,
}

/// What went out, what stands, and what came back, each as the hash of its content.
fn decide(base: &str, ours: &str, theirs: &str) -> Decision {
    match (theirs == base || theirs == ours, ours == base) {
        (true, _) => Decision::Keep,
        (false, true) => Decision::Take,
        (false, false) => Decision::Conflict,
    }
}

/// The workbooks that were merged.
#[derive(Debug, Default)]
struct Ledger {
    rows: Vec<(String, String)>,
}

impl Ledger {
    fn read(path: &Path) -> Result<Ledger> {
        if !path.exists() {
            return Ok(Ledger::default());
        }
        let bytes = read_file(path)?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
        let rows = reader
            .records()
            // Where two people took workbooks in, all lines count, and what git put around them does not.
            .filter(|row| !row.as_ref().is_ok_and(|row| row.get(0).is_some_and(is_conflict_mark)))
            .map(|row| {
                let row = row.map_err(|error| Error::file(path, "the list cannot be read").found(error.to_string()))?;
                Ok((row.get(0).unwrap_or_default().to_owned(), row.get(1).unwrap_or_default().to_owned()))
            })
            .collect::<Result<_>>()?;
        Ok(Ledger { rows })
    }

    fn holds(&self, hash: &str) -> bool {
        self.rows.iter().any(|(known, _)| known == hash)
    }

    fn write(&self, path: &Path) -> Result<()> {
        let fail = |error: String| Error::file(path, "the list cannot be written").found(error);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["sha256", "workbook"]).map_err(|e| fail(e.to_string()))?;
        for (hash, file) in &self.rows {
            writer.write_record([hash, file]).map_err(|e| fail(e.to_string()))?;
        }
        write_file(path, &writer.into_inner().map_err(|e| fail(e.to_string()))?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, decide};

    #[test]
    fn only_what_changed_on_both_sides_is_a_conflict() {
        assert_eq!(decide("a", "a", "a"), Decision::Keep);
        assert_eq!(decide("a", "a", "b"), Decision::Take);
        assert_eq!(decide("a", "b", "a"), Decision::Keep);
        assert_eq!(decide("a", "b", "b"), Decision::Keep);
        assert_eq!(decide("a", "b", "c"), Decision::Conflict);
    }
}
