//! The variables of the data that a form gives, as codebooks describe them: a question with one answer is one, a question
//! with several one for each response, as in the data files of a study.

use super::form::{Choice, Form, Item, Relevance};
use super::{Losses, offered, xlsform};
use crate::instrument::{ItemKind, Rule};

/// How the values of a variable are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    Whole,
    Number,
    Code,
    Tick,
    Date,
    Time,
    DateTime,
    Words,
}

/// A variable.
pub(super) struct Variable<'a> {
    pub name: String,
    pub item: &'a Item,
    pub section: &'a Item,
    /// What it is called in a list.
    pub label: String,
    pub storage: Storage,
    /// Its codes with their labels, and whether they count as missing.
    pub codes: Vec<(String, String, bool)>,
    /// The response, for a variable of one of several.
    pub response: Option<(String, String)>,
    /// When the question is asked, in XLSForm's language.
    pub asked_if: String,
    pub required: bool,
}

/// The variables in the order of the form; groups inside sections do not show, repeats are noted.
pub(super) fn variables<'a>(form: &'a Form, losses: &mut Losses) -> Vec<Variable<'a>> {
    let mut variables = Vec::new();
    for section in &form.sections {
        gather(form, section, &section.items, losses, &mut variables);
    }
    variables
}

fn gather<'a>(
    form: &'a Form,
    section: &'a Item,
    items: &'a [Item],
    losses: &mut Losses,
    variables: &mut Vec<Variable<'a>>,
) {
    for item in items {
        if item.kind.is_container() {
            if item.kind == ItemKind::Repeat {
                losses.left_out(&item.place, format!("the repeat {:?}: its variables are listed once", item.id));
            }
            gather(form, section, &item.items, losses, variables);
            continue;
        }
        let Some(storage) = storage(item) else {
            if item.kind == ItemKind::Other {
                losses.left_out(&item.place, format!("an item of type {:?}", item.foreign));
            } else {
                losses.left_out(&item.place, format!("{} {:?}: nothing is stored", item.kind.name(), item.id));
            }
            continue;
        };
        let missing = |code: &str| form.choices(item).iter().any(|c| c.code == code && c.missing.is_some());
        let built_in = item.kind == ItemKind::YesNo && item.list.is_none();
        let codes: Vec<(String, String, bool)> = offered(form, item)
            .into_iter()
            .map(|(code, label)| (missing(&code) || built_in && code == "na", code, label))
            .map(|(missing, code, label)| (code, label, missing))
            .collect();
        let label = if item.label.plain.is_empty() { &item.text.plain } else { &item.label.plain };
        let variable = |name: String, storage, codes, response| Variable {
            name,
            item,
            section,
            label: label.clone(),
            storage,
            codes,
            response,
            asked_if: match &item.relevant {
                Relevance::Always => String::new(),
                relevant => xlsform::relevant(form, relevant),
            },
            required: item.required == Rule::Yes,
        };
        if item.kind == ItemKind::Multiple {
            let ticks =
                vec![("1".to_owned(), "Ticked".to_owned(), false), ("0".to_owned(), "Not ticked".to_owned(), false)];
            for (code, said, _) in codes {
                let name = format!("{}_{code}", item.id);
                variables.push(variable(name, Storage::Tick, ticks.clone(), Some((code, said))));
            }
        } else {
            variables.push(variable(item.id.clone(), storage, codes, None));
        }
    }
}

fn storage(item: &Item) -> Option<Storage> {
    Some(match item.kind {
        ItemKind::Integer => Storage::Whole,
        ItemKind::Decimal | ItemKind::Range => Storage::Number,
        ItemKind::Date | ItemKind::Today => Storage::Date,
        ItemKind::Time => Storage::Time,
        ItemKind::DateTime | ItemKind::Start | ItemKind::End => Storage::DateTime,
        ItemKind::Single | ItemKind::Rating | ItemKind::YesNo | ItemKind::Multiple => Storage::Code,
        ItemKind::Text | ItemKind::Calculate | ItemKind::Acknowledge | ItemKind::Rank => Storage::Words,
        ItemKind::Note | ItemKind::Group | ItemKind::Repeat | ItemKind::Other => return None,
    })
}

/// Whether a response counts as missing, with the word for why.
pub(super) fn missing_word(form: &Form, item: &Item, code: &str) -> &'static str {
    let found: Option<&Choice> = form.choices(item).iter().find(|choice| choice.code == code);
    found.and_then(|choice| choice.missing).map_or("", |kind| kind.name())
}
