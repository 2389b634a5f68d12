//! What a definition says that a form carries and a study does not use: other languages, easy-read wordings, and what came
//! from another format. The structs check its shape; `convert` reads it.
#![allow(dead_code, reason = "only the shape is checked here")]

use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CarriedSheet {
    pub(super) sheet: String,
    pub(super) rows: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeadTranslation {
    pub(super) title: Option<String>,
    pub(super) introduction: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelTranslation {
    pub(super) label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionTranslation {
    pub(super) title: Option<String>,
    pub(super) guidance: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuestionTranslation {
    pub(super) text: Option<String>,
    pub(super) label: Option<String>,
    pub(super) guidance: Option<String>,
    pub(super) guidance_hint: Option<String>,
    pub(super) required_message: Option<String>,
    pub(super) constraint_message: Option<String>,
}

/// How the question is put to people who read with difficulty.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EasyRead {
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) guidance: String,
    pub(super) scale: Option<Spanned<String>>,
}
