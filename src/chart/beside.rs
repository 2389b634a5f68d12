//! One team's shares beside other figures: everyone else's, and published ones.

use super::dots::{Axis, Column, Dot, Row, Said, dots};
use super::figure::{count, interval, percent, share, signed};
use super::{Caption, Chart, ChartData, ChartPlace};
use crate::error::Result;
use crate::estimate::{Estimate, Verdict};
use crate::instrument::HighIs;
use crate::results::{Results, Team};

/// A share of the team's beside another figure.
struct Beside<'a> {
    own: &'a Estimate,
    other: f64,
    difference: f64,
    verdict: Verdict,
    high_is: HighIs,
}

/// What a chart lays the team beside.
struct Other<'a> {
    name: &'static str,
    /// The heading of the other figures.
    heading: &'static str,
    /// What they are, in a sentence.
    words: &'a str,
}

/// The team's shares beside those of the others.
pub(super) fn others(results: &Results, team: &Team) -> Result<Option<Chart>> {
    let Some(family) = results.contrasts.iter().find(|family| !family.is_items()) else { return Ok(None) };
    let rows = results.questions.iter().filter_map(|question| {
        let own = question.own_share()?;
        let contrast = family.contrasts.iter().find(|found| found.question == question.id && !found.suppressed)?;
        Some(Beside {
            own,
            other: contrast.other,
            difference: contrast.test.difference,
            verdict: contrast.verdict,
            high_is: contrast.high_is,
        })
    });
    let other = Other { name: "against-others", heading: "The others", words: &family.against };
    draw(results, team, &other, &rows.collect::<Vec<_>>())
}

/// The team's shares beside the first published figure of each question.
pub(super) fn published(results: &Results, team: &Team) -> Result<Option<Chart>> {
    let rows: Vec<(Beside, &str)> = (results.questions.iter())
        .filter_map(|question| {
            let own = question.own_share()?;
            let comparison = own.comparisons.first()?;
            let beside = Beside {
                own,
                other: comparison.value,
                difference: comparison.difference,
                verdict: comparison.verdict,
                high_is: comparison.high_is,
            };
            Some((beside, comparison.label.as_str()))
        })
        .collect();
    let one = rows.first().map(|(_, label)| *label).filter(|first| rows.iter().all(|(_, label)| label == first));
    let words = one.unwrap_or("the published figure");
    let other = Other { name: "against-published", heading: "Published", words };
    draw(results, team, &other, &rows.into_iter().map(|(beside, _)| beside).collect::<Vec<_>>())
}

fn draw(results: &Results, team: &Team, other: &Other<'_>, rows: &[Beside<'_>]) -> Result<Option<Chart>> {
    if rows.is_empty() {
        return Ok(None);
    }
    let values = rows.iter().flat_map(|row| [row.own.ci_low, row.own.ci_high, row.own.estimate, row.other]);
    let axis = Axis::over(values, 0.1, 0.4, (0.0, 1.0), percent);
    let columns = [
        Column { heading: "This team", width: 62, strong: true, marked: false },
        Column { heading: other.heading, width: 84, strong: false, marked: false },
        Column { heading: "", width: 16, strong: false, marked: false },
        Column { heading: "Difference in points", width: 164, strong: false, marked: true },
        Column { heading: "Base", width: 44, strong: false, marked: false },
    ];
    let drawn: Vec<Row> = rows
        .iter()
        .map(|row| {
            Row::Dot(Dot {
                label: results.label(&row.own.question),
                point: row.own.estimate,
                low: row.own.ci_low,
                high: row.own.ci_high,
                benchmark: Some(row.other),
                verdict: Some(Said::of(row.verdict, row.verdict.is_good(row.high_is))),
                cells: vec![
                    percent(row.own.estimate),
                    percent(row.other),
                    String::new(),
                    difference(row),
                    count(row.own.n),
                ],
            })
        })
        .collect();
    let mut description = String::from("Dots with intervals against upright lines, a row a question. ");
    for row in rows.iter().take(super::DESCRIBED) {
        description.push_str(&format!(
            "{}: {} against {}, {}. ",
            results.label(&row.own.question),
            percent(row.own.estimate),
            percent(row.other),
            row.verdict.told(row.high_is)
        ));
    }
    super::and_more(&mut description, rows.len());
    let data = ChartData {
        columns: vec!["question", "label", "per_cent", "ci_low", "ci_high", "base", "other", "difference", "verdict"],
        rows: rows.iter().map(|row| data_row(results, row)).collect(),
    };
    let caption = Caption {
        name: other.name.to_owned(),
        place: ChartPlace::Summary,
        title: title(team, other.words, rows),
        description,
        note: format!(
            "Dot: {}. Line through it: {} interval. Upright line: {}. Base: answers counted. {}",
            team.group,
            percent(results.level),
            other.words,
            super::method_note(rows.iter().map(|row| row.own))
        ),
    };
    caption.frame(results, |width| dots(width, &axis, &columns, &drawn), data).map(Some)
}

/// "higher (worse), +12".
fn difference(row: &Beside<'_>) -> String {
    match row.verdict {
        Verdict::Higher | Verdict::Lower => {
            let points = signed(row.difference * 100.0, 0);
            match row.verdict.is_good(row.high_is) {
                Some(true) => format!("{} ({points}, better)", row.verdict.words()),
                Some(false) => format!("{} ({points}, worse)", row.verdict.words()),
                None => format!("{} ({points})", row.verdict.words()),
            }
        }
        _ => row.verdict.words().to_owned(),
    }
}

fn title(team: &Team, words: &str, rows: &[Beside<'_>]) -> String {
    let news = |good| rows.iter().filter(|row| row.verdict.is_good(row.high_is) == Some(good)).count();
    let apart = rows.iter().filter(|row| matches!(row.verdict, Verdict::Higher | Verdict::Lower)).count();
    let (name, of) = (&team.group, rows.len());
    match (news(true), news(false), apart) {
        (_, _, 0) => format!("{name} cannot be told apart from {words} on any of {of} shares"),
        (0, 0, apart) => format!("{name} differs from {words} on {apart} of {of} shares"),
        (better, 0, _) => format!("{name} is better than {words} on {better} of {of} shares, worse on none"),
        (0, worse, _) => format!("{name} is worse than {words} on {worse} of {of} shares, better on none"),
        (better, worse, _) => format!("{name} is better than {words} on {better} of {of} shares, worse on {worse}"),
    }
}

fn data_row(results: &Results, row: &Beside<'_>) -> Vec<String> {
    let (low, high) = super::ends(interval(row.own));
    vec![
        row.own.question.clone(),
        results.label(&row.own.question),
        share(row.own.estimate),
        low,
        high,
        row.own.n.to_string(),
        share(row.other),
        signed(row.difference * 100.0, 1),
        row.verdict.told(row.high_is),
    ]
}
