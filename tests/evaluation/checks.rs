//! Each check finds what it is for, says where, and yields to a reason.

use super::Small;

fn codes(small: &Small, file: &str) -> Vec<String> {
    small.findings(file).into_keys().filter(|code| code != "E020").collect()
}

#[test]
fn a_judgement_that_stands_up_raises_nothing() {
    let small = Small::new();
    small.write(
        "judgements/lead/5.1.toml",
        "subject = \"5.1\"\nlevel = 4\ndate = 2026-06-01\nrationale = \"Good.\"\nevidence = [\"plan\", \"group\"]\n",
    );
    assert_eq!(codes(&small, "judgements/lead/5.1.toml"), Vec::<String>::new());
}

#[test]
fn a_rating_without_evidence_or_reason_is_an_error() {
    let small = Small::new();
    small.write("judgements/lead/5.1.toml", "subject = \"5.1\"\nlevel = 4\n");
    assert_eq!(codes(&small, "judgements/lead/5.1.toml"), ["E001", "E002", "E025"]);
    let found = small.findings("judgements/lead/5.1.toml");
    assert_eq!(found["E001"].found, "4 Good");
    assert_eq!(found["E001"].place.unit, "5.1");
}

#[test]
fn an_area_above_its_prompts_asks_for_a_reason_which_is_kept() {
    let small = Small::new();
    small.write(
        "judgements/lead/5.2.toml",
        "subject = \"5.2\"\nlevel = 2\ndate = 2026-06-01\nrationale = \"Long waits.\"\nevidence = [\"waits\"]\n\
         [[improvement]]\nid = \"5.2-a1\"\ntext = \"Review lists\"\npriority = \"high\"\n",
    );
    let area = "subject = \"5\"\nlevel = 4\ndate = 2026-06-01\nrationale = \"Good on the whole.\"\n";
    small.write("judgements/lead/5.toml", area);
    let found = small.findings("judgements/lead/5.toml");
    assert_eq!(found["E003"].found, "4 Good, while 5.2 is rated 2 Weak");
    assert!(found["E003"].expected.starts_with("no better than 3 Adequate"), "{}", found["E003"].expected);
    // At the level that the prompt leaves, nothing is found.
    small.write("judgements/lead/5.toml", &area.replace("level = 4", "level = 3"));
    assert_eq!(codes(&small, "judgements/lead/5.toml"), Vec::<String>::new());
    // A prompt that the evaluator marks weak counts without an indicator.
    small.write("judgements/lead/5.toml", &format!("{area}weak_prompts = [\"5-p3\"]\n"));
    let found = small.findings("judgements/lead/5.toml");
    assert!(found["E003"].found.contains("is rated 2 Weak") || found["E003"].found.contains("5-p3 is marked weak"));
    // A reason turns the check into a note that prints it; no reason does not.
    let over = "[[override]]\ncheck = \"E003\"\nreason = \"The new team began in May\"\n";
    small.write("judgements/lead/5.toml", &format!("{area}{over}"));
    let found = small.findings("judgements/lead/5.toml");
    assert!(!found.contains_key("E003"));
    assert_eq!(found["E010"].expected, "reason: The new team began in May");
    assert!(quorate::evaluation::page::render(&small.gather(), &[]).contains("The new team began in May"));
    small.write("judgements/lead/5.toml", &format!("{area}[[override]]\ncheck = \"E003\"\n"));
    let found = small.findings("judgements/lead/5.toml");
    assert!(found.contains_key("E003") && found.contains_key("E016"));
    // An override of what was not found, or cannot be overridden, has no effect.
    small.write("judgements/lead/5.toml", &format!("{area}{}", over.replace("E003", "E002")));
    let found = small.findings("judgements/lead/5.toml");
    assert!(found.contains_key("E003") && found.contains_key("E017"));
}

#[test]
fn evidence_that_points_the_other_way_is_named_whether_relied_on_or_not() {
    let small = Small::new();
    let text = "subject = \"5.2\"\nlevel = 5\ndate = 2026-06-01\nrationale = \"Fine.\"\nevidence = [\"plan\"]\n";
    small.write("judgements/lead/5.2.toml", text);
    let found = small.findings("judgements/lead/5.2.toml");
    assert_eq!(found["E004"].found, "5 Very good, while waits points to a weakness");
    assert!(found.contains_key("E026"), "one kind of evidence only");
    small.write("judgements/lead/5.2.toml", &text.replace("level = 5", "level = 3"));
    assert!(!small.findings("judgements/lead/5.2.toml").contains_key("E004"));
}

