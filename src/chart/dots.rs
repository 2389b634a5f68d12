//! Dots with intervals on one axis, figures in columns beside them.

use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;

use super::figure::lower_first;
use super::palette::{Fill, Ink, Step};
use super::row;
use super::sheet::{Anchor, Face, SIZE, Sheet, width_of, wrap};
use super::width::Width;
use crate::estimate::Verdict;

/// One row.
pub(super) enum Row {
    /// The name of a grouping over its groups.
    Heading(String),
    /// A dot.
    Dot(Dot),
    /// Words where nothing may be or can be drawn.
    Words { label: String, words: String },
}

/// A dot with its interval, in the axis's units.
pub(super) struct Dot {
    pub(super) label: String,
    pub(super) point: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// The published figure beside it.
    pub(super) benchmark: Option<f64>,
    /// What the comparison says.
    pub(super) verdict: Option<Said>,
    /// The figures, one for each column.
    pub(super) cells: Vec<String>,
}

/// What a comparison says, and whether that is good news.
pub(super) struct Said {
    pub(super) sign: Sign,
    pub(super) good: Option<bool>,
}

/// The mark before the words of a verdict.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Up,
    Down,
    Level,
    Unknown,
    Tick,
    Cross,
}

impl Said {
    /// What a test says of a difference.
    pub(super) fn of(verdict: Verdict, good: Option<bool>) -> Self {
        let sign = match verdict {
            Verdict::Higher => Sign::Up,
            Verdict::Lower => Sign::Down,
            Verdict::NoRealDifference => Sign::Level,
            Verdict::TooFewToSay => Sign::Unknown,
        };
        Said { sign, good }
    }
}

/// A column of figures right of the dots.
pub(super) struct Column {
    /// Its heading; may take several lines.
    pub(super) heading: &'static str,
    /// Its width in pixels.
    pub(super) width: i32,
    /// Whether its figures are the chart's result.
    pub(super) strong: bool,
    /// Whether the verdict's mark stands before its figures, which then begin at the left.
    pub(super) marked: bool,
}

impl Column {
    /// Whether it holds the figure that the dot stands for.
    fn is_result(&self) -> bool {
        self.strong && !self.marked
    }
}

/// The axis under the dots.
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) label: fn(f64) -> String,
}

/// From one row to the next, and from one line of figures to the next.
const GAP: i32 = 12;
const LINE: i32 = 19;

impl Axis {
    /// Round figures to label, few enough to stand apart: steps of 1, 2 or 5 times a power of ten. plotters' own search for them
    /// does not end on an axis as wide as the numbers go.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let span = self.high - self.low;
        if !(span.is_finite() && span > 0.0) {
            return vec![self.low];
        }
        let power = 10f64.powf(span.log10().floor() - 1.0);
        let step = [1.0, 2.0, 5.0, 10.0, 20.0].into_iter().map(|m| m * power).find(|step| span / step <= 5.0 + 1e-9);
        let step = step.unwrap_or(span);
        let first = (self.low / step - 1e-9).ceil();
        (0..8).map(|i| (first + f64::from(i)) * step).filter(|&tick| tick <= self.high + step * 1e-9).collect()
    }

    /// An axis over all finite `values`, opened outwards to multiples of `step`, at least `span` wide, within `limits`.
    pub(super) fn over(
        values: impl Iterator<Item = f64>,
        step: f64,
        span: f64,
        limits: (f64, f64),
        label: fn(f64) -> String,
    ) -> Self {
        let (mut low, mut high) =
            values.filter(|v| v.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            // Nothing to show: an axis from nought to one step, wherever the limits may be.
            (low, high) = (limits.0.max(0.0), limits.0.max(0.0) + step);
        }
        low = ((low / step).floor() * step).max(limits.0);
        high = ((high / step).ceil() * step).min(limits.1);
        let mut wider = 0;
        while high - low < span - step / 2.0 && (low > limits.0 || high < limits.1) && wider < 100 {
            wider += 1;
            high = (high + step).min(limits.1);
            low = if high - low < span - step / 2.0 { (low - step).max(limits.0) } else { low };
        }
        if high - low <= 0.0 {
            high = low + step;
        }
        Axis { low, high, label }
    }
}

