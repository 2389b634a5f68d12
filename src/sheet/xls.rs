//! The binary workbook of Excel 97 to 2003.

use super::book::Book;
use super::limits::Reading;
use crate::error::Result;

/// Reads a workbook.
pub(super) fn read(_bytes: &[u8], reading: &Reading<'_>) -> Result<Book> {
    Err(reading.damaged("xls"))
}
