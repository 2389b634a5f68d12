//! How many to issue or to read, for a precision: the sums behind `quorate size`.
//!
//! A [`Wish`] is what the user wants to be able to say; [`plan`] answers with a [`Plan`] of returns needed and forms to
//! issue, for the whole and for every group. [`words`] says it in sentences.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::statistics::Critical;
use crate::statistics::size::{
    Method, discovery_size, finite_size, infinite_size, margin, size_against_figure, size_between_groups,
    stratified_margin, weighting_effect, whole, z_of_level,
};

pub mod groups;
pub mod words;

/// What the user wants to be able to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// How many people or files there are; none where there is no limit.
    pub population: Option<usize>,
    /// The margin of error wanted, in percentage points.
    pub margin_points: Option<f64>,
    /// The confidence level, between 0 and 1.
    pub level: f64,
    /// The proportion to expect, between 0 and 1; 0.5 needs most.
    pub proportion: f64,
    /// The share of the issued that will come back, above 0 and up to 1; none where files are read, not returned.
    pub response_rate: Option<f64>,
    /// The groups that will be compared: name and population.
    pub groups: Vec<(String, usize)>,
    /// At least so many returns in every group, or in all where there are no groups.
    pub minimum: Option<usize>,
    /// Whether the groups get the same number of returns each, the margin then being that of the whole.
    pub equal: bool,
    /// How a finite population shortens the sample.
    pub method: Method,
    /// What the design is expected to cost: returns are multiplied by it. 1 for a simple random sample.
    pub design_effect: f64,
    /// A difference, in percentage points, that is to be told, and the probability of telling it.
    pub detect: Option<(f64, f64)>,
    /// A share of poor files of which at least one is to be found.
    pub discover: Option<f64>,
    /// How many are to be issued whatever the plan says: what will that give?
    pub issued: Option<usize>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// How many there are.
    pub population: Option<usize>,
    /// The margin wanted, in percentage points.
    pub margin_points: Option<f64>,
    /// The confidence level.
    pub level: f64,
    /// `ascs`, `cochran` or `infinite`; the last wherever there is no population to correct for.
    pub method: &'static str,
    /// The returns that all wishes together need, rounded up.
    pub returns_needed: usize,
    /// How many to issue for that; never more than there are.
    pub to_issue: usize,
    /// The margin that the returns needed would give, in percentage points.
    pub margin_points_if_met: f64,
    /// The margin that a run will report with these returns: by Student's t and the variance of a sample (divisor n - 1), as
    /// estimates have it, rather than by the normal quantile and the variance assumed; none where it cannot be had.
    #[serde(skip)]
    pub margin_points_reported: Option<f64>,
    /// One of so many is issued: population / to_issue.
    pub interval: Option<f64>,
    /// The same for every group.
    pub groups: Vec<Group>,
    /// The design effect of the unequal weights that follow from the groups (Kish), where there are groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub design_effect: Option<f64>,
    /// What telling a difference needs, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detect: Option<Detect>,
    /// What finding a poor file needs, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discover: Option<Discover>,
    /// What a fixed number of forms would give, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_issued: Option<IfIssued>,
    /// What remains when everybody is issued and too few will answer.
    #[serde(skip)]
    pub shortfall: Option<IfIssued>,
}

/// The plan for one group.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// Its name.
    pub group: String,
    /// How many there are.
    pub population: usize,
    /// The returns needed from it, rounded up.
    pub returns_needed: usize,
    /// How many to issue for that; never more than there are.
    pub to_issue: usize,
    /// The margin that the returns needed would give, in percentage points.
    pub margin_points_if_met: f64,
    /// One of so many is issued.
    pub interval: f64,
}

