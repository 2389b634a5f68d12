//! The binary form of Open XML, written here record by record, and what is ugly in it.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader};
use quorate::sheet::{Format, Visibility};

use super::{TYPES, cells, open, pairs, refused, zipped};

/// A record: kind, length and content.
fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut bytes = if kind < 128 { vec![kind as u8] } else { vec![kind as u8 | 0x80, (kind >> 7) as u8] };
    let mut length = content.len();
    loop {
        let byte = (length & 0x7F) as u8;
        length >>= 7;
        bytes.push(if length > 0 { byte | 0x80 } else { byte });
        if length == 0 {
            break;
        }
    }
    bytes.extend(content);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = (units.len() as u32).to_le_bytes().to_vec();
    bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes
}

fn four(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// A shared text.
fn shared(text: &str) -> Vec<u8> {
    record(19, &[vec![0], wide(text)].concat())
}

/// A binary workbook of one sheet.
fn binary_workbook(rows: &[Vec<u8>]) -> Vec<u8> {
    binary_workbook_of(&[], &[shared("first"), shared("Ünï “2”")], rows)
}

/// A binary workbook of one sheet, with defined names and shared texts given as records.
fn binary_workbook_of(names: &[u8], texts: &[Vec<u8>], rows: &[Vec<u8>]) -> Vec<u8> {
    let listed = [four(&[1, 1]), wide("rId1"), wide("Cases")].concat();
    let (begin, end) = ([record(131, &[]), record(143, &[])].concat(), record(132, &[]));
    let workbook = [begin, record(156, &listed), record(144, &[]), names.to_vec(), record(157, &[]), end].concat();
    let count = texts.len() as u32;
    let strings = [record(159, &four(&[count, count])), texts.concat(), record(160, &[])].concat();
    let style = |code: u16| record(47, &[vec![0, 0], code.to_le_bytes().to_vec(), vec![0; 12]].concat());
    let styles = [
        record(278, &[]),
        record(615, &four(&[1])),
        record(44, &[164u16.to_le_bytes().to_vec(), wide("00000")].concat()),
        record(616, &[]),
        record(626, &four(&[1])),
        style(9),
        record(627, &[]),
        record(617, &four(&[3])),
        style(0),
        style(14),
        style(164),
        record(618, &[]),
        record(279, &[]),
    ]
    .concat();
    let sheet = [
        record(129, &[]),
        record(148, &four(&[0, 9, 0, 9])),
        record(145, &[]),
        rows.concat(),
        record(146, &[]),
        record(177, &four(&[1])),
        record(176, &four(&[8, 9, 0, 1])),
        record(178, &[]),
        record(130, &[]),
    ]
    .concat();
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.bin"/>
<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.bin"/>
<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.bin"/></Relationships>"#;
    zipped(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.bin", &workbook),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        ("xl/sharedStrings.bin", &strings),
        ("xl/styles.bin", &styles),
        ("xl/worksheets/sheet1.bin", &sheet),
    ])
}

