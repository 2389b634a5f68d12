//! How a published figure came about: the units behind it, their weights, and the cell of every answer.

use chrono::Timelike;

use std::fmt;
use std::str::FromStr;

use super::analysis::{Analysis, Units};
use super::{Definition, Sampling, fieldwork, plan, quality};
use crate::editing;
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Statistic};
use crate::finding::cell_name;
use crate::instrument::{self, Answer, Instrument, Question, QuestionKind, Variant, nearest};
use crate::results::{GroupResult, QuestionResult};
use crate::returns::Returned;

use super::run::Silent;

mod cell;

pub use cell::{CellEdit, CellFigure, CellFinding, CellName, TracedCell, trace_cell};

/// The name of a figure: `QUESTION WHAT [by COLUMN=GROUP]`, where QUESTION may be a score and WHAT is `positive`, `mean` or the
/// code of a response or net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The id of the question or score.
    pub question: String,
    /// `positive`, `mean` or the code of a response.
    pub what: String,
    /// Column and group, if it is not about everyone.
    pub by: Option<(String, String)>,
}

impl FromStr for Figure {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let fault = || {
            Error::usage("this does not name a figure")
                .found(text)
                .expected("QUESTION positive|mean|CODE [by COLUMN=GROUP], such as 'q3 positive by area=North'")
        };
        let (head, by) = match text.split_once(" by ") {
            Some((head, by)) => {
                let (column, group) = by.split_once('=').ok_or_else(fault)?;
                (head, Some((column.trim().to_owned(), group.trim().to_owned())))
            }
            None => (text, None),
        };
        let (question, what) = head.trim().split_once(char::is_whitespace).ok_or_else(fault)?;
        Ok(Figure { question: question.to_owned(), what: what.trim().to_owned(), by })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.question, self.what)?;
        match &self.by {
            Some((column, group)) => write!(f, " by {column}={group}"),
            None => Ok(()),
        }
    }
}

/// A figure and all that is behind it.
#[derive(Debug, Clone)]
pub struct Traced {
    /// The figure as published.
    pub estimate: Estimate,
    /// Whether the instrument has an easy-read form beside the standard one.
    pub has_forms: bool,
    /// The units whose answers it is made from, in the order of the sample.
    pub units: Vec<TracedUnit>,
    /// The edit rules by which answers were set missing that would be behind it, with how many in the whole study.
    pub set_missing: Vec<(String, usize)>,
}

/// One unit behind a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedUnit {
    /// Its serial.
    pub serial: String,
    /// Its stratum.
    pub stratum: String,
    /// The returned workbook, as a path from the returns folder.
    pub workbook: String,
    /// The sheet.
    pub sheet: String,
    /// The cell; of a score those of its questions in their order, with `; ` between them.
    pub cell: String,
    /// What stands there.
    pub found: String,
    /// What it was read as.
    pub answer: String,
    /// Which form the unit filled in, where the instrument has two.
    pub form: String,
    /// The code of the answer on that form's own scale, where the forms have scales of their own.
    pub as_given: String,
    /// The edit rules that were applied to it, with `, ` between them; of a score those of each question, with `; ` between.
    pub rule: String,
    /// What it stands in place of, where rules changed it: the answer as it was given, by its code, or why there was none in
    /// parentheses; of a score for each question, with `; ` between.
    pub in_place_of: String,
    /// What it adds: 1 or 0 for a share, the score or number for a mean.
    pub value: f64,
    /// How many units of the population it stands for.
    pub weight: f64,
}

/// What stands behind the figures of a study.
struct Behind<'a> {
    analysis: &'a Analysis<'a>,
    sampling: &'a Sampling,
    returned: &'a Returned,
    units: &'a Units<'a>,
    questions: &'a [QuestionResult],
    scores: &'a [QuestionResult],
}

