//! What a spreadsheet holds: books, sheets, cells and their values.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike};

/// A workbook, or a text file read as one with a single sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// What the file is, whatever its name says.
    pub format: Format,
    /// The worksheets in their order, hidden ones included; chart sheets are left out.
    pub sheets: Vec<Sheet>,
    /// The workbook's custom properties (Open XML only), names as written.
    pub properties: BTreeMap<String, String>,
}

impl Book {
    /// The sheet of this name, as written or else without regard to case and to spaces around it.
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        let loose = |text: &str| text.trim().to_lowercase();
        self.sheets
            .iter()
            .find(|sheet| sheet.name == name)
            .or_else(|| self.sheets.iter().find(|sheet| loose(&sheet.name) == loose(name)))
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Office Open XML, with or without macros.
    Xlsx,
    /// The binary form of Open XML.
    Xlsb,
    /// The binary workbook of Excel 97 to 2003, or 5.0.
    Xls,
    /// OpenDocument.
    Ods,
    /// Text with this delimiter.
    Delimited(char),
}

/// A worksheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its name; empty for a text file.
    pub name: String,
    /// Whether people see it.
    pub visibility: Visibility,
    /// The cells that hold something, by row and then by column; no two at the same place.
    pub cells: Vec<Cell>,
    /// The merged areas. Only the cell at the top left of each has a value.
    pub merged: Vec<Area>,
}

/// Whether people see a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Shown.
    Visible,
    /// Hidden; the program's menu can show it.
    Hidden,
    /// Hidden from the menu too.
    VeryHidden,
}

/// A rectangle of cells, all bounds counted from zero and included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area {
    /// First row.
    pub top: u32,
    /// First column.
    pub left: u32,
    /// Last row.
    pub bottom: u32,
    /// Last column.
    pub right: u32,
}

/// A cell that holds something.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Its row, counted from zero.
    pub row: u32,
    /// Its column, counted from zero.
    pub column: u32,
    /// What it holds; for a formula the result that was stored with it.
    pub value: Value,
    /// Whether a formula stands in it.
    pub formula: bool,
    /// How its number is shown, where that says more than the number.
    pub shown: Shown,
}

/// How a number is shown, where that says more than the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// As it is.
    #[default]
    Plain,
    /// With zeros in front up to this many digits (number format `00000`), as identifiers are.
    Padded(u8),
    /// As per cent.
    Percent,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text as it was typed, spaces and all.
    Text(Arc<str>),
    /// A number.
    Number(f64),
    /// True or false.
    Bool(bool),
    /// A day, or a day with a time.
    Date(NaiveDateTime),
    /// A time of day, or a length of time.
    Time(TimeDelta),
    /// An error such as `#N/A`, or `#NOT CALCULATED` where a formula's result was never stored.
    Error(Arc<str>),
}

impl Value {
    /// What stands in [`Value::Error`] where a formula was saved without its result.
    pub const NOT_CALCULATED: &str = "#NOT CALCULATED";

    /// The value as text: numbers without a needless ".0", dates as ISO 8601 (the time only where there is one), TRUE
    /// and FALSE. Nothing is trimmed. [`Cell::text`] also heeds how the number is shown.
    pub fn text(&self) -> String {
        match self {
            Value::Text(text) | Value::Error(text) => text.to_string(),
            Value::Number(number) => number_text(*number),
            Value::Bool(true) => "TRUE".to_owned(),
            Value::Bool(false) => "FALSE".to_owned(),
            Value::Date(date) if date.time() == NaiveTime::MIN => date.format("%Y-%m-%d").to_string(),
            Value::Date(date) if date.nanosecond() == 0 => date.format("%Y-%m-%dT%H:%M:%S").to_string(),
            Value::Date(date) => date.format("%Y-%m-%dT%H:%M:%S%.3f").to_string(),
            Value::Time(time) => {
                let seconds = time.num_seconds();
                let sign = if seconds < 0 { "-" } else { "" };
                let (hours, rest) = (seconds.abs() / 3600, seconds.abs() % 3600);
                format!("{sign}{hours:02}:{:02}:{:02}", rest / 60, rest % 60)
            }
        }
    }

