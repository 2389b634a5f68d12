//! Laid-out pages as PDF: tagged after the structure that the layout gives, checked against PDF/UA-1 while it is written.
//!
//! No date and no random id goes in, so the same pages give the same bytes.

use std::num::NonZeroU16;

use krilla::color::luma;
use krilla::configure::{Accessibility, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag as PdfTag, TagGroup,
    TagKind, TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use super::face::{Faces, Weight, faces};
use super::sheet::{HEIGHT, Ink, MARGIN, Mark, Role, Shade, Tag, WIDTH};
use super::{PageCode, Questionnaire};
use crate::error::{Error, Result};

/// The pages of one form in a file, from 1.
type Range = (usize, usize);

/// Writes a form once for every serial, one after the other; blank for none. In a file of several forms each begins on a
/// page with an odd number, so that it begins on a sheet of its own.
pub(super) fn write(form: &Questionnaire, serials: &[Option<&str>]) -> Result<(Vec<u8>, Vec<Range>)> {
    let version = || ConfigurationBuilder::new().with_version(PdfVersion::Pdf17);
    let configuration = version().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.map_err(|error| fault("the PDF cannot be begun", &format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let title = match serials {
        [Some(serial)] => format!("{} ({serial})", form.title),
        _ => form.title.clone(),
    };
    document.set_metadata(Metadata::new().title(title).language(form.language.clone()).producer("quorate".to_owned()));
    let fonts = Fonts::new()?;
    let mut tree = TagTree::new().with_lang(Some(form.language.clone()));
    let mut outline = Outline::new();
    let mut ranges = Vec::new();
    let mut page = 0;
    for serial in serials {
        if page % 2 == 1 && serials.len() > 1 {
            document.start_page_with(settings()?).finish();
            page += 1;
        }
        let leaves = pages(&mut document, form, *serial, &fonts)?;
        tree.push(group(form, 0, &leaves));
        let headings = form.pages.outline.iter().map(|(title, at, y)| {
            OutlineNode::new(title.clone(), XyzDestination::new(page + at, Point::from_xy(MARGIN, *y)))
        });
        match serial.filter(|_| serials.len() > 1) {
            Some(serial) => {
                let to = XyzDestination::new(page, Point::from_xy(MARGIN, MARGIN));
                let mut node = OutlineNode::new(serial.to_owned(), to);
                headings.for_each(|heading| node.push_child(heading));
                outline.push_child(node);
            }
            None => headings.for_each(|heading| outline.push_child(heading)),
        }
        ranges.push((page + 1, page + form.pages.pages.len()));
        page += form.pages.pages.len();
    }
    document.set_tag_tree(tree);
    document.set_outline(outline);
    let bytes = document.finish().map_err(|error| fault("the PDF cannot be made accessible", &format!("{error:?}")))?;
    Ok((bytes, ranges))
}

fn fault(problem: &str, found: &str) -> Error {
    Error::data(problem).found(found.chars().take(300).collect::<String>())
}

fn settings() -> Result<PageSettings> {
    PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| fault("a page cannot be begun", ""))
}

struct Fonts {
    faces: &'static Faces,
    regular: Font,
    bold: Font,
}

impl Fonts {
    fn new() -> Result<Fonts> {
        let font = |weight: Weight| {
            Font::new(weight.bytes().into(), 0).ok_or_else(|| fault("the fonts of the program cannot be read", ""))
        };
        Ok(Fonts { faces: faces()?, regular: font(Weight::Regular)?, bold: font(Weight::Bold)? })
    }

    fn of(&self, weight: Weight) -> Font {
        match weight {
            Weight::Regular => self.regular.clone(),
            Weight::Bold => self.bold.clone(),
        }
    }
}

/// Writes the pages of one form; the pieces of content of every node.
fn pages(
    document: &mut Document,
    form: &Questionnaire,
    serial: Option<&str>,
    fonts: &Fonts,
) -> Result<Vec<Vec<Identifier>>> {
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); form.nodes.len()];
    for (at, marks) in form.pages.pages.iter().enumerate() {
        let foot = foot(form, serial, at + 1)?;
        let mut page = document.start_page_with(settings()?);
        let mut surface = page.surface();
        // Marks of one node that follow each other are one piece of content.
        for run in marks.chunk_by(|a, b| a.role == b.role).chain(std::iter::once(foot.as_slice())) {
            let tag = match run[0].role {
                Role::Of(_) if run.iter().any(|mark| matches!(mark.ink, Ink::Text { .. })) => {
                    ContentTag::Span(SpanTag::empty())
                }
                Role::Of(_) => ContentTag::Other,
                Role::Foot => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)),
                Role::Decoration => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            };
            let piece = surface.start_tagged(tag);
            run.iter().for_each(|mark| draw(&mut surface, &mark.ink, serial, fonts));
            surface.end_tagged();
            if let Role::Of(node) = run[0].role {
                leaves[node].push(piece);
            }
        }
        surface.finish();
        page.finish();
    }
    Ok(leaves)
}

/// A node with everything below it.
fn group(form: &Questionnaire, node: usize, leaves: &[Vec<Identifier>]) -> TagGroup {
    let mut group = TagGroup::new(kind(&form.nodes[node].tag));
    form.nodes[node].children.iter().for_each(|&child| group.push(self::group(form, child, leaves)));
    leaves[node].iter().for_each(|&leaf| group.push(leaf));
    group
}

