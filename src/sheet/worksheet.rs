//! One worksheet of an Open XML workbook, cell by cell.

use std::sync::Arc;

use rayon::prelude::*;

use super::archive::Part;
use super::blocks::{Blocks, Next};
use super::book::{Area, Cell, Shown, Value, parse_number};
use super::limits::Reading;
use super::number_format::{NumberFormat, iso_date};
use super::xml::{Tag, Token, Xml, unescape};
use crate::error::Result;

/// What the worksheets of a workbook share.
pub(super) struct Shared {
    pub strings: Vec<Arc<str>>,
    pub styles: Vec<NumberFormat>,
    pub from_1904: bool,
}

/// How a cell's content is written (attribute `t`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Number,
    SharedText,
    Text,
    Bool,
    Error,
    Date,
}

/// The cell being read.
struct Draft {
    row: u32,
    column: u32,
    written: Written,
    style: usize,
    formula: bool,
    has_value: bool,
}

/// Where in a cell the scanner is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Elsewhere,
    Value,
    Phonetic,
}

/// How far a sheet has been read.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stand {
    /// The rows have begun.
    started: bool,
    /// The rows have ended.
    ended: bool,
    /// The row that comes next, where it is known.
    row: Option<u32>,
}

impl Stand {
    const START: Stand = Stand { started: false, ended: false, row: Some(0) };
    /// Before some row in the middle.
    const BETWEEN: Stand = Stand { started: true, ended: false, row: None };

    /// Whether what was assumed holds.
    fn is(self, assumed: Stand) -> bool {
        let rows = |stand: Stand| (stand.started, stand.ended);
        rows(self) == rows(assumed) && (assumed.row.is_none() || self.row == assumed.row)
    }
}

/// A piece of a worksheet being read.
struct Worksheet<'a> {
    shared: &'a Shared,
    reading: &'a Reading<'a>,
    piece: Piece,
    column: u32,
    text: String,
    known: &'a mut Known,
}

/// What was read of a piece of a worksheet.
struct Piece {
    cells: Vec<Cell>,
    merged: Vec<Area>,
    /// Where the piece ends.
    stand: Stand,
    /// A row says nothing of its number, and the row before it is not in the piece.
    misses_row: bool,
}

/// Reads the cells and the merged areas: a long sheet in blocks side by side, and once more in its place what a block cannot
/// know by itself.
pub(super) fn read(part: Part<'_>, shared: &Shared, reading: &Reading<'_>) -> Result<(Vec<Cell>, Vec<Area>)> {
    let (mut cells, mut merged, mut stand) = (Vec::new(), Vec::new(), Stand::START);
    let (mut next, mut blocks) = Blocks::of(part).next(reading)?;
    loop {
        let mut add = |mut piece: Piece| {
            cells.append(&mut piece.cells);
            merged.append(&mut piece.merged);
            piece.stand
        };
        match next {
            Next::Wave(wave) => {
                // The first block of a sheet stands at its start; any other is taken to stand between rows.
                let assumed = |at: usize| if stand == Stand::START && at == 0 { Stand::START } else { Stand::BETWEEN };
                let scan_all = || -> Vec<_> {
                    (wave.par_iter().enumerate())
                        .map_init(Known::default, |known, (at, block)| {
                            let apart = reading.apart();
                            (assumed(at), scan(Xml::of(block, &apart), shared, &apart, assumed(at), known), apart)
                        })
                        .collect()
                };
                // What comes next is inflated meanwhile.
                let (pieces, following) =
                    rayon::join(scan_all, || blocks.map_or(Ok((Next::End, None)), |blocks| blocks.next(reading)));
                for ((assumed, piece, apart), block) in pieces.into_iter().zip(&wave) {
                    stand = match piece {
                        Ok(piece) if stand.is(assumed) && !piece.misses_row => {
                            reading.count(&apart)?;
                            add(piece)
                        }
                        _ => add(scan(Xml::of(block, reading), shared, reading, stand, &mut Known::default())?),
                    };
                }
                (next, blocks) = following?;
            }
            Next::Rest(xml) => {
                stand = add(scan(xml, shared, reading, stand, &mut Known::default())?);
                break;
            }
            Next::End => break,
        }
    }
    if stand.started && !stand.ended {
        return Err(reading.damaged("a sheet ends in the middle of its rows"));
    }
    Ok((cells, merged))
}

