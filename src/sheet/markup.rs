//! The markup inside an xlsx or ods as it stands, for those who check how a workbook is made rather than what it says.
//!
//! Behind the same guard as [`read`](super::read): every byte inflated is counted, no library that trusts the file is
//! involved, and a panic is a damaged file.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::archive::Archive;
use super::limits::{Limits, Reading};
use super::recognise::{Content, content};
use super::xml::{Tag, Token, Xml, unescape};
use crate::error::{Error, Result};

/// What a part consists of.
pub(crate) enum Markup<'a> {
    /// The start of an element.
    Open(Element<'a>),
    /// The end of an element that was not empty, by its name without prefix.
    Close(&'a str),
    /// Text, its entities replaced.
    Text(&'a str),
}

/// The start of an element.
pub(crate) struct Element<'a> {
    tag: Tag<'a>,
}

impl Element<'_> {
    /// Its name without prefix.
    pub fn name(&self) -> &str {
        std::str::from_utf8(self.tag.name.local()).unwrap_or_default()
    }

    /// Whether nothing is in it: then no close follows.
    pub fn is_empty(&self) -> bool {
        self.tag.empty
    }

    /// An attribute by its name: without a prefix when `name` has none, in full otherwise.
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        self.tag.attribute(name)
    }
}

/// The parts of one workbook.
pub(crate) struct Parts<'a> {
    archive: Archive<'a>,
    reading: &'a Reading<'a>,
}

impl Parts<'_> {
    /// Whether there is such a part.
    pub fn has(&self, name: &str) -> bool {
        self.archive.has(name)
    }

    /// Goes through a part from its beginning to its end.
    pub fn scan(&self, name: &str, mut visit: impl FnMut(Markup<'_>) -> Result<()>) -> Result<()> {
        let mut archive = self.archive.clone();
        let mut xml = Xml::new(archive.part(name)?, self.reading)?;
        let mut text = String::new();
        loop {
            match xml.next()? {
                Token::Open(tag) => visit(Markup::Open(Element { tag }))?,
                Token::Close(name) => visit(Markup::Close(std::str::from_utf8(name.local()).unwrap_or_default()))?,
                Token::Text(raw) => {
                    text.clear();
                    unescape(raw, &mut text);
                    visit(Markup::Text(&text))?;
                }
                Token::Literal(raw) => visit(Markup::Text(&String::from_utf8_lossy(raw)))?,
                Token::End => return Ok(()),
            }
        }
    }

    /// Counts a cell, and the bytes of its text, that the caller keeps.
    pub fn keep_cell(&self, bytes: usize) -> Result<()> {
        self.reading.count_cells(1)?;
        self.reading.count_text(bytes)
    }

    /// Counts the bytes of a text that the caller keeps.
    pub fn keep_text(&self, bytes: usize) -> Result<()> {
        self.reading.count_text(bytes)
    }

    /// The workbook breaks its format's rules.
    pub fn damaged(&self, how: &str) -> Error {
        self.reading.damaged(how)
    }
}

/// Opens the parts of an xlsx or ods for `work`.
///
/// # Errors
/// When the bytes are those of neither, the file is damaged or locked, exceeds the limits, or `work` says so.
pub(crate) fn markup<T>(
    path: &Path,
    bytes: &[u8],
    limits: &Limits,
    work: impl FnOnce(&Parts<'_>) -> Result<T>,
) -> Result<T> {
    let reading = Reading::new(path, limits);
    if bytes.len() as u64 > limits.file_bytes {
        return Err(reading.too_large("the file", "bytes", limits.file_bytes));
    }
    catch_unwind(AssertUnwindSafe(|| {
        if !matches!(content(bytes, &reading)?, Content::Xlsx | Content::Ods) {
            return Err(Error::file(path, "this is neither an xlsx nor an ods workbook")
                .expected("a workbook in the format of Excel, .xlsx, or an OpenDocument spreadsheet, .ods")
                .hint("save it as xlsx, and check that"));
        }
        work(&Parts { archive: Archive::open(bytes, &reading)?, reading: &reading })
    }))
    .unwrap_or_else(|_| Err(reading.damaged("its structure makes no sense")))
}
