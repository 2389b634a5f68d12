//! English words and phrases that hints rest on.

use crate::instrument::Valence;

/// Phrases that put an answer into the mouth.
pub(super) const LEADING: [&str; 20] = [
    "don't you",
    "do you not",
    "do you agree that",
    "would you agree",
    "wouldn't you",
    "isn't it",
    "aren't you",
    "shouldn't",
    "surely",
    "obviously",
    "of course",
    "as you know",
    "as everybody knows",
    "as everyone knows",
    "most people",
    "everybody agrees",
    "everyone agrees",
    "it is clear that",
    "how much do you like",
    "how much better",
];

/// Pairs that mean one thing.
const PAIRS: [&str; 22] = [
    "health and social care",
    "care and support",
    "health and safety",
    "advice and information",
    "information and advice",
    "terms and conditions",
    "family and friends",
    "friends and family",
    "family and carers",
    "black and white",
    "again and again",
    "more and more",
    "now and then",
    "day and night",
    "equipment and adaptations",
    "children and families",
    "children and young people",
    "adults and children",
    "alcohol and drugs",
    "drugs and alcohol",
    "and so on",
    "bed and breakfast",
];

/// Abbreviations that everybody knows.
const KNOWN: [&str; 14] = ["OK", "TV", "UK", "PDF", "ID", "NHS", "GP", "A4", "A3", "AM", "PM", "US", "EU", "SMS"];

/// Whether a phrase stands in a text as whole words.
pub(super) fn contains(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + phrase.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// The words around an *and* that joins two things to be judged at once.
pub(super) fn double_barrelled(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for pair in PAIRS {
        text = text.replace(pair, "");
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(3).enumerate().find_map(|(at, window)| {
        let [before, joint, after] = window else { return None };
        // "both ... and", "between ... and": one thing is meant. A comma before it begins another clause.
        let one = words[..at + 1].iter().any(|word| matches!(*word, "both" | "between"));
        let joins = matches!(*joint, "and" | "and/or");
        let clause = before.ends_with([',', ';', ':', '.', '?']);
        (joins && !one && !clause).then(|| format!("{before} {joint} {}", after.trim_end_matches(['?', '.', ','])))
    })
}

/// Words of two to six capitals, digits among them.
pub(super) fn abbreviations(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| (2..=6).contains(&word.len()));
    let capitals = |word: &&str| word.chars().filter(char::is_ascii_uppercase).count() >= 2;
    let only = |word: &&str| word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    words.filter(capitals).filter(only).filter(|word| !KNOWN.contains(word)).collect()
}

/// Whether an abbreviation stands in parentheses behind its words, or before words in parentheses.
pub(super) fn is_explained(word: &str, everything: &str) -> bool {
    everything.contains(&format!("({word})")) || everything.contains(&format!("{word} ("))
}

/// Which side of a scale a label is on: by its words, or else as it is declared.
pub(super) fn side(label: &str, declared: Valence) -> Valence {
    let small = label.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| contains(&small, word));
    if has(&["neither", "neutral", "mixed", "undecided", "average", "no opinion"]) {
        return Valence::Neutral;
    }
    let poor = [
        "not",
        "no",
        "never",
        "hardly",
        "poor",
        "poorly",
        "bad",
        "badly",
        "weak",
        "disagree",
        "dissatisfied",
        "unhappy",
        "unsafe",
        "unsatisfactory",
        "inadequate",
        "difficult",
        "worse",
        "worst",
        "terrible",
        "awful",
        "unlikely",
        "rarely",
    ];
    let good = [
        "yes",
        "always",
        "good",
        "well",
        "excellent",
        "agree",
        "satisfied",
        "happy",
        "safe",
        "satisfactory",
        "adequate",
        "easy",
        "better",
        "best",
        "great",
        "outstanding",
        "likely",
        "often",
        "enough",
        "delighted",
    ];
    if has(&poor) {
        Valence::Negative
    } else if has(&good) {
        Valence::Positive
    } else {
        declared
    }
}

/// Whether a label is a way not to answer.
pub(super) fn is_way_out(label: &str) -> bool {
    let small = label.to_lowercase().replace('\u{2019}', "'");
    let ways = [
        "don't know",
        "do not know",
        "not sure",
        "unsure",
        "not applicable",
        "n/a",
        "does not apply",
        "prefer not",
        "rather not",
        "no opinion",
        "neither",
        "cannot say",
        "can't say",
        "cannot be judged",
        "can't remember",
        "not known",
    ];
    ways.iter().any(|way| small.contains(way))
}
