//! Text files: csv and tsv, in any common encoding, with the delimiter that they turn out to have.
//!
//! Every value stays the text that it is: nothing is taken for a number or a date, so identifiers keep their zeros.
//! Rows are counted as a spreadsheet program shows them: empty lines count, line ends within quotes do not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::book::{Book, Cell, Format, Sheet, Shown, Value, Visibility};
use super::limits::Reading;
use crate::error::{Error, Result};

const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// How much of a file is looked at to find its delimiter.
const SNIFFED: usize = 64 << 10;

fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    // UTF-16 without its mark: every other byte of plain text is zero.
    let start = &bytes[..bytes.len().min(1_000)];
    let zeros = |offset: usize| start.iter().skip(offset).step_by(2).filter(|&&b| b == 0).count() * 5;
    if start.len() >= 4 && zeros(1) > start.len() && zeros(0) == 0 {
        UTF_16LE
    } else if start.len() >= 4 && zeros(0) > start.len() && zeros(1) == 0 {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    }
}

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    encoding(bytes).decode_with_bom_removal(bytes).0
}

/// The first bytes of a file as text.
pub(super) fn beginning(bytes: &[u8], most: usize) -> String {
    decode(&bytes[..bytes.len().min(most)]).into_owned()
}

/// Whether the first bytes have what no text has.
pub(super) fn looks_binary(bytes: &[u8]) -> bool {
    let start = beginning(bytes, 8_000);
    let control =
        start.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}')).count();
    start.contains('\0') || control * 50 > start.chars().count()
}

