//! Improvement plans, end to end: plans that exist taken over, owners' workbooks out and back, reports.

mod charts;
mod import;
mod joint_review;
#[path = "../support/program.rs"]
mod program;
mod progress_report;
mod rounds;
mod sample;
mod targets;
mod typed;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use program::Ended;

/// A folder to work in.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A desk with an empty plan in `plan`.
    fn with_plan() -> Desk {
        let desk = Desk::new();
        desk.done(&["plan", "new", "plan", "--title", "Improvement plan", "--organisation", "A council"]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    }

    fn quorate(&self, arguments: &[&str]) -> Ended {
        program::quorate(self.folder.path(), arguments)
    }

    /// Runs a command that must end with exit code 0; gives what it wrote.
    fn done(&self, arguments: &[&str]) -> String {
        let ended = self.quorate(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}\n{}{}", ended.out, ended.talk);
        ended.out
    }

    /// The findings that a command lists, as JSON; its exit code says whether there are errors among them.
    fn findings(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        let ended = self.quorate(&all);
        let findings: Vec<serde_json::Value> =
            serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}", ended.talk));
        let errors = findings.iter().any(|finding| finding["severity"] == "error");
        assert_eq!(ended.code, i32::from(errors), "{arguments:?}\n{}", ended.talk);
        findings
    }
}

/// The findings of a code, as place and what was found.
fn of<'a>(findings: &'a [serde_json::Value], code: &str) -> Vec<(&'a str, &'a str)> {
    let text = |value: &'a serde_json::Value| value.as_str().unwrap_or("");
    findings.iter().filter(|f| f["code"] == code).map(|f| (text(&f["cell"]), text(&f["found"]))).collect()
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The page's text without its tags, blanks made single.
fn words_of(page: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    let body = page.split_once("<body>").map_or(page, |(_, body)| body);
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let plain = text.replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
