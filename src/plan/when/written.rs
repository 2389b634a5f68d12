//! Dates within a text: months, days, years, financial years, numbers with slashes, and ranges of them.

use chrono::{Days, Months, NaiveDate};

use super::{Fault, Span, When};
use crate::returns::DateOrder;
use crate::terms::MONTHS;

/// A word, a number or a sign of a text, with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
}

impl Token<'_> {
    fn number(&self) -> Option<u32> {
        let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| self.text.strip_suffix(end)).unwrap_or(self.text);
        digits.parse().ok().filter(|_| digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit()))
    }

    fn year(&self) -> Option<i32> {
        let year = self.text.parse().ok()?;
        (self.text.len() == 4 && (1980..=2100).contains(&year)).then_some(year)
    }

    fn month(&self) -> Option<u32> {
        let word = if self.text == "sept" { "sep" } else { self.text };
        let place = MONTHS.iter().position(|name| word.len() >= 3 && name.starts_with(word))?;
        u32::try_from(place + 1).ok()
    }

    fn day(&self) -> Option<u32> {
        self.number().filter(|day| (1..=31).contains(day) && self.text.len() <= 4)
    }

    pub fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.text)
    }
}

/// The words and signs of a text in small letters.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric() || c == '\'';
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(Token { text: &text[from..at], start: from, end: at });
                start = None;
            }
            _ => {}
        }
        if !inside && !c.is_whitespace() && at < text.len() {
            let end = at + c.len_utf8();
            found.push(Token { text: &text[at..end], start: at, end });
        }
    }
    found
}

/// A date as written: some of its parts may be missing.
#[derive(Debug, Clone, Copy, Default)]
struct Written {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<i32>,
    /// April to March, such as 2003/04.
    financial: bool,
    fault: Option<Fault>,
}

impl Written {
    fn span(self) -> Result<Span, Fault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let year = self.year.ok_or(Fault::NoYear)?;
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).ok_or(Fault::NoSuchDay);
        Ok(match (self.month, self.day) {
            _ if self.financial => Span { first: day(year, 4, 1)?, last: day(year + 1, 3, 31)? },
            (Some(month), Some(number)) => {
                let day = day(year, month, number)?;
                Span { first: day, last: day }
            }
            (Some(month), None) => {
                Span { first: day(year, month, 1)?, last: last_of_month(year, month).ok_or(Fault::NoSuchDay)? }
            }
            _ => Span { first: day(year, 1, 1)?, last: day(year, 12, 31)? },
        })
    }
}

/// The last day of a month.
pub(super) fn last_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))
}

/// The date that begins at a token, and how many tokens it takes.
fn written(tokens: &[Token], order: DateOrder) -> Option<(Written, usize)> {
    let at = |i: usize| tokens.get(i);
    let joined = |i: usize| matches!((at(i), at(i + 1)), (Some(a), Some(b)) if a.end == b.start);
    let first = at(0)?;
    if let Some(year) = first.year() {
        let parts = (
            at(1).map_or("", |t| t.text),
            at(2).and_then(Token::number),
            at(3).map(|t| t.text),
            at(4).and_then(Token::number),
        );
        if let ("-", Some(month), dash, day) = parts
            && at(2).is_some_and(|t| t.text.len() == 2)
            && (1..=12).contains(&month)
            && joined(0)
            && joined(1)
        {
            let written = Written { year: Some(year), month: Some(month), ..Written::default() };
            return Some(match (dash, day) {
                (Some("-"), Some(day)) if joined(2) && joined(3) => (Written { day: Some(day), ..written }, 5),
                _ => (written, 3),
            });
        }
        if let ("/", Some(next), _, _) = parts {
            let short = at(2).is_some_and(|t| t.text.len() <= 2);
            let follows = short && next == (year as u32 + 1) % 100 || next == year as u32 + 1;
            let fault = (!follows).then_some(Fault::NoSuchDay);
            return Some((Written { year: Some(year), financial: true, fault, ..Written::default() }, 3));
        }
        return Some((Written { year: Some(year), ..Written::default() }, 1));
    }
    if let Some(month) = first.month() {
        // "may" is also a verb: it is a month only beside a number.
        let written = Written { month: Some(month), ..Written::default() };
        if let Some(year) = at(1).and_then(Token::year) {
            // "September 2004 / 2005" names two years, of which neither can be chosen.
            if at(2).is_some_and(|t| t.text == "/") && at(3).and_then(Token::number).is_some() {
                return Some((Written { fault: Some(Fault::NoSuchDay), ..written }, 4));
            }
            return Some((Written { year: Some(year), ..written }, 2));
        }
        if let Some(day) = at(1).and_then(Token::day) {
            let comma = usize::from(at(2).is_some_and(|t| t.text == ","));
            if let Some(year) = at(2 + comma).and_then(Token::year) {
                return Some((Written { day: Some(day), year: Some(year), ..written }, 3 + comma));
            }
        }
        return (first.text != "may").then_some((written, 1));
    }
    let day = first.day()?;
    let of = usize::from(at(1).is_some_and(|t| t.is(&["of", "-"])));
    if let Some(month) = at(1 + of).and_then(Token::month) {
        let gap = 2 + of + usize::from(at(2 + of).is_some_and(|t| t.is(&[",", "-"])));
        let written = Written { day: Some(day), month: Some(month), ..Written::default() };
        return Some(match at(gap).and_then(Token::year) {
            Some(year) => (Written { year: Some(year), ..written }, gap + 1),
            None => (written, 2 + of),
        });
    }
    let sign = at(1).filter(|t| t.is(&["/", ".", "-"]))?.text;
    let second = at(2)?.number()?;
    let year = at(4).and_then(Token::year).filter(|_| at(3).is_some_and(|t| t.text == sign))?;
    let (d, m, fault) = match order {
        _ if day > 12 => (day, second, None),
        _ if second > 12 => (second, day, None),
        DateOrder::DayFirst => (day, second, None),
        DateOrder::MonthFirst => (second, day, None),
        DateOrder::Undeclared if day == second => (day, second, None),
        DateOrder::Undeclared => (day, second, Some(Fault::WhichIsTheDay)),
    };
    Some((Written { day: Some(d), month: Some(m), year: Some(year), financial: false, fault }, 5))
}

/// A date or a range of dates, and how many tokens it takes.
pub(super) fn range(tokens: &[Token], order: DateOrder) -> Option<(When, usize)> {
    let (mut from, length) = written(tokens, order)?;
    let resolve = |span: Result<Span, Fault>| span.map_or_else(When::Unread, When::Dated);
    if tokens.get(length).is_some_and(|t| t.is(&["-", "\u{2013}", "\u{2014}", "to", "until"]))
        && let Some((to, more)) = written(&tokens[length + 1..], order)
    {
        if from.year.is_none() {
            let earlier = matches!((from.month, to.month), (Some(a), Some(b)) if a > b);
            from.year = to.year.map(|year| year - i32::from(earlier));
        }
        let span = from.span().and_then(|a| {
            let b = to.span()?;
            if a.first <= b.last { Ok(Span { first: a.first, last: b.last }) } else { Err(Fault::NoSuchDay) }
        });
        return Some((resolve(span), length + 1 + more));
    }
    Some((resolve(from.span()), length))
}
