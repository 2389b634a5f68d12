//! The sheet `Answers`: the machine's row, a band of section titles, the wordings, then one row for each unit.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use rust_xlsxwriter::{DataValidation, ExcelDateTime, Formula, ProtectionOptions, Worksheet, XlsxError};

use super::columns::{Column, Holds, Plan, is_worked_out};
use super::rules::{self, Lists, TICK};
use super::{ANSWERS_SHEET, Batch, Row, choices, mend, row_token, spreadsheet, style};
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Repeat, Row as InstrumentRow};
use crate::terms::Missing;

/// The row of the wordings, and the first row of answers.
const HEADING: u32 = 2;
pub(super) const FIRST: u32 = 3;

/// What stands where a spreadsheet cannot work a question out itself.
const WORKED_OUT: &str = "when it is read";

/// The longest formula that spreadsheets hold, with room to spare.
const LONGEST_FORMULA: usize = 8_000;

/// A sheet to fill in: the main one, or that of a repeat.
pub(super) struct Grid<'a> {
    pub form: &'a Instrument,
    pub batch: &'a Batch,
    pub plan: &'a Plan,
    pub lists: &'a Lists,
    pub lines: Vec<Line<'a>>,
    /// The main form, its sheet's plan and the last row of answers there, on the sheet of a repeat.
    pub main: Option<(&'a Instrument, &'a Plan, u32)>,
    /// The repeats of the main sheet, each with its name, its plan and its last row.
    pub repeats: Vec<(&'a Repeat, &'a str, &'a Plan, u32)>,
}

/// A row of the sheet.
pub(super) struct Line<'a> {
    /// The row of the batch; none in a row that stands ready for any of them.
    pub row: Option<&'a Row>,
    /// The number within a repeat.
    pub number: Option<u32>,
    /// Answers to fill in.
    pub typed: Option<&'a BTreeMap<String, String>>,
}

impl Grid<'_> {
    /// The last row of answers.
    pub fn last_row(&self) -> u32 {
        FIRST + u32::try_from(self.lines.len()).unwrap_or(u32::MAX - FIRST) - 1
    }
}

pub(super) fn write(
    sheet: &mut Worksheet,
    instrument: &Instrument,
    batch: &Batch,
    plan: &Plan,
    lists: &Lists,
    repeats: &[super::repeats::Sheet<'_>],
) -> Result<(), XlsxError> {
    sheet.set_name(ANSWERS_SHEET)?;
    let line = |row| Line { row: Some(row), number: None, typed: batch.fill.get(&(row.serial.clone(), row.reading)) };
    let repeats = repeats.iter().map(|r| (r.repeat, r.name.as_str(), &r.plan, r.last_row(batch))).collect();
    let lines = batch.rows.iter().map(line).collect();
    let whole = Grid { form: instrument, batch, plan, lists, lines, main: None, repeats };
    mend::mark(sheet, &whole, None, |to_mend, _| mend::row_of(batch, to_mend))?;
    grid(sheet, &whole)?;
    sheet.set_active(batch.findings.is_empty());
    Ok(())
}

/// Writes a sheet to fill in.
pub(super) fn grid(sheet: &mut Worksheet, grid: &Grid<'_>) -> Result<(), XlsxError> {
    let plan = grid.plan;
    let last_row = grid.last_row();
    let last_column = u16::try_from(plan.columns.len() - 1).unwrap_or(u16::MAX);
    head(sheet, grid.form, plan)?;
    for (at, line) in (FIRST..=last_row).zip(&grid.lines) {
        unit(sheet, grid, line, at)?;
    }
    for (place, question) in grid.form.questions.iter().enumerate() {
        guard(sheet, grid, (place, question), last_row)?;
    }
    let first_answer = u16::try_from(plan.first_answer()).unwrap_or(u16::MAX);
    sheet.set_freeze_panes(FIRST, first_answer)?;
    sheet.autofilter(HEADING, 0, last_row, last_column)?;
    sheet.set_column_hidden(0)?;
    sheet.set_selection(FIRST, first_answer, FIRST, first_answer)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::new()
    });
    // The machine's row, the first, is not printed.
    sheet.set_print_area(1, 0, last_row, last_column)?;
    print_well(sheet, grid.batch, first_answer, last_column)
}

