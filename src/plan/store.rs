//! The plan's folder: `plan.toml`, a file for each action, and everything that came back, as it came.
//!
//! ```text
//! plan/
//!   plan.toml              what the plan is, which studies its targets are judged by, and by which rule
//!   actions/A-012.toml     one action, written by people; its progress is added at the end
//!   imported/              the plans that actions were taken from, as they came
//!   returns/2026-12-31/    the owners' workbooks, as they came
//!   earlier/               earlier versions of actions that were imported again
//! ```
//!
//! Two people's changes to different actions are changes to different files. No line of an action is ever rewritten by
//! the program: progress is added at the end, and what supersedes it is added after it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::action::{self, Action, pair};
use super::progress::Progress;
use super::target::{Rule, Sides};
use super::when;
use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex, write_file};
use crate::instrument::{nearest, parse_toml, underline};
use crate::returns::DateOrder;
use crate::statistics::Method;

/// An improvement plan as it stands in its folder.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The folder.
    pub folder: PathBuf,
    /// Short name; part of the workbooks that go out.
    pub id: String,
    /// Title as printed.
    pub title: String,
    /// Whose plan it is.
    pub organisation: String,
    /// What to know before anything else.
    pub notice: Option<String>,
    /// When the plan was agreed: studies before it show where it started, and decide no target.
    pub agreed: Option<NaiveDate>,
    /// Which number is the day in dates such as `03/04/2026`.
    pub dates: DateOrder,
    /// How targets are judged; none if the plan does not say.
    pub rule: Option<Rule>,
    /// The studies by which targets are judged, in the order of the file.
    pub surveys: Vec<Survey>,
    /// The actions, in the order of their numbers.
    pub actions: Vec<Action>,
    /// `plan.toml` and its text, for messages.
    pub head: (PathBuf, String),
}

/// A run of a study whose results targets are judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// What the plan calls the study; several runs of one study have one id.
    pub id: String,
    /// When it asked.
    pub date: NaiveDate,
    /// The output folder of the run.
    pub run: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    plan: Head,
    targets: Option<Targets>,
    #[serde(default)]
    survey: Vec<SurveyText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    title: String,
    #[serde(default)]
    organisation: String,
    notice: Option<String>,
    agreed: Option<Spanned<String>>,
    #[serde(default)]
    dates: DateOrder,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Targets {
    rule: Sides,
    level: Spanned<f64>,
    interval: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SurveyText {
    id: String,
    date: Spanned<String>,
    run: PathBuf,
}

/// The folder that was meant: itself, or that of its `plan.toml`.
pub fn folder(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|end| end == "toml") {
        path.parent().unwrap_or(Path::new("")).to_owned()
    } else {
        path.to_owned()
    }
}

/// Reads a plan: its folder, or the `plan.toml` in it.
///
/// # Errors
/// When `plan.toml` or an action's file cannot be read or says what cannot be; the line is underlined.
pub fn read(path: &Path) -> Result<Plan> {
    let folder = folder(path);
    let head = folder.join("plan.toml");
    if !head.exists() {
        return Err(Error::file(&head, "there is no improvement plan here")
            .expected("a folder with a plan.toml")
            .hint("quorate plan new FOLDER makes one"));
    }
    let (file, text) = parse_toml::<File>(&head)?;
    let fault = |span, problem: &str, label: &str| underline(&head, &text, span, problem, label);
    let day = |text: &Spanned<String>| {
        when::day(text.get_ref(), file.plan.dates).ok_or_else(|| {
            fault(text.span(), "this is not a date", "this text").expected("a day or a month, such as \"2026-05\"")
        })
    };
    let rule = file.targets.as_ref().map(|targets| {
        let (sides, level) = (targets.rule, *targets.level.get_ref());
        let least = if sides == Sides::OneSided { 0.5 } else { 0.0 };
        if !(level > least && level < 1.0) {
            return Err(fault(targets.level.span(), "the level of the targets is out of range", "this number")
                .expected(format!("a number between {least} and 1, such as 0.95")));
        }
        let name = targets.interval.get_ref();
        let interval = name.parse::<Method>().map_err(|error| {
            let names = Method::ALL.map(Method::name);
            let error = fault(targets.interval.span(), &error.problem, "no such interval").expected(names.join(", "));
            match nearest(name, names) {
                Some(near) => error.hint(format!("did you mean \"{near}\"?")),
                None => error,
            }
        })?;
        Ok(Rule { sides, level, interval })
    });
    let surveys = file
        .survey
        .iter()
        .map(|survey| Ok(Survey { id: survey.id.clone(), date: day(&survey.date)?, run: folder.join(&survey.run) }));
    Ok(Plan {
        id: file.plan.id.clone(),
        title: file.plan.title.clone(),
        organisation: file.plan.organisation.clone(),
        notice: file.plan.notice.clone(),
        agreed: file.plan.agreed.as_ref().map(day).transpose()?,
        dates: file.plan.dates,
        rule: rule.transpose()?,
        surveys: surveys.collect::<Result<_>>()?,
        actions: actions(&folder)?,
        folder,
        head: (head.clone(), text.clone()),
    })
}

