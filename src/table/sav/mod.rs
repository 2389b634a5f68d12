//! SPSS system files (`.sav`, `.zsav`), read case by case.
//!
//! Numbers are numbers and texts texts, as they stand; variables shown as dates become ISO dates. System-missing values
//! and those that the file's owner declared missing, one by one or as a range, are missing. Labels of values are not
//! used: results name values by their codes, as they do for any other data.

mod bytes;
mod cases;
mod dictionary;

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use chrono::{NaiveDate, TimeDelta};

use self::bytes::Fault;
use self::cases::Cases;
use self::dictionary::{Dictionary, Kind, UserMissing};
use super::coder::{Coder, NumberCoder, Values};
use super::stream::{As, Batch, Passed, Piece, State, arranged};
use crate::error::{Error, Result};

/// Cases passed on together.
const BATCH: usize = 1 << 16;

/// More rows than this are not read into memory: a small file can claim, and unpack to, any number of them.
const MOST_ROWS: usize = 1 << 27;

/// An open SPSS file: it is read again for the columns that are wanted.
#[derive(Debug)]
pub(super) struct Sav {
    dictionary: Dictionary,
}

pub(super) fn open(path: &Path) -> Result<(Vec<String>, Sav)> {
    let file = file(path)?;
    let dictionary = dictionary::read(BufReader::new(file)).map_err(|found| fault(path, found))?;
    if dictionary.variables.is_empty() {
        return Err(fault(path, "no variables".to_owned()));
    }
    let names = dictionary.variables.iter().map(|variable| variable.name.clone()).collect();
    Ok((names, Sav { dictionary }))
}

fn file(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::file(path, "there is no such file").hint("check the name, and the folder it is given from")
        }
        _ => Error::file(path, "the file cannot be read").found(error.to_string()),
    })
}

fn fault(path: &Path, found: Fault) -> Error {
    Error::file(path, "the file cannot be read as an SPSS file")
        .found(found)
        .hint("save it again in SPSS, or as csv (File > Save As)")
}

impl Sav {
    pub(super) fn read(&self, path: &Path, columns: &[usize]) -> Result<Vec<Values>> {
        self.read_cases(path, self.cases(path)?, columns)
    }

    fn read_cases(&self, path: &Path, mut cases: Cases<impl BufRead>, columns: &[usize]) -> Result<Vec<Values>> {
        let mut states: Vec<State> = columns.iter().map(|&column| self.codes(column)).collect();
        let mut codes: Vec<Vec<u32>> = vec![Vec::new(); columns.len()];
        let mut rows = 0;
        while let Some(case) = cases.next().map_err(|found| fault(path, found))? {
            if rows == MOST_ROWS {
                return Err(Error::file(path, "the file has more rows than can be read at once")
                    .found(format!("more than {MOST_ROWS}"))
                    .hint("save the columns that are needed in a file of their own"));
            }
            for ((&column, state), codes) in columns.iter().zip(&mut states).zip(&mut codes) {
                match state {
                    State::Numbers(coder) => codes.push(coder.code(self.number(column, case))),
                    State::Texts(coder) => coder.push(self.text(column, case).as_bytes()),
                    State::Plain => {}
                }
            }
            rows += 1;
        }
        if rows == 0 {
            return Err(Error::file(path, "the file has no rows"));
        }
        Ok(states
            .into_iter()
            .zip(codes)
            .map(|(state, codes)| match state {
                State::Texts(coder) => Coder::join(vec![*coder]),
                State::Numbers(coder) => Values::arranged(codes, coder.arrangement()),
                State::Plain => Values::arranged(codes, NumberCoder::new().arrangement()),
            })
            .collect())
    }

