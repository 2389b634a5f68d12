//! A formula worked out on answers.
//!
//! As in forms: an empty answer is no number, arithmetic with it gives none, and no comparison with it holds but `!=`.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::{Formula, Function, Joint, Node};

/// What a part of a formula gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing was answered.
    Nothing,
    /// A number; NaN where it cannot be had.
    Number(f64),
    /// Words, or the code of a response.
    Text(String),
    /// True or false.
    Truth(bool),
    /// A date, or a date with a time.
    Moment(NaiveDateTime),
    /// A time of day.
    Time(NaiveTime),
    /// The codes of several responses.
    Codes(Vec<String>),
}

/// What a formula is worked out on.
pub trait Answers {
    /// The answer to a question.
    fn answer(&self, name: &str) -> Value;
    /// The answers to a question of a repeat, one for each of its rows; for the repeat's own name one for each row.
    fn each(&self, name: &str) -> Vec<Value>;
    /// The label of the response that was given.
    fn label(&self, name: &str) -> String;
    /// The answer that is being given.
    fn itself(&self) -> Value;
    /// A column of the response that is being looked at.
    fn column(&self, name: &str) -> Value;
    /// The number of the row within its repeat.
    fn position(&self) -> f64;
}

impl Value {
    /// As a number; NaN where it is none.
    pub fn number(&self) -> f64 {
        match self {
            Value::Number(number) => *number,
            Value::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
            Value::Truth(truth) => f64::from(u8::from(*truth)),
            Value::Moment(moment) => {
                let days = moment.date().signed_duration_since(NaiveDate::default()).num_days() as f64;
                days + of_day(moment.time())
            }
            Value::Time(time) => of_day(*time),
            Value::Codes(codes) if codes.len() == 1 => codes[0].parse().unwrap_or(f64::NAN),
            Value::Nothing | Value::Codes(_) => f64::NAN,
        }
    }

    /// As words.
    pub fn text(&self) -> String {
        match self {
            Value::Nothing => String::new(),
            Value::Number(number) if number.is_nan() => String::new(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::Truth(truth) => truth.to_string(),
            Value::Moment(moment) if moment.num_seconds_from_midnight() == 0 => moment.date().to_string(),
            Value::Moment(moment) => moment.format("%Y-%m-%dT%H:%M").to_string(),
            Value::Time(time) => time.format("%H:%M").to_string(),
            Value::Codes(codes) => codes.join(" "),
        }
    }

    /// Whether it holds: a number that is not zero, a text that is not empty.
    pub fn truth(&self) -> bool {
        match self {
            Value::Truth(truth) => *truth,
            Value::Number(number) => !number.is_nan() && *number != 0.0,
            other => !other.text().is_empty(),
        }
    }

    /// Whether there is nothing: no answer, no words, no number.
    pub fn is_nothing(&self) -> bool {
        self.text().is_empty()
    }

    fn is_like_number(&self) -> bool {
        matches!(self, Value::Number(_) | Value::Moment(_) | Value::Time(_))
    }
}

/// The part of the day that has passed.
fn of_day(time: NaiveTime) -> f64 {
    f64::from(time.num_seconds_from_midnight()) / 86_400.0
}

impl Formula {
    /// What the formula gives.
    pub fn value(&self, answers: &dyn Answers) -> Value {
        value(&self.node, answers)
    }

    /// Whether it holds.
    pub fn holds(&self, answers: &dyn Answers) -> bool {
        self.value(answers).truth()
    }
}

fn value(node: &Node, answers: &dyn Answers) -> Value {
    match node {
        Node::Number(number) => Value::Number(*number),
        Node::Text(text) => Value::Text(text.clone()),
        Node::Answer(name) => answers.answer(name),
        Node::Itself => answers.itself(),
        Node::Column(name) => answers.column(name),
        Node::Position => Value::Number(answers.position()),
        Node::Minus(inner) => Value::Number(-value(inner, answers).number()),
        Node::Join(Joint::Or, a, b) => Value::Truth(value(a, answers).truth() || value(b, answers).truth()),
        Node::Join(Joint::And, a, b) => Value::Truth(value(a, answers).truth() && value(b, answers).truth()),
        Node::Join(joint, a, b) => {
            let (a, b) = (value(a, answers), value(b, answers));
            match joint.compares() {
                true => Value::Truth(compare(*joint, &a, &b)),
                false => Value::Number(reckon(*joint, a.number(), b.number())),
            }
        }
        Node::Call(function, parts) => call(*function, parts, answers),
    }
}

fn reckon(joint: Joint, a: f64, b: f64) -> f64 {
    match joint {
        Joint::Plus => a + b,
        Joint::Minus => a - b,
        Joint::Times => a * b,
        Joint::Divide if b == 0.0 => f64::NAN,
        Joint::Divide => a / b,
        Joint::Modulo => a % b,
        _ => f64::NAN,
    }
}

/// Numbers are compared as such where one of the two is one, texts only for equality.
fn compare(joint: Joint, a: &Value, b: &Value) -> bool {
    let numbers = a.is_like_number() || b.is_like_number() || !matches!(joint, Joint::Equal | Joint::Unequal);
    let truths = matches!(a, Value::Truth(_)) || matches!(b, Value::Truth(_));
    if truths && matches!(joint, Joint::Equal | Joint::Unequal) {
        return (a.truth() == b.truth()) == (joint == Joint::Equal);
    }
    if numbers {
        // A date or a time in quotes stands for the day or the hour.
        let number = |value: &Value| match value {
            Value::Text(text) => {
                date(text).or_else(|| time(text)).map_or_else(|| value.number(), |found| found.number())
            }
            other => other.number(),
        };
        let (a, b) = (number(a), number(b));
        return match joint {
            Joint::Equal => a == b,
            Joint::Unequal => a != b,
            Joint::Less => a < b,
            Joint::AtMost => a <= b,
            Joint::More => a > b,
            _ => a >= b,
        };
    }
    (a.text() == b.text()) == (joint == Joint::Equal)
}

fn date(text: &str) -> Option<Value> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    Some(Value::Moment(day.and_time(NaiveTime::default())))
}

