//! What the pipeline of the Adult Social Care Survey cannot say: each fault underlined, nothing run.

use super::Clone;

const PIPELINE: &str = "pipelines/adult-social-care-survey.toml";

#[test]
fn populations_shares_and_versions_that_cannot_be_are_underlined() {
    let version = "[[returns.version]]\nversion = \"2021-22\"\n";
    for (from, to, says) in [
        ("q2c = \"stratum in", "q2x = \"stratum in", "no such question or score"),
        ("and support_setting = 'Community'\"\nimpact", "and setting = 'Community'\"\nimpact", "no such column"),
        ("and support_setting = 'Community'\"\nimpact", "and\"\nimpact", "in this condition"),
        ("basis = \"per-question\"", "basis = \"per-unit\"", "a population of its own"),
        ("id = \"gender\"\nquestion = \"gender\"", "id = \"gender\"\nquestion = \"gendr\"", "did you mean \"gender\""),
        ("id = \"gender\"", "id = \"post\"", "the second one"),
        ("{ label = \"Female\", codes = [2] }", "{ label = \"Female\", codes = [7] }", "nobody can be in the group"),
        (
            "{ label = \"18 to 24\", from = 18, to = 24 }",
            "{ label = \"18 to 24\", codes = [18] }",
            "nobody can be in the group",
        ),
        ("lowest = 20, highest = 80", "lowest = 20, highest = 180", "is out of range"),
        ("stratum_of_sample = [15, 50]", "stratum_of_sample = [50, 15]", "is no range"),
        ("within = 20", "within = -20", "is out of range"),
        ("support-setting = \"Most", "support-seting = \"Most", "did you mean \"support-setting\""),
        (
            "[returns.ticks]",
            "[[returns.version]]\nversion = \"2019\"\nfiles = \"a.csv\"\n\n[returns.ticks]",
            "no such version",
        ),
        ("[returns.ticks]", &format!("{version}\n[returns.ticks]"), "which returns are of this version"),
        (
            "[returns.ticks]",
            &format!("{version}until = \"2022-03-01\"\n\n[returns.ticks]"),
            "which returns are of this version",
        ),
        (
            "[returns.ticks]",
            &format!("{version}column = \"On\"\nuntil = \"March\"\n\n[returns.ticks]"),
            "this is not a day",
        ),
        (
            "[returns.ticks]",
            &format!("{version}column = \"On\"\nfrom = \"2022-03-02\"\nuntil = \"2022-03-01\"\n\n[returns.ticks]"),
            "comes before the first",
        ),
    ] {
        let clone = Clone::new();
        clone.edit(PIPELINE, from, to);
        let ended = clone.quorate(&["run", PIPELINE]);
        assert_eq!(ended.code, 2, "{to}: {}", ended.talk);
        assert!(ended.talk.contains(says), "{says:?} is not said of {to:?}:\n{}", ended.talk);
    }
}