/// Reads a piece of a sheet, from where it stands.
fn scan(mut xml: Xml<'_>, shared: &Shared, reading: &Reading<'_>, stand: Stand, known: &mut Known) -> Result<Piece> {
    let piece = Piece { cells: Vec::new(), merged: Vec::new(), stand, misses_row: false };
    let mut sheet = Worksheet { shared, reading, piece, column: 0, text: String::new(), known };
    let mut draft: Option<Draft> = None;
    let mut inside = Inside::Elsewhere;
    loop {
        match xml.next()? {
            Token::Open(tag) => match tag.name.local() {
                b"c" if sheet.is_in_rows() => {
                    let cell = sheet.begin(&tag);
                    inside = Inside::Elsewhere;
                    if tag.empty { sheet.column = cell.column.saturating_add(1) } else { draft = Some(cell) }
                }
                b"v" | b"t" if inside != Inside::Phonetic => {
                    if let Some(draft) = &mut draft {
                        draft.has_value = true;
                        inside = if tag.empty { Inside::Elsewhere } else { Inside::Value };
                    }
                }
                b"f" => {
                    if let Some(draft) = &mut draft {
                        draft.formula = true;
                    }
                }
                b"rPh" if draft.is_some() && !tag.empty => inside = Inside::Phonetic,
                b"row" if sheet.is_in_rows() => {
                    let number = tag.attribute("r").and_then(|r| r.trim().parse::<u32>().ok());
                    let stand = &mut sheet.piece.stand;
                    stand.row = number.map(|number| number.saturating_sub(1)).or(stand.row);
                    sheet.piece.misses_row |= stand.row.is_none();
                    sheet.column = 0;
                    if tag.empty {
                        sheet.end_row();
                    }
                }
                b"sheetData" => {
                    sheet.piece.stand.started = true;
                    sheet.piece.stand.ended = tag.empty;
                }
                b"mergeCell" => sheet.merge(&tag)?,
                _ => {}
            },
            Token::Text(raw) if inside == Inside::Value => unescape(raw, &mut sheet.text),
            Token::Literal(raw) if inside == Inside::Value => sheet.text.push_str(&String::from_utf8_lossy(raw)),
            Token::Close(name) => match name.local() {
                b"c" => {
                    if let Some(draft) = draft.take() {
                        sheet.finish(&draft)?;
                        sheet.column = draft.column.saturating_add(1);
                    }
                    inside = Inside::Elsewhere;
                }
                b"v" | b"t" if inside == Inside::Value => inside = Inside::Elsewhere,
                b"rPh" => inside = Inside::Elsewhere,
                b"row" => sheet.end_row(),
                b"sheetData" => sheet.piece.stand.ended = true,
                _ => {}
            },
            Token::End => break,
            Token::Text(_) | Token::Literal(_) => {}
        }
        if sheet.text.len() > reading.limits.text_bytes {
            return Err(reading.too_large("the text of a cell", "bytes", reading.limits.text_bytes as u64));
        }
    }
    Ok(sheet.piece)
}

impl Worksheet<'_> {
    fn is_in_rows(&self) -> bool {
        self.piece.stand.started && !self.piece.stand.ended
    }

    fn end_row(&mut self) {
        let next = &mut self.piece.stand.row;
        *next = next.map(|row| row.saturating_add(1));
    }

    fn begin(&mut self, tag: &Tag<'_>) -> Draft {
        let mut draft = Draft {
            row: self.piece.stand.row.unwrap_or(0),
            column: self.column,
            written: Written::Number,
            style: 0,
            formula: false,
            has_value: false,
        };
        for (name, value) in tag.attributes() {
            match name {
                b"r" => (draft.row, draft.column) = position(value).unwrap_or((u32::MAX, u32::MAX)),
                b"s" => draft.style = whole(value).unwrap_or(0) as usize,
                b"t" => {
                    draft.written = match value {
                        b"s" => Written::SharedText,
                        b"str" | b"inlineStr" => Written::Text,
                        b"b" => Written::Bool,
                        b"e" => Written::Error,
                        b"d" => Written::Date,
                        _ => Written::Number,
                    }
                }
                _ => {}
            }
        }
        self.text.clear();
        draft
    }

    fn finish(&mut self, draft: &Draft) -> Result<()> {
        // Some programs write an empty value for a formula that they did not calculate; a text may well be empty.
        let nothing = draft.written == Written::Number && self.text.trim().is_empty();
        let (value, shown) = if draft.has_value && !nothing {
            self.value(draft)?
        } else if draft.formula {
            (Value::Error(Value::NOT_CALCULATED.into()), Shown::Plain)
        } else {
            return Ok(());
        };
        // A text of no characters is no answer; one that a formula gives says that there is a formula.
        if !draft.formula && matches!(&value, Value::Text(text) if text.is_empty()) {
            return Ok(());
        }
        self.reading.check_position(draft.row, draft.column)?;
        self.reading.count_cells(1)?;
        self.piece.cells.push(Cell { row: draft.row, column: draft.column, value, formula: draft.formula, shown });
        Ok(())
    }

    fn value(&mut self, draft: &Draft) -> Result<(Value, Shown)> {
        let (text, reading) = (self.text.as_str(), self.reading);
        let kept = |text: &str| -> Result<Arc<str>> {
            reading.count_text(text.len())?;
            Ok(text.into())
        };
        let value = match draft.written {
            Written::Number => match parse_number(text.trim()) {
                Some(number) => {
                    let format = self.shared.styles.get(draft.style).copied().unwrap_or_default();
                    return Ok(format.value(number, self.shared.from_1904));
                }
                None => Value::Text(kept(text)?),
            },
            Written::SharedText => {
                let index = whole(text.trim().as_bytes()).map(|index| index as usize);
                match index.and_then(|index| self.shared.strings.get(index)) {
                    Some(shared) => Value::Text(shared.clone()),
                    None => return Err(self.reading.damaged("a cell refers to a text that is not in the workbook")),
                }
            }
            Written::Text => {
                let text = decode_escapes(text);
                Value::Text(self.known.get_or(&text, || kept(&text))?)
            }
            Written::Bool => Value::Bool(matches!(text.trim(), "1" | "true")),
            Written::Error => Value::Error(kept(text)?),
            Written::Date => match iso_date(text) {
                Some(date) => Value::Date(date),
                None => Value::Text(kept(text)?),
            },
        };
        Ok((value, Shown::Plain))
    }

    fn merge(&mut self, tag: &Tag<'_>) -> Result<()> {
        let Some(reference) = tag.attribute("ref") else { return Ok(()) };
        let mut ends = reference.split(':').map(|end| position(end.as_bytes()));
        if let (Some(Some((top, left))), Some(Some((bottom, right)))) = (ends.next(), ends.next()) {
            self.reading.count_cells(1)?;
            self.piece.merged.push(Area { top, left, bottom, right });
        }
        Ok(())
    }
}

