//! Edit rules, dispositions, checks and the page on fieldwork, in whole studies.

use std::collections::BTreeMap;

use polars::prelude::{AnyValue, DataFrame, SerReader};
use quorate::editing::{Coded, read_log, take_back};
use quorate::instrument;

use super::Clone;
use super::fieldwork::{column, rows};

const CARERS: &str = "pipelines/carers-survey.toml";
const FORM: &str = "instruments/carers-survey.toml";

/// Rules of each kind: a gate opened by its follow-up, a condition, and what only warns.
const RULES: &str = r#"
[[edit]]
id = "E01"
label = "A follow-up that opens its gate"
from = "routing"
action = "set"
questions = ["q07"]

[[edit]]
id = "E02"
label = "Cares for nobody's hours"
when = "q01 >= 0 and q04 is missing"
action = "warn"
questions = ["q04"]

[[edit]]
id = "E03"
label = "No contact, and yet easy to reach"
when = "q05 is not missing and q08 is missing"
action = "set-missing"
missing = "not-answered"
questions = ["q05"]
"#;

fn with_rules(clone: &Clone) {
    let text = clone.text(FORM);
    std::fs::write(clone.path(FORM), format!("{text}{RULES}")).expect("the form can be written");
}

/// The cleaned answers of the data file, by serial, reading and question, each as its code and its kind of missing.
fn cleaned(clone: &Clone, folder: &str) -> BTreeMap<(String, u8, String), Coded> {
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
    let form = instrument::read(&clone.path(FORM)).expect("a sound form");
    let mut answers = BTreeMap::new();
    for row in 0..table.height() {
        for question in &form.questions {
            let missing = text(&format!("{}_missing", question.id), row);
            let code = match &question.scale {
                Some(scale) if question.kind == instrument::QuestionKind::Multiple => {
                    let ticked = scale.responses.iter().map(|response| response.code.as_str());
                    let ticked = ticked.filter(|code| text(&format!("{}_{code}", question.id), row) == "1");
                    ticked.collect::<Vec<_>>().join(";")
                }
                _ => text(&question.id, row),
            };
            answers.insert((text("serial", row), 1, question.id.clone()), (code, missing));
        }
    }
    answers
}

#[test]
fn the_log_leads_from_the_cleaned_answers_back_to_those_given() {
    let clone = Clone::new();
    with_rules(&clone);
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let mut answers = cleaned(&clone, "output/carers");
    let log = read_log(&clone.read("output/carers/edits.csv")).expect("a log");
    let by = |rule: &str| log.iter().filter(|row| row.rule == rule).count();
    assert!(by("E01") > 0 && by("E02") > 0 && by("E03") > 0, "{} {} {}", by("E01"), by("E02"), by("E03"));
    assert!(log.iter().all(|row| !row.workbook.is_empty() && !row.cell.is_empty()));
    take_back(&log, &mut answers).expect("the log goes with the answers");
    let given = rows(&clone.text("output/carers/responses-as-given.csv"));
    assert!(given.len() > 50);
    for row in &given {
        for (name, found) in
            row.iter().filter(|(name, _)| answers.contains_key(&(row["serial"].clone(), 1, (*name).clone())))
        {
            let back = &answers[&(row["serial"].clone(), 1, name.clone())];
            assert_eq!((&back.0, &back.1), (found, &row[&format!("{name}_missing")]), "{} {name}", row["serial"]);
        }
    }
    // A second time the log does not go with the answers any more.
    assert!(take_back(&log, &mut answers).is_err());

    let report = clone.text("output/carers/report.html");
    for words in ["Edit rules, in the order in which they are applied", "A follow-up that opens its gate", "E03"] {
        assert!(report.contains(words), "{words}");
    }
    let traced = clone.quorate(&["trace", "output/carers", "q06 yes", "--format", "csv"]);
    assert!(rows(&traced.out).iter().any(|row| row["rule"].split("; ").any(|rule| rule == "E01")), "{}", traced.out);
    let traced = clone.quorate(&["trace", "output/carers", "q05 positive", "--format", "csv"]);
    assert!(traced.talk.contains("Set missing by edit rules") && traced.talk.contains("E03"), "{}", traced.talk);
}

