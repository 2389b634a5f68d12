//! Files that belong together, put in their places together.
//!
//! A run that is killed must leave the old output or the new, never some of each. So every file is first written whole
//! into a folder of its own, `.quorate-delivery` beside the places where the files belong. When all are there, a list
//! of their places is written, whole or not at all: from then on the new output counts. Moving the files is what
//! remains, and whoever comes next to the folder does it, if the one who wrote the list could not.
//!
//! A folder without a list is what an interrupted run left behind; the old output stands, and the folder goes. Two runs
//! cannot deliver into one folder at the same time: the second is told so. The system may be trusted to keep what was
//! renamed when a process ends; against a failing disk this is no protection.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{read_file, sha256_hex, write_file, write_private};
use crate::error::{Error, Result};

const STAGING: &str = ".quorate-delivery";
const LIST: &str = "list.json";
const LOCK: &str = "lock";

/// Files on their way into a folder.
#[derive(Debug)]
pub struct Delivery {
    folder: PathBuf,
    staging: PathBuf,
    /// Held from the first file on; the system lets go of it when the process ends, however it ends.
    lock: Option<File>,
    /// The files by the path of their place from the folder, each with the name it has while it waits and its hash.
    waiting: BTreeMap<String, Waiting>,
    /// Files of an earlier delivery that go when this one comes, by the path of their place.
    leaving: Vec<String>,
    made: usize,
}

/// What is to be done once a delivery counts.
#[derive(Serialize, Deserialize)]
struct List {
    /// Each waiting file's name, with the path of its place.
    put: BTreeMap<String, String>,
    remove: Vec<String>,
}

#[derive(Debug, Clone)]
struct Waiting {
    name: String,
    hash: String,
    complete: bool,
}

impl Delivery {
    /// Begins a delivery into a folder; first finishes one that was interrupted after it counted. The folder is made with
    /// the first file.
    ///
    /// # Errors
    /// As [`settle`].
    pub fn into(folder: &Path) -> Result<Delivery> {
        settle(folder)?;
        let staging = folder.join(STAGING);
        Ok(Delivery {
            folder: folder.to_owned(),
            staging,
            lock: None,
            waiting: BTreeMap::new(),
            leaving: Vec::new(),
            made: 0,
        })
    }

    /// The folder that the files are for.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds a file by the path of its place from the folder, with forward slashes; a later one takes the place of an
    /// earlier one.
    ///
    /// # Errors
    /// When the file cannot be written, or another process delivers into the folder.
    pub fn put(&mut self, place: &str, bytes: &[u8]) -> Result<()> {
        self.wait(place, bytes, write_file)
    }

    /// Adds a file as [`Delivery::put`] does, for its owner's eyes alone where the system knows owners.
    ///
    /// # Errors
    /// As [`Delivery::put`].
    pub fn put_private(&mut self, place: &str, bytes: &[u8]) -> Result<()> {
        self.wait(place, bytes, write_private)
    }

    fn wait(&mut self, place: &str, bytes: &[u8], write: fn(&Path, &[u8]) -> Result<()>) -> Result<()> {
        if self.lock.is_none() {
            self.lock = Some(lock(&self.staging)?);
            finish(&self.folder, &self.staging)?;
        }
        let name = self.made.to_string();
        self.made += 1;
        write(&self.staging.join(&name), bytes)?;
        let waiting = Waiting { name, hash: sha256_hex(bytes), complete: false };
        self.waiting.insert(place.to_owned(), waiting);
        Ok(())
    }

    /// Takes a file of an earlier delivery away with this one; if the folder is empty then, the folder too.
    pub fn remove(&mut self, place: &str) {
        self.leaving.push(place.to_owned());
    }

    /// The SHA-256 of a file as it will be when all is delivered: that of the one on its way, or else of the one there.
    ///
    /// # Errors
    /// When there is neither.
    pub fn hash(&self, place: &str) -> Result<String> {
        match self.waiting.get(place) {
            Some(waiting) => Ok(waiting.hash.clone()),
            None => read_file(&self.folder.join(place)).map(|bytes| sha256_hex(&bytes)),
        }
    }

    /// Says that what was put so far is a whole, which may be delivered even if what follows fails.
    pub fn complete(&mut self) {
        self.waiting.values_mut().for_each(|waiting| waiting.complete = true);
    }

