//! `[weigh]`: how answers stand for the population.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::estimate::Basis;
use crate::weights::SingleAnswer;

/// `[weigh]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeighChoices {
    /// Which answers the weights add up over.
    pub basis: Basis,
    /// What becomes of a stratum with a single answer.
    #[serde(default)]
    pub single: SingleAnswer,
    /// Whether units found not to belong to the population make it smaller.
    #[serde(default)]
    pub ineligible: Ineligible,
    /// Raise weights for non-response in classes other than the strata.
    pub nonresponse: Option<Spanned<Nonresponse>>,
    /// Bounds on the weights, before margins are met.
    pub trim: Option<Spanned<TrimChoices>>,
    /// Margins that the weights are made to agree with: one is post-stratification, several are raking.
    #[serde(default, rename = "margin")]
    pub margins: Vec<Spanned<MarginChoice>>,
    /// Questions and scores that speak for a part of the population, by id: a condition over the frame's columns.
    #[serde(default)]
    pub population: BTreeMap<String, Spanned<String>>,
}

impl WeighChoices {
    /// The frame columns that adjustments need.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        let classes = self.nonresponse.iter().flat_map(|choice| &choice.get_ref().by).map(Spanned::get_ref);
        classes.chain(self.margins.iter().map(|margin| margin.get_ref().column.get_ref()))
    }

    /// Where an adjustment names a column.
    pub(super) fn span_of(&self, column: &str) -> Option<std::ops::Range<usize>> {
        let classes = self.nonresponse.iter().flat_map(|choice| &choice.get_ref().by);
        let mut named = classes.chain(self.margins.iter().map(|margin| &margin.get_ref().column));
        named.find(|name| name.get_ref() == column).map(Spanned::span)
    }

    /// The place of the first choice that needs one weight for each unit, if there is one.
    pub fn first_adjustment(&self) -> Option<std::ops::Range<usize>> {
        let spans = [self.nonresponse.as_ref().map(Spanned::span), self.trim.as_ref().map(Spanned::span)];
        spans.into_iter().flatten().chain(self.margins.first().map(Spanned::span)).next()
    }
}

/// What units mean for the population that the release log strikes off as not belonging to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ineligible {
    /// Nothing: they count as not returned, and the results speak for the population of the frame.
    #[default]
    Keep,
    /// The population of each stratum is smaller by the share of them among those that returned or were struck off so.
    Estimate,
}

impl Ineligible {
    /// The name as it stands in pipeline files and methods.
    pub fn name(self) -> &'static str {
        match self {
            Ineligible::Keep => "keep",
            Ineligible::Estimate => "estimate",
        }
    }
}

/// `[weigh.nonresponse]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nonresponse {
    /// The frame columns whose values together make the classes.
    pub by: Vec<Spanned<String>>,
    /// Fewest respondents in a class; smaller ones are merged with the neighbour whose response rate is nearest.
    pub smallest: usize,
    /// Largest factor; classes above are merged as well. No limit if not said.
    pub largest: Option<f64>,
}

/// `[weigh.trim]`
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrimChoices {
    /// Lowest weight, as a multiple of the mean weight.
    pub low: f64,
    /// Highest weight, as a multiple of the mean weight.
    pub high: f64,
}

/// `[[weigh.margin]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarginChoice {
    /// The frame column.
    pub column: Spanned<String>,
    /// The population of each of its values; counted in the frame if not said.
    #[serde(default)]
    pub figures: BTreeMap<String, f64>,
}
