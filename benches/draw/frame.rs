//! The frame that the benchmark draws from: made up, the same every time.

use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes `rows` files: identifier, area (30), group (5), cases (a measure of size) and months.
pub fn write_csv(path: &Path, rows: usize) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
    writeln!(out, "file,area,group,cases,months")?;
    for row in 0..rows as u64 {
        // SplitMix64 of the row.
        let mut z = row.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        let (area, group, cases, months) = (z % 30, z / 30 % 5, z / 150 % 40 + 1, z / 6000 % 120);
        writeln!(out, "F-{row:08},Area {area:02},Group {group},{cases},{months}")?;
    }
    out.flush()
}
