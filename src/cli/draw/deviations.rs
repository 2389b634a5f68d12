//! The standard deviations of a previous wave, for the Neyman allocation.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, Result};
use crate::frame::read_table;

/// The standard deviation (divisor n - 1) of a column of a data file in every stratum; rows without a value do not count.
///
/// # Errors
/// When the file cannot be read, has not the columns, or a stratum has fewer than two values.
pub(super) fn of_previous_wave(path: &Path, column: &str, strata: &[String]) -> Result<BTreeMap<String, f64>> {
    let mut wanted: Vec<&str> = strata.iter().map(String::as_str).collect();
    wanted.push(column);
    let table = read_table(path, None, &wanted)?;
    let position = |name: &str| {
        table.columns.iter().position(|heading| heading == name).ok_or_else(|| {
            Error::file(path, format!("the data of the previous wave have no column \"{name}\""))
                .found(table.columns.join(", "))
                .hint("they need the strata columns of the frame and the column named after the colon")
        })
    };
    let value = position(column)?;
    let strata = strata.iter().map(|name| position(name)).collect::<Result<Vec<_>>>()?;
    let mut values: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (row, cells) in &table.rows {
        let text = cells[value].trim();
        let parts: Vec<&str> = strata.iter().map(|&at| cells[at].trim()).collect();
        if text.is_empty() || parts.iter().any(|part| part.is_empty()) {
            continue;
        }
        let number = text.parse::<f64>().ok().filter(|x| x.is_finite()).ok_or_else(|| {
            Error::file(path, format!("a value of \"{column}\" is not a number"))
                .at(format!("{}, row {}", path.display(), row + 1))
                .found(format!("\"{text}\""))
        })?;
        values.entry(if parts.is_empty() { "all".to_owned() } else { parts.join("|") }).or_default().push(number);
    }
    values.into_iter().map(|(stratum, values)| Ok((stratum.clone(), deviation(&stratum, values, path)?))).collect()
}

fn deviation(stratum: &str, mut values: Vec<f64>, path: &Path) -> Result<f64> {
    if values.len() < 2 {
        return Err(Error::file(path, format!("the stratum \"{stratum}\" has fewer than two values"))
            .expected("two or more, for a standard deviation")
            .hint("give the standard deviations yourself, with --deviations STRATUM=S,..."));
    }
    // Sorted, so that the sum does not depend on the order of the rows.
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    Ok((values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt())
}
