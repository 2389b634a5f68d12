//! `quorate size`, `explain`, `completions` and `manual`, as users type them.

use assert_cmd::Command;
use serde_json::Value;

fn quorate(args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("quorate").expect("the program is built");
    command.args(args);
    command
}

/// Standard output of a command that must succeed.
fn output(args: &[&str]) -> String {
    let assert = quorate(args).assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).expect("text")
}

fn json(args: &[&str]) -> Value {
    let args = [args, &["--format", "json"]].concat();
    serde_json::from_str(&output(&args)).expect("JSON")
}

/// Standard error of a command that must fail with exit code 2 and say nothing on standard output.
fn error(args: &[&str]) -> String {
    let assert = quorate(args).assert().code(2).stdout("");
    String::from_utf8(assert.get_output().stderr.clone()).expect("text")
}

#[test]
fn the_json_has_the_keys_that_scripts_rely_on() {
    let plan = json(&["size", "--population", "1000", "--margin", "5", "--response-rate", "0.4"]);
    let keys: Vec<&String> = plan.as_object().expect("an object").keys().collect();
    let mut expected = [
        "population",
        "margin_points",
        "level",
        "method",
        "returns_needed",
        "to_issue",
        "margin_points_if_met",
        "interval",
        "groups",
    ];
    expected.sort_unstable();
    let mut found: Vec<&str> = keys.iter().map(|k| k.as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(plan["population"], 1000);
    assert_eq!(plan["margin_points"], 5.0);
    assert_eq!(plan["level"], 0.95);
    assert_eq!(plan["method"], "ascs");
    assert_eq!(plan["returns_needed"], 278);
    assert_eq!(plan["to_issue"], 695);
    assert_eq!(plan["groups"], Value::Array(Vec::new()));
    assert!((plan["interval"].as_f64().expect("a number") - 1000.0 / 695.0).abs() < 1e-12);
    let met = plan["margin_points_if_met"].as_f64().expect("a number");
    assert!(met > 4.99 && met < 5.0, "{met}");
}

#[test]
fn the_published_numbers_come_out() {
    let needed = |args: &[&str]| json(&[&["size"], args].concat())["returns_needed"].clone();
    assert_eq!(needed(&["--population", "300", "--proportion", "0.7", "--margin", "5"]), 156);
    assert_eq!(needed(&["--population", "500", "--proportion", "50%", "--margin", "5"]), 218);
    for (population, expected) in [("100", 61), ("500", 116), ("1000", 131), ("5000", 146), ("10000", 148)] {
        let args = ["--population", population, "--margin", "8", "--method", "cochran"];
        assert_eq!(needed(&args), expected, "N = {population}");
    }
    for (rate, expected) in [("1%", 299), ("0.02", 149), ("5%", 59), ("0.1", 29)] {
        assert_eq!(needed(&["--discover", rate]), expected, "{rate}");
    }
    assert_eq!(needed(&["--discover", "0.1", "--population", "20"]), 16);
    let plan = json(&["size", "--population", "1000", "--response-rate", "40%", "--issued", "900"]);
    assert_eq!(plan["if_issued"]["returns_expected"], 360);
    let points = plan["if_issued"]["margin_points"].as_f64().expect("a number");
    assert!((points - 4.13).abs() < 0.005, "{points}");
}

#[test]
fn groups_come_from_the_line_or_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("groups.csv");
    std::fs::write(&file, "group,population\nAdults,900\nChildren,400\n").expect("a file");
    let file = file.to_str().expect("a path");
    let from_file = json(&["size", "--groups", file, "--margin", "10"]);
    let from_line = json(&["size", "--groups", "Adults=900,Children=400", "--margin", "10"]);
    assert_eq!(from_file, from_line);
    assert_eq!(from_line["population"], 1300);
    let groups = from_line["groups"].as_array().expect("a list");
    assert_eq!(groups[0]["group"], "Adults");
    let sum: u64 = groups.iter().filter_map(|g| g["returns_needed"].as_u64()).sum();
    assert_eq!(from_line["returns_needed"], sum);
    let csv = output(&["size", "--groups", file, "--margin", "10", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 4, "{csv}");
}

#[test]
fn several_margins_make_a_table() {
    let args = ["size", "--population", "1000", "--margin", "5,10", "--response-rate", "0.3,0.4"];
    let plans = json(&args);
    let plans = plans.as_array().expect("a list");
    assert_eq!(plans.len(), 4);
    assert_eq!(plans[1]["response_rate"], 0.4);
    assert_eq!(plans[1]["to_issue"], 695);
    let table = output(&args);
    assert_eq!(table.lines().count(), 5, "{table}");
}

#[test]
fn the_answer_is_also_told_in_words() {
    let text = output(&["size", "--population", "500", "--margin", "10"]);
    assert!(text.starts_with("81 needed, 81 to issue\n"), "{text}");
    assert!(text.contains("in yours of 500, 90 give +/-9.35 and 100 +/-8.77"), "{text}");
    let assert =
        quorate(&["size", "--population", "100", "--margin", "5", "--response-rate", "30%", "--format", "json"])
            .assert()
            .success();
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("only about 30 will come back"), "{said}");
}

#[test]
fn what_cannot_be_is_one_clear_error() {
    for (args, part) in [
        (vec!["size", "--population", "1000"], "nothing says how precise"),
        (vec!["size", "--margin", "0"], "--margin"),
        (vec!["size", "--margin", "ten"], "not a number"),
        (vec!["size", "--margin", "10", "--response-rate", "40"], "write 0.4 or 40%"),
        (vec!["size", "--margin", "10", "--level", "1"], "--level"),
        (vec!["size", "--margin", "10", "--groups", "nobody.csv"], "no such file"),
        (vec!["size", "--margin", "10", "--groups", "A=1,A=2"], "more than once"),
        (vec!["size", "--margin", "10", "--groups", "A=5", "--population", "6"], "the groups have 5 together"),
        (vec!["size", "--margin", "10", "--population", "-3"], "-3"),
    ] {
        let text = error(&args);
        assert!(text.contains(part), "{args:?}: {text}");
    }
}

#[test]
fn findings_are_explained() {
    let text = output(&["explain", "f001"]);
    assert!(text.starts_with("error[F001] ") && text.contains("meaning") && text.contains("remedy"), "{text}");
    assert!(output(&["explain"]).lines().count() >= 6);
    let text = error(&["explain", "F0011"]);
    assert!(text.contains("F001"), "{text}");
}

#[test]
fn completions_and_manual_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(output(&["completions", shell]).contains("completions"), "{shell}");
    }
    error(&["completions", "tcsh"]);
    let manual = output(&["manual"]);
    assert!(manual.contains(".TH quorate") && manual.contains("population"), "{manual}");
    assert!(output(&["manual", "size"]).contains("discover"));
    assert!(error(&["manual", "seize"]).contains("size"));
}
