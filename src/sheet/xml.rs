//! The markup inside xlsx and ods, as a stream of elements and texts in bounded memory.
//!
//! A scanner rather than a parser: it knows elements, attributes, texts, CDATA sections and the five entities that
//! spreadsheets use. It knows no document types, hence no entities that grow. It holds one element or text at a
//! time, and no more of it than [`Limits::text_bytes`](super::Limits::text_bytes).

use std::borrow::Cow;

use super::archive::Part;
use super::limits::Reading;
use crate::error::Result;

const CHUNK: usize = 64 << 10;

/// A part being scanned.
pub(super) struct Xml<'a> {
    /// What is still to be inflated.
    part: Option<Part<'a>>,
    reading: &'a Reading<'a>,
    buffer: Cow<'a, [u8]>,
    start: usize,
    filled: usize,
    ended: bool,
}

/// The next thing in a part.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// The start of an element; there is no `Close` when it is empty.
    Open(Tag<'a>),
    /// The end of an element, by its name with prefix.
    Close(Name<'a>),
    /// Text with entities still in it.
    Text(&'a [u8]),
    /// Text as it stands.
    Literal(&'a [u8]),
    /// The end of the part.
    End,
}

/// The name of an element, with its prefix.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name<'a>(&'a [u8]);

impl<'a> Name<'a> {
    /// The name without its prefix.
    pub fn local(self) -> &'a [u8] {
        local(self.0)
    }

    /// The name with its prefix.
    pub fn full(self) -> &'a [u8] {
        self.0
    }
}

fn local(name: &[u8]) -> &[u8] {
    match name.iter().position(|&b| b == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// The start of an element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'a> {
    pub name: Name<'a>,
    pub empty: bool,
    attributes: &'a [u8],
}

impl<'a> Tag<'a> {
    /// The attributes, each with its full name and its raw value.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.attributes }
    }

    /// An attribute by its name: without a prefix when `name` has none, in full otherwise.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let full = name.contains(':');
        self.attributes()
            .find(|(key, _)| if full { *key == name.as_bytes() } else { local(key) == name.as_bytes() })
            .map(|(_, value)| unescaped(value))
    }
}

/// Goes through attributes; stops at anything that is none.
pub(super) struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_ascii_start();
        let equals = rest.iter().position(|&b| b == b'=')?;
        let name = rest[..equals].trim_ascii_end();
        let rest = rest[equals + 1..].trim_ascii_start();
        let (&quote, rest) = rest.split_first()?;
        if quote != b'"' && quote != b'\'' {
            return None;
        }
        let end = find(rest, quote)?;
        self.rest = &rest[end + 1..];
        Some((name, &rest[..end]))
    }
}

