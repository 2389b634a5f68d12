//! From a form to a definition: the same form gives the same text.

use std::fmt::Write;

use toml::{Table, Value};

use crate::convert::form::{Choice, Form, Item, List, Relevance, Text};
use crate::instrument::Rule;
use crate::terms::StudyKind;

/// The definition as text.
pub fn write(form: &Form) -> String {
    let mut out = Writer(String::new());
    out.comment(&form.comment);
    out.line("[instrument]");
    out.string("id", &form.id);
    out.string("version", &form.version);
    out.string("title", &form.title.plain);
    out.string("kind", if form.kind == StudyKind::FileAudit { "file-audit" } else { "survey" });
    out.given("introduction", &form.introduction.plain);
    out.given("language", form.language.as_deref().unwrap_or_default());
    out.given("style", &form.style);
    out.translations(&[("title", &form.title), ("introduction", &form.introduction)]);
    out.carried(&form.carried);
    out.own(&form.own);
    for (name, list) in &form.lists {
        out.list(name, list);
    }
    for section in &form.sections {
        out.section(section);
    }
    for sheet in &form.sheets {
        out.line("\n[[carried]]");
        out.string("sheet", &sheet.name);
        out.line("rows = [");
        for row in &sheet.rows {
            let cells: Vec<Value> = row.iter().map(|cell| Value::from(cell.as_str())).collect();
            out.line(&format!("    {},", Value::Array(cells)));
        }
        out.line("]");
    }
    let mut text = out.0;
    if !form.rest.is_empty() {
        text.push('\n');
        text.push_str(&toml::to_string(&form.rest).unwrap_or_default());
    }
    text
}

struct Writer(String);

impl Writer {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn comment(&mut self, comment: &str) {
        if !comment.is_empty() {
            for line in comment.split('\n') {
                self.line(format!("# {line}").trim_end());
            }
        }
    }

    fn value(&mut self, key: &str, value: &Value) {
        let _ = writeln!(self.0, "{} = {value}", quoted(key));
    }

    fn string(&mut self, key: &str, text: &str) {
        self.value(key, &Value::from(text));
    }

