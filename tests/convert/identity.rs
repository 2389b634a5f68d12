//! From a definition to XLSForm and back is the identity: on the instruments that ship, and on generated ones.

use std::path::Path;

use proptest::prelude::*;
use quorate::convert::{Format, write_native};
use quorate::instrument;

use super::{native, there_and_back};

const SHIPPED: [&str; 3] = ["users-survey.toml", "carers-survey.toml", "case-file-audit.toml"];

/// The definition that comes back, and the form as it was.
fn returned(text: &str) -> (String, String) {
    let form = native(text);
    let loaded = there_and_back(&form, Format::Xlsform, "xlsx");
    let lost: Vec<_> = loaded.losses.iter().filter(|loss| loss.code != "C001").collect();
    assert!(lost.is_empty(), "{lost:?}");
    (write_native(&loaded.form), write_native(&form))
}

#[test]
fn the_instruments_that_ship_come_back_as_they_were() {
    for name in SHIPPED {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instruments").join(name);
        let text = std::fs::read_to_string(&path).expect("it ships");
        let (back, before) = returned(&text);
        assert_eq!(back, before, "{name}");
        // And a study reads the same instrument from it; only the file's hash is another.
        let mut found = instrument::parse(Path::new(name), &back).expect("it holds");
        let original = instrument::parse(Path::new(name), &text).expect("it holds");
        found.hash.clone_from(&original.hash);
        assert_eq!(found, original, "{name}");
    }
}

#[test]
fn a_definition_that_says_everything_comes_back() {
    let text = include_str!("files/everything.toml");
    let (back, before) = returned(text);
    assert_eq!(back, before);
    assert_eq!(write_native(&native(&back)), back, "a definition that was written is read as it is written");
    for kept in ["# What the form is", "# About the scale", "# Before a question", "Cymraeg", "stands_for", "entities"]
    {
        assert!(back.contains(kept), "{kept}\n{back}");
    }
}

fn words() -> impl Strategy<Value = String> {
    // Whatever people write: quotes, equals signs, line ends, blanks at the ends, other scripts.
    prop_oneof![
        "[ -~]{0,24}",
        "[a-zA-Z ,.?!'\"=<>&#|;:{}\\\\]{1,30}",
        "[a-z]{1,8}\n[a-z]{1,8}",
        Just(" padded ".to_owned()),
        Just("=1+1".to_owned()),
        Just("Ydych chi’n cytuno? \u{1F642} ŵŷ".to_owned()),
        Just("true".to_owned()),
        Just("12".to_owned()),
    ]
    .prop_filter("a reference to a question that is not there is another matter", |text| !text.contains("${"))
}

fn some_words() -> impl Strategy<Value = String> {
    words().prop_filter("not empty", |text| !text.is_empty())
}

fn key(name: &str, text: &str) -> String {
    format!("{name} = {}\n", toml::Value::from(text))
}

fn translated(name: &'static str) -> impl Strategy<Value = String> {
    proptest::option::of(some_words()).prop_map(move |text| {
        text.map_or(String::new(), |text| format!("translations.\"Cymraeg (cy)\".{}", key(name, &text)))
    })
}

/// A scale with two to five responses and perhaps ways not to answer.
fn scale(name: usize) -> impl Strategy<Value = String> {
    let response = (some_words(), proptest::option::of(0..9i32), any::<bool>(), proptest::option::of(some_words()));
    (proptest::collection::vec(response, 2..6), any::<bool>(), any::<bool>()).prop_map(
        move |(responses, missing, numbered)| {
            let mut text = format!("[scales.list{name}]\npositive_label = \"Good\"\nresponses = [\n");
            for (number, (label, score, alone, other)) in responses.into_iter().enumerate() {
                let code = if numbered { number.to_string() } else { format!("\"c{number}\"") };
                let label = toml::Value::from(format!("{label} {number}"));
                text.push_str(&format!("{{ code = {code}, label = {label}"));
                score
                    .into_iter()
                    .for_each(|score| text.push_str(&format!(", valence = \"positive\", score = {score}")));
                text.push_str(if alone { ", exclusive = true" } else { "" });
                let words = |other: &str| toml::Value::from(other);
                other.iter().for_each(|o| text.push_str(&format!(", translations.cy = {{ label = {} }}", words(o))));
                text.push_str(" },\n");
            }
            text.push_str("]\n");
            if missing {
                text.push_str("missing = [{ code = \"DK\", label = \"Don't know\", kind = \"dont-know\" }]\n");
            }
            text
        },
    )
}

