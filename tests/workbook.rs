//! The workbooks and data files, read back.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test stops where something is not as expected")]

mod support;

#[path = "workbook/analyst.rs"]
mod analyst;
#[path = "workbook/ods.rs"]
mod ods;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use quorate::estimate::{Estimate, Statistic};
use quorate::finding::Finding;
use quorate::results::Results;
use quorate::table::write::{self, Micro};
use quorate::workbook;
use support::results::{FORMULA, audit, findings, responses, survey};

/// Every part of a workbook as text.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut part = archive.by_index(place).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (name, text)
        })
        .collect()
}

/// The cells of a sheet by row and column.
fn cells(bytes: &[u8], sheet: &str) -> BTreeMap<(u32, u32), Data> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range(sheet).unwrap_or_else(|e| panic!("sheet {sheet}: {e}"));
    range.used_cells().map(|(row, column, value)| ((row as u32, column as u32), value.clone())).collect()
}

/// The rows of a sheet's table: headers, then values, as they are read.
fn table(bytes: &[u8], sheet: &str) -> (Vec<String>, Vec<Vec<Data>>) {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    book.load_tables().unwrap();
    let names: Vec<String> = book.table_names_in_sheet(sheet).into_iter().cloned().collect();
    assert_eq!(names.len(), 1, "one marked table on {sheet}");
    let table = book.table_by_name(&names[0]).unwrap();
    let rows = table.data().rows().map(<[Data]>::to_vec).collect();
    (table.columns().to_vec(), rows)
}

