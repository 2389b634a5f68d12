//! How good the data are and how they were made: response, missing answers, counts, findings, methods, sources.

use std::collections::BTreeMap;

use crate::finding::{Severity, entry};
use crate::results::{QuestionResult, Results};
use crate::workbook::fit::Names;
use crate::workbook::notes::Note;
use crate::workbook::published::{Column, Mark, Table, Value};

use super::{about, is_hidden, label};

/// Response by stratum, with weights.
pub(super) fn response(results: &Results, names: &mut Names) -> Option<Table> {
    if results.strata.is_empty() {
        return None;
    }
    let row = |name: &str, population: usize, drawn: usize, returned: usize, weight: Value| {
        vec![
            Value::words(name),
            Value::count(population),
            Value::count(drawn),
            Value::count(returned),
            Value::count(drawn.saturating_sub(returned)),
            if drawn == 0 { Mark::NotApplicable.into() } else { Value::percent(returned as f64 / drawn as f64) },
            weight,
        ]
    };
    let mut rows: Vec<Vec<Value>> = results
        .strata
        .iter()
        .map(|s| row(&s.name, s.population, s.drawn, s.returned, Value::number(s.weight, 4)))
        .collect();
    let sum = |count: fn(&crate::results::StratumResult) -> usize| results.strata.iter().map(count).sum::<usize>();
    if results.strata.len() > 1 {
        let all = (sum(|s| s.population), sum(|s| s.drawn), sum(|s| s.returned));
        rows.push(row("All strata", all.0, all.1, all.2, Mark::NotApplicable.into()));
    }
    Some(Table {
        sheet: names.sheet("Response"),
        name: names.table("response"),
        title: format!("Response and weights by stratum, {}", results.title),
        about: about(results, "It shows how many there are, were drawn and returned in each stratum, unweighted."),
        columns: vec![
            Column::words("Stratum", 36.0),
            Column::numbers("Population"),
            Column::numbers("Drawn"),
            Column::numbers("Returned"),
            Column::numbers("Not returned"),
            Column::numbers("Response rate (%)"),
            Column::numbers("Weight").note(Note::Weight),
        ],
        rows,
    })
}

