//! What is expected back: the units drawn with the readings of each, and the ways to find a unit by what stands in a row.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::spelling::{fold, tidy};
use crate::instrument::Variant;
use crate::issue::row_token;
use crate::sheet::{Cell, Value};

/// The sample as the returns are matched with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sampled {
    /// The study's short name, as in the return workbooks.
    pub study: String,
    /// The id of the draw, as in the return workbooks.
    pub sample: String,
    /// The name of the frame's column of identifiers: a heading under which they may come back.
    pub id_column: String,
    /// The units to whom something was issued, in the order of the sample.
    pub units: Vec<SampledUnit>,
    /// All identifiers of the frame, also of units that were not drawn; may be empty. With them, `123` is matched with
    /// `0123` only where nobody else in the frame could be meant.
    pub frame_ids: Vec<String>,
    /// For each of `units` what the frame says of it that edit rules may look at, by column; may be empty.
    pub strata: Vec<Vec<(String, String)>>,
}

/// One unit of the sample.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampledUnit {
    /// Its serial.
    pub serial: String,
    /// Its identifier in the frame; empty where returns never carry it.
    pub id: String,
    /// The readings expected, the first one first.
    pub readings: Vec<Expected>,
    /// The form that the frame says the person was sent; none where it does not say.
    pub variant: Option<Variant>,
}

/// A reading that is expected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// 1, or 2 for the second reading of a file, and so on.
    pub reading: u8,
    /// The reader's code; empty in a survey.
    pub reader: String,
}

/// A key of a row looked up in the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Nothing stands there.
    Blank,
    /// The unit, and how the text agreed.
    Unit(usize, Agreement),
    /// The text is nobody's.
    Unknown,
    /// Leading zeros are missing or added, and several units could be meant.
    Doubt,
}

/// How well a text agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    Exact,
    /// But for blanks, quotes or case.
    Tidied,
    /// But for leading zeros.
    Zeros,
}

/// The sample, ready for looking up.
pub(super) struct Index<'a> {
    pub sampled: &'a Sampled,
    tokens: HashMap<String, Option<(usize, u8)>>,
    serials: Names,
    ids: Names,
    frame: HashSet<String>,
    /// The codes of all readers.
    pub readers: BTreeSet<String>,
}

/// One kind of names: as written, and in the looser ways.
#[derive(Default)]
struct Names {
    exact: HashMap<String, usize>,
    folded: HashMap<String, Option<usize>>,
    /// Without leading zeros: the unit, and how many names there are in the whole frame.
    bare: HashMap<String, (Option<usize>, BTreeSet<String>)>,
}

impl Names {
    fn add(&mut self, name: &str, unit: Option<usize>) {
        let tidied = tidy(name);
        if tidied.is_empty() {
            return;
        }
        if let Some(unit) = unit {
            self.exact.entry(name.to_owned()).or_insert(unit);
            let folded = self.folded.entry(tidied.to_lowercase()).or_insert(Some(unit));
            if *folded != Some(unit) {
                *folded = None;
            }
        }
        if let Some(bare) = without_zeros(&tidied) {
            let entry = self.bare.entry(bare.to_owned()).or_default();
            entry.0 = entry.0.or(unit);
            entry.1.insert(tidied);
        }
    }

    fn find(&self, text: &str, number: bool) -> Key {
        let tidied = tidy(text);
        if tidied.is_empty() {
            return Key::Blank;
        }
        let bare = without_zeros(&tidied).and_then(|bare| self.bare.get(bare));
        // A number has lost its zeros, if it had any: two names that differ in nothing else cannot be told apart.
        if number && bare.is_some_and(|(unit, names)| unit.is_some() && names.len() > 1) {
            return Key::Doubt;
        }
        if let Some(&unit) = self.exact.get(text) {
            return Key::Unit(unit, Agreement::Exact);
        }
        match self.folded.get(&tidied.to_lowercase()) {
            Some(Some(unit)) => return Key::Unit(*unit, Agreement::Tidied),
            Some(None) => return Key::Doubt,
            None => {}
        }
        match bare {
            Some((Some(unit), names)) if names.len() == 1 => Key::Unit(*unit, Agreement::Zeros),
            // The name as it stands is one of the frame's that was not drawn.
            Some((Some(_), names)) if !names.contains(&tidied) => Key::Doubt,
            _ => Key::Unknown,
        }
    }
}

/// A text of digits only without the zeros in front.
fn without_zeros(text: &str) -> Option<&str> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.trim_start_matches('0'))
}

impl<'a> Index<'a> {
    pub fn new(sampled: &'a Sampled) -> Self {
        let names = |name: fn(&SampledUnit) -> &str, others: &[String]| {
            let mut names = Names::default();
            sampled.units.iter().enumerate().for_each(|(place, unit)| names.add(name(unit), Some(place)));
            others.iter().for_each(|other| names.add(other, None));
            names
        };
        let ((tokens, serials), (ids, frame)) = rayon::join(
            || rayon::join(|| tokens(sampled), || names(|unit| &unit.serial, &[])),
            || {
                rayon::join(
                    || names(|unit| &unit.id, &sampled.frame_ids),
                    || sampled.frame_ids.iter().map(|id| tidy(id)).collect(),
                )
            },
        );
        let mut readers = BTreeSet::new();
        for expected in sampled.units.iter().flat_map(|unit| &unit.readings) {
            if !expected.reader.is_empty() && !readers.contains(&expected.reader) {
                readers.insert(expected.reader.clone());
            }
        }
        Index { sampled, tokens, serials, ids, frame, readers }
    }

