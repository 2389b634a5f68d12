//! The binary form of Open XML: the parts of a workbook as streams of records.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::archive::{Archive, Part};
use super::book::{Area, Book, Cell, Format, Sheet, Shown, Value, Visibility};
use super::limits::Reading;
use super::number_format::NumberFormat;
use super::xls::{error, unpack};
use super::xlsx;
use crate::error::Result;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Book> {
    let mut archive = Archive::open(bytes, reading)?;
    let main = xlsx::main_part(&mut archive, reading, "xl/workbook.bin")?;
    let relations = xlsx::relations(&mut archive, reading, &main)?;
    let (listed, from_1904) = listed_sheets(archive.part(&main)?, reading)?;
    let of_kind = |kind: &str| relations.values().find(|r| r.kind == kind).map(|r| r.target.clone());
    let strings = match of_kind("sharedStrings").filter(|part| archive.has(part)) {
        Some(part) => shared_strings(archive.part(&part)?, reading)?,
        None => Vec::new(),
    };
    let styles = match of_kind("styles").filter(|part| archive.has(part)) {
        Some(part) => styles(archive.part(&part)?, reading)?,
        None => Vec::new(),
    };
    let shared = Shared { strings, styles, from_1904 };
    let mut sheets = Vec::new();
    for Listed { name, relation, visibility } in listed {
        let Some(relation) = relations.get(&relation).filter(|relation| relation.kind == "worksheet") else { continue };
        let (cells, merged) = worksheet(archive.part(&relation.target)?, &shared, reading)
            .map_err(|error| xlsx::name_sheet(error, reading, &name))?;
        sheets.push(Sheet { name, visibility, cells, merged }.settle());
    }
    Ok(Book { format: Format::Xlsb, sheets, properties: xlsx::properties(&mut archive, reading)? })
}

/// A part read record by record: a number of 7 bits a byte for the kind, another for the length, then the content.
struct Records<'a> {
    part: Part<'a>,
    reading: &'a Reading<'a>,
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    ended: bool,
}

impl<'a> Records<'a> {
    fn new(part: Part<'a>, reading: &'a Reading<'a>) -> Self {
        Records { part, reading, buffer: vec![0; 64 << 10], start: 0, filled: 0, ended: false }
    }

