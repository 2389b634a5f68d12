//! How cells and pages look: the same letters, colours and number formats as in the xlsx.

use std::fmt::Write;

use super::{DECLARATION, NAMESPACES};
use crate::workbook::styles::{HEADING_SIZE, SUBHEADING_SIZE};

/// The most pages side by side that a table is printed on.
const MOST_PAGES: u16 = 9;

/// The named styles: what a cell is by default, headings, and how pages are laid out.
pub(super) fn styles() -> String {
    let mut out = format!(
        "{DECLARATION}<office:document-styles {NAMESPACES}>{FONT}<office:styles>\
         <style:default-style style:family=\"table-cell\"><style:text-properties style:font-name=\"Arial\" \
         fo:font-size=\"11pt\" fo:language=\"en\" fo:country=\"GB\"/></style:default-style>\
         <style:style style:name=\"Default\" style:family=\"table-cell\"/>"
    );
    for (level, size) in [(1, HEADING_SIZE), (2, SUBHEADING_SIZE)] {
        let _ = write!(
            out,
            "<style:style style:name=\"Heading_20_{level}\" style:display-name=\"Heading {level}\" \
             style:family=\"table-cell\" style:parent-style-name=\"Default\"><style:text-properties \
             fo:font-size=\"{size}pt\" fo:font-weight=\"bold\" fo:color=\"#12436d\"/></style:style>"
        );
    }
    out.push_str("</office:styles><office:automatic-styles>");
    let sizes =
        |landscape: bool| if landscape { ("29.7cm", "21cm", "landscape") } else { ("21cm", "29.7cm", "portrait") };
    let layouts = std::iter::once((0, false)).chain((1..=MOST_PAGES).map(|pages| (pages, true)));
    for (pages, landscape) in layouts {
        let (width, height, way) = sizes(landscape);
        let _ = write!(
            out,
            "<style:page-layout style:name=\"layout{pages}\"><style:page-layout-properties fo:page-width=\"{width}\" \
             fo:page-height=\"{height}\" style:print-orientation=\"{way}\" style:first-page-number=\"continue\" fo:margin=\"1.8cm\" \
             style:scale-to-X=\"{}\" style:scale-to-Y=\"0\" style:print=\"objects\"/><style:footer-style>\
             <style:header-footer-properties fo:min-height=\"0.75cm\" fo:margin-top=\"0.25cm\"/></style:footer-style>\
             </style:page-layout>",
            pages.max(1)
        );
    }
    out.push_str("</office:automatic-styles><office:master-styles>");
    for pages in 0..=MOST_PAGES {
        let _ = write!(
            out,
            "<style:master-page style:name=\"page{pages}\" style:page-layout-name=\"layout{pages}\"><style:footer>\
             <style:region-left><text:p><text:title/>, <text:sheet-name/></text:p></style:region-left>\
             <style:region-right><text:p>Page <text:page-number>1</text:page-number> of <text:page-count>1</text:page-count>\
             </text:p></style:region-right></style:footer></style:master-page>"
        );
    }
    out.push_str("</office:master-styles></office:document-styles>\n");
    out
}

/// The letters that styles refer to.
pub(super) const FONT: &str = "<office:font-face-decls><style:font-face style:name=\"Arial\" svg:font-family=\"Arial\" \
    style:font-family-generic=\"swiss\"/></office:font-face-decls>";

/// The styles of cells, which [`Content`](super::content) names; numbers are `number0` to `number4`, by their decimals.
pub(super) fn cells() -> String {
    let mut out = String::new();
    let rule = "fo:border-bottom=\"0.06pt solid #d0d7de\"";
    let header = "fo:wrap-option=\"wrap\" style:vertical-align=\"bottom\" fo:border-bottom=\"1.5pt solid #12436d\" \
                  fo:background-color=\"#e8eef4\"";
    let mut style = |name: &str, parent: &str, data: &str, cell: &str, paragraph: &str, text: &str| {
        let part = |kind: &str, properties: &str| match properties {
            "" => String::new(),
            some => format!("<style:{kind}-properties {some}/>"),
        };
        let _ = write!(
            out,
            "<style:style style:name=\"{name}\" style:family=\"table-cell\" style:parent-style-name=\"{parent}\"{data}>\
             {}{}{}</style:style>",
            part("table-cell", cell),
            part("paragraph", paragraph),
            part("text", text)
        );
    };
    const LEFT: &str = "fo:text-align=\"start\"";
    const INDENTED: &str = "fo:text-align=\"start\" fo:margin-left=\"0.3cm\"";
    const RIGHT: &str = "fo:text-align=\"end\"";
    const BOLD: &str = "fo:font-weight=\"bold\"";
    let fixed = "style:text-align-source=\"fix\"";
    style("heading", "Heading_20_1", "", "", "", "");
    style("subheading", "Heading_20_2", "", "", "", "");
    style("paragraph", "Default", "", "fo:wrap-option=\"wrap\" style:vertical-align=\"top\"", "", "");
    style("line", "Default", "", "", "", "");
    let linked = "fo:color=\"#0563c1\" style:text-underline-style=\"solid\" style:text-underline-width=\"auto\" \
                  style:text-underline-color=\"font-color\"";
    style("link", "Default", "", "", "", linked);
    for (name, paragraph) in [("header", LEFT), ("header-indented", INDENTED), ("header-right", RIGHT)] {
        style(name, "Default", "", &format!("{header} {fixed}"), paragraph, BOLD);
    }
    let words = format!("fo:wrap-option=\"wrap\" style:vertical-align=\"top\" {rule} {fixed}");
    for (name, paragraph) in [("left", LEFT), ("indented", INDENTED), ("right", RIGHT)] {
        style(name, "Default", "", &words, paragraph, "");
    }
    for decimals in 0..=4 {
        let data = format!(" style:data-style-name=\"decimals{decimals}\"");
        let cell = format!("style:vertical-align=\"top\" {rule} {fixed}");
        style(&format!("number{decimals}"), "Default", &data, &cell, RIGHT, "");
    }
    out
}

/// The formats of numbers: thousands apart where few decimals are shown, as in the xlsx.
pub(super) fn numbers() -> String {
    (0..=4)
        .map(|decimals| {
            format!(
                "<number:number-style style:name=\"decimals{decimals}\"><number:number number:decimal-places=\"{decimals}\" \
                 number:min-decimal-places=\"{decimals}\" number:min-integer-digits=\"1\" number:grouping=\"{}\"/>\
                 </number:number-style>",
                is_grouped(decimals)
            )
        })
        .collect()
}

/// Whether numbers with so many decimals have their thousands apart.
pub(super) fn is_grouped(decimals: u8) -> bool {
    decimals < 3
}
