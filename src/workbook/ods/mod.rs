//! Published tables as an OpenDocument spreadsheet.
//!
//! What a published workbook needs of the format is little, and so is this writer: texts, numbers with a format, links, headings,
//! widths, database ranges as the names of tables, and how sheets are printed. Nothing in it comes from a clock, as it would from
//! a library that sets the dates of its documents itself. Text is written as text: the format keeps formulas in an attribute of
//! their own, which nothing here writes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::notes::Numbering;
use super::published::Table;
use crate::error::{Error, Result};
use crate::sheet::escape;

mod content;
mod styles;

/// What is written.
pub(super) struct Document<'a> {
    /// Its title.
    pub title: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// Who publishes it.
    pub organisation: &'a str,
    /// What it was made from and with.
    pub imprint: &'a str,
    /// The name of the cover's sheet, and its headings (the first may be empty) with what stands under each.
    pub cover: (&'a str, &'a [(&'static str, Vec<String>)]),
    /// The tables, one a sheet.
    pub tables: Vec<&'a Table>,
    /// The numbers of the notes.
    pub numbering: &'a Numbering,
}

const SPREADSHEET: &str = "application/vnd.oasis.opendocument.spreadsheet";

const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" \
    xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" \
    xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
    xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\" \
    xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" \
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
    xmlns:xlink=\"http://www.w3.org/1999/xlink\" office:version=\"1.3\"";

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The document as bytes, the same for the same document.
pub(super) fn write(document: &Document<'_>) -> Result<Vec<u8>> {
    let parts = [
        ("META-INF/manifest.xml", manifest()),
        ("content.xml", content::content(document)),
        ("styles.xml", styles::styles()),
        ("meta.xml", meta(document)),
        ("settings.xml", settings(document)),
    ];
    let fail = |error: &dyn std::fmt::Display| Error::data("the workbook cannot be made").found(error.to_string());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    // The type comes first and as it is, so that a program knows the file by its first bytes.
    zip.start_file("mimetype", options.compression_method(CompressionMethod::Stored)).map_err(|e| fail(&e))?;
    zip.write_all(SPREADSHEET.as_bytes()).map_err(|e| fail(&e))?;
    for (name, text) in parts {
        zip.start_file(name, options).map_err(|e| fail(&e))?;
        zip.write_all(text.as_bytes()).map_err(|e| fail(&e))?;
    }
    Ok(zip.finish().map_err(|e| fail(&e))?.into_inner())
}

fn manifest() -> String {
    let mut out = format!(
        "{DECLARATION}<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" \
         manifest:version=\"1.3\">\n<manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.3\" \
         manifest:media-type=\"{SPREADSHEET}\"/>\n"
    );
    for part in ["content.xml", "styles.xml", "meta.xml", "settings.xml"] {
        let _ = writeln!(out, "<manifest:file-entry manifest:full-path=\"{part}\" manifest:media-type=\"text/xml\"/>");
    }
    out.push_str("</manifest:manifest>\n");
    out
}

/// The properties. The date is fixed, as it is in the xlsx.
fn meta(document: &Document<'_>) -> String {
    let Document { title, subject, organisation, imprint, .. } = document;
    let (title, subject, organisation, imprint) =
        (escape(title), escape(subject), escape(organisation), escape(imprint));
    format!(
        "{DECLARATION}<office:document-meta {NAMESPACES}><office:meta><meta:generator>quorate</meta:generator>\
         <dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject><dc:description>{imprint}</dc:description>\
         <meta:initial-creator>{organisation}</meta:initial-creator><dc:creator>{organisation}</dc:creator>\
         <meta:creation-date>2000-01-01T00:00:00</meta:creation-date><dc:date>2000-01-01T00:00:00</dc:date>\
         <dc:language>en-GB</dc:language></office:meta></office:document-meta>\n"
    )
}

/// Where the cursors stand: in the first cell of every sheet, and the cover on top.
fn settings(document: &Document<'_>) -> String {
    let item = |name: &str, kind: &str, value: &str| {
        format!("<config:config-item config:name=\"{name}\" config:type=\"{kind}\">{value}</config:config-item>")
    };
    let (cover, _) = document.cover;
    let mut out = format!(
        "{DECLARATION}<office:document-settings {NAMESPACES}><office:settings>\
         <config:config-item-set config:name=\"ooo:view-settings\"><config:config-item-map-indexed config:name=\"Views\">\
         <config:config-item-map-entry>{}<config:config-item-map-named config:name=\"Tables\">",
        item("ViewId", "string", "view1")
    );
    let tables = document.tables.iter().map(|table| table.sheet.as_str());
    for sheet in std::iter::once(cover).chain(tables) {
        let _ = write!(out, "<config:config-item-map-entry config:name=\"{}\">", escape(sheet));
        for place in ["CursorPositionX", "CursorPositionY", "HorizontalSplitMode", "VerticalSplitMode"] {
            let kind = if place.starts_with("Cursor") { "int" } else { "short" };
            out.push_str(&item(place, kind, "0"));
        }
        out.push_str(&item("ShowGrid", "boolean", if sheet == cover { "false" } else { "true" }));
        out.push_str("</config:config-item-map-entry>");
    }
    let _ = writeln!(
        out,
        "</config:config-item-map-named>{}</config:config-item-map-entry></config:config-item-map-indexed>\
         </config:config-item-set></office:settings></office:document-settings>",
        item("ActiveTable", "string", &escape(cover))
    );
    out
}
