//! The workbook's way out and back: what was typed is what is stored, faults are placed to the cell, and copies merge.

use std::path::Path;

use quorate::evaluation::workbook::{issue, merge};
use quorate::sheet::{self, Book, Limits};
use rust_xlsxwriter::Workbook;

use super::Small;

/// What somebody types: the row's key (or evidence key), the column's heading, the text.
type Typed<'a> = (&'a str, &'a str, &'a str);

/// An issued workbook copied cell by cell into a new one, as happens when people copy sheets, with something typed in.
fn filled(issued: &[u8], typed: &[Typed<'_>]) -> Vec<u8> {
    let book: Book = sheet::read_bytes(Path::new("issued.xlsx"), issued, &Limits::default()).expect("it reads");
    let mut copy = Workbook::new();
    let mut used = 0;
    for sheet in &book.sheets {
        let page = copy.add_worksheet().set_name(&sheet.name).expect("a name");
        for cell in &sheet.cells {
            page.write_string(cell.row, cell.column as u16, cell.text()).expect("it can be written");
        }
        let heading = |name: &str| sheet.cells.iter().find(|c| c.row == 0 && c.text() == name).map(|c| c.column);
        for (key, column, text) in typed {
            let by = if key.contains('|') { "_evidence" } else { "_key" };
            let (Some(by), Some(column)) = (heading(by), heading(column)) else { continue };
            for cell in sheet.cells.iter().filter(|cell| cell.column == by && cell.text() == *key) {
                page.write_string(cell.row, column as u16, *text).expect("it can be written");
                used += 1;
            }
        }
    }
    assert_eq!(used, typed.len(), "every key is in the workbook once");
    copy.save_to_buffer().expect("it can be saved")
}

fn put(small: &Small, name: &str, bytes: &[u8]) {
    quorate::files::write_file(&small.path(&format!("returned/{name}")), bytes).expect("it can be written");
}

#[test]
fn what_is_typed_is_what_is_stored() {
    let small = Small::new();
    let issued = issue(&small.gather(), "lead").expect("a workbook");
    assert_eq!(issued, issue(&small.gather(), "lead").expect("a workbook"), "the same bytes");
    let typed: [Typed<'_>; 13] = [
        ("date", "_entry", "12 Jun 2026"),
        ("5.2/level", "_entry", "2 Weak"),
        ("5.2/rationale", "_entry", "  Long waits,\r\nand \"no\" reviews. "),
        ("5.2/strengths", "_entry", "• Open allocation\n- Urgent work gets through\n\n"),
        ("5.2/improvement/5.2-a2", "_entry", "Review the lists"),
        ("5.2/improvement/5.2-a2", "_priority", "High"),
        ("5.2/evidence", "_entry", "old"),
        ("5.2|waits", "_rely", "yes"),
        ("5.2/overrides", "_entry", "e006: it still holds"),
        ("5/prompt/5-p1", "_entry", "weak"),
        ("5/level", "_entry", "Adequate"),
        ("confidence/3/statement", "_entry", "we cannot yet demonstrate that"),
        ("confidence/3/caveats", "_entry", "reviews are late"),
    ];
    put(&small, "lead.xlsx", &filled(&issued, &typed));
    let merged = merge::merge(&small.gather()).expect("it merges");
    assert_eq!(merged.findings, []);
    assert_eq!((merged.workbooks, merged.written), (1, 3));
    assert_eq!(
        small.text("judgements/lead/5.2.toml"),
        "subject = \"5.2\"\nlevel = 2\ndate = 2026-06-12\nrationale = \"\"\"\nLong waits,\nand \"no\" reviews.\"\"\"\n\
         strengths = [\n    \"Open allocation\",\n    \"Urgent work gets through\",\n]\n\
         evidence = [\n    \"old\",\n    \"waits\",\n]\n\n\
         [[improvement]]\nid = \"5.2-a2\"\ntext = \"Review the lists\"\npriority = \"high\"\n\n\
         [[override]]\ncheck = \"E006\"\nreason = \"it still holds\"\n"
    );
    assert!(small.text("judgements/lead/5.toml").contains("weak_prompts = [\"5-p1\"]"));
    assert!(small.text("judgements/lead/confidence.toml").contains("We cannot yet demonstrate that"));
    // Issued again and returned without a change, nothing is written.
    let again = issue(&small.gather(), "lead").expect("a workbook");
    put(&small, "lead again.xlsx", &filled(&again, &[]));
    let merged = merge::merge(&small.gather()).expect("it merges");
    assert_eq!((merged.workbooks, merged.written, merged.findings.len()), (1, 0, 0));
}

#[test]
fn what_cannot_be_read_is_placed_and_what_stood_before_is_kept() {
    let small = Small::new();
    small.write("judgements/lead/5.1.toml", "subject = \"5.1\"\nlevel = 4\nrationale = \"Good.\"\n");
    let issued = issue(&small.gather(), "lead").expect("a workbook");
    let typed: [Typed<'_>; 7] = [
        ("date", "_entry", "the 30th of February"),
        ("5.1/level", "_entry", "between 3 and 4"),
        ("5.1/rationale", "_entry", "Good, mostly."),
        ("5.1|plan", "_rely", "maybe"),
        ("5.1/improvement/5.1-a1", "_priority", "high"),
        ("5.1/overrides", "_entry", "because I say so"),
        ("5/prompt/5-p1", "_entry", "rather"),
    ];
    put(&small, "lead.xlsx", &filled(&issued, &typed));
    let merged = merge::merge(&small.gather()).expect("it merges");
    let found: Vec<(&str, &str)> = merged.findings.iter().map(|f| (f.code.as_str(), f.found.as_str())).collect();
    assert_eq!(found.iter().filter(|(code, _)| *code == "E032").count(), 6, "{found:?}");
    for finding in &merged.findings {
        assert_eq!(finding.place.file, "returned/lead.xlsx");
        assert!(!finding.place.sheet.is_empty() && !finding.place.cell.is_empty(), "{finding}");
    }
    let text = small.text("judgements/lead/5.1.toml");
    assert!(text.contains("level = 4") && text.contains("Good, mostly."), "{text}");
    // Read again, the same is found, and nothing is merged twice.
    let again = merge::merge(&small.gather()).expect("it merges");
    assert_eq!((again.workbooks, again.findings.len()), (0, merged.findings.len()));
}

#[test]
fn copies_merge_and_where_both_changed_both_are_kept() {
    let small = Small::new();
    small.write("judgements/lead/5.1.toml", "subject = \"5.1\"\nlevel = 3\nrationale = \"So.\"\n");
    let issued = issue(&small.gather(), "lead").expect("a workbook");
    // Two copies of one evaluator, each with something of its own and one subject in both.
    let one = [("5.1/level", "_entry", "4 Good"), ("5.2/rationale", "_entry", "From the office.")];
    let two = [("5.1/level", "_entry", "2 Weak"), ("5.3/rationale", "_entry", "From home.")];
    put(&small, "a.xlsx", &filled(&issued, &one));
    put(&small, "b.xlsx", &filled(&issued, &two));
    let merged = merge::merge(&small.gather()).expect("it merges");
    assert_eq!((merged.workbooks, merged.written), (2, 3));
    assert_eq!(merged.findings.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["E031"]);
    assert!(small.text("judgements/lead/5.1.toml").contains("level = 4"));
    assert!(small.text("judgements/lead/5.2.toml").contains("From the office."));
    assert!(small.text("judgements/lead/5.3.toml").contains("From home."));
    let beside: Vec<String> = std::fs::read_dir(small.path("judgements/lead"))
        .expect("the folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains(".conflict-"))
        .collect();
    assert_eq!(beside.len(), 1);
    assert!(small.text(&format!("judgements/lead/{}", beside[0])).contains("level = 2"));
    assert!(small.gather().findings.iter().any(|finding| finding.code == "E031"), "until somebody has settled it");
    // Another evaluator's workbook never touches these.
    let peer = issue(&small.gather(), "peer").expect("a workbook");
    put(&small, "c.xlsx", &filled(&peer, &[("5.1/level", "_entry", "5")]));
    let merged = merge::merge(&small.gather()).expect("it merges");
    assert_eq!(merged.written, 1);
    assert!(small.text("judgements/peer/5.1.toml").contains("level = 5"));
}

#[test]
fn what_is_no_workbook_of_this_evaluation_is_kept_and_reported() {
    let small = Small::new();
    put(&small, "notes.txt", b"just words");
    put(&small, "picture.png", &[0x89, b'P', b'N', b'G', 0, 1, 2, 3]);
    put(&small, "empty.xlsx", b"");
    let issued = issue(&small.gather(), "lead").expect("a workbook");
    small.write("evaluation.toml", &super::DEFINITION.replace("id = \"small\"", "id = \"other\""));
    put(&small, "other.xlsx", &issued);
    let merged = merge::merge(&small.gather()).expect("it merges");
    let files: Vec<&str> = merged.findings.iter().map(|f| f.place.file.as_str()).collect();
    assert_eq!(files, ["returned/empty.xlsx", "returned/notes.txt", "returned/other.xlsx", "returned/picture.png"]);
    assert!(merged.findings.iter().all(|finding| finding.code == "E030"));
    assert_eq!((merged.workbooks, merged.written), (0, 0));
    // Two files of one name are both kept.
    let folder = tempfile::tempdir().expect("a folder");
    let twin = folder.path().join("notes.txt");
    std::fs::write(&twin, "other words").expect("it writes");
    merge::keep(&small.gather(), &twin).expect("it is kept");
    assert_eq!(std::fs::read_dir(small.path("returned")).expect("the folder").count(), 5);
    assert_eq!(small.text("returned/notes.txt"), "just words");
}

#[test]
fn the_workbook_for_what_was_agreed_shows_separate_judgements() {
    let small = Small::new();
    small.write("judgements/lead/5.1.toml", "subject = \"5.1\"\nlevel = 4\nrationale = \"The lead's view.\"\n");
    small.write("judgements/peer/5.1.toml", "subject = \"5.1\"\nlevel = 3\nrationale = \"The peer's view.\"\n");
    let issued = issue(&small.gather(), "agreed").expect("a workbook");
    let book = sheet::read_bytes(Path::new("agreed.xlsx"), &issued, &Limits::default()).expect("it reads");
    let texts: Vec<String> = book.sheet("Area 5").expect("area 5").cells.iter().map(|cell| cell.text()).collect();
    for wanted in ["4 Good. The lead's view.", "3 Adequate. The peer's view.", "Head of Service (lead)"] {
        assert!(texts.iter().any(|text| text == wanted), "{wanted}");
    }
    let typed = [
        ("by", "_entry", "lead; peer"),
        ("5.1/level", "_entry", "3 Adequate"),
        ("5.1/rationale", "_entry", "Agreed."),
        ("5.1/reconciliation", "_entry", "The peer's figures were newer."),
        ("5.1|plan", "_rely", "yes"),
    ];
    put(&small, "agreed.xlsx", &filled(&issued, &typed));
    merge::merge(&small.gather()).expect("it merges");
    let text = small.text("judgements/agreed/5.1.toml");
    assert!(text.contains("reconciliation = \"The peer's figures were newer.\""), "{text}");
    assert_eq!(small.gather().standing("5.1").level(), Some(3));
}
