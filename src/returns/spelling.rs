//! How texts are compared: what a keyboard, a spreadsheet or a copy-and-paste may do to a text without changing it.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The text without what cannot be seen: compatibility forms (NFKC), typographic quotes and dashes, no-break and zero-width
/// spaces, escapes that spreadsheets leave behind (`_x000D_`), runs of blanks, blanks around.
pub(super) fn tidy(text: &str) -> String {
    let text = unescape(text);
    // What is ASCII has no other form; nearly everything is.
    if text.is_ascii() { tidied(text.chars()) } else { tidied(text.nfkc()) }
}

fn tidied(text: impl Iterator<Item = char>) -> String {
    let mut out = String::with_capacity(text.size_hint().1.unwrap_or_default());
    let mut gap = false;
    for c in text {
        let plain = match c {
            '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' | '\u{02BC}' | '`' | '\u{2032}' => '\'',
            '\u{201C}'..='\u{201F}' | '\u{00AB}' | '\u{00BB}' | '\u{2033}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}' => continue,
            // NFKC makes an acute accent standing alone into a blank and a combining mark.
            '\u{0301}' => {
                gap = false;
                '\''
            }
            c if c.is_whitespace() || c.is_control() => {
                gap = !out.is_empty();
                continue;
            }
            c => c,
        };
        if gap {
            out.push(' ');
            gap = false;
        }
        out.push(plain);
    }
    out
}

/// [`tidy`], without regard to case.
pub(super) fn fold(text: &str) -> String {
    tidy(text).to_lowercase()
}

/// Whether nothing is left of a text that is made tidy.
pub(super) fn is_empty(text: &str) -> bool {
    let visible = |b: u8| b.is_ascii_alphanumeric();
    !text.bytes().next().is_some_and(visible) && tidy(text).is_empty()
}

/// An open answer: line ends made alike, blanks around taken off, the words untouched.
pub(super) fn words(text: &str) -> String {
    let text = unescape(text);
    if !text.contains(['\r', '\u{000B}', '\u{00A0}']) {
        return text.trim().to_owned();
    }
    text.replace("\r\n", "\n").replace(['\r', '\u{000B}'], "\n").replace('\u{00A0}', " ").trim().to_owned()
}

/// Takes out the escapes of carriage returns and the like that Open XML writes as `_x000D_`.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x00") {
        return Cow::Borrowed(text);
    }
    let mut out = text.to_owned();
    for (escape, plain) in [("_x000D_", ""), ("_x000d_", ""), ("_x000A_", "\n"), ("_x000a_", "\n"), ("_x0009_", "\t")] {
        out = out.replace(escape, plain);
    }
    Cow::Owned(out)
}

/// A text of a cell for a finding: in quotes so that blanks show, and not longer than a line.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start:?} and more")
}

#[cfg(test)]
mod tests {
    use super::{fold, quoted, tidy, words};

    #[test]
    fn what_cannot_be_seen_does_not_count() {
        for (typed, meant) in [
            ("  Yes ", "Yes"),
            ("Don\u{2019}t\u{a0}know", "Don't know"),
            ("Very\u{200b} good_x000D_", "Very good"),
            ("\u{201C}At home\u{201D}", "\"At home\""),
            ("A \u{2013} B", "A - B"),
            ("one\r\n two", "one two"),
            ("\u{FF39}es", "Yes"),
        ] {
            assert_eq!(tidy(typed), meant, "{typed:?}");
        }
        assert_eq!(fold(" YES"), "yes");
        assert_ne!(tidy("yes"), tidy("Yes"));
    }

    #[test]
    fn open_answers_keep_their_lines() {
        assert_eq!(words(" one\r\ntwo_x000D_\n "), "one\ntwo");
    }

    #[test]
    fn findings_quote_no_more_than_a_line() {
        assert_eq!(quoted("yes "), "\"yes \"");
        assert!(quoted(&"x".repeat(500)).chars().count() < 80);
    }
}
