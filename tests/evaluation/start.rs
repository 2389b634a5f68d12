//! `quorate init --kind evaluation`: what it lays out works at once.

use super::program::{Ended, quorate};

#[test]
fn a_new_evaluation_runs_as_it_stands_and_its_readme_holds() {
    let desk = tempfile::tempdir().expect("a folder");
    let Ended { code, talk, .. } = quorate(desk.path(), &["init", "ours", "--kind", "evaluation"]);
    assert_eq!(code, 0, "{talk}");
    assert!(talk.contains("quorate run"), "{talk}");
    let ours = desk.path().join("ours");
    for command in [&["evaluate", "evaluation.toml"], &["run", "evaluation.toml"], &["check", "evaluation.toml"]] {
        let Ended { code, talk, .. } = quorate(&ours, command);
        assert_eq!(code, 0, "{command:?}: {talk}");
    }
    for made in ["output/evaluation.html", "output/charts/all-areas.svg", "output/issue/agreed.xlsx", "output/run.json"]
    {
        assert!(ours.join(made).exists(), "{made}");
    }
    let Ended { code, talk, .. } = quorate(&ours, &["verify", "output"]);
    assert_eq!(code, 0, "{talk}");
    // The README's commands, as they stand in it.
    let readme = std::fs::read_to_string(ours.join("README.md")).expect("the README");
    std::fs::copy(ours.join("output/issue/lead.xlsx"), ours.join("WORKBOOK.xlsx")).expect("a workbook came back");
    let commands: Vec<&str> = readme.lines().filter_map(|line| line.trim().strip_prefix("quorate ")).collect();
    assert!(commands.len() > 4, "{readme}");
    for command in commands {
        let arguments: Vec<String> = match command.split_once('"') {
            Some((before, title)) => {
                before.split_whitespace().chain([title.trim_end_matches('"')]).map(str::to_owned).collect()
            }
            None => command.split_whitespace().map(str::to_owned).collect(),
        };
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let Ended { code, talk, .. } = quorate(&ours, &arguments);
        assert_eq!(code, 0, "{command}: {talk}");
    }
    // What is there is not written over unasked, and a seed has no place here.
    let Ended { code, talk, .. } = quorate(desk.path(), &["init", "ours", "--kind", "evaluation"]);
    assert_eq!(code, 2);
    assert!(talk.contains("--force"), "{talk}");
    let Ended { code, talk, .. } = quorate(desk.path(), &["init", "other", "--kind", "evaluation", "--seed", "x"]);
    assert_eq!(code, 2);
    assert!(talk.contains("nothing is drawn") && !desk.path().join("other").exists(), "{talk}");
}

#[test]
fn what_the_template_offers_in_comments_can_be_switched_on() {
    let desk = tempfile::tempdir().expect("a folder");
    quorate(desk.path(), &["init", "ours", "--kind", "evaluation"]);
    quorate(desk.path(), &["plan", "new", "ours/plan", "--title", "Our plan"]);
    let path = desk.path().join("ours/evaluation.toml");
    let text = std::fs::read_to_string(&path).expect("the definition");
    let on: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(inside)
                if ["[plan]", "folder = \"plan\"", "as_at", "report", "scope", "areas"]
                    .iter()
                    .any(|w| inside.starts_with(w)) =>
            {
                format!("{inside}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    assert!(on.contains("\n[plan]\n") && on.contains("\nscope ="));
    std::fs::write(&path, on).expect("it can be written");
    let Ended { code, talk, .. } = quorate(&desk.path().join("ours"), &["run", "evaluation.toml"]);
    assert_eq!(code, 0, "{talk}");
    assert!(talk.contains("Waiting for actions"), "{talk}");
}