/// Reads the actions of a folder, in the order of their numbers: `A-2` before `A-10`.
fn actions(folder: &Path) -> Result<Vec<Action>> {
    let folder = folder.join("actions");
    let mut files = Vec::new();
    if folder.exists() {
        let entries = std::fs::read_dir(&folder)
            .map_err(|error| Error::file(&folder, "the folder cannot be listed").found(error.to_string()))?;
        files.extend(
            entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "toml")),
        );
    }
    let mut actions = files.iter().map(|path| action::read(path)).collect::<Result<Vec<Action>>>()?;
    actions.sort_by_cached_key(|action| order(&action.id));
    Ok(actions)
}

/// An id as words and numbers, so that numbers are compared as such.
fn order(id: &str) -> Vec<(u64, String)> {
    let mut parts = Vec::new();
    for piece in id.split_inclusive(|c: char| !c.is_ascii_digit()).flat_map(|part| {
        let cut = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(cut);
        [number, rest].map(str::to_owned)
    }) {
        match piece.parse::<u64>() {
            Ok(number) => parts.push((number, String::new())),
            Err(_) if piece.is_empty() => {}
            Err(_) => parts.push((u64::MAX, piece)),
        }
    }
    parts
}

impl Plan {
    /// The action of this id, whatever the case it is written in.
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id.eq_ignore_ascii_case(id.trim()))
    }

    /// An id that no action has yet: the prefix, a dash, and the next number.
    pub fn next_id(&self, prefix: &str) -> String {
        let number = |action: &Action| action.id.strip_prefix(prefix)?.strip_prefix('-')?.parse::<u32>().ok();
        let next = self.actions.iter().filter_map(number).max().unwrap_or(0) + 1;
        format!("{prefix}-{next:03}")
    }

    /// The roles that answer for actions, in the order in which the plan names them.
    pub fn owners(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        self.actions
            .iter()
            .map(|action| action.responsible.as_str())
            .filter(|owner| !owner.is_empty() && seen.insert(*owner))
            .collect()
    }

    /// The file of an action.
    pub fn action_file(&self, id: &str) -> PathBuf {
        self.folder.join("actions").join(format!("{id}.toml"))
    }

    /// Writes an action that is new, or whose earlier version is then kept under `earlier/`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write_action(&self, action: &Action) -> Result<()> {
        let path = self.action_file(&action.id);
        if path.exists() {
            let before = read_file(&path)?;
            self.keep("earlier", &format!("{}.toml", action.id), &before)?;
        }
        write_file(&path, action.toml().as_bytes())
    }

    /// Adds a report of progress to the end of an action's file; nothing that stands in it is changed.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn add_progress(&self, id: &str, progress: &Progress) -> Result<()> {
        let path = self.action_file(id);
        let mut bytes = read_file(&path)?;
        if bytes.last().is_some_and(|last| *last != b'\n') {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(progress.toml().as_bytes());
        write_file(&path, &bytes)
    }

    /// Keeps a file as it came, in a folder of the plan, under its name or, if that is taken by other bytes, under its
    /// name with a number. Gives the path from the plan's folder, and whether the same bytes were there already.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&self, folder: &str, name: &str, bytes: &[u8]) -> Result<(String, bool)> {
        let (stem, end) = match name.rsplit_once('.') {
            Some((stem, end)) => (stem.to_owned(), format!(".{end}")),
            None => (name.to_owned(), String::new()),
        };
        let hash = sha256_hex(bytes);
        for again in 1u32.. {
            let name = if again == 1 { format!("{stem}{end}") } else { format!("{stem}-{again}{end}") };
            let path = self.folder.join(folder).join(&name);
            if !path.exists() {
                write_file(&path, bytes)?;
                return Ok((format!("{folder}/{name}"), false));
            }
            if sha256_hex(&read_file(&path)?) == hash {
                return Ok((format!("{folder}/{name}"), true));
            }
        }
        unreachable!("there is always a next number")
    }
}

