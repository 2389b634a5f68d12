//! `quorate manual`

use super::{Common, Outcome, Talk, definition, write_text};
use crate::error::{Error, Result};

/// The arguments of `quorate manual`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Read it with: quorate manual | man -l -")]
pub struct Args {
    /// The command to describe; without it the program as a whole and every command after it
    command: Option<String>,
}

/// Runs `quorate manual`.
pub fn run(args: Args, common: &Common, _talk: &Talk) -> Result<Outcome> {
    let mut whole = definition();
    whole.build();
    let chosen: Vec<clap::Command> = match &args.command {
        None => {
            let commands = whole.get_subcommands().filter(|c| c.get_name() != "help").cloned();
            let mut all: Vec<clap::Command> = commands.collect();
            all.insert(0, whole.clone());
            all
        }
        Some(name) => match whole.find_subcommand(name) {
            Some(command) => vec![command.clone()],
            None => {
                let names: Vec<&str> = whole.get_subcommands().map(clap::Command::get_name).collect();
                return Err(Error::usage(format!("there is no command \"{name}\"")).expected(names.join(", ")));
            }
        },
    };
    let mut page = Vec::new();
    for command in chosen {
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(|error| Error::usage("the manual cannot be laid out").found(error.to_string()))?;
    }
    let page =
        String::from_utf8(page).map_err(|error| Error::usage("the manual is not text").found(error.to_string()))?;
    write_text(&page, common)?;
    Ok(Outcome::Done)
}
