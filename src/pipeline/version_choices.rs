//! `[[returns.version]]`: which version of the form returns are that do not say it themselves, such as the export of a web
//! survey: by the names of files, or by the day on which a row was answered.

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::Definition;
use super::definition::ReturnChoices;
use crate::error::Result;
use crate::instrument::Instrument;
use crate::returns::{Headed, VersionRule};

/// `[[returns.version]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionChoice {
    /// The version, as the instrument names it.
    pub version: Spanned<String>,
    /// The files, by their paths from the returns folder, `*` standing for anything; all if not said.
    pub files: Option<Headed>,
    /// The heading of the column with the day, or the several that it has had.
    pub column: Option<Headed>,
    /// The first day.
    pub from: Option<Spanned<String>>,
    /// The last day.
    pub until: Option<Spanned<String>>,
}

/// A day as definitions write it.
fn day(text: &Spanned<String>) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get_ref(), "%Y-%m-%d").ok()
}

impl ReturnChoices {
    /// Which version of the form returns are that do not say it themselves.
    pub fn versions(&self) -> Vec<VersionRule> {
        let texts = |headed: &Option<Headed>| headed.iter().flat_map(Headed::all).cloned().collect();
        let one = |choice: &Spanned<VersionChoice>| {
            let choice = choice.get_ref();
            VersionRule {
                version: choice.version.get_ref().clone(),
                files: texts(&choice.files),
                headings: texts(&choice.column),
                from: choice.from.as_ref().and_then(day),
                until: choice.until.as_ref().and_then(day),
            }
        };
        self.versions.iter().map(one).collect()
    }
}

/// Refuses what does not hold: a version that the instrument does not know, a day that is none, days without their column.
///
/// # Errors
/// The first fault, underlined.
pub(super) fn examine(definition: &Definition, instrument: &Instrument) -> Result<()> {
    for spanned in &definition.returns.versions {
        let (span, choice) = (spanned.span(), spanned.get_ref());
        let version = choice.version.get_ref();
        if *version != instrument.version && instrument.in_version(version).is_none() {
            let problem = "the instrument says nothing of this version";
            return Err(definition.fault(choice.version.span(), problem, "no such version").expected(format!(
                "{:?}, or a version that stands under previous = {{ ... }} in it",
                instrument.version
            )));
        }
        let dated = choice.from.is_some() || choice.until.is_some();
        if dated != choice.column.is_some() || !(dated || choice.files.is_some()) {
            return Err(definition
                .fault(span, "the pipeline does not say which returns are of this version", "under [[returns.version]]")
                .expected("files = \"...\", or column = \"...\" with from = \"2026-03-02\" or until = \"2026-03-02\", or both"));
        }
        for text in choice.from.iter().chain(&choice.until) {
            if day(text).is_none() {
                return Err(definition
                    .fault(text.span(), "this is not a day", "this text")
                    .expected("a day such as \"2026-03-02\""));
            }
        }
        if let (Some(from), Some(until)) = (&choice.from, &choice.until)
            && day(from) > day(until)
        {
            return Err(definition.fault(until.span(), "the last day comes before the first", "this day"));
        }
    }
    Ok(())
}
