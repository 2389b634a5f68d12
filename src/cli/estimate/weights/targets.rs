//! The target files: population figures in, steps out.

use std::path::Path;

use super::super::args::Args;
use super::super::data::Columns;
use super::super::derived::{Names, level_of};
use super::{Kind, Step, missing, pair};
use crate::error::{Error, Result};
use crate::statistics::weighting::{Distance, Margin};
use crate::table::{MISSING, Table, Values};

/// Reads a target file that must have these columns.
pub(super) fn targets(path: &Path, names: &[&str]) -> Result<(Table, Vec<Values>)> {
    let table = Table::open(path)?;
    let places = names.iter().map(|name| table.column(name)).collect::<Result<Vec<_>>>();
    let places = places.map_err(|error| error.expected(format!("the columns {}", names.join(", "))))?;
    let read = table.read(&places)?;
    for (name, values) in names.iter().zip(&read) {
        if let Some(row) = values.codes().iter().position(|&code| code == MISSING) {
            return Err(Error::data("a target has an empty cell").at(table.place(row, name)));
        }
    }
    Ok((table, read))
}

pub(super) fn post_strata_names(text: &str) -> Result<(Vec<&str>, &Path)> {
    let (names, path) = text.rsplit_once('=').ok_or_else(|| {
        Error::usage("--poststratify needs columns and a file")
            .found(text)
            .expected("--poststratify COL,...=TARGETS.csv")
    })?;
    Ok((names.split(',').map(str::trim).collect(), Path::new(path)))
}

fn no_figure(label: &str, file: &str, columns: &Columns<'_>, row: usize, name: &str) -> Error {
    Error::data("a group of the sample has no population figure")
        .at(columns.place(row, name))
        .found(label)
        .expected(format!("a row for it in {file}"))
        .hint("add the row, or mend the spelling of the value")
}

fn twice(table: &Table, row: usize, name: &str, label: &str) -> Error {
    Error::data("a target stands twice").at(table.place(row, name)).found(label)
}

pub(super) fn post_strata(text: &str, columns: &Columns<'_>) -> Result<Step> {
    let (names, path) = post_strata_names(text)?;
    let mut needed = names.clone();
    needed.push("population");
    let (table, mut read) = targets(path, &needed)?;
    let figures_column = read.pop().ok_or_else(|| Error::usage("--poststratify names no column"))?;
    let figures = table.numbers("population", &figures_column)?;
    let file = path.display().to_string();
    let data = names.iter().map(|name| columns.named(name)).collect::<Result<Vec<_>>>()?;
    // A target row's cell is its row; levels that the data does not have make a cell without units.
    let mut known = std::collections::BTreeMap::new();
    let mut labels = Vec::new();
    for row in 0..figures.len() {
        let texts: Vec<&str> = read.iter().map(|values| values.label_at(row).unwrap_or_default()).collect();
        labels.push(
            names.iter().zip(&texts).map(|(name, text)| format!("{name} = {text}")).collect::<Vec<_>>().join(", "),
        );
        let places: Option<Vec<usize>> = data.iter().zip(&texts).map(|(values, text)| level_of(values, text)).collect();
        if let Some(places) = places
            && known.insert(places, row as u32).is_some()
        {
            return Err(twice(&table, row, names[0], &labels[row]));
        }
    }
    let mut cells = Vec::with_capacity(columns.rows());
    for row in 0..columns.rows() {
        let mut places = Vec::with_capacity(data.len());
        for (values, name) in data.iter().zip(&names) {
            match values.codes()[row] {
                MISSING => return Err(missing(columns, row, name)),
                code => places.push(code as usize),
            }
        }
        let Some(&cell) = known.get(&places) else {
            let label: Vec<&str> = data.iter().filter_map(|values| values.label_at(row)).collect();
            return Err(no_figure(&label.join(", "), &file, columns, row, names[0]));
        };
        cells.push(cell);
    }
    let kind = Kind::PostStratify { cells, figures };
    Ok(Step { name: "post-stratified".into(), file, labels: vec![labels], kind })
}