/// How many returns tell a difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detect {
    /// The difference, in percentage points.
    pub difference_points: f64,
    /// The probability of telling it, if it is there.
    pub power: f64,
    /// Returns needed to tell it from a fixed figure, such as a national percentage.
    pub against_figure: usize,
    /// Returns needed in each of two groups to tell it between them.
    pub between_groups_each: usize,
    /// Returns needed in each of two waves of the same population.
    pub between_waves_each: usize,
}

/// How many files find a poor one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discover {
    /// The share of poor files.
    pub rate: f64,
    /// The files to read.
    pub files: usize,
}

/// What a number of forms gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IfIssued {
    /// The forms issued.
    pub issued: usize,
    /// The returns to expect, rounded down.
    pub returns_expected: usize,
    /// The margin that these give, in percentage points; none where nothing comes back.
    pub margin_points: Option<f64>,
}

/// The name of a method as it stands on the command line.
pub fn method_name(method: Method) -> &'static str {
    match method {
        Method::Ascs => "ascs",
        Method::Cochran => "cochran",
        Method::Infinite => "infinite",
    }
}

/// Answers a wish.
///
/// Returns needed are the most that any single wish needs: the margin, telling a difference from a fixed figure, finding a
/// poor file. With groups and a margin every group gets the margin for itself; with groups and a minimum the margin holds
/// for the whole, and every group has its proportional share or the minimum, whichever is more. Groups that get the same
/// number each have unequal weights: then the number is that with which the weighted result of all has the margin.
///
/// # Errors
/// When nothing was wished for, or a value cannot be (a level of 2, groups that are more than the population).
pub fn plan(wish: &Wish) -> Result<Plan> {
    check(wish)?;
    let z = z_of_level(wish.level);
    let population = match wish.groups.iter().map(|g| g.1).sum() {
        0 => wish.population,
        sum => Some(sum),
    };
    let n0 = wish.margin_points.map_or(0.0, |e| infinite_size(z, wish.proportion, e / 100.0)) * wish.design_effect;
    let detect = wish.detect.map(|(points, power)| detect(wish, z, points, power, population)).transpose()?;
    let discover = wish.discover.map(|rate| Discover { rate, files: discovery_size(wish.level, rate, population) });
    let others = detect.as_ref().map_or(0, |d| d.against_figure).max(discover.as_ref().map_or(0, |d| d.files));

    let groups = if wish.groups.is_empty() { Vec::new() } else { groups_of(wish, z, n0, others, population) };
    let returns_needed = if groups.is_empty() {
        let own = needed(wish.method, n0, population).max(others).max(wish.minimum.unwrap_or(0)).max(1);
        population.map_or(own, |all| own.min(all))
    } else {
        groups.iter().map(|g| g.returns_needed).sum()
    };
    let to_issue = match &groups[..] {
        [] => to_issue(returns_needed, wish.response_rate, population),
        groups => groups.iter().map(|g| g.to_issue).sum(),
    };
    let strata: Vec<(f64, usize)> = groups.iter().map(|g| (g.returns_needed as f64, g.population)).collect();
    let points = |returns: f64| 100.0 * margin(wish.method, z, wish.proportion, returns, population);
    let widened = wish.design_effect.sqrt();
    let if_issued = |issued: usize| {
        let returns = (issued as f64 * wish.response_rate.unwrap_or(1.0) + 1e-9).floor();
        let margin_points = (returns > 0.0).then(|| points(returns) * widened);
        IfIssued { issued, returns_expected: returns as usize, margin_points }
    };
    let mut shortfall = if_issued(to_issue);
    if let Some(rate) = wish.response_rate.filter(|_| !groups.is_empty()) {
        // The groups answer alike, so that the expected returns keep their unequal shares.
        let expected: Vec<(f64, usize)> = groups.iter().map(|g| (g.to_issue as f64 * rate, g.population)).collect();
        let margin = stratified_margin(wish.method, z, wish.proportion, &expected);
        shortfall.margin_points = Some(100.0 * margin * widened);
    }
    Ok(Plan {
        population,
        margin_points: wish.margin_points,
        level: wish.level,
        method: method_name(if population.is_some() { wish.method } else { Method::Infinite }),
        returns_needed,
        to_issue,
        margin_points_if_met: widened
            * if groups.is_empty() {
                points(returns_needed as f64)
            } else {
                100.0 * stratified_margin(wish.method, z, wish.proportion, &strata)
            },
        margin_points_reported: reported(wish, returns_needed, population, &strata),
        interval: population.map(|all| all as f64 / to_issue as f64),
        design_effect: (!groups.is_empty()).then(|| weighting_effect(&strata) * wish.design_effect),
        groups,
        detect,
        discover,
        if_issued: wish.issued.map(if_issued),
        shortfall: (shortfall.returns_expected < returns_needed).then_some(shortfall),
    })
}

