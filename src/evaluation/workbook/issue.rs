//! The workbook that goes out: guidance, a sheet for each area, and the sheet that says what it is.

use rust_xlsxwriter::{DataValidation, DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::{ENTRY, FORMAT, IDENTITY_SHEET, KEY, PROMPT_CHOICES, RELY_CHOICE, area};
use crate::error::{Error, Result};
use crate::evaluation::Evaluation;
use crate::evaluation::definition::{AGREED, Evaluator};
use crate::evaluation::judgement::{CONFIDENCE, ConfidenceStatement, Judgement, Priority};
use crate::evidence::framework::Area;
use crate::issue::{Lists, style};
use crate::workbook::fit::{LINE, height};

/// Whose workbook it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum For<'a> {
    /// One evaluator's own.
    One(&'a Evaluator),
    /// The one in which the team records what it agreed.
    Agreed,
}

impl For<'_> {
    pub fn code(&self) -> &str {
        match self {
            For::One(evaluator) => &evaluator.code,
            For::Agreed => AGREED,
        }
    }
}

/// The areas in the workbook.
fn areas<'a>(evaluation: &'a Evaluation, whose: For<'_>) -> Vec<&'a Area> {
    let (definition, framework) = (&evaluation.definition, &evaluation.framework);
    framework
        .areas
        .iter()
        .filter(|area| match whose {
            For::One(evaluator) => definition.judges(framework, evaluator, &area.number),
            For::Agreed => definition.in_scope(framework, &area.number),
        })
        .collect()
}

/// The workbook for an evaluator, by code, or for what the team agrees (`agreed`). The same evaluation gives the same
/// bytes.
///
/// # Errors
/// When there is no such evaluator, or the workbook does not fit into a spreadsheet.
pub fn issue(evaluation: &Evaluation, code: &str) -> Result<Vec<u8>> {
    let whose = match evaluation.definition.evaluator(code) {
        Some(evaluator) => For::One(evaluator),
        None if code == AGREED => For::Agreed,
        None => {
            let codes = evaluation.definition.evaluators.iter().map(|e| e.code.as_str()).chain([AGREED]);
            return Err(Error::usage("there is no such evaluator")
                .found(code)
                .expected(format!("one of {}", codes.collect::<Vec<_>>().join(", "))));
        }
    };
    build(evaluation, whose)
        .map_err(|error| Error::data("the evaluation workbook cannot be made").at(code).found(error.to_string()))
}

fn build(evaluation: &Evaluation, whose: For<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let head = &evaluation.definition.evaluation;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("{} - {}", head.title, whose.code()).chars().take(250).collect::<String>())
            .set_subject("Evaluation workbook")
            .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?),
    );
    guidance(workbook.add_worksheet(), evaluation, whose)?;
    let areas = areas(evaluation, whose);
    let lists = lists(evaluation);
    for (place, one) in areas.iter().enumerate() {
        area::write(workbook.add_worksheet(), (evaluation, &lists), whose, one, place)?;
    }
    lists.write(workbook.add_worksheet())?;
    identity(workbook.add_worksheet(), evaluation, whose, &areas)?;
    workbook.save_to_buffer()
}

/// All that cells offer to choose from. It stands in a sheet of its own, because a list in a cell's rule may hold neither
/// commas nor more than 255 characters.
fn lists(evaluation: &Evaluation) -> Lists {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let statements = evaluation.framework.confidence.as_ref().map_or_else(Vec::new, |asked| asked.statements.clone());
    Lists::new([
        ("level".to_owned(), level_choices(evaluation)),
        ("prompt".to_owned(), words(&PROMPT_CHOICES)),
        ("confidence".to_owned(), statements),
        ("priority".to_owned(), words(&Priority::ALL.map(Priority::word))),
        ("rely".to_owned(), words(&[RELY_CHOICE])),
    ])
}

/// The levels as a cell offers them.
pub(super) fn level_choices(evaluation: &Evaluation) -> Vec<String> {
    evaluation.framework.levels.iter().map(|level| format!("{} {}", level.number, level.name)).collect()
}

/// What an evaluator's folder holds on a subject; nothing, if it holds nothing.
pub(super) fn present(evaluation: &Evaluation, code: &str, subject: &str) -> Judgement {
    let list = &evaluation.judgements.list;
    let found = list.iter().find(|j| j.evaluator == code && j.subject == subject).cloned();
    found.unwrap_or_else(|| Judgement { subject: subject.to_owned(), ..Judgement::default() })
}

/// The statement of confidence in an evaluator's folder; nothing, if there is none.
pub(super) fn present_confidence(evaluation: &Evaluation, code: &str) -> ConfidenceStatement {
    evaluation.judgements.confidence.iter().find(|c| c.evaluator == code).cloned().unwrap_or_default()
}

fn identity(sheet: &mut Worksheet, evaluation: &Evaluation, whose: For<'_>, areas: &[&Area]) -> Result<(), XlsxError> {
    sheet.set_name(IDENTITY_SHEET)?;
    let code = whose.code();
    let mut rows = vec![
        ("format".to_owned(), FORMAT.to_owned()),
        ("evaluation".to_owned(), evaluation.definition.evaluation.id.clone()),
        ("evaluator".to_owned(), code.to_owned()),
        ("framework".to_owned(), evaluation.framework.id.clone()),
        ("framework-hash".to_owned(), evaluation.framework.hash.clone()),
    ];
    for area in areas {
        let subjects = area.indicators.iter().map(|indicator| &indicator.number).chain([&area.number]);
        for subject in subjects {
            rows.push((format!("base/{subject}"), present(evaluation, code, subject).content()));
        }
    }
    rows.push((format!("base/{CONFIDENCE}"), present_confidence(evaluation, code).content()));
    for (row, (key, value)) in (0..).zip(rows) {
        sheet.write_string(row, 0, key)?.write_string(row, 1, value)?;
    }
    sheet.set_very_hidden(true);
    Ok(())
}

