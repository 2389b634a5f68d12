//! Reading spreadsheets: ordinary ones of every format, real ones, and ugly ones, each named by its defect.

use std::path::{Path, PathBuf};
use std::time::Instant;

use quorate::sheet::{Book, Format, Limits, Value, Visibility, read, read_bytes};

/// Published workbooks, which are not part of the repository.
fn real(name: &str) -> Option<PathBuf> {
    let path = [env!("CARGO_MANIFEST_DIR"), "../shared/real", name].iter().collect::<PathBuf>();
    let path =
        if path.exists() { path } else { [env!("CARGO_MANIFEST_DIR"), "../../shared/real", name].iter().collect() };
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {name} is not here");
    None
}

fn open(bytes: &[u8]) -> quorate::Result<Book> {
    read_bytes(Path::new("returned.xlsx"), bytes, &Limits::default())
}

#[test]
fn the_blank_national_return_is_read_in_full() {
    let Some(path) = real("ascs-2021-22-data-return-blank.xlsx") else { return };
    let start = Instant::now();
    let book = read(&path, &Limits::default()).expect("a workbook");
    eprintln!("read in {:?}", start.elapsed());
    assert_eq!(book.format, Format::Xlsx);
    assert_eq!(book.sheets.len(), 16);
    for sheet in &book.sheets {
        eprintln!(
            "{:<40} {:?} {} x {} {} merged",
            sheet.name,
            sheet.visibility,
            sheet.height(),
            sheet.width(),
            sheet.merged.len()
        );
    }
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
    let mut other: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let names: Vec<String> = other.sheet_names().into_iter().collect();
    let mut compared = 0;
    for name in names {
        let Some(sheet) = book.sheet(&name) else { continue };
        let Ok(mut reader) = other.worksheet_cells_reader(&name) else { continue };
        while let Some(cell) = reader.next_cell().expect("a cell") {
            let (row, column) = cell.get_position();
            let ours = sheet.cell(row, column);
            let covered = sheet.merged.iter().any(|area| {
                (area.top..=area.bottom).contains(&row)
                    && (area.left..=area.right).contains(&column)
                    && (area.top, area.left) != (row, column)
            });
            let value = ours.map(|cell| &cell.value);
            let same = match (cell.get_value(), value) {
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
