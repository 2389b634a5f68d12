//! What the check needs to know about a workbook, read from its markup: merges, panes, filters, tables, cursors and
//! properties, which readers of cells do not give.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::Result;
use crate::files::read_file;
use crate::sheet::{Element, Limits, Markup, Parts, markup};

/// A workbook as the rules see it.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub title: String,
    pub subject: String,
    pub author: String,
    /// What the workbook says that it is.
    pub category: String,
    /// The place of the sheet that is shown when the workbook is opened.
    pub active_sheet: usize,
    pub sheets: Vec<SheetFacts>,
}

/// One sheet.
#[derive(Debug, Default)]
pub(super) struct SheetFacts {
    pub name: String,
    pub hidden: bool,
    /// A sheet that is nothing but a chart.
    pub is_chart: bool,
    /// Cells with a value, by row and column counted from zero.
    pub cells: BTreeMap<(u32, u32), CellFacts>,
    /// Ranges of merged cells.
    pub merges: Vec<String>,
    /// A filter on the sheet itself.
    pub filter: bool,
    /// Frozen or split panes.
    pub panes: bool,
    /// The cursor, if it is not in A1.
    pub cursor: Option<String>,
    /// The first hidden row within the sheet, counted from zero, and how many there are.
    pub hidden_rows: Vec<u32>,
    /// Ranges of hidden columns, counted from zero.
    pub hidden_columns: Vec<(u32, u32)>,
    pub tables: Vec<TableFacts>,
    /// Places within the workbook that links of the sheet lead to, each with the cell it stands in.
    pub links: Vec<(String, String)>,
    /// Charts and pictures, each with whether it has alternative text.
    pub drawings: Vec<bool>,
}

/// One cell.
#[derive(Debug)]
pub(super) struct CellFacts {
    pub value: CellValue,
    pub formula: bool,
    /// In a cell style for headings.
    pub heading: bool,
}

/// What stands in a cell.
#[derive(Debug, PartialEq)]
pub(super) enum CellValue {
    Text(String),
    Number(f64),
    Error(String),
}

/// One marked table.
#[derive(Debug, Clone)]
pub(super) struct TableFacts {
    pub name: String,
    /// First and last row and column, counted from zero.
    pub rows: (u32, u32),
    pub columns: (u32, u32),
    /// Whether the first row is one of headers.
    pub headers: bool,
    pub filter: bool,
}

/// More than any workbook made for reading has, less than would hold up an office computer.
fn limits() -> Limits {
    Limits { cells: 4_000_000, inflated_bytes: 1 << 30, ..Limits::default() }
}

/// Reads the facts of the workbook at a path.
pub(super) fn read(path: &Path) -> Result<Facts> {
    let bytes = read_file(path)?;
    let facts = |parts: &Parts<'_>| if parts.has("content.xml") { super::ods::facts(parts) } else { facts(parts) };
    markup(path, &bytes, &limits(), facts)
}

