//! Rows: a label, what is drawn, figures. Beside one another where there is room, the label above where there is not.

use super::palette::Ink;
use super::sheet::{Anchor, Face, SIZE, Sheet, wrap};
use super::width::Width;

/// The height of a bar, and of a row that holds a single line.
pub(super) const BAR: i32 = 28;
/// From one row to the next.
pub(super) const GAP: i32 = 14;
const LINE: i32 = 19;

/// Where the parts of a row stand, after its label was set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The middle of the line that holds the figures.
    pub(super) figures: i32,
    /// The middle of what is drawn.
    pub(super) marks: i32,
    /// Where the row ends.
    pub(super) bottom: i32,
}

/// Sets the label of a row that begins at `y`; `room` is what figures leave of the line that a label above shares with them.
pub(super) fn label(sheet: &mut Sheet, width: Width, words: &str, room: i32, y: i32) -> Row {
    let lines = wrap(words, Face::Regular, SIZE, width.pick(200, room), 4);
    let tall = lines.len() as i32 * LINE;
    let (top, row) = match width {
        Width::Wide => {
            let height = BAR.max(tall);
            let middle = y + height / 2;
            (y + (height - tall) / 2, Row { figures: middle, marks: middle, bottom: y + height })
        }
        Width::Narrow => {
            let bar = y + tall.max(LINE) + 2;
            (y, Row { figures: y + LINE / 2, marks: bar + BAR / 2, bottom: bar + BAR })
        }
    };
    for (place, line) in (0..).zip(lines) {
        sheet.text((0, top + LINE / 2 + place * LINE), Anchor::Left, Face::Regular, Ink::Text, line);
    }
    row
}

/// Words in a row that has nothing to draw; gives where the row ends.
pub(super) fn words(sheet: &mut Sheet, row: Row, left: i32, words: &str) -> i32 {
    let lines = wrap(words, Face::Regular, SIZE, sheet.width - left, 2);
    let top = row.marks - (lines.len() as i32 - 1) * LINE / 2;
    for (place, line) in (0..).zip(lines) {
        sheet.text((left, top + place * LINE), Anchor::Left, Face::Regular, Ink::Quiet, line);
    }
    row.bottom
}

/// The name of a grouping over its groups; gives where they begin.
pub(super) fn heading(sheet: &mut Sheet, words: &str, y: i32) -> i32 {
    let line = wrap(words, Face::Bold, SIZE, sheet.width, 1).join(" ");
    sheet.text((0, y + 14), Anchor::Left, Face::Bold, Ink::Text, line);
    sheet.line((0, y + 28), (sheet.width, y + 28), 1, Ink::Grid);
    y + 40
}
