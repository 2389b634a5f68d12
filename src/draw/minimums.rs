//! Multi-way minimums: a least number for every level of some of the strata columns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::StratumDrawn;
use super::design::listed;
use crate::error::{Error, Result};
use crate::statistics::allocation::{Rules, StratumSize};
use crate::statistics::margins::{Level, MarginError, bounds, least_total};

/// A least number for the levels of one column of the strata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinimumBy {
    /// The column.
    pub column: String,
    /// Which of the strata columns it is, from zero.
    pub part: usize,
    /// How many strata columns there are.
    pub parts: usize,
    /// At least so many.
    pub minimum: Minimum,
}

/// A least number for every level alike, or for each level its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Minimum {
    /// For every level alike.
    Every(usize),
    /// For these levels; the others have none.
    Each(BTreeMap<String, usize>),
}

/// A level of a column that has minimums, and what was drawn of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelDrawn {
    /// The column.
    pub column: String,
    /// The level.
    pub level: String,
    /// The minimum that was asked for. A level of fewer units is drawn whole.
    pub minimum: usize,
    /// The units in the frame.
    #[serde(rename = "N")]
    pub population: usize,
    /// The units in the main sample.
    #[serde(rename = "n")]
    pub sample: usize,
}

impl LevelDrawn {
    /// Whether the level has fewer units than the minimum, and so all of them are drawn instead.
    pub fn is_capped(&self) -> bool {
        self.population < self.minimum
    }
}

impl MinimumBy {
    /// A minimum for the levels of `column`, which must be one of the `strata` columns: only then is the number drawn of a level
    /// decided before chance comes in.
    ///
    /// # Errors
    /// When it is not.
    pub fn new(column: &str, minimum: Minimum, strata: &[String]) -> Result<Self> {
        let Some(part) = strata.iter().position(|name| name == column) else {
            let all: Vec<&str> = strata.iter().map(String::as_str).chain([column]).collect();
            return Err(Error::usage(format!(
                "a minimum is asked for by \"{column}\", which is not one of the strata columns"
            ))
            .found(if strata.is_empty() { "no strata".to_owned() } else { strata.join(", ") })
            .expected("a column of the strata: how many of a level are drawn is otherwise left to chance")
            .hint(format!("make it part of the strata: {}", all.join(", "))));
        };
        Ok(MinimumBy { column: column.to_owned(), part, parts: strata.len(), minimum })
    }

    /// The levels with their minimums, and the strata (counted from zero) that make them up.
    fn levels(&self, names: &[&str]) -> Result<BTreeMap<String, (usize, Vec<usize>)>> {
        let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (h, name) in names.iter().enumerate() {
            let parts: Vec<&str> = if self.parts == 1 { vec![name] } else { name.split('|').collect() };
            let level = parts.get(self.part).filter(|_| parts.len() == self.parts).ok_or_else(|| {
                Error::data("a value of the strata columns has a | in it, which parts the columns in a stratum's name")
                    .found((*name).to_owned())
                    .hint("write the value without | in the frame: minimums by column need the columns apart")
            })?;
            members.entry(level).or_default().push(h);
        }
        let asked = |level: &str| match &self.minimum {
            Minimum::Every(minimum) => Some(*minimum),
            Minimum::Each(each) => each.get(level).copied(),
        };
        if let Minimum::Each(each) = &self.minimum
            && let Some(name) = each.keys().find(|name| !members.contains_key(name.as_str()))
        {
            let known: Vec<&str> = members.keys().copied().collect();
            return Err(Error::usage(format!(
                "a minimum is asked for a level of \"{}\" that the frame does not have",
                self.column
            ))
            .found(name.clone())
            .expected(listed(&known)));
        }
        let levels = members
            .into_iter()
            .filter_map(|(level, members)| asked(level).map(|minimum| (level.to_owned(), (minimum, members))));
        Ok(levels.collect())
    }
}

