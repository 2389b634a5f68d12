//! One stage of a draw within one stratum: elements (units, or clusters of them) in, selected ones out.

use super::design::{DrawDesign, Method, listed};
use super::number::{RandomNumber, START_RECIPE, TRY_RECIPE, labelled};
use crate::error::{Error, Result};
use crate::statistics::conditional_poisson;
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
    /// The joint inclusion probabilities of the selected, where the method knows them: pairs of positions.
    pub joint: Vec<(usize, usize, f64)>,
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
        return Ok(Stage { main: by_number, rest, stages: even, start: None, joint: Vec::new() });
    }
    let list = order.sorted(elements);
    let mut chosen = vec![false; elements.len()];
    let mut stage = Stage { main: Vec::new(), rest: Vec::new(), stages: even, start: None, joint: Vec::new() };
    if method == Method::PpsPoisson {
        let along = along(elements, &list, size, stratum)?;
        list.iter().zip(&along).for_each(|(&i, &p)| stage.stages[i] = (p, 1.0 / p));
        let taken = poisson(elements, &list, &along, design, stratum)?;
        stage.joint = taken.joint;
        taken.main.into_iter().for_each(|i| chosen[i] = true);
    } else {
        let start = labelled(START_RECIPE, &design.seed, stratum).moved_by(design.origin());
        stage.start = Some(start);
        let positions = if method == Method::Systematic {
            selection::systematic(elements.len(), size, start.k).map_err(|e| too_many(&e, stratum))?
        } else {
            let along = along(elements, &list, size, stratum)?;
            list.iter().zip(&along).for_each(|(&i, &p)| stage.stages[i] = (p, 1.0 / p));
            selection::systematic_unequal(&along, start.k)
        };
        positions.into_iter().for_each(|position| chosen[list[position]] = true);
    }
    (stage.main, stage.rest) = by_number.into_iter().partition(|&i| chosen[i]);
    Ok(stage)
}

/// The inclusion probabilities in proportion to size, along the list.
fn along(elements: &[Element<'_>], list: &[usize], size: usize, stratum: &str) -> Result<Vec<f64>> {
    let measures: Vec<f64> = list.iter().map(|&i| elements[i].measure.unwrap_or(f64::NAN)).collect();
    selection::inclusion_probabilities(&measures, size).map_err(|e| too_many(&e, stratum))
}

/// Who a conditional Poisson selection took, and with what joint probabilities.
struct Poisson {
    main: Vec<usize>,
    joint: Vec<(usize, usize, f64)>,
}

/// Tries until as many are taken as there should be: first with the permanent random numbers, then with those of the
/// recipes `quorate-try-2`, `quorate-try-3`, ...
fn poisson(
    elements: &[Element<'_>],
    list: &[usize],
    along: &[f64],
    design: &DrawDesign,
    stratum: &str,
) -> Result<Poisson> {
    /// The working probabilities take elements times size steps, over and over: a minute or so at this bound.
    const STEPS: usize = 200_000_000;
    const TRIES: usize = 100_000;
    let refused = |why: &str| {
        Error::data(format!("no conditional Poisson sample can be drawn in the stratum \"{stratum}\""))
            .found(why.to_owned())
            .hint("use --method pps, which is systematic")
    };
    let certain = |p: &f64| *p >= 1.0;
    let mut main: Vec<usize> = list.iter().zip(along).filter(|(_, p)| certain(p)).map(|(&i, _)| i).collect();
    let (open, chances): (Vec<usize>, Vec<f64>) =
        list.iter().copied().zip(along.iter().copied()).filter(|(_, p)| !certain(p)).unzip();
    let size = chances.iter().sum::<f64>().round() as usize;
    if size == 0 || open.is_empty() {
        return Ok(Poisson { joint: pairs(&main, |_, _| 1.0), main });
    }
    if open.len().saturating_mul(size) > STEPS {
        return Err(refused("the stratum and the size are too large"));
    }
    let working = conditional_poisson::working_probabilities(&chances)
        .ok_or_else(|| refused("some measures of size are too near to certainty or to nothing"))?;
    let number = |i: usize, attempt: usize| match attempt {
        1 => elements[i].number,
        attempt => labelled(&format!("{TRY_RECIPE}{attempt}"), &design.seed, elements[i].name),
    };
    let taken = (1..=TRIES)
        .map(|attempt| -> Vec<usize> {
            (0..open.len()).filter(|&j| number(open[j], attempt).fraction() < working[j]).collect()
        })
        .find(|taken| taken.len() == size)
        .ok_or_else(|| refused("no try had the size asked for"))?;
    let mut joint = pairs(&main, |_, _| 1.0);
    for (rank, &j) in taken.iter().enumerate() {
        let row = conditional_poisson::joint(&chances, &working, j);
        joint.extend(main.iter().map(|&i| (i, open[j], chances[j])));
        joint.extend(taken[rank + 1..].iter().map(|&l| (open[j], open[l], row[l])));
    }
    main.extend(taken.into_iter().map(|j| open[j]));
    Ok(Poisson { main, joint })
}

/// All pairs of elements with what belongs to them.
fn pairs(elements: &[usize], value: impl Fn(usize, usize) -> f64) -> Vec<(usize, usize, f64)> {
    let later = |(rank, &a): (usize, &usize)| elements[rank + 1..].iter().map(move |&b| (a, b)).collect::<Vec<_>>();
    elements.iter().enumerate().flat_map(later).map(|(a, b)| (a, b, value(a, b))).collect()
}

/// n / N and N / n.
pub(super) fn even_chance(size: usize, population: usize) -> (f64, f64) {
    (size as f64 / population.max(1) as f64, population as f64 / size.max(1) as f64)
}

fn too_many(error: &SelectionError, stratum: &str) -> Error {
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
