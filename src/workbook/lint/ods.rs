//! The same facts from an OpenDocument spreadsheet. Its marked tables are database ranges, its headings cells of a style that
//! comes from a heading, and panes and cursors stand in its settings.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{CellFacts, CellValue, Facts, SheetFacts, TableFacts, area, properties};
use crate::error::Result;
use crate::finding::cell_name;
use crate::sheet::{Element, Markup, Parts};

/// Reads the facts of a document.
pub(super) fn facts(parts: &Parts<'_>) -> Result<Facts> {
    let mut facts = Facts::default();
    if parts.has("meta.xml") {
        properties(parts, "meta.xml", &mut facts)?;
    }
    let mut styles = Styles::default();
    if parts.has("styles.xml") {
        parts.scan("styles.xml", |markup| {
            styles.visit(&markup);
            Ok(())
        })?;
    }
    let mut content = Content { styles, sheets: Vec::new(), reading: None, row: Row::default(), ranges: Vec::new() };
    parts.scan("content.xml", |markup| content.visit(parts, markup))?;
    facts.sheets = content.sheets;
    for (sheet, table) in content.ranges {
        let Some(sheet) = facts.sheets.iter_mut().find(|known| known.name == sheet) else { continue };
        // A filter on cells without a name of their own.
        if table.name.starts_with("__Anonymous") {
            sheet.filter |= table.filter;
        } else {
            sheet.tables.push(table);
        }
    }
    if parts.has("settings.xml") {
        settings(parts, &mut facts)?;
    }
    Ok(facts)
}

/// Where the styles of cells come from, and which styles hide a sheet.
#[derive(Default)]
struct Styles {
    parents: BTreeMap<String, String>,
    hidden: BTreeSet<String>,
    current: String,
}

impl Styles {
    fn visit(&mut self, markup: &Markup<'_>) {
        let Markup::Open(element) = markup else { return };
        match element.name() {
            "style" => {
                self.current = text(element, "style:name");
                if self.parents.len() < 100_000 {
                    self.parents.insert(self.current.clone(), text(element, "style:parent-style-name"));
                }
            }
            "table-properties" if element.attribute("table:display").as_deref() == Some("false") => {
                self.hidden.insert(self.current.clone());
            }
            _ => {}
        }
    }

    fn is_heading(&self, style: &str) -> bool {
        let mut style = style;
        // A chain of styles is short; one in a circle ends here.
        for _ in 0..20 {
            let name = style.to_lowercase();
            if name.starts_with("heading") || name.starts_with("title") {
                return true;
            }
            match self.parents.get(style) {
                Some(parent) if !parent.is_empty() => style = parent,
                _ => return false,
            }
        }
        false
    }
}

/// The place in the sheet that is being read.
#[derive(Default)]
struct Row {
    /// The row, and the first column that has not been read, both counted from zero.
    at: u32,
    column: u32,
    repeats: u32,
    /// The first column whose width has not been read.
    widths: u32,
    /// How deep in a comment or a picture.
    beside: usize,
}

/// A cell while it is being read.
struct Open {
    kind: String,
    value: String,
    style: String,
    formula: bool,
    error: bool,
    repeats: u32,
    text: String,
    paragraphs: usize,
    within: bool,
    heading: bool,
}

struct Content {
    styles: Styles,
    sheets: Vec<SheetFacts>,
    reading: Option<Open>,
    row: Row,
    ranges: Vec<(String, TableFacts)>,
}

impl Content {
    fn visit(&mut self, parts: &Parts<'_>, markup: Markup<'_>) -> Result<()> {
        self.styles.visit(&markup);
        match markup {
            Markup::Open(element) => self.open(parts, &element)?,
            Markup::Close("table-cell" | "covered-table-cell") => self.end_cell(parts)?,
            Markup::Close("table-row") => self.end_row(),
            Markup::Close("p" | "h") => {
                if let Some(cell) = &mut self.reading {
                    cell.within = false;
                }
            }
            Markup::Close("annotation" | "frame") => self.row.beside = self.row.beside.saturating_sub(1),
            Markup::Close(_) => {}
            Markup::Text(more) => {
                if let Some(cell) = self.reading.as_mut().filter(|cell| cell.within && self.row.beside == 0) {
                    cell.text.push_str(more);
                }
            }
        }
        Ok(())
    }

