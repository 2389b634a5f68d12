//! From a survey structure to a form.

use std::collections::BTreeMap;
use std::path::Path;

use super::{CARRIED, HEADINGS};
use crate::convert::form::{Choice, Form, Item, List, Relevance, Text};
use crate::convert::names::Names;
use crate::convert::{Loaded, Losses, shared_list};
use crate::error::Result;
use crate::finding::{Finding, Place};
use crate::instrument::{ItemKind, Rule};
use crate::sheet::{Book, Sheet};

/// Attributes that say what a form says elsewhere.
const UNDERSTOOD: [&str; 7] = [
    "num_value_int_only",
    "min_num_value_n",
    "max_num_value_n",
    "date_min",
    "date_max",
    "date_format",
    "exclude_all_others",
];

/// Reads a survey structure.
///
/// # Errors
/// None that can be foreseen; what is wrong is a finding.
pub fn read(path: &Path, book: &Book) -> Result<Loaded> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let form = Form::new(Names::default().give(&stem).0, stem);
    let Some(sheet) = book.sheets.first() else { return Ok(Loaded { form, losses: Vec::new() }) };
    let head = sheet.rows().next().map_or(0, |(row, _)| row);
    let columns = sheet.row(head).iter().map(|cell| (cell.text().trim().to_lowercase(), cell.column)).collect();
    let mut reader = Reader {
        path,
        sheet,
        columns,
        form,
        base: String::new(),
        losses: Losses::default(),
        names: Names::default(),
        sections: Names::default(),
        places: BTreeMap::new(),
        codes: BTreeMap::new(),
    };
    reader.rows(head + 1);
    Ok(reader.finish())
}

/// A question as it stands in the file: its row in the base language, what belongs to it, and its texts elsewhere.
struct Question {
    row: u32,
    texts: Text,
    help: Text,
    subquestions: Vec<Part>,
    answers: Vec<Part>,
}

/// A subquestion or an answer.
struct Part {
    name: String,
    text: Text,
    scale: String,
    row: u32,
}

struct Reader<'a> {
    path: &'a Path,
    sheet: &'a Sheet,
    columns: BTreeMap<String, u32>,
    form: Form,
    base: String,
    losses: Losses,
    names: Names,
    sections: Names,
    /// Where each question stands among those read, by its code.
    places: BTreeMap<String, usize>,
    /// The codes of the questions that take several responses.
    codes: BTreeMap<String, ItemKind>,
}

