//! What a pilot leads to expect: the precision of every question and group, and the differences that could be told.

use super::shares::Shares;
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::results::{GroupResult, Results};

/// The 80% point of the normal distribution: the power that `quorate size --detect` plans with by default.
const POWER_80: f64 = 0.841_621_233_572_914_3;

/// What to expect.
#[derive(Debug, Clone, Default)]
pub struct Expectation {
    /// For every question with a positive share: everyone, then every group.
    pub precision: Vec<Expected>,
    /// Between the groups of a column, two by two, and with the earlier wave.
    pub comparisons: Vec<Gap>,
}

/// The precision of one question in one group.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The question's id.
    pub question: String,
    /// The group's column; empty for everyone.
    pub by: String,
    /// The group.
    pub group: String,
    /// Those who answered.
    pub returns: usize,
    /// The margin in points; none where the figure would not be shown, or has none.
    pub margin_points: Option<f64>,
    /// `yes`, `no` or `suppressed`.
    pub within_rule: &'static str,
    /// The smallest difference from a published figure, in points, that would be told four times in five.
    pub smallest_gap_points: Option<f64>,
    /// Where the made-up answers take their shares from.
    pub shares_from: &'static str,
    /// The published figures that it will be compared with.
    pub figures: usize,
}

/// The smallest difference between two groups, or two waves, that would be told four times in five.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// The question's id.
    pub question: String,
    /// The groups' column; `wave` for the comparison with the earlier wave.
    pub by: String,
    /// One group.
    pub group: String,
    /// The other.
    pub other: String,
    /// In points; none where the comparison will not be possible.
    pub points: Option<f64>,
}

impl Expectation {
    /// What the results of a pilot lead to expect. `before` gives the standard error of a question's positive share in the
    /// earlier wave.
    pub(super) fn of(results: &Results, shares: &Shares, before: &dyn Fn(&str) -> Option<f64>) -> Self {
        let mut expectation = Expectation::default();
        for question in results.estimated() {
            let source = shares.find(&question.id).map_or("", |share| share.source.name());
            for group in std::iter::once(&question.overall).chain(&question.groups) {
                expectation.precision.extend(expected(results, &question.id, group, source));
            }
            let error = |group: &GroupResult| {
                let positive = group.positive.as_ref().filter(|_| !group.suppressed)?;
                (positive.moe.is_finite() && positive.se > 0.0).then_some((positive.se, positive.moe / positive.se))
            };
            if question.overall.positive.is_none() {
                continue;
            }
            let gap = |a: Option<(f64, f64)>, b: Option<(f64, f64)>| {
                let ((a, critical_a), (b, critical_b)) = (a?, b?);
                Some(100.0 * (critical_a.max(critical_b) + POWER_80) * a.hypot(b))
            };
            for (place, a) in question.groups.iter().enumerate() {
                for b in question.groups[place + 1..].iter().filter(|b| b.by == a.by) {
                    expectation.comparisons.push(Gap {
                        question: question.id.clone(),
                        by: a.by.clone(),
                        group: a.group.clone(),
                        other: b.group.clone(),
                        points: gap(error(a), error(b)),
                    });
                }
            }
            if let Some(se) = before(&question.id) {
                let now = error(&question.overall);
                expectation.comparisons.push(Gap {
                    question: question.id.clone(),
                    by: "wave".to_owned(),
                    group: "this wave".to_owned(),
                    other: "previous wave".to_owned(),
                    points: gap(now, now.map(|(_, critical)| (se, critical))),
                });
            }
        }
        expectation
    }

    /// The precision as csv; every row says that it is made up.
    ///
    /// # Errors
    /// None that can be foreseen: writing is to memory.
    pub fn precision_csv(&self) -> Result<Vec<u8>> {
        let header = "note,question,by,group,returns,margin_points,within_rule,smallest_gap_points,shares_from,figures";
        csv(
            header,
            self.precision.iter().map(|row| {
                vec![
                    row.question.clone(),
                    row.by.clone(),
                    row.group.clone(),
                    row.returns.to_string(),
                    points(row.margin_points),
                    row.within_rule.to_owned(),
                    points(row.smallest_gap_points),
                    row.shares_from.to_owned(),
                    row.figures.to_string(),
                ]
            }),
        )
    }

    /// The comparisons as csv; every row says that it is made up.
    ///
    /// # Errors
    /// As [`precision_csv`](Self::precision_csv).
    pub fn comparisons_csv(&self) -> Result<Vec<u8>> {
        csv(
            "note,question,by,group,other,possible,smallest_gap_points",
            self.comparisons.iter().map(|gap| {
                let possible = if gap.points.is_some() { "yes" } else { "no" };
                let texts = [&gap.question, &gap.by, &gap.group, &gap.other].map(String::clone);
                texts.into_iter().chain([possible.to_owned(), points(gap.points)]).collect()
            }),
        )
    }
}

fn expected(results: &Results, question: &str, group: &GroupResult, source: &'static str) -> Option<Expected> {
    let positive: &Estimate = group.positive.as_ref()?;
    let margin = (!group.suppressed && positive.moe.is_finite()).then_some(100.0 * positive.moe);
    let within_rule = match (group.suppressed, positive.holds_within(results.rule)) {
        (true, _) => "suppressed",
        (false, true) => "yes",
        (false, false) => "no",
    };
    Some(Expected {
        question: question.to_owned(),
        by: group.by.clone(),
        group: group.group.clone(),
        returns: group.people(),
        margin_points: margin,
        within_rule,
        // A gap from a fixed figure is told with 80% power when it is (critical + 0.8416) standard errors wide.
        smallest_gap_points: margin.filter(|_| positive.se > 0.0).map(|margin| margin + 100.0 * POWER_80 * positive.se),
        shares_from: source,
        figures: positive.comparisons.len(),
    })
}

fn points(points: Option<f64>) -> String {
    points.map_or(String::new(), |points| format!("{points:.2}"))
}

fn csv(header: &str, rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fail = |error: csv::Error| Error::data("what to expect cannot be written").found(error.to_string());
    writer.write_record(header.split(',')).map_err(fail)?;
    for row in rows {
        writer.write_record(std::iter::once("made-up answers".to_owned()).chain(row)).map_err(fail)?;
    }
    writer.into_inner().map_err(|error| Error::data("what to expect cannot be written").found(error.to_string()))
}
