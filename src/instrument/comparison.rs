//! What can be laid beside what in the conditions that definitions write out.
//!
//! Somebody who writes `q05 > 'banana'` of a date means something else. Such a comparison is never true, or true for no
//! reason, and nobody would see it in the results; so it is refused where it stands, with what could stand there.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{Question, QuestionKind, Scale, nearest};
use crate::expression::Way;
use crate::terms::Missing;

/// The language in which a condition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// Of edit rules: `q1 = 'yes'`.
    Rules,
    /// Of forms: `${q1} = 'yes'`.
    Forms,
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(super) enum Side<'a> {
    /// The answer to a question.
    Answer(&'a Question),
    /// Why there is none, by the question's id.
    Reason(&'a str),
    /// A number that is written out.
    Number(f64),
    /// A text that is written out.
    Text(&'a str),
    /// True or false.
    Truth,
    /// A number that is counted or worked out.
    SomeNumber,
    /// What is known when answers are there only.
    Open,
}

/// Why two sides cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    /// Whether the right side is at fault.
    pub right: bool,
    pub problem: String,
    pub label: String,
    pub expected: String,
    pub hint: Option<String>,
}

/// What the answers to a question are, as conditions see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Code,
    Several,
    Number,
    Date,
    Time,
    Moment,
    Words,
    Unknown,
}

impl Sort {
    fn of(question: &Question) -> Sort {
        match question.kind {
            QuestionKind::Single | QuestionKind::Rating | QuestionKind::YesNo | QuestionKind::Acknowledge => Sort::Code,
            QuestionKind::Multiple | QuestionKind::Rank => Sort::Several,
            QuestionKind::Integer | QuestionKind::Decimal | QuestionKind::Range => Sort::Number,
            QuestionKind::Date => Sort::Date,
            QuestionKind::Time => Sort::Time,
            QuestionKind::DateTime => Sort::Moment,
            QuestionKind::Text => Sort::Words,
            QuestionKind::Calculate if question.written.numeric => Sort::Number,
            QuestionKind::Calculate => Sort::Unknown,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Sort::Code => "one of its responses",
            Sort::Several => "several responses",
            Sort::Number => "a number",
            Sort::Date => "a date",
            Sort::Time => "a time of day",
            Sort::Moment => "a date with a time",
            Sort::Words => "words",
            Sort::Unknown => "a value",
        }
    }

    /// A text that could stand beside it.
    fn example(self) -> &'static str {
        match self {
            Sort::Date => "year-month-day in quotes, such as '2026-03-31'",
            Sort::Time => "hours and minutes in quotes, such as '09:30'",
            Sort::Moment => "a day with a time in quotes, such as '2026-03-31T09:30'",
            Sort::Number => "a number, such as 5",
            _ => "a text in quotes",
        }
    }
}

impl Language {
    fn name(self, question: &Question) -> String {
        match self {
            Language::Rules => question.id.clone(),
            Language::Forms => format!("${{{}}}", question.id),
        }
    }

    fn contains(self, question: &Question, code: &str) -> String {
        match self {
            Language::Rules => format!("{} has '{code}'", question.id),
            Language::Forms => format!("selected({}, '{code}')", self.name(question)),
        }
    }
}

/// Why a comparison cannot be meant; none where it can.
pub(super) fn misfit(way: Way, left: &Side<'_>, right: &Side<'_>, language: Language) -> Option<Misfit> {
    let turned = |misfit: Misfit| Misfit { right: !misfit.right, ..misfit };
    match (left, right) {
        (Side::Answer(a), Side::Answer(b)) => answers(way, a, b, language),
        (Side::Answer(question), other) => beside(way, question, other, language).map(|misfit| misfit.on_the_right()),
        (other, Side::Answer(question)) if way != Way::Has => {
            beside(way, question, other, language).map(|misfit| turned(misfit.on_the_right()))
        }
        (Side::Reason(id), other) => reason(way, id, other).map(Misfit::on_the_right),
        (other, Side::Reason(id)) => reason(way, id, other).map(|misfit| turned(misfit.on_the_right())),
        (Side::Number(_) | Side::SomeNumber, Side::Text(text)) => no_number(text).map(Misfit::on_the_right),
        (Side::Text(text), Side::Number(_) | Side::SomeNumber) => no_number(text),
        _ => None,
    }
}

