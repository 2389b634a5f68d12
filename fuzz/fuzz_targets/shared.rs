//! What the targets share: small limits, and spreadsheets built from text.
#![allow(dead_code, reason = "each target is a program of its own and uses some of it")]

use std::io::{Cursor, Write};

use quorate::sheet::Limits;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Limits that a few kilobytes of hostile input cannot spend much time within.
pub fn limits() -> Limits {
    Limits {
        file_bytes: 4 << 20,
        inflated_bytes: 16 << 20,
        text_bytes: 1 << 20,
        kept_bytes: 8 << 20,
        cells: 50_000,
        sheets: 40,
        rows: 100_000,
        columns: 2_000,
    }
}

/// A text in parts, each under a line `=== NAME`.
pub fn parts(data: &[u8]) -> Vec<(String, &[u8])> {
    let mut found: Vec<(String, &[u8])> = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(4).position(|four| four == b"=== ") {
        if let Some((_, part)) = found.last_mut() {
            *part = &rest[..at];
        }
        rest = &rest[at + 4..];
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        found.push((String::from_utf8_lossy(&rest[..end]).into_owned(), &[]));
        rest = &rest[(end + 1).min(rest.len())..];
    }
    if let Some((_, part)) = found.last_mut() {
        *part = rest;
    }
    found
}

/// A zip of the parts; none where two have one name, which a zip that is written properly cannot say.
pub fn zipped(parts: &[(String, &[u8])]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, part) in parts {
        zip.start_file(name.as_str(), stored).ok()?;
        zip.write_all(part).ok()?;
    }
    zip.finish().ok().map(Cursor::into_inner)
}
