//! The words of a formula.

use std::ops::Range;

use super::Fault;

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Number(f64),
    Text(&'a str),
    Reference(&'a str),
    /// A name: of a function, an operator or a column.
    Name(&'a str),
    /// An operator or a mark.
    Mark(&'static str),
}

/// Marks, the longer before those that they begin with.
const MARKS: [&str; 14] = ["!=", "<=", ">=", "..", "=", "<", ">", "+", "-", "*", "(", ")", ",", "."];

/// The words of a formula, each with the bytes where it stands.
pub(super) fn words(text: &str) -> Result<Vec<(Token<'_>, Range<usize>)>, Fault> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let open = |what: &str| Fault {
            problem: format!("{what} is not closed: {}", rest.chars().take(20).collect::<String>()),
            hint: "close it".to_owned(),
        };
        let mut found = None;
        let length = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("${") {
            let end = rest.find('}').ok_or_else(|| open("a reference"))?;
            found = Some(Token::Reference(rest[2..end].trim()));
            end + 1
        } else if first == '\'' || first == '"' {
            let end = rest[1..].find(first).ok_or_else(|| open("a text"))?;
            found = Some(Token::Text(&rest[1..=end]));
            end + 2
        } else if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            let length = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            let number = rest[..length].parse().map_err(|_| Fault {
                problem: format!("{} is no number", &rest[..length]),
                hint: "write it with one point".to_owned(),
            })?;
            found = Some(Token::Number(number));
            length
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || "_-.:".contains(c))).unwrap_or(rest.len());
            found = Some(Token::Name(&rest[..length]));
            length
        } else if let Some(mark) = MARKS.into_iter().find(|mark| rest.starts_with(mark)) {
            found = Some(Token::Mark(mark));
            mark.len()
        } else {
            return Err(Fault {
                problem: format!("{first} has no meaning here"),
                hint: "write conditions as XLSForm does, such as ${age} >= 18 and ${help} = 'yes'".to_owned(),
            });
        };
        out.extend(found.map(|token| (token, at..at + length)));
        at += length;
    }
    Ok(out)
}
