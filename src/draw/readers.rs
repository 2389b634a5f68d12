//! Case files shared out among readers: evenly, over strata too, and never to a reader of the file's own team.
//!
//! Every file needs one reader, or two where it is read twice; each reader has a capacity. Whether that is possible at all
//! is a question of flow, and is answered exactly: where the next file finds all its readers full, a chain of moves
//! (this file to you, one of yours to her) is looked for, and only if there is none is it impossible. Then the loads are
//! made even by the same chains, then the strata by exchanges that leave loads alone, then the pairs of the files read
//! twice by exchanges that leave strata alone. Ties go by a hash of the seed, so that the outcome depends neither on chance
//! nor on the order of files and readers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::number::{READER_RECIPE, labelled};
use crate::error::{Error, Result};

mod balance;
mod reserves;

pub use reserves::{Change, share_reserves};

/// A case file to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFile {
    /// Its serial.
    pub serial: String,
    /// Its stratum.
    pub stratum: String,
    /// The team that works with it; empty where it has none.
    pub team: String,
    /// Whether all readers read it, to train on.
    pub training: bool,
}

/// Somebody who reads files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// A code for the reader; not a name.
    pub code: String,
    /// The reader's own team, whose files they do not read; empty for an external reader.
    #[serde(default)]
    pub team: String,
    /// The most files that the reader can read, second readings included; no limit where it is absent.
    #[serde(default)]
    pub capacity: Option<usize>,
}

/// That a reader reads a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Assignment {
    /// The file's serial.
    pub serial: String,
    /// The reader's code.
    pub reader: String,
    /// 1 for the reading that estimates use, 2 for the second, and so on in a training batch.
    pub reading: u8,
}

/// Shares case files out among readers.
///
/// A share of `share_twice` (0 to 1) of the files of every stratum is read twice, by two different readers: in all
/// share times files, rounded to the nearest whole number. Files to train on are read by all readers and never among
/// those read twice; whose reading of them comes first is shared out evenly too. The assignments come in the order of
/// serial and reading.
///
/// # Errors
/// When a serial or a code stands twice or is blank, the share is not from 0 to 1, or the files cannot all be placed: the
/// error names the team whose files have too few readers, or the capacity that is missing.
///
/// ```
/// use quorate::draw::readers::{CaseFile, Reader, share_files};
/// let file = |serial: &str, team: &str| CaseFile {
///     serial: serial.into(),
///     stratum: "all".into(),
///     team: team.into(),
///     ..CaseFile::default()
/// };
/// let reader = |code: &str, team: &str| Reader { code: code.into(), team: team.into(), capacity: None };
/// let files = [file("S-0001-C", "East"), file("S-0002-E", "West")];
/// let shared = share_files(&files, &[reader("R1", "East"), reader("R2", "West")], 0.0, "audit-2026")?;
/// assert_eq!(shared.iter().map(|a| a.reader.as_str()).collect::<Vec<_>>(), ["R2", "R1"]);
/// # Ok::<(), quorate::Error>(())
/// ```
pub fn share_files(files: &[CaseFile], readers: &[Reader], share_twice: f64, seed: &str) -> Result<Vec<Assignment>> {
    check(files, readers, share_twice)?;
    let mut files: Vec<&CaseFile> = files.iter().collect();
    let mut readers: Vec<&Reader> = readers.iter().collect();
    let hash = |text: &str| labelled(READER_RECIPE, seed, text);
    files.sort_by_cached_key(|f| (f.stratum.as_str(), hash(&f.serial), f.serial.as_str()));
    readers.sort_by_cached_key(|r| (hash(&r.code), r.code.as_str()));

    let wanted = readings(&files, readers.len(), share_twice);
    let mut table = Table::new(&files, &readers);
    // The files that fewest can read come first: what is left for the others is then less often too little.
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&f| table.may_read(f).count());
    for reading in 1..=wanted.iter().copied().max().unwrap_or(0) {
        for &f in &order {
            if wanted[f] >= reading && !table.place(f) {
                return Err(impossible(&table, &files, &readers, f, &wanted));
            }
        }
    }
    table.balance();
    Ok(table.assignments(&files, &readers))
}

