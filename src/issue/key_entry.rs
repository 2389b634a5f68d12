//! Key entry: the workbook into which a returned paper form is typed, by the numbers that are printed beside its boxes.
//!
//! Forms lie in a pile in any order, so a row begins with the serial, typed or scanned, and says at once whether it can be
//! right: whether its check letter fits, whether it was issued, whether it stands there already. Where forms are keyed
//! twice, each clerk has a workbook of their own, and what they typed differently becomes a finding at both cells.

use rust_xlsxwriter::{
    ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DocProperties, Formula, ProtectionOptions,
    Workbook, Worksheet, XlsxError,
};

use super::guidance;
use super::paper::box_numbers;
use super::rules::{self, Lists};
use super::{
    ANSWERS_SHEET, Batch, GUIDANCE_SHEET, IDENTITY_SHEET, LISTS_SHEET, PROPERTY_PREFIX, answers, identity, properties,
    style,
};
use crate::error::{Error, Result};
use crate::finding::cell_name;
use crate::instrument::{Instrument, Question, QuestionKind, Scale};

/// Which of the workbooks for the same forms it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// The only one.
    Only,
    /// The first clerk's of two.
    First,
    /// The second clerk's.
    Second,
}

impl Entry {
    const ALL: [(Entry, &'static str); 3] =
        [(Entry::Only, "boxes"), (Entry::First, "boxes-first"), (Entry::Second, "boxes-second")];

    /// As the workbook says it of itself.
    pub fn mark(self) -> &'static str {
        Self::ALL.iter().find(|(entry, _)| *entry == self).map_or("", |(_, mark)| mark)
    }

    /// From what a workbook says of itself; none where it is no key-entry workbook.
    pub fn marked(mark: &str) -> Option<Entry> {
        Self::ALL.iter().find(|(_, known)| *known == mark).map(|(entry, _)| *entry)
    }
}

/// The name under which a workbook says that it is for key entry.
pub const ENTRY_MARK: &str = "entry";

/// The first row of forms, and the columns before the answers: serial, and what is to be said of it.
const FIRST: u32 = 3;
const BEFORE: u16 = 2;

/// The questions as they are keyed: the numbers printed beside the boxes in place of the codes. What is read by them has its
/// place in the scale, so it is an answer to the question as it stands in the instrument.
pub fn as_keyed(questions: &[Question]) -> Vec<Question> {
    let keyed = |scale: &Scale| {
        let mut scale = scale.clone();
        let numbers = numbers(&scale);
        let responses = scale.responses.iter_mut().map(|response| (&mut response.code, &mut response.label));
        let missing = scale.missing.iter_mut().map(|response| (&mut response.code, &mut response.label));
        for ((code, label), number) in responses.chain(missing).zip(numbers) {
            *code = number.to_string();
            *label = format!("{number} {label}");
        }
        scale
    };
    let question = |question: &Question| Question { scale: question.scale.as_ref().map(keyed), ..question.clone() };
    questions.iter().map(question).collect()
}

fn numbers(scale: &Scale) -> Vec<u32> {
    let codes = scale.responses.iter().map(|r| r.code.as_str()).chain(scale.missing.iter().map(|r| r.code.as_str()));
    box_numbers(codes)
}

/// Makes a key-entry workbook (xlsx) with as many rows as the batch; `serials` are those of all forms that were issued. What
/// `fill` of the batch says is typed in, form after form. The same arguments give the same bytes.
///
/// # Errors
/// When it does not fit into a spreadsheet.
pub fn workbook(instrument: &Instrument, batch: &Batch, serials: &[String], entry: Entry) -> Result<Vec<u8>> {
    build(instrument, batch, serials, entry).map_err(|error| {
        Error::data("the key-entry workbook cannot be made")
            .at(batch.name.clone())
            .found(error.to_string())
            .hint("make the batches smaller, or the texts of the instrument shorter")
    })
}

fn build(instrument: &Instrument, batch: &Batch, serials: &[String], entry: Entry) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let marked: DocProperties =
        properties(instrument, batch)?.set_custom_property(format!("{PROPERTY_PREFIX}{ENTRY_MARK}"), entry.mark());
    workbook.set_properties(&marked);
    let keyed = as_keyed(&instrument.questions);
    guidance(workbook.add_worksheet(), instrument, &keyed, batch, entry)?;
    forms(workbook.add_worksheet(), instrument, &keyed, batch, serials)?;
    let lists = workbook.add_worksheet();
    lists.set_name(LISTS_SHEET)?.set_hidden(true).protect();
    lists.write_string(0, 0, "serials")?;
    for (row, serial) in (1..).zip(serials) {
        lists.write_string(row, 0, serial)?;
    }
    let identity_sheet = workbook.add_worksheet();
    identity_sheet.set_name(IDENTITY_SHEET)?.set_very_hidden(true).protect();
    let marks = identity::marks(instrument, batch);
    for (row, (name, value)) in
        (0..).zip(marks.iter().map(|(n, v)| (*n, v.as_str())).chain([(ENTRY_MARK, entry.mark())]))
    {
        identity_sheet.write_string(row, 0, name)?.write_string(row, 1, value)?;
    }
    workbook.save_to_buffer()
}

