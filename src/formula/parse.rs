//! From words to a tree: `or` binds least, then `and`, comparisons, sums, products, signs.

use super::token::{Token, words};
use super::{Fault, Function, Joint, Node};

/// Formulas within formulas, beyond which something is wrong.
const DEEPEST: usize = 64;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let tokens: Vec<Token<'_>> = words(text)?.into_iter().map(|(token, _)| token).collect();
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let node = parser.level(0)?;
    match parser.next() {
        None => Ok(node),
        Some(token) => Err(unexpected(Some(&token))),
    }
}

struct Parser<'t> {
    tokens: &'t [Token<'t>],
    at: usize,
    depth: usize,
}

/// The joining words of each level, the loosest first.
const LEVELS: [&[(&str, Joint)]; 5] = [
    &[("or", Joint::Or)],
    &[("and", Joint::And)],
    &[
        ("=", Joint::Equal),
        ("!=", Joint::Unequal),
        ("<=", Joint::AtMost),
        (">=", Joint::AtLeast),
        ("<", Joint::Less),
        (">", Joint::More),
    ],
    &[("+", Joint::Plus), ("-", Joint::Minus)],
    &[("*", Joint::Times), ("div", Joint::Divide), ("mod", Joint::Modulo)],
];

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token<'t>> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token<'t>> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn level(&mut self, level: usize) -> Result<Node, Fault> {
        let Some(joints) = LEVELS.get(level) else { return self.sign() };
        let mut left = self.level(level + 1)?;
        while let Some(Token::Name(word) | Token::Mark(word)) = self.peek() {
            let Some((_, joint)) = joints.iter().find(|(name, _)| name == word) else { break };
            self.at += 1;
            let right = self.level(level + 1)?;
            left = Node::Join(*joint, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn sign(&mut self) -> Result<Node, Fault> {
        if self.peek() == Some(&Token::Mark("-")) {
            self.at += 1;
            return self.deeper(|parser| Ok(Node::Minus(Box::new(parser.sign()?))));
        }
        self.one()
    }

    fn deeper(&mut self, inner: impl FnOnce(&mut Self) -> Result<Node, Fault>) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let problem = "the formula is nested too deeply".to_owned();
            return Err(Fault { problem, hint: "take it apart into calculations".to_owned() });
        }
        let node = inner(self);
        self.depth -= 1;
        node
    }

    fn one(&mut self) -> Result<Node, Fault> {
        match self.next() {
            Some(Token::Number(number)) => Ok(Node::Number(number)),
            Some(Token::Text(text)) => Ok(Node::Text(text.to_owned())),
            Some(Token::Reference(name)) => match name.strip_prefix("last-saved#") {
                None => Ok(Node::Answer(name.to_owned())),
                Some(_) => Err(Fault {
                    problem: "an answer of an earlier form cannot be asked for".to_owned(),
                    hint: "take ${last-saved#...} out".to_owned(),
                }),
            },
            Some(Token::Mark(".")) => Ok(Node::Itself),
            Some(Token::Mark("(")) => self.deeper(|parser| {
                let node = parser.level(0)?;
                parser.expect(")")?;
                Ok(node)
            }),
            Some(Token::Name(name)) if self.peek() == Some(&Token::Mark("(")) => {
                self.at += 1;
                self.deeper(|parser| parser.call(name))
            }
            Some(Token::Name(name)) => Ok(Node::Column(name.to_owned())),
            token => Err(unexpected(token.as_ref())),
        }
    }

    fn call(&mut self, name: &str) -> Result<Node, Fault> {
        if name == "position" && self.peek() == Some(&Token::Mark("..")) {
            self.at += 1;
            self.expect(")")?;
            return Ok(Node::Position);
        }
        let mut parts = Vec::new();
        while self.peek() != Some(&Token::Mark(")")) {
            if !parts.is_empty() {
                self.expect(",")?;
            }
            parts.push(self.level(0)?);
        }
        self.at += 1;
        // What is worked out once is worked out from the answers that came back.
        if name == "once" && parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        let Some((function, least, most)) = Function::named(name) else {
            let hint = match name {
                "today" | "now" => "name the day: a form that is read next year must give the same answers",
                "random" | "uuid" => "nothing that is read from a return can depend on chance",
                _ => {
                    "the functions are selected, count-selected, if, not, coalesce, concat, number, string, int, round, abs, pow, \
                     min, max, sum, count, string-length, contains, starts-with, ends-with, date, true, false, position"
                }
            };
            return Err(Fault { problem: format!("{name}() cannot be followed"), hint: hint.to_owned() });
        };
        let count = parts.len();
        if !(least..=most).contains(&count) {
            let asked = if least == most { least.to_string() } else { format!("{least} to {most}") };
            let problem = format!("{name}() has {count} parts in place of {asked}");
            return Err(Fault { problem, hint: "see the function in XLSForm's documentation".to_owned() });
        }
        let of_answer = matches!(function, Function::CountSelected | Function::ChoiceName | Function::Count)
            || function == Function::Selected;
        if of_answer && !matches!(parts[0], Node::Answer(_) | Node::Itself) {
            let problem = format!("{name}() is asked of something that is no answer");
            return Err(Fault { problem, hint: format!("write {name}(${{question}}...)") });
        }
        Ok(Node::Call(function, parts))
    }

    fn expect(&mut self, mark: &'static str) -> Result<(), Fault> {
        match self.next() {
            Some(Token::Mark(found)) if found == mark => Ok(()),
            token => {
                let fault = unexpected(token.as_ref());
                Err(Fault { hint: format!("{mark} is expected there"), ..fault })
            }
        }
    }
}

fn unexpected(token: Option<&Token<'_>>) -> Fault {
    let problem = match token {
        None => "the formula ends too early".to_owned(),
        Some(Token::Number(number)) => format!("{number} is not expected where it stands"),
        Some(Token::Text(text) | Token::Reference(text) | Token::Name(text)) => {
            format!("{text:?} is not expected where it stands")
        }
        Some(Token::Mark(mark)) => format!("{mark} is not expected where it stands"),
    };
    Fault { problem, hint: "write it as XLSForm does, such as ${age} >= 18 and ${help} = 'yes'".to_owned() }
}
