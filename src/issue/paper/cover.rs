//! The first page, which says who asks what and why, and the last words. Everything on it comes from the definitions.

use super::content::{Body, Content, Part, can_be_set};
use super::face::{Weight, paragraphs, tidy};
use super::set::{ROOT, Setter, Type, baseline, line_height, mark};
use super::sheet::{Block, Ink, MARGIN, Mark, Role, Row, Shade, Tag, WIDTH};
use crate::error::Result;

/// What the first page says, in the language of the form; what is empty is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    /// The study's title; the form's if empty.
    pub title: String,
    /// Who asks.
    pub organisation: String,
    /// When the study takes place.
    pub period: String,
    /// Why it is asked; the form's introduction if empty.
    pub purpose: String,
    /// What becomes of the answers.
    pub confidentiality: String,
    /// Whom to ask for help.
    pub contact: String,
    /// The day until which the form should come back, in words.
    pub return_by: String,
    /// How and where it is sent back.
    pub return_to: String,
}

impl Cover {
    /// Refuses what the fonts cannot set.
    pub(super) fn examine(&self) -> Result<()> {
        let texts = [
            (&self.title, "title under [study]"),
            (&self.organisation, "organisation under [study]"),
            (&self.period, "period under [study]"),
            (&self.purpose, "purpose under [issue.paper]"),
            (&self.confidentiality, "confidentiality under [issue.paper]"),
            (&self.contact, "contact under [issue.paper]"),
            (&self.return_by, "return_by under [issue.paper]"),
            (&self.return_to, "return_to under [issue.paper]"),
        ];
        texts.iter().try_for_each(|(text, of)| paragraphs(text).iter().try_for_each(|text| can_be_set(text, of)))
    }

    pub(super) fn blocks(&self, content: &Content, setter: &mut Setter<'_>) -> Vec<Block> {
        let wide = (MARGIN, WIDTH - 2.0 * MARGIN);
        let mut blocks = Vec::new();
        if !self.organisation.is_empty() {
            let rows = setter.paragraphs(&[tidy(&self.organisation)], setter.bold(), wide, false);
            blocks.push(Block { rows, ..Block::default() });
        }
        setter.level = 0;
        let title = if self.title.is_empty() { content.title.clone() } else { tidy(&self.title) };
        let mut heading = setter.heading(&title, 1);
        heading.above = setter.scaled(6.0);
        blocks.push(heading);
        let mut rows = setter.paragraphs(&paragraphs(&self.period), setter.regular(), wide, false);
        rows.push(form_number(setter));
        blocks.push(Block { rows, ..Block::default() });

        let purpose = if self.purpose.is_empty() { content.introduction.clone() } else { paragraphs(&self.purpose) };
        let mut returning: Vec<String> = Vec::new();
        if !self.return_by.is_empty() {
            returning.push(setter.phrases.fill("return_by", &[("date", &tidy(&self.return_by))]));
        }
        returning.extend(paragraphs(&self.return_to));
        self.told(setter, "purpose_title", &purpose, &mut blocks);
        self.told(setter, "confidential_title", &paragraphs(&self.confidentiality), &mut blocks);
        let heading = setter.heading(setter.phrases.get("how_title"), 2);
        blocks.push(heading);
        blocks.push(how(content, setter));
        self.told(setter, "return_title", &returning, &mut blocks);
        self.told(setter, "help_title", &paragraphs(&self.contact), &mut blocks);
        blocks
    }

    /// A heading with paragraphs; nothing where there are none.
    fn told(&self, setter: &mut Setter<'_>, title: &str, texts: &[String], blocks: &mut Vec<Block>) {
        if texts.is_empty() {
            return;
        }
        let title = setter.phrases.get(title).to_owned();
        blocks.push(tight(setter.heading(&title, 2), setter));
        let rows = setter.paragraphs(texts, setter.regular(), (MARGIN, WIDTH - 2.0 * MARGIN), false);
        blocks.push(Block { rows, ..Block::default() });
    }

    /// The last words.
    pub(super) fn end(&self, setter: &mut Setter<'_>) -> Vec<Block> {
        let mut texts = vec![setter.phrases.get("thanks").to_owned()];
        if !self.return_by.is_empty() {
            texts.push(setter.phrases.fill("return_by", &[("date", &tidy(&self.return_by))]));
        }
        texts.extend(paragraphs(&self.return_to));
        let mut blocks = Vec::new();
        self.told(setter, "thanks_title", &texts, &mut blocks);
        blocks
    }
}

fn tight(block: Block, setter: &Setter<'_>) -> Block {
    Block { above: setter.scaled(12.0), ..block }
}