fn time(text: &str) -> Option<Value> {
    let text = text.trim();
    let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok().map(Value::Moment);
    moment.or_else(|| NaiveTime::parse_from_str(text, "%H:%M").ok().map(Value::Time))
}

fn call(function: Function, parts: &[Node], answers: &dyn Answers) -> Value {
    let of = |at: usize| parts.get(at).map_or(Value::Nothing, |part| value(part, answers));
    let text = |at: usize| of(at).text();
    let name = || match parts.first() {
        Some(Node::Answer(name)) => name.as_str(),
        _ => "",
    };
    // A question of a repeat stands for all its rows.
    let all = || -> Vec<f64> {
        let each = |part: &Node| match part {
            Node::Answer(name) => {
                let rows = answers.each(name);
                if rows.is_empty() { vec![answers.answer(name)] } else { rows }
            }
            other => vec![value(other, answers)],
        };
        parts.iter().flat_map(each).map(|value| value.number()).filter(|number| !number.is_nan()).collect()
    };
    match function {
        Function::Selected => {
            let wanted = text(1);
            Value::Truth(match of(0) {
                Value::Codes(codes) => codes.contains(&wanted),
                other => !wanted.is_empty() && other.text() == wanted,
            })
        }
        Function::CountSelected => Value::Number(match of(0) {
            Value::Codes(codes) => codes.len() as f64,
            other => f64::from(u8::from(!other.is_nothing())),
        }),
        Function::If => of(if of(0).truth() { 1 } else { 2 }),
        Function::Not => Value::Truth(!of(0).truth()),
        Function::True => Value::Truth(true),
        Function::False => Value::Truth(false),
        Function::Coalesce => match of(0) {
            first if first.is_nothing() => of(1),
            first => first,
        },
        Function::Concat => Value::Text((0..parts.len()).map(text).collect()),
        Function::Number => Value::Number(of(0).number()),
        Function::String => Value::Text(text(0)),
        Function::Int => Value::Number(of(0).number().trunc()),
        Function::Round => Value::Number(round(of(0).number(), if parts.len() == 2 { of(1).number() } else { 0.0 })),
        Function::Abs => Value::Number(of(0).number().abs()),
        Function::Pow => Value::Number(of(0).number().powf(of(1).number())),
        Function::Min => Value::Number(all().into_iter().reduce(f64::min).unwrap_or(f64::NAN)),
        Function::Max => Value::Number(all().into_iter().reduce(f64::max).unwrap_or(f64::NAN)),
        // The sum of nothing is nought, not minus nought.
        Function::Sum => Value::Number(all().into_iter().fold(0.0, |sum, number| sum + number)),
        Function::Count => {
            Value::Number(answers.each(name()).iter().filter(|value| !value.is_nothing()).count() as f64)
        }
        Function::StringLength => Value::Number(text(0).chars().count() as f64),
        Function::Contains => Value::Truth(text(0).contains(&text(1))),
        Function::StartsWith => Value::Truth(text(0).starts_with(&text(1))),
        Function::EndsWith => Value::Truth(text(0).ends_with(&text(1))),
        Function::Date => date(&text(0)).unwrap_or(Value::Nothing),
        Function::ChoiceName => Value::Text(answers.label(name())),
    }
}

/// To so many decimals, halves away from zero, as spreadsheets do.
fn round(number: f64, decimals: f64) -> f64 {
    let factor = 10f64.powi(decimals.clamp(-15.0, 15.0) as i32);
    (number * factor).round() / factor
}
