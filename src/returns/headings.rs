//! What a heading means: which question a column answers, or which key it holds.

use std::collections::{HashMap, HashSet};

use super::exports;
use super::mapping::Mapping;
use super::spelling::{fold, tidy};
use crate::instrument::{Instrument, QuestionKind, Translation};
use crate::issue::{BROUGHT_HEADER, NUMBER_HEADER, RESERVED_HEADERS, offered, ordinal, rank_header, tick_header};
use crate::sheet::Cell;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Row tokens.
    Token,
    /// Serials.
    Serial,
    /// Identifiers in the frame.
    Id,
    /// Readers' codes.
    Reader,
    /// Numbers of the rows of a repeat.
    Number,
    /// Answers to a question: its place, and for one response of several the place among all its responses, the missing
    /// ones after the valid ones.
    Answer { question: usize, choice: Option<usize> },
    /// Which form was filled in.
    Variant,
    /// What the program itself put there beside the answers.
    Ours,
}

/// How well a heading agreed; the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    /// As the pipeline file says.
    Declared,
    /// The question's id.
    Id,
    /// Its label or its wording, to the letter.
    Exact,
    /// But for blanks, quotes and case.
    Tidied,
}

/// All headings that are understood.
pub(super) struct Headings {
    exact: HashMap<String, (Tier, Option<Role>)>,
    folded: HashMap<String, Option<Role>>,
    /// Beginnings of headings, as the pipeline file says, without regard to case.
    beginnings: Vec<(String, Role)>,
    /// Headings of questions as written, for suggestions.
    names: Vec<String>,
    /// Titles of sections, without regard to case.
    sections: HashSet<String>,
}

impl Headings {
    /// All headings of a form. `forms` head the column that says which form was filled in, `days` the one that says when.
    pub fn new(
        instrument: &Instrument,
        id_column: &str,
        mapping: &Mapping,
        forms: &[String],
        days: &[String],
    ) -> Headings {
        let mut headings = Headings {
            exact: HashMap::new(),
            folded: HashMap::new(),
            beginnings: Vec::new(),
            names: Vec::new(),
            sections: instrument.sections.iter().map(|section| fold(&section.title)).collect(),
        };
        for (place, question) in instrument.questions.iter().enumerate() {
            let role = Role::Answer { question: place, choice: None };
            headings.add(Tier::Id, &question.id, role);
            headings.add(Tier::Exact, &question.label, role);
            headings.add(Tier::Exact, &question.text, role);
            for spelling in exports::spellings(question) {
                headings.add(Tier::Exact, &spelling, role);
            }
            if let Some(easy) = question.put(crate::instrument::Variant::EasyRead) {
                headings.add(Tier::Exact, &easy.text, role);
            }
            headings.names.extend([question.id.clone(), question.label.clone(), question.text.clone()]);
            if let (QuestionKind::Rank, Some(scale)) = (question.kind, &question.scale) {
                for rank in 0..scale.responses.len() {
                    let role = Role::Answer { question: place, choice: Some(rank) };
                    headings.add(Tier::Id, &rank_header(&question.id, rank + 1), role);
                    headings.add(Tier::Exact, &format!("{}: {}", question.label, ordinal(rank + 1)), role);
                }
            }
            let (QuestionKind::Multiple, Some(scale)) = (question.kind, &question.scale) else { continue };
            let valid = scale.responses.iter().map(|r| (&r.code, &r.label));
            let missing = scale.missing.iter().map(|r| (&r.code, &r.label));
            for (choice, (code, label)) in valid.chain(missing).enumerate() {
                let role = Role::Answer { question: place, choice: Some(choice) };
                headings.add(Tier::Id, &tick_header(&question.id, code), role);
                for before in [&question.label, &question.text, &question.id] {
                    let label = offered(question.kind, code, label);
                    headings.add(Tier::Exact, &format!("{before}: {label}"), role);
                }
                for (tier, spelling) in exports::tick_spellings(question, code, label) {
                    headings.add(tier, &spelling, role);
                }
            }
        }
        for translation in instrument.translations.values() {
            headings.in_other_words(instrument, translation);
        }
        for (heading, role) in mapping.headings(instrument) {
            if let Some(beginning) = heading.strip_suffix('*').filter(|beginning| !beginning.trim().is_empty()) {
                // The blank before the mark tells "Q1 - " from "Q1".
                headings.beginnings.push((tidy(beginning).to_lowercase(), role));
                continue;
            }
            headings.add(Tier::Declared, heading, role);
            headings.folded.insert(fold(heading), Some(role));
        }
        for heading in forms {
            headings.add(Tier::Declared, heading, Role::Variant);
        }
        for heading in days {
            headings.add_unless_question(heading, Role::Ours);
        }
        let [token, serial, file, to_go, _] = RESERVED_HEADERS;
        for (names, role) in [
            (&[token, "Row token"][..], Role::Token),
            (&[serial, "Serial", "Serial number", "Serial no"], Role::Serial),
            (&[file, "Case file", "File", "File number", "Case number", "Id", id_column], Role::Id),
            (&["_reader", "Reader", "Reader code"], Role::Reader),
            (&[to_go, "Still to answer"], Role::Ours),
        ] {
            for name in names.iter().filter(|name| !name.is_empty()) {
                headings.add_unless_question(name, role);
            }
        }
        // What a question was called in earlier versions, where nothing else is called so now.
        for (place, question) in instrument.questions.iter().enumerate() {
            for text in question.previous.values() {
                headings.add_unless_question(text, Role::Answer { question: place, choice: None });
            }
        }
        headings
    }

