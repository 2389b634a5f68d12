//! From a form to a data dictionary.

use std::collections::BTreeMap;

use super::*;
use crate::convert::flat::{Flat, flat, of_the_whole, one_language};
use crate::convert::form::{Form, Item, Text};
use crate::convert::names::Names;
use crate::convert::{Losses, Written, offered};
use crate::error::Result;
use crate::finding::Place;
use crate::instrument::{ItemKind, Rule};

/// What of an item the dictionary has a place for.
const SAID: [&str; 3] = ["label", "appearance", "parameters"];

/// The data dictionary as csv, and what it cannot say.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn write(form: &Form) -> Result<Written> {
    let mut losses = Losses::default();
    one_language(form, &mut losses);
    of_the_whole(form, &mut losses);
    let items = flat(form, &mut losses);
    let mut writer = Writer { form, names: Names::default(), fields: BTreeMap::new(), rows: Vec::new(), losses };
    if items.first().is_none_or(|first| field_name(first.item.name()) != "record_id") {
        let mut row = writer.empty("record_id", "text");
        row[LABEL] = "Record ID".to_owned();
        writer.names.reserve("record_id");
        writer.rows.push(row);
        writer.losses.changed(&Place::default(), "nothing", "a field record_id, with which every dictionary begins");
    }
    for flat in &items {
        let item = flat.item;
        let name = writer.names.another(&field_name(item.name()), "");
        if name != item.name() {
            writer.losses.changed(&item.place, format!("the id {:?}", item.id), format!("the field {name:?}"));
        }
        writer.fields.insert(item.name().to_owned(), name);
    }
    if !form.introduction.is_empty() {
        writer.descriptive("introduction", &form.introduction);
    }
    for flat in &items {
        writer.item(flat);
    }
    let mut csv = csv::Writer::from_writer(Vec::new());
    let wrote = csv.write_record(HEADINGS).and_then(|()| writer.rows.iter().try_for_each(|row| csv.write_record(row)));
    debug_assert!(wrote.is_ok(), "writing to memory, rows as long as the header");
    Ok(Written { bytes: csv.into_inner().unwrap_or_default(), losses: writer.losses.0 })
}

/// Small letters, digits and underscores, beginning with a letter.
fn field_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = name.chars().map(plain).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("q{name}") }
}

struct Writer<'a> {
    form: &'a Form,
    names: Names,
    /// The field of each item, by its name in expressions.
    fields: BTreeMap<String, String>,
    rows: Vec<Vec<String>>,
    losses: Losses,
}

