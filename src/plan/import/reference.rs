//! References from one action to another, as people write them: "as above", "as above (15)", "link to point 4".

/// What a text refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// What is meant.
    pub to: To,
    /// The text says nothing else.
    pub whole: bool,
    /// The text says the same as what it refers to ("as above"); otherwise it only points there ("link to point 4").
    pub same: bool,
    /// Only the indicators are meant: "PAFs as above".
    pub indicators: bool,
}

/// What a reference points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// Whatever stands above.
    Above,
    /// The action of this number.
    Number(u32),
    /// A page of the paper, which a workbook does not have.
    Page,
}

/// The reference in a text, if there is one.
pub(super) fn find(text: &str) -> Option<Written> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<u32>().ok());
    for at in 0..words.len() {
        let two = (words[at], words.get(at + 1).copied().unwrap_or(""));
        let (to, length, same) = match two {
            ("as" | "see", "above") => match number(at + 2) {
                // A number behind it counts only in brackets: "as above (15)".
                Some(n) if lower.contains(&format!("above ({n})")) => (To::Number(n), 3, two.0 == "as"),
                _ => (To::Above, 2, two.0 == "as"),
            },
            ("point" | "action" | "item", _)
                if at > 0 && ["to", "see", "as", "with", "under"].contains(&words[at - 1]) =>
            {
                match number(at + 1) {
                    Some(n) => (To::Number(n), 2, words[at - 1] == "as"),
                    None => continue,
                }
            }
            ("page", _) if number(at + 1).is_some() => (To::Page, 2, false),
            _ => continue,
        };
        // The words that only lead up to a reference.
        let leading = words[..at]
            .iter()
            .rev()
            .take_while(|word| ["link", "linked", "to", "see", "also", "refer", "with"].contains(word));
        let begins = at - leading.count();
        let before = at.checked_sub(1).map_or("", |before| words[before]);
        return Some(Written {
            to,
            whole: begins == 0 && at + length == words.len(),
            same,
            indicators: to == To::Above && (before.starts_with("paf") || before == "dis"),
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_apart_by_what_they_say() {
        let of = |text: &str| find(text).map(|w| (w.to, w.whole, w.same, w.indicators));
        assert_eq!(of("As above."), Some((To::Above, true, true, false)));
        assert_eq!(of("As above (15)"), Some((To::Number(15), true, true, false)));
        assert_eq!(of("As above (15) Under review. (B)"), Some((To::Number(15), false, true, false)));
        assert_eq!(of("LINK TO POINT 4"), Some((To::Number(4), true, false, false)));
        assert_eq!(of("Newsletters as above will help."), Some((To::Above, false, true, false)));
        assert_eq!(of("PAFs as above"), Some((To::Above, false, true, true)));
        assert_eq!(of("See above and page 16."), Some((To::Above, false, false, false)));
        assert_eq!(of("Also see page 4"), Some((To::Page, true, false, false)));
        assert_eq!(of("An action plan of 4 pages, above all clear"), None);
    }
}
