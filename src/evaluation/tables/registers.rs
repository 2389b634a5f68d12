//! The registers and lists: evidence, consultations, checks, steps, cycle, scale, other models.

use super::{table, titled};
use crate::evaluation::evidence::Figure;
use crate::evaluation::{Evaluation, cycle, words};
use crate::finding::Severity;
use crate::workbook::published::{Column, Mark, Table, Value};

pub(super) fn evidence(evaluation: &Evaluation) -> Table {
    let rows = evaluation.items.iter().map(|item| {
        let figure = item.figure.as_ref();
        let unit = |figure: &Figure| if figure.share { 100.0 } else { 1.0 };
        let number = |of: &dyn Fn(&Figure) -> Option<f64>| match figure {
            None => Mark::NotApplicable.into(),
            Some(figure) if figure.value.is_none() => Mark::Suppressed.into(),
            Some(figure) => of(figure).map_or(Mark::NotAvailable.into(), |x| Value::number(x * unit(figure), 1)),
        };
        let relied: Vec<&str> = evaluation
            .judgements
            .list
            .iter()
            .filter(|judgement| judgement.evidence.contains(&item.id))
            .map(|judgement| judgement.subject.as_str())
            .collect();
        vec![
            Value::words(&item.id),
            Value::words(&item.title),
            Value::words(item.kind.name()),
            Value::Text(item.indicators.join("; ")),
            number(&|figure| figure.value),
            number(&|figure| figure.margin),
            match figure {
                None => Mark::NotApplicable.into(),
                Some(figure) => figure.base.map_or(Mark::NotAvailable.into(), Value::count),
            },
            Value::words(item.weight()),
            Value::words(item.says.name()),
            Value::Text(words::says(item).replace('\n', ". ")),
            Value::words(&item.source),
            Value::words(&item.owner),
            item.date.map_or(Mark::NotAvailable.into(), |date| Value::words(&date.to_string())),
            Value::words(if evaluation.is_stale(item) { "stale" } else { "current" }),
            if relied.is_empty() { Mark::NoneRecorded.into() } else { Value::Text(relied.join("; ")) },
        ]
    });
    table(
        "Evidence",
        titled(evaluation, "Register of evidence"),
        "It lists all evidence, from surveys and audits by itself and from registers kept by hand.",
        vec![
            Column::words("Id", 30.0),
            Column::words("What it is", 40.0),
            Column::words("Kind", 18.0),
            Column::words("Bears on", 14.0),
            Column::numbers("Figure (% or points)"),
            Column::numbers("Margin of error (points)"),
            Column::numbers("Base (answers)"),
            Column::words("Weight", 16.0),
            Column::words("Points to", 14.0),
            Column::words("What it says", 60.0),
            Column::words("Source", 40.0),
            Column::words("Owner", 24.0),
            Column::words("Date", 14.0),
            Column::words("Age", 12.0),
            Column::words("Relied on for", 16.0),
        ],
        rows.collect(),
    )
}

pub(super) fn consultations(evaluation: &Evaluation) -> Table {
    let rows = evaluation.consultations.iter().map(|consultation| {
        vec![
            Value::words(&consultation.id),
            Value::words(&consultation.title),
            Value::words(&consultation.method),
            Value::words(&consultation.audience),
            consultation.people.map_or(Mark::NotAvailable.into(), Value::count),
            consultation.date.map_or(Mark::NotAvailable.into(), |date| Value::words(&date.to_string())),
            Value::words(&consultation.owner),
            Value::words(&consultation.indicators.join("; ")),
            Value::words(&consultation.quality),
            Value::words(&consultation.changed),
        ]
    });
    table(
        "Consultations",
        titled(evaluation, "Register of consultation activities"),
        "It lists the occasions on which people were asked, across all studies, the latest first.",
        vec![
            Column::words("Id", 22.0),
            Column::words("What it was", 40.0),
            Column::words("Method", 18.0),
            Column::words("Who was asked", 28.0),
            Column::numbers("People"),
            Column::words("Date", 14.0),
            Column::words("Owner", 24.0),
            Column::words("Bears on", 24.0),
            Column::words("How its quality was assured", 36.0),
            Column::words("What changed, and how people were told", 50.0),
        ],
        rows.collect(),
    )
}

