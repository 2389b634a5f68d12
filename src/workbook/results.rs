//! `results.xlsx` and `results.ods`: the published workbook, put together.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Worksheet, XlsxError};

use super::charts::{self, ChartSheet};
use super::fit::{LINE, Names, TITLE, clipped, cut, footer, height};
use super::notes::{Note, Numbering, percent};
use super::ods::{self, Document};
use super::published::{CONTENTS, Column, Table, Value, link};
use super::styles::{self, Styles};
use super::tables::Tables;
use super::{headings, refused};
use crate::error::Result;
use crate::results::{Results, Team};
use crate::terms::StudyKind;

/// The published workbook of a run as the bytes of an xlsx file.
///
/// Percentages are numbers of 0 to 100 in full precision, shown with one decimal; the unit stands in the header. What
/// may not be shown is `[c]`, and nothing of it is in the file. Rules: see [`lint`](super::lint()).
///
/// # Errors
/// When the results do not fit in a workbook (more than a million rows in one table).
pub fn results(results: &Results) -> Result<Vec<u8>> {
    let tables = |names: &mut Names| Tables::new(results, names);
    let bytes =
        Published::new(results, &results.title, cover(results, true), true, tables).xlsx(results).map_err(refused)?;
    headings::mark(bytes)
}

/// The published workbook of one team; `results` are those [of the team](Results::of_team).
///
/// # Errors
/// As [`results`](fn@results).
pub fn team(results: &Results, team: &Team) -> Result<Vec<u8>> {
    let title = format!("{}: {}", team.group, results.title);
    let tables = |names: &mut Names| Tables::of_team(results, team, names);
    let published = Published::new(results, &title, cover_of_team(results, team), true, tables);
    headings::mark(published.xlsx(results).map_err(refused)?)
}

/// The same workbook as the bytes of an OpenDocument spreadsheet, without the charts.
///
/// # Errors
/// None that can be foreseen.
pub fn results_ods(results: &Results) -> Result<Vec<u8>> {
    let tables = |names: &mut Names| Tables::new(results, names);
    let published = Published::new(results, &results.title, cover(results, false), false, tables);
    ods::write(&Document {
        title: &results.title,
        subject: &subject(results),
        organisation: &results.organisation,
        imprint: &imprint(results),
        cover: (&published.cover_sheet, &published.cover),
        tables: published.tables().collect(),
        numbering: &published.numbering,
    })
}

/// The published workbook before it is laid out in a format.
struct Published {
    title: String,
    cover_sheet: String,
    cover: Vec<(&'static str, Vec<String>)>,
    contents: Table,
    notes: Option<Table>,
    tables: Tables,
    charts: Vec<ChartSheet>,
    numbering: Numbering,
}

impl Published {
    fn new(
        results: &Results,
        title: &str,
        cover: Vec<(&'static str, Vec<String>)>,
        with_charts: bool,
        tables: impl FnOnce(&mut Names) -> Tables,
    ) -> Published {
        let mut names = Names::default();
        let cover_sheet = names.sheet("Cover");
        let contents_name = names.sheet(CONTENTS);
        let notes_name = names.sheet("Notes");
        let contents_table = names.table("contents");
        let notes_table = names.table("notes");
        let tables = tables(&mut names);
        let charts = if with_charts { charts::sheets(results, &tables, &mut names) } else { Vec::new() };
        let numbering = Numbering::new(tables.all().flat_map(Table::notes));
        let notes = notes(results, &numbering, notes_name, notes_table);
        let listed: Vec<(&str, &str, &str)> = notes
            .iter()
            .map(|table| (table.sheet.as_str(), table.title.as_str(), "notes"))
            .chain(tables.all().flat_map(|table| {
                let chart = charts.iter().filter(|c| c.data == table.sheet).map(|c| (&*c.sheet, &*c.title, "chart"));
                std::iter::once((table.sheet.as_str(), table.title.as_str(), "table")).chain(chart)
            }))
            .collect();
        let contents = contents(title, contents_name, contents_table, &listed);
        let title = title.to_owned();
        Published { title, cover_sheet, cover, contents, notes, tables, charts, numbering }
    }

    /// The tables in the order of their sheets, which follow the cover.
    fn tables(&self) -> impl Iterator<Item = &Table> {
        std::iter::once(&self.contents).chain(&self.notes).chain(self.tables.all())
    }

    fn xlsx(&self, results: &Results) -> Result<Vec<u8>, XlsxError> {
        let styles = Styles::new();
        let mut workbook = styles::workbook()?;
        workbook.set_properties(&properties(results, &self.title)?);
        write_cover(workbook.add_worksheet(), &self.title, &self.cover, &self.cover_sheet, &styles)?;
        for table in self.tables() {
            table.write(workbook.add_worksheet(), &styles, &self.numbering)?;
            for chart in self.charts.iter().filter(|chart| chart.data == table.sheet) {
                write_chart(workbook.add_worksheet(), chart, &styles)?;
            }
        }
        workbook.save_to_buffer()
    }
}

fn subject(results: &Results) -> String {
    format!("{}, {}", results.instrument.title, results.period)
}

fn imprint(results: &Results) -> String {
    format!("Run {} of quorate {}", results.run_id, results.version)
}

/// Fixed, since a workbook made again from the same inputs is the same workbook.
pub(super) fn properties(results: &Results, title: &str) -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new()
        .set_title(cut(title, 250))
        .set_subject(cut(&subject(results), 250))
        .set_author(cut(&results.organisation, 250))
        .set_company(cut(&results.organisation, 250))
        .set_comment(imprint(results))
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?))
}

