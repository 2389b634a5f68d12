//! The zip inside xlsx, xlsb and ods: parts found by name, inflated once, every byte counted.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::limits::Reading;
use crate::error::{Error, Result};

/// From here on a part that inflates more than [`RATIO`]-fold is refused. Sheets of styled empty cells reach 50-fold.
const RATIO_FROM: u64 = 64 << 20;
const RATIO: u64 = 400;

/// An opened archive. Cheap to clone, so that parts can be read side by side.
#[derive(Clone)]
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Part names, in lower case and with forward slashes, and their index.
    names: BTreeMap<String, usize>,
    reading: &'a Reading<'a>,
}

fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a [u8], reading: &'a Reading<'a>) -> Result<Self> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| fault(&error, reading))?;
        let mut names = BTreeMap::new();
        for index in 0..zip.len() {
            if let Some(Ok(name)) = zip.name_for_index(index) {
                names.entry(plain(&name)).or_insert(index);
            }
        }
        Ok(Archive { zip, names, reading })
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(&plain(name))
    }

    pub fn any(&self, test: impl Fn(&str) -> bool) -> bool {
        self.names.keys().any(|name| test(name))
    }

    /// The names of all parts, in lower case and in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Opens a part for reading.
    pub fn part(&mut self, name: &str) -> Result<Part<'_>> {
        let Some(&index) = self.names.get(&plain(name)) else {
            return Err(self.reading.damaged(&format!("the part {name} is missing")));
        };
        let reading = self.reading;
        let file = self.zip.by_index(index).map_err(|error| fault(&error, reading))?;
        let packed = file.compressed_size();
        Ok(Part { file: Box::new(file), reading, packed, inflated: 0 })
    }

    /// A small part as text.
    pub fn text(&self, name: &str, most: usize) -> Result<String> {
        let mut archive = self.clone();
        let mut part = archive.part(name)?;
        let mut bytes = vec![0; most];
        let mut filled = 0;
        while filled < most {
            match part.fill(&mut bytes[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        bytes.truncate(filled);
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn fault(error: &ZipError, reading: &Reading<'_>) -> Error {
    match error {
        ZipError::UnsupportedArchive(why) if why.to_lowercase().contains("password") => reading.locked(),
        ZipError::InvalidPassword => reading.locked(),
        other => reading.damaged(&other.to_string()),
    }
}

/// A part being inflated.
pub(super) struct Part<'a> {
    file: Box<dyn Read + Send + 'a>,
    reading: &'a Reading<'a>,
    packed: u64,
    inflated: u64,
}

impl Part<'_> {
    /// Inflates the next bytes; 0 at the end.
    pub fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.file.read(buffer).map_err(|error| self.reading.damaged(&error.to_string()))?;
        self.inflated += read as u64;
        if !self.reading.count_inflated(read) {
            let limit = self.reading.limits.inflated_bytes;
            return Err(self.reading.too_large("the unpacked workbook", "bytes", limit));
        }
        if self.inflated > RATIO_FROM && self.inflated / RATIO > self.packed {
            return Err(self.reading.too_large("the unpacked workbook", "times its packed size", RATIO));
        }
        Ok(read)
    }
}