fn print_well(sheet: &mut Worksheet, batch: &Batch, first_answer: u16, last_column: u16) -> Result<(), XlsxError> {
    sheet.set_landscape().set_paper_size(8).set_margins(0.4, 0.4, 0.5, 0.5, 0.3, 0.3);
    sheet.set_repeat_rows(1, HEADING)?;
    sheet.set_repeat_columns(0, first_answer.saturating_sub(1))?;
    if last_column < 16 {
        sheet.set_print_fit_to_pages(1, 0);
    }
    // An ampersand begins a code in a footer.
    let name = batch.name.replace('&', "&&");
    sheet.set_footer(format!("&L{name}&CIn confidence&RPage &P of &N"));
    Ok(())
}

/// The three rows at the top.
fn head(sheet: &mut Worksheet, instrument: &Instrument, plan: &Plan) -> Result<(), XlsxError> {
    sheet.set_row_height(0, 11)?.set_row_height(1, 20)?;
    let mut section_before = None;
    for (at, column) in (0..).zip(&plan.columns) {
        sheet.set_column_width(at, column.width)?;
        sheet.write_string_with_format(0, at, &column.header, &style::machine())?;
        let Holds::Answer { question, .. } = column.holds else {
            sheet.write_string_with_format(HEADING, at, &column.heading, &style::fixed_heading())?;
            continue;
        };
        let question = &instrument.questions[question];
        let band = style::band(question.section);
        let title = instrument.sections.get(question.section).map_or("", |section| section.title.as_str());
        if section_before.replace(question.section) == Some(question.section) {
            sheet.write_blank(1, at, &band)?;
        } else {
            sheet.write_string_with_format(1, at, title, &band)?;
        }
        sheet.write_string_with_format(
            HEADING,
            at,
            &column.heading,
            &style::heading(question.section, question.required),
        )?;
    }
    sheet.set_row_height(HEADING, heading_height(plan))?;
    Ok(())
}

/// High enough for the longest wording at its column's width, in points; spreadsheets do not agree on doing it themselves.
fn heading_height(plan: &Plan) -> f64 {
    let lines = |column: &Column| {
        // Proportional letters are narrower than the digit that widths are counted in.
        let room = (column.width * 1.05 - 1.0).max(4.0);
        let mut lines = 1.0;
        let mut used = 0.0;
        for word in column.heading.split_whitespace() {
            let length = word.chars().count() as f64;
            if used > 0.0 && used + 1.0 + length > room {
                lines += 1.0;
                used = 0.0;
            }
            lines += (length / room).ceil().max(1.0) - 1.0;
            used += length + if used > 0.0 { 1.0 } else { 0.0 };
        }
        lines
    };
    let most: f64 = plan.columns.iter().map(lines).fold(2.0, f64::max);
    // The filter's button needs a line of its own.
    ((most + 1.0) * 15.0).min(300.0)
}

