use std::path::Path;

use super::*;
use crate::estimate::Estimate;
use crate::instrument::{self, Instrument};
use crate::results::{GroupResult, Grouping};
use crate::statistics::{Critical, Method};
use crate::weights::SingleAnswer;

fn form() -> Instrument {
    let text = include_str!("../../../tests/reference/several/form.toml");
    instrument::parse(Path::new("form.toml"), text).expect("a sound form")
}

fn choices(cells: usize) -> Choices {
    Choices {
        basis: Basis::PerQuestion,
        single: SingleAnswer::Collapse,
        interval: Method::Wilson,
        level: 0.95,
        critical: Critical::T(0.95),
        rule: 0.10,
        suppress_below: 1,
        suppress_cells_below: cells,
    }
}

/// Forty people in two groupings of two groups. Everybody has three rows: long, just, long; but the first two of the first group
/// and nobody else have one that is too short.
fn several(groupings: usize) -> (Vec<Answer>, Vec<usize>, Respondents) {
    let (mut answers, mut unit_of) = (Vec::new(), Vec::new());
    for unit in 0..40 {
        let last = if unit < 2 { 2 } else { 0 };
        for response in [0, 1, last] {
            answers.push(Answer::Response(response));
            unit_of.push(unit);
        }
    }
    let grouping = |at: usize| Grouping {
        by: format!("by{at}"),
        label: format!("By {at}"),
        groups: vec!["a".to_owned(), "b".to_owned()],
    };
    let group_of = |at: usize| (0..40).map(|unit| Some(if at == 0 { unit / 20 } else { unit % 2 })).collect();
    let respondents = Respondents {
        strata: vec!["all".to_owned()],
        populations: vec![400],
        stratum_of: vec![0; 40],
        groupings: (0..groupings).map(grouping).collect(),
        group_of: (0..groupings).map(group_of).collect(),
        ..Respondents::default()
    };
    (answers, unit_of, respondents)
}

fn of_length(answers: &[Answer], unit_of: &[usize], respondents: &Respondents, cells: usize) -> QuestionResult {
    let form = form();
    let none = Answer::Missing(crate::terms::Missing::NotAnswered);
    let answers = answers.iter().map(|answer| vec![answer, &none, &none, &none]).collect();
    let rows = Rows { unit_of: unit_of.to_vec(), answers };
    let result = repeat(&form.repeats[0], &rows, respondents, &choices(cells)).expect("a sound design");
    result.questions.into_iter().find(|question| question.id == "length").expect("estimated")
}

#[test]
fn bases_count_rows_and_units() {
    let (answers, unit_of, respondents) = several(1);
    let result = of_length(&answers, &unit_of, &respondents, 0);
    assert_eq!((result.overall.n, result.overall.units, result.overall.people()), (120, Some(40), 40));
    assert_eq!((result.groups[0].n, result.groups[0].units), (60, Some(20)));
    let share = &result.overall.shares[1];
    assert!((share.estimate - 1.0 / 3.0).abs() < 1e-15 && share.se < 1e-15, "everybody has one of three");
    assert!((result.overall.shares[2].sum_weights - 1200.0).abs() < 1e-9);
    assert_eq!(share.df, 39.0);
    assert!(share.method.starts_with("per-unit weights"), "{}", share.method);
}

/// Rows that all say the same are as good as the people behind them, and no better.
#[test]
fn an_exact_interval_goes_by_units() {
    let (_, unit_of, respondents) = several(1);
    let answers = vec![Answer::Response(0); unit_of.len()];
    let long = &of_length(&answers, &unit_of, &respondents, 0).overall.shares[0];
    assert_eq!((long.estimate, long.ci_high), (1.0, 1.0));
    assert!((long.ci_low - 0.05f64.powf(1.0 / 40.0)).abs() < 1e-12, "{}", long.ci_low);
}

/// Two people gave a response: their six rows do not make it common. Where there is a second grouping, the one that hides anything is
/// hidden whole.
#[test]
fn rare_responses_are_those_of_few_people() {
    let shown = |result: &QuestionResult, by: &str| -> Vec<bool> {
        let groups = result.groups.iter().filter(|group| group.by == by);
        groups.flat_map(GroupResult::estimates).map(|estimate: &Estimate| !estimate.is_suppressed()).collect()
    };
    let (mut answers, mut unit_of, respondents) = several(1);
    for _ in 0..20 {
        // Twenty rows more of the first person, at their place.
        answers.insert(0, Answer::Response(2));
        unit_of.insert(0, 0);
    }
    let result = of_length(&answers, &unit_of, &respondents, 3);
    assert!(result.overall.shares[2].is_suppressed(), "twenty-two rows of two people");
    assert!(result.groups[0].shares[2].is_suppressed());
    assert!(of_length(&answers, &unit_of, &respondents, 0).overall.estimates().all(|found| !found.is_suppressed()));
    // Twelve people give it, two of them in the first group of one grouping.
    let (mut answers, unit_of, respondents) = several(2);
    for unit in 20..30 {
        answers[unit * 3 + 2] = Answer::Response(2);
    }
    let result = of_length(&answers, &unit_of, &respondents, 3);
    assert!(!result.overall.shares[2].is_suppressed(), "twelve people");
    assert!(shown(&result, "by0").iter().all(|shown| !shown), "two of them are in the first group of one grouping");
    let one = several(1).2;
    let alone = of_length(&answers, &unit_of, &one, 3);
    assert!(shown(&alone, "by0").iter().any(|shown| *shown), "one grouping alone is protected cell by cell");
}
