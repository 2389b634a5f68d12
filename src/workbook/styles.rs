//! How cells look: few formats, high contrast, nothing said by colour alone.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Workbook, XlsxError};

use super::published::header_format;

/// The size of letters of a first heading, in points; [`headings`](super::headings) knows headings by it.
pub(crate) const HEADING_SIZE: f64 = 15.0;
/// The size of letters of a second heading.
pub(crate) const SUBHEADING_SIZE: f64 = 13.0;

/// The formats of a workbook.
#[derive(Debug)]
pub(crate) struct Styles {
    /// A sheet's title.
    pub heading: Format,
    /// A heading within the cover.
    pub subheading: Format,
    /// A paragraph of the cover.
    pub paragraph: Format,
    /// A header above words.
    pub header: Format,
    /// A header above words in a column that is not the first.
    pub header_indented: Format,
    /// A header above numbers.
    pub header_right: Format,
    /// A link.
    pub link: Format,
    /// Letters and nothing else.
    pub line: Format,
    left: Format,
    indented: Format,
    right: Format,
    numbers: [Format; 5],
}

/// Letters that every office computer has.
const FONT: &str = "Arial";

/// An empty workbook with letters that are easy to read.
pub(crate) fn workbook() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_default_format(&Format::new().set_font_name(FONT).set_font_size(11), 20, 64)?;
    Ok(workbook)
}

impl Styles {
    /// The formats.
    pub fn new() -> Styles {
        let letters = Format::new().set_font_name(FONT).set_font_size(11);
        let cell = letters
            .clone()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(Color::RGB(0xD0_D7_DE));
        let header = letters
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Bottom)
            .set_border_bottom(FormatBorder::Medium)
            .set_border_bottom_color(Color::RGB(0x12_43_6D))
            .set_background_color(Color::RGB(0xE8_EE_F4));
        let number = |pattern: &str| cell.clone().set_align(FormatAlign::Right).set_num_format(pattern);
        Styles {
            heading: letters.clone().set_bold().set_font_size(HEADING_SIZE).set_font_color(Color::RGB(0x12_43_6D)),
            subheading: letters
                .clone()
                .set_bold()
                .set_font_size(SUBHEADING_SIZE)
                .set_font_color(Color::RGB(0x12_43_6D)),
            paragraph: letters.clone().set_align(FormatAlign::Top).set_text_wrap(),
            header: header_format(&header, true),
            header_indented: header_format(&header, true).set_indent(1),
            header_right: header_format(&header, false),
            link: letters.clone().set_font_color(Color::RGB(0x05_63_C1)).set_underline(FormatUnderline::Single),
            line: letters.clone(),
            left: cell.clone().set_align(FormatAlign::Left).set_text_wrap(),
            indented: cell.clone().set_align(FormatAlign::Left).set_text_wrap().set_indent(1),
            right: cell.clone().set_align(FormatAlign::Right),
            numbers: [number("#,##0"), number("#,##0.0"), number("#,##0.00"), number("0.000"), number("0.0000")],
        }
    }

    /// Words from the left, wrapped, away from the numbers before them; or from the right among numbers.
    pub fn words(&self, left: bool, indented: bool) -> &Format {
        match (left, indented) {
            (false, _) => &self.right,
            (true, true) => &self.indented,
            (true, false) => &self.left,
        }
    }

    /// A number with so many decimals, four at most.
    pub fn number(&self, decimals: u8) -> &Format {
        &self.numbers[usize::from(decimals).min(self.numbers.len() - 1)]
    }
}
