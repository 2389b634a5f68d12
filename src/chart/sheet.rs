//! A sheet to draw on: marks are collected first and drawn with plotters at the end.
//!
//! Each ink is drawn as a colour of its own that stands for it. Afterwards those become real colours (for files) or
//! classes (for the page, where a style sheet gives light and dark).

use std::sync::Once;

use plotters::prelude::{
    Circle, DrawingArea, FontDesc, FontFamily, FontStyle, IntoDrawingArea, PathElement, Polygon, RGBColor, Rectangle,
    SVGBackend, Text, TextStyle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, register_font};

use super::palette::{Ink, SWATCHES, hex};
use crate::error::{Error, Result};

/// The fonts that ship with the program, so that a machine without any draws the same.
pub(crate) const REGULAR: &[u8] = include_bytes!("../../assets/fonts/OpenSans-Regular.ttf");
pub(crate) const BOLD: &[u8] = include_bytes!("../../assets/fonts/OpenSans-Bold.ttf");

/// The family as written into SVG: ours, then what machines have.
pub(super) const FAMILY: &str = "Open Sans, Segoe UI, Helvetica, Arial, sans-serif";

/// The size at which a unit of the font is a pixel: the font's ascent and descent together, in its units.
const UNITS: f64 = 2789.0;
const UNITS_PER_EM: f64 = 2048.0;

/// The size of ordinary text, in pixels.
pub(super) const SIZE: f64 = 14.0;

/// Where a text stands against its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// Regular or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
}

/// One mark on the sheet, in pixels from its upper left corner.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    Rect { from: (i32, i32), to: (i32, i32), ink: Ink },
    Line { from: (i32, i32), to: (i32, i32), width: u32, ink: Ink },
    Polygon { points: Vec<(i32, i32)>, ink: Ink },
    Circle { centre: (i32, i32), radius: u32, filled: bool, ink: Ink },
    Text { at: (i32, i32), anchor: Anchor, face: Face, size: f64, ink: Ink, text: String },
}

/// What is to be drawn.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) marks: Vec<Mark>,
}

impl Sheet {
    pub(super) fn new(width: i32) -> Self {
        Sheet { width, height: 0, marks: Vec::new() }
    }

    pub(super) fn rect(&mut self, from: (i32, i32), to: (i32, i32), ink: Ink) {
        if to.0 > from.0 && to.1 > from.1 {
            self.marks.push(Mark::Rect { from, to, ink });
        }
    }

    /// A rectangle under all that was drawn so far.
    pub(super) fn behind(&mut self, from: (i32, i32), to: (i32, i32), ink: Ink) {
        if to.0 > from.0 && to.1 > from.1 {
            self.marks.insert(0, Mark::Rect { from, to, ink });
        }
    }

    pub(super) fn line(&mut self, from: (i32, i32), to: (i32, i32), width: u32, ink: Ink) {
        self.marks.push(Mark::Line { from, to, width, ink });
    }

    pub(super) fn polygon(&mut self, points: Vec<(i32, i32)>, ink: Ink) {
        self.marks.push(Mark::Polygon { points, ink });
    }

    pub(super) fn circle(&mut self, centre: (i32, i32), radius: u32, filled: bool, ink: Ink) {
        self.marks.push(Mark::Circle { centre, radius, filled, ink });
    }

    /// A line of text, centred on `at.1`.
    pub(super) fn text(&mut self, at: (i32, i32), anchor: Anchor, face: Face, ink: Ink, text: impl Into<String>) {
        self.sized(at, anchor, face, SIZE, ink, text);
    }

    pub(super) fn sized(
        &mut self,
        at: (i32, i32),
        anchor: Anchor,
        face: Face,
        size: f64,
        ink: Ink,
        text: impl Into<String>,
    ) {
        // XML has no way to write control characters.
        let text: String = text.into().chars().filter(|c| !c.is_control()).collect();
        if !text.is_empty() {
            self.marks.push(Mark::Text { at, anchor, face, size, ink, text });
        }
    }

