//! Comparators: single organisations to stand beside, named one by one or found by how like they are.
//!
//! Peers are those nearest by the Euclidean distance of characteristics, each less its mean over its standard deviation (of all
//! organisations in the file, n - 1 below), so that every characteristic counts alike whatever its unit. This is the nearest
//! neighbours of families of councils, without weights on the characteristics.

use std::path::Path;

use super::Figure;
use crate::error::{Error, Result};
use crate::files::read_file;
use crate::instrument::nearest;

/// What is known of organisations.
#[derive(Debug, Clone, PartialEq)]
pub struct Characteristics {
    /// The names of the characteristics.
    pub names: Vec<String>,
    /// Each organisation with its characteristics.
    pub organisations: Vec<(String, Vec<f64>)>,
}

/// Reads a CSV file of organisations: the first column is the name, every other a number.
///
/// # Errors
/// When the file cannot be read, a value is no number, an organisation is there twice, or there are no characteristics.
pub fn characteristics(path: &Path) -> Result<Characteristics> {
    let bytes = read_file(path)?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    let broken =
        |error: csv::Error| Error::definition(path, "the characteristics cannot be read").found(error.to_string());
    let names: Vec<String> = reader.headers().map_err(broken)?.iter().skip(1).map(str::to_owned).collect();
    if names.is_empty() {
        return Err(Error::definition(path, "the file has no characteristics")
            .expected("a column of names, then columns of numbers"));
    }
    let mut organisations: Vec<(String, Vec<f64>)> = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(broken)?;
        let name = record.get(0).unwrap_or("").to_owned();
        let wrong = |problem: &str| Error::definition(path, problem).at(format!("{}:{}", path.display(), row + 2));
        if organisations.iter().any(|(other, _)| *other == name) {
            return Err(wrong("an organisation is there twice").found(name));
        }
        let value = |column: usize| {
            let text = record.get(column + 1).unwrap_or("");
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.ok_or_else(|| {
                wrong("a characteristic is no number")
                    .found(format!("{text:?} for {}", names[column]))
                    .expected("a number")
            })
        };
        let values = (0..names.len()).map(value).collect::<Result<Vec<f64>>>()?;
        organisations.push((name, values));
    }
    Ok(Characteristics { names, organisations })
}

impl Characteristics {
    /// The organisations most like one, the nearest first; of those alike by the order of their names.
    ///
    /// # Errors
    /// When the organisation is not in the file; the nearest name is given.
    pub fn peers(&self, of: &str, count: usize) -> Result<Vec<String>> {
        Ok(self.distances(of)?.into_iter().take(count).map(|(_, name)| name.to_owned()).collect())
    }

    /// How far every other organisation lies from one, the nearest first; of those alike by the order of their names.
    ///
    /// # Errors
    /// As [`peers`](Characteristics::peers).
    pub fn distances(&self, of: &str) -> Result<Vec<(f64, &str)>> {
        let Some((_, own)) = self.organisations.iter().find(|(name, _)| name == of) else {
            let error = Error::usage("the organisation has no characteristics").found(of);
            return Err(match nearest(of, self.organisations.iter().map(|(name, _)| name.as_str())) {
                Some(near) => error.hint(format!("did you mean {near:?}?")),
                None => error.hint("add a row for it"),
            });
        };
        let n = self.organisations.len() as f64;
        let deviation = |column: usize| {
            let mean = self.organisations.iter().map(|(_, values)| values[column]).sum::<f64>() / n;
            let squares: f64 = self.organisations.iter().map(|(_, values)| (values[column] - mean).powi(2)).sum();
            (squares / (n - 1.0)).sqrt()
        };
        let deviations: Vec<f64> = (0..self.names.len()).map(deviation).collect();
        let distance = |values: &[f64]| {
            let parts = values.iter().zip(own).zip(&deviations);
            // What is the same for all tells nobody apart.
            parts.filter(|(_, d)| **d > 0.0).map(|((a, b), d)| ((a - b) / d).powi(2)).sum::<f64>().sqrt()
        };
        let mut others: Vec<(f64, &str)> = self
            .organisations
            .iter()
            .filter(|(name, _)| name != of)
            .map(|(name, values)| (distance(values), name.as_str()))
            .collect();
        others.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)));
        Ok(others)
    }
}

