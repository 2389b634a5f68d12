//! From a form to a survey structure.

use std::collections::BTreeMap;

use super::HEADINGS;
use crate::convert::expression::{Word, shared, translate};
use crate::convert::flat::{Flat, flat, of_the_whole};
use crate::convert::form::{Form, Item, Text};
use crate::convert::grid::Grid;
use crate::convert::names::Names;
use crate::convert::{Losses, Written, offered_in};
use crate::error::Result;
use crate::finding::Place;
use crate::instrument::{ItemKind, Rule};

/// The survey structure as tab-separated text, and what it cannot say.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn write(form: &Form) -> Result<Written> {
    let mut losses = Losses::default();
    of_the_whole(form, &mut losses);
    let items = flat(form, &mut losses);
    let mut writer = Writer { form, names: BTreeMap::new(), sheet: Grid::ordered(&HEADINGS), losses, id: 0 };
    writer.name_items(&items);
    let base = form.language.clone().unwrap_or_else(|| "en".to_owned());
    let others = form.other_languages();
    writer.head(&base, &others);
    writer.body(&items, None, &tag(&base), true);
    for language in &others {
        writer.id = 0;
        writer.body(&items, Some(language), &tag(language), false);
    }
    let mut csv = csv::WriterBuilder::new().delimiter(b'\t').from_writer(vec![0xef, 0xbb, 0xbf]);
    let wrote = writer.sheet.rows().iter().try_for_each(|row| csv.write_record(row));
    debug_assert!(wrote.is_ok(), "writing to memory, rows as long as the header");
    Ok(Written { bytes: csv.into_inner().unwrap_or_default(), losses: writer.losses.0 })
}

/// The short name of a language: what stands in parentheses in `Cymraeg (cy)`.
fn tag(language: &str) -> String {
    let inside = language.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(tag, _)| tag);
    inside.unwrap_or(language).trim().to_owned()
}

/// An item's code there, and those of its responses by their names in expressions.
struct Named {
    title: String,
    codes: BTreeMap<String, String>,
}

struct Writer<'a> {
    form: &'a Form,
    names: BTreeMap<String, Named>,
    sheet: Grid,
    losses: Losses,
    id: usize,
}

