//! `codebook.csv`: every variable of the data files with its label, type, codes and kinds of missing.

use std::borrow::Cow;

use super::csv;
use super::responses::{Micro, Role, Variable, has_readers, variables};
use crate::error::Result;
use crate::instrument::{QuestionKind, Response, Valence, Variant};
use crate::terms::Missing;

const COLUMNS: [&str; 14] = [
    "variable",
    "label",
    "question",
    "wording",
    "kind",
    "type",
    "code",
    "code_label",
    "valence",
    "score",
    "missing",
    "asked_if",
    "indicators",
    "benchmarks",
];

/// The codebook of `responses.parquet` as csv, in the order of its columns.
///
/// Columns: `variable, label, question, wording, kind, type, code, code_label, valence, score, missing, asked_if,
/// indicators, benchmarks`. A variable with codes has one row for each code, any other one row. `missing` names the
/// kinds of missing that can occur, joined by `|`; the rows of `ID_missing` say what each is called on the form.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn codebook_csv(micro: &Micro<'_>) -> Result<Vec<u8>> {
    let readers = has_readers(micro.responses);
    let rows = variables(micro.instrument, micro.groupings, readers)
        .into_iter()
        .flat_map(|variable| rows(micro, &variable))
        .collect::<Vec<_>>();
    csv(&COLUMNS, rows)
}

/// One row of the codebook, as its columns are named.
#[derive(Clone, Default)]
struct Row {
    variable: String,
    label: String,
    question: String,
    wording: String,
    kind: String,
    storage: &'static str,
    code: String,
    code_label: String,
    valence: &'static str,
    score: String,
    missing: String,
    asked_if: String,
    indicators: String,
    benchmarks: String,
}

impl Row {
    fn cells(self) -> Vec<Cow<'static, str>> {
        vec![
            self.variable.into(),
            self.label.into(),
            self.question.into(),
            self.wording.into(),
            self.kind.into(),
            self.storage.into(),
            self.code.into(),
            self.code_label.into(),
            self.valence.into(),
            self.score.into(),
            self.missing.into(),
            self.asked_if.into(),
            self.indicators.into(),
            self.benchmarks.into(),
        ]
    }
}