/// A column of answers.
struct Column<'q> {
    /// The question's place in the instrument.
    place: usize,
    question: &'q Question,
    header: String,
    heading: String,
    /// What may be typed, for boxes.
    allowed: Vec<String>,
    /// The place of the response, in a column of one box.
    choice: Option<usize>,
}

fn columns<'q>(instrument: &Instrument, keyed: &'q [Question]) -> Vec<Column<'q>> {
    let mut columns = Vec::new();
    // What the office enters about everybody does not stand on the form.
    let printed =
        keyed.iter().zip(&instrument.questions).enumerate().filter(|(_, (_, real))| !instrument.is_record(real));
    for (number, (at, (question, real))) in (1..).zip(printed) {
        let choices = super::choices(question);
        let headers = identity::headers(real);
        if question.kind == QuestionKind::Multiple {
            for (choice, ((_, label), header)) in choices.iter().zip(headers).enumerate() {
                let heading = format!("{number}. {}\nbox {label}", question.label);
                columns.push(Column {
                    place: at,
                    question,
                    header,
                    heading,
                    allowed: vec!["1".to_owned()],
                    choice: Some(choice),
                });
            }
        } else if let Some(header) = headers.into_iter().next() {
            let allowed: Vec<String> = choices.iter().map(|(code, _)| (*code).to_owned()).collect();
            let mut heading = format!("{number}. {}", question.label);
            choices.iter().for_each(|(code, label)| {
                let label = label.strip_prefix(*code).unwrap_or(label).trim_start();
                heading.push_str(&format!("\n{code} {label}"));
            });
            columns.push(Column { place: at, question, header, heading, allowed, choice: None });
        }
    }
    columns
}

/// The sheet that is typed into.
fn forms(
    sheet: &mut Worksheet,
    instrument: &Instrument,
    keyed: &[Question],
    batch: &Batch,
    serials: &[String],
) -> Result<(), XlsxError> {
    let columns = columns(instrument, keyed);
    sheet.set_name(ANSWERS_SHEET)?;
    let rows = u32::try_from(batch.rows.len().max(1)).unwrap_or(u32::MAX - FIRST);
    let last = FIRST + rows - 1;
    head(sheet, instrument, &columns)?;
    serial_column(sheet, serials, last)?;
    let lists = Lists::of(instrument);
    for (at, column) in (BEFORE..).zip(&columns) {
        let validation = if column.allowed.is_empty() {
            rules::validation_alone(instrument, &lists, (column.place, column.question))?
        } else {
            DataValidation::new()
                .allow_list_strings(&column.allowed)?
                .show_dropdown(false)
                .set_error_title("No such box")?
                .set_error_message(
                    format!("Type one of {}, as printed beside the boxes.", column.allowed.join(", "))
                        .chars()
                        .take(250)
                        .collect::<String>(),
                )?
        };
        sheet.add_data_validation(FIRST, at, last, at, &validation)?;
        // A form is not finished while its row has answers and no serial.
        let lost = format!("=AND($A{0}=\"\",{1}<>\"\")", FIRST + 1, cell_name(FIRST, u32::from(at)));
        let lost = ConditionalFormatFormula::new().set_rule(lost.as_str()).set_format(style::contradiction());
        sheet.add_conditional_format(FIRST, at, last, at, &lost)?;
    }
    let filled: Vec<_> =
        batch.rows.iter().filter_map(|row| Some((row, batch.fill.get(&(row.serial.clone(), row.reading))?))).collect();
    for place in 0..rows {
        let row = FIRST + place;
        let filled = filled.get(place as usize);
        match filled {
            Some((unit, _)) => sheet.write_string_with_format(row, 0, &unit.serial, &style::answer("@"))?,
            None => sheet.write_blank(row, 0, &style::answer("@"))?,
        };
        let says = filled.map_or("", |(unit, _)| known(&unit.serial, serials));
        let formula = Formula::new(about_serial(row, serials, last)).set_result(says);
        sheet.write_formula_with_format(row, 1, formula, &style::fixed())?;
        for (at, column) in (BEFORE..).zip(&columns) {
            let text = filled.and_then(|(_, typed)| typed.get(&column.question.id)).map(String::as_str);
            let number = column.choice.and_then(|at| super::choices(column.question).into_iter().nth(at));
            let ticked = number
                .is_some_and(|(number, _)| text.is_some_and(|text| text.split(';').any(|part| part.trim() == number)));
            if ticked {
                sheet.write_number_with_format(row, at, 1.0, &style::answer("General"))?;
            } else {
                let text = text.filter(|_| column.choice.is_none());
                answers::type_in(sheet, column.question, None, text, (row, at))?;
            }
        }
    }
    sheet.set_freeze_panes(FIRST, BEFORE)?;
    sheet.set_selection(FIRST, 0, FIRST, 0)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::new()
    });
    sheet.set_landscape().set_paper_size(8).set_repeat_rows(0, 1)?;
    sheet.set_active(true);
    Ok(())
}

