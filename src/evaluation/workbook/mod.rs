//! The evaluation workbook: issued to each evaluator, taken back with findings placed to the cell, and merged into the
//! study folder so that nothing anyone wrote is lost.
//!
//! | part | does |
//! | --- | --- |
//! | [`issue`](issue()) | the workbook: one sheet an area, evidence beside the scale, drop-downs, illustrations |
//! | `area` | the sheet of one area |
//! | [`read`](read()) | what a returned workbook says |
//! | [`merge`] | what came back beside what stands in the folder |
//!
//! Every row that takes an entry carries its key in a hidden column, and a sheet that is not shown says which evaluation
//! and evaluator the workbook belongs to and what stood in each judgement when it went out. So rows may be moved and
//! sheets renamed, and two copies of one evaluator merge.

use crate::sheet::Book;

mod area;
mod issue;
pub mod merge;
mod read;

pub use issue::issue;
pub use read::{Returned, read};

/// The format of the sheet that says what the workbook is.
const FORMAT: &str = "quorate-evaluation-1";

/// The name of that sheet; it is very hidden.
const IDENTITY_SHEET: &str = "quorate-evaluation";

/// The headings of the columns that the program reads, in the first row of each sheet.
const KEY: &str = "_key";
const ENTRY: &str = "_entry";
const PRIORITY: &str = "_priority";
const EVIDENCE: &str = "_evidence";
const RELY: &str = "_rely";

/// What stands beside evidence that is relied on.
const RELY_CHOICE: &str = "yes";

/// What a prompt can be found to be.
const PROMPT_CHOICES: [&str; 2] = ["not weak", "weak"];

/// Whether a workbook is one that [`issue`](issue()) made.
pub fn is_evaluation(book: &Book) -> bool {
    book.sheets.iter().any(|sheet| sheet.name == IDENTITY_SHEET)
}
