//! Self-evaluation: the sample as a user runs it, the workbook's way out and back, the checks, and Dundee's framework of
//! 2008.

mod checks;
mod definitions;
mod dundee;
mod round_trip;
mod sample;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use quorate::evaluation::{self, Evaluation};
use quorate::finding::Finding;
use tempfile::TempDir;

/// A folder of the project.
fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

/// How a command ended: exit code, data, talk.
fn quorate(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_quorate"))
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .args(arguments)
        .output()
        .expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("an exit code"), text(&output.stdout), text(&output.stderr))
}

/// A clone of the project in which both sample studies have run.
fn studies() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            for part in ["instruments", "pipelines", "sample-data"] {
                copy(&root(part), &folder.path().join(part));
            }
            for pipeline in ["pipelines/carers-survey.toml", "pipelines/case-file-audit.toml"] {
                let (code, _, talk) = quorate(folder.path(), &["run", pipeline]);
                assert_eq!(code, 1, "{talk}");
            }
            folder
        })
        .path()
}

const DEFINITION: &str = r#"
[evaluation]
id = "small"
title = "A small evaluation"
organisation = "Example Council (synthetic)"
kind = "closer-look"
date = 2026-06-30
framework = "framework.toml"

[[evaluator]]
code = "lead"
role = "Head of Service"
part = "lead"

[[evaluator]]
code = "peer"
role = "Peer reviewer"
part = "peer"

[evidence]
registers = ["register.csv"]
stale_after_months = 24

[publish]
folder = "output"
"#;

const REGISTER: &str = "id,kind,title,source,owner,date,indicators,says,strength,weakness\n\
    plan,document,Plan,Council,Head,2026-01-31,5.1 5.2,strength,current,\n\
    waits,performance indicator,Waits,Council,Head,2026-05-31,5.2,weakness,,long\n\
    old,inspection,Inspection,Inspectorate,Head,2020-05-31,5.4,mixed,,\n";

/// An evaluation of its own with a small register and no judgements.
struct Small {
    folder: TempDir,
}

impl Small {
    fn new() -> Small {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let small = Small { folder };
        small.write("evaluation.toml", DEFINITION);
        small.write("register.csv", REGISTER);
        std::fs::copy(root("instruments/frameworks/pim.toml"), small.path("framework.toml")).expect("it can be copied");
        small
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        quorate::files::write_file(&self.path(name), text.as_bytes()).expect("it can be written");
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn gather(&self) -> Evaluation {
        evaluation::gather(&self.path("evaluation.toml")).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The findings about a subject in a folder of judgements, by code.
    fn findings(&self, file: &str) -> BTreeMap<String, Finding> {
        let all = self.gather().findings.into_iter().filter(|finding| finding.place.file == file);
        all.map(|finding| (finding.code.clone(), finding)).collect()
    }
}
