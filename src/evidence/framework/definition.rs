//! Reading a framework: the file's form, and what must hold in it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Area, Confidence, Framework, Illustration, Indicator, KeyQuestion, Level, Prompt};
use crate::error::{Error, Result};
use crate::files::sha256_hex;
use crate::instrument::{nearest, parse_toml, underline};

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
    number: Spanned<String>,
    key_question: Spanned<u32>,
    title: String,
    #[serde(default)]
    about: String,
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
    #[serde(default)]
    factors: Vec<String>,
    #[serde(default)]
    questions: Vec<String>,
    #[serde(default)]
    evidence: Vec<String>,
    #[serde(default)]
    illustrations: Vec<IllustrationText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IllustrationText {
    level: Spanned<u8>,
    text: String,
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
    area: Spanned<String>,
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
            self.once(&mut seen_areas, area.number.get_ref().clone(), area.number.span(), "area")?;
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
            self.once(&mut seen, level.get_ref().number, level.span(), "level")?;
            sorted.push(level.into_inner());
        }
        sorted.sort_by_key(|level| std::cmp::Reverse(level.number));
        Ok(sorted)
    }

    fn area(
        &self,
        area: AreaText,
        key_questions: &[KeyQuestion],
        levels: &[Level],
        seen: &mut BTreeMap<String, usize>,
    ) -> Result<Area> {
        let number = area.number.get_ref().clone();
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
            let illustrations = indicator.illustrations.into_iter().map(|picture| {
                self.level(&picture.level, "the illustration's level", levels)?;
                Ok(Illustration { level: picture.level.into_inner(), text: picture.text })
            });
            indicators.push(Indicator {
                illustrations: illustrations.collect::<Result<_>>()?,
                number: text,
                title: indicator.title,
                about: indicator.about,
                factors: indicator.factors,
                questions: indicator.questions,
                evidence: indicator.evidence,
            });
        }
        let prompts = (1..).zip(area.prompts);
        let prompts = prompts
            .map(|(place, prompt)| self.prompt(format!("{number}-p{place}"), prompt, &indicators, levels))
            .collect::<Result<_>>()?;
        Ok(Area { number, key_question, title: area.title, about: area.about, indicators, prompts })
    }

    /// Looks whether a level is one of the framework's.
    fn level(&self, number: &Spanned<u8>, what: &str, levels: &[Level]) -> Result<()> {
        if levels.iter().any(|level| level.number == *number.get_ref()) {
            return Ok(());
        }
        let numbers: Vec<String> = levels.iter().map(|level| level.number.to_string()).collect();
        Err(self
            .fault(number.span(), format!("{what} is not a level of this framework"), "no such level")
            .expected(format!("one of {}", numbers.join(", ")))
            .hint("mend the number, or define the level as [[level]]"))
    }

    fn prompt(&self, id: String, prompt: PromptText, indicators: &[Indicator], levels: &[Level]) -> Result<Prompt> {
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
        self.level(&prompt.weak_at, "weak_at", levels)?;
        self.level(&prompt.area_at_most, "area_at_most", levels)?;
        Ok(Prompt {
            id,
            text: prompt.text,
            indicators: prompt.indicators.into_iter().map(Spanned::into_inner).collect(),
            weak_at: prompt.weak_at.into_inner(),
            area_at_most: prompt.area_at_most.into_inner(),
        })
    }

    fn confidence(&self, confidence: ConfidenceText, areas: &[Area]) -> Result<Confidence> {
        let area = confidence.area.get_ref().clone();
        if !areas.iter().any(|known| known.number == area) {
            let known: Vec<&str> = areas.iter().map(|area| area.number.as_str()).collect();
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

    use super::{Resolver, read};
    use crate::evidence::Framework;
    use crate::error::Result;

    const SMALL: &str = r#"
[framework]
id = "small"
version = "1"
title = "A small framework"
source = "ours"
[[level]]
number = 1
leans = "weak"
name = "Poor"
meaning = "not enough"
[[level]]
number = 2
leans = "strong"
name = "Good"
meaning = "enough"
[[key_question]]
number = 1
text = "How are we doing?"
[[area]]
number = "1"
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
        let areas: Vec<(&str, u32, usize, usize)> =
            model.areas.iter().map(|a| (a.number.as_str(), a.key_question, a.indicators.len(), a.prompts.len())).collect();
        assert_eq!(
            areas,
            [
                ("1", 1, 2, 0),
                ("2", 2, 1, 2),
                ("3", 2, 2, 2),
                ("4", 2, 3, 0),
                ("5", 3, 7, 3),
                ("6", 4, 6, 4),
                ("7", 4, 3, 2),
                ("8", 4, 5, 3),
                ("9", 5, 3, 3),
                ("10", 6, 1, 0)
            ]
        );
        assert_eq!(model.indicators().count(), 33);
        assert!(model.indicators().all(|(_, indicator)| !indicator.title.is_empty() && !indicator.about.is_empty()));
        let names: Vec<&str> = model.levels.iter().map(|level| level.name.as_str()).collect();
        assert_eq!(names, ["Excellent", "Very good", "Good", "Adequate", "Weak", "Unsatisfactory"]);
        // A weak answer to any prompt holds its area at Adequate.
        assert!(model.areas.iter().flat_map(|a| &a.prompts).all(|p| p.weak_at == 2 && p.area_at_most == 3));
        let (area, indicator) = model.indicator("5.4").expect("an indicator of the model");
        assert_eq!((area.number.as_str(), indicator.title.as_str()), ("5", "Risk management and accountability"));
        assert_eq!(model.confidence.expect("area 10 asks for one").components.len(), 3);
    }

    #[test]
    fn every_indicator_of_the_model_says_what_to_look_at_and_what_good_and_weak_look_like() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments/frameworks/pim.toml");
        let model = read(&path).expect("it ships with the program");
        for (area, indicator) in model.indicators() {
            let levels: Vec<u8> = indicator.illustrations.iter().map(|picture| picture.level).collect();
            assert_eq!(levels, [5, 2], "{}", indicator.number);
            assert!(indicator.factors.len() >= 2 && indicator.questions.len() >= 2, "{}", indicator.number);
            assert!(!indicator.evidence.is_empty() && !area.about.is_empty(), "{}", indicator.number);
        }
        let ids: Vec<&str> = model.areas[4].prompts.iter().map(|prompt| prompt.id.as_str()).collect();
        assert_eq!(ids, ["5-p1", "5-p2", "5-p3"]);
    }

    #[test]
    fn customer_service_excellence_has_57_criteria_in_five_themes() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments/frameworks/customer-service-excellence.toml");
        let standard = read(&path).expect("it ships with the program");
        assert_eq!(standard.indicators().count(), 57);
        let in_theme = |theme: u32| {
            standard.areas.iter().filter(|a| a.key_question == theme).map(|a| a.indicators.len()).sum::<usize>()
        };
        assert_eq!([1, 2, 3, 4, 5].map(in_theme), [11, 11, 12, 13, 10]);
        assert_eq!(standard.areas.len(), 15);
        assert_eq!(standard.area("1.3").map(|area| area.indicators.len()), Some(5));
        assert_eq!(standard.title("4.3.6"), Some("Satisfactory outcomes of complaints"));
        assert_eq!(standard.subjects().count(), 57 + 15);
    }

    #[test]
    fn levels_are_listed_best_first() {
        let small = parse(SMALL).expect("the example holds");
        assert_eq!(small.levels.iter().map(|level| level.number).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(small.level(1).map(|level| level.name.as_str()), Some("Poor"));
    }

    #[test]
    fn what_does_not_hold_is_underlined() {
        for (from, to, message) in [
            (
                "number = \"1.1\"",
                "number = \"2.1\"",
                "indicator \"2.1\" is not one of area 1\n  place     small.toml:25\n  found     here\n  \
                 expected  the area's number, a dot and a number, such as \"1.1\"\n  \
                 hint      number it within area 1, or move it to the area it belongs to",
            ),
            (
                "indicators = [\"1.1\"]",
                "indicators = [\"1.2\"]",
                "a prompt names an indicator that its area does not have\n  place     small.toml:29\n  \
                 found     not in this area\n  expected  one of 1.1\n  hint      did you mean \"1.1\"?",
            ),
            (
                "area_at_most = 2",
                "area_at_most = 3",
                "area_at_most is not a level of this framework\n  place     small.toml:31\n  found     no such level\n  \
                 expected  one of 2, 1\n  hint      mend the number, or define the level as [[level]]",
            ),
            (
                "key_question = 1",
                "key_question = 7",
                "area 1 stands under no key question\n  place     small.toml:22\n  found     no such one\n  \
                 expected  one of 1\n  hint      define it as [[key_question]], or mend the number",
            ),
            (
                "number = 2\nleans",
                "number = 1\nleans",
                "level 1 is defined twice\n  place     small.toml:12\n  found     the second one\n  \
                 expected  each number once in the framework\n  hint      the first one stands in line 7",
            ),
        ] {
            let error = parse(&SMALL.replace(from, to)).expect_err("the definition does not hold");
            assert_eq!(error.to_string(), message);
        }
    }
}
