//! `quorate agree`

use super::{Common, Outcome, Talk};
use crate::error::{Error, Result};

/// The arguments of `quorate agree`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `quorate agree`.
pub fn run(_args: Args, _common: &Common, _talk: &Talk) -> Result<Outcome> {
    Err(Error::usage("not built yet"))
}