    /// A name that stands for two different columns stands for none; an id stands for its question whatever else is
    /// called the same.
    fn add(&mut self, tier: Tier, name: &str, role: Role) {
        let entry = self.exact.entry(name.to_owned()).or_insert((tier, Some(role)));
        if entry.1 != Some(role) {
            if tier < entry.0 {
                *entry = (tier, Some(role));
            } else if tier == entry.0 {
                entry.1 = None;
            }
        }
        let entry = self.folded.entry(fold(name)).or_insert(Some(role));
        if *entry != Some(role) {
            *entry = None;
        }
    }

    /// The wordings and labels of another language, where they mean nothing else already.
    fn in_other_words(&mut self, instrument: &Instrument, translation: &Translation) {
        let mut add = |name: String, role| {
            self.exact.entry(name.clone()).or_insert((Tier::Exact, Some(role)));
            self.folded.entry(fold(&name)).or_insert(Some(role));
        };
        for section in translation.sections.values() {
            self.sections.extend(section.title.iter().map(|title| fold(title)));
        }
        for (place, question) in instrument.questions.iter().enumerate() {
            let mut other = question.clone();
            translation.translate(&mut other);
            add(other.label.clone(), Role::Answer { question: place, choice: None });
            add(other.text.clone(), Role::Answer { question: place, choice: None });
            let (QuestionKind::Multiple, Some(scale)) = (other.kind, &other.scale) else { continue };
            let labels = scale.responses.iter().map(|r| &r.label).chain(scale.missing.iter().map(|r| &r.label));
            for (choice, label) in labels.enumerate() {
                let role = Role::Answer { question: place, choice: Some(choice) };
                add(format!("{}: {label}", other.label), role);
                add(format!("{}: {label}", other.text), role);
            }
        }
    }

    /// With the numbers of the rows of a repeat.
    pub fn with_numbers(mut self) -> Headings {
        for name in [NUMBER_HEADER, "Number", "No."] {
            self.add_unless_question(name, Role::Number);
        }
        self
    }

    fn add_unless_question(&mut self, name: &str, role: Role) {
        self.exact.entry(name.to_owned()).or_insert((Tier::Id, Some(role)));
        self.folded.entry(fold(name)).or_insert(Some(role));
    }

    /// What a heading means, if it means anything.
    pub fn role(&self, text: &str) -> Option<(Tier, Role)> {
        if let Some((tier, role)) = self.exact.get(text) {
            return role.map(|role| (*tier, role));
        }
        let tidied = tidy(text);
        if tidied.starts_with(RESERVED_HEADERS[4]) || tidied.starts_with(BROUGHT_HEADER) {
            return Some((Tier::Id, Role::Ours));
        }
        // The program's own headings are as exact when only blanks were added around them.
        if let Some((tier, Some(role))) = self.exact.get(tidied.as_str()) {
            return Some((if *tier <= Tier::Id { *tier } else { Tier::Tidied }, *role));
        }
        let by_path = || {
            exports::without_groups(&tidied).find_map(|name| match self.exact.get(name) {
                Some((Tier::Id, Some(role @ Role::Answer { .. }))) => Some((Tier::Id, *role)),
                _ => None,
            })
        };
        let folded = tidied.to_lowercase();
        let begins = |beginning: &&(String, Role)| folded.starts_with(&beginning.0);
        // The longest beginning says most.
        if let Some((_, role)) = self.beginnings.iter().filter(begins).max_by_key(|(beginning, _)| beginning.len()) {
            return Some((Tier::Declared, *role));
        }
        self.folded.get(&folded).copied().flatten().map(|role| (Tier::Tidied, role)).or_else(by_path)
    }

    /// Whether a row holds nothing but titles of sections, as the band above the wordings does.
    pub fn are_section_titles(&self, cells: &[Cell]) -> bool {
        cells.iter().filter(|cell| !cell.value.is_blank()).all(|cell| self.sections.contains(&fold(&cell.text())))
    }

    /// The heading that was most likely meant: a suggestion for a person, never used.
    pub fn suggestion(&self, text: &str) -> Option<&str> {
        let text = tidy(text);
        if text.chars().count() < 3 {
            return None;
        }
        let near = crate::instrument::nearest(&text, self.names.iter().map(String::as_str))?;
        (strsim::jaro_winkler(&text.to_lowercase(), &near.to_lowercase()) > 0.85).then_some(near)
    }
}
