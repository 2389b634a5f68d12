//! Where the areas of a framework stand in other models of quality, so that what is recorded once can be read in each.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::Framework;
use crate::error::{Error, Result};
use crate::instrument::{parse_toml, underline};

/// A mapping of areas onto the parts of other models. It carries names over, never points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The id of the framework whose areas are mapped.
    pub framework: String,
    /// Title as printed.
    pub title: String,
    /// Who says so.
    pub source: String,
    /// The models mapped onto, in order.
    pub models: Vec<Model>,
    /// One for each area mapped.
    pub rows: Vec<MappedArea>,
}

/// A model mapped onto.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Short name, the key in every area's table.
    pub id: String,
    /// Title as printed.
    pub title: String,
}

/// Where one area stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedArea {
    /// The area's number.
    pub area: String,
    /// The parts of each model, in the order of the models; empty where a model has none.
    pub parts: Vec<Vec<String>>,
    /// What to know about it.
    pub note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    mapping: Head,
    #[serde(rename = "model")]
    models: Vec<Model>,
    #[serde(rename = "area")]
    areas: Vec<AreaText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    framework: String,
    title: String,
    source: String,
}

#[derive(Deserialize)]
struct AreaText {
    number: Spanned<String>,
    #[serde(default)]
    note: String,
    #[serde(flatten)]
    parts: BTreeMap<String, Vec<String>>,
}

/// Reads a mapping.
///
/// # Errors
/// When the file cannot be read, an area stands twice, or names a model that is not defined or leaves one out.
pub fn read(path: &Path) -> Result<Mapping> {
    let (file, text) = parse_toml::<File>(path)?;
    let fault = |area: &AreaText, problem: String, label: &str| -> Error {
        underline(path, &text, area.number.span(), problem, label)
    };
    let known: Vec<&str> = file.models.iter().map(|model| model.id.as_str()).collect();
    let mut rows: Vec<MappedArea> = Vec::new();
    for area in &file.areas {
        let number = area.number.get_ref();
        if rows.iter().any(|row| row.area == *number) {
            return Err(fault(area, format!("area {number} is mapped twice"), "the second one"));
        }
        if let Some(stranger) = area.parts.keys().find(|id| !known.contains(&id.as_str())) {
            return Err(fault(area, format!("area {number} is mapped onto {stranger:?}, which is no model here"), "here")
                .expected(format!("one of {}", known.join(", ")))
                .hint("mend the name, or define the model as [[model]]"));
        }
        let parts = known.iter().map(|id| {
            area.parts.get(*id).cloned().ok_or_else(|| {
                fault(area, format!("area {number} does not say where it stands in {id:?}"), "here")
                    .expected(format!("{id} = [...], empty if the model has no such part"))
            })
        });
        rows.push(MappedArea {
            area: number.clone(),
            parts: parts.collect::<Result<_>>()?,
            note: area.note.clone(),
        });
    }
    let Head { framework, title, source } = file.mapping;
    Ok(Mapping { framework, title, source, models: file.models, rows })
}

impl Mapping {
    /// Whether this maps a framework, with every one of its areas.
    ///
    /// # Errors
    /// When it maps another framework, leaves an area out, or has one that the framework does not know.
    pub fn fits(&self, path: &Path, framework: &Framework) -> Result<()> {
        if self.framework != framework.id {
            return Err(Error::definition(path, "the mapping belongs to another framework")
                .found(self.framework.clone())
                .expected(framework.id.clone()));
        }
        let mapped = |number: &str| self.rows.iter().any(|row| row.area == number);
        if let Some(area) = framework.areas.iter().find(|area| !mapped(&area.number)) {
            return Err(Error::definition(path, format!("area {} is not mapped", area.number))
                .expected("every area of the framework once"));
        }
        match self.rows.iter().find(|row| framework.area(&row.area).is_none()) {
            Some(row) => Err(Error::definition(path, format!("the framework has no area {}", row.area))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::read;
    use crate::evidence::framework;

    fn shipped(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments/frameworks").join(name)
    }

    #[test]
    fn every_area_of_the_model_has_its_place_in_efqm_and_psif() {
        let path = shipped("pim-in-efqm-and-psif.toml");
        let mapping = read(&path).expect("it ships with the program");
        let model = framework::read(&shipped("pim.toml")).expect("it ships with the program");
        mapping.fits(&path, &model).expect("it maps the model");
        let part = |area: &str, model: usize| {
            mapping.rows.iter().find(|row| row.area == area).map(|row| row.parts[model].join(", "))
        };
        assert_eq!(part("9", 0).as_deref(), Some("1 Leadership"));
        assert_eq!(part("10", 0).as_deref(), Some("Innovation and learning"));
        assert_eq!(part("10", 1).as_deref(), Some(""));
        // All nine criteria of both are reached.
        for model in 0..2 {
            let mut met: Vec<char> = mapping
                .rows
                .iter()
                .flat_map(|row| &row.parts[model])
                .filter_map(|part| part.chars().next().filter(char::is_ascii_digit))
                .collect();
            met.sort_unstable();
            met.dedup();
            assert_eq!(met.len(), 9);
        }
        let other = framework::read(&shipped("customer-service-excellence.toml")).expect("it ships");
        assert!(mapping.fits(&path, &other).is_err());
    }

    #[test]
    fn a_model_left_out_is_underlined() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("map.toml");
        let text = std::fs::read_to_string(shipped("pim-in-efqm-and-psif.toml")).expect("it reads");
        std::fs::write(&path, text.replacen("psif = [\"9 ", "psi = [\"9 ", 1)).expect("it writes");
        let error = read(&path).expect_err("psi is no model").to_string();
        assert!(error.contains("which is no model here"), "{error}");
        assert!(error.contains("one of efqm, psif"), "{error}");
    }
}