fn notes(results: &Results, numbering: &Numbering, sheet: String, name: String) -> Option<Table> {
    let rows: Vec<Vec<Value>> = numbering
        .in_order()
        .into_iter()
        .map(|(number, note): (usize, Note)| {
            vec![Value::Text(format!("[note {number}]")), Value::Text(note.text(results))]
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        sheet,
        name,
        title: "Notes".to_owned(),
        about: vec![
            "This worksheet contains one table. It lists the notes that the headers of the tables refer to.".to_owned(),
        ],
        columns: vec![Column::words("Note", 10.0), Column::words("Text", 110.0)],
        rows,
    })
}

pub(super) fn contents(of: &str, sheet: String, name: String, listed: &[(&str, &str, &str)]) -> Table {
    Table {
        sheet,
        name,
        title: format!("Contents: {of}"),
        about: vec!["This worksheet contains one table. It lists the worksheets that follow.".to_owned()],
        columns: vec![
            Column::words("Worksheet", 32.0),
            Column::words("What it shows", 80.0),
            Column::words("Kind", 10.0),
        ],
        rows: listed
            .iter()
            .map(|(sheet, title, kind)| {
                vec![Value::Sheet((*sheet).to_owned()), Value::words(title), Value::words(kind)]
            })
            .collect(),
    }
}

/// In characters.
pub(super) const COVER_WIDTH: f64 = 84.0;

