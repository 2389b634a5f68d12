//! Real people's answers, where they are at hand: 2,800 answers to 25 statements on a scale of 1 to 6 (the SAPA project's
//! `bfi` data). They are no part of this project: without them the tests say so and pass.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so, and a measurement is shown")]

#[path = "../examples/sample-data/main.rs"]
mod sample_data;

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use quorate::benchmark;
use quorate::draw::{DrawDesign, Unit, draw};
use quorate::estimate::{self, Basis, Choices, Respondents};
use quorate::frame::{Frame, Reading};
use quorate::instrument::{self, Answer, Instrument};
use quorate::statistics::{Critical, Method};
use quorate::terms::Missing;
use quorate::weights::SingleAnswer;

fn real(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {name} is not at hand");
    None
}

/// One rating of 1 to 6 for each of the 25 statements.
fn statements(frame: &Frame) -> Instrument {
    let mut text = String::from(
        "[instrument]\nid = \"bfi\"\nversion = \"1\"\ntitle = \"Statements\"\nkind = \"survey\"\n\n[scales.six]\nresponses = [\n",
    );
    for score in 1..=6 {
        let valence = if score >= 4 { "positive" } else { "negative" };
        text.push_str(&format!(
            "{{ code = {score}, label = \"{score}\", score = {score}, valence = \"{valence}\" }},\n"
        ));
    }
    text.push_str("]\n[[section]]\nid = \"all\"\ntitle = \"All\"\n");
    for column in &frame.columns[1..26] {
        text.push_str(&format!(
            "[[section.question]]\nid = \"{column}\"\ntext = \"{column}\"\nkind = \"rating\"\nscale = \"six\"\n"
        ));
    }
    instrument::parse(Path::new("bfi.toml"), &text).expect("a sound instrument")
}

fn answer(value: &str) -> Answer {
    value.parse::<usize>().map_or(Answer::Missing(Missing::NotAnswered), |score| Answer::Response(score - 1))
}

/// Draws 100 of the 2,800 with 200 seeds, stratified by gender and education, and counts how many of the true means and
/// shares lie inside the 95% intervals.
#[test]
fn intervals_cover_the_truth_over_two_hundred_draws() {
    let Some(path) = real("bfi.csv") else { return };
    let reading =
        Reading { id: "respondent".into(), strata: vec!["gender".into(), "education".into()], ..Reading::default() };
    let frame = Frame::read(&path, &reading).expect("the file reads");
    assert_eq!(frame.units.len(), 2800);
    let instrument = statements(&frame);
    let units: Vec<Unit> = frame
        .units
        .iter()
        .map(|unit| Unit { id: unit.id.clone(), stratum: unit.stratum.clone(), ..Unit::default() })
        .collect();
    let choices = Choices {
        basis: Basis::PerUnit,
        single: SingleAnswer::Collapse,
        interval: Method::Logit,
        level: 0.95,
        critical: Critical::T(0.95),
        rule: 0.10,
        suppress_below: 1,
        suppress_cells_below: 0,
    };
    let truth: Vec<(f64, f64)> = (1..26)
        .map(|column| {
            let valid: Vec<f64> = frame.units.iter().filter_map(|unit| unit.values[column].parse().ok()).collect();
            let n = valid.len() as f64;
            (valid.iter().sum::<f64>() / n, valid.iter().filter(|value| **value >= 4.0).count() as f64 / n)
        })
        .collect();
    let (mut means, mut shares) = (0, 0);
    let seeds = 200;
    for seed in 0..seeds {
        let design = DrawDesign { minimum: 2, ..DrawDesign::new(format!("bfi {seed}"), 100) };
        let sample = draw(&units, &design).expect("100 of 2,800 can be drawn");
        let strata: Vec<String> = sample.strata.iter().map(|stratum| stratum.stratum.clone()).collect();
        let respondents = Respondents {
            populations: sample.strata.iter().map(|stratum| stratum.population).collect(),
            stratum_of: sample
                .main()
                .map(|unit| strata.iter().position(|name| *name == unit.stratum).expect("a stratum of the sample"))
                .collect(),
            strata,
            ..Respondents::default()
        };
        for (place, question) in instrument.questions.iter().enumerate() {
            let answers: Vec<Answer> =
                sample.main().map(|unit| answer(&frame.units[unit.unit].values[place + 1])).collect();
            let answers: Vec<&Answer> = answers.iter().collect();
            let result = estimate::question(question, &answers, &respondents, &choices).expect("it can be estimated");
            let (mean, share) = (result.overall.mean.expect("a rating"), result.overall.positive.expect("a scale"));
            means += usize::from((mean.ci_low..=mean.ci_high).contains(&truth[place].0));
            shares += usize::from((share.ci_low..=share.ci_high).contains(&truth[place].1));
        }
    }
    let all = (seeds * 25) as f64;
    let (means, shares) = (means as f64 / all, shares as f64 / all);
    eprintln!("of the 25 true values, on average {:.2} means and {:.2} shares lie inside", 25.0 * means, 25.0 * shares);
    assert!((0.93..=0.97).contains(&means), "means covered: {means}");
    assert!((0.93..=0.97).contains(&shares), "shares covered: {shares}");
}

