//! What the author of a pack says about a published workbook.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

/// `[import]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The workbook as published; any format that the program reads.
    pub workbook: Spanned<PathBuf>,
    /// The SHA-256 of the workbook, so that a corrected publication is noticed.
    pub sha256: Option<Spanned<String>>,
    /// The label of the row that is the nation's figure; the others are single organisations'.
    pub national: Option<String>,
    /// Texts that stand where a figure is missing, and what they mean, beside those of the usual table shorthand.
    #[serde(default)]
    pub shorthand: BTreeMap<String, String>,
    /// The tables.
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
    /// Figures that get a name of their own, among them sums of responses.
    #[serde(default, rename = "figure")]
    pub figures: Vec<Chosen>,
}

/// `[[import.table]]`; rows and columns are named as the spreadsheet names them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The sheet.
    pub sheet: Spanned<String>,
    /// What its figures are.
    pub holds: Holds,
    /// What its rows are.
    #[serde(default)]
    pub rows: Rows,
    /// The row with a heading for every column: the responses.
    pub header_row: u32,
    /// The row above with headings that span several columns: the questions.
    pub questions_row: Option<u32>,
    /// The first row of figures; the one below the headings if not said.
    pub first_row: Option<u32>,
    /// The last row of figures; the sheet's last if not said.
    pub last_row: Option<u32>,
    /// The column of labels.
    pub label_column: Column,
    /// The column of codes that name the row everywhere, such as those of the statistics office.
    pub code_column: Option<Column>,
    /// The first column of figures; the one right of label and code if not said.
    pub first_column: Option<Column>,
    /// The heading of the columns with the number that a question's shares are of.
    pub base_heading: Option<String>,
    /// What the figures are multiplied with to become per cent, where a table gives shares.
    #[serde(default = "one")]
    pub times: f64,
}

fn one() -> f64 {
    1.0
}

/// What the figures of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    /// Shares in per cent; the base column gives respondents.
    Value,
    /// Their 95% margins in points.
    Margin,
    /// Estimated numbers of people; the base column gives the population.
    People,
}

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rows {
    /// Councils or other organisations.
    #[default]
    Organisations,
    /// Groups of people; a row with a label and no figures names the groups below it.
    Groups,
}

/// `[[import.figure]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// The id by which questions name it.
    pub id: String,
    /// What it is the share of.
    pub label: String,
    /// The question's heading, in full or up to its first " - ".
    pub question: Spanned<String>,
    /// The responses whose shares are added up.
    pub responses: Vec<Spanned<String>>,
}

/// A column by its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Column(pub u32);

impl TryFrom<String> for Column {
    type Error = String;

    fn try_from(letters: String) -> Result<Self, String> {
        let sound = (1..=3).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_alphabetic());
        let number = |number: u32, letter: u8| number * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        match letters.bytes().filter(|_| sound).fold(0, number) {
            0 => Err(format!("{letters:?} is no column; columns are named by letters, such as C or AB")),
            number => Ok(Column(number - 1)),
        }
    }
}
