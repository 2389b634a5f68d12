//! Parquet, by polars-io.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use polars::prelude::{Column, DataType, Series};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use rayon::prelude::*;

use super::coder::{Coder, MISSING, NumberCoder, Values};
use super::stream::{As, Batch, Passed, Piece, State, arranged};
use crate::error::{Error, Result};

/// An open Parquet file: it is read again for the columns that are wanted.
#[derive(Debug)]
pub(super) struct Parquet;

pub(super) fn open(path: &Path) -> Result<(Vec<String>, Parquet)> {
    let mut reader = ParquetReader::new(file(path)?);
    let schema = guarded(path, || reader.schema().map_err(|error| error.to_string()))?;
    Ok((schema.iter_names().map(ToString::to_string).collect(), Parquet))
}

fn file(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::file(path, "there is no such file").hint("check the name, and the folder it is given from")
        }
        _ => Error::file(path, "the file cannot be read").found(error.to_string()),
    })
}

/// Runs a part of the reader; what it says is wrong, or a panic on a damaged file, becomes an error.
fn guarded<T>(path: &Path, read: impl FnOnce() -> std::result::Result<T, String>) -> Result<T> {
    let fault = |found: String| Error::file(path, "the file cannot be read as Parquet").found(found);
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(fault),
        Err(_) => {
            Err(fault("damaged or unusual contents".into()).hint("write the file again, without categorical columns"))
        }
    }
}

impl Parquet {
    pub(super) fn read(&self, path: &Path, columns: &[usize], names: &[String]) -> Result<Vec<Values>> {
        // The reader gives the columns in the file's order, each once.
        let mut wanted: Vec<usize> = columns.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let file = file(path)?;
        let table = guarded(path, || {
            ParquetReader::new(file).with_projection(Some(wanted)).finish().map_err(|error| error.to_string())
        })?;
        if table.height() == 0 {
            return Err(Error::file(path, "the file has no rows"));
        }
        columns
            .par_iter()
            .map(|&column| {
                guarded(path, || {
                    let column = table.column(&names[column]).map_err(|error| error.to_string())?;
                    values(column).map_err(|error| error.to_string())
                })
            })
            .collect()
    }
}

/// Rows read at once in a pass over a file.
const BATCH: usize = 1 << 17;

impl Parquet {
    /// Passes over the rows some at a time.
    pub(super) fn stream(
        &self,
        path: &Path,
        wanted: &[(usize, As)],
        names: &[String],
        mut each: impl FnMut(Batch) -> bool,
    ) -> Result<Passed> {
        let mut places: Vec<usize> = wanted.iter().map(|(column, _)| *column).collect();
        places.sort_unstable();
        places.dedup();
        let mut reader = ParquetReader::new(file(path)?);
        let rows = guarded(path, || reader.num_rows().map_err(|error| error.to_string()))?;
        let mut states: Vec<State> = Vec::new();
        for first_row in (0..rows).step_by(BATCH) {
            let file = file(path)?;
            let table = guarded(path, || {
                ParquetReader::new(file)
                    .with_projection(Some(places.clone()))
                    .with_slice(Some((first_row, BATCH)))
                    .finish()
                    .map_err(|error| error.to_string())
            })?;
            let columns = wanted.iter().map(|(column, _)| table.column(&names[*column])).collect::<Result<Vec<_>, _>>();
            let columns = columns.map_err(|error| Error::file(path, "a column is gone").found(error.to_string()))?;
            if states.is_empty() {
                for (column, (_, kind)) in columns.iter().zip(wanted) {
                    states.push(match kind {
                        As::Codes if has_long(column.as_materialized_series()) => return Ok(Passed::GivenUp),
                        As::Codes if column.dtype().is_primitive_numeric() => {
                            State::Numbers(Box::new(NumberCoder::new()))
                        }
                        As::Codes => State::Texts(Box::new(Coder::new())),
                        As::Numbers if column.dtype().is_primitive_numeric() => State::Plain,
                        As::Numbers => return Ok(Passed::GivenUp),
                    });
                }
            }
            let grown = |(column, state): (&&Column, &State)| {
                matches!(state, State::Numbers(_)) && has_long(column.as_materialized_series())
            };
            if columns.iter().zip(&states).any(grown) {
                return Ok(Passed::GivenUp);
            }
            let columns: Vec<Piece> = states
                .par_iter_mut()
                .zip(columns)
                .map(|(state, column)| guarded(path, || piece(state, column).map_err(|error| error.to_string())))
                .collect::<Result<_>>()?;
            let levels = states.iter().map(State::levels).collect();
            if !each(Batch { first_row, rows: table.height(), columns, levels }) {
                return Ok(Passed::GivenUp);
            }
        }
        Ok(Passed::Whole(arranged(states)))
    }
}

