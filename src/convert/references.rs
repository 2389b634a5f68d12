//! Do all expressions of a form refer to questions that it has?

use std::collections::BTreeSet;

use super::expression;
use super::form::{Form, Item, Relevance};
use crate::finding::Finding;
use crate::instrument::{Rule, nearest};

/// A finding for each expression that names a question that is not there.
pub fn references(form: &Form) -> Vec<Finding> {
    let items = form.items();
    let names: BTreeSet<&str> =
        items.iter().copied().chain(&form.sections).flat_map(|item| [item.id.as_str(), item.name()]).collect();
    let mut findings = Vec::new();
    for item in form.sections.iter().chain(items.iter().copied()) {
        for (column, text) in expressions(item) {
            for name in expression::references(&text) {
                if !names.contains(name) && !matches!(name, "instanceID" | "instanceName") {
                    let finding = Finding::new("I007", item.place.clone()).found(format!("${{{name}}} in {column}"));
                    findings.push(match nearest(name, names.iter().copied()) {
                        Some(near) => finding.expected(near),
                        None => finding,
                    });
                }
            }
        }
    }
    findings
}

/// The expressions of an item, by the column that they stand in.
fn expressions(item: &Item) -> Vec<(&'static str, String)> {
    let rule = |rule: &Rule| match rule {
        Rule::If(text) => text.clone(),
        _ => String::new(),
    };
    let relevant = match &item.relevant {
        Relevance::Expression(text) => text.clone(),
        _ => String::new(),
    };
    vec![
        ("relevant", relevant),
        ("constraint", item.bounds.rest.clone()),
        ("calculation", item.calculation.clone()),
        ("choice_filter", item.choice_filter.clone()),
        ("repeat_count", item.repeat_count.clone()),
        ("default", item.default.clone()),
        ("required", rule(&item.required)),
        ("read_only", rule(&item.read_only)),
        ("label", item.text.plain.clone()),
        ("hint", item.guidance.plain.clone()),
    ]
}
