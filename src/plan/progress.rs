//! Reports of progress: grades A to D with what stands behind them.

use chrono::NaiveDate;
use serde::Deserialize;

use super::action::pair;
use super::when;
use crate::returns::DateOrder;

/// One report of progress.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Progress {
    /// The date that it speaks of: `2026-12-31`.
    pub as_at: String,
    /// A to D, or what stood in its place.
    pub grade: String,
    /// To what extent the action has been implemented.
    pub extent: String,
    /// What can be shown to an auditor.
    pub evidence: String,
    /// When it is looked at again.
    pub follow_up: String,
    /// How it stands at that date.
    pub progress: String,
    /// Who reported it, by role.
    pub by: String,
    /// The file that it came in.
    pub file: String,
}

/// How far an action has come, in the terms of the improvement action progress report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As planned: complete, or milestones met and on target.
    A,
    /// Less than planned; plans to complete it can be shown.
    B,
    /// Less than planned; no such plans can be shown.
    C,
    /// No longer intended; reasons are to be given.
    D,
}

impl Grade {
    /// All grades.
    pub const ALL: [Grade; 4] = [Grade::A, Grade::B, Grade::C, Grade::D];

    /// The grade that stands in a cell, with or without its meaning (`B`, `b - plans in place`).
    pub fn read(text: &str) -> Option<Grade> {
        let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let of =
            |word: &str| Grade::ALL.into_iter().find(|grade| word.eq_ignore_ascii_case(&grade.letter().to_string()));
        let first = of(words.next()?)?;
        // "A, D" is two grades, of which neither can be chosen.
        let another = words.any(|word| word.chars().all(char::is_uppercase) && of(word).is_some());
        (!another).then_some(first)
    }

    /// Its letter.
    pub fn letter(self) -> char {
        match self {
            Grade::A => 'A',
            Grade::B => 'B',
            Grade::C => 'C',
            Grade::D => 'D',
        }
    }

    /// What it means, in the fewest words that tell it from the others.
    pub fn in_brief(self) -> &'static str {
        match self {
            Grade::A => "as planned",
            Grade::B => "less, with plans to complete",
            Grade::C => "less, without such plans",
            Grade::D => "no longer intended",
        }
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Grade::A => "as planned: complete, or milestones met and on target",
            Grade::B => "less than planned; plans to complete it can be shown",
            Grade::C => "less than planned; no plans to complete it can be shown",
            Grade::D => "no longer intended; reasons given",
        }
    }
}

impl Progress {
    /// The date that it speaks of.
    pub fn day(&self) -> Option<NaiveDate> {
        when::day(&self.as_at, DateOrder::Undeclared)
    }

    /// Its grade, if it has one.
    pub fn grade(&self) -> Option<Grade> {
        Grade::read(&self.grade)
    }

    /// Whether it says the same as another, whatever file it came in.
    pub fn says_the_same(&self, other: &Progress) -> bool {
        let words =
            |p: &Progress| [&p.as_at, &p.grade, &p.extent, &p.evidence, &p.follow_up, &p.progress].map(String::clone);
        words(self) == words(other)
    }

    /// The block that is added to the action's file.
    pub fn toml(&self) -> String {
        let mut out = String::from("\n[[progress]]\n");
        let fields = [
            ("as_at", &self.as_at),
            ("grade", &self.grade),
            ("extent", &self.extent),
            ("evidence", &self.evidence),
            ("follow_up", &self.follow_up),
            ("progress", &self.progress),
            ("by", &self.by),
            ("file", &self.file),
        ];
        for (key, value) in fields {
            pair(&mut out, key, value);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Grade;

    #[test]
    fn grades_are_letters_alone() {
        assert_eq!(Grade::read(" b "), Some(Grade::B));
        assert_eq!(Grade::read("A: as planned"), Some(Grade::A));
        for text in ["E", "", "Done", "AB", "A1", "A, D"] {
            assert_eq!(Grade::read(text), None, "{text}");
        }
    }
}
