//! Which judgement stands on a subject: the agreed one, or the only one. Separate judgements stand apart until people have
//! brought them together; nothing is averaged.

use super::judgement::Judgement;

/// How a subject stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing<'a> {
    /// The team agreed.
    Agreed(&'a Judgement),
    /// One evaluator judged, and nobody else.
    Sole(&'a Judgement),
    /// Several judged and have not agreed.
    Apart(Vec<&'a Judgement>),
    /// Nobody has judged.
    Open,
}

impl<'a> Standing<'a> {
    /// The judgement that stands.
    pub fn judgement(&self) -> Option<&'a Judgement> {
        match self {
            Standing::Agreed(judgement) | Standing::Sole(judgement) => Some(judgement),
            Standing::Apart(_) | Standing::Open => None,
        }
    }

    /// The level that stands.
    pub fn level(&self) -> Option<u8> {
        self.judgement().and_then(|judgement| judgement.level)
    }
}

/// How a subject stands, as pictures and words show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The level that stands, or the levels of separate judgements, the lowest first.
    pub levels: Vec<u8>,
    /// Whether they are separate judgements that nobody has brought together.
    pub apart: bool,
    /// In words: "Good", "Good*" for one evaluator's own, "not agreed: Weak, Good", "open".
    pub words: String,
}

/// How a subject stands among some judgements. One without a level counts where it says anything at all.
pub fn of<'a>(judgements: &'a [Judgement], subject: &str) -> Standing<'a> {
    let made: Vec<&Judgement> =
        judgements.iter().filter(|judgement| judgement.subject == subject && !judgement.is_empty()).collect();
    if let Some(agreed) = made.iter().find(|judgement| judgement.is_agreed()) {
        return Standing::Agreed(agreed);
    }
    match made.as_slice() {
        [] => Standing::Open,
        [one] => Standing::Sole(one),
        _ => Standing::Apart(made),
    }
}

/// The separate judgements of evaluators on a subject, without what they agreed.
pub fn separate<'a>(judgements: &'a [Judgement], subject: &str) -> Vec<&'a Judgement> {
    judgements.iter().filter(|j| j.subject == subject && !j.is_agreed() && !j.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Standing, of};
    use crate::evaluation::judgement::Judgement;

    fn made(evaluator: &str, level: u8) -> Judgement {
        Judgement { evaluator: evaluator.into(), subject: "5.1".into(), level: Some(level), ..Judgement::default() }
    }

    #[test]
    fn separate_judgements_stand_apart_until_they_are_agreed() {
        let empty = Judgement { level: None, ..made("peer", 1) };
        let mut list = vec![made("lead", 4), empty];
        assert_eq!(of(&list, "5.1").level(), Some(4));
        assert_eq!(of(&list, "5.2"), Standing::Open);
        list.push(made("team-1", 2));
        assert_eq!(of(&list, "5.1").level(), None, "nothing between 4 and 2 is made up");
        list.push(made("agreed", 2));
        assert_eq!(of(&list, "5.1"), Standing::Agreed(&list[3]));
    }
}
