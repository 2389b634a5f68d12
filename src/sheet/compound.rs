//! The container of the older Office formats: a file system of chained sectors, with nothing believed about it.

use std::collections::BTreeMap;

/// The first bytes of a container.
pub(super) const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
const END: u32 = 0xFFFF_FFFE;

/// An opened container.
pub(super) struct Compound<'a> {
    /// Everything after the header, in sectors.
    sectors: &'a [u8],
    size: usize,
    /// For every sector the one that follows it.
    next: Vec<u32>,
    next_small: Vec<u32>,
    /// The stream in which the small streams lie.
    small: Vec<u8>,
    small_below: u64,
    streams: BTreeMap<String, (u32, u64)>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).filter_map(|four| u32_at(four, 0))
}

impl<'a> Compound<'a> {
    /// Opens a container; none when it is not one or makes no sense.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(SIGNATURE) {
            return None;
        }
        let size = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut compound = Compound {
            sectors: bytes.get(size..)?,
            size,
            next: Vec::new(),
            next_small: Vec::new(),
            small: Vec::new(),
            small_below: u64::from(u32_at(bytes, 56)?),
            streams: BTreeMap::new(),
        };
        let most = bytes.len() / size + 1;
        // The sectors of the table of sectors: 109 in the header, the others chained.
        let mut tables: Vec<u32> = numbers(bytes.get(76..512)?).take_while(|&sector| sector < END).collect();
        let mut chained = u32_at(bytes, 68)?;
        while chained < END && tables.len() <= most {
            let sector = compound.sector(chained)?;
            let (list, following) = sector.split_at(size - 4);
            tables.extend(numbers(list).take_while(|&sector| sector < END));
            chained = u32_at(following, 0)?;
        }
        for &table in tables.iter().take(most) {
            // A file cut short lacks its last sectors: what is there may still be enough.
            let Some(sector) = compound.sector(table) else { break };
            compound.next.extend(numbers(sector));
        }
        let directory = compound.chain(u32_at(bytes, 48)?, u64::MAX)?;
        let mut root = None;
        for entry in directory.chunks_exact(128) {
            let length = usize::from(u16_at(entry, 64)?).clamp(2, 64) - 2;
            let units: Vec<u16> = entry[..length].chunks_exact(2).filter_map(|two| u16_at(two, 0)).collect();
            let name = String::from_utf16_lossy(&units);
            let (kind, start) = (entry[66], u32_at(entry, 116)?);
            // Small sectors mean version 3, whose sizes have 32 bits, with rubbish above them.
            let low = u64::from(u32_at(entry, 120)?);
            let length = if size == 512 { low } else { low | u64::from(u32_at(entry, 124)?) << 32 };
            match kind {
                2 => drop(compound.streams.entry(name).or_insert((start, length))),
                5 if root.is_none() => root = Some((start, length)),
                _ => {}
            }
        }
        let table = compound.chain(u32_at(bytes, 60)?, u64::MAX).unwrap_or_default();
        compound.next_small = numbers(&table).collect();
        if let Some((start, length)) = root {
            compound.small = compound.chain(start, length).unwrap_or_default();
        }
        Some(compound)
    }

    pub fn has(&self, name: &str) -> bool {
        self.streams.contains_key(name)
    }

    /// A stream's bytes; none when its chain leaves the file or runs in a circle.
    pub fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let &(start, length) = self.streams.get(name)?;
        if length >= self.small_below {
            return self.chain(start, length);
        }
        follow(&self.small, 64, &self.next_small, start, length)
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_mul(self.size)?;
        self.sectors.get(start..start.checked_add(self.size)?)
    }

    fn chain(&self, start: u32, length: u64) -> Option<Vec<u8>> {
        follow(self.sectors, self.size, &self.next, start, length)
    }
}

/// The bytes along a chain of sectors, no more than there are sectors.
fn follow(bytes: &[u8], size: usize, next: &[u32], start: u32, length: u64) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut sector = start;
    let mut left = bytes.len() / size + 1;
    while sector < END && (out.len() as u64) < length {
        left = left.checked_sub(1)?;
        let from = (sector as usize).checked_mul(size)?;
        // The last sector of a file may be cut short.
        let piece = bytes.get(from..bytes.len().min(from + size)).filter(|piece| !piece.is_empty())?;
        out.extend_from_slice(piece);
        sector = *next.get(sector as usize)?;
    }
    if length != u64::MAX {
        if (out.len() as u64) < length {
            return None;
        }
        out.truncate(length as usize);
    }
    Some(out)
}
