//! `responses.sav`: the cleaned answers for SPSS, with labels and kinds of missing inside the file.

use super::responses::{Micro, Role, Storage, Variable, check, has_readers, values, variables};
use super::sav::{Content, Format, Variable as Labelled, system_file};
use super::{Values, codebook};
use crate::error::Result;
use crate::instrument::{Answer, Question};
use crate::terms::Missing;

/// Days from SPSS's first day to 1 January 1970, and the seconds of a day.
const DAYS_BEFORE_1970: f64 = 141_428.0;
const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// The cleaned answers as an SPSS system file: the rows and variables of
/// [`responses_parquet`](super::responses_parquet), but that answers and kinds of missing share a variable, as is usual
/// there.
///
/// An answer chosen from a scale is a number: its code where all codes are whole numbers, else its place in the scale from
/// 1, in either case with its words as label. The kinds of missing are six numbers below all answers (-9 to -4 unless an
/// answer is as low), declared missing and labelled. A text has its kind of missing in a variable `ID_missing`.
///
/// # Errors
/// As [`responses_parquet`](super::responses_parquet).
pub fn responses_sav(micro: &Micro<'_>, title: &str) -> Result<Vec<u8>> {
    check(micro)?;
    let all = variables(micro.instrument, micro.groupings, has_readers(micro.responses));
    let is_text = |place: usize| {
        all.iter().any(|v| v.role == Role::Answer(place) && v.storage == Storage::Text && scale(micro, place).is_none())
    };
    let labelled: Vec<Labelled> = all
        .iter()
        .filter(|variable| !matches!(variable.role, Role::Missing(place) if !is_text(place)))
        .map(|variable| labelled(micro, variable))
        .collect();
    Ok(system_file(title, &labelled, micro.responses.len()))
}

fn labelled(micro: &Micro<'_>, variable: &Variable) -> Labelled {
    let content = match variable.role {
        Role::Answer(place) if variable.storage != Storage::Text || scale(micro, place).is_some() => {
            answer(micro, variable, place)
        }
        Role::Ticked(place, _) => {
            let labels = vec![(0.0, "Not ticked".to_owned()), (1.0, "Ticked".to_owned())];
            with_missing(micro, place, numbers(values(micro, variable)), labels, Format::Whole)
        }
        _ => plain(values(micro, variable), variable.storage),
    };
    Labelled { name: variable.name.clone(), label: codebook::label(micro, variable), content }
}

/// The scale of a question, if it has responses to choose from.
fn scale<'a>(micro: &Micro<'a>, place: usize) -> Option<&'a crate::instrument::Scale> {
    let question: &'a Question = &micro.instrument.questions[place];
    question.scale.as_ref().filter(|scale| !scale.responses.is_empty())
}

fn answer(micro: &Micro<'_>, variable: &Variable, place: usize) -> Content {
    let Some(scale) = scale(micro, place) else {
        let format = match variable.storage {
            Storage::Date => Format::Date,
            Storage::Number => Format::Decimal,
            _ => Format::Whole,
        };
        return with_missing(micro, place, numbers(values(micro, variable)), Vec::new(), format);
    };
    let number = |response: usize| match variable.storage {
        Storage::Whole => scale.responses.get(response).and_then(|response| response.code.parse().ok()),
        _ => Some(response as f64 + 1.0),
    };
    let given = micro.responses.iter().map(|response| match &response.answers[place].answer {
        Answer::Response(chosen) => number(*chosen),
        _ => None,
    });
    let labels =
        scale.responses.iter().enumerate().filter_map(|(at, r)| Some((number(at)?, r.label.clone()))).collect();
    with_missing(micro, place, given.collect(), labels, Format::Whole)
}

/// Puts the kinds of missing in, below all answers.
fn with_missing(
    micro: &Micro<'_>,
    place: usize,
    mut values: Vec<Option<f64>>,
    mut labels: Vec<(f64, String)>,
    format: Format,
) -> Content {
    let taken = values.iter().flatten().chain(labels.iter().map(|(value, _)| value));
    let least = taken.copied().fold(0.0, f64::min);
    let mut low = -9.0;
    while low + 5.0 >= least {
        low = low * 10.0 - 9.0;
    }
    let code = |kind: Missing| {
        let place = Missing::ALL.iter().position(|known| *known == kind).unwrap_or_default();
        low + place as f64
    };
    for (value, response) in values.iter_mut().zip(micro.responses) {
        if let Answer::Missing(kind) = response.answers[place].answer {
            *value = Some(code(kind));
        }
    }
    labels.extend(codebook::missing_words(micro, place).into_iter().map(|(kind, words)| (code(kind), words)));
    Content::Number { values, labels, missing: Some((low, low + 5.0)), format }
}

fn plain(values: Values, storage: Storage) -> Content {
    match values {
        Values::Text(texts) => Content::Text(texts.into_iter().map(Option::unwrap_or_default).collect()),
        values => {
            let format = if storage == Storage::Number { Format::Decimal } else { Format::Whole };
            Content::Number { values: numbers(values), labels: Vec::new(), missing: None, format }
        }
    }
}

/// A column's numbers; dates as SPSS counts them.
fn numbers(values: Values) -> Vec<Option<f64>> {
    match values {
        Values::Text(texts) => vec![None; texts.len()],
        Values::Whole(numbers) => numbers.into_iter().map(|number| number.map(|number| number as f64)).collect(),
        Values::Number(numbers) => numbers,
        Values::Tick(ticks) => ticks.into_iter().map(|tick| tick.map(f64::from)).collect(),
        Values::Date(days) => {
            let seconds = |days: i32| (f64::from(days) + DAYS_BEFORE_1970) * SECONDS_OF_A_DAY;
            days.into_iter().map(|days| days.map(seconds)).collect()
        }
    }
}