impl Reader<'_> {
    fn at(&self, row: u32, heading: &str) -> String {
        self.columns.get(heading).map(|&column| self.sheet.text(row, column)).unwrap_or_default()
    }

    fn place(&self, row: u32, heading: &str) -> Place {
        let column = self.columns.get(heading).copied().unwrap_or(0);
        Place::file(self.path.display().to_string()).cell(row, column)
    }

    /// Reads all rows: what stands in another language than the base goes to what was read before.
    fn rows(&mut self, first: u32) {
        let mut groups: Vec<(u32, Text, Text, Vec<Question>)> = Vec::new();
        let mut questions: Vec<(usize, usize)> = Vec::new();
        let mut open: Option<usize> = None;
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for row in first..self.sheet.height() {
            let (class, name) = (self.at(row, "class"), self.at(row, "name"));
            let (text, written) = (self.at(row, "text"), self.at(row, "language"));
            if self.base.is_empty() && !written.is_empty() && class != "S" {
                self.base.clone_from(&written);
            }
            let language = Some(written.as_str()).filter(|tag| !tag.is_empty() && *tag != self.base);
            match class.as_str() {
                "S" if name == "language" => self.base = text,
                "S" if name == "additional_languages" || text.is_empty() => {}
                "S" if name == "sid" => {}
                "S" => {
                    self.losses.carried(&self.place(row, "name"), format!("setting {name}"));
                    self.form.carried.insert(format!("{CARRIED}{name}"), text);
                }
                "SL" if name == "surveyls_title" => self.form.title.set(language, text),
                "SL" if name == "surveyls_welcometext" => self.form.introduction.set(language, text),
                "SL" if text.is_empty() => {}
                "SL" => self.losses.left_out(&self.place(row, "name"), format!("{name} in {written}")),
                "G" => {
                    // Groups come in the same order in each language.
                    let number = counts.entry(format!("G {written}")).or_insert(0);
                    *number += 1;
                    match (language, groups.get_mut(*number - 1)) {
                        (Some(tag), Some((_, title, about, _))) => {
                            title.set(Some(tag), name);
                            about.set(Some(tag), text);
                        }
                        _ => groups.push((row, Text::plain(name), Text::plain(text), Vec::new())),
                    }
                }
                "Q" => {
                    open = None;
                    if let Some(&place) = language.and_then(|_| self.places.get(&name)) {
                        let (group, at) = questions[place];
                        groups[group].3[at].texts.set(language, text);
                        let help = self.at(row, "help");
                        groups[group].3[at].help.set(language, help);
                        open = Some(place);
                    } else if let Some(group) = groups.len().checked_sub(1) {
                        let help = Text::plain(self.at(row, "help"));
                        self.places.insert(name.clone(), questions.len());
                        open = Some(questions.len());
                        questions.push((group, groups[group].3.len()));
                        let (subquestions, answers) = Default::default();
                        groups[group].3.push(Question { row, texts: Text::plain(text), help, subquestions, answers });
                        if matches!(self.at(row, "type/scale").as_str(), "M" | "P") {
                            self.codes.insert(name, ItemKind::Multiple);
                        }
                    } else {
                        self.losses
                            .0
                            .push(Finding::new("I006", self.place(row, "class")).found("a question in no group"));
                    }
                }
                "SQ" | "A" => {
                    let Some((group, at)) = open.map(|place| questions[place]) else { continue };
                    let question = &mut groups[group].3[at];
                    let parts = if class == "SQ" { &mut question.subquestions } else { &mut question.answers };
                    let scale = self.columns.get("type/scale").map(|&c| self.sheet.text(row, c)).unwrap_or_default();
                    match (language, parts.iter_mut().find(|part| part.name == name && part.scale == scale)) {
                        (Some(tag), Some(part)) => part.text.set(Some(tag), text),
                        _ => parts.push(Part { name, text: Text::plain(text), scale, row }),
                    }
                }
                "" => {}
                other => self.losses.left_out(&self.place(row, "class"), format!("a row of class {other}: {name}")),
            }
        }
        for (row, title, about, questions) in groups {
            let wanted: String = title.plain.to_lowercase().chars().take(24).collect();
            let (id, _) = self.sections.give(&wanted);
            let mut section = Item::new(ItemKind::Group, id);
            section.place = self.place(row, "name");
            section.text = title;
            section.guidance = about;
            let relevant = self.at(row, "relevance");
            section.relevant = self.relevance(&relevant, row, &mut section.carried);
            for question in questions {
                let items = self.question(question);
                section.items.extend(items);
            }
            self.form.sections.push(section);
        }
    }

    fn finish(mut self) -> Loaded {
        if !self.base.is_empty() {
            self.form.language = Some(self.base);
        }
        self.form.settle();
        self.losses.0.extend(crate::convert::references(&self.form));
        Loaded { form: self.form, losses: self.losses.0 }
    }

    /// One question; an array becomes a group with a question for each of its rows.
    fn question(&mut self, question: Question) -> Vec<Item> {
        let letter = self.at(question.row, "type/scale");
        let mut item = self.item(&question, &letter);
        match letter.as_str() {
            "L" | "!" | "O" | "R" | "M" | "P" => {
                let parts =
                    if matches!(letter.as_str(), "M" | "P") { &question.subquestions } else { &question.answers };
                let choices = parts.iter().map(|part| self.choice(&part.name, part.text.clone(), part.row)).collect();
                self.give(&mut item, choices);
                if matches!(letter.as_str(), "O" | "P") {
                    self.losses.left_out(&item.place, "the comment beside the responses");
                }
                self.exclusive(&item, question.row);
                vec![item]
            }
            "Y" | "G" | "5" | "I" => {
                let known = fixed(&letter);
                let choices =
                    known.iter().map(|(code, label)| self.choice(code, Text::plain(*label), question.row)).collect();
                self.give(&mut item, choices);
                vec![item]
            }
            "F" | "H" | "A" | "B" | "C" | "E" | "Q" | "K" => vec![self.array(item, &question, &letter)],
            _ => vec![item],
        }
    }

    fn array(&mut self, mut group: Item, question: &Question, letter: &str) -> Item {
        let place = group.place.clone();
        let kind = match letter {
            "Q" => ItemKind::Text,
            "K" => ItemKind::Decimal,
            _ => ItemKind::Single,
        };
        let required = std::mem::take(&mut group.required);
        group.kind = ItemKind::Group;
        for part in &question.subquestions {
            let (id, _) = self.names.give(&format!("{}_{}", group.id, part.name));
            let mut item = Item::new(kind, id);
            item.place = self.place(part.row, "name").question(&item.id);
            item.text = part.text.clone();
            item.required = required.clone();
            let known = fixed(letter);
            let fixed = known.iter().map(|(code, label)| (code.to_string(), Text::plain(*label)));
            let said = question.answers.iter().map(|answer| (answer.name.clone(), answer.text.clone()));
            let choices: Vec<Choice> =
                said.chain(fixed).map(|(code, label)| self.choice(&code, label, part.row)).collect();
            if kind == ItemKind::Single {
                self.give(&mut item, choices);
            }
            group.items.push(item);
        }
        self.losses.changed(
            &place,
            format!("an array of type {letter}"),
            "a group with a question for each of its rows",
        );
        group
    }

    fn item(&mut self, question: &Question, letter: &str) -> Item {
        let row = question.row;
        let place = self.place(row, "name");
        let name = self.at(row, "name");
        let (id, fresh) = self.names.give(&name);
        if name.is_empty() || !fresh {
            let code = if fresh { "I001" } else { "I002" };
            self.losses.0.push(Finding::new(code, place.clone()).found(format!("{name:?}")));
        }
        let whole = self.at(row, "num_value_int_only") == "1";
        let kind = match letter {
            "L" | "!" | "O" | "Y" | "G" | "5" | "I" => ItemKind::Single,
            "M" | "P" => ItemKind::Multiple,
            "N" if whole => ItemKind::Integer,
            "N" => ItemKind::Decimal,
            "S" | "T" | "U" => ItemKind::Text,
            "D" => match self.at(row, "date_format") {
                format if format.contains('H') && format.contains('d') => ItemKind::DateTime,
                format if format.contains('H') => ItemKind::Time,
                _ => ItemKind::Date,
            },
            "X" => ItemKind::Note,
            "*" => ItemKind::Calculate,
            "R" => ItemKind::Rank,
            "F" | "H" | "A" | "B" | "C" | "E" | "Q" | "K" => ItemKind::Group,
            _ => ItemKind::Other,
        };
        let mut item = Item::new(kind, id);
        item.place = place.question(&item.id);
        item.text = question.texts.clone();
        item.guidance = question.help.clone();
        item.required = if self.at(row, "mandatory") == "Y" { Rule::Yes } else { Rule::No };
        item.or_other = self.at(row, "other") == "Y" && matches!(kind, ItemKind::Single | ItemKind::Multiple);
        item.default = self.at(row, "default");
        let relevant = self.at(row, "relevance");
        item.relevant = self.relevance(&relevant, row, &mut item.carried);
        match letter {
            "!" => item.appearance = "minimal".to_owned(),
            "T" | "U" => item.appearance = "multiline".to_owned(),
            _ => {}
        }
        if kind == ItemKind::Other {
            self.losses.carried(&item.place, format!("a question of type {letter:?}"));
            item.foreign = format!("limesurvey {letter}");
        }
        if kind == ItemKind::Calculate {
            let text = std::mem::take(&mut item.text.plain);
            let inside = text.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(&text);
            item.calculation = match expression(inside, &self.codes) {
                Some(calculation) => calculation,
                None => {
                    self.losses.untranslated(&item.place, inside);
                    item.carried.insert(format!("{CARRIED}text"), inside.to_owned());
                    "''".to_owned()
                }
            };
        }
        self.bounds(&mut item, row);
        for (heading, column) in &self.columns {
            let known = HEADINGS.contains(&heading.as_str()) || UNDERSTOOD.contains(&heading.as_str());
            let text = self.sheet.text(row, *column);
            if !(known && heading != "validation"
                || text.is_empty()
                || heading == "hidden" && kind == ItemKind::Calculate)
            {
                self.losses.carried(&self.place(row, heading), format!("{heading}: {text}"));
                item.carried.insert(format!("{CARRIED}{heading}"), text);
            }
        }
        item
    }

    fn bounds(&self, item: &mut Item, row: u32) {
        let numeric = matches!(item.kind, ItemKind::Integer | ItemKind::Decimal);
        let number = |heading: &str| self.at(row, heading).parse::<f64>().ok().filter(|_| numeric);
        let date = |heading: &str| {
            self.at(row, heading).parse::<chrono::NaiveDate>().ok().filter(|_| item.kind == ItemKind::Date)
        };
        let (earliest, latest) = (date("date_min"), date("date_max"));
        item.bounds.earliest = earliest;
        item.bounds.latest = latest;
        item.bounds.minimum = number("min_num_value_n");
        item.bounds.maximum = number("max_num_value_n");
    }

    fn choice(&self, code: &str, label: Text, row: u32) -> Choice {
        Choice { code: code.to_owned(), label, place: self.place(row, "name"), ..Choice::default() }
    }

    fn give(&mut self, item: &mut Item, choices: Vec<Choice>) {
        if choices.is_empty() {
            self.losses.0.push(Finding::new("I003", item.place.clone()).found("no answers"));
        }
        let list = List { place: item.place.clone(), choices, ..List::default() };
        item.list = Some(shared_list(&mut self.form, &item.id, list));
    }

    /// Marks the responses that stand alone.
    fn exclusive(&mut self, item: &Item, row: u32) {
        let alone = self.at(row, "exclude_all_others");
        let list = item.list.as_ref().and_then(|list| self.form.lists.get_mut(list));
        for choice in list.into_iter().flat_map(|list| &mut list.choices) {
            if alone.split(';').any(|code| code.trim() == choice.code) {
                choice.own.insert("exclusive".to_owned(), toml::Value::from(true));
            }
        }
    }

    fn relevance(&mut self, text: &str, row: u32, carried: &mut BTreeMap<String, String>) -> Relevance {
        if matches!(text.trim(), "" | "1") {
            return Relevance::Always;
        }
        match expression(text, &self.codes) {
            Some(found) => Relevance::Expression(found),
            None => {
                self.losses.untranslated(&self.place(row, "relevance"), text);
                carried.insert(format!("{CARRIED}relevance"), text.to_owned());
                Relevance::Always
            }
        }
    }
}

