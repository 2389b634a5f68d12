//! Stacked bars for ordered responses: what points one way to the left, the other way to the right, neutral apart.

use super::figure::{count, number, percent};
use super::palette::{Fill, Ink, Step};
use super::row::{self, BAR, GAP};
use super::sheet::{Anchor, Face, SIZE, Sheet, width_of, wrap};
use super::width::Width;
use crate::instrument::{Scale, Valence};

/// One row of a chart of bars or dots.
pub(super) enum Row {
    /// The name of a grouping over its groups.
    Heading(String),
    /// A bar.
    Bar(Bar),
    /// Words where nothing may be or can be drawn.
    Words { label: String, words: String },
}

/// One stacked bar.
pub(super) struct Bar {
    pub(super) label: String,
    /// The share of each response, in the scale's order.
    pub(super) shares: Vec<f64>,
    /// The share of all positive responses.
    pub(super) positive: Option<f64>,
    pub(super) n: usize,
}

/// Where the bars begin and end and the positive share ends, how wide its heading may be, and a label above its bar.
#[derive(Clone, Copy)]
struct Columns {
    left: i32,
    right: i32,
    total: i32,
    heading: i32,
    room: i32,
}

impl Columns {
    fn at(width: Width) -> Self {
        width.pick(
            Columns { left: 212, right: 606, total: 690, heading: 84, room: 200 },
            Columns { left: 0, right: 328, total: 268, heading: 200, room: 216 },
        )
    }
}

/// The fill of every response of a scale.
pub(super) fn fills(scale: &Scale) -> Vec<Fill> {
    let places = |valence: Valence| -> Vec<usize> {
        (0..scale.responses.len()).filter(|&i| scale.responses[i].valence == valence).collect()
    };
    let (positive, negative) = (places(Valence::Positive), places(Valence::Negative));
    let positive_first = positive_first(scale);
    let step = |places: &[usize], i: usize, strongest_first: bool| {
        let at = places.iter().position(|&p| p == i).unwrap_or_default();
        let rank = if strongest_first { at } else { places.len() - 1 - at };
        match (places.len(), rank) {
            (1, _) => Step::Middle,
            (_, 0) => Step::Strong,
            (n, r) if n > 2 && r == n - 1 => Step::Weak,
            _ => Step::Middle,
        }
    };
    let neutral = places(Valence::Neutral);
    (0..scale.responses.len())
        .map(|i| match scale.responses[i].valence {
            Valence::Positive => Fill::Positive(step(&positive, i, positive_first)),
            Valence::Negative => Fill::Negative(step(&negative, i, !positive_first)),
            // Side by side they are told apart by their greys, in turn.
            Valence::Neutral if neutral.iter().position(|&p| p == i).is_some_and(|at| at % 2 == 1) => {
                Fill::OtherNeutral
            }
            Valence::Neutral => Fill::Neutral,
        })
        .collect()
}

/// Whether the scale runs from good to poor.
fn positive_first(scale: &Scale) -> bool {
    let first = |valence| scale.responses.iter().position(|response| response.valence == valence);
    match (first(Valence::Positive), first(Valence::Negative)) {
        (Some(positive), Some(negative)) => positive < negative,
        (Some(_), None) => match (scale.responses.first(), scale.responses.last()) {
            (Some(first), Some(last)) => first.score.unwrap_or(0.0) >= last.score.unwrap_or(0.0),
            _ => true,
        },
        _ => false,
    }
}

/// Draws rows of stacked bars with a legend above, the positive share and the base beside them.
pub(super) fn stack(width: Width, scale: &Scale, rows: &[Row]) -> Sheet {
    let fills = fills(scale);
    let columns = Columns::at(width);
    let mut sheet = Sheet::new(width.pixels());
    let mut y = legend(&mut sheet, scale, &fills);
    y = headings(&mut sheet, scale, &columns, y);

    let left_side = if positive_first(scale) { Valence::Positive } else { Valence::Negative };
    let side = |i: usize| match scale.responses[i].valence {
        Valence::Neutral => Side::Apart,
        valence if valence == left_side => Side::Left,
        _ => Side::Right,
    };
    let sum = |bar: &Bar, of: Side| -> f64 {
        bar.shares.iter().enumerate().filter(|(i, s)| side(*i) == of && s.is_finite()).map(|(_, s)| s).sum()
    };
    let widest = |of: Side| {
        rows.iter()
            .filter_map(|row| if let Row::Bar(bar) = row { Some(sum(bar, of)) } else { None })
            .fold(0.0, f64::max)
    };
    let (left, right, apart) = (widest(Side::Left), widest(Side::Right), widest(Side::Apart));
    let between = if apart > 0.0 { 18 } else { 0 };
    let unit = f64::from(columns.right - columns.left - between) / (left + right + apart).max(f64::MIN_POSITIVE);
    let middle = columns.left + (left * unit).round() as i32;
    let neutral = columns.right - (apart * unit).round() as i32;

    for row in rows {
        y = match row {
            Row::Heading(words) => row::heading(&mut sheet, words, y),
            Row::Words { label, words } => {
                let placed = row::label(&mut sheet, width, label, width.pixels(), y);
                row::words(&mut sheet, placed, columns.left, words) + GAP
            }
            Row::Bar(bar) => {
                let placed = row::label(&mut sheet, width, &bar.label, columns.room, y);
                let top = placed.marks - BAR / 2;
                let mut ends = Ends {
                    left: f64::from(middle) - sum(bar, Side::Left) * unit,
                    right: f64::from(middle),
                    apart: f64::from(neutral),
                };
                for (i, &share) in bar.shares.iter().enumerate() {
                    if share.is_finite() && share > 0.0 {
                        let from = ends.of(side(i));
                        let to = *from + share * unit;
                        segment(&mut sheet, (*from, to), top, fills[i], share);
                        *from = to;
                    }
                }
                if left > 0.0 && right > 0.0 {
                    sheet.line((middle, top - 4), (middle, top + BAR + 4), 1, Ink::Text);
                }
                if let Some(positive) = bar.positive {
                    let at = (columns.total, placed.figures);
                    sheet.text(at, Anchor::Right, Face::Bold, Ink::Text, percent(positive));
                }
                sheet.text((sheet.width, placed.figures), Anchor::Right, Face::Regular, Ink::Quiet, count(bar.n));
                placed.bottom + GAP
            }
        };
    }
    sheet.height = y - GAP + 6;
    sheet
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Apart,
}

