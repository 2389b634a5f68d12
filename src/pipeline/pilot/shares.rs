//! Where made-up answers take their shares from: an earlier wave, a benchmark, or nowhere.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::analysis::Analysis;
use crate::error::{Error, Result};
use crate::files::read_file;
use crate::instrument::{Instrument, Question, QuestionKind, Valence};

/// One response in this many is a concern that needs immediate action, where a question has such a response.
const CONCERNS: f64 = 1.0 / 50.0;

/// Where the shares of a question come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareSource {
    /// The estimates of an earlier run.
    Previous,
    /// The published figure that the question is compared with: the positive responses together have its share.
    Benchmark,
    /// All responses are as likely.
    Even,
}

impl ShareSource {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            ShareSource::Previous => "previous wave",
            ShareSource::Benchmark => "benchmark",
            ShareSource::Even => "even",
        }
    }
}

/// The shares of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The question's id.
    pub question: String,
    /// Where they come from.
    pub source: ShareSource,
    /// One for each response of the scale; they add up to one, but for questions with several responses.
    pub responses: Vec<f64>,
    /// The mean of a number, where the earlier run has one.
    pub mean: Option<f64>,
}

/// The estimates of an earlier run for everyone.
#[derive(Debug, Clone, Default)]
pub(super) struct Wave {
    shares: BTreeMap<(String, String), f64>,
    means: BTreeMap<String, f64>,
    positive: BTreeMap<String, f64>,
}

impl Wave {
    /// Reads estimates.csv, or the folder in which it lies.
    pub(super) fn read(path: &Path) -> Result<Wave> {
        let file = if path.is_dir() { path.join("estimates.csv") } else { path.to_owned() };
        let bytes = read_file(&file)?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let broken = |found: String| {
            Error::file(&file, "these are not the estimates of an earlier run")
                .found(found)
                .expected("an estimates.csv that quorate run wrote")
        };
        let headings = reader.headers().map_err(|error| broken(error.to_string()))?.clone();
        let at = |name: &str| {
            let found = headings.iter().position(|heading| heading == name);
            found.ok_or_else(|| broken(format!("no column {name:?}")))
        };
        let (statistic, variable, response) = (at("statistic")?, at("variable")?, at("response")?);
        let (by, estimate, se) = (at("by")?, at("estimate")?, at("se")?);
        let mut wave = Wave::default();
        for row in reader.records() {
            let row = row.map_err(|error| broken(error.to_string()))?;
            let number = |at: usize| row[at].parse::<f64>().ok().filter(|x| x.is_finite());
            let (Some(value), true) = (number(estimate), row[by].is_empty()) else { continue };
            let question = row[variable].to_owned();
            match &row[statistic] {
                "proportion" => drop(wave.shares.insert((question, row[response].to_owned()), value)),
                "mean" => drop(wave.means.insert(question, value)),
                "positive" => drop(number(se).map(|se| wave.positive.insert(question, se))),
                _ => {}
            }
        }
        Ok(wave)
    }

    /// The standard error of a question's positive share.
    pub(super) fn positive_error(&self, question: &str) -> Option<f64> {
        self.positive.get(question).copied()
    }

    fn responses(&self, question: &Question) -> Option<Vec<f64>> {
        let scale = question.scale.as_ref()?;
        let share = |code: &String| self.shares.get(&(question.id.clone(), code.clone())).copied();
        scale.responses.iter().map(|response| share(&response.code)).collect()
    }
}

/// The shares of a whole form.
#[derive(Debug, Clone, Default)]
pub(super) struct Shares {
    /// One for each question of the study.
    pub questions: Vec<Share>,
    /// For each repeat one for each of its questions.
    pub repeats: Vec<Vec<Share>>,
}

impl Shares {
    /// Those of the question with an id.
    pub fn find(&self, question: &str) -> Option<&Share> {
        self.questions.iter().chain(self.repeats.iter().flatten()).find(|share| share.question == question)
    }
}

/// The shares of every question of a study.
pub(super) fn of(analysis: &Analysis<'_>, wave: Option<&Wave>) -> Shares {
    let share = |question: &Question, figure: Option<f64>| {
        let mean = wave.and_then(|wave| wave.means.get(&question.id)).copied().filter(|_| question.scale.is_none());
        let before = wave.and_then(|wave| wave.responses(question));
        let (source, responses) = match (before, figure.and_then(|share| by_figure(question, share))) {
            (Some(before), _) => (ShareSource::Previous, before),
            (None, Some(responses)) => (ShareSource::Benchmark, responses),
            (None, None) if mean.is_some() => (ShareSource::Previous, Vec::new()),
            (None, None) => (ShareSource::Even, even(question)),
        };
        Share { question: question.id.clone(), source, responses, mean }
    };
    let form = analysis.instrument;
    let of_repeat = |form: &Instrument| form.questions.iter().map(|question| share(question, None)).collect();
    Shares {
        questions: (form.questions.iter().enumerate())
            .map(|(place, question)| share(question, analysis.expected_share(place)))
            .collect(),
        repeats: form.repeats.iter().map(|repeat| of_repeat(&repeat.form)).collect(),
    }
}

/// The positive responses share what the figure says, the others the rest.
fn by_figure(question: &Question, share: f64) -> Option<Vec<f64>> {
    let scale = question.scale.as_ref().filter(|_| question.kind != QuestionKind::Multiple)?;
    let positive = scale.responses.iter().filter(|response| response.valence == Valence::Positive).count();
    let others = scale.responses.len() - positive;
    let is_possible = positive > 0 && others > 0 && (0.0..=1.0).contains(&share);
    is_possible.then(|| {
        let of = |valence| match valence {
            Valence::Positive => share / positive as f64,
            _ => (1.0 - share) / others as f64,
        };
        scale.responses.iter().map(|response| of(response.valence)).collect()
    })
}

/// All as likely; but what needs immediate action is rare.
fn even(question: &Question) -> Vec<f64> {
    let Some(scale) = &question.scale else { return Vec::new() };
    let concerns = |code: &String| question.concern.contains(code);
    let alarming = scale.responses.iter().filter(|response| concerns(&response.code)).count();
    let calm = scale.responses.len() - alarming;
    let one = |code: &String| match (concerns(code), calm) {
        (_, 0) => 1.0 / alarming as f64,
        (true, _) => CONCERNS / alarming as f64,
        (false, _) => (1.0 - if alarming > 0 { CONCERNS } else { 0.0 }) / calm as f64,
    };
    scale.responses.iter().map(|response| one(&response.code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_run_is_read_for_everyone_only() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "statistic,variable,response,by,group,estimate,se\nproportion,q1,yes,,,0.7,0.02\n\
                    proportion,q1,yes,area,North,0.1,0.2\nproportion,q1,no,,,,\npositive,q1,,,,0.7,0.03\nmean,q2,,,,12.5,1\n";
        std::fs::write(folder.path().join("estimates.csv"), text).expect("a file");
        let wave = Wave::read(folder.path())?;
        assert_eq!(wave.shares, BTreeMap::from([(("q1".to_owned(), "yes".to_owned()), 0.7)]));
        assert_eq!((wave.positive_error("q1"), wave.means["q2"]), (Some(0.03), 12.5));
        assert!(Wave::read(&folder.path().join("none.csv")).is_err());
        std::fs::write(folder.path().join("estimates.csv"), "a,b\n1,2\n").expect("a file");
        let error = Wave::read(folder.path()).expect_err("no estimates").to_string();
        assert!(error.contains("no column \"statistic\""), "{error}");
        Ok(())
    }
}
