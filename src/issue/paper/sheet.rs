//! Sheets of paper: marks with their places, rows that are kept whole, and pages made of them.
//!
//! What is laid out here knows no PDF: it can be looked at by tests, and every mark knows which part of the document's
//! structure it belongs to, so that the tags follow from the layout.

use super::face::Weight;

/// A4, in points.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
/// The space left free on both sides, and at the top.
pub(super) const MARGIN: f32 = 51.0;
/// Where the questions end and the foot of the page begins.
pub(super) const BOTTOM: f32 = HEIGHT - 100.0;

/// Black, grey that can be read, grey of lines, and the lightest grey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shade {
    Black,
    Grey,
    Line,
    Light,
}

/// Something drawn, with its place in points from the top left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ink {
    /// A line of text; `y` is its baseline.
    Text { x: f32, y: f32, size: f32, weight: Weight, shade: Shade, text: String },
    /// The serial of the form; nothing on a blank one.
    Serial { x: f32, y: f32, size: f32 },
    /// An outlined box.
    Frame { x: f32, y: f32, width: f32, height: f32, line: f32 },
    /// A filled box.
    Fill { x: f32, y: f32, width: f32, height: f32, shade: Shade },
    /// Straight lines from point to point.
    Stroke { points: Vec<(f32, f32)>, line: f32, shade: Shade },
    /// Squares of one size, row by row, filled where true.
    Squares { x: f32, y: f32, square: f32, across: usize, dark: Vec<bool> },
}

impl Ink {
    pub fn lower(&mut self, by: f32) {
        match self {
            Ink::Text { y, .. } | Ink::Serial { y, .. } | Ink::Frame { y, .. } | Ink::Fill { y, .. } => *y += by,
            Ink::Squares { y, .. } => *y += by,
            Ink::Stroke { points, .. } => points.iter_mut().for_each(|(_, y)| *y += by),
        }
    }
}

/// What a mark is in the document's structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Content of the node with this number.
    Of(usize),
    /// The foot of the page.
    Foot,
    /// Nothing that is read aloud.
    Decoration,
}

/// Something drawn, with what it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    pub ink: Ink,
    pub role: Role,
}

/// A node of the document's structure. Those with marks have no nodes below them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub tag: Tag,
    pub children: Vec<usize>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tag {
    Form,
    Heading { level: u16, title: String },
    Paragraph,
    List,
    Item,
    Label,
    Body,
    Table,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    Figure(String),
}

/// A strip of the page that is never cut.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Row {
    pub height: f32,
    /// With places counted from the top of the row.
    pub marks: Vec<Mark>,
    /// Goes on with what the row before began, so that a page should not end between them.
    pub goes_on: bool,
}

/// Rows that stand on one page where they can.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Block {
    /// The space above, left out at the top of a page.
    pub above: f32,
    pub rows: Vec<Row>,
    /// What stands above the rest where the block is cut all the same.
    pub again: Vec<Row>,
    /// Stands on the page of the next block, as a heading does.
    pub leads: bool,
    /// Begins a page.
    pub new_page: bool,
    /// The heading for the outline.
    pub outline: Option<String>,
}

impl Block {
    fn height(&self) -> f32 {
        self.rows.iter().map(|row| row.height).sum()
    }
}

/// A laid-out form.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Pages {
    pub pages: Vec<Vec<Mark>>,
    /// Headings with the place of their page and how far down they stand.
    pub outline: Vec<(String, usize, f32)>,
}

/// Puts blocks on pages: each whole where it fits on one, with the headings that lead it.
pub(super) fn paginate(blocks: Vec<Block>) -> Pages {
    let mut press = Press { pages: Pages { pages: vec![Vec::new()], outline: Vec::new() }, y: MARGIN };
    let mut together: Vec<Block> = Vec::new();
    for block in blocks {
        let leads = block.leads;
        together.push(block);
        if !leads {
            press.put(std::mem::take(&mut together));
        }
    }
    press.put(together);
    press.pages
}

struct Press {
    pages: Pages,
    y: f32,
}

