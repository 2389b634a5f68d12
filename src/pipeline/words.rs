//! What people wrote, made safe to show: identities taken out, order broken.
//!
//! Screening by machine finds what it knows: values of the frame's identifying columns, addresses of electronic mail and
//! long numbers. It cannot know a neighbour's name; the report says so.

use std::collections::BTreeSet;

use super::Sampling;
use crate::files::sha256_hex;

const REMOVED: &str = "[removed]";

/// What must not be shown.
pub(super) struct Screen {
    /// Lower-case values of identifying columns, longest first, so that a full name goes before its parts.
    values: Vec<String>,
}

impl Screen {
    /// Screens for identifiers and for the values of the columns that went on the mailing list.
    pub(super) fn new(sampling: &Sampling, columns: &[String]) -> Self {
        let at: Vec<usize> = columns.iter().filter_map(|column| sampling.frame.position(column)).collect();
        let mut values: BTreeSet<String> = BTreeSet::new();
        for unit in &sampling.frame.units {
            values.insert(unit.id.to_lowercase());
            values.extend(at.iter().map(|&column| unit.values[column].to_lowercase()));
        }
        let mut values: Vec<String> = values.into_iter().filter(|value| value.chars().count() >= 4).collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Screen { values }
    }

    /// The texts, screened, in an order that follows from their own content and so tells nothing about who wrote them.
    pub(super) fn words<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<String> {
        let mut texts: Vec<String> = texts.map(|text| self.screened(text)).collect();
        texts.sort_by_cached_key(|text| sha256_hex(text.as_bytes()));
        texts
    }

    /// A text with what is known to identify somebody taken out.
    pub(super) fn screened(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        let lower = text.to_lowercase();
        // Case folding that changes lengths would misplace the cut: such texts are rare, and hidden altogether.
        let safe = lower.len() == text.len();
        for value in self.values.iter().filter(|value| lower.contains(value.as_str())) {
            if !safe {
                return REMOVED.to_owned();
            }
            shown = replace_whole(&shown, value);
        }
        shown.split(' ').map(|word| if is_contact(word) { REMOVED } else { word }).collect::<Vec<_>>().join(" ")
    }
}

/// Replaces `value` (lower case) wherever it stands as a whole word, whatever its case.
fn replace_whole(text: &str, value: &str) -> String {
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return REMOVED.to_owned();
    }
    let mut out = String::new();
    let mut from = 0;
    while let Some(found) = lower[from..].find(value) {
        let (start, end) = (from + found, from + found + value.len());
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let whole = !inside(lower[..start].chars().next_back()) && !inside(lower[end..].chars().next());
        out.push_str(&text[from..start]);
        out.push_str(if whole { REMOVED } else { &text[start..end] });
        from = end;
    }
    out.push_str(&text[from..]);
    out
}

/// An electronic address, or a number as long as a telephone's.
fn is_contact(word: &str) -> bool {
    word.contains('@') || word.chars().filter(char::is_ascii_digit).count() >= 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_addresses_and_numbers_go() {
        let screen = Screen { values: vec!["person 0001".into(), "0012".into()] };
        let said = ["Ask Person 0001, or ring 01234567890.", "Item 00123 is not 0012; write to a@b.example"];
        let mut shown = screen.words(said.into_iter());
        shown.sort();
        assert_eq!(shown, ["Ask [removed], or ring [removed]", "Item 00123 is not [removed]; write to [removed]"]);
    }
}
