//! Results beside others: earlier waves, the other groups, and what could not have been seen.

use crate::estimate::{Family, Statistic};
use crate::instrument::HighIs;
use crate::statistics::control::Control;
use crate::statistics::funnel::Limits;

/// This wave beside earlier ones.
#[derive(Debug, Clone)]
pub struct Waves {
    /// The waves' labels in order of time, this one last.
    pub labels: Vec<String>,
    /// How many people are in this wave and the one before; none where it is not known.
    pub in_both: Option<usize>,
    /// Change since the last wave, for everyone and by group.
    pub change: Family,
    /// Every question's figure over the waves, for everyone.
    pub trends: Vec<Trend>,
}

/// One figure over the waves.
#[derive(Debug, Clone)]
pub struct Trend {
    /// The question or score.
    pub question: String,
    /// What the figure is.
    pub statistic: Statistic,
    /// The words for it.
    pub label: String,
    /// Whether a high figure is good.
    pub high_is: HighIs,
    /// One for each wave that has it, in order of time.
    pub points: Vec<TrendPoint>,
    /// The control chart of the points since the last break, from ten points on.
    pub control: Option<Control>,
}

/// A figure in one wave.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    /// The wave, as its place in [`Waves::labels`].
    pub wave: usize,
    /// Answers counted.
    pub n: usize,
    /// The estimate; NaN where it may not be shown.
    pub estimate: f64,
    /// Lower end of its interval.
    pub ci_low: f64,
    /// Upper end of its interval.
    pub ci_high: f64,
    /// Why earlier points do not compare with this one and later ones, if they do not.
    pub break_before: Option<String>,
}

impl Trend {
    /// The place of the first point after the last break.
    pub fn comparable_from(&self) -> usize {
        self.points.iter().rposition(|point| point.break_before.is_some()).unwrap_or(0)
    }
}

/// The smallest difference that the survey would have found.
#[derive(Debug, Clone, PartialEq)]
pub struct Detectable {
    /// The question or score.
    pub question: String,
    /// What the figure is.
    pub statistic: Statistic,
    /// The words for it.
    pub label: String,
    /// Answers counted.
    pub n: usize,
    /// From a figure that is exact.
    pub from_figure: f64,
    /// Between a group and the rest, for each grouping: its median over the groups that are shown; NaN without any.
    pub between_groups: Vec<f64>,
}

/// The groups of one grouping within the limits of chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// The question.
    pub question: String,
    /// The words for the share.
    pub label: String,
    /// The column of the grouping, or the pack that the figures come from.
    pub by: String,
    /// The heading of the grouping.
    pub heading: String,
    /// What the points are called together ("groups", "organisations").
    pub noun: &'static str,
    /// The share around which the limits lie.
    pub baseline: f64,
    /// What the baseline is.
    pub baseline_label: String,
    /// How the limits were found.
    pub limits: Limits,
    /// Whether a high share is good.
    pub high_is: HighIs,
    /// The groups that may be shown, by their effective answers.
    pub points: Vec<FunnelPoint>,
    /// The group that the reader belongs to, which is marked; none where all are alike.
    pub own: Option<String>,
    /// How the effective answers were found, in words.
    pub bases: String,
    /// Groups that have a share and no limits, because their base cannot be known.
    pub left_out: Vec<String>,
    /// For drawing: effective answers with the 95% and the 99.8% limits there.
    pub curve: Vec<(f64, [f64; 4])>,
}

/// One group in a funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelPoint {
    /// The group.
    pub group: String,
    /// Answers counted; none where a source does not say.
    pub n: Option<usize>,
    /// Answers of a simple random sample that would be as precise: n over the design effect.
    pub effective: f64,
    /// The share.
    pub estimate: f64,
    /// 95% limits, low and high.
    pub inner: (f64, f64),
    /// 99.8% limits, low and high.
    pub outer: (f64, f64),
}

impl FunnelPoint {
    /// What the points of a study's own groups are called together.
    pub const GROUPS: &'static str = "groups";

    /// In words, where the point lies.
    pub fn words(&self) -> &'static str {
        if self.estimate > self.outer.1 {
            "above the 99.8% limits"
        } else if self.estimate < self.outer.0 {
            "below the 99.8% limits"
        } else if self.estimate > self.inner.1 {
            "above the 95% limits"
        } else if self.estimate < self.inner.0 {
            "below the 95% limits"
        } else {
            "within the limits"
        }
    }

    /// How far out it is: 0 within, 1 beyond the 95% limits, 2 beyond the 99.8% limits.
    pub fn beyond(&self) -> u8 {
        let outside = |(low, high): (f64, f64)| self.estimate < low || self.estimate > high;
        u8::from(outside(self.inner)) + u8::from(outside(self.outer))
    }
}
