//! The columns that are needed, read once.

use std::collections::BTreeMap;

use super::Args;
use super::asked::Asked;
use super::{replicates, weights};
use crate::error::Result;
use crate::expression::Expression;
use crate::table::{Table, Values};

/// The columns in memory, by their places in the table.
#[derive(Debug)]
pub(super) struct Columns<'a> {
    pub(super) table: &'a Table,
    values: BTreeMap<usize, Values>,
    rows: usize,
}

/// The columns that the command needs.
pub(super) fn wanted(
    args: &Args,
    table: &Table,
    asked: &[Asked],
    condition: Option<&Expression>,
) -> Result<Vec<usize>> {
    let mut wanted: Vec<usize> = asked.iter().flat_map(Asked::columns).collect();
    for name in args.weight.iter().chain(&args.strata).chain(&args.cluster).chain(&args.fpc).chain(&args.by) {
        wanted.push(table.column(name)?);
    }
    for name in condition.iter().flat_map(|condition| condition.names()) {
        wanted.push(table.column(&name.name)?);
    }
    if let Some(name) = &args.compare {
        wanted.push(table.column(name)?);
    }
    wanted.extend(weights::wanted(args, table)?);
    wanted.extend(replicates::wanted(args, table)?);
    wanted.sort_unstable();
    wanted.dedup();
    Ok(wanted)
}

impl<'a> Columns<'a> {
    /// Reads the wanted columns.
    pub(super) fn read(table: &'a Table, wanted: &[usize]) -> Result<Self> {
        let read = table.read(wanted)?;
        let rows = read.first().map_or(0, Values::len);
        Ok(Columns { table, values: wanted.iter().copied().zip(read).collect(), rows })
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// A column's name.
    pub(super) fn name(&self, column: usize) -> &str {
        &self.table.names()[column]
    }

    /// A column's values.
    pub(super) fn values(&self, column: usize) -> &Values {
        &self.values[&column]
    }

    /// A named column's values.
    pub(super) fn named(&self, name: &str) -> Result<&Values> {
        Ok(self.values(self.table.column(name)?))
    }

    /// A column's numbers, NaN where missing.
    pub(super) fn numbers(&self, column: usize) -> Result<Vec<f64>> {
        self.table.numbers(self.name(column), self.values(column))
    }
}
