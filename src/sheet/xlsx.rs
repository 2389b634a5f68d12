//! Open XML workbooks: which parts there are, and what they share.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::archive::Archive;
use super::book::{Book, Format, Sheet, Visibility};
use super::limits::Reading;
use super::styles;
use super::worksheet::{self, Shared, decode_escapes};
use super::xml::{Token, Xml, unescape};
use crate::error::Result;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Book> {
    let mut archive = Archive::open(bytes, reading)?;
    let main = main_part(&mut archive, reading, "xl/workbook.xml")?;
    let relations = relations(&mut archive, reading, &main)?;
    let (listed, from_1904) = listed_sheets(&mut archive, reading, &main)?;
    let of_kind = |kind: &str| relations.values().find(|r| r.kind == kind).map(|r| r.target.clone());
    let strings = match of_kind("sharedStrings").filter(|part| archive.has(part)) {
        Some(part) => shared_strings(Xml::new(archive.part(&part)?, reading)?, reading)?,
        None => Vec::new(),
    };
    let styles = match of_kind("styles").filter(|part| archive.has(part)) {
        Some(part) => styles::read(Xml::new(archive.part(&part)?, reading)?, reading)?,
        None => Vec::new(),
    };
    let shared = Shared { strings, styles, from_1904 };
    let worksheets: Vec<(Listed, String)> = listed
        .into_iter()
        .filter_map(|sheet| {
            let relation = relations.get(&sheet.relation)?;
            (relation.kind == "worksheet").then(|| (sheet, relation.target.clone()))
        })
        .collect();
    let sheets = worksheets
        .into_par_iter()
        .map_with(archive.clone(), |archive, (listed, part)| {
            let (cells, merged) = worksheet::read(archive.part(&part)?, &shared, reading)
                .map_err(|error| name_sheet(error, reading, &listed.name))?;
            Ok(Sheet { name: listed.name, visibility: listed.visibility, cells, merged }.settle())
        })
        .collect::<Vec<Result<Sheet>>>();
    // Of several faults the first in the order of the sheets is told, whichever thread was quicker.
    let sheets = sheets.into_iter().collect::<Result<Vec<Sheet>>>()?;
    Ok(Book { format: Format::Xlsx, sheets, properties: properties(&mut archive, reading)? })
}

pub(super) fn name_sheet(error: crate::Error, reading: &Reading<'_>, sheet: &str) -> crate::Error {
    error.at(format!("{} > {sheet}", reading.path.display()))
}

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    relation: String,
    visibility: Visibility,
}

/// A relation of a part to another.
pub(super) struct Relation {
    /// The last word of the type's address, which is the same in both editions of the standard.
    pub kind: String,
    pub target: String,
}

/// The part that lists the sheets; `usual` where the package does not say.
pub(super) fn main_part(archive: &mut Archive<'_>, reading: &Reading<'_>, usual: &str) -> Result<String> {
    let related = if archive.has("_rels/.rels") {
        relations(archive, reading, "")?.into_values().find(|r| r.kind == "officeDocument").map(|r| r.target)
    } else {
        None
    };
    Ok(related.filter(|part| archive.has(part)).unwrap_or_else(|| usual.to_owned()))
}

/// The relations of a part (of the whole package when `part` is empty), by their identifiers.
pub(super) fn relations(
    archive: &mut Archive<'_>,
    reading: &Reading<'_>,
    part: &str,
) -> Result<BTreeMap<String, Relation>> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
    let mut relations = BTreeMap::new();
    if !archive.has(&name) {
        return Ok(relations);
    }
    let mut xml = Xml::new(archive.part(&name)?, reading)?;
    loop {
        match xml.next()? {
            Token::Open(tag) if tag.name.local() == b"Relationship" => {
                let (Some(id), Some(kind), Some(target)) =
                    (tag.attribute("Id"), tag.attribute("Type"), tag.attribute("Target"))
                else {
                    continue;
                };
                if tag.attribute("TargetMode").as_deref() == Some("External") {
                    continue;
                }
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                relations.insert(id.into_owned(), Relation { kind, target: resolve(folder, &target) });
                if relations.len() > reading.limits.sheets * 4 {
                    return Err(reading.too_large("the workbook", "parts", reading.limits.sheets as u64 * 4));
                }
            }
            Token::End => return Ok(relations),
            _ => {}
        }
    }
}

