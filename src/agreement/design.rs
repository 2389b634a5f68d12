//! How the units that were rated had been drawn, from what the rows of their ratings say.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::statistics::{Design, DesignError, SinglePsu};

/// What the row of a rating says about how its unit was drawn. A column that is not given is none; an empty cell is
/// filled from the unit's other rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inclusion {
    /// The row in the file, counted from one as a person counts.
    pub row: u64,
    /// The unit.
    pub unit: String,
    /// How many units of the population it stands for.
    pub weight: Option<String>,
    /// Its stratum.
    pub stratum: Option<String>,
    /// The number of units in its stratum, or the share of them that was rated.
    pub population: Option<String>,
}

/// The design of some units, in their order. Without weights they follow from the population counts.
///
/// # Errors
/// When a unit's rows contradict each other, a value is missing or is no number, or the design is impossible: the error
/// is placed at the row.
pub fn design(units: &[String], rows: &[Inclusion], single: SinglePsu) -> Result<Design> {
    let mut by_unit: BTreeMap<&str, Vec<&Inclusion>> = BTreeMap::new();
    for row in rows {
        by_unit.entry(&row.unit).or_default().push(row);
    }
    let of_units = |what: &str, of: fn(&Inclusion) -> Option<&String>| -> Result<Option<Vec<(u64, String)>>> {
        if rows.iter().all(|row| of(row).is_none()) {
            return Ok(None);
        }
        units.iter().map(|unit| of_unit(unit, by_unit.get(unit.as_str()), what, of)).collect::<Result<_>>().map(Some)
    };
    let weights = of_units("weight", |row| row.weight.as_ref())?;
    let strata = of_units("stratum", |row| row.stratum.as_ref())?;
    let populations = of_units("population count", |row| row.population.as_ref())?;
    let numbers = |texts: Option<Vec<(u64, String)>>| {
        texts.map(|texts| texts.iter().map(|(row, text)| number(*row, text)).collect::<Result<Vec<f64>>>()).transpose()
    };
    let (given, populations) = (numbers(weights)?, numbers(populations)?);
    let codes = strata.map(|strata| codes(&strata));
    let ones = vec![1.0; units.len()];
    let mut builder = Design::of(given.as_deref().unwrap_or(&ones)).single_psu(single);
    if let Some(codes) = &codes {
        builder = builder.strata(codes);
    }
    if let Some(populations) = &populations {
        builder = builder.population(populations);
    }
    let design = builder.build().map_err(|error| placed(error, units, &by_unit))?;
    if given.is_none() && populations.is_some() {
        let weights = design.weights_from_population();
        return Ok(design.reweighted(weights)?);
    }
    Ok(design)
}

/// What the rows of a unit say, with the row where it stands.
fn of_unit(
    unit: &str,
    rows: Option<&Vec<&Inclusion>>,
    what: &str,
    of: fn(&Inclusion) -> Option<&String>,
) -> Result<(u64, String)> {
    let mut said =
        rows.into_iter().flatten().filter_map(|row| Some((row.row, of(row)?))).filter(|(_, t)| !t.is_empty());
    let Some((row, text)) = said.next() else {
        let error =
            Error::data(format!("unit {unit:?} has no {what}")).hint("fill it in, in a row of the unit at least");
        return Err(match rows.and_then(|rows| rows.first()) {
            Some(first) => error.at(format!("row {}", first.row)),
            None => error,
        });
    };
    if let Some((other_row, other)) = said.find(|(_, other)| *other != text) {
        return Err(Error::data(format!("the rows of unit {unit:?} differ in the {what}"))
            .at(format!("row {other_row}"))
            .found(format!("{other:?}, and {text:?} in row {row}"))
            .expected("the same in all rows of a unit"));
    }
    Ok((row, text.clone()))
}

fn number(row: u64, text: &str) -> Result<f64> {
    crate::sheet::Value::from(text)
        .number()
        .ok_or_else(|| Error::data("this is not a number").at(format!("row {row}")).found(format!("{text:?}")))
}

fn codes(names: &[(u64, String)]) -> Vec<u32> {
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    names
        .iter()
        .map(|(_, name)| {
            let next = known.len() as u32;
            *known.entry(name).or_insert(next)
        })
        .collect()
}

fn placed(error: DesignError, units: &[String], rows: &BTreeMap<&str, Vec<&Inclusion>>) -> Error {
    let first = |at: usize| units.get(at).and_then(|unit| rows.get(unit.as_str())).and_then(|rows| rows.first());
    let row = error.row().and_then(first).map(|row| row.row);
    let single = matches!(error, DesignError::SinglePsu { .. });
    let mut placed = Error::from(error);
    if let Some(row) = row {
        placed = placed.at(format!("row {row}"));
    }
    if single { placed.hint("choose --single-psu certainty, centre or average, or merge strata") } else { placed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Inclusion> {
        let row = |(at, line): (usize, &str)| {
            let mut parts = line.split_whitespace().map(|part| if part == "-" { "" } else { part });
            let mut next = || parts.next().map(str::to_owned);
            let (unit, weight, stratum, population) = (next().unwrap_or_default(), next(), next(), next());
            Inclusion { row: at as u64 + 2, unit, weight, stratum, population }
        };
        text.split(", ").enumerate().map(row).collect()
    }

    fn units(names: &str) -> Vec<String> {
        names.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_units_rows_need_say_it_once() {
        let rows = rows("a 2 x 10, b 5 x 10, a - - -, c 1.5 y 9, d 1.5 y 9");
        let found = design(&units("a b c d"), &rows, SinglePsu::Fail).expect("sound");
        assert_eq!(found.weights(), [2.0, 5.0, 1.5, 1.5]);
        assert_eq!((found.strata_count(), found.stratum_size(0)), (2, (2, 10.0)));
    }

    #[test]
    fn without_weights_they_follow_from_the_counts() {
        let mut rows = rows("a 0 x 10, b 0 x 10, c 0 y 9, d 0 y 9, e 0 y 9");
        rows.iter_mut().for_each(|row| row.weight = None);
        let found = design(&units("a b c d e"), &rows, SinglePsu::Fail).expect("sound");
        assert_eq!(found.weights(), [5.0, 5.0, 3.0, 3.0, 3.0]);
    }

    #[test]
    fn faults_are_placed_at_the_row() {
        let fault = |text: &str, names: &str| {
            design(&units(names), &rows(text), SinglePsu::Fail).expect_err("a fault").to_string()
        };
        let differ = fault("a 2 x, b 1 x, a 3 x", "a b");
        assert!(differ.contains("row 4") && differ.contains("row 2") && differ.contains("weight"), "{differ}");
        assert!(fault("a 2 x, b - x", "a b").contains("\"b\" has no weight"));
        assert!(fault("a 2 x, b two x", "a b").contains("row 3"));
        assert!(fault("a 2 x, b -1 x", "a b").contains("row 3"));
        assert!(fault("a 2 x, b 1 x, c 1 y", "a b c").contains("--single-psu"));
        assert!(fault("a 2 x 2, b 1 x 2, c 1 x 2", "a b c").contains("smaller than its sample"));
    }
}
