//! Self-evaluation: the sample as a user runs it, the workbook's way out and back, the checks, and Dundee's framework of
//! 2008.

mod charts;
mod checks;
mod choices;
mod definitions;
mod dundee;
#[path = "../support/program.rs"]
mod program;
mod round_trip;
mod sample;
mod start;
mod trend;
mod versions;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use quorate::evaluation::{self, Evaluation};
use quorate::finding::Finding;
use tempfile::TempDir;

use program::{Ended, clone_parts, quorate};

/// A folder of the project.
fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A clone of the project in which both sample studies have run.
fn studies() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            clone_parts(&["instruments", "pipelines", "sample-data"], folder.path());
            for pipeline in ["pipelines/carers-survey.toml", "pipelines/case-file-audit.toml"] {
                let Ended { code, talk, .. } = quorate(folder.path(), &["run", pipeline]);
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
    group,focus group,Group,Centre,Lead,2026-04-30,5.1,strength,prompt,\n\
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
