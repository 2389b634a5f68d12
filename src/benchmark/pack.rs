//! Benchmark packs: TOML or CSV.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex};
use crate::instrument::{parse_toml, underline};

/// The figures of one publication.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// Short name.
    pub id: String,
    /// Words for the source, short enough for a table ("Scotland so far, 2008").
    pub title: String,
    /// Who published it, and where.
    pub source: String,
    /// As-of date or period.
    pub as_of: String,
    /// What to know about all its figures.
    pub note: String,
    /// The figures, in the file's order.
    pub figures: Vec<Figure>,
    /// SHA-256 of the file.
    pub hash: String,
}

/// One published figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The id by which a question names it; figures about which sources disagree share one.
    pub id: String,
    /// What it is the share of.
    pub label: String,
    /// Whom it is about, if not everyone.
    pub group: String,
    /// The share, 0 to 1.
    pub value: f64,
    /// Respondents behind it.
    pub base: Option<f64>,
    /// Its published 95% margin, as a share.
    pub margin: Option<f64>,
    /// Whether it is the figure for the nation; the others are of single services.
    pub national: bool,
    /// Where this figure comes from, if not where the pack does.
    pub source: String,
    /// As-of date, if not the pack's.
    pub as_of: String,
    /// What to know about it.
    pub note: String,
}

impl Figure {
    /// Its standard error: from the published margin, else from the base as of a simple random sample of a large
    /// population, else none, and the figure counts as fixed.
    pub fn se(&self) -> Option<f64> {
        let from_base = |n: f64| (self.value * (1.0 - self.value) / n).sqrt();
        self.margin.map(|margin| margin / 1.96).or_else(|| self.base.filter(|n| *n > 1.0).map(from_base))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    benchmark: Head,
    #[serde(rename = "figure")]
    figures: Vec<FigureText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    title: String,
    source: String,
    as_of: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FigureText {
    id: String,
    label: String,
    #[serde(default)]
    group: String,
    value: Spanned<f64>,
    base: Option<f64>,
    margin: Option<f64>,
    #[serde(default = "yes")]
    national: bool,
    #[serde(default)]
    source: String,
    #[serde(default)]
    as_of: String,
    #[serde(default)]
    note: String,
}

fn yes() -> bool {
    true
}

/// Reads a pack: TOML (`[benchmark]`, `[[figure]]`) or CSV (a row a figure: `id, label, value` and, where known, `question,
/// response, group, base, margin, source, as_of, note`). Values, bases and margins as published: per cent and points.
///
/// # Errors
/// When the file cannot be read, a value is no percentage, or a source is not named.
pub fn read(path: &Path) -> Result<Pack> {
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if is_csv { read_csv(path) } else { read_toml(path) }
}

fn read_toml(path: &Path) -> Result<Pack> {
    let (file, text) = parse_toml::<File>(path)?;
    let mut figures = Vec::new();
    for figure in file.figures {
        let span = figure.value.span();
        let value = figure.value.into_inner();
        if !(0.0..=100.0).contains(&value) {
            return Err(underline(path, &text, span, "a benchmark figure is not a percentage", format!("{value}"))
                .expected("a number from 0 to 100"));
        }
        figures.push(Figure {
            id: figure.id,
            label: figure.label,
            group: figure.group,
            value: value / 100.0,
            base: figure.base,
            margin: figure.margin.map(|points| points / 100.0),
            national: figure.national,
            source: figure.source,
            as_of: figure.as_of,
            note: figure.note,
        });
    }
    let head = file.benchmark;
    let hash = sha256_hex(text.as_bytes());
    Ok(Pack { id: head.id, title: head.title, source: head.source, as_of: head.as_of, note: head.note, figures, hash })
}

#[derive(Deserialize)]
struct Row {
    id: String,
    label: String,
    #[serde(default)]
    group: String,
    value: f64,
    #[serde(default)]
    base: Option<f64>,
    #[serde(default)]
    margin: Option<f64>,
    source: String,
    #[serde(default)]
    as_of: String,
    #[serde(default)]
    note: String,
}

fn read_csv(path: &Path) -> Result<Pack> {
    let bytes = read_file(path)?;
    let mut figures = Vec::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    for (index, row) in reader.deserialize::<Row>().enumerate() {
        let line = index + 2;
        let wrong = |problem: &str| Error::definition(path, problem).at(format!("{}:{line}", path.display()));
        let row = row.map_err(|error| {
            wrong("a row of the benchmark file cannot be read")
                .found(error.to_string())
                .expected("id, label, value (per cent), source and, where known, group, base, margin, as_of, note")
        })?;
        if !(0.0..=100.0).contains(&row.value) {
            return Err(wrong("a benchmark figure is not a percentage")
                .found(row.value.to_string())
                .expected("a number from 0 to 100"));
        }
        if row.source.is_empty() {
            return Err(wrong("a benchmark figure does not say where it comes from").hint("fill in the source column"));
        }
        figures.push(Figure {
            id: row.id,
            label: row.label,
            group: row.group,
            value: row.value / 100.0,
            base: row.base,
            margin: row.margin.map(|points| points / 100.0),
            national: true,
            source: row.source,
            as_of: row.as_of,
            note: row.note,
        });
    }
    let Some(first) = figures.first() else {
        return Err(Error::definition(path, "the benchmark file has no figures").expected("one row a figure"));
    };
    let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let (source, as_of) = (first.source.clone(), first.as_of.clone());
    Ok(Pack { title: source.clone(), id, source, as_of, note: String::new(), figures, hash: sha256_hex(&bytes) })
}
