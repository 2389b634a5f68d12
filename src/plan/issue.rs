//! The workbooks in which owners report progress: one for each, with only their own actions.
//!
//! What stands in the plan is shown and protected; what is to be said has a cell of its own, the grade with a drop-down.
//! Every column carries a machine's name and every row the action's id, and a sheet that is never shown says which plan,
//! owner and date the workbook is for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DocProperties, ExcelDateTime, Format, ProtectionOptions, Workbook,
    Worksheet, XlsxError,
};

use super::action::Action;
use super::progress::{Grade, Progress};
use super::standing::Standing;
use super::store::Plan;
use super::target::{Criterion, Measure};
use super::when;
use crate::error::{Error, Result};
use crate::finding::cell_name;
use crate::issue::style;
use crate::returns::DateOrder;

/// The format of the sheet that says what the workbook is.
pub(super) const FORMAT: &str = "quorate-plan-1";
/// The sheet that is filled in.
pub(super) const SHEET: &str = "Progress";
/// The sheet that says what the workbook is; it is very hidden.
pub(super) const IDENTITY: &str = "quorate";
const LISTS: &str = "Lists";

/// A column of the sheet: machine's name, heading, width in characters, and whether it is filled in.
pub(super) struct Column {
    pub name: &'static str,
    heading: &'static str,
    width: f64,
    pub open: bool,
}

const fn column(name: &'static str, heading: &'static str, width: f64, open: bool) -> Column {
    Column { name, heading, width, open }
}

/// The columns in their order.
pub(super) const COLUMNS: [Column; 11] = [
    column("_id", "No.", 8.0, false),
    column("_action", "Improvement action", 34.0, false),
    column("_outcome", "What it is to achieve", 30.0, false),
    column("_due", "Milestones and dates", 22.0, false),
    column("_criteria", "How we will know", 28.0, false),
    column("_last", "Last time", 26.0, false),
    column("grade", "Grade A to D", 10.0, true),
    column("extent", "To what extent has it been implemented? With grade D: why not?", 38.0, true),
    column("evidence", "Evidence that can be shown", 30.0, true),
    column("follow_up", "Date for follow-up", 15.0, true),
    column("progress", "Progress", 34.0, true),
];

/// A workbook for one owner.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The role it is for.
    pub owner: String,
    /// The file's name: the role, in letters that every file system accepts.
    pub name: String,
    /// How many actions are in it.
    pub actions: usize,
    /// The xlsx file.
    pub bytes: Vec<u8>,
}

/// Reports to fill in, by the action's id: for made-up data; empty in workbooks that go out.
pub type Fill = BTreeMap<String, Progress>;

/// Makes a workbook for every owner of the plan, for reports of progress as at a date.
///
/// # Errors
/// When a workbook cannot hold its texts.
pub fn issue(plan: &Plan, as_at: NaiveDate, fill: &Fill) -> Result<Vec<Issued>> {
    let mut names = BTreeSet::new();
    plan.owners()
        .into_iter()
        .map(|owner| {
            let actions: Vec<&Action> = plan.actions.iter().filter(|action| action.responsible == owner).collect();
            let bytes = build(plan, owner, &actions, as_at, fill).map_err(|error| {
                Error::data("the workbook for progress cannot be made").at(owner.to_owned()).found(error.to_string())
            })?;
            let plain = file_name(owner);
            let mut name = format!("{plain}.xlsx");
            let mut again = 1;
            while !names.insert(name.to_lowercase()) {
                again += 1;
                name = format!("{plain}-{again}.xlsx");
            }
            Ok(Issued { owner: owner.to_owned(), name, actions: actions.len(), bytes })
        })
        .collect()
}

/// A role as a file's name.
fn file_name(owner: &str) -> String {
    let plain: String =
        owner.chars().map(|c| if c.is_alphanumeric() || "-,'&() ".contains(c) { c } else { '-' }).take(80).collect();
    let plain = plain.trim_matches([' ', '-', ',']).to_owned();
    if plain.is_empty() { "owner".to_owned() } else { plain }
}

/// What a fixed cell shows; a return whose cell shows something else was changed.
pub(super) fn fixed(name: &str, action: &Action, standing: &Standing<'_>, order: DateOrder) -> String {
    match name {
        "_id" => action.id.clone(),
        "_action" => action.action.clone(),
        "_outcome" => action.outcome.clone(),
        "_due" => action.due.clone(),
        "_criteria" => action.criteria(order).iter().map(known_by).collect::<Vec<_>>().join("\n"),
        "_last" => last_time(standing),
        _ => String::new(),
    }
}

/// A success criterion for owners, who know the study by its name.
fn known_by(criterion: &Criterion) -> String {
    match criterion {
        Criterion::Words(text) | Criterion::Unread(text, _) => text.clone(),
        Criterion::Target(target) => {
            let what = match &target.measure {
                Measure::Positive => "positive answers".to_owned(),
                Measure::Mean => "mean".to_owned(),
                Measure::Response(code) => format!("response {code}"),
            };
            let group = target.group.as_ref().map_or(String::new(), |(by, group)| format!(", {by} {group}"));
            format!("Study {}, question {}, {what}{group}: {}", target.survey, target.question, target.goal())
        }
    }
}