fn rows(micro: &Micro<'_>, variable: &Variable) -> Vec<Vec<Cow<'static, str>>> {
    rows_of(micro, variable).into_iter().map(Row::cells).collect()
}

fn rows_of(micro: &Micro<'_>, variable: &Variable) -> Vec<Row> {
    let plain = |label: &str, kind: &str| {
        vec![Row {
            variable: variable.name.clone(),
            label: label.to_owned(),
            kind: kind.to_owned(),
            storage: variable.storage.name(),
            ..Row::default()
        }]
    };
    match variable.role {
        Role::Serial => plain("The unit's serial", "identifier"),
        Role::Reading => plain("1, or 2 for the second reading of a file", "reading"),
        Role::Reader => plain("The reader's code", "reader"),
        Role::Stratum => plain("The stratum the unit was drawn from", "stratum"),
        Role::Weight => plain("How many units of the population it stands for; null for a second reading", "weight"),
        Role::Group(place) if micro.groupings[place].groups.is_empty() => vec![plain_group(micro, variable, place)],
        Role::Group(place) => micro.groupings[place]
            .groups
            .iter()
            .map(|group| Row { code: group.clone(), code_label: group.clone(), ..plain_group(micro, variable, place) })
            .collect(),
        Role::Answer(place) => answer(micro, variable, place),
        Role::Ticked(place, which) => ticked(micro, variable, place, which),
        Role::Missing(place) => missing(micro, variable, place),
        Role::Form => Variant::ALL
            .iter()
            .flat_map(|form| {
                let row = plain("Which form was filled in", "form");
                row.into_iter().map(|row| Row { code: form.name().into(), code_label: form.label().into(), ..row })
            })
            .collect(),
        Role::AsGiven(place) => as_given(micro, variable, place),
    }
}

fn plain_group(micro: &Micro<'_>, variable: &Variable, place: usize) -> Row {
    Row {
        variable: variable.name.clone(),
        label: micro.groupings[place].label.clone(),
        kind: "group".to_owned(),
        storage: variable.storage.name(),
        ..Row::default()
    }
}

/// What all rows of a question's variables have in common.
fn of_question(micro: &Micro<'_>, variable: &Variable, place: usize) -> Row {
    let instrument = micro.instrument;
    let question = &instrument.questions[place];
    let kinds: Vec<&str> = kinds(micro, place).into_iter().map(Missing::name).collect();
    Row {
        variable: variable.name.clone(),
        label: question.label.clone(),
        question: question.id.clone(),
        wording: question.text.clone(),
        kind: kind(question.kind).to_owned(),
        storage: variable.storage.name(),
        missing: kinds.join("|"),
        asked_if: question.ask_if.as_ref().map_or(String::new(), |condition| {
            let gate = instrument.questions.get(condition.question).map_or("", |q| q.id.as_str());
            format!("{gate} = {}", condition.codes.join(" | "))
        }),
        indicators: question.indicators.join("|"),
        benchmarks: question.benchmarks.join("|"),
        ..Row::default()
    }
}

fn answer(micro: &Micro<'_>, variable: &Variable, place: usize) -> Vec<Row> {
    let question = &micro.instrument.questions[place];
    let common = of_question(micro, variable, place);
    match &question.scale {
        Some(scale) if !scale.responses.is_empty() => scale
            .responses
            .iter()
            .map(|response| Row {
                code: response.code.clone(),
                code_label: response.label.clone(),
                valence: valence(response.valence),
                score: response.score.map_or(String::new(), super::digits),
                ..common.clone()
            })
            .collect(),
        _ => vec![common],
    }
}

fn ticked(micro: &Micro<'_>, variable: &Variable, place: usize, which: usize) -> Vec<Row> {
    let question = &micro.instrument.questions[place];
    let mut common = of_question(micro, variable, place);
    if let Some(response) = question.scale.as_ref().and_then(|scale| scale.responses.get(which)) {
        common.label = format!("{}: {}", question.label, response.label);
        common.valence = valence(response.valence);
    }
    [("0", "Not ticked"), ("1", "Ticked")]
        .map(|(code, label)| Row { code: code.to_owned(), code_label: label.to_owned(), ..common.clone() })
        .into()
}

/// The codes that the forms have for the answers, each with the words of its form.
fn as_given(micro: &Micro<'_>, variable: &Variable, place: usize) -> Vec<Row> {
    let question = &micro.instrument.questions[place];
    let mut common = of_question(micro, variable, place);
    common.label = format!("{}: the answer as it was given", question.label);
    let of = |variant: Variant| {
        let responses =
            question.put(variant).and_then(|put| put.scale.as_ref()).map(|scale| scale.responses.as_slice());
        responses.unwrap_or_default().iter().map(move |response| (variant, response))
    };
    let row = |(variant, response): (Variant, &Response)| Row {
        code: response.code.clone(),
        code_label: format!("{}: {}", variant.label(), response.label),
        ..common.clone()
    };
    Variant::ALL.into_iter().flat_map(of).map(row).collect()
}

fn missing(micro: &Micro<'_>, variable: &Variable, place: usize) -> Vec<Row> {
    let question = &micro.instrument.questions[place];
    let mut common = of_question(micro, variable, place);
    common.label = format!("{}: why there is no answer", question.label);
    "missing".clone_into(&mut common.kind);
    common.missing.clear();
    missing_words(micro, place)
        .into_iter()
        .map(|(kind, words)| Row { code: kind.name().to_owned(), code_label: words, ..common.clone() })
        .collect()
}

/// The kinds of missing that a question can have, each as it is called on the form.
pub(super) fn missing_words(micro: &Micro<'_>, place: usize) -> Vec<(Missing, String)> {
    let on_form = |kind: Missing| {
        let scale = micro.instrument.questions[place].scale.iter();
        scale.flat_map(|scale| &scale.missing).find(|missing| missing.kind == kind)
    };
    let words = |kind: Missing| on_form(kind).map_or(kind.label(), |missing| missing.label.as_str()).to_owned();
    kinds(micro, place).into_iter().map(|kind| (kind, words(kind))).collect()
}

/// A variable's label in words.
pub(super) fn label(micro: &Micro<'_>, variable: &Variable) -> String {
    rows_of(micro, variable).into_iter().next().map_or(String::new(), |row| row.label)
}

/// The kinds of missing that can occur: those on the form, those that come about without it, and any that was read.
fn kinds(micro: &Micro<'_>, place: usize) -> Vec<Missing> {
    let question = &micro.instrument.questions[place];
    let read = |kind: Missing| {
        let answers = micro.responses.iter().filter_map(|response| response.answers.get(place));
        answers.filter_map(|given| given.answer.missing()).any(|found| found == kind)
    };
    Missing::ALL
        .into_iter()
        .filter(|kind| {
            read(*kind)
                || match kind {
                    Missing::Unreadable | Missing::NotAnswered => true,
                    Missing::NotAsked => question.ask_if.is_some(),
                    _ => question.scale.iter().flat_map(|scale| &scale.missing).any(|missing| missing.kind == *kind),
                }
        })
        .collect()
}

fn kind(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Single => "single",
        QuestionKind::Multiple => "multiple",
        QuestionKind::Rating => "rating",
        QuestionKind::YesNo => "yes-no",
        QuestionKind::Integer => "integer",
        QuestionKind::Decimal => "decimal",
        QuestionKind::Date => "date",
        QuestionKind::Text => "text",
    }
}

fn valence(valence: Valence) -> &'static str {
    match valence {
        Valence::Positive => "positive",
        Valence::Neutral => "neutral",
        Valence::Negative => "negative",
    }
}
