//! The columns that are needed, read once.

use std::collections::BTreeMap;

use super::args::Args;
use super::asked::Asked;
use super::contrast::Contrast;
use super::derived::Names;
use super::{replicates, weights};
use crate::error::Result;
use crate::expression::Expression;
use crate::table::Values;

/// The columns in memory, by their places.
#[derive(Debug)]
pub(super) struct Columns<'a> {
    pub(super) names: &'a Names<'a>,
    values: BTreeMap<usize, Values>,
    /// For each row its place in the file, counted from zero.
    origin: Vec<usize>,
}

/// The columns that the command needs.
pub(super) fn wanted(
    args: &Args,
    names: &Names<'_>,
    asked: &[Asked],
    contrasts: &[Contrast],
    condition: Option<&Expression>,
) -> Result<Vec<usize>> {
    let mut wanted: Vec<usize> = asked.iter().flat_map(Asked::columns).collect();
    wanted.extend(contrasts.iter().flat_map(Contrast::columns));
    let named = args.weight.iter().chain(&args.strata).chain(&args.cluster).chain(&args.fpc).chain(&args.by);
    for name in named.chain(&args.compare).chain(&args.responded) {
        wanted.push(names.column(name)?);
    }
    let conditions = contrasts.iter().flat_map(Contrast::conditions).chain(condition);
    for name in conditions.flat_map(|condition| condition.names()) {
        wanted.push(names.column(&name.name)?);
    }
    wanted.extend(weights::wanted(args, names)?);
    wanted.extend(replicates::wanted(args, names.table)?);
    if replicates::needs_order(args) && args.cluster.is_empty() {
        wanted.extend(0..names.table.names().len());
    }
    let mut wanted: Vec<usize> = wanted.into_iter().flat_map(|column| names.sources(column)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    Ok(wanted)
}

impl<'a> Columns<'a> {
    /// Reads the wanted columns, and makes those that are made from others.
    pub(super) fn read(names: &'a Names<'a>, wanted: &[usize]) -> Result<Self> {
        let of_file = names.table.names().len();
        let mut in_file: Vec<usize> = wanted.iter().copied().filter(|&column| column < of_file).collect();
        if in_file.is_empty() {
            // Something must tell how many rows there are.
            in_file.push(0);
        }
        let read = names.table.read(&in_file)?;
        let rows = read.first().map_or(0, Values::len);
        let values = in_file.into_iter().zip(read).collect();
        let mut columns = Columns { names, values, origin: (0..rows).collect() };
        for &column in wanted {
            if let Some(made) = names.made(column) {
                let made = made.kind.make(&columns)?;
                columns.values.insert(column, made);
            }
        }
        Ok(columns)
    }

    /// Only some of the rows.
    pub(super) fn kept(self, rows: &[usize]) -> Self {
        Columns {
            names: self.names,
            values: self.values.into_iter().map(|(column, values)| (column, values.of_rows(rows))).collect(),
            origin: rows.iter().map(|&row| self.origin[row]).collect(),
        }
    }

    /// The number of rows.
    pub(super) fn rows(&self) -> usize {
        self.origin.len()
    }

    /// The place of a row in the file, counted from zero.
    pub(super) fn origin(&self, row: usize) -> usize {
        self.origin[row]
    }

    /// Where the value of a column in a row stands, for messages; without a name where the row stands.
    pub(super) fn place(&self, row: usize, name: &str) -> String {
        let place = self.names.table.place(self.origin[row], name);
        if name.is_empty() { place.trim_end_matches([' ', '>', '(', ')']).to_owned() } else { place }
    }

    /// The columns of the file that are in memory, with their names.
    pub(super) fn all_of_file(&self) -> Vec<(&str, &[u32])> {
        let of_file = self.names.table.names().len();
        self.values.range(..of_file).map(|(&column, values)| (self.name(column), values.codes())).collect()
    }

    /// A column's name.
    pub(super) fn name(&self, column: usize) -> &str {
        self.names.name(column)
    }

    /// A column's values.
    pub(super) fn values(&self, column: usize) -> &Values {
        &self.values[&column]
    }

    /// A named column's values.
    pub(super) fn named(&self, name: &str) -> Result<&Values> {
        Ok(self.values(self.names.column(name)?))
    }

    /// A column's numbers, NaN where missing.
    pub(super) fn numbers(&self, column: usize) -> Result<Vec<f64>> {
        self.names.table.numbers_of_rows(self.name(column), self.values(column), |row| self.origin[row])
    }
}
