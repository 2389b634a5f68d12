//! From a workbook to a form. What is wrong is a finding in its cell; what is not understood is carried.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::Table;

use super::headings::{self, CHOICES, Column, SURVEY};
use super::types::{self, Type};
use super::{OURS, OURS_IN_CHOICES, YES_NO};
use crate::convert::form::{Bounds, CarriedSheet, Choice, Form, Item, List, Relevance, Text};
use crate::convert::names::Names;
use crate::convert::native_value;
use crate::convert::{Loaded, Losses, missing_named};
use crate::error::{Error, Result};
use crate::finding::{Finding, Place};
use crate::instrument::{ItemKind, Rule};
use crate::sheet::{Book, Sheet};
use crate::terms::StudyKind;

/// Reads a workbook as XLSForm.
///
/// # Errors
/// When there is no sheet `survey` with the columns `type` and `name`.
pub fn read(path: &Path, book: &Book) -> Result<Loaded> {
    let file = path.display().to_string();
    let Some(survey) = book.sheet("survey") else {
        let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        return Err(Error::file(path, "the workbook has no sheet \"survey\"")
            .found(format!("sheets: {}", names.join(", ")))
            .expected("the sheets survey, choices and settings of an XLSForm"));
    };
    let settings = book.sheet("settings").map(|sheet| settings(&file, sheet)).unwrap_or_default();
    let mut reader = Reader {
        file: file.clone(),
        losses: Losses::default(),
        language: None,
        lists: BTreeMap::new(),
        sections: Vec::new(),
        open: Vec::new(),
        loose: None,
        introduction: Text::default(),
        names: Names::default(),
        section_names: Names::default(),
    };
    let columns = Columns::of(survey, &SURVEY, OURS);
    for needed in [Column::Type, Column::Name] {
        if !columns.known.iter().any(|(_, column, _)| *column == needed) {
            return Err(Error::file(path, format!("the sheet \"survey\" has no column \"{}\"", needed.heading()))
                .at(format!("{file} > {} > {}", survey.name, columns.row + 1))
                .expected("the headings of an XLSForm in the first row"));
        }
    }
    let choices = book.sheet("choices");
    let choice_columns = choices.map(|sheet| Columns::of(sheet, &CHOICES, OURS_IN_CHOICES));
    reader.language = language(&settings, &columns, choice_columns.as_ref());
    if let (Some(sheet), Some(columns)) = (choices, &choice_columns) {
        reader.choices(sheet, columns);
    }
    reader.survey(survey, &columns);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut form = reader.settings(settings, &stem);
    for sheet in &book.sheets {
        if !["survey", "choices", "settings"].contains(&sheet.name.trim().to_lowercase().as_str()) {
            reader.losses.carried(&Place::file(&file).sheet(&sheet.name), "a sheet that is not understood");
            form.sheets.push(carried(sheet));
        }
    }
    form.settle();
    reader.references(&form);
    Ok(Loaded { form, losses: reader.losses.0 })
}

/// The rows of a sheet as people see them.
fn carried(sheet: &Sheet) -> CarriedSheet {
    let row = |row| (0..sheet.width()).map(|column| sheet.text(row, column)).collect::<Vec<_>>();
    CarriedSheet { name: sheet.name.clone(), rows: (0..sheet.height()).map(row).collect() }
}

/// The columns of a sheet by what they hold.
struct Columns {
    /// The row of the headings.
    row: u32,
    known: Vec<(u32, Column, Option<String>)>,
    /// Those that quorate added, without what stands before their names.
    ours: Vec<(u32, String)>,
    others: Vec<(u32, String)>,
}

impl Columns {
    fn of(sheet: &Sheet, known: &[(Column, &[&str])], mark: &str) -> Columns {
        let row = sheet.rows().map(|(row, _)| row).next().unwrap_or(0);
        let mut columns = Columns { row, known: Vec::new(), ours: Vec::new(), others: Vec::new() };
        for cell in sheet.row(row) {
            let heading = cell.text().trim().to_owned();
            if heading.is_empty() {
                continue;
            }
            if let Some(ours) = heading.strip_prefix(mark) {
                columns.ours.push((cell.column, ours.to_owned()));
            } else if let Some((column, language)) = headings::read(&heading, known) {
                columns.known.push((cell.column, column, language));
            } else {
                columns.others.push((cell.column, heading));
            }
        }
        columns
    }

