//! An SPSS system file: variables with labels, labelled values and kinds of missing, in bytecode.
//!
//! The layout is public through the documentation of GNU PSPP ("System File Format"). The file is the same bytes for the
//! same content: its date is a fixed one.

use std::collections::BTreeSet;

/// A variable and its values, one for each row.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    /// Its name; one that SPSS does not allow is made into one that it does.
    pub name: String,
    pub label: String,
    pub content: Content,
}

/// What a variable holds.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Numbers; those from the first to the last of `missing`, both included, are kinds of missing.
    Number {
        values: Vec<Option<f64>>,
        labels: Vec<(f64, String)>,
        missing: Option<(f64, f64)>,
        format: Format,
    },
    Text(Vec<String>),
}

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Whole,
    Decimal,
    /// Seconds since 14 October 1582, shown as a date.
    Date,
}

/// A text of so many bytes is one variable record, and a longer one several of [`DECLARED`] bytes.
const PIECE: usize = 255;
const DECLARED: usize = 252;

/// The longest text that SPSS holds.
const LONGEST: usize = 32_767;

/// The number that stands for nothing.
const NOTHING: f64 = -f64::MAX;

/// What is taken from a bytecode to make its number.
const BIAS: f64 = 100.0;

/// Words that are no names.
const RESERVED: [&str; 13] = ["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"];

/// The file of some variables, all with `rows` values.
pub(super) fn system_file(title: &str, variables: &[Variable], rows: usize) -> Vec<u8> {
    let names = names(variables);
    let widths: Vec<usize> = variables.iter().map(width).collect();
    let elements: usize =
        widths.iter().map(|&width| pieces(width).iter().map(|piece| elements_of(*piece)).sum::<usize>()).sum();
    let mut out = header(title, elements, rows);
    // Value labels name variables by the number of their first element.
    let mut labels = Vec::new();
    let (mut long_names, mut long_texts) = (Vec::new(), Vec::new());
    let (mut element, mut record) = (0, 0);
    for ((variable, name), &width) in variables.iter().zip(&names).zip(&widths) {
        let short = short_name(record);
        long_names.push(format!("{short}={name}"));
        if width > PIECE {
            long_texts.push(format!("{short}={width:05}\0\t"));
        }
        if let Content::Number { labels: of_values, .. } = &variable.content {
            labels.extend(value_labels(of_values, element + 1));
        }
        for (number, piece) in pieces(width).into_iter().enumerate() {
            declare(&mut out, variable, &short_name(record), piece, number == 0);
            element += elements_of(piece);
            record += 1;
        }
    }
    out.extend(labels);
    // Version of the format, IEEE 754, bytecode, low byte first, UTF-8.
    let machine: Vec<u8> = [20, 0, 0, 720, 1, 1, 2, 65001].into_iter().flat_map(i32::to_le_bytes).collect();
    extension(&mut out, 3, 4, &machine);
    let largest: Vec<u8> = [NOTHING, f64::MAX, next_above(NOTHING)].into_iter().flat_map(f64::to_le_bytes).collect();
    extension(&mut out, 4, 8, &largest);
    extension(&mut out, 13, 1, long_names.join("\t").as_bytes());
    if !long_texts.is_empty() {
        extension(&mut out, 14, 1, long_texts.concat().as_bytes());
    }
    extension(&mut out, 16, 8, &[1i64.to_le_bytes(), (rows as i64).to_le_bytes()].concat());
    extension(&mut out, 20, 1, b"UTF-8");
    put(&mut out, &[999, 0]);
    let mut packed = Packed::default();
    for row in 0..rows {
        for (variable, &width) in variables.iter().zip(&widths) {
            match &variable.content {
                Content::Number { values, .. } => packed.number(values[row]),
                Content::Text(values) => packed.text(&values[row], width),
            }
        }
    }
    out.extend(packed.finish());
    out
}

fn put(out: &mut Vec<u8>, numbers: &[i32]) {
    numbers.iter().for_each(|number| out.extend(number.to_le_bytes()));
}

fn padded(text: &str, length: usize) -> Vec<u8> {
    let mut bytes = cut(text, length).as_bytes().to_vec();
    bytes.resize(length, b' ');
    bytes
}

