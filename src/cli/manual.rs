//! `quorate manual`

use super::{Common, Outcome, Talk};
use crate::error::{Error, Result};

/// The arguments of `quorate manual`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `quorate manual`.
pub fn run(_args: Args, _common: &Common, _talk: &Talk) -> Result<Outcome> {
    Err(Error::usage("not built yet"))
}
