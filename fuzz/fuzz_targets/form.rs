//! The sheets survey, choices and settings (or one sheet) as a form, and what is read written in every format.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate::convert::{self, Format};

mod shared;

fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("form.zip");
    let Some(bytes) = shared::zipped(&shared::parts(data)) else { return };
    std::fs::write(&path, bytes).expect("written");
    let Ok(loaded) = convert::read(&path, None) else { return };
    let _ = convert::hints(&loaded.form);
    for format in [Format::Toml, Format::Redcap, Format::Limesurvey, Format::Ddi, Format::TableSchema] {
        let _ = convert::write(&loaded.form, format);
    }
});
