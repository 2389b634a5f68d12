//! The binary workbook of Excel 97 to 2003 (BIFF8), and of Excel 5.0 and 95 (BIFF5).
//!
//! The workbook is one stream of records: first what the sheets share, then each sheet at the place that the list of
//! sheets names. Places may overlap or run in circles in a file made to harm: every record that is passed counts
//! against the limit on inflated bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::biff::{Pieces, Records};
use super::book::{Area, Book, Cell, Format, Sheet, Shown, Value, Visibility};
use super::compound::Compound;
use super::limits::Reading;
use super::number_format::NumberFormat;
use crate::error::Result;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Book> {
    let container = Compound::open(bytes);
    let stream = container.and_then(|container| container.stream("Workbook").or_else(|| container.stream("Book")));
    let Some(stream) = stream else { return Err(reading.damaged("the stream with the workbook is not whole")) };
    let shared = Shared::read(&stream, reading)?;
    let mut sheets = Vec::new();
    for listed in &shared.sheets {
        if listed.worksheet {
            let sheet = shared.sheet(&stream, listed, reading)?;
            sheets.push(sheet.settle());
        }
    }
    Ok(Book { format: Format::Xls, sheets, properties: BTreeMap::new() })
}

const CUT_SHORT: &str = "a record ends before its content";

/// A sheet as the workbook lists it.
struct Listed {
    start: usize,
    name: String,
    visibility: Visibility,
    worksheet: bool,
}

/// What the sheets of a workbook share.
struct Shared {
    strings: Vec<Arc<str>>,
    styles: Vec<NumberFormat>,
    from_1904: bool,
    encoding: &'static Encoding,
    /// Texts have a byte of flags and 16-bit characters (BIFF8); otherwise they are bytes of the code page.
    unicode: bool,
    sheets: Vec<Listed>,
}

impl Shared {
    fn read(stream: &[u8], reading: &Reading<'_>) -> Result<Self> {
        let mut shared = Shared {
            strings: Vec::new(),
            styles: Vec::new(),
            from_1904: false,
            encoding: WINDOWS_1252,
            unicode: true,
            sheets: Vec::new(),
        };
        let mut codes: BTreeMap<u16, NumberFormat> = BTreeMap::new();
        let mut style_codes = Vec::new();
        let short = || reading.damaged(CUT_SHORT);
        let mut records = Records::new(stream, 0, reading);
        while let Some(record) = records.next()? {
            let mut data = record.pieces();
            match record.kind {
                0x0809 => shared.unicode = data.u16().ok_or_else(short)? >= 0x0600,
                0x002F => return Err(reading.locked()),
                0x0042 => shared.encoding = code_page(data.u16().ok_or_else(short)?),
                0x0022 => shared.from_1904 = data.u16() == Some(1),
                0x041E => {
                    let number = data.u16().ok_or_else(short)?;
                    let code = if shared.unicode { shared.text(&mut data) } else { shared.short_text(&mut data) };
                    codes.insert(number, NumberFormat::of_code(&code.ok_or_else(short)?));
                }
                0x00E0 => style_codes.push(data.skip(2).and_then(|()| data.u16()).ok_or_else(short)?),
                0x0085 => {
                    let listed = shared.listed(&mut data).ok_or_else(short)?;
                    shared.sheets.push(listed);
                    if shared.sheets.len() > reading.limits.sheets {
                        return Err(reading.too_large("the workbook", "sheets", reading.limits.sheets as u64));
                    }
                }
                0x00FC => shared.strings = shared_strings(&mut data, reading)?,
                0x000A => break,
                _ => {}
            }
        }
        let style = |code: &u16| codes.get(code).copied().unwrap_or_else(|| NumberFormat::built_in(u32::from(*code)));
        shared.styles = style_codes.iter().map(style).collect();
        Ok(shared)
    }

    fn listed(&self, data: &mut Pieces<'_>) -> Option<Listed> {
        let start = data.u32()? as usize;
        let visibility = match data.u8()? & 3 {
            0 => Visibility::Visible,
            1 => Visibility::Hidden,
            _ => Visibility::VeryHidden,
        };
        let worksheet = data.u8()? == 0;
        Some(Listed { start, name: self.short_text(data)?, visibility, worksheet })
    }

    /// A text whose length has 8 bits.
    fn short_text(&self, data: &mut Pieces<'_>) -> Option<String> {
        let length = usize::from(data.u8()?);
        self.characters(data, length)
    }

