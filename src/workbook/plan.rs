//! The published workbook of an improvement plan: the plan by theme, the progress report in its columns, targets, what has
//! changed, and what people said and what was done.

use super::bundle::Bundle;
use super::published::{Column, Mark, Table, Value};
use crate::error::Result;
use crate::plan::judged::{Figure, TargetRow};
use crate::plan::progress::Grade;
use crate::plan::report::{Report, Row};
use crate::plan::when::long;

/// The published workbook of a plan as the bytes of an xlsx file.
///
/// # Errors
/// When it does not fit in a workbook.
pub fn plan(report: &Report) -> Result<Vec<u8>> {
    let mut tables: Vec<Table> = (1..)
        .zip(&report.themes)
        .map(|(place, theme)| {
            let title = if theme.title.is_empty() { "Actions" } else { &theme.title };
            actions(title, &theme.actions, &format!("Plan_{place}"))
        })
        .collect();
    tables.push(progress(report));
    tables.extend(targets(report));
    tables.extend(changes(report));
    tables.extend(said(report));
    tables.push(grades());
    Bundle {
        title: report.title.clone(),
        subject: format!("Improvement plan and progress as at {}", long(report.as_at)),
        organisation: if report.organisation.is_empty() { "not said" } else { &report.organisation }.to_owned(),
        imprint: format!("quorate {}", report.version),
        cover: cover(report),
        tables,
    }
    .xlsx()
}

fn cover(report: &Report) -> Vec<(&'static str, Vec<String>)> {
    let counts = &report.counts;
    let mut first =
        vec![format!("Improvement plan and progress of {} as at {}.", report.organisation, long(report.as_at))];
    first.extend(report.notice.iter().cloned());
    let graded: Vec<String> = Grade::ALL
        .into_iter()
        .zip(counts.grades)
        .map(|(grade, n)| format!("{n} with grade {}", grade.letter()))
        .collect();
    let mut parts = vec![
        ("", first),
        (
            "How the plan stands",
            vec![
                format!("{} actions: {}, {} without a grade.", counts.actions, graded.join(", "), counts.ungraded),
                format!(
                    "{} complete, {} overdue, {} with a date for follow-up that has passed.",
                    counts.complete, counts.late, counts.follow_ups
                ),
            ],
        ),
        (
            "What is in this workbook",
            vec![
                "The actions by theme, the progress report, targets on survey and audit questions, what has changed, and \
                 what people said and what was done. Each worksheet has one table."
                    .to_owned(),
            ],
        ),
    ];
    if let (Some((method, meaning)), false) = (&report.rule, report.targets.is_empty()) {
        let [met, missed, open] = counts.targets;
        parts.push((
            "How targets are judged",
            vec![
                format!("{met} targets met, {missed} not met; of {open} neither can be said."),
                format!("{meaning} Method: {method}."),
                format!("Studies: {}.", report.studies.join("; ")),
            ],
        ));
    }
    parts.push((
        "This workbook",
        vec![format!("Made with quorate {}. The same plan gives the same workbook.", report.version)],
    ));
    parts
}

/// A column that stands in the source's report or plan.
fn columns(columns: &[(&str, f64)]) -> Vec<Column> {
    columns.iter().map(|(header, width)| Column::words(*header, *width)).collect()
}

fn table(sheet: &str, title: String, about: &str, columns: Vec<Column>, rows: Vec<Vec<Value>>) -> Table {
    let about = vec![format!("This worksheet contains one table. {about}")];
    Table { sheet: sheet.to_owned(), name: sheet.to_owned(), title, about, columns, rows }
}

fn actions(title: &str, rows: &[Row], sheet: &str) -> Table {
    table(
        sheet,
        format!("Action plan: {title}"),
        "It lists the actions of this theme with their owners, dates, resources and measures.",
        columns(&[
            ("Number", 8.0),
            ("Area for improvement", 20.0),
            ("Action", 28.0),
            ("Lead officer", 16.0),
            ("Others", 18.0),
            ("Timescale", 18.0),
            ("Resources", 16.0),
            ("Outcomes", 26.0),
            ("Performance measures", 28.0),
            ("Indicators", 13.0),
        ]),
        rows.iter()
            .map(|row| {
                vec![
                    Value::words(&row.id),
                    Value::words(&row.area),
                    Value::words(&row.action),
                    Value::words(&row.responsible),
                    optional(&row.with.join("\n")),
                    Value::words(&row.timescale),
                    Value::words(&row.resources),
                    Value::words(&row.outcome),
                    Value::words(&row.measures.join("\n")),
                    optional(&row.indicators.join(", ")),
                ]
            })
            .collect(),
    )
}

/// Words that an action need not have.
fn optional(text: &str) -> Value {
    if text.trim().is_empty() { Mark::NotApplicable.into() } else { Value::words(text) }
}

