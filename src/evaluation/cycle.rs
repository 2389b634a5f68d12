//! The way of an evaluation: the ten steps and the lead evaluator's checklist, as lists to tick; and the levels of many
//! evaluations over time.

use std::path::{Path, PathBuf};

use chrono::{Months, NaiveDate};

use super::definition::{self, Definition, Kind, Ticked};
use super::{judgement, standing};
use crate::error::Result;
use crate::evidence::Framework;

/// The ten steps of an evaluation, each with what it takes.
pub const STEPS: [(&str, &str); 10] = [
    ("Set the scope", "a high-level scan, or a closer look at chosen areas or a theme"),
    ("Agree the team and its lead", "four to six people of different levels and skills, led by a senior manager"),
    ("Agree the timescale", "with the services concerned; short, and in parts if it is large"),
    ("Agree the tools", "the framework, the workbook, surveys, file reading, other quality systems in use"),
    ("Decide what evidence is needed, and how to get it", "as deep as the purpose asks; a range of kinds"),
    ("Hold the first meeting", "what is known already; time for talks along the way"),
    ("Share out responsibilities, agree recording", "who looks at what, who writes what, what comes out"),
    ("Carry out the activities", "the lead assures quality; concerns that cannot wait go to senior managers at once"),
    ("Write up, with peer review", "do the judgements follow from the evidence?"),
    ("Report, and plan the action", "who does what, how progress is watched, what success will look like"),
];

/// What the lead evaluator makes sure of before it begins.
pub const CHECKLIST: [&str; 7] = [
    "We know what is evaluated, and whether it is a scan or a closer look",
    "There is a team with a lead and the capacity to see it through",
    "Everyone with a stake, staff affected among them, has been consulted",
    "We know what evidence we need and how to get it",
    "Everyone in the team knows their part",
    "There is a programme, worked out with those affected",
    "We know what will come out of it and how it feeds into improvement",
];

/// One line of a list with whether it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// What is to be done.
    pub text: &'static str,
    /// What it takes; empty for the checklist.
    pub about: &'static str,
    /// When it was done.
    pub done: Option<NaiveDate>,
    /// What was decided.
    pub note: String,
}

/// The ten steps, with what is done.
pub fn steps(definition: &Definition) -> Vec<Line> {
    (1..).zip(STEPS).map(|(number, (text, about))| line(number, text, about, &definition.steps)).collect()
}

/// The lead evaluator's checklist, with what is done.
pub fn checklist(definition: &Definition) -> Vec<Line> {
    (1..).zip(CHECKLIST).map(|(number, text)| line(number, text, "", &definition.checks)).collect()
}

fn line(number: usize, text: &'static str, about: &'static str, ticks: &[Ticked]) -> Line {
    let tick = ticks.iter().find(|tick| *tick.number.get_ref() == number);
    let note = tick.map_or(String::new(), |tick| tick.note.clone());
    Line { number, text, about, done: tick.map(|tick| tick.done), note }
}

/// A stage of the cycle as it stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What kind of evaluation.
    pub kind: Kind,
    /// What it looks at.
    pub about: String,
    /// When it is due.
    pub due: NaiveDate,
    /// In words: done, overdue, or to come.
    pub state: String,
}

/// The stages of the cycle as they stand on the evaluation's day, with what a full cycle still lacks.
pub fn stages(definition: &Definition) -> (Vec<Stage>, Vec<String>) {
    let Some(cycle) = &definition.cycle else { return (Vec::new(), Vec::new()) };
    let today = definition.evaluation.date;
    let day = |date: NaiveDate| date.format("%-d %B %Y").to_string();
    let stages: Vec<Stage> = cycle
        .stages
        .iter()
        .map(|stage| Stage {
            kind: stage.kind,
            about: stage.about.clone(),
            due: stage.due,
            state: match stage.done {
                Some(done) if done <= today => format!("done on {}", day(done)),
                _ if stage.due < today => format!("overdue since {}", day(stage.due)),
                _ => "to come".to_owned(),
            },
        })
        .collect();
    let ends = cycle.starts.checked_add_months(Months::new(12 * cycle.years));
    let mut lacks = Vec::new();
    let count = |kind: Kind| cycle.stages.iter().filter(|stage| stage.kind == kind).count();
    if count(Kind::HighLevelScan) == 0 {
        lacks.push("a high-level scan to begin with".to_owned());
    }
    let takes = cycle.years.saturating_sub(1) as usize;
    if count(Kind::StockTake) < takes {
        lacks.push(format!("a stock-take in every year before the last ({} of {takes})", count(Kind::StockTake)));
    }
    if count(Kind::ClosingReview) == 0 {
        lacks.push("a closing review".to_owned());
    }
    if let Some(ends) = ends
        && cycle.stages.iter().any(|stage| stage.due > ends)
    {
        lacks.push(format!("an end by {}: something is due later", day(ends)));
    }
    (stages, lacks)
}

