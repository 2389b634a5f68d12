//! One team: where it stands, and how good its data are.

use crate::results::{Results, Team};
use crate::workbook::fit::Names;
use crate::workbook::notes::{Note, percent};
use crate::workbook::published::{Column, Mark, Table, Value};

use super::quality::by_code;
use super::{Shown, about, label, published};

/// Every figure of the team beside that of the others and the published one.
pub(super) fn summary(results: &Results, team: &Team, names: &mut Names) -> Option<Table> {
    let family = results.contrasts.iter().find(|family| !family.is_items());
    let rows: Vec<Vec<Value>> = results
        .questions
        .iter()
        .chain(&results.scores)
        .filter_map(|result| {
            let group = result.own()?;
            let own = group.positive.as_ref().or(group.mean.as_ref())?;
            let shown = Shown::within(group, own);
            let mut row = vec![
                Value::words(&result.id),
                Value::words(label(results, &result.id)),
                Value::words(&own.label),
                Value::words(super::overview::unit(own.statistic)),
                shown.value(),
                shown.low(),
                shown.high(),
                shown.margin(),
                shown.base(),
            ];
            let found = family.and_then(|family| family.contrasts.iter().find(|found| found.question == result.id));
            match found {
                Some(found) if !found.suppressed => row.extend([
                    published(own, found.other),
                    shown.compared(found.test.difference),
                    Value::Text(found.verdict.told(found.high_is)),
                ]),
                Some(_) => row.extend((0..3).map(|_| Value::from(Mark::Suppressed))),
                None => row.extend((0..3).map(|_| Value::from(Mark::NotApplicable))),
            }
            match own.comparisons.first() {
                Some(figure) => row.extend([
                    published(own, figure.value),
                    Value::words(&figure.label),
                    shown.compared(figure.difference),
                    shown.verdict(figure),
                ]),
                None => row.extend((0..4).map(|_| Value::from(Mark::NotApplicable))),
            }
            row.push(shown.reliability(results.rule));
            Some(row)
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let against = family.map_or("everyone else", |family| family.against.as_str());
    Some(Table {
        sheet: names.sheet("Summary"),
        name: names.table("summary"),
        title: format!("Summary: {} beside {against}, {}", team.group, results.title),
        about: about(
            results,
            &format!("It shows every figure of {} beside that of {against} and the published one.", team.group),
        ),
        columns: vec![
            Column::words("Question", 24.0),
            Column::words("Statement", 40.0),
            Column::words("Measure", 28.0).note(Note::Positive),
            Column::words("Unit", 12.0),
            Column::numbers(format!("Figure of {}", team.group)),
            Column::numbers("Lower limit").note(Note::Margin),
            Column::numbers("Upper limit"),
            Column::numbers("Margin of error"),
            Column::numbers("Base (answers)").note(Note::Base),
            Column::numbers(format!("Figure of {against}")),
            Column::numbers(format!("Difference from {against}")),
            Column::words(format!("Verdict beside {against}"), 26.0).note(Note::ManyTests),
            Column::numbers("Published figure"),
            Column::words("Published figure from", 30.0),
            Column::numbers("Difference from the published figure"),
            Column::words("Verdict beside the published figure", 26.0).note(Note::Comparison),
            Column::words(format!("Known to within ±{} points", percent(results.rule)), 26.0).note(Note::Rule),
        ],
        rows,
    })
}

/// How many there are, were drawn and returned, and the weights.
pub(super) fn response(results: &Results, team: &Team, names: &mut Names) -> Table {
    let counts = &results.counts;
    let returned = team.returned.unwrap_or(0);
    let mut rows = vec![
        ("Population".to_owned(), Value::count(team.population), Value::count(counts.population)),
        ("Drawn".to_owned(), Value::count(team.drawn), Value::count(counts.drawn)),
        ("Returned".to_owned(), Value::count(returned), Value::count(counts.returned)),
        (
            "Not returned".to_owned(),
            Value::count(team.drawn.saturating_sub(returned)),
            Value::count(counts.not_returned),
        ),
        ("Response rate (%)".to_owned(), Value::percent(team.response_rate()), Value::percent(counts.response_rate())),
    ];
    if let Some(weights) = &team.quality.weights {
        let not = || Value::from(Mark::NotApplicable);
        rows.extend([
            ("Lowest weight".to_owned(), Value::number(weights.lowest, 4), not()),
            ("Highest weight".to_owned(), Value::number(weights.highest, 4), not()),
            ("Sum of weights".to_owned(), Value::number(weights.sum, 1), not()),
            ("Effective size of the weights".to_owned(), Value::number(weights.effective, 1), not()),
        ]);
    }
    if let Some(rereading) = &team.quality.rereading {
        let same = rereading.same.map_or_else(|| Mark::NotAvailable.into(), Value::percent);
        rows.push(("Files read twice".to_owned(), Value::count(rereading.files), Mark::NotApplicable.into()));
        rows.push(("Same answer from both readers (%)".to_owned(), same, Mark::NotApplicable.into()));
    }
    rows.extend(team.quality.struck_off.iter().map(|(why, n)| {
        let n = n.map_or_else(|| Mark::Suppressed.into(), Value::count);
        (format!("Could not be used: {why}"), n, Value::from(Mark::NotApplicable))
    }));
    Table {
        sheet: names.sheet("Data_quality"),
        name: names.table("data_quality"),
        title: format!("Data quality: response and weights, {}, {}", team.group, results.title),
        about: about(results, "It shows how many there are, were drawn and returned, unweighted."),
        columns: vec![Column::words("What", 44.0), Column::numbers(team.group.clone()), Column::numbers("Everyone")],
        rows: rows.into_iter().map(|(what, own, all)| vec![Value::Text(what), own, all]).collect(),
    }
}

/// How many answered each question.
pub(super) fn items(results: &Results, team: &Team, names: &mut Names) -> Option<Table> {
    let told = |n: Option<usize>| n.map_or_else(|| Mark::Suppressed.into(), Value::count);
    let rows: Vec<Vec<Value>> = (team.quality.items.iter())
        .map(|item| {
            let rate = match item.unanswered {
                Some(_) => Value::percent(item.rate()),
                None => Mark::Suppressed.into(),
            };
            vec![
                Value::words(&item.question),
                Value::words(label(results, &item.question)),
                told(item.answered),
                told(item.unanswered),
                told(item.not_asked),
                rate,
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        sheet: names.sheet("Missing_answers"),
        name: names.table("missing_answers"),
        title: format!("Answers to each question, {}, {}", team.group, results.title),
        about: about(results, "It counts answers and missing answers of the team to each question, unweighted."),
        columns: vec![
            Column::words("Question", 24.0),
            Column::words("Statement", 40.0),
            Column::numbers("Answered"),
            Column::numbers("Asked and not answered").note(Note::Missing),
            Column::numbers("Not asked, or does not apply"),
            Column::numbers("Answered of those asked (%)"),
        ],
        rows,
    })
}

/// Findings by code: how many, never where, since places lead to people.
pub(super) fn findings(results: &Results, team: &Team, names: &mut Names) -> Option<Table> {
    let counted = team.quality.findings.iter().map(|found| (found.code.as_str(), found.severity, found.count));
    let title = format!("Findings about the returns by code, {}, {}", team.group, results.title);
    let is_about = "It counts what was wrong in the returns of the team; concerns are in no pack.";
    (!team.quality.findings.is_empty()).then(|| by_code(counted, names, title, about(results, is_about)))
}