    fn open(&mut self, parts: &Parts<'_>, element: &Element<'_>) -> Result<()> {
        match element.name() {
            "table" if element.attribute("table:name").is_some() => {
                let hidden = self.styles.hidden.contains(&text(element, "table:style-name"));
                let name = text(element, "table:name");
                parts.keep_cell(name.len())?;
                self.sheets.push(SheetFacts { name, hidden, ..SheetFacts::default() });
                self.row = Row::default();
            }
            "table-column" => {
                let (first, count) = (self.row.widths, number(element, "table:number-columns-repeated"));
                self.row.widths = first.saturating_add(count);
                if is_hidden(element)
                    && let Some(sheet) = self.sheets.last_mut().filter(|sheet| sheet.hidden_columns.len() < 1_000)
                {
                    sheet.hidden_columns.push((first, self.row.widths - 1));
                }
            }
            "table-row" => {
                self.row.column = 0;
                self.row.repeats = number(element, "table:number-rows-repeated");
                if is_hidden(element)
                    && let Some(sheet) = self.sheets.last_mut().filter(|sheet| sheet.hidden_rows.len() < 1_000)
                {
                    sheet.hidden_rows.push(self.row.at);
                }
                if element.is_empty() {
                    self.end_row();
                }
            }
            "table-cell" | "covered-table-cell" => {
                self.begin_cell(element);
                if element.is_empty() {
                    self.end_cell(parts)?;
                }
            }
            "p" | "h" => {
                if let Some(cell) = self.reading.as_mut().filter(|_| self.row.beside == 0) {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                    cell.within = !element.is_empty();
                    cell.heading |= element.name() == "h";
                }
            }
            "s" => {
                if let Some(cell) = self.reading.as_mut().filter(|cell| cell.within) {
                    cell.text.push(' ');
                }
            }
            "a" => self.link(element),
            "annotation" => self.row.beside += usize::from(!element.is_empty()),
            "frame" => {
                self.row.beside += usize::from(!element.is_empty());
                if let Some(sheet) = self.sheets.last_mut().filter(|sheet| sheet.drawings.len() < 10_000) {
                    sheet.drawings.push(false);
                }
            }
            // The words for a picture stand in it.
            "title" | "desc" if self.row.beside > 0 => {
                if let Some(described) = self.sheets.last_mut().and_then(|sheet| sheet.drawings.last_mut()) {
                    *described = true;
                }
            }
            "database-range" => self.ranges.extend(range(element).filter(|_| self.ranges.len() < 100_000)),
            _ => {}
        }
        Ok(())
    }

    fn end_row(&mut self) {
        self.row.at = self.row.at.saturating_add(self.row.repeats);
    }

    fn begin_cell(&mut self, element: &Element<'_>) {
        let (rows, columns) =
            (number(element, "table:number-rows-spanned"), number(element, "table:number-columns-spanned"));
        if let Some(sheet) = self.sheets.last_mut().filter(|sheet| sheet.merges.len() < 100_000)
            && (rows > 1 || columns > 1)
        {
            let (row, column) = (self.row.at, self.row.column);
            let last = cell_name(row.saturating_add(rows - 1), column.saturating_add(columns - 1));
            sheet.merges.push(format!("{}:{last}", cell_name(row, column)));
        }
        let kind = text(element, "office:value-type");
        let value = match kind.as_str() {
            "float" | "percentage" | "currency" => text(element, "office:value"),
            _ => String::new(),
        };
        self.reading = Some(Open {
            kind,
            value,
            style: text(element, "table:style-name"),
            formula: element.attribute("table:formula").is_some(),
            error: element.attribute("calcext:value-type").as_deref() == Some("error"),
            repeats: number(element, "table:number-columns-repeated"),
            text: String::new(),
            paragraphs: 0,
            within: false,
            heading: false,
        });
    }

    fn end_cell(&mut self, parts: &Parts<'_>) -> Result<()> {
        let Some(cell) = self.reading.take() else { return Ok(()) };
        let first = self.row.column;
        self.row.column = first.saturating_add(cell.repeats);
        let heading = cell.heading || self.styles.is_heading(&cell.style);
        let value = || match cell.kind.as_str() {
            _ if cell.error => CellValue::Error(cell.text.clone()),
            "string" | "" => CellValue::Text(cell.text.clone()),
            // Dates, times and truth values count as numbers here.
            _ => CellValue::Number(cell.value.trim().parse().unwrap_or(f64::NAN)),
        };
        let is_empty = matches!(cell.kind.as_str(), "string" | "") && cell.text.is_empty();
        let Some(sheet) = self.sheets.last_mut().filter(|_| !is_empty) else { return Ok(()) };
        for row in self.row.at..self.row.at.saturating_add(self.row.repeats) {
            for column in first..self.row.column {
                parts.keep_cell(cell.text.len())?;
                sheet.cells.insert((row, column), CellFacts { value: value(), formula: cell.formula, heading });
            }
        }
        Ok(())
    }