/// Draws the rows: figures in columns beside the dots, or where there is no room for columns, above and below them.
pub(super) fn dots(width: Width, axis: &Axis, columns: &[Column], rows: &[Row]) -> Sheet {
    let mut sheet = Sheet::new(width.pixels());
    let beside = columns.iter().map(|column| column.width).sum::<i32>();
    // On a phone half of a label of the axis stands beyond either end.
    let (left, right) = width.pick((218, sheet.width - beside - 14), (18, sheet.width - 18));
    let scale = RangedCoordf64::from(axis.low..axis.high);
    let across = |value: f64| scale.map(&value.clamp(axis.low, axis.high), (left, right));
    // Two columns have room beside the labels of a phone as well.
    let (room, start) = match (width, columns) {
        (Width::Wide, _) => (0, right + 14),
        (Width::Narrow, [_, _]) => (sheet.width - beside, sheet.width - beside),
        (Width::Narrow, _) => (sheet.width - FIGURE, sheet.width),
    };
    let top = match width {
        Width::Narrow if start == sheet.width => narrow_headings(&mut sheet, columns),
        _ => column_headings(&mut sheet, columns, start),
    };

    // Grid lines go under the dots, and are as long as the rows turn out to be: the rows are drawn apart.
    let mut drawn = Sheet::new(sheet.width);
    let mut y = top;
    for row in rows {
        y = match row {
            Row::Heading(words) => {
                // The grid leaves room for words that run across it.
                let end = left.max(width_of(words, Face::Bold, SIZE) + 8).min(sheet.width);
                drawn.rect((width.pick(left - 8, 0), y), (end, y + 27), Ink::Paper);
                row::heading(&mut drawn, words, y)
            }
            Row::Words { label, words } => {
                let placed = row_label(&mut drawn, width, label, sheet.width, y);
                row::words(&mut drawn, placed, width.pick(left, 0), words) + GAP
            }
            Row::Dot(dot) => {
                let placed = row_label(&mut drawn, width, &dot.label, room, y);
                mark(&mut drawn, dot, placed.marks, &across);
                match width {
                    Width::Narrow if start == sheet.width => narrow_cells(&mut drawn, columns, dot, placed) + 20,
                    _ => {
                        cells(&mut drawn, columns, dot, placed.figures, start);
                        placed.bottom + GAP
                    }
                }
            }
        };
    }
    for tick in axis.ticks() {
        let x = across(tick);
        sheet.line((x, top - 4), (x, y - 6), 1, Ink::Grid);
        sheet.text((x, y + 8), Anchor::Middle, Face::Regular, Ink::Quiet, (axis.label)(tick));
    }
    sheet.place(&drawn, (0, 0));
    sheet.height = y + 20;
    sheet
}

/// The label of a row; above its dot it stands clear of the grid.
fn row_label(sheet: &mut Sheet, width: Width, label: &str, room: i32, y: i32) -> row::Row {
    let placed = row::label(sheet, width, label, room, y);
    if width == Width::Narrow {
        sheet.behind((0, y - 2), (sheet.width, placed.marks - row::BAR / 2), Ink::Paper);
    }
    placed
}

/// The room on a phone for the figure beside a label.
const FIGURE: i32 = 88;

/// The heading of the figure beside the labels, and what stands below the dots.
fn narrow_headings(sheet: &mut Sheet, columns: &[Column]) -> i32 {
    let mut y = 10;
    if let Some(column) = columns.iter().find(|column| column.is_result()) {
        sheet.text((sheet.width, y), Anchor::Right, face(column), Ink::Text, column.heading);
    }
    if let Some(column) = columns.iter().find(|column| column.marked && !column.heading.is_empty()) {
        let words = format!("Under each line: {}", lower_first(column.heading));
        y += 20;
        sheet.text((0, y), Anchor::Left, Face::Regular, Ink::Quiet, words);
    }
    y + 20
}

