//! The evaluation framework: key questions, areas, quality indicators, the scale of levels, and the prompts that a
//! judgement is checked against. A definition like the instrument, so that any organisation can write its own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::error::{Error, Result};
use crate::files::sha256_hex;
use crate::instrument::{nearest, parse_toml, underline};

/// A framework for self-evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Short name.
    pub id: String,
    /// Version or year.
    pub version: String,
    /// Title as printed.
    pub title: String,
    /// Who published it, and where.
    pub source: String,
    /// The levels that may be awarded, best first.
    pub levels: Vec<Level>,
    /// The questions under which the areas stand, in order.
    pub key_questions: Vec<KeyQuestion>,
    /// The areas for evaluation, in order.
    pub areas: Vec<Area>,
    /// The statement of confidence that one area asks for, if any does.
    pub confidence: Option<Confidence>,
    /// SHA-256 of the file.
    pub hash: String,
}

/// A level of the scale.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Its number; higher is better.
    pub score: u8,
    /// Its name ("Very good").
    pub name: String,
    /// What it stands for ("major strengths").
    pub meaning: String,
}

/// One of the framework's leading questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyQuestion {
    /// Its number.
    pub number: u32,
    /// Its words.
    pub text: String,
}

/// An area for evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Its number.
    pub number: u32,
    /// The number of the key question that it stands under.
    pub key_question: u32,
    /// Its title.
    pub title: String,
    /// Its quality indicators, in order.
    pub indicators: Vec<Indicator>,
    /// What weighs heavily in it.
    pub prompts: Vec<Prompt>,
}

/// A quality indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Area and place in the area (`5.3`).
    pub number: String,
    /// Its title.
    pub title: String,
    /// What it looks at, in one sentence.
    pub about: String,
}

/// A guidance prompt: if this is weak, the area is unlikely to be better than a level.
///
/// A prompt never changes a judgement; it asks for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What should be so.
    pub text: String,
    /// The indicators of the area under which its evidence stands.
    pub indicators: Vec<String>,
    /// The level at or below which it counts as weak.
    pub weak_at: u8,
    /// The level that the area is then unlikely to exceed.
    pub area_at_most: u8,
}

/// A statement of confidence, made for each component with caveats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confidence {
    /// The number of the area that asks for it.
    pub area: u32,
    /// The ways in which it can be put, most confident first.
    pub statements: Vec<String>,
    /// What it is made about.
    pub components: Vec<String>,
}

impl Framework {
    /// All indicators with their areas, in order.
    pub fn indicators(&self) -> impl Iterator<Item = (&Area, &Indicator)> {
        self.areas.iter().flat_map(|area| area.indicators.iter().map(move |indicator| (area, indicator)))
    }

    /// The indicator with this number, and its area.
    pub fn indicator(&self, number: &str) -> Option<(&Area, &Indicator)> {
        self.indicators().find(|(_, indicator)| indicator.number == number)
    }

