//! Edit rules, dispositions, checks and the page on fieldwork, in whole studies.

use quorate::editing::{read_log, take_back};

use super::Clone;
use super::fieldwork::{column, rows};
use super::way_back::{cleaned, slot};

pub(super) const CARERS: &str = "pipelines/carers-survey.toml";
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

pub(super) fn with_rules(clone: &Clone) {
    let text = clone.text(FORM);
    std::fs::write(clone.path(FORM), format!("{text}{RULES}")).expect("the form can be written");
}

#[test]
fn the_log_leads_from_the_cleaned_answers_back_to_those_given() {
    let clone = Clone::new();
    with_rules(&clone);
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let mut answers = cleaned(&clone, FORM, "output/carers");
    let log = read_log(&clone.read("output/carers/edits.csv")).expect("a log");
    let by = |rule: &str| log.iter().filter(|row| row.rule == rule).count();
    assert!(by("E01") > 0 && by("E02") > 0 && by("E03") > 0, "{} {} {}", by("E01"), by("E02"), by("E03"));
    assert!(log.iter().all(|row| !row.workbook.is_empty() && !row.cell.is_empty()));
    take_back(&log, &mut answers).expect("the log goes with the answers");
    let given = rows(&clone.text("output/carers/responses-as-given.csv"));
    assert!(given.len() > 50);
    for row in &given {
        for (name, found) in row.iter().filter(|(name, _)| answers.contains_key(&slot(&row["serial"], 1, name))) {
            let back = &answers[&slot(&row["serial"], 1, name)];
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
    // Why a unit is where it is: where it was sent, what came, what the register says.
    let why = |id: &str, form: &str| clone.quorate(&["status", CARERS, "--why", id, "--format", form]).out;
    let told = why(&open[0], "table");
    for words in
        ["issued", "in batch", "without any answer", "refused on 2026-03-20", "office.csv", "counts as      refused"]
    {
        assert!(told.contains(words), "{words} is not in:\n{told}");
    }
    let came = why(&replied["serial"], "table");
    assert!(came.contains("it came on 2026-03-12") && came.contains("by post") && came.contains(" > row "), "{came}");
    let json: serde_json::Value = serde_json::from_str(&why(&replied["serial"], "json")).expect("JSON");
    assert!(json["returns"].as_array().is_some_and(|lines| lines.len() >= 2), "{json}");
    assert!(json["register"][0].as_str().expect("a sentence").starts_with("complete on 2026-03-12"), "{json}");

    // The JSON has all that the table, the lists and the page have.
    let whole = clone.quorate(&["status", CARERS, "--format", "json"]).out;
    let whole: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    let list = |name: &str| whole[name].as_array().expect("a list").clone();
    assert_eq!(list("rows").len(), status.len());
    for (row, object) in status.iter().zip(list("rows")) {
        for (column, text) in row {
            let value = match &object[column] {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                number => number.as_f64().expect("a number").to_string(),
            };
            assert_eq!(&value, text, "{column} of {object}");
        }
    }
    let serials: Vec<&str> =
        whole["remind"].as_array().expect("a list").iter().map(|u| u["serial"].as_str().expect("one")).collect();
    assert_eq!(serials, remind);
    assert_eq!((whole["opens"].as_str(), whole["closes"].as_str()), (Some("2026-03-02"), Some("2026-05-29")));
    assert!(list("reserves").iter().filter(|reserve| reserve["state"] == "due").count() == 2);
    assert!(list("findings").iter().any(|finding| finding["code"] == "D020"));
    let course = list("course");
    assert_eq!(course.len(), 1 + status.iter().filter(|row| row["part"] == "stratum").count());
    let last = course[0]["days"].as_array().and_then(|days| days.last()).expect("a day");
    assert_eq!(last["returned"], whole["rows"].as_array().expect("rows").last().expect("all")["returned"]);

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

/// How often a condition held for few people does not follow from anything else that is published.
#[test]
fn the_number_of_a_rule_that_is_hidden_cannot_be_had_otherwise() {
    let rule = |id: &str, when: &str, rest: &str| {
        format!("\n[[edit]]\nid = \"{id}\"\nlabel = \"A rule\"\nwhen = \"{when}\"\n{rest}\nquestions = [\"q01\"]\n")
    };
    let shown = rule("H2", "q01 is not missing", "action = \"keep\"");
    let run = |rules: &str| {
        let clone = Clone::new();
        let text = clone.text(FORM);
        std::fs::write(clone.path(FORM), format!("{text}{rules}")).expect("the form can be written");
        let ended = clone.quorate(&["run", CARERS]);
        assert!(ended.code <= 1, "{}", ended.talk);
        clone
    };
    let applied = |clone: &Clone| {
        let log = read_log(&clone.read("output/carers/edits.csv")).expect("a log");
        log.iter().filter(|row| row.rule == "H1").count()
    };
    // Thresholds at which the rule holds for different numbers of people, all of them few.
    let mut few: Vec<(usize, u32, Clone)> = Vec::new();
    for least in [90, 100, 110, 120, 130, 140, 150, 155, 160, 165] {
        let clone = run(&(rule("H1", &format!("q01 >= {least}"), "action = \"warn\"") + &shown));
        let n = applied(&clone);
        if (1..5).contains(&n) && few.iter().all(|(other, ..)| *other != n) {
            few.push((n, least, clone));
        }
        if few.len() == 2 {
            break;
        }
    }
    assert_eq!(few.len(), 2, "the sample has no such numbers");
    let published = |clone: &Clone| {
        let id = clone.json("output/carers/run.json")["run_id"].as_str().expect("an id").to_owned();
        clone.text("output/carers/report.html").replace(&id, "RUN")
    };
    assert!(published(&few[0].2) == published(&few[1].2), "the report tells {} from {}", few[0].0, few[1].0);
    let report = published(&few[0].2);
    assert!(report.contains("Not counted: R051"), "the findings of the rule are not counted");

    // A rule that makes answers missing is not told by their kinds, nor by what other rules left.
    let clone =
        run(&(rule("H1", &format!("q01 >= {}", few[0].1), "action = \"set-missing\"\nmissing = \"refused\"") + &shown));
    assert!((1..5).contains(&applied(&clone)));
    let report = clone.text("output/carers/report.html");
    assert!(report.contains("Not counted: R050") && report.contains("for reasons not told apart"));
    assert!(!report.contains("refused 1") && !report.contains(">Refused<"), "nobody else refuses this question");
    let ended = clone.quorate(&["check", "output/carers/results.xlsx", "output/carers/results.ods"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""), "{}", ended.talk);
}

/// Rules may look at the strata of the frame, and at nothing else there.
#[test]
fn conditions_see_the_strata_of_the_frame_and_no_other_column() {
    let rule = |when: &str| {
        format!("\n[[edit]]\nid = \"F1\"\nlabel = \"l\"\nwhen = \"{when}\"\naction = \"keep\"\nquestions = [\"q01\"]\n")
    };
    let clone = Clone::new();
    let text = clone.text(FORM);
    let with = |when: &str| {
        std::fs::write(clone.path(FORM), format!("{text}{}", rule(when))).expect("the form can be written")
    };
    with("q01 is not missing and frame.area = 'Harbourside'");
    let ended = clone.quorate(&["run", CARERS]);
    assert!(ended.code <= 1, "{}", ended.talk);
    let log = read_log(&clone.read("output/carers/edits.csv")).expect("a log");
    let applied: Vec<&str> = log.iter().filter(|row| row.rule == "F1").map(|row| row.serial.as_str()).collect();
    let sample = rows(&clone.text("output/carers/key/sample.csv"));
    let given = rows(&clone.text("output/carers/responses-as-given.csv"));
    let expected: Vec<&str> = (given.iter())
        .filter(|row| !row["q01"].is_empty())
        .map(|row| row["serial"].as_str())
        .filter(|serial| sample.iter().any(|unit| unit["serial"] == *serial && unit["area"] == "Harbourside"))
        .collect();
    assert!(expected.len() > 5);
    // What the usual rules made missing before is none of it.
    assert!(applied.iter().all(|serial| expected.contains(serial)) && applied.len() + 3 > expected.len());
    for (when, wrong, says) in [
        ("q01 > 3 and frame.area = 'Harborside'", "'Harborside'", "did you mean \"Harbourside\"?"),
        ("q01 > 3 and frame.area in ('Westfield', 'nowhere')", "'nowhere'", "Castlehill, Glen Isle"),
        ("q01 > 3 and frame.aera = 'Westfield'", "frame.aera", "did you mean frame.area?"),
        ("q01 > 3 and frame.age_band = '18-44'", "frame.age_band", "withheld"),
        ("q01 > 3 and frame.name = 'x'", "frame.name", "frame.area"),
        ("frame.area = 'Westfield'", "frame.area = 'Westfield'", "asks about no question"),
    ] {
        with(when);
        let line =
            clone.text(FORM).lines().position(|line| line.starts_with("when = ") && line.contains(wrong)).expect("it")
                + 1;
        for command in ["check", "run", "status"] {
            let ended = clone.quorate(&[command, CARERS]);
            assert_eq!(ended.code, 2, "{command} {when}: {}", ended.talk);
            assert!(
                ended.talk.contains(&format!("carers-survey.toml:{line}")) && ended.talk.contains(says),
                "{command} {when}: {}",
                ended.talk
            );
        }
    }
}
