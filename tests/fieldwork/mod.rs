//! What the tests of issue and returns share: one instrument with every kind of question, a batch, LibreOffice.

use std::path::{Path, PathBuf};
use std::process::Command;

use quorate::instrument::{Instrument, parse};
use quorate::issue::{Batch, Row};

/// Every kind of question, routing from a single and from a multiple question, a concern, an exclusive response.
pub const INSTRUMENT: &str = r#"
[instrument]
id = "file-form"
version = "2"
title = "Case-file form"
kind = "file-audit"
introduction = "Judge what is on file."

[scales.six]
responses = [
  { code = 6, label = "Excellent", score = 6, valence = "positive" },
  { code = 5, label = "Very good", score = 5, valence = "positive" },
  { code = 4, label = "Good", score = 4, valence = "positive" },
  { code = 3, label = "Adequate", score = 3 },
  { code = 2, label = "Weak", score = 2, valence = "negative" },
  { code = 1, label = "Unsatisfactory", score = 1, valence = "negative" },
]
missing = [{ code = "DK", label = "Don't know", kind = "dont-know" }]

[scales.partners]
responses = [
  { code = "h", label = "Health" },
  { code = "p", label = "Police" },
  { code = "n", label = "None", exclusive = true },
]
missing = [{ code = "x", label = "Rather not say", kind = "refused" }]

[scales.setting]
responses = [
  { code = "home", label = "At home" },
  { code = "care", label = "Care home, or supported housing" },
]

[[section]]
id = "plan"
title = "Assessment and plan"
guidance = "Look at the past 12 months."
[[section.question]]
id = "plan"
text = "Is there a care plan on file?"
label = "Care plan on file"
kind = "yes-no"
required = true
guidance = "Yes: dated within 12 months."
[[section.question]]
id = "quality"
text = "How good is the care plan?"
label = "Quality of care plan"
kind = "rating"
scale = "six"
required = true
ask_if = { question = "plan", is = ["yes"] }
[[section.question]]
id = "setting"
text = "Where does the person live?"
label = "Setting"
kind = "single"
scale = "setting"

[[section]]
id = "work"
title = "Work with others"
[[section.question]]
id = "partners"
text = "Which partners take part?"
label = "Partners"
kind = "multiple"
scale = "partners"
[[section.question]]
id = "police"
text = "How many contacts were there with the police?"
label = "Police contacts"
kind = "integer"
minimum = 0
maximum = 50
ask_if = { question = "partners", is = ["p"] }
[[section.question]]
id = "hours"
text = "How many hours of care a week?"
label = "Hours a week"
kind = "decimal"
minimum = 0
maximum = 168
[[section.question]]
id = "reviewed"
text = "When was the last review?"
label = "Last review"
kind = "date"
earliest = "2020-01-01"
latest = "2026-12-31"
[[section.question]]
id = "note"
text = "What stands out?"
label = "What stands out"
kind = "text"
[[section.question]]
id = "danger"
text = "Is anybody in danger now?"
label = "Danger now"
kind = "yes-no"
concern = ["yes"]
"#;

/// The instrument above.
pub fn instrument() -> Instrument {
    parse(Path::new("file-form.toml"), INSTRUMENT).expect("the test's instrument is sound")
}

/// A batch of `count` files for the reader A, file numbers with leading zeros.
pub fn batch(count: usize) -> Batch {
    let row = |i: usize| Row {
        serial: format!("S{i:03}"),
        id: Some(format!("0{}", 100 + i)),
        reading: 1,
        context: vec![("Team".to_owned(), "East".to_owned())],
    };
    Batch {
        study: "audit".to_owned(),
        sample: "0f3a".to_owned(),
        name: "A".to_owned(),
        contact: "the audit lead".to_owned(),
        rows: (1..=count).map(row).collect(),
        ..Batch::default()
    }
}

/// Types answers into a batch.
pub fn fill(batch: &mut Batch, serial: &str, answers: &[(&str, &str)]) {
    let row = batch.fill.entry((serial.to_owned(), 1)).or_default();
    row.extend(answers.iter().map(|(question, text)| ((*question).to_owned(), (*text).to_owned())));
}

/// Lets LibreOffice save a workbook in another format into `folder`; none where there is no LibreOffice, and then the
/// test has nothing to look at.
pub fn saved_by_libreoffice(file: &Path, format: &str, folder: &Path) -> Option<PathBuf> {
    let profile = tempfile::tempdir().expect("a folder for LibreOffice's profile");
    let done = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.path().display()))
        .args(["--headless", "--convert-to", format, "--outdir"])
        .arg(folder)
        .arg(file)
        .output();
    if done.is_err() {
        return None;
    }
    let extension = format.split(':').next().unwrap_or(format);
    let saved = folder.join(file.file_name()?).with_extension(extension);
    assert!(saved.exists(), "LibreOffice did not write {}", saved.display());
    Some(saved)
}
