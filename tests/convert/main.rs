//! Instruments between formats: what goes out comes back, and what cannot is said.

mod command;
mod formats;
mod identity;
mod xlsform;

use std::path::{Path, PathBuf};

use quorate::convert::{self, Form, Format, Loaded};
use quorate::finding::Finding;

/// A file of this folder.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert/files").join(name)
}

/// A definition as a form.
fn native(text: &str) -> Form {
    convert::read_native(Path::new("t.toml"), text).unwrap_or_else(|error| panic!("{error}\n{text}")).form
}

/// A form written in a format and read back from it.
fn there_and_back(form: &Form, format: Format, ending: &str) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("form.{ending}"));
    let written = convert::write(form, format).unwrap_or_else(|error| panic!("{error}"));
    std::fs::write(&path, written.bytes).expect("written");
    convert::read(&path, Some(format)).unwrap_or_else(|error| panic!("{error}"))
}

/// The findings as code and what was found.
fn said(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{} {}", finding.code, finding.found)).collect()
}