/// What a report says in a column that is filled in.
fn said<'a>(name: &str, report: &'a Progress) -> &'a str {
    match name {
        "grade" => &report.grade,
        "extent" => &report.extent,
        "evidence" => &report.evidence,
        "follow_up" => &report.follow_up,
        _ => &report.progress,
    }
}

fn last_time(standing: &Standing<'_>) -> String {
    let Some(report) = standing.report else { return String::new() };
    let day = report.day().map_or_else(|| report.as_at.clone(), when::long);
    let grade = if report.grade.trim().is_empty() { "no grade" } else { report.grade.trim() };
    let said = [&report.extent, &report.progress].into_iter().find(|text| !text.is_empty()).map_or("", String::as_str);
    format!("{day}: {grade}\n{said}").trim_end().to_owned()
}

fn build(plan: &Plan, owner: &str, actions: &[&Action], as_at: NaiveDate, fill: &Fill) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let marks = [
        ("format", FORMAT.to_owned()),
        ("plan", plan.id.clone()),
        ("owner", owner.to_owned()),
        ("as_at", as_at.to_string()),
    ];
    let mut properties = DocProperties::new()
        .set_title(format!("Progress: {}", plan.title).chars().take(120).collect::<String>())
        .set_subject(owner.chars().take(120).collect::<String>())
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    for (key, value) in &marks {
        properties = properties.set_custom_property(format!("{}{key}", crate::issue::PROPERTY_PREFIX), value.as_str());
    }
    workbook.set_properties(&properties);
    guidance(workbook.add_worksheet(), plan, owner, actions.len(), as_at)?;
    progress(workbook.add_worksheet(), plan, owner, (actions, fill), as_at)?;
    let lists = workbook.add_worksheet();
    lists.set_name(LISTS)?.set_hidden(true).protect();
    for (row, grade) in (0..).zip(Grade::ALL) {
        lists.write_string(row, 0, grade.letter().to_string())?;
    }
    let identity = workbook.add_worksheet();
    identity.set_name(IDENTITY)?.set_very_hidden(true).protect();
    for (row, (key, value)) in (0..).zip(&marks) {
        identity.write_string(row, 0, *key)?.write_string(row, 1, value)?;
    }
    workbook.save_to_buffer()
}

/// In characters, of both columns of the guidance.
const WIDTHS: [f64; 2] = [10.0, 84.0];

fn guidance(
    sheet: &mut Worksheet,
    plan: &Plan,
    owner: &str,
    actions: usize,
    as_at: NaiveDate,
) -> Result<(), XlsxError> {
    sheet.set_name("Guidance")?.set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let mut row = 0;
    let mut across = |sheet: &mut Worksheet, text: &str, format: &Format, line: f64| -> Result<(), XlsxError> {
        sheet.merge_range(row, 0, row, 1, text, format)?;
        let lines = (text.chars().count() as f64 * (line / 15.0) / (1.2 * (WIDTHS[0] + WIDTHS[1]))).ceil().max(1.0);
        sheet.set_row_height(row, lines * line + 4.0)?;
        row += 1;
        Ok(())
    };
    across(sheet, &plan.title, &style::title(), 26.0)?;
    let many = if actions == 1 { "" } else { "s" };
    across(
        sheet,
        &format!("Progress as at {}. For: {owner}, {actions} action{many}.", when::long(as_at)),
        &style::subtitle(),
        16.0,
    )?;
    if let Some(notice) = &plan.notice {
        across(sheet, notice, &style::subtitle(), 16.0)?;
    }
    across(sheet, "How to fill in the sheet Progress", &style::chapter(), 22.0)?;
    for (number, step) in (1..).zip([
        format!("One row is one action. Say how it stood on {}; what was true before is shown as last time.", when::long(as_at)),
        "Choose a grade from the list. Rows with something in them and no grade turn yellow.".to_owned(),
        "Say to what extent the action has been implemented; with grade D, why it is no longer intended.".to_owned(),
        "Name evidence that an auditor could be shown: documents, minutes, figures. Do not name people.".to_owned(),
        "Give dates as a month and year (March 2027) or a day (31 March 2027).".to_owned(),
        "Grey cells are the plan and are not filled in. If the plan should change, say so under Progress.".to_owned(),
        "Send the workbook back under its own name, also when some rows are empty. A later copy replaces an earlier one; both are kept.".to_owned(),
    ]) {
        across(sheet, &format!("{number}.  {step}"), &style::prose(), 16.0)?;
    }
    across(sheet, "What the grades mean", &style::chapter(), 22.0)?;
    for (row, grade) in (row..).zip(Grade::ALL) {
        let meaning = grade.meaning();
        let mut letters = meaning.chars();
        let meaning: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        sheet.write_string_with_format(row, 0, grade.letter().to_string(), &style::entry(true))?;
        sheet.write_string_with_format(row, 1, format!("{meaning}."), &style::entry(false))?;
        sheet.set_row_height(row, 18)?;
    }
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.protect();
    Ok(())
}

