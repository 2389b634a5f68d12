//! From a data dictionary to a form.

use std::path::Path;

use super::*;
use crate::convert::form::{Choice, Form, Item, List, Relevance, Text};
use crate::convert::names::Names;
use crate::convert::{Loaded, Losses, shared_list};
use crate::error::Result;
use crate::finding::{Finding, Place};
use crate::instrument::{ItemKind, Rule};
use crate::sheet::{Book, Sheet};

/// Columns that go through unchanged where something stands in them.
const UNCHANGED: [&str; 5] =
    ["Identifier?", "Custom Alignment", "Question Number (surveys only)", "Matrix Ranking?", "Field Annotation"];
/// What the columns are called in exports of the program interface.
const TECHNICAL: [&str; 18] = [
    "field_name",
    "form_name",
    "section_header",
    "field_type",
    "field_label",
    "select_choices_or_calculations",
    "field_note",
    "text_validation_type_or_show_slider_number",
    "text_validation_min",
    "text_validation_max",
    "identifier",
    "branching_logic",
    "required_field",
    "custom_alignment",
    "question_number",
    "matrix_group_name",
    "matrix_ranking",
    "field_annotation",
];

/// Reads a data dictionary.
///
/// # Errors
/// When the file has no sheet.
pub fn read(path: &Path, book: &Book) -> Result<Loaded> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut names = Names::default();
    let mut form = Form::new(names.give(&stem).0, stem);
    let mut losses = Losses::default();
    let Some(sheet) = book.sheets.first() else { return Ok(Loaded { form, losses: losses.0 }) };
    let head = sheet.rows().next().map_or(0, |(row, _)| row);
    let mut columns = [None; 18];
    for cell in sheet.row(head) {
        let heading = cell.text();
        let known = |names: &[&str; 18]| names.iter().position(|name| name.eq_ignore_ascii_case(heading.trim()));
        match known(&HEADINGS).or_else(|| known(&TECHNICAL)) {
            Some(at) => columns[at] = Some(cell.column),
            None => {
                let place = Place::file(path.display().to_string()).cell(head, cell.column);
                losses.left_out(&place, format!("column {}", heading.trim()));
            }
        }
    }
    let mut reader = Reader { path, sheet, columns, losses, names: Names::default(), sections: Names::default() };
    let mut before = String::new();
    for row in head + 1..sheet.height() {
        if reader.at(row, NAME).is_empty() && reader.at(row, TYPE).is_empty() {
            continue;
        }
        let (form_name, header) = (reader.at(row, FORM), reader.at(row, SECTION));
        if form.sections.is_empty() || form_name != before || !header.is_empty() {
            let wanted = if header.is_empty() { &form_name } else { &header };
            let (id, _) = reader.sections.give(&wanted.chars().take(24).collect::<String>().to_lowercase());
            let mut section = Item::new(ItemKind::Group, id);
            let title = if header.is_empty() { form_name.replace('_', " ") } else { header };
            section.text = Text::plain(title);
            section.place = reader.place(row, SECTION);
            form.sections.push(section);
            before = form_name;
        }
        let item = reader.item(row, &mut form);
        if let Some(section) = form.sections.last_mut() {
            section.items.push(item);
        }
    }
    form.settle();
    let mut losses = reader.losses.0;
    losses.extend(crate::convert::references(&form));
    Ok(Loaded { form, losses })
}

struct Reader<'a> {
    path: &'a Path,
    sheet: &'a Sheet,
    columns: [Option<u32>; 18],
    losses: Losses,
    names: Names,
    sections: Names,
}