/// The sections, what the boxes of each question mean, and below them the machine's row, from which answers are read.
fn head(sheet: &mut Worksheet, instrument: &Instrument, columns: &[Column<'_>]) -> Result<(), XlsxError> {
    sheet.set_row_height(0, 20)?.set_row_height(2, 11)?;
    let [_, serial, _, _, context] = identity::RESERVED_HEADERS;
    for (at, header, heading, width) in
        [(0, serial.to_owned(), "Serial", 13.0), (1, format!("{context}_check"), "Serial is", 15.0)]
    {
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(2, at, header, &style::machine())?;
        sheet.write_string_with_format(1, at, heading, &style::fixed_heading())?;
    }
    let mut before = None;
    let mut high = 4;
    for (at, column) in (BEFORE..).zip(columns) {
        let question = column.question;
        let width = match question.kind {
            QuestionKind::Text => 42.0,
            QuestionKind::Multiple => 14.0,
            _ => 17.0,
        };
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(2, at, &column.header, &style::machine())?;
        let title = instrument.sections.get(question.section).map_or("", |section| section.title.as_str());
        let title = if before.replace(question.section) == Some(question.section) { "" } else { title };
        sheet.write_string_with_format(0, at, title, &style::band(question.section))?;
        sheet.write_string_with_format(1, at, &column.heading, &style::heading(question.section, false))?;
        let lines = column.heading.lines().map(|line| line.chars().count().div_ceil(width as usize - 1).max(1));
        high = high.max(lines.sum::<usize>());
    }
    sheet.set_row_height(1, (high as f64 * 15.0 + 6.0).min(400.0))?;
    Ok(())
}

/// What guards the column of serials.
fn serial_column(sheet: &mut Worksheet, serials: &[String], last: u32) -> Result<(), XlsxError> {
    let validation = DataValidation::new()
        .allow_custom(Formula::new(format!("=COUNTIF({},TRIM(A{}))>0", listed(serials), FIRST + 1)))
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_input_title("Serial")?
        .set_input_message("As printed at the foot of every page, with its last letter: S-0042-S.")?
        .set_error_title("No such serial")?
        .set_error_message(
            "No form has this serial. Look at the digits and the last letter again; if it is right, lay the form aside.",
        )?;
    sheet.add_data_validation(FIRST, 0, last, 0, &validation)?;
    let wrong = format!("=AND($B{0}<>\"\",$B{0}<>\"ok\")", FIRST + 1);
    let wrong = ConditionalFormatFormula::new().set_rule(wrong.as_str()).set_format(style::contradiction());
    sheet.add_conditional_format(FIRST, 0, last, 1, &wrong)?;
    Ok(())
}

/// The range of the serials that were issued.
fn listed(serials: &[String]) -> String {
    format!("{LISTS_SHEET}!$A$2:$A${}", serials.len() + 1)
}

/// What the formula gives for a serial that stands there once.
fn known(serial: &str, serials: &[String]) -> &'static str {
    match serials.iter().any(|issued| issued == serial) {
        true => "ok",
        false if crate::draw::is_mistyped(serial) => "mistyped",
        false => "not issued",
    }
}