/// One row.
fn unit(sheet: &mut Worksheet, grid: &Grid<'_>, line: &Line<'_>, at: u32) -> Result<(), XlsxError> {
    let (form, plan, batch) = (grid.form, grid.plan, grid.batch);
    let nothing = BTreeMap::new();
    let typed = line.typed.unwrap_or(&nothing);
    let spelled = spreadsheet::Sheet::of(grid, at);
    let worked_out = recomputed(grid, typed);
    let fixed = style::fixed();
    for (column, planned) in (0..).zip(&plan.columns) {
        match (planned.holds, line.row) {
            (Holds::Token, row) => {
                let token = row.map(|row| row_token(&batch.sample, &row.serial, row.reading)).unwrap_or_default();
                sheet.write_string_with_format(at, column, token, &fixed)?;
            }
            (Holds::Serial, Some(row)) => {
                sheet.write_string_with_format(at, column, &row.serial, &fixed)?;
            }
            // A row that stands ready for whoever needs one more.
            (Holds::Serial, None) => {
                sheet.write_blank(at, column, &style::answer("@"))?;
            }
            (Holds::Number, _) => match line.number {
                Some(number) => _ = sheet.write_number_with_format(at, column, number, &fixed)?,
                None => _ = sheet.write_blank(at, column, &style::answer("0"))?,
            },
            (Holds::Brought(from), _) => {
                if let Some(formula) = spelled.brought(from) {
                    sheet.write_formula_with_format(at, column, Formula::new(formula).set_result(""), &fixed)?;
                }
                sheet.set_column_hidden(column)?;
            }
            (Holds::File, row) => {
                let id = row.and_then(|row| row.id.as_deref()).unwrap_or("");
                sheet.write_string_with_format(at, column, id, &fixed)?;
            }
            (Holds::Context(place), row) => {
                let value = row.and_then(|row| row.context.get(place)).map_or("", |(_, value)| value.as_str());
                sheet.write_string_with_format(at, column, value, &fixed)?;
            }
            (Holds::ToGo, _) => {
                if let Some(formula) = to_go(grid, &spelled, at) {
                    let open = match grid.main.is_some() && typed.is_empty() {
                        true => String::new(),
                        false => still_open(form, typed, &worked_out).to_string(),
                    };
                    let formula = Formula::new(formula).set_result(open);
                    sheet.write_formula_with_format(at, column, formula, &style::to_go())?;
                }
            }
            (Holds::Answer { question: place, .. }, _) if is_worked_out(&form.questions[place]) => {
                work_out(sheet, &spelled, &form.questions[place], &worked_out[place], (at, column))?;
            }
            (Holds::Answer { question, choice }, _) => {
                let question = &form.questions[question];
                let (own, text) = (typed.get(&planned.header), typed.get(&question.id).map(String::as_str));
                match own.filter(|_| choice.is_some()) {
                    Some(own) => type_in(sheet, question, None, Some(own), (at, column))?,
                    None => type_in(sheet, question, choice, text, (at, column))?,
                }
            }
        }
    }
    Ok(())
}

/// The cell of a question that is worked out: a formula, or where spreadsheets have none a word that says when.
fn work_out(
    sheet: &mut Worksheet,
    spelled: &spreadsheet::Sheet<'_>,
    question: &Question,
    now: &Answer,
    (row, column): (u32, u16),
) -> Result<(), XlsxError> {
    let format = style::worked_out();
    match spelled.calculation(question).filter(|formula| formula.len() <= LONGEST_FORMULA) {
        Some(formula) => {
            // Stored with it, so that it shows before anything is calculated.
            let formula = Formula::new(formula).set_result(question.code(now));
            sheet.write_formula_with_format(row, column, formula, &format)?;
        }
        None => _ = sheet.write_string_with_format(row, column, WORKED_OUT, &format)?,
    }
    Ok(())
}

/// The answers that follow from those typed so far, one for each question.
fn recomputed(grid: &Grid<'_>, typed: &BTreeMap<String, String>) -> Vec<Answer> {
    let mut answers: Vec<Answer> = vec![Answer::Missing(Missing::NotAnswered); grid.form.questions.len()];
    for (place, question) in grid.form.questions.iter().enumerate() {
        answers[place] = match question.kind {
            QuestionKind::Calculate => InstrumentRow::of(grid.form, &answers, &[]).works_out(question),
            _ => as_typed(question, typed.get(&question.id).map_or("", |text| text.trim())),
        };
    }
    answers
}

/// The answer that a text is, for the values that are stored with formulas; what cannot be read is none.
fn as_typed(question: &Question, text: &str) -> Answer {
    let none = Answer::Missing(Missing::NotAnswered);
    if text.is_empty() {
        return none;
    }
    let all = choices(question);
    let place = |part: &str| {
        let part = part.trim().to_lowercase();
        all.iter().position(|(code, offered)| {
            rules::spellings(question, code, offered).iter().any(|name| name.to_lowercase() == part)
        })
    };
    let valid = question.scale.as_ref().map_or(0, |scale| scale.responses.len());
    match question.kind {
        QuestionKind::Multiple => {
            match text.split(';').filter_map(place).filter(|at| *at < valid).collect::<Vec<_>>() {
                chosen if chosen.is_empty() => none,
                chosen => Answer::Responses(chosen),
            }
        }
        kind if kind.gives_one_response() => place(text).filter(|at| *at < valid).map_or(none, Answer::Response),
        kind if kind.is_number() => text.parse().map_or(none, Answer::Number),
        QuestionKind::Date => NaiveDate::parse_from_str(text, "%Y-%m-%d").map_or(none, Answer::Date),
        QuestionKind::Text => Answer::Text(text.to_owned()),
        _ => none,
    }
}

