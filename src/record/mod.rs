//! The record of a run: versions, hashes, counts and choices. Enough to run it again and to see what differs.
//!
//! Inputs are named from the pipeline file's folder, outputs and the pipeline file from the record's own, with forward
//! slashes, so that a study can be moved as a whole.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex};

/// What a record is the record of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A study, taken through its stages.
    #[default]
    Study,
    /// A self-evaluation and its report.
    Evaluation,
    /// The report of an improvement plan.
    Plan,
}

impl Subject {
    fn is_study(&self) -> bool {
        *self == Subject::Study
    }
}

/// `run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What it is the record of; a study where it does not say.
    #[serde(default, skip_serializing_if = "Subject::is_study")]
    pub subject: Subject,
    /// The program's name.
    pub program: String,
    /// The program's version.
    pub version: String,
    /// Short identifier of the run: the first eight digits of the SHA-256 over the version and the inputs' hashes.
    pub run_id: String,
    /// The id of the study, the evaluation or the plan.
    pub study: String,
    /// The definition (the pipeline file, `evaluation.toml`, `plan.toml`), as a path from the record's folder.
    pub pipeline: String,
    /// The text from which the random numbers follow; empty where nothing is drawn.
    pub seed: String,
    /// SHA-256 of every file read, by its path from the pipeline file's folder.
    pub inputs: BTreeMap<String, String>,
    /// What went into and came out of every stage.
    pub stages: Vec<StageRecord>,
    /// Every statistical choice, by its name.
    pub choices: BTreeMap<String, String>,
    /// SHA-256 of every file written, by its path from the record's folder.
    pub outputs: BTreeMap<String, String>,
}

/// What went into and came out of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageRecord {
    /// The stage's name.
    pub stage: String,
    /// Counts by their names.
    pub counts: BTreeMap<String, usize>,
}

impl StageRecord {
    /// Adds the parts of a count, by what they are called: `excluded: deceased`.
    #[must_use]
    pub fn counting(mut self, of: &str, parts: &[(String, usize)]) -> Self {
        self.counts.extend(parts.iter().map(|(name, count)| (format!("{of}: {name}"), *count)));
        self
    }
}

impl Record {
    /// Reads a record; first puts in their places the outputs of a run that ended while it did so.
    ///
    /// # Errors
    /// When the file cannot be read or is no record.
    pub fn read(path: &Path) -> Result<Record> {
        crate::files::settle(path.parent().unwrap_or(Path::new("")))?;
        serde_json::from_slice(&read_file(path)?).map_err(|error| {
            Error::file(path, "this is not the record of a run")
                .found(crate::instrument::in_plain_words(&error.to_string()))
                .expected("a run.json that quorate run wrote")
        })
    }

    /// The record as JSON text.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// Adds the hash of a file to a record's inputs or outputs, under its path from `folder`.
///
/// # Errors
/// When the file cannot be read.
pub fn add(hashes: &mut BTreeMap<String, String>, folder: &Path, file: &Path) -> Result<()> {
    hashes.insert(relative(folder, file), sha256_hex(&read_file(file)?));
    Ok(())
}

/// The identifier of a run from the program's version and the hashes of its inputs.
pub fn run_id(version: &str, inputs: &BTreeMap<String, String>) -> String {
    let mut text = format!("quorate-run-1\n{version}\n");
    for (path, hash) in inputs {
        text.push_str(&format!("{path} {hash}\n"));
    }
    sha256_hex(text.as_bytes())[..8].to_owned()
}

/// The path to `target` from `folder`, with forward slashes; both may be relative to the folder the program runs in.
pub fn relative(folder: &Path, target: &Path) -> String {
    let parts = |path: &Path| -> Vec<String> {
        // The folder of a file that was named alone is empty, and means the one that the program runs in.
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut parts: Vec<String> = Vec::new();
        for part in full.components() {
            match part {
                Component::ParentDir => drop(parts.pop()),
                Component::CurDir => {}
                other => parts.push(other.as_os_str().to_string_lossy().into_owned()),
            }
        }
        parts
    };
    let (from, to) = (parts(folder), parts(target));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut steps: Vec<&str> = vec![".."; from.len() - common];
    steps.extend(to[common..].iter().map(String::as_str));
    if steps.is_empty() { ".".to_owned() } else { steps.join("/") }
}

/// The file at a recorded path, from the folder that the program runs in.
pub fn resolve(folder: &Path, recorded: &str) -> PathBuf {
    let mut path = folder.to_owned();
    for part in recorded.split('/') {
        match part {
            ".." if path.file_name().is_some() => {
                path.pop();
            }
            "." => {}
            other => path.push(other),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_count_from_the_record() {
        let path = relative(Path::new("output/carers"), Path::new("pipelines/../sample-data/frame.xlsx"));
        assert_eq!(path, "../../sample-data/frame.xlsx");
        assert_eq!(resolve(Path::new("output/carers"), &path), Path::new("sample-data/frame.xlsx"));
        assert_eq!(relative(Path::new("out"), Path::new("out/report.html")), "report.html");
        assert_eq!(relative(Path::new(""), Path::new("register.csv")), "register.csv");
    }

    #[test]
    fn the_identifier_follows_from_version_and_inputs() {
        let inputs = BTreeMap::from([("a".to_owned(), "1".to_owned())]);
        assert_eq!(run_id("0.1.0", &inputs), run_id("0.1.0", &inputs));
        assert_ne!(run_id("0.1.0", &inputs), run_id("0.1.1", &inputs));
        assert_eq!(run_id("0.1.0", &inputs).len(), 8);
    }
}
