//! What goes back to each person whose return has something to mend: their own answers and their own findings.
//!
//! A workbook is made from one returned file, for the batch or the reader whom that file was issued to. It holds the rows
//! that were issued to them and the answers that they gave there, never anybody else's. It carries the file's hash, so that
//! it takes the file's place when it comes back.

use std::collections::BTreeMap;

use super::plan::Plan;
use super::{Definition, Sampling, fieldwork};
use crate::error::Result;
use crate::files::Delivery;
use crate::finding::{Finding, Severity, cell_name};
use crate::instrument::{Instrument, Question, QuestionKind};
use crate::issue::{self, Batch, Fill, ToMend};
use crate::returns::{Given, Origin, Repeated, Response, Returned, ReturnedWorkbook};

/// A study whose forms go out, and whose returns are sent back.
pub(super) struct Study<'a> {
    pub definition: &'a Definition,
    pub instrument: &'a Instrument,
    pub sampling: &'a Sampling,
    pub plan: &'a Plan,
}

/// Writes a workbook for every returned file that has something to mend; gives their names.
pub(super) fn write(study: &Study<'_>, returned: &Returned, delivery: &mut Delivery) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for workbook in &returned.workbooks {
        let Some(batch) = to_mend(study, returned, workbook) else { continue };
        let other = study.instrument.in_language(&workbook.language);
        let stem = workbook.file.rsplit_once('.').map_or(workbook.file.as_str(), |(stem, _)| stem);
        let name = format!("send-back/{}.xlsx", fieldwork::file_name(stem));
        let name = if files.contains(&name) {
            format!("send-back/{}-{}.xlsx", fieldwork::file_name(stem), &workbook.hash[..8])
        } else {
            name
        };
        delivery.put(&name, &issue::workbook(other.as_ref().unwrap_or(study.instrument), &batch)?)?;
        files.push(name);
    }
    // What an earlier run left is mended by now: it must not go out again.
    for name in earlier(delivery) {
        if !files.contains(&name) {
            delivery.remove(&name);
        }
    }
    Ok(files)
}

/// The workbooks that are there from an earlier run.
fn earlier(delivery: &Delivery) -> Vec<String> {
    let there = std::fs::read_dir(delivery.folder().join("send-back")).into_iter().flatten().flatten();
    let names = there.map(|file| format!("send-back/{}", file.file_name().to_string_lossy()));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".xlsx")).collect();
    names.sort_unstable();
    names
}

/// The workbook that goes back; none where nothing is to be mended, or where it is not known whose the file is.
fn to_mend(study: &Study<'_>, returned: &Returned, workbook: &ReturnedWorkbook) -> Option<Batch> {
    if workbook.batch.is_empty() || workbook.hash.is_empty() || workbook.superseded_by.is_some() {
        return None;
    }
    let planned = study.plan.batches.iter().find(|planned| planned.name == workbook.batch)?;
    let found: Vec<&Finding> = returned
        .findings
        .iter()
        .filter(|finding| finding.place.file == workbook.file && finding.severity > Severity::Note)
        .collect();
    let mine: Vec<&Response> =
        returned.responses.iter().filter(|response| response.origin.workbook == workbook.file).collect();
    if found.is_empty() || mine.is_empty() {
        return None;
    }
    let mut batch = fieldwork::batch(study.definition, study.instrument, study.sampling, study.plan, planned);
    let theirs: Vec<(&str, u8)> = batch.rows.iter().map(|row| (row.serial.as_str(), row.reading)).collect();
    // What was read under another number than it was issued under is not theirs to mend here.
    let mine: Vec<&Response> = mine.into_iter().filter(|r| theirs.contains(&(r.serial.as_str(), r.reading))).collect();
    let mut fill = Fill::new();
    for response in &mine {
        let key = (response.serial.clone(), response.reading);
        fill.insert(key.clone(), as_typed(&study.instrument.questions, &response.answers));
        let repeats = study.instrument.repeats.iter().zip(&response.repeats);
        let rows = repeats.map(|(repeat, rows)| (repeat.id.clone(), in_places(&repeat.form.questions, rows)));
        batch.repeated.insert(key, rows.collect());
    }
    batch.fill = fill;
    batch.mends = Some(workbook.hash.clone());
    let others: Vec<&str> = returned
        .workbooks
        .iter()
        .filter(|other| other.batch != workbook.batch)
        .map(|other| other.file.as_str())
        .collect();
    batch.findings = found.into_iter().map(|finding| entry(study.instrument, finding, &mine, &others)).collect();
    Some(batch)
}

/// The answers of a row as they stood, by the id of the question or of the column.
fn as_typed(questions: &[Question], given: &[Given]) -> BTreeMap<String, String> {
    let mut typed = BTreeMap::new();
    for (question, given) in questions.iter().zip(given).filter(|(_, given)| !given.raw.is_empty()) {
        let columns = issue::headers(question);
        let parts = match question.kind {
            QuestionKind::Multiple | QuestionKind::Rank => apart(&columns, &given.raw),
            _ => None,
        };
        match parts {
            Some(parts) => typed.extend(parts),
            None => _ = typed.insert(question.id.clone(), given.raw.to_string()),
        }
    }
    typed
}

