//! Why a unit of the sample cannot be used: a closed list, so that reasons can be counted.

use crate::terms::StudyKind;

/// Why a unit cannot be used, or why a reserve is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The person has died.
    Deceased,
    /// The person lives elsewhere now, or the case went to another authority.
    MovedAway,
    /// The unit was listed in error, or does not meet the conditions of the study.
    NotEligible,
    /// The unit stands in the frame a second time under another identifier.
    ListedTwice,
    /// The file was audited not long ago.
    AuditedLately,
    /// The person cannot answer, nor agree to somebody's answering for them.
    NoCapacity,
    /// The person does not wish to take part.
    Refused,
    /// The letter came back.
    Undeliverable,
    /// Nobody could be reached.
    NotReached,
    /// The file cannot be found.
    FileMissing,
    /// The file may not be read: it is sealed, or with a court.
    AccessRestricted,
    /// A reserve is released although no unit drops out: more are needed.
    MoreNeeded,
}

impl Reason {
    /// The reasons that a study of a kind can have.
    pub fn of(kind: StudyKind) -> &'static [Reason] {
        use Reason::*;
        match kind {
            StudyKind::Survey => &[
                Deceased,
                MovedAway,
                NotEligible,
                ListedTwice,
                NoCapacity,
                Refused,
                Undeliverable,
                NotReached,
                MoreNeeded,
            ],
            StudyKind::FileAudit => &[
                Deceased,
                MovedAway,
                NotEligible,
                ListedTwice,
                AuditedLately,
                FileMissing,
                AccessRestricted,
                MoreNeeded,
            ],
        }
    }

    /// The words for it, in logs and reports.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Deceased => "deceased",
            Reason::MovedAway => "moved away",
            Reason::NotEligible => "not eligible",
            Reason::ListedTwice => "listed twice",
            Reason::AuditedLately => "audited lately",
            Reason::NoCapacity => "no capacity",
            Reason::Refused => "refused",
            Reason::Undeliverable => "undeliverable",
            Reason::NotReached => "not reached",
            Reason::FileMissing => "file missing",
            Reason::AccessRestricted => "access restricted",
            Reason::MoreNeeded => "more needed",
        }
    }

    /// Whether it says that the unit does not belong to the population, rather than that nothing could be had of it.
    pub fn is_ineligible(self) -> bool {
        use Reason::*;
        matches!(self, Deceased | MovedAway | NotEligible | ListedTwice | AuditedLately)
    }

    /// The reason that a text names, whatever its capitals, hyphens and blanks; `ineligible` is `not eligible`.
    pub fn parse(text: &str, kind: StudyKind) -> Option<Reason> {
        let plain = text.to_lowercase().replace(['-', '_'], " ");
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = if plain == "ineligible" { "not eligible" } else { &plain };
        Reason::of(kind).iter().copied().find(|reason| reason.words() == plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_known_by_their_words_where_they_can_be_meant() {
        for kind in [StudyKind::Survey, StudyKind::FileAudit] {
            for reason in Reason::of(kind) {
                assert_eq!(Reason::parse(reason.words(), kind), Some(*reason));
            }
        }
        assert_eq!(Reason::parse(" Moved-Away ", StudyKind::Survey), Some(Reason::MovedAway));
        assert_eq!(Reason::parse("Ineligible", StudyKind::FileAudit), Some(Reason::NotEligible));
        assert_eq!(Reason::parse("file missing", StudyKind::Survey), None);
        assert_eq!(Reason::parse("on holiday", StudyKind::Survey), None);
    }
}
