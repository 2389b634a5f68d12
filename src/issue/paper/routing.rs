//! Routing in words: where to go after a box is ticked, and when a question is to be answered at all.

use crate::convert::form::Relevance;

/// A question as routing sees it.
#[derive(Debug, Clone)]
pub(super) struct Stop {
    /// Its id.
    pub id: String,
    /// When it is asked; that of its section where it has none of its own.
    pub relevant: Relevance,
}

/// Where somebody goes who ticked one box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// To the next question: nothing has to be said.
    On,
    /// To the question at this place.
    To(usize),
    /// To the end.
    End,
}

/// Where somebody goes who ticked the box with this code at the question at `gate`, where one box is ticked.
///
/// A question is passed over if it is asked only after other boxes of the gate, or only after a question that is itself
/// passed over. Whether other conditions hold is not known here: such a question says itself when it is to be answered.
pub(super) fn next(stops: &[Stop], gate: usize, code: &str) -> Next {
    let mut passed: Vec<&str> = Vec::new();
    for (place, stop) in stops.iter().enumerate().skip(gate + 1) {
        let skipped = match &stop.relevant {
            Relevance::If { question, codes } if *question == stops[gate].id => !codes.iter().any(|c| c == code),
            Relevance::If { question, .. } => passed.contains(&question.as_str()),
            Relevance::Always | Relevance::Expression(_) => false,
        };
        if !skipped {
            return if place == gate + 1 { Next::On } else { Next::To(place) };
        }
        passed.push(&stop.id);
    }
    if gate + 1 == stops.len() { Next::On } else { Next::End }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Asked<'a> = (&'a str, Option<(&'a str, &'a [&'a str])>);

    fn stops(all: &[Asked<'_>]) -> Vec<Stop> {
        let relevant = |condition: &Option<(&str, &[&str])>| match condition {
            Some((question, codes)) => Relevance::If {
                question: (*question).to_owned(),
                codes: codes.iter().map(|code| (*code).to_owned()).collect(),
            },
            None => Relevance::Always,
        };
        all.iter().map(|(id, condition)| Stop { id: (*id).to_owned(), relevant: relevant(condition) }).collect()
    }

    #[test]
    fn what_does_not_apply_is_passed_over() {
        // a: yes leads to b; b: yes leads to c; d follows a = yes; e is for everybody; f only after e = no.
        let stops = stops(&[
            ("a", None),
            ("b", Some(("a", &["yes"]))),
            ("c", Some(("b", &["yes"]))),
            ("d", Some(("a", &["yes"]))),
            ("e", None),
            ("f", Some(("e", &["no"]))),
        ]);
        assert_eq!(next(&stops, 0, "yes"), Next::On);
        assert_eq!(next(&stops, 0, "no"), Next::To(4));
        assert_eq!(next(&stops, 1, "yes"), Next::On);
        assert_eq!(next(&stops, 1, "no"), Next::To(3));
        assert_eq!(next(&stops, 4, "yes"), Next::End);
        assert_eq!(next(&stops, 4, "no"), Next::On);
        assert_eq!(next(&stops, 5, "no"), Next::On);
    }
}
