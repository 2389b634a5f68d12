//! Workbooks typed for the tests: rows of cells, some merged across.

use std::path::Path;

use rust_xlsxwriter::{Format, Workbook};

/// A row as typed.
pub type T = &'static [&'static str];

/// A sheet as typed.
pub struct Sheet {
    name: &'static str,
    width: u16,
    rows: Vec<Vec<String>>,
    across: Vec<u32>,
    /// First row, last row and column of cells merged downwards.
    pub down: Vec<(u32, u32, u16)>,
}

impl Sheet {
    pub fn new(name: &'static str, width: u16) -> Sheet {
        Sheet { name, width, rows: Vec::new(), across: Vec::new(), down: Vec::new() }
    }

    pub fn row(&mut self, cells: &[&str]) {
        self.rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }

    /// A cell over the whole width.
    pub fn across(&mut self, text: &str) {
        self.across.push(self.rows.len() as u32);
        self.row(&[text]);
    }

    /// Every text that was typed.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flatten().map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Saves the sheet as a workbook.
    pub fn save(&self, path: &Path) {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name(self.name).expect("a name");
        let plain = Format::new().set_text_wrap();
        for (row, cells) in (0..).zip(&self.rows) {
            for (column, text) in (0..).zip(cells) {
                if !text.is_empty() {
                    sheet.write_string_with_format(row, column, text, &plain).expect("a cell");
                }
            }
            if self.across.contains(&row) {
                sheet.merge_range(row, 0, row, self.width - 1, &cells[0], &plain).expect("a merged cell");
            }
        }
        for &(first, last, column) in &self.down {
            let text = &self.rows[first as usize][usize::from(column)];
            sheet.merge_range(first, column, last, column, text, &plain).expect("a merged cell");
        }
        workbook.save(path).expect("a workbook");
    }
}
