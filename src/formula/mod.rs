//! The language in which forms write conditions, constraints and calculations, as XLSForm has it: `${age} >= 18 and
//! selected(${help}, 'home')`.
//!
//! A text is parsed once, when its definition is read; what cannot be followed is refused there. The same tree is worked
//! out on answers that came back ([`Formula::value`]) and written as a spreadsheet's formula (`issue`).

use std::fmt;

mod compared;
mod evaluate;
mod parse;
mod token;

pub use compared::Compared;
pub use evaluate::{Answers, Value};

/// A parsed formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// As it is written.
    pub text: String,
    /// What it says.
    pub node: Node,
}

/// A part of a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A number.
    Number(f64),
    /// A text in quotes.
    Text(String),
    /// The answer to a question: `${q1}`.
    Answer(String),
    /// The answer that is being given: `.`.
    Itself,
    /// A column of the responses, in a filter: `region`.
    Column(String),
    /// The number of the row within a repeat: `position(..)`.
    Position,
    /// A number with its sign turned.
    Minus(Box<Node>),
    /// Two parts and what joins them.
    Join(Joint, Box<Node>, Box<Node>),
    /// A function of parts.
    Call(Function, Vec<Node>),
}

/// What joins two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "they say what they are")]
pub enum Joint {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

impl Joint {
    /// Whether it compares.
    pub fn compares(self) -> bool {
        matches!(self, Joint::Equal | Joint::Unequal | Joint::Less | Joint::AtMost | Joint::More | Joint::AtLeast)
    }
}

/// The functions that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "they are called as in forms")]
pub enum Function {
    Selected,
    CountSelected,
    If,
    Not,
    True,
    False,
    Coalesce,
    Concat,
    Number,
    String,
    Int,
    Round,
    Abs,
    Pow,
    Min,
    Max,
    Sum,
    Count,
    StringLength,
    Contains,
    StartsWith,
    EndsWith,
    Date,
    ChoiceName,
}

impl Function {
    /// All functions, each with its name in forms and the fewest and most parts that it takes.
    pub const ALL: [(Function, &'static str, usize, usize); 24] = [
        (Function::Selected, "selected", 2, 2),
        (Function::CountSelected, "count-selected", 1, 1),
        (Function::If, "if", 3, 3),
        (Function::Not, "not", 1, 1),
        (Function::True, "true", 0, 0),
        (Function::False, "false", 0, 0),
        (Function::Coalesce, "coalesce", 2, 2),
        (Function::Concat, "concat", 1, 64),
        (Function::Number, "number", 1, 1),
        (Function::String, "string", 1, 1),
        (Function::Int, "int", 1, 1),
        (Function::Round, "round", 1, 2),
        (Function::Abs, "abs", 1, 1),
        (Function::Pow, "pow", 2, 2),
        (Function::Min, "min", 1, 64),
        (Function::Max, "max", 1, 64),
        (Function::Sum, "sum", 1, 64),
        (Function::Count, "count", 1, 1),
        (Function::StringLength, "string-length", 1, 1),
        (Function::Contains, "contains", 2, 2),
        (Function::StartsWith, "starts-with", 2, 2),
        (Function::EndsWith, "ends-with", 2, 2),
        (Function::Date, "date", 1, 1),
        (Function::ChoiceName, "jr:choice-name", 1, 2),
    ];

    fn named(name: &str) -> Option<(Function, usize, usize)> {
        Self::ALL.iter().find(|(_, known, ..)| *known == name).map(|(f, _, least, most)| (*f, *least, *most))
    }

    /// Whether it takes the answers of all rows of a repeat together.
    pub fn gathers(self) -> bool {
        matches!(self, Function::Sum | Function::Count | Function::Min | Function::Max)
    }
}

/// Why a text is no formula that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, with the part of the text.
    pub problem: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl Formula {
    /// Parses a formula.
    ///
    /// # Errors
    /// When it is none, or uses what cannot be followed.
    pub fn parse(text: &str) -> Result<Formula, Fault> {
        Ok(Formula { text: text.trim().to_owned(), node: parse::parse(text)? })
    }

    /// The formula that both hold; one of them if there is only one.
    #[must_use]
    pub fn and(first: Option<Formula>, second: Option<Formula>) -> Option<Formula> {
        match (first, second) {
            (Some(a), Some(b)) => Some(Formula {
                text: format!("({}) and ({})", a.text, b.text),
                node: Node::Join(Joint::And, Box::new(a.node), Box::new(b.node)),
            }),
            (a, b) => a.or(b),
        }
    }

    /// The condition that a question has one of some responses.
    pub fn has_one_of(question: &str, codes: &[String]) -> Formula {
        let one = |code: &String| {
            let parts = vec![Node::Answer(question.to_owned()), Node::Text(code.clone())];
            (format!("selected(${{{question}}}, '{code}')"), Node::Call(Function::Selected, parts))
        };
        let either = |(a, x): (String, Node), (b, y): (String, Node)| {
            (format!("{a} or {b}"), Node::Join(Joint::Or, Box::new(x), Box::new(y)))
        };
        let never = || ("false()".to_owned(), Node::Call(Function::False, Vec::new()));
        let (text, node) = codes.iter().map(one).reduce(either).unwrap_or_else(never);
        Formula { text, node }
    }

    /// The questions that it refers to, each with whether the answers of all rows of a repeat are gathered there.
    pub fn references(&self) -> Vec<(&str, bool)> {
        let mut found = Vec::new();
        self.node.gather(false, &mut found);
        found
    }

    /// Whether it uses the columns of responses, or the answer that is being given.
    pub fn uses(&self, wanted: fn(&Node) -> bool) -> bool {
        self.node.any(wanted)
    }
}

impl Node {
    fn parts(&self) -> Vec<&Node> {
        match self {
            Node::Minus(inner) => vec![inner],
            Node::Join(_, a, b) => vec![a, b],
            Node::Call(_, parts) => parts.iter().collect(),
            _ => Vec::new(),
        }
    }

    fn any(&self, wanted: fn(&Node) -> bool) -> bool {
        wanted(self) || self.parts().into_iter().any(|part| part.any(wanted))
    }

    fn gather<'a>(&'a self, gathered: bool, found: &mut Vec<(&'a str, bool)>) {
        if let Node::Answer(name) = self {
            found.push((name, gathered));
        }
        let gathers = matches!(self, Node::Call(function, _) if function.gathers());
        self.parts().into_iter().for_each(|part| part.gather(gathers, found));
    }
}

#[cfg(test)]
mod tests;