/// A question of any kind; `number` makes its id, `routed` is an earlier question on list 0.
fn question(number: u32, path: &'static str) -> impl Strategy<Value = String> {
    let kinds = prop_oneof![
        Just("kind = \"single\"\nscale = \"list0\"\n".to_owned()),
        Just("kind = \"multiple\"\nscale = \"list1\"\nor_other = true\n".to_owned()),
        Just("kind = \"rank\"\nscale = \"list1\"\n".to_owned()),
        Just("kind = \"yes-no\"\n".to_owned()),
        (0..50i32, 50..99i32)
            .prop_map(|(low, high)| format!("kind = \"integer\"\nminimum = {low}\nmaximum = {high}\n")),
        (-9.5..9.5f64)
            .prop_map(|low| format!("kind = \"decimal\"\nminimum = {low:?}\nconstraint = \". != 3 or . > 8\"\n")),
        Just("kind = \"date\"\nearliest = \"2020-02-29\"\n".to_owned()),
        Just("kind = \"time\"\n".to_owned()),
        Just("kind = \"date-time\"\n".to_owned()),
        Just("kind = \"range\"\nparameters = \"start=0 end=10 step=1\"\n".to_owned()),
        some_words().prop_map(|text| format!("kind = \"text\"\n{}", key("default", text.trim()))),
        Just("kind = \"note\"\n".to_owned()),
        Just("kind = \"acknowledge\"\n".to_owned()),
        Just("kind = \"calculate\"\ncalculation = \"1 + ${gate}\"\n".to_owned()),
        Just("kind = \"today\"\n".to_owned()),
        Just("kind = \"other\"\ntype = \"geopoint\"\n".to_owned()),
    ];
    let when = prop_oneof![
        Just(String::new()),
        Just("ask_if = { question = \"gate\", is = [\"yes\"] }\n".to_owned()),
        Just("ask_if = { question = \"several\", is = [\"yes\", \"no\"] }\n".to_owned()),
        Just("relevant = \"${gate} != 'yes' and string-length(${words}) > 3\"\n".to_owned()),
    ];
    let required = prop_oneof![Just(""), Just("required = true\n"), Just("required = \"${gate} = 'no'\"\n")];
    let other = proptest::option::of(some_words());
    (words(), kinds, when, required, words(), other, translated("text")).prop_map(
        move |(text, kind, when, required, guidance, label, translation)| {
            let label = label.map_or(String::new(), |label| key("label", &label));
            let own = if number.is_multiple_of(3) {
                "indicators = [\"5.3\"]\nbenchmarks = [\"a b\", \"true\"]\n"
            } else {
                ""
            };
            format!(
                "[[{path}]]\nid = \"q-{number}\"\n{}{label}{kind}{when}{required}{}{translation}{own}",
                key("text", &text),
                key("guidance", &guidance)
            )
        },
    )
}

fn definition() -> impl Strategy<Value = String> {
    let inner = proptest::collection::vec(question(900, "section.question.question"), 0..2);
    (
        (some_words(), words(), scale(0), scale(1), proptest::option::of(Just("language = \"English (en)\"\n"))),
        question(1, "section.question"),
        question(2, "section.question"),
        question(3, "section.question"),
        inner,
        (any::<bool>(), words(), some_words(), any::<bool>()),
    )
        .prop_map(
            |((title, introduction, zero, one, language), a, b, c, inner, (repeat, guidance, heading, loose))| {
                let kind = if repeat || loose { "repeat" } else { "group" };
                let inner: String = inner.into_iter().take(1).collect();
                let section = match loose {
                    true => "title = \"\"\ngroup = false\n".to_owned(),
                    false => format!("{}{}", key("title", &heading), key("guidance", &guidance)),
                };
                format!(
                    "[instrument]\nid = \"gen-erated\"\nversion = \"1.0\"\n{}kind = \"file-audit\"\n{}{}{zero}{one}\
                 [scales.ways]\nresponses = [{{ code = \"yes\", label = \"Y\" }}, {{ code = \"no\", label = \"N\" }}]\n\
                 [[section]]\nid = \"first\"\ntitle = \"F\"\n\
                 [[section.question]]\nid = \"gate\"\ntext = \"Gate?\"\nkind = \"yes-no\"\n\
                 [[section.question]]\nid = \"several\"\ntext = \"Which?\"\nkind = \"multiple\"\nscale = \"ways\"\n\
                 [[section.question]]\nid = \"words\"\ntext = \"Say\"\nkind = \"text\"\n{a}\
                 [[section]]\nid = \"gate\"\n{section}{b}\
                 [[section.question]]\nid = \"inner\"\ntext = \"Inner\"\nkind = \"{kind}\"\n{inner}{c}",
                    key("title", &title),
                    key("introduction", &introduction),
                    language.unwrap_or_default(),
                )
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn generated_definitions_come_back_as_they_were(text in definition()) {
        let form = native(&text);
        let loaded = there_and_back(&form, Format::Xlsform, "xlsx");
        let others: Vec<_> = loaded.losses.iter().filter(|loss| loss.code != "C001").collect();
        prop_assert!(others.is_empty(), "{others:?}\n{text}");
        prop_assert_eq!(write_native(&loaded.form), write_native(&form), "{}", text);
    }
}
