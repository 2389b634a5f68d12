//! The two widths that a chart is laid out at. Each chart says once what it shows; where things stand follows the width.

/// A width. Files, paper and large screens get the wide form, phones the narrow one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// Labels beside what is drawn: on A4 paper between margins a pixel is about 0.9 of a CSS pixel.
    Wide,
    /// Labels above what is drawn: on a phone 360 pixels wide, between its margins, a pixel is a CSS pixel.
    Narrow,
}

impl Width {
    /// In pixels of the drawing.
    pub(super) const fn pixels(self) -> i32 {
        self.pick(760, 328)
    }

    /// What stands for one or the other.
    pub(super) const fn pick<T: Copy>(self, wide: T, narrow: T) -> T {
        match self {
            Width::Wide => wide,
            Width::Narrow => narrow,
        }
    }
}
