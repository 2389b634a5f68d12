//! The returns of the two samples: workbooks filled in by people who do not exist, with the mishaps of those who do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use quorate::Result;
use quorate::error::Error;
use quorate::instrument::{Instrument, Question, QuestionKind, read};
use quorate::issue::{self, ANSWERS_SHEET, Batch, Row};
use quorate::pipeline::Forms;
use quorate::sheet::{self, Limits, Value};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::carers::{self, Carer};
use super::case_files::{CaseFile, Standard};
use super::chance::Chance;

/// A form: what was typed, by the question's id.
type Form = BTreeMap<String, String>;

/// Something typed that is not what the form asks for.
struct Mishap {
    /// The workbook, and which of its forms that came back: both counted from zero.
    batch: usize,
    form: usize,
    question: &'static str,
    typed: &'static str,
}

const fn mishap(batch: usize, form: usize, question: &'static str, typed: &'static str) -> Mishap {
    Mishap { batch, form, question, typed }
}

/// What went wrong when the carers' answers were typed.
const CARERS: [Mishap; 16] = [
    mishap(0, 0, "q04", "Agree  "),
    mishap(0, 1, "q08", " agree"),
    mishap(0, 2, "q11", "Don\u{2019}t know"),
    mishap(0, 3, "q10", "\u{201c}Disagree\u{201d}"),
    mishap(0, 4, "q09", "Mostly agree"),
    mishap(0, 5, "q15", "7"),
    mishap(1, 0, "q03", "12 March 2026"),
    mishap(1, 1, "q03", "some time in spring"),
    mishap(1, 2, "q01", "about 30"),
    mishap(1, 3, "q01", "200"),
    mishap(2, 0, "q14", "none;break"),
    mishap(2, 1, "q06", "No"),
    mishap(2, 1, "q07", "Agree"),
    mishap(2, 2, "q05", ""),
    mishap(4, 0, "q10", "Very good"),
    mishap(4, 1, "q05", "strongly agree"),
];

/// What went wrong when the readers filled in their forms.
const READERS: [Mishap; 10] = [
    mishap(0, 0, "assessed", "Yes "),
    mishap(0, 1, "overall", "4"),
    mishap(0, 2, "partnership", "4-5"),
    mishap(1, 0, "overall", "Good\u{a0}"),
    mishap(2, 0, "contacts", "several"),
    mishap(2, 1, "views-done", "\u{2018}Yes\u{2019}"),
    mishap(3, 0, "review-done", "Yes"),
    mishap(3, 0, "review-date", "May 2025"),
    mishap(3, 1, "partner-who", "none;health"),
    mishap(5, 0, "risk-done", "n/a"),
];

/// The returned carers' forms, by the names of the files in the folder of returns.
///
/// # Errors
/// When a workbook cannot be made, or the sample holds somebody whom the list does not.
pub fn carers_returns(
    chance: &Chance,
    forms: &Forms,
    people: &[Carer],
    other: &Instrument,
) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let by_id: BTreeMap<&str, &Carer> = people.iter().map(|carer| (carer.id.as_str(), carer)).collect();
    let mut files = Vec::new();
    for (at, batch) in forms.batches.iter().enumerate() {
        let mut back: Vec<(String, u8, Form)> = Vec::new();
        for row in &batch.rows {
            let carer = by_id.get(id_of(forms, &row.serial)?).copied().ok_or_else(|| nobody(&row.serial))?;
            if carers::returns(chance, carer) {
                let form = typed(&forms.instrument, &carers::form(chance, carer));
                back.push((row.serial.clone(), row.reading, form));
            }
        }
        spoil(&mut back, &CARERS, at);
        let name = &batch.name;
        let full = filled(batch, &back);
        match at {
            // The same file comes twice.
            0 => {
                let bytes = issue::workbook(&forms.instrument, &full)?;
                files.push((format!("Copy of {name}.xlsx"), bytes.clone()));
                files.push((format!("{name}.xlsx"), bytes));
            }
            // A first draft comes before: half of the forms, and some answers that were put right later.
            1 => {
                let mut draft: Vec<(String, u8, Form)> = back[..back.len() / 2].to_vec();
                for (_, _, form) in draft.iter_mut().take(4) {
                    form.insert("q15".to_owned(), "3 Adequate".to_owned());
                }
                files.push((format!("{name} draft.xlsx"), issue::workbook(&forms.instrument, &filled(batch, &draft))?));
                files.push((format!("{name}.xlsx"), issue::workbook(&forms.instrument, &full)?));
            }
            // Copied into a workbook of somebody's own: columns moved, a row added.
            3 => {
                let bytes = issue::workbook(&forms.instrument, &full)?;
                files.push((format!("{name} copied.xlsx"), copied(&bytes, "S-9999-Q")?));
            }
            // Asked on the telephone, and exported by that program.
            4 => files.push((format!("{name} telephone.csv"), telephone(&forms.instrument, &back)?)),
            _ => files.push((format!("{name}.xlsx"), issue::workbook(&forms.instrument, &full)?)),
        }
    }
    files.push(("users 2025.xlsx".to_owned(), stray(other)?));
    Ok(files.into_iter().map(|(name, bytes)| (PathBuf::from("carers/returns").join(name), bytes)).collect())
}

