//! Real input: Dundee's framework of November 2008 on all 57 criteria, with the survey figures that it quotes.

use quorate::evaluation::evidence::{Kind, Says};
use quorate::evaluation::{self, improvement, page, tables};

use super::root;

#[test]
fn all_57_criteria_come_in_with_their_figures_and_actions() {
    let path = root("tests/evaluation/dundee-2008/evaluation.toml");
    let evaluation = evaluation::gather(&path).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(evaluation.judgements.list.len(), 57);
    assert_eq!(improvement::read(&path).expect("it reads").len(), 123);
    // The figures stand beside their criteria with the national ones, as quoted.
    let first = evaluation.item("dundee-2008/dundee-users-first-contact").expect("the figure");
    let figure = first.figure.as_ref().expect("a figure");
    let compared = figure.comparison.as_ref().expect("compared with Scotland");
    assert_eq!((figure.value, compared.value), (Some(0.87), 0.84));
    assert!((compared.difference - 0.03).abs() < 1e-12);
    assert_eq!(compared.verdict, "no bases published: cannot be said");
    assert_eq!(first.weight(), "margin not known");
    // The two figures that the source gives for one statement are both there.
    let on: Vec<&str> =
        evaluation.bearing_on("3.3.1").filter(|i| i.kind == Kind::PublishedFigure).map(|i| i.id.as_str()).collect();
    assert!(on.contains(&"dundee-2008/dundee-first-contact-3-3-1"), "{on:?}");
    let poor = evaluation.item("dundee-2008/dundee-carers-out-of-hours-poor").expect("the figure");
    assert_eq!(poor.says, Says::Weakness);
    // The source rates nothing, and nothing is made of it.
    assert!(evaluation.framework.subjects().all(|subject| evaluation.standing(subject).level().is_none()));
    // What it lacks is said: a priority for every action, on every criterion.
    let lacking = evaluation.findings.iter().filter(|finding| finding.code == "E022").count();
    assert_eq!(lacking, 57);
    assert!(evaluation.findings.iter().all(|finding| finding.severity < quorate::finding::Severity::Error));
    let page = page::render(&evaluation, &[]);
    assert!(page.contains("Keep a central register of consultation activities"));
    assert!(page.contains("87%"));
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("evaluation.xlsx");
    std::fs::write(&book, tables::workbook(&evaluation).expect("a workbook")).expect("it writes");
    assert_eq!(quorate::workbook::lint(&book).expect("it reads"), []);
}
