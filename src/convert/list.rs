//! A plain list of questions: one row a question, in csv or a workbook, as people write them before they know any format.

use std::path::Path;

use super::form::{Choice, Form, Item, List, Text};
use super::names::Names;
use super::{Loaded, Losses, shared_list};
use crate::error::Result;
use crate::finding::{Finding, Place};
use crate::instrument::{ItemKind, Rule};
use crate::sheet::{Book, Sheet};

/// The columns that are understood, by what people call them.
const COLUMNS: [(Column, &[&str]); 6] = [
    (Column::Question, &["question", "questions", "text", "wording", "question text", "item"]),
    (Column::Id, &["id", "name", "number", "no", "no.", "nr", "variable", "question number", "#", "code"]),
    (Column::Section, &["section", "part", "group", "heading", "theme"]),
    (Column::Kind, &["type", "kind", "answer type", "question type"]),
    (Column::Choices, &["responses", "options", "answers", "choices", "response options", "answer options"]),
    (Column::Required, &["required", "mandatory", "compulsory"]),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Question,
    Id,
    Section,
    Kind,
    Choices,
    Required,
}

/// Reads a list of questions. Without headings that are known, the first column with words is the questions.
///
/// # Errors
/// None that can be foreseen; what is wrong is a finding.
pub fn read(path: &Path, book: &Book) -> Result<Loaded> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut form = Form::new(Names::default().give(&stem).0, stem);
    let mut losses = Losses::default();
    let Some(sheet) = book.sheets.first() else { return Ok(Loaded { form, losses: losses.0 }) };
    for other in book.sheets.iter().skip(1).filter(|sheet| !sheet.cells.is_empty()) {
        losses.left_out(&Place::file(path.display().to_string()).sheet(&other.name), "a sheet besides the first");
    }
    let head = sheet.rows().next().map_or(0, |(row, _)| row);
    let known = |text: &str| {
        let small = text.trim().to_lowercase();
        COLUMNS.iter().find(|(_, names)| names.contains(&small.as_str())).map(|(column, _)| *column)
    };
    let mut columns: Vec<(Column, u32)> =
        sheet.row(head).iter().filter_map(|cell| Some((known(&cell.text())?, cell.column))).collect();
    let headed = columns.iter().any(|(column, _)| *column == Column::Question);
    if !headed {
        let widest = (0..sheet.width()).max_by_key(|&column| {
            let letters: usize = sheet.rows().map(|(row, _)| sheet.text(row, column).chars().count()).sum();
            (letters, std::cmp::Reverse(column))
        });
        columns = widest.map(|column| (Column::Question, column)).into_iter().collect();
    }
    let mut reader = Reader { path, sheet, columns, losses, names: Names::default(), sections: Names::default() };
    reader.others(head, headed);
    let first = if headed { head + 1 } else { head };
    for row in first..sheet.height() {
        reader.row(row, &mut form);
    }
    form.settle();
    Ok(Loaded { form, losses: reader.losses.0 })
}

struct Reader<'a> {
    path: &'a Path,
    sheet: &'a Sheet,
    columns: Vec<(Column, u32)>,
    losses: Losses,
    names: Names,
    sections: Names,
}

