//! Conditions on the values of a row: `--where`, `--exclude`, routing.
//!
//! ```text
//! condition  = all { "or" all }
//! all        = part { "and" part }
//! part       = "not" part | test
//! test       = value [ comparison value | ["not"] "in" list | ["not"] "has" value | "is" ["not"] "missing" ]
//! comparison = "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">="
//! list       = "(" value { "," value } ")" | "[" value { "," value } "]"
//! value      = name | number | text | "true" | "false" | "(" condition ")"
//! name       = a letter or "_", then letters, digits, "_", "." or "-"; or anything between backticks: `Area team`
//! number     = digits with an optional sign, decimal point and exponent
//! text       = anything between single or double quotes; the quote itself doubled: 'don''t know'
//! ```
//!
//! Words of the language are not case-sensitive (`AND` is `and`); names and texts are. `has` asks whether an answer with
//! several choices contains one.
//!
//! A number and a text are compared as numbers when the text reads as one (`age > '17'`, `code = 3` where the column
//! holds `003`), else they are unequal; two texts are equal only letter for letter. Any comparison with a missing value is neither true nor false; `not` keeps it
//! so, `and` and `or` decide without it where they can, and a row is taken only when the whole is true (as `subset` does
//! in R). `is missing` is always true or false.

mod evaluate;
mod literals;
mod parse;
mod token;

use std::ops::Range;

use crate::error::{Error, Excerpt};

pub use literals::{Compared, Operand, Way, What};

/// The value of a name in one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// There is none.
    Missing,
    /// A number.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// True or false.
    Truth(bool),
    /// Several texts: the choices of an answer with more than one.
    Several(Vec<&'a str>),
}

/// Where the values of names come from: one row.
pub trait Lookup {
    /// The value of a name. `slot` is its place in [`Expression::names`], so that names need to be looked up only once.
    fn value(&self, slot: usize, name: &str) -> Value<'_>;
}

/// A condition, read once and evaluated for any number of rows.
///
/// ```
/// use quorate::expression::{Expression, Lookup, Value};
///
/// struct Row;
/// impl Lookup for Row {
///     fn value(&self, _slot: usize, name: &str) -> Value<'_> {
///         match name {
///             "age" => Value::Number(71.0),
///             "area" => Value::Text("North"),
///             _ => Value::Missing,
///         }
///     }
/// }
///
/// let condition = Expression::parse("age >= 65 and area in ('North', 'West')")?;
/// assert!(condition.holds(&Row));
/// assert_eq!(Expression::parse("helped = 'yes'")?.evaluate(&Row), None);
/// # Ok::<(), quorate::expression::SyntaxError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    text: String,
    names: Vec<Name>,
    root: Node,
}

/// A name used in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name, without backticks.
    pub name: String,
    /// The bytes of its first use.
    pub span: Range<usize>,
}

/// What is wrong with the text of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// One sentence: what is wrong.
    pub problem: String,
    /// The bytes that are wrong.
    pub span: Range<usize>,
    /// What should stand there.
    pub expected: String,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at character {}: expected {}", self.problem, self.span.start + 1, self.expected)
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    /// The error with the condition's text underlined; `name` says where the text was given (`--where`).
    pub fn into_error(self, name: &str, text: &str) -> Error {
        underlined(name, text, self.span, &self.expected, Error::usage(self.problem)).expected(self.expected)
    }
}

/// An error about a part of a condition, underlined: for names that are no column, for instance.
pub fn underlined(name: &str, text: &str, span: Range<usize>, label: &str, error: Error) -> Error {
    error.at(name).found(text).excerpt(Excerpt { name: name.into(), text: text.into(), span, label: label.into() })
}

impl Expression {
    /// Reads a condition.
    ///
    /// # Errors
    /// The first place where the text is not as the [grammar](self) says.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        parse::parse(text)
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names used, each once, in order of first use.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// True, false, or neither because a value is missing.
    pub fn evaluate(&self, row: &impl Lookup) -> Option<bool> {
        evaluate::truth(&self.root, &self.names, row)
    }

