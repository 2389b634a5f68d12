//! What is asked again for each of several: people in a household, visits, agencies.

use super::Instrument;
use crate::formula::Formula;

/// A repeat. It stands on a sheet of its own in a workbook, one row for each of the several.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeat {
    /// Short name.
    pub id: String,
    /// Its heading.
    pub label: String,
    /// The place of its section in [`Instrument::sections`].
    pub section: usize,
    /// How many questions of the instrument stand before it.
    pub after: usize,
    /// When it is asked.
    pub relevant: Option<Formula>,
    /// How many there are to be, if that is known from other answers.
    pub count: Option<Formula>,
    /// What is asked about each: its questions and notes, with the sections of the whole.
    pub form: Box<Instrument>,
}

impl Repeat {
    /// The number of rows, where it is the same for everybody.
    pub fn fixed(&self) -> Option<u32> {
        match self.count.as_ref()?.node {
            crate::formula::Node::Number(number) if (1.0..=200.0).contains(&number) => Some(number as u32),
            _ => None,
        }
    }
}