    /// The next record's kind and content; none at the end of the part.
    fn next(&mut self) -> Result<Option<(u16, Content<'_>)>> {
        loop {
            if let Some((kind, from, length)) = head(&self.buffer[self.start..self.filled]) {
                let most = self.reading.limits.text_bytes;
                if length > most {
                    return Err(self.reading.too_large("a record", "bytes", most as u64));
                }
                let from = self.start + from;
                if from + length <= self.filled {
                    self.start = from + length;
                    return Ok(Some((kind, Content { bytes: &self.buffer[from..from + length] })));
                }
            }
            if self.ended {
                return match self.start == self.filled {
                    true => Ok(None),
                    false => Err(self.reading.damaged("a part ends within a record")),
                };
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<()> {
        self.buffer.copy_within(self.start..self.filled, 0);
        self.filled -= self.start;
        self.start = 0;
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        while self.filled < self.buffer.len() {
            match self.part.fill(&mut self.buffer[self.filled..])? {
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

/// A record's kind, where its content begins and how long that is; none when there is too little to tell.
fn head(bytes: &[u8]) -> Option<(u16, usize, usize)> {
    let first = *bytes.first()?;
    let (kind, mut at) = match first & 0x80 {
        0 => (u16::from(first), 1),
        _ => (u16::from(first & 0x7F) | u16::from(*bytes.get(1)? & 0x7F) << 7, 2),
    };
    let mut length = 0;
    for shift in [0, 7, 14, 21] {
        let byte = *bytes.get(at)?;
        at += 1;
        length |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((kind, at, length))
}

/// A record's content from front to back; every step gives none where it is cut short.
struct Content<'a> {
    bytes: &'a [u8],
}

impl<'a> Content<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn f64(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    /// A text of 16-bit characters, their number in front.
    fn text(&mut self) -> Option<String> {
        let length = self.u32()? as usize;
        let units = self.take(length.checked_mul(2)?)?;
        let units: Vec<u16> = units.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
        Some(String::from_utf16_lossy(&units))
    }
}

const CUT_SHORT: &str = "a record ends before its content";

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    relation: String,
    visibility: Visibility,
}

/// What the sheets of a workbook share.
struct Shared {
    strings: Vec<Arc<str>>,
    styles: Vec<NumberFormat>,
    from_1904: bool,
}

fn listed_sheets(part: Part<'_>, reading: &Reading<'_>) -> Result<(Vec<Listed>, bool)> {
    let mut records = Records::new(part, reading);
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    let short = || reading.damaged(CUT_SHORT);
    while let Some((kind, mut content)) = records.next()? {
        match kind {
            153 => from_1904 = content.u32().ok_or_else(short)? & 1 != 0,
            156 => {
                let visibility = match content.u32().ok_or_else(short)? {
                    0 => Visibility::Visible,
                    1 => Visibility::Hidden,
                    _ => Visibility::VeryHidden,
                };
                content.u32().ok_or_else(short)?;
                let (relation, name) = (content.text().ok_or_else(short)?, content.text().ok_or_else(short)?);
                sheets.push(Listed { name, relation, visibility });
                if sheets.len() > reading.limits.sheets {
                    return Err(reading.too_large("the workbook", "sheets", reading.limits.sheets as u64));
                }
            }
            _ => {}
        }
    }
    Ok((sheets, from_1904))
}

fn shared_strings(part: Part<'_>, reading: &Reading<'_>) -> Result<Vec<Arc<str>>> {
    let mut records = Records::new(part, reading);
    let mut strings: Vec<Arc<str>> = Vec::new();
    while let Some((kind, mut content)) = records.next()? {
        if kind == 19 {
            let text = content.u8().and_then(|_| content.text()).ok_or_else(|| reading.damaged(CUT_SHORT))?;
            reading.count_text(text.len() + 32)?;
            strings.push(text.into());
            if strings.len() as u64 > reading.limits.cells {
                return Err(reading.too_large("the workbook", "texts", reading.limits.cells));
            }
        }
    }
    Ok(strings)
}

/// The number format of every cell style, in the order of their numbers.
fn styles(part: Part<'_>, reading: &Reading<'_>) -> Result<Vec<NumberFormat>> {
    let mut records = Records::new(part, reading);
    let mut codes: BTreeMap<u16, NumberFormat> = BTreeMap::new();
    let mut styles = Vec::new();
    let mut within = false;
    let short = || reading.damaged(CUT_SHORT);
    while let Some((kind, mut content)) = records.next()? {
        match kind {
            44 => {
                let number = content.u16().ok_or_else(short)?;
                codes.insert(number, NumberFormat::of_code(&content.text().ok_or_else(short)?));
            }
            617 => within = true,
            618 => within = false,
            47 if within => {
                let code = content.u16().and_then(|_| content.u16()).ok_or_else(short)?;
                styles.push(codes.get(&code).copied().unwrap_or_else(|| NumberFormat::built_in(code.into())));
                if styles.len() > 1 << 16 {
                    return Err(reading.too_large("the workbook", "cell styles", 1 << 16));
                }
            }
            _ => {}
        }
    }
    Ok(styles)
}

fn worksheet(part: Part<'_>, shared: &Shared, reading: &Reading<'_>) -> Result<(Vec<Cell>, Vec<Area>)> {
    let mut records = Records::new(part, reading);
    let (mut cells, mut merged, mut row) = (Vec::new(), Vec::new(), 0);
    let (mut started, mut ended) = (false, false);
    let short = || reading.damaged(CUT_SHORT);
    while let Some((kind, mut content)) = records.next()? {
        match kind {
            145 => started = true,
            146 => ended = true,
            0 => row = content.u32().ok_or_else(short)?,
            2..=11 | 62 if started && !ended => {
                let (column, value, shown) = cell(kind, &mut content, shared).ok_or_else(short)?;
                let value = match value {
                    Held::Value(value) => value,
                    Held::NoSuchText => {
                        return Err(reading.damaged("a cell refers to a text that is not in the workbook"));
                    }
                };
                let formula = (8..=11).contains(&kind);
                if !formula && matches!(&value, Value::Text(text) if text.is_empty()) {
                    continue;
                }
                if let (Value::Text(text), true) = (&value, kind != 7) {
                    reading.count_text(text.len())?;
                }
                reading.check_position(row, column)?;
                reading.count_cells(1)?;
                cells.push(Cell { row, column, value, formula, shown });
            }
            176 => {
                let bounds = (content.u32(), content.u32(), content.u32(), content.u32());
                let (Some(top), Some(bottom), Some(left), Some(right)) = bounds else { return Err(short()) };
                reading.count_cells(1)?;
                merged.push(Area { top, left, bottom, right });
            }
            _ => {}
        }
    }
    if started && !ended {
        return Err(reading.damaged("a sheet ends in the middle of its rows"));
    }
    Ok((cells, merged))
}

/// What a cell turns out to hold.
enum Held {
    Value(Value),
    NoSuchText,
}

/// A cell's column, value and how it is shown; none when the record is cut short.
fn cell(kind: u16, content: &mut Content<'_>, shared: &Shared) -> Option<(u32, Held, Shown)> {
    let column = content.u32()?;
    let style = (content.u32()? & 0x00FF_FFFF) as usize;
    let number = |number: f64| {
        if !number.is_finite() {
            return (Value::Error("#NUM!".into()), Shown::Plain);
        }
        shared.styles.get(style).copied().unwrap_or_default().value(number, shared.from_1904)
    };
    let (value, shown) = match kind {
        2 => number(unpack(content.u32()?)),
        3 | 11 => (Value::Error(error(content.u8()?).into()), Shown::Plain),
        4 | 10 => (Value::Bool(content.u8()? != 0), Shown::Plain),
        5 | 9 => number(content.f64()?),
        6 | 8 => (Value::Text(content.text()?.into()), Shown::Plain),
        7 => match shared.strings.get(content.u32()? as usize) {
            Some(text) => (Value::Text(text.clone()), Shown::Plain),
            None => return Some((column, Held::NoSuchText, Shown::Plain)),
        },
        _ => {
            content.u8()?;
            (Value::Text(content.text()?.into()), Shown::Plain)
        }
    };
    Some((column, Held::Value(value), shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_records_have_one_or_two_bytes_and_up_to_four_of_length() {
        assert_eq!(head(&[0x07, 0x0C]), Some((7, 2, 12)));
        assert_eq!(head(&[0x9C, 0x01, 0x85, 0x01]), Some((156, 4, 133)));
        assert_eq!(head(&[0x9C]), None);
        assert_eq!(head(&[0x07, 0x80]), None);
        assert_eq!(head(&[0x07, 0xFF, 0xFF, 0xFF, 0xFF]), Some((7, 5, (1 << 28) - 1)));
    }
}