    /// Puts another sheet's marks on this one, moved `by` so many pixels.
    pub(super) fn place(&mut self, other: &Sheet, by: (i32, i32)) {
        let moved = |(x, y): (i32, i32)| (x + by.0, y + by.1);
        self.marks.extend(other.marks.iter().cloned().map(|mark| match mark {
            Mark::Rect { from, to, ink } => Mark::Rect { from: moved(from), to: moved(to), ink },
            Mark::Line { from, to, width, ink } => Mark::Line { from: moved(from), to: moved(to), width, ink },
            Mark::Polygon { points, ink } => Mark::Polygon { points: points.into_iter().map(moved).collect(), ink },
            Mark::Circle { centre, radius, filled, ink } => Mark::Circle { centre: moved(centre), radius, filled, ink },
            Mark::Text { at, anchor, face, size, ink, text } => {
                Mark::Text { at: moved(at), anchor, face, size, ink, text }
            }
        }));
    }

    /// The sheet as SVG elements, without the `svg` element around them; every ink as its stand-in.
    pub(super) fn draw(&self) -> Result<String> {
        register();
        let mut svg = String::new();
        {
            let size = (self.width.max(1) as u32, self.height.max(1) as u32);
            let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            for mark in &self.marks {
                draw(&area, mark).map_err(|error| Error::data("a chart cannot be drawn").found(error))?;
            }
            area.present().map_err(|error| Error::data("a chart cannot be drawn").found(error.to_string()))?;
        }
        let body = svg.find('>').map_or("", |end| &svg[end + 1..]);
        let body = body.trim().strip_suffix("</svg>").unwrap_or(body);
        Ok(body.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "").trim().to_owned())
    }
}

fn draw(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, mark: &Mark) -> Result<(), String> {
    match mark {
        Mark::Rect { from, to, ink } => area.draw(&Rectangle::new([*from, *to], stand_in(*ink).filled())),
        Mark::Line { from, to, width, ink } => {
            area.draw(&PathElement::new([*from, *to], stand_in(*ink).stroke_width(*width)))
        }
        Mark::Polygon { points, ink } => area.draw(&Polygon::new(points.clone(), stand_in(*ink))),
        Mark::Circle { centre, radius, filled, ink } => {
            let style = if *filled { stand_in(*ink).filled() } else { stand_in(*ink).stroke_width(2) };
            area.draw(&Circle::new(*centre, *radius, style))
        }
        Mark::Text { at, anchor, face, size, ink, text } => {
            let across = match anchor {
                Anchor::Left => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::Right => HPos::Right,
            };
            // plotters writes a font's size divided by 1.24.
            let font = FontDesc::new(FontFamily::Name(FAMILY), size * 1.24, style(*face));
            let colour = stand_in(*ink);
            let text_style = TextStyle::from(font).color(&colour).pos(Pos::new(across, VPos::Center));
            // The backend centres on half an x-height, which leaves capitals and figures a little high.
            let lower = (at.0, at.1 + (size * 0.09).round() as i32);
            area.draw(&Text::new(text.as_str(), lower, text_style))
        }
    }
    .map_err(|error| error.to_string())
}

/// The colour that stands for an ink until the drawing is done.
fn stand_in(ink: Ink) -> RGBColor {
    RGBColor(0, 0, ink.place() as u8)
}

/// Real colours for the stand-ins, for a file on its own.
pub(super) fn with_colours(body: &str) -> String {
    replace(body, |attribute, swatch| format!(" {attribute}=\"{}\"", hex(swatch.light)))
}

/// Classes for the stand-ins, for the page.
pub(super) fn with_classes(body: &str) -> String {
    replace(body, |attribute, swatch| format!(" class=\"{attribute}-{}\"", swatch.name))
}

/// Text in the drawing cannot be taken for an attribute: its quotes are written as entities.
fn replace(body: &str, paint: impl Fn(&str, &super::palette::Swatch) -> String) -> String {
    let mut out = body.to_owned();
    for (place, swatch) in SWATCHES.iter().enumerate() {
        for attribute in ["fill", "stroke"] {
            let found = format!(" {attribute}=\"#0000{place:02X}\"");
            if out.contains(&found) {
                out = out.replace(&found, &paint(attribute, swatch));
            }
        }
    }
    out
}

fn style(face: Face) -> FontStyle {
    match face {
        Face::Regular => FontStyle::Normal,
        Face::Bold => FontStyle::Bold,
    }
}

fn register() {
    static FONTS: Once = Once::new();
    FONTS.call_once(|| {
        // A font that cannot be read shows as an error when the first text is drawn.
        let _ = register_font(FAMILY, FontStyle::Normal, REGULAR);
        let _ = register_font(FAMILY, FontStyle::Bold, BOLD);
    });
}

