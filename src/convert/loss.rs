//! The loss report: what became of everything that one format says and the other cannot.
//!
//! Nothing is dropped in silence. What a format has no place for is carried through unchanged where there is a place to
//! carry it, said in another way where that means the same or nearly, and else left out; each with its place.

use super::Item;
use crate::finding::{Finding, Place};

/// Collects what is lost on the way.
#[derive(Debug, Default)]
pub struct Losses(pub Vec<Finding>);

impl Losses {
    /// Something goes through unchanged, and only its own format understands it.
    pub fn carried(&mut self, place: &Place, what: impl Into<String>) {
        self.0.push(Finding::new("C001", place.clone()).found(what));
    }

    /// Something is said in another way.
    pub fn changed(&mut self, place: &Place, what: impl Into<String>, now: impl Into<String>) {
        self.0.push(Finding::new("C002", place.clone()).found(what).expected(now));
    }

    /// Something is left out.
    pub fn left_out(&mut self, place: &Place, what: impl Into<String>) {
        self.0.push(Finding::new("C003", place.clone()).found(what));
    }

    /// An expression could not be put into the other format's language.
    pub fn untranslated(&mut self, place: &Place, what: impl Into<String>) {
        self.0.push(Finding::new("C004", place.clone()).found(what));
    }

    /// Everything about an item that only its native definition or another format says.
    pub fn beyond(&mut self, item: &Item, besides: &[&str]) {
        for key in item.own.keys().filter(|key| !besides.contains(&key.as_str())) {
            self.left_out(&item.place, key.as_str());
        }
        for key in item.carried.keys().filter(|key| key.as_str() != "name" && !besides.contains(&key.as_str())) {
            self.left_out(&item.place, format!("column {key}"));
        }
        for (what, said) in [
            ("appearance", !item.appearance.is_empty()),
            ("parameters", !item.parameters.is_empty()),
            ("choice_filter", !item.choice_filter.is_empty()),
            ("default", !item.default.is_empty()),
            ("guidance_hint", !item.guidance_hint.is_empty()),
            ("required_message", !item.required_message.is_empty()),
            ("constraint_message", !item.constraint_message.is_empty()),
            ("label", !item.label.is_empty()),
            ("repeat_count", !item.repeat_count.is_empty()),
            ("or_other", item.or_other),
            ("read_only", item.read_only != crate::instrument::Rule::No),
        ] {
            if said && !besides.contains(&what) {
                self.left_out(&item.place, what);
            }
        }
    }
}
