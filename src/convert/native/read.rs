//! From a definition to a form. Its shape has been checked before, so what is looked up here is there.

use std::path::Path;

use chrono::NaiveDate;
use toml::{Table, Value};

use super::CHOICE_KEYS;
use super::comments::{Comments, comments};
use crate::convert::form::{Bounds, CarriedSheet, Choice, Form, Item, List, Relevance, Text};
use crate::convert::{Loaded, Losses};
use crate::error::{Error, Result};
use crate::files::read_file;
use crate::finding::Place;
use crate::instrument::{Examined, ItemKind, Rule, examine};
use crate::terms::{Missing, StudyKind};

/// Reads a native definition.
///
/// # Errors
/// When the file is missing, is no definition, or anything in it does not hold; the first fault.
pub fn read(path: &Path) -> Result<Loaded> {
    let bytes = read_file(path)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::definition(path, "the file is not UTF-8 text").hint("save it as UTF-8 in a text editor"))?;
    read_text(path, &text)
}

/// Reads a native definition from text; `path` stands for the file in messages.
///
/// # Errors
/// As `read`, but for the missing file.
pub fn read_text(path: &Path, text: &str) -> Result<Loaded> {
    let mut examined = examine(path, text)?;
    if !examined.faults.is_empty() {
        return Err(examined.faults.swap_remove(0));
    }
    let table: Table = toml::from_str(text).map_err(|error| Error::definition(path, error.message().to_owned()))?;
    let comments = comments(text);
    let mut losses = Losses::default();
    for line in &comments.elsewhere {
        losses.left_out(&place(path, *line), "a comment that stands above no scale, section or question");
    }
    let mut reader = Reader { path, examined, comments, question: 0 };
    let mut form = reader.form(table);
    form.settle();
    Ok(Loaded { form, losses: losses.0 })
}

fn place(path: &Path, line: usize) -> Place {
    Place { cell: format!("line {line}"), ..Place::file(path.display().to_string()) }
}

struct Reader<'a> {
    path: &'a Path,
    examined: Examined,
    comments: Comments,
    /// How many questions have been read.
    question: usize,
}