/// The responses that LimeSurvey gives by itself.
fn fixed(letter: &str) -> Vec<(&'static str, &'static str)> {
    match letter {
        "Y" => vec![("Y", "Yes"), ("N", "No")],
        "G" => vec![("F", "Female"), ("M", "Male")],
        "5" | "A" => vec![("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")],
        "B" => {
            vec![
                ("1", "1"),
                ("2", "2"),
                ("3", "3"),
                ("4", "4"),
                ("5", "5"),
                ("6", "6"),
                ("7", "7"),
                ("8", "8"),
                ("9", "9"),
                ("10", "10"),
            ]
        }
        "C" => vec![("Y", "Yes"), ("U", "Uncertain"), ("N", "No")],
        "E" => vec![("I", "Increase"), ("S", "Same"), ("D", "Decrease")],
        _ => Vec::new(),
    }
}

/// An expression in XLSForm's language; none where there is more in it than comparisons.
fn expression(text: &str, several: &BTreeMap<String, ItemKind>) -> Option<String> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = rest.trim_start();
        } else if first == '"' || first == '\'' {
            let end = rest[1..].find(first)? + 2;
            out.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else if let Some((mark, said)) = [
            ("==", "="),
            ("!=", "!="),
            ("<=", "<="),
            (">=", ">="),
            ("&&", "and"),
            ("||", "or"),
            ("<", "<"),
            (">", ">"),
            ("(", "("),
            (")", ")"),
        ]
        .into_iter()
        .find(|(mark, _)| rest.starts_with(mark))
        {
            out.push(said.to_owned());
            rest = &rest[mark.len()..];
        } else if first.is_ascii_digit() || first == '-' {
            let length = 1 + rest[1..].find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len() - 1);
            out.push(rest[..length].to_owned());
            rest = &rest[length..];
        } else if first.is_alphabetic() {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
            let word = &rest[..length];
            rest = rest[length..].trim_start();
            let (name, suffix) = word.split_once('.').unwrap_or((word, ""));
            match (word.to_lowercase().as_str(), suffix) {
                ("and" | "or", _) => out.push(word.to_lowercase()),
                ("eq", _) => out.push("=".to_owned()),
                ("ne", _) => out.push("!=".to_owned()),
                (_, "" | "NAOK" | "value" | "valueNAOK" | "code") if !rest.starts_with('(') => {
                    let ticked = name.split_once('_').filter(|(question, _)| several.contains_key(*question));
                    match ticked {
                        Some((question, code)) => {
                            rest = rest.strip_prefix("==")?.trim_start();
                            rest = ["\"Y\"", "'Y'"].iter().find_map(|yes| rest.strip_prefix(yes))?;
                            out.push(format!("selected(${{{question}}}, '{code}')"));
                        }
                        None if name.contains('X') && name.chars().all(|c| c.is_ascii_digit() || c == 'X') => {
                            return None;
                        }
                        None => out.push(format!("${{{name}}}")),
                    }
                }
                _ => return None,
            }
        } else {
            return None;
        }
    }
    // Parentheses around the whole, as the condition designer writes them.
    while out.first().is_some_and(|first| first == "(") && closes_at_end(&out) {
        out.remove(0);
        out.pop();
    }
    let text = out.join(" ").replace("( ", "(").replace(" )", ")");
    (!text.is_empty()).then_some(text)
}

fn closes_at_end(words: &[String]) -> bool {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1 == words.len();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relevance_equations_are_put_into_the_other_language_or_left() {
        let several = BTreeMap::from([("q2".to_owned(), ItemKind::Multiple)]);
        for (limesurvey, xlsform) in [
            ("((q1.NAOK == \"A1\"))", "${q1} = 'A1'"),
            ("q1.NAOK == 'a' or q1 == \"b\"", "${q1} = 'a' or ${q1} = 'b'"),
            ("q2_home.NAOK == \"Y\" && age.NAOK >= 18", "selected(${q2}, 'home') and ${age} >= 18"),
            ("(a == 1) or (b == 2)", "(${a} = 1) or (${b} = 2)"),
        ] {
            let found = expression(limesurvey, &several).unwrap_or_else(|| panic!("{limesurvey}"));
            assert_eq!(found.replace('"', "'"), xlsform, "{limesurvey}");
        }
        for beyond in ["count(q1, q2) > 1", "1234X5X6.NAOK == 1", "!is_empty(q1)", "q2_home.NAOK != \"Y\""] {
            assert_eq!(expression(beyond, &several), None, "{beyond}");
        }
    }
}
