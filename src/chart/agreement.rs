//! How far two readers of one file came to the same answer.

use super::dots::{Axis, Column, Dot, Row, dots};
use super::figure::{UNAVAILABLE, number, percent};
use super::{Caption, Chart, ChartData, ChartPlace};
use crate::error::Result;
use crate::results::{QuestionAgreement, Results};

/// The chance-corrected coefficient of each question with its interval, the plain agreement beside it.
pub(super) fn between_readers(results: &Results) -> Result<Option<Chart>> {
    if results.agreement.is_empty() {
        return Ok(None);
    }
    let coefficients: Vec<_> = results.agreement.iter().filter_map(|a| a.coefficient.as_ref()).collect();
    let values = coefficients.iter().flat_map(|a| [a.ci_low, a.ci_high, a.estimate]).chain([0.0, 1.0]);
    let axis = Axis::over(values, 0.2, 1.0, (-1.0, 1.0), |v| number(v, 1));
    let columns = [
        Column { heading: "Coefficient", width: 100, strong: true, marked: false },
        Column { heading: "Same answer", width: 76, strong: false, marked: false },
        Column { heading: "Within a point", width: 76, strong: false, marked: false },
        Column { heading: "Files", width: 52, strong: false, marked: false },
    ];
    let rows: Vec<Row> = results
        .agreement
        .iter()
        .map(|question| {
            let coefficient = question.coefficient.as_ref();
            let value = |of: fn(&crate::agreement::Agreement) -> f64| coefficient.map_or(f64::NAN, of);
            Row::Dot(Dot {
                label: results.label(&question.question),
                point: value(|a| a.estimate),
                low: value(|a| a.ci_low),
                high: value(|a| a.ci_high),
                benchmark: None,
                verdict: None,
                cells: vec![
                    coefficient_words(question),
                    percent(question.exact),
                    question.within_one.map_or(String::new(), percent),
                    question.units.to_string(),
                ],
            })
        })
        .collect();
    let mut exact: Vec<&QuestionAgreement> = results.agreement.iter().filter(|a| a.exact.is_finite()).collect();
    exact.sort_by(|a, b| a.exact.total_cmp(&b.exact));
    let title = match (exact.first(), exact.last()) {
        (Some(low), Some(high)) if exact.len() > 1 => format!(
            "Two readers gave the same answer for {} to {} of files, least for {}",
            percent(low.exact),
            percent(high.exact),
            super::figure::lower_first(&results.label(&low.question))
        ),
        (Some(only), _) => format!("Two readers gave the same answer for {} of files", percent(only.exact)),
        _ => "No file was read twice with an answer from both readers".to_owned(),
    };
    let mut description = String::from("Dots with intervals of the coefficient of agreement, a row a question. ");
    for question in results.agreement.iter().take(super::DESCRIBED) {
        let label = results.label(&question.question);
        let words = format!("{label}: {}, same answer {}. ", coefficient_words(question), percent(question.exact));
        description.push_str(&words);
    }
    super::and_more(&mut description, results.agreement.len());
    let mut names: Vec<&str> = coefficients.iter().map(|a| a.title()).collect();
    names.sort_unstable();
    names.dedup();
    let caption = Caption {
        name: "agreement".to_owned(),
        place: ChartPlace::Agreement,
        title,
        description,
        note: format!(
            "Dot: coefficient corrected for chance ({}); 1 is full agreement, 0 what chance alone would bring. Line: {} \
             interval. Files: read twice, with an answer from both.",
            if names.is_empty() { "none could be computed".to_owned() } else { names.join(", ") },
            percent(results.level)
        ),
    };
    let data = ChartData {
        columns: vec!["question", "label", "files", "exact_per_cent", "within_one_per_cent", "coefficient", "value"],
        rows: results
            .agreement
            .iter()
            .map(|a| {
                vec![
                    a.question.clone(),
                    results.label(&a.question),
                    a.units.to_string(),
                    super::figure::share(a.exact),
                    a.within_one.map_or(String::new(), super::figure::share),
                    a.coefficient.as_ref().map_or(String::new(), |c| c.coefficient.clone()),
                    a.coefficient.as_ref().map_or(String::new(), |c| number(c.estimate, 3)),
                ]
            })
            .collect(),
    };
    caption.frame(results, |width| dots(width, &axis, &columns, &rows), data).map(Some)
}

fn coefficient_words(question: &QuestionAgreement) -> String {
    match &question.coefficient {
        Some(coefficient) if coefficient.estimate.is_finite() => number(coefficient.estimate, 2),
        _ => UNAVAILABLE.to_owned(),
    }
}
