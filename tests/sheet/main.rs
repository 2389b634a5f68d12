//! Reading spreadsheets: ordinary ones of every format, real ones, and ugly ones, each named by its defect.
#![allow(clippy::print_stderr, reason = "a test says when it is skipped")]

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use quorate::sheet::{Book, Cell, Format, Limits, Shown, Value, Visibility, read, read_bytes};

mod binary;
mod long;
mod old;

/// Published workbooks, which are not part of the repository.
fn real(name: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared/real", "../../shared/real"].iter().map(|f| here.join(f).join(name)).find(|p| p.exists());
    if found.is_none() {
        eprintln!("skipped: {name} is not here");
    }
    found
}

fn ugly(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ugly").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn open(bytes: &[u8]) -> quorate::Result<Book> {
    read_bytes(Path::new("returned.xlsx"), bytes, &Limits::default())
}

/// The problem and what was found, when a file is refused; within seconds, whatever it is.
fn refused(bytes: &[u8]) -> String {
    let start = Instant::now();
    let error = open(bytes).expect_err("a file that cannot be read");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert_eq!(error.kind, quorate::error::Kind::File);
    assert!(error.hint.is_some(), "no remedy: {error}");
    format!("{} | {}", error.problem, error.found.clone().unwrap_or_default())
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("an archive").into_inner()
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const WORKBOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships>
<Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/>
<Relationship Id="rId3" Type="http://x/styles" Target="../xl/styles.xml"/></Relationships>"#;

/// A workbook of one sheet, written by hand, with further parts.
fn workbook(sheet: &[u8], further: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    parts.extend(further);
    zipped(&parts)
}

fn rows(inside: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?><worksheet><sheetData>{inside}</sheetData></worksheet>").into_bytes()
}

fn cells(bytes: &[u8]) -> Vec<(String, String)> {
    let book = open(bytes).unwrap_or_else(|error| panic!("{error}"));
    book.sheets[0].cells.iter().map(|cell| (cell.name(), cell.text())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(cell, text)| ((*cell).to_owned(), (*text).to_owned())).collect()
}

// ---- ordinary workbooks -------------------------------------------------------------------------------------------

#[test]
fn one_workbook_is_the_same_in_every_format() {
    let xlsx = open(&ugly("ordinary.xlsx")).expect("xlsx");
    let ods = open(&ugly("ordinary.ods")).expect("ods");
    let xls = open(&ugly("ordinary.xls")).expect("xls");
    assert_eq!((xlsx.format, ods.format, xls.format), (Format::Xlsx, Format::Ods, Format::Xls));
    let cases = xlsx.sheet("cases").expect("found without regard to case");
    let sees = |cell: &str, row, column| assert_eq!(cases.cell(row, column).map(Cell::text).as_deref(), Some(cell));
    sees("00007", 7, 0);
    sees("Ünï “7”", 7, 1);
    sees("7.25", 7, 2);
    sees("2024-01-08", 7, 3);
    sees("06:30:00", 7, 4);
    sees("7%", 7, 5);
    sees("FALSE", 7, 6);
    sees("14", 7, 7);
    sees("#DIV/0!", 3, 7);
    sees("  spaced  ", 4, 9);
    sees("line\nbreak", 5, 9);
    sees("2024-02-29T13:45:30", 7, 9);
    assert!(cases.cell(7, 7).is_some_and(|cell| cell.formula && cell.value == Value::Number(14.0)));
    assert_eq!(cases.merged.len(), 1);
    let visible: Vec<Visibility> = xlsx.sheets.iter().map(|sheet| sheet.visibility).collect();
    assert_eq!(visible, [Visibility::Visible, Visibility::Hidden, Visibility::Hidden, Visibility::Visible]);
    for (name, other) in [("ods", &ods), ("xls", &xls)] {
        assert_eq!(other.sheets.len(), xlsx.sheets.len());
        for (ours, theirs) in xlsx.sheets.iter().zip(&other.sheets) {
            assert_eq!(ours.name, theirs.name);
            assert_eq!(ours.visibility == Visibility::Visible, theirs.visibility == Visibility::Visible);
            assert_eq!(ours.merged, theirs.merged, "{name}");
            for (left, right) in ours.cells.iter().zip(&theirs.cells) {
                // The program that made these files writes truths as 1 and 0, except to xlsx.
                let seen = |cell: &Cell| match cell.text().as_str() {
                    "TRUE" => "1".to_owned(),
                    "FALSE" => "0".to_owned(),
                    text => text.chars().take(40).collect(),
                };
                let place = format!("{name} {} {}", ours.name, left.name());
                assert_eq!(
                    (left.name(), seen(left), left.formula),
                    (right.name(), seen(right), right.formula),
                    "{place}"
                );
                assert_eq!(left.text().len() > 9_000, right.text().len() > 9_000, "{place}");
            }
            assert_eq!(ours.cells.len(), theirs.cells.len(), "{name} {}", ours.name);
        }
    }
}

#[test]
fn a_formula_saved_without_its_result_says_so() {
    let book = open(&ugly("not-calculated.xlsx")).expect("a workbook");
    let cell = book.sheets[0].cell(7, 7).expect("a formula");
    assert!(cell.formula);
    assert_eq!(cell.text(), Value::NOT_CALCULATED);
    let visible: Vec<Visibility> = book.sheets.iter().map(|sheet| sheet.visibility).collect();
    assert_eq!(visible, [Visibility::Visible, Visibility::Hidden, Visibility::VeryHidden, Visibility::Visible]);
}

#[test]
fn what_we_write_we_read() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let zeros = rust_xlsxwriter::Format::new().set_num_format("0000");
    sheet.write(0, 0, "0042").expect("a text");
    sheet.write_with_format(1, 0, 42, &zeros).expect("a number");
    sheet.write(2, 1, "a\u{a0}b").expect("a text");
    sheet.write_formula(3, 2, rust_xlsxwriter::Formula::new("=1+1").set_result("2")).expect("a formula");
    for row in 10..2_000 {
        sheet.write_blank(row, 5, &zeros).expect("a blank");
    }
    let bytes = workbook.save_to_buffer().expect("a workbook");
    assert_eq!(cells(&bytes), pairs(&[("A1", "0042"), ("A2", "0042"), ("B3", "a\u{a0}b"), ("C4", "2")]));
    let sheet = &open(&bytes).expect("a workbook").sheets[0];
    assert_eq!((sheet.height(), sheet.width()), (4, 3));
    assert_eq!(sheet.cell(1, 0).map(|cell| (cell.shown, cell.value.clone())), Some((Shown::Padded(4), 42.0.into())));
}

