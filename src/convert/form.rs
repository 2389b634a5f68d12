//! The form: an instrument with everything that any format says about it.
//!
//! An [`Instrument`](crate::instrument::Instrument) is what a study asks. A form is wider: it has kinds of items that a study
//! cannot ask, several languages, and a place for whatever else stood in the file, which goes through unchanged.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use toml::{Table, Value};

use crate::finding::Place;
use crate::instrument::{ItemKind, Rule, Valence};
use crate::terms::{Missing, StudyKind};

/// What stands in a format and has no place in a form, by the name that the format gives it.
pub type Carried = BTreeMap<String, String>;

/// A text in the form's own language and in others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// In the language of the form.
    pub plain: String,
    /// In other languages, by the language's name as it is written in the file.
    pub others: BTreeMap<String, String>,
}

impl Text {
    /// A text in the form's own language only.
    pub fn plain(text: impl Into<String>) -> Text {
        Text { plain: text.into(), others: BTreeMap::new() }
    }

    /// Whether it says nothing in any language.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.others.is_empty()
    }

    /// The text in a language: in the form's own for none, and where nothing is said in the other.
    pub fn in_language(&self, language: Option<&str>) -> &str {
        language.and_then(|language| self.others.get(language)).unwrap_or(&self.plain)
    }

    /// Sets the text in a language; nothing where there is no text.
    pub fn set(&mut self, language: Option<&str>, text: String) {
        match language {
            None => self.plain = text,
            Some(_) if text.is_empty() => {}
            Some(language) => _ = self.others.insert(language.to_owned(), text),
        }
    }
}

/// An instrument with everything that its file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Short name.
    pub id: String,
    /// Version of the wording.
    pub version: String,
    /// Title as printed.
    pub title: Text,
    /// Whether people or readers fill it in.
    pub kind: StudyKind,
    /// What to know first.
    pub introduction: Text,
    /// The language of the plain texts, if it is said.
    pub language: Option<String>,
    /// How it is laid out, as XLSForm says it (`pages`, `theme-grid`).
    pub style: String,
    /// The lists of responses, by name.
    pub lists: BTreeMap<String, List>,
    /// The sections: groups at the outermost level.
    pub sections: Vec<Item>,
    /// Settings that only another format has.
    pub carried: Carried,
    /// Sheets that only another format has.
    pub sheets: Vec<CarriedSheet>,
    /// What only a native definition says under `[instrument]`.
    pub own: Table,
    /// What only a native definition says in tables of its own.
    pub rest: Table,
    /// The comment at the head of a native definition.
    pub comment: String,
}

/// A sheet that goes through unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedSheet {
    /// Its name.
    pub name: String,
    /// Its rows, from the first.
    pub rows: Vec<Vec<String>>,
}

/// A list of responses.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List {
    /// The responses in their order, those that count as missing after the others.
    pub choices: Vec<Choice>,
    /// What only a native definition says.
    pub own: Table,
    /// The comment above it in a native definition.
    pub comment: String,
    /// Where it stands.
    pub place: Place,
}

/// A response of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// The code in data files.
    pub code: String,
    /// The words on the form.
    pub label: Text,
    /// The kind of missing that it stands for, if it is no answer.
    pub missing: Option<Missing>,
    /// What only a native definition says: direction, score, earlier labels.
    pub own: Table,
    /// What only another format says.
    pub carried: Carried,
    /// Where it stands.
    pub place: Place,
}

impl Choice {
    /// The name that XLSForm has for it: its code, without the blanks that divide several names there.
    pub fn name(&self) -> String {
        self.code.split_whitespace().collect::<Vec<_>>().join("_")
    }

    /// Which way it points.
    pub fn valence(&self) -> Valence {
        match self.own.get("valence").and_then(Value::as_str) {
            Some("positive") => Valence::Positive,
            Some("negative") => Valence::Negative,
            _ => Valence::Neutral,
        }
    }

    /// Its number, for means.
    pub fn score(&self) -> Option<f64> {
        self.own
            .get("score")
            .and_then(|score| score.as_float().or_else(|| score.as_integer().map(|whole| whole as f64)))
    }
}

/// When an item is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Relevance {
    /// Always.
    #[default]
    Always,
    /// Where an earlier question has one of these codes.
    If {
        /// The earlier question's id.
        question: String,
        /// The codes of the responses that lead here.
        codes: Vec<String>,
    },
    /// Where an expression in XLSForm's language holds.
    Expression(String),
}

/// What may be answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bounds {
    /// Lowest number.
    pub minimum: Option<f64>,
    /// Highest number.
    pub maximum: Option<f64>,
    /// Earliest date.
    pub earliest: Option<NaiveDate>,
    /// Latest date.
    pub latest: Option<NaiveDate>,
    /// What else must hold, in XLSForm's language.
    pub rest: String,
}

