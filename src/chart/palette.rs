//! The colours, each with a light and a dark form, named by what they mean.
//!
//! Blue leads towards good and orange towards poor, a pair that stays apart in all common kinds of colour blindness.
//! Every fill reaches a contrast of 3:1 with the paper, and every label 4.5:1 with what it stands on, in light and in
//! dark; a test computes both by the formula of WCAG 2.2.

/// What a mark is painted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// The ground that everything stands on.
    Paper,
    /// Words and numbers.
    Text,
    /// Words that matter less: bases, axis labels.
    Quiet,
    /// Lines that guide the eye and carry nothing.
    Grid,
    /// The empty part of a bar.
    Track,
    /// The strongest positive response, then the next, then the weakest.
    Positive(Step),
    /// Neither one nor the other.
    Neutral,
    /// A second response that is neither.
    OtherNeutral,
    /// The strongest negative response, then the next, then the weakest.
    Negative(Step),
    /// A label on a fill.
    On(Fill),
    /// The line of a published figure.
    Benchmark,
}

/// How strongly a response points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// As far as the scale goes.
    Strong,
    /// In between.
    Middle,
    /// Next to the middle.
    Weak,
}

/// A fill that carries labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fill {
    /// A positive response.
    Positive(Step),
    /// A neutral response.
    Neutral,
    /// A second neutral response beside the first.
    OtherNeutral,
    /// A negative response.
    Negative(Step),
}

impl Fill {
    /// The ink of the fill itself.
    pub fn ink(self) -> Ink {
        match self {
            Fill::Positive(step) => Ink::Positive(step),
            Fill::Neutral => Ink::Neutral,
            Fill::OtherNeutral => Ink::OtherNeutral,
            Fill::Negative(step) => Ink::Negative(step),
        }
    }

    /// All fills.
    pub const ALL: [Fill; 8] = [
        Fill::Negative(Step::Strong),
        Fill::Negative(Step::Middle),
        Fill::Negative(Step::Weak),
        Fill::Neutral,
        Fill::OtherNeutral,
        Fill::Positive(Step::Weak),
        Fill::Positive(Step::Middle),
        Fill::Positive(Step::Strong),
    ];
}

/// One colour, red, green and blue.
pub type Rgb = [u8; 3];

/// An ink's name in style sheets, and its two forms.
#[derive(Debug, Clone, Copy)]
pub struct Swatch {
    /// The ink.
    pub ink: Ink,
    /// Its name in style sheets (`--ink-NAME`).
    pub name: &'static str,
    /// On white paper.
    pub light: Rgb,
    /// On dark ground.
    pub dark: Rgb,
}

const fn swatch(ink: Ink, name: &'static str, light: u32, dark: u32) -> Swatch {
    const fn rgb(hex: u32) -> Rgb {
        [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]
    }
    Swatch { ink, name, light: rgb(light), dark: rgb(dark) }
}

/// Every ink there is.
pub const SWATCHES: [Swatch; 22] = [
    swatch(Ink::Paper, "paper", 0xffffff, 0x14191f),
    swatch(Ink::Text, "text", 0x16202c, 0xeceff3),
    swatch(Ink::Quiet, "quiet", 0x505b68, 0xa9b4c0),
    swatch(Ink::Grid, "grid", 0xd5dbe1, 0x38424d),
    swatch(Ink::Track, "track", 0xe9edf1, 0x29323c),
    swatch(Ink::Benchmark, "benchmark", 0x16202c, 0xeceff3),
    swatch(Ink::Positive(Step::Strong), "positive-strong", 0x12436d, 0xb7d8f4),
    swatch(Ink::Positive(Step::Middle), "positive-middle", 0x2272b4, 0x72afe2),
    swatch(Ink::Positive(Step::Weak), "positive-weak", 0x5193c6, 0x4189c6),
    swatch(Ink::Neutral, "neutral", 0x868d95, 0x8b949e),
    swatch(Ink::OtherNeutral, "other-neutral", 0x5b636c, 0xc3cad2),
    swatch(Ink::Negative(Step::Weak), "negative-weak", 0xcc7a29, 0xc8762b),
    swatch(Ink::Negative(Step::Middle), "negative-middle", 0xa9500a, 0xea9c4c),
    swatch(Ink::Negative(Step::Strong), "negative-strong", 0x6d2e00, 0xffd0a1),
    swatch(Ink::On(Fill::Positive(Step::Strong)), "on-positive-strong", 0xffffff, 0x0b1016),
    swatch(Ink::On(Fill::Positive(Step::Middle)), "on-positive-middle", 0xffffff, 0x0b1016),
    swatch(Ink::On(Fill::Positive(Step::Weak)), "on-positive-weak", 0x0b1016, 0x0b1016),
    swatch(Ink::On(Fill::Neutral), "on-neutral", 0x0b1016, 0x0b1016),
    swatch(Ink::On(Fill::OtherNeutral), "on-other-neutral", 0xffffff, 0x0b1016),
    swatch(Ink::On(Fill::Negative(Step::Weak)), "on-negative-weak", 0x0b1016, 0x0b1016),
    swatch(Ink::On(Fill::Negative(Step::Middle)), "on-negative-middle", 0xffffff, 0x0b1016),
    swatch(Ink::On(Fill::Negative(Step::Strong)), "on-negative-strong", 0xffffff, 0x0b1016),
];

