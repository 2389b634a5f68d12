//! OpenDocument spreadsheets: one part, every sheet in it.
//!
//! Cells and rows may say that they repeat. Repeats of nothing only move on; repeats of something are counted against
//! the limits before they are made.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::archive::Archive;
use super::book::{Area, Book, Cell, Format, Sheet, Shown, Value, Visibility, parse_number};
use super::limits::Reading;
use super::number_format::iso_date;
use super::xml::{Tag, Token, Xml, unescape};
use crate::error::Result;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Book> {
    let mut archive = Archive::open(bytes, reading)?;
    if archive.has("META-INF/manifest.xml") {
        let mut xml = Xml::new(archive.part("META-INF/manifest.xml")?, reading)?;
        loop {
            match xml.next()? {
                Token::Open(tag) if tag.name.local() == b"encryption-data" => return Err(reading.locked()),
                Token::End => break,
                _ => {}
            }
        }
    }
    let sheets = Content::new(reading).read(Xml::new(archive.part("content.xml")?, reading)?)?;
    Ok(Book { format: Format::Ods, sheets, properties: BTreeMap::new() })
}

/// Elements whose texts are not the cell's: notes, drawings, the history of changes.
const BESIDE: [&[u8]; 6] =
    [b"office:annotation", b"table:shapes", b"draw:frame", b"draw:g", b"draw:custom-shape", b"table:tracked-changes"];

struct Content<'a> {
    reading: &'a Reading<'a>,
    hidden: BTreeSet<String>,
    sheets: Vec<Sheet>,
    row: u32,
    column: u32,
    /// How often the row is repeated, and where its cells begin.
    row_repeats: u32,
    row_start: usize,
    draft: Option<Draft>,
}

/// The cell being read.
struct Draft {
    kind: String,
    value: Option<String>,
    error: bool,
    formula: bool,
    covered: bool,
    repeats: u32,
    rows_spanned: u32,
    columns_spanned: u32,
    text: String,
    paragraphs: usize,
    within: bool,
}

impl<'a> Content<'a> {
    fn new(reading: &'a Reading<'a>) -> Self {
        Content {
            reading,
            hidden: BTreeSet::new(),
            sheets: Vec::new(),
            row: 0,
            column: 0,
            row_repeats: 1,
            row_start: 0,
            draft: None,
        }
    }

    fn read(mut self, mut xml: Xml<'_>) -> Result<Vec<Sheet>> {
        let mut style = String::new();
        let mut tables = 0usize;
        let (mut beside, mut deep): (Vec<u8>, usize) = (Vec::new(), 0);
        let mut finished = false;
        loop {
            let token = xml.next()?;
            if deep > 0 {
                match token {
                    Token::Open(tag) if tag.name.full() == beside && !tag.empty => deep += 1,
                    Token::Close(name) if name.full() == beside => deep -= 1,
                    Token::End => break,
                    _ => {}
                }
                continue;
            }
            match token {
                Token::Open(tag) if BESIDE.contains(&tag.name.full()) => {
                    if !tag.empty {
                        (beside, deep) = (tag.name.full().to_vec(), 1);
                    }
                }
                Token::Open(tag) => match tag.name.full() {
                    b"style:style" => style = tag.attribute("style:name").unwrap_or_default().into_owned(),
                    b"style:table-properties" => {
                        if tag.attribute("table:display").as_deref() == Some("false") {
                            self.hidden.insert(style.clone());
                        }
                    }
                    b"table:table" => {
                        tables += usize::from(!tag.empty);
                        if tables == 1 {
                            self.begin_sheet(&tag)?;
                        }
                    }
                    b"table:table-row" if tables == 1 => {
                        self.row_repeats = repeats(&tag, "table:number-rows-repeated");
                        self.column = 0;
                        self.row_start = self.sheets.last().map_or(0, |sheet| sheet.cells.len());
                        if tag.empty {
                            self.end_row()?;
                        }
                    }
                    b"table:table-cell" | b"table:covered-table-cell" if tables == 1 => {
                        self.begin_cell(&tag);
                        if tag.empty {
                            self.end_cell()?;
                        }
                    }
                    name => {
                        if let Some(draft) = &mut self.draft {
                            draft.markup(name, &tag, self.reading.limits.text_bytes);
                        }
                    }
                },
                Token::Text(raw) => {
                    if let Some(draft) = self.draft.as_mut().filter(|draft| draft.within) {
                        draft.append(raw);
                    }
                }
                Token::Literal(raw) => {
                    if let Some(draft) = self.draft.as_mut().filter(|draft| draft.within) {
                        draft.text.push_str(&String::from_utf8_lossy(raw));
                    }
                }
                Token::Close(name) => match name.full() {
                    b"table:table" => tables = tables.saturating_sub(1),
                    b"table:table-row" if tables == 1 => self.end_row()?,
                    b"table:table-cell" | b"table:covered-table-cell" if tables == 1 => self.end_cell()?,
                    b"text:p" | b"text:h" => {
                        if let Some(draft) = &mut self.draft {
                            draft.within = false;
                        }
                    }
                    b"office:spreadsheet" => finished = true,
                    _ => {}
                },
                Token::End => break,
            }
            if self.draft.as_ref().is_some_and(|draft| draft.text.len() > self.reading.limits.text_bytes) {
                let limit = self.reading.limits.text_bytes as u64;
                return Err(self.reading.too_large("the text of a cell", "bytes", limit));
            }
        }
        if !finished {
            return Err(self.reading.damaged("the document ends in the middle of its sheets"));
        }
        Ok(self.sheets.into_iter().map(Sheet::settle).collect())
    }