/// The width of a text in pixels, by the metrics of the font that ships.
pub(super) fn width_of(text: &str, face: Face, size: f64) -> i32 {
    register();
    let font = FontDesc::new(FontFamily::Name(FAMILY), UNITS, style(face));
    let units = font.box_size(text).map_or(text.chars().count() as f64 * 0.6 * UNITS_PER_EM, |(w, _)| f64::from(w));
    (units * size / UNITS_PER_EM).ceil() as i32
}

/// Breaks a text into lines no wider than `width` pixels, about equally long, so that no word is left over by itself;
/// what does not fit into `lines` ends in an ellipsis.
pub(super) fn wrap(text: &str, face: Face, size: f64, width: i32, lines: usize) -> Vec<String> {
    let greedy = break_lines(text, face, size, width, lines);
    if greedy.len() < 2 || greedy.len() > 4 || greedy.last().is_some_and(|line| line.ends_with('…')) {
        return greedy;
    }
    let longest_word = text.split_whitespace().map(|word| width_of(word, face, size)).max().unwrap_or(width);
    let (mut narrow, mut best) = (longest_word.min(width), width);
    while best - narrow > 4 {
        let middle = (narrow + best) / 2;
        if break_lines(text, face, size, middle, lines + 1).len() > greedy.len() {
            narrow = middle;
        } else {
            best = middle;
        }
    }
    break_lines(text, face, size, best, lines)
}

fn break_lines(text: &str, face: Face, size: f64, width: i32, lines: usize) -> Vec<String> {
    let fits = |line: &str| width_of(line, face, size) <= width;
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            out.push(std::mem::take(&mut line));
        }
        // A word wider than the column is broken where the column ends.
        for letter in word.chars() {
            let longer = format!("{line}{letter}");
            if fits(&longer) || line.is_empty() {
                line = longer;
            } else {
                out.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    if !line.is_empty() {
        out.push(line);
    }
    if out.len() > lines {
        out.truncate(lines);
        if let Some(last) = out.last_mut() {
            while !last.is_empty() && !fits(&format!("{last}…")) {
                last.pop();
            }
            *last = format!("{}…", last.trim_end());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // Each digit of Open Sans advances 1169 units of 2048 in the regular face, 1169 in bold.
        let (regular, bold) = (width_of("0000000000", Face::Regular, 20.48), width_of("0", Face::Bold, 2048.0));
        assert!((116..=118).contains(&regular), "{regular}");
        assert!((1168..=1172).contains(&bold), "{bold}");
    }

    #[test]
    fn lines_fit_their_column_and_lose_no_word() {
        let text = "Carers are asked how easily they found information about services and antidisestablishmentarianism";
        let lines = wrap(text, Face::Regular, SIZE, 150, 20);
        assert!(lines.len() > 3);
        assert!(lines.iter().all(|line| width_of(line, Face::Regular, SIZE) <= 150));
        assert_eq!(lines.join("").replace(' ', ""), text.replace(' ', ""));
        let short = wrap(text, Face::Regular, SIZE, 150, 2);
        assert_eq!(short.len(), 2);
        assert!(short[1].ends_with('…') && width_of(&short[1], Face::Regular, SIZE) <= 150);
    }

    #[test]
    fn inks_become_colours_or_classes_and_text_stays_as_it_is() {
        let mut sheet = Sheet::new(100);
        sheet.height = 40;
        sheet.rect((0, 0), (10, 10), Ink::Neutral);
        sheet.line((0, 0), (10, 10), 2, Ink::Grid);
        let tricky = " fill=\"#000001\" </text><script>";
        sheet.text((0, 20), Anchor::Left, Face::Bold, Ink::Text, tricky);
        let body = sheet.draw().expect("drawn");
        let coloured = with_colours(&body);
        assert!(coloured.contains("fill=\"#868d95\"") && coloured.contains("stroke=\"#d5dbe1\""), "{coloured}");
        let classed = with_classes(&body);
        assert!(classed.contains("class=\"fill-neutral\"") && classed.contains("class=\"stroke-grid\""), "{classed}");
        for drawing in [coloured, classed] {
            assert!(!drawing.contains("#0000") || drawing.contains("fill=&quot;#000001&quot;"), "{drawing}");
            assert!(drawing.contains("&lt;script&gt;") && !drawing.contains("<script"), "{drawing}");
        }
    }
}
