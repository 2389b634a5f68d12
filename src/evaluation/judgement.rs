//! A judgement: what an evaluator holds of an area or an indicator, why, and on which evidence.
//!
//! One file for each evaluator and subject (`judgements/lead/5.3.toml`), so that two people's changes merge; what the
//! team agreed stands in `judgements/agreed`. Nothing here or elsewhere computes a level.

use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;

use super::definition::{AGREED, some_day};
use crate::error::{Error, Result};
use crate::files::sha256_hex;
use crate::instrument::parse_toml;

/// A judgement on an area or an indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judgement {
    /// The folder it stands in: an evaluator's code, or `agreed`.
    pub evaluator: String,
    /// The number of the area or indicator.
    pub subject: String,
    /// The level awarded; none where the evaluator has not come to one.
    pub level: Option<u8>,
    /// The codes of those who agreed; empty for one evaluator's own judgement.
    pub by: Vec<String>,
    /// When it was made.
    pub date: Option<NaiveDate>,
    /// Why.
    pub rationale: String,
    /// What is strong.
    pub strengths: Vec<String>,
    /// What could be better.
    pub improvements: Vec<Improvement>,
    /// The ids of the evidence relied on.
    pub evidence: Vec<String>,
    /// The ids of the guidance prompts that the evaluator finds weak.
    pub weak_prompts: Vec<String>,
    /// How separate judgements were brought together.
    pub reconciliation: String,
    /// Checks that the evaluator overrides, with the reason.
    pub overrides: Vec<Override>,
    /// Where it stands: the file, as a path from the evaluation's folder.
    pub file: String,
}

/// An area for improvement, as written in a judgement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Improvement {
    /// The name by which actions refer to it (`5.2-a1`).
    pub id: String,
    /// What should be better.
    pub text: String,
    /// How much it matters; none where nobody has said.
    pub priority: Option<Priority>,
}

/// How much an area for improvement matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// First.
    High,
    /// Next.
    Medium,
    /// When it can be done.
    Low,
}

impl Priority {
    /// All, the most pressing first.
    pub const ALL: [Priority; 3] = [Priority::High, Priority::Medium, Priority::Low];

    /// The word in files and reports.
    pub fn word(self) -> &'static str {
        match self {
            Priority::High => "high",
            Priority::Medium => "medium",
            Priority::Low => "low",
        }
    }
}

/// A check that is overridden.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The check's code.
    pub check: String,
    /// Why it does not hold here.
    #[serde(default)]
    pub reason: String,
}

/// A statement of confidence in the capacity for improvement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfidenceStatement {
    /// The folder it stands in.
    pub evaluator: String,
    /// When it was made.
    pub date: Option<NaiveDate>,
    /// One for each component, in the framework's order: the statement and its caveats.
    pub components: Vec<ComponentStatement>,
    /// Where it stands.
    pub file: String,
}

/// What is stated about one component.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentStatement {
    /// The component's number, from 1.
    pub number: usize,
    /// One of the framework's statements.
    #[serde(default)]
    pub statement: String,
    /// Reservations.
    #[serde(default)]
    pub caveats: String,
    /// The ids of the evidence relied on.
    #[serde(default)]
    pub evidence: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgementText {
    subject: String,
    level: Option<u8>,
    #[serde(default)]
    by: Vec<String>,
    #[serde(default, deserialize_with = "some_day")]
    date: Option<NaiveDate>,
    #[serde(default)]
    rationale: String,
    #[serde(default)]
    strengths: Vec<String>,
    #[serde(default)]
    evidence: Vec<String>,
    #[serde(default)]
    weak_prompts: Vec<String>,
    #[serde(default)]
    reconciliation: String,
    #[serde(default, rename = "improvement")]
    improvements: Vec<Improvement>,
    #[serde(default, rename = "override")]
    overrides: Vec<Override>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfidenceText {
    #[serde(default, deserialize_with = "some_day")]
    date: Option<NaiveDate>,
    #[serde(default, rename = "component")]
    components: Vec<ComponentStatement>,
}

/// The name of the file with the statement of confidence.
pub const CONFIDENCE: &str = "confidence";

/// Everything in the folder of judgements.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judgements {
    /// The judgements, by evaluator (`agreed` among them) and subject.
    pub list: Vec<Judgement>,
    /// The statements of confidence, by evaluator.
    pub confidence: Vec<ConfidenceStatement>,
    /// Files that hold what could not be merged, as paths from the evaluation's folder.
    pub conflicts: Vec<String>,
}