#[test]
fn stale_unknown_and_missing_things_are_reported() {
    let small = Small::new();
    small.write(
        "judgements/lead/5.4.toml",
        "subject = \"5.4\"\nlevel = 2\ndate = 2026-06-01\nrationale = \"Weak.\"\nevidence = [\"old\", \"plam\"]\n",
    );
    let found = small.findings("judgements/lead/5.4.toml");
    assert_eq!(found["E006"].found, "old");
    assert_eq!(found["E006"].expected, "evidence of the last 24 months before 2026-06-30");
    assert!(found["E008"].hint.contains("\"plan\""), "{}", found["E008"].hint);
    assert!(found.contains_key("E009"), "a weak rating without an area for improvement");
    // Age counts from the day that the user gives, never from a clock.
    small.write("evaluation.toml", &super::DEFINITION.replace("2026-06-30", "2021-06-30"));
    assert!(!small.findings("judgements/lead/5.4.toml").contains_key("E006"));
    small.write("judgements/lead/5.9.toml", "subject = \"5.9\"\nlevel = 4\n");
    small.write("judgements/lead/5.5.toml", "subject = \"5.5\"\nlevel = 7\n");
    assert!(codes(&small, "judgements/lead/5.9.toml").contains(&"E019".to_owned()));
    assert!(codes(&small, "judgements/lead/5.5.toml").contains(&"E018".to_owned()));
}

#[test]
fn separate_judgements_have_to_be_brought_together_in_words() {
    let small = Small::new();
    let one =
        "subject = \"5.1\"\nlevel = 4\ndate = 2026-06-01\nrationale = \"Good.\"\nevidence = [\"plan\", \"group\"]\n";
    small.write("judgements/lead/5.1.toml", one);
    small.write("judgements/peer/5.1.toml", &one.replace("level = 4", "level = 3"));
    assert_eq!(small.findings("judgements/agreed/5.1.toml")["E007"].found, "lead 4, peer 3");
    assert_eq!(small.gather().standing("5.1").level(), None);
    small.write("judgements/agreed/5.1.toml", &format!("{one}by = [\"lead\", \"pear\"]\n"));
    let found = small.findings("judgements/agreed/5.1.toml");
    assert!(found.contains_key("E007") && found["E025"].found == "pear");
    let agreed = format!("{one}by = [\"lead\", \"peer\"]\nreconciliation = \"The peer saw the figures.\"\n");
    small.write("judgements/agreed/5.1.toml", &agreed);
    assert_eq!(codes(&small, "judgements/agreed/5.1.toml"), Vec::<String>::new());
    assert_eq!(small.gather().standing("5.1").level(), Some(4));
}

#[test]
fn areas_for_improvement_need_ids_of_their_own_and_priorities() {
    let small = Small::new();
    small.write(
        "judgements/lead/5.1.toml",
        "subject = \"5.1\"\n[[improvement]]\nid = \"5.1-a1\"\ntext = \"One\"\n\
         [[improvement]]\nid = \"5.1-a1\"\ntext = \"Two\"\n[[improvement]]\nid = \"x\"\ntext = \"Three\"\npriority = \"low\"\n",
    );
    let all: Vec<_> = small.gather().findings.into_iter().filter(|f| f.code == "E021").map(|f| f.found).collect();
    assert_eq!(all, ["5.1-a1", "x"]);
    assert_eq!(small.findings("judgements/lead/5.1.toml")["E022"].found, "5.1-a1, 5.1-a1");
}

#[test]
fn the_statement_of_confidence_is_made_on_every_component_in_the_frameworks_words() {
    let small = Small::new();
    small.write(
        "judgements/lead/confidence.toml",
        "[[component]]\nnumber = 1\nstatement = \"We hope that\"\n\
         [[component]]\nnumber = 2\nstatement = \"We cannot yet demonstrate that\"\n",
    );
    let evaluation = small.gather();
    let found: Vec<(&str, &str)> = evaluation
        .findings
        .iter()
        .filter(|f| f.place.file == "judgements/lead/confidence.toml")
        .map(|f| (f.code.as_str(), f.found.as_str()))
        .collect();
    assert!(found.contains(&("E023", "We hope that")), "{found:?}");
    assert!(found.contains(&("E024", "2: We cannot yet demonstrate that")), "a reservation is missing: {found:?}");
    assert!(found.iter().any(|(code, found)| *code == "E024" && found.starts_with("nothing on 3")), "{found:?}");
}
