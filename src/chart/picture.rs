//! The forms of a chart: SVG file, SVG for the page, PNG.

use std::sync::{Arc, OnceLock};

use resvg::{tiny_skia, usvg};

use super::Chart;
use super::indexed;
use super::sheet::{BOLD, FAMILY, REGULAR, SIZE, Sheet, with_classes, with_colours};
use crate::error::{Error, Result};

/// PNG pixels for each of the drawing's.
const SCALE: f32 = 2.0;

/// The drawing as an SVG file with title and description inside.
pub(super) fn file(sheet: &Sheet, title: &str, description: &str) -> Result<String> {
    let (width, height) = (sheet.width, sheet.height);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n{}\n</svg>\n",
        escape(title),
        escape(description),
        with_colours(&sheet.draw()?)
    ))
}

/// The drawing as an SVG element for a page that has the inks in its style sheet.
pub(super) fn inline(sheet: &Sheet, name: &str, title: &str, description: &str) -> Result<String> {
    let (width, height) = (sheet.width, sheet.height);
    let id = escape(name);
    Ok(format!(
        "<svg viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"xMinYMin\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{}\n</svg>",
        escape(title),
        escape(description),
        bare(with_classes(&sheet.draw()?))
    ))
}

/// A drawing without what the page's style sheet says once for all its texts.
fn bare(body: String) -> String {
    let family = format!(" font-family=\"{FAMILY}\"");
    let size = format!(" font-size=\"{SIZE}\"");
    [family.as_str(), &size, " text-anchor=\"start\""].iter().fold(body, |body, said| body.replace(said, ""))
}

/// A text inside XML, on one line.
fn escape(text: &str) -> String {
    crate::sheet::escape(&text.replace(['\t', '\n', '\r'], " "))
}

fn fonts() -> Arc<usvg::fontdb::Database> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut fonts = usvg::fontdb::Database::new();
        fonts.load_font_data(REGULAR.to_vec());
        fonts.load_font_data(BOLD.to_vec());
        fonts.set_sans_serif_family("Open Sans");
        Arc::new(fonts)
    };
    FONTS.get_or_init(load).clone()
}

impl Chart {
    /// The drawing as an SVG element for the page: without title and note, which the page sets itself, and with a class
    /// for each ink (`fill-NAME`, `stroke-NAME`) in place of colours.
    pub fn wide(&self) -> &str {
        &self.wide
    }

    /// The same laid out for a phone, with ids of its own.
    pub fn narrow(&self) -> &str {
        &self.narrow
    }

    /// The whole picture as PNG at twice its size, drawn with the fonts that ship and no others.
    ///
    /// # Errors
    /// When the picture cannot be drawn, or is too large for memory.
    pub fn png(&self) -> Result<Vec<u8>> {
        let fault = |found: String| Error::data(format!("chart {} cannot be made into a PNG", self.name)).found(found);
        let options = usvg::Options { fontdb: fonts(), font_family: "Open Sans".to_owned(), ..Default::default() };
        let tree = usvg::Tree::from_str(&self.svg, &options).map_err(|error| fault(error.to_string()))?;
        let size = tree.size();
        let (width, height) = ((size.width() * SCALE).ceil() as u32, (size.height() * SCALE).ceil() as u32);
        let mut pixels = tiny_skia::Pixmap::new(width, height)
            .ok_or_else(|| fault(format!("a picture of {width} by {height} pixels")))?;
        resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
        match indexed::png(&pixels).map_err(|error| fault(error.to_string()))? {
            Some(png) => Ok(png),
            None => pixels.encode_png().map_err(|error| fault(error.to_string())),
        }
    }
}