fn saved(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn lint(bytes: &[u8]) -> Vec<Finding> {
    let (_folder, path) = saved(bytes);
    workbook::lint(&path).unwrap()
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    let mut codes: Vec<&str> = findings.iter().map(|f| f.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn the_published_workbook_keeps_all_rules() {
    for results in [audit(), survey()] {
        let found = lint(&workbook::results(&results).unwrap());
        assert!(found.is_empty(), "{}", found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn every_sheet_has_its_title_description_and_one_named_table() {
    let bytes = workbook::results(&audit()).unwrap();
    let book: Xlsx<_> = open_workbook_from_rs(Cursor::new(&bytes)).unwrap();
    let sheets = book.sheet_names().to_vec();
    assert_eq!(sheets[..3], ["Cover", "Contents", "Notes"]);
    for wanted in [
        "Summary",
        "assessment_quality",
        "Ratings_evidence",
        "Reader_agreement",
        "Response",
        "Data_quality",
        "Methods",
        "Sources",
        "remarks_words",
        "Scale_six",
    ] {
        assert!(sheets.iter().any(|sheet| sheet == wanted), "{wanted} in {sheets:?}");
    }
    for sheet in sheets.iter().filter(|sheet| *sheet != "Cover" && !sheet.starts_with("Chart_")) {
        let cells = cells(&bytes, sheet);
        assert!(matches!(cells.get(&(0, 0)), Some(Data::String(_))), "title of {sheet}");
        let Some(Data::String(about)) = cells.get(&(1, 0)) else { panic!("no description on {sheet}") };
        assert!(about.starts_with("This worksheet contains one table."), "{about}");
        let (headers, rows) = table(&bytes, sheet);
        assert!(!rows.is_empty() && headers.iter().all(|header| !header.is_empty()));
        for row in &rows {
            assert!(row.iter().all(|cell| *cell != Data::Empty), "an empty cell on {sheet}: {row:?}");
        }
        if sheet != "Contents" && sheet != "Notes" {
            let above: String =
                cells.values().filter_map(|c| if let Data::String(s) = c { Some(s.as_str()) } else { None }).collect();
            assert!(
                above.contains("per-question") && above.contains("logit") && above.contains("stratified"),
                "{sheet}"
            );
            assert!(above.contains("Confidence level 95%") && above.contains("5f0c92ab"), "{sheet}");
        }
    }
}

#[test]
fn a_survey_has_no_columns_that_only_an_audit_needs() {
    let bytes = workbook::results(&survey()).unwrap();
    let (headers, rows) = table(&bytes, "Ratings_evidence");
    assert_eq!(rows.len(), 7);
    assert!(headers.iter().all(|h| !h.starts_with("Rated") && !h.starts_with("Files read twice")), "{headers:?}");
    let (headers, _) = table(&bytes, "Scale_agree");
    assert_eq!(
        headers[3..8].join(", "),
        "Strongly agree (%), Agree (%), Neither (%), Disagree (%), Strongly disagree (%)"
    );
}

#[test]
fn properties_headings_and_dates_are_set() {
    let parts = parts(&workbook::results(&audit()).unwrap());
    let core = &parts["docProps/core.xml"];
    assert!(core.contains("<dc:title>Case-file audit 2026</dc:title>"), "{core}");
    assert!(core.contains("<dc:creator>Strathord Council Social Work</dc:creator>"), "{core}");
    assert!(core.contains("2000-01-01T00:00:00Z</dcterms:created>"), "{core}");
    assert!(parts["xl/styles.xml"].contains("<cellStyle name=\"Heading 1\""));
    for (name, xml) in parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")) {
        assert!(!xml.contains("<mergeCell") && !xml.contains("<pane") && !xml.contains("<autoFilter"), "{name}");
    }
    assert!(parts.keys().filter(|name| name.starts_with("xl/charts/chart")).count() >= 2);
}

#[test]
fn the_same_results_give_the_same_bytes() {
    assert_eq!(workbook::results(&audit()).unwrap(), workbook::results(&audit()).unwrap());
    let written = || workbook::findings(&findings(), "Audit", Some("returns")).unwrap();
    assert_eq!(written(), written());
}

fn number(cell: &Data) -> Option<f64> {
    match cell {
        Data::Float(number) => Some(*number),
        Data::Int(number) => Some(*number as f64),
        _ => None,
    }
}

/// The estimates of a question in the order of its sheet.
fn estimates<'a>(results: &'a Results, id: &str) -> Vec<(&'a Estimate, bool)> {
    let question = results.question(id).unwrap();
    // The positive share of one response alone is that response's row already.
    let alone = results.instrument.question(id).unwrap().has_single_positive();
    std::iter::once(&question.overall)
        .chain(&question.groups)
        .flat_map(|group| {
            let positive = group.positive.iter().filter(move |_| !alone);
            group.shares.iter().chain(positive).chain(&group.mean).map(move |e| (e, group.suppressed))
        })
        .collect()
}

#[test]
fn the_numbers_are_those_of_the_results_in_full_precision() {
    let results = audit();
    let bytes = workbook::results(&results).unwrap();
    for id in ["assessment_present", "assessment_quality", "risk_quality", "chronology_quality", "visits"] {
        let (headers, rows) = table(&bytes, id);
        let column = |name: &str| headers.iter().position(|h| h.starts_with(name)).unwrap_or_else(|| panic!("{name}"));
        let expected = estimates(&results, id);
        assert_eq!(rows.len(), expected.len());
        for (row, (estimate, suppressed)) in rows.iter().zip(expected) {
            let times = if estimate.statistic == Statistic::Mean { 1.0 } else { 100.0 };
            for (name, value) in [
                ("Estimate", estimate.estimate * times),
                ("Lower limit", estimate.ci_low * times),
                ("Upper limit", estimate.ci_high * times),
                ("Margin of error", estimate.moe * times),
                ("Standard error", estimate.se * times),
                ("Unweighted base", estimate.n as f64),
                ("Weighted base", estimate.sum_weights),
                ("Design effect", estimate.deff),
            ] {
                let cell = &row[column(name)];
                if suppressed {
                    assert_eq!(*cell, Data::String("[c]".to_owned()), "{id} {name}");
                } else if value.is_finite() {
                    assert_eq!(number(cell), Some(value), "{id} {name}");
                } else {
                    assert!(matches!(cell, Data::String(symbol) if symbol == "[z]" || symbol == "[x]"), "{id} {name}");
                }
            }
        }
    }
    let (headers, rows) = table(&bytes, "Summary");
    let difference = headers.iter().position(|h| h.starts_with("Difference")).unwrap();
    let compared = &results.question("assessment_quality").unwrap().overall.positive.as_ref().unwrap().comparisons[0];
    assert_eq!(number(&rows[1][difference]), Some(compared.difference * 100.0));
}

#[test]
fn what_is_suppressed_is_nowhere_in_the_files() {
    let results = audit();
    let written = workbook::results(&results).unwrap();
    let parts = parts(&written);
    let csv = String::from_utf8(write::estimates_csv(&results).unwrap()).unwrap();
    let shown: Vec<String> = results
        .estimates()
        .filter(|e| !e.is_suppressed())
        .flat_map(|e| [e.estimate, e.se, e.ci_low, e.ci_high, e.moe])
        .flat_map(|x| [x.to_string(), (x * 100.0).to_string()])
        .collect();
    let mut sought = 0;
    for hidden in results.estimates().filter(|e| e.is_suppressed()) {
        for value in [hidden.estimate, hidden.se, hidden.ci_low, hidden.ci_high, hidden.moe] {
            for text in [value.to_string(), (value * 100.0).to_string()] {
                // A short number may stand for something else.
                if text.len() < 8 || shown.contains(&text) {
                    continue;
                }
                sought += 1;
                assert!(!csv.contains(&text), "{text} in estimates.csv");
                for (name, xml) in &parts {
                    assert!(!xml.contains(&text), "{text} in {name}");
                }
            }
        }
    }
    assert!(sought > 20, "the fixture has numbers to look for");
    for line in csv.lines().filter(|line| line.contains(",Justice,")) {
        let cells: Vec<&str> = line.split(',').collect();
        assert!(cells[5..14].iter().all(|cell| cell.is_empty()), "{line}");
    }
}

/// What a run of the size that a national body publishes takes; the time is printed.
#[test]
#[ignore = "takes seconds without optimisation"]
fn sixty_questions_in_thirty_groups() {
    let mut results = audit();
    let question = results.questions[1].clone();
    let groups: Vec<_> = (0..30).flat_map(|_| question.groups[..1].iter().cloned()).collect();
    let asked = results.instrument.questions[1].clone();
    for place in 0..60 {
        let id = format!("q{place}");
        let mut question =
            quorate::results::QuestionResult { id: id.clone(), groups: groups.clone(), ..question.clone() };
        for group in std::iter::once(&mut question.overall).chain(&mut question.groups) {
            for estimate in group.shares.iter_mut().chain(&mut group.positive).chain(&mut group.mean) {
                estimate.question.clone_from(&id);
            }
        }
        results.instrument.questions.push(quorate::instrument::Question { id, ..asked.clone() });
        results.questions.push(question);
    }
    let start = std::time::Instant::now();
    let bytes = workbook::results(&results).unwrap();
    let written = start.elapsed();
    assert!(lint(&bytes).is_empty());
    eprintln!("{} bytes written in {written:?}, checked in {:?}", bytes.len(), start.elapsed() - written);
}

#[test]
fn nothing_that_a_person_wrote_is_a_formula() {
    for bytes in
        [workbook::results(&audit()).unwrap(), workbook::findings(&findings(), FORMULA, Some("returns")).unwrap()]
    {
        let parts = parts(&bytes);
        for (name, xml) in parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")) {
            assert!(!xml.contains("<f>") && !xml.contains("<f "), "a formula in {name}");
        }
        assert!(parts["xl/sharedStrings.xml"].contains("=cmd|'/c calc'!A0"), "the text is kept as it was");
    }
    let bytes = workbook::results(&audit()).unwrap();
    let (_, rows) = table(&bytes, "remarks_words");
    assert_eq!(rows[0][1], Data::String(FORMULA.to_owned()));
    let csv = String::from_utf8(workbook::findings_csv(&findings()).unwrap()).unwrap();
    assert!(csv.contains("'=cmd|") && !csv.contains(",=cmd|"), "{csv}");
}

#[test]
fn findings_come_with_concerns_first_and_links_to_their_cells() {
    let bytes = workbook::findings(&findings(), "Audit", Some("../returns")).unwrap();
    let cells = cells(&bytes, "Findings");
    let text = |row, column| cells.get(&(row, column)).map(ToString::to_string).unwrap_or_default();
    let severities: Vec<String> = (4..8).map(|row| text(row, 1)).collect();
    assert_eq!(severities, ["concern", "error", "warning", "note"]);
    assert_eq!((text(5, 2), text(5, 6), text(5, 8)), ("R012".into(), "D14".into(), "assessment_quality".into()));
    let links: String =
        parts(&bytes).into_iter().filter(|(name, _)| name.contains("worksheets/_rels")).map(|(_, xml)| xml).collect();
    assert!(links.contains("../returns/team-3/ward-07.xlsx"), "{links}");
    assert!(!links.contains("frame.xlsx"), "the frame is not among the returns: {links}");
    let (mut order, csv) = (Vec::new(), workbook::findings_csv(&findings()).unwrap());
    for record in csv::Reader::from_reader(csv.as_slice()).records() {
        order.push(record.unwrap()[0].to_owned());
    }
    assert_eq!(order, ["concern", "error", "warning", "note"]);
    let (by_code, by_book) = (self::cells(&bytes, "By code"), self::cells(&bytes, "By workbook"));
    assert_eq!(by_code.get(&(3, 1)), Some(&Data::String("R024".to_owned())));
    assert_eq!(by_book.get(&(5, 5)), Some(&Data::Float(2.0)));
    assert!(workbook::findings(&[], "Audit", None).is_ok(), "a run without findings");
}

#[test]
fn ugly_texts_neither_break_the_workbook_nor_its_rules() {
    let mut results = audit();
    let ugly = format!("A\u{1}\t<&>\"' [x]? {} \u{fffe} é\nnew line", "long ".repeat(9_000));
    results.title = ugly.clone();
    results.notice = Some(ugly.clone());
    results.methods[0].meaning = ugly.clone();
    for question in &mut results.instrument.questions {
        question.label = ugly.clone();
        question.text = ugly.clone();
        if let Some(scale) = &mut question.scale {
            for response in &mut scale.responses {
                response.label = format!("The same words\n for {} response", "every ".repeat(60));
            }
        }
    }
    for question in &mut results.questions {
        question.words = vec![String::new(), ugly.clone()];
    }
    results.groupings[0].label = String::new();
    let bytes = workbook::results(&results).unwrap();
    assert!(codes(&lint(&bytes)).iter().all(|code| *code != "X005"), "headers stay unique");
    table(&bytes, "Scale_six");
}

#[test]
fn a_run_without_results_still_makes_a_workbook() {
    let mut results = audit();
    results.questions.clear();
    results.evidence.clear();
    results.agreement.clear();
    results.findings.clear();
    results.strata.clear();
    results.sources.clear();
    results.methods.clear();
    assert!(lint(&workbook::results(&results).unwrap()).is_empty());
    let csv = write::estimates_csv(&results).unwrap();
    assert_eq!(csv.iter().filter(|byte| **byte == b'\n').count(), 1);
    assert!(write::estimates_parquet(&results).is_ok());
}

#[test]
fn estimates_have_the_columns_of_the_contract_and_numbers_that_read_back_the_same() {
    let results = audit();
    let csv = write::estimates_csv(&results).unwrap();
    assert_eq!(csv, write::estimates_csv(&results).unwrap());
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let header = reader.headers().unwrap().iter().collect::<Vec<_>>().join(", ");
    assert_eq!(
        header,
        "statistic, variable, response, by, group, n, sum_weights, estimate, se, df, ci_low, ci_high, moe, deff, \
         method, flags, question, label, indicator, benchmark, benchmark_source, difference, p_value, verdict"
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let all: Vec<&Estimate> = results.estimates().collect();
    // One estimate has a second benchmark, which has a row of its own.
    assert_eq!(rows.len(), all.len() + 1);
    let differences: Vec<&csv::StringRecord> = rows.iter().filter(|row| &row[0] == "difference").collect();
    assert_eq!((&differences[0][1], differences[0][7] == differences[0][21]), ("assessment_quality", true));
    for (row, estimate) in rows.iter().filter(|row| &row[0] != "difference").zip(all) {
        assert_eq!((&row[0], &row[1], &row[2]), (estimate.statistic.name(), &*estimate.question, &*estimate.response));
        let numbers = [
            estimate.estimate,
            estimate.se,
            estimate.df,
            estimate.ci_low,
            estimate.ci_high,
            estimate.moe,
            estimate.deff,
        ];
        for (cell, value) in row.iter().skip(7).zip(numbers) {
            let hidden = estimate.is_suppressed() || !value.is_finite();
            assert_eq!(cell.parse::<f64>().ok(), (!hidden).then_some(value), "{row:?}");
        }
    }
    let compared = rows.iter().find(|row| &row[0] == "positive" && &row[1] == "assessment_quality").unwrap();
    assert_eq!(&compared[19], "0.55");
    assert_eq!(&compared[20], "National inspection, 2025: Inspectorate, annual report");
    assert_eq!((&compared[16], &compared[18]), ("How good is the assessment?", "5.3"));
}

fn read_parquet(bytes: Vec<u8>) -> polars::frame::DataFrame {
    use polars_io::SerReader;
    polars_io::parquet::read::ParquetReader::new(Cursor::new(bytes)).finish().unwrap()
}

#[test]
fn parquet_holds_the_same_as_csv_and_is_the_same_bytes_twice() {
    let results = audit();
    let bytes = write::estimates_parquet(&results).unwrap();
    assert_eq!(bytes, write::estimates_parquet(&results).unwrap());
    let frame = read_parquet(bytes);
    let csv = write::estimates_csv(&results).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(frame.get_column_names().iter().map(ToString::to_string).collect::<Vec<_>>(), names);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(frame.height(), rows.len());
    for (place, name) in names.iter().enumerate() {
        let column = frame.column(name).unwrap();
        for (index, row) in rows.iter().enumerate() {
            let cell = &row[place];
            if let Ok(numbers) = column.f64() {
                assert_eq!(numbers.get(index), cell.parse().ok(), "{name} {index}");
            } else if let Ok(counts) = column.i64() {
                assert_eq!(counts.get(index), cell.parse().ok(), "{name} {index}");
            } else {
                assert_eq!(column.str().unwrap().get(index).unwrap_or_default(), cell, "{name} {index}");
            }
        }
    }
}

#[test]
fn responses_keep_codes_dates_ticks_and_why_answers_are_missing() {
    let results = audit();
    let (responses, units) = responses();
    let micro =
        Micro { instrument: &results.instrument, groupings: &results.groupings, responses: &responses, units: &units };
    let bytes = write::responses_parquet(&micro).unwrap();
    assert_eq!(bytes, write::responses_parquet(&micro).unwrap());
    let frame = read_parquet(bytes);
    let show = |name: &str| -> Vec<String> {
        let column = frame.column(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        (0..3).map(|row| column.get(row).unwrap().str_value().into_owned()).collect()
    };
    assert_eq!(show("serial"), ["0007", "0012", "0007"]);
    assert_eq!(show("reading"), ["1", "1", "2"]);
    assert_eq!(show("assessment_present"), ["yes", "no", "yes"]);
    assert_eq!(frame.column("risk_quality").unwrap().i64().unwrap().to_vec(), [Some(6), Some(1), Some(6)]);
    assert_eq!(frame.column("weight").unwrap().f64().unwrap().to_vec(), [Some(950.0 / 3.0), Some(950.0 / 3.0), None]);
    assert_eq!(frame.column("chronology_quality").unwrap().i64().unwrap().to_vec(), [None, None, Some(3)]);
    assert_eq!(show("chronology_quality_missing"), ["not-applicable", "unreadable", "null"]);
    assert_eq!(show("assessment_quality_missing")[1], "not-asked");
    assert_eq!(show("partners_health"), ["1", "null", "0"]);
    assert_eq!(show("partners_none"), ["0", "null", "1"]);
    assert_eq!(show("reviewed"), ["2026-03-31", "null", "2026-03-31"]);
    assert_eq!(show("visits"), ["4", "null", "4"]);
    assert_eq!(show("remarks")[0], FORMULA);

    let codebook = write::codebook_csv(&micro).unwrap();
    let mut reader = csv::Reader::from_reader(codebook.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut explained: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    explained.dedup();
    assert_eq!(explained, frame.get_column_names().iter().map(|name| name.as_str()).collect::<Vec<_>>());
    let of = |variable: &str| rows.iter().filter(|row| &row[0] == variable).collect::<Vec<_>>();
    let codes: Vec<&str> = of("assessment_quality").iter().map(|row| &row[6]).collect();
    assert_eq!(codes, ["1", "2", "3", "4", "5", "6"]);
    let first = of("assessment_quality")[0];
    assert_eq!((&first[5], &first[7], &first[8], &first[9]), ("integer", "Unsatisfactory", "negative", "1"));
    assert_eq!(&first[10], "not-applicable|not-asked|unreadable|not-answered");
    assert_eq!(&first[11], "assessment_present = yes");
    let missing = of("assessment_quality_missing");
    assert_eq!((&missing[0][6], &missing[0][7]), ("not-applicable", "Does not apply to this file"));

    let short = Micro { units: &units[..2], ..micro };
    assert!(write::responses_parquet(&short).is_err());
}

/// A workbook that breaks rules, each as people break it.
fn broken() -> Vec<u8> {
    use rust_xlsxwriter::{Chart, Format, Formula, Table, Workbook};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Table 1").unwrap();
    sheet.merge_range(0, 0, 0, 3, "Everything at once", &Format::new()).unwrap();
    sheet.set_freeze_panes(3, 1).unwrap();
    sheet.write_string(1, 2, "not in A2").unwrap();
    for row in 5..9 {
        sheet.write_number(row, 1, 5.0).unwrap();
        sheet.write_string(row, 2, "name").unwrap();
    }
    sheet.write_string(7, 1, "..").unwrap();
    sheet.write_string(8, 1, "1,234").unwrap();
    sheet.write_string(9, 1, "[c]").unwrap();
    sheet.write_string(10, 1, "see [note 4]").unwrap();
    sheet.write_formula(11, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_number(12, 5, 1.0).unwrap();
    sheet.set_row_hidden(6).unwrap();
    sheet.set_selection(4, 4, 4, 4).unwrap();
    sheet.write_url_with_text(13, 1, "internal:'Gone'!A1", "gone").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Marked").unwrap();
    sheet.write_string(0, 0, "A title").unwrap();
    sheet.add_table(3, 1, 5, 3, &Table::new()).unwrap();
    sheet.add_table(9, 0, 11, 1, &Table::new().set_autofilter(false)).unwrap();
    let mut chart = Chart::new_bar();
    chart.add_series().set_values("Marked!$A$1:$A$2");
    sheet.insert_chart(20, 0, &chart).unwrap();
    sheet.set_active(true);
    let sheet = book.add_worksheet();
    sheet.set_name("Secret").unwrap();
    sheet.set_hidden(true);
    sheet.write_string(0, 0, "secret").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn each_broken_rule_is_found_at_its_place() {
    let found = lint(&broken());
    let expected = [
        "X001", "X002", "X003", "X004", "X005", "X006", "X007", "X008", "X009", "X011", "X012", "X013", "X014", "X015",
        "X016", "X017", "X018", "X019", "X020", "X022", "X024", "X025", "X026", "X027", "X028", "X029", "X030", "X031",
        "X032", "X033",
    ];
    assert_eq!(codes(&found), expected);
    let place =
        |code: &str| found.iter().find(|f| f.code == code).map(|f| (f.place.sheet.as_str(), f.place.cell.as_str()));
    assert_eq!(place("X001"), Some(("Table 1", "A1")));
    assert_eq!(place("X013"), Some(("Table 1", "E5")));
    assert_eq!(place("X025"), Some(("Table 1", "B8")));
    assert_eq!(place("X027"), Some(("Table 1", "B9")));
    assert_eq!(place("X024"), Some(("Table 1", "B10")));
    assert_eq!(place("X022"), Some(("Table 1", "B11")));
    assert_eq!(place("X028"), Some(("Table 1", "B12")));
    assert_eq!(place("X004"), Some(("Marked", "B4")));
    assert_eq!(place("X014"), Some(("Marked", "")));
    assert_eq!(place("X015"), Some(("Secret", "")));
}

/// Contents that leave a sheet out, a note nobody refers to, a sheet without a title.
#[test]
fn contents_notes_and_titles_are_checked_against_the_sheets() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, texts) in [
        ("Cover", vec!["Title", "Text"]),
        ("Contents", vec!["Contents", "Links"]),
        ("Notes", vec!["Notes", "What they are", "[note 1] used", "[note 2] unused"]),
        ("Table_1", vec!["", "Base [note 1]"]),
    ] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, text) in (0..).zip(texts) {
            sheet.write_string(row, 0, text).unwrap();
        }
        if name == "Contents" {
            sheet.write_url_with_text(2, 0, "internal:Notes!A1", "Notes").unwrap();
        }
    }
    let found = lint(&book.save_to_buffer().unwrap());
    let place = |code: &str| found.iter().find(|f| f.code == code).map(|f| (f.place.sheet.as_str(), f.found.as_str()));
    assert_eq!(place("X021"), Some(("Contents", "not linked: \"Table_1\"")));
    assert_eq!(place("X023"), Some(("Notes", "[note 2]")));
    assert_eq!(place("X010"), Some(("Table_1", "no words in A1")));
    assert_eq!(place("X022"), None);
}

/// A workbook with one text of one part replaced.
fn replaced(bytes: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts(bytes) {
        writer.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
        let text = if name == part {
            assert!(text.contains(from), "{from} in {part}");
            text.replace(from, to)
        } else {
            text
        };
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn files_that_are_no_workbooks_are_errors() {
    let whole = workbook::results(&audit()).unwrap();
    for bytes in [&whole[..whole.len() / 2], b"PK\x03\x04 and then nothing", b"a,b\n1,2\n", b""] {
        let (_folder, path) = saved(bytes);
        assert!(workbook::lint(&path).is_err());
    }
    let absurd = replaced(&whole, "xl/worksheets/sheet1.xml", "r=\"A1\"", "r=\"ZZZZZZZZZ1\"");
    let (_folder, path) = saved(&absurd);
    assert!(workbook::lint(&path).is_err(), "a cell outside any sheet");
    assert!(workbook::lint(Path::new("/nowhere/at-all.xlsx")).is_err());
}

/// A real publication is checked in seconds; it is not part of the project.
#[test]
fn a_publication_of_others_is_checked() {
    let Ok(path) = std::env::var("QUORATE_REAL") else { return };
    let found = workbook::lint(&Path::new(&path).join("ascs-2020-21-annex-tables.xlsx")).unwrap();
    for finding in &found {
        eprintln!("{finding}\n");
    }
    assert!(!found.is_empty());
}

#[test]
#[ignore = "writes files to look at into the folder QUORATE_LOOK"]
fn look() {
    let Ok(folder) = std::env::var("QUORATE_LOOK") else { return };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.join(name), bytes).unwrap();
    write("results.xlsx", workbook::results(&audit()).unwrap());
    write("survey.xlsx", workbook::results(&survey()).unwrap());
    write("findings.xlsx", workbook::findings(&findings(), "Audit", Some("returns")).unwrap());
    write("estimates.csv", write::estimates_csv(&audit()).unwrap());
}
