//! The groups that will be compared: given on the command line or in a file.

use std::path::Path;

use crate::error::{Error, Result};
use crate::files::read_file;

/// Reads groups from `NAME=N,NAME=N` or from a csv file with the columns group and population.
///
/// In a file, the columns are those named `group` and `population`, or else the first two.
///
/// # Errors
/// When the file cannot be read, a number is not a whole number, or a group stands twice.
pub fn read_groups(text: &str) -> Result<Vec<(String, usize)>> {
    let groups = if text.contains('=') && !Path::new(text).exists() { from_text(text)? } else { from_file(text)? };
    let mut names: Vec<&str> = groups.iter().map(|g| g.0.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::usage("a group stands more than once in --groups").found(pair[0])),
        None if groups.is_empty() => Err(Error::usage("--groups names no groups").found(text)),
        None => Ok(groups),
    }
}

fn from_text(text: &str) -> Result<Vec<(String, usize)>> {
    let group = |part: &str| {
        part.rsplit_once('=')
            .and_then(|(name, count)| Some((name.trim().to_owned(), whole_number(count)?)))
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| Error::usage("--groups cannot be read").found(part).expected("NAME=N,NAME=N or a csv file"))
    };
    text.split(',').filter(|part| !part.trim().is_empty()).map(group).collect()
}

fn from_file(path: &str) -> Result<Vec<(String, usize)>> {
    let bytes = read_file(Path::new(path)).map_err(|error| {
        if path.contains(['.', '/', '\\']) { error } else { error.expected("a csv file, or NAME=N,NAME=N") }
    })?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let broken = |error: csv::Error| Error::file(path, "the groups cannot be read").found(error.to_string());
    let header: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_lowercase).collect();
    let column = |name: &str, otherwise: usize| header.iter().position(|h| h == name).unwrap_or(otherwise);
    let (name, count) = (column("group", 0), column("population", 1));
    let mut groups = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(broken)?;
        let population = record.get(count).and_then(whole_number).ok_or_else(|| {
            Error::file(path, "a group has no whole number for its population")
                .at(format!("{path}:{}", row + 2))
                .found(format!("\"{}\"", record.get(count).unwrap_or("")))
                .expected("the columns group and population")
        })?;
        groups.push((record.get(name).unwrap_or("").to_owned(), population));
    }
    Ok(groups)
}

/// A whole number; thousands may be parted by spaces.
fn whole_number(text: &str) -> Option<usize> {
    text.replace([' ', '\u{a0}'], "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_from_text() {
        let groups = read_groups("North=500, South East = 1 200").expect("groups");
        assert_eq!(groups, [("North".to_owned(), 500), ("South East".to_owned(), 1200)]);
        for bad in ["North=", "=5", "North=5,North=6", "North=-5", "North=five", "no-such-file"] {
            assert!(read_groups(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn groups_are_read_from_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("groups.csv");
        let read = |text: &str| {
            std::fs::write(&path, text).expect("a file");
            read_groups(path.to_str().expect("a path"))
        };
        let expected = [("North".to_owned(), 500), ("South".to_owned(), 40)];
        assert_eq!(read("group,population\nNorth,500\nSouth,40\n").expect("groups"), expected);
        assert_eq!(read("\u{feff}area,Population,Group\nx,500,North\ny,40,South\n").expect("groups"), expected);
        assert_eq!(read("team,files\nNorth,500\nSouth,40\n").expect("groups"), expected);
        let error = read("group,population\nNorth,many\n").expect_err("an error").to_string();
        assert!(error.contains("groups.csv:2") && error.contains("many"), "{error}");
        assert!(read("group,population\n").is_err());
    }
}