impl Press {
    fn put(&mut self, blocks: Vec<Block>) {
        let height = |blocks: &[Block]| blocks.iter().map(|block| block.above + block.height()).sum::<f32>();
        let first = blocks.first().map_or(0.0, |block| block.above);
        if blocks.first().is_some_and(|block| block.new_page) && self.y > MARGIN {
            self.turn();
        }
        let above = if self.y > MARGIN { first } else { 0.0 };
        let all = height(&blocks) - first;
        let room = BOTTOM - self.y - above;
        // What is longer than a page begins where it stands if a good part of it fits.
        let too_long = all > BOTTOM - MARGIN;
        if self.y > MARGIN && all > room && (!too_long || room < (BOTTOM - MARGIN) / 3.0) {
            self.turn();
        }
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: Block) {
        if self.y > MARGIN {
            self.y += block.above;
        }
        if let Some(title) = block.outline {
            self.pages.outline.push((title, self.pages.pages.len() - 1, self.y));
        }
        let mut rows = block.rows;
        let mut fresh = self.y <= MARGIN;
        let mut begun = false;
        loop {
            let fits = self.fitting(&rows, fresh);
            let rest = rows.split_off(fits);
            rows.into_iter().for_each(|row| self.row(row));
            if rest.is_empty() {
                return;
            }
            self.turn();
            if fits > 0 || begun {
                block.again.iter().cloned().for_each(|row| self.row(row));
                begun = true;
            }
            fresh = true;
            rows = rest;
        }
    }

    /// How many of the rows fit on the page, cut where nothing is torn apart; at least one on a fresh page.
    fn fitting(&self, rows: &[Row], fresh: bool) -> usize {
        let mut y = self.y;
        let fits = rows.iter().take_while(|row| {
            y += row.height;
            y <= BOTTOM + 0.01
        });
        let fits = fits.count();
        if fits == rows.len() {
            return fits;
        }
        let whole = (1..=fits).rev().find(|&at| !rows[at].goes_on);
        match whole {
            Some(at) => at,
            None if !fresh => 0,
            None => fits.max(1),
        }
    }

    fn row(&mut self, row: Row) {
        let (y, page) = (self.y, self.pages.pages.last_mut());
        if let Some(page) = page {
            page.extend(row.marks.into_iter().map(|mut mark| {
                mark.ink.lower(y);
                mark
            }));
        }
        self.y += row.height;
    }

    fn turn(&mut self) {
        self.pages.pages.push(Vec::new());
        self.y = MARGIN;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(heights: &[f32]) -> Block {
        let row = |&height: &f32| Row {
            height,
            marks: vec![Mark { ink: Ink::Serial { x: 0.0, y: 0.0, size: height }, role: Role::Decoration }],
            goes_on: false,
        };
        Block { rows: heights.iter().map(row).collect(), ..Block::default() }
    }

    fn sizes(pages: &Pages) -> Vec<Vec<f32>> {
        let size = |mark: &Mark| if let Ink::Serial { size, .. } = mark.ink { size } else { 0.0 };
        pages.pages.iter().map(|page| page.iter().map(size).collect()).collect()
    }

    #[test]
    fn a_block_that_does_not_fit_goes_to_the_next_page_with_its_heading() {
        let heading = Block { leads: true, ..block(&[30.0]) };
        let pages = paginate(vec![block(&[400.0]), heading, block(&[200.0, 100.0])]);
        assert_eq!(sizes(&pages), [vec![400.0], vec![30.0, 200.0, 100.0]]);
    }

    #[test]
    fn a_block_longer_than_a_page_is_cut_between_things() {
        let mut long = block(&[300.0, 20.0, 300.0, 20.0, 300.0, 20.0]);
        for at in [1, 3, 5] {
            long.rows[at].goes_on = true;
        }
        long.again = block(&[5.0]).rows;
        let pages = paginate(vec![long]);
        assert_eq!(sizes(&pages), [vec![300.0, 20.0, 300.0, 20.0], vec![5.0, 300.0, 20.0]]);
    }

    #[test]
    fn one_thing_longer_than_pages_is_cut_all_the_same() {
        let mut long = block(&[300.0; 5]);
        long.rows.iter_mut().skip(1).for_each(|row| row.goes_on = true);
        long.again = block(&[5.0]).rows;
        let pages = paginate(vec![block(&[200.0]), long]);
        assert_eq!(sizes(&pages), [vec![200.0], vec![300.0, 300.0], vec![5.0, 300.0, 300.0], vec![5.0, 300.0]]);
    }
}
