//! An improvement action as it stands in its file: what is to be done, by whom, until when, and how it went.
//!
//! ```toml
//! id = "A-012"
//! theme = "Getting information"
//! area = "Carers find it hard to get information"
//! from = "2.1-a1"
//! origin = ["carers:q08"]
//! action = "Write one guide to carers' support, with carers"
//! outcome = "Carers can find out what help there is"
//! responsible = "Head of Service, carers"
//! due = "Draft September 2026; In print March 2027"
//! resources = "£12,500 from the carers' fund"
//! criteria = ["carers:q08 positive >= 65% by 2027-06"]
//!
//! [[progress]]
//! as_at = "2026-12-31"
//! grade = "B"
//! ```
//!
//! People write the file; the program only ever adds `[[progress]]` at its end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;

use super::indicators;
use super::progress::Progress;
use super::resources::{self, Resources};
use super::target::{self, Criterion};
use super::when::{self, Milestone, When};
use crate::error::Result;
use crate::finding::Place;
use crate::instrument::{parse_toml, underline};
use crate::returns::DateOrder;

/// An action with everything recorded about it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Action {
    /// Its number in the plan, which is also its file's name: `A-012`.
    pub id: String,
    /// The heading of the plan under which it stands.
    pub theme: String,
    /// The area for improvement that it answers, in words.
    pub area: String,
    /// The id of that area in an evaluation: `5.2-a1`.
    pub from: String,
    /// How urgent the area is, in the evaluation's words.
    pub priority: String,
    /// The survey or audit questions that it came from: `carers:q08`.
    pub origin: Vec<String>,
    /// What is to be done.
    pub action: String,
    /// What is to be better afterwards.
    pub outcome: String,
    /// The role that answers for it: one, the senior responsible owner.
    pub responsible: String,
    /// Others who take part, by their roles.
    pub with: Vec<String>,
    /// When it begins, as written.
    pub start: String,
    /// When it is to be done, as written: a date, a range, several milestones, ongoing, achieved.
    pub due: String,
    /// What it takes, as written.
    pub resources: String,
    /// How one will see that it worked; targets on questions are judged from the results of studies.
    pub criteria: Vec<String>,
    /// National and quality indicators that it bears on, beyond those named in the outcome and the criteria.
    pub indicators: Vec<String>,
    /// For the public: what people said.
    pub said: String,
    /// For the public: what was done about it.
    pub did: String,
    /// Where it was taken from, if it was.
    pub source: Option<Source>,
    /// Columns of the plan it was taken from that the program does not know: heading and text.
    pub other: BTreeMap<String, String>,
    /// References to other actions that were looked up.
    pub reference: Vec<Reference>,
    /// What was reported, in the order in which it came.
    pub progress: Vec<Progress>,
    /// The file.
    #[serde(skip)]
    pub path: PathBuf,
    /// The file's name for findings: `actions/A-012.toml`.
    #[serde(skip)]
    pub name: String,
    /// The file's text.
    #[serde(skip)]
    pub text: String,
}

/// Where an action was taken from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The file, as kept under `imported/`.
    pub file: String,
    /// The sheet; empty in a text file.
    #[serde(default)]
    pub sheet: String,
    /// The rows, counted as a spreadsheet does.
    pub rows: Vec<u32>,
    /// The number that the action had there, if it was another than its id says.
    #[serde(default)]
    pub number: String,
}

/// A reference to another action, as written and as understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The field in which it stands.
    pub field: String,
    /// What was written.
    pub written: String,
    /// The action that is meant.
    pub means: String,
}

impl Action {
    /// What happens when.
    pub fn milestones(&self, order: DateOrder) -> Vec<Milestone> {
        when::read(&self.due, order)
    }

    /// The last day of the last milestone that has a date.
    pub fn last_due(&self, order: DateOrder) -> Option<NaiveDate> {
        self.milestones(order)
            .iter()
            .filter_map(|m| match m.when {
                When::Dated(span) => Some(span.last),
                _ => None,
            })
            .max()
    }

    /// What it takes, as understood.
    pub fn resources(&self) -> Resources {
        resources::read(&self.resources)
    }

