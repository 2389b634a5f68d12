//! Serials: what is printed on a form in place of the identifier.
//!
//! `S-0042-M` is `S-`, a number with at least four digits, and a check letter. The numbers run from 1 and are given out in
//! the order of a hash of seed and identifier, so that a serial tells nothing of stratum, role or identifier to those who
//! do not hold the sample. The check letter is the sum of the digits, each times its place counted from the right
//! beginning with 2, modulo 23, as a letter of `ABCDEFGHJKLMNPQRSTVWXYZ` (no I, O or U): it finds every single wrong
//! digit and every exchange of two neighbours.

/// The letters that a check can be.
pub(crate) const CHECK_LETTERS: &str = "ABCDEFGHJKLMNPQRSTVWXYZ";

/// The serial with this number.
///
/// ```
/// // 4 * 3 + 2 * 2 = 16: the letter with that number, counted from 0, is S.
/// assert_eq!(quorate::draw::serial(42), "S-0042-S");
/// ```
pub fn serial(number: usize) -> String {
    let digits = format!("{number:04}");
    format!("S-{digits}-{}", check_letter(&digits))
}

/// Whether a text is a serial with the right check letter; capitals and surrounding spaces do not matter.
pub fn is_serial(text: &str) -> bool {
    let text = text.trim().to_ascii_uppercase();
    let Some((digits, letter)) = text.strip_prefix("S-").and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    let plain = (4..=19).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plain && letter == check_letter(digits).to_string()
}

/// Whether a text has the form of a serial and a check letter that does not fit its digits.
///
/// ```
/// assert!(quorate::draw::is_mistyped("S-0043-S"));
/// assert!(!quorate::draw::is_mistyped("S-0042-S") && !quorate::draw::is_mistyped("ward 7"));
/// ```
pub fn is_mistyped(text: &str) -> bool {
    let text = text.trim().to_ascii_uppercase();
    let Some((digits, letter)) = text.strip_prefix("S-").and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    let digits = (4..=19).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    digits && letter.len() == 1 && CHECK_LETTERS.contains(letter) && !is_serial(&text)
}

fn check_letter(digits: &str) -> char {
    let sum: usize = digits.bytes().rev().zip(2..).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    char::from(CHECK_LETTERS.as_bytes()[sum % CHECK_LETTERS.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_check_themselves() {
        for number in [1, 42, 999, 10_000, 1_234_567] {
            let text = serial(number);
            assert!(is_serial(&text), "{text}");
            assert!(is_serial(&format!(" {} ", text.to_lowercase())), "{text}");
        }
        for bad in ["", "S-", "S-0042", "S-0042-A", "S-42-S", "0042-S", "S-004２-S", "S-0042-SS"] {
            assert!(!is_serial(bad), "{bad}");
        }
    }

    #[test]
    fn one_wrong_digit_or_two_exchanged_are_found() {
        for number in (1..3000).step_by(7) {
            let text = serial(number);
            let digits = &text[2..6];
            for place in 0..4 {
                for digit in b'0'..=b'9' {
                    let mut wrong = text.clone().into_bytes();
                    wrong[2 + place] = digit;
                    let wrong = String::from_utf8(wrong).expect("digits are text");
                    assert_eq!(is_serial(&wrong), wrong == text, "{wrong} for {text}");
                }
                if place < 3 && digits.as_bytes()[place] != digits.as_bytes()[place + 1] {
                    let mut wrong = text.clone().into_bytes();
                    wrong.swap(2 + place, 3 + place);
                    assert!(!is_serial(&String::from_utf8(wrong).expect("digits are text")), "exchange in {text}");
                }
            }
        }
    }
}
