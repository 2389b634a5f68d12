//! From text to tokens.

use std::ops::Range;

use super::SyntaxError;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name or a word of the language.
    Word(String),
    /// A name between backticks.
    Quoted(String),
    Number(f64),
    Text(String),
    Sign(&'static str),
    End,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub token: Token,
    pub span: Range<usize>,
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [&str; 13] = ["==", "!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ","];

pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, SyntaxError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            (Token::Sign(sign), sign.len())
        } else if matches!(first, '\'' | '"' | '`') {
            let (content, length) = quoted(rest, first).ok_or_else(|| SyntaxError {
                problem: "a quotation is not closed".into(),
                span: at..text.len(),
                expected: format!("a closing {first}"),
            })?;
            (if first == '`' { Token::Quoted(content) } else { Token::Text(content) }, length)
        } else if first.is_ascii_digit() || (matches!(first, '-' | '+' | '.') && starts_number(&rest[1..])) {
            number(rest, at)?
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | '-'));
            let length = length.unwrap_or(rest.len());
            (Token::Word(rest[..length].to_owned()), length)
        } else {
            return Err(SyntaxError {
                problem: format!("{first:?} means nothing here"),
                span: at..at + first.len_utf8(),
                expected: "a comparison (= != < <= > >=), in, has or is missing; names with odd characters go between \
                           backticks"
                    .into(),
            });
        };
        found.push(Placed { token, span: at..at + length });
        at += length;
    }
    found.push(Placed { token: Token::End, span: text.len()..text.len() });
    Ok(found)
}

fn starts_number(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// What stands between quotes, the quote itself doubled, and the length with both quotes.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut content = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c != quote {
            content.push(c);
        } else if characters.peek().is_some_and(|&(_, next)| next == quote) {
            content.push(quote);
            characters.next();
        } else {
            return Some((content, at + 1));
        }
    }
    None
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), SyntaxError> {
    let bytes = rest.as_bytes();
    let mut length = 1;
    while length < bytes.len() {
        let exponent_sign = matches!(bytes[length], b'-' | b'+') && matches!(bytes[length - 1], b'e' | b'E');
        if !(bytes[length].is_ascii_alphanumeric() || bytes[length] == b'.' || bytes[length] == b'_' || exponent_sign) {
            break;
        }
        length += 1;
    }
    match rest[..length].parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((Token::Number(number), length)),
        _ => Err(SyntaxError {
            problem: "this is no number".into(),
            span: at..at + length,
            expected: "a number such as 3, -2.5 or 1e6; a name that starts with a digit goes between backticks".into(),
        }),
    }
}
