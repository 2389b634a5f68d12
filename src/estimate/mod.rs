//! From weighted responses to estimates, each with its base, error and method.

mod banner;
mod choices;
mod contrast;
mod estimator;
mod protect;
mod question;
mod repeat;
mod respondents;
mod score;
mod together;
mod wording;

pub use banner::{Comparing, MOST_COLUMNS, WholeColumn, banners};
pub use choices::{Adjust, Basis, Choices};
pub use contrast::{Against, Contrast, Family, Measured, Scored, between_groups, between_items, judge};
pub use question::{Row, question, rows};
pub use repeat::{Rows, repeat};
pub use respondents::{Adjusted, Part, Respondents};
pub use score::score;
pub use wording::in_words;

use crate::instrument::HighIs;

/// The columns of every table of estimates, as the contract names them.
pub const COLUMNS: [&str; 16] = [
    "statistic",
    "variable",
    "response",
    "by",
    "group",
    "n",
    "sum_weights",
    "estimate",
    "se",
    "df",
    "ci_low",
    "ci_high",
    "moe",
    "deff",
    "method",
    "flags",
];

/// What an estimate is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Statistic {
    /// The share of one response, 0 to 1.
    Proportion,
    /// The share of all positive responses together, 0 to 1.
    Positive,
    /// The share of a net of responses, 0 to 1.
    Net,
    /// The mean of scores or numbers.
    Mean,
    /// The number that half of the answers do not exceed.
    Median,
}

impl Statistic {
    /// The name in data files.
    pub fn name(self) -> &'static str {
        match self {
            Statistic::Proportion => "proportion",
            Statistic::Positive => "positive",
            Statistic::Net => "net",
            Statistic::Mean => "mean",
            Statistic::Median => "median",
        }
    }

    /// Whether it is a share of people, 0 to 1.
    pub fn is_share(self) -> bool {
        !matches!(self, Statistic::Mean | Statistic::Median)
    }
}

/// One estimate: a row of `estimates.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// What it is of.
    pub statistic: Statistic,
    /// The question's id.
    pub question: String,
    /// The code of the response, or the id of the net; empty for a positive share or a mean.
    pub response: String,
    /// The words for the response ("Strongly agree", "Positive", "Mean rating").
    pub label: String,
    /// The group column; empty for everyone.
    pub by: String,
    /// The group; empty for everyone.
    pub group: String,
    /// Answers counted, unweighted (the base).
    pub n: usize,
    /// Sum of their weights (the weighted base).
    pub sum_weights: f64,
    /// The estimate: 0 to 1 for shares, in points of the score for means. NaN when there are no answers.
    pub estimate: f64,
    /// Standard error, in the same units; NaN when it cannot be had.
    pub se: f64,
    /// Degrees of freedom of the design.
    pub df: f64,
    /// Lower end of the interval.
    pub ci_low: f64,
    /// Upper end of the interval.
    pub ci_high: f64,
    /// Margin of error: the critical value times the standard error.
    pub moe: f64,
    /// Design effect; NaN when it has none (a share of 0 or 1).
    pub deff: f64,
    /// Weighting, variance, interval and quantile by name, joined by `; `.
    pub method: String,
    /// What to beware of: see [`Flag`].
    pub flags: Vec<Flag>,
    /// The comparison with each benchmark figure that the question names, in the pipeline's order.
    pub comparisons: Vec<Comparison>,
}

impl Estimate {
    /// Whether the estimate must not be shown, because few people stand behind it.
    pub fn is_suppressed(&self) -> bool {
        self.flags.contains(&Flag::Suppressed)
    }

    /// Whether the guide's rule holds: known to within `margin` (0.10 for ten points).
    pub fn holds_within(&self, margin: f64) -> bool {
        self.moe.is_finite() && self.moe <= margin
    }
}

/// What to beware of in an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// Not shown: fewer answers than the pipeline's `suppress_below` stand behind it, or another figure would give it away.
    Suppressed,
    /// Shown with a warning: the margin is wider than the rule's (ten points).
    Wide,
    /// All the answers are the same, so the standard error is zero and the interval rests on the exact method.
    AllSame,
    /// Strata with one answer were merged with others to have a variance.
    Collapsed,
    /// Strata without any answer are not represented.
    StrataMissing,
    /// Everybody in the population answered.
    Census,
    /// No answers at all.
    Empty,
}

impl Flag {
    /// The name in data files.
    pub fn name(self) -> &'static str {
        match self {
            Flag::Suppressed => "suppressed",
            Flag::Wide => "wide",
            Flag::AllSame => "all-same",
            Flag::Collapsed => "collapsed-strata",
            Flag::StrataMissing => "strata-missing",
            Flag::Census => "census",
            Flag::Empty => "empty",
        }
    }
}

/// How an estimate compares with a published figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The figure's id.
    pub benchmark: String,
    /// Words for the figure ("Scotland so far, 2008").
    pub label: String,
    /// Where the figure comes from.
    pub source: String,
    /// The published figure, in the estimate's units.
    pub value: f64,
    /// Its standard error; none when the source gives no base, so that it is treated as fixed.
    pub se: Option<f64>,
    /// Estimate less benchmark, in the estimate's units.
    pub difference: f64,
    /// Lower end of the difference's interval.
    pub ci_low: f64,
    /// Upper end of the difference's interval.
    pub ci_high: f64,
    /// Of the test that the two do not differ; NaN when it cannot be tested.
    pub p_value: f64,
    /// In words.
    pub verdict: Verdict,
    /// Whether a high figure is good.
    pub high_is: HighIs,
}

/// What can be said of an estimate beside another figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Above, by more than chance explains.
    Higher,
    /// Below, by more than chance explains.
    Lower,
    /// The difference is within what chance explains.
    NoRealDifference,
    /// The margin is too wide to tell.
    TooFewToSay,
}

impl Verdict {
    /// Whether it is good news, given what a high figure is; none where nothing can be said, or neither is better.
    pub fn is_good(self, high_is: HighIs) -> Option<bool> {
        match (self, high_is) {
            (Verdict::Higher, HighIs::Good) | (Verdict::Lower, HighIs::Bad) => Some(true),
            (Verdict::Higher, HighIs::Bad) | (Verdict::Lower, HighIs::Good) => Some(false),
            _ => None,
        }
    }

    /// The words in reports and data files.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Higher => "higher",
            Verdict::Lower => "lower",
            Verdict::NoRealDifference => "no real difference",
            Verdict::TooFewToSay => "too few to say",
        }
    }

    /// The words, and whether it is good news: `lower (better)` where a high figure is bad.
    pub fn told(self, high_is: HighIs) -> String {
        match self.is_good(high_is) {
            Some(true) => format!("{} (better)", self.words()),
            Some(false) => format!("{} (worse)", self.words()),
            None => self.words().to_owned(),
        }
    }

    /// A mark that tells the verdicts apart without colour.
    pub fn mark(self) -> &'static str {
        match self {
            Verdict::Higher => "▲",
            Verdict::Lower => "▼",
            Verdict::NoRealDifference => "●",
            Verdict::TooFewToSay => "?",
        }
    }
}
