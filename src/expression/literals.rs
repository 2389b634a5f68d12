//! What the names of a condition are compared with, and where: so that what can never be true is found beforehand.

use std::ops::Range;

use super::{Comparison, Expression, Node};

/// Two things that a condition lays beside each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared<'a> {
    /// How they are compared.
    pub way: Way,
    /// What stands left.
    pub left: Operand<'a>,
    /// What stands right; of a list each of its values.
    pub right: Operand<'a>,
}

/// How two things are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Whether they are equal, or unequal.
    Equal,
    /// Which of them is more.
    Order,
    /// Whether the choices on the left contain the right.
    Has,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand<'a> {
    /// What it is.
    pub what: What<'a>,
    /// The bytes where it stands.
    pub span: Range<usize>,
}

/// What stands on one side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum What<'a> {
    /// A name, as its place in [`Expression::names`].
    Name(usize),
    /// A number.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// True or false, be it written out or what a part of the condition comes to.
    Truth,
}

impl Expression {
    /// Every comparison, in the order in which they stand.
    pub fn compared(&self) -> Vec<Compared<'_>> {
        let mut found = Vec::new();
        gather(&self.root, &mut found);
        found
    }

    /// The names that stand for a condition by themselves (`consent and age > 17`), each with its place.
    pub fn alone(&self) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        stand_alone(&self.root, &mut found);
        found
    }
}

fn gather<'a>(node: &'a Node, found: &mut Vec<Compared<'a>>) {
    let mut pair = |way, a: &'a Node, b: &'a Node| found.push(Compared { way, left: operand(a), right: operand(b) });
    match node {
        Node::Compare(Comparison::Equal | Comparison::Unequal, a, b) => pair(Way::Equal, a, b),
        Node::Compare(_, a, b) => pair(Way::Order, a, b),
        Node::Has(a, b) => pair(Way::Has, a, b),
        Node::In(a, list) => list.iter().for_each(|b| pair(Way::Equal, a, b)),
        _ => {}
    }
    parts(node).into_iter().for_each(|part| gather(part, found));
}

fn stand_alone(node: &Node, found: &mut Vec<(usize, Range<usize>)>) {
    match node {
        Node::Name(slot, span) => found.push((*slot, span.clone())),
        Node::Or(..) | Node::And(..) | Node::Not(_) => {
            parts(node).into_iter().for_each(|part| stand_alone(part, found));
        }
        // A condition in parentheses on one side of a comparison is one, unless it is a mere name.
        other => {
            let conditions = parts(other).into_iter().filter(|part| !matches!(part, Node::Name(..)));
            conditions.for_each(|part| stand_alone(part, found));
        }
    }
}

fn parts(node: &Node) -> Vec<&Node> {
    match node {
        Node::Or(a, b) | Node::And(a, b) | Node::Compare(_, a, b) | Node::Has(a, b) => vec![a, b],
        Node::Not(part) | Node::IsMissing(part) => vec![part],
        Node::In(part, list) => std::iter::once(&**part).chain(list).collect(),
        Node::Name(..) | Node::Number(..) | Node::Text(..) | Node::Truth(..) => Vec::new(),
    }
}

fn operand(node: &Node) -> Operand<'_> {
    let what = match node {
        Node::Name(slot, _) => What::Name(*slot),
        Node::Number(number, _) => What::Number(*number),
        Node::Text(text, _) => What::Text(text),
        _ => What::Truth,
    };
    Operand { what, span: span(node) }
}

/// From the first word of a part to its last.
fn span(node: &Node) -> Range<usize> {
    match node {
        Node::Name(_, span) | Node::Number(_, span) | Node::Text(_, span) | Node::Truth(_, span) => span.clone(),
        other => {
            let within = parts(other).into_iter().map(span);
            within.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_comparison_is_found_where_it_stands() {
        let text = "a = 'x' and (not 3 = b or c in ('y', 4)) and d has 'z' and e > 5 and a < b";
        let condition = Expression::parse(text).expect("sound");
        let found: Vec<(Way, What<'_>, What<'_>, &str)> = (condition.compared().into_iter())
            .map(|compared| (compared.way, compared.left.what, compared.right.what.clone(), &text[compared.right.span]))
            .collect();
        let expected = [
            (Way::Equal, What::Name(0), What::Text("x"), "'x'"),
            (Way::Equal, What::Number(3.0), What::Name(1), "b"),
            (Way::Equal, What::Name(2), What::Text("y"), "'y'"),
            (Way::Equal, What::Name(2), What::Number(4.0), "4"),
            (Way::Has, What::Name(3), What::Text("z"), "'z'"),
            (Way::Order, What::Name(4), What::Number(5.0), "5"),
            (Way::Order, What::Name(0), What::Name(1), "b"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn names_without_a_comparison_are_told_apart() {
        let text = "a and not (b or (c) = 1) and (d and e = 1) = true and f is missing";
        let condition = Expression::parse(text).expect("sound");
        let alone: Vec<&str> = condition.alone().into_iter().map(|(_, span)| &text[span]).collect();
        assert_eq!(alone, ["a", "b", "d"]);
    }
}
