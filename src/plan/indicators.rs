//! National indicators named in a text: PAF letters with numbers, DIS numbers, objectives, QP numbers.

use std::ops::RangeInclusive;

/// The numbers that the Performance Assessment Framework has, under the letters A to E.
const PAF: RangeInclusive<u32> = 1..=61;

/// What a text names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// Indicators in one spelling, each once, in the order of the text: `PAF D42`, `DIS 3501-3506`, `Objective 6`, `QPii`.
    pub indicators: Vec<String>,
    /// What looks like an indicator of the framework and cannot be one.
    pub doubtful: Vec<String>,
}

impl Named {
    fn add(&mut self, indicator: String) {
        if !self.indicators.contains(&indicator) {
            self.indicators.push(indicator);
        }
    }
}

/// Reads all indicators that a text names.
pub fn read(text: &str) -> Named {
    let mut named = Named::default();
    let words = words(text);
    let mut family = "";
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let upper = word.to_uppercase();
        at += 1;
        match upper.as_str() {
            "PAF" | "PAFS" => family = "PAF",
            "DIS" => family = "DIS",
            "OBJECTIVE" | "OBJECTIVES" => family = "OBJECTIVE",
            "REFERENCE" | "REF" | "REFERENCES" | "/" | "," | "AND" | "&" | "-" | "(" | ")" | "." | ":" => {}
            _ if upper.starts_with("QP") && is_roman(&upper[2..]) => {
                named.add(format!("QP{}", upper[2..].to_lowercase()));
                family = "QP";
            }
            _ if paf(&upper).is_some() && family == "PAF" => match paf(&upper) {
                Some(number) if PAF.contains(&number) => named.add(format!("PAF {upper}")),
                _ => named.doubtful.push(format!("PAF {upper}")),
            },
            number if number.bytes().all(|b| b.is_ascii_digit()) && family == "DIS" => at = dis(&words, at, &mut named),
            // Numbers of four digits between PAF letters are DIS numbers whose name was left out.
            number
                if number.len() == 4
                    && matches!(family, "PAF" | "QP")
                    && number.bytes().all(|b| b.is_ascii_digit()) =>
            {
                at = dis(&words, at, &mut named);
            }
            number if family == "OBJECTIVE" && number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit()) => {
                named.add(format!("Objective {number}"));
            }
            // "QPiii (7.1)" tells the number of a paragraph.
            number if family == "QP" && number.bytes().all(|b| b.is_ascii_digit()) => {}
            _ => family = "",
        }
    }
    named
}

/// A DIS number that stands before `at`: alone, as a range, or in full before shortened ones (`2129/30/31`).
fn dis(words: &[&str], mut at: usize, named: &mut Named) -> usize {
    let first = words[at - 1];
    if first.len() != 4 {
        named.doubtful.push(format!("DIS {first}"));
        return at;
    }
    let number = |at: usize| words.get(at).filter(|w| w.bytes().all(|b| b.is_ascii_digit()));
    if words.get(at) == Some(&"-")
        && let Some(last) = number(at + 1).filter(|last| last.len() == 4 && **last > first)
    {
        named.add(format!("DIS {first}-{last}"));
        return at + 2;
    }
    named.add(format!("DIS {first}"));
    while words.get(at) == Some(&"/")
        && let Some(short) = number(at + 1).filter(|short| short.len() < 4)
    {
        named.add(format!("DIS {}{short}", &first[..4 - short.len()]));
        at += 2;
    }
    at
}

/// The number behind a letter A to E.
fn paf(word: &str) -> Option<u32> {
    let digits = word.strip_prefix(['A', 'B', 'C', 'D', 'E'])?;
    digits.parse().ok().filter(|_| (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_roman(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, 'I' | 'V' | 'X'))
}

/// Words and signs, dashes of all kinds as one.
fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
            continue;
        }
        if let Some(from) = start.take() {
            found.push(&text[from..at]);
        }
        match c {
            '-' | '\u{2013}' | '\u{2014}' => found.push("-"),
            '/' => found.push("/"),
            c if !c.is_whitespace() && at < text.len() => found.push(&text[at..at + c.len_utf8()]),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn lists_ranges_and_shortened_numbers_are_read() {
        for (text, expected) in [
            (
                "Reference Autumn DIS 3501 \u{2013} 3506\nPAF E49/E50/D40/D39",
                "DIS 3501-3506, PAF E49, PAF E50, PAF D40, PAF D39",
            ),
            (
                "DIS Reference 1103 - 1112, PAF A1, D35, B7, QPi, 1111, and DIS 1202 - 1208, PAF A3, C21",
                "DIS 1103-1112, PAF A1, PAF D35, PAF B7, QPi, DIS 1111, DIS 1202-1208, PAF A3, PAF C21",
            ),
            ("DIS Reference 2129/30/31 PAF D41", "DIS 2129, DIS 2130, DIS 2131, PAF D41"),
            ("DIS reference 2198/2199", "DIS 2198, DIS 2199"),
            ("Objective 6, DIS reference 1603", "Objective 6, DIS 1603"),
            ("PAFS B11, C28.", "PAF B11, PAF C28"),
            ("DIS 1702 - 1706, Qpiii(7.1), Qpiv (7.2)", "DIS 1702-1706, QPiii, QPiv"),
            ("Home visits in Block A1 at 1600", ""),
            ("PAF D42 and again PAF D42", "PAF D42"),
        ] {
            assert_eq!(read(text).indicators.join(", "), expected, "{text:?}");
        }
        assert_eq!(read("PAF D99").doubtful, ["PAF D99"]);
        assert_eq!(read("DIS 12").doubtful, ["DIS 12"]);
    }
}
