//! The README's commands, run as they are written.

use std::process::Command;

use super::Clone;

/// Every line of the README's shell blocks that calls the program, in order, in one folder.
#[test]
fn every_command_of_the_readme_runs() {
    let clone = Clone::new();
    let readme = include_str!("../../README.md");
    let mut lines = Vec::new();
    let mut in_block = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            in_block = line == "```sh";
        } else if in_block && line.starts_with("cargo run --release -- ") {
            lines.push(line);
        }
    }
    assert!(lines.len() >= 8, "the README shows how to use the program");
    for line in lines {
        let command = line.replacen("cargo run --release --", "\"$QUORATE\"", 1);
        let output = Command::new("sh")
            .arg("-c")
            .arg(&command)
            .env("QUORATE", env!("CARGO_BIN_EXE_quorate"))
            .env("NO_COLOR", "1")
            .current_dir(clone.path("."))
            .output()
            .expect("a shell");
        let talk = String::from_utf8_lossy(&output.stderr);
        // The sample studies and the sample evaluation have returns with faults on purpose.
        let faulty = line.contains(" run pipelines/") || line.contains(" run sample-data/self-evaluation/");
        let expected = i32::from(faulty);
        assert_eq!(output.status.code(), Some(expected), "{line}\n{talk}");
    }
    for file in ["output/carers/report.html", "output/case-files/report.html", "my-study/output/issue/batch-01.xlsx"] {
        assert!(clone.path(file).exists(), "{file}");
    }
}