/// The margin in points that a run will report, with t and the divisor n_h - 1 in every stratum.
fn reported(wish: &Wish, returns: usize, population: Option<usize>, strata: &[(f64, usize)]) -> Option<f64> {
    let whole = [(returns as f64, population.unwrap_or(usize::MAX))];
    let strata = if strata.is_empty() { &whole[..] } else { strata };
    let total: f64 = strata.iter().map(|s| s.1 as f64).sum();
    let spread = wish.proportion * (1.0 - wish.proportion) * wish.design_effect;
    let variance: f64 = strata
        .iter()
        .filter(|&&(n, all)| n < all as f64)
        .map(|&(n, all)| (all as f64 / total).powi(2) * spread * (1.0 / n - 1.0 / all as f64) * n / (n - 1.0))
        .sum();
    let df = strata.iter().map(|s| s.0).sum::<f64>() - strata.len() as f64;
    let points = 100.0 * Critical::T(wish.level).value(df) * variance.sqrt();
    (df >= 1.0 && points.is_finite()).then_some(points)
}

/// Returns needed for n0, rounded up.
fn needed(method: Method, n0: f64, population: Option<usize>) -> usize {
    if n0 <= 0.0 { 0 } else { whole(population.map_or(n0, |all| finite_size(method, n0, all))) }
}

fn to_issue(returns: usize, rate: Option<f64>, population: Option<usize>) -> usize {
    let forms = rate.map_or(returns, |rate| whole(returns as f64 / rate));
    population.map_or(forms, |all| forms.min(all))
}

fn groups_of(wish: &Wish, z: f64, n0: f64, others: usize, population: Option<usize>) -> Vec<Group> {
    let total: usize = population.unwrap_or(0);
    let overall = finite_size(wish.method, n0, total).min(total as f64).max(others.min(total) as f64);
    let each = if wish.equal { equal(wish, z, others) } else { 0 };
    let group = |(name, all): &(String, usize)| {
        let own = match wish.minimum {
            _ if wish.equal => each.max(wish.minimum.unwrap_or(0)),
            Some(minimum) => whole(overall * *all as f64 / total as f64).max(minimum),
            None => needed(wish.method, n0, Some(*all)).max(others),
        };
        let returns = own.clamp(1, *all);
        let forms = to_issue(returns, wish.response_rate, Some(*all));
        let half = margin(wish.method, z, wish.proportion, returns as f64, Some(*all));
        Group {
            group: name.clone(),
            population: *all,
            returns_needed: returns,
            to_issue: forms,
            margin_points_if_met: 100.0 * half * wish.design_effect.sqrt(),
            interval: *all as f64 / forms as f64,
        }
    };
    wish.groups.iter().map(group).collect()
}

