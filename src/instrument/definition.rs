//! From an instrument's TOML file to the [`Instrument`]: names resolved, faults underlined.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::measure::{NetText, ScoreText};
use super::{
    Condition, HighIs, Instrument, MissingResponse, Question, QuestionKind, Response, Scale, Section, Valence,
    excerpt::from_toml, nearest, parse_toml, underline,
};
use crate::error::{Error, Result};
use crate::files::sha256_hex;
use crate::terms::{Missing, StudyKind};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    instrument: Head,
    #[serde(default)]
    scales: BTreeMap<String, Spanned<ScaleText>>,
    #[serde(rename = "section")]
    sections: Vec<SectionText>,
    #[serde(rename = "score", default)]
    scores: Vec<ScoreText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: Spanned<String>,
    version: String,
    title: String,
    kind: StudyKind,
    #[serde(default)]
    introduction: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleText {
    responses: Vec<Spanned<ResponseText>>,
    #[serde(default)]
    missing: Vec<Spanned<MissingText>>,
    #[serde(default)]
    positive_label: String,
    #[serde(default)]
    nets: Vec<NetText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResponseText {
    code: Code,
    label: String,
    #[serde(default)]
    valence: Valence,
    score: Option<f64>,
    #[serde(default)]
    exclusive: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MissingText {
    code: Code,
    label: String,
    kind: Missing,
}

/// A code may be written as a number or as a text.
#[derive(Deserialize, Clone)]
#[serde(untagged)]
pub(super) enum Code {
    Number(i64),
    Text(String),
}

impl Code {
    pub(super) fn text(&self) -> String {
        match self {
            Code::Number(number) => number.to_string(),
            Code::Text(text) => text.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionText {
    id: Spanned<String>,
    title: String,
    #[serde(default)]
    guidance: String,
    #[serde(rename = "question", default)]
    questions: Vec<QuestionText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionText {
    id: Spanned<String>,
    text: String,
    label: Option<String>,
    kind: Spanned<QuestionKind>,
    scale: Option<Spanned<String>>,
    #[serde(default)]
    required: bool,
    ask_if: Option<Spanned<ConditionText>>,
    #[serde(default)]
    guidance: String,
    #[serde(default)]
    indicators: Vec<Spanned<String>>,
    #[serde(default)]
    benchmarks: Vec<String>,
    #[serde(default)]
    concern: Vec<Spanned<Code>>,
    minimum: Option<Spanned<f64>>,
    maximum: Option<Spanned<f64>>,
    earliest: Option<Spanned<String>>,
    latest: Option<Spanned<String>>,
    high_is: Option<HighIs>,
    #[serde(default)]
    nets: Vec<NetText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionText {
    question: Spanned<String>,
    is: Spanned<Vec<Spanned<Code>>>,
}

/// Reads an instrument.
///
/// # Errors
/// When the file cannot be read or a definition in it does not hold: an unknown scale, a code used twice, routing to a
/// later question, and so on. The line is underlined.
pub fn read(path: &Path) -> Result<Instrument> {
    let (file, text) = parse_toml::<File>(path)?;
    Resolver::new(path, &text, &file).instrument(file)
}

/// Reads an instrument from text; `name` stands for the file in messages.
///
/// # Errors
/// As [`read`].
pub fn parse(name: &Path, text: &str) -> Result<Instrument> {
    let file = from_toml::<File>(name, text)?;
    Resolver::new(name, text, &file).instrument(file)
}

pub(super) struct Resolver<'a> {
    path: &'a Path,
    text: &'a str,
    /// Every question's id with the line that it stands in, also of those still to come.
    ids: Vec<(String, usize)>,
}

impl<'a> Resolver<'a> {
    fn new(path: &'a Path, text: &'a str, file: &File) -> Self {
        let line = |span: Range<usize>| text[..span.start].matches('\n').count() + 1;
        let questions = file.sections.iter().flat_map(|section| &section.questions);
        let ids = questions.map(|question| (question.id.get_ref().clone(), line(question.id.span()))).collect();
        Resolver { path, text, ids }
    }

    /// The line of the first question with this id.
    fn line_of(&self, id: &str) -> Option<usize> {
        self.ids.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).map(|(_, line)| *line)
    }

    pub(super) fn fault(&self, span: Range<usize>, problem: impl Into<String>, label: impl Into<String>) -> Error {
        underline(self.path, self.text, span, problem, label)
    }

    fn instrument(&self, file: File) -> Result<Instrument> {
        self.name(&file.instrument.id, "the instrument")?;
        let mut scales = BTreeMap::new();
        let mut nets = BTreeMap::new();
        for (id, mut scale) in file.scales {
            nets.insert(id.clone(), std::mem::take(&mut scale.get_mut().nets));
            let scale = self.scale(&id, scale)?;
            scales.insert(id, scale);
        }
        for (id, nets) in &nets {
            self.nets(nets, &scales[id], &format!("scale \"{id}\""))?;
        }
        let mut sections = Vec::new();
        let mut questions: Vec<Question> = Vec::new();
        for section in file.sections {
            let id = section.id.get_ref();
            if sections.iter().any(|other: &Section| other.id == *id) {
                return Err(self
                    .fault(section.id.span(), format!("section \"{id}\" is defined twice"), "the second one")
                    .expected("each id once among the sections")
                    .hint("choose another id, or move its questions to the first one"));
            }
            for question in section.questions {
                let mut shared: Vec<NetText> = Vec::new();
                if let Some(named) = &question.scale {
                    shared.extend(nets.get(named.get_ref()).into_iter().flatten().cloned());
                }
                let question = self.question(question, shared, sections.len(), &scales, &questions)?;
                questions.push(question);
            }
            sections.push(Section { id: section.id.into_inner(), title: section.title, guidance: section.guidance });
        }
        if questions.is_empty() {
            return Err(Error::definition(self.path, "the instrument asks nothing")
                .expected("at least one [[section.question]]")
                .hint("write the questions under the [[section]] that they belong to"));
        }
        let scores = self.scores(file.scores, &questions)?;
        let head = file.instrument;
        Ok(Instrument {
            id: head.id.into_inner(),
            version: head.version,
            title: head.title,
            kind: head.kind,
            introduction: head.introduction,
            sections,
            questions,
            scores,
            hash: sha256_hex(self.text.as_bytes()),
        })
    }

    /// Names become columns and tokens, so they hold letters, digits, `-` and `_` only.
    pub(super) fn name(&self, name: &Spanned<String>, of: &str) -> Result<()> {
        let text = name.get_ref();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain) {
            return Ok(());
        }
        Err(self
            .fault(name.span(), format!("the id of {of} cannot be used as a column name"), "this id")
            .expected("a letter, then letters, digits, - or _")
            .hint("choose a short name; the wording goes into text"))
    }

    fn scale(&self, id: &str, scale: Spanned<ScaleText>) -> Result<Scale> {
        let span = scale.span();
        let scale = scale.into_inner();
        if scale.responses.is_empty() {
            return Err(self
                .fault(span, format!("scale \"{id}\" has no responses"), "nothing to choose from")
                .expected("responses = [{ code = \"...\", label = \"...\" }, ...]"));
        }
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let mut check = |span: Range<usize>, code: &str, label: &str| {
            for (what, text) in [("code", code.trim().to_lowercase()), ("label", label.trim().to_lowercase())] {
                if seen.insert(text.clone(), what).is_some_and(|before| before == what) {
                    return Err(self
                        .fault(span.clone(), format!("scale \"{id}\" has a {what} twice"), format!("\"{text}\" again"))
                        .expected("each code and each label once in a scale, missing ones included")
                        .hint(format!("give one of the two another {what}")));
                }
            }
            Ok(())
        };
        let mut responses = Vec::new();
        for response in scale.responses {
            let span = response.span();
            let response = response.into_inner();
            let code = response.code.text();
            check(span.clone(), &code, &response.label)?;
            if response.score.is_some_and(|score| !score.is_finite()) {
                return Err(self
                    .fault(span, format!("scale \"{id}\" has a score that is no number"), "this response")
                    .expected("a whole or decimal number, such as score = 4"));
            }
            let ResponseText { label, valence, score, exclusive, .. } = response;
            responses.push(Response { code, label, valence, score, exclusive });
        }
        let mut missing = Vec::new();
        for response in scale.missing {
            let span = response.span();
            let response = response.into_inner();
            let code = response.code.text();
            check(span, &code, &response.label)?;
            missing.push(MissingResponse { code, label: response.label, kind: response.kind });
        }
        let positive_label = if scale.positive_label.is_empty() { "Positive".to_owned() } else { scale.positive_label };
        Ok(Scale { id: id.to_owned(), responses, missing, positive_label })
    }

    fn question(
        &self,
        question: QuestionText,
        mut nets: Vec<NetText>,
        section: usize,
        scales: &BTreeMap<String, Scale>,
        before: &[Question],
    ) -> Result<Question> {
        self.name(&question.id, "a question")?;
        let id = question.id.get_ref().clone();
        if before.iter().any(|other| other.id.eq_ignore_ascii_case(&id)) {
            return Err(self
                .fault(question.id.span(), format!("question \"{id}\" is defined twice"), "the second one")
                .expected("each id once in the instrument, in capitals or not")
                .hint(match self.line_of(&id) {
                    Some(line) => format!("the first one stands in line {line}; choose another id for this one"),
                    None => "choose another id for this one".to_owned(),
                }));
        }
        let kind = *question.kind.get_ref();
        let scale = self.question_scale(&question, kind, scales)?;
        if kind == QuestionKind::Rating && scale.as_ref().is_some_and(|scale| !scale.has_scores()) {
            return Err(self
                .fault(question.kind.span(), format!("question \"{id}\" is a rating without scores"), "a rating")
                .expected("score = NUMBER on every response of its scale")
                .hint("add the scores, or make the question single"));
        }
        let concern =
            question.concern.iter().map(|code| self.code_of(code, scale.as_ref(), &id)).collect::<Result<Vec<_>>>()?;
        for indicator in &question.indicators {
            let parts: Vec<&str> = indicator.get_ref().split('.').collect();
            if parts.len() != 2 || parts.iter().any(|part| part.parse::<u32>().is_err()) {
                return Err(self
                    .fault(indicator.span(), "this is not the number of a quality indicator", "this number")
                    .expected("area and indicator, such as \"5.3\"")
                    .hint("the numbers are listed in instruments/frameworks"));
            }
        }
        self.bounds(&question, kind)?;
        let ask_if = question.ask_if.map(|condition| self.condition(condition, &id, before)).transpose()?;
        let earliest = question.earliest.as_ref().map(|date| self.date(date)).transpose()?;
        let latest = question.latest.as_ref().map(|date| self.date(date)).transpose()?;
        if let (Some(first), Some(last), Some(place)) = (earliest, latest, &question.earliest)
            && first > last
        {
            return Err(self
                .fault(place.span(), format!("question \"{id}\" allows no date"), format!("after {last}"))
                .expected(format!("a date not after latest = \"{last}\"")));
        }
        nets.extend(question.nets);
        let nets = match &scale {
            Some(scale) => self.nets(&nets, scale, &format!("question \"{id}\""))?,
            None => self.no_nets(&nets, &id)?,
        };
        let high_is = question.high_is.unwrap_or(match &scale {
            Some(scale) if scale.has_positive() => HighIs::Good,
            _ => HighIs::Neither,
        });
        Ok(Question {
            section,
            high_is,
            nets,
            label: question.label.unwrap_or_else(|| question.text.clone()),
            text: question.text,
            kind,
            scale,
            required: question.required,
            ask_if,
            guidance: question.guidance,
            indicators: question.indicators.into_iter().map(Spanned::into_inner).collect(),
            benchmarks: question.benchmarks,
            concern,
            minimum: question.minimum.map(Spanned::into_inner),
            maximum: question.maximum.map(Spanned::into_inner),
            earliest,
            latest,
            id,
        })
    }

    /// Bounds belong to the kinds of answer that they can bound, and leave something between them.
    fn bounds(&self, question: &QuestionText, kind: QuestionKind) -> Result<()> {
        let id = question.id.get_ref();
        let numeric = matches!(kind, QuestionKind::Integer | QuestionKind::Decimal);
        let dated = kind == QuestionKind::Date;
        for (bound, fits, kinds) in [
            (question.minimum.as_ref().map(Spanned::span), numeric, "an integer or decimal question"),
            (question.maximum.as_ref().map(Spanned::span), numeric, "an integer or decimal question"),
            (question.earliest.as_ref().map(Spanned::span), dated, "a date question"),
            (question.latest.as_ref().map(Spanned::span), dated, "a date question"),
        ] {
            if let (Some(span), false) = (bound, fits) {
                return Err(self
                    .fault(span, format!("question \"{id}\" has a bound that its kind cannot have"), "this bound")
                    .expected(kinds)
                    .hint("take the bound away, or change the question's kind"));
            }
        }
        if let (Some(low), Some(high)) = (&question.minimum, &question.maximum)
            && low.get_ref() > high.get_ref()
        {
            let high = high.get_ref();
            return Err(self
                .fault(low.span(), format!("question \"{id}\" allows no number"), format!("above {high}"))
                .expected(format!("a number not above maximum = {high}")));
        }
        Ok(())
    }

    fn question_scale(
        &self,
        question: &QuestionText,
        kind: QuestionKind,
        scales: &BTreeMap<String, Scale>,
    ) -> Result<Option<Scale>> {
        let id = question.id.get_ref();
        match &question.scale {
            Some(name) if kind.has_scale() => match scales.get(name.get_ref()) {
                Some(scale) => Ok(Some(scale.clone())),
                None => {
                    let known: Vec<&str> = scales.keys().map(String::as_str).collect();
                    let error = self
                        .fault(name.span(), format!("question \"{id}\" uses an unknown scale"), "no such scale")
                        .expected(format!("one of {}", known.join(", ")));
                    Err(match nearest(name.get_ref(), known) {
                        Some(near) => {
                            error.hint(format!("did you mean \"{near}\"? Otherwise define [scales.{}]", name.get_ref()))
                        }
                        None => error.hint(format!("define [scales.{}]", name.get_ref())),
                    })
                }
            },
            Some(name) => Err(self
                .fault(name.span(), format!("question \"{id}\" takes no scale"), "this scale")
                .expected("no scale for numbers, dates and text")
                .hint("take the scale away, or make the question single, multiple, rating or yes-no")),
            None if kind == QuestionKind::YesNo => Ok(Some(yes_no())),
            None if kind.has_scale() => Err(self
                .fault(question.kind.span(), format!("question \"{id}\" has nothing to choose from"), "needs a scale")
                .expected("scale = \"NAME\", defined under [scales.NAME]")),
            None => Ok(None),
        }
    }

    /// A code named in a routing condition or a concern must be one of the scale's.
    pub(super) fn code_of(&self, code: &Spanned<Code>, scale: Option<&Scale>, id: &str) -> Result<String> {
        let text = code.get_ref().text();
        let codes: Vec<&str> =
            scale.map(|scale| scale.responses.iter().map(|r| r.code.as_str()).collect()).unwrap_or_default();
        if codes.contains(&text.as_str()) {
            return Ok(text);
        }
        if codes.is_empty() {
            return Err(self
                .fault(code.span(), format!("question \"{id}\" has no responses to name"), "this code")
                .expected("a question with a scale"));
        }
        let error = self
            .fault(code.span(), format!("question \"{id}\" has no response with this code"), "no such code")
            .expected(format!("one of {}", codes.join(", ")));
        let labelled = scale.and_then(|scale| scale.responses.iter().find(|r| r.label.eq_ignore_ascii_case(&text)));
        Err(match (labelled, nearest(&text, codes)) {
            (Some(response), _) => error.hint(format!("\"{text}\" is the label; the code is \"{}\"", response.code)),
            (None, Some(near)) => error.hint(format!("did you mean \"{near}\"?")),
            (None, None) => error,
        })
    }

    fn condition(&self, condition: Spanned<ConditionText>, id: &str, before: &[Question]) -> Result<Condition> {
        let condition = condition.into_inner();
        let name = condition.question.get_ref();
        let Some(position) = before.iter().position(|question| question.id == *name) else {
            let span = condition.question.span();
            let earlier: Vec<&str> = before.iter().map(|question| question.id.as_str()).collect();
            let problem = format!("question \"{id}\" is routed by a question that does not come before it");
            return Err(if name == id {
                self.fault(span, format!("question \"{id}\" is routed by itself"), "itself")
                    .expected("the id of a question further up")
            } else if let Some(line) = self.line_of(name) {
                self.fault(span, problem, format!("comes later, in line {line}"))
                    .expected("the id of a question further up")
                    .hint(format!("move \"{name}\" above \"{id}\", or ask about an earlier question"))
            } else {
                let error = self
                    .fault(span, format!("question \"{id}\" is routed by an unknown question"), "no such question")
                    .expected("the id of a question further up");
                match nearest(name, earlier) {
                    Some(near) => error.hint(format!("did you mean \"{near}\"?")),
                    None => error,
                }
            });
        };
        let gate = &before[position];
        if condition.is.get_ref().is_empty() {
            return Err(self
                .fault(condition.is.span(), format!("question \"{id}\" would never be asked"), "no response leads here")
                .expected(format!("codes of responses to \"{name}\", such as is = [\"yes\"]")));
        }
        let codes = condition
            .is
            .get_ref()
            .iter()
            .map(|code| self.code_of(code, gate.scale.as_ref(), name))
            .collect::<Result<Vec<_>>>()?;
        Ok(Condition { question: position, codes })
    }

    fn date(&self, date: &Spanned<String>) -> Result<NaiveDate> {
        NaiveDate::parse_from_str(date.get_ref(), "%Y-%m-%d").map_err(|_| {
            self.fault(date.span(), "this is not a date", "this text")
                .expected("year-month-day, such as \"2026-03-31\"")
        })
    }
}

/// The scale of a yes / no question that names none.
fn yes_no() -> Scale {
    let response = |code: &str, label: &str, valence, score| Response {
        code: code.to_owned(),
        label: label.to_owned(),
        valence,
        score: Some(score),
        exclusive: false,
    };
    Scale {
        id: "yes-no".to_owned(),
        responses: vec![response("yes", "Yes", Valence::Positive, 1.0), response("no", "No", Valence::Negative, 0.0)],
        missing: vec![MissingResponse {
            code: "na".to_owned(),
            label: "Not applicable".to_owned(),
            kind: Missing::NotApplicable,
        }],
        positive_label: "Yes".to_owned(),
    }
}
