//! PNG with a palette: a chart has some eighty colours, and a quarter of the bytes is packed four times as fast.

use std::collections::HashMap;

use resvg::tiny_skia::Pixmap;

/// As PNG whose pixels are numbers of colours; none where there are more than a palette holds, or some let through what is
/// behind.
pub(super) fn png(picture: &Pixmap) -> Result<Option<Vec<u8>>, png::EncodingError> {
    let Some((palette, pixels)) = indexed(picture) else { return Ok(None) };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette);
    // What stands beside a number of a colour says nothing about it.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(Some(bytes))
}

/// The colours in the order in which they appear, three bytes each, and the number of each pixel's.
fn indexed(picture: &Pixmap) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut palette = Vec::new();
    let mut known: HashMap<[u8; 3], u8> = HashMap::new();
    let mut pixels = Vec::with_capacity(picture.pixels().len());
    let mut last = None;
    for pixel in picture.pixels() {
        if pixel.alpha() != u8::MAX {
            return None;
        }
        let colour = [pixel.red(), pixel.green(), pixel.blue()];
        let number = match last {
            Some((same, number)) if same == colour => number,
            _ => match known.get(&colour) {
                Some(&number) => number,
                None => {
                    let number = u8::try_from(known.len()).ok()?;
                    known.insert(colour, number);
                    palette.extend(colour);
                    number
                }
            },
        };
        last = Some((colour, number));
        pixels.push(number);
    }
    Some((palette, pixels))
}

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::{Color, Paint, Pixmap, Rect, Transform};

    use super::{indexed, png};

    fn picture(colours: usize) -> Pixmap {
        let mut picture = Pixmap::new(colours as u32, 2).expect("a picture");
        picture.fill(Color::WHITE);
        for at in 0..colours {
            let mut paint = Paint::default();
            paint.set_color_rgba8(at as u8, (at / 256) as u8, 7, 255);
            let pixel = Rect::from_xywh(at as f32, 0.0, 1.0, 1.0).expect("a pixel");
            picture.fill_rect(pixel, &paint, Transform::identity(), None);
        }
        picture
    }

    #[test]
    fn every_pixel_keeps_its_colour() {
        let picture = picture(200);
        let bytes = png(&picture).expect("written").expect("few colours");
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a png");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let frame = reader.next_frame(&mut pixels).expect("its pixels");
        assert_eq!((frame.width, frame.height, frame.color_type), (200, 2, png::ColorType::Indexed));
        let palette = reader.info().palette.clone().expect("a palette");
        for (number, pixel) in pixels.iter().zip(picture.pixels()) {
            let at = 3 * usize::from(*number);
            assert_eq!(palette[at..at + 3], [pixel.red(), pixel.green(), pixel.blue()]);
        }
    }

    #[test]
    fn more_colours_than_a_palette_holds_and_glass_are_left_to_others() {
        assert_eq!(indexed(&picture(255)).map(|(palette, _)| palette.len()), Some(3 * 256));
        assert!(indexed(&picture(256)).is_none());
        assert!(indexed(&Pixmap::new(2, 2).expect("a picture")).is_none());
    }
}
