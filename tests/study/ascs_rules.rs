//! What the return of England's Adult Social Care Survey checks, rule by rule: `ascs-rules.csv` lists all of it, with what
//! became of each rule, and a return is broken once for each rule that is made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rust_xlsxwriter::Workbook;

use super::Clone;

pub(super) const PIPELINE: &str = "pipelines/adult-social-care-survey.toml";
pub(super) const RETURN: &str = "sample-data/adult-social-care/returns/data-return.xlsx";

pub(super) type Row = BTreeMap<String, String>;

pub(super) fn rules() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/study/ascs-rules.csv");
    csv::Reader::from_path(path).expect("it ships").deserialize().map(|row| row.expect("a row")).collect()
}

fn row(codes: &[(&str, &str)]) -> Row {
    codes.iter().map(|(key, code)| ((*key).to_owned(), (*code).to_owned())).collect()
}

/// The questions with one answer.
const SINGLE: [&str; 35] = [
    "q1", "q2a", "q2b", "q2c", "q3a", "q3b", "q4a", "q4b", "q5a", "q5b", "q6a", "q6b", "q7a", "q7b", "q8a", "q8b",
    "q9a", "q9b", "q10", "q11", "q12", "q13", "q14a", "q14b", "q15a", "q15b", "q15c", "q15d", "q16a", "q16b", "q16c",
    "q16d", "q17", "q18", "q21",
];

/// The questions with several, and their columns.
pub(super) const SEVERAL: [(&str, &[&str]); 3] = [
    ("q19", &["q19/a", "q19/b", "q19/c"]),
    ("q20", &["q20/a", "q20/b", "q20/c"]),
    ("q22", &["q22/a", "q22/b", "q22/c", "q22/d", "q22/e", "q22/f"]),
];

pub(super) fn singles() -> impl Iterator<Item = &'static str> {
    SINGLE.into_iter()
}

fn questions() -> impl Iterator<Item = &'static str> {
    singles().chain(SEVERAL.iter().map(|(id, _)| *id))
}

/// Somebody of 80 in the community, all of whose entries are as they should be.
pub(super) fn community() -> Row {
    let mut all = row(&[
        ("method", "1"),
        ("response", "1"),
        ("gender", "2"),
        ("age", "80"),
        ("ethnic_group", "1"),
        ("orientation", "1"),
        ("religion", "2"),
        ("reason", "2"),
        ("setting", "1"),
        ("delivery", "3"),
        ("autism", "2"),
        ("asperger", "2"),
        ("advocate", "2"),
        ("interpreter", "2"),
        ("language", "1"),
        ("questionnaire", "1"),
        ("replacement", "2"),
        ("mailing", "1"),
    ]);
    all.extend(singles().map(|id| (id.to_owned(), "2".to_owned())));
    all.extend(row(&[("q7a", "1")]));
    for (_, columns) in SEVERAL {
        all.extend(columns.iter().map(|column| ((*column).to_owned(), "2".to_owned())));
    }
    all.extend(row(&[("q19/a", "1"), ("q20/c", "1"), ("q22/b", "1")]));
    all
}

pub(super) fn with(mut row: Row, changes: &[(&str, &str)]) -> Row {
    row.extend(self::row(changes));
    row
}

/// Somebody of 80 in a care home.
fn care_home() -> Row {
    with(community(), &[("setting", "2"), ("delivery", "5"), ("questionnaire", "2"), ("q2c", "")])
}

/// Somebody with a learning disability and the easy-read form.
pub(super) fn easy_read() -> Row {
    with(community(), &[("reason", "7"), ("age", "40"), ("questionnaire", "3"), ("q2c", "")])
}

/// Somebody in the community of whom nothing was heard.
fn silent() -> Row {
    let kept = |key: &str| !key.starts_with('q') || key == "questionnaire";
    with(community().into_iter().filter(|(key, _)| kept(key)).collect(), &[("response", "3"), ("mailing", "")])
}

/// One row at fault: for which rule of the sheet, the row, and the findings that are expected: code, column, and what the
/// finding names.
struct Break {
    rule: usize,
    row: Row,
    findings: Vec<(String, String, String)>,
}

#[derive(Default)]
struct Breaks(Vec<Break>);

impl Breaks {
    fn add(&mut self, rule: usize, base: &Row, changes: &[(&str, &str)], findings: &[(&str, &str, &str)]) {
        let text = |(a, b, c): &(&str, &str, &str)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned());
        let row = with(base.clone(), changes);
        self.0.push(Break { rule, row, findings: findings.iter().map(text).collect() });
    }

    /// A rule of the instrument at one column.
    fn edit(&mut self, rule: usize, base: &Row, changes: &[(&str, &str)], id: &str, column: &str) {
        self.add(rule, base, changes, &[("R051", column, id)]);
    }
}

