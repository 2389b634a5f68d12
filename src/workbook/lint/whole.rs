//! Rules about the workbook as a whole: properties, cover, contents, notes, links.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{CellValue, Facts, SheetFacts};
use super::some;
use crate::finding::{Finding, Place, cell_name};

/// What a sheet is for, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Cover,
    Contents,
    Notes,
    Other,
}

pub(super) fn purpose(sheet: &SheetFacts) -> Purpose {
    let name: String = sheet.name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    match name.as_str() {
        name if name.starts_with("cover") || matches!(name, "titlepage" | "title" | "frontpage") => Purpose::Cover,
        name if name.contains("contents") || matches!(name, "index" | "toc") => Purpose::Contents,
        name if name.starts_with("note") || name.starts_with("footnote") => Purpose::Notes,
        _ => Purpose::Other,
    }
}

pub(super) fn check(facts: &Facts, file: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let whole = || Place::file(file);
    if facts.title.is_empty() {
        findings.push(Finding::new("X017", whole()));
    }
    let missing: Vec<String> = [("subject", &facts.subject), ("author", &facts.author)]
        .into_iter()
        .filter(|(_, value)| value.is_empty())
        .map(|(name, _)| name.to_owned())
        .collect();
    if !missing.is_empty() {
        findings.push(Finding::new("X018", whole()).found(format!("no {}", missing.join(", no "))));
    }
    if facts.active_sheet != 0 {
        let name = facts.sheets.get(facts.active_sheet).map_or("", |sheet| sheet.name.as_str());
        findings.push(Finding::new("X014", whole().sheet(name)).found(format!("it opens at sheet {name:?}")));
    }
    let has = |purpose_wanted| facts.sheets.iter().any(|sheet| purpose(sheet) == purpose_wanted);
    if facts.sheets.first().is_some_and(|sheet| purpose(sheet) != Purpose::Cover) {
        let first = facts.sheets.first().map_or("", |sheet| sheet.name.as_str());
        findings.push(Finding::new("X019", whole()).found(format!("the first sheet is {first:?}")));
    }
    match facts.sheets.iter().find(|sheet| purpose(sheet) == Purpose::Contents) {
        // Two sheets need no list of them.
        None if facts.sheets.len() > 2 => {
            findings.push(Finding::new("X020", whole()).found(format!("{} sheets", facts.sheets.len())));
        }
        None => {}
        Some(contents) => findings.extend(unlisted(facts, contents, file)),
    }
    findings.extend(notes(facts, file, has(Purpose::Notes)));
    findings.extend(links(facts, file));
    findings
}

/// The sheet that a link leads to.
fn target(link: &str) -> Option<String> {
    let (sheet, _) = link.trim_start_matches('#').rsplit_once('!')?;
    let sheet = sheet.strip_prefix('\'').and_then(|s| s.strip_suffix('\'')).unwrap_or(sheet);
    Some(sheet.replace("''", "'"))
}

fn unlisted(facts: &Facts, contents: &SheetFacts, file: &str) -> Option<Finding> {
    let linked: BTreeSet<String> =
        contents.links.iter().filter_map(|(_, to)| target(to)).map(|name| name.to_lowercase()).collect();
    let missing: Vec<String> = facts
        .sheets
        .iter()
        .filter(|sheet| !sheet.hidden && !matches!(purpose(sheet), Purpose::Cover | Purpose::Contents))
        .filter(|sheet| !linked.contains(&sheet.name.to_lowercase()))
        .map(|sheet| format!("{:?}", sheet.name))
        .collect();
    (!missing.is_empty()).then(|| {
        Finding::new("X021", Place::file(file).sheet(&contents.name)).found(format!("not linked: {}", some(&missing)))
    })
}

/// The numbers of the notes that a text refers to.
fn references(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut found = Vec::new();
    let mut rest = lower.as_str();
    while let Some(at) = rest.find("[note") {
        rest = &rest[at + 5..];
        if let Some((inside, _)) = rest.split_once(']') {
            let number = inside.trim().trim_start_matches('s').trim();
            for number in number.split([',', ' ']).filter(|n| !n.is_empty() && n.len() < 8) {
                let plain = number.chars().all(|c| c.is_ascii_alphanumeric());
                if plain && number.contains(|c: char| c.is_ascii_digit()) {
                    found.push(number.to_owned());
                }
            }
        }
    }
    found
}

