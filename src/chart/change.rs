//! Change since the wave before: a dot and an interval for each question, against no change.

use super::dots::{Axis, Column, Dot, Row, Said, dots};
use super::figure::{count, number, percent, signed};
use super::{Caption, Chart, ChartData, ChartPlace};
use crate::error::Result;
use crate::estimate::{Contrast, Statistic, Verdict, in_words};
use crate::instrument::HighIs;
use crate::results::{Results, Waves};

/// The change in every positive share, for everyone.
pub(super) fn since_last_wave(results: &Results) -> Result<Option<Chart>> {
    let Some(waves) = &results.waves else { return Ok(None) };
    let everyone: Vec<&Contrast> = waves
        .change
        .contrasts
        .iter()
        .filter(|contrast| contrast.by.is_empty() && contrast.statistic != Statistic::Mean)
        .collect();
    let shown: Vec<&Contrast> = everyone.iter().copied().filter(|c| !c.suppressed && c.broken.is_none()).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let ends = shown.iter().flat_map(|c| [c.test.ci_low, c.test.ci_high, 0.0]);
    let axis = Axis::over(ends, 0.1, 0.4, (-1.0, 1.0), |value| signed(value * 100.0, 0));
    let columns = [
        Column { heading: "Last time", width: 54, strong: false, marked: false },
        Column { heading: "This time", width: 54, strong: false, marked: false },
        Column { heading: "Change in points", width: 74, strong: true, marked: false },
        Column { heading: "", width: 16, strong: false, marked: false },
        Column { heading: "", width: 126, strong: false, marked: true },
        Column { heading: "Base", width: 44, strong: false, marked: false },
    ];
    let rows: Vec<Row> = everyone
        .iter()
        .map(|contrast| {
            let label = results.label(&contrast.question);
            match &contrast.broken {
                _ if contrast.suppressed => Row::Words { label, words: results.hidden_words() },
                Some(_) => Row::Words { label, words: "break in the series: does not compare".to_owned() },
                None => Row::Dot(Dot {
                    label,
                    point: contrast.test.difference,
                    low: contrast.test.ci_low,
                    high: contrast.test.ci_high,
                    benchmark: Some(0.0),
                    verdict: Some(Said::of(contrast.verdict, contrast.verdict.is_good(contrast.high_is))),
                    cells: vec![
                        percent(contrast.other),
                        percent(contrast.estimate),
                        signed(contrast.test.difference * 100.0, 0),
                        String::new(),
                        change_told(contrast.verdict, contrast.high_is),
                        count(contrast.n),
                    ],
                }),
            }
        })
        .collect();
    let caption = Caption {
        name: "change".to_owned(),
        place: ChartPlace::Waves,
        title: title(&shown, waves),
        description: description(results, &shown),
        note: format!(
            "Dot: this time less last time. Line through it: {} interval. Upright line: no change. Method: {}.",
            percent(results.level),
            in_words(std::iter::once(waves.change.method.as_str()))
        ),
    };
    let data = ChartData {
        columns: vec!["question", "label", "last_time", "this_time", "change", "ci_low", "ci_high", "base", "verdict"],
        rows: everyone.iter().map(|contrast| data_row(results, contrast)).collect(),
    };
    caption.frame(results, |width| dots(width, &axis, &columns, &rows), data).map(Some)
}

/// What became of a figure.
fn change_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Higher => "rose",
        Verdict::Lower => "fell",
        Verdict::NoRealDifference => "no real change",
        Verdict::TooFewToSay => "too few to say",
    }
}

/// What became of a figure, and whether that is good news: "fell (better)" where a high figure is bad.
pub(crate) fn change_told(verdict: Verdict, high_is: HighIs) -> String {
    match verdict.is_good(high_is) {
        Some(true) => format!("{} (better)", change_words(verdict)),
        Some(false) => format!("{} (worse)", change_words(verdict)),
        None => change_words(verdict).to_owned(),
    }
}

fn title(shown: &[&Contrast], waves: &Waves) -> String {
    let n = |verdict| shown.iter().filter(|contrast| contrast.verdict == verdict).count();
    let (of, since) = (shown.len(), &waves.change.against);
    match (n(Verdict::Higher), n(Verdict::Lower)) {
        (0, 0) => format!("None of {of} results changed since {since} by more than chance explains"),
        (up, 0) => format!("{up} of {of} results rose since {since}, none fell"),
        (0, down) => format!("{down} of {of} results fell since {since}, none rose"),
        (up, down) => format!("{up} of {of} results rose since {since}, {down} fell"),
    }
}

fn description(results: &Results, shown: &[&Contrast]) -> String {
    let mut out = String::from("Dots with intervals against an upright line for no change, a row a question. ");
    for contrast in shown.iter().take(super::DESCRIBED) {
        out.push_str(&format!(
            "{}: from {} to {}, {}. ",
            results.label(&contrast.question),
            percent(contrast.other),
            percent(contrast.estimate),
            change_told(contrast.verdict, contrast.high_is)
        ));
    }
    super::and_more(&mut out, shown.len());
    out
}

fn data_row(results: &Results, contrast: &Contrast) -> Vec<String> {
    let mut row = vec![contrast.question.clone(), results.label(&contrast.question)];
    let points = |value: f64| number(value * 100.0, 1);
    if contrast.suppressed {
        row.extend(std::iter::repeat_n(super::figure::CONFIDENTIAL.to_owned(), 7));
    } else if let Some(reason) = &contrast.broken {
        row.extend([points(contrast.other), points(contrast.estimate)]);
        row.extend(std::iter::repeat_n(super::figure::UNAVAILABLE.to_owned(), 3));
        row.extend([contrast.n.to_string(), format!("break in the series: {reason}")]);
    } else {
        row.extend([contrast.other, contrast.estimate].map(points));
        row.extend([contrast.test.difference, contrast.test.ci_low, contrast.test.ci_high].map(points));
        row.extend([contrast.n.to_string(), change_words(contrast.verdict).to_owned()]);
    }
    row
}
