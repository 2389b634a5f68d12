//! A pilot: the whole study on made-up answers, before it starts.
//!
//! The forms that would go out are filled in as people might fill them in: as many as are expected to reply, with the
//! shares of an earlier wave, of a benchmark, or even ones, and with a typical portion of mistakes. Then the study runs on
//! them in a folder of its own. What comes out says how precise the real results will be, question by question. Nobody's
//! answers are in it, and every file of the folder says in its name and, where it has words, in its head that it is made
//! up. The study's draw, its forms and its key folder are left alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::analysis::Analysis;
use super::forms::{Forms, forms};
use super::run::{Options, Reached, Witness, run};
use super::{Definition, fieldwork};
use crate::error::{Error, Result};
use crate::files::write_file;
use crate::issue;
use crate::results::Results;

mod expectation;
mod people;
mod shares;

pub use expectation::{Expectation, Expected, Gap};
pub use shares::{Share, ShareSource};

/// What the names of all files of a pilot begin with.
pub(crate) const MADE_UP: &str = "made-up-";

/// The file by which a pilot's folder is known.
const MARK: &str = "made-up-README.txt";

/// What stands at the head of everything.
const NOTICE: &str = "MADE-UP ANSWERS: a pilot, no result of any study";

/// The share of those drawn who are taken to reply to a survey where nobody says more.
const USUAL_RESPONSE: f64 = 0.35;

/// What the pilot assumes beyond what the pipeline says under `[pilot]`, before which it goes.
#[derive(Debug, Clone)]
pub struct Assumptions {
    /// The share of those drawn who reply, or of the files that can be read, 0 to 1. Without one 0.35 in a survey, and 1 in
    /// a file audit.
    pub response_rate: Option<f64>,
    /// The share in single strata.
    pub response: BTreeMap<String, f64>,
    /// The output folder or estimates.csv of an earlier run.
    pub previous: Option<PathBuf>,
    /// The text from which the made-up answers follow.
    pub seed: String,
    /// The folder for everything that the pilot writes.
    pub folder: PathBuf,
}

/// What a pilot gives.
#[derive(Debug)]
pub struct Piloted {
    /// How far the study came on the made-up answers, with its findings: those about returns are made up too.
    pub reached: Reached,
    /// What to expect; none where nobody replied.
    pub expectation: Option<Expectation>,
    /// The share that replies in every stratum, as it was assumed.
    pub response: BTreeMap<String, f64>,
}

/// Runs a study on made-up answers.
///
/// # Errors
/// As [`run`], and when an assumption cannot be, or the folder is in use for something else.
pub fn pilot(definition: &Definition, assumptions: &Assumptions, witness: &dyn Witness) -> Result<Piloted> {
    let Forms { instrument, sampling, batches } = forms(definition)?;
    let analysis = Analysis::prepare(definition, &instrument)?;
    let response = response(definition, &sampling, assumptions)?;
    let previous = match (&assumptions.previous, &definition.pilot.previous) {
        (Some(path), _) => Some(path.clone()),
        (None, Some(path)) => Some(definition.resolve(path)),
        (None, None) => None,
    };
    let wave = previous.as_deref().map(shares::Wave::read).transpose()?;
    let shares = shares::of(&analysis, wave.as_ref());
    make_room(&assumptions.folder)?;

    let people = people::People { instrument: &instrument, shares: &shares, seed: &assumptions.seed };
    let stratum: BTreeMap<&str, &str> =
        sampling.sample.units.iter().map(|unit| (unit.serial.as_str(), unit.stratum.as_str())).collect();
    let rate = |serial: &str| stratum.get(serial).and_then(|name| response.get(*name)).copied().unwrap_or(0.0);
    let returns = assumptions.folder.join("returns");
    for mut batch in batches {
        batch.rows.retain(|row| people.chance(&row.serial, "replies") < rate(&row.serial));
        if batch.rows.is_empty() {
            continue;
        }
        for row in &batch.rows {
            let (answers, repeated) = people.answers(&row.serial, row.reading);
            batch.fill.insert((row.serial.clone(), row.reading), answers);
            batch.repeated.insert((row.serial.clone(), row.reading), repeated);
        }
        batch.title = format!("{NOTICE}. {}", definition.study.title);
        let name = format!("{MADE_UP}{}.xlsx", fieldwork::file_name(&batch.name));
        write_file(&returns.join(name), &issue::workbook(&instrument, &batch)?)?;
    }

    let mut made_up = definition.clone();
    made_up.made_up = true;
    made_up.study.notice = Some(NOTICE.to_owned());
    made_up.study.title = format!("{} (pilot)", definition.study.title);
    made_up.returns.folder = absolute(&returns);
    made_up.publish.folder = absolute(&assumptions.folder);
    let reached = run(&made_up, &Options::default(), witness)?;
    let expectation = reached.results.as_deref().map(|results| expect(results, &shares, wave.as_ref()));
    if let Some(expectation) = &expectation {
        let file = |name: &str| assumptions.folder.join(format!("{MADE_UP}{name}.csv"));
        write_file(&file("precision"), &expectation.precision_csv()?)?;
        write_file(&file("comparisons"), &expectation.comparisons_csv()?)?;
    }
    Ok(Piloted { reached, expectation, response })
}