/// The place of a byte, eight at a time.
fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let pattern = LOW * u64::from(wanted);
    let mut at = 0;
    while let Some(word) = bytes.get(at..at + 8) {
        let word: [u8; 8] = word.try_into().ok()?;
        let differing = u64::from_le_bytes(word) ^ pattern;
        let zero = differing.wrapping_sub(LOW) & !differing & HIGH;
        if zero != 0 {
            return Some(at + (zero.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    bytes[at..].iter().position(|&b| b == wanted).map(|i| at + i)
}

/// The place of a text. Its last byte is looked for, which in markup is rarer than its first.
pub(super) fn find_text(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let before = wanted.len().checked_sub(1)?;
    let mut from = before.min(bytes.len());
    while let Some(at) = find(&bytes[from..], wanted[before]) {
        let start = from + at - before;
        if bytes[start..].starts_with(wanted) {
            return Some(start);
        }
        from += at + 1;
    }
    None
}

/// The end of an element's start: the first `>` outside quotes.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let end = from + find(&bytes[from..], b'>')?;
        let quote = bytes[from..end].iter().position(|&b| b == b'"' || b == b'\'');
        let Some(opening) = quote.map(|q| from + q) else { return Some(end) };
        from = opening + 1 + find(&bytes[opening + 1..], bytes[opening])? + 1;
    }
}

/// What the next bytes are, and how many of them.
enum Piece {
    Tag(usize),
    Text(usize),
    Literal { skip: usize, end: usize, length: usize },
    Skip(usize),
    More,
    DocumentType,
}

fn piece(bytes: &[u8], ended: bool) -> Piece {
    if bytes.first() != Some(&b'<') {
        return match find(bytes, b'<') {
            Some(end) => Piece::Text(end),
            None if ended => Piece::Text(bytes.len()),
            None => Piece::More,
        };
    }
    let delimited = |open: usize, close: &[u8]| find_text(&bytes[open..], close).map(|at| open + at);
    if bytes.starts_with(b"<!--") {
        delimited(4, b"-->").map_or(Piece::More, |at| Piece::Skip(at + 3))
    } else if bytes.starts_with(b"<![CDATA[") {
        delimited(9, b"]]>").map_or(Piece::More, |at| Piece::Literal { skip: 9, end: at, length: at + 3 })
    } else if bytes.starts_with(b"<?") {
        delimited(2, b"?>").map_or(Piece::More, |at| Piece::Skip(at + 2))
    } else if bytes.starts_with(b"<!D") || bytes.starts_with(b"<!d") {
        Piece::DocumentType
    } else if bytes.starts_with(b"<!") && bytes.len() < 9 && !ended {
        Piece::More
    } else {
        tag_end(bytes).map_or(Piece::More, Piece::Tag)
    }
}

impl<'a> Xml<'a> {
    pub fn new(part: Part<'a>, reading: &'a Reading<'a>) -> Result<Self> {
        let mut xml =
            Xml { part: Some(part), reading, buffer: vec![0; CHUNK].into(), start: 0, filled: 0, ended: false };
        xml.fill()?;
        xml.start = Self::check_start(&xml.buffer[..xml.filled], reading)?;
        Ok(xml)
    }

    /// A part of which something has been inflated already.
    pub fn resume(inflated: Vec<u8>, part: Part<'a>, reading: &'a Reading<'a>) -> Self {
        Xml { part: Some(part), reading, start: 0, filled: inflated.len(), buffer: inflated.into(), ended: false }
    }

    /// Markup in memory, with nothing behind it.
    pub fn of(block: &'a [u8], reading: &'a Reading<'a>) -> Self {
        Xml { part: None, reading, start: 0, filled: block.len(), buffer: block.into(), ended: true }
    }

    /// How many bytes at the start of a part only say how it is written.
    pub fn check_start(bytes: &[u8], reading: &Reading<'_>) -> Result<usize> {
        match bytes.get(..3) {
            Some([0xEF, 0xBB, 0xBF]) => Ok(3),
            Some([0xFE, 0xFF, _] | [0xFF, 0xFE, _]) => Err(reading.damaged("a part in UTF-16")),
            _ => Ok(0),
        }
    }

    /// The next element or text.
    pub fn next(&mut self) -> Result<Token<'_>> {
        let (kind, from) = loop {
            if self.start == self.filled && self.ended {
                return Ok(Token::End);
            }
            match piece(&self.buffer[self.start..self.filled], self.ended) {
                Piece::More if self.ended => return Err(self.reading.damaged("a part ends within an element")),
                Piece::More => self.fill()?,
                Piece::DocumentType => return Err(self.reading.damaged("a document type, which no workbook has")),
                Piece::Skip(length) => self.start += length,
                found => break (found, self.start),
            }
        };
        let rest = &self.buffer[from..self.filled];
        Ok(match kind {
            Piece::Tag(end) => {
                self.start += end + 1;
                tag(&rest[1..end])
            }
            Piece::Literal { skip, end, length } => {
                self.start += length;
                Token::Literal(&rest[skip..end])
            }
            Piece::Text(length) => {
                self.start += length;
                Token::Text(&rest[..length])
            }
            Piece::Skip(_) | Piece::More | Piece::DocumentType => Token::End,
        })
    }

    /// Moves what is left to the front and reads until the buffer is full, making it larger when it was full.
    fn fill(&mut self) -> Result<()> {
        let buffer = self.buffer.to_mut();
        buffer.copy_within(self.start..self.filled, 0);
        self.filled -= self.start;
        self.start = 0;
        if self.filled == buffer.len() {
            let most = self.reading.limits.text_bytes;
            if buffer.len() >= most {
                return Err(self.reading.too_large("a cell or an element", "bytes", most as u64));
            }
            buffer.resize((buffer.len() * 2).min(most.max(CHUNK)), 0);
        }
        while self.filled < buffer.len() {
            let Some(part) = &mut self.part else {
                self.ended = true;
                break;
            };
            match part.fill(&mut buffer[self.filled..])? {
                0 => {
                    self.ended = true;
                    break;
                }
                read => self.filled += read,
            }
        }
        Ok(())
    }
}

