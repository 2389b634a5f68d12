//! What became of a cell of a return: the question, the unit, the answer that was read, what was done to it, and the figures
//! that it enters.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::super::words::Screen;
use super::{Behind, Figure, added, behind, in_words};
use crate::editing;
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Statistic};
use crate::finding::cell_name;
use crate::instrument::{Question, QuestionKind, nearest};
use crate::pipeline::Definition;
use crate::results::{GroupResult, QuestionResult};
use crate::returns::{AnswerColumns, Given, Origin, Response, ReturnedWorkbook};

/// The name of a cell: `FILE!SHEET!F12`, or `FILE!F12` of a text file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellName {
    /// The file, as a path from the returns folder or from anywhere above it.
    pub file: String,
    /// The sheet; none in a text file, or where the file has one with answers only.
    pub sheet: Option<String>,
    /// The row, counted from zero.
    pub row: u32,
    /// The column, counted from zero.
    pub column: u32,
}

impl FromStr for CellName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let fault = || {
            Error::usage("this does not name a cell")
                .found(text)
                .expected("FILE!SHEET!CELL, such as 'returns/batch-01.xlsx!Answers!F12', or FILE!CELL of a text file")
        };
        let (rest, cell) = text.rsplit_once('!').ok_or_else(fault)?;
        let (row, column) = place(cell.trim()).ok_or_else(fault)?;
        let (file, sheet) = match rest.rsplit_once('!') {
            Some((file, sheet)) => (file, Some(sheet.trim().trim_matches('\'').to_owned())),
            None => (rest, None),
        };
        let file = file.trim().trim_matches('\'').replace('\\', "/");
        if file.is_empty() {
            return Err(fault());
        }
        Ok(CellName { file: file.trim_start_matches("./").to_owned(), sheet, row, column })
    }
}

impl fmt::Display for CellName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!", self.file)?;
        if let Some(sheet) = &self.sheet {
            write!(f, "{sheet}!")?;
        }
        f.write_str(&cell_name(self.row, self.column))
    }
}

/// Row and column, counted from zero, of `F12` or `$F$12`.
fn place(cell: &str) -> Option<(u32, u32)> {
    let cell = cell.replace('$', "").to_ascii_uppercase();
    let digits = cell.find(|c: char| c.is_ascii_digit())?;
    let (letters, number) = cell.split_at(digits);
    if letters.is_empty() || letters.len() > 3 || !letters.chars().all(|c| c.is_ascii_uppercase()) {
        return None;
    }
    let column = letters.bytes().fold(0u32, |column, letter| column * 26 + u32::from(letter - b'A') + 1);
    Some((number.parse::<u32>().ok()?.checked_sub(1)?, column - 1))
}

/// A cell, and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TracedCell {
    /// The returned workbook, as a path from the returns folder.
    pub workbook: String,
    /// The sheet.
    pub sheet: String,
    /// The cell.
    pub cell: String,
    /// The question's id.
    pub question: String,
    /// The question in a few words.
    pub label: String,
    /// The response that the column stands for, by its code, where each has its own; else empty.
    pub response: String,
    /// The unit's serial.
    pub serial: String,
    /// 1, or 2 for the second reading of a file, and so on; none where nobody knows whose row it is.
    pub reading: Option<u8>,
    /// What became of the row.
    pub row: String,
    /// What stands there, with what identifies people taken out; of a question with several columns what stands in all of them.
    pub found: String,
    /// The answer as it was read, before any rule: its code, or why there is none in parentheses.
    pub as_given: String,
    /// The answer that is used.
    pub answer: String,
    /// What edit rules did to it, in their order.
    pub edits: Vec<CellEdit>,
    /// What was found wrong there.
    pub findings: Vec<CellFinding>,
    /// The published figures that it enters.
    pub figures: Vec<CellFigure>,
}

/// What a rule did to the answer in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellEdit {
    /// The rule's number.
    pub rule: String,
    /// What it is about.
    pub label: String,
    /// What it does.
    pub action: String,
    /// The answer before.
    pub before: String,
    /// The answer after.
    pub after: String,
}

/// What is wrong in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellFinding {
    /// The finding's code.
    pub code: String,
    /// How much it matters.
    pub severity: String,
    /// What is wrong.
    pub problem: String,
    /// What should stand there.
    pub expected: String,
    /// What to do about it.
    pub hint: String,
}

/// A figure that an answer enters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CellFigure {
    /// Its name, as `quorate trace` takes it.
    pub figure: String,
    /// What the answer adds: 1 or 0 for a share, the score or number for a mean.
    pub value: f64,
    /// The figure.
    pub estimate: f64,
    /// The answers behind it.
    pub n: usize,
}