impl Writer<'_> {
    /// Codes have letters and digits only; those of answers at most five.
    fn name_items(&mut self, items: &[Flat<'_>]) {
        let mut names = Names::default();
        for item in items.iter().map(|flat| flat.item) {
            let letters: String = item.name().chars().filter(char::is_ascii_alphanumeric).take(18).collect();
            let starts = letters.starts_with(|c: char| c.is_ascii_alphabetic());
            let title = names.another(&if starts { letters } else { format!("q{letters}") }, "").replace('_', "x");
            if title != item.name() {
                self.losses.changed(&item.place, format!("the id {:?}", item.id), format!("the code {title:?}"));
            }
            let mut taken = Names::default();
            let mut codes = BTreeMap::new();
            let limit = if item.kind == ItemKind::Multiple { 18 } else { 5 };
            for (code, _) in offered_in(self.form, item, None) {
                let letters: String = code.chars().filter(char::is_ascii_alphanumeric).take(limit).collect();
                let wanted = if letters.is_empty() { "A".to_owned() } else { letters };
                let mut fit = taken.another(&wanted, "");
                if fit.len() > limit || fit.contains('_') {
                    fit = taken.another(&format!("A{}", codes.len() + 1), "");
                }
                if fit != code {
                    let what = format!("the code {code:?} of {:?}", item.id);
                    self.losses.changed(&item.place, what, format!("the code {fit:?}"));
                }
                codes.insert(code.split_whitespace().collect::<Vec<_>>().join("_"), fit);
            }
            self.names.insert(item.name().to_owned(), Named { title, codes });
        }
    }

    fn row(&mut self, class: &str, scale: &str, name: &str, text: &str, language: &str) {
        self.sheet.row();
        for (heading, said) in
            [("class", class), ("type/scale", scale), ("name", name), ("text", text), ("language", language)]
        {
            self.sheet.set(heading, said);
        }
    }

    fn head(&mut self, base: &str, others: &[String]) {
        let additional = others.iter().map(|language| tag(language)).collect::<Vec<_>>().join(" ");
        self.row("S", "", "language", &tag(base), "");
        self.row("S", "", "additional_languages", &additional, "");
        self.row("S", "", "format", "G", "");
        for language in [None].into_iter().chain(others.iter().map(Some)) {
            let named = tag(language.map_or(base, String::as_str));
            let of = |text: &Text| text.in_language(language.map(String::as_str)).to_owned();
            let (title, welcome) = (of(&self.form.title), of(&self.form.introduction));
            self.row("SL", "", "surveyls_title", &title, &named);
            if !welcome.is_empty() {
                self.row("SL", "", "surveyls_welcometext", &welcome, &named);
            }
        }
        if !self.form.version.is_empty() {
            self.losses.left_out(&Place::default(), format!("version {}", self.form.version));
        }
    }

    fn body(&mut self, items: &[Flat<'_>], language: Option<&String>, tag: &str, first: bool) {
        let own = language.map(String::as_str);
        let mut section = None;
        for (number, flat) in items.iter().enumerate() {
            if !section.is_some_and(|before| std::ptr::eq(before, flat.section)) {
                section = Some(flat.section);
                let order = items[..number].iter().filter(|f| f.title.is_some() || f.guidance.is_some()).count();
                let title = flat.section.text.in_language(own).to_owned();
                let title = if title.is_empty() { flat.section.id.clone() } else { title };
                let about = flat.section.guidance.in_language(own).to_owned();
                self.row("G", &format!("G{order}"), &title, &about, tag);
                self.sheet.set("relevance", "1");
            }
            self.item(flat, own, tag, first);
        }
    }

    fn item(&mut self, flat: &Flat<'_>, language: Option<&str>, tag: &str, first: bool) {
        let item = flat.item;
        let Some(kind) = letter(item) else {
            if first {
                self.losses.left_out(&item.place, format!("an item of type {:?}", item.foreign));
            }
            return;
        };
        let title = self.names.get(item.name()).map(|named| named.title.clone()).unwrap_or_default();
        let mut text = item.text.in_language(language).to_owned();
        if item.kind == ItemKind::Calculate {
            text = format!("{{{}}}", self.expression(item, "calculation", &item.calculation, first));
        }
        let relevance = self.expression(item, "relevant", &flat.relevant, first);
        self.id += 1;
        let id = self.id.to_string();
        self.row("Q", kind, &title, &text, tag);
        self.sheet.set("id", &id);
        self.sheet.set("help", item.guidance.in_language(language));
        self.sheet.set("relevance", if relevance.is_empty() { "1" } else { &relevance });
        self.sheet.set("mandatory", if item.required == Rule::Yes { "Y" } else { "N" });
        self.sheet.set("other", if item.or_other { "Y" } else { "N" });
        self.sheet.set("default", &item.default);
        self.attributes(item);
        let codes: Vec<String> = self.names.get(item.name()).map_or_else(Vec::new, |named| {
            let by_name = |(code, _): &(String, String)| {
                let name = code.split_whitespace().collect::<Vec<_>>().join("_");
                named.codes.get(&name).cloned().unwrap_or_default()
            };
            offered_in(self.form, item, None).iter().map(by_name).collect()
        });
        let labels = offered_in(self.form, item, language);
        for (code, (_, label)) in codes.iter().zip(&labels) {
            let (class, scale) = if item.kind == ItemKind::Multiple { ("SQ", "") } else { ("A", "0") };
            self.row(class, scale, code, label, tag);
            self.sheet.set("id", &id);
            if class == "SQ" {
                self.sheet.set("relevance", "1");
            }
        }
        if item.kind == ItemKind::Acknowledge {
            self.row("A", "0", "ok", "OK", tag);
            self.sheet.set("id", &id);
        }
        if first {
            self.lost(item);
        }
    }

    fn attributes(&mut self, item: &Item) {
        let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        let date = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
        let exclusive: Vec<String> = match (item.kind, self.names.get(item.name())) {
            (ItemKind::Multiple, Some(named)) => {
                let alone = |own: &toml::Table| own.get("exclusive").and_then(toml::Value::as_bool) == Some(true);
                let choices = self.form.choices(item).iter().filter(|c| alone(&c.own) || c.missing.is_some());
                choices.filter_map(|choice| named.codes.get(&choice.name()).cloned()).collect()
            }
            _ => Vec::new(),
        };
        let hidden = item.kind.is_metadata() || item.kind == ItemKind::Calculate;
        let format = match item.kind {
            ItemKind::DateTime => "yyyy-mm-dd HH:MM",
            ItemKind::Time => "HH:MM",
            ItemKind::Date => "yyyy-mm-dd",
            _ => "",
        };
        for (attribute, said) in [
            ("num_value_int_only", if item.kind == ItemKind::Integer { "1".to_owned() } else { String::new() }),
            ("min_num_value_n", number(item.bounds.minimum)),
            ("max_num_value_n", number(item.bounds.maximum)),
            ("date_min", date(item.bounds.earliest)),
            ("date_max", date(item.bounds.latest)),
            ("date_format", format.to_owned()),
            ("exclude_all_others", exclusive.join(";")),
            ("hidden", if hidden { "1".to_owned() } else { String::new() }),
        ] {
            self.sheet.set(attribute, &said);
        }
        for (column, text) in &item.carried {
            if let Some(attribute) = column.strip_prefix(super::CARRIED).filter(|name| *name != "relevance") {
                self.sheet.set(attribute, text);
            }
        }
    }

    /// What a question there has no place for.
    fn lost(&mut self, item: &Item) {
        if !item.bounds.rest.is_empty() {
            self.losses.untranslated(&item.place, format!("constraint {}", item.bounds.rest));
        }
        if let Rule::If(expression) = &item.required {
            self.losses.untranslated(&item.place, format!("required {expression}"));
        }
        let kinds = [ItemKind::Acknowledge, ItemKind::Range, ItemKind::Start, ItemKind::End, ItemKind::Today];
        if kinds.contains(&item.kind) {
            let now = letter(item).unwrap_or_default();
            self.losses.changed(&item.place, item.kind.name(), format!("a question of type {now}"));
        }
        let carried = item.carried.keys().map(String::as_str).filter(|key| key.starts_with(super::CARRIED));
        let besides: Vec<&str> = ["default", "or_other"].into_iter().chain(carried).collect();
        self.losses.beyond(item, &besides);
    }

    fn expression(&mut self, item: &Item, what: &str, text: &str, first: bool) -> String {
        if text.is_empty() {
            return String::new();
        }
        let title = |name: &str| self.names.get(name).map_or_else(|| name.to_owned(), |named| named.title.clone());
        let code = |name: &str, code: &str| {
            self.names.get(name).and_then(|named| named.codes.get(code)).cloned().unwrap_or_else(|| code.to_owned())
        };
        // A code that had to be changed is compared with under its new name.
        let asked = std::cell::RefCell::new(String::new());
        let said = translate(text, |word| match word {
            Word::Reference(name) => {
                asked.replace((*name).to_owned());
                Some(format!("{}.NAOK", title(name)))
            }
            Word::Ticked(name, response) => Some(format!("{}_{}.NAOK == \"Y\"", title(name), code(name, response))),
            Word::Quoted(text) => Some(format!("\"{}\"", code(&asked.borrow(), text))),
            Word::Compare("=") => Some("==".to_owned()),
            other => shared(other),
        });
        if said.is_none() && first {
            self.losses.untranslated(&item.place, format!("{what} {text}"));
        }
        said.unwrap_or_default()
    }
}

/// The letter of a question's type; none for what LimeSurvey cannot have.
fn letter(item: &Item) -> Option<&'static str> {
    Some(match item.kind {
        ItemKind::Single if item.appearance.contains("minimal") => "!",
        ItemKind::Single | ItemKind::Rating | ItemKind::YesNo | ItemKind::Acknowledge => "L",
        ItemKind::Multiple => "M",
        ItemKind::Integer | ItemKind::Decimal | ItemKind::Range => "N",
        ItemKind::Date | ItemKind::Time | ItemKind::DateTime => "D",
        ItemKind::Text if item.appearance.contains("multiline") => "T",
        ItemKind::Text | ItemKind::Start | ItemKind::End | ItemKind::Today => "S",
        ItemKind::Note => "X",
        ItemKind::Calculate => "*",
        ItemKind::Rank => "R",
        ItemKind::Group | ItemKind::Repeat | ItemKind::Other => return None,
    })
}
