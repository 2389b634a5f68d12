//! Whatever is wrong before a run starts: one clear error, exit code 2, nothing written.

use super::Clone;

const CARERS: &str = "pipelines/carers-survey.toml";
const INSTRUMENT: &str = "instruments/carers-survey.toml";
const FRAME: &str = "sample-data/carers/frame.xlsx";

/// Runs a study that cannot run, and checks what is said; `says` must all be there.
fn refused(clone: &Clone, arguments: &[&str], says: &[&str]) {
    let ended = clone.quorate(arguments);
    assert_eq!(ended.code, 2, "{}", ended.talk);
    for words in says {
        assert!(ended.talk.contains(words), "{words:?} is not in:\n{}", ended.talk);
    }
    assert!(!ended.talk.contains("panicked"), "{}", ended.talk);
    assert_eq!(ended.out, "");
    assert!(!clone.path("output").exists(), "something was written");
}

#[test]
fn a_missing_pipeline() {
    refused(&Clone::new(), &["run", "pipelines/none.toml"], &["there is no such file", "pipelines/none.toml"]);
}

#[test]
fn a_missing_frame() {
    let clone = Clone::new();
    std::fs::remove_file(clone.path(FRAME)).expect("it was there");
    refused(&clone, &["run", CARERS], &["there is no such file", "frame.xlsx"]);
}

#[test]
fn a_truncated_frame() {
    let clone = Clone::new();
    let bytes = clone.read(FRAME);
    std::fs::write(clone.path(FRAME), &bytes[..bytes.len() / 2]).expect("the file can be written");
    refused(&clone, &["run", CARERS], &["frame.xlsx", "hint"]);
}

#[test]
fn a_frame_that_is_no_spreadsheet() {
    let clone = Clone::new();
    std::fs::write(clone.path(FRAME), [0_u8, 159, 146, 150].repeat(300)).expect("the file can be written");
    refused(&clone, &["run", CARERS], &["frame.xlsx", "hint"]);
}

#[test]
fn a_frame_with_a_password() {
    let clone = Clone::new();
    // The container of an encrypted workbook: a compound file that names the stream of the cipher.
    let mut bytes = vec![0_u8; 512 * 4];
    bytes[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    bytes[24..32].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0]);
    bytes[32] = 6;
    bytes[44] = 1;
    bytes[48] = 1;
    bytes[56..58].copy_from_slice(&[0, 0x10]);
    bytes[60..64].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    bytes[68..72].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    for slot in bytes[76..512].chunks_mut(4) {
        slot.copy_from_slice(&[0xff; 4]);
    }
    bytes[76..80].copy_from_slice(&[0; 4]);
    for slot in bytes[512..1024].chunks_mut(4) {
        slot.copy_from_slice(&[0xff; 4]);
    }
    bytes[512..516].copy_from_slice(&[0xfd, 0xff, 0xff, 0xff]);
    bytes[516..520].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    let mut entry = |at: usize, name: &str, kind: u8| {
        for (i, unit) in name.encode_utf16().enumerate() {
            bytes[at + 2 * i..at + 2 * i + 2].copy_from_slice(&unit.to_le_bytes());
        }
        bytes[at + 64] = 2 * (name.len() as u8 + 1);
        bytes[at + 66] = kind;
        bytes[at + 68..at + 80].copy_from_slice(&[0xff; 12]);
        bytes[at + 116..at + 120].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    };
    entry(1024, "Root Entry", 5);
    entry(1152, "EncryptedPackage", 2);
    entry(1280, "EncryptionInfo", 2);
    bytes[1024 + 76..1024 + 80].copy_from_slice(&1_u32.to_le_bytes());
    bytes[1152 + 72..1152 + 76].copy_from_slice(&2_u32.to_le_bytes());
    std::fs::write(clone.path(FRAME), bytes).expect("the file can be written");
    refused(&clone, &["run", CARERS], &["password", "frame.xlsx"]);
}

#[test]
fn a_frame_without_the_column_of_identifiers() {
    let clone = Clone::new();
    clone.edit(CARERS, "id = \"carer_id\"", "id = \"carer_idd\"");
    refused(&clone, &["run", CARERS], &["no column \"carer_idd\"", "did you mean \"carer_id\"?"]);
}

#[test]
fn a_draw_without_a_seed() {
    let clone = Clone::new();
    let line = clone.text(CARERS).lines().find(|line| line.starts_with("seed")).expect("a seed").to_owned();
    clone.edit(CARERS, &line, "");
    refused(&clone, &["run", CARERS], &["the draw has no seed", "--seed TEXT"]);
}

