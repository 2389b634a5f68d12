//! `quorate series`: the secret by which the waves of a study find people who answered twice.

use std::path::PathBuf;

use super::{Common, Outcome, Talk};
use crate::error::Result;
use crate::pipeline;

/// The arguments of `quorate series`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Name the file under [key] in the pipeline file of every wave:\n\n  \
    [key]\n  series = \"../series.secret\"\n\n\
    Keep it with the key of the study, never with its results: whoever has it and link.csv can try identifiers until one fits.\n\n\
    Examples:\n  \
    quorate series carers.secret\n  \
    quorate series carers.secret.age --recipient age1..."
)]
pub struct Args {
    /// The file to write; one that is there is never replaced
    file: PathBuf,
    /// Encrypt it to this age public key; may be given more than once
    #[arg(long = "recipient", value_name = "KEY")]
    recipients: Vec<String>,
}

/// Runs `quorate series`.
pub fn run(args: Args, _: &Common, talk: &Talk) -> Result<Outcome> {
    let series = pipeline::new_series(&args.file, &args.recipients)?;
    talk.say(format!("The secret of series {} is in {}.", series.name(), args.file.display()));
    Ok(Outcome::Done)
}