/// A text of so many bytes at most, cut between letters.
fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

fn header(title: &str, elements: usize, rows: usize) -> Vec<u8> {
    let mut out = b"$FL2".to_vec();
    out.extend(padded("@(#) SPSS DATA FILE quorate", 60));
    put(&mut out, &[2, elements as i32, 1, 0, i32::try_from(rows).unwrap_or(-1)]);
    out.extend(BIAS.to_le_bytes());
    out.extend(b"01 Jan 0000:00:00");
    out.extend(padded(title, 64));
    out.extend([0; 3]);
    out
}

/// The record of a variable, or of a further piece of a long text, with those that continue it.
fn declare(out: &mut Vec<u8>, variable: &Variable, short: &str, width: usize, is_first: bool) {
    let label = Some(cut(&variable.label, 252)).filter(|label| is_first && !label.is_empty());
    let (missing, format) = match &variable.content {
        Content::Number { missing, format, .. } => (
            *missing,
            match format {
                Format::Whole => 5 << 16 | 8 << 8,
                Format::Decimal => 5 << 16 | 12 << 8 | 4,
                Format::Date => 20 << 16 | 11 << 8,
            },
        ),
        Content::Text(_) => (None, 1 << 16 | (width as i32) << 8),
    };
    put(out, &[2, width as i32, i32::from(label.is_some()), if missing.is_some() { -2 } else { 0 }, format, format]);
    out.extend(padded(short, 8));
    if let Some(label) = label {
        put(out, &[label.len() as i32]);
        out.extend(padded(label, label.len().next_multiple_of(4)));
    }
    if let Some((low, high)) = missing {
        out.extend([low, high].into_iter().flat_map(f64::to_le_bytes));
    }
    for _ in 1..elements_of(width) {
        put(out, &[2, -1, 0, 0, 1 << 16 | 8 << 8, 1 << 16 | 8 << 8]);
        out.extend([b' '; 8]);
    }
}

/// The labels of a variable's values, and which variable they are of.
fn value_labels(labels: &[(f64, String)], element: usize) -> Vec<u8> {
    let mut out = Vec::new();
    if labels.is_empty() {
        return out;
    }
    put(&mut out, &[3, labels.len() as i32]);
    for (value, label) in labels {
        let label = cut(label, 120);
        out.extend(value.to_le_bytes());
        out.push(label.len() as u8);
        // The length and the text fill up eights.
        out.extend(padded(label, (label.len() + 1).next_multiple_of(8) - 1));
    }
    put(&mut out, &[4, 1, element as i32]);
    out
}

fn extension(out: &mut Vec<u8>, kind: i32, size: usize, content: &[u8]) {
    put(out, &[7, kind, size as i32, (content.len() / size) as i32]);
    out.extend(content);
}

/// The number next above one below zero.
fn next_above(number: f64) -> f64 {
    f64::from_bits(number.to_bits() - 1)
}

/// The bytes of a variable's longest text, at least one; 0 for numbers.
fn width(variable: &Variable) -> usize {
    match &variable.content {
        Content::Number { .. } => 0,
        Content::Text(values) => values.iter().map(|text| cut(text, LONGEST).len()).max().unwrap_or(0).max(1),
    }
}

/// The widths that a variable is declared with.
fn pieces(width: usize) -> Vec<usize> {
    if width <= PIECE {
        return vec![width];
    }
    let more = width.div_ceil(DECLARED) - 1;
    let mut pieces = vec![PIECE; more];
    pieces.push(width - more * DECLARED);
    pieces
}

fn elements_of(width: usize) -> usize {
    width.div_ceil(8).max(1)
}

fn short_name(record: usize) -> String {
    format!("V{record:07}")
}

/// Names that SPSS allows, each once whatever its case.
fn names(variables: &[Variable]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    variables
        .iter()
        .map(|variable| {
            let allowed =
                |c: char| if c.is_alphanumeric() || matches!(c, '_' | '.' | '@' | '#' | '$') { c } else { '_' };
            let mut name: String = variable.name.chars().map(allowed).collect();
            if !name.starts_with(char::is_alphabetic) || RESERVED.contains(&name.to_uppercase().as_str()) {
                name.insert_str(0, "v_");
            }
            let name = cut(name.trim_end_matches(['.', '_']), 58).to_owned();
            let mut again = 1;
            let mut own = name.clone();
            while !taken.insert(own.to_uppercase()) {
                again += 1;
                own = format!("{name}_{again}");
            }
            own
        })
        .collect()
}

