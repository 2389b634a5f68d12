//! The forms of a study as they go out, for programs that fill them in: pilots and made-up data.

use super::{Definition, Sampling, fieldwork, plan};
use crate::error::Result;
use crate::instrument::Instrument;
use crate::issue::Batch;

/// A study at the point where its forms go out.
#[derive(Debug, Clone)]
pub struct Forms {
    /// What is asked.
    pub instrument: Instrument,
    /// Whom; the serials of the forms lead to the units from here.
    pub sampling: Sampling,
    /// The workbooks, empty, in the order in which they are issued.
    pub batches: Vec<Batch>,
}

/// Draws a study's sample and lays out its forms, without writing anything.
///
/// # Errors
/// When a definition does not hold or the frame cannot be read.
pub fn forms(definition: &Definition) -> Result<Forms> {
    let instrument = definition.instrument()?;
    let sampling = Sampling::of(definition, None)?;
    let plan = plan::plan(definition, &sampling)?;
    let batches = plan
        .batches
        .iter()
        .map(|planned| fieldwork::batch(definition, &instrument, &sampling, &plan, planned))
        .collect();
    Ok(Forms { instrument, sampling, batches })
}