/// The return that English councils fill in: 16 sheets, read whole within seconds.
#[test]
fn the_national_return_reads() {
    let Some(path) = real("ascs-2021-22-data-return-blank.xlsx") else { return };
    let book = quorate::sheet::read(&path, &quorate::sheet::Limits::default()).expect("the workbook reads");
    assert_eq!(book.sheets.len(), 16);
}

/// The annex tables of a national survey become a pack of 18 councils and their average by declaration alone: every one of
/// the 2,984 figures with its margin, base and numbers of people, and not one more.
#[test]
fn published_annex_tables_become_a_pack_by_declaration_alone() {
    let (Some(workbook), Some(expected)) =
        (real("ascs-2020-21-annex-tables.xlsx"), real("ascs-2020-21-18-councils.csv"))
    else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let name = "england-ascs-2020-21-councils.toml";
    let declaration = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/benchmarks").join(name);
    std::fs::copy(declaration, folder.path().join(name)).expect("it ships");
    std::fs::copy(workbook, folder.path().join("ascs-2020-21-annex-tables.xlsx")).expect("a copy");
    let pack = benchmark::read(&folder.path().join(name)).expect("the workbook is as declared");

    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let number = |number: Option<f64>| number.map_or_else(String::new, |n| format!("{:.1}", n));
    let mut found: Vec<[String; 9]> = pack
        .figures
        .iter()
        .filter(|figure| figure.id.starts_with("ascs-2020-21-question-"))
        .map(|figure| {
            let organisation = if figure.national { "18 CASSR Average" } else { &figure.organisation };
            [
                organisation.to_owned(),
                figure.code.clone(),
                figure.question.clone(),
                figure.response.clone(),
                number(Some(figure.value * 100.0)),
                number(figure.margin.map(|m| m * 100.0)),
                number(figure.base),
                number(figure.people),
                number(figure.population),
            ]
        })
        .collect();
    let mut rows = csv::Reader::from_path(expected).expect("it opens");
    let mut wanted: Vec<[String; 9]> = rows
        .records()
        .map(|row| {
            let row = row.expect("a row");
            let cell = |at: usize| number(row[at].parse::<f64>().ok());
            let text = |at: usize| plain(&row[at]);
            [text(2), text(1), text(3), text(4), cell(5), cell(6), cell(7), cell(8), cell(9)]
        })
        .collect();
    found.sort();
    wanted.sort();
    assert_eq!(found.len(), 2984);
    for (found, wanted) in found.iter().zip(&wanted) {
        assert_eq!(found, wanted);
    }
    assert!(pack.left_out["[x]"] > 1000, "councils that did not take part: {:?}", pack.left_out);

    let satisfied: Vec<_> = pack.figures.iter().filter(|figure| figure.id == "ascs-satisfied").collect();
    assert_eq!(satisfied.len(), 19);
    let easy = pack.figures.iter().find(|f| f.id == "ascs-information-easy" && f.national).expect("the average");
    assert!(easy.note.starts_with("Sum of 2") && easy.margin.is_none() && easy.se().is_some(), "{easy:?}");

    let copy = folder.path().join("pack.csv");
    std::fs::write(&copy, pack.to_csv()).expect("written");
    let again = benchmark::read(&copy).expect("it reads");
    assert_eq!(again.figures.len(), pack.figures.len());
    for (a, b) in pack.figures.iter().zip(&again.figures) {
        assert_eq!((&a.id, &a.organisation, a.base, a.national), (&b.id, &b.organisation, b.base, b.national));
        assert!((a.value - b.value).abs() < 1e-12);
    }
}

