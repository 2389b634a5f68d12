//! What a form says that a study cannot follow: said when the form comes in, not when the study runs.

use std::path::Path;

use super::{Form, native};
use crate::error::Error;
use crate::finding::{Finding, Place};
use crate::instrument::{Examined, examine};

/// A finding for everything in a definition that a study stops at, placed by its line.
pub fn beyond_a_study(examined: &Examined, place: impl Fn(usize) -> Place) -> Vec<Finding> {
    let line = |error: &Error| {
        let line = error.place.as_deref().and_then(|place| place.rsplit_once(':')).map(|(_, line)| line);
        line.and_then(|line| line.parse().ok()).unwrap_or(0)
    };
    let cannot = examined.beyond.iter().map(|error| Finding::new("I010", place(line(error))).found(&error.problem));
    let misfits = examined.misfits.iter().map(|error| {
        let finding = Finding::new("I012", place(line(error))).found(&error.problem);
        let finding = finding.expected(error.expected.clone().unwrap_or_default());
        match &error.hint {
            Some(hint) => finding.hint(hint),
            None => finding,
        }
    });
    misfits.chain(cannot).collect()
}

/// The same of a form in another format, placed where the form has the question; nothing where what is wrong with the form
/// itself, which is said apart, keeps it from being a definition.
pub fn beyond_a_study_in(form: &Form) -> Vec<Finding> {
    let Ok(examined) = examine(Path::new(""), &native::write(form)) else { return Vec::new() };
    let place = |line: usize| {
        let before = examined.questions.iter().filter(|(_, at)| **at <= line);
        let nearest = before.max_by_key(|(_, at)| **at).map(|(id, _)| id.as_str());
        let item = nearest.and_then(|id| form.items().into_iter().find(|item| item.id == id));
        item.map_or_else(Place::default, |item| item.place.clone())
    };
    beyond_a_study(&examined, place)
}
