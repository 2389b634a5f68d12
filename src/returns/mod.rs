//! What comes back: spreadsheets recognised, read to the cell, checked, and reconciled with the sample.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::instrument::Answer;

/// Which of several returns for one reading counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duplicates {
    /// The latest version: by the date when the workbook was last saved, as it says itself; where that is not known or the
    /// same, by the file's name, the last in order.
    #[default]
    Latest,
    /// The one with the most answers; of equals, as [`Duplicates::Latest`].
    MostComplete,
    /// The first in the order of dates and names.
    First,
}

/// Everything that came back.
#[derive(Debug, Clone, Default)]
pub struct Returned {
    /// The accepted rows, in the order of the sample, first readings before second ones.
    pub responses: Vec<Response>,
    /// The rows set aside, each with its reason.
    pub set_aside: Vec<SetAside>,
    /// Everything wrong.
    pub findings: Vec<Finding>,
    /// The files read, with what each held.
    pub workbooks: Vec<ReturnedWorkbook>,
}

/// One accepted row: the answers about one unit.
#[derive(Debug, Clone)]
pub struct Response {
    /// The unit's serial.
    pub serial: String,
    /// The reader's code in a file audit; empty in a survey.
    pub reader: String,
    /// 1, or 2 for the second reading of a file.
    pub reading: u8,
    /// Where the row stands.
    pub origin: Origin,
    /// One for each question of the instrument, in its order.
    pub answers: Vec<Given>,
}

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The workbook, as a path from the returns folder.
    pub workbook: String,
    /// The sheet; empty in a text file.
    pub sheet: String,
    /// The row, counted from zero.
    pub row: u32,
}

/// One answer as it was given and as it was read.
#[derive(Debug, Clone)]
pub struct Given {
    /// As read.
    pub answer: Answer,
    /// As it stood in the cell, untouched.
    pub raw: String,
    /// The column, counted from zero; none when the return has no column for the question.
    pub column: Option<u32>,
}

/// A row that was not used.
#[derive(Debug, Clone)]
pub struct SetAside {
    /// Where it stands.
    pub origin: Origin,
    /// The serial, if one could be read.
    pub serial: String,
    /// Why, in a few words that group such rows ("not in the sample", "earlier version of a return").
    pub reason: String,
    /// The cells as they stood, untouched.
    pub cells: Vec<String>,
}

/// One file of the returns folder.
#[derive(Debug, Clone)]
pub struct ReturnedWorkbook {
    /// Path from the returns folder.
    pub file: String,
    /// SHA-256 of its bytes.
    pub hash: String,
    /// How it was recognised ("token", "identifiers"), or why it was not read.
    pub recognised: String,
    /// Rows with anything in them.
    pub rows_read: usize,
    /// Rows accepted.
    pub accepted: usize,
}
