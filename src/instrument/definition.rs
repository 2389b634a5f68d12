//! From an instrument's TOML file to the [`Instrument`]: names resolved, faults underlined.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::combined::combine;
use super::comparison::meant_code;
use super::measure::{NetText, ScoreText};
use super::{
    Condition, HighIs, Instrument, ItemKind, MissingResponse, Note, Put, Question, QuestionKind, Response, Rule, Scale,
    Section, Translation, Valence, Variant, Variants as Forms, excerpt::from_toml, nearest, parse_toml, underline,
};
use crate::error::{Error, Result};
use crate::files::sha256_hex;
use crate::formula::Formula;
use crate::terms::{Missing, StudyKind};

mod asked;
mod edit_order;
mod edits;
mod form_only;
mod languages;
mod variants;

use super::wide::{CarriedSheet, EasyRead, HeadTranslation, LabelTranslation, QuestionTranslation, SectionTranslation};
use asked::{Asked, Became, Routing, Within};
use variants::Variants;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what only a form carries is checked for its shape here and read by convert")]
struct File {
    instrument: Head,
    /// Sheets of another format that are carried through.
    #[serde(default)]
    carried: Vec<CarriedSheet>,
    #[serde(default)]
    scales: BTreeMap<String, Spanned<ScaleText>>,
    #[serde(rename = "section")]
    sections: Vec<SectionText>,
    #[serde(rename = "score", default)]
    scores: Vec<ScoreText>,
    #[serde(rename = "edit", default)]
    edits: Vec<edits::EditText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what only a form carries is checked for its shape here and read by convert")]
struct Head {
    id: Spanned<String>,
    version: String,
    title: String,
    kind: StudyKind,
    #[serde(default)]
    introduction: String,
    /// The language of the texts that stand outside `translations`.
    language: Option<String>,
    #[serde(default)]
    translations: BTreeMap<String, HeadTranslation>,
    #[serde(default)]
    style: String,
    #[serde(default)]
    hints_off: Vec<String>,
    /// Settings of another format that are carried through.
    #[serde(default)]
    carried: BTreeMap<String, String>,
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
    /// The scale that this one puts in easier words; each response says which codes of it it stands for.
    variant_of: Option<Spanned<String>>,
    /// Codes of that scale that this one does not offer.
    #[serde(default)]
    without: Vec<Spanned<Code>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what only a form carries is checked for its shape here and read by convert")]
struct ResponseText {
    code: Code,
    label: String,
    #[serde(default)]
    valence: Valence,
    score: Option<f64>,
    #[serde(default)]
    exclusive: bool,
    #[serde(default)]
    translations: BTreeMap<String, LabelTranslation>,
    #[serde(default)]
    previous: BTreeMap<String, String>,
    #[serde(default)]
    stands_for: Vec<Spanned<Code>>,
    #[serde(default)]
    combined: String,
    #[serde(default)]
    carried: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what only a form carries is checked for its shape here and read by convert")]
struct MissingText {
    code: Code,
    label: String,
    kind: Missing,
    #[serde(default)]
    translations: BTreeMap<String, LabelTranslation>,
    #[serde(default)]
    previous: BTreeMap<String, String>,
    #[serde(default)]
    carried: BTreeMap<String, String>,
}

/// A code, written as a number or as a text.
#[derive(Debug, Deserialize, Clone)]
#[serde(untagged)]
pub enum Code {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

impl Code {
    /// The code as data files have it.
    pub fn text(&self) -> String {
        match self {
            Code::Number(number) => number.to_string(),
            Code::Text(text) => text.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what only a form carries is checked for its shape here and read by convert")]
struct SectionText {
    id: Spanned<String>,
    title: String,
    #[serde(default)]
    guidance: String,
    /// Whether the office answers these questions about everybody.
    #[serde(default)]
    record: bool,
    /// False where the questions stand in no group of the form.
    group: Option<Spanned<bool>>,
    ask_if: Option<Spanned<ConditionText>>,
    relevant: Option<Spanned<String>>,
    #[serde(default)]
    appearance: String,
    #[serde(default)]
    translations: BTreeMap<String, SectionTranslation>,
    #[serde(default)]
    carried: BTreeMap<String, String>,
    #[serde(rename = "question", default)]
    questions: Vec<QuestionText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what only a form carries is checked for its shape here and read by convert")]
struct QuestionText {
    id: Spanned<String>,
    text: String,
    label: Option<String>,
    kind: Spanned<ItemKind>,
    scale: Option<Spanned<String>>,
    required: Option<Spanned<Rule>>,
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
    #[serde(default)]
    guidance_hint: String,
    #[serde(default)]
    required_message: String,
    relevant: Option<Spanned<String>>,
    constraint: Option<Spanned<String>>,
    #[serde(default)]
    constraint_message: String,
    calculation: Option<Spanned<String>>,
    #[serde(default)]
    default: String,
    read_only: Option<Spanned<Rule>>,
    #[serde(default)]
    parameters: String,
    choice_filter: Option<Spanned<String>>,
    #[serde(default)]
    appearance: String,
    or_other: Option<Spanned<bool>>,
    repeat_count: Option<Spanned<String>>,
    /// What an item of kind other is called in the format that it comes from.
    #[serde(rename = "type")]
    foreign: Option<Spanned<String>>,
    #[serde(default)]
    translations: BTreeMap<String, QuestionTranslation>,
    #[serde(default)]
    previous: BTreeMap<String, String>,
    easy_read: Option<Spanned<EasyRead>>,
    only_in: Option<Spanned<Variant>>,
    #[serde(default)]
    hints_off: Vec<String>,
    #[serde(default)]
    carried: BTreeMap<String, String>,
    /// The items of a group or a repeat.
    #[serde(rename = "question", default)]
    questions: Vec<QuestionText>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct ConditionText {
    question: Spanned<String>,
    is: Spanned<Vec<Spanned<Code>>>,
}

/// Reads an instrument.
///
/// # Errors
/// When the file cannot be read or a definition in it does not hold: an unknown scale, a code used twice, routing to a
/// later question, and so on; or when it asks what a study cannot ask. The line is underlined.
pub fn read(path: &Path) -> Result<Instrument> {
    let (file, text) = parse_toml::<File>(path)?;
    Resolver::new(path, &text, &file).examine(file).instrument()
}

/// Reads an instrument from text; `name` stands for the file in messages.
///
/// # Errors
/// As [`read`].
pub fn parse(name: &Path, text: &str) -> Result<Instrument> {
    examine(name, text)?.instrument()
}

/// Looks for everything that is wrong in an instrument, and for what a study cannot ask.
///
/// # Errors
/// When the text is not a definition at all: no TOML, or unknown fields.
pub fn examine(name: &Path, text: &str) -> Result<Examined> {
    let file = from_toml::<File>(name, text)?;
    Ok(Resolver::new(name, text, &file).examine(file))
}

/// What an examination of an instrument found.
#[derive(Debug, Clone)]
pub struct Examined {
    /// What is wrong, in the order of the file.
    pub faults: Vec<Error>,
    /// What is right, and can be converted, but not asked in a study.
    pub beyond: Vec<Error>,
    /// Formulas that compare what cannot be meant: a form may carry them, a study does not ask it.
    pub misfits: Vec<Error>,
    /// The line in which each question's id stands.
    pub questions: BTreeMap<String, usize>,
    /// The line in which each scale begins.
    pub scales: BTreeMap<String, usize>,
    found: Instrument,
}

impl Examined {
    /// The instrument.
    ///
    /// # Errors
    /// The first fault, or else the first thing that a study cannot ask.
    pub fn instrument(self) -> Result<Instrument> {
        match self.faults.into_iter().chain(self.misfits).chain(self.beyond).next() {
            Some(error) => Err(error),
            None => Ok(self.found),
        }
    }
}

pub(super) struct Resolver<'a> {
    path: &'a Path,
    text: &'a str,
    /// Every question's id with the line that it stands in, also of those still to come.
    ids: Vec<(String, usize)>,
    /// The ids so far, in small letters.
    seen: BTreeSet<String>,
    /// Scales and questions that are wrong themselves: what refers to them is not another fault.
    broken: BTreeSet<String>,
    /// The nets of every scale, which questions with the scale have too.
    nets_of_scales: BTreeMap<String, Vec<NetText>>,
    /// What other formats say of each response, by scale: the columns that filters ask about.
    columns: BTreeMap<String, Vec<BTreeMap<String, String>>>,
    /// The texts in other languages.
    translations: BTreeMap<String, Translation>,
    faults: Vec<Error>,
    beyond: Vec<Error>,
    misfits: Vec<Error>,
}

impl<'a> Resolver<'a> {
    fn new(path: &'a Path, text: &'a str, file: &File) -> Self {
        let mut ids = Vec::new();
        for section in &file.sections {
            gather(&section.questions, &mut ids);
        }
        let ids = ids.into_iter().map(|(id, at)| (id, line_at(text, at))).collect();
        let (seen, broken) = Default::default();
        let (nets_of_scales, columns) = Default::default();
        let translations = languages::gather(file);
        let (faults, beyond, misfits) = Default::default();
        Resolver { path, text, ids, seen, broken, nets_of_scales, columns, translations, faults, beyond, misfits }
    }

    /// The line of the first question with this id.
    fn line_of(&self, id: &str) -> Option<usize> {
        self.ids.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).map(|(_, line)| *line)
    }

    pub(super) fn fault(&self, span: Range<usize>, problem: impl Into<String>, label: impl Into<String>) -> Error {
        underline(self.path, self.text, span, problem, label)
    }

    fn examine(mut self, file: File) -> Examined {
        let named = self.name(&file.instrument.id, "the instrument");
        self.keep(named);
        let lines = |spans: Vec<(String, usize)>| spans.into_iter().map(|(id, at)| (id, line_at(self.text, at)));
        let scale_lines = lines(file.scales.iter().map(|(id, scale)| (id.clone(), scale.span().start)).collect());
        let scale_lines: BTreeMap<String, usize> = scale_lines.collect();
        let variants = Variants::of(&file.scales);
        let mut scales = BTreeMap::new();
        let mut nets: BTreeMap<String, Vec<NetText>> = BTreeMap::new();
        for (id, mut scale) in file.scales {
            let shared = std::mem::take(&mut scale.get_mut().nets);
            let carried = scale.get_ref().responses.iter().map(|response| response.get_ref().carried.clone()).collect();
            self.columns.insert(id.clone(), carried);
            let scale = self.scale(&id, scale);
            match self.keep(scale) {
                Some(scale) => {
                    let sound = self.nets(&shared, &scale, &format!("scale \"{id}\""));
                    _ = self.keep(sound);
                    nets.insert(id.clone(), shared);
                    scales.insert(id, scale);
                }
                None => _ = self.broken.insert(format!("scale {id}")),
            }
        }
        self.nets_of_scales = nets;
        let faults = variants.faults(&scales, |span, problem, label| self.fault(span, problem, label));
        self.faults.extend(faults);
        let mut sections = Vec::new();
        let mut asked = Asked::default();
        for section in file.sections {
            let id = section.id.get_ref();
            if sections.iter().any(|other: &Section| other.id == *id) {
                let fault = self
                    .fault(section.id.span(), format!("section \"{id}\" is defined twice"), "the second one")
                    .expected("each id once among the sections")
                    .hint("choose another id, or move its questions to the first one");
                self.faults.push(fault);
            }
            let routed = self.section(&section, &asked);
            let relevant = self.keep(routed).flatten();
            let within = Within { section: sections.len(), relevant, repeat: None };
            self.questions(section.questions, &within, &scales, &mut asked);
            let (id, title, guidance) = (section.id.into_inner(), section.title, section.guidance);
            sections.push(Section { id, title, guidance, record: section.record });
        }
        if self.ids.is_empty() {
            self.faults.push(
                Error::definition(self.path, "the instrument asks nothing")
                    .expected("at least one [[section.question]]")
                    .hint("write the questions under the [[section]] that they belong to"),
            );
        }
        let scores = self.scores(file.scores, &asked.questions);
        let scores = self.keep(scores).unwrap_or_default();
        let edits = self.edits(file.edits, &asked.questions);
        let head = file.instrument;
        let mut found = Instrument {
            id: head.id.into_inner(),
            version: head.version,
            title: head.title,
            kind: head.kind,
            introduction: head.introduction,
            sections,
            questions: asked.questions,
            scores,
            notes: asked.notes,
            repeats: Vec::new(),
            language: head.language.unwrap_or_default(),
            translations: self.translations,
            edits,
            hash: sha256_hex(self.text.as_bytes()),
        };
        found.repeats = asked.repeats.into_iter().map(|(repeat, inner)| asked::whole(repeat, inner, &found)).collect();
        let questions = self.ids.into_iter().collect();
        Examined {
            faults: self.faults,
            beyond: self.beyond,
            misfits: self.misfits,
            questions,
            scales: scale_lines,
            found,
        }
    }

    /// Keeps a fault for the list, and goes on.
    fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|fault| self.faults.push(fault)).ok()
    }

    /// The items of a section, a group or a repeat, in their order.
    fn questions(
        &mut self,
        items: Vec<QuestionText>,
        within: &Within<'_>,
        scales: &BTreeMap<String, Scale>,
        asked: &mut Asked,
    ) {
        for mut item in items {
            let inner = std::mem::take(&mut item.questions);
            let (id, span, kind) = (item.id.get_ref().clone(), item.id.span(), *item.kind.get_ref());
            let named = item.scale.as_ref().and_then(|scale| self.nets_of_scales.get(scale.get_ref()));
            let shared = named.cloned().unwrap_or_default();
            let head = kind.is_container().then(|| asked::Head::of(&item));
            let question = self.question(item, shared, within, scales, asked);
            let relevant = match self.keep(question) {
                Some(Became::Questions(questions)) => {
                    asked.questions.extend(questions);
                    None
                }
                Some(Became::Note(note)) => {
                    asked.notes.push(note);
                    None
                }
                Some(Became::Container(relevant)) => relevant,
                None => {
                    self.broken.insert(id.clone());
                    None
                }
            };
            self.seen.insert(id.to_lowercase());
            if !inner.is_empty() && !kind.is_container() {
                let fault = self
                    .fault(span, format!("question \"{id}\" holds other questions"), "this question")
                    .expected("questions inside a group or a repeat only")
                    .hint("make its kind group or repeat, or move the questions out of it");
                self.faults.push(fault);
            }
            match head.filter(|_| kind == ItemKind::Repeat) {
                Some(head) => self.repeat(head, inner, within, relevant, scales, asked),
                None => {
                    let relevant = if kind == ItemKind::Group { relevant } else { within.relevant.clone() };
                    self.questions(inner, &Within { relevant, ..*within }, scales, asked);
                }
            }
        }
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
            let ResponseText { label, valence, score, exclusive, previous, stands_for, combined, .. } = response;
            let stands_for = stands_for.into_iter().map(|code| code.into_inner().text()).collect();
            responses.push(Response { code, label, valence, score, exclusive, previous, stands_for, combined });
        }
        let mut missing = Vec::new();
        for response in scale.missing {
            let span = response.span();
            let response = response.into_inner();
            let code = response.code.text();
            check(span, &code, &response.label)?;
            let MissingText { label, kind, previous, .. } = response;
            missing.push(MissingResponse { code, label, kind, previous });
        }
        let positive_label = if scale.positive_label.is_empty() { "Positive".to_owned() } else { scale.positive_label };
        let variant_of = scale.variant_of.map(Spanned::into_inner);
        Ok(Scale { id: id.to_owned(), responses, missing, positive_label, variant_of })
    }

