//! The sheets: the cover, and every table as it stands in the xlsx, row by row.

use std::fmt::Write;

use super::styles::{FONT, cells, is_grouped, numbers};
use super::{DECLARATION, Document, NAMESPACES};
use crate::sheet::escape;
use crate::workbook::fit::{LINE, TITLE, clipped, height};
use crate::workbook::notes::Numbering;
use crate::workbook::published::{BACK, CONTENTS, LINKS, Table, Value, header_height, pages, row_height};
use crate::workbook::results::COVER_WIDTH;

/// The document's `content.xml`.
pub(super) fn content(document: &Document<'_>) -> String {
    let mut content = Content::default();
    content.cover(document.title, document.cover);
    for table in &document.tables {
        content.table(table, document.numbering);
    }
    let Content { body, widths, heights, ranges } = content;
    let mut out = format!("{DECLARATION}<office:document-content {NAMESPACES}>{FONT}<office:automatic-styles>");
    out.push_str(&numbers());
    for (place, width) in widths.iter().enumerate() {
        let _ = write!(
            out,
            "<style:style style:name=\"column{place}\" style:family=\"table-column\"><style:table-column-properties \
             style:column-width=\"{width}\"/></style:style>"
        );
    }
    for (place, height) in heights.iter().enumerate() {
        let _ = write!(
            out,
            "<style:style style:name=\"row{place}\" style:family=\"table-row\"><style:table-row-properties \
             style:row-height=\"{height}\" style:use-optimal-row-height=\"false\"/></style:style>"
        );
    }
    for pages in 0..=9 {
        let _ = write!(
            out,
            "<style:style style:name=\"sheet{pages}\" style:family=\"table\" style:master-page-name=\"page{pages}\">\
             <style:table-properties table:display=\"true\"/></style:style>"
        );
    }
    out.push_str(&cells());
    let _ = writeln!(
        out,
        "</office:automatic-styles><office:body><office:spreadsheet>{body}<table:database-ranges>{ranges}\
         </table:database-ranges></office:spreadsheet></office:body></office:document-content>"
    );
    out
}

/// The sheets while they are written, and the widths and heights that they use, each once.
#[derive(Default)]
struct Content {
    body: String,
    widths: Vec<String>,
    heights: Vec<String>,
    ranges: String,
}

/// The place of a measure among those used so far.
fn place(measures: &mut Vec<String>, measure: String) -> usize {
    measures.iter().position(|known| *known == measure).unwrap_or_else(|| {
        measures.push(measure);
        measures.len() - 1
    })
}

