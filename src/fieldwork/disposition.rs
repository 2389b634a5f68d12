//! The ways in which a unit of the sample can end: a closed list, so that they can be counted and rates made of them.

use crate::draw::release::Reason;

/// How a unit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disposition {
    /// A return with nearly all answers.
    Complete,
    /// A return with many answers.
    Partial,
    /// A return with too few answers.
    BreakOff,
    /// A return without answers.
    ReturnedBlank,
    /// The person said that they will not take part.
    Refused,
    /// Nobody could be reached.
    NotReached,
    /// Reached, and not able to answer; of a file, not to be had for reading.
    Unable,
    /// Not of the population.
    Ineligible,
    /// The letter came back.
    Undeliverable,
    /// Nothing was heard.
    NotReturned,
}

impl Disposition {
    /// All with the words for them, in the order in which they are listed.
    pub const ALL: [(Disposition, &str); 10] = [
        (Disposition::Complete, "complete"),
        (Disposition::Partial, "partial"),
        (Disposition::BreakOff, "broken off"),
        (Disposition::ReturnedBlank, "returned blank"),
        (Disposition::Refused, "refused"),
        (Disposition::NotReached, "not reached"),
        (Disposition::Unable, "unable"),
        (Disposition::Ineligible, "ineligible"),
        (Disposition::Undeliverable, "undeliverable"),
        (Disposition::NotReturned, "not returned"),
    ];

    /// The words for it.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(one, _)| *one == self).map_or("", |(_, words)| words)
    }

    /// What a text names, whatever its capitals, hyphens and blanks; `returned` is a return that came.
    pub fn parse(text: &str) -> Option<Disposition> {
        let plain = text.to_lowercase().replace(['-', '_'], " ");
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = match plain.as_str() {
            "returned" | "completed" => "complete",
            "blank" => "returned blank",
            "refusal" => "refused",
            "not eligible" => "ineligible",
            other => other,
        };
        Self::ALL.iter().find(|(_, words)| *words == plain).map(|(one, _)| *one)
    }

    /// Whether a return with answers came.
    pub fn has_answers(self) -> bool {
        matches!(self, Disposition::Complete | Disposition::Partial | Disposition::BreakOff)
    }

    /// Whether nothing more is to be asked of the unit.
    pub fn is_closed(self) -> bool {
        !matches!(self, Disposition::NotReturned | Disposition::NotReached)
    }

    /// What a reason for striking a unit off means.
    pub fn of_reason(reason: Option<Reason>) -> Disposition {
        match reason {
            Some(reason) if reason.is_ineligible() => Disposition::Ineligible,
            Some(Reason::Refused) => Disposition::Refused,
            Some(Reason::Undeliverable) => Disposition::Undeliverable,
            Some(Reason::NotReached) => Disposition::NotReached,
            Some(Reason::NoCapacity | Reason::FileMissing | Reason::AccessRestricted) => Disposition::Unable,
            _ => Disposition::NotReturned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dispositions_are_known_by_their_words() {
        for (disposition, words) in Disposition::ALL {
            assert_eq!(Disposition::parse(words), Some(disposition));
            assert_eq!(Disposition::parse(&words.to_uppercase().replace(' ', "-")), Some(disposition));
        }
        assert_eq!(Disposition::parse("returned"), Some(Disposition::Complete));
        assert_eq!(Disposition::parse("on holiday"), None);
    }
}