    /// A link to a sheet, as the xlsx would write it: `#'Sheet'.A1` is `'Sheet'!A1`.
    fn link(&mut self, element: &Element<'_>) {
        let to = text(element, "xlink:href");
        let at = cell_name(self.row.at, self.row.column);
        if let (Some(place), Some(sheet)) = (to.strip_prefix('#'), self.sheets.last_mut())
            && let Some((name, cell)) = place.rsplit_once('.')
            && sheet.links.len() < 100_000
        {
            sheet.links.push((at, format!("{}!{cell}", name.trim_start_matches('$'))));
        }
    }
}

/// A named range with the sheet that it lies on: `'Sheet'.A1:'Sheet'.C9`, or `Sheet.A1:C9`.
fn range(element: &Element<'_>) -> Option<(String, TableFacts)> {
    let address = text(element, "table:target-range-address").replace('$', "");
    let (first, last) = address.rsplit_once(':').unwrap_or((&address, &address));
    let (sheet, first) = first.rsplit_once('.')?;
    let last = last.rsplit_once('.').map_or(last, |(_, cell)| cell);
    let (rows, columns) = area(&format!("{first}:{last}"))?;
    let plain = sheet.strip_prefix('\'').and_then(|sheet| sheet.strip_suffix('\'')).unwrap_or(sheet);
    let table = TableFacts {
        name: text(element, "table:name"),
        rows,
        columns,
        headers: element.attribute("table:contains-header").as_deref() != Some("false"),
        filter: element.attribute("table:display-filter-buttons").as_deref() == Some("true"),
    };
    Some((plain.replace("''", "'"), table))
}

/// Panes, cursors, and the sheet on top.
fn settings(parts: &Parts<'_>, facts: &mut Facts) -> Result<()> {
    let (mut entry, mut item) = (String::new(), String::new());
    let mut cursors: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    parts.scan("settings.xml", |markup| {
        match markup {
            Markup::Open(element) => match element.name() {
                "config-item-map-entry" => entry = text(&element, "config:name"),
                "config-item" => item = text(&element, "config:name"),
                _ => {}
            },
            Markup::Text(value) => {
                let value = value.trim();
                let count = || value.parse::<u32>().unwrap_or(0);
                match item.as_str() {
                    "ActiveTable" => {
                        let place = facts.sheets.iter().position(|sheet| sheet.name == value);
                        facts.active_sheet = place.unwrap_or(facts.active_sheet);
                    }
                    "CursorPositionX" if cursors.len() < 10_000 => {
                        cursors.entry(entry.clone()).or_default().1 = count()
                    }
                    "CursorPositionY" if cursors.len() < 10_000 => {
                        cursors.entry(entry.clone()).or_default().0 = count()
                    }
                    "HorizontalSplitMode" | "VerticalSplitMode" if count() > 0 => {
                        let sheet = facts.sheets.iter_mut().find(|sheet| sheet.name == entry);
                        sheet.into_iter().for_each(|sheet| sheet.panes = true);
                    }
                    _ => {}
                }
            }
            Markup::Close(_) => item.clear(),
        }
        Ok(())
    })?;
    for sheet in &mut facts.sheets {
        let cursor = cursors.get(&sheet.name).filter(|cursor| **cursor != (0, 0));
        sheet.cursor = cursor.map(|(row, column)| cell_name(*row, *column));
    }
    Ok(())
}

fn text(element: &Element<'_>, name: &str) -> String {
    element.attribute(name).map_or(String::new(), |value| value.into_owned())
}

/// A count that is one where it is not said.
fn number(element: &Element<'_>, name: &str) -> u32 {
    element.attribute(name).and_then(|text| text.trim().parse().ok()).unwrap_or(1).max(1)
}

fn is_hidden(element: &Element<'_>) -> bool {
    element.attribute("table:visibility").is_some_and(|visible| visible != "visible")
}