fn tag(inside: &[u8]) -> Token<'_> {
    if let Some(name) = inside.strip_prefix(b"/") {
        return Token::Close(Name(name.trim_ascii_end()));
    }
    let (inside, empty) = match inside.strip_suffix(b"/") {
        Some(inside) => (inside, true),
        None => (inside, false),
    };
    let end = inside.iter().position(u8::is_ascii_whitespace).unwrap_or(inside.len());
    Token::Open(Tag { name: Name(&inside[..end]), empty, attributes: &inside[end..] })
}

/// A raw value as text, its entities replaced.
pub(super) fn unescaped(raw: &[u8]) -> Cow<'_, str> {
    if find(raw, b'&').is_none() && find(raw, b'\r').is_none() {
        return String::from_utf8_lossy(raw);
    }
    let mut out = String::with_capacity(raw.len());
    unescape(raw, &mut out);
    Cow::Owned(out)
}

/// Appends a raw text, its entities replaced and its line ends made `\n`. Unknown entities stay as they are.
pub(super) fn unescape(raw: &[u8], out: &mut String) {
    let text = String::from_utf8_lossy(raw);
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(['&', '\r']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('\r') {
            out.push('\n');
            rest = after.strip_prefix('\n').unwrap_or(after);
            continue;
        }
        let semicolon = rest.bytes().take(12).position(|b| b == b';');
        match semicolon.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((character, end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// Markup is written as text, and characters that XML cannot hold are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(character),
            '\r' => out.push_str("&#13;"),
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {}
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_replaced_once_and_unknown_ones_stay() {
        for (raw, text) in [
            ("a &amp;lt; b", "a &lt; b"),
            ("&#65;&#x42;", "AB"),
            ("&unknown; &", "&unknown; &"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("&#xD;", "\r"),
            ("&#x110000;", "&#x110000;"),
        ] {
            assert_eq!(unescaped(raw.as_bytes()), text);
        }
    }

    #[test]
    fn a_greater_sign_within_quotes_does_not_end_an_element() {
        assert_eq!(tag_end(br#"<a b=">" c='">'>x"#), Some(15));
        assert_eq!(tag_end(br#"<a b=">"#), None);
    }

    #[test]
    fn attributes_are_found_with_and_without_prefix() {
        let Token::Open(tag) = tag(br#"x:c r:id = "1" t='a&amp;b'/"#) else { panic!("an element") };
        assert!(tag.empty);
        assert_eq!(tag.name.local(), b"c");
        assert_eq!(tag.attribute("id").as_deref(), Some("1"));
        assert_eq!(tag.attribute("r:id").as_deref(), Some("1"));
        assert_eq!(tag.attribute("t").as_deref(), Some("a&b"));
        assert_eq!(tag.attribute("s"), None);
    }

    #[test]
    fn a_text_is_found_where_it_begins_first() {
        for (bytes, wanted, at) in [
            ("a--->", "-->", Some(2)),
            ("<c><!x", "<!", Some(3)),
            ("!<!", "<!", Some(1)),
            ("<", "<!", None),
            ("", "<!", None),
        ] {
            assert_eq!(find_text(bytes.as_bytes(), wanted.as_bytes()), at, "{bytes}");
        }
    }

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        for at in 0..40 {
            let mut bytes = vec![b'.'; 40];
            bytes[at] = b'<';
            assert_eq!(find(&bytes, b'<'), Some(at));
            assert_eq!(find(&bytes[..at], b'<'), None);
        }
    }
}
