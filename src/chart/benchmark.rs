//! Every question against its published figure: dot, interval, line, verdict.

use super::dots::{Axis, Column, Dot, Row, Said, dots};
use super::figure::{difference, interval, percent, share, signed};
use super::{Caption, Chart, ChartData, ChartPlace};
use crate::error::Result;
use crate::estimate::{Comparison, Estimate, Verdict};
use crate::results::Results;

/// The questions' positive shares beside the first published figure that each compares with.
pub(super) fn against_benchmark(results: &Results) -> Result<Option<Chart>> {
    let compared: Vec<(&Estimate, Option<&Comparison>)> = results
        .questions
        .iter()
        .filter_map(|question| question.overall.positive.as_ref().map(|estimate| (question, estimate)))
        .filter(|(_, estimate)| !estimate.comparisons.is_empty())
        .map(|(question, estimate)| {
            let shown = !question.overall.suppressed && !estimate.is_suppressed();
            (estimate, if shown { estimate.comparisons.first() } else { None })
        })
        .collect();
    let shown: Vec<(&Estimate, &Comparison)> = compared.iter().filter_map(|(e, c)| c.map(|c| (*e, c))).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let words = words_for(&shown);
    let values = shown.iter().flat_map(|(e, c)| [e.ci_low, e.ci_high, e.estimate, c.value]);
    let axis = Axis::over(values, 0.1, 0.4, (0.0, 1.0), percent);
    let columns = [
        Column { heading: "This study", width: 62, strong: true, marked: false },
        Column { heading: "Published", width: 84, strong: false, marked: false },
        Column { heading: "", width: 16, strong: false, marked: false },
        Column { heading: "Difference in points", width: 164, strong: false, marked: true },
        Column { heading: "Base", width: 44, strong: false, marked: false },
    ];
    let rows: Vec<Row> = compared
        .iter()
        .map(|(estimate, comparison)| match comparison {
            None => Row::Words { label: results.label(&estimate.question), words: results.hidden_words() },
            Some(comparison) => Row::Dot(Dot {
                label: results.label(&estimate.question),
                point: estimate.estimate,
                low: estimate.ci_low,
                high: estimate.ci_high,
                benchmark: Some(comparison.value),
                verdict: Some(Said::of(comparison.verdict, comparison.verdict.is_good(comparison.high_is))),
                cells: vec![
                    percent(estimate.estimate),
                    percent(comparison.value),
                    String::new(),
                    verdict_cell(comparison),
                    super::figure::count(estimate.n),
                ],
            }),
        })
        .collect();
    let data = ChartData {
        columns: vec![
            "question",
            "label",
            "per_cent",
            "ci_low",
            "ci_high",
            "base",
            "benchmark",
            "benchmark_label",
            "difference",
            "verdict",
        ],
        rows: compared.iter().map(|(estimate, comparison)| data_row(results, estimate, *comparison)).collect(),
    };
    let caption = Caption {
        name: "against-benchmark".to_owned(),
        place: ChartPlace::Summary,
        title: title(&shown, &words),
        description: description(results, &shown),
        note: format!(
            "Dot: this study. Line through it: {} interval. Upright line: {words}. Base: answers counted. {}",
            percent(results.level),
            super::method_note(shown.iter().map(|(estimate, _)| *estimate))
        ),
    };
    caption.frame(results, |width| dots(width, &axis, &columns, &rows), data).map(Some)
}

/// What the published figures are called together.
fn words_for(shown: &[(&Estimate, &Comparison)]) -> String {
    let first = &shown[0].1.label;
    if shown.iter().all(|(_, comparison)| comparison.label == *first) {
        first.clone()
    } else {
        "the published figure".to_owned()
    }
}

fn verdict_cell(comparison: &Comparison) -> String {
    match comparison.verdict {
        Verdict::Higher | Verdict::Lower => {
            let points = signed(comparison.difference * 100.0, 0);
            match comparison.verdict.is_good(comparison.high_is) {
                Some(true) => format!("{} ({points}, better)", comparison.verdict.words()),
                Some(false) => format!("{} ({points}, worse)", comparison.verdict.words()),
                None => format!("{} ({points})", comparison.verdict.words()),
            }
        }
        _ => comparison.verdict.words().to_owned(),
    }
}

fn title(shown: &[(&Estimate, &Comparison)], words: &str) -> String {
    let count = |verdict| shown.iter().filter(|(_, comparison)| comparison.verdict == verdict).count();
    let of = shown.len();
    let (higher, lower) = (count(Verdict::Higher), count(Verdict::Lower));
    match (higher, lower) {
        (0, 0) => format!("None of {of} results can be told apart from {words}"),
        (h, 0) => format!("{h} of {of} results {} above {words}, none below", is_are(h)),
        (0, l) => format!("{l} of {of} results {} below {words}, none above", is_are(l)),
        (h, l) => format!("{h} of {of} results {} above {words}, {l} below", is_are(h)),
    }
}

fn is_are(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

fn description(results: &Results, shown: &[(&Estimate, &Comparison)]) -> String {
    let mut out =
        String::from("Dots with intervals against upright lines for the published figures, a row a question. ");
    for (estimate, comparison) in shown.iter().take(super::DESCRIBED) {
        out.push_str(&format!(
            "{}: {} against {}, {}. ",
            results.label(&estimate.question),
            percent(estimate.estimate),
            percent(comparison.value),
            comparison.verdict.told(comparison.high_is)
        ));
    }
    super::and_more(&mut out, shown.len());
    out
}

fn data_row(results: &Results, estimate: &Estimate, comparison: Option<&Comparison>) -> Vec<String> {
    let mut row = vec![estimate.question.clone(), results.label(&estimate.question)];
    match comparison {
        None => row.extend(std::iter::repeat_n(super::figure::CONFIDENTIAL.to_owned(), 8)),
        Some(comparison) => {
            let (low, high) = super::ends(interval(estimate));
            row.extend([
                share(estimate.estimate),
                low,
                high,
                estimate.n.to_string(),
                share(comparison.value),
                comparison.label.clone(),
                difference(estimate.statistic, comparison.difference),
                comparison.verdict.words().to_owned(),
            ]);
        }
    }
    row
}
