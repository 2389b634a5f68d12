//! The analyst's workbook: what stands in its cells is what the results hold, and no letter says what is not shown.

use std::collections::BTreeMap;

use quorate::estimate::{Adjust, Comparing, Statistic, WholeColumn};
use quorate::results::{
    Banner, BannerColumn, BannerRow, ColumnDifference, GroupResult, QuestionResult, Results, Standing, letters,
};
use quorate::statistics::{Critical, Test};
use quorate::workbook;

use super::support::results::{FORMULA, audit};
use super::{Data, cells, number, parts};

/// The audit with a banner for every question; the second group is higher than the first in the first row.
fn compared() -> Results {
    let mut results = audit();
    results.comparing =
        Some(Comparing { level: 0.05, adjust: Adjust::Bonferroni, minimum: 48, everyone: WholeColumn::LeftOut });
    let banner = |question: &QuestionResult| {
        let groups = std::iter::once(&question.overall).chain(&question.groups);
        let columns: Vec<BannerColumn> = groups
            .enumerate()
            .map(|(place, group): (usize, &GroupResult)| BannerColumn {
                group: group.group.clone(),
                letter: if place == 0 { String::new() } else { letters(place - 1) },
                effective: group.n as f64 * 0.875,
                standing: match place {
                    0 => Standing::LeftOut,
                    _ if group.suppressed => Standing::Suppressed,
                    _ if group.n < 48 => Standing::LowBase,
                    _ => Standing::Compared,
                },
            })
            .collect();
        let rows = question.overall.estimates().enumerate().map(|(place, _)| {
            let test = Test::of(0.2, 0.05, 90.0, Critical::T(0.95));
            let higher = ColumnDifference { column: 2, than: 1, test, adjusted: 0.0002 };
            BannerRow {
                deviations: vec![1.25; columns.len()],
                compared: 1,
                differences: if place == 0 && columns.len() > 2 { vec![higher] } else { Vec::new() },
            }
        });
        Banner { question: question.id.clone(), by: "service".into(), rows: rows.collect(), columns: columns.clone() }
    };
    results.banners = results.questions.iter().map(banner).collect();
    results
}

/// The rows of a sheet as texts and numbers, by the words in their first column.
fn rows(bytes: &[u8], sheet: &str) -> (BTreeMap<(u32, u32), Data>, BTreeMap<String, u32>) {
    let cells = cells(bytes, sheet);
    let mut named = BTreeMap::new();
    for ((row, column), value) in &cells {
        if let (0, Data::String(name)) = (column, value) {
            // The first block has the names that count.
            named.entry(name.clone()).or_insert(*row);
        }
    }
    (cells, named)
}

#[test]
fn numbers_and_letters_stand_where_the_results_have_them() {
    let results = compared();
    let bytes = workbook::analyst(&results).unwrap();
    assert_eq!(bytes, workbook::analyst(&results).unwrap(), "the same bytes");
    for id in ["assessment_present", "assessment_quality", "risk_quality"] {
        let question = results.question(id).unwrap();
        let (cells, named) = rows(&bytes, id);
        let columns: Vec<&GroupResult> = std::iter::once(&question.overall).chain(&question.groups).collect();
        let value = |row: u32, column: usize| cells.get(&(row, column as u32 + 1)).cloned().unwrap_or(Data::Empty);
        let hidden = Data::String("[c]".to_owned());
        for (place, group) in columns.iter().enumerate() {
            let base = value(named["Unweighted base (answers)"], place);
            let effective = value(named["Effective base"], place);
            if group.suppressed {
                assert_eq!((base, effective), (hidden.clone(), hidden.clone()), "{id}");
                assert_eq!(value(named["Column"], place), hidden);
            } else {
                assert_eq!((number(&base), number(&effective)), (Some(group.n as f64), Some(group.n as f64 * 0.875)));
            }
            for (row, estimate) in group.estimates().enumerate() {
                let name = match estimate.statistic {
                    Statistic::Mean => estimate.label.clone(),
                    Statistic::Positive => format!("Positive: {} (%)", estimate.label),
                    _ => format!("{} (%)", estimate.label),
                };
                let times = if estimate.statistic == Statistic::Mean { 1.0 } else { 100.0 };
                let cell = value(named[&name], place);
                match group.suppressed {
                    true => assert_eq!(cell, hidden, "{id} {name}"),
                    false => assert_eq!(number(&cell), Some(estimate.estimate * times), "{id} {name}"),
                }
                if row == 0 {
                    let expected = if place == 2 { Data::String("A".to_owned()) } else { Data::Empty };
                    assert_eq!(value(named[&name] + 1, place), expected, "{id} {name} {place}");
                }
            }
        }
    }
    assert_eq!(
        cells(&bytes, "risk_quality").values().filter(|cell| **cell == Data::String("higher than".to_owned())).count(),
        1
    );
    let (cells, named) = rows(&bytes, "risk_quality");
    let letter = |column: u32| cells.get(&(named["Column"], column)).cloned();
    let text = |text: &str| Some(Data::String(text.to_owned()));
    assert_eq!((letter(2), letter(3), letter(4)), (text("A"), text("low base"), text("[c]")));
    assert_eq!(cells.get(&(named["Standard deviation"], 1)), Some(&Data::Float(1.25)));
}