    /// The value as a number: a number, or a text that is nothing but one (`3`, ` -0.5 `, `1e3`).
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Text(text) => parse_number(text.trim()),
            _ => None,
        }
    }

    /// Whether a person sees nothing: a text of blanks only.
    pub fn is_blank(&self) -> bool {
        matches!(self, Value::Text(text) if !text.starts_with(|first: char| first.is_ascii_graphic()) && text.trim().is_empty())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

/// A finite number in plain or exponent notation, as a spreadsheet stores it.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if !plain {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A whole number without a point; anything else in the shortest form that reads back the same.
fn number_text(number: f64) -> String {
    let text =
        if number != 0.0 && !(1e-7..1e16).contains(&number.abs()) { format!("{number:e}") } else { number.to_string() };
    if text == "-0" { "0".to_owned() } else { text }
}

impl Cell {
    /// What a person sees: as [`Value::text`], with the zeros in front or the per cent sign that the format shows.
    pub fn text(&self) -> String {
        match (&self.value, self.shown) {
            (Value::Number(number), Shown::Padded(digits)) if number.fract() == 0.0 && number.abs() < 1e15 => {
                let sign = if *number < 0.0 { "-" } else { "" };
                format!("{sign}{:0width$}", number.abs() as u64, width = usize::from(digits))
            }
            (Value::Number(number), Shown::Percent) => {
                // 0.07 * 100 is 7.000000000000001: twelve decimals are more than anyone shows.
                let percent = (number * 100.0 * 1e12).round() / 1e12;
                format!("{}%", number_text(if percent.is_finite() { percent } else { number * 100.0 }))
            }
            (value, _) => value.text(),
        }
    }

    /// [`Cell::text`], and for a text the very one that the book holds: a whole survey repeats a few words.
    pub fn shared_text(&self) -> Arc<str> {
        match (&self.value, self.shown) {
            (Value::Text(text) | Value::Error(text), _) => text.clone(),
            _ => self.text().into(),
        }
    }

    /// The cell's name, such as `D14`.
    pub fn name(&self) -> String {
        crate::finding::cell_name(self.row, self.column)
    }
}

impl Sheet {
    /// The cell at a row and column, both counted from zero.
    pub fn cell(&self, row: u32, column: u32) -> Option<&Cell> {
        self.cells
            .binary_search_by(|cell| (cell.row, cell.column).cmp(&(row, column)))
            .ok()
            .and_then(|index| self.cells.get(index))
    }

    /// What a person sees in the cell at a row and column, spaces around it taken off; empty where nothing stands.
    pub fn text(&self, row: u32, column: u32) -> String {
        self.cell(row, column).map_or_else(String::new, |cell| cell.text().trim().to_owned())
    }

    /// The rows that hold something, each with its number and its cells.
    pub fn rows(&self) -> impl Iterator<Item = (u32, &[Cell])> {
        self.cells.chunk_by(|a, b| a.row == b.row).filter_map(|cells| Some((cells.first()?.row, cells)))
    }

    /// The cells of one row.
    pub fn row(&self, row: u32) -> &[Cell] {
        let start = self.cells.partition_point(|cell| cell.row < row);
        let end = self.cells.partition_point(|cell| cell.row <= row);
        &self.cells[start..end]
    }

    /// One more than the last row in which a person sees something.
    pub fn height(&self) -> u32 {
        self.cells.iter().rev().find(|cell| !cell.value.is_blank()).map_or(0, |cell| cell.row + 1)
    }

    /// One more than the last column in which a person sees something.
    pub fn width(&self) -> u32 {
        self.cells.iter().filter(|cell| !cell.value.is_blank()).map(|cell| cell.column + 1).max().unwrap_or(0)
    }

    /// Puts cells in order, keeps the last of several at one place, and takes out what merged areas cover.
    pub(super) fn settle(mut self) -> Self {
        let key = |cell: &Cell| (cell.row, cell.column);
        if !self.cells.is_sorted_by(|a, b| key(a) < key(b)) {
            self.cells.reverse();
            self.cells.sort_by_key(key);
            self.cells.dedup_by_key(|cell| key(cell));
        }
        if !self.merged.is_empty() {
            self.merged.sort_unstable();
            self.uncover();
        }
        self
    }

    /// Sweeps down the rows with the areas that reach the row, by their first column: areas do not overlap, so the
    /// nearest one to the left is the only one that can hold a cell.
    fn uncover(&mut self) {
        let mut waiting = self.merged.iter().peekable();
        let mut open: BTreeMap<u32, Area> = BTreeMap::new();
        let mut row = None;
        self.cells.retain(|cell| {
            if row != Some(cell.row) {
                row = Some(cell.row);
                while let Some(area) = waiting.next_if(|area| area.top <= cell.row) {
                    open.insert(area.left, *area);
                }
                open.retain(|_, area| area.bottom >= cell.row);
            }
            open.range(..=cell.column)
                .next_back()
                .is_none_or(|(_, area)| area.right < cell.column || (area.top, area.left) == (cell.row, cell.column))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: u32, column: u32, value: Value) -> Cell {
        Cell { row, column, value, formula: false, shown: Shown::Plain }
    }

    #[test]
    fn numbers_are_written_as_a_person_sees_them() {
        for (number, text) in [(3.0, "3"), (0.1, "0.1"), (-0.0, "0"), (1e15, "1000000000000000"), (1e20, "1e20")] {
            assert_eq!(Value::Number(number).text(), text);
        }
        let id = Cell { shown: Shown::Padded(5), ..cell(0, 0, Value::Number(42.0)) };
        assert_eq!(id.text(), "00042");
        let share = Cell { shown: Shown::Percent, ..cell(0, 0, Value::Number(0.07)) };
        assert_eq!(share.text(), "7%");
    }

    #[test]
    fn only_plain_texts_are_numbers() {
        assert_eq!(Value::from(" -0.5 ").number(), Some(-0.5));
        for text in ["", "inf", "nan", "1,5", "0x10", "1 2", "1e999"] {
            assert_eq!(Value::from(text).number(), None, "{text}");
        }
    }

    #[test]
    fn cells_are_found_in_order_and_merged_ones_lose_what_is_covered() {
        let sheet = Sheet {
            name: String::new(),
            visibility: Visibility::Visible,
            cells: vec![
                cell(2, 1, "covered".into()),
                cell(1, 1, "kept".into()),
                cell(1, 3, "beside".into()),
                cell(5, 0, "old".into()),
                cell(5, 0, "new".into()),
                cell(9, 9, " ".into()),
            ],
            merged: vec![Area { top: 1, left: 1, bottom: 2, right: 2 }],
        }
        .settle();
        assert_eq!(sheet.text(1, 1), "kept");
        assert_eq!(sheet.text(1, 3), "beside");
        assert!(sheet.cell(2, 1).is_none());
        assert_eq!(sheet.text(5, 0), "new");
        assert_eq!((sheet.height(), sheet.width()), (6, 4));
        assert_eq!(sheet.rows().map(|(row, cells)| (row, cells.len())).collect::<Vec<_>>(), [(1, 2), (5, 1), (9, 1)]);
    }
}