/// The cells of a row of a sheet's XML, by their columns.
fn cells(row: &str) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut rest = row;
    while let Some(start) = rest.find("<c ") {
        rest = &rest[start..];
        let open = rest.find('>').expect("the tag ends") + 1;
        let end = if rest[..open].ends_with("/>") { open } else { rest.find("</c>").expect("the cell ends") + 4 };
        let name = rest.split("r=\"").nth(1).and_then(|text| text.split('"').next()).expect("a reference");
        let column =
            name.bytes().take_while(u8::is_ascii_alphabetic).fold(0, |at, c| at * 26 + u32::from(c - b'A') + 1);
        found.push((column - 1, rest[..end].to_owned()));
        rest = &rest[end..];
    }
    found
}

/// The survey's own blank return with rows typed into it, everything else as it is.
fn filled(blank: &Path, rows: &[sample_data::adult_social_care::Row]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(blank).expect("it opens")).expect("a zip");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("it reads");
        if name == "xl/worksheets/sheet10.xml" {
            bytes = typed(&String::from_utf8(bytes).expect("XML"), rows).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        out.write_all(&bytes).expect("it is written");
    }
    out.finish().expect("a zip").into_inner()
}

fn typed(xml: &str, rows: &[sample_data::adult_social_care::Row]) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    for (at, row) in rows.iter().enumerate() {
        let number = at + 2;
        let start = rest.find(&format!("<row r=\"{number}\"")).expect("the row is there");
        let open = start + rest[start..].find('>').expect("the tag ends") + 1;
        let end = open + rest[open..].find("</row>").expect("the row ends");
        out.push_str(&rest[..open]);
        let mut line = cells(&rest[open..end]);
        for (column, (key, _)) in (0..).zip(sample_data::adult_social_care::RETURN) {
            let Some(text) = row.get(key).filter(|text| !text.is_empty()) else { continue };
            let name = quorate::finding::cell_name(at as u32 + 1, column);
            let cell = match key {
                "serial" => format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
                _ => format!("<c r=\"{name}\"><v>{text}</v></c>"),
            };
            line.retain(|(known, _)| *known != column);
            line.push((column, cell));
        }
        line.sort_by_key(|(column, _)| *column);
        out.extend(line.into_iter().map(|(_, cell)| cell));
        rest = &rest[end..];
    }
    out + rest
}

/// The survey's own return, filled with the people of the sample, is read as it is: the same answers, findings and measures as
/// from the sample return, which has its layout. With QUORATE_KEEP the filled return stays there.
#[test]
fn the_adult_social_care_return_is_read_as_it_is() {
    let Some(blank) = real("ascs-2021-22-data-return-blank.xlsx") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut definition =
        quorate::pipeline::read(&root.join("pipelines/adult-social-care-survey.toml")).expect("a sound pipeline");
    let rows = sample_data::adult_social_care_rows(&root.join("sample-data"), sample_data::SEED).expect("rows");
    let returns = tempfile::tempdir().expect("a folder");
    let bytes = filled(&blank, &rows);
    if let Some(kept) = std::env::var_os("QUORATE_KEEP") {
        std::fs::write(Path::new(&kept).join("filled-return.xlsx"), &bytes).expect("it is written");
    }
    std::fs::write(returns.path().join("data-return.xlsx"), bytes).expect("it is written");
    let results = |definition: &quorate::pipeline::Definition| {
        let out = tempfile::tempdir().expect("a folder");
        let folder = Some(out.path().join("out"));
        let options = quorate::pipeline::Options { folder, ..Default::default() };
        let reached = quorate::pipeline::run(definition, &options, &quorate::pipeline::Silent).expect("it runs");
        reached.results.expect("results")
    };
    let ours = results(&definition);
    definition.returns.folder = returns.path().to_owned();
    let theirs = results(&definition);
    assert_eq!(ours.counts, theirs.counts);
    assert!(ours.counts.returned > 200);
    let findings = |results: &quorate::results::Results| {
        // The survey's own return has helper columns: unknown ones, and two that are headed like the stratum (R009).
        let helper = |cell: &str| ["CZ1", "DP1"].contains(&cell);
        let places = results
            .findings
            .iter()
            .filter(|finding| finding.code != "R008" && !(finding.code == "R009" && helper(&finding.place.cell)));
        places.map(|f| (f.code.clone(), f.place.cell.clone(), f.found.clone())).collect::<Vec<_>>()
    };
    assert_eq!(findings(&ours), findings(&theirs));
    for (a, b) in ours.questions.iter().chain(&ours.scores).zip(theirs.questions.iter().chain(&theirs.scores)) {
        let estimates = |result: &quorate::results::QuestionResult| {
            result.overall.estimates().map(|e| (e.n, e.estimate.to_bits(), e.se.to_bits())).collect::<Vec<_>>()
        };
        assert_eq!(estimates(a), estimates(b), "{}", a.id);
    }
}