/// How often each file is read: those to train on by all; of the others the share of the files of every stratum, by largest
/// remainders over strata, twice.
fn readings(files: &[&CaseFile], readers: usize, share: f64) -> Vec<usize> {
    let mut strata: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let others: Vec<usize> = (0..files.len()).filter(|&f| !files[f].training).collect();
    for &f in &others {
        strata.entry(&files[f].stratum).or_default().push(f);
    }
    let twice = (share * others.len() as f64).round() as usize;
    let counts: Vec<usize> = strata.values().map(Vec::len).collect();
    let shares = crate::statistics::allocation::allocate_within(&counts, &counts, twice.min(others.len()));
    let mut readings: Vec<usize> = files.iter().map(|file| if file.training { readers } else { 1 }).collect();
    // There are no shares only where there are no files.
    for (members, share) in strata.values().zip(shares.unwrap_or_default()) {
        members.iter().take(share).for_each(|&f| readings[f] = 2);
    }
    readings
}

/// Who reads what, as numbers; files and readers stand in the order of their hashes.
#[derive(Debug)]
struct Table {
    /// For every file, its stratum as a number.
    stratum: Vec<usize>,
    /// For every file and reader, whether the reader may read it.
    allowed: Vec<Vec<bool>>,
    capacity: Vec<usize>,
    load: Vec<usize>,
    /// For every reader and stratum, how many files.
    stratum_load: Vec<Vec<usize>>,
    /// For every file, its readers.
    readers: Vec<Vec<usize>>,
}

impl Table {
    fn new(files: &[&CaseFile], readers: &[&Reader]) -> Self {
        let mut names: Vec<&str> = files.iter().map(|f| f.stratum.as_str()).collect();
        names.dedup();
        let own =
            |file: &CaseFile, reader: &Reader| !file.team.trim().is_empty() && file.team.trim() == reader.team.trim();
        Table {
            stratum: files.iter().map(|f| names.partition_point(|name| *name < f.stratum.as_str())).collect(),
            allowed: files.iter().map(|f| readers.iter().map(|r| !own(f, r)).collect()).collect(),
            capacity: readers.iter().map(|r| r.capacity.unwrap_or(usize::MAX)).collect(),
            load: vec![0; readers.len()],
            stratum_load: vec![vec![0; names.len()]; readers.len()],
            readers: vec![Vec::new(); files.len()],
        }
    }

    /// The readers who may read a file and do not yet.
    fn may_read(&self, file: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.load.len()).filter(move |&r| self.allowed[file][r] && !self.readers[file].contains(&r))
    }

    fn give(&mut self, file: usize, reader: usize) {
        self.readers[file].push(reader);
        self.load[reader] += 1;
        self.stratum_load[reader][self.stratum[file]] += 1;
    }

    fn move_file(&mut self, file: usize, from: usize, to: usize) {
        if let Some(place) = self.readers[file].iter_mut().find(|r| **r == from) {
            *place = to;
            self.load[from] -= 1;
            self.load[to] += 1;
            self.stratum_load[from][self.stratum[file]] -= 1;
            self.stratum_load[to][self.stratum[file]] += 1;
        }
    }

    /// Finds a reader for one more reading of a file, moving other files if need be; false where it is impossible.
    fn place(&mut self, file: usize) -> bool {
        let stratum = self.stratum[file];
        let best = self
            .may_read(file)
            .filter(|&r| self.load[r] < self.capacity[r])
            .min_by_key(|&r| (self.load[r], self.stratum_load[r][stratum], r));
        if let Some(reader) = best {
            self.give(file, reader);
            return true;
        }
        let starts: Vec<usize> = self.may_read(file).collect();
        for start in starts {
            let chain = self.chain(start, |r| self.load[r] < self.capacity[r]);
            if let Some(chain) = chain {
                chain.iter().for_each(|&(file, from, to)| self.move_file(file, from, to));
                self.give(file, start);
                return true;
            }
        }
        false
    }

    /// The shortest chain of moves that takes one file away from `start` and ends with a reader for whom `goal` holds.
    fn chain(&self, start: usize, goal: impl Fn(usize) -> bool) -> Option<Vec<(usize, usize, usize)>> {
        let mut came: Vec<Option<(usize, usize)>> = vec![None; self.load.len()];
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(reader) = queue.pop_front() {
            if reader != start && goal(reader) {
                let mut chain = Vec::new();
                let mut to = reader;
                while let Some((file, from)) = came[to] {
                    chain.push((file, from, to));
                    to = from;
                }
                return Some(chain);
            }
            for file in (0..self.readers.len()).filter(|&f| self.readers[f].contains(&reader)) {
                for next in self.may_read(file) {
                    if next != start && came[next].is_none() {
                        came[next] = Some((file, reader));
                        queue.push_back(next);
                    }
                }
            }
        }
        None
    }

    /// First readings are told from the others so that every reader has their share of them.
    fn assignments(&self, files: &[&CaseFile], readers: &[&Reader]) -> Vec<Assignment> {
        let mut firsts = vec![0_i64; readers.len()];
        let mut assignments = Vec::new();
        for (file, given) in files.iter().zip(&self.readers) {
            let mut given = given.clone();
            given.sort_unstable();
            // Who had the fewest first readings so far, beside their second ones, has the first; the others follow.
            if let Some(first) = (0..given.len()).min_by_key(|&place| (firsts[given[place]], place)) {
                given[..=first].rotate_right(1);
                firsts[given[0]] += given.len() as i64 - 1;
                given[1..].iter().for_each(|&reader| firsts[reader] -= 1);
            }
            for (reader, reading) in given.into_iter().zip(1..) {
                assignments.push(Assignment {
                    serial: file.serial.clone(),
                    reader: readers[reader].code.clone(),
                    reading,
                });
            }
        }
        assignments.sort_by(|a, b| (&a.serial, a.reading).cmp(&(&b.serial, b.reading)));
        assignments
    }
}

