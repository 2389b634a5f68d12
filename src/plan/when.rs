//! Dates as people write them in plans: a month, a range, several milestones in one cell, ongoing, achieved.
//!
//! A text is taken apart at semicolons, line ends and behind every date; the words before a date say what it is the date
//! of. A month stands for all its days: a milestone of March 2027 is late from 1 April. What cannot be read is kept and
//! told apart.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::returns::DateOrder;

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

/// When something is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// On a day, in a month or a year, or between two dates.
    Dated(Span),
    /// Goes on without an end.
    Ongoing,
    /// Has happened.
    Achieved,
    /// Cannot be read.
    Unread(Fault),
}

/// Why a date cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is no date in it.
    NoDate,
    /// A month without a year.
    NoYear,
    /// A date such as `03/04/2026`, and nobody has said which number is the day.
    WhichIsTheDay,
    /// A day that no calendar has, or years that do not follow one another.
    NoSuchDay,
}

impl Fault {
    /// What is wrong, in words.
    pub fn words(self) -> &'static str {
        match self {
            Fault::NoDate => "no date in it",
            Fault::NoYear => "a month without a year",
            Fault::WhichIsTheDay => "either number could be the day",
            Fault::NoSuchDay => "there is no such day",
        }
    }
}

/// One milestone of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// What is to happen; empty where the text is nothing but a date.
    pub what: String,
    /// When.
    pub when: When,
    /// The date is marked as provisional.
    pub provisional: bool,
}

const MONTHS: [&str; 12] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
];

/// Words of a text that stand before a date and belong to it.
const JOINTS: [&str; 14] =
    ["by", "in", "during", "from", "until", "end", "of", "the", "due", "all", "on", "at", "and", "completed"];

/// Reads a text; nothing if it is empty or says that there is none (`N/A`, `-`).
pub fn read(text: &str, order: DateOrder) -> Vec<Milestone> {
    text.split([';', '\n', '\r']).filter(|part| !says_none(part)).flat_map(|part| milestones(part, order)).collect()
}

/// Reads a text that must be one date: its last day. `2027-03` is the 31st.
pub fn day(text: &str, order: DateOrder) -> Option<NaiveDate> {
    match read(text, order).as_slice() {
        [Milestone { when: When::Dated(span), what, .. }] if what.is_empty() => Some(span.last),
        _ => None,
    }
}

/// A day in the words of reports: `31 March 2027`.
pub fn long(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = |day: NaiveDate| day.format("%B %Y").to_string();
        let whole = self.first.day() == 1 && last_of_month(self.last.year(), self.last.month()) == Some(self.last);
        match whole {
            _ if self.first == self.last => f.write_str(&long(self.last)),
            true if month(self.first) == month(self.last) => f.write_str(&month(self.first)),
            true => write!(f, "{} to {}", month(self.first), month(self.last)),
            false => write!(f, "{} to {}", long(self.first), long(self.last)),
        }
    }
}

/// Whether a cell says that there is nothing to say.
pub fn says_none(text: &str) -> bool {
    let plain: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(plain.as_str(), "" | "na" | "none" | "nil" | "notapplicable")
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    start: usize,
    end: usize,
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

    fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.text)
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
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

fn last_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))
}

