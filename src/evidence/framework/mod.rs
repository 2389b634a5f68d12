//! The evaluation framework: key questions, areas, quality indicators, the scale of levels, and the prompts that a
//! judgement is checked against. A definition like the instrument, so that any organisation can write its own.

use serde::Deserialize;

mod definition;
pub mod mapping;

pub use definition::read;
pub use mapping::Mapping;

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
    /// Its number; higher is better. A name for the level, never a score.
    pub number: u8,
    /// Whether it stands for more strengths or more weaknesses.
    pub leans: Leaning,
    /// Its name ("Very good").
    pub name: String,
    /// What it stands for ("major strengths").
    pub meaning: String,
}

/// Whether a level stands for more strengths or more weaknesses. Checks use it to ask for a reason; it rates nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leaning {
    /// Weaknesses outweigh strengths.
    Weak,
    /// Neither clearly outweighs the other.
    Middle,
    /// Strengths clearly outweigh weaknesses.
    Strong,
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
    /// Its number (`5`, or `1.3` where areas stand within themes).
    pub number: String,
    /// The number of the key question that it stands under.
    pub key_question: u32,
    /// Its title.
    pub title: String,
    /// What it looks at, in one sentence; may be empty.
    pub about: String,
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
    /// What belongs to it.
    pub factors: Vec<String>,
    /// Questions to ask.
    pub questions: Vec<String>,
    /// Where evidence may be found.
    pub evidence: Vec<String>,
    /// What some of the levels look like.
    pub illustrations: Vec<Illustration>,
}

/// What an indicator looks like at a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Illustration {
    /// The number of the level.
    pub level: u8,
    /// The picture, in a sentence or two.
    pub text: String,
}

/// A guidance prompt: if this is weak, the area is unlikely to be better than a level.
///
/// A prompt never changes a judgement; it asks for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Its name in judgements (`5-p1`): the area's number and its place in the area.
    pub id: String,
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
    pub area: String,
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

    /// The level with this number.
    pub fn level(&self, number: u8) -> Option<&Level> {
        self.levels.iter().find(|level| level.number == number)
    }

    /// The area with this number.
    pub fn area(&self, number: &str) -> Option<&Area> {
        self.areas.iter().find(|area| area.number == number)
    }

    /// The title of an area or an indicator.
    pub fn title(&self, subject: &str) -> Option<&str> {
        let area = self.area(subject).map(|area| area.title.as_str());
        area.or_else(|| self.indicator(subject).map(|(_, indicator)| indicator.title.as_str()))
    }

    /// The numbers of all that is judged, in order: each area after its indicators.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        self.areas.iter().flat_map(|area| {
            area.indicators.iter().map(|indicator| indicator.number.as_str()).chain([area.number.as_str()])
        })
    }
}
