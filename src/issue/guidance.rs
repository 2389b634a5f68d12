//! The sheet `Guidance`: what to do, whom to tell, and for each question how to judge.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::rules::{period_in_words, range_in_words};
use super::{Batch, GUIDANCE_SHEET, choices, repeats, routing_in_words, spoken, style, unit_word};
use crate::instrument::{Instrument, Question, QuestionKind};
use crate::terms::StudyKind;

/// Columns: number, what is asked, how it is answered, how to judge; their widths in characters.
const WIDTHS: [f64; 4] = [6.0, 40.0, 34.0, 58.0];

pub(super) fn write(
    sheet: &mut Worksheet,
    instrument: &Instrument,
    batch: &Batch,
    repeats: &[repeats::Sheet<'_>],
) -> Result<(), XlsxError> {
    sheet.set_name(GUIDANCE_SHEET)?.set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let mut page = Page { sheet, row: 0 };
    let title = if batch.title.is_empty() { &instrument.title } else { &batch.title };
    page.across(title, &style::title(), 1.7)?;
    let unit = unit_word(instrument);
    let many = if batch.rows.len() == 1 { "" } else { "s" };
    page.across(&format!("For {}: {} {unit}{many}", batch.name, batch.rows.len()), &style::subtitle(), 1.0)?;
    let marked = |row: &&super::Row| row.context.iter().any(|(h, value)| h == super::BATCH && value == super::TRAINING);
    let training = batch.rows.iter().filter(marked).count();
    if training > 0 {
        let text = format!(
            "The first {training}, marked {} in the column {}, are the training batch: every reader reads them. Read them before all \
             others, each of you alone, and compare only when everybody has sent them in.",
            super::TRAINING,
            super::BATCH
        );
        page.across(&text, &style::prose(), 1.0)?;
    }
    page.row += 1;
    for paragraph in instrument.introduction.split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
        page.across(&one_line(paragraph), &style::prose(), 1.0)?;
    }
    page.row += 1;
    page.across("How to fill in the sheet Answers", &style::chapter(), 1.3)?;
    for (number, step) in steps(instrument).iter().enumerate() {
        page.across(&format!("{}.  {step}", number + 1), &style::prose(), 1.0)?;
    }
    page.row += 1;
    if instrument.questions.iter().any(|q| !q.concern.is_empty()) {
        page.across(&concern(instrument, batch), &style::alarm(), 1.05)?;
        page.row += 1;
    }
    page.across("The questions", &style::chapter(), 1.3)?;
    let heads = page.row;
    for (column, text) in (0..).zip(["No.", "What is asked", "How it is answered", "How to judge"]) {
        page.sheet.write_string_with_format(page.row, column, text, &style::fixed_heading())?;
    }
    page.row += 1;
    for (place, section) in instrument.sections.iter().enumerate() {
        for (column, text) in (0..4).zip([section.title.as_str(), "", "", ""]) {
            page.sheet.write_string_with_format(page.row, column, text, &style::band(place))?;
        }
        page.sheet.set_row_height(page.row, 20)?;
        page.row += 1;
        if !section.guidance.trim().is_empty() {
            page.across(&one_line(&section.guidance), &style::prose(), 1.0)?;
        }
        page.questions(instrument, place, instrument, "")?;
        for (at, sheet) in repeats.iter().enumerate().filter(|(_, sheet)| sheet.repeat.section == place) {
            let title = format!("{}: one row for each, on the sheet \"{}\"", sheet.repeat.label, sheet.name);
            page.across(&title, &style::fixed_heading(), 1.0)?;
            let letter = char::from(b'a' + u8::try_from(at % 26).unwrap_or(0));
            page.questions(&sheet.repeat.form, place, instrument, &letter.to_string())?;
        }
    }
    page.sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    page.sheet.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3).set_repeat_rows(heads, heads)?;
    page.sheet.set_footer("&LGuidance&RPage &P of &N");
    page.sheet.protect();
    Ok(())
}

/// The sheet and the row that is written next.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
}

