//! The door to spreadsheets: xlsx, xlsm, xls, xlsb, ods and delimited text, read within bounded memory.
//!
//! [`read`] recognises a file by its content, never by its name, and gives a [`Book`]: sheets with their cells, sparse,
//! in the order of rows and then columns. Whatever a file declares about itself (sizes, dimensions, counts, repeats)
//! is not believed: every byte inflated, every cell and every text kept is counted against [`Limits`]. A file that
//! cannot be read is an [`Error`] with cause and remedy; no file, however made, may end the program.
//!
//! | part | reads |
//! | --- | --- |
//! | `recognise` | the first bytes: what is it? |
//! | `delimited` | csv and tsv in any common encoding |
//! | `texts` | several of them in a zip |
//! | `archive`, `xml` | the zip and the markup inside xlsx and ods |
//! | `xlsx`, `styles`, `blocks`, `worksheet` | Office Open XML |
//! | `ods` | OpenDocument |
//! | `compound`, `biff`, `xls` | the old binary workbook |
//! | `xlsb` | the binary form of Open XML |
//!
//! The readers are our own, and `calamine` is the second opinion on each in the tests, which also hold what keeps it
//! from being the reader (as of 0.38):
//!
//! - *No guard before it is enough.* It takes an xlsb record without content for the text before it, so that 4 kB ask
//!   for 90 GB; it reserves what an xls sheet says of its own size; it copies a shared text of an xls into every cell;
//!   it follows a directory in circles. Each ends the program, which no unwinding can catch. To find such files first
//!   is to read every record and every shared text, and then it has been read.
//! - *It leaves out what was answered*: in xlsb texts with a font of their own and errors that formulas give; in xls
//!   what follows the first 8 kB of a formula's text, and texts beside a code page.
//! - *It says how a number is shown for xlsx only*, and there not together with whether a formula stands in the cell:
//!   `00042` would come back as 42.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::error::{Error, Result};
use crate::files::read_file;

mod archive;
mod biff;
mod blocks;
mod book;
mod compound;
mod delimited;
mod limits;
mod markup;
mod number_format;
mod ods;
mod recognise;
mod styles;
mod texts;
mod worksheet;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

pub use book::{Area, Book, Cell, Format, Sheet, Shown, Value, Visibility};
pub use limits::Limits;
pub(crate) use markup::{Element, Markup, Parts, markup};
pub(crate) use xml::escape;

use limits::Reading;
use recognise::Content;

/// Reads a spreadsheet of any format from a file.
///
/// # Errors
/// When the file is missing, is not a spreadsheet, is protected with a password, is damaged or cut short, has no
/// sheets, or exceeds the limits.
pub fn read(path: &Path, limits: &Limits) -> Result<Book> {
    if let Ok(about) = std::fs::metadata(path) {
        if about.is_dir() {
            return Err(Error::file(path, "this is a folder, not a file").hint("give the name of a file inside it"));
        }
        if about.len() > limits.file_bytes {
            return Err(Reading::new(path, limits).too_large("the file", "bytes", limits.file_bytes));
        }
    }
    read_bytes(path, &read_file(path)?, limits)
}

/// Reads a spreadsheet from bytes in memory; `path` is only its name in errors.
///
/// # Errors
/// As [`read`], but for the missing file.
pub fn read_bytes(path: &Path, bytes: &[u8], limits: &Limits) -> Result<Book> {
    let reading = Reading::new(path, limits);
    // The readers below are written not to panic; should one, it is this file that fails and not the run.
    let book = catch_unwind(AssertUnwindSafe(|| dispatch(bytes, &reading)))
        .unwrap_or_else(|_| Err(reading.damaged("its structure makes no sense")))?;
    if book.sheets.is_empty() {
        return Err(
            Error::file(path, "the workbook has no sheets with cells").hint("save it again with one sheet of data")
        );
    }
    Ok(book)
}

fn dispatch(bytes: &[u8], reading: &Reading<'_>) -> Result<Book> {
    match recognise::content(bytes, reading)? {
        Content::Text => delimited::read(bytes, reading),
        Content::Xlsx => xlsx::read(bytes, reading),
        Content::Xlsb => xlsb::read(bytes, reading),
        Content::Ods => ods::read(bytes, reading),
        Content::Xls => xls::read(bytes, reading),
        Content::Texts => texts::read(bytes, reading),
    }
}