/// The number of a note that is listed as `3`, `3.`, `Note 3:` or `[3]`.
fn plain_number(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let number = lower.trim_start_matches("note").trim_matches([' ', '[', ']', '.', ':', '(', ')']);
    (!number.is_empty() && number.len() < 8 && number.chars().all(|c| c.is_ascii_digit())).then(|| number.to_owned())
}

fn notes(facts: &Facts, file: &str, sheet_of_notes: bool) -> Vec<Finding> {
    // By number, the first place of each.
    let mut listed: BTreeMap<String, Place> = BTreeMap::new();
    let mut referred: BTreeMap<String, Place> = BTreeMap::new();
    for sheet in &facts.sheets {
        let into = if purpose(sheet) == Purpose::Notes { &mut listed } else { &mut referred };
        for ((row, column), cell) in &sheet.cells {
            let numbers = match &cell.value {
                CellValue::Text(text) => {
                    let numbers = references(text);
                    let listing = purpose(sheet) == Purpose::Notes && *column == 0 && numbers.is_empty();
                    if listing { plain_number(text).into_iter().collect() } else { numbers }
                }
                CellValue::Number(number) if purpose(sheet) == Purpose::Notes && *column == 0 => {
                    vec![number.to_string()]
                }
                _ => continue,
            };
            for number in numbers {
                into.entry(number).or_insert_with(|| Place::file(file).sheet(&sheet.name).cell(*row, *column));
            }
        }
    }
    let lacking = |of: &BTreeMap<String, Place>, there: &BTreeMap<String, Place>, code: &str| {
        let lacking: Vec<(&String, &Place)> = of.iter().filter(|(number, _)| !there.contains_key(*number)).collect();
        let (_, place) = lacking.iter().min_by_key(|(_, place)| *place)?;
        let list: Vec<String> = lacking.iter().map(|(number, _)| format!("[note {number}]")).collect();
        Some(Finding::new(code, (*place).clone()).found(some(&list)))
    };
    let expected = if sheet_of_notes { "a row for each on the sheet of notes" } else { "a sheet of notes" };
    let unknown = lacking(&referred, &listed, "X022").map(|finding| finding.expected(expected));
    unknown.into_iter().chain(lacking(&listed, &referred, "X023")).collect()
}

fn links(facts: &Facts, file: &str) -> Vec<Finding> {
    let names: BTreeSet<String> = facts.sheets.iter().map(|sheet| sheet.name.to_lowercase()).collect();
    let mut findings = Vec::new();
    for sheet in &facts.sheets {
        let broken: Vec<&(String, String)> = sheet
            .links
            .iter()
            .filter(|(_, to)| target(to).is_some_and(|name| !names.contains(&name.to_lowercase())))
            .collect();
        if let Some((from, to)) = broken.first() {
            let mut place = Place::file(file).sheet(&sheet.name);
            place.cell = from.split(':').next().unwrap_or_default().to_owned();
            findings.push(Finding::new("X030", place).found(format!("{to:?}; {} such links", broken.len())));
        }
    }
    findings
}

/// The name of a cell for a finding's text.
pub(super) fn name((row, column): (u32, u32)) -> String {
    cell_name(row, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_notes_are_found_in_any_wording() {
        assert_eq!(references("Margin [note 2] and [Note 13]"), ["2", "13"]);
        assert_eq!(references("[notes 1, 2]"), ["1", "2"]);
        assert_eq!(references("[notes 1, 2 and 3]"), ["1", "2", "3"]);
        assert_eq!(plain_number("Note 3:").as_deref(), Some("3"));
        assert_eq!(plain_number("Notes"), None);
        assert!(references("[note").is_empty() && references("[c]").is_empty());
    }

    #[test]
    fn links_name_their_sheet() {
        assert_eq!(target("'It''s here'!A1").as_deref(), Some("It's here"));
        assert_eq!(target("#Summary!A1").as_deref(), Some("Summary"));
        assert_eq!(target("a_defined_name"), None);
    }
}