    /// How one will see that it worked, as understood.
    pub fn criteria(&self, order: DateOrder) -> Vec<Criterion> {
        self.criteria.iter().map(|text| target::read(text, order)).collect()
    }

    /// All national indicators that it names anywhere, each once.
    pub fn national(&self) -> indicators::Named {
        let texts: Vec<&str> = [&self.outcome, &self.action]
            .into_iter()
            .chain(&self.criteria)
            .chain(&self.indicators)
            .map(String::as_str)
            .collect();
        let mut named = indicators::read(&texts.join("\n"));
        for quality in self.indicators.iter().filter(|text| indicators::read(text) == indicators::Named::default()) {
            if !named.indicators.contains(quality) {
                named.indicators.push(quality.clone());
            }
        }
        named
    }

    /// Everyone named, the responsible one first.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.responsible.as_str()).chain(self.with.iter().map(String::as_str)).filter(|o| !o.is_empty())
    }

    /// The report that counts at a date: of the latest date not after it, the one that came last.
    pub fn at(&self, day: NaiveDate) -> Option<&Progress> {
        let dated = self.progress.iter().filter_map(|p| Some((p.day()?, p))).filter(|(of, _)| *of <= day);
        dated
            .fold(None, |best: Option<(NaiveDate, &Progress)>, next| match best {
                Some((of, _)) if of > next.0 => best,
                _ => Some(next),
            })
            .map(|(_, progress)| progress)
    }

    /// The line of its file in which a key stands, or its first line.
    pub fn place(&self, key: &str) -> Place {
        let is_key =
            |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        let line = self.text.lines().take_while(|line| !line.starts_with("[[progress]]")).position(is_key).unwrap_or(0);
        self.line(line)
    }

    /// The line of its file in which its nth report of progress begins.
    pub fn place_of_progress(&self, nth: usize) -> Place {
        let blocks = self.text.lines().enumerate().filter(|(_, line)| line.trim() == "[[progress]]");
        self.line(blocks.map(|(line, _)| line).nth(nth).unwrap_or(0))
    }

    fn line(&self, line: usize) -> Place {
        Place { cell: format!("line {}", line + 1), ..Place::file(&self.name) }.unit(&self.id)
    }

    /// The file's text, in the order in which a person reads it.
    pub fn toml(&self) -> String {
        let mut out = String::new();
        pair(&mut out, "id", &self.id);
        for (key, value) in
            [("theme", &self.theme), ("area", &self.area), ("from", &self.from), ("priority", &self.priority)]
        {
            pair(&mut out, key, value);
        }
        list(&mut out, "origin", &self.origin);
        for (key, value) in [("action", &self.action), ("outcome", &self.outcome), ("responsible", &self.responsible)] {
            pair(&mut out, key, value);
        }
        list(&mut out, "with", &self.with);
        for (key, value) in [("start", &self.start), ("due", &self.due), ("resources", &self.resources)] {
            pair(&mut out, key, value);
        }
        list(&mut out, "criteria", &self.criteria);
        list(&mut out, "indicators", &self.indicators);
        pair(&mut out, "said", &self.said);
        pair(&mut out, "did", &self.did);
        if let Some(source) = &self.source {
            out.push_str("\n[source]\n");
            pair(&mut out, "file", &source.file);
            pair(&mut out, "sheet", &source.sheet);
            let rows: Vec<String> = source.rows.iter().map(u32::to_string).collect();
            let _ = writeln!(out, "rows = [{}]", rows.join(", "));
            pair(&mut out, "number", &source.number);
        }
        if !self.other.is_empty() {
            out.push_str("\n[other]\n");
            for (heading, text) in &self.other {
                pair(&mut out, &quoted(heading), text);
            }
        }
        for reference in &self.reference {
            out.push_str("\n[[reference]]\n");
            pair(&mut out, "field", &reference.field);
            pair(&mut out, "written", &reference.written);
            pair(&mut out, "means", &reference.means);
        }
        for progress in &self.progress {
            out.push_str(&progress.toml());
        }
        out
    }
}