    /// Whether it is true; a missing value counts as no.
    pub fn holds(&self, row: &impl Lookup) -> bool {
        self.evaluate(row) == Some(true)
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Or(Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
    Has(Box<Node>, Box<Node>),
    IsMissing(Box<Node>),
    /// These with the bytes where they stand.
    Name(usize, Range<usize>),
    Number(f64, Range<usize>),
    Text(String, Range<usize>),
    Truth(bool, Range<usize>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row;

    impl Lookup for Row {
        fn value(&self, _slot: usize, name: &str) -> Value<'_> {
            match name {
                "age" => Value::Number(71.0),
                "code" => Value::Text("003"),
                "Area team" => Value::Text("North"),
                "q-1.a" => Value::Number(-2.5),
                "consent" => Value::Truth(true),
                "help" => Value::Several(vec!["1", "carer"]),
                _ => Value::Missing,
            }
        }
    }

    fn value(text: &str) -> Option<bool> {
        Expression::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).evaluate(&Row)
    }

    #[test]
    fn conditions_are_true_or_false() {
        for text in [
            "age > 70",
            "age>=71 AND age <= 71",
            "age = 71 and not age <> 71",
            "`Area team` = 'North'",
            "`Area team` in (\"South\", 'North')",
            "`Area team` not in ['South']",
            "code = 3 and code = '003' and code != '3' and code < '12'",
            "code in (1, 2, 3)",
            "q-1.a = -2.5 and q-1.a < -2.4e0",
            "consent",
            "consent = true",
            "help has 'carer' and help has 1 and help not has 2",
            "gone is missing and age is not missing",
            "not (age < 70 or age > 80)",
            "age > 70 or gone = 1",
            "'b' > 'a'",
            "not gone is not missing",
        ] {
            assert_eq!(value(text), Some(true), "{text}");
            assert_eq!(value(&format!("not ({text})")), Some(false), "{text}");
        }
    }

    #[test]
    fn or_binds_less_than_and() {
        assert_eq!(value("age = 71 or age = 1 and age = 2"), Some(true));
        assert_eq!(value("(age = 71 or age = 1) and age = 2"), Some(false));
    }

    #[test]
    fn missing_is_neither() {
        for text in ["gone = 1", "not gone = 1", "gone != 1", "gone in (1, 2)", "gone = 1 and age = 71", "gone has 1"] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value("gone = 1 and age = 1"), Some(false));
        // A text that is no number is not equal to one, and has no order with it.
        assert_eq!(value("`Area team` = 1"), Some(false));
        assert_eq!(value("`Area team` < 1"), None);
    }

    #[test]
    fn faults_are_placed() {
        for (text, span) in [
            ("", 0..0),
            ("age >", 5..5),
            ("age > 70 and", 12..12),
            ("age > 70 area", 9..13),
            ("area = 'North", 7..13),
            ("area in (1, 2", 13..13),
            ("(age > 70", 9..9),
            ("age ~ 70", 4..5),
            ("age is old", 7..10),
            ("age not 3", 8..9),
            ("1 < 2 < 3", 6..7),
            ("`x = 3", 0..6),
        ] {
            assert_eq!(Expression::parse(text).map_err(|e| e.span), Err(span), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}age = 1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(Expression::parse(&deep).is_err());
        assert!(Expression::parse(&"not ".repeat(100_000)).is_err());
    }

    #[test]
    fn names_are_listed_once() {
        let condition = Expression::parse("b = 1 and a = b or `c d` is missing").expect("sound");
        let names: Vec<&str> = condition.names().iter().map(|name| name.name.as_str()).collect();
        assert_eq!(names, ["b", "a", "c d"]);
        assert_eq!(condition.names()[1].span, 10..11);
    }
}
