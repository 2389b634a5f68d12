//! How fieldwork stands as one JSON object: all that the table, the lists and the page are made from.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::pipeline::{Course, Outstanding, ReserveRow, Status, StatusRow};

/// The object. Dates are ISO dates; what is not known is null.
#[derive(Serialize)]
struct Object<'a> {
    study: Study<'a>,
    /// The day as at which it is told.
    as_at: Option<String>,
    opens: Option<String>,
    closes: Option<String>,
    /// Returns that say no day; they count on every day.
    undated: usize,
    /// The margin that figures for everyone should keep to, in points.
    rule_points: f64,
    /// The rows of the table, in its order.
    rows: Vec<Row<'a>>,
    /// The course over the days, for everybody and by stratum: what the page's chart is drawn from.
    course: Vec<Part<'a>>,
    /// Who has not replied and was not struck off.
    remind: &'a [Outstanding],
    reserves: &'a [ReserveRow],
    findings: &'a [Finding],
}

#[derive(Serialize)]
struct Study<'a> {
    title: &'a str,
    organisation: &'a str,
    period: &'a str,
    kind: crate::terms::StudyKind,
    notice: Option<&'a str>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    row: &'a StatusRow,
    response_rate: Option<f64>,
}

#[derive(Serialize)]
struct Part<'a> {
    /// `all` or `stratum`.
    part: &'static str,
    name: &'a str,
    issued: usize,
    /// Returns expected at the close.
    expected: Option<f64>,
    days: Vec<Day>,
}

#[derive(Serialize)]
struct Day {
    date: String,
    /// Units returned up to that day.
    returned: usize,
    /// What should have come by then.
    planned: Option<f64>,
}

/// How fieldwork stands, as JSON with a line end at the end.
pub(super) fn render(status: &Status) -> Result<String> {
    let progress = &status.progress;
    let part = |part, name, course: &Course| Part {
        part,
        name,
        issued: course.issued,
        expected: course.expected,
        days: (course.returned.iter())
            .map(|&(date, returned)| {
                let planned = course.planned(progress.opens, progress.closes, date);
                Day { date: date.to_string(), returned, planned }
            })
            .collect(),
    };
    let strata = progress.strata.iter().map(|(name, course)| part("stratum", name.as_str(), course));
    let study = &status.study;
    let object = Object {
        study: Study {
            title: &study.title,
            organisation: &study.organisation,
            period: &study.period,
            kind: study.kind,
            notice: study.notice.as_deref(),
        },
        as_at: progress.as_at.map(|day| day.to_string()),
        opens: progress.opens.map(|day| day.to_string()),
        closes: progress.closes.map(|day| day.to_string()),
        undated: progress.undated,
        rule_points: study.rule,
        rows: status.rows.iter().map(|row| Row { row, response_rate: row.response_rate() }).collect(),
        course: std::iter::once(part("all", "", &progress.all)).chain(strata).collect(),
        remind: &status.outstanding,
        reserves: &status.reserves,
        findings: &status.findings,
    };
    let text = serde_json::to_string_pretty(&object)
        .map_err(|error| Error::data("the answer cannot be written").found(error.to_string()))?;
    Ok(text + "\n")
}
