//! Two people's changes under version control: different judgements merge, and of one judgement changed twice the check
//! says on which line git left both.
//!
//! Where git is on the machine, it merges, and what it leaves must be what is written down here. Where it is not, what is
//! written down stands in for it: the program is tested either way.

use std::path::Path;
use std::process::Command;

use super::program::{Ended, quorate};
use super::{DEFINITION, REGISTER, Small};

const BEFORE: &str = "subject = \"5.1\"\nlevel = 3\nrationale = \"As it was.\"\n";
const OURS: &str = "subject = \"5.1\"\nlevel = 4\nrationale = \"As it was.\"\n";
const THEIRS: &str = "subject = \"5.1\"\nlevel = 2\nrationale = \"As it was.\"\n";
/// What git leaves of both.
const BOTH: &str =
    "subject = \"5.1\"\n<<<<<<< HEAD\nlevel = 4\n=======\nlevel = 2\n>>>>>>> theirs\nrationale = \"As it was.\"\n";

/// Runs git without anybody's own settings; none where there is no git.
fn git(folder: &Path, arguments: &[&str]) -> Option<bool> {
    let outcome = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=Lead", "-c", "user.email=lead@example.org", "-c", "merge.conflictStyle=merge"])
        .args(["-c", "core.autocrlf=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output();
    match outcome {
        Ok(output) => Some(output.status.success()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("git is there and cannot be run: {error}"),
    }
}

/// Changes on two branches from one beginning, merged. Gives whether git could merge them, or nothing without git.
fn merged(small: &Small, ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> Option<bool> {
    let folder = small.folder.path();
    let done = |arguments: &[&str]| assert_eq!(git(folder, arguments), Some(true), "git {arguments:?}");
    git(folder, &["init", "--quiet", "--initial-branch=ours"])?;
    let commit = |files: &[(&str, &str)]| {
        for (name, text) in files {
            small.write(name, text);
        }
        done(&["add", "--all"]);
        done(&["commit", "--quiet", "--message", "Change"]);
    };
    commit(&[]);
    done(&["checkout", "--quiet", "-b", "theirs"]);
    commit(theirs);
    done(&["checkout", "--quiet", "ours"]);
    commit(ours);
    git(folder, &["merge", "--quiet", "theirs", "--message", "Merge"])
}

#[test]
fn changes_to_different_judgements_merge() {
    let small = Small::new();
    small.write("judgements/lead/5.1.toml", BEFORE);
    let theirs = [
        ("judgements/lead/5.2.toml", "subject = \"5.2\"\nlevel = 2\nevidence = [\"waits\"]\n"),
        ("judgements/peer/5.1.toml", THEIRS),
        ("judgements/taken.csv", "sha256,workbook\n"),
    ];
    let ours = [("judgements/lead/5.1.toml", OURS)];
    match merged(&small, &ours, &theirs) {
        Some(clean) => assert!(clean, "no file was changed on both sides"),
        None => ours.iter().chain(&theirs).for_each(|(name, text)| small.write(name, text)),
    }
    let evaluation = small.gather();
    let held: Vec<(&str, &str, Option<u8>)> = (evaluation.judgements.list.iter())
        .map(|judgement| (judgement.evaluator.as_str(), judgement.subject.as_str(), judgement.level))
        .collect();
    assert_eq!(held, [("lead", "5.1", Some(4)), ("lead", "5.2", Some(2)), ("peer", "5.1", Some(2))]);
    assert_eq!(evaluation.shown("5.1").words, "not agreed: Weak, Good", "both stand until they agree");
}

#[test]
fn of_one_judgement_changed_twice_the_check_shows_the_line() {
    let small = Small::new();
    small.write("judgements/lead/5.1.toml", BEFORE);
    let file = "judgements/lead/5.1.toml";
    match merged(&small, &[(file, OURS)], &[(file, THEIRS)]) {
        Some(clean) => {
            assert!(!clean, "git cannot choose between two levels");
            assert_eq!(small.text(file), BOTH, "what git leaves is what is written down here");
        }
        None => small.write(file, BOTH),
    }
    for command in [&["evaluate", "check", "evaluation.toml"][..], &["evaluate", "evaluation.toml"][..]] {
        let Ended { code, out, talk } = quorate(small.folder.path(), command);
        assert_eq!(code, 2, "{out}{talk}");
        for wanted in ["5.1.toml:2", "git could not merge", "<<<<<<< HEAD", "keep one of the two"] {
            assert!(talk.contains(wanted), "{wanted}: {talk}");
        }
    }
    assert!(!small.path("output").exists(), "nothing is made of half a judgement");
    // With one of the two kept, all is well again.
    small.write(file, THEIRS);
    assert_eq!(small.gather().standing("5.1").level(), Some(2));
}

#[test]
fn marks_in_a_register_are_found_and_both_rows_are_read() {
    let small = Small::new();
    let row = "waits,performance indicator,Waits,Council,Head,2026-05-31,5.2,weakness,,long\n";
    let other = "waits,performance indicator,Waits,Council,Head,2026-05-31,5.2,weakness,,longer\n";
    assert!(REGISTER.contains(row));
    let both = REGISTER.replace(row, &format!("<<<<<<< HEAD\n{row}=======\n{other}>>>>>>> theirs\n"));
    small.write("register.csv", &both);
    let evaluation = small.gather();
    let found = |code: &str| -> Vec<(String, String)> {
        let of = evaluation.findings.iter().filter(|finding| finding.code == code);
        of.map(|finding| (finding.place.cell.clone(), finding.found.clone())).collect()
    };
    let marks: Vec<(String, String)> = [("A3", "<<<<<<< HEAD"), ("A5", "======="), ("A7", ">>>>>>> theirs")]
        .map(|(cell, mark)| (cell.to_owned(), mark.to_owned()))
        .into();
    assert_eq!(found("E034"), marks);
    assert_eq!(found("E015").len(), 1, "the two versions have one id");
    assert_eq!(evaluation.items.iter().filter(|item| item.id == "waits").count(), 2);
}

#[test]
fn lists_of_workbooks_taken_by_two_people_are_one_list() {
    let small = Small::new();
    small.write("evaluation.toml", DEFINITION);
    let issued = quorate::evaluation::workbook::issue(&small.gather(), "lead").expect("a workbook");
    quorate::files::write_file(&small.path("returned/lead.xlsx"), &issued).expect("it can be written");
    let hash = quorate::files::sha256_hex(&issued);
    let taken = format!(
        "sha256,workbook\n<<<<<<< HEAD\n{hash},lead.xlsx\n=======\n{},peer.xlsx\n>>>>>>> theirs\n",
        "0".repeat(64)
    );
    small.write("judgements/taken.csv", &taken);
    let merged = quorate::evaluation::workbook::merge::merge(&small.gather()).expect("it merges");
    assert_eq!(merged.workbooks, 0, "what either took in is not taken in again");
}
