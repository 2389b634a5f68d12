//! XLSForm: the workbook from which ODK, Kobo and others make their forms.
//!
//! What quorate adds travels in columns that other programs pass over: `quorate::NAME` on the sheets `survey` and `settings`.
//! On the sheet `choices` two colons would break the form elsewhere, because every column becomes an element there, so
//! they are called `quorate_NAME`.

mod headings;
mod read;
mod types;
mod write;

pub use read::read;
pub use write::write;
pub(super) use write::{relevant, yes_no};

/// Before the name of a column that quorate adds.
const OURS: &str = "quorate::";
/// The same on the sheet of choices.
const OURS_IN_CHOICES: &str = "quorate_";
/// The list of a yes-no question that names none.
const YES_NO: &str = "quorate_yes_no";

/// Whether a text may be the name of an element.
fn is_name(text: &str) -> bool {
    let rest = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.starts_with(|c: char| c.is_alphabetic() || c == '_') && text.chars().all(rest)
}
