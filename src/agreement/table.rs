//! From rows as they stand in a file to a table of units by readers.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};
use crate::statistics::agreement::{Ratings, Scale};

/// One rating as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// The row in the file, counted from one as a person counts.
    pub row: u64,
    /// Which unit was rated.
    pub unit: String,
    /// Who rated it.
    pub rater: String,
    /// What the rating is; none when it is missing.
    pub value: Option<String>,
}

/// A table of ratings with the names of its rows, columns and categories, each in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Units by readers.
    pub ratings: Ratings,
    /// The units that anybody rated.
    pub units: Vec<String>,
    /// The readers who rated anything.
    pub raters: Vec<String>,
    /// The categories.
    pub categories: Vec<String>,
}

/// Makes the table. Whatever order the rows have, the table is the same.
///
/// `categories` is the scale in order, when it is given: then every rating must be on it, and unused points count. On a
/// nominal scale the categories are otherwise the ratings that occur; on an ordinal or interval one these must be
/// numbers.
///
/// # Errors
/// When a unit is rated twice by one reader, a rating is not on the scale or not a number, a row names no unit or no
/// reader, or there are fewer than two readers.
pub fn tabulate(rows: &[Rating], scale: Scale, categories: Option<&[String]>) -> Result<Table> {
    let mut first: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for rating in rows {
        if rating.unit.is_empty() || rating.rater.is_empty() {
            let what = if rating.unit.is_empty() { "unit" } else { "reader" };
            return Err(Error::data(format!("a row has no {what}")).at(format!("row {}", rating.row)));
        }
        if let Some(earlier) = first.insert((&rating.unit, &rating.rater), rating.row) {
            return Err(Error::data(format!("unit {:?} is rated twice by one reader", rating.unit))
                .found(format!("rows {earlier} and {}", rating.row))
                .expected("one rating of a unit by each reader")
                .hint("delete the row that does not count, or give each item its own file"));
        }
    }
    let rated = || rows.iter().filter_map(|rating| Some((rating, rating.value.as_deref()?)));
    let scheme = Scheme::new(rated().map(|(rating, value)| (rating.row, value)), scale, categories)?;
    let units: BTreeSet<&str> = rated().map(|(rating, _)| rating.unit.as_str()).collect();
    let raters: Vec<&str> =
        rated().map(|(rating, _)| rating.rater.as_str()).collect::<BTreeSet<&str>>().into_iter().collect();
    let unit_of: BTreeMap<&str, usize> = units.iter().enumerate().map(|(at, unit)| (*unit, at)).collect();
    let mut cells = vec![None; unit_of.len() * raters.len()];
    for (rating, value) in rated() {
        let place = unit_of.get(rating.unit.as_str()).zip(raters.binary_search(&rating.rater.as_str()).ok());
        if let Some((unit, rater)) = place {
            cells[unit * raters.len() + rater] = Some(scheme.category(rating.row, value)?);
        }
    }
    let ratings = Ratings::from_categories(raters.len(), &cells, scheme.positions).map_err(|error| {
        Error::data(error.to_string())
            .found(format!("{} readers with a rating", raters.len()))
            .hint("--rater names the column that says who rated, --unit the column that says what")
    })?;
    let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    let (units, raters) = (names(units.into_iter().collect()), names(raters));
    Ok(Table { ratings, units, raters, categories: scheme.categories })
}

/// The categories and how a rating is one of them.
struct Scheme {
    categories: Vec<String>,
    positions: Vec<f64>,
    /// Ratings are compared as numbers.
    numbers: bool,
}

impl Scheme {
    fn new<'a>(
        values: impl Iterator<Item = (u64, &'a str)> + Clone,
        scale: Scale,
        given: Option<&[String]>,
    ) -> Result<Self> {
        if let Some(given) = given {
            return Self::given(given, scale);
        }
        let mut numbers = Vec::new();
        let mut word = None;
        for (row, value) in values.clone() {
            match number(value) {
                Some(number) => numbers.push(number),
                None => word = word.or(Some((row, value))),
            }
        }
        match (word, scale) {
            (None, _) => {
                numbers.sort_by(f64::total_cmp);
                numbers.dedup();
                let categories = numbers.iter().map(f64::to_string).collect();
                Ok(Scheme { categories, positions: numbers, numbers: true })
            }
            (Some(_), Scale::Nominal) => {
                let names: BTreeSet<&str> = values.map(|(_, value)| value).collect();
                let categories: Vec<String> = names.into_iter().map(str::to_owned).collect();
                Ok(Scheme { positions: places(categories.len()), categories, numbers: false })
            }
            (Some((row, value)), Scale::Ordinal) => Err(not_a_number(row, value)
                .hint("name the points in order with --categories \"poor,fair,good\", or what stands for missing with --missing")),
            (Some((row, value)), Scale::Interval) => Err(not_a_number(row, value)
                .hint("name what stands for missing with --missing, or use --scale ordinal with --categories")),
        }
    }

