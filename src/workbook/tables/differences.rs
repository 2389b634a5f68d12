//! Change over time, differences within the study, funnels, and which gaps could have been found.

use crate::estimate::{Adjust, Contrast, Family, Statistic};
use crate::results::{Results, Trend, Waves};
use crate::workbook::fit::Names;
use crate::workbook::notes::Note;
use crate::workbook::published::{Column, Mark, Table, Value};

use super::overview::{grouping_label, unit};
use super::{about, label};

/// Change since the last wave, for everyone and by group.
pub(super) fn changes(results: &Results, names: &mut Names) -> Option<Table> {
    let waves = results.waves.as_ref()?;
    let mut table = contrasts(results, &waves.change, "Change", names)?;
    table.about.insert(1, both(results, waves));
    Some(table)
}

fn both(results: &Results, waves: &Waves) -> String {
    match waves.in_both {
        Some(n) if n > 0 && n < results.suppress_below => {
            format!("Fewer than {} people answered both waves.", results.suppress_below)
        }
        Some(n) => format!("{n} people answered both waves."),
        None => "Who answered both waves is not known.".to_owned(),
    }
}

/// A table for each family of differences between groups and between questions.
pub(super) fn families(results: &Results, names: &mut Names) -> Vec<Table> {
    let sheet = |family: &Family| match family.is_items() {
        true => format!("Questions_{}", family.name.trim_start_matches("items-")),
        false => format!("Groups_{}", family.name),
    };
    results.contrasts.iter().filter_map(|family| contrasts(results, family, &sheet(family), names)).collect()
}

fn contrasts(results: &Results, family: &Family, sheet: &str, names: &mut Names) -> Option<Table> {
    let items = family.is_items();
    let breaks = family.contrasts.iter().any(|contrast| contrast.broken.is_some());
    let row = |contrast: &Contrast| {
        let mut row = vec![Value::words(&contrast.question), Value::words(label(results, &contrast.question))];
        if items {
            row.push(Value::words(label(results, &contrast.other_question)));
        } else {
            row.push(Value::words(grouping_label(results, &contrast.by)));
            row.push(Value::words(if contrast.group.is_empty() { "Everyone" } else { &contrast.group }));
        }
        row.push(Value::words(&contrast.label));
        row.push(Value::words(unit(contrast.statistic)));
        let test = &contrast.test;
        let number = |value: f64, compares: bool| match (contrast.suppressed, &contrast.broken) {
            (true, _) => Mark::Suppressed.into(),
            (false, Some(_)) if compares => Mark::NotApplicable.into(),
            _ if !contrast.statistic.is_share() => Value::number(value, 2),
            _ => Value::percent(value),
        };
        let plain = |value: f64, decimals: u8| match (contrast.suppressed, &contrast.broken) {
            (true, _) => Mark::Suppressed.into(),
            (false, Some(_)) => Mark::NotApplicable.into(),
            _ => Value::number(value, decimals),
        };
        row.push(if contrast.suppressed { Mark::Suppressed.into() } else { Value::count(contrast.n) });
        row.extend([number(contrast.estimate, false), number(contrast.other, false)]);
        row.extend([test.difference, test.ci_low, test.ci_high, test.se].map(|value| number(value, true)));
        row.extend([plain(test.df, 1), plain(test.p_value, 4), plain(contrast.adjusted, 4)]);
        row.push(match (contrast.suppressed, &contrast.broken) {
            (true, _) => Mark::Suppressed.into(),
            (false, Some(_)) => Value::Text("break in the series".to_owned()),
            (false, None) => Value::Text(contrast.verdict.told(contrast.high_is)),
        });
        if breaks {
            row.push(contrast.broken.as_deref().map_or_else(|| Mark::NotApplicable.into(), Value::words));
        }
        row
    };
    if family.contrasts.is_empty() {
        return None;
    }
    let mut columns = vec![Column::words("Question", 24.0), Column::words("Statement", 40.0)];
    if items {
        columns.push(Column::words("Against", 40.0));
    } else {
        columns.extend([Column::words("Grouping", 16.0), Column::words("Group", 26.0)]);
    }
    columns.extend([
        Column::words("Measure", 22.0),
        Column::words("Unit", 12.0),
        Column::numbers("Base (answers)").note(Note::Base),
        Column::numbers("Figure"),
        Column::numbers(format!("Figure of {}", family.against)),
        Column::numbers("Difference"),
        Column::numbers("Lower limit of the difference"),
        Column::numbers("Upper limit of the difference"),
        Column::numbers("Standard error of the difference"),
        Column::numbers("Degrees of freedom"),
        Column::numbers("p-value"),
        Column::numbers("Adjusted p-value").note(Note::ManyTests),
        Column::words("Verdict", 26.0).note(Note::ManyTests),
    ]);
    if breaks {
        columns.push(Column::words("Break in the series", 40.0));
    }
    let mut about = about(results, "It shows differences with their tests.");
    let adjusted = match family.adjust {
        Adjust::None => "p-values not adjusted".to_owned(),
        adjust => format!("p-values adjusted by {} over {}", adjust.words(), family.together),
    };
    about.insert(1, format!("Test: {}; {adjusted}.", family.method));
    Some(Table {
        sheet: names.sheet(sheet),
        name: names.table(&sheet.to_lowercase()),
        title: format!("{}, {}", family.title, results.title),
        about,
        columns,
        rows: family.contrasts.iter().map(row).collect(),
    })
}