    fn languages(&self) -> impl Iterator<Item = &String> {
        self.known.iter().filter_map(|(_, _, language)| language.as_ref())
    }
}

/// The language of the plain texts: the one that the settings name, or else the first one where no text stands without.
fn language(settings: &[(String, String, Place)], survey: &Columns, choices: Option<&Columns>) -> Option<String> {
    let said = settings.iter().find(|(name, text, _)| name == "default_language" && !text.is_empty());
    if let Some((_, language, _)) = said {
        return Some(language.clone());
    }
    let plain = survey.known.iter().any(|(_, column, language)| *column == Column::Label && language.is_none());
    if plain {
        None
    } else {
        survey.languages().chain(choices.into_iter().flat_map(Columns::languages)).next().cloned()
    }
}

/// The settings: name, text and place.
fn settings(file: &str, sheet: &Sheet) -> Vec<(String, String, Place)> {
    let Some((row, _)) = sheet.rows().next() else { return Vec::new() };
    let below = row + 1;
    let headings = sheet.row(row).iter().filter(|cell| !cell.text().trim().is_empty());
    headings
        .map(|heading| {
            let text = sheet.cell(below, heading.column).map(|cell| cell.text()).unwrap_or_default();
            let place = Place::file(file).sheet(&sheet.name).cell(below, heading.column);
            (heading.text().trim().to_owned(), text, place)
        })
        .collect()
}

struct Reader {
    file: String,
    losses: Losses,
    language: Option<String>,
    lists: BTreeMap<String, List>,
    sections: Vec<Item>,
    /// The groups and repeats that have begun, the outermost first.
    open: Vec<Item>,
    /// The section of the items that stand in no group, by the name that is given for it.
    loose: Option<(String, Item)>,
    introduction: Text,
    names: Names,
    section_names: Names,
}

/// What stands in one row.
struct Row<'a> {
    sheet: &'a Sheet,
    columns: &'a Columns,
    row: u32,
}

