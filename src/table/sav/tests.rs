//! Files of an independent writer, whole and damaged.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use super::super::{Batch, MISSING, Table};
use super::*;

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/sav").join(name)
}

/// The rows of a column as texts, empty where missing.
fn texts(values: &Values) -> Vec<String> {
    (0..values.len()).map(|row| values.label_at(row).unwrap_or_default().to_owned()).collect()
}

fn columns(path: &Path) -> Result<Vec<(String, Values)>> {
    let table = Table::open(path)?;
    let all: Vec<usize> = (0..table.names().len()).collect();
    Ok(table.names().iter().cloned().zip(table.read(&all)?).collect())
}

#[test]
fn every_way_of_storing_gives_what_the_writer_says() {
    let expected = columns(&reference("expected.csv")).expect("csv");
    for name in ["plain.sav", "bytecode.sav", "packed.zsav"] {
        let found = columns(&reference(name)).expect("a file");
        assert_eq!(found.len(), expected.len());
        for ((name_found, values), (name_expected, wanted)) in found.iter().zip(&expected) {
            assert_eq!(name_found, name_expected);
            assert_eq!(texts(values), texts(wanted), "{name} {name_found}");
            assert_eq!(values.levels(), wanted.levels(), "{name} {name_found}");
        }
    }
}

#[test]
fn other_orders_of_bytes_and_other_letters_are_read() {
    let found = columns(&reference("big-endian.sav")).expect("a file");
    assert_eq!(found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["SCORE", "PLACE"]);
    assert_eq!(texts(&found[0].1), ["1.5", "", ""]);
    assert_eq!(texts(&found[1].1), ["Zürich", "", "Perth"]);
}

#[test]
fn batches_are_what_the_whole_is() {
    let table = Table::open(&reference("packed.zsav")).expect("a file");
    let (q1, long) = (table.column("q1").expect("q1"), 4);
    let whole = table.read(&[q1, long]).expect("read");
    let mut seen: Vec<Batch> = Vec::new();
    let passed = table.stream(&[(q1, As::Codes), (long, As::Numbers)], |batch| {
        seen.push(batch);
        true
    });
    let Ok(Passed::Whole(levels)) = passed else { panic!("{passed:?}") };
    assert_eq!(seen.len(), 1);
    let codes: Vec<u32> = seen[0].columns[0].codes().to_vec();
    let shown = |code: u32| (code != MISSING).then(|| levels[0].shown[levels[0].place[code as usize] as usize].clone());
    let found: Vec<String> = codes.into_iter().map(|code| shown(code).unwrap_or_default()).collect();
    assert_eq!(found, texts(&whole[0]));
    let numbers = whole[1].numbers().expect("numbers");
    for (a, b) in seen[0].columns[1].numbers().iter().zip(&numbers) {
        assert!(a == b || a.is_nan() && b.is_nan());
    }
    let text = table.column("region").expect("region");
    assert!(matches!(table.stream(&[(text, As::Numbers)], |_| true), Ok(Passed::GivenUp)));
}

/// What becomes of a file: a panic fails the test, an error is right, and rows are those that are there.
fn survives(bytes: &[u8], what: &str) -> Option<usize> {
    let read = || {
        let dictionary = dictionary::read(bytes).ok().filter(|dictionary| !dictionary.variables.is_empty())?;
        let cases = Cases::new(&bytes[dictionary.start as usize..], &dictionary).ok()?;
        let columns: Vec<usize> = (0..dictionary.variables.len()).collect();
        let values = Sav { dictionary }.read_cases(Path::new("damaged.sav"), cases, &columns).ok()?;
        Some(values[0].len())
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| panic!("{what} makes the reader panic"))
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    for name in ["plain.sav", "bytecode.sav", "packed.zsav", "big-endian.sav"] {
        let bytes = std::fs::read(reference(name)).expect("a file");
        // The packed file ends with a sum and a list of its blocks, and bytecode with room to spare: neither is needed.
        let spare = match name {
            "packed.zsav" => 64,
            "bytecode.sav" => 8,
            _ => 0,
        };
        for length in 0..bytes.len() - spare {
            assert_eq!(survives(&bytes[..length], name), None, "{name} cut off at {length}");
        }
        assert_eq!(survives(&bytes, name), Some(if name == "big-endian.sav" { 3 } else { 13 }));
    }
}

#[test]
fn no_byte_out_of_place_makes_the_reader_panic() {
    for name in ["bytecode.sav", "packed.zsav", "big-endian.sav"] {
        let bytes = std::fs::read(reference(name)).expect("a file");
        for at in 0..bytes.len().min(5_000) {
            for value in [0x7F, bytes[at] ^ 0x80, bytes[at].wrapping_add(1)] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                survives(&damaged, name);
            }
        }
    }
}

#[test]
fn absurd_counts_cost_nothing() {
    let bytes = std::fs::read(reference("big-endian.sav")).expect("a file");
    // A count of cases that are not there, and pieces of the dictionary that claim two gigabytes.
    let cases = 80;
    for at in (176..bytes.len() - 4).step_by(4).chain([cases]) {
        let mut damaged = bytes.clone();
        damaged[at..at + 4].copy_from_slice(&i32::MAX.to_be_bytes());
        survives(&damaged, "an absurd count");
    }
    let mut endless = bytes.clone();
    endless[cases..cases + 4].copy_from_slice(&(-1i32).to_be_bytes());
    assert_eq!(survives(&endless, "an unknown count"), Some(3));
}
