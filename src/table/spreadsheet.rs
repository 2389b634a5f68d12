//! Spreadsheets: the first visible sheet that has anything in it; its first row with anything in it holds the names.

use std::path::Path;

use super::coder::{Coder, Values};
use crate::error::{Error, Result};
use crate::sheet::{self, Cell, Limits, Sheet, Shown, Visibility};

#[derive(Debug)]
pub(super) struct Spreadsheet {
    sheet: Sheet,
    /// The column of the sheet of each named column.
    columns: Vec<u32>,
    /// The rows with anything in them below the names.
    rows: Vec<u32>,
}

pub(super) fn open(path: &Path) -> Result<(Vec<String>, Spreadsheet)> {
    let book = sheet::read(path, &Limits::default())?;
    let filled =
        |sheet: &&Sheet| sheet.visibility == Visibility::Visible && sheet.rows().any(|(_, cells)| is_filled(cells));
    let Some(sheet) = book.sheets.iter().find(filled) else {
        return Err(
            Error::file(path, "no visible sheet has anything in it").expected("a sheet with a row of column names")
        );
    };
    let mut filled = sheet.rows().filter(|(_, cells)| is_filled(cells));
    let header = filled.next().map(|(_, cells)| cells).unwrap_or_default();
    let named: Vec<(u32, String)> = header
        .iter()
        .map(|cell| (cell.column, text(cell).trim().to_owned()))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    let rows: Vec<u32> = filled.map(|(row, _)| row).collect();
    if rows.is_empty() {
        return Err(Error::file(path, "the sheet has no data rows")
            .at(format!("{} > {}", path.display(), sheet.name))
            .expected("at least one row below the names"));
    }
    let (columns, names) = named.into_iter().unzip();
    Ok((names, Spreadsheet { sheet: sheet.clone(), columns, rows }))
}

fn is_filled(cells: &[Cell]) -> bool {
    cells.iter().any(|cell| !cell.value.is_blank())
}

/// The cell's text; a per cent as the number that it is.
fn text(cell: &Cell) -> String {
    if cell.shown == Shown::Percent { cell.value.text() } else { cell.text() }
}

impl Spreadsheet {
    pub(super) fn read(&self, columns: &[usize]) -> Vec<Values> {
        columns
            .iter()
            .map(|&column| {
                let mut coder = Coder::new();
                for &row in &self.rows {
                    let cell = self.sheet.cell(row, self.columns[column]);
                    coder.push(cell.map(text).unwrap_or_default().as_bytes());
                }
                Coder::join(vec![coder])
            })
            .collect()
    }

    /// Where the value of a column in a data row stands.
    pub(super) fn place(&self, row: usize, column: Option<usize>) -> String {
        let row = self.rows.get(row).copied().unwrap_or_default();
        match column {
            Some(column) => format!("{} > {}", self.sheet.name, crate::finding::cell_name(row, self.columns[column])),
            None => format!("{} > row {}", self.sheet.name, row + 1),
        }
    }
}
