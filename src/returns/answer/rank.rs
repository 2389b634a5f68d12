//! Responses put in order: one column for each place, or one cell with all of them.

use std::sync::Arc;

use super::choice::{Choices, How};
use super::several::names;
use super::{Fault, Read, Reading};
use crate::instrument::Answer;
use crate::returns::spelling::{is_empty, quoted};
use crate::sheet::{Cell, Value};
use crate::terms::Missing;

/// What is expected, in words.
const EXPECTED: &str = "each response at one place, from the first place on";

/// Reads the columns of the places: the place, counted from 0, and its column.
pub(super) fn from_places<'c>(
    choices: &Choices,
    places: &[(usize, u32)],
    cell: &dyn Fn(u32) -> Option<&'c Cell>,
) -> Read {
    let mut order: Vec<(usize, usize)> = Vec::new();
    let mut raw = Vec::new();
    let mut faults = Vec::new();
    let mut unreadable = false;
    for &(place, column) in places {
        let Some(cell) = cell(column).filter(|cell| !cell.value.is_blank()) else { continue };
        let text = cell.text();
        raw.push(format!("{}={text}", place + 1));
        let error = matches!(cell.value, Value::Error(_));
        match choices.find(&text).filter(|_| !error) {
            Some((response, how)) => {
                if how == How::Loosely {
                    faults.push(choices.note(&text, response).at(column));
                }
                if order.iter().any(|(_, before)| *before == response) {
                    unreadable = true;
                    let found = format!("{:?} at more than one place", choices.label(response));
                    faults.push(Fault::new("R064", found, EXPECTED).at(column));
                }
                order.push((place, response));
            }
            None => {
                unreadable = true;
                let code = if error { "R016" } else { "R012" };
                faults.push(Fault::new(code, quoted(&text), choices.expected.clone()).at(column));
            }
        }
    }
    let raw: Arc<str> = raw.join("; ").into();
    let blank = raw.is_empty();
    let gap = order.iter().enumerate().find(|(at, (place, _))| at != place);
    if let (Some((at, _)), false) = (gap, unreadable) {
        unreadable = true;
        faults.push(Fault::new("R064", format!("nothing at place {}, and something after it", at + 1), EXPECTED));
    }
    let missing = || Answer::Missing(Missing::Unreadable);
    let answer = match unreadable {
        true => missing(),
        false => {
            ordered(choices, order.into_iter().map(|(_, response)| response).collect(), &raw).unwrap_or_else(|fault| {
                faults.push(fault);
                missing()
            })
        }
    };
    Read { answer, conflict: None, raw, faults, blank, original: None }
}

/// Reads one cell with codes or labels in their order, as exports have it.
pub(super) fn from_text(choices: &Choices, raw: &str) -> Reading {
    if is_empty(raw) {
        return Ok((Answer::Missing(Missing::NotAnswered), None));
    }
    let (found, _) = names(choices, raw).map_err(|part| choices.unknown(&part, raw))?;
    let twice = found.iter().enumerate().find(|(at, response)| found[..*at].contains(response));
    if let Some((_, response)) = twice {
        return Err(Fault::new("R064", format!("{:?} at more than one place", choices.label(*response)), EXPECTED));
    }
    ordered(choices, found, raw).map(|answer| (answer, None))
}

/// The answer that an order is; a response that is no answer stands alone.
fn ordered(choices: &Choices, order: Vec<usize>, raw: &str) -> Result<Answer, Fault> {
    match order.as_slice() {
        [] => Ok(Answer::Missing(Missing::NotAnswered)),
        [one] => Ok(match choices.answer(*one) {
            Answer::Response(_) => Answer::Order(order),
            missing => missing,
        }),
        several => match several.iter().find(|response| **response >= choices.valid) {
            Some(alone) => {
                Err(Fault::new("R015", quoted(raw), format!("{:?} alone, or an order", choices.label(*alone))))
            }
            None => Ok(Answer::Order(order)),
        },
    }
}
