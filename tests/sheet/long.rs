//! Sheets long enough to be read in blocks side by side: whatever the rows say of themselves, every cell is where it belongs.

use std::fmt::Write;

use super::{open, refused, rows, workbook};

const ROWS: u32 = 30_000;

/// How rows and cells say where they stand.
#[derive(Clone, Copy)]
enum Say {
    Everything,
    /// The rows only.
    Rows,
    /// The cells only.
    Cells,
    Nothing,
}

/// The lines of the rows `from..to`, three cells in each, about 100 bytes a row.
fn lines(from: u32, to: u32, say: Say) -> String {
    let mut out = String::new();
    for row in from..to {
        match say {
            Say::Everything | Say::Rows => write!(out, "<row r=\"{}\">", row + 1),
            Say::Cells | Say::Nothing => write!(out, "<row>"),
        }
        .expect("to memory");
        for (column, letter) in ["A", "B", "C"].into_iter().enumerate() {
            let place = match say {
                Say::Everything | Say::Cells => format!(" r=\"{letter}{}\"", row + 1),
                Say::Rows | Say::Nothing => String::new(),
            };
            write!(out, "<c{place} t=\"inlineStr\"><is><t>{row}/{column}</t></is></c>").expect("to memory");
        }
        out.push_str("</row>\n");
    }
    out
}

fn sheet(inside: &str, behind: &str) -> Vec<u8> {
    workbook(&rows(&format!("{inside}</sheetData>{behind}<sheetData>")), &[])
}

/// Every one of the rows, with its cells in their order and nothing beside them.
fn assert_whole(bytes: &[u8], what: &str) {
    let book = open(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    let cells = &book.sheets[0].cells;
    assert_eq!(cells.len(), 3 * ROWS as usize, "{what}");
    for (cell, at) in cells.iter().zip(0..) {
        let (row, column) = (at / 3, at % 3);
        assert_eq!((cell.row, cell.column), (row, column), "{what}");
        assert_eq!(cell.text(), format!("{row}/{column}"), "{what}");
    }
}

#[test]
fn rows_are_where_they_say_or_where_they_follow() {
    assert_whole(&sheet(&lines(0, ROWS, Say::Everything), ""), "numbered");
    assert_whole(&sheet(&lines(0, ROWS, Say::Rows), ""), "rows numbered, cells not");
    assert_whole(&sheet(&lines(0, ROWS, Say::Cells), ""), "cells named, rows not numbered");
    assert_whole(&sheet(&lines(0, ROWS, Say::Nothing), ""), "neither");
    let mixed: String = (0..ROWS / 1_000)
        .map(|part| (part * 1_000, if part % 3 == 0 { Say::Everything } else { Say::Nothing }))
        .map(|(from, say)| lines(from, from + 1_000, say))
        .collect();
    assert_whole(&sheet(&mixed, ""), "numbered here and there");
    let byte_order_mark = [&[0xEF, 0xBB, 0xBF][..], &rows(&lines(0, ROWS, Say::Everything))[..]].concat();
    assert_whole(&workbook(&byte_order_mark, &[]), "with a byte order mark");
}

#[test]
fn a_row_that_is_none_is_not_read() {
    let decoy = r#"<row r="7"><c r="A7" t="inlineStr"><is><t>nobody</t></is></c></row>"#;
    let (first, second) = (lines(0, ROWS / 2, Say::Everything), lines(ROWS / 2, ROWS, Say::Everything));
    // Long enough to be cut, if the cut did not know better.
    let many = decoy.repeat(20_000);
    assert_whole(&sheet(&format!("{first}<!--{many}-->{second}"), ""), "in a comment");
    assert_whole(&sheet(&format!("{first}<?old {many}?>{second}"), ""), "in an instruction");
    assert_whole(&sheet(&format!("{first}{second}"), &many), "behind the rows");
    let literal = format!("<row><c/></row><![CDATA[{decoy}]]>");
    assert_whole(&sheet(&format!("{first}{second}{literal}"), ""), "in a literal section");
}

#[test]
fn a_fault_in_the_middle_of_a_long_sheet_is_told_and_a_cut_one_refused() {
    let missing = "<row r=\"20001\"><c r=\"A20001\" t=\"s\"><v>5</v></c></row>";
    let inside = lines(0, 20_000, Say::Everything) + missing + &lines(20_001, ROWS, Say::Everything);
    let said = refused(&sheet(&inside, ""));
    assert!(said.contains("a text that is not in the workbook"), "{said}");
    for end in [1_000_000, 2_100_000] {
        let mut cut = rows(&lines(0, ROWS, Say::Everything));
        assert!(cut.len() > end);
        cut.truncate(end);
        let said = refused(&workbook(&cut, &[]));
        assert!(said.contains("within an element") || said.contains("in the middle of its rows"), "{said}");
    }
    let far = "<row r=\"20001\"><c r=\"A2000001\"><v>5</v></c></row>";
    let inside = lines(0, 20_000, Say::Everything) + far + &lines(20_001, ROWS, Say::Everything);
    let said = refused(&sheet(&inside, ""));
    assert!(said.contains("outside the bounds"), "{said}");
}
