//! What fits: texts into cells, rows and footers, names onto sheets and tables.

use std::collections::BTreeSet;

/// The height of a line of letters, in points.
pub(crate) const LINE: f64 = 16.0;

/// The height of a title's row, in points.
pub(crate) const TITLE: f64 = 24.0;

/// The height of a row, in points, in which every wrapped text can be read; each text with the width of its column.
///
/// Spreadsheet programs differ in when they fit rows to their texts, so no row is left to them.
pub(crate) fn height<'a>(texts: impl Iterator<Item = (&'a str, f64)>) -> f64 {
    let lines = texts.map(|(text, width)| lines(text, width)).max().unwrap_or(1);
    // Excel's limit is 409.5 points.
    (LINE * lines as f64).min(405.0)
}

/// How many lines a text takes in a column of a width in characters, broken between words.
pub(crate) fn lines(text: &str, width: f64) -> usize {
    // Letters are narrower than the digits by which columns are measured; wide ones are not.
    let room = (width * 1.06 - 1.0).max(4.0) as usize;
    text.lines()
        .map(|line| {
            let (mut lines, mut used) = (1, 0);
            for word in line.split_whitespace() {
                let length = word.chars().count();
                if used > 0 && used + 1 + length > room {
                    lines += 1;
                    used = 0;
                }
                used += usize::from(used > 0) + length;
                lines += used.saturating_sub(1) / room;
                used = if used > room { (used - 1) % room + 1 } else { used };
            }
            lines
        })
        .sum::<usize>()
        .max(1)
}

/// A text in lines of so many characters at most, broken between words.
pub(crate) fn broken(text: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + word.chars().count() >= most {
            lines.push(std::mem::take(&mut line));
        }
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// A text that a cell can hold: longer ones end in an ellipsis.
pub(crate) fn clipped(text: &str) -> String {
    // Excel counts UTF-16 units, of which a character takes at most two.
    const LIMIT: usize = 16_000;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The beginning of a text, of at most so many UTF-16 units, in which spreadsheet programs count.
pub(crate) fn cut(text: &str, room: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= room
        })
        .collect()
}

/// A text in a footer, where `&` begins a code and at most 255 characters fit.
pub(crate) fn footer(text: &str) -> String {
    text.chars().take(90).collect::<String>().replace('&', "&&")
}

/// The names already given to sheets and to tables.
#[derive(Debug, Default)]
pub(crate) struct Names {
    sheets: BTreeSet<String>,
    tables: BTreeSet<String>,
}

impl Names {
    /// A sheet's name near the wanted one that spreadsheet programs accept and no other sheet has.
    pub fn sheet(&mut self, wanted: &str) -> String {
        let plain: String = wanted
            .chars()
            .map(|c| if c.is_control() || "[]:*?/\\'".contains(c) || c.is_whitespace() { '_' } else { c })
            .collect();
        unique(&mut self.sheets, if plain.is_empty() { "Sheet" } else { &plain }, 31)
    }

    /// A table's name near the wanted one: letters, digits and underscores, and never the name of a cell.
    pub fn table(&mut self, wanted: &str) -> String {
        let plain: String = wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        unique(&mut self.tables, &format!("table_{}", plain.to_ascii_lowercase()), 120)
    }
}

fn unique(used: &mut BTreeSet<String>, wanted: &str, longest: usize) -> String {
    let mut name = cut(wanted, longest);
    let mut again = 1;
    while !used.insert(name.to_lowercase()) {
        again += 1;
        let tail = format!("_{again}");
        name = format!("{}{tail}", cut(wanted, longest - tail.len()));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legal_and_never_given_twice() {
        let mut names = Names::default();
        assert_eq!(names.sheet("q1/a: what?"), "q1_a__what_");
        assert_eq!(names.sheet("Q1_a__what_"), "Q1_a__what__2");
        let long = "a".repeat(40);
        assert_eq!(names.sheet(&long).len(), 31);
        assert!(names.sheet(&long).ends_with("_2"));
        assert_eq!(names.table("q1"), "table_q1");
        assert_eq!(names.table("Q1"), "table_q1_2");
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(broken("one two  three", 8), ["one two", "three"]);
        assert_eq!(broken("", 8), [""]);
        assert_eq!(broken("incomprehensible it is", 8), ["incomprehensible", "it is"]);
    }

    #[test]
    fn rows_are_as_high_as_their_texts() {
        assert_eq!(height([("one line", 20.0), ("", 5.0)].into_iter()), LINE);
        assert_eq!(lines("aaaa bbbb cccc", 10.5), 2);
        assert_eq!(lines("aaaa bbbb cccc", 16.0), 1);
        assert_eq!(lines(&"a".repeat(30), 10.5), 3);
        assert_eq!(lines("one\ntwo", 20.0), 2);
    }

    #[test]
    fn a_text_longer_than_a_cell_is_cut_between_characters() {
        assert_eq!(clipped(&"é".repeat(40_000)).chars().count(), 16_001);
        assert_eq!(clipped("short"), "short");
    }
}
