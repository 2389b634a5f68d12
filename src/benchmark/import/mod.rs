//! A pack made from a workbook as it was published, by declaration alone.
//!
//! The declaration names sheets, the row of headings, the row of questions above it and the column of labels; nothing of
//! the workbook is retyped. Figures, margins, bases and numbers of people that stand on different sheets are joined by
//! label, question and response. Shorthand such as `[c]` or `[x]` is no figure, and is counted; any other text where a
//! figure belongs is an error that names the cell, because then the declaration does not fit the workbook.

use std::collections::BTreeMap;
use std::path::Path;

use super::Figure;
use super::pack::{Head, Pack, tidy};
use crate::error::{Error, Result};
use crate::files::{read_file, sha256_hex};
use crate::instrument::{nearest, underline};
use crate::sheet::{self, Book, Limits};

mod declaration;
mod grid;

pub(super) use declaration::Import;

use declaration::{Chosen, Holds, Table};
use grid::{Entry, Key};

/// Everything published about one share.
#[derive(Debug, Clone, Copy, Default)]
struct Published {
    value: Option<f64>,
    margin: Option<f64>,
    base: Option<f64>,
    people: Option<f64>,
    population: Option<f64>,
}

/// A workbook being turned into a pack.
struct Importer<'a> {
    /// The declaration file, and its text for messages.
    path: &'a Path,
    text: &'a str,
    import: &'a Import,
    book: Book,
    /// What is published about each share, and the order in which the first table gives them.
    published: BTreeMap<Key, Published>,
    order: Vec<Key>,
    left_out: BTreeMap<String, usize>,
}

/// Reads the workbook that a pack's declaration names, and makes the pack.
pub(super) fn read(path: &Path, text: &str, head: Head, import: &Import) -> Result<Pack> {
    let workbook = path.parent().unwrap_or(Path::new("")).join(import.workbook.get_ref());
    let bytes = read_file(&workbook)
        .map_err(|error| error.hint("fetch the publication that is named under source, and put the workbook there"))?;
    let hash = sha256_hex(&bytes);
    if let Some(expected) = &import.sha256
        && !expected.get_ref().eq_ignore_ascii_case(&hash)
    {
        return Err(underline(
            path,
            text,
            expected.span(),
            "the workbook is not the one that was declared",
            "its hash",
        )
        .found(format!("{} has {hash}", workbook.display()))
        .hint("fetch the publication again; if it was corrected, check the figures and put in the new hash"));
    }
    let mut importer = Importer {
        path,
        text,
        import,
        book: sheet::read_bytes(&workbook, &bytes, &Limits::default())?,
        published: BTreeMap::new(),
        order: Vec::new(),
        left_out: BTreeMap::new(),
    };
    for table in &import.tables {
        importer.take(table, &workbook)?;
    }
    let mut figures = importer.figures(&head.id);
    for chosen in &import.figures {
        figures.extend(importer.chosen(chosen)?);
    }
    let hash = sha256_hex(format!("{}\n{hash}\n", sha256_hex(text.as_bytes())).as_bytes());
    let Head { id, title, source, as_of, note } = head;
    Ok(Pack { id, title, source, as_of, note, figures, left_out: importer.left_out, hash })
}

