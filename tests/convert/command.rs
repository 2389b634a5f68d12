//! The command as people type it.

use std::path::Path;

use assert_cmd::Command;

use super::file;

fn quorate(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("quorate"))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn shipped(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments").join(name).display().to_string()
}

#[test]
fn an_instrument_goes_out_and_comes_back_and_is_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let (code, stdout, stderr) = quorate(path, &["convert", &shipped("users-survey.toml"), "users.xlsx", "-v"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("users.xlsx: 20 items"), "{stderr}");
    assert_eq!(stdout, "", "nothing is lost");
    let (code, _, stderr) = quorate(path, &["convert", "users.xlsx", "users.toml", "--loss", "loss.csv"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("nothing is lost"), "{stderr}");
    let report = std::fs::read_to_string(path.join("loss.csv")).expect("the report");
    assert_eq!(report, "severity,code,problem,file,sheet,cell,unit,question,found,expected,hint\n");
    let (code, _, stderr) = quorate(path, &["convert", "users.xlsx", "users.toml"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("the file is there already"), "{stderr}");
    let (code, _, stderr) = quorate(path, &["convert", "users.xlsx", "users.toml", "--force"]);
    assert_eq!(code, 0, "{stderr}");
    let (code, _, stderr) = quorate(path, &["check", "users.toml", "users.xlsx", "--no-hints"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("an XLSForm, 0 findings"), "{stderr}");
}

#[test]
fn what_cannot_be_written_or_read_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, expected) in [
        (["convert", "users.toml", "users.xls"], "the old binary workbook (.xls) is read, and not written"),
        (["convert", "users.toml", "users.docx"], "the name does not say which format is wanted"),
        (["convert", "users.toml", "users.csv"], "there is no such file"),
    ] {
        let (code, _, stderr) = quorate(folder.path(), &arguments);
        assert_eq!(code, 2);
        assert!(stderr.contains(expected), "{stderr}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing is written");
}

#[test]
fn a_form_with_errors_is_not_converted_and_every_error_has_its_cell() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = super::xlsform::workbook(&[
        (
            "survey",
            &[
                &["type", "name", "label", "relevant"],
                &["select_one missing", "q1", "Which?", ""],
                &["text", "q1", "Again?", ""],
                &["text", "", "No name", ""],
                &["integer", "q2", "How many?", "${q9} = 'a'"],
                &["begin_group", "g", "Group", ""],
                &["begin_repeat", "r", "Repeat", ""],
                &["begin_repeat", "r2", "Inner", ""],
                &["end_repeat", "", "", ""],
                &["end_repeat", "", "", ""],
                &["end_repeat", "", "", ""],
            ],
        ),
        ("choices", &[&["list_name", "name", "label"], &["a", "1", "One"], &["a", "1", "Two"], &["a", "", "Three"]]),
    ]);
    std::fs::write(folder.path().join("broken.xlsx"), broken).expect("written");
    let (code, stdout, _) = quorate(folder.path(), &["check", "broken.xlsx", "--format", "csv", "--no-hints"]);
    assert_eq!(code, 1);
    let places: Vec<String> = stdout
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{} {} {}", cells[1], cells[4], cells[5])
        })
        .collect();
    assert_eq!(
        places,
        [
            "I005 choices B3",
            "I004 choices B4",
            "I003 survey A2",
            "I002 survey A3",
            "I001 survey A4",
            "I007 survey A5",
            "I006 survey A6",
            "I009 survey A8",
            "I006 survey A11",
        ]
    );
    let (code, stdout, stderr) = quorate(folder.path(), &["convert", "broken.xlsx", "broken.toml"]);
    assert_eq!(code, 2);
    assert!(stdout.contains("error[I003]") && stderr.contains("9 errors"), "{stderr}");
    assert!(!folder.path().join("broken.toml").exists());
}