    /// The unit and reading of a row token, in any case and with blanks around.
    pub fn token(&self, text: &str) -> Option<(usize, u8)> {
        self.tokens.get(text).or_else(|| self.tokens.get(&fold(text))).copied().flatten()
    }

    /// The unit with the serial in a cell.
    pub fn serial(&self, cell: &Cell) -> Key {
        self.serials.find(&cell.text(), matches!(cell.value, Value::Number(_)))
    }

    /// The unit with the identifier in a cell.
    pub fn id(&self, cell: &Cell) -> Key {
        let bare_number = matches!(cell.value, Value::Number(_)) && cell.shown == crate::sheet::Shown::Plain;
        self.ids.find(&cell.text(), bare_number)
    }

    /// Whether the frame has this identifier.
    pub fn in_frame(&self, text: &str) -> bool {
        self.frame.contains(&tidy(text))
    }

    /// The reader from whom a reading of a unit is expected.
    pub fn reader(&self, unit: usize, reading: u8) -> &str {
        let expected = self.sampled.units[unit].readings.iter().find(|expected| expected.reading == reading);
        expected.map_or("", |expected| expected.reader.as_str())
    }
}

/// Which reading of which unit each row token stands for.
fn tokens(sampled: &Sampled) -> HashMap<String, Option<(usize, u8)>> {
    let mut tokens = HashMap::with_capacity(sampled.units.len());
    for (place, unit) in sampled.units.iter().enumerate() {
        for expected in &unit.readings {
            let token = row_token(&sampled.sample, &unit.serial, expected.reading);
            let entry = tokens.entry(token).or_insert(Some((place, expected.reading)));
            // Ten digits can coincide; such a token says nothing.
            if *entry != Some((place, expected.reading)) {
                *entry = None;
            }
        }
    }
    tokens
}

/// Whether a text has the form of a row token, of whatever sample.
pub(super) fn looks_like_token(text: &str) -> bool {
    let text = text.trim().as_bytes();
    text.len() == 11 && matches!(text[0], b'q' | b'Q') && text[1..].iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Shown;

    fn sampled() -> Sampled {
        let unit = |serial: &str, id: &str| SampledUnit {
            serial: serial.to_owned(),
            id: id.to_owned(),
            readings: vec![Expected { reading: 1, reader: "A".to_owned() }],
            variant: None,
        };
        Sampled {
            sample: "abc".to_owned(),
            units: vec![unit("S1", "0123"), unit("S2", "0456"), unit("S3", "0789")],
            frame_ids: vec!["0123".into(), "0456".into(), "456".into(), "0789".into(), "999".into()],
            ..Sampled::default()
        }
    }

    fn cell(value: Value) -> Cell {
        Cell { row: 0, column: 0, value, formula: false, shown: Shown::Plain }
    }

    #[test]
    fn zeros_are_made_up_only_where_nobody_else_can_be_meant() {
        let sampled = sampled();
        let index = Index::new(&sampled);
        assert_eq!(index.id(&cell("0123".into())), Key::Unit(0, Agreement::Exact));
        assert_eq!(index.id(&cell(" 0123\u{a0}".into())), Key::Unit(0, Agreement::Tidied));
        assert_eq!(index.id(&cell("123".into())), Key::Unit(0, Agreement::Zeros));
        assert_eq!(index.id(&cell(123.0.into())), Key::Unit(0, Agreement::Zeros));
        assert_eq!(index.id(&cell("00123".into())), Key::Unit(0, Agreement::Zeros));
        // 456 is somebody else, who was not drawn.
        assert_eq!(index.id(&cell("456".into())), Key::Unknown);
        assert_eq!(index.id(&cell(456.0.into())), Key::Doubt);
        assert_eq!(index.id(&cell("00456".into())), Key::Doubt);
        assert_eq!(index.id(&cell("999".into())), Key::Unknown);
        assert_eq!(index.id(&cell("  ".into())), Key::Blank);
    }

    #[test]
    fn a_number_shown_with_its_zeros_has_not_lost_them() {
        let sampled = sampled();
        let index = Index::new(&sampled);
        let padded = Cell { shown: Shown::Padded(4), ..cell(456.0.into()) };
        assert_eq!(index.id(&padded), Key::Unit(1, Agreement::Exact));
    }

    #[test]
    fn tokens_are_found_in_any_case() {
        let sampled = sampled();
        let index = Index::new(&sampled);
        let token = row_token("abc", "S2", 1);
        assert_eq!(index.token(&token), Some((1, 1)));
        assert_eq!(index.token(&format!(" {} ", token.to_uppercase())), Some((1, 1)));
        assert_eq!(index.token("q0000000000"), None);
        assert!(
            looks_like_token("q0000000000") && !looks_like_token("quality") && !looks_like_token("q00000\u{e9}000")
        );
    }
}