impl Row<'_> {
    fn at(&self, column: u32) -> String {
        self.sheet.cell(self.row, column).map(|cell| cell.text()).unwrap_or_default()
    }

    /// The text of a column that stands in one language only, without the blanks around it.
    fn word(&self, column: Column) -> String {
        let found = self.columns.known.iter().filter(|(_, known, _)| *known == column);
        found.map(|(at, ..)| self.at(*at).trim().to_owned()).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The text of a column that stands in one language only, as it is.
    fn raw(&self, column: Column) -> String {
        let found = self.columns.known.iter().filter(|(_, known, _)| *known == column);
        found.map(|(at, ..)| self.at(*at)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// A text in its languages; `own` is the language of the plain one.
    fn text(&self, column: Column, own: Option<&str>) -> Text {
        let mut text = Text::default();
        for (at, known, language) in &self.columns.known {
            if *known == column {
                let said = self.at(*at);
                match language.as_deref().filter(|language| Some(*language) != own) {
                    None if said.is_empty() => {}
                    other => text.set(other, said),
                }
            }
        }
        text
    }

    fn ours(&self, name: &str) -> String {
        let found = self.columns.ours.iter().find(|(_, ours)| ours == name);
        found.map(|(at, _)| self.at(*at)).unwrap_or_default()
    }

    /// The columns that quorate added, besides some, as a native definition has them.
    fn own(&self, besides: &[&str], before: &str) -> Table {
        let columns = self.columns.ours.iter().filter_map(|(at, name)| Some((at, name.strip_prefix(before)?)));
        let said = columns.filter(|(_, name)| !besides.iter().any(|known| name.split("::").next() == Some(known)));
        let said = said.map(|(at, name)| (name.to_owned(), self.at(*at))).filter(|(_, text)| !text.is_empty());
        said.map(|(name, text)| (name, native_value(&text))).collect()
    }

    fn carried(&self) -> BTreeMap<String, String> {
        let said = self.columns.others.iter().map(|(at, heading)| (heading.clone(), self.at(*at)));
        said.filter(|(_, text)| !text.is_empty()).collect()
    }

    fn is_blank(&self) -> bool {
        self.sheet.row(self.row).iter().all(|cell| cell.value.is_blank())
    }
}

impl Reader {
    fn place(&self, sheet: &Sheet, row: u32, column: Option<u32>) -> Place {
        let place = Place::file(&self.file).sheet(&sheet.name);
        column.map_or_else(|| place.clone().row(row), |column| place.clone().cell(row, column))
    }

    fn fault(&mut self, code: &str, place: &Place, found: impl Into<String>, expected: impl Into<String>) {
        self.losses.0.push(Finding::new(code, place.clone()).found(found).expected(expected));
    }

    /// One finding for each column that is not understood.
    fn unknown(&mut self, sheet: &Sheet, columns: &Columns) {
        for (at, heading) in &columns.others {
            let place = self.place(sheet, columns.row, Some(*at));
            self.losses.carried(&place, format!("column {heading}"));
        }
    }

    fn choices(&mut self, sheet: &Sheet, columns: &Columns) {
        self.unknown(sheet, columns);
        let mut renamed: BTreeMap<String, String> = BTreeMap::new();
        for number in columns.row + 1..sheet.height() {
            let row = Row { sheet, columns, row: number };
            let (list, name) = (row.word(Column::List), row.word(Column::Name));
            if row.is_blank() || (list.is_empty() && name.is_empty()) {
                if !row.is_blank() {
                    self.losses.left_out(&self.place(sheet, number, None), "a row without a list and a name");
                }
                continue;
            }
            let at = |column| columns.known.iter().find(|(_, known, _)| *known == column).map(|(at, ..)| *at);
            if name.is_empty() || list.is_empty() {
                let place = self.place(sheet, number, at(if name.is_empty() { Column::Name } else { Column::List }));
                self.fault("I004", &place, "", "a list and a name");
                continue;
            }
            let ours = row.ours("scale_id");
            if !ours.is_empty() {
                renamed.insert(list.clone(), ours);
            }
            let place = self.place(sheet, number, at(Column::Name));
            let code = Some(row.ours("code")).filter(|code| !code.is_empty()).unwrap_or(name);
            let label = row.text(Column::Label, self.language.as_deref());
            let missing = missing_named(&row.ours("missing"));
            let mut own = row.own(&["code", "missing"], "");
            let scale: Vec<String> = own.keys().filter(|key| key.starts_with("scale_")).cloned().collect();
            let entry =
                self.lists.entry(list.clone()).or_insert_with(|| List { place: place.clone(), ..List::default() });
            for key in scale {
                let value = own.remove(&key);
                match (key.trim_start_matches("scale_"), value) {
                    ("id", _) | (_, None) => {}
                    ("comment", Some(value)) => entry.comment = value.as_str().unwrap_or_default().to_owned(),
                    (key, Some(value)) => _ = entry.own.insert(key.to_owned(), value),
                }
            }
            if entry.choices.iter().any(|choice| choice.code == code) {
                let found = format!("{code:?} in the list {list:?}");
                self.fault("I005", &place, found, "each name once in its list");
                continue;
            }
            let carried = row.carried();
            let unlabelled = label.is_empty() && carried.is_empty();
            entry.choices.push(Choice { code, label, missing, own, carried, place: place.clone() });
            if unlabelled {
                self.fault("I008", &place, format!("a response of the list {list:?}"), "a label");
            }
        }
        for (name, id) in renamed {
            if let Some(list) = self.lists.remove(&name) {
                self.names.lists.insert(name, id.clone());
                self.lists.insert(id, list);
            }
        }
    }

    fn survey(&mut self, sheet: &Sheet, columns: &Columns) {
        self.unknown(sheet, columns);
        for number in columns.row + 1..sheet.height() {
            let row = Row { sheet, columns, row: number };
            if row.is_blank() {
                continue;
            }
            let at = |column| columns.known.iter().find(|(_, known, _)| *known == column).map(|(at, ..)| *at);
            let place = self.place(sheet, number, at(Column::Type));
            let written = row.word(Column::Type);
            match types::read(&written) {
                Type::Begin(kind) => {
                    let item = self.item(&row, kind, &place);
                    if kind == ItemKind::Repeat && self.open.iter().any(|open| open.kind == ItemKind::Repeat) {
                        self.fault("I009", &place, written, "a repeat in no other repeat");
                    }
                    if self.open.is_empty() && kind == ItemKind::Group {
                        self.close_loose();
                    }
                    self.open.push(item);
                }
                Type::End(kind) => match self.open.pop_if(|open| open.kind == kind) {
                    Some(item) => self.add(item, &row),
                    None => {
                        let open = self.open.last().map_or("nothing is open".to_owned(), |open| {
                            format!("{} {:?} is open", open.kind.name(), open.id)
                        });
                        self.fault("I006", &place, written, open);
                    }
                },
                Type::Item { kind, list, or_other } => {
                    let role = row.ours("role");
                    if role == "introduction" {
                        self.introduction = row.text(Column::Label, self.language.as_deref());
                        continue;
                    }
                    if let Some(open) = self.open.last_mut().filter(|_| role == "guidance") {
                        open.guidance = row.text(Column::Label, self.language.as_deref());
                        continue;
                    }
                    let mut item = self.item(&row, kind, &place);
                    item.or_other = or_other;
                    item.kind = kind_of(&row.ours("kind"), kind);
                    self.choose(&mut item, list, &place);
                    self.add(item, &row);
                }
                Type::Unknown if written.is_empty() => {
                    self.fault("I001", &place, "no type", "a type, such as text or select_one LIST");
                }
                Type::Unknown => {
                    let mut item = self.item(&row, ItemKind::Other, &place);
                    self.losses.carried(&item.place, format!("an item of type {written:?}"));
                    item.foreign = written;
                    self.add(item, &row);
                }
            }
        }
        for open in std::mem::take(&mut self.open) {
            let place = open.place.clone();
            self.fault("I006", &place, format!("begin_{} {:?}", open.kind.name(), open.id), "an end further down");
        }
        self.close_loose();
    }

    /// Gives an item its list.
    fn choose(&mut self, item: &mut Item, list: Option<String>, place: &Place) {
        let Some(list) = list else { return };
        let list = self.names.lists.get(&list).cloned().unwrap_or(list);
        if list == YES_NO && item.kind == ItemKind::YesNo {
            let built_in = super::write::yes_no();
            let same = self.lists.get(&list).is_some_and(|list| {
                let known = |a: &Choice, b: &Choice| a.code == b.code && a.label == b.label && a.missing == b.missing;
                list.choices.len() == built_in.len() && list.choices.iter().zip(&built_in).all(|(a, b)| known(a, b))
            });
            if same {
                return;
            }
        }
        if !self.lists.contains_key(&list) {
            let known: Vec<&str> = self.lists.keys().map(String::as_str).collect();
            let expected = format!("one of {}", known.join(", "));
            self.fault("I003", place, format!("{list:?}"), expected);
        }
        item.list = Some(list);
    }

    fn item(&mut self, row: &Row<'_>, kind: ItemKind, place: &Place) -> Item {
        let own = self.language.clone();
        let own = own.as_deref();
        let name = row.word(Column::Name);
        let ours = row.ours("id");
        let section = kind == ItemKind::Group && self.open.is_empty();
        let wanted = if ours.is_empty() { name.clone() } else { ours };
        let mut carried = row.carried();
        let id = if wanted.is_empty() {
            if kind != ItemKind::Other {
                self.fault("I001", place, "no name", "a name, each once");
            }
            carried.insert("name".to_owned(), String::new());
            format!("row-{}", row.row + 1)
        } else {
            let names = if section { &mut self.section_names } else { &mut self.names };
            let (id, fresh) = names.give(&wanted);
            if !fresh {
                self.fault("I002", place, format!("{wanted:?}"), "each name once, in capitals or not");
            } else if id != wanted {
                carried.insert("name".to_owned(), name);
                self.losses.changed(place, format!("the name {wanted:?}"), format!("the id {id:?}"));
            }
            id
        };
        let mut item = Item::new(kind, id);
        item.place = place.clone().question(if section { "" } else { &item.id });
        item.text = row.text(Column::Label, own);
        item.guidance = row.text(Column::Hint, own);
        item.guidance_hint = row.text(Column::GuidanceHint, own);
        item.required = rule(&row.word(Column::Required));
        item.required_message = row.text(Column::RequiredMessage, own);
        item.relevant = match row.word(Column::Relevant) {
            text if text.is_empty() => Relevance::Always,
            text => Relevance::Expression(text),
        };
        item.bounds = Bounds { rest: row.word(Column::Constraint), ..Bounds::default() };
        item.constraint_message = row.text(Column::ConstraintMessage, own);
        item.calculation = row.word(Column::Calculation);
        item.default = row.raw(Column::Default);
        item.read_only = rule(&row.word(Column::ReadOnly));
        item.parameters = row.word(Column::Parameters);
        item.choice_filter = row.word(Column::ChoiceFilter);
        item.appearance = row.word(Column::Appearance);
        item.repeat_count = row.word(Column::RepeatCount);
        item.label = Text::plain(row.ours("label"));
        for (at, name) in &row.columns.ours {
            if let Some(language) = name.strip_prefix("label::") {
                item.label.set(Some(language), row.at(*at));
            }
        }
        item.comment = row.ours("comment");
        item.own = row.own(&["label", "kind", "id", "role", "section", "comment"], "");
        item.carried = carried;
        item
    }

    /// Puts an item into the group that is open, or among the sections.
    fn add(&mut self, item: Item, row: &Row<'_>) {
        if let Some(open) = self.open.last_mut() {
            open.items.push(item);
        } else if item.kind == ItemKind::Group && self.loose.is_none() && item.list.is_none() {
            self.sections.push(item);
        } else {
            let named = row.ours("section");
            if self.loose.as_ref().is_none_or(|(name, _)| !named.is_empty() && *name != named) {
                self.close_loose();
                let wanted = if named.is_empty() { format!("part-{}", self.sections.len() + 1) } else { named.clone() };
                let (id, _) = self.section_names.give(&wanted);
                let mut section = Item::new(ItemKind::Group, id);
                section.loose = true;
                section.place = Place { question: String::new(), ..item.place.clone() };
                self.loose = Some((named, section));
            }
            if let Some((_, section)) = &mut self.loose {
                section.items.push(item);
            }
        }
    }

    fn close_loose(&mut self) {
        self.sections.extend(self.loose.take().map(|(_, section)| section));
    }

    /// The form with its settings.
    fn settings(&mut self, settings: Vec<(String, String, Place)>, stem: &str) -> Form {
        let mut names = Names::default();
        let mut form = Form::new(names.give(stem).0, stem);
        form.language = self.language.clone();
        form.introduction = std::mem::take(&mut self.introduction);
        form.lists = std::mem::take(&mut self.lists);
        form.lists.retain(|name, _| name != YES_NO || self.sections.iter().any(|section| uses(section, YES_NO)));
        form.sections = std::mem::take(&mut self.sections);
        for (heading, text, place) in settings {
            let name = heading.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase();
            match name.as_str() {
                _ if text.is_empty() => {}
                "form_title" | "set_form_title" | "title" => form.title.plain = text,
                "form_id" | "set_form_id" | "id_string" => {
                    let (id, _) = Names::default().give(text.trim());
                    if id != text.trim() {
                        self.losses.changed(&place, format!("the form's id {text:?}"), format!("the id {id:?}"));
                        form.carried.insert("form_id".to_owned(), text.trim().to_owned());
                    }
                    form.id = id;
                }
                "version" => form.version = text.trim().to_owned(),
                "style" => form.style = text.trim().to_owned(),
                "default_language" => {}
                "quorate::kind" if text == "file-audit" => form.kind = StudyKind::FileAudit,
                "quorate::kind" => form.kind = StudyKind::Survey,
                "quorate::comment" => form.comment = text,
                _ => {
                    if let Some(language) = heading.strip_prefix("quorate::title::") {
                        form.title.set(Some(language), text);
                    } else if let Some(key) = heading.strip_prefix("quorate::head::") {
                        form.own.insert(key.to_owned(), native_value(&text));
                    } else if let Some(key) = heading.strip_prefix("quorate::table::") {
                        form.rest.insert(key.to_owned(), native_value(&text));
                    } else {
                        self.losses.carried(&place, format!("setting {heading}"));
                        form.carried.insert(heading, text);
                    }
                }
            }
        }
        form
    }

    /// Every name that an expression refers to must be there.
    fn references(&mut self, form: &Form) {
        self.losses.0.extend(crate::convert::references(form));
    }
}

fn uses(item: &Item, list: &str) -> bool {
    item.list.as_deref() == Some(list) || item.items.iter().any(|inner| uses(inner, list))
}

/// The kind that quorate wrote beside the type, where it still is of that type.
fn kind_of(ours: &str, kind: ItemKind) -> ItemKind {
    let known: BTreeSet<&str> = match kind {
        ItemKind::Single => BTreeSet::from(["single", "rating", "yes-no"]),
        _ => BTreeSet::new(),
    };
    ItemKind::named(ours).filter(|_| known.contains(ours)).unwrap_or(kind)
}

fn rule(text: &str) -> Rule {
    match text.to_lowercase().as_str() {
        "" | "no" | "false" | "false()" => Rule::No,
        "yes" | "true" | "true()" => Rule::Yes,
        _ => Rule::If(text.to_owned()),
    }
}
