//! The sheet of one question: its banner table, margins, everyone with intervals, and charts.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::charts;
use super::columns::{Column, columns};
use crate::estimate::{Estimate, MOST_COLUMNS, Statistic};
use crate::results::{GroupResult, QuestionResult, Results};
use crate::workbook::charts::WIDTH;
use crate::workbook::fit::{LINE, TITLE, broken, clipped, footer, height};
use crate::workbook::notes::percent;
use crate::workbook::published::{BACK, CONTENTS, Column as Kind, Mark, Value, link, write as write_cell};
use crate::workbook::styles::Styles;
use crate::workbook::tables::{Shown, label};

/// Where a block of numbers stands, for the charts.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The row of the groupings' headings, and below it that of the groups' names.
    pub headings: u32,
    /// The last column of the banner.
    pub last_column: u16,
    /// The row of every estimate, in the order of [`GroupResult::estimates`].
    pub estimates: Vec<u32>,
    /// The row of its margins.
    pub margins: Vec<u32>,
    /// Its row in the block of everyone.
    pub everyone: Vec<u32>,
}

/// The width of the first column, in characters.
const LABELS: f64 = 44.0;
/// What fits on a landscape page of A4 within its margins, in pixels.
const PAGE: (f64, f64) = (950.0, 620.0);
/// Lines of words break where they have this many characters at least.
const LINE_LENGTH: usize = 130;

/// Writes the sheet of a question or score.
pub(super) fn write(
    sheet: &mut Worksheet,
    results: &Results,
    question: &QuestionResult,
    name: &str,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let columns = columns(results, question);
    let title = format!("{}: {}", question.id, label(results, &question.id));
    let mut page = Page { sheet, styles, own: Own::new(styles), row: 0, columns: &columns };
    page.widths()?;
    page.top(results, question, &title)?;
    let mut places = page.banner(results, question)?;
    page.margins(results, question, &mut places)?;
    page.everyone(question, &mut places)?;
    let (most, wide) = page.extent();
    let (mut row, last) = (page.row + 1, page.row);
    // As large as fits the width of a page. Charts begin on a page of their own, and none is broken.
    let scale = (PAGE.0 / wide).clamp(0.1, 1.0);
    let (room, mut used) = (PAGE.1 / scale - 120.0, f64::INFINITY);
    let mut breaks = Vec::new();
    for (chart, pixels) in charts::charts(results, question, name, &places) {
        // Rows are 20 pixels high.
        let rows = pixels / 20 + 2;
        if used + f64::from(rows * 20) > room {
            breaks.push(row);
            used = 0.0;
        }
        used += f64::from(rows * 20);
        sheet.insert_chart(row, 0, &chart)?;
        row += rows;
    }
    sheet.set_print_area(0, 0, row.max(last), most)?;
    sheet.set_page_breaks(&breaks)?;
    sheet.set_landscape().set_paper_size(9).set_print_scale((scale * 100.0).floor() as u16);
    let letters = u32::from(results.comparing.is_some());
    sheet.set_repeat_rows(places.headings, places.headings + 1 + letters)?.set_repeat_columns(0, 0)?;
    sheet.set_footer(format!("&L{}&RPage &P of &N", footer(&title)));
    Ok(())
}

/// Formats that only these sheets have.
struct Own {
    /// The heading of a grouping, and the same where the grouping begins.
    heading: Format,
    letter: Format,
    letters: Format,
    letters_label: Format,
    block: Format,
}

impl Own {
    fn new(styles: &Styles) -> Own {
        let quiet = Color::RGB(0x49_53_5C);
        let heading = styles.header.clone().unset_text_wrap().set_border_bottom(FormatBorder::None);
        let letters = styles.line.clone().set_font_color(quiet).set_font_size(10).set_align(FormatAlign::Right);
        Own {
            heading,
            letter: styles.header_right.clone(),
            letters_label: letters.clone().set_align(FormatAlign::Left).set_indent(1),
            letters: letters.set_bold(),
            block: styles.subheading.clone(),
        }
    }
}

