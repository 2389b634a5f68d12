//! The report as tables: `evaluation.xlsx`, and the same rows as csv.

use super::cycle::Direction;
use super::evidence::{Figure, Item};
use super::judgement::Priority;
use super::standing::Standing;
use super::{Evaluation, improvement};
use crate::error::{Error, Result};
use crate::results::Strength;
use crate::workbook::bundle::Bundle;
use crate::workbook::harmless;
use crate::workbook::published::{Column, Mark, Table, Value};

mod registers;

use registers::{checks, consultations, evidence, mapping, scale, stages, way};

/// The report as a published workbook.
///
/// # Errors
/// When it does not fit into a workbook.
pub fn workbook(evaluation: &Evaluation) -> Result<Vec<u8>> {
    let head = &evaluation.definition.evaluation;
    let mut first = vec![format!("{} for {}, as at {}.", head.kind.words(), head.organisation, day(head.date))];
    first.extend(head.notice.iter().cloned());
    let bundle = Bundle {
        title: head.title.clone(),
        subject: format!("{}, {}", evaluation.framework.title, head.period),
        organisation: head.organisation.clone(),
        imprint: format!("Run {} of quorate {}", evaluation.run_id, env!("CARGO_PKG_VERSION")),
        cover: vec![
            ("", first),
            (
                "What is in this workbook",
                vec![
                    "Levels, judgements with their reasons, areas for improvement, the register of evidence, the register \
                     of consultation activities, and what the checks found. Each worksheet has one table."
                        .to_owned(),
                ],
            ),
            (
                "How to read it",
                vec![
                    "A level is a professional judgement on the evidence, made by people and recorded with its reasons. \
                     No level is computed, and no average of levels or figures is one."
                        .to_owned(),
                    format!("Framework: {}. {}.", evaluation.framework.title, evaluation.framework.source),
                ],
            ),
            (
                "This run",
                vec![format!(
                    "Run {} of quorate {}. The same inputs give the same workbook.",
                    evaluation.run_id,
                    env!("CARGO_PKG_VERSION")
                )],
            ),
        ],
        tables: all(evaluation),
    };
    bundle.xlsx()
}

/// A table as csv, with the same headings; symbols as in the workbook.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
fn csv(table: &Table) -> Result<Vec<u8>> {
    let fail = |error: csv::Error| Error::data("the table cannot be written as csv").found(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|column| column.header.as_str())).map_err(fail)?;
    for row in &table.rows {
        let cells = row.iter().map(|value| match value {
            Value::Text(text) | Value::Sheet(text) => harmless(text).into_owned(),
            Value::Marked(mark, _) => mark.symbol().to_owned(),
            Value::Number(number, _) => number.to_string(),
        });
        writer.write_record(cells.collect::<Vec<_>>()).map_err(fail)?;
    }
    writer.into_inner().map_err(|error| Error::data("the table cannot be written as csv").found(error.to_string()))
}

/// The register of evidence as csv.
///
/// # Errors
/// As for any csv: none that can be foreseen.
pub fn evidence_csv(evaluation: &Evaluation) -> Result<Vec<u8>> {
    csv(&evidence(evaluation))
}

/// The register of consultation activities as csv.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn consultations_csv(evaluation: &Evaluation) -> Result<Vec<u8>> {
    csv(&consultations(evaluation))
}

/// The areas for improvement as csv.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn improvements_csv(evaluation: &Evaluation) -> Result<Vec<u8>> {
    csv(&improvements(evaluation))
}

fn all(evaluation: &Evaluation) -> Vec<Table> {
    let mut tables = vec![
        summary(evaluation),
        over_time(evaluation),
        judgements(evaluation),
        improvements(evaluation),
        confidence(evaluation),
        evidence(evaluation),
        consultations(evaluation),
        checks(evaluation),
        way(evaluation),
        stages(evaluation),
        scale(evaluation),
    ];
    tables.extend(mapping(evaluation));
    tables
}

pub(super) fn day(date: chrono::NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

fn table(sheet: &str, title: String, about: &str, columns: Vec<Column>, rows: Vec<Vec<Value>>) -> Table {
    Table {
        sheet: sheet.to_owned(),
        name: sheet.to_lowercase(),
        title,
        about: vec![format!("This worksheet contains one table. {about}")],
        columns,
        rows,
    }
}

fn titled(evaluation: &Evaluation, what: &str) -> String {
    format!("{what}, {}", evaluation.definition.evaluation.title)
}

/// How many pieces of evidence bear on an indicator: firm, known less well, and other than figures.
pub(crate) fn strength_of_evidence<'a>(items: impl Iterator<Item = &'a Item>) -> [usize; 3] {
    let mut counts = [0; 3];
    for item in items {
        let place = match &item.figure {
            Some(Figure { strength: Some(Strength::Firm), .. }) => 0,
            Some(_) => 1,
            None => 2,
        };
        counts[place] += 1;
    }
    counts
}

