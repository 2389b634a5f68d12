//! Lists as workbooks, as an office system would export them, with the faults that lists have.

use quorate::Result;
use quorate::error::Error;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// A list with its sheet's name and the columns that hold dates.
pub struct List<'a> {
    /// The name of the sheet.
    pub sheet: &'a str,
    /// What the list is of, for the sheet that says so.
    pub about: &'a str,
    /// The headings.
    pub columns: &'a [&'a str],
    /// The rows; texts as they are to stand there.
    pub rows: &'a [Vec<String>],
    /// The column whose ISO dates become date cells.
    pub dates: usize,
}

/// The bytes of the workbook; the same whenever it is made.
///
/// # Errors
/// When the writer refuses a cell, which no list here makes it do.
pub fn workbook(list: &List<'_>) -> Result<Vec<u8>> {
    build(list).map_err(|error| Error::data("the list cannot be written").found(error.to_string()))
}

fn build(list: &List<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 3, 2)?;
    workbook.set_properties(&DocProperties::new().set_title(list.about).set_creation_datetime(&made));
    let heading = Format::new().set_bold();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet().set_name(list.sheet)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, name) in (0..).zip(list.columns) {
        sheet.write_string_with_format(0, column, *name, &heading)?;
        sheet.set_column_width(column, 19)?;
    }
    for (row, cells) in (1..).zip(list.rows) {
        for (column, text) in (0_u16..).zip(cells) {
            if text.is_empty() {
                continue;
            }
            match (usize::from(column) == list.dates).then(|| ExcelDateTime::parse_from_str(text)) {
                Some(Ok(day)) => sheet.write_datetime_with_format(row, column, &day, &date)?,
                _ => sheet.write_string(row, column, text)?,
            };
        }
    }
    let about = workbook.add_worksheet().set_name("About")?;
    about.set_column_width(0, 100)?;
    let lines = [
        list.about,
        "Synthetic data: nobody in this list exists, and no case file either. Names, addresses and postcodes are made up.",
        "Made by: cargo run --example sample-data. Some rows are at fault on purpose; sample-data/README.md lists them.",
    ];
    for (row, line) in (0..).zip(lines) {
        about.write_string(row, 0, line)?;
    }
    workbook.save_to_buffer()
}

/// A mishap of a list: made on purpose, so that the program has something to find.
pub enum Fault {
    /// The row stands there again, at another place: (row, where).
    Twice(usize, usize),
    /// A cell is empty.
    Blank(usize, usize),
    /// Something stands after the text of a cell.
    Trailing(usize, usize, &'static str),
    /// The date of a cell is a text, as somebody would type it.
    Typed(usize, usize, &'static str),
    /// A row that has lost its identifier, of nobody in the list, is added.
    Nameless(usize, Vec<String>),
}

/// The rows with their faults, in the order given: places count as the list then stands.
pub fn spoil(mut rows: Vec<Vec<String>>, faults: Vec<Fault>) -> Vec<Vec<String>> {
    for fault in faults {
        match fault {
            Fault::Twice(row, at) => {
                let copy = rows[row].clone();
                rows.insert(at, copy);
            }
            Fault::Blank(row, column) => rows[row][column].clear(),
            Fault::Trailing(row, column, tail) => rows[row][column].push_str(tail),
            Fault::Typed(row, column, text) => rows[row][column] = text.to_owned(),
            Fault::Nameless(at, row) => rows.insert(at, row),
        }
    }
    rows
}