/// Why a name cannot stand for a condition by itself.
pub(super) fn no_condition(question: &Question) -> Option<Misfit> {
    let sort = Sort::of(question);
    (!matches!(sort, Sort::Number | Sort::Unknown)).then(|| Misfit {
        right: false,
        problem: format!("\"{}\" is {}, and no condition by itself", question.id, sort.words()),
        label: "compared with nothing".to_owned(),
        expected: format!("a comparison, such as {}", comparison(question)),
        hint: Some(format!("{} is not missing asks whether there is an answer", question.id)),
    })
}

fn comparison(question: &Question) -> String {
    let id = &question.id;
    let code = question.scale.iter().flat_map(|scale| &scale.responses).next().map_or("", |r| r.code.as_str());
    match Sort::of(question) {
        Sort::Code => format!("{id} = '{code}'"),
        Sort::Several => format!("{id} has '{code}'"),
        Sort::Date => format!("{id} > '2026-03-31'"),
        Sort::Time => format!("{id} > '09:30'"),
        Sort::Moment => format!("{id} > '2026-03-31T09:30'"),
        Sort::Words => format!("{id} = 'words'"),
        Sort::Number | Sort::Unknown => format!("{id} > 5"),
    }
}

impl Misfit {
    fn of(problem: String, label: &str, expected: impl Into<String>) -> Misfit {
        Misfit { right: false, problem, label: label.to_owned(), expected: expected.into(), hint: None }
    }

    fn hint(self, hint: impl Into<String>) -> Misfit {
        Misfit { hint: Some(hint.into()), ..self }
    }

    /// What is at fault stands beside the answer that it is compared with.
    fn on_the_right(self) -> Misfit {
        Misfit { right: true, ..self }
    }
}

fn beside(way: Way, question: &Question, other: &Side<'_>, language: Language) -> Option<Misfit> {
    let sort = Sort::of(question);
    let id = &question.id;
    let is = |what: &str| format!("\"{id}\" is {}, and is compared with {what}", sort.words());
    // Forms ask so whether there is an answer.
    if let (Side::Text(""), Way::Equal, Language::Forms) = (other, way, language) {
        return None;
    }
    if sort == Sort::Several && way != Way::Has && !matches!(other, Side::Open) {
        return Some(several(question, other, language));
    }
    match (sort, other) {
        (Sort::Unknown, _) | (_, Side::Open | Side::Answer(_)) => None,
        (Sort::Code | Sort::Several, Side::Text(text)) => code(way, question, text, &|code| code == *text, language),
        (Sort::Code | Sort::Several, Side::Number(number)) => {
            let same = |code: &str| code.trim().parse::<f64>() == Ok(*number);
            code(way, question, &number.to_string(), &same, language)
        }
        (Sort::Code, Side::SomeNumber) if coded_in_numbers(question) => None,
        (Sort::Number, Side::Text(text)) => {
            number(text).is_none().then(|| Misfit::of(is("a text"), "this is no number", sort.example()))
        }
        (Sort::Number, Side::Number(_) | Side::SomeNumber) => None,
        (Sort::Date | Sort::Time | Sort::Moment, Side::Text(text)) => {
            let misfit = Misfit::of(is("a text"), &format!("this is no {}", plain(sort)), sort.example());
            (!in_time(sort, way, text)).then(|| match meant_day(text) {
                Some(day) => misfit.hint(format!("did you mean '{day}'?")),
                None => misfit,
            })
        }
        // In forms a day is a number of days, so that days can be added.
        (Sort::Date | Sort::Time | Sort::Moment, Side::SomeNumber) if language == Language::Forms => None,
        (Sort::Words, Side::Text(_)) => None,
        (Sort::Words, Side::Number(written)) => {
            let misfit = Misfit::of(is("a number"), "a number", format!("'{written}' in quotes"));
            Some(match language {
                Language::Rules => misfit,
                Language::Forms => misfit.hint(format!("number({}) reads the words as one", language.name(question))),
            })
        }
        // Forms ask so whether anything was answered.
        (_, Side::Truth) if language == Language::Forms => None,
        (_, Side::Truth) => Some(
            Misfit::of(is("true or false"), "true or false", comparison(question))
                .hint(format!("{id} is not missing asks whether there is an answer")),
        ),
        (_, Side::Number(_) | Side::SomeNumber) => Some(Misfit::of(is("a number"), "a number", sort.example())),
        (_, Side::Reason(_)) => Some(Misfit::of(is("a text"), "a text", sort.example())),
    }
}

