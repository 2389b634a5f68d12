//! Branching logic: `[q1] = 'yes' and [q2(3)] = '1'`.

use crate::convert::expression::{Word, shared, translate};

/// From XLSForm's language; `name` gives the field and the code that REDCap has for a question and a response.
pub(super) fn write(text: &str, field: impl Fn(&str) -> String, code: impl Fn(&str, &str) -> String) -> Option<String> {
    translate(text, |word| match word {
        Word::Reference(name) => Some(format!("[{}]", field(name))),
        Word::Ticked(name, response) => Some(format!("[{}({})] = '1'", field(name), code(name, response))),
        Word::Compare("!=") => Some("<>".to_owned()),
        other => shared(other),
    })
}

/// Into XLSForm's language; none where there is more in it than comparisons.
pub(super) fn read(text: &str) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            _ if first.is_whitespace() => (None, rest.trim_start()),
            '[' => {
                let (word, after) = reference(rest)?;
                (Some(word), after)
            }
            '\'' | '"' => {
                let end = rest[1..].find(first)? + 2;
                (Some(rest[..end].to_owned()), &rest[end..])
            }
            _ if first.is_ascii_digit() => {
                let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
                (Some(rest[..end].to_owned()), &rest[end..])
            }
            _ if first.is_alphabetic() => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                let word = rest[..end].to_lowercase();
                if word != "and" && word != "or" {
                    return None;
                }
                (Some(word), &rest[end..])
            }
            _ => {
                let marks =
                    [("<>", "!="), ("!=", "!="), ("<=", "<="), (">=", ">="), ("<", "<"), (">", ">"), ("=", "=")];
                let single = [("(", "("), (")", ")"), ("+", "+"), ("-", "-"), ("*", "*")];
                let (mark, said) = marks.into_iter().chain(single).find(|(mark, _)| rest.starts_with(mark))?;
                (Some(said.to_owned()), &rest[mark.len()..])
            }
        };
        words.extend(word);
        rest = after;
    }
    let text = words.join(" ").replace("( ", "(").replace(" )", ")");
    (!text.is_empty()).then_some(text)
}

/// A field in brackets, or a box with what it is compared with; and what follows.
fn reference(text: &str) -> Option<(String, &str)> {
    let end = text.find(']')?;
    let (inside, rest) = (text[1..end].trim(), text[end + 1..].trim_start());
    // Two brackets in a row name an event of a longitudinal project.
    if rest.starts_with('[') {
        return None;
    }
    let Some((field, code)) = inside.split_once('(') else { return Some((format!("${{{inside}}}"), rest)) };
    let selected = format!("selected(${{{}}}, '{}')", field.trim(), code.trim_end_matches(')'));
    let compared = rest.strip_prefix('=')?.trim_start();
    let yes = ["'1'", "\"1\"", "1"].iter().find_map(|one| compared.strip_prefix(one));
    let no = ["'0'", "\"0\"", "0"].iter().find_map(|none| compared.strip_prefix(none));
    match (yes, no) {
        (Some(after), _) => Some((selected, after)),
        (None, Some(after)) => Some((format!("not({selected})"), after)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn branching_logic_is_put_into_the_other_language_or_left() {
        for (redcap, xlsform) in [
            ("[q1] = '1'", "${q1} = '1'"),
            ("[q1]='1' OR [q1]='2'", "${q1} = '1' or ${q1} = '2'"),
            ("[q2(3)] = '1' and [age] >= 18", "selected(${q2}, '3') and ${age} >= 18"),
            ("[q2(none)] = '0'", "not(selected(${q2}, 'none'))"),
            ("([a] <> \"\")", "(${a} != \"\")"),
        ] {
            assert_eq!(read(redcap).as_deref(), Some(xlsform), "{redcap}");
        }
        for beyond in ["datediff([a], 'today', 'y') > 3", "[event_1_arm_1][a] = '1'", "[a] = $x"] {
            assert_eq!(read(beyond), None, "{beyond}");
        }
        let written = write("selected(${q-2}, 'home') and ${age} != 4", |name| name.replace('-', "_"), |_, c| c.into());
        assert_eq!(written.as_deref(), Some("[q_2(home)] = '1' and [age] <> 4"));
        assert_eq!(write("string-length(${a}) > 3", str::to_owned, |_, c| c.into()), None);
    }
}
