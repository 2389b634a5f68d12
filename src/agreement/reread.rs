//! The files of a study that more than one reader read: how far the readers agree, and who drifts from the others.

use std::collections::{BTreeMap, BTreeSet};

use super::{ordered, words};
use crate::error::{Error, Result};
use crate::instrument::{Answer, Instrument, Question, QuestionKind, Scale as ResponseScale};
use crate::results::{QuestionAgreement, ReaderDrift};
use crate::returns::Response;
use crate::statistics::agreement::{Beside, drift_over_units};
use crate::statistics::{Design, SinglePsu};
use crate::weights::{SingleAnswer, weigh};

/// The files that more than one reader read.
///
/// When the files were chosen by chance, the number of files in each stratum of the population makes every result one
/// about the population: a file stands for N_h / m_h files, m_h being the files of its stratum that count, which is its
/// design weight over the share of the sample that was read twice. Strata with one such file or none are joined with the
/// stratum that has the fewest others. A training batch was not chosen by chance and was read before the readers had compared
/// notes: it is looked at by itself, without populations, and left out of the files that were read twice.
#[derive(Debug, Clone)]
pub struct Reread<'a> {
    files: Vec<File<'a>>,
    /// The readers' codes, in order.
    readers: Vec<&'a str>,
    /// Files of the population in each stratum; none when the files were not chosen by chance.
    populations: Option<&'a [usize]>,
    level: f64,
}

#[derive(Debug, Clone)]
struct File<'a> {
    stratum: usize,
    /// A reader, by the place in the order of codes, and the reading.
    readings: Vec<(usize, &'a Response)>,
}

/// A question by its place, and the scores of its responses if it is a rating.
type Scored = (usize, Option<Vec<f64>>);

