//! Every kind of question, from the workbook that goes out to the answers that come back: filled in by hand and with
//! LibreOffice, in two languages, with a repeat, sent back to be mended.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use quorate::editing::{self, Coded, Slot};
use quorate::finding::Finding;
use quorate::instrument::{self, Answer, Instrument};
use quorate::issue::{self, Batch, Row};
use quorate::returns::{Response, Returned, Rules, Sampled, SampledUnit, ingest};
use quorate::terms::Missing;

use super::Folder;

fn form() -> Instrument {
    instrument::parse(Path::new("kinds.toml"), include_str!("kinds.toml")).expect("a sound instrument")
}

fn batch() -> Batch {
    let row = |i: usize| Row { serial: format!("00{i}"), id: None, reading: 1, context: Vec::new() };
    Batch {
        study: "visits".into(),
        sample: "0f3a".into(),
        name: "batch-1".into(),
        rows: (1..=3).map(row).collect(),
        ..Batch::default()
    }
}

fn sampled() -> Sampled {
    let units = (1..=3)
        .map(|i| SampledUnit {
            serial: format!("00{i}"),
            id: String::new(),
            readings: vec![Default::default()],
            variant: None,
        })
        .map(|mut unit| {
            unit.readings[0].reading = 1;
            unit
        })
        .collect();
    Sampled { study: "visits".into(), sample: "0f3a".into(), units, ..Sampled::default() }
}

fn read(folder: &Folder) -> Returned {
    let returned =
        ingest(&form(), &sampled(), folder.0.path(), &Rules::default(), &|| {}).expect("the folder is there");
    assert!(returned.reconciles());
    returned
}

fn answer(response: &Response, id: &str) -> String {
    let form = form();
    let place = form.position(id).expect("a question");
    match &response.answers[place].answer {
        Answer::Missing(kind) => format!("[{}]", kind.name()),
        answer => form.questions[place].code(answer),
    }
}

fn fill(batch: &mut Batch, serial: &str, answers: &[(&str, &str)], visits: &[&[(&str, &str)]]) {
    let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    batch.fill.insert((serial.to_owned(), 1), own(answers));
    let rows = visits.iter().map(|visit| own(visit)).collect();
    batch.repeated.entry((serial.to_owned(), 1)).or_default().insert("visits".to_owned(), rows);
}

