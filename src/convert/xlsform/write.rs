//! From a form to a workbook that ODK, Kobo and others read.

use std::collections::BTreeMap;

use rust_xlsxwriter::Workbook;
use toml::{Table, Value};

use super::types;
use super::{OURS, OURS_IN_CHOICES, YES_NO, is_name};
use crate::convert::form::{Choice, Form, Item, List, Relevance, Text};
use crate::convert::grid::{self, Grid};
use crate::convert::names::Names;
use crate::convert::{Losses, Written, condition, constraint, native_text};
use crate::error::Result;
use crate::instrument::{ItemKind, Rule};
use crate::terms::{Missing, StudyKind};

/// The columns of the sheet `survey` in their order, whether or not they stand in languages.
const SURVEY: [&str; 17] = [
    "type",
    "name",
    "label",
    "hint",
    "guidance_hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "default",
    "read_only",
    "parameters",
    "choice_filter",
    "appearance",
    "repeat_count",
];

/// The workbook as bytes (xlsx), and what it cannot say.
///
/// # Errors
/// When a text is longer than a cell can be.
pub fn write(form: &Form) -> Result<Written> {
    let mut writer = Writer {
        form,
        names: Names::default(),
        lists: lists(form),
        survey: Grid::new(&SURVEY),
        choices: Grid::new(&["list_name", "name", "label"]),
        settings: Grid::new(&["form_title", "form_id", "version", "default_language", "style"]),
        losses: Losses::default(),
    };
    for item in form.items() {
        writer.names.reserve(item.name());
    }
    writer.introduction();
    for section in &form.sections {
        writer.section(section);
    }
    writer.all_choices();
    writer.set();
    let mut workbook = Workbook::new();
    grid::properties(&mut workbook, &form.title.plain)?;
    for (name, grid) in [("survey", &writer.survey), ("choices", &writer.choices), ("settings", &writer.settings)] {
        grid.write(workbook.add_worksheet(), name)?;
    }
    for sheet in &form.sheets {
        grid::plain(workbook.add_worksheet(), &sheet.name, &sheet.rows)?;
    }
    Ok(Written { bytes: grid::save(&mut workbook)?, losses: writer.losses.0 })
}

/// The responses of a yes-no question that names no scale.
pub(in crate::convert) fn yes_no() -> Vec<Choice> {
    let choice = |code: &str, label: &str, missing| Choice {
        code: code.to_owned(),
        label: Text::plain(label),
        missing,
        ..Choice::default()
    };
    vec![
        choice("yes", "Yes", None),
        choice("no", "No", None),
        choice("na", "Not applicable", Some(Missing::NotApplicable)),
    ]
}

/// What the lists are called in the workbook, where names have no blanks.
fn lists(form: &Form) -> BTreeMap<String, String> {
    let mut names = Names::default();
    let mut lists = BTreeMap::new();
    for name in form.lists.keys() {
        let joined = name.split_whitespace().collect::<Vec<_>>().join("_");
        lists.insert(name.clone(), names.another(if joined.is_empty() { "list" } else { &joined }, ""));
    }
    lists
}

struct Writer<'a> {
    form: &'a Form,
    names: Names,
    lists: BTreeMap<String, String>,
    survey: Grid,
    choices: Grid,
    settings: Grid,
    losses: Losses,
}

