//! How figures are printed: one place, so that a chart, its description and the tables say the same.

use crate::estimate::{Estimate, Statistic};

/// Stands where a figure may not be shown.
pub(crate) const CONFIDENTIAL: &str = "[c]";
/// Marks a figure known less well than the rule asks.
pub(crate) const UNCERTAIN: &str = "[u]";
/// Stands where there is no figure.
pub(crate) const UNAVAILABLE: &str = "[x]";

/// A number with `decimals` places and a true minus sign; never "-0".
pub(crate) fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return UNAVAILABLE.to_owned();
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| b == b'0' || b == b'.') => digits.to_owned(),
        Some(digits) => format!("\u{2212}{digits}"),
        None => text,
    }
}

/// A share in per cent with one place, for tables: `76.0`.
pub(crate) fn share(value: f64) -> String {
    number(value * 100.0, 1)
}

/// A share as a whole per cent, for prose and charts: `76%`.
pub(crate) fn percent(value: f64) -> String {
    if value.is_finite() { format!("{}%", number(value * 100.0, 0)) } else { UNAVAILABLE.to_owned() }
}

/// A number with its sign: `+11.0`.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = number(value, decimals);
    if value > 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0') { format!("+{text}") } else { text }
}

/// A count with thousands apart: `1,402`.
pub(crate) fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A weighted count: rounded, thousands apart.
pub(crate) fn weight(value: f64) -> String {
    if value.is_finite() && value >= 0.0 { count(value.round() as usize) } else { UNAVAILABLE.to_owned() }
}

/// The probability of a difference at least as large by chance.
pub(crate) fn p_value(value: f64) -> String {
    match value {
        v if !v.is_finite() => UNAVAILABLE.to_owned(),
        v if v < 0.001 => "less than 0.001".to_owned(),
        v => number(v, 3),
    }
}

/// One of something, or several: `1 file`, `2 files`.
pub(crate) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// The estimate in its own units: one place of per cent for shares, two places for means.
pub(crate) fn value(estimate: &Estimate) -> String {
    in_units(estimate.statistic, estimate.estimate)
}

/// A value in the units of a statistic.
pub(crate) fn in_units(statistic: Statistic, value: f64) -> String {
    match statistic {
        Statistic::Mean | Statistic::Median => number(value, 2),
        _ => share(value),
    }
}

/// The estimate for a sentence: `76%`, or `3.42`.
pub(crate) fn brief(statistic: Statistic, value: f64) -> String {
    match statistic {
        Statistic::Mean | Statistic::Median => number(value, 2),
        _ => percent(value),
    }
}

/// The interval: `71.9 to 80.1`.
pub(crate) fn interval(estimate: &Estimate) -> String {
    let end = |v| in_units(estimate.statistic, v);
    if estimate.ci_low.is_finite() && estimate.ci_high.is_finite() {
        format!("{} to {}", end(estimate.ci_low), end(estimate.ci_high))
    } else {
        UNAVAILABLE.to_owned()
    }
}

/// The difference from a published figure, signed: `+11.0`.
pub(crate) fn difference(statistic: Statistic, value: f64) -> String {
    match statistic {
        Statistic::Mean | Statistic::Median => signed(value, 2),
        _ => signed(value * 100.0, 1),
    }
}

/// Words with a small first letter, unless they begin with an abbreviation: "Good or better" -> "good or better".
pub(crate) fn lower_first(words: &str) -> String {
    let mut chars = words.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(_), Some(second)) if second.is_uppercase() => words.to_owned(),
        (Some(first), _) => first.to_lowercase().chain(chars).collect(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_printed_alike_and_never_as_minus_nought() {
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(-0.06, 1), "\u{2212}0.1");
        assert_eq!(signed(0.04, 1), "0.0");
        assert_eq!(signed(11.0, 1), "+11.0");
        assert_eq!(share(0.7604), "76.0");
        assert_eq!(percent(0.7604), "76%");
        assert_eq!(percent(f64::NAN), "[x]");
        assert_eq!(number(f64::INFINITY, 1), "[x]");
        assert_eq!(p_value(0.0004), "less than 0.001");
        assert_eq!(p_value(0.0412), "0.041");
        assert_eq!(weight(-1.0), "[x]");
    }

    #[test]
    fn counts_have_their_thousands_apart() {
        for (value, text) in [(0, "0"), (12, "12"), (999, "999"), (1402, "1,402"), (1_234_567, "1,234,567")] {
            assert_eq!(count(value), text);
        }
    }

    #[test]
    fn first_letters_are_lowered_but_not_abbreviations() {
        assert_eq!(lower_first("Good or better"), "good or better");
        assert_eq!(lower_first("GP informed"), "GP informed");
        assert_eq!(lower_first(""), "");
    }
}