/// Reads the folder of judgements; `name` stands for the folder in places. A folder that is not there is empty.
///
/// # Errors
/// When a file is no judgement, or is named for another subject than it holds; the place is underlined.
pub fn read(folder: &Path, name: &str) -> Result<Judgements> {
    let mut all = Judgements::default();
    for evaluator in entries(folder)? {
        if !folder.join(&evaluator).is_dir() {
            continue;
        }
        for file in entries(&folder.join(&evaluator))? {
            let Some(stem) = file.strip_suffix(".toml") else { continue };
            let path = folder.join(&evaluator).join(&file);
            let shown = format!("{name}/{evaluator}/{file}");
            if stem.contains(".conflict-") {
                all.conflicts.push(shown);
            } else if stem == CONFIDENCE {
                let (text, _) = parse_toml::<ConfidenceText>(&path)?;
                all.confidence.push(ConfidenceStatement {
                    evaluator: evaluator.clone(),
                    date: text.date,
                    components: text.components,
                    file: shown,
                });
            } else {
                let mut judgement = read_one(&path, stem)?;
                judgement.evaluator.clone_from(&evaluator);
                judgement.file = shown;
                all.list.push(judgement);
            }
        }
    }
    all.list.sort_by_cached_key(|j| (j.evaluator.clone(), crate::evidence::order(&j.subject)));
    Ok(all)
}

fn read_one(path: &Path, stem: &str) -> Result<Judgement> {
    let (text, _) = parse_toml::<JudgementText>(path)?;
    if text.subject != stem {
        return Err(Error::definition(path, "the file is named for another subject than it holds")
            .found(format!("subject = {:?}", text.subject))
            .expected(format!("subject = {stem:?}"))
            .hint("rename the file, or mend the subject"));
    }
    Ok(Judgement {
        evaluator: String::new(),
        subject: text.subject,
        level: text.level,
        by: text.by,
        date: text.date,
        rationale: text.rationale.trim().to_owned(),
        strengths: text.strengths,
        improvements: text.improvements,
        evidence: text.evidence,
        weak_prompts: text.weak_prompts,
        reconciliation: text.reconciliation.trim().to_owned(),
        overrides: text.overrides,
        file: String::new(),
    })
}

/// The names in a folder, in order; none if it is not there.
pub(super) fn entries(folder: &Path) -> Result<Vec<String>> {
    let listing = match std::fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file(folder, "the folder cannot be read").found(error.to_string())),
    };
    let mut names: Vec<String> =
        listing.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort_unstable();
    Ok(names)
}

impl Judgement {
    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Judgement {
            evaluator: self.evaluator.clone(),
            subject: self.subject.clone(),
            by: self.by.clone(),
            date: self.date,
            file: self.file.clone(),
            ..Judgement::default()
        }
    }

    /// Whether it is what the team agreed.
    pub fn is_agreed(&self) -> bool {
        self.evaluator == AGREED
    }

    /// What it says, without who and when: the same for two files that say the same, and for a workbook that it was
    /// written into and read back from.
    pub fn content(&self) -> String {
        let mut same = Judgement { date: None, by: Vec::new(), ..self.clone() };
        let lines = |texts: &[String]| texts.iter().flat_map(|text| split_lines(text)).collect();
        same.rationale = plain(&self.rationale);
        same.reconciliation = plain(&self.reconciliation);
        same.strengths = lines(&self.strengths);
        for list in [&mut same.evidence, &mut same.weak_prompts] {
            list.sort_unstable();
            list.dedup();
        }
        for improvement in &mut same.improvements {
            improvement.text = plain(&improvement.text);
        }
        for over in &mut same.overrides {
            over.check = over.check.trim().to_uppercase();
            over.reason = over.reason.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        sha256_hex(same.toml().as_bytes())
    }

    /// The judgement as the text of its file.
    pub fn toml(&self) -> String {
        let mut text = format!("subject = {}\n", quoted(&self.subject));
        if let Some(level) = self.level {
            text.push_str(&format!("level = {level}\n"));
        }
        if !self.by.is_empty() {
            text.push_str(&format!("by = {}\n", list(&self.by)));
        }
        if let Some(date) = self.date {
            text.push_str(&format!("date = {date}\n"));
        }
        for (key, value) in [("rationale", &self.rationale), ("reconciliation", &self.reconciliation)] {
            if !value.is_empty() {
                text.push_str(&format!("{key} = {}\n", quoted(value)));
            }
        }
        for (key, values) in
            [("strengths", &self.strengths), ("evidence", &self.evidence), ("weak_prompts", &self.weak_prompts)]
        {
            if !values.is_empty() {
                text.push_str(&format!("{key} = {}\n", list(values)));
            }
        }
        for improvement in &self.improvements {
            text.push_str(&format!(
                "\n[[improvement]]\nid = {}\ntext = {}\n",
                quoted(&improvement.id),
                quoted(&improvement.text)
            ));
            if let Some(priority) = improvement.priority {
                text.push_str(&format!("priority = {}\n", quoted(priority.word())));
            }
        }
        for over in &self.overrides {
            text.push_str(&format!(
                "\n[[override]]\ncheck = {}\nreason = {}\n",
                quoted(&over.check),
                quoted(&over.reason)
            ));
        }
        text
    }
}

