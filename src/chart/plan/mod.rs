//! Charts of an improvement plan: grades by theme, a timeline of its actions, and figures against their targets.

use super::palette::{Fill, Ink, Step};
use super::sheet::{Anchor, Face, SIZE, Sheet, wrap};
use super::{Caption, Chart, ChartData, ChartPlace, Imprint};
use crate::error::Result;
use crate::plan::report::{Report, Theme};
use crate::plan::when::long;

mod grades;
mod targets;
mod timeline;

/// A plan's report and the run that it comes from.
#[derive(Clone, Copy)]
struct Of<'a> {
    report: &'a Report,
    run_id: &'a str,
}

/// All charts of a plan, in the order in which its report shows them.
///
/// # Errors
/// When a chart cannot be drawn, which no plan should bring about.
pub fn all(report: &Report, run_id: &str) -> Result<Vec<Chart>> {
    let of = Of { report, run_id };
    let mut charts = vec![grades::by_theme(of)?];
    charts.extend(timeline::of_actions(of)?);
    charts.extend(targets::against_figures(of)?);
    Ok(charts)
}

impl<'a> From<Of<'a>> for Imprint<'a> {
    fn from(Of { report, run_id }: Of<'a>) -> Self {
        let owner = if report.organisation.is_empty() { String::new() } else { format!(", {}", report.organisation) };
        Imprint {
            run: format!("{}{owner}, as at {}. Run {run_id}.", report.title, long(report.as_at)),
            notice: report.notice.as_deref().unwrap_or_default(),
        }
    }
}

/// What a theme is called.
fn heading(theme: &Theme) -> &str {
    if theme.title.is_empty() { "Actions" } else { &theme.title }
}

/// The first line of a text.
fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