/// Tells what became of a cell.
///
/// # Errors
/// When the study cannot run so far, there is no such file or sheet among its returns, or no answer can stand in the cell.
pub fn trace_cell(definition: &Definition, seed: Option<&str>, cell: &CellName) -> Result<TracedCell> {
    behind(definition, seed, |behind| of_cell(behind, cell))
}

fn of_cell(behind: &Behind<'_>, cell: &CellName) -> Result<TracedCell> {
    let workbook = find_workbook(&behind.returned.workbooks, cell)?;
    let columns = find_sheet(workbook, cell)?;
    let form = match columns.repeat {
        None => behind.analysis.instrument,
        Some(place) => &behind.analysis.instrument.repeats[place].form,
    };
    let at = columns.questions.iter().find(|(column, ..)| *column == cell.column);
    let (question, choice) = match at {
        Some((_, place, choice)) if cell.row >= columns.first_row => (&form.questions[*place], *choice),
        _ => return Err(no_answer(columns, cell)),
    };
    let place = form.position(&question.id).unwrap_or_default();
    let origin = Origin { workbook: workbook.file.clone(), sheet: columns.sheet.clone(), row: cell.row };
    let name = cell_name(cell.row, cell.column);
    let mut traced = TracedCell {
        workbook: origin.workbook.clone(),
        sheet: origin.sheet.clone(),
        question: question.id.clone(),
        label: question.label.clone(),
        response: choice.and_then(|choice| code_of(question, choice)).unwrap_or_default(),
        cell: name,
        ..TracedCell::default()
    };
    let is_here = |at: &Origin| *at == origin;
    let of_repeat = |response: &&Response| response.repeats.iter().flatten().any(|row| is_here(&row.origin));
    let returned = behind.returned;
    if let Some(response) = returned.responses.iter().find(|response| is_here(&response.origin)) {
        traced.accepted(behind, response, question, place);
    } else if let Some(response) = returned.responses.iter().find(of_repeat) {
        let row = response.repeats.iter().flatten().find(|row| is_here(&row.origin));
        if let Some(row) = row {
            traced.serial.clone_from(&response.serial);
            traced.reading = Some(response.reading);
            traced.row = format!("used, as number {} of a repeat", row.number);
            traced.read(behind, question, &row.answers[place], &row.edits, place);
        }
    } else if let Some(aside) = returned.set_aside.iter().find(|aside| is_here(&aside.origin)) {
        traced.serial.clone_from(&aside.serial);
        traced.row = format!("set aside: {}", aside.reason);
        traced.edits.extend(aside.rule.map(|rule| {
            let rule = &behind.analysis.instrument.edits[rule];
            let (before, after) = (String::new(), "(the whole return)".to_owned());
            CellEdit { rule: rule.id.clone(), label: rule.label.clone(), action: rule.action_in_words(), before, after }
        }));
    } else if let Some(blank) = returned.blank.iter().find(|blank| is_here(&blank.origin)) {
        traced.serial.clone_from(&blank.serial);
        traced.reading = Some(blank.reading);
        traced.row = "came back without any answer".to_owned();
    } else {
        traced.row = "nothing stands in this row".to_owned();
    }
    let first = columns.questions.iter().find(|(_, at, _)| *at == place).map_or(cell.column, |(column, ..)| *column);
    let names = [cell_name(cell.row, cell.column), cell_name(cell.row, first)];
    let about = returned.findings.iter().filter(|finding| {
        let at = &finding.place;
        let right = at.question.is_empty() || at.question == question.id;
        at.file == origin.workbook && at.sheet == origin.sheet && right && names.contains(&at.cell)
    });
    traced.findings = about
        .map(|finding| CellFinding {
            code: finding.code.clone(),
            severity: finding.severity.to_string(),
            problem: finding.problem.clone(),
            expected: finding.expected.clone(),
            hint: finding.hint.clone(),
        })
        .collect();
    Ok(traced)
}

/// The code of a response, those that stand for missing after the others.
fn code_of(question: &Question, choice: usize) -> Option<String> {
    let scale = question.scale.as_ref()?;
    let valid = scale.responses.iter().map(|response| &response.code);
    valid.chain(scale.missing.iter().map(|response| &response.code)).nth(choice).cloned()
}

