//! The statistical choices behind an estimate: each has a name, and each is printed with the results.

use serde::{Deserialize, Serialize};

use crate::estimate::Statistic;
use crate::statistics::interval::Method;
use crate::statistics::{Critical, compare};
use crate::weights::SingleAnswer;

/// Which answers the weights add up over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// For each question, the stratum's population over its valid answers to that question: as England's Adult Social
    /// Care Survey does it. Item non-response is taken to be like the answers given in the same stratum.
    PerQuestion,
    /// The stratum's population over its returns; those who left a question out are a part of the population about which
    /// the question says nothing.
    PerUnit,
}

impl Basis {
    /// The name as it stands in pipeline files and methods.
    pub fn name(self) -> &'static str {
        match self {
            Basis::PerQuestion => "per-question",
            Basis::PerUnit => "per-unit",
        }
    }
}

/// What is done about many tests at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adjust {
    /// Each test stands alone.
    None,
    /// Bonferroni's: each p-value times the number of tests.
    Bonferroni,
    /// Holm's: with what probability any difference of the family is called real by chance.
    #[default]
    Holm,
    /// Benjamini and Hochberg's: which share of the differences called real are so by chance.
    BenjaminiHochberg,
}

impl Adjust {
    /// The name as it stands in pipeline files and methods.
    pub fn name(self) -> &'static str {
        match self {
            Adjust::None => "none",
            Adjust::Bonferroni => "bonferroni",
            Adjust::Holm => "holm",
            Adjust::BenjaminiHochberg => "benjamini-hochberg",
        }
    }

    /// The words for it in sentences.
    pub fn words(self) -> &'static str {
        match self {
            Adjust::None => "no rule",
            Adjust::Bonferroni => "Bonferroni's rule",
            Adjust::Holm => "Holm's rule",
            Adjust::BenjaminiHochberg => "Benjamini and Hochberg's rule",
        }
    }

    /// The adjusted p-values of a family of tests; NaN stays NaN and does not count.
    pub fn adjust(self, p_values: &[f64]) -> Vec<f64> {
        match self {
            Adjust::None => p_values.to_vec(),
            Adjust::Bonferroni => compare::bonferroni(p_values),
            Adjust::Holm => compare::holm(p_values),
            Adjust::BenjaminiHochberg => compare::benjamini_hochberg(p_values),
        }
    }
}

/// Everything that decides how an estimate is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// Which answers the weights add up over.
    pub basis: Basis,
    /// What becomes of a stratum with a single answer.
    pub single: SingleAnswer,
    /// The interval for shares.
    pub interval: Method,
    /// Confidence level.
    pub level: f64,
    /// What the standard error is multiplied with.
    pub critical: Critical,
    /// The margin of the guide's rule, as a share.
    pub rule: f64,
    /// Fewest answers that are shown.
    pub suppress_below: usize,
    /// Fewest people behind a response that are shown; 0 shows all.
    pub suppress_cells_below: usize,
}

impl Choices {
    /// How many people everyone's figures are no finer than, where something is hidden.
    pub fn fewest_told(&self) -> usize {
        self.suppress_cells_below.max(3)
    }

    /// The choices behind a statistic by name, as in the `method` column.
    pub fn describe(&self, statistic: Statistic) -> String {
        let interval = match statistic {
            Statistic::Mean => "symmetric",
            Statistic::Median => "woodruff",
            _ => self.interval.name(),
        };
        format!("{} weights; taylor; {interval}; {}", self.basis.name(), self.critical)
    }
}