/// The levels of all columns, each with its minimum capped at its population, and what to call it in a message.
pub(super) fn levels(
    minimums: &[MinimumBy],
    names: &[&str],
    populations: &[usize],
) -> Result<(Vec<Level>, Vec<String>)> {
    let (mut levels, mut called) = (Vec::new(), Vec::new());
    for by in minimums {
        for (name, (minimum, members)) in by.levels(names)? {
            let population = members.iter().map(|&h| populations[h]).sum();
            levels.push(Level { members, minimum: minimum.min(population) });
            called.push(format!("{} {name}", by.column));
        }
    }
    Ok((levels, called))
}

/// What was drawn of every level that has a minimum.
pub(super) fn levels_drawn(minimums: &[MinimumBy], strata: &[StratumDrawn]) -> Result<Vec<LevelDrawn>> {
    let names: Vec<&str> = strata.iter().map(|s| s.stratum.as_str()).collect();
    let mut drawn = Vec::new();
    for by in minimums {
        for (level, (minimum, members)) in by.levels(&names)? {
            drawn.push(LevelDrawn {
                column: by.column.clone(),
                level,
                minimum,
                population: members.iter().map(|&h| strata[h].population).sum(),
                sample: members.iter().map(|&h| strata[h].sample).sum(),
            });
        }
    }
    Ok(drawn)
}

/// What is left of `names`: a name for the minimums of one column, such as `team 5 x 8`.
fn asked(by: &MinimumBy, levels: &[Level]) -> String {
    match by.minimum {
        Minimum::Every(minimum) => format!("{minimum} of each of {} {}", levels.len(), by.column),
        Minimum::Each(_) => format!("those of {} {}", levels.len(), by.column),
    }
}

/// Why the minimums cannot be met, naming them.
pub(super) fn explained(
    error: &MarginError,
    minimums: &[MinimumBy],
    names: &[&str],
    sizes: &[StratumSize],
    rules: &Rules,
) -> Error {
    let populations: Vec<usize> = sizes.iter().map(|s| s.population).collect();
    let called = || levels(minimums, names, &populations).unwrap_or_default();
    match *error {
        MarginError::LevelsOverSize { needed, size } => {
            let bounds = bounds(sizes, rules);
            let alone = minimums.iter().filter_map(|by| {
                let (levels, _) = levels(std::slice::from_ref(by), names, &populations).ok()?;
                let alone = least_total(&bounds, &levels, 0).ok()?;
                Some(format!("{} need {alone} by themselves", asked(by, &levels)))
            });
            let low: usize = bounds.iter().map(|b| b.0).sum();
            let strata = format!("at least {} in each of {} strata need {low}", rules.minimum, names.len());
            Error::data(format!(
                "the minimums cannot all be met: together they need {needed}, more than the size {size}"
            ))
            .found(alone.chain([strata]).collect::<Vec<_>>().join("; "))
            .expected(format!("a size of at least {needed}"))
            .hint("raise the size, lower a minimum, or take a column out of the strata")
        }
        MarginError::LevelOverRoom { level, possible } => {
            let (levels, called) = called();
            Error::data(format!("the minimum of {} cannot be met", called.get(level).map_or("a level", String::as_str)))
                .found(format!("its strata have room for {possible} under the maximum"))
                .expected(levels.get(level).map_or(String::new(), |level| format!("at least {}", level.minimum)))
                .hint("raise --maximum or lower the minimum")
        }
        MarginError::FixedUnderLevel { level, fixed } => {
            let (levels, called) = called();
            Error::data(format!(
                "the fixed numbers do not meet the minimum of {}",
                called.get(level).map_or("a level", String::as_str)
            ))
            .found(fixed.to_string())
            .expected(levels.get(level).map_or(String::new(), |level| format!("at least {}", level.minimum)))
        }
        MarginError::Allocation(_) | MarginError::Unsettled => {
            Error::data("the sample cannot be shared out over the strata")
                .found(error.to_string())
                .hint("ask for fewer minimums, or for minimums by fewer columns")
        }
    }
}
