//! Is every text of a form there in every language that the form has?

use super::form::{Form, Item, Text};
use crate::finding::{Finding, Place};

/// One finding for each language that lacks texts, at the first place where one is missing.
pub fn translations(form: &Form) -> Vec<Finding> {
    let mut texts: Vec<(&Text, &Place)> = Vec::new();
    for item in form.sections.iter().chain(form.items()) {
        texts.extend(shown(item).map(|text| (text, &item.place)));
    }
    let choices = form.lists.values().flat_map(|list| &list.choices);
    texts.extend(choices.map(|choice| (&choice.label, &choice.place)));
    texts.retain(|(text, _)| !text.plain.is_empty());
    let mut findings = Vec::new();
    for language in form.other_languages() {
        let missing: Vec<&Place> =
            texts.iter().filter(|(text, _)| !text.others.contains_key(&language)).map(|(_, place)| *place).collect();
        if let Some(first) = missing.first() {
            let found = format!("{} of {} texts are not there in {language}", missing.len(), texts.len());
            findings.push(Finding::new("I011", (*first).clone()).found(found).expected("all of them"));
        }
    }
    findings
}

fn shown(item: &Item) -> impl Iterator<Item = &Text> {
    [&item.text, &item.guidance, &item.guidance_hint, &item.required_message, &item.constraint_message].into_iter()
}