fn breaks(codes: &[(&str, &str)]) -> Vec<Break> {
    let (c, h, e, n) = (community(), care_home(), easy_read(), silent());
    let mut all = Breaks::default();
    // Format rule 5, for every column that offers something.
    for (column, code) in codes {
        let base = if *column == "questionnaire" { &h } else { &c };
        all.add(5, base, &[(column, "77")], &[(code, column, "")]);
    }
    for (column, value, code) in [("age", "17", "R019"), ("age", "131", "R019"), ("budget", "lots", "R018")] {
        all.add(5, &c, &[(column, value)], &[(code, column, "")]);
    }
    all.edit(8, &c, &[("age", "-9")], "V08", "age");
    all.edit(8, &c, &[("setting", "-9")], "V08", "setting");
    all.edit(8, &c, &[("reason", "-9")], "V14", "reason");
    for (base, wrong) in [(&c, "2"), (&c, "-9"), (&h, "4"), (&e, "4")] {
        all.edit(9, base, &[("stratum", wrong)], "V09", "stratum");
    }
    all.add(10, &c, &[("population", ".")], &[("R018", "population", "")]);
    for value in ["0", "-1"] {
        all.add(11, &c, &[("population", value)], &[("R019", "population", "")]);
    }
    for column in [
        "method",
        "response",
        "gender",
        "age",
        "ethnic_group",
        "orientation",
        "religion",
        "reason",
        "setting",
        "delivery",
        "autism",
        "asperger",
        "advocate",
        "interpreter",
        "language",
        "questionnaire",
        "replacement",
    ] {
        all.add(12, &h, &[(column, "")], &[("R024", column, "")]);
        if column != "response" {
            all.add(12, &n, &[(column, "")], &[("R024", column, "")]);
        }
    }
    let nothing: Vec<(&str, &str)> = singles()
        .chain(SEVERAL.iter().flat_map(|(_, columns)| columns.iter().copied()))
        .map(|column| (column, "-9"))
        .collect();
    all.add(13, &c, &nothing, &[("R052", "", "V13")]);
    all.edit(14, &c, &[("reason", "-9")], "V14", "reason");
    for code in ["1", "2", "3", "4"] {
        all.edit(15, &h, &[("delivery", code)], "V15", "delivery");
    }
    all.add(16, &c, &[("budget", "-1")], &[("R019", "budget", "")]);
    for code in ["2", "-9"] {
        all.edit(17, &c, &[("full_cost", "1"), ("contributions", code)], "V17", "contributions");
    }
    all.add(18, &c, &[("autism", "1"), ("asperger", "1")], &[("R051", "autism", "V18"), ("R051", "asperger", "V18")]);
    for response in ["2", "3"] {
        all.edit(19, &n, &[("response", response), ("advocate", "1")], "V19", "advocate");
        all.edit(19, &n, &[("response", response), ("interpreter", "1")], "V19i", "interpreter");
    }
    all.edit(20, &c, &[("questionnaire", "2"), ("q2c", "")], "V20", "questionnaire");
    for setting in ["2", "3"] {
        all.edit(21, &h, &[("setting", setting), ("questionnaire", "1"), ("q2c", "1")], "V21", "questionnaire");
    }
    all.edit(22, &e, &[("questionnaire", "1"), ("q2c", "1")], "V22", "questionnaire");
    all.edit(22, &e, &[("setting", "2"), ("delivery", "5"), ("questionnaire", "2")], "V22", "questionnaire");
    all.edit(23, &c, &[("questionnaire", "3"), ("q2c", "")], "V23", "questionnaire");
    all.edit(24, &c, &[("mailing", "-9")], "V24", "mailing");
    for (response, mailing) in [("2", "1"), ("3", "2")] {
        all.edit(24, &n, &[("response", response), ("mailing", mailing)], "V24", "mailing");
    }
    for id in singles() {
        all.add(25, &c, &[(id, "")], &[("R024", id, "")]);
        all.edit(26, &n, &[(id, "1")], "V26", id);
        all.edit(26, &n, &[("response", "2"), (id, "-9")], "V26", id);
    }
    for (id, columns) in SEVERAL {
        let empty: Vec<(&str, &str)> = columns.iter().map(|column| (*column, "")).collect();
        all.add(25, &c, &empty, &[("R024", id, "")]);
        let answered: Vec<(&str, &str)> =
            columns.iter().enumerate().map(|(at, column)| (*column, if at == 1 { "1" } else { "2" })).collect();
        all.edit(26, &n, &answered, "V26", id);
    }
    let empty: Vec<(&str, &str)> = nothing.iter().map(|(column, _)| (*column, "")).collect();
    all.edit(25, &c, &empty, "V25", "response");
    for (rule, question) in [(27, "q1"), (28, "q2a")] {
        for code in ["6", "7"] {
            all.add(rule, &e, &[(question, code)], &[("R012", question, "")]);
        }
    }
    all.add(29, &e, &[("q2c", "1")], &[("R023", "q2c", "")]);
    all.add(29, &h, &[("q2c", "1")], &[("R023", "q2c", "")]);
    for code in ["3", "4"] {
        all.add(30, &c, &[("q7a", code)], &[("R025", "q7a", "")]);
    }
    // Nobody says whether they had help, so that nothing contradicts what kind it was.
    let unsaid = with(c.clone(), &[("q21", "-9")]);
    for (first, (id, columns)) in [31, 40, 50].into_iter().zip(SEVERAL) {
        let exclusive = if id == "q22" { columns[0] } else { columns[2] };
        let two: Vec<(&str, &str)> = columns.iter().map(|column| (*column, "2")).collect();
        for (at, &column) in columns.iter().enumerate() {
            all.add(first + 3 * at, &unsaid, &two, &[("R071", id, "")]);
            let mut ticked: Vec<(&str, &str)> = two.clone();
            let other = if column == exclusive { columns[1] } else { exclusive };
            ticked.extend([(column, "1"), (other, "1")]);
            all.edit(first + 3 * at + 1, &unsaid, &ticked, "V31", id);
            let tick = columns.iter().copied().find(|other| *other != column && *other != exclusive);
            let tick = tick.expect("there are three columns or more");
            for gap in ["", "-9"] {
                let mut some: Vec<(&str, &str)> = two.clone();
                some.extend([(tick, "1"), (column, gap)]);
                all.add(first + 3 * at + 2, &unsaid, &some, &[("R071", column, "")]);
            }
        }
    }
    all.add(49, &c, &[("q21", "1")], &[("R051", "q21", "V49"), ("R051", "q22", "V49")]);
    for code in ["2", "3", "4"] {
        let none = [("q21", code), ("q22/a", "1"), ("q22/b", "2")];
        all.add(51, &c, &none, &[("R051", "q21", "V51"), ("R051", "q22", "V51")]);
    }
    all.0
}

