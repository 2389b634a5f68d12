//! The native definition in TOML, as a form and back.

mod comments;
mod read;
mod write;

pub(super) use read::missing_named;
pub use read::{read, read_text};
pub use write::write;

/// The keys of a response that a form knows.
pub(super) const CHOICE_KEYS: [&str; 5] = ["code", "label", "kind", "translations", "carried"];