#[test]
fn check_shows_every_fault_of_a_definition_and_what_a_study_cannot_ask() {
    let folder = tempfile::tempdir().expect("a folder");
    let head = "[instrument]\nid = \"t\"\nversion = \"1\"\ntitle = \"T\"\nkind = \"survey\"\n[[section]]\nid = \"s\"\ntitle = \"S\"\n";
    let question = |id: &str, rest: &str| format!("[[section.question]]\nid = \"{id}\"\ntext = \"Why?\"\n{rest}\n");
    let faults =
        question("q1", "kind = \"single\"\nscale = \"none\"") + &question("q2", "kind = \"text\"\nmaximum = 3");
    let good = question("q3", "kind = \"other\"\ntype = \"geopoint\"")
        + &question("q4", "kind = \"date\"\nconstraint = \". <= today()\"");
    let scale = "[scales.a]\nresponses = [{ code = 1, label = \"A\" }, { code = 2, label = \"B\" }]\n";
    std::fs::write(folder.path().join("faults.toml"), format!("{head}{faults}")).expect("written");
    std::fs::write(folder.path().join("good.toml"), format!("{scale}{head}{good}")).expect("written");
    let (code, _, stderr) = quorate(folder.path(), &["check", "faults.toml"]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("uses an unknown scale") && stderr.contains("a bound that its kind cannot have"),
        "{stderr}"
    );
    let (code, stdout, _) = quorate(folder.path(), &["check", "good.toml"]);
    assert_eq!(code, 0);
    assert_eq!(stdout.matches("note[I010]").count(), 2, "{stdout}");
    assert!(stdout.contains("good.toml > line 14") && stdout.contains("good.toml > line 20"), "{stdout}");
    // A study stops at the place.
    let error = quorate::instrument::read(&folder.path().join("good.toml")).expect_err("not in a study");
    assert_eq!(error.problem, "question \"q3\" is of a kind that a study cannot ask");
    assert_eq!(error.excerpt.as_ref().map(|excerpt| &excerpt.text[excerpt.span.clone()]), Some("\"other\""));
}

/// A form may compare as it likes: it comes in, with what a study stops at in the report, and stays out of a study.
#[test]
fn loose_comparisons_are_converted_reported_and_not_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let form = super::xlsform::workbook(&[
        (
            "survey",
            &[
                &["type", "name", "label", "relevant", "constraint"],
                &["select_multiple help", "help", "Which help?", "", ""],
                &["date", "since", "Since when?", "", ". > 'banana'"],
                &["integer", "hours", "How many hours?", "${help} != 'home'", ""],
                &["text", "more", "Anything else?", "${hours} > 3 and ${since} != ''", ""],
            ],
        ),
        ("choices", &[&["list_name", "name", "label"], &["help", "home", "At home"], &["help", "day", "By day"]]),
    ]);
    std::fs::write(folder.path().join("loose.xlsx"), form).expect("written");
    let found = |text: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows = reader.records().map(|row| row.expect("a row"));
        let rows = rows.filter(|row| &row[1] == "I012");
        rows.map(|row| format!("{} {} {}: {} ({})", &row[3], &row[4], &row[5], &row[9], &row[10])).collect()
    };
    let (code, stdout, stderr) = quorate(folder.path(), &["convert", "loose.xlsx", "loose.toml", "--format", "csv"]);
    assert_eq!(code, 0, "{stderr}");
    let report = found(&stdout);
    assert_eq!(report.len(), 2, "{stdout}");
    assert!(report[0].starts_with("loose.xlsx survey A3: year-month-day"), "{report:?}");
    assert!(report[1].starts_with("loose.xlsx survey A4: selected(${help}, 'home')"), "{report:?}");
    assert!(report[1].contains("count-selected(${help}) = 1"), "{report:?}");
    let (code, stdout, _) = quorate(folder.path(), &["check", "loose.xlsx", "--format", "csv", "--no-hints"]);
    assert_eq!((code, found(&stdout)), (1, report));
    let (code, stdout, _) = quorate(folder.path(), &["check", "loose.toml", "--format", "csv", "--no-hints"]);
    assert_eq!((code, found(&stdout).len()), (1, 2), "{stdout}");
    // It goes on into other formats, and back into an XLSForm as it came.
    assert_eq!(quorate(folder.path(), &["convert", "loose.toml", "again.xlsx"]).0, 0);
    let error = quorate::instrument::read(&folder.path().join("loose.toml")).expect_err("not in a study");
    assert_eq!(error.excerpt.as_ref().map(|excerpt| &excerpt.text[excerpt.span.clone()]), Some("'banana'"), "{error}");
}

#[test]
fn hints_are_notes_and_can_be_switched_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let questions = file("questions.csv").display().to_string();
    let (code, _, stderr) = quorate(folder.path(), &["convert", &questions, "list.toml"]);
    assert_eq!(code, 0, "{stderr}");
    let (code, stdout, _) = quorate(folder.path(), &["check", "list.toml"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("note[I102]") && stdout.contains("note[I104]"), "{stdout}");
    let (_, stdout, _) = quorate(folder.path(), &["check", "list.toml", "--no-hints"]);
    assert_eq!(stdout, "");
}

#[test]
fn check_knows_the_forms_of_redcap_and_limesurvey() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert/files");
    for (file, what) in
        [("redcap.csv", "a data dictionary of REDCap"), ("limesurvey.txt", "a survey structure of LimeSurvey")]
    {
        let (code, stdout, stderr) = quorate(&files, &["check", file, "--format", "csv"]);
        assert!(code <= 1 && stderr.contains(&format!("{file}: {what}")), "{code} {stderr}");
        assert!(stdout.lines().skip(1).any(|line| line.contains(file)), "what is said has its place: {stdout}");
    }
}
