//! The reading age of a text, by the Flesch-Kincaid grade level (Kincaid and others, 1975): 0.39 words per sentence +
//! 11.8 syllables per word - 15.59, the school year that can read it; five more is the age.

/// The formula in words, as findings name it.
pub(super) const FORMULA: &str =
    "Flesch-Kincaid grade (0.39 words per sentence + 11.8 syllables per word - 15.59) plus 5";

/// Fewer words than this tell nothing.
const FEWEST: usize = 100;

/// The reading age in years; none for a short text.
pub(super) fn reading_age(text: &str) -> Option<f64> {
    let sentences: Vec<Vec<&str>> = text
        .split(['.', '?', '!', ':', '\n'])
        .map(|sentence| sentence.split(|c: char| !(c.is_alphabetic() || c == '\'' || c == '-')).collect::<Vec<_>>())
        .map(|words| words.into_iter().filter(|word| word.chars().any(char::is_alphabetic)).collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
        .collect();
    let words: usize = sentences.iter().map(Vec::len).sum();
    if words < FEWEST {
        return None;
    }
    let syllables: usize = sentences.iter().flatten().map(|word| syllables(word)).sum();
    let (words, sentences, syllables) = (words as f64, sentences.len() as f64, syllables as f64);
    Some(0.39 * words / sentences + 11.8 * syllables / words - 15.59 + 5.0)
}

/// The syllables of an English word: its groups of vowels, without a silent e at the end.
fn syllables(word: &str) -> usize {
    let small: String = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    let vowel = |c: char| "aeiouy".contains(c);
    let mut count = 0;
    let mut before = false;
    for character in small.chars() {
        let now = vowel(character);
        count += usize::from(now && !before);
        before = now;
    }
    let ending = |end: &str| small.ends_with(end);
    // "times" is one syllable, "services" ends in one of its own.
    let hissing = small.strip_suffix("es").is_some_and(|stem| stem.ends_with(['s', 'c', 'g', 'x', 'z', 'h', 'i']));
    let silent = (ending("e") && !ending("le") && !ending("ee")) || (ending("es") && !hissing);
    let past = ending("ed") && !ending("ted") && !ending("ded");
    if (silent || past) && count > 1 {
        count -= 1;
    }
    count.max(1)
}

#[cfg(test)]
mod tests {
    use super::{reading_age, syllables};

    #[test]
    fn syllables_are_counted_as_one_says_them() {
        for (word, count) in [
            ("care", 1),
            ("support", 2),
            ("people", 2),
            ("asked", 1),
            ("wanted", 2),
            ("services", 3),
            ("times", 1),
            ("agree", 2),
            ("information", 4),
            ("I", 1),
            ("my", 1),
            ("need", 1),
        ] {
            assert_eq!(syllables(word), count, "{word}");
        }
    }

    #[test]
    fn the_reading_age_is_the_formula_worked_out_by_hand() {
        // 100 words of one syllable in 20 sentences: 0.39 * 5 + 11.8 * 1 - 15.59 + 5 = 3.16.
        let plain = "We help you at home.\n".repeat(20);
        assert!((reading_age(&plain).expect("long enough") - 3.16).abs() < 1e-9);
        // 108 words of four syllables in 12 sentences of 9: 0.39 * 9 + 11.8 * 4 - 15.59 + 5 = 40.12.
        let hard = format!("{}.\n", ["information"; 9].join(" ")).repeat(12);
        assert!((reading_age(&hard).expect("long enough") - 40.12).abs() < 1e-9);
        assert_eq!(reading_age("Too short."), None);
    }
}
