//! Titles marked up as headings.
//!
//! The library that writes our workbooks has formats but no named cell styles, and a screen reader finds headings by the
//! style `Heading 1`. So the styles of the finished workbook are completed: every format with the letters of a heading
//! becomes one of the built-in heading styles. Nothing else of the file is touched.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::styles::{HEADING_SIZE, SUBHEADING_SIZE};
use crate::error::{Error, Result};

const STYLES: &str = "xl/styles.xml";

/// Marks the headings of a workbook that has just been written.
pub(crate) fn mark(workbook: Vec<u8>) -> Result<Vec<u8>> {
    let fail = |error: String| Error::data("the workbook's headings cannot be marked").found(error);
    let mut archive = ZipArchive::new(Cursor::new(&workbook)).map_err(|e| fail(e.to_string()))?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(workbook.len())));
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).map_err(|e| fail(e.to_string()))?;
        if part.name().map_err(|e| fail(e.to_string()))? == STYLES {
            let mut xml = String::new();
            part.read_to_string(&mut xml).map_err(|e| fail(e.to_string()))?;
            let marked = with_heading_styles(&xml).ok_or_else(|| fail("the styles have no such parts".to_owned()))?;
            let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
            writer.start_file(STYLES, options).map_err(|e| fail(e.to_string()))?;
            writer.write_all(marked.as_bytes()).map_err(|e| fail(e.to_string()))?;
        } else {
            drop(part);
            let raw = archive.by_index_raw(place).map_err(|e| fail(e.to_string()))?;
            writer.raw_copy_file(raw).map_err(|e| fail(e.to_string()))?;
        }
    }
    Ok(writer.finish().map_err(|e| fail(e.to_string()))?.into_inner())
}

/// The styles with `Heading 1` and `Heading 2` added, and the formats with their letters tied to them.
fn with_heading_styles(styles: &str) -> Option<String> {
    let mut styles = styles.to_owned();
    for (name, builtin, size) in [("Heading 1", 16, HEADING_SIZE), ("Heading 2", 17, SUBHEADING_SIZE)] {
        // A workbook need not have headings of both kinds.
        let Some(font) = font_of_size(&styles, size) else { continue };
        let style = count(&styles, "cellStyleXfs")?;
        let xf = format!(
            "<xf numFmtId=\"0\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" applyNumberFormat=\"0\" \
             applyFill=\"0\" applyBorder=\"0\" applyAlignment=\"0\" applyProtection=\"0\"/>"
        );
        styles = appended(&styles, "cellStyleXfs", &xf)?;
        styles = appended(
            &styles,
            "cellStyles",
            &format!("<cellStyle name=\"{name}\" xfId=\"{style}\" builtinId=\"{builtin}\"/>"),
        )?;
        let start = styles.find("<cellXfs")?;
        let end = start + styles[start..].find("</cellXfs>")?;
        let tied: String = styles[start..end]
            .split_inclusive('>')
            .map(|tag| {
                if tag.contains(&format!("fontId=\"{font}\"")) {
                    tag.replace("xfId=\"0\"", &format!("xfId=\"{style}\""))
                } else {
                    tag.to_owned()
                }
            })
            .collect();
        styles.replace_range(start..end, &tied);
    }
    Some(styles)
}

/// The place of the font with letters of this size.
fn font_of_size(styles: &str, size: f64) -> Option<usize> {
    let start = styles.find("<fonts")?;
    let fonts = &styles[start..start + styles[start..].find("</fonts>")?];
    fonts.split("<font>").skip(1).position(|font| font.contains(&format!("<sz val=\"{size}\"/>")))
}

/// The number of elements that a list says it has.
fn count(styles: &str, list: &str) -> Option<usize> {
    let start = styles.find(&format!("<{list} count=\""))? + list.len() + 9;
    styles[start..].split('"').next()?.parse().ok()
}

/// A list with one element more at its end.
fn appended(styles: &str, list: &str, element: &str) -> Option<String> {
    let number = count(styles, list)?;
    let styles =
        styles.replacen(&format!("<{list} count=\"{number}\""), &format!("<{list} count=\"{}\"", number + 1), 1);
    let end = styles.find(&format!("</{list}>"))?;
    Some(format!("{}{element}{}", &styles[..end], &styles[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_with_letters_of_a_heading_get_its_style() {
        let styles = "<styleSheet><fonts count=\"2\"><font><sz val=\"11\"/></font><font><sz val=\"15\"/></font></fonts>\
            <cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"2\"><xf fontId=\"0\" xfId=\"0\"/>\
            <xf fontId=\"1\" xfId=\"0\"/></cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\"/>\
            </cellStyles></styleSheet>";
        let marked = with_heading_styles(styles).expect("all lists are there");
        assert!(marked.contains("<xf fontId=\"0\" xfId=\"0\"/><xf fontId=\"1\" xfId=\"1\"/>"), "{marked}");
        assert!(marked.contains("<cellStyles count=\"2\">"));
        assert!(marked.contains("<cellStyle name=\"Heading 1\" xfId=\"1\" builtinId=\"16\"/>"));
        assert!(marked.contains("<cellStyleXfs count=\"2\">"));
    }
}
