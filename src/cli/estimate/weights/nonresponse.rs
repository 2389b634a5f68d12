//! Weights of those who responded, raised to stand for those who did not.

use std::str::FromStr;

use super::super::args::Args;
use super::super::data::Columns;
use super::super::derived::Names;
use super::super::label;
use super::missing;
use crate::cli::Talk;
use crate::error::{Error, Result};
use crate::statistics::nonresponse::{Raised, propensity_groups, raise};
use crate::statistics::propensity::logistic;
use crate::table::MISSING;

/// `classes:COL,...` or `propensity:COL,...`, each with its rules behind it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli::estimate) struct Way {
    columns: Vec<String>,
    /// The number of propensity groups; none for classes.
    groups: Option<usize>,
    /// Classes with fewer respondents are merged.
    minimum: usize,
    /// Classes with a larger factor are merged.
    largest: f64,
}

impl FromStr for Way {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let fault = |problem: &str| {
            Error::usage(problem.to_owned())
                .found(text)
                .expected("classes:COL,...[:minimum=M][:largest=F] or propensity:COL,...[:groups=G][:minimum=M][:largest=F]")
        };
        let mut parts = text.split(':');
        let (kind, columns) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let groups = match kind {
            "classes" => None,
            "propensity" => Some(5),
            _ => return Err(fault("this is no way to adjust for non-response")),
        };
        let columns: Vec<String> =
            columns.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        if columns.is_empty() {
            return Err(fault("the adjustment for non-response names no column"));
        }
        let mut way = Way { columns, groups, minimum: 1, largest: f64::INFINITY };
        for rule in parts {
            // A number by itself is the minimum.
            let (name, value) = rule.split_once('=').unwrap_or(("minimum", rule));
            let whole = value.trim().parse::<usize>().ok().filter(|count| *count > 0);
            match (name.trim(), whole) {
                ("groups", Some(count)) if way.groups.is_some() && count > 1 => way.groups = Some(count),
                ("minimum", Some(count)) => way.minimum = count,
                ("largest", _) => {
                    let factor = value.trim().parse::<f64>().ok().filter(|factor| *factor >= 1.0);
                    way.largest = factor.ok_or_else(|| fault("the largest factor must be a number of at least 1"))?;
                }
                _ => return Err(fault("this is no rule for classes of non-response")),
            }
        }
        Ok(way)
    }
}

impl Way {
    /// The columns that it needs.
    pub(super) fn wanted(&self, names: &Names<'_>) -> Result<Vec<usize>> {
        let mut wanted = Vec::new();
        for name in &self.columns {
            wanted.extend(names.columns(name)?);
        }
        Ok(wanted)
    }

    /// The words in the `method` column.
    pub(super) fn words(&self) -> String {
        let kind = match self.groups {
            None => "non-response classes".to_owned(),
            Some(groups) => format!("non-response propensity in {groups} groups"),
        };
        let mut words = format!("{kind}, at least {} each", self.minimum);
        if self.largest.is_finite() {
            words += &format!(", factor at most {}", self.largest);
        }
        words
    }

    /// Raises the weights within the classes, and says what was done in each.
    pub(super) fn raise(
        &self,
        columns: &Columns<'_>,
        weights: &[f64],
        responded: &[bool],
        talk: &Talk,
    ) -> Result<Raised> {
        let places = self.wanted(columns.names)?;
        let (classes, labels) = match self.groups {
            None => self.crossed(columns, &places)?,
            Some(groups) => {
                let terms = terms(columns, &places)?;
                let fitted = logistic(&terms, responded)?;
                talk.detail(format!(
                    "response model of {} terms, settled in {} rounds",
                    fitted.coefficients.len(),
                    fitted.iterations
                ));
                let classes = propensity_groups(&fitted.propensities, groups);
                let labels = (0..groups).map(|group| format!("propensity group {}", group + 1)).collect();
                (classes, labels)
            }
        };
        let raised = raise(weights, responded, &classes, self.minimum, self.largest)
            .map_err(|error| Error::from(error).at("--nonresponse"))?;
        let mut members = vec![std::collections::BTreeSet::new(); labels.len()];
        for (&class, &merged) in classes.iter().zip(&raised.classes) {
            members[merged as usize].insert(class);
        }
        for factor in &raised.factors {
            let names: Vec<&str> =
                members[factor.class as usize].iter().map(|&class| labels[class as usize].as_str()).collect();
            let line = format!(
                "non-response {}: {} of {} responded, factor {:.4}",
                names.join(" with "),
                factor.respondents,
                factor.units,
                factor.factor
            );
            // Merged classes are a change to what was asked, so they are always told.
            if names.len() > 1 { talk.say(line) } else { talk.detail(line) }
        }
        Ok(raised)
    }

    /// A class for every combination of the columns' values, in the order of these.
    fn crossed(&self, columns: &Columns<'_>, places: &[usize]) -> Result<(Vec<u32>, Vec<String>)> {
        let mut cells: Vec<Vec<u32>> = Vec::with_capacity(columns.rows());
        for row in 0..columns.rows() {
            let mut cell = Vec::with_capacity(places.len());
            for &place in places {
                match columns.values(place).codes()[row] {
                    MISSING => return Err(missing(columns, row, columns.name(place))),
                    code => cell.push(code),
                }
            }
            cells.push(cell);
        }
        let mut known: Vec<&Vec<u32>> = cells.iter().collect();
        known.sort_unstable();
        known.dedup();
        let label = |cell: &&Vec<u32>| {
            let values = cell.iter().zip(places);
            label::joined(values.map(|(&code, &place)| columns.values(place).levels()[code as usize].as_str()))
        };
        let labels = known.iter().map(label).collect();
        let number = |cell: &Vec<u32>| known.binary_search(&cell).unwrap_or_default() as u32;
        Ok((cells.iter().map(number).collect(), labels))
    }
}

/// The terms of the response model: an intercept; numbers as they are, centred; texts as a term for each level but the
/// first.
fn terms(columns: &Columns<'_>, places: &[usize]) -> Result<Vec<Vec<f64>>> {
    let mut terms = vec![vec![1.0; columns.rows()]];
    for &place in places {
        let values = columns.values(place);
        if let Some(row) = values.codes().iter().position(|&code| code == MISSING) {
            return Err(missing(columns, row, columns.name(place)));
        }
        if values.level_numbers().is_some() {
            let numbers = columns.numbers(place)?;
            let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
            terms.push(numbers.iter().map(|number| number - mean).collect());
        } else {
            for level in 1..values.levels().len() {
                terms.push(values.codes().iter().map(|&code| f64::from(u8::from(code as usize == level))).collect());
            }
        }
    }
    Ok(terms)
}

/// Who responded.
pub(super) fn responded(args: &Args, columns: &Columns<'_>) -> Result<Vec<bool>> {
    let Some(name) = &args.responded else { return Ok(vec![true; columns.rows()]) };
    let values = columns.named(name)?;
    let of_row = |row: usize| {
        let label = values.label_at(row);
        let is = |words: [&str; 3]| label.is_some_and(|label| words.iter().any(|w| label.eq_ignore_ascii_case(w)));
        match (is(["1", "yes", "true"]), is(["0", "no", "false"])) {
            (true, _) => Ok(true),
            (_, true) => Ok(false),
            _ => Err(Error::data("a row does not say whether the unit responded")
                .at(columns.place(row, name))
                .found(label.map_or_else(|| "nothing".to_owned(), |label| format!("{label:?}")))
                .expected("1 or 0, yes or no, true or false")),
        }
    };
    (0..columns.rows()).map(of_row).collect()
}
