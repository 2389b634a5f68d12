//! Any text as a definition; one that is read is the same after it was written and read again.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use quorate::{convert, instrument};

fuzz_target!(|text: &str| {
    let path = Path::new("f.toml");
    let _ = instrument::examine(path, text);
    let Ok(loaded) = convert::read_native(path, text) else { return };
    let text = convert::write_native(&loaded.form);
    let again = convert::read_native(path, &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    // Where things stood may differ, and nothing else.
    let (before, after) = (format!("{:#?}", loaded.form), format!("{:#?}", again.form));
    let said = |form: &str| {
        form.lines().filter(|line| !line.trim().starts_with("cell:")).map(str::to_owned).collect::<Vec<_>>()
    };
    for (one, other) in said(&before).iter().zip(&said(&after)) {
        assert_eq!(one, other, "written and read again it is another form:\n{text}");
    }
});
