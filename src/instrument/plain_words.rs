//! What the readers of TOML and JSON say of a value that does not fit, in words for somebody who writes definitions and not
//! programs.

/// A message in plain words: what stands there, and what should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plain {
    pub found: String,
    pub expected: String,
}

/// What may stand where a value can be written in several ways, by the name that the program has for it.
const WAYS: [(&str, &str); 6] = [
    ("Code", "a code: text in quotes, or a whole number"),
    ("CriticalChoice", "\"t\", \"normal\", or a number such as 1.96"),
    ("Headed", "a heading in quotes, or a list of headings such as [\"Q1\", \"Question 1\"]"),
    ("KeepChoice", "a sample file in quotes, or { sample = \"FILE\", share = 0.5 }"),
    ("Minimum", "a whole number of 0 or more, or one for each level such as { North = 20, South = 10 }"),
    ("Words", "text in quotes, or one for each language such as { en = \"...\", cy = \"...\" }"),
];

/// The message in plain words; none where it is none about a value that does not fit. `written` is the passage of the file.
pub(super) fn plain(message: &str, written: &str) -> Option<Plain> {
    if let Some(name) = message.strip_prefix("data did not match any variant of untagged enum ") {
        let way = WAYS.iter().find(|(known, _)| *known == name.trim()).map(|(_, way)| (*way).to_owned())?;
        return Some(Plain { found: "this cannot stand here".to_owned(), expected: way });
    }
    if message.starts_with("wanted string or table") {
        let expected = "one of the names that can stand here, in quotes".to_owned();
        return Some(Plain { found: "this is no name".to_owned(), expected });
    }
    if let Some(field) = message.strip_prefix("duplicate field ") {
        let field = field.trim_matches('`');
        return Some(Plain { found: format!("{field} again"), expected: format!("{field} once") });
    }
    let (found, wanted) = message.split_once(", expected ")?;
    let found = if let Some(length) = found.strip_prefix("invalid length ") {
        let entries = if length == "1" { "entry" } else { "entries" };
        format!("{length} {entries}")
    } else {
        let value = found.strip_prefix("invalid type: ").or_else(|| found.strip_prefix("invalid value: "))?;
        self::found(value, written)
    };
    Some(Plain { found, expected: wanted_in_words(wanted) })
}

/// A message of one line in plain words, as far as it is about a value that does not fit: ` at line 3 column 5` stays.
pub(crate) fn said(message: &str) -> String {
    let (about, place) = message.find(" at line ").map_or((message, ""), |at| message.split_at(at));
    match plain(about, "") {
        Some(plain) => format!("{} in place of {}{place}", plain.found, plain.expected),
        None => message.to_owned(),
    }
}

/// What stands there.
fn found(value: &str, written: &str) -> String {
    let quoted = |value: &str| value.split('`').nth(1).unwrap_or(value).to_owned();
    let begins_with_digit = written.trim_start().starts_with(|c: char| c.is_ascii_digit());
    match value {
        "map" if begins_with_digit => "a date that is not in quotes".to_owned(),
        "map" | "newtype struct" | "struct variant" | "enum" => "a table".to_owned(),
        "sequence" | "tuple variant" => "a list".to_owned(),
        "unit value" | "Option value" | "unit variant" | "null" => "nothing".to_owned(),
        "byte array" => "bytes".to_owned(),
        _ if value.starts_with("string ") => format!("the text {}", value.trim_start_matches("string ")),
        _ if value.starts_with("character ") => format!("the text \"{}\"", quoted(value)),
        _ if value.starts_with("boolean ") => quoted(value),
        _ if value.starts_with("integer ") || value.starts_with("floating point ") => {
            format!("the number {}", quoted(value))
        }
        other => other.to_owned(),
    }
}