/// A target as a name within the package.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The sheets in their order, and whether dates count from 1904.
fn listed_sheets(archive: &mut Archive<'_>, reading: &Reading<'_>, main: &str) -> Result<(Vec<Listed>, bool)> {
    let mut xml = Xml::new(archive.part(main)?, reading)?;
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    loop {
        match xml.next()? {
            Token::Open(tag) => match tag.name.local() {
                b"sheet" => {
                    let visibility = match tag.attribute("state").as_deref() {
                        Some("hidden") => Visibility::Hidden,
                        Some("veryHidden") => Visibility::VeryHidden,
                        _ => Visibility::Visible,
                    };
                    if let (Some(name), Some(relation)) = (tag.attribute("name"), tag.attribute("id")) {
                        let name = decode_escapes(&name).into_owned();
                        sheets.push(Listed { name, relation: relation.into_owned(), visibility });
                    }
                    if sheets.len() > reading.limits.sheets {
                        return Err(reading.too_large("the workbook", "sheets", reading.limits.sheets as u64));
                    }
                }
                b"workbookPr" => from_1904 = matches!(tag.attribute("date1904").as_deref(), Some("1" | "true" | "on")),
                _ => {}
            },
            Token::End => return Ok((sheets, from_1904)),
            _ => {}
        }
    }
}

/// The texts that cells refer to by number, without the reading aids of East Asian texts.
fn shared_strings(mut xml: Xml<'_>, reading: &Reading<'_>) -> Result<Vec<Arc<str>>> {
    let empty: Arc<str> = "".into();
    let mut strings = Vec::new();
    let mut text = String::new();
    let (mut within, mut phonetic) = (false, false);
    loop {
        match xml.next()? {
            Token::Open(tag) => match tag.name.local() {
                b"si" if tag.empty => strings.push(empty.clone()),
                b"t" => within = !phonetic && !tag.empty,
                b"rPh" => phonetic = !tag.empty,
                _ => {}
            },
            Token::Close(name) => match name.local() {
                b"t" => within = false,
                b"rPh" => phonetic = false,
                b"si" => {
                    reading.count_text(text.len() + 32)?;
                    strings.push(decode_escapes(&text).as_ref().into());
                    text.clear();
                }
                _ => {}
            },
            Token::Text(raw) if within => unescape(raw, &mut text),
            Token::Literal(raw) if within => text.push_str(&String::from_utf8_lossy(raw)),
            Token::End => return Ok(strings),
            Token::Text(_) | Token::Literal(_) => {}
        }
        if text.len() > reading.limits.text_bytes {
            return Err(reading.too_large("the text of a cell", "bytes", reading.limits.text_bytes as u64));
        }
        if strings.len() as u64 > reading.limits.cells {
            return Err(reading.too_large("the workbook", "texts", reading.limits.cells));
        }
    }
}

/// The custom properties.
pub(super) fn properties(archive: &mut Archive<'_>, reading: &Reading<'_>) -> Result<BTreeMap<String, String>> {
    let mut properties = BTreeMap::new();
    if !archive.has("docProps/custom.xml") {
        return Ok(properties);
    }
    let mut xml = Xml::new(archive.part("docProps/custom.xml")?, reading)?;
    let (mut name, mut text) = (None, String::new());
    loop {
        match xml.next()? {
            Token::Open(tag) if tag.name.local() == b"property" => {
                name = tag.attribute("name").map(std::borrow::Cow::into_owned);
                text.clear();
            }
            Token::Text(raw) if name.is_some() => unescape(raw, &mut text),
            Token::Close(tag) if tag.local() == b"property" => {
                if let Some(name) = name.take() {
                    reading.count_text(name.len() + text.len())?;
                    properties.insert(name, decode_escapes(&text).trim().to_owned());
                }
            }
            Token::End => return Ok(properties),
            _ => {}
        }
        if text.len() > reading.limits.text_bytes {
            return Err(reading.too_large("a property", "bytes", reading.limits.text_bytes as u64));
        }
    }
}
