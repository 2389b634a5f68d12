//! A form as formats see it that know sections and questions, and no groups inside: one item after the other.

use super::form::{Form, Item, Relevance, Text};
use super::{Losses, xlsform};
use crate::finding::Place;
use crate::instrument::ItemKind;

/// An item with what the groups around it add.
pub(super) struct Flat<'a> {
    pub item: &'a Item,
    pub section: &'a Item,
    /// The title above it, where it is the first of its section or group.
    pub title: Option<&'a Text>,
    /// What to know before it, where it is the first of its section or group.
    pub guidance: Option<&'a Text>,
    /// When it is asked, in XLSForm's language: its own condition and those of the groups around it.
    pub relevant: String,
}

/// The items in their order, without those that only hold others.
pub(super) fn flat<'a>(form: &'a Form, losses: &mut Losses) -> Vec<Flat<'a>> {
    let mut out = Vec::new();
    for section in &form.sections {
        let title = Some(&section.text).filter(|text| !text.is_empty());
        let guidance = Some(&section.guidance).filter(|text| !text.is_empty());
        walk(form, section, section, &[], (title, guidance), losses, &mut out);
    }
    out
}

type Heading<'a> = (Option<&'a Text>, Option<&'a Text>);

fn walk<'a>(
    form: &'a Form,
    section: &'a Item,
    container: &'a Item,
    around: &[&'a Relevance],
    mut heading: Heading<'a>,
    losses: &mut Losses,
    out: &mut Vec<Flat<'a>>,
) {
    let mut around = around.to_vec();
    around.push(&container.relevant);
    for item in &container.items {
        if item.kind.is_container() {
            if item.kind == ItemKind::Repeat {
                losses.left_out(&item.place, format!("the repeat {:?}: its questions are asked once", item.id));
            }
            let inner = Some(&item.text).filter(|text| !text.is_empty()).or(heading.0);
            let guidance = Some(&item.guidance).filter(|text| !text.is_empty()).or(heading.1);
            walk(form, section, item, &around, (inner, guidance), losses, out);
        } else {
            let conditions = around.iter().copied().chain([&item.relevant]);
            let relevant = together(conditions.map(|relevant| xlsform::relevant(form, relevant)).collect());
            out.push(Flat { item, section, title: heading.0, guidance: heading.1, relevant });
        }
        heading = (None, None);
    }
}

/// Conditions that must all hold.
fn together(conditions: Vec<String>) -> String {
    let said: Vec<String> = conditions.into_iter().filter(|text| !text.is_empty()).collect();
    match said.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        several => several.iter().map(|text| format!("({text})")).collect::<Vec<_>>().join(" and "),
    }
}

/// Notes the languages that a format does not have.
pub(super) fn one_language(form: &Form, losses: &mut Losses) {
    for language in form.other_languages() {
        losses.left_out(&Place::default(), format!("the texts in {language}"));
    }
}

/// Notes what of the form as a whole a format does not have.
pub(super) fn of_the_whole(form: &Form, losses: &mut Losses) {
    let whole = Place::default();
    for key in form.own.keys().chain(form.rest.keys()) {
        losses.left_out(&whole, key.as_str());
    }
    for key in form.carried.keys() {
        losses.left_out(&whole, format!("setting {key}"));
    }
    for sheet in &form.sheets {
        losses.left_out(&whole, format!("sheet {}", sheet.name));
    }
    for (name, list) in &form.lists {
        let mut keys: Vec<&str> = list.own.keys().map(String::as_str).collect();
        keys.extend(list.choices.iter().flat_map(|choice| choice.own.keys().map(String::as_str)));
        keys.extend(list.choices.iter().flat_map(|choice| choice.carried.keys().map(String::as_str)));
        if list.choices.iter().any(|choice| choice.missing.is_some()) {
            keys.push("which responses count as missing");
        }
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            losses.left_out(&list.place, format!("{key} of the responses {name:?}"));
        }
    }
}