fn plain(sort: Sort) -> &'static str {
    match sort {
        Sort::Date => "date",
        Sort::Time => "time of day",
        _ => "date with a time",
    }
}

/// A code must be one of the responses; those that stand for missing are asked for apart.
fn code(
    way: Way,
    question: &Question,
    written: &str,
    same: &dyn Fn(&str) -> bool,
    language: Language,
) -> Option<Misfit> {
    let id = &question.id;
    let scale = question.scale.as_ref()?;
    if way == Way::Order {
        return (!coded_in_numbers(question) || number(written).is_none()).then(|| {
            let problem = format!("the responses to \"{id}\" have no order of more and less");
            let misfit = Misfit::of(problem, "more or less than this", format!("=, != or in; {}", one_of(scale)));
            if coded_in_numbers(question) {
                misfit.hint("the codes are numbers; compare with a number")
            } else {
                misfit
            }
        });
    }
    if scale.responses.iter().any(|response| same(&response.code)) {
        return None;
    }
    if let Some(missing) = scale.missing.iter().find(|missing| same(&missing.code)) {
        let misfit = Misfit::of(format!("\"{written}\" is no answer to \"{id}\""), "stands for missing", String::new());
        return Some(match language {
            Language::Rules => Misfit { expected: format!("{id}.missing = '{}'", missing.kind.name()), ..misfit },
            Language::Forms => Misfit {
                expected: format!("{} = '' where there is no answer, whatever the reason", language.name(question)),
                ..misfit
            },
        });
    }
    let misfit = Misfit::of(format!("question \"{id}\" has no response with this code"), "no such code", one_of(scale));
    Some(match meant_code(written, scale) {
        Some(hint) => misfit.hint(hint),
        None => misfit,
    })
}

fn one_of(scale: &Scale) -> String {
    let codes: Vec<&str> = scale.responses.iter().map(|response| response.code.as_str()).collect();
    format!("one of {}", codes.join(", "))
}

/// The response that was most likely meant by a code that there is not, in words.
pub(super) fn meant_code(written: &str, scale: &Scale) -> Option<String> {
    let labelled = scale.responses.iter().find(|response| response.label.eq_ignore_ascii_case(written));
    match labelled {
        Some(response) => Some(format!("\"{written}\" is the label; the code is \"{}\"", response.code)),
        None => nearest(written, scale.responses.iter().map(|response| response.code.as_str()))
            .map(|near| format!("did you mean \"{near}\"?")),
    }
}

