//! The hash of a frame: what the draw depended on, whatever the order of the rows.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::Unit;
use crate::files::sha256_hex;

/// The SHA-256, in hexadecimal, of the frame as the draw saw it.
///
/// One line for every unit: identifier, stratum, then (where the design uses them) cluster, measure of size and sort
/// values, then its cell in every earlier wave that the draw took into account, separated by tabs, each line ended by a line feed; the lines sorted byte by byte. Tabs, line feeds and
/// backslashes within a value are written `\t`, `\n` and `\\`. A measure is written with as many digits as it needs.
/// `sort FILE | sha256sum` in the C locale gives the same for a file of such lines.
pub fn frame_hash(units: &[Unit]) -> String {
    let mut lines: Vec<String> = units.par_iter().map(line).collect();
    lines.par_sort_unstable();
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Frames of more units than this have no row marks in their record, which would grow beyond use.
const MARKED: usize = 100_000;

/// A mark for every row, by which a later frame can be told apart row by row: 12 hexadecimal digits of the SHA-256 of the
/// identifier, then 8 of that of the row's line in the [`frame_hash`]; sorted, parted by spaces. Empty for a large frame.
pub(super) fn row_marks(units: &[Unit]) -> String {
    if units.len() > MARKED {
        return String::new();
    }
    let mut marks: Vec<String> = units.par_iter().map(mark).collect();
    marks.sort_unstable();
    marks.join(" ")
}

/// How the rows of a frame differ from those that a draw saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowChanges {
    /// Units that the draw did not see.
    pub added: Vec<String>,
    /// Units that have another stratum, cluster, measure or sort value now.
    pub altered: Vec<String>,
    /// How many units are no longer there. Their identifiers are not in the record.
    pub gone: usize,
}

/// Compares a frame with the row marks of a draw; nothing where the record has no marks.
pub(super) fn row_changes(marks: &str, units: &[Unit]) -> Option<RowChanges> {
    if marks.is_empty() {
        return None;
    }
    let before: BTreeMap<&str, &str> = marks.split(' ').filter_map(|mark| mark.split_at_checked(ID_DIGITS)).collect();
    let mut changes = RowChanges::default();
    let mut seen = 0;
    for unit in units {
        let now = mark(unit);
        let (id, line) = now.split_at(ID_DIGITS);
        match before.get(id) {
            None => changes.added.push(unit.id.clone()),
            Some(then) => {
                seen += 1;
                if *then != line {
                    changes.altered.push(unit.id.clone());
                }
            }
        }
    }
    changes.gone = before.len().saturating_sub(seen);
    changes.added.sort_unstable();
    changes.altered.sort_unstable();
    Some(changes)
}

const ID_DIGITS: usize = 12;

fn mark(unit: &Unit) -> String {
    id_mark(&unit.id) + &line_mark(unit)
}

/// The first part of a mark: of the identifier.
pub(super) fn id_mark(id: &str) -> String {
    sha256_hex(id.as_bytes())[..ID_DIGITS].to_owned()
}

/// The second part of a mark: of the row's line.
pub(super) fn line_mark(unit: &Unit) -> String {
    sha256_hex(line(unit).as_bytes())[..8].to_owned()
}

/// The marks of a record: the part of the line by that of the identifier.
pub(super) fn marks_by_id(marks: &str) -> HashMap<&str, &str> {
    marks.split(' ').filter_map(|mark| mark.split_at_checked(ID_DIGITS)).collect()
}

fn line(unit: &Unit) -> String {
    let mut line = String::with_capacity(unit.id.len() + unit.stratum.len() + 24);
    line.push_str(&escaped(&unit.id));
    let mut push = |value: &str| {
        line.push('\t');
        line.push_str(value);
    };
    push(&escaped(&unit.stratum));
    if let Some(cluster) = &unit.cluster {
        push(&escaped(cluster));
    }
    if let Some(measure) = unit.measure {
        push(&measure.to_string());
    }
    for value in &unit.sort {
        push(&escaped(value));
    }
    for past in &unit.past {
        push(&escaped(&past.cell));
    }
    line.push('\n');
    line
}

fn escaped(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| matches!(byte, b'\\' | b'\t' | b'\n')) {
        Cow::Owned(text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, stratum: &str) -> Unit {
        Unit { id: id.to_owned(), stratum: stratum.to_owned(), ..Unit::default() }
    }

    #[test]
    fn the_hash_is_that_of_the_sorted_lines() {
        // printf 'b\tNorth\na\tSouth\n' | LC_ALL=C sort | sha256sum
        let hash = "bdf43c2371b5e50ce44e4bed926c841d2ac9b09052bbab2dc75c866133eab4e1";
        assert_eq!(frame_hash(&[unit("b", "North"), unit("a", "South")]), hash);
        assert_eq!(frame_hash(&[unit("a", "South"), unit("b", "North")]), hash);
    }

    #[test]
    fn rows_that_changed_are_named() {
        let before = [unit("a", "South"), unit("b", "North"), unit("c", "North")];
        let marks = row_marks(&before);
        assert_eq!(marks.len(), 3 * 20 + 2);
        assert_eq!(row_changes(&marks, &before), Some(RowChanges::default()));
        let now = [unit("c", "South"), unit("d", "North"), unit("b", "North")];
        let expected = RowChanges { added: vec!["d".to_owned()], altered: vec!["c".to_owned()], gone: 1 };
        assert_eq!(row_changes(&marks, &now), Some(expected));
        assert_eq!(row_changes("", &now), None);
    }

    #[test]
    fn every_value_that_the_draw_uses_counts() {
        let plain = unit("a", "South");
        let others = [
            unit("a", "North"),
            unit("b", "South"),
            unit("a\tSouth", ""),
            Unit { cluster: Some("T1".to_owned()), ..plain.clone() },
            Unit { measure: Some(2.5), ..plain.clone() },
            Unit { sort: vec!["x".to_owned()], ..plain.clone() },
        ];
        for other in others {
            assert_ne!(frame_hash(std::slice::from_ref(&plain)), frame_hash(std::slice::from_ref(&other)), "{other:?}");
        }
    }
}
