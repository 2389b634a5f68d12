//! How fieldwork ended and what editing did: edit rules, dispositions, outcome rates, checks.

use crate::results::Results;
use crate::workbook::fit::Names;
use crate::workbook::published::{Column, Mark, Table, Value};

use super::about;

/// The edit rules with how often each applied.
pub(super) fn edits(results: &Results, names: &mut Names) -> Option<Table> {
    let rules = &results.fieldwork.edits;
    if rules.is_empty() {
        return None;
    }
    let rows = rules
        .iter()
        .map(|rule| {
            let mut row = vec![Value::words(&rule.id), Value::words(&rule.label), Value::words(&rule.action)];
            match rule.counts {
                Some(counts) => {
                    row.extend([counts.returns, counts.answers].map(Value::count));
                    row.extend(match counts.answered {
                        Some((before, after)) => [before, after].map(Value::count),
                        None => [Mark::Suppressed, Mark::Suppressed].map(Value::from),
                    });
                }
                None => row.extend((0..4).map(|_| Value::from(Mark::Suppressed))),
            }
            row
        })
        .collect();
    Some(Table {
        sheet: names.sheet("Editing"),
        name: names.table("editing"),
        title: format!("Edit rules with counts, {}", results.title),
        about: about(results, "It counts where each edit rule applied, in the order in which the rules are applied."),
        columns: vec![
            Column::words("Rule", 12.0),
            Column::words("What it is about", 50.0),
            Column::words("What it does", 40.0),
            Column::numbers("Returns"),
            Column::numbers("Answers"),
            Column::numbers("Answered before"),
            Column::numbers("Answered after"),
        ],
        rows,
    })
}

/// How the units drawn ended.
pub(super) fn dispositions(results: &Results, names: &mut Names) -> Option<Table> {
    let found = &results.fieldwork.dispositions;
    if found.is_empty() {
        return None;
    }
    let all: usize = found.iter().map(|one| one.units).sum();
    let weight: f64 = found.iter().map(|one| one.weighted).sum();
    let row = |name: &str, units: usize, weighted: f64| {
        vec![
            Value::words(name),
            Value::count(units),
            Value::percent(units as f64 / all as f64),
            Value::percent(weighted / weight),
        ]
    };
    let mut rows: Vec<Vec<Value>> = found.iter().map(|one| row(&one.disposition, one.units, one.weighted)).collect();
    rows.push(row("All drawn", all, weight));
    Some(Table {
        sheet: names.sheet("Dispositions"),
        name: names.table("dispositions"),
        title: format!("How the units drawn ended, {}", results.title),
        about: about(results, "It counts the dispositions of the units drawn, unweighted and weighted by the draw."),
        columns: vec![
            Column::words("Disposition", 24.0),
            Column::numbers("Units"),
            Column::numbers("Units (%)"),
            Column::numbers("Weighted (%)"),
        ],
        rows,
    })
}

/// Response, cooperation, refusal and contact rates.
pub(super) fn rates(results: &Results, names: &mut Names) -> Option<Table> {
    let rates = &results.fieldwork.rates;
    if rates.is_empty() {
        return None;
    }
    let rows = rates
        .iter()
        .map(|rate| {
            vec![
                Value::words(&rate.name),
                Value::percent(rate.unweighted),
                Value::percent(rate.weighted),
                Value::words(&rate.formula),
            ]
        })
        .collect();
    let (plain, weighted) = results.fieldwork.eligible;
    let what = format!(
        "I complete, P partial, R refused, broken off or returned blank, NC not reached, O unable, U unknown whether eligible, of \
         whom e = {plain:.3} (weighted {weighted:.3}) are taken to be eligible. Definitions of the American Association for \
         Public Opinion Research."
    );
    Some(Table {
        sheet: names.sheet("Outcome_rates"),
        name: names.table("outcome_rates"),
        title: format!("Outcome rates in standard definitions, {}", results.title),
        about: about(results, &what),
        columns: vec![
            Column::words("Rate", 12.0),
            Column::numbers("Unweighted (%)"),
            Column::numbers("Weighted (%)"),
            Column::words("How it is made", 50.0),
        ],
        rows,
    })
}

/// What asks for an explanation, and the explanations given.
pub(super) fn checks(results: &Results, names: &mut Names) -> Option<Table> {
    let checks = &results.fieldwork.checks;
    if checks.is_empty() {
        return None;
    }
    let rows = checks
        .iter()
        .map(|check| {
            let explanation = check.explanation.as_deref().unwrap_or("Not explained");
            [check.id.as_str(), &check.found, &check.expected, explanation].map(Value::words).into()
        })
        .collect();
    Some(Table {
        sheet: names.sheet("Checks"),
        name: names.table("checks"),
        title: format!("Figures beyond their limits, with explanations, {}", results.title),
        about: about(results, "It lists what asks for an explanation, and the explanation that was given."),
        columns: vec![
            Column::words("Check", 28.0),
            Column::words("Found", 60.0),
            Column::words("Expected", 30.0),
            Column::words("Explanation", 60.0),
        ],
        rows,
    })
}