/// Puts an answer into its cell as typing would, or leaves the cell open.
pub(super) fn type_in(
    sheet: &mut Worksheet,
    question: &Question,
    choice: Option<usize>,
    text: Option<&str>,
    (row, column): (u32, u16),
) -> Result<(), XlsxError> {
    let format = style::answer(match question.kind {
        QuestionKind::Date => "dd mmm yyyy",
        QuestionKind::DateTime => "dd mmm yyyy hh:mm",
        QuestionKind::Time => "hh:mm",
        QuestionKind::Text => "@",
        _ => "General",
    });
    let text = match (text, choice) {
        (Some(text), Some(rank)) if question.kind == QuestionKind::Rank => {
            text.split(';').map(str::trim).nth(rank).filter(|part| !part.is_empty())
        }
        (Some(text), Some(choice)) => ticked(question, text, choice),
        (Some(text), None) if !text.is_empty() => Some(text),
        _ => None,
    };
    let Some(text) = text else {
        sheet.write_blank(row, column, &format)?;
        return Ok(());
    };
    let plain_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    let number = text.parse::<f64>().ok().filter(|_| plain_number(text) && question.kind != QuestionKind::Text);
    if let Some(moment) = moment(question.kind, text) {
        sheet.write_datetime_with_format(row, column, &moment?, &format)?;
    } else if let Some(number) = number {
        sheet.write_number_with_format(row, column, number, &format)?;
    } else {
        sheet.write_string_with_format(row, column, text, &format)?;
    }
    Ok(())
}

/// A date, a time or both, where a question asks for it and the text is one.
fn moment(kind: QuestionKind, text: &str) -> Option<Result<ExcelDateTime, XlsxError>> {
    let day = |date: NaiveDate| {
        (1900..=9999)
            .contains(&date.year())
            .then(|| ExcelDateTime::from_ymd(date.year() as u16, date.month() as u8, date.day() as u8))
    };
    match kind {
        QuestionKind::Date => day(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?),
        QuestionKind::DateTime => {
            let format = if text.contains('T') { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%d %H:%M" };
            let moment = NaiveDateTime::parse_from_str(text.get(..16)?, format).ok()?;
            let (hour, minute) = (moment.hour() as u16, moment.minute() as u8);
            day(moment.date()).map(|date| date.and_then(|date| date.and_hms(hour, minute, 0.0)))
        }
        QuestionKind::Time => {
            let time = NaiveTime::parse_from_str(text.get(..5)?, "%H:%M").ok()?;
            Some(ExcelDateTime::from_hms(time.hour() as u16, time.minute() as u8, 0.0))
        }
        _ => None,
    }
}

/// What stands in the column of one choice: a tick if the text names it; a text that names no choice stands in the first.
fn ticked<'a>(question: &Question, text: &'a str, choice: usize) -> Option<&'a str> {
    let names = |part: &str, place: usize| {
        choices(question).get(place).is_some_and(|(code, offered)| {
            rules::spellings(question, code, offered).iter().any(|name| name.to_lowercase() == part.to_lowercase())
        })
    };
    let count = choices(question).len();
    let parts = || text.split(';').map(str::trim).filter(|part| !part.is_empty());
    if parts().any(|part| names(part, choice)) {
        return Some(TICK);
    }
    parts().find(|part| choice == 0 && !(0..count).any(|place| names(part, place)))
}

/// The questions that count for a row's progress: the required ones; all but words, if none is required.
fn counts(form: &Instrument, question: &Question) -> bool {
    let needed = |question: &Question| question.required || question.written.required.is_some();
    if is_worked_out(question) {
        false
    } else if form.questions.iter().any(needed) {
        needed(question)
    } else {
        question.kind != QuestionKind::Text
    }
}

