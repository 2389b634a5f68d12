//! Forms on paper, as a pipeline asks for them.

use super::Clone;

const PIPELINE: &str = "pipelines/carers-survey.toml";

/// The carers' survey with a small sample, and what `more` says under `[issue]`.
fn study(more: &str) -> Clone {
    let clone = Clone::new();
    for (from, to) in [
        ("size = 300", "size = 8"),
        ("minimum = 30", "minimum = 1"),
        ("reserve = 30", ""),
        ("batch_size = 60", "batch_size = 4"),
        ("[returns]", &format!("{more}\n[returns]")),
    ] {
        clone.edit(PIPELINE, from, to);
    }
    clone
}

#[test]
fn a_pipeline_prints_a_form_for_everybody() {
    let clone = study(
        "[issue.paper]\nstyles = [\"standard\", \"large-print\"]\nreturn_by = \"29 May 2026\"\n\
         contact = { en = \"the survey team\" }\n[issue.key_entry]\ndouble = true",
    );
    let ended = clone.quorate(&["run", PIPELINE, "--until", "issue"]);
    assert_eq!(ended.code, 1, "the sample frame has faults: {}", ended.talk);
    let files: Vec<(String, Vec<u8>)> = clone.files("output/carers/issue");
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for style in ["standard", "large-print"] {
        let own = format!("paper/{style}/forms/");
        assert_eq!(
            names.iter().filter(|name| name.starts_with(&own) && name.ends_with(".pdf")).count(),
            8,
            "{names:?}"
        );
        for name in ["blank.pdf", "batch-01.pdf", "batch-02.pdf"] {
            assert!(names.contains(&format!("paper/{style}/{name}").as_str()), "{name}: {names:?}");
        }
        let index = clone.text(&format!("output/carers/issue/paper/{style}/batch-01-pages.csv"));
        let rows: Vec<&str> = index.lines().collect();
        assert_eq!((rows[0], rows.len()), ("serial,first_page,last_page", 5));
        assert!(rows[1].starts_with("S-") && rows[1].split(',').nth(1) == Some("1"), "{index}");
    }
    for name in ["batch-01-first.xlsx", "batch-01-second.xlsx", "batch-02-second.xlsx"] {
        assert!(names.contains(&format!("key-entry/{name}").as_str()), "{names:?}");
    }
    // The same again.
    assert_eq!(clone.quorate(&["run", PIPELINE, "--until", "issue"]).code, 1);
    assert!(files == clone.files("output/carers/issue"), "the same bytes");
}

#[test]
fn what_cannot_be_printed_is_said_before_anything_is_written() {
    for (more, problem) in [
        ("[issue.paper]\nstyles = []", "each style once"),
        ("[issue.paper]\nstyles = [\"easy-read\"]", "no easy-read wording"),
        ("[issue.paper]\nlanguages = [\"pl\"]", "not in this language"),
        ("[issue.paper]\ncontact = { pl = \"zespół\" }", "this text is not in it"),
        ("[issue.paper]\ncontact = \"电话\"", "lack letters"),
        ("[issue.paper]\nsize = 12", "unknown field"),
    ] {
        let clone = study(more);
        let ended = clone.quorate(&["run", PIPELINE, "--until", "issue"]);
        assert_eq!(ended.code, 2, "{more}: {}", ended.talk);
        assert!(ended.talk.contains(problem), "{more}: {}", ended.talk);
        assert!(clone.files("output").is_empty(), "{more}");
    }
}