fn check(files: &[CaseFile], readers: &[Reader], share_twice: f64) -> Result<()> {
    if !(0.0..=1.0).contains(&share_twice) {
        return Err(
            Error::usage("the share that is read twice must lie between 0 and 1").found(share_twice.to_string())
        );
    }
    if readers.is_empty() {
        return Err(Error::usage("there are no readers to share the files out among"));
    }
    let once = |what: &str, mut names: Vec<&str>| {
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Error::usage(format!("a {what} stands more than once")).found(pair[0])),
            None if names.first().is_some_and(|name| name.trim().is_empty()) => {
                Err(Error::usage(format!("a {what} is blank")))
            }
            None => Ok(()),
        }
    };
    once("reader's code", readers.iter().map(|r| r.code.as_str()).collect())?;
    once("file's serial", files.iter().map(|f| f.serial.as_str()).collect())
}

/// Says why a file cannot be placed.
fn impossible(table: &Table, files: &[&CaseFile], readers: &[&Reader], file: usize, wanted: &[usize]) -> Error {
    let able = table.allowed[file].iter().filter(|allowed| **allowed).count();
    let team = files[file].team.trim();
    if files[file].training && able < readers.len() {
        return Error::data(format!(
            "a file to train on must be readable by all readers; {able} of {} may read it",
            readers.len()
        ))
        .found(format!("file {}, of the team \"{team}\"", files[file].serial))
        .hint("train on files of teams that no reader belongs to");
    }
    let whose = if team.is_empty() { "without a team".to_owned() } else { format!("of the team \"{team}\"") };
    if able < wanted[file] {
        let needed = if wanted[file] == 2 { "two readers, because some are read twice" } else { "a reader" };
        return Error::data(format!("the files {whose} need {needed}; {able} of {} may read them", readers.len()))
            .found(format!("file {}", files[file].serial))
            .expected("readers of other teams")
            .hint("add a reader from another team or from outside, or lower the share that is read twice");
    }
    let needed: usize = wanted.iter().sum();
    let capacity = table.capacity.iter().fold(0_usize, |sum, c| sum.saturating_add(*c));
    let hint = "raise the capacities, add a reader, or lower the share that is read twice";
    if capacity < needed {
        return Error::data(format!("{needed} readings are needed, and the readers can do {capacity}")).hint(hint);
    }
    let able: usize = (0..readers.len())
        .filter(|&r| table.allowed[file][r])
        .fold(0_usize, |sum, r| sum.saturating_add(table.capacity[r]));
    Error::data(format!("the readers who may read the files {whose} have no room for all of them"))
        .found(format!("they can do {able} readings, and other files that only they may read need some of these"))
        .hint(hint)
}

#[cfg(test)]
mod tests;