#[test]
fn a_circle_of_rules_stops_the_check_at_its_line() {
    let clone = Clone::new();
    let text = clone.text(FORM);
    let circle = "\n[[edit]]\nid = \"E01\"\nlabel = \"l\"\nwhen = \"q05 is missing\"\naction = \"set-missing\"\nquestions = [\"q04\"]\n\
                  \n[[edit]]\nid = \"E02\"\nlabel = \"l\"\nwhen = \"q04 is missing\"\naction = \"set-missing\"\nquestions = [\"q05\"]\n";
    std::fs::write(clone.path(FORM), format!("{text}{circle}")).expect("the form can be written");
    let ended = clone.quorate(&["check", FORM]);
    let line = text.lines().count() + 3;
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.talk);
    let said = format!("{}{}", ended.out, ended.talk);
    assert!(said.contains("E01 -> E02 -> E01") && said.contains(&format!(":{line}")), "{said}");
}

#[test]
fn the_register_says_how_units_ended_and_the_returns_count_more() {
    let clone = Clone::new();
    clone.quorate(&["run", CARERS]);
    let open = column(&clone.quorate(&["status", CARERS, "--remind", "--format", "csv"]).out, "serial");
    let sample = rows(&clone.text("output/carers/key/sample.csv"));
    let replied = sample.iter().find(|row| row["role"] == "main" && !open.contains(&row["serial"])).expect("one");
    let register = format!(
        "serial,disposition,date,mode\n{},refused,2026-03-20,\n{},ineligible,2026-03-21,\n{},undeliverable,2026-03-10,\n\
         {},refused,2026-03-22,\n{},returned,2026-03-12,post\nnobody,refused,2026-03-01,\n{},gone,2026-03-01,\n",
        open[0], open[1], open[2], replied["serial"], replied["serial"], open[3]
    );
    std::fs::write(clone.path("pipelines/office.csv"), register).expect("a register");
    let more = "[dispositions]\nregister = \"office.csv\"\n\n[fieldwork]\nopens = \"2026-03-02\"\ncloses = \"2026-05-29\"\n\n\
                [checks]\nresponse = [0, 1]\nitem_response = 0\nexplain.response = \"Everybody was asked twice.\"\n\n\
                [pilot]\nresponse_rate = 0.4\n\n[evidence]";
    clone.edit(CARERS, "[evidence]", more);
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let findings = rows(&clone.text("output/carers/findings.csv"));
    let of = |code: &str| findings.iter().filter(|row| row["code"] == code).count();
    assert_eq!((of("D020"), of("D021"), of("D024")), (1, 1, 1));
    let report = clone.text("output/carers/report.html");
    for words in ["How the units drawn ended", "undeliverable", "RR1", "COOP4", "CON3", "Everybody was asked twice."] {
        assert!(report.contains(words), "{words}");
    }
    // Those who are done with are not reminded.
    let remind = column(&clone.quorate(&["status", CARERS, "--remind", "--format", "csv"]).out, "serial");
    assert!(open[..3].iter().all(|serial| !remind.contains(serial)) && remind.contains(&open[3]));
    let status = rows(&clone.quorate(&["status", CARERS, "--format", "csv"]).out);
    let all = status.iter().find(|row| row["part"] == "all").expect("the whole");
    let number = |name: &str| all[name].parse::<f64>().unwrap_or_else(|_| panic!("{name}: {:?}", all[name]));
    assert!(number("expected_margin_points") <= number("margin_points") + 1e-9);
    assert!(number("expected") >= 0.4 * number("issued") - 1e-9);
    assert!(status.iter().any(|row| row["part"] == "mode" && row["name"] == "post"));
    // Two units were lost otherwise than by their own will: their reserves are due.
    let due = rows(&clone.quorate(&["status", CARERS, "--reserves", "--format", "csv"]).out);
    assert_eq!(due.iter().filter(|row| row["state"] == "due").count(), 2);

    let page = clone.quorate(&["status", CARERS, "--as-at", "2026-04-15", "--page"]);
    assert!(page.code <= 1, "{}", page.talk);
    let html = clone.text("output/carers/status.html");
    assert!(html.contains("15 April 2026") && html.contains("Planned") && html.contains("<svg"));
    assert!(sample.iter().all(|row| !html.contains(&row["serial"])), "no serial stands on the page");
    let twice = clone.quorate(&["status", CARERS, "--as-at", "2026-04-15", "--page", "again.html"]);
    assert!(twice.code <= 1 && clone.text("again.html") == html);
    // An explanation of what there is not is refused at its place.
    clone.edit(CARERS, "explain.response", "explain.responce");
    let refused = clone.quorate(&["run", CARERS]);
    assert!(refused.code == 2 && refused.talk.contains("response"), "{}", refused.talk);
}
