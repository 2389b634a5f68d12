//! Any bytes as a spreadsheet: xlsx, xlsb, xls, ods, csv, tsv or a zip of texts.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;

mod shared;

fuzz_target!(|data: &[u8]| {
    if let Ok(book) = quorate::sheet::read_bytes(Path::new("f"), data, &shared::limits()) {
        for sheet in &book.sheets {
            for (_, cells) in sheet.rows() {
                cells.iter().for_each(|cell| drop(cell.text()));
            }
        }
    }
});