fn facts(parts: &Parts<'_>) -> Result<Facts> {
    let root = relations(parts, "")?;
    let target = |kind: &str| root.iter().find(|r| r.kind == kind && !r.external).map(|r| r.target.clone());
    let workbook = target("officeDocument").unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let mut facts = Facts::default();
    if let Some(core) = target("core-properties").filter(|part| parts.has(part)) {
        properties(parts, &core, &mut facts)?;
    }
    let related = relations(parts, &workbook)?;
    let related_part = |kind: &str| related.iter().find(|r| r.kind == kind).map(|r| r.target.as_str());
    let texts = match related_part("sharedStrings").filter(|part| parts.has(part)) {
        Some(part) => shared_strings(parts, part)?,
        None => Vec::new(),
    };
    let headings = match related_part("styles").filter(|part| parts.has(part)) {
        Some(part) => heading_styles(parts, part)?,
        None => BTreeSet::new(),
    };
    let mut listed = Vec::new();
    parts.scan(&workbook, |markup| {
        if let Markup::Open(element) = markup {
            match element.name() {
                "workbookView" => {
                    facts.active_sheet = number(&element, "activeTab").unwrap_or(0) as usize;
                }
                "sheet" => {
                    let text = |name| element.attribute(name).map_or(String::new(), |value| value.into_owned());
                    let hidden = element.attribute("state").is_some_and(|state| state != "visible");
                    listed.push((text("name"), text("r:id"), hidden));
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    for (name, id, hidden) in listed {
        let relation = related.iter().find(|r| r.id == id);
        let mut sheet = SheetFacts { name, hidden, ..SheetFacts::default() };
        sheet.is_chart = relation.is_some_and(|r| r.kind == "chartsheet");
        if let Some(relation) = relation.filter(|r| parts.has(&r.target)) {
            read_sheet(parts, &relation.target, &texts, &headings, &mut sheet)?;
        }
        facts.sheets.push(sheet);
    }
    Ok(facts)
}

fn number(element: &Element<'_>, name: &str) -> Option<u32> {
    element.attribute(name)?.trim().parse().ok()
}

fn flag(element: &Element<'_>, name: &str) -> bool {
    element.attribute(name).is_some_and(|value| value == "1" || value == "true")
}

/// A part that a part refers to.
struct Relation {
    id: String,
    /// The last word of its type.
    kind: String,
    target: String,
    external: bool,
}

/// What a part refers to; the package itself for an empty name.
fn relations(parts: &Parts<'_>, part: &str) -> Result<Vec<Relation>> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
    let mut list = Vec::new();
    if !parts.has(&name) {
        return Ok(list);
    }
    parts.scan(&name, |markup| {
        if let Markup::Open(element) = markup
            && element.name() == "Relationship"
        {
            let text = |name| element.attribute(name).map_or(String::new(), |value| value.into_owned());
            let kind = text("Type");
            list.push(Relation {
                id: text("Id"),
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                target: resolved(folder, &text("Target")),
                external: text("TargetMode") == "External",
            });
        }
        Ok(())
    })?;
    Ok(list)
}

/// A target as the name of a part.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

/// Title, subject and author.
pub(super) fn properties(parts: &Parts<'_>, part: &str, facts: &mut Facts) -> Result<()> {
    let (mut inside, mut first) = (String::new(), String::new());
    parts.scan(part, |markup| {
        match markup {
            Markup::Open(element) => inside = element.name().to_owned(),
            Markup::Close(_) => inside.clear(),
            Markup::Text(text) => {
                let property = match inside.as_str() {
                    "title" => &mut facts.title,
                    "subject" => &mut facts.subject,
                    "category" => &mut facts.category,
                    "creator" => &mut facts.author,
                    "initial-creator" => &mut first,
                    _ => return Ok(()),
                };
                property.push_str(text.trim());
            }
        }
        Ok(())
    })?;
    if facts.author.is_empty() {
        facts.author = first;
    }
    Ok(())
}

fn shared_strings(parts: &Parts<'_>, part: &str) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    let (mut text, mut reading, mut phonetic) = (String::new(), false, false);
    parts.scan(part, |markup| {
        match markup {
            Markup::Open(element) => match element.name() {
                "si" => text.clear(),
                "t" => reading = !phonetic,
                "rPh" => phonetic = true,
                _ => {}
            },
            Markup::Close("t") => reading = false,
            Markup::Close("rPh") => phonetic = false,
            Markup::Close("si") => {
                parts.keep_text(text.len())?;
                texts.push(std::mem::take(&mut text));
            }
            Markup::Close(_) => {}
            Markup::Text(more) if reading => text.push_str(more),
            Markup::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(texts)
}

/// The places of the formats that are in a cell style for titles or headings.
fn heading_styles(parts: &Parts<'_>, part: &str) -> Result<BTreeSet<usize>> {
    let mut inside = String::new();
    let mut formats: Vec<Option<u32>> = Vec::new();
    let mut headings: BTreeSet<u32> = BTreeSet::new();
    parts.scan(part, |markup| {
        match markup {
            Markup::Open(element) => match element.name() {
                list @ ("cellXfs" | "cellStyleXfs" | "cellStyles") => inside = list.to_owned(),
                "xf" if inside == "cellXfs" => formats.push(number(&element, "xfId")),
                "cellStyle" => {
                    // Built-in style 15 is the title, 16 to 19 are the headings; their names differ by language.
                    let builtin = number(&element, "builtinId").is_some_and(|id| (15..=19).contains(&id));
                    let name = element.attribute("name").unwrap_or_default().to_lowercase();
                    if builtin || name.contains("heading") || name.contains("title") {
                        headings.extend(number(&element, "xfId"));
                    }
                }
                _ => {}
            },
            Markup::Close(name) if name == inside => inside.clear(),
            _ => {}
        }
        Ok(())
    })?;
    let is_heading = |id: &Option<u32>| id.is_some_and(|id| headings.contains(&id));
    Ok(formats.iter().enumerate().filter(|(_, id)| is_heading(id)).map(|(place, _)| place).collect())
}

/// A cell while it is being read.
#[derive(Default)]
struct Open {
    at: (u32, u32),
    kind: String,
    style: usize,
    formula: bool,
    text: String,
    reading: bool,
}

fn read_sheet(
    parts: &Parts<'_>,
    part: &str,
    texts: &[String],
    headings: &BTreeSet<usize>,
    sheet: &mut SheetFacts,
) -> Result<()> {
    let related = relations(parts, part)?;
    let mut drawings = Vec::new();
    let mut cell: Option<Open> = None;
    let (mut row, mut column) = (0u32, 0u32);
    parts.scan(part, |markup| {
        match markup {
            Markup::Open(element) => match element.name() {
                "row" => {
                    // A row without a number follows the one before.
                    row = number(&element, "r").map_or(row + 1, |r| r.min(1_048_576));
                    column = 0;
                    if flag(&element, "hidden") && sheet.hidden_rows.len() < 1_000 {
                        sheet.hidden_rows.push(row.saturating_sub(1));
                    }
                }
                "c" => {
                    let at = match element.attribute("r") {
                        Some(name) => position(&name).ok_or_else(|| parts.damaged("a cell outside a sheet"))?,
                        None => (row.saturating_sub(1), column),
                    };
                    column = at.1 + 1;
                    cell = Some(Open {
                        at,
                        kind: element.attribute("t").map_or(String::new(), |t| t.into_owned()),
                        style: number(&element, "s").unwrap_or(0) as usize,
                        ..Open::default()
                    });
                }
                "v" | "t" => {
                    if let Some(cell) = &mut cell {
                        cell.reading = true;
                    }
                }
                "f" => {
                    if let Some(cell) = &mut cell {
                        cell.formula = true;
                    }
                }
                "rPh" => {
                    if let Some(cell) = &mut cell {
                        cell.reading = false;
                    }
                }
                "col" if flag(&element, "hidden") && sheet.hidden_columns.len() < 1_000 => {
                    if let (Some(min), Some(max)) = (number(&element, "min"), number(&element, "max")) {
                        sheet.hidden_columns.push((min.saturating_sub(1), max.saturating_sub(1)));
                    }
                }
                "mergeCell" if sheet.merges.len() < 100_000 => {
                    sheet.merges.extend(element.attribute("ref").map(|range| range.into_owned()));
                }
                "autoFilter" => sheet.filter = true,
                "pane" => sheet.panes = true,
                "selection" => {
                    let cursor = element.attribute("activeCell").unwrap_or_default();
                    if !cursor.is_empty() && cursor != "A1" {
                        sheet.cursor = Some(cursor.into_owned());
                    }
                }
                "hyperlink" if sheet.links.len() < 100_000 => {
                    // A link with a relation leads out of the workbook; its location is a place there.
                    if let (Some(to), None) = (element.attribute("location"), element.attribute("r:id")) {
                        let from = element.attribute("ref").unwrap_or_default();
                        sheet.links.push((from.into_owned(), to.into_owned()));
                    }
                }
                "drawing" => {
                    let id = element.attribute("r:id").unwrap_or_default();
                    drawings.extend(related.iter().filter(|r| r.id == id).map(|r| r.target.clone()));
                }
                _ => {}
            },
            Markup::Close("v" | "t") => {
                if let Some(cell) = &mut cell {
                    cell.reading = false;
                }
            }
            Markup::Close("c") => {
                if let Some(open) = cell.take()
                    && let Some(value) = value(&open, texts)
                {
                    parts.keep_cell(if let CellValue::Text(text) = &value { text.len() } else { 0 })?;
                    let heading = headings.contains(&open.style);
                    sheet.cells.insert(open.at, CellFacts { value, formula: open.formula, heading });
                }
            }
            Markup::Close(_) => {}
            Markup::Text(text) => {
                if let Some(cell) = cell.as_mut().filter(|cell| cell.reading) {
                    cell.text.push_str(text);
                }
            }
        }
        Ok(())
    })?;
    for relation in related.iter().filter(|r| r.kind == "table" && parts.has(&r.target)) {
        sheet.tables.extend(read_table(parts, &relation.target)?);
    }
    for drawing in drawings.iter().filter(|part| parts.has(part)) {
        read_drawing(parts, drawing, &mut sheet.drawings)?;
    }
    Ok(())
}

fn value(cell: &Open, texts: &[String]) -> Option<CellValue> {
    match cell.kind.as_str() {
        "s" => {
            let text = cell.text.trim().parse::<usize>().ok().and_then(|place| texts.get(place))?;
            (!text.is_empty()).then(|| CellValue::Text(text.clone()))
        }
        "str" | "inlineStr" | "d" => (!cell.text.is_empty()).then(|| CellValue::Text(cell.text.clone())),
        "e" => Some(CellValue::Error(cell.text.clone())),
        // Dates and truth values count as numbers here.
        _ => (!cell.text.trim().is_empty()).then(|| CellValue::Number(cell.text.trim().parse().unwrap_or(f64::NAN))),
    }
}

fn read_table(parts: &Parts<'_>, part: &str) -> Result<Option<TableFacts>> {
    let mut table = None;
    parts.scan(part, |markup| {
        if let Markup::Open(element) = markup {
            match element.name() {
                "table" => {
                    let name = element.attribute("displayName").or_else(|| element.attribute("name"));
                    if let Some((rows, columns)) = element.attribute("ref").and_then(|range| area(&range)) {
                        table = Some(TableFacts {
                            name: name.unwrap_or_default().into_owned(),
                            rows,
                            columns,
                            headers: number(&element, "headerRowCount") != Some(0),
                            filter: false,
                        });
                    }
                }
                "autoFilter" => {
                    if let Some(table) = &mut table {
                        table.filter = true;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok(table)
}

fn read_drawing(parts: &Parts<'_>, part: &str, drawings: &mut Vec<bool>) -> Result<()> {
    parts.scan(part, |markup| {
        if let Markup::Open(element) = markup {
            match element.name() {
                "cNvPr" if drawings.len() < 10_000 => {
                    drawings.push(element.attribute("descr").is_some_and(|text| !text.trim().is_empty()));
                }
                // Said to be an ornament: a screen reader passes it over, as it should.
                "decorative" if flag(&element, "val") => {
                    if let Some(described) = drawings.last_mut() {
                        *described = true;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    })
}

/// The row and column of a cell's name, counted from zero; none outside a sheet.
pub(super) fn position(name: &str) -> Option<(u32, u32)> {
    let name = name.trim();
    let split = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = name.split_at(split);
    let column = letters.chars().try_fold(0u32, |column, letter| {
        let place = letter.is_ascii_alphabetic().then(|| letter.to_ascii_uppercase() as u32 - 'A' as u32 + 1)?;
        column.checked_mul(26)?.checked_add(place)
    })?;
    let row: u32 = digits.parse().ok()?;
    ((1..=16_384).contains(&column) && (1..=1_048_576).contains(&row)).then(|| (row - 1, column - 1))
}

/// The rows and columns of a range, counted from zero.
pub(super) fn area(range: &str) -> Option<((u32, u32), (u32, u32))> {
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    let ((top, left), (bottom, right)) = (position(first)?, position(last)?);
    (top <= bottom && left <= right).then_some(((top, bottom), (left, right)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cells_are_read_and_nonsense_is_not() {
        assert_eq!(position("A1"), Some((0, 0)));
        assert_eq!(position("xfd1048576"), Some((1_048_575, 16_383)));
        for nonsense in ["XFE1", "A0", "1", "A", "", "A1048577", "AAAAAAAAAAAAAAAAAA1", "Ä1", "A-1"] {
            assert_eq!(position(nonsense), None, "{nonsense}");
        }
        assert_eq!(area("B2:D5"), Some(((1, 4), (1, 3))));
        assert_eq!(area("D5:B2"), None);
    }

    #[test]
    fn targets_are_resolved_against_their_folder() {
        assert_eq!(resolved("xl/worksheets", "../tables/table1.xml"), "xl/tables/table1.xml");
        assert_eq!(resolved("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolved("", "xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolved("xl", "../../../x.xml"), "x.xml");
    }
}