const WELL: [(&str, &str); 12] = [
    ("read", "Yes"),
    ("region", "North"),
    ("town", "Alder, by the sea"),
    ("number", "0042"),
    ("matters", "A known face; Coming on time; A word of warning when late"),
    ("help", "d;other"),
    ("help_other", "Shopping"),
    ("score", "4"),
    ("from", "08:30"),
    ("last", "2026-03-31T14:05"),
    ("since", "2019-02-01"),
    ("why", "More time"),
];

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn every_kind_of_answer_comes_back_as_it_was_given() {
    let mut batch = batch();
    fill(&mut batch, "001", &WELL, &[&[("minutes", "20"), ("early", "No")], &[("minutes", "70")]]);
    batch.fill.get_mut(&("001".to_owned(), 1)).expect("filled").insert("paid".into(), "1.5".into());
    let bytes = issue::workbook(&form(), &batch).expect("a workbook");
    let returned = read(&Folder::new().with("a.xlsx", bytes));
    assert_eq!(codes(&returned.findings), ["R034"], "{:#?}", returned.findings);
    let response = &returned.responses[0];
    for (id, expected) in [
        ("read", "OK"),
        ("region", "n"),
        ("town", "a"),
        ("number", "0042"),
        ("matters", "k;t;w"),
        ("help", "d;other"),
        ("help_other", "Shopping"),
        ("score", "4"),
        ("from", "08:30"),
        ("last", "2026-03-31T14:05"),
        ("since", "2019-02-01"),
        ("why", "More time"),
        ("visits_count", "2"),
        ("hours", "1.5"),
        ("paid", "1.5"),
    ] {
        assert_eq!(answer(response, id), expected, "{id}");
    }
    let visits = &response.repeats[0];
    assert_eq!(visits.iter().map(|visit| visit.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(visits[0].answers[1].answer, Answer::Response(1), "not long enough");
    assert_eq!(visits[1].answers[1].answer, Answer::Missing(Missing::NotAsked), "long enough not to be asked");
}

/// What the usual rules do in the rows of a repeat is logged like any edit, and taken back.
#[test]
fn rules_in_the_rows_of_a_repeat_can_be_taken_back() {
    let mut batch = batch();
    let visits: [&[(&str, &str)]; 2] = [&[("minutes", "20"), ("early", "No")], &[("minutes", "700"), ("early", "Yes")]];
    fill(&mut batch, "001", &WELL, &visits);
    let bytes = issue::workbook(&form(), &batch).expect("a workbook");
    let returned = read(&Folder::new().with("a.xlsx", bytes));
    let visit = &returned.responses[0].repeats[0][1];
    assert_eq!(visit.answers[0].answer, Answer::Missing(Missing::Unreadable), "out of bounds");
    assert_eq!(visit.as_given()[0], Answer::Number(700.0));

    let log = editing::log(&form(), &returned.responses, &[]);
    let written = quorate::table::write::edits_csv(&log).expect("to memory");
    let log = editing::read_log(&written).expect("a log");
    let row = log.iter().find(|row| row.question == "minutes").expect("logged");
    assert_eq!((row.repeat.as_str(), row.row, row.rule.as_str(), row.before.0.as_str()), ("visits", 2, "range", "700"));
    assert_eq!((row.sheet.as_str(), row.cell.as_str()), ("Visits", "F5"));
    let form = form();
    let questions = &form.repeats[0].form.questions;
    let coded = |answers: &[Answer]| -> Vec<Coded> {
        let all = questions.iter().zip(answers);
        all.map(|(q, a)| (q.code(a), a.missing().map_or("", |kind| kind.name()).to_owned())).collect()
    };
    let mut cleaned = BTreeMap::new();
    for visit in &returned.responses[0].repeats[0] {
        let answers: Vec<Answer> = visit.answers.iter().map(|given| given.answer.clone()).collect();
        for (question, answer) in questions.iter().zip(coded(&answers)) {
            let slot = Slot {
                serial: "001".into(),
                reading: 1,
                repeat: "visits".into(),
                row: visit.number,
                question: question.id.clone(),
            };
            cleaned.insert(slot, answer);
        }
    }
    let of_repeat: Vec<_> = log.into_iter().filter(|row| row.repeat == "visits").collect();
    editing::take_back(&of_repeat, &mut cleaned).expect("they go together");
    for visit in &returned.responses[0].repeats[0] {
        let back: Vec<Coded> =
            cleaned.iter().filter(|(slot, _)| slot.row == visit.number).map(|(_, c)| c.clone()).collect();
        let mut given: Vec<(String, Coded)> =
            questions.iter().map(|q| q.id.clone()).zip(coded(&visit.as_given())).collect();
        given.sort();
        assert_eq!(back, given.into_iter().map(|(_, coded)| coded).collect::<Vec<_>>());
    }
}

#[test]
fn what_does_not_fit_is_found_and_not_used() {
    let mut batch = batch();
    fill(
        &mut batch,
        "001",
        &[
            ("region", "South"),
            ("town", "Birch"),
            ("matters", "A known face;;A known face"),
            ("score", "3"),
            ("from", "soon"),
            ("paid", "9"),
            ("why", "Nothing"),
        ],
        &[&[("minutes", "60"), ("early", "Yes")]],
    );
    fill(&mut batch, "002", &[("region", "North"), ("matters", "A known face"), ("score", "8"), ("why", "no")], &[]);
    // A row of a repeat whose unit's own row is empty still has that row: the unit answered there.
    fill(&mut batch, "003", &[], &[&[("minutes", "10")]]);
    let returned = read(&Folder::new().with("a.xlsx", issue::workbook(&form(), &batch).expect("a workbook")));
    let mut found: Vec<(String, String, String)> =
        returned.findings.iter().map(|f| (f.place.unit.clone(), f.place.question.clone(), f.code.clone())).collect();
    found.sort();
    let expected = [
        ("001", "early", "R023"),
        ("001", "from", "R065"),
        ("001", "matters", "R064"),
        ("001", "paid", "R062"),
        ("001", "read", "R024"),
        ("001", "score", "R019"),
        ("001", "town", "R063"),
        ("001", "why", "R023"),
        ("002", "read", "R024"),
        ("002", "why", "R023"),
        ("003", "read", "R024"),
        ("003", "region", "R024"),
    ];
    let expected: Vec<_> = expected.iter().map(|(a, b, c)| ((*a).into(), (*b).into(), (*c).into())).collect();
    assert_eq!(found, expected);
    let [first, second, third] = returned.responses.as_slice() else { panic!("three rows") };
    assert_eq!(answer(first, "read"), "no", "a box left empty in a row that was filled in");
    assert_eq!(answer(first, "town"), "[unreadable]");
    assert_eq!(answer(second, "matters"), "k", "the first few are an order");
    assert_eq!((answer(third, "visits_count"), answer(third, "hours")), ("1".to_owned(), "0.17".to_owned()));
}

#[test]
fn a_value_that_is_worked_out_is_never_trusted() {
    let mut batch = batch();
    fill(&mut batch, "001", &WELL, &[&[("minutes", "90")]]);
    let bytes = issue::workbook(&form(), &batch).expect("a workbook");
    // The sheet as text: whoever typed over the value did so without a formula.
    let mut book = calamine::open_workbook_auto_from_rs(std::io::Cursor::new(bytes)).expect("it opens");
    let text = |name: &str| {
        use calamine::Reader;
        let range = book.worksheet_range(name).expect("the sheet");
        let rows = range.rows().map(|row| row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(","));
        rows.collect::<Vec<_>>().join("\n")
    };
    let mut text = text;
    let csv = text("Answers");
    let at = csv.lines().next().expect("ids").split(',').position(|id| id == "\"hours\"").expect("the column");
    let lines: Vec<String> = csv
        .lines()
        .map(|line| {
            let mut cells: Vec<String> = line.split("\",\"").map(|cell| cell.trim_matches('"').to_owned()).collect();
            if cells.get(1).is_some_and(|serial| serial == "001") {
                cells[at] = "40".to_owned();
            }
            cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")
        })
        .collect();
    let returned = read(&Folder::new().with("a.csv", lines.join("\n")));
    let found: Vec<&Finding> = returned.findings.iter().filter(|f| f.code == "R061").collect();
    assert_eq!(found.len(), 1, "{:#?}", returned.findings);
    // Without the sheet of the visits there are none, and so no hours.
    assert_eq!(answer(&returned.responses[0], "hours"), "0");
}

#[test]
fn a_workbook_in_another_language_is_read_by_its_labels() {
    let welsh = form().in_language("cy").expect("there are texts");
    assert_eq!(welsh.title, "Ymweliadau cartref");
    let mut batch = batch();
    fill(&mut batch, "001", &[("read", "Yes"), ("region", "Gogledd")], &[]);
    let returned = read(&Folder::new().with("cy.xlsx", issue::workbook(&welsh, &batch).expect("a workbook")));
    assert_eq!(answer(&returned.responses[0], "region"), "n");
    assert!(!returned.findings.iter().any(|f| f.code == "R012"), "{:#?}", returned.findings);
    assert!(form().in_language("fr").is_none());
    // And where only its wordings are left, in a sheet of somebody's own.
    let returned = read(&Folder::new().with("own.csv", "Serial,Ble ydych chi'n byw?\n001,De\n"));
    assert_eq!(answer(&returned.responses[0], "region"), "s");
}

#[test]
fn a_mended_return_takes_the_place_of_the_first_and_both_are_kept() {
    let mut first = batch();
    fill(&mut first, "001", &[("read", "Yes"), ("region", "Nort"), ("score", "4")], &[&[("minutes", "700")]]);
    let bytes = issue::workbook(&form(), &first).expect("a workbook");
    let folder = Folder::new().with("a.xlsx", &bytes);
    let before = read(&folder);
    let hash = before.workbooks[0].hash.clone();
    assert_eq!(answer(&before.responses[0], "region"), "[unreadable]");
    let mut mended = batch();
    fill(&mut mended, "001", &[("read", "Yes"), ("region", "North"), ("score", "4")], &[&[("minutes", "70")]]);
    mended.mends = Some(hash);
    mended.findings = vec![issue::ToMend {
        severity: "error".into(),
        problem: "answer is not one of the question's responses".into(),
        serial: "001".into(),
        reading: 1,
        question: "region".into(),
        found: "\"Nort\"".into(),
        ..issue::ToMend::default()
    }];
    // A name that sorts before the first one's, and no later date: only the mark says which is which.
    let folder = folder.with("0.xlsx", issue::workbook(&form(), &mended).expect("a workbook"));
    let after = read(&folder);
    assert_eq!(after.responses.len(), 1);
    assert_eq!(after.responses[0].origin.workbook, "0.xlsx");
    assert_eq!(answer(&after.responses[0], "region"), "n");
    assert_eq!(after.set_aside[0].reason, "a mended return took its place");
    let first = after.workbooks.iter().find(|workbook| workbook.file == "a.xlsx").expect("kept");
    assert_eq!(first.superseded_by.as_deref(), Some("0.xlsx"));
    let said = after.findings.iter().find(|finding| finding.code == "R060").expect("said");
    assert!(said.found.contains("001: minutes, region") && !said.found.contains("Nort"), "{}", said.found);
    assert!(!codes(&after.findings).contains(&"R012"), "what was mended is no finding any more");
}

/// A mended workbook: its region, what file it takes the place of, and for whom else it has answers.
fn mending(region: &str, hash: &str, title: &str) -> Vec<u8> {
    let mut mended = batch();
    title.clone_into(&mut mended.title);
    fill(&mut mended, "001", &[("read", "Yes"), ("region", region), ("score", "8")], &[&[("minutes", "70")]]);
    mended.mends = Some(hash.to_owned());
    issue::workbook(&form(), &mended).expect("a workbook")
}

fn first_return() -> (Vec<u8>, String) {
    let mut first = batch();
    fill(&mut first, "001", &[("read", "Yes"), ("region", "Nort"), ("score", "8")], &[&[("minutes", "70")]]);
    let bytes = issue::workbook(&form(), &first).expect("a workbook");
    let hash = quorate::files::sha256_hex(&bytes);
    (bytes, hash)
}

fn said(returned: &Returned, code: &str) -> Vec<(String, String)> {
    let those = returned.findings.iter().filter(|finding| finding.code == code);
    those.map(|finding| (finding.place.file.clone(), finding.found.clone())).collect()
}

#[test]
fn copies_of_a_mended_return_are_one_return() {
    let (bytes, hash) = first_return();
    // The same file twice: one of them counts, and what it changed is said once.
    let mended = mending("North", &hash, "");
    let folder = Folder::new().with("a.xlsx", &bytes).with("mended.xlsx", &mended).with("mended (1).xlsx", &mended);
    let returned = read(&folder);
    assert_eq!((returned.responses.len(), answer(&returned.responses[0], "region")), (1, "n".to_owned()));
    assert_eq!(codes(&returned.findings).iter().filter(|code| **code == "R060").count(), 1);
    assert_eq!(said(&returned, "R026").len(), 1);
    assert!(said(&returned, "R028").is_empty() && said(&returned, "R027").is_empty(), "{:#?}", returned.findings);
    // Saved anew, so that the bytes differ and the answers do not.
    let folder = Folder::new()
        .with("a.xlsx", &bytes)
        .with("mended.xlsx", &mended)
        .with("saved again.xlsx", mending("North", &hash, "Saved again"));
    let returned = read(&folder);
    assert_eq!(returned.responses.len(), 1);
    for (file, found) in said(&returned, "R060") {
        assert!(found.contains("changed in 001: region") && found.contains("one of 2"), "{file}: {found}");
    }
    assert_eq!(
        (said(&returned, "R060").len(), said(&returned, "R027").len(), said(&returned, "R028").len()),
        (2, 1, 0)
    );
    // Two that say different things: the rule decides between them, and the first return is not asked.
    let folder = Folder::new()
        .with("a.xlsx", &bytes)
        .with("b.xlsx", mending("North", &hash, ""))
        .with("c.xlsx", mending("South", &hash, ""));
    let returned = read(&folder);
    assert_eq!(answer(&returned.responses[0], "region"), "s", "by name the later one");
    assert_eq!(said(&returned, "R028").len(), 1, "{:#?}", returned.findings);
    let reasons: Vec<&str> = returned.set_aside.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(reasons, ["a mended return took its place", "another version of the same return"]);
}

/// Mended, sent back once more, and mended again; in any order of names.
#[test]
fn a_return_mended_twice_over_counts_once() {
    let (bytes, hash) = first_return();
    let second = mending("South", &hash, "");
    let third = mending("North", &quorate::files::sha256_hex(&second), "");
    for names in [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"], ["c", "a", "b"]] {
        let [first, then, last] = names.map(|name| format!("{name}.xlsx"));
        let folder = Folder::new().with(&first, &bytes).with(&then, &second).with(&last, &third);
        let returned = read(&folder);
        assert_eq!(returned.responses.len(), 1, "{names:?}");
        assert_eq!(answer(&returned.responses[0], "region"), "n", "{names:?}");
        assert!(returned.set_aside.iter().all(|row| row.reason == "a mended return took its place"), "{names:?}");
        assert_eq!((said(&returned, "R060").len(), said(&returned, "R028").len()), (2, 0), "{names:?}");
    }
}

// ---------------------------------------------------------------------------------------------------- LibreOffice

/// What is typed with LibreOffice: sheet, column, serial, number, how, what.
const TYPED: [[&str; 6]; 20] = [
    ["Answers", "read", "001", "", "formula", "Yes"],
    ["Answers", "region", "001", "", "formula", "North"],
    ["Answers", "town", "001", "", "formula", "Alder, by the sea"],
    ["Answers", "number", "001", "", "text", "0042"],
    ["Answers", "matters#1", "001", "", "formula", "A known face"],
    ["Answers", "matters#2", "001", "", "formula", "Coming on time"],
    ["Answers", "help/m", "001", "", "formula", "Yes"],
    ["Answers", "help/other", "001", "", "formula", "Yes"],
    ["Answers", "help_other", "001", "", "text", "Shopping"],
    ["Answers", "score", "001", "", "value", "8"],
    ["Answers", "from", "001", "", "formula", "08:30"],
    ["Answers", "last", "001", "", "formula", "2026-03-31 14:05"],
    ["Answers", "since", "001", "", "formula", "2019-02-01"],
    ["Answers", "paid", "001", "", "value", "1.25"],
    ["Answers", "hours", "001", "", "value", "99"],
    ["Visits", "minutes", "001", "1", "value", "20"],
    ["Visits", "early", "001", "1", "formula", "No"],
    ["Visits", "minutes", "001", "2", "value", "70"],
    ["Answers", "region", "002", "", "formula", "South"],
    ["Answers", "town", "002", "", "formula", "Cedar"],
];

/// Whether LibreOffice is there. Elsewhere the test says that it was left out, in its output and in its name's line.
fn libreoffice() -> bool {
    let there = Command::new("soffice").arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: LibreOffice (soffice) is not here, so nothing was filled in with it");
    }
    there
}

/// Lets LibreOffice fill the workbook in; gives the report.
fn filled_in(folder: &Path) -> String {
    let profile = folder.join("profile");
    let basic = profile.join("user/basic/Standard");
    // The profile is made by the first start; what is put there before it is thrown away.
    let at = format!("-env:UserInstallation=file://{}", profile.display());
    let started = Command::new("soffice").args([&at, "--headless", "--terminate_after_init"]).status();
    assert!(started.is_ok() && basic.is_dir(), "LibreOffice makes a profile");
    let escaped =
        include_str!("libreoffice/fill.bas").replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let module = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE script:module PUBLIC \"-//OpenOffice.org//DTD OfficeDocument 1.0//EN\" \
         \"module.dtd\">\n<script:module xmlns:script=\"http://openoffice.org/2000/script\" script:name=\"Fill\" \
         script:language=\"StarBasic\">{escaped}</script:module>"
    );
    std::fs::write(basic.join("Fill.xba"), module).expect("written");
    let library = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE library:library PUBLIC \"-//OpenOffice.org//DTD \
                   OfficeDocument 1.0//EN\" \"library.dtd\">\n<library:library xmlns:library=\"http://openoffice.org/2000/library\" \
                   library:name=\"Standard\" library:readonly=\"false\" library:passwordprotected=\"false\">\n\
                   <library:element library:name=\"Fill\"/>\n</library:library>";
    std::fs::write(basic.join("script.xlb"), library).expect("written");
    let path = |name: &str| folder.join(name).display().to_string();
    let lines: Vec<String> = TYPED.iter().map(|cells| cells.join("\t")).collect();
    std::fs::write(path("typed.txt"), lines.join("\n") + "\n").expect("written");
    let call = format!(
        "macro:///Standard.Fill.Main(\"{}\",\"{}\",\"{}\",\"{}\")",
        path("issued.xlsx"),
        path("typed.txt"),
        path("returned"),
        path("report.txt")
    );
    let done =
        Command::new("soffice").args([&at, "--headless", "--norestore", &call]).output().expect("LibreOffice runs");
    std::fs::read_to_string(path("report.txt")).unwrap_or_else(|error| panic!("no report ({error}): {done:?}"))
}

