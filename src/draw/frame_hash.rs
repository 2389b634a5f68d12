//! The hash of a frame: what the draw depended on, whatever the order of the rows.

use sha2::{Digest, Sha256};

use super::Unit;

/// The SHA-256, in hexadecimal, of the frame as the draw saw it.
///
/// One line for every unit: identifier, stratum, then (where the design uses them) cluster, measure of size and sort
/// values, separated by tabs, each line ended by a line feed; the lines sorted byte by byte. Tabs, line feeds and
/// backslashes within a value are written `\t`, `\n` and `\\`. A measure is written with as many digits as it needs.
/// `sort FILE | sha256sum` in the C locale gives the same for a file of such lines.
pub fn frame_hash(units: &[Unit]) -> String {
    let mut lines: Vec<String> = units.iter().map(line).collect();
    lines.sort_unstable();
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn line(unit: &Unit) -> String {
    let mut line = escaped(&unit.id);
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
    line.push('\n');
    line
}

fn escaped(text: &str) -> String {
    if text.contains(['\\', '\t', '\n']) {
        text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
    } else {
        text.to_owned()
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
