//! `agreement.csv`: how well readers agreed, one row a question.

use std::borrow::Cow;

use super::{csv, digits};
use crate::error::Result;
use crate::results::Results;

const COLUMNS: [&str; 11] = [
    "question",
    "label",
    "units",
    "exact",
    "within_one",
    "coefficient",
    "weights",
    "estimate",
    "ci_low",
    "ci_high",
    "words",
];

/// The agreement between readers as csv; shares are 0 to 1, what cannot be had is empty.
///
/// # Errors
/// None that can be foreseen: writing is to memory.
pub fn agreement_csv(results: &Results) -> Result<Vec<u8>> {
    let number = |x: f64| if x.is_finite() { Cow::from(digits(x)) } else { Cow::from("") };
    let rows = results.agreement.iter().map(|row| {
        let coefficient = row.coefficient.as_ref();
        let label = results.instrument.question(&row.question).map_or("", |question| question.label.as_str());
        vec![
            Cow::from(row.question.as_str()),
            Cow::from(label),
            Cow::from(row.units.to_string()),
            number(row.exact),
            number(row.within_one.unwrap_or(f64::NAN)),
            Cow::from(coefficient.map_or("", |c| c.coefficient.as_str())),
            Cow::from(coefficient.map_or("", |c| c.weights.as_str())),
            number(coefficient.map_or(f64::NAN, |c| c.estimate)),
            number(coefficient.map_or(f64::NAN, |c| c.ci_low)),
            number(coefficient.map_or(f64::NAN, |c| c.ci_high)),
            Cow::from(row.words.as_str()),
        ]
    });
    csv(&COLUMNS, rows)
}