/// The weights, step by step.
pub(super) fn weighting(results: &Results, names: &mut Names) -> Option<Table> {
    let rows: Vec<Vec<Value>> = results
        .weighting
        .iter()
        .map(|step| {
            let mut row = vec![
                Value::words(&step.name),
                Value::words(&step.rule),
                Value::count(step.count()),
                Value::number(step.sum(), 1),
            ];
            row.extend([0.0, 0.25, 0.5, 0.75, 1.0].map(|p| Value::number(step.quantile(p), 4)));
            row.extend([Value::number(step.worth(), 1), Value::percent(step.told_loss())]);
            row
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(Table {
        sheet: names.sheet("Weights"),
        name: names.table("weights"),
        title: format!("Weights before and after adjustment, {}", results.title),
        about: about(results, "It shows the weights of those who returned after each step."),
        columns: vec![
            Column::words("Step", 24.0),
            Column::words("Rule", 50.0),
            Column::numbers("Returns"),
            Column::numbers("Sum"),
            Column::numbers("Lowest"),
            Column::numbers("First quarter"),
            Column::numbers("Median"),
            Column::numbers("Third quarter"),
            Column::numbers("Highest"),
            Column::numbers("Effective size").note(Note::Loss),
            Column::numbers("Loss (%)"),
        ],
        rows,
    })
}

/// Missing answers by question and kind.
pub(super) fn item_response(results: &Results, names: &mut Names) -> Option<Table> {
    let mut kinds: Vec<&str> = Vec::new();
    let tells = |question: &QuestionResult| results.fieldwork.untold.tells_kinds(&question.id);
    for (kind, _) in results.questions.iter().filter(|question| tells(question)).flat_map(|question| &question.missing)
    {
        if !kinds.contains(&kind.as_str()) {
            kinds.push(kind);
        }
    }
    if results.questions.is_empty() {
        return None;
    }
    let rows = results
        .questions
        .iter()
        .map(|question| {
            let hidden = is_hidden(question);
            let count = |n: usize| if hidden { Mark::Suppressed.into() } else { Value::count(n) };
            let mut row =
                vec![Value::words(&question.id), Value::words(label(results, &question.id)), count(question.overall.n)];
            let hidden = hidden || !tells(question);
            let count = |n: usize| if hidden { Mark::Suppressed.into() } else { Value::count(n) };
            let rate = results.fieldwork.item_response(&question.id);
            row.push(if hidden { Mark::Suppressed.into() } else { Value::percent(rate) });
            row.extend(kinds.iter().map(|kind| {
                count(question.missing.iter().filter(|(name, _)| name == kind).map(|(_, number)| number).sum())
            }));
            row
        })
        .collect();
    let mut columns = vec![
        Column::words("Question", 24.0),
        Column::words("Statement", 40.0),
        Column::numbers("Valid answers").note(Note::Missing),
        Column::numbers("Of those asked (%)"),
    ];
    columns.extend(kinds.iter().map(|kind| Column::numbers(*kind)));
    Some(Table {
        sheet: names.sheet("Missing_answers"),
        name: names.table("missing_answers"),
        title: format!("Missing answers by question and kind, {}", results.title),
        about: about(results, "It counts valid and missing answers to each question, unweighted."),
        columns,
        rows,
    })
}

/// How many there were at each stage.
pub(super) fn counts(results: &Results, names: &mut Names) -> Table {
    let counts = &results.counts;
    let mut rows: Vec<(String, usize)> = [
        ("Rows in the frame", counts.frame_rows),
        ("Population, after exclusions and duplicates", counts.population),
        ("Drawn", counts.drawn),
        ("Returned", counts.returned),
        ("Not returned", counts.not_returned),
        ("Files in the returns folder", counts.workbooks),
        ("Rows read", counts.rows_read),
        ("Rows accepted", counts.accepted),
        ("Rows set aside", counts.set_aside),
    ]
    .map(|(stage, count)| (stage.to_owned(), count))
    .into();
    let at = rows.iter().position(|(stage, _)| stage.starts_with("Population")).unwrap_or(0);
    rows.splice(at..at, counts.excluded.iter().map(|(why, count)| (format!("Left out by rule: {why}"), *count)));
    rows.extend(counts.set_aside_reasons.iter().map(|(why, count)| (format!("Rows set aside: {why}"), *count)));
    let at = rows.iter().position(|(stage, _)| stage == "Not returned").unwrap_or(0);
    rows.splice(at..at, counts.forms.iter().map(|(form, count)| (format!("Returned: {form}"), *count)));
    let releases = &counts.releases;
    if releases.released > 0 || !releases.reasons.is_empty() {
        rows.push(("Reserves released".to_owned(), releases.released));
        for (why, replaced, not) in &releases.reasons {
            rows.push((format!("Could not be used, {why}: replaced"), *replaced));
            rows.push((format!("Could not be used, {why}: not replaced"), *not));
        }
        rows.push(("Found not to belong to the population".to_owned(), releases.ineligible));
    }
    for severity in [Severity::Concern, Severity::Error, Severity::Warning, Severity::Note] {
        let count = results.counted_findings().filter(|finding| finding.severity == severity).count();
        rows.push((format!("Findings of severity {severity}"), count));
    }
    Table {
        sheet: names.sheet("Data_quality"),
        name: names.table("data_quality"),
        title: format!("Data quality: counts at every stage, {}", results.title),
        about: about(results, "Drawn = returned + not returned; rows read = accepted + set aside."),
        columns: vec![Column::words("Stage", 60.0), Column::numbers("Count")],
        rows: rows.into_iter().map(|(stage, count)| vec![Value::Text(stage), Value::count(count)]).collect(),
    }
}

/// Findings by code: how many, never where, since places lead to people.
pub(super) fn findings(results: &Results, names: &mut Names) -> Option<Table> {
    let mut codes: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for finding in results.counted_findings() {
        *codes.entry((&finding.code, finding.severity)).or_default() += 1;
    }
    if codes.is_empty() {
        return None;
    }
    let title = format!("Findings in the returned workbooks by code, {}", results.title);
    let counted = codes.into_iter().map(|((code, severity), count)| (code, severity, count));
    let is_about = "It counts what was wrong in the returns; findings.xlsx lists each with its place.";
    Some(by_code(counted, names, title, about(results, is_about)))
}

/// The table of findings by code, from how many there are of each.
pub(super) fn by_code<'f>(
    counted: impl Iterator<Item = (&'f str, Severity, usize)>,
    names: &mut Names,
    title: String,
    about: Vec<String>,
) -> Table {
    let row = |(code, severity, count): (&str, Severity, usize)| {
        let known = entry(code);
        vec![
            Value::words(code),
            Value::Text(severity.to_string()),
            Value::words(known.map_or("", |e| e.title)),
            Value::words(known.map_or("", |e| e.means)),
            Value::count(count),
        ]
    };
    Table {
        sheet: names.sheet("Findings_by_code"),
        name: names.table("findings_by_code"),
        title,
        about,
        columns: vec![
            Column::words("Code", 10.0),
            Column::words("Severity", 12.0),
            Column::words("Problem", 50.0),
            Column::words("What it means for the results", 60.0),
            Column::numbers("Findings"),
        ],
        rows: counted.map(row).collect(),
    }
}

/// The statistical choices.
pub(super) fn methods(results: &Results, names: &mut Names) -> Option<Table> {
    if results.methods.is_empty() {
        return None;
    }
    Some(Table {
        sheet: names.sheet("Methods"),
        name: names.table("methods"),
        title: format!("Methods, {}", results.title),
        about: about(results, "It names every statistical choice and says what it means."),
        columns: vec![Column::words("Choice", 24.0), Column::words("Rule", 30.0), Column::words("Meaning", 90.0)],
        rows: results
            .methods
            .iter()
            .map(|m| [&m.choice, &m.rule, &m.meaning].into_iter().map(|text| Value::words(text)).collect())
            .collect(),
    })
}

/// Where the published figures come from.
pub(super) fn sources(results: &Results, names: &mut Names) -> Option<Table> {
    if results.sources.is_empty() {
        return None;
    }
    Some(Table {
        sheet: names.sheet("Sources"),
        name: names.table("sources"),
        title: format!("Sources of published figures, {}", results.title),
        about: about(results, "It says where each published figure comes from and how it is treated."),
        columns: vec![
            Column::words("Published figure from", 30.0),
            Column::words("Source", 60.0),
            Column::words("As of", 18.0),
            Column::words("How it is treated", 60.0),
        ],
        rows: results
            .sources
            .iter()
            .map(|s| [&s.label, &s.source, &s.as_of, &s.note].into_iter().map(|text| Value::words(text)).collect())
            .collect(),
    })
}