/// Takes a study to its figures, and looks at what stands behind them.
fn behind<T>(definition: &Definition, seed: Option<&str>, look: impl FnOnce(&Behind<'_>) -> Result<T>) -> Result<T> {
    let instrument = definition.instrument()?;
    let analysis = Analysis::prepare(definition, &instrument)?;
    let sampling = Sampling::of(definition, seed)?;
    let plan = plan::plan(definition, &sampling)?;
    let Some(returned) = fieldwork::ingest(definition, &instrument, &sampling, &plan, &Silent)? else {
        return Err(
            Error::data("no returns have come, so there are no figures").at(definition.path.display().to_string())
        );
    };
    let units = analysis.weigh(&sampling, &returned)?;
    let mut questions = analysis.estimate(&units)?;
    analysis.compare(&mut questions);
    let scores = analysis.scores(&units, &questions)?;
    look(&Behind {
        analysis: &analysis,
        sampling: &sampling,
        returned: &returned,
        units: &units,
        questions: &questions,
        scores: &scores,
    })
}

/// Traces a figure of a study whose returns have come.
///
/// # Errors
/// When the study cannot run so far, or the figure is none of its results; the nearest name is given.
pub fn trace(definition: &Definition, seed: Option<&str>, figure: &Figure) -> Result<Traced> {
    behind(definition, seed, |behind| of_figure(behind, figure))
}

fn of_figure(behind: &Behind<'_>, figure: &Figure) -> Result<Traced> {
    let Behind { analysis, returned, units, .. } = *behind;
    let instrument = analysis.instrument;
    let asked = Asked::of(instrument, &figure.question)?;
    let result = match asked {
        Asked::Question(place) => &behind.questions[place],
        Asked::Score(place) => &behind.scores[place],
    };
    let respondents = &units.respondents;
    let group = find_group(&result.overall, &result.groups, figure)?;
    let estimate = find_estimate(group, figure)?.clone();
    if estimate.is_suppressed() {
        return Err(Error::data("this figure is suppressed, and so is its trace")
            .found(figure.to_string())
            .hint("too few answers stand behind it, or it would give another figure away"));
    }
    let member: Vec<bool> = match &figure.by {
        None => vec![true; respondents.len()],
        Some((column, name)) => {
            let grouping = respondents.groupings.iter().position(|grouping| grouping.by == *column).unwrap_or(0);
            let wanted = respondents.groupings[grouping].groups.iter().position(|group| group == name);
            respondents.group_of[grouping].iter().map(|group| *group == wanted).collect()
        }
    };
    let answer = |unit: usize, place: usize| &units.responses[unit].answers[place].answer;
    let (places, values): (Vec<usize>, Vec<f64>) = match asked {
        Asked::Question(place) => {
            let question = &instrument.questions[place];
            let value = |answer: &Answer| match answer.missing() {
                None => added(question, &estimate, answer),
                Some(_) => f64::NAN,
            };
            (vec![place], (0..respondents.len()).map(|unit| value(answer(unit, place))).collect())
        }
        Asked::Score(place) => {
            let score = &instrument.scores[place];
            (score.items.iter().map(|item| item.question).collect(), score.of(respondents.len(), answer))
        }
    };
    let valid: Vec<bool> = values.iter().map(|value| !value.is_nan()).collect();
    let id = &figure.question;
    let valid: Vec<bool> =
        valid.iter().enumerate().map(|(unit, &valid)| valid && respondents.counts_in(id, unit)).collect();
    let weights = respondents.question_weights(id, &valid, &analysis.choices)?;
    let traced = (0..respondents.len())
        .filter(|&unit| member[unit] && valid[unit])
        .map(|unit| {
            let response = units.responses[unit];
            let joined =
                |part: &dyn Fn(usize) -> String| places.iter().map(|&place| part(place)).collect::<Vec<_>>().join("; ");
            TracedUnit {
                serial: response.serial.clone(),
                stratum: respondents.strata[respondents.stratum_of[unit]].clone(),
                workbook: response.origin.workbook.clone(),
                sheet: response.origin.sheet.clone(),
                cell: joined(&|place| {
                    let column = response.answers[place].column;
                    column.map_or(String::new(), |column| cell_name(response.origin.row, column))
                }),
                found: joined(&|place| response.answers[place].raw.to_string()),
                answer: joined(&|place| instrument.questions[place].code(&response.answers[place].answer)),
                form: response.variant.map_or("", Variant::name).to_owned(),
                as_given: joined(&|place| response.answers[place].original.clone().unwrap_or_default()),
                rule: joined(&|place| {
                    let rules = editing::of_question(&response.edits, place).map(|edit| &instrument.edits[edit.rule]);
                    rules.map(|rule| rule.id.as_str()).collect::<Vec<_>>().join(", ")
                }),
                in_place_of: joined(&|place| {
                    let first = editing::of_question(&response.edits, place).next();
                    let changed = first.filter(|edit| edit.before != response.answers[place].answer);
                    changed.map_or(String::new(), |edit| in_words(&instrument.questions[place], &edit.before))
                }),
                value: values[unit],
                weight: weights[unit],
            }
        })
        .collect();
    let mut set_missing = Vec::new();
    for &place in &places {
        set_missing.extend(quality::set_missing(instrument, returned, place));
    }
    Ok(Traced { estimate, has_forms: instrument.has_variants(), units: traced, set_missing })
}

/// An answer by its code, or why there is none in parentheses; what people wrote is not repeated.
fn in_words(question: &Question, answer: &Answer) -> String {
    match answer {
        Answer::Missing(kind) => format!("({})", kind.label().to_lowercase()),
        Answer::Text(_) if question.kind == QuestionKind::Text => "(words)".to_owned(),
        answer => question.code(answer),
    }
}

/// What a figure is about, by its place in the instrument.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Question(usize),
    Score(usize),
}