// ---- ugly but readable --------------------------------------------------------------------------------------------

#[test]
fn handwritten_sheets_are_read() {
    for (name, sheet, expected) in [
        ("no references", rows("<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>"), pairs(&[("A1", "1"), ("C1", "2"), ("A3", "3")])),
        ("rows out of order", rows(r#"<row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#), pairs(&[("A1", "1"), ("A2", "2")])),
        ("one place twice", rows(r#"<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>"#), pairs(&[("A1", "2")])),
        ("inline and rich text", rows(r#"<row><c t="inlineStr"><is><r><t>a </t></r><r><t>b</t></r><rPh><t>x</t></rPh></is></c></row>"#), pairs(&[("A1", "a b")])),
        ("escapes", rows(r#"<row><c t="str"><v>a_x000D_&#10;b &amp;amp;</v></c></row>"#), pairs(&[("A1", "a\r\nb &amp;")])),
        ("literal text", rows(r#"<row><c t="str"><v><![CDATA[<b>]]></v></c></row>"#), pairs(&[("A1", "<b>")])),
        ("prefixes", br#"<x:worksheet xmlns:x="y"><x:sheetData><x:row r="1"><x:c r="B1"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>"#.to_vec(), pairs(&[("B1", "5")])),
        ("an ISO date", rows(r#"<row><c t="d"><v>2024-03-01T00:00:00Z</v></c></row>"#), pairs(&[("A1", "2024-03-01")])),
        ("truth and errors", rows(r#"<row><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>"#), pairs(&[("A1", "TRUE"), ("B1", "#N/A")])),
        ("not numbers", rows("<row><c><v>NaN</v></c><c><v>inf</v></c><c><v>1e400</v></c></row>"), pairs(&[("A1", "NaN"), ("B1", "inf"), ("C1", "1e400")])),
        ("a mark at the beginning", [b"\xEF\xBB\xBF".to_vec(), rows("<row><c><v>1</v></c></row>")].concat(), pairs(&[("A1", "1")])),
        ("a great sign in quotes", rows(r#"<row spans=">"><c r='A1' x="/>"><v>1</v></c></row>"#), pairs(&[("A1", "1")])),
    ] {
        assert_eq!(cells(&workbook(&sheet, &[])), expected, "{name}");
    }
}

#[test]
fn styles_and_shared_texts_are_found_by_relation() {
    let styles = br#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;
    let texts = b"<sst><si><t>first</t></si><si/><si><r><t xml:space=\"preserve\"> second</t></r></si></sst>";
    let sheet = rows(
        r#"<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c s="1"><v>45292</v></c><c s="2"><v>7</v></c></row>"#,
    );
    let bytes = workbook(&sheet, &[("XL\\SharedStrings.xml", texts), ("xl/styles.xml", styles)]);
    assert_eq!(cells(&bytes), pairs(&[("A1", "first"), ("C1", " second"), ("D1", "2024-01-01"), ("E1", "00007")]));
    let none = workbook(&rows(r#"<row><c t="s"><v>9</v></c></row>"#), &[("xl/sharedStrings.xml", texts)]);
    assert!(refused(&none).contains("not in the workbook"));
}

#[test]
fn dates_count_from_1904_when_the_workbook_says_so() {
    let listed = WORKBOOK.replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>");
    let styles = b"<styleSheet><cellXfs><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
    let sheet = rows(r#"<row><c s="0"><v>43830</v></c></row>"#);
    let bytes = zipped(&[
        ("xl/workbook.xml", listed.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/styles.xml", styles),
    ]);
    assert_eq!(cells(&bytes), pairs(&[("A1", "2024-01-01")]));
}

fn ods(content: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles><style:style style:name=\"ta2\"><style:table-properties \
         table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{content}\
         </office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
    ])
}

fn table(rows: &str) -> String {
    format!("<table:table table:name=\"T\">{rows}</table:table>")
}

#[test]
fn open_documents_keep_spaces_and_leave_notes_out() {
    let bytes = ods(&table(
        "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>\
         <table:table-row><table:table-cell office:value-type=\"string\"><office:annotation><text:p>note</text:p></office:annotation>\
         <text:p>a<text:s text:c=\"2\"/>b\n   c<text:tab/><text:span>d</text:span></text:p><text:p>e</text:p></table:table-cell>\
         <table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"float\" office:value=\"5\"><text:p>0005</text:p></table:table-cell>\
         <table:covered-table-cell office:value-type=\"float\" office:value=\"9\"/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"2\"><table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>",
    ));
    let expected = [("A4", "a  b c\td\ne"), ("B4", "0005"), ("C4", "0005"), ("A5", "TRUE"), ("A6", "TRUE")];
    assert_eq!(cells(&bytes), pairs(&expected));
}

// ---- ugly and refused ---------------------------------------------------------------------------------------------

#[test]
fn text_files_in_a_zip_are_sheets() {
    let book = open(&zipped(&[
        ("media/photo.jpg", b"\xFF\xD8"),
        ("form.csv", b"id,q1\n7,x\n"),
        ("form-visits.csv", b"id;at\n7;1\n"),
    ]))
    .expect("an archive of text files");
    let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["form-visits", "form"]);
    assert_eq!((book.sheets[0].text(1, 1), book.sheets[1].text(1, 1)), ("1".to_owned(), "x".to_owned()));
    assert!(refused(&zipped(&[("empty.csv", b"")])).contains("empty"));
}

#[test]
fn what_is_no_spreadsheet_is_named() {
    for (bytes, name) in [
        (b"%PDF-1.7 ...".to_vec(), "PDF"),
        (b"\x89PNG\r\n\x1a\n".to_vec(), "picture"),
        (b"PAR1....".to_vec(), "Parquet"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>".to_vec(), "web page"),
        (b"\n <!DOCTYPE html><html></html>".to_vec(), "web page"),
        (
            br#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>"#.to_vec(),
            "Excel 2003",
        ),
        (zipped(&[("word/document.xml", b"<w/>")]), "docx"),
        (zipped(&[("data.bin", b"a,b\n")]), "zip archive"),
        (vec![0, 1, 2, 3, 0, 0, 7, 8, 9, 200, 201, 0], "no text"),
        (b"PK\x03\x04 and then nothing of a zip".to_vec(), "damaged"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and then nothing".to_vec(), "damaged"),
        (Vec::new(), "empty"),
    ] {
        let said = refused(&bytes);
        assert!(said.contains(name), "{name}: {said}");
    }
}

#[test]
fn a_renamed_text_file_is_read_as_text() {
    let book = read_bytes(Path::new("frame.xls"), b"id,area\n007,North\n", &Limits::default()).expect("text");
    assert_eq!(book.format, Format::Delimited(','));
    assert_eq!(book.sheets[0].text(1, 0), "007");
    // The beginning of a zip archive is PK too, and a Cyrillic text may begin as an old Office file does.
    for text in [&b"PK,area\n1,North\n"[..], b"\xD0\xCF,area\n1,North\n"] {
        assert_eq!(open(text).expect("text").format, Format::Delimited(','));
    }
}

#[test]
fn a_missing_file_and_a_folder_are_named() {
    let missing = read(Path::new("no-such-file.xlsx"), &Limits::default()).expect_err("missing");
    assert!(missing.problem.contains("no such file"));
    let folder = read(Path::new(env!("CARGO_MANIFEST_DIR")), &Limits::default()).expect_err("a folder");
    assert!(folder.problem.contains("folder"));
}

#[test]
fn passwords_are_asked_to_be_taken_off() {
    let mut xls = ugly("ordinary.xls");
    // The record of the code page becomes the record that says: encrypted from here on.
    let place = xls.windows(4).position(|four| four == [0x42, 0, 2, 0]).expect("a code page");
    xls[place] = 0x2F;
    let manifest = b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let mimetype: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
    let ods = zipped(&[("mimetype", mimetype), ("content.xml", b"\x01\x02"), ("META-INF/manifest.xml", manifest)]);
    for bytes in [ugly("encrypted.xlsx"), xls, ods, zipped(&[("mimetype", mimetype), ("encrypted-package", b"")])] {
        assert!(refused(&bytes).contains("password"));
    }
}

#[test]
fn a_file_cut_short_anywhere_is_refused_or_read_but_never_ends_the_program() {
    for name in ["ordinary.xlsx", "ordinary.ods", "ordinary.xls"] {
        let whole = ugly(name);
        let mut refusals = 0;
        for step in 1..40 {
            let cut = &whole[..whole.len() * step / 40];
            refusals += usize::from(open(cut).is_err());
        }
        assert!(refusals > 35, "{name}: {refusals}");
    }
}

#[test]
fn bytes_changed_anywhere_never_end_the_program() {
    for name in ["ordinary.xls", "ordinary.ods", "ordinary.xlsx"] {
        let whole = ugly(name);
        let mut state = 7u64;
        for _ in 0..150 {
            let mut bytes = whole.clone();
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let place = (state >> 33) as usize % bytes.len();
                bytes[place] = (state >> 20) as u8;
            }
            let _ = open(&bytes);
        }
    }
}

#[test]
fn two_far_corners_ask_for_nothing() {
    let sheet = rows(r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#);
    assert_eq!(cells(&workbook(&sheet, &[])), pairs(&[("A1", "1"), ("XFD1048576", "2")]));
    let repeated = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"1048574\"><table:table-cell/></table:table-row><table:table-row>\
         <table:table-cell table:number-columns-repeated=\"16383\"/><table:table-cell office:value-type=\"float\" office:value=\"2\"/></table:table-row>";
    assert_eq!(cells(&ods(&table(repeated))), pairs(&[("A1", "1"), ("XFD1048576", "2")]));
}

#[test]
fn absurd_references_are_refused() {
    for reference in ["A99999999999", "ZZZZZZZZ1", "XFE1", "A1048577", "", "1A", "A0", "☺1"] {
        let sheet = rows(&format!("<row><c r=\"{reference}\"><v>1</v></c></row>"));
        assert!(refused(&workbook(&sheet, &[])).contains("outside"), "{reference}");
    }
    assert!(refused(&workbook(&rows("<row r=\"4294967295\"><c><v>1</v></c></row>"), &[])).contains("outside"));
}

#[test]
fn repeated_values_without_end_are_refused() {
    let value = "office:value-type=\"float\" office:value=\"1\"";
    for rows in [
        format!(
            "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16384\" {value}/></table:table-row>"
        ),
        format!(
            "<table:table-row table:number-rows-repeated=\"4294967295\"><table:table-cell {value}/></table:table-row>"
        ),
        format!(
            "<table:table-row><table:table-cell table:number-columns-repeated=\"4294967295\" {value}/></table:table-row>"
        ),
        format!(
            "<table:table-row><table:table-cell table:number-columns-repeated=\"4294967295\"/><table:table-cell table:number-columns-repeated=\"9\" {value}/></table:table-row>"
        ),
    ] {
        let said = refused(&ods(&table(&rows)));
        assert!(said.contains("too large") || said.contains("outside"), "{said}");
    }
    let spaces = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p><text:s text:c=\"4294967295\"/><text:s text:c=\"9\"/></text:p></table:table-cell></table:table-row>";
    assert!(refused(&ods(&table(spaces))).contains("too large"));
}

/// An archive with one part whose content is a beginning, so many zeros or blanks, and an end.
fn inflating(name: &str, start: &str, filler: &[u8], times: usize, end: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (part, content) in [("xl/workbook.xml", WORKBOOK), ("xl/_rels/workbook.xml.rels", RELATIONS)] {
        zip.start_file(part, options).expect("a part");
        zip.write_all(content.as_bytes()).expect("its content");
    }
    if name != "xl/worksheets/sheet1.xml" {
        zip.start_file("xl/worksheets/sheet1.xml", options).expect("a part");
        zip.write_all(&rows("<row><c t=\"s\"><v>0</v></c></row>")).expect("its content");
    }
    zip.start_file(name, options).expect("a part");
    zip.write_all(start.as_bytes()).expect("its content");
    let block = filler.repeat(64 * 1024 / filler.len());
    for _ in 0..times * filler.len() / block.len() + 1 {
        zip.write_all(&block).expect("its content");
    }
    zip.write_all(end.as_bytes()).expect("its content");
    zip.finish().expect("an archive").into_inner()
}

#[test]
fn texts_and_parts_that_inflate_without_end_are_refused() {
    let sheet = "xl/worksheets/sheet1.xml";
    let texts = "xl/sharedStrings.xml";
    let head = "<worksheet><sheetData><row>";
    for (name, bytes) in [
        (
            "a text of the sheet",
            inflating(
                sheet,
                &format!("{head}<c t=\"str\"><v>"),
                b" ",
                16 << 20,
                "</v></c></row></sheetData></worksheet>",
            ),
        ),
        ("an attribute", inflating(sheet, &format!("{head}<c r=\""), b"A", 16 << 20, "\"/>")),
        ("a comment", inflating(sheet, &format!("{head}<!--"), b" ", 16 << 20, "-->")),
        (
            "a text in pieces",
            inflating(sheet, &format!("{head}<c t=\"inlineStr\"><is>"), b"<t>0123456789abcdef</t>", 1 << 20, ""),
        ),
        ("a shared text", inflating(texts, "<sst><si><t>", b"x", 16 << 20, "</t></si></sst>")),
        ("empty shared texts", inflating(texts, "<sst>", b"<si></si>", 12 << 20, "</sst>")),
    ] {
        assert!(bytes.len() < 2 << 20, "{name}: {}", bytes.len());
        let said = refused(&bytes);
        assert!(said.contains("too large"), "{name}: {said}");
    }
}

#[test]
fn empty_cells_without_end_are_nothing() {
    let bytes = inflating(
        "xl/worksheets/sheet1.xml",
        "<worksheet><sheetData><row>",
        b"<c s=\"1\"/>",
        2 << 20,
        "</row></sheetData></worksheet>",
    );
    assert_eq!(cells(&bytes), pairs(&[]));
}

#[test]
fn markup_changed_anywhere_never_ends_the_program() {
    for name in ["ordinary.xlsx", "ordinary.ods"] {
        let mut archive = zip::ZipArchive::new(Cursor::new(ugly(name))).expect("an archive");
        let mut parts = Vec::new();
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).expect("a part");
            let mut content = Vec::new();
            part.read_to_end(&mut content).expect("its content");
            parts.push((part.name().expect("a name").into_owned(), content));
        }
        let mut state = 11u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for _ in 0..60 {
            let mut changed = parts.clone();
            for (_, content) in changed.iter_mut().filter(|(_, content)| !content.is_empty()) {
                for _ in 0..3 {
                    let place = random(content.len());
                    match random(4) {
                        0 => content[place] = random(256) as u8,
                        1 => content.truncate(place.max(content.len() / 2)),
                        2 => content.insert(place, b"<>\"'/&;9A"[random(9)]),
                        _ => content[place] = b"<>\"'/&;9A"[random(9)],
                    }
                    if content.is_empty() {
                        break;
                    }
                }
            }
            let parts: Vec<(&str, &[u8])> = changed.iter().map(|(name, c)| (name.as_str(), c.as_slice())).collect();
            let _ = open(&zipped(&parts));
        }
    }
}

#[test]
fn growing_entities_are_refused() {
    let laughs = br#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>"#;
    assert!(refused(&workbook(laughs, &[])).contains("document type"));
    let unknown = rows("<row><c t=\"str\"><v>&b;</v></c></row>");
    assert_eq!(cells(&workbook(&unknown, &[])), pairs(&[("A1", "&b;")]));
}

#[test]
fn limits_are_kept_to_the_cell() {
    let limits = Limits { cells: 3, ..Limits::default() };
    let of = |count: usize| workbook(&rows(&format!("<row>{}</row>", "<c><v>1</v></c>".repeat(count))), &[]);
    assert!(read_bytes(Path::new("a.xlsx"), &of(3), &limits).is_ok());
    assert!(read_bytes(Path::new("a.xlsx"), &of(4), &limits).is_err());
    let csv = |count: usize| "1,".repeat(count - 1) + "1";
    assert!(read_bytes(Path::new("a.csv"), csv(3).as_bytes(), &limits).is_ok());
    assert!(read_bytes(Path::new("a.csv"), csv(4).as_bytes(), &limits).is_err());
}

#[test]
fn merged_areas_without_number_or_order_end_in_time() {
    let merges: String = (1..50_000).map(|row| format!("<mergeCell ref=\"A{row}:XFD1048576\"/>")).collect();
    let sheet = format!(
        "<worksheet><sheetData><row r=\"1\"><c><v>1</v></c></row><row r=\"9\"><c><v>2</v></c></row></sheetData><mergeCells>{merges}</mergeCells></worksheet>"
    );
    let start = Instant::now();
    assert!(open(&workbook(sheet.as_bytes(), &[])).is_ok());
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn sheets_of_the_old_workbook_that_are_one_and_the_same_count_each_time() {
    let limits = Limits { inflated_bytes: 40_000, ..Limits::default() };
    let error = read_bytes(Path::new("a.xls"), &ugly("ordinary.xls"), &Limits { inflated_bytes: 4_000, ..limits });
    assert!(error.expect_err("too many bytes").problem.contains("too large"));
}

// ---- published workbooks ------------------------------------------------------------------------------------------

#[test]
fn the_blank_national_return_is_read_in_full() {
    let Some(path) = real("ascs-2021-22-data-return-blank.xlsx") else { return };
    let start = Instant::now();
    let book = read(&path, &Limits::default()).expect("a workbook");
    eprintln!("read in {:?}", start.elapsed());
    assert_eq!((book.format, book.sheets.len()), (Format::Xlsx, 16));
    let hidden = book.sheets.iter().filter(|sheet| sheet.visibility == Visibility::Hidden).count();
    assert_eq!(hidden, 3);
    compare_with_calamine(&path, &book);
}

#[test]
fn the_published_tables_are_read_in_full() {
    let Some(path) = real("ascs-2020-21-annex-tables.xlsx") else { return };
    let start = Instant::now();
    let book = read(&path, &Limits::default()).expect("a workbook");
    eprintln!("read in {:?}", start.elapsed());
    compare_with_calamine(&path, &book);
}

/// Every cell that calamine sees, we see, and the same in it.
fn compare_with_calamine(path: &Path, book: &Book) {
    use calamine::{DataRef, Reader};
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).expect("a file");
    let mut other = calamine::Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let mut compared = 0;
    for name in other.sheet_names() {
        let (Some(sheet), Ok(mut reader)) = (book.sheet(&name), other.worksheet_cells_reader(&name)) else { continue };
        while let Some(cell) = reader.next_cell().expect("a cell") {
            let (row, column) = cell.get_position();
            let ours = sheet.cell(row, column);
            let covered = sheet.merged.iter().any(|area| {
                (area.top..=area.bottom).contains(&row)
                    && (area.left..=area.right).contains(&column)
                    && (area.top, area.left) != (row, column)
            });
            let same = match (cell.get_value(), ours.map(|cell| &cell.value)) {
                (DataRef::Empty, None) => true,
                (DataRef::Empty, Some(Value::Error(text))) => &**text == Value::NOT_CALCULATED,
                (DataRef::Empty, Some(Value::Text(text))) => text.is_empty(),
                (_, None) if covered => true,
                (DataRef::SharedString(text), None) => text.is_empty(),
                (DataRef::SharedString(theirs), Some(Value::Text(ours))) => *theirs == &**ours,
                (DataRef::String(theirs), Some(Value::Text(ours))) => *theirs == **ours,
                (DataRef::Float(theirs), Some(Value::Number(ours))) => theirs == ours,
                (DataRef::Int(theirs), Some(Value::Number(ours))) => *theirs as f64 == *ours,
                (DataRef::Bool(theirs), Some(Value::Bool(ours))) => theirs == ours,
                (DataRef::DateTime(_), Some(Value::Date(_) | Value::Time(_))) => true,
                (DataRef::Error(theirs), Some(Value::Error(ours))) => theirs.to_string() == **ours,
                _ => false,
            };
            assert!(same, "{name} {row} {column}: {:?} and {ours:?}", cell.get_value());
            compared += 1;
        }
    }
    assert!(compared > 1_000, "{compared}");
}
