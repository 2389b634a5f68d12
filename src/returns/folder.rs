//! The returns folder: which files are read, in which order, and when each was last saved.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;

use crate::error::{Error, Result};

/// A file of the returns folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// Path from the folder, with forward slashes.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Whether its name says that it is a spreadsheet.
    pub spreadsheet: bool,
}

/// Endings of spreadsheets.
const SPREADSHEETS: [&str; 8] = ["xlsx", "xlsm", "xlsb", "xls", "ods", "csv", "tsv", "zip"];

/// What operating systems put into folders.
const LITTER: [&str; 3] = ["thumbs.db", "desktop.ini", "icon\r"];

/// Folders within folders, beyond which something is wrong.
const DEEPEST: usize = 32;

/// All files of a folder and the folders in it, in the order of their paths. Hidden files and the lock files of programs
/// that have a workbook open are left out.
///
/// # Errors
/// When the folder, or one in it, cannot be listed.
pub(super) fn list(folder: &Path) -> Result<Vec<Found>> {
    if !folder.is_dir() {
        return Err(Error::file(folder, "there is no such folder of returns").hint(
            "make the folder and put the returned spreadsheets into it, or mend [returns] folder in the pipeline file",
        ));
    }
    let mut found = Vec::new();
    descend(folder, "", 0, &mut found)?;
    found.sort();
    Ok(found)
}

/// A single file, wherever it is.
///
/// # Errors
/// When there is no such file.
pub(super) fn one(path: &Path) -> Result<Found> {
    if !path.is_file() {
        return Err(Error::file(path, "there is no such file").hint("check the name, and the folder it is given from"));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Found { name, spreadsheet: is_spreadsheet(path), path: path.to_owned() })
}

fn is_spreadsheet(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    SPREADSHEETS.contains(&ending.as_str())
}

fn descend(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<Found>) -> Result<()> {
    let fail = |error: std::io::Error| Error::file(folder, "the folder cannot be listed").found(error.to_string());
    if depth > DEEPEST {
        return Err(Error::file(folder, "folders are nested too deeply").expected(format!("at most {DEEPEST} levels")));
    }
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || name.starts_with("~$") || LITTER.contains(&name.to_lowercase().as_str()) {
            continue;
        }
        let relative = format!("{prefix}{name}");
        let kind = entry.file_type().map_err(fail)?;
        let path = entry.path();
        if kind.is_dir() {
            descend(&path, &format!("{relative}/"), depth + 1, found)?;
        } else if kind.is_file() || path.is_file() || (kind.is_symlink() && !path.is_dir()) {
            // A link that leads nowhere is listed too: that it cannot be read is then a finding.
            found.push(Found { name: relative, spreadsheet: is_spreadsheet(&path), path });
        }
    }
    Ok(())
}

/// When a workbook was last saved, as it says itself: Open XML and OpenDocument only. The file system's date is not used,
/// because copying a file changes it.
pub(super) fn last_saved(bytes: &[u8]) -> Option<NaiveDateTime> {
    if !bytes.starts_with(b"PK") {
        return None;
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    [("docProps/core.xml", "<dcterms:modified"), ("meta.xml", "<dc:date")].into_iter().find_map(|(part, element)| {
        let mut text = Vec::new();
        // Properties are short; what is longer is not believed.
        archive.by_name(part).ok()?.take(256 << 10).read_to_end(&mut text).ok()?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let rest = &text[text.find(element)? + element.len()..];
        let value = &rest[rest.find('>')? + 1..];
        let value = value[..value.find('<')?].trim();
        NaiveDateTime::parse_from_str(value.get(..19)?, "%Y-%m-%dT%H:%M:%S").ok()
    })
}

/// Orders the names of versions of a file, the earlier first: one that calls itself a draft before one that does not, then
/// as people order names (`return` before `return v2` before `return v10`), whatever the ending.
pub(super) fn version_order(a: &str, b: &str) -> std::cmp::Ordering {
    let stem = |name: &str| name.rsplit_once('.').map_or(name.to_owned(), |(stem, _)| stem.to_owned());
    let is_final = |name: &str| !name.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "draft");
    is_final(a).cmp(&is_final(b)).then_with(|| natural_order(&stem(a), &stem(b))).then_with(|| a.cmp(b))
}

