//! The instrument: what is asked, how it may be answered, and what it is evidence for.
//!
//! One TOML file per instrument. [`read`] turns it into an [`Instrument`] in which every name has been resolved: each
//! question holds its own scale, each routing condition has been parsed, and nothing can dangle.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::formula::Formula;
use crate::terms::{Missing, StudyKind};

mod combined;
mod comparison;
mod definition;
mod edit;
mod excerpt;
mod kind;
mod language;
mod measure;
mod plain_words;
mod repeat;
mod route;
mod variant;
mod wide;

pub use combined::{Put, Variant, Variants};
pub use definition::{Code, Examined, examine, parse, read};
pub(crate) use edit::FRAME;
pub use edit::{EditAction, EditCondition, EditPart, EditRule, EditSlot, EditTest, Take};
pub(crate) use excerpt::is_conflict_mark;
pub use excerpt::{nearest, parse_toml, underline};
pub use kind::{ItemKind, Rule};
pub use language::{QuestionTexts, SectionTexts, Translation};
pub use measure::{HighIs, Item, Net, Score};
pub(crate) use plain_words::said as in_plain_words;
pub use repeat::Repeat;
pub use route::Row;

/// A questionnaire or an audit form.
#[derive(Debug, Clone, PartialEq)]
pub struct Instrument {
    /// Short name, as in the token of a return workbook.
    pub id: String,
    /// Version of the wording; answers are read with the version they were given under.
    pub version: String,
    /// Title as printed.
    pub title: String,
    /// Whether people or readers fill it in.
    pub kind: StudyKind,
    /// What the person filling it in should know first; paragraphs divided by a blank line.
    pub introduction: String,
    /// The parts of the form, in order.
    pub sections: Vec<Section>,
    /// All questions in the order in which they are asked.
    pub questions: Vec<Question>,
    /// Scores made from the answers to several questions.
    pub scores: Vec<Score>,
    /// What is shown and not answered, in order.
    pub notes: Vec<Note>,
    /// What is asked again for each of several.
    pub repeats: Vec<Repeat>,
    /// The language of the texts; empty where the file does not say it.
    pub language: String,
    /// The texts in other languages.
    pub translations: BTreeMap<String, Translation>,
    /// What is done where answers contradict each other, in the order in which it is done.
    pub edits: Vec<EditRule>,
    /// SHA-256 of the file.
    pub hash: String,
}

/// A part of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Short name.
    pub id: String,
    /// Heading as printed.
    pub title: String,
    /// What to know before answering this part.
    pub guidance: String,
    /// What the office enters about everybody, also about those who gave no answer: a row in which nothing else stands is no
    /// return, and no shares are estimated from it.
    pub record: bool,
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Short name, unique in the instrument; the column in data files.
    pub id: String,
    /// The place of its section in [`Instrument::sections`].
    pub section: usize,
    /// The wording as asked.
    pub text: String,
    /// A few words that stand for the question in tables and charts.
    pub label: String,
    /// What kind of answer it takes.
    pub kind: QuestionKind,
    /// The responses to choose from; absent for numbers, dates and text.
    pub scale: Option<Scale>,
    /// An answer is expected whenever the question is asked.
    pub required: bool,
    /// When the question is asked; always, if absent.
    pub ask_if: Option<Condition>,
    /// Criteria for a file reader, or help for a respondent.
    pub guidance: String,
    /// The quality indicators that the answers are evidence for (`5.3`).
    pub indicators: Vec<String>,
    /// The benchmark figures that the positive share compares with, by the figure's id.
    pub benchmarks: Vec<String>,
    /// Codes of responses that mean that somebody must act at once.
    pub concern: Vec<String>,
    /// Lowest number allowed.
    pub minimum: Option<f64>,
    /// Highest number allowed.
    pub maximum: Option<f64>,
    /// Earliest date allowed.
    pub earliest: Option<NaiveDate>,
    /// Latest date allowed.
    pub latest: Option<NaiveDate>,
    /// Whether a high positive share, or a high number, is good.
    pub high_is: HighIs,
    /// Sets of responses whose shares are shown together.
    pub nets: Vec<Net>,
    /// How it was worded in earlier versions of the instrument, by version.
    pub previous: BTreeMap<String, String>,
    /// What lies between two numbers of a range.
    pub step: Option<f64>,
    /// What is written out about it in the language of forms.
    pub written: Written,
    /// How the standard and the easy-read form put it, where they differ; [`Question::scale`] is what both have in common.
    pub variants: Option<Box<Variants>>,
    /// The only form that asks it; both if none.
    pub only_in: Option<Variant>,
}

