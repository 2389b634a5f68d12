//! `analyst.xlsx`: banner tables, groups as columns, with letters for columns that differ, and native charts.
//!
//! A sheet has everything about one question. Other rules hold than in the published workbook: headers stay in sight, a sheet has
//! several blocks, and a number and its letters stand below each other, so that every number stays a number.

use rust_xlsxwriter::XlsxError;

use super::fit::{Names, broken};
use super::notes::Numbering;
use super::published::{CONTENTS, Column, Mark, Table, Value};
use super::results::properties;
use super::styles::{self, Styles};
use super::tables::{self, about, grouping_label, label, unit};
use super::{Style, headings, refused};
use crate::error::Result;
use crate::results::{Banner, QuestionResult, Results};

mod charts;
mod columns;
mod sheet;

/// The analyst's workbook of a run as the bytes of an xlsx file: the same results, the same bytes.
///
/// # Errors
/// When the results do not fit in a workbook.
pub fn analyst(results: &Results) -> Result<Vec<u8>> {
    headings::mark(build(results).map_err(refused)?)
}

fn build(results: &Results) -> Result<Vec<u8>, XlsxError> {
    let mut names = Names::default();
    let contents_sheet = names.sheet(CONTENTS);
    let contents_name = names.table("contents");
    let shown: Vec<(&QuestionResult, String)> = (results.questions.iter().chain(&results.scores))
        .filter(|question| question.overall.estimates().next().is_some())
        .map(|question| (question, names.sheet(&question.id)))
        .collect();
    let differences = differences(results, &mut names);
    let methods = tables::methods(results, &mut names);
    let last: Vec<&Table> = differences.iter().chain(&methods).collect();

    let styles = Styles::new();
    let numbering = Numbering::default();
    let mut workbook = styles::workbook()?;
    workbook.set_properties(&properties(results, &results.title)?.set_category(Style::Analyst.category()));
    let contents = contents(results, contents_sheet, contents_name, &shown, &last);
    let write = |table: &Table, workbook: &mut rust_xlsxwriter::Workbook| -> Result<(), XlsxError> {
        let sheet = workbook.add_worksheet();
        table.write(sheet, &styles, &numbering)?;
        sheet.set_freeze_panes(table.header_row() + 1, 1)?;
        Ok(())
    };
    write(&contents, &mut workbook)?;
    for (question, name) in &shown {
        sheet::write(workbook.add_worksheet(), results, question, name, &styles)?;
    }
    for table in last {
        write(table, &mut workbook)?;
    }
    workbook.save_to_buffer()
}

/// The banners of a question.
fn banners<'a>(results: &'a Results, question: &str) -> impl Iterator<Item = &'a Banner> {
    results.banners.iter().filter(move |banner| banner.question == question)
}

fn contents(
    results: &Results,
    sheet: String,
    name: String,
    shown: &[(&QuestionResult, String)],
    last: &[&Table],
) -> Table {
    let mut rows: Vec<Vec<Value>> = shown
        .iter()
        .map(|(question, sheet)| {
            let rows = || banners(results, &question.id).flat_map(|banner| &banner.rows);
            let count = |count: usize| match results.comparing {
                Some(_) => Value::count(count),
                None => Mark::NotApplicable.into(),
            };
            vec![
                Value::Sheet(sheet.clone()),
                Value::words(label(results, &question.id)),
                if question.overall.suppressed { Mark::Suppressed.into() } else { Value::count(question.overall.n) },
                count(rows().map(|row| row.compared).sum()),
                count(rows().map(|row| row.differences.len()).sum()),
            ]
        })
        .collect();
    rows.extend(last.iter().map(|table| {
        let nothing = || Value::from(Mark::NotApplicable);
        vec![Value::Sheet(table.sheet.clone()), Value::words(&table.title), nothing(), nothing(), nothing()]
    }));
    if rows.is_empty() {
        let nothing = std::iter::repeat_n(Value::from(Mark::NotApplicable), 4);
        rows.push(std::iter::once(Value::Text("No question has results yet.".to_owned())).chain(nothing).collect());
    }
    let mut about = about(results, "It lists the worksheets that follow: one for each question and score.");
    let words = results.comparing.map_or(String::new(), |comparing| comparing.words());
    about.splice(1..1, broken(&format!("{HOW_TO_READ} {words}"), LONGEST));
    Table {
        sheet,
        name,
        title: format!("Tables for analysts: {}", results.title),
        about,
        columns: vec![
            Column::words("Worksheet", 32.0),
            Column::words("What it shows", 64.0),
            Column::numbers("Base (answers)"),
            Column::numbers("Pairs of columns compared"),
            Column::numbers("Pairs that differ"),
        ],
        rows,
    }
}

/// A line above a table has so many characters at most.
const LONGEST: usize = 130;

/// What is to be known of the letters.
const HOW_TO_READ: &str = "Groups are columns. Letters below a figure name the columns of the same grouping that it is higher than \
     by more than chance explains.";

/// Every difference behind a letter, with its test; none if there is no letter.
fn differences(results: &Results, names: &mut Names) -> Option<Table> {
    let mut rows = Vec::new();
    for banner in &results.banners {
        let Some(question) = results.question(&banner.question) else { continue };
        for (row, estimate) in banner.rows.iter().zip(question.overall.estimates()) {
            for found in &row.differences {
                let (higher, lower) = (&banner.columns[found.column], &banner.columns[found.than]);
                let group = |name: &str| Value::words(if name.is_empty() { "Everyone" } else { name });
                let is_mean = unit(estimate.statistic) == "points";
                let number = |value: f64| if is_mean { Value::number(value, 2) } else { Value::percent(value) };
                rows.push(vec![
                    Value::words(&banner.question),
                    Value::words(label(results, &banner.question)),
                    Value::words(&estimate.label),
                    Value::words(unit(estimate.statistic)),
                    Value::words(grouping_label(results, &banner.by)),
                    Value::words(&higher.letter),
                    group(&higher.group),
                    Value::words(&lower.letter),
                    group(&lower.group),
                    number(found.test.difference),
                    number(found.test.ci_low),
                    number(found.test.ci_high),
                    number(found.test.se),
                    Value::number(found.test.df, 0),
                    Value::number(found.test.p_value, 4),
                    Value::number(found.adjusted, 4),
                    Value::count(row.compared),
                ]);
            }
        }
    }
    let comparing = results.comparing.filter(|_| !rows.is_empty())?;
    let mut about = about(results, "It lists every difference that a letter stands for, with its test.");
    about.splice(1..1, broken(&comparing.words(), LONGEST));
    Some(Table {
        sheet: names.sheet("Differences"),
        name: names.table("differences"),
        title: format!("Differences between columns, {}", results.title),
        about,
        columns: vec![
            Column::words("Question", 24.0),
            Column::words("Statement", 40.0),
            Column::words("Measure", 24.0),
            Column::words("Unit", 10.0),
            Column::words("Grouping", 14.0),
            Column::words("Column", 9.0),
            Column::words("Higher", 24.0),
            Column::words("Than column", 9.0),
            Column::words("Lower", 24.0),
            Column::numbers("Difference"),
            Column::numbers("Lower limit"),
            Column::numbers("Upper limit"),
            Column::numbers("Standard error"),
            Column::numbers("Degrees of freedom"),
            Column::numbers("p-value"),
            Column::numbers("Adjusted p-value"),
            Column::numbers("Pairs compared in the row"),
        ],
        rows,
    })
}
