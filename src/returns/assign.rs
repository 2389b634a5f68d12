//! Which unit and which reading a row is about.

use super::recognise::Table;
use super::sampled::{Agreement, Index, Key, looks_like_token};
use super::spelling::tidy;
use crate::sheet::Cell;

/// What the keys of a row say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Keyed {
    /// The unit, and the reading if the token says it; `hints` are worth a finding.
    Unit { unit: usize, reading: Option<u8>, hints: Vec<Hint> },
    /// No key stands in the row.
    Nothing,
    /// The keys are nobody's in the sample: what stands there, and the column.
    Unknown { found: String, column: u32 },
    /// The keys point at different units.
    Contradiction { found: String, column: u32 },
    /// A key has lost or gained leading zeros and could be several units'.
    Doubt { found: String, column: u32 },
}

/// Something about the keys that a person should know, though the row could be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// A key agreed but for leading zeros: as found, as in the sample.
    Zeros { column: u32, found: String, meant: String },
    /// A key agreed but for blanks, quotes and case.
    Tidied { column: u32, found: String, meant: String },
    /// The hidden token belongs to another row than the serial and number that people see.
    TokenElsewhere { column: u32 },
}

/// Reads the keys of a row. The keys that people see must agree with each other; the hidden token decides where they are
/// empty, and gives way where all of them say otherwise, as after sorting without the hidden column.
pub(super) fn keys(table: &Table, cells: &[Cell], index: &Index<'_>) -> Keyed {
    let cell_in = |column: Option<u32>| {
        column.and_then(|column| cells.iter().find(|cell| cell.column == column && !cell.value.is_blank()))
    };
    let token_cell = cell_in(table.token);
    let token = token_cell.and_then(|cell| index.token(&cell.text()));
    let visible: Vec<(&Cell, Key, bool)> = [(table.serial, true), (table.id, false)]
        .into_iter()
        .filter_map(|(column, is_serial)| {
            let cell = cell_in(column)?;
            let key = if is_serial { index.serial(cell) } else { index.id(cell) };
            (key != Key::Blank).then_some((cell, key, is_serial))
        })
        .collect();
    let mut hints = Vec::new();
    let mut units: Vec<usize> = Vec::new();
    for (cell, key, is_serial) in &visible {
        let Key::Unit(unit, agreement) = *key else { continue };
        units.push(unit);
        let sampled = &index.sampled.units[unit];
        let (column, found, meant) =
            (cell.column, cell.text(), if *is_serial { sampled.serial.clone() } else { sampled.id.clone() });
        match agreement {
            Agreement::Exact => {}
            Agreement::Tidied => hints.push(Hint::Tidied { column, found, meant }),
            Agreement::Zeros => hints.push(Hint::Zeros { column, found, meant }),
        }
    }
    let all = || {
        let texts: Vec<String> = visible.iter().map(|(cell, _, _)| as_identifier(&cell.text())).collect();
        texts.join(" and ")
    };
    let first = visible.first().map_or(0, |(cell, _, _)| cell.column);
    // A token of another sample: the serials may be the same, the people are not.
    if let (Some(cell), None) = (token_cell, token)
        && looks_like_token(&cell.text())
    {
        return Keyed::Unknown { found: "a row token of another sample".to_owned(), column: cell.column };
    }
    if let Some((cell, _, _)) = visible.iter().find(|(_, key, _)| *key == Key::Doubt) {
        let settled = units.first().copied().or(token.map(|(unit, _)| unit));
        // Another key may take the doubt away.
        let fits = settled.is_some_and(|unit| same_but_zeros(&cell.text(), &index.sampled.units[unit].id));
        if !fits {
            return Keyed::Doubt { found: as_identifier(&cell.text()), column: cell.column };
        }
    }
    let unknown = visible.iter().find(|(_, key, _)| *key == Key::Unknown);
    let agreed = units.first().copied().filter(|first| units.iter().all(|unit| unit == first));
    // Two that agree against a third are not enough: a row that was added by copying another one looks just like that.
    if units.len() > 1 && agreed.is_none() {
        return Keyed::Contradiction { found: all(), column: first };
    }
    match (agreed, token, unknown) {
        (None, None, None) if visible.is_empty() => match token_cell {
            Some(cell) => Keyed::Unknown { found: "a damaged row token".to_owned(), column: cell.column },
            None => Keyed::Nothing,
        },
        (None, None, None) => Keyed::Nothing,
        (None, None, Some((cell, _, _))) => Keyed::Unknown { found: all(), column: cell.column },
        (_, _, Some((cell, _, _))) => Keyed::Contradiction { found: all(), column: cell.column },
        (Some(unit), Some((by_token, _)), None) if unit != by_token => {
            hints.push(Hint::TokenElsewhere { column: first });
            Keyed::Unit { unit, reading: None, hints }
        }
        (Some(unit), token, None) => Keyed::Unit { unit, reading: token.map(|(_, reading)| reading), hints },
        (None, Some((unit, reading)), None) => Keyed::Unit { unit, reading: Some(reading), hints },
    }
}

/// What stands where an identifier should, for a finding; but never what may be somebody's name.
fn as_identifier(text: &str) -> String {
    let text = tidy(text);
    let is_one = text.chars().any(|c| c.is_ascii_digit()) && text.chars().count() <= 24;
    if is_one { text } else { "words where an identifier should stand".to_owned() }
}

fn same_but_zeros(a: &str, b: &str) -> bool {
    let bare = |text: &str| tidy(text).trim_start_matches('0').to_owned();
    bare(a) == bare(b)
}