/// The figures of a dot above and below it; gives where they end.
fn narrow_cells(sheet: &mut Sheet, columns: &[Column], dot: &Dot, placed: row::Row) -> i32 {
    let mut others = Vec::new();
    let mut verdict = "";
    for (column, cell) in columns.iter().zip(&dot.cells).filter(|(_, cell)| !cell.is_empty()) {
        if column.is_result() {
            sheet.text((sheet.width, placed.figures), Anchor::Right, face(column), Ink::Text, cell.as_str());
        } else if column.marked {
            verdict = cell;
        } else if cell != "–" {
            let heading = if others.is_empty() { column.heading.to_owned() } else { lower_first(column.heading) };
            others.push(format!("{heading} {cell}"));
        }
    }
    let others = others.join(", ");
    let mut y = placed.bottom + LINE / 2;
    let mut start = 0;
    if let Some(said) = dot.verdict.as_ref().filter(|_| !verdict.is_empty()) {
        sign(sheet, said.sign, (7, y), Ink::Text);
        sheet.text((18, y), Anchor::Left, Face::Bold, Ink::Text, verdict);
        start = 18 + width_of(verdict, Face::Bold, SIZE) + 16;
    }
    if start > 0 && start + width_of(&others, Face::Regular, SIZE) > sheet.width {
        (y, start) = (y + LINE, 0);
    }
    let anchored = if start > 0 { (sheet.width, Anchor::Right) } else { (0, Anchor::Left) };
    let lines = wrap(&others, Face::Regular, SIZE, sheet.width, 3);
    for line in &lines {
        sheet.text((anchored.0, y), anchored.1, Face::Regular, Ink::Quiet, line.as_str());
        y += LINE;
    }
    let end = if lines.is_empty() { y + LINE / 2 } else { y - LINE / 2 };
    sheet.behind((0, placed.bottom), (sheet.width, end), Ink::Paper);
    end
}

fn column_headings(sheet: &mut Sheet, columns: &[Column], start: i32) -> i32 {
    let wrapped: Vec<Vec<String>> =
        columns.iter().map(|column| wrap(column.heading, face(column), SIZE, column.width - 8, 3)).collect();
    let deepest = wrapped.iter().map(Vec::len).max().unwrap_or(0) as i32;
    let mut x = start;
    for (column, lines) in columns.iter().zip(&wrapped) {
        for (i, line) in lines.iter().enumerate() {
            let y = 10 + (deepest - lines.len() as i32 + i as i32) * 18;
            let ink = if column.strong { Ink::Text } else { Ink::Quiet };
            if column.marked {
                sheet.text((x + 16, y), Anchor::Left, face(column), ink, line.as_str());
            } else {
                sheet.text((x + column.width, y), Anchor::Right, face(column), ink, line.as_str());
            }
        }
        x += column.width;
    }
    deepest * 18 + 16
}

fn face(column: &Column) -> Face {
    if column.strong { Face::Bold } else { Face::Regular }
}

/// The colour of a dot: by whether it is good news. The mark and the words say the same.
fn ink(dot: &Dot) -> Ink {
    match dot.verdict.as_ref().map(|said| said.good) {
        Some(Some(true)) | None => Fill::Positive(Step::Middle).ink(),
        Some(Some(false)) => Fill::Negative(Step::Middle).ink(),
        Some(None) => Fill::Neutral.ink(),
    }
}

