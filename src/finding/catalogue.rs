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
    e(
        "X001",
        Error,
        "cells are merged",
        "A screen reader loses its place in merged cells, and a program reads all but the first as empty.",
        "unmerge them, and write the value in every cell that it applies to",
    ),
    e(
        "X002",
        Error,
        "a table is not marked as one",
        "A screen reader cannot announce its headers, and a program has to guess where it begins and ends.",
        "select the table, insert it as a table with headers, and give it a name",
    ),
    e(
        "X003",
        Warning,
        "a sheet has more than one table",
        "Only the first is found by many readers, and columns cannot be sized for both.",
        "give each table a sheet of its own",
    ),
    e(
        "X004",
        Warning,
        "a table does not start in column A",
        "Readers start in A1 and have to search for it.",
        "delete the columns before it",
    ),
    e(
        "X005",
        Error,
        "a header is empty, made up by the program, or the same as another",
        "A column that cannot be named cannot be referred to.",
        "write a header that says what the column has and in which unit, each once",
    ),
    e(
        "X006",
        Warning,
        "there are empty rows between filled ones",
        "A reader who meets an empty row takes it for the end, and so does a program.",
        "delete the empty rows; use row heights for space",
    ),
    e(
        "X007",
        Warning,
        "there are empty columns between filled ones",
        "A reader who meets an empty column takes it for the end, and so does a program.",
        "delete the empty columns; use column widths for space",
    ),
    e(
        "X008",
        Warning,
        "a filter is on",
        "Rows may be hidden without a sign, and the buttons cover the headers.",
        "turn the filter off",
    ),
    e(
        "X009",
        Warning,
        "panes are frozen or split",
        "At large letters the frozen part covers the screen.",
        "unfreeze the panes",
    ),
    e(
        "X010",
        Error,
        "there is no title in A1",
        "A1 is read first: without a title nobody knows what the sheet is.",
        "write in A1 what the sheet shows, for whom and when",
    ),
    e(
        "X011",
        Warning,
        "the title in A1 is not in a heading style",
        "Readers who jump from heading to heading do not find the sheet's title.",
        "give A1 the cell style Heading 1",
    ),
    e(
        "X012",
        Warning,
        "A2 does not say what the sheet contains",
        "After the title a reader has to guess whether a table, notes or a chart follows.",
        "write in A2 what follows, such as: This worksheet contains one table.",
    ),
    e(
        "X013",
        Warning,
        "the cursor is not in A1",
        "Whoever opens the sheet starts in the middle of it.",
        "go to A1 on every sheet before saving",
    ),
    e(
        "X014",
        Warning,
        "the workbook does not open at its first sheet",
        "Readers miss the cover and the contents.",
        "go to the first sheet before saving",
    ),
    e(
        "X015",
        Warning,
        "a sheet is hidden",
        "What is hidden is still published; it may be more than was meant to be.",
        "delete the sheet, or show it",
    ),
    e(
        "X016",
        Warning,
        "rows or columns are hidden",
        "What is hidden is still published; it may be more than was meant to be.",
        "delete them, or show them",
    ),
    e(
        "X017",
        Error,
        "the document has no title",
        "Screen readers and searches announce the file's name instead.",
        "fill in the title under File, Info, Properties",
    ),
    e(
        "X018",
        Warning,
        "the document has no subject or author",
        "Whoever finds the file elsewhere does not know whose it is.",
        "fill in subject and author under File, Info, Properties",
    ),
    e(
        "X019",
        Warning,
        "the first sheet is not a cover",
        "Nothing says who published the workbook, when, and how to read it.",
        "add a sheet Cover in front: title, organisation, dates, how to read it, whom to ask",
    ),
    e(
        "X020",
        Warning,
        "there is no sheet of contents",
        "Readers have to open every sheet to learn what there is.",
        "add a sheet Contents that links to every sheet",
    ),
    e(
        "X021",
        Warning,
        "the contents do not link to every sheet",
        "Sheets that are not listed are not found.",
        "add a row with a link for each",
    ),
    e(
        "X022",
        Error,
        "a note is referred to and not listed",
        "The reader looks for it in vain.",
        "list it on the sheet Notes, or remove the reference",
    ),
    e(
        "X023",
        Warning,
        "a note is listed and never referred to",
        "Nobody knows what it is about.",
        "refer to it where it applies, or delete it",
    ),
    e(
        "X024",
        Error,
        "a symbol is not explained",
        "Readers cannot tell whether a figure is held back, missing or not applicable.",
        "explain it above the table, such as: [c] = not shown, to protect confidentiality",
    ),
    e(
        "X025",
        Warning,
        "a symbol is not one of the harmonised shorthand",
        "Each publisher's dots and dashes mean something else; screen readers pass them over.",
        "use [c] held back, [low] rounds to zero, [u] uncertain, [w] none recorded, [x] not available, [z] not applicable",
    ),
    e(
        "X026",
        Warning,
        "there are empty cells in a table",
        "It is left open whether the figure is missing, held back or zero.",
        "write the figure, or the shorthand for why there is none",
    ),
    e(
        "X027",
        Warning,
        "numbers are stored as text",
        "They cannot be added up, sorted or charted.",
        "turn them into numbers, with the unit in the header",
    ),
    e(
        "X028",
        Error,
        "a cell shows an error",
        "A calculation failed, and figures that rest on it may be wrong.",
        "mend the calculation and publish its value",
    ),
    e(
        "X029",
        Note,
        "a table has the name that the program gave it",
        "The name is announced to screen readers and used in references.",
        "give it a name that says what it holds",
    ),
    e(
        "X030",
        Warning,
        "a link leads to a sheet that is not there",
        "Readers are led nowhere.",
        "mend the link",
    ),
    e(
        "X031",
        Warning,
        "a chart or picture stands on the sheet of a table",
        "It covers cells, and readers of the table do not expect it.",
        "give the chart a sheet of its own",
    ),
    e(
        "X032",
        Error,
        "a chart or picture has no alternative text",
        "Those who cannot see it learn nothing from it.",
        "say in its alternative text what it shows",
    ),
    e(
        "X033",
        Note,
        "published cells hold formulas",
        "Figures may change when others open the workbook, and show nothing in programs that do not calculate.",
        "publish the values",
    ),
];