#[test]
fn a_draw_without_a_size() {
    let clone = Clone::new();
    clone.edit(CARERS, "size = 300", "");
    refused(&clone, &["run", CARERS], &["missing field `size`", "carers-survey.toml"]);
}

#[test]
fn an_instrument_with_an_unknown_scale() {
    let clone = Clone::new();
    clone.edit(INSTRUMENT, "scale = \"agree\"", "scale = \"agre\"");
    refused(
        &clone,
        &["run", CARERS],
        &["uses an unknown scale", "carers-survey.toml:", "scale = \"agre\"", "did you mean \"agree\"?"],
    );
}

#[test]
fn a_pipeline_that_names_a_missing_question() {
    let clone = Clone::new();
    clone.edit(CARERS, "[evidence]", "[compare.figures]\nq999 = [\"none\"]\n\n[evidence]");
    refused(&clone, &["run", CARERS], &["names a question that the instrument does not ask", "q999 = "]);
}

#[test]
fn a_pipeline_that_names_a_missing_figure() {
    let clone = Clone::new();
    clone.edit(CARERS, "[evidence]", "[compare.figures]\nq04 = [\"nowhere\"]\n\n[evidence]");
    refused(&clone, &["run", CARERS], &["names a benchmark figure that no file has", "\"nowhere\""]);
}

#[test]
fn an_interval_that_there_is_not() {
    let clone = Clone::new();
    clone.edit(CARERS, "interval = \"wilson\"", "interval = \"wilsonn\"");
    refused(&clone, &["run", CARERS], &["there is no such interval", "korn-graubard"]);
}

#[test]
fn a_key_that_is_misspelt() {
    let clone = Clone::new();
    clone.edit(CARERS, "batch_size", "batchsize");
    refused(&clone, &["run", CARERS], &["batchsize", "batch_size"]);
}

#[test]
fn results_by_what_identifies_people() {
    let clone = Clone::new();
    clone.edit(CARERS, "groups = [\"area\", \"age_band\"]", "groups = [\"area\", \"name\"]");
    refused(&clone, &["run", CARERS], &["cannot be shown by what identifies people", "\"name\""]);
}

#[test]
fn two_readers_with_one_code() {
    let clone = Clone::new();
    let audit = "pipelines/case-file-audit.toml";
    clone.edit(audit, "code = \"RD2\"", "code = \"rd1\"");
    refused(&clone, &["run", audit], &["two readers have one code", "\"RD1\" and \"rd1\""]);
}

/// A bad return is a finding, not an error: the run goes on.
#[test]
fn bad_returns_stop_nothing() {
    let clone = Clone::new();
    let returns = "sample-data/carers/returns";
    let sound = clone.read(&format!("{returns}/batch-01.xlsx"));
    std::fs::write(clone.path(&format!("{returns}/cut.xlsx")), &sound[..sound.len() / 3]).expect("written");
    std::fs::write(clone.path(&format!("{returns}/empty.ods")), b"").expect("written");
    std::fs::write(clone.path(&format!("{returns}/photo.jpg")), [0xff, 0xd8, 0xff, 0xe0]).expect("written");
    let ended = clone.quorate(&["run", CARERS]);
    assert_eq!(ended.code, 1, "{}", ended.talk);
    let findings = clone.text("output/carers/findings.csv");
    for name in ["cut.xlsx", "empty.ods", "photo.jpg"] {
        assert!(findings.contains(name), "{name} is not among the findings");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/nowhere", clone.path(&format!("{returns}/lost.xlsx"))).expect("a link");
        clone.quorate(&["run", CARERS]);
        assert!(clone.text("output/carers/findings.csv").contains("lost.xlsx"), "a link that leads nowhere is told");
    }
    let verified = clone.quorate(&["verify", "output/carers/run.json"]);
    assert_eq!(verified.code, 0, "{}", verified.out);
    assert!(clone.path("output/carers/report.html").exists());
}

