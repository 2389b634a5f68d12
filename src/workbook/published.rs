//! A published table as a value, and the one way in which such tables are laid out on sheets.
//!
//! The rules are those of the UK Government Analysis Function for statistics in spreadsheets: one table a sheet, marked
//! and named, from column A, its title in A1 as a heading, what it is in A2, every symbol explained above it, no blank
//! rows, no merges, no filters, no frozen panes.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Format, FormatAlign, Table as MarkedTable, TableColumn, TableStyle, Worksheet, XlsxError};

use super::fit::{LINE, TITLE, clipped, cut, footer, height};
use super::notes::{Note, Numbering};
use super::styles::Styles;

/// The shorthand for what a number cannot say, as harmonised across UK government statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// Held back to protect confidentiality.
    Suppressed,
    /// Rounds to zero, and is not zero.
    Low,
    /// Known less well than the rule asks.
    Uncertain,
    /// Nobody in the sample.
    NoneRecorded,
    /// There is no such figure.
    NotAvailable,
    /// The column does not apply to the row.
    NotApplicable,
}

impl Mark {
    /// As it stands in a cell.
    pub fn symbol(self) -> &'static str {
        match self {
            Mark::Suppressed => "[c]",
            Mark::Low => "[low]",
            Mark::Uncertain => "[u]",
            Mark::NoneRecorded => "[w]",
            Mark::NotAvailable => "[x]",
            Mark::NotApplicable => "[z]",
        }
    }

    /// What it stands for, as explained above a table.
    pub fn meaning(self) -> &'static str {
        match self {
            Mark::Suppressed => "not shown, to protect confidentiality",
            Mark::Low => "rounds to zero, but is not zero",
            Mark::Uncertain => "uncertain: the margin of error is wider than the rule allows",
            Mark::NoneRecorded => "none recorded among those who answered; there may be some in the population",
            Mark::NotAvailable => "not available",
            Mark::NotApplicable => "not applicable",
        }
    }
}

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Words; never read as a formula.
    Text(String),
    /// A symbol and, after it, words.
    Marked(Mark, String),
    /// A link to another sheet of the workbook, by its name.
    Sheet(String),
    /// A number, shown with some decimals and kept in full.
    Number(f64, u8),
}

impl Value {
    /// A share of 0 to 1 as a number of per cent.
    pub fn percent(share: f64) -> Value {
        Value::number(share * 100.0, 1)
    }

    /// A number shown with `decimals`; one that is not finite is not available.
    pub fn number(number: f64, decimals: u8) -> Value {
        if number.is_finite() { Value::Number(number, decimals) } else { Mark::NotAvailable.into() }
    }

    /// A whole number.
    pub fn count(count: usize) -> Value {
        Value::Number(count as f64, 0)
    }

    /// Words; where there are none, a symbol that says so.
    pub fn words(text: &str) -> Value {
        if text.trim().is_empty() { Mark::NotAvailable.into() } else { Value::Text(text.to_owned()) }
    }

    /// The words in it, as far as they need room; a symbol before them is short.
    pub(super) fn text(&self) -> &str {
        match self {
            Value::Text(text) | Value::Marked(_, text) | Value::Sheet(text) => text,
            Value::Number(..) => "",
        }
    }

    /// The words as they stand in the cell; none for a number.
    pub(super) fn shown(&self) -> Option<String> {
        match self {
            Value::Marked(mark, words) if words.is_empty() => Some(mark.symbol().to_owned()),
            Value::Marked(mark, words) => Some(clipped(&format!("{} {words}", mark.symbol()))),
            Value::Text(text) | Value::Sheet(text) => Some(clipped(text)),
            Value::Number(..) => None,
        }
    }

    fn mark(&self) -> Option<Mark> {
        match self {
            Value::Marked(mark, _) => Some(*mark),
            _ => None,
        }
    }
}

impl From<Mark> for Value {
    fn from(mark: Mark) -> Value {
        Value::Marked(mark, String::new())
    }
}

/// One column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// The header, unique in its table, with the unit.
    pub header: String,
    /// The notes that the header refers to.
    pub notes: Vec<Note>,
    /// Width in characters.
    pub width: f64,
    /// Words, from the left, wrapped; otherwise numbers, from the right.
    pub words: bool,
}

