//! The charts of an evaluation: what is judged is what is drawn, as a picture, in words and as data.

use quorate::chart::{self, Chart};
use quorate::evaluation::gather;

use super::program::quorate;
use super::{Small, studies};

const DEFINITION: &str = "sample-data/self-evaluation/2026/evaluation.toml";

fn sample() -> Vec<Chart> {
    let evaluation = gather(&studies().join(DEFINITION)).expect("the sample holds");
    chart::evaluation::all(&evaluation).expect("charts")
}

fn named<'a>(charts: &'a [Chart], name: &str) -> &'a Chart {
    charts.iter().find(|chart| chart.name == name).unwrap_or_else(|| panic!("no chart {name}"))
}

/// The words drawn in a picture.
fn words(svg: &str) -> String {
    let texts = svg.split("<text").skip(1).filter_map(|part| part.split_once('>')?.1.split_once("</text>"));
    texts.map(|(text, _)| text.trim()).collect::<Vec<_>>().join(" ")
}

fn cell(chart: &Chart, row: &[String], column: &str) -> String {
    let place = chart.data.columns.iter().position(|name| *name == column).unwrap_or_else(|| panic!("{column}"));
    row[place].clone()
}

#[test]
fn every_chart_has_its_words_its_data_and_its_run() {
    let evaluation = gather(&studies().join(DEFINITION)).expect("the sample holds");
    let charts = chart::evaluation::all(&evaluation).expect("charts");
    let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    let expected = ["all-areas", "levels-over-time", "levels-area-5", "evidence-area-2", "evidence-area-5"];
    assert!(expected.iter().all(|name| names.contains(name)), "{names:?}");
    for chart in &charts {
        assert!(words(&chart.svg).contains(&evaluation.run_id), "{}: run", chart.name);
        assert!(chart.svg.contains("<title") && chart.svg.contains("<desc"), "{}", chart.name);
        assert!(chart.description.len() > 60 && !chart.note.is_empty(), "{}", chart.name);
        assert!(chart.data.rows.iter().all(|row| row.len() == chart.data.columns.len()), "{}", chart.name);
        for form in [chart.wide(), chart.narrow()] {
            assert!(!form.contains("#0000"), "{}: inks are classes", chart.name);
        }
        assert!(chart.svg.contains("<text") && !chart.svg.contains("<path"), "{}: text stays text", chart.name);
    }
}

#[test]
fn the_picture_shows_each_level_direction_and_piece_of_evidence_in_words_too() {
    let evaluation = gather(&studies().join(DEFINITION)).expect("the sample holds");
    let charts = sample();
    let picture = named(&charts, "all-areas");
    let drawn = words(&picture.svg);
    for wanted in ["Weak", "down from 3", "up from 3", "the same", "not agreed:", "none", "Adequate*"] {
        assert!(drawn.contains(wanted), "{wanted}: {drawn}");
    }
    for row in &picture.data.rows {
        let subject = cell(picture, row, "subject");
        let level = evaluation.standing(&subject).level();
        assert_eq!(cell(picture, row, "level"), level.map_or(String::new(), |level| level.to_string()), "{subject}");
        let pieces: usize = ["evidence_firm", "evidence_less_certain", "evidence_other"]
            .iter()
            .map(|column| cell(picture, row, column).parse::<usize>().expect("a count"))
            .sum();
        if cell(picture, row, "kind") == "indicator" {
            assert_eq!(pieces, evaluation.bearing_on(&subject).count(), "{subject}");
        }
    }
    assert_eq!(picture.title, "Of 5 areas 1 leans to strengths, none to weaknesses; 1 up, none down since last time");
}

#[test]
fn levels_over_time_are_those_of_the_stored_evaluations() {
    let charts = sample();
    let chart = named(&charts, "levels-area-5");
    let of = |subject: &str| -> Vec<String> {
        let rows = chart.data.rows.iter().filter(|row| row[0] == subject);
        rows.map(|row| format!("{} {}", cell(chart, row, "date"), cell(chart, row, "level"))).collect()
    };
    assert_eq!(of("5.2"), ["2023-12-15 3", "2026-06-30 2"]);
    assert_eq!(of("5.7"), ["2023-12-15 4", "2026-06-30 "], "separate judgements give no level");
    assert_eq!(chart.title, "Levels in area 5: 3 up since last time, 1 down, 3 the same");
    // Without an earlier evaluation there is nothing over time to draw.
    let small = Small::new();
    small.write("judgements/lead/5.1.toml", "subject = \"5.1\"\nlevel = 4\n");
    let charts = chart::evaluation::all(&small.gather()).expect("charts");
    let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    assert_eq!(names, ["all-areas"], "nor without a figure beside a published one");
    assert!(charts[0].title.starts_with("No level stands yet for any of 10 areas"), "{}", charts[0].title);
}

#[test]
fn figures_stand_against_published_ones_and_say_so_in_words() {
    let evaluation = gather(&studies().join(DEFINITION)).expect("the sample holds");
    let charts = sample();
    let chart = named(&charts, "evidence-area-5");
    let drawn = words(&chart.svg);
    assert!(drawn.contains("higher (+9)") && drawn.contains("no real"), "{drawn}");
    assert_eq!(chart.title, "Area 5: of 4 results compared 1 is above the published figure, none below");
    for row in &chart.data.rows {
        let item = evaluation.item(&cell(chart, row, "evidence")).expect("it is in the register");
        let figure = item.figure.as_ref().expect("a figure");
        let shown: f64 = cell(chart, row, "per_cent").parse().expect("a figure that may be shown");
        assert!((shown - 100.0 * figure.value.expect("shown")).abs() < 0.051, "{}", item.id);
        assert_eq!(cell(chart, row, "base"), figure.base.expect("a base").to_string());
    }
}

#[test]
fn what_may_not_be_shown_is_in_no_form_of_a_chart() {
    let mut evaluation = gather(&studies().join(DEFINITION)).expect("the sample holds");
    let hidden = "carers-2026/q04";
    let item = evaluation.items.iter_mut().find(|item| item.id == hidden).expect("it is there");
    let figure = item.figure.as_mut().expect("a figure");
    (figure.value, figure.margin, figure.interval, figure.base) = (None, None, None, None);
    let charts = chart::evaluation::all(&evaluation).expect("charts");
    let chart = named(&charts, "evidence-area-5");
    let row = chart.data.rows.iter().find(|row| row[0] == hidden).expect("its row stays");
    for column in ["per_cent", "ci_low", "ci_high", "base", "published", "difference", "verdict"] {
        assert_eq!(cell(chart, row, column), "[c]", "{column}");
    }
    assert!(words(&chart.svg).contains("[c] not shown"), "and says so");
    assert!(!words(&chart.svg).contains("+9") && !chart.description.contains("74%"));
}

#[test]
fn the_files_are_beside_the_report_in_it_and_in_its_record() {
    let folder = studies();
    quorate(folder, &["evaluate", DEFINITION, "-q", "--out", "output/drawn"]);
    let record = std::fs::read_to_string(folder.join("output/drawn/run.json")).expect("the record");
    let page = std::fs::read_to_string(folder.join("output/drawn/evaluation.html")).expect("the page");
    for chart in sample() {
        for ending in ["svg", "png", "csv"] {
            let name = format!("charts/{}.{ending}", chart.name);
            assert!(folder.join("output/drawn").join(&name).exists() && record.contains(&name), "{name}");
        }
        assert!(page.contains(&format!("id=\"chart-{}\"", chart.name)), "{} is in the page", chart.name);
    }
    assert!(page.contains("The same as a table"), "the table stays beside the picture");
}
