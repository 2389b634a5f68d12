//! LimeSurvey's tab-separated survey structure: one row for each setting, group, question, subquestion and answer, all of it
//! once for each language.

mod read;
mod write;

pub use read::read;
pub use write::write;

/// The columns that every export has, in their order; attributes of questions follow.
const HEADINGS: [&str; 15] = [
    "id",
    "related_id",
    "class",
    "type/scale",
    "name",
    "relevance",
    "text",
    "help",
    "language",
    "validation",
    "mandatory",
    "encrypted",
    "other",
    "default",
    "same_default",
];

/// Before the name of a column that goes through unchanged.
const CARRIED: &str = "limesurvey::";

/// Whether a row of headings is that of a survey structure.
pub(super) fn is_structure(headings: &[String]) -> bool {
    let has = |name: &str| headings.iter().any(|heading| heading.trim().eq_ignore_ascii_case(name));
    has("class") && has("type/scale") && has("name")
}
