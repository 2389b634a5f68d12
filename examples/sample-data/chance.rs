//! Numbers that look like chance and depend on nothing but the seed and a few words.

use sha2::{Digest, Sha256};

/// Where all numbers come from.
///
/// Recipe: the SHA-256 of the seed and the words, joined by line feeds; its first eight bytes, big-endian; the upper 53
/// bits of these over 2^53. So no number depends on any other, on an order, or on a machine.
#[derive(Debug, Clone)]
pub struct Chance {
    seed: String,
}

impl Chance {
    /// Numbers for a seed.
    pub fn new(seed: &str) -> Self {
        Chance { seed: seed.to_owned() }
    }

    /// A number from 0 up to, and not including, 1.
    pub fn number(&self, words: &[&str]) -> f64 {
        let digest = Sha256::digest(format!("{}\n{}", self.seed, words.join("\n")).as_bytes());
        let bits = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something happens that happens to this share.
    pub fn happens(&self, share: f64, words: &[&str]) -> bool {
        self.number(words) < share
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&self, low: u32, high: u32, words: &[&str]) -> u32 {
        low + (self.number(words) * f64::from(high - low + 1)) as u32
    }

    /// One of some things, all equally likely.
    pub fn one<'a, T>(&self, of: &'a [T], words: &[&str]) -> &'a T {
        &of[(self.number(words) * of.len() as f64) as usize]
    }

    /// A number around 0 with standard deviation 1: the sum of twelve, less six.
    pub fn around(&self, words: &[&str]) -> f64 {
        let draws = (0..12).map(|turn| {
            let turn = turn.to_string();
            let mut with_turn = words.to_vec();
            with_turn.push(&turn);
            self.number(&with_turn)
        });
        draws.sum::<f64>() - 6.0
    }
}

/// Where a ranking is cut into ordered answers.
///
/// The units with the highest scores get the first answer, and so on, in shares that come out exactly (to a whole unit).
#[derive(Debug, Clone)]
pub struct Cuts {
    /// The lowest score of each answer but the last.
    lowest: Vec<f64>,
}

impl Cuts {
    /// Cuts the scores of all units into answers with these shares, best first; the last answer takes the rest.
    ///
    /// The first answers up to and including each one together get the share rounded to whole units.
    pub fn exact(scores: &[f64], shares: &[f64]) -> Self {
        let mut sorted = scores.to_vec();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let mut cumulative = 0.0;
        let lowest = shares[..shares.len() - 1].iter().map(|share| {
            cumulative += share;
            match (cumulative * sorted.len() as f64).round() as usize {
                0 => f64::INFINITY,
                count => sorted[count - 1],
            }
        });
        Cuts { lowest: lowest.collect() }
    }

    /// The place of the answer that a score gets.
    pub fn place(&self, score: f64) -> usize {
        self.lowest.iter().position(|lowest| score >= *lowest).unwrap_or(self.lowest.len())
    }
}
