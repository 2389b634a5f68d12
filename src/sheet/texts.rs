//! Text files in a zip: each becomes a sheet, named as the file is.

use super::archive::Archive;
use super::book::Book;
use super::delimited;
use super::limits::Reading;
use crate::error::Result;

/// Reads the csv and tsv files of an archive, in the order of their names.
pub(super) fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Book> {
    let mut archive = Archive::open(bytes, reading)?;
    let is_text = |name: &&str| name.ends_with(".csv") || name.ends_with(".tsv");
    let names: Vec<String> = archive.names().filter(is_text).map(str::to_owned).collect();
    let mut whole: Option<Book> = None;
    for name in names {
        let mut text = Vec::new();
        let mut part = archive.part(&name)?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            match part.fill(&mut buffer)? {
                0 => break,
                n => text.extend_from_slice(&buffer[..n]),
            }
        }
        if text.is_empty() {
            continue;
        }
        let mut book = delimited::read(&text, reading)?;
        let stem = name.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map_or("", |(stem, _)| stem);
        for sheet in &mut book.sheets {
            sheet.name = stem.to_owned();
        }
        match &mut whole {
            Some(whole) => whole.sheets.append(&mut book.sheets),
            None => whole = Some(book),
        }
    }
    whole.ok_or_else(|| reading.damaged("the text files in it are empty"))
}