impl<'a> Reread<'a> {
    /// Puts the readings of each file together. `stratum` gives the stratum of a serial, by its place in `populations`;
    /// files without one are left out. A reader's second reading of one file says nothing about others, and is left out.
    pub fn of(
        responses: &'a [Response],
        stratum: impl Fn(&str) -> Option<usize>,
        populations: Option<&'a [usize]>,
        level: f64,
    ) -> Self {
        // Where returns do not say who read, first and second readings stand for two readers.
        let code = |response: &'a Response| match (response.reader.as_str(), response.reading) {
            ("", 0 | 1) => "first reading",
            ("", 2) => "second reading",
            ("", _) => "later reading",
            (code, _) => code,
        };
        let mut by_serial: BTreeMap<&str, BTreeMap<&str, &Response>> = BTreeMap::new();
        for response in responses {
            let readings = by_serial.entry(&response.serial).or_default();
            let kept = readings.entry(code(response)).or_insert(response);
            if response.reading < kept.reading {
                *kept = response;
            }
        }
        by_serial.retain(|_, readings| readings.len() > 1);
        let readers: BTreeSet<&str> = by_serial.values().flat_map(|readings| readings.keys().copied()).collect();
        let readers: Vec<&str> = readers.into_iter().collect();
        let place = |reader: &str| readers.partition_point(|known| *known < reader);
        let files = by_serial
            .into_iter()
            .filter_map(|(serial, readings)| {
                let readings = readings.into_iter().map(|(reader, response)| (place(reader), response)).collect();
                Some(File { stratum: stratum(serial)?, readings })
            })
            .collect();
        Reread { files, readers, populations, level }
    }

    /// Agreement on every question with a scale that two readers answered for some file.
    ///
    /// # Errors
    /// When an answer is not one of the question's responses.
    pub fn questions(&self, instrument: &Instrument) -> Result<Vec<QuestionAgreement>> {
        let mut found = Vec::new();
        for (place, question, scale) in scaled(instrument) {
            let mut cells = Vec::new();
            let mut strata = Vec::new();
            for file in &self.files {
                let answers: Vec<(usize, usize)> = answers(file, place).collect();
                if answers.len() > 1 {
                    let mut row = vec![None; self.readers.len()];
                    answers.iter().for_each(|&(reader, response)| row[reader] = Some(response));
                    cells.extend(row);
                    strata.push(file.stratum);
                }
            }
            let design = self.design(&strata)?;
            found.extend(super::of_question(question, scale, self.readers.len(), &cells, design.as_ref(), self.level)?);
        }
        Ok(found)
    }

    /// Each reader beside the others, in points of the ratings; a row for each reader and each number of points that
    /// ratings have. Where there are no ratings, how often each gave the same answers as the others.
    ///
    /// The unit is the file: the mean over its questions of the reader's score less the mean score of the others.
    ///
    /// # Errors
    /// When an answer is not one of the question's responses.
    pub fn drift(&self, instrument: &Instrument) -> Result<Vec<ReaderDrift>> {
        let strata: Vec<usize> = self.files.iter().map(|file| file.stratum).collect();
        let Some(design) = (!strata.is_empty()).then(|| self.design(&strata)).transpose()? else {
            return Ok(Vec::new());
        };
        let mut kinds: BTreeMap<usize, Vec<Scored>> = BTreeMap::new();
        for (place, question, scale) in scaled(instrument) {
            let scores = ordered(question.kind, scale).filter(|_| question.kind == QuestionKind::Rating);
            kinds.entry(scores.as_ref().map_or(0, Vec::len)).or_default().push((place, scores));
        }
        if kinds.len() > 1 {
            // Words have no points; where there are ratings they are what drift is about.
            kinds.remove(&0);
        }
        let mut rows = Vec::new();
        for (points, questions) in kinds {
            let beside = self.beside(&questions)?;
            let found = drift_over_units(&beside, self.files.len(), design.as_ref(), self.level)
                .map_err(|error| Error::data(error.to_string()))?;
            rows.extend(found.iter().map(|drift| {
                let interval = drift.interval.filter(|_| points > 0);
                ReaderDrift {
                    reader: self.readers[drift.rater].to_owned(),
                    points,
                    files: drift.units,
                    mean_difference: if points > 0 { drift.mean_difference } else { f64::NAN },
                    ci_low: interval.map_or(f64::NAN, |(low, _)| low),
                    ci_high: interval.map_or(f64::NAN, |(_, high)| high),
                    p_value: drift.p_adjusted.filter(|_| points > 0).unwrap_or(f64::NAN),
                    same: drift.agreement,
                    words: if points > 0 { words::drift(drift, self.level) } else { String::new() },
                }
            }));
        }
        Ok(rows)
    }

    /// For every reader the files that somebody else read as well.
    fn beside(&self, questions: &[Scored]) -> Result<Vec<Vec<Beside>>> {
        let mut found: Vec<Vec<Beside>> = vec![Vec::new(); self.readers.len()];
        for (unit, file) in self.files.iter().enumerate() {
            let mut sums: BTreeMap<usize, (f64, f64, f64)> = BTreeMap::new();
            for (place, scores) in questions {
                let given: Vec<(usize, usize)> = answers(file, *place).collect();
                for &(reader, own) in given.iter().filter(|_| given.len() > 1) {
                    let others = || given.iter().filter(|(other, _)| *other != reader).map(|(_, response)| *response);
                    let count = others().count() as f64;
                    let score = |response: usize| match scores {
                        None => Ok(0.0),
                        Some(scores) => scores.get(response).copied().ok_or_else(off_scale),
                    };
                    let mut difference = 0.0;
                    for other in others() {
                        difference += score(own)? - score(other)?;
                    }
                    let sum = sums.entry(reader).or_default();
                    sum.0 += difference / count;
                    sum.1 += others().filter(|&other| other == own).count() as f64 / count;
                    sum.2 += 1.0;
                }
            }
            for (reader, (difference, same, items)) in sums {
                found[reader].push(Beside { unit, difference: difference / items, same: same / items });
            }
        }
        Ok(found)
    }

    /// The design of the files that count, given the stratum of each; none when they were not chosen by chance.
    fn design(&self, strata: &[usize]) -> Result<Option<Design>> {
        let Some(populations) = self.populations.filter(|_| !strata.is_empty()) else { return Ok(None) };
        let mut counts = vec![0; populations.len()];
        strata.iter().for_each(|&stratum| counts[stratum] += 1);
        let weights = weigh(populations, &counts, SingleAnswer::Collapse);
        let classes: Vec<usize> = strata.iter().filter_map(|&stratum| weights.class_of[stratum]).collect();
        let weight: Vec<f64> = classes.iter().map(|&class| weights.classes[class].weight()).collect();
        let population: Vec<f64> = classes.iter().map(|&class| weights.classes[class].population as f64).collect();
        let codes: Vec<u32> = classes.iter().map(|&class| class as u32).collect();
        // A class of one is left only where one file was read twice in all: it has no error.
        let design = Design::of(&weight).strata(&codes).population(&population).single_psu(SinglePsu::Certainty);
        Ok(Some(design.build()?))
    }
}

fn off_scale() -> Error {
    Error::data("a reading's answer is not one of the question's responses")
}

/// The questions that readers can agree on, with their place and scale.
fn scaled(instrument: &Instrument) -> impl Iterator<Item = (usize, &Question, &ResponseScale)> {
    instrument
        .questions
        .iter()
        .enumerate()
        .filter(|(_, question)| question.kind != QuestionKind::Multiple)
        .filter_map(|(place, question)| Some((place, question, question.scale.as_ref()?)))
}

/// The readers who answered a question about a file, with the response that each chose.
fn answers<'f>(file: &'f File<'_>, place: usize) -> impl Iterator<Item = (usize, usize)> + 'f {
    file.readings.iter().filter_map(move |(reader, response)| match response.answers.get(place)?.answer {
        Answer::Response(chosen) => Some((*reader, chosen)),
        _ => None,
    })
}