/// The date that begins at a token, and how many tokens it takes.
fn written(tokens: &[Token], order: DateOrder) -> Option<(Written, usize)> {
    let at = |i: usize| tokens.get(i);
    let joined = |i: usize| matches!((at(i), at(i + 1)), (Some(a), Some(b)) if a.end == b.start);
    let first = at(0)?;
    if let Some(year) = first.year() {
        let parts = (at(1)?.text, at(2).and_then(Token::number), at(3).map(|t| t.text), at(4).and_then(Token::number));
        if let ("-", Some(month), dash, day) = parts
            && at(2)?.text.len() == 2
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
            let follows = next == (year as u32 + 1) % 100 && at(2)?.text.len() <= 2 || next == year as u32 + 1;
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
fn range(tokens: &[Token], order: DateOrder) -> Option<(When, usize)> {
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

/// What a text without line ends says: one milestone for each date in it.
fn milestones(part: &str, order: DateOrder) -> Vec<Milestone> {
    let lower: String = part.to_lowercase();
    // Places are those of the text in small letters; where that changes its length, the words are in small letters too.
    let shown = if lower.len() == part.len() { part } else { &lower };
    let tokens = tokens(&lower);
    let provisional = tokens.iter().any(|t| t.is(&["provisional", "provisionally", "tbc"]));
    let mut found: Vec<Milestone> = Vec::new();
    let (mut at, mut from) = (0, 0);
    while let Some(token) = tokens.get(at) {
        let marker = match range(&tokens[at..], order) {
            Some(dated) => Some(dated),
            None if token.is(&["ongoing", "continuous"]) => Some((When::Ongoing, 1)),
            None if token.text == "on" && words(&tokens[at + 1..], &["-", "going"]) => Some((When::Ongoing, 3)),
            None if token.text == "on" && words(&tokens[at + 1..], &["going"]) => Some((When::Ongoing, 2)),
            None if token.text == "already" && words(&tokens[at + 1..], &["achieved"]) => Some((When::Achieved, 2)),
            None if token.text == "achieved" => Some((When::Achieved, 1)),
            // These words count only when nothing stands beside them: "completed by March" is a date to come.
            None if tokens.len() == 1 && token.is(&["complete", "completed", "established", "done"]) => {
                Some((When::Achieved, 1))
            }
            None => None,
        };
        let Some((when, length)) = marker else {
            at += 1;
            continue;
        };
        let what = label(&shown[from..token.start]);
        let end = at + length - 1;
        from = tokens.get(end).map_or(part.len(), |last| last.end);
        at += length;
        found.push(Milestone { what, when, provisional });
    }
    let rest = label(&shown[from..]);
    let rest = if provisional && rest.to_lowercase().contains("provisional") { String::new() } else { rest };
    match found.last_mut() {
        None => found.push(Milestone { what: rest, when: When::Unread(Fault::NoDate), provisional }),
        Some(last) if !rest.is_empty() => {
            last.what = if last.what.is_empty() { rest } else { format!("{}, {rest}", last.what) };
        }
        Some(_) => {}
    }
    found
}

fn words(tokens: &[Token], wanted: &[&str]) -> bool {
    tokens.len() >= wanted.len() && tokens.iter().zip(wanted).all(|(token, word)| token.text == *word)
}

/// The words before a date, without what only joins them to it.
fn label(text: &str) -> String {
    let marks = |c: char| c.is_whitespace() || ":,.;()-\u{2013}\u{2014}\u{2022}\u{25AA}".contains(c);
    let mut words: Vec<&str> = text.trim_matches(marks).split_whitespace().collect();
    while words.last().is_some_and(|word| JOINTS.contains(&word.to_lowercase().as_str())) {
        words.pop();
    }
    if words.iter().all(|word| JOINTS.contains(&word.to_lowercase().as_str())) {
        words.clear();
    }
    words.join(" ").trim_matches(marks).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in_short(text: &str) -> Vec<String> {
        read(text, DateOrder::Undeclared)
            .into_iter()
            .map(|m| {
                let when = match m.when {
                    When::Dated(span) => span.to_string(),
                    When::Ongoing => "ongoing".to_owned(),
                    When::Achieved => "achieved".to_owned(),
                    When::Unread(fault) => format!("? {}", fault.words()),
                };
                format!("{}|{when}{}", m.what, if m.provisional { "?" } else { "" })
            })
            .collect()
    }

    #[test]
    fn months_ranges_and_several_milestones_are_read() {
        for (text, expected) in [
            ("October 2003", vec!["|October 2003"]),
            ("Sept 2027", vec!["|September 2027"]),
            ("2027-03", vec!["|March 2027"]),
            ("2027-03-05", vec!["|5 March 2027"]),
            ("30th June 2003", vec!["|30 June 2003"]),
            ("2026-06 to 2027-03", vec!["|June 2026 to March 2027"]),
            ("June \u{2013} Oct 2003 Draft plan", vec!["Draft plan|June 2003 to October 2003"]),
            ("November - March 2004", vec!["|November 2003 to March 2004"]),
            ("2003/04", vec!["|April 2003 to March 2004"]),
            ("roll out during 2004", vec!["roll out|January 2004 to December 2004"]),
            ("Completed by March 2004", vec!["|March 2004"]),
            ("All by December 2004", vec!["|December 2004"]),
            ("Ongoing", vec!["|ongoing"]),
            ("Already achieved", vec!["|achieved"]),
            ("Established", vec!["|achieved"]),
            ("December 2003 (provisional)", vec!["|December 2003?"]),
            ("Audit: Sept 2003 - January 2004; Training January \u{2013} April 2004", vec![
                "Audit|September 2003 to January 2004",
                "Training|January 2004 to April 2004",
            ]),
            ("Board October 2003\nRatified December 2003\nLaunch April 2004", vec![
                "Board|October 2003",
                "Ratified|December 2003",
                "Launch|April 2004",
            ]),
            ("Website achieved Leaflets October 2003", vec!["Website|achieved", "Leaflets|October 2003"]),
            ("Plan October 2003. Induction ongoing.", vec!["Plan|October 2003", "Induction|ongoing"]),
            ("October 2003 October 2003 Already Achieved", vec!["|October 2003", "|October 2003", "|achieved"]),
            ("N/A", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(read_in_short(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_kept_and_says_why() {
        for (text, expected) in [
            ("Project plan being developed", "Project plan being developed|? no date in it"),
            ("by October", "|? a month without a year"),
            ("September 2004 / 2005", "|? there is no such day"),
            ("31 June 2004", "|? there is no such day"),
            ("2003/09", "|? there is no such day"),
            ("03/04/2026", "|? either number could be the day"),
            ("Autumn", "Autumn|? no date in it"),
            ("staff may apply", "staff may apply|? no date in it"),
        ] {
            assert_eq!(read_in_short(text), [expected], "{text:?}");
        }
        let day = |order| super::day("03/04/2026", order);
        assert_eq!(day(DateOrder::DayFirst), NaiveDate::from_ymd_opt(2026, 4, 3));
        assert_eq!(day(DateOrder::MonthFirst), NaiveDate::from_ymd_opt(2026, 3, 4));
        assert_eq!(day(DateOrder::Undeclared), None);
        assert_eq!(super::day("2027-02", DateOrder::Undeclared), NaiveDate::from_ymd_opt(2027, 2, 28));
        assert_eq!(super::day("Launch March 2027", DateOrder::Undeclared), None);
    }
}
