//! Conditions in the languages of forms: XLSForm's (`${q1} = 'yes'`), REDCap's (`[q1] = 'yes'`) and LimeSurvey's
//! (`q1.NAOK == "yes"`).
//!
//! A form keeps conditions in XLSForm's language, and those that are a list of responses as such a list. What consists of
//! comparisons joined by *and* and *or* is put into another language word by word; functions and arithmetic that the
//! languages do not share are not guessed at.

use super::form::Bounds;
use crate::instrument::ItemKind;

/// A word of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word<'a> {
    /// A question: `${q1}`, `[q1]`, `q1.NAOK`.
    Reference(&'a str),
    /// One response of a question that takes several: `selected(${q1}, 'a')`, `[q1(a)] = '1'`.
    Ticked(&'a str, &'a str),
    /// A text in quotes.
    Quoted(&'a str),
    /// A number.
    Number(&'a str),
    /// A comparison as XLSForm writes it.
    Compare(&'static str),
    /// `and`, `or`, `not`.
    Logic(&'static str),
    /// An opening or closing parenthesis.
    Parenthesis(char),
    /// The answer itself, `.`.
    Itself,
    /// Anything else.
    Unknown(&'a str),
}

/// The words of an expression in XLSForm's language, each with the place where it begins.
fn words(text: &str) -> Vec<(usize, Word<'_>)> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (word, length) = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '$' if rest.starts_with("${") => match rest.find('}') {
                Some(end) => (Word::Reference(rest[2..end].trim()), end + 1),
                None => (Word::Unknown(rest), rest.len()),
            },
            '\'' | '"' => match rest[1..].find(first) {
                Some(end) => (Word::Quoted(&rest[1..=end]), end + 2),
                None => (Word::Unknown(rest), rest.len()),
            },
            '(' | ')' => (Word::Parenthesis(first), 1),
            '!' | '<' | '>' | '=' => {
                let mark = ["!=", "<=", ">=", "<", ">", "="].into_iter().find(|mark| rest.starts_with(mark));
                mark.map_or((Word::Unknown(&rest[..1]), 1), |mark| (Word::Compare(mark), mark.len()))
            }
            _ if first.is_ascii_digit() || (first == '-' && digit_follows(&rest[1..])) => {
                let more = |c: char| !(c.is_ascii_digit() || c == '.');
                let length = 1 + rest[1..].find(more).unwrap_or(rest.len() - 1);
                (Word::Number(&rest[..length]), length)
            }
            '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '/') => (Word::Itself, 1),
            _ if first.is_alphabetic() || first == '_' => {
                let length = rest.find(|c: char| !(c.is_alphanumeric() || "_-.:".contains(c))).unwrap_or(rest.len());
                let word = match &rest[..length] {
                    "and" => Word::Logic("and"),
                    "or" => Word::Logic("or"),
                    "not" => Word::Logic("not"),
                    other => Word::Unknown(other),
                };
                (word, length)
            }
            _ => (Word::Unknown(&rest[..first.len_utf8()]), first.len_utf8()),
        };
        words.push((at, word));
        at += length;
    }
    ticks(words)
}

fn digit_follows(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Puts `selected(${q}, 'a')` into one word.
fn ticks(words: Vec<(usize, Word<'_>)>) -> Vec<(usize, Word<'_>)> {
    let mut out = Vec::new();
    let mut rest = words.as_slice();
    while let Some(((at, first), after)) = rest.split_first() {
        let only: Vec<&Word> = after.iter().take(5).map(|(_, word)| word).collect();
        if let (
            Word::Unknown("selected"),
            [
                Word::Parenthesis('('),
                Word::Reference(question),
                Word::Unknown(","),
                Word::Quoted(code),
                Word::Parenthesis(')'),
            ],
        ) = (first, only.as_slice())
        {
            out.push((*at, Word::Ticked(question, code)));
            rest = &after[5..];
        } else {
            out.push((*at, first.clone()));
            rest = after;
        }
    }
    out
}

/// The parts of an expression between a joining word, where it stands in no parentheses.
fn parts<'a>(text: &'a str, joint: &str) -> Vec<&'a str> {
    let mut depth = 0;
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, word) in words(text) {
        match word {
            Word::Parenthesis('(') => depth += 1,
            Word::Parenthesis(_) => depth -= 1,
            Word::Logic(logic) if depth == 0 && logic == joint => {
                parts.push(text[start..at].trim());
                start = at + logic.len();
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// The names that an expression refers to.
pub(super) fn references(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        rest = &rest[start + 2..];
        let Some(end) = rest.find('}') else { break };
        // `${last-saved#q1}` asks for the answer of the form before.
        names.push(rest[..end].trim().trim_start_matches("last-saved#"));
        rest = &rest[end + 1..];
    }
    names
}

/// A text in the quotes that it allows.
fn in_quotes(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

/// The condition that a question has one of some codes, in XLSForm's language.
pub(super) fn condition(question: &str, codes: &[&str], several: bool) -> String {
    let one = |code: &&str| match several {
        true => format!("selected(${{{question}}}, {})", in_quotes(code)),
        false => format!("${{{question}}} = {}", in_quotes(code)),
    };
    codes.iter().map(one).collect::<Vec<_>>().join(" or ")
}

/// The question and the codes, if an expression says nothing but that the question has one of them.
pub(super) fn as_condition(text: &str) -> Option<(&str, Vec<&str>)> {
    let mut question = None;
    let mut codes = Vec::new();
    for part in parts(text, "or") {
        let words: Vec<Word> = words(part).into_iter().map(|(_, word)| word).collect();
        let (name, code) = match words.as_slice() {
            [Word::Reference(name), Word::Compare("="), Word::Quoted(code) | Word::Number(code)] => (*name, *code),
            [Word::Ticked(name, code)] => (*name, *code),
            _ => return None,
        };
        if question.is_some_and(|before| before != name) {
            return None;
        }
        question = Some(name);
        codes.push(code);
    }
    question.map(|name| (name, codes))
}

/// What may be answered, in XLSForm's language; empty where everything may.
pub(super) fn constraint(bounds: &Bounds) -> String {
    let mut parts = Vec::new();
    parts.extend(bounds.minimum.map(|low| format!(". >= {low}")));
    parts.extend(bounds.maximum.map(|high| format!(". <= {high}")));
    parts.extend(bounds.earliest.map(|first| format!(". >= date('{first}')")));
    parts.extend(bounds.latest.map(|last| format!(". <= date('{last}')")));
    if !bounds.rest.is_empty() {
        let alone = parts.is_empty() || self::parts(&bounds.rest, "or").len() == 1;
        parts.push(if alone { bounds.rest.clone() } else { format!("({})", bounds.rest) });
    }
    parts.join(" and ")
}

/// Takes the bounds out of a constraint and leaves the rest, so that `constraint` gives it back.
pub(super) fn bounds(text: &str, kind: ItemKind) -> Bounds {
    let mut bounds = Bounds::default();
    let numeric = matches!(kind, ItemKind::Integer | ItemKind::Decimal);
    let mut rest = Vec::new();
    for part in parts(text, "and") {
        let words: Vec<Word> = words(part).into_iter().map(|(_, word)| word).collect();
        let taken = match words.as_slice() {
            [Word::Itself, Word::Compare(compare), Word::Number(number)] if numeric => match number.parse::<f64>() {
                Ok(number) => take(compare, number, &mut bounds.minimum, &mut bounds.maximum),
                Err(_) => false,
            },
            [
                Word::Itself,
                Word::Compare(compare),
                Word::Unknown("date"),
                Word::Parenthesis('('),
                Word::Quoted(date),
                Word::Parenthesis(')'),
            ] if kind == ItemKind::Date => match date.parse::<chrono::NaiveDate>() {
                Ok(date) => take(compare, date, &mut bounds.earliest, &mut bounds.latest),
                Err(_) => false,
            },
            _ => false,
        };
        if !taken && !part.is_empty() {
            rest.push(part);
        }
    }
    bounds.rest = match rest.as_slice() {
        [one] if rest.len() < parts(text, "and").len() => unwrapped(one).to_owned(),
        _ => rest.join(" and "),
    };
    let crossed = bounds.minimum.zip(bounds.maximum).is_some_and(|(low, high)| low > high)
        || bounds.earliest.zip(bounds.latest).is_some_and(|(first, last)| first > last);
    if crossed { Bounds { rest: text.trim().to_owned(), ..Bounds::default() } } else { bounds }
}

fn take<T>(compare: &str, value: T, low: &mut Option<T>, high: &mut Option<T>) -> bool {
    let place = match compare {
        ">=" => low,
        "<=" => high,
        _ => return false,
    };
    if place.is_some() {
        return false;
    }
    *place = Some(value);
    true
}

/// Without the parentheses around the whole.
fn unwrapped(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let mut depth = 0i32;
    for (_, word) in words(inner) {
        match word {
            Word::Parenthesis('(') => depth += 1,
            Word::Parenthesis(_) => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return text;
        }
    }
    inner.trim()
}

/// Puts an expression into another language word by word; none where a word has no counterpart there.
pub(super) fn translate(text: &str, word: impl Fn(&Word<'_>) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    for (_, next) in words(text) {
        let said = word(&next)?;
        let close = out.ends_with('(') || next == Word::Parenthesis(')') || out.is_empty();
        if !close {
            out.push(' ');
        }
        out.push_str(&said);
    }
    (!out.is_empty()).then_some(out)
}

/// The words that all three languages share, as XLSForm and REDCap write them.
pub(super) fn shared(word: &Word<'_>) -> Option<String> {
    Some(match word {
        Word::Quoted(text) => in_quotes(text),
        Word::Number(number) => (*number).to_owned(),
        Word::Compare(mark) => (*mark).to_owned(),
        Word::Logic("not") => return None,
        Word::Logic(logic) => (*logic).to_owned(),
        Word::Parenthesis(mark) => mark.to_string(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_responses_is_recognised_and_nothing_else() {
        assert_eq!(as_condition("${q1} = 'a' or ${q1}=\"b\""), Some(("q1", vec!["a", "b"])));
        assert_eq!(as_condition("selected(${q1}, 'a')"), Some(("q1", vec!["a"])));
        assert_eq!(as_condition("${q1} = 4"), Some(("q1", vec!["4"])));
        for other in ["", "${q1} != 'a'", "${q1} = 'a' and ${q1} = 'b'", "${q1} = 'a' or ${q2} = 'a'", "${q1} = ${q2}"]
        {
            assert_eq!(as_condition(other), None, "{other}");
        }
        let text = condition("q-1", &["it's", "b"], true);
        assert_eq!(text, "selected(${q-1}, \"it's\") or selected(${q-1}, 'b')");
        assert_eq!(as_condition(&text), Some(("q-1", vec!["it's", "b"])));
    }

    #[test]
    fn bounds_are_taken_out_of_a_constraint_and_put_back() {
        for text in [
            ". >= 0 and . <= 100",
            ". >= -2.5",
            ". >= 0 and (. < 5 or . > 9)",
            ". != 5 and . >= 1",
            "(. = 1 or . = 2)",
            ". > 3",
            ". >= 5 and . <= 4",
        ] {
            let found = bounds(text, ItemKind::Integer);
            assert_eq!(bounds(&constraint(&found), ItemKind::Integer), found, "{text}");
        }
        let found = bounds(". >= 0 and (. < 5 or . > 9)", ItemKind::Integer);
        assert_eq!((found.minimum, found.rest.as_str()), (Some(0.0), ". < 5 or . > 9"));
        assert_eq!(bounds(". >= 5 and . <= 4", ItemKind::Integer).minimum, None);
        let dates = ". >= date('2016-01-01') and . <= date('2026-12-31')";
        assert_eq!(constraint(&bounds(dates, ItemKind::Date)), dates);
        assert_eq!(bounds(dates, ItemKind::Text).rest, dates);
    }

    #[test]
    fn names_are_found_wherever_they_stand() {
        assert_eq!(references("if(${a} > 1, ${ b }, ${last-saved#c}) ${"), ["a", "b", "c"]);
    }
}