/// "Form number" with the serial, or a box to write it in.
fn form_number(setter: &mut Setter<'_>) -> Row {
    let node = Role::Of(setter.node(ROOT, Tag::Paragraph));
    let kind = setter.bold();
    let words = format!("{} ", setter.phrases.get("form_number"));
    let x = MARGIN + setter.faces.width(&words, Weight::Bold, kind.size) + setter.scaled(6.0);
    let y = setter.scaled(6.0);
    let height = line_height(kind.size) + setter.scaled(6.0);
    let frame = Ink::Frame { x, y, width: setter.scaled(110.0), height, line: 0.8 };
    let down = y + setter.scaled(3.0) + baseline(kind.size);
    let marks = vec![
        mark(&words, kind, MARGIN, down, node),
        Mark { ink: Ink::Serial { x: x + setter.scaled(8.0), y: down, size: kind.size }, role: node },
        Mark { ink: frame, role: Role::Decoration },
    ];
    Row { height: height + setter.scaled(10.0), marks, goes_on: false }
}

/// How to fill in the form, with examples.
fn how(content: &Content, setter: &mut Setter<'_>) -> Block {
    let questions = || content.parts.iter().flat_map(Part::questions);
    let boxes = |found: &dyn Fn(&super::content::Ticked) -> bool| {
        questions().any(|asked| match &asked.body {
            Body::Boxes { choices, .. } => choices.iter().any(found),
            _ => false,
        })
    };
    let mut says = vec!["how_pen"];
    if boxes(&|_| true) {
        says.extend(["how_tick", "how_mistake"]);
    }
    if boxes(&|choice| choice.go_to.is_some()) {
        says.push("how_skip");
    }
    if boxes(&|_| true) {
        says.push("how_numbers");
    }
    let list = setter.node(ROOT, Tag::List);
    let kind = setter.regular();
    let x = MARGIN + setter.scaled(14.0);
    let room = WIDTH - MARGIN - x;
    let mut rows = Vec::new();
    for name in says {
        let item = setter.node(list, Tag::Item);
        let label = Role::Of(setter.node(item, Tag::Label));
        let body = setter.node(item, Tag::Body);
        let example = match name {
            "how_tick" => Some("ticked_box"),
            "how_mistake" => Some("mended_box"),
            _ => None,
        };
        // Examples stand in a node of their own beside the words, because a node holds marks or nodes.
        let words = Role::Of(if example.is_some() { setter.node(body, Tag::Paragraph) } else { body });
        let mut own = setter.text(setter.phrases.get(name), kind, (x, room), words);
        if let Some(first) = own.first_mut() {
            first.marks.insert(0, mark("\u{2022} ", kind, MARGIN, baseline(kind.size), label));
        }
        if let Some(alt) = example {
            let figure = Role::Of(setter.node(body, Tag::Figure(setter.phrases.get(alt).to_owned())));
            picture(setter, kind, (x, room), alt == "mended_box", figure, &mut own);
        }
        if let Some(last) = own.last_mut() {
            last.height += setter.scaled(4.0);
        }
        rows.extend(own);
    }
    Block { rows, ..Block::default() }
}

/// A ticked box at the end of the last line, or below it where there is no room; before it one that is filled in, where a
/// mistake is mended.
fn picture(setter: &Setter<'_>, kind: Type, (x, room): (f32, f32), mended: bool, role: Role, rows: &mut Vec<Row>) {
    let side = setter.tick();
    let needed = if mended { 2.0 * side + setter.scaled(8.0) } else { side };
    let used = rows.last().and_then(|row| row.marks.last()).map_or(0.0, |mark| match &mark.ink {
        Ink::Text { text, .. } => setter.faces.width(text, kind.weight, kind.size),
        _ => 0.0,
    });
    let mut at = x + used + setter.scaled(8.0);
    if at + needed > x + room {
        at = x;
        rows.push(Row { height: line_height(kind.size) + setter.scaled(4.0), marks: Vec::new(), goes_on: true });
    }
    let Some(row) = rows.last_mut() else { return };
    if mended {
        let frame = setter.tick_box(at, role);
        if let Ink::Frame { x, y, width, height, .. } = frame.ink {
            row.marks.push(Mark { ink: Ink::Fill { x, y, width, height, shade: Shade::Black }, role });
        }
        at += side + setter.scaled(8.0);
    }
    let frame = setter.tick_box(at, role);
    if let Ink::Frame { x, y, .. } = frame.ink {
        let points = vec![
            (x + 0.2 * side, y + 0.5 * side),
            (x + 0.42 * side, y + 0.76 * side),
            (x + 0.82 * side, y + 0.2 * side),
        ];
        row.marks.push(frame);
        row.marks.push(Mark { ink: Ink::Stroke { points, line: setter.scaled(1.8), shade: Shade::Black }, role });
    }
}
