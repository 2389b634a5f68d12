//! Spreadsheets: the first sheet that has anything in it, its first row the names.

use std::path::Path;

use super::coder::Values;
use crate::error::{Error, Result};

#[derive(Debug)]
pub(super) struct Spreadsheet;

pub(super) fn open(path: &Path) -> Result<(Vec<String>, Spreadsheet)> {
    Err(Error::file(path, "spreadsheets cannot be estimated from yet").hint("save the sheet as csv and give that file"))
}

impl Spreadsheet {
    pub(super) fn read(&self, _columns: &[usize]) -> Vec<Values> {
        Vec::new()
    }

    pub(super) fn first_row(&self) -> usize {
        2
    }
}
