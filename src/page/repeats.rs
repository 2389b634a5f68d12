//! What was asked about each of several: the questions of repeats, estimated over rows.

use maud::{Markup, html};

use super::question;
use crate::results::Results;

/// The repeats; nothing without any.
pub(super) fn section(results: &Results) -> Markup {
    let (one, many) = results.instrument.kind.unit();
    html! {
        @if !results.repeats.is_empty() {
            section id="repeats" aria-labelledby="repeats-heading" tabindex="-1" {
                h2 id="repeats-heading" { "Asked about each of several" }
                p { "These questions were asked again for each of several, so an answer is a row, and one " (one) " may have many rows or none. "
                    "Shares and means are those of rows, each with the weight of its " (one) "; the base counts rows, and beside it "
                    "stands how many " (many) " they belong to. Margins and what is too small to show go by " (many) "." }
                @for repeat in &results.repeats {
                    h3.part { (repeat.label) }
                    @let count = format!("{}_count", repeat.id);
                    @if results.questions.iter().any(|question| question.id == count) {
                        p { "How many there are: " a href={ "#question-" (count) } { (results.label(&count)) } "." }
                    }
                    @for result in &repeat.questions {
                        @if let Some(asked) = results.asked(&result.id) { (question::article(results, &[], result, asked)) }
                    }
                }
            }
        }
    }
}