/// The machine's names, the headings, then one row for each action.
const HEADING: u32 = 1;
const FIRST: u32 = 2;

fn progress(
    sheet: &mut Worksheet,
    plan: &Plan,
    owner: &str,
    (actions, fill): (&[&Action], &Fill),
    as_at: NaiveDate,
) -> Result<(), XlsxError> {
    sheet.set_name(SHEET)?;
    sheet.set_row_height(0, 10)?.set_row_height(HEADING, 62)?;
    for (at, column) in (0..).zip(&COLUMNS) {
        sheet.set_column_width(at, column.width)?;
        sheet.write_string_with_format(0, at, column.name, &style::machine())?;
        let heading = if column.name == "progress" {
            format!("Progress as at {}", when::long(as_at))
        } else {
            column.heading.to_owned()
        };
        let format = if column.open { style::heading(0, column.name == "grade") } else { style::fixed_heading() };
        sheet.write_string_with_format(HEADING, at, heading, &format)?;
    }
    for (row, action) in (FIRST..).zip(actions) {
        let standing = Standing::at(action, as_at, plan.dates);
        let mut lines: f64 = 5.0;
        for (at, column) in (0..).zip(&COLUMNS) {
            if column.open {
                let format = style::answer(if column.name == "grade" { "General" } else { "@" });
                match fill.get(&action.id).map(|report| said(column.name, report)).filter(|text| !text.is_empty()) {
                    Some(text) => sheet.write_string_with_format(row, at, text, &format)?,
                    None => sheet.write_blank(row, at, &format)?,
                };
                continue;
            }
            let text = fixed(column.name, action, &standing, plan.dates);
            sheet.write_string_with_format(row, at, &text, &style::fixed())?;
            let room = (column.width * 1.02 - 2.0).max(4.0);
            lines = lines.max(text.lines().map(|line| (line.chars().count() as f64 / room).ceil().max(1.0)).sum());
        }
        sheet.set_row_height(row, (lines * 15.0 + 4.0).min(400.0))?;
    }
    let last = FIRST + actions.len().max(1) as u32 - 1;
    guard(sheet, last)?;
    let first_open = COLUMNS.iter().position(|column| column.open).unwrap_or(0) as u16;
    sheet.set_freeze_panes(FIRST, 2)?;
    sheet.set_selection(FIRST, first_open, FIRST, first_open)?;
    sheet.set_active(true);
    sheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        sort: true,
        ..ProtectionOptions::new()
    });
    sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.5, 0.5, 0.3, 0.3);
    // The machine's row, the first, is not printed.
    sheet.set_print_area(1, 0, last, COLUMNS.len() as u16 - 1)?;
    sheet.set_repeat_rows(HEADING, HEADING)?;
    sheet.set_footer(format!("&L{}&RPage &P of &N", owner.replace('&', "&&").chars().take(90).collect::<String>()));
    Ok(())
}

/// The drop-down of the grades, and yellow where a grade is wanted.
fn guard(sheet: &mut Worksheet, last: u32) -> Result<(), XlsxError> {
    let at = |name: &str| COLUMNS.iter().position(|column| column.name == name).unwrap_or(0) as u16;
    let grade = at("grade");
    let validation = DataValidation::new()
        .allow_list_formula(rust_xlsxwriter::Formula::new(format!("={LISTS}!$A$1:$A$4")))
        .set_input_title("Grade")?
        .set_input_message(
            "A as planned. B less than planned, plans in place. C less than planned, no plans. D no longer intended.",
        )?
        .set_error_title("This is no grade")?
        .set_error_message("Choose A, B, C or D. If none fits, leave the cell empty and say why under Progress.")?
        .ignore_blank(true);
    sheet.add_data_validation(FIRST, grade, last, grade, &validation)?;
    let name = |column: u16| format!("${}", cell_name(FIRST, u32::from(column)));
    let others = format!("{}:{}", name(at("extent")), name(at("progress")));
    let wanted = ConditionalFormatFormula::new()
        .set_rule(format!("=AND({}=\"\",COUNTA({others})>0)", name(grade)).as_str())
        .set_format(style::wanted());
    sheet.add_conditional_format(FIRST, grade, last, grade, &wanted)?;
    let reason = ConditionalFormatFormula::new()
        .set_rule(format!("=AND({}=\"D\",{}=\"\")", name(grade), name(at("extent"))).as_str())
        .set_format(style::wanted());
    sheet.add_conditional_format(FIRST, at("extent"), last, at("extent"), &reason)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn roles_become_names_of_files() {
        assert_eq!(file_name("Head of Service, carers"), "Head of Service, carers");
        assert_eq!(file_name("../Head: of/Service"), "Head- of-Service");
        assert_eq!(file_name("///"), "owner");
    }
}
