//! `responses.parquet`: the cleaned answers, one row a reading of a unit.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Values, parquet};
use crate::error::{Error, Result};
use crate::instrument::{Answer, Instrument, Question, QuestionKind};
use crate::results::Grouping;
use crate::returns::Response;

/// The cleaned answers with what the frame and the weights say about each unit.
#[derive(Debug, Clone, Copy)]
pub struct Micro<'a> {
    /// What was asked.
    pub instrument: &'a Instrument,
    /// The columns of the frame that go along.
    pub groupings: &'a [Grouping],
    /// The accepted rows. Words go into the file as they stand here: screen them first.
    pub responses: &'a [Response],
    /// One for each of `responses`, in its order.
    pub units: &'a [MicroUnit],
}

/// What the frame and the weights say about the unit of one response.
#[derive(Debug, Clone, PartialEq)]
pub struct MicroUnit {
    /// The unit's serial: that of the response.
    pub serial: String,
    /// Its stratum.
    pub stratum: String,
    /// Its group in each of the groupings, in their order; empty where the frame has none, [`MicroUnit::WITHHELD`] where
    /// it would tell who the person is.
    pub groups: Vec<String>,
    /// How many units of the population it stands for; NaN for a second reading, which is not counted again.
    pub weight: f64,
}

impl MicroUnit {
    /// What stands in place of a group that would tell who the person is.
    pub const WITHHELD: &str = "[c]";
}

/// What a column of `responses.parquet` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Serial,
    Reading,
    Reader,
    Stratum,
    /// A grouping, by its place.
    Group(usize),
    Weight,
    /// The answers to a question, by its place.
    Answer(usize),
    /// Whether a response of a multiple choice was ticked: places of the question and of the response.
    Ticked(usize, usize),
    /// Why there is no answer to a question, by its place.
    Missing(usize),
    /// Which form was filled in.
    Form,
    /// The code of an answer on the scale of the form that was filled in, by the question's place.
    AsGiven(usize),
}

/// How a column is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    Text,
    Whole,
    Number,
    Tick,
    Date,
}

impl Storage {
    /// The name in the codebook.
    pub(super) fn name(self) -> &'static str {
        match self {
            Storage::Text => "text",
            Storage::Whole => "integer",
            Storage::Number => "number",
            Storage::Tick => "0/1",
            Storage::Date => "date",
        }
    }
}

/// One column of `responses.parquet`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    pub name: String,
    pub role: Role,
    pub storage: Storage,
}

/// The columns in order, each with a name of its own.
pub(super) fn variables(instrument: &Instrument, groupings: &[Grouping], readers: bool) -> Vec<Variable> {
    let mut names = BTreeSet::new();
    let mut list = Vec::new();
    let mut add = |wanted: String, role, storage| {
        let mut name = wanted.clone();
        let mut again = 1;
        while !names.insert(name.clone()) {
            again += 1;
            name = format!("{wanted}_{again}");
        }
        list.push(Variable { name, role, storage });
    };
    add("serial".into(), Role::Serial, Storage::Text);
    if readers {
        add("reading".into(), Role::Reading, Storage::Whole);
        add("reader".into(), Role::Reader, Storage::Text);
    }
    add("stratum".into(), Role::Stratum, Storage::Text);
    add("weight".into(), Role::Weight, Storage::Number);
    if instrument.has_variants() {
        add("form".into(), Role::Form, Storage::Text);
    }
    for (place, grouping) in groupings.iter().enumerate() {
        add(grouping.by.clone(), Role::Group(place), Storage::Text);
    }
    for (place, question) in instrument.questions.iter().enumerate() {
        // What the office knows of a person would tell who the person is.
        if instrument.is_record(question) {
            continue;
        }
        match (&question.scale, question.kind) {
            (Some(scale), QuestionKind::Multiple) => {
                for (i, response) in scale.responses.iter().enumerate() {
                    add(format!("{}_{}", question.id, response.code), Role::Ticked(place, i), Storage::Tick);
                }
            }
            _ => add(question.id.clone(), Role::Answer(place), storage(question)),
        }
        if question.variants.as_ref().is_some_and(|forms| forms.standard.scale.is_some()) {
            add(format!("{}_as_given", question.id), Role::AsGiven(place), Storage::Text);
        }
        add(format!("{}_missing", question.id), Role::Missing(place), Storage::Text);
    }
    list
}

/// Codes that are whole numbers are stored as such, so that a mean can be taken of them.
fn storage(question: &Question) -> Storage {
    match question.kind {
        QuestionKind::Integer => Storage::Whole,
        QuestionKind::Decimal => Storage::Number,
        QuestionKind::Date => Storage::Date,
        QuestionKind::Text => Storage::Text,
        _ => {
            let whole = |code: &str| code.parse::<i64>().is_ok_and(|number| number.to_string() == code);
            match &question.scale {
                Some(scale) if !scale.responses.is_empty() && scale.responses.iter().all(|r| whole(&r.code)) => {
                    Storage::Whole
                }
                _ => Storage::Text,
            }
        }
    }
}

