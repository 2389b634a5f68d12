//! Success criteria that name a survey or audit question, and whether a target on it was met.
//!
//! `carers:q08 positive >= 65% by 2027-06` names a study, a question, what is measured (`positive`, `mean`, or
//! `response CODE`), how it is compared (`>=`, `>`, `<=`, `<`, or in words `at least`, `at most`) and a date; a group may
//! follow the measure: `in area=Harbourside`.
//!
//! An estimate of a sample is known within an interval only. A target of "at least T" is
//!
//! | verdict | when |
//! | --- | --- |
//! | met | the lower end is T or more |
//! | not met | the upper end is below T |
//! | cannot be said | T lies within |
//!
//! and the mirror image for "at most". The plan names the rule: under `two-sided` the ends are those of the interval at
//! `level`, so that a wrong "met" has a chance of (1 - level) / 2 at most, and the printed interval and the verdict never
//! disagree; under `one-sided` each end is a bound at `level` by itself (the interval at 2 level - 1), and the chance is
//! 1 - level. Shares take the interval method that the plan names, means the symmetric one, both with Student's t and the
//! design's degrees of freedom.

use chrono::NaiveDate;
use serde::Deserialize;

use super::when;
use crate::returns::DateOrder;
use crate::statistics::interval::{Interval, Proportion, symmetric};
use crate::statistics::{Critical, Method};

/// A success criterion.
#[derive(Debug, Clone, PartialEq)]
pub enum Criterion {
    /// In words.
    Words(String),
    /// A target on a question.
    Target(Target),
    /// It begins like a target and cannot be read: what stands there, and what is wrong.
    Unread(String, &'static str),
}

/// A target on a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The study, as the plan calls it.
    pub survey: String,
    /// The question's id.
    pub question: String,
    /// What is measured.
    pub measure: Measure,
    /// The column and the group; everyone if none.
    pub group: Option<(String, String)>,
    /// How it is compared.
    pub side: Side,
    /// Whether the target itself is not enough (`>` and `<`).
    pub strict: bool,
    /// The target: 0 to 1 for shares.
    pub value: f64,
    /// When it is to be reached, if that is said.
    pub by: Option<NaiveDate>,
    /// As written.
    pub text: String,
}

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// The share of the positive responses.
    Positive,
    /// The mean.
    Mean,
    /// The share of one response, by its code.
    Response(String),
}

/// Which side of the target is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The target or more.
    AtLeast,
    /// The target or less.
    AtMost,
}

/// The rule by which targets are judged; the plan names it.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// The interval at the level: each end alone at (1 + level) / 2.
    TwoSided,
    /// Each end alone at the level.
    OneSided,
}

/// How targets are judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Whether the level belongs to the interval or to each of its ends.
    pub sides: Sides,
    /// The confidence level.
    pub level: f64,
    /// The interval of shares.
    pub interval: Method,
}

/// An estimate with what its interval rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// Answers.
    pub n: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// A share, with the interval of shares.
    pub share: bool,
    /// Everybody in the population answered, so that there is no sampling error.
    pub census: bool,
}

/// Whether a target was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Beyond what chance explains.
    Met,
    /// Missed, by more than chance explains.
    NotMet,
    /// The interval holds the target, or there is no figure.
    CannotBeSaid,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not met",
            Verdict::CannotBeSaid => "cannot be said",
        }
    }

    /// A mark that tells the verdicts apart without colour.
    pub fn mark(self) -> &'static str {
        match self {
            Verdict::Met => "✔",
            Verdict::NotMet => "✘",
            Verdict::CannotBeSaid => "?",
        }
    }
}

impl Target {
    /// What is to be reached, and when: "at least 65% by 30 June 2027".
    pub fn goal(&self) -> String {
        let number = match self.measure {
            Measure::Mean => self.value.to_string(),
            _ => format!("{}%", (self.value * 1e4).round() / 1e2),
        };
        let side = match (self.side, self.strict) {
            (Side::AtLeast, false) => "at least",
            (Side::AtLeast, true) => "more than",
            (Side::AtMost, false) => "at most",
            (Side::AtMost, true) => "less than",
        };
        let by = self.by.map_or(String::new(), |by| format!(" by {}", when::long(by)));
        format!("{side} {number}{by}")
    }
}

impl Rule {
    /// The critical value that the rule asks for.
    fn critical(&self) -> Critical {
        match self.sides {
            Sides::TwoSided => Critical::T(self.level),
            Sides::OneSided => Critical::T(2.0 * self.level - 1.0),
        }
    }

    /// The interval that a target is held against.
    pub fn interval(&self, measured: &Measured) -> Interval {
        let Measured { value, se, n, df, share, census } = *measured;
        if census {
            Interval { low: value, high: value }
        } else if share {
            Proportion { p: value, se, n, df }.interval(self.interval, self.critical())
        } else {
            symmetric(value, se, df, self.critical())
        }
    }

