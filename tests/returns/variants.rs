//! Two forms of one instrument: which one a return is, and what its answers mean.

use std::path::Path;

use quorate::instrument::{self, Answer, Instrument, Variant};
use quorate::issue::{self, Batch, Row};
use quorate::returns::{Expected, Returned, Rules, Sampled, SampledUnit, VariantRule, ingest};

use super::{Folder, picture};

/// Seven responses and five: the easy-read form's codes are `codes`.
fn forms(codes: [&str; 5]) -> Instrument {
    let [a, b, c, d, e] = codes.map(|code| format!("{code:?}"));
    let text = format!(
        r#"
        [instrument]
        id = "two-forms"
        version = "1"
        title = "Two forms"
        kind = "survey"
        [scales.seven]
        responses = [
            {{ code = 1, label = "Extremely good" }}, {{ code = 2, label = "Very good" }},
            {{ code = 3, label = "Quite good" }}, {{ code = 4, label = "Neither" }}, {{ code = 5, label = "Quite bad" }},
            {{ code = 6, label = "Very bad" }}, {{ code = 7, label = "Extremely bad" }},
        ]
        [scales.five]
        variant_of = "seven"
        responses = [
            {{ code = {a}, label = "Really happy", stands_for = [1, 2], combined = "Very good or better", valence = "positive" }},
            {{ code = {b}, label = "Happy", stands_for = [3] }},
            {{ code = {c}, label = "OK", stands_for = [4] }},
            {{ code = {d}, label = "Not happy", stands_for = [5] }},
            {{ code = {e}, label = "Sad", stands_for = [6, 7], combined = "Very bad or worse" }},
        ]
        [[section]]
        id = "record"
        title = "Record"
        record = true
        [[section.question]]
        id = "sent"
        text = "Which form was sent?"
        kind = "text"
        [[section]]
        id = "s"
        title = "S"
        [[section.question]]
        id = "q1"
        text = "How satisfied are you?"
        kind = "single"
        scale = "seven"
        easy_read = {{ text = "How happy are you?", scale = "five" }}
        [[section.question]]
        id = "q2"
        text = "Did somebody read this to you?"
        kind = "yes-no"
        only_in = "easy-read"
        "#
    );
    instrument::parse(Path::new("t.toml"), &text).expect("sound")
}

fn alike() -> Instrument {
    forms(["1", "2", "3", "4", "5"])
}

fn sampled(frame: Option<Variant>) -> Sampled {
    let unit = |i: usize| SampledUnit {
        serial: format!("S{i}"),
        readings: vec![Expected { reading: 1, reader: String::new() }],
        variant: frame,
        ..SampledUnit::default()
    };
    Sampled { study: "study".into(), sample: "0f3a".into(), units: (1..=4).map(unit).collect(), ..Sampled::default() }
}

fn read(instrument: &Instrument, folder: &Folder, frame: Option<Variant>, rule: Option<VariantRule>) -> Returned {
    let rules = Rules { variant: rule, ..Rules::default() };
    let returned = ingest(instrument, &sampled(frame), folder.0.path(), &rules, &|| {}).expect("the folder is there");
    assert!(returned.reconciles());
    returned
}

/// Of every row the form, the code on it, and the code of what both have in common.
fn q1(instrument: &Instrument, returned: &Returned) -> Vec<String> {
    let place = instrument.position("q1").expect("it is asked");
    let line = |response: &quorate::returns::Response| {
        let given = &response.answers[place];
        let form = response.variant.map_or("not told", Variant::name);
        let original = given.original.as_deref().unwrap_or("-");
        format!("{form} {original} {}", instrument.questions[place].code(&given.answer))
    };
    returned.responses.iter().map(line).collect()
}

fn told_by(question: Option<&str>, headings: &[&str]) -> Option<VariantRule> {
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let question = question.map(str::to_owned);
    Some(VariantRule { question, headings: list(headings), easy_read: list(&["3"]), standard: list(&["1", "2"]) })
}

