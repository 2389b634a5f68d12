//! Each reader beside the others.

use super::about;
use crate::results::Results;
use crate::workbook::fit::Names;
use crate::workbook::published::{Column, Mark, Table, Value};

/// Each reader beside the others who read the same files.
pub(super) fn table(results: &Results, names: &mut Names) -> Option<Table> {
    if results.readers.is_empty() {
        return None;
    }
    let point = |value: f64| {
        if value.is_finite() { Value::number(value, 2) } else { Mark::NotApplicable.into() }
    };
    let rows = results
        .readers
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
        sheet: names.sheet("Readers"),
        name: names.table("readers"),
        title: format!("Each reader beside the others, {}", results.title),
        about: about(
            results,
            "It shows who reads higher or lower than the others who read the same files, weighted to all files.",
        ),
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
