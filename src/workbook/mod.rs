//! The workbooks that people read: the published results, the findings to send back, and the check of published ones.
//!
//! | part | does |
//! | --- | --- |
//! | [`results`](results()) | `results.xlsx`: cover, contents, notes, one marked table a sheet, charts on sheets of their own |
//! | [`results_ods`] | `results.ods`: the same as an OpenDocument spreadsheet, without charts |
//! | [`analyst`](analyst()) | `analyst.xlsx`: banner tables, groups as columns, with letters for differences and native charts |
//! | [`findings`](findings()), [`findings_csv`] | what is wrong in the returns, to send back to those who can mend it |
//! | [`plan`](plan()) | an improvement plan: actions by theme, progress, targets, what has changed |
//! | [`lint`](lint()) | the rules for published statistics in spreadsheets, checked on any xlsx or ods |
//!
//! Everything a person wrote goes into cells as text and never as a formula. The same results give the same bytes.

use rust_xlsxwriter::XlsxError;

use crate::error::Error;

mod analyst;
pub(crate) mod bundle;
mod charts;
mod findings;
pub(crate) mod fit;
pub(crate) mod headings;
mod lint;
pub(crate) mod notes;
mod ods;
mod plan;
pub(crate) mod published;
mod results;
pub(crate) mod styles;
mod tables;

pub use analyst::analyst;
pub(crate) use findings::harmless;
pub use findings::{findings, findings_csv};
pub use lint::{Style, judge, lint};
pub use plan::plan;
pub use results::{results, results_ods, team};

/// What the writer of workbooks refuses, as an error of ours.
pub(crate) fn refused(error: XlsxError) -> Error {
    Error::data("the workbook cannot be made").found(error.to_string())
}
