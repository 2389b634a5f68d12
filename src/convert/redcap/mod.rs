//! REDCap's data dictionary: eighteen columns, one row a field.

mod logic;
mod read;
mod write;

pub use read::read;
pub use write::write;

/// The headings, in the order in which REDCap wants them.
const HEADINGS: [&str; 18] = [
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
];
const NAME: usize = 0;
const FORM: usize = 1;
const SECTION: usize = 2;
const TYPE: usize = 3;
const LABEL: usize = 4;
const CHOICES: usize = 5;
const NOTE: usize = 6;
const VALIDATION: usize = 7;
const MINIMUM: usize = 8;
const MAXIMUM: usize = 9;
const BRANCHING: usize = 11;
const REQUIRED: usize = 12;
const ANNOTATION: usize = 17;

/// Before the name of a column that goes through unchanged.
const CARRIED: &str = "redcap::";

/// Whether a row of headings is that of a data dictionary.
pub(super) fn is_dictionary(headings: &[String]) -> bool {
    let has = |name: &str| headings.iter().any(|heading| heading.trim().eq_ignore_ascii_case(name));
    has(HEADINGS[NAME]) && has(HEADINGS[TYPE]) || has("field_name") && has("field_type")
}