#[test]
fn the_test_its_level_and_its_correction_stand_above_every_table() {
    let results = compared();
    let bytes = workbook::analyst(&results).unwrap();
    let (cells, named) = rows(&bytes, "assessment_quality");
    let above: String = cells
        .iter()
        .filter(|((row, _), _)| *row < named["Column"])
        .filter_map(|(_, cell)| if let Data::String(text) = cell { Some(format!("{text} ")) } else { None })
        .collect();
    for words in ["t tests", "level 5%", "Bonferroni", "fewer than 48 answers", "everyone is not compared", "[c] ="] {
        assert!(above.contains(words), "{words} in {above}");
    }
    let silent = Results { comparing: None, ..results.clone() };
    let (cells, named) = rows(&workbook::analyst(&silent).unwrap(), "assessment_quality");
    assert!(named.keys().any(|name| name.starts_with("Columns are not compared")) && !named.contains_key("Column"));
    assert!(!named.contains_key("higher than"), "{cells:?}");
    let (cells, _) = rows(&bytes, "Differences");
    assert!(cells.values().any(|cell| *cell == Data::Float(0.0002)), "the adjusted p-value behind a letter");
}

/// It says for whom it is, and keeps the rules that hold for that; by those for publishing it would break many.
#[test]
fn it_is_judged_as_what_it_says_it_is() {
    let (_folder, path) = super::saved(&workbook::analyst(&compared()).expect("it fits"));
    let (style, findings) = workbook::judge(&path).expect("it reads");
    assert_eq!(style, workbook::Style::Analyst);
    assert!(findings.is_empty(), "{findings:#?}");
    let (_folder, path) = super::saved(&workbook::results(&compared()).expect("it fits"));
    assert_eq!(workbook::judge(&path).expect("it reads").0, workbook::Style::Published);
    let list = workbook::findings(&audit().findings, "Audit", None).expect("it fits");
    let (_folder, path) = super::saved(&list);
    let (style, findings) = workbook::judge(&path).expect("it reads");
    assert_eq!(style, workbook::Style::WorkingList);
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn every_question_has_a_chart_with_title_axes_and_words() {
    let results = compared();
    let parts = parts(&workbook::analyst(&results).unwrap());
    let with_estimates = results.questions.iter().filter(|q| q.overall.estimates().next().is_some()).count();
    let charts: Vec<&String> =
        parts.iter().filter(|(name, _)| name.starts_with("xl/charts/chart")).map(|(_, xml)| xml).collect();
    assert!(charts.len() >= with_estimates, "{} {with_estimates}", charts.len());
    for xml in &charts {
        assert_eq!(xml.matches("<c:title>").count(), 3, "a title and two axes' names");
    }
    let drawings: Vec<&String> =
        parts.iter().filter(|(name, _)| name.starts_with("xl/drawings/drawing")).map(|(_, xml)| xml).collect();
    assert!(drawings.len() == with_estimates && drawings.iter().all(|xml| xml.contains(" descr=\"")));
    for (name, xml) in parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")) {
        assert!(xml.contains("state=\"frozen\"") && xml.contains("orientation=\"landscape\""), "{name}");
        assert!(xml.contains("fitToHeight=\"0\"") || xml.contains("<rowBreaks"), "{name}");
        assert!(!xml.contains("<f>"), "{name}");
    }
    let titles = &parts["xl/workbook.xml"];
    assert!(titles.matches("_xlnm.Print_Titles").count() >= with_estimates);
}

#[test]
fn what_people_name_and_write_is_never_a_formula() {
    let mut results = compared();
    results.title = FORMULA.to_owned();
    results.groupings[0].label = FORMULA.to_owned();
    for question in &mut results.instrument.questions {
        question.label = FORMULA.to_owned();
        question.text = FORMULA.to_owned();
    }
    for group in results.questions.iter_mut().flat_map(|question| &mut question.groups) {
        group.group = FORMULA.to_owned();
    }
    let parts = parts(&workbook::analyst(&results).unwrap());
    for (name, xml) in parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")) {
        assert!(!xml.contains("<f>") && !xml.contains("<f "), "{name}");
    }
}

#[test]
fn a_run_without_questions_still_makes_a_workbook() {
    let mut results = audit();
    results.questions.clear();
    results.methods.clear();
    let bytes = workbook::analyst(&results).unwrap();
    assert!(!cells(&bytes, "Contents").is_empty());
}
