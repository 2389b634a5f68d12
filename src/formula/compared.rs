//! What a formula compares with what, and where it stands.

use std::ops::Range;

use super::token::{Token, words};
use super::{Formula, Function, Joint, Node};
use crate::expression::Way;

/// Two parts that a formula lays beside each other, each with the bytes of the formula's text where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared<'f> {
    /// How they are compared.
    pub way: Way,
    /// What stands left; of `selected()` the question.
    pub left: (&'f Node, Range<usize>),
    /// What stands right.
    pub right: (&'f Node, Range<usize>),
}

impl Formula {
    /// Every comparison, in the order in which they stand.
    pub fn compared(&self) -> Vec<Compared<'_>> {
        let mut walk = Walk { places: leaves(&self.text), at: 0, whole: 0..self.text.len(), found: Vec::new() };
        walk.part(&self.node);
        walk.found
    }
}

/// The words of a formula that stand for values. The parts of the tree that do come in the same order.
fn leaves(text: &str) -> Vec<Range<usize>> {
    let words = words(text).unwrap_or_default();
    let is_leaf = |(at, (token, _)): &(usize, &(Token<'_>, Range<usize>))| match token {
        Token::Number(_) | Token::Text(_) | Token::Reference(_) | Token::Mark(".") => true,
        Token::Name(name) => {
            let calls = words.get(at + 1).is_some_and(|(next, _)| *next == Token::Mark("("));
            !calls && !["or", "and", "div", "mod"].contains(name)
        }
        Token::Mark(_) => false,
    };
    words.iter().enumerate().filter(is_leaf).map(|(_, (_, span))| span.clone()).collect()
}

struct Walk<'f> {
    places: Vec<Range<usize>>,
    at: usize,
    whole: Range<usize>,
    found: Vec<Compared<'f>>,
}

impl<'f> Walk<'f> {
    /// Goes through a part, and gives where it stands.
    fn part(&mut self, node: &'f Node) -> Range<usize> {
        match node {
            Node::Number(_) | Node::Text(_) | Node::Answer(_) | Node::Itself | Node::Column(_) => {
                self.at += 1;
                self.places.get(self.at - 1).cloned().unwrap_or_else(|| self.whole.clone())
            }
            Node::Position => self.whole.clone(),
            Node::Minus(inner) => self.part(inner),
            Node::Join(joint, a, b) => {
                let way = match joint {
                    Joint::Equal | Joint::Unequal => Some(Way::Equal),
                    joint => joint.compares().then_some(Way::Order),
                };
                self.pair(way, a, b)
            }
            Node::Call(Function::Selected, parts) if parts.len() == 2 => {
                self.pair(Some(Way::Has), &parts[0], &parts[1])
            }
            Node::Call(_, parts) => {
                let spans: Vec<Range<usize>> = parts.iter().map(|part| self.part(part)).collect();
                together(spans).unwrap_or_else(|| self.whole.clone())
            }
        }
    }

    fn pair(&mut self, way: Option<Way>, a: &'f Node, b: &'f Node) -> Range<usize> {
        let (left, right) = (self.part(a), self.part(b));
        let both = together(vec![left.clone(), right.clone()]);
        self.found.extend(way.map(|way| Compared { way, left: (a, left), right: (b, right) }));
        both.unwrap_or_else(|| self.whole.clone())
    }
}

fn together(spans: Vec<Range<usize>>) -> Option<Range<usize>> {
    spans.into_iter().reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_found_where_they_stand() {
        let text = "${a} >= 18 and (selected(${b}, 'x y') or region = ${c}) and . != -2 and once(${d}) = '18' and position(..) < 3";
        let formula = Formula::parse(text).expect("a formula");
        let found: Vec<(Way, &str, &str)> =
            formula.compared().into_iter().map(|c| (c.way, &text[c.left.1], &text[c.right.1])).collect();
        let whole = text;
        assert_eq!(
            found,
            [
                (Way::Order, "${a}", "18"),
                (Way::Has, "${b}", "'x y'"),
                (Way::Equal, "region", "${c}"),
                (Way::Equal, ".", "2"),
                (Way::Equal, "${d}", "'18'"),
                (Way::Order, whole, "3"),
            ]
        );
    }
}