impl Writer<'_> {
    fn empty(&self, name: &str, kind: &str) -> Vec<String> {
        let mut row = vec![String::new(); HEADINGS.len()];
        row[NAME] = name.to_owned();
        row[FORM] = field_name(&self.form.id);
        row[TYPE] = kind.to_owned();
        row
    }

    fn descriptive(&mut self, name: &str, text: &Text) {
        let name = self.names.another(&field_name(name), "_text");
        let mut row = self.empty(&name, "descriptive");
        row[LABEL].clone_from(&text.plain);
        self.rows.push(row);
    }

    fn item(&mut self, flat: &Flat<'_>) {
        let item = flat.item;
        let Some((kind, validation)) = field(item) else {
            return self.losses.left_out(&item.place, format!("an item of type {:?}", item.foreign));
        };
        let mut title = flat.title.map(|title| title.plain.clone());
        if let Some(guidance) = flat.guidance {
            let before = self.rows.len();
            self.descriptive(&format!("{}_guidance", flat.section.id), guidance);
            self.rows[before][SECTION] = title.take().unwrap_or_default();
        }
        let name = self.fields.get(item.name()).cloned().unwrap_or_default();
        let mut row = self.empty(&name, kind);
        row[SECTION] = title.unwrap_or_default();
        row[LABEL].clone_from(&item.text.plain);
        row[NOTE].clone_from(&item.guidance.plain);
        row[VALIDATION] = validation.to_owned();
        row[CHOICES] = self.choices(item);
        row[MINIMUM] = bound(item.bounds.minimum, item.bounds.earliest);
        row[MAXIMUM] = bound(item.bounds.maximum, item.bounds.latest);
        if !item.bounds.rest.is_empty() {
            self.losses.untranslated(&item.place, format!("constraint {}", item.bounds.rest));
        }
        if item.required == Rule::Yes {
            row[REQUIRED] = "y".to_owned();
        } else if let Rule::If(expression) = &item.required {
            self.losses.untranslated(&item.place, format!("required {expression}"));
        }
        row[BRANCHING] = self.expression(item, "relevant", &flat.relevant);
        let mut annotations = Vec::new();
        annotations.extend((item.read_only == Rule::Yes).then(|| "@READONLY".to_owned()));
        annotations.extend((!item.default.is_empty()).then(|| format!("@DEFAULT='{}'", item.default)));
        match item.kind {
            ItemKind::Today => annotations.push("@TODAY".to_owned()),
            ItemKind::Start | ItemKind::End => annotations.push("@NOW".to_owned()),
            _ => {}
        }
        let exclusive: Vec<&str> = match item.kind {
            ItemKind::Multiple => {
                let alone = |own: &toml::Table| own.get("exclusive").and_then(toml::Value::as_bool) == Some(true);
                let choices = self.form.choices(item).iter();
                choices.filter(|c| alone(&c.own) || c.missing.is_some()).map(|c| c.code.as_str()).collect()
            }
            _ => Vec::new(),
        };
        if !exclusive.is_empty() {
            annotations.push(format!("@NONEOFTHEABOVE='{}'", exclusive.join(",")));
        }
        row[ANNOTATION] = annotations.join(" ");
        for (column, text) in &item.carried {
            let place = column.strip_prefix(CARRIED).and_then(|name| HEADINGS.iter().position(|known| *known == name));
            match place {
                Some(at) if row[at].is_empty() => row[at].clone_from(text),
                Some(at) if at == ANNOTATION => row[at] = format!("{} {text}", row[at]),
                _ => {}
            }
        }
        if matches!(
            item.kind,
            ItemKind::Rank | ItemKind::Acknowledge | ItemKind::Start | ItemKind::End | ItemKind::Today
        ) {
            self.losses.changed(&item.place, item.kind.name(), format!("a field of type {kind}"));
        }
        let carried: Vec<&str> =
            item.carried.keys().map(String::as_str).filter(|key| key.starts_with(CARRIED)).collect();
        let besides: Vec<&str> = SAID.into_iter().skip(1).chain(["default", "read_only"]).chain(carried).collect();
        self.losses.beyond(item, &besides);
        self.rows.push(row);
    }

    fn choices(&mut self, item: &Item) -> String {
        match item.kind {
            ItemKind::Calculate => self.expression(item, "calculation", &item.calculation),
            ItemKind::Acknowledge => "ok, OK".to_owned(),
            kind if kind.has_scale() && kind != ItemKind::Rank => {
                let choices = offered(self.form, item);
                let line = |text: &str| text.replace('|', "/").replace('\n', " ");
                choices.iter().map(|(code, label)| format!("{code}, {}", line(label))).collect::<Vec<_>>().join(" | ")
            }
            _ => String::new(),
        }
    }

    fn expression(&mut self, item: &Item, what: &str, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let field = |name: &str| self.fields.get(name).cloned().unwrap_or_else(|| name.to_owned());
        match logic::write(text, field, |_, code| code.to_owned()) {
            Some(written) => written,
            None => {
                self.losses.untranslated(&item.place, format!("{what} {text}"));
                String::new()
            }
        }
    }
}

/// The field type and validation; none for what REDCap cannot have at all.
fn field(item: &Item) -> Option<(&'static str, &'static str)> {
    let long = item.appearance.contains("multiline") || item.parameters.contains("rows=");
    Some(match item.kind {
        ItemKind::Single if item.appearance.contains("minimal") => ("dropdown", ""),
        ItemKind::Single | ItemKind::Rating | ItemKind::YesNo => ("radio", ""),
        ItemKind::Multiple | ItemKind::Acknowledge => ("checkbox", ""),
        ItemKind::Integer => ("text", "integer"),
        ItemKind::Decimal => ("text", "number"),
        ItemKind::Range => ("slider", "number"),
        ItemKind::Date | ItemKind::Today => ("text", "date_ymd"),
        ItemKind::Time => ("text", "time"),
        ItemKind::DateTime | ItemKind::Start | ItemKind::End => ("text", "datetime_ymd"),
        ItemKind::Text if long => ("notes", ""),
        ItemKind::Text | ItemKind::Rank => ("text", ""),
        ItemKind::Note => ("descriptive", ""),
        ItemKind::Calculate => ("calc", ""),
        ItemKind::Group | ItemKind::Repeat | ItemKind::Other => return None,
    })
}

fn bound(number: Option<f64>, date: Option<chrono::NaiveDate>) -> String {
    number.map(|number| number.to_string()).or(date.map(|date| date.to_string())).unwrap_or_default()
}
