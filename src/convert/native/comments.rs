//! The comments of a definition, by the table that they stand above.

/// The comments above each table header, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// Above `[instrument]`.
    pub head: String,
    /// Above `[scales.NAME]`, by name.
    pub scales: Vec<(String, String)>,
    /// Above each `[[section]]`.
    pub sections: Vec<String>,
    /// Above each `[[section.question]]`, those inside groups included.
    pub questions: Vec<String>,
    /// The lines of comments that stand anywhere else.
    pub elsewhere: Vec<usize>,
}

/// Finds the comments, passing over texts that hold a `#`.
pub(super) fn comments(text: &str) -> Comments {
    let mut found = Comments::default();
    let mut pending: Vec<(usize, String)> = Vec::new();
    let mut inside: Option<&str> = None;
    for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        let began_inside = inside.is_some();
        let comment = comment_in(line, &mut inside);
        let trimmed = line.trim();
        if !began_inside && trimmed.starts_with('#') {
            pending.push((number, trimmed.trim_start_matches('#').trim().to_owned()));
            continue;
        }
        if comment {
            found.elsewhere.push(number);
        }
        if trimmed.is_empty() && !began_inside {
            continue;
        }
        let block = pending.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n");
        let header =
            (!began_inside && trimmed.starts_with('[')).then(|| trimmed.split('#').next().unwrap_or("").trim());
        match header {
            Some("[instrument]") => found.head = block,
            Some("[[section]]") => found.sections.push(block),
            Some(header) if header.starts_with("[[section.question") => found.questions.push(block),
            Some(header) if header.starts_with("[scales.") => {
                let name = header.trim_start_matches("[scales.").trim_end_matches(']').trim_matches('"');
                found.scales.push((name.to_owned(), block));
            }
            _ => found.elsewhere.extend(pending.iter().map(|(line, _)| *line)),
        }
        pending.clear();
    }
    found.elsewhere.extend(pending.iter().map(|(line, _)| *line));
    found.elsewhere.sort_unstable();
    found
}

/// Whether a comment begins in the line; follows texts over several lines.
fn comment_in(line: &str, inside: &mut Option<&'static str>) -> bool {
    let mut rest = line;
    while !rest.is_empty() {
        if let Some(mark) = *inside {
            if mark.starts_with('"') && rest.starts_with('\\') {
                rest = rest.char_indices().nth(2).map_or("", |(at, _)| &rest[at..]);
            } else if let Some(after) = rest.strip_prefix(mark) {
                *inside = None;
                rest = after;
            } else {
                rest = rest.char_indices().nth(1).map_or("", |(at, _)| &rest[at..]);
            }
            continue;
        }
        if rest.starts_with('#') {
            return true;
        }
        match ["\"\"\"", "'''", "\"", "'"].into_iter().find(|mark| rest.starts_with(mark)) {
            Some(mark) => {
                *inside = Some(mark);
                rest = &rest[mark.len()..];
            }
            None => rest = rest.char_indices().nth(1).map_or("", |(at, _)| &rest[at..]),
        }
    }
    // A text in single marks ends with its line.
    if inside.is_some_and(|mark| mark.len() == 1) {
        *inside = None;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::comments;

    #[test]
    fn comments_are_told_from_texts_with_a_hash() {
        let found = comments(
            "# One\n# two\n[instrument]\nid = \"a#b\" # beside\nintroduction = \"\"\"\n# not a comment\n\"\"\"\n\n# scale\n[scales.a]\n\
             [[section]]\n# above a key\nid = \"s\"\n# q\n[[section.question]]\nid = 'x#'\n# end\n",
        );
        assert_eq!(found.head, "One\ntwo");
        assert_eq!(found.scales, [("a".to_owned(), "scale".to_owned())]);
        assert_eq!((found.sections, found.questions), (vec![String::new()], vec!["q".to_owned()]));
        assert_eq!(found.elsewhere, [4, 12, 17]);
    }
}
