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
    let mut out = String::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        if first == '[' {
            let end = rest.find(']')?;
            let inside = rest[1..end].trim();
            rest = rest[end + 1..].trim_start();
            // Two brackets in a row name an event of a longitudinal project.
            if rest.starts_with('[') {
                return None;
            }
            match inside.split_once('(') {
                None => out.push_str(&format!("${{{inside}}}")),
                Some((field, code)) => {
                    let code = code.trim_end_matches(')');
                    rest = rest.strip_prefix('=')?.trim_start();
                    let (ticked, after) = ["'1'", "\"1\"", "1"].iter().find_map(|one| Some((true, rest.strip_prefix(one)?))).or_else(
                        || ["'0'", "\"0\"", "0"].iter().find_map(|none| Some((false, rest.strip_prefix(none)?))),
                    )?;
                    rest = after;
                    let selected = format!("selected(${{{}}}, '{code}')", field.trim());
                    out.push_str(&if ticked { selected } else { format!("not({selected})") });
                }
            }
        } else if first == '\'' || first == '"' {
            let end = rest[1..].find(first)? + 2;
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if let Some(after) = rest.strip_prefix("<>") {
            out.push_str("!=");
            rest = after;
        } else if first.is_alphabetic() {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let word = rest[..length].to_lowercase();
            if word != "and" && word != "or" {
                return None;
            }
            out.push_str(&word);
            rest = &rest[length..];
        } else if "=<>!().-+* ".contains(first) || first.is_ascii_digit() || first.is_whitespace() {
            out.push(if first.is_whitespace() { ' ' } else { first });
            rest = &rest[first.len_utf8()..];
        } else {
            return None;
        }
        if !rest.is_empty() && !out.ends_with([' ', '(', '<', '>', '!']) && !rest.starts_with([' ', ')', '.', '=']) {
            let number = out.ends_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
            if !(number && rest.starts_with(|c: char| c.is_ascii_digit())) {
                out.push(' ');
            }
        }
    }
    Some(out.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn branching_logic_is_put_into_the_other_language_or_left() {
        for (redcap, xlsform) in [
            ("[q1] = '1'", "${q1} = '1'"),
            ("[q1]='1' OR [q1]='2'", "${q1} ='1' or ${q1} ='2'"),
            ("[q2(3)] = '1' and [age] >= 18", "selected(${q2}, '3') and ${age} >= 18"),
            ("[q2(none)] = '0'", "not(selected(${q2}, 'none'))"),
            ("([a] <> \"\")", "( ${a} != \"\")"),
        ] {
            let found = read(redcap).unwrap_or_else(|| panic!("{redcap}"));
            assert_eq!(found.replace(' ', ""), xlsform.replace(' ', ""), "{redcap}");
        }
        for beyond in ["datediff([a], 'today', 'y') > 3", "[event_1_arm_1][a] = '1'", "[a] = $x"] {
            assert_eq!(read(beyond), None, "{beyond}");
        }
        let written = write("selected(${q-2}, 'home') and ${age} != 4", |name| name.replace('-', "_"), |_, c| c.into());
        assert_eq!(written.as_deref(), Some("[q_2(home)] = '1' and [age] <> 4"));
        assert_eq!(write("string-length(${a}) > 3", str::to_owned, |_, c| c.into()), None);
    }
}
