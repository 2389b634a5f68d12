//! Exports that do not say which version of the form they are: read by file or by day, and told where labels are mixed.

use std::path::Path;

use quorate::instrument::{self, Instrument};
use quorate::returns::{DateOrder, Expected, Returned, Rules, Sampled, SampledUnit, VersionRule, ingest};

use super::{Folder, picture};

/// The first version had "Good" for the second response, the second has it for the first.
fn form() -> Instrument {
    let text = r#"
        [instrument]
        id = "web"
        version = "2"
        title = "Web survey"
        kind = "survey"
        [scales.quality]
        responses = [
            { code = 1, label = "Good", previous = { "1" = "Very good" } },
            { code = 2, label = "Fair", previous = { "1" = "Good" } },
            { code = 3, label = "Poor" },
        ]
        missing = [{ code = -9, label = "No answer", kind = "not-answered", previous = { "1" = "Left out" } }]
        [[section]]
        id = "s"
        title = "S"
        [[section.question]]
        id = "q1"
        text = "How good is the service?"
        kind = "single"
        scale = "quality"
        previous = { "1" = "What is the service like?" }
        "#;
    instrument::parse(Path::new("web.toml"), text).expect("sound")
}

fn rule(files: &[&str], until: Option<&str>) -> VersionRule {
    VersionRule {
        version: "1".into(),
        files: files.iter().map(|file| (*file).to_owned()).collect(),
        headings: until.iter().map(|_| "Submitted".to_owned()).collect(),
        from: None,
        until: until.map(|day| day.parse().expect("a day")),
    }
}

fn read(folder: &Folder, versions: Vec<VersionRule>) -> Returned {
    let unit = |i: usize| SampledUnit {
        serial: format!("S{i}"),
        readings: vec![Expected { reading: 1, reader: String::new() }],
        ..SampledUnit::default()
    };
    let units = (1..=6).map(unit).collect();
    let sampled = Sampled { study: "study".into(), sample: "0f3a".into(), units, ..Sampled::default() };
    let rules = Rules { versions, dates: DateOrder::DayFirst, ..Rules::default() };
    let returned = ingest(&form(), &sampled, folder.0.path(), &rules, &|| {}).expect("the folder is there");
    assert!(returned.reconciles());
    returned
}

/// Each row's serial and code.
fn codes(returned: &Returned) -> Vec<String> {
    let form = form();
    let line = |row: &quorate::returns::Response| {
        let answer = &row.answers[0].answer;
        let code = answer.missing().map_or_else(|| form.questions[0].code(answer), |kind| kind.name().to_owned());
        format!("{} {code}", row.serial)
    };
    returned.responses.iter().map(line).collect()
}

#[test]
fn a_file_is_read_with_the_labels_of_the_version_that_it_was_collected_with() {
    let folder = Folder::new()
        .with("web-2024 spring.csv", "serial,What is the service like?\nS1,Very good\nS2,Good\nS3,Poor\nS6,Left out\n")
        .with("web-2025.csv", "serial,How good is the service?\nS4,Good\nS5,Fair\n");
    let returned = read(&folder, vec![rule(&["web-2024*.csv"], None)]);
    assert_eq!(codes(&returned), ["S1 1", "S2 2", "S3 3", "S4 1", "S5 2", "S6 not-answered"]);
    // That "Good" means something else in the other version is said of the file of which nobody says what it is.
    let said: Vec<String> = picture(&returned).into_iter().filter(|line| line.starts_with("R07")).collect();
    assert_eq!(
        said,
        ["R073 warning web-2025.csv B2 q1 | \"Good\" | the version that it is: 1 in version 2, 2 in version 1"]
    );
    // With that said too, there is nothing to say.
    let now = VersionRule { version: "2".into(), ..rule(&["web-2025.csv"], None) };
    let returned = read(&folder, vec![rule(&["web-2024*.csv"], None), now]);
    assert_eq!(picture(&returned), Vec::<String>::new());
}

#[test]
fn a_row_is_read_with_the_version_of_the_day_on_which_it_was_answered() {
    let folder = Folder::new().with(
        "web.csv",
        "serial,Submitted,q1\nS1,2024-12-31T23:59:10,Good\nS2,2025-01-01 00:00:01,Good\nS3,30/06/2024,Very good\n\
         S4,1 March 2025,Fair\n",
    );
    let now = VersionRule {
        version: "2".into(),
        from: "2025-01-01".parse().ok(),
        until: None,
        ..rule(&[], Some("2025-01-01"))
    };
    let returned = read(&folder, vec![rule(&[], Some("2024-12-31")), now]);
    assert_eq!(codes(&returned), ["S1 2", "S2 1", "S3 1", "S4 2"]);
    assert_eq!(picture(&returned), Vec::<String>::new());
}

#[test]
fn a_day_that_cannot_be_read_is_told() {
    let folder =
        Folder::new().with("web.csv", "serial,Submitted,q1\nS1,2024-05-01,Good\nS2,some time,Good\nS3,,Poor\n");
    let returned = read(&folder, vec![rule(&[], Some("2024-12-31"))]);
    assert_eq!(codes(&returned), ["S1 2", "S2 1", "S3 3"]);
    let said: Vec<String> = picture(&returned).into_iter().filter(|line| line.starts_with("R074")).collect();
    assert_eq!(
        said,
        [
            "R074 warning web.csv B3 S2 | \"some time\" | the day on which it was answered",
            "R074 warning web.csv B4 S3 | no day | the day on which it was answered",
        ]
    );
}

#[test]
fn labels_of_two_versions_in_one_return_are_told() {
    let folder = Folder::new().with("web.csv", "serial,q1\nS1,Very good\nS2,Fair\nS3,Poor\nS4,2\nS5,Very good\n");
    let returned = read(&folder, Vec::new());
    assert_eq!(codes(&returned), ["S1 unreadable", "S2 2", "S3 3", "S4 2", "S5 unreadable"]);
    assert_eq!(
        picture(&returned),
        [
            "R012 error web.csv B2 S1 q1 | \"Very good\" | Good | Fair | Poor | No answer",
            "R012 error web.csv B6 S5 q1 | \"Very good\" | Good | Fair | Poor | No answer",
            "R072 warning web.csv B2 q1 | 2 answers in labels of version 1 only, 1 answer in labels of version 2 only \
             | labels of version 2",
        ]
    );
    let hint = &returned.findings[0].hint;
    assert!(hint.starts_with("version 1 called response 1 so: say under [[returns.version]]"), "{hint}");
}

#[test]
fn what_is_said_of_a_file_is_held_against_its_labels() {
    let folder = Folder::new().with("web.csv", "serial,q1\nS1,Very good\nS2,Fair\n");
    let returned = read(&folder, vec![rule(&["web.csv"], None)]);
    assert_eq!(codes(&returned), ["S1 1", "S2 unreadable"]);
    let said: Vec<String> = picture(&returned).into_iter().filter(|line| line.starts_with("R072")).collect();
    assert_eq!(
        said,
        ["R072 warning web.csv B3 q1 | 1 answer in labels of version 2 only, 1 answer in labels of version 1 only \
             | labels of version 1"]
    );
}
