//! What became of one unit since the draw: where it was sent, what came back, what the office noted, in sentences.

use super::super::plan::Plan;
use super::super::{Definition, Sampling, fieldwork, plan, quality};
use super::progress;
use crate::error::Result;
use crate::pipeline::run::Silent;
use crate::returns::{Origin, Returned};

/// What became of a unit.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Since {
    /// How it counts: `complete`, `refused`, `not returned`, ...; empty where it is not in use.
    pub disposition: String,
    /// Where it was sent.
    pub issued: Vec<String>,
    /// What came back.
    pub returns: Vec<String>,
    /// What the office's register says.
    pub register: Vec<String>,
}

impl Since {
    /// The sentences, each with what it is about.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let disposition = Some(self.disposition.as_str()).filter(|words| !words.is_empty());
        let lists = [("issued", &self.issued), ("returned", &self.returns), ("register", &self.register)];
        let told = lists.into_iter().flat_map(|(name, list)| list.iter().map(move |line| (name, line.as_str())));
        told.chain(disposition.map(|words| ("counts as", words)))
    }
}

/// Says what became of a unit; nothing of one that nothing was sent to.
pub(super) fn since(definition: &Definition, sampling: &Sampling, serial: &str) -> Result<Since> {
    if sampling.in_use().iter().all(|unit| unit.serial != serial) {
        return Ok(Since::default());
    }
    let instrument = definition.instrument()?;
    let plan = plan::plan(definition, sampling)?;
    let returned = fieldwork::ingest(definition, &instrument, sampling, &plan, &Silent)?.unwrap_or_default();
    let settled = quality::settle(definition, &instrument, sampling, &returned)?;
    let day = progress::receipts(definition, sampling, &returned)?.get(serial).copied().flatten();
    let mut returns = came(&returned, serial);
    match (day, returns.is_empty()) {
        (_, true) => returns.push("nothing has come".to_owned()),
        (Some(day), false) => returns.push(format!("it came on {day}")),
        (None, false) => {}
    }
    let register = sampling.register.of(serial).map(|entry| {
        let day = entry.date.map_or(String::new(), |day| format!(" on {day}"));
        let mode = if entry.mode.is_empty() { String::new() } else { format!(", by {}", entry.mode) };
        format!(
            "{}{day}{mode} ({})",
            entry.disposition.words(),
            place(&entry.place.file, &entry.place.sheet, &entry.place.cell)
        )
    });
    let contradicted = settled.findings.iter().filter(|finding| finding.place.unit == serial);
    let contradicted = contradicted.map(|finding| format!("{}: {}", finding.problem, finding.expected));
    Ok(Since {
        disposition: settled.dispositions.get(serial).map_or(String::new(), |ended| ended.words().to_owned()),
        issued: issued(sampling, &plan, serial),
        returns,
        register: register.into_iter().chain(contradicted).collect(),
    })
}

fn issued(sampling: &Sampling, plan: &Plan, serial: &str) -> Vec<String> {
    let in_use = sampling.in_use();
    let mut lines = Vec::new();
    for batch in &plan.batches {
        for (_, reading) in batch.units.iter().filter(|(at, _)| in_use[*at].serial == serial) {
            lines.push(match batch.is_reader {
                true => format!("to reader {}, as reading {reading}", batch.name),
                false => format!("in {}", batch.name),
            });
        }
    }
    for wave in plan.waves.iter().filter(|wave| wave.units.iter().any(|&at| in_use[at].serial == serial)) {
        let day = if wave.date.is_empty() { String::new() } else { format!(" on {}", wave.date) };
        lines.push(format!("with wave {}{day}", wave.name));
    }
    lines
}

/// What came of a unit, row by row.
fn came(returned: &Returned, serial: &str) -> Vec<String> {
    let at = |origin: &Origin| place(&origin.workbook, &origin.sheet, &format!("row {}", origin.row + 1));
    let mut lines = Vec::new();
    for response in returned.responses.iter().filter(|response| response.serial == serial) {
        let reader = match response.reader.as_str() {
            "" => String::new(),
            reader => format!(", reading {} by {reader}", response.reading),
        };
        let here = |finding: &&crate::finding::Finding| {
            finding.place.file == response.origin.workbook && finding.place.unit == serial
        };
        let mut codes: Vec<&str> = returned.findings.iter().filter(here).map(|finding| finding.code.as_str()).collect();
        codes.dedup();
        let findings = match codes.as_slice() {
            [] => String::new(),
            codes => format!("; findings {}", codes.join(", ")),
        };
        let edits = match response.edits.iter().filter(|edit| edit.concerns_an_answer()).count() {
            0 => String::new(),
            n => format!("; edit rules applied {n} times"),
        };
        lines.push(format!("in {}{reader}{findings}{edits}", at(&response.origin)));
    }
    for aside in returned.set_aside.iter().filter(|aside| aside.serial == serial) {
        lines.push(format!("in {}, set aside: {}", at(&aside.origin), aside.reason));
    }
    for blank in returned.blank.iter().filter(|blank| blank.serial == serial) {
        lines.push(format!("in {}, without any answer", at(&blank.origin)));
    }
    lines
}

fn place(file: &str, sheet: &str, cell: &str) -> String {
    [file, sheet, cell].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" > ")
}