/// The return, laid out as the sample's, with the column of each key.
pub(super) struct Layout {
    headings: Vec<String>,
    column: BTreeMap<String, u16>,
}

impl Layout {
    pub(super) fn read(clone: &Clone) -> Layout {
        let book = quorate::sheet::read(&clone.path(RETURN), &quorate::sheet::Limits::default()).expect("it reads");
        let sheet = book.sheet("Service User Data").expect("the sheet");
        let headings: Vec<String> = (0..97).map(|column| sheet.text(0, column)).collect();
        let pipeline: toml::Table = clone.text(PIPELINE).parse().expect("a pipeline");
        let mapped = pipeline["returns"]["columns"].as_table().expect("columns");
        let place = |heading: &str| {
            let at = headings.iter().position(|known| match heading.strip_suffix('*') {
                Some(start) => known.starts_with(start),
                None => known == heading,
            });
            at.unwrap_or_else(|| panic!("no column is headed {heading}")) as u16
        };
        let column =
            mapped.iter().map(|(key, heading)| (key.clone(), place(heading.as_str().expect("a text")))).collect();
        Layout { headings, column }
    }

    /// The cell of a question, or of one of its columns.
    fn cell(&self, row: u32, key: &str) -> String {
        let first =
            || self.column.iter().filter(|(name, _)| name.starts_with(&format!("{key}/"))).map(|(_, at)| *at).min();
        let column = self.column.get(key).copied().or_else(first).unwrap_or_else(|| panic!("{key} has a column"));
        quorate::finding::cell_name(row, u32::from(column))
    }

    pub(super) fn write(&self, path: &Path, rows: &[(String, Row)]) {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("Service User Data").expect("a name");
        for (column, heading) in (0..).zip(&self.headings) {
            sheet.write_string(0, column, heading).expect("written");
        }
        for (at, (serial, row)) in (1..).zip(rows) {
            sheet.write_string(at, self.column["serial"], serial).expect("written");
            for (key, value) in row.iter().filter(|(_, value)| !value.is_empty()) {
                match value.parse::<f64>() {
                    Ok(number) => sheet.write_number(at, self.column[key], number).expect("written"),
                    Err(_) => sheet.write_string(at, self.column[key], value).expect("written"),
                };
            }
        }
        workbook.save(path).expect("saved");
    }
}