    /// Puts every file in its place.
    ///
    /// # Errors
    /// When a file cannot be moved: the next delivery, or the next reading of the record, goes on where this one ended.
    pub fn deliver(mut self) -> Result<()> {
        self.complete();
        self.deliver_what_is_complete()
    }

    /// Puts in their places the files that were said to be [complete](Delivery::complete), and drops the others.
    ///
    /// # Errors
    /// As [`Delivery::deliver`].
    pub fn deliver_what_is_complete(self) -> Result<()> {
        if !self.waiting.values().any(|waiting| waiting.complete) {
            return Ok(());
        }
        self.list()?;
        finish(&self.folder, &self.staging)
    }

    /// Writes the list: from here on the new output counts.
    fn list(&self) -> Result<()> {
        let complete = self.waiting.iter().filter(|(_, waiting)| waiting.complete);
        let put = complete.map(|(place, waiting)| (waiting.name.clone(), place.clone())).collect();
        let list = List { put, remove: self.leaving.clone() };
        let text = serde_json::to_vec(&list).map_err(|error| Error::data(error.to_string()))?;
        write_file(&self.staging.join(LIST), &text)
    }
}

impl Drop for Delivery {
    /// What was not delivered goes; a list that stands is left for [`settle`].
    fn drop(&mut self) {
        if self.lock.is_some() && !self.staging.join(LIST).exists() {
            // Nothing can be said from here, and the next delivery clears it too.
            let _ = std::fs::remove_dir_all(&self.staging);
        }
    }
}

/// Finishes a delivery into a folder that was interrupted after it counted, before somebody reads what is there.
///
/// # Errors
/// When there is one and a file of it cannot be moved.
pub fn settle(folder: &Path) -> Result<()> {
    let staging = folder.join(STAGING);
    if !staging.join(LIST).exists() {
        return Ok(());
    }
    let _lock = lock(&staging)?;
    finish(folder, &staging)
}

/// The right to deliver into a folder.
fn lock(staging: &Path) -> Result<File> {
    let path = staging.join(LOCK);
    let fail = |error: std::io::Error| Error::file(&path, "the folder cannot be written").found(error.to_string());
    std::fs::create_dir_all(staging).map_err(fail)?;
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::data("another run is writing into this folder")
            .at(staging.parent().unwrap_or(staging).display().to_string())
            .hint("wait until it has ended, or give this run another folder")),
        // Some network drives know no locks; there, one at a time is up to their users.
        Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => Err(fail(error)),
    }
}