/// Where several can be ticked, none of them is *the* answer.
fn several(question: &Question, other: &Side<'_>, language: Language) -> Misfit {
    let codes = || question.scale.iter().flat_map(|scale| &scale.responses).map(|response| response.code.as_str());
    let written = match other {
        Side::Text(text) => (*text).to_owned(),
        Side::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let code = codes().find(|code| *code == written).or_else(|| nearest(&written, codes())).or_else(|| codes().next());
    let contains = language.contains(question, code.unwrap_or_default());
    let count = match language {
        Language::Rules => format!("{}.count = 1", question.id),
        Language::Forms => format!("count-selected({}) = 1", language.name(question)),
    };
    Misfit::of(
        format!("\"{}\" takes several responses, so that none of them is the answer", question.id),
        "one response",
        format!("{contains}, which asks whether it is among them"),
    )
    .hint(format!("where it shall be the only one: {contains} and {count}"))
}

fn coded_in_numbers(question: &Question) -> bool {
    let mut codes = question.scale.iter().flat_map(|scale| &scale.responses);
    codes.all(|response| number(&response.code).is_some())
}

fn answers(way: Way, a: &Question, b: &Question, language: Language) -> Option<Misfit> {
    let (x, y) = (Sort::of(a), Sort::of(b));
    if x == Sort::Several && way != Way::Has {
        return Some(several(a, &Side::Open, language));
    }
    if y == Sort::Several {
        return Some(several(b, &Side::Open, language).on_the_right());
    }
    let shared = || {
        let codes = |question: &Question| -> Vec<String> {
            question.scale.iter().flat_map(|scale| &scale.responses).map(|response| response.code.clone()).collect()
        };
        let of_b = codes(b);
        codes(a).iter().any(|code| of_b.contains(code))
    };
    let numeric =
        |question: &Question, sort| sort == Sort::Number || (sort == Sort::Code && coded_in_numbers(question));
    let fits = match (x, y) {
        (Sort::Unknown, _) | (_, Sort::Unknown) => true,
        (Sort::Code | Sort::Several, Sort::Code) if way != Way::Order => shared(),
        (Sort::Date | Sort::Moment, Sort::Date | Sort::Moment) => true,
        (Sort::Code | Sort::Words, Sort::Words) | (Sort::Words, Sort::Code) => way != Way::Order,
        (x, y) if x == y && x != Sort::Code => true,
        (x, y) => numeric(a, x) && numeric(b, y),
    };
    (!fits).then(|| {
        let problem = match (x, y) {
            (Sort::Code | Sort::Several, Sort::Code) if way == Way::Order => {
                format!("the responses to \"{}\" and \"{}\" have no order of more and less", a.id, b.id)
            }
            (Sort::Code | Sort::Several, Sort::Code) => {
                format!("\"{}\" and \"{}\" have no response in common", a.id, b.id)
            }
            _ => format!("\"{}\" is {}, and \"{}\" is {}", a.id, x.words(), b.id, y.words()),
        };
        Misfit::of(problem, "does not go with the other", format!("a question whose answer is {}", x.words()))
            .on_the_right()
    })
}

/// Why there is no answer has a name.
fn reason(way: Way, id: &str, other: &Side<'_>) -> Option<Misfit> {
    let names = || Missing::ALL.iter().map(|kind| kind.name());
    let text = match other {
        Side::Open | Side::Reason(_) => return None,
        Side::Text(text) if way != Way::Order => *text,
        _ => {
            let problem = format!("\"{id}.missing\" is a kind of missing, and is compared with something else");
            return Some(Misfit::of(problem, "no kind of missing", names().collect::<Vec<_>>().join(", ")));
        }
    };
    if names().any(|name| name == text) {
        return None;
    }
    let misfit =
        Misfit::of("this is no kind of missing".to_owned(), "this text", names().collect::<Vec<_>>().join(", "));
    Some(match nearest(text, names()) {
        Some(near) => misfit.hint(format!("did you mean \"{near}\"?")),
        None => misfit,
    })
}

fn no_number(text: &str) -> Option<Misfit> {
    let problem = "a number is compared with a text".to_owned();
    number(text).is_none().then(|| Misfit::of(problem, "this is no number", Sort::Number.example()))
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether a text stands for a day or a time just as answers do, letter for letter.
fn in_time(sort: Sort, way: Way, text: &str) -> bool {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok_and(|day| day.to_string() == text);
    let moment = || {
        let form = "%Y-%m-%dT%H:%M";
        NaiveDateTime::parse_from_str(text, form).is_ok_and(|moment| moment.format(form).to_string() == text)
    };
    match sort {
        Sort::Date => day || (way == Way::Order && moment()),
        Sort::Moment => moment() || (way == Way::Order && day),
        _ => NaiveTime::parse_from_str(text, "%H:%M").is_ok_and(|time| time.format("%H:%M").to_string() == text),
    }
}

/// The day that was most likely meant by a text in another form.
fn meant_day(text: &str) -> Option<NaiveDate> {
    let forms = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d %B %Y", "%d %b %Y"];
    forms.iter().find_map(|form| NaiveDate::parse_from_str(text.trim(), form).ok()).filter(|day| in_a_lifetime(*day))
}

/// Years as people write them out.
fn in_a_lifetime(day: NaiveDate) -> bool {
    use chrono::Datelike;
    (1850..2150).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::instrument::{examine, parse};

    const FORM: &str = r#"
[instrument]
id = "t"
version = "1"
title = "T"
kind = "survey"

[scales.help]
responses = [{ code = "home", label = "At home" }, { code = "day", label = "Day care" }]
missing = [{ code = "dk", label = "Don't know", kind = "dont-know" }]

[scales.three]
responses = [{ code = 1, label = "Good" }, { code = 2, label = "Fair" }, { code = 3, label = "Poor" }]

[[section]]
id = "s"
title = "S"

[[section.question]]
id = "one"
text = "One?"
kind = "single"
scale = "help"

[[section.question]]
id = "many"
text = "Many?"
kind = "multiple"
scale = "help"

[[section.question]]
id = "grade"
text = "Grade?"
kind = "single"
scale = "three"

[[section.question]]
id = "hours"
text = "Hours?"
kind = "integer"

[[section.question]]
id = "day"
text = "Day?"
kind = "date"

[[section.question]]
id = "clock"
text = "Clock?"
kind = "time"

[[section.question]]
id = "said"
text = "Said?"
kind = "text"

[[section.question]]
id = "sum"
text = "Sum?"
kind = "calculate"
calculation = "${hours} * 2"
"#;

    fn rule(when: &str) -> String {
        let when = format!("when = {:?}", when.replace('"', "'"));
        format!("{FORM}\n[[edit]]\nid = \"E1\"\nlabel = \"l\"\n{when}\naction = \"warn\"\nquestions = [\"one\"]\n")
    }

    fn asked(relevant: &str) -> String {
        format!(
            "{FORM}\n[[section.question]]\nid = \"last\"\ntext = \"Last?\"\nkind = \"text\"\nrelevant = {relevant:?}\n"
        )
    }

    #[test]
    fn what_cannot_be_meant_is_underlined_in_edit_rules() {
        for (when, wrong, says, hint) in [
            ("day > 'banana'", "'banana'", "year-month-day", ""),
            ("day >= '31/03/2026'", "'31/03/2026'", "'2026-03-31'", "'2026-03-31'"),
            ("hours > 1 and day = '2026-3-31'", "'2026-3-31'", "year-month-day", "'2026-03-31'"),
            ("'2026-02-30' < day", "'2026-02-30'", "no date", ""),
            ("day > 5", "5", "is a date, and is compared with a number", ""),
            ("clock > '9:30'", "'9:30'", "'09:30'", ""),
            ("hours = 'many'", "'many'", "no number", ""),
            ("hours in (1, 'two')", "'two'", "no number", ""),
            ("sum > 'x'", "'x'", "no number", ""),
            ("many.count = 'two'", "'two'", "no number", ""),
            ("many = 'home'", "'home'", "many has 'home'", "many.count = 1"),
            ("many in ('hme')", "'hme'", "many has 'home'", ""),
            ("many has 'hme'", "'hme'", "one of home, day", "\"home\""),
            ("one = 'At home'", "'At home'", "no response with this code", "the code is \"home\""),
            ("one != 'dk'", "'dk'", "one.missing = 'dont-know'", ""),
            ("one.missing = 'dont-now'", "'dont-now'", "no kind of missing", "\"dont-know\""),
            ("one.missing > 3", "3", "no kind of missing", ""),
            ("one > 'day'", "'day'", "no order", ""),
            ("grade = 4", "4", "one of 1, 2, 3", ""),
            ("grade < 'x'", "'x'", "no order", "numbers"),
            ("said = 3", "3", "'3' in quotes", ""),
            ("one = grade", "grade", "no response in common", ""),
            ("hours > day", "day", "\"hours\" is a number, and \"day\" is a date", ""),
            ("hours = 3 and one", "one", "no condition by itself", "one is not missing"),
            ("one = true", "true", "true or false", "one is not missing"),
        ] {
            let text = rule(when);
            let error = parse(Path::new("t.toml"), &text).expect_err(when);
            let excerpt = error.excerpt.clone().expect("a passage");
            assert_eq!(&excerpt.text[excerpt.span.clone()], wrong, "{when}: {error}");
            assert!(error.to_string().contains(says), "{when}: {error}");
            assert!(error.hint.as_deref().unwrap_or_default().contains(hint), "{when}: {error}");
        }
    }

    #[test]
    fn what_can_be_meant_is_left_alone() {
        for when in [
            "day > '2026-03-31' and clock < '09:30' and day != '2024-02-29'",
            "hours > 5 and hours = '17' and hours and sum >= hours",
            "one = 'home' and one in ('home', 'day') and one has 'day'",
            "many has 'home' and many has one and many.count > 1 and grade < 3 and grade in (1, '2')",
            "grade < hours and said = 'words' and said != one and said.found = 3 and one.missing = 'refused'",
            "many is missing and not (day is not missing) and (hours > 3) = true",
        ] {
            parse(Path::new("t.toml"), &rule(when)).unwrap_or_else(|error| panic!("{when}: {error}"));
        }
        for relevant in [
            "${day} > '2026-03-31' and ${day} + 30 > ${day} and ${clock} < '09:30' and ${day} = date('2026-01-01')",
            "${one} = '' or ${day} != '' or ${many} != '' or ${hours} = ''",
            "selected(${many}, 'home') and selected(${one}, 'day') and count-selected(${many}) = 1",
            "${grade} < 3 and ${grade} = '2' and number(${said}) > 3 and ${hours} > ${sum} * 2 and ${one} = true()",
        ] {
            parse(Path::new("t.toml"), &asked(relevant)).unwrap_or_else(|error| panic!("{relevant}: {error}"));
        }
    }

    #[test]
    fn formulas_are_held_to_the_same_and_may_still_be_converted() {
        for (relevant, wrong, says) in [
            ("${hours} > 3 and ${day} > 'banana'", "'banana'", "year-month-day"),
            ("${many} = 'home'", "'home'", "selected(${many}, 'home')"),
            ("not(selected(${one}, 'hme'))", "'hme'", "did you mean \"home\""),
            ("${one} != 'dk'", "'dk'", "${one} = ''"),
            ("${said} > 5", "5", "number(${said})"),
            ("${day} > 5", "5", "a date, and is compared with a number"),
            ("${sum} = 'x'", "'x'", "no number"),
            ("count-selected(${many}) = 'x'", "'x'", "no number"),
            ("${clock} = ${day}", "${day}", "a time of day"),
        ] {
            let text = asked(relevant);
            let examined = examine(Path::new("t.toml"), &text).expect("a definition");
            assert!(examined.faults.is_empty(), "{relevant}: {:?}", examined.faults);
            let error = examined.misfits.first().unwrap_or_else(|| panic!("{relevant} is taken"));
            let excerpt = error.excerpt.clone().expect("a passage");
            assert_eq!(&excerpt.text[excerpt.span.clone()], wrong, "{relevant}: {error}");
            assert!(error.to_string().contains(says), "{relevant}: {error}");
            assert!(parse(Path::new("t.toml"), &text).is_err(), "{relevant}: a study asks it");
        }
        let constraint = asked("true()")
            .replace("kind = \"text\"\nrelevant = \"true()\"", "kind = \"date\"\nconstraint = \". > 'soon'\"");
        let error = parse(Path::new("t.toml"), &constraint).expect_err("the point is a date");
        assert!(error.to_string().contains("\"last\" is a date"), "{error}");
    }
}