/// An item of a form: a section, a question, or whatever else stands in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Short name.
    pub id: String,
    /// The wording, or the title of a group.
    pub text: Text,
    /// A few words that stand for it in tables; empty where none are said.
    pub label: Text,
    /// What helps to answer; what to know before a section.
    pub guidance: Text,
    /// What helps those who ask, not shown at once.
    pub guidance_hint: Text,
    /// The name of its list.
    pub list: Option<String>,
    /// Whether a response may be written in words besides the list.
    pub or_other: bool,
    /// Whether an answer is expected.
    pub required: Rule,
    /// What is said when it is left out.
    pub required_message: Text,
    /// When it is asked.
    pub relevant: Relevance,
    /// What may be answered.
    pub bounds: Bounds,
    /// What is said when something else is answered.
    pub constraint_message: Text,
    /// The expression that works it out.
    pub calculation: String,
    /// What stands there from the start.
    pub default: String,
    /// Whether it cannot be changed.
    pub read_only: Rule,
    /// `name=value` pairs, as XLSForm has them.
    pub parameters: String,
    /// Which responses are offered, as an expression.
    pub choice_filter: String,
    /// How it looks, as XLSForm says it.
    pub appearance: String,
    /// How often a repeat is asked, as an expression.
    pub repeat_count: String,
    /// What an item of kind other is called in its own format.
    pub foreign: String,
    /// For a section: its items stand in no group.
    pub loose: bool,
    /// The items inside a group or a repeat.
    pub items: Vec<Item>,
    /// What only a native definition says: indicators, benchmarks, concern, earlier wordings.
    pub own: Table,
    /// What only another format says.
    pub carried: Carried,
    /// The comment above it in a native definition.
    pub comment: String,
    /// Where it stands.
    pub place: Place,
}

impl Item {
    /// An item that says nothing yet.
    pub fn new(kind: ItemKind, id: impl Into<String>) -> Item {
        Item {
            kind,
            id: id.into(),
            text: Text::default(),
            label: Text::default(),
            guidance: Text::default(),
            guidance_hint: Text::default(),
            list: None,
            or_other: false,
            required: Rule::No,
            required_message: Text::default(),
            relevant: Relevance::Always,
            bounds: Bounds::default(),
            constraint_message: Text::default(),
            calculation: String::new(),
            default: String::new(),
            read_only: Rule::No,
            parameters: String::new(),
            choice_filter: String::new(),
            appearance: String::new(),
            repeat_count: String::new(),
            foreign: String::new(),
            loose: false,
            items: Vec::new(),
            own: Table::new(),
            carried: Carried::new(),
            comment: String::new(),
            place: Place::default(),
        }
    }

    /// The name that data of its own format have for it, where that is no id here.
    pub fn name(&self) -> &str {
        self.carried.get("name").map_or(&self.id, String::as_str)
    }

    fn texts(&self) -> [&Text; 6] {
        [&self.text, &self.label, &self.guidance, &self.guidance_hint, &self.required_message, &self.constraint_message]
    }
}

impl Form {
    /// A form that asks nothing yet.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Form {
        Form {
            id: id.into(),
            version: "1".to_owned(),
            title: Text::plain(title),
            kind: StudyKind::Survey,
            introduction: Text::default(),
            language: None,
            style: String::new(),
            lists: BTreeMap::new(),
            sections: Vec::new(),
            carried: Carried::new(),
            sheets: Vec::new(),
            own: Table::new(),
            rest: Table::new(),
            comment: String::new(),
        }
    }

    /// All items but the sections, in the order of the form; those inside groups after their group.
    pub fn items(&self) -> Vec<&Item> {
        fn gather<'a>(items: &'a [Item], all: &mut Vec<&'a Item>) {
            for item in items {
                all.push(item);
                gather(&item.items, all);
            }
        }
        let mut all = Vec::new();
        for section in &self.sections {
            gather(&section.items, &mut all);
        }
        all
    }

    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items().into_iter().find(|item| item.id == id)
    }

    /// The responses of an item; none where it takes none.
    pub fn choices(&self, item: &Item) -> &[Choice] {
        item.list.as_ref().and_then(|list| self.lists.get(list)).map_or(&[], |list| &list.choices)
    }

    /// The languages besides the form's own, each once.
    pub fn other_languages(&self) -> Vec<String> {
        let mut texts = vec![&self.title, &self.introduction];
        texts.extend(self.sections.iter().flat_map(Item::texts));
        texts.extend(self.items().into_iter().flat_map(Item::texts));
        texts.extend(self.lists.values().flat_map(|list| &list.choices).map(|choice| &choice.label));
        let mut languages: Vec<String> = texts.into_iter().flat_map(|text| text.others.keys().cloned()).collect();
        languages.sort();
        languages.dedup();
        languages
    }
}