/// Whether columns for readers are needed.
pub(super) fn has_readers(responses: &[Response]) -> bool {
    responses.iter().any(|response| !response.reader.is_empty() || response.reading > 1)
}

/// The cleaned answers as Parquet, one row for each of the responses.
///
/// Columns: `serial`; `reading` and `reader` in a file audit; `stratum`; `weight`; the groupings; then for each question
/// `ID` with the code (whole numbers as integers, dates as dates; null where there is no answer) and `ID_missing` with
/// the kind of missing (null where there is an answer). Where the instrument has an easy-read form, `form` says which one
/// was filled in, and `ID_as_given` has the code on that form's own scale. What the office enters about everybody is left
/// out, because it would tell who a person is. A multiple choice has a column `ID_CODE` for every response, 1 if
/// ticked and 0 if not, null without an answer. Where two columns would have one name, the later gets a number.
/// [`codebook_csv`](super::codebook_csv) explains each.
///
/// # Errors
/// When `units` does not go with `responses`, or a response has not one answer for each question.
pub fn responses_parquet(micro: &Micro<'_>) -> Result<Vec<u8>> {
    check(micro)?;
    let variables = variables(micro.instrument, micro.groupings, has_readers(micro.responses));
    parquet(variables.iter().map(|variable| (variable.name.clone(), values(micro, variable))).collect())
}

pub(super) fn check(micro: &Micro<'_>) -> Result<()> {
    if micro.units.len() != micro.responses.len() {
        return Err(Error::data("the units do not go with the responses").found(format!(
            "{} units, {} responses",
            micro.units.len(),
            micro.responses.len()
        )));
    }
    for (unit, response) in micro.units.iter().zip(micro.responses) {
        if unit.serial != response.serial {
            return Err(Error::data("a unit is not that of its response")
                .found(format!("unit {}, response {}", unit.serial, response.serial)));
        }
        if response.answers.len() != micro.instrument.questions.len() || unit.groups.len() != micro.groupings.len() {
            return Err(Error::data("a response has not one answer for each question, or a unit not its groups")
                .at(format!("response {}", response.serial))
                .found(format!("{} answers, {} groups", response.answers.len(), unit.groups.len())));
        }
    }
    Ok(())
}

pub(super) fn values(micro: &Micro<'_>, variable: &Variable) -> Values {
    let rows = || micro.units.iter().zip(micro.responses);
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match variable.role {
        Role::Serial => Values::Text(rows().map(|(_, response)| Some(response.serial.clone())).collect()),
        Role::Reading => Values::Whole(rows().map(|(_, response)| Some(i64::from(response.reading))).collect()),
        Role::Reader => Values::Text(rows().map(|(_, response)| text(&response.reader)).collect()),
        Role::Stratum => Values::Text(rows().map(|(unit, _)| text(&unit.stratum)).collect()),
        Role::Group(place) => Values::Text(rows().map(|(unit, _)| text(&unit.groups[place])).collect()),
        Role::Weight => Values::Number(rows().map(|(unit, _)| Some(unit.weight).filter(|w| w.is_finite())).collect()),
        Role::Missing(place) => Values::Text(
            rows()
                .map(|(_, response)| response.answers[place].answer.missing().map(|kind| kind.name().to_owned()))
                .collect(),
        ),
        Role::Form => Values::Text(rows().map(|(_, r)| r.variant.map(|variant| variant.name().to_owned())).collect()),
        Role::AsGiven(place) => {
            Values::Text(rows().map(|(_, response)| response.answers[place].original.clone()).collect())
        }
        Role::Ticked(place, which) => Values::Tick(
            rows()
                .map(|(_, response)| match &response.answers[place].answer {
                    Answer::Responses(chosen) => Some(u8::from(chosen.contains(&which))),
                    Answer::Response(one) => Some(u8::from(*one == which)),
                    _ => None,
                })
                .collect(),
        ),
        Role::Answer(place) => answers(micro, place, variable.storage),
    }
}

fn answers(micro: &Micro<'_>, place: usize, storage: Storage) -> Values {
    let question = &micro.instrument.questions[place];
    let answers = || micro.responses.iter().map(|response| &response.answers[place].answer);
    let code = |answer: &Answer| match answer {
        Answer::Missing(_) => None,
        answer => Some(question.code(answer)),
    };
    match storage {
        Storage::Text => Values::Text(answers().map(code).collect()),
        Storage::Whole => Values::Whole(
            answers()
                .map(|answer| match answer {
                    Answer::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
                    answer => code(answer).and_then(|code| code.parse().ok()),
                })
                .collect(),
        ),
        Storage::Number => Values::Number(
            answers().map(|answer| if let Answer::Number(number) = answer { Some(*number) } else { None }).collect(),
        ),
        Storage::Tick => Values::Tick(Vec::new()),
        Storage::Date => {
            let epoch = NaiveDate::default();
            Values::Date(
                answers()
                    .map(|answer| match answer {
                        Answer::Date(date) => i32::try_from(date.signed_duration_since(epoch).num_days()).ok(),
                        _ => None,
                    })
                    .collect(),
            )
        }
    }
}