    /// A text that is left out where there is none.
    fn given(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.string(key, text);
        }
    }

    fn own(&mut self, own: &Table) {
        for (key, value) in own {
            self.value(key, value);
        }
    }

    fn carried(&mut self, carried: &std::collections::BTreeMap<String, String>) {
        if !carried.is_empty() {
            self.value("carried", &strings(carried));
        }
    }

    /// One line for each language.
    fn translations(&mut self, texts: &[(&str, &Text)]) {
        for (language, words) in by_language(texts) {
            let _ = writeln!(self.0, "translations.{} = {words}", quoted(&language));
        }
    }

    fn list(&mut self, name: &str, list: &List) {
        self.0.push('\n');
        self.comment(&list.comment);
        self.line(&format!("[scales.{}]", quoted(name)));
        self.own(&list.own);
        for (key, missing) in [("responses", false), ("missing", true)] {
            let choices: Vec<&Choice> = list.choices.iter().filter(|c| c.missing.is_some() == missing).collect();
            if choices.is_empty() && missing {
                continue;
            }
            self.line(&format!("{key} = ["));
            for choice in choices {
                self.line(&format!("    {},", response(choice)));
            }
            self.line("]");
        }
    }

    fn section(&mut self, section: &Item) {
        self.0.push('\n');
        self.comment(&section.comment);
        self.line("[[section]]");
        self.string("id", &section.id);
        self.string("title", &section.text.plain);
        self.given("guidance", &section.guidance.plain);
        if section.loose {
            self.value("group", &Value::from(false));
        }
        self.relevance(&section.relevant);
        self.given("appearance", &section.appearance);
        self.translations(&[("title", &section.text), ("guidance", &section.guidance)]);
        self.carried(&section.carried);
        self.own(&section.own);
        for item in &section.items {
            self.question(item, "section.question");
        }
    }

    fn question(&mut self, item: &Item, path: &str) {
        self.0.push('\n');
        self.comment(&item.comment);
        self.line(&format!("[[{path}]]"));
        self.string("id", &item.id);
        self.string("text", &item.text.plain);
        self.given("label", &item.label.plain);
        self.string("kind", item.kind.name());
        self.given("type", &item.foreign);
        self.given("scale", item.list.as_deref().unwrap_or_default());
        if item.or_other {
            self.value("or_other", &Value::from(true));
        }
        self.rule("required", &item.required);
        self.given("required_message", &item.required_message.plain);
        self.relevance(&item.relevant);
        self.given("guidance", &item.guidance.plain);
        self.given("guidance_hint", &item.guidance_hint.plain);
        for (key, bound) in [("minimum", item.bounds.minimum), ("maximum", item.bounds.maximum)] {
            if let Some(bound) = bound {
                self.value(key, &number(bound));
            }
        }
        for (key, bound) in [("earliest", item.bounds.earliest), ("latest", item.bounds.latest)] {
            if let Some(bound) = bound {
                self.string(key, &bound.format("%Y-%m-%d").to_string());
            }
        }
        self.given("constraint", &item.bounds.rest);
        self.given("constraint_message", &item.constraint_message.plain);
        self.given("calculation", &item.calculation);
        self.given("default", &item.default);
        self.rule("read_only", &item.read_only);
        self.given("parameters", &item.parameters);
        self.given("choice_filter", &item.choice_filter);
        self.given("appearance", &item.appearance);
        self.given("repeat_count", &item.repeat_count);
        self.translations(&[
            ("text", &item.text),
            ("label", &item.label),
            ("guidance", &item.guidance),
            ("guidance_hint", &item.guidance_hint),
            ("required_message", &item.required_message),
            ("constraint_message", &item.constraint_message),
        ]);
        self.own(&item.own);
        self.carried(&item.carried);
        for inner in &item.items {
            self.question(inner, &format!("{path}.question"));
        }
    }

    fn rule(&mut self, key: &str, rule: &Rule) {
        match rule {
            Rule::No => {}
            Rule::Yes => self.value(key, &Value::from(true)),
            Rule::If(expression) => self.string(key, expression),
        }
    }

    fn relevance(&mut self, relevant: &Relevance) {
        match relevant {
            Relevance::Always => {}
            Relevance::Expression(text) => self.string("relevant", text),
            Relevance::If { question, codes } => {
                let codes = codes.iter().map(|text| code(text)).collect();
                let question = Value::from(question.as_str());
                let _ = writeln!(self.0, "ask_if = {{ question = {question}, is = {} }}", Value::Array(codes));
            }
        }
    }
}

/// A response in the order in which it is read: code, label, then the rest.
fn response(choice: &Choice) -> String {
    let mut parts =
        vec![format!("code = {}", code(&choice.code)), format!("label = {}", Value::from(&*choice.label.plain))];
    parts.extend(choice.missing.map(|kind| format!("kind = \"{}\"", kind.name())));
    let mut own: Vec<(&String, &Value)> = choice.own.iter().collect();
    own.sort_by_key(|(key, _)| (key.as_str() != "valence", key.as_str() != "score"));
    parts.extend(own.into_iter().map(|(key, value)| format!("{} = {value}", quoted(key))));
    for (language, words) in by_language(&[("label", &choice.label)]) {
        parts.push(format!("translations.{} = {words}", quoted(&language)));
    }
    if !choice.carried.is_empty() {
        parts.push(format!("carried = {}", strings(&choice.carried)));
    }
    format!("{{ {} }}", parts.join(", "))
}

fn by_language(texts: &[(&str, &Text)]) -> Vec<(String, Value)> {
    let mut languages: Vec<&String> = texts.iter().flat_map(|(_, text)| text.others.keys()).collect();
    languages.sort();
    languages.dedup();
    let words = |language: &String| -> Table {
        let said = texts.iter().filter_map(|(key, text)| Some(((*key).to_owned(), text.others.get(language)?)));
        said.map(|(key, text)| (key, Value::from(text.as_str()))).collect()
    };
    languages.into_iter().map(|language| (language.clone(), Value::Table(words(language)))).collect()
}

fn strings(texts: &std::collections::BTreeMap<String, String>) -> Value {
    Value::Table(texts.iter().map(|(key, text)| (key.clone(), Value::from(text.as_str()))).collect())
}

/// A code as a number where it is written like one.
fn code(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => Value::from(number),
        _ => Value::from(text),
    }
}

/// A whole number without a point.
fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e15 { Value::from(number as i64) } else { Value::from(number) }
}

/// A key, in quotes where it must be.
fn quoted(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { Value::from(key).to_string() }
}
