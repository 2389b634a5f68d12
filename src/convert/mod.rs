//! Convert: the same form in the formats in which questionnaires are kept.
//!
//! Every format is read into a [`Form`] and written from one. What a format cannot say is carried through or listed in the
//! loss report; see [`Losses`]. A form keeps conditions in XLSForm's language, which is the widest of those here.
//!
//! | part | reads | writes |
//! | --- | --- | --- |
//! | `native` | TOML | TOML |
//! | `xlsform` | xlsx, xls, ods | xlsx |
//! | `redcap` | data dictionary (csv) | the same |
//! | `limesurvey` | tab-separated export | the same |
//! | `list` | a list of questions (csv, xlsx) | |
//! | `ddi`, `frictionless`, `dictionary` | | DDI-Codebook 2.5, Table Schema, a workbook |

use toml::Value;

use crate::finding::Finding;
use crate::instrument::ItemKind;

mod ddi;
mod dictionary;
mod expression;
mod flat;
pub mod form;
mod format;
mod frictionless;
mod grid;
mod limesurvey;
mod list;
mod loss;
mod names;
mod native;
mod quality;
mod redcap;
mod references;
mod settle;
mod study;
mod translations;
mod variables;
mod xlsform;

pub use form::Form;
pub use format::{Format, of_name, read, recognise, write};
pub use loss::Losses;
pub use native::read_text as read_native;
pub use native::write as write_native;
pub use quality::hints;
pub use references::references;
pub use study::{beyond_a_study, beyond_a_study_in};
pub use translations::translations;

use expression::{condition, constraint};
use form::{Item, List};
use native::missing_named;

/// A form as it was read, with what was lost or wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The form.
    pub form: Form,
    /// What is carried, changed or left out, and what is wrong (of level error).
    pub losses: Vec<Finding>,
}

/// A form as it was written, with what was lost.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The file.
    pub bytes: Vec<u8>,
    /// What is changed or left out.
    pub losses: Vec<Finding>,
}

/// A native value as the text of a cell: texts as they are, where they cannot be taken for anything else.
fn native_text(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() && matches!(native_value(text), Value::String(_)) => text.clone(),
        other => other.to_string(),
    }
}

/// The native value that the text of a cell stands for.
fn native_value(text: &str) -> Value {
    let parsed = toml::from_str::<toml::Table>(&format!("value = {text}"));
    let parsed = parsed.ok().filter(|table| table.len() == 1).and_then(|mut table| table.remove("value"));
    parsed.unwrap_or_else(|| Value::from(text))
}

/// The responses of a yes-no question without a scale.
pub(crate) fn built_in_choices() -> Vec<form::Choice> {
    xlsform::yes_no()
}

/// The codes and labels that an item offers, those of a yes-no question without a scale too.
fn offered(form: &Form, item: &Item) -> Vec<(String, String)> {
    offered_in(form, item, None)
}

/// The same in another language.
fn offered_in(form: &Form, item: &Item, language: Option<&str>) -> Vec<(String, String)> {
    let built_in = if item.kind == ItemKind::YesNo && item.list.is_none() { xlsform::yes_no() } else { Vec::new() };
    let choices = form.choices(item).iter().chain(&built_in);
    choices.map(|choice| (choice.code.clone(), choice.label.in_language(language).to_owned())).collect()
}

/// Puts a list into a form, under the name of the question that first uses it; the same responses are one list.
fn shared_list(form: &mut Form, name: &str, list: List) -> String {
    let same = |known: &List| {
        let pairs = known.choices.iter().zip(&list.choices);
        known.choices.len() == list.choices.len()
            && known.own == list.own
            && pairs.clone().all(|(a, b)| a.code == b.code && a.label == b.label && a.own == b.own)
    };
    if let Some((known, _)) = form.lists.iter().find(|(_, known)| same(known)) {
        return known.clone();
    }
    form.lists.insert(name.to_owned(), list);
    name.to_owned()
}