    /// Half the width of the symmetric interval: what the margin of error is elsewhere.
    pub fn margin(&self, measured: &Measured) -> f64 {
        self.critical().value(measured.df) * measured.se
    }

    /// Whether a target is met.
    pub fn judge(&self, target: &Target, measured: &Measured) -> Verdict {
        let Interval { low, high } = self.interval(measured);
        let goal = target.value;
        let (met, missed) = match (target.side, target.strict) {
            (Side::AtLeast, false) => (low >= goal, high < goal),
            (Side::AtLeast, true) => (low > goal, high <= goal),
            (Side::AtMost, false) => (high <= goal, low > goal),
            (Side::AtMost, true) => (high < goal, low >= goal),
        };
        // Ends that are no numbers compare as false, and say nothing.
        match (met, missed) {
            (true, _) => Verdict::Met,
            (_, true) => Verdict::NotMet,
            _ => Verdict::CannotBeSaid,
        }
    }

    /// The rule by name, as printed with every verdict.
    pub fn method(&self) -> String {
        let sides = match self.sides {
            Sides::TwoSided => "two-sided",
            Sides::OneSided => "one-sided",
        };
        format!("{sides} {}%; {} for shares, symmetric for means; t", self.level * 100.0, self.interval.name())
    }

    /// The rule in a sentence.
    pub fn sentence(&self) -> String {
        let level = self.level * 100.0;
        match self.sides {
            Sides::TwoSided => format!(
                "A target is met if the whole {level}% interval lies on its good side, not met if the whole interval lies \
                 on its bad side, and cannot be said otherwise."
            ),
            Sides::OneSided => format!(
                "A target is met if the {level}% bound on the side of the target has reached it, not met if the {level}% \
                 bound on the far side falls short of it, and cannot be said otherwise."
            ),
        }
    }
}

/// Reads a criterion.
pub fn read(text: &str, order: DateOrder) -> Criterion {
    let first = text.split_whitespace().next().unwrap_or("");
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    let Some((survey, question)) = first.split_once(':').filter(|(a, b)| is_name(a) && is_name(b)) else {
        return Criterion::Words(text.to_owned());
    };
    match target(survey, question, text.trim_start()[first.len()..].trim(), order) {
        Ok(target) => Criterion::Target(Target { text: text.to_owned(), ..target }),
        Err(why) => Criterion::Unread(text.to_owned(), why),
    }
}

const COMPARISONS: [(&str, Side, bool); 8] = [
    (">=", Side::AtLeast, false),
    ("<=", Side::AtMost, false),
    ("\u{2265}", Side::AtLeast, false),
    ("\u{2264}", Side::AtMost, false),
    (" at least ", Side::AtLeast, false),
    (" at most ", Side::AtMost, false),
    (">", Side::AtLeast, true),
    ("<", Side::AtMost, true),
];

/// What is wrong with a target that has no figure yet.
const OPEN: &str = "the target is left open: put a figure in place of the ?, or strike the line out";