/// Where the next segment of each side begins.
struct Ends {
    left: f64,
    right: f64,
    apart: f64,
}

impl Ends {
    fn of(&mut self, side: Side) -> &mut f64 {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
            Side::Apart => &mut self.apart,
        }
    }
}

/// One segment, with its share where it fits; a white edge keeps neighbours apart without relying on colour.
fn segment(sheet: &mut Sheet, (from, to): (f64, f64), top: i32, fill: Fill, share: f64) {
    let (from, to) = (from.round() as i32, to.round() as i32);
    sheet.rect((from, top), ((to - 1).max(from + 1), top + BAR), fill.ink());
    let label = number(share * 100.0, 0);
    if width_of(&label, Face::Regular, SIZE) <= to - from - 8 {
        let at = (from + (to - from) / 2, top + BAR / 2);
        sheet.text(at, Anchor::Middle, Face::Regular, Ink::On(fill), label);
    }
}

/// The responses in the scale's order, flowing over as many lines as they need.
fn legend(sheet: &mut Sheet, scale: &Scale, fills: &[Fill]) -> i32 {
    let (mut x, mut y) = (0, 12);
    for (response, fill) in scale.responses.iter().zip(fills) {
        let label = wrap(&response.label, Face::Regular, SIZE, sheet.width - 30, 1).join(" ");
        let width = 20 + width_of(&label, Face::Regular, SIZE);
        if x > 0 && x + width > sheet.width {
            x = 0;
            y += 24;
        }
        sheet.rect((x, y - 7), (x + 14, y + 7), fill.ink());
        sheet.text((x + 20, y), Anchor::Left, Face::Regular, Ink::Text, label);
        x += width + 22;
    }
    y + 26
}

fn headings(sheet: &mut Sheet, scale: &Scale, columns: &Columns, y: i32) -> i32 {
    let lines = if scale.has_positive() {
        wrap(&scale.positive_together(), Face::Bold, SIZE, columns.heading, 3)
    } else {
        Vec::new()
    };
    let height = lines.len().max(1) as i32 * 18;
    for (i, line) in lines.iter().enumerate() {
        sheet.text((columns.total, y + 9 + 18 * i as i32), Anchor::Right, Face::Bold, Ink::Text, line.as_str());
    }
    sheet.text((sheet.width, y + height - 9), Anchor::Right, Face::Regular, Ink::Quiet, "Base");
    y + height + 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::sheet::Mark;
    use crate::instrument::Response;

    fn scale(responses: &[(&str, Valence)]) -> Scale {
        let response = |(label, valence): &(&str, Valence)| Response {
            label: (*label).to_owned(),
            valence: *valence,
            ..Response::default()
        };
        Scale {
            responses: responses.iter().map(response).collect(),
            positive_label: "Agree".to_owned(),
            ..Scale::default()
        }
    }

    #[test]
    fn neighbours_that_are_both_neutral_have_greys_of_their_own() {
        use Valence::{Negative, Neutral, Positive};
        let scale = scale(&[("Agree", Positive), ("Neither", Neutral), ("Not sure", Neutral), ("Disagree", Negative)]);
        let fills = fills(&scale);
        assert_eq!(fills[1..3], [Fill::Neutral, Fill::OtherNeutral]);
        // And are drawn so at either width.
        for width in [Width::Wide, Width::Narrow] {
            let bar =
                Bar { label: "Everyone".to_owned(), shares: vec![0.4, 0.2, 0.2, 0.2], positive: Some(0.4), n: 50 };
            let sheet = stack(width, &scale, &[Row::Bar(bar)]);
            let drawn = |ink: Ink| {
                let is = |mark: &&Mark| matches!(mark, Mark::Rect { ink: found, .. } if *found == ink);
                sheet.marks.iter().filter(is).count()
            };
            // Once in the legend and once in the bar.
            assert_eq!((drawn(Ink::Neutral), drawn(Ink::OtherNeutral)), (2, 2));
        }
    }

    #[test]
    fn what_holds_several_responses_is_told_apart_from_one_of_the_same_name() {
        use Valence::{Negative, Positive};
        let two = scale(&[("Strongly agree", Positive), ("agree", Positive), ("Disagree", Negative)]);
        assert_eq!(two.positive_together(), "Agree (all)");
        assert_eq!(two.together("Disagree", 1), "Disagree", "a single response is itself");
        assert_eq!(two.together("Any view", 2), "Any view");
        assert_eq!(scale(&[("Agree", Positive), ("Disagree", Negative)]).positive_together(), "Agree");
    }
}
