//! A return sent back to the person whom it came from: their answers as they stood, a list of what was found in them, and
//! a link from each entry to its cell.
//!
//! The workbook holds nothing that the person did not hold before: the rows that they returned, and what is to be said of
//! them. It carries the hash of the file that it takes the place of, so that it supersedes that file when it comes back.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::answers::{FIRST, Grid};
use super::columns::{Holds, Plan};
use super::rules::{colour, equals, in_column};
use super::{ANSWERS_SHEET, Batch, repeats, style};
use crate::finding::cell_name;
use crate::instrument::{Instrument, Question};

/// The name of the sheet with what is to be mended.
pub const FINDINGS_SHEET: &str = "Findings";

/// One thing to mend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToMend {
    /// How much it matters, in a word.
    pub severity: String,
    /// What is wrong.
    pub problem: String,
    /// The serial of the row; empty where it is about the whole file.
    pub serial: String,
    /// 1, or 2 for the second reading of a file, and so on.
    pub reading: u8,
    /// In a repeat its id and the number of the row.
    pub repeated: Option<(String, u32)>,
    /// The id of the question; empty where it is about the whole row.
    pub question: String,
    /// The id of the column, where the question has several.
    pub column: Option<String>,
    /// Where it was found in the file that was returned, in words.
    pub place: String,
    /// What stood there.
    pub found: String,
    /// What is expected.
    pub expected: String,
    /// What to do.
    pub hint: String,
}

/// Headings and widths.
const COLUMNS: [(&str, f64); 9] = [
    ("No.", 6.0),
    ("Severity", 11.0),
    ("What is wrong", 32.0),
    ("Serial", 12.0),
    ("Question", 30.0),
    ("Cell", 20.0),
    ("Found", 26.0),
    ("Expected", 30.0),
    ("What to do", 36.0),
];

/// Writes the list.
pub(super) fn write(
    sheet: &mut Worksheet,
    instrument: &Instrument,
    batch: &Batch,
    plan: &Plan,
    repeats: &[repeats::Sheet<'_>],
) -> Result<(), XlsxError> {
    sheet.set_name(FINDINGS_SHEET)?.set_screen_gridlines(false);
    let many = if batch.findings.len() == 1 { "finding" } else { "findings" };
    sheet.write_string_with_format(0, 0, format!("{} {many} to look at", batch.findings.len()), &style::title())?;
    let lines = [
        "These are your answers as they came, with what was found in them. Follow the link in the column Cell, mend what stands \
         there, and send this workbook back: it then takes the place of the one that you sent first, which is kept.",
        "A cell that is to be mended is orange until something else stands in it. If an answer is right as it stands, leave it and \
         say so in your message. Nothing is changed by anybody else.",
    ];
    let last = u16::try_from(COLUMNS.len() - 1).unwrap_or(8);
    for (row, line) in (1..).zip(lines) {
        sheet.merge_range(row, 0, row, last, line, &style::prose())?;
        sheet.set_row_height(row, 32)?;
    }
    for (column, (heading, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(4, column, heading, &style::fixed_heading())?;
    }
    for (row, (number, finding)) in (5..).zip((1u32..).zip(&batch.findings)) {
        let entry = style::entry(false);
        let question = question(instrument, finding);
        let label = question.map_or(finding.question.as_str(), |question| question.label.as_str());
        sheet.write_number_with_format(row, 0, number, &entry)?;
        let texts = [finding.severity.as_str(), &finding.problem, &finding.serial, label];
        for (column, text) in (1..).zip(texts) {
            sheet.write_string_with_format(row, column, text, &style::entry(column == 2))?;
        }
        match target(instrument, batch, plan, repeats, finding) {
            Some((name, cell)) => {
                let address = format!("internal:'{}'!{cell}", name.replace('\'', "''"));
                let shown = format!("{name} {cell}");
                sheet.write_url_with_options(row, 5, address.as_str(), shown, "Go to the cell", Some(&link()))?;
            }
            None => _ = sheet.write_string_with_format(row, 5, &finding.place, &entry)?,
        }
        let texts = [finding.found.as_str(), &finding.expected, &finding.hint];
        for (column, text) in (6..).zip(texts) {
            sheet.write_string_with_format(row, column, text, &entry)?;
        }
        let all = [(&finding.problem, 2), (&finding.found, 6), (&finding.expected, 7), (&finding.hint, 8)];
        let lines = all.map(|(text, at)| (text.chars().count() as f64 * 1.1 / COLUMNS[at].1).ceil());
        let label = (label.chars().count() as f64 * 1.1 / COLUMNS[4].1).ceil();
        let most = lines.into_iter().chain([label]).fold(1.0, f64::max);
        sheet.set_row_height(row, (most * 15.0 + 4.0).min(400.0))?;
    }
    sheet.set_freeze_panes(5, 0)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(4, 4)?;
    sheet.set_footer("&LIn confidence&RPage &P of &N");
    sheet.protect();
    Ok(())
}

fn link() -> Format {
    style::entry(false)
        .set_font_color(rust_xlsxwriter::Color::RGB(0x05_63_C1))
        .set_underline(rust_xlsxwriter::FormatUnderline::Single)
}

fn question<'a>(instrument: &'a Instrument, finding: &ToMend) -> Option<&'a Question> {
    let form = match &finding.repeated {
        Some((repeat, _)) => &*instrument.repeats.iter().find(|known| known.id == *repeat)?.form,
        None => instrument,
    };
    form.question(&finding.question)
}