fn progress(report: &Report) -> Table {
    let as_at = format!("Progress as at {}", long(report.as_at));
    table(
        "Progress",
        format!("Improvement action progress report as at {}", long(report.as_at)),
        "It lists every action with what was reported last. The grades are explained on the worksheet Grades.",
        columns(&[
            ("Number", 8.0),
            ("Agreed improvement action", 28.0),
            ("Key milestone dates", 18.0),
            ("What it was intended to achieve", 26.0),
            ("Grade", 8.0),
            ("To what extent it has been implemented", 32.0),
            ("Evidence", 20.0),
            ("Dates for follow-up", 14.0),
            (&as_at, 22.0),
            ("How it stands", 16.0),
        ]),
        report
            .rows()
            .map(|row| {
                let grade = match row.grade {
                    Some(grade) => Value::Text(grade.letter().to_string()),
                    None if row.complete => Mark::NotApplicable.into(),
                    None => Value::words(&row.grade_written),
                };
                vec![
                    Value::words(&row.id),
                    Value::words(&row.action),
                    Value::words(&row.timescale),
                    Value::words(&row.outcome),
                    grade,
                    Value::words(&row.extent),
                    Value::words(&row.evidence),
                    Value::words(&row.follow_up),
                    Value::words(&row.progress),
                    Value::words(&row.standing),
                ]
            })
            .collect(),
    )
}

fn targets(report: &Report) -> Option<Table> {
    let (method, meaning) = report.rule.as_ref()?;
    let mut all = columns(&[
        ("Number", 10.0),
        ("Lead officer", 24.0),
        ("Question", 40.0),
        ("What is measured", 28.0),
        ("Target", 24.0),
    ]);
    all.push(Column::words("Unit", 10.0));
    all.extend(
        ["Target value", "At the start", "Latest", "Lower limit", "Upper limit", "Margin of error", "Base"]
            .map(Column::numbers),
    );
    all.extend(columns(&[("Measured in", 16.0), ("Verdict", 16.0), ("In words", 38.0)]));
    let rows = report.targets.iter().map(target).collect();
    let mut table = table(
        "Targets",
        format!("Targets on survey and audit questions as at {}", long(report.as_at)),
        "It says of each target whether it was met, from the latest study since the plan was agreed.",
        all,
        rows,
    );
    table.about.extend([meaning.clone(), format!("Method: {method}.")]);
    Some(table)
}

fn target(row: &TargetRow) -> Vec<Value> {
    let scale = |value: f64| if row.share { Value::percent(value) } else { Value::number(value, 2) };
    let of = |figure: &Option<Figure>, part: fn(&Figure) -> f64| match figure {
        Some(figure) => scale(part(figure)),
        None => Mark::NotAvailable.into(),
    };
    vec![
        Value::words(&row.action),
        Value::words(&row.responsible),
        Value::words(if row.question.1.is_empty() { &row.question.0 } else { &row.question.1 }),
        Value::Text(format!("{}, {}", row.question.0, row.measure)),
        Value::words(&row.goal),
        Value::words(if row.share { "per cent" } else { "points" }),
        scale(row.value),
        of(&row.start, |f| f.value),
        of(&row.latest, |f| f.value),
        of(&row.latest, |f| f.low),
        of(&row.latest, |f| f.high),
        of(&row.latest, |f| f.margin),
        row.latest.as_ref().map_or(Mark::NotAvailable.into(), |figure| Value::count(figure.n)),
        row.latest.as_ref().map_or(Mark::NotAvailable.into(), |figure| Value::words(&figure.when)),
        Value::words(row.verdict.words()),
        Value::words(&row.words),
    ]
}

fn changes(report: &Report) -> Option<Table> {
    let since = report.since?;
    Some(table(
        "Changes",
        format!("What has changed from {} to {}", long(since), long(report.as_at)),
        "It lists the actions whose grade or lateness has changed, or that were reported on again.",
        columns(&[
            ("Number", 10.0),
            ("Action", 40.0),
            ("What has changed", 26.0),
            ("Before", 34.0),
            ("Now", 34.0),
            ("Lead officer", 24.0),
        ]),
        report
            .changes
            .iter()
            .map(|change| {
                [&change.id, &change.action, &change.what, &change.before, &change.after, &change.responsible]
                    .map(|text| Value::words(text))
                    .into()
            })
            .collect(),
    ))
}

fn said(report: &Report) -> Option<Table> {
    let rows: Vec<Vec<Value>> = report
        .said
        .iter()
        .map(|said| {
            let questions: Vec<&str> =
                said.questions.iter().map(|asked| asked.wording.as_str()).filter(|w| !w.is_empty()).collect();
            vec![
                Value::words(&said.said),
                Value::words(&said.did),
                Value::words(said.state),
                optional(&questions.join("\n")),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| {
        table(
            "You_said_we_did",
            "You said, we did".to_owned(),
            "It lists what people told us and what was done about it.",
            columns(&[("You said", 54.0), ("We did", 54.0), ("How far it is", 16.0), ("What we asked", 44.0)]),
            rows,
        )
    })
}

fn grades() -> Table {
    table(
        "Grades",
        "What the grades mean".to_owned(),
        "It lists the grades of the progress report.",
        columns(&[("Grade", 10.0), ("Meaning", 80.0)]),
        Grade::ALL
            .into_iter()
            .map(|grade| vec![Value::Text(grade.letter().to_string()), Value::words(grade.meaning())])
            .collect(),
    )
}
