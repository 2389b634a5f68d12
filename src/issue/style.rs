//! Colours and formats of the workbooks that go out.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatPattern};

/// The colour of the program's own headings.
pub(crate) const INK: u32 = 0x1F3A4D;
const RULE: u32 = 0xBFC7CE;

/// One dark and one light colour per section, taken in turn; white text on the dark ones has a contrast of at least 5 to 1.
const SECTIONS: [(u32, u32); 6] = [
    (0x1F5A7A, 0xE4EFF5),
    (0x3F6B3A, 0xE9F2E7),
    (0x7A4A1F, 0xF6ECE2),
    (0x5B4A8A, 0xECE9F5),
    (0x7A2F4A, 0xF6E6EC),
    (0x2F6B6B, 0xE4F2F2),
];

fn colours(section: usize) -> (u32, u32) {
    SECTIONS[section % SECTIONS.len()]
}

/// The machine's row: small and grey.
pub(crate) fn machine() -> Format {
    Format::new().set_font_size(7).set_font_color(Color::RGB(0x8A939B)).set_align(FormatAlign::Left)
}

/// The band with a section's title.
pub(crate) fn band(section: usize) -> Format {
    Format::new()
        .set_bold()
        .set_font_color(Color::White)
        .set_background_color(Color::RGB(colours(section).0))
        .set_align(FormatAlign::VerticalCenter)
}

/// The wording above a column of answers.
pub(crate) fn heading(section: usize, required: bool) -> Format {
    let format = Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_background_color(Color::RGB(colours(section).1))
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(RULE));
    if required { format.set_bold() } else { format }
}

/// The heading above a column that is not filled in.
pub(crate) fn fixed_heading() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_background_color(Color::RGB(0xE9ECEF))
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(RULE))
}

/// A cell that is not filled in: identifiers and context, always text.
pub(crate) fn fixed() -> Format {
    cell().set_num_format("@").set_background_color(Color::RGB(0xF6F7F8)).set_text_wrap()
}

/// The count of questions still to be answered.
pub(crate) fn to_go() -> Format {
    cell()
        .set_num_format("[=0]\"complete\";0\" to go\"")
        .set_background_color(Color::RGB(0xF6F7F8))
        .set_align(FormatAlign::Center)
        .set_font_color(Color::RGB(0x44505A))
}

/// A cell to fill in.
pub(crate) fn answer(number_format: &str) -> Format {
    cell().set_unlocked().set_text_wrap().set_num_format(number_format).set_align(FormatAlign::Left)
}

/// A cell that the workbook fills in by itself.
pub(crate) fn worked_out() -> Format {
    cell().set_background_color(Color::RGB(0xEEF1F4)).set_font_color(Color::RGB(0x44505A)).set_align(FormatAlign::Left)
}

fn cell() -> Format {
    Format::new().set_align(FormatAlign::Top).set_border(FormatBorder::Thin).set_border_color(Color::RGB(RULE))
}

/// The question is not asked here.
pub(crate) fn not_asked() -> Format {
    Format::new()
        .set_pattern(FormatPattern::LightUp)
        .set_foreground_color(Color::RGB(0xB4BCC3))
        .set_background_color(Color::RGB(0xE3E6E9))
        .set_font_color(Color::RGB(0x6A747C))
}

/// Something stands where the question is not asked.
pub(crate) fn contradiction() -> Format {
    Format::new().set_background_color(Color::RGB(0xF4C7C3)).set_font_color(Color::RGB(0x7A1F1A))
}

/// An answer is missing in a row that was begun.
pub(crate) fn wanted() -> Format {
    Format::new().set_background_color(Color::RGB(0xFFF0B8))
}

/// Something is to be mended here.
pub(crate) fn to_mend() -> Format {
    Format::new().set_background_color(Color::RGB(0xF9C784)).set_font_color(Color::RGB(0x4A2C00))
}

/// An answer that means that somebody must act at once.
pub(crate) fn concern() -> Format {
    Format::new().set_background_color(Color::RGB(0xB3261E)).set_font_color(Color::White).set_bold()
}

/// The title of the guidance.
pub(crate) fn title() -> Format {
    Format::new().set_bold().set_font_size(18).set_font_color(Color::RGB(INK))
}

/// A line under the title.
pub(crate) fn subtitle() -> Format {
    Format::new().set_font_color(Color::RGB(0x44505A)).set_text_wrap().set_align(FormatAlign::Top)
}

/// A heading within the guidance.
pub(crate) fn chapter() -> Format {
    Format::new()
        .set_bold()
        .set_font_size(13)
        .set_font_color(Color::RGB(INK))
        .set_border_bottom(FormatBorder::Medium)
        .set_border_bottom_color(Color::RGB(INK))
}

/// Running text of the guidance.
pub(crate) fn prose() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top)
}

/// The box about concerns.
pub(crate) fn alarm() -> Format {
    prose()
        .set_background_color(Color::RGB(0xFBE9E7))
        .set_font_color(Color::RGB(0x5F1410))
        .set_border(FormatBorder::Medium)
        .set_border_color(Color::RGB(0xB3261E))
}

/// A cell of the table of questions.
pub(crate) fn entry(bold: bool) -> Format {
    let format = prose().set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(RULE));
    if bold { format.set_bold() } else { format }
}