fn expect(results: &Results, shares: &shares::Shares, wave: Option<&shares::Wave>) -> Expectation {
    let before = |question: &str| wave.and_then(|wave| wave.positive_error(question));
    Expectation::of(results, shares, &before)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The share that replies in every stratum: as said for the stratum, or else around the one for all, up to a quarter more
/// or less, as response differs from place to place; in all it comes to what was said.
fn response(
    definition: &Definition,
    sampling: &super::Sampling,
    assumptions: &Assumptions,
) -> Result<BTreeMap<String, f64>> {
    let readers = !definition.issue.readers.is_empty();
    let usual = if readers { 1.0 } else { USUAL_RESPONSE };
    let all = assumptions.response_rate.or(definition.pilot.response_rate).unwrap_or(usual);
    let mut said = definition.pilot.response.clone();
    said.extend(assumptions.response.clone());
    for (name, &rate) in said.iter().map(|(name, rate)| (name.as_str(), rate)).chain([("the sample", &all)]) {
        if !(rate > 0.0 && rate <= 1.0) {
            return Err(Error::usage(format!("the expected response rate of {name} is not a share"))
                .found(rate.to_string())
                .expected("a number above 0 and up to 1, such as 0.35"));
        }
    }
    let strata = &sampling.sample.strata;
    if let Some(name) = said.keys().find(|name| strata.iter().all(|stratum| stratum.stratum != **name)) {
        let known: Vec<&str> = strata.iter().map(|stratum| stratum.stratum.as_str()).collect();
        let error = Error::usage("a response rate is given for a stratum that is not there").found(name.as_str());
        return Err(match crate::instrument::nearest(name, known.iter().copied()) {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None => error.expected(known.join(", ")),
        });
    }
    let free: Vec<_> = strata.iter().filter(|stratum| !said.contains_key(&stratum.stratum)).collect();
    let swing = |name: &str| 0.75 + 0.5 * people::number(&assumptions.seed, &format!("stratum {name}"));
    let issued: f64 = free.iter().map(|stratum| stratum.sample as f64).sum();
    let swung: f64 = free.iter().map(|stratum| stratum.sample as f64 * swing(&stratum.stratum)).sum();
    for stratum in free {
        let rate = if swung > 0.0 { all * swing(&stratum.stratum) * issued / swung } else { all };
        // Everybody replies everywhere, or response differs.
        said.insert(stratum.stratum.clone(), if all >= 1.0 { 1.0 } else { rate.min(1.0) });
    }
    Ok(said)
}

/// Takes the files of an earlier pilot away, and nothing else.
fn make_room(folder: &Path) -> Result<()> {
    let listed = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let there = listed(folder);
    if !there.is_empty() && !folder.join(MARK).exists() {
        return Err(Error::file(folder, "the folder is in use for something else")
            .found(format!("{} files or folders, and no {MARK}", there.len()))
            .hint("choose another --folder: a pilot needs one of its own"));
    }
    for path in there.into_iter().chain(listed(&folder.join("charts"))).chain(listed(&folder.join("returns"))) {
        let is_ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(MADE_UP));
        if is_ours && path.is_file() {
            std::fs::remove_file(&path).map_err(|error| {
                Error::file(&path, "an earlier pilot's file cannot be replaced").found(error.to_string())
            })?;
        }
    }
    let note = format!(
        "{NOTICE}.\n\nEvery file here is made up, and replaced by the next pilot. Delete the folder when it was looked at.\n"
    );
    write_file(&folder.join(MARK), note.as_bytes())
}