fn as_typed(returned: &Returned) {
    let first = &returned.responses[0];
    for (id, expected) in [
        ("read", "OK"),
        ("region", "n"),
        ("town", "a"),
        ("number", "0042"),
        ("matters", "k;t"),
        ("help", "m;other"),
        ("help_other", "Shopping"),
        ("score", "8"),
        ("from", "08:30"),
        ("last", "2026-03-31T14:05"),
        ("since", "2019-02-01"),
        ("why", "[not-asked]"),
        ("visits_count", "2"),
        ("hours", "1.5"),
        ("paid", "1.25"),
    ] {
        assert_eq!(answer(first, id), expected, "{id}");
    }
    assert_eq!(first.serial, "001", "zeros are kept");
    assert_eq!(answer(&returned.responses[1], "town"), "c");
    assert_eq!(first.repeats[0][0].answers[1].answer, Answer::Response(1));
    // The second return left the box and the card empty, and nothing else is wrong.
    let mut found = codes(&returned.findings);
    found.sort_unstable();
    assert_eq!(found, ["R024", "R034"], "{:#?}", returned.findings);
}

#[test]
fn a_workbook_filled_in_with_libreoffice_comes_back_right() {
    if !libreoffice() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = issue::workbook(&form(), &batch()).expect("a workbook");
    std::fs::write(folder.path().join("issued.xlsx"), bytes).expect("written");
    let report = filled_in(folder.path());
    let lines: Vec<Vec<&str>> = report.lines().map(|line| line.split('\t').collect()).collect();
    let of = |id: &str| lines.iter().find(|line| line.get(1) == Some(&id)).unwrap_or_else(|| panic!("{id}: {report}"));
    // What the workbook works out cannot be typed over, and says what follows from the answers.
    assert_eq!(of("hours")[0], "locked", "{report}");
    assert!(
        of("from")[2].contains("08:30") && of("since")[2].contains("2019"),
        "times and dates are shown as such: {report}"
    );
    assert_eq!(of("number")[2], "0042");
    let list = of("region")[3];
    assert!(["town", "matters#1", "read"].iter().all(|id| of(id)[3] == list), "all have drop-downs: {report}");
    for sheet in ["Answers", "Visits"] {
        let line = of(sheet);
        assert!(["True", "TRUE", "true", "1", "-1"].contains(&line[2]), "{sheet} is protected: {report}");
        assert!(line[3].parse::<u32>().is_ok_and(|count| count > 0), "{sheet} has its colours: {report}");
    }
    for ending in ["xlsx", "ods"] {
        let bytes = std::fs::read(folder.path().join(format!("returned.{ending}"))).expect("saved");
        if let Some(kept) = std::env::var_os("QUORATE_KEEP_RETURNS") {
            std::fs::write(PathBuf::from(kept).join(format!("by-libreoffice.{ending}")), &bytes).expect("kept");
        }
        colours_are_there(&bytes, ending);
        as_typed(&read(&Folder::new().with(&format!("returned.{ending}"), bytes)));
    }
}

/// The part of a saved workbook that holds conditional formats, drop-downs and protection.
fn colours_are_there(bytes: &[u8], ending: &str) {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let mut all = String::new();
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).expect("a part");
        let name = part.name().expect("a name").into_owned();
        if name.ends_with("content.xml") || name.starts_with("xl/worksheets/sheet") {
            part.read_to_string(&mut all).expect("text");
        }
    }
    let marks: &[&str] = match ending {
        "ods" => &["calcext:conditional-format", "table:content-validation", "table:protected=\"true\""],
        _ => &["<conditionalFormatting", "<dataValidation ", "<sheetProtection"],
    };
    for mark in marks {
        assert!(all.contains(mark), "{ending} has no {mark}");
    }
}

#[test]
fn returns_that_libreoffice_saved_are_read_on_every_machine() {
    for ending in ["xlsx", "ods"] {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/returns/libreoffice/by-libreoffice.{ending}"));
        let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        colours_are_there(&bytes, ending);
        as_typed(&read(&Folder::new().with(&format!("returned.{ending}"), bytes)));
    }
}