    /// One item; nothing to ask where a study cannot ask it, which is noted.
    fn question(
        &mut self,
        mut question: QuestionText,
        mut nets: Vec<NetText>,
        within: &Within<'_>,
        scales: &BTreeMap<String, Scale>,
        asked: &Asked,
    ) -> Result<Became> {
        self.name(&question.id, "a question")?;
        let id = question.id.get_ref().clone();
        if self.seen.contains(&id.to_lowercase()) {
            return Err(self
                .fault(question.id.span(), format!("question \"{id}\" is defined twice"), "the second one")
                .expected("each id once in the instrument, in capitals or not")
                .hint(match self.line_of(&id) {
                    Some(line) => format!("the first one stands in line {line}; choose another id for this one"),
                    None => "choose another id for this one".to_owned(),
                }));
        }
        if question.scale.as_ref().is_some_and(|scale| self.broken.contains(&format!("scale {}", scale.get_ref()))) {
            self.broken.insert(id);
            return Ok(Became::Questions(Vec::new()));
        }
        let kind = *question.kind.get_ref();
        let scale = self.question_scale(&question, kind, scales)?;
        let (scale, variants) = self.forms(&question, kind, scale, scales, &mut nets)?;
        if kind == ItemKind::Rating && scale.as_ref().is_some_and(|scale| !scale.has_scores()) {
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
        self.form_only(&question, kind, scales)?;
        let routed_at = question.ask_if.as_ref().map(Spanned::span);
        let ask_if = self.routing(question.ask_if.take(), &format!("question \"{id}\""), &id, within, asked)?;
        let only_in = question.only_in.as_ref().map(|only| *only.get_ref());
        if let (Some(Routing::Here(condition)), Some(place)) = (&ask_if, routed_at) {
            let gate = &asked.questions[condition.question];
            if gate.only_in.is_some() && gate.only_in != only_in {
                return Err(self
                    .fault(place, format!("question \"{id}\" is routed by one that only one form asks"), "this")
                    .expected(format!("only_in = \"{}\" here too", gate.only_in.map_or("", Variant::name))));
            }
        }
        let earliest = question.earliest.as_ref().map(|date| self.date(date)).transpose()?;
        let latest = question.latest.as_ref().map(|date| self.date(date)).transpose()?;
        if let (Some(first), Some(last), Some(place)) = (earliest, latest, &question.earliest)
            && first > last
        {
            return Err(self
                .fault(place.span(), format!("question \"{id}\" allows no date"), format!("after {last}"))
                .expected(format!("a date not after latest = \"{last}\"")));
        }
        let (ask_if, leads) = match ask_if {
            Some(Routing::Here(condition)) => (Some(condition), None),
            Some(Routing::Outside(formula)) => (None, Some(formula)),
            None => (None, None),
        };
        let mut written = self.written(&question, kind, scale.as_ref(), within, asked);
        written.relevant = Formula::and(leads, written.relevant);
        if kind.is_container() {
            return Ok(Became::Container(asked::of_group(ask_if.as_ref(), written.relevant, asked)));
        }
        if kind == ItemKind::Note {
            let (section, before) = (within.section, asked.questions.len());
            return Ok(Became::Note(Note { id, text: question.text, section, before }));
        }
        let worked_out = written.calculation.is_some();
        let kind = match kind.in_a_study() {
            Some(_) if worked_out => QuestionKind::Calculate,
            Some(kind) => kind,
            None => return Ok(Became::Questions(Vec::new())),
        };
        let range = self.range(&question, kind);
        let other = self.or_other(&question, asked.questions.len())?;
        nets.extend(std::mem::take(&mut question.nets));
        let nets = match &scale {
            Some(scale) => self.nets(&nets, scale, &format!("question \"{id}\""))?,
            None => self.no_nets(&nets, &id)?,
        };
        let high_is = question.high_is.unwrap_or(match &scale {
            Some(scale) if scale.has_positive() => HighIs::Good,
            _ => HighIs::Neither,
        });
        let scale = match other {
            Some(_) => scale.map(asked::with_other),
            None => scale,
        };
        let mut question = Question {
            section: within.section,
            high_is,
            nets,
            label: question.label.unwrap_or_else(|| question.text.clone()),
            text: question.text,
            kind,
            scale,
            required: question.required.is_some_and(|rule| rule.get_ref().is_yes()),
            ask_if,
            guidance: question.guidance,
            indicators: question.indicators.into_iter().map(Spanned::into_inner).collect(),
            benchmarks: question.benchmarks,
            concern,
            minimum: question.minimum.map(Spanned::into_inner),
            maximum: question.maximum.map(Spanned::into_inner),
            earliest,
            latest,
            previous: question.previous,
            step: None,
            written,
            variants,
            only_in,
            id,
        };
        if let Some((low, high, step)) = range {
            (question.minimum, question.maximum, question.step) = (Some(low), Some(high), Some(step));
        }
        let more = other.map(|condition| asked::in_words(&question, condition));
        Ok(Became::Questions(std::iter::once(question).chain(more).collect()))
    }

    /// How the two forms put a question, and the scale that they have in common; the nets are those of the scale that is
    /// used, with those of the question itself still to come.
    fn forms(
        &self,
        question: &QuestionText,
        kind: ItemKind,
        scale: Option<Scale>,
        scales: &BTreeMap<String, Scale>,
        nets: &mut Vec<NetText>,
    ) -> Result<(Option<Scale>, Option<Box<Forms>>)> {
        let Some(easy) = &question.easy_read else { return Ok((scale, None)) };
        let (span, easy) = (easy.span(), easy.get_ref());
        let put = |text: &str, guidance: &str, scale: Option<Scale>, combined: Vec<usize>| Put {
            text: text.to_owned(),
            guidance: guidance.to_owned(),
            scale,
            combined,
        };
        let (words, guidance) = (easy.text.as_deref().unwrap_or(&question.text), easy.guidance.as_str());
        let named = easy.scale.as_ref().and_then(|name| scales.get(name.get_ref()));
        let (Some(standard), Some(variant)) = (&scale, named) else {
            let same = || (0..scale.as_ref().map_or(0, |scale| scale.responses.len())).collect();
            let standard = put(&question.text, &question.guidance, scale.clone(), same());
            let easy_read = put(words, guidance, scale.clone(), same());
            return Ok((scale, Some(Box::new(Forms { standard, easy_read }))));
        };
        if variant.variant_of.as_deref() != Some(standard.id.as_str()) {
            // Said where what belongs to one kind only is looked at.
            return Ok((scale, None));
        }
        let combined = combine(standard, variant);
        let mut codes = BTreeSet::new();
        if let Some(twice) = combined.scale.responses.iter().find(|response| !codes.insert(response.code.as_str())) {
            return Err(self
                .fault(span, format!("question \"{}\" would have a code twice", question.id.get_ref()), "its forms")
                .found(format!("{:?} in \"{}\" and in \"{}\"", twice.code, standard.id, variant.id))
                .hint("give the response of the easy-read scale another code"));
        }
        if combined.coarser {
            if kind == ItemKind::Multiple {
                return Err(self
                    .fault(span, format!("question \"{}\" cannot be put so", question.id.get_ref()), "its easy form")
                    .expected("one easy response for each standard one, where several may be ticked"));
            }
            *nets = self.nets_of_scales.get(&variant.id).cloned().unwrap_or_default();
        }
        let standard = put(&question.text, &question.guidance, scale.clone(), combined.standard);
        let easy_read = put(words, guidance, Some(variant.clone()), combined.easy_read);
        Ok((Some(combined.scale), Some(Box::new(Forms { standard, easy_read }))))
    }

    /// Bounds belong to the kinds of answer that they can bound, and leave something between them.
    fn bounds(&self, question: &QuestionText, kind: ItemKind) -> Result<()> {
        let id = question.id.get_ref();
        let numeric = matches!(kind, ItemKind::Integer | ItemKind::Decimal);
        let dated = kind == ItemKind::Date;
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
        kind: ItemKind,
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
            None if kind == ItemKind::YesNo => Ok(Some(yes_no())),
            None if kind == ItemKind::Acknowledge => Ok(Some(asked::box_to_tick())),
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
        Err(match scale.and_then(|scale| meant_code(&text, scale)) {
            Some(hint) => error.hint(hint),
            None => error,
        })
    }

    /// `what` is the question or section that is routed, `id` its id where it is a question.
    fn condition(
        &self,
        condition: Spanned<ConditionText>,
        what: &str,
        id: &str,
        before: &[Question],
    ) -> Result<Condition> {
        let condition = condition.into_inner();
        let name = condition.question.get_ref();
        let Some(position) = before.iter().position(|question| question.id == *name) else {
            let span = condition.question.span();
            let earlier: Vec<&str> = before.iter().map(|question| question.id.as_str()).collect();
            let problem = format!("{what} is routed by a question that does not come before it");
            return Err(if name == id {
                self.fault(span, format!("{what} is routed by itself"), "itself")
                    .expected("the id of a question further up")
            } else if self.seen.contains(&name.to_lowercase()) {
                self.fault(span, format!("{what} is routed by a question that has no responses"), "this question")
                    .expected("a question with a scale, further up")
                    .hint("write the condition out as relevant = \"...\"")
            } else if let Some(line) = self.line_of(name) {
                self.fault(span, problem, format!("comes later, in line {line}"))
                    .expected("the id of a question further up")
                    .hint(format!("move \"{name}\" above \"{id}\", or ask about an earlier question"))
            } else {
                let error = self
                    .fault(span, format!("{what} is routed by an unknown question"), "no such question")
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
                .fault(condition.is.span(), format!("{what} would never be asked"), "no response leads here")
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
        previous: BTreeMap::new(),
        stands_for: Vec::new(),
        combined: String::new(),
    };
    Scale {
        id: "yes-no".to_owned(),
        responses: vec![response("yes", "Yes", Valence::Positive, 1.0), response("no", "No", Valence::Negative, 0.0)],
        missing: vec![MissingResponse {
            code: "na".to_owned(),
            label: "Not applicable".to_owned(),
            kind: Missing::NotApplicable,
            previous: BTreeMap::new(),
        }],
        positive_label: "Yes".to_owned(),
        variant_of: None,
    }
}

/// The ids of all items with their places, those inside groups included.
fn gather(items: &[QuestionText], ids: &mut Vec<(String, usize)>) {
    for item in items {
        ids.push((item.id.get_ref().clone(), item.id.span().start));
        gather(&item.questions, ids);
    }
}

fn line_at(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}
