//! Rows in batches: for passes over more rows than fit in memory.

use rayon::prelude::*;

use super::coder::{Arrangement, NumberCoder};
use super::{Coder, Table, Values};
use crate::error::Result;

/// How a column is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// As codes of levels, in order of first appearance.
    Codes,
    /// As numbers, NaN where missing.
    Numbers,
}

/// A column's part of a batch.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Codes, [`MISSING`](super::MISSING) where there is no value.
    Codes(Vec<u32>),
    /// Numbers.
    Numbers(Vec<f64>),
}

impl Piece {
    /// The codes; none for a column of numbers.
    pub fn codes(&self) -> &[u32] {
        match self {
            Piece::Codes(codes) => codes,
            Piece::Numbers(_) => &[],
        }
    }

    /// The numbers; none for a column of codes.
    pub fn numbers(&self) -> &[f64] {
        match self {
            Piece::Numbers(numbers) => numbers,
            Piece::Codes(_) => &[],
        }
    }
}

/// Some rows.
#[derive(Debug)]
pub struct Batch {
    /// The number of the first row, counted from zero.
    pub first_row: usize,
    /// How many rows.
    pub rows: usize,
    /// The columns, as wanted.
    pub columns: Vec<Piece>,
    /// How many levels each column has met so far.
    pub levels: Vec<usize>,
}

/// A column's state between batches.
#[derive(Debug)]
pub(super) enum State {
    Texts(Box<Coder>),
    Numbers(Box<NumberCoder>),
    Plain,
}

impl State {
    pub(super) fn levels(&self) -> usize {
        match self {
            State::Texts(coder) => coder.levels(),
            State::Numbers(coder) => coder.levels(),
            State::Plain => 0,
        }
    }
}

/// What a pass over the rows ended with.
#[derive(Debug)]
pub enum Passed {
    /// All rows were seen; for each column of codes how its levels are arranged and shown.
    Whole(Vec<Arrangement>),
    /// The pass was given up: the consumer said so, or a value that should be a number is none.
    GivenUp,
}

impl Table {
    /// Passes over all rows in batches of a size that does not depend on the number of threads.
    ///
    /// `each` says whether to go on. A spreadsheet is one batch.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn stream(&self, wanted: &[(usize, As)], each: impl FnMut(Batch) -> bool) -> Result<Passed> {
        match &self.source {
            super::Source::Delimited(delimited) => delimited.stream(wanted, self.names.len(), each),
            super::Source::Parquet(parquet) => parquet.stream(&self.path, wanted, &self.names, each),
            super::Source::Sav(sav) => sav.stream(&self.path, wanted, each),
            super::Source::Spreadsheet(spreadsheet) => {
                let columns: Vec<usize> = wanted.iter().map(|(column, _)| *column).collect();
                Ok(in_one(&spreadsheet.read(&columns), wanted, each))
            }
        }
    }
}

/// Whole columns as one batch.
fn in_one(values: &[Values], wanted: &[(usize, As)], mut each: impl FnMut(Batch) -> bool) -> Passed {
    let pieces = values.iter().zip(wanted).map(|(values, (_, kind))| match kind {
        As::Codes => Some(Piece::Codes(values.codes().to_vec())),
        As::Numbers => values.numbers().ok().map(Piece::Numbers),
    });
    let Some(columns) = pieces.collect::<Option<Vec<Piece>>>() else { return Passed::GivenUp };
    let rows = values.first().map_or(0, Values::len);
    let levels = values.iter().map(|values| values.levels().len()).collect();
    if !each(Batch { first_row: 0, rows, columns, levels }) {
        return Passed::GivenUp;
    }
    Passed::Whole(values.iter().map(Values::arrangement).collect())
}

/// How the levels of all columns are shown in the end.
pub(super) fn arranged(states: Vec<State>) -> Vec<Arrangement> {
    states
        .into_par_iter()
        .map(|state| match state {
            State::Texts(coder) => coder.arrangement(),
            State::Numbers(coder) => coder.arrangement(),
            State::Plain => Arrangement::default(),
        })
        .collect()
}