/// The column of a finding in a sheet: that of its question, or the first one of the row.
fn column(form: &Instrument, plan: &Plan, finding: &ToMend) -> usize {
    let named = finding.column.as_ref().and_then(|id| plan.columns.iter().position(|column| column.header == *id));
    let question = || plan.of_question(form.position(&finding.question)?).map(|(first, _)| first);
    named.or_else(question).unwrap_or_else(|| plan.first_answer())
}

/// The sheet and the cell where it is to be mended; none where the workbook has no row for it.
fn target(
    instrument: &Instrument,
    batch: &Batch,
    plan: &Plan,
    repeats: &[repeats::Sheet<'_>],
    finding: &ToMend,
) -> Option<(String, String)> {
    let cell = |form, plan, row| Some(cell_name(row, u32::try_from(column(form, plan, finding)).ok()?));
    match &finding.repeated {
        Some((id, number)) => {
            let sheet = repeats.iter().find(|sheet| sheet.repeat.id == *id)?;
            let row = sheet.row_of(batch, &finding.serial, finding.reading, *number)?;
            Some((sheet.name.clone(), cell(&sheet.repeat.form, &sheet.plan, row)?))
        }
        None => Some((ANSWERS_SHEET.to_owned(), cell(instrument, plan, row_of(batch, finding)?)?)),
    }
}

/// The row of a finding on the main sheet.
pub(super) fn row_of(batch: &Batch, finding: &ToMend) -> Option<u32> {
    let is_it = |row: &super::Row| row.serial == finding.serial && row.reading == finding.reading;
    Some(FIRST + u32::try_from(batch.rows.iter().position(is_it)?).ok()?)
}

/// Colours the cells that are to be mended, until something else stands in them. `row` gives the row of a finding, whose
/// number within the repeat is the second argument.
pub(super) fn mark(
    sheet: &mut Worksheet,
    grid: &Grid<'_>,
    repeat: Option<&str>,
    row: impl Fn(&ToMend, u32) -> Option<u32>,
) -> Result<(), XlsxError> {
    for finding in &grid.batch.findings {
        let number = match (&finding.repeated, repeat) {
            (None, None) => 1,
            (Some((id, number)), Some(repeat)) if id == repeat => *number,
            _ => continue,
        };
        let Some(question) = grid.form.question(&finding.question) else { continue };
        let Some(row) = row(finding, number) else { continue };
        let at = column(grid.form, grid.plan, finding);
        let fixed = in_column(row, at);
        let line = usize::try_from(row - FIRST).ok().and_then(|line| grid.lines.get(line));
        let typed = line.and_then(|line| line.typed);
        let header = match grid.plan.columns.get(at) {
            Some(column) if matches!(column.holds, Holds::Answer { choice: Some(_), .. }) => column.header.as_str(),
            _ => question.id.as_str(),
        };
        let text = typed.and_then(|typed| typed.get(header)).map_or("", |text| text.trim());
        let unchanged = if text.is_empty() {
            format!("{fixed}=\"\"")
        } else if text.parse::<f64>().is_ok() {
            format!("TRIM({fixed})=\"{text}\"")
        } else if chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() {
            format!("TEXT({fixed},\"yyyy-mm-dd\")=\"{text}\"")
        } else {
            equals(&fixed, text)
        };
        let column = u16::try_from(at).unwrap_or(u16::MAX);
        sheet.add_conditional_format(row, column, row, column, &colour(&unchanged, style::to_mend()))?;
    }
    Ok(())
}