/// The cases in bytecode: eight commands, then what they could not say.
#[derive(Default)]
struct Packed {
    out: Vec<u8>,
    commands: Vec<u8>,
    raw: Vec<u8>,
}

impl Packed {
    fn push(&mut self, command: u8, raw: &[u8]) {
        self.commands.push(command);
        self.raw.extend(raw);
        if self.commands.len() == 8 {
            self.out.append(&mut self.commands);
            self.out.append(&mut self.raw);
        }
    }

    fn number(&mut self, number: Option<f64>) {
        match number {
            None => self.push(255, &[]),
            Some(number) if number.fract() == 0.0 && (1.0..=251.0).contains(&(number + BIAS)) => {
                self.push((number + BIAS) as u8, &[]);
            }
            Some(number) => self.push(253, &number.to_le_bytes()),
        }
    }

    /// Each piece but the last holds 255 bytes in elements that have room for one more.
    fn text(&mut self, text: &str, width: usize) {
        let mut rest = cut(text, LONGEST).as_bytes();
        let pieces = pieces(width);
        for (number, &piece) in pieces.iter().enumerate() {
            let held = if number + 1 < pieces.len() { PIECE } else { rest.len() };
            let (own, others) = rest.split_at(held.min(rest.len()));
            rest = others;
            for element in 0..elements_of(piece) {
                let mut bytes = [b' '; 8];
                let from = own.get(8 * element..).unwrap_or_default();
                let length = from.len().min(8);
                bytes[..length].copy_from_slice(&from[..length]);
                if bytes == [b' '; 8] { self.push(254, &[]) } else { self.push(253, &bytes) }
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if !self.commands.is_empty() {
            self.commands.resize(8, 0);
            self.out.append(&mut self.commands);
            self.out.append(&mut self.raw);
        }
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    #[test]
    fn what_is_written_is_read_again() {
        let words = |words: &[&str]| Content::Text(words.iter().map(|&text| text.to_owned()).collect());
        let number = |values: &[Option<f64>], missing| Content::Number {
            values: values.to_vec(),
            labels: vec![(1.0, "poor".to_owned()), (-9.0, "Refused".to_owned())],
            missing,
            format: Format::Whole,
        };
        let long = ["x".repeat(256), "é".repeat(300), "words and ".repeat(90)];
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        let variable =
            |name: &str, content| Variable { name: name.to_owned(), label: format!("Label of {name}"), content };
        let variables = [
            variable("serial", words(&["S-1", "S-2", "S-3"])),
            variable("with", number(&[Some(1.0), Some(-9.0), None], Some((-9.0, -4.0)))),
            variable(
                "A long name, with signs that are not allowed in one",
                number(&[Some(0.25), Some(-123_456.5), Some(151.0)], None),
            ),
            variable("said", words(&long)),
            variable("SAID", words(&["", "short", ""])),
        ];
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("made.sav");
        std::fs::write(&path, system_file("A title", &variables, 3)).expect("written");
        let table = Table::open(&path).expect("readable");
        let names = ["serial", "v_with", "A_long_name__with_signs_that_are_not_allowed_in_one", "said", "SAID_2"];
        assert_eq!(table.names(), names);
        let read = table.read(&[0, 1, 2, 3, 4]).expect("read");
        let column = |at: usize| (0..3).map(|row| read[at].label_at(row).unwrap_or_default()).collect::<Vec<_>>();
        assert_eq!(column(0), ["S-1", "S-2", "S-3"]);
        assert_eq!(column(1), ["1", "", ""]);
        assert_eq!(column(2), ["0.25", "-123456.5", "151"]);
        assert_eq!(column(3), [long[0], long[1], long[2].trim_end()]);
        assert_eq!(column(4), ["", "short", ""]);
    }
}