/// The readers' workbooks, by the names of the files in the folder of returns.
///
/// # Errors
/// As [`carers_returns`].
pub fn readers_returns(
    chance: &Chance,
    forms: &Forms,
    files_in_list: &[CaseFile],
    standard: &Standard,
) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let by_id: BTreeMap<&str, &CaseFile> = files_in_list.iter().map(|file| (file.id.as_str(), file)).collect();
    let mut files = Vec::new();
    for (at, batch) in forms.batches.iter().enumerate() {
        let reader = &batch.name;
        let mut back: Vec<(String, u8, Form)> = Vec::new();
        for row in &batch.rows {
            let file = by_id.get(id_of(forms, &row.serial)?).copied().ok_or_else(|| nobody(&row.serial))?;
            // Some files cannot be found in the time.
            if chance.happens(0.96, &["found", &file.id, reader]) {
                let form = typed(&forms.instrument, &standard.form(file, reader, row.reading));
                back.push((row.serial.clone(), row.reading, form));
            }
        }
        spoil(&mut back, &READERS, at);
        if at == 4 {
            let draft: Vec<(String, u8, Form)> = back[..back.len() / 2].to_vec();
            files.push((format!("{reader} draft.xlsx"), issue::workbook(&forms.instrument, &filled(batch, &draft))?));
        }
        files.push((format!("{reader}.xlsx"), issue::workbook(&forms.instrument, &filled(batch, &back))?));
    }
    Ok(files.into_iter().map(|(name, bytes)| (PathBuf::from("case-files/returns").join(name), bytes)).collect())
}

fn nobody(serial: &str) -> Error {
    Error::data("the sample holds somebody who is not in the list").found(serial.to_owned())
}

fn id_of<'a>(forms: &'a Forms, serial: &str) -> Result<&'a str> {
    let unit = forms.sampling.sample.units.iter().find(|unit| unit.serial == serial);
    unit.map(|unit| unit.id.as_str()).ok_or_else(|| nobody(serial))
}

fn spoil(back: &mut [(String, u8, Form)], mishaps: &[Mishap], batch: usize) {
    for mishap in mishaps.iter().filter(|mishap| mishap.batch == batch) {
        if let Some((_, _, form)) = back.get_mut(mishap.form) {
            form.insert(mishap.question.to_owned(), mishap.typed.to_owned());
        }
    }
}

fn filled(batch: &Batch, back: &[(String, u8, Form)]) -> Batch {
    let fill = back.iter().map(|(serial, reading, form)| ((serial.clone(), *reading), form.clone())).collect();
    Batch { fill, ..batch.clone() }
}

/// The answers as they are chosen from the drop-downs.
fn typed(instrument: &Instrument, codes: &Form) -> Form {
    let text = |question: &Question, code: &str| match question.kind {
        // The workbook has a column for each of several responses.
        QuestionKind::Multiple => code.to_owned(),
        _ => in_words(question, code),
    };
    codes.iter().filter_map(|(id, code)| Some((id.clone(), text(instrument.question(id)?, code)))).collect()
}

/// The words for a code; what is not a code stays as it is.
fn in_words(question: &Question, code: &str) -> String {
    let Some(scale) = &question.scale else { return code.to_owned() };
    let valid = scale.responses.iter().find(|response| response.code == code);
    let missing = scale.missing.iter().find(|response| response.code == code);
    match (valid, missing) {
        (Some(response), _) => issue::offered(question.kind, code, &response.label),
        (None, Some(response)) => response.label.clone(),
        (None, None) => code.to_owned(),
    }
}

