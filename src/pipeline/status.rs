//! How fieldwork stands: what has come of what went out, and who has not replied.

use std::collections::BTreeSet;

use super::run::Silent;
use super::{Definition, Sampling, fieldwork, plan};
use crate::error::Result;
use crate::statistics::Critical;

/// How fieldwork stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// One row a stratum, then one a reader or batch, then the whole.
    pub rows: Vec<StatusRow>,
    /// Serials that have not replied, in the sample's order.
    pub outstanding: Vec<String>,
}

/// How one part of fieldwork stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusRow {
    /// `stratum`, `reader`, `batch` or `all`.
    pub part: &'static str,
    /// Its name.
    pub name: String,
    /// Units of the population; none for readers and batches.
    pub population: Option<usize>,
    /// Forms sent out or files given to read.
    pub issued: usize,
    /// Forms or readings that came back.
    pub returned: usize,
    /// The 95% margin of a share of one half, in points, with what has come; none without returns, or where the part is no
    /// part of the population.
    pub margin_points: Option<f64>,
}

/// Looks at what came back so far.
///
/// # Errors
/// As [`run`](super::run()).
pub fn status(definition: &Definition, seed: Option<&str>) -> Result<Status> {
    let instrument = definition.instrument()?;
    let sampling = Sampling::of(definition, seed)?;
    let plan = plan::plan(definition, &sampling)?;
    let returned = fieldwork::ingest(definition, &instrument, &sampling, &plan, &Silent)?.unwrap_or_default();
    let came: BTreeSet<(&str, u8)> =
        returned.responses.iter().map(|response| (response.serial.as_str(), response.reading)).collect();
    let replied: BTreeSet<&str> = came.iter().map(|(serial, _)| *serial).collect();
    let in_use = sampling.in_use();
    let mut rows = Vec::new();
    let mut variance = 0.0;
    for stratum in &sampling.sample.strata {
        let units = || in_use.iter().filter(|unit| unit.stratum == stratum.stratum);
        let returned = units().filter(|unit| replied.contains(unit.serial.as_str())).count();
        let share = stratum.population as f64 / sampling.sample.population as f64;
        let one = variance_of_half(returned, stratum.population);
        variance += share * share * one;
        rows.push(StatusRow {
            part: "stratum",
            name: stratum.stratum.clone(),
            population: Some(stratum.population),
            issued: units().count(),
            returned,
            margin_points: margin(one),
        });
    }
    for batch in &plan.batches {
        let returned =
            batch.units.iter().filter(|(at, reading)| came.contains(&(in_use[*at].serial.as_str(), *reading))).count();
        rows.push(StatusRow {
            part: if batch.is_reader { "reader" } else { "batch" },
            name: batch.name.clone(),
            population: None,
            issued: batch.units.len(),
            returned,
            margin_points: None,
        });
    }
    rows.push(StatusRow {
        part: "all",
        name: String::new(),
        population: Some(sampling.sample.population),
        issued: in_use.len(),
        returned: replied.len(),
        margin_points: margin(variance),
    });
    let outstanding =
        in_use.iter().map(|unit| unit.serial.clone()).filter(|serial| !replied.contains(serial.as_str())).collect();
    Ok(Status { rows, outstanding })
}

/// (1 - n/N) p (1 - p) / n for p = 1/2; infinite without returns.
fn variance_of_half(n: usize, population: usize) -> f64 {
    let (n, population) = (n as f64, population as f64);
    (1.0 - n / population) * 0.25 / n
}

fn margin(variance: f64) -> Option<f64> {
    variance.is_finite().then(|| 100.0 * Critical::Normal(0.95).value(f64::INFINITY) * variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The guide's rule of thumb with N = 500: 90 and 100 returns give 9.35 and 8.77 points.
    #[test]
    fn the_margin_is_that_of_the_rule_of_thumb() {
        let of = |n| (margin(variance_of_half(n, 500)).unwrap_or(0.0) * 100.0).round() / 100.0;
        assert_eq!((of(90), of(100)), (9.35, 8.77));
        assert_eq!(margin(variance_of_half(0, 500)), None);
    }
}