/// What is written out about a question in the language of forms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Written {
    /// When it is asked, beside `ask_if`: its own condition and those of all groups that it stands in.
    pub relevant: Option<Formula>,
    /// When an answer is needed, if not always.
    pub required: Option<Formula>,
    /// What must hold of an answer.
    pub constraint: Option<Formula>,
    /// What to say where it does not hold.
    pub constraint_message: String,
    /// How it is worked out from other answers.
    pub calculation: Option<Formula>,
    /// Whether what is worked out is a number.
    pub numeric: bool,
    /// Which responses are offered, given other answers.
    pub filter: Option<Filter>,
}

/// Which responses are offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// What holds of a response that is offered.
    pub formula: Formula,
    /// The columns of each valid response, in the scale's order.
    pub columns: Vec<BTreeMap<String, String>>,
}

/// Words to read; nothing is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Short name.
    pub id: String,
    /// The words.
    pub text: String,
    /// The place of its section in [`Instrument::sections`].
    pub section: usize,
    /// The place in [`Instrument::questions`] of the question that it stands before.
    pub before: usize,
}

/// What kind of answer a question takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// One of the scale's responses.
    Single,
    /// Any of the scale's responses, unless one is exclusive.
    Multiple,
    /// A point on an ordered scale, each with a score.
    Rating,
    /// Yes or no.
    YesNo,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A date.
    Date,
    /// Words.
    Text,
    /// A number picked between two ends, by steps.
    Range,
    /// A time of day.
    Time,
    /// A date with a time.
    DateTime,
    /// The scale's responses put in order.
    Rank,
    /// A number or words worked out from other answers.
    Calculate,
    /// A box to tick: read and understood.
    Acknowledge,
}

impl QuestionKind {
    /// Whether the answers are responses of a scale.
    pub fn has_scale(self) -> bool {
        use QuestionKind::{Acknowledge, Multiple, Rank, Rating, Single, YesNo};
        matches!(self, Single | Multiple | Rating | YesNo | Rank | Acknowledge)
    }

    /// Whether the answers are numbers that somebody gives.
    pub fn is_number(self) -> bool {
        matches!(self, QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Range)
    }

    /// Whether a person gives one response of a scale, so that the answers add up to everybody.
    pub fn gives_one_response(self) -> bool {
        self.has_scale() && !matches!(self, QuestionKind::Multiple | QuestionKind::Rank)
    }
}

/// Follows the words for several responses together where a single one has the same name.
const ALL: &str = " (all)";

/// The words for a share in a sentence, where nothing of the same name stands beside it.
pub fn alone(label: &str) -> &str {
    label.strip_suffix(ALL).unwrap_or(label)
}

/// A set of responses, defined once and used by many questions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scale {
    /// Its name in the instrument.
    pub id: String,
    /// The valid responses, in the order in which they are shown.
    pub responses: Vec<Response>,
    /// The responses that count as missing, with their kind.
    pub missing: Vec<MissingResponse>,
    /// What the positive share is called in tables ("Good or better", "Agree").
    pub positive_label: String,
    /// The scale that this one puts in easier words, if it does.
    pub variant_of: Option<String>,
}

impl Scale {
    /// Whether any response counts as positive, so that a positive share exists.
    pub fn has_positive(&self) -> bool {
        self.responses.iter().any(|response| response.valence == Valence::Positive)
    }

    /// What `responses` of the scale are called together: told apart from a single response of the same name, which is only a
    /// part of them.
    pub fn together(&self, words: &str, responses: usize) -> String {
        let same = self.responses.iter().any(|response| response.label.eq_ignore_ascii_case(words));
        if responses > 1 && same { format!("{words}{ALL}") } else { words.to_owned() }
    }

    /// What all positive responses are called together.
    pub fn positive_together(&self) -> String {
        let positive = self.responses.iter().filter(|response| response.valence == Valence::Positive).count();
        self.together(&self.positive_label, positive)
    }

    /// Whether every response has a score, so that a mean exists.
    pub fn has_scores(&self) -> bool {
        !self.responses.is_empty() && self.responses.iter().all(|response| response.score.is_some())
    }
}

/// One valid response.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Response {
    /// The code in data files.
    pub code: String,
    /// The words on the form.
    pub label: String,
    /// Which way it points.
    pub valence: Valence,
    /// Its number, for means.
    pub score: Option<f64>,
    /// Cannot be ticked together with others.
    pub exclusive: bool,
    /// What it was called in earlier versions of the instrument, by version.
    pub previous: BTreeMap<String, String>,
    /// The codes of the standard scale that it stands for, in a scale that is a variant of another.
    pub stands_for: Vec<String>,
    /// What it and the standard responses that it stands for are called together; empty if not said.
    pub combined: String,
}

