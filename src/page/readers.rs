//! Each reader beside the others who read the same files.

use maud::{Markup, html};

use super::grid::{Row, Table, figures, words as text};
use crate::chart::figure::{UNAVAILABLE, count, number, share};
use crate::results::{ReaderDrift, Results};

/// Who reads higher or lower than the others; nothing where no reader shared a file with another.
pub(super) fn table(results: &Results) -> Markup {
    readers(
        results,
        "readers",
        "Each reader beside the others who read the same files",
        "The mean over files of a reader's ratings less those of the others. Words take into account that several readers are \
         looked at.",
        &results.readers,
    )
}

/// The same on the files that all read to train on; nothing where there were none.
pub(super) fn training(results: &Results) -> Markup {
    readers(
        results,
        "training",
        "Each reader beside the others on the training batch",
        "The files that all readers read before their own, each counting alike. They have no part in the agreement between \
         readers, and say nothing about the other files.",
        &results.training,
    )
}

fn readers(results: &Results, id: &'static str, caption: &str, about: &str, readers: &[ReaderDrift]) -> Markup {
    if readers.is_empty() {
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
        id,
        caption: html! { (caption) },
        columns: vec![
            text("Reader"),
            figures("Files"),
            figures("Points of the scale"),
            figures("Reads higher by, points"),
            figures("Interval"),
            figures("Same answer, per cent"),
            text("In words"),
        ],
        rows: readers.iter().map(row).collect(),
        note: html! { p { (about) " Run " (results.run_id) "." } },
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
