//! Definitions that do not hold are underlined, with the nearest right name.

use super::{DEFINITION, Small};
use quorate::evaluation;

#[test]
fn faults_are_placed_in_the_definition() {
    let small = Small::new();
    let head = "framework = \"framework.toml\"";
    for (from, to, problem, hint) in [
        (head, "framework = \"framework.toml\"\nscope = [\"5.9\"]", "the framework has no \"5.9\"", "did you mean"),
        ("kind = \"closer-look\"", "kind = \"close-look\"", "cannot be read", "did you mean \"closer-look\"?"),
        ("date = 2026-06-30", "date = 2026-06-30T10:00:00", "cannot be read", "a day, such as 2026-06-30"),
        ("code = \"peer\"", "code = \"LEAD\"", "two evaluators have one code", "LEAD"),
        ("code = \"peer\"", "code = \"agreed\"", "cannot name a folder", "agreed"),
        (
            "[publish]",
            "[[step]]\nnumber = 11\ndone = 2026-01-01\n[publish]",
            "the list has no such line",
            "from 1 to 10",
        ),
        ("stale_after_months = 24", "weakness_below = 90.0", "the bounds under [evidence] do not hold", "90"),
        (
            "[publish]",
            "[[run]]\nfolder = \"nowhere\"\ndate = 2026-01-01\n[publish]",
            "no run in this folder",
            "quorate run",
        ),
    ] {
        assert!(DEFINITION.contains(from), "{from}");
        small.write("evaluation.toml", &DEFINITION.replacen(from, to, 1));
        let error = evaluation::gather(&small.path("evaluation.toml")).expect_err(problem).to_string();
        assert!(error.contains(problem) && error.contains(hint), "{error}");
        assert!(error.contains("evaluation.toml"), "{error}");
    }
}

#[test]
fn an_organisation_can_write_its_own_framework() {
    let small = Small::new();
    small.write(
        "framework.toml",
        "[framework]\nid = \"ours\"\nversion = \"1\"\ntitle = \"Ours\"\nsource = \"us\"\n\
         [[level]]\nnumber = 1\nleans = \"weak\"\nname = \"Not there\"\nmeaning = \"no\"\n\
         [[level]]\nnumber = 2\nleans = \"strong\"\nname = \"There, and used\"\nmeaning = \"yes\"\n\
         [[key_question]]\nnumber = 1\ntext = \"How are we doing?\"\n\
         [[area]]\nnumber = \"A\"\nkey_question = 1\ntitle = \"Everything\"\n\
         [[area.indicator]]\nnumber = \"A.1\"\ntitle = \"The first\"\n",
    );
    small.write("register.csv", "id,title,indicators,source,owner,date\nx,X,A.1,s,o,2026-01\n");
    small.write(
        "judgements/lead/A.1.toml",
        "subject = \"A.1\"\nlevel = 2\ndate = 2026-06-01\nrationale = \"It is.\"\nevidence = [\"x\"]\n",
    );
    let evaluation = small.gather();
    assert_eq!(evaluation.level_words(evaluation.standing("A.1").level()), "2 There, and used");
    assert!(evaluation::page::render(&evaluation, &[]).contains("There, and used"));
    for code in ["lead", "agreed"] {
        assert!(!evaluation::workbook::issue(&evaluation, code).expect("a workbook").is_empty());
    }
}
