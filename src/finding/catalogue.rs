//! Every finding there can be: its code, what it means and what to do. Codes are never used again for something else.
//!
//! I instruments, P pipelines, F frames, R returns, W weights, E estimates, X published workbooks.

use super::Severity::{self, Concern, Error, Note, Warning};

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
        "R001",
        Error,
        "a file of the returns folder cannot be read",
        "Nothing in it is used; the other files are read as usual.",
        "open it in a spreadsheet program and save it again, or ask the sender for a new copy",
    ),
    e(
        "R002",
        Warning,
        "a file of the returns folder is not a spreadsheet",
        "It was not opened. If answers are in it, they are missing from the results.",
        "save the answers in it as xlsx, ods or csv, or move the file out of the folder",
    ),
    e(
        "R003",
        Error,
        "a return belongs to another survey",
        "All its rows are set aside: the same serial means somebody else there.",
        "move the file to the returns of its own survey",
    ),
    e(
        "R004",
        Error,
        "a spreadsheet is not recognised as a return",
        "It has no headings of questions with serials or identifiers of the sample below them; nothing in it is used.",
        "put the answers back into the workbook that was issued, or give the columns the questions' ids or wordings as headings",
    ),
    e(
        "R005",
        Warning,
        "a return was made with another version of the form",
        "It is read with the questions as they stand now. Where wordings or responses have changed, answers may mean something else.",
        "check what has changed between the versions before relying on these answers",
    ),
    e(
        "R006",
        Warning,
        "a return has no column for some questions",
        "The questions count as not answered in all its rows.",
        "find out whether the column was deleted or renamed, and put it back with the question's id above it",
    ),
    e(
        "R007",
        Note,
        "a heading agrees with a question but for spaces, marks or case",
        "The column is read as that question's.",
        "nothing to do if the right question is meant",
    ),
    e(
        "R008",
        Note,
        "a column of a return is not understood",
        "What stands in it is not used.",
        "if it holds answers, put the question's id above it",
    ),
    e(
        "R009",
        Warning,
        "two columns of a return are headed like the same question",
        "The one with the better heading, or the one further left, is used; the other is not.",
        "delete the column that does not count",
    ),
    e(
        "R010",
        Error,
        "a row is about somebody who is not in the sample",
        "The row is set aside: its answers have no known chance of selection, so no weight.",
        "correct the serial or file number if it is mistyped; otherwise leave the row out",
    ),
    e(
        "R011",
        Error,
        "a row with answers has no serial and no identifier",
        "The row is set aside, because nobody knows whom it is about.",
        "fill in the serial or the file number",
    ),
    e(
        "R012",
        Error,
        "an answer is not one of the question's responses",
        "It counts as unreadable, not as any response; what stands in the cell is kept.",
        "choose from the list in the cell, or add the response to the instrument",
    ),
    e(
        "R013",
        Note,
        "an answer is not written as on the form, and can mean only one thing",
        "It is used as that.",
        "nothing to do if it is read as it was meant",
    ),
    e(
        "R014",
        Error,
        "more than one response stands where one is asked for",
        "The answer counts as unreadable.",
        "leave the one that is right",
    ),
    e(
        "R015",
        Error,
        "a response that excludes the others is chosen together with them",
        "The answer counts as unreadable, because both cannot be true.",
        "take away the one that is wrong",
    ),
    e(
        "R016",
        Error,
        "a cell holds an error instead of an answer",
        "The answer counts as unreadable.",
        "type the answer into the cell",
    ),
    e(
        "R017",
        Note,
        "an answer comes from a formula",
        "The value that was saved with the formula is used.",
        "nothing to do if the value is what was meant",
    ),
    e(
        "R018",
        Error,
        "an answer cannot be read as a number",
        "It counts as unreadable; what stands in the cell is kept.",
        "type digits only",
    ),
    e(
        "R019",
        Error,
        "a number is outside its range",
        "It counts as unreadable; what stands in the cell is kept.",
        "correct the number, or widen the range in the instrument",
    ),
    e(
        "R020",
        Error,
        "an answer cannot be read as a date",
        "It counts as unreadable; what stands in the cell is kept.",
        "type the date with the month in letters, such as 31 Mar 2026",
    ),
    e(
        "R021",
        Error,
        "a date can be read in two ways",
        "It counts as unreadable, because nobody has said whether the day or the month comes first.",
        "type the month in letters, or say under [returns] which comes first",
    ),
    e(
        "R022",
        Error,
        "a date is outside its period",
        "It counts as unreadable; what stands in the cell is kept.",
        "correct the date, or widen the period in the instrument",
    ),
    e(
        "R023",
        Warning,
        "a question is answered where it is not asked",
        "The answer is kept beside the results and not used, because the answers before lead past the question.",
        "correct the answer that leads past it, or empty the cell",
    ),
    e(
        "R024",
        Warning,
        "a required question is not answered",
        "It counts as not answered; the other answers of the row are used.",
        "fill in the answer if it is known",
    ),
    e(
        "R025",
        Concern,
        "a concern that needs action at once was recorded",
        "Somebody may be at risk. It is listed first, whatever else is wrong with the return.",
        "tell the person responsible now, as agreed for this study; do not wait for the report",
    ),
    e(
        "R026",
        Warning,
        "a file was returned twice",
        "The files agree in every byte; the rows of the second are set aside.",
        "delete one of them",
    ),
    e(
        "R027",
        Note,
        "rows were returned twice with the same answers",
        "One of each is used and the other set aside.",
        "nothing to do",
    ),
    e(
        "R028",
        Warning,
        "a unit was returned in several versions",
        "One is used, by the rule that the pipeline declares; the others are set aside.",
        "check that the version used is the right one, and take the others out of the folder",
    ),
    e(
        "R029",
        Warning,
        "an identifier agrees but for leading zeros",
        "The row is used, because nobody else can be meant.",
        "keep identifiers as text, so that zeros are not lost",
    ),
    e(
        "R030",
        Note,
        "an identifier agrees but for spaces, marks or case",
        "The row is used.",
        "nothing to do if the right unit is meant",
    ),
    e(
        "R031",
        Warning,
        "a row's hidden token belongs to another row",
        "The serial and the file number that people see are used. It happens when a sheet is sorted without its hidden columns.",
        "check a few of these rows against the files",
    ),
    e(
        "R032",
        Error,
        "the identifiers of a row contradict each other",
        "The row is set aside, because it may be about either.",
        "correct the serial or the file number",
    ),
    e(
        "R033",
        Error,
        "an identifier without its leading zeros could be several units'",
        "The row is set aside.",
        "type the identifier with its zeros, or fill in the serial",
    ),
    e(
        "R034",
        Note,
        "some rows of a return are still empty",
        "They count as not returned.",
        "ask for the rest if fieldwork goes on",
    ),
    e(
        "R035",
        Error,
        "a return has lost its headings",
        "The rows are set aside, because it cannot be told which column answers which question.",
        "copy the rows of headings back from the workbook that was issued",
    ),
    e(
        "R036",
        Error,
        "it cannot be told which reading of a file a row is",
        "The file is read twice and the return does not say by whom; the row is set aside.",
        "use the workbook that was issued to the reader, or add a column \"reader\" with the reader's code",
    ),
    e(
        "R037",
        Note,
        "a row holds no serial of the sample and no answers",
        "It is taken for a note and set aside.",
        "nothing to do unless answers are in it",
    ),
    e(
        "R038",
        Error,
        "one return holds two different rows for the same unit",
        "One is used, by the rule that the pipeline declares; the other is set aside.",
        "find out which is right, and delete the other",
    ),
    e(
        "R039",
        Concern,
        "whether somebody must act at once cannot be read",
        "The answer cannot be read, and it may be a concern.",
        "look at the cell now; if it is a concern, tell the person responsible",
    ),
    e(
        "R040",
        Note,
        "a second reading came back that was not asked for",
        "Another reader than the one expected returned the file too; it is used as a second reading, for agreement only.",
        "nothing to do if the file was meant to be read twice",
    ),
];
