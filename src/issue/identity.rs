//! What a return workbook says about itself: row tokens, column ids, and the sheet that is never shown.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::Batch;
use crate::files::sha256_hex;
use crate::instrument::{Instrument, Question, QuestionKind};

/// The format of the sheet that says what the workbook is.
pub const FORMAT: &str = "quorate-return-1";

/// The name of the sheet that says what the workbook is; it is very hidden.
pub const IDENTITY_SHEET: &str = "quorate";

/// The name of the sheet that is filled in.
pub const ANSWERS_SHEET: &str = "Answers";

/// The name of the sheet that says what to do.
pub const GUIDANCE_SHEET: &str = "Guidance";

/// The name of the hidden sheet with the texts of the drop-downs.
pub const LISTS_SHEET: &str = "Lists";

/// What the workbook's custom properties begin with; they say the same as the head of the identity sheet.
pub const PROPERTY_PREFIX: &str = "quorate-";

/// The ids of columns that hold no answers: row token, serial, file number, questions still to be answered. Columns of
/// context have ids that begin with the last one.
pub const RESERVED_HEADERS: [&str; 5] = ["_token", "_serial", "_file", "_to_go", "_context"];

/// The id of the column that numbers the rows of a repeat, 1 for a unit's first.
pub const NUMBER_HEADER: &str = "_number";

/// What the ids of columns begin with that bring answers from the main sheet to that of a repeat.
pub const BROUGHT_HEADER: &str = "_from_";

/// The token of a row: `q` and the first ten hexadecimal digits of the SHA-256 over the lines `quorate-row-1`, sample,
/// serial, reading (divided by line feeds, none at the end).
///
/// The letter in front keeps spreadsheet programs from taking a token such as `12345678e9` for a number when the sheet
/// goes through a text file.
pub fn row_token(sample: &str, serial: &str, reading: u8) -> String {
    let digits = sha256_hex(format!("quorate-row-1\n{sample}\n{serial}\n{reading}").as_bytes());
    format!("q{}", &digits[..10])
}

/// The id of the column for one response of a question with several: `q5/code`.
pub fn tick_header(question: &str, code: &str) -> String {
    format!("{question}/{code}")
}

/// The id of the column for one rank of a question that puts responses in order, counted from 1: `q7#1`.
pub fn rank_header(question: &str, rank: usize) -> String {
    format!("{question}#{rank}")
}

/// The ids of the columns of a question, in order.
pub(crate) fn headers(question: &Question) -> Vec<String> {
    match (&question.scale, question.kind) {
        (Some(scale), QuestionKind::Multiple) => {
            let codes = scale.responses.iter().map(|r| &r.code).chain(scale.missing.iter().map(|r| &r.code));
            codes.map(|code| tick_header(&question.id, code)).collect()
        }
        (Some(scale), QuestionKind::Rank) => {
            (1..=scale.responses.len()).map(|rank| rank_header(&question.id, rank)).collect()
        }
        _ => vec![question.id.clone()],
    }
}

/// What the workbook is, as names and values.
pub(super) fn marks(instrument: &Instrument, batch: &Batch) -> Vec<(&'static str, String)> {
    let mut marks = vec![
        ("format", FORMAT.to_owned()),
        ("study", batch.study.clone()),
        ("instrument", instrument.id.clone()),
        ("version", instrument.version.clone()),
        ("sample", batch.sample.clone()),
        ("batch", batch.name.clone()),
    ];
    if !instrument.translations.is_empty() {
        marks.push(("language", instrument.language.clone()));
    }
    marks.extend(batch.variant.map(|variant| ("form", variant.name().to_owned())));
    marks.extend(batch.mends.iter().map(|hash| ("mends", hash.clone())));
    marks
}

/// Writes the sheet: names and values, a blank row, then the rows' tokens, and beside them the columns.
pub(super) fn write(sheet: &mut Worksheet, instrument: &Instrument, batch: &Batch) -> Result<(), XlsxError> {
    sheet.set_name(IDENTITY_SHEET)?.set_very_hidden(true).protect();
    let marks = marks(instrument, batch);
    let mut row = 0;
    for (name, value) in &marks {
        sheet.write_string(row, 0, *name)?;
        sheet.write_string(row, 1, value)?;
        row += 1;
    }
    row += 1;
    for (column, heading) in [(0, "token"), (1, "serial"), (2, "reading"), (4, "column"), (5, "question")] {
        sheet.write_string(row, column, heading)?;
    }
    let first = row + 1;
    for (at, unit) in (first..).zip(&batch.rows) {
        sheet.write_string(at, 0, row_token(&batch.sample, &unit.serial, unit.reading))?;
        sheet.write_string(at, 1, &unit.serial)?;
        sheet.write_string(at, 2, unit.reading.to_string())?;
    }
    let repeated = instrument.repeats.iter().flat_map(|repeat| &repeat.form.questions);
    let all = instrument.questions.iter().chain(repeated);
    let columns = all.flat_map(|q| headers(q).into_iter().map(move |header| (header, &q.id)));
    for (at, (header, question)) in (first..).zip(columns) {
        sheet.write_string(at, 4, header)?;
        sheet.write_string(at, 5, question)?;
    }
    sheet.set_column_width(0, 16)?.set_column_width(1, 24)?.set_column_width(4, 24)?.set_column_width(5, 24)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::row_token;

    #[test]
    fn tokens_follow_the_documented_recipe() {
        // printf 'quorate-row-1\nabc\nS001\n1' | sha256sum
        assert_eq!(row_token("abc", "S001", 1), "q89d6fece1e");
        assert_ne!(row_token("abc", "S001", 1), row_token("abc", "S001", 2));
    }
}