impl TracedCell {
    /// What stands there, what it was read as, and what was done to it.
    fn read(&mut self, behind: &Behind<'_>, question: &Question, given: &Given, edits: &[editing::Edit], place: usize) {
        let rules = match behind.analysis.instrument.question(&self.question) {
            Some(_) => &behind.analysis.instrument.edits,
            None => {
                let repeats = &behind.analysis.instrument.repeats;
                let of = repeats.iter().find(|repeat| repeat.form.question(&self.question).is_some());
                of.map_or(&behind.analysis.instrument.edits, |repeat| &repeat.form.edits)
            }
        };
        let screen = Screen::new(behind.sampling, &behind.analysis.definition.issue.mailing);
        self.found = match question.kind {
            QuestionKind::Text if !given.raw.trim().is_empty() => "(words)".to_owned(),
            _ => screen.screened(&given.raw),
        };
        self.answer = in_words(question, &given.answer);
        let first = edits.iter().find(|edit| edit.question == place);
        self.as_given = in_words(question, first.map_or(&given.answer, |edit| &edit.before));
        self.edits = editing::of_question(edits, place)
            .map(|edit| {
                let rule = &rules[edit.rule];
                CellEdit {
                    rule: rule.id.clone(),
                    label: rule.label.clone(),
                    action: rule.action_in_words(),
                    before: in_words(question, &edit.before),
                    after: in_words(question, &edit.after),
                }
            })
            .collect();
    }

    /// A cell of a row that was accepted.
    fn accepted(&mut self, behind: &Behind<'_>, response: &Response, question: &Question, place: usize) {
        self.serial.clone_from(&response.serial);
        self.reading = Some(response.reading);
        self.read(behind, question, &response.answers[place], &response.edits, place);
        let units = behind.units;
        let Some(unit) = units.responses.iter().position(|counted| counted.origin == response.origin) else {
            self.row = "used for agreement between readers; another reading counts in the figures".to_owned();
            return;
        };
        self.row = "used".to_owned();
        let instrument = behind.analysis.instrument;
        if instrument.is_record(question) {
            self.row = "used for checks only: the office enters it about everybody".to_owned();
            return;
        }
        let answer = &response.answers[place].answer;
        if answer.missing().is_none() {
            let value = |estimate: &Estimate| added(question, estimate, answer);
            self.enters(behind, unit, &behind.questions[place], &value);
        }
        let of = |unit: usize, question: usize| &units.responses[unit].answers[question].answer;
        for (score, result) in instrument.scores.iter().zip(behind.scores) {
            if score.items.iter().any(|item| item.question == place) {
                let value = score.of(units.responses.len(), of)[unit];
                if !value.is_nan() {
                    self.enters(behind, unit, result, &|_| value);
                }
            }
        }
    }

    /// Adds the figures of a question or score that a unit has a part in.
    fn enters(&mut self, behind: &Behind<'_>, unit: usize, result: &QuestionResult, value: &dyn Fn(&Estimate) -> f64) {
        let respondents = &behind.units.respondents;
        let is_member = |group: &GroupResult| {
            let mut groupings = respondents.groupings.iter().zip(&respondents.group_of);
            groupings.any(|(grouping, of)| {
                grouping.by == group.by && of[unit].is_some_and(|at| grouping.groups[at] == group.group)
            })
        };
        for group in std::iter::once(&result.overall).chain(result.groups.iter().filter(|group| is_member(group))) {
            let by = (!group.by.is_empty()).then(|| (group.by.clone(), group.group.clone()));
            let named = |what: &str| Figure { question: result.id.clone(), what: what.to_owned(), by: by.clone() };
            let median = group.more.iter().find(|estimate| estimate.statistic == Statistic::Median);
            let shares = group.shares.iter().chain(&group.nets).map(|share| (share, share.response.as_str()));
            let others = [(group.positive.as_ref(), "positive"), (group.mean.as_ref(), "mean"), (median, "median")];
            let others = others.into_iter().filter_map(|(estimate, what)| Some((estimate?, what)));
            for (estimate, what) in shares.chain(others).filter(|(estimate, _)| !estimate.is_suppressed()) {
                self.figures.push(CellFigure {
                    figure: named(what).to_string(),
                    value: value(estimate),
                    estimate: estimate.estimate,
                    n: estimate.n,
                });
            }
        }
    }
}

fn find_workbook<'w>(workbooks: &'w [ReturnedWorkbook], cell: &CellName) -> Result<&'w ReturnedWorkbook> {
    let ends =
        |long: &str, short: &str| long.strip_suffix(short).is_some_and(|head| head.is_empty() || head.ends_with('/'));
    let fits = |workbook: &&ReturnedWorkbook| ends(&cell.file, &workbook.file) || ends(&workbook.file, &cell.file);
    if let Some(exact) = workbooks.iter().find(|workbook| workbook.file == cell.file) {
        return Ok(exact);
    }
    let found: Vec<&ReturnedWorkbook> = workbooks.iter().filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let error = Error::usage("no such file is among the returns").found(&cell.file);
            Err(match nearest(&cell.file, workbooks.iter().map(|workbook| workbook.file.as_str())) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error.expected("the path of a file in the returns folder"),
            })
        }
        several => {
            let names: Vec<&str> = several.iter().map(|workbook| workbook.file.as_str()).collect();
            Err(Error::usage("several returns end so").found(&cell.file).expected(names.join(", ")))
        }
    }
}

