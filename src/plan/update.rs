//! Owners' workbooks taken back: kept as they came, read to the cell, and added to the end of the actions' files.

use std::collections::BTreeMap;

use super::issue::{COLUMNS, FORMAT, IDENTITY, SHEET, fixed};
use super::progress::Progress;
use super::standing::Standing;
use super::store::Plan;
use super::{examine, when};
use crate::finding::{Finding, Place};
use crate::returns::DateOrder;
use crate::sheet::{Book, Sheet};

/// What a workbook says.
#[derive(Debug, Clone, Default)]
pub struct Updated {
    /// The date that it speaks of: `2026-12-31`; empty if the workbook is none of the plan's.
    pub as_at: String,
    /// The reports to add, each with the id of its action.
    pub reports: Vec<(String, Progress)>,
    /// How many rows say the same as the report that counts already.
    pub unchanged: usize,
    /// What is wrong, each at its cell.
    pub findings: Vec<Finding>,
}

/// Reads a workbook that came back; `name` is its name in findings, `kept` the path under which it is kept.
///
/// Nothing is written. A workbook of another plan gives one finding and no reports.
pub fn update(plan: &Plan, book: &Book, name: &str) -> Updated {
    let marks = marks(book);
    let get = |key: &str| marks.get(key).map_or("", String::as_str);
    let foreign = |found: String| Updated {
        findings: vec![
            Finding::new("A024", Place::file(name)).found(found).expected(format!("a workbook of plan {:?}", plan.id)),
        ],
        ..Updated::default()
    };
    if get("format") != FORMAT {
        return foreign("the sheet that says what the workbook is for is missing".to_owned());
    }
    if get("plan") != plan.id {
        return foreign(format!("a workbook of plan {:?}", get("plan")));
    }
    let Some(day) = when::day(get("as_at"), DateOrder::Undeclared) else {
        return foreign(format!("no date: {:?}", get("as_at")));
    };
    // Written anew: the text becomes the name of a folder.
    let as_at = day.to_string();
    let is_table = |sheet: &&Sheet| columns(sheet).is_some_and(|columns| columns.contains_key("_id"));
    let Some(sheet) = book.sheet(SHEET).filter(is_table).or_else(|| book.sheets.iter().find(is_table)) else {
        return foreign("the row with the names of the columns is gone".to_owned());
    };
    let mut updated = Updated { as_at: as_at.clone(), ..Updated::default() };
    let columns = columns(sheet).unwrap_or_default();
    let mut seen = Vec::new();
    for row in 2..sheet.height() {
        let text = |name: &str| columns.get(name).map_or_else(String::new, |column| words(&sheet.text(row, *column)));
        let place = |key: &str| {
            let place = Place::file(name).sheet(&sheet.name).unit(text("_id"));
            columns.get(key).map_or_else(|| place.clone().row(row), |column| place.clone().cell(row, *column))
        };
        let report = Progress {
            as_at: as_at.clone(),
            grade: text("grade").to_uppercase(),
            extent: text("extent"),
            evidence: text("evidence"),
            follow_up: text("follow_up"),
            progress: text("progress"),
            by: get("owner").to_owned(),
            file: String::new(),
        };
        let says = [&report.grade, &report.extent, &report.evidence, &report.follow_up, &report.progress];
        let empty = says.iter().all(|text| text.is_empty());
        let Some(action) = plan.action(&text("_id")) else {
            if !empty || !text("_id").is_empty() {
                let found = format!("{:?}: {}", text("_id"), shown(&says));
                updated.findings.push(Finding::new("A025", place("_id")).found(found));
            }
            continue;
        };
        seen.push(action.id.clone());
        let standing = Standing::at(action, day, plan.dates);
        for column in COLUMNS.iter().filter(|column| !column.open && column.name != "_last") {
            let was = fixed(column.name, action, &standing, plan.dates);
            if columns.contains_key(column.name) && plain(&text(column.name)) != plain(&was) {
                let finding = Finding::new("A026", place(column.name)).found(format!("{:?}", text(column.name)));
                updated.findings.push(finding.expected(format!("{was:?}")));
            }
        }
        if empty {
            updated.findings.push(Finding::new("A029", place("grade")));
            continue;
        }
        // What says the same again needs no new entry; its faults were told when it came first.
        let before = action.progress.iter().rev().find(|known| known.as_at == as_at);
        if before.is_some_and(|known| known.says_the_same(&report)) {
            updated.unchanged += 1;
            continue;
        }
        if let Some(known) = before {
            let found = format!(
                "grade {:?}, from {}",
                known.grade,
                if known.file.is_empty() { "the action's file" } else { &known.file }
            );
            updated.findings.push(Finding::new("A028", place("grade")).found(found));
        }
        updated.findings.extend(examine::report(&report, plan.dates, false, &place));
        updated.reports.push((action.id.clone(), report));
    }
    let of_owner = plan.actions.iter().filter(|action| action.responsible == get("owner"));
    for action in of_owner.filter(|action| !seen.contains(&action.id)) {
        let place = Place::file(name).sheet(&sheet.name).unit(&action.id);
        updated.findings.push(Finding::new("A029", place).found("no row for it"));
    }
    crate::finding::sort(&mut updated.findings);
    updated
}

/// What the workbook says that it is: from the hidden sheet, or else from its properties.
fn marks(book: &Book) -> BTreeMap<String, String> {
    if let Some(sheet) = book.sheet(IDENTITY) {
        return (0..sheet.height()).map(|row| (sheet.text(row, 0), sheet.text(row, 1))).collect();
    }
    let prefix = crate::issue::PROPERTY_PREFIX;
    book.properties
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value.clone())))
        .collect()
}

/// The columns by their machine's names, in the first row.
fn columns(sheet: &Sheet) -> Option<BTreeMap<&'static str, u32>> {
    let found: BTreeMap<&'static str, u32> = (0..sheet.width())
        .filter_map(|column| {
            let name = sheet.text(0, column);
            COLUMNS.iter().find(|known| known.name == name).map(|known| (known.name, column))
        })
        .collect();
    (!found.is_empty()).then_some(found)
}

/// A text as it was typed: line ends made alike.
fn words(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\r', '\u{000B}'], "\n").replace("_x000D_", "").trim().to_owned()
}

/// A text for comparison: blanks and line ends made single.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shown(texts: &[&String]) -> String {
    texts.iter().filter(|text| !text.is_empty()).map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", ")
}