/// The mean of the figures of several organisations, each counting alike; its error follows from theirs where all have one,
/// else it counts as exact. None without figures.
pub fn mean_of(figures: &[&Figure], label: &str) -> Option<Figure> {
    let first = *figures.first()?;
    let n = figures.len() as f64;
    let errors: Option<Vec<f64>> = figures.iter().map(|figure| figure.se()).collect();
    let margin = errors.map(|errors| 1.96 * errors.iter().map(|se| se * se).sum::<f64>().sqrt() / n);
    let names: Vec<&str> = figures.iter().map(|figure| figure.organisation.as_str()).collect();
    Some(Figure {
        value: figures.iter().map(|figure| figure.value).sum::<f64>() / n,
        label: label.to_owned(),
        organisation: String::new(),
        code: String::new(),
        base: None,
        margin,
        people: None,
        population: None,
        national: false,
        note: format!("mean of {}", names.join(", ")),
        ..first.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn four() -> Characteristics {
        let organisations = [("A", [1.0, 100.0]), ("B", [2.0, 100.0]), ("C", [1.0, 400.0]), ("D", [5.0, 110.0])];
        Characteristics {
            names: vec!["x".into(), "y".into()],
            organisations: organisations.map(|(name, values)| (name.to_owned(), values.to_vec())).to_vec(),
        }
    }

    /// Standard deviations 1.892969 and 148.408442: from A, B lies 0.528, C 2.021 and D 2.114 away.
    #[test]
    fn peers_are_the_nearest_whatever_the_units() {
        assert_eq!(four().peers("A", 2).expect("known"), ["B", "C"]);
        assert_eq!(four().peers("A", 9).expect("known"), ["B", "C", "D"]);
        assert!(four().peers("E", 2).is_err());
    }

    #[test]
    fn a_characteristic_that_all_share_tells_nobody_apart() {
        let mut same = four();
        same.organisations.iter_mut().for_each(|(_, values)| values[0] = 3.0);
        assert_eq!(same.peers("A", 2).expect("known"), ["B", "D"]);
    }

    fn reference(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/peers").join(name)
    }

    /// Twelve made-up councils, among them twins, one characteristic that all share and one in the hundred thousands: every
    /// distance as tests/reference/peers/peers.py has it, from every council.
    #[test]
    fn distances_as_an_independent_program_finds_them() {
        let known = characteristics(&reference("characteristics.csv")).expect("it reads");
        let text = std::fs::read_to_string(reference("expected.csv")).expect("it is there");
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let mut expected: Vec<(String, String, f64)> = rows.deserialize().map(|row| row.expect("a row")).collect();
        let mut compared = 0;
        for (of, _) in &known.organisations {
            let found = known.distances(of).expect("known");
            assert!(found.iter().all(|(_, name)| name != of), "nobody is their own peer");
            for (distance, name) in found {
                let (wanted_of, wanted, value) = expected.remove(0);
                assert_eq!((wanted_of.as_str(), wanted.as_str()), (of.as_str(), name));
                assert!((distance - value).abs() <= 1e-9, "{of} {name}: {distance} {value}");
                compared += 1;
            }
        }
        assert!(expected.is_empty() && compared == 12 * 11, "{compared}");
    }

    #[test]
    fn those_equally_like_come_by_name_whatever_the_order_of_the_rows() {
        let mut turned = characteristics(&reference("characteristics.csv")).expect("it reads");
        let forth = turned.peers("Aberwick", 11).expect("known");
        turned.organisations.reverse();
        assert_eq!(turned.peers("Aberwick", 11).expect("known"), forth);
        let twins: Vec<&String> = forth.iter().filter(|name| name.starts_with("Twin")).collect();
        assert_eq!(twins, ["Twin East", "Twin West"]);
    }

    #[test]
    fn a_council_without_a_characteristic_is_refused_at_its_row() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = |text: &str| {
            let path = folder.path().join("like.csv");
            std::fs::write(&path, text).expect("written");
            characteristics(&path)
        };
        for (text, problem, line) in [
            ("name,x,y\nA,1,2\nB,,3\n", "a characteristic is no number", ":3"),
            ("name,x,y\nA,1,2\nB,inf,3\n", "a characteristic is no number", ":3"),
            ("name,x,y\nA,1,2\nA,2,3\n", "an organisation is there twice", ":3"),
        ] {
            let error = read(text).expect_err(text);
            assert_eq!(error.problem, problem, "{text}");
            assert!(error.place.as_ref().is_some_and(|place| place.ends_with(line)), "{error:?}");
        }
        assert!(read("name,x,y\nA,1,2\nB,2\n").is_err(), "a row that is too short");
        assert!(read("name\nA\n").is_err(), "nothing to tell by");
        // One alone has no peers, and nothing to stand out by.
        assert!(read("name,x\nA,1\n").expect("sound").peers("A", 3).expect("known").is_empty());
    }

    /// Each counts alike, whatever its base; the error is that of a mean of independent figures, and none where one has none.
    #[test]
    fn the_mean_of_peers_counts_each_alike() {
        let figure = |organisation: &str, value: f64, base: Option<f64>, margin: Option<f64>| Figure {
            base,
            margin,
            ..Figure::plain(organisation, value)
        };
        let (a, b) = (figure("A", 0.6, Some(100.0), None), figure("B", 0.4, Some(400.0), Some(0.049)));
        let mean = mean_of(&[&a, &b], "m").expect("two");
        assert!((mean.value - 0.5).abs() < 1e-15 && mean.base.is_none());
        // sqrt(0.24 / 100 + (0.049 / 1.96)^2) / 2
        assert!((mean.se().expect("both have one") - 0.027_499_999_999_999_997).abs() < 1e-12, "{:?}", mean.se());
        let without = figure("C", 0.9, None, None);
        assert_eq!(mean_of(&[&a, &without], "m").expect("two").se(), None);
        assert!(mean_of(&[], "m").is_none());
    }
}