pub(super) fn checks(evaluation: &Evaluation) -> Table {
    let or_none = |text: &str| if text.is_empty() { Mark::NotApplicable.into() } else { Value::words(text) };
    let shown = evaluation.findings.iter().filter(|f| f.severity > Severity::Note || f.code == "E010");
    let rows = shown.map(|finding| {
        vec![
            Value::words(&finding.code),
            Value::words(&finding.severity.to_string()),
            or_none(&finding.place.unit),
            Value::words(&finding.place.file),
            Value::words(&finding.problem),
            or_none(&finding.found),
            or_none(&finding.expected),
            or_none(&finding.hint),
        ]
    });
    table(
        "Checks",
        titled(evaluation, "What the checks found"),
        "It lists what asks for a second look, and the checks that were overridden with their reasons.",
        vec![
            Column::words("Code", 10.0),
            Column::words("Severity", 12.0),
            Column::words("About", 18.0),
            Column::words("File", 34.0),
            Column::words("What", 46.0),
            Column::words("Found", 50.0),
            Column::words("Expected, or the reason", 50.0),
            Column::words("What to do", 50.0),
        ],
        rows.collect(),
    )
}

pub(super) fn way(evaluation: &Evaluation) -> Table {
    let lists =
        [("Step", cycle::steps(&evaluation.definition)), ("Checklist", cycle::checklist(&evaluation.definition))];
    let rows = lists.into_iter().flat_map(|(list, lines)| {
        lines.into_iter().map(move |line| {
            vec![
                Value::words(list),
                Value::count(line.number),
                Value::words(line.text),
                line.done.map_or(Value::words("open"), |date| Value::Text(format!("done {date}"))),
                if line.note.is_empty() { Mark::NoneRecorded.into() } else { Value::Text(line.note) },
            ]
        })
    });
    table(
        "Steps",
        titled(evaluation, "The ten steps and the lead evaluator's checklist"),
        "It lists what an evaluation takes, and what is done of it.",
        vec![
            Column::words("List", 14.0),
            Column::numbers("Number"),
            Column::words("What", 70.0),
            Column::words("State", 20.0),
            Column::words("Note", 60.0),
        ],
        rows.collect(),
    )
}

pub(super) fn stages(evaluation: &Evaluation) -> Table {
    let (stages, _) = cycle::stages(&evaluation.definition);
    let rows = stages.into_iter().map(|stage| {
        vec![
            Value::words(stage.kind.words()),
            if stage.about.is_empty() { Mark::NotApplicable.into() } else { Value::Text(stage.about) },
            Value::words(&stage.due.to_string()),
            Value::Text(stage.state),
        ]
    });
    table(
        "Cycle",
        titled(evaluation, "The cycle of self-evaluation"),
        "It lists the stages of the cycle and how they stand.",
        vec![
            Column::words("Stage", 24.0),
            Column::words("What it looks at", 50.0),
            Column::words("Due", 14.0),
            Column::words("State", 30.0),
        ],
        rows.collect(),
    )
}

pub(super) fn mapping(evaluation: &Evaluation) -> Option<Table> {
    let mapping = evaluation.mapping.as_ref()?;
    let mut columns = vec![Column::words("Area", 10.0), Column::words("Title", 46.0)];
    columns.extend(mapping.models.iter().map(|model| Column::words(&model.title, 40.0)));
    columns.push(Column::words("Note", 60.0));
    let or_none = |text: String| if text.is_empty() { Mark::NotApplicable.into() } else { Value::Text(text) };
    let rows = mapping.rows.iter().map(|row| {
        let title = evaluation.framework.title(&row.area).unwrap_or_default();
        let mut cells = vec![Value::words(&row.area), Value::words(title)];
        cells.extend(row.parts.iter().map(|parts| or_none(parts.join("; "))));
        cells.push(or_none(row.note.clone()));
        cells
    });
    let about = "It says where each area stands in other models of quality.";
    Some(table("Other_models", mapping.title.clone(), about, columns, rows.collect()))
}

pub(super) fn scale(evaluation: &Evaluation) -> Table {
    let levels = evaluation.framework.levels.iter();
    let rows =
        levels.map(|l| vec![Value::count(l.number.into()), Value::words(&l.name), Value::words(&l.meaning)]).collect();
    table(
        "Scale",
        format!("The scale of {}", evaluation.framework.title),
        "It lists the levels that can be awarded, the best first.",
        vec![Column::numbers("Level"), Column::words("Name", 24.0), Column::words("What it stands for", 60.0)],
        rows,
    )
}
