//! Every finding there can be: its code, what it means and what to do. Codes are never used again for something else.
//!
//! I instruments, P pipelines, F frames, R returns, W weights, E estimates, X published workbooks.

use super::Severity::{self, Error, Note, Warning};

/// What `quorate explain CODE` prints.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The stable code.
    pub code: &'static str,
    /// How much it matters unless the case says otherwise.
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub title: &'static str,
    /// What it means for the results.
    pub means: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// The entry for a code, whatever the case it is typed in.
pub fn entry(code: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.code.eq_ignore_ascii_case(code))
}

const fn e(
    code: &'static str,
    severity: Severity,
    title: &'static str,
    means: &'static str,
    remedy: &'static str,
) -> Entry {
    Entry { code, severity, title, means, remedy }
}

/// All entries, in the order of their codes.
pub const CATALOGUE: &[Entry] = &[
    e(
        "F001",
        Error,
        "an identifier stands on more than one row of the frame",
        "The first row is kept and the others are left out, so that nobody has two chances of being drawn.",
        "find out whether it is one unit listed twice or two units with one identifier, and mend the frame",
    ),
    e(
        "F002",
        Error,
        "a row of the frame has no identifier",
        "The row cannot be drawn, because a return could not be matched to it.",
        "give the row its identifier, or delete it",
    ),
    e(
        "F003",
        Warning,
        "a row of the frame has no value for a stratum",
        "The row is put into a stratum of its own kind, named (blank), so that it keeps its chance of being drawn.",
        "fill in the cell",
    ),
    e(
        "F004",
        Error,
        "a stratum is not one of those that the pipeline declares",
        "The row is kept in a stratum of that name. A misspelt stratum gets its own allocation and its own weight.",
        "mend the cell, or add the name to [frame] levels in the pipeline file",
    ),
    e(
        "F005",
        Note,
        "an identifier had spaces or marks around it that were taken off",
        "The identifier is used without them.",
        "nothing to do unless the identifier is wrong",
    ),
    e(
        "F006",
        Note,
        "rows were left out by the pipeline's exclusion rule",
        "They cannot be drawn and do not count in the population; the draw record states how many there were.",
        "nothing to do if the rule is what was meant",
    ),
];
