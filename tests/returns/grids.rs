//! Grids of anything: whatever stands wherever, the program goes on and the counts add up.

use proptest::prelude::*;
use quorate::issue::row_token;
use quorate::returns::{DateOrder, Duplicates, Rules};

use super::Folder;

/// Headings, keys, answers and rubbish.
fn cell() -> impl Strategy<Value = String> {
    const WORDS: [&str; 62] = [
        "serial",
        "plan",
        "quality",
        "setting",
        "partners",
        "partners/h",
        "partners/n",
        "police",
        "hours",
        "reviewed",
        "note",
        "danger",
        "reader",
        "_token",
        "_serial",
        "_file",
        "_to_go",
        "_context_1",
        "Care plan on file",
        "Is there a care plan on file?",
        "Partners: Health",
        "Assessment and plan",
        "Work with others",
        "Yes",
        "No",
        "yes;no",
        "6",
        "4.0",
        "6 Excellent",
        "Good",
        "h;p",
        "n;h",
        "None",
        "A",
        "B",
        "S001",
        "s002 ",
        "S010",
        "S011",
        "0101",
        "101",
        "0102",
        "105",
        "00105",
        "31/03/2025",
        "03/04/2025",
        "45000",
        "#N/A",
        "",
        "\u{a0}",
        "'Yes'",
        "'",
        "\"\"",
        "TRUE",
        "1,250",
        "-",
        "_x000D_",
        "1e308",
        "99999999999999999999",
        "q0000000000",
        "\u{130}",
        "\u{301}",
    ];
    let tokens =
        (1..=11_u8).flat_map(|i| [(i, 1), (i, 2)]).map(|(i, reading)| row_token("0f3a", &format!("S{i:03}"), reading));
    let known: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).chain(tokens).collect();
    prop_oneof![9 => proptest::sample::select(known), 1 => "\\PC{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_in_any_grid(
        grids in proptest::collection::vec(
            proptest::collection::vec(proptest::collection::vec(cell(), 1..9), 1..14),
            1..3,
        ),
        headed in any::<bool>(),
    ) {
        let mut folder = Folder::new();
        for (number, rows) in grids.iter().enumerate() {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            if headed {
                let head = ["_token", "_serial", "_file", "plan", "quality", "partners", "reviewed", "danger"];
                writer.write_record(head).expect("written");
            }
            for row in rows {
                writer.write_record(row).expect("written");
            }
            folder = folder.with(&format!("{number}.csv"), writer.into_inner().expect("the text"));
        }
        // `read_by` looks whether the counts add up.
        let counts: Vec<(usize, usize, usize)> = [Duplicates::Latest, Duplicates::First, Duplicates::MostComplete]
            .into_iter()
            .map(|duplicates| folder.read_by(&Rules { duplicates, dates: DateOrder::DayFirst, ..Rules::default() }))
            .map(|returned| (returned.responses.len(), returned.set_aside.len(), returned.blank.len()))
            .collect();
        prop_assert!(counts.iter().all(|count| *count == counts[0]), "the rule chooses, it does not lose: {:?}", counts);
    }
}
