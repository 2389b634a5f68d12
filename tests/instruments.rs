//! The instruments that ship with the program hold together, and what is wrong in a definition is shown where it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use quorate::Error;
use quorate::evidence::framework;
use quorate::instrument::{Instrument, QuestionKind, Scale, Valence, parse, read};
use quorate::terms::StudyKind;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn shipped(name: &str) -> Instrument {
    read(&root("instruments").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn all() -> Vec<Instrument> {
    ["users-survey.toml", "carers-survey.toml", "case-file-audit.toml"].map(shipped).into()
}

/// The ids of every figure in the benchmark packs.
fn figures() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for pack in ["scotland-2008.toml", "dundee-2008.toml"] {
        let text = std::fs::read_to_string(root("pipelines/benchmarks").join(pack)).expect("it ships");
        let pack: toml::Table = text.parse().expect("it is TOML");
        for figure in pack["figure"].as_array().expect("a list of figures") {
            let id = figure["id"].as_str().expect("a text").to_owned();
            assert!(ids.insert(id.clone()), "{id} twice");
            let value = figure["value"].as_integer().expect("per cent");
            assert!((0..=100).contains(&value), "{id}");
            assert!(!figure["source"].as_str().expect("every figure says where it comes from").is_empty(), "{id}");
        }
    }
    let path = root("pipelines/benchmarks/england-ascs-2020-21.csv");
    let mut england = csv::Reader::from_path(path).expect("it ships");
    let columns = "id,label,question,response,group,value,base,margin,source,as_of,note";
    assert_eq!(england.headers().expect("a header").iter().collect::<Vec<_>>().join(","), columns);
    for row in england.records() {
        let row = row.expect("a row");
        assert!(ids.insert(row[0].to_owned()), "{} twice", &row[0]);
        let value: f64 = row[5].parse().expect("per cent");
        let base: u32 = row[6].parse().expect("respondents");
        let margin: f64 = row[7].parse().expect("points");
        assert!((0.0..=100.0).contains(&value) && base.is_multiple_of(5) && margin > 0.0, "{}", &row[0]);
        assert!(!row[8].is_empty() && !row[9].is_empty(), "{} says where it comes from and when", &row[0]);
    }
    ids
}

#[test]
fn every_indicator_and_every_benchmark_that_a_question_names_exists() {
    let model = framework::read(&root("instruments/frameworks/pim.toml")).expect("it ships");
    let figures = figures();
    for instrument in all() {
        for question in &instrument.questions {
            for indicator in &question.indicators {
                assert!(model.indicator(indicator).is_some(), "{} {}: {indicator}", instrument.id, question.id);
            }
            for figure in &question.benchmarks {
                assert!(figures.contains(figure), "{} {}: {figure}", instrument.id, question.id);
                assert!(question.scale.as_ref().is_some_and(Scale::has_positive), "{} {}", instrument.id, question.id);
            }
        }
    }
}

#[test]
fn labels_are_short_enough_for_charts() {
    for instrument in all() {
        let mut labels = BTreeSet::new();
        for question in &instrument.questions {
            assert!(question.label.chars().count() <= 32, "{}", question.label);
            assert!(labels.insert(&question.label), "{} twice in {}", question.label, instrument.id);
        }
    }
}

#[test]
fn the_surveys_ask_all_that_was_quoted_in_2008() {
    let compared = |instrument: &Instrument, prefix: &str| -> Vec<String> {
        let figures = instrument.questions.iter().flat_map(|q| q.benchmarks.clone());
        let mut found: Vec<String> = figures.filter_map(|f| f.strip_prefix(prefix).map(str::to_owned)).collect();
        found.sort();
        found
    };
    let users = shipped("users-survey.toml");
    assert_eq!(
        compared(&users, "dundee-users-"),
        ["care-plan", "daytime", "first-contact", "information", "out-of-hours", "quality", "right-time"]
    );
    let carers = shipped("carers-survey.toml");
    let carers_asked = ["daytime", "first-contact", "information", "listened-to", "quality", "right-time"];
    assert_eq!(compared(&carers, "dundee-carers-"), carers_asked);
    assert_eq!(compared(&carers, "scotland-carers-"), carers_asked);
    for (survey, out_of_hours) in [(&users, "q06"), (&carers, "q07")] {
        let question = survey.question(out_of_hours).expect("asked");
        let gate = question.ask_if.as_ref().expect("asked of those who used it");
        assert_eq!(gate.codes, ["yes"]);
        let labels: Vec<&str> =
            question.scale.iter().flat_map(|s| &s.responses).map(|r| r.label.as_str()).collect::<Vec<_>>();
        assert_eq!(labels, ["Strongly agree", "Agree", "Disagree", "Strongly disagree"]);
        assert_eq!(question.scale.as_ref().map(|s| s.missing.len()), Some(2));
        let kinds: BTreeSet<String> = survey.questions.iter().map(|q| format!("{:?}", q.kind)).collect();
        for kind in ["Single", "Multiple", "Rating", "Integer", "Date", "Text"] {
            assert!(kinds.contains(kind), "{} has no {kind} question", survey.id);
        }
        let many = survey.questions.iter().find(|q| q.kind == QuestionKind::Multiple).expect("one");
        assert_eq!(many.scale.iter().flat_map(|s| &s.responses).filter(|r| r.exclusive).count(), 1);
    }
}

#[test]
fn the_audit_judges_each_part_by_written_criteria_and_raises_concerns() {
    let audit = shipped("case-file-audit.toml");
    assert_eq!(audit.kind, StudyKind::FileAudit);
    for question in &audit.questions {
        match question.kind {
            QuestionKind::Rating => {
                let scores: Vec<f64> =
                    question.scale.iter().flat_map(|s| &s.responses).filter_map(|r| r.score).collect();
                assert_eq!(scores, [6.0, 5.0, 4.0, 3.0, 2.0, 1.0], "{}", question.id);
                if question.id != "overall" {
                    let words = &question.guidance;
                    assert!(words.contains("Very good:") && words.contains("Weak:"), "{}: {words}", question.id);
                }
            }
            QuestionKind::YesNo => assert!(question.guidance.contains("Yes:"), "{}", question.id),
            _ => {}
        }
    }
    let ratings = audit.questions.iter().filter(|q| q.kind == QuestionKind::Rating).count();
    assert_eq!(ratings, 9);
    let concerns: Vec<&str> = audit.questions.iter().filter(|q| !q.concern.is_empty()).map(|q| q.id.as_str()).collect();
    assert_eq!(concerns, ["concern"]);
    // A concern is bad news: it must not count as a good answer because the word is yes.
    let yes = &audit.question("concern").and_then(|q| q.scale.clone()).expect("a scale").responses[0];
    assert_eq!((yes.code.as_str(), yes.valence), ("yes", Valence::Negative));
}

const HEAD: &str = r#"[instrument]
id = "small"
version = "1"
title = "A small survey"
kind = "survey"

[scales.agree]
responses = [{ code = "A", label = "Agree", valence = "positive" }, { code = "D", label = "Disagree" }]

[[section]]
id = "only"
title = "Only section"
"#;

/// The whole picture of an error: what is said, the line of the file, and what is underlined in it.
fn picture(error: &Error) -> String {
    let Some(excerpt) = &error.excerpt else { return error.to_string() };
    let start = excerpt.text[..excerpt.span.start].rfind('\n').map_or(0, |at| at + 1);
    let line = excerpt.text[start..].lines().next().unwrap_or_default();
    let width = excerpt.text[excerpt.span.clone()].lines().next().unwrap_or_default().chars().count();
    let before = excerpt.text[start..excerpt.span.start].chars().count();
    format!("{error}\n{line}\n{}{} {}", " ".repeat(before), "^".repeat(width.max(1)), excerpt.label)
}

fn refused(body: &str) -> String {
    let error = parse(Path::new("small.toml"), &format!("{HEAD}{body}")).expect_err("it must not be accepted");
    picture(&error)
}

#[test]
fn an_unknown_scale_is_underlined_with_the_nearest_name() {
    assert_eq!(
        refused("[[section.question]]\nid = \"q1\"\ntext = \"Good?\"\nkind = \"single\"\nscale = \"agre\"\n"),
        "question \"q1\" uses an unknown scale
  place     small.toml:17
  found     no such scale
  expected  one of agree
  hint      did you mean \"agree\"? Otherwise define [scales.agre]
scale = \"agre\"
        ^^^^^^ no such scale"
    );
}

#[test]
fn an_id_used_twice_is_underlined_and_the_first_one_named() {
    let question = |id: &str| format!("[[section.question]]\nid = \"{id}\"\ntext = \"Why?\"\nkind = \"text\"\n");
    assert_eq!(
        refused(&(question("q1") + &question("Q1"))),
        "question \"Q1\" is defined twice
  place     small.toml:18
  found     the second one
  expected  each id once in the instrument, in capitals or not
  hint      the first one stands in line 14; choose another id for this one
id = \"Q1\"
     ^^^^ the second one"
    );
}

#[test]
fn routing_goes_back_to_an_earlier_question_only() {
    let routed = |by: &str, is: &str| {
        format!(
            "[[section.question]]\nid = \"q1\"\ntext = \"Good?\"\nkind = \"single\"\nscale = \"agree\"\n\
             [[section.question]]\nid = \"q2\"\ntext = \"Why?\"\nkind = \"text\"\n\
             ask_if = {{ question = \"{by}\", is = {is} }}\n\
             [[section.question]]\nid = \"q3\"\ntext = \"Else?\"\nkind = \"yes-no\"\n"
        )
    };
    assert_eq!(
        refused(&routed("q3", "[\"yes\"]")),
        "question \"q2\" is routed by a question that does not come before it
  place     small.toml:22
  found     comes later, in line 24
  expected  the id of a question further up
  hint      move \"q3\" above \"q2\", or ask about an earlier question
ask_if = { question = \"q3\", is = [\"yes\"] }
                      ^^^^ comes later, in line 24"
    );
    assert_eq!(
        refused(&routed("q2", "[\"yes\"]")),
        "question \"q2\" is routed by itself
  place     small.toml:22
  found     itself
  expected  the id of a question further up
ask_if = { question = \"q2\", is = [\"yes\"] }
                      ^^^^ itself"
    );
    assert_eq!(
        refused(&routed("q1", "[\"agree\"]")),
        "question \"q1\" has no response with this code
  place     small.toml:22
  found     no such code
  expected  one of A, D
  hint      \"agree\" is the label; the code is \"A\"
ask_if = { question = \"q1\", is = [\"agree\"] }
                                  ^^^^^^^ no such code"
    );
    assert_eq!(
        refused(&routed("q1", "[]")),
        "question \"q2\" would never be asked
  place     small.toml:22
  found     no response leads here
  expected  codes of responses to \"q1\", such as is = [\"yes\"]
ask_if = { question = \"q1\", is = [] }
                                 ^^ no response leads here"
    );
    // The same form with a code that exists holds, so the refusals above are about what they say.
    parse(Path::new("small.toml"), &format!("{HEAD}{}", routed("q1", "[\"A\"]"))).expect("it holds");
}

#[test]
fn a_response_code_used_twice_is_underlined() {
    let twice = HEAD.replace("code = \"D\"", "code = \"a\"");
    let text = format!("{twice}[[section.question]]\nid = \"q1\"\ntext = \"Why?\"\nkind = \"text\"\n");
    let error = parse(Path::new("small.toml"), &text).expect_err("a code twice");
    assert_eq!(
        picture(&error),
        "scale \"agree\" has a code twice
  place     small.toml:8
  found     \"a\" again
  expected  each code and each label once in a scale, missing ones included
  hint      give one of the two another code
responses = [{ code = \"A\", label = \"Agree\", valence = \"positive\" }, { code = \"a\", label = \"Disagree\" }]
                                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \"a\" again"
    );
}

#[test]
fn text_that_is_not_toml_or_has_unknown_fields_is_underlined() {
    assert_eq!(
        refused("[[section.question]]\nid = \"q1\ntext = \"Why?\"\n"),
        "the definition cannot be read
  place     small.toml:14
  found     invalid basic string, expected `\"`
  hint      the file is written in TOML; https://toml.io shows the form
id = \"q1
        ^ invalid basic string, expected `\"`"
    );
    let unknown = refused("[[section.question]]\nid = \"q1\"\ntext = \"Why?\"\nkind = \"text\"\nlabels = \"Why\"\n");
    assert!(unknown.starts_with("the definition cannot be read\n  place     small.toml:17\n"), "{unknown}");
    assert!(unknown.contains("\n  hint      did you mean \"label\"?\nlabels = \"Why\"\n^^^^^^ unknown"), "{unknown}");
    assert_eq!(
        refused("[[section.question]]\nid = \"q1\"\nkind = \"text\"\n"),
        "the definition cannot be read
  place     small.toml:13
  found     missing field `text`
  expected  text = ...
  hint      add text to the part that is underlined
[[section.question]]
^^^^^^^^^^^^^^^^^^^^ missing field `text`"
    );
}

#[test]
fn bounds_that_leave_nothing_or_bound_nothing_are_underlined() {
    let asked = |kind: &str, bounds: &str| {
        refused(&format!("[[section.question]]\nid = \"q1\"\ntext = \"How many?\"\nkind = \"{kind}\"\n{bounds}\n"))
    };
    assert_eq!(
        asked("integer", "minimum = 5\nmaximum = 4"),
        "question \"q1\" allows no number
  place     small.toml:17
  found     above 4
  expected  a number not above maximum = 4
minimum = 5
          ^ above 4"
    );
    assert_eq!(
        asked("date", "earliest = \"2026-02-30\""),
        "this is not a date
  place     small.toml:17
  found     this text
  expected  year-month-day, such as \"2026-03-31\"
earliest = \"2026-02-30\"
           ^^^^^^^^^^^^ this text"
    );
    assert_eq!(
        asked("text", "maximum = 9"),
        "question \"q1\" has a bound that its kind cannot have
  place     small.toml:17
  found     this bound
  expected  an integer or decimal question
  hint      take the bound away, or change the question's kind
maximum = 9
          ^ this bound"
    );
}

#[test]
fn the_command_line_shows_the_line_with_the_fault_underlined() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = "[[section.question]]\nid = \"q1\"\ntext = \"Good?\"\nkind = \"single\"\nscale = \"agre\"\n";
    std::fs::write(folder.path().join("small.toml"), format!("{HEAD}{body}")).expect("written");
    let output = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("quorate"))
        .args(["check", "small.toml"])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "  \u{d7} question \"q1\" uses an unknown scale
    \u{256d}\u{2500}[small.toml:17:9]
 16 \u{2502} kind = \"single\"
 17 \u{2502} scale = \"agre\"
    \u{b7}         \u{2500}\u{2500}\u{2500}\u{252c}\u{2500}\u{2500}
    \u{b7}            \u{2570}\u{2500}\u{2500} no such scale
    \u{2570}\u{2500}\u{2500}\u{2500}\u{2500}
  help: found: no such scale
        expected: one of agree
        hint: did you mean \"agree\"? Otherwise define [scales.agre]

"
    );
}