#[test]
fn a_column_or_a_question_tells_the_form() {
    let rows = "S1,1,2,\nS2,3,2,\nS3,3,5,\nS4,3,6,\n";
    let expected = ["standard 2 1", "easy-read 2 2", "easy-read 5 5", "easy-read - "];
    let columns = Folder::new().with("r.csv", format!("serial,Form used,q1,q2\n{rows}"));
    let returned = read(&alike(), &columns, None, told_by(None, &["Form used"]));
    assert_eq!(q1(&alike(), &returned), expected);
    let unreadable: Vec<String> = picture(&returned).into_iter().filter(|line| line.starts_with("R012")).collect();
    assert_eq!(unreadable, ["R012 error r.csv C5 S4 q1 | \"6\" | Really happy | Happy | OK | Not happy | Sad"]);
    let questions = Folder::new().with("r.csv", format!("serial,sent,q1,q2\n{rows}"));
    assert_eq!(q1(&alike(), &read(&alike(), &questions, None, told_by(Some("sent"), &[]))), expected);
}

#[test]
fn the_frame_tells_the_form_where_the_return_does_not() {
    let folder = Folder::new().with("r.csv", "serial,q1,q2\nS1,2,yes\n");
    assert_eq!(q1(&alike(), &read(&alike(), &folder, Some(Variant::EasyRead), None)), ["easy-read 2 2"]);
    let standard = read(&alike(), &folder, Some(Variant::Standard), None);
    assert_eq!(q1(&alike(), &standard), ["standard 2 1"]);
    assert!(picture(&standard).iter().any(|line| line.starts_with("R023 warning r.csv C2 S1 q2")));
}

#[test]
fn a_workbook_says_which_form_it_is() {
    let instrument = alike();
    let row = |serial: &str| Row { serial: serial.into(), reading: 1, ..Row::default() };
    let mut batch = Batch {
        study: "study".into(),
        sample: "0f3a".into(),
        name: "easy-01".into(),
        rows: vec![row("S1"), row("S2")],
        variant: Some(Variant::EasyRead),
        ..Batch::default()
    };
    for (serial, text) in [("S1", "Happy"), ("S2", "Sad")] {
        let answers = [("q1", text), ("q2", "Yes")].map(|(q, a)| (q.to_owned(), a.to_owned()));
        batch.fill.insert((serial.to_owned(), 1), answers.into());
    }
    let bytes = issue::workbook(&instrument, &batch).expect("a workbook");
    let returned = read(&instrument, &Folder::new().with("easy-01.xlsx", bytes), None, None);
    assert_eq!(q1(&instrument, &returned), ["easy-read 2 2", "easy-read 5 5"]);
    assert_eq!(picture(&returned), Vec::<String>::new());
    // The standard form asks in its own words, and not what only the easy-read form asks.
    batch.variant = None;
    batch.fill.clear();
    let answers = [("q1", "Very bad")].map(|(q, a)| (q.to_owned(), a.to_owned()));
    batch.fill.insert(("S1".to_owned(), 1), answers.into());
    let bytes = issue::workbook(&instrument, &batch).expect("a workbook");
    let returned = read(&instrument, &Folder::new().with("standard.xlsx", bytes), None, None);
    assert_eq!(q1(&instrument, &returned), ["standard 6 5"]);
}

#[test]
fn codes_of_one_form_only_tell_it_and_doubt_is_said() {
    let apart = forms(["11", "12", "13", "14", "15"]);
    let folder = Folder::new().with("r.csv", "serial,q1,q2\nS1,12,\nS2,2,\nS3,Sad,\nS4,4,yes\n");
    let returned = read(&apart, &folder, None, None);
    assert_eq!(q1(&apart, &returned), ["easy-read 12 12", "standard 2 11", "easy-read 15 15", "not told 4 13"]);
    let doubts: Vec<String> = picture(&returned).into_iter().filter(|line| line.starts_with("R070")).collect();
    assert_eq!(doubts, ["R070 warning r.csv 5 S4 | answers of both forms | the workbook that was issued, or a column"]);
    let folder = Folder::new().with("r.csv", "serial,q1,q2\nS1,2,\nS2,3,\n");
    let returned = read(&alike(), &folder, None, None);
    assert_eq!(q1(&alike(), &returned), ["not told 2 1", "not told 3 2"]);
    assert_eq!(picture(&returned).iter().filter(|line| line.starts_with("R070")).count(), 2);
}

#[test]
fn what_the_office_enters_makes_no_return() {
    let folder = Folder::new().with("r.csv", "serial,sent,q1,q2\nS1,3,2,no\nS2,3,,\n");
    let returned = read(&alike(), &folder, None, told_by(Some("sent"), &[]));
    assert_eq!((returned.responses.len(), returned.blank.len()), (1, 1));
    let answer = &returned.responses[0].answers[0].answer;
    assert_eq!(*answer, Answer::Text("3".into()));
}