impl Column {
    /// A column of words.
    pub fn words(header: impl Into<String>, width: f64) -> Column {
        Column { header: header.into(), notes: Vec::new(), width, words: true }
    }

    /// A column of numbers.
    pub fn numbers(header: impl Into<String>) -> Column {
        Column { header: header.into(), notes: Vec::new(), width: 11.5, words: false }
    }

    /// Refers to a note in the header.
    pub fn note(mut self, note: Note) -> Column {
        self.notes.push(note);
        self
    }
}

/// A table and all that belongs to it.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// The sheet's name.
    pub sheet: String,
    /// The name under which a program or a screen reader finds the table.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// What to know before reading it, one sentence or two a row.
    pub about: Vec<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each as long as `columns`; at least one.
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// The symbols in the table, in order.
    fn marks(&self) -> BTreeSet<Mark> {
        self.rows.iter().flatten().filter_map(Value::mark).collect()
    }

    /// The notes that the headers refer to.
    pub fn notes(&self) -> impl Iterator<Item = Note> + '_ {
        self.columns.iter().flat_map(|column| column.notes.iter().copied())
    }

    /// The row of the headers, counted from zero: below the title, what it is about, the symbols and the way back.
    pub fn header_row(&self) -> u32 {
        self.preamble().len() as u32 + 2
    }

    /// What stands between the title and the headers, a line a row; the way back comes after it.
    pub(super) fn preamble(&self) -> Vec<String> {
        let marks = self.marks();
        let mut lines = self.about.clone();
        if !marks.is_empty() {
            lines.push("Shorthand used in this table:".to_owned());
            lines.extend(marks.iter().map(|mark| format!("{} = {}.", mark.symbol(), mark.meaning())));
        }
        if self.notes().next().is_some() {
            lines.push("Notes are numbered in square brackets and listed on the worksheet Notes.".to_owned());
        }
        lines
    }

    /// Lays the table out on a new sheet.
    pub fn write(&self, sheet: &mut Worksheet, styles: &Styles, numbering: &Numbering) -> Result<(), XlsxError> {
        sheet.set_name(&self.sheet)?;
        sheet.set_row_height(0, TITLE)?;
        sheet.write_string_with_format(0, 0, clipped(&self.title), &styles.heading)?;
        let lines = self.preamble();
        for (row, line) in (1..).zip(&lines) {
            sheet.set_row_height(row, LINE)?;
            sheet.write_string(row, 0, clipped(line))?;
        }
        let header = self.header_row();
        sheet.set_row_height(header - 1, LINE)?;
        if self.sheet == CONTENTS {
            sheet.write_string(header - 1, 0, LINKS)?;
        } else {
            link(sheet, header - 1, 0, CONTENTS, BACK, &styles.link)?;
        }
        let headers = self.headers(numbering);
        let widths = self.widths(&headers);
        for (place, width) in (0..).zip(&widths) {
            sheet.set_column_width(place, *width)?;
        }
        sheet.set_row_height(header, header_height(&headers, &widths))?;
        let last = header + self.rows.len() as u32;
        let columns: Vec<TableColumn> = headers
            .iter()
            .zip(&self.columns)
            .map(|(header, column)| {
                let format = match (column.words, column.header == self.columns[0].header) {
                    (false, _) => &styles.header_right,
                    (true, true) => &styles.header,
                    (true, false) => &styles.header_indented,
                };
                TableColumn::new().set_header(header).set_header_format(format)
            })
            .collect();
        let alternative: String = cut(&self.title, 250);
        let marked = MarkedTable::new()
            .set_name(&self.name)
            .set_autofilter(false)
            .set_banded_rows(false)
            .set_style(TableStyle::None)
            .set_alt_text_title(&alternative)
            .set_alt_text(&alternative)
            .set_columns(&columns);
        sheet.add_table(header, 0, last, self.columns.len() as u16 - 1, &marked)?;
        for (row, values) in (header + 1..).zip(&self.rows) {
            sheet.set_row_height(row, row_height(values, &widths))?;
            for ((place, column), value) in (0..).zip(&self.columns).zip(values) {
                write(sheet, row, place, value, column, styles)?;
            }
        }
        let pages = pages(&widths);
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(pages, 0);
        if pages > 1 {
            sheet.set_repeat_columns(0, 0)?;
        }
        sheet.set_repeat_rows(header, header)?;
        sheet.set_footer(format!("&L{}&RPage &P of &N", footer(&self.title)));
        Ok(())
    }

    /// Each column's width in characters: no wider than its words need.
    pub(super) fn widths(&self, headers: &[String]) -> Vec<f64> {
        (0..)
            .zip(&self.columns)
            .zip(headers)
            .map(|((place, column), header): ((usize, _), _)| {
                let word = header.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0) as f64 * 1.15;
                let cells = self.rows.iter().filter_map(|row| row.get(place));
                let longest = cells.map(|value| value.text().chars().count()).max().unwrap_or(0) as f64;
                // Long headers get room to stand in few lines.
                let header = (header.chars().count() as f64 / 3.0).min(20.0) + 3.0;
                let least = word.max(header) + 2.0;
                if column.words { (longest + 4.0).min(column.width).max(least) } else { column.width.max(least) }
            })
            .collect()
    }

    /// The headers as they stand in the sheet, with their notes; two of one wording are told apart by a number.
    pub fn headers(&self, numbering: &Numbering) -> Vec<String> {
        let mut seen = BTreeSet::new();
        self.columns
            .iter()
            .map(|column| {
                // The limit of a table's header is one of UTF-16 units; a line end in it would need a code.
                let wanted = column.header.split(|c: char| c.is_whitespace() || c.is_control());
                let wanted = cut(&wanted.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "), 220);
                let wanted = if wanted.is_empty() { "Column".to_owned() } else { wanted };
                let mut header = wanted.clone();
                let mut again = 1;
                // Spreadsheet programs compare headers without regard to case.
                while !seen.insert(header.to_lowercase()) {
                    again += 1;
                    header = format!("{wanted} ({again})");
                }
                for note in &column.notes {
                    header.push_str(&numbering.reference(*note));
                }
                header
            })
            .collect()
    }
}