impl Ink {
    /// The place of the ink among the [`SWATCHES`].
    pub(super) fn place(self) -> usize {
        SWATCHES.iter().position(|swatch| swatch.ink == self).expect("every ink has a swatch: a test looks for it")
    }

    /// Its colours and its name.
    pub fn swatch(self) -> Swatch {
        SWATCHES[self.place()]
    }
}

/// A colour as it stands in SVG and CSS.
pub fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The contrast of two colours, 1 to 21: (L1 + 0.05) / (L2 + 0.05) with the relative luminances L of WCAG 2.2.
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance: 0.2126 R + 0.7152 G + 0.0722 B over linear channels.
fn luminance(rgb: Rgb) -> f64 {
    let [red, green, blue] = rgb.map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_recommendation() {
        assert_eq!(contrast([0, 0, 0], [255, 255, 255]), 21.0);
        // #767676 on white is the well-known lightest grey that passes 4.5:1.
        assert!((contrast([0x76, 0x76, 0x76], [255, 255, 255]) - 4.542).abs() < 0.001);
    }

    #[test]
    fn every_ink_has_one_swatch() {
        let mut inks = vec![Ink::Paper, Ink::Text, Ink::Quiet, Ink::Grid, Ink::Track, Ink::Benchmark];
        inks.extend(Fill::ALL.iter().flat_map(|&fill| [fill.ink(), Ink::On(fill)]));
        assert_eq!(inks.len(), SWATCHES.len());
        for ink in inks {
            assert_eq!(ink.swatch().ink, ink);
        }
    }

    #[test]
    fn fills_and_labels_can_be_seen_by_all() {
        for form in [|swatch: Swatch| swatch.light, |swatch: Swatch| swatch.dark] {
            let colour = |ink: Ink| form(ink.swatch());
            let paper = colour(Ink::Paper);
            for fill in Fill::ALL {
                let against = contrast(colour(fill.ink()), paper);
                assert!(against >= 3.0, "{fill:?} has {against:.2} with the paper");
                let label = contrast(colour(Ink::On(fill)), colour(fill.ink()));
                assert!(label >= 4.5, "a label on {fill:?} has {label:.2}");
            }
            assert!(contrast(colour(Ink::Benchmark), paper) >= 3.0);
            for ink in [Ink::Text, Ink::Quiet] {
                assert!(contrast(colour(ink), paper) >= 4.5, "{ink:?}");
                assert!(contrast(colour(ink), colour(Ink::Track)) >= 4.5, "{ink:?} on a track");
            }
        }
    }

    #[test]
    fn neighbours_differ_in_lightness_so_that_they_can_be_told_apart_in_grey() {
        for form in [|swatch: Swatch| swatch.light, |swatch: Swatch| swatch.dark] {
            for side in [Ink::Positive as fn(Step) -> Ink, Ink::Negative] {
                for (a, b) in [(Step::Strong, Step::Middle), (Step::Middle, Step::Weak)] {
                    let apart = contrast(form(side(a).swatch()), form(side(b).swatch()));
                    assert!(apart >= 1.5, "{a:?} and {b:?} have {apart:.2}");
                }
            }
            let apart = contrast(form(Ink::Neutral.swatch()), form(Ink::OtherNeutral.swatch()));
            assert!(apart >= 1.5, "two neutral responses have {apart:.2}");
        }
    }
}
