//! Permanent random numbers: one for every unit, from the seed and the unit's identifier alone.
//!
//! The recipe, kept for ever (its name is part of what is hashed, so a new recipe can never be taken for this one):
//!
//! 1. take the UTF-8 bytes of `quorate-draw-1`, a line feed, the seed, a line feed, the identifier, and nothing after it;
//! 2. the SHA-256 of these bytes, in hexadecimal;
//! 3. its first 16 digits are a whole number k of 64 bits; the random number is k / 2^64, in [0, 1).
//!
//! Units are put in order by k, and in the rare case of equal k by identifier, byte by byte. Anyone can recompute it:
//! `printf 'quorate-draw-1\n%s\n%s' SEED IDENTIFIER | sha256sum`. `DRAW.md` works an example.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The name of the recipe for a unit's random number.
pub const RECIPE: &str = "quorate-draw-1";

/// The name of the recipe for the random start of a systematic selection; the text is the stratum.
pub const START_RECIPE: &str = "quorate-start-1";

/// The name of the recipe for the second and later tries of a conditional Poisson selection; a number follows it.
pub const TRY_RECIPE: &str = "quorate-try-";

/// The name of the recipe for the order in which serials are given out; the text is the identifier.
pub const SERIAL_RECIPE: &str = "quorate-serial-1";

/// The name of the recipe for the random number of a cluster; the text is the cluster.
pub const CLUSTER_RECIPE: &str = "quorate-cluster-1";

/// The name of the recipe by which case files are shared out among readers.
pub const READER_RECIPE: &str = "quorate-reader-1";

/// A random number k / 2^64 from the interval [0, 1), held as its whole-number numerator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RandomNumber {
    /// The numerator: the first 64 bits of the hash.
    pub k: u64,
}

impl RandomNumber {
    /// The number as a fraction of one, rounded down to the 53 bits that a double holds, so that it stays below one.
    pub fn fraction(self) -> f64 {
        (self.k >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The number as seen from a point on the circle of numbers: (k - shift) modulo 2^64.
    ///
    /// Waves drawn with one seed from different points have the probabilities of any simple random sample each, and
    /// nobody in common as long as the arcs that they use do not meet.
    #[must_use]
    pub fn seen_from(self, shift: RandomNumber) -> RandomNumber {
        RandomNumber { k: self.k.wrapping_sub(shift.k) }
    }

    /// The number that lies further along the circle of numbers: (k + shift) modulo 2^64.
    #[must_use]
    pub fn moved_by(self, shift: RandomNumber) -> RandomNumber {
        RandomNumber { k: self.k.wrapping_add(shift.k) }
    }

    /// The number at a fraction of one, from 0 up to, not including, 1.
    pub fn at(fraction: f64) -> Option<Self> {
        // Multiplying by a power of two is exact, and what is below one stays below 2^64.
        (0.0..1.0).contains(&fraction).then_some(RandomNumber { k: (fraction * 18_446_744_073_709_551_616.0) as u64 })
    }

    /// The 16 hexadecimal digits, as `sha256sum` begins its line.
    pub fn hex(self) -> String {
        format!("{:016x}", self.k)
    }

    /// Reads the 16 hexadecimal digits back.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if digits { u64::from_str_radix(text, 16).ok().map(|k| RandomNumber { k }) } else { None }
    }
}

impl fmt::Display for RandomNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.10}", self.fraction())
    }
}

impl Serialize for RandomNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for RandomNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("a random number has 16 hexadecimal digits"))
    }
}

/// The permanent random number of the unit `id` under `seed`.
///
/// ```
/// let number = quorate::draw::number::permanent("carers-2026", "C-0192");
/// assert_eq!(number.hex(), "019e2decd67d871e");
/// ```
pub fn permanent(seed: &str, id: &str) -> RandomNumber {
    labelled(RECIPE, seed, id)
}

/// The random number of `text` under `seed` by another recipe: the same hash with the recipe's name in first place.
pub fn labelled(recipe: &str, seed: &str, text: &str) -> RandomNumber {
    let mut hash = Sha256::new();
    for part in [recipe, "\n", seed, "\n", text] {
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let k = digest.iter().take(8).fold(0_u64, |k, &byte| (k << 8) | u64::from(byte));
    RandomNumber { k }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pinned for ever: from `printf 'quorate-draw-1\n%s\n%s' SEED IDENTIFIER | sha256sum`.
    const VECTORS: [(&str, &str, &str); 4] = [
        ("carers-2026", "000123", "abd0f76c11647257"),
        ("carers-2026", "C-0192", "019e2decd67d871e"),
        ("carers-2026", "Ünit é 7", "4e67789d17c1eebe"),
        ("", "", "b688c5b4e616f5ec"),
    ];

    #[test]
    fn the_pinned_numbers_come_out() {
        for (seed, id, hex) in VECTORS {
            assert_eq!(permanent(seed, id).hex(), hex, "seed {seed:?}, identifier {id:?}");
        }
    }

    #[test]
    fn sha256sum_gives_the_same_number() {
        for (seed, id, _) in VECTORS {
            let script = r#"printf 'quorate-draw-1\n%s\n%s' "$1" "$2" | sha256sum"#;
            let Ok(output) = std::process::Command::new("sh").args(["-c", script, "sh", seed, id]).output() else {
                return; // No shell on this machine; the pinned vectors stand for it.
            };
            let line = String::from_utf8_lossy(&output.stdout).into_owned();
            if !output.status.success() || line.len() < 64 {
                return;
            }
            assert_eq!(permanent(seed, id).hex(), line[..16], "seed {seed:?}, identifier {id:?}");
        }
    }

    #[test]
    fn the_fraction_stays_below_one() {
        assert_eq!(RandomNumber { k: 0 }.fraction(), 0.0);
        assert_eq!(RandomNumber { k: 1 << 63 }.fraction(), 0.5);
        assert!(RandomNumber { k: u64::MAX }.fraction() < 1.0);
    }

    #[test]
    fn numbers_are_seen_from_a_point_on_the_circle() {
        let number = |fraction| RandomNumber::at(fraction).expect("a fraction");
        assert_eq!(number(0.5).k, 1 << 63);
        assert_eq!(number(0.25).seen_from(number(0.75)), number(0.5));
        assert_eq!(number(0.75).seen_from(number(0.25)), number(0.5));
        assert_eq!(number(0.3).seen_from(number(0.0)), number(0.3));
        assert!([1.0, -0.1, f64::NAN].into_iter().all(|f| RandomNumber::at(f).is_none()));
    }

    #[test]
    fn numbers_are_written_and_read_back() {
        let number = permanent("seed", "id");
        assert_eq!(RandomNumber::from_hex(&number.hex()), Some(number));
        assert_eq!(RandomNumber::from_hex("+123456789abcdef"), None);
        assert_eq!(RandomNumber::from_hex("12"), None);
    }

    #[test]
    fn other_recipes_give_other_numbers() {
        assert_ne!(labelled(START_RECIPE, "seed", "a"), permanent("seed", "a"));
    }
}