pub(super) fn write_cover(
    sheet: &mut Worksheet,
    title: &str,
    sections: &[(&'static str, Vec<String>)],
    name: &str,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_column_width(0, COVER_WIDTH)?;
    sheet.set_screen_gridlines(false);
    sheet.set_row_height(0, TITLE)?;
    sheet.write_string_with_format(0, 0, clipped(title), &styles.heading)?;
    let mut row = 1;
    for (heading, paragraphs) in sections {
        if !heading.is_empty() {
            sheet.set_row_height(row, 24)?;
            sheet.write_string_with_format(row, 0, *heading, &styles.subheading)?;
            row += 1;
        }
        for paragraph in paragraphs {
            sheet.set_row_height(row, height(std::iter::once((paragraph.as_str(), COVER_WIDTH))))?;
            sheet.write_string_with_format(row, 0, clipped(paragraph), &styles.paragraph)?;
            row += 1;
        }
    }
    sheet.set_row_height(row, LINE)?;
    link(sheet, row, 0, CONTENTS, "Go to contents", &styles.link)?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_footer(format!("&L{}", footer(title)));
    Ok(())
}

/// The cover's headings with what stands under each.
fn cover(results: &Results, with_charts: bool) -> Vec<(&'static str, Vec<String>)> {
    let counts = &results.counts;
    let (_, units) = results.instrument.kind.unit();
    let asked = match results.instrument.kind {
        StudyKind::Survey => "Survey",
        StudyKind::FileAudit => "Case-file audit",
    };
    let mut first = vec![format!("{asked} for {}. Fieldwork: {}.", results.organisation, results.period)];
    first.extend(results.notice.iter().cloned());
    let rate = counts.response_rate();
    let rate = if rate.is_finite() { format!(" ({}%)", percent(rate)) } else { String::new() };
    vec![
        ("", first),
        (
            "What is in this workbook",
            vec![format!(
                "Results for every question with the number of answers behind them, their margin of error and how they \
                 compare with published figures. Each worksheet has one table; {}.",
                if with_charts {
                    "charts have worksheets of their own"
                } else {
                    "charts are in the xlsx workbook beside"
                }
            )],
        ),
        (
            "Where the figures come from",
            vec![
                format!(
                    "Population {}; drawn {}; returned {}{rate}; not returned {} {units}.",
                    grouped(counts.population),
                    grouped(counts.drawn),
                    grouped(counts.returned),
                    grouped(counts.not_returned)
                ),
                format!("Form: {}, version {}.", results.instrument.title, results.instrument.version),
            ],
        ),
        ("How to read them", reading(results)),
        ("This run", run(results)),
    ]
}

/// The cover of one team's workbook.
fn cover_of_team(results: &Results, team: &Team) -> Vec<(&'static str, Vec<String>)> {
    let (_, units) = results.instrument.kind.unit();
    let mut first = vec![format!("{} for {}. Fieldwork: {}.", results.title, results.organisation, results.period)];
    first.extend(results.notice.iter().cloned());
    let returned = team.returned.unwrap_or(0);
    vec![
        ("", first),
        (
            "What is in this workbook",
            vec![format!(
                "The results of {} beside those of everyone, with the tests and the disclosure control of the whole run, and how good \
                 its data are. Each worksheet has one table.",
                team.group
            )],
        ),
        (
            "Where the figures come from",
            vec![
                format!(
                    "{}: population {}; drawn {}; returned {}; not returned {} {units}.",
                    team.group,
                    grouped(team.population),
                    grouped(team.drawn),
                    grouped(returned),
                    grouped(team.drawn.saturating_sub(returned))
                ),
                format!("Form: {}, version {}.", results.instrument.title, results.instrument.version),
            ],
        ),
        ("How to read them", reading(results)),
        ("This run", run(results)),
    ]
}

fn reading(results: &Results) -> Vec<String> {
    vec![
        format!(
            "Estimates are weighted and stand for the whole population. They are uncertain: with {}% \
                     confidence the true figure lies within the limits given.",
            percent(results.level)
        ),
        format!(
            "Results of fewer than {} answers are not shown. Symbols in square brackets are explained above \
                     each table, notes on the worksheet Notes.",
            results.suppress_below
        ),
    ]
}

fn run(results: &Results) -> Vec<String> {
    vec![format!("Run {} of quorate {}. The same inputs give the same workbook.", results.run_id, results.version)]
}

/// A count with commas between thousands.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn write_chart(sheet: &mut Worksheet, chart: &ChartSheet, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name(&chart.sheet)?;
    sheet.set_screen_gridlines(false);
    sheet.set_row_height(0, TITLE)?;
    for row in 1..6 {
        sheet.set_row_height(row, LINE)?;
    }
    sheet.write_string_with_format(0, 0, clipped(&chart.title), &styles.heading)?;
    for (row, about) in (1..).zip(&chart.about) {
        sheet.write_string(row, 0, clipped(about))?;
    }
    link(sheet, 3, 0, &chart.data, "Go to the data of this chart", &styles.link)?;
    link(sheet, 4, 0, CONTENTS, "Return to contents", &styles.link)?;
    let mut row = 6;
    let mut tallest = 0;
    for (drawn, pixels) in &chart.charts {
        sheet.insert_chart(row, 0, drawn)?;
        // Rows are 20 pixels high and columns 64 wide.
        row += pixels / 20 + 1;
        tallest = tallest.max(*pixels);
    }
    sheet.set_print_area(0, 0, row, 17)?;
    // A page has no break within a chart; a tall one stands upright.
    sheet.set_paper_size(9).set_print_fit_to_pages(1, u16::from(chart.charts.len() == 1));
    if tallest < 900 && chart.charts.len() == 1 {
        sheet.set_landscape();
    }
    sheet.set_footer(format!("&L{}", footer(&chart.title)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