/// The formula that says whether a serial can be right: twice, not issued, or mistyped where its check letter does not fit.
fn about_serial(row: u32, serials: &[String], last: u32) -> String {
    let cell = format!("$A{}", row + 1);
    let typed = format!("UPPER(TRIM({cell}))");
    let digits = format!("MID({typed},3,LEN({typed})-4)");
    let most = serials.iter().map(|serial| serial.len().saturating_sub(4)).max().unwrap_or(4).clamp(4, 12);
    let sum: Vec<String> = (1..=most)
        .map(|place| {
            format!("IF(LEN({digits})>={place},VALUE(MID({digits},LEN({digits})+1-{place},1))*{},0)", place + 1)
        })
        .collect();
    let letter = format!("MID(\"{}\",MOD({},23)+1,1)", crate::draw::CHECK_LETTERS, sum.join("+"));
    format!(
        "=IF({cell}=\"\",\"\",IF(COUNTIF($A${}:$A${},{cell})>1,\"keyed twice\",IF(COUNTIF({},{typed})>0,\"ok\",\
         IF(IFERROR({letter}=RIGHT({typed},1),FALSE),\"not issued\",\"mistyped\"))))",
        FIRST + 1,
        last + 1,
        listed(serials)
    )
}

/// What to do, and what every box means.
fn guidance(
    sheet: &mut Worksheet,
    instrument: &Instrument,
    keyed: &[Question],
    batch: &Batch,
    entry: Entry,
) -> Result<(), XlsxError> {
    sheet.set_name(GUIDANCE_SHEET)?.set_screen_gridlines(false);
    for (column, width) in (0..).zip([6.0, 60.0, 52.0]) {
        sheet.set_column_width(column, width)?;
    }
    let title = if batch.title.is_empty() { &instrument.title } else { &batch.title };
    sheet.write_string_with_format(0, 0, title, &style::title())?;
    let clerk = match entry {
        Entry::Only => "",
        Entry::First => ", first clerk",
        Entry::Second => ", second clerk",
    };
    sheet.write_string(1, 0, format!("Key entry of returned paper forms: {}{clerk}", batch.name))?;
    let mut steps = vec![
        "One row is one form. Type or scan its serial from the foot of any page; the next column says whether it can be right.",
        "Type the number that is printed beside the ticked box. Where several boxes may be ticked, type 1 under each one that is.",
        "Type what stands on the form, also where it looks wrong. Where two boxes are ticked and one is wanted, type both with a semicolon (1;2): it comes back as a finding.",
        "Leave empty what was not answered. Type dates as day, month in letters and year (31 Mar 2026).",
        "In open answers write no names of people.",
    ];
    if entry != Entry::Only {
        steps.push(
            "The same forms are keyed by another clerk. Do not compare: the program does, and says where you differ.",
        );
    }
    for (row, step) in (3..).zip(&steps) {
        sheet.write_string_with_format(row, 0, format!("{}.", row - 2), &style::prose())?;
        sheet.merge_range(row, 1, row, 2, step, &style::prose())?;
        sheet.set_row_height(row, 32)?;
    }
    let head = 4 + steps.len() as u32;
    for (column, text) in (0..).zip(["No.", "Question", "Boxes, or what is written"]) {
        sheet.write_string_with_format(head, column, text, &style::fixed_heading())?;
    }
    for (row, (number, question)) in (head + 1..).zip((1..).zip(keyed)) {
        let mut boxes: Vec<String> = super::choices(question)
            .into_iter()
            .map(|(code, label)| if label.starts_with(code) { label } else { format!("{code} {label}") })
            .collect();
        if boxes.is_empty() {
            boxes.push(guidance::answered(question));
        }
        sheet.write_string_with_format(row, 0, i32::to_string(&number), &style::entry(false))?;
        sheet.write_string_with_format(row, 1, &question.text, &style::entry(true))?;
        sheet.write_string_with_format(row, 2, boxes.join("\n"), &style::entry(false))?;
        let lines = question.text.chars().count().div_ceil(56).max(boxes.len()).max(1);
        sheet.set_row_height(row, (lines as f64 * 15.0 + 4.0).min(400.0))?;
    }
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.protect();
    Ok(())
}
