//! Parquet, by polars-io.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use polars::prelude::{Column, DataType};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use rayon::prelude::*;

use super::coder::{Coder, Values};
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

fn values(column: &Column) -> polars::prelude::PolarsResult<Values> {
    let series = column.as_materialized_series();
    Ok(match series.dtype() {
        DataType::Boolean => {
            let mut coder = Coder::new();
            for value in series.bool()?.iter() {
                coder.push(match value {
                    Some(true) => b"true",
                    Some(false) => b"false",
                    None => b"",
                });
            }
            Coder::join(vec![coder])
        }
        kind if kind.is_primitive_numeric() => {
            let numbers = series.cast(&DataType::Float64)?;
            Values::from_numbers(numbers.f64()?.iter().map(|number| number.unwrap_or(f64::NAN)))
        }
        _ => {
            let texts = series.cast(&DataType::String)?;
            let mut coder = Coder::new();
            for text in texts.str()?.iter() {
                coder.push(text.unwrap_or_default().as_bytes());
            }
            Coder::join(vec![coder])
        }
    })
}