/// Moves what the list names, where it still waits; without a list, nothing. What else lies there goes.
fn finish(folder: &Path, staging: &Path) -> Result<()> {
    let path = staging.join(LIST);
    if path.exists() {
        let list: List = serde_json::from_slice(&read_file(&path)?)
            .map_err(|error| Error::file(&path, "the list of files to move cannot be read").found(error.to_string()))?;
        for (name, place) in &list.put {
            let (from, to) = (staging.join(name), folder.join(place));
            let fail = |error: std::io::Error| {
                Error::file(&to, "the file cannot be put in its place")
                    .found(error.to_string())
                    .hint("close it where it is open, and run again")
            };
            if from.exists() {
                std::fs::create_dir_all(to.parent().unwrap_or(folder)).map_err(fail)?;
                std::fs::rename(&from, &to).map_err(fail)?;
            }
        }
        for place in &list.remove {
            let file = folder.join(place);
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::file(&file, "the file of an earlier run cannot be removed")
                        .found(error.to_string())
                        .hint("close it where it is open, and run again"));
                }
                // The folder stays where somebody keeps something in it.
                _ => drop(std::fs::remove_dir(file.parent().unwrap_or(folder))),
            }
        }
        let fail = |error: std::io::Error| Error::file(&path, "the file cannot be removed").found(error.to_string());
        std::fs::remove_file(&path).map_err(fail)?;
    }
    for left in std::fs::read_dir(staging).into_iter().flatten().flatten().filter(|entry| entry.file_name() != LOCK) {
        // The next delivery clears it too.
        let _ = std::fs::remove_file(left.path());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(folder: &Path, name: &str) -> String {
        std::fs::read_to_string(folder.join(name)).unwrap_or_default()
    }

    fn begun(folder: &Path) -> Delivery {
        let mut delivery = Delivery::into(folder).expect("the folder can be written");
        for name in ["a.txt", "deep/er/b.txt", "c.txt"] {
            delivery.put(name, format!("new {name}").as_bytes()).expect("it can be written");
        }
        delivery
    }

    fn with_old() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.txt", "c.txt"] {
            std::fs::write(folder.path().join(name), "old").expect("it can be written");
        }
        folder
    }

    #[test]
    fn all_files_come_together_and_nothing_else_stays() {
        let folder = with_old();
        let delivery = begun(folder.path());
        assert_eq!((text(folder.path(), "a.txt"), text(folder.path(), "deep/er/b.txt")), ("old".into(), String::new()));
        assert_eq!(delivery.hash("a.txt").expect("on its way"), sha256_hex(b"new a.txt"));
        delivery.deliver().expect("delivered");
        for name in ["a.txt", "deep/er/b.txt", "c.txt"] {
            assert_eq!(text(folder.path(), name), format!("new {name}"));
        }
        assert!(!folder.path().join(STAGING).exists(), "no trace is left");
    }

    #[test]
    fn files_of_an_earlier_run_leave_with_the_new_ones() {
        let folder = with_old();
        let mut delivery = begun(folder.path());
        delivery.remove("c.txt");
        delivery.remove("never/there.txt");
        assert_eq!(text(folder.path(), "c.txt"), "old", "not before the new ones come");
        delivery.deliver().expect("delivered");
        assert!(!folder.path().join("c.txt").exists());
        assert_eq!(text(folder.path(), "a.txt"), "new a.txt");
    }

    #[test]
    fn what_is_dropped_leaves_the_old_output() {
        let folder = with_old();
        drop(begun(folder.path()));
        assert_eq!((text(folder.path(), "a.txt"), text(folder.path(), "c.txt")), ("old".into(), "old".into()));
        assert!(!folder.path().join(STAGING).exists());
    }

    #[test]
    fn of_a_failed_run_the_complete_part_is_delivered() {
        let folder = with_old();
        let mut delivery = Delivery::into(folder.path()).expect("writable");
        delivery.put("a.txt", b"findings").expect("written");
        delivery.complete();
        delivery.put("c.txt", b"half a report").expect("written");
        delivery.deliver_what_is_complete().expect("delivered");
        assert_eq!((text(folder.path(), "a.txt"), text(folder.path(), "c.txt")), ("findings".into(), "old".into()));
    }

    /// The process ends without a word after each step in turn; the next one finds the old output or makes the new.
    #[test]
    fn wherever_it_is_interrupted_the_output_is_old_or_becomes_new() {
        for moved in 0..=3 {
            let folder = with_old();
            let delivery = {
                let mut delivery = begun(folder.path());
                delivery.complete();
                delivery
            };
            delivery.list().expect("listed");
            let names: Vec<(String, String)> =
                delivery.waiting.iter().map(|(place, waiting)| (place.clone(), waiting.name.clone())).collect();
            for (place, name) in names.iter().take(moved) {
                let to = folder.path().join(place);
                std::fs::create_dir_all(to.parent().expect("a folder")).expect("made");
                std::fs::rename(folder.path().join(STAGING).join(name), to).expect("moved");
            }
            drop(delivery);
            settle(folder.path()).expect("settled");
            for name in ["a.txt", "deep/er/b.txt", "c.txt"] {
                assert_eq!(text(folder.path(), name), format!("new {name}"), "{moved} files were moved");
            }
        }
    }

    #[test]
    fn what_an_interrupted_run_left_without_a_list_is_cleared() {
        let folder = with_old();
        std::mem::forget(begun(folder.path()));
        settle(folder.path()).expect("nothing to do");
        assert_eq!(text(folder.path(), "a.txt"), "old");
    }

    #[test]
    fn two_runs_do_not_deliver_into_one_folder_at_once() {
        let folder = with_old();
        let first = begun(folder.path());
        let mut second = Delivery::into(folder.path()).expect("nothing is written yet");
        let second = second.put("a.txt", b"other").expect_err("the first has the folder");
        assert!(second.to_string().contains("another run is writing"), "{second}");
        first.deliver().expect("delivered");
        let mut third = Delivery::into(folder.path()).expect("settled");
        third.put("a.txt", b"third").expect("now it is free");
    }
}