    fn begin_sheet(&mut self, tag: &Tag<'_>) -> Result<()> {
        let hidden = tag.attribute("table:style-name").is_some_and(|style| self.hidden.contains(style.as_ref()));
        if self.sheets.len() >= self.reading.limits.sheets {
            return Err(self.reading.too_large("the workbook", "sheets", self.reading.limits.sheets as u64));
        }
        self.sheets.push(Sheet {
            name: tag.attribute("table:name").unwrap_or_default().into_owned(),
            visibility: if hidden { Visibility::Hidden } else { Visibility::Visible },
            cells: Vec::new(),
            merged: Vec::new(),
        });
        self.row = 0;
        Ok(())
    }

    /// Makes the row as often as it is repeated.
    fn end_row(&mut self) -> Result<()> {
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        let length = sheet.cells.len() - self.row_start;
        let last = self.row.saturating_add(self.row_repeats - 1);
        if length > 0 && self.row_repeats > 1 {
            self.reading.check_position(last, 0)?;
            self.reading.count_cells(length as u64 * u64::from(self.row_repeats - 1))?;
            for row in self.row + 1..=last {
                for index in self.row_start..self.row_start + length {
                    let cell = Cell { row, ..sheet.cells[index].clone() };
                    sheet.cells.push(cell);
                }
            }
        }
        self.row = last.saturating_add(1);
        Ok(())
    }

    fn begin_cell(&mut self, tag: &Tag<'_>) {
        let text = |name: &str| tag.attribute(name).map(Cow::into_owned);
        let kind = text("office:value-type").unwrap_or_default();
        let value = match kind.as_str() {
            "date" => text("office:date-value"),
            "time" => text("office:time-value"),
            "boolean" => text("office:boolean-value"),
            "string" => text("office:string-value"),
            _ => text("office:value"),
        };
        self.draft = Some(Draft {
            kind,
            value,
            error: tag.attribute("calcext:value-type").as_deref() == Some("error"),
            formula: tag.attribute("table:formula").is_some(),
            covered: tag.name.full() == b"table:covered-table-cell",
            repeats: repeats(tag, "table:number-columns-repeated"),
            rows_spanned: repeats(tag, "table:number-rows-spanned"),
            columns_spanned: repeats(tag, "table:number-columns-spanned"),
            text: String::new(),
            paragraphs: 0,
            within: false,
        });
    }

    /// Makes the cell as often as it is repeated.
    fn end_cell(&mut self) -> Result<()> {
        let Some(draft) = self.draft.take() else { return Ok(()) };
        let (first, last) = (self.column, self.column.saturating_add(draft.repeats - 1));
        self.column = last.saturating_add(1);
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        if draft.rows_spanned > 1 || draft.columns_spanned > 1 {
            self.reading.count_cells(1)?;
            sheet.merged.push(Area {
                top: self.row,
                left: first,
                bottom: self.row.saturating_add(draft.rows_spanned - 1),
                right: first.saturating_add(draft.columns_spanned - 1),
            });
        }
        if draft.covered {
            return Ok(());
        }
        let formula = draft.formula;
        let Some((value, shown)) = draft.value() else { return Ok(()) };
        self.reading.check_position(self.row, last)?;
        self.reading.count_cells(u64::from(last - first) + 1)?;
        if let Value::Text(text) | Value::Error(text) = &value {
            self.reading.count_text(text.len())?;
        }
        for column in first..=last {
            sheet.cells.push(Cell { row: self.row, column, value: value.clone(), formula, shown });
        }
        Ok(())
    }
}

/// How often something is repeated; at least once.
fn repeats(tag: &Tag<'_>, name: &str) -> u32 {
    tag.attribute(name).and_then(|text| text.trim().parse::<u32>().ok()).unwrap_or(1).max(1)
}