impl Importer<'_> {
    /// Takes the figures of one table in.
    fn take(&mut self, table: &Table, workbook: &Path) -> Result<()> {
        let name = table.sheet.get_ref();
        let Some(sheet) = self.book.sheet(name) else {
            let known = self.book.sheets.iter().map(|sheet| sheet.name.as_str());
            let error = self.fault(table.sheet.span(), "the workbook has no such sheet", "this sheet");
            return Err(match nearest(name, known) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error.hint("copy the name from the sheet's tab"),
            });
        };
        let read = grid::read(sheet, table, self.import, workbook)?;
        if read.entries.is_empty() {
            return Err(self
                .fault(table.sheet.span(), "the table has no figures where the declaration looks", "this sheet")
                .expected("figures below the row of headings and to the right of the labels")
                .hint("check header_row, questions_row and label_column against the workbook"));
        }
        for (mark, cells) in read.left_out {
            *self.left_out.entry(mark).or_default() += cells;
        }
        let mut cells: BTreeMap<Key, String> = BTreeMap::new();
        let mut without = 0;
        for Entry { key, cell, number, base } in read.entries {
            if let Some(twin) = cells.insert(key.clone(), cell.clone()) {
                return Err(Error::definition(self.path, "a table gives one figure twice")
                    .at(format!("{} > {} > {cell}", workbook.display(), sheet.name))
                    .found(format!("{twin} and {cell}: {}", key.words()))
                    .hint("bound the table with first_row and last_row, or name the row of questions"));
            }
            if !self.published.contains_key(&key) {
                if table.holds != Holds::Value {
                    without += 1;
                    continue;
                }
                self.order.push(key.clone());
            }
            let published = self.published.entry(key).or_default();
            match table.holds {
                Holds::Value => (published.value, published.base) = (Some(number), base),
                Holds::Margin => published.margin = Some(number),
                Holds::People => (published.people, published.population) = (Some(number), base),
            }
        }
        if without == cells.len() {
            return Err(self
                .fault(table.sheet.span(), "nothing in this table belongs to a figure of the tables before it", "here")
                .expected("a table that holds values first, with the same labels, questions and responses")
                .hint("check that both tables name the same rows and columns"));
        }
        Ok(())
    }

    fn figures(&self, pack: &str) -> Vec<Figure> {
        let mut numbers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        self.order
            .iter()
            .filter_map(|key| {
                let published = self.published.get(key)?;
                let responses = numbers.entry(&key.question).or_default();
                let at = responses.iter().position(|response| *response == key.response).unwrap_or_else(|| {
                    responses.push(&key.response);
                    responses.len() - 1
                });
                let question = key.question.split(" - ").next().unwrap_or_default();
                let id = [pack, &slug(question), &(at + 1).to_string()]
                    .iter()
                    .filter(|part| !part.is_empty())
                    .copied()
                    .collect::<Vec<_>>()
                    .join("-");
                Some(figure(id, key, &key.response, published))
            })
            .collect()
    }

    /// The figures that are chosen by name: one response, or several added up, for every organisation and group.
    fn chosen(&self, chosen: &Chosen) -> Result<Vec<Figure>> {
        let question = chosen.question.get_ref();
        let asked = |key: &&Key| key.question == *question || key.question.split(" - ").next() == Some(question);
        let mut rows: Vec<(&Key, Vec<&Published>)> = Vec::new();
        for response in &chosen.responses {
            let mut found = false;
            for key in self.order.iter().filter(asked).filter(|key| key.response == *response.get_ref()) {
                found = true;
                let published = &self.published[key];
                match rows.iter_mut().find(|(row, _)| row.organisation == key.organisation && row.group == key.group) {
                    Some((_, parts)) => parts.push(published),
                    None => rows.push((key, vec![published])),
                }
            }
            if !found {
                let known = self.order.iter().filter(asked).map(|key| key.response.as_str());
                let error = self.fault(response.span(), "the publication has no such question or response", "this");
                return Err(match nearest(response.get_ref(), known) {
                    Some(near) => error.hint(format!("did you mean {near:?}?")),
                    None => error
                        .hint("name the question as its heading does, in full or up to the dash, and its responses"),
                });
            }
        }
        // A row that lacks one of the parts has no sum.
        rows.retain(|(_, parts)| parts.len() == chosen.responses.len());
        Ok(rows
            .into_iter()
            .map(|(key, parts)| {
                let sum = |part: fn(&Published) -> Option<f64>| parts.iter().map(|p| part(p)).sum::<Option<f64>>();
                let together = Published {
                    value: sum(|p| p.value).map(tidy),
                    // The margin of a sum is not the sum of the margins: it follows from the base, as for any share.
                    margin: parts.first().filter(|_| parts.len() == 1).and_then(|p| p.margin),
                    base: parts.first().and_then(|p| p.base),
                    people: sum(|p| p.people),
                    population: parts.first().and_then(|p| p.population),
                };
                let mut figure = figure(chosen.id.clone(), key, &chosen.label, &together);
                if parts.len() > 1 {
                    figure.response =
                        chosen.responses.iter().map(|r| r.get_ref().as_str()).collect::<Vec<_>>().join(" + ");
                    figure.note = format!("Sum of {} published figures, each of which was rounded", parts.len());
                }
                figure
            })
            .collect())
    }

    fn fault(&self, span: std::ops::Range<usize>, problem: &str, label: &str) -> Error {
        underline(self.path, self.text, span, problem, label)
    }
}

fn figure(id: String, key: &Key, label: &str, published: &Published) -> Figure {
    Figure {
        id,
        label: label.to_owned(),
        question: key.question.clone(),
        response: key.response.clone(),
        organisation: key.organisation.clone(),
        code: key.code.clone(),
        group: key.group.clone(),
        value: published.value.unwrap_or(f64::NAN) / 100.0,
        base: published.base,
        margin: published.margin.map(|points| points / 100.0),
        people: published.people,
        population: published.population,
        national: key.organisation.is_empty(),
        source: String::new(),
        as_of: String::new(),
        note: String::new(),
    }
}

/// Letters and digits in lower case, all else as single dashes.
fn slug(text: &str) -> String {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.join("-")
}

#[cfg(test)]
mod tests;
