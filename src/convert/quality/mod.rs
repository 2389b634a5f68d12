//! Hints on how questions are put: leading, double-barrelled or long wording, abbreviations that nobody explains, scales
//! that lean to one side, no way to say "don't know", and texts that are hard to read.
//!
//! They are hints, not faults: whoever writes the question may know better. Each can be switched off, for the whole form or
//! one question, by `hints_off = ["I104"]` (or `["all"]`) in the definition. What rests on English words is looked for in
//! English forms only.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::form::{Choice, Form, Item, List};
use crate::finding::Finding;
use crate::instrument::{ItemKind, Rule, Valence};
use crate::terms::{Missing, StudyKind};

mod reading;
mod words;

/// A question of more words than this is long.
const LONG: usize = 25;
/// A reading age above this is high for people of all walks of life.
const READING_AGE: f64 = 14.0;

/// All hints on a form, in its order, without those that are switched off.
pub fn hints(form: &Form) -> Vec<Finding> {
    let off = switched_off(&form.own);
    let mut findings = Vec::new();
    let mut explained = BTreeSet::new();
    let mut judged: BTreeSet<&str> = BTreeSet::new();
    let english = form.language.as_deref().is_none_or(is_english);
    let everything = all_words(form);
    for item in form.items().into_iter().filter(|item| item.kind.is_asked()) {
        let mut here = Vec::new();
        if english {
            here.extend(wording(item));
            here.extend(abbreviations(item, &everything, &mut explained));
        }
        here.extend(length(item));
        if let Some((name, list)) = item.list.as_ref().and_then(|name| Some((name, form.lists.get(name)?))) {
            if english && matches!(item.kind, ItemKind::Single | ItemKind::Rating) && judged.insert(name) {
                here.extend(balance(name, list));
            }
            here.extend(no_way_out(item, list));
        }
        let own = switched_off(&item.own);
        findings.extend(here.into_iter().filter(|finding| !is_off(&own, &finding.code)));
    }
    if english && form.kind == StudyKind::Survey {
        findings.extend(reading_age(form));
    }
    findings.retain(|finding| !is_off(&off, &finding.code));
    findings
}

fn is_english(language: &str) -> bool {
    let small = language.to_lowercase();
    small == "en" || small.starts_with("en-") || small.starts_with("english") || small.contains("(en")
}

/// The codes under `hints_off`.
fn switched_off(own: &Table) -> Vec<String> {
    match own.get("hints_off") {
        Some(Value::Array(codes)) => codes.iter().filter_map(Value::as_str).map(str::to_uppercase).collect(),
        Some(Value::String(code)) => vec![code.to_uppercase()],
        _ => Vec::new(),
    }
}

fn is_off(off: &[String], code: &str) -> bool {
    off.iter().any(|known| known == code || known == "ALL")
}

/// Everything that people read in the form, for explanations of abbreviations.
fn all_words(form: &Form) -> String {
    let mut words = format!("{}\n{}", form.title.plain, form.introduction.plain);
    for item in form.sections.iter().chain(form.items()) {
        words.push_str(&format!("\n{}\n{}\n{}", item.text.plain, item.guidance.plain, item.guidance_hint.plain));
    }
    words
}

fn wording(item: &Item) -> Vec<Finding> {
    let mut findings = Vec::new();
    let text = item.text.plain.to_lowercase().replace('\u{2019}', "'");
    if let Some(phrase) = words::LEADING.into_iter().find(|phrase| words::contains(&text, phrase)) {
        findings.push(Finding::new("I101", item.place.clone()).found(format!("\"{phrase}\"")));
    }
    if item.kind.has_scale()
        && item.kind != ItemKind::Multiple
        && let Some(joint) = words::double_barrelled(&text)
    {
        findings.push(Finding::new("I102", item.place.clone()).found(format!("\"{joint}\"")));
    }
    findings
}

fn length(item: &Item) -> Option<Finding> {
    let count = item.text.plain.split_whitespace().count();
    (count > LONG).then(|| {
        Finding::new("I103", item.place.clone())
            .found(format!("{count} words"))
            .expected(format!("at most {LONG} words"))
    })
}

/// Abbreviations that stand nowhere beside their full words; each at the first question that has it.
fn abbreviations(item: &Item, everything: &str, seen: &mut BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for text in [&item.text.plain, &item.guidance.plain] {
        for word in words::abbreviations(text) {
            if seen.insert(word.to_owned()) && !words::is_explained(word, everything) {
                findings.push(
                    Finding::new("I104", item.place.clone())
                        .found(word)
                        .expected(format!("the full words once, with ({word}) behind them")),
                );
            }
        }
    }
    findings
}

/// A scale with two responses more on one side than on the other.
fn balance(name: &str, list: &List) -> Option<Finding> {
    let answers: Vec<&Choice> = list.choices.iter().filter(|choice| choice.missing.is_none()).collect();
    // Where the definition says which way responses point, it is not guessed from their words.
    let declares = |side: Valence| answers.iter().any(|choice| choice.valence() == side);
    let declared = declares(Valence::Positive) && declares(Valence::Negative);
    let side = |choice: &&Choice| match declared {
        true => choice.valence(),
        false => words::side(&choice.label.plain, choice.valence()),
    };
    let sides: Vec<Valence> = answers.iter().map(side).collect();
    let count = |side: Valence| sides.iter().filter(|found| **found == side).count();
    let (good, bad) = (count(Valence::Positive), count(Valence::Negative));
    (good + bad >= 3 && good.abs_diff(bad) >= 2).then(|| {
        Finding::new("I105", list.place.clone())
            .found(format!("scale {name:?}: {good} good and {bad} poor responses"))
            .expected("as many on either side, or one more")
    })
}