/// The rows of a repeat, each at the place of its number.
fn in_places(questions: &[Question], rows: &[Repeated]) -> Vec<BTreeMap<String, String>> {
    let last = rows.iter().map(|row| row.number as usize).max().unwrap_or(0).min(1_000);
    let mut places = vec![BTreeMap::new(); last];
    for row in rows {
        if let Some(place) = (row.number as usize).checked_sub(1).and_then(|at| places.get_mut(at)) {
            *place = as_typed(questions, &row.answers);
        }
    }
    places
}

/// What stood in each of several columns (`h=Yes; p=x`), by the column's id; none where it does not stand so.
fn apart(columns: &[String], raw: &str) -> Option<BTreeMap<String, String>> {
    let name = |column: &str| column.rsplit_once(['/', '#']).map(|(_, name)| format!("{name}=")).unwrap_or_default();
    let mut marks: Vec<(usize, &String, usize)> = Vec::new();
    let mut from = 0;
    // The columns come in their order, so each begins after the one before.
    for column in columns {
        let name = name(column);
        let at = if from == 0 && raw.starts_with(&name) {
            Some(0)
        } else {
            raw.get(from..)?.find(&format!("; {name}")).map(|at| from + at + 2)
        };
        if let Some(at) = at {
            marks.push((at, column, at + name.len()));
            from = at + name.len();
        }
    }
    if marks.first().is_none_or(|(at, ..)| *at != 0) {
        return None;
    }
    let ends = marks.iter().skip(1).map(|(at, ..)| at - 2).chain([raw.len()]);
    Some(
        marks
            .iter()
            .zip(ends)
            .map(|((_, column, start), end)| ((*column).clone(), raw[*start..end].to_owned()))
            .collect(),
    )
}

/// A finding as its owner sees it.
fn entry(instrument: &Instrument, finding: &Finding, mine: &[&Response], others: &[&str]) -> ToMend {
    let place = &finding.place;
    let row = place.cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok();
    let is_it = |origin: &Origin| Some(origin.row + 1) == row && origin.sheet == place.sheet;
    let mut to_mend = ToMend {
        severity: finding.severity.to_string(),
        problem: finding.problem.clone(),
        serial: place.unit.clone(),
        question: place.question.clone(),
        place: [&place.sheet, &place.cell]
            .into_iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" "),
        // What is said of somebody else's file is nobody's business but theirs.
        found: if others.iter().any(|file| finding.found.contains(file)) {
            "another return is used".to_owned()
        } else {
            finding.found.clone()
        },
        expected: finding.expected.clone(),
        hint: finding.hint.clone(),
        ..ToMend::default()
    };
    let of_columns = |question: Option<&Question>, origin: &Origin, given: Option<&Given>| {
        let columns = issue::headers(question?);
        let first = given?.column?;
        let at = (0u32..).take(columns.len()).find(|at| cell_name(origin.row, first + at) == place.cell)?;
        columns.get(at as usize).filter(|_| columns.len() > 1).cloned()
    };
    for response in mine {
        if is_it(&response.origin) {
            (to_mend.serial, to_mend.reading) = (response.serial.clone(), response.reading);
            let at = instrument.position(&place.question);
            let (question, given) =
                (at.map(|at| &instrument.questions[at]), at.and_then(|at| response.answers.get(at)));
            to_mend.column = of_columns(question, &response.origin, given);
        }
        for (repeat, rows) in instrument.repeats.iter().zip(&response.repeats) {
            let Some(row) = rows.iter().find(|row| is_it(&row.origin)) else { continue };
            (to_mend.serial, to_mend.reading) = (response.serial.clone(), response.reading);
            to_mend.repeated = Some((repeat.id.clone(), row.number));
            let at = repeat.form.position(&place.question);
            let (question, given) = (at.map(|at| &repeat.form.questions[at]), at.and_then(|at| row.answers.get(at)));
            to_mend.column = of_columns(question, &row.origin, given);
        }
    }
    to_mend
}

#[cfg(test)]
mod tests {
    use super::apart;

    #[test]
    fn answers_in_several_columns_are_taken_apart_as_they_were_put_together() {
        let columns = ["q/h", "q/p", "q/o"].map(str::to_owned);
        let parts = apart(&columns, "h=Yes; p=x; y=2; o=a; b").expect("in columns");
        assert_eq!(
            parts.into_iter().collect::<Vec<_>>(),
            [
                ("q/h".to_owned(), "Yes".to_owned()),
                ("q/o".to_owned(), "a; b".to_owned()),
                ("q/p".to_owned(), "x; y=2".to_owned()),
            ]
        );
        assert!(apart(&columns, "h; p").is_none());
        assert_eq!(apart(&["r#1", "r#2"].map(str::to_owned), "2=A").expect("one")["r#2"], "A");
    }
}
