//! How much a file may ask for, and the account of what it has asked for so far.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::error::{Error, Result};

/// How much one file may ask for. What is beyond is an error, not a wait and not a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub file_bytes: u64,
    /// Bytes after inflating, over all parts that are read.
    pub inflated_bytes: u64,
    /// Bytes of one run of markup or text: an element with its attributes, the text of one cell.
    pub text_bytes: usize,
    /// Bytes of all texts together that are kept.
    pub kept_bytes: u64,
    /// Cells with a value, over all sheets.
    pub cells: u64,
    /// Sheets.
    pub sheets: usize,
    /// Rows of a sheet: a cell below is an error.
    pub rows: u32,
    /// Columns of a sheet: a cell further right is an error.
    pub columns: u32,
}

impl Default for Limits {
    /// More than a national survey needs (10 million cells), less than would trouble an office computer.
    fn default() -> Self {
        Limits {
            file_bytes: 512 << 20,
            inflated_bytes: 2 << 30,
            text_bytes: 4 << 20,
            kept_bytes: 512 << 20,
            cells: 10_000_000,
            sheets: 2_000,
            rows: 1_048_576,
            columns: 16_384,
        }
    }
}

/// One file being read: its name for errors, its limits, and what it has used of them.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub path: &'a Path,
    pub limits: &'a Limits,
    cells: AtomicU64,
    kept: AtomicU64,
    inflated: AtomicU64,
}

impl<'a> Reading<'a> {
    pub fn new(path: &'a Path, limits: &'a Limits) -> Self {
        Reading { path, limits, cells: AtomicU64::new(0), kept: AtomicU64::new(0), inflated: AtomicU64::new(0) }
    }

    /// Counts cells that are kept.
    pub fn count_cells(&self, cells: u64) -> Result<()> {
        if self.cells.fetch_add(cells, Relaxed).saturating_add(cells) > self.limits.cells {
            return Err(self.too_large("the workbook", "cells with a value", self.limits.cells));
        }
        Ok(())
    }

    /// Counts bytes of text that are kept.
    pub fn count_text(&self, bytes: usize) -> Result<()> {
        let bytes = bytes as u64;
        if self.kept.fetch_add(bytes, Relaxed).saturating_add(bytes) > self.limits.kept_bytes {
            return Err(self.too_large("the workbook", "bytes of text", self.limits.kept_bytes));
        }
        Ok(())
    }

    /// An account of its own for a piece of the same file.
    pub fn apart(&self) -> Reading<'a> {
        Reading::new(self.path, self.limits)
    }

    /// Counts what was counted [apart](Reading::apart).
    pub fn count(&self, apart: &Reading<'_>) -> Result<()> {
        self.count_cells(apart.cells.load(Relaxed))?;
        self.count_text(apart.kept.load(Relaxed) as usize)
    }

    /// Counts inflated bytes; false when there are too many.
    pub fn count_inflated(&self, bytes: usize) -> bool {
        self.inflated.fetch_add(bytes as u64, Relaxed).saturating_add(bytes as u64) <= self.limits.inflated_bytes
    }

    /// Refuses a cell outside any spreadsheet.
    pub fn check_position(&self, row: u32, column: u32) -> Result<()> {
        if row >= self.limits.rows || column >= self.limits.columns {
            return Err(self.damaged("a cell lies outside the bounds of a sheet"));
        }
        Ok(())
    }

    /// The file breaks its format's rules or is cut short.
    pub fn damaged(&self, how: &str) -> Error {
        Error::file(self.path, "the workbook is damaged or cut short")
            .found(how)
            .expected("a whole workbook as a spreadsheet program saves it")
            .hint("open it in a spreadsheet program, save it again as xlsx, or ask the sender for a new copy")
    }

    /// The file asks for more than its limit.
    pub fn too_large(&self, what: &str, unit: &str, limit: u64) -> Error {
        Error::file(self.path, format!("{what} is too large to read safely"))
            .found(format!("more than {limit} {unit}"))
            .hint("check that this is the right file; delete what does not belong in it, or split it")
    }

    /// The file opens only with a password.
    pub fn locked(&self) -> Error {
        Error::file(self.path, "the workbook is protected with a password")
            .found("an encrypted file")
            .hint("open it with its password, remove the password (File, Info, Protect Workbook), and save it again")
    }
}
