//! Whole and decimal numbers.

use super::{Fault, Reading, said_missing};
use crate::editing::Conflict;
use crate::instrument::{Answer, Question, QuestionKind};
use crate::returns::spelling::{quoted, tidy};
use crate::sheet::{Cell, Shown, Value};

/// Reads a cell that holds a number.
pub(super) fn read(question: &Question, cell: &Cell, raw: &str) -> Reading {
    let whole_steps = |x: Option<f64>| x.is_some_and(|x| x.fract() == 0.0);
    let whole = question.kind == QuestionKind::Integer || (whole_steps(question.step) && whole_steps(question.minimum));
    let expected = expected(question);
    let unreadable = |hint: Option<&str>| {
        let fault = Fault::new("R018", quoted(raw), expected.clone());
        Err(match hint {
            Some(hint) => fault.hint(hint),
            None => fault,
        })
    };
    let (number, typed_so) = match &cell.value {
        Value::Number(_) if cell.shown == Shown::Percent => {
            return unreadable(Some("the cell is shown as per cent: type the number without the sign"));
        }
        Value::Number(number) => (*number, true),
        Value::Date(_) | Value::Time(_) => {
            return unreadable(Some("the spreadsheet has made a date of the number: set the cell's format to Number"));
        }
        Value::Bool(_) | Value::Error(_) => return unreadable(None),
        Value::Text(text) => {
            if let Some(missing) = said_missing(text) {
                return Ok(missing);
            }
            match cell.value.number() {
                Some(number) => (number, true),
                None => match written(&tidy(text), whole) {
                    Some(number) => (number, false),
                    None => return unreadable(None),
                },
            }
        }
    };
    if whole && number.fract() != 0.0 {
        return unreadable(Some("give a whole number"));
    }
    let low = question.minimum.is_none_or(|low| number >= low);
    let high = question.maximum.is_none_or(|high| number <= high);
    if !(low && high && number.is_finite() && on_a_step(question, number)) {
        let fault = Fault::new("R019", quoted(raw), expected);
        return Err(match number.is_finite() && on_a_step(question, number) {
            true => fault.given(Answer::Number(number), Conflict::Range),
            false => fault,
        });
    }
    let note = (!typed_so).then(|| Fault::new("R013", quoted(raw), format!("read as {number}")));
    Ok((Answer::Number(number), note))
}

/// Whether a number lies on one of the steps of a range.
fn on_a_step(question: &Question, number: f64) -> bool {
    let (Some(step), Some(low)) = (question.step, question.minimum) else { return true };
    let steps = (number - low) / step;
    (steps - steps.round()).abs() < 1e-6
}

/// A number with a thousands mark or a decimal comma, where it can be nothing else: `1,250` is a thousand and more if a
/// whole number is asked for, but may be one and a quarter otherwise.
fn written(text: &str, whole: bool) -> Option<f64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (head, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let groups: Vec<&str> = head.split([',', ' ']).collect();
    let grouped = groups.len() > 1
        && groups.iter().all(|group| all_digits(group))
        && groups[0].len() <= 3
        && groups[1..].iter().all(|group| group.len() == 3);
    let plain = |text: &str| text.parse::<f64>().ok().map(|number| sign * number);
    if grouped && (whole || groups.len() > 2 || !fraction.is_empty() || head.contains(' ')) {
        if !fraction.is_empty() && !all_digits(fraction) {
            return None;
        }
        return plain(&format!("{}.{fraction}0", groups.concat()));
    }
    if grouped {
        return None;
    }
    match digits.split_once(',') {
        Some((units, decimals)) if all_digits(units) && all_digits(decimals) && !digits.contains('.') => {
            plain(&format!("{units}.{decimals}"))
        }
        None if all_digits(head) && (fraction.is_empty() || all_digits(fraction)) => plain(digits),
        _ => None,
    }
}

/// What is asked for, in words.
fn expected(question: &Question) -> String {
    let kind = if question.kind == QuestionKind::Integer { "a whole number" } else { "a number" };
    let kind = question.step.map_or(kind.to_owned(), |step| format!("{kind} in steps of {step}"));
    match (question.minimum, question.maximum) {
        (Some(low), Some(high)) => format!("{kind} from {low} to {high}"),
        (Some(low), None) => format!("{kind} from {low}"),
        (None, Some(high)) => format!("{kind} up to {high}"),
        (None, None) => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn numbers_are_read_as_written_where_nothing_else_can_be_meant() {
        for (text, whole, number) in [
            ("1,250", true, Some(1250.0)),
            ("1,250", false, None),
            ("1,250,000", false, Some(1_250_000.0)),
            ("1,250.5", false, Some(1250.5)),
            ("1 250", false, Some(1250.0)),
            ("7,5", false, Some(7.5)),
            ("-7,25", false, Some(-7.25)),
            ("+3", true, Some(3.0)),
            ("1,25,0", false, None),
            ("3.", false, Some(3.0)),
            ("about 5", true, None),
            ("5+", true, None),
            ("1.2.3", false, None),
            ("", false, None),
            (",", false, None),
            ("e5", false, None),
        ] {
            assert_eq!(written(text, whole), number, "{text}");
        }
    }
}