/// Every figure over the waves; none with fewer than three.
pub(super) fn trends(results: &Results, names: &mut Names) -> Option<Table> {
    let waves = results.waves.as_ref()?;
    let long: Vec<&Trend> = waves.trends.iter().filter(|trend| trend.points.len() > 2).collect();
    let rows: Vec<Vec<Value>> = long
        .iter()
        .flat_map(|trend| trend.points.iter().enumerate().map(move |(place, point)| (trend, place, point)))
        .map(|(trend, place, point)| {
            let number = |value: f64| match trend.statistic {
                Statistic::Mean | Statistic::Median => Value::number(value, 2),
                _ => Value::percent(value),
            };
            let control = trend.control.as_ref().filter(|_| place >= trend.comparable_from());
            let limit = |value: Option<f64>| value.map_or_else(|| Mark::NotApplicable.into(), number);
            vec![
                Value::words(&trend.question),
                Value::words(label(results, &trend.question)),
                Value::words(&trend.label),
                Value::words(unit(trend.statistic)),
                Value::words(&waves.labels[point.wave]),
                Value::count(point.n),
                number(point.estimate),
                number(point.ci_low),
                number(point.ci_high),
                limit(control.map(|control| control.centre)),
                limit(control.map(|control| control.low)),
                limit(control.map(|control| control.high)),
                match crate::chart::trend::signal(trend, place) {
                    Some(signal) => Value::Text(crate::chart::trend::signal_words(signal).to_owned()),
                    None => Mark::NotApplicable.into(),
                },
                point.break_before.as_deref().map_or_else(|| Mark::NotApplicable.into(), Value::words),
            ]
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(Table {
        sheet: names.sheet("Trends"),
        name: names.table("trends"),
        title: format!("Every figure over the waves, {}", results.title),
        about: about(results, "It shows the figures for everyone wave by wave."),
        columns: vec![
            Column::words("Question", 24.0),
            Column::words("Statement", 40.0),
            Column::words("Measure", 22.0),
            Column::words("Unit", 12.0),
            Column::words("Wave", 24.0),
            Column::numbers("Base (answers)").note(Note::Base),
            Column::numbers("Estimate"),
            Column::numbers("Lower limit").note(Note::Margin),
            Column::numbers("Upper limit"),
            Column::numbers("Mean of the waves").note(Note::Control),
            Column::numbers("Lower control limit"),
            Column::numbers("Upper control limit"),
            Column::words("Signal", 20.0),
            Column::words("Break before this wave", 40.0),
        ],
        rows,
    })
}

/// Groups within the limits of chance.
pub(super) fn funnels(results: &Results, names: &mut Names) -> Option<Table> {
    let rows: Vec<Vec<Value>> = results
        .funnels
        .iter()
        .flat_map(|funnel| funnel.points.iter().map(move |point| (funnel, point)))
        .map(|(funnel, point)| {
            let mut row = vec![
                Value::words(&funnel.question),
                Value::words(label(results, &funnel.question)),
                Value::words(&funnel.heading),
                Value::words(&point.group),
                point.n.map_or_else(|| Mark::NotAvailable.into(), Value::count),
                Value::number(point.effective, 1),
                Value::percent(point.estimate),
                Value::percent(funnel.baseline),
                Value::words(&funnel.baseline_label),
            ];
            let limits = [point.inner.0, point.inner.1, point.outer.0, point.outer.1];
            row.extend(limits.map(Value::percent));
            row.extend([Value::words(point.words()), Value::words(funnel.limits.name())]);
            row
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(Table {
        sheet: names.sheet("Funnels"),
        name: names.table("funnels"),
        title: format!("Groups within the limits of chance, {}", results.title),
        about: about(
            results,
            "It shows how far each group or organisation lies from the baseline, and how far chance would take it.",
        ),
        columns: vec![
            Column::words("Question", 24.0),
            Column::words("Statement", 40.0),
            Column::words("Grouping", 16.0),
            Column::words("Group", 26.0),
            Column::numbers("Base (answers)").note(Note::Base),
            Column::numbers("Effective answers").note(Note::Funnel),
            Column::numbers("Positive share (%)"),
            Column::numbers("Baseline (%)"),
            Column::words("Baseline", 30.0),
            Column::numbers("Lower 95% limit (%)"),
            Column::numbers("Upper 95% limit (%)"),
            Column::numbers("Lower 99.8% limit (%)"),
            Column::numbers("Upper 99.8% limit (%)"),
            Column::words("Place", 26.0),
            Column::words("Limits by", 12.0),
        ],
        rows,
    })
}

/// The smallest gaps that would have been found.
pub(super) fn detectable(results: &Results, names: &mut Names) -> Option<Table> {
    if results.detectable.is_empty() {
        return None;
    }
    let groupings: Vec<&str> =
        (results.contrasts.iter()).filter(|family| !family.is_items()).map(|family| family.name.as_str()).collect();
    let rows = results
        .detectable
        .iter()
        .map(|found| {
            let number = |value: f64| match found.statistic {
                Statistic::Mean | Statistic::Median => Value::number(value, 2),
                _ => Value::percent(value),
            };
            let mut row = vec![
                Value::words(&found.question),
                Value::words(label(results, &found.question)),
                Value::words(&found.label),
                Value::words(unit(found.statistic)),
                Value::count(found.n),
                number(found.from_figure),
            ];
            row.extend(found.between_groups.iter().map(|&gap| number(gap)));
            row
        })
        .collect();
    let mut columns = vec![
        Column::words("Question", 24.0),
        Column::words("Statement", 40.0),
        Column::words("Measure", 22.0),
        Column::words("Unit", 12.0),
        Column::numbers("Base (answers)").note(Note::Base),
        Column::numbers("Gap from a published figure").note(Note::Detectable),
    ];
    columns.extend(groupings.iter().map(|by| Column {
        width: 20.0,
        ..Column::numbers(format!("Gap between groups: {}", grouping_label(results, by)))
    }));
    Some(Table {
        sheet: names.sheet("Gaps"),
        name: names.table("gaps"),
        title: format!("Which gaps this study could have found, {}", results.title),
        about: about(results, "It shows the smallest true gap that a test would find four times in five."),
        columns,
        rows,
    })
}
