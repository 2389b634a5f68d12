//! Self-evaluation: evidence laid beside a framework, judgements that people make on it, and checks that ask for reasons.
//!
//! Everything is kept as files in the study folder that a person can read and put under version control:
//!
//! ```text
//! evaluation.toml              framework, scope, team, evidence, cycle
//! register.csv                 evidence registered by hand (csv or a spreadsheet)
//! judgements/CODE/5.3.toml     one file for each evaluator and subject; judgements/agreed for what the team agreed
//! returned/                    evaluation workbooks as they came back
//! ```
//!
//! | part | does |
//! | --- | --- |
//! | [`definition`] | reads `evaluation.toml` |
//! | `runs`, `register`, [`evidence`] | one register of evidence: from runs by itself, the rest by hand |
//! | [`judgement`], [`standing`], [`improvement`] | what evaluators hold, what stands, what should be better |
//! | [`check`] | the checks; a check asks for a reason and never changes a level |
//! | [`workbook`] | the evaluation workbook, out and back in |
//! | [`cycle`] | steps, checklist, stages of the cycle, levels over time |
//! | [`page`], [`tables`], [`publish`] | the report, and the record of it |
//!
//! Judgement, never scoring: no function here gives a level.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::evidence::{Framework, Mapping};
use crate::finding::{self, Finding};
use crate::record;

pub mod check;
pub mod cycle;
pub mod definition;
pub mod evidence;
pub mod improvement;
pub mod judgement;
pub mod page;
pub mod publish;
mod register;
mod runs;
pub mod standing;
pub mod tables;
pub(crate) mod words;
pub mod workbook;

pub use definition::Definition;
use evidence::{Consultation, Item};
use judgement::Judgements;
use standing::{Shown, Standing};

/// An evaluation with all that belongs to it: the value that every output is made from.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// As defined.
    pub definition: Definition,
    /// By what it is judged.
    pub framework: Framework,
    /// Where the framework's areas stand in other models.
    pub mapping: Option<Mapping>,
    /// The register of evidence, in the order of indicators and sources.
    pub items: Vec<Item>,
    /// The register of consultation activities, the latest first.
    pub consultations: Vec<Consultation>,
    /// All judgements.
    pub judgements: Judgements,
    /// Earlier evaluations, the earliest first.
    pub earlier: Vec<cycle::Past>,
    /// Everything that registers, judgements and checks brought up, sorted for reading.
    pub findings: Vec<Finding>,
    /// SHA-256 of every file that was read, by its path from the evaluation's folder.
    pub inputs: BTreeMap<String, String>,
    /// Short identifier: the first eight digits of a hash over the inputs and the program's version.
    pub run_id: String,
}

/// Reads an evaluation with its evidence and judgements, and checks it.
///
/// # Errors
/// When a definition does not hold, or a file that it names cannot be read. Faults in registers and judgements are
/// findings.
pub fn gather(path: &Path) -> Result<Evaluation> {
    let (definition, framework, mapping) = definition::read(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut items = Vec::new();
    let mut consultations = Vec::new();
    let mut findings = Vec::new();
    let mut inputs = BTreeMap::new();
    let mut input = |file: &Path| record::add(&mut inputs, folder, file);
    input(path)?;
    input(&definition.resolve(definition.evaluation.framework.get_ref()))?;
    if let Some(mapping) = &definition.evaluation.mapping {
        input(&definition.resolve(mapping))?;
    }
    for source in &definition.runs {
        let from = runs::read(&definition, &framework, source)?;
        items.extend(from.items);
        consultations.extend(from.consultation);
        from.files.iter().try_for_each(|file| input(file))?;
    }
    for source in &definition.figures {
        items.extend(runs::figures(&definition, source)?);
        for pack in [Some(&source.pack), source.against.as_ref()].into_iter().flatten() {
            input(&definition.resolve(pack))?;
        }
    }
    for register in &definition.evidence.registers {
        let file = definition.resolve(register);
        let from = register::read(&file, &record::relative(folder, &file), &framework)?;
        items.extend(from.items);
        consultations.extend(from.consultations);
        findings.extend(from.findings);
        input(&file)?;
    }
    consultations.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.id.cmp(&b.id)));
    let judgements = judgement::read(&definition.resolve(&definition.evaluation.judgements), "judgements")?;
    for kept in [&definition.evaluation.judgements, &definition.evaluation.returned] {
        files_in(&definition.resolve(kept))?.iter().try_for_each(|file| input(file))?;
    }
    let mut earlier = Vec::new();
    for path in &definition.evaluation.earlier {
        let (past, _) = cycle::past(&definition.resolve(path), Some(&framework))?;
        past.files.iter().try_for_each(|file| input(file))?;
        earlier.push(past);
    }
    let run_id = record::run_id(env!("CARGO_PKG_VERSION"), &inputs);
    let mut evaluation = Evaluation {
        definition,
        framework,
        mapping,
        items,
        consultations,
        judgements,
        earlier,
        findings,
        inputs,
        run_id,
    };
    evaluation.findings.extend(evaluation.examine_register());
    evaluation.findings.extend(check::check(&evaluation));
    finding::sort(&mut evaluation.findings);
    Ok(evaluation)
}

