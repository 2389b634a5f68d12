//! What a file is, from its content: people rename files, and programs write one format under another's name.

use super::archive::Archive;
use super::compound::{self, Compound};
use super::limits::Reading;
use crate::error::{Error, Result};

/// What a file's content can be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Text,
    Xlsx,
    Xlsb,
    Ods,
    Xls,
    /// Text files in a zip, as ODK Central exports them.
    Texts,
}

/// Recognises a file, or says what it is instead of a spreadsheet.
pub(super) fn content(bytes: &[u8], reading: &Reading<'_>) -> Result<Content> {
    let path = reading.path;
    let not = |what: &str| {
        Error::file(path, "this is not a spreadsheet")
            .found(what)
            .expected("xlsx, xlsm, xlsb, xls, ods, csv or tsv")
            .hint("open it in a program that can read it and save it as xlsx or csv")
    };
    if bytes.is_empty() {
        return Err(Error::file(path, "the file is empty").hint("ask the sender for a new copy"));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zipped(bytes, reading, not);
    }
    if bytes.starts_with(compound::SIGNATURE) {
        if let Some(compound) = Compound::open(bytes) {
            if compound.has("EncryptedPackage") || compound.has("EncryptionInfo") {
                return Err(reading.locked());
            }
            if compound.has("Workbook") || compound.has("Book") {
                return Ok(Content::Xls);
            }
            return Err(not("an older Office document without a workbook in it"));
        }
        return Err(reading.damaged("the beginning of an Office file, but not its structure"));
    }
    if matches!(bytes, [0x09, 0x00 | 0x02 | 0x04 | 0x08, ..])
        && bytes.get(2).is_some_and(|&length| length < 20)
        && bytes.get(3) == Some(&0)
    {
        return Err(not("a workbook of Excel 4 or earlier"));
    }
    for (start, what) in [
        (&b"%PDF"[..], "a PDF document"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"GIF8", "a picture"),
        (b"PAR1", "a Parquet file"),
        (b"$FL2", "an SPSS data file"),
        (b"$FL3", "an SPSS data file"),
        (b"{\\rtf", "a rich-text document"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"7z\xBC\xAF", "a 7-Zip archive"),
        (b"Rar!", "a RAR archive"),
        (b"SQLite format 3", "a database"),
        (b"\x7FELF", "a program"),
        (b"MZ\x90", "a program"),
    ] {
        if bytes.starts_with(start) {
            return Err(not(what));
        }
    }
    let start = super::delimited::beginning(bytes, 2_000).trim_start().to_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<table") {
        return Err(not("a web page (some programs save one under the name of a workbook)"));
    }
    if start.starts_with("<?xml") || start.starts_with("<workbook") {
        return Err(not(if start.contains("urn:schemas-microsoft-com:office:spreadsheet") {
            "an XML spreadsheet of Excel 2003"
        } else {
            "an XML file"
        }));
    }
    if super::delimited::looks_binary(bytes) {
        return Err(not("bytes that are no text"));
    }
    Ok(Content::Text)
}

fn zipped(bytes: &[u8], reading: &Reading<'_>, not: impl Fn(&str) -> Error) -> Result<Content> {
    let archive = Archive::open(bytes, reading)?;
    if archive.has("mimetype") && archive.has("encrypted-package") {
        return Err(reading.locked());
    }
    if archive.has("mimetype") && archive.has("content.xml") {
        let kind = archive.text("mimetype", 200)?;
        return match kind.trim() {
            k if k.starts_with("application/vnd.oasis.opendocument.spreadsheet") => Ok(Content::Ods),
            _ => Err(not("an OpenDocument file that is not a spreadsheet")),
        };
    }
    if archive.has("xl/workbook.bin") {
        return Ok(Content::Xlsb);
    }
    if archive.has("xl/workbook.xml")
        || archive.has("[Content_Types].xml") && archive.any(|name| name.contains("workbook"))
    {
        return Ok(Content::Xlsx);
    }
    let office = archive.has("[Content_Types].xml");
    if !office && archive.any(|name| name.ends_with(".csv") || name.ends_with(".tsv")) {
        return Ok(Content::Texts);
    }
    Err(if archive.any(|name| name.starts_with("word/")) {
        not("a text document (docx)")
    } else if archive.any(|name| name.starts_with("ppt/")) {
        not("a presentation (pptx)")
    } else if archive.any(|name| name.starts_with("index/") && name.ends_with(".iwa")) {
        not("an Apple Numbers document")
    } else {
        not("a zip archive without a workbook in it").hint("unpack it and give the files inside it")
    })
}
