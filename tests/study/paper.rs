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

/// A form that would be the same is not made again; one that somebody changed, or that reads otherwise now, is.
#[cfg(unix)]
#[test]
fn forms_are_made_once() {
    use std::os::unix::fs::MetadataExt;
    let clone = study("[issue.paper]\nstyles = [\"standard\"]\ncontact = { en = \"the survey team\" }");
    let run = || {
        assert_eq!(clone.quorate(&["run", PIPELINE, "--until", "issue"]).code, 1);
        let folder = clone.path("output/carers/issue/paper/standard/forms");
        let mut forms: Vec<_> = std::fs::read_dir(folder).expect("forms").flatten().map(|file| file.path()).collect();
        forms.sort();
        let file = |path: &std::path::PathBuf| {
            let about = std::fs::metadata(path).expect("a file");
            ((about.ino(), about.ctime_nsec()), std::fs::read(path).expect("it reads"))
        };
        forms.iter().map(|path| (path.clone(), file(path))).collect::<Vec<_>>()
    };
    let first = run();
    assert_eq!(first.len(), 8);
    assert!(run() == first, "the same files, untouched");
    std::fs::write(&first[3].0, "somebody's scribbles").expect("written");
    let mended = run();
    assert_eq!(mended[3].1.1, first[3].1.1, "what was changed is made again");
    assert!((0..8).filter(|at| *at != 3).all(|at| mended[at] == first[at]), "and nothing else");
    clone.edit(PIPELINE, "the survey team", "the carers team");
    let other = run();
    assert!((0..8).all(|at| other[at].1.1 != first[at].1.1), "every form says the new words");
}

#[test]
fn what_cannot_be_printed_is_said_before_anything_is_written() {
    for (more, problem) in [
        ("[issue.paper]\nstyles = []", "names nothing"),
        ("[issue.paper]\nstyles = [\"standard\", \"standard\"]", "twice"),
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
