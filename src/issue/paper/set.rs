//! Setting: the parts of a form as blocks of rows, in reading order, with the nodes of the document's structure.

use super::Style;
use super::content::{Asked, Body, Content, Part};
use super::cover::Cover;
use super::face::{Faces, Weight, faces};
use super::phrases::Phrases;
use super::sheet::{Block, Ink, MARGIN, Mark, Node, Role, Row, Shade, Tag, WIDTH};
use crate::error::Result;

/// A form that is set.
pub(super) struct Set {
    pub blocks: Vec<Block>,
    pub nodes: Vec<Node>,
}

/// Sets a form.
///
/// # Errors
/// When the fonts of the program cannot be read.
pub(super) fn set(content: &Content, cover: &Cover, style: Style, phrases: &Phrases) -> Result<Set> {
    let size = style.size();
    let faces = faces()?;
    let last = content.parts.iter().flat_map(Part::questions).map(|asked| asked.number).max().unwrap_or(1);
    let gutter = faces.width(&format!("{last}."), Weight::Bold, size) + 0.7 * size;
    let nodes = vec![Node { tag: Tag::Form, children: Vec::new() }];
    let mut setter = Setter { faces, phrases, size, gutter, nodes, level: 1 };
    let mut blocks = cover.blocks(content, &mut setter);
    let first = blocks.len();
    for part in &content.parts {
        let part = setter.part(part);
        blocks.extend(part);
    }
    if let Some(block) = blocks.get_mut(first) {
        block.new_page = true;
    }
    blocks.extend(cover.end(&mut setter));
    Ok(Set { blocks, nodes: setter.nodes })
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Type {
    pub weight: Weight,
    pub size: f32,
}

pub(super) struct Setter<'a> {
    pub faces: &'a Faces,
    pub phrases: &'a Phrases,
    /// The size of running text.
    pub size: f32,
    /// The width of the column of question numbers.
    pub gutter: f32,
    pub nodes: Vec<Node>,
    /// The level of the last heading: those of questions are one below.
    pub level: u16,
}

/// The node that everything belongs to.
pub(super) const ROOT: usize = 0;