fn kind(tag: &Tag) -> TagKind {
    match tag {
        Tag::Form => PdfTag::Part.into(),
        Tag::Heading { level, title } => {
            PdfTag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(title.clone())).into()
        }
        Tag::Paragraph => PdfTag::P.into(),
        Tag::List => PdfTag::L(ListNumbering::None).into(),
        Tag::Item => PdfTag::LI.into(),
        Tag::Label => PdfTag::Lbl.into(),
        Tag::Body => PdfTag::LBody.into(),
        Tag::Table => PdfTag::Table.into(),
        Tag::Row => PdfTag::TR.into(),
        Tag::ColumnHead => PdfTag::TH(TableHeaderScope::Column).into(),
        Tag::RowHead => PdfTag::TH(TableHeaderScope::Row).into(),
        Tag::Cell => PdfTag::TD.into(),
        Tag::Figure(alt) => PdfTag::Figure(Some(alt.clone())).into(),
    }
}

/// The side of a square of the code, in points: about half a millimetre, which any scanner and telephone reads.
const SQUARE: f32 = 1.5;

/// The foot of a page: the code, the number of the page, and the serial.
pub(super) fn foot(form: &Questionnaire, serial: Option<&str>, page: usize) -> Result<Vec<Mark>> {
    let code = PageCode {
        instrument: form.instrument.clone(),
        version: form.version.clone(),
        serial: serial.map(str::to_owned),
        style: form.style.name().to_owned(),
        language: form.language.clone(),
        page,
    };
    let (across, dark) = code.squares()?;
    let size = form.style.size();
    let side = across as f32 * SQUARE;
    let top = HEIGHT - 30.0 - side;
    let x = MARGIN + side + 14.0;
    let pages = form.pages.pages.len().to_string();
    let text = form.foot.page.replace("{pages}", &pages).replace("{page}", &page.to_string());
    let line = |text: String, y: f32| Ink::Text { x, y, size, weight: Weight::Regular, shade: Shade::Black, text };
    let mut inks = vec![Ink::Squares { x: MARGIN, y: top, square: SQUARE, across, dark }, line(text, top + 1.1 * size)];
    if let Some(serial) = serial {
        inks.push(line(format!("{} {serial}", form.foot.form_number), top + 2.5 * size));
    }
    Ok(inks.into_iter().map(|ink| Mark { ink, role: Role::Foot }).collect())
}

fn colour(shade: Shade) -> luma::Color {
    luma::Color::new(match shade {
        Shade::Black => 0,
        Shade::Grey => 80,
        Shade::Line => 110,
        Shade::Light => 240,
    })
}

fn fill(shade: Shade) -> Fill {
    Fill { paint: colour(shade).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn stroke(shade: Shade, width: f32) -> Stroke {
    Stroke {
        paint: colour(shade).into(),
        width,
        miter_limit: 4.0,
        line_cap: LineCap::Butt,
        line_join: LineJoin::Miter,
        opacity: NormalizedF32::ONE,
        dash: None,
    }
}

fn draw(surface: &mut Surface<'_>, ink: &Ink, serial: Option<&str>, fonts: &Fonts) {
    match ink {
        Ink::Text { x, y, size, weight, shade, text } => {
            write_text(surface, text, (*x, *y), (*size, *weight, *shade), fonts);
        }
        Ink::Serial { x, y, size } => {
            if let Some(serial) = serial {
                write_text(surface, serial, (*x, *y), (*size, Weight::Bold, Shade::Black), fonts);
            }
        }
        Ink::Frame { x, y, width, height, line } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(rect);
            }
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(Shade::Black, *line)));
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
        Ink::Fill { x, y, width, height, shade } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(rect);
            }
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*shade)));
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
        Ink::Stroke { points, line, shade } => {
            let mut path = PathBuilder::new();
            for (at, (x, y)) in points.iter().enumerate() {
                if at == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
            }
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(*shade, *line)));
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
        Ink::Squares { x, y, square, across, dark } => {
            let mut path = PathBuilder::new();
            for (row, squares) in dark.chunks(*across).enumerate() {
                let mut column = 0;
                // Neighbours are one bar, so that no hair line shows between them.
                for bar in squares.chunk_by(|a, b| a == b) {
                    let left = x + column as f32 * square;
                    let top = y + row as f32 * square;
                    if let Some(rect) =
                        Rect::from_xywh(left, top, bar.len() as f32 * square, *square).filter(|_| bar[0])
                    {
                        path.push_rect(rect);
                    }
                    column += bar.len();
                }
            }
            surface.set_stroke(None);
            surface.set_fill(Some(fill(Shade::Black)));
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
    }
}

fn write_text(
    surface: &mut Surface<'_>,
    text: &str,
    (x, y): (f32, f32),
    (size, weight, shade): (f32, Weight, Shade),
    fonts: &Fonts,
) {
    let glyphs: Vec<KrillaGlyph> = text
        .char_indices()
        .zip(fonts.faces.glyphs(text, weight))
        .map(|((at, c), (glyph, advance))| {
            KrillaGlyph::new(GlyphId::new(glyph.into()), advance, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
        })
        .collect();
    surface.set_stroke(None);
    surface.set_fill(Some(fill(shade)));
    surface.draw_glyphs(Point::from_xy(x, y), &glyphs, fonts.of(weight), text, size, false);
}
