//! The markup of a sheet in blocks that can be scanned side by side.
//!
//! A sheet is cut before its rows, where nothing of one block reaches into the next but the number of the row and whether the
//! rows have begun. The cuts follow from the bytes alone, so that what is read does not depend on the number of threads.
//! Where the markup holds comments or literal sections, in which a row could be no row, it is not cut any further.

use super::archive::Part;
use super::limits::Reading;
use super::xml::{Xml, find_text};
use crate::error::Result;

/// From how many bytes on a block is cut off.
const BLOCK: usize = 512 << 10;
/// How many blocks are in memory at once.
const WAVE: usize = 16;
/// How many bytes are inflated at a time.
const CHUNK: usize = 64 << 10;

/// A part, cut as it is inflated.
pub(super) struct Blocks<'a> {
    part: Part<'a>,
    /// Inflated, and not yet given away.
    rest: Vec<u8>,
    /// How many bytes of `rest` are known to hold no comment and no literal section.
    plain: usize,
    at_start: bool,
    ended: bool,
    whole: bool,
}

/// The next blocks, or what cannot be cut.
pub(super) enum Next<'a> {
    /// Blocks in their order.
    Wave(Vec<Vec<u8>>),
    /// All that is left, as a stream.
    Rest(Xml<'a>),
    /// Nothing more.
    End,
}

impl<'a> Blocks<'a> {
    pub fn of(part: Part<'a>) -> Self {
        Blocks { part, rest: Vec::new(), plain: 0, at_start: true, ended: false, whole: false }
    }

    /// The next blocks. After [`Next::Rest`] there is nothing more.
    pub fn next(mut self, reading: &'a Reading<'a>) -> Result<(Next<'a>, Option<Self>)> {
        let mut wave = Vec::new();
        while wave.len() < WAVE && !self.whole {
            match self.block(reading)? {
                Some(block) => wave.push(block),
                None => break,
            }
        }
        if !wave.is_empty() {
            return Ok((Next::Wave(wave), Some(self)));
        }
        if self.rest.is_empty() && self.ended {
            return Ok((Next::End, None));
        }
        Ok((Next::Rest(Xml::resume(self.rest, self.part, reading)), None))
    }

    /// The next block; none at the end, and where the markup cannot be cut.
    fn block(&mut self, reading: &Reading<'_>) -> Result<Option<Vec<u8>>> {
        while !self.ended && self.rest.len() < BLOCK {
            let filled = self.rest.len();
            self.rest.resize(filled + CHUNK, 0);
            let read = self.part.fill(&mut self.rest[filled..])?;
            self.rest.truncate(filled + read);
            self.ended = read == 0;
        }
        if self.at_start {
            Xml::check_start(&self.rest, reading)?;
        }
        if self.ended {
            return Ok(Some(std::mem::take(&mut self.rest)).filter(|block| !block.is_empty()));
        }
        let cut = if self.is_plain() { last_row(&self.rest) } else { None };
        let Some(cut) = cut else {
            self.whole = true;
            return Ok(None);
        };
        self.at_start = false;
        let rest = self.rest.split_off(cut);
        self.plain = 0;
        Ok(Some(std::mem::replace(&mut self.rest, rest)))
    }

    /// Whether there is neither a comment nor a literal section nor an instruction, but for the one at the beginning.
    fn is_plain(&mut self) -> bool {
        let from = if self.at_start { 5.min(self.rest.len()) } else { self.plain };
        self.plain = self.rest.len().saturating_sub(1);
        [b"<!", b"<?"].iter().all(|mark| find_text(&self.rest[from..], *mark).is_none())
    }
}

/// Where the last row begins that follows the end of an element, if there is one behind the beginning.
fn last_row(bytes: &[u8]) -> Option<usize> {
    let is_row = |at: &usize| {
        let after = bytes[*at..].strip_prefix(b"<row").and_then(|after| after.first());
        let before = bytes[..*at].trim_ascii_end().last();
        before == Some(&b'>') && after.is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>')
    };
    (1..bytes.len()).rev().filter(|at| bytes[*at] == b'<').find(is_row)
}

#[cfg(test)]
mod tests {
    use super::last_row;

    #[test]
    fn a_sheet_is_cut_before_its_last_whole_row() {
        let sheet = br#"<sheetData><row r="1"><c/></row> <row r="2"><c/></row><rowBreaks/><x:row/><row"#;
        assert_eq!(last_row(sheet), sheet.windows(9).position(|w| w == br#"<row r="2"#));
        assert_eq!(last_row(b"<row r=\"1\"><c a='<row '"), None);
        assert_eq!(last_row(b""), None);
    }
}
