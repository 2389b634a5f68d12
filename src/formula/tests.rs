use std::collections::BTreeMap;

use super::{Answers, Formula, Value};

struct Given(BTreeMap<&'static str, Value>);

impl Answers for Given {
    fn answer(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or(Value::Nothing)
    }
    fn each(&self, name: &str) -> Vec<Value> {
        if name == "visit" { vec![Value::Number(2.0), Value::Nothing, Value::Number(5.0)] } else { Vec::new() }
    }
    fn label(&self, _: &str) -> String {
        "Yes, often".to_owned()
    }
    fn itself(&self) -> Value {
        Value::Number(7.0)
    }
    fn column(&self, name: &str) -> Value {
        if name == "region" { Value::Text("north".to_owned()) } else { Value::Nothing }
    }
    fn position(&self) -> f64 {
        3.0
    }
}

fn works_out(text: &str) -> String {
    let codes = |codes: &[&str]| Value::Codes(codes.iter().map(|&c| c.to_owned()).collect());
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 31).expect("a day").and_hms_opt(0, 0, 0).expect("a time");
    let given = Given(BTreeMap::from([
        ("age", Value::Number(40.0)),
        ("region", Value::Text("north".to_owned())),
        ("help", codes(&["a", "c"])),
        ("day", Value::Moment(day)),
        ("four", Value::Text("4".to_owned())),
    ]));
    Formula::parse(text).expect(text).value(&given).text()
}

#[test]
fn formulas_give_what_forms_give() {
    for (text, expected) in [
        ("1 + 2 * 3 - -4", "11"),
        ("(1 + 2) * 3 div 4", "2.25"),
        ("-7 mod 3", "-1"),
        ("${age} >= 18 and ${region} = 'north'", "true"),
        ("${age} < 18 or not(${region} = 'north')", "false"),
        ("${none} > 3", "false"),
        ("${none} != 3", "true"),
        ("${none} = ''", "true"),
        ("${none} + 1", ""),
        ("${four} = 4.0", "true"),
        ("${four} * 2", "8"),
        ("selected(${help}, 'c') and not(selected(${help}, 'b'))", "true"),
        ("count-selected(${help})", "2"),
        ("if(${age} > 30, 'old', 'young')", "old"),
        ("coalesce(${none}, ${age})", "40"),
        ("concat('a', ${age}, \"b\")", "a40b"),
        ("round(2.345, 2)", "2.35"),
        ("round(-2.5)", "-3"),
        ("int(-2.7)", "-2"),
        ("sum(${visit})", "7"),
        ("count(${visit})", "2"),
        ("max(${visit}, 4)", "5"),
        ("${day} >= date('2026-03-31') and ${day} < '2026-04-01'", "true"),
        ("${day} - date('2026-03-01')", "30"),
        (". > 5", "true"),
        ("region = ${region}", "true"),
        ("position(..)", "3"),
        ("jr:choice-name(${region}, '${region}')", "Yes, often"),
        ("1 div 0", ""),
        ("once(${age})", "40"),
        ("string-length('écu') + pow(2, 3)", "11"),
    ] {
        assert_eq!(works_out(text), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_followed_is_refused_and_nothing_panics() {
    for text in [
        "",
        "(",
        ")",
        "1 +",
        "${a",
        "'open",
        "today() > 3",
        "if(1, 2)",
        "foo(1)",
        "1 2",
        "a b",
        "selected('x', 'y')",
        "..",
        "1..2",
        ",",
        "count()",
        "§",
        "position(.)",
    ] {
        assert!(Formula::parse(text).is_err(), "{text}");
    }
    assert!(Formula::parse(&"(".repeat(100_000)).is_err());
    assert!(Formula::parse(&"-".repeat(100_000)).is_err());
    assert!(Formula::parse("today()").expect_err("no clock").hint.contains("name the day"));
}

#[test]
fn references_say_where_rows_are_gathered() {
    let formula = Formula::parse("sum(${hours}) > ${limit} + if(${a} = 1, count(${visit}), 0)").expect("sound");
    assert_eq!(formula.references(), [("hours", true), ("limit", false), ("a", false), ("visit", true)]);
}
