//! Any table as a return: every row must be accounted for.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use quorate::instrument::{self, Instrument};
use quorate::returns::{Expected, Rules, Sampled, SampledUnit, ingest};

static INSTRUMENT: LazyLock<Instrument> = LazyLock::new(|| {
    let text = include_str!("../../instruments/carers-survey.toml");
    instrument::parse(Path::new("carers-survey.toml"), text).expect("it ships")
});

static SAMPLED: LazyLock<Sampled> = LazyLock::new(|| {
    let unit = |i: usize| SampledUnit {
        serial: format!("S{i:03}"),
        id: format!("0{}", 100 + i),
        readings: vec![Expected { reading: 1, reader: String::new() }],
        variant: None,
    };
    let frame_ids = (100..=120).map(|id| format!("0{id}")).collect();
    Sampled { study: "carers".into(), sample: "0f3a".into(), id_column: "carer_id".into(), units: (1..=9).map(unit).collect(), frame_ids }
});

fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("r.csv"), data).expect("written");
    let returned = ingest(&INSTRUMENT, &SAMPLED, folder.path(), &Rules::default(), &|| {}).expect("the folder is there");
    assert!(returned.reconciles(), "a row was lost");
});