/// The levels that one evaluation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: Kind,
    /// Its day.
    pub date: NaiveDate,
    /// The level that stood on each subject, where one did.
    pub levels: Vec<(String, u8)>,
    /// The files that it was read from: the definition and the judgements.
    pub files: Vec<PathBuf>,
}

impl Past {
    /// The level on a subject.
    pub fn level(&self, subject: &str) -> Option<u8> {
        self.levels.iter().find(|(number, _)| number == subject).map(|(_, level)| *level)
    }
}

/// Reads what an evaluation came to.
///
/// # Errors
/// When its files cannot be read, or it used another framework than `expected`, whose levels mean something else.
pub fn past(path: &Path, expected: Option<&Framework>) -> Result<(Past, Framework)> {
    let (definition, framework, _) = definition::read(path)?;
    if let Some(expected) = expected.filter(|expected| expected.id != framework.id) {
        return Err(crate::Error::definition(path, "evaluations by different frameworks cannot be compared")
            .found(framework.title.clone())
            .expected(expected.title.clone()));
    }
    let folder = definition.resolve(&definition.evaluation.judgements);
    let judgements = judgement::read(&folder, "judgements")?;
    let mut files = vec![path.to_owned()];
    files.extend(super::files_in(&folder)?);
    let levels = framework
        .subjects()
        .filter_map(|subject| {
            let level = standing::of(&judgements.list, subject).level()?;
            framework.level(level).map(|_| (subject.to_owned(), level))
        })
        .collect();
    let head = &definition.evaluation;
    Ok((Past { title: head.title.clone(), kind: head.kind, date: head.date, levels, files }, framework))
}

/// Which way a level went since the last evaluation that had one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Better, from this level.
    Up(u8),
    /// Worse, from this level.
    Down(u8),
    /// The same.
    Same,
    /// There is nothing to compare with.
    New,
}

/// The direction of a level after earlier evaluations, the earliest first.
pub fn direction(earlier: &[Past], subject: &str, level: u8) -> Direction {
    match earlier.iter().rev().find_map(|past| past.level(subject)) {
        None => Direction::New,
        Some(before) if before < level => Direction::Up(before),
        Some(before) if before > level => Direction::Down(before),
        Some(_) => Direction::Same,
    }
}

impl Direction {
    /// The mark in pictures; the words always stand beside it.
    pub fn mark(self) -> &'static str {
        match self {
            Direction::Up(_) => "▲",
            Direction::Down(_) => "▼",
            Direction::Same => "●",
            Direction::New => "",
        }
    }

    /// In words.
    pub fn words(self) -> String {
        match self {
            Direction::Up(before) => format!("up from {before}"),
            Direction::Down(before) => format!("down from {before}"),
            Direction::Same => "the same".to_owned(),
            Direction::New => "first time".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(year: i32, levels: &[(&str, u8)]) -> Past {
        Past {
            title: String::new(),
            kind: Kind::HighLevelScan,
            date: NaiveDate::from_ymd_opt(year, 6, 30).expect("a day"),
            levels: levels.iter().map(|(subject, level)| ((*subject).to_owned(), *level)).collect(),
            files: Vec::new(),
        }
    }

    #[test]
    fn direction_is_from_the_last_evaluation_that_had_a_level() {
        let earlier = [past(2020, &[("5.1", 2), ("5.2", 5)]), past(2023, &[("5.1", 3)])];
        assert_eq!(direction(&earlier, "5.1", 4), Direction::Up(3));
        assert_eq!(direction(&earlier, "5.2", 4), Direction::Down(5));
        assert_eq!(direction(&earlier, "5.1", 3), Direction::Same);
        assert_eq!(direction(&earlier, "5.3", 3), Direction::New);
    }
}
