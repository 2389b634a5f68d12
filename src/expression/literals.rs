//! Which fixed values the names of a condition are compared with: so that a code that there is not can be found beforehand.

use super::{Comparison, Expression, Node};

/// A name compared with a fixed value.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared<'a> {
    /// The name, as its place in [`Expression::names`].
    pub slot: usize,
    /// The value, if it is a text.
    pub text: Option<&'a str>,
    /// The value, if it is a number.
    pub number: Option<f64>,
}

impl Expression {
    /// Every fixed value that a name is asked to be equal to, to be unequal to, to be one of, or to contain.
    pub fn compared(&self) -> Vec<Compared<'_>> {
        let mut found = Vec::new();
        gather(&self.root, &mut found);
        found
    }
}

fn gather<'a>(node: &'a Node, found: &mut Vec<Compared<'a>>) {
    match node {
        Node::Or(a, b) | Node::And(a, b) => {
            gather(a, found);
            gather(b, found);
        }
        Node::Not(part) | Node::IsMissing(part) => gather(part, found),
        Node::Compare(Comparison::Equal | Comparison::Unequal, a, b) | Node::Has(a, b) => {
            pair(a, b, found);
            pair(b, a, found);
            gather(a, found);
            gather(b, found);
        }
        Node::Compare(_, a, b) => {
            gather(a, found);
            gather(b, found);
        }
        Node::In(name, list) => list.iter().for_each(|value| pair(name, value, found)),
        Node::Name(_) | Node::Number(_) | Node::Text(_) | Node::Truth(_) => {}
    }
}

fn pair<'a>(name: &Node, value: &'a Node, found: &mut Vec<Compared<'a>>) {
    let Node::Name(slot) = name else { return };
    let (text, number) = match value {
        Node::Text(text) => (Some(text.as_str()), None),
        Node::Number(number) => (None, Some(*number)),
        _ => return,
    };
    found.push(Compared { slot: *slot, text, number });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fixed_value_is_found_with_its_name() {
        let condition =
            Expression::parse("a = 'x' and (not 3 = b or c in ('y', 4)) and d has 'z' and e > 5").expect("sound");
        let found: Vec<(usize, Option<&str>, Option<f64>)> =
            condition.compared().into_iter().map(|c| (c.slot, c.text, c.number)).collect();
        let expected = [
            (0, Some("x"), None),
            (1, None, Some(3.0)),
            (2, Some("y"), None),
            (2, None, Some(4.0)),
            (3, Some("z"), None),
        ];
        assert_eq!(found, expected);
    }
}
