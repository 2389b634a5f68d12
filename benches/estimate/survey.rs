//! The survey that the benchmark estimates from: made up, the same every time.

use std::io::{BufWriter, Write};
use std::path::Path;

/// Items of the survey.
pub const ITEMS: usize = 60;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// Writes `rows` people: stratum (20), area (30), weight, and 60 items of 6 levels with 6 per cent missing.
pub fn write_csv(path: &Path, rows: usize) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
    let names: Vec<String> = (1..=ITEMS).map(|item| format!("q{item}")).collect();
    writeln!(out, "stratum,area,weight,{}", names.join(","))?;
    let mut chance = Chance(20_260_115);
    let mut line = Vec::new();
    for _ in 0..rows {
        let number = chance.next();
        let (stratum, area) = (number % 20, number / 20 % 30);
        let weight = 1.0 + (number >> 40) as f64 / f64::from(1 << 22);
        line.clear();
        write!(line, "s{stratum},a{area},{weight:.4}")?;
        let (mut bits, mut left) = (0u64, 0);
        for item in 0..ITEMS {
            if left == 0 {
                (bits, left) = (chance.next(), 6);
            }
            let draw = bits % 100;
            (bits, left) = (bits / 100, left - 1);
            line.push(b',');
            if draw >= 6 {
                // Few take the upper levels, more so in later items.
                let (drawn, lean) = (draw - 6, item as u64);
                line.push(b'1' + (6 * drawn * (drawn + lean) / (94 * (94 + lean))) as u8);
            }
        }
        line.push(b'\n');
        out.write_all(&line)?;
    }
    out.flush()
}
