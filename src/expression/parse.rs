//! From tokens to a tree.

use super::token::{Placed, Token, tokens};
use super::{Comparison, Expression, Name, Node, SyntaxError};

/// Deeper nesting than any person writes; a bound keeps the stack safe.
const DEEPEST: usize = 100;

pub(super) fn parse(text: &str) -> Result<Expression, SyntaxError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, names: Vec::new(), depth: 0 };
    let root = parser.condition()?;
    if parser.token() != &Token::End {
        return Err(parser.fault("the condition goes on after its end", "and, or, or nothing more"));
    }
    Ok(Expression { text: text.to_owned(), names: parser.names, root })
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    names: Vec<Name>,
    depth: usize,
}

impl Parser {
    fn token(&self) -> &Token {
        &self.tokens[self.at].token
    }

    fn fault(&self, problem: &str, expected: &str) -> SyntaxError {
        SyntaxError { problem: problem.into(), span: self.tokens[self.at].span.clone(), expected: expected.into() }
    }

    fn advance(&mut self) {
        // The last token is the end, which nothing goes past.
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.token(), Token::Word(found) if found.eq_ignore_ascii_case(word));
        if is {
            self.advance();
        }
        is
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.token(), Token::Sign(found) if *found == sign);
        if is {
            self.advance();
        }
        is
    }

    fn deeper<T>(&mut self, part: impl FnOnce(&mut Self) -> Result<T, SyntaxError>) -> Result<T, SyntaxError> {
        if self.depth >= DEEPEST {
            return Err(self.fault("the condition is nested too deeply", "fewer parentheses"));
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    fn condition(&mut self) -> Result<Node, SyntaxError> {
        let mut node = self.all()?;
        while self.word("or") {
            node = Node::Or(Box::new(node), Box::new(self.all()?));
        }
        Ok(node)
    }

    fn all(&mut self) -> Result<Node, SyntaxError> {
        let mut node = self.part()?;
        while self.word("and") {
            node = Node::And(Box::new(node), Box::new(self.part()?));
        }
        Ok(node)
    }

    fn part(&mut self) -> Result<Node, SyntaxError> {
        if self.word("not") {
            return Ok(Node::Not(Box::new(self.deeper(Self::part)?)));
        }
        self.test()
    }

    fn test(&mut self) -> Result<Node, SyntaxError> {
        let left = Box::new(self.value()?);
        if let Some(comparison) = self.comparison() {
            let node = Node::Compare(comparison, left, Box::new(self.value()?));
            if self.comparison().is_some() {
                self.at -= 1;
                return Err(self.fault("comparisons cannot be chained", "and between two comparisons"));
            }
            return Ok(node);
        }
        if self.word("is") {
            let negated = self.word("not");
            if !self.word("missing") {
                return Err(self.fault("this cannot be asked", "missing, or not missing"));
            }
            return Ok(negate(Node::IsMissing(left), negated));
        }
        let negated = self.word("not");
        if self.word("in") {
            return Ok(negate(Node::In(left, self.list()?), negated));
        }
        if self.word("has") {
            return Ok(negate(Node::Has(left, Box::new(self.value()?)), negated));
        }
        if negated {
            return Err(self.fault("not stands where a comparison should", "in or has"));
        }
        Ok(*left)
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let Token::Sign(sign) = self.token() else { return None };
        let comparison = match *sign {
            "=" | "==" => Comparison::Equal,
            "!=" | "<>" => Comparison::Unequal,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return None,
        };
        self.advance();
        Some(comparison)
    }

    fn list(&mut self) -> Result<Vec<Node>, SyntaxError> {
        let close = if self.sign("(") {
            ")"
        } else if self.sign("[") {
            "]"
        } else {
            return Err(self.fault("in needs a list", "a list such as (1, 2) or ('North', 'West')"));
        };
        let mut values = vec![self.value()?];
        while self.sign(",") {
            values.push(self.value()?);
        }
        if !self.sign(close) {
            return Err(self.fault("the list is not closed", &format!("a comma or {close}")));
        }
        Ok(values)
    }

    fn value(&mut self) -> Result<Node, SyntaxError> {
        if self.sign("(") {
            let node = self.deeper(Self::condition)?;
            if !self.sign(")") {
                return Err(self.fault("a parenthesis is not closed", ")"));
            }
            return Ok(node);
        }
        let span = self.tokens[self.at].span.clone();
        let node = match self.token().clone() {
            Token::Number(number) => Node::Number(number, span),
            Token::Text(text) => Node::Text(text, span),
            Token::Word(word) if word.eq_ignore_ascii_case("true") => Node::Truth(true, span),
            Token::Word(word) if word.eq_ignore_ascii_case("false") => Node::Truth(false, span),
            Token::Word(word) if !is_reserved(&word) => self.name(word),
            Token::Quoted(name) => self.name(name),
            _ => return Err(self.fault("a value is missing here", "a column's name, a number or a text in quotes")),
        };
        self.advance();
        Ok(node)
    }

    fn name(&mut self, name: String) -> Node {
        let span = self.tokens[self.at].span.clone();
        let slot = self.names.iter().position(|known| known.name == name).unwrap_or_else(|| {
            self.names.push(Name { name, span: span.clone() });
            self.names.len() - 1
        });
        Node::Name(slot, span)
    }
}

fn negate(node: Node, negated: bool) -> Node {
    if negated { Node::Not(Box::new(node)) } else { node }
}

fn is_reserved(word: &str) -> bool {
    ["and", "or", "not", "in", "is", "has", "missing"].iter().any(|reserved| word.eq_ignore_ascii_case(reserved))
}