    fn given(given: &[String], scale: Scale) -> Result<Self> {
        let distinct: BTreeSet<&str> = given.iter().map(String::as_str).collect();
        if given.len() < 2 || distinct.len() < given.len() {
            return Err(Error::usage("the categories must be two or more, each of them once"));
        }
        let positions: Option<Vec<f64>> = given.iter().map(|name| number(name)).collect();
        let rising = positions.filter(|positions| positions.windows(2).all(|pair| pair[0] < pair[1]));
        if rising.is_none() && scale == Scale::Interval {
            return Err(Error::usage("the categories of an interval scale must be numbers that rise"));
        }
        let numbers = rising.is_some();
        Ok(Scheme { categories: given.to_vec(), positions: rising.unwrap_or_else(|| places(given.len())), numbers })
    }

    fn category(&self, row: u64, value: &str) -> Result<usize> {
        let found = if self.numbers {
            number(value).and_then(|number| self.positions.iter().position(|&position| position == number))
        } else {
            self.categories.iter().position(|name| name == value)
        };
        found.ok_or_else(|| {
            Error::data("a rating is not on the scale")
                .at(format!("row {row}"))
                .found(format!("{value:?}"))
                .expected(self.categories.join(" | "))
                .hint("mend the rating, add it to --categories, or name it with --missing")
        })
    }
}

fn places(count: usize) -> Vec<f64> {
    (1..=count).map(|place| place as f64).collect()
}

fn number(text: &str) -> Option<f64> {
    crate::sheet::Value::from(text).number().map(|number| if number == 0.0 { 0.0 } else { number })
}

fn not_a_number(row: u64, value: &str) -> Error {
    Error::data("a rating is not a number").at(format!("row {row}")).found(format!("{value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Rating> {
        let row = |(at, line): (usize, &str)| {
            let mut parts = line.split_whitespace();
            let mut next = || parts.next().unwrap_or_default().to_owned();
            let (unit, rater, value) = (next(), next(), next());
            Rating { row: at as u64 + 2, unit, rater, value: (value != "-").then_some(value) }
        };
        text.split(", ").enumerate().map(row).collect()
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let one = tabulate(&rows("u1 a 1, u1 b 2, u2 a 2, u2 b -, u3 b 1.0"), Scale::Ordinal, None).expect("a table");
        let other = tabulate(&rows("u3 b 1, u2 b -, u2 a 2, u1 b 2, u1 a 1"), Scale::Ordinal, None).expect("a table");
        assert_eq!(one, other);
        assert_eq!((one.ratings.units(), one.ratings.raters(), one.categories.len()), (3, 2, 2));
    }

    #[test]
    fn faults_are_placed() {
        let fault = |text: &str, scale, categories: Option<&[&str]>| {
            let categories: Option<Vec<String>> = categories.map(|c| c.iter().map(ToString::to_string).collect());
            tabulate(&rows(text), scale, categories.as_deref()).expect_err("a fault").to_string()
        };
        let twice = fault("u1 a 1, u1 b 1, u1 a 2", Scale::Nominal, None);
        assert!(twice.contains("\"u1\" is rated twice") && twice.contains("rows 2 and 4"), "{twice}");
        let off = fault("u1 a 1, u1 b 9", Scale::Ordinal, Some(&["1", "2", "3"]));
        assert!(off.contains("not on the scale") && off.contains("row 3") && off.contains("1 | 2 | 3"), "{off}");
        assert!(fault("u1 a good, u1 b poor", Scale::Ordinal, None).contains("--categories"));
        assert!(fault("u1 a 1, u2 a 2", Scale::Nominal, None).contains("two readers"));
        assert!(fault("u1 a -, u2 b -", Scale::Nominal, None).contains("readers"));
    }
}