impl ComponentStatement {
    fn is_empty(&self) -> bool {
        self.statement.is_empty() && self.caveats.is_empty() && self.evidence.is_empty()
    }
}

impl ConfidenceStatement {
    /// What it says, without when; components about which nothing is said do not count.
    pub fn content(&self) -> String {
        let mut same = ConfidenceStatement { date: None, ..self.clone() };
        same.components.retain(|component| !component.is_empty());
        for component in &mut same.components {
            component.caveats = plain(&component.caveats);
        }
        sha256_hex(same.toml().as_bytes())
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.components.iter().all(ComponentStatement::is_empty)
    }

    /// The statement as the text of its file.
    pub fn toml(&self) -> String {
        let mut text = self.date.map_or(String::new(), |date| format!("date = {date}\n"));
        for component in &self.components {
            text.push_str(&format!(
                "\n[[component]]\nnumber = {}\nstatement = {}\n",
                component.number,
                quoted(&component.statement)
            ));
            if !component.caveats.is_empty() {
                text.push_str(&format!("caveats = {}\n", quoted(&component.caveats)));
            }
            if !component.evidence.is_empty() {
                text.push_str(&format!("evidence = {}\n", list(&component.evidence)));
            }
        }
        text
    }
}

/// A text without blanks around it, and with line ends of one character.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// The lines of a text that hold anything, without bullets.
pub(super) fn split_lines(text: &str) -> Vec<String> {
    let bare = |line: &str| line.trim().trim_start_matches(['•', '*', '\u{2013}']).trim_start_matches("- ").trim().to_owned();
    plain(text).lines().map(bare).filter(|line| !line.is_empty()).collect()
}

/// A text as TOML writes it; one of several lines stands on lines of its own.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(texts: &[String]) -> String {
    match texts {
        [one] => format!("[{}]", quoted(one)),
        many => format!("[\n{}]", many.iter().map(|text| format!("    {},\n", quoted(text))).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judgement_reads_back_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let judgement = Judgement {
            evaluator: "lead".into(),
            subject: "5.2".into(),
            level: Some(3),
            by: vec!["lead".into(), "peer".into()],
            date: NaiveDate::from_ymd_opt(2026, 6, 12),
            rationale: "Two lines,\nwith \"quotes\" and a \\ in them.".into(),
            strengths: vec!["Allocation is open".into(), "=1+1".into()],
            improvements: vec![Improvement {
                id: "5.2-a1".into(),
                text: "Review waiting lists every month".into(),
                priority: Some(Priority::High),
            }],
            evidence: vec!["carers-2026/q09".into()],
            weak_prompts: vec!["5-p1".into()],
            reconciliation: "Talked through".into(),
            overrides: vec![Override { check: "E003".into(), reason: "The lists are new".into() }],
            file: "judgements/lead/5.2.toml".into(),
        };
        let path = folder.path().join("lead/5.2.toml");
        crate::files::write_file(&path, judgement.toml().as_bytes()).expect("it writes");
        let statement = ConfidenceStatement {
            evaluator: "lead".into(),
            date: judgement.date,
            components: vec![ComponentStatement {
                number: 1,
                statement: "We can demonstrate that".into(),
                caveats: "but one post is vacant".into(),
                evidence: vec!["x".into()],
            }],
            file: "judgements/lead/confidence.toml".into(),
        };
        let path = folder.path().join("lead/confidence.toml");
        crate::files::write_file(&path, statement.toml().as_bytes()).expect("it writes");
        let read = read(folder.path(), "judgements").expect("it reads");
        assert_eq!(read.list, [judgement.clone()]);
        assert_eq!(read.confidence, [statement]);
        let later = Judgement { date: None, by: Vec::new(), ..judgement.clone() };
        assert_eq!(later.content(), judgement.content());
        assert_ne!(Judgement { level: Some(4), ..judgement.clone() }.content(), judgement.content());
        assert!(!judgement.is_empty());
    }

    #[test]
    fn a_file_named_for_another_subject_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("lead")).expect("it can be made");
        std::fs::write(folder.path().join("lead/5.1.toml"), "subject = \"5.2\"\n").expect("it writes");
        let error = read(folder.path(), "judgements").expect_err("the names differ").to_string();
        assert!(error.contains("named for another subject"), "{error}");
    }
}