/// Reads an action's file.
///
/// # Errors
/// When the file cannot be read, is not TOML, has a key that is not known, or its id is not the file's name; the place is underlined.
pub fn read(path: &Path) -> Result<Action> {
    let (mut action, text) = parse_toml::<Action>(path)?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if action.id != stem {
        let span = text
            .find("id")
            .filter(|_| !action.id.is_empty())
            .map_or(0..0, |at| at..at + text[at..].find('\n').unwrap_or(text.len() - at));
        return Err(underline(path, &text, span, "an action's id is not its file's name", "this id")
            .expected(format!("id = \"{stem}\""))
            .hint("mend the id, or rename the file"));
    }
    path.clone_into(&mut action.path);
    action.name = format!("actions/{stem}.toml");
    action.text = text;
    Ok(action)
}

/// A line `key = "value"`; nothing for an empty value.
pub(super) fn pair(out: &mut String, key: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(out, "{key} = {}", quoted(value));
    }
}

/// A line `key = [...]`; nothing for an empty list.
pub(super) fn list(out: &mut String, key: &str, values: &[String]) {
    match values {
        [] => {}
        [one] if !one.contains('\n') => {
            let _ = writeln!(out, "{key} = [{}]", quoted(one));
        }
        many => {
            let _ = writeln!(out, "{key} = [");
            for value in many {
                let _ = writeln!(out, "    {},", quoted(value));
            }
            out.push_str("]\n");
        }
    }
}

/// A text as TOML writes it: in one line, or as it stands between three quotes.
pub(super) fn quoted(text: &str) -> String {
    let escaped = |text: &str| {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                '"' => out.push_str("\\\""),
                '\n' => out.push('\n'),
                '\t' => out.push_str("\\t"),
                c if c.is_control() => {
                    let _ = write!(out, "\\u{:04X}", c as u32);
                }
                c => out.push(c),
            }
        }
        out
    };
    if text.contains('\n') { format!("\"\"\"\n{}\"\"\"", escaped(text)) } else { format!("\"{}\"", escaped(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_written_so_that_it_reads_back() {
        let action = Action {
            id: "A-001".to_owned(),
            action: "Write \"one\" guide\nwith carers \\ staff".to_owned(),
            with: vec!["Team manager".to_owned(), "Carers' centre\nmanager".to_owned()],
            other: BTreeMap::from([("Cost code (old)".to_owned(), "X\t1".to_owned())]),
            source: Some(Source {
                file: "a.xlsx".to_owned(),
                sheet: "Plan".to_owned(),
                rows: vec![4, 5],
                number: String::new(),
            }),
            reference: vec![Reference {
                field: "outcome".to_owned(),
                written: "As above.".to_owned(),
                means: "A-000".to_owned(),
            }],
            progress: vec![Progress { as_at: "2026-12-31".to_owned(), grade: "B".to_owned(), ..Progress::default() }],
            ..Action::default()
        };
        let text = action.toml();
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, &text).expect("the file can be written");
            path
        };
        let back = read(&file("A-001.toml")).expect("it reads back");
        assert_eq!(back.toml(), text);
        assert_eq!(back.action, action.action);
        assert_eq!(back.with, action.with);
        assert_eq!(back.progress, action.progress);
        assert_eq!(back.place("action").cell, "line 2");
        assert!(read(&file("A-002.toml")).is_err(), "the id is not the file's name");
    }

    #[test]
    fn the_last_report_of_the_latest_date_counts() {
        let report = |as_at: &str, grade: &str| Progress {
            as_at: as_at.to_owned(),
            grade: grade.to_owned(),
            ..Progress::default()
        };
        let action = Action {
            progress: vec![report("2026-12-31", "C"), report("2026-06-30", "A"), report("2026-12-31", "B")],
            ..Action::default()
        };
        let at = |y, m, d| action.at(NaiveDate::from_ymd_opt(y, m, d).expect("a day")).map(|p| p.grade.as_str());
        assert_eq!(at(2026, 5, 31), None);
        assert_eq!(at(2026, 6, 30), Some("A"));
        assert_eq!(at(2027, 1, 1), Some("B"));
    }
}