/// Reads an evaluation as [`gather`] does, and what is wrong in the workbooks that came back; merges nothing.
///
/// # Errors
/// As [`gather`], and when a workbook cannot be read from the disk.
pub fn gather_with_returns(path: &Path) -> Result<Evaluation> {
    let mut evaluation = gather(path)?;
    let returned = workbook::merge::examine(&evaluation)?;
    evaluation.add(returned);
    Ok(evaluation)
}

/// Every file in a folder and in those below it, in the order of their names; none where there is no folder.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for name in judgement::entries(folder)? {
        let path = folder.join(name);
        match path.is_dir() {
            true => files.extend(files_in(&path)?),
            false => files.push(path),
        }
    }
    Ok(files)
}

impl Evaluation {
    /// The evidence with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Pieces of evidence by what they are and where they come from, for reading; what is not in the register by its id.
    pub fn evidence_in_words(&self, ids: &[String]) -> String {
        let words = |id: &String| match self.item(id) {
            Some(item) if item.source.is_empty() => item.title.clone(),
            Some(item) => format!("{} ({})", item.title, item.from()),
            None => id.clone(),
        };
        ids.iter().map(words).collect::<Vec<_>>().join("; ")
    }

    /// The evidence that bears on an indicator.
    pub fn bearing_on<'a>(&'a self, indicator: &'a str) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(move |item| item.bears_on(indicator))
    }

    /// Whether evidence is too old on the evaluation's day.
    pub fn is_stale(&self, item: &Item) -> bool {
        item.is_stale(self.definition.evaluation.date, self.definition.evidence.stale_after_months)
    }

    /// How a subject stands.
    pub fn standing(&self, subject: &str) -> Standing<'_> {
        standing::of(&self.judgements.list, subject)
    }

    /// How a subject stands, as pictures and words show it.
    pub fn shown(&self, subject: &str) -> Shown {
        let standing = self.standing(subject);
        let levels: BTreeSet<u8> = match &standing {
            Standing::Apart(list) => list.iter().filter_map(|judgement| judgement.level).collect(),
            _ => standing.level().into_iter().collect(),
        };
        let name = |number: &u8| self.framework.level(*number).map_or_else(|| number.to_string(), |l| l.name.clone());
        let names = levels.iter().map(name).collect::<Vec<_>>().join(", ");
        let words = match &standing {
            Standing::Apart(_) => format!("not agreed: {names}"),
            _ if levels.is_empty() => "open".to_owned(),
            Standing::Sole(_) => format!("{names}*"),
            _ => names,
        };
        Shown { levels: levels.into_iter().collect(), apart: matches!(standing, Standing::Apart(_)), words }
    }

    /// Which way the level of a subject went; none without a level.
    pub fn direction(&self, subject: &str) -> Option<cycle::Direction> {
        self.standing(subject).level().map(|level| cycle::direction(&self.earlier, subject, level))
    }

    /// A level in words: "4 Good".
    pub fn level_words(&self, level: Option<u8>) -> String {
        match level {
            None => "open".to_owned(),
            Some(number) => match self.framework.level(number) {
                Some(level) => format!("{number} {}", level.name),
                None => number.to_string(),
            },
        }
    }

    /// Adds findings from elsewhere, such as those in returned workbooks.
    pub fn add(&mut self, findings: Vec<Finding>) {
        // What could not be merged is found in the folder too.
        let known = self.findings.clone();
        self.findings.extend(findings.into_iter().filter(|new| {
            !known.iter().any(|old| old.code == new.code && old.place == new.place && old.found == new.found)
        }));
        finding::sort(&mut self.findings);
    }

    fn examine_register(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut seen: BTreeMap<&str, &Item> = BTreeMap::new();
        for item in &self.items {
            if let Some(first) = seen.insert(&item.id, item) {
                let place = item.place.clone().unit(&item.id);
                found.push(Finding::new("E015", place).found(format!("{} and {}", first.title, item.title)));
            }
            if self.is_stale(item) {
                let date = item.date.map_or(String::new(), |date| date.to_string());
                found.push(Finding::new("E027", item.place.clone().unit(&item.id)).found(date));
            }
        }
        for consultation in self.consultations.iter().filter(|consultation| consultation.changed.is_empty()) {
            let place = finding::Place::file("consultations").unit(&consultation.id);
            found.push(Finding::new("E028", place).found(&consultation.title));
        }
        found
    }
}
