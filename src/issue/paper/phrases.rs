//! What a printed questionnaire says besides the questions: in English built in, in other languages from a file.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

const ENGLISH: &str = include_str!("../../../assets/paper/en.toml");

/// The phrases of one language, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrases(BTreeMap<String, String>);

impl Phrases {
    /// The phrases of a language: the built-in ones for English, else those of `own`, which must be all of them; what `own`
    /// says replaces what is built in.
    ///
    /// # Errors
    /// When phrases are missing, unknown, or do not hold the `{braces}` that the English ones hold.
    pub fn of(language: &str, own: Option<&BTreeMap<String, String>>) -> Result<Phrases> {
        let english: BTreeMap<String, String> = toml::from_str(ENGLISH)
            .map_err(|error| Error::data("the built-in phrases cannot be read").found(error.message().to_owned()))?;
        let is_english = language == "en" || language.starts_with("en-");
        let mut phrases = if is_english { english.clone() } else { BTreeMap::new() };
        phrases.extend(own.into_iter().flatten().map(|(name, text)| (name.clone(), text.clone())));
        let what = || format!("the phrases of the printed form in the language \"{language}\"");
        if let Some(unknown) = phrases.keys().find(|name| !english.contains_key(*name)) {
            return Err(Error::data(format!("{} hold one that is not used", what())).found(unknown.clone()));
        }
        let missing: Vec<String> = english
            .iter()
            .filter(|(name, _)| !phrases.contains_key(*name))
            .map(|(name, text)| format!("{name} = {}", toml::Value::from(text.as_str())))
            .collect();
        if !missing.is_empty() {
            return Err(Error::data(format!("{} are not all there", what()))
                .found(format!("{} of {} missing", missing.len(), english.len()))
                .expected(format!("in that language:\n{}", missing.join("\n")))
                .hint("put them into a TOML file and name it under [issue.paper.phrases], or with --phrases"));
        }
        let holes = |text: &str| {
            let mut holes: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}'))
                .map(|(hole, _)| hole.to_owned())
                .collect();
            holes.sort_unstable();
            holes
        };
        match phrases.iter().find(|(name, text)| english.get(*name).is_some_and(|known| holes(known) != holes(text))) {
            Some((name, text)) => Err(Error::data(format!("{} do not leave the same to be filled in", what()))
                .found(format!("{name} = {text:?}"))
                .expected(english.get(name).cloned().unwrap_or_default())),
            None => Ok(Phrases(phrases)),
        }
    }

    /// A phrase.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A phrase with its braces filled in.
    pub(super) fn fill(&self, name: &str, parts: &[(&str, &str)]) -> String {
        let mut text = self.get(name).to_owned();
        for (hole, part) in parts {
            text = text.replace(&format!("{{{hole}}}"), part);
        }
        text
    }
}

/// The code of a language (`pl`) as screen readers want it, from its name in a form: `pl`, `Polski (pl)`.
pub(super) fn language_code(name: &str) -> Result<String> {
    let within = name.rsplit_once('(').and_then(|(_, rest)| rest.trim_end().strip_suffix(')'));
    let code = within.unwrap_or(name).trim();
    let mut parts = code.split('-');
    let first = parts.next().is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_lowercase()));
    let rest = parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    match (first && rest, code.to_lowercase().as_str()) {
        (true, _) => Ok(code.to_owned()),
        (_, "english") => Ok("en".to_owned()),
        _ => Err(Error::data("the name of a language does not say its code")
            .found(name.to_owned())
            .expected("a code such as \"pl\", or a name with it such as \"Polski (pl)\"")
            .hint("rename the language in the instrument")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_language_says_all_that_english_says() {
        assert!(Phrases::of("en-GB", None).is_ok());
        let error = Phrases::of("de", None).expect_err("nothing is there");
        assert!(error.expected.as_deref().is_some_and(|text| text.contains("go_to = ")), "{error}");
        let own = BTreeMap::from([("go_to".to_owned(), "Weiter".to_owned())]);
        assert!(Phrases::of("en", Some(&own)).expect_err("the question is gone").to_string().contains("filled in"));
        let own = BTreeMap::from([("goto".to_owned(), "x".to_owned())]);
        assert!(Phrases::of("en", Some(&own)).is_err());
    }

    #[test]
    fn codes_of_languages_are_found_in_their_names() {
        for (name, code) in [("pl", "pl"), ("Polski (pl)", "pl"), ("English", "en"), ("Português (pt-BR)", "pt-BR")] {
            assert_eq!(language_code(name).expect("a language"), code);
        }
        assert!(language_code("Polski").is_err());
    }
}