/// A response that is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingResponse {
    /// The code in data files.
    pub code: String,
    /// The words on the form.
    pub label: String,
    /// The kind of missing it stands for.
    pub kind: Missing,
    /// What it was called in earlier versions of the instrument, by version.
    pub previous: BTreeMap<String, String>,
}

/// Which way a response points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Valence {
    /// Good for the person or the service.
    Positive,
    /// Neither, or no direction.
    #[default]
    Neutral,
    /// Poor.
    Negative,
}

/// When a question is asked: an earlier question has one of some responses.
///
/// Written `ask_if = { question = "q1", is = ["yes"] }`, so that it can be shown to a reader in words and
/// drawn in a workbook without a language to learn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The place of the earlier question in [`Instrument::questions`].
    pub question: usize,
    /// The codes of the responses that lead here.
    pub codes: Vec<String>,
}

/// One answer to one question, cleaned.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The place of the response in the scale.
    Response(usize),
    /// The places of the responses ticked, ascending, at least one.
    Responses(Vec<usize>),
    /// A whole or decimal number.
    Number(f64),
    /// A date.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A date with a time.
    DateTime(NaiveDateTime),
    /// The places of responses in the order that they were put in, the first one first; may be the first few only.
    Order(Vec<usize>),
    /// Words.
    Text(String),
    /// None, and why.
    Missing(Missing),
}

impl Answer {
    /// Why there is no answer, if there is none.
    pub fn missing(&self) -> Option<Missing> {
        match self {
            Answer::Missing(kind) => Some(*kind),
            _ => None,
        }
    }
}

impl Instrument {
    /// The place of the question with this id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.questions.iter().position(|question| question.id == id)
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// Whether a question is one that the office answers about everybody.
    pub fn is_record(&self, question: &Question) -> bool {
        self.sections.get(question.section).is_some_and(|section| section.record)
    }

    /// The questions that are evidence for each indicator, by the indicator's number.
    pub fn by_indicator(&self) -> BTreeMap<&str, Vec<&Question>> {
        let mut map: BTreeMap<&str, Vec<&Question>> = BTreeMap::new();
        for question in &self.questions {
            for indicator in &question.indicators {
                map.entry(indicator).or_default().push(question);
            }
        }
        map
    }
}

impl Question {
    /// A question of a kind that says nothing about itself but its label.
    pub(crate) fn plain(id: String, section: usize, label: String, kind: QuestionKind) -> Question {
        Question {
            id,
            section,
            text: label.clone(),
            label,
            kind,
            scale: None,
            required: false,
            ask_if: None,
            guidance: String::new(),
            indicators: Vec::new(),
            benchmarks: Vec::new(),
            concern: Vec::new(),
            minimum: None,
            maximum: None,
            earliest: None,
            latest: None,
            high_is: HighIs::Neither,
            nets: Vec::new(),
            previous: BTreeMap::new(),
            step: None,
            written: Written::default(),
            variants: None,
            only_in: None,
        }
    }

    /// Whether one response is all that is positive, so that its share and the positive share are the same figure.
    pub fn has_single_positive(&self) -> bool {
        self.scale.as_ref().is_some_and(|scale| {
            scale.responses.iter().filter(|response| response.valence == Valence::Positive).count() == 1
        })
    }

    /// An answer as it stands in data files: a code, codes joined by `;`, a number, an ISO date, words; empty if missing.
    pub fn code(&self, answer: &Answer) -> String {
        let response = |i: usize| self.scale.as_ref().and_then(|s| s.responses.get(i)).map_or("", |r| r.code.as_str());
        match answer {
            Answer::Response(i) => response(*i).to_owned(),
            Answer::Responses(chosen) | Answer::Order(chosen) => {
                chosen.iter().map(|&i| response(i)).collect::<Vec<_>>().join(";")
            }
            Answer::Time(time) => time.format("%H:%M").to_string(),
            Answer::DateTime(moment) => moment.format("%Y-%m-%dT%H:%M").to_string(),
            Answer::Number(number) => number.to_string(),
            Answer::Date(date) => date.format("%Y-%m-%d").to_string(),
            Answer::Text(text) => text.clone(),
            Answer::Missing(_) => String::new(),
        }
    }

    /// Whether an answer means that somebody must act at once.
    pub fn is_concern(&self, answer: &Answer) -> bool {
        !self.concern.is_empty() && self.code(answer).split(';').any(|code| self.concern.iter().any(|c| c == code))
    }
}