/// What should stand there.
fn wanted_in_words(wanted: &str) -> String {
    let wanted = wanted.trim();
    let number = |text: &str| text.split_whitespace().find_map(|word| word.parse::<usize>().ok());
    let list = || "a list in square brackets, such as [\"a\", \"b\"]".to_owned();
    let table = || "a table of names and values, such as { name = \"...\" }".to_owned();
    match wanted {
        "f64" | "f32" => "a number".to_owned(),
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number of 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" | "a borrowed string" | "string" | "path string" | "a character" => "text in quotes".to_owned(),
        "a sequence" => list(),
        "a map" | "map" => table(),
        "variant identifier" | "field identifier" => "a name in quotes".to_owned(),
        "unit" | "option" => "nothing".to_owned(),
        "a spanned value" => "a value".to_owned(),
        _ if wanted.starts_with("a nonzero ") => "a whole number other than 0".to_owned(),
        _ if wanted.starts_with("an array of length ")
            || wanted.starts_with("a tuple of size ")
            || wanted.starts_with("tuple ")
            || wanted.starts_with("array of ") =>
        {
            number(wanted).map_or_else(list, |n| format!("a list of {n}"))
        }
        _ if wanted.starts_with("struct ") => table(),
        _ if wanted.starts_with("enum ") => "a name in quotes".to_owned(),
        own => own.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::{WAYS, said};
    use crate::instrument::excerpt::from_toml;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Inner {
        name: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        One,
        Two,
    }

    fn fault<T: DeserializeOwned + std::fmt::Debug>(value: &str) -> String {
        let text = format!("x = {value}");
        let error = from_toml::<BTreeMap<String, T>>(Path::new("t.toml"), &text).expect_err(value);
        let place = error.place.as_deref().expect("a place");
        assert_eq!(place, "t.toml:1", "{value}");
        error.to_string()
    }

    /// Every kind of value, where every other kind stands: no word of the reader's own is left.
    #[test]
    fn readers_speak_plainly_of_every_kind() {
        let values =
            ["1", "-1", "1.5", "true", "\"text\"", "[1]", "[1, 2]", "{ a = 1 }", "2026-03-31", "09:30:00", "70000"];
        let mut seen = 0;
        let mut look = |wanted: &str, messages: Vec<Option<String>>| {
            for message in messages.into_iter().flatten() {
                for word in [
                    "f64",
                    "usize",
                    "u8",
                    "i64",
                    "struct",
                    "sequence",
                    "a map",
                    "integer",
                    "floating",
                    "boolean",
                    "path string",
                    "a string",
                    "untagged",
                    "invalid type",
                    "invalid value",
                    "invalid length",
                    "enum",
                    "variant",
                ] {
                    assert!(!message.contains(word), "{word} of {wanted}: {message}");
                }
                assert!(message.contains("expected"), "{wanted}: {message}");
                seen += 1;
            }
        };
        macro_rules! every {
            ($($type:ty),+) => { $(
                let messages = values.iter().map(|value| {
                    let text = format!("x = {value}");
                    let fits = from_toml::<BTreeMap<String, $type>>(Path::new("t.toml"), &text).is_ok();
                    (!fits).then(|| fault::<$type>(value))
                });
                look(stringify!($type), messages.collect());
            )+ };
        }
        every!(f64, f32, usize, u8, u32, i64, bool, String, PathBuf, Vec<String>, [f64; 2], (f64, f64), Inner, Kind);
        every!(BTreeMap<String, f64>, Option<f64>, toml::Spanned<f64>, std::num::NonZeroU32, char);
        assert!(seen > 120, "{seen}");
    }

    #[test]
    fn what_stands_there_and_what_should_is_said() {
        for (message, found, expected) in [
            (fault::<f64>("\"many\""), "the text \"many\"", "a number"),
            (fault::<usize>("-1"), "the number -1", "a whole number of 0 or more"),
            (fault::<usize>("1.5"), "the number 1.5", "a whole number of 0 or more"),
            (fault::<u8>("300"), "the number 300", "a whole number from 0 to 255"),
            (fault::<bool>("\"yes\""), "the text \"yes\"", "true or false"),
            (fault::<String>("5"), "the number 5", "text in quotes"),
            (fault::<String>("2026-03-31"), "a date that is not in quotes", "text in quotes"),
            (fault::<String>("[\"a\"]"), "a list", "text in quotes"),
            (fault::<Vec<String>>("\"a\""), "the text \"a\"", "a list in square brackets"),
            (fault::<[f64; 2]>("[1]"), "1 entry", "a list of 2"),
            (fault::<Inner>("3"), "the number 3", "a table of names and values"),
            (fault::<Kind>("3"), "this is no name", "in quotes"),
        ] {
            assert!(message.contains(found) && message.contains(expected), "{found}, {expected}: {message}");
        }
        let json = serde_json::from_str::<Inner>("{\"name\": 3}").expect_err("a number").to_string();
        assert_eq!(said(&json), "the number 3 in place of text in quotes at line 1 column 10");
        assert_eq!(said("EOF while parsing"), "EOF while parsing");
    }

    /// Whatever can be written in several ways in a definition has words for them.
    #[test]
    fn every_value_with_several_ways_is_known() {
        fn files(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).expect("the sources").flatten() {
                match entry.path() {
                    path if path.is_dir() => files(&path, found),
                    path => found.push(path),
                }
            }
        }
        let mut sources = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
        let mut names = Vec::new();
        for source in sources.iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")) {
            let text = std::fs::read_to_string(source).expect("a source");
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            for at in (0..lines.len()).filter(|&at| lines[at] == "#[serde(untagged)]") {
                let is_read = lines[at.saturating_sub(3)..=at].iter().any(|line| line.contains("Deserialize"));
                let name = lines[at..].iter().find_map(|line| line.split_once("enum ").map(|(_, name)| name));
                names.extend(name.filter(|_| is_read).map(|name| name.trim_end_matches(" {").to_owned()));
            }
        }
        names.sort();
        assert_eq!(
            names,
            WAYS.map(|(name, _)| name),
            "an untagged value without words of its own, or words without one"
        );
    }
}