fn find_sheet<'w>(workbook: &'w ReturnedWorkbook, cell: &CellName) -> Result<&'w AnswerColumns> {
    let sheets = &workbook.sheets;
    let found = match &cell.sheet {
        Some(name) => sheets.iter().find(|sheet| sheet.sheet.eq_ignore_ascii_case(name)),
        None => sheets.first().filter(|_| sheets.len() == 1),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.sheet.as_str()).collect();
        let error = Error::usage("nothing was read from there").found(cell.to_string());
        match (names.as_slice(), &workbook.superseded_by) {
            ([], Some(mended)) => error.hint(format!("{mended} took the place of the file")),
            ([], None) => error.hint(format!("the file was not used: {}", workbook.recognised)),
            (names, _) => error.expected(format!("a sheet with answers: {}", names.join(", "))),
        }
    })
}

fn no_answer(columns: &AnswerColumns, cell: &CellName) -> Error {
    let known = columns.questions.iter().map(|(column, ..)| *column);
    let (first, last) = (known.clone().min().unwrap_or(0), known.max().unwrap_or(0));
    let error = Error::usage("no answer can stand in this cell").found(cell.to_string()).expected(format!(
        "a cell from {} down, in columns {} to {}",
        cell_name(columns.first_row, first),
        cell_name(0, first).trim_end_matches('1'),
        cell_name(0, last).trim_end_matches('1')
    ));
    if cell.row < columns.first_row { error.hint("the headings stand there") } else { error }
}

impl TracedCell {
    /// What it says, line by line, as pairs of a name and a text.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![("cell", self.place())];
        let response = if self.response.is_empty() { String::new() } else { format!(", response {}", self.response) };
        lines.push(("question", format!("{} ({}){response}", self.question, self.label)));
        if !self.serial.is_empty() {
            let reading =
                self.reading.filter(|reading| *reading > 1).map_or(String::new(), |n| format!(", reading {n}"));
            lines.push(("unit", format!("{}{reading}", self.serial)));
        }
        lines.push(("row", self.row.clone()));
        for (name, text) in [("found", &self.found), ("as given", &self.as_given)] {
            if !text.is_empty() {
                lines.push((name, text.clone()));
            }
        }
        for edit in &self.edits {
            let what = match edit.before == edit.after {
                true => edit.action.clone(),
                false if edit.before.is_empty() => format!("{}: {}", edit.action, edit.after),
                false => format!("{} in place of {}", edit.after, edit.before),
            };
            lines.push(("rule", format!("{} ({}): {what}", edit.rule, edit.label)));
        }
        if !self.answer.is_empty() {
            lines.push(("answer", self.answer.clone()));
        }
        for finding in &self.findings {
            let expected = match finding.expected.as_str() {
                "" => String::new(),
                expected => format!("; expected {expected}"),
            };
            lines.push(("finding", format!("{}[{}] {}{expected}", finding.severity, finding.code, finding.problem)));
        }
        for figure in &self.figures {
            let what = format!("{}: adds {} to {:.4} from {}", figure.figure, figure.value, figure.estimate, figure.n);
            lines.push(("figure", what));
        }
        if self.figures.is_empty() {
            lines.push(("figure", "none".to_owned()));
        }
        lines
    }

    fn place(&self) -> String {
        let parts = [&self.workbook, &self.sheet, &self.cell].into_iter().map(String::as_str);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" > ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_people_write_them() -> Result<()> {
        let cell: CellName = "sample-data/returns/a b.xlsx!'Case files'!$AA$12".parse()?;
        assert_eq!((cell.row, cell.column, cell.sheet.as_deref()), (11, 26, Some("Case files")));
        assert_eq!(cell.to_string(), "sample-data/returns/a b.xlsx!Case files!AA12");
        let text: CellName = "./one.csv!c3".parse()?;
        assert_eq!((text.file.as_str(), text.sheet, text.row, text.column), ("one.csv", None, 2, 2));
        for wrong in ["one.csv", "one.csv!3", "!A1", "one.csv!A0", "one.csv!AAAA1", "one.csv!Sheet!"] {
            assert!(wrong.parse::<CellName>().is_err(), "{wrong}");
        }
        Ok(())
    }
}
