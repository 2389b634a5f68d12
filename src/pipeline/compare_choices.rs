//! `[compare]`: what results are laid beside.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use crate::estimate::{Adjust, Against, Comparing};
use crate::statistics::funnel::Limits;

/// `[compare]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareChoices {
    /// Benchmark files, in the order in which they are shown.
    #[serde(default)]
    pub benchmarks: Vec<PathBuf>,
    /// The figures that a question compares with, by the question's id, in place of those that the instrument names.
    #[serde(default)]
    pub figures: BTreeMap<String, Vec<String>>,
    /// Single organisations whose mean figure is shown beside the published ones.
    pub comparators: Option<Spanned<Comparators>>,
    /// What each group is tested against; groups are not tested if not said.
    pub groups: Option<Against>,
    /// What is done about many tests at once.
    #[serde(default)]
    pub adjust: Adjust,
    /// Whether all questions of a table count as one family of tests, in place of the groups within each question.
    #[serde(default)]
    pub over_questions: bool,
    /// How the columns of the analyst's banner tables are compared with each other; they are not if not said.
    pub banner: Option<Comparing>,
    /// Questions that are compared with each other.
    #[serde(default)]
    pub items: Vec<Items>,
    /// Funnel plots for groupings with many groups.
    pub funnel: Option<FunnelChoices>,
    /// Earlier waves, the oldest first.
    #[serde(default, rename = "wave")]
    pub waves: Vec<EarlierWave>,
}

/// `[compare.comparators]`: named one by one, or the peers of an organisation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparators {
    /// Their names, as in the benchmark files.
    #[serde(default)]
    pub organisations: Vec<Spanned<String>>,
    /// A CSV file of characteristics, by which peers are found.
    pub characteristics: Option<PathBuf>,
    /// Whose peers: a name in that file.
    #[serde(default)]
    pub of: String,
    /// How many peers.
    #[serde(default)]
    pub peers: usize,
}

/// `[[compare.items]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Items {
    /// What they are about, in words.
    pub label: String,
    /// The questions or scores, by id: all shares, or all means.
    pub questions: Spanned<Vec<Spanned<String>>>,
}

/// `[compare.funnel]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunnelChoices {
    /// How the limits are found.
    #[serde(default)]
    pub limits: Limits,
    /// Fewest groups that make a funnel.
    #[serde(default = "ten")]
    pub least: Spanned<usize>,
    /// Funnels of the organisations in the benchmark files; none if not said.
    pub organisations: Option<Spanned<OrganisationFunnels>>,
}

/// `[compare.funnel.organisations]`: councils, or other organisations, whose figures were published.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationFunnels {
    /// What the limits lie around.
    pub baseline: Baseline,
    /// The organisation to mark, as the benchmark files name it; this study's own result if not said.
    pub own: Option<Spanned<String>>,
}

/// The share around which the limits of organisations lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Baseline {
    /// The average or the nation's figure, as published.
    Published,
    /// The mean of the organisations, each counting alike.
    Mean,
}

fn ten() -> Spanned<usize> {
    Spanned::new(0..0, 10)
}

/// `[[compare.wave]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierWave {
    /// The wave in words ("2024").
    pub label: String,
    /// The output folder of its run: `estimates.csv`, and, to count people in both waves, `responses.parquet` and
    /// `link.csv`.
    pub folder: Spanned<PathBuf>,
    /// Questions whose later waves do not compare with this one and earlier ones, each with the reason.
    #[serde(default)]
    pub breaks: BTreeMap<String, String>,
}
