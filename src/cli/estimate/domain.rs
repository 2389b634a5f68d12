//! Domains: everyone and the groups, within what `--where` takes.

use super::args::Args;
use super::data::Columns;
use super::derived::Names;
use super::label;
use crate::error::{Error, Result};
use crate::expression::{Expression, Lookup, Value, underlined};
use crate::table::{MISSING, Values};

/// A set of units to estimate for.
#[derive(Debug, Clone)]
pub(super) struct Domain {
    /// The group columns, joined; empty for everyone.
    pub(super) by: String,
    /// The group's values, joined.
    pub(super) group: String,
    /// Which units are in it.
    pub(super) members: Vec<bool>,
}

/// The condition under `--where`, its names checked against the columns.
pub(super) fn condition(args: &Args, names: &Names<'_>) -> Result<Option<Expression>> {
    let Some(text) = &args.condition else { return Ok(None) };
    known(text, "--where", names).map(Some)
}

/// A condition whose names are all columns; `flag` says where it was given.
pub(super) fn known(text: &str, flag: &str, names: &Names<'_>) -> Result<Expression> {
    let condition = Expression::parse(text).map_err(|error| error.into_error(flag, text))?;
    for name in condition.names() {
        if let Err(error) = names.column(&name.name) {
            return Err(underlined(flag, text, name.span.clone(), "no such column", error));
        }
    }
    Ok(condition)
}

/// Everyone first, then the groups in the order of their values.
pub(super) fn domains(args: &Args, columns: &Columns<'_>, condition: Option<&Expression>) -> Result<Vec<Domain>> {
    let everyone = match condition {
        Some(condition) => taken(condition, columns)?,
        None => vec![true; columns.rows()],
    };
    if !everyone.contains(&true) {
        return Err(Error::data("no row is left to estimate from")
            .found(args.condition.clone().unwrap_or_default())
            .hint("look at the condition under --where"));
    }
    let mut domains = Vec::new();
    if !args.by.is_empty() {
        let values = args.by.iter().map(|name| columns.named(name)).collect::<Result<Vec<_>>>()?;
        let mut groups: std::collections::BTreeMap<Vec<u32>, Vec<bool>> = std::collections::BTreeMap::new();
        for row in (0..columns.rows()).filter(|&row| everyone[row]) {
            let codes: Vec<u32> = values.iter().map(|values| values.codes()[row]).collect();
            if !codes.contains(&MISSING) {
                groups.entry(codes).or_insert_with(|| vec![false; columns.rows()])[row] = true;
            }
        }
        let by = label::joined(args.by.iter().map(String::as_str));
        for (codes, members) in groups {
            let labels: Vec<&str> =
                values.iter().zip(&codes).map(|(values, &code)| values.levels()[code as usize].as_str()).collect();
            domains.push(Domain { by: by.clone(), group: label::joined(labels), members });
        }
    }
    domains.insert(0, Domain { by: String::new(), group: String::new(), members: everyone });
    Ok(domains)
}

/// Which rows a condition takes.
pub(super) fn taken(condition: &Expression, columns: &Columns<'_>) -> Result<Vec<bool>> {
    let values = condition.names().iter().map(|name| columns.named(&name.name)).collect::<Result<Vec<&Values>>>()?;
    Ok((0..columns.rows()).map(|row| condition.holds(&Row { values: &values, row })).collect())
}

struct Row<'a> {
    values: &'a [&'a Values],
    row: usize,
}

impl Lookup for Row<'_> {
    fn value(&self, slot: usize, _name: &str) -> Value<'_> {
        let values = self.values[slot];
        match (values.codes()[self.row], values.level_numbers()) {
            (MISSING, _) => Value::Missing,
            (code, Some(numbers)) => Value::Number(numbers[code as usize]),
            (code, None) => Value::Text(&values.levels()[code as usize]),
        }
    }
}
