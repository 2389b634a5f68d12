//! A plane with two axes: points over time, or over how many answers stand behind them.

use super::dots::Axis;
use super::palette::Ink;
use super::sheet::{Anchor, Face, SIZE, Sheet, width_of};
use super::width::Width;

/// Where values stand on the sheet.
pub(super) struct Plane {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
    across: (f64, f64),
    up: (f64, f64),
}

impl Plane {
    /// A plane over two ranges, `height` pixels high, with grid lines and labels for what goes up.
    pub(super) fn new(sheet: &mut Sheet, across: (f64, f64), up: &Axis, height: i32, right: i32) -> Plane {
        let widest = up.ticks().into_iter().map(|tick| width_of(&(up.label)(tick), Face::Regular, SIZE)).max();
        let left = if sheet.width < Width::Wide.pixels() { widest.unwrap_or(0) + 10 } else { 56 };
        let plane =
            Plane { left, right: sheet.width - right, top: 24, bottom: 24 + height, across, up: (up.low, up.high) };
        for tick in up.ticks() {
            let y = plane.y(tick);
            sheet.line((plane.left, y), (plane.right, y), 1, Ink::Grid);
            sheet.text((plane.left - 8, y), Anchor::Right, Face::Regular, Ink::Quiet, (up.label)(tick));
        }
        plane
    }

    pub(super) fn x(&self, value: f64) -> i32 {
        place(value, self.across, (self.left, self.right))
    }

    pub(super) fn y(&self, value: f64) -> i32 {
        place(value, self.up, (self.bottom, self.top))
    }

    /// A line through points; breaks off where one has no value.
    pub(super) fn path(&self, sheet: &mut Sheet, points: &[(f64, f64)], width: u32, ink: Ink) {
        for pair in points.windows(2) {
            let [(x1, y1), (x2, y2)] = [pair[0], pair[1]];
            if [x1, y1, x2, y2].iter().all(|value| value.is_finite()) {
                sheet.line((self.x(x1), self.y(y1)), (self.x(x2), self.y(y2)), width, ink);
            }
        }
    }
}

/// A dashed line.
pub(super) fn dashes(sheet: &mut Sheet, from: (i32, i32), to: (i32, i32), ink: Ink) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let steps = (dx.abs().max(dy.abs()) / 10).max(1);
    for step in 0..steps {
        let at = |part: i32| (from.0 + dx * part / (2 * steps), from.1 + dy * part / (2 * steps));
        sheet.line(at(2 * step), at(2 * step + 1), 2, ink);
    }
}

fn place(value: f64, (low, high): (f64, f64), (first, last): (i32, i32)) -> i32 {
    let share = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
    first + (share * f64::from(last - first)).round() as i32
}
