//! One stage of a draw within one stratum: elements (units, or clusters of them) in, selected ones out.

use super::design::{DrawDesign, Method, listed};
use super::number::{RandomNumber, START_RECIPE, labelled};
use crate::error::{Error, Result};
use crate::statistics::selection::{self, SelectionError};

/// What can be drawn at one stage.
#[derive(Debug, Clone)]
pub(super) struct Element<'a> {
    /// Its permanent random number.
    pub number: RandomNumber,
    /// Its identifier, which decides between equal random numbers.
    pub name: &'a str,
    /// Its measure of size; only used in proportion to size.
    pub measure: Option<f64>,
    /// What it is sorted by before a systematic selection.
    pub sort: &'a [String],
}

/// What one stage selected; the numbers are positions among the elements that were given.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    /// The selected, in the order of their random numbers.
    pub main: Vec<usize>,
    /// All others in the order of their random numbers: the reserve begins at the front.
    pub rest: Vec<usize>,
    /// The inclusion probability of every element, and the weight that is its inverse.
    pub stages: Vec<(f64, f64)>,
    /// The random start, where the method has one.
    pub start: Option<RandomNumber>,
}

/// Selects `size` of the elements of one stratum.
pub(super) fn select(
    elements: &[Element<'_>],
    size: usize,
    design: &DrawDesign,
    stratum: &str,
    order: &SortOrder,
) -> Result<Stage> {
    let method = design.method;
    let mut by_number: Vec<usize> = (0..elements.len()).collect();
    by_number.sort_unstable_by_key(|&i| (elements[i].number, elements[i].name));
    let even = vec![even_chance(size, elements.len()); elements.len()];
    if method == Method::Simple {
        let rest = by_number.split_off(size.min(by_number.len()));
        return Ok(Stage { main: by_number, rest, stages: even, start: None });
    }
    let start = labelled(START_RECIPE, &design.seed, stratum).moved_by(design.origin());
    let list = order.sorted(elements);
    let (positions, stages) = if method == Method::Systematic {
        let positions = selection::systematic(elements.len(), size, start.k).map_err(|e| too_many(e, stratum))?;
        (positions, even)
    } else {
        let measures: Vec<f64> = list.iter().map(|&i| elements[i].measure.unwrap_or(f64::NAN)).collect();
        let along = selection::inclusion_probabilities(&measures, size).map_err(|e| too_many(e, stratum))?;
        let mut stages = vec![(0.0, 0.0); elements.len()];
        list.iter().zip(&along).for_each(|(&i, &p)| stages[i] = (p, 1.0 / p));
        (selection::systematic_unequal(&along, start.k), stages)
    };
    let mut chosen = vec![false; elements.len()];
    positions.into_iter().for_each(|position| chosen[list[position]] = true);
    let (main, rest) = by_number.into_iter().partition(|&i| chosen[i]);
    Ok(Stage { main, rest, stages, start: Some(start) })
}

/// n / N and N / n.
pub(super) fn even_chance(size: usize, population: usize) -> (f64, f64) {
    (size as f64 / population.max(1) as f64, population as f64 / size.max(1) as f64)
}

fn too_many(error: SelectionError, stratum: &str) -> Error {
    Error::data(format!("no sample can be drawn in the stratum \"{stratum}\"")).found(error.to_string())
}

/// Refuses measures of size that are missing, negative or zero, naming the elements.
pub(super) fn check_measures(elements: &[Element<'_>], column: &str) -> Result<()> {
    let bad = |what: &str, is_bad: &dyn Fn(&Option<f64>) -> bool| -> Result<()> {
        let names: Vec<&str> = elements.iter().filter(|e| is_bad(&e.measure)).map(|e| e.name).collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(Error::data(format!("{} of {} have {what}", names.len(), elements.len()))
            .found(listed(&names))
            .expected(format!("{column} above zero for everything that can be drawn"))
            .hint("mend the frame, or leave these out with --exclude"))
    };
    bad("no measure of size", &|m| m.is_none_or(|m| !m.is_finite()))?;
    bad("a negative measure of size", &|m| m.is_some_and(|m| m < 0.0))?;
    bad("a measure of size of zero", &|m| m.is_some_and(|m| m == 0.0))
}

/// How the sort columns are compared: as numbers where every value of the frame is one, else as text byte by byte.
#[derive(Debug, Clone)]
pub(super) struct SortOrder {
    numeric: Vec<bool>,
}

impl SortOrder {
    /// Looks at the sort values of all elements.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a [String]>) -> Self {
        let mut numeric: Vec<bool> = Vec::new();
        for row in values {
            numeric.resize(numeric.len().max(row.len()), true);
            row.iter().zip(&mut numeric).for_each(|(value, numeric)| *numeric &= number(value).is_some());
        }
        SortOrder { numeric }
    }

    /// The elements' positions in the order of the sort columns (of the names where there are none), then of the random
    /// numbers.
    fn sorted(&self, elements: &[Element<'_>]) -> Vec<usize> {
        let mut list: Vec<usize> = (0..elements.len()).collect();
        list.sort_by(|&a, &b| {
            let (a, b) = (&elements[a], &elements[b]);
            if self.numeric.is_empty() { a.name.cmp(b.name) } else { self.compare(a.sort, b.sort) }
                .then((a.number, a.name).cmp(&(b.number, b.name)))
        });
        list
    }

    /// Which of two rows of sort values comes first.
    pub(super) fn compare(&self, a: &[String], b: &[String]) -> std::cmp::Ordering {
        for ((a, b), numeric) in a.iter().zip(b).zip(&self.numeric) {
            let order = match (numeric, number(a), number(b)) {
                (true, Some(a), Some(b)) => a.total_cmp(&b),
                _ => a.cmp(b),
            };
            if order.is_ne() {
                return order;
            }
        }
        std::cmp::Ordering::Equal
    }
}

/// A finite number written with a point; negative zero is zero.
fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|x| x.is_finite()).map(|x| x + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sorted_as_numbers_only_where_all_are() {
        let rows = |values: &[&str]| values.iter().map(|v| vec![(*v).to_owned()]).collect::<Vec<_>>();
        let order = |values: &[&str]| {
            let mut rows = rows(values);
            let order = SortOrder::of(rows.iter().map(Vec::as_slice));
            rows.sort_by(|a, b| order.compare(a, b));
            rows.concat()
        };
        assert_eq!(order(&["10", "9", "-1.5"]), ["-1.5", "9", "10"]);
        assert_eq!(order(&["10", "9", "b"]), ["10", "9", "b"]);
    }
}