/// The subjects in scope, areas before their indicators.
pub(crate) fn in_order(evaluation: &Evaluation) -> Vec<(&str, bool)> {
    let framework = &evaluation.framework;
    framework
        .areas
        .iter()
        .flat_map(|area| {
            let own = std::iter::once((area.number.as_str(), true));
            own.chain(area.indicators.iter().map(|indicator| (indicator.number.as_str(), false)))
        })
        .filter(|(subject, _)| evaluation.definition.in_scope(framework, subject))
        .collect()
}

/// The evidence on an indicator, or on all indicators of an area, each piece once.
pub(crate) fn items_on<'a>(evaluation: &'a Evaluation, subject: &'a str) -> impl Iterator<Item = &'a Item> {
    let area = evaluation.framework.area(subject);
    evaluation.items.iter().filter(move |item| match area {
        Some(area) => area.indicators.iter().any(|indicator| item.bears_on(&indicator.number)),
        None => item.bears_on(subject),
    })
}

/// How a subject stands, in words.
pub(crate) fn stands(evaluation: &Evaluation, subject: &str) -> String {
    match evaluation.standing(subject) {
        Standing::Agreed(_) => "agreed".to_owned(),
        Standing::Sole(judgement) => {
            format!("one evaluator ({}), not yet agreed", role(evaluation, &judgement.evaluator))
        }
        Standing::Apart(list) => {
            let levels: Vec<String> = list
                .iter()
                .map(|j| format!("{} {}", role(evaluation, &j.evaluator), evaluation.level_words(j.level)))
                .collect();
            format!("not yet agreed: {}", levels.join("; "))
        }
        Standing::Open => "not judged".to_owned(),
    }
}

/// The role behind a code.
pub(super) fn role(evaluation: &Evaluation, code: &str) -> String {
    evaluation.definition.evaluator(code).map_or_else(|| code.to_owned(), |evaluator| evaluator.role.clone())
}

fn level(evaluation: &Evaluation, level: Option<u8>) -> [Value; 2] {
    match level.and_then(|number| evaluation.framework.level(number)) {
        Some(level) => [Value::count(level.number.into()), Value::words(&level.name)],
        None => [Mark::NotAvailable.into(), Mark::NotAvailable.into()],
    }
}

fn summary(evaluation: &Evaluation) -> Table {
    let rows = in_order(evaluation).into_iter().map(|(subject, is_area)| {
        let standing = evaluation.standing(subject);
        let [firm, less, other] = strength_of_evidence(items_on(evaluation, subject));
        let mut row = vec![
            Value::words(subject),
            Value::words(evaluation.framework.title(subject).unwrap_or_default()),
            Value::words(if is_area { "area" } else { "indicator" }),
        ];
        row.extend(level(evaluation, standing.level()));
        row.push(evaluation.direction(subject).map_or(Mark::NotApplicable.into(), |way| match way {
            Direction::New if evaluation.earlier.is_empty() => Mark::NotApplicable.into(),
            way => Value::words(&way.words()),
        }));
        row.push(Value::words(&stands(evaluation, subject)));
        row.extend([firm, less, other].map(Value::count));
        let improvements = standing.judgement().map_or(0, |judgement| judgement.improvements.len());
        row.push(Value::count(improvements));
        row
    });
    table(
        "Levels",
        titled(evaluation, "Levels of areas and indicators"),
        "It lists the levels that people awarded, with how much evidence there is. Levels are not computed.",
        vec![
            Column::words("Number", 10.0),
            Column::words("Title", 46.0),
            Column::words("Kind", 12.0),
            Column::numbers("Level"),
            Column::words("Level's name", 20.0),
            Column::words("Direction", 16.0),
            Column::words("How it stands", 40.0),
            Column::numbers("Firm figures"),
            Column::numbers("Figures known less well"),
            Column::numbers("Other evidence"),
            Column::numbers("Areas for improvement"),
        ],
        rows.collect(),
    )
}

fn over_time(evaluation: &Evaluation) -> Table {
    let mut columns = vec![Column::words("Number", 10.0), Column::words("Title", 46.0)];
    let head = &evaluation.definition.evaluation;
    columns.extend(evaluation.earlier.iter().map(|past| Column::numbers(format!("{}, {}", past.title, past.date))));
    columns.push(Column::numbers(format!("{}, {}", head.title, head.date)));
    let number = |level: Option<u8>| level.map_or(Mark::NotAvailable.into(), |level| Value::count(level.into()));
    let rows = in_order(evaluation).into_iter().filter(|_| !evaluation.earlier.is_empty()).map(|(subject, _)| {
        let mut row =
            vec![Value::words(subject), Value::words(evaluation.framework.title(subject).unwrap_or_default())];
        row.extend(evaluation.earlier.iter().map(|past| number(past.level(subject))));
        row.push(number(evaluation.standing(subject).level()));
        row
    });
    table(
        "Over_time",
        titled(evaluation, "Levels over time"),
        "It sets the levels of each evaluation side by side.",
        columns,
        rows.collect(),
    )
}