/// Short texts that were read lately, at a place that follows from their bytes. Programs that write a sheet row by row put
/// each text into its cell; the answers of a survey are a few words over and over.
#[derive(Default)]
struct Known {
    places: Vec<Option<Arc<str>>>,
}

impl Known {
    const PLACES: usize = 1 << 12;
    const LONGEST: usize = 64;

    /// The text itself if it was read lately; else what `keep` makes of it.
    fn get_or(&mut self, text: &str, keep: impl FnOnce() -> Result<Arc<str>>) -> Result<Arc<str>> {
        if text.len() > Self::LONGEST {
            return keep();
        }
        if self.places.is_empty() {
            self.places.resize(Self::PLACES, None);
        }
        // FNV-1a: a few texts need no better.
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        let place = &mut self.places[(hash >> 40) as usize % Self::PLACES];
        match place {
            Some(known) if **known == *text => Ok(known.clone()),
            _ => Ok(place.insert(keep()?).clone()),
        }
    }
}

/// A whole number of digits only.
fn whole(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u32, |sum, &b| {
        let digit = b.is_ascii_digit().then(|| u32::from(b - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

/// The row and column, counted from zero, of a reference such as `D14` or `$D$14`.
fn position(reference: &[u8]) -> Option<(u32, u32)> {
    let reference = reference.strip_prefix(b"$").unwrap_or(reference);
    let letters = reference.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (letters, digits) = reference.split_at(letters);
    let digits = digits.strip_prefix(b"$").unwrap_or(digits);
    let column = letters
        .iter()
        .try_fold(0u32, |sum, b| sum.checked_mul(26)?.checked_add(u32::from(b.to_ascii_uppercase() - b'A') + 1))?;
    Some((whole(digits)?.checked_sub(1)?, column.checked_sub(1)?))
}

/// Replaces `_x000D_` and its like, with which Open XML writes characters that XML cannot hold.
pub(super) fn decode_escapes(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let code = rest.get(2..6).filter(|code| rest.get(6..7) == Some("_") && !code.starts_with('+'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(character) => {
                out.push(character);
                rest = &rest[7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_absurd_ones_are_none() {
        for (reference, place) in [
            ("A1", Some((0, 0))),
            ("$D$14", Some((13, 3))),
            ("XFD1048576", Some((1_048_575, 16_383))),
            ("A0", None),
            ("1", None),
            ("A", None),
            ("A1:B2", None),
            ("ZZZZZZZZZZ9", None),
            ("A99999999999", None),
        ] {
            assert_eq!(position(reference.as_bytes()), place, "{reference}");
        }
    }

    #[test]
    fn escapes_are_decoded_once() {
        for (raw, text) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x00_", "_x00_"),
            ("_xD800_", "_xD800_"),
            ("end_x", "end_x"),
            ("_xé000_", "_xé000_"),
        ] {
            assert_eq!(decode_escapes(raw), text);
        }
    }
}
