//! What a number format makes of a number: a date, a length of time, an identifier with zeros, a percentage.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::book::{Shown, Value};

/// What a number format makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum NumberFormat {
    /// A number, shown as it is.
    #[default]
    General,
    /// A number, shown with zeros in front or as per cent.
    Shown(Shown),
    /// A date, with or without a time.
    Date,
    /// Hours, minutes or seconds that may exceed a day.
    Duration,
}

impl NumberFormat {
    /// The format that a built-in number stands for (ECMA-376 part 1, 18.8.30, with the dates of East Asian versions).
    pub fn built_in(number: u32) -> Self {
        match number {
            9 | 10 => NumberFormat::Shown(Shown::Percent),
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => NumberFormat::Date,
            46 => NumberFormat::Duration,
            _ => NumberFormat::General,
        }
    }

    /// The format that a code such as `dd/mm/yyyy` or `00000` describes: its first section, literal texts left out.
    pub fn of_code(code: &str) -> Self {
        let mut bare = String::new();
        let mut characters = code.chars();
        while let Some(character) = characters.next() {
            match character {
                ';' => break,
                '"' => {
                    characters.by_ref().find(|&c| c == '"');
                }
                '\\' | '_' | '*' => {
                    characters.next();
                }
                '[' => {
                    let inside: String = characters.by_ref().take_while(|&c| c != ']').collect();
                    let lower = inside.to_ascii_lowercase();
                    let elapsed = ['h', 'm', 's'].iter().any(|&unit| lower.chars().all(|c| c == unit));
                    if !lower.is_empty() && elapsed {
                        return NumberFormat::Duration;
                    }
                }
                other => bare.extend(other.to_lowercase()),
            }
        }
        let bare = bare.replace("general", "");
        let zeros = bare.trim();
        if zeros.len() > 1 && zeros.len() < 64 && zeros.bytes().all(|b| b == b'0') {
            NumberFormat::Shown(Shown::Padded(zeros.len() as u8))
        } else if bare.contains('%') {
            NumberFormat::Shown(Shown::Percent)
        } else if bare.contains(['d', 'm', 'y', 'h', 's']) {
            NumberFormat::Date
        } else {
            NumberFormat::General
        }
    }

    /// The value of a number under this format, and how it is shown.
    pub fn value(self, number: f64, from_1904: bool) -> (Value, Shown) {
        let value = match self {
            NumberFormat::Date => date_or_time(number, from_1904),
            NumberFormat::Duration => length_of_time(number).map(Value::Time),
            NumberFormat::General => None,
            NumberFormat::Shown(shown) => return (Value::Number(number), shown),
        };
        (value.unwrap_or(Value::Number(number)), Shown::Plain)
    }
}

fn milliseconds(days: f64) -> i64 {
    (days * 86_400_000.0).round() as i64
}

fn length_of_time(days: f64) -> Option<TimeDelta> {
    (days.abs() < 3e6).then(|| TimeDelta::milliseconds(milliseconds(days)))
}

/// A serial number as a date; below one day as a time of day.
///
/// The 1900 system counts a 29 February 1900 that never was as day 60: that one day stays a number.
fn date_or_time(serial: f64, from_1904: bool) -> Option<Value> {
    if (0.0..1.0).contains(&serial) {
        return length_of_time(serial).map(Value::Time);
    }
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let epoch = match from_1904 {
        true => NaiveDate::from_ymd_opt(1904, 1, 1),
        false if serial < 60.0 => NaiveDate::from_ymd_opt(1899, 12, 31),
        false if serial < 61.0 => None,
        false => NaiveDate::from_ymd_opt(1899, 12, 30),
    }?;
    epoch
        .and_time(chrono::NaiveTime::MIN)
        .checked_add_signed(TimeDelta::milliseconds(milliseconds(serial)))
        .map(Value::Date)
}

/// A date in ISO 8601, with or without a time.
pub(super) fn iso_date(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim().trim_end_matches('Z');
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"))
        .or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|date| date.and_time(chrono::NaiveTime::MIN)))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_what_a_number_is() {
        for (code, format) in [
            ("General", NumberFormat::General),
            ("#,##0.00;[Red]-#,##0.00", NumberFormat::General),
            ("0.00E+00", NumberFormat::General),
            ("dd/mm/yyyy", NumberFormat::Date),
            ("[$-809]d mmmm yyyy;@", NumberFormat::Date),
            ("h:mm AM/PM", NumberFormat::Date),
            ("[h]:mm:ss", NumberFormat::Duration),
            ("[Red]0", NumberFormat::General),
            ("\"days\" 0", NumberFormat::General),
            ("0\\d", NumberFormat::General),
            ("00000", NumberFormat::Shown(Shown::Padded(5))),
            ("00000;-00000", NumberFormat::Shown(Shown::Padded(5))),
            ("0", NumberFormat::General),
            ("0.0%", NumberFormat::Shown(Shown::Percent)),
            ("@", NumberFormat::General),
            ("[", NumberFormat::General),
            ("\"", NumberFormat::General),
        ] {
            assert_eq!(NumberFormat::of_code(code), format, "{code}");
        }
    }

    #[test]
    fn serials_are_dates_in_both_systems() {
        let date = |serial, from_1904| NumberFormat::Date.value(serial, from_1904).0.text();
        for (serial, from_1904, text) in [
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (60.0, false, "60"),
            (61.0, false, "1900-03-01"),
            (45_292.0, false, "2024-01-01"),
            (45_292.75, false, "2024-01-01T18:00:00"),
            (43_830.0, true, "2024-01-01"),
            (0.25, false, "06:00:00"),
            (-1.0, false, "-1"),
            (1e300, false, "1e300"),
        ] {
            assert_eq!(date(serial, from_1904), text);
        }
        assert_eq!(NumberFormat::Duration.value(1.5, false).0.text(), "36:00:00");
    }
}