/// On how many pages side by side a table is printed, each with the first column, rather than in tiny letters.
pub(super) fn pages(widths: &[f64]) -> u16 {
    (widths.iter().sum::<f64>() / 285.0).ceil().clamp(1.0, 9.0) as u16
}

/// The height of a row of headers, in points; bold letters are wider.
pub(super) fn header_height(headers: &[String], widths: &[f64]) -> f64 {
    height(headers.iter().zip(widths).map(|(text, width)| (&**text, width * 0.88)))
}

/// The height of a row of cells, in points.
pub(super) fn row_height(values: &[Value], widths: &[f64]) -> f64 {
    height(values.iter().zip(widths).map(|(value, width)| (value.text(), *width)))
}

/// The line above the contents.
pub(super) const LINKS: &str = "Each name is a link to its worksheet.";
/// The words of the link above every other table.
pub(super) const BACK: &str = "Return to contents";

/// The name of the sheet that lists the others.
pub(crate) const CONTENTS: &str = "Contents";

/// Writes a cell.
pub(super) fn write(
    sheet: &mut Worksheet,
    row: u32,
    place: u16,
    value: &Value,
    column: &Column,
    styles: &Styles,
) -> Result<(), XlsxError> {
    match value {
        Value::Text(_) | Value::Marked(..) => {
            let text = value.shown().unwrap_or_default();
            sheet.write_string_with_format(row, place, text, styles.words(column.words, place > 0))?;
        }
        Value::Sheet(name) => link(sheet, row, place, name, name, &styles.link)?,
        Value::Number(number, decimals) => {
            sheet.write_number_with_format(row, place, *number, styles.number(*decimals))?;
        }
    }
    Ok(())
}

/// Writes a link to the first cell of another sheet.
pub(crate) fn link(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    target: &str,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let address = format!("internal:'{}'!A1", target.replace('\'', "''"));
    sheet.write_url_with_options(row, column, address.as_str(), text, "", Some(format))?;
    Ok(())
}

/// The alignment of a header above words or numbers.
pub(crate) fn header_format(base: &Format, words: bool) -> Format {
    base.clone().set_align(if words { FormatAlign::Left } else { FormatAlign::Right })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_none_say_so() {
        assert_eq!(Value::percent(f64::NAN), Value::from(Mark::NotAvailable));
        assert_eq!(Value::percent(0.25), Value::Number(25.0, 1));
        assert_eq!(Value::words("  "), Value::from(Mark::NotAvailable));
    }
}
