//! What evidence says, in words that workbook, page and tables share.

use super::evidence::{Compared, Figure, Item, Trend};
use crate::chart::figure::{UNAVAILABLE, count, number, signed};

/// A share as per cent, or a mean, for sentences.
pub(super) fn value(figure: &Figure, value: f64) -> String {
    if figure.share { format!("{}%", number(value * 100.0, 0)) } else { number(value, 2) }
}

fn points(figure: &Figure, difference: f64) -> String {
    if figure.share { format!("{} points", signed(difference * 100.0, 1)) } else { signed(difference, 2) }
}

/// The figure with its margin and base: "63% ± 7.8 (169 answers)".
pub(super) fn headline(figure: &Figure) -> String {
    let Some(shown) = figure.value else { return "not shown: too few answers".to_owned() };
    let margin = match figure.margin {
        Some(margin) if figure.share => format!(" ± {}", number(margin * 100.0, 1)),
        Some(margin) => format!(" ± {}", number(margin, 2)),
        None => ", margin not known".to_owned(),
    };
    let base = figure.base.map_or_else(|| ", base not known".to_owned(), |base| format!(" ({} answers)", count(base)));
    let label = if figure.label.is_empty() { String::new() } else { format!(" {}", figure.label) };
    format!("{}{label}{margin}{base}", value(figure, shown))
}

/// The comparison with a published figure.
pub(super) fn comparison(figure: &Figure, compared: &Compared) -> String {
    let verdict = if compared.verdict.is_empty() { String::new() } else { format!("; {}", compared.verdict) };
    let difference = if compared.difference.is_finite() {
        points(figure, compared.difference)
    } else {
        UNAVAILABLE.to_owned()
    };
    format!("{} in {} ({difference}{verdict})", value(figure, compared.value), compared.source)
}

/// The comparison with the run before.
pub(super) fn trend(figure: &Figure, trend: &Trend) -> String {
    format!("{} before ({}; {})", value(figure, trend.before), points(figure, trend.difference), trend.verdict)
}

/// Everything that a piece of evidence says, one thing a line.
pub(crate) fn says(item: &Item) -> String {
    let mut lines = Vec::new();
    if let Some(figure) = &item.figure {
        lines.push(headline(figure));
        lines.extend(figure.comparison.as_ref().map(|compared| comparison(figure, compared)));
        lines.extend(figure.trend.as_ref().map(|before| trend(figure, before)));
        lines.extend(figure.agreement.as_ref().map(|words| format!("Readers: {words}")));
    }
    for (label, text) in [("Strength", &item.strength), ("Weakness", &item.weakness)] {
        if !text.is_empty() {
            let label = if item.figure.is_some() { "Note" } else { label };
            lines.push(format!("{label}: {text}"));
        }
    }
    if lines.is_empty() {
        lines.push(format!("Points to: {}", item.says.name()));
    }
    lines.join("\n")
}