impl Setter<'_> {
    /// A length that is `points` in a form with text of 12 points.
    pub fn scaled(&self, points: f32) -> f32 {
        points * self.size / 12.0
    }

    pub fn regular(&self) -> Type {
        Type { weight: Weight::Regular, size: self.size }
    }

    pub fn bold(&self) -> Type {
        Type { weight: Weight::Bold, size: self.size }
    }

    /// Where the texts of questions begin, and how wide they may be.
    pub fn column(&self) -> (f32, f32) {
        (MARGIN + self.gutter, WIDTH - 2.0 * MARGIN - self.gutter)
    }

    /// A node below another.
    pub fn node(&mut self, parent: usize, tag: Tag) -> usize {
        self.nodes.push(Node { tag, children: Vec::new() });
        let node = self.nodes.len() - 1;
        self.nodes[parent].children.push(node);
        node
    }

    /// One line of text in a row of its own height.
    pub fn line(&self, text: &str, kind: Type, x: f32, role: Role) -> Row {
        Row {
            height: line_height(kind.size),
            marks: vec![mark(text, kind, x, baseline(kind.size), role)],
            goes_on: false,
        }
    }

    /// A text in as many rows as it needs.
    pub fn text(&self, text: &str, kind: Type, (x, room): (f32, f32), role: Role) -> Vec<Row> {
        let lines = self.faces.wrap(text, kind.weight, kind.size, room);
        let row = |(at, line): (usize, &String)| Row { goes_on: at > 0, ..self.line(line, kind, x, role) };
        lines.iter().enumerate().map(row).collect()
    }

    /// Paragraphs, each a node, with a little space below each.
    pub fn paragraphs(&mut self, texts: &[String], kind: Type, place: (f32, f32), goes_on: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for text in texts {
            let node = self.node(ROOT, Tag::Paragraph);
            let mut own = self.text(text, kind, place, Role::Of(node));
            if let Some(first) = own.first_mut() {
                first.goes_on = goes_on;
            }
            if let Some(last) = own.last_mut() {
                last.height += self.scaled(4.0);
            }
            rows.extend(own);
        }
        rows
    }

    /// A heading with a line below it.
    pub fn heading(&mut self, title: &str, level: u16) -> Block {
        let size = match level {
            1 => self.size * 2.0,
            2 => self.size * 1.4,
            _ => self.size * 1.15,
        };
        let level = level.min(self.level + 1);
        self.level = level;
        let node = self.node(ROOT, Tag::Heading { level, title: title.to_owned() });
        let kind = Type { weight: Weight::Bold, size };
        let mut rows = self.text(title, kind, (MARGIN, WIDTH - 2.0 * MARGIN), Role::Of(node));
        if let (Some(last), 2) = (rows.last_mut(), level) {
            let y = last.height + self.scaled(1.0);
            let points = vec![(MARGIN, y), (WIDTH - MARGIN, y)];
            last.marks
                .push(Mark { ink: Ink::Stroke { points, line: 1.2, shade: Shade::Black }, role: Role::Decoration });
        }
        if let Some(last) = rows.last_mut() {
            last.height += self.scaled(6.0);
        }
        let above = self.scaled(if level > 2 { 16.0 } else { 22.0 });
        let outline = (level <= 2).then(|| title.to_owned());
        Block { above, rows, leads: true, outline, ..Block::default() }
    }

    fn part(&mut self, part: &Part) -> Vec<Block> {
        let wide = (MARGIN, WIDTH - 2.0 * MARGIN);
        match part {
            Part::Heading { title, level, guidance } => {
                let mut blocks = Vec::new();
                if !title.is_empty() {
                    blocks.push(self.heading(title, *level));
                }
                if !guidance.is_empty() {
                    let rows = self.paragraphs(guidance, self.regular(), wide, false);
                    blocks.push(Block { above: self.scaled(2.0), rows, leads: true, ..Block::default() });
                }
                blocks
            }
            Part::Note(texts) => {
                let rows = self.paragraphs(texts, self.regular(), wide, false);
                vec![Block { above: self.scaled(12.0), rows, ..Block::default() }]
            }
            Part::Question(asked) => vec![self.question(asked)],
            Part::Alike(questions) => match self.grid(questions) {
                Some(blocks) => blocks,
                None => questions.iter().map(|asked| self.question(asked)).collect(),
            },
            Part::Repeat { title, guidance, count, questions } => self.repeat(title, guidance, *count, questions),
        }
    }

    /// The condition of a question, as a paragraph above it.
    fn condition(&mut self, asked: &Asked) -> Vec<Row> {
        let Some(only_if) = &asked.only_if else { return Vec::new() };
        let text = only_if.sentence(self.phrases, None);
        self.paragraphs(&[text], self.regular(), self.column(), false)
    }

    /// A question with its number, what helps to answer it, and the place for the answer.
    fn question(&mut self, asked: &Asked) -> Block {
        let mut rows = self.condition(asked);
        rows.extend(self.asking(asked));
        let instruction = self.instruction(asked);
        rows.extend(self.paragraphs(&[instruction], self.regular(), self.column(), true));
        rows.extend(self.answer(asked));
        rows.iter_mut().take(4).skip(1).for_each(|row| row.goes_on = true);
        Block { above: self.scaled(20.0), rows, again: vec![self.continued(asked.number)], ..Block::default() }
    }

    /// What stands at the head of a page on which a question goes on.
    pub fn continued(&self, number: usize) -> Row {
        let text = self.phrases.fill("continued", &[("question", &number.to_string())]);
        let mut row = self.line(&text, self.regular(), MARGIN, Role::Decoration);
        row.height += self.scaled(6.0);
        row
    }

    /// The wording of a question with its number, and what helps.
    fn asking(&mut self, asked: &Asked) -> Vec<Row> {
        let level = (self.level + 1).min(6);
        let title = format!("{}. {}", asked.number, asked.text);
        let node = self.node(ROOT, Tag::Heading { level, title });
        let kind = self.bold();
        let mut rows = self.text(&asked.text, kind, self.column(), Role::Of(node));
        let number = mark(&format!("{}. ", asked.number), kind, MARGIN, baseline(kind.size), Role::Of(node));
        match rows.first_mut() {
            Some(first) => first.marks.insert(0, number),
            None => rows.push(Row { height: line_height(kind.size), marks: vec![number], goes_on: false }),
        }
        if let Some(last) = rows.last_mut() {
            last.height += self.scaled(4.0);
        }
        rows.extend(self.paragraphs(&asked.help, self.regular(), self.column(), true));
        rows
    }

    /// How to answer, in a sentence or two.
    fn instruction(&self, asked: &Asked) -> String {
        let how = match &asked.body {
            Body::Boxes { several: false, .. } => self.phrases.get("one_box"),
            Body::Boxes { several: true, .. } => self.phrases.get("several_boxes"),
            Body::Rank(_) => self.phrases.get("rank"),
            Body::Number { says, .. } | Body::When { says, .. } => says,
            Body::Words(_) => self.phrases.get("words"),
            Body::Acknowledge => self.phrases.get("acknowledge"),
        };
        asked.remark.iter().fold(how.to_owned(), |how, remark| format!("{how} {remark}"))
    }
}

/// The height of a line, and where its letters stand in it.
pub(super) fn line_height(size: f32) -> f32 {
    size * 1.36
}

pub(super) fn baseline(size: f32) -> f32 {
    size * 1.06
}

/// A text at its place.
pub(super) fn mark(text: &str, kind: Type, x: f32, y: f32, role: Role) -> Mark {
    let ink = Ink::Text { x, y, size: kind.size, weight: kind.weight, shade: Shade::Black, text: text.to_owned() };
    Mark { ink, role }
}