/// The text of a `plan.toml` to start from.
pub fn head_toml(id: &str, title: &str, organisation: &str) -> String {
    let mut out = String::from("# The improvement plan. Actions stand in actions/, one file each.\n\n[plan]\n");
    pair(&mut out, "id", id);
    pair(&mut out, "title", title);
    pair(&mut out, "organisation", organisation);
    out.push_str(
        "# When it was agreed: studies before it show where it started, and decide no target.\n\
         # agreed = \"2026-09\"\n\
         # Which number is the day in dates such as 03/04/2026: \"day-first\" or \"month-first\".\n\
         # dates = \"day-first\"\n\n\
         # How targets on questions are judged: the interval at this level (\"two-sided\"), or each of its ends (\"one-sided\").\n\
         [targets]\nrule = \"two-sided\"\nlevel = 0.95\ninterval = \"wilson\"\n\n\
         # The studies by which targets are judged: the output folder of a run, and when it asked.\n\
         # [[survey]]\n# id = \"carers\"\n# date = \"2026-05\"\n# run = \"../output/carers\"\n",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_the_order_of_their_numbers() {
        let mut ids = ["A-10", "B-1", "A-2", "A-002b", "A"];
        ids.sort_by_key(|id| order(id));
        assert_eq!(ids, ["A", "A-2", "A-002b", "A-10", "B-1"]);
    }

    #[test]
    fn a_file_is_kept_once_and_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        write_file(&folder.path().join("plan.toml"), head_toml("p", "Plan", "").as_bytes()).expect("written");
        let plan = read(folder.path()).expect("the text to start from is a plan");
        let keep = |bytes: &[u8]| plan.keep("returns/2026-12-31", "Head of Service.xlsx", bytes).expect("kept");
        assert_eq!(keep(b"one"), ("returns/2026-12-31/Head of Service.xlsx".to_owned(), false));
        assert_eq!(keep(b"two"), ("returns/2026-12-31/Head of Service-2.xlsx".to_owned(), false));
        assert_eq!(keep(b"one"), ("returns/2026-12-31/Head of Service.xlsx".to_owned(), true));
        assert_eq!(plan.next_id("A"), "A-001");
    }

    #[test]
    fn a_level_that_cannot_be_is_underlined() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = head_toml("p", "Plan", "");
        for (from, to) in
            [("0.95", "95"), ("two-sided\"\nlevel = 0.95", "one-sided\"\nlevel = 0.4"), ("\"wilson\"", "\"wilsen\"")]
        {
            assert!(text.contains(from), "{from}");
            write_file(&folder.path().join("plan.toml"), text.replacen(from, to, 1).as_bytes()).expect("written");
            let error = read(folder.path()).expect_err("it does not hold");
            assert!(error.excerpt.is_some(), "{error}");
        }
    }
}
