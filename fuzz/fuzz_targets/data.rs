//! Any bytes as a data file: the first says of which kind.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate::table::Table;

fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else { return };
    let name = ["f.sav", "f.zsav", "f.csv", "f.sav"][usize::from(kind % 4)];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, data).expect("written");
    if let Ok(table) = Table::open(&path) {
        let columns: Vec<usize> = (0..table.names().len().min(50)).collect();
        let _ = table.read(&columns);
    }
});