impl Content {
    fn cover(&mut self, title: &str, (sheet, sections): (&str, &[(&'static str, Vec<String>)])) {
        self.begin(sheet, 0, title);
        self.columns(&[COVER_WIDTH], false);
        self.row(TITLE, &[text(title, "heading")]);
        for (heading, paragraphs) in sections {
            if !heading.is_empty() {
                self.row(24.0, &[text(heading, "subheading")]);
            }
            for paragraph in paragraphs {
                self.row(height(std::iter::once((paragraph.as_str(), COVER_WIDTH))), &[text(paragraph, "paragraph")]);
            }
        }
        self.row(LINE, &[link(CONTENTS, "Go to contents")]);
        self.body.push_str("</table:table>\n");
    }

    fn table(&mut self, table: &Table, numbering: &Numbering) {
        let headers = table.headers(numbering);
        let widths = table.widths(&headers);
        let pages = pages(&widths);
        self.begin(&table.sheet, pages, &table.title);
        self.columns(&widths, pages > 1);
        self.row(TITLE, &[text(&table.title, "heading")]);
        for line in table.preamble() {
            self.row(LINE, &[text(&line, "line")]);
        }
        let way_back = if table.sheet == CONTENTS { text(LINKS, "line") } else { link(CONTENTS, BACK) };
        self.row(LINE, &[way_back]);
        let header: Vec<String> = (headers.iter().zip(&table.columns).enumerate())
            .map(|(place, (header, column))| match (column.words, place) {
                (false, _) => text(header, "header-right"),
                (true, 0) => text(header, "header"),
                (true, _) => text(header, "header-indented"),
            })
            .collect();
        self.body.push_str("<table:table-header-rows>");
        self.row(header_height(&headers, &widths), &header);
        self.body.push_str("</table:table-header-rows>");
        for values in &table.rows {
            let cells: Vec<String> = (values.iter().zip(&table.columns).enumerate())
                .map(|(place, (value, column))| {
                    let style = match (column.words, place) {
                        (false, _) => "right",
                        (true, 0) => "left",
                        (true, _) => "indented",
                    };
                    cell(value, style)
                })
                .collect();
            self.row(row_height(values, &widths), &cells);
        }
        self.body.push_str("</table:table>\n");
        let first = table.header_row();
        let last = first + table.rows.len() as u32;
        let letters = crate::results::letters(table.columns.len() - 1);
        let sheet = quoted(&table.sheet);
        let _ = write!(
            self.ranges,
            "<table:database-range table:name=\"{}\" table:target-range-address=\"{sheet}.A{}:{sheet}.{letters}{}\" \
             table:contains-header=\"true\" table:display-filter-buttons=\"false\"/>",
            escape(&table.name),
            first + 1,
            last + 1
        );
    }

    fn begin(&mut self, sheet: &str, pages: u16, title: &str) {
        let _ = write!(
            self.body,
            "<table:table table:name=\"{}\" table:style-name=\"sheet{pages}\"><table:title>{}</table:title>",
            escape(sheet),
            escape(title)
        );
    }

    /// Columns of widths in characters; the first on every page where a table takes several.
    fn columns(&mut self, widths: &[f64], first_on_every_page: bool) {
        for (at, width) in widths.iter().enumerate() {
            // Seven pixels a character and five beside, of which 96 make an inch.
            let style = place(&mut self.widths, format!("{:.3}cm", (width * 7.0 + 5.0) / 96.0 * 2.54));
            let column = format!("<table:table-column table:style-name=\"column{style}\"/>");
            if at == 0 && first_on_every_page {
                let _ = write!(self.body, "<table:table-header-columns>{column}</table:table-header-columns>");
            } else {
                self.body.push_str(&column);
            }
        }
    }

    fn row(&mut self, height: f64, cells: &[String]) {
        let style = place(&mut self.heights, format!("{height}pt"));
        let _ = write!(self.body, "<table:table-row table:style-name=\"row{style}\">");
        cells.iter().for_each(|cell| self.body.push_str(cell));
        self.body.push_str("</table:table-row>\n");
    }
}

fn cell(value: &Value, style: &str) -> String {
    match value {
        Value::Sheet(name) => link(name, name),
        Value::Number(number, decimals) => {
            let decimals = (*decimals).min(4);
            format!(
                "<table:table-cell table:style-name=\"number{decimals}\" office:value-type=\"float\" \
                 office:value=\"{number}\"><text:p>{}</text:p></table:table-cell>",
                shown(*number, decimals)
            )
        }
        words => text(&words.shown().unwrap_or_default(), style),
    }
}

fn text(text: &str, style: &str) -> String {
    format!(
        "<table:table-cell table:style-name=\"{style}\" office:value-type=\"string\">{}</table:table-cell>",
        paragraphs(&clipped(text))
    )
}

/// A link to the first cell of a sheet.
fn link(sheet: &str, words: &str) -> String {
    format!(
        "<table:table-cell table:style-name=\"link\" office:value-type=\"string\"><text:p><text:a xlink:type=\"simple\" \
         xlink:href=\"#{}.A1\">{}</text:a></text:p></table:table-cell>",
        quoted(sheet),
        escape(words)
    )
}

fn quoted(sheet: &str) -> String {
    format!("'{}'", escape(&sheet.replace('\'', "''")))
}

/// A text as paragraphs, one a line; blanks that the format would squeeze are said by number.
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    for line in text.split('\n') {
        out.push_str("<text:p>");
        let mut blanks = 0;
        // A blank at the beginning would be lost as well.
        let mut after = true;
        for character in line.chars().filter(|c| *c != '\r') {
            if character == ' ' {
                blanks += 1;
                continue;
            }
            out.push_str(&said(blanks, after));
            (blanks, after) = (0, character == '\t');
            match character {
                '\t' => out.push_str("<text:tab/>"),
                other => out.push_str(&escape(other.encode_utf8(&mut [0; 4]))),
            }
        }
        out.push_str(&said(blanks, true));
        out.push_str("</text:p>");
    }
    out
}

fn said(blanks: usize, at_an_end: bool) -> String {
    match blanks {
        0 => String::new(),
        1 if !at_an_end => " ".to_owned(),
        some => format!("<text:s text:c=\"{some}\"/>"),
    }
}

/// A number as it is shown.
fn shown(number: f64, decimals: u8) -> String {
    let plain = format!("{number:.*}", usize::from(decimals));
    // Below zero in no digit that is shown is zero.
    let plain = if plain.trim_start_matches(['-', '0', '.']).is_empty() { plain.replace('-', "") } else { plain };
    if !is_grouped(decimals) {
        return plain;
    }
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
    let (whole, rest) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_in_the_xlsx() {
        let cases =
            [(1_234_567.891, 1, "1,234,567.9"), (-1_234.5, 0, "-1,234"), (-0.04, 1, "0.0"), (0.00005, 4, "0.0001")];
        for (number, decimals, expected) in cases {
            assert_eq!(shown(number, decimals), expected);
        }
        assert_eq!(shown(12_345.678, 3), "12345.678");
    }

    #[test]
    fn blanks_lines_and_markup_survive() {
        assert_eq!(
            paragraphs(" a  <b>\n\tc "),
            "<text:p><text:s text:c=\"1\"/>a<text:s text:c=\"2\"/>&lt;b&gt;</text:p>\
             <text:p><text:tab/>c<text:s text:c=\"1\"/></text:p>"
        );
    }
}