/// What a telephone interviewer's program exports: headings of its own order, words, several responses in one cell.
fn telephone(instrument: &Instrument, back: &[(String, u8, Form)]) -> Result<Vec<u8>> {
    let fail = |error: csv::Error| Error::data("the export cannot be written").found(error.to_string());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let headings = instrument.questions.iter().map(|question| question.label.as_str());
    writer.write_record(["Serial"].into_iter().chain(headings)).map_err(fail)?;
    for (serial, _, form) in back {
        let mut record = vec![serial.clone()];
        for question in &instrument.questions {
            let text = form.get(&question.id).map_or("", String::as_str);
            record.push(match question.kind {
                QuestionKind::Multiple => {
                    text.split(';').map(|code| in_words(question, code)).collect::<Vec<_>>().join("; ")
                }
                _ => text.to_owned(),
            });
        }
        writer.write_record(&record).map_err(fail)?;
    }
    let bytes =
        writer.into_inner().map_err(|error| Error::data("the export cannot be written").found(error.to_string()))?;
    // Such programs mark their files as UTF-8.
    Ok([b"\xef\xbb\xbf".as_slice(), &bytes].concat())
}

/// The answers as somebody copies them into a workbook of their own: without the hidden columns and sheets, the last
/// columns first, and a row at the end of somebody who was not asked.
fn copied(bytes: &[u8], added: &str) -> Result<Vec<u8>> {
    let book = sheet::read_bytes(Path::new("issued.xlsx"), bytes, &Limits::default())?;
    let answers = book.sheet(ANSWERS_SHEET).ok_or_else(|| Error::data("the workbook has no sheet of answers"))?;
    let machine: Vec<String> = (0..answers.width()).map(|column| answers.text(0, column)).collect();
    let kept = |wanted: &dyn Fn(&str) -> bool| -> Vec<u32> {
        (0_u32..).zip(&machine).filter(|(_, name)| wanted(name)).map(|(column, _)| column).collect()
    };
    let mut questions = kept(&|name| !name.starts_with('_'));
    questions.rotate_right(9);
    let serial = kept(&|name| name == "_serial");
    let columns: Vec<u32> = questions[..9].iter().chain(&serial).chain(&questions[9..]).copied().collect();
    // The first two rows are the machine's row and the sections' titles; the wordings are what people copy.
    let mut rows: Vec<Vec<Value>> = answers
        .rows()
        .filter(|(row, _)| *row >= 2)
        .map(|(row, _)| {
            let value = |column: &u32| answers.cell(row, *column).map_or(Value::from(""), |cell| cell.value.clone());
            columns.iter().map(value).collect()
        })
        .collect();
    let answered = rows.iter().skip(1).find(|row| row.iter().filter(|value| !value.is_blank()).count() > 6).cloned();
    if let Some(mut extra) = answered {
        extra[9] = Value::from(added);
        rows.push(extra);
    }
    write(&rows).map_err(|error| Error::data("the copy cannot be written").found(error.to_string()))
}

fn write(rows: &[Vec<Value>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 5, 4)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet().set_name("Sheet1")?;
    for (row, values) in (0..).zip(rows) {
        for (column, value) in (0..).zip(values) {
            match value {
                Value::Number(number) => sheet.write_number(row, column, *number)?,
                Value::Date(day) => {
                    let day = ExcelDateTime::parse_from_str(&day.format("%Y-%m-%d").to_string())?;
                    sheet.write_datetime_with_format(row, column, &day, &date)?
                }
                other if other.is_blank() => continue,
                other => sheet.write_string(row, column, other.text())?,
            };
        }
    }
    workbook.save_to_buffer()
}

/// A return that belongs to another survey.
fn stray(instrument: &Instrument) -> Result<Vec<u8>> {
    let serials = ["S-0007-K", "S-0031-D"];
    let form: Form = [("q03", "Agree"), ("q08", "Strongly agree"), ("q18", "5 Very good")]
        .map(|(question, answer)| (question.to_owned(), answer.to_owned()))
        .into();
    let batch = Batch {
        study: "users-2025".to_owned(),
        title: "Survey of people who use our services 2025".to_owned(),
        sample: "5b8e61c0f2a7".to_owned(),
        name: "batch-01".to_owned(),
        contact: String::new(),
        rows: serials.map(|serial| Row { serial: serial.to_owned(), id: None, reading: 1, context: Vec::new() }).into(),
        fill: serials.map(|serial| ((serial.to_owned(), 1), form.clone())).into(),
        ..Batch::default()
    };
    issue::workbook(instrument, &batch)
}

/// The instrument of the stray return.
///
/// # Errors
/// When the definition cannot be read.
pub fn other_instrument(root: &Path) -> Result<Instrument> {
    read(&root.join("instruments/users-survey.toml"))
}