impl Asked {
    fn of(instrument: &Instrument, id: &str) -> Result<Self> {
        if let Some(place) = instrument.position(id) {
            return Ok(Asked::Question(place));
        }
        if let Some(place) = instrument.scores.iter().position(|score| score.id == id) {
            return Ok(Asked::Score(place));
        }
        let error = Error::usage("the instrument has no such question or score").found(id);
        let questions = instrument.questions.iter().map(|question| question.id.as_str());
        Err(match nearest(id, questions.chain(instrument.scores.iter().map(|score| score.id.as_str()))) {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None => error,
        })
    }
}

/// What an answer adds to a figure of its question.
fn added(question: &Question, estimate: &Estimate, answer: &Answer) -> f64 {
    let scale = question.scale.as_ref();
    match (estimate.statistic, answer) {
        (Statistic::Mean | Statistic::Median, Answer::Number(number)) => *number,
        (Statistic::Mean | Statistic::Median, Answer::Time(time)) => {
            f64::from(time.num_seconds_from_midnight()) / 3_600.0
        }
        (Statistic::Mean, Answer::Order(order)) => {
            let of = |at: &usize| scale.is_some_and(|scale| scale.responses[*at].code == estimate.response);
            order.iter().position(of).map_or(f64::NAN, |at| (at + 1) as f64)
        }
        (Statistic::Proportion, Answer::Order(order)) => {
            let first = order.first().and_then(|at| scale?.responses.get(*at));
            f64::from(u8::from(first.is_some_and(|response| response.code == estimate.response)))
        }
        (Statistic::Mean, Answer::Response(at)) => {
            scale.and_then(|scale| scale.responses[*at].score).unwrap_or(f64::NAN)
        }
        (Statistic::Positive, Answer::Response(at)) => scale.map_or(f64::NAN, |scale| {
            f64::from(u8::from(scale.responses[*at].valence == instrument::Valence::Positive))
        }),
        (Statistic::Net, answer) => {
            let net = question.nets.iter().find(|net| net.id == estimate.response);
            let inside = |at: &usize| net.is_some_and(|net| net.responses.contains(at));
            f64::from(u8::from(match answer {
                Answer::Response(at) => inside(at),
                Answer::Responses(chosen) => chosen.iter().any(inside),
                _ => false,
            }))
        }
        _ => f64::from(u8::from(question.code(answer).split(';').any(|code| code == estimate.response))),
    }
}

fn find_group<'r>(overall: &'r GroupResult, groups: &'r [GroupResult], figure: &Figure) -> Result<&'r GroupResult> {
    let Some((column, name)) = &figure.by else { return Ok(overall) };
    groups.iter().find(|group| group.by == *column && group.group == *name).ok_or_else(|| {
        let known: Vec<String> = groups.iter().map(|group| format!("{}={}", group.by, group.group)).collect();
        let wanted = format!("{column}={name}");
        let error = Error::usage("there is no such group").found(&wanted);
        match nearest(&wanted, known.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean {near:?}?")),
            None => error.expected(known.join(", ")),
        }
    })
}

fn find_estimate<'r>(group: &'r GroupResult, figure: &Figure) -> Result<&'r Estimate> {
    let found = match figure.what.as_str() {
        "positive" => group.positive.as_ref(),
        "mean" => group.mean.as_ref(),
        "median" => group.more.iter().find(|estimate| estimate.statistic == Statistic::Median),
        code => group.shares.iter().chain(&group.nets).find(|share| share.response == code),
    };
    found.ok_or_else(|| {
        let mut known: Vec<&str> =
            group.shares.iter().chain(&group.nets).map(|share| share.response.as_str()).collect();
        known.extend(group.positive.as_ref().map(|_| "positive"));
        known.extend(group.mean.as_ref().map(|_| "mean"));
        Error::usage("the question has no such figure").found(&figure.what).expected(known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_named_as_people_write_them() -> Result<()> {
        let figure: Figure = "q3 positive by area=North West".parse()?;
        assert_eq!(figure.question, "q3");
        assert_eq!(figure.by, Some(("area".to_owned(), "North West".to_owned())));
        assert_eq!(figure.to_string(), "q3 positive by area=North West");
        assert!("q3".parse::<Figure>().is_err());
        Ok(())
    }
}