/// Widths of the guidance: hidden key, words, entry.
const WIDTHS: [f64; 3] = [4.0, 26.0, 92.0];

fn guidance(sheet: &mut Worksheet, evaluation: &Evaluation, whose: For<'_>) -> Result<(), XlsxError> {
    let head = &evaluation.definition.evaluation;
    sheet.set_name("Guidance")?.set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_column_hidden(0)?;
    sheet.write_string_with_format(0, 0, KEY, &style::machine())?;
    sheet.write_string_with_format(0, 2, ENTRY, &style::machine())?;
    sheet.set_row_height(0, 11)?;
    sheet.write_string_with_format(1, 1, &head.title, &style::title())?;
    sheet.set_row_height(1, 28)?;
    let role = match whose {
        For::One(evaluator) => format!("For: {} ({})", evaluator.role, evaluator.part.words()),
        For::Agreed => "For what the team has agreed".to_owned(),
    };
    sheet.write_string(2, 1, format!("{role}. {}, {}.", head.organisation, head.kind.words()))?;
    let mut row = 3;
    if let Some(notice) = &head.notice {
        sheet.write_string(row, 1, notice)?;
        row += 1;
    }
    row += 1;
    let own: Vec<&Judgement> = evaluation.judgements.list.iter().filter(|j| j.evaluator == whose.code()).collect();
    let date = own.iter().filter_map(|judgement| judgement.date).max();
    sheet.write_string_with_format(row, 0, "date", &style::machine())?;
    sheet.write_string_with_format(row, 1, "Date of your judgement", &style::entry(true))?;
    let format = style::answer("dd mmm yyyy");
    match date {
        Some(date) => {
            use chrono::Datelike;
            let day =
                ExcelDateTime::from_ymd(date.year().clamp(1900, 9999) as u16, date.month() as u8, date.day() as u8)?;
            sheet.write_datetime_with_format(row, 2, &day, &format)?
        }
        None => sheet.write_blank(row, 2, &format)?,
    };
    sheet.set_row_height(row, 20)?;
    row += 1;
    if matches!(whose, For::Agreed) {
        let by = own.iter().map(|j| j.by.join("; ")).find(|by| !by.is_empty()).unwrap_or_default();
        sheet.write_string_with_format(row, 0, "by", &style::machine())?;
        sheet.write_string_with_format(row, 1, "Agreed by (codes)", &style::entry(true))?;
        sheet.write_string_with_format(row, 2, by, &style::answer("@"))?;
        let codes: Vec<&str> = evaluation.definition.evaluators.iter().map(|e| e.code.as_str()).collect();
        let validation = DataValidation::new()
            .allow_any_value()
            .set_input_message(format!("Divided by ;  {}", codes.join("; ")).chars().take(250).collect::<String>())?;
        sheet.add_data_validation(row, 2, row, 2, &validation)?;
        row += 1;
    }
    row += 1;
    sheet.write_string_with_format(row, 1, "How to go about it", &style::chapter())?;
    sheet.write_blank(row, 2, &style::chapter())?;
    row += 1;
    for (number, step) in (1..).zip(steps(whose)) {
        sheet.write_string_with_format(row, 1, format!("{number}."), &style::entry(false))?;
        sheet.write_string_with_format(row, 2, step, &style::entry(false))?;
        sheet.set_row_height(row, height([(step, WIDTHS[2])].into_iter()))?;
        row += 1;
    }
    row += 1;
    sheet.write_string_with_format(row, 1, "The scale", &style::chapter())?;
    sheet.write_blank(row, 2, &style::chapter())?;
    row += 1;
    for level in &evaluation.framework.levels {
        let name = format!("{} {}", level.number, level.name);
        sheet.write_string_with_format(row, 1, name, &style::entry(true))?;
        sheet.write_string_with_format(row, 2, &level.meaning, &style::entry(false))?;
        sheet.set_row_height(row, LINE)?;
        row += 1;
    }
    // The machine's row, the first, is not printed.
    sheet.set_print_area(1, 0, row, 2)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_footer("&LGuidance&CIn confidence&RPage &P of &N");
    sheet.protect();
    Ok(())
}

fn steps(whose: For<'_>) -> Vec<&'static str> {
    let mut steps = vec![
        "One sheet is one area. For each indicator read what it looks at, the two pictures, and the evidence on the right.",
        "Choose a level by judgement: the evidence does not add up to it, and nothing here computes one. Leave it empty where you cannot say yet.",
        "Say why this level and not the one above or below. Put \"yes\" beside the evidence that you rely on; name any other by its id.",
        "List strengths one a line. Give each area for improvement a priority.",
        "Judge the area as a whole after its indicators. A guidance prompt that is weak holds the area down unless you have a reason.",
        "If a check of your judgement does not hold here, write its code and the reason (E004: the survey is older than the new service). The reason is printed.",
        "Write roles, never names of people. Save the workbook under its own name and send it back, also when it is not complete.",
    ];
    if matches!(whose, For::Agreed) {
        steps.insert(2, "Above each entry stand the separate judgements. Write how they were brought together.");
    }
    steps
}
