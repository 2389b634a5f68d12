//! A pilot: the whole study on made-up answers, before it starts.
//!
//! The forms are filled in as people might: as many as are expected to reply, with the shares of the benchmark where there
//! is one and even shares elsewhere, and with a typical portion of mistakes. Then the study runs on them, in a folder of
//! its own. What comes out says how precise the real results will be, question by question; everything says that it is made up.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::analysis::Analysis;
use super::forms::{Forms, forms};
use super::run::{Options, Reached, Witness, run};
use super::{Definition, fieldwork};
use crate::draw::number::labelled;
use crate::error::{Error, Result};
use crate::files::write_file;
use crate::instrument::{Instrument, Question, QuestionKind, Valence};
use crate::issue::{self, Fill};

/// The recipe of the pilot's random numbers; see `DRAW.md`.
const RECIPE: &str = "quorate-pilot-1";

/// One answer in this many is a mistake: off the list, or with stray marks.
const MISTAKE: f64 = 1.0 / 60.0;

/// One question in this many is left out.
const LEFT_OUT: f64 = 1.0 / 25.0;

/// What the pilot assumes.
#[derive(Debug, Clone)]
pub struct Assumptions {
    /// The share of those drawn who reply, 0 to 1; readers return all their files.
    pub response_rate: f64,
    /// The text from which the made-up answers follow.
    pub seed: String,
    /// The folder for everything that the pilot writes.
    pub folder: PathBuf,
}

/// Runs a study on made-up answers.
///
/// # Errors
/// As [`run`], and when the folder is in use for something else.
pub fn pilot(definition: &Definition, assumptions: &Assumptions, witness: &dyn Witness) -> Result<Reached> {
    if !(assumptions.response_rate > 0.0 && assumptions.response_rate <= 1.0) {
        return Err(Error::usage("the expected response rate is not a share")
            .found(assumptions.response_rate.to_string())
            .expected("a number above 0 and up to 1, such as 0.35"));
    }
    let Forms { instrument, batches, .. } = forms(definition)?;
    let analysis = Analysis::prepare(definition, &instrument)?;
    let people = People { instrument: &instrument, analysis: &analysis, seed: &assumptions.seed };
    let returns = assumptions.folder.join("returns");
    let readers = !definition.issue.readers.is_empty();
    for mut batch in batches {
        batch.rows.retain(|row| readers || people.chance(&row.serial, "replies") < assumptions.response_rate);
        batch.fill = batch
            .rows
            .iter()
            .map(|row| ((row.serial.clone(), row.reading), people.answers(&row.serial, row.reading)))
            .collect::<Fill>();
        write_file(
            &returns.join(format!("{}.xlsx", fieldwork::file_name(&batch.name))),
            &issue::workbook(&instrument, &batch)?,
        )?;
    }
    let mut made_up = definition.clone();
    made_up.study.notice = Some("MADE-UP ANSWERS: a pilot, no result of any study".to_owned());
    made_up.study.title = format!("{} (pilot)", definition.study.title);
    made_up.returns.folder = absolute(&returns);
    made_up.publish.folder = absolute(&assumptions.folder);
    run(&made_up, &Options { redraw: true, ..Options::default() }, witness)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// People who answer by chance.
struct People<'a> {
    instrument: &'a Instrument,
    analysis: &'a Analysis<'a>,
    seed: &'a str,
}

impl People<'_> {
    /// A number from 0 to 1 that depends on the seed, the unit and the matter only.
    fn chance(&self, serial: &str, matter: &str) -> f64 {
        labelled(RECIPE, self.seed, &format!("{serial} {matter}")).fraction()
    }

    /// What one person, or one reader of a file, writes into a form.
    fn answers(&self, serial: &str, reading: u8) -> BTreeMap<String, String> {
        let mut chosen: Vec<Option<usize>> = Vec::new();
        let mut written = BTreeMap::new();
        for (place, question) in self.instrument.questions.iter().enumerate() {
            let asked = question.ask_if.as_ref().is_none_or(|condition| {
                let gate = &self.instrument.questions[condition.question];
                let code = chosen[condition.question]
                    .and_then(|at| gate.scale.as_ref().map(|scale| scale.responses[at].code.clone()));
                code.is_some_and(|code| condition.codes.contains(&code))
            });
            let matter = |what: &str| format!("{reading} {} {what}", question.id);
            if !asked || self.chance(serial, &matter("left out")) < LEFT_OUT {
                chosen.push(None);
                continue;
            }
            let chance = self.chance(serial, &matter("answer"));
            let at = question.scale.as_ref().map(|_| self.response(question, place, chance));
            let mut text = match (&question.scale, at) {
                (Some(scale), Some(at)) => scale.responses[at].label.clone(),
                _ => number_or_words(question, chance),
            };
            if self.chance(serial, &matter("mistake")) < MISTAKE && at.is_some() {
                text = if chance < 0.5 { format!(" {text} ") } else { format!("{text} ?") };
            }
            if !text.is_empty() {
                written.insert(question.id.clone(), text);
            }
            chosen.push(at);
        }
        written
    }

    /// A response, with the benchmark's share for the positive ones together where there is one.
    fn response(&self, question: &Question, place: usize, chance: f64) -> usize {
        let Some(scale) = &question.scale else { return 0 };
        let counted =
            |valence: fn(Valence) -> bool| scale.responses.iter().filter(|r| valence(r.valence)).count() as f64;
        let positive = counted(|valence| valence == Valence::Positive);
        let others = scale.responses.len() as f64 - positive;
        let share = self.analysis.expected_share(place).filter(|_| positive > 0.0 && others > 0.0);
        let mut sum = 0.0;
        for (at, response) in scale.responses.iter().enumerate() {
            sum += match share {
                Some(share) if response.valence == Valence::Positive => share / positive,
                Some(share) => (1.0 - share) / others,
                None => 1.0 / scale.responses.len() as f64,
            };
            // A concern that needs immediate action is rare, and never made up by chance alone.
            if chance < sum && !question.concern.contains(&response.code) {
                return at;
            }
        }
        scale.responses.iter().rposition(|response| !question.concern.contains(&response.code)).unwrap_or(0)
    }
}

fn number_or_words(question: &Question, chance: f64) -> String {
    let (low, high) = (question.minimum.unwrap_or(0.0), question.maximum.unwrap_or(100.0));
    match question.kind {
        QuestionKind::Integer => format!("{:.0}", low + chance * (high - low)),
        QuestionKind::Decimal => format!("{:.1}", low + chance * (high - low)),
        QuestionKind::Text => "Made-up answer".to_owned(),
        QuestionKind::Date => question.earliest.or(question.latest).map_or(String::new(), |date| date.to_string()),
        _ => String::new(),
    }
}
