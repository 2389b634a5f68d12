//! What a returned evaluation workbook says: each entry by its row's key, with findings at the cell.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use super::{ENTRY, EVIDENCE, FORMAT, IDENTITY_SHEET, KEY, PRIORITY, PROMPT_CHOICES, RELY};
use crate::error::Result;
use crate::evaluation::Evaluation;
use crate::evaluation::definition::AGREED;
use crate::evaluation::judgement::{
    CONFIDENCE, ComponentStatement, ConfidenceStatement, Improvement, Judgement, Override, Priority, plain, split_lines,
};
use crate::evaluation::register::parse_date;
use crate::finding::{Finding, Place};
use crate::issue::LISTS_SHEET;
use crate::sheet::{self, Limits, Sheet, Value};

/// What a returned workbook says.
#[derive(Debug, Clone, Default)]
pub struct Returned {
    /// The evaluator's code, or `agreed`; empty where the workbook is not one of this evaluation's.
    pub evaluator: String,
    /// What stood in each judgement when the workbook was issued: the hash of its content, by subject.
    pub base: BTreeMap<String, String>,
    /// The judgements in it, by subject.
    pub judgements: BTreeMap<String, Judgement>,
    /// The statement of confidence in it, if its sheet is there.
    pub confidence: Option<ConfidenceStatement>,
    /// What could not be read, each at its cell.
    pub findings: Vec<Finding>,
}

/// Reads a returned workbook; `name` stands for the file in places. A file that is no spreadsheet, or no workbook of this
/// evaluation, is a finding.
///
/// # Errors
/// When the file is not there.
pub fn read(evaluation: &Evaluation, path: &Path, name: &str) -> Result<Returned> {
    let mut returned = Returned::default();
    let bytes = crate::files::read_file(path)?;
    let refuse = |found: String| Finding::new("E030", Place::file(name)).found(found);
    let book = match sheet::read_bytes(path, &bytes, &Limits::default()) {
        Ok(book) => book,
        Err(error) => {
            returned.findings.push(refuse(error.problem.clone()));
            return Ok(returned);
        }
    };
    let about: BTreeMap<String, String> = match book.sheet(IDENTITY_SHEET) {
        Some(sheet) => sheet.rows().map(|(row, _)| (sheet.text(row, 0), sheet.text(row, 1))).collect(),
        None => BTreeMap::new(),
    };
    let about_of = |key: &str| about.get(key).map_or("", String::as_str);
    let head = &evaluation.definition.evaluation;
    let code = about_of("evaluator");
    let fault = if about_of("format") != FORMAT {
        Some("the sheet that says what it is is missing".to_owned())
    } else if about_of("evaluation") != head.id {
        Some(format!("it belongs to the evaluation {:?}", about_of("evaluation")))
    } else if code != AGREED && evaluation.definition.evaluator(code).is_none() {
        Some(format!("it belongs to the evaluator {code:?}, who is not in the team"))
    } else {
        None
    };
    if let Some(fault) = fault {
        returned.findings.push(refuse(fault));
        return Ok(returned);
    }
    if about_of("framework-hash") != evaluation.framework.hash {
        returned.findings.push(Finding::new("E033", Place::file(name)));
    }
    returned.evaluator = code.to_owned();
    returned.base = about.iter().filter_map(|(k, v)| Some((k.strip_prefix("base/")?.to_owned(), v.clone()))).collect();
    let mut reader = Reader { evaluation, name, returned, date: None, by: Vec::new() };
    for sheet in book.sheets.iter().filter(|sheet| ![IDENTITY_SHEET, LISTS_SHEET].contains(&sheet.name.as_str())) {
        reader.sheet(sheet);
    }
    Ok(reader.finish())
}

struct Reader<'a> {
    evaluation: &'a Evaluation,
    name: &'a str,
    returned: Returned,
    date: Option<NaiveDate>,
    by: Vec<String>,
}

/// The columns of a sheet, by their headings.
struct Columns {
    key: u32,
    entry: u32,
    priority: Option<u32>,
    evidence: Option<u32>,
    rely: Option<u32>,
    below: u32,
}

impl Columns {
    /// Wherever the row of headings stands now.
    fn of(sheet: &Sheet) -> Option<Columns> {
        sheet.rows().take(50).find_map(|(row, cells)| {
            let find = |heading: &str| cells.iter().find(|cell| cell.text().trim() == heading).map(|cell| cell.column);
            Some(Columns {
                key: find(KEY)?,
                entry: find(ENTRY)?,
                priority: find(PRIORITY),
                evidence: find(EVIDENCE),
                rely: find(RELY),
                below: row,
            })
        })
    }
}