impl Draft {
    /// Markup within a cell's paragraphs that stands for characters.
    fn markup(&mut self, name: &[u8], tag: &Tag<'_>, most: usize) {
        match name {
            b"text:p" | b"text:h" => {
                if self.paragraphs > 0 {
                    self.text.push('\n');
                }
                self.paragraphs += 1;
                self.within = !tag.empty;
            }
            b"text:s" if self.within => {
                let spaces = repeats(tag, "text:c") as usize;
                self.text.extend(std::iter::repeat_n(' ', spaces.min(most)));
            }
            b"text:tab" if self.within => self.text.push('\t'),
            b"text:line-break" if self.within => self.text.push('\n'),
            _ => {}
        }
    }

    /// Appends text of a paragraph, in which runs of blanks count as one.
    fn append(&mut self, raw: &[u8]) {
        if !raw.windows(2).any(|pair| pair.iter().all(u8::is_ascii_whitespace)) && !raw.contains(&b'\n') {
            unescape(raw, &mut self.text);
            return;
        }
        let mut squeezed = Vec::with_capacity(raw.len());
        for &byte in raw {
            if !byte.is_ascii_whitespace() {
                squeezed.push(byte);
            } else if squeezed.last() != Some(&b' ') {
                squeezed.push(b' ');
            }
        }
        unescape(&squeezed, &mut self.text);
    }

    fn value(self) -> Option<(Value, Shown)> {
        let Draft { kind, value, error, formula, text, paragraphs, .. } = self;
        if error {
            return Some((Value::Error(text.into()), Shown::Plain));
        }
        let plain = |value| Some((value, Shown::Plain));
        match (kind.as_str(), value) {
            ("float" | "currency" | "percentage", Some(value)) => {
                let Some(number) = parse_number(value.trim()) else { return plain(Value::Text(value.into())) };
                // LibreOffice stores the truth that a formula gives as a number, and shows it as a word.
                match (text.as_str(), number) {
                    ("TRUE", 1.0) => return plain(Value::Bool(true)),
                    ("FALSE", 0.0) => return plain(Value::Bool(false)),
                    _ => {}
                }
                let padded = text.len() < 64 && text.starts_with('0') && text.len() > 1;
                let shown = if kind == "percentage" {
                    Shown::Percent
                } else if padded && text.bytes().all(|b| b.is_ascii_digit()) && parse_number(&text) == Some(number) {
                    Shown::Padded(text.len() as u8)
                } else {
                    Shown::Plain
                };
                Some((Value::Number(number), shown))
            }
            ("date", Some(value)) => plain(iso_date(&value).map_or_else(|| Value::Text(value.into()), Value::Date)),
            ("time", Some(value)) => plain(duration(&value).map_or_else(|| Value::Text(value.into()), Value::Time)),
            ("boolean", Some(value)) => plain(Value::Bool(value.eq_ignore_ascii_case("true"))),
            (_, value) => {
                let text = value.filter(|value| !value.is_empty()).unwrap_or(text);
                if !text.is_empty() || formula && (kind == "string" || paragraphs > 0) {
                    plain(Value::Text(text.into()))
                } else if formula {
                    plain(Value::Error(Value::NOT_CALCULATED.into()))
                } else {
                    None
                }
            }
        }
    }
}

/// A length of time such as `PT12H30M00S`.
fn duration(text: &str) -> Option<TimeDelta> {
    let mut rest = text.trim();
    let negative = rest.starts_with('-');
    rest = rest.trim_start_matches('-').strip_prefix('P')?;
    let mut seconds = 0.0;
    let mut in_time = false;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            (in_time, rest) = (true, after);
            continue;
        }
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let number = parse_number(&rest[..end])?;
        seconds += number
            * match (&rest[end..=end], in_time) {
                ("D", false) => 86_400.0,
                ("H", true) => 3_600.0,
                ("M", true) => 60.0,
                ("S", true) => 1.0,
                _ => return None,
            };
        rest = &rest[end + 1..];
    }
    let milliseconds = (seconds * 1000.0).round();
    (milliseconds < 1e15)
        .then(|| TimeDelta::milliseconds(if negative { -(milliseconds as i64) } else { milliseconds as i64 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read() {
        for (text, seconds) in [("PT12H30M05S", 45_005), ("-PT1M", -60), ("P1DT1H", 90_000)] {
            assert_eq!(duration(text), Some(TimeDelta::seconds(seconds)), "{text}");
        }
        for text in ["", "P1Y", "PT", "PTé", "12:30"] {
            assert!(duration(text).is_none_or(|time| time.is_zero()), "{text}");
        }
    }
}
