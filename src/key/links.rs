//! `link.csv`: the link of everyone who was drawn, by serial.

use std::collections::BTreeMap;
use std::path::Path;

use super::Series;
use crate::error::{Error, Result};
use crate::files::read_file;

/// The links of a sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Which series they were made in; see [`Series::name`].
    pub series: String,
    /// The link of each serial.
    pub of: BTreeMap<String, String>,
}

impl Links {
    /// The links of units, given by serial and identifier.
    pub fn new<'u>(series: &Series, units: impl Iterator<Item = (&'u str, &'u str)>) -> Self {
        Links { series: series.name(), of: units.map(|(serial, id)| (serial.to_owned(), series.link(id))).collect() }
    }

    /// The file, sorted by serial.
    ///
    /// # Errors
    /// Never for texts; the writer's own errors are passed on.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let fault = |error: csv::Error| Error::data("the links cannot be written").found(error.to_string());
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["serial", "series", "link"]).map_err(fault)?;
        for (serial, link) in &self.of {
            writer.write_record([serial, &self.series, link]).map_err(fault)?;
        }
        writer.into_inner().map_err(|error| Error::data("the links cannot be written").found(error.to_string()))
    }

    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read or is not as a draw wrote it.
    pub fn read(path: &Path) -> Result<Links> {
        let bytes = read_file(path)?;
        let fault = || {
            Error::file(path, "these are not the links of a sample")
                .expected("the columns serial, series and link, as a draw wrote them")
        };
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        if reader.headers().map_err(|_| fault())? != &csv::StringRecord::from(vec!["serial", "series", "link"]) {
            return Err(fault());
        }
        let mut links = Links::default();
        for row in reader.into_records() {
            let row = row.map_err(|_| fault())?;
            if !links.of.is_empty() && links.series != row[1] {
                return Err(fault().found(format!("the series {} and {}", links.series, &row[1])));
            }
            links.series = row[1].to_owned();
            links.of.insert(row[0].to_owned(), row[2].to_owned());
        }
        Ok(links)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_written_and_read_back() {
        let series = Series::new().expect("chance");
        let links = Links::new(&series, [("S-0002-B", "77"), ("S-0001-A", "42")].into_iter());
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("link.csv");
        let bytes = links.csv().expect("written");
        assert!(!String::from_utf8_lossy(&bytes).lines().any(|line| line.ends_with(",42") || line.ends_with(",77")));
        std::fs::write(&file, &bytes).expect("written");
        assert_eq!(Links::read(&file).expect("it reads"), links);
        for text in ["", "serial,link\nS,1\n", "serial,series,link\nA,x,1\nB,y,2\n", "serial,series,link\nA,x\n"] {
            std::fs::write(&file, text).expect("written");
            assert!(Links::read(&file).is_err(), "{text:?}");
        }
    }
}
