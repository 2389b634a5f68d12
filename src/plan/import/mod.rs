//! Plans that exist already as workbooks or csv: columns known by their headings, merged cells, rows that go on with the
//! one above, references to other actions. Every cell comes out in an action or in a finding; the file itself is kept.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::action::{Action, Reference, Source};
use super::progress::Progress;
use super::{examine, indicators, when};
use crate::error::{Error, Result};
use crate::finding::{Finding, Place};
use crate::returns::DateOrder;
use crate::sheet::{Book, Sheet, Visibility};

mod headings;
mod reference;
mod rows;

use headings::Role;
use rows::Draft;

/// What an import needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The file's name in findings and sources.
    pub file: &'a str,
    /// What the actions' ids begin with: `A` gives `A-001`.
    pub prefix: &'a str,
    /// The date that reports of progress speak of, where no heading says it.
    pub as_at: Option<NaiveDate>,
    /// Which number is the day in dates such as `03/04/2026`.
    pub dates: DateOrder,
}

/// What was read from a file.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// The actions, in the order of the file.
    pub actions: Vec<Action>,
    /// What is wrong with them, each at its cell, and the texts that belong to no action.
    pub findings: Vec<Finding>,
}

/// Reads the plan in a workbook.
///
/// # Errors
/// When no sheet has headings of a plan, or progress is reported and no date is known for it.
pub fn read(book: &Book, options: &Options<'_>) -> Result<Imported> {
    let mut findings = Vec::new();
    let mut drafts = Vec::new();
    let mut tables = Vec::new();
    for sheet in book.sheets.iter().filter(|sheet| sheet.visibility == Visibility::Visible) {
        let found = rows::read(sheet, options, &mut findings);
        tables.extend(found.tables.into_iter().map(|table| (sheet, table)));
        drafts.extend(found.drafts);
    }
    if tables.is_empty() {
        return Err(Error::file(options.file, "no sheet has the headings of an action plan")
            .expected("a row with headings such as Action, Lead officer, Timescale, Outcomes")
            .hint("give the columns such headings, in one row above the actions"));
    }
    identify(&mut drafts, options.prefix);
    resolve(&mut drafts, &mut findings, options);
    let dateless = dateless(&drafts, &tables, options, &mut findings);
    missing_columns(&tables, options, &mut findings);
    let mut actions = Vec::new();
    for draft in drafts {
        actions.push(finish(draft, &dateless, options, &mut findings)?);
    }
    crate::finding::sort(&mut findings);
    Ok(Imported { actions, findings })
}

/// Gives every draft its id: its number in the file, or the next one that is free.
fn identify(drafts: &mut [Draft], prefix: &str) {
    let mut taken: Vec<u32> = Vec::new();
    let numbered: Vec<Option<u32>> = drafts.iter().map(|draft| draft.number).collect();
    for draft in drafts.iter_mut() {
        let free = |n: &u32| !taken.contains(n);
        let next = || (1..).find(|n| free(n) && !numbered.contains(&Some(*n))).unwrap_or(0);
        let number = draft.number.filter(free).unwrap_or_else(next);
        taken.push(number);
        draft.id = format!("{prefix}-{number:03}");
    }
}

