//! The words that all rooms share.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The months as people write them, in lower case; an abbreviation is a start of three letters or more.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The respondent said that they do not know.
    DontKnow,
    /// The question does not apply to this person or file.
    NotApplicable,
    /// The respondent would rather not say.
    Refused,
    /// The routing led past the question.
    NotAsked,
    /// Something stands in the cell that cannot be read as an answer.
    Unreadable,
    /// The question was asked and left empty.
    NotAnswered,
}

impl Missing {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Missing; 6] = [
        Missing::DontKnow,
        Missing::NotApplicable,
        Missing::Refused,
        Missing::NotAsked,
        Missing::Unreadable,
        Missing::NotAnswered,
    ];

    /// The name as it stands in definitions and data files.
    pub fn name(self) -> &'static str {
        match self {
            Missing::DontKnow => "dont-know",
            Missing::NotApplicable => "not-applicable",
            Missing::Refused => "refused",
            Missing::NotAsked => "not-asked",
            Missing::Unreadable => "unreadable",
            Missing::NotAnswered => "not-answered",
        }
    }

    /// The name as it stands in reports.
    pub fn label(self) -> &'static str {
        match self {
            Missing::DontKnow => "Don't know",
            Missing::NotApplicable => "Not applicable",
            Missing::Refused => "Refused",
            Missing::NotAsked => "Not asked",
            Missing::Unreadable => "Unreadable",
            Missing::NotAnswered => "Not answered",
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What sort of study it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StudyKind {
    /// People answer a questionnaire.
    Survey,
    /// Readers judge case files on a form.
    FileAudit,
}

impl StudyKind {
    /// What one unit is called in a sentence, singular and plural.
    pub fn unit(self) -> (&'static str, &'static str) {
        match self {
            StudyKind::Survey => ("person", "people"),
            StudyKind::FileAudit => ("file", "files"),
        }
    }
}
