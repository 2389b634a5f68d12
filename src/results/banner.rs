//! What the analyst's tables need beside the estimates: what stands behind a column, and which columns differ.

use crate::finding::cell_name;
use crate::statistics::Test;

/// The columns of one question or score for one grouping: everyone, then the groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Banner {
    /// The question or score.
    pub question: String,
    /// The column of the frame that the groups come from.
    pub by: String,
    /// Everyone first, then the groups in the grouping's order.
    pub columns: Vec<BannerColumn>,
    /// One for each estimate, in the order of [`GroupResult::estimates`](super::GroupResult::estimates).
    pub rows: Vec<BannerRow>,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct BannerColumn {
    /// The group; empty for everyone.
    pub group: String,
    /// The letter that stands for the column; empty where it is not compared.
    pub letter: String,
    /// Kish's effective base, (sum w)^2 / sum w^2 of those with a valid answer; NaN without any, or where the base is not shown.
    pub effective: f64,
    /// Whether the column is compared, and why not.
    pub standing: Standing,
}

/// Whether a column is compared with the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Compared,
    /// Everyone, whom the pipeline leaves out of the comparison.
    LeftOut,
    /// It has fewer answers than the pipeline compares.
    LowBase,
    /// Nothing of it is shown.
    Suppressed,
    /// No columns of this banner are compared.
    NotAsked,
}

/// One statistic over the columns.
#[derive(Debug, Clone, PartialEq)]
pub struct BannerRow {
    /// For a mean the standard deviation of the values in every column; NaN where there is none or it is not shown.
    pub deviations: Vec<f64>,
    /// How many pairs of columns were compared.
    pub compared: usize,
    /// The differences that are more than chance explains, each with the higher column first.
    pub differences: Vec<ColumnDifference>,
}

/// A column that is higher than another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnDifference {
    /// The higher column, by its place.
    pub column: usize,
    /// The lower column, by its place.
    pub than: usize,
    /// The difference with its test.
    pub test: Test,
    /// The p-value adjusted for the pairs of the row.
    pub adjusted: f64,
}

impl Banner {
    /// The letters in a cell: of the columns that are lower, in their order.
    pub fn letters(&self, row: usize, column: usize) -> String {
        let mut lower: Vec<usize> =
            self.rows[row].differences.iter().filter(|found| found.column == column).map(|found| found.than).collect();
        lower.sort_unstable();
        lower.into_iter().map(|place| self.columns[place].letter.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// The letters of a column counted from zero: A to Z, then AA, AB and so on.
pub fn letters(place: usize) -> String {
    cell_name(0, place as u32).trim_end_matches('1').to_owned()
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