    /// Passes over the cases some at a time.
    pub(super) fn stream(
        &self,
        path: &Path,
        wanted: &[(usize, As)],
        mut each: impl FnMut(Batch) -> bool,
    ) -> Result<Passed> {
        let mut states = Vec::with_capacity(wanted.len());
        for &(column, kind) in wanted {
            states.push(match (kind, &self.dictionary.variables[column].kind) {
                (As::Codes, _) => self.codes(column),
                (As::Numbers, Kind::Number(_)) => State::Plain,
                // The reader of whole columns says what is wrong and where.
                (As::Numbers, _) => return Ok(Passed::GivenUp),
            });
        }
        let mut cases = self.cases(path)?;
        let mut first_row = 0;
        loop {
            let mut pieces: Vec<Piece> = states
                .iter()
                .map(|state| match state {
                    State::Plain => Piece::Numbers(Vec::new()),
                    _ => Piece::Codes(Vec::new()),
                })
                .collect();
            let mut rows = 0;
            while rows < BATCH
                && let Some(case) = cases.next().map_err(|found| fault(path, found))?
            {
                for (((column, _), state), piece) in wanted.iter().zip(&mut states).zip(&mut pieces) {
                    match (state, piece) {
                        (State::Plain, Piece::Numbers(numbers)) => numbers.push(self.number(*column, case)),
                        (State::Numbers(coder), Piece::Codes(codes)) => {
                            codes.push(coder.code(self.number(*column, case)))
                        }
                        (State::Texts(coder), _) => coder.push(self.text(*column, case).as_bytes()),
                        _ => {}
                    }
                }
                rows += 1;
            }
            if rows == 0 {
                break;
            }
            for (state, piece) in states.iter_mut().zip(&mut pieces) {
                if let (State::Texts(coder), Piece::Codes(codes)) = (state, piece) {
                    *codes = coder.take();
                }
            }
            let levels = states.iter().map(State::levels).collect();
            if !each(Batch { first_row, rows, columns: pieces, levels }) {
                return Ok(Passed::GivenUp);
            }
            first_row += rows;
        }
        if first_row == 0 {
            return Err(Error::file(path, "the file has no rows"));
        }
        Ok(Passed::Whole(arranged(states)))
    }

    fn cases(&self, path: &Path) -> Result<Cases<BufReader<File>>> {
        let mut file = file(path)?;
        file.seek(SeekFrom::Start(self.dictionary.start)).map_err(|error| fault(path, error.to_string()))?;
        Cases::new(BufReader::with_capacity(1 << 18, file), &self.dictionary).map_err(|found| fault(path, found))
    }

    fn codes(&self, column: usize) -> State {
        match self.dictionary.variables[column].kind {
            Kind::Number(_) => State::Numbers(Box::new(NumberCoder::new())),
            Kind::Date(_) | Kind::DateTime(_) | Kind::Text(..) => State::Texts(Box::new(Coder::new())),
        }
    }

    /// A variable's number in a case, NaN where there is none.
    fn number(&self, column: usize, case: &[[u8; 8]]) -> f64 {
        let variable = &self.dictionary.variables[column];
        match variable.kind {
            Kind::Number(at) | Kind::Date(at) | Kind::DateTime(at) => {
                let number = self.dictionary.order.number(case[at]);
                let missing = number == self.dictionary.nothing || self.is_missing(&variable.missing, number);
                if missing || !number.is_finite() { f64::NAN } else { number }
            }
            Kind::Text(..) => f64::NAN,
        }
    }

    fn is_missing(&self, missing: &UserMissing, number: f64) -> bool {
        missing.range.is_some_and(|(low, high)| low <= number && number <= high)
            || missing.values.iter().any(|value| self.dictionary.order.number(*value) == number)
    }

    /// A variable's text in a case, empty where there is none.
    fn text(&self, column: usize, case: &[[u8; 8]]) -> String {
        let variable = &self.dictionary.variables[column];
        match &variable.kind {
            Kind::Number(_) => {
                let number = self.number(column, case);
                if number.is_nan() { String::new() } else { number.to_string() }
            }
            Kind::Date(_) => moment(self.number(column, case), "%Y-%m-%d"),
            Kind::DateTime(_) => moment(self.number(column, case), "%Y-%m-%dT%H:%M:%S"),
            Kind::Text(width, pieces) => {
                let mut text = Vec::with_capacity(*width);
                for (number, &at) in pieces.iter().enumerate() {
                    let left = width - text.len().min(*width);
                    // All pieces but the last hold 255 bytes, whose elements have room for one more.
                    let length = if number + 1 < pieces.len() { left.min(255) } else { left };
                    let elements = case[at..].iter().take(length.div_ceil(8));
                    text.extend(elements.flatten().take(length));
                }
                let end = text.iter().rposition(|&byte| byte != b' ' && byte != 0).map_or(0, |last| last + 1);
                let text = &text[..end];
                let is = |value: &[u8; 8]| value.trim_ascii_end() == text;
                if variable.missing.values.iter().any(is) {
                    return String::new();
                }
                self.dictionary.encoding.decode_without_bom_handling(text).0.into_owned()
            }
        }
    }
}

/// A moment as it is written by ISO, from the seconds since the calendar's reform of 1582.
fn moment(seconds: f64, shown: &str) -> String {
    if !seconds.is_finite() {
        return String::new();
    }
    let since = NaiveDate::from_ymd_opt(1582, 10, 14).and_then(|day| day.and_hms_opt(0, 0, 0));
    let moment =
        since.zip(TimeDelta::try_seconds(seconds.round() as i64)).and_then(|(day, s)| day.checked_add_signed(s));
    // What is no date on any calendar is shown as the number that it is.
    moment.map_or_else(|| seconds.to_string(), |moment| moment.format(shown).to_string())
}

#[cfg(test)]
mod tests;