    /// A text whose length has 16 bits.
    fn text(&self, data: &mut Pieces<'_>) -> Option<String> {
        let length = usize::from(data.u16()?);
        self.characters(data, length)
    }

    fn characters(&self, data: &mut Pieces<'_>, length: usize) -> Option<String> {
        if self.unicode {
            let flags = data.u8()?;
            return data.characters(length, flags & 1 != 0);
        }
        let bytes: Option<Vec<u8>> = (0..length).map(|_| data.u8()).collect();
        Some(self.encoding.decode_without_bom_handling(&bytes?).0.into_owned())
    }

    fn sheet(&self, stream: &[u8], listed: &Listed, reading: &Reading<'_>) -> Result<Sheet> {
        let mut cells = Cells { shared: self, reading, cells: Vec::new(), merged: Vec::new(), awaited: None };
        let mut records = Records::new(stream, listed.start, reading);
        let mut depth = 0usize;
        let short = || reading.damaged(CUT_SHORT);
        loop {
            let Some(record) = records.next()? else {
                return Err(reading.damaged("a sheet ends in the middle of its rows"));
            };
            match record.kind {
                0x0809 => depth += 1,
                0x000A => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                // Deeper than one are the charts within the sheet, whose cells are not its own.
                kind if depth == 1 => {
                    let done = cells.record(kind, record.pieces())?;
                    done.ok_or_else(short)?;
                }
                _ => {}
            }
        }
        Ok(Sheet { name: listed.name.clone(), visibility: listed.visibility, cells: cells.cells, merged: cells.merged })
    }
}

/// The cells of a sheet, record by record.
struct Cells<'a> {
    shared: &'a Shared,
    reading: &'a Reading<'a>,
    cells: Vec<Cell>,
    merged: Vec<Area>,
    /// The formula cell whose text comes in a later record.
    awaited: Option<(u32, u32)>,
}

impl Cells<'_> {
    /// Takes in a record; none when it is cut short.
    fn record(&mut self, kind: u16, mut data: Pieces<'_>) -> Result<Option<()>> {
        Ok(match kind {
            0x0203 => {
                let Some((place, style)) = place(&mut data) else { return Ok(None) };
                let Some(number) = data.f64() else { return Ok(None) };
                self.number(place, style, number, false)?
            }
            0x027E => {
                let Some((place, style)) = place(&mut data) else { return Ok(None) };
                let Some(packed) = data.u32() else { return Ok(None) };
                self.number(place, style, unpack(packed), false)?
            }
            0x00BD => {
                let (Some(row), Some(first)) = (data.u16(), data.u16()) else { return Ok(None) };
                let mut column = u32::from(first);
                while data.left() >= 8 {
                    let (Some(style), Some(packed)) = (data.u16(), data.u32()) else { return Ok(None) };
                    self.number((u32::from(row), column), style, unpack(packed), false)?;
                    column += 1;
                }
                Some(())
            }
            0x00FD => {
                let (Some((place, _)), Some(index)) = (place(&mut data), data.u32()) else { return Ok(None) };
                match self.shared.strings.get(index as usize) {
                    Some(text) => self.keep(place, Value::Text(text.clone()), Shown::Plain, false)?,
                    None => return Err(self.reading.damaged("a cell refers to a text that is not in the workbook")),
                }
            }
            0x0204 | 0x00D6 => {
                let Some((place, _)) = place(&mut data) else { return Ok(None) };
                let Some(text) = self.shared.text(&mut data) else { return Ok(None) };
                self.text(place, &text, false)?
            }
            0x0205 => {
                let Some((place, _)) = place(&mut data) else { return Ok(None) };
                let (Some(value), Some(is_error)) = (data.u8(), data.u8()) else { return Ok(None) };
                let value = if is_error == 0 { Value::Bool(value != 0) } else { Value::Error(error(value).into()) };
                self.keep(place, value, Shown::Plain, false)?
            }
            0x0006 => self.formula(&mut data)?,
            0x0207 => match self.awaited.take() {
                Some(place) => {
                    let Some(text) = self.shared.text(&mut data) else { return Ok(None) };
                    self.text(place, &text, true)?
                }
                None => Some(()),
            },
            0x00E5 => self.merges(&mut data)?,
            _ => Some(()),
        })
    }

    fn formula(&mut self, data: &mut Pieces<'_>) -> Result<Option<()>> {
        let (Some((place, style)), Some(bits)) = (place(data), data.u64()) else { return Ok(None) };
        // Sixteen ones at the end say that the result is no number.
        if bits >> 48 != 0xFFFF {
            return self.number(place, style, f64::from_bits(bits), true);
        }
        let detail = (bits >> 16) as u8;
        match bits as u8 {
            0 => {
                self.awaited = Some(place);
                Ok(Some(()))
            }
            1 => self.keep(place, Value::Bool(detail != 0), Shown::Plain, true),
            2 => self.keep(place, Value::Error(error(detail).into()), Shown::Plain, true),
            _ => self.keep(place, "".into(), Shown::Plain, true),
        }
    }

    fn merges(&mut self, data: &mut Pieces<'_>) -> Result<Option<()>> {
        let Some(count) = data.u16() else { return Ok(None) };
        self.reading.count_cells(u64::from(count))?;
        for _ in 0..count {
            let bounds = (data.u16(), data.u16(), data.u16(), data.u16());
            let (Some(top), Some(bottom), Some(left), Some(right)) = bounds else { return Ok(None) };
            self.merged.push(Area { top: top.into(), left: left.into(), bottom: bottom.into(), right: right.into() });
        }
        Ok(Some(()))
    }

    fn number(&mut self, place: (u32, u32), style: u16, number: f64, formula: bool) -> Result<Option<()>> {
        let format = self.shared.styles.get(usize::from(style)).copied().unwrap_or_default();
        if !number.is_finite() {
            return self.keep(place, Value::Error("#NUM!".into()), Shown::Plain, formula);
        }
        let (value, shown) = format.value(number, self.shared.from_1904);
        self.keep(place, value, shown, formula)
    }

    fn text(&mut self, place: (u32, u32), text: &str, formula: bool) -> Result<Option<()>> {
        self.reading.count_text(text.len())?;
        self.keep(place, Value::Text(text.into()), Shown::Plain, formula)
    }

    fn keep(&mut self, (row, column): (u32, u32), value: Value, shown: Shown, formula: bool) -> Result<Option<()>> {
        if formula || !matches!(&value, Value::Text(text) if text.is_empty()) {
            self.reading.check_position(row, column)?;
            self.reading.count_cells(1)?;
            self.cells.push(Cell { row, column, value, formula, shown });
        }
        Ok(Some(()))
    }
}