    /// The level with this score.
    pub fn level(&self, score: u8) -> Option<&Level> {
        self.levels.iter().find(|level| level.score == score)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    framework: Head,
    #[serde(rename = "level")]
    levels: Vec<Spanned<Level>>,
    #[serde(rename = "key_question")]
    key_questions: Vec<KeyQuestionText>,
    #[serde(rename = "area")]
    areas: Vec<AreaText>,
    confidence: Option<ConfidenceText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    version: String,
    title: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyQuestionText {
    number: Spanned<u32>,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaText {
    number: Spanned<u32>,
    key_question: Spanned<u32>,
    title: String,
    #[serde(rename = "indicator", default)]
    indicators: Vec<IndicatorText>,
    #[serde(rename = "prompt", default)]
    prompts: Vec<PromptText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IndicatorText {
    number: Spanned<String>,
    title: String,
    #[serde(default)]
    about: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PromptText {
    text: String,
    indicators: Vec<Spanned<String>>,
    weak_at: Spanned<u8>,
    area_at_most: Spanned<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfidenceText {
    area: Spanned<u32>,
    statements: Vec<String>,
    components: Vec<String>,
}

/// Reads a framework.
///
/// # Errors
/// When the file cannot be read or a definition in it does not hold: an indicator numbered outside its area, a number
/// used twice, a prompt about an indicator or a level that does not exist, and so on. The line is underlined.
pub fn read(path: &Path) -> Result<Framework> {
    let (file, text) = parse_toml::<File>(path)?;
    Resolver { path, text: &text }.framework(file)
}

struct Resolver<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Resolver<'_> {
    fn fault(&self, span: Range<usize>, problem: impl Into<String>, label: impl Into<String>) -> Error {
        underline(self.path, self.text, span, problem, label)
    }

    /// Notes that a number is used; it may be used once.
    fn once<T: Ord + std::fmt::Display>(
        &self,
        seen: &mut BTreeMap<T, usize>,
        number: T,
        span: Range<usize>,
        what: &str,
    ) -> Result<()> {
        let problem = format!("{what} {number} is defined twice");
        let line = self.text[..span.start].matches('\n').count() + 1;
        match seen.insert(number, line) {
            None => Ok(()),
            Some(first) => Err(self
                .fault(span, problem, "the second one")
                .expected("each number once in the framework")
                .hint(format!("the first one stands in line {first}"))),
        }
    }

    fn framework(&self, file: File) -> Result<Framework> {
        let levels = self.levels(file.levels)?;
        let mut seen = BTreeMap::new();
        let mut key_questions = Vec::new();
        for question in file.key_questions {
            let number = *question.number.get_ref();
            self.once(&mut seen, number, question.number.span(), "key question")?;
            key_questions.push(KeyQuestion { number, text: question.text });
        }
        let mut seen_areas = BTreeMap::new();
        let mut seen_indicators = BTreeMap::new();
        let mut areas = Vec::new();
        for area in file.areas {
            self.once(&mut seen_areas, *area.number.get_ref(), area.number.span(), "area")?;
            areas.push(self.area(area, &key_questions, &levels, &mut seen_indicators)?);
        }
        if seen_indicators.is_empty() {
            return Err(Error::definition(self.path, "the framework has no quality indicators")
                .expected("at least one [[area]] with an [[area.indicator]]"));
        }
        let confidence = file.confidence.map(|confidence| self.confidence(confidence, &areas)).transpose()?;
        let Head { id, version, title, source } = file.framework;
        let hash = sha256_hex(self.text.as_bytes());
        Ok(Framework { id, version, title, source, levels, key_questions, areas, confidence, hash })
    }

    fn levels(&self, levels: Vec<Spanned<Level>>) -> Result<Vec<Level>> {
        let mut seen = BTreeMap::new();
        let mut sorted = Vec::new();
        for level in levels {
            self.once(&mut seen, level.get_ref().score, level.span(), "level")?;
            sorted.push(level.into_inner());
        }
        sorted.sort_by_key(|level| std::cmp::Reverse(level.score));
        Ok(sorted)
    }

    fn area(
        &self,
        area: AreaText,
        key_questions: &[KeyQuestion],
        levels: &[Level],
        seen: &mut BTreeMap<String, usize>,
    ) -> Result<Area> {
        let number = *area.number.get_ref();
        let key_question = *area.key_question.get_ref();
        if !key_questions.iter().any(|question| question.number == key_question) {
            let known: Vec<String> = key_questions.iter().map(|question| question.number.to_string()).collect();
            return Err(self
                .fault(area.key_question.span(), format!("area {number} stands under no key question"), "no such one")
                .expected(format!("one of {}", known.join(", ")))
                .hint("define it as [[key_question]], or mend the number"));
        }
        let mut indicators = Vec::new();
        for indicator in area.indicators {
            let text = indicator.number.get_ref().clone();
            let place = text.strip_prefix(&format!("{number}.")).and_then(|rest| rest.parse::<u32>().ok());
            if place.is_none() {
                return Err(self
                    .fault(indicator.number.span(), format!("indicator \"{text}\" is not one of area {number}"), "here")
                    .expected(format!("the area's number, a dot and a number, such as \"{number}.1\""))
                    .hint(format!("number it within area {number}, or move it to the area it belongs to")));
            }
            self.once(seen, text.clone(), indicator.number.span(), "indicator")?;
            indicators.push(Indicator { number: text, title: indicator.title, about: indicator.about });
        }
        let prompts =
            area.prompts.into_iter().map(|prompt| self.prompt(prompt, &indicators, levels)).collect::<Result<_>>()?;
        Ok(Area { number, key_question, title: area.title, indicators, prompts })
    }

    fn prompt(&self, prompt: PromptText, indicators: &[Indicator], levels: &[Level]) -> Result<Prompt> {
        let known: Vec<&str> = indicators.iter().map(|indicator| indicator.number.as_str()).collect();
        for indicator in &prompt.indicators {
            let number = indicator.get_ref();
            if known.contains(&number.as_str()) {
                continue;
            }
            let error = self
                .fault(indicator.span(), "a prompt names an indicator that its area does not have", "not in this area")
                .expected(if known.is_empty() {
                    "an area with indicators".to_owned()
                } else {
                    format!("one of {}", known.join(", "))
                });
            return Err(match nearest(number, known) {
                Some(near) => error.hint(format!("did you mean \"{near}\"?")),
                None => error.hint("mend the number, or put the indicator before the prompt in this area"),
            });
        }
        for (score, name) in [(&prompt.weak_at, "weak_at"), (&prompt.area_at_most, "area_at_most")] {
            if !levels.iter().any(|level| level.score == *score.get_ref()) {
                let scores: Vec<String> = levels.iter().map(|level| level.score.to_string()).collect();
                return Err(self
                    .fault(score.span(), format!("{name} is not a level of this framework"), "no such level")
                    .expected(format!("one of {}", scores.join(", ")))
                    .hint("mend the number, or define the level as [[level]]"));
            }
        }
        Ok(Prompt {
            text: prompt.text,
            indicators: prompt.indicators.into_iter().map(Spanned::into_inner).collect(),
            weak_at: prompt.weak_at.into_inner(),
            area_at_most: prompt.area_at_most.into_inner(),
        })
    }

    fn confidence(&self, confidence: ConfidenceText, areas: &[Area]) -> Result<Confidence> {
        let area = *confidence.area.get_ref();
        if !areas.iter().any(|known| known.number == area) {
            let known: Vec<String> = areas.iter().map(|area| area.number.to_string()).collect();
            return Err(self
                .fault(confidence.area.span(), "the statement of confidence belongs to no area", "no such area")
                .expected(format!("one of {}", known.join(", ")))
                .hint("mend the number, or define the area as [[area]]"));
        }
        Ok(Confidence { area, statements: confidence.statements, components: confidence.components })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Framework, Resolver, read};
    use crate::error::Result;

    const SMALL: &str = r#"
[framework]
id = "small"
version = "1"
title = "A small framework"
source = "ours"
[[level]]
score = 1
name = "Poor"
meaning = "not enough"
[[level]]
score = 2
name = "Good"
meaning = "enough"
[[key_question]]
number = 1
text = "How are we doing?"
[[area]]
number = 1
key_question = 1
title = "Everything"
[[area.indicator]]
number = "1.1"
title = "The first"
[[area.prompt]]
text = "It is there."
indicators = ["1.1"]
weak_at = 1
area_at_most = 2
"#;

    fn parse(text: &str) -> Result<Framework> {
        let file = toml::from_str(text).expect("the examples have the form of a framework");
        Resolver { path: Path::new("small.toml"), text }.framework(file)
    }

    #[test]
    fn the_performance_improvement_model_is_complete() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments/frameworks/pim.toml");
        let model = read(&path).expect("it ships with the program");
        assert_eq!(model.key_questions.iter().map(|q| q.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        let areas: Vec<(u32, u32, usize, usize)> =
            model.areas.iter().map(|a| (a.number, a.key_question, a.indicators.len(), a.prompts.len())).collect();
        assert_eq!(
            areas,
            [
                (1, 1, 2, 0),
                (2, 2, 1, 2),
                (3, 2, 2, 2),
                (4, 2, 3, 0),
                (5, 3, 7, 3),
                (6, 4, 6, 4),
                (7, 4, 3, 2),
                (8, 4, 5, 3),
                (9, 5, 3, 3),
                (10, 6, 1, 0)
            ]
        );
        assert_eq!(model.indicators().count(), 33);
        assert!(model.indicators().all(|(_, indicator)| !indicator.title.is_empty() && !indicator.about.is_empty()));
        let names: Vec<&str> = model.levels.iter().map(|level| level.name.as_str()).collect();
        assert_eq!(names, ["Excellent", "Very good", "Good", "Adequate", "Weak", "Unsatisfactory"]);
        // A weak answer to any prompt holds its area at Adequate.
        assert!(model.areas.iter().flat_map(|a| &a.prompts).all(|p| p.weak_at == 2 && p.area_at_most == 3));
        let (area, indicator) = model.indicator("5.4").expect("an indicator of the model");
        assert_eq!((area.number, indicator.title.as_str()), (5, "Risk management and accountability"));
        assert_eq!(model.confidence.expect("area 10 asks for one").components.len(), 3);
    }

    #[test]
    fn levels_are_listed_best_first() {
        let small = parse(SMALL).expect("the example holds");
        assert_eq!(small.levels.iter().map(|level| level.score).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(small.level(1).map(|level| level.name.as_str()), Some("Poor"));
    }

    #[test]
    fn what_does_not_hold_is_underlined() {
        for (from, to, message) in [
            (
                "number = \"1.1\"",
                "number = \"2.1\"",
                "indicator \"2.1\" is not one of area 1\n  place     small.toml:23\n  found     here\n  \
                 expected  the area's number, a dot and a number, such as \"1.1\"\n  \
                 hint      number it within area 1, or move it to the area it belongs to",
            ),
            (
                "indicators = [\"1.1\"]",
                "indicators = [\"1.2\"]",
                "a prompt names an indicator that its area does not have\n  place     small.toml:27\n  \
                 found     not in this area\n  expected  one of 1.1\n  hint      did you mean \"1.1\"?",
            ),
            (
                "area_at_most = 2",
                "area_at_most = 3",
                "area_at_most is not a level of this framework\n  place     small.toml:29\n  found     no such level\n  \
                 expected  one of 2, 1\n  hint      mend the number, or define the level as [[level]]",
            ),
            (
                "key_question = 1",
                "key_question = 7",
                "area 1 stands under no key question\n  place     small.toml:20\n  found     no such one\n  \
                 expected  one of 1\n  hint      define it as [[key_question]], or mend the number",
            ),
            (
                "score = 2",
                "score = 1",
                "level 1 is defined twice\n  place     small.toml:11\n  found     the second one\n  \
                 expected  each number once in the framework\n  hint      the first one stands in line 7",
            ),
        ] {
            let error = parse(&SMALL.replace(from, to)).expect_err("the definition does not hold");
            assert_eq!(error.to_string(), message);
        }
    }
}