impl Page<'_> {
    /// A text over the whole width. Merged cells do not grow by themselves, so the height is reckoned.
    fn across(&mut self, text: &str, format: &Format, scale: f64) -> Result<(), XlsxError> {
        self.sheet.merge_range(self.row, 0, self.row, 3, text, format)?;
        let lines = lines(text, WIDTHS.iter().sum::<f64>() / scale);
        self.sheet.set_row_height(self.row, (lines * 15.0 * scale + 3.0).min(400.0))?;
        self.row += 1;
        Ok(())
    }

    /// The questions of a form in a section, with the notes that stand between them.
    fn questions(
        &mut self,
        form: &Instrument,
        section: usize,
        whole: &Instrument,
        letter: &str,
    ) -> Result<(), XlsxError> {
        let notes = |before: usize| form.notes.iter().filter(move |n| n.section == section && n.before == before);
        let mut said = 0;
        for (number, question) in form.questions.iter().enumerate().filter(|(_, q)| q.section == section) {
            for note in notes(number) {
                self.across(&one_line(&spoken(whole, &note.text)), &style::prose(), 1.0)?;
                said += 1;
            }
            self.question(form, whole, &format!("{letter}{}", number + 1), question)?;
        }
        for note in form.notes.iter().filter(|note| note.section == section).skip(said) {
            self.across(&one_line(&spoken(whole, &note.text)), &style::prose(), 1.0)?;
        }
        Ok(())
    }

    /// One question: four cells.
    fn question(
        &mut self,
        form: &Instrument,
        whole: &Instrument,
        number: &str,
        question: &Question,
    ) -> Result<(), XlsxError> {
        let text = spoken(whole, &question.text);
        let asked = match routing_in_words(form, question) {
            Some(routing) => format!("{text}\n{}.", spoken(whole, &routing)),
            None => text,
        };
        let cells = [number.to_owned(), asked, answered(question), question.guidance.trim().to_owned()];
        let mut height: f64 = 1.0;
        for ((column, text), width) in (0..).zip(&cells).zip(WIDTHS) {
            self.sheet.write_string_with_format(self.row, column, text, &style::entry(column == 1))?;
            height = height.max(lines(text, width - 1.0));
        }
        self.sheet.set_row_height(self.row, (height * 15.0 + 4.0).min(400.0))?;
        self.row += 1;
        Ok(())
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many lines a text takes at a width in characters.
fn lines(text: &str, width: f64) -> f64 {
    text.split('\n').map(|line| (line.chars().count() as f64 * 1.06 / width).ceil().max(1.0)).sum()
}

fn steps(instrument: &Instrument) -> Vec<String> {
    let unit = unit_word(instrument);
    let source = match instrument.kind {
        StudyKind::Survey => "Enter what stands on the form, also where it looks wrong; do not correct it.",
        StudyKind::FileAudit => {
            "Judge by what is on the file, with the criteria below; do not guess at what is not there."
        }
    };
    let mut steps = vec![
        format!("One row is one {unit}. Find it by its serial, and answer the questions from left to right."),
        source.to_owned(),
        "Choose from the lists where a cell has one. Enter dates as day, month in letters and year (31 Mar 2026)."
            .to_owned(),
    ];
    if instrument.questions.iter().any(|q| q.ask_if.is_some() || q.written.relevant.is_some()) {
        steps.push("A grey cell is not asked, given the answers before it: leave it empty.".to_owned());
    }
    for repeat in &instrument.repeats {
        steps.push(format!(
            "\"{}\" has a sheet of its own, with rows that stand ready for each serial. Use as many as there are, from number 1; \
             leave the others empty.{}",
            repeat.label,
            if repeat.fixed().is_none() { " If they are too few, choose the serial in one of the rows at the end." } else { "" }
        ));
    }
    if instrument.questions.iter().any(|q| q.kind == QuestionKind::Rank) {
        steps.push(
            "Where things are put in order, each has its place once; a thing that is given twice turns red.".to_owned(),
        );
    }
    if instrument.questions.iter().any(|q| q.required) {
        steps.push("Questions in bold need an answer. Once a row is begun, what is missing turns yellow.".to_owned());
    }
    steps.push(
        "The sheet is protected without a password, so that headings and serials stay as they are. You may filter rows, and \
         change widths and heights."
            .to_owned(),
    );
    steps.push(format!(
        "Do not add rows: a {unit} that is not listed cannot be used. Write no names of people anywhere."
    ));
    steps
        .push("Save the workbook under its own name and send it back, also when some rows are still empty.".to_owned());
    steps
}

fn concern(instrument: &Instrument, batch: &Batch) -> String {
    let questions: Vec<String> = instrument
        .questions
        .iter()
        .filter(|q| !q.concern.is_empty())
        .map(|q| {
            let labels: Vec<String> = choices(q)
                .into_iter()
                .filter(|(code, _)| q.concern.iter().any(|c| c == code))
                .map(|(_, text)| format!("\"{text}\""))
                .collect();
            format!("\"{}\" is {}", q.label, labels.join(" or "))
        })
        .collect();
    let contact = if batch.contact.trim().is_empty() {
        "the lead of this study and the manager responsible"
    } else {
        batch.contact.trim()
    };
    format!(
        "If somebody may be at risk, do not wait for the return: tell {contact} at once. Then record it: {}.",
        questions.join("; ")
    )
}

/// How a question is answered, in words.
pub(super) fn answered(question: &Question) -> String {
    let list = || choices(question).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
    match question.kind {
        QuestionKind::Single | QuestionKind::YesNo | QuestionKind::Rating => list(),
        QuestionKind::Multiple => format!("All that apply:\n{}", list()),
        QuestionKind::Integer => format!("A whole number{}", range_in_words(question)),
        QuestionKind::Decimal | QuestionKind::Range => format!("A number{}", range_in_words(question)),
        QuestionKind::Rank => format!("In order, the first one first:\n{}", list()),
        QuestionKind::Time => "A time of day, such as 14:30".to_owned(),
        QuestionKind::DateTime => "A date and a time, such as 31 Mar 2026 14:30".to_owned(),
        QuestionKind::Calculate => "Worked out from other answers; nothing to fill in".to_owned(),
        QuestionKind::Acknowledge => "Yes, or nothing".to_owned(),
        QuestionKind::Date => format!("A date{}", period_in_words(question)),
        QuestionKind::Text => "In a few words; no names of people".to_owned(),
    }
}