pub(super) fn serials(clone: &Clone) -> Vec<String> {
    let ended = clone.quorate(&["run", PIPELINE, "--until", "draw"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.talk);
    let sample = clone.text("output/adult-social-care/key/sample.csv");
    let rows = csv::Reader::from_reader(sample.as_bytes()).into_deserialize::<Row>().map(|row| row.expect("a row"));
    rows.filter(|row| row["role"] == "main").map(|row| row["serial"].clone()).collect()
}

/// Runs the study on these rows in place of the return and gives the findings, by serial.
fn findings(clone: &Clone, layout: &Layout, rows: &[(String, Row)], until: &str) -> BTreeMap<String, Vec<Row>> {
    layout.write(&clone.path(RETURN), rows);
    let ended = clone.quorate(&["run", PIPELINE, "--until", until]);
    assert!(ended.code < 2, "{}{}", ended.out, ended.talk);
    let text = clone.text("output/adult-social-care/findings.csv");
    let mut found: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(|row| row.expect("a row")) {
        found.entry(row["unit"].clone()).or_default().push(row);
    }
    found
}

/// The columns with what a number that they do not offer is reported as.
fn coded(layout: &Layout) -> Vec<(&str, &'static str)> {
    let free = ["serial", "stratum", "population", "age", "budget"];
    let code = |key: &str| match key {
        // What stands beside a question about safety is not repeated.
        "q7a" => "R039",
        _ => "R012",
    };
    layout.column.keys().filter(|key| !free.contains(&key.as_str())).map(|key| (key.as_str(), code(key))).collect()
}

#[test]
fn every_format_rule_is_one_finding_at_its_cell_and_no_other() {
    let clone = Clone::new();
    let layout = Layout::read(&clone);
    let mut serials = serials(&clone).into_iter();
    let mut rows = Vec::new();
    let sound = [community(), care_home(), easy_read(), silent()];
    for row in sound {
        rows.push((serials.next().expect("a serial"), row));
    }
    let breaks = breaks(&coded(&layout));
    for broken in &breaks {
        rows.push((serials.next().expect("a serial"), broken.row.clone()));
    }
    let found = findings(&clone, &layout, &rows, "ingest");
    for (serial, _) in &rows[..4] {
        assert!(!found.contains_key(serial), "a sound row has no finding: {:?}", found[serial]);
    }
    let mut wrong = Vec::new();
    for (at, (broken, (serial, _))) in (5..).zip(breaks.iter().zip(&rows[4..])) {
        let seen: BTreeSet<(String, String)> = found
            .get(serial)
            .into_iter()
            .flatten()
            .map(|row| (format!("{} {}", row["code"], rule_of(row)), row["cell"].clone()))
            .collect();
        let expected: BTreeSet<(String, String)> = broken
            .findings
            .iter()
            .map(|(code, column, rule)| {
                let cell = if column.is_empty() { (at + 1).to_string() } else { layout.cell(at, column) };
                (format!("{code} {rule}"), cell)
            })
            .collect();
        if seen != expected {
            wrong.push(format!(
                "rule {}: {:?}\n   found {seen:?}\n   expected {expected:?}",
                broken.rule, broken.findings
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), breaks.len(), wrong.join("\n"));

    let broken: BTreeSet<usize> = breaks.iter().map(|broken| broken.rule).collect();
    for rule in rules().iter().filter(|rule| rule["sheet"].ends_with("Formats") && rule["status"] == "made") {
        let number: usize = rule["place"].parse().expect("a row of the sheet");
        // Row 7 is about two rows, and has a test of its own.
        assert!(number == 7 || broken.contains(&number), "no row is broken for {rule:?}");
    }
}

/// The edit rule that a finding names.
fn rule_of(finding: &Row) -> String {
    let named = finding["expected"].split("edit rule ").nth(1).and_then(|rest| rest.split(':').next());
    named.unwrap_or("").to_owned()
}

#[test]
fn a_serial_that_stands_twice_is_found() {
    let clone = Clone::new();
    let layout = Layout::read(&clone);
    let serials = serials(&clone);
    let rows: Vec<(String, Row)> = vec![
        (serials[0].clone(), community()),
        (serials[0].clone(), community()),
        (serials[1].clone(), community()),
        (serials[1].clone(), with(community(), &[("q1", "1")])),
    ];
    let found = findings(&clone, &layout, &rows, "ingest");
    let codes = |serial: &String| found[serial].iter().map(|row| row["code"].as_str()).collect::<Vec<_>>();
    assert_eq!((codes(&serials[0]), codes(&serials[1])), (vec!["R027"], vec!["R038"]));
}

#[test]
fn every_code_that_the_return_offers_is_read() {
    let clone = Clone::new();
    let layout = Layout::read(&clone);
    let definition = quorate::pipeline::read(&clone.path(PIPELINE)).expect("a sound pipeline");
    let instrument = definition.instrument().expect("sound");
    let mut serials = serials(&clone).into_iter();
    let mut rows = Vec::new();
    let mut asked = Vec::new();
    for question in &instrument.questions {
        let put = question.put(quorate::instrument::Variant::Standard);
        let Some(scale) = put.and_then(|put| put.scale.as_ref()).or(question.scale.as_ref()) else { continue };
        for code in scale.responses.iter().map(|r| &r.code).chain(scale.missing.iter().map(|m| &m.code)) {
            if layout.column.contains_key(&question.id) {
                let serial = serials.next().expect("a serial");
                rows.push((serial.clone(), with(community(), &[(&question.id, code)])));
                asked.push((serial, question.id.clone(), code.clone()));
            }
        }
    }
    let found = findings(&clone, &layout, &rows, "ingest");
    for (serial, question, code) in asked {
        let unread = found.get(&serial).into_iter().flatten().find(|row| {
            row["question"] == question && ["R012", "R018", "R019", "R039"].contains(&row["code"].as_str())
        });
        assert!(unread.is_none(), "{question} offers {code}: {unread:?}");
    }
}

/// The return that councils fill in, where it is at hand.
fn real() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real/ascs-2021-22-data-return-blank.xlsx");
    path.exists().then_some(path)
}

#[test]
fn every_rule_is_listed_and_names_what_makes_it() {
    let rules = rules();
    let clone = Clone::new();
    let definition = quorate::pipeline::read(&clone.path(PIPELINE)).expect("a sound pipeline");
    let instrument = definition.instrument().expect("sound");
    for rule in &rules {
        match rule["status"].as_str() {
            "cannot" => assert!(!rule["note"].is_empty(), "{rule:?} says why not"),
            "made" => assert!(!rule["by"].is_empty(), "{rule:?} says what makes it"),
            other => panic!("{other:?} is no status: {rule:?}"),
        }
        for by in rule["by"].split_whitespace() {
            let known = match by.strip_prefix("check:") {
                Some(check) => {
                    let fixed = ["sample", "sample-*", "population", "response"].contains(&check);
                    let item = check.strip_prefix("item-response-").is_some_and(|question| {
                        let form = ["-standard", "-easy-read"].iter().find_map(|form| question.strip_suffix(form));
                        instrument.question(form.unwrap_or(question)).is_some()
                    });
                    fixed || item || definition.checks.shares.iter().any(|share| share.id.get_ref() == check)
                }
                None if by.starts_with('R') => quorate::finding::entry(by).is_some(),
                None => instrument.edits.iter().any(|edit| edit.id == by),
            };
            assert!(known, "{by} makes {rule:?}");
        }
    }
    let listed = |sheet: &str, place: &str| rules.iter().any(|rule| rule["sheet"] == sheet && rule["place"] == place);
    for row in 5..=67 {
        assert!(listed("Service User Data - Formats", &row.to_string()), "row {row} is listed");
    }
    // What the workbook itself says is the measure of what is complete.
    let Some(real) = real() else { return };
    let book = quorate::sheet::read(&real, &quorate::sheet::Limits::default()).expect("the workbook reads");
    let formats = book.sheet("Service User Data - Formats").expect("the sheet");
    let last =
        formats.cells.iter().filter(|cell| cell.column == 2 && !cell.value.is_blank()).map(|cell| cell.row).max();
    assert_eq!(last, Some(66), "the sheet ends in row 67");
    let tables = book.sheet("Validation Tables").expect("the sheet");
    let says = [
        "missing",
        "Please check",
        "overwritten",
        "expected",
        "matches",
        "not complete",
        "Duplicate",
        "same",
        "greater than the",
    ];
    for cell in tables.cells.iter().filter(|cell| cell.formula && [6, 8, 11, 12].contains(&cell.column)) {
        let name = quorate::finding::cell_name(cell.row, cell.column);
        let text = cell.text();
        if text.is_empty() || says.iter().any(|word| text.contains(word)) {
            assert!(listed("Validation Tables", &name), "{name} is listed: {text}");
        }
    }
    assert!(questions().count() == 38);
}
