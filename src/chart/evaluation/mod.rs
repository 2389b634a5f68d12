//! Charts of an evaluation: the picture of all areas and indicators, levels over time, and figures beside published ones.
//!
//! A level is drawn as it was judged. Nothing here adds levels up, and nothing draws a line between levels that nobody
//! awarded.

use super::palette::{Fill, Ink, Step};
use super::sheet::{Anchor, Face, SIZE, Sheet, wrap};
use super::{Caption, Chart, ChartData, ChartPlace, Imprint};
use crate::error::Result;
use crate::evaluation::Evaluation;
use crate::evidence::framework::{Area, Leaning};

mod figures;
mod glance;
mod time;

/// All charts of an evaluation, in the order in which its report shows them.
///
/// # Errors
/// When a chart cannot be drawn, which no evaluation should bring about.
pub fn all(evaluation: &Evaluation) -> Result<Vec<Chart>> {
    let mut charts = vec![glance::picture(evaluation)?];
    for area in areas(evaluation) {
        charts.extend(time::of_area(evaluation, area)?);
        charts.extend(figures::beside_published(evaluation, area)?);
    }
    charts.extend(time::of_all_areas(evaluation)?);
    Ok(charts)
}

impl<'a> From<&'a Evaluation> for Imprint<'a> {
    fn from(evaluation: &'a Evaluation) -> Self {
        let head = &evaluation.definition.evaluation;
        Imprint {
            run: format!(
                "{}, {}, as at {}. Run {}.",
                head.title,
                head.organisation,
                head.date.format("%-d %B %Y"),
                evaluation.run_id
            ),
            notice: head.notice.as_deref().unwrap_or_default(),
        }
    }
}

/// The areas in scope.
fn areas(evaluation: &Evaluation) -> impl Iterator<Item = &Area> {
    let framework = &evaluation.framework;
    framework.areas.iter().filter(|area| evaluation.definition.in_scope(framework, &area.number))
}

/// A number as part of a file's name.
fn stem(number: &str) -> String {
    number.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
}

/// What a level is painted with: the side to which it leans.
fn fill(evaluation: &Evaluation, level: u8) -> Fill {
    match evaluation.framework.level(level).map(|level| level.leans) {
        Some(Leaning::Strong) => Fill::Positive(Step::Middle),
        Some(Leaning::Weak) => Fill::Negative(Step::Middle),
        _ => Fill::Neutral,
    }
}

/// A number and a title in lines that fit.
fn titled(evaluation: &Evaluation, subject: &str, face: Face, width: i32) -> Vec<String> {
    let title = evaluation.framework.title(subject).unwrap_or_default();
    wrap(&format!("{subject} {title}"), face, SIZE, width, 4)
}

/// `1 area has`, `3 areas have`.
fn counted(n: usize, one: &str, many: &str) -> String {
    super::figure::counted(n, one, many)
}