impl Reader<'_> {
    fn sheet(&mut self, sheet: &Sheet) {
        let Some(columns) = Columns::of(sheet) else {
            let place = Place::file(self.name).sheet(&sheet.name);
            let finding = Finding::new("E030", place).found("a sheet without its hidden row of headings");
            self.returned.findings.push(finding.severity(crate::finding::Severity::Warning));
            return;
        };
        let rows: Vec<u32> = sheet.rows().map(|(row, _)| row).filter(|row| *row > columns.below).collect();
        for row in rows {
            let key = sheet.text(row, columns.key);
            if !key.is_empty() {
                self.entry(sheet, &columns, row, &key);
            }
            if let (Some(evidence), Some(rely)) = (columns.evidence, columns.rely) {
                self.relied(sheet, row, &sheet.text(row, evidence), rely);
            }
        }
    }

    fn place(&self, sheet: &Sheet, row: u32, column: u32, subject: &str) -> Place {
        Place::file(self.name).sheet(&sheet.name).cell(row, column).unit(subject)
    }

    fn unreadable(&mut self, place: Place, found: &str, expected: impl Into<String>) {
        self.returned.findings.push(Finding::new("E032", place).found(found).expected(expected));
    }

    fn judgement(&mut self, subject: &str) -> &mut Judgement {
        self.returned
            .judgements
            .entry(subject.to_owned())
            .or_insert_with(|| Judgement { subject: subject.to_owned(), ..Judgement::default() })
    }

    /// What stands in the evaluator's folder now.
    fn present(&self, subject: &str) -> Judgement {
        super::issue::present(self.evaluation, &self.returned.evaluator, subject)
    }

    fn entry(&mut self, sheet: &Sheet, columns: &Columns, row: u32, key: &str) {
        let text = plain(&sheet.text(row, columns.entry));
        let place = |reader: &Self, subject: &str| reader.place(sheet, row, columns.entry, subject);
        let mut parts = key.splitn(3, '/');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            ("date", None, _) => self.date = self.day(sheet, columns, row),
            ("by", None, _) => self.by = ids(&text),
            (CONFIDENCE, Some(number), Some(field)) => {
                let Ok(number) = number.parse::<usize>() else { return };
                self.confidence(number, field, &text, place(self, CONFIDENCE));
            }
            (subject, Some(field), id) if self.evaluation.framework.title(subject).is_some() => match (field, id) {
                ("level", None) => self.level(subject, &text, place(self, subject)),
                ("rationale", None) => self.judgement(subject).rationale = text,
                ("reconciliation", None) => self.judgement(subject).reconciliation = text,
                ("strengths", None) => self.judgement(subject).strengths = split_lines(&text),
                ("evidence", None) => self.judgement(subject).evidence.extend(ids(&text)),
                ("overrides", None) => self.overrides(subject, &text, place(self, subject)),
                ("prompt", Some(id)) => self.prompt(subject, id, &text, place(self, subject)),
                ("improvement", Some(id)) => {
                    let at = columns.priority;
                    let priority = at.map_or(String::new(), |column| sheet.text(row, column));
                    let place = self.place(sheet, row, at.unwrap_or(columns.entry), subject);
                    self.improvement(subject, id, text, &priority, place);
                }
                _ => self.strange(key, place(self, subject)),
            },
            _ => self.strange(key, place(self, "")),
        }
    }

    /// A key that was typed over.
    fn strange(&mut self, key: &str, place: Place) {
        self.unreadable(place, key, "the key in the hidden column A as it was issued");
    }

    fn day(&mut self, sheet: &Sheet, columns: &Columns, row: u32) -> Option<NaiveDate> {
        let cell = sheet.cell(row, columns.entry)?;
        if cell.value.is_blank() {
            return None;
        }
        let text = cell.text().trim().to_owned();
        let date = match &cell.value {
            Value::Date(moment) => Some(moment.date()),
            _ => parse_date(&text).or_else(|| {
                ["%d %b %Y", "%d %B %Y"].iter().find_map(|form| NaiveDate::parse_from_str(&text, form).ok())
            }),
        };
        if date.is_none() {
            let place = self.place(sheet, row, columns.entry, "");
            self.unreadable(place, &text, "a date such as 12 Jun 2026");
        }
        date
    }

    /// "4 Good", "4", or "Good".
    fn level(&mut self, subject: &str, text: &str, place: Place) {
        let levels = &self.evaluation.framework.levels;
        let lower = text.to_lowercase();
        let digits: String = lower.chars().take_while(char::is_ascii_digit).collect();
        let found = levels.iter().find(|level| {
            let name = level.name.to_lowercase();
            let rest = lower[digits.len()..].trim_start_matches(['.', ' ', '-', ':', ')', '=']).trim();
            let numbered = digits.parse() == Ok(level.number);
            lower == name || (numbered && (rest.is_empty() || rest == "0" || rest == name))
        });
        let level = found.map(|level| level.number);
        if level.is_none() && !text.is_empty() {
            let names: Vec<String> = levels.iter().map(|l| format!("{} {}", l.number, l.name)).collect();
            self.unreadable(place, text, format!("one of {}", names.join(" | ")));
            self.judgement(subject).level = self.present(subject).level;
            return;
        }
        self.judgement(subject).level = level;
    }

    fn prompt(&mut self, subject: &str, id: &str, text: &str, place: Place) {
        match text.to_lowercase().as_str() {
            weak if weak == PROMPT_CHOICES[1] => self.judgement(subject).weak_prompts.push(id.to_owned()),
            "" => {}
            not if not == PROMPT_CHOICES[0] => {}
            _ => {
                self.unreadable(place, text, PROMPT_CHOICES.join(" | "));
                if self.present(subject).weak_prompts.iter().any(|known| known == id) {
                    self.judgement(subject).weak_prompts.push(id.to_owned());
                }
            }
        }
    }

    fn improvement(&mut self, subject: &str, id: &str, text: String, priority: &str, place: Place) {
        let read = Priority::ALL.into_iter().find(|known| known.word() == priority.to_lowercase());
        if read.is_none() && !priority.is_empty() {
            self.unreadable(place.clone(), priority, "high | medium | low");
        }
        if text.is_empty() {
            if read.is_some() {
                self.unreadable(place, priority, "what should be better, in the cell beside the priority");
            }
            return;
        }
        let before = self.present(subject).improvements.into_iter().find(|known| known.id == id);
        let kept = before.and_then(|known| known.priority).filter(|_| !priority.is_empty());
        let improvement = Improvement { id: id.to_owned(), text, priority: read.or(kept) };
        self.judgement(subject).improvements.push(improvement);
    }

    /// "E004: the reason", one a line.
    fn overrides(&mut self, subject: &str, text: &str, place: Place) {
        for line in split_lines(text) {
            let (code, reason) = line.split_once(':').unwrap_or((&line, ""));
            let code = code.trim().to_uppercase();
            if crate::finding::entry(&code).is_none() {
                self.unreadable(
                    place.clone(),
                    &line,
                    "a check's code, a colon and the reason: E004: the survey is old",
                );
                continue;
            }
            let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
            self.judgement(subject).overrides.push(Override { check: code, reason });
        }
    }

    fn confidence(&mut self, number: usize, field: &str, text: &str, place: Place) {
        let asked = self.evaluation.framework.confidence.as_ref();
        let statements = asked.map_or(&[][..], |asked| asked.statements.as_slice());
        let known = statements.iter().find(|statement| statement.to_lowercase() == text.to_lowercase());
        if field == "statement" && known.is_none() && !text.is_empty() {
            self.unreadable(place, text, statements.join(" | "));
        }
        let present = super::issue::present_confidence(self.evaluation, &self.returned.evaluator);
        let before = present.components.into_iter().find(|component| component.number == number);
        let made = self.returned.confidence.get_or_insert_default();
        let at = match made.components.iter().position(|component| component.number == number) {
            Some(at) => at,
            None => {
                let evidence = before.as_ref().map_or(Vec::new(), |before| before.evidence.clone());
                made.components.push(ComponentStatement { number, evidence, ..ComponentStatement::default() });
                made.components.len() - 1
            }
        };
        let component = &mut made.components[at];
        match (field, known) {
            ("statement", Some(statement)) => component.statement.clone_from(statement),
            ("statement", None) if !text.is_empty() => {
                component.statement = before.map_or(String::new(), |before| before.statement);
            }
            ("caveats", _) => component.caveats = text.to_owned(),
            _ => {}
        }
    }

    fn relied(&mut self, sheet: &Sheet, row: u32, key: &str, column: u32) {
        let Some((subject, id)) = key.split_once('|') else { return };
        if self.evaluation.framework.title(subject).is_none() {
            return;
        }
        let text = sheet.text(row, column);
        match text.to_lowercase().as_str() {
            "" | "no" | "n" => {}
            "yes" | "y" | "x" | "1" | "true" => self.judgement(subject).evidence.push(id.to_owned()),
            _ => {
                let place = self.place(sheet, row, column, subject);
                self.unreadable(place, &text, "yes, or nothing");
                if self.present(subject).evidence.iter().any(|known| known == id) {
                    self.judgement(subject).evidence.push(id.to_owned());
                }
            }
        }
    }

    fn finish(mut self) -> Returned {
        let evaluator = self.returned.evaluator.clone();
        for judgement in self.returned.judgements.values_mut() {
            judgement.evaluator.clone_from(&evaluator);
            judgement.date = self.date;
            judgement.by.clone_from(&self.by);
            judgement.evidence.sort_unstable();
            judgement.evidence.dedup();
            judgement.improvements.sort_by_key(|i| i.id.rsplit("-a").next().and_then(|n| n.parse::<u32>().ok()));
        }
        if let Some(made) = &mut self.returned.confidence {
            made.evaluator = evaluator;
            made.date = self.date;
            made.components.sort_by_key(|component| component.number);
        }
        self.returned
    }
}

/// The ids in a cell, divided by semicolons, commas or line ends.
fn ids(text: &str) -> Vec<String> {
    text.split([';', ',', '\n']).map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
}
