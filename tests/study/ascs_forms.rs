//! The two forms of England's Adult Social Care Survey: what each code of each form means in common, as the return's sheet
//! "Service User Data - Codes" says and its "Reporting Tables" add it up.

use std::path::Path;

use quorate::instrument::{Instrument, Valence, Variant, read};

fn survey() -> Instrument {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments/adult-social-care-survey.toml");
    read(&path).expect("it ships")
}

/// What codes mean in common: those of the standard form, those of the easy-read form, and whether it counts as positive.
type Common = (&'static [&'static str], &'static [&'static str], bool);

/// Seven and five have five in common; the outcome measure 3A counts the first of Q1, and two of Q2a are good.
const Q1: [Common; 5] = [
    (&["1", "2"], &["1"], true),
    (&["3"], &["2"], false),
    (&["4"], &["3"], false),
    (&["5"], &["4"], false),
    (&["6", "7"], &["5"], false),
];
const Q2A: [Common; 5] = [
    (&["1", "2"], &["1"], true),
    (&["3"], &["2"], true),
    (&["4"], &["3"], false),
    (&["5"], &["4"], false),
    (&["6", "7"], &["5"], false),
];

/// The easy-read form does not offer that no help is needed.
const HELPS: [Common; 3] = [(&["1"], &[], false), (&["2"], &["2"], true), (&["3"], &["3"], false)];

const FORMS: [(&str, &[Common]); 8] = [
    ("q1", &Q1),
    ("q2a", &Q2A),
    ("q3b", &HELPS),
    ("q4b", &HELPS),
    ("q5b", &HELPS),
    ("q6b", &HELPS),
    ("q8b", &HELPS),
    ("q9b", &HELPS),
];

#[test]
fn each_code_of_each_form_means_what_the_sheet_says() {
    let survey = survey();
    for (id, common) in FORMS {
        let question = survey.question(id).expect("it is asked");
        let scale = question.scale.as_ref().expect("responses");
        assert_eq!(scale.responses.len(), common.len(), "{id}");
        for form in Variant::ALL {
            let put = question.put(form).expect("a form of its own");
            let offered = put.scale.as_ref().expect("responses");
            let mut left: Vec<&str> = offered.responses.iter().map(|response| response.code.as_str()).collect();
            for (place, (standard, easy, positive)) in common.iter().enumerate() {
                let codes = if form == Variant::Standard { standard } else { easy };
                for code in *codes {
                    let at = offered.responses.iter().position(|response| response.code == *code);
                    let at = at.unwrap_or_else(|| panic!("{id} offers {code} in the {}", form.label()));
                    assert_eq!(put.combined[at], place, "{id}, {code} in the {}", form.label());
                    left.retain(|other| other != code);
                }
                assert_eq!(scale.responses[place].valence == Valence::Positive, *positive, "{id}, response {place}");
            }
            assert!(left.is_empty(), "{id} offers no other codes in the {}: {left:?}", form.label());
            // Nothing said is -9 in both.
            let missing: Vec<&str> = offered.missing.iter().map(|missing| missing.code.as_str()).collect();
            assert_eq!(missing, ["-9"], "{id}");
        }
    }
}

#[test]
fn all_other_questions_are_put_alike_and_choice_in_one_form_only() {
    let survey = survey();
    let apart: Vec<&str> = FORMS.iter().map(|(id, _)| *id).collect();
    for question in survey.questions.iter().filter(|question| !survey.is_record(question)) {
        assert_eq!(question.variants.is_some(), apart.contains(&question.id.as_str()), "{}", question.id);
        assert!(question.only_in.is_none(), "{} stands in both forms", question.id);
        let gate = question.ask_if.as_ref().map(|condition| &survey.questions[condition.question].id);
        let expected = (question.id == "q2c").then_some("questionnaire");
        assert_eq!(gate.map(String::as_str), expected, "{}", question.id);
    }
    let choice = survey.question("q2c").and_then(|question| question.ask_if.clone()).expect("it is asked of some");
    assert_eq!(choice.codes, ["1"]);
}
