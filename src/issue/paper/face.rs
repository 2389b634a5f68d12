//! The fonts that ship, measured: how wide a text is, where it breaks, and whether it can be set at all.

use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

use crate::chart::fonts::{BOLD, REGULAR};
use crate::error::{Error, Result};

/// Regular or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    Regular,
    Bold,
}

impl Weight {
    /// The font's file.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Weight::Regular => REGULAR,
            Weight::Bold => BOLD,
        }
    }
}

/// The fonts, read once.
pub(super) struct Faces {
    regular: ttf_parser::Face<'static>,
    bold: ttf_parser::Face<'static>,
}

/// The fonts that ship.
///
/// # Errors
/// When they cannot be read, which would be a fault of the program.
pub(super) fn faces() -> Result<&'static Faces> {
    static FACES: OnceLock<Option<Faces>> = OnceLock::new();
    let read = || {
        let face = |weight: Weight| ttf_parser::Face::parse(weight.bytes(), 0).ok();
        Some(Faces { regular: face(Weight::Regular)?, bold: face(Weight::Bold)? })
    };
    FACES.get_or_init(read).as_ref().ok_or_else(|| Error::data("the fonts of the program cannot be read"))
}

impl Faces {
    fn face(&self, weight: Weight) -> &ttf_parser::Face<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Each letter's glyph with its advance, as a part of the size.
    pub fn glyphs(&self, text: &str, weight: Weight) -> Vec<(u16, f32)> {
        let face = self.face(weight);
        let em = f32::from(face.units_per_em());
        let glyph = |c: char| {
            let glyph = face.glyph_index(c).unwrap_or_default();
            (glyph.0, f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) / em)
        };
        text.chars().map(glyph).collect()
    }

    /// The width of a text.
    pub fn width(&self, text: &str, weight: Weight, size: f32) -> f32 {
        let face = self.face(weight);
        let advance = |c: char| face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph)).unwrap_or(0);
        text.chars().map(|c| u32::from(advance(c))).sum::<u32>() as f32 * size / f32::from(face.units_per_em())
    }

    /// The width of the longest word of a text.
    pub fn longest_word(&self, text: &str, weight: Weight, size: f32) -> f32 {
        text.split(' ').map(|word| self.width(word, weight, size)).fold(0.0, f32::max)
    }

    /// The letters of a text for which the fonts have no glyph, or that run from right to left, each once.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let backwards = |c: char| matches!(u32::from(c), 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF);
        let joins = |c: char| matches!(u32::from(c), 0x0300..=0x036F);
        let gone = |c: char| self.regular.glyph_index(c).is_none() || self.bold.glyph_index(c).is_none();
        let mut missing: Vec<char> = text.chars().filter(|&c| gone(c) || backwards(c) || joins(c)).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// A text in lines no wider than `room`: broken at blanks, and within words only where a word alone is wider. Lines that
    /// go on keep their blank, so that what is read aloud or copied has its words apart.
    pub fn wrap(&self, text: &str, weight: Weight, size: f32, room: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        let mut used = 0.0;
        let blank = self.width(" ", weight, size);
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let width = self.width(word, weight, size);
            if !line.is_empty() && used + blank + width > room {
                line.push(' ');
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if !line.is_empty() {
                line.push(' ');
                used += blank;
            }
            if width <= room {
                line.push_str(word);
                used += width;
                continue;
            }
            for c in word.chars() {
                let wide = self.width(c.encode_utf8(&mut [0; 4]), weight, size);
                if used + wide > room && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(c);
                used += wide;
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

/// A text as it is set: composed letters, one blank between words, nothing that cannot be seen.
pub(super) fn tidy(text: &str) -> String {
    let seen = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let tidied: String = text.nfc().filter(seen).map(|c| if c.is_control() { ' ' } else { c }).collect();
    tidied.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The paragraphs of a text: divided by blank lines.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        match paragraphs.last_mut() {
            Some(last) if !line.trim().is_empty() => {
                last.push(' ');
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.iter().map(|text| tidy(text)).filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_nothing() {
        let faces = faces().expect("fonts");
        let text = tidy("A long\u{a0}word: Donaudampfschifffahrtsgesellschaftskapitän, and\n short ones.");
        for room in [40.0, 80.0, 200.0] {
            let lines = faces.wrap(&text, Weight::Bold, 12.0, room);
            assert!(lines.iter().all(|line| faces.width(line.trim_end(), Weight::Bold, 12.0) <= room), "{lines:?}");
            assert_eq!(lines.concat(), text);
        }
    }

    #[test]
    fn letters_without_a_glyph_are_named() {
        let faces = faces().expect("fonts");
        assert!(faces.missing("Grüße, 100 %").is_empty());
        assert!(faces.missing("Zażółć gęślą, Жук, Ωμέγα").is_empty());
        assert_eq!(faces.missing("שלום 漢漢"), ['ו', 'ל', 'ם', 'ש', '漢']);
    }

    #[test]
    fn paragraphs_are_divided_by_blank_lines() {
        assert_eq!(paragraphs("one\ntwo\n\n \nthree\n"), ["one two", "three"]);
        assert_eq!(paragraphs(""), [] as [&str; 0]);
    }
}
