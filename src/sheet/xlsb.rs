//! The binary form of Open XML.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsb};

use super::archive::Archive;
use super::book::{Book, Cell, Format, Sheet, Shown, Value, Visibility};
use super::limits::Reading;
use super::number_format::{NumberFormat, iso_date};
use crate::error::Result;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Book> {
    Archive::open(bytes, reading)?.rehearse()?;
    let damaged = |error: calamine::XlsbError| reading.damaged(&error.to_string());
    let mut workbook = Xlsb::new(Cursor::new(bytes)).map_err(damaged)?;
    let from_1904 = workbook.has_1904_epoch();
    let listed: Vec<_> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), visibility(sheet.visible)))
        .collect();
    let mut sheets = Vec::new();
    for (name, visibility) in listed {
        let mut cells = Vec::new();
        let mut reader = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
        while let Some(cell) = reader.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            let Some(value) = value(cell.get_value(), from_1904) else { continue };
            reading.check_position(row, column)?;
            reading.count_cells(1)?;
            if let Value::Text(text) | Value::Error(text) = &value {
                reading.count_text(text.len())?;
            }
            cells.push(Cell { row, column, value, formula: false, shown: Shown::Plain });
        }
        sheets.push(Sheet { name, visibility, cells, merged: Vec::new() }.settle());
    }
    Ok(Book { format: Format::Xlsb, sheets, properties: BTreeMap::new() })
}

pub(super) fn visibility(visible: SheetVisible) -> Visibility {
    match visible {
        SheetVisible::Visible => Visibility::Visible,
        SheetVisible::Hidden => Visibility::Hidden,
        SheetVisible::VeryHidden => Visibility::VeryHidden,
    }
}

fn value(value: &DataRef<'_>, from_1904: bool) -> Option<Value> {
    Some(match value {
        DataRef::Int(number) => Value::Number(*number as f64),
        DataRef::Float(number) => Value::Number(*number),
        DataRef::String(text) => Value::Text(text.as_str().into()),
        DataRef::SharedString(text) => Value::Text((*text).into()),
        DataRef::Bool(truth) => Value::Bool(*truth),
        DataRef::DateTime(date) => {
            let format = if date.is_duration() { NumberFormat::Duration } else { NumberFormat::Date };
            format.value(date.as_f64(), from_1904).0
        }
        DataRef::DateTimeIso(text) => iso_date(text).map_or_else(|| text.as_str().into(), Value::Date),
        DataRef::DurationIso(text) => text.as_str().into(),
        DataRef::Error(error) => Value::Error(error.to_string().into()),
        DataRef::Empty => return None,
    })
}
