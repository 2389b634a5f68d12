//! `quorate explain`

use super::{Cell, Common, Format, Outcome, Rows, Talk, write_rows, write_text};
use crate::error::{Error, Result};
use crate::finding::{CATALOGUE, Entry, entry};

/// The arguments of `quorate explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code of a finding, such as F001; without it all codes are listed
    code: Option<String>,
}

/// Runs `quorate explain`.
pub fn run(args: Args, common: &Common, _talk: &Talk) -> Result<Outcome> {
    let chosen: Vec<&Entry> = match &args.code {
        None => CATALOGUE.iter().collect(),
        Some(code) => vec![entry(code.trim()).ok_or_else(|| unknown(code.trim()))?],
    };
    match (common.format(), &chosen[..]) {
        (Format::Table, [one]) if args.code.is_some() => write_text(&text(one), common)?,
        (Format::Table, all) => write_text(&list(all), common)?,
        (_, all) => write_rows(&rows(all), common)?,
    }
    Ok(Outcome::Done)
}

fn unknown(code: &str) -> Error {
    let typed = code.to_uppercase();
    let mut near: Vec<(usize, &str)> =
        CATALOGUE.iter().map(|e| (strsim::osa_distance(&typed, e.code), e.code)).collect();
    near.sort_unstable();
    let names: Vec<&str> = near.iter().take(3).map(|(_, code)| *code).collect();
    Error::usage(format!("there is no finding with the code \"{code}\""))
        .expected(format!("a code such as {}", names.join(", ")))
        .hint("quorate explain, without a code, lists them all")
}

fn text(entry: &Entry) -> String {
    format!(
        "{}[{}] {}\n\n  meaning   {}\n  remedy    {}\n",
        entry.severity, entry.code, entry.title, entry.means, entry.remedy
    )
}

fn list(entries: &[&Entry]) -> String {
    entries
        .iter()
        .map(|entry| format!("{}  {:<8}  {}\n", entry.code, entry.severity.to_string(), entry.title))
        .collect()
}

fn rows(entries: &[&Entry]) -> Rows {
    let mut rows = Rows::new(&["code", "severity", "title", "meaning", "remedy"]);
    for entry in entries {
        rows.rows.push(vec![
            entry.code.into(),
            entry.severity.to_string().into(),
            entry.title.into(),
            Cell::from(entry.means),
            entry.remedy.into(),
        ]);
    }
    rows
}
