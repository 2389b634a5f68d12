//! The old binary workbook, written here record by record, and what is ugly in it.

use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use quorate::sheet::{Limits, Value, read_bytes};

use super::{cells, open, pairs, refused, ugly};

fn two(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn four(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

const SECTOR: usize = 512;
const END: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;

/// A container with one stream: the table of sectors, the directory, the stream. A stream below 4,096 bytes would
/// have to lie among the small ones, so zeros are put after it.
fn container(mut stream: Vec<u8>) -> Vec<u8> {
    stream.resize(stream.len().max(4_096).next_multiple_of(SECTOR), 0);
    let sectors = stream.len() / SECTOR;
    let tables = (sectors + 1).div_ceil(127);
    assert!(tables <= 109, "more than the header can name");
    let first = tables as u32 + 1;
    let mut next = vec![0xFFFF_FFFD; tables];
    next.push(END);
    next.extend((1..sectors as u32).map(|sector| first + sector));
    next.push(END);
    next.resize(tables * SECTOR / 4, FREE);
    let mut header = vec![0; SECTOR];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    put(24, &two(&[0x3E, 3, 0xFFFE, 9, 6]));
    put(44, &four(&[tables as u32, tables as u32, 0, 4_096, END, 0, END, 0]));
    let named: Vec<u32> = (0..109).map(|table| if table < tables { table as u32 } else { FREE }).collect();
    put(76, &four(&named));
    let entry = |name: &str, kind: u8, child: u32, start: u32, length: usize| {
        let mut entry = two(&name.encode_utf16().collect::<Vec<u16>>());
        entry.resize(64, 0);
        entry.extend(two(&[name.len() as u16 * 2 + 2]));
        entry.extend([kind, 1]);
        entry.extend(four(&[FREE, FREE, child]));
        entry.resize(116, 0);
        entry.extend(four(&[start, length as u32, 0]));
        entry
    };
    let directory =
        [entry("Root Entry", 5, 1, END, 0), entry("Workbook", 2, FREE, first, stream.len()), vec![0; 256]].concat();
    [header, four(&next), directory, stream].concat()
}

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    [&two(&[kind, content.len() as u16]), content].concat()
}

/// A workbook with further records of what its sheets share, and its sheets by their records.
fn workbook(further: &[u8], sheets: &[Vec<u8>]) -> Vec<u8> {
    let begin = |kind: u16| record(0x0809, &two(&[0x0600, kind, 0, 0, 0, 0, 0, 0]));
    let end = record(0x000A, &[]);
    let listed = |start: usize, sheet: usize| {
        let name = format!("S{sheet}");
        record(0x0085, &[&four(&[start as u32])[..], &[0, 0, name.len() as u8, 0], name.as_bytes()].concat())
    };
    let list: usize = (0..sheets.len()).map(|sheet| listed(0, sheet).len()).sum();
    let mut start = begin(5).len() + list + further.len() + end.len();
    let (mut globals, mut rest) = (begin(5), Vec::new());
    for (number, sheet) in sheets.iter().enumerate() {
        globals.extend(listed(start, number));
        let whole = [begin(16), sheet.clone(), end.clone()].concat();
        start += whole.len();
        rest.extend(whole);
    }
    container([globals, further.to_vec(), end, rest].concat())
}

fn number(row: u16, column: u16, number: f64) -> Vec<u8> {
    record(0x0203, &[two(&[row, column, 0]), number.to_le_bytes().to_vec()].concat())
}

/// What a reader of the whole sheet at once would ask memory for: none of it stands in the cells.
#[test]
fn what_a_sheet_says_of_its_size_asks_for_nothing() {
    let size = record(0x0200, &[four(&[0, u32::MAX]), two(&[0, u16::MAX, 0])].concat());
    let one = number(0, 0, 1.0);
    assert_eq!(cells(&workbook(&[], &[[size, one.clone()].concat()])), pairs(&[("A1", "1")]));
    let corners = [one.clone(), number(u16::MAX, 255, 2.0)].concat();
    let book = open(&workbook(&[], &vec![corners; 100])).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((book.sheets.len(), book.sheets[99].text(65_535, 255)), (100, "2".to_owned()));
    let outside = [one, number(u16::MAX, u16::MAX, 2.0)].concat();
    assert!(refused(&workbook(&[], &[outside])).contains("outside"));
}

#[test]
fn one_long_text_in_many_cells_is_kept_once() {
    let text = [four(&[1, 1]), two(&[8_000]), vec![0], vec![b'x'; 8_000]].concat();
    let cell = |place: u32| [two(&[(place % 60_000) as u16, (place / 60_000) as u16, 0]), four(&[0])].concat();
    let sheet: Vec<u8> = (0..200_000).flat_map(|place| record(0x00FD, &cell(place))).collect();
    // 200,000 copies would be 1.6 GB.
    let limits = Limits { kept_bytes: 20_000, ..Limits::default() };
    let bytes = workbook(&record(0x00FC, &text), &[sheet]);
    let book = read_bytes(Path::new("a.xls"), &bytes, &limits).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(book.sheets[0].cells.len(), 200_000);
}

#[test]
fn a_directory_that_runs_in_a_circle_is_refused() {
    let mut bytes = workbook(&[], &[number(0, 0, 1.0)]);
    // The directory is the second sector: it becomes its own successor.
    bytes[SECTOR + 4..SECTOR + 8].copy_from_slice(&four(&[1]));
    assert!(refused(&bytes).contains("damaged"));
}

/// A formula whose text goes on in a continuation, and a label in characters of 16 bits beside a code page.
fn texts() -> Vec<u8> {
    let formula = record(0x0006, &[two(&[0, 0, 0, 0, 0, 0, 0xFFFF]), vec![0; 8]].concat());
    let begun = record(0x0207, &[two(&[9_000]), vec![0], vec![b'x'; 8_000]].concat());
    let ended = record(0x003C, &[vec![0], vec![b'y'; 1_000]].concat());
    let label = record(0x0204, &[two(&[1, 0, 0, 3]), vec![1], two(&[0x0141, 0x00F3, 0x0064])].concat());
    workbook(&record(0x0042, &two(&[1252])), &[[formula, begun, ended, label].concat()])
}

#[test]
fn texts_are_read_to_their_end_whatever_the_code_page_says() {
    let book = open(&texts()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(book.sheets[0].text(0, 0), "x".repeat(8_000) + &"y".repeat(1_000));
    assert_eq!(book.sheets[0].text(1, 0), "Łód");
}

/// Why calamine is the second opinion on this format and not its reader. When this fails, it may have become one.
#[test]
fn what_calamine_makes_of_this_format() {
    let mut workbook = calamine::Xls::new(Cursor::new(texts())).expect("a workbook");
    let range = workbook.worksheet_range("S0").expect("a sheet");
    let text = |row| range.get_value((row, 0)).map(ToString::to_string).unwrap_or_default();
    // The text ends where the continuation begins; 16-bit characters are taken for bytes of the code page.
    assert_eq!((text(0).contains('y'), text(1).as_str()), (false, "A\u{1}ó\0d\0"));
}

/// A moment as the days since the day before 31 December 1899, as calamine gives it.
fn days(moment: NaiveDateTime) -> f64 {
    let start = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a day").and_time(NaiveTime::MIN);
    (moment - start).num_milliseconds() as f64 / 86_400_000.0
}

/// Every cell that calamine sees, we see, and the same in it.
#[test]
fn an_ordinary_workbook_is_what_calamine_says() {
    let bytes = ugly("ordinary.xls");
    let book = open(&bytes).expect("a workbook");
    let mut other = calamine::Xls::new(Cursor::new(bytes)).expect("a workbook");
    let mut compared = 0;
    for sheet in &book.sheets {
        let range = other.worksheet_range(&sheet.name).expect("the same sheet");
        let Some((top, left)) = range.start() else {
            assert!(sheet.cells.is_empty(), "{}", sheet.name);
            continue;
        };
        for (row, column, theirs) in range.used_cells() {
            let ours = sheet.cell(row as u32 + top, column as u32 + left).map(|cell| &cell.value);
            let same = match (theirs, ours) {
                (Data::String(theirs), Some(Value::Text(ours))) => *theirs == **ours,
                (Data::String(theirs), None) => theirs.is_empty(),
                (Data::Float(theirs), Some(Value::Number(ours))) => theirs == ours,
                (Data::Int(theirs), Some(Value::Number(ours))) => *theirs as f64 == *ours,
                (Data::Bool(theirs), Some(Value::Bool(ours))) => theirs == ours,
                (Data::Error(theirs), Some(Value::Error(ours))) => theirs.to_string() == **ours,
                (Data::DateTime(theirs), Some(Value::Date(ours))) => theirs.as_f64() == days(*ours),
                (Data::DateTime(theirs), Some(Value::Time(ours))) => {
                    (theirs.as_f64() * 86_400.0).round() as i64 == ours.num_seconds()
                }
                _ => false,
            };
            assert!(same, "{} {row} {column}: {theirs:?} and {ours:?}", sheet.name);
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared}");
}
