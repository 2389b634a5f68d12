//! Every kind of item that a form can hold.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::QuestionKind;

/// What an item of a form is. [`ItemKind::in_a_study`] says which kinds can be issued and analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// One of the scale's responses.
    Single,
    /// Any of the scale's responses.
    Multiple,
    /// A point on an ordered scale with scores.
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
    /// A number picked between two ends.
    Range,
    /// A time of day.
    Time,
    /// A date with a time.
    DateTime,
    /// The scale's responses put in order.
    Rank,
    /// Words to read; nothing is answered.
    Note,
    /// A value worked out from other answers.
    Calculate,
    /// A box that says "read and understood".
    Acknowledge,
    /// Items that stand together.
    Group,
    /// Items that are asked again for each of several (people, visits).
    Repeat,
    /// When filling in began, as the device says.
    Start,
    /// When filling in ended, as the device says.
    End,
    /// The day of filling in, as the device says.
    Today,
    /// Anything else, carried through under the name that its own format gives it.
    Other,
}

impl ItemKind {
    /// All kinds with the names that they have in definitions.
    pub const ALL: [(ItemKind, &'static str); 21] = [
        (ItemKind::Single, "single"),
        (ItemKind::Multiple, "multiple"),
        (ItemKind::Rating, "rating"),
        (ItemKind::YesNo, "yes-no"),
        (ItemKind::Integer, "integer"),
        (ItemKind::Decimal, "decimal"),
        (ItemKind::Date, "date"),
        (ItemKind::Text, "text"),
        (ItemKind::Range, "range"),
        (ItemKind::Time, "time"),
        (ItemKind::DateTime, "date-time"),
        (ItemKind::Rank, "rank"),
        (ItemKind::Note, "note"),
        (ItemKind::Calculate, "calculate"),
        (ItemKind::Acknowledge, "acknowledge"),
        (ItemKind::Group, "group"),
        (ItemKind::Repeat, "repeat"),
        (ItemKind::Start, "start"),
        (ItemKind::End, "end"),
        (ItemKind::Today, "today"),
        (ItemKind::Other, "other"),
    ];

    /// The name in definitions.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("other", |(_, name)| name)
    }

    /// The kind with this name.
    pub fn named(name: &str) -> Option<ItemKind> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// The kind of question that it is in a study; none where nobody is asked, or a study cannot ask it.
    pub fn in_a_study(self) -> Option<QuestionKind> {
        match self {
            ItemKind::Single => Some(QuestionKind::Single),
            ItemKind::Multiple => Some(QuestionKind::Multiple),
            ItemKind::Rating => Some(QuestionKind::Rating),
            ItemKind::YesNo => Some(QuestionKind::YesNo),
            ItemKind::Integer => Some(QuestionKind::Integer),
            ItemKind::Decimal => Some(QuestionKind::Decimal),
            ItemKind::Date => Some(QuestionKind::Date),
            ItemKind::Text => Some(QuestionKind::Text),
            ItemKind::Range => Some(QuestionKind::Range),
            ItemKind::Time => Some(QuestionKind::Time),
            ItemKind::DateTime => Some(QuestionKind::DateTime),
            ItemKind::Rank => Some(QuestionKind::Rank),
            ItemKind::Calculate => Some(QuestionKind::Calculate),
            ItemKind::Acknowledge => Some(QuestionKind::Acknowledge),
            _ => None,
        }
    }

    /// Whether the answers are responses of a scale.
    pub fn has_scale(self) -> bool {
        matches!(self, ItemKind::Single | ItemKind::Multiple | ItemKind::Rating | ItemKind::YesNo | ItemKind::Rank)
    }

    /// Whether it holds other items.
    pub fn is_container(self) -> bool {
        matches!(self, ItemKind::Group | ItemKind::Repeat)
    }

    /// Whether the device fills it in and nobody is asked.
    pub fn is_metadata(self) -> bool {
        matches!(self, ItemKind::Start | ItemKind::End | ItemKind::Today)
    }

    /// Whether somebody is asked for an answer.
    pub fn is_asked(self) -> bool {
        !self.is_container()
            && !self.is_metadata()
            && !matches!(self, ItemKind::Note | ItemKind::Calculate | ItemKind::Other)
    }
}

/// Something that holds always, never, or under a condition written in the form's own language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Rule {
    /// Never.
    #[default]
    No,
    /// Always.
    Yes,
    /// Where the expression is true.
    If(String),
}

impl Rule {
    /// Whether it holds always.
    pub fn is_yes(&self) -> bool {
        *self == Rule::Yes
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl de::Visitor<'_> for Words {
            type Value = Rule;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or an expression in quotes")
            }
            fn visit_bool<E: de::Error>(self, yes: bool) -> Result<Rule, E> {
                Ok(if yes { Rule::Yes } else { Rule::No })
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Rule, E> {
                Ok(Rule::If(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Words)
    }
}
