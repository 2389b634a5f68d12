//! Dates as people write them in plans: a month, a range, several milestones in one cell, ongoing, achieved.
//!
//! A text is taken apart at semicolons, line ends and behind every date; the words before a date say what it is the date
//! of. A month stands for all its days: a milestone of March 2027 is late from 1 April. What cannot be read is kept and
//! told apart.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::returns::DateOrder;

mod written;

use written::{Token, last_of_month, range, tokens};

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
            (
                "Audit: Sept 2003 - January 2004; Training January \u{2013} April 2004",
                vec!["Audit|September 2003 to January 2004", "Training|January 2004 to April 2004"],
            ),
            (
                "Board October 2003\nRatified December 2003\nLaunch April 2004",
                vec!["Board|October 2003", "Ratified|December 2003", "Launch|April 2004"],
            ),
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
        let of = |order| day("03/04/2026", order);
        assert_eq!(of(DateOrder::DayFirst), NaiveDate::from_ymd_opt(2026, 4, 3));
        assert_eq!(of(DateOrder::MonthFirst), NaiveDate::from_ymd_opt(2026, 3, 4));
        assert_eq!(of(DateOrder::Undeclared), None);
        assert_eq!(day("2027-02", DateOrder::Undeclared), NaiveDate::from_ymd_opt(2027, 2, 28));
        assert_eq!(day("Launch March 2027", DateOrder::Undeclared), None);
    }
}