/// The formula of the questions still to be answered; none if it would be too long for a cell. In a repeat it gives
/// nothing until the row is begun: nobody has to fill all of them in.
fn to_go(grid: &Grid<'_>, spelled: &spreadsheet::Sheet<'_>, row: u32) -> Option<String> {
    let mut formula = String::from("=0");
    if grid.main.is_some() {
        formula = format!("=IF({},0", rules::begun(grid.form, grid.plan, row)?);
    }
    for (place, question) in grid.form.questions.iter().enumerate().filter(|(_, q)| counts(grid.form, q)) {
        let blank = rules::blank(grid.plan, place, row)?;
        match spelled.needed(question) {
            Some(needed) => formula.push_str(&format!("+{needed}*({blank})")),
            None => formula.push_str(&format!("+({blank})")),
        }
    }
    if grid.main.is_some() {
        formula.push_str(",\"\")");
    }
    (formula.len() <= LONGEST_FORMULA).then_some(formula)
}

/// What the formula gives for the answers typed so far: stored with it, so that it shows before anything is calculated.
fn still_open(form: &Instrument, typed: &BTreeMap<String, String>, answers: &[Answer]) -> usize {
    let row = InstrumentRow::of(form, answers, &[]);
    let missing = |question: &Question| match &question.written.required {
        Some(formula) if !question.required => row.holds(formula),
        _ => true,
    };
    let blank = |question: &Question| typed.get(&question.id).is_none_or(|text| text.trim().is_empty());
    let open = |q: &&Question| counts(form, q) && blank(q) && row.is_asked(q) && missing(q);
    form.questions.iter().filter(open).count()
}

/// The validation and the colours of a question's cells.
fn guard(
    sheet: &mut Worksheet,
    grid: &Grid<'_>,
    (place, question): (usize, &Question),
    last_row: u32,
) -> Result<(), XlsxError> {
    let (form, plan) = (grid.form, grid.plan);
    let Some((first, last)) = plan.of_question(place) else { return Ok(()) };
    if is_worked_out(question) {
        return Ok(());
    }
    let (left, right) = (u16::try_from(first).unwrap_or(u16::MAX), u16::try_from(last).unwrap_or(u16::MAX));
    let spelled = spreadsheet::Sheet::of(grid, FIRST);
    let validation: DataValidation = rules::validation(grid, &spelled, (place, question))?;
    sheet.add_data_validation(FIRST, left, last_row, right, &validation)?;
    let Some(blank) = rules::blank(plan, place, FIRST) else { return Ok(()) };
    if let Some(asked) = &spelled.asked(question) {
        let unknown = format!("AND(NOT({asked}),NOT({blank}))");
        sheet.add_conditional_format(FIRST, left, last_row, right, &rules::colour(&unknown, style::contradiction()))?;
        let closed = format!("NOT({asked})");
        sheet.add_conditional_format(FIRST, left, last_row, right, &rules::colour(&closed, style::not_asked()))?;
    }
    let wrong = [rules::given_twice(question, (first, last), FIRST), spelled.not_allowed(question, first)];
    for wrong in wrong.into_iter().flatten() {
        sheet.add_conditional_format(FIRST, left, last_row, right, &rules::colour(&wrong, style::contradiction()))?;
    }
    if let Some(alarming) = rules::alarming(plan, place, question, FIRST) {
        sheet.add_conditional_format(FIRST, left, last_row, right, &rules::colour(&alarming, style::concern()))?;
    }
    if let (true, Some(begun)) =
        (question.required || question.written.required.is_some(), rules::begun(form, plan, FIRST))
    {
        let wanted = match question.written.required.as_ref().filter(|_| !question.required) {
            None => Some(format!("AND({blank},{begun})")),
            Some(formula) => spelled.truth(&formula.node).map(|needed| format!("AND({blank},{begun},{needed})")),
        };
        if let Some(wanted) = wanted {
            sheet.add_conditional_format(FIRST, left, last_row, right, &rules::colour(&wanted, style::wanted()))?;
        }
    }
    Ok(())
}