pub(super) fn margins(path: &Path, columns: &Columns<'_>) -> Result<Step> {
    let (table, read) = targets(path, &["variable", "level", "population"])?;
    let populations = table.numbers("population", &read[2])?;
    let file = path.display().to_string();
    // Margins in the order in which the file names them.
    let mut order: Vec<&str> = Vec::new();
    for row in 0..populations.len() {
        let name = read[0].label_at(row).unwrap_or_default();
        if !order.contains(&name) {
            order.push(name);
        }
    }
    let (mut margins, mut labels) = (Vec::new(), Vec::new());
    for name in order {
        let data = columns.named(name)?;
        let mut place = vec![MISSING; data.levels().len()];
        let (mut figures, mut names) = (Vec::new(), Vec::new());
        for row in (0..populations.len()).filter(|&row| read[0].label_at(row) == Some(name)) {
            let label = read[1].label_at(row).unwrap_or_default();
            if let Some(level) = level_of(data, label) {
                if place[level] != MISSING {
                    return Err(twice(&table, row, "level", &format!("{name} = {label}")));
                }
                place[level] = figures.len() as u32;
            }
            figures.push(populations[row]);
            names.push(format!("{name} = {label}"));
        }
        let mut cells = Vec::with_capacity(columns.rows());
        for (row, &code) in data.codes().iter().enumerate() {
            match code {
                MISSING => return Err(missing(columns, row, name)),
                code if place[code as usize] == MISSING => {
                    return Err(no_figure(&data.levels()[code as usize], &file, columns, row, name));
                }
                code => cells.push(place[code as usize]),
            }
        }
        margins.push(Margin { cells, figures });
        labels.push(names);
    }
    Ok(Step { name: "raked".into(), file, labels, kind: Kind::Rake(margins) })
}

/// The column that a calibration term speaks of; none for the intercept.
pub(super) fn term_column<'a>(term: &'a str, names: &Names<'_>) -> Result<Option<&'a str>> {
    if term.eq_ignore_ascii_case("(intercept)") {
        return Ok(None);
    }
    let known = |name: &str| names.has(name);
    if known(term) {
        return Ok(Some(term));
    }
    match term.match_indices('=').map(|(at, _)| &term[..at]).find(|name| known(name)) {
        Some(name) => Ok(Some(name)),
        None => Err(names.table.no_column(term.split('=').next().unwrap_or(term))),
    }
}

pub(super) fn totals(args: &Args, path: &Path, columns: &Columns<'_>) -> Result<Step> {
    let (table, read) = targets(path, &["term", "total"])?;
    let totals = table.numbers("total", &read[1])?;
    let file = path.display().to_string();
    let (mut terms, mut labels) = (Vec::new(), Vec::new());
    for row in 0..totals.len() {
        let term = read[0].label_at(row).unwrap_or_default();
        if labels.iter().any(|label| label == term) {
            return Err(twice(&table, row, "term", term));
        }
        labels.push(term.to_owned());
        let Some(name) = term_column(term, columns.names)? else {
            terms.push(vec![1.0; columns.rows()]);
            continue;
        };
        let values = columns.named(name)?;
        if let Some(row) = values.codes().iter().position(|&code| code == MISSING) {
            return Err(missing(columns, row, name));
        }
        if name == term {
            terms.push(columns.numbers(columns.names.column(name)?)?);
            continue;
        }
        let label = &term[name.len() + 1..];
        let Some(level) = level_of(values, label) else {
            return Err(Error::data("a calibration term names a level that nobody in the sample has")
                .at(table.place(row, "term"))
                .found(term)
                .expected(format!("one of: {}", values.levels().join(", "))));
        };
        terms.push(values.codes().iter().map(|&code| f64::from(u8::from(code as usize == level))).collect());
    }
    let distance = args.calibrate_method.distance();
    let bounds = args.calibrate_bounds.as_deref().map(|text| pair(text, "--calibrate-bounds")).transpose()?;
    if distance == Distance::Logit && bounds.is_none() {
        return Err(
            Error::usage("logit calibration needs bounds").hint("add --calibrate-bounds LOW,HIGH, such as 0.5,2")
        );
    }
    let mut name = format!("calibrated {}", args.calibrate_method.name());
    if let Some((low, high)) = bounds {
        name = format!("{name} {low} to {high}");
    }
    Ok(Step { name, file, labels: vec![labels], kind: Kind::Calibrate { terms, totals, distance, bounds } })
}
