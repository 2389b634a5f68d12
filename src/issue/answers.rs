//! The sheet `Answers`: the machine's row, a band of section titles, the wordings, then one row for each unit.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DataValidation, ExcelDateTime, Formula, ProtectionOptions, Worksheet, XlsxError};

use super::columns::{Column, Holds, Plan};
use super::rules::{self, Lists, TICK};
use super::{ANSWERS_SHEET, Batch, Row, choices, row_token, style};
use crate::instrument::{Instrument, Question, QuestionKind};

/// The row of the wordings, and the first row of answers.
const HEADING: u32 = 2;
const FIRST: u32 = 3;

/// The longest formula that spreadsheets hold, with room to spare.
const LONGEST_FORMULA: usize = 8_000;

pub(super) fn write(
    sheet: &mut Worksheet,
    instrument: &Instrument,
    batch: &Batch,
    plan: &Plan,
    lists: &Lists,
) -> Result<(), XlsxError> {
    sheet.set_name(ANSWERS_SHEET)?;
    let last_row = FIRST + u32::try_from(batch.rows.len()).unwrap_or(u32::MAX - FIRST) - 1;
    let last_column = u16::try_from(plan.columns.len() - 1).unwrap_or(u16::MAX);
    head(sheet, instrument, plan)?;
    for (at, row) in (FIRST..=last_row).zip(&batch.rows) {
        unit(sheet, instrument, batch, plan, row, at)?;
    }
    for (place, question) in instrument.questions.iter().enumerate() {
        guard(sheet, instrument, plan, lists, (place, question), last_row)?;
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
    sheet.set_active(true);
    print_well(sheet, batch, first_answer, last_column)
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
fn unit(
    sheet: &mut Worksheet,
    instrument: &Instrument,
    batch: &Batch,
    plan: &Plan,
    row: &Row,
    at: u32,
) -> Result<(), XlsxError> {
    let nothing = std::collections::BTreeMap::new();
    let typed = batch.fill.get(&(row.serial.clone(), row.reading)).unwrap_or(&nothing);
    let fixed = style::fixed();
    for (column, planned) in (0..).zip(&plan.columns) {
        match planned.holds {
            Holds::Token => {
                let token = row_token(&batch.sample, &row.serial, row.reading);
                sheet.write_string_with_format(at, column, token, &fixed)?;
            }
            Holds::Serial => {
                sheet.write_string_with_format(at, column, &row.serial, &fixed)?;
            }
            Holds::File => {
                sheet.write_string_with_format(at, column, row.id.as_deref().unwrap_or(""), &fixed)?;
            }
            Holds::Context(place) => {
                let value = row.context.get(place).map_or("", |(_, value)| value.as_str());
                sheet.write_string_with_format(at, column, value, &fixed)?;
            }
            Holds::ToGo => {
                if let Some(formula) = to_go(instrument, plan, at) {
                    let open = still_open(instrument, typed).to_string();
                    let formula = Formula::new(formula).set_result(open);
                    sheet.write_formula_with_format(at, column, formula, &style::to_go())?;
                }
            }
            Holds::Answer { question, choice } => {
                let question = &instrument.questions[question];
                let text = typed.get(&question.id).map(String::as_str);
                type_in(sheet, question, choice, text, (at, column))?;
            }
        }
    }
    Ok(())
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
        QuestionKind::Text => "@",
        _ => "General",
    });
    let text = match (text, choice) {
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
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| question.kind == QuestionKind::Date);
    match (number, date) {
        (_, Some(date)) if (1900..=9999).contains(&date.year()) => {
            let date = ExcelDateTime::from_ymd(date.year() as u16, date.month() as u8, date.day() as u8)?;
            sheet.write_datetime_with_format(row, column, &date, &format)?;
        }
        (Some(number), _) => {
            sheet.write_number_with_format(row, column, number, &format)?;
        }
        _ => {
            sheet.write_string_with_format(row, column, text, &format)?;
        }
    }
    Ok(())
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
fn counts(instrument: &Instrument, question: &Question) -> bool {
    if instrument.questions.iter().any(|q| q.required) {
        question.required
    } else {
        question.kind != QuestionKind::Text
    }
}

/// The formula of the questions still to be answered; none if it would be too long for a cell.
fn to_go(instrument: &Instrument, plan: &Plan, row: u32) -> Option<String> {
    let mut formula = String::from("=0");
    for (place, question) in instrument.questions.iter().enumerate().filter(|(_, q)| counts(instrument, q)) {
        let blank = rules::blank(plan, place, row)?;
        match rules::asked(instrument, plan, question, row) {
            Some(asked) => formula.push_str(&format!("+{asked}*({blank})")),
            None => formula.push_str(&format!("+({blank})")),
        }
    }
    (formula.len() <= LONGEST_FORMULA).then_some(formula)
}

/// What the formula gives for the answers typed so far: stored with it, so that it shows before anything is calculated.
fn still_open(instrument: &Instrument, typed: &std::collections::BTreeMap<String, String>) -> usize {
    let text = |question: &Question| typed.get(&question.id).map_or("", |text| text.trim());
    let holds = |question: &Question| {
        let Some(condition) = &question.ask_if else { return true };
        let gate = &instrument.questions[condition.question];
        choices(gate).iter().enumerate().filter(|(_, (code, _))| condition.codes.iter().any(|c| c == code)).any(
            |(place, (code, offered))| {
                if gate.kind == QuestionKind::Multiple {
                    return ticked(gate, text(gate), place).is_some();
                }
                rules::spellings(gate, code, offered).iter().any(|x| x.to_lowercase() == text(gate).to_lowercase())
            },
        )
    };
    let blank = |question: &Question| text(question).is_empty();
    instrument.questions.iter().filter(|q| counts(instrument, q) && holds(q) && blank(q)).count()
}

/// The validation and the colours of a question's cells.
fn guard(
    sheet: &mut Worksheet,
    instrument: &Instrument,
    plan: &Plan,
    lists: &Lists,
    (place, question): (usize, &Question),
    last_row: u32,
) -> Result<(), XlsxError> {
    let Some((first, last)) = plan.of_question(place) else { return Ok(()) };
    let (left, right) = (u16::try_from(first).unwrap_or(u16::MAX), u16::try_from(last).unwrap_or(u16::MAX));
    let validation: DataValidation = rules::validation(instrument, question, lists)?;
    sheet.add_data_validation(FIRST, left, last_row, right, &validation)?;
    let Some(blank) = rules::blank(plan, place, FIRST) else { return Ok(()) };
    let asked = rules::asked(instrument, plan, question, FIRST);
    if let Some(asked) = &asked {
        let unknown = format!("AND(NOT({asked}),NOT({blank}))");
        sheet.add_conditional_format(FIRST, left, last_row, right, &rules::colour(&unknown, style::contradiction()))?;
        let closed = format!("NOT({asked})");
        sheet.add_conditional_format(FIRST, left, last_row, right, &rules::colour(&closed, style::not_asked()))?;
    }
    if let Some(alarming) = rules::alarming(plan, place, question, FIRST) {
        sheet.add_conditional_format(FIRST, left, last_row, right, &rules::colour(&alarming, style::concern()))?;
    }
    if question.required {
        let begun = format!(
            "COUNTA({}:{})>0",
            rules::in_column(FIRST, plan.first_answer()),
            rules::in_column(FIRST, plan.columns.len() - 1)
        );
        let wanted = format!("AND({blank},{begun})");
        sheet.add_conditional_format(FIRST, left, last_row, right, &rules::colour(&wanted, style::wanted()))?;
    }
    Ok(())
}
