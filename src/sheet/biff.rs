//! The records of the old binary workbook, and what lies in them across their continuations.

use super::limits::Reading;
use crate::error::Result;

const CONTINUE: u16 = 0x003C;

/// Goes through records.
pub(super) struct Records<'a> {
    stream: &'a [u8],
    at: usize,
    reading: &'a Reading<'a>,
}

/// A record with its continuations.
pub(super) struct Record<'a> {
    pub kind: u16,
    data: &'a [u8],
    more: Vec<&'a [u8]>,
}

impl<'a> Records<'a> {
    pub fn new(stream: &'a [u8], at: usize, reading: &'a Reading<'a>) -> Self {
        Records { stream, at, reading }
    }

    /// The next record; none at the end of the stream.
    pub fn next(&mut self) -> Result<Option<Record<'a>>> {
        let start = self.at;
        let Some((kind, data)) = self.take() else { return Ok(None) };
        let mut more = Vec::new();
        while self.stream.get(self.at..self.at + 2) == Some(&CONTINUE.to_le_bytes()[..]) {
            match self.take() {
                Some((_, data)) => more.push(data),
                None => break,
            }
        }
        if !self.reading.count_inflated(self.at - start) {
            let limit = self.reading.limits.inflated_bytes;
            return Err(self.reading.too_large("the workbook", "bytes in all sheets together", limit));
        }
        Ok(Some(Record { kind, data, more }))
    }

    fn take(&mut self) -> Option<(u16, &'a [u8])> {
        let head = self.stream.get(self.at..self.at.checked_add(4)?)?;
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let data = self.stream.get(self.at + 4..self.at + 4 + length)?;
        self.at += 4 + length;
        Some((kind, data))
    }
}

impl<'a> Record<'a> {
    /// The record's content from its beginning.
    pub fn pieces(&self) -> Pieces<'_> {
        Pieces { now: self.data, more: &self.more }
    }
}

/// The content of a record, read from front to back; every step gives none where it is cut short.
#[derive(Clone, Copy)]
pub(super) struct Pieces<'a> {
    now: &'a [u8],
    more: &'a [&'a [u8]],
}

impl Pieces<'_> {
    /// Goes on to the continuation when a piece is used up; false at the end.
    fn ready(&mut self) -> bool {
        while self.now.is_empty() {
            let Some((next, rest)) = self.more.split_first() else { return false };
            (self.now, self.more) = (next, rest);
        }
        true
    }

    /// Bytes that are left, at least in this piece.
    pub fn left(&mut self) -> usize {
        if self.ready() { self.now.len() } else { 0 }
    }

    pub fn u8(&mut self) -> Option<u8> {
        if !self.ready() {
            return None;
        }
        let (&byte, rest) = self.now.split_first()?;
        self.now = rest;
        Some(byte)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.u8()?;
        }
        Some(bytes)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    pub fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            if !self.ready() {
                return None;
            }
            let step = bytes.min(self.now.len());
            self.now = &self.now[step..];
            bytes -= step;
        }
        Some(())
    }

    /// So many characters of 8 or 16 bits. Where a text goes on in a continuation, a byte there says the width anew.
    pub fn characters(&mut self, length: usize, mut wide: bool) -> Option<String> {
        let mut units: Vec<u16> = Vec::new();
        while units.len() < length {
            if self.now.is_empty() {
                if !self.ready() {
                    return None;
                }
                wide = self.u8()? & 1 != 0;
                continue;
            }
            if wide {
                units.push(self.u16()?);
            } else {
                units.push(u16::from(self.u8()?));
            }
        }
        Some(String::from_utf16_lossy(&units))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Limits;
    use super::*;

    #[test]
    fn a_text_goes_on_in_a_continuation_of_another_width() {
        let mut stream = vec![0xFC, 0, 2, 0, b'a', b'b'];
        stream.extend([0x3C, 0, 3, 0, 1, b'c', 0]);
        stream.extend([0x3C, 0, 2, 0, 0, b'd']);
        stream.extend([0x0A, 0, 0, 0]);
        let limits = Limits::default();
        let reading = Reading::new(Path::new("x.xls"), &limits);
        let mut records = Records::new(&stream, 0, &reading);
        let record = records.next().expect("within limits").expect("a record");
        assert_eq!(record.pieces().characters(4, false).as_deref(), Some("abcd"));
        assert_eq!(record.pieces().characters(5, false), None);
        assert_eq!(records.next().expect("within limits").map(|record| record.kind), Some(0x0A));
        assert!(records.next().expect("within limits").is_none());
    }
}
