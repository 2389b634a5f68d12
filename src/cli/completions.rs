//! `quorate completions`

use super::{Common, Outcome, Talk, definition, write_text};
use crate::error::{Error, Result};

/// The arguments of `quorate completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell to complete for
    shell: clap_complete::Shell,
}

/// Runs `quorate completions`.
pub fn run(args: Args, common: &Common, _talk: &Talk) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut definition(), "quorate", &mut script);
    let script = String::from_utf8(script)
        .map_err(|error| Error::usage("the completion script is not text").found(error.to_string()))?;
    write_text(&script, common)?;
    Ok(Outcome::Done)
}
