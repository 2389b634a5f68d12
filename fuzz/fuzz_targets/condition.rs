//! Any text as a condition, evaluated on a row.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate::expression::{Expression, Lookup, Value};

struct Row;

impl Lookup for Row {
    fn value(&self, slot: usize, _: &str) -> Value<'_> {
        match slot % 4 {
            0 => Value::Missing,
            1 => Value::Number(71.0),
            2 => Value::Text("North"),
            _ => Value::Several(vec!["a", "b"]),
        }
    }
}

fuzz_target!(|text: &str| {
    match Expression::parse(text) {
        Ok(condition) => drop(condition.evaluate(&Row)),
        Err(fault) => assert!(text.get(fault.span.clone()).is_some(), "{:?} lies not in the text", fault.span),
    }
});