impl Reader<'_> {
    fn at(&self, row: u32, column: usize) -> String {
        self.columns[column].map(|at| self.sheet.text(row, at)).unwrap_or_default()
    }

    fn place(&self, row: u32, column: usize) -> Place {
        Place::file(self.path.display().to_string()).cell(row, self.columns[column].unwrap_or(0))
    }

    fn item(&mut self, row: u32, form: &mut Form) -> Item {
        let name = self.at(row, NAME);
        let place = self.place(row, NAME);
        let (id, fresh) = self.names.give(&name);
        if name.is_empty() {
            self.losses.0.push(Finding::new("I001", place.clone()).found("no field name"));
        } else if !fresh {
            self.losses.0.push(Finding::new("I002", place.clone()).found(format!("{name:?}")));
        }
        let (written, validation) = (self.at(row, TYPE).to_lowercase(), self.at(row, VALIDATION).to_lowercase());
        let kind = match (written.as_str(), validation.as_str()) {
            ("text", "integer") => ItemKind::Integer,
            ("text", number) if number.starts_with("number") => ItemKind::Decimal,
            ("text", date) if date.starts_with("datetime") => ItemKind::DateTime,
            ("text", date) if date.starts_with("date_") => ItemKind::Date,
            ("text", time) if time.starts_with("time") => ItemKind::Time,
            ("text" | "notes", _) => ItemKind::Text,
            ("radio" | "dropdown" | "yesno" | "truefalse", _) => ItemKind::Single,
            ("checkbox", _) => ItemKind::Multiple,
            ("slider", _) => ItemKind::Range,
            ("calc", _) => ItemKind::Calculate,
            ("descriptive", _) => ItemKind::Note,
            _ => ItemKind::Other,
        };
        let mut item = Item::new(kind, id);
        item.place = place.question(&item.id);
        item.text = Text::plain(self.at(row, LABEL));
        item.guidance = Text::plain(self.at(row, NOTE));
        let choices = self.at(row, CHOICES);
        match written.as_str() {
            "yesno" => self.list(&mut item, form, "1, Yes | 0, No", row),
            "truefalse" => self.list(&mut item, form, "1, True | 0, False", row),
            "radio" | "dropdown" | "checkbox" => self.list(&mut item, form, &choices, row),
            "slider" => {
                item.parameters = "start=0 end=100 step=1".to_owned();
                self.carry(&mut item, row, CHOICES, HEADINGS[CHOICES]);
            }
            "calc" => item.calculation = self.logic(&mut item, row, CHOICES).unwrap_or_else(|| "''".to_owned()),
            "notes" => item.appearance = "multiline".to_owned(),
            "text" => {}
            _ if kind == ItemKind::Other => {
                self.losses.carried(&item.place, format!("a field of type {written:?}"));
                item.foreign = written.clone();
                self.carry(&mut item, row, CHOICES, HEADINGS[CHOICES]);
            }
            _ => {}
        }
        if written == "dropdown" {
            item.appearance = "minimal".to_owned();
        }
        self.bounds(&mut item, row);
        let understood = ["", "integer", "number", "date_ymd", "date_mdy", "date_dmy", "time", "datetime_ymd"];
        if !understood.contains(&validation.as_str()) {
            self.carry(&mut item, row, VALIDATION, HEADINGS[VALIDATION]);
        }
        if self.at(row, REQUIRED).eq_ignore_ascii_case("y") {
            item.required = Rule::Yes;
        }
        if let Some(relevant) = self.logic(&mut item, row, BRANCHING) {
            item.relevant = Relevance::Expression(relevant);
        }
        for heading in UNCHANGED {
            if let Some(at) = HEADINGS.iter().position(|known| *known == heading) {
                self.carry(&mut item, row, at, heading);
            }
        }
        item
    }

    /// Keeps a cell unchanged.
    fn carry(&mut self, item: &mut Item, row: u32, column: usize, heading: &str) {
        let text = self.at(row, column);
        if !text.is_empty() {
            self.losses.carried(&self.place(row, column), format!("{heading}: {text}"));
            item.carried.insert(format!("{CARRIED}{heading}"), text);
        }
    }

    /// An expression in XLSForm's language; one that cannot be put into it is carried.
    fn logic(&mut self, item: &mut Item, row: u32, column: usize) -> Option<String> {
        let text = self.at(row, column);
        if text.is_empty() {
            return None;
        }
        let found = logic::read(&text);
        if found.is_none() {
            self.losses.untranslated(&self.place(row, column), text.clone());
            item.carried.insert(format!("{CARRIED}{}", HEADINGS[column]), text);
        }
        found
    }

    fn bounds(&mut self, item: &mut Item, row: u32) {
        for column in [MINIMUM, MAXIMUM] {
            let text = self.at(row, column);
            let low = column == MINIMUM;
            let number =
                text.parse::<f64>().ok().filter(|_| matches!(item.kind, ItemKind::Integer | ItemKind::Decimal));
            let date = text.parse::<chrono::NaiveDate>().ok().filter(|_| item.kind == ItemKind::Date);
            match (number, date) {
                _ if text.is_empty() => {}
                (Some(number), _) if low => item.bounds.minimum = Some(number),
                (Some(number), _) => item.bounds.maximum = Some(number),
                (_, Some(date)) if low => item.bounds.earliest = Some(date),
                (_, Some(date)) => item.bounds.latest = Some(date),
                _ => self.carry(item, row, column, HEADINGS[column]),
            }
        }
    }

    fn list(&mut self, item: &mut Item, form: &mut Form, choices: &str, row: u32) {
        let mut list = List { place: self.place(row, CHOICES), ..List::default() };
        for part in choices.split('|').map(str::trim).filter(|part| !part.is_empty()) {
            let (code, label) = part.split_once(',').unwrap_or((part, part));
            let (code, label) = (code.trim().to_owned(), Text::plain(label.trim()));
            if list.choices.iter().any(|choice| choice.code == code) {
                self.losses.0.push(Finding::new("I005", list.place.clone()).found(format!("{code:?}")));
                continue;
            }
            list.choices.push(Choice { code, label, place: list.place.clone(), ..Choice::default() });
        }
        if list.choices.is_empty() {
            self.losses.0.push(Finding::new("I003", list.place.clone()).found("no choices"));
        }
        item.list = Some(shared_list(form, &item.id, list));
    }
}
