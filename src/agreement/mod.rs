//! Agreement between readers of the same files: from a table of ratings to coefficients with intervals.

/// One coefficient of agreement with its error.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The coefficient's name in the contract (`gwet-ac2`).
    pub coefficient: String,
    /// `nominal`, `ordinal` or `interval`.
    pub scale: String,
    /// `unweighted`, `linear` or `quadratic`.
    pub weights: String,
    /// Units with at least one rating.
    pub units: usize,
    /// Readers.
    pub raters: usize,
    /// The coefficient; NaN when it is not defined (everybody gave the same answer).
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower end of its interval.
    pub ci_low: f64,
    /// Upper end of its interval.
    pub ci_high: f64,
}
