//! Lists of the pipeline file that say nothing, or say one thing twice: somebody meant something else.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Definition;
use crate::error::Result;

/// A list, by the tables that lead to it: `*` is any table, or each of several tables of one name.
struct Known {
    path: &'static [&'static str],
    /// What should stand in one that is written out and empty; empty where nothing need.
    something: &'static str,
}

const fn list(path: &'static [&'static str]) -> Known {
    Known { path, something: "" }
}

const fn some(path: &'static [&'static str], something: &'static str) -> Known {
    Known { path, something }
}

/// Every list of names in a pipeline file.
const LISTS: [Known; 26] = [
    list(&["frame", "strata"]),
    list(&["frame", "groups"]),
    some(&["frame", "levels", "*"], "the values that the column may have"),
    some(&["frame", "exclude"], "a rule, or no exclude at all"),
    list(&["draw", "sort"]),
    list(&["draw", "certain"]),
    list(&["draw", "avoid"]),
    list(&["issue", "mailing"]),
    list(&["issue", "context"]),
    some(&["issue", "languages"], "languages of the instrument, or no languages for its own alone"),
    some(&["issue", "reader"], "a reader, or no reader at all"),
    some(&["issue", "wave"], "a wave, or no wave at all"),
    some(&["issue", "paper", "styles"], "some of \"standard\", \"large-print\", \"easy-read\""),
    some(&["issue", "paper", "languages"], "codes of languages, or no languages for all of them"),
    some(&["returns", "columns", "*"], "a heading"),
    some(&["returns", "variant", "easy_read"], "what stands there for it, such as easy_read = [\"3\"]"),
    list(&["returns", "variant", "standard"]),
    some(&["dispositions", "questions"], "questions of the instrument, or no questions for all but the open ones"),
    some(&["weigh", "nonresponse", "by"], "by = [\"COLUMN\", ...], columns of the frame"),
    some(&["weigh", "margin"], "a margin, or no margin at all"),
    list(&["compare", "benchmarks"]),
    list(&["compare", "figures", "*"]),
    some(&["compare", "comparators", "organisations"], "the names of organisations, or none with characteristics"),
    some(&["compare", "items"], "what is compared, or no items at all"),
    some(&["compare", "items", "*", "questions"], "questions = [\"q1\", \"q2\", ...]"),
    some(&["packs", "outputs"], "\"report\", \"workbook\", \"estimates\", \"quality\", or some of them"),
];

impl Definition {
    /// Looks through the lists of the file.
    pub(super) fn examine_lists(&self) -> Result<()> {
        // What cannot be read has been refused before.
        let Ok(file) = DeTable::parse(&self.text) else { return Ok(()) };
        for known in &LISTS {
            let mut found = Vec::new();
            gather(file.get_ref(), known.path, &mut found);
            for list in found {
                self.examine_list(list, known)?;
            }
        }
        Ok(())
    }

    fn examine_list(&self, list: &Spanned<DeValue<'_>>, known: &Known) -> Result<()> {
        let DeValue::Array(entries) = list.get_ref() else { return Ok(()) };
        let name = named(known.path);
        if entries.is_empty() && !known.something.is_empty() {
            return Err(self
                .fault(list.span(), format!("{name} names nothing"), "an empty list")
                .expected(known.something)
                .hint("take the line away where nothing is meant"));
        }
        let mut before: BTreeMap<String, usize> = BTreeMap::new();
        for entry in entries.iter() {
            let DeValue::String(text) = entry.get_ref() else { continue };
            let line = self.text.get(..entry.span().start).unwrap_or_default().matches('\n').count() + 1;
            if let Some(first) = before.insert(text.trim().to_owned(), line) {
                return Err(self
                    .fault(entry.span(), format!("{name} names {:?} twice", text.trim()), "again")
                    .expected("each entry once")
                    .hint(format!(
                        "the first one stands in line {first}; take this one away, or name what was meant"
                    )));
            }
        }
        Ok(())
    }
}

/// A list by its name and its table.
fn named(path: &[&str]) -> String {
    let (last, tables) = path.split_last().unwrap_or((&"", &[]));
    let tables: Vec<&str> = tables.iter().copied().filter(|table| *table != "*").collect();
    match *last {
        "*" => format!("a list under [{}]", tables.join(".")),
        last => format!("{last} under [{}]", tables.join(".")),
    }
}

fn gather<'t>(table: &'t DeTable<'_>, path: &[&str], found: &mut Vec<&'t Spanned<DeValue<'t>>>) {
    let Some((name, rest)) = path.split_first() else { return };
    for (_, value) in table.iter().filter(|(key, _)| *name == "*" || key.get_ref() == name) {
        below(value, rest, found);
    }
}

fn below<'t>(value: &'t Spanned<DeValue<'_>>, rest: &[&str], found: &mut Vec<&'t Spanned<DeValue<'t>>>) {
    match (value.get_ref(), rest) {
        (_, []) => found.push(value),
        (DeValue::Table(table), rest) => gather(table, rest, found),
        (DeValue::Array(tables), [_, rest @ ..]) => tables.iter().for_each(|table| {
            if let DeValue::Table(table) = table.get_ref() {
                gather(table, rest, found);
            }
        }),
        _ => {}
    }
}