fn binary_row(row: u32, cells: &[(u16, u32, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = record(0, &[four(&[row, 0]), vec![0; 9]].concat());
    for (column, (kind, style, content)) in cells.iter().enumerate() {
        bytes.extend(record(*kind, &[four(&[column as u32, *style]), content.clone()].concat()));
    }
    bytes
}

#[test]
fn binary_workbooks_are_read_as_the_others_are() {
    let no_formula = vec![0; 10];
    let first = binary_row(
        0,
        &[
            (7, 0, four(&[0])),
            (7, 0, four(&[1])),
            (6, 0, wide("typed")),
            (2, 2, four(&[7 << 2 | 2])),
            (2, 1, four(&[45_292 << 2 | 2])),
            (5, 0, 2.5f64.to_le_bytes().to_vec()),
            (4, 0, vec![1]),
            (3, 0, vec![0x2A]),
            (1, 2, vec![]),
        ],
    );
    let second = binary_row(
        4,
        &[
            (8, 0, [wide("made"), no_formula.clone()].concat()),
            (9, 0, [14f64.to_le_bytes().to_vec(), no_formula.clone()].concat()),
            (10, 0, [vec![0], no_formula.clone()].concat()),
            (11, 0, [vec![0x07], no_formula].concat()),
            (62, 0, [vec![0], wide("rich")].concat()),
        ],
    );
    let bytes = binary_workbook(&[first, second]);
    let book = open(&bytes).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(book.format, Format::Xlsb);
    let sheet = &book.sheets[0];
    assert_eq!((sheet.name.as_str(), sheet.visibility, sheet.merged.len()), ("Cases", Visibility::Hidden, 1));
    let expected = [
        ("A1", "first"),
        ("B1", "Ünï “2”"),
        ("C1", "typed"),
        ("D1", "00007"),
        ("E1", "2024-01-01"),
        ("F1", "2.5"),
        ("G1", "TRUE"),
        ("H1", "#N/A"),
        ("A5", "made"),
        ("B5", "14"),
        ("C5", "FALSE"),
        ("D5", "#DIV/0!"),
        ("E5", "rich"),
    ];
    assert_eq!(cells(&bytes), pairs(&expected));
    assert_eq!(sheet.cells.iter().filter(|cell| cell.formula).count(), 4);
    // The library that knows this format finds the same texts and numbers, for the kinds that it knows.
    let mut other = calamine::Xlsb::new(Cursor::new(bytes)).expect("a workbook");
    let mut reader = other.worksheet_cells_reader("Cases").expect("a sheet");
    let mut compared = 0;
    while let Some(cell) = reader.next_cell().expect("a cell") {
        let (row, column) = cell.get_position();
        let ours = sheet.cell(row, column).expect("the same cell");
        match cell.get_value() {
            DataRef::String(text) => assert_eq!(*text, ours.text()),
            DataRef::SharedString(text) => assert_eq!(*text, ours.text()),
            DataRef::Float(number) => assert_eq!(Some(*number), ours.value.number()),
            _ => {}
        }
        compared += 1;
    }
    assert!(compared >= 11, "{compared}");
}

#[test]
fn binary_workbooks_that_lie_are_refused() {
    let whole = binary_row(0, &[(5, 0, 1f64.to_le_bytes().to_vec())]);
    assert!(open(&binary_workbook(std::slice::from_ref(&whole))).is_ok());
    for (name, rows, said) in [
        ("no such text", binary_row(0, &[(7, 0, four(&[9]))]), "not in the workbook"),
        ("a short cell", binary_row(0, &[(5, 0, vec![0; 3])]), "before its content"),
        ("a long text", binary_row(0, &[(6, 0, four(&[u32::MAX]))]), "before its content"),
        ("a far row", binary_row(u32::MAX, &[(5, 0, vec![0; 8])]), "outside"),
        ("a long record", vec![0x06, 0xFF, 0xFF, 0xFF, 0x7F], "too large"),
        ("no end", vec![0x06, 0xFF, 0xFF, 0x03], "within a record"),
    ] {
        let told = refused(&binary_workbook(&[rows]));
        assert!(told.contains(said), "{name}: {told}");
    }
}

/// A defined name with the tokens of its formula.
fn name(tokens: &[u8]) -> Vec<u8> {
    record(39, &[vec![0; 9], wide("N"), four(&[tokens.len() as u32]), tokens.to_vec()].concat())
}

#[test]
fn records_without_content_are_not_the_text_before_them() {
    // Whoever reads them into the same memory takes each for the long text: 4 kB that ask for 90 GB.
    let mut texts = vec![record(19, &[]); 300_000];
    texts[0] = shared(&"x".repeat(100_000));
    let bytes = binary_workbook_of(&[], &texts, &[binary_row(0, &[(7, 0, four(&[0]))])]);
    assert!(bytes.len() < 10_000, "{}", bytes.len());
    assert!(refused(&bytes).contains("before its content"));
    let row = binary_row(0, &[(5, 0, 42f64.to_le_bytes().to_vec()), (5, 0, vec![])]);
    assert!(refused(&binary_workbook(&[row])).contains("before its content"));
}

#[test]
fn defined_names_are_nothing_to_us() {
    // Formulas in one another, 21,000 deep; a place in a table; a formula that ends early.
    let depth = 21_000u16;
    let nested: Vec<u8> = (0..depth).rev().flat_map(|rest| [&[0x29][..], &(3 * rest).to_le_bytes()].concat()).collect();
    let row = binary_row(0, &[(7, 0, four(&[0]))]);
    for tokens in [nested, vec![0x18, 0x19, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], vec![0x1F, 0]] {
        let bytes = binary_workbook_of(&name(&tokens), &[shared("first")], std::slice::from_ref(&row));
        assert_eq!(cells(&bytes), pairs(&[("A1", "first")]));
    }
}

/// Why calamine is the second opinion on this format and not its reader. When this fails, it may have become one.
#[test]
fn what_calamine_makes_of_this_format() {
    let seen = |row: Vec<u8>| {
        let mut workbook = calamine::Xlsb::new(Cursor::new(binary_workbook(&[row]))).expect("a workbook");
        let mut reader = workbook.worksheet_cells_reader("Cases").expect("a sheet");
        let mut seen = Vec::new();
        while let Some(cell) = reader.next_cell().expect("a cell") {
            seen.push(Data::from(cell.get_value().clone()).to_string());
        }
        seen
    };
    // A cell cut short has the value of the one before it.
    assert_eq!(seen(binary_row(0, &[(5, 0, 42f64.to_le_bytes().to_vec()), (5, 0, vec![])])), ["42", "42"]);
    // Texts with a font of their own, and errors that formulas give, are left out.
    let (rich, error) = ([vec![0], wide("rich")].concat(), [vec![7], vec![0; 10]].concat());
    assert_eq!(seen(binary_row(0, &[(62, 0, rich), (11, 0, error)])), [""; 0]);
    // Nobody learns that this number is shown as 00007.
    assert_eq!(seen(binary_row(0, &[(2, 2, four(&[7 << 2 | 2]))])), ["7"]);
}
