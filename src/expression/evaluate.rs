//! From a tree and a row to true, false or neither.

use std::cmp::Ordering;

use super::{Comparison, Lookup, Name, Node, Value};

pub(super) fn truth(node: &Node, names: &[Name], row: &impl Lookup) -> Option<bool> {
    match node {
        Node::Or(a, b) => match truth(a, names, row) {
            Some(true) => Some(true),
            a => match (a, truth(b, names, row)) {
                (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        },
        Node::And(a, b) => match truth(a, names, row) {
            Some(false) => Some(false),
            a => match (a, truth(b, names, row)) {
                (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
        },
        Node::Not(part) => truth(part, names, row).map(|is| !is),
        Node::Compare(comparison, a, b) => compare(*comparison, &value(a, names, row), &value(b, names, row)),
        Node::In(part, list) => {
            let part = value(part, names, row);
            let mut unknown = false;
            for member in list {
                match compare(Comparison::Equal, &part, &value(member, names, row)) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => unknown = true,
                }
            }
            if unknown { None } else { Some(false) }
        }
        Node::Has(part, member) => {
            let member = value(member, names, row);
            match value(part, names, row) {
                Value::Several(choices) => {
                    if member == Value::Missing {
                        return None;
                    }
                    let is = |choice: &&str| compare(Comparison::Equal, &Value::Text(choice), &member) == Some(true);
                    Some(choices.iter().any(is))
                }
                single => compare(Comparison::Equal, &single, &member),
            }
        }
        Node::IsMissing(part) => Some(value(part, names, row) == Value::Missing),
        Node::Name(..) | Node::Number(..) | Node::Text(..) | Node::Truth(..) => match value(node, names, row) {
            Value::Truth(is) => Some(is),
            Value::Number(number) => Some(number != 0.0),
            Value::Missing | Value::Text(_) | Value::Several(_) => None,
        },
    }
}

fn value<'a>(node: &'a Node, names: &'a [Name], row: &'a impl Lookup) -> Value<'a> {
    match node {
        Node::Name(slot, _) => match row.value(*slot, &names[*slot].name) {
            Value::Number(number) if number.is_nan() => Value::Missing,
            found => found,
        },
        Node::Number(number, _) => Value::Number(*number),
        Node::Text(text, _) => Value::Text(text),
        Node::Truth(is, _) => Value::Truth(*is),
        condition => truth(condition, names, row).map_or(Value::Missing, Value::Truth),
    }
}

fn compare(comparison: Comparison, a: &Value<'_>, b: &Value<'_>) -> Option<bool> {
    let order = match (a, b) {
        (Value::Missing, _) | (_, Value::Missing) => return None,
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Value::Text(a), Value::Text(b)) => match (comparison, number(a), number(b)) {
            // Two texts are equal only letter for letter (003 is not 3); numbers in them are ordered by size.
            (Comparison::Equal | Comparison::Unequal, ..) => Some(a.cmp(b)),
            (_, Some(a), Some(b)) => a.partial_cmp(&b),
            _ => Some(a.cmp(b)),
        },
        (Value::Number(a), Value::Text(b)) => number(b).and_then(|b| a.partial_cmp(&b)),
        (Value::Text(a), Value::Number(b)) => number(a).and_then(|a| a.partial_cmp(b)),
        (Value::Truth(a), Value::Truth(b)) => Some(a.cmp(b)),
        (Value::Truth(a), other) | (other, Value::Truth(a)) => {
            let other = match other {
                Value::Number(number) => Some(*number != 0.0),
                Value::Text(text) => text.parse::<bool>().ok(),
                _ => None,
            };
            other.map(|b| a.cmp(&b)).filter(|order| *order == Ordering::Equal)
        }
        (Value::Several(_), _) | (_, Value::Several(_)) => None,
    };
    match (comparison, order) {
        (Comparison::Equal, order) => Some(order == Some(Ordering::Equal)),
        (Comparison::Unequal, order) => Some(order != Some(Ordering::Equal)),
        (_, None) => None,
        (Comparison::Less, Some(order)) => Some(order.is_lt()),
        (Comparison::LessOrEqual, Some(order)) => Some(order.is_le()),
        (Comparison::Greater, Some(order)) => Some(order.is_gt()),
        (Comparison::GreaterOrEqual, Some(order)) => Some(order.is_ge()),
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}
