//! Numbers from a file whose byte order it says itself.

use std::io::{BufRead, Read};

/// What is wrong with a file: in words, as far as it was found.
pub(super) type Fault = String;

/// The order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    pub(super) fn whole(self, bytes: [u8; 4]) -> i32 {
        match self {
            Order::Little => i32::from_le_bytes(bytes),
            Order::Big => i32::from_be_bytes(bytes),
        }
    }

    pub(super) fn long(self, bytes: [u8; 8]) -> i64 {
        match self {
            Order::Little => i64::from_le_bytes(bytes),
            Order::Big => i64::from_be_bytes(bytes),
        }
    }

    pub(super) fn number(self, bytes: [u8; 8]) -> f64 {
        f64::from_bits(self.long(bytes) as u64)
    }

    pub(super) fn bytes(self, number: f64) -> [u8; 8] {
        match self {
            Order::Little => number.to_le_bytes(),
            Order::Big => number.to_be_bytes(),
        }
    }
}

/// Reads on from a place that is counted.
pub(super) struct Bytes<R> {
    from: R,
    pub(super) at: u64,
    pub(super) order: Order,
}

impl<R: BufRead> Bytes<R> {
    pub(super) fn new(from: R) -> Self {
        Bytes { from, at: 0, order: Order::Little }
    }

    /// So many bytes as they stand.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes).map_err(|error| self.ended(&error))?;
        self.at += N as u64;
        Ok(bytes)
    }

    pub(super) fn whole(&mut self) -> Result<i32, Fault> {
        Ok(self.order.whole(self.array()?))
    }

    /// A count, which is never below zero.
    pub(super) fn count(&mut self) -> Result<u64, Fault> {
        let count = self.whole()?;
        u64::try_from(count).map_err(|_| format!("a count of {count} at byte {}", self.at - 4))
    }

    /// A text of some bytes. Memory grows only with what is there, whatever length the file claims.
    pub(super) fn text(&mut self, length: u64) -> Result<Vec<u8>, Fault> {
        let mut text = Vec::new();
        let read = self.from.by_ref().take(length).read_to_end(&mut text).map_err(|error| self.ended(&error))? as u64;
        self.at += read;
        if read == length { Ok(text) } else { Err(self.short()) }
    }

    /// Passes over some bytes.
    pub(super) fn skip(&mut self, length: u64) -> Result<(), Fault> {
        let passed = std::io::copy(&mut self.from.by_ref().take(length), &mut std::io::sink());
        let passed = passed.map_err(|error| self.ended(&error))?;
        self.at += passed;
        if passed == length { Ok(()) } else { Err(self.short()) }
    }

    fn short(&self) -> Fault {
        format!("the file ends at byte {}, in the middle of its description", self.at)
    }

    fn ended(&self, error: &std::io::Error) -> Fault {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => self.short(),
            _ => error.to_string(),
        }
    }
}