/// A sheet while it is written, from top to bottom.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
    own: Own,
    row: u32,
    columns: &'a [Column<'a>],
}

impl Page<'_> {
    fn widths(&mut self) -> Result<(), XlsxError> {
        self.sheet.set_column_width(0, LABELS)?;
        for (place, width) in (1..).zip(self.column_widths()) {
            self.sheet.set_column_width(place, width)?;
        }
        Ok(())
    }

    /// The last column that is printed, and how many pixels wide all of them are: those of the tables, and those under charts.
    fn extent(&self) -> (u16, f64) {
        // Eight pixels a character and five beside; a column that says nothing of its width has 64.
        let pixels = |width: f64| width * 8.0 + 5.0;
        let widths = self.column_widths();
        let (mut last, mut wide) = (0, pixels(LABELS));
        // Programs differ by a seventh in how wide a character is.
        while usize::from(last) < widths.len() || wide < f64::from(WIDTH) * 1.15 {
            wide += widths.get(usize::from(last)).map_or(64.0, |width| pixels(*width));
            last += 1;
        }
        (last, wide)
    }

    fn column_widths(&self) -> Vec<f64> {
        let longest = |name: &str| name.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0) as f64;
        let mut widths: Vec<f64> =
            self.columns.iter().map(|column| (longest(column.name) * 1.15 + 3.0).clamp(12.0, 30.0)).collect();
        // The block of everyone has columns of its own.
        widths.resize(widths.len().max(EVERYONE.len()), 12.0);
        widths
    }

    fn line(&mut self, text: &str) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, LINE)?;
        self.sheet.write_string(self.row, 0, clipped(text))?;
        self.row += 1;
        Ok(())
    }

    /// Words in lines that a page is wide enough for.
    fn words(&mut self, text: &str) -> Result<(), XlsxError> {
        broken(text, LINE_LENGTH).iter().try_for_each(|line| self.line(line))
    }

    /// What stands above the table.
    fn top(&mut self, results: &Results, question: &QuestionResult, title: &str) -> Result<(), XlsxError> {
        self.sheet.set_row_height(0, TITLE)?;
        self.sheet.write_string_with_format(0, 0, clipped(title), &self.styles.heading)?;
        self.row = 1;
        let asked = results.instrument.question(&question.id).map(|asked| asked.text.as_str());
        if let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) {
            self.words(&format!("The question as asked: {asked}"))?;
        }
        let method = question.overall.estimates().next().map_or("", |estimate| estimate.method.as_str());
        let notice = results.notice.as_ref().map(|notice| format!("{notice}. ").replace("..", "."));
        self.words(&format!(
            "{}Per cent of valid answers unless said otherwise. Method: {method}. Run {} of quorate {}.",
            notice.unwrap_or_default(),
            results.run_id,
            results.version
        ))?;
        match &results.comparing {
            Some(comparing) => {
                self.words(&format!("{} Figures without letters below them do not differ.", comparing.words()))?;
                let most = super::banners(results, &question.id).any(|banner| banner.columns.len() > MOST_COLUMNS);
                if most {
                    self.line(&format!("Groupings of {MOST_COLUMNS} groups and more are not compared."))?;
                }
            }
            None => self.line("Columns are not compared: the pipeline file says nothing under [compare.banner].")?,
        }
        let hidden = |group: &GroupResult| group.suppressed || group.estimates().any(Estimate::is_suppressed);
        let hides = std::iter::once(&question.overall).chain(&question.groups).any(hidden);
        // Which of the others are needed is known when all is written.
        let marks = [hides.then_some(Mark::Suppressed), Some(Mark::NotAvailable), Some(Mark::NotApplicable)];
        let marks = marks.iter().flatten().map(|mark| format!("{} = {}.", mark.symbol(), mark.meaning()));
        self.line(&marks.collect::<Vec<_>>().join(" "))?;
        self.sheet.set_row_height(self.row, LINE)?;
        link(self.sheet, self.row, 0, CONTENTS, BACK, &self.styles.link)?;
        self.row += 1;
        Ok(())
    }

    /// The headings of the groupings, the names of the groups and, where columns are compared, their letters.
    fn headings(&mut self, letters: bool) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, "", &self.own.heading)?;
        self.sheet.write_string_with_format(self.row + 1, 0, "", &self.styles.header)?;
        self.sheet.set_row_height(self.row, LINE)?;
        let names: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
        let widths = self.column_widths();
        let texts = names.iter().copied().zip(widths.iter().map(|width| width * 0.88));
        self.sheet.set_row_height(self.row + 1, height(texts))?;
        for (place, column) in (1..).zip(self.columns) {
            self.sheet.write_string_with_format(self.row, place, clipped(column.heading), &self.own.heading)?;
            self.sheet.write_string_with_format(
                self.row + 1,
                place,
                clipped(column.name),
                &self.styles.header_right,
            )?;
        }
        self.row += 2;
        if letters {
            self.sheet.set_row_height(self.row, LINE)?;
            self.sheet.write_string_with_format(self.row, 0, "Column", &self.styles.header)?;
            for (place, column) in (1..).zip(self.columns) {
                self.sheet.write_string_with_format(self.row, place, column.letter(), &self.own.letter)?;
            }
            self.row += 1;
        }
        Ok(())
    }

    fn numbers(&mut self, name: &str, values: &[Value]) -> Result<(), XlsxError> {
        let (words, number) = (Kind::words("", LABELS), Kind::numbers(""));
        self.sheet.set_row_height(self.row, height(std::iter::once((name, LABELS))))?;
        write_cell(self.sheet, self.row, 0, &Value::Text(name.to_owned()), &words, self.styles)?;
        for (place, value) in (1..).zip(values) {
            write_cell(self.sheet, self.row, place, value, &number, self.styles)?;
        }
        self.row += 1;
        Ok(())
    }

    fn letters(&mut self, row: usize) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, LINE)?;
        self.sheet.write_string_with_format(self.row, 0, "higher than", &self.own.letters_label)?;
        for (place, column) in (1..).zip(self.columns) {
            let lower = column.lower(row);
            if !lower.is_empty() {
                self.sheet.write_string_with_format(self.row, place, lower, &self.own.letters)?;
            }
        }
        self.row += 1;
        Ok(())
    }

    /// The table itself; rows above it stay in sight.
    fn banner(&mut self, results: &Results, question: &QuestionResult) -> Result<Places, XlsxError> {
        let letters = results.comparing.is_some();
        let mut places = Places { headings: self.row, last_column: self.columns.len() as u16, ..Places::default() };
        self.headings(letters)?;
        self.sheet.set_freeze_panes(self.row, 1)?;
        let of = |what: &dyn Fn(&Column<'_>) -> Value| -> Vec<Value> { self.columns.iter().map(what).collect() };
        let base = |what: fn(&Shown<'_>) -> Value| {
            of(&|column| {
                let first = column.group.estimates().next();
                first.map_or(Mark::NotAvailable.into(), |estimate| match column.group.suppressed {
                    true => Mark::Suppressed.into(),
                    // One of the group's figures may be hidden while its base is not.
                    false => what(&Shown { estimate, hidden: false }),
                })
            })
        };
        let (unweighted, weighted, effective) =
            (base(|s| s.base()), base(|s| s.weighted_base()), of(&|column| column.effective()));
        self.numbers("Unweighted base (answers)", &unweighted)?;
        self.numbers("Weighted base", &weighted)?;
        self.numbers("Effective base", &effective)?;
        for (row, estimate) in question.overall.estimates().enumerate() {
            places.estimates.push(self.row);
            let values = self.of_row(row, |shown| shown.value());
            self.numbers(&row_label(estimate), &values)?;
            if !self.columns.iter().all(|column| column.compares(row)) {
                continue;
            }
            if letters && self.columns.iter().any(|column| !column.lower(row).is_empty()) {
                self.letters(row)?;
            }
            if estimate.statistic == Statistic::Mean {
                let errors = self.of_row(row, |shown| shown.standard_error());
                let deviations: Vec<Value> = (self.columns.iter())
                    .map(|column| {
                        let mean = column.group.mean.as_ref();
                        mean.map_or(Mark::NotAvailable.into(), |mean| column.deviation(row, mean))
                    })
                    .collect();
                self.numbers("Standard error of the mean", &errors)?;
                self.numbers("Standard deviation", &deviations)?;
            }
        }
        Ok(places)
    }

    /// A row's estimate in every column, shown as `what` says.
    fn of_row(&self, row: usize, what: fn(&Shown<'_>) -> Value) -> Vec<Value> {
        let cell = |column: &Column<'_>| {
            let estimate = column.group.estimates().nth(row);
            estimate.map_or(Mark::NotAvailable.into(), |estimate| what(&Shown::within(column.group, estimate)))
        };
        self.columns.iter().map(cell).collect()
    }

    fn block(&mut self, heading: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.sheet.set_row_height(self.row, 24)?;
        self.sheet.write_string_with_format(self.row, 0, heading, &self.own.block)?;
        self.row += 1;
        Ok(())
    }

    fn margins(&mut self, results: &Results, question: &QuestionResult, places: &mut Places) -> Result<(), XlsxError> {
        self.block(&format!("Margins of error, plus and minus, {}% confidence", percent(results.level)))?;
        self.headings(false)?;
        for (row, estimate) in question.overall.estimates().enumerate() {
            places.margins.push(self.row);
            let values = self.of_row(row, |shown| shown.margin());
            let unit = if estimate.statistic.is_share() { "percentage points" } else { "points" };
            self.numbers(&format!("{} ({unit})", name(estimate)), &values)?;
        }
        Ok(())
    }

    fn everyone(&mut self, question: &QuestionResult, places: &mut Places) -> Result<(), XlsxError> {
        self.block("Everyone, with intervals")?;
        self.sheet.write_string_with_format(self.row, 0, "", &self.styles.header)?;
        self.sheet.set_row_height(self.row, 2.0 * LINE)?;
        for (place, header) in (1..).zip(EVERYONE) {
            self.sheet.write_string_with_format(self.row, place, header, &self.styles.header_right)?;
        }
        self.row += 1;
        for estimate in question.overall.estimates() {
            places.everyone.push(self.row);
            let shown = Shown::within(&question.overall, estimate);
            let values = [
                shown.value(),
                shown.low(),
                shown.high(),
                shown.margin(),
                shown.standard_error(),
                shown.design_effect(),
                shown.degrees_of_freedom(),
            ];
            self.numbers(&row_label(estimate), &values)?;
        }
        Ok(())
    }
}

/// The columns of the block of everyone.
const EVERYONE: [&str; 7] = [
    "Estimate",
    "Lower limit",
    "Upper limit",
    "Margin of error",
    "Standard error",
    "Design effect",
    "Degrees of freedom",
];

/// The words for a row; what counts as positive may have none of its own.
fn name(estimate: &Estimate) -> String {
    match estimate.statistic {
        Statistic::Positive if estimate.label.is_empty() => "Positive share".to_owned(),
        Statistic::Positive => format!("Positive: {}", estimate.label),
        Statistic::Net => format!("Net: {}", estimate.label),
        Statistic::Proportion | Statistic::Mean | Statistic::Median => estimate.label.clone(),
    }
}

fn row_label(estimate: &Estimate) -> String {
    let unit = if estimate.statistic.is_share() { " (%)" } else { "" };
    format!("{}{unit}", name(estimate))
}
