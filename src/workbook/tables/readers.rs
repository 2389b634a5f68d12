//! Each reader beside the others.

use super::about;
use crate::results::{ReaderDrift, Results};
use crate::workbook::fit::Names;
use crate::workbook::published::{Column, Mark, Table, Value};

/// Each reader beside the others who read the same files.
pub(super) fn table(results: &Results, names: &mut Names) -> Option<Table> {
    readers(
        results,
        names,
        ("Readers", "readers", "Each reader beside the others"),
        "It shows who reads higher or lower than the others who read the same files, weighted to all files.",
        &results.readers,
    )
}

/// Each reader beside the others on the files that all read to train on.
pub(super) fn training(results: &Results, names: &mut Names) -> Option<Table> {
    readers(
        results,
        names,
        ("Training", "training", "Each reader on the training batch"),
        "It shows who read higher or lower than the others in the files that all read before their own, each counting alike.",
        &results.training,
    )
}

fn readers(
    results: &Results,
    names: &mut Names,
    (sheet, name, title): (&str, &str, &str),
    shows: &str,
    readers: &[ReaderDrift],
) -> Option<Table> {
    if readers.is_empty() {
        return None;
    }
    let point = |value: f64| {
        if value.is_finite() { Value::number(value, 2) } else { Mark::NotApplicable.into() }
    };
    let rows = readers
        .iter()
        .map(|reader| {
            vec![
                Value::words(&reader.reader),
                Value::count(reader.files),
                if reader.points > 0 { Value::count(reader.points) } else { Mark::NotApplicable.into() },
                point(reader.mean_difference),
                point(reader.ci_low),
                point(reader.ci_high),
                Value::percent(reader.same),
                Value::words(&reader.words),
            ]
        })
        .collect();
    Some(Table {
        sheet: names.sheet(sheet),
        name: names.table(name),
        title: format!("{title}, {}", results.title),
        about: about(results, shows),
        columns: vec![
            Column::words("Reader", 18.0),
            Column::numbers("Files read by others too"),
            Column::numbers("Points of the scale"),
            Column::numbers("Reads higher by (points)"),
            Column::numbers("Lower limit"),
            Column::numbers("Upper limit"),
            Column::numbers("Same answer (%)"),
            Column::words("In words", 50.0),
        ],
        rows,
    })
}