/// A required question without a way to say that one does not know, or that it does not apply.
fn no_way_out(item: &Item, list: &List) -> Option<Finding> {
    let closed = matches!(item.kind, ItemKind::Single | ItemKind::Rating | ItemKind::YesNo);
    let open = list.choices.iter().any(|choice| {
        matches!(choice.missing, Some(Missing::DontKnow | Missing::NotApplicable | Missing::Refused))
            || words::is_way_out(&choice.label.plain)
    });
    (closed && item.required == Rule::Yes && !open).then(|| {
        Finding::new("I106", item.place.clone())
            .found(format!("{} responses, and an answer is required", list.choices.len()))
            .expected("Don't know, Not applicable or Prefer not to say among them; or an answer that may be left out")
    })
}

/// The reading age of all that respondents read.
fn reading_age(form: &Form) -> Option<Finding> {
    let mut text = String::new();
    let mut add = |words: &str| {
        let words = words.trim();
        if !words.is_empty() {
            text.push_str(words);
            text.push_str(if words.ends_with(['.', '?', '!', ':']) { "\n" } else { ".\n" });
        }
    };
    add(&form.introduction.plain);
    for item in form.items().into_iter().filter(|item| item.kind.is_asked() || item.kind == ItemKind::Note) {
        add(&item.text.plain);
        add(&item.guidance.plain);
    }
    let age = reading::reading_age(&text)?;
    let first = form.sections.first().map(|section| section.place.clone()).unwrap_or_default();
    let place = crate::finding::Place::file(first.file);
    (age > READING_AGE).then(|| {
        Finding::new("I107", place)
            .found(format!("{age:.1} years: {}", reading::FORMULA))
            .expected(format!("at most {READING_AGE} years for people of all walks of life"))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::hints;
    use crate::convert::read_native;

    fn codes(head: &str, questions: &str) -> Vec<(String, String)> {
        let text = format!(
            "[instrument]\nid = \"t\"\nversion = \"1\"\ntitle = \"T\"\nkind = \"survey\"\n{head}\n\
             [scales.lean]\nresponses = [{{ code = 1, label = \"Excellent\" }}, {{ code = 2, label = \"Very good\" }}, \
             {{ code = 3, label = \"Good\" }}, {{ code = 4, label = \"Poor\" }}]\n\
             [scales.even]\nresponses = [{{ code = 1, label = \"Agree\" }}, {{ code = 2, label = \"Disagree\" }}]\n\
             missing = [{{ code = 9, label = \"Don't know\", kind = \"dont-know\" }}]\n\
             [[section]]\nid = \"s\"\ntitle = \"S\"\n{questions}"
        );
        let form = read_native(Path::new("t.toml"), &text).expect("it holds").form;
        hints(&form).into_iter().map(|finding| (finding.code, finding.place.cell)).collect()
    }

    fn question(id: &str, text: &str, rest: &str) -> String {
        format!("[[section.question]]\nid = \"{id}\"\ntext = \"{text}\"\n{rest}\n")
    }

    fn one(text: &str, rest: &str) -> Vec<String> {
        codes("", &question("q", text, rest)).into_iter().map(|(code, _)| code).collect()
    }

    const EVEN: &str = "kind = \"single\"\nscale = \"even\"";

    #[test]
    fn each_hint_is_given_for_what_it_is_about_and_not_otherwise() {
        for (text, rest, expected) in [
            ("Don't you agree that staff listen?", EVEN, &["I101"][..]),
            ("Staff listen to me.", EVEN, &[]),
            ("Staff are polite and quick.", EVEN, &["I102"]),
            ("Are the staff polite and quick?", "kind = \"text\"", &[]),
            ("How safe are you, both at home and outside?", EVEN, &[]),
            ("Are health and social care easy to reach?", EVEN, &[]),
            ("Do you have a CPN?", EVEN, &["I104"]),
            ("Do you have a community psychiatric nurse (CPN)?", EVEN, &[]),
            ("Do you watch TV?", EVEN, &[]),
            ("How good is it?", "kind = \"single\"\nscale = \"lean\"", &["I105"]),
            ("How good is it?", "kind = \"single\"\nscale = \"lean\"\nrequired = true", &["I105", "I106"]),
            ("Is it good?", "kind = \"single\"\nscale = \"even\"\nrequired = true", &[]),
        ] {
            assert_eq!(one(text, rest), expected, "{text}");
        }
        let long = ["word"; 26].join(" ");
        assert_eq!(one(&format!("{long}?"), "kind = \"text\""), ["I103"]);
        assert!(one(&format!("{}?", &long[5..]), "kind = \"text\"").is_empty());
    }

    #[test]
    fn hints_are_placed_at_the_question_and_can_be_switched_off() {
        let body = question("q", "Don't you agree that the CPN is good?", EVEN);
        let at = |code: &str| (code.to_owned(), "line 16".to_owned());
        assert_eq!(codes("", &body), [at("I101"), at("I104")]);
        assert_eq!(codes("hints_off = [\"I104\"]", &body).len(), 1);
        assert!(codes("hints_off = [\"all\"]", &body).is_empty());
        let own = question("q", "Don't you agree that the CPN is good?", &format!("{EVEN}\nhints_off = [\"i101\"]"));
        assert_eq!(codes("", &own), [at("I104")]);
        assert!(codes("language = \"cy\"", &body).is_empty());
    }
}