/// The smallest number of returns in each group with which the weighted result of all has the margin, and there are as many
/// in all as the other wishes need.
fn equal(wish: &Wish, z: f64, others: usize) -> usize {
    let largest = wish.groups.iter().map(|group| group.1).max().unwrap_or(1);
    let wanted = wish.margin_points.map_or(f64::INFINITY, |points| points / 100.0);
    let enough = |each: usize| {
        let strata: Vec<(f64, usize)> = wish.groups.iter().map(|group| (each.min(group.1) as f64, group.1)).collect();
        let margin = stratified_margin(wish.method, z, wish.proportion, &strata) * wish.design_effect.sqrt();
        margin <= wanted && strata.iter().map(|stratum| stratum.0).sum::<f64>() >= others as f64
    };
    let (mut low, mut high) = (1, largest);
    while low < high {
        let middle = usize::midpoint(low, high);
        if enough(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

fn detect(wish: &Wish, z: f64, points: f64, power: f64, population: Option<usize>) -> Result<Detect> {
    let difference = points / 100.0;
    let figure = size_against_figure(z, power, wish.proportion, difference) * wish.design_effect;
    let groups = size_between_groups(z, power, wish.proportion, difference) * wish.design_effect;
    if figure.is_nan() || groups.is_nan() {
        return Err(Error::usage(format!(
            "no percentage lies {points} points from {}%",
            words::number(100.0 * wish.proportion)
        ))
        .hint("give a smaller --detect or another --proportion"));
    }
    Ok(Detect {
        difference_points: points,
        power,
        against_figure: needed(wish.method, figure, population),
        between_groups_each: whole(groups),
        between_waves_each: needed(wish.method, groups, population),
    })
}

fn check(wish: &Wish) -> Result<()> {
    let inside = |name: &str, value: f64, low: f64, high: f64| {
        if value > low && value < high {
            return Ok(());
        }
        Err(Error::usage(format!("{name} must lie between {low} and {high}")).found(value.to_string()))
    };
    inside("--level", wish.level, 0.0, 1.0)?;
    inside("--proportion", wish.proportion, 0.0, 1.0)?;
    if let Some(e) = wish.margin_points {
        inside("--margin, in percentage points,", e, 0.0, 100.0)?;
    }
    if let Some(rate) = wish.response_rate.filter(|&rate| rate != 1.0) {
        inside("--response-rate", rate, 0.0, 1.0)?;
    }
    if let Some((points, power)) = wish.detect {
        inside("--detect, in percentage points,", points, 0.0, 100.0)?;
        inside("--power", power, 0.0, 1.0)?;
    }
    if let Some(rate) = wish.discover.filter(|&rate| rate != 1.0) {
        inside("--discover", rate, 0.0, 1.0)?;
    }
    if !(wish.design_effect.is_finite() && wish.design_effect > 0.0) {
        return Err(Error::usage("--design-effect must be above 0").found(wish.design_effect.to_string()));
    }
    let nothing = wish.margin_points.is_none()
        && wish.detect.is_none()
        && wish.discover.is_none()
        && wish.issued.is_none()
        && wish.minimum.is_none();
    if nothing {
        return Err(Error::usage("nothing says how precise the result must be")
            .expected("--margin POINTS, --detect POINTS or --discover RATE")
            .hint("--margin 10 is the usual rule for a first look, --margin 5 for figures that will be compared"));
    }
    if wish.population == Some(0) || wish.groups.iter().any(|g| g.1 == 0) {
        return Err(Error::usage("a population must be at least 1"));
    }
    if wish.equal && wish.groups.is_empty() {
        return Err(
            Error::usage("--equal shares the returns out over groups, and there are none").hint("give --groups")
        );
    }
    let sum: usize = wish.groups.iter().map(|g| g.1).sum();
    if let Some(all) = wish.population.filter(|&all| !wish.groups.is_empty() && all != sum) {
        return Err(Error::usage(format!("the groups have {sum} together, the population {all}"))
            .hint("leave --population out, or add the group that is missing"));
    }
    if let (Some(issued), Some(all)) = (wish.issued, wish.population.or((sum > 0).then_some(sum)))
        && issued > all
    {
        return Err(Error::usage(format!("{issued} cannot be issued to a population of {all}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