/// Orders names as people do: `v2` before `v10`.
pub(super) fn natural_order(a: &str, b: &str) -> std::cmp::Ordering {
    let (mut x, mut y) = (a.as_bytes(), b.as_bytes());
    let digits = |text: &[u8]| text.iter().take_while(|c| c.is_ascii_digit()).count();
    loop {
        let (m, n) = (digits(x), digits(y));
        if m > 0 && n > 0 {
            let strip = |text: &[u8]| text.iter().skip_while(|&&c| c == b'0').copied().collect::<Vec<u8>>();
            let (p, q) = (strip(&x[..m]), strip(&y[..n]));
            match p.len().cmp(&q.len()).then_with(|| p.cmp(&q)) {
                std::cmp::Ordering::Equal => (x, y) = (&x[m..], &y[n..]),
                other => return other,
            }
            continue;
        }
        match (x.first(), y.first()) {
            (Some(c), Some(d)) if c.eq_ignore_ascii_case(d) => (x, y) = (&x[1..], &y[1..]),
            (Some(c), Some(d)) => return c.to_ascii_lowercase().cmp(&d.to_ascii_lowercase()),
            _ => return x.len().cmp(&y.len()).then_with(|| a.cmp(b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_as_people_do() {
        let mut names = ["ward v10.xlsx", "ward v2.xlsx", "Ward v1.xlsx", "ward.xlsx", "ward v002b.xlsx"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["Ward v1.xlsx", "ward v2.xlsx", "ward v002b.xlsx", "ward v10.xlsx", "ward.xlsx"]);
    }

    #[test]
    fn a_draft_comes_before_what_became_of_it() {
        let mut names =
            ["RD5 v2.xlsx", "RD5.xlsx", "RD5 v10.ods", "RD5 draft.xlsx", "Draft 2 RD5.csv", "draftsman.xlsx"];
        names.sort_by(|a, b| version_order(a, b));
        assert_eq!(
            names,
            ["Draft 2 RD5.csv", "RD5 draft.xlsx", "draftsman.xlsx", "RD5.xlsx", "RD5 v2.xlsx", "RD5 v10.ods"]
        );
    }

    #[test]
    fn only_what_people_put_there_is_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b.xlsx", "a.CSV", "~$b.xlsx", ".~lock.b.xlsx#", "letter.docx", "Thumbs.db"] {
            std::fs::write(folder.path().join(name), b"").expect("written");
        }
        std::fs::create_dir(folder.path().join("late")).expect("a folder");
        std::fs::write(folder.path().join("late/c.ods"), b"").expect("written");
        let found = list(folder.path()).expect("a list");
        let names: Vec<(&str, bool)> = found.iter().map(|f| (f.name.as_str(), f.spreadsheet)).collect();
        assert_eq!(names, [("a.CSV", true), ("b.xlsx", true), ("late/c.ods", true), ("letter.docx", false)]);
        assert!(list(&folder.path().join("none")).is_err());
    }

    #[test]
    fn a_workbook_says_when_it_was_saved() {
        let mut bytes = Vec::new();
        {
            use std::io::Write;
            let mut archive = zip::ZipWriter::new(Cursor::new(&mut bytes));
            archive.start_file("docProps/core.xml", zip::write::SimpleFileOptions::default()).expect("a part");
            archive
                .write_all(
                    b"<x><dcterms:modified xsi:type=\"dcterms:W3CDTF\">2026-03-31T10:20:30Z</dcterms:modified></x>",
                )
                .expect("written");
            archive.finish().expect("a zip");
        }
        assert_eq!(last_saved(&bytes).map(|d| d.to_string()).as_deref(), Some("2026-03-31 10:20:30"));
        assert_eq!(last_saved(b"PK\x03\x04 cut short"), None);
        assert_eq!(last_saved(b"serial,q1\n"), None);
    }
}
