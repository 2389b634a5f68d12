//! A self-evaluation to start from: its definition, the framework, a small register, and what the folder holds.

/// The files, by their names.
pub(super) const FILES: [(&str, &str); 6] = [
    ("evaluation.toml", include_str!("evaluation/evaluation.toml")),
    ("framework.toml", super::FRAMEWORK),
    ("mapping.toml", include_str!("../../../instruments/frameworks/pim-in-efqm-and-psif.toml")),
    ("register.csv", include_str!("evaluation/register.csv")),
    ("README.md", include_str!("evaluation/README.md")),
    // Two people may each take a workbook in: the list of what was taken is theirs together.
    (".gitattributes", "judgements/taken.csv merge=union\n"),
];

/// The folders that fill up as evaluators judge.
pub(super) const FOLDERS: [&str; 2] = ["judgements", "returned"];
