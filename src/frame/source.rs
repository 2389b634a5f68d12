//! A table of texts from any data file: the heading row found, every cell as a person sees it.

use std::path::Path;

use polars::prelude::{AnyValue, Column, DataFrame};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

use crate::error::{Error, Result};
use crate::instrument::nearest;
use crate::sheet::{self, Limits, Sheet, Visibility};

/// How far down a heading row is looked for: exports put titles, dates and blank lines above it.
const HEADING_ROWS: usize = 30;

/// A table of texts.
#[derive(Debug, Clone)]
pub struct TextTable {
    /// The sheet it stands on; empty for text and Parquet files.
    pub sheet: String,
    /// The headings, in order.
    pub columns: Vec<String>,
    /// The spreadsheet column of the first heading, counted from zero.
    pub first_column: u32,
    /// The rows below the headings that hold anything: their number in the file, counted from zero, and one text for
    /// each heading.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// Reads csv, xlsx, xls, xlsb, ods or Parquet as a table of texts. The heading row is the first that holds all `wanted`
/// headings, or else the first with two texts.
///
/// # Errors
/// When the file cannot be read, the sheet is not there, or nothing in it looks like a heading row.
pub fn read_table(path: &Path, sheet: Option<&str>, wanted: &[&str]) -> Result<TextTable> {
    let is_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    if is_parquet { from_parquet(path) } else { from_sheets(path, sheet, wanted) }
}

fn from_sheets(path: &Path, name: Option<&str>, wanted: &[&str]) -> Result<TextTable> {
    let book = sheet::read(path, &Limits::default())?;
    let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    let sheet = match name {
        Some(name) => book.sheet(name).ok_or_else(|| {
            let error =
                Error::file(path, format!("there is no sheet {name:?}")).found(format!("sheets {}", names.join(", ")));
            match nearest(name, names.iter().copied()) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error,
            }
        })?,
        // A sheet with all the headings is meant, wherever it stands; else the first that people see.
        None => {
            let visible = || book.sheets.iter().filter(|sheet| sheet.visibility == Visibility::Visible);
            visible()
                .find(|sheet| heading_row(sheet, wanted).is_some())
                .or_else(|| visible().next())
                .or_else(|| book.sheets.first())
                .ok_or_else(|| Error::file(path, "the workbook has no sheets"))?
        }
    };
    from_sheet(path, sheet, wanted)
}

/// The first row that holds all wanted headings.
fn heading_row(sheet: &Sheet, wanted: &[&str]) -> Option<u32> {
    sheet
        .rows()
        .take(HEADING_ROWS)
        .find(|(_, cells)| {
            let texts: Vec<String> = cells.iter().map(|cell| cell.text().trim().to_owned()).collect();
            !wanted.is_empty() && wanted.iter().all(|name| texts.iter().any(|text| text == name))
        })
        .map(|(row, _)| row)
}

fn from_sheet(path: &Path, sheet: &Sheet, wanted: &[&str]) -> Result<TextTable> {
    let two_texts = || sheet.rows().take(HEADING_ROWS).find(|(_, cells)| cells.len() > 1).map(|(row, _)| row);
    let heading = heading_row(sheet, wanted)
        .or_else(two_texts)
        .or_else(|| sheet.rows().next().map(|(row, _)| row))
        .ok_or_else(|| Error::file(path, "there is nothing in it").expected("a heading row, then one row a unit"))?;
    let cells = sheet.row(heading);
    let first_column = cells.first().map_or(0, |cell| cell.column);
    let last_column = cells.last().map_or(0, |cell| cell.column);
    let columns = (first_column..=last_column).map(|column| sheet.text(heading, column)).collect();
    let width = (last_column - first_column + 1) as usize;
    let rows = sheet
        .rows()
        .filter(|(row, _)| *row > heading)
        .filter_map(|(row, cells)| {
            let mut values = vec![String::new(); width];
            for cell in cells.iter().filter(|cell| (first_column..=last_column).contains(&cell.column)) {
                values[(cell.column - first_column) as usize] = cell.text();
            }
            values.iter().any(|value| !value.trim().is_empty()).then_some((row, values))
        })
        .collect();
    Ok(TextTable { sheet: sheet.name.clone(), columns, first_column, rows })
}

fn from_parquet(path: &Path) -> Result<TextTable> {
    let fail = |problem: &str, found: String| Error::file(path, problem).found(found);
    let file = std::fs::File::open(path).map_err(|error| fail("the file cannot be opened", error.to_string()))?;
    let data: DataFrame = ParquetReader::new(file)
        .finish()
        .map_err(|error| fail("the file cannot be read as Parquet", error.to_string()))?;
    let columns: Vec<String> = data.get_column_names().iter().map(ToString::to_string).collect();
    let texts: Vec<Vec<String>> = data.columns().iter().map(texts_of).collect();
    let rows = (0..data.height()).map(|row| (row as u32 + 1, texts.iter().map(|column| column[row].clone()).collect()));
    Ok(TextTable { sheet: String::new(), columns, first_column: 0, rows: rows.collect() })
}

fn texts_of(column: &Column) -> Vec<String> {
    (0..column.len())
        .map(|row| match column.get(row) {
            Ok(AnyValue::Null) | Err(_) => String::new(),
            Ok(AnyValue::String(text)) => text.to_owned(),
            Ok(AnyValue::StringOwned(text)) => text.to_string(),
            Ok(value) => value.to_string(),
        })
        .collect()
}
