//! Names made fit for a format, each once.

use std::collections::{BTreeMap, BTreeSet};

/// The names given so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// What lists are called now, by the name that their file gives them.
    pub lists: BTreeMap<String, String>,
}

impl Names {
    /// The id for a name: letters, digits, `-` and `_`, beginning with a letter; and whether it was free.
    pub fn give(&mut self, name: &str) -> (String, bool) {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
        let mut id: String = name.chars().map(plain).collect();
        if !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
            id.insert(0, 'q');
        }
        let same = id == name;
        if self.taken.insert(id.to_lowercase()) {
            return (id, true);
        }
        (self.another(&id, ""), !same)
    }

    /// A name that is free: as it is, with an ending, or numbered.
    pub fn another(&mut self, name: &str, ending: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}{ending}_{number}"));
        let mut candidates = [name.to_owned(), format!("{name}{ending}")].into_iter().chain(numbered);
        candidates.find(|candidate| self.taken.insert(candidate.to_lowercase())).unwrap_or_default()
    }

    /// Keeps a name for somebody.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_lowercase());
    }
}
