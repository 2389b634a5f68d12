//! Every rule can be taken back: from the cleaned answers to those as given, bit for bit, for every reading of every file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use polars::prelude::{AnyValue, DataFrame, SerReader};
use quorate::editing::{Coded, Slot, read_log, take_back};
use quorate::instrument::{self, QuestionKind};

use super::Clone;
use super::fieldwork::rows;

/// The cleaned answers of `responses.parquet`.
pub(super) fn cleaned(clone: &Clone, form: &str, folder: &str) -> BTreeMap<Slot, Coded> {
    let bytes = std::io::Cursor::new(clone.read(&format!("{folder}/responses.parquet")));
    let table: DataFrame = polars_io::parquet::read::ParquetReader::new(bytes).finish().expect("a data file");
    let text = |name: &str, row: usize| match table.column(name).ok().map(|c| c.get(row).expect("a row")) {
        None | Some(AnyValue::Null) => String::new(),
        Some(AnyValue::String(text)) => text.to_owned(),
        Some(AnyValue::StringOwned(text)) => text.to_string(),
        Some(AnyValue::Date(days)) => {
            let day = chrono::NaiveDate::default() + chrono::Days::new(u64::try_from(days).expect("after 1970"));
            day.to_string()
        }
        Some(other) => other.to_string(),
    };
    let form = instrument::read(&clone.path(form)).expect("a sound form");
    let mut answers = BTreeMap::new();
    for row in 0..table.height() {
        let reading = text("reading", row).parse().unwrap_or(1);
        for question in &form.questions {
            let missing = text(&format!("{}_missing", question.id), row);
            let code = match &question.scale {
                Some(scale) if question.kind == QuestionKind::Multiple => {
                    let ticked = scale.responses.iter().map(|response| response.code.as_str());
                    let ticked = ticked.filter(|code| text(&format!("{}_{code}", question.id), row) == "1");
                    ticked.collect::<Vec<_>>().join(";")
                }
                _ => text(&question.id, row),
            };
            answers.insert(slot(&text("serial", row), reading, &question.id), (code, missing));
        }
    }
    answers
}

pub(super) fn slot(serial: &str, reading: u8, question: &str) -> Slot {
    Slot { serial: serial.to_owned(), reading, repeat: String::new(), row: 0, question: question.to_owned() }
}

/// The answers of a csv file, as given or cleaned.
fn listed(text: &str) -> BTreeMap<Slot, Coded> {
    let mut answers = BTreeMap::new();
    for row in rows(text) {
        let reading = row["reading"].parse().expect("a number");
        for (name, code) in row.iter().filter(|(name, _)| row.contains_key(&format!("{name}_missing"))) {
            let missing = row[&format!("{name}_missing")].clone();
            answers.insert(slot(&row["serial"], reading, name), (code.clone(), missing));
        }
    }
    answers
}

/// Rules that set answers and set them missing, one after the other, and one that leaves nothing of a return.
const RULES: &str = r#"
[[edit]]
id = "A02"
label = "A plan and no review"
when = "plan-done = 'yes' and review-done = 'no'"
action = "set"
to = "yes"
questions = ["review-done"]

[[edit]]
id = "A03"
label = "Not to be used"
when = "risk = 3"
action = "set-missing"
missing = "not-answered"
questions = ["assessment", "risk", "risk-plan", "chronology", "plan"]
pass = 2

[[edit]]
id = "A04"
label = "Nothing left of the ratings"
from = "blank"
action = "set-missing"
questions = ["assessment", "risk", "risk-plan", "chronology", "plan"]
"#;

#[test]
fn every_rule_of_every_reading_is_taken_back() {
    let (pipeline, form) = ("pipelines/case-file-audit.toml", "instruments/case-file-audit.toml");
    let clone = Clone::new();
    let text = clone.text(form);
    std::fs::write(clone.path(form), format!("{text}{RULES}")).expect("the form can be written");
    let ended = clone.quorate(&["run", pipeline]);
    assert!(ended.code <= 1, "{}", ended.talk);
    let folder = "output/case-files";
    let given = listed(&clone.text(&format!("{folder}/responses-as-given.csv")));
    let mut answers = cleaned(&clone, form, folder);
    let counted = answers.len();
    let beside = listed(&clone.text(&format!("{folder}/responses-beside.csv")));
    assert!(beside.keys().any(|slot| slot.reading > 1), "later readings are there");
    for (slot, answer) in beside {
        assert!(answers.insert(slot.clone(), answer).is_none(), "{slot:?} is there twice");
    }
    assert!(counted < answers.len());
    let log = read_log(&clone.read(&format!("{folder}/edits.csv"))).expect("a log");
    let rules: BTreeSet<&str> = log.iter().map(|row| row.rule.as_str()).collect();
    for rule in ["A02", "A03", "A04", "one-box", "routing"] {
        assert!(rules.contains(rule), "{rule} did not apply: {rules:?}");
    }
    let blank = log.iter().find(|row| row.rule == "A04").expect("a return that nothing is left of");
    assert!(blank.question.is_empty());
    assert_ne!(answers, given);
    take_back(&log, &mut answers).expect("the log goes with the answers");
    assert_eq!(answers.len(), given.len());
    for (slot, back) in &answers {
        assert_eq!(back, &given[slot], "{slot:?}");
    }
    // What was set missing by a rule stands as it was given, of the return that does not count as well.
    let of_blank: Vec<_> = given.iter().filter(|(slot, _)| slot.serial == blank.serial).collect();
    assert!(of_blank.iter().any(|(_, (code, _))| !code.is_empty()), "{of_blank:?}");
    assert!(Path::new(&clone.path(&format!("{folder}/run.json"))).is_file());
    let verified = clone.quorate(&["verify", &format!("{folder}/run.json")]);
    assert_eq!(verified.code, 0, "{}", verified.talk);
}
