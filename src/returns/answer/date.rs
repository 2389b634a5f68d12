//! Dates: cells that are dates, serial numbers, and what people write.

use chrono::{Datelike, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{Fault, Reading, said_missing};
use crate::editing::Conflict;
use crate::instrument::{Answer, Question, QuestionKind};
use crate::returns::spelling::{fold, quoted};
use crate::sheet::{Cell, Value};
use crate::terms::MONTHS;

/// Which of two numbers is the day, where a date is written as `03/04/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// Nobody has said: such a date is a finding and is not used.
    #[default]
    Undeclared,
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// Years in which a bare number is believed to be a date, where the question names no period.
const BELIEVED: std::ops::RangeInclusive<i32> = 1930..=2099;

/// What a text says about a date.
#[derive(Debug, PartialEq, Eq)]
enum Written {
    /// A day, written in the form of ISO 8601.
    Iso(NaiveDate),
    /// A day, written in another way that can mean nothing else.
    Day(NaiveDate),
    /// Two days: if the day comes first, and if the month does.
    Either(NaiveDate, NaiveDate),
}

/// The day in a cell that no question is about, such as that of a submission; a time after it says nothing.
pub(in crate::returns) fn day(cell: &Cell, order: DateOrder) -> Option<NaiveDate> {
    let question = Question::plain(String::new(), 0, String::new(), QuestionKind::Date);
    let text = cell.text();
    let timed = |at: &usize| text[at + 1..].contains(':');
    let date = text.find(['T', ' ']).filter(timed).map_or(text.as_str(), |at| &text[..at]);
    let alone = Cell { value: date.into(), ..cell.clone() };
    let cell = if matches!(cell.value, Value::Text(_)) { &alone } else { cell };
    match read(&question, cell, date, order) {
        Ok((Answer::Date(date), _)) => Some(date),
        _ => None,
    }
}

/// Reads a cell that holds a date.
pub(super) fn read(question: &Question, cell: &Cell, raw: &str, order: DateOrder) -> Reading {
    let expected = expected(question);
    let unreadable = || Err(Fault::new("R020", quoted(raw), expected.clone()));
    let (date, sure) = match &cell.value {
        Value::Date(moment) => (moment.date(), true),
        Value::Number(number) => match from_number(*number, question) {
            Some(date) => (date, false),
            None => return unreadable(),
        },
        Value::Text(text) if let Some(date) = iso(text) => (date, true),
        Value::Text(text) => {
            if let Some(missing) = said_missing(text) {
                return Ok(missing);
            }
            match (written(&fold(text), question), order) {
                (Some(Written::Iso(date)), _) => (date, fold(text) == text.to_lowercase()),
                (Some(Written::Day(date)), _)
                | (Some(Written::Either(date, _)), DateOrder::DayFirst)
                | (Some(Written::Either(_, date)), DateOrder::MonthFirst) => (date, false),
                (Some(Written::Either(one, other)), DateOrder::Undeclared) => {
                    let expected = format!("{} or {}", long(one), long(other));
                    return Err(Fault::new("R021", quoted(raw), expected));
                }
                (None, _) => match cell.value.number().and_then(|number| from_number(number, question)) {
                    Some(date) => (date, false),
                    None => return unreadable(),
                },
            }
        }
        _ => return unreadable(),
    };
    if !in_period(question, date) {
        let fault = Fault::new("R022", format!("{} ({})", quoted(raw), long(date)), expected);
        return Err(fault.given(Answer::Date(date), Conflict::Range));
    }
    let note = (!sure).then(|| Fault::new("R013", quoted(raw), format!("read as {}", long(date))));
    Ok((Answer::Date(date), note))
}

/// The day that a text in lower case says, where it can mean one only.
pub(super) fn day_in_words(text: &str, question: &Question, order: DateOrder) -> Option<NaiveDate> {
    match (written(text.trim(), question)?, order) {
        (Written::Iso(date) | Written::Day(date), _)
        | (Written::Either(date, _), DateOrder::DayFirst)
        | (Written::Either(_, date), DateOrder::MonthFirst) => Some(date),
        (Written::Either(..), DateOrder::Undeclared) => None,
    }
}

fn long(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

fn expected(question: &Question) -> String {
    match (question.earliest.map(long), question.latest.map(long)) {
        (Some(low), Some(high)) => format!("a date from {low} to {high}"),
        (Some(low), None) => format!("a date from {low}"),
        (None, Some(high)) => format!("a date up to {high}"),
        (None, None) => "a date, such as 2026-03-31".to_owned(),
    }
}

fn in_period(question: &Question, date: NaiveDate) -> bool {
    question.earliest.is_none_or(|low| date >= low) && question.latest.is_none_or(|high| date <= high)
}

/// A number in a cell that lost its date format (days since 30 December 1899), or eight digits of year, month and day.
fn from_number(number: f64, question: &Question) -> Option<NaiveDate> {
    let believed = |date: &NaiveDate| {
        in_period(question, *date) && (question.earliest.is_some() || BELIEVED.contains(&date.year()))
    };
    let whole = number.floor();
    if !(1.0..=99_991_231.0).contains(&whole) {
        return None;
    }
    let digits = whole as u32;
    if digits >= 10_000_101 && number == whole {
        return NaiveDate::from_ymd_opt((digits / 10_000) as i32, digits / 100 % 100, digits % 100).filter(believed);
    }
    let start = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    start.checked_add_signed(TimeDelta::try_days(i64::from(digits))?).filter(believed)
}

/// A day that is written as `2026-03-31` and in no other way.
fn iso(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, b)| if at == 4 || at == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return None;
    }
    NaiveDate::from_ymd_opt(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
}

/// Understands a text in lower case, blanks made single.
fn written(text: &str, question: &Question) -> Option<Written> {
    // A time of day behind the date is no part of it.
    let text = match text.split_once(['t', ' ']) {
        Some((date, time)) if is_numeric_date(date) && time.contains(':') => date,
        _ => text,
    };
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        && text.len() == 10
    {
        return Some(Written::Iso(date));
    }
    if is_numeric_date(text) {
        return numeric(text, question);
    }
    named_month(text, question).map(Written::Day)
}

fn is_numeric_date(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'.'))
        && text.bytes().filter(|b| !b.is_ascii_digit()).count() == 2
}