/// Looks up what "as above" and "link to point 4" mean.
fn resolve(drafts: &mut [Draft], findings: &mut Vec<Finding>, options: &Options<'_>) {
    for at in 0..drafts.len() {
        let texts: Vec<(Role, String)> = drafts[at].texts.iter().map(|(role, text)| (*role, text.clone())).collect();
        for (role, text) in texts {
            let Some(written) = reference::find(&text) else { continue };
            let place = drafts[at].place(role, options);
            let source = match written.to {
                reference::To::Number(number) => drafts.iter().position(|draft| draft.number == Some(number)),
                // The nearest one above that says something in this column; a part of a text could mean any of them.
                reference::To::Above if written.whole || written.indicators => {
                    (0..at).rev().find(|&above| drafts[above].texts.contains_key(&role))
                }
                _ => None,
            };
            let Some(source) = source else {
                findings.push(Finding::new("A020", place).found(format!("{text:?}")));
                continue;
            };
            // What stands above may itself have been looked up: the action that said it first is meant.
            let first = drafts[source].reference.iter().find(|r| r.field == field(role)).map(|r| r.means.clone());
            let means = first.filter(|_| written.same).unwrap_or_else(|| drafts[source].id.clone());
            let said = drafts[source].texts.get(&role).cloned().unwrap_or_default();
            let mut found = format!("{text:?}: {means}");
            if written.whole && written.same {
                found = format!("{text:?}: {means}, {:?}", shortened(&said));
                drafts[at].texts.insert(role, said.clone());
            } else if written.indicators {
                let family = if text.to_lowercase().contains("paf") { "PAF" } else { "DIS" };
                let named = indicators::read(&said).indicators.into_iter().filter(|name| name.starts_with(family));
                drafts[at].indicators.extend(named);
            }
            findings.push(Finding::new("A019", place).found(found));
            let reference = Reference { field: field(role).to_owned(), written: text, means };
            drafts[at].reference.push(reference);
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// The columns of dates in which no cell has a date: the heading promises what the column does not hold.
fn dateless(
    drafts: &[Draft],
    tables: &[(&Sheet, rows::Table)],
    options: &Options<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Role> {
    let mut found = Vec::new();
    for role in [Role::Due, Role::Milestones] {
        let texts: Vec<&String> = drafts.iter().filter_map(|draft| draft.texts.get(&role)).collect();
        let dated = |text: &&&String| {
            when::read(text, options.dates).iter().any(|m| !matches!(m.when, when::When::Unread(when::Fault::NoDate)))
        };
        if texts.len() < 3 || texts.iter().any(|text| dated(&text)) {
            continue;
        }
        let Some((sheet, table)) = tables.iter().find(|(_, table)| table.column(role).is_some()) else { continue };
        let column = table.column(role).unwrap_or(0);
        let place = Place::file(options.file).sheet(&sheet.name).cell(table.heading_row, column);
        let heading = sheet.text(table.heading_row, column);
        findings.push(Finding::new("A031", place).found(format!("{heading:?}, {} cells below it", texts.len())));
        found.push(role);
    }
    found
}

/// What actions need, and the columns that may hold it.
const NEEDED: [(&str, &[Role]); 5] = [
    ("outcome", &[Role::Outcome, Role::OutcomeAndMeasure]),
    ("responsible", &[Role::Responsible]),
    ("due", &[Role::Due, Role::Milestones]),
    ("resources", &[Role::Resources]),
    ("criteria", &[Role::Criteria, Role::OutcomeAndMeasure]),
];

fn missing_columns(tables: &[(&Sheet, rows::Table)], options: &Options<'_>, findings: &mut Vec<Finding>) {
    let mut told = Vec::new();
    for (sheet, table) in tables {
        let lacks: Vec<&str> = NEEDED.iter().filter(|(_, roles)| !table.has_any(roles)).map(|(key, _)| *key).collect();
        if !lacks.is_empty() && !told.contains(&(&sheet.name, lacks.clone())) {
            let place = Place::file(options.file).sheet(&sheet.name).row(table.heading_row);
            findings.push(Finding::new("A022", place).found(format!("no column for {}", lacks.join(", "))));
            told.push((&sheet.name, lacks));
        }
    }
}

/// The field of an action that a column goes into.
fn field(role: Role) -> &'static str {
    match role {
        Role::Number => "id",
        Role::Theme => "theme",
        Role::Area => "area",
        Role::Priority => "priority",
        Role::Action => "action",
        Role::Outcome | Role::OutcomeAndMeasure => "outcome",
        Role::Responsible => "responsible",
        Role::With => "with",
        Role::Start => "start",
        Role::Due | Role::Milestones => "due",
        Role::Resources => "resources",
        Role::Criteria => "criteria",
        Role::Indicators => "indicators",
        Role::Extent => "extent",
        Role::Grade => "grade",
        Role::Evidence => "evidence",
        Role::FollowUp => "follow_up",
        Role::Progress => "progress",
    }
}

/// Makes an action of a draft, and says what it lacks.
fn finish(draft: Draft, dateless: &[Role], options: &Options<'_>, findings: &mut Vec<Finding>) -> Result<Action> {
    let text = |role: Role| draft.texts.get(&role).cloned().unwrap_or_default();
    let lines = |text: String| text.lines().map(unbulleted).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    let (mut outcome, mut criteria) = (lines(text(Role::Outcome)), lines(text(Role::Criteria)));
    let (more, measures) = outcome_and_measures(&text(Role::OutcomeAndMeasure));
    outcome.extend(more);
    criteria.extend(measures);
    let mut owners = people(&text(Role::Responsible));
    if owners.len() > 1 {
        let finding = Finding::new("A003", draft.place(Role::Responsible, options));
        findings.push(finding.found(format!("{} officers: {}", owners.len(), owners.join("; "))));
    }
    let responsible = if owners.is_empty() { String::new() } else { owners.remove(0) };
    owners.extend(people(&text(Role::With)));
    let due: Vec<String> = [Role::Due, Role::Milestones].into_iter().flat_map(|role| lines(text(role))).collect();
    let mut named: Vec<String> = draft.indicators.clone();
    named.extend(lines(text(Role::Indicators)));
    let mut action = Action {
        id: draft.id.clone(),
        theme: if draft.theme.is_empty() { text(Role::Theme) } else { draft.theme.clone() },
        area: text(Role::Area),
        priority: text(Role::Priority),
        action: lines(text(Role::Action)).join("\n"),
        outcome: outcome.join("\n"),
        responsible,
        with: owners,
        start: text(Role::Start),
        due: due.join("\n"),
        resources: lines(text(Role::Resources)).join("\n"),
        criteria,
        indicators: named,
        source: Some(Source {
            file: options.file.to_owned(),
            sheet: draft.sheet.clone(),
            rows: draft.rows.iter().map(|row| row + 1).collect(),
            number: draft.number_written.clone(),
        }),
        other: draft.other.clone(),
        reference: draft.reference.clone(),
        ..Action::default()
    };
    action.progress.extend(progress(&draft, options)?);
    let place = |key: &str| draft.place_of(key, options);
    let silent = |finding: &Finding| {
        // What the whole table lacks was said once; a column without any date, too.
        let lacks = |code: &str, roles: &[Role]| finding.code == code && !draft.has_any(roles);
        lacks("A002", &[Role::Responsible])
            || lacks("A004", &[Role::Due, Role::Milestones])
            || lacks("A008", &[Role::Outcome, Role::OutcomeAndMeasure])
            || lacks("A009", &[Role::Criteria, Role::OutcomeAndMeasure])
            || lacks("A010", &[Role::Resources])
            || finding.code == "A005" && !dateless.is_empty() && finding.place == place("due")
    };
    let mut found = examine::wanting(&action, options.dates, &place);
    found.retain(|finding| !silent(finding));
    for report in &action.progress {
        let linked = action.reference.iter().any(|r| r.field == "follow_up");
        found.extend(examine::report(report, options.dates, linked, &place));
    }
    findings.extend(found.into_iter().map(|mut finding| {
        finding.place.unit.clone_from(&action.id);
        finding
    }));
    Ok(action)
}

/// The report of progress in a row, if it has one.
fn progress(draft: &Draft, options: &Options<'_>) -> Result<Option<Progress>> {
    let text = |role: Role| draft.texts.get(&role).map(|text| text.trim().to_owned()).unwrap_or_default();
    let (extent, evidence, follow_up) = (text(Role::Extent), text(Role::Evidence), text(Role::FollowUp));
    let (now, grade) = (text(Role::Progress), text(Role::Grade));
    if [&extent, &evidence, &follow_up, &now, &grade].iter().all(|text| text.is_empty()) {
        return Ok(None);
    }
    let as_at = draft.as_at.or(options.as_at).ok_or_else(|| {
        Error::usage("the plan reports progress, and does not say at which date")
            .at(options.file.to_owned())
            .expected("a heading such as \"Progress as at 30 June 2003\"")
            .hint("add --as-at with the date that the reports speak of")
    })?;
    let grade = if grade.is_empty() { grades(&extent).join(", ") } else { grade };
    Ok(Some(Progress {
        as_at: as_at.to_string(),
        grade,
        extent,
        evidence,
        follow_up,
        progress: now,
        by: String::new(),
        file: options.file.to_owned(),
    }))
}

/// The capital letters that stand alone in brackets: "Plan agreed. (B)".
fn grades(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('(') {
        let inside: String = text[at + 1..].chars().take_while(|c| *c != ')').collect();
        let inside = inside.trim();
        if inside.len() == 1 && inside.bytes().all(|b| b.is_ascii_uppercase()) && !found.iter().any(|g| g == inside) {
            found.push(inside.to_owned());
        }
    }
    found
}

/// The officers in a cell: divided by line ends, slashes and semicolons, each once.
fn people(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in text.split(['\n', '/', ';']).map(unbulleted).filter(|name| !name.is_empty()) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Outcomes and, below them, the measures: where lines have bullets, those with bullets are outcomes; else the first is.
fn outcome_and_measures(text: &str) -> (Vec<String>, Vec<String>) {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let bulleted = lines.iter().any(|line| is_bulleted(line));
    let mut outcomes = Vec::new();
    let mut measures = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let outcome = if bulleted { is_bulleted(line) } else { at == 0 };
        if outcome { &mut outcomes } else { &mut measures }.push(unbulleted(line));
    }
    (outcomes, measures)
}

const BULLETS: [char; 7] = ['\u{2022}', '\u{25AA}', '\u{25CF}', '\u{B7}', '*', '-', '\u{2013}'];

fn is_bulleted(line: &str) -> bool {
    line.trim_start().starts_with(BULLETS)
}

/// A line without blanks and bullet.
fn unbulleted(line: &str) -> String {
    line.trim().trim_start_matches(|c: char| BULLETS.contains(&c) || c.is_whitespace()).trim_end().to_owned()
}

/// Cells of columns that the program does not know, by their headings.
type Other = BTreeMap<String, String>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_brackets_are_grades() {
        assert_eq!(grades("Two of four drafted."), [""; 0]);
        assert_eq!(grades("Costed. (A) Not compared. (D)"), ["A", "D"]);
        assert_eq!(grades("Health (and so on) x 4(A)"), ["A"]);
        assert_eq!(grades("Dropped (E)"), ["E"]);
    }

    #[test]
    fn officers_and_measures_are_told_apart() {
        assert_eq!(people("Head of Adults / Head of Children"), ["Head of Adults", "Head of Children"]);
        assert_eq!(people("Director\nDirector\n• Planning group"), ["Director", "Planning group"]);
        let (outcomes, measures) = outcome_and_measures("• Clear route\n• Fewer calls\nReport to the board\nPAF D42");
        assert_eq!(outcomes, ["Clear route", "Fewer calls"]);
        assert_eq!(measures, ["Report to the board", "PAF D42"]);
        assert_eq!(outcome_and_measures("Clear route\nBoard").1, ["Board"]);
    }
}