impl Writer<'_> {
    fn introduction(&mut self) {
        if !self.form.introduction.is_empty() {
            let name = self.names.another("introduction", "_note");
            self.note(&name, "introduction", &self.form.introduction.clone());
        }
    }

    /// A row to read, which is folded back when the form is read.
    fn note(&mut self, name: &str, role: &str, text: &Text) {
        self.survey.row();
        self.survey.set("type", "note");
        self.survey.set("name", name);
        let language = self.form.language.clone();
        texts(&mut self.survey, "label", text, language.as_deref());
        self.survey.set("quorate::role", role);
    }

    fn section(&mut self, section: &Item) {
        if !section.loose {
            return self.container(section, true);
        }
        for (number, item) in section.items.iter().enumerate() {
            self.item(item);
            if number == 0 {
                let row = self.survey.last_begun();
                self.survey.set_in(row, "quorate::section", &section.id);
            }
        }
        if !section.comment.is_empty() {
            self.losses.left_out(&section.place, "the comment above a section that is no group");
        }
    }

    fn container(&mut self, item: &Item, outermost: bool) {
        self.survey.begin();
        self.survey.set("type", &format!("begin_{}", item.kind.name()));
        let name = if outermost {
            let wanted = if is_name(item.name()) { item.name() } else { "section" };
            self.names.another(wanted, "_section")
        } else {
            item.name().to_owned()
        };
        self.survey.set("name", &name);
        if name != item.id && name != item.name() {
            self.survey.set("quorate::id", &item.id);
        }
        self.common(item);
        let begun = self.survey.last_begun();
        if !item.guidance.is_empty() {
            let note = self.names.another(&format!("{name}_guidance"), "");
            self.note(&note, "guidance", &item.guidance);
        }
        for inner in &item.items {
            self.item(inner);
        }
        self.survey.row();
        self.survey.set("type", &format!("end_{}", item.kind.name()));
        self.survey.set("name", &name);
        self.survey.came_from(begun);
    }

    fn item(&mut self, item: &Item) {
        if item.kind.is_container() {
            return self.container(item, false);
        }
        // Other programs refuse a form with a type that XLSForm never had.
        if item.kind == ItemKind::Other && item.foreign.starts_with("limesurvey ") {
            return self.losses.left_out(&item.place, format!("an item of type {:?}", item.foreign));
        }
        self.survey.begin();
        let built_in = item.kind == ItemKind::YesNo && item.list.is_none();
        let list = match &item.list {
            Some(list) => self.lists.get(list).cloned().unwrap_or_else(|| list.clone()),
            None => YES_NO.to_owned(),
        };
        self.survey.set("type", &types::write(item.kind, &list, item.or_other, &item.foreign));
        self.survey.set("name", item.name());
        if matches!(item.kind, ItemKind::Rating | ItemKind::YesNo) {
            self.survey.set("quorate::kind", item.kind.name());
        }
        let language = self.form.language.clone();
        texts(&mut self.survey, "hint", &item.guidance, language.as_deref());
        self.common(item);
        if built_in && !self.lists.contains_key(YES_NO) {
            self.lists.insert(YES_NO.to_owned(), YES_NO.to_owned());
        }
    }

    /// What items of every kind can say.
    fn common(&mut self, item: &Item) {
        let language = self.form.language.as_deref();
        let sheet = &mut self.survey;
        for (column, text) in [
            ("label", &item.text),
            ("guidance_hint", &item.guidance_hint),
            ("required_message", &item.required_message),
            ("constraint_message", &item.constraint_message),
        ] {
            texts(sheet, column, text, language);
        }
        texts(sheet, "quorate::label", &item.label, None);
        for (column, said) in [("required", &item.required), ("read_only", &item.read_only)] {
            match said {
                Rule::No => {}
                Rule::Yes => sheet.set(column, "yes"),
                Rule::If(expression) => sheet.set(column, expression),
            }
        }
        sheet.set("relevant", &relevant(self.form, &item.relevant));
        sheet.set("constraint", &constraint(&item.bounds));
        for (column, text) in [
            ("calculation", &item.calculation),
            ("default", &item.default),
            ("parameters", &item.parameters),
            ("choice_filter", &item.choice_filter),
            ("appearance", &item.appearance),
            ("repeat_count", &item.repeat_count),
            ("quorate::comment", &item.comment),
        ] {
            sheet.set(column, text);
        }
        own(sheet, OURS, &item.own);
        for (column, text) in item.carried.iter().filter(|(column, _)| column.as_str() != "name") {
            sheet.set(column, text);
        }
    }

    fn all_choices(&mut self) {
        let form = self.form;
        for (name, list) in &form.lists {
            let written = self.lists.get(name).cloned().unwrap_or_else(|| name.clone());
            self.list(name, &written, list);
        }
        if self.lists.contains_key(YES_NO) && !form.lists.contains_key(YES_NO) {
            self.list(YES_NO, YES_NO, &List { choices: yes_no(), ..List::default() });
        }
    }

    fn list(&mut self, name: &str, written: &str, list: &List) {
        for (number, choice) in list.choices.iter().enumerate() {
            let sheet = &mut self.choices;
            sheet.row();
            sheet.set("list_name", written);
            let element = choice.name();
            sheet.set("name", &element);
            if element != choice.code {
                sheet.set("quorate_code", &choice.code);
            }
            texts(sheet, "label", &choice.label, self.form.language.as_deref());
            if number == 0 {
                if written != name {
                    sheet.set("quorate_scale_id", name);
                }
                sheet.set("quorate_scale_comment", &list.comment);
                own(sheet, "quorate_scale_", &list.own);
            }
            if let Some(missing) = choice.missing {
                sheet.set("quorate_missing", missing.name());
            }
            own(sheet, OURS_IN_CHOICES, &choice.own);
            for (column, text) in &choice.carried {
                sheet.set(column, text);
            }
        }
    }

    fn set(&mut self) {
        let form = self.form;
        let sheet = &mut self.settings;
        sheet.row();
        sheet.set("form_title", &form.title.plain);
        sheet.set("form_id", form.carried.get("form_id").unwrap_or(&form.id));
        sheet.set("version", &form.version);
        sheet.set("default_language", form.language.as_deref().unwrap_or_default());
        sheet.set("style", &form.style);
        sheet.set("quorate::kind", if form.kind == StudyKind::FileAudit { "file-audit" } else { "survey" });
        for (language, title) in &form.title.others {
            sheet.set(&format!("quorate::title::{language}"), title);
        }
        sheet.set("quorate::comment", &form.comment);
        own(sheet, "quorate::head::", &form.own);
        own(sheet, "quorate::table::", &form.rest);
        for (name, text) in form.carried.iter().filter(|(name, _)| name.as_str() != "form_id") {
            sheet.set(name, text);
        }
    }
}

/// When an item is asked, in XLSForm's language.
pub(in crate::convert) fn relevant(form: &Form, relevant: &Relevance) -> String {
    match relevant {
        Relevance::Always => String::new(),
        Relevance::Expression(text) => text.clone(),
        Relevance::If { question, codes } => {
            let Some(gate) = form.item(question) else { return String::new() };
            let choices = form.choices(gate);
            let name = |code: &String| {
                let choice = choices.iter().find(|choice| choice.code == *code);
                choice.map_or_else(|| code.clone(), Choice::name)
            };
            let names: Vec<String> = codes.iter().map(name).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            condition(gate.name(), &names, gate.kind == ItemKind::Multiple)
        }
    }
}

/// A text in all its languages; the plain one under its own language, if that is said.
fn texts(sheet: &mut Grid, column: &str, text: &Text, language: Option<&str>) {
    match language {
        Some(language) => sheet.set(&format!("{column}::{language}"), &text.plain),
        None => sheet.set(column, &text.plain),
    }
    for (language, words) in &text.others {
        sheet.set(&format!("{column}::{language}"), words);
    }
}

fn own(sheet: &mut Grid, before: &str, own: &Table) {
    for (key, value) in own {
        let value: &Value = value;
        sheet.set(&format!("{before}{key}"), &native_text(value));
    }
}