fn target(survey: &str, question: &str, rest: &str, order: DateOrder) -> Result<Target, &'static str> {
    let rest = format!(" {rest} ");
    let found = COMPARISONS.iter().find_map(|(sign, side, strict)| Some((rest.split_once(sign)?, *side, *strict)));
    let ((before, after), side, strict) = found.ok_or("a comparison is missing, such as >= 65%")?;
    let before = before.trim();
    let (measure, group) = match before.split_once(" in ") {
        Some((measure, group)) => (measure.trim(), Some(group)),
        None => (before, None),
    };
    let group = match group
        .map(|group| group.split_once('=').map(|(by, name)| (by.trim().to_owned(), name.trim().to_owned())))
    {
        Some(None) => return Err("a group is written as column=group"),
        Some(Some(group)) => Some(group),
        None => None,
    };
    let measure = match measure.split_once(' ') {
        None if measure == "positive" => Measure::Positive,
        None if measure == "mean" => Measure::Mean,
        Some(("response", code)) if !code.trim().is_empty() => Measure::Response(code.trim().to_owned()),
        _ => return Err("what is measured is positive, mean or response CODE"),
    };
    let (number, by) = match after.split_once(" by ") {
        Some((number, by)) => (number.trim(), Some(by.trim())),
        None => (after.trim(), None),
    };
    let by = match by {
        Some(by) => Some(when::day(by, order).ok_or("the date behind \"by\" cannot be read")?),
        None => None,
    };
    if matches!(number, "?" | "?%") {
        return Err(OPEN);
    }
    let plain = |text: &str| text.trim().parse::<f64>().ok().filter(|x| x.is_finite());
    let percent = number.strip_suffix('%').and_then(plain);
    let value = match (&measure, percent, plain(number)) {
        (Measure::Mean, _, Some(value)) => value,
        (Measure::Mean, ..) => return Err("a mean is compared with a number"),
        (_, Some(percent), _) if (0.0..=100.0).contains(&percent) => percent / 100.0,
        _ => return Err("a share is compared with a percentage, such as 65%"),
    };
    let (survey, question) = (survey.to_owned(), question.to_owned());
    Ok(Target { survey, question, measure, group, side, strict, value, by, text: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { sides: Sides::TwoSided, level: 0.95, interval: Method::Wilson };

    fn goal(text: &str) -> Target {
        match read(text, DateOrder::Undeclared) {
            Criterion::Target(target) => target,
            other => panic!("{text:?} is {other:?}"),
        }
    }

    #[test]
    fn targets_are_read_and_words_are_left_alone() {
        let target = goal("carers:q3 positive >= 75% by 2027-03");
        assert_eq!((target.survey.as_str(), target.question.as_str()), ("carers", "q3"));
        assert_eq!((target.side, target.strict, target.value), (Side::AtLeast, false, 0.75));
        assert_eq!(target.by, NaiveDate::from_ymd_opt(2027, 3, 31));
        let target = goal("audit:c1 response SD in area=Glen Isle at most 7.5%");
        assert_eq!(target.measure, Measure::Response("SD".to_owned()));
        assert_eq!(target.group, Some(("area".to_owned(), "Glen Isle".to_owned())));
        assert_eq!((target.side, target.value, target.by), (Side::AtMost, 0.075, None));
        assert_eq!(goal("audit:c1 mean > 4.2").value, 4.2);
        for words in ["Leaflets are out by March 2027", "Note: all staff trained", "Reports to DMT", ""] {
            assert_eq!(read(words, DateOrder::Undeclared), Criterion::Words(words.to_owned()));
        }
        for unread in [
            "carers:q3 positive 75%",
            "carers:q3 >= 75%",
            "carers:q3 positive >= 175%",
            "carers:q3 positive >= 0.75",
            "carers:q3 mean >= 75%",
            "carers:q3 positive in area >= 75%",
            "carers:q3 positive >= 75% by soon",
            "carers:q3 positive >= ?%",
            "carers:q3 mean >= ? by 2027-06",
        ] {
            assert!(matches!(read(unread, DateOrder::Undeclared), Criterion::Unread(..)), "{unread}");
        }
    }

    #[test]
    fn a_verdict_needs_the_whole_interval() {
        // 65 of 100: 55.25% to 73.64% by Wilson with z; t with 99 degrees of freedom is a little wider.
        let measured = Measured {
            value: 0.65,
            se: (0.65f64 * 0.35 / 100.0).sqrt(),
            n: 100.0,
            df: f64::INFINITY,
            share: true,
            census: false,
        };
        let ends = RULE.interval(&measured);
        assert!((ends.low - 0.5525444329688797).abs() < 1e-9 && (ends.high - 0.7363575175690247).abs() < 1e-9);
        for (text, verdict) in [
            ("s:q positive >= 55%", Verdict::Met),
            ("s:q positive >= 56%", Verdict::CannotBeSaid),
            ("s:q positive >= 73%", Verdict::CannotBeSaid),
            ("s:q positive >= 74%", Verdict::NotMet),
            ("s:q positive <= 74%", Verdict::Met),
            ("s:q positive <= 70%", Verdict::CannotBeSaid),
            ("s:q positive <= 55%", Verdict::NotMet),
        ] {
            assert_eq!(RULE.judge(&goal(text), &measured), verdict, "{text}");
        }
    }

    #[test]
    fn one_sided_bounds_are_those_of_the_narrower_interval() {
        let measured = Measured { value: 0.65, se: 0.047_7, n: 100.0, df: 60.0, share: true, census: false };
        let one = Rule { sides: Sides::OneSided, ..RULE }.interval(&measured);
        let two = Rule { level: 0.90, ..RULE }.interval(&measured);
        assert_eq!(one, two);
        assert!(one.low > RULE.interval(&measured).low);
    }

    #[test]
    fn a_census_is_certain_and_no_answers_say_nothing() {
        let census = Measured { value: 0.75, se: 0.0, n: 40.0, df: 39.0, share: true, census: true };
        assert_eq!(RULE.judge(&goal("s:q positive >= 75%"), &census), Verdict::Met);
        assert_eq!(RULE.judge(&goal("s:q positive > 75%"), &census), Verdict::NotMet);
        let nobody = Measured { value: f64::NAN, se: f64::NAN, n: 0.0, df: f64::NAN, share: true, census: false };
        assert_eq!(RULE.judge(&goal("s:q positive >= 75%"), &nobody), Verdict::CannotBeSaid);
        // All of ten agree: the lower end is 72.2% by Wilson with z, so 75% cannot be said.
        let all = Measured { value: 1.0, se: 0.0, n: 10.0, df: f64::INFINITY, share: true, census: false };
        assert_eq!(RULE.judge(&goal("s:q positive >= 70%"), &all), Verdict::Met);
        assert_eq!(RULE.judge(&goal("s:q positive >= 75%"), &all), Verdict::CannotBeSaid);
    }
}
