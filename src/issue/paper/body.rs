//! The place for an answer: boxes to tick, boxes to write in, lines.

use super::content::{Asked, Body, Ticked};
use super::face::Weight;
use super::set::{ROOT, Setter, baseline, line_height, mark};
use super::sheet::{Ink, MARGIN, Mark, Role, Row, Shade, Tag, WIDTH};

impl Setter<'_> {
    /// The rows in which a question is answered.
    pub(super) fn answer(&mut self, asked: &Asked) -> Vec<Row> {
        match &asked.body {
            Body::Boxes { choices, .. } => self.boxes(choices),
            Body::Rank(labels) => self.rank(labels),
            Body::Number { digits, .. } => self.number(*digits),
            Body::When { date, time, .. } => self.when(*date, *time),
            Body::Words(lines) => self.lines(*lines),
            Body::Acknowledge => self.acknowledge(),
        }
    }

    /// The side of a box to tick.
    pub(super) fn tick(&self) -> f32 {
        self.scaled(15.0)
    }

    /// A box to tick whose middle is at the height of the letters of a line.
    pub(super) fn tick_box(&self, x: f32, role: Role) -> Mark {
        let side = self.tick();
        let y = baseline(self.size) - 0.36 * self.size - side / 2.0 + self.scaled(1.5);
        Mark { ink: Ink::Frame { x, y, width: side, height: side, line: self.scaled(1.1) }, role }
    }

    /// Boxes one below the other: number, box, label, and where to go.
    fn boxes(&mut self, choices: &[Ticked]) -> Vec<Row> {
        let (left, room) = self.column();
        let kind = self.regular();
        let numbers = choices.iter().map(|c| self.faces.width(&c.number.to_string(), Weight::Regular, self.size));
        let numbers = numbers.fold(0.0, f32::max);
        let tick = left + numbers + self.scaled(6.0);
        let text = tick + self.tick() + self.scaled(9.0);
        let room = left + room - text;
        let widest = choices
            .iter()
            .filter(|choice| choice.go_to.is_some())
            .map(|choice| self.faces.width(&choice.label, Weight::Regular, self.size))
            .fold(0.0, f32::max);
        let list = self.node(ROOT, Tag::List);
        let mut rows = Vec::new();
        for choice in choices {
            let item = self.node(list, Tag::Item);
            let label = Role::Of(self.node(item, Tag::Label));
            let body = Role::Of(self.node(item, Tag::Body));
            let number = choice.number.to_string();
            let mut own = self.text(&choice.label, kind, (text, room), body);
            let blank = || Row { height: line_height(kind.size), ..Row::default() };
            if own.is_empty() {
                own.push(blank());
            }
            let x = tick - self.scaled(6.0) - self.faces.width(&number, Weight::Regular, self.size);
            let mut number = mark(&format!("{number} "), kind, x, baseline(kind.size), label);
            if let Ink::Text { shade, .. } = &mut number.ink {
                *shade = Shade::Grey;
            }
            own[0].marks.splice(0..0, [number, self.tick_box(tick, Role::Decoration)]);
            own.iter_mut().for_each(|row| row.marks.iter_mut().for_each(|mark| lower(mark, self.scaled(1.5))));
            own[0].height += self.scaled(1.5);
            if let Some(go_to) = &choice.go_to {
                self.go_to(go_to, (text, room, widest), body, &mut own);
            }
            if choice.write_in {
                let figure = self.node(item, Tag::Figure(self.phrases.get("lines_for_words").to_owned()));
                let y = self.scaled(22.0);
                let points = vec![(text, y), (WIDTH - MARGIN, y)];
                let ink = Ink::Stroke { points, line: 0.8, shade: Shade::Line };
                let marks = vec![Mark { ink, role: Role::Of(figure) }];
                own.push(Row { height: self.scaled(26.0), marks, goes_on: true });
            }
            let high = own.iter().map(|row| row.height).sum::<f32>();
            if let Some(last) = own.last_mut() {
                last.height += (self.scaled(22.0) - high).max(self.scaled(4.0));
            }
            rows.extend(own);
        }
        rows
    }

    /// Where to go after a box, beside its label where there is room, else below it.
    fn go_to(&self, go_to: &str, (x, room, widest): (f32, f32, f32), role: Role, rows: &mut Vec<Row>) {
        let kind = self.bold();
        let beside = x + widest + self.scaled(18.0);
        let wide = self.faces.width(go_to, Weight::Bold, self.size);
        match rows.as_mut_slice() {
            [only] if beside + wide <= x + room => {
                // What is read aloud needs a blank between label and way.
                if let Some(Mark { ink: Ink::Text { text, .. }, .. }) = only.marks.last_mut() {
                    text.push(' ');
                }
                only.marks.push(mark(go_to, kind, beside, baseline(kind.size) + self.scaled(1.5), role));
            }
            _ => {
                if let Some(Mark { ink: Ink::Text { text, .. }, .. }) =
                    rows.last_mut().and_then(|row| row.marks.last_mut())
                {
                    text.push(' ');
                }
                let own = self.text(go_to, kind, (x, room), role);
                rows.extend(own.into_iter().map(|row| Row { goes_on: true, ..row }));
            }
        }
    }

    /// A box for a rank beside each label.
    fn rank(&mut self, labels: &[String]) -> Vec<Row> {
        let (left, room) = self.column();
        let side = self.scaled(22.0);
        let text = left + side + self.scaled(10.0);
        let list = self.node(ROOT, Tag::List);
        let mut rows = Vec::new();
        for label in labels {
            let item = self.node(list, Tag::Item);
            let holder = self.node(item, Tag::Label);
            let figure = self.node(holder, Tag::Figure(self.phrases.get("box_for_rank").to_owned()));
            let body = self.node(item, Tag::Body);
            let mut own = self.text(label, self.regular(), (text, left + room - text), Role::Of(body));
            if own.is_empty() {
                own.push(Row { height: line_height(self.size), ..Row::default() });
            }
            let down = (side - line_height(self.size)) / 2.0;
            own.iter_mut().for_each(|row| row.marks.iter_mut().for_each(|mark| lower(mark, down)));
            let ink = Ink::Frame { x: left, y: 0.0, width: side, height: side, line: self.scaled(1.1) };
            own[0].marks.insert(0, Mark { ink, role: Role::Of(figure) });
            let high = own.iter().map(|row| row.height).sum::<f32>();
            if let Some(last) = own.last_mut() {
                last.height += (side - high).max(0.0) + self.scaled(6.0);
            }
            rows.extend(own);
        }
        rows
    }

    /// Boxes for digits side by side, or one wide box.
    fn number(&mut self, digits: Option<usize>) -> Vec<Row> {
        let figure = self.node(ROOT, Tag::Figure(self.phrases.get("box_for_number").to_owned()));
        let (x, _) = self.column();
        let marks = match digits {
            Some(digits) => self.digits(x, digits, Role::Of(figure)),
            None => {
                let (width, height) = (self.scaled(130.0), self.scaled(26.0));
                let ink = Ink::Frame { x, y: 0.0, width, height, line: self.scaled(1.1) };
                vec![Mark { ink, role: Role::Of(figure) }]
            }
        };
        vec![Row { height: self.scaled(32.0), marks, goes_on: true }]
    }

    fn digits(&self, x: f32, digits: usize, role: Role) -> Vec<Mark> {
        let (width, height) = (self.scaled(22.0), self.scaled(26.0));
        let frame = |at: usize| Ink::Frame { x: x + at as f32 * width, y: 0.0, width, height, line: self.scaled(1.1) };
        (0..digits).map(|at| Mark { ink: frame(at), role }).collect()
    }

    /// Boxes for day, month and year, or hour and minute, each under its word; those for a time below those for a date.
    fn when(&mut self, date: bool, time: bool) -> Vec<Row> {
        let day: &[(&str, usize)] = &[("day", 2), ("month", 2), ("year", 4)];
        let hour: &[(&str, usize)] = &[("hour", 2), ("minute", 2)];
        let mut rows = Vec::new();
        for (_, alt, parts) in [(date, "box_for_date", day), (time, "box_for_time", hour)].iter().filter(|part| part.0)
        {
            let words = Role::Of(self.node(ROOT, Tag::Paragraph));
            let figure = Role::Of(self.node(ROOT, Tag::Figure(self.phrases.get(alt).to_owned())));
            let kind = self.regular();
            let (mut x, _) = self.column();
            let mut names = Row { height: line_height(kind.size), marks: Vec::new(), goes_on: true };
            let mut boxes = Row { height: self.scaled(32.0), marks: Vec::new(), goes_on: true };
            for &(name, digits) in *parts {
                let word = self.phrases.get(name);
                names.marks.push(mark(&format!("{word} "), kind, x, baseline(kind.size), words));
                boxes.marks.extend(self.digits(x, digits, figure));
                let wide = self.faces.width(word, kind.weight, kind.size).max(digits as f32 * self.scaled(22.0));
                x += wide + self.scaled(14.0);
            }
            rows.extend([names, boxes]);
        }
        rows
    }

    /// Lines to write on.
    fn lines(&mut self, count: usize) -> Vec<Row> {
        let figure = self.node(ROOT, Tag::Figure(self.phrases.get("lines_for_words").to_owned()));
        let (x, room) = self.column();
        let height = self.scaled(27.0);
        let points = vec![(x, height - 1.0), (x + room, height - 1.0)];
        let ink = Ink::Stroke { points, line: 0.8, shade: Shade::Line };
        let row = Row { height, marks: vec![Mark { ink, role: Role::Of(figure) }], goes_on: true };
        vec![row; count]
    }

    fn acknowledge(&mut self) -> Vec<Row> {
        let figure = self.node(ROOT, Tag::Figure(self.phrases.get("box_for_answer").to_owned()));
        let (x, _) = self.column();
        vec![Row { height: self.scaled(24.0), marks: vec![self.tick_box(x, Role::Of(figure))], goes_on: true }]
    }
}

/// Moves a mark down within its row.
pub(super) fn lower(mark: &mut Mark, by: f32) {
    mark.ink.lower(by);
}
