//! What the pipeline file says about spreadsheets that are headed in words of their own.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::headings::Role;
use crate::instrument::Instrument;
use crate::issue::tick_header;

/// Where answers stand in a spreadsheet that says so neither by ids nor by labels or wordings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    /// The only sheet with answers.
    pub sheet: Option<String>,
    /// The row of headings, counted from one.
    pub header_row: Option<u32>,
    /// Headings by what stands below them: a question's id, `id/code` for one response of several, or `serial`, `id`, `reader`.
    pub columns: BTreeMap<String, Headed>,
}

/// The heading of a column, or the several that it has had.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Headed {
    /// One heading.
    By(String),
    /// Any of these.
    ByAny(Vec<String>),
}

impl Headed {
    /// All headings.
    pub fn all(&self) -> &[String] {
        match self {
            Headed::By(heading) => std::slice::from_ref(heading),
            Headed::ByAny(headings) => headings,
        }
    }
}

impl Mapping {
    /// The first key that is neither a question or response of the instrument nor a key of a row.
    pub fn unknown(&self, instrument: &Instrument) -> Option<&str> {
        self.columns.keys().map(String::as_str).find(|key| role(key, instrument).is_none())
    }

    /// Every heading that is declared, with what stands below it.
    pub(super) fn headings<'m>(&'m self, instrument: &'m Instrument) -> impl Iterator<Item = (&'m str, Role)> {
        self.columns
            .iter()
            .filter_map(|(key, headed)| Some((role(key, instrument)?, headed)))
            .flat_map(|(role, headed)| headed.all().iter().map(move |heading| (heading.as_str(), role)))
    }
}

fn role(key: &str, instrument: &Instrument) -> Option<Role> {
    let of_question = |place: usize, choice| Role::Answer { question: place, choice };
    if let Some(place) = instrument.position(key) {
        return Some(of_question(place, None));
    }
    match key {
        "serial" => return Some(Role::Serial),
        "id" => return Some(Role::Id),
        "reader" => return Some(Role::Reader),
        _ => {}
    }
    instrument.questions.iter().enumerate().find_map(|(place, question)| {
        let scale = question.scale.as_ref()?;
        let codes = scale.responses.iter().map(|r| &r.code).chain(scale.missing.iter().map(|r| &r.code));
        let choice = codes.into_iter().position(|code| tick_header(&question.id, code) == key)?;
        Some(of_question(place, Some(choice)))
    })
}
