//! Whole studies, end to end, as a user runs them: on copies of the sample data, by the program's own commands.

mod ascs;
mod ascs_checks;
mod ascs_forms;
mod ascs_refused;
mod ascs_rules;
mod attack;
mod bad_input;
mod beside;
mod consistent;
mod disclosure;
mod drawing;
mod editing;
mod fieldwork;
mod key;
mod killed;
mod life;
mod packs;
mod paper;
mod piloted;
#[path = "../support/program.rs"]
mod program;
mod readme;
mod sent_back;
mod several;
mod tracing;
mod waves;
mod way_back;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use program::{Ended, clone_parts};

/// A folder with the project's definitions and sample data, as a clone has them.
struct Clone {
    folder: TempDir,
}

impl Clone {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        clone_parts(&["instruments", "pipelines", "sample-data"], folder.path());
        Clone { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("a text file")
    }

    fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&self.read(name)).expect("a JSON file")
    }

    /// Replaces a passage of a text file, which must be there.
    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        std::fs::write(self.path(name), text.replacen(from, to, 1)).expect("the file can be written");
    }

    fn quorate(&self, arguments: &[&str]) -> Ended {
        program::quorate(self.folder.path(), arguments)
    }

    /// Every file under a folder with its bytes, by path.
    fn files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        walk(&self.path(folder), "", &mut found);
        found.sort();
        found
    }
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            walk(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push((name, std::fs::read(entry.path()).expect("the file reads")));
        }
    }
}