fn place(data: &mut Pieces<'_>) -> Option<((u32, u32), u16)> {
    Some(((u32::from(data.u16()?), u32::from(data.u16()?)), data.u16()?))
}

/// A number in 32 bits: the upper half of a float, or an integer; perhaps a hundredfold.
pub(super) fn unpack(packed: u32) -> f64 {
    let number =
        if packed & 2 != 0 { f64::from(packed as i32 >> 2) } else { f64::from_bits(u64::from(packed & !3) << 32) };
    if packed & 1 != 0 { number / 100.0 } else { number }
}

/// An error by its code in binary workbooks.
pub(super) fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR",
    }
}

fn code_page(number: u16) -> &'static Encoding {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 => "macintosh".to_owned(),
        other => format!("windows-{other}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}

/// The texts that cells refer to by number.
fn shared_strings(data: &mut Pieces<'_>, reading: &Reading<'_>) -> Result<Vec<Arc<str>>> {
    let short = || reading.damaged(CUT_SHORT);
    data.skip(4).ok_or_else(short)?;
    let count = data.u32().ok_or_else(short)?;
    let mut strings = Vec::new();
    for _ in 0..count {
        // The count may lie: what matters is what is there.
        if data.left() == 0 {
            break;
        }
        let text = shared_string(data).ok_or_else(short)?;
        reading.count_text(text.len() + 32)?;
        strings.push(text.into());
    }
    Ok(strings)
}

fn shared_string(data: &mut Pieces<'_>) -> Option<String> {
    let length = usize::from(data.u16()?);
    let flags = data.u8()?;
    let runs = if flags & 8 != 0 { usize::from(data.u16()?) } else { 0 };
    let extension = if flags & 4 != 0 { data.u32()? as usize } else { 0 };
    let text = data.characters(length, flags & 1 != 0)?;
    data.skip(runs * 4)?;
    data.skip(extension)?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_unpacked() {
        for (packed, number) in [
            (0x3FF0_0000, 1.0),
            (0x3FF0_0001, 0.01),
            ((12_345u32 << 2) | 2, 12_345.0),
            ((12_345u32 << 2) | 3, 123.45),
            (((-5i32 << 2) as u32) | 2, -5.0),
        ] {
            assert_eq!(unpack(packed), number);
        }
    }
}
