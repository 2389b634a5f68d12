//! Names and values put together in one cell, so that they can be taken apart again.
//!
//! Parts are joined by `|`. A `|` within a part is written `\|`, a `\` is written `\\`; in a difference of two groups,
//! ` - ` within a group is written ` \- `.

/// Several parts in one text.
pub(super) fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let escaped: Vec<String> = parts.into_iter().map(|part| part.replace('\\', "\\\\").replace('|', "\\|")).collect();
    escaped.join("|")
}

/// A text of joined parts and one more part.
pub(super) fn with(outer: &str, part: &str) -> String {
    let part = joined([part]);
    if outer.is_empty() { part } else { format!("{outer}|{part}") }
}

/// The first group less the second.
pub(super) fn difference(one: &str, other: &str) -> String {
    let escaped = |part: &str| joined([part]).replace(" - ", " \\- ");
    format!("{} - {}", escaped(one), escaped(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_can_be_told_apart() {
        assert_eq!(joined(["a", "b"]), "a|b");
        assert_ne!(joined(["a|b", "c"]), joined(["a", "b|c"]));
        assert_eq!(joined(["a|b", "c\\"]), "a\\|b|c\\\\");
        assert_eq!(with("", "x|y"), "x\\|y");
        assert_ne!(difference("a - b", "c"), difference("a", "b - c"));
    }
}