impl Reader<'_> {
    fn form(&mut self, mut file: Table) -> Form {
        let mut head = take_table(&mut file, "instrument");
        let mut form = Form::new(take_text(&mut head, "id"), String::new());
        form.comment = std::mem::take(&mut self.comments.head);
        form.version = take_text(&mut head, "version");
        form.kind = match take_text(&mut head, "kind").as_str() {
            "file-audit" => StudyKind::FileAudit,
            _ => StudyKind::Survey,
        };
        let mut texts = take_table(&mut head, "translations");
        form.title = text(&mut head, &mut texts, "title");
        form.introduction = text(&mut head, &mut texts, "introduction");
        form.language = Some(take_text(&mut head, "language")).filter(|language| !language.is_empty());
        form.style = take_text(&mut head, "style");
        form.carried = strings(take_table(&mut head, "carried"));
        form.own = head;
        for (name, scale) in take_table(&mut file, "scales") {
            let list = self.list(&name, into_table(scale));
            form.lists.insert(name, list);
        }
        for (number, section) in tables(&mut file, "section").into_iter().enumerate() {
            let section = self.section(number, section);
            form.sections.push(section);
        }
        for mut sheet in tables(&mut file, "carried") {
            let row = |row: Value| match row {
                Value::Array(cells) => cells.iter().map(|cell| cell.as_str().unwrap_or_default().to_owned()).collect(),
                _ => Vec::new(),
            };
            let rows = match sheet.remove("rows") {
                Some(Value::Array(rows)) => rows.into_iter().map(row).collect(),
                _ => Vec::new(),
            };
            form.sheets.push(CarriedSheet { name: take_text(&mut sheet, "sheet"), rows });
        }
        form.rest = file;
        form
    }

    fn list(&self, name: &str, mut scale: Table) -> List {
        let place = place(self.path, self.examined.scales.get(name).copied().unwrap_or(1));
        let mut choices = Vec::new();
        for (key, missing) in [("responses", false), ("missing", true)] {
            for mut response in tables(&mut scale, key) {
                let code = match response.get("code") {
                    Some(Value::String(text)) => text.clone(),
                    Some(other) => other.to_string(),
                    None => String::new(),
                };
                let kind = take_text(&mut response, "kind");
                let mut texts = take_table(&mut response, "translations");
                let label = text(&mut response, &mut texts, "label");
                let carried = strings(take_table(&mut response, "carried"));
                let missing = missing.then(|| missing_named(&kind)).flatten();
                response.retain(|key, _| !CHOICE_KEYS.contains(&key));
                choices.push(Choice { code, label, missing, own: response, carried, place: place.clone() });
            }
        }
        let comment = self.comments.scales.iter().find(|(scale, _)| scale == name).map(|(_, text)| text.clone());
        List { choices, own: scale, comment: comment.unwrap_or_default(), place }
    }

    fn section(&mut self, number: usize, mut section: Table) -> Item {
        let mut item = Item::new(ItemKind::Group, take_text(&mut section, "id"));
        let mut texts = take_table(&mut section, "translations");
        item.text = text(&mut section, &mut texts, "title");
        item.guidance = text(&mut section, &mut texts, "guidance");
        item.loose = section.remove("group").is_some_and(|group| group.as_bool() == Some(false));
        item.relevant = relevance(&mut section);
        item.appearance = take_text(&mut section, "appearance");
        item.carried = strings(take_table(&mut section, "carried"));
        item.comment = self.comments.sections.get(number).cloned().unwrap_or_default();
        item.place = Place::file(self.path.display().to_string());
        for question in tables(&mut section, "question") {
            let question = self.question(question);
            item.items.push(question);
        }
        if let Some(first) = item.items.first() {
            item.place = first.place.clone();
            item.place.question.clear();
        }
        item.own = section;
        item
    }

    fn question(&mut self, mut question: Table) -> Item {
        let kind = ItemKind::named(&take_text(&mut question, "kind")).unwrap_or(ItemKind::Other);
        let mut item = Item::new(kind, take_text(&mut question, "id"));
        item.place = place(self.path, self.examined.questions.get(&item.id).copied().unwrap_or(1)).question(&item.id);
        item.comment = self.comments.questions.get(self.question).cloned().unwrap_or_default();
        self.question += 1;
        let mut texts = take_table(&mut question, "translations");
        item.text = text(&mut question, &mut texts, "text");
        item.label = text(&mut question, &mut texts, "label");
        item.guidance = text(&mut question, &mut texts, "guidance");
        item.guidance_hint = text(&mut question, &mut texts, "guidance_hint");
        item.required_message = text(&mut question, &mut texts, "required_message");
        item.constraint_message = text(&mut question, &mut texts, "constraint_message");
        item.list = Some(take_text(&mut question, "scale")).filter(|scale| !scale.is_empty());
        item.or_other = question.remove("or_other").is_some_and(|yes| yes.as_bool() == Some(true));
        item.required = rule(question.remove("required"));
        item.read_only = rule(question.remove("read_only"));
        item.relevant = relevance(&mut question);
        item.bounds = Bounds {
            minimum: question.remove("minimum").as_ref().and_then(number),
            maximum: question.remove("maximum").as_ref().and_then(number),
            earliest: date(&take_text(&mut question, "earliest")),
            latest: date(&take_text(&mut question, "latest")),
            rest: take_text(&mut question, "constraint"),
        };
        item.calculation = take_text(&mut question, "calculation");
        item.default = take_text(&mut question, "default");
        item.parameters = take_text(&mut question, "parameters");
        item.choice_filter = take_text(&mut question, "choice_filter");
        item.appearance = take_text(&mut question, "appearance");
        item.repeat_count = take_text(&mut question, "repeat_count");
        item.foreign = take_text(&mut question, "type");
        item.carried = strings(take_table(&mut question, "carried"));
        for inner in tables(&mut question, "question") {
            let inner = self.question(inner);
            item.items.push(inner);
        }
        item.own = question;
        item
    }
}

/// The kind of missing with this name.
pub(in crate::convert) fn missing_named(name: &str) -> Option<Missing> {
    Missing::ALL.into_iter().find(|kind| kind.name() == name)
}

fn relevance(table: &mut Table) -> Relevance {
    if let Some(Value::Table(mut condition)) = table.remove("ask_if") {
        let codes = match condition.remove("is") {
            Some(Value::Array(codes)) => codes.iter().map(code).collect(),
            _ => Vec::new(),
        };
        return Relevance::If { question: take_text(&mut condition, "question"), codes };
    }
    match take_text(table, "relevant") {
        text if text.is_empty() => Relevance::Always,
        text => Relevance::Expression(text),
    }
}

fn code(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn rule(value: Option<Value>) -> Rule {
    match value {
        Some(Value::Boolean(true)) => Rule::Yes,
        Some(Value::String(text)) if !text.is_empty() => Rule::If(text),
        _ => Rule::No,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// A text with its translations.
fn text(table: &mut Table, translations: &mut Table, key: &str) -> Text {
    let mut text = Text::plain(take_text(table, key));
    for (language, words) in translations.iter_mut() {
        if let Value::Table(words) = words {
            text.set(Some(language), take_text(words, key));
        }
    }
    text
}

fn take_text(table: &mut Table, key: &str) -> String {
    match table.remove(key) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    }
}

fn take_table(table: &mut Table, key: &str) -> Table {
    table.remove(key).map(into_table).unwrap_or_default()
}

fn into_table(value: Value) -> Table {
    match value {
        Value::Table(table) => table,
        _ => Table::new(),
    }
}

fn tables(table: &mut Table, key: &str) -> Vec<Table> {
    match table.remove(key) {
        Some(Value::Array(values)) => values.into_iter().map(into_table).collect(),
        _ => Vec::new(),
    }
}

fn strings(table: Table) -> std::collections::BTreeMap<String, String> {
    table.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect()
}