impl Reader<'_> {
    fn at(&self, row: u32, column: Column) -> String {
        let found = self.columns.iter().find(|(known, _)| *known == column);
        found.map(|(_, at)| self.sheet.text(row, *at)).unwrap_or_default()
    }

    fn place(&self, row: u32, column: Column) -> Place {
        let found = self.columns.iter().find(|(known, _)| *known == column).map_or(0, |(_, at)| *at);
        Place::file(self.path.display().to_string()).sheet(&self.sheet.name).cell(row, found)
    }

    /// Notes the columns that are not understood.
    fn others(&mut self, head: u32, headed: bool) {
        for column in 0..self.sheet.width() {
            let taken = self.columns.iter().any(|(_, at)| *at == column);
            let filled = (head..self.sheet.height()).any(|row| !self.sheet.text(row, column).is_empty());
            if !taken && filled {
                let heading = if headed { self.sheet.text(head, column) } else { String::new() };
                let place = Place::file(self.path.display().to_string()).sheet(&self.sheet.name).cell(head, column);
                self.losses.left_out(&place, format!("column {heading:?}"));
            }
        }
    }

    fn row(&mut self, row: u32, form: &mut Form) {
        let (text, section) = (self.at(row, Column::Question), self.at(row, Column::Section));
        let known = form.sections.last().map(|last| last.text.plain.clone());
        if known.is_none() || !section.is_empty() && known.as_deref() != Some(section.as_str()) {
            let wanted: String = section.to_lowercase().chars().take(24).collect();
            let (id, _) = self.sections.give(if wanted.is_empty() { "questions" } else { &wanted });
            let mut item = Item::new(ItemKind::Group, id);
            item.text = Text::plain(if section.is_empty() { "Questions" } else { section.as_str() });
            item.place = self.place(row, Column::Section);
            form.sections.push(item);
        }
        if text.is_empty() {
            if self.sheet.row(row).iter().any(|cell| !cell.value.is_blank()) && section.is_empty() {
                self.losses.left_out(&self.place(row, Column::Question), "a row without a question");
            }
            return;
        }
        let place = self.place(row, Column::Question);
        let written = self.at(row, Column::Id);
        let number = form.items().len() + 1;
        let wanted = if written.is_empty() { format!("q{number}") } else { written.clone() };
        let (id, fresh) = self.names.give(&wanted);
        if !fresh {
            self.losses.0.push(Finding::new("I002", self.place(row, Column::Id)).found(format!("{wanted:?}")));
        } else if !written.is_empty() && id != written {
            self.losses.changed(&self.place(row, Column::Id), format!("{written:?}"), format!("the id {id:?}"));
        }
        let choices = self.at(row, Column::Choices);
        let kind = self.kind(row, &text, &choices);
        let mut item = Item::new(kind, id);
        item.place = place.question(&item.id);
        item.text = Text::plain(text);
        let yes = ["y", "yes", "x", "1", "true"];
        if yes.contains(&self.at(row, Column::Required).to_lowercase().as_str()) {
            item.required = Rule::Yes;
        }
        if kind.has_scale() && !(kind == ItemKind::YesNo && choices.is_empty()) {
            let list = self.list(&choices, row);
            item.list = Some(shared_list(form, &item.id, list));
        }
        if let Some(section) = form.sections.last_mut() {
            section.items.push(item);
        }
    }

    /// What kind of question it is: as it says, or by what there is to choose from.
    fn kind(&mut self, row: u32, text: &str, choices: &str) -> ItemKind {
        let said = self.at(row, Column::Kind).to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let found = match said.as_str() {
            "" => None,
            _ if has(&["rank"]) => Some(ItemKind::Rank),
            _ if has(&["all that apply", "multiple", "several", "checkbox", "tick all"])
                && !has(&["choice single"]) =>
            {
                Some(ItemKind::Multiple)
            }
            _ if has(&["yes/no", "yes-no", "yes no", "yesno"]) => Some(ItemKind::YesNo),
            _ if has(&["single", "choice", "radio", "select", "scale", "list", "rating", "likert"]) => {
                Some(ItemKind::Single)
            }
            _ if has(&["integer", "whole", "count"]) => Some(ItemKind::Integer),
            _ if has(&["number", "numeric", "decimal"]) => Some(ItemKind::Decimal),
            _ if has(&["date"]) => Some(ItemKind::Date),
            _ if has(&["time"]) => Some(ItemKind::Time),
            _ if has(&["text", "open", "words", "comment", "free"]) => Some(ItemKind::Text),
            _ if has(&["note", "instruction", "information"]) => Some(ItemKind::Note),
            _ => None,
        };
        let several = text.to_lowercase().contains("all that apply");
        let guess = match (choices.is_empty(), several) {
            (true, _) => ItemKind::Text,
            (false, true) => ItemKind::Multiple,
            (false, false) => ItemKind::Single,
        };
        if found.is_none() && !said.is_empty() {
            let now = guess.name();
            self.losses.changed(
                &self.place(row, Column::Kind),
                format!("the type {said:?}"),
                format!("the kind {now}"),
            );
        }
        found.unwrap_or(guess)
    }

    /// Responses divided by `;`, `|`, line ends, or else `/` or `,`; `1 = Yes` gives the code too.
    fn list(&mut self, choices: &str, row: u32) -> List {
        let place = self.place(row, Column::Choices);
        let mark = [&[';', '|', '\n'][..], &['/'], &[',']].into_iter().find(|marks| choices.contains(*marks));
        let parts = choices.split(mark.unwrap_or(&[';'])).map(str::trim).filter(|part| !part.is_empty());
        let mut list = List { place: place.clone(), ..List::default() };
        let mut codes = Names::default();
        for (number, part) in parts.enumerate() {
            let coded = part.split_once('=').filter(|(code, _)| !code.trim().is_empty() && code.trim().len() <= 12);
            let (code, label) = match coded {
                Some((code, label)) => (code.trim().to_owned(), label.trim()),
                None => ((number + 1).to_string(), part),
            };
            let code = codes.another(&code, "");
            list.choices.push(Choice { code, label: Text::plain(label), place: place.clone(), ..Choice::default() });
        }
        if list.choices.is_empty() {
            self.losses.0.push(Finding::new("I003", place).found("nothing to choose from"));
        }
        list
    }
}