fn judgements(evaluation: &Evaluation) -> Table {
    let rows = evaluation.judgements.list.iter().filter(|judgement| !judgement.is_empty()).map(|judgement| {
        let who = if judgement.is_agreed() {
            let by: Vec<String> = judgement.by.iter().map(|code| role(evaluation, code)).collect();
            format!("agreed by {}", by.join(", "))
        } else {
            role(evaluation, &judgement.evaluator)
        };
        let part = evaluation.definition.evaluator(&judgement.evaluator).map_or("agreed", |e| e.part.words());
        let mut row = vec![
            Value::words(&judgement.subject),
            Value::words(evaluation.framework.title(&judgement.subject).unwrap_or_default()),
            Value::words(&who),
            Value::words(part),
            judgement.date.map_or(Mark::NotAvailable.into(), |date| Value::words(&date.to_string())),
        ];
        row.extend(level(evaluation, judgement.level));
        let or_none = |text: String| if text.is_empty() { Mark::NoneRecorded.into() } else { Value::Text(text) };
        row.push(or_none(judgement.rationale.clone()));
        row.push(or_none(judgement.strengths.join("; ")));
        row.push(or_none(evaluation.evidence_in_words(&judgement.evidence)));
        row.push(or_none(judgement.reconciliation.clone()));
        let overrides: Vec<String> = judgement.overrides.iter().map(|o| format!("{}: {}", o.check, o.reason)).collect();
        row.push(or_none(overrides.join("; ")));
        row
    });
    table(
        "Judgements",
        titled(evaluation, "Judgements"),
        "It lists every judgement: of each evaluator, and of those who agreed.",
        vec![
            Column::words("Number", 10.0),
            Column::words("Title", 34.0),
            Column::words("Who", 28.0),
            Column::words("Part", 16.0),
            Column::words("Date", 14.0),
            Column::numbers("Level"),
            Column::words("Level's name", 18.0),
            Column::words("Rationale", 60.0),
            Column::words("Strengths", 44.0),
            Column::words("Evidence relied on", 36.0),
            Column::words("How views were brought together", 40.0),
            Column::words("Checks overridden, with the reason", 40.0),
        ],
        rows.collect(),
    )
}

/// The areas for improvement, the most pressing first.
pub(super) fn by_priority(evaluation: &Evaluation) -> Vec<improvement::AreaForImprovement> {
    let mut list = improvement::of(&evaluation.framework, &evaluation.judgements.list);
    list.sort_by_key(|improvement| improvement.priority.map_or(Priority::ALL.len(), |priority| priority as usize));
    list
}

fn improvements(evaluation: &Evaluation) -> Table {
    let rows = by_priority(evaluation).into_iter().map(|improvement| {
        vec![
            Value::Text(improvement.id),
            improvement.priority.map_or(Mark::NotAvailable.into(), |priority| Value::words(priority.word())),
            Value::Text(improvement.subject),
            Value::Text(improvement.title),
            Value::Text(improvement.text),
        ]
    });
    table(
        "Improvements",
        titled(evaluation, "Areas for improvement"),
        "It lists what should be better, the most pressing first. Actions refer to it by the id.",
        vec![
            Column::words("Id", 12.0),
            Column::words("Priority", 12.0),
            Column::words("Number", 10.0),
            Column::words("Area or indicator", 44.0),
            Column::words("What should be better", 70.0),
        ],
        rows.collect(),
    )
}

/// The statement of confidence that stands: the agreed one, or the only one.
pub(super) fn stated(evaluation: &Evaluation) -> Option<&super::judgement::ConfidenceStatement> {
    let made: Vec<_> = evaluation.judgements.confidence.iter().filter(|made| !made.is_empty()).collect();
    made.iter().find(|made| made.evaluator == super::definition::AGREED).copied().or(match made.as_slice() {
        [one] => Some(*one),
        _ => None,
    })
}

fn confidence(evaluation: &Evaluation) -> Table {
    let asked = evaluation.framework.confidence.as_ref();
    let rows = evaluation.judgements.confidence.iter().flat_map(|made| {
        made.components.iter().filter_map(move |component| {
            let text = asked?.components.get(component.number.checked_sub(1)?)?;
            let or_none = |text: &str| if text.is_empty() { Mark::NoneRecorded.into() } else { Value::words(text) };
            Some(vec![
                Value::Text(role(evaluation, &made.evaluator)),
                Value::words(text),
                or_none(&component.statement),
                or_none(&component.caveats),
                or_none(&evaluation.evidence_in_words(&component.evidence)),
            ])
        })
    });
    table(
        "Capacity",
        titled(evaluation, "Capacity for improvement"),
        "It lists how confident the service is on each component, with caveats.",
        vec![
            Column::words("Who", 28.0),
            Column::words("Component", 44.0),
            Column::words("Statement", 32.0),
            Column::words("Caveats", 60.0),
            Column::words("Evidence relied on", 36.0),
        ],
        rows.collect(),
    )
}
