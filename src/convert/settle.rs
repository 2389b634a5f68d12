//! Brings a form into the one shape that it has whatever format it was read from.

use std::collections::BTreeMap;

use super::expression::{as_condition, bounds, constraint};
use super::form::{Form, Item, List, Relevance};
use crate::instrument::ItemKind;

impl Form {
    /// Conditions that are lists of responses become such lists, bounds are taken out of constraints, responses that count as
    /// missing come last, and sections that are neither groups nor hold anything go.
    pub(super) fn settle(&mut self) {
        for list in self.lists.values_mut() {
            list.choices.sort_by_key(|choice| choice.missing.is_some());
        }
        for text in [&mut self.version, &mut self.style] {
            trim(text);
        }
        for sheet in &mut self.sheets {
            tidy(&mut sheet.rows);
        }
        self.sections.retain(|section| !section.loose || !section.items.is_empty());
        let mut gates = BTreeMap::new();
        let lists = &self.lists;
        for section in &mut self.sections {
            settle(section, lists, &mut gates);
        }
    }
}

fn trim(text: &mut String) {
    if text.trim().len() < text.len() {
        *text = text.trim().to_owned();
    }
}

/// Rows of one width without blanks around their texts, and none at the end without any.
fn tidy(rows: &mut Vec<Vec<String>>) {
    rows.iter_mut().flatten().for_each(trim);
    let filled = |row: &Vec<String>| row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let height = rows.iter().rposition(|row| filled(row) > 0).map_or(0, |last| last + 1);
    rows.truncate(height);
    let width = rows.iter().map(filled).max().unwrap_or(0);
    rows.iter_mut().for_each(|row| row.resize(width, String::new()));
}

/// Questions further up that can route others: by the name in expressions, their id and their codes by name.
type Gates = BTreeMap<String, (String, BTreeMap<String, String>)>;

fn settle(item: &mut Item, lists: &BTreeMap<String, List>, gates: &mut Gates) {
    for text in [
        &mut item.calculation,
        &mut item.choice_filter,
        &mut item.repeat_count,
        &mut item.parameters,
        &mut item.appearance,
        &mut item.foreign,
    ] {
        trim(text);
    }
    if let Relevance::Expression(text) = &mut item.relevant {
        trim(text);
    }
    if let Relevance::Expression(text) = &item.relevant {
        let listed = as_condition(text).and_then(|(name, names)| {
            let (question, codes) = gates.get(name)?;
            let codes = names.iter().map(|name| codes.get(*name).cloned()).collect::<Option<Vec<_>>>()?;
            Some(Relevance::If { question: question.clone(), codes })
        });
        match listed {
            Some(listed) => item.relevant = listed,
            None if text.trim().is_empty() => item.relevant = Relevance::Always,
            None => {}
        }
    }
    item.bounds = bounds(&constraint(&item.bounds), item.kind);
    if item.kind.has_scale() && item.kind != ItemKind::Rank {
        let codes: BTreeMap<String, String> = match item.list.as_ref().map(|list| lists.get(list)) {
            Some(Some(list)) => {
                let valid = list.choices.iter().filter(|choice| choice.missing.is_none());
                valid.map(|choice| (choice.name(), choice.code.clone())).collect()
            }
            None if item.kind == ItemKind::YesNo => ["yes", "no"].map(|c| (c.to_owned(), c.to_owned())).into(),
            _ => BTreeMap::new(),
        };
        gates.insert(item.name().to_owned(), (item.id.clone(), codes));
    }
    for inner in &mut item.items {
        settle(inner, lists, gates);
    }
}
