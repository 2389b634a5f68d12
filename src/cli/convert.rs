//! `quorate convert`: instruments between formats, with a report of what is lost on the way.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Common, Format as ResultFormat, Outcome, Talk, check, write_rows, write_text};
use crate::convert::{self, Form, Format, Written};
use crate::error::{Error, Result};
use crate::files::write_file;
use crate::finding::{Finding, Severity, sort};
use crate::instrument::parse_toml;
use crate::issue::paper::{self, Cover, Style};

/// The arguments of `quorate convert`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The instrument to read
    input: PathBuf,
    /// The file to write; its ending says in which format
    output: PathBuf,
    /// The format of the instrument, where its content does not say it
    #[arg(long, value_name = "FORMAT")]
    from: Option<Format>,
    /// The format to write, where the ending does not say it
    #[arg(long, value_name = "FORMAT")]
    to: Option<Format>,
    /// How to print, for paper
    #[arg(long, value_name = "STYLE", default_value = "standard")]
    style: Style,
    /// The language to print in, for paper, as the instrument names it; its own if not said
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// What the printed form says besides the questions, for paper in other languages (.toml)
    #[arg(long, value_name = "FILE")]
    phrases: Option<PathBuf>,
    /// Write the loss report to this file too (.csv, .json or text)
    #[arg(long, value_name = "FILE")]
    loss: Option<PathBuf>,
}

/// Runs `quorate convert`. The loss report is the result; nothing is written where the instrument is wrong.
pub fn run(args: Args, common: &Common, talk: &Talk) -> Result<Outcome> {
    let to = args.to.map_or_else(|| convert::of_name(&args.output), Ok)?;
    for path in [Some(&args.output), args.loss.as_ref()].into_iter().flatten() {
        if path.exists() && !common.force {
            return Err(Error::file(path, "the file is there already").hint("choose another name, or add --force"));
        }
    }
    let loaded = convert::read(&args.input, args.from)?;
    let mut losses = loaded.losses;
    let wrong = losses.iter().filter(|finding| finding.severity >= Severity::Error).count();
    if wrong > 0 {
        sort(&mut losses);
        report(&losses, common)?;
        return Err(Error::definition(&args.input, "the form cannot be converted as it is")
            .found(format!("{wrong} errors, listed above"))
            .hint("mend them in the file; quorate check lists them too"));
    }
    let mut written = match to {
        Format::Paper => print(&loaded.form, &args)?,
        _ => convert::write(&loaded.form, to)?,
    };
    // A definition that could not be read again would be no definition.
    if to == Format::Toml {
        let text = String::from_utf8_lossy(&written.bytes).into_owned();
        convert::read_native(&args.output, &text)?;
        losses.extend(convert::beyond_a_study_in(&loaded.form));
    }
    if to == Format::Paper {
        // Comments and the like are for those who keep the definition, not for those who fill in the form.
        losses.clear();
    }
    losses.append(&mut written.losses);
    let input = args.input.display().to_string();
    for finding in losses.iter_mut().filter(|finding| finding.place.file.is_empty()) {
        finding.place.file.clone_from(&input);
    }
    sort(&mut losses);
    write_file(&args.output, &written.bytes)?;
    talk.say(format!("{}: {} items; {}", args.output.display(), loaded.form.items().len(), counts(&losses)));
    report(&losses, common)?;
    if let Some(path) = args.loss {
        report(&losses, &Common { out: Some(path), format: None, ..common.clone() })?;
    }
    Ok(Outcome::Done)
}

/// The blank form on paper.
fn print(form: &Form, args: &Args) -> Result<Written> {
    let own = match &args.phrases {
        Some(path) => Some(parse_toml::<BTreeMap<String, String>>(path)?.0),
        None => None,
    };
    let language = args.language.as_deref();
    let known = form.other_languages();
    if let Some(language) = language.filter(|language| !known.iter().any(|other| other == language)) {
        return Err(Error::usage("the instrument is not in this language")
            .found(format!("--language {language:?}"))
            .expected(if known.is_empty() { "no other languages are in it".to_owned() } else { known.join(", ") }));
    }
    let phrases = paper::phrases(form, language, own.as_ref())?;
    let printed = paper::lay_out(form, args.style, language, &Cover::default(), &phrases)?;
    Ok(Written { bytes: printed.pdf(None)?, losses: printed.losses().to_vec() })
}

fn report(losses: &[Finding], common: &Common) -> Result<()> {
    if common.format() == ResultFormat::Table {
        write_text(&losses.iter().map(|finding| format!("{finding}\n\n")).collect::<String>(), common)
    } else {
        write_rows(&check::rows(losses), common)
    }
}

/// What became of things, in a sentence.
fn counts(losses: &[Finding]) -> String {
    let count = |code: &str| losses.iter().filter(|finding| finding.code == code).count();
    if losses.is_empty() {
        return "nothing is lost".to_owned();
    }
    format!(
        "{} carried through unchanged, {} said in another way, {} left out, {} expressions not translated",
        count("C001"),
        count("C002"),
        count("C003"),
        count("C004")
    )
}
