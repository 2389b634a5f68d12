//! Tables: questions that share their boxes as a grid, and questions that are asked for each of several.

use super::content::{Asked, Body, Ticked};
use super::face::Weight;
use super::set::{ROOT, Setter, baseline, line_height, mark};
use super::sheet::{Block, Ink, MARGIN, Mark, Role, Row, Shade, Tag, WIDTH};

/// The columns of a table: where the first one's text begins and how wide it is, then where the others begin and their width.
struct Columns {
    first: (f32, f32),
    others: Vec<f32>,
    width: f32,
}

impl Setter<'_> {
    /// The columns of a table with so many besides the first one, none narrower than `needed`; none where too little is
    /// left for the first.
    fn columns(&self, count: usize, needed: f32, wanted: f32, least: f32) -> Option<Columns> {
        let (x, room) = (MARGIN, WIDTH - 2.0 * MARGIN);
        let width = ((room - wanted) / count as f32).clamp(needed, needed.max(self.scaled(72.0)));
        let first = room - width * count as f32;
        let others = (0..count).map(|at| x + first + at as f32 * width).collect();
        (first >= least).then_some(Columns { first: (x, first - self.scaled(8.0)), others, width })
    }

    /// Questions that share their boxes, as a grid; none where the words of the boxes are too wide to stand side by side.
    pub(super) fn grid(&mut self, questions: &[Asked]) -> Option<Vec<Block>> {
        let Body::Boxes { choices, .. } = &questions.first()?.body else { return None };
        let choices = choices.clone();
        let word = |choice: &Ticked| self.faces.longest_word(&choice.label, Weight::Regular, self.size);
        let number = |choice: &Ticked| self.faces.width(&format!("{} ", choice.number), Weight::Regular, self.size);
        let boxes = choices.iter().map(number).fold(0.0, f32::max) + self.tick() + self.scaled(6.0);
        let needed = choices.iter().map(word).fold(0.0, f32::max).max(boxes) + self.scaled(7.0);
        let columns = self.columns(choices.len(), needed, self.scaled(240.0), self.scaled(125.0))?;

        let mut intro = Vec::new();
        if let (Some(only_if), Some(first), Some(last)) = (&questions[0].only_if, questions.first(), questions.last()) {
            intro.push(only_if.sentence(self.phrases, Some((first.number, last.number))));
        }
        let shared = questions[0].remark.clone().filter(|_| questions.iter().all(|q| q.remark == questions[0].remark));
        let how = self.phrases.get("one_each_row");
        intro.push(shared.iter().fold(how.to_owned(), |how, remark| format!("{how} {remark}")));
        let rows = self.paragraphs(&intro, self.regular(), (MARGIN, WIDTH - 2.0 * MARGIN), false);
        let lead = Block { above: self.scaled(16.0), rows, leads: true, ..Block::default() };

        let table = self.node(ROOT, Tag::Table);
        let labels: Vec<&str> = choices.iter().map(|choice| choice.label.as_str()).collect();
        let head = self.table_head(table, &columns, &labels);
        let again: Vec<Row> = head.iter().cloned().map(as_decoration).collect();
        let mut rows = head;
        for (at, asked) in questions.iter().enumerate() {
            let row = self.node(table, Tag::Row);
            let title = Role::Of(self.node(row, Tag::RowHead));
            let mut own = self.row_head(asked, &columns, title);
            if let Some(remark) = asked.remark.as_ref().filter(|_| shared.is_none()) {
                own.extend(self.text(remark, self.regular(), columns.first, title));
            }
            for (choice, x) in choices.iter().zip(&columns.others) {
                let cell = Role::Of(self.node(row, Tag::Cell));
                let text = format!("{} ", choice.number);
                let number = self.faces.width(&text, Weight::Regular, self.size);
                let left = x + (columns.width - number - self.tick()) / 2.0;
                let mut number_mark = mark(&text, self.regular(), left, baseline(self.size), cell);
                if let Ink::Text { shade, .. } = &mut number_mark.ink {
                    *shade = Shade::Grey;
                }
                let mut tick = self.tick_box(left + number, Role::Decoration);
                tick.ink.lower(self.scaled(-1.5));
                own[0].marks.extend([number_mark, tick]);
            }
            rows.extend(self.pad(own, self.scaled(5.0), at % 2 == 0));
        }
        if let Some(first) = rows.get_mut(1) {
            first.goes_on = true;
        }
        Some(vec![lead, Block { above: self.scaled(2.0), rows, again, ..Block::default() }])
    }

    /// The row of headings, as rows of lines.
    fn table_head(&mut self, table: usize, columns: &Columns, labels: &[&str]) -> Vec<Row> {
        let row = self.node(table, Tag::Row);
        let corner = self.node(row, Tag::ColumnHead);
        let kind = self.regular();
        let lines: Vec<Vec<String>> = labels
            .iter()
            .map(|label| self.faces.wrap(label, kind.weight, kind.size, columns.width - self.scaled(5.0)))
            .collect();
        let high = lines.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let mut head = Row { height: high as f32 * line_height(self.size) + self.scaled(4.0), ..Row::default() };
        let size = self.size;
        let bottom = |from_last: usize| (high - 1 - from_last) as f32 * line_height(size) + baseline(size);
        let word = self.phrases.get("repeat_item");
        head.marks.push(mark(word, kind, columns.first.0, bottom(0), Role::Of(corner)));
        for (lines, x) in lines.iter().zip(&columns.others) {
            let role = Role::Of(self.node(row, Tag::ColumnHead));
            for (at, line) in lines.iter().enumerate() {
                let wide = self.faces.width(line.trim_end(), kind.weight, kind.size);
                let x = x + (columns.width - wide) / 2.0;
                head.marks.push(mark(line, kind, x, bottom(lines.len() - 1 - at), role));
            }
        }
        let y = head.height - self.scaled(1.0);
        let points = vec![(MARGIN, y), (WIDTH - MARGIN, y)];
        head.marks.push(Mark { ink: Ink::Stroke { points, line: 0.8, shade: Shade::Black }, role: Role::Decoration });
        vec![head]
    }

    /// The wording of a question at the head of its row.
    fn row_head(&self, asked: &Asked, columns: &Columns, role: Role) -> Vec<Row> {
        let mut rows = self.text(&format!("{}. {}", asked.number, asked.text), self.regular(), columns.first, role);
        for help in &asked.help {
            rows.extend(self.text(help, self.regular(), columns.first, role));
        }
        rows
    }

    /// A table row with space above and below, in light grey where every other one is.
    fn pad(&self, mut rows: Vec<Row>, space: f32, grey: bool) -> Vec<Row> {
        let first = rows.first_mut().into_iter();
        first.for_each(|row| {
            row.marks.iter_mut().for_each(|mark| mark.ink.lower(space));
            row.height += space;
        });
        if let Some(last) = rows.last_mut() {
            last.height += space;
        }
        for (at, row) in rows.iter_mut().enumerate() {
            row.goes_on = at > 0;
            if grey {
                let (x, width) = (MARGIN - 4.0, WIDTH - 2.0 * MARGIN + 8.0);
                let ink = Ink::Fill { x, y: 0.0, width, height: row.height, shade: Shade::Light };
                row.marks.insert(0, Mark { ink, role: Role::Decoration });
            }
        }
        rows
    }

    /// Questions that are asked for each of several: a column for each, in which short answers are written.
    pub(super) fn repeat(&mut self, title: &str, guidance: &[String], count: usize, asked: &[Asked]) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !title.is_empty() {
            blocks.push(self.heading(title, 3));
        }
        let mut texts = guidance.to_vec();
        texts.push(self.phrases.fill("repeat", &[("count", &count.to_string())]));
        let rows = self.paragraphs(&texts, self.regular(), (MARGIN, WIDTH - 2.0 * MARGIN), false);
        blocks.push(Block { above: self.scaled(4.0), rows, leads: true, ..Block::default() });
        // There is room for one column at least, however large the text.
        let fitting = (1..=count).rev().find_map(|count| {
            let columns = self.columns(count, self.scaled(58.0), self.scaled(190.0), self.scaled(110.0));
            columns.map(|columns| (count, columns))
        });
        let Some((count, columns)) = fitting else { return blocks };
        let table = self.node(ROOT, Tag::Table);
        let numbers: Vec<String> = (1..=count).map(|number| number.to_string()).collect();
        let head = self.table_head(table, &columns, &numbers.iter().map(String::as_str).collect::<Vec<_>>());
        let again: Vec<Row> = head.iter().cloned().map(as_decoration).collect();
        let mut rows = head;
        for asked in asked {
            let row = self.node(table, Tag::Row);
            let title = Role::Of(self.node(row, Tag::RowHead));
            let mut own = self.row_head(asked, &columns, title);
            let only_if = asked.only_if.as_ref().map(|only_if| only_if.sentence(self.phrases, None));
            for answer in in_words(&asked.body).into_iter().chain(only_if) {
                own.extend(self.text(&answer, self.regular(), columns.first, title));
            }
            let height = self.scaled(if matches!(asked.body, Body::Words(_)) { 48.0 } else { 26.0 });
            for x in &columns.others {
                let cell = self.node(row, Tag::Cell);
                let figure = self.node(cell, Tag::Figure(self.phrases.get("box_for_answer").to_owned()));
                let ink = Ink::Frame {
                    x: x + self.scaled(3.0),
                    y: 0.0,
                    width: columns.width - self.scaled(6.0),
                    height,
                    line: self.scaled(1.0),
                };
                own[0].marks.push(Mark { ink, role: Role::Of(figure) });
            }
            let high = own.iter().map(|row| row.height).sum::<f32>();
            if let Some(last) = own.last_mut() {
                last.height += (height - high).max(0.0);
            }
            let mut own = self.pad(own, self.scaled(5.0), false);
            if let Some(last) = own.last_mut() {
                let points = vec![(MARGIN, last.height), (WIDTH - MARGIN, last.height)];
                let ink = Ink::Stroke { points, line: 0.6, shade: Shade::Line };
                last.marks.push(Mark { ink, role: Role::Decoration });
            }
            rows.extend(own);
        }
        blocks.push(Block { above: self.scaled(2.0), rows, again, ..Block::default() });
        blocks
    }
}

/// What may be written into a cell: the numbers of the answers, or what else is wanted.
fn in_words(body: &Body) -> Vec<String> {
    match body {
        Body::Boxes { choices, .. } => {
            choices.iter().map(|choice| format!("{} = {}", choice.number, choice.label)).collect()
        }
        Body::Rank(labels) => labels.clone(),
        Body::Number { says, .. } | Body::When { says, .. } => vec![says.clone()],
        Body::Words(_) | Body::Acknowledge => Vec::new(),
    }
}

fn as_decoration(mut row: Row) -> Row {
    row.marks.iter_mut().for_each(|mark| mark.role = Role::Decoration);
    row
}