/// Reads delimited text as a book of one sheet.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Book> {
    let text = decode(bytes);
    let mut text = text.as_ref();
    let mut delimiter = None;
    // Excel's own way of naming the delimiter, on a line that is no data.
    if let Some(rest) = text.strip_prefix("sep=") {
        let mut rest = rest.chars();
        if let Some(named) = rest.next().filter(|c| c.is_ascii() && !c.is_ascii_alphanumeric()) {
            let rest = rest.as_str();
            if let Some(rest) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])) {
                (delimiter, text) = (Some(named), rest);
            }
        }
    }
    let delimiter = delimiter.unwrap_or_else(|| sniff(text));
    let mut cells = Vec::new();
    let mut fault = Ok(());
    let end = records(text, delimiter, |field| {
        if field.text.is_empty() {
            return ControlFlow::Continue(());
        }
        fault = keep(&field, reading).map(|()| {
            cells.push(Cell {
                row: field.row,
                column: field.column,
                value: Value::Text(field.text.into()),
                formula: false,
                shown: Shown::Plain,
            });
        });
        if fault.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    fault?;
    if let End::Unclosed { line } = end {
        return Err(Error::file(reading.path, "a quotation mark is opened and never closed")
            .at(format!("{}:{line}", reading.path.display()))
            .expected("a closing quotation mark before the next delimiter")
            .hint("close it, or write it twice if it belongs to the text"));
    }
    let sheet = Sheet { name: String::new(), visibility: Visibility::Visible, cells, merged: Vec::new() };
    Ok(Book { format: Format::Delimited(delimiter), sheets: vec![sheet], properties: BTreeMap::new() })
}

fn keep(field: &Field<'_>, reading: &Reading<'_>) -> Result<()> {
    // A text file has no last row: the limit on cells is enough.
    if field.column >= reading.limits.columns {
        return Err(reading.too_large("a row", "columns", u64::from(reading.limits.columns)));
    }
    if field.text.len() > reading.limits.text_bytes {
        let line = u64::from(field.row) + 1;
        return Err(reading
            .too_large("a field", "bytes", reading.limits.text_bytes as u64)
            .at(format!("{}:{line}", reading.path.display())));
    }
    reading.count_cells(1)?;
    reading.count_text(field.text.len())
}

/// The delimiter that splits most rows into equally many fields, and into the most of them.
fn sniff(text: &str) -> char {
    let mut end = text.len().min(SNIFFED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // A row that is cut off would count as one of another width.
    let end = if end < text.len() { text[..end].rfind('\n').unwrap_or(end) } else { end };
    let text = &text[..end];
    let mut best = (',', 0, 1);
    for delimiter in DELIMITERS {
        let mut widths: BTreeMap<u32, u32> = BTreeMap::new();
        records(text, delimiter, |field| {
            *widths.entry(field.row).or_default() = field.column + 1;
            ControlFlow::Continue(())
        });
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        for width in widths.values() {
            *counts.entry(*width).or_default() += 1;
        }
        let wide = counts.iter().filter(|(width, _)| **width > 1).max_by_key(|(width, count)| (**count, **width));
        if let Some((&width, &count)) = wide
            && (count, width) > (best.1, best.2)
        {
            best = (delimiter, count, width);
        }
    }
    best.0
}

/// One field of a text file.
struct Field<'a> {
    row: u32,
    column: u32,
    text: Cow<'a, str>,
}

/// How a text file ended.
enum End {
    Whole,
    Unclosed { line: usize },
}

/// Goes through the fields, in order. Quotes count only at the beginning of a field; what follows a closing quote up
/// to the delimiter is kept as it stands.
fn records<'a>(text: &'a str, delimiter: char, mut visit: impl FnMut(Field<'a>) -> ControlFlow<()>) -> End {
    let (mut row, mut column, mut rest) = (0u32, 0u32, text);
    while !rest.is_empty() {
        let (field, after) = if let Some(quoted) = rest.strip_prefix('"') {
            let Some((field, after)) = unquote(quoted, delimiter) else {
                let line = text[..text.len() - rest.len()].matches('\n').count() + 1;
                return End::Unclosed { line };
            };
            (Cow::Owned(field), after)
        } else {
            let end = rest.find([delimiter, '\n', '\r']).unwrap_or(rest.len());
            (Cow::Borrowed(&rest[..end]), &rest[end..])
        };
        // An empty line holds no field; a delimiter does, on both of its sides.
        let lone = column == 0 && field.is_empty() && !after.starts_with(delimiter);
        if !lone && visit(Field { row, column, text: field }).is_break() {
            return End::Whole;
        }
        if let Some(next) = after.strip_prefix(delimiter) {
            column += 1;
            rest = next;
            if rest.is_empty() {
                let _ = visit(Field { row, column, text: Cow::Borrowed("") });
            }
        } else {
            rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r'])).unwrap_or(after);
            (row, column) = (row.saturating_add(1), 0);
        }
    }
    End::Whole
}

/// The text up to the closing quote, and what follows the field.
fn unquote(quoted: &str, delimiter: char) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = quoted;
    loop {
        let quote = rest.find('"')?;
        field.push_str(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None => break,
        }
    }
    let end = rest.find([delimiter, '\n', '\r']).unwrap_or(rest.len());
    field.push_str(&rest[..end]);
    Some((field, &rest[end..]))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Limits, read_bytes};
    use super::*;

    fn texts(bytes: &[u8]) -> (char, Vec<(u32, u32, String)>) {
        let book = read_bytes(Path::new("frame.csv"), bytes, &Limits::default()).expect("a text file");
        let Format::Delimited(delimiter) = book.format else { panic!("not read as text") };
        (delimiter, book.sheets[0].cells.iter().map(|cell| (cell.row, cell.column, cell.text())).collect())
    }

    fn at(row: u32, column: u32, text: &str) -> (u32, u32, String) {
        (row, column, text.to_owned())
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_shows_them() {
        let (_, cells) = texts(b"id,note\r\n007,\"two\nlines, \"\"quoted\"\"\"\r\n\r\n008,\r\n");
        assert_eq!(
            cells,
            [at(0, 0, "id"), at(0, 1, "note"), at(1, 0, "007"), at(1, 1, "two\nlines, \"quoted\""), at(3, 0, "008")]
        );
    }

    #[test]
    fn the_delimiter_is_the_one_that_splits_alike() {
        for (text, delimiter) in [
            ("a;b\n1,5;2\n3;4\n", ';'),
            ("a\tb, c\n1\t2\n", '\t'),
            ("a|b\n1|2\n", '|'),
            ("only\none\ncolumn\n", ','),
            ("sep=|\na;b|c\n", '|'),
            ("a,b;c\n1,2\n", ','),
        ] {
            assert_eq!(texts(text.as_bytes()).0, delimiter, "{text}");
        }
    }

    #[test]
    fn every_common_encoding_is_read() {
        let text = "name,côte\nÅsa,“é”\n";
        let utf16 = |big: bool, mark: bool| -> Vec<u8> {
            let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
            units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let expected = [at(0, 0, "name"), at(0, 1, "côte"), at(1, 0, "Åsa"), at(1, 1, "“é”")];
        let marked = ["\u{feff}", text].concat();
        let windows = WINDOWS_1252.encode(text).0.into_owned();
        for bytes in [text.into(), marked.into_bytes(), utf16(false, true), utf16(true, true), windows] {
            assert_eq!(texts(&bytes).1, expected, "{bytes:?}");
        }
        let plain: Vec<u8> = "id,area\n1,North\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(texts(&plain).1.len(), 4);
    }

    #[test]
    fn an_open_quotation_mark_is_placed() {
        let error =
            read_bytes(Path::new("frame.csv"), b"a,b\n1,\"open\n2,3\n", &Limits::default()).expect_err("unclosed");
        assert_eq!(error.place.as_deref(), Some("frame.csv:2"));
    }
}
