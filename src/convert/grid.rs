//! A sheet under construction: cells under headings that come up as they are needed.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::error::{Error, Result};

/// Rows of texts under headings.
#[derive(Debug)]
pub(super) struct Grid {
    /// The headings that come first, in this order.
    first: Vec<String>,
    /// The headings that stand in any case.
    always: usize,
    headings: Vec<String>,
    rows: Vec<BTreeMap<usize, String>>,
    begun: usize,
}

impl Grid {
    /// A sheet whose first headings stand in this order when they are used.
    pub fn new(first: &[&str]) -> Grid {
        let first = first.iter().map(|heading| (*heading).to_owned()).collect();
        Grid { first, always: 3, headings: Vec::new(), rows: Vec::new(), begun: 0 }
    }

    /// A sheet that has all these headings, in this order, before any others.
    pub fn ordered(headings: &[&str]) -> Grid {
        let mut grid = Grid::new(headings);
        grid.headings.clone_from(&grid.first);
        grid
    }

    /// Begins a row.
    pub fn row(&mut self) {
        self.rows.push(BTreeMap::new());
    }

    /// Begins a row and remembers it.
    pub fn begin(&mut self) {
        self.row();
        self.begun = self.rows.len() - 1;
    }

    /// The row that was begun last.
    pub fn last_begun(&self) -> usize {
        self.begun
    }

    /// Goes back to a row that was begun before.
    pub fn came_from(&mut self, row: usize) {
        self.begun = row;
    }

    /// Sets a cell of the last row; nothing where there is no text.
    pub fn set(&mut self, heading: &str, text: &str) {
        self.set_in(self.rows.len().saturating_sub(1), heading, text);
    }

    /// Sets a cell of any row.
    pub fn set_in(&mut self, row: usize, heading: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let column = self.headings.iter().position(|known| known == heading).unwrap_or_else(|| {
            self.headings.push(heading.to_owned());
            self.headings.len() - 1
        });
        if let Some(cells) = self.rows.get_mut(row) {
            cells.insert(column, text.to_owned());
        }
    }

    /// The headings in their order: the first ones with their languages, then the others as they came up.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.headings.len()).collect();
        order.sort_by_key(|&column| {
            let heading = &self.headings[column];
            let stem = heading.split("::").next().unwrap_or(heading);
            let rank = self.first.iter().position(|first| first == stem).unwrap_or(self.first.len());
            let ours = usize::from(heading.starts_with("quorate"));
            (rank, ours, column)
        });
        order
    }

    /// The sheet as rows of texts, the headings first.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let order = self.order();
        let missing =
            self.first.iter().take(self.always).filter(|first| {
                !self.headings.iter().any(|heading| heading.split("::").next() == Some(first.as_str()))
            });
        let mut head: Vec<String> = order.iter().map(|&column| self.headings[column].clone()).collect();
        let added: Vec<String> = missing.cloned().collect();
        head.extend(added.iter().cloned());
        let cells = |row: &BTreeMap<usize, String>| {
            let mut cells: Vec<String> = order.iter().map(|at| row.get(at).cloned().unwrap_or_default()).collect();
            cells.extend(added.iter().map(|_| String::new()));
            cells
        };
        let mut rows = vec![head];
        rows.extend(self.rows.iter().map(cells));
        rows
    }

    /// Writes the sheet: headings that stay in view, texts that wrap.
    pub fn write(&self, sheet: &mut Worksheet, name: &str) -> Result<()> {
        headed(sheet, name, &self.rows())
    }
}

/// Writes rows under their headings, which stay in view.
pub(super) fn headed(sheet: &mut Worksheet, name: &str, rows: &[Vec<String>]) -> Result<()> {
    plain(sheet, name, rows)?;
    let head = Format::new().set_bold().set_align(FormatAlign::Top).set_text_wrap();
    let body = Format::new().set_align(FormatAlign::Top).set_text_wrap();
    let mut style = || -> Result<(), XlsxError> {
        for (column, heading) in rows.first().into_iter().flatten().enumerate() {
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            let longest = rows.iter().filter_map(|row| row.get(usize::from(column))).map(|t| t.chars().count()).max();
            let wide = longest.unwrap_or(0).max(heading.chars().count()).clamp(9, 48) + 2;
            sheet.set_column_width(column, wide as f64)?;
            sheet.set_column_format(column, &body)?;
            sheet.write_string_with_format(0, column, heading, &head)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        // On paper: as wide as the sheet, the headings on every page.
        sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        Ok(())
    };
    style().map_err(failed)
}

/// Writes rows as they are.
pub(super) fn plain(sheet: &mut Worksheet, name: &str, rows: &[Vec<String>]) -> Result<()> {
    let body = Format::new().set_align(FormatAlign::Top).set_text_wrap();
    sheet.set_name(name).map_err(failed)?;
    for (row, cells) in rows.iter().enumerate() {
        for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let (row, column) = (u32::try_from(row).unwrap_or(u32::MAX), u16::try_from(column).unwrap_or(u16::MAX));
            sheet.write_string_with_format(row, column, text, &body).map_err(|error| {
                failed(error).at(format!("{name} > {}", crate::finding::cell_name(row, u32::from(column))))
            })?;
        }
    }
    Ok(())
}

/// Writes a title with lines of words below it.
pub(super) fn cover(sheet: &mut Worksheet, name: &str, rows: &[Vec<String>]) -> Result<()> {
    plain(sheet, name, rows)?;
    let title = Format::new().set_bold().set_font_size(16).set_text_wrap();
    let said = rows.first().and_then(|row| row.first()).map_or("", String::as_str);
    sheet.set_column_width(0, 90).map_err(failed)?;
    sheet.write_string_with_format(0, 0, said, &title).map_err(failed)?;
    Ok(())
}

/// The document's properties, with a fixed date, so that the same form gives the same bytes on every day.
pub(super) fn properties(workbook: &mut Workbook, title: &str) -> Result<()> {
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    Ok(())
}

/// The workbook as bytes.
pub(super) fn save(workbook: &mut Workbook) -> Result<Vec<u8>> {
    workbook.save_to_buffer().map_err(failed)
}

fn failed(error: XlsxError) -> Error {
    Error::data("the workbook cannot be written")
        .found(error.to_string())
        .hint("a cell holds at most 32,767 characters, a sheet's name 31")
}
