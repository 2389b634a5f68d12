//! Benchmark packs: TOML, CSV, or a published workbook that a TOML file describes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::import::{self, Import};
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
    /// For an imported workbook: how many cells hold shorthand in place of a figure, by shorthand.
    pub left_out: BTreeMap<String, usize>,
    /// SHA-256 of the file; of an imported workbook also.
    pub hash: String,
}

/// One published figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The id by which a question names it; figures about which sources disagree share one.
    pub id: String,
    /// What it is the share of.
    pub label: String,
    /// The question, as the publication words it.
    pub question: String,
    /// The response, as the publication words it.
    pub response: String,
    /// Whose figure it is, where a pack has those of several organisations; empty for the pack's own or the nation's.
    pub organisation: String,
    /// The organisation's code.
    pub code: String,
    /// Whom it is about, if not everyone.
    pub group: String,
    /// The share, 0 to 1.
    pub value: f64,
    /// Respondents behind it.
    pub base: Option<f64>,
    /// Its published 95% margin, as a share.
    pub margin: Option<f64>,
    /// Estimated number of people that it is the share of all of.
    pub people: Option<f64>,
    /// Estimated number of people that it is a share of.
    pub population: Option<f64>,
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
    /// A figure of an organisation with nothing said about it, for tests.
    #[cfg(test)]
    pub(crate) fn plain(organisation: &str, value: f64) -> Figure {
        Figure {
            id: "f".into(),
            label: "l".into(),
            question: String::new(),
            response: String::new(),
            organisation: organisation.into(),
            code: String::new(),
            group: String::new(),
            value,
            base: None,
            margin: None,
            people: None,
            population: None,
            national: false,
            source: String::new(),
            as_of: String::new(),
            note: String::new(),
        }
    }

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
    #[serde(default, rename = "figure")]
    figures: Vec<FigureText>,
    import: Option<Import>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub id: String,
    pub title: String,
    pub source: String,
    pub as_of: String,
    #[serde(default)]
    pub note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FigureText {
    id: String,
    label: String,
    #[serde(default)]
    question: String,
    #[serde(default)]
    response: String,
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    group: String,
    value: Spanned<f64>,
    base: Option<f64>,
    margin: Option<f64>,
    people: Option<f64>,
    population: Option<f64>,
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

/// Reads a pack: TOML (`[benchmark]`, `[[figure]]`), TOML that says how to read a published workbook (`[import]`), or CSV (a
/// row a figure: `id, label, value` and, where known, `question, response, organisation, code, group, base, margin, people,
/// population, source, as_of, note`). Values, bases and margins as published: per cent and points.
///
/// # Errors
/// When the file cannot be read, a value is no percentage, or a source is not named; when a published workbook is missing,
/// is another than was declared, or has something else where the declaration looks for figures.
pub fn read(path: &Path) -> Result<Pack> {
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if is_csv { read_csv(path) } else { read_toml(path) }
}

fn read_toml(path: &Path) -> Result<Pack> {
    let (file, text) = parse_toml::<File>(path)?;
    if let Some(import) = &file.import {
        let pack = import::read(path, &text, file.benchmark, import)?;
        return match pack.figures.iter().find(|figure| !(0.0..=1.0).contains(&figure.value)) {
            Some(figure) => Err(Error::definition(path, "a benchmark figure is not a percentage")
                .found(format!("{} for {:?}", figure.value * 100.0, figure.label))
                .expected("a number from 0 to 100")
                .hint("a table that holds people or margins says so; one of shares needs times = 100")),
            None => Ok(pack),
        };
    }
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
            question: figure.question,
            response: figure.response,
            organisation: figure.organisation,
            code: figure.code,
            group: figure.group,
            value: value / 100.0,
            base: figure.base,
            margin: figure.margin.map(|points| points / 100.0),
            people: figure.people,
            population: figure.population,
            national: figure.national,
            source: figure.source,
            as_of: figure.as_of,
            note: figure.note,
        });
    }
    let head = file.benchmark;
    let hash = sha256_hex(text.as_bytes());
    let Head { id, title, source, as_of, note } = head;
    Ok(Pack { id, title, source, as_of, note, figures, left_out: BTreeMap::new(), hash })
}

/// A row of a pack in CSV, as read and as written.
#[derive(Deserialize, Serialize)]
struct Row {
    id: String,
    label: String,
    #[serde(default)]
    question: String,
    #[serde(default)]
    response: String,
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    group: String,
    value: f64,
    #[serde(default)]
    base: Option<f64>,
    #[serde(default)]
    margin: Option<f64>,
    #[serde(default)]
    people: Option<f64>,
    #[serde(default)]
    population: Option<f64>,
    source: String,
    #[serde(default)]
    as_of: String,
    #[serde(default)]
    note: String,
}

impl Pack {
    /// The pack as CSV that [`read`] takes back; values, bases and margins as published: per cent and points.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let or = |own: &str, pack: &str| if own.is_empty() { pack.to_owned() } else { own.to_owned() };
        for figure in &self.figures {
            let row = Row {
                id: figure.id.clone(),
                label: figure.label.clone(),
                question: figure.question.clone(),
                response: figure.response.clone(),
                organisation: figure.organisation.clone(),
                code: figure.code.clone(),
                group: figure.group.clone(),
                value: tidy(figure.value * 100.0),
                base: figure.base,
                margin: figure.margin.map(|share| tidy(share * 100.0)),
                people: figure.people,
                population: figure.population,
                source: or(&figure.source, &self.source),
                as_of: or(&figure.as_of, &self.as_of),
                note: or(&figure.note, &self.note),
            };
            // Writing to memory cannot fail.
            let _ = writer.serialize(row);
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

/// A number without the dust that binary fractions leave: 31.900000000000002 was published as 31.9.
pub(super) fn tidy(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
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
            question: row.question,
            response: row.response,
            national: row.organisation.is_empty(),
            organisation: row.organisation,
            code: row.code,
            group: row.group,
            value: row.value / 100.0,
            base: row.base,
            margin: row.margin.map(|points| points / 100.0),
            people: row.people,
            population: row.population,
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
    Ok(Pack {
        title: source.clone(),
        id,
        source,
        as_of,
        note: String::new(),
        figures,
        left_out: BTreeMap::new(),
        hash: sha256_hex(&bytes),
    })
}
