//! Findings: faults in somebody's data, each with its place, what was found, what was expected and what to do.
//!
//! A finding never stops a run: it is collected, counted and sent back to the person who can mend it.

use std::fmt;

use serde::{Deserialize, Serialize};

mod catalogue;

pub use catalogue::{CATALOGUE, Entry, entry};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Read right, and worth knowing.
    Note,
    /// Read, but somebody should look.
    Warning,
    /// Not used as it stands.
    Error,
    /// Somebody may be at risk: first in every list.
    Concern,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Concern => "concern",
        })
    }
}

/// Where a finding is: as much of it as is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, as a path from the study's folder, with forward slashes.
    pub file: String,
    /// The sheet; empty in a text file.
    pub sheet: String,
    /// The cell as a person names it (`D14`), a row (`14`), or empty.
    pub cell: String,
    /// The unit's serial or identifier; empty when not known.
    pub unit: String,
    /// The question's identifier; empty when it is not about one question.
    pub question: String,
}

impl Place {
    /// A file.
    pub fn file(file: impl Into<String>) -> Self {
        Place { file: file.into(), ..Place::default() }
    }

    /// A sheet of the file.
    #[must_use]
    pub fn sheet(mut self, sheet: impl Into<String>) -> Self {
        self.sheet = sheet.into();
        self
    }

    /// The cell at a row and column, both counted from zero.
    #[must_use]
    pub fn cell(mut self, row: u32, column: u32) -> Self {
        self.cell = cell_name(row, column);
        self
    }

    /// A whole row, counted from zero.
    #[must_use]
    pub fn row(mut self, row: u32) -> Self {
        self.cell = (row + 1).to_string();
        self
    }

    /// The unit it is about.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// The question it is about.
    #[must_use]
    pub fn question(mut self, question: impl Into<String>) -> Self {
        self.question = question.into();
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<&str> =
            [&self.file, &self.sheet, &self.cell].into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
        f.write_str(&parts.join(" > "))?;
        match (self.unit.is_empty(), self.question.is_empty()) {
            (false, false) => write!(f, "   ({}, question {})", self.unit, self.question),
            (false, true) => write!(f, "   ({})", self.unit),
            (true, false) => write!(f, "   (question {})", self.question),
            (true, true) => Ok(()),
        }
    }
}

/// The name of a cell (`A1`, `D14`, `AA3`) from its row and column, both counted from zero.
pub fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(char::from(b'A' + (rest % 26) as u8));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.reverse();
    format!("{}{}", letters.into_iter().collect::<String>(), u64::from(row) + 1)
}

/// A fault in somebody's data.
///
/// The `code` is listed in the [`CATALOGUE`]; `quorate explain CODE` prints its entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The stable code, such as `R012`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// One sentence: what is wrong.
    pub problem: String,
    /// What stands there, as it stands there.
    pub found: String,
    /// What should stand there.
    pub expected: String,
    /// What to do about it.
    pub hint: String,
}

impl Finding {
    /// A finding with the title and severity that the catalogue gives for `code`.
    ///
    /// # Panics
    /// When the code is not in the catalogue: that is a bug, and a test looks for it.
    pub fn new(code: &str, place: Place) -> Self {
        let Some(entry) = entry(code) else { panic!("finding {code} is not in the catalogue") };
        Finding {
            code: code.to_owned(),
            severity: entry.severity,
            place,
            problem: entry.title.to_owned(),
            found: String::new(),
            expected: String::new(),
            hint: entry.remedy.to_owned(),
        }
    }

    /// Adds what was found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = found.into();
        self
    }

    /// Adds what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// Replaces the catalogue's general remedy with one for this case.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Replaces the catalogue's severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}] {}", self.severity, self.code, self.problem)?;
        let place = self.place.to_string();
        for (name, part) in
            [("place", &place), ("found", &self.found), ("expected", &self.expected), ("hint", &self.hint)]
        {
            if !part.is_empty() {
                write!(f, "\n  {name:<10}{part}")?;
            }
        }
        Ok(())
    }
}

/// Sorts findings for reading: concerns first, then by severity, then by place (`B2` before `B10`) and code.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| reading_order(a).cmp(&reading_order(b))));
}

/// File and sheet, then row and column as they stand, then what is left.
fn reading_order(finding: &Finding) -> (&str, &str, u32, usize, &Place, &str) {
    let place = &finding.place;
    let letters = place.cell.find(|c: char| c.is_ascii_digit()).unwrap_or(place.cell.len());
    let (column, row) = place.cell.split_at(letters);
    (&place.file, &place.sheet, row.parse().unwrap_or(0), column.len(), place, &finding.code)
}

#[cfg(test)]
mod tests {
    use super::{Finding, Place, cell_name, sort};

    #[test]
    fn findings_are_read_from_the_top_of_a_sheet_down() {
        let at = |cell: &str| Finding::new("F005", Place { cell: cell.to_owned(), ..Place::file("a.xlsx") });
        let mut findings: Vec<Finding> =
            ["B10", "AA2", "B2", "3"].map(at).into_iter().chain([Finding::new("F001", Place::file("z"))]).collect();
        sort(&mut findings);
        let cells: Vec<&str> = findings.iter().map(|finding| finding.place.cell.as_str()).collect();
        assert_eq!(cells, ["", "B2", "AA2", "3", "B10"]);
    }

    #[test]
    fn cells_are_named_as_in_a_spreadsheet() {
        for (row, column, name) in
            [(0, 0, "A1"), (13, 3, "D14"), (0, 25, "Z1"), (0, 26, "AA1"), (1_048_575, 16_383, "XFD1048576")]
        {
            assert_eq!(cell_name(row, column), name);
        }
    }
}
