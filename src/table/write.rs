//! The tidy data files of a run: estimates, cleaned answers, and the codebook that explains them.
//!
//! Every file is the same bytes for the same results: no dates, rows in the order of the results, numbers in full
//! precision (in csv with as few digits as bring back the same number).

use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series};
use polars_io::parquet::write::{ParquetCompression, ParquetWriter, StatisticsOptions};

use crate::error::{Error, Result};

mod agreement;
mod codebook;
mod edits;
mod estimates;
mod responses;
mod responses_sav;
mod sav;

pub use agreement::agreement_csv;
pub use codebook::codebook_csv;
pub use edits::{Stand, answers_csv, edits_csv, repeated_csv};
pub use estimates::{estimates_csv, estimates_parquet};
pub use responses::{Micro, MicroUnit, repeat_parquet, responses_parquet};
pub use responses_sav::responses_sav;

/// A column of a data file as it is being filled.
#[derive(Debug, Clone)]
enum Values {
    Text(Vec<Option<String>>),
    Whole(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
    /// 0 or 1.
    Tick(Vec<Option<u8>>),
    /// Days since 1 January 1970.
    Date(Vec<Option<i32>>),
}

impl Values {
    fn column(&self, name: &str) -> Result<Column> {
        Ok(match self {
            Values::Text(values) => Series::new(name.into(), values).into_column(),
            Values::Whole(values) => Series::new(name.into(), values).into_column(),
            Values::Number(values) => Series::new(name.into(), values).into_column(),
            Values::Tick(values) => Series::new(name.into(), values).into_column(),
            Values::Date(values) => {
                Series::new(name.into(), values).cast(&DataType::Date).map_err(|e| refused(&e))?.into_column()
            }
        })
    }
}

/// Writes columns of one length as Parquet.
fn parquet(columns: Vec<(String, Values)>) -> Result<Vec<u8>> {
    let columns: Vec<Column> = columns.iter().map(|(name, values)| values.column(name)).collect::<Result<_>>()?;
    let mut frame = DataFrame::new_infer_height(columns).map_err(|e| refused(&e))?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Snappy)
        .with_statistics(StatisticsOptions::default())
        // One thread: the order of pages must not depend on the machine.
        .set_parallel(false)
        .finish(&mut frame)
        .map_err(|e| refused(&e))?;
    Ok(bytes)
}

fn refused(error: &dyn std::fmt::Display) -> Error {
    Error::data("the data file cannot be made").found(error.to_string())
}

/// Writes rows as csv with line ends of one character.
fn csv<'a>(
    header: &[impl AsRef<[u8]>],
    rows: impl IntoIterator<Item = Vec<std::borrow::Cow<'a, str>>>,
) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(|e| refused(&e))?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| cell.as_bytes())).map_err(|e| refused(&e))?;
    }
    writer.into_inner().map_err(|e| refused(&e))
}

/// A finite number in as few digits as bring back the same number.
fn digits(number: f64) -> String {
    // Minus zero says nothing that zero does not.
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}