/// Three numbers: the year first (then the month), or last.
fn numeric(text: &str, question: &Question) -> Option<Written> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |text: &&str| text.parse::<u32>().ok();
    if a.len() == 4 {
        return NaiveDate::from_ymd_opt(i32::try_from(number(a)?).ok()?, number(b)?, number(c)?).map(Written::Day);
    }
    let year = year_of(c, question)?;
    let (first, second) = (number(a)?, number(b)?);
    let day_first = NaiveDate::from_ymd_opt(year, second, first);
    let month_first = NaiveDate::from_ymd_opt(year, first, second);
    match (day_first, month_first) {
        (Some(one), Some(other)) if one != other => Some(Written::Either(one, other)),
        (one, other) => one.or(other).map(Written::Day),
    }
}

/// Four digits, or two where the question's period leaves one century only.
fn year_of(text: &str, question: &Question) -> Option<i32> {
    let number: i32 = text.parse().ok()?;
    match text.len() {
        4 => Some(number),
        2 => {
            let (low, high) = (question.earliest?.year(), question.latest?.year());
            let mut fitting = [1900 + number, 2000 + number].into_iter().filter(|year| (low..=high).contains(year));
            fitting.next().filter(|_| fitting.next().is_none())
        }
        _ => None,
    }
}

/// A day with the month's name: `31 march 2026`, `march 31st, 2026`, `tue 31-mar-2026`.
fn named_month(text: &str, question: &Question) -> Option<NaiveDate> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let is_name = |word: &str, names: &[&str]| {
        let word = if word == "sept" { "sep" } else { word };
        names.iter().position(|name| word.len() >= 3 && name.starts_with(word))
    };
    let words: Vec<&str> =
        text.split([' ', '-', ',', '.', '/']).filter(|word| !word.is_empty() && *word != "of").collect();
    let words: Vec<&str> = match words.split_first() {
        Some((first, rest)) if rest.len() == 3 && is_name(first, &DAYS).is_some() => rest.to_vec(),
        _ => words,
    };
    let [a, b, c] = words.as_slice() else { return None };
    let (month, day) = match (is_name(a, &MONTHS), is_name(b, &MONTHS)) {
        (None, Some(month)) => (month, a),
        (Some(month), None) => (month, b),
        _ => return None,
    };
    let day = ["st", "nd", "rd", "th"].iter().find_map(|ending| day.strip_suffix(ending)).unwrap_or(day);
    let month = u32::try_from(month).ok()? + 1;
    NaiveDate::from_ymd_opt(year_of(c, question)?, month, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn question(period: &str) -> Question {
        let text = format!(
            "[instrument]\nid = \"t\"\nversion = \"1\"\ntitle = \"T\"\nkind = \"survey\"\n[[section]]\nid = \"s\"\ntitle = \"S\"\n\
             [[section.question]]\nid = \"d\"\ntext = \"When?\"\nkind = \"date\"\n{period}"
        );
        crate::instrument::parse(Path::new("t.toml"), &text).expect("an instrument").questions.remove(0)
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    #[test]
    fn texts_are_read_where_they_can_mean_one_day() {
        let open = question("");
        let period = question("earliest = \"2020-01-01\"\nlatest = \"2026-12-31\"");
        let march = day(2026, 3, 31);
        for text in [
            "31/03/2026",
            "3/31/2026",
            "31.3.2026",
            "31-03-2026",
            "2026/03/31",
            "2026.3.31",
            "31 march 2026",
            "31 mar 2026",
            "march 31st, 2026",
            "31st of march 2026",
            "tue 31-mar-2026",
            "31/03/2026 00:00:00",
        ] {
            assert_eq!(written(text, &open), Some(Written::Day(march)), "{text}");
        }
        assert_eq!(written("2026-03-31", &open), Some(Written::Iso(march)));
        assert_eq!(written("2026-03-31t09:30:00", &open), Some(Written::Iso(march)));
        assert_eq!(written("05/05/2026", &open), Some(Written::Day(day(2026, 5, 5))));
        assert_eq!(written("03/04/2026", &open), Some(Written::Either(day(2026, 4, 3), day(2026, 3, 4))));
        assert_eq!(written("31/03/26", &open), None, "which century?");
        assert_eq!(written("31/03/26", &period), Some(Written::Day(march)));
        for text in ["31/02/2026", "march 2026", "2026", "31 xyz 2026", "31/13/2026", "", "//", "1/2/3/4", "-"] {
            assert_eq!(written(text, &open), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_dates_only_in_a_believable_period() {
        let open = question("");
        assert_eq!(from_number(46112.0, &open), Some(day(2026, 3, 31)));
        assert_eq!(from_number(46112.75, &open), Some(day(2026, 3, 31)));
        assert_eq!(from_number(20_260_331.0, &open), Some(day(2026, 3, 31)));
        for number in [2025.0, 0.0, -5.0, 1e12, 20_261_331.0, f64::NAN] {
            assert_eq!(from_number(number, &open), None, "{number}");
        }
        let recent = question("earliest = \"2026-01-01\"");
        assert_eq!(from_number(40_000.0, &recent), None);
    }
}