fn piece(state: &mut State, column: &Column) -> polars::prelude::PolarsResult<Piece> {
    let series = column.as_materialized_series();
    Ok(match state {
        State::Numbers(coder) => {
            let mut codes = Codes { coder, codes: Vec::with_capacity(series.len()) };
            numbers(series, &mut codes)?;
            Piece::Codes(codes.codes)
        }
        State::Plain => {
            let mut plain = Vec::with_capacity(series.len());
            numbers(series, &mut plain)?;
            Piece::Numbers(plain)
        }
        State::Texts(coder) => {
            texts(series, coder)?;
            Piece::Codes(coder.take())
        }
    })
}

/// What is done with every number of a column, in order.
trait Each {
    fn number(&mut self, number: f64);
    fn whole(&mut self, whole: i64);
    fn missing(&mut self);
}

impl Each for Vec<f64> {
    fn number(&mut self, number: f64) {
        self.push(number);
    }

    fn whole(&mut self, whole: i64) {
        self.push(whole as f64);
    }

    fn missing(&mut self) {
        self.push(f64::NAN);
    }
}

/// The codes of numbers.
struct Codes<'a> {
    coder: &'a mut NumberCoder,
    codes: Vec<u32>,
}

impl Each for Codes<'_> {
    fn number(&mut self, number: f64) {
        self.codes.push(self.coder.code(number));
    }

    fn whole(&mut self, whole: i64) {
        self.codes.push(self.coder.code_of_whole(whole));
    }

    fn missing(&mut self) {
        self.codes.push(MISSING);
    }
}

/// Every number of a series; the common kinds from their memory as it lies there.
fn numbers(series: &Series, each: &mut impl Each) -> polars::prelude::PolarsResult<()> {
    macro_rules! of {
        ($($kind:ident => $method:ident, $as:ident, $to:ident);*) => {
            match series.dtype() {
                $(DataType::$kind => {
                    for chunk in series.$method()?.downcast_iter() {
                        match chunk.validity().filter(|validity| validity.unset_bits() > 0) {
                            None => chunk.values().iter().for_each(|&number| each.$to($as::from(number))),
                            Some(validity) => {
                                for (&number, there) in chunk.values().iter().zip(validity.iter()) {
                                    if there { each.$to($as::from(number)) } else { each.missing() }
                                }
                            }
                        }
                    }
                })*
                _ => {
                    for number in series.cast(&DataType::Float64)?.f64()?.iter() {
                        each.number(number.unwrap_or(f64::NAN));
                    }
                }
            }
        };
    }
    of!(Int64 => i64, i64, whole; Int32 => i32, i64, whole; Int16 => i16, i64, whole; Int8 => i8, i64, whole;
        UInt8 => u8, i64, whole; UInt16 => u16, i64, whole; UInt32 => u32, i64, whole;
        Float32 => f32, f64, number; Float64 => f64, f64, number);
    Ok(())
}

/// Whether whole numbers are too long for a floating-point number: identifiers, which are kept as texts.
fn has_long(series: &Series) -> bool {
    const LONGEST: u64 = 1 << 53;
    // First over everything, without a look at what is missing: nearly always that is enough.
    match series.dtype() {
        DataType::Int64 => series.i64().is_ok_and(|all| {
            let longest = |values: &[i64]| values.iter().fold(0, |longest: u64, n| longest.max(n.unsigned_abs()));
            all.downcast_iter().any(|chunk| longest(chunk.values()) > LONGEST)
                && all.iter().flatten().any(|n| n.unsigned_abs() > LONGEST)
        }),
        DataType::UInt64 => series.u64().is_ok_and(|all| all.iter().flatten().any(|n| n > LONGEST)),
        _ => false,
    }
}

fn texts(series: &Series, coder: &mut Coder) -> polars::prelude::PolarsResult<()> {
    if let DataType::Boolean = series.dtype() {
        for value in series.bool()?.iter() {
            coder.push(match value {
                Some(true) => b"true",
                Some(false) => b"false",
                None => b"",
            });
        }
        return Ok(());
    }
    for text in series.cast(&DataType::String)?.str()?.iter() {
        coder.push(text.unwrap_or_default().as_bytes());
    }
    Ok(())
}

fn values(column: &Column) -> polars::prelude::PolarsResult<Values> {
    let series = column.as_materialized_series();
    if series.dtype().is_primitive_numeric() && !has_long(series) {
        let mut plain = Vec::with_capacity(series.len());
        numbers(series, &mut plain)?;
        return Ok(Values::from_numbers(plain.into_iter()));
    }
    let mut coder = Coder::new();
    texts(series, &mut coder)?;
    Ok(Coder::join(vec![coder]))
}