/// What a list leaves open, or a name misses, is said at its line before anything is drawn.
#[test]
fn lists_and_names_are_refused_where_they_stand() {
    let at_the_end = |more: &str| ("rule = 10\n".to_owned(), format!("rule = 10\n\n{more}\n"));
    let weigh = |more: &str| ("basis = \"per-unit\"".to_owned(), format!("basis = \"per-unit\"\n{more}"));
    let compare = |more: &str| ("groups = \"rest\"".to_owned(), format!("groups = \"rest\"\n{more}"));
    for ((from, to), wrong, says) in [
        (at_the_end("[packs]\nby = \"area\"\noutputs = []"), "outputs = []", "\"report\""),
        (
            at_the_end("[packs]\nby = \"area\"\noutputs = [\"report\", \"quality\", \"report\"]"),
            "outputs = [",
            "\"report\" twice",
        ),
        (at_the_end("[issue.paper]\nstyles = []"), "styles = []", "large-print"),
        (
            at_the_end("[issue.paper]\nstyles = [\n  \"standard\",\n  \"standard\",\n]"),
            "  \"standard\",\n]",
            "first one stands in line",
        ),
        (at_the_end("[dispositions]\nquestions = []"), "questions = []", "questions of the instrument"),
        (at_the_end("[dispositions]\nquestions = [\"q01\", \"q02\", \"q01\"]"), "questions = [", "\"q01\" twice"),
        (at_the_end("[dispositions]\nquestions = [\"q01\", \"q0x\"]"), "questions = [", "does not ask this question"),
        (at_the_end("[checks]\nexplain.responce = \"Why.\""), "explain.responce", "did you mean \"response\"?"),
        (
            at_the_end("[checks.explain]\nitem-response-q99 = \"Why.\""),
            "item-response-q99",
            "did you mean \"item-response-q",
        ),
        (
            at_the_end("[checks.explain]\n\"stratum-Harborside\" = \"Why.\""),
            "stratum-Harborside",
            "stratum-Harbourside",
        ),
        (weigh("margin = []"), "margin = []", "a margin"),
        (weigh("[[weigh.margin]]\ncolumn = \"age_bnd\""), "column = \"age_bnd\"", "did you mean \"age_band\"?"),
        (weigh("[weigh.nonresponse]\nby = [\"areas\"]\nsmallest = 5"), "by = [\"areas\"]", "did you mean \"area\"?"),
        (weigh("[weigh.nonresponse]\nby = []\nsmallest = 5"), "by = []", "columns of the frame"),
        (compare("funnel = { least = 0 }"), "funnel = { least = 0 }", "least = 10"),
        (compare("items = [{ label = \"x\", questions = [\"q04\", \"q04\"] }]"), "items = [", "\"q04\" twice"),
        (
            ("groups = [\"area\", \"age_band\"]".into(), "groups = [\"area\", \"area\"]".into()),
            "groups = [\"area\"",
            "\"area\" twice",
        ),
        (
            ("batch_size = 60".into(), "batch_size = \"sixty\"".into()),
            "batch_size = \"sixty\"",
            "a whole number of 0 or more",
        ),
        (("level = 0.95".into(), "level = \"95%\"".into()), "level = \"95%\"", "expected: a number"),
    ] {
        let clone = Clone::new();
        clone.edit(CARERS, &from, &to);
        let text = clone.text(CARERS);
        let at = text.find(wrong).unwrap_or_else(|| panic!("{wrong}"));
        let line = text[..at].matches('\n').count() + 1;
        for command in ["run", "check"] {
            let ended = clone.quorate(&[command, CARERS]);
            assert_eq!(ended.code, 2, "{to}: {}", ended.talk);
            let place = format!("carers-survey.toml:{line}");
            assert!(ended.talk.contains(&place), "{to}: {place} is not in:\n{}", ended.talk);
            assert!(ended.talk.contains(says), "{to}: {says:?} is not in:\n{}", ended.talk);
            assert!(!clone.path("output").exists(), "{to}: something was written");
        }
    }
}

/// The exit code tells of findings of level error, of a check as of a run; warnings and notes do not stop a script.
#[test]
fn warnings_alone_end_a_check_as_they_end_a_run() {
    let clone = Clone::new();
    clone.edit(INSTRUMENT, "version = ", "language = \"English\"\nversion = ");
    let text = clone.text(INSTRUMENT);
    std::fs::write(clone.path(INSTRUMENT), text).expect("the form can be written");
    let quiet = clone.quorate(&["check", INSTRUMENT, "--format", "csv"]);
    assert!(quiet.out.contains("\nnote,") || quiet.out.contains("\nwarning,"), "{}", quiet.out);
    assert!(!quiet.out.contains("\nerror,"), "{}", quiet.out);
    assert_eq!(quiet.code, 0, "{}", quiet.talk);
    let pipeline = clone.quorate(&["check", CARERS, "--format", "csv"]);
    let run = clone.quorate(&["run", CARERS, "--until", "draw"]);
    assert_eq!(pipeline.code, run.code, "{}{}", pipeline.talk, run.talk);
}
