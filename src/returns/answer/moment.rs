//! Times of day, and dates with a time.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::date::{DateOrder, day_in_words};
use super::{Fault, Reading, said_missing};
use crate::instrument::{Answer, Question};
use crate::returns::spelling::{fold, quoted};
use crate::sheet::{Cell, Value};

const TIME: &str = "a time of day, such as 14:30";
const MOMENT: &str = "a date and a time, such as 2026-03-31 14:30";

/// Reads a cell that holds a time of day.
pub(super) fn time(cell: &Cell, raw: &str) -> Reading {
    let unreadable = || Err(Fault::new("R065", quoted(raw), TIME));
    let (time, sure) = match &cell.value {
        Value::Time(length) if (TimeDelta::zero()..TimeDelta::days(1)).contains(length) => {
            (of_seconds(length.num_seconds()), true)
        }
        // A time that the program shows with the day that it counts from, or with one that was typed.
        Value::Date(moment) => (Some(moment.time()), moment.date().to_string().starts_with("1899-12-3")),
        Value::Number(part) if (0.0..1.0).contains(part) => (of_seconds((part * 86_400.0).round() as i64), false),
        Value::Text(text) => {
            if let Some(missing) = said_missing(text) {
                return Ok(missing);
            }
            let folded = fold(text);
            (written(&folded), is_plain(&folded))
        }
        _ => return unreadable(),
    };
    let Some(time) = time else { return unreadable() };
    let note = (!sure).then(|| Fault::new("R013", quoted(raw), format!("read as {}", time.format("%H:%M"))));
    Ok((Answer::Time(time), note))
}

/// Reads a cell that holds a date with a time.
pub(super) fn moment(question: &Question, cell: &Cell, raw: &str, order: DateOrder) -> Reading {
    let unreadable = || Err(Fault::new("R065", quoted(raw), MOMENT));
    let (moment, sure) = match &cell.value {
        Value::Date(moment) => (Some(to_the_minute(*moment)), true),
        Value::Number(serial) if (1.0..2_958_466.0).contains(serial) => {
            let start = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).and_then(|day| day.and_hms_opt(0, 0, 0));
            let length = TimeDelta::try_seconds((serial * 86_400.0).round() as i64);
            (start.zip(length).and_then(|(start, length)| start.checked_add_signed(length)).map(to_the_minute), false)
        }
        Value::Text(text) => {
            if let Some(missing) = said_missing(text) {
                return Ok(missing);
            }
            let folded = fold(text);
            let parts = folded.split_once('t').filter(|(day, _)| day.len() == 10).or_else(|| split(&folded));
            let read = parts.and_then(|(day, time)| {
                // A zone behind the time is no part of it.
                let time = time.split_once(['+', 'z']).map_or(time, |(time, _)| time);
                Some(day_in_words(day, question, order)?.and_time(written(time.trim())?))
            });
            (read.map(to_the_minute), parts.is_some_and(|(day, time)| day.len() == 10 && is_plain(time)))
        }
        _ => return unreadable(),
    };
    let Some(moment) = moment else { return unreadable() };
    let note =
        (!sure).then(|| Fault::new("R013", quoted(raw), format!("read as {}", moment.format("%-d %B %Y %H:%M"))));
    Ok((Answer::DateTime(moment), note))
}

/// The day and the time of a text, where a blank divides them: the time begins with the last part that has digits and a
/// mark between them.
fn split(text: &str) -> Option<(&str, &str)> {
    let at = text.match_indices(' ').map(|(at, _)| at).rfind(|at| text[at + 1..].contains(':'))?;
    Some((text[..at].trim_end_matches([',', ' ']), &text[at + 1..]))
}

fn of_seconds(seconds: i64) -> Option<NaiveTime> {
    NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(seconds).ok()?, 0)
}

/// Spreadsheets keep times as parts of a day, which are some microseconds off.
fn to_the_minute(moment: NaiveDateTime) -> NaiveDateTime {
    let rounded = moment + TimeDelta::seconds(30);
    rounded.with_second(0).and_then(|moment| moment.with_nanosecond(0)).unwrap_or(moment)
}

fn is_plain(text: &str) -> bool {
    let text = text.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(text);
    NaiveTime::parse_from_str(text, "%H:%M").is_ok()
}

/// Understands a time as people write it, in lower case.
fn written(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    let (digits, half) = match ["am", "pm", "a.m.", "p.m."].iter().find_map(|end| Some((text.strip_suffix(end)?, end)))
    {
        Some((digits, end)) => (digits.trim(), Some(end.starts_with('p'))),
        None => (text, None),
    };
    let mut parts = digits.split([':', '.', 'h']);
    let number = |part: Option<&str>| part.map_or(Some(0), |part| part.parse::<u32>().ok().filter(|_| part.len() <= 2));
    let plain = |digits: &str| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    let (hour, minute, second) = if plain(digits) && half.is_none() {
        (digits[..2].parse().ok()?, digits[2..].parse().ok()?, 0)
    } else {
        // A bare number may be anything; with am or pm it is an hour.
        if half.is_none() && !digits.contains([':', '.', 'h']) {
            return None;
        }
        let hour = parts.next().and_then(|part| part.parse::<u32>().ok())?;
        let minute = number(parts.next())?;
        let second = parts.next().map_or(Some(0), |part| part.parse::<f64>().ok().map(|s| s as u32))?;
        (hour, minute, second)
    };
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, second)
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, time) in [
            ("14:30", Some("14:30")),
            ("9:05", Some("09:05")),
            ("2.30 pm", Some("14:30")),
            ("12 am", Some("00:00")),
            ("12:15pm", Some("12:15")),
            ("0930", Some("09:30")),
            ("14:30:00.000", Some("14:30")),
            ("25:00", None),
            ("9", None),
            ("13 pm", None),
            ("soon", None),
            ("", None),
        ] {
            let read = written(text).map(|time| time.format("%H:%M").to_string());
            assert_eq!(read.as_deref(), time, "{text}");
        }
    }
}
