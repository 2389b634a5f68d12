//! What the columns of a plan hold, known by their headings in whatever words.

use crate::plan::when;
use crate::returns::DateOrder;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// The action's number.
    Number,
    /// The heading under which it stands.
    Theme,
    /// The area for improvement.
    Area,
    /// How urgent it is.
    Priority,
    /// What is to be done.
    Action,
    /// What is to be better.
    Outcome,
    /// What is to be better, and below it how one will see it.
    OutcomeAndMeasure,
    /// Who leads.
    Responsible,
    /// Who takes part.
    With,
    /// When it begins.
    Start,
    /// When it is done.
    Due,
    /// Milestones with their dates.
    Milestones,
    /// What it takes.
    Resources,
    /// How one will see that it worked.
    Criteria,
    /// National indicators.
    Indicators,
    /// To what extent it has been implemented, perhaps with the grade.
    Extent,
    /// The grade alone.
    Grade,
    /// What can be shown.
    Evidence,
    /// When it is looked at again.
    FollowUp,
    /// How it stands at a date.
    Progress,
}

/// Words of a heading and what they mean, the most telling first: "To what extent has the improvement action been
/// implemented" is about the extent.
const WORDS: &[(&[&str], Role)] = &[
    (&["to what extent", "how far", "extent of implementation"], Role::Extent),
    (&["grade", "grading", "rag", "status"], Role::Grade),
    (&["evidence"], Role::Evidence),
    (&["follow up", "follow-up", "followup", "review date"], Role::FollowUp),
    (&["progress", "update", "position as at", "position at"], Role::Progress),
    (&["milestone"], Role::Milestones),
    (&["start", "begins", "from when"], Role::Start),
    (
        &[
            "timescale",
            "time scale",
            "timeframe",
            "due",
            "deadline",
            "target date",
            "completion date",
            "by when",
            "end date",
        ],
        Role::Due,
    ),
    (&["resource", "cost", "funding", "budget"], Role::Resources),
    (&["priority"], Role::Priority),
    (&["lead officer", "lead", "responsible", "owner", "by whom", "officer", "who"], Role::Responsible),
    (&["partners", "others involved", "supported by", "working with"], Role::With),
    (
        &["outcomes/performance measure", "outcome/performance measure", "outcomes/measure", "outcome/measure"],
        Role::OutcomeAndMeasure,
    ),
    (&["success", "measure", "criteria", "how we will know", "how will we know"], Role::Criteria),
    (&["indicator"], Role::Indicators),
    (&["intended to achieve", "outcome", "objective", "aim"], Role::Outcome),
    (&["theme", "strand"], Role::Theme),
    (&["area for improvement", "area"], Role::Area),
    (&["action", "improvement"], Role::Action),
    (&["when", "date"], Role::Due),
];

/// Headings that are nothing but a number.
const NUMBERS: [&str; 7] = ["no", "nr", "number", "ref", "reference", "id", "action no"];

/// What a heading means; nothing if it is not understood.
pub(super) fn role(heading: &str) -> Option<Role> {
    let plain = plain(heading);
    if NUMBERS.contains(&plain.trim_end_matches(['.', ':'])) {
        return Some(Role::Number);
    }
    let joined = plain.replace(" / ", "/").replace("/ ", "/").replace(" /", "/");
    let has = |words: &str| {
        // A word stands at the beginning of a word: "cost" is not in "accosted".
        joined.match_indices(words).any(|(at, _)| !joined[..at].ends_with(|c: char| c.is_alphanumeric()))
    };
    WORDS.iter().find(|(words, _)| words.iter().any(|word| has(word))).map(|(_, role)| *role)
}

/// A heading without its number, quotes and case: "4. To what extent" is "to what extent".
pub(super) fn plain(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let rest = lower.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ')' || c.is_whitespace());
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The day that a heading names: "Progress as at 30th June 2003".
pub(super) fn as_at(heading: &str, order: DateOrder) -> Option<chrono::NaiveDate> {
    when::read(heading, order).into_iter().find_map(|milestone| match milestone.when {
        when::When::Dated(span) => Some(span.last),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_both_kinds_of_plan_are_understood() {
        for (heading, expected) in [
            ("1. Agreed improvement action from the last audit.", Role::Action),
            ("2. Agreed key milestone dates", Role::Milestones),
            ("3. What the improvement was intended to achieve.", Role::Outcome),
            ("4. To what extent has the improvement action been implemented?", Role::Extent),
            ("5. Evidence for the auditor", Role::Evidence),
            ("6. Dates for further follow up work", Role::FollowUp),
            ("Progress as at 30th June 2003.", Role::Progress),
            ("AREA FOR IMPROVEMENT", Role::Area),
            ("ACTION", Role::Action),
            ("LEAD OFFICER", Role::Responsible),
            ("TIMESCALE", Role::Due),
            ("RESOURCES", Role::Resources),
            ("OUTCOMES / PERFORMANCE MEASURE", Role::OutcomeAndMeasure),
            ("No.", Role::Number),
            ("Success criteria", Role::Criteria),
            ("Who", Role::Responsible),
            ("By when", Role::Due),
        ] {
            assert_eq!(role(heading), Some(expected), "{heading}");
        }
        assert_eq!(role("Remarks"), None);
        let day = as_at("Progress as at 30th June 2003.", DateOrder::Undeclared);
        assert_eq!(day, chrono::NaiveDate::from_ymd_opt(2003, 6, 30));
    }
}