fn mark(sheet: &mut Sheet, dot: &Dot, y: i32, across: &impl Fn(f64) -> i32) {
    let ink = ink(dot);
    if dot.low.is_finite() && dot.high.is_finite() {
        let (low, high) = (across(dot.low), across(dot.high));
        sheet.line((low, y), (high, y), 2, ink);
        sheet.line((low, y - 5), (low, y + 5), 2, ink);
        sheet.line((high, y - 5), (high, y + 5), 2, ink);
    }
    if let Some(benchmark) = dot.benchmark.filter(|value| value.is_finite()) {
        let x = across(benchmark);
        sheet.rect((x - 1, y - 12), (x + 2, y + 12), Ink::Benchmark);
    }
    if dot.point.is_finite() {
        let x = across(dot.point);
        sheet.circle((x, y), 7, true, Ink::Paper);
        let hollow = matches!(dot.verdict, Some(Said { sign: Sign::Unknown, .. }));
        sheet.circle((x, y), if hollow { 5 } else { 6 }, !hollow, ink);
    }
}

fn cells(sheet: &mut Sheet, columns: &[Column], dot: &Dot, y: i32, start: i32) {
    let mut x = start;
    for (column, cell) in columns.iter().zip(&dot.cells) {
        let ink = if column.strong { Ink::Text } else { Ink::Quiet };
        if column.marked {
            if let Some(said) = &dot.verdict {
                sign(sheet, said.sign, (x + 4, y), Ink::Text);
            }
            let lines = wrap(cell, face(column), SIZE, column.width - 18, 2);
            let top = y - (lines.len() as i32 - 1) * 9;
            for (i, line) in lines.into_iter().enumerate() {
                sheet.text((x + 16, top + 18 * i as i32), Anchor::Left, face(column), Ink::Text, line);
            }
        } else {
            sheet.text((x + column.width, y), Anchor::Right, face(column), ink, cell.as_str());
        }
        x += column.width;
    }
}

/// The mark of a verdict, drawn, because few fonts have it.
pub(super) fn sign(sheet: &mut Sheet, sign: Sign, (x, y): (i32, i32), ink: Ink) {
    match sign {
        Sign::Up => sheet.polygon(vec![(x - 6, y + 5), (x + 6, y + 5), (x, y - 6)], ink),
        Sign::Down => sheet.polygon(vec![(x - 6, y - 5), (x + 6, y - 5), (x, y + 6)], ink),
        Sign::Level => sheet.circle((x, y), 4, true, ink),
        Sign::Unknown => sheet.text((x, y), Anchor::Middle, Face::Bold, ink, "?"),
        Sign::Tick => {
            sheet.line((x - 6, y), (x - 2, y + 5), 3, ink);
            sheet.line((x - 2, y + 5), (x + 6, y - 5), 3, ink);
        }
        Sign::Cross => {
            sheet.line((x - 5, y - 5), (x + 5, y + 5), 3, ink);
            sheet.line((x - 5, y + 5), (x + 5, y - 5), 3, ink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(low: f64, high: f64) -> Axis {
        Axis { low, high, label: |_| String::new() }
    }

    #[test]
    fn ticks_are_round_figures() {
        assert_eq!(axis(10.0, 60.0).ticks(), [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]);
        assert_eq!(axis(-1.0, 1.0).ticks(), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        let shares: Vec<i32> = axis(0.4, 0.9).ticks().iter().map(|t| (t * 100.0).round() as i32).collect();
        assert_eq!(shares, [40, 50, 60, 70, 80, 90]);
    }

    #[test]
    fn no_axis_is_too_wide_or_too_narrow_to_be_drawn() {
        let wide = (f64::MIN, f64::MAX);
        for (values, step) in [(vec![], 1.0), (vec![f64::NAN], 1.0), (vec![1e300, -1e300], 1e294), (vec![5.0], 1.0)] {
            let axis = Axis::over(values.into_iter(), step, step, wide, |v| v.to_string());
            assert!(axis.high > axis.low, "{} to {}", axis.low, axis.high);
            assert!(axis.ticks().len() <= 8);
        }
        assert!(axis(f64::MIN, f64::MAX).ticks().len() <= 8);
    }
}
