//! Each reader beside the others who read the same files.

use maud::{Markup, html};

use super::grid::{Row, Table, figures, words as text};
use crate::chart::figure::{UNAVAILABLE, count, number, share};
use crate::results::{ReaderDrift, Results};

/// Who reads higher or lower than the others; nothing where no reader shared a file with another.
pub(super) fn table(results: &Results) -> Markup {
    if results.readers.is_empty() {
        return html! {};
    }
    let row = |reader: &ReaderDrift| {
        Row::new(vec![
            html! { (reader.reader) },
            html! { (count(reader.files)) },
            html! { @if reader.points > 0 { (reader.points) } @else { (UNAVAILABLE) } },
            html! { (points(reader.mean_difference)) },
            html! { @if reader.ci_low.is_finite() { (points(reader.ci_low)) " to " (points(reader.ci_high)) } @else { (UNAVAILABLE) } },
            html! { (share(reader.same)) },
            html! { (reader.words) },
        ])
    };
    Table {
        id: "readers",
        caption: html! { "Each reader beside the others who read the same files" },
        columns: vec![
            text("Reader"),
            figures("Files"),
            figures("Points of the scale"),
            figures("Reads higher by, points"),
            figures("Interval"),
            figures("Same answer, per cent"),
            text("In words"),
        ],
        rows: results.readers.iter().map(row).collect(),
        note: html! { p { "The mean over files of a reader's ratings less those of the others. Words take into account that "
            "several readers are looked at. Run " (results.run_id) "." } },
        sorts: true,
    }
    .render()
}

fn points(value: f64) -> String {
    if value.is_finite() {
        format!("{}{}", if value > 0.0 { "+" } else { "" }, number(value, 2))
    } else {
        UNAVAILABLE.to_owned()
    }
}
