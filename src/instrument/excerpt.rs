//! Faults in definition files, shown with the passage underlined.

use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::plain_words;
use crate::error::{Error, Excerpt, Result};
use crate::files::read_file;

/// Reads a TOML file into its typed form, together with its text for later messages.
///
/// # Errors
/// When the file is missing, is not UTF-8, or does not have the form of `T`; the place is underlined.
pub fn parse_toml<T: DeserializeOwned>(path: &Path) -> Result<(T, String)> {
    let bytes = read_file(path)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        Error::definition(path, "the file is not UTF-8 text")
            .found(format!("an invalid byte at offset {}", error.utf8_error().valid_up_to()))
            .hint("save it as UTF-8 in a text editor")
    })?;
    Ok((from_toml(path, &text)?, text))
}

/// Reads TOML text into its typed form; `name` stands for the file in messages.
///
/// # Errors
/// When the text is not TOML or does not have the form of `T`; the place is underlined.
pub(super) fn from_toml<T: DeserializeOwned>(name: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        if let Some(span) = two_versions(text) {
            let problem = "two people's changes are both in the file, because git could not merge them";
            return underline(name, text, span, problem, "from here on there are two versions")
                .expected("one version")
                .hint(
                    "keep one of the two, or write a third; then delete the lines with <<<<<<<, ======= and >>>>>>>",
                );
        }
        let span = error.span().unwrap_or(0..0);
        let message = error.message().trim().replace('\n', "; ");
        let written = text.get(span.clone()).unwrap_or_default();
        let problem = "the definition cannot be read";
        match plain_words::plain(&message, written) {
            Some(plain) => underline(name, text, span, problem, plain.found).expected(plain.expected),
            None => {
                let label = message.strip_prefix("unknown variant ").and_then(|rest| rest.split('`').nth(1));
                let label = label.map_or_else(|| message.clone(), |name| format!("no such name: {name:?}"));
                explain(underline(name, text, span, problem, label), &message)
            }
        }
    })
}

/// The line on which git's marks of a conflict begin.
fn two_versions(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if is_conflict_mark(line) {
            return Some(at..at + line.trim_end().len());
        }
        at += line.len();
    }
    None
}

/// Whether a line is one of those with which git holds two versions apart.
pub(crate) fn is_conflict_mark(line: &str) -> bool {
    let line = line.trim_end();
    ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|mark| line.starts_with(mark)) || line == "======="
}

/// The parser's message in words for somebody who does not know the parser.
fn explain(fault: Error, message: &str) -> Error {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (message, quoted.as_slice()) {
        (m, [field]) if m.starts_with("missing field") => {
            fault.expected(format!("{field} = ...")).hint(format!("add {field} to the part that is underlined"))
        }
        (m, [wrong, known @ ..]) if m.starts_with("unknown field") || m.starts_with("unknown variant") => {
            let fault = fault.expected(format!("one of {}", known.join(", ")));
            match nearest(wrong, known.iter().copied()) {
                Some(near) => fault.hint(format!("did you mean \"{near}\"?")),
                None => fault,
            }
        }
        _ => fault.hint("the file is written in TOML; https://toml.io shows the form"),
    }
}

/// An error about a range of a definition file.
pub fn underline(
    path: &Path,
    text: &str,
    span: Range<usize>,
    problem: impl Into<String>,
    label: impl Into<String>,
) -> Error {
    let line = text[..floor(text, span.start)].matches('\n').count() + 1;
    let name = path.display().to_string();
    let label = label.into();
    Error::definition(path, problem).at(format!("{name}:{line}")).found(label.clone()).excerpt(Excerpt {
        name,
        text: text.to_owned(),
        span: floor(text, span.start)..floor(text, span.end),
        label,
    })
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// The name among `known` that was most likely meant, if one is near.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name)
}
