//! The parts inside an xlsx, xlsb or ods, zipped here: what checksums keep from `spreadsheet`.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;

mod shared;

fuzz_target!(|data: &[u8]| {
    if let Some(bytes) = shared::zipped(&shared::parts(data)) {
        let _ = quorate::sheet::read_bytes(Path::new("f"), &bytes, &shared::limits());
    }
});
